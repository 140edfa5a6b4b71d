//! The kernel intermediate representation: typed, structured, verified; one flat memory image; no word of neurons.
//!
//! # Shape
//! A [`Program`] is a [`Layout`] (the columns of the image), kernels, and a schedule that says which action runs in
//! which slot of a step. A [`Kernel`] runs its body once for every element of its [`Domain`]. The body is a list of
//! statements over single-assignment values; there are no gotos, only [`Stmt::While`]. Conditions become [`Op::Select`]
//! and masks of stores, so that a body is straight-line code that vectorizes, prints as a program, and lowers in a few
//! lines to any back end.
//!
//! # Meaning
//! Elements of a [`Domain::Elements`] kernel are independent: a value stored by one element is never loaded by another
//! in the same call, so elements may run in any order, in blocks, and on several threads. A [`Domain::Sequence`], [`Domain::List`] or
//! [`Domain::Rows`] kernel runs its elements strictly one after the other, in order.
//! All floating-point operations are IEEE double operations, rounded once; [`Op::Fma`] is rounded once as a whole.
//! Every executor gives the same bits (NaN payloads apart).

pub mod apart;
pub mod build;
pub mod eval;
pub mod layout;
pub mod opt;
pub mod parse;
pub mod pathway;
pub mod primitive;
pub mod print;
pub mod typing;
pub mod verify;

use crate::index::IndexVec;
use layout::{ColumnId, Layout, ListId};
use pathway::{Pathway, Reducer};

crate::id! {
    /// A single-assignment value of one kernel.
    Value
}
crate::id! {
    /// A kernel of a [`Program`].
    KernelId
}
crate::id! {
    /// A clock of a [`Program`].
    ClockId
}

/// Type of a value in a kernel. Columns of narrower elements are widened when loaded.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Ty {
    /// IEEE double.
    F64,
    /// Two's complement, wrapping.
    I64,
    /// Truth value.
    Bool,
}

/// Which elements a kernel visits.
#[derive(Clone, PartialEq, Debug)]
pub enum Domain {
    /// Exactly one element, with index 0.
    Once,
    /// Elements `0..len`, independent of each other.
    Elements {
        /// Number of elements.
        len: usize,
    },
    /// Elements `0..len`, strictly one after the other.
    Sequence {
        /// Number of elements.
        len: usize,
    },
    /// The entries of a list, in order; the element index is the entry.
    List(ListId),
    /// For each entry `s` of a list in order, positions `p` in `start[s]..start[s+1]` in order; the element index is
    /// `order[p]`, or `p` without an order column.
    Rows {
        /// The list of row numbers.
        list: ListId,
        /// Row starts: number of rows + 1 entries.
        start: ColumnId,
        /// Element index per position.
        order: Option<ColumnId>,
    },
}

/// A constant. Floats are compared by their bits.
#[derive(Clone, Copy, Debug)]
pub enum Const {
    /// A double.
    F64(f64),
    /// An integer.
    I64(i64),
    /// A truth value.
    Bool(bool),
}

impl PartialEq for Const {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Const::F64(a), Const::F64(b)) => a.to_bits() == b.to_bits(),
            (Const::I64(a), Const::I64(b)) => a == b,
            (Const::Bool(a), Const::Bool(b)) => a == b,
            _ => false,
        }
    }
}

/// Where in a column a load or store happens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum At {
    /// At the element index of the domain.
    Element,
    /// At entry 0: one value for all elements.
    Uniform,
    /// At an index computed by the kernel (`i64`), which is within the column by construction of the network.
    Index(Value),
}

/// One-operand operations.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs)]
pub enum UnaryOp {
    /// f64 → f64.
    Neg,
    Abs,
    Sqrt,
    Floor,
    Ceil,
    Trunc,
    /// Round half to even.
    Nearest,
    /// Round to single precision: the value that a column of singles keeps.
    Single,
    /// i64 → i64, wrapping.
    NegInt,
    AbsInt,
    /// bool → bool.
    Not,
    /// i64 → f64, rounded to nearest.
    IntToFloat,
    /// f64 → i64, toward zero, saturating; NaN gives 0.
    FloatToInt,
    /// bool → i64.
    BoolToInt,
}

/// Two-operand operations.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs)]
pub enum BinaryOp {
    /// f64, f64 → f64.
    Add,
    Sub,
    Mul,
    Div,
    /// `a < b ? a : b` (so the second operand where either is NaN).
    Min,
    /// `a > b ? a : b`.
    Max,
    /// i64, i64 → i64, wrapping.
    AddInt,
    SubInt,
    MulInt,
    /// Floored division; division by zero gives 0.
    FloorDivInt,
    /// Remainder with the sign of the divisor; 0 for a zero divisor.
    FloorModInt,
    MinInt,
    MaxInt,
    /// bool, bool → bool.
    And,
    Or,
    Xor,
}

/// Comparisons; of doubles (false with NaN, except `Ne`) or of integers, by the type of the operands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs)]
pub enum CompareOp {
    Lt,
    Le,
    Gt,
    Ge,
    Eq,
    Ne,
}

/// Distributions of [`Op::Random`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Distribution {
    /// Uniform in [0, 1): f64.
    Uniform,
    /// Standard normal: f64.
    Normal,
    /// Poisson with the mean given by the argument: f64 holding a whole number.
    Poisson,
}

/// An operation that makes one value.
#[derive(Clone, PartialEq, Debug)]
pub enum Op {
    /// A constant.
    Const(Const),
    /// The element index of the domain, as i64.
    Index,
    /// A load from a column.
    Load {
        /// The column.
        column: ColumnId,
        /// Where in it.
        at: At,
    },
    /// One operand.
    Unary(UnaryOp, Value),
    /// Two operands.
    Binary(BinaryOp, Value, Value),
    /// `a*b + c`, rounded once.
    Fma(Value, Value, Value),
    /// A comparison.
    Compare(CompareOp, Value, Value),
    /// `condition ? then : otherwise`; both sides are evaluated.
    Select {
        /// bool.
        condition: Value,
        /// Value where true.
        then: Value,
        /// Value where false, same type.
        otherwise: Value,
    },
    /// A wide primitive of the table in `backend::wide`, by name: f64 arguments, one f64 result.
    Call {
        /// Name in the table.
        primitive: &'static str,
        /// Arguments in the order of the table's parameters.
        args: Vec<Value>,
    },
    /// A random draw: a pure function of seed, stream, step and index.
    Random {
        /// What is drawn.
        distribution: Distribution,
        /// Number of the stream: one for each textual draw of a program.
        stream: u32,
        /// Seed, i64.
        seed: Value,
        /// Step number, i64.
        step: Value,
        /// Index, i64; usually [`Op::Index`].
        index: Value,
        /// Mean of a Poisson draw, f64.
        argument: Option<Value>,
    },
}

/// A statement.
#[derive(Clone, PartialEq, Debug)]
pub enum Stmt {
    /// Defines a value.
    Let(Value, Op),
    /// Writes to a column, where the mask is absent or true.
    Store {
        /// The column.
        column: ColumnId,
        /// Where in it; an [`Domain::Elements`] kernel stores only at [`At::Element`].
        at: At,
        /// What; its type is the widened type of the column.
        value: Value,
        /// Only where this is true.
        mask: Option<Value>,
    },
    /// Appends the element index to a list, where the mask is true. At most one push per list in a kernel.
    Push {
        /// The list.
        list: ListId,
        /// bool.
        mask: Value,
    },
    /// A loop: `carried` values start at `init`; the body runs, then, while `again` is true and fewer than `limit`
    /// rounds have run, the carried values become `next` and the body runs once more. Afterwards the carried values keep the values
    /// of `next` of the last round. Stores and pushes do not stand in a loop.
    While {
        /// Loop-carried values: (value seen in the body and after the loop, initial value, value for the next round).
        carried: Vec<Carried>,
        /// Body.
        body: Vec<Stmt>,
        /// bool, defined in the body: run another round?
        again: Value,
        /// At most so many rounds.
        limit: u32,
    },
}

/// A value carried around a [`Stmt::While`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Carried {
    /// Seen in the body; after the loop it holds the last `next`.
    pub value: Value,
    /// Value in the first round, defined before the loop.
    pub init: Value,
    /// Value handed on at the end of a round, defined in the body.
    pub next: Value,
}

/// Code that runs for every element of a domain.
#[derive(Clone, PartialEq, Debug)]
pub struct Kernel {
    /// Name for people: `lif.state`.
    pub name: String,
    /// Elements visited.
    pub domain: Domain,
    /// Type of every value.
    pub types: IndexVec<Value, Ty>,
    /// Statements in order.
    pub body: Vec<Stmt>,
}

impl Kernel {
    /// An empty kernel.
    pub fn new(name: impl Into<String>, domain: Domain) -> Self {
        Kernel {
            name: name.into(),
            domain,
            types: IndexVec::new(),
            body: Vec::new(),
        }
    }
    /// The lists it pushes to, in the order of its push statements.
    pub fn pushes(&self) -> Vec<ListId> {
        let pushes = self.body.iter().filter_map(|stmt| match stmt {
            Stmt::Push { list, .. } => Some(*list),
            _ => None,
        });
        pushes.collect()
    }
}

/// Slots of a step, in order; each also has a before and an after (`semantics`: start, groups, thresholds, synapses, resets, end).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[allow(missing_docs)]
pub enum Slot {
    BeforeStart,
    Start,
    AfterStart,
    BeforeGroups,
    Groups,
    AfterGroups,
    BeforeThresholds,
    Thresholds,
    AfterThresholds,
    BeforeSynapses,
    Synapses,
    AfterSynapses,
    BeforeResets,
    Resets,
    AfterResets,
    BeforeEnd,
    End,
    AfterEnd,
}

/// A clock: its step length and the columns through which kernels see it.
#[derive(Clone, PartialEq, Debug)]
pub struct Clock {
    /// Step length in seconds.
    pub dt: f64,
    /// f64 column of length 1: time at the start of the step, `k*dt`.
    pub t: ColumnId,
    /// f64 column of length 1: the step length.
    pub dt_column: ColumnId,
    /// i64 column of length 1: the step number `k`.
    pub step: ColumnId,
}

/// What an entry of the schedule does.
#[derive(Clone, PartialEq, Debug)]
pub enum Action {
    /// Empties the lists that the kernel pushes to, then runs it.
    Call(KernelId),
    /// Appends one record to a sampler (a state monitor).
    Sample(usize),
    /// Appends the entries of a list to an event recorder (a spike monitor).
    RecordEvents(usize),
    /// Appends the count of a list to a rate recorder.
    RecordRate(usize),
    /// Fills a list with the entries due in this step (a spike generator).
    Generate(usize),
    /// Takes spikes to synapses (a pathway).
    Deliver(usize),
    /// Combines a part of a column into one value.
    Reduce(usize),
}

/// One line of the schedule.
#[derive(Clone, PartialEq, Debug)]
pub struct Entry {
    /// Slot.
    pub slot: Slot,
    /// Order within the slot; entries with equal slot and order run in the order of the table.
    pub order: i32,
    /// Clock that makes it due.
    pub clock: ClockId,
    /// Name for people.
    pub name: String,
    /// What happens.
    pub action: Action,
}

/// Records values of columns over time (a state monitor). The kernel writes the values into `buffer`.
#[derive(Clone, PartialEq, Debug)]
pub struct Sampler {
    /// Index into the recordings of the run.
    pub name: String,
    /// Recorded columns, with the elements of each in order (empty: all elements).
    pub columns: Vec<SampledColumn>,
    /// Clock it samples on.
    pub clock: ClockId,
}

/// One column of a [`Sampler`].
#[derive(Clone, PartialEq, Debug)]
pub struct SampledColumn {
    /// The column.
    pub column: ColumnId,
    /// Elements recorded, in order.
    pub elements: Vec<u32>,
}

/// Records the entries of a list with their time (a spike or event monitor).
#[derive(Clone, PartialEq, Debug)]
pub struct EventRecorder {
    /// Name for people.
    pub name: String,
    /// The list.
    pub list: ListId,
    /// Only entries in `first..last`, recorded relative to `first` (a subgroup).
    pub first: u32,
    /// One past the last entry recorded.
    pub last: u32,
    /// Columns recorded at the entry.
    pub columns: Vec<ColumnId>,
}

/// Records the number of entries of a list per step (a population rate monitor).
#[derive(Clone, PartialEq, Debug)]
pub struct RateRecorder {
    /// Name for people.
    pub name: String,
    /// The list.
    pub list: ListId,
    /// Only entries in `first..last` count.
    pub first: u32,
    /// One past the last entry counted.
    pub last: u32,
}

/// Puts given entries into a list at given steps (a spike generator).
#[derive(Clone, PartialEq, Debug)]
pub struct Generator {
    /// The list it fills.
    pub list: ListId,
    /// Times in seconds, sorted by (time, index).
    pub times: Vec<f64>,
    /// Entries, parallel to `times`.
    pub entries: Vec<u32>,
    /// Period in seconds after which the events repeat.
    pub period: Option<f64>,
}

/// Everything a runtime needs.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Program {
    /// Memory image.
    pub layout: Layout,
    /// Kernels: those of the schedule and those called once (initial values, assignments).
    pub kernels: IndexVec<KernelId, Kernel>,
    /// Clocks.
    pub clocks: IndexVec<ClockId, Clock>,
    /// Entries, sorted by (slot, order), stable.
    pub schedule: Vec<Entry>,
    /// State monitors.
    pub samplers: Vec<Sampler>,
    /// Spike and event monitors.
    pub events: Vec<EventRecorder>,
    /// Rate monitors.
    pub rates: Vec<RateRecorder>,
    /// Spike generators.
    pub generators: Vec<Generator>,
    /// Pathways of synapses.
    pub pathways: Vec<Pathway>,
    /// Reductions.
    pub reducers: Vec<Reducer>,
}
