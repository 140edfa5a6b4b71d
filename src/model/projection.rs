//! Projections: synapses from one population, or other projection, to another.
//!
//! Code of a synapse refers to its own variables, and to those of its two sides through aliases of kind
//! [`crate::model::VariableKind::Remote`]. `i` and `j` are stored integers: the indices of the two sides, relative to the
//! slices given. Synapses are numbered in the order in which they are made.

use super::code::{Assignment, Code, Regular};
use super::term::TermId;
use super::{MethodChoice, Owner, System, VariableId};
use crate::source::Span;

/// `synapses NAME: SOURCE -> TARGET { … }`.
#[derive(Clone, Debug)]
pub struct Projection {
    /// Name as written.
    pub name: String,
    /// Where spikes come from.
    pub source: Endpoint,
    /// Where they go.
    pub target: Endpoint,
    /// Its variables in order of declaration, aliases of the sides' variables included.
    pub variables: Vec<VariableId>,
    /// Variables that exist without being declared.
    pub indices: Indices,
    /// Equations integrated in every step (`clock-driven`).
    pub system: System,
    /// Equations advanced when an event arrives (`event-driven`): linear, solved exactly over the time since the last event.
    pub event_driven: System,
    /// Time of the last event, seconds; where there are event-driven equations.
    pub lastupdate: Option<VariableId>,
    /// `method:`, where given.
    pub method: Option<MethodChoice>,
    /// Pathways in file order.
    pub pathways: Vec<Pathway>,
    /// `(summed)` lines in file order.
    pub summed: Vec<Summed>,
    /// `connect:` lines in file order.
    pub connect: Vec<Connect>,
    /// Defaults and initial values in file order, evaluated per synapse after connecting.
    pub initial: Vec<Assignment>,
    /// `every T: …` in file order.
    pub regular: Vec<Regular>,
    /// Step length of its clock, where it differs from the model's.
    pub dt: Option<f64>,
    /// Where it is declared.
    pub span: Span,
    /// Its `///` documentation.
    pub doc: Option<String>,
}

impl Projection {
    /// A projection without variables, pathways or synapses. `i` and `j` of its indices are to be set.
    pub fn new(name: impl Into<String>, source: Endpoint, target: Endpoint, span: Span) -> Self {
        Projection {
            name: name.into(),
            source,
            target,
            variables: Vec::new(),
            indices: Indices {
                i: VariableId(0),
                j: VariableId(0),
                incoming: None,
                outgoing: None,
                copy: None,
                count: None,
            },
            system: System::default(),
            event_driven: System::default(),
            lastupdate: None,
            method: None,
            pathways: Vec::new(),
            summed: Vec::new(),
            connect: Vec::new(),
            initial: Vec::new(),
            regular: Vec::new(),
            dt: None,
            span,
            doc: None,
        }
    }
}

/// One side of a projection: elements `first..last` of a group, or of another projection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Endpoint {
    /// Whose elements.
    pub owner: Owner,
    /// First element.
    pub first: usize,
    /// One past the last element; `usize::MAX` for all synapses of a projection, whose number is not known yet.
    pub last: usize,
}

/// Stored integers of every synapse, and of the sides.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Indices {
    /// `i`: index of the source.
    pub i: VariableId,
    /// `j`: index of the target.
    pub j: VariableId,
    /// `N_incoming`: number of synapses of this projection onto the target.
    pub incoming: Option<VariableId>,
    /// `N_outgoing`: number of synapses of this projection from the source.
    pub outgoing: Option<VariableId>,
    /// `multisynaptic_index`: counts synapses of one pair from 0.
    pub copy: Option<VariableId>,
    /// `N`: number of synapses, shared.
    pub count: Option<VariableId>,
}

/// A side of a synapse.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Side {
    /// The source.
    Pre,
    /// The target.
    Post,
}

/// Code that runs when spikes, or custom events, of one side arrive.
#[derive(Clone, PartialEq, Debug)]
pub struct Pathway {
    /// Name; `pre` and `post` where none is written.
    pub name: String,
    /// Side whose events it listens to.
    pub side: Side,
    /// Position in the group's list of custom events; spikes where absent.
    pub event: Option<usize>,
    /// What an event does.
    pub code: Code,
    /// How late it arrives.
    pub delay: Delay,
    /// Order within the slot `synapses`: -1 for `pre` pathways, 1 for `post` ones, unless given.
    pub order: i32,
    /// Where it is written.
    pub span: Span,
}

/// A delay.
#[derive(Clone, PartialEq, Debug)]
pub enum Delay {
    /// The same for all synapses, seconds.
    Common(f64),
    /// A stored variable of the projection, seconds.
    PerSynapse(VariableId),
}

/// `X_post = EXPR (summed)`: in every step, a variable of a side becomes the sum over its synapses.
#[derive(Clone, PartialEq, Debug)]
pub struct Summed {
    /// The variable of the side's group that is written.
    pub variable: VariableId,
    /// Which side.
    pub side: Side,
    /// What is summed, per synapse.
    pub value: TermId,
    /// Where it is written.
    pub span: Span,
}

/// One `connect:` line.
#[derive(Clone, PartialEq, Debug)]
pub struct Connect {
    /// Which pairs.
    pub rule: Rule,
    /// Where it is written.
    pub span: Span,
}

/// Which pairs are connected. In terms, the projection's `i` and `j` stand for the pair.
#[derive(Clone, PartialEq, Debug)]
pub enum Rule {
    /// For each source i ascending, each target j ascending: where `condition` holds, with `probability`, `copies` synapses.
    Pairs {
        /// All pairs where absent.
        condition: Option<TermId>,
        /// 1 where absent.
        probability: Option<Probability>,
        /// 1 where absent.
        copies: Option<TermId>,
    },
    /// For each element of the outer side ascending, the elements of the inner side that a sequence gives.
    Generated {
        /// Side of the outer loop: `Pre` for `j = …`, `Post` for `i = …`.
        outer: Side,
        /// The loop variable: a temporary of the projection.
        variable: VariableId,
        /// What the loop variable runs through.
        sequence: Sequence,
        /// Index of the inner side.
        index: TermId,
        /// Only where this holds.
        condition: Option<TermId>,
        /// 1 where absent.
        copies: Option<TermId>,
        /// Leave out indices outside the inner side, instead of an error.
        skip: bool,
    },
    /// Pairs as listed.
    Listed {
        /// Indices of sources.
        i: Vec<u32>,
        /// Indices of targets.
        j: Vec<u32>,
        /// Synapses per pair.
        copies: u32,
    },
}

/// A connection probability.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Probability {
    /// Its value; 1 and more means always.
    pub term: TermId,
    /// Its own stream of random numbers.
    pub stream: u32,
    /// True where it is the same for all targets of a source, so that gaps can be jumped over.
    pub constant_per_row: bool,
}

/// What a loop variable of a connection runs through; the terms may use the index of the outer side.
#[derive(Clone, PartialEq, Debug)]
pub enum Sequence {
    /// Once, with 0.
    Once,
    /// `range(start, stop, step)`.
    Range {
        /// First value.
        start: TermId,
        /// Limit, not reached.
        stop: TermId,
        /// Distance; negative counts down.
        step: TermId,
    },
    /// `sample(start, stop, step, p = …)`: each value of the range with a probability.
    SampleProbability {
        /// First value.
        start: TermId,
        /// Limit, not reached.
        stop: TermId,
        /// Distance.
        step: TermId,
        /// The probability.
        probability: Probability,
    },
    /// `sample(start, stop, step, size = …)`: so many different values of the range, ascending.
    SampleSize {
        /// First value.
        start: TermId,
        /// Limit, not reached.
        stop: TermId,
        /// Distance.
        step: TermId,
        /// How many.
        size: TermId,
        /// Its own stream of random numbers.
        stream: u32,
    },
}

/// `poisson_input`: the summed weight of many independent Poisson sources, added in every step.
#[derive(Clone, PartialEq, Debug)]
pub struct PoissonInput {
    /// Name as written.
    pub name: String,
    /// Elements that receive it.
    pub target: Endpoint,
    /// The variable that is added to.
    pub variable: VariableId,
    /// Number of sources per element.
    pub sources: u64,
    /// Rate of each source in hertz.
    pub rate: f64,
    /// Weight, per element, of the variable's dimension.
    pub weight: TermId,
    /// Its own stream of random numbers.
    pub stream: u32,
    /// Where it is declared.
    pub span: Span,
}
