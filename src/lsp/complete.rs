//! Completion: what may stand at a position, by the text before it.

use std::collections::BTreeSet;

use lsp_types::{
    CompletionItem, CompletionItemKind, Documentation, MarkupContent, MarkupKind, Position,
};

use super::analysis::Analysis;
use super::hover;
use crate::library::Library;
use crate::library::models::MODELS;
use crate::model::plots;
use crate::names::keywords::{FLAGS, KEYWORDS, Place};
use crate::names::{BUILT_IN, Kind, LibraryKind, SymbolId};

/// What may stand at a position.
pub fn complete(analysis: &Analysis, position: Position) -> Vec<CompletionItem> {
    let offset = analysis.offset(position);
    let before = analysis.text().get(..offset as usize).unwrap_or("");
    let line = before.rsplit('\n').next().unwrap_or("");
    let mut list = List {
        analysis,
        items: Vec::new(),
        seen: BTreeSet::new(),
    };
    if line.contains('#') && !line.contains('"') {
        return list.items;
    }
    let around = analysis.names.around(analysis.root, offset);
    let around = around.filter(|id| in_body(analysis, *id, offset));
    match context(line, around.is_some()) {
        Context::Member(base) => list.members(&base, offset),
        Context::UnitBehindNumber => list.units(true),
        Context::DeclaredUnit => list.declared_units(),
        Context::Flag => {
            for (flag, doc) in FLAGS {
                list.add(
                    flag,
                    CompletionItemKind::KEYWORD,
                    "flag",
                    (*doc).into(),
                    '1',
                );
            }
        }
        Context::Method => list.methods(),
        Context::Used => list.used(),
        Context::Of => list.of(),
        Context::LineStart => list.line_start(around),
        Context::Plot => {
            list.plot(line.trim_start());
            list.expression(around, offset);
        }
        Context::Expression => list.expression(around, offset),
    }
    list.items
}

/// True behind the opening brace of a declaration.
fn in_body(analysis: &Analysis, id: SymbolId, offset: u32) -> bool {
    let whole = analysis.names.symbols.get(id).map(|symbol| symbol.whole);
    whole.is_some_and(|whole| {
        let text = analysis.sources.text(whole);
        let open = text.find('{').map(|at| whole.start + at as u32);
        open.is_some_and(|open| open < offset && (offset < whole.end || !text.ends_with('}')))
    })
}

#[derive(PartialEq, Debug)]
enum Context {
    Member(String),
    UnitBehindNumber,
    DeclaredUnit,
    Flag,
    Method,
    Used,
    Of,
    LineStart,
    Plot,
    Expression,
}

/// What the text before the cursor in its line asks for.
fn context(line: &str, in_body: bool) -> Context {
    let is_letter = |c: char| c.is_alphanumeric() || c == '_';
    let typed = line.trim_end_matches(is_letter);
    if let Some(rest) = typed.strip_suffix('.') {
        let base = rest.trim_end_matches(']');
        let base = match base.len() < rest.len() {
            true => base.rsplit_once('[').map_or(base, |(base, _)| base),
            false => base,
        };
        let start = base.trim_end_matches(is_letter).len();
        let name = base.get(start..).unwrap_or("");
        if name.starts_with(|c: char| !c.is_ascii_digit()) {
            return Context::Member(name.to_string());
        }
    }
    let start = typed.rsplit(['{', ';']).next().unwrap_or(typed);
    if start.trim().is_empty() {
        return Context::LineStart;
    }
    let words = typed.trim_end();
    if words.len() < typed.len() {
        let number = words.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '.');
        let number = words.get(number.len()..).unwrap_or("");
        let behind_name = words
            .get(..words.len() - number.len())
            .is_some_and(|rest| rest.ends_with(is_letter));
        if number.starts_with(|c: char| c.is_ascii_digit()) && !behind_name {
            return Context::UnitBehindNumber;
        }
    }
    let last = words.rsplit(|c: char| !is_letter(c)).next().unwrap_or("");
    let first = start.split_whitespace().next().unwrap_or("");
    if first == "use" && words.trim() == "use" {
        return Context::Used;
    }
    if last == "of" {
        return Context::Of;
    }
    if ["plot", "figure", "mark"].contains(&first) && line.trim_start().starts_with(first) {
        return Context::Plot;
    }
    if in_body && let Some((head, tail)) = start.rsplit_once(':') {
        let head = head.trim();
        let simple = head.chars().all(is_letter);
        let equation = head.contains('=') && !head.contains('[') && !head.contains('{');
        if head == "method" && tail.trim().is_empty() {
            return Context::Method;
        }
        let keyword = KEYWORDS.iter().any(|keyword| {
            head.split_whitespace().next() == Some(keyword.word) && keyword.place != Place::Within
        });
        if (equation || simple) && !keyword && !tail.contains('=') {
            if tail.contains('(') {
                return Context::Flag;
            }
            return Context::DeclaredUnit;
        }
    }
    Context::Expression
}

struct List<'a> {
    analysis: &'a Analysis,
    items: Vec<CompletionItem>,
    seen: BTreeSet<String>,
}

impl List<'_> {
    /// Adds a proposal; `order` sorts groups of them.
    fn add(
        &mut self,
        label: &str,
        kind: CompletionItemKind,
        detail: &str,
        doc: String,
        order: char,
    ) {
        if !self.seen.insert(label.to_string()) {
            return;
        }
        let doc = (!doc.is_empty()).then_some(Documentation::MarkupContent(MarkupContent {
            kind: MarkupKind::Markdown,
            value: doc,
        }));
        self.items.push(CompletionItem {
            label: label.to_string(),
            kind: Some(kind),
            detail: (!detail.is_empty()).then(|| detail.to_string()),
            documentation: doc,
            sort_text: Some(format!("{order}{label}")),
            ..CompletionItem::default()
        });
    }

    fn symbol(&mut self, id: SymbolId, suffix: &str, order: char) {
        let names = &self.analysis.names;
        let Some(symbol) = names.symbols.get(id) else {
            return;
        };
        let kind = match symbol.kind {
            Kind::Function | Kind::Signal => CompletionItemKind::FUNCTION,
            Kind::Constant | Kind::Setting => CompletionItemKind::CONSTANT,
            Kind::Event | Kind::Pathway => CompletionItemKind::EVENT,
            Kind::NeuronModel | Kind::SynapseModel => CompletionItemKind::CLASS,
            Kind::Population | Kind::Subgroup | Kind::Synapses | Kind::Input => {
                CompletionItemKind::MODULE
            }
            Kind::State | Kind::Subexpression | Kind::Variable => CompletionItemKind::FIELD,
            _ => CompletionItemKind::VARIABLE,
        };
        let unit = self
            .analysis
            .fact(id)
            .map(|fact| crate::units::display::si_unit(fact.dimension));
        let detail = unit.unwrap_or_else(|| names.describe(id));
        let doc = hover::symbol(self.analysis, id).unwrap_or_default();
        let label = format!("{}{suffix}", symbol.name);
        self.add(&label, kind, &detail, doc, order);
    }

    fn variables(&mut self, of: SymbolId, suffix: &str, order: char) {
        for id in self.analysis.names.members(of) {
            let symbol = self.analysis.names.symbols.get(id);
            if symbol.is_some_and(|symbol| symbol.kind.is_variable()) {
                self.symbol(id, suffix, order);
            }
        }
    }

    fn members(&mut self, base: &str, _offset: u32) {
        let names = &self.analysis.names;
        match names.global(self.analysis.root, base) {
            Some(id) => {
                self.variables(id, "", '1');
                for (word, doc) in [
                    ("spikes", "the spikes: `.t`, `.i`, `.count`"),
                    ("rate", "the rate of the population"),
                    ("N", "the number of neurons or synapses"),
                ] {
                    self.add(word, CompletionItemKind::PROPERTY, "", doc.into(), '2');
                }
            }
            None if base == "spikes" => {
                for (word, doc) in [
                    ("t", "the times of the spikes"),
                    ("i", "the neuron of each spike"),
                    ("count", "spikes per neuron"),
                ] {
                    self.add(word, CompletionItemKind::PROPERTY, "", doc.into(), '1');
                }
            }
            None => {}
        }
    }

    fn units(&mut self, symbols: bool) {
        let library = Library::standard();
        let rows = library.units().rows();
        let kind = CompletionItemKind::UNIT;
        for name in rows.iter().flat_map(|row| &row.short) {
            let doc = hover::library(name, LibraryKind::Unit).unwrap_or_default();
            self.add(name, kind, "", doc, '1');
        }
        if symbols {
            for name in library.units().symbol_names() {
                let doc = hover::library(&name, LibraryKind::Unit).unwrap_or_default();
                self.add(&name, kind, "", doc, '3');
            }
        }
        for row in rows {
            let doc = hover::library(&row.name, LibraryKind::Unit).unwrap_or_default();
            self.add(&row.name, kind, "", doc, '4');
        }
    }

    fn declared_units(&mut self) {
        let kind = CompletionItemKind::UNIT;
        for row in Library::standard().units().rows() {
            let doc = hover::library(&row.name, LibraryKind::Unit).unwrap_or_default();
            self.add(&row.name, kind, "", doc, '1');
        }
        for (word, doc) in [
            ("1", "a pure number"),
            ("boolean", "a truth value"),
            ("integer", "a whole number"),
        ] {
            self.add(word, kind, "", doc.into(), '0');
        }
    }

    /// Kinds of plots, and options of the plot, figure or mark that a line begins.
    fn plot(&mut self, line: &str) {
        let first = line.split_whitespace().next().unwrap_or("");
        if first == "plot" {
            for kind in plots::KINDS {
                let doc = format!("```snn\nplot {}\n```\n{}", kind.form, kind.about);
                self.add(kind.name, CompletionItemKind::FUNCTION, "plot", doc, '1');
            }
        }
        let shown = plots::KINDS.iter().filter(|kind| {
            let call = format!("{}(", kind.name);
            first == "plot" && line.contains(&call)
        });
        for option in shown.flat_map(|kind| kind.options) {
            let label = format!("{option}: ");
            self.add(
                &label,
                CompletionItemKind::PROPERTY,
                "option",
                String::new(),
                '2',
            );
        }
        let tables: &[&[plots::PlotOption]] = match first {
            "plot" => &[plots::PANEL, plots::LOOKS],
            "figure" => &[plots::FIGURE],
            _ => &[plots::MARK],
        };
        for option in tables.iter().copied().flatten() {
            let label = format!("{}: ", option.name);
            let doc = format!("`{}`\n\n{}", option.form, option.about);
            self.add(&label, CompletionItemKind::PROPERTY, "option", doc, '3');
        }
    }

    fn methods(&mut self) {
        for method in Library::standard().methods() {
            let name = &method.name.name;
            let doc = hover::library(name, LibraryKind::Method).unwrap_or_default();
            self.add(name, CompletionItemKind::ENUM_MEMBER, "method", doc, '1');
        }
    }

    fn used(&mut self) {
        for id in self.analysis.names.parameter_sets() {
            self.symbol(id, "", '1');
        }
        for model in MODELS {
            let doc = model.summary().to_string();
            let defines = model.definition();
            self.add(model.name, CompletionItemKind::MODULE, defines, doc, '2');
        }
    }

    fn of(&mut self) {
        let names = &self.analysis.names;
        for id in names.model_names().chain(names.globals()) {
            let kind = names.symbols.get(id).map(|symbol| symbol.kind);
            if matches!(
                kind,
                Some(
                    Kind::NeuronModel
                        | Kind::SynapseModel
                        | Kind::Population
                        | Kind::Subgroup
                        | Kind::Synapses
                )
            ) {
                self.symbol(id, "", '1');
            }
        }
    }

    fn line_start(&mut self, around: Option<SymbolId>) {
        let names = &self.analysis.names;
        let owner = around.and_then(|id| names.symbols.get(id).map(|symbol| (id, symbol)));
        let wanted: &[Place] = match owner.map(|(_, symbol)| symbol.kind) {
            None | Some(Kind::ParameterSet) => &[Place::Top],
            Some(Kind::Synapses | Kind::SynapseModel) => &[Place::Synapses, Place::Both],
            Some(Kind::Input) => &[Place::Input],
            Some(_) => {
                let whole = owner.map(|(_, symbol)| self.analysis.sources.text(symbol.whole));
                let word = whole.and_then(|text| text.split_whitespace().next());
                match word {
                    Some("poisson") => &[Place::Poisson],
                    Some("spikes") => &[Place::Spikes],
                    _ => &[Place::Neurons, Place::Both],
                }
            }
        };
        for keyword in KEYWORDS {
            if wanted.contains(&keyword.place) {
                let doc = format!("```snn\n{}\n```\n{}", keyword.form, keyword.doc);
                self.add(keyword.word, CompletionItemKind::KEYWORD, "", doc, '1');
            }
        }
        match owner {
            Some((id, _)) => self.variables(id, "", '2'),
            None => {
                for id in names.globals() {
                    self.symbol(id, "", '2');
                }
            }
        }
    }

    fn expression(&mut self, around: Option<SymbolId>, offset: u32) {
        let names = &self.analysis.names;
        if let Some(id) = around {
            self.variables(id, "", '1');
            let [source, target] = names.ends(id);
            for (end, suffix) in [(source, "_pre"), (target, "_post"), (target, "")] {
                if let Some(end) = end {
                    self.variables(end, suffix, '2');
                }
            }
            for (id, symbol) in names.symbols.iter_enumerated() {
                let near = symbol.kind == Kind::Temporary && symbol.within == around;
                if near && symbol.span.end < offset {
                    self.symbol(id, "", '1');
                }
            }
            for (word, doc) in BUILT_IN {
                let kind = CompletionItemKind::VARIABLE;
                self.add(word, kind, "", (*doc).into(), '4');
            }
        }
        for id in names.globals() {
            let saved = names.symbols.get(id).is_some_and(|s| s.kind == Kind::Saved);
            if !saved {
                self.symbol(id, "", '3');
            }
        }
        let library = Library::standard();
        for function in library.functions() {
            let doc = hover::library(&function.name, LibraryKind::Function).unwrap_or_default();
            let kind = CompletionItemKind::FUNCTION;
            self.add(&function.name, kind, &function.signature.text, doc, '5');
        }
        for constant in library.constants() {
            let doc = hover::library(&constant.name, LibraryKind::Constant).unwrap_or_default();
            let kind = CompletionItemKind::CONSTANT;
            self.add(&constant.name, kind, &constant.value.to_string(), doc, '6');
        }
        self.units(false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_tells_what_is_wanted() {
        for (line, in_body, wanted) in [
            ("", false, Context::LineStart),
            ("    th", true, Context::LineStart),
            ("reset: { v = 0; w", true, Context::LineStart),
            ("tau = 10 m", false, Context::UnitBehindNumber),
            ("tau = 1.5e3 ", false, Context::UnitBehindNumber),
            ("x = v1 ", false, Context::Expression),
            ("plot lif.", false, Context::Member("lif".into())),
            (
                "plot lif.v[0:3], lif[2].sp",
                false,
                Context::Member("lif".into()),
            ),
            ("tau = 10.", false, Context::Expression),
            ("    I : vo", true, Context::DeclaredUnit),
            ("    dv/dt = -v/tau : ", true, Context::DeclaredUnit),
            ("    dv/dt = -v/tau : volt (un", true, Context::Flag),
            ("    threshold: v > ", true, Context::Expression),
            ("    method: eu", true, Context::Method),
            ("use hod", false, Context::Used),
            ("neurons a[3] of Ho", false, Context::Of),
            ("run 10 ms, until x", false, Context::Expression),
        ] {
            assert_eq!(context(line, in_body), wanted, "{line}");
        }
    }
}
