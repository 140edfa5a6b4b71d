//! Code of synapses that runs for many events at once.
//!
//! Events of one step concern different synapses. Where their code reads nothing that it changes but the synapse's own variables, and
//! writes variables of the sides only by adding to them or setting them, the order of events matters only for what is written
//! there. Then a kernel computes the results for all events, as fast as for a population, and the runtime takes them where they
//! belong, event after event: the results are those of running the code for one event after the other.

use std::collections::BTreeSet;

use super::context::Context;
use super::emit::Emit;
use super::pathway::{added, catch_up};
use super::schedule::Part;
use crate::kir::layout::{ColumnId, Elem, ListId, PAD};
use crate::kir::pathway::{Effect, Near, SHARE, To, Write};
use crate::kir::{At, ClockId, Kernel, Op, Stmt, Ty, UnaryOp};
use crate::model::code::Statement;
use crate::model::projection::{Pathway, Side, Summed};
use crate::model::{Owner, ProjectionId, VariableId, VariableKind};
use crate::numerics::scheme::Catch;

/// Synapses from which on several threads may work on the events of a step.
const MANY: usize = 100_000;
/// Threads for which there is room then.
pub(super) const THREADS: usize = 16;

/// A kernel for many events at once.
pub(super) struct Batch {
    kernel: Kernel,
    /// The list of synapses that it works on.
    due: ListId,
    /// Indices that it, or who writes its results, asks for.
    near: Vec<Near>,
    /// What becomes of its results.
    writes: Vec<Write>,
}

impl Batch {
    /// What events do, with the kernel kept.
    pub fn effect(self, context: &mut Context<'_>) -> Option<Effect> {
        Some(Effect::Call {
            kernel: context.keep(self.kernel)?,
            due: self.due,
            near: self.near,
            writes: self.writes,
        })
    }
    /// Leaves out the indices that nobody asks for.
    fn new(kernel: Kernel, due: &Due, writes: Vec<Write>) -> Batch {
        let written = |index: ColumnId| {
            let mut sides = writes.iter();
            sides.any(|one| matches!(one.to, To::Side { index: at, .. } if at == index))
        };
        let asked =
            |near: &Near| written(near.index) || reads(&kernel.body, &BTreeSet::from([near.into]));
        let near = due.near.iter().copied().filter(asked).collect();
        Batch {
            due: due.list,
            near,
            kernel,
            writes,
        }
    }
}

/// Where due synapses are listed.
struct Due {
    list: ListId,
    items: ColumnId,
    /// Both sides of them.
    near: [Near; 2],
    room: usize,
}

/// A result of the code.
struct Goal {
    variable: VariableId,
    column: ColumnId,
    from: ColumnId,
    to: To,
}

/// The kernel of a pathway; nothing where events depend on each other.
pub(super) fn batch(
    context: &mut Context<'_>,
    id: ProjectionId,
    pathway: &Pathway,
    catch: Option<&Catch>,
    clock: ClockId,
) -> Option<Batch> {
    let projection = &context.model.projections[id];
    let mut own: Vec<VariableId> = Vec::new();
    own.extend(
        catch
            .iter()
            .flat_map(|catch| &catch.updates)
            .map(|one| one.0),
    );
    own.extend(context.traces.lastupdate(context.model, id));
    let mut sides: Vec<(VariableId, Side, bool)> = Vec::new();
    for statement in &pathway.code.statements {
        match kind(context, id, statement)? {
            Target::Temporary => {}
            Target::Own if own.contains(&statement.target) => {}
            Target::Own => own.push(statement.target),
            Target::Side(side, add) => {
                if sides.iter().any(|known| known.0 == statement.target) {
                    return None;
                }
                sides.push((statement.target, side, add));
            }
        }
    }
    let name = format!("{}.{}", projection.name, pathway.name);
    let due = due(context, id, &name);
    let room = due.room;
    let mut goals = Vec::new();
    for variable in own {
        let column = context.bindings.variables[variable]?;
        goals.push(goal(context, &name, variable, column, room, To::Own));
    }
    for (variable, side, add) in sides {
        let source = context.root(variable);
        let column = context.bindings.variables[source]?;
        let to = to(context, id, source, side, add)?;
        goals.push(goal(context, &name, variable, column, room, to));
    }
    let part = Part::new(context, id, &pathway.name, false, |emit| {
        emit.start_at(due.items, &due.near);
        write(emit, id, pathway, catch, &goals);
    });
    let domain = crate::kir::Domain::Elements { len: room };
    let kernel = part.within(domain).on(clock).kernel(context);
    let outside = goals.iter().filter(|goal| goal.to != To::Own);
    let outside: BTreeSet<ColumnId> = outside.map(|goal| goal.column).collect();
    if reads(&kernel.body, &outside) {
        return None;
    }
    let writes = goals.iter().map(|goal| Write {
        column: goal.column,
        from: goal.from,
        to: goal.to,
    });
    Some(Batch::new(kernel, &due, writes.collect()))
}

/// A list for synapses that are due.
fn due(context: &mut Context<'_>, id: ProjectionId, name: &str) -> Due {
    let size = context.bindings.projections[id].size;
    let room = match size < MANY {
        true => size.clamp(1, SHARE).next_multiple_of(PAD),
        false => THREADS * SHARE,
    };
    let list = context.layout.add_list(format!("{name} due"), room);
    let binding = &context.bindings.projections[id];
    let near = [(binding.pre, "i"), (binding.post, "j")].map(|(index, side)| {
        let into = context.column(format!("{name} due {side}"), Elem::U32, room, "1", 0.0);
        Near { index, into }
    });
    Due {
        list,
        items: context.layout.list(list).items,
        near,
        room,
    }
}

/// The same for what every synapse adds to a summed variable of numbers; nothing where that depends on what was added before.
pub(super) fn sum(
    context: &mut Context<'_>,
    id: ProjectionId,
    summed: &Summed,
    name: &str,
    clock: ClockId,
) -> Option<Batch> {
    let source = context.root(summed.variable);
    let column = context.bindings.variables[source]?;
    if context.layout.column(column).elem.ty() != Ty::F64 {
        return None;
    }
    let mut to = to(context, id, source, summed.side, true)?;
    // Sums are taken of refractory neurons, too.
    if let To::Side { active, .. } = &mut to {
        *active = None;
    }
    let full = format!("{}.{name}", context.model.projections[id].name);
    let due = due(context, id, &full);
    let room = due.room;
    let goal = goal(context, &full, summed.variable, column, room, to);
    let part = Part::new(context, id, name, false, |emit| {
        emit.start_at(due.items, &due.near);
        let value = emit.term_as(summed.value, Ty::F64);
        emit.builder.store(goal.from, At::Element, value, None);
    });
    let domain = crate::kir::Domain::Elements { len: room };
    let kernel = part.within(domain).on(clock).kernel(context);
    if reads(&kernel.body, &BTreeSet::from([column])) {
        return None;
    }
    let write = Write {
        column,
        from: goal.from,
        to,
    };
    Some(Batch::new(kernel, &due, vec![write]))
}

enum Target {
    Temporary,
    Own,
    /// A variable of a side; whether the statement adds to it.
    Side(Side, bool),
}

/// What a statement writes; nothing if that has to happen in order.
fn kind(context: &Context<'_>, id: ProjectionId, statement: &Statement) -> Option<Target> {
    let model = context.model;
    let variable = model.variables.get(statement.target)?;
    let mine = variable.owner == Owner::Projection(id);
    match variable.kind {
        VariableKind::Temporary => Some(Target::Temporary),
        VariableKind::State | VariableKind::Stored if mine && !variable.shared => Some(Target::Own),
        VariableKind::Remote { side, source } => {
            let remote = model.variables.get(source)?;
            let stored = matches!(remote.kind, VariableKind::State | VariableKind::Stored);
            if !stored || remote.shared {
                return None;
            }
            let column = context.bindings.variables[source]?;
            let float = context.layout.column(column).elem.ty() == Ty::F64;
            let add = float && added(model, statement.target, statement.value).is_some();
            Some(Target::Side(side, add))
        }
        _ => None,
    }
}

fn goal(
    context: &mut Context<'_>,
    name: &str,
    variable: VariableId,
    column: ColumnId,
    room: usize,
    to: To,
) -> Goal {
    let given = &context.model.variables[variable];
    let name = format!("{name} {}", given.name);
    let elem = match to {
        To::Side { add: true, .. } => Elem::F64,
        _ => context.layout.column(column).elem,
    };
    let from = context.column(name, elem, room, "1", 0.0);
    Goal {
        variable,
        column,
        from,
        to,
    }
}

fn to(
    context: &Context<'_>,
    id: ProjectionId,
    source: VariableId,
    side: Side,
    add: bool,
) -> Option<To> {
    let model = context.model;
    let projection = &model.projections[id];
    let binding = &context.bindings.projections[id];
    let (endpoint, index) = match side {
        Side::Pre => (&projection.source, binding.pre),
        Side::Post => (&projection.target, binding.post),
    };
    let flagged = model.variables[source].unless_refractory;
    let flag = match endpoint.owner {
        Owner::Group(group) if flagged => model.groups[group].refractory_state,
        _ => None,
    };
    let active = match flag {
        Some(flag) => Some(context.bindings.variables[flag.not_refractory]?),
        None => None,
    };
    Some(To::Side {
        index,
        first: endpoint.first as u32,
        add,
        active,
    })
}

/// The code for one event; results go to columns of their own.
fn write(
    emit: &mut Emit<'_>,
    id: ProjectionId,
    pathway: &Pathway,
    catch: Option<&Catch>,
    goals: &[Goal],
) {
    let model = emit.context.model;
    let last = emit.context.traces.lastupdate(model, id);
    if let Some(catch) = catch {
        catch_up(emit, catch, last);
    }
    for statement in &pathway.code.statements {
        let goal = goals.iter().find(|goal| goal.variable == statement.target);
        let Some(goal) = goal.filter(|goal| goal.to != To::Own) else {
            let value = emit.term(statement.value);
            emit.assign(statement.target, value, None);
            continue;
        };
        let value = match goal.to {
            To::Side { add: true, .. } => {
                let Some((weight, negative)) = added(model, statement.target, statement.value)
                else {
                    continue;
                };
                let value = emit.term_as(weight, Ty::F64);
                match negative {
                    true => emit.builder.unary(UnaryOp::Neg, value),
                    false => value,
                }
            }
            _ => {
                let value = emit.term(statement.value);
                emit.convert(value, super::emit::ty(model.variables[goal.variable].ty))
            }
        };
        emit.builder.store(goal.from, At::Element, value, None);
    }
    if let Some(last) = last {
        let now = emit.time();
        emit.assign(last, now, None);
    }
    for goal in goals.iter().filter(|goal| goal.to == To::Own) {
        let value = emit.variable(goal.variable);
        emit.builder.store(goal.from, At::Element, value, None);
    }
    emit.drop_stores();
}

/// True if some of these columns are loaded.
fn reads(body: &[Stmt], columns: &BTreeSet<ColumnId>) -> bool {
    body.iter().any(|stmt| match stmt {
        Stmt::Let(_, Op::Load { column, .. }) => columns.contains(column),
        Stmt::While { body, .. } => reads(body, columns),
        _ => false,
    })
}
