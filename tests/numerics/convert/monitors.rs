//! Recordings.

use super::json::{list, text, text_of};
use serde_json::Value;

/// `record …`.
pub fn record(monitor: &Value) -> String {
    let source = text(monitor, "source");
    let variables = list(monitor, "variables").iter().map(text_of);
    let variables = variables.collect::<Vec<_>>().join(", ");
    let when = match monitor.get("when") {
        Some(when) => format!(", when: {}", text_of(when)),
        None => String::new(),
    };
    let with = if variables.is_empty() {
        String::new()
    } else {
        format!(" with {variables}")
    };
    match monitor["type"].as_str().unwrap() {
        "state" => {
            let elements = match &monitor["record"] {
                Value::Array(_) => format!("[{}]", monitor["record"]),
                _ => String::new(),
            };
            let every = match monitor.get("dt") {
                Some(dt) => format!(" every {dt} second"),
                None => String::new(),
            };
            format!("record {variables} of {source}{elements}{every}{when}")
        }
        "spike" => format!("record spikes of {source}{with}{when}"),
        "event" => format!("record {} of {source}{with}{when}", text(monitor, "event")),
        "rate" => format!("record rate of {source}"),
        other => panic!("monitor {other}"),
    }
}
