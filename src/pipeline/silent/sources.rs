//! Why a source of spikes made none.
#![allow(clippy::disallowed_methods)] // a percentage for people

use crate::algebra::evaluate::{evaluate, known_constants};
use crate::model::GroupId;
use crate::model::term::{Term, TermId};
use crate::pipeline::experiment::Experiment;
use crate::units::dimension::Dimension;
use crate::units::display::format_quantity;

/// Rates are looked at for so many elements and moments at most.
const SAMPLES: usize = 200;
/// Where more spikes than this are expected, chance does not make none.
const MANY: f64 = 20.0;

fn time(seconds: f64) -> String {
    format_quantity(seconds, Dimension::TIME)
}

/// A Poisson source: how many spikes its rates make on average.
pub(super) fn poisson(experiment: &Experiment<'_>, id: GroupId, rates: TermId) -> Vec<String> {
    let model = &experiment.checked.model;
    let group = &model.groups[id];
    let (size, duration) = (group.size, experiment.simulation.time());
    let moves = model
        .terms
        .any(rates, &mut |term| matches!(term, Term::Time));
    let elements = size.min(SAMPLES);
    let moments = if moves { SAMPLES } else { 1 };
    let known = known_constants(model, group.dt.unwrap_or(model.dt));
    let at = |element: usize, moment: usize| {
        let t = duration * (moment as f64 + 0.5) / moments as f64;
        let leaf = |term: &Term| match term {
            Term::Time => Some(t),
            Term::Index => Some((element * size / elements) as f64),
            Term::Variable(variable) => {
                let column = experiment.built.lowered.bindings.variables[*variable]?;
                let values = experiment.simulation.values(column);
                let shared = model.variables[*variable].shared;
                values.get(if shared { 0 } else { element }).copied()
            }
            other => known(other),
        };
        evaluate(&model.terms, rates, &leaf).filter(|rate| rate.is_finite())
    };
    let mut all = Vec::new();
    for element in 0..elements {
        for moment in 0..moments {
            match at(element, moment) {
                Some(rate) => all.push(rate),
                None => return Vec::new(),
            }
        }
    }
    let largest = all.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let hertz = |rate| format_quantity(rate, Dimension::TIME.inverse());
    if largest <= 0.0 {
        let always = if moves { " throughout" } else { "" };
        return vec![format!("its rate is {}{always}", hertz(largest))];
    }
    let rate = all.iter().map(|rate| rate.max(0.0)).sum::<f64>() / all.len() as f64;
    let expected = rate * size as f64 * duration;
    if expected > MANY {
        return Vec::new();
    }
    let sources = if size == 1 { "source" } else { "sources" };
    let chance = 100.0 * (-expected).exp();
    let chance = if chance < 1.0 {
        format!("{chance:.2}")
    } else {
        format!("{chance:.0}")
    };
    vec![format!(
        "{size} {sources} of {} make {expected:.2} spikes in {} on average, and none in {chance} % of all runs",
        hertz(rate),
        time(duration)
    )]
}

/// A source with given spikes: when they would come.
pub(super) fn given(
    experiment: &Experiment<'_>,
    times: &[f64],
    period: Option<f64>,
) -> Vec<String> {
    let end = experiment.simulation.time();
    let first = times.iter().copied().fold(f64::INFINITY, f64::min);
    match period {
        _ if times.is_empty() => vec!["it is given no spikes".to_string()],
        _ if first >= end => vec![format!(
            "its first spike comes at {}, and the run ends at {}",
            time(first),
            time(end)
        )],
        _ => Vec::new(),
    }
}
