//! Pathways: what spikes and custom events do at synapses.
//!
//! Code that only adds a weight to a variable of one side needs no kernel: the runtime does that from sorted arrays. Everything else becomes a
//! kernel that runs for one event after the other.

use std::collections::BTreeSet;

use super::batch::{THREADS, batch};
use super::context::{Context, elem};
use super::emit::Emit;
use super::events::statements;
use super::schedule::{Item, Part, Task};
use super::traces::{Trace, decay};
use crate::kir::layout::{ColumnId, Elem, ListId};
use crate::kir::pathway::{self, Effect, SHARE, Weight};
use crate::kir::{At, BinaryOp, ClockId, Slot, Ty};
use crate::model::code::{Assignment, Code, Statement};
use crate::model::projection::{Delay, Pathway, Projection, Side};
use crate::model::protocol::Action;
use crate::model::term::{Term, TermId};
use crate::model::{GroupId, Model, Owner, ProjectionId, VariableId, VariableKind};
use crate::numerics::scheme::Catch;
use crate::runtime::command::Command;

/// The pathways of a projection.
pub(super) fn items<'m>(
    context: &mut Context<'m>,
    id: ProjectionId,
    projection: &'m Projection,
    catch: Option<&'m Catch>,
) -> Vec<Item<'m>> {
    let mut items = Vec::new();
    if context.bindings.projections[id].size == 0 {
        return items;
    }
    for (number, pathway) in projection.pathways.iter().enumerate() {
        items.extend(one(context, id, projection, (number, pathway), catch).unwrap_or_default());
    }
    if let Some(catch) = catch {
        items.extend(traces(context, id, catch));
    }
    items
}

/// Traces of this projection decay when populations are updated.
fn traces<'m>(context: &Context<'m>, id: ProjectionId, catch: &'m Catch) -> Vec<Item<'m>> {
    let model = context.model;
    let all = context.traces.of.iter();
    let mine =
        all.filter(|(variable, _)| model.variables[**variable].owner == Owner::Projection(id));
    let item = |(variable, trace): (&VariableId, &Trace)| {
        let (variable, decay) = (*variable, decay(model, catch, *variable)?);
        let name = trace_name(model, variable);
        let part = Part::new(context, trace.group, &name, false, move |emit| {
            let dt = emit.builder.f64(emit.block.dt);
            emit.set_temporary(decay.elapsed, dt);
            for (temporary, term) in &decay.lets {
                let value = emit.term(*term);
                emit.assign(*temporary, value, None);
            }
            let value = emit.term_as(decay.value, Ty::F64);
            emit.assign(variable, value, None);
        });
        let task = Task::Kernel(part);
        Some(Item::of(context, trace.group, Slot::Groups, &name, task))
    };
    mine.filter_map(item).collect()
}

fn trace_name(model: &Model, variable: VariableId) -> String {
    let variable = &model.variables[variable];
    format!("{}.{}", model.owner_name(variable.owner), variable.name)
}

/// What spikes do to the trace that a statement of a pathway changes: once for each neuron, in the step in which its synapses hear of it.
fn jump<'m>(
    context: &mut Context<'m>,
    pathway: &pathway::Pathway,
    statement: &'m Statement,
    trace: Trace,
) -> Option<Task<'m>> {
    let name = trace_name(context.model, statement.target);
    let size = context.model.groups[trace.group].size;
    let neurons: Vec<u32> = (0..size as u32).collect();
    let rows = context.index_column(format!("{name} neurons"), &neurons);
    let room = size.clamp(1, SHARE);
    let due = context.layout.add_list(format!("{name} due"), room);
    let part = Part::new(context, trace.group, &name, false, move |emit| {
        statements(emit, std::slice::from_ref(statement), false);
    });
    let kernel = part.over(due).kernel(context);
    Some(Task::Deliver(pathway::Pathway {
        name,
        rows,
        first: 0,
        effect: Effect::Call {
            kernel: context.keep(kernel)?,
            due,
            near: Vec::new(),
            writes: Vec::new(),
        },
        ..pathway.clone()
    }))
}

fn one<'m>(
    context: &mut Context<'m>,
    id: ProjectionId,
    projection: &'m Projection,
    (number, pathway): (usize, &'m Pathway),
    catch: Option<&'m Catch>,
) -> Option<Vec<Item<'m>>> {
    let binding = context.bindings.projections[id].clone();
    let (side, rows) = match pathway.side {
        Side::Pre => (projection.source, binding.pre),
        Side::Post => (projection.target, binding.post),
    };
    let Owner::Group(group) = side.owner else {
        return None;
    };
    let list = events(context, group, pathway)?;
    let clock = context.bindings.groups[group].clock;
    let mut items = Vec::new();
    let weights = format!("{} weight", pathway.name);
    // Traces are changed beside the code of the synapses.
    let jumps = context.traces.of.iter();
    let jumps = jumps.filter(|(variable, trace)| {
        trace.pathway == number
            && context.model.variables[**variable].owner == Owner::Projection(id)
    });
    let jumps: Vec<Trace> = jumps.map(|(_, trace)| *trace).collect();
    let statements = pathway.code.statements.iter().enumerate();
    let rest = statements.filter(|(k, _)| jumps.iter().all(|trace| trace.statement != *k));
    let rest: Vec<Statement> = rest.map(|(_, statement)| statement.clone()).collect();
    let own = Pathway {
        code: Code {
            statements: rest,
            span: pathway.code.span,
        },
        ..pathway.clone()
    };
    let catch = catch.map(|catch| context.traces.rest(catch));
    let catch = catch.filter(|catch| {
        !catch.updates.is_empty() || context.traces.lastupdate(context.model, id).is_some()
    });
    let simple = catch.is_none().then(|| addition(context, id, &own));
    let effect = match simple.flatten() {
        Some(found) => {
            let (weight, item) = found.weight(context, id, &weights);
            items.extend(item);
            Effect::Add {
                target: found.target,
                index: found.index,
                first: found.first,
                weight,
                active: found.active,
            }
        }
        None => code(context, id, &own, catch.as_ref(), clock)?,
    };
    let lowered = pathway::Pathway {
        name: format!("{}.{}", projection.name, pathway.name),
        list,
        rows,
        first: side.first as u32,
        delay: delay(context, &pathway.delay),
        changing: changing(context.model, &pathway.delay),
        effect,
    };
    for trace in jumps.iter().filter(|trace| trace.first) {
        let statement = pathway.code.statements.get(trace.statement)?;
        let task = jump(context, &lowered, statement, *trace)?;
        items.push(Item::of(context, id, Slot::Synapses, &pathway.name, task));
    }
    let after = lowered.clone();
    if !own.code.statements.is_empty() || catch.is_some() {
        let task = Task::Deliver(lowered);
        items.push(Item::of(context, id, Slot::Synapses, &pathway.name, task));
    }
    for trace in jumps.iter().filter(|trace| !trace.first) {
        let statement = pathway.code.statements.get(trace.statement)?;
        let task = jump(context, &after, statement, *trace)?;
        items.push(Item::of(context, id, Slot::Synapses, &pathway.name, task));
    }
    for item in &mut items {
        item.order = pathway.order;
        item.clock = clock;
        item.position.1 = pathway.span.file.0;
        item.position.2 = pathway.span.start;
    }
    Some(items)
}

/// Code that does more than adding a weight.
fn code(
    context: &mut Context<'_>,
    id: ProjectionId,
    pathway: &Pathway,
    catch: Option<&Catch>,
    clock: ClockId,
) -> Option<Effect> {
    // Where delays change while events are under way, a synapse may have two events in a step.
    if !changing(context.model, &pathway.delay)
        && let Some(batch) = batch(context, id, pathway, catch, clock)
    {
        return batch.effect(context);
    }
    let projection = &context.model.projections[id];
    let size = context.bindings.projections[id].size;
    let name = format!("{}.{} due", projection.name, pathway.name);
    let due = context
        .layout
        .add_list(name, size.clamp(1, THREADS * SHARE));
    let lastupdate = context.traces.lastupdate(context.model, id);
    let part = Part::new(context, id, &pathway.name, false, move |emit| {
        if let Some(catch) = catch {
            catch_up(emit, catch, lastupdate);
        }
        statements(emit, &pathway.code.statements, true);
        if let Some(last) = lastupdate {
            let now = emit.time();
            emit.assign(last, now, None);
        }
    });
    let kernel = part.over(due).on(clock).kernel(context);
    Some(Effect::Call {
        kernel: context.keep(kernel)?,
        due,
        near: Vec::new(),
        writes: Vec::new(),
    })
}

/// Who sends the events.
fn events(context: &Context<'_>, group: GroupId, pathway: &Pathway) -> Option<ListId> {
    let binding = &context.bindings.groups[group];
    match pathway.event {
        Some(event) => binding.events.get(event).copied(),
        None => binding.spikes,
    }
}

fn delay(context: &Context<'_>, delay: &Delay) -> pathway::Delay {
    match delay {
        Delay::Common(seconds) => pathway::Delay::Common(*seconds),
        Delay::PerSynapse(variable) => match context.bindings.variables[*variable] {
            Some(column) if context.model.variables[*variable].shared => {
                pathway::Delay::Shared(column)
            }
            Some(column) => pathway::Delay::Each(column),
            None => pathway::Delay::Common(0.0),
        },
    }
}

/// True where the protocol changes a delay after it has run for some time.
fn changing(model: &Model, delay: &Delay) -> bool {
    let Delay::PerSynapse(variable) = delay else {
        return false;
    };
    let later = model.protocol.iter().skip_while(|action| !action.runs());
    let mut later = later.skip(1).chain(model.bodies.iter().flatten());
    later.any(|action| match action {
        Action::Assign(Assignment {
            variable: written, ..
        }) => written == variable,
        Action::Put(put) => put.variable == *variable,
        _ => false,
    })
}

/// Advances event-driven states to the time of the event.
pub(super) fn catch_up(emit: &mut Emit<'_>, catch: &Catch, lastupdate: Option<VariableId>) {
    let now = emit.time();
    let since = match lastupdate {
        Some(last) => {
            let last = emit.variable(last);
            emit.builder.binary(BinaryOp::Sub, now, last)
        }
        None => now,
    };
    emit.set_temporary(catch.elapsed, since);
    for (variable, term) in &catch.lets {
        let value = emit.term(*term);
        emit.assign(*variable, value, None);
    }
    let new: Vec<_> = catch
        .updates
        .iter()
        .map(|(variable, term)| (*variable, emit.term_as(*term, Ty::F64)))
        .collect();
    for (variable, value) in new {
        emit.assign(variable, value, None);
    }
}

/// `x += w`, where `x` belongs to one side.
struct Addition {
    target: ColumnId,
    index: ColumnId,
    first: u32,
    active: Option<ColumnId>,
    weight: TermId,
    /// The weight is taken away.
    negative: bool,
    /// The column of the weight, where it is a variable of the synapse, and whether nothing writes it.
    each: Option<(ColumnId, bool)>,
}

/// Recognizes code that only adds a weight.
fn addition(context: &Context<'_>, id: ProjectionId, pathway: &Pathway) -> Option<Addition> {
    let model = context.model;
    let [Statement { target, value, .. }] = pathway.code.statements.as_slice() else {
        return None;
    };
    let VariableKind::Remote { side, source } = model.variables[*target].kind else {
        return None;
    };
    let remote = &model.variables[source];
    let stored = matches!(remote.kind, VariableKind::State | VariableKind::Stored);
    let column = context.bindings.variables[source]?;
    let float = context.layout.column(column).elem.ty() == Ty::F64;
    if !stored || remote.shared || !float {
        return None;
    }
    let (weight, negative) = added(model, *target, *value)?;
    let each = match model.terms.get(weight) {
        Term::Variable(w) if !negative => own_weight(context, id, *w),
        _ => None,
    };
    if each.is_none() && !plain_weight(model, id, weight) {
        return None;
    }
    let projection = &model.projections[id];
    let binding = &context.bindings.projections[id];
    let (endpoint, index) = match side {
        Side::Pre => (&projection.source, binding.pre),
        Side::Post => (&projection.target, binding.post),
    };
    let active = if remote.unless_refractory {
        let flag = match endpoint.owner {
            Owner::Group(group) => model.groups[group].refractory_state,
            Owner::Projection(_) => None,
        };
        flag.and_then(|flag| context.bindings.variables[flag.not_refractory])
    } else {
        None
    };
    Some(Addition {
        target: column,
        index,
        first: endpoint.first as u32,
        active,
        weight,
        negative,
        each,
    })
}

/// `w` of `x + w`, or of `x - w`, and whether it is taken away.
pub(super) fn added(model: &Model, target: VariableId, value: TermId) -> Option<(TermId, bool)> {
    let Term::Sum(items) = model.terms.get(value) else {
        return None;
    };
    let [first, weight] = **items else {
        return None;
    };
    if *model.terms.get(first) != Term::Variable(target) {
        return None;
    }
    if let Term::Product(factors) = model.terms.get(weight)
        && let [sign, weight] = **factors
        && *model.terms.get(sign) == Term::Integer(-1)
    {
        return Some((weight, true));
    }
    Some((weight, false))
}

/// The column of a weight that belongs to the synapse.
fn own_weight(context: &Context<'_>, id: ProjectionId, w: VariableId) -> Option<(ColumnId, bool)> {
    let variable = &context.model.variables[w];
    let own = variable.owner == Owner::Projection(id);
    let stored = matches!(variable.kind, VariableKind::Stored | VariableKind::State);
    let column = context.bindings.variables[w]?;
    let float = elem(variable.ty) == Elem::F64;
    if !own || !stored || variable.shared || !float {
        return None;
    }
    let fixed = variable.kind == VariableKind::Stored && !written_by(context.model).contains(&w);
    Some((column, fixed))
}

/// True for a term that is the same for all synapses: made of numbers, constants and shared variables.
pub(super) fn plain_weight(model: &Model, id: ProjectionId, term: TermId) -> bool {
    !model.terms.any(term, &mut |term| match term {
        Term::Variable(variable) => {
            let variable = &model.variables[*variable];
            let own = variable.owner == Owner::Projection(id) && variable.shared;
            let aggregate = matches!(variable.kind, VariableKind::Aggregate { .. });
            let stored = matches!(variable.kind, VariableKind::Stored | VariableKind::State);
            !(aggregate || own && stored)
        }
        Term::Random(..) | Term::Noise(_) | Term::Index | Term::Signal(..) => true,
        _ => false,
    })
}

/// Variables that code writes while the simulation runs, through aliases.
pub(super) fn written_by(model: &Model) -> BTreeSet<VariableId> {
    let mut codes: Vec<&Code> = Vec::new();
    for group in model.groups.iter() {
        codes.extend(&group.reset);
        codes.extend(group.events.iter().filter_map(|event| event.code.as_ref()));
        codes.extend(group.regular.iter().map(|regular| &regular.code));
    }
    let mut written = BTreeSet::new();
    for projection in model.projections.iter() {
        codes.extend(projection.pathways.iter().map(|pathway| &pathway.code));
        codes.extend(projection.regular.iter().map(|regular| &regular.code));
        written.extend(
            projection
                .summed
                .iter()
                .map(|summed| model.root(summed.variable)),
        );
    }
    let statements = codes.into_iter().flat_map(|code| &code.statements);
    written.extend(statements.map(|statement| model.root(statement.target)));
    written
}

impl Addition {
    /// What is added, and the code that computes it in every step, if it is not known beforehand.
    fn weight<'m>(
        &self,
        context: &mut Context<'m>,
        id: ProjectionId,
        name: &str,
    ) -> (Weight, Option<Item<'m>>) {
        if let Some((column, fixed)) = self.each {
            return (Weight::Each { column, fixed }, None);
        }
        let model = context.model;
        let owner = model.owner_name(Owner::Projection(id));
        let column = context.column(format!("{owner}.{name}"), Elem::F64, 1, "1", 0.0);
        let (term, negative) = (self.weight, self.negative);
        let part = Part::new(context, id, name, true, move |emit| {
            let mut value = emit.term_as(term, Ty::F64);
            if negative {
                value = emit.builder.unary(crate::kir::UnaryOp::Neg, value);
            }
            emit.builder.store(column, At::Uniform, value, None);
        });
        let live = &context.bindings.constants;
        let moves = model.terms.any(term, &mut |term| match term {
            Term::Variable(_) | Term::Time | Term::StepNumber => true,
            Term::Constant(constant) => live.contains_key(constant),
            _ => false,
        });
        let item = if moves {
            let task = Task::Kernel(part);
            Some(Item::of(context, id, Slot::Synapses, name, task))
        } else {
            let kernel = part.kernel(context);
            let call = context.keep(kernel).map(Command::Call);
            context.late.extend(call);
            None
        };
        (Weight::Shared(column), item)
    }
}
