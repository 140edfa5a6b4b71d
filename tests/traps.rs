//! The traps that newcomers to equation-based simulators fall into, D1 to D26: each has a file `tests/traps/DNN.md` with the wrong program and
//! the mended one, and each wrong program is told what is wrong by a code that has a page.
//!
//! The wrong program says by `#~` comments, as those of `tests/diagnostics` do, what is expected on which line; nothing else may be said. About
//! the mended one nothing may be said, advice included. Two traps are no traps here: `Codes: none`, and the program is accepted.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::collections::BTreeSet;

use common::{Options, blocks, root, run_with};
use snnc::diagnostic::Severity;
use snnc::diagnostic::codes::TABLE;
use snnc::render::plain;

const TRAPS: u32 = 26;

struct Trap {
    number: u32,
    codes: BTreeSet<String>,
    wrong: Option<String>,
    right: String,
}

fn traps() -> Vec<Trap> {
    (1..=TRAPS)
        .map(|number| {
            let path = root().join(format!("tests/traps/D{number:02}.md"));
            let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path:?}: {e}"));
            assert!(text.starts_with(&format!("# D{number}: ")), "{path:?}");
            let codes = text.lines().find_map(|line| line.strip_prefix("Codes: "));
            let codes = codes.unwrap_or_else(|| panic!("{path:?} names no codes"));
            let program = |heading: &str| {
                let mut found = blocks(&text).into_iter().filter(|b| b.heading == heading);
                found.next().map(|block| block.text)
            };
            Trap {
                number,
                codes: codes
                    .split(' ')
                    .filter(|c| *c != "none")
                    .map(String::from)
                    .collect(),
                wrong: program("Wrong:"),
                right: program("Right:")
                    .unwrap_or_else(|| panic!("{path:?} has no mended program")),
            }
        })
        .collect()
}

fn options() -> Options {
    let mut options = Options::default();
    options.check.pedantic = true;
    options
}

#[test]
fn wrong_programs_are_told_what_is_wrong_and_where() {
    let mut problems = String::new();
    for trap in traps() {
        let Some(text) = &trap.wrong else {
            assert!(
                trap.codes.is_empty(),
                "D{} has no wrong program",
                trap.number
            );
            continue;
        };
        let mut expected: Vec<(Option<usize>, String)> = Vec::new();
        for (number, line) in (1..).zip(text.lines()) {
            for comment in line.split("#~").skip(1) {
                let (place, rest) = match comment.strip_prefix('*') {
                    Some(rest) => (None, rest),
                    None => (Some(number), comment),
                };
                expected.push((place, rest.trim().to_string()));
            }
        }
        let said = run_with("trap.snn", text, &options());
        let mut codes = BTreeSet::new();
        for diagnostic in &said.diagnostics {
            let line = diagnostic
                .span()
                .map(|span| said.sources.line_column(span).0);
            let line_says = format!(
                "{}[{}] {}",
                plain::severity_word(diagnostic.severity),
                diagnostic.code,
                diagnostic.message
            );
            codes.insert(diagnostic.code.as_str().to_string());
            let found = expected
                .iter()
                .position(|(place, words)| *place == line && line_says.starts_with(words.as_str()));
            match found {
                Some(found) => drop(expected.remove(found)),
                // Advice that has nothing to do with the trap: a run without a seed.
                None if diagnostic.severity == Severity::Advice => drop(codes.remove("A0751")),
                None => problems.push_str(&format!(
                    "D{}: not expected:\n{}",
                    trap.number,
                    plain::render_one(diagnostic, &said.sources)
                )),
            }
        }
        for (line, words) in expected {
            problems.push_str(&format!(
                "D{}: not said on line {line:?}: {words}\n",
                trap.number
            ));
        }
        if codes != trap.codes {
            problems.push_str(&format!(
                "D{}: {codes:?} instead of {:?}\n",
                trap.number, trap.codes
            ));
        }
    }
    assert!(problems.is_empty(), "{problems}");
}

#[test]
fn nothing_is_said_about_the_mended_programs() {
    for trap in traps() {
        let said = run_with("mended.snn", &trap.right, &options());
        assert!(
            said.diagnostics.is_empty(),
            "D{}:\n{}",
            trap.number,
            said.said
        );
        assert!(said.result.is_some(), "D{} does not run", trap.number);
    }
}

#[test]
fn every_code_of_a_trap_has_a_page() {
    let mut seen = BTreeSet::new();
    for trap in traps() {
        for code in &trap.codes {
            let row = TABLE.iter().find(|row| row.code.as_str() == code);
            let row = row.unwrap_or_else(|| panic!("D{}: there is no {code}", trap.number));
            assert!(row.page.len() > 200, "the page of {code} says little");
            seen.insert(code.clone());
        }
    }
    assert!(seen.len() >= 24, "{seen:?}");
}

#[test]
fn sums_of_several_projections_are_reported() {
    let trap = traps().into_iter().find(|trap| trap.number == 15).unwrap();
    let finished = run_with("sums.snn", &trap.right, &Options::default()).complete();
    let sums = &finished.report.populations[0].sums;
    let from = vec!["S".to_string(), "T".to_string()];
    assert_eq!(sums, &vec![("I".to_string(), from)]);
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("traps");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("sums.snn"), &trap.right).unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_snnc"))
        .args(["run", "sums.snn", "--out", "out"])
        .current_dir(&folder)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(text.contains("`I` adds up S and T"), "{text}");
}

#[test]
fn certain_mends_of_wrong_programs_lead_to_programs_without_the_trap() {
    let mut mended = 0;
    for trap in traps() {
        let Some(text) = &trap.wrong else { continue };
        let said = run_with("trap.snn", text, &options());
        let fixes: Vec<_> = said
            .diagnostics
            .iter()
            .filter_map(|d| {
                d.fix
                    .as_ref()
                    .filter(|fix| fix.certain)
                    .map(|fix| (d.code, fix))
            })
            .collect();
        for (code, fix) in fixes {
            let mut changed = text.clone();
            for (span, new) in &fix.edits {
                changed.replace_range(span.start as usize..span.end as usize, new);
            }
            let after = run_with("trap.snn", &changed, &options());
            assert!(
                after.diagnostics.len() < said.diagnostics.len(),
                "D{}, {code}: {}\n{}",
                trap.number,
                fix.title,
                after.said
            );
            mended += 1;
        }
    }
    assert!(mended >= 2, "only {mended} mends are certain");
}
