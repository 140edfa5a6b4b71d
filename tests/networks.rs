//! The networks of `examples/` against Brian2: `tests/brian2/NAME.json` holds what its script gave. Without random numbers every spike is the
//! same; with them, rates, coefficients of variation and synchrony agree within what Brian2's own seeds differ by. `results` are values that
//! the protocol of the example computes, by name.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::fmt::Write as _;
use std::path::Path;

use common::{Finished, Options, files, root, run_with};
use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;

/// Relative error of values.
const TOLERANCE: f64 = 1e-9;

/// Bounds in standard errors of the difference of two means.
const SIGMAS: f64 = 4.0;

/// Seeds that are tried, unless the file says `compared`.
const SEEDS: u64 = 3;

/// Width of the bins in which spikes are counted for synchrony, as in `tests/brian2/common.py`.
const BIN: f64 = 5e-3;

fn main() {
    let mut trials = Vec::new();
    for path in files(&root().join("tests/brian2"), "json") {
        let name = path.file_stem().unwrap().to_string_lossy().to_string();
        trials.push(Trial::test(name.clone(), move || {
            let expected: Value = serde_json::from_str(&std::fs::read_to_string(&path)?)?;
            let example = expected["example"].as_str().unwrap_or(&name);
            let path = root().join(format!("examples/{example}.snn"));
            match expected.get("populations") {
                Some(_) => random(&path, &expected),
                None => fixed(&path, &expected),
            }
        }));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// An example with the settings of a comparison, recording the spikes of some populations.
fn run(
    path: &Path,
    expected: &Value,
    recorded: &[&str],
    seed: Option<u64>,
) -> Result<Finished, Failed> {
    let mut text = std::fs::read_to_string(path)?;
    let mut options = Options::default();
    for (name, value) in expected["set"].as_object().unwrap() {
        let value = value.as_str().unwrap().to_string();
        options.check.set.push((name.clone(), value));
    }
    options.check.parameters = expected["parameters"].as_str().map(str::to_string);
    options.check.seed = seed;
    // Only these are recorded: everything else costs time.
    let figures = ["\nfigure ", "\nplot "].map(|word| text.find(word));
    let end = figures.into_iter().flatten().min();
    text.truncate(end.expect("a figure at the end"));
    text.push('\n');
    // What is only drawn would be said to lead nowhere.
    let also = expected.get("also").and_then(Value::as_array);
    let also = also.into_iter().flatten().filter_map(Value::as_str);
    for population in recorded.iter().copied().chain(also) {
        let _ = writeln!(text, "record spikes of {population}");
    }
    for name in results(expected) {
        let _ = writeln!(text, "export({name}, \"{name}.csv\")");
    }
    let result = run_with(&path.to_string_lossy(), &text, &options);
    if !result.codes().is_empty() {
        return Err(result.said.into());
    }
    Ok(result.complete())
}

/// Names of the computed values that are compared.
fn results(expected: &Value) -> Vec<&String> {
    let rows = expected.get("results").and_then(Value::as_object);
    rows.into_iter().flatten().map(|(name, _)| name).collect()
}

/// A value that the protocol computed.
fn result(finished: &Finished, name: &str) -> Vec<f64> {
    let file = format!("{name}.csv");
    let export = finished.exports.iter().find(|export| export.name == file);
    let text = String::from_utf8_lossy(&export.unwrap().bytes).into_owned();
    let numbers = text.split([',', '\n']).filter(|cell| !cell.is_empty());
    numbers.map(|cell| cell.parse().unwrap()).collect()
}

/// Two lists of numbers agree, up to rounding.
fn agree(place: &str, expected: &Value, found: &[f64]) -> Result<(), Failed> {
    let expected = numbers(expected);
    let scale = expected.iter().fold(0.0f64, |a, x| a.max(x.abs()));
    let close = |(a, b): (&f64, &f64)| (a - b).abs() <= TOLERANCE * a.abs().max(1e-3 * scale);
    if expected.len() != found.len() || !expected.iter().zip(found).all(close) {
        return Err(format!("{place}: expected {expected:?}, found {found:?}").into());
    }
    Ok(())
}

/// Every spike at its step, final values, and what the protocol computed.
fn fixed(path: &Path, expected: &Value) -> Result<(), Failed> {
    let spikes = expected["spikes"].as_object().unwrap();
    let recorded: Vec<&str> = spikes.keys().map(String::as_str).collect();
    let finished = run(path, expected, &recorded, None)?;
    for (population, rows) in spikes {
        let tables = &finished.recording.spikes;
        let table = tables.iter().find(|table| table.population == *population);
        let table = table.ok_or(format!("no spikes of {population}"))?;
        let found: Vec<(u64, u64)> = table
            .step
            .iter()
            .zip(&table.i)
            .map(|(k, i)| (*k, u64::from(*i)))
            .collect();
        let whole = |key: &str| {
            rows[key]
                .as_array()
                .unwrap()
                .iter()
                .map(|x| x.as_u64().unwrap())
                .collect::<Vec<_>>()
        };
        let expected: Vec<(u64, u64)> = whole("step").into_iter().zip(whole("i")).collect();
        if let Some(k) =
            (0..expected.len().max(found.len())).find(|k| expected.get(*k) != found.get(*k))
        {
            let message = format!(
                "{population}: {} spikes expected, found {}; spike {k}: expected {:?}, found {:?}",
                expected.len(),
                found.len(),
                expected.get(k),
                found.get(k)
            );
            return Err(message.into());
        }
    }
    for (place, values) in expected["values"].as_object().unwrap() {
        agree(place, values, finished.value(place))?;
    }
    for name in results(expected) {
        agree(
            name,
            &expected["results"][name],
            &self::result(&finished, name),
        )?;
    }
    Ok(())
}

/// Statistics over several seeds.
fn random(path: &Path, expected: &Value) -> Result<(), Failed> {
    let populations = expected["populations"].as_object().unwrap();
    let window = numbers(&expected["window"]);
    let (start, stop) = (window[0], window[1]);
    // A population that the example does not name is a slice of one that it does.
    let slice = |name: &str| {
        let slice = expected.get("slices").and_then(|slices| slices.get(name));
        match slice {
            Some(slice) => (
                slice[0].as_str().unwrap().to_string(),
                slice[1].as_u64(),
                slice[2].as_u64(),
            ),
            None => (name.to_string(), None, None),
        }
    };
    let seeds = expected["compared"].as_u64().unwrap_or(SEEDS);
    let mut recorded: Vec<String> = populations.keys().map(|name| slice(name).0).collect();
    recorded.sort();
    recorded.dedup();
    let recorded: Vec<&str> = recorded.iter().map(String::as_str).collect();
    let mut found: Vec<(String, &Value, Vec<f64>)> = Vec::new();
    let mut add = |name: String, expected, value| match found.iter_mut().find(|row| row.0 == name) {
        Some(row) => row.2.push(value),
        None => found.push((name, expected, vec![value])),
    };
    for seed in 1..=seeds {
        let finished = run(path, expected, &recorded, Some(seed))?;
        for (name, rows) in populations {
            let (population, first, last) = slice(name);
            let table = finished
                .recording
                .spikes
                .iter()
                .find(|table| table.population == population);
            let table = table.ok_or(format!("no spikes of {population}"))?;
            let (first, last) = (
                first.unwrap_or(0) as u32,
                last.map_or(table.size as u32, |last| last as u32),
            );
            let spikes: Vec<(u32, f64)> = table
                .i
                .iter()
                .zip(&table.t)
                .filter(|(i, t)| {
                    (first..last).contains(i) && **t >= start - 1e-9 && **t < stop - 1e-9
                })
                .map(|(i, t)| (i - first, *t))
                .collect();
            let size = (last - first) as usize;
            add(
                format!("{name} rate"),
                &rows["rate"],
                spikes.len() as f64 / size as f64 / (stop - start),
            );
            if let Some(expected) = rows.get("cv") {
                add(format!("{name} cv"), expected, irregularity(&spikes, size));
            }
            add(
                format!("{name} fano"),
                &rows["fano"],
                synchrony(&spikes, start, stop),
            );
        }
        for name in results(expected) {
            let found = self::result(&finished, name);
            add(name.clone(), &expected["results"][name], found[0]);
        }
        for (what, values) in expected
            .get("finals")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            let (place, statistic) = what.rsplit_once(' ').unwrap();
            let (place, scale) = place.split_once('/').map_or((place, 1.0), |(place, _)| {
                (place, expected["scale"].as_f64().unwrap())
            });
            let values_found: Vec<f64> = finished.value(place).iter().map(|x| x / scale).collect();
            add(what.clone(), values, summary(statistic, &values_found));
        }
    }
    let mut wrong = String::new();
    let mut all = String::new();
    for (what, expected, found) in &found {
        let expected = numbers(expected);
        let (m, s) = moments(&expected);
        let (mean, _) = moments(found);
        // The spread is Brian2's; a value that is the same for all seeds still has the rounding of a count.
        let error = (s * s / expected.len() as f64 + s * s / found.len() as f64).sqrt();
        let bound = SIGMAS * error + 1e-3 * m.abs();
        let line = format!("{what}: Brian2 {m:.4} ± {s:.4}, found {mean:.4}, bound {bound:.4}\n");
        all.push_str(&line);
        let near = (mean - m).abs() <= bound;
        if !near {
            wrong.push_str(&line);
        }
    }
    if std::env::var_os("SNNC_SHOW").is_some() {
        println!("{}\n{all}", path.display());
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.into())
    }
}

/// Mean coefficient of variation of the intervals of neurons with five spikes or more.
fn irregularity(spikes: &[(u32, f64)], size: usize) -> f64 {
    let mut times: Vec<Vec<f64>> = vec![Vec::new(); size];
    for (i, t) in spikes {
        times[*i as usize].push(*t);
    }
    let many = times.iter().filter(|times| times.len() >= 5);
    let cvs: Vec<f64> = many
        .map(|times| {
            let intervals: Vec<f64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
            let mean = intervals.iter().sum::<f64>() / intervals.len() as f64;
            variance(&intervals).sqrt() / mean
        })
        .collect();
    if cvs.is_empty() {
        0.0
    } else {
        cvs.iter().sum::<f64>() / cvs.len() as f64
    }
}

/// Variance over mean of the number of spikes per bin; 1 where neurons are independent.
fn synchrony(spikes: &[(u32, f64)], start: f64, stop: f64) -> f64 {
    let bins = ((stop - start) / BIN).round() as usize;
    let mut counts = vec![0.0; bins];
    for (_, t) in spikes {
        counts[(((t - start) / BIN + 1e-6) as usize).min(bins - 1)] += 1.0;
    }
    if spikes.is_empty() {
        0.0
    } else {
        variance(&counts) / (spikes.len() as f64 / bins as f64)
    }
}

fn summary(statistic: &str, values: &[f64]) -> f64 {
    let count = values.len() as f64;
    let share =
        |holds: &dyn Fn(f64) -> bool| values.iter().filter(|x| holds(**x)).count() as f64 / count;
    match statistic {
        "mean" => values.iter().sum::<f64>() / count,
        "std" => variance(values).sqrt(),
        "weak" => share(&|x| x < 0.1),
        "strong" => share(&|x| x > 0.9),
        other => panic!("statistic {other}"),
    }
}

fn variance(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / values.len() as f64
}

/// Mean, and standard deviation estimated from the sample.
fn moments(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    (mean, (variance(values) * n / (n - 1.0).max(1.0)).sqrt())
}

fn numbers(values: &Value) -> Vec<f64> {
    values
        .as_array()
        .unwrap()
        .iter()
        .map(|x| x.as_f64().unwrap())
        .collect()
}
