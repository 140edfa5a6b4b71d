//! The value of a term, given values for its leaves.
//!
//! Serves tests, sampling, fixed points and numeric matrices. It is not the arithmetic of a simulation: transcendental
//! functions come from the platform.
#![allow(clippy::disallowed_methods)] // no value computed here reaches a simulation

use std::cell::RefCell;
use std::collections::HashMap;

use crate::model::term::{Comparison, Intrinsic, Term, TermId, Terms, Type};
use crate::model::{Model, Signal};

/// Values of what a term refers to. Booleans are 0 or 1.
pub trait Environment {
    /// The value of a constant, a variable, the index, the time, a noise symbol, …; nothing where it is unknown.
    fn leaf(&self, term: &Term) -> Option<f64>;
    /// The value of a tabulated function or a random draw, given its arguments; unknown unless told otherwise.
    fn other(&self, _term: &Term, _arguments: &[f64]) -> Option<f64> {
        None
    }
}

impl<F: Fn(&Term) -> Option<f64>> Environment for F {
    fn leaf(&self, term: &Term) -> Option<f64> {
        self(term)
    }
}

/// Evaluates terms of one arena in one environment; shared parts are computed once.
pub struct Evaluator<'a> {
    terms: &'a Terms,
    environment: &'a dyn Environment,
    known: RefCell<HashMap<TermId, Option<f64>>>,
}

impl<'a> Evaluator<'a> {
    /// An evaluator without any value computed yet.
    pub fn new(terms: &'a Terms, environment: &'a dyn Environment) -> Self {
        Evaluator {
            terms,
            environment,
            known: RefCell::default(),
        }
    }
    /// The value; nothing where it depends on something unknown.
    pub fn value(&self, id: TermId) -> Option<f64> {
        if let Some(known) = self.known.borrow().get(&id) {
            return *known;
        }
        let value = self.compute(id);
        self.known.borrow_mut().insert(id, value);
        value
    }

    fn all(&self, items: &[TermId]) -> Option<Vec<f64>> {
        items.iter().map(|item| self.value(*item)).collect()
    }

    fn compute(&self, id: TermId) -> Option<f64> {
        let truth = |b: bool| f64::from(u8::from(b));
        Some(match self.terms.get(id) {
            Term::Number(bits) => bits.0,
            Term::Integer(n) => *n as f64,
            Term::Boolean(b) => truth(*b),
            Term::Sum(items) => self.all(items)?.into_iter().sum(),
            Term::Product(items) => self.all(items)?.into_iter().product(),
            Term::Power(base, exponent) => power(
                self.value(*base)?,
                self.value(*exponent)?,
                self.terms.ty(id) != Type::Float,
            ),
            Term::Call(function, arguments) => intrinsic(*function, &self.all(arguments)?),
            Term::Compare(operator, a, b) => {
                truth(compare(*operator, self.value(*a)?, self.value(*b)?))
            }
            Term::And(a, b) => truth(self.value(*a)? != 0.0 && self.value(*b)? != 0.0),
            Term::Or(a, b) => truth(self.value(*a)? != 0.0 || self.value(*b)? != 0.0),
            Term::Not(a) => truth(self.value(*a)? == 0.0),
            // Only the branch taken has to be known.
            Term::Select(condition, then, otherwise) => {
                if self.value(*condition)? != 0.0 {
                    self.value(*then)?
                } else {
                    self.value(*otherwise)?
                }
            }
            term @ Term::Signal(_, arguments) => {
                self.environment.other(term, &self.all(arguments)?)?
            }
            term @ Term::Random(_, _, argument) => {
                let argument: Vec<TermId> = argument.iter().copied().collect();
                self.environment.other(term, &self.all(&argument)?)?
            }
            leaf => self.environment.leaf(leaf)?,
        })
    }
}

/// The value of one term in an environment.
pub fn evaluate(terms: &Terms, id: TermId, environment: &dyn Environment) -> Option<f64> {
    Evaluator::new(terms, environment).value(id)
}

/// The values that hold in the whole model before it runs: constants, and the step length of one clock.
pub fn known_constants(model: &Model, dt: f64) -> impl Fn(&Term) -> Option<f64> + '_ {
    move |term| match term {
        Term::Constant(id) => model
            .constants
            .get(*id)
            .map(|constant| constant.value.value),
        Term::Dt => Some(dt),
        _ => None,
    }
}

/// The value of a tabulated function at a time: the row that holds then, the first or last one outside.
pub fn signal_value(signal: &Signal, time: f64, column: usize) -> Option<f64> {
    let columns = signal.columns.max(1);
    let rows = signal.values.len() / columns;
    let row = (time / signal.dt + 1e-6).floor().max(0.0) as usize;
    signal
        .values
        .get(row.min(rows.checked_sub(1)?) * columns + column)
        .copied()
}

/// Holds a comparison?
pub fn compare(operator: Comparison, a: f64, b: f64) -> bool {
    match operator {
        Comparison::Less => a < b,
        Comparison::LessEqual => a <= b,
        Comparison::Greater => a > b,
        Comparison::GreaterEqual => a >= b,
        Comparison::Equal => a == b,
        Comparison::NotEqual => a != b,
    }
}

/// `base ** exponent`; between integers, a negative exponent gives the truncated result.
pub fn power(base: f64, exponent: f64, integer: bool) -> f64 {
    let value = if exponent.fract() == 0.0 && exponent.abs() <= 64.0 {
        let whole = (0..exponent.abs() as u32).fold(1.0, |product, _| product * base);
        if exponent < 0.0 { 1.0 / whole } else { whole }
    } else {
        base.powf(exponent)
    };
    if integer { value.trunc() } else { value }
}

/// An irreducible function of numbers.
pub fn intrinsic(function: Intrinsic, arguments: &[f64]) -> f64 {
    let x = arguments.first().copied().unwrap_or(f64::NAN);
    let y = arguments.get(1).copied().unwrap_or(f64::NAN);
    match function {
        Intrinsic::Exp => x.exp(),
        Intrinsic::Expm1 => x.exp_m1(),
        Intrinsic::Exprel if x.abs() < 1e-16 => 1.0,
        Intrinsic::Exprel => x.exp_m1() / x,
        Intrinsic::Log => x.ln(),
        Intrinsic::Log1p => x.ln_1p(),
        Intrinsic::Log10 => x.log10(),
        Intrinsic::Sin => x.sin(),
        Intrinsic::Cos => x.cos(),
        Intrinsic::Tan => x.tan(),
        Intrinsic::Sinh => x.sinh(),
        Intrinsic::Cosh => x.cosh(),
        Intrinsic::Tanh => x.tanh(),
        Intrinsic::Asin => x.asin(),
        Intrinsic::Acos => x.acos(),
        Intrinsic::Atan => x.atan(),
        Intrinsic::Atan2 => x.atan2(y),
        Intrinsic::Sqrt => x.sqrt(),
        Intrinsic::Abs => x.abs(),
        Intrinsic::Sign if x == 0.0 || x.is_nan() => x,
        Intrinsic::Sign => x.signum(),
        Intrinsic::Floor => x.floor(),
        Intrinsic::Ceil => x.ceil(),
        Intrinsic::Round => x.round_ties_even(),
        Intrinsic::Int => x.trunc(),
        // As kernels choose: the second where one of them is not a number.
        Intrinsic::Min if x < y => x,
        Intrinsic::Max if x > y => x,
        Intrinsic::Min | Intrinsic::Max => y,
        Intrinsic::Mod => floored(x, y).1,
        Intrinsic::FloorDiv => floored(x, y).0,
    }
}

/// Floored quotient, and the remainder with the sign of the divisor. The remainder is rounded once, so that a quotient that was
/// rounded up to a whole number is noticed.
fn floored(x: f64, y: f64) -> (f64, f64) {
    let quotient = (x / y).floor();
    let remainder = (-quotient).mul_add(y, x);
    if remainder != 0.0 && (remainder < 0.0) != (y < 0.0) {
        (quotient - 1.0, remainder + y)
    } else {
        (quotient, remainder)
    }
}
