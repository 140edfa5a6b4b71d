//! The program as its user meets it: output, files, exit statuses.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use common::{root, snapshot};

const DEMO: &str = include_str!("../examples/lif.snn");

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Place {
        Place {
            folder: tempfile::tempdir().unwrap(),
        }
    }
    fn path(&self) -> &Path {
        self.folder.path()
    }
    fn file(&self, name: &str, text: &str) {
        std::fs::write(self.path().join(name), text).unwrap();
    }
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_snnc"));
        command.args(arguments).current_dir(self.path());
        command
    }
    fn snnc(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }
    fn snnc_with_input(&self, arguments: &[&str], input: &str) -> Output {
        let mut command = self.command(arguments);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(input.as_bytes())
            .unwrap();
        child.wait_with_output().unwrap()
    }
    fn names(&self, folder: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.path().join(folder)).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn run_writes_figures_and_reports() {
    let place = Place::new();
    place.file("lif.snn", DEMO);
    let output = place.snnc(&["run", "lif.snn", "--seed", "1"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let text = out(&output);
    assert!(
        text.contains("lif[10]  70 spikes, 70 Hz per neuron, euler"),
        "{text}"
    );
    assert_eq!(
        place.names("lif-out"),
        [
            "membrane-potential.png",
            "membrane-potential.svg",
            "spikes.png",
            "spikes.svg"
        ]
    );
    assert_eq!(err(&output), "");
}

#[test]
fn projections_are_reported_with_their_synapses() {
    let place = Place::new();
    let network = "
neurons a[4] { dv/dt = -v/(10 ms) : volt
 threshold: v > 1 mV }
neurons b[8] { dv/dt = -v/(10 ms) : volt }
synapses all: a -> b { on_pre: v += 1 mV
 connect: all }
synapses few: a -> b { on_pre: v += 1 mV
 connect: if i == 0 and j < 6 }
run 1 ms
";
    place.file("net.snn", network);
    let text = out(&place.snnc(&["run", "net.snn"]));
    assert!(
        text.contains("all: a -> b  32 synapses, 4 per target\n"),
        "{text}"
    );
    assert!(
        text.contains("few: a -> b  6 synapses, 0.75 per target\n"),
        "{text}"
    );
}

#[test]
fn out_gets_recordings_and_a_summary() {
    let place = Place::new();
    place.file("lif.snn", DEMO);
    let output = place.snnc(&[
        "run", "lif.snn", "--out", "results", "--seed", "7", "--quiet",
    ]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert_eq!(out(&output), "");
    let names = place.names("results");
    for wanted in [
        "lif_spikes.csv",
        "lif_states.csv",
        "recording.npz",
        "summary.json",
    ] {
        assert!(names.iter().any(|name| name == wanted), "{names:?}");
    }
    let states = std::fs::read_to_string(place.path().join("results/lif_states.csv")).unwrap();
    assert!(
        states.starts_with("t_ms,v_mV[0],v_mV[1],v_mV[2]\n0,-65,-65,-65\n"),
        "{states:.80}"
    );
    let summary = std::fs::read_to_string(place.path().join("results/summary.json")).unwrap();
    let summary: serde_json::Value = serde_json::from_str(&summary).unwrap();
    assert_eq!(summary["report"]["seed"], 7);
    assert_eq!(summary["report"]["populations"][0]["spikes"], 70);
    assert_eq!(summary["report"]["populations"][0]["method"], "euler");
}

#[test]
fn format_chooses_what_is_written() {
    let place = Place::new();
    place.file("lif.snn", DEMO);
    let output = place.snnc(&["run", "lif.snn", "--out", "only", "--format", "svg,npz"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert_eq!(
        place.names("only"),
        [
            "membrane-potential.svg",
            "recording.npz",
            "spikes.svg",
            "summary.json"
        ]
    );
}

#[test]
fn a_silent_population_gets_its_reason() {
    let place = Place::new();
    place.file("lif.snn", DEMO);
    let output = place.snnc(&["run", "lif.snn", "--set", "drive=15 mV"]);
    let text = out(&output);
    assert!(text.contains("no spikes"), "{text}");
    assert!(
        text.contains("the largest `v` was -50.0006 mV (lif[0]); the threshold is -50 mV"),
        "{text}"
    );
    assert!(
        text.contains("the steady state of `v` is -50 mV: the threshold itself, which is approached but never crossed"),
        "{text}"
    );
    assert!(
        text.contains("a spike would need `drive` of more than 15 mV; it is 15 mV"),
        "{text}"
    );
}

#[test]
fn set_is_checked_like_the_text() {
    let place = Place::new();
    place.file("lif.snn", DEMO);
    for (value, words) in [
        ("drive=15 pA", "voltage"),
        ("drive=50 mV", "40 mV"),
        ("driev=15 mV", "drive"),
        ("drive", "NAME=VALUE"),
        ("drive=15 +", "15 +"),
    ] {
        let output = place.snnc(&["run", "lif.snn", "--set", value]);
        assert_eq!(output.status.code(), Some(2), "{value}: {}", err(&output));
        assert!(err(&output).contains(words), "{value}: {}", err(&output));
        assert!(!place.path().join("lif-out").exists());
    }
}

#[test]
fn model_errors_exit_with_one_and_usage_errors_with_two() {
    let place = Place::new();
    place.file(
        "bad.snn",
        "neurons a[1] { dv/dt = (v + 1 nA)/ms : volt }\nrun 1 ms\n",
    );
    let output = place.snnc(&["run", "bad.snn"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("error[E0301]"), "{}", err(&output));
    assert_eq!(place.snnc(&["run", "missing.snn"]).status.code(), Some(2));
    assert_eq!(place.snnc(&["run"]).status.code(), Some(2));
    assert_eq!(
        place.snnc(&["emit", "nonsense", "bad.snn"]).status.code(),
        Some(2)
    );
    assert_eq!(place.snnc(&["explain", "E9999"]).status.code(), Some(2));
    assert_eq!(place.snnc(&["models", "lifff"]).status.code(), Some(2));
    let helped = place.snnc(&["help", "unit"]);
    assert_eq!(helped.status.code(), Some(2));
    assert!(
        err(&helped).contains("Did you mean `units`?"),
        "{}",
        err(&helped)
    );
}

#[test]
fn json_is_for_machines() {
    let place = Place::new();
    place.file(
        "bad.snn",
        "tau = 10 ms\nneurons a[1] { dv/dt = -v/tua : volt }\nrun 1 ms\n",
    );
    let output = place.snnc(&["check", "bad.snn", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let value: serde_json::Value = serde_json::from_str(&out(&output)).unwrap();
    assert_eq!(value["errors"], 1);
    let diagnostic = &value["diagnostics"][0];
    assert_eq!(diagnostic["code"], "E0201");
    assert!(diagnostic["labels"][0]["primary"].as_bool().unwrap());
    place.file("lif.snn", DEMO);
    let output = place.snnc(&["run", "lif.snn", "--json"]);
    let value: serde_json::Value = serde_json::from_str(&out(&output)).unwrap();
    assert_eq!(value["report"]["populations"][0]["spikes"], 70);
}

#[test]
fn a_profile_measures_every_line_of_the_schedule() {
    let place = Place::new();
    place.file("lif.snn", DEMO);
    let said = out(&place.snnc(&["run", "lif.snn", "--profile"]));
    assert!(
        said.contains("lif.state  ") && said.contains("times"),
        "{said}"
    );
    let said = out(&place.snnc(&["run", "lif.snn", "--profile", "--json"]));
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    let lines = said["report"]["profile"].as_array().unwrap();
    let state = lines
        .iter()
        .find(|line| line["name"] == "lif.state")
        .unwrap();
    assert_eq!(state["calls"], said["report"]["steps"]);
    let shares: f64 = lines
        .iter()
        .map(|line| line["share"].as_f64().unwrap())
        .sum();
    assert!((shares - 1.0).abs() < 1e-9, "{shares}");
    let plain = out(&place.snnc(&["run", "lif.snn", "--json"]));
    assert!(
        !plain.contains("\"profile\""),
        "measured without being asked"
    );
}

#[test]
fn weights_in_single_precision_are_rounded_once() {
    let place = Place::new();
    let network = "
neurons a[1] { dv/dt = 1/ms : 1
 threshold: v > 0.5
 reset: v = -1000 }
neurons b[2] { x : 1 }
synapses S: a -> b { w : 1 = 0.1*(j + 1)
 on_pre: x += w
 connect: all }
run 2 ms
print(1e9*(b.x[1] - 0.2))
";
    place.file("net.snn", network);
    let double = out(&place.snnc(&["run", "net.snn"]));
    assert!(double.contains("= 0\n"), "{double}");
    let single = out(&place.snnc(&["run", "net.snn", "--weights", "f32"]));
    assert!(single.contains("= 2.98023"), "{single}");
}

#[test]
fn values_are_held_in_single_precision_where_that_is_asked_for() {
    let place = Place::new();
    let model = "
neurons a[2] { x : 1 = 0.1 }
run 1 ms
expect abs(a.x[1] - 0.1) < 1e-12
print(1e9*(a.x[1] - 0.1))
";
    place.file("a.snn", model);
    let double = out(&place.snnc(&["run", "a.snn"]));
    assert!(double.contains("= 0\n"), "{double}");
    assert!(!double.contains("single precision"), "{double}");
    let single = out(&place.snnc(&["run", "a.snn", "--precision", "f32"]));
    assert!(single.contains("= 1.49012\n"), "{single}");
    assert!(single.contains(", single precision\n"), "{single}");
    assert_eq!(place.snnc(&["test", "a.snn"]).status.code(), Some(0));
    let failed = place.snnc(&["test", "a.snn", "--precision", "f32"]);
    assert_eq!(failed.status.code(), Some(1), "{}", out(&failed));
    let misuse = ["run", "a.snn", "--precision", "f32", "--weights", "f64"];
    let misuse = place.snnc(&misuse);
    assert_eq!(misuse.status.code(), Some(2));
    let said = err(&misuse);
    assert!(said.contains("leave --weights f64 out"), "{said}");
}

#[test]
fn standard_input_is_a_model() {
    let place = Place::new();
    let output = place.snnc_with_input(&["run", "-", "--seed", "1"], DEMO);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(out(&output).contains("70 spikes"));
    let output = place.snnc_with_input(&["check", "-"], "run 1\n");
    assert!(err(&output).contains("<stdin>:1:"), "{}", err(&output));
}

#[test]
fn fmt_formats_once() {
    let place = Place::new();
    place.file("a.snn", "tau=10*ms\nneurons   g[3]{ dv/dt=-v/tau:volt\n threshold : 'v>1*mV'\n reset:'v=0*mV' }\nrun 1*ms\n");
    let unformatted = place.snnc(&["fmt", "--check", "a.snn"]);
    assert_eq!(unformatted.status.code(), Some(1));
    assert_eq!(place.snnc(&["fmt", "a.snn"]).status.code(), Some(0));
    let text = std::fs::read_to_string(place.path().join("a.snn")).unwrap();
    assert!(!text.contains('\''), "{text}");
    assert_eq!(
        place.snnc(&["fmt", "--check", "a.snn"]).status.code(),
        Some(0),
        "{text}"
    );
}

#[test]
fn new_writes_a_model_that_runs_and_overwrites_nothing() {
    let place = Place::new();
    assert_eq!(place.snnc(&["new", "first.snn"]).status.code(), Some(0));
    let output = place.snnc(&["run", "first.snn", "--seed", "1"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert_eq!(place.snnc(&["new", "first.snn"]).status.code(), Some(2));
    for model in snnc::library::models::MODELS {
        let file = format!("{}.snn", model.name);
        assert_eq!(
            place
                .snnc(&["new", &file, "--model", model.name])
                .status
                .code(),
            Some(0)
        );
        let output = place.snnc(&["check", &file]);
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    }
}

#[test]
fn files_that_cannot_be_written_are_named_and_nothing_is_left_half_done() {
    let place = Place::new();
    place.file("lif.snn", DEMO);
    place.file("taken", "a file where a folder should be");
    let output = place.snnc(&["run", "lif.snn", "--out", "taken"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        err(&output).contains("E0801") && err(&output).contains("taken"),
        "{}",
        err(&output)
    );
    assert!(
        err(&output).contains("nothing was simulated") && !out(&output).contains("spikes"),
        "found out before the run: {}",
        out(&output)
    );
    assert_eq!(
        std::fs::read_to_string(place.path().join("taken"))
            .unwrap()
            .len(),
        31
    );
}

#[test]
fn a_value_that_explodes_is_named_and_the_figures_are_kept() {
    let place = Place::new();
    place.file(
        "explodes.snn",
        "dt = 1 ms\nneurons g[3] { dv/dt = (1 mV - v)/(0.1 ms) : volt\nmethod: euler }\nrun 1 s\nplot \"v\": g.v[0]\n",
    );
    let output = place.snnc(&["run", "explodes.snn"]);
    assert_eq!(output.status.code(), Some(1));
    let text = err(&output);
    assert!(
        text.contains("E0901") && text.contains("`v` of g[0]") && text.contains("ms"),
        "{text}"
    );
    assert_eq!(place.names("explodes-out"), ["v.png", "v.svg"]);
}

#[test]
fn a_model_that_does_not_fit_is_refused_with_its_largest_part() {
    let place = Place::new();
    place.file(
        "large.snn",
        "neurons g[1000000] { dv/dt = -v/(10 ms) : 1 }\nrecord v of g\nrun 100 s\n",
    );
    let output = place.snnc(&["run", "large.snn"]);
    assert_eq!(output.status.code(), Some(1));
    let text = err(&output);
    assert!(text.contains("E0905") && text.contains("TiB"), "{text}");
    place.file(
        "huge.snn",
        "neurons g[1000000000] { dv/dt = -v/(10 ms) : 1 }\nrun 1 s\n",
    );
    let output = place.snnc(&["run", "huge.snn"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("8.0 GB"), "{}", err(&output));
}

#[cfg(unix)]
#[test]
fn an_interrupt_keeps_what_was_computed() {
    let place = Place::new();
    place.file(
        "long.snn",
        "neurons g[2000] { dv/dt = (1 - v)/(10 ms) + 0.1*sqrt(2/(10 ms))*xi : 1 }\nrun 10000 s\nplot \"v\": g.v[0]\n",
    );
    let mut command = place.command(&["run", "long.snn"]);
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_millis(2500));
    let killed = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(killed.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        output.status.code(),
        Some(130),
        "{}{}",
        out(&output),
        err(&output)
    );
    assert!(out(&output).contains("interrupted"), "{}", out(&output));
    assert_eq!(place.names("long-out"), ["v.png", "v.svg"]);
}

#[test]
fn stages_can_be_looked_at() {
    let place = Place::new();
    place.file("lif.snn", DEMO);
    for (stage, words) in [
        ("ast", "neurons lif[10]"),
        ("model", "tau = 10 ms"),
        ("equations", "linear: yes"),
        ("scheme", "lif: euler"),
        ("kernel", "kernel lif"),
        ("clif", "function"),
        ("asm", "ret"),
    ] {
        let output = place.snnc(&["emit", stage, "lif.snn"]);
        assert_eq!(output.status.code(), Some(0), "{stage}: {}", err(&output));
        assert!(out(&output).contains(words), "{stage}: {}", out(&output));
    }
}

#[test]
fn help_texts() {
    let place = Place::new();
    let mut text = String::new();
    for arguments in [
        &["--help"][..],
        &["run", "--help"],
        &["check", "--help"],
        &["fmt", "--help"],
        &["emit", "--help"],
        &["explain", "--help"],
        &["models", "--help"],
        &["new", "--help"],
        &["completions", "--help"],
        &["help", "--help"],
    ] {
        let output = place.snnc(arguments);
        assert_eq!(output.status.code(), Some(0));
        text.push_str(&format!(
            "$ snnc {}\n{}\n",
            arguments.join(" "),
            out(&output)
        ));
    }
    let path = root().join("tests/snapshots/help.txt");
    snapshot(&path, &text).unwrap_or_else(|difference| panic!("{difference}"));
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(out(&place.snnc(&["completions", shell])).len() > 500);
    }
    for page in snnc::manual::PAGES {
        assert!(
            out(&place.snnc(&["help", page.name])).starts_with("# "),
            "{}",
            page.name
        );
    }
    assert!(out(&place.snnc(&["explain"])).contains("E0301"));
    assert!(out(&place.snnc(&["explain", "e0301"])).starts_with("# E0301"));
    assert!(out(&place.snnc(&["models"])).contains("adex"));
    assert!(out(&place.snnc(&["models", "adex"])).contains("neuron AdEx"));
}
