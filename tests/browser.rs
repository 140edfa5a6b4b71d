//! A live page in a real browser: headless Chromium, driven by playwright-core. Skipped, with a word, where either is missing; `.ci/run`
//! installs both.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(feature = "cli")]

mod common;

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use snnc::page::html::{Page, html};
use snnc::page::preview::preview;
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

/// What the same model records natively; `more` are further fields of the request.
fn native(text: &str, executor: Executor, more: Value) -> Value {
    let mut session = Session::new(executor);
    let mut request = json!({ "text": text, "seed": 1 });
    for (name, value) in more.as_object().unwrap() {
        request[name] = value.clone();
    }
    session.load(&request.to_string());
    session.advance(1e3, false);
    serde_json::from_str(&session.csv()).unwrap()
}

/// The executor that gives the bits of the page: with a fused multiply-add where the browser has one.
fn like(seen: &Value) -> Executor {
    match seen["fused"].as_bool().unwrap() {
        true => Executor::Interpreter,
        false => Executor::Unfused,
    }
}

/// Bytes from base 64.
fn bytes(text: &str) -> Vec<u8> {
    let digit = |c: u8| match c {
        b'A'..=b'Z' => c - b'A',
        b'a'..=b'z' => c - b'a' + 26,
        b'0'..=b'9' => c - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let digits: Vec<u8> = text.bytes().filter(|c| *c != b'=').map(digit).collect();
    let groups = digits.chunks(4);
    groups
        .flat_map(|group| {
            let word = group
                .iter()
                .fold(0u32, |word, digit| word << 6 | u32::from(*digit))
                << (6 * (4 - group.len()));
            word.to_be_bytes()[1..group.len()].to_vec()
        })
        .collect()
}

/// An example with a parameter set.
fn lif() -> String {
    let text = std::fs::read_to_string(common::root().join("examples/lif.snn")).unwrap();
    format!("{text}\nparameters strong {{\n    drive = 35 mV\n}}\n")
}

/// Writes a page into the folder of screenshots.
fn written(name: &str, text: &str) -> (PathBuf, PathBuf) {
    let folder = common::root().join("target/browser");
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join(format!("{name}.html"));
    let mut page = Page {
        name: format!("{name}.snn"),
        title: "A <b>title</b>".into(),
        text: text.into(),
        ..Page::default()
    };
    page.preview = preview(&page);
    assert!(page.preview.is_some(), "{name}");
    std::fs::write(&file, html(&page)).unwrap();
    (file, folder)
}

#[test]
fn a_page_from_a_file_does_what_it_promises() {
    let Some((chromium, library)) = tools() else {
        eprintln!("skipped: no Chromium, Node.js or playwright-core here");
        return;
    };
    let text = lif();
    let (file, folder) = written("lif", &text);
    let script = common::root().join("tests/browser/page.mjs");
    let seen = drive(&script, &[&file, &folder, &library], &chromium);
    let plain = |more: Value| native(&text, like(&seen), more);

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
    assert_eq!(seen["report"][0], "lif");
    assert_eq!(seen["report"][2], times(&seen["first"]).len().to_string());
    // Bit for bit what the interpreter gives, and spike for spike what machine code gives.
    assert_eq!(seen["first"], plain(json!({})));
    let machine = native(&text, Executor::Fastest, json!({}));
    assert_eq!(times(&seen["first"]), times(&machine));
    assert!(times(&machine).len() > 10);
    for (neuron, drawn) in seen["onTraces"]
        .as_array()
        .unwrap()
        .iter()
        .take(3)
        .enumerate()
    {
        let own = times(&machine)
            .into_iter()
            .filter(|(_, i)| *i == neuron as u32);
        let own: Vec<f64> = own.map(|(t, _)| t).collect();
        let drawn: Vec<f64> = drawn
            .as_array()
            .unwrap()
            .iter()
            .map(|t| t.as_f64().unwrap() * 1e3)
            .collect();
        assert_eq!(drawn.len(), own.len());
        assert!(
            drawn.iter().zip(&own).all(|(a, b)| (a - b).abs() < 1e-9),
            "{drawn:?} {own:?}"
        );
    }

    let files = &seen["files"];
    let saved = |kind: &str| bytes(files[kind][1].as_str().unwrap());
    assert_eq!(files["snn"][0], "lif.snn");
    assert_eq!(saved("snn"), text.as_bytes());
    assert_eq!(files["png"][0], "lif.png");
    assert_eq!(&saved("png")[..8], b"\x89PNG\r\n\x1a\n");
    assert_eq!(seen["svg"], json!([0, "svg", true]));
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(saved("csv"))).unwrap();
    for file in seen["first"].as_array().unwrap() {
        let mut inside = String::new();
        let mut entry = archive.by_name(file[0].as_str().unwrap()).unwrap();
        entry.read_to_string(&mut inside).unwrap();
        assert_eq!(inside, file[1].as_str().unwrap());
    }

    let most = plain(json!({ "set": [["drive", "40 mV"]] }));
    assert_eq!(seen["moved"], most, "the slider");
    assert_eq!(seen["link"], "drive=40+mV");
    assert_eq!(seen["fromLink"], json!([most, "40"]));
    assert_eq!(seen["strong"], plain(json!({ "parameters": "strong" })));
    assert_eq!(seen["sets"], json!(["as written", "strong"]));
    assert_eq!(seen["pressed"], json!(["strong"]));

    let (light, dark) = ("rgb(255, 255, 255)", "rgb(21, 26, 33)");
    assert_eq!(seen["paper"], json!([light, dark, light, dark]));
    let wide = seen["wide"].as_u64().unwrap();
    assert!(wide <= 390, "wider than a phone: {wide}");
    assert_eq!(seen["small"], json!([]), "too small for a finger");
    assert_eq!(seen["nameless"], json!([]), "a control without a name");

    assert_eq!(seen["nudged"], "20.04 mV");
    assert!(
        seen["reset"]
            .as_str()
            .unwrap()
            .starts_with("100 ms simulated in")
    );
    let zoomed = |k: usize| seen["zoomed"][k].as_f64().unwrap();
    assert!((zoomed(1) - 0.025).abs() < 1e-9 && (zoomed(2) - 0.075).abs() < 1e-9);
    assert_eq!(seen["whole"], Value::Null);
    let dragged = |k: usize| seen["dragged"][k].as_f64().unwrap();
    assert!(dragged(2) - dragged(1) > 0.005 && dragged(2) < 0.1);
    assert_eq!(seen["back"], Value::Null);

    let twice = text.replace("+ drive)/tau", "+ 2*drive)/tau");
    assert_ne!(twice, text);
    assert_eq!(seen["edited"], native(&twice, like(&seen), json!({})));
    // The characters marked are the operand that the message is about.
    assert_eq!(seen["marked"], json!(["-(v - v_rest)"]));
    assert!(
        seen["message"].as_str().unwrap().contains("mV")
            || seen["message"].as_str().unwrap().contains("volt")
    );
    assert_eq!(seen["stale"], 1);
    let memory = seen["memory"][0].as_str().unwrap();
    assert!(memory.starts_with("E0903"), "{memory}");
    assert!(seen["stuck"].as_str().unwrap().contains("takes long"));
    assert!(seen["stopped"].as_str().unwrap().starts_with("Stopped."));
    assert_eq!(seen["traced"].as_array().unwrap().len(), 2);
    assert_eq!(seen["traced"][1], "lif[9] ×");
    assert_eq!(
        seen["tried"],
        json!({ "eval": true, "fetch": true, "script": true })
    );
    println!(
        "load to first plot {} ms, to first run {} ms, edit to plot {} ms, {}",
        seen["loadToPlot"], seen["loadToRun"], seen["editToPlot"], seen["paused"]
    );
}

const NETWORK: &str = "
title \"A network that learns\"
drive = 1.1 in 0.5 .. 2

neurons cells[20] {
    dv/dt = (drive - v)/(10 ms) : 1 (unless refractory)
    v(0) = rand()
    threshold: v > 1
    reset: v = 0
    refractory: 2 ms
}
poisson input[30] { rates: 40 Hz }

synapses learning: input -> cells {
    w : 1 = 0.2
    dx/dt = -x/(20 ms) : 1 (event-driven)
    dy/dt = -y/(20 ms) : 1 (event-driven)
    connect: p = 0.3
    on_pre: { v_post += w; x += 0.01; w = clip(w - y, 0, 0.4) }
    on_post: { y += 0.01; w = clip(w + x, 0, 0.4) }
    delay: 1.5 ms
}
run 200 ms
plot cells.v[0]
plot raster(cells)
plot raster(input)
record v of cells[0:5]
";

#[test]
fn a_network_in_the_browser_spikes_as_it_does_natively() {
    let Some((chromium, library)) = tools() else {
        eprintln!("skipped: no Chromium, Node.js or playwright-core here");
        return;
    };
    let (file, folder) = written("network", NETWORK);
    let script = common::root().join("tests/browser/network.mjs");
    let seen = drive(&script, &[&file, &folder, &library], &chromium);
    assert_eq!(seen["complaints"], json!([]));
    let wanted = native(NETWORK, like(&seen), json!({}));
    assert_eq!(seen["first"], wanted);
    assert!(times(&wanted).len() > 50);
    let step = seen["step"].as_f64().unwrap();
    assert!((step - 1e-4).abs() < 1e-9, "{step}");
    let pace = seen["pace"].as_f64().unwrap();
    assert!(0.03 < pace && pace < 0.15, "{pace} seconds a second");
    let budget = seen["budget"].as_str().unwrap();
    assert!(budget.contains("after half a minute of work"), "{budget}");
}

/// A server that ends with the test.
struct Server(std::process::Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_watched_page_tells_what_the_terminal_tells_and_keeps_its_sliders() {
    let Some((chromium, library)) = tools() else {
        eprintln!("skipped: no Chromium, Node.js or playwright-core here");
        return;
    };
    let text = lif();
    let folder = common::root().join("target/browser");
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("watched.snn");
    let snnc = |command: &str| {
        let mut snnc = Command::new(env!("CARGO_BIN_EXE_snnc"));
        snnc.current_dir(place.path())
            .arg(command)
            .arg("watched.snn");
        snnc
    };
    std::fs::write(&file, text.replace("+ drive)/tau", "+ tau)/tau")).unwrap();
    let said = snnc("check").output().unwrap();
    let said = String::from_utf8([said.stdout, said.stderr].concat()).unwrap();

    std::fs::write(&file, &text).unwrap();
    let process = snnc("watch").stdout(Stdio::piped()).spawn().unwrap();
    let mut server = Server(process);
    let mut line = String::new();
    let out = server.0.stdout.take().unwrap();
    BufReader::new(out).read_line(&mut line).unwrap();
    let address = Path::new(line.split(' ').next().unwrap());
    let script = common::root().join("tests/browser/watch.mjs");
    let seen = drive(&script, &[address, &file, &folder, &library], &chromium);
    assert_eq!(seen["complaints"], json!([]));
    assert_eq!(seen["requests"], json!([]), "another address");
    let overlay = seen["overlay"].as_str().unwrap();
    assert!(overlay.starts_with("error[E0301]"), "{overlay}");
    assert!(said.contains(overlay), "{said}\n--- on the page\n{overlay}");
    assert_eq!(seen["hidden"], true);
    assert_eq!(seen["slider"], "40");
    let twice = text.replace("+ drive)/tau", "+ 2*drive)/tau");
    let wanted = native(&twice, like(&seen), json!({ "set": [["drive", "40 mV"]] }));
    assert_eq!(seen["after"], wanted);
    assert_eq!(seen["reloaded"], wanted);
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
