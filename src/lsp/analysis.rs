//! One text, analyzed: what its names mean at once; what is wrong with it and what names amount to when it has been checked.

use std::collections::BTreeMap;
use std::path::Path;

use super::text::Lines;
use crate::check::Files;
use crate::check::options::CheckOptions;
use crate::diagnostic::{Diagnostic, Sink};
use crate::library::Library;
use crate::model::Owner;
use crate::names::{Names, SymbolId};
use crate::numerics::scheme::Step;
use crate::pipeline::{Checked, Compilation};
use crate::source::{FileId, SourceMap, Span, World};
use crate::syntax::{ast, parse};
use crate::units::dimension::Dimension;

/// What is known of a name once the model is checked.
#[derive(Clone, PartialEq, Debug)]
pub struct Fact {
    /// Its dimension.
    pub dimension: Dimension,
    /// Its value in SI units, for constants.
    pub value: Option<f64>,
}

/// What is known of a population.
#[derive(Clone, PartialEq, Debug)]
pub struct GroupFact {
    /// Number of neurons.
    pub size: usize,
    /// The integration method, and whether it was chosen by the compiler.
    pub method: Option<(String, bool)>,
}

/// What the checked model says about names: `tau`, `lif.v`.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Constants and variables.
    pub values: BTreeMap<String, Fact>,
    /// Populations.
    pub groups: BTreeMap<String, GroupFact>,
}

/// Everything about one text.
pub struct Analysis {
    /// The files read.
    pub sources: SourceMap,
    /// The text itself.
    pub root: FileId,
    /// Its tree.
    pub tree: ast::File,
    /// What is wrong.
    pub diagnostics: Vec<Diagnostic>,
    /// What names mean.
    pub names: Names,
    /// What they amount to; from an earlier text where this one has errors.
    pub facts: Facts,
    /// Lines of the text.
    pub lines: Lines,
}

/// Texts open in the editor first, then the disk.
pub struct Overlay<'a> {
    /// Path and text of what is open.
    pub open: &'a BTreeMap<String, String>,
}

impl World for Overlay<'_> {
    fn read(&self, relative_to: &str, path: &str) -> Result<Vec<u8>, String> {
        let folder = Path::new(relative_to).parent().unwrap_or(Path::new(""));
        let full = folder.join(path);
        let name = full.to_string_lossy();
        if let Some(text) = self.open.get(name.as_ref()) {
            return Ok(text.clone().into_bytes());
        }
        std::fs::read(&full).map_err(|error| format!("`{name}` cannot be read: {error}"))
    }
}

/// What checking a text brings: the slow part of an analysis.
pub struct Findings {
    /// The files read.
    pub sources: SourceMap,
    /// What is wrong.
    pub diagnostics: Vec<Diagnostic>,
    /// What names amount to, by the place of their declaration, and populations; nothing where the text has errors.
    known: Option<Known>,
}

struct Known {
    by_place: BTreeMap<(u32, u32), Fact>,
    groups: BTreeMap<String, GroupFact>,
}

impl Findings {
    /// Checks a text.
    pub fn of(world: &dyn World, name: &str, text: &str) -> Findings {
        let mut compilation = Compilation::new(world);
        let options = CheckOptions {
            pedantic: true,
            ..CheckOptions::default()
        };
        let checked = compilation.check(name, text, &options);
        if let Some(checked) = &checked {
            compilation.probe(checked);
        }
        Findings {
            known: checked.as_ref().map(known),
            sources: compilation.sources,
            diagnostics: compilation.sink.finish(),
        }
    }
}

impl Analysis {
    /// Reads a text: its tree and its names. `before` is what was known of it until now; what is wrong with it comes by
    /// [`Analysis::complete`].
    pub fn of(world: &dyn World, name: &str, text: &str, before: Facts) -> Analysis {
        let mut sources = SourceMap::default();
        let root = sources.add(name, text);
        let mut sink = Sink::new();
        let tree = parse(root, text, &mut sink);
        Files::read(root, &tree, &mut sources, world, &mut sink);
        let others: Vec<(FileId, ast::File)> = sources
            .iter()
            .filter(|(id, _)| *id != root)
            .map(|(id, source)| (id, parse(id, &source.text, &mut Sink::new())))
            .collect();
        let files: Vec<(FileId, &ast::File)> = std::iter::once((root, &tree))
            .chain(others.iter().map(|(id, file)| (*id, file)))
            .collect();
        let names = Names::of(&files, Library::standard());
        Analysis {
            root,
            diagnostics: sink.finish(),
            lines: Lines::of(text),
            sources,
            tree,
            names,
            facts: before,
        }
    }

    /// Takes over what checking the same text has found.
    pub fn complete(&mut self, findings: Findings) {
        self.sources = findings.sources;
        self.diagnostics = findings.diagnostics;
        if let Some(known) = findings.known {
            self.facts = facts(known, &self.names);
        }
    }

    /// The text itself.
    pub fn text(&self) -> &str {
        &self.sources.file(self.root).text
    }
    /// The range of a span of the text.
    pub fn range(&self, span: Span) -> lsp_types::Range {
        self.lines.range(self.text(), span.start, span.end)
    }
    /// The byte at a position in the text.
    pub fn offset(&self, position: lsp_types::Position) -> u32 {
        self.lines.offset(self.text(), position)
    }
    /// What the checked model says about a symbol.
    pub fn fact(&self, symbol: SymbolId) -> Option<&Fact> {
        self.facts.values.get(&key(&self.names, symbol)?)
    }
}

/// `tau`, `lif.v`.
fn key(names: &Names, id: SymbolId) -> Option<String> {
    let symbol = names.symbols.get(id)?;
    Some(match symbol.within.and_then(|id| names.symbols.get(id)) {
        Some(owner) => format!("{}.{}", owner.name, symbol.name),
        None => symbol.name.clone(),
    })
}

fn known(checked: &Checked) -> Known {
    let model = &checked.model;
    let place = |span: Span| (span.file.0, span.start);
    let mut by_place = BTreeMap::new();
    for constant in model.constants.iter() {
        let fact = Fact {
            dimension: constant.value.dimension,
            value: Some(constant.value.value),
        };
        by_place.insert(place(constant.span), fact);
    }
    for variable in model.variables.iter() {
        let fact = Fact {
            dimension: variable.dimension,
            value: None,
        };
        by_place.entry(place(variable.span)).or_insert(fact);
    }
    for signal in model.signals.iter() {
        let fact = Fact {
            dimension: signal.dimension,
            value: None,
        };
        by_place.insert(place(signal.span), fact);
    }
    let steps: BTreeMap<Owner, &Step> = checked.steps.iter().map(|s| (s.owner, s)).collect();
    let groups = model.groups.iter_enumerated().map(|(id, group)| {
        let step = steps.get(&Owner::Group(id));
        let fact = GroupFact {
            size: group.size,
            method: step.map(|step| (step.method.to_string(), step.automatic)),
        };
        (group.name.clone(), fact)
    });
    Known {
        groups: groups.collect(),
        by_place,
    }
}

fn facts(known: Known, names: &Names) -> Facts {
    let place = |span: Span| (span.file.0, span.start);
    let mut values = BTreeMap::new();
    for (id, symbol) in names.symbols.iter_enumerated() {
        let found = (known.by_place.get(&place(symbol.span)))
            .or_else(|| known.by_place.get(&place(symbol.whole)));
        if let (Some(fact), Some(key)) = (found, key(names, id)) {
            values.insert(key, fact.clone());
        }
    }
    Facts {
        values,
        groups: known.groups,
    }
}
