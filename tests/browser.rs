//! A live page in a real browser: headless Chromium, driven by playwright-core. Skipped, with a word, where either is missing; `.ci/run`
//! installs both.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(feature = "cli")]

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use snnc::page::html::{Page, html};
use snnc::page::session::Session;
use snnc::pipeline::Executor;

/// Chromium and playwright-core.
fn tools() -> Option<(PathBuf, PathBuf)> {
    let chromium = std::env::var_os("CHROMIUM").map_or("/usr/bin/chromium".into(), PathBuf::from);
    let library = common::root().join("target/browser/node_modules/playwright-core");
    let node = Command::new("node").arg("--version").output().is_ok();
    (chromium.exists() && library.exists() && node).then_some((chromium, library))
}

fn times(files: &Value) -> Vec<(f64, u32)> {
    let spikes = files.as_array().unwrap().iter().find(|file| {
        let name = file[0].as_str().unwrap();
        name.ends_with("spikes.csv")
    });
    let rows = spikes.unwrap()[1].as_str().unwrap().lines().skip(1);
    let row = |row: &str| {
        let (t, i) = row.split_once(',').unwrap();
        (t.parse().unwrap(), i.parse().unwrap())
    };
    rows.map(row).collect()
}

/// What the same model records natively.
fn native(text: &str, executor: Executor, set: Value) -> Value {
    let mut session = Session::new(executor);
    session.load(&json!({ "text": text, "set": set, "seed": 1 }).to_string());
    session.advance(1e3, false);
    serde_json::from_str(&session.csv()).unwrap()
}

#[test]
fn a_page_from_a_file_does_what_it_promises() {
    let Some((chromium, library)) = tools() else {
        eprintln!("skipped: no Chromium, Node.js or playwright-core here");
        return;
    };
    let text = std::fs::read_to_string(common::root().join("examples/lif.snn")).unwrap();
    let folder = common::root().join("target/browser");
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("lif.html");
    let page = Page {
        name: "lif.snn".into(),
        text: text.clone(),
        ..Page::default()
    };
    std::fs::write(&file, html(&page)).unwrap();
    let script = common::root().join("tests/browser/page.mjs");
    let seen = drive(&script, &[&file, &folder, &library], &chromium);

    assert_eq!(
        seen["complaints"],
        json!([]),
        "what the browser complained about"
    );
    assert_eq!(
        seen["requests"],
        json!([]),
        "the page reached for the network"
    );
    assert_eq!(seen["plots"], 2);
    assert_eq!(seen["equations"], 1);
    // Bit for bit what the interpreter without fused multiply-add gives, and spike for spike what machine code gives.
    assert_eq!(seen["first"], native(&text, Executor::Unfused, json!([])));
    let machine = native(&text, Executor::Fastest, json!([]));
    assert_eq!(times(&seen["first"]), times(&machine));
    assert!(times(&machine).len() > 10);
    let most = native(&text, Executor::Unfused, json!([["drive", "40 mV"]]));
    assert_eq!(seen["moved"], most, "the slider");
    assert_eq!(seen["link"], "drive=40+mV");
    let twice = text.replace("+ drive)/tau", "+ 2*drive)/tau");
    assert_ne!(twice, text);
    assert_eq!(seen["edited"], native(&twice, Executor::Unfused, json!([])));
    // The characters marked are the operand that the message is about.
    assert_eq!(seen["marked"], json!(["-(v - v_rest)"]));
    assert!(
        seen["message"].as_str().unwrap().contains("mV")
            || seen["message"].as_str().unwrap().contains("volt")
    );
    assert!(
        seen["wide"].as_u64().unwrap() <= 390,
        "wider than a phone: {}",
        seen["wide"]
    );
    assert_eq!(seen["traced"].as_array().unwrap().len(), 1);
    println!(
        "load to first plot {} ms, edit to plot {} ms, {}",
        seen["loadToPlot"], seen["editToPlot"], seen["paused"]
    );
}

fn drive(script: &Path, arguments: &[&Path], chromium: &Path) -> Value {
    let output = Command::new("node")
        .arg(script)
        .args(arguments)
        .env("CHROMIUM", chromium)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    serde_json::from_slice(&output.stdout).unwrap()
}
