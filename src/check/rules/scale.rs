//! `exp(-0.062*v/volt)`: a voltage divided by the wrong unit makes an exponential that hardly changes, or one that jumps.
//!
//! Exponents are noted while expressions are read, and looked at when subexpressions and the values of parameters are known.

use crate::check::context::{Checker, Typed};
use crate::check::evaluate::{Known, evaluate};
use crate::diagnostic::{Diagnostic, codes};
use crate::model::code::{Selection, Value};
use crate::model::term::{Term, TermId};
use crate::model::{Owner, VariableId, VariableKind};
use crate::units::display::dimension_name;

/// Functions whose argument is looked at.
const FUNCTIONS: &[&str] = &["exp", "expm1", "exprel", "tanh"];
/// Membrane potentials move about between these, in volt.
const SPAN: (f64, f64) = (-0.08, 0.0);
/// An exponent that changes less than this over that span was not meant.
const LEAST: f64 = 0.15;
/// Nor one that changes by more than this: the exponential leaves the range of numbers.
const MOST: f64 = 1500.0;
/// Subexpressions are followed this deep.
const DEPTH: u32 = 30;

/// Notes an exponent; `function` is as written.
pub fn note(checker: &mut Checker, function: &str, argument: &Typed) {
    let known = |(_, other): &(String, Typed)| other.span == argument.span;
    let looked_at = FUNCTIONS.contains(&function) && !argument.is_poison();
    if looked_at && !checker.exponents.iter().any(known) {
        checker.exponents.push((function.to_string(), *argument));
    }
}

/// Notes the exponent of a power of a fixed number.
pub fn note_power(checker: &mut Checker, base: &Typed, exponent: &Typed) {
    let fixed = checker.evaluate(base.term).is_some();
    if fixed && !exponent.is_poison() && checker.evaluate(exponent.term).is_none() {
        checker.exponents.push(("**".to_string(), *exponent));
    }
}

/// Warns where an exponent depends on one membrane potential and hardly changes with it, or changes far too much.
pub fn check(checker: &mut Checker) {
    for (function, argument) in std::mem::take(&mut checker.exponents) {
        one(checker, &function, &argument);
    }
}

/// What an exponent depends on besides constants.
#[derive(Default)]
struct Reads {
    voltage: Option<VariableId>,
    others: bool,
}

fn reads(checker: &Checker, argument: &Typed) -> Reads {
    let mut found = Reads::default();
    let mut open = vec![argument.term];
    let mut left = 10_000u32;
    while let Some(term) = open.pop() {
        left = left.saturating_sub(1);
        if left == 0 {
            found.others = true;
            return found;
        }
        match checker.model.terms.get(term) {
            Term::Variable(id) => match &checker.model.variables[checker.root(*id)] {
                variable if variable.kind == VariableKind::State => {
                    let root = checker.root(*id);
                    let potential = dimension_name(variable.dimension) == Some("voltage");
                    if potential && found.voltage.is_none_or(|known| known == root) {
                        found.voltage = Some(root);
                    } else {
                        found.others = true;
                    }
                }
                variable => match variable.kind {
                    VariableKind::Subexpression { value, .. } => open.push(value),
                    VariableKind::Stored => {
                        found.others |= parameter(checker, checker.root(*id)).is_none();
                    }
                    _ => found.others = true,
                },
            },
            Term::Time
            | Term::Dt
            | Term::Index
            | Term::StepNumber
            | Term::Noise(_)
            | Term::Random(..)
            | Term::Signal(..) => found.others = true,
            _ => open.extend(checker.model.terms.children(term)),
        }
    }
    found
}

/// The value of a parameter, where it is the same for all.
fn parameter(checker: &Checker, id: VariableId) -> Option<f64> {
    let initial = match checker.model.variables[id].owner {
        Owner::Group(group) => &checker.model.groups[group].initial,
        Owner::Projection(projection) => &checker.model.projections[projection].initial,
    };
    let mut given = initial
        .iter()
        .filter(|assignment| assignment.variable == id);
    let (first, more) = (given.next()?, given.next());
    match (&first.value, &first.selection, more) {
        (Value::Term(term), Selection::All, None) => checker.evaluate(*term),
        _ => None,
    }
}

fn value(checker: &Checker, term: TermId, voltage: (VariableId, f64), depth: u32) -> Option<f64> {
    let variable = |id: VariableId| {
        let root = checker.root(id);
        match checker.model.variables[root].kind {
            _ if root == voltage.0 => Some(voltage.1),
            VariableKind::Subexpression { value: inner, .. } if depth > 0 => {
                value(checker, inner, voltage, depth - 1)
            }
            VariableKind::Stored => parameter(checker, root),
            _ => None,
        }
    };
    let known = Known {
        constants: &checker.values,
        variables: Some(&variable),
        ..Known::default()
    };
    evaluate(&checker.model.terms, term, known)
}

fn one(checker: &mut Checker, function: &str, argument: &Typed) {
    let Reads { voltage, others } = reads(checker, argument);
    let Some(voltage) = voltage.filter(|_| !others) else {
        return;
    };
    let at = |volt: f64| value(checker, argument.term, (voltage, volt), DEPTH);
    let (Some(low), Some(high)) = (at(SPAN.0), at(SPAN.1)) else {
        return;
    };
    let change = (high - low).abs();
    if !change.is_finite() || change == 0.0 || (LEAST..=MOST).contains(&change) {
        return;
    }
    let name = checker.model.variables[voltage].name.clone();
    let written = checker.sources.text(argument.span);
    let literal = [
        format!("{name}/volt"),
        format!("{name}_post/volt"),
        format!("{name}_pre/volt"),
    ];
    let literal = literal
        .iter()
        .find(|text| written.replace(' ', "").contains(text.as_str()));
    let (what, label) = match change < LEAST {
        true => ("hardly changes", "almost constant"),
        false => ("jumps", "leaves the range of numbers"),
    };
    let subject = match function {
        "**" => "the power".to_string(),
        function => format!("`{function}`"),
    };
    let diagnostic = Diagnostic::new(
        codes::SCALE,
        argument.span,
        format!("{subject} {what}: its argument moves by {change:.1e} while `{name}` goes from -80 mV to 0 mV"),
    )
    .label(label);
    let diagnostic = match literal {
        Some(text) => {
            let meant = text.replace("/volt", "/mV");
            diagnostic.note(format!("was `{meant}` meant instead of `{text}`?"))
        }
        None => diagnostic.note(
            "exponents of membrane potentials are mostly divided by some millivolts; is what divides here in the right unit?",
        ),
    };
    checker.report(diagnostic);
}
