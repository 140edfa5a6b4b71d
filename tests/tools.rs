//! Commands that explain and mend models.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;

use common::{Files, files, root};
use snnc::check::options::CheckOptions;
use snnc::kir::print::SLOTS;
use snnc::library::models::MODELS;
use snnc::pipeline::{Compilation, Executor, explain};

/// What a command printed and complained, and its exit status.
fn snnc(arguments: &[&str]) -> (String, String, i32) {
    let output = Command::new(env!("CARGO_BIN_EXE_snnc"))
        .args(arguments)
        .current_dir(root())
        .output()
        .unwrap();
    (
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
        output.status.code().unwrap(),
    )
}

fn file(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn the_explained_schedule_has_every_slot_that_runs() {
    for path in files(&root().join("examples"), "snn") {
        let text = std::fs::read_to_string(&path).unwrap();
        let world = Files(root().join("examples"));
        let mut compilation = Compilation::new(&world);
        let name = path.to_string_lossy();
        let options = CheckOptions::default();
        let checked = compilation.check(&name, &text, &options).unwrap();
        let told = explain::schedule(&checked, &compilation.sources);
        let lowered = compilation
            .lower(&checked, Executor::Interpreter, None, 1)
            .unwrap();
        for entry in &lowered.setup.program.schedule {
            let (_, slot) = SLOTS.iter().find(|(slot, _)| *slot == entry.slot).unwrap();
            let line = format!("\n  {slot} ");
            assert!(
                told.contains(&line),
                "{name}: {slot} ({})\n{told}",
                entry.name
            );
        }
        assert!(!explain::method(&checked).is_empty());
    }
}

/// The standard models, the examples in their headers, and the files of `examples`: name and text.
fn models() -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    for model in MODELS {
        all.push((format!("{}.snn", model.name), model.text.to_string()));
        let example = model.example();
        all.extend(example.map(|text| (format!("example of {}.snn", model.name), text)));
    }
    for path in files(&root().join("examples"), "snn") {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        all.push((name, std::fs::read_to_string(&path).unwrap()));
    }
    all
}

#[test]
fn every_model_is_explained() {
    let world = Files(root().join("examples"));
    for (name, text) in models() {
        let mut compilation = Compilation::new(&world);
        let checked = compilation.check(&name, &text, &CheckOptions::default());
        let checked = checked.unwrap_or_else(|| panic!("{name} has errors"));
        let (_, tree) = compilation.tree.take().unwrap();
        let units = explain::units(&checked, &tree, &compilation.sources);
        let model = &checked.model;
        for constant in model.constants.iter() {
            let line = |line: &str| line.trim_start().starts_with(&constant.name);
            assert!(
                units.lines().any(line),
                "{name}: {}\n{units}",
                constant.name
            );
        }
        let method = explain::method(&checked);
        for step in &checked.steps {
            assert!(
                method.contains(step.method.as_str()),
                "{name}: {}\n{method}",
                step.method
            );
        }
        for group in model.groups.iter() {
            for id in &group.variables {
                let variable = &model.variables[*id];
                if ["lastspike", "not_refractory"].contains(&variable.name.as_str()) {
                    continue;
                }
                let asked = format!("{}.{}", group.name, variable.name);
                let root = variable.span.file;
                if root != tree_file(&compilation) {
                    continue;
                }
                let trees = [(root, &tree)];
                let told = explain::name(&asked, &trees, &compilation.sources);
                let told = told.unwrap_or_else(|why| panic!("{name}: {asked}: {why}"));
                assert!(told.contains(&variable.name), "{name}: {told}");
            }
        }
    }
}

fn tree_file(compilation: &Compilation<'_>) -> snnc::source::FileId {
    compilation.sources.iter().next().unwrap().0
}

#[test]
fn explanations_of_some_models_stay_as_they_were_read() {
    for name in [
        "lif",
        "adex",
        "hodgkin_huxley",
        "stdp",
        "cuba",
        "ornstein_uhlenbeck",
    ] {
        let mut told = String::new();
        for topic in ["schedule", "units", "method"] {
            let (text, said, status) = snnc(&["explain", topic, &format!("examples/{name}.snn")]);
            assert_eq!(status, 0, "{said}");
            told.push_str(&format!("# {topic}\n\n{text}\n"));
        }
        let path = root().join(format!("tests/snapshots/explained/{name}.txt"));
        common::snapshot(&path, &told).unwrap_or_else(|problem| panic!("{problem}"));
    }
}

#[test]
fn explain_answers_about_a_model() {
    let (schedule, _, status) = snnc(&["explain", "schedule", "examples/custom_events.snn"]);
    assert_eq!(status, 0);
    let position = |words: &str| {
        schedule
            .find(words)
            .unwrap_or_else(|| panic!("{words}\n{schedule}"))
    };
    assert!(
        position("spikes where v > 15 mV") < position("event `near` where v > 12 mV and armed")
    );
    assert!(position("{ v = 0; armed = True }") < position("{ warnings += 1; armed = False }"));
    assert!(position("every 50 ms: drive") < position("advance to t + dt"));

    let (method, _, status) = snnc(&["explain", "method", "examples/recording.snn"]);
    assert_eq!(status, 0);
    assert!(
        method.contains("`exact` was refused: the equation of `v` has the noise `xi`."),
        "{method}"
    );
    assert!(method.contains("u_new = "), "{method}");

    let (units, _, status) = snnc(&["explain", "units", "examples/lif.snn"]);
    assert_eq!(status, 0);
    assert!(units.contains("dv/dt must be volt/second"), "{units}");
    assert!(units.contains("tau     second  time"), "{units}");

    let (name, _, status) = snnc(&["explain", "lif.v", "examples/lif.snn"]);
    assert_eq!(status, 0);
    for words in [
        "a state variable of `lif`",
        "written by",
        "the reset of `lif`",
        "the threshold of `lif`",
    ] {
        assert!(name.contains(words), "{words}\n{name}");
    }
    let (_, complaint, status) = snnc(&["explain", "v_rst", "examples/lif.snn"]);
    assert_eq!(status, 2);
    assert!(complaint.contains("did you mean `v_rest`?"), "{complaint}");
    let (_, complaint, status) = snnc(&["explain", "units"]);
    assert_eq!(status, 2);
    assert!(complaint.contains("give a model as well"), "{complaint}");
}

#[test]
fn check_mends_what_is_certain_and_leaves_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let text = "seed = 1\nneurons a[1] {\n    dv/dt = (w - v)/(10 ms) : mV  # kept\n    w : nA\n}\nrun 1 ms\n";
    let path = file(folder.path(), "model.snn", text);
    let name = path.to_str().unwrap();
    let (_, said, status) = snnc(&["check", "--fix", name]);
    assert_eq!(status, 1, "{said}");
    assert!(said.contains("mended 2 places"), "{said}");
    let mended = std::fs::read_to_string(&path).unwrap();
    assert!(
        mended.contains(": volt  # kept") && mended.contains("w : amp"),
        "{mended}"
    );
    // What is left needs a decision: the file is as it was.
    let (_, said, _) = snnc(&["check", "--fix", name]);
    assert!(!said.contains("mended"), "{said}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), mended);
}

#[test]
fn advice_is_given_on_request_and_warnings_are_allowed_per_line() {
    let folder = tempfile::tempdir().unwrap();
    let text = "neurons a[1] {\n    dv/dt = (2 - v)/(10 ms) : 1\n}\n";
    let noisy = text.replace("(2 - v)/(10 ms)", "-v/(10 ms) + xi*second**-0.5");
    let path = file(folder.path(), "noisy.snn", &noisy);
    let name = path.to_str().unwrap();
    let (quiet, said, status) = snnc(&["check", name]);
    assert_eq!((status, said.as_str()), (0, ""), "{quiet}");
    let (_, said, status) = snnc(&["check", "--pedantic", name]);
    assert_eq!(status, 0);
    assert!(said.contains("advice[A0751]"), "{said}");
    let spiking = text.replace("}\n", "    threshold: v > 1  # allow W0551\n}\n");
    let path = file(folder.path(), "spiking.snn", &spiking);
    let (_, said, status) = snnc(&["check", "--pedantic", path.to_str().unwrap()]);
    assert_eq!((status, said.as_str()), (0, ""));
}
