//! Why a population did not spike: how near it came to its threshold, where its equations lead, and what input it would take.

use super::experiment::Experiment;
use crate::algebra::equations::Equations;
use crate::algebra::evaluate::{evaluate, known_constants};
use crate::algebra::show::show;
use crate::algebra::steady::Resting;
use crate::lower::Margin;
use crate::model::term::{Term, TermId};
use crate::model::{ConstantId, GroupId, Model, VariableId, VariableKind};
use crate::units::dimension::Dimension;
use crate::units::display::format_quantity;

/// Values closer than this fraction of their size are called equal.
const EQUAL: f64 = 1e-9;

/// Sentences for the report; the most telling first.
pub(super) fn reasons(experiment: &Experiment<'_>, id: GroupId) -> Vec<String> {
    let Some(margin) = &experiment.built.lowered.bindings.groups[id].margin else {
        return Vec::new();
    };
    let reached = experiment.simulation.values(margin.column);
    let Some((element, largest)) = highest(&reached) else {
        return Vec::new();
    };
    let case = Case {
        experiment,
        id,
        margin,
        element,
    };
    let mut sentences = vec![case.nearest(largest)];
    sentences.extend(case.steady());
    sentences
}

fn highest(values: &[f64]) -> Option<(usize, f64)> {
    let finite = values
        .iter()
        .copied()
        .enumerate()
        .filter(|(_, value)| value.is_finite());
    finite.fold(None, |best: Option<(usize, f64)>, (k, value)| match best {
        Some((_, top)) if top >= value => best,
        _ => Some((k, value)),
    })
}

/// Something with a value that could be another.
#[derive(Clone, Copy, PartialEq)]
enum Source {
    Parameter(VariableId),
    Constant(ConstantId),
}

impl Source {
    fn is(self, term: &Term) -> bool {
        match self {
            Source::Parameter(id) => *term == Term::Variable(id),
            Source::Constant(id) => *term == Term::Constant(id),
        }
    }
}

/// One population with the element that came nearest.
struct Case<'a, 'm> {
    experiment: &'a Experiment<'m>,
    id: GroupId,
    margin: &'a Margin,
    element: usize,
}

impl Case<'_, '_> {
    fn model(&self) -> &Model {
        &self.experiment.checked.model
    }

    /// The value of a term for the element, from the present state.
    fn value(&self, term: TermId) -> Option<f64> {
        self.value_with(term, None)
    }

    fn value_with(&self, term: TermId, other: Option<(Source, f64)>) -> Option<f64> {
        let leaf = |leaf: &Term| self.leaf(leaf, other);
        evaluate(&self.model().terms, term, &leaf)
    }

    fn leaf(&self, term: &Term, other: Option<(Source, f64)>) -> Option<f64> {
        if let Some((changed, value)) = other
            && changed.is(term)
        {
            return Some(value);
        }
        let model = self.model();
        let dt = model.groups[self.id].dt.unwrap_or(model.dt);
        match term {
            Term::Variable(id) => self.variable(*id),
            Term::Index => Some(self.element as f64),
            other => known_constants(model, dt)(other),
        }
    }

    fn variable(&self, id: VariableId) -> Option<f64> {
        let variable = &self.model().variables[id];
        if let VariableKind::Subexpression {
            value,
            constant_over_dt: false,
        } = variable.kind
        {
            return self.value(value);
        }
        let column = self.experiment.built.lowered.bindings.variables[id]?;
        let values = self.experiment.simulation.values(column);
        values
            .get(if variable.shared { 0 } else { self.element })
            .copied()
    }

    /// The state on the left of the threshold, where it is one.
    fn watched(&self) -> Option<VariableId> {
        match self.model().terms.get(self.margin.left) {
            Term::Variable(id) => Some(*id),
            _ => None,
        }
    }

    fn dimension(&self) -> Dimension {
        self.watched()
            .map_or(Dimension::NONE, |id| self.model().variables[id].dimension)
    }

    fn quantity(&self, value: f64) -> String {
        match self.watched() {
            Some(_) => format_quantity(value, self.dimension()),
            None => format!("{value:.6}"),
        }
    }

    fn nearest(&self, largest: f64) -> String {
        let left = show(self.model(), self.margin.left);
        let name = &self.model().groups[self.id].name;
        let place = format!("{name}[{}]", self.element);
        if !self.margin.peak {
            let right = show(self.model(), self.margin.right);
            let distance = self.quantity(-largest);
            return format!(
                "`{left}` stayed at least {distance} below `{right}` (nearest: {place})"
            );
        }
        let reached = self.quantity(largest);
        match self.value(self.margin.right) {
            Some(threshold) => {
                let threshold = self.quantity(threshold);
                format!(
                    "the largest `{left}` was {reached} ({place}); the threshold is {threshold}"
                )
            }
            None => format!("the largest `{left}` was {reached} ({place})"),
        }
    }

    /// Where the equations lead without a spike, and the input that would lead to the threshold.
    fn steady(&self) -> Vec<String> {
        let Some(watched) = self.watched() else {
            return Vec::new();
        };
        let mut model = self.model().clone();
        let Ok(equations) = Equations::of_group(&mut model, self.id) else {
            return Vec::new();
        };
        let position = equations
            .states
            .iter()
            .position(|state| state.variable == watched);
        let (Some(position), Some(resting)) = (position, Resting::of(&mut model, &equations))
        else {
            return Vec::new();
        };
        let at = |other| {
            let leaf = |term: &Term| self.leaf(term, other);
            let steady = resting.at(&model, &leaf).filter(|steady| steady.stable)?;
            steady.values.get(position).copied()
        };
        let (Some(rest), Some(threshold)) = (at(None), self.value(self.margin.right)) else {
            return Vec::new();
        };
        let name = &self.model().variables[watched].name;
        let steady = self.quantity(rest);
        if (rest - threshold).abs() <= EQUAL * threshold.abs().max(rest.abs()) {
            let mut sentences = vec![format!(
                "the steady state of `{name}` is {steady}: the threshold itself, which is approached but never crossed"
            )];
            sentences.extend(self.needed(rest, threshold, &at));
            return sentences;
        }
        if rest > threshold {
            return vec![format!(
                "the steady state of `{name}` is {steady}, above the threshold: a longer run would reach it"
            )];
        }
        let mut sentences = vec![format!(
            "the steady state of `{name}` is {steady}, below the threshold"
        )];
        sentences.extend(self.needed(rest, threshold, &at));
        sentences
    }

    /// Parameters of the population, then constants of the file that have the dimension of the membrane potential or of an input.
    fn candidates(&self) -> Vec<(Source, f64, String, Dimension)> {
        let model = self.model();
        let group = &model.groups[self.id];
        let reserved = group
            .refractory_state
            .map(|r| [r.lastspike, r.not_refractory]);
        let mut found = Vec::new();
        for id in group.variables.iter().copied() {
            let variable = &model.variables[id];
            let kept = reserved.is_some_and(|reserved| reserved.contains(&id));
            if variable.kind == VariableKind::Stored
                && !kept
                && let Some(now) = self.variable(id)
            {
                found.push((
                    Source::Parameter(id),
                    now,
                    variable.name.clone(),
                    variable.dimension,
                ));
            }
        }
        for (id, constant) in model.constants.iter_enumerated() {
            let value = constant.value;
            found.push((
                Source::Constant(id),
                value.value,
                constant.name.clone(),
                value.dimension,
            ));
        }
        // A range says that a value is meant to be changed.
        let ranged = |source: &Source| match source {
            Source::Parameter(id) => model.variables[*id].range.is_some(),
            Source::Constant(id) => model.constants[*id].range.is_some(),
        };
        found.sort_by_key(|(source, ..)| !ranged(source));
        found
    }

    /// The first value on which the steady state depends linearly, and what it would have to be for the steady state to reach the threshold.
    fn needed(
        &self,
        rest: f64,
        threshold: f64,
        at: &dyn Fn(Option<(Source, f64)>) -> Option<f64>,
    ) -> Option<String> {
        self.candidates()
            .into_iter()
            .find_map(|(source, now, name, dimension)| {
                let size = if now == 0.0 {
                    (threshold - rest).abs().max(1e-3)
                } else {
                    now.abs()
                };
                let one = at(Some((source, now + size)))?;
                let two = at(Some((source, now + 2.0 * size)))?;
                let slope = (one - rest) / size;
                let straight = (two - rest - 2.0 * (one - rest)).abs() <= 1e-6 * (two - rest).abs();
                if slope == 0.0 || !slope.is_finite() || !straight {
                    return None;
                }
                let value = now + (threshold - rest) / slope;
                let side = if slope > 0.0 { "more" } else { "less" };
                let (is, value) = (
                    format_quantity(now, dimension),
                    format_quantity(value, dimension),
                );
                Some(format!(
                    "a spike would need `{name}` of {side} than {value}; it is {is}"
                ))
            })
    }
}
