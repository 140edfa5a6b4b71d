//! Models that are accepted, and what they become. Mistakes have their own corpus in `tests/diagnostics/check`.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use super::check;
use super::options::CheckOptions;
use crate::diagnostic::{Diagnostic, Sink};
use crate::library::Library;
use crate::model::Model;
use crate::source::{NoFiles, SourceMap};
use crate::syntax::parse;

pub(super) fn checked(
    text: &str,
    options: &CheckOptions,
) -> (Option<Model>, Vec<Diagnostic>, SourceMap) {
    let mut sources = SourceMap::default();
    let mut sink = Sink::new();
    let id = sources.add("test.snn", text);
    let file = parse(id, text, &mut sink);
    let model = check(
        id,
        &file,
        &mut sources,
        Library::standard(),
        &NoFiles,
        options,
        &mut sink,
    );
    (model, sink.finish(), sources)
}

fn show(diagnostics: &[Diagnostic], sources: &SourceMap) -> String {
    let mut out = String::new();
    for d in diagnostics {
        out.push_str(&format!("{} {}\n", d.code, d.message));
        for label in &d.labels {
            let (line, column) = sources.line_column(label.span);
            out.push_str(&format!(
                "    {line}:{column} `{}` {}\n",
                sources.text(label.span),
                label.text
            ));
        }
        for note in &d.notes {
            out.push_str(&format!("    note: {note}\n"));
        }
        if let Some(fix) = &d.fix {
            out.push_str(&format!(
                "    fix: {} {:?}\n",
                fix.title,
                fix.edits.iter().map(|e| &e.1).collect::<Vec<_>>()
            ));
        }
    }
    out
}

/// For looking at things: SNN=file cargo test check::tests::look -- --nocapture
#[test]
fn look() {
    let Ok(path) = std::env::var("SNN") else {
        return;
    };
    let text = std::fs::read_to_string(path).unwrap();
    for part in text.split("\n====\n") {
        let (model, diagnostics, sources) = checked(part, &CheckOptions::default());
        println!("---- {}\n{}", part.trim(), show(&diagnostics, &sources));
        if std::env::var("MODEL").is_ok() {
            println!("{:#?}", model);
        } else {
            println!("model: {}", model.is_some());
        }
    }
}
