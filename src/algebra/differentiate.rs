//! Derivatives of terms.

use std::collections::HashMap;

use super::build::{
    apply, call, compare, difference, is_zero, literal, power, product, scaled, select, sum,
};
use super::simplify::simplify;
use crate::library::Library;
use crate::model::term::{Comparison, Intrinsic, Term, TermId, Terms};

/// The derivative of a term by a leaf; nothing where a function without a derivative stands in the way.
///
/// Conditions are held fixed: the derivative of a piecewise term is that of the piece that applies. Functions constant by
/// pieces (`floor`, `int`, comparisons) have the derivative 0.
pub fn differentiate(
    terms: &mut Terms,
    id: TermId,
    by: TermId,
    library: &Library,
) -> Option<TermId> {
    let mut done = HashMap::new();
    derive(terms, id, by, library, &mut done)
}

fn derive(
    terms: &mut Terms,
    id: TermId,
    by: TermId,
    library: &Library,
    done: &mut HashMap<TermId, Option<TermId>>,
) -> Option<TermId> {
    if id == by {
        return Some(terms.number(1.0));
    }
    if let Some(known) = done.get(&id) {
        return *known;
    }
    let node = terms.get(id).clone();
    let children = terms.children(id);
    let mut inner = Vec::new();
    if !matches!(
        node,
        Term::Compare(..) | Term::Not(_) | Term::And(..) | Term::Or(..)
    ) {
        for child in &children {
            inner.push(derive(terms, *child, by, library, done));
        }
    }
    let zero = terms.number(0.0);
    let result = if inner.iter().all(|d| d.is_some_and(|d| is_zero(terms, d))) {
        Some(zero)
    } else {
        rule(terms, &node, &children, &inner, library)
    };
    done.insert(id, result);
    result
}

/// The derivative of a node from those of its operands.
fn rule(
    terms: &mut Terms,
    node: &Term,
    children: &[TermId],
    inner: &[Option<TermId>],
    library: &Library,
) -> Option<TermId> {
    let all = || inner.iter().copied().collect::<Option<Vec<TermId>>>();
    match node {
        Term::Sum(_) => Some(sum(terms, &all()?)),
        Term::Product(items) => {
            let mut parts = Vec::new();
            for (k, d) in all()?.into_iter().enumerate() {
                let mut factors = items.to_vec();
                if let Some(factor) = factors.get_mut(k) {
                    *factor = d;
                }
                parts.push(product(terms, &factors));
            }
            Some(sum(terms, &parts))
        }
        Term::Power(base, exponent) => {
            let [by_base, by_exponent] = all()?[..] else {
                return None;
            };
            let mut parts = Vec::new();
            if !is_zero(terms, by_base) {
                let lowered = match literal(terms, *exponent) {
                    Some(n) if n.fract() == 0.0 => terms.integer(n as i64 - 1),
                    _ => {
                        let one = terms.integer(1);
                        difference(terms, *exponent, one)
                    }
                };
                let slope = power(terms, *base, lowered);
                parts.push(product(terms, &[*exponent, slope, by_base]));
            }
            if !is_zero(terms, by_exponent) {
                let whole = power(terms, *base, *exponent);
                let log = call(terms, Intrinsic::Log, *base);
                parts.push(product(terms, &[whole, log, by_exponent]));
            }
            Some(sum(terms, &parts))
        }
        Term::Call(function, arguments) => {
            let declared: Option<Vec<TermId>> = (0..arguments.len())
                .map(|k| library.derivative(*function, k, arguments, terms))
                .collect();
            let slopes = match declared {
                Some(slopes) => slopes
                    .into_iter()
                    .map(|slope| simplify(terms, slope))
                    .collect(),
                None => by_pieces(terms, *function, arguments)?,
            };
            let mut parts = Vec::new();
            for (slope, d) in slopes.into_iter().zip(all()?) {
                parts.push(product(terms, &[slope, d]));
            }
            Some(sum(terms, &parts))
        }
        Term::Select(condition, ..) => {
            let [_, then, otherwise] = inner else {
                return None;
            };
            let (then, otherwise) = ((*then)?, (*otherwise)?);
            Some(select(terms, *condition, then, otherwise))
        }
        // A tabulated function is constant between its steps, a draw does not depend on anything but its mean.
        Term::Signal(..) => Some(terms.number(0.0)),
        Term::Random(..) => None,
        _ => children.is_empty().then(|| terms.number(0.0)),
    }
}

/// Functions that are constant or linear by pieces, where the library declares nothing.
fn by_pieces(terms: &mut Terms, function: Intrinsic, arguments: &[TermId]) -> Option<Vec<TermId>> {
    let (zero, one) = (terms.number(0.0), terms.number(1.0));
    match (function, arguments) {
        (Intrinsic::Abs, [x]) => {
            let sign = call(terms, Intrinsic::Sign, *x);
            Some(vec![sign])
        }
        (Intrinsic::Min | Intrinsic::Max, [a, b]) => {
            let operator = match function {
                Intrinsic::Min => Comparison::LessEqual,
                _ => Comparison::GreaterEqual,
            };
            let first = compare(terms, operator, *a, *b);
            let (by_a, by_b) = (
                select(terms, first, one, zero),
                select(terms, first, zero, one),
            );
            Some(vec![by_a, by_b])
        }
        (Intrinsic::Mod, [a, b]) => {
            let quotient = apply(terms, Intrinsic::FloorDiv, &[*a, *b]);
            let by_b = scaled(terms, -1.0, quotient);
            Some(vec![one, by_b])
        }
        (
            Intrinsic::Sign
            | Intrinsic::Floor
            | Intrinsic::Ceil
            | Intrinsic::Round
            | Intrinsic::Int,
            _,
        ) => Some(vec![zero]),
        (Intrinsic::FloorDiv, _) => Some(vec![zero, zero]),
        _ => None,
    }
}
