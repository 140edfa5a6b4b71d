//! What is done to the model, in order, and what is recorded meanwhile.

use super::array::{Expr, SlotId, Subscript};
use super::code::Assignment;
use super::{ConstantId, GroupId, ProjectionId, VariableId};
use crate::analysis::operate::Operator;
use crate::source::Span;

crate::id! {
    /// The body of a loop, a sweep, a condition.
    BodyId
}

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
    /// Simulate for a time that is computed, or until something holds.
    RunUntil {
        /// How long at most.
        duration: Expr,
        /// Ends the run after the step in which it holds.
        until: Option<Expr>,
        /// Where it is written.
        span: Span,
    },
    /// Give a constant a value that is computed.
    Change {
        /// The constant.
        constant: ConstantId,
        /// New value.
        value: Expr,
        /// Lowest and highest value allowed.
        range: Option<(f64, f64)>,
    },
    /// Write computed values into a variable.
    Put(Put),
    /// Give a name a value.
    Let {
        /// The name.
        slot: SlotId,
        /// Elements of its present value that are replaced; all of it without any.
        subscripts: Vec<Subscript>,
        /// How the value is combined with the present one; it replaces it where absent.
        operator: Option<Operator>,
        /// The value.
        value: Expr,
        /// True when it belongs in the report.
        shown: bool,
    },
    /// Compute a value and put it into the report.
    Show {
        /// The value.
        value: Expr,
        /// As it is written.
        text: String,
    },
    /// Write values to a file of the results.
    Export {
        /// The values with their names; several for an archive only.
        values: Vec<(String, Expr)>,
        /// The name of the file.
        file: Expr,
    },
    /// Check a condition, or that a value lies within bounds.
    Expect {
        /// A condition, or a value.
        value: Expr,
        /// The bounds.
        range: Option<(Expr, Expr)>,
        /// As it is written, without `expect`.
        text: String,
        /// Where it is written.
        span: Span,
    },
    /// For each value of a list.
    For {
        /// The variable.
        slot: SlotId,
        /// The values: elements of a vector, rows of a matrix.
        values: Expr,
        /// What is done.
        body: BodyId,
        /// Arrays that are collected.
        collected: Vec<SlotId>,
    },
    /// So many times.
    Repeat {
        /// How often.
        count: Expr,
        /// What is done.
        body: BodyId,
        /// Arrays that are collected.
        collected: Vec<SlotId>,
    },
    /// As long as something holds.
    While {
        /// The condition.
        condition: Expr,
        /// What is done.
        body: BodyId,
        /// Arrays that are collected.
        collected: Vec<SlotId>,
    },
    /// The first of several whose condition holds.
    If {
        /// Conditions and bodies.
        branches: Vec<(Expr, BodyId)>,
        /// Where none holds.
        otherwise: Option<BodyId>,
    },
    /// One entry of a collected array, in the body of a loop or sweep.
    Collect {
        /// The array.
        slot: SlotId,
        /// The entry.
        value: Expr,
    },
    /// End the protocol; within `every`, end the run.
    Stop,
    /// From here on, do this between steps of all runs, at multiples of an interval.
    Every {
        /// The interval.
        interval: Expr,
        /// What is done.
        body: BodyId,
    },
    /// For each point of a grid, each time from the present state.
    Sweep(Sweep),
}

impl Action {
    /// The constants that it gives another value.
    pub fn changes(&self) -> Vec<ConstantId> {
        match self {
            Action::SetConstant { constant, .. } | Action::Change { constant, .. } => {
                vec![*constant]
            }
            Action::Sweep(sweep) => sweep.axes.iter().filter_map(|axis| axis.constant).collect(),
            _ => Vec::new(),
        }
    }
    /// The expressions that it computes.
    pub fn expressions(&self) -> Vec<&Expr> {
        match self {
            Action::Run { .. }
            | Action::Assign(_)
            | Action::SetConstant { .. }
            | Action::Save(_)
            | Action::Restore(..)
            | Action::Stop => Vec::new(),
            Action::RunUntil {
                duration, until, ..
            } => [duration].into_iter().chain(until).collect(),
            Action::Put(Put {
                subscripts, value, ..
            })
            | Action::Let {
                subscripts, value, ..
            } => {
                let parts = subscripts.iter().flat_map(Subscript::parts);
                parts.chain([value]).collect()
            }
            Action::Export { values, file } => {
                let values = values.iter().map(|(_, value)| value);
                values.chain([file]).collect()
            }
            Action::Expect { value, range, .. } => {
                let range = range.iter().flat_map(|(low, high)| [low, high]);
                [value].into_iter().chain(range).collect()
            }
            Action::If { branches, .. } => branches.iter().map(|(test, _)| test).collect(),
            Action::Sweep(sweep) => sweep.axes.iter().map(|axis| &axis.values).collect(),
            Action::Change { value, .. }
            | Action::Show { value, .. }
            | Action::For { values: value, .. }
            | Action::Repeat { count: value, .. }
            | Action::While {
                condition: value, ..
            }
            | Action::Collect { value, .. }
            | Action::Every {
                interval: value, ..
            } => vec![value],
        }
    }
    /// True where it advances the time.
    pub fn runs(&self) -> bool {
        matches!(self, Action::Run { .. } | Action::RunUntil { .. })
    }
}

/// Computed values for a variable.
#[derive(Clone, PartialEq, Debug)]
pub struct Put {
    /// The variable.
    pub variable: VariableId,
    /// Elements that are addressed; all of the owner's where absent.
    pub elements: Option<Slice>,
    /// Which of those.
    pub subscripts: Vec<Subscript>,
    /// How they are combined with the present values; they replace them where absent.
    pub operator: Option<Operator>,
    /// The values, stretched to the elements.
    pub value: Expr,
    /// True where there is a value for every addressed element, of which the subscripts pick.
    pub each: bool,
    /// Where it is written.
    pub span: Span,
}

/// A sweep.
#[derive(Clone, PartialEq, Debug)]
pub struct Sweep {
    /// What varies.
    pub axes: Vec<SweepAxis>,
    /// True where the axes advance together instead of being crossed.
    pub zipped: bool,
    /// What is done at each point.
    pub body: BodyId,
    /// Arrays that are collected.
    pub collected: Vec<SlotId>,
    /// Where it is written.
    pub span: Span,
}

/// What varies in a sweep.
#[derive(Clone, PartialEq, Debug)]
pub struct SweepAxis {
    /// Its value during a point.
    pub slot: SlotId,
    /// All values, known when the sweep is over.
    pub all: SlotId,
    /// A constant of the same name, which takes the value too.
    pub constant: Option<ConstantId>,
    /// The values.
    pub values: Expr,
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
