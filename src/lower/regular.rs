//! Regular code: `every T: …`, in each step, or at given times.

use super::context::{Context, elem};
use super::events::statements;
use super::schedule::{Item, Part, Task};
use super::slot;
use crate::kir::At;
use crate::kir::layout::ColumnId;
use crate::model::code::{Regular, Statement, Times};
use crate::model::term::{Term, TermId};
use crate::model::{Model, Owner, VariableId, VariableKind};

/// The regular code of a group or projection.
pub(super) fn items<'m>(
    context: &mut Context<'m>,
    id: impl Into<Owner>,
    all: &'m [Regular],
) -> Vec<Item<'m>> {
    let id = id.into();
    let mut items = Vec::new();
    for (k, regular) in all.iter().enumerate() {
        let dt = context.model.owner_dt(id);
        let clock = match &regular.times {
            Times::EachStep => context.clock_of(id),
            Times::Every(interval) => context.clock(*interval),
            Times::At(times) => context.irregular_clock(dt, times),
        };
        let name = format!("regular{k}");
        for part in parts(context, id, &name, &regular.code.statements) {
            let slot = slot(&regular.slot);
            let mut item = Item::of(context, id, slot, &name, Task::Kernel(part.on(clock)));
            item.clock = clock;
            items.push(item);
        }
    }
    items
}

/// Code that may write shared variables: what does so runs once, before the rest runs for each element.
pub(super) fn parts<'m>(
    context: &mut Context<'m>,
    id: Owner,
    name: &str,
    code: &'m [Statement],
) -> Vec<Part<'m>> {
    let model = context.model;
    let shared = |statement: &Statement| {
        let variable = &model.variables[context.root(statement.target)];
        variable.shared && variable.kind != VariableKind::Temporary
    };
    let once = code.iter().rposition(shared).map_or(0, |last| last + 1);
    let (once, each) = code.split_at(once);
    // Temporaries of the first part that the second one reads.
    let mut handed: Vec<(VariableId, ColumnId)> = Vec::new();
    for statement in once {
        let variable = &model.variables[statement.target];
        let temporary = variable.kind == VariableKind::Temporary;
        let known = handed.iter().any(|(id, _)| *id == statement.target);
        let read = each
            .iter()
            .any(|later| reads(model, later.value, statement.target));
        if temporary && !known && read {
            let column = format!("{}.{name}.{}", model.owner_name(id), variable.name);
            let column = context.column(column, elem(variable.ty), 1, "1", 0.0);
            handed.push((statement.target, column));
        }
    }
    let mut parts = Vec::new();
    if !once.is_empty() {
        let handed = handed.clone();
        parts.push(Part::new(context, id, name, true, move |emit| {
            statements(emit, once, true);
            for (variable, column) in &handed {
                let value = emit.variable(*variable);
                emit.builder.store(*column, At::Uniform, value, None);
            }
        }));
    }
    if !each.is_empty() {
        parts.push(Part::new(context, id, name, false, move |emit| {
            for (variable, column) in &handed {
                let value = emit.builder.uniform(*column);
                emit.set_temporary(*variable, value);
            }
            statements(emit, each, true);
        }));
    }
    parts
}

fn reads(model: &Model, term: TermId, variable: VariableId) -> bool {
    model
        .terms
        .any(term, &mut |node| *node == Term::Variable(variable))
}
