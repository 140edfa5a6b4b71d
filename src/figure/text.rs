//! A figure as a few stable lines of text, for snapshots and for `emit figure`.

use super::axis::{AxisView, Range, Scale};
use super::film::Motion;
use super::marks::Mark;
use super::style::{Color, Dash};
use super::{Figure, Panel, View};
use crate::units::display::{DisplayUnit, format_number};

impl Figure {
    /// Axes with units and limits, and per mark its kind, name, number of points and ranges in the units of the axes.
    pub fn to_text(&self) -> String {
        let mut out = format!("figure{}\n", quoted(&self.title));
        if self.panels.len() > 1 {
            out.push_str(&format!("columns {}\n", self.grid_columns()));
        }
        if let Some(film) = &self.film {
            let ends = film.labels();
            if let [first, .., last] = ends.as_slice() {
                let count = ends.len();
                let length = format_number(film.length);
                out.push_str(&format!("{count} frames, {first} .. {last}, {length} s\n"));
            }
        }
        for panel in &self.panels {
            panel.write_text(&mut out);
        }
        out
    }
}

impl Panel {
    fn write_text(&self, out: &mut String) {
        let view = self.view();
        out.push_str(&format!("panel{}\n", quoted(&self.title)));
        out.push_str(&format!(
            "  x {}\n  y {}\n",
            axis_text(&view.x),
            axis_text(&view.y)
        ));
        if let Some(right) = &view.right {
            out.push_str(&format!("  right {}\n", axis_text(right)));
        }
        let of_right = view.of_right();
        match &self.motion {
            Motion::Still => {}
            Motion::Grows => out.push_str("  grows with time\n"),
            Motion::Changes(frames) => {
                let differ = frames.windows(2).filter(|w| matches!(w, [a, b] if a != b));
                out.push_str(&format!("  changes in {} frames\n", differ.count()));
            }
        }
        for mark in &self.marks {
            out.push_str(&format!(
                "  {}\n",
                mark_text(mark, if mark.right { &of_right } else { &view })
            ));
        }
    }
}

fn quoted(text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        format!(" \"{text}\"")
    }
}

fn axis_text(axis: &AxisView) -> String {
    let (low, high) = (
        format_number(axis.low / axis.unit.scale),
        format_number(axis.high / axis.unit.scale),
    );
    let log = if axis.scale == Scale::Log { " log" } else { "" };
    format!("{} {low} .. {high}{log}", caption(&axis.label, &axis.unit))
        .trim_start()
        .to_string()
}

fn caption(label: &str, unit: &DisplayUnit) -> String {
    if unit.label.is_empty() {
        label.to_string()
    } else {
        format!("{label} ({})", unit.label)
    }
}

fn range_text(range: Range, unit: &DisplayUnit) -> Option<String> {
    let number = |value: f64| format_number(value / unit.scale);
    match range.is_empty() {
        true => None,
        false if range.low == range.high => Some(number(range.low)),
        false => Some(format!("{} .. {}", number(range.low), number(range.high))),
    }
}

fn mark_text(mark: &Mark, view: &View) -> String {
    let body = mark.kind.body();
    let extent = mark.extent();
    let mut parts = vec![format!(
        "{}{}: n = {}",
        mark.kind.word(),
        quoted(&mark.name),
        body.count()
    )];
    parts.extend(range_text(extent.x, &view.x.unit).map(|text| format!("x {text}")));
    parts.extend(range_text(extent.y, &view.y.unit).map(|text| format!("y {text}")));
    parts.extend(Some(body.note()).filter(|note| !note.is_empty()));
    if mark.right {
        parts.push("right".to_string());
    }
    if mark.dash != Dash::Solid {
        parts.push(mark.dash.name().to_string());
    }
    if let Color::Palette(number) = mark.color {
        parts.push(format!("color {number}"));
    }
    if let Some(scale) = mark.scale() {
        let limits = scale.limits();
        let unit =
            crate::units::display::choose(scale.dimension, limits.0.abs().max(limits.1.abs()));
        let range = range_text(Range::of([limits.0, limits.1]), &unit).unwrap_or_default();
        let log = if scale.scale == Scale::Log {
            " log"
        } else {
            ""
        };
        parts.push(format!(
            "color by {} {range}{log}",
            caption(&scale.label, &unit)
        ));
    }
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::sync::Arc;

    use super::*;
    use crate::figure::axis::Axis;
    use crate::figure::marks::line::Line;
    use crate::figure::marks::raster::Raster;
    use crate::figure::marks::rule::Rule;
    use crate::units::dimension::{Dimension, Rational};

    fn volt() -> Dimension {
        let e = |num| Rational { num, den: 1 };
        Dimension([e(2), e(1), e(-3), e(-1), e(0), e(0), e(0)])
    }

    #[test]
    fn a_figure_prints_its_axes_and_marks() {
        let t: Arc<[f64]> = (0..1000).map(|k| f64::from(k) * 1e-4).collect();
        let v: Arc<[f64]> = t.iter().map(|t| -0.065 + 0.015 * (t / 0.0999)).collect();
        let rule = Mark::from(Rule::horizontal(-0.05)).dashed(Dash::Dashed);
        let traces = Panel::new("Potential", Axis::time(), Axis::new("v", volt()))
            .with(Mark::from(Line { x: t, y: v }).named("neuron 0"))
            .with(rule);
        let spikes = Raster {
            t: vec![0.0137, 0.0275].into(),
            i: vec![0.0, 3.0].into(),
            rows: 10,
        };
        let raster =
            Panel::new("", Axis::time().between(0.0, 0.1), Axis::index("neuron")).with(spikes);
        let figure = Figure {
            title: "Demo".into(),
            panels: vec![traces, raster],
            columns: 0,
            film: None,
        };
        let expected = "\
figure \"Demo\"
columns 1
panel \"Potential\"
  x time (ms) 0 .. 100
  y v (mV) -65.75 .. -49.25
  line \"neuron 0\": n = 1000, x 0 .. 99.9, y -65 .. -50
  rule: n = 1, y -50, dashed
panel
  x time (ms) 0 .. 100
  y neuron -0.5 .. 9.5
  raster: n = 2, x 13.7 .. 27.5, y -0.5 .. 9.5, 10 rows
";
        assert_eq!(figure.to_text(), expected);
    }

    #[test]
    fn empty_and_broken_data_still_have_axes() {
        let nan: Arc<[f64]> = vec![f64::NAN, f64::INFINITY].into();
        for axis in [
            Axis::new("v", volt()),
            Axis::new("v", volt()).log(),
            Axis::new("v", volt()).between(1.0, 1.0),
        ] {
            let panel = Panel::new("", Axis::time(), axis).with(Line {
                x: nan.clone(),
                y: nan.clone(),
            });
            let view = panel.view();
            assert!(view.y.low < view.y.high && view.y.low.is_finite() && view.y.high.is_finite());
        }
    }
}
