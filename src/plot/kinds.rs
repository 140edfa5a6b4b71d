//! Error bars, areas, histograms and images.

use super::series::rows;
use super::{Data, Part};
use crate::analysis::value::{Array, elements};
use crate::figure::Values;
use crate::figure::axis::{Axis, Range};
use crate::figure::marks::band::Band;
use crate::figure::marks::bars::Bars;
use crate::figure::marks::error_bars::ErrorBars;
use crate::figure::marks::image::Image;
use crate::figure::marks::{Kind, Mark};
use crate::figure::style::ColorScale;
use crate::model::figure::{Plotted, Series};
use crate::units::dimension::Dimension;

/// How a histogram divides its values.
pub(super) struct Bins<'a> {
    /// The number of bins, where it is given.
    pub count: Option<usize>,
    /// The edges, where they are given.
    pub edges: Option<&'a Plotted>,
    /// True where the area is 1.
    pub density: bool,
    /// What all histograms of the panel cover together.
    pub span: Option<(f64, f64)>,
}

/// A mark without data: the panel says so.
fn nothing(y: Axis, x: Axis) -> Part {
    Part {
        marks: Vec::new(),
        y,
        x: Some(x),
    }
}

impl Data<'_> {
    fn list(&self, values: &Plotted) -> Option<Vec<f64>> {
        self.array(values.at).map(elements)
    }

    /// A middle and an error, or two ends, for each position.
    pub(super) fn pair(
        &self,
        filled: bool,
        first: &Plotted,
        second: &Plotted,
        x: Option<&Plotted>,
        many: bool,
    ) -> Part {
        let y_axis = Axis::new(first.name.clone(), first.dimension);
        let x_axis = match x {
            Some(x) => Axis::new(x.name.clone(), x.dimension),
            None => Axis::index("index"),
        };
        let (Some(a), Some(b)) = (self.list(first), self.list(second)) else {
            return nothing(y_axis, x_axis);
        };
        // One error for all.
        let b = match b.as_slice() {
            [only] => vec![*only; a.len()],
            _ => b,
        };
        let across: Values = match x.map(|x| self.list(x)) {
            None => (0..a.len()).map(|k| k as f64).collect(),
            Some(Some(x)) => x.into(),
            Some(None) => return nothing(y_axis, x_axis),
        };
        let name = if many {
            first.name.clone()
        } else {
            String::new()
        };
        let kind = if filled {
            Kind::Band(Band {
                x: across,
                low: a.into(),
                high: b.into(),
            })
        } else {
            let ends = |sign: f64| a.iter().zip(&b).map(|(y, e)| y + sign * e).collect();
            Kind::ErrorBars(ErrorBars {
                x: across,
                low: ends(-1.0),
                high: ends(1.0),
                y: a.clone().into(),
            })
        };
        Part {
            marks: vec![Mark::new(kind).named(name)],
            y: y_axis,
            x: Some(x_axis),
        }
    }

    /// What the histograms of a panel cover together, where there are several.
    pub(super) fn histogram_span(&self, series: &[Series]) -> Option<(f64, f64)> {
        let several = |series: &&Series| matches!(series, Series::Histogram { .. });
        if series.iter().filter(several).count() < 2 {
            return None;
        }
        self.histogram_range(series)
    }

    /// What the histograms of a panel cover together.
    pub(super) fn histogram_range(&self, series: &[Series]) -> Option<(f64, f64)> {
        let values = series.iter().filter_map(|series| match series {
            Series::Histogram { values, .. } => self.list(values),
            _ => None,
        });
        let range = Range::of(values.flatten());
        (!range.is_empty()).then_some((range.low, range.high))
    }

    /// How often values lie between edges; the last edge belongs to the last bin.
    pub(super) fn histogram(&self, values: &Plotted, bins: &Bins<'_>, many: bool) -> Part {
        let x_axis = Axis::new(values.name.clone(), values.dimension);
        let y_axis = if bins.density {
            Axis::new("density", values.dimension.inverse())
        } else {
            Axis::new("count", Dimension::NONE)
        };
        let Some(list) = self.list(values) else {
            return nothing(y_axis, x_axis);
        };
        let list: Vec<f64> = list.into_iter().filter(|v| v.is_finite()).collect();
        let edges = match bins.edges.map(|edges| self.list(edges)) {
            Some(Some(mut edges)) => {
                edges.sort_by(f64::total_cmp);
                edges
            }
            Some(None) => return nothing(y_axis, x_axis),
            None => edges(&self.reference(values, &list), bins),
        };
        if list.is_empty() || edges.len() < 2 {
            return nothing(y_axis, x_axis);
        }
        let mut heights = vec![0.0; edges.len() - 1];
        let mut counted = 0.0;
        for value in &list {
            let after = edges.partition_point(|edge| edge <= value);
            let last = edges.last() == Some(value);
            let bin = if last { heights.len() } else { after };
            if let Some(height) = bin.checked_sub(1).and_then(|bin| heights.get_mut(bin)) {
                *height += 1.0;
                counted += 1.0;
            }
        }
        if bins.density && counted > 0.0 {
            let widths = edges.iter().zip(edges.iter().skip(1)).map(|(a, b)| b - a);
            for (height, width) in heights.iter_mut().zip(widths) {
                *height /= counted * width;
            }
        }
        let mut mark = Mark::new(Kind::Bars(Bars::histogram(edges.into(), heights.into())));
        if many {
            mark = mark.named(values.name.clone());
            mark.opacity = Some(0.55);
        }
        Part {
            marks: vec![mark],
            y: y_axis,
            x: Some(x_axis),
        }
    }

    /// The values that bins are made for: those of the end in all frames of a film, so that bins stay where they are.
    fn reference(&self, values: &Plotted, now: &[f64]) -> Vec<f64> {
        let end = Data { now: None, ..*self };
        let at_end = end.list(values).filter(|_| self.now.is_some());
        let mut list = at_end.unwrap_or_else(|| now.to_vec());
        list.retain(|v| v.is_finite());
        list
    }

    /// Values in rows and columns.
    pub(super) fn image(
        &self,
        values: &Plotted,
        [x, y]: [Option<&Plotted>; 2],
        turned: bool,
        indices: (&'static str, &'static str),
    ) -> Part {
        let axis = |values: Option<&Plotted>, index: &str| match values {
            Some(values) if values.name == "neuron" => Axis::index("neuron"),
            Some(values) => Axis::new(values.name.clone(), values.dimension),
            None => Axis::index(index),
        };
        let (x_axis, y_axis) = (axis(x, indices.0), axis(y, indices.1));
        let Some(array) = self.array(values.at).filter(|array| array.ndim() == 2) else {
            return nothing(y_axis, x_axis);
        };
        let array: Array = if turned {
            array.t().to_owned()
        } else {
            array.clone()
        };
        let [height, width] = *array.shape() else {
            return nothing(y_axis, x_axis);
        };
        let edges = |values: Option<&Plotted>, count: usize| -> Option<Values> {
            let middles = match values {
                Some(values) => self.list(values)?,
                None => (0..count).map(|k| k as f64).collect(),
            };
            (middles.len() == count).then(|| Image::edges(&middles))
        };
        let (Some(x_edges), Some(y_edges)) = (edges(x, width), edges(y, height)) else {
            return nothing(y_axis, x_axis);
        };
        let all: Vec<f64> = rows(&array).into_iter().flatten().collect();
        if all.is_empty() {
            return nothing(y_axis, x_axis);
        }
        let scale = ColorScale::new(values.name.clone(), values.dimension, all.into());
        let image = Image {
            x: x_edges,
            y: y_edges,
            scale,
        };
        Part {
            marks: vec![Mark::new(Kind::Image(image))],
            y: y_axis,
            x: Some(x_axis),
        }
    }

    /// Values of synapses: sources to the right, targets upward. Several synapses between two neurons add up; where there is none,
    /// nothing is drawn.
    pub(super) fn weights(
        &self,
        values: &Plotted,
        pre: &Plotted,
        post: &Plotted,
        (columns, rows): (usize, usize),
    ) -> Part {
        let (x_axis, y_axis) = (Axis::index("pre"), Axis::index("post"));
        let (Some(list), Some(pre), Some(post)) =
            (self.list(values), self.list(pre), self.list(post))
        else {
            return nothing(y_axis, x_axis);
        };
        let mut cells = vec![f64::NAN; columns * rows];
        // One value for all where it is shared.
        let each = pre.iter().zip(&post).enumerate();
        for (k, (i, j)) in each {
            let value = list.get(k).or(list.first().filter(|_| list.len() == 1));
            let at = (*j as usize) * columns + *i as usize;
            if let (Some(cell), Some(value)) = (cells.get_mut(at), value) {
                *cell = if cell.is_nan() { *value } else { *cell + value };
            }
        }
        let scale = ColorScale::new(values.name.clone(), values.dimension, cells.into());
        let ends = |count: usize| (-0.5, count as f64 - 0.5);
        let image = Image::even(ends(columns), ends(rows), columns, scale);
        Part {
            marks: vec![Mark::new(Kind::Image(image))],
            y: y_axis,
            x: Some(x_axis),
        }
    }
}

/// Edges of equal bins. Without a number: twice the interquartile range over the third root of the number of values (Freedman and
/// Diaconis 1981), within reason; a bin for each of a few whole numbers.
fn edges(values: &[f64], bins: &Bins<'_>) -> Vec<f64> {
    let range = Range::of(values.iter().copied());
    let (mut low, mut high) = bins.span.unwrap_or((range.low, range.high));
    if !(low.is_finite() && high.is_finite()) {
        return Vec::new();
    }
    let whole = values.iter().all(|v| v.fract() == 0.0);
    if bins.count.is_none() && whole && high - low <= 60.0 {
        let count = (high - low) as usize + 2;
        return (0..count).map(|k| low - 0.5 + k as f64).collect();
    }
    if low == high {
        let margin = if low == 0.0 { 0.5 } else { 0.05 * low.abs() };
        (low, high) = (low - margin, high + margin);
    }
    let count = bins.count.unwrap_or_else(|| {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let at = |part: f64| {
            let k = (part * sorted.len() as f64) as usize;
            sorted.get(k.min(sorted.len().saturating_sub(1))).copied()
        };
        let spread = at(0.75).zip(at(0.25)).map_or(0.0, |(b, a)| b - a);
        let width = 2.0 * spread / (values.len() as f64).cbrt();
        let wanted = if width > 0.0 {
            (high - low) / width
        } else {
            20.0
        };
        wanted.ceil().clamp(8.0, 80.0) as usize
    });
    (0..=count)
        .map(|k| low + (high - low) * k as f64 / count as f64)
        .collect()
}
