//! The bridge from what a model asks to see, and what a run recorded, to figures.
//!
//! A kind of series is a function of [`series`]; options that every plot knows are applied in [`options`].

mod options;
mod series;

use crate::analysis::value::Array;
use crate::figure::axis::Axis;
use crate::figure::marks::rule::Rule;
use crate::figure::marks::{Kind, Mark};
use crate::figure::style::Dash;
use crate::figure::{Figure, Panel};
use crate::model::Model;
use crate::model::figure::{FigureSpec, MarkSpec, PanelSpec};
use crate::record::Recording;
use crate::units::dimension::Dimension;

/// Makes every figure of a model. `tables` gives, for each record of the model, the position of its table among the
/// recording's tables of that kind; `values` those of the model's plotted expressions; `end` is the time the run reached, in seconds.
pub fn figures(
    model: &Model,
    recording: &Recording,
    tables: &[Option<usize>],
    values: &[Option<Array>],
    end: f64,
) -> Vec<Figure> {
    let data = Data {
        model,
        recording,
        tables,
        values,
        end,
    };
    model.figures.iter().map(|spec| data.figure(spec)).collect()
}

/// What series are made from.
struct Data<'a> {
    model: &'a Model,
    recording: &'a Recording,
    tables: &'a [Option<usize>],
    values: &'a [Option<Array>],
    end: f64,
}

impl Data<'_> {
    fn figure(&self, spec: &FigureSpec) -> Figure {
        let panels: Vec<Panel> = spec.panels.iter().map(|panel| self.panel(panel)).collect();
        let heading = if panels.len() > 1 {
            spec.title.clone()
        } else {
            String::new()
        };
        Figure {
            title: heading,
            panels,
            columns: spec.columns,
        }
    }

    fn panel(&self, spec: &PanelSpec) -> Panel {
        let mut drawn = Drawn::default();
        for series in &spec.series {
            drawn.add(self.series(series, spec.series.len() > 1));
        }
        let x = match drawn.x.take() {
            Some(x) => x,
            None => Axis::time().between(0.0, self.end),
        };
        let mut panel = Panel::new(spec.title.clone(), x, drawn.y);
        panel.marks = drawn.marks;
        panel.marks.extend(spec.marks.iter().map(rule));
        options::apply(&mut panel, &spec.options);
        panel
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
    parts: usize,
}

impl Drawn {
    fn add(&mut self, part: Part) {
        if self.parts == 0 {
            self.y = part.y;
            self.x = part.x;
        } else if self.y.label != part.y.label {
            self.y.label = common_label(self.y.dimension);
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

fn rule(spec: &MarkSpec) -> Mark {
    let at = spec.value.value;
    let rule = if spec.horizontal {
        Rule::horizontal(at)
    } else {
        Rule::vertical(at)
    };
    let rule = match &spec.label {
        Some(label) => rule.saying(label.clone()),
        None => rule,
    };
    let mark = Mark::new(Kind::Rule(rule));
    if spec.dashed {
        mark.dashed(Dash::Dashed)
    } else {
        mark
    }
}
