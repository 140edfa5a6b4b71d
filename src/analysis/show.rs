//! Values as text, with a readable unit.

use super::value::{Array, Value, describe_shape, elements};
use crate::units::dimension::Dimension;
use crate::units::display::{choose, format_in, format_number, format_quantity};

/// Elements that are written out; of longer arrays the ends are shown.
const SHOWN: usize = 8;

/// A value on one line: `20.5 Hz`, `[0, 1, 2] mV`, `100 values from 0 Hz to 80 Hz`. `truth` for truth values.
pub fn show(value: &Value, dimension: Dimension, truth: bool) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Spikes(spikes) => {
            let count: usize = spikes.trains.iter().map(Vec::len).sum();
            format!("{count} spikes of {} neurons", spikes.trains.len())
        }
        Value::Array(array) => show_array(array, dimension, truth),
    }
}

fn show_array(array: &Array, dimension: Dimension, truth: bool) -> String {
    let one = |value: f64| match (truth, value != 0.0) {
        (true, true) => "true".to_string(),
        (true, false) => "false".to_string(),
        _ => format_quantity(value, dimension),
    };
    let values = elements(array);
    if let (0, Some(value)) = (array.ndim(), values.first()) {
        return one(*value);
    }
    if truth {
        let held = values.iter().filter(|v| **v != 0.0).count();
        return format!("true for {held} of {}", values.len());
    }
    if array.ndim() == 1 && values.len() <= SHOWN {
        let largest = values.iter().filter(|v| v.is_finite());
        let unit = choose(dimension, largest.fold(0.0, |m, v| v.abs().max(m)));
        let parts: Vec<String> = values
            .iter()
            .map(|v| format_number(unit.convert(*v)))
            .collect();
        let list = format!("[{}]", parts.join(", "));
        return match unit.label.as_str() {
            "" => list,
            label => format!("{list} {label}"),
        };
    }
    let finite = || values.iter().copied().filter(|v| v.is_finite());
    let (low, high) = finite().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| {
        (a.min(v), b.max(v))
    });
    let shape = describe_shape(array.shape());
    if low > high {
        return shape;
    }
    let unit = choose(dimension, low.abs().max(high.abs()));
    let odd = values.len() - finite().count();
    let odd = match odd {
        0 => String::new(),
        n => format!(", {n} not a number"),
    };
    format!(
        "{shape} from {} to {}{odd}",
        format_in(low, &unit),
        format_in(high, &unit)
    )
}
