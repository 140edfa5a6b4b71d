//! Making the synapses of a model, and what is said when that fails.

use std::collections::BTreeSet;

use super::Keep;
use super::unconnected::nothing;
use crate::backend::{Backend, Unsupported};
use crate::diagnostic::{Diagnostic, Sink, codes};
use crate::library::suggest::did_you_mean;
use crate::lower::connect::procedural::Procedural;
use crate::lower::connect::{Making, Problem, ProblemKind, connect as make};
use crate::lower::forecast::per_synapse;
use crate::lower::wiring::Wiring;
use crate::model::code::{Assignment, Selection, Value};
use crate::model::projection::Side;
use crate::model::protocol::{Action, Recorded, Which};
use crate::model::{Model, Owner};
use crate::source::Span;

/// Makes all synapses. Reports projections without any, the first line that cannot be carried out, and values for synapses that do not exist:
/// nothing is returned then.
pub fn connect(
    model: &Model,
    backend: &dyn Backend,
    available: Option<u64>,
    seed: u64,
    keep: Keep,
    procedural: &Procedural,
    sink: &mut Sink,
) -> Option<Wiring> {
    let free = procedural.free(model);
    let smallest = per_synapse(model, keep.sorted(), keep.held, &free).into_iter();
    let smallest = smallest.filter(|each| *each > 0).min();
    let limit = match (available, smallest) {
        (Some(bytes), Some(each)) => bytes / each.max(1),
        _ => u64::MAX,
    };
    let making = Making {
        seed,
        limit,
        sorted: !keep.whole,
        single: keep.weights_single(),
        held: keep.held,
        procedural: procedural.clone(),
    };
    match make(model, backend, &making) {
        Ok((wiring, empty)) => {
            for one in empty {
                sink.report(nothing(model, backend, seed, &wiring, &one));
            }
            let problems = unfit(model, &wiring);
            if problems.is_empty() {
                return Some(wiring);
            }
            for problem in problems {
                sink.report(problem);
            }
            None
        }
        Err(problem) => {
            sink.report(failure(model, backend, &problem));
            None
        }
    }
}

/// Whose synapses are computed anew for each event: the projections of these names, or `all` that can. Names of no projection are reported.
pub fn procedural(model: &Model, names: &[String], sink: &mut Sink) -> Option<Procedural> {
    if names.is_empty() {
        return Some(Procedural::None);
    }
    if names.iter().any(|name| name == "all") {
        return Some(Procedural::All);
    }
    let mut these = BTreeSet::new();
    let mut known = true;
    for name in names {
        let mut projections = model.projections.iter_enumerated();
        if let Some((id, _)) = projections.find(|(_, projection)| projection.name == *name) {
            these.insert(id);
            continue;
        }
        known = false;
        let message = format!("--procedural: there are no synapses `{name}`");
        let diagnostic = Diagnostic::without_place(codes::SET, message);
        let all = model.projections.iter().map(|p| p.name.as_str());
        sink.report(match did_you_mean(name, all) {
            Some(near) => diagnostic.note(format!("did you mean `{near}`?")),
            None => diagnostic,
        });
    }
    known.then_some(Procedural::These(these))
}

/// Values that do not fit the synapses that were made, and recordings of synapses that were not.
fn unfit(model: &Model, wiring: &Wiring) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    let initial = model.projections.iter().flat_map(|p| &p.initial);
    let later = model.protocol.iter().filter_map(|action| match action {
        Action::Assign(assignment) => Some(assignment),
        _ => None,
    });
    for assignment in initial.chain(later) {
        let variable = &model.variables[assignment.variable];
        let Owner::Projection(id) = variable.owner else {
            continue;
        };
        if let Some(size) = wiring.size(id).filter(|_| !variable.shared) {
            let name = &model.projections[id].name;
            problems.extend(unfit_assignment(assignment, &variable.name, name, size));
        }
    }
    for projection in model.projections.iter() {
        for side in [&projection.source, &projection.target] {
            let Owner::Projection(other) = side.owner else {
                continue;
            };
            let Some(size) = wiring.size(other) else {
                continue;
            };
            let open = side.last == usize::MAX;
            let wrong = match open {
                true => (side.first > 0 && side.first >= size).then_some(side.first),
                false => (side.last > size).then(|| side.last.saturating_sub(1)),
            };
            if let Some(wrong) = wrong {
                let name = &model.projections[other].name;
                problems.push(no_such(projection.span, name, wrong, size));
            }
        }
    }
    for record in &model.records {
        if let Recorded::Synapses {
            projection,
            which: Which::Numbers(numbers),
            ..
        } = &record.what
            && let Some(size) = wiring.size(*projection)
            && let Some(number) = numbers.iter().find(|number| **number as usize >= size)
        {
            let name = &model.projections[*projection].name;
            problems.push(no_such(record.span, name, *number as usize, size));
        }
    }
    problems
}

fn unfit_assignment(
    assignment: &Assignment,
    variable: &str,
    owner: &str,
    size: usize,
) -> Option<Diagnostic> {
    let count = match &assignment.selection {
        Selection::All => size,
        Selection::Range { start, stop, step } => {
            let open = *stop == usize::MAX;
            let last = if open { size } else { *stop };
            if last > size || *start >= last {
                let wrong = if last > size { last - 1 } else { *start };
                return Some(no_such(assignment.span, owner, wrong, size));
            }
            (last - start).div_ceil((*step).max(1))
        }
        Selection::Indices(indices) => {
            let wrong = indices.iter().find(|index| **index as usize >= size);
            if let Some(wrong) = wrong {
                return Some(no_such(assignment.span, owner, *wrong as usize, size));
            }
            indices.len()
        }
        Selection::Where(_) => return None,
    };
    let Value::Array(values) = &assignment.value else {
        return None;
    };
    let given = values.len();
    (given != count).then(|| {
        let plural = if count == 1 { "" } else { "s" };
        let message = format!("{given} values for {count} synapse{plural} of `{owner}`");
        Diagnostic::new(codes::LENGTH, assignment.span, message)
            .label(format!("one value of `{variable}` per synapse is expected"))
            .note("values are given in the order in which the synapses are made: by source, then by target")
    })
}

fn no_such(span: Span, owner: &str, number: usize, size: usize) -> Diagnostic {
    let message = format!("`{owner}` has no synapse {number}");
    let label = match size {
        0 => "it has no synapses at all".to_string(),
        1 => "it has one, number 0".to_string(),
        _ => format!("it has {size}, numbers 0 to {}", size - 1),
    };
    Diagnostic::new(codes::INDEX, span, message).label(label)
}

/// What is said about a line that cannot be carried out.
pub(super) fn failure(model: &Model, backend: &dyn Backend, problem: &Problem) -> Diagnostic {
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
            Diagnostic::new(codes::CONNECT, problem.span, message)
                .note("`skip` at the end of the line takes all where there are too few")
        }
        ProblemKind::Step { side, other } => {
            let message = format!("a range has the step 0 (for {} = {other})", name(*side));
            Diagnostic::new(codes::CONNECT, problem.span, message)
        }
        ProblemKind::Many { limit } => {
            let message = format!("`{}` has more than {limit} synapses", projection.name);
            Diagnostic::new(codes::MEMORY, problem.span, message)
                .label("there is no room for more")
                .note("make populations smaller, or connect them more sparsely")
        }
        ProblemKind::Stored(reason) => {
            let message = format!("the synapses of `{}` have to be stored", projection.name);
            Diagnostic::new(codes::STORED, problem.span, message)
                .label(*reason)
                .note("`--procedural all` chooses the projections that can do without storage")
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
