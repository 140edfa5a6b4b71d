//! Where a function of two variables is 0: marching squares with refined crossings.
//!
//! Signs on a grid tell which edges of cells a line crosses; the crossing is then found along the edge to rounding, so that what is drawn
//! lies on the line and only the straight pieces within a cell are an approximation. Any number of branches, open or closed, comes out.
//! The function is asked for many places at once. A change of sign through a pole or a jump is no zero, and is left out.

use std::collections::BTreeMap;

/// The places of a grid: `columns` by `rows` cells over a rectangle.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Grid {
    /// Left and right end.
    pub x: (f64, f64),
    /// Lower and upper end.
    pub y: (f64, f64),
    /// Cells to the right.
    pub columns: usize,
    /// Cells upward.
    pub rows: usize,
}

/// A function of many places: one value for each.
pub type Field<'f> = dyn FnMut(&[f64], &[f64]) -> Vec<f64> + 'f;

/// Steps of the search along an edge.
const REFINEMENTS: usize = 12;

impl Grid {
    /// The corners of all cells, row by row.
    pub fn corners(&self) -> (Vec<f64>, Vec<f64>) {
        let (mut xs, mut ys) = (Vec::new(), Vec::new());
        for row in 0..=self.rows {
            for column in 0..=self.columns {
                let (x, y) = self.corner(column, row);
                xs.push(x);
                ys.push(y);
            }
        }
        (xs, ys)
    }
    fn corner(&self, column: usize, row: usize) -> (f64, f64) {
        let along = |(low, high): (f64, f64), k: usize, count: usize| {
            low + (high - low) * k as f64 / count.max(1) as f64
        };
        (
            along(self.x, column, self.columns),
            along(self.y, row, self.rows),
        )
    }
    fn number(&self, column: usize, row: usize) -> usize {
        row * (self.columns + 1) + column
    }
    /// The middles of the cells in whose neighborhood all the functions change their sign, given by their values at the corners.
    pub fn crossings(&self, values: &[&[f64]]) -> Vec<(f64, f64)> {
        let mut found = Vec::new();
        for row in 0..self.rows {
            for column in 0..self.columns {
                let changes = |values: &&[f64]| {
                    let reach = |k: usize, count: usize| k.saturating_sub(1)..=(k + 2).min(count);
                    let (mut low, mut high) = (false, false);
                    for row in reach(row, self.rows) {
                        for column in reach(column, self.columns) {
                            let value = values.get(self.number(column, row));
                            low |= value.is_some_and(|v| *v <= 0.0);
                            high |= value.is_some_and(|v| *v >= 0.0);
                        }
                    }
                    low && high
                };
                if values.iter().all(changes) {
                    let (a, b) = (self.corner(column, row), self.corner(column + 1, row + 1));
                    found.push(((a.0 + b.0) / 2.0, (a.1 + b.1) / 2.0));
                }
            }
        }
        found
    }
}

/// An edge between two corners, with the crossing found so far.
struct Edge {
    a: (f64, f64),
    b: (f64, f64),
    low: f64,
    high: f64,
    size: f64,
    /// Bracket and place along the edge, 0 to 1.
    from: f64,
    to: f64,
    at: f64,
    rest: f64,
    /// Which end moved last: true for the lower.
    moved: Option<bool>,
}

/// Lines along which the function is 0, each a list of places. `values` are those at the corners.
pub fn zero_lines(f: &mut Field<'_>, grid: &Grid, values: &[f64]) -> Vec<Vec<(f64, f64)>> {
    let mut edges: BTreeMap<(usize, usize), Edge> = BTreeMap::new();
    let value = |corner: usize| values.get(corner).copied().unwrap_or(f64::NAN);
    for row in 0..=grid.rows {
        for column in 0..=grid.columns {
            let here = grid.number(column, row);
            let right = (column < grid.columns).then(|| (column + 1, row));
            let up = (row < grid.rows).then(|| (column, row + 1));
            for other in [right, up].into_iter().flatten() {
                let there = grid.number(other.0, other.1);
                let (low, high) = (value(here), value(there));
                if low.is_finite() && high.is_finite() && (low >= 0.0) != (high >= 0.0) {
                    let edge = Edge {
                        a: grid.corner(column, row),
                        b: grid.corner(other.0, other.1),
                        low,
                        high,
                        size: low.abs().max(high.abs()),
                        from: 0.0,
                        to: 1.0,
                        at: 0.0,
                        rest: f64::NAN,
                        moved: None,
                    };
                    edges.insert((here, there), edge);
                }
            }
        }
    }
    refine(f, &mut edges);
    let segments = segments(f, grid, &edges, &value);
    let lines = linked(&segments);
    let place = |key: &(usize, usize)| {
        edges.get(key).map(|edge| {
            (
                edge.a.0 + (edge.b.0 - edge.a.0) * edge.at,
                edge.a.1 + (edge.b.1 - edge.a.1) * edge.at,
            )
        })
    };
    lines
        .iter()
        .map(|line| line.iter().filter_map(place).collect())
        .collect()
}

/// Narrows all crossings at once by false position, where an end that stays twice is weakened (Illinois).
fn refine(f: &mut Field<'_>, edges: &mut BTreeMap<(usize, usize), Edge>) {
    for _ in 0..REFINEMENTS {
        let (mut xs, mut ys) = (Vec::new(), Vec::new());
        for edge in edges.values_mut() {
            let part = edge.low / (edge.low - edge.high);
            edge.at = edge.from + (edge.to - edge.from) * part.clamp(0.0, 1.0);
            xs.push(edge.a.0 + (edge.b.0 - edge.a.0) * edge.at);
            ys.push(edge.a.1 + (edge.b.1 - edge.a.1) * edge.at);
        }
        let found = f(&xs, &ys);
        for (edge, value) in edges.values_mut().zip(found) {
            edge.rest = value;
            let lower = (value >= 0.0) == (edge.low >= 0.0);
            let again = edge.moved == Some(lower);
            edge.moved = Some(lower);
            if lower {
                (edge.from, edge.low) = (edge.at, value);
                if again {
                    edge.high /= 2.0;
                }
            } else {
                (edge.to, edge.high) = (edge.at, value);
                if again {
                    edge.low /= 2.0;
                }
            }
        }
    }
    // Where the function stays large the sign changed through a pole or a jump.
    edges.retain(|_, edge| edge.rest.abs() <= 0.01 * edge.size);
}

type Key = (usize, usize);

/// The pieces of lines within cells, each from one edge to another.
fn segments(
    f: &mut Field<'_>,
    grid: &Grid,
    edges: &BTreeMap<Key, Edge>,
    value: &dyn Fn(usize) -> f64,
) -> Vec<(Key, Key)> {
    let mut segments = Vec::new();
    for row in 0..grid.rows {
        for column in 0..grid.columns {
            let [a, b, c, d] = [
                grid.number(column, row),
                grid.number(column + 1, row),
                grid.number(column + 1, row + 1),
                grid.number(column, row + 1),
            ];
            // Lower, right, upper, left.
            let around = [(a, b), (b, c), (d, c), (a, d)];
            let crossed: Vec<Key> = around
                .into_iter()
                .filter(|key| edges.contains_key(key))
                .collect();
            match crossed.as_slice() {
                [p, q] => segments.push((*p, *q)),
                [lower, right, upper, left] => {
                    // A saddle: its middle tells which corners belong together.
                    let (low, high) = (grid.corner(column, row), grid.corner(column + 1, row + 1));
                    let middle = f(&[(low.0 + high.0) / 2.0], &[(low.1 + high.1) / 2.0]);
                    let with_first = middle
                        .first()
                        .is_some_and(|middle| (*middle >= 0.0) == (value(a) >= 0.0));
                    if with_first {
                        segments.extend([(*lower, *right), (*upper, *left)]);
                    } else {
                        segments.extend([(*lower, *left), (*right, *upper)]);
                    }
                }
                _ => {}
            }
        }
    }
    segments
}

/// Pieces put together to lines: open ones from an end, closed ones back to their start.
fn linked(segments: &[(Key, Key)]) -> Vec<Vec<Key>> {
    let mut at: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
    for (number, (p, q)) in segments.iter().enumerate() {
        at.entry(*p).or_default().push(number);
        at.entry(*q).or_default().push(number);
    }
    let mut used = vec![false; segments.len()];
    let mut lines = Vec::new();
    let ends = at.iter().filter(|(_, list)| list.len() == 1);
    let starts: Vec<Key> = ends.map(|(key, _)| *key).collect();
    let all = starts.into_iter().chain(segments.iter().map(|(p, _)| *p));
    for start in all {
        let mut line = vec![start];
        let mut here = start;
        loop {
            let next = at.get(&here).and_then(|list| {
                let free = |number: &&usize| used.get(**number).is_some_and(|used| !used);
                list.iter().find(free).copied()
            });
            let Some((number, (p, q))) = next.and_then(|n| Some((n, segments.get(n)?))) else {
                break;
            };
            if let Some(used) = used.get_mut(number) {
                *used = true;
            }
            here = if *p == here { *q } else { *p };
            line.push(here);
        }
        if line.len() > 1 {
            lines.push(line);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    fn lines(f: impl Fn(f64, f64) -> f64, cells: usize) -> Vec<Vec<(f64, f64)>> {
        let grid = Grid {
            x: (-2.0, 2.0),
            y: (-2.0, 2.0),
            columns: cells,
            rows: cells,
        };
        let mut many = |xs: &[f64], ys: &[f64]| -> Vec<f64> {
            xs.iter().zip(ys).map(|(x, y)| f(*x, *y)).collect()
        };
        let (xs, ys) = grid.corners();
        let values = many(&xs, &ys);
        zero_lines(&mut many, &grid, &values)
    }

    #[test]
    fn a_circle_is_one_closed_line_on_the_circle() {
        let found = lines(|x, y| x * x + y * y - 1.0, 37);
        assert_eq!(found.len(), 1);
        let line = &found[0];
        assert_eq!(line.first(), line.last());
        assert!(line.len() > 60);
        for (x, y) in line {
            assert!((x.hypot(*y) - 1.0).abs() < 1e-12);
        }
    }

    /// A hyperbola has two branches; where they nearly meet, the middle of the cell keeps them apart.
    #[test]
    fn branches_come_one_by_one() {
        assert_eq!(lines(|x, y| x * y - 0.01, 20).len(), 2);
        assert_eq!(lines(|x, y| x * y + 0.01, 20).len(), 2);
        assert_eq!(lines(|x, _| (x - 1.0) * (x + 1.0) * (x - 0.1), 30).len(), 3);
        assert!(lines(|x, y| x * x + y * y + 1.0, 10).is_empty());
    }

    /// Signs change at a pole and at a jump, too; the function is not 0 there.
    #[test]
    fn poles_and_jumps_are_left_out() {
        assert!(lines(|x, _| 1.0 / (x - 0.3), 25).is_empty());
        assert!(lines(|x, y| if x + y > 0.3 { 1.0 } else { -1.0 }, 25).is_empty());
        let both = lines(|x, _| (x - 1.1) / (x - 0.3), 25);
        assert_eq!(both.len(), 1);
        assert!(both[0].iter().all(|(x, _)| (x - 1.1).abs() < 1e-9));
    }
}
