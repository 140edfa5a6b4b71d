//! The live page: what its session answers, what it is built from, and how large it is. `tests/browser.rs` opens it in a browser.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use snnc::page::session::Session;
use snnc::pipeline::Executor;

fn load(session: &mut Session, request: Value) -> Value {
    serde_json::from_str(&session.load(&request.to_string())).unwrap()
}

fn advance(session: &mut Session, seconds: f64, beyond: bool) -> Value {
    serde_json::from_str(&session.advance(seconds, beyond)).unwrap()
}

fn example(name: &str) -> String {
    std::fs::read_to_string(common::root().join("examples").join(name)).unwrap()
}

/// The spikes of all populations.
fn spikes(session: &mut Session) -> Vec<(String, String)> {
    let files: Vec<(String, String)> = serde_json::from_str(&session.csv()).unwrap();
    files
        .into_iter()
        .filter(|(name, _)| name.ends_with("spikes.csv"))
        .collect()
}

#[test]
fn a_model_offers_its_knobs_and_runs_in_slices() {
    let text = example("lif.snn");
    let mut whole = Session::new(Executor::Unfused);
    let offer = load(&mut whole, json!({ "text": text }));
    assert_eq!(offer["ok"], true, "{offer}");
    let knob = &offer["knobs"][0];
    assert_eq!(knob["name"], "drive");
    assert_eq!(knob["unit"], "mV");
    assert_eq!(advance(&mut whole, 1.0, false)["state"], "complete");
    let wanted = spikes(&mut whole);
    assert!(wanted[0].1.lines().count() > 10);

    let mut sliced = Session::new(Executor::Unfused);
    load(&mut sliced, json!({ "text": text }));
    let mut slices = 0;
    while advance(&mut sliced, 0.0007, false)["state"] == "running" {
        slices += 1;
    }
    assert!(slices > 100);
    assert_eq!(spikes(&mut sliced), wanted);
}

#[test]
fn a_slider_that_moves_while_the_model_runs_keeps_its_state() {
    let text = example("lif.snn");
    let mut session = Session::new(Executor::Unfused);
    load(&mut session, json!({ "text": text }));
    advance(&mut session, 0.035, false);
    let offer = load(
        &mut session,
        json!({ "text": text, "keep": true, "set": [["drive", "0 mV"]] }),
    );
    assert_eq!(offer["time"], 0.035);
    assert_eq!(advance(&mut session, 1.0, false)["time"], 0.1);
    // Spikes from before, none afterwards: without drive the neurons fall silent.
    let (_, text) = &spikes(&mut session)[0];
    let times: Vec<f64> = text
        .lines()
        .skip(1)
        .map(|line| line.split(',').next().unwrap().parse().unwrap())
        .collect();
    assert!(
        !times.is_empty() && times.iter().all(|t| *t < 35.0),
        "{times:?}"
    );
    session.forget(0.09);
    assert_eq!(spikes(&mut session)[0].1.lines().count(), 1);
}

#[test]
fn a_mistake_is_told_with_its_place_in_utf_16() {
    let text = "# µ𝄞\ntau = 10 ms\nbad = tau + 1 mV\n";
    let mut session = Session::new(Executor::Unfused);
    let offer = load(&mut session, json!({ "text": text }));
    assert_eq!(offer["ok"], false);
    let place = &offer["diagnostics"][0]["labels"][0]["place"];
    let first = place[0].as_u64().unwrap() as usize;
    let units: Vec<u16> = text.encode_utf16().collect();
    let line = units[..first].iter().filter(|unit| **unit == 10).count();
    assert_eq!(line, 2, "{offer}");
}

#[test]
fn figures_come_with_numbers_in_a_pool() {
    let mut session = Session::new(Executor::Unfused);
    load(&mut session, json!({ "text": example("lif.snn") }));
    advance(&mut session, 1.0, false);
    let mut pool = Vec::new();
    let figures: Value = serde_json::from_str(&session.figures(usize::MAX, &mut pool)).unwrap();
    let path = &figures[0]["panels"][0]["marks"][0]["shapes"][0];
    assert_eq!(path["is"], "path");
    let (first, count) = (
        path["x"][0].as_u64().unwrap(),
        path["x"][1].as_u64().unwrap(),
    );
    assert_eq!(count, 1000);
    assert!(pool.len() as u64 >= first + count);
    assert_eq!(figures[1]["panels"][0]["raster"]["population"], "lif");
}

#[test]
fn the_page_keeps_its_budget() {
    let folder = common::root().join("src/page");
    let core = std::fs::metadata(folder.join("core.wasm.lzma")).unwrap();
    assert!(
        core.len() <= CORE,
        "the packed core has {} bytes, at most {CORE}",
        core.len()
    );
    let page = snnc::page::html::html(&snnc::page::html::Page::default());
    assert!(
        page.len() <= WHOLE,
        "the page has {} bytes, at most {WHOLE}",
        page.len()
    );
    let script = std::fs::read_to_string(folder.join("bundle.js")).unwrap();
    assert!(!script.contains("</script"));
}

/// Largest core as it is packed, and largest page without a model, in bytes.
const CORE: u64 = 670_000;
const WHOLE: usize = 1_000_000;

/// Files that the core is built from: all of the crate that it may contain.
fn core_inputs() -> Vec<PathBuf> {
    let mut files = Vec::new();
    for folder in ["src", "grammar", "models"] {
        collect(&common::root().join(folder), &mut files);
    }
    let outside = [
        "cli",
        "lsp",
        "render/draw",
        "backend/native",
        "manual",
        "main.rs",
    ];
    let root = common::root().join("src");
    files.retain(|file| {
        let inside = file.strip_prefix(&root).unwrap_or(Path::new(""));
        let kind = file.extension().and_then(|e| e.to_str()).unwrap_or("");
        matches!(kind, "rs" | "snn" | "pest")
            && !outside.iter().any(|name| inside.starts_with(name))
            && !file.to_string_lossy().contains("tests")
    });
    files
}

fn script_inputs() -> Vec<PathBuf> {
    let mut files = Vec::new();
    collect(&common::root().join("src/page/script"), &mut files);
    files
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        match path.is_dir() {
            true => collect(&path, files),
            false => files.push(path),
        }
    }
}

/// FNV-1a of the files' names and texts.
fn hash(files: &[PathBuf]) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    for file in files {
        let name = file.strip_prefix(common::root()).unwrap();
        let text = std::fs::read(file).unwrap();
        for byte in name.to_string_lossy().bytes().chain(text) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    format!("{hash:016x}")
}

#[test]
fn inputs_of_what_is_committed_are_those_of_today() {
    let today = format!(
        "core {}\nscript {}\n",
        hash(&core_inputs()),
        hash(&script_inputs())
    );
    let path = common::root().join("src/page/inputs.txt");
    let mut built = std::fs::read_to_string(&path).unwrap_or_default();
    if let Some(parts) = std::env::var_os("SNNC_BLESS") {
        // `SNNC_BLESS=core`, `SNNC_BLESS=script`, or both.
        let parts = parts.to_string_lossy().into_owned();
        let lines = built.lines().chain(["", ""]).zip(today.lines());
        let fresh = |line: &str| {
            line.split(' ')
                .next()
                .is_some_and(|part| parts.contains(part))
        };
        let stamped = lines.map(|(old, new)| if fresh(new) { new } else { old });
        built = stamped.take(2).map(|line| format!("{line}\n")).collect();
        std::fs::write(&path, &built).unwrap();
    }
    // What is stale works, as it was: a fresh core is due with a release, so this is said, not enforced, unless asked for.
    let line = |text: &str, k: usize| text.lines().nth(k).unwrap_or_default().to_string();
    assert_eq!(
        line(&built, 1),
        line(&today, 1),
        "run `bash src/page/build.sh script`"
    );
    if line(&built, 0) != line(&today, 0) {
        eprintln!(
            "the core of the page is older than the compiler: run `bash src/page/build.sh core`"
        );
        assert!(
            std::env::var_os("SNNC_FRESH").is_none(),
            "the core is stale"
        );
    }
}
