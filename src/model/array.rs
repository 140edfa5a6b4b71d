//! Expressions over arrays: what the protocol and figures compute with, checked for names and dimensions.
//!
//! Unlike a [`Term`](super::term::Term), which one element of a population evaluates in compiled code, such an expression is evaluated
//! once, between runs, and its values are arrays. It reads the state (present values of variables), what was recorded (samples, spikes,
//! rates), and named values, each with a [`Slot`]. Every node knows its dimension and its place in the text, so that an evaluator needs to
//! check shapes and positions only.

use std::sync::Arc;

use super::protocol::Slice;
use super::term::{Draw, TermId};
use super::{ConstantId, VariableId};
use crate::analysis::Function;
use crate::analysis::operate::Operator;
use crate::analysis::value::Value;
use crate::source::Span;
use crate::units::dimension::Dimension;

crate::id! {
    /// A named value of the protocol.
    SlotId
}

/// A named value: `let x = …`, the variable of a loop or sweep, a collected array.
#[derive(Clone, PartialEq, Debug)]
pub struct Slot {
    /// Its name; empty for arguments of functions.
    pub name: String,
    /// Dimension of its values.
    pub dimension: Dimension,
    /// True for masks.
    pub truth: bool,
    /// For an array made by `collect`: the values along its axes.
    pub axes: Vec<SlotId>,
    /// Where it is declared.
    pub span: Span,
}

/// An expression.
#[derive(Clone, PartialEq, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: Kind,
    /// Dimension of its values.
    pub dimension: Dimension,
    /// True where its values are truth values.
    pub truth: bool,
    /// Where it is written.
    pub span: Span,
}

/// The forms of an expression.
#[derive(Clone, PartialEq, Debug)]
pub enum Kind {
    /// A number in SI units.
    Number(f64),
    /// A text.
    Text(String),
    /// A value that was read from a file.
    Data(Arc<Value>),
    /// A named value.
    Slot(SlotId),
    /// The present value of a constant.
    Constant(ConstantId),
    /// The present time in seconds.
    Time,
    /// Present values of a variable, one per element of a slice; one value for a shared variable.
    Values {
        /// The variable.
        variable: VariableId,
        /// The elements; all of the owner's where absent.
        elements: Option<Slice>,
    },
    /// The right-hand side of an equation, or another term of a population, with variables replaced by arrays.
    Map {
        /// The term, with [`super::term::Term::Argument`]s, and variables for those in `variables`.
        term: TermId,
        /// The arguments.
        arguments: Vec<Expr>,
        /// Values of variables that the term reads.
        variables: Vec<(VariableId, Expr)>,
        /// The elements it is computed for, where it is a term of a population.
        elements: Option<Slice>,
    },
    /// Recorded values over time: one row per element, or one row only.
    Samples {
        /// Position in the model's records.
        record: usize,
        /// The variable.
        variable: VariableId,
        /// Elements.
        elements: Vec<u32>,
        /// True for a single element, whose values are a vector.
        single: bool,
    },
    /// The times of the samples of a record of variables.
    SampleTimes(usize),
    /// The times of the values of a record of a rate.
    RateTimes(usize),
    /// What is known of the spikes of a record.
    Spikes {
        /// Position in the model's records.
        record: usize,
        /// Elements, a part of those recorded.
        slice: Slice,
        /// What of them.
        part: SpikePart,
    },
    /// The rate of a record over time.
    Rate(usize),
    /// `-a`
    Negate(Box<Expr>),
    /// `not a`
    Not(Box<Expr>),
    /// `a + b`
    Binary(Operator, Box<Expr>, Box<Expr>),
    /// `a if c else b`, element by element: condition, then, otherwise.
    Select(Box<Expr>, Box<Expr>, Box<Expr>),
    /// A function of the analysis; nothing for arguments left out.
    Call(&'static Function, Vec<Option<Expr>>),
    /// Random numbers in an array of a shape; the argument is the mean of a Poisson distribution.
    Random {
        /// The distribution.
        draw: Draw,
        /// Which of the draws of the model.
        stream: u32,
        /// Lengths of the axes.
        shape: Vec<Expr>,
        /// Mean, for [`Draw::Poisson`].
        mean: Option<Box<Expr>>,
    },
    /// `base[…]`
    Index(Box<Expr>, Vec<Subscript>),
    /// `[a, b]`
    Array(Vec<Expr>),
    /// Something about the plane of two variables: position in the model's planes, and what.
    Plane(usize, PlanePart),
    /// Values given names first.
    With(Vec<(SlotId, Expr)>, Box<Expr>),
}

/// What of a plane is computed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PlanePart {
    /// Its limits: left, right, low, high.
    Window,
    /// Where the first (0) or second (1) variable does not change: two rows of places, with gaps between lines.
    Nullcline(usize),
    /// How both change on a grid: rows of places and of rates.
    Vectors,
    /// Where both rest: rows of places and of the two eigenvalues, real and imaginary parts.
    FixedPoints,
}

/// The plane of two variables of a population.
#[derive(Clone, PartialEq, Debug)]
pub struct Plane {
    /// Named values that stand for both variables in `rates`.
    pub slots: [SlotId; 2],
    /// How both change, for arrays of places.
    pub rates: [Expr; 2],
    /// Limits of both axes, where they are given.
    pub limits: [Option<(f64, f64)>; 2],
    /// What was recorded of both, which the limits follow otherwise.
    pub seen: [Option<Expr>; 2],
    /// Their names.
    pub names: [String; 2],
}

/// What of recorded spikes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SpikePart {
    /// Times in order.
    Times,
    /// The neuron of each.
    Indices,
    /// Their number per neuron.
    Counts,
    /// Trains per neuron.
    Trains,
}

/// An entry between brackets.
#[derive(Clone, PartialEq, Debug)]
#[allow(clippy::large_enum_variant)] // a few of them, each in a short list
pub enum Subscript {
    /// A position, a list of them, or a mask.
    At(Expr),
    /// `start:stop:step`
    Slice(Option<Expr>, Option<Expr>, Option<Expr>),
}

impl Expr {
    /// A number with a dimension.
    pub fn number(value: f64, dimension: Dimension, span: Span) -> Expr {
        Expr {
            kind: Kind::Number(value),
            dimension,
            truth: false,
            span,
        }
    }
    /// True where this or a part of it satisfies a condition.
    pub fn any(&self, predicate: &mut dyn FnMut(&Expr) -> bool) -> bool {
        predicate(self) || self.parts().into_iter().any(|part| part.any(predicate))
    }
    /// The expressions that it is made of.
    fn parts(&self) -> Vec<&Expr> {
        match &self.kind {
            Kind::Number(_)
            | Kind::Text(_)
            | Kind::Data(_)
            | Kind::Slot(_)
            | Kind::Constant(_)
            | Kind::Time
            | Kind::Values { .. }
            | Kind::Samples { .. }
            | Kind::SampleTimes(_)
            | Kind::RateTimes(_)
            | Kind::Spikes { .. }
            | Kind::Rate(_)
            | Kind::Plane(..) => Vec::new(),
            Kind::Map {
                arguments,
                variables,
                ..
            } => {
                let variables = variables.iter().map(|(_, value)| value);
                arguments.iter().chain(variables).collect()
            }
            Kind::Negate(a) | Kind::Not(a) => vec![a],
            Kind::Binary(_, a, b) => vec![a, b],
            Kind::Select(a, b, c) => vec![a, b, c],
            Kind::Call(_, arguments) => arguments.iter().flatten().collect(),
            Kind::Random { shape, mean, .. } => shape.iter().chain(mean.as_deref()).collect(),
            Kind::Index(base, subscripts) => {
                let mut parts = vec![base.as_ref()];
                parts.extend(subscripts.iter().flat_map(Subscript::parts));
                parts
            }
            Kind::Array(items) => items.iter().collect(),
            Kind::With(bound, body) => {
                let bound = bound.iter().map(|(_, value)| value);
                bound.chain([body.as_ref()]).collect()
            }
        }
    }
}

impl Subscript {
    /// The expressions that it is made of.
    pub fn parts(&self) -> Vec<&Expr> {
        match self {
            Subscript::At(expr) => vec![expr],
            Subscript::Slice(start, stop, step) => [start, stop, step]
                .into_iter()
                .filter_map(Option::as_ref)
                .collect(),
        }
    }
}
