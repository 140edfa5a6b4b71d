//! Equilibria of `x' = f(x)`: where nothing changes, and what happens near by.
//!
//! The equations come as a closure from a state to its derivative, so that whoever can evaluate equations can ask. States and derivatives
//! are in SI units of very different sizes (volts beside siemens per second); all tolerances are therefore relative to a [`Region`],
//! which says how large the states of interest are. Derivatives are central differences: they cross removable singularities, such as
//! `x/(exp(x) - 1)` at 0, where a symbolic derivative is undefined.

use super::dense::Dense;

/// Steps of Newton's method before it gives up.
const STEPS: usize = 80;
/// Step of the central differences as a part of the region's width: about the third root of the rounding error.
const STEP: f64 = 4e-6;
/// Two equilibria closer than this part of the region's width are one.
const SAME: f64 = 1e-6;

/// A box of states.
#[derive(Clone, PartialEq, Debug)]
pub struct Region {
    /// Lowest value of each state.
    pub low: Vec<f64>,
    /// Highest value of each state, above the lowest.
    pub high: Vec<f64>,
}

/// What happens near an equilibrium, from the eigenvalues of its Jacobian.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub enum Stability {
    /// All real and negative: states return straight.
    StableNode,
    /// Negative real parts, some complex: states spiral in.
    StableFocus,
    /// All real and positive.
    UnstableNode,
    /// Positive real parts, some complex: states spiral out.
    UnstableFocus,
    /// Real parts of both signs: some states approach, most leave.
    Saddle,
    /// A real part of 0: the equations decide beyond their linear part.
    Marginal,
}

impl Stability {
    /// All of them, in the order of their names below.
    pub const ALL: [Stability; 6] = [
        Stability::StableNode,
        Stability::StableFocus,
        Stability::UnstableNode,
        Stability::UnstableFocus,
        Stability::Saddle,
        Stability::Marginal,
    ];
    /// Its usual name: `stable node`.
    pub fn name(self) -> &'static str {
        match self {
            Stability::StableNode => "stable node",
            Stability::StableFocus => "stable focus",
            Stability::UnstableNode => "unstable node",
            Stability::UnstableFocus => "unstable focus",
            Stability::Saddle => "saddle",
            Stability::Marginal => "marginal",
        }
    }
    /// True where all disturbances vanish.
    pub fn is_stable(self) -> bool {
        matches!(self, Stability::StableNode | Stability::StableFocus)
    }
    /// From eigenvalues (real and imaginary parts). A real part below a millionth of the largest eigenvalue counts as 0.
    pub fn of(eigenvalues: &[(f64, f64)]) -> Stability {
        let largest = eigenvalues
            .iter()
            .map(|(re, im)| re.hypot(*im))
            .fold(0.0, f64::max);
        let small = 1e-6 * largest;
        let marginal = largest == 0.0 || eigenvalues.iter().any(|(re, _)| re.abs() <= small);
        let turns = eigenvalues.iter().any(|(_, im)| im.abs() > small);
        let (falls, grows) = (
            eigenvalues.iter().any(|(re, _)| *re < -small),
            eigenvalues.iter().any(|(re, _)| *re > small),
        );
        match (falls, grows, turns) {
            (true, true, _) => Stability::Saddle,
            _ if marginal => Stability::Marginal,
            (true, _, false) => Stability::StableNode,
            (true, _, true) => Stability::StableFocus,
            (_, _, false) => Stability::UnstableNode,
            (_, _, true) => Stability::UnstableFocus,
        }
    }
}

/// A state in which nothing changes.
#[derive(Clone, PartialEq, Debug)]
pub struct Equilibrium {
    /// The state.
    pub state: Vec<f64>,
    /// Derivatives of each equation (rows) by each state.
    pub jacobian: Dense,
    /// Eigenvalues of that, real and imaginary parts, per second.
    pub eigenvalues: Vec<(f64, f64)>,
    /// What they say.
    pub stability: Stability,
}

impl Region {
    /// Widths, at least a tiny one.
    fn widths(&self) -> Vec<f64> {
        let pairs = self.low.iter().zip(&self.high);
        pairs
            .map(|(low, high)| (high - low).abs().max(f64::MIN_POSITIVE))
            .collect()
    }
    /// True for states inside, or at the border up to rounding.
    pub fn contains(&self, state: &[f64]) -> bool {
        let edges = self.low.iter().zip(&self.high);
        state.iter().zip(edges).all(|(x, (low, high))| {
            let slack = 1e-9 * (high - low).abs();
            *x >= low - slack && *x <= high + slack
        })
    }
    /// The middles of `count` equal parts per axis, crossed.
    fn seeds(&self, count: usize) -> Vec<Vec<f64>> {
        let mut seeds = vec![Vec::new()];
        for (low, high) in self.low.iter().zip(&self.high) {
            let along = |k: usize| low + (high - low) * (k as f64 + 0.5) / count as f64;
            seeds = seeds
                .iter()
                .flat_map(|seed| {
                    (0..count).map(|k| {
                        let mut seed = seed.clone();
                        seed.push(along(k));
                        seed
                    })
                })
                .collect();
        }
        seeds
    }
}

/// The Jacobian of `f` at a state by central differences; `widths` are the sizes over which the states vary. Nothing where `f` has no
/// finite value near by.
pub fn jacobian(
    f: &mut dyn FnMut(&[f64]) -> Option<Vec<f64>>,
    state: &[f64],
    widths: &[f64],
) -> Option<Dense> {
    let mut result = Dense::zero(state.len());
    for (column, (x, width)) in state.iter().zip(widths).enumerate() {
        let mut shifted = state.to_vec();
        // The step as it is represented, so that its rounding does not enter.
        let (above, below) = (x + STEP * width, x - STEP * width);
        *shifted.get_mut(column)? = above;
        let high = f(&shifted)?;
        *shifted.get_mut(column)? = below;
        let low = f(&shifted)?;
        for (row, (high, low)) in high.iter().zip(&low).enumerate() {
            let slope = (high - low) / (above - below);
            if !slope.is_finite() {
                return None;
            }
            result.set(row, column, slope);
        }
    }
    Some(result)
}

/// Follows Newton's method from a state, with steps halved until the derivative shrinks. `sizes` are typical sizes of the derivatives.
/// Nothing where it does not arrive.
pub fn newton(
    f: &mut dyn FnMut(&[f64]) -> Option<Vec<f64>>,
    seed: &[f64],
    widths: &[f64],
    sizes: &[f64],
) -> Option<Vec<f64>> {
    let rest = |value: &[f64]| {
        let parts = value.iter().zip(sizes).map(|(v, size)| (v / size).abs());
        parts.fold(
            0.0,
            |a: f64, b| if b.is_nan() { f64::INFINITY } else { a.max(b) },
        )
    };
    let mut state = seed.to_vec();
    let mut value = f(&state)?;
    let mut left = rest(&value);
    for _ in 0..STEPS {
        if left == 0.0 {
            return Some(state);
        }
        let slopes = jacobian(f, &state, widths)?;
        let mut right = Dense::zero(state.len());
        for (row, value) in value.iter().enumerate() {
            right.set(row, 0, -value);
        }
        let step = slopes.solve(&right)?;
        let length = (0..state.len())
            .zip(widths)
            .map(|(k, width)| (step.at(k, 0) / width).abs())
            .fold(0.0, f64::max);
        if !length.is_finite() {
            return None;
        }
        // Steps across more than half of the region are shortened: the linear part says nothing about places so far away.
        let mut part = (0.5 / length).min(1.0);
        loop {
            let tried: Vec<f64> = state
                .iter()
                .enumerate()
                .map(|(k, x)| x + part * step.at(k, 0))
                .collect();
            let found = f(&tried);
            let shrunk = found.as_deref().map_or(f64::INFINITY, rest);
            if let Some(found) = found
                && shrunk < left
            {
                (state, value, left) = (tried, found, shrunk);
                break;
            }
            part /= 2.0;
            if part < 1e-4 {
                // No step improves: arrived up to rounding, or caught in a dent.
                return (left < 1e-9 && length < 1e-6).then_some(state);
            }
        }
        if length < 1e-13 {
            return Some(state);
        }
    }
    (left < 1e-11).then_some(state)
}

/// The equilibrium at a state that Newton's method found, with its Jacobian.
pub fn describe(
    f: &mut dyn FnMut(&[f64]) -> Option<Vec<f64>>,
    state: Vec<f64>,
    widths: &[f64],
) -> Option<Equilibrium> {
    let jacobian = jacobian(f, &state, widths)?;
    // In units of the widths, which leaves the eigenvalues as they are and makes the entries alike in size.
    let mut alike = jacobian.clone();
    for (row, own) in widths.iter().enumerate() {
        for (column, other) in widths.iter().enumerate() {
            alike.set(row, column, jacobian.at(row, column) * other / own);
        }
    }
    let eigenvalues = alike.eigenvalues();
    Some(Equilibrium {
        stability: Stability::of(&eigenvalues),
        state,
        jacobian,
        eigenvalues,
    })
}

/// The equilibria in a region: Newton's method from a grid of `seeds` starting points per axis, each found once, in rising order of
/// the first state. `f` gives nothing, or values that are not finite, where the equations have none.
pub fn equilibria(
    f: &mut dyn FnMut(&[f64]) -> Option<Vec<f64>>,
    region: &Region,
    seeds: usize,
) -> Vec<Equilibrium> {
    equilibria_from(f, region, &region.seeds(seeds.max(1)))
}

/// The same from starting points that are known to be good, as where nullclines meet.
pub fn equilibria_from(
    f: &mut dyn FnMut(&[f64]) -> Option<Vec<f64>>,
    region: &Region,
    seeds: &[Vec<f64>],
) -> Vec<Equilibrium> {
    let widths = region.widths();
    let mut sizes = vec![0.0f64; widths.len()];
    for seed in seeds {
        let value = f(seed).unwrap_or_default();
        for (size, value) in sizes.iter_mut().zip(value) {
            if value.is_finite() {
                *size = size.max(value.abs());
            }
        }
    }
    for size in &mut sizes {
        if *size == 0.0 {
            *size = 1.0;
        }
    }
    let mut found: Vec<Vec<f64>> = Vec::new();
    for seed in seeds {
        let Some(state) = newton(f, seed, &widths, &sizes) else {
            continue;
        };
        let known = found.iter().any(|other| {
            let apart = other.iter().zip(&state).zip(&widths);
            apart
                .map(|((a, b), width)| ((a - b) / width).abs())
                .fold(0.0, f64::max)
                < SAME
        });
        if !known && region.contains(&state) {
            found.push(state);
        }
    }
    found.sort_by(|a, b| {
        let pairs = a.iter().zip(b).map(|(a, b)| a.total_cmp(b));
        pairs.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
    });
    found
        .into_iter()
        .filter_map(|state| describe(f, state, &widths))
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    fn region(x: f64, y: f64) -> Region {
        Region {
            low: vec![-x, -y],
            high: vec![x, y],
        }
    }

    /// FitzHugh-Nagumo, `v' = v - v^3/3 - w + I`, `w' = (v + a - b w)/tau`: the equilibrium solves a cubic with one real root for
    /// `b < 1`, and is stable while `1 - v^2 < b/tau`.
    #[test]
    fn fitzhugh_nagumo_rests_and_then_does_not() {
        let (a, b, tau) = (0.7, 0.8, 12.5);
        for (current, stability) in [
            (0.0, Stability::StableFocus),
            (0.5, Stability::UnstableFocus),
        ] {
            let mut f = |s: &[f64]| {
                let (v, w) = (s[0], s[1]);
                Some(vec![
                    v - v.powi(3) / 3.0 - w + current,
                    (v + a - b * w) / tau,
                ])
            };
            let found = equilibria(&mut f, &region(2.5, 2.0), 8);
            assert_eq!(found.len(), 1);
            let at = &found[0];
            let v = at.state[0];
            assert!((v - v.powi(3) / 3.0 - (v + a) / b + current).abs() < 1e-12);
            // Trace and determinant of the Jacobian [[1 - v^2, -1], [1/tau, -b/tau]].
            let (trace, det) = (1.0 - v * v - b / tau, (1.0 - b * (1.0 - v * v)) / tau);
            let sum: f64 = at.eigenvalues.iter().map(|e| e.0).sum();
            let product = at.eigenvalues[0].0.powi(2) + at.eigenvalues[0].1.powi(2);
            assert!((sum - trace).abs() < 1e-8, "{sum} {trace}");
            assert!((product - det).abs() < 1e-8, "{product} {det}");
            assert_eq!(at.stability, stability);
        }
    }

    /// `v' = v - v^3 - w`, `w' = v/2 - w` rests at 0 and at `±sqrt(1/2)`: a saddle between two stable points.
    #[test]
    fn a_saddle_between_two_stable_points() {
        let mut f = |s: &[f64]| Some(vec![s[0] - s[0].powi(3) - s[1], s[0] / 2.0 - s[1]]);
        let found = equilibria(&mut f, &region(1.5, 1.0), 6);
        let half = 0.5f64.sqrt();
        let places: Vec<f64> = found.iter().map(|e| e.state[0]).collect();
        assert_eq!(places.len(), 3);
        for (place, expected) in places.iter().zip([-half, 0.0, half]) {
            assert!((place - expected).abs() < 1e-10);
        }
        let kinds: Vec<Stability> = found.iter().map(|e| e.stability).collect();
        assert_eq!(
            kinds,
            [
                Stability::StableFocus,
                Stability::Saddle,
                Stability::StableFocus
            ]
        );
    }

    /// Sizes of SI units: volts beside amperes per second.
    #[test]
    #[allow(clippy::disallowed_methods)]
    fn units_do_not_matter() {
        let mut f = |s: &[f64]| {
            let drive = 2e-3 * ((s[0] + 0.05) / 2e-3).exp();
            Some(vec![
                (-(s[0] + 0.07) + drive - s[1] / 30e-9) / 9e-3,
                (4e-9 * (s[0] + 0.07) - s[1]) / 0.144,
            ])
        };
        let region = Region {
            low: vec![-0.08, -1e-10],
            high: vec![-0.04, 5e-10],
        };
        let found = equilibria(&mut f, &region, 8);
        let kinds: Vec<Stability> = found.iter().map(|e| e.stability).collect();
        assert_eq!(kinds, [Stability::StableNode, Stability::Saddle]);
    }

    #[test]
    fn eigenvalues_have_names() {
        let name = |e: &[(f64, f64)]| Stability::of(e).name();
        assert_eq!(name(&[(-1.0, 0.0), (-2.0, 0.0)]), "stable node");
        assert_eq!(name(&[(0.1, 2.0), (0.1, -2.0)]), "unstable focus");
        assert_eq!(name(&[(1.0, 0.0), (2.0, 0.0)]), "unstable node");
        assert_eq!(name(&[(0.0, 1.0), (0.0, -1.0)]), "marginal");
        assert_eq!(name(&[(1.0, 0.0), (-1.0, 0.0)]), "saddle");
    }

    /// No root: the equations never rest, and nothing is invented at the closest approach.
    #[test]
    fn a_ghost_is_not_an_equilibrium() {
        let mut f = |s: &[f64]| Some(vec![s[0] * s[0] + 1e-4, -s[1]]);
        assert!(equilibria(&mut f, &region(1.0, 1.0), 6).is_empty());
    }
}
