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
use snnc::check::options::CheckOptions;
use snnc::diagnostic::Severity;
use snnc::pipeline::Compilation;
use snnc::source::NoFiles;

/// Examples without random numbers whose spikes are compared.
const EXAMPLES: &[&str] = &[
    "lif",
    "adex",
    "firing_patterns",
    "refractoriness",
    "hodgkin_huxley",
    "jeffress",
    "gap_junctions",
    "stop_at_spikes",
    "protocol",
];

/// Examples that come back as models with the same spikes.
const THERE_AND_BACK: &[&str] = &[
    "lif",
    "firing_patterns",
    "refractoriness",
    "hodgkin_huxley",
    "jeffress",
    "gap_junctions",
    "short_term_plasticity",
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
    for path in files(&root().join("tests/brian2"), "py") {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let script = std::fs::read_to_string(&path).unwrap();
        trials_without.push(Trial::test(format!("settle {name}"), move || {
            settles(&script)
        }));
    }
    for (name, script) in SCRAPS {
        trials_without.push(Trial::test(format!("settle {name}"), move || {
            settles(script)
        }));
    }
    for name in THERE_AND_BACK {
        let path = root().join(format!("examples/{name}.snn"));
        let text = std::fs::read_to_string(path).unwrap();
        let trial = Trial::test(format!("round {name}"), move || there_and_back(&text));
        trials_without.push(trial);
    }
    for (name, text) in PROGRAMS.iter().filter(|(name, _)| !ONE_WAY.contains(name)) {
        let trial = Trial::test(format!("round {name}"), move || there_and_back(text));
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

/// Whatever a script holds, what it becomes can be read and is right; what is left is said.
fn settles(script: &str) -> Result<(), Failed> {
    let imported = import(script);
    let mut compilation = Compilation::new(&NoFiles);
    compilation.check("imported.snn", &imported.text, &CheckOptions::default());
    let errors: Vec<String> = compilation
        .sink
        .diagnostics()
        .iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error)
        .map(|diagnostic| diagnostic.message.clone())
        .collect();
    if !errors.is_empty() {
        return Err(format!("{errors:?}\n{}", imported.text).into());
    }
    let comments = imported.text.matches("# not translated").count();
    if comments != imported.left {
        return Err(format!(
            "{comments} comments, {} said\n{}",
            imported.left, imported.text
        )
        .into());
    }
    Ok(())
}

/// A model that is exported and imported again spikes as before.
fn there_and_back(text: &str) -> Result<(), Failed> {
    let script = script_of(text)?;
    let back = import(&script);
    if back.left > 0 {
        return Err(format!("{}\n{script}", back.text).into());
    }
    let events = |text: &str| {
        let finished = run("model.snn", text).complete();
        let mut events: Events = Vec::new();
        for (number, table) in finished.recording.spikes.iter().enumerate() {
            let pairs = table.i.iter().zip(&table.step);
            events.extend(pairs.map(|(i, step)| (number, *i, *step as i64)));
        }
        events.sort_unstable();
        events
    };
    let (before, after) = (events(text), events(&back.text));
    match before == after {
        true => Ok(()),
        false => Err(format!(
            "{} events become {}\n{script}\n{}",
            before.len(),
            after.len(),
            back.text
        )
        .into()),
    }
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
    (
        "loops, sweeps and saved states",
        "tau = 10 ms\nslow = 12 ms\nneurons a[3] {\n    dv/dt = (I - v)/tau - v/slow : 1\n    I : 1 = 3.5 + i/10\n    threshold: v > 1\n    reset: v = 0\n}\n\
         record spikes of a\nrun 20 ms\nsave start\nfor k in range(3) {\n    a.I = 3.2 + k/5 + i/10\n    run 15 ms\n    collect counts = sum(a.spikes.count)\n}\n\
         repeat 2 { run 5 ms }\nlet rounds = 0\nwhile rounds < 2 {\n    run 4 ms\n    rounds += 1\n}\nif sum(a.spikes.count) > 3 { a.I[0] = 3 } else { a.I[0] = 0 }\n\
         run 10 ms\nsweep drive in linspace(3.1, 4, 3), tau in [5, 10] ms {\n    a.I = drive\n    run 20 ms\n    collect c = a.spikes.count[0]\n}\nrestore start\nrun 5 ms\n\
         slow = 8 ms\nrun 10 ms\nsave slower\nslow = 3 ms\nrun 10 ms\nrestore slower\nrun 10 ms\nexpect sum(a.spikes.count) > 3\n",
    ),
    (
        "runs that end early and code between steps",
        "neurons a[2] {\n    dv/dt = (d - v)/(10 ms) : 1\n    d : 1 = 1.5\n    threshold: v > 1\n    reset: v = 0\n}\nrecord spikes of a\nlet calls = 0\n\
         run 30 ms, until a.spikes.count[0] >= 2\nevery 5 ms {\n    calls += 1\n    a.d = 1.5 + calls/10\n}\nrun 40 ms\nrun 40 ms, until min(a.v) > 0.5\nrun 10 ms\n",
    ),
    (
        "summed, linked and tabled inputs",
        "signal table(t, i) = [[0, 1, 2], [2, 1, 0]] every 10 ms\nspikes source[3] { at: {0: [2 ms, 7 ms], 1: [3 ms], 2: [11 ms]}; period: 20 ms }\n\
         neurons a[3] {\n    dv/dt = (I + gap + table(t, i) - v)/(10 ms) : 1 (unless refractory)\n    I : 1 = 0.5\n    gap : 1\n    threshold: v > 1\n    reset: v = 0\n    \
         refractory: 1 ms + i*0.5 ms\n}\nneurons b[3] {\n    other : 1 (linked) = a.v\n    dw/dt = (other - w)/(5 ms) : 1\n    threshold: w > 0.4\n    reset: w = 0\n    \
         refractory: w > 0.4\n}\nsynapses gaps: a -> a {\n    gap_post = 0.3*(v_pre - v_post) : 1 (summed)\n    connect: if i != j\n}\nsynapses S: source -> a {\n    w : 1 = 0.2 + 0.1*j\n    \
         on_pre: v_post += w\n    on_pre late: v_post -= w/3\n    connect: all\n    delay: 0.5 ms*(i + 1)\n    delay late: 3 ms\n}\nrecord spikes of a\nrecord spikes of b\nrun 60 ms\n",
    ),
];

/// Programs whose scripts hold Python that is no model: code between steps.
const ONE_WAY: &[&str] = &["runs that end early and code between steps"];

/// Scripts of which little can be translated, or nothing.
const SCRAPS: &[(&str, &str)] = &[
    ("nothing", ""),
    ("no Python", "this is (not Python\n= 3 ]\n\tG = = 4\n"),
    (
        "unknown names",
        "from brian2 import *\nG = NeuronGroup(N, eqs, threshold='v > theta')\nS = Synapses(G, G, on_pre='v += w')\nS.connect()\n\
         M = SpikeMonitor(G)\nrun(duration)\nplot(M.t/ms, M.i, '.')\n",
    ),
    (
        "neurons in space",
        "from brian2 import *\nmorpho = Soma(30*um)\nmorpho.axon = Cylinder(length=100*um, diameter=1*um, n=10)\n\
         neuron = SpatialNeuron(morphology=morpho, model='Im = 0*amp/meter**2 : amp/meter**2', Cm=1*uF/cm**2, Ri=100*ohm*cm)\nneuron.v = 0*mV\nrun(1*ms)\n",
    ),
    (
        "an equation that cannot be",
        "from brian2 import *\ntau = mystery()\nG = NeuronGroup(2, '''dv/dt = (u - v)/tau : volt\nu = 2*v : volt''', threshold='v > 1*mV', reset='v = 0*mV')\n\
         G.v = '1*mV*i'\nM = StateMonitor(G, ['v', 'u'], record=True)\nrun(1*ms)\n",
    ),
    (
        "classes, loops without end and files",
        "from brian2 import *\nclass A:\n    x = 1\nwhile True:\n    run(1*ms)\nfor line in open('x'):\n    print(line)\ndef f():\n    return f()\nf()\n\
         with open('y') as g:\n    g.write('x')\nx = [a for a in range(10**9)]\n",
    ),
];

/// Events as (name, neuron, step), sorted.
type Events = Vec<(usize, u32, i64)>;

fn exported(python: &Path, text: &str) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let script = script_of(text)?;
    same_spikes(python, folder.path(), &script, text)
}

/// The script of a model, with nothing left out of it.
fn script_of(text: &str) -> Result<String, Failed> {
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
    Ok(script)
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
