//! Populations and inputs.

use super::json::{list, pairs, text, text_of};
use serde_json::Value;
use std::fmt::Write as _;

/// A product that Brian2 rounds as `2*pi*t*200*Hz`. It matters, because a sine at multiples of pi is compared with 0. A parameter keeps the
/// factors from being multiplied in advance.
const ROUNDED: (&str, &str, &str) = ("2*pi*200*Hz*t", "2*pi*t*f", "f : Hz = 200 Hz");

/// `neurons`, `poisson`, `spikes`, or a slice with a name.
pub fn declare(model: &Value, group: &Value) -> String {
    let (name, size) = (text(group, "name"), &group["N"]);
    let mut body = String::new();
    let keyword = match group.get("type").and_then(Value::as_str) {
        Some("subgroup") => {
            let (of, start, stop) = (text(group, "of"), &group["start"], &group["stop"]);
            return format!("{name} = {of}[{start}:{stop}]");
        }
        Some("poisson") => {
            let rates = match &group["rates"] {
                Value::String(rates) => rates.clone(),
                Value::Array(_) => {
                    let _ = writeln!(body, "    r : Hz");
                    "r".to_string()
                }
                rate => format!("{rate} Hz"),
            };
            let _ = writeln!(body, "    rates: {rates}");
            "poisson"
        }
        Some("spike_generator") => {
            let _ = writeln!(body, "    indices: {}", group["indices"]);
            let _ = writeln!(body, "    times: {} second", group["times"]);
            if let Some(period) = group.get("period") {
                let _ = writeln!(body, "    period: {period} second");
            }
            "spikes"
        }
        _ => {
            neuron(model, group, &mut body);
            "neurons"
        }
    };
    if let Some(dt) = group.get("dt") {
        let _ = writeln!(body, "    dt: {dt} second");
    }
    format!("{keyword} {name}[{size}] {{\n{body}}}")
}

fn neuron(model: &Value, group: &Value, body: &mut String) {
    let name = text(group, "name");
    let mut equations = text(group, "equations");
    for link in list(model, "links") {
        let target = text_of(&link[0]);
        let Some(variable) = target.strip_prefix(&format!("{name}.")) else {
            continue;
        };
        let index = match &link[3] {
            Value::Null => String::new(),
            index => format!("[{index}]"),
        };
        let source = format!(
            "(linked) = {}.{}{index}",
            text_of(&link[1]),
            text_of(&link[2])
        );
        let lines = equations.lines().map(|line| {
            if line.starts_with(&format!("{variable} :")) {
                line.replace("(linked)", &source)
            } else {
                line.to_string()
            }
        });
        equations = lines.collect::<Vec<_>>().join("\n");
    }
    let (written, rounded, parameter) = ROUNDED;
    if equations.contains(written) {
        equations = format!("{}\n{parameter}", equations.replace(written, rounded));
    }
    let _ = writeln!(body, "{equations}");
    for key in ["threshold", "method"] {
        if let Some(value) = group.get(key).and_then(Value::as_str) {
            let _ = writeln!(body, "    {key}: {value}");
        }
    }
    let reset = group.get("reset").and_then(Value::as_str);
    if let Some(reset) = reset.filter(|reset| !reset.is_empty()) {
        let _ = writeln!(body, "    reset: {{ {reset} }}");
    }
    match group.get("refractory") {
        None => {}
        Some(Value::String(condition)) => {
            let _ = writeln!(body, "    refractory: {condition}");
        }
        Some(time) => {
            let _ = writeln!(body, "    refractory: {time} second");
        }
    }
    for (event, condition) in pairs(group, "events") {
        let _ = writeln!(body, "    event {event}: {}", text_of(condition));
    }
    for code in list(group, "on_event") {
        let _ = writeln!(
            body,
            "    on {}: {{ {} }}",
            text(code, "event"),
            text(code, "code")
        );
    }
    for code in list(model, "run_regularly") {
        if text(code, "group") != name {
            continue;
        }
        let when = match (code.get("dt"), code.get("times")) {
            (Some(dt), _) => format!("{dt} second"),
            (_, Some(times)) => format!("{times} second"),
            _ => "dt".to_string(),
        };
        let _ = writeln!(body, "    every {when}: {{ {} }}", text(code, "code"));
    }
}

/// Slots of regular code that the language does not name: group, position in the group, slot.
pub fn slots(model: &Value) -> Vec<(String, usize, String)> {
    let mut slots = Vec::new();
    let mut positions = std::collections::BTreeMap::new();
    for code in list(model, "run_regularly") {
        let group = text(code, "group");
        let position = positions.entry(group.clone()).or_insert(0usize);
        if let Some(when) = code.get("when") {
            slots.push((group, *position, text_of(when)));
        }
        *position += 1;
    }
    slots
}
