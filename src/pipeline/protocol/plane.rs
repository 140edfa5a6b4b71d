//! The plane of two variables: its limits, nullclines, directions and equilibria, from the equations alone.

use super::{Halt, Machine, failed};
use crate::algebra::contours::{Grid, zero_lines};
use crate::algebra::equilibria::{Region, equilibria_from};
use crate::analysis::value::{Array, Value, elements, shaped, vector};
use crate::diagnostic::codes;
use crate::model::array::{Plane, PlanePart};
use crate::source::Span;

/// Cells of the grid on which nullclines are looked for, per axis.
const CELLS: usize = 160;
/// Arrows to the right and upward.
const ARROWS: (usize, usize) = (22, 15);

/// Left, right, low, high.
type Window = [f64; 4];

impl Machine<'_> {
    /// Something about a plane, as rows of numbers.
    pub(super) fn plane(&mut self, at: usize, part: PlanePart, span: Span) -> Result<Array, Halt> {
        let model = self.model;
        let Some(plane) = model.planes.get(at) else {
            return Ok(vector(Vec::new()));
        };
        let window = self.window(plane, span)?;
        let rows = match part {
            PlanePart::Window => return Ok(vector(window.to_vec())),
            PlanePart::Nullcline(which) => self.nullcline(plane, which, window)?,
            PlanePart::Vectors => self.vectors(plane, window)?,
            PlanePart::FixedPoints => self.fixed_points(plane, window)?,
        };
        let shape = [rows.len(), rows.first().map_or(0, Vec::len)];
        let all = rows.into_iter().flatten().collect();
        Ok(shaped(&shape, all).unwrap_or_else(|| vector(Vec::new())))
    }

    /// Limits as they are given, or those of what was recorded with a quarter more at each side.
    fn window(&mut self, plane: &Plane, span: Span) -> Result<Window, Halt> {
        let mut window = Vec::new();
        for (k, limits) in plane.limits.iter().enumerate() {
            if let Some((low, high)) = limits {
                window.extend([*low, *high]);
                continue;
            }
            let seen = match plane.seen.get(k).and_then(Option::as_ref) {
                Some(seen) => elements(&self.array(seen)?),
                None => Vec::new(),
            };
            let finite = seen.iter().copied().filter(|value| value.is_finite());
            let (low, high) = finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| {
                (a.min(v), b.max(v))
            });
            let extra = 0.25 * (high - low);
            if extra.is_nan() || extra <= 0.0 {
                let name = plane.names.get(k).map_or("", String::as_str);
                let axis = if k == 0 { "xlim" } else { "ylim" };
                let message = format!(
                    "`{name}` does not change, so the phase plane has no limits: say `{axis}: LOW .. HIGH`"
                );
                return Err(failed(codes::ANALYSIS, span, message));
            }
            window.extend([low - extra, high + extra]);
        }
        Ok(window.try_into().unwrap_or([0.0, 1.0, 0.0, 1.0]))
    }

    /// One of the rates at many places.
    fn rate_at(
        &mut self,
        plane: &Plane,
        which: usize,
        xs: &[f64],
        ys: &[f64],
    ) -> Result<Vec<f64>, Halt> {
        let Some(rate) = plane.rates.get(which) else {
            return Ok(Vec::new());
        };
        let [x, y] = plane.slots;
        self.set_slot(x, Value::vector(xs.to_vec()));
        self.set_slot(y, Value::vector(ys.to_vec()));
        let mut values = elements(&self.array(rate)?);
        // A rate that reads neither variable is the same everywhere.
        if let ([only], true) = (values.as_slice(), xs.len() > 1) {
            values = vec![*only; xs.len()];
        }
        Ok(values)
    }

    fn nullcline(
        &mut self,
        plane: &Plane,
        which: usize,
        window: Window,
    ) -> Result<Vec<Vec<f64>>, Halt> {
        let grid = grid(window);
        let (xs, ys) = grid.corners();
        let values = self.rate_at(plane, which, &xs, &ys)?;
        let mut halt = None;
        let mut ask = |xs: &[f64], ys: &[f64]| match self.rate_at(plane, which, xs, ys) {
            Ok(values) => values,
            Err(reason) => {
                halt = Some(reason);
                vec![f64::NAN; xs.len()]
            }
        };
        let lines = zero_lines(&mut ask, &grid, &values);
        if let Some(reason) = halt {
            return Err(reason);
        }
        let (mut right, mut up) = (Vec::new(), Vec::new());
        for line in lines {
            if !right.is_empty() {
                right.push(f64::NAN);
                up.push(f64::NAN);
            }
            for (x, y) in line {
                right.push(x);
                up.push(y);
            }
        }
        Ok(vec![right, up])
    }

    fn vectors(&mut self, plane: &Plane, window: Window) -> Result<Vec<Vec<f64>>, Halt> {
        let [left, right, low, high] = window;
        let (mut xs, mut ys) = (Vec::new(), Vec::new());
        for row in 0..ARROWS.1 {
            for column in 0..ARROWS.0 {
                xs.push(left + (right - left) * (column as f64 + 0.5) / ARROWS.0 as f64);
                ys.push(low + (high - low) * (row as f64 + 0.5) / ARROWS.1 as f64);
            }
        }
        let dx = self.rate_at(plane, 0, &xs, &ys)?;
        let dy = self.rate_at(plane, 1, &xs, &ys)?;
        Ok(vec![xs, ys, dx, dy])
    }

    /// Equilibria, looked for where both nullclines pass near by and from a few places all over the plane.
    fn fixed_points(&mut self, plane: &Plane, window: Window) -> Result<Vec<Vec<f64>>, Halt> {
        let grid = grid(window);
        let (xs, ys) = grid.corners();
        let first = self.rate_at(plane, 0, &xs, &ys)?;
        let second = self.rate_at(plane, 1, &xs, &ys)?;
        let near = grid.crossings(&[&first, &second]);
        let coarse = Grid {
            columns: 5,
            rows: 5,
            ..grid
        };
        let (xs, ys) = coarse.corners();
        let seeds: Vec<Vec<f64>> = near
            .into_iter()
            .chain(xs.into_iter().zip(ys))
            .map(|(x, y)| vec![x, y])
            .collect();
        let [left, right, low, high] = window;
        let region = Region {
            low: vec![left, low],
            high: vec![right, high],
        };
        let mut halt = None;
        let mut rates = |state: &[f64]| -> Option<Vec<f64>> {
            let [x, y] = state else { return None };
            let mut both = Vec::new();
            for which in 0..2 {
                match self.rate_at(plane, which, &[*x], &[*y]) {
                    Ok(values) => both.extend(values.first()),
                    Err(reason) => halt = Some(reason),
                }
            }
            (both.len() == 2).then_some(both)
        };
        let found = equilibria_from(&mut rates, &region, &seeds);
        if let Some(reason) = halt {
            return Err(reason);
        }
        let row = |point: &crate::algebra::equilibria::Equilibrium| {
            let values = point.eigenvalues.iter().flat_map(|(re, im)| [*re, *im]);
            point.state.iter().copied().chain(values).collect()
        };
        Ok(found.iter().map(row).collect())
    }
}

fn grid([left, right, low, high]: Window) -> Grid {
    Grid {
        x: (left, right),
        y: (low, high),
        columns: CELLS,
        rows: CELLS,
    }
}
