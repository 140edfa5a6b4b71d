//! Figures for a page: their description as JSON, their numbers in one pool, so that a million points cost no text.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::figure::axis::{AxisView, Scale};
use crate::figure::marks::{Key, Mark};
use crate::figure::shape::Shape;
use crate::figure::style::{Color, ColorMap};
use crate::figure::{Figure, Panel, Values, View};
use crate::model::figure::{PanelSpec, Series};
use crate::model::protocol::{Record, Recorded, Slice};
use crate::model::{GroupId, Model, VariableId};
use crate::record::Recording;
use crate::units::display::format_in;

/// Where the numbers of figures go. A column of numbers is described as `[first, count]`.
pub struct Pool<'p> {
    /// The numbers.
    pub values: &'p mut Vec<f64>,
    /// Longest line that is kept as it is; of longer ones the extremes of this many stretches are.
    pub points: usize,
    /// Columns that are there, by address and length: a time base shared by many lines stands there once.
    seen: BTreeMap<(usize, usize), [usize; 2]>,
    /// Shapes that were made for the page alone.
    kept: Vec<Shape>,
}

impl<'p> Pool<'p> {
    /// An empty pool.
    pub fn new(values: &'p mut Vec<f64>, points: usize) -> Self {
        values.clear();
        Pool {
            values,
            points,
            seen: BTreeMap::new(),
            kept: Vec::new(),
        }
    }
    fn add(&mut self, column: impl IntoIterator<Item = f64>) -> [usize; 2] {
        let first = self.values.len();
        self.values.extend(column);
        [first, self.values.len() - first]
    }
    fn column(&mut self, column: &Values) -> [usize; 2] {
        self.once(column, |column| column.to_vec())
    }
    fn once(&mut self, column: &Values, f: impl Fn(&[f64]) -> Vec<f64>) -> [usize; 2] {
        let key = (column.as_ptr() as usize, column.len());
        if let Some(found) = self.seen.get(&key) {
            return *found;
        }
        let found = self.add(f(column));
        self.seen.insert(key, found);
        found
    }
    /// A line, shortened where it is long and goes to the right all the way.
    fn path(&mut self, x: &Values, y: &Values) -> [[usize; 2]; 2] {
        if x.len() <= self.points.saturating_mul(2) || x.len() != y.len() || !x.is_sorted() {
            return [self.column(x), self.column(y)];
        }
        let stretch = x.len().div_ceil(self.points);
        let position = |part: &[f64], k: usize| part.get(k).copied().unwrap_or(f64::NAN);
        let x = self.once(x, |x| {
            let ends = x.chunks(stretch);
            ends.flat_map(|part| [position(part, 0), position(part, part.len() / 2)])
                .collect()
        });
        let y = self.add(y.chunks(stretch).flat_map(|part| {
            let (mut low, mut high) = (0, 0);
            for (k, value) in part.iter().enumerate() {
                if *value < position(part, low) {
                    low = k;
                }
                if *value > position(part, high) {
                    high = k;
                }
            }
            [position(part, low.min(high)), position(part, low.max(high))]
        }));
        [x, y]
    }
}

/// Describes figures.
pub fn describe(
    model: &Model,
    recording: &Recording,
    figures: &[Figure],
    pool: &mut Pool<'_>,
) -> Value {
    let specs = model.figures.iter();
    let described = figures.iter().zip(specs).map(|(figure, spec)| {
        let panels = figure.panels.iter().zip(&spec.panels);
        let panels: Vec<Value> = panels
            .map(|(drawn, spec)| panel(model, recording, drawn, spec, pool))
            .collect();
        json!({ "title": figure.title, "columns": figure.grid_columns(), "panels": panels })
    });
    Value::Array(described.collect())
}

/// Spikes that have to be recorded for [`describe`] to draw them on traces, beyond those that the model records itself.
pub fn spikes_of_traces(model: &Model) -> Vec<Record> {
    let mut wanted: BTreeMap<GroupId, (usize, usize, usize)> = BTreeMap::new();
    let panels = model.figures.iter().flat_map(|figure| &figure.panels);
    for series in panels.flat_map(|panel| &panel.series) {
        let Some((record, group, elements)) = traced(model, series) else {
            continue;
        };
        let recorded = model.records.iter().any(|record| {
            matches!(&record.what, Recorded::Spikes { slice, event: None, .. } if slice.group == group)
        });
        if recorded {
            continue;
        }
        for element in elements {
            let element = *element as usize;
            let (_, first, last) = wanted.entry(group).or_insert((record, element, element));
            (*first, *last) = ((*first).min(element), (*last).max(element));
        }
    }
    let records = wanted
        .into_iter()
        .filter_map(|(group, (record, first, last))| {
            Some(Record {
                name: model.groups[group].name.clone(),
                what: Recorded::Spikes {
                    slice: Slice {
                        group,
                        first,
                        last: last + 1,
                    },
                    event: None,
                    variables: Vec::new(),
                    slot: None,
                },
                implied: true,
                span: model.records.get(record)?.span,
            })
        });
    records.collect()
}

/// The record, group and neurons of lines on which spikes are drawn: those of a variable that a reset sets, since its jump takes away what
/// a spike would look like.
fn traced<'m>(model: &'m Model, series: &'m Series) -> Option<(usize, GroupId, &'m [u32])> {
    let Series::Lines {
        record,
        variable,
        elements,
    } = series
    else {
        return None;
    };
    let Recorded::States {
        group,
        elements: all,
        ..
    } = &model.records.get(*record)?.what
    else {
        return None;
    };
    let sets = |id: &VariableId| {
        let reset = model.groups[*group].reset.iter();
        let mut statements = reset.flat_map(|reset| &reset.statements);
        statements.any(|statement| statement.target == *id)
    };
    model.groups[*group].threshold.as_ref()?;
    let elements = if elements.is_empty() { all } else { elements };
    sets(variable).then_some((*record, *group, elements.as_slice()))
}

/// For each mark of a panel, the spikes drawn on it: times, and the values there.
fn spikes(model: &Model, recording: &Recording, spec: &PanelSpec) -> Vec<(Vec<f64>, Vec<f64>)> {
    let mut all = Vec::new();
    for series in &spec.series {
        // Which marks belong to which neuron is known up to the first series of another kind.
        let Series::Lines { variable, .. } = series else {
            break;
        };
        let Some((_, group, elements)) = traced(model, series) else {
            break;
        };
        let name = &model.groups[group].name;
        let state = recording.state(name, &model.variables[*variable].name);
        for element in elements {
            let mut found = (Vec::new(), Vec::new());
            if let (Some((table, column)), Some(events)) = (state, recording.events(name, "spike"))
                && let Some(values) = column.of(*element)
            {
                let own = events.i.iter().zip(&events.t);
                for (_, t) in own.filter(|(i, _)| *i == element) {
                    // What was sampled at the time of the spike, before the reset: half a step of tolerance for rounded times.
                    let next = table.t.partition_point(|at| *at <= *t + model.dt / 2.0);
                    if let Some(value) = next.checked_sub(1).and_then(|k| values.get(k)) {
                        found.0.push(*t);
                        found.1.push(*value);
                    }
                }
            }
            all.push(found);
        }
    }
    all
}

fn panel(
    model: &Model,
    recording: &Recording,
    panel: &Panel,
    spec: &PanelSpec,
    pool: &mut Pool<'_>,
) -> Value {
    let view = panel.view();
    let mut spikes = spikes(model, recording, spec).into_iter();
    let marks: Vec<Value> = panel
        .marks
        .iter()
        .map(|one| {
            let spikes = spikes.next().filter(|(t, _)| !t.is_empty());
            let spikes = spikes.map(|(t, y)| json!({ "x": pool.add(t), "y": pool.add(y) }));
            mark(one, &view, spikes, pool)
        })
        .collect();
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

fn mark(mark: &Mark, view: &View, spikes: Option<Value>, pool: &mut Pool<'_>) -> Value {
    // A page has one vertical axis: what belongs to the right one is stretched to the left one, and its name says so.
    let right = view.right.as_ref().filter(|_| mark.right);
    let lift = |y: f64| right.map_or(y, |right| view.y.value(right.position(y)));
    let name = match right {
        None => mark.name.clone(),
        Some(right) => {
            let end = |value: f64| format_in(value, &right.unit);
            format!("{} ({} .. {})", mark.name, end(right.low), end(right.high))
        }
    };
    let shapes: Vec<Value> = mark
        .kind
        .body()
        .shapes()
        .iter()
        .map(|one| match right {
            Some(_) => {
                // Columns are known by their addresses: this one must not be given away.
                let lifted = lifted(one, &lift);
                let described = shape(&lifted, pool);
                pool.kept.push(lifted);
                described
            }
            None => shape(one, pool),
        })
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
        let values = pool.column(&scale.values);
        json!({ "map": map, "limits": scale.limits(), "values": values, "label": scale.label })
    });
    let key = match mark.kind.body().key() {
        Key::Line => "line",
        Key::Dot => "dot",
        Key::Box => "box",
    };
    json!({
        "name": name,
        "kind": mark.kind.word(),
        "color": color,
        "dash": mark.dash.name(),
        "width": mark.line_width(),
        "alpha": mark.alpha(),
        "key": key,
        "scale": scale,
        "spikes": spikes,
        "shapes": shapes,
    })
}

/// A shape with other vertical values.
fn lifted(shape: &Shape, lift: &dyn Fn(f64) -> f64) -> Shape {
    let list = |values: &Values| values.iter().map(|y| lift(*y)).collect();
    let rows = |rows: &[[f64; 4]]| {
        rows.iter()
            .map(|[a, b, c, d]| [*a, lift(*b), *c, lift(*d)])
            .collect()
    };
    let mut shape = shape.clone();
    match &mut shape {
        Shape::Path { y, .. } | Shape::Ticks { y, .. } | Shape::Dots { y, .. } => *y = list(y),
        Shape::Area { low, high, .. } => (*low, *high) = (list(low), list(high)),
        Shape::Segments(all) | Shape::Boxes(all) => *all = rows(all),
        Shape::Rule {
            at,
            vertical: false,
            ..
        } => *at = lift(*at),
        _ => {}
    }
    shape
}

fn shape(shape: &Shape, pool: &mut Pool<'_>) -> Value {
    match shape {
        Shape::Path { x, y } => {
            let [x, y] = pool.path(x, y);
            json!({ "is": "path", "x": x, "y": y })
        }
        Shape::Area { x, low, high } => json!({
            "is": "area", "x": pool.column(x), "low": pool.column(low), "high": pool.column(high),
        }),
        Shape::Segments(rows) => {
            json!({ "is": "segments", "rows": pool.add(rows.as_flattened().iter().copied()) })
        }
        Shape::Ticks { x, y, height } => {
            json!({ "is": "ticks", "x": pool.column(x), "y": pool.column(y), "height": height })
        }
        Shape::Dots {
            x,
            y,
            radius,
            marker,
        } => json!({
            "is": "dots", "x": pool.column(x), "y": pool.column(y), "radius": radius, "marker": marker.word(),
        }),
        Shape::Arrows { x, y, dx, dy } => json!({
            "is": "arrows", "x": pool.column(x), "y": pool.column(y), "dx": pool.column(dx), "dy": pool.column(dy),
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
        Shape::Boxes(rows) => {
            json!({ "is": "boxes", "rows": pool.add(rows.as_flattened().iter().copied()) })
        }
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
