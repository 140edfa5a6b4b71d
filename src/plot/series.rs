//! From a series and its recording to marks: one function per kind of series.

use super::kinds::Bins;
use super::{Data, Part};
use crate::analysis::value::Array;
use crate::figure::Values;
use crate::figure::axis::Axis;
use crate::figure::marks::line::Line;
use crate::figure::marks::raster::Raster;
use crate::figure::marks::{Kind, Mark};
use crate::model::VariableId;
use crate::model::figure::Series;
use crate::model::protocol::Slice;
use crate::units::dimension::Dimension;

impl Data<'_> {
    /// The marks of a series; `many` when the panel has others beside it, `span` what all its histograms cover.
    pub(super) fn series(&self, series: &Series, many: bool, span: Option<(f64, f64)>) -> Part {
        match series {
            Series::Lines {
                record,
                variable,
                elements,
            } => self.lines(*record, *variable, elements, many),
            Series::Raster { record, slice } => self.raster(*record, *slice),
            Series::Rate { record, smooth } => self.rate(*record, *smooth, many),
            Series::Pair {
                filled,
                first,
                second,
                x,
            } => self.pair(*filled, first, second, x.as_ref(), many),
            Series::Histogram {
                values,
                bins,
                edges,
                density,
            } => {
                let bins = Bins {
                    count: *bins,
                    edges: edges.as_ref(),
                    density: *density,
                    span,
                };
                self.histogram(values, &bins, many)
            }
            Series::Image {
                values,
                x,
                y,
                turned,
                indices,
            } => self.image(values, [x.as_ref(), y.as_ref()], *turned, *indices),
            Series::Weights {
                values,
                pre,
                post,
                sizes,
            } => self.weights(values, pre, post, *sizes),
            Series::Phase { .. } => self.phase(series),
            Series::Curve {
                y,
                x,
                y_dimension,
                x_dimension,
                ..
            } => {
                let x_name = x.as_ref().map_or("", |(_, name)| name.as_str());
                let axes = (
                    Axis::new(y.1.clone(), *y_dimension),
                    Axis::new(x_name, *x_dimension),
                );
                let x = x.as_ref().map(|(x, name)| (*x, name.as_str()));
                self.curve((y.0, &y.1), x, axes, many)
            }
        }
    }

    fn lines(&self, record: usize, id: VariableId, elements: &[u32], many: bool) -> Part {
        let variable = &self.model.variables[id];
        let y = Axis::new(variable.name.clone(), variable.dimension);
        let Some(table) = self.table(&self.recording.states, record) else {
            return Part {
                marks: Vec::new(),
                y,
                x: None,
            };
        };
        let Some(column) = table.column(&variable.name) else {
            return Part {
                marks: Vec::new(),
                y,
                x: None,
            };
        };
        let t: Values = table.t.clone().into();
        let elements = match elements.is_empty() {
            true => column.elements.as_slice(),
            false => elements,
        };
        let single = column.elements.len() == 1 && elements.len() == 1;
        let marks = elements.iter().filter_map(|element| {
            let values: Values = column.of(*element)?.into();
            let name = match (single, many) {
                (true, true) => variable.name.clone(),
                (true, false) => String::new(),
                (false, _) => format!("{}[{element}]", variable.name),
            };
            Some(
                Mark::new(Kind::Line(Line {
                    x: t.clone(),
                    y: values,
                }))
                .named(name),
            )
        });
        Part {
            marks: marks.collect(),
            y,
            x: None,
        }
    }

    fn raster(&self, record: usize, slice: Slice) -> Part {
        let y = Axis::index("neuron");
        let Some(table) = self.table(&self.recording.spikes, record) else {
            return Part {
                marks: Vec::new(),
                y,
                x: None,
            };
        };
        let raster = Raster {
            t: table.t.clone().into(),
            i: table.i.iter().map(|i| f64::from(*i)).collect(),
            rows: slice.last - slice.first,
        };
        Part {
            marks: vec![Mark::new(Kind::Raster(raster))],
            y,
            x: None,
        }
    }

    fn rate(&self, record: usize, smooth: Option<f64>, many: bool) -> Part {
        let y = Axis::new("rate", Dimension::TIME.inverse());
        let Some(table) = self.table(&self.recording.rates, record) else {
            return Part {
                marks: Vec::new(),
                y,
                x: None,
            };
        };
        let dt = match table.t.as_slice() {
            [first, second, ..] => second - first,
            _ => 0.0,
        };
        let rate = match smooth {
            Some(width) if dt > 0.0 && width > 0.0 => gaussian(&table.rate, width / dt),
            _ => table.rate.clone(),
        };
        let name = if many {
            table.population.clone()
        } else {
            String::new()
        };
        let line = Line {
            x: table.t.clone().into(),
            y: rate.into(),
        };
        Part {
            marks: vec![Mark::new(Kind::Line(line)).named(name)],
            y,
            x: None,
        }
    }

    /// Lines through computed values: one for a vector, one per row of a matrix.
    fn curve(
        &self,
        (y, y_name): (usize, &str),
        x: Option<(usize, &str)>,
        (y_axis, mut x_axis): (Axis, Axis),
        many: bool,
    ) -> Part {
        let array = |position: usize| self.array(position);
        if x.is_none() {
            x_axis = Axis::index("index");
        }
        let empty = Part {
            marks: Vec::new(),
            y: y_axis.clone(),
            x: Some(x_axis.clone()),
        };
        let Some(y) = array(y) else { return empty };
        let rows = rows(y);
        let across = match x {
            None => Vec::new(),
            Some((x, _)) => match array(x) {
                Some(x) => self::rows(x),
                None => return empty,
            },
        };
        let marks = rows.iter().enumerate().map(|(k, row)| {
            let x: Vec<f64> = match across.get(k).or(across.first()) {
                Some(x) => x.clone(),
                None => (0..row.len()).map(|k| k as f64).collect(),
            };
            // A value that does not depend on what it is drawn over is a level line.
            let row = match row.as_slice() {
                [only] => vec![*only; x.len()],
                row => row.to_vec(),
            };
            let length = x.len().min(row.len());
            let name = match (rows.len() > 1, many) {
                (true, _) => format!("{y_name}[{k}]"),
                (false, true) => y_name.to_string(),
                (false, false) => String::new(),
            };
            let line = Line {
                x: x.get(..length).unwrap_or_default().into(),
                y: row.get(..length).unwrap_or_default().into(),
            };
            Mark::new(Kind::Line(line)).named(name)
        });
        Part {
            marks: marks.collect(),
            y: y_axis,
            x: Some(x_axis),
        }
    }
}

/// The rows of a matrix; a vector, or a single value, is one row.
pub(super) fn rows(array: &Array) -> Vec<Vec<f64>> {
    let values: Vec<f64> = array.iter().copied().collect();
    let width = array.shape().last().copied().unwrap_or(1).max(1);
    values.chunks(width).map(<[f64]>::to_vec).collect()
}

/// Centered convolution with a Gaussian window of standard deviation `width` samples, cut at two standard deviations and
/// normalized, zero beyond the ends: Brian2's `smooth_rate(window='gaussian')`.
fn gaussian(values: &[f64], width: f64) -> Vec<f64> {
    let reach = (2.0 * width).round_ties_even() as i64;
    #[allow(clippy::disallowed_methods, reason = "drawn, not computed with")]
    let window: Vec<f64> = (-reach..=reach)
        .map(|m| (-((m * m) as f64) / (2.0 * width * width)).exp())
        .collect();
    let total: f64 = window.iter().sum();
    // From sample to window, not from result to window: most samples of a small population are zero.
    let mut smoothed = vec![0.0; values.len()];
    let samples = values.iter().enumerate().rev();
    for (sample, value) in samples.filter(|(_, value)| **value != 0.0) {
        let first = sample as i64 - reach;
        let skipped = usize::try_from(-first).unwrap_or(0);
        let reached = smoothed
            .iter_mut()
            .skip(usize::try_from(first).unwrap_or(0));
        for (result, weight) in reached.zip(window.iter().skip(skipped)) {
            *result += weight * value;
        }
    }
    for result in &mut smoothed {
        *result /= total;
    }
    smoothed
}
