//! What the parts of the checker share: the model under construction, names, and the place an expression stands in.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::array::Protocol;
use super::dims::Dim;
use super::evaluate::{Known, evaluate};
use super::globals::{ConstantEntry, Names, SourceUnit};
use super::options::CheckOptions;
use crate::diagnostic::{Diagnostic, Sink, codes};
use crate::library::Library;
use crate::model::protocol::Slice;
use crate::model::term::{NoiseId, Term, TermId, Type};
use crate::model::{ConstantId, GroupId, Model, Owner, ProjectionId, VariableId, VariableKind};
use crate::source::{SourceMap, Span, World};
use crate::syntax::NAMELESS;
use crate::units::dimension::Dimension;

/// Expressions that expand to more parts than this are refused: inlined functions can grow without bound.
pub const MAX_PARTS: u64 = 200_000;
/// And those that are nested deeper than this: later stages go through them recursively.
pub const MAX_DEPTH: u32 = 2_000;
/// Expressions, with the functions they call, are checked at most this deep within each other.
pub const MAX_NESTING: usize = 1_200;

/// What a term expands to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Extent {
    /// Operations; 0 where it was not counted yet.
    pub parts: u64,
    /// Longest chain of operations within each other.
    pub depth: u32,
}

/// A checked expression.
#[derive(Clone, Copy, Debug)]
pub struct Typed {
    /// The expression.
    pub term: TermId,
    /// Its dimension.
    pub dim: Dim,
    /// Float, integer or boolean; means nothing where `dim` is poison.
    pub ty: Type,
    /// Where it is written.
    pub span: Span,
}

impl Typed {
    /// True where an error has been reported below.
    pub fn is_poison(&self) -> bool {
        self.dim == Dim::Poison
    }
    /// True for a truth value.
    pub fn is_boolean(&self) -> bool {
        self.ty == Type::Boolean && !self.is_poison()
    }
}

/// What kind of place an expression stands in, and what it may use there.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Role {
    /// The place in words: "a constant", "an equation".
    pub name: &'static str,
    /// `t`, `t_in_timesteps`, signals.
    pub time: bool,
    /// `i`.
    pub element: bool,
    /// `rand()`, `randn()`, `poisson()`.
    pub random: bool,
    /// `xi`.
    pub noise: bool,
    /// Pairs of neurons are being chosen: there are no synapses yet.
    pub pairs: bool,
    /// Computed once, before the run.
    pub once: bool,
}

impl Role {
    const fn new(name: &'static str, time: bool, element: bool, random: bool) -> Role {
        Role {
            name,
            time,
            element,
            random,
            noise: false,
            pairs: false,
            once: false,
        }
    }
    /// `tau = 10 ms`, sizes, durations, ranges, options.
    pub const CONSTANT: Role = Role {
        once: true,
        ..Role::new("a constant", false, false, false)
    };
    /// `dv/dt = …`
    pub const EQUATION: Role = Role {
        noise: true,
        ..Role::new("a differential equation", true, true, false)
    };
    /// `dx/dt = … : unit (event-driven)`
    pub const EVENT_DRIVEN: Role = Role {
        noise: false,
        name: "an event-driven equation",
        ..Role::EQUATION
    };
    /// `x = … : unit`
    pub const SUBEXPRESSION: Role = Role {
        name: "a subexpression",
        ..Role::EQUATION
    };
    /// `x = … : unit (constant over dt)`
    pub const HELD: Role = Role::new("a subexpression that is constant over dt", true, true, true);
    /// Conditions of thresholds and events, refractoriness, rates.
    pub const CONDITION: Role = Role::new("a condition", true, true, true);
    /// Reset and other code.
    pub const CODE: Role = Role::new("code", true, true, true);
    /// Initial values and assignments of the protocol.
    pub const VALUE: Role = Role {
        once: true,
        ..Role::new("an assignment", true, true, true)
    };
    /// Conditions, probabilities and indices of `connect:`.
    pub const CONNECT: Role = Role {
        pairs: true,
        once: true,
        ..Role::new("`connect`", false, true, true)
    };
    /// The index of a linked variable.
    pub const INDEX: Role = Role::new("an index", false, true, false);
}

/// Elements an expression is evaluated for.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Place {
    /// The group or projection.
    pub owner: Owner,
    /// First element of the subgroup that the code addresses; `i` counts from here.
    pub first: usize,
    /// Number of elements, `N`; 0 for a projection, whose synapses are counted when they are made.
    pub size: usize,
}

impl From<Slice> for Place {
    fn from(slice: Slice) -> Place {
        Place {
            owner: Owner::Group(slice.group),
            first: slice.first,
            size: slice.size(),
        }
    }
}

/// Where an expression stands: which names it sees and what it may use.
#[derive(Clone, Debug)]
pub struct Context {
    /// The file whose constants and functions are visible.
    pub file: usize,
    /// The elements it is evaluated for, if any.
    pub place: Option<Place>,
    /// What it may use.
    pub role: Role,
    /// Temporaries of a block and parameters of a function, innermost last.
    pub locals: Vec<(String, Typed)>,
    /// Functions being inlined, outermost first.
    pub inlining: Vec<(String, Span)>,
    /// True within the body of a function: it sees its parameters and the constants of its file only.
    pub in_function: bool,
}

impl Context {
    /// A context without elements.
    pub fn new(file: usize, role: Role) -> Context {
        Context {
            file,
            place: None,
            role,
            locals: Vec::new(),
            inlining: Vec::new(),
            in_function: false,
        }
    }
    /// The same with elements.
    pub fn at(file: usize, place: Place, role: Role) -> Context {
        Context {
            place: Some(place),
            ..Context::new(file, role)
        }
    }
}

/// What is known about a group or projection while it is checked.
#[derive(Clone, Debug, Default)]
pub struct OwnerInfo {
    /// Its variables by name.
    pub names: HashMap<String, VariableId>,
    /// Which equation may use the plain `xi`: the first that does.
    pub plain_noise: Option<(NoiseId, Span)>,
    /// True where part of it is not known: then nothing is said about unknown names.
    pub incomplete: bool,
    /// True where a `threshold:` is written, be it faulty.
    pub has_threshold: bool,
}

/// When the value of a constant is read.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct ConstantReads {
    /// Where it is read before the run, once and for all: by a size, an initial value, a connection.
    pub before: Option<Span>,
    /// Read while the model runs, or by the protocol.
    pub running: bool,
}

/// The checker: input, output and tables.
pub struct Checker<'a> {
    /// Units, functions, constants, methods.
    pub library: &'a Library,
    /// Texts, to quote operands in messages.
    pub sources: &'a SourceMap,
    /// The files, the root first.
    pub units: &'a [SourceUnit],
    /// How files are reached.
    pub world: &'a dyn World,
    /// Overrides and such.
    pub options: &'a CheckOptions,
    /// Where diagnostics go.
    pub sink: &'a mut Sink,
    /// The model so far.
    pub model: Model,
    /// Names at top level, per file.
    pub globals: Vec<Names<'a>>,
    /// All named constants; ids agree with the model's.
    pub constants: Vec<ConstantEntry<'a>>,
    /// Present values of the constants while the protocol is read.
    pub values: Vec<f64>,
    /// By group.
    pub groups: Vec<OwnerInfo>,
    /// By projection.
    pub projections: Vec<OwnerInfo>,
    /// Subexpressions that contain noise, directly or below.
    pub noisy: BTreeSet<VariableId>,
    /// Variables whose declaration was faulty.
    pub faulty: BTreeSet<VariableId>,
    /// Text that could not be read.
    pub broken: Vec<Span>,
    /// Names that an owner, or with none the file, was said not to have; they are not reported again.
    pub missed: BTreeSet<(Option<Owner>, String)>,
    /// Variables read somewhere.
    pub used: BTreeSet<VariableId>,
    /// Constants read somewhere.
    pub used_constants: BTreeSet<u32>,
    /// When the values of constants are read.
    pub constant_reads: BTreeMap<ConstantId, ConstantReads>,
    /// True while declarations are read, false from the protocol on.
    pub declaring: bool,
    /// Populations whose size was faulty: nothing is said about indices and lengths.
    pub unsized_groups: BTreeSet<GroupId>,
    /// Definitions of which there are populations, by the start of their names in the root file.
    pub instantiated: BTreeSet<u32>,
    /// Functions that were called, by their names' places.
    pub called: HashSet<Span>,
    /// Exponents, each with its function: arguments of `exp` and its like.
    pub exponents: Vec<(String, Typed)>,
    /// Random streams handed out.
    pub streams: u32,
    /// What each term expands to, as far as it was asked for.
    pub extents: Vec<Extent>,
    /// True once an expression was found to grow without bound: said once, and nothing more is written out.
    pub overgrown: bool,
    /// Expressions being checked within each other.
    pub depth: usize,
    /// Functions inlined so far.
    pub inlined: u32,
    /// Noise symbols met in the equation being checked.
    pub equation: Option<EquationNoise>,
    /// Named values of the protocol.
    pub protocol: Protocol,
    /// What `delay` means in the code of synapses.
    pub delays: Delays,
}

/// What `delay` means in the code of synapses.
#[derive(Clone, Debug, Default)]
pub struct Delays {
    /// The pathway of a plain `delay`, by projection whose lines are being read.
    pub usual: BTreeMap<ProjectionId, String>,
    /// The pathway whose code is being read.
    pub pathway: Option<String>,
    /// True within a `delay:` line, which cannot be about itself.
    pub hidden: bool,
    /// Variables that hold delays, as opposed to those that a body declares.
    pub made: BTreeSet<VariableId>,
    /// Those of them that are read.
    pub read: BTreeSet<VariableId>,
    /// Variables for delays of pathways that are not read yet.
    pub asked: BTreeMap<(ProjectionId, String), VariableId>,
}

/// The equation whose right-hand side is being checked.
#[derive(Clone, Copy, Debug)]
pub struct EquationNoise {
    /// The equation's place.
    pub span: Span,
    /// Set when noise was met.
    pub met: bool,
}

impl Checker<'_> {
    /// Reports a diagnostic.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.sink.report(diagnostic);
    }
    /// The value that stands for a faulty expression.
    pub fn poison(&mut self, span: Span) -> Typed {
        let term = self.model.terms.number(0.0);
        Typed {
            term,
            dim: Dim::Poison,
            ty: Type::Float,
            span,
        }
    }
    /// A checked expression of a term.
    pub fn typed(&self, term: TermId, dim: Dim, span: Span) -> Typed {
        Typed {
            term,
            dim,
            ty: self.model.terms.ty(term),
            span,
        }
    }
    /// The text of a span between backquotes, or a description where it is long.
    pub fn quote(&self, span: Span, otherwise: &str) -> String {
        let text = self.sources.text(span).trim();
        if text.is_empty() || text.contains('\n') || text.chars().count() > 40 {
            otherwise.to_string()
        } else {
            format!("`{text}`")
        }
    }
    /// A new random stream.
    pub fn stream(&mut self) -> u32 {
        self.streams += 1;
        self.streams - 1
    }
    /// The value of a term before the run.
    pub fn evaluate(&self, term: TermId) -> Option<f64> {
        evaluate(
            &self.model.terms,
            term,
            Known {
                constants: &self.values,
                ..Known::default()
            },
        )
    }
    /// The value of a term for one element.
    pub fn evaluate_at(&self, term: TermId, index: f64) -> Option<f64> {
        evaluate(
            &self.model.terms,
            term,
            Known {
                constants: &self.values,
                index: Some(index),
                ..Known::default()
            },
        )
    }
    /// How much a term expands to when functions and subexpressions are written out.
    pub fn extent(&mut self, id: TermId) -> Extent {
        let position = id.0 as usize;
        if let Some(extent) = self.extents.get(position).filter(|extent| extent.parts > 0) {
            return *extent;
        }
        let below = match self.model.terms.get(id) {
            Term::Variable(variable) => match self.model.variables[*variable].kind {
                VariableKind::Subexpression {
                    value,
                    constant_over_dt: false,
                } => vec![value],
                _ => Vec::new(),
            },
            _ => self.model.terms.children(id),
        };
        let mut extent = Extent { parts: 1, depth: 1 };
        for child in below {
            let child = self.extent(child);
            extent.parts = extent.parts.saturating_add(child.parts);
            extent.depth = extent.depth.max(child.depth.saturating_add(1));
        }
        if self.extents.len() <= position {
            self.extents.resize(position + 1, Extent::default());
        }
        if let Some(slot) = self.extents.get_mut(position) {
            *slot = extent;
        }
        extent
    }
    /// True where a term differs from element to element: it reads a variable that is not shared, `i`, or draws random numbers.
    pub fn varies(&self, id: TermId) -> bool {
        self.reads(id, &|term| match term {
            Term::Index | Term::Random(..) | Term::Noise(_) => true,
            Term::Variable(variable) => !self.model.variables[*variable].shared,
            _ => false,
        })
    }
    /// True where a term reads `i` or draws random numbers.
    pub fn varies_by_element(&self, id: TermId) -> bool {
        self.reads(id, &|term| matches!(term, Term::Index | Term::Random(..)))
    }
    /// True where a part of a term satisfies a predicate; shared parts are looked at once.
    fn reads(&self, id: TermId, wanted: &dyn Fn(&Term) -> bool) -> bool {
        let mut seen = BTreeSet::new();
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            if seen.insert(id) {
                if wanted(self.model.terms.get(id)) {
                    return true;
                }
                open.extend(self.model.terms.children(id));
            }
        }
        false
    }
    /// True where the text that could not be read mentions a name: then nothing is said about the name.
    pub fn is_broken(&self, name: &str) -> bool {
        let nameless = |diagnostic: &Diagnostic| diagnostic.message == NAMELESS;
        if self.sink.diagnostics().iter().any(nameless) {
            return true;
        }
        let word = |c: char| c.is_alphanumeric() || c == '_';
        self.broken.iter().any(|span| {
            self.sources.text(*span).split(|c| !word(c)).any(|part| {
                let near = || name.len() >= 4 && strsim::damerau_levenshtein(part, name) <= 1;
                let derivative = || part.strip_prefix('d').is_some_and(|rest| rest == name);
                part == name || derivative() || near()
            })
        })
    }
    /// True where a line that names a thing could not be read as it was written: then little is known of the thing.
    pub fn is_headless(&self, name: Span) -> bool {
        self.sink.diagnostics().iter().any(|diagnostic| {
            let unread = [codes::SYNTAX, codes::BRACKETS, codes::WORD].contains(&diagnostic.code);
            let span = diagnostic.labels.first().map(|label| label.span);
            let behind = span.filter(|span| span.file == name.file && span.start >= name.start);
            let between = |span: Span| {
                self.sources.text(Span {
                    end: span.start,
                    ..name
                })
            };
            unread && behind.is_some_and(|span| !between(span).contains('\n'))
        })
    }
    /// True the first time that an owner, or with none the file, is found not to have a name.
    pub fn misses(&mut self, owner: Option<Owner>, name: &str) -> bool {
        self.missed.insert((owner, name.to_string()))
    }
    /// True where part of a group is not known, as when its definition was not found.
    pub fn is_incomplete(&self, owner: impl Into<Owner>) -> bool {
        self.info(owner).is_some_and(|info| info.incomplete)
    }
    /// True where the number of elements is not known, because it was faulty.
    pub fn is_unsized(&self, owner: Owner) -> bool {
        match owner {
            Owner::Group(group) => self.unsized_groups.contains(&group),
            Owner::Projection(_) => true,
        }
    }
    /// What is known about a group or projection.
    pub fn info(&self, owner: impl Into<Owner>) -> Option<&OwnerInfo> {
        match owner.into() {
            Owner::Group(group) => self.groups.get(group.0 as usize),
            Owner::Projection(projection) => self.projections.get(projection.0 as usize),
        }
    }
    /// The same, to be added to.
    pub fn info_mut(&mut self, owner: impl Into<Owner>) -> Option<&mut OwnerInfo> {
        match owner.into() {
            Owner::Group(group) => self.groups.get_mut(group.0 as usize),
            Owner::Projection(projection) => self.projections.get_mut(projection.0 as usize),
        }
    }
    /// A variable of a group or projection by name.
    pub fn variable_of(&self, owner: impl Into<Owner>, name: &str) -> Option<VariableId> {
        self.info(owner)?.names.get(name).copied()
    }
    /// Names of the variables that an owner declares, in order.
    pub fn names_of(&self, owner: Owner) -> Vec<String> {
        let variables = self.model.owner_variables(owner).iter();
        let variables = variables.filter(|id| !self.is_index(**id));
        variables
            .map(|id| &self.model.variables[*id])
            .filter(|variable| !matches!(variable.kind, VariableKind::Remote { .. }))
            .map(|variable| variable.name.clone())
            .collect()
    }
    /// The file-level names that a message may propose.
    pub fn file_of(&self, span: Span) -> usize {
        self.units
            .iter()
            .position(|unit| unit.id == span.file)
            .unwrap_or(0)
    }
    /// A checked expression for a variable as it is read.
    pub fn read(&mut self, id: VariableId, span: Span) -> Typed {
        let variable = &self.model.variables[id];
        let (ty, dimension): (Type, Dimension) = (variable.ty, variable.dimension);
        self.used.insert(id);
        let term = self.model.terms.variable(id, ty);
        let dim = if self.faulty.contains(&id) {
            Dim::Poison
        } else {
            Dim::Known(dimension)
        };
        Typed {
            term,
            dim,
            ty,
            span,
        }
    }
    /// All elements of a group or projection.
    pub fn place(&self, owner: impl Into<Owner>) -> Place {
        let owner = owner.into();
        let size = match owner {
            Owner::Group(group) => self.model.groups[group].size,
            Owner::Projection(_) => 0,
        };
        Place {
            owner,
            first: 0,
            size,
        }
    }
}
