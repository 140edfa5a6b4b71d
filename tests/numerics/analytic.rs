//! Models whose results can be written down. Lines `#? WHAT = NUMBER within BOUND` say what holds at the end, SI:
//! `v of P[3]`, `mean v of P`, `variance v of P`, `spikes of P`.

use crate::{Failed, alike_on, compile};
use snnc::backend;
use snnc::lower::Lowered;
use snnc::model::Model;
use snnc::runtime::simulation::Simulation;
use std::fmt::Write as _;

/// Runs a model and asks its questions.
pub fn ask(text: &str) -> Result<(), Failed> {
    let checked = compile(text)?;
    let questions: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("#? "))
        .collect();
    if questions.is_empty() {
        return Err("asks nothing".into());
    }
    let mut wrong = String::new();
    for (backend, simulation, lowered) in alike_on(&checked, &backend::all())? {
        for question in &questions {
            let (what, answer) = question.split_once(" = ").unwrap();
            let (expected, bound) = answer.split_once(" within ").unwrap();
            let (expected, bound): (f64, f64) = (expected.parse()?, bound.parse()?);
            let found = value(what, &checked.model, &lowered, &simulation);
            if (found - expected).abs() > bound || found.is_nan() {
                let _ = writeln!(wrong, "{backend}: {question}: found {found}");
            }
        }
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.into())
    }
}

fn value(what: &str, model: &Model, lowered: &Lowered, simulation: &Simulation) -> f64 {
    let (what, place) = what.split_once(" of ").unwrap();
    let (name, element) = match place.split_once('[') {
        Some((name, element)) => (name, element.trim_end_matches(']').parse::<usize>().ok()),
        None => (place, None),
    };
    if what == "spikes" {
        let group = model
            .groups
            .ids()
            .find(|id| model.groups[*id].name == name)
            .unwrap();
        return simulation.entries(lowered.bindings.groups[group].spikes.unwrap()) as f64;
    }
    let (statistic, variable) = what.split_once(' ').unwrap_or(("", what));
    let column = lowered
        .setup
        .program
        .layout
        .find(&format!("{name}.{variable}"))
        .unwrap();
    let values = simulation.values(column);
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    match statistic {
        "" => values[element.unwrap()],
        "mean" => mean(&values),
        "variance" => {
            let center = mean(&values);
            mean(
                &values
                    .iter()
                    .map(|v| (v - center).powi(2))
                    .collect::<Vec<_>>(),
            )
        }
        other => panic!("{other}"),
    }
}
