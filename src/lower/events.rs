//! Code that spikes and custom events run: statements, resets, `on EVENT`.

use super::context::Context;
use super::emit::Emit;
use super::schedule::{Item, Part, Task};
use crate::kir::{Slot, Ty};
use crate::model::code::Statement;
use crate::model::{Group, GroupId};

/// Statements one after the other, each with the values of the moment. Guarded code leaves `(unless refractory)` variables
/// of refractory neurons alone.
pub(super) fn statements(emit: &mut Emit<'_>, statements: &[Statement], guarded: bool) {
    for statement in statements {
        let value = emit.term(statement.value);
        let mask = if guarded {
            emit.write_mask(statement.target)
        } else {
            None
        };
        emit.assign(statement.target, value, mask);
    }
}

/// The reset of a group, for the neurons that spiked in this step.
pub(super) fn reset<'m>(context: &mut Context<'m>, id: GroupId, group: &'m Group) -> Vec<Item<'m>> {
    let (Some(reset), Some(list)) = (&group.reset, context.bindings.groups[id].spikes) else {
        return Vec::new();
    };
    let part = Part::new(context, id, "reset", false, move |emit| {
        statements(emit, &reset.statements, false);
    });
    vec![Item::of(
        context,
        id,
        Slot::Resets,
        "reset",
        Task::Kernel(part.over(list)),
    )]
}

/// Conditions of custom events and their code.
pub(super) fn custom<'m>(
    context: &mut Context<'m>,
    id: GroupId,
    group: &'m Group,
) -> Vec<Item<'m>> {
    let mut items = Vec::new();
    let lists = context.bindings.groups[id].events.clone();
    for (event, list) in group.events.iter().zip(lists) {
        let name = format!("event {}", event.name);
        let part = Part::new(context, id, &name, false, move |emit| {
            let happens = emit.term_as(event.condition.term, Ty::Bool);
            emit.push(list, happens);
        });
        items.push(Item::of(
            context,
            id,
            Slot::AfterThresholds,
            &name,
            Task::Kernel(part),
        ));
        if let Some(code) = &event.code {
            let name = format!("on {}", event.name);
            let part = Part::new(context, id, &name, false, move |emit| {
                statements(emit, &code.statements, false);
            });
            let task = Task::Kernel(part.over(list));
            items.push(Item::of(context, id, Slot::AfterResets, &name, task));
        }
    }
    items
}
