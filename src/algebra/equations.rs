//! The equations of one owner in the form that methods take: `x' = f(x, t) + sum over m of g_m(x, t) xi_m`.

use super::build::{indicator, is_zero, product};
use super::linear::collect;
use super::substitute::{Inliner, mentions};
use crate::model::term::{NoiseId, Term, TermId, Terms};
use crate::model::{GroupId, Model, Owner, System, VariableId};
use crate::source::Span;

/// One state variable.
#[derive(Clone, PartialEq, Debug)]
pub struct State {
    /// The variable.
    pub variable: VariableId,
    /// The variable as a term.
    pub term: TermId,
    /// Its name.
    pub name: String,
    /// Its equation in the text.
    pub span: Span,
    /// True when the equation is switched off while the neuron is refractory.
    pub unless_refractory: bool,
}

/// Differential equations with subexpressions written out and noise separated.
#[derive(Clone, PartialEq, Debug)]
pub struct Equations {
    /// Step length of the owner's clock, seconds.
    pub dt: f64,
    /// States in file order.
    pub states: Vec<State>,
    /// `f` of each state; that of an `(unless refractory)` variable is multiplied by `int(not_refractory)`.
    pub drift: Vec<TermId>,
    /// `f` of each state without that factor.
    pub plain_drift: Vec<TermId>,
    /// `g` of each noise symbol and state, with the factor.
    pub noise: Vec<Vec<TermId>>,
    /// Names of the noise symbols: `xi`, `xi_a`.
    pub noise_names: Vec<String>,
    /// The truth value `not_refractory`, where some equation depends on it.
    pub not_refractory: Option<TermId>,
}

/// Why equations cannot be brought into that form.
#[derive(Clone, PartialEq, Debug)]
pub struct NoiseProblem {
    /// The state whose equation is not linear in the noise.
    pub name: String,
    /// Where that equation stands.
    pub span: Span,
}

impl Equations {
    /// The equations of a group.
    ///
    /// # Errors
    /// The first equation that is not linear in the noise symbols.
    pub fn of_group(model: &mut Model, group: GroupId) -> Result<Equations, NoiseProblem> {
        Equations::of(model, Owner::Group(group))
    }
    /// The equations of a group, or those of a projection that are integrated in every step.
    ///
    /// # Errors
    /// As [`Equations::of_group`].
    pub fn of(model: &mut Model, owner: Owner) -> Result<Equations, NoiseProblem> {
        let dt = model.owner_dt(owner);
        let not_refractory = match owner {
            Owner::Group(id) => model.groups[id].refractory_state.map(|s| s.not_refractory),
            Owner::Projection(_) => None,
        };
        let system = model.owner_system(owner).clone();
        Equations::new(model, &system, dt, not_refractory)
    }
    /// The equations of any owner.
    ///
    /// # Errors
    /// As [`Equations::of_group`].
    pub fn new(
        model: &mut Model,
        system: &System,
        dt: f64,
        not_refractory: Option<VariableId>,
    ) -> Result<Equations, NoiseProblem> {
        let mut inliner = Inliner::new();
        let symbols: Vec<TermId> = system
            .noises
            .ids()
            .map(|id: NoiseId| model.terms.add(Term::Noise(id)))
            .collect();
        let not_refractory = not_refractory.map(|v| {
            let ty = model.variables[v].ty;
            model.terms.variable(v, ty)
        });
        let mut result = Equations {
            dt,
            states: Vec::new(),
            drift: Vec::new(),
            plain_drift: Vec::new(),
            noise: vec![Vec::new(); symbols.len()],
            noise_names: system.noises.iter().map(|name| noise_name(name)).collect(),
            not_refractory: None,
        };
        for equation in &system.equations {
            let variable = &model.variables[equation.variable];
            let (name, ty) = (variable.name.clone(), variable.ty);
            let switch = not_refractory.filter(|_| variable.unless_refractory);
            let rhs = inliner.apply(model, equation.rhs);
            let terms = &mut model.terms;
            let Some(form) = collect(terms, rhs, &symbols) else {
                return Err(NoiseProblem {
                    name,
                    span: equation.span,
                });
            };
            result.plain_drift.push(form.rest);
            let drift = switched(terms, form.rest, switch);
            result.drift.push(drift);
            for (per_state, factor) in result.noise.iter_mut().zip(form.coefficients) {
                per_state.push(switched(terms, factor, switch));
            }
            result.states.push(State {
                variable: equation.variable,
                term: terms.variable(equation.variable, ty),
                name,
                span: equation.span,
                unless_refractory: switch.is_some(),
            });
            result.not_refractory = result.not_refractory.or(switch);
        }
        Ok(result)
    }
    /// The states as terms.
    pub fn symbols(&self) -> Vec<TermId> {
        self.states.iter().map(|state| state.term).collect()
    }
    /// The states as variables.
    pub fn variables(&self) -> Vec<VariableId> {
        self.states.iter().map(|state| state.variable).collect()
    }
    /// Names of the states a term contains, in file order.
    pub fn names_in(&self, terms: &Terms, id: TermId) -> Vec<&str> {
        let contained = self
            .states
            .iter()
            .filter(|s| mentions(terms, id, &[s.variable]));
        contained.map(|state| state.name.as_str()).collect()
    }
    /// True where some equation has noise.
    pub fn is_stochastic(&self, terms: &Terms) -> bool {
        self.noise
            .iter()
            .flatten()
            .any(|factor| !is_zero(terms, *factor))
    }
}

/// `xi` for the symbol without a name, `xi_NAME` otherwise.
fn noise_name(name: &str) -> String {
    match name.strip_prefix("xi") {
        Some(_) => name.to_string(),
        None if name.is_empty() => "xi".to_string(),
        None => format!("xi_{name}"),
    }
}

fn switched(terms: &mut Terms, id: TermId, switch: Option<TermId>) -> TermId {
    match switch {
        Some(condition) => {
            let on = indicator(terms, condition);
            product(terms, &[on, id])
        }
        None => id,
    }
}
