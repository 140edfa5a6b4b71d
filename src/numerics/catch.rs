//! Event-driven equations: solved exactly over the time since a synapse's last event, whatever that time is.

use super::choose::{noise, requirements};
use super::exact::propagator;
use super::scheme::Catch;
use super::temporaries::Temporaries;
use crate::algebra::equations::Equations;
use crate::algebra::substitute::Substitution;
use crate::diagnostic::{Diagnostic, Sink, codes};
use crate::library::Library;
use crate::model::term::{Term, Type};
use crate::model::{Model, Owner, ProjectionId};
use crate::units::dimension::Dimension;

/// The method whose facts event-driven equations need.
const EXACT: &str = "exact";

/// Plans the update of a projection's event-driven equations. Reports why they have no closed form, and returns nothing then, or where there
/// are none. Coefficients are taken as they are when the event arrives.
pub fn plan(
    model: &mut Model,
    projection: ProjectionId,
    library: &Library,
    sink: &mut Sink,
) -> Option<Catch> {
    let owner = Owner::Projection(projection);
    let system = model.projections[projection].event_driven.clone();
    if system.equations.is_empty() {
        return None;
    }
    // The length of the step is not known: closed forms that need its number are refused.
    let equations = match Equations::new(model, &system, f64::NAN, None) {
        Ok(equations) => equations,
        Err(problem) => {
            sink.report(noise(&problem));
            return None;
        }
    };
    let mut temporaries = Temporaries::new(model, owner);
    let exact = library.methods().iter().find(|m| m.name.name == EXACT);
    let solved = match exact {
        Some(method) => requirements(model, &equations, method, &[])
            .and_then(|()| propagator(model, &equations, &mut temporaries)),
        None => Err("the library has no exact method".to_string()),
    };
    let new = match solved {
        Ok(new) => new,
        Err(reason) => {
            let name = &model.projections[projection].name;
            let message = format!("the event-driven equations of `{name}` have no closed form");
            let span = system.equations.first().map(|equation| equation.span);
            let span = span.unwrap_or_else(|| model.owner_span(owner));
            sink.report(
                Diagnostic::new(codes::METHOD_REFUSED, span, message)
                    .label(reason)
                    .note("`(clock-driven)` equations are integrated in every step by any method"),
            );
            return None;
        }
    };
    let elapsed = temporaries.variable(model, "since_last", Dimension::TIME);
    let step = model.terms.add(Term::Dt);
    let since = model.terms.variable(elapsed, Type::Float);
    let mut substitution = Substitution::new();
    substitution.replace(step, since);
    let lets = temporaries.lets.iter();
    let lets = lets
        .map(|(variable, term)| (*variable, substitution.apply(&mut model.terms, *term)))
        .collect();
    let updates = equations.variables().into_iter().zip(new);
    let updates = updates
        .map(|(variable, term)| (variable, substitution.apply(&mut model.terms, term)))
        .collect();
    Some(Catch {
        projection,
        elapsed,
        lets,
        updates,
    })
}
