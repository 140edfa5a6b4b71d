//! Statistics, curves, smoothing.
#![allow(clippy::disallowed_methods)] // analysis is done by the host

use super::reduce::{mean, sum, variance};
use super::{Call, Shape, functions};
use crate::analysis::value::{Value, elements};

functions! {
    "Statistics and curves";
    "histogram" "(x: D, bins?: integer, low?: D, high?: D) -> integer" Shape::Vector,
        "How many elements lie in each of `bins` (10) equal intervals from `low` to `high` (the range of the elements).",
        "histogram([1, 2, 2, 3], bins: 2)[1] == 3", histogram;
    "bin_edges" "(x: D, bins?: integer, low?: D, high?: D) -> D" Shape::Vector,
        "The bounds of the intervals of `histogram`, one more than intervals.",
        "bin_edges([0, 4], bins: 2)[1] == 2", |call| Ok(Value::vector(edges(call)?));
    "bin_centers" "(x: D, bins?: integer, low?: D, high?: D) -> D" Shape::Vector,
        "The middles of the intervals of `histogram`.",
        "bin_centers([0, 4], bins: 2)[1] == 3", |call| {
            let edges = edges(call)?;
            Ok(Value::vector(edges.windows(2).map(|pair| pair.iter().sum::<f64>()/2.0).collect()))
        };
    "correlation" "(x: D, y: E) -> 1" Shape::Single,
        "Pearson's correlation coefficient of two vectors.",
        "abs(correlation([1, 2, 3], [2, 4, 6]) - 1) < 1e-12", |call| {
            let (x, y) = pair(call)?;
            Ok(Value::number(covariance(&x, &y)/(variance(&x)*variance(&y)).sqrt()))
        };
    "slope" "(x: D, y: E) -> E/D" Shape::Single,
        "The slope of the straight line that fits `y` over `x` best (least squares).",
        "slope([1, 2, 3], [2, 4, 6]) == 2", |call| {
            let (x, y) = pair(call)?;
            Ok(Value::number(line(&x, &y).0))
        };
    "intercept" "(x: D, y: E) -> E" Shape::Single,
        "The value at 0 of the straight line that fits `y` over `x` best.",
        "intercept([1, 2, 3], [3, 5, 7]) == 1", |call| {
            let (x, y) = pair(call)?;
            Ok(Value::number(line(&x, &y).1))
        };
    "regression" "(x: D, y: E) -> E" Shape::Like(0),
        "The straight line that fits `y` over `x` best, at each `x`: plot it beside the points.",
        "regression([1, 2, 3], [3, 5, 7])[2] == 7", |call| {
            let (x, y) = pair(call)?;
            let (slope, intercept) = line(&x, &y);
            Ok(Value::vector(x.iter().map(|x| slope*x + intercept).collect()))
        };
    "interp" "(x: D, xs: D, ys: E) -> E" Shape::Like(0),
        "Values at `x` of the curve through the points (`xs`, `ys`), `xs` ascending; beyond the ends, the value at the end.",
        "interp(1.5, [1, 2], [10, 20]) == 15", interp;
    "integral" "(y: D, dx: E) -> D*E" Shape::Single,
        "The integral of a vector sampled at distances `dx` (trapezoids).",
        "integral([0, 1, 2], 1 ms) == 2 ms", |call| {
            let (y, dx) = (call.list(0)?, call.number(1)?);
            let parts: Vec<f64> = y.windows(2).map(|pair| pair.iter().sum::<f64>()/2.0*dx).collect();
            Ok(Value::number(sum(&parts)))
        };
    "gradient" "(y: D, dx: E) -> D/E" Shape::Like(0),
        "The derivative of a vector sampled at distances `dx` (central differences).",
        "gradient([0, 1, 4], 1)[1] == 2", gradient;
    "convolve" "(x: D, kernel: E) -> D*E" Shape::Like(0),
        "The convolution with a kernel, centered: as long as `x`, zero beyond its ends.",
        "convolve([0, 1, 0], [1, 2, 3])[0] == 1", |call| {
            let (x, kernel) = (call.list(0)?, call.list(1)?);
            Ok(Value::vector(centered(&x, &kernel)))
        };
    "smooth" "(x: D, width: Time, dt?: Time) -> D" Shape::Like(0),
        "Smoothed by a Gaussian window of standard deviation `width`, as Brian2's `smooth_rate`; `dt` is the time between elements (the time step).",
        "size(smooth(ones(5), 1 ms, dt: 1 ms)) == 5", smooth;
}

fn pair(call: &Call<'_>) -> Result<(Vec<f64>, Vec<f64>), String> {
    let (x, y) = (call.list(0)?, call.list(1)?);
    if x.len() != y.len() || x.is_empty() {
        return Err(format!(
            "two vectors of one length are needed, not {} and {} values",
            x.len(),
            y.len()
        ));
    }
    Ok((x, y))
}

/// Bounds of the intervals of a histogram.
fn edges(call: &Call<'_>) -> Result<Vec<f64>, String> {
    let values = call.list(0)?;
    let bins = match call.value(1) {
        Some(_) => call.count(1)?,
        None => 10,
    };
    if bins == 0 {
        return Err("a histogram has at least one interval".to_string());
    }
    let finite = || values.iter().copied().filter(|v| v.is_finite());
    let low = call.optional(2)?;
    let low = low.unwrap_or_else(|| finite().fold(f64::INFINITY, f64::min));
    let high = call.optional(3)?;
    let high = high.unwrap_or_else(|| finite().fold(f64::NEG_INFINITY, f64::max));
    let (low, high) = match (low, high) {
        (low, high) if !low.is_finite() || !high.is_finite() => (0.0, 1.0),
        (low, high) if low == high => {
            let half = if low == 0.0 { 0.5 } else { 0.5 * low.abs() };
            (low - half, high + half)
        }
        both => both,
    };
    let step = (high - low) / bins as f64;
    let edge = |k: usize| {
        if k == bins {
            high
        } else {
            low + k as f64 * step
        }
    };
    Ok((0..=bins).map(edge).collect())
}

fn histogram(call: &Call<'_>) -> Result<Value, String> {
    let edges = edges(call)?;
    let bins = edges.len() - 1;
    let mut counts = vec![0.0; bins];
    let (low, high) = match (edges.first(), edges.last()) {
        (Some(low), Some(high)) => (*low, *high),
        _ => return Err("a histogram has at least one interval".to_string()),
    };
    for value in call.list(0)? {
        if !(value >= low && value <= high) {
            continue;
        }
        // The bounds themselves decide, not a division that could round the other way.
        let bin = edges.partition_point(|edge| *edge <= value);
        let bin = bin.saturating_sub(1).min(bins - 1);
        if let Some(count) = counts.get_mut(bin) {
            *count += 1.0;
        }
    }
    Ok(Value::vector(counts))
}

fn covariance(x: &[f64], y: &[f64]) -> f64 {
    let (a, b) = (mean(x), mean(y));
    let products: Vec<f64> = x.iter().zip(y).map(|(x, y)| (x - a) * (y - b)).collect();
    mean(&products)
}

/// Slope and intercept of the line of least squares.
fn line(x: &[f64], y: &[f64]) -> (f64, f64) {
    let slope = covariance(x, y) / variance(x);
    (slope, mean(y) - slope * mean(x))
}

fn interp(call: &Call<'_>) -> Result<Value, String> {
    let (xs, ys) = (call.list(1)?, call.list(2)?);
    if xs.len() != ys.len() || xs.is_empty() {
        return Err(format!("{} positions for {} values", xs.len(), ys.len()));
    }
    if !xs.is_sorted() {
        return Err("the positions of a curve ascend".to_string());
    }
    let at = |list: &[f64], k: usize| list.get(k).copied().unwrap_or(f64::NAN);
    Ok(Value::Array(call.array(0)?.mapv(|x| {
        let above = xs.partition_point(|other| *other <= x);
        match above {
            0 => at(&ys, 0),
            k if k == xs.len() => at(&ys, k - 1),
            k => {
                let (x0, x1, y0, y1) = (at(&xs, k - 1), at(&xs, k), at(&ys, k - 1), at(&ys, k));
                y0 + (y1 - y0) * (x - x0) / (x1 - x0)
            }
        }
    })))
}

fn gradient(call: &Call<'_>) -> Result<Value, String> {
    let (y, dx) = (call.list(0)?, call.number(1)?);
    if y.len() < 2 {
        return Err("a derivative needs at least two elements".to_string());
    }
    let at = |k: usize| y.get(k).copied().unwrap_or(f64::NAN);
    let last = y.len() - 1;
    let values = (0..=last).map(|k| {
        let (a, b) = (k.saturating_sub(1), (k + 1).min(last));
        (at(b) - at(a)) / ((b - a) as f64 * dx)
    });
    Ok(Value::vector(values.collect()))
}

/// The centered part of a convolution, zero beyond the ends.
pub fn centered(x: &[f64], kernel: &[f64]) -> Vec<f64> {
    let shift = kernel.len().saturating_sub(1) / 2;
    (0..x.len())
        .map(|k| {
            kernel
                .iter()
                .enumerate()
                .filter_map(|(m, w)| Some(w * x.get((k + shift).checked_sub(m)?)?))
                .sum()
        })
        .collect()
}

fn smooth(call: &Call<'_>) -> Result<Value, String> {
    let (width, dt) = (call.number(1)?, call.number(2)?);
    if !(width > 0.0 && dt > 0.0) {
        return Err("the width of a window is above 0".to_string());
    }
    let width = width / dt;
    let reach = (2.0 * width).round_ties_even() as i64;
    let window: Vec<f64> = (-reach..=reach)
        .map(|m| (-((m * m) as f64) / (2.0 * width * width)).exp())
        .collect();
    let total: f64 = window.iter().sum();
    let window: Vec<f64> = window.iter().map(|w| w / total).collect();
    Ok(Value::vector(centered(&elements(call.array(0)?), &window)))
}
