//! What a kernel or an action reads and writes: the facts that decide what may run in one pass.

use std::collections::BTreeSet;

use crate::kir::layout::{ColumnId, Layout, ListId};
use crate::kir::pathway::{Delay, Effect, Pathway, To, Weight};
use crate::kir::{Action, At, Domain, Kernel, Op, Program, Stmt};

/// Columns touched.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Effects {
    /// Loaded at the element itself.
    pub own: BTreeSet<ColumnId>,
    /// Loaded at other places.
    pub across: BTreeSet<ColumnId>,
    /// Stored at the element itself.
    pub stored: BTreeSet<ColumnId>,
    /// Stored at other places.
    pub scattered: BTreeSet<ColumnId>,
    /// Items and counts of lists that are read.
    pub listed: BTreeSet<ColumnId>,
    /// Items and counts of lists that are filled.
    pub pushed: BTreeSet<ColumnId>,
    /// Operations, calls and random draws.
    pub operations: usize,
    pub calls: usize,
}

impl Effects {
    /// Of a kernel.
    pub fn of(kernel: &Kernel, layout: &Layout) -> Self {
        let mut effects = Effects::default();
        match &kernel.domain {
            Domain::Once | Domain::Elements { .. } | Domain::Sequence { .. } => {}
            Domain::List(list) => effects.list(*list, layout),
            Domain::Rows { list, start, order } => {
                effects.list(*list, layout);
                effects.across.insert(*start);
                effects.across.extend(*order);
            }
        }
        effects.body(&kernel.body, layout);
        effects
    }
    fn list(&mut self, list: ListId, layout: &Layout) {
        let list = layout.list(list);
        self.listed.extend([list.items, list.count]);
    }
    fn body(&mut self, body: &[Stmt], layout: &Layout) {
        for stmt in body {
            match stmt {
                Stmt::Let(_, op) => {
                    self.operations += 1;
                    match op {
                        Op::Load { column, at } => {
                            let set = match at {
                                At::Element => &mut self.own,
                                _ => &mut self.across,
                            };
                            set.insert(*column);
                        }
                        Op::Call { .. } | Op::Random { .. } => self.calls += 1,
                        _ => {}
                    }
                }
                Stmt::Store { column, at, .. } => {
                    let set = match at {
                        At::Element => &mut self.stored,
                        _ => &mut self.scattered,
                    };
                    set.insert(*column);
                }
                Stmt::Push { list, .. } => {
                    let list = layout.list(*list);
                    self.pushed.extend([list.items, list.count]);
                }
                Stmt::While { body, .. } => {
                    // A loop counts as many operations: it is never cheap.
                    self.calls += 1;
                    self.body(body, layout);
                }
            }
        }
    }
    /// Of an action that is not a kernel.
    pub fn of_action(action: &Action, program: &Program) -> Self {
        let mut effects = Effects::default();
        let layout = &program.layout;
        match action {
            Action::Call(kernel) => {
                if let Some(kernel) = program.kernels.get(*kernel) {
                    return Effects::of(kernel, layout);
                }
            }
            Action::Sample(k) => {
                let columns = program.samplers.get(*k).map(|s| s.columns.as_slice());
                let columns = columns.unwrap_or_default().iter();
                effects.across.extend(columns.map(|c| c.column));
            }
            Action::RecordEvents(k) => {
                if let Some(recorder) = program.events.get(*k) {
                    effects.list(recorder.list, layout);
                    effects.across.extend(&recorder.columns);
                }
            }
            Action::RecordRate(k) => {
                if let Some(recorder) = program.rates.get(*k) {
                    effects.list(recorder.list, layout);
                }
            }
            Action::Deliver(k) => {
                if let Some(pathway) = program.pathways.get(*k) {
                    effects.pathway(pathway, program);
                }
            }
            Action::Reduce(k) => {
                if let Some(reducer) = program.reducers.get(*k) {
                    effects.across.insert(reducer.source);
                    effects.scattered.insert(reducer.into);
                }
            }
            Action::Generate(k) => {
                if let Some(generator) = program.generators.get(*k) {
                    let list = layout.list(generator.list);
                    effects.pushed.extend([list.items, list.count]);
                }
            }
        }
        effects
    }
    fn pathway(&mut self, pathway: &Pathway, program: &Program) {
        let layout = &program.layout;
        match &pathway.effect {
            Effect::Call {
                kernel,
                due,
                near,
                writes,
            } => {
                if let Some(kernel) = program.kernels.get(*kernel) {
                    *self = Effects::of(kernel, layout);
                }
                let due = layout.list(*due);
                self.pushed.extend([due.items, due.count]);
                for one in near {
                    self.across.insert(one.index);
                    self.pushed.insert(one.into);
                }
                for one in writes {
                    self.scattered.insert(one.column);
                    self.across.insert(one.column);
                    if let To::Side { index, active, .. } = one.to {
                        self.across.insert(index);
                        self.across.extend(active);
                    }
                }
            }
            Effect::Add {
                target,
                index,
                weight,
                active,
                ..
            } => {
                self.scattered.insert(*target);
                self.across.extend([*target, *index]);
                self.across.extend(*active);
                let (Weight::Shared(column) | Weight::Each { column, .. }) = weight;
                self.across.insert(*column);
            }
        }
        self.across.insert(pathway.rows);
        if let Delay::Shared(column) | Delay::Each(column) = pathway.delay {
            self.across.insert(column);
        }
        self.list(pathway.list, layout);
    }
    /// Everything read.
    pub fn reads(&self) -> impl Iterator<Item = &ColumnId> {
        self.own.iter().chain(&self.across).chain(&self.listed)
    }
    /// Everything written.
    pub fn writes(&self) -> impl Iterator<Item = &ColumnId> {
        let stores = self.stored.iter().chain(&self.scattered);
        stores.chain(&self.pushed)
    }
    /// True when exchanging the two could be noticed.
    pub fn conflict(&self, other: &Effects) -> bool {
        let hit = |a: &Effects, b: &Effects| {
            let touched: BTreeSet<_> = b.reads().chain(b.writes()).collect();
            a.writes().any(|column| touched.contains(column))
        };
        hit(self, other) || hit(other, self)
    }
    /// True when elements depend on each other, so that they cannot run in any order.
    pub fn entangled(&self) -> bool {
        !self.scattered.is_empty()
            || self
                .across
                .iter()
                .any(|column| self.stored.contains(column))
    }
    /// Columns touched at the element itself.
    pub fn touched(&self) -> BTreeSet<ColumnId> {
        self.own.iter().chain(&self.stored).copied().collect()
    }
}
