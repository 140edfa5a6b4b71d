//! `delay: 0.25 ms` with a time step of 0.1 ms: events arrive at whole steps.

use crate::check::context::Checker;
use crate::diagnostic::{Diagnostic, codes};
use crate::source::Span;
use crate::units::dimension::Dimension;
use crate::units::quantity::Quantity;

/// Parts of a step that may be missing: what is written in decimals is no exact multiple.
const ROUNDING: f64 = 1e-2;

/// Warns where a delay is rounded to whole steps.
pub fn whole_steps(checker: &mut Checker, seconds: f64, dt: f64, span: Span) {
    let steps = (seconds / dt + 0.5).floor();
    if (seconds / dt - steps).abs() < ROUNDING {
        return;
    }
    let say = |value| Quantity::new(value, Dimension::TIME);
    let delay = say(seconds);
    let message = match steps as u64 {
        0 => format!("a delay of {delay} is less than half a time step: spikes arrive at once"),
        1 => format!("a delay of {delay} becomes {}, one step", say(dt)),
        _ => format!(
            "a delay of {delay} becomes {}, {steps} steps",
            say(steps * dt)
        ),
    };
    checker.report(
        Diagnostic::new(codes::DELAY_STEPS, span, message)
            .label(format!("the time step is {}", say(dt)))
            .note("spikes arrive at the nearest time step; a shorter step is set by `dt = …`"),
    );
}
