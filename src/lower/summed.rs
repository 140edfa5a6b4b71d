//! `(summed)` variables: in every step, before its owner is integrated, a variable of one side becomes the sum over its synapses.
//!
//! Several projections may add to one variable: all are set to zero first. Where there are many synapses, numbered by their sources, they
//! are added to as by events: as if all sources had spiked.

use super::context::Context;
use super::emit::{Emit, Place};
use super::schedule::{Item, Part, Task};
use super::sorted::by_source;
use crate::kir::pathway::{Delay, Pathway};
use crate::kir::{BinaryOp, ClockId, Domain, Slot, Value};
use crate::model::projection::{Endpoint, Side, Summed};
use crate::model::{Model, Owner, ProjectionId, VariableId};
use crate::runtime::command::{Command, Target};

/// Synapses from which on they are added to like this.
const MANY: usize = 1024;

/// Order of setting to zero, and of adding, relative to the update of groups.
const ZERO: i32 = -2;
const ADD: i32 = -1;

/// The summed variables of all projections.
pub(super) fn items<'m>(context: &mut Context<'m>) -> Vec<Item<'m>> {
    let model = context.model;
    let mut items = Vec::new();
    let mut zeroed: Vec<(VariableId, Endpoint)> = Vec::new();
    for (id, projection) in model.projections.iter_enumerated() {
        for summed in &projection.summed {
            let endpoint = side(model, id, summed.side);
            if !zeroed.contains(&(summed.variable, endpoint)) {
                zeroed.push((summed.variable, endpoint));
                items.push(zero(context, id, summed, endpoint));
            }
            if context.bindings.projections[id].size > 0 {
                items.push(add(context, id, summed));
            }
        }
    }
    items
}

fn side(model: &Model, id: ProjectionId, side: Side) -> Endpoint {
    let projection = &model.projections[id];
    match side {
        Side::Pre => projection.source,
        Side::Post => projection.target,
    }
}

/// Sets the elements of a side to zero.
fn zero<'m>(
    context: &mut Context<'m>,
    id: ProjectionId,
    summed: &'m Summed,
    endpoint: Endpoint,
) -> Item<'m> {
    let model = context.model;
    let variable = summed.variable;
    let name = format!("zero {}", model.variables[variable].name);
    let size = context.owner_size(endpoint.owner);
    let part = Part::new(context, endpoint.owner, &name, false, move |emit| {
        let mask = within(emit, &endpoint, size);
        let zero = emit.builder.f64(0.0);
        emit.assign(variable, zero, mask);
    });
    let clock = context.clock_of(endpoint.owner);
    let mut item = Item::of(
        context,
        id,
        Slot::Groups,
        &name,
        Task::Kernel(part.on(clock)),
    );
    item.order = ZERO;
    item.clock = clock;
    item
}

/// Where an element lies in a slice of its owner; nothing where all do.
pub(super) fn within(emit: &mut Emit<'_>, slice: &Endpoint, size: usize) -> Option<Value> {
    (slice.first > 0 || slice.last < size).then(|| {
        let last = slice.last.min(size) as i64;
        super::init::in_range(emit, slice.first as i64, last, 1)
    })
}

/// Adds the values of all synapses, in order of their numbers.
fn add<'m>(context: &mut Context<'m>, id: ProjectionId, summed: &'m Summed) -> Item<'m> {
    let model = context.model;
    let name = format!("sum {}", model.variables[summed.variable].name);
    let len = context.bindings.projections[id].size;
    // The sum is needed when what it belongs to is integrated.
    let clock = context.clock_of(side(model, id, summed.side).owner);
    if len >= MANY
        && by_source(&model.projections[id].connect)
        && let Some(pathway) = all(context, id, summed, &name, clock)
    {
        let mut item = Item::of(context, id, Slot::Groups, &name, Task::Deliver(pathway));
        item.order = ADD;
        item.clock = clock;
        return item;
    }
    let part = Part::new(context, id, &name, false, move |emit| {
        let target = context_place(emit, id, summed);
        let Some(target) = target else {
            return;
        };
        let wanted = super::emit::ty(model.variables[summed.variable].ty);
        let value = emit.term_as(summed.value, wanted);
        let before = emit.read(&target);
        let op = match wanted {
            crate::kir::Ty::F64 => BinaryOp::Add,
            _ => BinaryOp::AddInt,
        };
        let sum = emit.builder.binary(op, before, value);
        emit.write(&target, sum, None);
    });
    let part = part.within(Domain::Sequence { len }).on(clock);
    let mut item = Item::of(context, id, Slot::Groups, &name, Task::Kernel(part));
    item.order = ADD;
    item.clock = clock;
    item
}

/// A pathway that takes an event of every source to all synapses in each step.
fn all(
    context: &mut Context<'_>,
    id: ProjectionId,
    summed: &Summed,
    name: &str,
    clock: ClockId,
) -> Option<Pathway> {
    let batch = super::batch::sum(context, id, summed, name, clock)?;
    let effect = batch.effect(context)?;
    let projection = &context.model.projections[id];
    let (source, full) = (projection.source, format!("{}.{name}", projection.name));
    let size = context.owner_size(source.owner);
    let list = context.layout.add_list(format!("{full} sources"), size);
    let columns = context.layout.list(list).clone();
    let sources: Vec<u32> = (source.first as u32..source.last.min(size) as u32).collect();
    context.fill.push(Command::Write {
        column: columns.count,
        target: Target::From(0),
        values: vec![sources.len() as f64],
    });
    context.fill.push(Command::Fill {
        column: columns.items,
        values: sources.into(),
    });
    Some(Pathway {
        name: full,
        list,
        rows: context.bindings.projections[id].pre,
        first: source.first as u32,
        delay: Delay::Common(0.0),
        changing: false,
        effect,
    })
}

/// The summed variable at one side of a synapse.
fn context_place(emit: &Emit<'_>, id: ProjectionId, summed: &Summed) -> Option<Place> {
    let hop = emit.hop(Owner::Projection(id), summed.side)?;
    let mut place = emit.place(summed.variable)?;
    place.path.insert(0, hop);
    Some(place)
}
