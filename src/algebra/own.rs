//! The form `a*x + b` of a term in one variable, where `a` and `b` may contain that variable inside functions.
//!
//! Methods that hold such parts over a step take more equations than those that are linear proper: `x*exp(-x/c) + 1` has
//! `a = exp(-x/c)`. A term is multiplied out as a polynomial in the variable; what is no whole power of it (a function, a divisor,
//! a condition) counts as a coefficient.

use std::collections::HashMap;

use super::build::{is_zero, literal, product, select, sum};
use super::linear::depends_on;
use super::zero::identically_zero;
use crate::model::term::{Term, TermId, Terms};

/// Powers above this are not multiplied out.
const HIGHEST: usize = 8;

/// Why a term has no such form.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NotLinear {
    /// A higher power of the variable is left after multiplying out.
    Power,
    /// The variable occurs, but only inside functions, divisors or conditions.
    Hidden,
}

impl NotLinear {
    /// The reason as a clause about the equation of a state.
    pub fn clause(self, name: &str) -> String {
        match self {
            NotLinear::Power => format!("the equation of `{name}` is not linear in `{name}`"),
            NotLinear::Hidden => format!(
                "the equation of `{name}` has `{name}` only inside functions, divisors or conditions"
            ),
        }
    }
}

/// `a` and `b` of `a*x + b`; both may contain `x` inside functions. A term without `x` has `a = 0`.
///
/// # Errors
/// The term is of another form.
pub fn own_form(terms: &mut Terms, id: TermId, x: TermId) -> Result<(TermId, TermId), NotLinear> {
    let zero = terms.integer(0);
    if !depends_on(terms, id, &[x]) {
        return Ok((zero, id));
    }
    let mut expansion = Expansion {
        terms,
        x,
        known: HashMap::new(),
    };
    let powers = expansion.powers(id).ok_or(NotLinear::Power)?;
    let terms = expansion.terms;
    let higher = powers.get(2..).unwrap_or_default();
    // Powers may cancel: (x + 1)*(x - 1) - x**2.
    if higher
        .iter()
        .any(|part| !is_zero(terms, *part) && !identically_zero(terms, *part))
    {
        return Err(NotLinear::Power);
    }
    let mut parts = powers.into_iter();
    let rest = parts.next().unwrap_or(zero);
    let factor = parts.next().unwrap_or(zero);
    let vanishes = is_zero(terms, factor) || identically_zero(terms, factor);
    match (vanishes, depends_on(terms, rest, &[x])) {
        (false, _) => Ok((factor, rest)),
        (true, false) => Ok((zero, rest)),
        (true, true) => Err(NotLinear::Hidden),
    }
}

struct Expansion<'a> {
    terms: &'a mut Terms,
    x: TermId,
    known: HashMap<TermId, Option<Vec<TermId>>>,
}

impl Expansion<'_> {
    /// Coefficients of x^0, x^1, …; nothing where the power is too high.
    fn powers(&mut self, id: TermId) -> Option<Vec<TermId>> {
        if let Some(known) = self.known.get(&id) {
            return known.clone();
        }
        let result = self.expand(id);
        self.known.insert(id, result.clone());
        result
    }
    fn expand(&mut self, id: TermId) -> Option<Vec<TermId>> {
        if id == self.x {
            return Some(vec![self.terms.integer(0), self.terms.integer(1)]);
        }
        if !depends_on(self.terms, id, &[self.x]) {
            return Some(vec![id]);
        }
        match self.terms.get(id).clone() {
            Term::Sum(items) => {
                let all: Option<Vec<Vec<TermId>>> =
                    items.iter().map(|item| self.powers(*item)).collect();
                let all = all?;
                let longest = all.iter().map(Vec::len).max().unwrap_or(0);
                let parts = (0..longest).map(|k| {
                    let part: Vec<TermId> = all.iter().filter_map(|p| p.get(k)).copied().collect();
                    sum(self.terms, &part)
                });
                Some(parts.collect())
            }
            Term::Product(items) => {
                // Factors without a power stay together, in order.
                let (mut plain, mut powers) = (Vec::new(), Vec::new());
                for item in items {
                    let of = self.powers(item)?;
                    match of.as_slice() {
                        [_] => plain.push(item),
                        _ => powers.push(of),
                    }
                }
                let mut whole = powers.into_iter();
                let Some(mut result) = whole.next() else {
                    return Some(vec![id]);
                };
                for next in whole {
                    result = self.multiplied(&result, &next)?;
                }
                let scaled = result.into_iter().map(|part| {
                    let mut factors = plain.clone();
                    factors.push(part);
                    product(self.terms, &factors)
                });
                Some(scaled.collect())
            }
            Term::Power(base, exponent) => {
                let whole = literal(self.terms, exponent)
                    .filter(|p| p.fract() == 0.0 && (1.0..=HIGHEST as f64).contains(p));
                let Some(whole) = whole else {
                    return match literal(self.terms, exponent) {
                        Some(p) if p.fract() == 0.0 && p > 0.0 => None,
                        _ => Some(vec![id]),
                    };
                };
                let base_powers = self.powers(base)?;
                if base_powers.len() == 1 {
                    return Some(vec![id]);
                }
                let mut result = base_powers.clone();
                for _ in 1..whole as usize {
                    result = self.multiplied(&result, &base_powers)?;
                }
                Some(result)
            }
            Term::Select(condition, then, otherwise) => {
                let (then, otherwise) = (self.powers(then)?, self.powers(otherwise)?);
                let zero = self.terms.integer(0);
                let parts = (0..then.len().max(otherwise.len())).map(|k| {
                    let at = |of: &[TermId]| of.get(k).copied().unwrap_or(zero);
                    select(self.terms, condition, at(&then), at(&otherwise))
                });
                Some(parts.collect())
            }
            _ => Some(vec![id]),
        }
    }
    fn multiplied(&mut self, a: &[TermId], b: &[TermId]) -> Option<Vec<TermId>> {
        let length = (a.len() + b.len()).checked_sub(1)?;
        if length > HIGHEST + 1 {
            return None;
        }
        let parts = (0..length).map(|power| {
            let pairs = a.iter().enumerate().filter_map(|(i, a)| {
                let b = b.get(power.checked_sub(i)?)?;
                Some((*a, *b))
            });
            let products: Vec<TermId> = pairs.map(|(a, b)| product(self.terms, &[a, b])).collect();
            sum(self.terms, &products)
        });
        Some(parts.collect())
    }
}
