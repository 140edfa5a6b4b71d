//! The tables of questions and answers that Brian2 gave: which models are accepted, and that every expression of the table of values is.
//!
//! Where we decide otherwise, the row stands in [`OURS`] with the reason.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;
use snnc::check::check;
use snnc::check::options::CheckOptions;
use snnc::diagnostic::Sink;
use snnc::library::Library;
use snnc::render::plain;
use snnc::source::{NoFiles, SourceMap};

/// Equations that Brian2 refuses and we accept, with the reason.
const OURS: &[(&str, &str)] = &[
    ("dv/dt=(v+0)/(10*ms):volt", "a bare 0 fits every dimension"),
    ("x=min(v,0*mV):volt\nv:volt", "min is a function here"),
    ("x=arctan2(1,2):1", "arctan2 is a function here"),
    ("x=5*mS:siemens", "mS is a unit; its absence is a slip"),
    (
        "x=1 if v>0*mV else 0:1\nv:volt",
        "conditional expressions are part of the language",
    ),
];

fn main() {
    let mut trials = Vec::new();
    for row in rows("table_equation_checks", "equations") {
        let equations = row["equations"].as_str().unwrap().to_string();
        let name = format!("equations {}", equations.replace('\n', " ; "));
        trials.push(Trial::test(name, move || {
            equation(&equations, row["accepted"].as_bool().unwrap())
        }));
    }
    for row in rows("table_expressions", "expressions") {
        let expression = row["expression"].as_str().unwrap().to_string();
        trials.push(Trial::test(format!("expression {expression}"), move || {
            accepted(&expression, &row)
        }));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn rows(table: &str, list: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(format!("tests/reference/{table}.json")).unwrap();
    let table: Value = serde_json::from_str(&text).unwrap();
    table["expected"][list].as_array().unwrap().clone()
}

/// Errors of a text, rendered; nothing for a text that is accepted.
fn errors(text: &str) -> Option<String> {
    let mut sources = SourceMap::default();
    let mut sink = Sink::new();
    let id = sources.add("table.snn", text);
    let file = snnc::syntax::parse(id, text, &mut sink);
    let options = CheckOptions::default();
    let model = check(
        id,
        &file,
        &mut sources,
        Library::standard(),
        &NoFiles,
        &options,
        &mut sink,
    );
    assert_eq!(
        model.is_none(),
        sink.has_errors(),
        "a model, or at least one error"
    );
    model
        .is_none()
        .then(|| plain::render(&sink.finish(), &sources))
}

fn equation(equations: &str, brian_accepts: bool) -> Result<(), Failed> {
    let ours = OURS.iter().find(|(row, _)| *row == equations);
    let wanted = brian_accepts || ours.is_some();
    let text = format!("neurons g[3] {{\n{equations}\n}}\n");
    match (errors(&text), wanted) {
        (Some(errors), true) => Err(format!("refused:\n{errors}").into()),
        (None, false) => Err("accepted".into()),
        _ => Ok(()),
    }
}

fn accepted(expression: &str, row: &Value) -> Result<(), Failed> {
    let unit = row["type"].as_str().unwrap();
    let text = format!(
        "neurons g[7] {{\nk : integer\nx : 1\nb : boolean\ny = {expression} : {unit}\n}}\nrecord y of g\nrun 1 ms\n"
    );
    match errors(&text) {
        Some(errors) => Err(format!("refused:\n{errors}").into()),
        None => Ok(()),
    }
}
