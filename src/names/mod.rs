//! An index of names: where each is declared, who reads and who writes it.
//!
//! Made from syntax trees alone, so that it exists for texts that are half written: editors and `snnc explain NAME` use it. Names
//! resolve as in [`crate::check`]: temporaries first, then the population's variables, then what the language and the file declare.

mod collect;
mod expressions;
pub mod keywords;
mod members;
mod resolve;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::index::IndexVec;
use crate::library::Library;
use crate::source::{FileId, Span};
use crate::syntax::ast;

pub use expressions::BUILT_IN;

crate::id! {
    /// A declared name.
    SymbolId
}

/// What a declared name is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// `tau = 10 ms`
    Constant,
    /// `dt = 0.1 ms`, `seed = 1`
    Setting,
    /// `f(x) = …`
    Function,
    /// `x` of `f(x) = …`
    Parameter,
    /// `signal s(t) = …`
    Signal,
    /// `neuron NAME { … }`
    NeuronModel,
    /// `synapse NAME { … }`
    SynapseModel,
    /// `neurons`, `poisson`, `spikes`
    Population,
    /// `exc = cells[0:80]`
    Subgroup,
    /// `synapses NAME: …`
    Synapses,
    /// `poisson_input NAME: …`
    Input,
    /// `parameters NAME { … }`
    ParameterSet,
    /// A variable with a differential equation.
    State,
    /// `x = … : unit`
    Subexpression,
    /// `I : volt`
    Variable,
    /// A temporary of a block of code.
    Temporary,
    /// `event NAME: …`
    Event,
    /// `on_pre NAME: …`
    Pathway,
    /// `let x = …`
    Let,
    /// The variable of `for` and `sweep`.
    Loop,
    /// `collect x = …`
    Collected,
    /// `save NAME`
    Saved,
}

/// A declaration.
#[derive(Clone, PartialEq, Debug)]
pub struct Symbol {
    /// Name as written.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Where the name stands in its declaration.
    pub span: Span,
    /// The whole declaration.
    pub whole: Span,
    /// The model, population, or function that it belongs to.
    pub within: Option<SymbolId>,
    /// Its `///` documentation.
    pub doc: Option<String>,
}

/// What a use does with a name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// Declares it.
    Declare,
    /// Reads its value, or names it.
    Read,
    /// Gives it a value.
    Write,
    /// Reads and writes it: `v += w`.
    Update,
}

/// One occurrence of a declared name.
#[derive(Clone, PartialEq, Debug)]
pub struct Use {
    /// The name in the text, without `_pre` and `_post`.
    pub span: Span,
    /// What is meant.
    pub symbol: SymbolId,
    /// What is done with it.
    pub access: Access,
    /// Where it stands, in words: "the reset of `lif`".
    pub place: Arc<str>,
}

/// What a name of the language is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LibraryKind {
    /// `mV`
    Unit,
    /// `pi`
    Constant,
    /// `exp`
    Function,
    /// `rk4`
    Method,
    /// `t`, `dt`, `i`, `spikes`, `count`
    BuiltIn,
    /// `hodgkin_huxley` after `use`
    Model,
}

/// One occurrence of a name of the language.
#[derive(Clone, PartialEq, Debug)]
pub struct LibraryUse {
    /// The name in the text.
    pub span: Span,
    /// The name.
    pub name: String,
    /// What it is.
    pub kind: LibraryKind,
}

/// All names of some files.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// Declarations in the order of the files.
    pub symbols: IndexVec<SymbolId, Symbol>,
    /// Occurrences of declared names, by place.
    pub uses: Vec<Use>,
    /// Occurrences of names of the language, by place.
    pub library: Vec<LibraryUse>,
    /// Names at top level, per file.
    top: Vec<BTreeMap<String, SymbolId>>,
    /// `neuron` and `synapse` definitions, per file.
    models: Vec<BTreeMap<String, SymbolId>>,
    /// Parameter sets, per file.
    sets: Vec<BTreeMap<String, SymbolId>>,
    /// What belongs to a model, population or set of synapses.
    members: BTreeMap<SymbolId, Members>,
    files: Vec<FileId>,
}

/// What belongs to a model or population.
#[derive(Clone, Debug, Default)]
struct Members {
    own: BTreeMap<String, SymbolId>,
    /// The definition after `of`.
    model: Option<SymbolId>,
    /// The population that a subgroup is cut from.
    base: Option<SymbolId>,
    /// Source and target of synapses.
    ends: [Option<SymbolId>; 2],
}

impl Names {
    /// The names of files; the first is the one that uses the others.
    pub fn of(files: &[(FileId, &ast::File)], library: &Library) -> Names {
        let mut names = Names {
            files: files.iter().map(|(id, _)| *id).collect(),
            ..Names::default()
        };
        for (_, file) in files {
            collect::collect(&mut names, file);
        }
        for (position, (_, file)) in files.iter().enumerate() {
            collect::link_models(&mut names, position, file);
        }
        for (position, (_, file)) in files.iter().enumerate() {
            resolve::resolve(&mut names, position, file, library);
        }
        let place = |span: Span| (span.file.0, span.start, span.end);
        names.uses.sort_by_key(|used| place(used.span));
        names
            .uses
            .dedup_by(|a, b| a.span == b.span && a.symbol == b.symbol && a.access == b.access);
        names.library.sort_by_key(|used| place(used.span));
        names.library.dedup();
        names
    }

    /// What is declared or used at a place.
    pub fn symbol_at(&self, file: FileId, offset: u32) -> Option<&Use> {
        let touching = |used: &&Use| {
            used.span.file == file && used.span.start <= offset && offset <= used.span.end
        };
        self.uses.iter().find(touching)
    }
    /// The name of the language at a place.
    pub fn library_at(&self, file: FileId, offset: u32) -> Option<&LibraryUse> {
        let touching = |used: &&LibraryUse| {
            used.span.file == file && used.span.start <= offset && offset <= used.span.end
        };
        self.library.iter().find(touching)
    }
    /// All occurrences of a symbol, its declaration included, by place.
    pub fn uses_of(&self, symbol: SymbolId) -> impl Iterator<Item = &Use> {
        self.uses.iter().filter(move |used| used.symbol == symbol)
    }
    /// Symbols of a name, `v`, or of a name of something, `lif.v`.
    pub fn find(&self, name: &str) -> Vec<SymbolId> {
        if let Some((base, name)) = name.split_once('.') {
            let bases = self.find(base);
            let mut found: Vec<SymbolId> = bases
                .iter()
                .filter_map(|base| self.member(*base, name))
                .collect();
            found.dedup();
            return found;
        }
        let all = self.symbols.iter_enumerated();
        all.filter(|(_, symbol)| symbol.name == name)
            .map(|(id, _)| id)
            .collect()
    }
    /// A variable of a population, subgroup, model or set of synapses; that of the model where it has none of its own.
    pub fn member(&self, of: SymbolId, name: &str) -> Option<SymbolId> {
        let members = self.members.get(&self.whole_population(of))?;
        let model = || self.members.get(&members.model?)?.own.get(name).copied();
        members.own.get(name).copied().or_else(model)
    }
    /// All variables that [`Names::member`] finds.
    pub fn members(&self, of: SymbolId) -> Vec<SymbolId> {
        let Some(members) = self.members.get(&self.whole_population(of)) else {
            return Vec::new();
        };
        let mut found = BTreeMap::new();
        if let Some(model) = members.model.and_then(|model| self.members.get(&model)) {
            found.extend(model.own.iter());
        }
        found.extend(members.own.iter());
        found.into_values().copied().collect()
    }
    /// Source and target of synapses, where they are known.
    pub fn ends(&self, synapses: SymbolId) -> [Option<SymbolId>; 2] {
        self.members
            .get(&synapses)
            .map_or([None, None], |members| members.ends)
    }
    /// The population that a subgroup is cut from; anything else itself.
    pub fn whole_population(&self, of: SymbolId) -> SymbolId {
        let mut at = of;
        // Subgroups of subgroups; the bound ends cycles of faulty texts.
        for _ in 0..32 {
            match self.members.get(&at).and_then(|members| members.base) {
                Some(base) => at = base,
                None => break,
            }
        }
        at
    }
    /// A name at top level of a file: its own, then those of the other files.
    pub fn global(&self, file: FileId, name: &str) -> Option<SymbolId> {
        self.lookup(&self.top, self.position(file), name)
    }
    /// All names at top level.
    pub fn globals(&self) -> impl Iterator<Item = SymbolId> {
        self.top.iter().flat_map(|names| names.values().copied())
    }
    /// All `neuron` and `synapse` definitions.
    pub fn model_names(&self) -> impl Iterator<Item = SymbolId> {
        self.models.iter().flat_map(|names| names.values().copied())
    }
    /// All parameter sets.
    pub fn parameter_sets(&self) -> impl Iterator<Item = SymbolId> {
        self.sets.iter().flat_map(|names| names.values().copied())
    }
    /// The innermost model, population, or other declaration with a body around a place.
    pub fn around(&self, file: FileId, offset: u32) -> Option<SymbolId> {
        let holds = |symbol: &Symbol| {
            let bodied = matches!(
                symbol.kind,
                Kind::NeuronModel
                    | Kind::SynapseModel
                    | Kind::Population
                    | Kind::Synapses
                    | Kind::Input
                    | Kind::ParameterSet
            );
            bodied
                && symbol.whole.file == file
                && symbol.whole.start <= offset
                && offset <= symbol.whole.end
        };
        self.symbols
            .iter_enumerated()
            .find(|(_, symbol)| holds(symbol))
            .map(|(id, _)| id)
    }
    /// What a symbol is, with what it belongs to: "a state variable of `lif`".
    pub fn describe(&self, id: SymbolId) -> String {
        let Some(symbol) = self.symbols.get(id) else {
            return String::new();
        };
        let word = symbol.kind.describe();
        match symbol.within.and_then(|within| self.symbols.get(within)) {
            Some(owner) => format!("{word} of `{}`", owner.name),
            None => word.to_string(),
        }
    }

    fn position(&self, file: FileId) -> usize {
        self.files.iter().position(|id| *id == file).unwrap_or(0)
    }
    fn lookup(
        &self,
        tables: &[BTreeMap<String, SymbolId>],
        file: usize,
        name: &str,
    ) -> Option<SymbolId> {
        let own = tables.get(file).and_then(|names| names.get(name));
        own.or_else(|| tables.iter().find_map(|names| names.get(name)))
            .copied()
    }
}

impl Kind {
    /// In words: "a constant".
    pub fn describe(self) -> &'static str {
        match self {
            Kind::Constant => "a constant",
            Kind::Setting => "a setting",
            Kind::Function => "a function",
            Kind::Parameter => "a parameter",
            Kind::Signal => "a signal",
            Kind::NeuronModel => "a neuron model",
            Kind::SynapseModel => "a synapse model",
            Kind::Population => "a population",
            Kind::Subgroup => "a subgroup",
            Kind::Synapses => "synapses",
            Kind::Input => "an input",
            Kind::ParameterSet => "a parameter set",
            Kind::State => "a state variable",
            Kind::Subexpression => "a subexpression",
            Kind::Variable => "a variable",
            Kind::Temporary => "a temporary",
            Kind::Event => "an event",
            Kind::Pathway => "a pathway",
            Kind::Let => "a value",
            Kind::Loop => "a loop variable",
            Kind::Collected => "a collected array",
            Kind::Saved => "a saved state",
        }
    }
    /// True for what belongs to a population and has a value per neuron or synapse.
    pub fn is_variable(self) -> bool {
        matches!(self, Kind::State | Kind::Subexpression | Kind::Variable)
    }
}
