//! The closed model: every name is an id, every value is in SI units, every default is filled in.
//!
//! `check` makes it from the syntax tree; later stages can fail for two user reasons only: a method that refuses the
//! equations, and faults while running. The model does not know the syntax tree; spans lead back to the text.

pub mod array;
pub mod code;
pub mod figure;
pub mod film;
mod owner;
pub mod plots;
pub mod projection;
pub mod protocol;
pub mod term;

use crate::index::IndexVec;
use crate::source::Span;
use crate::units::dimension::Dimension;
use crate::units::quantity::Quantity;
use array::{Slot, SlotId};
use code::{Assignment, Code, Condition, Regular};
use figure::FigureSpec;
use projection::{PoissonInput, Projection, Side};
use protocol::{Action, BodyId, Record};
use term::{NoiseId, TermId, Terms, Type};

crate::id! {
    /// A variable of any owner.
    VariableId
}
crate::id! {
    /// A group: anything that has elements and may spike.
    GroupId
}
crate::id! {
    /// A projection: synapses from one population to another.
    ProjectionId
}
crate::id! {
    /// A named constant of the file.
    ConstantId
}
crate::id! {
    /// A tabulated function of time.
    SignalId
}

/// A whole experiment.
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// `title "…"`.
    pub title: Option<String>,
    /// Default step length in seconds.
    pub dt: f64,
    /// `seed = …`, where given.
    pub seed: Option<u64>,
    /// All expressions.
    pub terms: Terms,
    /// Named constants, in file order.
    pub constants: IndexVec<ConstantId, Constant>,
    /// Tabulated functions of time.
    pub signals: IndexVec<SignalId, Signal>,
    /// Variables of all owners.
    pub variables: IndexVec<VariableId, Variable>,
    /// Groups in file order.
    pub groups: IndexVec<GroupId, Group>,
    /// Projections in file order.
    pub projections: IndexVec<ProjectionId, Projection>,
    /// `poisson_input` blocks in file order.
    pub poisson_inputs: Vec<PoissonInput>,
    /// What is recorded: by `record` lines, then what plots imply.
    pub records: Vec<Record>,
    /// The protocol, in file order.
    pub protocol: Vec<Action>,
    /// Bodies of loops, sweeps and conditions of the protocol.
    pub bodies: IndexVec<BodyId, Vec<Action>>,
    /// Named values of the protocol: `let`, loop variables, collected arrays.
    pub slots: IndexVec<SlotId, Slot>,
    /// Expressions whose values figures show.
    pub plotted: Vec<array::Expr>,
    /// Planes of two variables that they show.
    pub planes: Vec<array::Plane>,
    /// Figures in file order; a `plot` outside a figure is a figure of one panel.
    pub figures: Vec<FigureSpec>,
}

impl Model {
    /// All actions: of the protocol, then of the bodies within it.
    pub fn actions(&self) -> impl Iterator<Item = &Action> {
        self.protocol.iter().chain(self.bodies.iter().flatten())
    }
    /// What a chain of links and aliases ends at.
    pub fn root(&self, mut id: VariableId) -> VariableId {
        // A chain is no longer than there are variables.
        for _ in 0..self.variables.len() {
            match self.variables[id].kind {
                VariableKind::Linked { source, .. } | VariableKind::Remote { source, .. } => {
                    id = source;
                }
                _ => break,
            }
        }
        id
    }
}

/// A named constant.
#[derive(Clone, PartialEq, Debug)]
pub struct Constant {
    /// Name as written.
    pub name: String,
    /// Its value; whole numbers written without a point have type [`Type::Integer`].
    pub value: Quantity,
    /// Type of the value.
    pub ty: Type,
    /// Lowest and highest value (`in a .. b`).
    pub range: Option<(f64, f64)>,
    /// Where it is declared.
    pub span: Span,
    /// Its `///` documentation.
    pub doc: Option<String>,
}

/// A tabulated function of time (Brian2's TimedArray): rows of `columns` values, one row every `dt` seconds.
#[derive(Clone, PartialEq, Debug)]
pub struct Signal {
    /// Name as written.
    pub name: String,
    /// Row-major values in SI units.
    pub values: Vec<f64>,
    /// 1 for `signal s(t)`, the number of columns for `signal s(t, i)`.
    pub columns: usize,
    /// True for `signal s(t, i)`.
    pub indexed: bool,
    /// Seconds between rows.
    pub dt: f64,
    /// Dimension of the values.
    pub dimension: Dimension,
    /// Where it is declared.
    pub span: Span,
}

/// Whose variable it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Owner {
    /// One value per element of a group.
    Group(GroupId),
    /// One value per synapse of a projection.
    Projection(ProjectionId),
}

/// A variable.
#[derive(Clone, PartialEq, Debug)]
pub struct Variable {
    /// Name as written.
    pub name: String,
    /// Whose it is.
    pub owner: Owner,
    /// What it is.
    pub kind: VariableKind,
    /// Float, integer or boolean.
    pub ty: Type,
    /// Dimension of its values.
    pub dimension: Dimension,
    /// One value for the whole owner instead of one per element.
    pub shared: bool,
    /// Flag `(constant)`.
    pub constant: bool,
    /// Flag `(unless refractory)`.
    pub unless_refractory: bool,
    /// Lowest and highest value (`in a .. b`).
    pub range: Option<(f64, f64)>,
    /// Value before initial conditions run, SI (booleans 0 or 1).
    pub default: f64,
    /// Where it is declared.
    pub span: Span,
    /// Its `///` documentation.
    pub doc: Option<String>,
}

/// What a variable is.
#[derive(Clone, PartialEq, Debug)]
pub enum VariableKind {
    /// Has a differential equation.
    State,
    /// A stored value: parameters, `lastspike`, `not_refractory`.
    Stored,
    /// A macro, evaluated wherever it is used; with `constant_over_dt` a stored value, recomputed once per step.
    Subexpression {
        /// Its right-hand side.
        value: TermId,
        /// Flag `(constant over dt)`.
        constant_over_dt: bool,
    },
    /// An alias of another owner's variable: at the same index, at `index[element]`, or its only value.
    Linked {
        /// The variable read and written.
        source: VariableId,
        /// Index into the source per element.
        index: Option<Vec<u32>>,
    },
    /// An alias, in a projection, of a variable of the source or target at this synapse: `v_pre`, `v_post`, or plain `v`.
    Remote {
        /// The side.
        side: Side,
        /// The variable read and written.
        source: VariableId,
    },
    /// A value computed from all elements of a slice, once per step before anything is integrated: `mean(exc.s)`.
    Aggregate {
        /// How values are combined.
        reduction: Reduction,
        /// The variable, of any owner.
        source: VariableId,
        /// First element.
        first: usize,
        /// One past the last element.
        last: usize,
    },
    /// A temporary of one block of code.
    Temporary,
}

/// How the values of a population become one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reduction {
    /// Their sum.
    Sum,
    /// Their mean.
    Mean,
    /// The smallest.
    Min,
    /// The largest.
    Max,
}

/// A population.
#[derive(Clone, Debug)]
pub struct Group {
    /// Name as written.
    pub name: String,
    /// Number of elements, at least 1.
    pub size: usize,
    /// What makes it spike.
    pub kind: GroupKind,
    /// Its variables in order of declaration.
    pub variables: Vec<VariableId>,
    /// Its differential equations.
    pub system: System,
    /// `method:`, where given.
    pub method: Option<MethodChoice>,
    /// `threshold:`.
    pub threshold: Option<Condition>,
    /// `reset:`.
    pub reset: Option<Code>,
    /// `refractory:`.
    pub refractory: Option<Refractory>,
    /// `lastspike` and `not_refractory`, where `refractory` is given.
    pub refractory_state: Option<RefractoryState>,
    /// Custom events in file order.
    pub events: Vec<Event>,
    /// `every T: …` in file order.
    pub regular: Vec<Regular>,
    /// Initial conditions in file order: defaults of parameters, overrides, `v(0) = …`.
    pub initial: Vec<Assignment>,
    /// Step length of its clock, where it differs from the model's.
    pub dt: Option<f64>,
    /// Where it is declared.
    pub span: Span,
    /// Its `///` documentation.
    pub doc: Option<String>,
}

impl Group {
    /// A population without variables, equations or events.
    pub fn new(name: impl Into<String>, size: usize, kind: GroupKind, span: Span) -> Self {
        Group {
            name: name.into(),
            size,
            kind,
            variables: Vec::new(),
            system: System::default(),
            method: None,
            threshold: None,
            reset: None,
            refractory: None,
            refractory_state: None,
            events: Vec::new(),
            regular: Vec::new(),
            initial: Vec::new(),
            dt: None,
            span,
            doc: None,
        }
    }
}

/// What makes a group spike.
#[derive(Clone, PartialEq, Debug)]
pub enum GroupKind {
    /// Equations and a threshold.
    Neurons,
    /// A spike with probability `rates*dt` in each step.
    Poisson {
        /// Rate in hertz, per element.
        rates: TermId,
    },
    /// Given spikes.
    Generator {
        /// Times in seconds, sorted by (time, index).
        times: Vec<f64>,
        /// Element of each spike.
        indices: Vec<u32>,
        /// Repetition after so many seconds.
        period: Option<f64>,
    },
}

/// The differential equations of one owner.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct System {
    /// One per differential equation, in file order.
    pub equations: Vec<Equation>,
    /// Noise symbols: `xi` and `xi_…`, without the prefix.
    pub noises: IndexVec<NoiseId, String>,
}

/// `dx/dt = rhs`.
#[derive(Clone, PartialEq, Debug)]
pub struct Equation {
    /// The state variable.
    pub variable: VariableId,
    /// Right-hand side, with subexpressions still as variables and noise as [`term::Term::Noise`].
    pub rhs: TermId,
    /// The equation in the text.
    pub span: Span,
}

/// `method: NAME` with options.
#[derive(Clone, PartialEq, Debug)]
pub struct MethodChoice {
    /// Name in the table of methods.
    pub name: String,
    /// Named options in SI units, such as `tolerance`.
    pub options: Vec<(String, f64)>,
    /// Where it is written.
    pub span: Span,
}

/// How long a neuron stays refractory.
#[derive(Clone, PartialEq, Debug)]
pub enum Refractory {
    /// A duration, evaluated in every step.
    Time(TermId),
    /// The neuron stays refractory while this holds.
    While(TermId),
}

/// The stored variables of refractoriness.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RefractoryState {
    /// Time of the last spike, seconds; -1e4 s before the first.
    pub lastspike: VariableId,
    /// False while refractory.
    pub not_refractory: VariableId,
}

/// A custom event.
#[derive(Clone, PartialEq, Debug)]
pub struct Event {
    /// Name as written.
    pub name: String,
    /// When it happens.
    pub condition: Condition,
    /// `on NAME: …`.
    pub code: Option<Code>,
}
