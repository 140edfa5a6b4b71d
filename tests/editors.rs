//! Highlighting for editors, made from the compiler's tables of words, functions and units; the committed files are not stale.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::collections::BTreeSet;

use common::{root, snapshot};
use serde_json::{Value, json};
use snnc::library::Library;
use snnc::names::keywords::{FLAGS, KEYWORDS, Place};

fn words(wanted: &[Place]) -> Vec<&'static str> {
    let rows = KEYWORDS.iter().filter(|row| wanted.contains(&row.place));
    let words: BTreeSet<&str> = rows.map(|row| row.word).collect();
    words.into_iter().collect()
}

/// Words that begin a line at top level.
fn top() -> Vec<&'static str> {
    words(&[Place::Top, Place::Library])
}
/// Words before a colon in a body.
fn members() -> Vec<&'static str> {
    words(&[
        Place::Neurons,
        Place::Synapses,
        Place::Both,
        Place::Poisson,
        Place::Spikes,
        Place::Input,
    ])
}
fn within() -> Vec<&'static str> {
    let mut all = words(&[Place::Within]);
    all.extend(["if", "for"]);
    all
}
fn functions() -> Vec<String> {
    let functions = Library::standard().functions();
    functions.map(|function| function.name.clone()).collect()
}
fn constants() -> Vec<String> {
    let constants = Library::standard().constants();
    constants.map(|constant| constant.name.clone()).collect()
}
fn units() -> Vec<String> {
    let rows = Library::standard().units().rows();
    let mut names = BTreeSet::new();
    for row in rows {
        names.insert(row.name.clone());
        names.extend(row.also.iter().cloned());
        names.extend(row.short.iter().cloned());
    }
    names.extend(["boolean".to_string(), "integer".to_string()]);
    names.into_iter().collect()
}
fn one_of<T: AsRef<str>>(words: &[T]) -> String {
    let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
    format!("(?:{})", words.join("|"))
}

fn textmate() -> Value {
    let flags: Vec<&str> = FLAGS.iter().map(|(flag, _)| *flag).collect();
    json!({
        "$schema": "https://raw.githubusercontent.com/martinring/tmlanguage/master/tmlanguage.json",
        "name": "snn",
        "scopeName": "source.snn",
        "fileTypes": ["snn"],
        "patterns": [
            { "name": "comment.line.documentation.snn", "match": "///.*$" },
            { "name": "comment.line.number-sign.snn", "match": "#.*$" },
            { "name": "string.quoted.double.snn", "begin": "\"", "end": "\"|$" },
            {
                "match": format!("(?:^|[{{;])\\s*({})\\b(?!\\s*[=:.(])", one_of(&top())),
                "captures": { "1": { "name": "keyword.control.snn" } },
            },
            {
                "match": format!("(?:^|[{{;])\\s*({})\\b(?=[^=;]*:)", one_of(&members())),
                "captures": { "1": { "name": "keyword.other.snn" } },
            },
            {
                "match": "\\bd\\s*([A-Za-z_]\\w*)\\s*/\\s*(dt)\\b",
                "captures": { "1": { "name": "variable.other.snn" }, "2": { "name": "keyword.other.snn" } },
            },
            {
                "match": "(\\d+\\.?\\d*(?:[eE][+-]?\\d+)?|\\.\\d+(?:[eE][+-]?\\d+)?)(?:\\s+([A-Za-zµΩ]+))?",
                "captures": { "1": { "name": "constant.numeric.snn" }, "2": { "patterns": [
                    { "name": "keyword.operator.snn", "match": format!("\\b{}\\b", one_of(&within())) },
                    { "name": "support.type.unit.snn", "match": "\\w+" },
                ] } },
            },
            { "name": "storage.modifier.snn", "match": format!("(?<=[(,])\\s*{}\\s*(?=[),])", one_of(&flags)) },
            { "name": "keyword.operator.word.snn", "match": format!("\\b{}\\b", one_of(&within())) },
            { "name": "support.function.snn", "match": format!("\\b{}(?=\\s*\\()", one_of(&functions())) },
            { "name": "support.constant.snn", "match": format!("\\b{}\\b", one_of(&constants())) },
            { "name": "support.type.unit.snn", "match": format!("\\b{}\\b", one_of(&units())) },
            { "name": "entity.name.function.snn", "match": "\\b[A-Za-z_]\\w*(?=\\s*\\()" },
            { "name": "keyword.operator.snn", "match": "->|\\.\\.|[-+*/%^<>=!]=?|\\*\\*" },
        ],
    })
}

fn vim() -> String {
    let line = |group: &str, words: &[String]| {
        let lines = words.chunks(12);
        let lines = lines.map(|words| format!("syntax keyword {group} {}\n", words.join(" ")));
        lines.collect::<String>()
    };
    let owned = |words: Vec<&str>| words.into_iter().map(str::to_string).collect::<Vec<_>>();
    let mut out = String::from(
        "\" Highlighting for snn. The lists of words are made from the compiler's tables (tests/editors.rs).\nif exists('b:current_syntax')\n  finish\nendif\n\nsyntax case match\n",
    );
    let top = owned(top());
    out.push_str(&format!(
        "syntax match snnStatement /\\v^\\s*({})>(\\s*[=:.(])@!/\n",
        top.join("|")
    ));
    let members = owned(members());
    out.push_str(&format!(
        "syntax match snnMember /\\v(^|[{{;])\\s*\\zs({})>\\ze[^=;]*:/\n",
        members.join("|")
    ));
    out.push_str(&line("snnOperator", &owned(within())));
    out.push_str(&line("snnFunction", &functions()));
    out.push_str(&line("snnConstant", &constants()));
    out.push_str(&line("snnUnit", &units()));
    out.push_str(
        "syntax match snnNumber /\\v<\\d+\\.?\\d*([eE][+-]?\\d+)?/\nsyntax region snnString start=/\"/ end=/\"/ oneline\n\
         syntax match snnComment /#.*$/ contains=snnTodo\nsyntax match snnDoc /\\/\\/\\/.*$/\nsyntax keyword snnTodo contained TODO\n\n\
         highlight default link snnStatement Statement\nhighlight default link snnMember Keyword\nhighlight default link snnOperator Operator\n\
         highlight default link snnFunction Function\nhighlight default link snnConstant Constant\nhighlight default link snnUnit Type\n\
         highlight default link snnNumber Number\nhighlight default link snnString String\nhighlight default link snnComment Comment\n\
         highlight default link snnDoc SpecialComment\nhighlight default link snnTodo Todo\n\nlet b:current_syntax = 'snn'\n",
    );
    out
}

#[test]
fn the_textmate_grammar_has_the_words_of_the_compiler() {
    let text = serde_json::to_string_pretty(&textmate()).unwrap() + "\n";
    let path = root().join("editors/vscode/syntaxes/snn.tmLanguage.json");
    snapshot(&path, &text).unwrap();
}

#[test]
fn the_vim_file_has_the_words_of_the_compiler() {
    snapshot(&root().join("editors/vim/syntax/snn.vim"), &vim()).unwrap();
}

/// The lists of words that `grammar.js` reads.
fn tree_sitter_words() -> String {
    let list = |words: &[&str]| {
        let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
        let lines = quoted
            .chunks(10)
            .map(|words| format!("    {},\n", words.join(", ")));
        lines.collect::<String>()
    };
    format!(
        "// Made from the compiler's table of words (tests/editors.rs).\nmodule.exports = {{\n  top: [\n{}  ],\n  members: [\n{}  ],\n  \
         within: [\n{}  ],\n}};\n",
        list(&top()),
        list(&members()),
        list(&tree_sitter_within()),
    )
}

fn tree_sitter_within() -> Vec<&'static str> {
    let flags = FLAGS
        .iter()
        .filter_map(|(flag, _)| flag.split_whitespace().next());
    let mut all: Vec<&str> = within()
        .into_iter()
        .chain(flags.filter(|word| !word.contains('-')))
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn tree_sitter_queries() -> String {
    let one_of = |capture: &str, words: &[String]| {
        let words: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
        let lines: Vec<String> = words.chunks(12).map(|words| words.join(" ")).collect();
        format!(
            "((name) {capture}\n  (#any-of? {capture}\n    {}))\n",
            lines.join("\n    ")
        )
    };
    let functions: Vec<String> = functions()
        .iter()
        .map(|name| format!("\"{name}\""))
        .collect();
    let functions: Vec<String> = functions.chunks(12).map(|words| words.join(" ")).collect();
    format!(
        "; Made from the compiler's tables (tests/editors.rs).\n(name) @variable\n{}{}(call function: (name) @function)\n\
         ((call function: (name) @function.builtin)\n  (#any-of? @function.builtin\n    {}))\n\
         (keyword) @keyword\n(label) @keyword\n(word_operator) @keyword.operator\n(derivative) @variable.member\n(number) @number\n\
         (unit) @type\n(text) @string\n(operator) @operator\n(comment) @comment\n(documentation) @comment.documentation\n\
         [\"(\" \")\" \"[\" \"]\" \"{{\" \"}}\"] @punctuation.bracket\n",
        one_of("@constant.builtin", &constants()),
        one_of("@type", &units()),
        functions.join("\n    "),
    )
}

#[test]
fn the_tree_sitter_grammar_has_the_words_of_the_compiler() {
    let folder = root().join("editors/tree-sitter-snn");
    snapshot(&folder.join("words.js"), &tree_sitter_words()).unwrap();
    snapshot(
        &folder.join("queries/highlights.scm"),
        &tree_sitter_queries(),
    )
    .unwrap();
    // Every node that is highlighted is one of the grammar.
    let grammar = std::fs::read_to_string(folder.join("grammar.js")).unwrap();
    for node in [
        "name",
        "call",
        "keyword",
        "label",
        "word_operator",
        "derivative",
        "number",
        "unit",
        "text",
        "operator",
        "comment",
        "documentation",
    ] {
        let known =
            grammar.contains(&format!("\n    {node}: ")) || grammar.contains(&format!("$.{node})"));
        assert!(
            known && tree_sitter_queries().contains(&format!("({node})")) || node == "call",
            "{node}"
        );
    }
    for file in ["package.json", "tree-sitter.json"] {
        let text = std::fs::read_to_string(folder.join(file)).unwrap();
        let value: Value = serde_json::from_str(&text).unwrap();
        let version = value
            .pointer("/version")
            .or(value.pointer("/metadata/version"));
        assert_eq!(version.unwrap(), env!("CARGO_PKG_VERSION"), "{file}");
    }
}

#[test]
fn the_extension_is_whole() {
    let folder = root().join("editors/vscode");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let package: Value = serde_json::from_str(&read("package.json")).unwrap();
    assert_eq!(package["version"], env!("CARGO_PKG_VERSION"));
    let _: Value = serde_json::from_str(&read("language-configuration.json")).unwrap();
    for file in [
        package["main"].as_str().unwrap(),
        package["contributes"]["grammars"][0]["path"]
            .as_str()
            .unwrap(),
        package["contributes"]["languages"][0]["configuration"]
            .as_str()
            .unwrap(),
    ] {
        assert!(folder.join(file).exists(), "{file}");
    }
    let extension = read("extension.js");
    for command in package["contributes"]["commands"].as_array().unwrap() {
        let name = command["command"].as_str().unwrap();
        assert!(extension.contains(&format!("\"{name}\"")), "{name}");
    }
}
