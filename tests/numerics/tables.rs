//! Brian2's answers to many small questions: values of expressions, methods chosen, models accepted.

use crate::{Failed, compile, convert, number, same, simulate};
use serde_json::Value;
use snnc::backend::{self, Backend};
use snnc::lower::connect::{Making, connect};
use std::fmt::Write as _;

/// Products that Brian2 cancels without looking at a zero; here 0/0 is not a number.
const CANCELED: &[&str] = &["x/x", "0/x"];

/// Models that are judged otherwise on purpose.
const OTHERWISE: &[(&str, &str)] = &[
    ("dv/dt=(v+0)/(10*ms):volt", "a bare 0 fits any dimension"),
    ("x=min(v,0*mV):volt\nv:volt", "`min` is a function"),
    ("x=arctan2(1,2):1", "`arctan2` is a function"),
    ("x=5*mS:siemens", "`mS` is a unit"),
    (
        "x=1 if v>0*mV else 0:1\nv:volt",
        "a choice is an expression",
    ),
];

/// Values of expressions on seven neurons, recorded as subexpressions.
pub fn expressions(table: &Value) -> Result<(), Failed> {
    let rows = table["expected"]["expressions"].as_array().unwrap();
    let answered: Vec<&Value> = rows
        .iter()
        .filter(|row| row.get("values").is_some())
        .collect();
    let mut text = "neurons G[7] {\n    k : integer\n    x : 1\n    b : boolean\n".to_string();
    for (n, row) in answered.iter().enumerate() {
        let (expression, ty) = (
            row["expression"].as_str().unwrap(),
            row["type"].as_str().unwrap(),
        );
        let _ = writeln!(text, "    row{n} = {expression} : {ty}");
    }
    text.push_str("}\n");
    for (name, values) in table["expected"]["variables"].as_object().unwrap() {
        if values.is_array() {
            let values = values
                .to_string()
                .replace("true", "True")
                .replace("false", "False");
            let _ = writeln!(text, "G.{name} = {values}");
        }
    }
    let names: Vec<String> = (0..answered.len()).map(|n| format!("row{n}")).collect();
    let _ = writeln!(text, "record {} of G\nrun 0.1 ms", names.join(", "));
    for (backend, simulation, _) in simulate(&compile(&text)?)? {
        let mut wrong = String::new();
        for (row, column) in answered
            .iter()
            .zip(&simulation.recording().states[0].columns)
        {
            let expression = row["expression"].as_str().unwrap();
            let expected = row["values"].as_array().unwrap();
            for (k, (expected, found)) in expected.iter().zip(&column.values).enumerate() {
                let canceled = CANCELED.contains(&expression) && found[0].is_nan();
                let what = format!("{backend}: {expression} [{k}]");
                if let (false, Err(message)) =
                    (canceled, same(&what, number(expected), found[0], 0.0))
                {
                    let _ = writeln!(wrong, "{message}");
                }
            }
        }
        if !wrong.is_empty() {
            return Err(wrong.into());
        }
    }
    Ok(())
}

/// The method chosen when none is given.
pub fn methods(table: &Value) -> Result<(), Failed> {
    let mut wrong = String::new();
    for row in table["expected"]["methods"].as_array().unwrap() {
        let equations = row["equations"].as_str().unwrap();
        let chosen = row["chosen"].as_str().unwrap();
        let checked = compile(&format!("neurons G[1] {{\n{equations}\n}}\nrun 1 ms\n"))?;
        let steps = checked.steps;
        if steps[0].method != chosen {
            let _ = writeln!(
                wrong,
                "{equations}: expected {chosen}, found {}",
                steps[0].method
            );
        }
    }
    verdict(wrong)
}

/// Whole models that are accepted or refused.
pub fn checks(table: &Value) -> Result<(), Failed> {
    let mut wrong = String::new();
    for row in table["expected"]["equations"].as_array().unwrap() {
        let equations = row["equations"].as_str().unwrap();
        let known = OTHERWISE.iter().any(|(other, _)| *other == equations);
        let accepted = row["accepted"].as_bool().unwrap();
        let found = compile(&format!("neurons G[1] {{\n{equations}\n}}\nrun 1 ms\n"));
        if found.is_ok() != (accepted != known) {
            let said = found.err().and_then(|e| e.message().map(str::to_string));
            let said = said.unwrap_or("accepted\n".into());
            let _ = writeln!(wrong, "{equations}\n{said}");
        }
    }
    verdict(wrong)
}

/// Connections that are carried out, although Brian2 refuses them.
const CONNECTED: &[(&str, &str)] = &[(
    "j = k for k in range(N_post/2)",
    "a bound that is whole when it is computed",
)];

/// Which synapses a `connect` makes, in which order.
pub fn synapses(table: &Value) -> Result<(), Failed> {
    let mut wrong = String::new();
    for call in table["expected"]["calls"].as_array().unwrap() {
        let line = convert::synapses::connect(&call["connect"]);
        if CONNECTED.iter().any(|(other, _)| *other == line) {
            continue;
        }
        let text = format!(
            "neurons A[3] {{ x : 1; x(0) = i/2; threshold: x > 2 }}\nneurons B[4] {{ y : 1; y(0) = i }}\n\
             synapses S: A -> B {{ on_pre: y += 1; connect: {line} }}\nrun 0.1 ms\n"
        );
        for backend in backend::all() {
            let found = made(&text, backend);
            let expected = match call.get("error") {
                Some(_) => None,
                None => Some(
                    ["i", "j", "synapse_number", "N_incoming", "N_outgoing"]
                        .map(|key| whole(&call[key])),
                ),
            };
            if found.as_ref().ok() != expected.as_ref() {
                let _ = writeln!(
                    wrong,
                    "{line} ({}): expected {expected:?}, found {found:?}",
                    backend.name()
                );
            }
        }
    }
    verdict(wrong)
}

/// `i`, `j`, the number within its pair of each synapse; the number of synapses onto each target, and of each source.
fn made(text: &str, backend: &dyn Backend) -> Result<[Vec<u32>; 5], String> {
    let checked = compile(text).map_err(|e| e.message().unwrap_or("?").to_string())?;
    let (wiring, _) =
        connect(&checked.model, backend, &Making::whole(1)).map_err(|e| format!("{e:?}"))?;
    let wired = wiring.projections.values().next().ok_or("no projection")?;
    let counts = |side: &[u32], size: u32| {
        let count = |k| side.iter().filter(|entry| **entry == k).count() as u32;
        (0..size).map(count).collect()
    };
    let (i, j) = (wired.pre.to_vec(), wired.post.to_vec());
    let (incoming, outgoing) = (counts(&j, 4), counts(&i, 3));
    Ok([i, j, wired.copies(), incoming, outgoing])
}

fn whole(values: &Value) -> Vec<u32> {
    let values = values.as_array().unwrap().iter();
    values.map(|value| value.as_u64().unwrap() as u32).collect()
}

fn verdict(wrong: String) -> Result<(), Failed> {
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.into())
    }
}
