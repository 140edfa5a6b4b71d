//! Constructors that keep terms simple.
//!
//! - Sums and products are flat; numbers in them are folded; equal summands and factors are collected (`x - x` is 0, `x/x` is 1).
//! - A product is `number * factors… * (divisors…)^-1`, each part only where it is needed. Division by a number becomes
//!   multiplication by its reciprocal.
//! - Functions of numbers stay as they are, except where the value is exact in every arithmetic (`exp(0)`, `sqrt(4)`,
//!   `max(1, 2)`): the last bit of `exp` is the executing machine's business.
//! - The type of a term never changes.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::model::term::{Bits, Comparison, Intrinsic, Term, TermId, Terms, Type};

use super::evaluate::{compare as holds, intrinsic, power as raise};

/// The value of a literal number.
pub fn literal(terms: &Terms, id: TermId) -> Option<f64> {
    match terms.get(id) {
        Term::Number(Bits(value)) => Some(*value),
        Term::Integer(n) => Some(*n as f64),
        _ => None,
    }
}

/// True for the literal 0.
pub fn is_zero(terms: &Terms, id: TermId) -> bool {
    literal(terms, id) == Some(0.0)
}

/// True for the literal 1.
pub fn is_one(terms: &Terms, id: TermId) -> bool {
    literal(terms, id) == Some(1.0)
}

/// A literal of a type; an integer that does not fit becomes a float.
fn number(terms: &mut Terms, value: f64, ty: Type) -> TermId {
    // 2^53: beyond it floats and integers part.
    if ty == Type::Float || value.fract() != 0.0 || value.abs() > 9_007_199_254_740_992.0 {
        terms.number(value)
    } else {
        terms.integer(value as i64)
    }
}

/// A term of at least this type with the value of another.
fn typed(terms: &mut Terms, id: TermId, ty: Type) -> TermId {
    if terms.ty(id) >= ty || ty < Type::Float {
        return id;
    }
    if let Some(value) = literal(terms, id) {
        return terms.number(value);
    }
    let one = terms.number(1.0);
    terms.add(Term::Product(Box::new([one, id])))
}

fn highest(terms: &Terms, items: &[TermId]) -> Type {
    let types = items.iter().map(|item| terms.ty(*item));
    types.max().unwrap_or(Type::Integer).max(Type::Integer)
}

/// Numeric factor and rest of a term; no rest for a number.
pub fn split_coefficient(terms: &mut Terms, id: TermId) -> (f64, Option<TermId>) {
    if let Some(value) = literal(terms, id) {
        return (value, None);
    }
    let Term::Product(items) = terms.get(id) else {
        return (1.0, Some(id));
    };
    match items.as_ref() {
        [first, rest @ ..] if literal(terms, *first).is_some() => {
            let factor = literal(terms, *first).unwrap_or(1.0);
            let rest = match rest {
                [one] => *one,
                many => {
                    let many: Box<[TermId]> = many.into();
                    terms.add(Term::Product(many))
                }
            };
            (factor, Some(rest))
        }
        _ => (1.0, Some(id)),
    }
}

/// Where terms stand in a list, which is searched while it is short.
struct Places {
    known: Option<HashMap<Option<TermId>, usize>>,
}

impl Places {
    /// For a list of at most so many terms.
    fn new(most: usize) -> Places {
        Places {
            known: (most > 32).then(HashMap::new),
        }
    }
    /// The place of a term; nothing for a new one, whose place is `next` from here on.
    fn place(
        &mut self,
        of: Option<TermId>,
        next: usize,
        search: impl FnOnce() -> Option<usize>,
    ) -> Option<usize> {
        match &mut self.known {
            None => search(),
            Some(known) => match known.entry(of) {
                Entry::Occupied(place) => Some(*place.get()),
                Entry::Vacant(empty) => {
                    empty.insert(next);
                    None
                }
            },
        }
    }
}

/// a + b + …
pub fn sum(terms: &mut Terms, items: &[TermId]) -> TermId {
    let ty = highest(terms, items);
    let mut flat = Vec::new();
    let mut open: Vec<TermId> = items.iter().rev().copied().collect();
    while let Some(item) = open.pop() {
        match terms.get(item) {
            Term::Sum(inner) => open.extend(inner.iter().rev()),
            _ => flat.push(item),
        }
    }
    let mut collected: Vec<(Option<TermId>, f64)> = Vec::new();
    let mut places = Places::new(flat.len());
    for item in flat {
        let (factor, rest) = split_coefficient(terms, item);
        let known = places.place(rest, collected.len(), || {
            collected.iter().position(|entry| entry.0 == rest)
        });
        match known.and_then(|place| collected.get_mut(place)) {
            Some(entry) => entry.1 += factor,
            None => collected.push((rest, factor)),
        }
    }
    let mut out = Vec::new();
    for (rest, factor) in collected {
        if factor == 0.0 {
            continue;
        }
        let item = match rest {
            None => number(terms, factor, ty),
            Some(rest) if factor == 1.0 => rest,
            Some(rest) => {
                let of = terms.ty(rest);
                let factor = number(terms, factor, of);
                product(terms, &[factor, rest])
            }
        };
        out.push(item);
    }
    let result = match out.as_slice() {
        [] => number(terms, 0.0, ty),
        [one] => *one,
        _ => terms.add(Term::Sum(out.into())),
    };
    typed(terms, result, ty)
}

/// a * b * …
pub fn product(terms: &mut Terms, items: &[TermId]) -> TermId {
    let ty = highest(terms, items);
    let mut factor = 1.0;
    // Base and exponent; equal bases are collected where the exponents are numbers.
    let mut powers: Vec<(TermId, Result<f64, TermId>)> = Vec::new();
    let mut open: Vec<(TermId, f64)> = items.iter().rev().map(|item| (*item, 1.0)).collect();
    let mut places = Places::new(items.len());
    while let Some((item, exponent)) = open.pop() {
        if let Some(value) = literal(terms, item) {
            factor *= raise(value, exponent, false);
            continue;
        }
        match terms.get(item).clone() {
            Term::Product(inner) => open.extend(inner.iter().rev().map(|i| (*i, exponent))),
            Term::Power(base, by) => match literal(terms, by) {
                // (b^p)^e = b^(p e) for whole e only.
                Some(p) if exponent.fract() == 0.0 => match terms.get(base) {
                    // Only whole powers distribute.
                    Term::Product(_) | Term::Power(..) | Term::Number(_) | Term::Integer(_)
                        if p.fract() == 0.0 =>
                    {
                        open.push((base, p * exponent));
                    }
                    _ => collect(&mut powers, &mut places, base, p * exponent),
                },
                _ if exponent == 1.0 => powers.push((base, Err(by))),
                _ => collect(&mut powers, &mut places, item, exponent),
            },
            _ => collect(&mut powers, &mut places, item, exponent),
        }
    }
    if factor == 0.0 {
        return number(terms, 0.0, ty);
    }
    let (mut above, mut below) = (Vec::new(), Vec::new());
    for (base, exponent) in powers {
        match exponent {
            Ok(0.0) => {}
            Ok(p) if p < 0.0 => below.push(raw_power(terms, base, -p)),
            Ok(p) => above.push(raw_power(terms, base, p)),
            Err(by) => above.push(terms.add(Term::Power(base, by))),
        }
    }
    if !below.is_empty() {
        let divisor = match below.as_slice() {
            [one] => *one,
            _ => terms.add(Term::Product(below.into())),
        };
        let minus_one = terms.integer(-1);
        above.push(terms.add(Term::Power(divisor, minus_one)));
    }
    if factor != 1.0 || above.is_empty() {
        let of = match above.is_empty() {
            true => ty,
            // One spelling of negation.
            false if factor == -1.0 => Type::Integer,
            false => highest(terms, &above),
        };
        above.insert(0, number(terms, factor, of));
    }
    // A number times a sum stays so: distributing it would hide the structure.
    let result = match above.as_slice() {
        [one] => *one,
        _ => terms.add(Term::Product(above.into())),
    };
    typed(terms, result, ty)
}

fn collect(
    powers: &mut Vec<(TermId, Result<f64, TermId>)>,
    places: &mut Places,
    base: TermId,
    exponent: f64,
) {
    let known = places.place(Some(base), powers.len(), || {
        let same = |entry: &(TermId, Result<f64, TermId>)| entry.1.is_ok() && entry.0 == base;
        powers.iter().position(same)
    });
    match known.and_then(|place| powers.get_mut(place)) {
        Some((_, Ok(p))) => *p += exponent,
        _ => powers.push((base, Ok(exponent))),
    }
}

fn raw_power(terms: &mut Terms, base: TermId, exponent: f64) -> TermId {
    if exponent == 1.0 {
        return base;
    }
    let exponent = number(terms, exponent, Type::Integer);
    terms.add(Term::Power(base, exponent))
}

/// base ** exponent
pub fn power(terms: &mut Terms, base: TermId, exponent: TermId) -> TermId {
    let raw = terms.add(Term::Power(base, exponent));
    let ty = terms.ty(raw);
    let Some(p) = literal(terms, exponent) else {
        return raw;
    };
    if let Some(b) = literal(terms, base) {
        let value = raise(b, p, ty != Type::Float);
        // Other powers round differently on different machines.
        if p.fract() == 0.0 && p.abs() <= 4.0 {
            return number(terms, value, ty);
        }
        return raw;
    }
    if p == 0.0 {
        return number(terms, 1.0, ty);
    }
    if p == 1.0 {
        return typed(terms, base, ty);
    }
    let result = product(terms, &[raw]);
    typed(terms, result, ty)
}

/// -a
pub fn negate(terms: &mut Terms, a: TermId) -> TermId {
    let minus_one = terms.integer(-1);
    product(terms, &[minus_one, a])
}

/// a - b
pub fn difference(terms: &mut Terms, a: TermId, b: TermId) -> TermId {
    let b = negate(terms, b);
    sum(terms, &[a, b])
}

/// a / b
pub fn quotient(terms: &mut Terms, a: TermId, b: TermId) -> TermId {
    let minus_one = terms.integer(-1);
    let inverse = power(terms, b, minus_one);
    product(terms, &[a, inverse])
}

/// A literal number times a term.
pub fn scaled(terms: &mut Terms, factor: f64, a: TermId) -> TermId {
    let factor = number(terms, factor, Type::Integer);
    product(terms, &[factor, a])
}

/// A function of one argument.
pub fn call(terms: &mut Terms, function: Intrinsic, argument: TermId) -> TermId {
    apply(terms, function, &[argument])
}

/// A function of its arguments.
pub fn apply(terms: &mut Terms, function: Intrinsic, arguments: &[TermId]) -> TermId {
    let raw = terms.add(Term::Call(function, arguments.into()));
    let ty = terms.ty(raw);
    match (function, arguments) {
        (Intrinsic::Min | Intrinsic::Max, [a, b]) if a == b => return typed(terms, *a, ty),
        (Intrinsic::Int, [a]) if terms.ty(*a) == Type::Integer => return *a,
        (Intrinsic::Int, [a]) => {
            if let Term::Boolean(b) = terms.get(*a) {
                let value = i64::from(*b);
                return terms.integer(value);
            }
        }
        _ => {}
    }
    let values: Option<Vec<f64>> = arguments.iter().map(|a| literal(terms, *a)).collect();
    match values {
        Some(values) if exact(function, &values) => {
            let value = intrinsic(function, &values);
            number(terms, value, ty)
        }
        _ => raw,
    }
}

/// True where every machine gives the same value.
fn exact(function: Intrinsic, arguments: &[f64]) -> bool {
    use Intrinsic as F;
    match function {
        F::Sqrt | F::Abs | F::Sign | F::Floor | F::Ceil | F::Round | F::Int | F::Min | F::Max => {
            true
        }
        F::Exp | F::Expm1 | F::Exprel | F::Log1p | F::Sin | F::Cos | F::Tan => arguments == [0.0],
        F::Sinh | F::Cosh | F::Tanh | F::Asin | F::Atan => arguments == [0.0],
        F::Log | F::Log10 => arguments == [1.0],
        F::Acos | F::Atan2 => false,
        F::Mod | F::FloorDiv => arguments.iter().all(|a| a.fract() == 0.0) && arguments[1] != 0.0,
    }
}

/// `then if condition else otherwise`
pub fn select(terms: &mut Terms, condition: TermId, then: TermId, otherwise: TermId) -> TermId {
    let ty = terms.ty(then).max(terms.ty(otherwise));
    if then == otherwise {
        return then;
    }
    if let Term::Boolean(b) = terms.get(condition) {
        let taken = if *b { then } else { otherwise };
        return typed(terms, taken, ty);
    }
    if let Term::Not(inner) = terms.get(condition) {
        let inner = *inner;
        return select(terms, inner, otherwise, then);
    }
    terms.add(Term::Select(condition, then, otherwise))
}

/// A comparison.
pub fn compare(terms: &mut Terms, operator: Comparison, a: TermId, b: TermId) -> TermId {
    match (literal(terms, a), literal(terms, b)) {
        (Some(x), Some(y)) => terms.add(Term::Boolean(holds(operator, x, y))),
        _ => terms.add(Term::Compare(operator, a, b)),
    }
}

/// `int(condition)`: 1 or 0.
pub fn indicator(terms: &mut Terms, condition: TermId) -> TermId {
    call(terms, Intrinsic::Int, condition)
}

/// The term with its operands replaced, in simple form.
pub fn rebuild(
    terms: &mut Terms,
    id: TermId,
    f: &mut dyn FnMut(&mut Terms, TermId) -> TermId,
) -> TermId {
    let mut list = |terms: &mut Terms, items: &[TermId]| -> Vec<TermId> {
        items.iter().map(|item| f(terms, *item)).collect()
    };
    match terms.get(id).clone() {
        Term::Sum(items) => {
            let items = list(terms, &items);
            sum(terms, &items)
        }
        Term::Product(items) => {
            let items = list(terms, &items);
            product(terms, &items)
        }
        Term::Power(base, exponent) => {
            let (base, exponent) = (f(terms, base), f(terms, exponent));
            let result = power(terms, base, exponent);
            // A whole exponent that turns out negative: between integers the quotient is cut off, and stays an integer.
            match terms.ty(id) < terms.ty(result) {
                true => call(terms, Intrinsic::Int, result),
                false => result,
            }
        }
        Term::Call(function, items) => {
            let items = list(terms, &items);
            apply(terms, function, &items)
        }
        Term::Compare(operator, a, b) => {
            let (a, b) = (f(terms, a), f(terms, b));
            compare(terms, operator, a, b)
        }
        Term::Select(condition, then, otherwise) => {
            let condition = f(terms, condition);
            let (then, otherwise) = (f(terms, then), f(terms, otherwise));
            select(terms, condition, then, otherwise)
        }
        Term::And(a, b) => {
            let (a, b) = (f(terms, a), f(terms, b));
            match (terms.get(a), terms.get(b)) {
                (Term::Boolean(true), _) => b,
                (_, Term::Boolean(true)) => a,
                (Term::Boolean(false), _) | (_, Term::Boolean(false)) => {
                    terms.add(Term::Boolean(false))
                }
                _ if a == b => a,
                _ => terms.add(Term::And(a, b)),
            }
        }
        Term::Or(a, b) => {
            let (a, b) = (f(terms, a), f(terms, b));
            match (terms.get(a), terms.get(b)) {
                (Term::Boolean(false), _) => b,
                (_, Term::Boolean(false)) => a,
                (Term::Boolean(true), _) | (_, Term::Boolean(true)) => {
                    terms.add(Term::Boolean(true))
                }
                _ if a == b => a,
                _ => terms.add(Term::Or(a, b)),
            }
        }
        Term::Not(a) => {
            let a = f(terms, a);
            match terms.get(a) {
                Term::Boolean(b) => {
                    let negated = Term::Boolean(!b);
                    terms.add(negated)
                }
                Term::Not(inner) => *inner,
                _ => terms.add(Term::Not(a)),
            }
        }
        _ => terms.map_children(id, f),
    }
}
