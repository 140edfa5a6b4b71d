//! What can be told of a model without running it: projections whose lines make no synapses, indices that lead nowhere, recordings that are large.
//!
//! A run tells the same, but later: the synapses are made here as the run would make them, as far as they do not depend on chance and are few enough
//! to be tried while a reader waits.

use super::{Checked, Compilation, Executor, memory, network};
use crate::lower::connect::{Making, connect};
use crate::model::projection::{Connect, Endpoint, Projection, Rule, Sequence};
use crate::model::term::{Term, TermId};
use crate::model::{Model, Owner, ProjectionId, VariableKind};

/// At most so many pairs are tried.
const PAIRS: u64 = 1_000_000;

impl Compilation<'_> {
    /// Reports what is known of the synapses and the recordings of a checked model.
    pub fn probe(&mut self, checked: &Checked) {
        let model = &checked.model;
        let _ = memory::check(
            model,
            None,
            self.keep,
            &Default::default(),
            None,
            &mut self.sink,
        );
        let Some(probed) = certain(model) else {
            return;
        };
        let backend = Executor::Fastest.backend();
        let seed = model.seed.unwrap_or(1);
        match connect(&probed, backend, &Making::whole(seed)) {
            Ok((wiring, empty)) => {
                for one in empty {
                    let lines = &probed.projections[one.projection].connect;
                    // Lines that were left out may make synapses.
                    let whole = lines.len() == model.projections[one.projection].connect.len();
                    if whole && !lines.is_empty() {
                        self.sink.report(super::unconnected::nothing(
                            &probed, backend, seed, &wiring, &one,
                        ));
                    }
                }
            }
            Err(problem) => self.sink.report(network::failure(model, backend, &problem)),
        }
    }
}

/// The model with those lines alone whose synapses can be told: none where there is nothing to try, or too much.
fn certain(model: &Model) -> Option<Model> {
    let of_projection = |side: &Endpoint| matches!(side.owner, Owner::Projection(_));
    let mut probed = model.clone();
    let mut pairs = 0u64;
    for id in model.projections.ids().collect::<Vec<ProjectionId>>() {
        let projection = &model.projections[id];
        if of_projection(&projection.source) || of_projection(&projection.target) {
            return None;
        }
        let size = |side: &Endpoint| side.last.saturating_sub(side.first) as u64;
        let each = size(&projection.source).saturating_mul(size(&projection.target));
        let mut lines = Vec::new();
        for line in &projection.connect {
            lines.extend(told(model, projection, line));
        }
        pairs = pairs.saturating_add(each.saturating_mul(lines.len() as u64));
        probed.projections[id].connect = lines;
    }
    let any = probed.projections.iter().any(|p| !p.connect.is_empty());
    (any && pairs <= PAIRS).then_some(probed)
}

/// A line without what depends on chance; nothing where the rest would not tell, or where there is nothing to be found out.
fn told(model: &Model, projection: &Projection, line: &Connect) -> Option<Connect> {
    let sure = |term: &TermId| model.seed.is_some() || is_sure(model, projection, *term);
    let rule = match &line.rule {
        Rule::Pairs {
            condition: Some(condition),
            copies,
            ..
        } => Rule::Pairs {
            condition: Some(*condition).filter(sure),
            probability: None,
            copies: copies.filter(sure),
        },
        Rule::Generated {
            outer,
            variable,
            sequence,
            index,
            condition,
            copies,
            skip,
        } => {
            let drawn = matches!(
                sequence,
                Sequence::SampleProbability { .. } | Sequence::SampleSize { .. }
            );
            let terms = [Some(*index), *condition, *copies];
            let mut terms = terms.iter().flatten().chain(bounds(sequence));
            if (drawn && model.seed.is_none()) || !terms.all(sure) {
                return None;
            }
            Rule::Generated {
                outer: *outer,
                variable: *variable,
                sequence: sequence.clone(),
                index: *index,
                condition: *condition,
                copies: *copies,
                skip: *skip,
            }
        }
        Rule::Pairs {
            condition: None, ..
        } => return None,
        Rule::Listed { .. } => line.rule.clone(),
    };
    if let Rule::Pairs {
        condition: None, ..
    } = rule
    {
        return None;
    }
    Some(Connect {
        rule,
        span: line.span,
    })
}

fn bounds(sequence: &Sequence) -> &[TermId] {
    match sequence {
        Sequence::Once => &[],
        Sequence::Range { stop, .. }
        | Sequence::SampleProbability { stop, .. }
        | Sequence::SampleSize { stop, .. } => std::slice::from_ref(stop),
    }
}

/// True for what depends on the indices of the two sides alone.
fn is_sure(model: &Model, projection: &Projection, term: TermId) -> bool {
    !model.terms.any(term, &mut |term| match term {
        Term::Random(..) => true,
        Term::Variable(id) => {
            let indices = &projection.indices;
            let variable = &model.variables[*id];
            let known = [indices.i, indices.j].contains(id);
            let temporary = matches!(variable.kind, VariableKind::Temporary);
            !known && !temporary
        }
        _ => false,
    })
}
