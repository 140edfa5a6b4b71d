//! Recording: state samples, spikes and events with values, rates; and the empty tables they will fill.

use std::collections::BTreeSet;

use super::context::{Context, elem, one_value};
use super::schedule::{Item, Part, Task, position};
use super::slot;
use crate::kir::layout::{ColumnId, ListId};
use crate::kir::{self, At, SampledColumn, Slot};
use crate::model::protocol::{Record, Recorded, Which};
use crate::model::{Owner, ProjectionId, VariableId, VariableKind};
use crate::record::{EventColumn, RateTable, Recording, SpikeTable, StateColumn, StateTable};

/// A recording whose share is smaller than this of the group computes only the elements it records.
const FEW: usize = 4;

/// What one record of the model becomes.
pub(super) enum Table {
    /// Samples.
    States(StateTable),
    /// Spikes or events.
    Spikes(SpikeTable),
    /// A rate.
    Rate(RateTable),
}

/// The items of one record and its table; nothing for a record of spikes that cannot happen.
pub(super) fn items<'m>(
    context: &mut Context<'m>,
    number: usize,
    record: &'m Record,
    recording: &Recording,
) -> Option<(Vec<Item<'m>>, Table)> {
    let at = position(record.span, record.implied);
    let (mut items, table) = match &record.what {
        Recorded::States {
            group,
            variables,
            elements,
            every,
            slot,
        } => {
            let samples = Samples {
                number,
                table: recording.states.len(),
                owner: (*group).into(),
                variables,
                elements,
                every: *every,
                slot,
            };
            states(context, record, &samples)
        }
        Recorded::Synapses {
            projection,
            variables,
            which,
            every,
            slot,
        } => {
            let elements = synapses(context, *projection, which);
            let samples = Samples {
                number,
                table: recording.states.len(),
                owner: (*projection).into(),
                variables,
                elements: &elements,
                every: *every,
                slot,
            };
            states(context, record, &samples)
        }
        Recorded::Spikes { .. } => spikes(context, number, record, recording.spikes.len())?,
        Recorded::Rate { slice } => {
            let list = context.bindings.groups[slice.group].spikes?;
            let recorder = kir::RateRecorder {
                name: record.name.clone(),
                list,
                first: slice.first as u32,
                last: slice.last as u32,
            };
            let task = Task::Rate(recording.rates.len(), recorder);
            let item = Item::of(context, slice.group, Slot::End, "rate", task);
            let table = RateTable {
                population: record.name.clone(),
                ..RateTable::default()
            };
            (vec![item], Table::Rate(table))
        }
    };
    for item in &mut items {
        item.position = at;
        // Recording never joins the code of its group.
        item.group = None;
    }
    Some((items, table))
}

/// What a monitor of states samples.
struct Samples<'a> {
    /// Number of the record.
    number: usize,
    /// Number of its table.
    table: usize,
    owner: Owner,
    variables: &'a [VariableId],
    elements: &'a [u32],
    every: Option<f64>,
    slot: &'a str,
}

/// The numbers of some synapses.
fn synapses(context: &Context<'_>, projection: ProjectionId, which: &Which) -> Vec<u32> {
    let Some(wired) = context.wiring.projections.get(&projection) else {
        return Vec::new();
    };
    let size = wired.len() as u32;
    match which {
        Which::All => (0..size).collect(),
        Which::Numbers(numbers) => numbers.iter().copied().filter(|n| *n < size).collect(),
        Which::Between { pre, post } => {
            let within = |side: &Option<Vec<u32>>| {
                let wanted: Option<BTreeSet<u32>> =
                    side.as_ref().map(|s| s.iter().copied().collect());
                move |index: &u32| wanted.as_ref().is_none_or(|wanted| wanted.contains(index))
            };
            let (from, onto) = (within(pre), within(post));
            let pairs = wired.pre.iter().zip(wired.post.iter()).zip(0..size);
            pairs
                .filter(|((i, j), _)| from(i) && onto(j))
                .map(|(_, synapse)| synapse)
                .collect()
        }
    }
}

fn states<'m>(
    context: &mut Context<'m>,
    record: &'m Record,
    samples: &Samples<'_>,
) -> (Vec<Item<'m>>, Table) {
    let Samples {
        number,
        table,
        owner,
        variables,
        elements,
        every,
        slot: when,
    } = *samples;
    let model = context.model;
    let size = context.owner_size(owner);
    let clock = match every {
        Some(interval) => context.clock(interval),
        None => context.clock_of(owner),
    };
    let few = (elements.len() * FEW < size)
        .then(|| context.constant_list(&format!("record{number}"), elements));
    let mut columns = Vec::new();
    let mut tables = Vec::new();
    let mut computed = Vec::new();
    for variable in variables {
        let shared = one_value(&model.variables[*variable]);
        let here: &[u32] = if shared { &[0] } else { elements };
        let (column, places) = match stored(context, *variable, here) {
            Some(found) => found,
            None => {
                let column = temporary(context, number, size, *variable, shared);
                computed.push((*variable, column, shared));
                (column, here.to_vec())
            }
        };
        let len = context.layout.column(column).len;
        let all = places.len() == len && places.iter().zip(0u32..).all(|(a, b)| *a == b);
        columns.push(SampledColumn {
            column,
            elements: if all { Vec::new() } else { places },
        });
        tables.push(column_table(context, *variable, here));
    }
    let when = slot(when);
    let mut items = Vec::new();
    for shared in [true, false] {
        let these = computed.iter().filter(|c| c.2 == shared);
        let these: Vec<_> = these.map(|(v, c, _)| (*v, *c)).collect();
        if !these.is_empty() {
            let mut part = compute(context, number, owner, these, shared).on(clock);
            if let (Some(list), false) = (few, shared) {
                part = part.over(list);
            }
            items.push(Item::of(context, owner, when, "record", Task::Kernel(part)));
        }
    }
    let sampler = kir::Sampler {
        name: record.name.clone(),
        columns,
        clock,
    };
    items.push(Item::of(
        context,
        owner,
        when,
        "sample",
        Task::Sample(table, sampler),
    ));
    for item in &mut items {
        item.clock = clock;
    }
    let table = StateTable {
        name: record.name.clone(),
        population: record.name.clone(),
        t: Vec::new(),
        columns: tables,
    };
    (items, Table::States(table))
}

fn spikes<'m>(
    context: &mut Context<'m>,
    number: usize,
    record: &'m Record,
    table: usize,
) -> Option<(Vec<Item<'m>>, Table)> {
    let Recorded::Spikes {
        slice,
        event,
        variables,
        slot: when,
    } = &record.what
    else {
        return None;
    };
    let (id, model) = (slice.group, context.model);
    let group = model.groups.get(id)?;
    let list: ListId = match event {
        Some(event) => *context.bindings.groups[id].events.get(*event)?,
        None => context.bindings.groups[id].spikes?,
    };
    let mut columns = Vec::new();
    let mut computed = Vec::new();
    for variable in variables {
        let own = model.variables[*variable].owner == crate::model::Owner::Group(id);
        let whole = own && !model.variables[*variable].shared;
        let column = match (whole, context.bindings.variables[*variable]) {
            (true, Some(column)) => column,
            _ => {
                let column = temporary(context, number, group.size, *variable, false);
                computed.push((*variable, column));
                column
            }
        };
        columns.push(column);
    }
    // Directly after the condition was checked, unless another slot is asked for.
    let (slot, order) = match (when, event) {
        (Some(when), _) => (slot(when), 0),
        (None, None) => (Slot::Thresholds, 1),
        (None, Some(_)) => (Slot::AfterThresholds, 1),
    };
    let mut items = Vec::new();
    if !computed.is_empty() {
        let part = compute(context, number, id, computed, false).over(list);
        items.push(Item::of(context, id, slot, "record", Task::Kernel(part)));
    }
    let recorder = kir::EventRecorder {
        name: record.name.clone(),
        list,
        first: slice.first as u32,
        last: slice.last as u32,
        columns,
    };
    items.push(Item::of(
        context,
        id,
        slot,
        "spikes",
        Task::Events(table, recorder),
    ));
    for item in &mut items {
        item.order = order;
    }
    let event = event.and_then(|event| group.events.get(event));
    let extra = variables.iter().map(|variable| {
        let variable = &model.variables[*variable];
        EventColumn {
            name: variable.name.clone(),
            dimension: variable.dimension,
            values: Vec::new(),
        }
    });
    let table = SpikeTable {
        population: record.name.clone(),
        event: event.map_or("spike", |event| &event.name).to_string(),
        size: (slice.last - slice.first) as u32,
        extra: extra.collect(),
        ..SpikeTable::default()
    };
    Some((items, Table::Spikes(table)))
}

/// The column of a stored variable and the places of some elements in it, through links.
fn stored(
    context: &Context<'_>,
    variable: VariableId,
    elements: &[u32],
) -> Option<(ColumnId, Vec<u32>)> {
    let mut id = variable;
    let mut places = elements.to_vec();
    for _ in 0..=context.model.variables.len() {
        match &context.model.variables[id].kind {
            VariableKind::Linked { source, index } => {
                if let Some(index) = index {
                    let moved = places.iter().map(|e| index.get(*e as usize).copied());
                    places = moved.collect::<Option<Vec<u32>>>()?;
                }
                id = *source;
            }
            _ => break,
        }
    }
    if one_value(&context.model.variables[id]) {
        places = vec![0; places.len()];
    }
    Some((context.bindings.variables[id]?, places))
}

fn temporary(
    context: &mut Context<'_>,
    number: usize,
    size: usize,
    variable: VariableId,
    shared: bool,
) -> ColumnId {
    let variable = &context.model.variables[variable];
    let name = format!("record{number}.{}", variable.name);
    let len = if shared { 1 } else { size };
    let unit = super::unit_text(variable.dimension);
    context.column(name, elem(variable.ty), len, unit, 0.0)
}

/// Code that computes what is not stored.
fn compute<'m>(
    context: &Context<'m>,
    number: usize,
    owner: impl Into<Owner>,
    columns: Vec<(VariableId, ColumnId)>,
    shared: bool,
) -> Part<'m> {
    let model = context.model;
    let name = format!("record{number}");
    Part::new(context, owner, &name, shared, move |emit| {
        for (variable, column) in &columns {
            let value = emit.variable(*variable);
            let ty = super::emit::ty(model.variables[*variable].ty);
            let value = emit.convert(value, ty);
            let at = if shared { At::Uniform } else { At::Element };
            emit.builder.store(*column, at, value, None);
        }
    })
}

fn column_table(context: &Context<'_>, variable: VariableId, elements: &[u32]) -> StateColumn {
    let variable = &context.model.variables[variable];
    StateColumn::new(&variable.name, variable.dimension, elements.to_vec(), 0)
}
