//! Where equations that are not linear come to rest, and how much input takes them out of it.

use crate::algebra::equilibria::Equilibrium;
use crate::pipeline::field::{Field, Knob};

/// Steps outward before a search is given up; each doubles the distance.
const STEPS: usize = 36;
/// Halvings of the interval in which the rest is lost.
const HALVINGS: usize = 40;
/// A rest that moves by more than this part of its width in one step is another one.
const JUMP: f64 = 0.5;

/// What ends a rest.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum End {
    /// It is lost, or unstable, beyond this value of the knob.
    Lost(f64),
    /// It lies above the threshold beyond this value.
    Above(f64),
}

/// The stable state that the equations go to from where they are.
pub(super) fn stable(field: &Field, knob: f64) -> Option<Equilibrium> {
    let found = field.rest(&field.start(), knob);
    found.filter(|rest| rest.stability.is_stable())
}

/// True for an input: a value that is added to the equation of a state, by the same factor wherever the neuron is.
pub(super) fn is_input(field: &Field, position: usize, knob: Knob, rest: &Equilibrium) -> bool {
    let Some(present) = field
        .present(knob)
        .filter(|_| field.acts_on(position, knob))
    else {
        return false;
    };
    let widths = field.widths();
    let step = if present == 0.0 {
        1e-3
    } else {
        1e-3 * present.abs()
    };
    let slope = |part: f64, knob: f64| {
        let moved = rest.state.iter().zip(&widths);
        let moved: Vec<f64> = moved.map(|(x, width)| x + part * width).collect();
        field.slope(&moved, knob, step)?.get(position).copied()
    };
    let Some(here) = slope(0.0, present).filter(|slope| slope.is_finite() && *slope != 0.0) else {
        return false;
    };
    let same = |other: Option<f64>| other.is_some_and(|s| (s - here).abs() <= 1e-4 * here.abs());
    same(slope(0.1, present))
        && same(slope(-0.1, present))
        && same(slope(0.0, present + 10.0 * step))
}

/// Follows a rest while an input grows, until it ends.
pub(super) fn end(
    field: &Field,
    position: usize,
    present: f64,
    rest: &Equilibrium,
    threshold: f64,
) -> Option<End> {
    let widths = field.widths();
    let width = *widths.get(position)?;
    let small = if present == 0.0 {
        1e-3
    } else {
        1e-4 * present.abs()
    };
    let slope = *field.slope(&rest.state, present, small)?.get(position)?;
    // The first step moves the membrane potential by about a hundredth of its width in a millisecond.
    let mut step = (0.01 * width / 1e-3 / slope)
        .abs()
        .min(1e3 * present.abs().max(1e-12));
    if !step.is_finite() || step == 0.0 {
        return None;
    }
    let sign = slope.signum();
    let follow = |from: &[f64], knob: f64| {
        let next = field.rest(from, knob)?;
        let moved = next.state.iter().zip(from).zip(&widths);
        let near = moved
            .clone()
            .all(|((a, b), width)| (a - b).abs() <= JUMP * width);
        (near && next.stability.is_stable()).then_some(next.state)
    };
    let mut at = (present, rest.state.clone());
    for _ in 0..STEPS {
        let next = at.0 + sign * step;
        match follow(&at.1, next) {
            Some(state) if state.get(position)? >= &threshold => return Some(End::Above(next)),
            Some(state) => {
                at = (next, state);
                step *= 1.5;
            }
            None => {
                let mut beyond = next;
                for _ in 0..HALVINGS {
                    let middle = 0.5 * (at.0 + beyond);
                    match follow(&at.1, middle) {
                        Some(state) => at = (middle, state),
                        None => beyond = middle,
                    }
                }
                if follow(&at.1, next).is_none() {
                    return Some(End::Lost(at.0));
                }
            }
        }
    }
    None
}
