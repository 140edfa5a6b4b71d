//! Where equations come to rest.

use super::dense::Dense;
use super::equations::Equations;
use super::evaluate::{Environment, Evaluator};
use super::facts::singular;
use super::linear::system;
use crate::model::Model;
use crate::model::term::{Term, TermId};

/// The state in which nothing changes, for a linear system without explicit time.
#[derive(Clone, PartialEq, Debug)]
pub struct SteadyState {
    /// One value per state, SI.
    pub values: Vec<f64>,
    /// True when the system returns to it after a disturbance: all eigenvalues have negative real parts.
    pub stable: bool,
}

/// A system prepared for finding its steady state element by element.
#[derive(Clone, PartialEq, Debug)]
pub struct Resting {
    matrix: Vec<Vec<TermId>>,
    rest: Vec<TermId>,
}

impl Resting {
    /// Prepares the deterministic part of some equations, as they are when the neuron is not refractory. Nothing when they are
    /// not linear, depend on the time, or have no single steady state whatever the parameters are.
    pub fn of(model: &mut Model, equations: &Equations) -> Option<Resting> {
        if equations.states.is_empty() {
            return None;
        }
        let varies = |term: &Term| matches!(term, Term::Time | Term::StepNumber | Term::Random(..));
        for drift in &equations.plain_drift {
            if super::substitute::contains(&model.terms, *drift, &mut |term| varies(term)) {
                return None;
            }
        }
        let symbols = equations.symbols();
        let (matrix, rest) = system(&mut model.terms, &equations.plain_drift, &symbols)?;
        (!singular(&mut model.terms, &matrix)).then_some(Resting { matrix, rest })
    }
    /// The steady state for one element's parameters; nothing where a value is unknown or the system is singular.
    pub fn at(&self, model: &Model, parameters: &dyn Environment) -> Option<SteadyState> {
        let evaluator = Evaluator::new(&model.terms, parameters);
        let rows: Option<Vec<Vec<f64>>> = self
            .matrix
            .iter()
            .map(|row| row.iter().map(|entry| evaluator.value(*entry)).collect())
            .collect();
        let matrix = Dense::from_rows(&rows?);
        let mut right = Dense::zero(matrix.size());
        for (k, rest) in self.rest.iter().enumerate() {
            right.set(k, 0, -evaluator.value(*rest)?);
        }
        let solution = matrix.solve(&right)?;
        let values: Vec<f64> = (0..matrix.size()).map(|k| solution.at(k, 0)).collect();
        let stable = matrix.eigenvalues().iter().all(|(re, _)| *re < 0.0);
        values
            .iter()
            .all(|value| value.is_finite())
            .then_some(SteadyState { values, stable })
    }
}
