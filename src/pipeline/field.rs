//! The equations of one neuron as a function from its state and one chosen value, the input or a parameter, to the state's rate of change.
//!
//! Parameters are those of one element of a population as they stand when the model starts; time is 0, noise is left out, and the neuron is not
//! refractory. This is what equilibria, their stability and their continuation are found on.

use std::collections::BTreeMap;

use super::{Built, Checked};
use crate::algebra::dense::Dense;
use crate::algebra::equations::Equations;
use crate::algebra::equilibria::{Equilibrium, describe, newton};
use crate::algebra::evaluate::{Environment, Evaluator, known_constants, signal_value};
use crate::model::term::{Term, TermId};
use crate::model::{ConstantId, GroupId, Model, VariableId};
use crate::runtime::simulation::Simulation;
use crate::units::dimension::Dimension;
use crate::units::display::choose;

/// A value that can be chosen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Knob {
    /// A parameter of the population.
    Parameter(VariableId),
    /// A constant of the file.
    Constant(ConstantId),
}

/// The equations of one neuron.
#[derive(Debug)]
pub struct Field {
    model: Model,
    equations: Equations,
    values: BTreeMap<VariableId, f64>,
    states: Vec<VariableId>,
    element: usize,
    knob: Option<Knob>,
}

/// What a term refers to, for one state.
struct At<'a> {
    field: &'a Field,
    state: &'a [f64],
    knob: f64,
}

impl Environment for At<'_> {
    fn leaf(&self, term: &Term) -> Option<f64> {
        let Field {
            model,
            equations,
            knob,
            ..
        } = self.field;
        match (term, *knob) {
            (Term::Variable(id), Some(Knob::Parameter(knob))) if *id == knob => Some(self.knob),
            (Term::Constant(id), Some(Knob::Constant(knob))) if *id == knob => Some(self.knob),
            (Term::Variable(id), _) => match self.field.states.iter().position(|one| one == id) {
                Some(position) => self.state.get(position).copied(),
                None => self.field.values.get(id).copied(),
            },
            (Term::Index, _) => Some(self.field.element as f64),
            (Term::Time | Term::StepNumber | Term::Noise(_), _) => Some(0.0),
            (other, _) => known_constants(model, equations.dt)(other),
        }
    }
    fn other(&self, term: &Term, arguments: &[f64]) -> Option<f64> {
        match term {
            Term::Signal(id, _) => {
                let time = arguments.first().copied().unwrap_or(0.0);
                let column = arguments.get(1).map_or(0, |column| *column as usize);
                signal_value(self.field.model.signals.get(*id)?, time, column)
            }
            _ => None,
        }
    }
}

impl Field {
    /// The equations of an element of a group; `knob` is the value to be chosen. Nothing where the group has no equations of the usual form.
    pub fn new(
        checked: &Checked,
        built: &Built,
        simulation: &Simulation,
        group: GroupId,
        element: usize,
        knob: Option<Knob>,
    ) -> Option<Field> {
        let mut model = checked.model.clone();
        let equations = Equations::of_group(&mut model, group).ok()?;
        let mut values = BTreeMap::new();
        for (id, variable) in model.variables.iter_enumerated() {
            if let Some(column) = built.lowered.bindings.variables.get(id).copied().flatten() {
                let column = simulation.values(column);
                let place = if variable.shared { 0 } else { element };
                if let Some(value) = column.get(place).or(column.first()) {
                    values.insert(id, *value);
                }
            }
        }
        if let Some(state) = &model.groups[group].refractory_state {
            values.insert(state.not_refractory, 1.0);
        }
        let states = equations.variables();
        (!states.is_empty()).then_some(Field {
            model,
            equations,
            values,
            states,
            element,
            knob,
        })
    }
    /// The state variables, in file order.
    pub fn states(&self) -> &[VariableId] {
        &self.states
    }
    /// Name and dimension of each state.
    pub fn named(&self) -> Vec<(String, Dimension)> {
        let variables = self.states.iter().map(|id| &self.model.variables[*id]);
        variables.map(|v| (v.name.clone(), v.dimension)).collect()
    }
    /// The state at the start.
    pub fn start(&self) -> Vec<f64> {
        let values = self.states.iter().map(|id| self.values.get(id).copied());
        values.map(|value| value.unwrap_or(0.0)).collect()
    }
    /// The value of a parameter or constant before it is chosen.
    pub fn present(&self, knob: Knob) -> Option<f64> {
        match knob {
            Knob::Parameter(id) => self.values.get(&id).copied(),
            Knob::Constant(id) => self.model.constants.get(id).map(|c| c.value.value),
        }
    }
    /// The rate of change of each state; nothing where it has no finite value.
    pub fn rate(&self, state: &[f64], knob: f64) -> Option<Vec<f64>> {
        let at = At {
            field: self,
            state,
            knob,
        };
        let evaluator = Evaluator::new(&self.model.terms, &at);
        let drift = self.equations.plain_drift.iter();
        drift
            .map(|term| evaluator.value(*term).filter(|value| value.is_finite()))
            .collect()
    }
    /// The value of any term of the model.
    pub fn value(&self, term: TermId, state: &[f64], knob: f64) -> Option<f64> {
        let at = At {
            field: self,
            state,
            knob,
        };
        Evaluator::new(&self.model.terms, &at).value(term)
    }
    /// True where a term of the equation of a state contains the knob.
    pub fn acts_on(&self, position: usize, knob: Knob) -> bool {
        let Some(drift) = self.equations.plain_drift.get(position) else {
            return false;
        };
        self.model.terms.any(*drift, &mut |term| match knob {
            Knob::Parameter(id) => *term == Term::Variable(id),
            Knob::Constant(id) => *term == Term::Constant(id),
        })
    }
    /// Over which range each state usually varies: a tenth of a volt, 1 for pure numbers, and for others as much as they are at the start.
    pub fn widths(&self) -> Vec<f64> {
        let start = self.start();
        let named = self.named().into_iter().zip(start);
        named
            .map(|((_, dimension), start)| match dimension.is_none() {
                true => start.abs().max(1.0),
                false => (100.0 * choose(dimension, 0.0).scale).max(start.abs()),
            })
            .collect()
    }
    /// The equilibrium that Newton's method finds from a state.
    pub fn rest(&self, from: &[f64], knob: f64) -> Option<Equilibrium> {
        let widths = self.widths();
        let mut sizes = vec![0.0f64; widths.len()];
        // Typical rates: those a tenth of a width away from where the search begins.
        for k in 0..from.len() {
            for sign in [-0.1, 0.0, 0.1] {
                let mut near = from.to_vec();
                if let (Some(x), Some(width)) = (near.get_mut(k), widths.get(k)) {
                    *x += sign * width;
                }
                for (size, value) in sizes
                    .iter_mut()
                    .zip(self.rate(&near, knob).unwrap_or_default())
                {
                    *size = size.max(value.abs());
                }
            }
        }
        for size in &mut sizes {
            if *size == 0.0 {
                *size = 1.0;
            }
        }
        let mut f = |state: &[f64]| self.rate(state, knob);
        let state = newton(&mut f, from, &widths, &sizes)?;
        describe(&mut f, state, &widths)
    }
    /// How each rate changes with the knob at a state, by central differences over `step`.
    pub fn slope(&self, state: &[f64], knob: f64, step: f64) -> Option<Vec<f64>> {
        let (above, below) = (
            self.rate(state, knob + step)?,
            self.rate(state, knob - step)?,
        );
        let pairs = above.iter().zip(&below);
        Some(pairs.map(|(a, b)| (a - b) / (2.0 * step)).collect())
    }
    /// How the equilibrium moves with the knob.
    pub fn response(&self, rest: &Equilibrium, knob: f64, step: f64) -> Option<Vec<f64>> {
        let slope = self.slope(&rest.state, knob, step)?;
        let mut right = Dense::zero(slope.len());
        for (row, value) in slope.iter().enumerate() {
            right.set(row, 0, -value);
        }
        let moved = rest.jacobian.solve(&right)?;
        Some((0..slope.len()).map(|k| moved.at(k, 0)).collect())
    }
}
