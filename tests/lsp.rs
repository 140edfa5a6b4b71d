//! The language server, as an editor sees it: a scripted client over standard input and output.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod client;

use std::time::{Duration, Instant};

use client::{Client, URI, marked};
use serde_json::{Value, json};

const MODEL: &str = "\
/// Time constant of the membrane.
tau = 10 ms
rest = -60 mV - 5 mV
f(x) = x**2

/// Cells of layer 4.
neurons cells[10] {
    dv/dt = (rest - v + I)/tau : volt
    /// The drive.
    I : volt = 20 mV
    v(0) = rest
    threshold: v > -50 mV
    reset: { old = v; v = rest; I += old*0 }
}

run f(10)*1 ms
plot \"Potential\": cells.v[0:3]
";

#[test]
fn diagnostics_follow_the_typing() {
    let mut client = Client::with(MODEL);
    assert_eq!(client.codes(), Vec::<&str>::new(), "{:?}", client.shown);
    // `tau` becomes `tao` where it is used: line 7.
    let line = MODEL.lines().nth(7).unwrap();
    let at = line.find("tau").unwrap();
    let range = json!({ "start": { "line": 7, "character": at + 1 }, "end": { "line": 7, "character": at + 2 } });
    client.change(json!([{ "range": range, "text": "ä" }]));
    assert!(client.codes().contains(&"E0201"), "{:?}", client.shown);
    let shown = client.shown.iter().find(|d| d["code"] == "E0201").unwrap();
    assert_eq!(
        shown["range"]["start"],
        json!({ "line": 7, "character": at })
    );
    assert_eq!(
        shown["range"]["end"],
        json!({ "line": 7, "character": at + 3 })
    );
    // The mend is offered, and applying it helps.
    let actions = client.whole(
        "codeAction",
        json!({ "range": shown_range(&client), "context": { "diagnostics": [] } }),
    );
    let action = &actions[0];
    assert_eq!(action["kind"], "quickfix");
    let edit = action["edit"]["changes"][URI][0].clone();
    client.change(json!([{ "range": edit["range"], "text": edit["newText"] }]));
    assert_eq!(client.codes(), Vec::<&str>::new());
    client.end();
}

fn shown_range(client: &Client) -> Value {
    client.shown.iter().find(|d| d["code"] == "E0201").unwrap()["range"].clone()
}

#[test]
fn columns_are_utf16() {
    let mut client = Client::with("a = '𝜏' ; b = 1 mV + 1 ms\n");
    let shown = client.shown.iter().find(|d| d["code"] == "E0301").unwrap();
    let column = shown["range"]["start"]["character"].as_u64().unwrap();
    // The letter is two units wide.
    assert_eq!(column, "a = '..' ; b = ".len() as u64, "{shown}");
    client.change(json!([{ "text": "x = 1\n" }]));
    assert!(!client.codes().contains(&"E0301"));
    client.end();
}

#[test]
fn hover_tells_unit_value_equation_and_documentation() {
    let mut client = Client::with(MODEL);
    let mut hover = |line: u64, column: u64| {
        let result = client.at("hover", (line, column), json!({}));
        result["contents"]["value"]
            .as_str()
            .unwrap_or("")
            .to_string()
    };
    let tau = hover(7, 27);
    assert!(
        tau.contains("10 ms") && tau.contains("Time constant of the membrane."),
        "{tau}"
    );
    let rest = hover(2, 1);
    assert!(
        rest.contains("-65 mV") && rest.contains("voltage"),
        "{rest}"
    );
    let v = hover(7, 20);
    assert!(
        v.contains("dv/dt = (rest - v + I)/tau : volt") && v.contains("voltage (volt)"),
        "{v}"
    );
    let drive = hover(12, 32);
    assert!(drive.contains("The drive."), "{drive}");
    let cells = hover(6, 10);
    assert!(
        cells.contains("Cells of layer 4.") && cells.contains("exact"),
        "{cells}"
    );
    let unit = hover(1, 10);
    assert!(
        unit.contains("millisecond") && unit.contains("0.001 second"),
        "{unit}"
    );
    let word = hover(15, 1);
    assert!(word.contains("Simulates"), "{word}");
    client.end();
}

#[test]
fn every_name_of_the_examples_has_a_hover_and_a_definition() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/examples");
    let mut client = Client::start();
    let mut names = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "snn") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        client.open(&text);
        let symbols = client.whole("documentSymbol", json!({}));
        let mut open: Vec<Value> = symbols.as_array().unwrap().clone();
        while let Some(symbol) = open.pop() {
            open.extend(symbol["children"].as_array().cloned().unwrap_or_default());
            if symbol["kind"] == 24 && symbol["selectionRange"] == symbol["range"] {
                continue; // a line of the protocol
            }
            let start = &symbol["selectionRange"]["start"];
            let at = (
                start["line"].as_u64().unwrap(),
                start["character"].as_u64().unwrap(),
            );
            assert!(
                !client.at("hover", at, json!({})).is_null(),
                "{path:?} {symbol}"
            );
            let definition = client.at("definition", at, json!({}));
            assert_eq!(
                definition["range"], symbol["selectionRange"],
                "{path:?} {symbol}"
            );
            names += 1;
        }
    }
    assert!(names > 80, "{names}");
    client.end();
}

#[test]
fn definition_references_and_rename() {
    let mut client = Client::with(MODEL);
    let definition = client.at("definition", (7, 27), json!({}));
    assert_eq!(
        definition["range"]["start"],
        json!({ "line": 1, "character": 0 })
    );
    let context = json!({ "context": { "includeDeclaration": true } });
    let references = client.at("references", (7, 20), context);
    assert_eq!(references.as_array().unwrap().len(), 7, "{references}");
    let edit = client.at("rename", (7, 20), json!({ "newName": "u" }));
    let mut edits = edit["changes"][URI].as_array().unwrap().clone();
    edits.sort_by_key(|edit| {
        let start = &edit["range"]["start"];
        (start["line"].as_u64(), start["character"].as_u64())
    });
    for edit in edits.into_iter().rev() {
        client.change(json!([{ "range": edit["range"], "text": edit["newText"] }]));
    }
    assert_eq!(client.codes(), Vec::<&str>::new(), "{:?}", client.shown);
    for name in ["1x", "tau + 1", "exp", "mV", "I"] {
        let params = json!({ "textDocument": { "uri": URI }, "position": { "line": 7, "character": 20 }, "newName": name });
        let response = client.respond("textDocument/rename", params);
        assert!(response.get("error").is_some(), "{name}: {response}");
    }
    client.end();
}

#[test]
fn completion_by_position() {
    for (text, wanted, unwanted) in [
        ("tau = 10 m|", vec!["ms", "mV"], vec!["exp"]),
        ("tau = 10 ms\nx = t|", vec!["tau", "exp", "pi"], vec!["run"]),
        ("|", vec!["neurons", "run", "plot"], vec!["threshold"]),
        (
            "neurons a[1] {\n    dv/dt = -v/(10 ms) : 1\n    |\n}\n",
            vec!["threshold", "reset", "v"],
            vec!["run", "connect"],
        ),
        (
            "neurons a[1] {\n    dv/dt = -v/(10 ms) : 1\n    method: |\n}\n",
            vec!["exact", "euler", "rk4"],
            vec!["v"],
        ),
        (
            "neurons a[1] {\n    dv/dt = -v/(10 ms) : v|\n}\n",
            vec!["volt", "boolean"],
            vec!["exp"],
        ),
        (
            "neurons a[1] {\n    dv/dt = -v/(10 ms) : 1 (|\n}\n",
            vec!["unless refractory"],
            vec!["exp"],
        ),
        (
            "neurons a[1] {\n    v : 1\n    threshold: |\n}\n",
            vec!["v", "i", "t", "exp"],
            vec!["volt2"],
        ),
        (
            "neurons a[1] { v : 1 }\nplot a.|\n",
            vec!["v", "spikes"],
            vec!["exp"],
        ),
        ("use |", vec!["hodgkin_huxley", "adex"], vec!["exp"]),
        (
            "neuron M { v : 1 }\nneurons a[1] of |",
            vec!["M"],
            vec!["exp"],
        ),
        (
            "neurons a[1] { v : 1 }\nsynapses S: a -> a {\n    w : 1\n    on_pre: v_post += |\n}\n",
            vec!["w", "v_pre", "v_post", "v"],
            vec!["run"],
        ),
        (
            "neurons a[1] { v : 1 }\nsynapses S: a -> a {\n    |\n}\n",
            vec!["on_pre", "connect", "delay"],
            vec!["threshold"],
        ),
    ] {
        let (text, place) = marked(text);
        let mut client = Client::with(&text);
        let labels = client.labels(place);
        for name in wanted {
            assert!(
                labels.iter().any(|label| label == name),
                "{name} in {text:?}: {labels:?}"
            );
        }
        for name in unwanted {
            assert!(
                !labels.iter().any(|label| label == name),
                "{name} in {text:?}"
            );
        }
        client.end();
    }
}

#[test]
fn formatting_hints_outline_folds_and_tokens() {
    let mut client = Client::with(MODEL);
    let all = json!({ "range": { "start": { "line": 0, "character": 0 }, "end": { "line": 99, "character": 0 } } });
    let hints = client.whole("inlayHint", all);
    let labels: Vec<&str> = hints
        .as_array()
        .unwrap()
        .iter()
        .map(|h| h["label"].as_str().unwrap())
        .collect();
    assert_eq!(labels, [" = -65 mV", " method: exact", ": volt"]);
    let symbols = client.whole("documentSymbol", json!({}));
    let names: Vec<&str> = symbols
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "tau",
            "rest",
            "f",
            "cells",
            "run f(10)*1 ms",
            "plot \"Potential\": cells.v[0:3]"
        ]
    );
    let cells = symbols[3]["children"].as_array().unwrap();
    assert_eq!(cells.len(), 2);
    let folds = client.whole("foldingRange", json!({}));
    assert_eq!(folds[0]["startLine"], 6);
    assert_eq!(folds[0]["endLine"], 13);
    let tokens = client.whole("semanticTokens/full", json!({}));
    let data = tokens["data"].as_array().unwrap();
    assert!(
        data.len() > 200 && data.len().is_multiple_of(5),
        "{}",
        data.len()
    );
    let options = json!({ "options": { "tabSize": 4, "insertSpaces": true } });
    let edits = client.whole("formatting", options.clone());
    let formatted = edits[0]["newText"].as_str().unwrap().to_string();
    client.change(json!([{ "text": formatted }]));
    assert_eq!(client.whole("formatting", options), json!([]));
    client.end();
}

#[test]
fn files_that_are_used_are_seen() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("lib.snn"),
        "tau = 5 ms\nneuron M { dv/dt = -v/tau : volt }\n",
    )
    .unwrap();
    let uri = format!("file://{}/main.snn", folder.path().display());
    let mut client = Client::start();
    let text = "use \"lib.snn\"\nneurons a[2] of M { v(0) = 1 mV }\nrun 1 ms\nplot a.v\n";
    let document = json!({ "uri": uri, "languageId": "snn", "version": 1, "text": text });
    client.tell("textDocument/didOpen", json!({ "textDocument": document }));
    client.published();
    assert_eq!(client.codes(), Vec::<&str>::new(), "{:?}", client.shown);
    let params =
        json!({ "textDocument": { "uri": uri }, "position": { "line": 3, "character": 7 } });
    let definition = client.ask("textDocument/definition", params);
    assert!(definition["uri"].as_str().unwrap().ends_with("/lib.snn"));
    assert_eq!(
        definition["range"]["start"],
        json!({ "line": 1, "character": 12 })
    );
    client.end();
}

#[test]
fn half_written_texts_are_answered() {
    let mut client = Client::with(MODEL);
    let whole: Vec<char> = MODEL.chars().collect();
    for length in (0..whole.len()).step_by(23) {
        let text: String = whole[..length].iter().collect();
        client.change(json!([{ "text": text }]));
        let line = text.matches('\n').count() as u64;
        let column = text.rsplit('\n').next().unwrap().encode_utf16().count() as u64;
        client.labels((line, column));
        client.at("hover", (line, column), json!({}));
        client.whole("semanticTokens/full", json!({}));
        client.whole("documentSymbol", json!({}));
        client.whole("foldingRange", json!({}));
    }
    client.change(json!([{ "text": "neurons a[ { ) ] 'x\n\u{0}𝜏{{{" }]));
    client.labels((1, 3));
    client.end();
}

/// A file of 2000 lines.
fn long_model() -> String {
    let mut text = String::from("tau = 10 ms\n");
    for k in 0..160 {
        text.push_str(&format!(
            "\n/// Population {k}.\nneurons p{k}[10] {{\n    dv/dt = (I{k} - v)/tau : volt\n    dw/dt = (v - w)/(2*tau) : volt\n    \
             I{k} : volt = {k} mV\n    threshold: v > 10 mV\n    reset: {{ v = 0; w += 1 mV }}\n    refractory: 2 ms\n    \
             # a comment\n}}\nplot p{k}.v[0]\n"
        ));
    }
    text.push_str("run 1 ms\n");
    text
}

/// Median time of an answer, in milliseconds. The bound is that of an optimized build; a build without optimization has ten times as long.
#[test]
fn answers_come_at_once_for_a_long_file() {
    let text = long_model();
    assert!(text.lines().count() >= 1900);
    let bound = Duration::from_millis(if cfg!(debug_assertions) { 500 } else { 50 });
    let mut client = Client::with(&text);
    let line = text
        .lines()
        .position(|line| line.contains("(I80 - v)"))
        .unwrap() as u64;
    let mut slowest = (Duration::ZERO, "");
    for method in [
        "hover",
        "completion",
        "definition",
        "references",
        "semanticTokens/full",
        "documentSymbol",
        "foldingRange",
        "change",
    ] {
        let mut times: Vec<Duration> = (0..5)
            .map(|k| {
                let start = Instant::now();
                if method == "change" {
                    let range = json!({ "start": { "line": line, "character": 0 }, "end": { "line": line, "character": 0 } });
                    client.tell_change(json!([{ "range": range, "text": " ".repeat(k + 1) }]));
                }
                // The first answer after a change reads the changed text; it does not wait until that is checked.
                let asked = if method == "change" { "hover" } else { method };
                let more = json!({ "context": { "includeDeclaration": true } });
                client.at(asked, (line, 14), more);
                start.elapsed()
            })
            .collect();
        times.sort();
        eprintln!("{method}: {:?}", times[2]);
        if times[2] > slowest.0 {
            slowest = (times[2], method);
        }
    }
    assert!(slowest.0 < bound, "{slowest:?}");
    client.end();
}
