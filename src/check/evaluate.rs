//! Values of expressions that are known before the run: constants, sizes, durations, axis marks, index expressions.
//!
//! A division is carried out as one, so that `7/3` is what a reader expects to the last bit.
#![allow(clippy::disallowed_methods)] // constants are computed once, by the host

use crate::algebra::evaluate::{compare, intrinsic};
use crate::model::VariableId;
use crate::model::term::{Term, TermId, Terms};

/// What the value of an expression may depend on.
#[derive(Clone, Copy, Default)]
pub struct Known<'a> {
    /// Present value of each named constant, SI.
    pub constants: &'a [f64],
    /// The element, where there is one.
    pub index: Option<f64>,
    /// Values of variables, where they are known.
    pub variables: Option<&'a dyn Fn(VariableId) -> Option<f64>>,
    /// The time in seconds, where it is known.
    pub time: Option<f64>,
}

/// The value of a term in SI units (truth values are 0 and 1), or nothing where it depends on something that is known
/// only during the run.
pub fn evaluate(terms: &Terms, id: TermId, known: Known) -> Option<f64> {
    let value = |id: TermId| evaluate(terms, id, known);
    let truth = |b: bool| if b { 1.0 } else { 0.0 };
    Some(match terms.get(id) {
        Term::Number(bits) => bits.0,
        Term::Integer(n) => *n as f64,
        Term::Boolean(b) => truth(*b),
        Term::Constant(constant) => *known.constants.get(constant.0 as usize)?,
        Term::Index => known.index?,
        Term::Variable(variable) => known.variables?(*variable)?,
        Term::Time => known.time?,
        Term::Dt
        | Term::StepNumber
        | Term::Noise(_)
        | Term::Signal(..)
        | Term::Argument(..)
        | Term::Random(..) => {
            return None;
        }
        Term::Sum(items) => {
            let mut all = items.iter();
            let mut sum = value(*all.next()?)?;
            for item in all {
                sum += value(*item)?;
            }
            sum
        }
        Term::Product(items) => {
            let mut all = items.iter();
            let mut product = value(*all.next()?)?;
            for item in all {
                // A factor that is a reciprocal divides: 1/3 is not 1*(1/3) to the last bit.
                match terms.get(*item) {
                    Term::Power(base, exponent) if *terms.get(*exponent) == Term::Integer(-1) => {
                        product /= value(*base)?;
                    }
                    _ => product *= value(*item)?,
                }
            }
            product
        }
        Term::Power(base, exponent) => power(value(*base)?, value(*exponent)?),
        Term::Call(function, arguments) => {
            let mut values = [0.0; 2];
            for (slot, argument) in values.iter_mut().zip(arguments.iter()) {
                *slot = value(*argument)?;
            }
            intrinsic(*function, &values)
        }
        Term::Compare(op, a, b) => truth(compare(*op, value(*a)?, value(*b)?)),
        Term::And(a, b) => truth(value(*a)? != 0.0 && value(*b)? != 0.0),
        Term::Or(a, b) => truth(value(*a)? != 0.0 || value(*b)? != 0.0),
        Term::Not(a) => truth(value(*a)? == 0.0),
        Term::Select(condition, then, otherwise) => {
            if value(*condition)? != 0.0 {
                value(*then)?
            } else {
                value(*otherwise)?
            }
        }
    })
}

/// `base ** exponent`; whole exponents multiply out, so that `0.01**2` is `0.01*0.01`.
pub fn power(base: f64, exponent: f64) -> f64 {
    if exponent == 1.0 {
        base
    } else if exponent == 2.0 {
        base * base
    } else if exponent == 3.0 {
        base * base * base
    } else if exponent == -1.0 {
        1.0 / base
    } else if exponent == 0.5 {
        base.sqrt()
    } else {
        base.powf(exponent)
    }
}
