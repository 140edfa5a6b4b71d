//! The measured order of each method equals the declared one.

use std::collections::BTreeMap;

use super::{advance, planned};
use crate::algebra::testing::{Given, Point, given};
use crate::library::Library;
use crate::numerics::scheme::{Body, Step};
use crate::syntax::ast::ExprKind;

fn declared(name: &str) -> f64 {
    let method = Library::standard()
        .methods()
        .iter()
        .find(|m| m.name.name == name)
        .unwrap();
    match &method.order.as_ref().unwrap().kind {
        ExprKind::Number(number) => number.value,
        other => panic!("{other:?}"),
    }
}

/// Slope of log error against log step, by least squares.
fn slope(steps: &[f64], errors: &[f64]) -> f64 {
    let n = steps.len() as f64;
    let (xs, ys): (Vec<f64>, Vec<f64>) = steps
        .iter()
        .zip(errors)
        .map(|(h, e)| (h.ln(), e.ln()))
        .unzip();
    let (mx, my) = (xs.iter().sum::<f64>() / n, ys.iter().sum::<f64>() / n);
    let covariance: f64 = xs.iter().zip(&ys).map(|(x, y)| (x - mx) * (y - my)).sum();
    covariance / xs.iter().map(|x| (x - mx).powi(2)).sum::<f64>()
}

/// Equations, start values, and the first state at any time.
type Problem = (&'static str, &'static [(&'static str, f64)], fn(f64) -> f64);

/// Equations that depend on time, with their solutions.
const PROBLEMS: &[Problem] = &[
    ("dx/dt = -2*t*x**2 : 1", &[("x", 1.0)], |t| {
        1.0 / (1.0 + t * t)
    }),
    ("dx/dt = cos(t)*x : 1", &[("x", 1.0)], |t| t.sin().exp()),
    (
        "dx/dt = y*cos(t) - x : 1\ndy/dt = -x*cos(t) - y : 1",
        &[("x", 1.0), ("y", 0.0)],
        |t| (-t).exp() * t.sin().cos(),
    ),
];

/// The largest error on the way to t = 1.
fn error(given: &Given, step: &Step, problem: &Problem, count: usize) -> f64 {
    let dt = 1.0 / count as f64;
    let mut point = Point {
        dt,
        ..Point::default()
    };
    for (name, value) in problem.1 {
        point.values.insert(given.variable(name), *value);
    }
    let first = given.variable(problem.1[0].0);
    let mut largest = 0.0f64;
    for k in 0..count {
        point.t = k as f64 * dt;
        advance(given, step, &mut point);
        largest = largest.max((point.values[&first] - problem.2((k + 1) as f64 * dt)).abs());
    }
    largest
}

#[test]
fn deterministic_methods() {
    let mut measured: BTreeMap<&str, usize> = BTreeMap::new();
    for method in Library::standard().methods() {
        let name = method.name.name.as_str();
        // An order below 1 speaks of noise: without it the method is Euler's.
        if method.order.is_none() || declared(name) < 1.0 {
            continue;
        }
        for problem in PROBLEMS {
            let text = problem.0;
            if name == "exponential_euler" && text.contains("**") {
                continue;
            }
            let mut given = given(text, Some(name));
            let mut step = planned(&mut given);
            // The order of an adaptive method is that of its steps when they do not adapt.
            if let Body::Adaptive { error, .. } = &mut step.body {
                *error = given.model.terms.number(0.0);
            }
            let counts = if declared(name) > 3.5 {
                [24, 48, 96]
            } else {
                [80, 160, 320]
            };
            let steps = counts.map(|count| 1.0 / count as f64);
            let errors = counts.map(|count| error(&given, &step, problem, count));
            let found = slope(&steps, &errors);
            assert!(
                (found - declared(name)).abs() < 0.1,
                "{name}, {text}: {found} {errors:?}"
            );
            *measured.entry(name).or_default() += 1;
        }
    }
    assert!(
        measured.len() >= 6 && measured.values().all(|count| *count >= 2),
        "{measured:?}"
    );
}

/// Normal numbers for tests: SplitMix64 and the polar form.
struct Normal(u64);

impl Normal {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
    fn next(&mut self) -> f64 {
        let (a, b) = (1.0 - self.uniform(), self.uniform());
        (-2.0 * a.ln()).sqrt() * (std::f64::consts::TAU * b).cos()
    }
}

/// Strong convergence: the mean distance from the solution along the same Brownian path falls with the declared order.
#[test]
fn stochastic_methods() {
    const FINEST: usize = 256;
    const PATHS: usize = 300;
    for (name, text) in [
        // Stratonovich: x = exp(-t + 0.8 W).
        ("heun", "dx/dt = -x + 0.8*x*xi : 1"),
        ("milstein", "dx/dt = -x + 0.8*x*xi : 1"),
        // Additive: x = (1 + the integral of e^s dW) e^-t.
        ("euler", "dx/dt = -x + 0.8*xi : 1"),
        ("heun", "dx/dt = -x + 0.8*xi : 1"),
    ] {
        let mut given = given(text, Some(name));
        let step = planned(&mut given);
        let x = given.variable("x");
        let widths = [1usize, 2, 4, 8];
        let mut errors = vec![0.0; widths.len()];
        let mut normal = Normal(7);
        for _ in 0..PATHS {
            let fine = 1.0 / FINEST as f64;
            let path: Vec<f64> = (0..FINEST).map(|_| normal.next() * fine.sqrt()).collect();
            // A path much finer than the steps tells the solution of the additive equation well enough.
            let solution = if text.contains("x*xi") {
                (-1.0 + 0.8 * path.iter().sum::<f64>()).exp()
            } else {
                let inner = path.iter().enumerate().map(|(k, w)| {
                    let middle = (k as f64 + 0.5) * fine;
                    0.8 * middle.exp() * w
                });
                (1.0 + inner.sum::<f64>()) * (-1f64).exp()
            };
            for (width, error) in widths.iter().zip(&mut errors) {
                let dt = 4.0 * *width as f64 * fine;
                let mut point = Point {
                    dt,
                    ..Point::default()
                };
                point.values.insert(x, 1.0);
                for (k, part) in path.chunks(4 * width).enumerate() {
                    point.t = k as f64 * dt;
                    point.noise = vec![part.iter().sum::<f64>() / dt.sqrt()];
                    advance(&given, &step, &mut point);
                }
                *error += (point.values[&x] - solution).abs() / PATHS as f64;
            }
        }
        let steps: Vec<f64> = widths.iter().map(|w| *w as f64).collect();
        let found = slope(&steps, &errors);
        assert!(
            (found - declared(name)).abs() < 0.15,
            "{name}, {text}: {found} {errors:?}"
        );
    }
}
