//! What the text says about the things of the model: declarations by name, expressions by place, and how they are typeset.

use std::collections::{BTreeMap, BTreeSet};

use super::{Cell, words};
use crate::library::Library;
use crate::model::Model;
use crate::pipeline::Checked;
use crate::source::{SourceMap, Span};
use crate::syntax::ast::{
    Definition, Expr, File, Item, ItemKind, Member, MemberKind, Population, Projection, Statement,
};
use crate::typeset::{Math, Setter};

/// A model with its text.
pub struct Gathered<'a> {
    pub checked: &'a Checked,
    pub sources: &'a SourceMap,
    pub trees: &'a [&'a File],
    populations: BTreeMap<&'a str, (&'a Population, Option<&'a str>)>,
    projections: BTreeMap<&'a str, (&'a Projection, Option<&'a str>)>,
    definitions: BTreeMap<&'a str, (&'a Definition, Option<&'a str>)>,
    /// Values of parameters and initial conditions by their place.
    values: BTreeMap<(u32, u32, u32), &'a Expr>,
    declared: BTreeSet<String>,
}

/// What describes a population or projection: lines of its definition, then its own.
pub struct Described<'a> {
    /// Name of the definition after `of`.
    pub definition: Option<&'a str>,
    /// Documentation: its own, or that of the definition.
    pub doc: Option<&'a str>,
    /// Lines of the definition.
    pub inherited: &'a [Member],
    /// Its own lines.
    pub own: &'a [Member],
}

impl<'a> Described<'a> {
    /// All lines, those of the definition first.
    pub fn members(&self) -> impl Iterator<Item = &'a Member> + use<'a> {
        self.inherited.iter().chain(self.own)
    }
}

fn key(span: Span) -> (u32, u32, u32) {
    (span.file.0, span.start, span.end)
}

impl<'a> Gathered<'a> {
    pub fn new(checked: &'a Checked, trees: &'a [&'a File], sources: &'a SourceMap) -> Self {
        let mut gathered = Gathered {
            checked,
            sources,
            trees,
            populations: BTreeMap::new(),
            projections: BTreeMap::new(),
            definitions: BTreeMap::new(),
            values: BTreeMap::new(),
            declared: BTreeSet::new(),
        };
        let model = &checked.model;
        let variables = model.variables.iter().map(|v| v.name.clone());
        let constants = model.constants.iter().map(|c| c.name.clone());
        gathered.declared.extend(variables.chain(constants));
        for tree in trees {
            for item in &tree.items {
                gathered.item(item);
            }
        }
        gathered
    }

    pub fn model(&self) -> &'a Model {
        &self.checked.model
    }

    fn item(&mut self, item: &'a Item) {
        let doc = item.doc.as_ref().map(|doc| doc.text.as_str());
        let members = match &item.kind {
            ItemKind::Population(population) => {
                let entry = self.populations.entry(&population.name.name);
                entry.or_insert((population, doc));
                &population.members
            }
            ItemKind::Projection(projection) => {
                let entry = self.projections.entry(&projection.name.name);
                entry.or_insert((projection, doc));
                &projection.members
            }
            ItemKind::Definition(definition) => {
                let entry = self.definitions.entry(&definition.name.name);
                entry.or_insert((definition, doc));
                &definition.members
            }
            ItemKind::Function(function) => {
                let parameters = function.parameters.iter().map(|p| p.name.clone());
                self.declared.extend(parameters);
                return;
            }
            ItemKind::PoissonInput(input) => &input.members,
            _ => return,
        };
        for member in members {
            let value = match &member.kind {
                MemberKind::Parameter(parameter) => parameter.default.as_ref(),
                MemberKind::Initial(initial) => Some(&initial.value),
                MemberKind::Subexpression(part) => Some(&part.value),
                MemberKind::Delay(delay) => Some(&delay.value),
                MemberKind::Field(field) => Some(&field.value),
                _ => None,
            };
            if let Some(value) = value {
                self.values.insert(key(value.span), value);
            }
        }
    }

    /// The lines that describe a population; nothing for one that is not written in the text.
    pub fn population(&self, name: &str) -> Option<Described<'a>> {
        let (population, doc) = self.populations.get(name)?;
        let model = population.model.as_ref().map(|ident| ident.name.as_str());
        Some(self.described(model, *doc, &population.members))
    }

    /// The lines that describe a projection.
    pub fn projection(&self, name: &str) -> Option<(&'a Projection, Described<'a>)> {
        let (projection, doc) = self.projections.get(name)?;
        let model = projection.model.as_ref().map(|ident| ident.name.as_str());
        Some((projection, self.described(model, *doc, &projection.members)))
    }

    fn described(
        &self,
        definition: Option<&'a str>,
        doc: Option<&'a str>,
        own: &'a [Member],
    ) -> Described<'a> {
        let found = definition.and_then(|name| self.definitions.get(name));
        Described {
            definition,
            doc: doc.or(found.and_then(|(_, doc)| *doc)),
            inherited: found.map_or(&[], |(definition, _)| &definition.members),
            own,
        }
    }

    /// The expression written at a place, where a value is given there.
    pub fn value_at(&self, span: Span) -> Option<&'a Expr> {
        self.values.get(&key(span)).copied()
    }

    fn text(&self, expr: &Expr) -> String {
        let text = self.sources.text(expr.span);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn with<T>(&self, f: impl FnOnce(&Setter<'_>) -> T) -> T {
        let library = Library::standard();
        let is_unit =
            |name: &str| !self.declared.contains(name) && library.plain_unit(name).is_some();
        f(&Setter {
            is_unit: &is_unit,
            text: &|expr| self.text(expr),
        })
    }

    /// An expression, typeset.
    pub fn math(&self, expr: &Expr) -> Math {
        self.with(|setter| setter.math(expr.ungrouped()))
    }

    /// A statement, typeset.
    pub fn statement(&self, statement: &Statement) -> Math {
        self.with(|setter| setter.statement(statement))
    }

    /// Source text on one line.
    pub fn source(&self, span: Span) -> String {
        let text = self.sources.text(span);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The comment behind a declaration, on its line; empty without one.
    pub fn remark(&self, span: Span) -> String {
        let line = self.sources.line_column(span).0;
        let mut comments = self.trees.iter().flat_map(|tree| &tree.comments);
        let behind = |at: Span| {
            at.file == span.file && at.start >= span.end && self.sources.line_column(at).0 == line
        };
        let found = comments.rfind(|comment| behind(comment.span));
        found.map_or_else(String::new, |comment| {
            comment.text.trim_start_matches('#').trim().to_string()
        })
    }

    /// The comment lines at the top of the file, as paragraphs.
    pub fn lead(&self) -> Vec<Cell> {
        let Some(root) = self.trees.first() else {
            return Vec::new();
        };
        let first = root.items.iter().map(|item| item.span.start).min();
        let mut paragraphs = vec![String::new()];
        let mut next = None;
        for comment in &root.comments {
            let line = self.sources.line_column(comment.span).0;
            let in_order = next.is_none_or(|next| next == line);
            if first.is_some_and(|first| comment.span.start > first) || !in_order {
                break;
            }
            next = Some(line + 1);
            let text = comment.text.trim_start_matches('#').trim();
            match (text.is_empty(), paragraphs.last_mut()) {
                (true, _) => paragraphs.push(String::new()),
                (false, Some(last)) => {
                    if !last.is_empty() {
                        last.push(' ');
                    }
                    last.push_str(text);
                }
                (false, None) => {}
            }
        }
        let full = paragraphs.iter().filter(|text| !text.is_empty());
        full.map(|text| words(text)).collect()
    }
}
