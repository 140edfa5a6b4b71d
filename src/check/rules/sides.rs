//! The two sides of an equation have the same dimension.

use crate::check::context::{Checker, Context, Typed};
use crate::check::dims::{Dim, is_a};
use crate::check::globals::Global;
use crate::check::unit_errors::root_of_time;
use crate::diagnostic::{Diagnostic, codes};
use crate::model::VariableKind;
use crate::source::Span;
use crate::units::dimension::Dimension;
use crate::units::display::si_unit;

/// The left side of an equation.
#[derive(Clone, Copy, Debug)]
pub struct Left<'t> {
    /// As written: `dv/dt`, `I`.
    pub text: &'t str,
    /// The variable.
    pub name: &'t str,
    /// Dimension of the variable.
    pub declared: Dimension,
    /// True for `dv/dt`.
    pub differential: bool,
    /// Where the unit is declared.
    pub unit: Span,
}

/// Reports a right side that does not fit; true where it does.
pub fn check(checker: &mut Checker, left: Left, right: &Typed, context: &Context) -> bool {
    let wanted = if left.differential {
        left.declared / Dimension::TIME
    } else {
        left.declared
    };
    if right.dim.fits(wanted) {
        return true;
    }
    let Dim::Known(found) = right.dim else {
        return true;
    };
    let message = format!(
        "`{}` is {}, but the right side is {}",
        left.text,
        is_a(wanted),
        is_a(found)
    );
    let declared = if left.differential {
        format!(
            "`{}` is {}, so `{}` is {}",
            left.name,
            is_a(left.declared),
            left.text,
            is_a(wanted)
        )
    } else {
        format!("`{}` is {}", left.name, is_a(left.declared))
    };
    if let Some(diagnostic) = checker.bare_zero(right, wanted) {
        checker.report(diagnostic);
        return false;
    }
    let noise = root_of_time(found, wanted).filter(|_| checker.has_noise(right));
    let code = match noise {
        Some(_) => codes::NOISE_SCALE,
        None if left.differential && found == left.declared => codes::TIME_CONSTANT,
        None => codes::SIDES,
    };
    let diagnostic = Diagnostic::new(code, right.span, message)
        .label(format!("this is {}", is_a(found)))
        .also(left.unit, declared);
    if let Some(divided) = noise {
        let diagnostic = checker.scaled_noise(diagnostic, right, divided);
        checker.report(diagnostic);
        return false;
    }
    let diagnostic = suggest(checker, diagnostic, left, right, (found, wanted), context);
    checker.report(diagnostic);
    false
}

fn suggest(
    checker: &Checker,
    diagnostic: Diagnostic,
    left: Left,
    right: &Typed,
    (found, wanted): (Dimension, Dimension),
    context: &Context,
) -> Diagnostic {
    let text = checker.sources.text(right.span).trim();
    let short = text.chars().count() <= 60 && !text.contains('\n');
    if left.differential && found == left.declared {
        // The usual slip: dv/dt = 1 - v, without the time constant.
        let constant = time_constant(checker, context);
        let name = constant.as_deref().unwrap_or("tau");
        if !short {
            return diagnostic.note(format!("the time constant is missing: divide by `{name}`"));
        }
        let fixed = if simple(text) {
            format!("{text}/{name}")
        } else {
            format!("({text})/{name}")
        };
        let diagnostic = diagnostic.note(format!(
            "the time constant is missing; did you mean `{fixed}`?"
        ));
        if constant.is_some() {
            return diagnostic.fix(format!("write `{fixed}`"), right.span, fixed, false);
        }
        return diagnostic;
    }
    let fits = if left.differential {
        found * Dimension::TIME
    } else {
        found
    };
    diagnostic.note(format!(
        "either the right side lacks a factor in {}, or the declared unit should be `{}`",
        si_unit(wanted / found),
        si_unit(fits)
    ))
}

/// True where a text can be followed by `/tau` without parentheses.
fn simple(text: &str) -> bool {
    let inner = text
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'));
    text.trim_start_matches('-')
        .chars()
        .all(|c| c.is_alphanumeric() || "_.".contains(c))
        || inner.is_some_and(|inner| !inner.contains(['(', ')']))
}

/// A constant or parameter with the dimension of time; the first whose name begins with `tau` wins.
fn time_constant(checker: &Checker, context: &Context) -> Option<String> {
    let mut found: Vec<String> = Vec::new();
    if let Some(place) = context.place {
        for id in checker.model.owner_variables(place.owner) {
            let variable = &checker.model.variables[*id];
            let stored = variable.kind == VariableKind::Stored && variable.name != "lastspike";
            if variable.dimension == Dimension::TIME && stored {
                found.push(variable.name.clone());
            }
        }
    }
    for (entry, constant) in checker.constants.iter().zip(checker.model.constants.iter()) {
        let visible = matches!(
            checker.global(context.file, &constant.name),
            Some((Global::Constant(_), _))
        );
        if visible && entry.dim == Dim::Known(Dimension::TIME) {
            found.push(constant.name.clone());
        }
    }
    let named = found
        .iter()
        .find(|name| name.starts_with("tau") || name.starts_with('τ'));
    named.or(found.first()).cloned()
}
