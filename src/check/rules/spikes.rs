//! Threshold and reset belong together.

use crate::check::build::members::Body;
use crate::check::context::{Checker, Typed};
use crate::diagnostic::{Diagnostic, codes};
use crate::model::GroupId;
use crate::syntax::ast::MemberKind;
use crate::units::dimension::Dimension;
use crate::units::quantity::Quantity;

/// A reset or a refractory period without a threshold never happens; a threshold without either spikes in every step in which it holds.
pub fn reset_without_threshold(checker: &mut Checker, group: GroupId, body: &Body) {
    // A line that could not be read may be the missing one.
    if body
        .lines
        .iter()
        .any(|line| line.member.kind == MemberKind::Error)
    {
        return;
    }
    let find = |wanted: fn(&MemberKind) -> bool| {
        body.lines
            .iter()
            .find(|line| wanted(&line.member.kind))
            .map(|line| line.member.span)
    };
    let threshold = find(|kind| matches!(kind, MemberKind::Threshold(_)));
    let reset = find(|kind| matches!(kind, MemberKind::Reset(_)));
    let refractory = find(|kind| matches!(kind, MemberKind::Refractory(_)));
    let name = checker.model.groups[group].name.clone();
    match (threshold, reset, refractory) {
        (None, Some(span), _) | (None, None, Some(span)) => {
            let what = if reset.is_some() {
                "reset"
            } else {
                "refractory period"
            };
            checker.report(
                Diagnostic::new(
                    codes::NO_THRESHOLD,
                    span,
                    format!("`{name}` has a {what} but no threshold"),
                )
                .label("never happens: without a threshold there are no spikes")
                .note("say when a neuron spikes, as in `threshold: v > -50 mV`"),
            );
        }
        (Some(span), None, None) => checker.report(
            Diagnostic::new(
                codes::NO_RESET,
                span,
                format!("`{name}` spikes in every step in which its threshold holds"),
            )
            .label("nothing ends the spike")
            .note(
                "give a `reset:`, or count a spike once by `refractory:` with the same condition",
            ),
        ),
        _ => {}
    }
}

/// Warns where a refractory time is no whole number of steps: it is cut to one.
pub fn refractory_steps(checker: &mut Checker, group: GroupId, time: &Typed) {
    let Some(value) = checker.evaluate(time.term).filter(|value| *value > 0.0) else {
        return;
    };
    // The time step may be declared further down.
    let dt = checker.model.groups[group].dt.unwrap_or(checker.model.dt);
    let steps = ((value + 1e-3 * dt) / dt).trunc();
    if (value / dt - steps).abs() < 1e-2 && steps > 1.0 {
        return;
    }
    let say = |value| Quantity::new(value, Dimension::TIME);
    let message = if steps <= 1.0 {
        format!(
            "a refractory period of {} has no effect with a time step of {}",
            say(value),
            say(dt)
        )
    } else {
        format!(
            "a refractory period of {} is cut to {}, {steps} steps",
            say(value),
            say(steps * dt)
        )
    };
    checker.report(
        Diagnostic::new(codes::REFRACTORY_STEPS, time.span, message)
            .label(format!("the time step is {}", say(dt))),
    );
}
