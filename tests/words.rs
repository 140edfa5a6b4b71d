//! Every word of the language explains itself where it stands: hovers over the tables of keywords, flags, plots, options and connections.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod client;

use client::Client;
use serde_json::json;
use snnc::model::plots;
use snnc::names::keywords::{FLAGS, KEYWORDS, Place};

/// What hovering a word of a line shows.
fn shown_at(client: &mut Client, text: &str, line: &str, word: &str) -> String {
    let number = text
        .lines()
        .position(|l| l.contains(line))
        .unwrap_or_else(|| panic!("no line {line}"));
    let whole = text.lines().nth(number).unwrap();
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let column = whole
        .match_indices(word)
        .find(|(at, _)| {
            let (before, after) = (&whole[..*at], &whole[at + word.len()..]);
            !letter(before.chars().next_back()) && !letter(after.chars().next())
        })
        .unwrap_or_else(|| panic!("no {word} in {whole}"))
        .0;
    let column = whole[..column].encode_utf16().count() as u64;
    let hover = client.at("hover", (number as u64, column), json!({}));
    hover["contents"]["value"]
        .as_str()
        .unwrap_or_default()
        .to_string()
}

#[test]
fn every_word_of_the_language_has_a_hover() {
    let mut silent = Vec::new();
    let mut client = Client::with("tau = 10 ms\n");
    for keyword in KEYWORDS
        .iter()
        .filter(|keyword| keyword.place != Place::Library)
    {
        let form = keyword.form;
        let inside = |head: &str| format!("{head} {{\n    {form}\n}}\n");
        let text = match keyword.place {
            Place::Neurons | Place::Both => inside("neurons lif[10]"),
            Place::Synapses => inside("synapses S: lif -> lif"),
            Place::Poisson => inside("poisson P[10]"),
            Place::Spikes => inside("spikes P[3]"),
            Place::Input => inside("poisson_input bg: lif"),
            _ => format!("{form}\n"),
        };
        client.change(json!([{ "text": text }]));
        let shown = shown_at(&mut client, &text, form, keyword.word);
        // The line of the very place where the word stands, where a word has several.
        if !shown.contains(keyword.doc) && (keyword.place != Place::Within || shown.is_empty()) {
            silent.push(format!("{} ({:?}): {shown}", keyword.word, keyword.place));
        }
    }
    for (flag, doc) in FLAGS {
        let text = format!("neurons lif[10] {{\n    dv/dt = -v/(10 ms) : 1 ({flag})\n}}\n");
        client.change(json!([{ "text": text }]));
        let word = flag.split([' ', '-']).next().unwrap();
        let shown = shown_at(&mut client, &text, "dv/dt", word);
        if !shown.contains(doc) {
            silent.push(format!("({flag}): {shown}"));
        }
    }
    for kind in plots::KINDS {
        let text = format!("plot {}\n", kind.form);
        client.change(json!([{ "text": text }]));
        let shown = shown_at(&mut client, &text, "plot", kind.name);
        if !shown.contains(kind.about) {
            silent.push(format!("plot {}: {shown}", kind.name));
        }
        for option in kind.options {
            let text = format!("plot {}, {option}: 1\n", kind.form);
            client.change(json!([{ "text": text }]));
            if shown_at(&mut client, &text, "plot", option).is_empty() {
                silent.push(format!("{option} of {}", kind.name));
            }
        }
    }
    let options = [
        ("plot x", plots::PANEL),
        ("plot x", plots::LOOKS),
        ("figure \"x\"", plots::FIGURE),
        ("mark y = 1", plots::MARK),
    ];
    for (head, table) in options {
        for option in table {
            let text = format!("{head}, {}: {}\n", option.name, option.form);
            client.change(json!([{ "text": text }]));
            let shown = shown_at(&mut client, &text, head, option.name);
            if !shown.contains(option.about) {
                silent.push(format!("{head}, {}: {shown}", option.name));
            }
        }
    }
    for (line, words) in [
        ("connect: p = 0.1", vec!["p"]),
        ("connect: if i != j, p = 0.1, n = 2", vec!["if", "p", "n"]),
        (
            "connect: j = k for k in sample(N_post, size = 10)",
            vec!["j", "for", "in", "sample", "size"],
        ),
        (
            "connect: j = k for k in range(i - 1, i + 2), skip",
            vec!["range", "skip"],
        ),
        ("connect: i = [0, 1], j = [2, 3]", vec!["i", "j"]),
        ("connect: all", vec!["all"]),
        ("connect: from \"edges.csv\"", vec!["from"]),
    ] {
        let text =
            format!("neurons a[9] {{\n    v : 1\n}}\nsynapses S: a -> a {{\n    {line}\n}}\n");
        client.change(json!([{ "text": text }]));
        for word in words {
            if shown_at(&mut client, &text, line, word).is_empty() {
                silent.push(format!("{word} in {line}"));
            }
        }
    }
    assert!(
        silent.is_empty(),
        "no hover, or another one:\n{}",
        silent.join("\n")
    );
    client.end();
}
