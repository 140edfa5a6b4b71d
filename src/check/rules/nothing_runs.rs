//! A model with recordings or figures, and no `run`: they would be empty.

use crate::check::context::Checker;
use crate::diagnostic::{Diagnostic, codes};
use crate::model::figure::Series;
use crate::model::protocol::Action;

/// Warns where something is to be seen and nothing happens.
pub fn check(checker: &mut Checker) {
    let idle = |action: &Action| {
        matches!(
            action,
            Action::Assign(_) | Action::SetConstant { .. } | Action::Save(_) | Action::Restore(..)
        )
    };
    let model = &checker.model;
    let (Some(group), true) = (model.groups.iter().next(), model.protocol.iter().all(idle)) else {
        return;
    };
    // A phase plane that says how far it reaches is drawn from the equations alone.
    let drawn = |series: &Series| match series {
        Series::Phase { plane, .. } => {
            let plane = model.planes.get(*plane);
            plane.is_some_and(|plane| plane.limits.iter().all(Option::is_some))
        }
        _ => false,
    };
    let panels = || model.figures.iter().flat_map(|figure| &figure.panels);
    if panels().next().is_some() && panels().flat_map(|panel| &panel.series).all(drawn) {
        return;
    }
    if model.figures.is_empty() && model.records.is_empty() {
        return;
    }
    let what = match model.figures.is_empty() {
        true => "recordings",
        false => "figures",
    };
    let message = format!("nothing runs: the {what} will be empty");
    let diagnostic = Diagnostic::new(codes::NOTHING_RUNS, group.span, message)
        .label("is never simulated")
        .note("a line such as `run 100 ms` simulates the model");
    checker.report(diagnostic);
}
