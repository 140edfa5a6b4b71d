//! Names of variables: which are taken, and which hide a constant of the file.

use crate::check::build::members::Line;
use crate::check::context::Checker;
use crate::check::globals::Global;
use crate::check::remote;
use crate::diagnostic::{Diagnostic, codes};
use crate::model::Owner;
use crate::syntax::ast::Ident;

/// Names that refractoriness brings.
const REFRACTORY: &[&str] = &["not_refractory", "refractory", "refractory_until"];

/// Python's keywords. They mean nothing here, but a model that uses one could not be handed to Brian2.
const PYTHON: &[&str] = &[
    "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "except",
    "finally", "from", "global", "import", "is", "lambda", "None", "nonlocal", "pass", "raise",
    "return", "try", "while", "with", "yield",
];

/// Reports a name that a variable of a neuron cannot have.
pub fn variable_may_be_called(
    checker: &mut Checker,
    owner: Owner,
    name: &Ident,
    refractory: bool,
) -> bool {
    let text = name.name.as_str();
    let synapses = matches!(owner, Owner::Projection(_));
    let of_synapses = remote::BUILT_IN.iter().find(|row| row.0 == text);
    let reserved = checker.reserved(text);
    let what: &str = if let Some(what) = &reserved {
        what
    } else if let (true, Some((_, what))) = (synapses, of_synapses) {
        what
    } else if synapses && text == "lastupdate" && checker.has_lastupdate(owner) {
        "the time of a synapse's last event"
    } else if REFRACTORY.contains(&text) || (text == "lastspike" && refractory) {
        "set by the program when neurons are refractory"
    } else if text.ends_with("_pre") || text.ends_with("_post") {
        "the form of a name that synapses use for variables of their neurons"
    } else if text.starts_with('_') {
        "the form of names that the program keeps for itself"
    } else if PYTHON.contains(&text) {
        "a keyword of Python, so that Brian2 could not read the model"
    } else {
        return true;
    };
    let other = match text {
        _ if text.starts_with('_') => text.trim_start_matches('_').to_string(),
        _ if text.ends_with("_pre") => text.trim_end_matches("_pre").to_string() + "_in",
        _ if text.ends_with("_post") => text.trim_end_matches("_post").to_string() + "_out",
        _ => format!("{text}_"),
    };
    let message = format!("`{text}` cannot be the name of a variable: it is {what}");
    let mut diagnostic =
        Diagnostic::new(codes::RESERVED, name.span, message).label("needs another name");
    if !other.is_empty() {
        diagnostic = diagnostic.fix(format!("call it `{other}`"), name.span, other, false);
    }
    checker.report(diagnostic);
    false
}

/// Warns where a variable has the name of a constant of the same file: in the equations the variable wins.
pub fn shadowing(checker: &mut Checker, owner: Owner, name: &Ident, line: &Line) {
    let own = checker
        .globals
        .get(line.file)
        .and_then(|names| names.values.get(name.name.as_str()));
    let Some((Global::Constant(_), declared)) = own else {
        return;
    };
    let declared = *declared;
    let owner = checker.model.owner_name(owner).to_string();
    checker.report(
        Diagnostic::new(
            codes::SHADOWED,
            name.span,
            format!(
                "`{}` is also a constant; in `{owner}` the name means the variable",
                name.name
            ),
        )
        .label("this one counts in equations and code")
        .also(declared, "the constant of the same name"),
    );
}
