//! `threshold: v > 15 volt`: thresholds, resets and initial values of membrane potentials that no membrane has.

use crate::check::context::Checker;
use crate::diagnostic::{Diagnostic, codes};
use crate::model::code::{Assignment, Selection, Value};
use crate::model::term::{Comparison, Term, TermId};
use crate::model::{GroupId, VariableId, VariableKind};
use crate::source::Span;
use crate::units::display::dimension_name;
use crate::units::quantity::Quantity;

/// No membrane potential is larger, in volt.
const LARGEST: f64 = 0.999;
/// A threshold closer to 0 than this, in volt, is a slip of the unit.
const SMALLEST: f64 = 0.9e-4;

/// Looks at every population.
pub fn check(checker: &mut Checker) {
    for group in checker.model.groups.ids().collect::<Vec<GroupId>>() {
        check_group(checker, group);
    }
}

/// Looks at one population.
pub fn check_group(checker: &mut Checker, group: GroupId) {
    let mut found: Vec<(VariableId, f64, Span, &str)> = Vec::new();
    let owner = &checker.model.groups[group];
    if let Some(threshold) = &owner.threshold {
        let mut open = vec![threshold.term];
        while let Some(term) = open.pop() {
            match *checker.model.terms.get(term) {
                Term::And(a, b) | Term::Or(a, b) => open.extend([a, b]),
                Term::Compare(Comparison::Greater | Comparison::GreaterEqual, a, b) => {
                    found.extend(
                        side(checker, a, b).map(|(id, v)| (id, v, threshold.span, "threshold")),
                    );
                }
                Term::Compare(Comparison::Less | Comparison::LessEqual, a, b) => {
                    found.extend(
                        side(checker, b, a).map(|(id, v)| (id, v, threshold.span, "threshold")),
                    );
                }
                _ => {}
            }
        }
    }
    for statement in owner.reset.iter().flat_map(|reset| &reset.statements) {
        let value = checker.evaluate(statement.value);
        found.extend(value.map(|v| (statement.target, v, statement.span, "reset")));
    }
    let initial = |assignment: &Assignment| match (&assignment.value, &assignment.selection) {
        (Value::Term(term), Selection::All) => {
            let value = checker.evaluate(*term)?;
            Some((assignment.variable, value, assignment.span, "initial value"))
        }
        _ => None,
    };
    found.extend(owner.initial.iter().filter_map(initial));
    for (id, value, span, what) in found {
        warn(checker, id, value, span, what);
    }
}

/// A state that has to exceed a value, and that value.
fn side(checker: &Checker, left: TermId, right: TermId) -> Option<(VariableId, f64)> {
    match checker.model.terms.get(left) {
        Term::Variable(id) => Some((*id, checker.evaluate(right)?)),
        _ => None,
    }
}

fn warn(checker: &mut Checker, id: VariableId, value: f64, span: Span, what: &str) {
    let variable = &checker.model.variables[id];
    let potential = dimension_name(variable.dimension) == Some("voltage");
    let small = what == "threshold" && value != 0.0 && value.abs() < SMALLEST;
    let large = value.abs() > LARGEST;
    if !potential || variable.kind != VariableKind::State || !(small || large) {
        return;
    }
    let quantity = Quantity::new(value, variable.dimension);
    let meant = Quantity::new(value * if large { 1e-3 } else { 1e3 }, variable.dimension);
    let name = &variable.name;
    let message = format!(
        "the {what} of `{name}` is {quantity}: membrane potentials are some tens of millivolts"
    );
    let diagnostic =
        Diagnostic::new(codes::POTENTIAL, span, message).label(format!("was {meant} meant?"));
    checker.report(diagnostic);
}
