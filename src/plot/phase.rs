//! Phase planes: directions, nullclines, trajectories, equilibria by their stability.

use super::series::rows;
use super::{Data, Part};
use crate::algebra::equilibria::Stability;
use crate::figure::axis::Axis;
use crate::figure::marks::field::Field;
use crate::figure::marks::line::Line;
use crate::figure::marks::points::Points;
use crate::figure::marks::{Kind, Mark};
use crate::figure::shape::Marker;
use crate::figure::style::Color;
use crate::model::figure::Series;

/// What stands for an equilibrium: filled where it is stable, round where it is a node, square where it is a focus.
fn marker(stability: Stability) -> Marker {
    match stability {
        Stability::StableNode => Marker::Disc,
        Stability::StableFocus => Marker::Square,
        Stability::UnstableNode => Marker::Ring,
        Stability::UnstableFocus => Marker::Frame,
        Stability::Saddle => Marker::Diamond,
        Stability::Marginal => Marker::Cross,
    }
}

impl Data<'_> {
    fn table_of(&self, position: Option<usize>) -> Vec<Vec<f64>> {
        let array = position.and_then(|position| self.array(position));
        array.map(rows).unwrap_or_default()
    }

    /// The marks of a phase plane, from back to front.
    pub(super) fn phase(&self, series: &Series) -> Part {
        let Series::Phase {
            axes: [right, up],
            window,
            trajectories,
            nullclines,
            vectors,
            fixed_points,
            plane: _,
        } = series
        else {
            return Part {
                marks: Vec::new(),
                y: Axis::default(),
                x: None,
            };
        };
        let mut x_axis = Axis::new(right.0.clone(), right.1);
        let mut y_axis = Axis::new(up.0.clone(), up.1);
        let limits: Vec<f64> = self.table_of(Some(*window)).into_iter().flatten().collect();
        if let [left, right, low, high] = *limits.as_slice() {
            x_axis = x_axis.between(left, right);
            y_axis = y_axis.between(low, high);
        }
        let mut marks = Vec::new();
        if let [x, y, dx, dy] = self.table_of(*vectors).as_slice() {
            marks.push(Mark::new(Kind::Field(Field {
                x: x.as_slice().into(),
                y: y.as_slice().into(),
                dx: dx.as_slice().into(),
                dy: dy.as_slice().into(),
            })));
        }
        for (k, (position, name)) in nullclines
            .iter()
            .flatten()
            .zip([&right.0, &up.0])
            .enumerate()
        {
            if let [x, y] = self.table_of(Some(*position)).as_slice() {
                let line = Line {
                    x: x.as_slice().into(),
                    y: y.as_slice().into(),
                };
                let mark = Mark::new(Kind::Line(line)).named(format!("d{name}/dt = 0"));
                marks.push(mark.colored(Color::Palette(k + 1)).wide(1.6));
            }
        }
        if let Some([x, y]) = trajectories {
            let (xs, ys) = (self.table_of(Some(*x)), self.table_of(Some(*y)));
            let runs = xs.iter().zip(&ys).filter(|(x, _)| x.len() > 1);
            for (k, (x, y)) in runs.enumerate() {
                let line = Line {
                    x: x.as_slice().into(),
                    y: y.as_slice().into(),
                };
                let mut mark = Mark::new(Kind::Line(line)).colored(Color::Palette(0));
                if k == 0 && !marks.is_empty() {
                    mark = mark.named(if xs.len() > 1 {
                        "trajectories"
                    } else {
                        "trajectory"
                    });
                }
                marks.push(mark);
            }
        }
        let points = self.table_of(*fixed_points);
        for stability in Stability::ALL {
            let is_such = |row: &&Vec<f64>| match row.as_slice() {
                [_, _, a, b, c, d] => Stability::of(&[(*a, *b), (*c, *d)]) == stability,
                _ => false,
            };
            let column = |k: usize| {
                let of_kind = points.iter().filter(is_such);
                of_kind.filter_map(|row| row.get(k).copied()).collect()
            };
            let points = Points {
                x: column(0),
                y: column(1),
                radius: 5.0,
                marker: marker(stability),
            };
            if !points.x.is_empty() {
                let mark = Mark::new(Kind::Points(points)).named(stability.name());
                marks.push(mark.colored(Color::Ink));
            }
        }
        Part {
            marks,
            y: y_axis,
            x: Some(x_axis),
        }
    }
}
