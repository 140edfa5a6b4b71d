//! The traps that newcomers to equation-based simulators fall into, D1 to D26: each has a file `tests/traps/DNN.md` with the wrong program and
//! the mended one, and each wrong program is told what is wrong by a code that has a page.
//!
//! The wrong program says by `#~` comments, as those of `tests/diagnostics` do, what is expected on which line; nothing else may be said. About
//! the mended one nothing may be said, advice included. The first of the codes that a file names is the trap's own: no two traps share it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::collections::BTreeSet;

use common::{Options, blocks, root, run_with};
use snnc::check::options::CheckOptions;
use snnc::diagnostic::Severity;
use snnc::diagnostic::codes::TABLE;
use snnc::pipeline::Compilation;
use snnc::render::plain;
use snnc::source::Span;

const TRAPS: u32 = 26;

struct Trap {
    number: u32,
    own: String,
    codes: BTreeSet<String>,
    wrong: String,
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
                own: codes.split(' ').next().unwrap().to_string(),
                codes: codes.split(' ').map(String::from).collect(),
                wrong: program("Wrong:").unwrap_or_else(|| panic!("{path:?} has no wrong program")),
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
        let text = &trap.wrong;
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
    for trap in traps() {
        for code in &trap.codes {
            let row = TABLE.iter().find(|row| row.code.as_str() == code);
            let row = row.unwrap_or_else(|| panic!("D{}: there is no {code}", trap.number));
            assert!(row.page.len() > 200, "the page of {code} says little");
        }
    }
}

#[test]
fn every_trap_has_a_code_of_its_own_and_mistakes_in_the_corpus() {
    let traps = traps();
    let own: BTreeSet<&String> = traps.iter().map(|trap| &trap.own).collect();
    assert_eq!(own.len(), TRAPS as usize, "two traps share a code: {own:?}");
    for trap in &traps {
        for other in traps.iter().filter(|other| other.number != trap.number) {
            let shared: Vec<_> = trap.codes.intersection(&other.codes).collect();
            let (one, two) = (trap.number, other.number);
            assert!(shared.is_empty(), "D{one} and D{two} share {shared:?}");
        }
        let marker = format!("[{}]", trap.own);
        let mistakes = corpus()
            .iter()
            .filter(|text| text.contains(&marker))
            .count();
        assert!(mistakes > 0, "{} has no file in the corpus", trap.own);
    }
}

fn corpus() -> Vec<String> {
    let mut texts = Vec::new();
    let entries = |folder: &std::path::Path| -> Vec<std::path::PathBuf> {
        let entries = std::fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().path()).collect()
    };
    for stage in entries(&root().join("tests/diagnostics")) {
        for file in entries(&stage) {
            if file.extension().is_some_and(|extension| extension == "snn") {
                texts.push(std::fs::read_to_string(file).unwrap());
            }
        }
    }
    texts
}

/// What a check without a run tells.
fn checked(text: &str) -> Vec<(&'static str, usize)> {
    let world = common::Files(root());
    let mut compilation = Compilation::new(&world);
    let options = CheckOptions {
        pedantic: true,
        ..CheckOptions::default()
    };
    if let Some(checked) = compilation.check("trap.snn", text, &options) {
        compilation.probe(&checked);
    }
    let sources = compilation.sources;
    let line = |span: Option<Span>| span.map_or(0, |span| sources.line_column(span).0);
    let said = compilation.sink.finish();
    let place = |d: &snnc::diagnostic::Diagnostic| (d.code.as_str(), line(d.span()));
    said.iter().map(place).collect()
}

#[test]
fn traps_are_found_before_a_run_where_they_can_be_known() {
    // A value that grows beyond bounds shows only in a run, and how much memory there is only on a machine: there, a large recording is told of.
    let later = [("D21", ""), ("D26", "W0904")];
    for trap in traps() {
        let name = format!("D{}", trap.number);
        let said: Vec<&str> = checked(&trap.wrong).iter().map(|(code, _)| *code).collect();
        match later.iter().find(|(number, _)| *number == name) {
            None => assert!(said.contains(&trap.own.as_str()), "{name}: {said:?}"),
            Some((_, "")) => {}
            Some((_, instead)) => assert!(said.contains(instead), "{name}: {said:?}"),
        }
    }
}

#[test]
fn synapses_that_depend_on_chance_are_not_told_of_before_a_run() {
    let model = |seed: &str, rule: &str| {
        format!(
            "{seed}neurons H[10] {{\n    dv/dt = -v/(10 ms) : volt\n    x : 1 = rand()\n}}\n\
             synapses S: H -> H {{\n    w : volt = 1 mV\n    connect: {rule}\n}}\nrun 1 ms\n"
        )
    };
    let said = |seed: &str, rule: &str| {
        let said = checked(&model(seed, rule));
        said.iter()
            .any(|(code, _)| ["W0651", "E0602"].contains(code))
    };
    for rule in [
        "p = 1e-9",
        "if x_pre > 1.5",
        "if rand() > 2",
        "j = i + 20*int(x_pre < 0.5)",
    ] {
        assert!(!said("", rule), "{rule}");
    }
    for rule in [
        "if i > 10",
        "j = i + 1",
        "if i > 10, p = 0.5",
        "j = k for k in range(i, i) skip",
    ] {
        assert!(said("", rule), "{rule}");
    }
    for rule in ["if x_pre > 1.5", "j = i + 20*int(x_pre < 0.5)"] {
        assert!(said("seed = 1\n", rule), "{rule}");
    }
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
        let text = &trap.wrong;
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
