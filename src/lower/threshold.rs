//! The slot `thresholds`: who spikes, and what that sets.

use super::context::Context;
use super::margin;
use super::schedule::{Item, Part, Task};
use crate::kir::{BinaryOp, Slot, Ty};
use crate::model::{Group, GroupId};

/// The threshold of a group.
pub(super) fn items<'m>(context: &mut Context<'m>, id: GroupId, group: &'m Group) -> Vec<Item<'m>> {
    let (Some(threshold), Some(list)) = (&group.threshold, context.bindings.groups[id].spikes)
    else {
        return Vec::new();
    };
    let margin = context.bindings.groups[id].margin.clone();
    let state = group.refractory.as_ref().and(group.refractory_state);
    let part = Part::new(context, id, "threshold", false, move |emit| {
        if let Some(margin) = &margin {
            margin::keep(emit, margin);
        }
        let mut spike = emit.term_as(threshold.term, Ty::Bool);
        let Some(state) = state else {
            emit.push(list, spike);
            return;
        };
        let active = emit.variable(state.not_refractory);
        spike = emit.builder.binary(BinaryOp::And, spike, active);
        emit.push(list, spike);
        let refractory = emit.builder.bool(false);
        emit.assign(state.not_refractory, refractory, Some(spike));
        let now = emit.time();
        emit.assign(state.lastspike, now, Some(spike));
    });
    vec![Item::of(
        context,
        id,
        Slot::Thresholds,
        "threshold",
        Task::Kernel(part),
    )]
}
