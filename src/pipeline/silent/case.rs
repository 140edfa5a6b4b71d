//! One silent population: how near it came to its threshold, where its equations lead, and what input it would take.

use super::rest::{self, End};
use crate::algebra::equations::Equations;
use crate::algebra::evaluate::{evaluate, known_constants};
use crate::algebra::show::show;
use crate::algebra::steady::Resting;
use crate::lower::margin_sides;
use crate::model::term::{Term, TermId};
use crate::model::{ConstantId, GroupId, Model, VariableId, VariableKind};
use crate::pipeline::experiment::Experiment;
use crate::pipeline::field::{Field, Knob};
use crate::units::dimension::Dimension;
use crate::units::display::{dimension_name, format_quantity};

/// Values closer than this fraction of their size are called equal.
const EQUAL: f64 = 1e-9;

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

/// Four significant digits.
fn rounded(value: f64) -> f64 {
    format!("{value:.3e}").parse().unwrap_or(value)
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
pub(super) struct Case<'a, 'm> {
    experiment: &'a Experiment<'m>,
    id: GroupId,
    /// What has to become large.
    left: TermId,
    /// What it has to exceed.
    right: TermId,
    /// True where the largest value of the left side is known, false for that of the difference.
    peak: bool,
    /// True where values are those at the end of the run.
    at_end: bool,
    element: usize,
}

impl<'a, 'm> Case<'a, 'm> {
    fn new(experiment: &'a Experiment<'m>, id: GroupId) -> Option<(Case<'a, 'm>, f64)> {
        let bindings = &experiment.built.lowered.bindings;
        let model = &experiment.checked.model;
        let (left, right) = margin_sides(model, id)?;
        let kept = bindings.groups[id].margin.as_ref();
        let column = match (kept, model.terms.get(left)) {
            (Some(margin), _) => margin.column,
            // Of a large population it is not kept, but the values at the end are there.
            (None, Term::Variable(id)) => bindings.variables[*id]?,
            _ => return None,
        };
        let (element, largest) = highest(&experiment.simulation.values(column))?;
        let case = Case {
            experiment,
            id,
            left,
            right,
            peak: kept.is_none_or(|margin| margin.peak),
            at_end: kept.is_none(),
            element,
        };
        Some((case, largest))
    }

    /// Sentences about a population; `driven` where something more is told of what reaches it through synapses.
    pub(super) fn sentences(
        experiment: &'a Experiment<'m>,
        id: GroupId,
        driven: bool,
    ) -> Vec<String> {
        let Some((case, largest)) = Case::new(experiment, id) else {
            return Vec::new();
        };
        let mut sentences = vec![case.nearest(largest)];
        sentences.extend(case.scale(largest));
        let steady = match case.steady(driven) {
            Some(sentences) => sentences,
            None => case.rests(),
        };
        sentences.extend(steady);
        sentences
    }

    /// The value that the state of the threshold would go to if there were no threshold; nothing where that is not known.
    pub(super) fn leads_to(experiment: &'a Experiment<'m>, id: GroupId) -> Option<String> {
        let (case, _) = Case::new(experiment, id)?;
        let watched = case.watched()?;
        let mut model = case.model().clone();
        let equations = Equations::of_group(&mut model, id).ok()?;
        let mut states = equations.states.iter();
        let position = states.position(|state| state.variable == watched)?;
        let resting = Resting::of(&mut model, &equations)?;
        let leaf = |term: &Term| case.leaf(term, None);
        let steady = resting.at(&model, &leaf).filter(|steady| steady.stable)?;
        let value = steady.values.get(position).copied()?;
        let threshold = case.value(case.right)?;
        (value > threshold).then(|| case.quantity(value))
    }

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
        match self.model().terms.get(self.left) {
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
        let left = show(self.model(), self.left);
        let name = &self.model().groups[self.id].name;
        let place = format!("{name}[{}]", self.element);
        if !self.peak {
            let right = show(self.model(), self.right);
            let distance = self.quantity(-largest);
            return format!(
                "`{left}` stayed at least {distance} below `{right}` (nearest: {place})"
            );
        }
        let reached = self.quantity(largest);
        let at = if self.at_end { " at the end" } else { "" };
        match self.value(self.right) {
            Some(threshold) => {
                let threshold = self.quantity(threshold);
                format!(
                    "the largest `{left}`{at} was {reached} ({place}); the threshold is {threshold}"
                )
            }
            None => format!("the largest `{left}`{at} was {reached} ({place})"),
        }
    }

    /// A threshold that is a round power of a thousand away from all that was reached.
    fn scale(&self, largest: f64) -> Option<String> {
        let watched = self.watched().filter(|_| self.peak)?;
        let threshold = self.value(self.right)?;
        let ratio = threshold / largest;
        let dimension = self.model().variables[watched].dimension;
        let factor = [1e3, 1e6, 1e9]
            .into_iter()
            .find(|k| (k / 3.0..k * 3.0).contains(&ratio))?;
        if dimension.is_none() || largest <= 0.0 {
            return None;
        }
        let meant = self.quantity(threshold / factor);
        Some(format!(
            "that is {ratio:.0} times as much: is the threshold in the right unit, or was {meant} meant?"
        ))
    }

    /// Where linear equations lead without a spike, and the input that would lead to the threshold. Nothing where they are not linear.
    fn steady(&self, driven: bool) -> Option<Vec<String>> {
        let watched = self.watched()?;
        let mut model = self.model().clone();
        let equations = Equations::of_group(&mut model, self.id).ok()?;
        let mut states = equations.states.iter();
        let position = states.position(|state| state.variable == watched)?;
        let resting = Resting::of(&mut model, &equations)?;
        let at = |other| {
            let leaf = |term: &Term| self.leaf(term, other);
            let steady = resting.at(&model, &leaf).filter(|steady| steady.stable)?;
            steady.values.get(position).copied()
        };
        let (rest, threshold) = (at(None)?, self.value(self.right)?);
        let name = &self.model().variables[watched].name;
        let steady = self.quantity(rest);
        if (rest - threshold).abs() <= EQUAL * threshold.abs().max(rest.abs()) {
            let mut sentences = vec![format!(
                "the steady state of `{name}` is {steady}: the threshold itself, which is approached but never crossed"
            )];
            sentences.extend(self.needed(rest, threshold, &at));
            return Some(sentences);
        }
        if rest > threshold {
            let mut sentence =
                format!("the steady state of `{name}` is {steady}, above the threshold");
            sentence.push_str(&self.kept_below(driven));
            return Some(vec![sentence]);
        }
        let mut sentences = vec![format!(
            "the steady state of `{name}` is {steady}, below the threshold"
        )];
        sentences.extend(self.needed(rest, threshold, &at));
        Some(sentences)
    }

    /// Why a steady state above the threshold was not reached.
    fn kept_below(&self, driven: bool) -> String {
        let experiment = self.experiment;
        let duration = experiment.simulation.time();
        let field = Field::new(
            experiment.checked,
            experiment.built,
            &experiment.simulation,
            self.id,
            self.element,
            None,
        );
        let rest = field.and_then(|field| rest::stable(&field, 0.0));
        let slowest = rest.and_then(|rest| {
            let rates = rest.eigenvalues.iter().map(|(re, _)| -re);
            rates.reduce(f64::min).filter(|rate| *rate > 0.0)
        });
        let time = |seconds| format_quantity(seconds, Dimension::TIME);
        match slowest.map(|rate| 1.0 / rate) {
            Some(tau) if tau > 0.2 * duration => format!(
                ": a longer run would reach it (time constant {}, run {})",
                time(tau),
                time(duration)
            ),
            Some(_) if driven => ": what arrives through synapses keeps it from there".to_string(),
            Some(_) => ", but it is changed on the way there".to_string(),
            None => ": a longer run would reach it".to_string(),
        }
    }

    /// Where equations that are not linear rest, and the input that ends it.
    fn rests(&self) -> Vec<String> {
        let experiment = self.experiment;
        let field = |knob| {
            Field::new(
                experiment.checked,
                experiment.built,
                &experiment.simulation,
                self.id,
                self.element,
                knob,
            )
        };
        let (Some(watched), Some(plain)) = (self.watched(), field(None)) else {
            return Vec::new();
        };
        let position = plain.states().iter().position(|state| *state == watched);
        let threshold = self.value(self.right);
        let (Some(position), Some(threshold)) = (position, threshold) else {
            return Vec::new();
        };
        let Some(rest) = rest::stable(&plain, 0.0) else {
            return Vec::new();
        };
        let name = &self.model().variables[watched].name;
        let Some(value) = rest.state.get(position).copied() else {
            return Vec::new();
        };
        if value >= threshold {
            let value = self.quantity(value);
            return vec![format!(
                "`{name}` goes to {value}, above the threshold: a longer run would reach it"
            )];
        }
        let value = self.quantity(value);
        let mut sentences = vec![format!(
            "`{name}` comes to rest at {value}, below the threshold"
        )];
        let mut candidates = self.candidates();
        candidates
            .sort_by_key(|(source, _, name, dimension)| self.unlikely(*source, name, *dimension));
        for (source, now, name, dimension) in candidates {
            let knob = match source {
                Source::Parameter(id) => Knob::Parameter(id),
                Source::Constant(id) => Knob::Constant(id),
            };
            let Some(field) = field(Some(knob)) else {
                continue;
            };
            if self.unlikely(source, &name, dimension) > 3
                || !rest::is_input(&field, position, knob, &rest)
            {
                continue;
            }
            let say = |value| format_quantity(value, dimension);
            sentences.extend(rest::end(&field, position, now, &rest, threshold).map(
                |end| match end {
                    End::Lost(value) => format!(
                        "beyond `{name}` = {} there is no such rest; it is {}",
                        say(rounded(value)),
                        say(now)
                    ),
                    End::Above(value) => format!(
                        "a spike would need `{name}` of about {}; it is {}",
                        say(rounded(value)),
                        say(now)
                    ),
                },
            ));
            break;
        }
        sentences
    }

    /// How unlikely it is that a value is the input of a neuron, judged by its dimension and its name.
    fn unlikely(&self, source: Source, name: &str, dimension: Dimension) -> u8 {
        let current = matches!(
            dimension_name(dimension),
            Some("current" | "current per area")
        );
        let named = |starts: &[&str]| starts.iter().any(|start| name.starts_with(start));
        match source {
            _ if current => 0,
            _ if named(&["I", "drive", "input", "stim"]) => 1,
            _ if named(&["E", "V", "v", "u_", "reset"]) => 4,
            Source::Parameter(_) => 2,
            Source::Constant(_) => 3,
        }
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
