//! Tests of methods: what is chosen, how exact it is, how fast it converges.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::needless_range_loop
)]

mod choice;
mod double_double;
mod exactness;
mod order;
mod text;

use super::choose::plan;
use super::scheme::{Body, Step};
use crate::algebra::evaluate::Evaluator;
use crate::algebra::testing::{Given, Point};
use crate::diagnostic::{Diagnostic, Sink};
use crate::library::Library;

/// The step of a model that has one.
pub fn planned(given: &mut Given) -> Step {
    let mut sink = Sink::new();
    let step = plan(
        &mut given.model,
        given.group,
        Library::standard(),
        &mut sink,
    );
    step.unwrap_or_else(|| panic!("{:#?}", sink.diagnostics()))
}

/// What is reported for a model that has none.
pub fn refused(given: &mut Given) -> Diagnostic {
    let mut sink = Sink::new();
    let step = plan(
        &mut given.model,
        given.group,
        Library::standard(),
        &mut sink,
    );
    assert_eq!(step, None);
    sink.finish().into_iter().next().unwrap()
}

/// Advances the values by one step.
pub fn advance<'a>(given: &'a Given, step: &Step, point: &mut Point<'a>) {
    point.model = Some(&given.model);
    match &step.body {
        Body::Fixed { lets, updates } => {
            let mut inner = point.clone();
            for (variable, term) in lets {
                let value = Evaluator::new(&given.model.terms, &inner)
                    .value(*term)
                    .unwrap();
                inner.values.insert(*variable, value);
            }
            let evaluator = Evaluator::new(&given.model.terms, &inner);
            for (variable, term) in updates {
                point
                    .values
                    .insert(*variable, evaluator.value(*term).unwrap());
            }
        }
        Body::Adaptive {
            time,
            h,
            lets,
            updates,
            error,
            next_h,
            first_h,
            max_rounds,
        } => {
            let end = point.t + point.dt;
            let mut inner = point.clone();
            let mut local = point.t;
            let mut width = Evaluator::new(&given.model.terms, &inner)
                .value(*first_h)
                .unwrap();
            for _ in 0..*max_rounds {
                width = width.min(end - local);
                inner.values.insert(*time, local);
                inner.values.insert(*h, width);
                for (variable, term) in lets {
                    let value = Evaluator::new(&given.model.terms, &inner)
                        .value(*term)
                        .unwrap();
                    inner.values.insert(*variable, value);
                }
                let evaluator = Evaluator::new(&given.model.terms, &inner);
                let new: Vec<f64> = updates
                    .iter()
                    .map(|(_, term)| evaluator.value(*term).unwrap())
                    .collect();
                let next = evaluator.value(*next_h).unwrap();
                if evaluator.value(*error).unwrap() <= 1.0 {
                    for ((variable, _), value) in updates.iter().zip(new) {
                        inner.values.insert(*variable, value);
                        point.values.insert(*variable, value);
                    }
                    local += width;
                    if local >= end {
                        break;
                    }
                }
                width = next;
            }
        }
    }
}

/// The value of a variable after some steps without noise.
pub fn simulate(
    given: &Given,
    step: &Step,
    start: &[(&str, f64)],
    dt: f64,
    steps: usize,
) -> Vec<f64> {
    let mut point = Point {
        dt,
        ..Point::default()
    };
    for (name, value) in start {
        point.values.insert(given.variable(name), *value);
    }
    for k in 0..steps {
        point.t = k as f64 * dt;
        advance(given, step, &mut point);
    }
    start
        .iter()
        .map(|(name, _)| point.values[&given.variable(name)])
        .collect()
}
