//! Threshold and reset belong together.

use crate::check::build::members::Body;
use crate::check::context::Checker;
use crate::diagnostic::{Diagnostic, codes};
use crate::model::GroupId;
use crate::syntax::ast::MemberKind;

/// A reset or a refractory period without a threshold never happens; a threshold without either spikes in every step in which it holds.
pub fn reset_without_threshold(checker: &mut Checker, group: GroupId, body: &Body) {
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
