//! Terms of the model, evaluated for whole arrays.

use std::collections::HashMap;

use super::{Halt, Machine, failed};
use crate::algebra::evaluate::{compare, intrinsic, signal_value};
use crate::analysis::operate::{power, stretch, zip};
use crate::analysis::value::{Array, vector};
use crate::diagnostic::codes;
use crate::index::Id;
use crate::model::VariableId;
use crate::model::protocol::Slice;
use crate::model::term::{Term, TermId};
use crate::source::Span;

/// What a term reads.
struct Given<'a> {
    arguments: &'a [Array],
    variables: &'a [(VariableId, Array)],
    elements: Option<Slice>,
}

/// Values of the parts that are known already.
type Known = HashMap<TermId, Array>;

impl Machine<'_> {
    /// A term for every element of the arrays it reads.
    pub(super) fn mapped(
        &self,
        term: TermId,
        arguments: &[Array],
        variables: &[(VariableId, Array)],
        elements: Option<Slice>,
        span: Span,
    ) -> Result<Array, Halt> {
        let given = Given {
            arguments,
            variables,
            elements,
        };
        let value = self.term(term, &given, &mut Known::new());
        let value = value.map_err(|problem| failed(codes::SHAPE, span, problem))?;
        // One value per element, also where none of them differ.
        if let (Some(slice), 0) = (elements, value.ndim()) {
            let read = variables.iter().any(|(_, array)| array.ndim() > 0);
            let count = slice.last - slice.first;
            if read || count > 1 {
                return Ok(vector(vec![
                    value.first().copied().unwrap_or(f64::NAN);
                    count
                ]));
            }
        }
        Ok(value)
    }

    fn term(&self, id: TermId, given: &Given<'_>, known: &mut Known) -> Result<Array, String> {
        if let Some(value) = known.get(&id) {
            return Ok(value.clone());
        }
        let value = self.compute(id, given, known)?;
        known.insert(id, value.clone());
        Ok(value)
    }

    fn compute(&self, id: TermId, given: &Given<'_>, known: &mut Known) -> Result<Array, String> {
        let number = |value: f64| Array::from_elem(ndarray::IxDyn(&[]), value);
        let truth = |b: bool| f64::from(u8::from(b));
        let terms = &self.model.terms;
        let mut two = |a: &TermId, b: &TermId, f: &dyn Fn(f64, f64) -> f64| {
            let (a, b) = (self.term(*a, given, known)?, self.term(*b, given, known)?);
            zip(&a, &b, f)
        };
        Ok(match terms.get(id) {
            Term::Number(bits) => number(bits.0),
            Term::Integer(n) => number(*n as f64),
            Term::Boolean(b) => number(truth(*b)),
            Term::Constant(id) => number(
                self.constants
                    .get(id.as_usize())
                    .copied()
                    .unwrap_or(f64::NAN),
            ),
            Term::Variable(id) => {
                let read = given.variables.iter().find(|(other, _)| other == id);
                read.map_or_else(|| number(f64::NAN), |(_, array)| array.clone())
            }
            Term::Argument(k, _) => {
                let argument = given.arguments.get(*k as usize).cloned();
                argument.unwrap_or_else(|| number(f64::NAN))
            }
            Term::Index => match given.elements {
                Some(slice) => vector((slice.first..slice.last).map(|k| k as f64).collect()),
                None => number(0.0),
            },
            Term::Time => number(self.simulation.time()),
            Term::Dt => number(self.model.dt),
            Term::StepNumber => number((self.simulation.time() / self.model.dt).round()),
            Term::Noise(_) | Term::Random(..) => number(f64::NAN),
            Term::Sum(items) => {
                let mut sum = number(0.0);
                for (k, item) in items.iter().enumerate() {
                    let value = self.term(*item, given, known)?;
                    sum = if k == 0 {
                        value
                    } else {
                        zip(&sum, &value, |a, b| a + b)?
                    };
                }
                sum
            }
            Term::Product(items) => {
                let mut product = number(1.0);
                for item in items.iter() {
                    // A factor that is a reciprocal divides.
                    product = match terms.get(*item) {
                        Term::Power(base, exponent)
                            if *terms.get(*exponent) == Term::Integer(-1) =>
                        {
                            let base = self.term(*base, given, known)?;
                            zip(&product, &base, |a, b| a / b)?
                        }
                        _ => {
                            let value = self.term(*item, given, known)?;
                            zip(&product, &value, |a, b| a * b)?
                        }
                    };
                }
                product
            }
            Term::Power(base, exponent) => two(base, exponent, &power)?,
            Term::Call(function, arguments) => match arguments.as_ref() {
                [x] => self
                    .term(*x, given, known)?
                    .mapv(|x| intrinsic(*function, &[x])),
                [x, y] => two(x, y, &|x, y| intrinsic(*function, &[x, y]))?,
                _ => number(f64::NAN),
            },
            Term::Signal(signal, arguments) => {
                let signal = &self.model.signals[*signal];
                match arguments.as_ref() {
                    [t] => self
                        .term(*t, given, known)?
                        .mapv(|t| signal_value(signal, t, 0).unwrap_or(f64::NAN)),
                    [t, i] => two(t, i, &|t, i| {
                        signal_value(signal, t, i.max(0.0) as usize).unwrap_or(f64::NAN)
                    })?,
                    _ => number(f64::NAN),
                }
            }
            Term::Compare(operator, a, b) => two(a, b, &|a, b| truth(compare(*operator, a, b)))?,
            Term::And(a, b) => two(a, b, &|a, b| truth(a != 0.0 && b != 0.0))?,
            Term::Or(a, b) => two(a, b, &|a, b| truth(a != 0.0 || b != 0.0))?,
            Term::Not(a) => self.term(*a, given, known)?.mapv(|a| truth(a == 0.0)),
            Term::Select(condition, then, otherwise) => {
                let all = [
                    self.term(*condition, given, known)?,
                    self.term(*then, given, known)?,
                    self.term(*otherwise, given, known)?,
                ];
                let (_, all) = stretch(&all)?;
                let [test, then, otherwise] = all.as_slice() else {
                    return Err("three values are needed".to_string());
                };
                ndarray::Zip::from(test)
                    .and(then)
                    .and(otherwise)
                    .map_collect(|c, a, b| if *c != 0.0 { *a } else { *b })
            }
        })
    }
}
