//! Spike trains.
#![allow(clippy::disallowed_methods)] // analysis is done by the host

use super::reduce::{mean, sum, variance};
use super::{Call, Shape, functions};
use crate::analysis::value::Value;

functions! {
    "Spike trains: of a population (`lif`, `lif[0:10]`), or times in a vector";
    "isi" "(spikes: spikes) -> Time" Shape::Vector,
        "Intervals between successive spikes, neuron by neuron.",
        "isi([1 ms, 3 ms, 4 ms])[1] == 1 ms", |call| {
            let spikes = call.spikes(0)?;
            Ok(Value::vector(spikes.trains.iter().flat_map(|train| intervals(train)).collect()))
        };
    "cv" "(spikes: spikes) -> 1" Shape::Vector,
        "Coefficient of variation of the intervals, per neuron; not a number with fewer than two intervals.",
        "cv([1 ms, 2 ms, 3 ms])[0] < 1e-9", |call| each(call, |train| {
            let isi = intervals(train);
            if isi.len() < 2 { f64::NAN } else { variance(&isi).sqrt()/mean(&isi) }
        });
    "cv2" "(spikes: spikes) -> 1" Shape::Vector,
        "Mean local variation 2|a - b|/(a + b) of neighboring intervals (Holt et al. 1996), per neuron.",
        "cv2([1 ms, 2 ms, 3 ms])[0] < 1e-9", |call| each(call, |train| {
            let isi = intervals(train);
            let local = isi.windows(2).map(|pair| match pair {
                [a, b] => 2.0*(a - b).abs()/(a + b),
                _ => f64::NAN,
            });
            mean(&local.collect::<Vec<_>>())
        });
    "fano" "(spikes: spikes, window: Time) -> 1" Shape::Vector,
        "Variance over mean of the numbers of spikes in successive windows, per neuron.",
        "fano([1 ms, 11 ms, 21 ms, 30 ms], 10 ms)[0] == 0", fano;
    "first_spike" "(spikes: spikes) -> Time" Shape::Vector,
        "Time of the first spike of each neuron; not a number where there is none.",
        "first_spike([3 ms, 5 ms])[0] == 3 ms", |call| each(call, |train| train.first().copied().unwrap_or(f64::NAN));
    "rate" "(spikes: spikes, from?: Time, to?: Time) -> 1/Time" Shape::Vector,
        "Spikes per second of each neuron, from `from` (0) to `to` (the present time).",
        "abs(rate([1 ms, 5 ms, 9 ms], from: 0 ms, to: 10 ms)[0] - 300 Hz) < 1e-9 Hz", rate;
    "psth" "(spikes: spikes, bin: Time) -> 1/Time" Shape::Vector,
        "Rate in successive bins, averaged over neurons.",
        "psth([1 ms, 2 ms, 12 ms, 20 ms], 10 ms)[0] == 200 Hz", psth;
    "vector_strength" "(spikes: spikes, period: Time) -> 1" Shape::Single,
        "How well spikes lock to a period: 1 where all have one phase, 0 where phases are spread evenly.",
        "vector_strength([1 ms, 11 ms, 21 ms], 10 ms) > 0.999999", vector_strength;
    "train" "(spikes: spikes, neuron: integer) -> Time" Shape::Vector,
        "Spike times of one neuron.",
        "size(train([1 ms, 2 ms], 0)) == 2", |call| {
            let spikes = call.spikes(0)?;
            let at = crate::analysis::index::position(call.number(1)?, spikes.trains.len())?;
            Ok(Value::vector(spikes.trains.get(at).cloned().unwrap_or_default()))
        };
}

fn intervals(train: &[f64]) -> Vec<f64> {
    let pairs = train.windows(2);
    pairs
        .map(|pair| match pair {
            [a, b] => b - a,
            _ => f64::NAN,
        })
        .collect()
}

fn each(call: &Call<'_>, f: impl Fn(&[f64]) -> f64) -> Result<Value, String> {
    let spikes = call.spikes(0)?;
    Ok(Value::vector(
        spikes.trains.iter().map(|train| f(train)).collect(),
    ))
}

/// Numbers of spikes in successive windows that fit before the end. A time within a billionth of a bound lies at it.
fn counts(train: &[f64], window: f64, end: f64) -> Vec<f64> {
    let number = (end / window + 1e-9).floor().max(0.0) as usize;
    let mut counts = vec![0.0; number];
    for time in train {
        let bin = (time / window + 1e-9).floor();
        if bin >= 0.0
            && let Some(count) = counts.get_mut(bin as usize)
        {
            *count += 1.0;
        }
    }
    counts
}

fn window_of(call: &Call<'_>) -> Result<f64, String> {
    let window = call.number(1)?;
    if window > 0.0 && window.is_finite() {
        Ok(window)
    } else {
        Err("a window is longer than 0".to_string())
    }
}

fn fano(call: &Call<'_>) -> Result<Value, String> {
    let window = window_of(call)?;
    let end = call.spikes(0)?.end;
    each(call, |train| {
        let counts = counts(train, window, end);
        variance(&counts) / mean(&counts)
    })
}

fn rate(call: &Call<'_>) -> Result<Value, String> {
    let from = call.optional(1)?.unwrap_or(0.0);
    let to = call.optional(2)?.unwrap_or(call.spikes(0)?.end);
    each(call, |train| {
        let within = train.iter().filter(|t| **t >= from && **t < to);
        match to - from {
            span if span > 0.0 => within.count() as f64 / span,
            _ => 0.0,
        }
    })
}

fn psth(call: &Call<'_>) -> Result<Value, String> {
    let bin = window_of(call)?;
    let spikes = call.spikes(0)?;
    let mut total = counts(&[], bin, spikes.end);
    for train in &spikes.trains {
        for (sum, count) in total.iter_mut().zip(counts(train, bin, spikes.end)) {
            *sum += count;
        }
    }
    let scale = bin * spikes.trains.len() as f64;
    Ok(Value::vector(total.iter().map(|c| c / scale).collect()))
}

fn vector_strength(call: &Call<'_>) -> Result<Value, String> {
    let period = window_of(call)?;
    let spikes = call.spikes(0)?;
    let angles: Vec<f64> = spikes
        .trains
        .iter()
        .flatten()
        .map(|t| std::f64::consts::TAU * (t / period).fract())
        .collect();
    let part = |f: fn(f64) -> f64| sum(&angles.iter().map(|a| f(*a)).collect::<Vec<_>>());
    let (x, y) = (part(f64::cos), part(f64::sin));
    Ok(Value::number(x.hypot(y) / angles.len() as f64))
}
