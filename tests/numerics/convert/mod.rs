//! From the JSON description of a Brian2 model to a `.snn` file.

mod groups;
mod json;
mod monitors;
pub mod synapses;

use json::{list, pairs, text, text_of};
use serde_json::Value;
use std::fmt::Write as _;

pub use groups::slots;

/// A declaration with the name by which Brian2 orders objects of one slot.
struct Declaration {
    name: String,
    text: String,
}

/// The `.snn` text of a case.
pub fn convert(model: &Value) -> String {
    let mut declarations = Vec::new();
    let mut add = |object: &Value, text: String| {
        let name = json::text(object, "name");
        declarations.push(Declaration { name, text });
    };
    for group in list(model, "groups") {
        add(group, groups::declare(model, group));
    }
    for projection in list(model, "synapses") {
        add(projection, synapses::declare(projection));
    }
    for monitor in list(model, "monitors") {
        add(monitor, monitors::record(monitor));
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

/// Monitors in the order of the records of the text.
pub fn monitors(model: &Value) -> Vec<&Value> {
    let mut monitors: Vec<&Value> = list(model, "monitors").iter().collect();
    monitors.sort_by_key(|monitor| text(monitor, "name"));
    monitors
}

/// `["G.v[i==1]", 5.0]` as an assignment; text stays text in quotes.
fn assignment(model: &Value, set: &Value) -> String {
    let place = text_of(&set[0]);
    match &set[1] {
        Value::String(code) => format!("{place} = '{code}'\n"),
        value => format!("{place} = {}\n", quantity(value, &unit(model, &place))),
    }
}

/// The declared unit of `object.variable[…]`.
fn unit(model: &Value, place: &str) -> String {
    if synapses::is_delay(model, place) {
        return "second".to_string();
    }
    let (owner, rest) = place.split_once('.').unwrap();
    let variable = rest.split('[').next().unwrap();
    let named = |object: &&Value| text(object, "name") == owner;
    let equations = match list(model, "groups").iter().find(named) {
        Some(group) => text(group, "equations"),
        None => synapses::equations(list(model, "synapses").iter().find(named).unwrap()),
    };
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
