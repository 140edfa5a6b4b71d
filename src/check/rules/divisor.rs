//! `v/tau` with `tau = 0 ms`: the quotient has no value, or an infinite one.

use crate::check::context::{Checker, Typed};
use crate::diagnostic::{Diagnostic, codes};
use crate::model::term::{Term, TermId};

/// Warns where a divisor is 0, whatever happens in the run. About `0/0` more is said where it is used.
pub fn check(checker: &mut Checker, dividend: &Typed, divisor: &Typed) {
    if checker.evaluate(dividend.term) == Some(0.0) {
        return;
    }
    if divisor.is_poison() || checker.evaluate(divisor.term) != Some(0.0) {
        return;
    }
    let Some(constants) = fixed(checker, divisor.term) else {
        return;
    };
    let mut diagnostic = Diagnostic::new(codes::ZERO_DIVISOR, divisor.span, "this divides by 0");
    diagnostic = match constants.first() {
        Some((name, span)) => diagnostic
            .label(format!("0, because of `{name}`"))
            .also(*span, format!("`{name}` has this value")),
        None => diagnostic.label("always 0"),
    };
    checker.report(diagnostic.note("the quotient is infinite, or not a number"));
}

/// The constants in a term; nothing where one of them may get another value.
fn fixed(checker: &Checker, id: TermId) -> Option<Vec<(String, crate::source::Span)>> {
    let mut found = Vec::new();
    let mut open = vec![id];
    while let Some(next) = open.pop() {
        if let Term::Constant(constant) = checker.model.terms.get(next) {
            let constant = checker.model.constants.get(*constant)?;
            if constant.range.is_some() {
                return None;
            }
            found.push((constant.name.clone(), constant.span));
        }
        open.extend(checker.model.terms.children(next));
    }
    Some(found)
}
