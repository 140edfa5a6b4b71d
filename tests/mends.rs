//! Mends that are certain: applied to every wrong model of the corpus, each leads to a model about which its diagnostic is not given any more, and the
//! formatting of the rest stays as it was.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use common::{Files, blocks, root};
use snnc::check::options::CheckOptions;
use snnc::diagnostic::codes::TABLE;
use snnc::diagnostic::{Diagnostic, Sink, mend};
use snnc::pipeline::Compilation;
use snnc::source::{FileId, SourceMap};
use snnc::syntax::{format as print_formatted, parse};

/// Diagnostics of a text, as `snnc check --pedantic` gives them, and its own file.
fn check(text: &str, name: &str) -> (Vec<Diagnostic>, FileId) {
    let world = Files(root().join("tests/diagnostics"));
    let mut compilation = Compilation::new(&world);
    let options = CheckOptions {
        pedantic: true,
        ..CheckOptions::default()
    };
    compilation.check(name, text, &options);
    let root = compilation.tree.as_ref().unwrap().0;
    (compilation.sink.finish(), root)
}

fn format(text: &str) -> String {
    let mut sources = SourceMap::default();
    let id = sources.add("model.snn", text);
    let file = parse(id, text, &mut Sink::new());
    print_formatted(text, &file)
}

/// Programs to be mended: the corpus, the traps, and the wrong programs of the pages.
fn programs() -> Vec<(String, String)> {
    fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
        let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        entries.sort();
        for path in entries {
            match path.is_dir() {
                true => collect(&path, found),
                false => found.push(path),
            }
        }
    }
    let mut paths = Vec::new();
    collect(&root().join("tests/diagnostics"), &mut paths);
    let mut found = Vec::new();
    for path in paths
        .iter()
        .filter(|p| p.extension().is_some_and(|e| e == "snn"))
    {
        let name = path.strip_prefix(root().join("tests/diagnostics")).unwrap();
        let text = std::fs::read_to_string(path).unwrap();
        found.push((name.display().to_string(), text));
    }
    let mut paths = Vec::new();
    collect(&root().join("tests/traps"), &mut paths);
    for path in paths {
        let text = std::fs::read_to_string(&path).unwrap();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        found.extend(
            blocks(&text)
                .into_iter()
                .map(|block| (name.clone(), block.text)),
        );
    }
    for row in TABLE {
        let wrong = blocks(row.page)
            .into_iter()
            .filter(|block| block.heading == "Wrong:");
        found.extend(wrong.map(|block| (row.code.to_string(), block.text)));
    }
    found
}

#[test]
fn certain_mends_end_their_diagnostics_and_keep_the_formatting() {
    let mut mended: BTreeSet<&str> = BTreeSet::new();
    for (name, text) in programs() {
        for text in [text.clone(), format(&text)] {
            let (said, root) = check(&text, &name);
            for diagnostic in &said {
                let Some(fix) = diagnostic.fix.as_ref().filter(|fix| fix.certain) else {
                    continue;
                };
                if fix.edits.iter().any(|(span, _)| span.file != root) {
                    continue;
                }
                mended.insert(diagnostic.code.as_str());
                let after = mend::apply(&text, &[fix]);
                let count = |all: &[Diagnostic]| {
                    all.iter()
                        .filter(|d| d.code == diagnostic.code && d.message == diagnostic.message)
                        .count()
                };
                let (left, _) = check(&after, &name);
                assert!(
                    count(&left) < count(&said),
                    "{name}: `{}` does not end {}: {}\n{after}",
                    fix.title,
                    diagnostic.code,
                    diagnostic.message
                );
                // Nothing outside the edits changed, and what was formatted is formatted.
                assert_eq!(after.lines().count(), text.lines().count(), "{name}");
                let changed = after
                    .lines()
                    .zip(text.lines())
                    .filter(|(a, b)| a != b)
                    .count();
                assert!(changed <= fix.edits.len(), "{name}: {}", fix.title);
                if format(&text) == text {
                    // Edits may change the width of a column of units, which the formatter lines up again.
                    let squeezed =
                        |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
                    assert_eq!(
                        squeezed(&format(&after)),
                        squeezed(&after),
                        "{name}: {}",
                        fix.title
                    );
                }
            }
        }
    }
    let missing: Vec<_> = CERTAIN
        .iter()
        .filter(|code| !mended.contains(**code))
        .collect();
    assert!(
        missing.is_empty(),
        "no certain mend of {missing:?} was met; met: {mended:?}"
    );
}

/// Codes that have a certain mend at least in some cases.
const CERTAIN: &[&str] = &[
    "E0104", "E0107", "E0305", "E0306", "E0309", "E0314", "W0353",
];

#[test]
fn all_mends_at_once_end_all_that_can_be_mended() {
    for (name, text) in programs() {
        let mut text = text;
        let mut rounds = 0;
        loop {
            let (said, root) = check(&text, &name);
            let fixes = mend::certain(&said, root);
            if fixes.is_empty() {
                break;
            }
            text = mend::apply(&text, &fixes);
            rounds += 1;
            assert!(rounds < 10, "{name} is mended for ever:\n{text}");
        }
    }
}
