//! Initial values and assignments of the protocol.

use super::context::Context;
use super::schedule::Part;
use crate::kir::{BinaryOp, CompareOp, Ty, Value as KirValue};
use crate::model::code::{Assignment, Selection, Value};
use crate::model::term::TermId;
use crate::model::{Owner, VariableKind};
use crate::runtime::command::{Command, Target};

/// What an assignment does. `name` names its random streams.
pub(super) fn assignment(
    context: &mut Context<'_>,
    name: &str,
    assignment: &Assignment,
) -> Vec<Command> {
    match &assignment.value {
        Value::Array(values) => array(context, assignment, values),
        Value::Matrix { values, columns } => {
            let values = of_pairs(context, assignment, values, *columns);
            array(context, assignment, &values)
        }
        Value::Term(term) => term_kernel(context, name, assignment, *term),
    }
}

/// The selected elements; all of the owner's, or one for a shared variable.
fn selected(context: &Context<'_>, assignment: &Assignment) -> Vec<u32> {
    let variable = &context.model.variables[assignment.variable];
    let size = if variable.shared {
        1
    } else {
        context.size(variable)
    };
    match &assignment.selection {
        Selection::All | Selection::Where(_) => (0..size as u32).collect(),
        Selection::Range { start, stop, step } => {
            let stop = (*stop).min(size) as u32;
            (*start as u32..stop).step_by((*step).max(1)).collect()
        }
        Selection::Indices(indices) => indices.clone(),
    }
}

/// The entries of a matrix for the selected synapses.
fn of_pairs(
    context: &Context<'_>,
    assignment: &Assignment,
    values: &[f64],
    columns: usize,
) -> Vec<f64> {
    let owner = context.model.variables[assignment.variable].owner;
    let wired = match owner {
        Owner::Projection(id) => context.wiring.projections.get(&id),
        Owner::Group(_) => None,
    };
    let Some(wired) = wired else {
        return Vec::new();
    };
    let selected = selected(context, assignment).into_iter();
    let entry = |synapse: u32| {
        let row = *wired.pre.get(synapse as usize)? as usize;
        let column = *wired.post.get(synapse as usize)? as usize;
        values.get(row * columns + column).copied()
    };
    selected
        .map(|synapse| entry(synapse).unwrap_or(0.0))
        .collect()
}

fn array(context: &mut Context<'_>, assignment: &Assignment, values: &[f64]) -> Vec<Command> {
    let mut places = selected(context, assignment);
    let mut id = assignment.variable;
    while let VariableKind::Linked { source, index } = &context.model.variables[id].kind {
        if let Some(index) = index {
            places = places
                .iter()
                .map(|place| index.get(*place as usize).copied().unwrap_or(0))
                .collect();
        }
        id = *source;
    }
    let Some(column) = context.bindings.variables[id] else {
        return Vec::new();
    };
    let consecutive = places
        .windows(2)
        .all(|w| matches!(w, [a, b] if *b == *a + 1));
    let target = match places.first() {
        Some(first) if consecutive => Target::From(*first as usize),
        _ => Target::At(places),
    };
    vec![Command::Write {
        column,
        target,
        values: values.to_vec(),
    }]
}

fn term_kernel(
    context: &mut Context<'_>,
    name: &str,
    assignment: &Assignment,
    term: TermId,
) -> Vec<Command> {
    let variable = assignment.variable;
    let owner = context.model.variables[variable].owner;
    let root = &context.model.variables[context.root(variable)];
    let shared = root.shared || context.model.variables[variable].shared;
    let as_code = assignment.as_code;
    let selection = assignment.selection.clone();
    let list = match &selection {
        Selection::Indices(indices) if !shared => Some(context.constant_list(name, indices)),
        _ => None,
    };
    let part = Part::new(context, owner, name, shared, move |emit| {
        let mut mask = match &selection {
            Selection::All | Selection::Indices(_) => None,
            Selection::Range { start, stop, step } => {
                Some(in_range(emit, *start as i64, *stop as i64, *step as i64))
            }
            Selection::Where(condition) => Some(emit.term_as(*condition, Ty::Bool)),
        };
        let value = emit.term(term);
        if as_code && let Some(active) = emit.write_mask(variable) {
            mask = Some(match mask {
                Some(mask) => emit.builder.binary(BinaryOp::And, mask, active),
                None => active,
            });
        }
        emit.assign(variable, value, mask);
    });
    let part = match list {
        Some(list) => part.over(list),
        None => part,
    };
    let kernel = part.kernel(context);
    context
        .keep(kernel)
        .map(Command::Call)
        .into_iter()
        .collect()
}

pub(super) fn in_range(
    emit: &mut super::emit::Emit<'_>,
    start: i64,
    stop: i64,
    step: i64,
) -> KirValue {
    let index = emit.own_index();
    let b = &mut emit.builder;
    let first = b.i64(start);
    let last = b.i64(stop);
    let above = b.compare(CompareOp::Ge, index, first);
    let below = b.compare(CompareOp::Lt, index, last);
    let inside = b.binary(BinaryOp::And, above, below);
    if step <= 1 {
        return inside;
    }
    let step = b.i64(step);
    let zero = b.i64(0);
    let offset = b.binary(BinaryOp::SubInt, index, first);
    let rest = b.binary(BinaryOp::FloorModInt, offset, step);
    let hit = b.compare(CompareOp::Eq, rest, zero);
    b.binary(BinaryOp::And, inside, hit)
}
