//! Matrices.

use ndarray::{Array2, Ix1, Ix2};

use super::{Call, Shape, functions};
use crate::analysis::value::{Array, Value, describe_shape};

functions! {
    "Vectors and matrices";
    "dot" "(a: D, b: E) -> D*E" Shape::Unknown,
        "The product of two vectors, of a matrix and a vector, or of two matrices.",
        "dot([1, 2], [3, 4]) == 11", dot;
    "outer" "(a: D, b: E) -> D*E" Shape::Unknown,
        "All products of the elements of two vectors, as a matrix.",
        "outer([1, 2], [3, 4])[1, 0] == 6", outer;
    "solve" "(a: D, b: E) -> E/D" Shape::Like(1),
        "The `x` of `dot(a, x) == b`.",
        "solve([[2, 0], [0, 4]], [2, 2])[1] == 0.5", solve;
    "inverse" "(a: D) -> 1/D" Shape::Like(0),
        "The inverse of a square matrix.",
        "inverse([[2, 0], [0, 4]])[1, 1] == 0.25", |call| {
            let n = call.array(0)?.shape().first().copied().unwrap_or(0);
            eliminate(call.array(0)?, Array2::eye(n)).map(|x| Value::Array(x.into_dyn()))
        };
    "norm" "(x: D) -> D" Shape::Single,
        "The square root of the sum of squares.",
        "norm([3, 4]) == 5", |call| {
            let squares: Vec<f64> = call.list(0)?.iter().map(|v| v*v).collect();
            Ok(Value::number(super::reduce::sum(&squares).sqrt()))
        };
}

fn dot(call: &Call<'_>) -> Result<Value, String> {
    let (a, b) = (call.array(0)?, call.array(1)?);
    let misfit = || {
        format!(
            "the product of {} and {} needs inner axes of one length",
            describe_shape(a.shape()),
            describe_shape(b.shape())
        )
    };
    let fits = match (a.shape(), b.shape()) {
        ([n], [m]) | ([_, n], [m]) | ([n], [m, _]) | ([_, n], [m, _]) => n == m,
        _ => false,
    };
    if !fits {
        return Err(misfit());
    }
    let one = |x: &Array| x.clone().into_dimensionality::<Ix1>().ok();
    let two = |x: &Array| x.clone().into_dimensionality::<Ix2>().ok();
    Ok(match (one(a), two(a), one(b), two(b)) {
        (Some(a), _, Some(b), _) => Value::number(a.dot(&b)),
        (_, Some(a), Some(b), _) => Value::Array(a.dot(&b).into_dyn()),
        (Some(a), _, _, Some(b)) => Value::Array(a.dot(&b).into_dyn()),
        (_, Some(a), _, Some(b)) => Value::Array(a.dot(&b).into_dyn()),
        _ => return Err(misfit()),
    })
}

fn outer(call: &Call<'_>) -> Result<Value, String> {
    let (a, b) = (call.list(0)?, call.list(1)?);
    let products = a.iter().flat_map(|x| b.iter().map(move |y| x * y));
    let values: Vec<f64> = products.collect();
    crate::analysis::value::shaped(&[a.len(), b.len()], values)
        .map(Value::Array)
        .ok_or_else(|| "two vectors are needed".to_string())
}

fn solve(call: &Call<'_>) -> Result<Value, String> {
    let (a, b) = (call.array(0)?, call.array(1)?);
    let right = match b.shape() {
        [n] => b.clone().into_shape_with_order((*n, 1)),
        [n, m] => b.clone().into_shape_with_order((*n, *m)),
        _ => return Err("the right side is a vector or a matrix".to_string()),
    };
    let x = eliminate(a, right.map_err(|error| error.to_string())?)?;
    let x = x.into_dyn();
    Ok(Value::Array(if b.ndim() == 1 {
        x.index_axis(ndarray::Axis(1), 0).to_owned()
    } else {
        x
    }))
}

/// Gaussian elimination with row exchange.
fn eliminate(a: &Array, mut right: Array2<f64>) -> Result<Array2<f64>, String> {
    let mut a = match a.view().into_dimensionality::<Ix2>() {
        Ok(view) if view.nrows() == view.ncols() => view.to_owned(),
        _ => {
            return Err(format!(
                "a square matrix is needed, not {}",
                describe_shape(a.shape())
            ));
        }
    };
    let n = a.nrows();
    if right.nrows() != n {
        return Err(format!("{} equations for {n} unknowns", right.nrows()));
    }
    let largest = a.iter().fold(0.0f64, |m, v| m.max(v.abs()));
    for k in 0..n {
        let pivot = (k..n).max_by(|p, q| a[[*p, k]].abs().total_cmp(&a[[*q, k]].abs()));
        let pivot = pivot.unwrap_or(k);
        let size = a[[pivot, k]].abs();
        if size.is_nan() || size <= largest * 1e-15 {
            return Err("the matrix has no inverse".to_string());
        }
        for j in 0..n {
            a.swap([k, j], [pivot, j]);
        }
        for j in 0..right.ncols() {
            right.swap([k, j], [pivot, j]);
        }
        for i in 0..n {
            if i == k {
                continue;
            }
            let factor = a[[i, k]] / a[[k, k]];
            if factor == 0.0 {
                continue;
            }
            for j in k..n {
                a[[i, j]] -= factor * a[[k, j]];
            }
            for j in 0..right.ncols() {
                right[[i, j]] -= factor * right[[k, j]];
            }
        }
    }
    for i in 0..n {
        for j in 0..right.ncols() {
            right[[i, j]] /= a[[i, i]];
        }
    }
    Ok(right)
}
