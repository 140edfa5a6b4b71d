//! The slot `before_start`: subexpressions that are constant over the step.

use std::collections::BTreeSet;

use super::context::Context;
use super::schedule::{Item, Part, Task};
use crate::kir::Slot;
use crate::model::term::{Term, TermId};
use crate::model::{Model, Owner, VariableId, VariableKind};

/// All of them, in order of dependency; neighbors of one group share a kernel.
pub(super) fn items<'m>(context: &mut Context<'m>) -> Vec<Item<'m>> {
    let model = context.model;
    let mut order = Vec::new();
    let mut seen = BTreeSet::new();
    for id in model.variables.ids() {
        visit(model, id, &mut seen, &mut order);
    }
    let mut items: Vec<Item<'m>> = Vec::new();
    let mut rest = order.as_slice();
    while let Some(first) = rest.first() {
        let alike = |id: &VariableId| {
            let (a, b) = (&model.variables[*first], &model.variables[*id]);
            a.owner == b.owner && a.shared == b.shared
        };
        let many = rest.iter().take_while(|id| alike(id)).count();
        let (now, later) = rest.split_at(many);
        let variable = &model.variables[*first];
        let Owner::Group(group) = variable.owner else {
            rest = later;
            continue;
        };
        let now = now.to_vec();
        let part = Part::new(context, group, "constant", variable.shared, move |emit| {
            for id in &now {
                if let VariableKind::Subexpression { value, .. } = model.variables[*id].kind {
                    let value = emit.term(value);
                    emit.assign(*id, value, None);
                }
            }
        });
        let task = Task::Kernel(part);
        let mut item = Item::of(context, group, Slot::BeforeStart, "constant", task);
        item.position = (false, 0, items.len() as u32);
        items.push(item);
        rest = later;
    }
    items
}

fn visit(
    model: &Model,
    id: VariableId,
    seen: &mut BTreeSet<VariableId>,
    order: &mut Vec<VariableId>,
) {
    if !seen.insert(id) {
        return;
    }
    match model.variables[id].kind {
        VariableKind::Linked { source, .. } => visit(model, source, seen, order),
        VariableKind::Subexpression {
            value,
            constant_over_dt,
        } => {
            uses(model, value, seen, order);
            if constant_over_dt {
                order.push(id);
            }
        }
        _ => {}
    }
}

fn uses(model: &Model, term: TermId, seen: &mut BTreeSet<VariableId>, order: &mut Vec<VariableId>) {
    if let Term::Variable(id) = model.terms.get(term) {
        visit(model, *id, seen, order);
    }
    for child in model.terms.children(term) {
        uses(model, child, seen, order);
    }
}
