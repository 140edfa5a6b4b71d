//! The slot `before_start`: subexpressions that are constant over the step, and values of whole populations.

use std::collections::BTreeSet;

use super::context::{Context, elem};
use super::schedule::{Item, Part, Task};
use crate::kir::pathway::{Reducer, Reduction};
use crate::kir::{At, Slot};
use crate::model::term::{Term, TermId};
use crate::model::{self, Model, VariableId, VariableKind};

/// All of them, in order of dependency; neighbors of one owner share a kernel.
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
        let variable = &model.variables[*first];
        if matches!(variable.kind, VariableKind::Aggregate { .. }) {
            items.extend(aggregate(context, *first));
            rest = rest.get(1..).unwrap_or_default();
            continue;
        }
        let alike = |id: &VariableId| {
            let (a, b) = (&model.variables[*first], &model.variables[*id]);
            let kept = matches!(b.kind, VariableKind::Subexpression { .. });
            kept && a.owner == b.owner && a.shared == b.shared
        };
        let many = rest.iter().take_while(|id| alike(id)).count().max(1);
        let (now, later) = rest.split_at(many);
        let owner = variable.owner;
        let now = now.to_vec();
        let part = Part::new(context, owner, "constant", variable.shared, move |emit| {
            for id in &now {
                if let VariableKind::Subexpression { value, .. } = model.variables[*id].kind {
                    let value = emit.term(value);
                    emit.assign(*id, value, None);
                }
            }
        });
        let task = Task::Kernel(part);
        items.push(Item::of(
            context,
            owner,
            Slot::BeforeStart,
            "constant",
            task,
        ));
        rest = later;
    }
    for (item, number) in items.iter_mut().zip(0..) {
        item.position = (false, 0, number);
    }
    items
}

/// The value of a whole population: what is combined is computed first, if it is not stored.
fn aggregate<'m>(context: &mut Context<'m>, id: VariableId) -> Vec<Item<'m>> {
    let model = context.model;
    let variable = &model.variables[id];
    let VariableKind::Aggregate {
        reduction,
        source,
        first,
        last,
    } = variable.kind
    else {
        return Vec::new();
    };
    let Some(into) = context.bindings.variables[id] else {
        return Vec::new();
    };
    let (given, size) = (
        &model.variables[source],
        context.size(&model.variables[source]),
    );
    let owner = given.owner;
    let mut items = Vec::new();
    let stored = context.bindings.variables[source].filter(|_| !given.shared);
    let column = match stored {
        Some(column) => column,
        None => {
            let name = format!("{}.each", context.name(id));
            let column = context.column(name, elem(given.ty), size, "1", 0.0);
            let ty = super::emit::ty(given.ty);
            let part = Part::new(context, owner, &variable.name, false, move |emit| {
                let value = emit.variable(source);
                let value = emit.convert(value, ty);
                emit.builder.store(column, At::Element, value, None);
            });
            let task = Task::Kernel(part);
            items.push(Item::of(
                context,
                owner,
                Slot::BeforeStart,
                &variable.name,
                task,
            ));
            column
        }
    };
    let last = last.min(size);
    let reducer = Reducer {
        name: context.name(id),
        reduction: match reduction {
            model::Reduction::Sum => Reduction::Sum,
            model::Reduction::Mean => Reduction::Mean,
            model::Reduction::Min => Reduction::Min,
            model::Reduction::Max => Reduction::Max,
        },
        source: column,
        first: first.min(last),
        last,
        into,
    };
    let task = Task::Reduce(reducer);
    let mut item = Item::of(context, variable.owner, Slot::BeforeStart, "reduce", task);
    item.name = context.name(id);
    // On the clock of the population; who reads it sees the value of the latest step.
    item.clock = context.clock_of(owner);
    item.group = None;
    items.push(item);
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
        VariableKind::Linked { source, .. } | VariableKind::Remote { source, .. } => {
            visit(model, source, seen, order);
        }
        VariableKind::Aggregate { source, .. } => {
            visit(model, source, seen, order);
            order.push(id);
        }
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
