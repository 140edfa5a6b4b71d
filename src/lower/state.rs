//! The slot `groups`: refractoriness, then integration.

use super::context::Context;
use super::emit::Emit;
use super::schedule::{Item, Part, Task};
use crate::kir::{At, BinaryOp, CompareOp, Slot, Ty, UnaryOp, Value};
use crate::model::term::{Term, TermId};
use crate::model::{Group, GroupId, Refractory, VariableId};
use crate::numerics::scheme::{Body, Step};

/// The update of a group's refractoriness and states.
pub(super) fn items<'m>(
    context: &mut Context<'m>,
    id: GroupId,
    group: &'m Group,
    step: Option<&'m Step>,
) -> Vec<Item<'m>> {
    if step.is_none() && group.refractory.is_none() {
        return Vec::new();
    }
    let mut items = snapshots(context, id, group);
    let refractory = Part::new(context, id, "refractory", false, move |_| {});
    let block = refractory.block.clone();
    let part = Part::new(context, id, "state", false, move |emit| {
        let state = emit.block.clone();
        emit.begin(block.clone());
        refractoriness(emit, group);
        emit.begin(state);
        emit.before_step = true;
        if let Some(step) = step {
            integrate(emit, step);
        }
        emit.before_step = false;
    });
    items.push(Item::of(
        context,
        id,
        Slot::Groups,
        "state",
        Task::Kernel(part),
    ));
    items
}

/// Copies of states that other elements of the same group read during the update.
fn snapshots<'m>(context: &mut Context<'m>, id: GroupId, group: &Group) -> Vec<Item<'m>> {
    let mut items = Vec::new();
    for variable in &group.variables {
        let Some(column) = context.bindings.variables[*variable] else {
            continue;
        };
        if let Some(copy) = context.snapshots.get(&column).copied() {
            let part = Part::new(context, id, "before", false, move |emit| {
                let value = emit.builder.element(column);
                emit.builder.store(copy, At::Element, value, None);
            });
            items.push(Item::of(
                context,
                id,
                Slot::Groups,
                "before",
                Task::Kernel(part),
            ));
        }
    }
    items
}

/// `not_refractory`, from the values before the step.
fn refractoriness(emit: &mut Emit<'_>, group: &Group) {
    let (Some(refractory), Some(state)) = (&group.refractory, group.refractory_state) else {
        return;
    };
    let value = match refractory {
        Refractory::Time(duration) => {
            let last = emit.variable(state.lastspike);
            let now = emit.time();
            let since = emit.builder.binary(BinaryOp::Sub, now, last);
            let since = whole_steps(emit, since);
            let duration = emit.term_as(*duration, Ty::F64);
            let duration = whole_steps(emit, duration);
            emit.builder.compare(CompareOp::Ge, since, duration)
        }
        Refractory::While(condition) => {
            let before = emit.variable(state.not_refractory);
            let condition = emit.term_as(*condition, Ty::Bool);
            let over = emit.builder.unary(UnaryOp::Not, condition);
            emit.builder.binary(BinaryOp::Or, before, over)
        }
    };
    emit.assign(state.not_refractory, value, None);
}

/// `trunc((a + 0.001 dt)/dt)`: whole steps in a time, with a slack of a thousandth of a step.
fn whole_steps(emit: &mut Emit<'_>, time: Value) -> Value {
    let dt = emit.block.dt;
    let slack = emit.builder.f64(1e-3 * dt);
    let dt = emit.builder.f64(dt);
    let sum = emit.builder.binary(BinaryOp::Add, time, slack);
    let ratio = emit.builder.binary(BinaryOp::Div, sum, dt);
    emit.builder.unary(UnaryOp::Trunc, ratio)
}

/// All states from old to new.
pub(super) fn integrate(emit: &mut Emit<'_>, step: &Step) {
    let new: Vec<(VariableId, Value)> = match &step.body {
        Body::Fixed { lets, updates } => {
            for (variable, term) in lets {
                let value = emit.term(*term);
                emit.assign(*variable, value, None);
            }
            updates
                .iter()
                .map(|(variable, term)| (*variable, emit.term_as(*term, Ty::F64)))
                .collect()
        }
        Body::Adaptive { .. } => adaptive(emit, &step.body),
    };
    for (variable, value) in new {
        let Some(place) = emit.place(variable) else {
            continue;
        };
        // The old value is at hand, so choosing is cheaper than a masked store.
        let value = match emit.write_mask(variable) {
            None => value,
            Some(mask) => {
                let old = emit.read(&place);
                emit.builder.select(mask, value, old)
            }
        };
        emit.write(&place, value, None);
    }
}

/// Rounds with an internal step, until the end of the step is reached.
fn adaptive(emit: &mut Emit<'_>, body: &Body) -> Vec<(VariableId, Value)> {
    let Body::Adaptive {
        time,
        h,
        lets,
        updates,
        error,
        next_h,
        first_h,
        max_rounds,
    } = body
    else {
        return Vec::new();
    };
    // Time is counted from the start of the step, so that the first round can reach its end exactly.
    let now = emit.time();
    let dt = emit.builder.f64(emit.block.dt);
    let zero = emit.builder.f64(0.0);
    let first_h = emit.term_as(*first_h, Ty::F64);
    let first_h = emit.builder.binary(BinaryOp::Min, first_h, dt);
    let mut inits = vec![zero, first_h];
    for (variable, _) in updates {
        inits.push(emit.variable(*variable));
    }
    // What does not change in the loop is loaded before it.
    let terms = lets.iter().chain(updates).map(|(_, term)| *term);
    let terms: Vec<TermId> = terms.chain([*error, *next_h]).collect();
    let own: Vec<VariableId> = [*time, *h]
        .into_iter()
        .chain(lets.iter().map(|l| l.0))
        .collect();
    for term in &terms {
        preload(emit, *term, &own);
    }
    let before = emit.snapshot();
    let inside = emit.builder.begin_while(&inits);
    emit.forget_terms();
    let (local, step) = match inside.as_slice() {
        [local, step, ..] => (*local, *step),
        _ => (zero, dt),
    };
    let local_time = emit.builder.binary(BinaryOp::Add, now, local);
    emit.temporaries.insert(*time, local_time);
    emit.temporaries.insert(*h, step);
    for ((variable, _), value) in updates.iter().zip(inside.iter().skip(2)) {
        emit.temporaries.insert(*variable, *value);
    }
    for (variable, term) in lets {
        let value = emit.term_as(*term, Ty::F64);
        emit.temporaries.insert(*variable, value);
    }
    let proposed: Vec<Value> = updates
        .iter()
        .map(|(_, term)| emit.term_as(*term, Ty::F64))
        .collect();
    let error = emit.term_as(*error, Ty::F64);
    let next_h = emit.term_as(*next_h, Ty::F64);
    let b = &mut emit.builder;
    let one = b.f64(1.0);
    // A NaN is accepted: it cannot be mended by smaller steps, and is reported.
    let rejected = b.compare(CompareOp::Gt, error, one);
    let accepted = b.unary(UnaryOp::Not, rejected);
    let remaining = b.binary(BinaryOp::Sub, dt, local);
    let last = b.compare(CompareOp::Ge, step, remaining);
    let advanced = b.binary(BinaryOp::Add, local, step);
    let advanced = b.select(last, dt, advanced);
    let local_next = b.select(accepted, advanced, local);
    let left = b.binary(BinaryOp::Sub, dt, local_next);
    let step_next = b.binary(BinaryOp::Min, next_h, left);
    let mut next = vec![local_next, step_next];
    for (new, old) in proposed.iter().zip(inside.iter().skip(2)) {
        next.push(b.select(accepted, *new, *old));
    }
    let again = b.compare(CompareOp::Lt, local_next, dt);
    b.end_while(&inits, &inside, &next, again, *max_rounds);
    emit.restore(before);
    let states = inside.into_iter().skip(2);
    updates
        .iter()
        .map(|(variable, _)| *variable)
        .zip(states)
        .collect()
}

fn preload(emit: &mut Emit<'_>, term: TermId, own: &[VariableId]) {
    match emit.context.model.terms.get(term) {
        Term::Variable(variable) => {
            if !own.contains(variable) {
                emit.variable(*variable);
            }
        }
        Term::Time => {
            emit.time();
        }
        Term::StepNumber => {
            emit.owner_step();
        }
        Term::Random(..) => {
            emit.term(term);
        }
        _ => {
            for child in emit.context.model.terms.children(term) {
                preload(emit, child, own);
            }
        }
    }
}
