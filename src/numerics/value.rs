//! Values of a method's text: one term for all, one per state, or one per noise symbol and state.

use crate::model::term::{TermId, Terms};

/// A value.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// The same for all states: `dt`, a number.
    Shared(TermId),
    /// One per state: `x`, `f(x, t)`.
    States(Vec<TermId>),
    /// For each noise symbol, one per state: `g(x, t)`, `dW`.
    Noises(Vec<Vec<TermId>>),
}

impl Value {
    /// Applies an operation to each term.
    pub fn map(&self, f: &mut dyn FnMut(TermId) -> TermId) -> Value {
        match self {
            Value::Shared(term) => Value::Shared(f(*term)),
            Value::States(terms) => Value::States(terms.iter().map(|term| f(*term)).collect()),
            Value::Noises(rows) => Value::Noises(
                rows.iter()
                    .map(|terms| terms.iter().map(|term| f(*term)).collect())
                    .collect(),
            ),
        }
    }
    /// Applies an operation of several operands, repeating those that have fewer values.
    pub fn zip(values: &[Value], f: &mut dyn FnMut(&[TermId]) -> TermId) -> Value {
        let noises = values.iter().find_map(|value| match value {
            Value::Noises(rows) => Some((rows.len(), rows.first().map_or(0, Vec::len))),
            _ => None,
        });
        if let Some((noises, states)) = noises {
            let mut row = |noise| (0..states).map(|s| f(&at(values, noise, s))).collect();
            return Value::Noises((0..noises).map(&mut row).collect());
        }
        let states = values.iter().find_map(|value| match value {
            Value::States(terms) => Some(terms.len()),
            _ => None,
        });
        match states {
            Some(states) => Value::States((0..states).map(|s| f(&at(values, 0, s))).collect()),
            None => Value::Shared(f(&at(values, 0, 0))),
        }
    }
    /// The term that holds for one state and one noise symbol.
    pub fn term(&self, noise: usize, state: usize) -> Option<TermId> {
        match self {
            Value::Shared(term) => Some(*term),
            Value::States(terms) => terms.get(state).copied(),
            Value::Noises(rows) => rows.get(noise)?.get(state).copied(),
        }
    }
    /// One term per state; noise symbols are added up.
    pub fn per_state(&self, terms: &mut Terms, states: usize) -> Vec<TermId> {
        (0..states)
            .map(|state| match self {
                Value::Noises(rows) => {
                    let parts: Vec<TermId> = rows
                        .iter()
                        .filter_map(|row| row.get(state).copied())
                        .collect();
                    crate::algebra::build::sum(terms, &parts)
                }
                _ => self.term(0, state).unwrap_or_else(|| terms.integer(0)),
            })
            .collect()
    }
}

fn at(values: &[Value], noise: usize, state: usize) -> Vec<TermId> {
    values
        .iter()
        .filter_map(|value| value.term(noise, state))
        .collect()
}
