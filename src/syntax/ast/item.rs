//! Declarations and protocol statements.

use super::{
    Argument, Automatic, Dimension, Doc, Expr, FunctionDeclaration, Ident, LibraryConstant, Member,
    Method, Range, Statement, Text, Unit,
};
use crate::source::Span;
use crate::syntax::operators::AssignOp;

/// A declaration or statement, at top level or in the body of a loop, a sweep, a figure.
#[derive(Clone, PartialEq, Debug)]
pub struct Item {
    /// What it is.
    pub kind: ItemKind,
    /// Where it stands, without its documentation.
    pub span: Span,
    /// The `///` lines before it.
    pub doc: Option<Doc>,
}

/// The forms of an item. Which of them may stand in which body is for later stages to check.
#[derive(Clone, PartialEq, Debug)]
pub enum ItemKind {
    /// `title "Leaky integrate-and-fire"`
    Title(Text),
    /// `tau = 10 ms in 2 ms .. 20 ms`; also settings (`dt`, `seed`) and subgroups (`exc = cells[0:3200]`). Top level only:
    /// in bodies it is an [`Assignment`].
    Constant(Constant),
    /// `f(x, y) = expr`
    Function(Function),
    /// `signal stim(t) = [0, 1] nA every 10 ms`
    Signal(Signal),
    /// `use hodgkin_huxley`, `use "my_models.snn"`
    Use(Use),
    /// `neuron NAME { … }`, `synapse NAME { … }`
    Definition(Definition),
    /// `neurons`, `poisson`, `spikes`
    Population(Population),
    /// `synapses NAME: A -> B { … }`
    Projection(Projection),
    /// `poisson_input bg: exc { … }`
    PoissonInput(PoissonInput),
    /// `parameters bursting { a = 1; b = 2 }`
    Parameters(Parameters),
    /// `record v, w of lif[0:3] every 0.5 ms`
    Record(Record),
    /// `plot "Spikes": raster(lif)`
    Plot(Plot),
    /// `figure "Overview", columns: 2 { … }`
    Figure(Figure),
    /// `mark y = -50 mV, style: dashed`
    Mark(Mark),
    /// `run 100 ms, until lif.spikes.count > 50`
    Run(Run),
    /// `lif.I[0:5] = 20 mV`
    Assignment(Assignment),
    /// `let x = expr`
    Let(Let),
    /// `sweep I0 in linspace(0 mV, 40 mV, 81) { … }`
    Sweep(Sweep),
    /// `collect rate = expr`
    Collect(Collect),
    /// `for trial in range(20) { … }`
    For(For),
    /// `repeat 20 { … }`
    Repeat(Repeat),
    /// `while cond { … }`
    While(While),
    /// `if cond { … } else { … }`
    If(If),
    /// `save before`
    Save(Ident),
    /// `restore before`
    Restore(Ident),
    /// `stop`
    Stop,
    /// `every 2.5 ms { … }`
    Every(Every),
    /// `expect mean(lif.rate) in 40 Hz .. 60 Hz`
    Expect(Expect),
    /// A call as a statement: `export(lif.v, "v.csv")`
    Expression(Expr),
    /// Library: `dimension Voltage = Energy/Charge`
    Dimension(Dimension),
    /// Library: `unit volt : Voltage = joule/coulomb symbol V prefixes si`
    Unit(Unit),
    /// Library: `constant pi = 3.141592653589793`
    LibraryConstant(LibraryConstant),
    /// Library: `function exp(x: 1) -> 1 { … }`
    FunctionDeclaration(FunctionDeclaration),
    /// Library: `method rk4 order 4 { … }`
    Method(Method),
    /// Library: `automatic exact, euler, heun`
    Automatic(Automatic),
    /// Text that could not be read; a diagnostic was reported.
    Error,
}

impl ItemKind {
    /// The statements within a statement: one list for each of its bodies.
    pub fn bodies(&self) -> Vec<&[Item]> {
        match self {
            ItemKind::Sweep(sweep) => vec![&sweep.body],
            ItemKind::For(each) => vec![&each.body],
            ItemKind::Repeat(repeat) => vec![&repeat.body],
            ItemKind::While(repeat) => vec![&repeat.body],
            ItemKind::Every(every) => vec![&every.body],
            ItemKind::If(choice) => {
                let branches = choice.branches.iter().map(|(_, items)| items.as_slice());
                branches.chain(choice.otherwise.as_deref()).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// `NAME = value in range`
#[derive(Clone, PartialEq, Debug)]
pub struct Constant {
    /// The name.
    pub name: Ident,
    /// Its value.
    pub value: Expr,
    /// The span of a slider, a bound for `--set`.
    pub range: Option<Range>,
}

/// `NAME(x, y) = body`
#[derive(Clone, PartialEq, Debug)]
pub struct Function {
    /// The name.
    pub name: Ident,
    /// Its parameters.
    pub parameters: Vec<Ident>,
    /// Its value.
    pub body: Expr,
}

/// `signal NAME(t, i) = values every INTERVAL, options`
#[derive(Clone, PartialEq, Debug)]
pub struct Signal {
    /// The name.
    pub name: Ident,
    /// `t`, or `t, i`.
    pub parameters: Vec<Ident>,
    /// A table, or an expression of the parameters.
    pub values: Expr,
    /// Time between two entries of a table.
    pub every: Option<Expr>,
    /// `interpolate: linear`, …; a bare word (`interpolate`) is an argument with a name only as value.
    pub options: Vec<Argument>,
}

/// `use …`
#[derive(Clone, PartialEq, Debug)]
pub struct Use {
    /// What is used.
    pub target: UseTarget,
}

/// What `use` names.
#[derive(Clone, PartialEq, Debug)]
pub enum UseTarget {
    /// A standard model, or a parameter set.
    Name(Ident),
    /// A file.
    Path(Text),
}

/// What a definition defines.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DefinitionKind {
    /// `neuron`
    Neuron,
    /// `synapse`
    Synapse,
}

/// `neuron NAME { … }`
#[derive(Clone, PartialEq, Debug)]
pub struct Definition {
    /// Neuron or synapse.
    pub kind: DefinitionKind,
    /// The name.
    pub name: Ident,
    /// Its body.
    pub members: Vec<Member>,
}

/// What a population is made of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PopulationKind {
    /// `neurons`
    Neurons,
    /// `poisson`
    Poisson,
    /// `spikes`
    Spikes,
}

/// `neurons NAME[size] of MODEL { … }`, `poisson NAME[size] { … }`, `spikes NAME[size] { … }`
#[derive(Clone, PartialEq, Debug)]
pub struct Population {
    /// Its kind.
    pub kind: PopulationKind,
    /// The name.
    pub name: Ident,
    /// How many; none when it was left out.
    pub size: Option<Expr>,
    /// The definition after `of`.
    pub model: Option<Ident>,
    /// Its body; empty when there is none.
    pub members: Vec<Member>,
}

/// `synapses NAME: SOURCE -> TARGET of MODEL { … }`
#[derive(Clone, PartialEq, Debug)]
pub struct Projection {
    /// The name.
    pub name: Ident,
    /// Where spikes come from.
    pub source: Expr,
    /// Where they act.
    pub target: Expr,
    /// The definition after `of`.
    pub model: Option<Ident>,
    /// Its body; empty when there is none.
    pub members: Vec<Member>,
}

/// `poisson_input NAME: TARGET { … }`
#[derive(Clone, PartialEq, Debug)]
pub struct PoissonInput {
    /// The name.
    pub name: Ident,
    /// The population it acts on.
    pub target: Expr,
    /// Fields `target`, `n`, `rate`, `weight`.
    pub members: Vec<Member>,
}

/// `parameters NAME { a = 1; b = 2 }`
#[derive(Clone, PartialEq, Debug)]
pub struct Parameters {
    /// The name.
    pub name: Ident,
    /// The values it sets.
    pub values: Vec<Statement>,
}

/// `record WHAT, … of POPULATION with … every INTERVAL`
#[derive(Clone, PartialEq, Debug)]
pub struct Record {
    /// Variables, `spikes`, `rate`, or an event.
    pub what: Vec<Expr>,
    /// The population or subgroup.
    pub of: Option<Expr>,
    /// Variables recorded at each event.
    pub with: Vec<Ident>,
    /// Time between two samples.
    pub every: Option<Expr>,
    /// Further `key: value`.
    pub options: Vec<Argument>,
}

/// `plot "TITLE": series, …, key: value`
#[derive(Clone, PartialEq, Debug)]
pub struct Plot {
    /// The title.
    pub title: Option<Text>,
    /// What is drawn.
    pub series: Vec<Series>,
    /// `color: …`, `bins: …`
    pub options: Vec<Argument>,
}

/// `value` or `value vs against`
#[derive(Clone, PartialEq, Debug)]
pub struct Series {
    /// What is drawn upward.
    pub value: Expr,
    /// What is drawn to the right; time, or the index, when absent.
    pub against: Option<Expr>,
}

/// `figure "TITLE", key: value { … }`
#[derive(Clone, PartialEq, Debug)]
pub struct Figure {
    /// The title.
    pub title: Option<Text>,
    /// `columns: 2`
    pub options: Vec<Argument>,
    /// Plots and marks.
    pub body: Vec<Item>,
}

/// `mark y = -50 mV, style: dashed`
#[derive(Clone, PartialEq, Debug)]
pub struct Mark {
    /// `x` or `y`.
    pub axis: Ident,
    /// Where.
    pub value: Expr,
    /// `style: …`
    pub options: Vec<Argument>,
}

/// `run DURATION, until COND`
#[derive(Clone, PartialEq, Debug)]
pub struct Run {
    /// How long.
    pub duration: Expr,
    /// Ends the run early.
    pub until: Option<Expr>,
    /// Further `key: value`.
    pub options: Vec<Argument>,
}

/// `place op= value`
#[derive(Clone, PartialEq, Debug)]
pub struct Assignment {
    /// A name, a member (`lif.I`), or one with subscripts.
    pub place: Expr,
    /// `=`, `+=`, …
    pub operator: AssignOp,
    /// Its place.
    pub operator_span: Span,
    /// The value.
    pub value: Expr,
}

/// `let NAME = value`
#[derive(Clone, PartialEq, Debug)]
pub struct Let {
    /// The name.
    pub name: Ident,
    /// Its value.
    pub value: Expr,
}

/// `sweep A in VALUES, B in VALUES { … }`
#[derive(Clone, PartialEq, Debug)]
pub struct Sweep {
    /// Names and their values; values may be an [`super::ExprKind::Range`].
    pub variables: Vec<(Ident, Expr)>,
    /// Runs once per point.
    pub body: Vec<Item>,
}

/// `collect NAME = value`
#[derive(Clone, PartialEq, Debug)]
pub struct Collect {
    /// The name of the collected array.
    pub name: Ident,
    /// One entry.
    pub value: Expr,
}

/// `for NAME in VALUES { … }`
#[derive(Clone, PartialEq, Debug)]
pub struct For {
    /// The loop variable.
    pub variable: Ident,
    /// Its values.
    pub values: Expr,
    /// Runs once per value.
    pub body: Vec<Item>,
}

/// `repeat COUNT { … }`
#[derive(Clone, PartialEq, Debug)]
pub struct Repeat {
    /// How often.
    pub count: Expr,
    /// What is repeated.
    pub body: Vec<Item>,
}

/// `while COND { … }`
#[derive(Clone, PartialEq, Debug)]
pub struct While {
    /// The condition.
    pub condition: Expr,
    /// What is repeated.
    pub body: Vec<Item>,
}

/// `if COND { … } else if COND { … } else { … }`
#[derive(Clone, PartialEq, Debug)]
pub struct If {
    /// Conditions and bodies, tried in order.
    pub branches: Vec<(Expr, Vec<Item>)>,
    /// The body of `else`.
    pub otherwise: Option<Vec<Item>>,
}

/// `every INTERVAL { … }`
#[derive(Clone, PartialEq, Debug)]
pub struct Every {
    /// Time between two executions.
    pub interval: Expr,
    /// What is done between steps.
    pub body: Vec<Item>,
}

/// `expect EXPR` or `expect EXPR in a .. b`
#[derive(Clone, PartialEq, Debug)]
pub struct Expect {
    /// A comparison, or the value that must lie in the range.
    pub value: Expr,
    /// The range.
    pub range: Option<Range>,
}
