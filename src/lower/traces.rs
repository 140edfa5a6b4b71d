//! Event-driven states that all synapses of a neuron share: traces of its spikes.
//!
//! The synapses of a neuron hear of its spikes in the same step where their delay is common. A state that only these spikes change, by the
//! same rule at every synapse, and that decays by itself meanwhile, has one value at all of them. It is kept once per neuron, decays
//! in every step, and changes once per spike: a synapse then has no need of its own copy, nor of the time of its last event. Simulators of
//! plasticity that keep such traces with the neuron do the same by hand (Morrison, Diesmann and Gerstner, Biol Cybern 98, 2008).
//!
//! This is done where it cannot be seen: where nothing but the code of pathways reads the state.

use std::collections::{BTreeMap, BTreeSet};

use super::sorted::looked_at;
use crate::model::projection::{Connect, Delay, Projection, Rule, Sequence, Side};
use crate::model::term::{Term, TermId};
use crate::model::{ConstantId, GroupId, Model, Owner, ProjectionId, VariableId, VariableKind};
use crate::numerics::scheme::Catch;

/// Synapses per neuron from which on a trace in every step costs less than one at every event.
const MANY: u64 = 32;

/// The traces of a model.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Traces {
    /// By the state of the synapses.
    pub of: BTreeMap<VariableId, Trace>,
    /// Projections in which nothing asks for the time of the last event.
    pub untimed: BTreeSet<ProjectionId>,
}

/// A state that is kept with the neurons of one side.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Trace {
    /// Which side.
    pub side: Side,
    /// Its population.
    pub group: GroupId,
    /// The pathway whose events change it.
    pub pathway: usize,
    /// The statement that does.
    pub statement: usize,
    /// It is changed before the rest of the code runs.
    pub first: bool,
}

impl Traces {
    /// Finds them. `size` is the number of synapses of a projection, `live` are constants that may change. Where the updates at an event are
    /// not given, they are taken to be such that a trace may replace them.
    pub fn find(
        model: &Model,
        catches: Option<&[Catch]>,
        size: impl Fn(ProjectionId) -> u64,
        live: &BTreeSet<ConstantId>,
    ) -> Traces {
        let mut traces = Traces::default();
        let seen = looked_at(model);
        for (id, projection) in model.projections.iter_enumerated() {
            let equations = &projection.event_driven.equations;
            if equations.is_empty() {
                continue;
            }
            let search = Search {
                model,
                id,
                projection,
                live,
                size: size(id),
            };
            let catch = catches.map(|all| all.iter().find(|catch| catch.projection == id));
            let decays = |variable: VariableId| match catch {
                None => true,
                Some(catch) => catch.is_some_and(|catch| decay(model, catch, variable).is_some()),
            };
            let mut all = true;
            for equation in equations {
                let variable = equation.variable;
                let found = match seen.contains(&variable) || !decays(variable) {
                    true => None,
                    false => search.trace(variable, equation.rhs),
                };
                all &= found.is_some();
                traces.of.extend(found.map(|trace| (variable, trace)));
            }
            let last = projection.lastupdate;
            let asked = last.is_some_and(|last| seen.contains(&last) || search.reads(last, true));
            if all && !asked {
                traces.untimed.insert(id);
            }
        }
        traces
    }
    /// The variable with the time of the last event at each synapse, where something asks for it.
    pub fn lastupdate(&self, model: &Model, id: ProjectionId) -> Option<VariableId> {
        let last = model.projections[id].lastupdate;
        last.filter(|_| !self.untimed.contains(&id))
    }
    /// True for a variable that no column is needed for.
    pub fn needless(&self, model: &Model, id: VariableId) -> bool {
        match model.variables[id].owner {
            Owner::Projection(p) => {
                self.untimed.contains(&p) && model.projections[p].lastupdate == Some(id)
            }
            Owner::Group(_) => false,
        }
    }
    /// What happens at an event besides the traces.
    pub fn rest(&self, catch: &Catch) -> Catch {
        let mut rest = catch.clone();
        rest.updates.retain(|one| !self.of.contains_key(&one.0));
        rest
    }
}

/// How a trace decays.
pub(super) struct Decay {
    /// Stands for the time that passes.
    pub elapsed: VariableId,
    /// Intermediate values, in order.
    pub lets: Vec<(VariableId, TermId)>,
    /// The new value.
    pub value: TermId,
}

/// How a state decays by itself; nothing where other variables have a part in it.
pub(super) fn decay(model: &Model, catch: &Catch, variable: VariableId) -> Option<Decay> {
    let value = catch.updates.iter().find(|one| one.0 == variable)?.1;
    let mut wanted = BTreeSet::new();
    let ask = |term: TermId, wanted: &mut BTreeSet<VariableId>| {
        model.terms.any(term, &mut |term| {
            if let Term::Variable(other) = term {
                wanted.insert(*other);
            }
            false
        });
    };
    ask(value, &mut wanted);
    let mut lets = Vec::new();
    for (temporary, term) in catch.lets.iter().rev() {
        if wanted.remove(temporary) {
            ask(*term, &mut wanted);
            lets.push((*temporary, *term));
        }
    }
    lets.reverse();
    wanted.remove(&variable);
    wanted.remove(&catch.elapsed);
    wanted.is_empty().then_some(Decay {
        elapsed: catch.elapsed,
        lets,
        value,
    })
}

/// Looks at one projection.
struct Search<'m> {
    model: &'m Model,
    id: ProjectionId,
    projection: &'m Projection,
    live: &'m BTreeSet<ConstantId>,
    size: u64,
}

impl Search<'_> {
    fn trace(&self, variable: VariableId, rhs: TermId) -> Option<Trace> {
        let model = self.model;
        let alone = !model.variables[variable].shared
            && self.simple(rhs, variable)
            && !self.reads(variable, false);
        if !alone {
            return None;
        }
        let pathways = self.projection.pathways.iter().enumerate();
        let mut writes = pathways.flat_map(|(k, pathway)| {
            let statements = pathway.code.statements.iter().enumerate();
            let mine = statements.filter(|(_, statement)| statement.target == variable);
            mine.map(move |(n, _)| (k, n))
        });
        let (pathway, statement) = writes.next()?;
        if writes.next().is_some() {
            return None;
        }
        let path = self.projection.pathways.get(pathway)?;
        let statements = &path.code.statements;
        if !matches!(path.delay, Delay::Common(_))
            || !self.simple(statements.get(statement)?.value, variable)
        {
            return None;
        }
        let reads = |from: usize, to: usize| {
            let part = statements.get(from..to).unwrap_or_default();
            part.iter().any(|one| self.mentions(one.value, variable))
        };
        let before = reads(0, statement);
        let after = reads(statement + 1, statements.len());
        let side = path.side;
        let (endpoint, other) = match side {
            Side::Pre => (self.projection.source, self.projection.target),
            Side::Post => (self.projection.target, self.projection.source),
        };
        let (Owner::Group(group), Owner::Group(_)) = (endpoint.owner, other.owner) else {
            return None;
        };
        let dt = model.owner_dt(Owner::Projection(self.id));
        let together = [endpoint, other]
            .iter()
            .all(|side| model.owner_dt(side.owner) == dt);
        let last = endpoint.last.min(model.groups[group].size);
        let neurons = last.saturating_sub(endpoint.first) as u64;
        let pays = self.size >= MANY.saturating_mul(neurons);
        (together && pays && !(before && after)).then_some(Trace {
            side,
            group,
            pathway,
            statement,
            first: !before,
        })
    }
    /// True for a term of nothing but the variable, numbers, and constants that do not change.
    fn simple(&self, term: TermId, variable: VariableId) -> bool {
        !self.model.terms.any(term, &mut |term| match term {
            Term::Variable(other) => *other != variable,
            Term::Constant(constant) => self.live.contains(constant),
            Term::Index
            | Term::Time
            | Term::StepNumber
            | Term::Noise(_)
            | Term::Signal(..)
            | Term::Random(..)
            | Term::Argument(..) => true,
            _ => false,
        })
    }
    /// True where a term asks for a variable, if only by way of a subexpression.
    fn mentions(&self, term: TermId, variable: VariableId) -> bool {
        self.model.terms.any(term, &mut |term| match term {
            Term::Variable(other) if *other == variable => true,
            Term::Variable(other) => match self.model.variables[*other].kind {
                VariableKind::Subexpression { value, .. } => self.mentions(value, variable),
                _ => false,
            },
            _ => false,
        })
    }
    /// True where something of the projection besides the code of its pathways (or that, too) asks for a variable, or sets it.
    fn reads(&self, variable: VariableId, pathways: bool) -> bool {
        let projection = self.projection;
        let mut terms: Vec<TermId> = Vec::new();
        terms.extend(projection.system.equations.iter().map(|one| one.rhs));
        let others = projection.event_driven.equations.iter();
        let others = others.filter(|one| one.variable != variable);
        terms.extend(others.map(|one| one.rhs));
        terms.extend(projection.summed.iter().map(|summed| summed.value));
        let regular = projection
            .regular
            .iter()
            .flat_map(|one| &one.code.statements);
        let mut codes: Vec<_> = regular.collect();
        if pathways {
            let all = projection.pathways.iter();
            codes.extend(all.flat_map(|one| &one.code.statements));
        }
        let set = codes.iter().any(|one| one.target == variable);
        terms.extend(codes.iter().map(|one| one.value));
        for one in &projection.connect {
            terms.extend(terms_of(one));
        }
        let given = |assignment: &crate::model::code::Assignment| {
            use crate::model::code::{Selection, Value};
            let value = match assignment.value {
                Value::Term(term) => self.mentions(term, variable),
                _ => false,
            };
            let place = match assignment.selection {
                Selection::Where(term) => self.mentions(term, variable),
                _ => false,
            };
            assignment.variable == variable || value || place
        };
        // Values that are taken once per step.
        let kept = self
            .model
            .variables
            .iter()
            .filter_map(|one| match one.kind {
                VariableKind::Subexpression {
                    value,
                    constant_over_dt: true,
                } if one.owner == Owner::Projection(self.id) => Some(value),
                _ => None,
            });
        terms.extend(kept);
        set || projection.initial.iter().any(given)
            || terms.iter().any(|term| self.mentions(*term, variable))
    }
}

/// The terms of a line of connections.
fn terms_of(connect: &Connect) -> Vec<TermId> {
    let mut terms = Vec::new();
    match &connect.rule {
        Rule::Pairs {
            condition,
            probability,
            copies,
        } => {
            terms.extend(condition.iter().chain(copies));
            terms.extend(probability.map(|p| p.term));
        }
        Rule::Generated {
            sequence,
            index,
            condition,
            copies,
            ..
        } => {
            terms.push(*index);
            terms.extend(condition.iter().chain(copies));
            match sequence {
                Sequence::Once => {}
                Sequence::Range { start, stop, step } => terms.extend([*start, *stop, *step]),
                Sequence::SampleProbability {
                    start,
                    stop,
                    step,
                    probability,
                } => terms.extend([*start, *stop, *step, probability.term]),
                Sequence::SampleSize {
                    start,
                    stop,
                    step,
                    size,
                    ..
                } => terms.extend([*start, *stop, *step, *size]),
            }
        }
        Rule::Listed { .. } => {}
    }
    terms
}
