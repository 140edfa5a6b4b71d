//! Follows the protocol: runs, loops, sweeps, and what is computed between them.
//!
//! A [`Machine`] is a simulation with the named values of the protocol. [`act`](self) carries out actions, [`evaluate`](self)
//! expressions, [`sweep`](self) the points of a sweep, each in a machine of its own that starts from the present one, so that results do
//! not depend on the number of threads.
//!
//! Random numbers after `restore`, and at each point of a sweep, are new ones: seeds are made from the seed of the run and a count.

mod act;
mod advance;
mod collect;
mod evaluate;
mod films;
mod plane;
mod sweep;
mod terms;

pub use films::Shots;

use std::collections::BTreeMap;

use crate::analysis::show::show;
use crate::analysis::value::{Array, Value};
use crate::diagnostic::{Diagnostic, codes};
use crate::index::Id;
use crate::lower::Lowered;
use crate::model::Model;
use crate::model::array::{Expr, SlotId};
use crate::model::protocol::{Action, BodyId};
use crate::runtime::command::Command;
use crate::runtime::simulation::Simulation;
use crate::source::Span;

/// Why the protocol does not go on.
pub enum Halt {
    /// `stop`.
    Stop,
    /// The interrupt flag was set.
    Interrupted,
    /// Something went wrong.
    Failed(Box<Diagnostic>),
}

/// A value for the report.
#[derive(Clone, PartialEq, Debug)]
pub struct Shown {
    /// Its name, or the expression.
    pub name: String,
    /// The value as text.
    pub text: String,
}

/// What became of an `expect`.
#[derive(Clone, PartialEq, Debug)]
pub struct Expectation {
    /// As it is written.
    pub text: String,
    /// The statement.
    pub span: Span,
    /// True where it is met.
    pub met: bool,
    /// What was found.
    pub found: String,
}

/// A file of results: its name and its bytes.
#[derive(Clone, PartialEq, Debug)]
pub struct Export {
    /// Name without folder.
    pub name: String,
    /// Content.
    pub bytes: Vec<u8>,
}

/// What the protocol leaves behind besides the state.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Notes {
    /// Values to show; by slot where a name is given several values, of which the last counts.
    pub shown: Vec<(Option<SlotId>, Shown)>,
    /// Expectations in order.
    pub expectations: Vec<Expectation>,
    /// Files in order.
    pub exports: Vec<Export>,
    /// Points of sweeps.
    pub points: u64,
    /// Seconds simulated in points of sweeps.
    pub swept: f64,
    /// Steps executed in points of sweeps.
    pub steps: u64,
    /// Frames of figures that move.
    pub films: Vec<Shots>,
}

/// `every` as it was declared.
#[derive(Clone)]
struct Regular {
    interval: f64,
    body: BodyId,
}

/// A simulation with the named values of its protocol.
pub struct Machine<'m> {
    model: &'m Model,
    lowered: &'m Lowered,
    /// The simulation.
    pub simulation: Simulation,
    /// What is left behind.
    pub notes: Notes,
    slots: Vec<Option<Value>>,
    constants: Vec<f64>,
    saved: BTreeMap<String, Vec<f64>>,
    collected: BTreeMap<SlotId, Vec<Value>>,
    /// Spikes per neuron of a record, and how many spikes they are made of: conditions that are looked at in every step count on from there.
    counted: BTreeMap<usize, (usize, Vec<f64>)>,
    every: Vec<Regular>,
    threads: usize,
    seed: u64,
    restores: u64,
    draws: u64,
    /// Seconds simulated by actions that are over, and seconds in all as far as they are known; for the progress.
    done: f64,
    total: f64,
}

impl<'m> Machine<'m> {
    /// A machine at time 0.
    pub fn new(
        model: &'m Model,
        lowered: &'m Lowered,
        simulation: Simulation,
        seed: u64,
        threads: usize,
    ) -> Self {
        Machine {
            model,
            lowered,
            simulation,
            notes: Notes::default(),
            slots: vec![None; model.slots.len()],
            constants: model.constants.iter().map(|c| c.value.value).collect(),
            saved: BTreeMap::new(),
            collected: BTreeMap::new(),
            counted: BTreeMap::new(),
            every: Vec::new(),
            threads,
            seed,
            restores: 0,
            draws: 0,
            done: 0.0,
            total: 0.0,
        }
    }
    /// Another machine in the same state, which uses one thread and has noted nothing.
    fn fork(&self, seed: u64) -> Machine<'m> {
        let mut simulation = self.simulation.clone();
        simulation.set_threads(1);
        simulation.set_seed(seed);
        Machine {
            simulation,
            notes: Notes::default(),
            slots: self.slots.clone(),
            constants: self.constants.clone(),
            saved: self.saved.clone(),
            collected: BTreeMap::new(),
            counted: BTreeMap::new(),
            every: self.every.clone(),
            threads: 1,
            seed,
            restores: 0,
            draws: 0,
            done: 0.0,
            total: 0.0,
            ..*self
        }
    }
    /// The values of an expression, for a figure; nothing where a name in it has no value because the protocol ended before.
    pub fn plotted(&mut self, expr: &Expr) -> Result<Option<Array>, Box<Diagnostic>> {
        match self.value(expr) {
            Ok(value) => Ok(Some(value.into_array())),
            Err(Halt::Failed(diagnostic)) if diagnostic.code == codes::UNKNOWN_NAME => Ok(None),
            Err(Halt::Failed(diagnostic)) => Err(diagnostic),
            Err(_) => Ok(None),
        }
    }
    /// What an action's prepared commands are.
    fn commands(&self, body: Option<BodyId>, position: usize) -> &'m [Command] {
        let lowered = self.lowered;
        let list = match body {
            None => Some(&lowered.protocol),
            Some(body) => lowered.bodies.get(body),
        };
        list.and_then(|list| list.get(position))
            .map_or(&[], Vec::as_slice)
    }
    fn actions(&self, body: Option<BodyId>) -> &'m [Action] {
        let model = self.model;
        match body {
            None => &model.protocol,
            Some(body) => model.bodies.get(body).map_or(&[], Vec::as_slice),
        }
    }
    fn set_slot(&mut self, slot: SlotId, value: Value) {
        if let Some(place) = self.slots.get_mut(slot.as_usize()) {
            *place = Some(value);
        }
    }
    fn note(&mut self, slot: Option<SlotId>, name: String, value: &Value, expr: &Expr) {
        let text = show(value, expr.dimension, expr.truth);
        let shown = Shown { name, text };
        if slot.is_some()
            && let Some((_, old)) = self.notes.shown.iter_mut().find(|(s, _)| *s == slot)
        {
            *old = shown;
            return;
        }
        self.notes.shown.push((slot, shown));
    }
}

/// A seed made of another one and a count.
fn mixed(seed: u64, count: u64) -> u64 {
    let mut z = seed.wrapping_add(count.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A failure at a place.
fn failed(code: crate::diagnostic::Code, span: Span, message: impl Into<String>) -> Halt {
    Halt::Failed(Box::new(Diagnostic::new(code, span, message)))
}
