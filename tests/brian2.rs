//! Models as Brian2 scripts and Brian2 scripts as models, both run by Brian2 and by snnc: the same spikes in the same steps.
//!
//! `SNNC_BRIAN2_PYTHON` names a Python that has Brian2; without it these tests are shown as ignored.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;

use common::{files, root, run};
use libtest_mimic::{Arguments, Failed, Trial};
use snnc::brian2::import;

/// Examples without random numbers whose spikes are compared.
const EXAMPLES: &[&str] = &[
    "lif",
    "adex",
    "firing_patterns",
    "refractoriness",
    "hodgkin_huxley",
    "jeffress",
];

/// A comparison, given the Python that has Brian2.
type Check = Box<dyn FnOnce(&Path) -> Result<(), Failed> + Send>;

fn main() {
    let python = std::env::var_os("SNNC_BRIAN2_PYTHON").map(PathBuf::from);
    let missing = python.is_none();
    let python = python.unwrap_or_default();
    let mut trials = Vec::new();
    let mut trials_without = Vec::new();
    let mut add = |name: String, test: Check| {
        let python = python.clone();
        let trial = Trial::test(name, move || test(&python)).with_ignored_flag(missing);
        trials.push(trial.with_kind("brian2"));
    };
    for name in EXAMPLES {
        let path = root().join(format!("examples/{name}.snn"));
        let mut text = std::fs::read_to_string(path).unwrap();
        if *name == "adex" {
            // It plots no spikes.
            text.push_str("\nrecord spikes of cells\n");
        }
        add(
            format!("export {name}"),
            Box::new(move |python| exported(python, &text)),
        );
    }
    for (name, text) in PROGRAMS {
        add(
            format!("export {name}"),
            Box::new(move |python| exported(python, text)),
        );
    }
    for path in files(&root().join("tests/imports"), "py") {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let script = std::fs::read_to_string(&path).unwrap();
        let text = script.clone();
        add(
            format!("import {name}"),
            Box::new(move |python| imported(python, &text)),
        );
        let trial = Trial::test(format!("read {name}"), move || reads(&script));
        trials_without.push(trial);
    }
    trials.extend(trials_without);
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// A script becomes a model without errors; only its plots and prints are left.
fn reads(script: &str) -> Result<(), Failed> {
    let imported = import(script);
    let result = run("imported.snn", &imported.text);
    if !result.codes().is_empty() || imported.left > 1 {
        return Err(format!("{}\n{}", imported.text, result.said).into());
    }
    result.complete();
    Ok(())
}

/// The script and the model that is made of it spike alike.
fn imported(python: &Path, script: &str) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    same_spikes(python, folder.path(), script, &import(script).text)
}

/// Small programs with what the examples do not have.
const PROGRAMS: &[(&str, &str)] = &[
    (
        "functions, signals and conditions",
        "f(x, y) = x*y + 1\nsignal s(t) = [0, 1, 2] every 10 ms\nneurons a[3] {\n    dv/dt = (f(s(t), 10)*1 mV - 1 mV + 1 mV*i - v)/(5 ms) : volt\n    threshold: v > (10 mV if i == 0 else 5 mV)\n    reset: v = 0\n}\nrecord spikes of a\nrun 40 ms\n",
    ),
    (
        "synapses with delays and plasticity",
        "spikes source[3] { at: {0: [5 ms, 12 ms, 20 ms], 1: [6 ms, 25 ms], 2: [1 ms]} }\nneurons cell[2] {\n    dv/dt = -v/(10 ms) : volt\n    \
         threshold: v > 4 mV\n    reset: v = 0\n}\nsynapses S: source -> cell {\n    w : volt\n    dApre/dt = -Apre/(20 ms) : volt (event-driven)\n    \
         on_pre: { v += w; Apre += 1 mV }\n    on_post: w = clip(w + Apre, 0, 8 mV)\n    connect: all\n    delay: 1 ms + 0.5 ms*j\n    \
         w(0) = 2 mV + 1 mV*i\n}\nrecord spikes of cell\nrun 40 ms\n",
    ),
    (
        "events, regular code and assignments between runs",
        "neurons a[2] {\n    dv/dt = (d - v)/(10 ms) : 1\n    d : 1 = 2\n    n : integer\n    threshold: v > 1\n    reset: v = 0\n    \
         event half: v > 0.5 and n < 3\n    on half: n += 1\n    every 7 ms: d = 2.5 - d/10\n}\nrecord spikes of a\nrecord half of a\n\
         run 20 ms\na.d[1] = 1.2\nrun 20 ms\n",
    ),
];

/// Events as (name, neuron, step), sorted.
type Events = Vec<(usize, u32, i64)>;

fn exported(python: &Path, text: &str) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let model = folder.path().join("model.snn");
    std::fs::write(&model, text)?;
    let output = Command::new(env!("CARGO_BIN_EXE_snnc"))
        .args(["export", "brian2"])
        .arg(&model)
        .output()?;
    let script = String::from_utf8(output.stdout)?;
    if script.contains("# not translated") || !output.status.success() {
        return Err(format!("something is left out:\n{script}").into());
    }
    same_spikes(python, folder.path(), &script, text)
}

/// Runs a script in Brian2 and a model in snnc, and compares every spike and event.
fn same_spikes(python: &Path, folder: &Path, script: &str, model: &str) -> Result<(), Failed> {
    let finished = run("model.snn", model).complete();
    let mut ours: Events = Vec::new();
    for (number, table) in finished.recording.spikes.iter().enumerate() {
        let events = table.i.iter().zip(&table.step);
        ours.extend(events.map(|(i, step)| (number, *i, *step as i64)));
    }
    ours.sort_unstable();
    let theirs = brian2(python, folder, script)?;
    if ours.is_empty() {
        return Err("the model does not spike".into());
    }
    if ours != theirs {
        let only = |a: &Events, b: &Events| {
            let only: Vec<_> = a
                .iter()
                .filter(|e| !b.contains(e))
                .take(5)
                .copied()
                .collect();
            only
        };
        return Err(format!(
            "{} events here, {} in Brian2; only here {:?}, only there {:?}\n{script}",
            ours.len(),
            theirs.len(),
            only(&ours, &theirs),
            only(&theirs, &ours)
        )
        .into());
    }
    Ok(())
}

/// The events that the monitors of a script recorded, monitors in the order of the script.
fn brian2(python: &Path, folder: &Path, script: &str) -> Result<Events, Failed> {
    let first = "from brian2 import *\n";
    let with_target = format!("{first}prefs.codegen.target = 'numpy'\n");
    let mut text = script.replacen(first, &with_target, 1);
    text.push_str(
        "\nimport json as _json, numpy as _np\n_found = []\n_seen = []\nfor _value in list(globals().values()):\n    \
         if isinstance(_value, EventMonitor) and not [_s for _s in _seen if _s is _value]:\n        _seen.append(_value)\n        \
         _steps = _np.rint(_np.asarray(_value.t/second)/float(_value.source.clock.dt/second)).astype(int)\n        \
         _found.append([[int(_i) for _i in _value.i[:]], [int(_s) for _s in _steps]])\nprint('EVENTS ' + _json.dumps(_found))\n",
    );
    let path = folder.join("script.py");
    std::fs::write(&path, &text)?;
    let output = Command::new(python)
        .arg(&path)
        .env("MPLBACKEND", "Agg")
        .current_dir(folder)
        .output()?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let Some(line) = printed
        .lines()
        .find_map(|line| line.strip_prefix("EVENTS "))
    else {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(format!("the script fails in Brian2:\n{script}\n{said}").into());
    };
    let found: Vec<[Vec<i64>; 2]> = serde_json::from_str(line)?;
    let mut events: Events = Vec::new();
    for (number, [neurons, steps]) in found.iter().enumerate() {
        let pairs = neurons.iter().zip(steps);
        events.extend(pairs.map(|(i, step)| (number, *i as u32, *step)));
    }
    events.sort_unstable();
    Ok(events)
}
