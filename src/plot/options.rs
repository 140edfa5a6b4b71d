//! Options that every plot knows: limits, labels, legend.

use crate::figure::axis::{Axis, Range, Scale};
use crate::figure::marks::Extent;
use crate::figure::{Legend, Panel};
use crate::model::figure::{OptionValue, PlotOption};

/// One option: its name, and what it does to a panel.
type Row = (&'static str, fn(&mut Panel, &OptionValue));

/// The options, one row each.
const OPTIONS: &[Row] = &[
    ("xlabel", |panel, value| label(&mut panel.x, value)),
    ("ylabel", |panel, value| label(&mut panel.y, value)),
    ("xlim", |panel, value| limits(&mut panel.x, value)),
    ("ylim", |panel, value| limits(&mut panel.y, value)),
    ("xscale", |panel, value| scale(&mut panel.x, value)),
    ("yscale", |panel, value| scale(&mut panel.y, value)),
    ("rlabel", |panel, value| right(panel, value, label)),
    ("rlim", |panel, value| right(panel, value, limits)),
    ("rscale", |panel, value| right(panel, value, scale)),
    ("legend", |panel, value| match value {
        OptionValue::Boolean(false) => panel.legend = Legend::Hidden,
        OptionValue::Text(_) => panel.legend = Legend::Outside,
        _ => {}
    }),
];

/// Applies the options that a panel was given.
pub(super) fn apply(panel: &mut Panel, options: &[PlotOption]) {
    for option in options {
        if let Some((_, effect)) = OPTIONS.iter().find(|(name, _)| *name == option.name) {
            effect(panel, &option.value);
        }
    }
}

fn right(panel: &mut Panel, value: &OptionValue, effect: fn(&mut Axis, &OptionValue)) {
    if let Some(axis) = &mut panel.right {
        effect(axis, value);
    }
}

fn scale(axis: &mut Axis, value: &OptionValue) {
    if *value == OptionValue::Text("log".to_string()) {
        axis.scale = Scale::Log;
    }
}

/// Gives all panels whose axis has one dimension, scale and kind the same limits: those of all their data.
pub(super) fn share(
    panels: &mut [Panel],
    axis: fn(&mut Panel) -> &mut Axis,
    range: fn(&Extent) -> Range,
) {
    let mut done: Vec<(Axis, f64, f64)> = Vec::new();
    let alike =
        |a: &Axis, b: &Axis| (a.dimension, a.scale, a.whole) == (b.dimension, b.scale, b.whole);
    for k in 0..panels.len() {
        let Some(own) = panels.get_mut(k).map(|panel| axis(panel).clone()) else {
            continue;
        };
        if done.iter().any(|(other, ..)| alike(other, &own)) {
            continue;
        }
        let mut all = Range::EMPTY;
        let (mut low, mut high) = (None::<f64>, None::<f64>);
        for panel in panels.iter_mut() {
            let here = axis(panel).clone();
            if !alike(&here, &own) {
                continue;
            }
            // Limits that a panel sets hold for the others too.
            low = here.low.map(|v| low.map_or(v, |l| l.min(v))).or(low);
            high = here.high.map(|v| high.map_or(v, |h| h.max(v))).or(high);
            for mark in &panel.marks {
                all = all.union(range(&mark.extent()));
            }
        }
        let view = Axis {
            low,
            high,
            ..own.clone()
        }
        .view(all);
        done.push((own, view.low, view.high));
    }
    for panel in panels.iter_mut() {
        let own = axis(panel);
        if let Some((_, low, high)) = done.iter().find(|(other, ..)| alike(other, own)) {
            (own.low, own.high) = (Some(*low), Some(*high));
        }
    }
}

fn label(axis: &mut Axis, value: &OptionValue) {
    if let OptionValue::Text(text) = value {
        axis.label.clone_from(text);
    }
}

fn limits(axis: &mut Axis, value: &OptionValue) {
    if let OptionValue::Range(low, high) = value {
        (axis.low, axis.high) = (Some(low.value), Some(high.value));
    }
}
