//! Simplification of a whole term.

use std::collections::HashMap;

use super::build::rebuild;
use crate::model::term::{TermId, Terms};

/// The term in the form that [`super::build`] gives: numbers folded, zeros and ones dropped, equal summands and factors
/// collected. The value is the same wherever the original is finite and no divisor is zero, up to rounding.
pub fn simplify(terms: &mut Terms, id: TermId) -> TermId {
    fn go(terms: &mut Terms, id: TermId, done: &mut HashMap<TermId, TermId>) -> TermId {
        if let Some(known) = done.get(&id) {
            return *known;
        }
        let result = rebuild(terms, id, &mut |terms, child| go(terms, child, done));
        done.insert(id, result);
        result
    }
    go(terms, id, &mut HashMap::new())
}
