//! Whole models against the numbers that Brian2 gives: every case of `tests/reference`, on every executor.
//! Spikes are equal to the step, values to a relative error of 1e-9. Models with a closed form are in `tests/analytic`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "numerics/analytic.rs"]
mod analytic;
#[path = "numerics/convert/mod.rs"]
mod convert;
#[path = "numerics/tables.rs"]
mod tables;
#[path = "common/wasm.rs"]
mod wasm;

use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;
use snnc::backend::interp::Unfused;
use snnc::backend::{self, Backend};
use snnc::check::options::CheckOptions;
use snnc::lower::connect::{Making, connect};
use snnc::lower::{Given, Lowered, Options, Place, program};
use snnc::model::Model;
use snnc::pipeline::{Checked, Compilation};
use snnc::render;
use snnc::runtime::simulation::{Control, Outcome, Simulation};
use snnc::source::NoFiles;
use std::path::PathBuf;

/// Relative error of values.
const TOLERANCE: f64 = 1e-9;

fn main() {
    let mut files: Vec<PathBuf> = std::fs::read_dir("tests/reference")
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "json"))
        .collect();
    files.sort();
    let mut trials = Vec::new();
    for file in files {
        let name = file.file_stem().unwrap().to_string_lossy().to_string();
        let test: fn(&Value) -> Result<(), Failed> = match name.as_str() {
            "table_expressions" => tables::expressions,
            "table_auto_method" => tables::methods,
            "table_equation_checks" => tables::checks,
            // Units are asked of the library alone, in its own tests.
            "table_units" => continue,
            "table_synapse_creation" => tables::synapses,
            _ => reference,
        };
        trials.push(Trial::test(format!("reference::{name}"), move || {
            test(&serde_json::from_str(&std::fs::read_to_string(&file)?)?)
        }));
    }
    let mut files: Vec<PathBuf> = std::fs::read_dir("tests/analytic")
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    for file in files {
        let name = file.file_stem().unwrap().to_string_lossy().to_string();
        trials.push(Trial::test(format!("analytic::{name}"), move || {
            analytic::ask(&std::fs::read_to_string(&file)?)
        }));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// Text to model and steps.
fn compile(text: &str) -> Result<Checked, Failed> {
    let mut compilation = Compilation::new(&NoFiles);
    let checked = compilation.check("model.snn", text, &CheckOptions::default());
    checked.ok_or_else(|| {
        let diagnostics = compilation.sink.diagnostics();
        render::plain::render(diagnostics, &compilation.sources).into()
    })
}

fn reference(case: &Value) -> Result<(), Failed> {
    let text = convert::convert(&case["brian_model"]);
    let outcome = run(case, &text);
    outcome.map_err(|e| format!("{}\n--- text\n{text}", e.message().unwrap_or("?")).into())
}

fn run(case: &Value, text: &str) -> Result<(), Failed> {
    let mut checked = compile(text)?;
    for (group, position, slot) in convert::slots(&case["brian_model"]) {
        let mut groups = checked.model.groups.iter_mut();
        let group = groups.find(|g| g.name == group).unwrap();
        group.regular.get_mut(position).unwrap().slot = slot;
    }
    for (backend, simulation, lowered) in simulate(&checked)? {
        compare(case, &checked.model, &lowered, &simulation)
            .map_err(|e| format!("{backend}: {e}"))?;
    }
    Ok(())
}

/// The protocol on every executor, with a fused multiply-add and, as on a live page, without: all of either kind end in the same state.
fn simulate(checked: &Checked) -> Result<Vec<(&'static str, Simulation, Lowered)>, Failed> {
    let unfused: [&dyn Backend; 3] = [
        &Unfused,
        &wasm::Wasm::default(),
        &wasm::Wasm {
            wide: true,
            fused: false,
        },
    ];
    let fused = [false, true].map(|wide| wasm::Wasm { wide, fused: true });
    let mut backends = backend::all();
    backends.extend(fused.iter().map(|wasm| wasm as &dyn Backend));
    let mut results = alike_on(checked, &backends)?;
    results.extend(alike_on(checked, &unfused)?);
    Ok(results)
}

/// The protocol on executors that all end in the same state.
fn alike_on(
    checked: &Checked,
    backends: &[&dyn Backend],
) -> Result<Vec<(&'static str, Simulation, Lowered)>, Failed> {
    let mut results: Vec<(&'static str, Simulation, Lowered)> = Vec::new();
    for backend in backends.iter().copied() {
        let (wiring, _) = connect(&checked.model, backend, &Making::whole(1))
            .map_err(|problem| format!("{problem:?}"))?;
        let given = Given {
            steps: &checked.steps,
            catches: &checked.catches,
            wiring: &wiring,
        };
        let mut lowered = program(&checked.model, &given, &Options::default());
        if let Err(faults) = snnc::kir::verify::verify(&lowered.setup.program) {
            return Err(format!("{faults:?}").into());
        }
        snnc::kir::opt::optimize(&mut lowered.setup.program);
        let code = backend.compile(&lowered.setup.program)?;
        let mut simulation = Simulation::new(lowered.setup.clone(), code, 1);
        for command in lowered.protocol.iter().flatten() {
            let outcome = simulation.execute(command, &mut Control::default());
            if outcome != Outcome::Finished {
                return Err(format!("{}: {outcome:?}", backend.name()).into());
            }
        }
        if let Some((first, reference, _)) = results.first()
            && !alike(reference, &simulation)
        {
            return Err(format!("{} and {first} differ", backend.name()).into());
        }
        results.push((backend.name(), simulation, lowered));
    }
    Ok(results)
}

/// The same bits in all columns, but for NaN, which has many.
fn alike(a: &Simulation, b: &Simulation) -> bool {
    let layout = &a.setup().program.layout;
    let lists: Vec<_> = layout.lists().map(|(_, list)| list.items).collect();
    layout
        .columns()
        .filter(|(id, _)| !lists.contains(id))
        .all(|(id, _)| {
            let pairs = a.values(id).into_iter().zip(b.values(id));
            pairs
                .into_iter()
                .all(|(x, y)| x.to_bits() == y.to_bits() || x.is_nan() && y.is_nan())
        })
}

fn compare(
    case: &Value,
    model: &Model,
    lowered: &Lowered,
    simulation: &Simulation,
) -> Result<(), String> {
    let expected = &case["expected"];
    same("t_end", number(&expected["t_end"]), simulation.time(), 0.0)?;
    let monitors = convert::monitors(&case["brian_model"]);
    if monitors.len() != model.records.len() {
        return Err(format!("{} records", model.records.len()));
    }
    for (monitor, place) in monitors.iter().zip(&lowered.records) {
        let name = monitor["name"].as_str().unwrap();
        let expected = &expected["monitors"][name];
        let recording = simulation.recording();
        match place {
            Some(Place::States(table)) => {
                let table = &recording.states[*table];
                trace(&format!("{name}.t"), &expected["t"], &table.t)?;
                for column in &table.columns {
                    let values = &expected["values"][&column.name];
                    for (k, found) in column.values.iter().enumerate() {
                        trace(&format!("{name}.{}[{k}]", column.name), &values[k], found)?;
                    }
                }
            }
            Some(Place::Spikes(table)) => {
                let table = &recording.spikes[*table];
                let i: Vec<f64> = table.i.iter().map(|i| f64::from(*i)).collect();
                let step: Vec<f64> = table.step.iter().map(|k| *k as f64).collect();
                exact(&format!("{name}.step"), &expected["step"], &step)?;
                exact(&format!("{name}.i"), &expected["i"], &i)?;
                trace(&format!("{name}.t"), &expected["t"], &table.t)?;
                for extra in &table.extra {
                    let values = &expected["values"][&extra.name];
                    trace(&format!("{name}.{}", extra.name), values, &extra.values)?;
                }
            }
            Some(Place::Rates(table)) => {
                let table = &recording.rates[*table];
                trace(&format!("{name}.t"), &expected["t"], &table.t)?;
                trace(&format!("{name}.rate"), &expected["rate"], &table.rate)?;
            }
            None => return Err(format!("nothing recorded for {name}")),
        }
    }
    for (place, values) in expected["final"].as_object().into_iter().flatten() {
        let stored = convert::synapses::stored(&case["brian_model"], place);
        let column = lowered.setup.program.layout.find(&stored);
        let column = column.ok_or_else(|| format!("no column {place}"))?;
        trace(place, values, &simulation.values(column))?;
    }
    Ok(())
}

/// Numbers, where `nan` and `inf` are texts and truth values are 0 or 1.
fn number(value: &Value) -> f64 {
    match value {
        Value::Bool(truth) => f64::from(u8::from(*truth)),
        Value::String(text) => text.parse().unwrap(),
        value => value.as_f64().unwrap_or_else(|| panic!("{value}")),
    }
}

fn numbers(values: &Value) -> Vec<f64> {
    match values.as_array() {
        Some(values) => values.iter().map(number).collect(),
        None => vec![number(values)],
    }
}

fn same(what: &str, expected: f64, found: f64, scale: f64) -> Result<(), String> {
    let error = (expected - found).abs();
    let equal = expected == found || expected.is_nan() && found.is_nan();
    if equal || error <= TOLERANCE * expected.abs().max(scale) {
        return Ok(());
    }
    Err(format!("{what}: expected {expected:?}, found {found:?}"))
}

/// Values of a trace; a value that passes zero is compared with a thousandth of the largest one.
fn trace(what: &str, expected: &Value, found: &[f64]) -> Result<(), String> {
    let expected = numbers(expected);
    if expected.len() != found.len() {
        return Err(format!(
            "{what}: {} values expected, found {}",
            expected.len(),
            found.len()
        ));
    }
    let largest = expected
        .iter()
        .filter(|x| x.is_finite())
        .fold(0.0, |a: f64, x| a.max(x.abs()));
    for (k, (expected, found)) in expected.iter().zip(found).enumerate() {
        same(&format!("{what} at {k}"), *expected, *found, 1e-3 * largest)?;
    }
    Ok(())
}

fn exact(what: &str, expected: &Value, found: &[f64]) -> Result<(), String> {
    let expected = numbers(expected);
    if expected != found {
        return Err(format!("{what}: expected {expected:?}, found {found:?}"));
    }
    Ok(())
}
