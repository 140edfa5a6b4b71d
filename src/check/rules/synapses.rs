//! Synapses whose effect depends on more than was meant: on the order in which they are visited, or on the length of the time step.

use std::collections::{BTreeMap, BTreeSet};

use super::start::variables_in;
use crate::check::context::Checker;
use crate::diagnostic::{Diagnostic, codes};
use crate::model::projection::{Delay, Endpoint, Pathway, Side};
use crate::model::protocol::Slice;
use crate::model::term::{Intrinsic, Term, TermId};
use crate::model::{GroupId, Owner, ProjectionId, VariableId, VariableKind};
use crate::source::Span;

/// Looks at every projection.
pub fn check(checker: &mut Checker) {
    let ids: Vec<ProjectionId> = checker.model.projections.ids().collect();
    for id in &ids {
        for pathway in checker.model.projections[*id].pathways.clone() {
            depends_on_order(checker, &pathway);
        }
    }
    loops_within_a_step(checker, &ids);
    summed_by_several(checker, &ids);
}

/// Tells of variables that more than one projection sums into: they add up.
fn summed_by_several(checker: &mut Checker, ids: &[ProjectionId]) {
    let mut first: BTreeMap<VariableId, (String, Span)> = BTreeMap::new();
    for id in ids {
        let projection = checker.model.projections[*id].clone();
        for summed in &projection.summed {
            let Some((other, span)) = first.get(&summed.variable) else {
                first.insert(summed.variable, (projection.name.clone(), summed.span));
                continue;
            };
            let variable = &checker.model.variables[summed.variable];
            let owner = checker.model.owner_name(variable.owner);
            let (name, this) = (&variable.name, &projection.name);
            let message = format!(
                "`{name}` of `{owner}` is the sum over the synapses of `{other}` and of `{this}`"
            );
            let diagnostic = Diagnostic::new(codes::SUMMED_TWICE, summed.span, message)
                .label("adds to it")
                .also(*span, "so does this")
                .note(
                    "contributions of several projections add up; the report of a run lists them",
                );
            checker.report(diagnostic);
        }
    }
}

/// How a statement changes a variable of a neuron.
#[derive(Clone, Copy, PartialEq)]
enum Change {
    /// `x += …`
    Added,
    /// `x *= …`
    Scaled,
    /// The larger, or the smaller: `x = max(x, …)`.
    Extreme(Intrinsic),
    /// A value that is the same for all synapses of the neuron.
    Set,
}

/// Warns where the synapses of one event change a variable of a neuron that they share, and the result differs with their order.
fn depends_on_order(checker: &mut Checker, pathway: &Pathway) {
    let statements = &pathway.code.statements;
    let remote = |checker: &Checker, id: VariableId| {
        matches!(
            checker.model.variables[id].kind,
            VariableKind::Remote { .. }
        )
    };
    let mut changed: Vec<(VariableId, Change)> = Vec::new();
    let mut own: BTreeSet<VariableId> = BTreeSet::new();
    for statement in statements {
        let target = statement.target;
        if !remote(checker, target) {
            own.insert(target);
            continue;
        }
        let change = change(checker, target, statement.value, &own);
        let before = changed.iter().find(|(other, _)| *other == target);
        let again = before.is_some_and(|(_, other)| Some(*other) != change);
        match change {
            Some(change) if !again => changed.push((target, change)),
            _ => {
                warn(checker, target, statement.span, None);
                return;
            }
        }
    }
    // A variable that others have changed in the meantime must not be read, but in its own change.
    for statement in statements {
        let mut reads = reads_beside_itself(checker, statement.target, statement.value);
        reads.retain(|read| {
            changed
                .iter()
                .any(|(target, change)| target == read && *change != Change::Set)
        });
        if let Some(read) = reads.first() {
            let written = statements.iter().find(|other| other.target == *read);
            warn(checker, *read, statement.span, written.map(|w| w.span));
            return;
        }
    }
}

fn warn(checker: &mut Checker, id: VariableId, span: Span, written: Option<Span>) {
    let name = checker.model.variables[checker.root(id)].name.clone();
    let mut diagnostic = Diagnostic::new(
        codes::ORDER,
        span,
        format!("the result depends on the order in which synapses change `{name}`"),
    );
    diagnostic = match written {
        Some(written) if written != span => diagnostic
            .label(format!(
                "reads `{name}`, which other synapses of the same neuron change"
            ))
            .also(written, "changed here"),
        _ => diagnostic.label("several synapses of one neuron may do this at the same time"),
    };
    checker.report(diagnostic.note(
        "synapses are visited in the order of their numbers; `+=`, and values that are the same for all synapses of a neuron, do not depend on it",
    ));
}

/// How a value changes a variable; nothing where the order of synapses matters.
fn change(
    checker: &Checker,
    target: VariableId,
    value: TermId,
    own: &BTreeSet<VariableId>,
) -> Option<Change> {
    let terms = &checker.model.terms;
    let is_target = |id: &TermId| *terms.get(*id) == Term::Variable(target);
    let rest_is_free = |items: &[TermId]| {
        let targets = items.iter().filter(|id| is_target(id)).count();
        let rest = items.iter().filter(|id| !is_target(id));
        let mut free = rest.map(|id| !variables_in(checker, *id).contains(&target));
        targets == 1 && free.all(|free| free)
    };
    match terms.get(value) {
        Term::Sum(items) if rest_is_free(items) => return Some(Change::Added),
        Term::Product(items) if rest_is_free(items) => return Some(Change::Scaled),
        Term::Call(function @ (Intrinsic::Min | Intrinsic::Max), items) if rest_is_free(items) => {
            return Some(Change::Extreme(*function));
        }
        _ => {}
    }
    let VariableKind::Remote { side, .. } = checker.model.variables[target].kind else {
        return None;
    };
    // The same for all synapses of the neuron: variables of its own side only, and not itself.
    let same = variables_in(checker, value).into_iter().all(|id| {
        let variable = &checker.model.variables[id];
        let of_side =
            matches!(variable.kind, VariableKind::Remote { side: other, .. } if other == side);
        id != target && !own.contains(&id) && (variable.shared || of_side)
    });
    let random = terms.any(value, &mut |term| matches!(term, Term::Random(..)));
    (same && !random).then_some(Change::Set)
}

/// Variables of neurons that a value reads, without the one it changes.
fn reads_beside_itself(checker: &Checker, target: VariableId, value: TermId) -> Vec<VariableId> {
    let reads = variables_in(checker, value).into_iter();
    reads.filter(|read| *read != target).collect()
}

/// A pathway without delay that leads from some neurons to others and moves what the threshold there depends on.
struct Hop {
    from: Slice,
    to: Slice,
    span: Span,
    variable: VariableId,
}

impl Hop {
    /// True where spikes that this brings about can be passed on by another.
    fn feeds(&self, other: &Hop) -> bool {
        let (to, from) = (&self.to, &other.from);
        to.group == from.group && to.first < from.last && from.first < to.last
    }
}

/// Warns of circles of populations in which a spike can bring about the next one a single time step later, and so on round.
fn loops_within_a_step(checker: &mut Checker, ids: &[ProjectionId]) {
    let mut hops: Vec<Hop> = Vec::new();
    for id in ids {
        hops.extend(immediate(checker, *id));
    }
    let mut reported: BTreeSet<GroupId> = BTreeSet::new();
    for hop in &hops {
        if reported.contains(&hop.from.group) || !comes_back(&hops, hop) {
            continue;
        }
        reported.insert(hop.from.group);
        reported.insert(hop.to.group);
        let name = &checker.model.groups[hop.from.group].name;
        let root = checker.root(hop.variable);
        let variable = checker.model.variables[root].name.clone();
        let message = if hop.from.group == hop.to.group {
            format!("spikes of `{name}` can set off spikes of `{name}` one time step later")
        } else {
            let other = &checker.model.groups[hop.to.group].name;
            format!(
                "spikes of `{name}` can set off spikes of `{other}` one time step later, and these come back"
            )
        };
        checker.report(
            Diagnostic::new(codes::LOOP, hop.span, message)
                .label(format!("changes `{variable}` without delay"))
                .note("how fast activity then spreads is decided by the time step; give the synapses a delay, as in `delay: 1 ms`"),
        );
    }
}

/// The pathways of a projection that act at once on what a threshold reads.
fn immediate(checker: &Checker, id: ProjectionId) -> Vec<Hop> {
    let projection = &checker.model.projections[id];
    let mut found = Vec::new();
    for pathway in &projection.pathways {
        let (from, to) = match pathway.side {
            Side::Pre => (projection.source, projection.target),
            Side::Post => (projection.target, projection.source),
        };
        let (Some(from), Some(to)) = (slice(from), slice(to)) else {
            continue;
        };
        let Delay::Common(seconds) = pathway.delay else {
            continue;
        };
        let steps = seconds / checker.model.owner_dt(Owner::Group(from.group)) + 0.5;
        let threshold = checker.model.groups[to.group].threshold.as_ref();
        let (true, None, Some(threshold)) = (steps < 1.0, pathway.event, threshold) else {
            continue;
        };
        let reads = variables_in(checker, threshold.term);
        let moved = pathway.code.statements.iter().find(|statement| {
            let root = checker.root(statement.target);
            checker.model.variables[root].owner == Owner::Group(to.group) && reads.contains(&root)
        });
        if let Some(statement) = moved {
            found.push(Hop {
                from,
                to,
                span: statement.span,
                variable: statement.target,
            });
        }
    }
    found
}

fn slice(side: Endpoint) -> Option<Slice> {
    match side.owner {
        Owner::Group(group) => Some(Slice {
            group,
            first: side.first,
            last: side.last,
        }),
        Owner::Projection(_) => None,
    }
}

/// True where activity that takes a hop can take it again.
fn comes_back(hops: &[Hop], hop: &Hop) -> bool {
    let mut seen = vec![false; hops.len()];
    let mut open = vec![hop];
    while let Some(last) = open.pop() {
        if last.feeds(hop) {
            return true;
        }
        for (next, seen) in hops.iter().zip(&mut seen) {
            if last.feeds(next) && !std::mem::replace(seen, true) {
                open.push(next);
            }
        }
    }
    false
}
