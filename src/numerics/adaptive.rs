//! Step control of adaptive methods.

use crate::algebra::build::{apply, call, compare, power, product, quotient, scaled, select, sum};
use crate::model::MethodChoice;
use crate::model::term::{Comparison, Intrinsic, TermId, Terms};

/// What the user may set, with the names used in the text.
#[derive(Clone, PartialEq, Debug)]
pub struct Options {
    /// `tolerance`: error allowed in an internal step, in base units.
    pub tolerance: f64,
    /// `relative`: error allowed in addition, as a part of the state.
    pub relative: f64,
    /// `max_steps`: internal steps in one step.
    pub max_steps: u32,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            tolerance: 1e-6,
            relative: 0.0,
            max_steps: 100,
        }
    }
}

/// Names of the options.
pub const NAMES: [&str; 3] = ["tolerance", "relative", "max_steps"];

impl Options {
    /// The options of a choice.
    ///
    /// # Errors
    /// A sentence about the first option that is unknown or out of range, and the name it was given by.
    pub fn of(choice: &MethodChoice) -> Result<Options, (String, String)> {
        let mut options = Options::default();
        for (name, value) in &choice.options {
            let wrong = |what: &str| Err((name.clone(), format!("`{name}` must be {what}")));
            match name.as_str() {
                "tolerance" if *value > 0.0 && value.is_finite() => options.tolerance = *value,
                "tolerance" => return wrong("above 0"),
                "relative" if *value >= 0.0 && value.is_finite() => options.relative = *value,
                "relative" => return wrong("0 or above"),
                "max_steps" if *value >= 1.0 && *value <= 1e6 && value.fract() == 0.0 => {
                    options.max_steps = *value as u32;
                }
                "max_steps" => return wrong("a whole number from 1 to 1000000"),
                _ => {
                    let message = format!("there is no option `{name}`");
                    return Err((name.clone(), message));
                }
            }
        }
        Ok(options)
    }
}

/// The largest error estimate, as a multiple of what is allowed.
pub fn scaled_error(
    terms: &mut Terms,
    states: &[TermId],
    errors: &[TermId],
    options: &Options,
) -> TermId {
    let mut largest: Option<TermId> = None;
    for (state, error) in states.iter().zip(errors) {
        let size = call(terms, Intrinsic::Abs, *error);
        let allowed = terms.number(options.tolerance);
        let magnitude = call(terms, Intrinsic::Abs, *state);
        let relative = terms.number(options.relative);
        let relative = product(terms, &[relative, magnitude]);
        let allowed = sum(terms, &[allowed, relative]);
        let scaled = quotient(terms, size, allowed);
        largest = Some(match largest {
            Some(other) => apply(terms, Intrinsic::Max, &[other, scaled]),
            None => scaled,
        });
    }
    largest.unwrap_or_else(|| terms.number(0.0))
}

/// The internal step after one with a given error: at most five times longer, at most five times shorter, and a little shorter than
/// the error asks for. An error that is no number shortens it.
pub fn next_step(terms: &mut Terms, h: TermId, error: TermId, order: f64) -> TermId {
    let (shortest, longest) = (terms.number(0.2), terms.number(5.0));
    let least = terms.number(1e-10);
    let positive = apply(terms, Intrinsic::Max, &[error, least]);
    let exponent = terms.number(-1.0 / order);
    let ideal = power(terms, positive, exponent);
    let careful = scaled(terms, 0.9, ideal);
    let bounded = apply(terms, Intrinsic::Max, &[careful, shortest]);
    let bounded = apply(terms, Intrinsic::Min, &[bounded, longest]);
    let limit = terms.number(1e300);
    let sensible = compare(terms, Comparison::Less, error, limit);
    let factor = select(terms, sensible, bounded, shortest);
    product(terms, &[h, factor])
}
