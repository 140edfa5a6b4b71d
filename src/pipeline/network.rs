//! Making the synapses of a model, and what is said when that fails.

use crate::backend::{Backend, Unsupported};
use crate::diagnostic::{Diagnostic, Sink, codes};
use crate::lower::connect::{Empty, Problem, ProblemKind, connect as make};
use crate::lower::forecast::per_synapse;
use crate::lower::wiring::Wiring;
use crate::model::Model;
use crate::model::projection::Side;

/// Makes all synapses. Reports projections without any, and the first line that cannot be carried out: nothing is returned then.
pub fn connect(
    model: &Model,
    backend: &dyn Backend,
    available: Option<u64>,
    seed: u64,
    sink: &mut Sink,
) -> Option<Wiring> {
    let smallest = model
        .projections
        .ids()
        .map(|id| per_synapse(model, id))
        .min();
    let limit = match (available, smallest) {
        (Some(bytes), Some(each)) => bytes / each.max(1),
        _ => u64::MAX,
    };
    match make(model, backend, seed, limit) {
        Ok((wiring, empty)) => {
            for one in empty {
                sink.report(nothing(model, &one));
            }
            Some(wiring)
        }
        Err(problem) => {
            sink.report(failure(model, backend, &problem));
            None
        }
    }
}

fn nothing(model: &Model, empty: &Empty) -> Diagnostic {
    let projection = &model.projections[empty.projection];
    let message = format!("`{}` has no synapses", projection.name);
    let span = projection.connect.first().map(|connect| connect.span);
    let label = match empty.tested {
        0 => "there are no pairs to connect".to_string(),
        1 => "the one pair was not connected".to_string(),
        tested => format!("none of {tested} pairs was connected"),
    };
    Diagnostic::new(codes::NO_SYNAPSES, span.unwrap_or(projection.span), message).label(label)
}

fn failure(model: &Model, backend: &dyn Backend, problem: &Problem) -> Diagnostic {
    let projection = &model.projections[problem.projection];
    let name = |side: Side| match side {
        Side::Pre => "i",
        Side::Post => "j",
    };
    let owner = |side: Side| {
        let endpoint = match side {
            Side::Pre => &projection.source,
            Side::Post => &projection.target,
        };
        model.owner_name(endpoint.owner).to_string()
    };
    match &problem.kind {
        ProblemKind::Index {
            side,
            other,
            index,
            size,
        } => {
            let (this, that) = match side {
                Side::Pre => (Side::Pre, Side::Post),
                Side::Post => (Side::Post, Side::Pre),
            };
            let message = format!(
                "{} = {index} for {} = {other}, but {} has {size} elements",
                name(this),
                name(that),
                owner(this)
            );
            Diagnostic::new(codes::CONNECT_INDEX, problem.span, message)
                .label(format!("makes synapses of `{}`", projection.name))
                .note("`skip` at the end of the line leaves out what leads nowhere")
        }
        ProblemKind::Sample {
            side,
            other,
            size,
            values,
        } => {
            let message = format!(
                "{size} different values cannot be taken out of {values} (for {} = {other})",
                name(*side)
            );
            Diagnostic::new(codes::CONNECT_SAMPLE, problem.span, message)
                .note("`skip` at the end of the line takes all where there are too few")
        }
        ProblemKind::Step { side, other } => {
            let message = format!("a range has the step 0 (for {} = {other})", name(*side));
            Diagnostic::new(codes::CONNECT_SAMPLE, problem.span, message)
        }
        ProblemKind::Many { limit } => {
            let message = format!("`{}` has more than {limit} synapses", projection.name);
            Diagnostic::new(codes::MEMORY, problem.span, message)
                .label("there is no room for more")
                .note("make populations smaller, or connect them more sparsely")
        }
        ProblemKind::Backend(problem) => unsupported(backend.name(), problem),
    }
}

/// What is said when kernels cannot run.
pub fn unsupported(backend: &str, problem: &Unsupported) -> Diagnostic {
    let message = format!("the {backend} back end cannot run this model: {problem}");
    Diagnostic::without_place(codes::BACKEND, message)
        .note("`--backend interpreter` runs every model, slowly")
}
