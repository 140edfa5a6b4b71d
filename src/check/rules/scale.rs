//! `exp(-0.062*v/volt)`: a voltage divided by the wrong unit makes an exponential that hardly changes.

use crate::check::context::{Checker, Typed};
use crate::check::evaluate::{Known, evaluate};
use crate::diagnostic::{Diagnostic, codes};
use crate::model::term::Term;
use crate::model::{VariableId, VariableKind};
use crate::units::display::dimension_name;

/// Functions whose argument is looked at.
const FUNCTIONS: &[&str] = &["exp", "expm1", "exprel", "tanh"];
/// Membrane potentials move about between these, in volt.
const SPAN: (f64, f64) = (-0.08, 0.0);
/// An exponent that changes less than this over that span was not meant.
const LEAST: f64 = 0.05;

/// Warns where the argument of an exponential depends on one membrane potential and hardly changes with it.
pub fn check(checker: &mut Checker, function: &str, argument: &Typed) {
    if !FUNCTIONS.contains(&function) {
        return;
    }
    let mut voltage: Option<VariableId> = None;
    let mut others = false;
    checker.model.terms.any(argument.term, &mut |term| {
        match term {
            Term::Variable(id) => {
                let variable = &checker.model.variables[*id];
                let potential = dimension_name(variable.dimension) == Some("voltage")
                    && variable.kind == VariableKind::State;
                if potential && voltage.is_none_or(|known| known == *id) {
                    voltage = Some(*id);
                } else {
                    others = true;
                }
            }
            Term::Time
            | Term::Dt
            | Term::Index
            | Term::StepNumber
            | Term::Random(..)
            | Term::Signal(..) => {
                others = true;
            }
            _ => {}
        }
        others
    });
    let Some(voltage) = voltage.filter(|_| !others) else {
        return;
    };
    let at = |value: f64| {
        let variable = move |id: VariableId| (id == voltage).then_some(value);
        let known = Known {
            constants: &checker.values,
            variables: Some(&variable),
            ..Known::default()
        };
        evaluate(&checker.model.terms, argument.term, known)
    };
    let (Some(low), Some(high)) = (at(SPAN.0), at(SPAN.1)) else {
        return;
    };
    let change = (high - low).abs();
    if change.partial_cmp(&LEAST) != Some(std::cmp::Ordering::Less) || change == 0.0 {
        return;
    }
    let name = checker.model.variables[voltage].name.clone();
    checker.report(
        Diagnostic::new(
            codes::SCALE,
            argument.span,
            format!("`{function}` hardly changes: its argument moves by {change:.1e} while `{name}` goes from -80 mV to 0 mV"),
        )
        .label("almost constant")
        .note(format!("was `{name}/mV` meant instead of `{name}/volt`?")),
    );
}
