//! Code of a group: conditions, statement blocks, assignments from outside.

use super::VariableId;
use super::term::TermId;
use crate::source::Span;

/// A truth value per element.
#[derive(Clone, PartialEq, Debug)]
pub struct Condition {
    /// The condition.
    pub term: TermId,
    /// Where it is written.
    pub span: Span,
}

/// A block of statements, executed for each element one after the other with current values.
#[derive(Clone, PartialEq, Debug)]
pub struct Code {
    /// Statements in order.
    pub statements: Vec<Statement>,
    /// Where the block is written.
    pub span: Span,
}

/// `target = value`. Combined assignments are written out: `v += w` has the value `v + w`.
#[derive(Clone, PartialEq, Debug)]
pub struct Statement {
    /// A stored variable, a state, a linked variable, or a temporary of the block.
    pub target: VariableId,
    /// The new value, of the target's type.
    pub value: TermId,
    /// Where it is written.
    pub span: Span,
}

/// Which elements an assignment touches.
#[derive(Clone, PartialEq, Debug)]
pub enum Selection {
    /// All of them.
    All,
    /// `start, start + step, …` below `stop`.
    Range {
        /// First element.
        start: usize,
        /// One past the last.
        stop: usize,
        /// Distance, at least 1.
        step: usize,
    },
    /// These, in order.
    Indices(Vec<u32>),
    /// Those where the condition holds; conditions are evaluated before anything is written.
    Where(TermId),
}

/// What is assigned.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// Evaluated per element; `i` is the element index.
    Term(TermId),
    /// One value per selected element, SI.
    Array(Vec<f64>),
    /// A value for every pair of the sides of a projection, SI: each selected synapse takes that of its pair.
    Matrix {
        /// Row by row, a row per source.
        values: Vec<f64>,
        /// Values per row: number of targets.
        columns: usize,
    },
}

/// An initial condition, or an assignment of the protocol.
#[derive(Clone, PartialEq, Debug)]
pub struct Assignment {
    /// What is written.
    pub variable: VariableId,
    /// Which elements.
    pub selection: Selection,
    /// The value.
    pub value: Value,
    /// True for text in quotes, which, like code, leaves `(unless refractory)` variables of refractory neurons alone.
    pub as_code: bool,
    /// Where it is written.
    pub span: Span,
}

/// `every T: code`.
#[derive(Clone, PartialEq, Debug)]
pub struct Regular {
    /// When it runs.
    pub times: Times,
    /// What runs.
    pub code: Code,
    /// Slot, as in the schedule: `start` unless `when` says otherwise.
    pub slot: String,
}

/// When regular code runs.
#[derive(Clone, PartialEq, Debug)]
pub enum Times {
    /// At 0 and at multiples of so many seconds.
    Every(f64),
    /// In every step of the group's clock.
    EachStep,
    /// At these times, seconds, ascending.
    At(Vec<f64>),
}
