//! Making the synapses of a model, and what is said when that fails.

use crate::backend::{Backend, Unsupported};
use crate::diagnostic::{Diagnostic, Sink, codes};
use crate::lower::connect::{Problem, ProblemKind, connect as make};
use crate::lower::forecast::per_synapse;
use crate::lower::wiring::Wiring;
use crate::model::Model;
use crate::model::projection::Side;

/// Makes all synapses. Reports the first line that cannot be carried out: nothing is returned then.
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
        Ok((wiring, _)) => Some(wiring),
        Err(problem) => {
            sink.report(failure(model, backend, &problem));
            None
        }
    }
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
            Diagnostic::new(codes::BACKEND, problem.span, message)
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
            Diagnostic::new(codes::BACKEND, problem.span, message)
                .note("`skip` at the end of the line takes all where there are too few")
        }
        ProblemKind::Step { side, other } => {
            let message = format!("a range has the step 0 (for {} = {other})", name(*side));
            Diagnostic::new(codes::BACKEND, problem.span, message)
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
