//! Equations of synapses that are integrated in every step.

use super::Given;
use super::context::Context;
use super::schedule::{Item, Part, Task};
use super::state::integrate;
use crate::kir::Slot;
use crate::model::ProjectionId;
use crate::model::projection::Projection;

/// The update of a projection's states in the slot `groups`.
pub(super) fn items<'m>(
    context: &mut Context<'m>,
    id: ProjectionId,
    projection: &'m Projection,
    given: &Given<'m>,
) -> Vec<Item<'m>> {
    let step = given.steps.iter().find(|step| step.owner == id.into());
    let Some(step) = step.filter(|_| !projection.system.equations.is_empty()) else {
        return Vec::new();
    };
    if context.bindings.projections[id].size == 0 {
        return Vec::new();
    }
    let part = Part::new(context, id, "state", false, move |emit| {
        integrate(emit, step)
    });
    let task = Task::Kernel(part);
    vec![Item::of(context, id, Slot::Groups, "state", task)]
}
