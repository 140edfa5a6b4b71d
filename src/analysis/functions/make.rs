//! Functions that make arrays, and change their shape.
#![allow(clippy::disallowed_methods)] // analysis is done by the host

use ndarray::{Axis, concatenate, stack};

use super::{Call, Shape, functions};
use crate::analysis::value::{Array, Value, elements, shaped, vector};

functions! {
    "Making arrays, and their shape";
    "linspace" "(start: D, stop: D, count: integer) -> D" Shape::Count(2),
        "So many values at equal distances, both ends included.",
        "linspace(0, 1, 11)[10] == 1", linspace;
    "logspace" "(start: D, stop: D, count: integer) -> D" Shape::Count(2),
        "So many values at equal ratios, both ends included.",
        "abs(logspace(1, 100, 3)[1] - 10) < 1e-12", logspace;
    "arange" "(start: D, stop: D, step: D) -> D" Shape::Vector,
        "Values at a given distance, below `stop`.",
        "size(arange(0 ms, 10 ms, 2.5 ms)) == 4", arange;
    "range" "(count: integer) -> integer" Shape::Count(0),
        "0, 1, 2, … below `count`.",
        "sum(range(5)) == 10", |call| Ok(Value::vector((0..call.count(0)?).map(|k| k as f64).collect()));
    "range" "(first: integer, last: integer, step?: integer) -> integer" Shape::Vector,
        "Whole numbers from `first` on, below `last`.",
        "sum(range(2, 5)) == 9", range;
    "zeros" "(rows: integer, columns?: integer) -> 1" Shape::Unknown,
        "Zeros: a vector, or a matrix.",
        "sum(zeros(2, 3)) == 0", |call| filled(call, 0.0);
    "ones" "(rows: integer, columns?: integer) -> 1" Shape::Unknown,
        "Ones: a vector, or a matrix.",
        "sum(ones(2, 3)) == 6", |call| filled(call, 1.0);
    "identity" "(rows: integer) -> 1" Shape::Unknown,
        "The matrix that changes nothing: 1 on the diagonal.",
        "sum(identity(3)) == 3", identity;
    "size" "(x: D) -> integer" Shape::Single,
        "Number of elements.",
        "size(zeros(2, 3)) == 6", |call| Ok(Value::number(call.array(0)?.len() as f64));
    "shape" "(x: D) -> integer" Shape::Vector,
        "Length of each axis.",
        "shape(zeros(2, 3))[1] == 3", |call| Ok(Value::vector(call.array(0)?.shape().iter().map(|n| *n as f64).collect()));
    "reshape" "(x: D, rows: integer, columns?: integer) -> D" Shape::Unknown,
        "The same elements, row by row, in another shape.",
        "reshape(range(6), 2, 3)[1, 0] == 3", reshape;
    "flatten" "(x: D) -> D" Shape::Vector,
        "All elements, row by row, as a vector.",
        "size(flatten(zeros(2, 3))) == 6", |call| Ok(Value::vector(call.list(0)?));
    "transpose" "(x: D) -> D" Shape::Unknown,
        "Rows become columns.",
        "transpose([[1, 2], [3, 4]])[0, 1] == 3", |call| Ok(Value::Array(call.array(0)?.t().to_owned()));
    "column" "(x: D) -> D" Shape::Unknown,
        "A vector as a matrix of one column: against a vector it gives all pairs.",
        "sum(column(range(3))*range(3)) == 9", |call| Ok(Value::Array(call.array(0)?.clone().insert_axis(Axis(call.array(0)?.ndim()))));
    "concatenate" "(a: D, b: D) -> D" Shape::Unknown,
        "One array behind the other, along the first axis.",
        "size(concatenate([1, 2], [3])) == 3", join;
    "stack" "(a: D, b: D) -> D" Shape::Unknown,
        "Two arrays of one shape as the rows of a new one.",
        "stack([1, 2], [3, 4])[1, 0] == 3", |call| {
            stack(Axis(0), &[call.array(0)?.view(), call.array(1)?.view()])
                .map(Value::Array)
                .map_err(|_| "the two arrays differ in shape".to_string())
        };
    "tile" "(x: D, times: integer) -> D" Shape::Vector,
        "A vector, repeated so many times.",
        "size(tile([1, 2], 3)) == 6", |call| Ok(Value::vector(call.list(0)?.repeat(call.count(1)?)));
}

fn linspace(call: &Call<'_>) -> Result<Value, String> {
    let (start, stop, count) = (call.number(0)?, call.number(1)?, call.count(2)?);
    Ok(Value::vector(spaced(start, stop, count)))
}

fn spaced(start: f64, stop: f64, count: usize) -> Vec<f64> {
    let last = count.saturating_sub(1);
    let step = (stop - start) / (last.max(1) as f64);
    let at = |k: usize| {
        if k == last && k > 0 {
            stop
        } else {
            start + k as f64 * step
        }
    };
    (0..count).map(at).collect()
}

fn logspace(call: &Call<'_>) -> Result<Value, String> {
    let (start, stop, count) = (call.number(0)?, call.number(1)?, call.count(2)?);
    if start <= 0.0 || stop <= 0.0 {
        return Err("equal ratios need values above 0".to_string());
    }
    let values = spaced(start.ln(), stop.ln(), count);
    let mut values: Vec<f64> = values.into_iter().map(f64::exp).collect();
    if let Some(first) = values.first_mut() {
        *first = start;
    }
    if let (Some(last), true) = (values.last_mut(), count > 1) {
        *last = stop;
    }
    Ok(Value::vector(values))
}

fn arange(call: &Call<'_>) -> Result<Value, String> {
    let (start, stop, step) = (call.number(0)?, call.number(1)?, call.number(2)?);
    let count = ((stop - start) / step - 1e-9).ceil();
    if step == 0.0 || !count.is_finite() || count > 1e8 {
        return Err("the step leads nowhere".to_string());
    }
    let count = count.max(0.0) as usize;
    Ok(Value::vector(
        (0..count).map(|k| start + k as f64 * step).collect(),
    ))
}

fn range(call: &Call<'_>) -> Result<Value, String> {
    let (first, last) = (call.number(0)?, call.number(1)?);
    let step = call.optional(2)?.unwrap_or(1.0);
    let count = ((last - first) / step).ceil();
    if step == 0.0 || !count.is_finite() || count > 1e8 {
        return Err("the step leads nowhere".to_string());
    }
    let count = count.max(0.0) as usize;
    Ok(Value::vector(
        (0..count).map(|k| first + k as f64 * step).collect(),
    ))
}

fn dimensions(call: &Call<'_>, first: usize) -> Result<Vec<usize>, String> {
    let mut shape = vec![call.count(first)?];
    if call.value(first + 1).is_some() {
        shape.push(call.count(first + 1)?);
    }
    if shape.iter().product::<usize>() > 100_000_000 {
        return Err("so many elements do not fit into memory".to_string());
    }
    Ok(shape)
}

fn filled(call: &Call<'_>, value: f64) -> Result<Value, String> {
    let shape = dimensions(call, 0)?;
    Ok(Value::Array(Array::from_elem(
        ndarray::IxDyn(&shape),
        value,
    )))
}

fn identity(call: &Call<'_>) -> Result<Value, String> {
    let n = call.count(0)?;
    if n > 10_000 {
        return Err("so large a matrix does not fit into memory".to_string());
    }
    Ok(Value::Array(ndarray::Array2::eye(n).into_dyn()))
}

fn reshape(call: &Call<'_>) -> Result<Value, String> {
    let shape = dimensions(call, 1)?;
    let values = elements(call.array(0)?);
    let count = values.len();
    shaped(&shape, values)
        .map(Value::Array)
        .ok_or_else(|| format!("{count} elements do not fill this shape"))
}

fn join(call: &Call<'_>) -> Result<Value, String> {
    let list = |array: &Array| {
        if array.ndim() == 0 {
            vector(elements(array))
        } else {
            array.clone()
        }
    };
    let (a, b) = (list(call.array(0)?), list(call.array(1)?));
    concatenate(Axis(0), &[a.view(), b.view()])
        .map(Value::Array)
        .map_err(|_| "the two arrays differ in the length of their rows".to_string())
}
