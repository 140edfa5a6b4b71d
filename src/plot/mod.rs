//! The bridge from what a model asks to see, and what a run recorded, to figures.
//!
//! A kind of series is a function of [`series`]; options that every plot knows are applied in [`options`].

mod film;
mod kinds;
mod look;
mod options;
mod phase;
mod remarks;
mod series;

pub use remarks::remarks;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::analysis::value::Array;
use crate::figure::axis::Axis;
use crate::figure::marks::Mark;
use crate::figure::{Figure, Panel};
use crate::model::Model;
use crate::model::figure::{FigureSpec, PanelSpec};
use crate::record::Recording;
use crate::units::dimension::Dimension;

/// What a run left behind for figures.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// What was recorded.
    pub recording: &'a Recording,
    /// For each record of the model, the position of its table among the recording's tables of that kind.
    pub tables: &'a [Option<usize>],
    /// Values of the model's plotted expressions, where they are known.
    pub values: &'a [Option<Array>],
    /// The time the run reached, in seconds.
    pub end: f64,
    /// Frames of the figures that move.
    pub films: &'a [Frames],
}

/// What the frames of a figure are drawn from.
pub struct Frames {
    /// Position of the figure.
    pub figure: usize,
    /// Time of each frame in seconds.
    pub times: Vec<f64>,
    /// For each frame, the plotted expressions that change, by their positions.
    pub values: Vec<BTreeMap<usize, Option<Arc<Array>>>>,
}

/// Makes every figure of a model.
pub fn figures(model: &Model, known: &Known<'_>) -> Vec<Figure> {
    let data = Data {
        model,
        recording: known.recording,
        tables: known.tables,
        values: known.values,
        now: None,
        end: known.end,
    };
    let specs = model.figures.iter().enumerate();
    specs
        .map(|(number, spec)| {
            let frames = known.films.iter().find(|film| film.figure == number);
            let mut figure = data.figure(spec);
            if let (Some(film), Some(frames)) = (&spec.film, frames) {
                data.film(&mut figure, spec, film, frames);
            }
            figure
        })
        .collect()
}

/// What series are made from.
#[derive(Clone, Copy)]
struct Data<'a> {
    model: &'a Model,
    recording: &'a Recording,
    tables: &'a [Option<usize>],
    values: &'a [Option<Array>],
    /// Values of a frame, which come before those of the end.
    now: Option<&'a BTreeMap<usize, Option<Arc<Array>>>>,
    end: f64,
}

impl Data<'_> {
    fn figure(&self, spec: &FigureSpec) -> Figure {
        let mut panels: Vec<Panel> = spec.panels.iter().map(|panel| self.panel(panel)).collect();
        let heading = if panels.len() > 1 {
            spec.title.clone()
        } else {
            String::new()
        };
        if spec.shared.0 {
            options::share(&mut panels, |panel| &mut panel.x, |extent| extent.x);
        }
        if spec.shared.1 {
            options::share(&mut panels, |panel| &mut panel.y, |extent| extent.y);
        }
        Figure {
            title: heading,
            panels,
            columns: spec.columns,
            film: None,
        }
    }

    fn panel(&self, spec: &PanelSpec) -> Panel {
        self.panel_over(spec, self.histogram_span(&spec.series))
    }

    /// A panel whose histograms cover a span.
    fn panel_over(&self, spec: &PanelSpec, span: Option<(f64, f64)>) -> Panel {
        let mut drawn = Drawn::default();
        for (k, series) in spec.series.iter().enumerate() {
            let mut part = self.series(series, spec.series.len() > 1, span);
            if let Some(look) = spec.looks.get(k) {
                self.dress(&mut part, look, series);
            }
            let right = spec.looks.get(k).and_then(|look| look.right);
            drawn.add(part, right == Some(true));
        }
        let x = match drawn.x.take() {
            Some(x) => x,
            None => Axis::time().between(0.0, self.end),
        };
        let mut panel = Panel::new(spec.title.clone(), x, drawn.y);
        panel.marks = drawn.marks;
        panel.right = drawn.right;
        panel.marks.extend(spec.marks.iter().map(look::annotation));
        options::apply(&mut panel, &spec.options);
        panel
    }

    /// The values of a plotted expression, where they are known.
    fn array(&self, position: usize) -> Option<&Array> {
        if let Some(value) = self.now.and_then(|now| now.get(&position)) {
            return value.as_deref();
        }
        self.values.get(position).and_then(Option::as_ref)
    }

    /// The table that a record filled, among those of its kind.
    fn table<'t, T>(&self, tables: &'t [T], record: usize) -> Option<&'t T> {
        let position = self.tables.get(record).copied().flatten()?;
        tables.get(position)
    }
}

/// What one series contributes to its panel.
struct Part {
    marks: Vec<Mark>,
    y: Axis,
    /// The horizontal axis, where it is not time.
    x: Option<Axis>,
}

/// Marks of a panel so far, and the axis that fits them all.
#[derive(Default)]
struct Drawn {
    marks: Vec<Mark>,
    y: Axis,
    x: Option<Axis>,
    /// The vertical axis to the right.
    right: Option<Axis>,
    parts: usize,
}

impl Drawn {
    fn add(&mut self, part: Part, right: bool) {
        if right {
            match &mut self.right {
                None => self.right = Some(part.y),
                Some(axis) if axis.label != part.y.label => {
                    axis.label = common_label(axis.dimension);
                }
                Some(_) => {}
            }
            self.marks.extend(part.marks);
            return;
        }
        if self.parts == 0 {
            self.y = part.y.clone();
            self.x = part.x.clone();
        } else if self.y.label != part.y.label {
            self.y.label = common_label(self.y.dimension);
        }
        // A phase plane says how far its axes reach.
        if part.y.low.is_some() && self.y.low.is_none() {
            (self.y.low, self.y.high) = (part.y.low, part.y.high);
            if let Some((own, other)) = self.x.as_mut().zip(part.x.as_ref()) {
                (own.low, own.high) = (other.low, other.high);
            }
        }
        self.parts += 1;
        self.marks.extend(part.marks);
    }
}

/// What an axis is called that shows several variables: the name of their dimension.
fn common_label(dimension: Dimension) -> String {
    crate::units::display::dimension_name(dimension)
        .unwrap_or("value")
        .to_string()
}
