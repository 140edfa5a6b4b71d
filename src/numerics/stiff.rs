//! Equations that are faster than the time step: an explicit method then overshoots, or blows up.
//!
//! The diagonal of the Jacobian, `df/dx` of each equation, is the inverse of its time constant. It is looked at where the states start
//! and, for models with a membrane potential, along the voltages between -90 mV and the threshold, with the gating variables at the values
//! that they take there. Nothing is said where a value is not known before the run.

use std::collections::BTreeMap;

use super::choose::requirements;
use super::scheme::Step;
use crate::algebra::differentiate::differentiate;
use crate::algebra::equations::Equations;
use crate::algebra::evaluate::{evaluate, known_constants};
use crate::diagnostic::{Diagnostic, Sink, codes};
use crate::library::Library;
use crate::model::code::{Assignment, Selection, Value};
use crate::model::term::{Comparison, Term, TermId};
use crate::model::{Model, Owner, VariableId, VariableKind};
use crate::units::dimension::Dimension;
use crate::units::display::dimension_name;
use crate::units::quantity::Quantity;

/// Explicit methods: steps per time constant beyond which a decay overshoots, and beyond which it grows.
const LIMITS: &[(&str, f64, f64)] = &[
    ("euler", 1.0, 2.0),
    ("milstein", 1.0, 2.0),
    ("heun", 2.0, 2.0),
    ("rk2", 2.0, 2.0),
    ("rk4", 2.785, 2.785),
];
/// Methods that stay stable, best first.
const STABLE: &[&str] = &["exact", "exponential_euler"];
/// Methods whose inner stages run ahead of the threshold.
const STAGED: &[&str] = &["rk2", "rk4", "exponential_euler"];
/// Time constants of growth per step that inner stages do not survive.
const UPSWING: f64 = 20.0;
/// Voltages looked at, in volt: from, to, and how many.
const VOLTAGES: (f64, f64, u32) = (-0.09, 0.04, 27);

/// The worst place of one equation.
struct Worst {
    state: usize,
    /// `df/dx`, per second.
    rate: f64,
    /// The voltage, where it was found along the voltages.
    voltage: Option<Quantity>,
}

/// Warns where the time step is too long for the method of an owner.
pub fn check(model: &mut Model, step: &Step, library: &Library, sink: &mut Sink) {
    let Some((_, overshoots, grows)) = LIMITS
        .iter()
        .chain(&[("exponential_euler", f64::INFINITY, f64::INFINITY)])
        .find(|row| row.0 == step.method)
        .copied()
    else {
        return;
    };
    let Ok(equations) = Equations::of(model, step.owner) else {
        return;
    };
    let slopes: Vec<Option<TermId>> = equations
        .states
        .iter()
        .zip(&equations.plain_drift)
        .map(|(state, drift)| differentiate(&mut model.terms, *drift, state.term, library))
        .collect();
    let system = System {
        model,
        owner: step.owner,
        equations: &equations,
        slopes: &slopes,
    };
    let (fastest, upswing) = (system.fastest(), system.upswing());
    if let Some(worst) = fastest.filter(|worst| -worst.rate * equations.dt > overshoots) {
        let explodes = -worst.rate * equations.dt > grows;
        let diagnostic = too_long(model, step, &equations, &worst, explodes, library);
        sink.report(diagnostic);
    } else if let Some(worst) = upswing.filter(|worst| worst.rate * equations.dt > UPSWING)
        && STAGED.contains(&step.method.as_str())
    {
        sink.report(runs_ahead(step, &equations, &worst));
    }
}

fn too_long(
    model: &mut Model,
    step: &Step,
    equations: &Equations,
    worst: &Worst,
    explodes: bool,
    library: &Library,
) -> Diagnostic {
    let time = |value| Quantity::new(value, Dimension::TIME);
    let constant = -1.0 / worst.rate;
    let (name, span) = (equations.states.get(worst.state))
        .map_or(("", None), |state| (state.name.as_str(), Some(state.span)));
    let at = worst
        .voltage
        .map_or(String::new(), |voltage| format!(" at {voltage}"));
    let message = format!(
        "`{name}` follows within {}{at}, faster than the time step of {}",
        time(rounded(constant)),
        time(equations.dt)
    );
    let mut diagnostic = match span {
        Some(span) => Diagnostic::new(codes::STIFF, span, message),
        None => Diagnostic::without_place(codes::STIFF, message),
    };
    diagnostic = diagnostic.label(match explodes {
        true => format!("`{}` makes it swing ever wider", step.method),
        false => format!("`{}` overshoots in every step", step.method),
    });
    let stable = STABLE.iter().find(|name| {
        let method = library.methods().iter().find(|m| m.name.name == **name);
        method.is_some_and(|method| requirements(model, equations, method, &[]).is_ok())
    });
    let dt = time(below(constant / 2.0));
    diagnostic.note(match stable {
        Some(name) => format!("take `method: {name}`, or `dt = {dt}`"),
        None => format!("take `dt = {dt}`"),
    })
}

fn runs_ahead(step: &Step, equations: &Equations, worst: &Worst) -> Diagnostic {
    let (name, span) = (equations.states.get(worst.state))
        .map_or(("", None), |state| (state.name.as_str(), Some(state.span)));
    let at = worst
        .voltage
        .map_or(String::new(), |voltage| format!(", {voltage}"));
    let message = format!("`{name}` runs away within a time step near its threshold{at}");
    let diagnostic = match span {
        Some(span) => Diagnostic::new(codes::STIFF, span, message),
        None => Diagnostic::without_place(codes::STIFF, message),
    };
    diagnostic
        .label(format!(
            "`{}` looks ahead to values that are not finite",
            step.method
        ))
        .note("a lower threshold, five slope factors above the onset of the upswing, changes spike times hardly at all; so does `method: euler`")
}

/// Three digits.
fn rounded(value: f64) -> f64 {
    format!("{value:.2e}").parse().unwrap_or(value)
}

/// 1, 2 or 5 times a power of ten, not above a value.
fn below(value: f64) -> f64 {
    let exponent = format!("{value:e}");
    let (digits, power) = exponent.split_once('e').unwrap_or(("1", "0"));
    let digit = match digits.parse::<f64>().unwrap_or(1.0) {
        d if d >= 5.0 => 5,
        d if d >= 2.0 => 2,
        _ => 1,
    };
    format!("{digit}e{power}").parse().unwrap_or(value)
}

struct System<'a> {
    model: &'a Model,
    owner: Owner,
    equations: &'a Equations,
    slopes: &'a [Option<TermId>],
}

impl System<'_> {
    /// The fastest decay.
    fn fastest(&self) -> Option<Worst> {
        let start = self.start();
        let mut worst: Option<Worst> = None;
        let mut look = |values: &BTreeMap<VariableId, f64>, voltage: Option<Quantity>| {
            for (state, slope) in self.slopes.iter().enumerate() {
                let slope =
                    slope.filter(|slope| voltage.is_none() || self.goes_with_gates(*slope, state));
                let rate = slope.and_then(|slope| self.value(slope, values));
                let Some(rate) = rate.filter(|rate| rate.is_finite()) else {
                    continue;
                };
                if worst
                    .as_ref()
                    .is_none_or(|worst| rate < worst.rate * 1.000_001)
                    && rate < 0.0
                {
                    worst = Some(Worst {
                        state,
                        rate,
                        voltage,
                    });
                }
            }
        };
        look(&start, None);
        if let Some(potential) = self.potential() {
            let (low, high, count) = VOLTAGES;
            let top = self
                .threshold(potential, &start)
                .map_or(high, |t| t.min(high));
            for k in 0..count {
                let voltage = low + (high - low) * f64::from(k) / f64::from(count - 1);
                if voltage <= top {
                    let at = Quantity::new(voltage, self.model.variables[potential].dimension);
                    look(&self.settled(potential, voltage, &start), Some(at));
                }
            }
        }
        worst
    }

    /// False where the equation is not linear in its own state: how far such a state gets is not known.
    fn goes_with_gates(&self, slope: TermId, state: usize) -> bool {
        let own = self.equations.states.get(state).map(|state| state.variable);
        let is_own = |term: &Term| matches!(term, Term::Variable(id) if Some(*id) == own);
        !self.model.terms.any(slope, &mut |term| is_own(term))
    }

    /// The growth of the membrane potential at its threshold.
    fn upswing(&self) -> Option<Worst> {
        let potential = self.potential()?;
        let mut values = self.start();
        let threshold = self.threshold(potential, &values)?;
        values.insert(potential, threshold);
        let state = (self.equations.states.iter()).position(|s| s.variable == potential)?;
        let rate = self.value((*self.slopes.get(state)?)?, &values)?;
        Some(Worst {
            state,
            rate,
            voltage: Some(Quantity::new(
                threshold,
                self.model.variables[potential].dimension,
            )),
        })
    }

    /// The first state that is a voltage, where it starts among the voltages looked at.
    fn potential(&self) -> Option<VariableId> {
        let mut states = self.equations.states.iter().map(|state| state.variable);
        states.find(|id| {
            let variable = &self.model.variables[*id];
            dimension_name(variable.dimension) == Some("voltage")
        })
    }

    /// `value` of a threshold `v > value`.
    fn threshold(&self, potential: VariableId, start: &BTreeMap<VariableId, f64>) -> Option<f64> {
        let Owner::Group(group) = self.owner else {
            return None;
        };
        let threshold = self.model.groups[group].threshold.as_ref()?;
        match self.model.terms.get(threshold.term) {
            Term::Compare(Comparison::Greater | Comparison::GreaterEqual, left, right)
                if *self.model.terms.get(*left) == Term::Variable(potential) =>
            {
                self.value(*right, start)
            }
            _ => None,
        }
    }

    /// Gating variables where they rest at a voltage.
    fn settled(
        &self,
        potential: VariableId,
        voltage: f64,
        start: &BTreeMap<VariableId, f64>,
    ) -> BTreeMap<VariableId, f64> {
        let mut values = start.clone();
        values.insert(potential, voltage);
        let states = self
            .equations
            .states
            .iter()
            .zip(&self.equations.plain_drift);
        for ((state, drift), slope) in states.zip(self.slopes) {
            let dimension = self.model.variables[state.variable].dimension;
            if state.variable == potential || dimension != Dimension::NONE {
                continue;
            }
            let mut here = values.clone();
            here.insert(state.variable, 0.0);
            let rest = self.value(*drift, &here);
            let rate = slope.and_then(|slope| self.value(slope, &here));
            if let (Some(rest), Some(rate)) = (rest, rate)
                && rate < 0.0
                && (0.0..=1.0).contains(&(-rest / rate))
            {
                values.insert(state.variable, -rest / rate);
            }
        }
        values
    }

    /// Values at the start, where they are known.
    fn start(&self) -> BTreeMap<VariableId, f64> {
        let mut values = BTreeMap::new();
        let (variables, initial): (&[VariableId], &[Assignment]) = match self.owner {
            Owner::Group(id) => {
                let group = &self.model.groups[id];
                (&group.variables, &group.initial)
            }
            Owner::Projection(id) => {
                let projection = &self.model.projections[id];
                (&projection.variables, &projection.initial)
            }
        };
        for id in variables {
            let variable = &self.model.variables[*id];
            if matches!(variable.kind, VariableKind::State | VariableKind::Stored) {
                values.insert(*id, variable.default);
            }
        }
        for assignment in initial {
            let value = match (&assignment.value, &assignment.selection) {
                (Value::Term(term), Selection::All) => self.value(*term, &values),
                _ => None,
            };
            match value {
                Some(value) => values.insert(assignment.variable, value),
                None => values.remove(&assignment.variable),
            };
        }
        values
    }

    fn value(&self, term: TermId, values: &BTreeMap<VariableId, f64>) -> Option<f64> {
        let constants = known_constants(self.model, self.equations.dt);
        let leaf = |term: &Term| match term {
            Term::Variable(id) => values.get(id).copied(),
            Term::Index | Term::Time | Term::StepNumber => Some(0.0),
            other => constants(other),
        };
        evaluate(&self.model.terms, term, &leaf)
    }
}
