//! What stands between the braces of a neuron, a synapse or an input.

use super::{Argument, Doc, Expr, Ident, Range, Text, UnitExpr};
use crate::source::Span;
use crate::syntax::operators::AssignOp;

/// One line (or block) of a body.
#[derive(Clone, PartialEq, Debug)]
pub struct Member {
    /// What it is.
    pub kind: MemberKind,
    /// Where it stands, without its documentation.
    pub span: Span,
    /// The `///` lines before it.
    pub doc: Option<Doc>,
}

/// The forms of a member.
#[derive(Clone, PartialEq, Debug)]
pub enum MemberKind {
    /// `dv/dt = -v/tau : volt (unless refractory)`
    Differential(Differential),
    /// `I = g*(E - v) : amp (shared)`; without a unit it is an override of a parameter (`of` blocks) or a mistake
    Subexpression(Subexpression),
    /// `I : volt (constant) = 15 mV in 0 mV .. 40 mV`
    Parameter(Parameter),
    /// `v(0) = El`
    Initial(Initial),
    /// `threshold: v > -50 mV`
    Threshold(Expr),
    /// `reset: { v = El; w += b }`
    Reset(Code),
    /// `refractory: 2 ms`, `refractory: v > -40 mV`
    Refractory(Expr),
    /// `method: rkf45(tolerance: 1e-6)`
    Method(MethodChoice),
    /// `event gspike: g > 1`
    Event(Event),
    /// `on gspike: allow = false`
    OnEvent(OnEvent),
    /// `every 60 ms: direction = rand()`
    Every(Regular),
    /// `on_pre slow of gspike: ge += w`
    Pathway(Pathway),
    /// `connect: if i != j, p = 0.1`
    Connect(Connect),
    /// `delay slow: 10 ms`
    Delay(Delay),
    /// `order slow: 2`
    Order(Order),
    /// Any other `word: value`, such as `rates: 15 Hz`, `at: {0: [10 ms]}`, `target: ge`
    Field(Field),
    /// Text that could not be read; a diagnostic was reported.
    Error,
}

/// `dNAME/dt = rhs : unit (flags)`
#[derive(Clone, PartialEq, Debug)]
pub struct Differential {
    /// The variable.
    pub name: Ident,
    /// The right-hand side.
    pub rhs: Expr,
    /// The declared unit; none when it was forgotten.
    pub unit: Option<UnitExpr>,
    /// `unless refractory`, `event-driven`, …
    pub flags: Vec<Flag>,
}

/// `NAME = value : unit (flags)`
#[derive(Clone, PartialEq, Debug)]
pub struct Subexpression {
    /// The name.
    pub name: Ident,
    /// What it stands for.
    pub value: Expr,
    /// The declared unit; none for an override, or when it was forgotten.
    pub unit: Option<UnitExpr>,
    /// `shared`, `constant over dt`, `summed`, …
    pub flags: Vec<Flag>,
    /// `in a .. b` of an override.
    pub range: Option<Range>,
}

/// `NAME : unit (flags) = default in range`
#[derive(Clone, PartialEq, Debug)]
pub struct Parameter {
    /// The name.
    pub name: Ident,
    /// The declared unit.
    pub unit: UnitExpr,
    /// `constant`, `shared`, `linked`, …
    pub flags: Vec<Flag>,
    /// The value at the start, evaluated per neuron or synapse.
    pub default: Option<Expr>,
    /// The span of a slider, a bound for `--set`.
    pub range: Option<Range>,
}

/// One flag, its words joined by single blanks: `unless refractory`, `event-driven`.
#[derive(Clone, PartialEq, Debug)]
pub struct Flag {
    /// The words.
    pub name: String,
    /// Their place.
    pub span: Span,
}

/// `NAME(0) = value`
#[derive(Clone, PartialEq, Debug)]
pub struct Initial {
    /// The variable.
    pub name: Ident,
    /// Its value when the simulation starts.
    pub value: Expr,
}

/// Statements that run for a neuron or a synapse.
#[derive(Clone, PartialEq, Debug)]
pub struct Code {
    /// In order.
    pub statements: Vec<Statement>,
    /// With braces or quotes.
    pub span: Span,
}

/// `target op= value`
#[derive(Clone, PartialEq, Debug)]
pub struct Statement {
    /// What is written: a name; in parameter sets also a member.
    pub target: Expr,
    /// `=`, `+=`, …
    pub operator: AssignOp,
    /// Its place.
    pub operator_span: Span,
    /// The new value, or what is combined with the old one.
    pub value: Expr,
    /// The whole statement.
    pub span: Span,
}

/// `method: NAME` or `method: NAME(option: value)`
#[derive(Clone, PartialEq, Debug)]
pub struct MethodChoice {
    /// The method.
    pub name: Ident,
    /// Tolerances and such.
    pub arguments: Vec<Argument>,
}

/// `event NAME: condition`
#[derive(Clone, PartialEq, Debug)]
pub struct Event {
    /// The event.
    pub name: Ident,
    /// When it happens.
    pub condition: Expr,
}

/// `on EVENT: code`
#[derive(Clone, PartialEq, Debug)]
pub struct OnEvent {
    /// The event.
    pub event: Ident,
    /// What is done.
    pub code: Code,
}

/// `every INTERVAL: code`
#[derive(Clone, PartialEq, Debug)]
pub struct Regular {
    /// Time between two executions, or a list of times.
    pub interval: Expr,
    /// `when SLOT`: the slot of the time step in which it runs.
    pub slot: Option<Ident>,
    /// What is done.
    pub code: Code,
}

/// Which end of a synapse an event comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PathwaySide {
    /// `on_pre`
    Pre,
    /// `on_post`
    Post,
}

/// `on_pre NAME of EVENT: code`
#[derive(Clone, PartialEq, Debug)]
pub struct Pathway {
    /// Whose events it listens to.
    pub side: PathwaySide,
    /// The name of a further pathway; none for `pre` and `post` themselves.
    pub name: Option<Ident>,
    /// The event; none for spikes.
    pub event: Option<Ident>,
    /// What an event does.
    pub code: Code,
}

/// `delay PATHWAY: value`
#[derive(Clone, PartialEq, Debug)]
pub struct Delay {
    /// The pathway; none for the default one.
    pub pathway: Option<Ident>,
    /// The delay, evaluated per synapse.
    pub value: Expr,
}

/// `order PATHWAY: value`
#[derive(Clone, PartialEq, Debug)]
pub struct Order {
    /// The pathway; none where its name was forgotten.
    pub pathway: Option<Ident>,
    /// Its place among everything that happens in the slot `synapses`.
    pub value: Expr,
}

/// `connect: …`; several of them add up in file order.
#[derive(Clone, PartialEq, Debug)]
pub struct Connect {
    /// Which pairs.
    pub kind: ConnectKind,
    /// `p = …`: probability of each pair.
    pub probability: Option<Expr>,
    /// `n = …`: synapses per pair.
    pub count: Option<Expr>,
    /// `skip`: targets outside the population are passed over.
    pub skip: Option<Span>,
}

/// The forms of `connect:`.
#[derive(Clone, PartialEq, Debug)]
pub enum ConnectKind {
    /// `all`, or only `p = …`
    All,
    /// `if COND`
    Condition(Expr),
    /// `j = EXPR for k in RANGE if COND`, or with `i`
    Generated(Generator),
    /// `i = […], j = […]`
    Pairs {
        /// Sources.
        i: Expr,
        /// Targets.
        j: Expr,
    },
    /// `from "edges.csv"`
    From(Text),
}

/// A generator of indices.
#[derive(Clone, PartialEq, Debug)]
pub struct Generator {
    /// `i` or `j`: the index that is generated.
    pub index: Ident,
    /// Its value.
    pub value: Expr,
    /// The `k` of `for k in …`.
    pub variable: Option<Ident>,
    /// `range(…)` or `sample(…)`.
    pub values: Option<Expr>,
    /// `if COND`.
    pub condition: Option<Expr>,
}

/// `WORD: value`
#[derive(Clone, PartialEq, Debug)]
pub struct Field {
    /// The word.
    pub word: Ident,
    /// Its value.
    pub value: Expr,
}
