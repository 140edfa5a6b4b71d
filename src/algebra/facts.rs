//! What is true of differential equations: the words that a method may put behind `requires`.
//!
//! To add a fact, write a function and a row of [`FACTS`]. Its reason for refusing shows up in diagnostics by itself.

use super::build::{is_zero, negate};
use super::components::components;
use super::dense::Dense;
use super::equations::Equations;
use super::evaluate::Evaluator;
use super::linear::{Matrix, Symbols, collect, determinant, system};
use super::own::own_form;
use super::zero::{POINTS, SamplePoint, identically_zero};
use crate::model::term::{Term, TermId, Terms};
use crate::model::{Model, SignalId};

/// A named property of equations.
pub struct Fact {
    /// The word.
    pub name: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// Tests it; the error is a clause that says why it does not hold.
    pub holds: fn(&mut Model, &Equations) -> Result<(), String>,
}

/// All facts.
pub const FACTS: &[Fact] = &[
    Fact {
        name: "deterministic",
        meaning: "no equation has noise",
        holds: deterministic,
    },
    Fact {
        name: "additive_noise",
        meaning: "noise, if there is any, is multiplied neither by a state nor by a function of time",
        holds: additive_noise,
    },
    Fact {
        name: "diagonal_noise",
        meaning: "each noise symbol is in one equation, and each equation has at most one",
        holds: diagonal_noise,
    },
    Fact {
        name: "linear",
        meaning: "every equation is linear in all states together",
        holds: linear,
    },
    Fact {
        name: "conditionally_linear",
        meaning: "every equation is `a*x + b` in its own state `x`; `a` and `b` may contain it inside functions",
        holds: conditionally_linear,
    },
    Fact {
        name: "constant_coefficients",
        meaning: "coefficients do not change within a step",
        holds: constant_coefficients,
    },
    Fact {
        name: "autonomous",
        meaning: "no equation contains the time",
        holds: autonomous,
    },
    Fact {
        name: "invertible",
        meaning: "the matrix of a linear system has a determinant other than 0",
        holds: invertible,
    },
    Fact {
        name: "not_always_oscillating",
        meaning: "a linear system has real eigenvalues for some values of its symbols",
        holds: not_always_oscillating,
    },
];

/// The fact of a name.
pub fn find(name: &str) -> Option<&'static Fact> {
    FACTS.iter().find(|fact| fact.name == name)
}

/// Something in a term that changes within a step.
pub fn time_dependence(model: &Model, id: TermId, dt: f64) -> Option<String> {
    let mut open = vec![id];
    let mut seen = std::collections::HashSet::new();
    while let Some(next) = open.pop() {
        if !seen.insert(next) {
            continue;
        }
        match model.terms.get(next) {
            Term::Time => return Some("the time `t`".to_string()),
            Term::Random(..) => return Some("a random number".to_string()),
            Term::Signal(signal, arguments) => {
                let at_time = arguments.first().map(|first| model.terms.get(*first));
                if matches!(at_time, Some(Term::Time)) {
                    if !locally_constant(model, *signal, dt) {
                        let signal = &model.signals[*signal];
                        return Some(format!(
                            "the signal `{}`, whose step is not a multiple of dt",
                            signal.name
                        ));
                    }
                    open.extend(arguments.iter().skip(1));
                } else {
                    open.extend(arguments.iter());
                }
            }
            _ => open.extend(model.terms.children(next)),
        }
    }
    None
}

/// True for a tabulated function of `t` that keeps its value during each step.
fn locally_constant(model: &Model, signal: SignalId, dt: f64) -> bool {
    let own = model.signals[signal].dt;
    own >= dt && (own / dt).fract() == 0.0
}

fn quoted(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(" and ")
}

fn deterministic(model: &mut Model, equations: &Equations) -> Result<(), String> {
    for (factors, noise) in equations.noise.iter().zip(&equations.noise_names) {
        for (factor, state) in factors.iter().zip(&equations.states) {
            if !is_zero(&model.terms, *factor) {
                return Err(format!(
                    "the equation of `{}` has the noise `{noise}`",
                    state.name
                ));
            }
        }
    }
    Ok(())
}

fn additive_noise(model: &mut Model, equations: &Equations) -> Result<(), String> {
    for (factors, noise) in equations.noise.iter().zip(&equations.noise_names) {
        for (factor, state) in factors.iter().zip(&equations.states) {
            let name = &state.name;
            let states = equations.names_in(&model.terms, *factor);
            if !states.is_empty() {
                let states = quoted(&states);
                return Err(format!(
                    "the factor of `{noise}` in the equation of `{name}` depends on {states}"
                ));
            }
            if let Some(what) = time_dependence(model, *factor, equations.dt) {
                return Err(format!(
                    "the factor of `{noise}` in the equation of `{name}` contains {what}"
                ));
            }
        }
    }
    Ok(())
}

fn diagonal_noise(model: &mut Model, equations: &Equations) -> Result<(), String> {
    let mut of_state: Vec<Option<&str>> = vec![None; equations.states.len()];
    for (factors, noise) in equations.noise.iter().zip(&equations.noise_names) {
        let mut first: Option<&str> = None;
        for ((factor, state), taken) in factors.iter().zip(&equations.states).zip(&mut of_state) {
            if is_zero(&model.terms, *factor) {
                continue;
            }
            let name = state.name.as_str();
            if let Some(other) = first {
                return Err(format!(
                    "`{noise}` is in the equations of `{other}` and `{name}`"
                ));
            }
            if let Some(other) = taken {
                return Err(format!(
                    "the equation of `{name}` has both `{other}` and `{noise}`"
                ));
            }
            first = Some(name);
            *taken = Some(noise);
        }
    }
    Ok(())
}

fn conditionally_linear(model: &mut Model, equations: &Equations) -> Result<(), String> {
    for (state, drift) in equations.states.iter().zip(&equations.plain_drift) {
        if let Err(problem) = own_form(&mut model.terms, *drift, state.term) {
            return Err(problem.clause(&state.name));
        }
    }
    Ok(())
}

fn linear(model: &mut Model, equations: &Equations) -> Result<(), String> {
    let symbols = Symbols::new(&equations.symbols());
    for (state, drift) in equations.states.iter().zip(&equations.plain_drift) {
        if symbols.collect(&mut model.terms, *drift).is_some() {
            continue;
        }
        let name = &state.name;
        for other in &equations.states {
            if collect(&mut model.terms, *drift, &[other.term]).is_none() {
                let other = &other.name;
                return Err(format!(
                    "the equation of `{name}` is not linear in `{other}`"
                ));
            }
        }
        let states = quoted(&equations.names_in(&model.terms, *drift));
        return Err(format!(
            "the equation of `{name}` is not linear in {states} together"
        ));
    }
    Ok(())
}

fn constant_coefficients(model: &mut Model, equations: &Equations) -> Result<(), String> {
    within_step(model, equations, "changes within a step")
}

fn autonomous(model: &mut Model, equations: &Equations) -> Result<(), String> {
    within_step(model, equations, "makes it depend on the time")
}

fn within_step(model: &Model, equations: &Equations, effect: &str) -> Result<(), String> {
    for (state, drift) in equations.states.iter().zip(&equations.plain_drift) {
        if let Some(what) = time_dependence(model, *drift, equations.dt) {
            return Err(format!(
                "the equation of `{}` contains {what}, which {effect}",
                state.name
            ));
        }
    }
    Ok(())
}

/// The matrix of a linear system, without the factor `int(not_refractory)`.
fn matrix(terms: &mut Terms, equations: &Equations) -> Option<Matrix> {
    let symbols = equations.symbols();
    system(terms, &equations.plain_drift, &symbols).map(|(matrix, _)| matrix)
}

fn invertible(model: &mut Model, equations: &Equations) -> Result<(), String> {
    let Some(matrix) = matrix(&mut model.terms, equations) else {
        return linear(model, equations);
    };
    // A row of zeros is the usual reason, and has a plain name.
    for (row, state) in matrix.iter().zip(&equations.states) {
        if row.iter().all(|entry| is_zero(&model.terms, *entry)) {
            return Err(format!(
                "the equation of `{}` depends on no state",
                state.name
            ));
        }
    }
    match singular(&mut model.terms, &matrix) {
        true => Err("the matrix of the system has the determinant 0".to_string()),
        false => Ok(()),
    }
}

/// True for a matrix whose determinant is 0 whatever its symbols stand for.
pub fn singular(terms: &mut Terms, matrix: &Matrix) -> bool {
    // Blocks that do not feed back have a product of determinants: fewer and smaller ones to expand.
    blocks(terms, matrix).iter().any(|block| {
        let part = restricted(matrix, block);
        if part.len() <= EXPANDED {
            let determinant = determinant(terms, &part);
            return identically_zero(terms, determinant);
        }
        (0..POINTS).all(|number| {
            let point = SamplePoint { number, octaves: 1 };
            at_point(terms, &part, &point).is_some_and(|values| !values.is_regular())
        })
    })
}

/// Determinants up to this size are expanded; the effort grows with the factorial.
const EXPANDED: usize = 4;

/// The matrix for given values of its symbols.
fn at_point(terms: &Terms, matrix: &Matrix, point: &SamplePoint) -> Option<Dense> {
    let evaluator = Evaluator::new(terms, point);
    let rows: Option<Vec<Vec<f64>>> = matrix
        .iter()
        .map(|row| row.iter().map(|entry| evaluator.value(*entry)).collect())
        .collect();
    rows.map(|rows| Dense::from_rows(&rows))
}

fn not_always_oscillating(model: &mut Model, equations: &Equations) -> Result<(), String> {
    let Some(matrix) = matrix(&mut model.terms, equations) else {
        return linear(model, equations);
    };
    for block in blocks(&model.terms, &matrix) {
        if block.len() < 2 || is_rotation(&mut model.terms, &matrix, &block) {
            continue;
        }
        let part = restricted(&matrix, &block);
        let real_somewhere = (0..32).any(|number| {
            let point = SamplePoint {
                number,
                octaves: 10,
            };
            // What has no value is given the benefit of the doubt.
            at_point(&model.terms, &part, &point).is_none_or(|matrix| {
                let slack = if matrix.size() == 2 { 1e-6 } else { 1e-3 };
                let mut values = matrix.eigenvalues().into_iter();
                values.all(|(re, im)| im.abs() <= slack * re.hypot(im))
            })
        });
        if !real_somewhere {
            let names: Vec<&str> = block
                .iter()
                .map(|k| equations.states[*k].name.as_str())
                .collect();
            return Err(format!(
                "{} oscillate whatever the parameters are",
                quoted(&names)
            ));
        }
    }
    Ok(())
}

/// `x' = w y, y' = -w x` with a symbol `w`: the one oscillator that Brian2 solves in closed form by itself.
fn is_rotation(terms: &mut Terms, matrix: &Matrix, block: &[usize]) -> bool {
    let [i, j] = *block else {
        return false;
    };
    let (a, b) = (matrix[i][j], matrix[j][i]);
    let symbol =
        |terms: &Terms, id: TermId| matches!(terms.get(id), Term::Variable(_) | Term::Constant(_));
    is_zero(terms, matrix[i][i])
        && is_zero(terms, matrix[j][j])
        && negate(terms, a) == b
        && (symbol(terms, a) || symbol(terms, b))
}

/// Some rows and columns of a matrix.
pub fn restricted(matrix: &Matrix, block: &[usize]) -> Matrix {
    block
        .iter()
        .map(|i| block.iter().map(|j| matrix[*i][*j]).collect())
        .collect()
}

/// The strongly connected parts of a system, each before those that depend on it; rows in order within each.
pub fn blocks(terms: &Terms, matrix: &Matrix) -> Vec<Vec<usize>> {
    let needs: Vec<Vec<usize>> = matrix
        .iter()
        .map(|row| {
            let entries = row.iter().enumerate();
            let used = entries.filter(|(_, entry)| !is_zero(terms, **entry));
            used.map(|(column, _)| column).collect()
        })
        .collect();
    components(&needs)
}
