//! What names mean in small programs, and the table of words against the grammar.
#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;
use crate::diagnostic::Sink;
use crate::source::SourceMap;
use crate::syntax::parse;

fn names(text: &str) -> (Names, FileId) {
    let mut sources = SourceMap::default();
    let id = sources.add("test.snn", text);
    let mut sink = Sink::new();
    let file = parse(id, text, &mut sink);
    (Names::of(&[(id, &file)], Library::standard()), id)
}

/// `name: access, access, …` of every declared name.
fn listing(text: &str) -> Vec<String> {
    let (names, _) = names(text);
    let symbols = names.symbols.iter_enumerated();
    symbols
        .map(|(id, symbol)| {
            let uses: Vec<&str> = names
                .uses_of(id)
                .map(|used| match used.access {
                    Access::Declare => "declare",
                    Access::Read => "read",
                    Access::Write => "write",
                    Access::Update => "update",
                })
                .collect();
            format!("{}: {}", symbol.name, uses.join(" "))
        })
        .collect()
}

#[test]
fn variables_are_found_in_equations_code_and_protocol() {
    let found = listing(
        "tau = 10 ms\nneurons lif[3] {\n dv/dt = (I - v)/tau : volt\n I : volt = 1 mV\n v(0) = 0\n threshold: v > I\n \
         reset: { x = v; v -= x }\n}\nrun tau\nlif.I[0:2] = 2 mV*i\nplot lif.v, raster(lif)\n",
    );
    assert_eq!(
        found,
        [
            "tau: declare read read",
            "lif: declare read read read",
            "v: declare read write read read update read",
            "I: read declare read write",
            "x: declare read",
        ]
    );
}

#[test]
fn synapses_see_their_own_variables_then_those_of_the_target() {
    let text = "neurons a[1] { g : 1\n x : 1 }\nsynapses S: a -> a { w : 1\n on_pre: { g += w; x_pre = g_post } }\n";
    let (names, file) = names(text);
    let meaning = |what: &str| {
        let at = text.find(what).unwrap() as u32;
        let used = names.symbol_at(file, at).unwrap();
        (
            names.symbols[used.symbol].name.clone(),
            used.access,
            used.span.end - used.span.start,
        )
    };
    assert_eq!(meaning("g += w"), ("g".into(), Access::Update, 1));
    assert_eq!(meaning("w; x"), ("w".into(), Access::Read, 1));
    assert_eq!(meaning("x_pre"), ("x".into(), Access::Write, 1));
    assert_eq!(meaning("g_post"), ("g".into(), Access::Read, 1));
}

#[test]
fn models_lend_their_variables_to_populations() {
    let text =
        "neurons c[2] of M { k = 3 }\nneuron M { dv/dt = k*Hz : 1\n k : 1 }\nrun 1 ms\nplot c.v\n";
    let (names, file) = names(text);
    let v = names
        .symbol_at(file, text.rfind('v').unwrap() as u32)
        .unwrap();
    assert_eq!(names.describe(v.symbol), "a state variable of `M`");
    let k = names
        .symbol_at(file, text.find("k = 3").unwrap() as u32)
        .unwrap();
    assert_eq!(k.access, Access::Write);
    assert_eq!(names.uses_of(k.symbol).count(), 3);
}

#[test]
fn broken_text_has_names_all_the_same() {
    let found = listing(
        "tau = 10 ms\nneurons lif[3] {\n dv/dt = (I - v/tau : volt\n v ? 3\n reset: v = tau\n",
    );
    assert!(found.iter().any(|line| line.starts_with("tau: declare")));
    assert!(found.iter().any(|line| line.starts_with("lif: declare")));
}

/// The words that the grammar names: `"title"` of `title_word = @{ "title" ~ !continues }`, and those of the lists of words.
fn grammar_words() -> Vec<String> {
    let grammar = include_str!("../../grammar/snn.pest");
    let mut words = Vec::new();
    let mut lists = 0;
    for line in grammar.lines() {
        let (name, rule) = line.split_once(" = ").unwrap_or(("", ""));
        let listed = ["spikes_word", "input_word", "pathway_side", "reserved"].contains(&name);
        lists += usize::from(listed);
        if (name.ends_with("_word") || name.ends_with("_word_item") || name == "stop" || listed)
            && !["flag_word", "no_unit_word"].contains(&name)
        {
            words.extend(rule.split('"').skip(1).step_by(2).map(str::to_string));
        }
    }
    assert_eq!(lists, 4, "a rule with several words has another name now");
    words.retain(|word| word.chars().all(|c| c.is_alphabetic() || c == '_'));
    words
}

#[test]
fn the_table_of_words_is_that_of_the_grammar() {
    let grammar = grammar_words();
    assert!(grammar.len() > 60, "{grammar:?}");
    for word in &grammar {
        assert!(
            keywords::find(word).is_some(),
            "`{word}` of the grammar is missing in the table"
        );
    }
    for keyword in keywords::KEYWORDS {
        assert!(
            grammar.iter().any(|word| word == keyword.word),
            "`{}` of the table is not in the grammar",
            keyword.word
        );
        let end = if keyword.doc.ends_with('.') { "" } else { "." };
        assert_eq!(end, "", "{}", keyword.word);
    }
}
