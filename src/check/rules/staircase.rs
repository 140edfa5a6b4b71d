//! `signal I(t) = [0, 1, 2, 3, …] nA every 10 ms`: a ramp as a table is a staircase, because the values of a table are held.

use crate::check::context::Checker;
use crate::diagnostic::{Diagnostic, codes};
use crate::model::Signal;
use crate::units::dimension::Dimension;
use crate::units::quantity::Quantity;

/// Values from which on equal steps are taken for a ramp.
const LEAST_ROWS: usize = 5;
/// Time steps that a value is held at least.
const LEAST_STEPS: f64 = 5.0;

/// Advises where the table of a signal rises or falls by equal steps, each held for many time steps.
pub fn check(checker: &mut Checker) {
    let dt = checker.model.dt;
    let signals: Vec<Signal> = checker.model.signals.iter().cloned().collect();
    for signal in signals {
        let rows = signal.values.len();
        let (Some(&first), Some(&last)) = (signal.values.first(), signal.values.last()) else {
            continue;
        };
        if signal.indexed || rows < LEAST_ROWS || signal.dt < LEAST_STEPS * dt {
            continue;
        }
        let step = (last - first) / (rows - 1) as f64;
        let mut pairs = signal.values.iter().zip(signal.values.iter().skip(1));
        if step == 0.0 || !pairs.all(|(a, b)| (b - a - step).abs() <= 1e-6 * step.abs()) {
            continue;
        }
        let say = |value| Quantity::new(value, signal.dimension);
        let time = |value| Quantity::new(value, Dimension::TIME);
        let end = time((rows - 1) as f64 * signal.dt);
        let ramp = format!("{} * ramp(t, 0 ms, {end})", say(last - first));
        let ramp = match first == 0.0 {
            true => ramp,
            false => format!("{} + {ramp}", say(first)),
        };
        let (name, held) = (&signal.name, time(signal.dt));
        let rises = if step > 0.0 { "rises" } else { "falls" };
        checker.report(
            Diagnostic::new(
                codes::STAIRCASE,
                signal.span,
                format!("`{name}` {rises} in steps of {}", say(step.abs())),
            )
            .label(format!(
                "each value is held for {held}, {} time steps",
                (signal.dt / dt).round()
            ))
            .note(format!(
                "`{ramp}` is smooth; so are `step`, `sine` and `pulses`"
            )),
        );
    }
}
