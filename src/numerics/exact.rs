//! The propagator: linear equations with coefficients that are constant over a step, advanced without error.
//!
//! `x' = M x + b` is taken apart into blocks that do not feed back into each other. The step is then a sum over paths from block to block: a path
//! through the rates `λ0, λ1, …` with couplings `c1, c2, …` contributes `c1 c2 … exp[λ0, λ1, …]` (see [`super::divided`]), and a constant input
//! is one more block with the rate 0. Blocks of one state and of two have closed forms for coefficients that differ between neurons. Larger ones need
//! numbers: their exponential is computed here.

use super::divided::{PAIR_NODES, Pair, exponential};
use super::temporaries::Temporaries;
use crate::algebra::build::{difference, is_zero, product, scaled, select, sum};
use crate::algebra::dense::Dense;
use crate::algebra::equations::Equations;
use crate::algebra::evaluate::{Evaluator, known_constants};
use crate::algebra::facts::blocks;
use crate::algebra::linear::{Matrix, system};
use crate::algebra::substitute::contains;
use crate::model::protocol::Action;
use crate::model::term::{Term, TermId, Terms};
use crate::model::{ConstantId, Model};

/// Longest chain of single states that is written out.
const LONGEST: usize = 5;
/// Most paths that are written out.
const MOST_PATHS: usize = 500;
/// Largest matrix whose exponential is computed.
const LARGEST: usize = 128;

/// New values of all states after one step. Values of `(unless refractory)` states are those of a neuron that is not refractory: in others
/// they are not assigned.
///
/// # Errors
/// Why there is no closed form, as a clause.
pub fn propagator(
    model: &mut Model,
    equations: &Equations,
    temporaries: &mut Temporaries,
) -> Result<Vec<TermId>, String> {
    let symbols = equations.symbols();
    let Some((matrix, rest)) = system(&mut model.terms, &equations.plain_drift, &symbols) else {
        return Err("the equations are not linear".to_string());
    };
    let full = advance(model, equations, &matrix, &rest, temporaries, "")?;
    let Some(switch) = equations.not_refractory else {
        return Ok(full);
    };
    // While the neuron is refractory, the rows of flagged states are zero.
    let zero = model.terms.integer(0);
    let frozen = |row: usize| equations.states[row].unless_refractory;
    let mut still: Matrix = matrix.clone();
    let mut input = rest.clone();
    for row in (0..matrix.len()).filter(|row| frozen(*row)) {
        still[row].fill(zero);
        input[row] = zero;
    }
    let resting = advance(model, equations, &still, &input, temporaries, "_refractory")?;
    Ok((0..full.len())
        .map(|row| match frozen(row) {
            true => full[row],
            false => select(&mut model.terms, switch, full[row], resting[row]),
        })
        .collect())
}

/// A step of `x' = M x + b`.
fn advance(
    model: &mut Model,
    equations: &Equations,
    matrix: &Matrix,
    rest: &[TermId],
    temporaries: &mut Temporaries,
    suffix: &str,
) -> Result<Vec<TermId>, String> {
    let blocks = blocks(&model.terms, matrix);
    let mut paths = Paths {
        matrix,
        rest,
        blocks: &blocks,
        found: Vec::new(),
    };
    let written_out = paths.walk(&model.terms);
    let found = std::mem::take(&mut paths.found);
    let coefficients = match written_out {
        Ok(()) => closed_form(&mut model.terms, matrix, rest, &blocks, &found),
        Err(reason) => {
            numbers(model, equations, matrix, rest).map_err(|why| format!("{reason}, and {why}"))?
        }
    };
    let names: Vec<String> = equations
        .states
        .iter()
        .map(|state| state.name.clone())
        .collect();
    let symbols = equations.symbols();
    let mut result = Vec::new();
    for (row, (by_state, input)) in coefficients.into_iter().enumerate() {
        let mut parts = Vec::new();
        for (column, coefficient) in by_state.into_iter().enumerate() {
            if is_zero(&model.terms, coefficient) {
                continue;
            }
            let name = format!("{}_from_{}{suffix}", names[row], names[column]);
            let coefficient = temporaries.hold(model, &name, coefficient);
            parts.push(product(&mut model.terms, &[coefficient, symbols[column]]));
        }
        for (k, (factor, value)) in input.into_iter().enumerate() {
            let number = if k == 0 {
                String::new()
            } else {
                (k + 1).to_string()
            };
            let name = format!("{}_from_input{number}{suffix}", names[row]);
            // What is the same for all neurons is one number; what is not is multiplied by one.
            let part = if varies(model, value) {
                let factor = temporaries.hold(model, &name, factor);
                product(&mut model.terms, &[factor, value])
            } else {
                let whole = product(&mut model.terms, &[factor, value]);
                temporaries.hold(model, &name, whole)
            };
            parts.push(part);
        }
        result.push(sum(&mut model.terms, &parts));
    }
    Ok(result)
}

/// True where a value may differ between neurons or steps.
fn varies(model: &Model, id: TermId) -> bool {
    contains(&model.terms, id, &mut |term| {
        matches!(
            term,
            Term::Variable(_) | Term::Index | Term::Signal(..) | Term::StepNumber
        )
    })
}

/// Coefficients of the states in a new value, and factors of constant inputs with these.
type Row = (Vec<TermId>, Vec<(TermId, TermId)>);

/// A way through the blocks, from the source of an effect to the state it reaches. No first block stands for the constant input.
#[derive(Clone, PartialEq, Debug)]
struct Path {
    constant: bool,
    blocks: Vec<usize>,
}

struct Paths<'a> {
    matrix: &'a Matrix,
    rest: &'a [TermId],
    blocks: &'a [Vec<usize>],
    found: Vec<Path>,
}

impl Paths<'_> {
    /// Lists all paths.
    ///
    /// # Errors
    /// Why some path has no closed form.
    fn walk(&mut self, terms: &Terms) -> Result<(), String> {
        if self.blocks.iter().any(|block| block.len() > 2) {
            return Err("more than two states depend on each other".to_string());
        }
        for start in 0..self.blocks.len() {
            self.extend(
                terms,
                Path {
                    constant: false,
                    blocks: vec![start],
                },
            )?;
            if self.blocks[start]
                .iter()
                .any(|row| !is_zero(terms, self.rest[*row]))
            {
                self.extend(
                    terms,
                    Path {
                        constant: true,
                        blocks: vec![start],
                    },
                )?;
            }
        }
        Ok(())
    }
    fn extend(&mut self, terms: &Terms, path: Path) -> Result<(), String> {
        let pairs = path
            .blocks
            .iter()
            .filter(|b| self.blocks[**b].len() == 2)
            .count();
        let singles = path.blocks.len() - pairs + usize::from(path.constant);
        if pairs > 1 {
            return Err("one pair of coupled states drives another".to_string());
        }
        if singles > if pairs == 1 { PAIR_NODES } else { LONGEST } {
            return Err("the chain of states is long".to_string());
        }
        // Each state by itself, and its input, are no paths through others.
        if self.found.len() >= MOST_PATHS + 2 * self.blocks.len() {
            return Err("there are too many states that act on each other".to_string());
        }
        let last = path.blocks.last().copied().unwrap_or(0);
        self.found.push(path.clone());
        for next in 0..self.blocks.len() {
            if next != last && self.coupled(terms, last, next) {
                let mut longer = path.clone();
                longer.blocks.push(next);
                self.extend(terms, longer)?;
            }
        }
        Ok(())
    }
    fn coupled(&self, terms: &Terms, from: usize, to: usize) -> bool {
        self.blocks[to].iter().any(|row| {
            self.blocks[from]
                .iter()
                .any(|column| !is_zero(terms, self.matrix[*row][*column]))
        })
    }
}

/// The sums over all paths.
fn closed_form(
    terms: &mut Terms,
    matrix: &Matrix,
    rest: &[TermId],
    blocks: &[Vec<usize>],
    paths: &[Path],
) -> Vec<Row> {
    let zero = terms.integer(0);
    let mut rows: Vec<Row> = vec![(vec![zero; matrix.len()], Vec::new()); matrix.len()];
    let mut pairs: Vec<Option<Pair>> = Vec::new();
    for block in blocks {
        pairs.push(match block[..] {
            [i, j] => Some(eigenvalues(terms, matrix, i, j)),
            _ => None,
        });
    }
    for path in paths {
        let mut nodes = if path.constant {
            vec![zero]
        } else {
            Vec::new()
        };
        let mut pair = None;
        for block in &path.blocks {
            match (&blocks[*block][..], pairs[*block]) {
                ([i, j], Some(values)) => pair = Some((values, *i, *j)),
                ([i], _) => nodes.push(per_step(terms, matrix[*i][*i])),
                _ => {}
            }
        }
        // Both α and β for a path through a pair; one number for others.
        let (alpha, beta) = match pair {
            Some((values, ..)) => match values.function(terms, &nodes) {
                Some(both) => both,
                None => continue,
            },
            None => (exponential(terms, &nodes), zero),
        };
        let through = pair.map(|(_, i, j)| through_pair(terms, matrix, [i, j], alpha, beta));
        let first = &blocks[path.blocks[0]];
        let one = terms.integer(1);
        let weight = |row: usize| if path.constant { rest[row] } else { one };
        let sources: Vec<(usize, TermId)> = first
            .iter()
            .map(|row| (*row, weight(*row)))
            .filter(|source| !is_zero(terms, source.1))
            .collect();
        for (source, weight) in sources {
            let mut effect: Vec<(usize, TermId)> = vec![(source, terms.integer(1))];
            if path.constant {
                effect[0].1 = terms.add(Term::Dt);
            }
            if through.is_none() {
                effect[0].1 = product(terms, &[effect[0].1, alpha]);
            }
            for (k, block) in path.blocks.iter().enumerate() {
                if k > 0 {
                    effect = couple(terms, matrix, &effect, &blocks[*block]);
                }
                if let (Some(inside), 2) = (&through, blocks[*block].len()) {
                    effect = apply_pair(terms, inside, &blocks[*block], &effect);
                }
            }
            for (target, factor) in effect {
                if is_zero(terms, factor) {
                    continue;
                }
                let row = &mut rows[target];
                if path.constant {
                    match row.1.iter_mut().find(|entry| entry.1 == weight) {
                        Some(entry) => entry.0 = sum(terms, &[entry.0, factor]),
                        None => row.1.push((factor, weight)),
                    }
                } else {
                    row.0[source] = sum(terms, &[row.0[source], factor]);
                }
            }
        }
    }
    rows
}

/// A rate times the length of the step.
fn per_step(terms: &mut Terms, rate: TermId) -> TermId {
    let dt = terms.add(Term::Dt);
    product(terms, &[rate, dt])
}

/// Half the difference of the diagonal entries.
fn half_gap(terms: &mut Terms, matrix: &Matrix, i: usize, j: usize) -> TermId {
    let gap = difference(terms, matrix[i][i], matrix[j][j]);
    scaled(terms, 0.5, gap)
}

/// The eigenvalues of `M dt` for two coupled states.
fn eigenvalues(terms: &mut Terms, matrix: &Matrix, i: usize, j: usize) -> Pair {
    let both = sum(terms, &[matrix[i][i], matrix[j][j]]);
    let half = scaled(terms, 0.5, both);
    let mean = per_step(terms, half);
    let gap = half_gap(terms, matrix, i, j);
    let squared = product(terms, &[gap, gap]);
    let coupling = product(terms, &[matrix[i][j], matrix[j][i]]);
    let square = sum(terms, &[squared, coupling]);
    let dt = terms.add(Term::Dt);
    Pair {
        mean,
        square: product(terms, &[square, dt, dt]),
    }
}

/// `α + β (A - mean)` for `A = M dt`, row by row.
fn through_pair(
    terms: &mut Terms,
    matrix: &Matrix,
    [i, j]: [usize; 2],
    alpha: TermId,
    beta: TermId,
) -> [[TermId; 2]; 2] {
    let gap = half_gap(terms, matrix, i, j);
    let gap = per_step(terms, gap);
    let along = product(terms, &[beta, gap]);
    let (up, down) = (per_step(terms, matrix[i][j]), per_step(terms, matrix[j][i]));
    [
        [sum(terms, &[alpha, along]), product(terms, &[beta, up])],
        [
            product(terms, &[beta, down]),
            difference(terms, alpha, along),
        ],
    ]
}

fn apply_pair(
    terms: &mut Terms,
    inside: &[[TermId; 2]; 2],
    block: &[usize],
    effect: &[(usize, TermId)],
) -> Vec<(usize, TermId)> {
    let mut result = Vec::new();
    for (row, entries) in block.iter().zip(inside) {
        let mut parts = Vec::new();
        for (column, entry) in block.iter().zip(entries) {
            for (at, factor) in effect {
                if at == column {
                    parts.push(product(terms, &[*factor, *entry]));
                }
            }
        }
        result.push((*row, sum(terms, &parts)));
    }
    result
}

/// The effect on the states of the next block.
fn couple(
    terms: &mut Terms,
    matrix: &Matrix,
    effect: &[(usize, TermId)],
    next: &[usize],
) -> Vec<(usize, TermId)> {
    next.iter()
        .map(|row| {
            let mut parts = Vec::new();
            for (column, factor) in effect {
                let coupling = per_step(terms, matrix[*row][*column]);
                parts.push(product(terms, &[coupling, *factor]));
            }
            (*row, sum(terms, &parts))
        })
        .collect()
}

/// The propagator of a system whose matrix consists of numbers known now.
fn numbers(
    model: &mut Model,
    equations: &Equations,
    matrix: &Matrix,
    rest: &[TermId],
) -> Result<Vec<Row>, String> {
    let n = matrix.len();
    if n > LARGEST {
        return Err(format!("there are more than {LARGEST} states"));
    }
    if equations.dt.is_nan() {
        return Err("the time to advance over is not one fixed number".to_string());
    }
    let fixed = {
        let known = known_constants(model, equations.dt);
        let changing = changing_constants(model);
        let leaf = |term: &Term| match term {
            Term::Constant(id) if changing.contains(id) => None,
            _ => known(term),
        };
        let evaluator = Evaluator::new(&model.terms, &leaf);
        // [[M, 1], [0, 0]]: its exponential has e^(M dt) and the integral of e^(M s) in its upper half.
        let mut augmented = Dense::zero(2 * n);
        for (i, row) in matrix.iter().enumerate() {
            for (j, entry) in row.iter().enumerate() {
                let Some(value) = evaluator.value(*entry) else {
                    let (to, from) = (&equations.states[i].name, &equations.states[j].name);
                    return Err(format!(
                        "the coefficient of `{from}` in the equation of `{to}` is not one fixed number"
                    ));
                };
                augmented.set(i, j, value * equations.dt);
            }
            augmented.set(i, n + i, equations.dt);
        }
        augmented
            .exponential()
            .ok_or("its exponential is not finite")?
    };
    let terms = &mut model.terms;
    Ok((0..n)
        .map(|i| {
            let by_state = (0..n).map(|j| terms.number(fixed.at(i, j))).collect();
            let driven: Vec<usize> = (0..n).filter(|j| !is_zero(terms, rest[*j])).collect();
            let input = driven
                .into_iter()
                .map(|j| (terms.number(fixed.at(i, n + j)), rest[j]))
                .collect();
            (by_state, input)
        })
        .collect())
}

/// Constants that the protocol, a slider or a sweep may change.
fn changing_constants(model: &Model) -> Vec<ConstantId> {
    let set = model.actions().flat_map(Action::changes);
    let ranged = model
        .constants
        .iter_enumerated()
        .filter(|(_, c)| c.range.is_some());
    set.chain(ranged.map(|(id, _)| id)).collect()
}
