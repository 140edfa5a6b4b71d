//! Which method integrates a group: the one named, or the first of the library's list that takes the equations.

use super::adaptive;
use super::expand::{expand, is_adaptive};
use super::scheme::{Body, Refusal, Step};
use crate::algebra::equations::{Equations, NoiseProblem};
use crate::algebra::facts;
use crate::diagnostic::{Diagnostic, Sink, codes};
use crate::library::Library;
use crate::library::suggest::did_you_mean;
use crate::model::{MethodChoice, Model, Owner};
use crate::syntax::ast::Method;

/// Facts that the automatic choice asks for in addition, so that it chooses what Brian2 chooses: there, `exact` gives up on matrices that
/// cannot be inverted and on oscillations. Named explicitly, the method takes them.
const AUTOMATIC_ONLY: &[(&str, &[&str])] = &[("exact", &["invertible", "not_always_oscillating"])];

/// Name of the step of a group without differential equations.
pub const NO_METHOD: &str = "none";

/// Plans the step of a group or projection. Reports why a named method, or every method of the list, refuses the equations, and returns
/// nothing then.
pub fn plan(
    model: &mut Model,
    owner: impl Into<Owner>,
    library: &Library,
    sink: &mut Sink,
) -> Option<Step> {
    let owner = owner.into();
    if model.owner_system(owner).equations.is_empty() {
        return Some(Step {
            owner,
            method: NO_METHOD.to_string(),
            automatic: true,
            refused: Vec::new(),
            body: Body::Fixed {
                lets: Vec::new(),
                updates: Vec::new(),
            },
        });
    }
    let equations = match Equations::of(model, owner) {
        Ok(equations) => equations,
        Err(problem) => {
            sink.report(noise(&problem));
            return None;
        }
    };
    match model.owner_method(owner).cloned() {
        Some(choice) => named(model, owner, library, sink, &equations, &choice),
        None => automatic(model, owner, library, sink, &equations),
    }
}

pub(super) fn noise(problem: &NoiseProblem) -> Diagnostic {
    let message = format!(
        "the noise in the equation of `{}` is not a plain factor",
        problem.name
    );
    Diagnostic::new(codes::NOISE_NOT_LINEAR, problem.span, message)
        .label("only sums of products such as `sigma*xi` can be integrated")
}

fn automatic(
    model: &mut Model,
    owner: Owner,
    library: &Library,
    sink: &mut Sink,
    equations: &Equations,
) -> Option<Step> {
    let mut refused = Vec::new();
    for name in library.automatic() {
        let Some(method) = library.methods().iter().find(|m| m.name.name == *name) else {
            continue;
        };
        let extra = AUTOMATIC_ONLY
            .iter()
            .find(|row| row.0 == name)
            .map_or(&[][..], |row| row.1);
        let options = adaptive::Options::default();
        match attempt(model, owner, library, equations, method, extra, &options) {
            Ok(body) => {
                return Some(Step {
                    owner,
                    method: name.clone(),
                    automatic: true,
                    refused,
                    body,
                });
            }
            Err(reason) => refused.push(Refusal {
                method: name.clone(),
                reason,
            }),
        }
    }
    let name = model.owner_name(owner);
    let message = format!("no method can integrate the equations of `{name}`");
    let mut diagnostic = Diagnostic::new(codes::NO_METHOD, model.owner_span(owner), message);
    for refusal in &refused {
        diagnostic = diagnostic.note(format!("`{}`: {}", refusal.method, refusal.reason));
    }
    sink.report(diagnostic);
    None
}

fn named(
    model: &mut Model,
    owner: Owner,
    library: &Library,
    sink: &mut Sink,
    equations: &Equations,
    choice: &MethodChoice,
) -> Option<Step> {
    let names: Vec<&str> = library
        .methods()
        .iter()
        .map(|m| m.name.name.as_str())
        .collect();
    let Some(method) = library
        .methods()
        .iter()
        .find(|m| m.name.name == choice.name)
    else {
        let message = format!("there is no method `{}`", choice.name);
        let mut diagnostic = Diagnostic::new(codes::UNKNOWN_METHOD, choice.span, message)
            .note(format!("methods are {}", listed(&names)));
        if let Some(meant) = meant(&choice.name, &names) {
            diagnostic = diagnostic.label(format!("`{meant}` is meant?"));
        }
        sink.report(diagnostic);
        return None;
    };
    let options = if is_adaptive(method) {
        adaptive::Options::of(choice)
    } else {
        match choice.options.first() {
            Some((name, _)) => Err((
                name.clone(),
                format!("the method `{}` has no options", choice.name),
            )),
            None => Ok(adaptive::Options::default()),
        }
    };
    let options = match options {
        Ok(options) => options,
        Err((name, message)) => {
            let mut diagnostic = Diagnostic::new(codes::METHOD_OPTION, choice.span, message);
            if is_adaptive(method) {
                diagnostic = diagnostic.note(format!("options are {}", listed(&adaptive::NAMES)));
                if let Some(meant) = did_you_mean(&name, adaptive::NAMES) {
                    diagnostic = diagnostic.label(format!("`{meant}` is meant?"));
                }
            }
            sink.report(diagnostic);
            return None;
        }
    };
    match attempt(model, owner, library, equations, method, &[], &options) {
        Ok(body) => Some(Step {
            owner,
            method: choice.name.clone(),
            automatic: false,
            refused: Vec::new(),
            body,
        }),
        Err(reason) => {
            let message = format!(
                "the method `{}` cannot integrate the equations of `{}`",
                choice.name,
                model.owner_name(owner)
            );
            let mut diagnostic =
                Diagnostic::new(codes::METHOD_REFUSED, choice.span, message).label(reason.clone());
            // The place that the reason speaks of.
            let about = |name: &str| reason.contains(&format!("the equation of `{name}`"));
            if let Some(state) = equations.states.iter().find(|state| about(&state.name)) {
                diagnostic = diagnostic.also(state.span, "this equation");
            }
            let others: Vec<&str> = library
                .methods()
                .iter()
                .filter(|other| requirements(model, equations, other, &[]).is_ok())
                .map(|other| other.name.name.as_str())
                .filter(|name| *name != choice.name)
                .collect();
            if !others.is_empty() {
                diagnostic = diagnostic.note(format!("methods that can: {}", listed(&others)));
            }
            sink.report(diagnostic);
            None
        }
    }
}

/// Names that other simulators use, and near misses.
fn meant<'a>(name: &str, names: &[&'a str]) -> Option<&'a str> {
    const ELSEWHERE: &[(&str, &str)] = &[
        ("linear", "exact"),
        ("independent", "exact"),
        ("gsl", "rkf45"),
        ("gsl_rkf45", "rkf45"),
        ("gsl_rk2", "rk2"),
        ("gsl_rk4", "rk4"),
        ("midpoint", "rk2"),
        ("forward_euler", "euler"),
        ("cnexp", "exponential_euler"),
    ];
    let lower = name.to_lowercase();
    let elsewhere = ELSEWHERE.iter().find(|row| row.0 == lower).map(|row| row.1);
    match elsewhere {
        Some(here) => names.iter().copied().find(|known| *known == here),
        None => did_you_mean(name, names.iter().copied()),
    }
}

fn listed(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

pub(super) fn requirements(
    model: &mut Model,
    equations: &Equations,
    method: &Method,
    extra: &[&str],
) -> Result<(), String> {
    let words = method.requires.iter().map(|word| word.name.as_str());
    for word in words.chain(extra.iter().copied()) {
        match facts::find(word) {
            Some(fact) => (fact.holds)(model, equations)?,
            None => return Err(format!("it requires `{word}`, which is no known fact")),
        }
    }
    Ok(())
}

fn attempt(
    model: &mut Model,
    owner: Owner,
    library: &Library,
    equations: &Equations,
    method: &Method,
    extra: &[&str],
    options: &adaptive::Options,
) -> Result<Body, String> {
    requirements(model, equations, method, extra)?;
    expand(model, owner, library, equations, method, options)
}
