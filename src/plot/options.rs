//! Options that every plot knows: limits, labels, legend.

use crate::figure::axis::Axis;
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
    ("legend", |panel, value| {
        if *value == OptionValue::Boolean(false) {
            panel.legend = Legend::Hidden;
        }
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
