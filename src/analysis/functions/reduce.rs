//! Functions that make one value of many, over all elements or along an axis.

use ndarray::Axis;

use super::{Call, Shape, functions};
use crate::analysis::value::{Array, Value, elements};

functions! {
    "Reductions, over all elements or along `axis: 0`, `axis: 1`, …";
    "sum" "(x: D, axis?: integer) -> D" Shape::Reduce,
        "The sum.", "sum([1, 2, 3]) == 6", |call| reduce(call, 1, sum);
    "product" "(x: 1, axis?: integer) -> 1" Shape::Reduce,
        "The product.", "product([2, 3, 4]) == 24", |call| reduce(call, 1, |v| v.iter().product());
    "mean" "(x: D, axis?: integer) -> D" Shape::Reduce,
        "The arithmetic mean; not a number for no elements.", "mean([[1, 2], [3, 4]], axis: 0)[1] == 3", |call| reduce(call, 1, mean);
    "var" "(x: D, axis?: integer) -> D^2" Shape::Reduce,
        "The variance (divided by the number of elements, as in NumPy).", "var([1, 3]) == 1", |call| reduce(call, 1, variance);
    "std" "(x: D, axis?: integer) -> D" Shape::Reduce,
        "The standard deviation (divided by the number of elements, as in NumPy).", "std([1, 3]) == 1", |call| reduce(call, 1, |v| variance(v).sqrt());
    "min" "(x: D, axis?: integer) -> D" Shape::Reduce,
        "The smallest element. With two arguments, the smaller of each pair.", "min([3, 1, 2]) == 1", |call| reduce(call, 1, |v| extreme(v, f64::min));
    "max" "(x: D, axis?: integer) -> D" Shape::Reduce,
        "The largest element. With two arguments, the larger of each pair.", "max([3, 1, 2]) == 3", |call| reduce(call, 1, |v| extreme(v, f64::max));
    "median" "(x: D, axis?: integer) -> D" Shape::Reduce,
        "The middle value.", "median([5, 1, 2, 4]) == 3", |call| reduce(call, 1, |v| quantile_of(v, 0.5));
    "quantile" "(x: D, q: 1, axis?: integer) -> D" Shape::Reduce,
        "The value below which a fraction `q` of the elements lies, interpolated.", "quantile([0, 1, 2], 0.25) == 0.5", quantile;
    "argmin" "(x: D) -> integer" Shape::Single,
        "Position of the smallest element, counted row by row.", "argmin([3, 1, 2]) == 1", |call| position(call, |a, b| a < b);
    "argmax" "(x: D) -> integer" Shape::Single,
        "Position of the largest element, counted row by row.", "argmax([3, 1, 2]) == 0", |call| position(call, |a, b| a > b);
    "all" "(mask: boolean, axis?: integer) -> boolean" Shape::Reduce,
        "True where a mask holds everywhere.", "all([1, 2] > 0)", |call| reduce(call, 1, |v| f64::from(u8::from(v.iter().all(|m| *m != 0.0))));
    "any" "(mask: boolean, axis?: integer) -> boolean" Shape::Reduce,
        "True where a mask holds somewhere.", "any([1, 2] > 1)", |call| reduce(call, 1, |v| f64::from(u8::from(v.iter().any(|m| *m != 0.0))));
    "count" "(mask: boolean, axis?: integer) -> integer" Shape::Reduce,
        "How often a mask holds.", "count([1, 2, 3] > 1) == 2", |call| reduce(call, 1, |v| v.iter().filter(|m| **m != 0.0).count() as f64);
}

/// Reduces along the axis given by an argument, or over everything.
fn reduce(call: &Call<'_>, axis: usize, f: impl Fn(&[f64]) -> f64) -> Result<Value, String> {
    let array = call.array(0)?;
    Ok(match call.axis(axis, array.ndim())? {
        None => Value::number(f(&elements(array))),
        Some(axis) => Value::Array(along(array, axis, f)),
    })
}

fn along(array: &Array, axis: usize, f: impl Fn(&[f64]) -> f64) -> Array {
    array.map_axis(Axis(axis), |lane| f(&lane.to_vec()))
}

/// The sum, by halves: the error grows with the logarithm of the number of elements.
pub fn sum(values: &[f64]) -> f64 {
    if values.len() <= 64 {
        return values.iter().sum();
    }
    let (a, b) = values.split_at(values.len() / 2);
    sum(a) + sum(b)
}

/// The mean.
pub fn mean(values: &[f64]) -> f64 {
    sum(values) / values.len() as f64
}

/// The variance.
pub fn variance(values: &[f64]) -> f64 {
    let center = mean(values);
    let squares: Vec<f64> = values.iter().map(|v| (v - center) * (v - center)).collect();
    mean(&squares)
}

fn extreme(values: &[f64], choose: fn(f64, f64) -> f64) -> f64 {
    let mut all = values.iter().copied();
    let Some(first) = all.next() else {
        return f64::NAN;
    };
    // A value that is not a number stays: it is not hidden by the others.
    all.fold(first, |a, b| {
        if a.is_nan() || b.is_nan() {
            f64::NAN
        } else {
            choose(a, b)
        }
    })
}

/// A quantile with linear interpolation.
pub fn quantile_of(values: &[f64], q: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let Some(last) = sorted.len().checked_sub(1) else {
        return f64::NAN;
    };
    let place = q.clamp(0.0, 1.0) * last as f64;
    let below = place.floor() as usize;
    let at = |k: usize| sorted.get(k.min(last)).copied().unwrap_or(f64::NAN);
    at(below) + (place - below as f64) * (at(below + 1) - at(below))
}

fn quantile(call: &Call<'_>) -> Result<Value, String> {
    let q = call.number(1)?;
    if !(0.0..=1.0).contains(&q) {
        return Err(format!("a fraction lies between 0 and 1, unlike {q}"));
    }
    reduce(call, 2, |values| quantile_of(values, q))
}

fn position(call: &Call<'_>, before: fn(f64, f64) -> bool) -> Result<Value, String> {
    let values = call.list(0)?;
    let mut best: Option<(usize, f64)> = None;
    for (k, value) in values.iter().enumerate() {
        if !value.is_nan() && best.is_none_or(|(_, old)| before(*value, old)) {
            best = Some((k, *value));
        }
    }
    match best {
        Some((k, _)) => Ok(Value::number(k as f64)),
        None => Err("there is no element to choose".to_string()),
    }
}
