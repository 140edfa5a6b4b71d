//! From the model and the schemes of its groups to a program of kernels, and to what the runtime does with it.
//!
//! One file per slot of a step; `emit` writes a kernel's body, `schedule` orders the parts and lets those run in one pass
//! that nothing can tell apart, `context` lays out the image.

mod batch;
pub mod connect;
mod constants;
mod context;
mod effects;
mod emit;
mod events;
mod expr;
pub mod forecast;
mod functions;
pub mod held;
mod init;
mod inputs;
mod margin;
mod monitor;
mod pathway;
mod poisson;
mod regular;
mod schedule;
pub mod sorted;
mod state;
mod summed;
mod synapses;
mod threshold;
mod traces;
pub mod wiring;

#[cfg(test)]
mod network;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use traces::Traces;

use crate::index::IndexVec;
use crate::kir::Slot;
use crate::model::protocol::{Action, BodyId};
use crate::model::{ConstantId, Group, GroupKind, Model, Owner, VariableId, VariableKind};
use crate::numerics::scheme::{Catch, Step};
use crate::record::{Recording, SpikeTable};
use crate::runtime::command::{Command, Target};
use crate::runtime::setup::{Setup, Watch};
use crate::units::dimension::Dimension;
use crate::units::display::si_symbol;
use held::Precision;
use wiring::Wiring;

pub use context::{Bindings, GroupBinding, ProjectionBinding};
pub use margin::{Margin, sides as margin_sides};

/// Choices; all but `held` leave results as they are.
#[derive(Clone, Debug)]
pub struct Options {
    /// Keep, for each neuron, how near it came to its threshold.
    pub margins: Margins,
    /// Let parts of a step run in one pass where nothing can tell.
    pub together: bool,
    /// Constants that can be changed in the image, besides those that the protocol sets.
    pub live: BTreeSet<ConstantId>,
    /// How the values of neurons and synapses are held.
    pub held: Precision,
    /// Keep states of synapses with neurons, where they are the same for all synapses of a neuron. Their last digits may differ.
    pub traces: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            margins: Margins::Small,
            together: true,
            live: BTreeSet::new(),
            held: Precision::Double,
            traces: true,
        }
    }
}

/// Which groups keep their margins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Margins {
    /// None.
    None,
    /// Groups so small that it costs nothing that could be noticed.
    Small,
    /// All.
    All,
}

/// Groups up to this size keep their margins under [`Margins::Small`].
const SMALL_MARGINS: usize = 256;

/// Where the table of a record of the model is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// In [`Recording::states`].
    States(usize),
    /// In [`Recording::spikes`].
    Spikes(usize),
    /// In [`Recording::rates`].
    Rates(usize),
}

/// A model made ready to run.
#[derive(Clone, Debug)]
pub struct Lowered {
    /// What the runtime needs: the program, empty tables, initial values.
    pub setup: Setup,
    /// What each action of the model's protocol does, in order.
    pub protocol: Vec<Vec<Command>>,
    /// The same for the actions of each body.
    pub bodies: IndexVec<BodyId, Vec<Vec<Command>>>,
    /// Where variables, spikes and constants lie.
    pub bindings: Bindings,
    /// Where the table of each record of the model is; nothing where a record watches spikes that cannot happen.
    pub records: Vec<Option<Place>>,
}

/// What a program is made of besides the model.
#[derive(Clone, Copy, Debug)]
pub struct Given<'m> {
    /// A step for every owner with equations that are integrated.
    pub steps: &'m [Step],
    /// An update for every projection with event-driven equations.
    pub catches: &'m [Catch],
    /// The synapses of every projection.
    pub wiring: &'m Wiring,
}

/// Makes the program of a model without synapses. Every group with equations has its step in `steps`.
pub fn lower(model: &Model, steps: &[Step], options: &Options) -> Lowered {
    let given = Given {
        steps,
        catches: &[],
        wiring: &Wiring::default(),
    };
    program(model, &given, options)
}

/// Makes the program of a model.
pub fn program(model: &Model, given: &Given<'_>, options: &Options) -> Lowered {
    let mut live = options.live.clone();
    for action in model.actions() {
        live.extend(action.changes());
    }
    let steps = given.steps;
    let traces = match options.traces {
        true => {
            let size = |id| given.wiring.size(id).unwrap_or(0) as u64;
            Traces::find(model, Some(given.catches), size, &live)
        }
        false => Traces::default(),
    };
    let mut context = context::Context::new(model, given.wiring, &live, options.held, traces);
    let mut items = constants::items(&mut context);
    for (id, group) in model.groups.iter_enumerated() {
        if keeps_margin(group, options) {
            margin::add(&mut context, id);
        }
        let step = steps.iter().find(|step| step.owner == id.into());
        items.extend(state::items(&mut context, id, group, step));
        items.extend(threshold::items(&mut context, id, group));
        items.extend(inputs::items(&mut context, id, group));
        items.extend(events::reset(&mut context, id, group));
        items.extend(events::custom(&mut context, id, group));
        items.extend(regular::items(&mut context, id, &group.regular));
    }
    for (id, projection) in model.projections.iter_enumerated() {
        items.extend(synapses::items(&mut context, id, projection, given));
        let catch = given.catches.iter().find(|catch| catch.projection == id);
        items.extend(pathway::items(&mut context, id, projection, catch));
        items.extend(regular::items(&mut context, id, &projection.regular));
    }
    items.extend(summed::items(&mut context));
    items.extend(poisson::items(&mut context));
    let mut recording = Recording::default();
    let mut records = Vec::new();
    for (number, record) in model.records.iter().enumerate() {
        records.push(
            monitor::items(&mut context, number, record, &recording).map(|(more, table)| {
                items.extend(more);
                match table {
                    monitor::Table::States(mut table) => {
                        let names = recording.states.iter().map(|other| &other.name);
                        table.name = unique(names, &table.name);
                        recording.states.push(table);
                        Place::States(recording.states.len() - 1)
                    }
                    monitor::Table::Spikes(mut table) => {
                        let same = |other: &&SpikeTable| other.event == table.event;
                        let names = recording.spikes.iter().filter(same);
                        table.population =
                            unique(names.map(|other| &other.population), &table.population);
                        recording.spikes.push(table);
                        Place::Spikes(recording.spikes.len() - 1)
                    }
                    monitor::Table::Rate(mut table) => {
                        let names = recording.rates.iter().map(|other| &other.population);
                        table.population = unique(names, &table.population);
                        recording.rates.push(table);
                        Place::Rates(recording.rates.len() - 1)
                    }
                }
            }),
        );
    }
    let mut initial = initial(&mut context);
    initial.append(&mut context.late);
    let protocol = model
        .protocol
        .iter()
        .enumerate()
        .map(|(k, action)| commands(&mut context, &k.to_string(), action))
        .collect();
    let mut bodies = IndexVec::default();
    for (id, body) in model.bodies.iter_enumerated() {
        let actions = body.iter().enumerate();
        let commands = actions
            .map(|(k, action)| commands(&mut context, &format!("{}.{k}", id.0), action))
            .collect();
        let _: BodyId = bodies.push(commands);
    }
    let program = schedule::program(&mut context, items, options.together);
    let mut sorted = BTreeMap::new();
    for (id, wired) in &given.wiring.projections {
        let rows = context.bindings.projections[*id].pre;
        let number = program.pathways.iter().position(|p| p.rows == rows);
        if let (Some(number), Some(synapses)) = (number, &wired.sorted) {
            sorted.insert(number, synapses.clone());
        }
    }
    let watch = model
        .variables
        .iter_enumerated()
        .filter_map(|(id, variable)| {
            let state = variable.kind == VariableKind::State && integrated(model, id);
            let column = context.bindings.variables[id].filter(|_| state)?;
            Some(Watch {
                column,
                variable: variable.name.clone(),
                owner: owner_name(model, id),
                dimension: variable.dimension,
            })
        });
    let watch = watch.collect();
    let mut first = std::mem::take(&mut context.fill);
    first.append(&mut initial);
    Lowered {
        setup: Setup {
            program,
            seed: Some(context.bindings.seed),
            irregular: context.irregular,
            watch,
            recording,
            initial: first,
            sorted,
        },
        protocol,
        bodies,
        bindings: context.bindings,
        records,
    }
}

/// Initial values of groups, then of projections, in file order.
fn initial(context: &mut context::Context<'_>) -> Vec<Command> {
    let model = context.model;
    let groups = model.groups.iter().map(|group| &group.initial);
    let wiring = context.wiring;
    let projections = model.projections.iter_enumerated();
    let projections = projections.filter(|(id, _)| wiring.size(*id).is_some());
    let projections = projections.map(|(_, p)| &p.initial);
    let mut commands = Vec::new();
    for assignments in groups.chain(projections) {
        for (k, assignment) in assignments.iter().enumerate() {
            let variable = &model.variables[assignment.variable];
            if let Owner::Projection(id) = variable.owner
                && context.is_sorted(id)
                && !variable.shared
            {
                continue;
            }
            let name = format!("initial{k}");
            commands.extend(init::assignment(context, &name, assignment));
        }
    }
    commands
}

/// True for a state that is integrated in every step.
fn integrated(model: &Model, id: VariableId) -> bool {
    match model.variables[id].owner {
        Owner::Group(_) => true,
        Owner::Projection(projection) => {
            let equations = &model.projections[projection].system.equations;
            equations.iter().any(|equation| equation.variable == id)
        }
    }
}

/// A name that no table has yet: it is part of the names of files.
fn unique<'a>(taken: impl Iterator<Item = &'a String>, name: &str) -> String {
    let taken: Vec<&String> = taken.collect();
    let mut unique = name.to_string();
    let mut n = 1;
    while taken.contains(&&unique) {
        n += 1;
        unique = format!("{name}_{n}");
    }
    unique
}

fn commands(context: &mut context::Context<'_>, place: &str, action: &Action) -> Vec<Command> {
    match action {
        Action::Run { duration, .. } => vec![Command::Run {
            duration: *duration,
        }],
        Action::Assign(assignment) => {
            init::assignment(context, &format!("assignment{place}"), assignment)
        }
        Action::SetConstant {
            constant, value, ..
        } => {
            let column = context.bindings.constants.get(constant);
            let write = column.map(|column| Command::Write {
                column: *column,
                target: Target::From(0),
                values: vec![*value],
            });
            write.into_iter().collect()
        }
        Action::Save(name) => vec![Command::Save(name.clone())],
        Action::Restore(name, _) => vec![Command::Restore(name.clone())],
        // Carried out by who follows the protocol: what they do depends on values computed meanwhile.
        _ => Vec::new(),
    }
}

fn keeps_margin(group: &Group, options: &Options) -> bool {
    match options.margins {
        Margins::None => false,
        Margins::Small => group.size <= SMALL_MARGINS,
        Margins::All => true,
    }
}

/// True when a group can spike.
fn spikes(group: &Group) -> bool {
    group.threshold.is_some() || !matches!(group.kind, GroupKind::Neurons)
}

fn owner_name(model: &Model, id: VariableId) -> String {
    model.owner_name(model.variables[id].owner).to_string()
}

fn unit_text(dimension: Dimension) -> String {
    if dimension.is_none() {
        return "1".into();
    }
    si_symbol(dimension).label
}

/// The slot of a name such as `before_groups`; `start` for others.
fn slot(name: &str) -> Slot {
    let found = SLOTS.iter().find(|(other, _)| *other == name);
    found.map_or(Slot::Start, |(_, slot)| *slot)
}

/// Names of slots, in the order of a step.
pub const SLOTS: &[(&str, Slot)] = &[
    ("before_start", Slot::BeforeStart),
    ("start", Slot::Start),
    ("after_start", Slot::AfterStart),
    ("before_groups", Slot::BeforeGroups),
    ("groups", Slot::Groups),
    ("after_groups", Slot::AfterGroups),
    ("before_thresholds", Slot::BeforeThresholds),
    ("thresholds", Slot::Thresholds),
    ("after_thresholds", Slot::AfterThresholds),
    ("before_synapses", Slot::BeforeSynapses),
    ("synapses", Slot::Synapses),
    ("after_synapses", Slot::AfterSynapses),
    ("before_resets", Slot::BeforeResets),
    ("resets", Slot::Resets),
    ("after_resets", Slot::AfterResets),
    ("before_end", Slot::BeforeEnd),
    ("end", Slot::End),
    ("after_end", Slot::AfterEnd),
];
