//! Projections whose synapses nothing reads once they are made, apart from the delivery of events: static ones, for the most part. Of
//! these only what delivery needs is kept, in the order in which it needs it; see [`crate::runtime::sorted`].

use std::collections::BTreeSet;

use super::pathway::{added, plain_weight, written_by};
use crate::model::array::{Expr, Kind};
use crate::model::code::{Assignment, Selection, Value};
use crate::model::projection::{Connect, Delay, Pathway, Projection, Rule, Side};
use crate::model::protocol::{Action, Recorded};
use crate::model::term::{Term, Type};
use crate::model::{Model, Owner, ProjectionId, VariableId, VariableKind};

/// The projections of a model that need not exist but in order of delivery.
pub fn projections(model: &Model) -> BTreeSet<ProjectionId> {
    let seen = seen(model);
    let written = written_by(model);
    let candidates = model.projections.iter_enumerated();
    candidates
        .filter(|(id, projection)| !seen.contains(id) && plain(model, *id, projection, &written))
        .map(|(id, _)| id)
        .collect()
}

/// Projections of which something else knows the synapses.
fn seen(model: &Model) -> BTreeSet<ProjectionId> {
    let owner = |variable: VariableId| match model.variables.get(variable)?.owner {
        Owner::Projection(id) => Some(id),
        Owner::Group(_) => None,
    };
    let mut seen: BTreeSet<_> = looked_at(model).into_iter().filter_map(owner).collect();
    for projection in model.projections.iter() {
        for side in [&projection.source, &projection.target] {
            if let Owner::Projection(other) = side.owner {
                seen.insert(other);
            }
        }
    }
    for record in &model.records {
        if let Recorded::Synapses { projection, .. } = &record.what {
            seen.insert(*projection);
        }
    }
    seen
}

/// Variables that something besides their owner reads or sets: recordings, plots, the protocol, other owners.
pub(super) fn looked_at(model: &Model) -> BTreeSet<VariableId> {
    let mut seen = BTreeSet::new();
    for variable in model.variables.iter() {
        if let VariableKind::Linked { source, .. }
        | VariableKind::Remote { source, .. }
        | VariableKind::Aggregate { source, .. } = &variable.kind
        {
            seen.insert(*source);
        }
    }
    for record in &model.records {
        if let Recorded::Synapses { variables, .. }
        | Recorded::States { variables, .. }
        | Recorded::Spikes { variables, .. } = &record.what
        {
            seen.extend(variables);
        }
    }
    let mut look = |expr: &Expr| {
        expr.any(&mut |part| {
            match &part.kind {
                Kind::Values { variable, .. } | Kind::Samples { variable, .. } => {
                    seen.insert(*variable);
                }
                Kind::Map {
                    term, variables, ..
                } => {
                    seen.extend(variables.iter().map(|(variable, _)| *variable));
                    model.terms.any(*term, &mut |term| {
                        if let Term::Variable(variable) = term {
                            seen.insert(*variable);
                        }
                        false
                    });
                }
                _ => {}
            }
            false
        });
    };
    model.plotted.iter().for_each(&mut look);
    for action in model.actions() {
        action.expressions().into_iter().for_each(&mut look);
    }
    for action in model.actions() {
        match action {
            Action::Assign(assignment) => {
                seen.insert(assignment.variable);
            }
            Action::Put(put) => {
                seen.insert(put.variable);
            }
            _ => {}
        }
    }
    seen
}

/// True where all that happens at the synapses is that one kind of event adds a weight that does not change.
fn plain(
    model: &Model,
    id: ProjectionId,
    projection: &Projection,
    written: &BTreeSet<VariableId>,
) -> bool {
    let groups = [&projection.source, &projection.target]
        .iter()
        .all(|side| matches!(side.owner, Owner::Group(_)));
    let indices = &projection.indices;
    let still = projection.system.equations.is_empty()
        && projection.event_driven.equations.is_empty()
        && projection.lastupdate.is_none()
        && projection.summed.is_empty()
        && projection.regular.is_empty()
        && [indices.incoming, indices.outgoing, indices.copy] == [None; 3];
    let [pathway] = projection.pathways.as_slice() else {
        return false;
    };
    let mine = |variable: &VariableId| model.variables[*variable].owner == Owner::Projection(id);
    let own = || {
        let ids = model.variables.ids();
        ids.filter(&mine).map(|variable| &model.variables[variable])
    };
    let stored = own().all(|variable| {
        !matches!(
            variable.kind,
            VariableKind::State
                | VariableKind::Aggregate { .. }
                | VariableKind::Subexpression {
                    constant_over_dt: true,
                    ..
                }
        )
    });
    let initial = |assignment: &Assignment| {
        let kind = &model.variables[assignment.variable].kind;
        mine(&assignment.variable)
            && *kind == VariableKind::Stored
            && matches!(assignment.value, Value::Term(_))
            && !matches!(assignment.selection, Selection::Indices(_))
    };
    groups
        && still
        && stored
        && pathway.side == Side::Pre
        && weighed(model, id, pathway, written).is_some()
        && projection.initial.iter().all(initial)
        && !projection.connect.is_empty()
}

/// What a synapse is worth.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Weighed {
    /// As much as all others; it is known elsewhere.
    Alike,
    /// What a variable of its own says.
    Own(VariableId),
}

/// The weight and the target of a pathway that only adds a weight that does not change to a state of the target.
pub(super) fn weighed(
    model: &Model,
    id: ProjectionId,
    pathway: &Pathway,
    written: &BTreeSet<VariableId>,
) -> Option<(Weighed, VariableId)> {
    let [statement] = pathway.code.statements.as_slice() else {
        return None;
    };
    let VariableKind::Remote { side, source } = model.variables[statement.target].kind else {
        return None;
    };
    let remote = &model.variables[source];
    let stored = matches!(remote.kind, VariableKind::State | VariableKind::Stored);
    if side != Side::Post || !stored || remote.shared || remote.ty != Type::Float {
        return None;
    }
    let (weight, negative) = added(model, statement.target, statement.value)?;
    if let Term::Variable(own) = model.terms.get(weight)
        && !negative
    {
        let variable = &model.variables[*own];
        let mine = variable.owner == Owner::Projection(id) && !variable.shared;
        let kept = variable.kind == VariableKind::Stored && variable.ty == Type::Float;
        if mine && kept && !written.contains(own) {
            return Some((Weighed::Own(*own), source));
        }
    }
    plain_weight(model, id, weight).then_some((Weighed::Alike, source))
}

/// The variable of the delays of a pathway, where there is one.
pub(super) fn delayed(pathway: &Pathway) -> Option<VariableId> {
    match pathway.delay {
        Delay::Common(_) => None,
        Delay::PerSynapse(variable) => Some(variable),
    }
}

/// True where synapses are made source by source.
pub(super) fn by_source(connect: &[Connect]) -> bool {
    let [line] = connect else { return false };
    match &line.rule {
        Rule::Pairs { .. } => true,
        Rule::Generated { outer, .. } => *outer == Side::Pre,
        Rule::Listed { i, .. } => i.is_sorted(),
    }
}
