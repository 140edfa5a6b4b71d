//! What is done to the model, in order, and what is recorded meanwhile.

use super::code::Assignment;
use super::{ConstantId, GroupId, ProjectionId, VariableId};
use crate::source::Span;

/// One step of the protocol.
#[derive(Clone, PartialEq, Debug)]
pub enum Action {
    /// Simulate for so many seconds.
    Run {
        /// Seconds, at least 0.
        duration: f64,
        /// Where it is written.
        span: Span,
    },
    /// Change values.
    Assign(Assignment),
    /// Give a constant another value, in SI units, from here on.
    SetConstant {
        /// The constant.
        constant: ConstantId,
        /// New value.
        value: f64,
        /// Where it is written.
        span: Span,
    },
    /// Remember the whole state under a name.
    Save(String),
    /// Return to a remembered state.
    Restore(String, Span),
}

/// A slice of a group: elements `first..last`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Slice {
    /// The group.
    pub group: GroupId,
    /// First element.
    pub first: usize,
    /// One past the last.
    pub last: usize,
}

impl Slice {
    /// Number of elements.
    pub fn size(&self) -> usize {
        self.last.saturating_sub(self.first)
    }
}

/// A monitor.
#[derive(Clone, PartialEq, Debug)]
pub struct Record {
    /// Name in results: the population or subgroup as written.
    pub name: String,
    /// What is recorded.
    pub what: Recorded,
    /// True when a plot asked for it, not a `record` line.
    pub implied: bool,
    /// Where it is asked for.
    pub span: Span,
}

/// What a monitor records.
#[derive(Clone, PartialEq, Debug)]
pub enum Recorded {
    /// Values over time.
    States {
        /// Group.
        group: GroupId,
        /// Variables, also subexpressions, in order.
        variables: Vec<VariableId>,
        /// Elements, in order.
        elements: Vec<u32>,
        /// Sampling interval in seconds; the group's step where absent.
        every: Option<f64>,
        /// Slot it samples in: `start` unless `when` says otherwise.
        slot: String,
    },
    /// Values of synapses over time.
    Synapses {
        /// Projection.
        projection: ProjectionId,
        /// Variables, also subexpressions, in order.
        variables: Vec<VariableId>,
        /// Which synapses.
        which: Which,
        /// Sampling interval in seconds; the projection's step where absent.
        every: Option<f64>,
        /// Slot it samples in: `start` unless `when` says otherwise.
        slot: String,
    },
    /// Spikes, or custom events, with values at that moment.
    Spikes {
        /// Elements watched.
        slice: Slice,
        /// Position in the group's list of custom events; a spike where absent.
        event: Option<usize>,
        /// Variables recorded with each.
        variables: Vec<VariableId>,
        /// Slot it records in, where `when` says so; directly after the threshold otherwise.
        slot: Option<String>,
    },
    /// Spikes per neuron and second, once per step.
    Rate {
        /// Elements watched.
        slice: Slice,
    },
}

/// Synapses of a projection, whose number is known only when they are made.
#[derive(Clone, PartialEq, Debug)]
pub enum Which {
    /// All of them.
    All,
    /// These numbers, in order. A number that no synapse has is left out.
    Numbers(Vec<u32>),
    /// Those from any of these sources onto any of these targets, in order of their numbers.
    Between {
        /// Indices of sources, as given to the projection; any where absent.
        pre: Option<Vec<u32>>,
        /// Indices of targets; any where absent.
        post: Option<Vec<u32>>,
    },
}
