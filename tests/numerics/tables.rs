//! Brian2's answers to many small questions: values of expressions, methods chosen, models accepted.

use crate::{Failed, compile, number, same, simulate};
use serde_json::Value;
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
    let (model, steps) = compile(&text)?;
    for (backend, simulation, _) in simulate(&model, &steps)? {
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
        let (_, steps) = compile(&format!("neurons G[1] {{\n{equations}\n}}\nrun 1 ms\n"))?;
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

fn verdict(wrong: String) -> Result<(), Failed> {
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.into())
    }
}
