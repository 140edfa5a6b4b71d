//! Replacing leaves of terms by other terms.

use std::collections::{HashMap, HashSet};

use super::build::rebuild;
use crate::model::term::{Term, TermId, Terms};
use crate::model::{Model, VariableId, VariableKind};

/// Replaces terms by others, wherever they occur, and simplifies what contains them.
#[derive(Clone, Debug, Default)]
pub struct Substitution {
    replaced: HashMap<TermId, TermId>,
    done: HashMap<TermId, TermId>,
}

impl Substitution {
    /// Replaces nothing yet.
    pub fn new() -> Self {
        Self::default()
    }
    /// From now on `from` stands for `to`. What was applied before is forgotten.
    pub fn replace(&mut self, from: TermId, to: TermId) {
        self.replaced.insert(from, to);
        self.done.clear();
    }
    /// The term with all replacements made at once; replaced text is not replaced again.
    pub fn apply(&mut self, terms: &mut Terms, id: TermId) -> TermId {
        if let Some(to) = self.replaced.get(&id).or_else(|| self.done.get(&id)) {
            return *to;
        }
        let result = rebuild(terms, id, &mut |terms, child| self.apply(terms, child));
        self.done.insert(id, result);
        result
    }
}

/// Writes out subexpressions, also nested ones. Those with `(constant over dt)` stay: they are stored values.
#[derive(Clone, Debug, Default)]
pub struct Inliner {
    done: HashMap<TermId, TermId>,
    open: Vec<VariableId>,
}

impl Inliner {
    /// A fresh inliner; keep it for the terms of one group.
    pub fn new() -> Self {
        Self::default()
    }
    /// The simplified term without subexpressions. A subexpression that refers to itself, which no checked model has, is left.
    pub fn apply(&mut self, model: &mut Model, id: TermId) -> TermId {
        if let Some(to) = self.done.get(&id) {
            return *to;
        }
        let result = match *model.terms.get(id) {
            Term::Variable(variable) => match model.variables.get(variable).map(|v| &v.kind) {
                Some(VariableKind::Subexpression {
                    value,
                    constant_over_dt: false,
                }) if !self.open.contains(&variable) => {
                    let value = *value;
                    self.open.push(variable);
                    let result = self.apply(model, value);
                    self.open.pop();
                    result
                }
                _ => id,
            },
            _ => {
                // The arena is taken out so that operands can be looked up in the model while it grows.
                let children = model.terms.children(id);
                let mapped: HashMap<TermId, TermId> = children
                    .into_iter()
                    .map(|child| (child, self.apply(model, child)))
                    .collect();
                rebuild(&mut model.terms, id, &mut |_, child| {
                    mapped.get(&child).copied().unwrap_or(child)
                })
            }
        };
        self.done.insert(id, result);
        result
    }
}

/// True when the term or one below it satisfies a predicate. Visits shared parts once.
pub fn contains(terms: &Terms, id: TermId, predicate: &mut dyn FnMut(&Term) -> bool) -> bool {
    let mut seen = HashSet::new();
    let mut open = vec![id];
    while let Some(next) = open.pop() {
        if seen.insert(next) {
            if predicate(terms.get(next)) {
                return true;
            }
            open.extend(terms.children(next));
        }
    }
    false
}

/// True when a term contains any of these variables.
pub fn mentions(terms: &Terms, id: TermId, variables: &[VariableId]) -> bool {
    contains(
        terms,
        id,
        &mut |term| matches!(term, Term::Variable(v) if variables.contains(v)),
    )
}
