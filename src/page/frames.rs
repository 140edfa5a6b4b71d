//! Figures for a page: their description as JSON, their numbers in one pool, so that a million points cost no text.

use serde_json::{Value, json};

use crate::figure::axis::{AxisView, Scale};
use crate::figure::marks::{Key, Mark};
use crate::figure::shape::Shape;
use crate::figure::style::{Color, ColorMap};
use crate::figure::{Figure, Panel};
use crate::model::Model;
use crate::model::figure::{PanelSpec, Series};

/// Describes figures. A column of numbers is `[first, count]` in the pool.
pub fn describe(model: &Model, figures: &[Figure], pool: &mut Vec<f64>) -> Value {
    let specs = model.figures.iter();
    let described = figures.iter().zip(specs).map(|(figure, spec)| {
        let panels = figure.panels.iter().zip(&spec.panels);
        let panels: Vec<Value> = panels
            .map(|(drawn, spec)| panel(model, drawn, spec, pool))
            .collect();
        json!({ "title": figure.title, "columns": figure.grid_columns(), "panels": panels })
    });
    Value::Array(described.collect())
}

fn panel(model: &Model, panel: &Panel, spec: &PanelSpec, pool: &mut Vec<f64>) -> Value {
    let view = panel.view();
    let marks: Vec<Value> = panel.marks.iter().map(|one| mark(one, pool)).collect();
    // The population whose neurons stand along the vertical axis, and the first of them.
    let raster = spec.series.iter().find_map(|series| match series {
        Series::Raster { slice, .. } => {
            let group = &model.groups[slice.group];
            Some(json!({ "population": group.name, "first": slice.first }))
        }
        _ => None,
    });
    json!({ "title": panel.title, "x": axis(&view.x), "y": axis(&view.y), "marks": marks, "raster": raster })
}

fn axis(view: &AxisView) -> Value {
    json!({
        "label": view.label,
        "unit": view.unit.label,
        "scale": view.unit.scale,
        "log": view.scale == Scale::Log,
        "low": view.low,
        "high": view.high,
        "whole": view.whole,
    })
}

fn mark(mark: &Mark, pool: &mut Vec<f64>) -> Value {
    let shapes: Vec<Value> = mark
        .kind
        .body()
        .shapes()
        .iter()
        .map(|one| shape(one, pool))
        .collect();
    let color = match &mark.color {
        Color::Next => json!("next"),
        Color::Palette(number) => json!(number),
        Color::Ink => json!("ink"),
        Color::Muted => json!("muted"),
        Color::Rgb(r, g, b) => json!(format!("rgb({r},{g},{b})")),
        Color::By(_) => json!("by"),
    };
    let scale = mark.scale().map(|scale| {
        let map = match scale.map {
            ColorMap::Sequential => "sequential",
            ColorMap::Diverging => "diverging",
            ColorMap::Cyclic => "cyclic",
        };
        let values = column(&scale.values, pool);
        json!({ "map": map, "limits": scale.limits(), "values": values, "label": scale.label })
    });
    let key = match mark.kind.body().key() {
        Key::Line => "line",
        Key::Dot => "dot",
        Key::Box => "box",
    };
    json!({
        "name": mark.name,
        "kind": mark.kind.word(),
        "color": color,
        "dash": mark.dash.name(),
        "width": mark.line_width(),
        "alpha": mark.alpha(),
        "key": key,
        "scale": scale,
        "shapes": shapes,
    })
}

fn column(values: &[f64], pool: &mut Vec<f64>) -> [usize; 2] {
    let first = pool.len();
    pool.extend_from_slice(values);
    [first, values.len()]
}

fn shape(shape: &Shape, pool: &mut Vec<f64>) -> Value {
    match shape {
        Shape::Path { x, y } => {
            json!({ "is": "path", "x": column(x, pool), "y": column(y, pool) })
        }
        Shape::Area { x, low, high } => json!({
            "is": "area", "x": column(x, pool), "low": column(low, pool), "high": column(high, pool),
        }),
        Shape::Segments(rows) => {
            json!({ "is": "segments", "rows": column(rows.as_flattened(), pool) })
        }
        Shape::Ticks { x, y, height } => {
            json!({ "is": "ticks", "x": column(x, pool), "y": column(y, pool), "height": height })
        }
        Shape::Dots {
            x,
            y,
            radius,
            marker,
        } => json!({
            "is": "dots", "x": column(x, pool), "y": column(y, pool), "radius": radius, "marker": marker.word(),
        }),
        Shape::Arrows { x, y, dx, dy } => json!({
            "is": "arrows", "x": column(x, pool), "y": column(y, pool), "dx": column(dx, pool), "dy": column(dy, pool),
        }),
        Shape::Shade {
            from,
            to,
            vertical,
            label,
        } => {
            json!({ "is": "shade", "from": from, "to": to, "vertical": vertical, "label": label })
        }
        Shape::Note { x, y, text } => json!({ "is": "note", "x": x, "y": y, "text": text }),
        Shape::Boxes(rows) => json!({ "is": "boxes", "rows": column(rows.as_flattened(), pool) }),
        Shape::Rule {
            at,
            vertical,
            label,
        } => json!({ "is": "rule", "at": at, "vertical": vertical, "label": label }),
        // Cells of one size: the edges of others are drawn as if they were.
        Shape::Cells { x, y } => {
            let ends = |edges: &[f64]| [edges.first().copied(), edges.last().copied()];
            let columns = x.len().saturating_sub(1);
            json!({ "is": "cells", "x": ends(x), "y": ends(y), "columns": columns })
        }
    }
}
