//! The order of a step as data, and which parts of it run in one pass over the elements.
//!
//! Items are sorted by slot, order, and place in the file. Then, group by group, thresholds join the update before them, and resets and event
//! code join thresholds, where nothing between them could notice.

use std::collections::BTreeMap;

use super::context::Context;
use super::effects::Effects;
use super::emit::{Block, Emit};
use crate::index::Id;
use crate::kir::layout::ListId;
use crate::kir::pathway::{Pathway, Reducer};
use crate::kir::{
    Action, ClockId, Domain, Entry, EventRecorder, Generator, Kernel, Program, RateRecorder,
    Sampler, Slot,
};
use crate::model::{GroupId, Owner};
use crate::source::Span;

/// A reset of so many operations joins the update.
const CHEAP: usize = 24;
/// In a group up to this size a reset may also bring in columns that the update does not touch.
const SMALL: usize = 1024;

type Body<'m> = Box<dyn Fn(&mut Emit<'_>) + 'm>;

/// A piece of code that can be written into a kernel.
pub(super) struct Part<'m> {
    /// Name of its kernel.
    pub name: String,
    /// Elements it visits.
    pub domain: Domain,
    /// Owner and clock.
    pub block: Block,
    body: Body<'m>,
}

impl<'m> Part<'m> {
    /// Code of a group or projection on its clock, over its elements, or over its one shared element.
    pub fn new(
        context: &Context<'_>,
        owner: impl Into<Owner>,
        name: &str,
        shared: bool,
        body: impl Fn(&mut Emit<'_>) + 'm,
    ) -> Self {
        let owner = owner.into();
        let owner_name = context.model.owner_name(owner);
        Part {
            name: format!("{owner_name}.{name}"),
            domain: context.domain(owner, shared),
            block: Block {
                owner,
                name: format!("{owner_name}/{name}"),
                clock: context.clock_of(owner),
                dt: context.model.owner_dt(owner),
            },
            body: Box::new(body),
        }
    }
    /// The same over the entries of a list.
    pub fn over(mut self, list: ListId) -> Self {
        self.domain = Domain::List(list);
        self
    }
    /// The same on another clock.
    pub fn on(mut self, clock: ClockId) -> Self {
        self.block.clock = clock;
        self
    }
    /// The same over other elements.
    pub fn within(mut self, domain: Domain) -> Self {
        self.domain = domain;
        self
    }
    fn write(&self, emit: &mut Emit<'_>) {
        emit.begin(self.block.clone());
        if let (Domain::List(list), Some(mask)) = (&self.domain, self.mask(emit)) {
            debug_assert!(emit.pushed.contains_key(list));
            emit.mask = Some(mask);
        }
        (self.body)(emit);
    }
    /// In a kernel over all elements, the code of a list runs where the list was pushed to.
    fn mask(&self, emit: &Emit<'_>) -> Option<crate::kir::Value> {
        match &self.domain {
            Domain::List(list) => emit.pushed.get(list).copied(),
            _ => None,
        }
    }
    /// The kernel of this part alone. Elements that depend on each other are visited in order.
    pub fn kernel(&self, context: &Context<'_>) -> Kernel {
        let kernel = compose(context, &self.name, self.domain.clone(), &[self]);
        let Domain::Elements { len } = self.domain else {
            return kernel;
        };
        if Effects::of(&kernel, &context.layout).entangled() {
            return compose(context, &self.name, Domain::Sequence { len }, &[self]);
        }
        kernel
    }
}

/// One kernel of several parts.
fn compose(context: &Context<'_>, name: &str, domain: Domain, parts: &[&Part<'_>]) -> Kernel {
    let block = match parts.first() {
        Some(first) => first.block.clone(),
        None => return Kernel::new(name, domain),
    };
    let mut emit = Emit::new(context, name, domain, block);
    for part in parts {
        part.write(&mut emit);
    }
    emit.finish()
}

/// What an item does.
pub(super) enum Task<'m> {
    /// Runs code.
    Kernel(Part<'m>),
    /// Fills a list with given spikes.
    Generate(Generator),
    /// Samples columns into the table of a number.
    Sample(usize, Sampler),
    /// Records the entries of a list into the table of a number.
    Events(usize, EventRecorder),
    /// Records the length of a list into the table of a number.
    Rate(usize, RateRecorder),
    /// Takes spikes to synapses. The kernel, if it has one, is kept already.
    Deliver(Pathway),
    /// Combines a column into one value.
    Reduce(Reducer),
}

/// One line of the schedule to be.
pub(super) struct Item<'m> {
    pub slot: Slot,
    pub order: i32,
    /// Place in the file; what has none comes last.
    pub position: (bool, u32, u32),
    pub clock: ClockId,
    pub name: String,
    pub group: Option<GroupId>,
    pub task: Task<'m>,
}

impl<'m> Item<'m> {
    /// Something of a group or projection, on its clock.
    pub fn of(
        context: &Context<'_>,
        owner: impl Into<Owner>,
        slot: Slot,
        name: &str,
        task: Task<'m>,
    ) -> Self {
        let owner = owner.into();
        Item {
            slot,
            order: 0,
            position: position(context.model.owner_span(owner), false),
            clock: context.clock_of(owner),
            name: format!("{}.{name}", context.model.owner_name(owner)),
            group: match owner {
                Owner::Group(group) => Some(group),
                Owner::Projection(_) => None,
            },
            task,
        }
    }
}

/// Sorts by place in the file.
pub(super) fn position(span: Span, last: bool) -> (bool, u32, u32) {
    (last, span.file.as_usize() as u32, span.start)
}

/// A kernel in the making: parts that run in one pass.
struct Pass<'a, 'm> {
    item: usize,
    parts: Vec<&'a Part<'m>>,
    kernel: Kernel,
    effects: Effects,
}

/// The program of all items. `together` false keeps every part in a kernel of its own.
pub(super) fn program(
    context: &mut Context<'_>,
    mut items: Vec<Item<'_>>,
    together: bool,
) -> Program {
    items.sort_by_key(|item| (item.slot, item.order, item.position));
    let mut program = Program::default();
    recorders(&items, &mut program);
    let mut actions: Vec<Option<Action>> = Vec::new();
    for item in &items {
        actions.push(match &item.task {
            Task::Kernel(_) => None,
            Task::Generate(generator) => {
                program.generators.push(generator.clone());
                Some(Action::Generate(program.generators.len() - 1))
            }
            Task::Sample(table, _) => Some(Action::Sample(*table)),
            Task::Events(table, _) => Some(Action::RecordEvents(*table)),
            Task::Rate(table, _) => Some(Action::RecordRate(*table)),
            Task::Deliver(pathway) => {
                program.pathways.push(pathway.clone());
                Some(Action::Deliver(program.pathways.len() - 1))
            }
            Task::Reduce(reducer) => {
                program.reducers.push(reducer.clone());
                Some(Action::Reduce(program.reducers.len() - 1))
            }
        });
    }
    program.layout = std::mem::take(&mut context.layout);
    program.kernels = std::mem::take(&mut context.kernels);
    let plain: Vec<Option<Effects>> = actions
        .iter()
        .map(|action| action.as_ref().map(|a| Effects::of_action(a, &program)))
        .collect();
    context.layout = std::mem::take(&mut program.layout);
    context.kernels = std::mem::take(&mut program.kernels);

    let passes = passes(context, &items, &plain, together);
    let mut by_item: BTreeMap<usize, Kernel> = passes
        .into_iter()
        .map(|pass| (pass.item, pass.kernel))
        .collect();
    for (k, (item, action)) in items.iter().zip(actions).enumerate() {
        let action = match (action, by_item.remove(&k)) {
            (Some(action), _) => action,
            (None, Some(kernel)) => match context.keep(kernel) {
                Some(kernel) => Action::Call(kernel),
                None => continue,
            },
            (None, None) => continue,
        };
        program.schedule.push(Entry {
            slot: item.slot,
            order: item.order,
            clock: item.clock,
            name: item.name.clone(),
            action,
        });
    }
    program.kernels = std::mem::take(&mut context.kernels);
    program.layout = std::mem::take(&mut context.layout);
    program.clocks = context.clocks.clone();
    program
}

/// Recorders in the order of their tables.
fn recorders(items: &[Item<'_>], program: &mut Program) {
    let mut samplers = BTreeMap::new();
    let mut events = BTreeMap::new();
    let mut rates = BTreeMap::new();
    for item in items {
        match &item.task {
            Task::Sample(table, sampler) => {
                samplers.insert(*table, sampler.clone());
            }
            Task::Events(table, recorder) => {
                events.insert(*table, recorder.clone());
            }
            Task::Rate(table, recorder) => {
                rates.insert(*table, recorder.clone());
            }
            Task::Kernel(_) | Task::Generate(_) | Task::Deliver(_) | Task::Reduce(_) => {}
        }
    }
    program.samplers = samplers.into_values().collect();
    program.events = events.into_values().collect();
    program.rates = rates.into_values().collect();
}

fn passes<'a, 'm>(
    context: &mut Context<'_>,
    items: &'a [Item<'m>],
    plain: &[Option<Effects>],
    together: bool,
) -> Vec<Pass<'a, 'm>> {
    let mut passes: Vec<Pass<'a, 'm>> = Vec::new();
    for (k, item) in items.iter().enumerate() {
        let Task::Kernel(part) = &item.task else {
            continue;
        };
        let kernel = part.kernel(context);
        let effects = Effects::of(&kernel, &context.layout);
        let host = passes.iter().rposition(|pass| {
            let host = &items[pass.item];
            together
                && item.group.is_some()
                && host.group == item.group
                && host.clock == item.clock
                && matches!(pass.kernel.domain, Domain::Elements { .. })
        });
        if let Some(host) = host {
            let first = passes[host].item;
            let others = passes.iter().filter(|pass| pass.item > first);
            let between = others.map(|pass| &pass.effects);
            let actions = plain.iter().take(k).skip(first + 1).flatten();
            let free = !between.chain(actions).any(|other| other.conflict(&effects));
            if free && let Some((kernel, effects)) = join(context, &passes[host], part, &effects) {
                let pass = &mut passes[host];
                pass.kernel = kernel;
                pass.effects = effects;
                pass.parts.push(part);
                continue;
            }
        }
        passes.push(Pass {
            item: k,
            parts: vec![part],
            kernel,
            effects,
        });
    }
    passes
}

/// The pass with one more part, if that is allowed and pays.
fn join(
    context: &Context<'_>,
    pass: &Pass<'_, '_>,
    part: &Part<'_>,
    alone: &Effects,
) -> Option<(Kernel, Effects)> {
    let Domain::Elements { len } = pass.kernel.domain else {
        return None;
    };
    match &part.domain {
        Domain::Elements { len: other } if *other == len => {}
        Domain::List(list) => {
            let pushed = pass.kernel.pushes().contains(list);
            let cheap = alone.calls == 0 && alone.operations <= CHEAP;
            let at_hand = alone.touched().is_subset(&pass.effects.touched());
            if !pushed || !cheap || !(at_hand || len <= SMALL) {
                return None;
            }
        }
        _ => return None,
    }
    let mut parts = pass.parts.clone();
    parts.push(part);
    let kernel = compose(
        context,
        &pass.kernel.name,
        pass.kernel.domain.clone(),
        &parts,
    );
    let effects = Effects::of(&kernel, &context.layout);
    (!effects.entangled()).then_some((kernel, effects))
}
