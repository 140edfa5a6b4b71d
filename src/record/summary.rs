//! Recordings in a few numbers, as JSON values for `summary.json`.

use serde_json::{Map, Value, json};

use super::{Recording, SpikeTable, StateTable};
use crate::units::dimension::Dimension;
use crate::units::display::choose_for_value;

/// A value (SI) with its unit: `{"value": 13.7, "unit": "ms"}`; a bare number where there is no unit, null for NaN and infinity.
pub fn quantity(value: f64, dimension: Dimension) -> Value {
    let unit = choose_for_value(dimension, value);
    if unit.label.is_empty() {
        return json!(value);
    }
    // Fifteen digits: the shortest text of 13.700000000000001 ms is 13.7.
    let number = unit.convert(value);
    let number: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    json!({"value": number, "unit": unit.label})
}

/// Per table: its size and the numbers a reader asks for first.
pub fn summary(recording: &Recording) -> Value {
    let mut out = Map::new();
    let states: Vec<Value> = recording.states.iter().map(state_summary).collect();
    let spikes: Vec<Value> = recording.spikes.iter().map(spike_summary).collect();
    out.insert("states".into(), Value::Array(states));
    out.insert("events".into(), Value::Array(spikes));
    Value::Object(out)
}

fn state_summary(table: &StateTable) -> Value {
    let columns: Vec<Value> = table
        .columns
        .iter()
        .map(|column| {
            let finite = || {
                column
                    .values
                    .iter()
                    .flatten()
                    .copied()
                    .filter(|v| v.is_finite())
            };
            let (low, high) = finite().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| {
                (l.min(v), h.max(v))
            });
            json!({
                "name": column.name,
                "elements": column.elements.len(),
                "min": quantity(low, column.dimension),
                "max": quantity(high, column.dimension),
            })
        })
        .collect();
    json!({"name": table.name, "population": table.population, "samples": table.t.len(), "columns": columns})
}

fn spike_summary(table: &SpikeTable) -> Value {
    let counts = table.counts();
    let silent = counts.iter().filter(|count| **count == 0).count();
    json!({
        "population": table.population,
        "event": table.event,
        "neurons": table.size,
        "count": table.t.len(),
        "silent": silent,
        "first": table.t.first().map(|t| quantity(*t, Dimension::TIME)),
        "last": table.t.last().map(|t| quantity(*t, Dimension::TIME)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::sample;

    #[test]
    fn a_summary_has_units() {
        let value = summary(&sample::recording());
        let text = |pointer: &str| {
            value
                .pointer(pointer)
                .map(Value::to_string)
                .unwrap_or_default()
        };
        assert_eq!(text("/events/0/count"), "4");
        assert_eq!(text("/events/0/silent"), "7");
        assert_eq!(text("/events/0/first"), r#"{"unit":"ms","value":13.7}"#);
        assert_eq!(
            text("/states/0/columns/0/min"),
            r#"{"unit":"mV","value":-65.0}"#
        );
        assert_eq!(quantity(f64::NAN, Dimension::NONE), Value::Null);
    }
}
