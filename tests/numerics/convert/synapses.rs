//! Synapses.

use super::json::{list, text, text_of};
use serde_json::Value;
use std::fmt::Write as _;

/// `synapses NAME: SOURCE -> TARGET { … }`. Delays that are set at the beginning stand in it.
pub fn declare(model: &Value, synapses: &Value) -> String {
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
    for set in list(model, "init") {
        if let Some(pathway) = delay_of(synapses, &text_of(&set[0])) {
            let value = match &set[1] {
                Value::String(code) => code.clone(),
                value => format!("{value} second"),
            };
            let _ = writeln!(body, "    delay{pathway}: {value}");
        }
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
        let _ = write!(lines, "\n{} : integer (multisynaptic)", text_of(name));
    }
    lines
}

/// The pathway whose delay a place is, in the words of a `delay` line: nothing for `pre`.
fn delay_of(synapses: &Value, place: &str) -> Option<String> {
    let rest = place.strip_prefix(&format!("{}.", text(synapses, "name")))?;
    match rest.strip_suffix("delay")?.strip_suffix('.') {
        None if rest == "delay" => Some(String::new()),
        None => None,
        Some(pathway) => Some(format!(" {pathway}")),
    }
}

/// True for the delay of a pathway.
pub fn is_delay(model: &Value, place: &str) -> bool {
    list(model, "synapses")
        .iter()
        .any(|synapses| delay_of(synapses, place).is_some())
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
