//! What a reader of the figures should know: panels without data, values that a logarithmic axis cannot show.

use crate::diagnostic::{Diagnostic, codes};
use crate::figure::axis::{Axis, Range, Scale};
use crate::figure::marks::{Kind, Mark};
use crate::figure::shape::Shape;
use crate::figure::{Figure, Panel};
use crate::model::Model;
use crate::model::figure::{PanelSpec, Series};
use crate::model::protocol::Action;
use crate::source::Span;

/// Remarks about the figures of a model, in their order.
pub fn remarks(model: &Model, figures: &[Figure]) -> Vec<Diagnostic> {
    let specs = model.figures.iter().zip(figures);
    let panels = specs.flat_map(|(spec, figure)| spec.panels.iter().zip(&figure.panels));
    // Lines of what the checker knows to be a single value.
    let single = |panel: &PanelSpec| {
        panel
            .series
            .iter()
            .any(|series| matches!(series, Series::Curve { lone: true, .. }))
    };
    let mut found = Vec::new();
    for (spec, figure) in model.figures.iter().zip(figures) {
        if let (Some(film), None) = (&spec.film, &figure.film) {
            let runs = model.protocol.iter().any(Action::runs);
            let note = if runs {
                "a frame is made every so much time of the simulation: write a shorter time"
            } else {
                "frames are made during `run`s of the protocol itself, not within sweeps, whose points run side by side"
            };
            found.push(
                Diagnostic::new(codes::STANDS_STILL, film.span, "this figure stands still")
                    .label("a single frame")
                    .note(note),
            );
        }
    }
    // That nothing runs is said by the checker.
    let idle = !model.groups.is_empty() && !model.protocol.iter().any(Action::runs);
    for (spec, panel) in panels {
        let told = single(spec);
        let data: Vec<&Mark> = panel
            .marks
            .iter()
            .filter(|mark| !mark.kind.is_annotation())
            .collect();
        // A population that is silent is told of elsewhere.
        let raster = data.iter().any(|mark| matches!(mark.kind, Kind::Raster(_)));
        let empty = data.iter().all(|mark| {
            let extent = mark.extent();
            mark.kind.body().count() == 0 || extent.x.is_empty() || extent.y.is_empty()
        });
        if empty && (raster || idle) {
            continue;
        }
        if empty {
            found.push(nothing(panel, spec.span));
            continue;
        }
        if data.iter().all(|mark| is_invisible(mark)) && !told {
            found.push(
                Diagnostic::new(
                    codes::LONE_POINT,
                    spec.span,
                    "nothing can be seen in this plot",
                )
                .label("its lines have no two points side by side")
                .note("`points(y)` draws a dot for each value"),
            );
            continue;
        }
        let upward = [(&panel.y, false)]
            .into_iter()
            .chain(panel.right.iter().map(|axis| (axis, true)));
        found.extend(not_positive(panel, &panel.x, true, None, spec.span));
        for (axis, right) in upward {
            found.extend(not_positive(panel, axis, false, Some(right), spec.span));
        }
        found.extend(colorless(&data, spec.span));
    }
    found
}

/// True for lines and areas without two neighboring points.
fn is_invisible(mark: &Mark) -> bool {
    let seen = |x: &[f64], y: &[f64]| {
        let places: Vec<bool> = x.iter().zip(y).map(|(x, y)| (x + y).is_finite()).collect();
        places.windows(2).any(|pair| pair == [true, true])
    };
    match &mark.kind {
        Kind::Line(line) => !seen(&line.x, &line.y),
        Kind::Step(step) => !seen(&step.x, &step.y),
        Kind::Band(band) => !seen(&band.x, &band.low) || !seen(&band.x, &band.high),
        _ => false,
    }
}

fn nothing(panel: &Panel, span: Span) -> Diagnostic {
    let unknown = panel.marks.iter().all(|mark| mark.kind.is_annotation());
    let (label, note) = if unknown {
        (
            "its values do not exist",
            "the run that would make them did not happen, or there are none of them: no spikes, no synapses",
        )
    } else {
        (
            "none of its values is a number",
            "a mean of nothing, or a division of 0 by 0, is not a number (NaN)",
        )
    };
    Diagnostic::new(codes::EMPTY_PLOT, span, "this plot is empty")
        .label(label)
        .note(note)
}

/// Values that a logarithmic scale of colors cannot show.
fn colorless(data: &[&Mark], span: Span) -> Option<Diagnostic> {
    let scales = data.iter().filter_map(|mark| mark.scale());
    let values = scales
        .filter(|scale| scale.scale == Scale::Log)
        .flat_map(|scale| scale.values.iter());
    let (mut all, mut hidden) = (0usize, 0usize);
    for value in values.filter(|value| value.is_finite()) {
        all += 1;
        hidden += usize::from(*value <= 0.0);
    }
    (hidden > 0).then(|| {
        let message = format!("{hidden} of {all} values have no color on a logarithmic scale");
        Diagnostic::new(codes::LOG_AXIS, span, message)
            .label("its colors are spread logarithmically")
            .note("they are 0 or below; the others are drawn")
    })
}

fn not_positive(
    panel: &Panel,
    axis: &Axis,
    horizontal: bool,
    right: Option<bool>,
    span: Span,
) -> Option<Diagnostic> {
    if axis.scale != Scale::Log {
        return None;
    }
    let mut all = 0usize;
    let mut hidden = 0usize;
    let own = |mark: &&Mark| right.is_none_or(|right| mark.right == right);
    for mark in panel.marks.iter().filter(own) {
        for shape in mark.kind.body().shapes() {
            let lists = match &shape {
                Shape::Path { x, y } | Shape::Dots { x, y, .. } | Shape::Ticks { x, y, .. } => {
                    if horizontal {
                        vec![x]
                    } else {
                        vec![y]
                    }
                }
                Shape::Area { x, low, high } => {
                    if horizontal {
                        vec![x]
                    } else {
                        vec![low, high]
                    }
                }
                Shape::Cells { x, y } => {
                    if horizontal {
                        vec![x]
                    } else {
                        vec![y]
                    }
                }
                _ => Vec::new(),
            };
            for value in lists.into_iter().flat_map(|list| list.iter()) {
                all += 1;
                hidden += usize::from(*value <= 0.0);
            }
        }
    }
    if hidden == 0 {
        return None;
    }
    let which = if horizontal { "horizontal" } else { "vertical" };
    let message = format!("{hidden} of {all} values cannot be shown on a logarithmic axis");
    let range = panel
        .marks
        .iter()
        .filter(own)
        .map(|mark| {
            if horizontal {
                mark.extent().x
            } else {
                mark.extent().y
            }
        })
        .fold(Range::EMPTY, Range::union);
    let none = !range.positive.is_finite();
    let note = if none {
        "no value lies above 0"
    } else {
        "they are 0 or below; the others are drawn"
    };
    Some(
        Diagnostic::new(codes::LOG_AXIS, span, message)
            .label(format!("its {which} axis is logarithmic"))
            .note(note),
    )
}
