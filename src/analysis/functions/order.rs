//! Functions about order and selection.

use ndarray::{Axis, Zip};

use super::{Call, Shape, functions};
use crate::analysis::operate::stretch;
use crate::analysis::value::Value;

functions! {
    "Order and selection";
    "sort" "(x: D) -> D" Shape::Like(0),
        "In ascending order along the last axis; what is not a number comes last.",
        "sort([3, 1, 2])[0] == 1", |call| along_last(call, |row| row.sort_by(order));
    "argsort" "(x: D) -> integer" Shape::Like(0),
        "The positions that put a vector in ascending order.",
        "argsort([3, 1, 2])[0] == 1", argsort;
    "reverse" "(x: D) -> D" Shape::Like(0),
        "Backward along the last axis.",
        "reverse([1, 2, 3])[0] == 3", |call| along_last(call, |row| row.reverse());
    "unique" "(x: D) -> D" Shape::Vector,
        "The different values, ascending.",
        "size(unique([1, 2, 1])) == 2", unique;
    "where" "(mask: boolean) -> integer" Shape::Vector,
        "The positions at which a mask holds.",
        "where([1, 5, 7] > 3)[0] == 1", |call| {
            let mask = call.list(0)?;
            Ok(Value::vector((0..mask.len()).zip(&mask).filter(|(_, m)| **m != 0.0).map(|(k, _)| k as f64).collect()))
        };
    "where" "(mask: boolean, then: D, otherwise: D) -> D" Shape::Unknown,
        "Elements of `then` where the mask holds, of `otherwise` elsewhere.",
        "sum(where([1, 5, 7] > 3, 1, 0)) == 2", select;
    "finite" "(x: D) -> D" Shape::Vector,
        "The elements that are numbers: neither NaN nor infinite.",
        "size(finite([1, 0/0, 3])) == 2", |call| {
            Ok(Value::vector(call.list(0)?.into_iter().filter(|v| v.is_finite()).collect()))
        };
    "is_finite" "(x: D) -> boolean" Shape::Like(0),
        "True for numbers, false for NaN and infinity.",
        "not is_finite(0/0)", |call| Ok(Value::Array(call.array(0)?.mapv(|v| f64::from(u8::from(v.is_finite())))));
    "diff" "(x: D) -> D" Shape::Unknown,
        "Differences of neighbors along the last axis.",
        "sum(diff([1, 4, 9])) == 8", diff;
    "cumsum" "(x: D) -> D" Shape::Like(0),
        "Running sums along the last axis.",
        "cumsum([1, 2, 3])[2] == 6", |call| along_last(call, |row| {
            let mut sum = 0.0;
            for value in row {
                sum += *value;
                *value = sum;
            }
        });
    "crossings" "(x: D, level: D) -> integer" Shape::Vector,
        "The positions at which a vector has just risen above a level.",
        "crossings([0, 2, 0, 2], 1)[1] == 3", crossings;
}

fn order(a: &f64, b: &f64) -> std::cmp::Ordering {
    a.is_nan().cmp(&b.is_nan()).then(a.total_cmp(b))
}

/// Changes every row along the last axis.
fn along_last(call: &Call<'_>, change: impl Fn(&mut [f64])) -> Result<Value, String> {
    let mut array = call.array(0)?.as_standard_layout().into_owned();
    if array.ndim() == 0 {
        return Ok(Value::Array(array));
    }
    let last = Axis(array.ndim() - 1);
    for mut row in array.lanes_mut(last) {
        let mut values = row.to_vec();
        change(&mut values);
        row.iter_mut().zip(values).for_each(|(slot, v)| *slot = v);
    }
    Ok(Value::Array(array))
}

fn argsort(call: &Call<'_>) -> Result<Value, String> {
    let values = call.list(0)?;
    let mut positions: Vec<usize> = (0..values.len()).collect();
    positions.sort_by(|a, b| match (values.get(*a), values.get(*b)) {
        (Some(x), Some(y)) => order(x, y),
        _ => std::cmp::Ordering::Equal,
    });
    Ok(Value::vector(
        positions.into_iter().map(|k| k as f64).collect(),
    ))
}

fn unique(call: &Call<'_>) -> Result<Value, String> {
    let mut values = call.list(0)?;
    values.sort_by(order);
    values.dedup();
    Ok(Value::vector(values))
}

fn select(call: &Call<'_>) -> Result<Value, String> {
    let all = [
        call.array(0)?.clone(),
        call.array(1)?.clone(),
        call.array(2)?.clone(),
    ];
    let (_, stretched) = stretch(&all)?;
    match stretched.as_slice() {
        [mask, then, otherwise] => Ok(Value::Array(
            Zip::from(mask)
                .and(then)
                .and(otherwise)
                .map_collect(|m, a, b| if *m != 0.0 { *a } else { *b }),
        )),
        _ => Err("three arrays are needed".to_string()),
    }
}

fn diff(call: &Call<'_>) -> Result<Value, String> {
    let array = call.array(0)?;
    let rank = array.ndim();
    if rank == 0 || array.len_of(Axis(rank - 1)) == 0 {
        return Err("differences need at least one element".to_string());
    }
    let last = Axis(rank - 1);
    let n = array.len_of(last);
    let all: Vec<usize> = (0..n).collect();
    let upper = array.select(last, all.get(1..).unwrap_or_default());
    let lower = array.select(last, all.get(..n - 1).unwrap_or_default());
    Ok(Value::Array(upper - lower))
}

fn crossings(call: &Call<'_>) -> Result<Value, String> {
    let (values, level) = (call.list(0)?, call.number(1)?);
    let pairs = values.windows(2).zip(1..);
    let above = pairs.filter(|(pair, _)| matches!(pair, [a, b] if *a <= level && *b > level));
    Ok(Value::vector(above.map(|(_, k)| f64::from(k)).collect()))
}
