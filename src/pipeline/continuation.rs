//! Continuation of equilibria: how they move, appear, vanish and change their stability while one value is varied.
//!
//! A branch is followed by pseudo-arclength: each step goes along the tangent and is corrected at right angles to it, so that branches can turn
//! back in folds. States are counted in widths ([`Field::widths`]) and the value in its range, so that lengths have a meaning. Between two points,
//! a change of direction of the value is a fold; two eigenvalues that cross the imaginary axis together are a Hopf point; one without a fold is
//! a branch point. Each is then located by halving the step.

use super::field::Field;
use crate::algebra::dense::Dense;
use crate::algebra::equilibria::{Equilibrium, Region, Stability, describe, equilibria};

/// Longest step along a branch, in widths.
const LONGEST: f64 = 0.01;
/// Shortest step before a branch is given up.
const SHORTEST: f64 = 1e-9;
/// Points of a branch at most.
const POINTS: usize = 20_000;
/// Halvings that locate a special point.
const HALVINGS: usize = 50;
/// Starting points per state when further branches are looked for.
const SEEDS: usize = 7;

/// An equilibrium at a value.
#[derive(Clone, PartialEq, Debug)]
pub struct Point {
    /// The value that is varied, SI.
    pub value: f64,
    /// The equilibrium.
    pub at: Equilibrium,
}

/// What happens at a special point.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Happening {
    /// Two equilibria meet and vanish: a fold, or saddle-node.
    Fold,
    /// Stability is lost or gained to an oscillation.
    Hopf,
    /// Another branch crosses.
    Branch,
}

impl Happening {
    /// Its usual name.
    pub fn name(self) -> &'static str {
        match self {
            Happening::Fold => "fold",
            Happening::Hopf => "Hopf",
            Happening::Branch => "branch point",
        }
    }
}

/// A special point.
#[derive(Clone, PartialEq, Debug)]
pub struct Special {
    /// What happens.
    pub what: Happening,
    /// Where.
    pub point: Point,
}

impl Special {
    /// Frequency of the oscillation that begins at a Hopf point, hertz.
    pub fn frequency(&self) -> Option<f64> {
        let critical = self.point.at.eigenvalues.iter().filter(|(_, im)| *im > 0.0);
        let nearest = critical.min_by(|a, b| a.0.abs().total_cmp(&b.0.abs()))?;
        (self.what == Happening::Hopf).then_some(nearest.1 / std::f64::consts::TAU)
    }
}

/// A connected curve of equilibria.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Branch {
    /// Points in order along it.
    pub points: Vec<Point>,
    /// What happens on it, in order.
    pub special: Vec<Special>,
}

/// A place on a branch in scaled coordinates, states then value, and the direction there.
#[derive(Clone)]
struct Place {
    at: Vec<f64>,
    along: Vec<f64>,
}

struct Follower<'f> {
    field: &'f Field,
    widths: Vec<f64>,
    /// Typical sizes of the rates.
    sizes: Vec<f64>,
    low: f64,
    high: f64,
}

/// All branches that are found between two values: from the neuron's starting values, and from a grid of states at the ends and in the middle.
pub fn follow(field: &Field, low: f64, high: f64) -> Vec<Branch> {
    let widths = field.widths();
    let start = field.start();
    let mut follower = Follower {
        field,
        sizes: vec![0.0; widths.len()],
        widths,
        low,
        high,
    };
    follower.measure(&start);
    let mut branches: Vec<Branch> = Vec::new();
    let few = start.len() <= 3;
    for value in [low, high, (low + high) / 2.0] {
        let mut found: Vec<Vec<f64>> = field
            .rest(&start, value)
            .into_iter()
            .map(|rest| rest.state)
            .collect();
        if few {
            let widths = start.iter().zip(&follower.widths);
            let region = Region {
                low: widths.clone().map(|(x, width)| x - 3.0 * width).collect(),
                high: widths.map(|(x, width)| x + 3.0 * width).collect(),
            };
            let mut f = |state: &[f64]| field.rate(state, value);
            found.extend(
                equilibria(&mut f, &region, SEEDS)
                    .into_iter()
                    .map(|one| one.state),
            );
        }
        for state in found {
            if !branches
                .iter()
                .any(|branch| follower.lies_on(branch, &state, value))
            {
                // What cannot be followed was none.
                branches.extend(
                    follower
                        .branch(&state, value)
                        .filter(|branch| branch.points.len() > 2),
                );
            }
        }
    }
    branches
}

impl Follower<'_> {
    fn span(&self) -> f64 {
        self.high - self.low
    }

    fn measure(&mut self, start: &[f64]) {
        for value in [self.low, self.high, (self.low + self.high) / 2.0] {
            for k in 0..start.len() {
                for part in [-0.3, 0.0, 0.3] {
                    let mut near = start.to_vec();
                    if let (Some(x), Some(width)) = (near.get_mut(k), self.widths.get(k)) {
                        *x += part * width;
                    }
                    let rates = self.field.rate(&near, value).unwrap_or_default();
                    for (size, rate) in self.sizes.iter_mut().zip(rates) {
                        *size = size.max(rate.abs());
                    }
                }
            }
        }
        for size in &mut self.sizes {
            if *size == 0.0 {
                *size = 1.0;
            }
        }
    }

    fn scaled(&self, state: &[f64], value: f64) -> Vec<f64> {
        let states = state.iter().zip(&self.widths).map(|(x, width)| x / width);
        states.chain([(value - self.low) / self.span()]).collect()
    }

    fn plain(&self, at: &[f64]) -> (Vec<f64>, f64) {
        let states = at.iter().zip(&self.widths).map(|(x, width)| x * width);
        let last = at.last().copied().unwrap_or(0.0);
        (states.collect(), self.low + last * self.span())
    }

    /// Scaled rates.
    fn rates(&self, at: &[f64]) -> Option<Vec<f64>> {
        let (state, value) = self.plain(at);
        let rates = self.field.rate(&state, value)?;
        Some(
            rates
                .iter()
                .zip(&self.sizes)
                .map(|(rate, size)| rate / size)
                .collect(),
        )
    }

    /// Slopes of the scaled rates by all scaled coordinates: a row per rate.
    fn slopes(&self, at: &[f64]) -> Option<Vec<Vec<f64>>> {
        let step = 1e-6;
        let mut rows = vec![vec![0.0; at.len()]; at.len() - 1];
        for column in 0..at.len() {
            let mut shifted = at.to_vec();
            let x = at.get(column)?;
            *shifted.get_mut(column)? = x + step;
            let above = self.rates(&shifted)?;
            *shifted.get_mut(column)? = x - step;
            let below = self.rates(&shifted)?;
            for (row, (a, b)) in rows.iter_mut().zip(above.iter().zip(&below)) {
                *row.get_mut(column)? = (a - b) / (2.0 * step);
            }
        }
        Some(rows)
    }

    /// The unit direction along the branch that points the way `before` does.
    fn direction(&self, at: &[f64], before: &[f64]) -> Option<Vec<f64>> {
        let mut rows = self.slopes(at)?;
        rows.push(before.to_vec());
        let matrix = Dense::from_rows(&rows);
        let mut right = Dense::zero(at.len());
        right.set(at.len() - 1, 0, 1.0);
        let solved = matrix.solve(&right)?;
        let along: Vec<f64> = (0..at.len()).map(|k| solved.at(k, 0)).collect();
        let length = along.iter().map(|x| x * x).sum::<f64>().sqrt();
        (length.is_finite() && length > 0.0).then(|| along.iter().map(|x| x / length).collect())
    }

    /// The place a step further.
    fn step(&self, from: &Place, length: f64) -> Option<Place> {
        let guess: Vec<f64> = from
            .at
            .iter()
            .zip(&from.along)
            .map(|(x, d)| x + length * d)
            .collect();
        let mut at = guess.clone();
        for _ in 0..12 {
            let rates = self.rates(&at)?;
            let mut rows = self.slopes(&at)?;
            rows.push(from.along.clone());
            let matrix = Dense::from_rows(&rows);
            let mut right = Dense::zero(at.len());
            for (row, rate) in rates.iter().enumerate() {
                right.set(row, 0, -rate);
            }
            let away: f64 = at
                .iter()
                .zip(&guess)
                .zip(&from.along)
                .map(|((x, g), d)| (x - g) * d)
                .sum();
            right.set(at.len() - 1, 0, -away);
            let change = matrix.solve(&right)?;
            let mut moved = 0.0f64;
            for (k, x) in at.iter_mut().enumerate() {
                *x += change.at(k, 0);
                moved = moved.max(change.at(k, 0).abs());
            }
            if !moved.is_finite() || moved > 1.0 {
                return None;
            }
            if moved < 1e-11 {
                let along = self.direction(&at, &from.along)?;
                return Some(Place { at, along });
            }
        }
        None
    }

    fn point(&self, place: &Place) -> Option<Point> {
        let (state, value) = self.plain(&place.at);
        let mut f = |state: &[f64]| self.field.rate(state, value);
        let at = describe(&mut f, state, &self.widths)?;
        Some(Point { value, at })
    }

    /// The branch through an equilibrium: followed both ways.
    fn branch(&self, state: &[f64], value: f64) -> Option<Branch> {
        let at = self.scaled(state, value);
        // Along the value where that is possible, along a state where the branch turns right here.
        let along = (0..at.len()).rev().find_map(|k| {
            let mut axis = vec![0.0; at.len()];
            *axis.get_mut(k)? = 1.0;
            self.direction(&at, &axis)
        })?;
        let opposite: Vec<f64> = along.iter().map(|x| -x).collect();
        let place = Place { at, along };
        let (mut points, mut special) = self.half(&place)?;
        let back = Place {
            at: place.at.clone(),
            along: opposite,
        };
        let (mut before, mut earlier) = self.half(&back)?;
        before.reverse();
        before.pop();
        before.append(&mut points);
        earlier.reverse();
        earlier.append(&mut special);
        // From low values to high ones, where the ends differ.
        let mut branch = Branch {
            points: before,
            special: earlier,
        };
        let ends = (branch.points.first()?.value, branch.points.last()?.value);
        if ends.0 > ends.1 {
            branch.points.reverse();
            branch.special.reverse();
        }
        Some(branch)
    }

    /// One way from a place, to the end of the range.
    fn half(&self, start: &Place) -> Option<(Vec<Point>, Vec<Special>)> {
        let mut points = vec![self.point(start)?];
        let mut special = Vec::new();
        let mut place = start.clone();
        let mut length = LONGEST / 4.0;
        while points.len() < POINTS {
            let Some(next) = self.step(&place, length) else {
                length /= 2.0;
                if length < SHORTEST {
                    break;
                }
                continue;
            };
            // A sharp turn is followed with shorter steps.
            let turn: f64 = next
                .along
                .iter()
                .zip(&place.along)
                .map(|(a, b)| a * b)
                .sum();
            if turn < 0.98 && length > 1e-5 {
                length /= 2.0;
                continue;
            }
            let (Some(point), Some(last)) = (self.point(&next), points.last()) else {
                break;
            };
            special.extend(self.between(&place, last, &next, &point, length));
            let reached = next.at.last().copied().unwrap_or(0.0);
            let outside = !(-1e-12..=1.0 + 1e-12).contains(&reached);
            let far = next.at.iter().any(|x| x.abs() > 1e3);
            if outside {
                let border = f64::from(u8::from(reached > 0.5));
                points.extend(self.border(&place, &next, border));
                let within =
                    |one: &Special| one.point.value >= self.low && one.point.value <= self.high;
                special.retain(within);
                break;
            }
            points.push(point);
            place = next;
            length = (length * 1.3).min(LONGEST);
            let apart = place
                .at
                .iter()
                .zip(&start.at)
                .map(|(a, b)| (a - b).abs())
                .fold(0.0, f64::max);
            let around = points.len() > 20 && apart < LONGEST / 4.0;
            if far || around {
                break;
            }
        }
        Some((points, special))
    }

    /// The equilibrium at the end of the range.
    fn border(&self, inside: &Place, outside: &Place, border: f64) -> Option<Point> {
        let (a, b) = (inside.at.last()?, outside.at.last()?);
        let part = (border - a) / (b - a);
        let guess: Vec<f64> = inside
            .at
            .iter()
            .zip(&outside.at)
            .map(|(x, y)| x + part * (y - x))
            .collect();
        let (state, _) = self.plain(&guess);
        let value = if border > 0.5 { self.high } else { self.low };
        let at = self.field.rest(&state, value)?;
        Some(Point { value, at })
    }

    /// What happens between two neighboring places.
    fn between(
        &self,
        from: &Place,
        first: &Point,
        to: &Place,
        second: &Point,
        length: f64,
    ) -> Vec<Special> {
        let turned = |place: &Place| place.along.last().is_some_and(|d| *d < 0.0);
        let unstable = |point: &Point| {
            point
                .at
                .eigenvalues
                .iter()
                .filter(|(re, _)| *re > 0.0)
                .count()
        };
        let mut found = Vec::new();
        let folds = turned(from) != turned(to);
        if folds {
            found.extend(self.locate(from, length, Happening::Fold, &|place, _| {
                turned(place) != turned(from)
            }));
        }
        let (a, b) = (unstable(first), unstable(second));
        let change = a.abs_diff(b);
        let paired = change >= 2;
        if paired {
            let hopf = self.locate(from, length, Happening::Hopf, &|_, point| {
                unstable(point).abs_diff(a) >= 2
            });
            // A pair of complex eigenvalues must be the one that crosses.
            found.extend(hopf.filter(|special| special.frequency().is_some()));
        } else if change == 1 && !folds {
            found.extend(self.locate(from, length, Happening::Branch, &|_, point| {
                unstable(point) != a
            }));
        }
        found
    }

    /// Halves the step until what happens is enclosed.
    fn locate(
        &self,
        from: &Place,
        length: f64,
        what: Happening,
        happened: &dyn Fn(&Place, &Point) -> bool,
    ) -> Option<Special> {
        let (mut low, mut high) = (0.0, length);
        let mut best = None;
        for _ in 0..HALVINGS {
            let middle = (low + high) / 2.0;
            let Some(place) = self.step(from, middle) else {
                break;
            };
            let point = self.point(&place)?;
            if happened(&place, &point) {
                high = middle;
            } else {
                low = middle;
            }
            best = Some(point);
            if high - low < 1e-12 {
                break;
            }
        }
        best.map(|mut point| {
            // Its stability is that of neither side.
            point.at.stability = Stability::Marginal;
            Special { what, point }
        })
    }

    /// True where a branch passes through a state at a value.
    fn lies_on(&self, branch: &Branch, state: &[f64], value: f64) -> bool {
        let here = self.scaled(state, value);
        let near = |point: &Point| {
            let there = self.scaled(&point.at.state, point.value);
            let apart = here
                .iter()
                .zip(&there)
                .map(|(a, b)| (a - b) * (a - b))
                .sum::<f64>();
            apart.sqrt() < 1.5 * LONGEST
        };
        branch.points.iter().any(near)
    }
}

/// Consecutive points of a branch with as many unstable directions: first and last position, both included, and that number.
pub fn pieces(branch: &Branch) -> Vec<(usize, usize, usize)> {
    let mut pieces: Vec<(usize, usize, usize)> = Vec::new();
    for (k, point) in branch.points.iter().enumerate() {
        let unstable = point
            .at
            .eigenvalues
            .iter()
            .filter(|(re, _)| *re > 0.0)
            .count();
        match pieces.last_mut() {
            Some(last) if last.2 == unstable => last.1 = k,
            _ => pieces.push((k, k, unstable)),
        }
    }
    pieces
}
