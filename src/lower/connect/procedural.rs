//! Projections whose synapses need not be stored: which ones can be computed anew from their random stream whenever a spike needs them.

use std::collections::BTreeSet;

use super::{Problem, ProblemKind};
use crate::lower::forecast::differ;
use crate::lower::pathway::{plain_weight, written_by};
use crate::lower::sorted::{Weighed, delayed, projections, weighed};
use crate::model::code::{Selection, Value};
use crate::model::projection::{Projection, Rule, Sequence, Side};
use crate::model::term::Term;
use crate::model::{Model, ProjectionId, VariableId};

/// Whose synapses are computed anew for each event.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Procedural {
    /// None: all are stored.
    #[default]
    None,
    /// Those of every projection that allows it.
    All,
    /// Those of these projections.
    These(BTreeSet<ProjectionId>),
}

impl Procedural {
    /// The projections; `sorted` are those of which nothing looks at the synapses.
    ///
    /// # Errors
    /// At the first projection that was asked for and has to be stored.
    pub(super) fn projections(
        &self,
        model: &Model,
        sorted: &BTreeSet<ProjectionId>,
    ) -> Result<BTreeSet<ProjectionId>, Box<Problem>> {
        let reason = |id: &ProjectionId| reason(model, *id, sorted);
        match self {
            Procedural::None => Ok(BTreeSet::new()),
            Procedural::All => {
                let all = sorted.iter().filter(|id| reason(id).is_none());
                Ok(all.copied().collect())
            }
            Procedural::These(these) => {
                let refused = these.iter().find_map(|id| Some((*id, reason(id)?)));
                match refused {
                    None => Ok(these.clone()),
                    Some((projection, reason)) => Err(Box::new(Problem {
                        projection,
                        span: model.projections[projection].span,
                        kind: ProblemKind::Stored(reason),
                    })),
                }
            }
        }
    }
    /// The projections whose synapses take no room.
    pub fn free(&self, model: &Model) -> BTreeSet<ProjectionId> {
        match self {
            Procedural::None => BTreeSet::new(),
            _ => {
                let found = self.projections(model, &projections(model));
                found.unwrap_or_default()
            }
        }
    }
}

/// Why the synapses of a projection have to be stored; nothing where they need not.
fn reason(
    model: &Model,
    id: ProjectionId,
    sorted: &BTreeSet<ProjectionId>,
) -> Option<&'static str> {
    let projection = &model.projections[id];
    let [pathway] = projection.pathways.as_slice() else {
        return Some("it has several pathways");
    };
    let written = written_by(model);
    let Some((weight, _)) = weighed(model, id, pathway, &written) else {
        return Some(
            "its events do more than add a weight that does not change to a variable of the target",
        );
    };
    if !sorted.contains(&id) {
        return Some(
            "something looks at its synapses: a recording, a figure, an expression, an assignment, or a variable of their own that changes",
        );
    }
    if delayed(pathway).is_some() {
        return Some("its delays are drawn or set for each synapse");
    }
    if let Weighed::Own(weight) = weight
        && !alike(model, id, projection, weight)
    {
        return Some("its weights differ between synapses");
    }
    connected(model, projection)
}

/// True where a variable of the synapses has the same initial value for all.
fn alike(model: &Model, id: ProjectionId, projection: &Projection, weight: VariableId) -> bool {
    let mut given = projection.initial.iter();
    given.all(|assignment| {
        let plain = match assignment.value {
            Value::Term(term) => plain_weight(model, id, term) && !indexed(model, projection, term),
            _ => false,
        };
        assignment.variable != weight || assignment.selection == Selection::All && plain
    })
}

/// True for a term with an index of a synapse, or a value of one of its sides.
fn indexed(model: &Model, projection: &Projection, term: crate::model::term::TermId) -> bool {
    let indices = [projection.indices.i, projection.indices.j];
    model.terms.any(term, &mut |term| match term {
        Term::Variable(variable) => {
            indices.contains(variable) || !model.variables[*variable].shared
        }
        _ => false,
    })
}

/// Why `connect:` lines make pairs that only a look at all of them finds; nothing where the pairs of one source follow from its number.
fn connected(model: &Model, projection: &Projection) -> Option<&'static str> {
    let [line] = projection.connect.as_slice() else {
        return Some("it has several `connect:` lines");
    };
    const COPIES: &str = "some of its pairs have several synapses";
    const ASKED: &str = "its condition has to be asked of every pair";
    match &line.rule {
        Rule::Listed { .. } => Some("its pairs are listed"),
        Rule::Pairs {
            copies: Some(_), ..
        }
        | Rule::Generated {
            copies: Some(_), ..
        } => Some(COPIES),
        Rule::Pairs {
            condition,
            probability,
            copies: None,
        } => {
            let asked = condition.is_some_and(|term| !differ(model, projection, term));
            // Without a probability, or with one for each pair, conditions are asked of all pairs at once.
            match probability {
                _ if asked => Some(ASKED),
                None if condition.is_some() => Some(ASKED),
                Some(p) if !p.constant_per_row => Some("its probability differs between pairs"),
                _ => None,
            }
        }
        Rule::Generated {
            outer,
            variable,
            sequence,
            index,
            condition,
            copies: None,
            ..
        } => {
            let plain = *model.terms.get(*index) == Term::Variable(*variable);
            match (outer, sequence) {
                (Side::Post, _) => Some("it is made target by target"),
                _ if condition.is_some() => Some(ASKED),
                (_, Sequence::Once) => Some("its pairs are computed one by one"),
                _ if !plain => Some("its pairs are computed one by one"),
                _ => None,
            }
        }
    }
}
