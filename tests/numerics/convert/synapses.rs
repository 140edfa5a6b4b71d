//! Synapses.

use super::json::{list, text, text_of};
use serde_json::Value;
use std::fmt::Write as _;

/// The index among the synapses of one pair, which has a name of its own in Brian2.
const NUMBER: &str = "synapse_number";

/// `S.k` as the place of a stored value, which it is not where `k` is another name for the index among the synapses of a pair.
pub fn stored(model: &Value, place: &str) -> String {
    let (owner, name) = place.split_once('.').unwrap();
    let renamed = list(model, "synapses").iter().any(|synapses| {
        text(synapses, "name") == owner
            && synapses
                .get("multisynaptic_index")
                .is_some_and(|index| text_of(index) == name)
    });
    let name = if renamed { NUMBER } else { name };
    format!("{owner}.{name}")
}

/// `synapses NAME: SOURCE -> TARGET { … }`.
pub fn declare(synapses: &Value) -> String {
    let name = text(synapses, "name");
    let source = text(synapses, "source");
    let target = match synapses.get("target") {
        Some(target) => text_of(target),
        None => source.clone(),
    };
    let mut body = String::new();
    for line in equations(synapses).lines() {
        let _ = writeln!(body, "    {line}");
    }
    for side in ["on_pre", "on_post"] {
        let event = match synapses.get("on_event") {
            Some(event) => format!(" of {}", text_of(event)),
            None => String::new(),
        };
        match synapses.get(side) {
            None => {}
            Some(Value::Object(pathways)) => {
                // Pathways of one side run in file order here, and in the order of names there.
                let mut pathways: Vec<_> = pathways.iter().collect();
                pathways.sort_by_key(|(name, _)| name.to_string());
                for (name, code) in pathways {
                    let _ = writeln!(body, "    {side} {name}{event}: {{ {} }}", text_of(code));
                }
            }
            Some(code) => {
                let _ = writeln!(body, "    {side}{event}: {{ {} }}", text_of(code));
            }
        }
    }
    for call in list(synapses, "connect") {
        let _ = writeln!(body, "    connect: {}", connect(call));
    }
    if let Some(delay) = synapses.get("delay") {
        let _ = writeln!(body, "    delay: {delay} second");
    }
    if let Some(method) = synapses.get("method").and_then(Value::as_str) {
        let _ = writeln!(body, "    method: {method}");
    }
    format!("synapses {name}: {source} -> {target} {{\n{body}}}")
}

/// The equations, and the variable that counts the synapses of a pair.
pub fn equations(synapses: &Value) -> String {
    let mut lines = match synapses.get("model") {
        Some(equations) => text_of(equations),
        None => String::new(),
    };
    if let Some(name) = synapses.get("multisynaptic_index") {
        let _ = write!(lines, "\n{} = {NUMBER} : integer", text_of(name));
    }
    lines
}

/// True for the delay of a pathway.
pub fn is_delay(model: &Value, place: &str) -> bool {
    let of = |synapses: &Value| place.starts_with(&format!("{}.", text(synapses, "name")));
    let delay = place.ends_with(".delay") || place.contains(".delay[");
    delay && list(model, "synapses").iter().any(of)
}

/// What stands behind `connect:`.
pub fn connect(call: &Value) -> String {
    let value = |key: &str| {
        call.get(key).map(|value| match value {
            Value::String(code) => code.clone(),
            value => value.to_string(),
        })
    };
    let mut clauses = Vec::new();
    if let Some(condition) = value("condition") {
        clauses.push(format!("if {condition}"));
    }
    for key in ["i", "j", "p", "n"] {
        if let Some(value) = value(key) {
            clauses.push(format!("{key} = {value}"));
        }
    }
    if clauses.is_empty() {
        clauses.push("all".to_string());
    }
    if call.get("skip_if_invalid").is_some() {
        clauses.push("skip".to_string());
    }
    clauses.join(", ")
}
