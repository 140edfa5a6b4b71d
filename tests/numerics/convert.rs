//! From the JSON description of a Brian2 model to a `.snn` file. Synapses are left out, and with them what they act on.

use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// A declaration with the name by which Brian2 orders objects of one slot.
struct Declaration {
    name: String,
    text: String,
}

/// A product that Brian2 rounds as `2*pi*t*200*Hz`. It matters, because a sine at multiples of pi is compared with 0. A parameter keeps the
/// factors from being multiplied in advance.
const ROUNDED: (&str, &str, &str) = ("2*pi*200*Hz*t", "2*pi*t*f", "f : Hz = 200 Hz");

/// The `.snn` text of a case.
pub fn convert(model: &Value) -> String {
    let mut declarations = Vec::new();
    for group in list(model, "groups") {
        declarations.push(Declaration {
            name: text(group, "name"),
            text: declare(model, group),
        });
    }
    for monitor in monitors(model) {
        declarations.push(Declaration {
            name: text(monitor, "name"),
            text: record(monitor),
        });
    }
    // What runs in one slot runs in file order here, and in the order of names there.
    declarations.sort_by(|a, b| a.name.cmp(&b.name));
    let mut out = String::new();
    if let Some(dt) = model.get("dt") {
        let _ = writeln!(out, "dt = {dt} second");
    }
    for (name, constant) in pairs(model, "constants") {
        let unit = constant[1].as_str().unwrap();
        let _ = writeln!(out, "{name} = {}", quantity(&constant[0], unit));
    }
    for (name, array) in pairs(model, "timed_arrays") {
        let indexed = array["values"][0].is_array();
        let parameters = if indexed { "t, i" } else { "t" };
        let (values, dt) = (&array["values"], &array["dt"]);
        let _ = writeln!(
            out,
            "signal {name}({parameters}) = {values} every {dt} second"
        );
    }
    for declaration in declarations {
        let _ = writeln!(out, "{}", declaration.text);
    }
    for group in list(model, "groups") {
        if let Some(Value::Array(_)) = group.get("rates") {
            let _ = writeln!(out, "{}.r = {} Hz", text(group, "name"), group["rates"]);
        }
    }
    for set in list(model, "init") {
        out.push_str(&assignment(model, set));
    }
    for step in list(model, "program") {
        match step[0].as_str().unwrap() {
            "run" => {
                let _ = writeln!(out, "run {} second", step[1]);
            }
            "set" => {
                for set in step[1].as_array().unwrap() {
                    out.push_str(&assignment(model, set));
                }
            }
            "store" => out.push_str("save state\n"),
            "restore" => out.push_str("restore state\n"),
            other => panic!("step {other}"),
        }
    }
    out
}

/// Monitors of groups on which no synapse acts.
pub fn monitors(model: &Value) -> Vec<&Value> {
    let targets: BTreeSet<String> = list(model, "synapses")
        .iter()
        .map(|s| {
            let target = s.get("target").or(s.get("source")).unwrap();
            target.as_str().unwrap().to_string()
        })
        .collect();
    let kept = list(model, "monitors").iter();
    kept.filter(|monitor| !targets.contains(&text(monitor, "source")))
        .collect()
}

fn declare(model: &Value, group: &Value) -> String {
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

fn record(monitor: &Value) -> String {
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

/// `["G.v[i==1]", 5.0]` as an assignment; text stays text in quotes.
fn assignment(model: &Value, set: &Value) -> String {
    let place = text_of(&set[0]);
    let owner = place.split('.').next().unwrap();
    let known = list(model, "groups")
        .iter()
        .any(|g| text(g, "name") == owner);
    if !known {
        return String::new();
    }
    match &set[1] {
        Value::String(code) => format!("{place} = '{code}'\n"),
        value => format!("{place} = {}\n", quantity(value, &unit(model, &place))),
    }
}

/// The declared unit of `group.variable[…]`.
fn unit(model: &Value, place: &str) -> String {
    let (group, rest) = place.split_once('.').unwrap();
    let variable = rest.split('[').next().unwrap();
    let group = list(model, "groups")
        .iter()
        .find(|g| text(g, "name") == group);
    let equations = text(group.unwrap(), "equations");
    for line in equations.lines() {
        let line = line.split('#').next().unwrap();
        let Some((left, unit)) = line.rsplit_once(':') else {
            continue;
        };
        let left = left.trim();
        if left == variable || left.starts_with(&format!("d{variable}/dt")) {
            return unit.split('(').next().unwrap().trim().to_string();
        }
    }
    panic!("no unit of {place}")
}

fn quantity(value: &Value, unit: &str) -> String {
    match unit {
        "1" | "boolean" | "integer" => value.to_string(),
        unit if unit.chars().all(char::is_alphabetic) => format!("{value} {unit}"),
        unit => format!("{value}*({unit})"),
    }
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value
        .get(key)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

fn pairs<'v>(value: &'v Value, key: &str) -> Vec<(&'v String, &'v Value)> {
    value
        .get(key)
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .collect()
}

fn text(value: &Value, key: &str) -> String {
    text_of(&value[key])
}

fn text_of(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value}"))
        .to_string()
}
