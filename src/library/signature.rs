//! Signatures of functions: dimensions of arguments and result, with variables that stand for any dimension.
//!
//! In `function sqrt(x: D) -> D^(1/2)` the name `D` is no declared dimension, so it is a variable: a call gives it the
//! dimension of its argument, and the result follows.

use crate::model::term::Type;
use crate::units::dimension::{Dimension, Rational};

/// A dimension with variables: a fixed part times powers of variables.
#[derive(Clone, PartialEq, Debug)]
pub struct Pattern {
    /// The part without variables.
    pub fixed: Dimension,
    /// Positions in [`Signature::variables`] with their exponents, none of them zero.
    pub variables: Vec<(usize, Rational)>,
}

impl Pattern {
    /// A pattern without variables.
    pub fn fixed(dimension: Dimension) -> Pattern {
        Pattern {
            fixed: dimension,
            variables: Vec::new(),
        }
    }
    /// A pattern that is one variable.
    pub fn variable(position: usize) -> Pattern {
        Pattern {
            fixed: Dimension::NONE,
            variables: vec![(position, Rational::ONE)],
        }
    }
    /// The product; nothing when an exponent grows out of range.
    pub fn times(mut self, other: &Pattern) -> Option<Pattern> {
        self.fixed = self.fixed.checked_mul(other.fixed)?;
        for (variable, exponent) in &other.variables {
            match self.variables.iter_mut().find(|(v, _)| v == variable) {
                Some((_, sum)) => *sum = sum.checked_add(*exponent)?,
                None => self.variables.push((*variable, *exponent)),
            }
        }
        self.variables.retain(|(_, e)| *e != Rational::ZERO);
        Some(self)
    }
    /// The pattern to a power; nothing when an exponent grows out of range.
    pub fn pow(mut self, exponent: Rational) -> Option<Pattern> {
        self.fixed = self.fixed.pow(exponent)?;
        for (_, e) in &mut self.variables {
            *e = e.checked_mul(exponent)?;
        }
        self.variables.retain(|(_, e)| *e != Rational::ZERO);
        Some(self)
    }
    /// True when both stand for the same dimension, whatever the variables are.
    pub fn same(&self, other: &Pattern) -> bool {
        let within = |a: &Pattern, b: &Pattern| a.variables.iter().all(|v| b.variables.contains(v));
        self.fixed == other.fixed && within(self, other) && within(other, self)
    }
    /// The pattern with its variables replaced; nothing while one is unknown (or out of range).
    fn with(&self, values: &[Option<Pattern>]) -> Option<Pattern> {
        let mut result = Pattern::fixed(self.fixed);
        for (variable, exponent) in &self.variables {
            let value = values.get(*variable)?.clone()?;
            result = result.times(&value.pow(*exponent)?)?;
        }
        Some(result)
    }
}

/// One parameter of a function.
#[derive(Clone, PartialEq, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its dimension.
    pub pattern: Pattern,
    /// `integer` or `boolean` where the declaration says so; then only that type (or a lower one) fits. `1` and dimensions
    /// take any number; [`Type::Float`] here.
    pub ty: Type,
    /// True when a truth value fits as well: `int(v > 0)`.
    pub takes_boolean: bool,
}

/// Parameters and result of a function.
#[derive(Clone, PartialEq, Debug)]
pub struct Signature {
    /// Names of the dimension variables, in order of appearance.
    pub variables: Vec<String>,
    /// Parameters in order.
    pub parameters: Vec<Parameter>,
    /// Dimension of the result.
    pub result: Pattern,
    /// `integer` or `boolean` where the declaration says so, else float. The exact type of a call follows from the body: `abs` of
    /// an integer is an integer.
    pub result_type: Type,
    /// The declaration as it may be shown: `clip(x: D, lo: D, hi: D) -> D`.
    pub text: String,
}

/// Why arguments do not fit a signature.
#[derive(Clone, PartialEq, Debug)]
pub enum Mismatch {
    /// The number of arguments.
    Count {
        /// Parameters.
        expected: usize,
        /// Arguments.
        found: usize,
    },
    /// The dimension of one argument.
    Dimension {
        /// Position of the argument.
        argument: usize,
        /// What it should have.
        expected: Dimension,
        /// What it has.
        found: Dimension,
        /// The earlier argument that fixed `expected` through a shared variable; none where the signature itself does.
        because_of: Option<usize>,
    },
    /// An exponent of the result is out of range.
    Range,
}

/// An argument that does not fit, in the pattern form of [`Mismatch`].
pub(super) enum Misfit {
    Count,
    Pattern {
        argument: usize,
        expected: Pattern,
        found: Pattern,
        because_of: Option<usize>,
    },
    Range,
}

impl Signature {
    /// Dimension of a call. `None` among the arguments is a bare `0`, which fits any dimension; the result is `None`
    /// when it depends only on such arguments.
    ///
    /// # Errors
    /// The first argument that does not fit.
    #[allow(clippy::result_large_err)] // Two dimensions, once per faulty call.
    pub fn apply(&self, arguments: &[Option<Dimension>]) -> Result<Option<Dimension>, Mismatch> {
        let patterns: Vec<Option<Pattern>> = arguments
            .iter()
            .map(|argument| argument.map(Pattern::fixed))
            .collect();
        match self.unify(&patterns) {
            Ok(result) => Ok(result.map(|pattern| pattern.fixed)),
            Err(Misfit::Count) => Err(Mismatch::Count {
                expected: self.parameters.len(),
                found: arguments.len(),
            }),
            Err(Misfit::Pattern {
                argument,
                expected,
                found,
                because_of,
            }) => Err(Mismatch::Dimension {
                argument,
                expected: expected.fixed,
                found: found.fixed,
                because_of,
            }),
            Err(Misfit::Range) => Err(Mismatch::Range),
        }
    }

    /// As [`Signature::apply`], where the caller's dimensions may have variables of their own.
    #[allow(clippy::result_large_err)] // As above.
    pub(super) fn unify(&self, arguments: &[Option<Pattern>]) -> Result<Option<Pattern>, Misfit> {
        if arguments.len() != self.parameters.len() {
            return Err(Misfit::Count);
        }
        let mut values: Vec<Option<Pattern>> = vec![None; self.variables.len()];
        let mut fixed_by: Vec<Option<usize>> = vec![None; self.variables.len()];
        for (position, (parameter, argument)) in self.parameters.iter().zip(arguments).enumerate() {
            let Some(found) = argument else { continue };
            let pattern = &parameter.pattern;
            let is_open = |v: &usize| values.get(*v) == Some(&None);
            let open = pattern.variables.iter().find(|(v, _)| is_open(v)).copied();
            if let Some((variable, exponent)) = open {
                let solved = solve(pattern, variable, exponent, found, &values);
                let solved = solved.ok_or(Misfit::Range)?;
                if let (Some(value), Some(by)) =
                    (values.get_mut(variable), fixed_by.get_mut(variable))
                {
                    (*value, *by) = (Some(solved), Some(position));
                }
                continue;
            }
            let expected = pattern.with(&values).ok_or(Misfit::Range)?;
            if !expected.same(found) {
                let first = pattern.variables.first();
                return Err(Misfit::Pattern {
                    argument: position,
                    expected,
                    found: found.clone(),
                    because_of: first.and_then(|(v, _)| fixed_by.get(*v).copied().flatten()),
                });
            }
        }
        let open = |(v, _): &(usize, Rational)| values.get(*v).is_none_or(Option::is_none);
        if self.result.variables.iter().any(open) {
            return Ok(None);
        }
        self.result.with(&values).map(Some).ok_or(Misfit::Range)
    }
}

/// The value of a variable that makes a pattern equal to what was found. A declaration brings in at most one new variable
/// per parameter, so the others are known.
fn solve(
    pattern: &Pattern,
    variable: usize,
    exponent: Rational,
    found: &Pattern,
    values: &[Option<Pattern>],
) -> Option<Pattern> {
    const INVERSE: Rational = Rational { num: -1, den: 1 };
    let mut others = pattern.clone();
    others.variables.retain(|(v, _)| *v != variable);
    let rest = found.clone().times(&others.with(values)?.pow(INVERSE)?)?;
    rest.pow(Rational::new(
        i64::from(exponent.den),
        i64::from(exponent.num),
    )?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn parameter(name: &str, pattern: Pattern) -> Parameter {
        Parameter {
            name: name.into(),
            pattern,
            ty: Type::Float,
            takes_boolean: false,
        }
    }

    fn signature(parameters: Vec<Parameter>, result: Pattern) -> Signature {
        Signature {
            variables: vec!["D".into(), "E".into()],
            parameters,
            result,
            result_type: Type::Float,
            text: String::new(),
        }
    }

    #[test]
    fn a_variable_takes_the_dimension_of_its_first_argument() {
        let any = || Pattern::variable(0);
        let clip = signature(
            vec![
                parameter("x", any()),
                parameter("lo", any()),
                parameter("hi", any()),
            ],
            any(),
        );
        let (time, length) = (Dimension::TIME, Dimension::base(0));
        assert_eq!(
            clip.apply(&[Some(time), Some(time), Some(time)]),
            Ok(Some(time))
        );
        // A bare zero fits, wherever it stands.
        assert_eq!(clip.apply(&[None, None, Some(time)]), Ok(Some(time)));
        assert_eq!(clip.apply(&[None, None, None]), Ok(None));
        assert_eq!(
            clip.apply(&[None, Some(time), Some(length)]),
            Err(Mismatch::Dimension {
                argument: 2,
                expected: time,
                found: length,
                because_of: Some(1)
            })
        );
        assert_eq!(
            clip.apply(&[None]),
            Err(Mismatch::Count {
                expected: 3,
                found: 1
            })
        );
    }

    #[test]
    fn powers_of_variables_are_solved() {
        let half = Rational::new(1, 2).unwrap();
        let two = Rational::new(2, 1).unwrap();
        let (time, length) = (Dimension::TIME, Dimension::base(0));
        let root = signature(
            vec![parameter("x", Pattern::variable(0))],
            Pattern::variable(0).pow(half).unwrap(),
        );
        assert_eq!(root.apply(&[Some(time)]), Ok(time.pow(half)));
        // f(area: D^2, per: E*D) -> E
        let product = Pattern::variable(1).times(&Pattern::variable(0)).unwrap();
        let f = signature(
            vec![
                parameter("area", Pattern::variable(0).pow(two).unwrap()),
                parameter("per", product),
            ],
            Pattern::variable(1),
        );
        assert_eq!(
            f.apply(&[length.pow(two), Some(time)]),
            Ok(Some(time / length))
        );
    }

    #[test]
    fn a_fixed_dimension_is_required() {
        let f = signature(
            vec![parameter("x", Pattern::fixed(Dimension::NONE))],
            Pattern::fixed(Dimension::NONE),
        );
        assert_eq!(
            f.apply(&[Some(Dimension::TIME)]),
            Err(Mismatch::Dimension {
                argument: 0,
                expected: Dimension::NONE,
                found: Dimension::TIME,
                because_of: None
            })
        );
        assert_eq!(f.apply(&[None]), Ok(Some(Dimension::NONE)));
    }
}
