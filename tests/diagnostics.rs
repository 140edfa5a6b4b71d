//! Wrong models and what is said about them: `tests/diagnostics/<stage>/<mistake_in_words>.snn`.
//!
//! - A comment `#~ error[E0301] part of the message` at the end of a line expects a diagnostic whose first label begins on that line;
//!   each further `^` (`#~^`) means one line above, and `#~*` a diagnostic without a place in this file. A line may have several. All that is said
//!   must be expected, and all that is expected must be said.
//! - The rendering stands beside the model as `.snap`; `SNNC_BLESS=1` rewrites it.
//! - Every code has two files here, and a page with a wrong and a right program (which `tests/docs.rs` runs).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use common::{Options, blocks, run_with, snapshot};
use libtest_mimic::{Arguments, Failed, Trial};
use snnc::diagnostic::Diagnostic;
use snnc::diagnostic::codes::{Row, TABLE};
use snnc::render::plain;
use snnc::source::Span;

const CORPUS: &str = "tests/diagnostics";

/// Codes that no text alone brings about, with the reason.
const NOT_BY_TEXT: &[(&str, &str)] = &[
    ("E0413", "the last standard method takes every equation"),
    ("E0213", "comes from the command line: see tests/cli.rs"),
    (
        "E0608",
        "comes from the command line: see tests/procedural.rs",
    ),
    ("E0801", "needs a disk that refuses"),
    ("E0902", "no back end refuses what the language has"),
    ("W0904", "would fill a gigabyte"),
];

/// Codes that one mistake alone brings about, with the reason.
const ONE_WAY: &[(&str, &str)] = &[];

/// Mistakes that each code has in the corpus.
const AT_LEAST: usize = 2;

fn main() {
    let arguments = Arguments::from_args();
    let files = models();
    let mut trials: Vec<Trial> = files
        .iter()
        .map(|file| {
            let name = file.strip_prefix(CORPUS).unwrap().display().to_string();
            let file = file.clone();
            Trial::test(name, move || corpus_file(&file))
        })
        .collect();
    for row in TABLE {
        trials.push(Trial::test(format!("page {}", row.code), || page(row)));
    }
    trials.push(Trial::test("every code has a file", move || {
        every_code_has_a_file(&files)
    }));
    trials.push(Trial::test("codes are unique", codes_are_unique));
    libtest_mimic::run(&arguments, trials).exit();
}

/// The models of the corpus, sorted.
fn models() -> Vec<PathBuf> {
    let mut files = Vec::new();
    for stage in entries(Path::new(CORPUS)) {
        if stage.is_dir() {
            let models = entries(&stage).into_iter();
            files.extend(models.filter(|path| path.extension().is_some_and(|e| e == "snn")));
        }
    }
    files
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// A diagnostic that a comment announces.
#[derive(Debug)]
struct Expected {
    /// One-based; none for a diagnostic without a place.
    line: Option<usize>,
    severity: String,
    code: String,
    message: String,
}

impl Expected {
    fn fits(&self, line: Option<usize>, diagnostic: &Diagnostic) -> bool {
        self.line == line
            && self.code == diagnostic.code.as_str()
            && self.severity == plain::severity_word(diagnostic.severity)
            && diagnostic.message.contains(&self.message)
    }
}

fn expectations(text: &str) -> Result<Vec<Expected>, Failed> {
    let mut all = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        for comment in line.split("#~").skip(1) {
            let rest = comment.trim_start_matches('^');
            let above = comment.len() - rest.len();
            let (line, rest) = match rest.strip_prefix('*') {
                Some(rest) => (None, rest),
                None => (Some(number - above), rest),
            };
            let parts = rest
                .trim()
                .split_once('[')
                .and_then(|(severity, rest)| Some((severity, rest.split_once(']')?)));
            let (severity, (code, message)) =
                parts.ok_or(format!("line {number}: write `#~ error[E0101] message`"))?;
            all.push(Expected {
                line,
                severity: severity.to_string(),
                code: code.to_string(),
                message: message.trim().to_string(),
            });
        }
    }
    Ok(all)
}

fn corpus_file(file: &Path) -> Result<(), Failed> {
    let text = fs::read_to_string(file)?;
    let name = file.strip_prefix(CORPUS).unwrap().display().to_string();
    let mut options = Options {
        folder: PathBuf::from(CORPUS),
        ..Options::default()
    };
    options.check.pedantic = text.contains("~ advice[") || text.contains("^ advice[");
    let said = run_with(&name, &text, &options);
    let (sources, diagnostics) = (said.sources, said.diagnostics);
    let mut expected = expectations(&text)?;
    if expected.is_empty() {
        return Err("no `#~` comment says what is expected".into());
    }
    let mut surplus = String::new();
    for diagnostic in &diagnostics {
        let here = |span: &Span| sources.file(span.file).name == name;
        let place = diagnostic.span().filter(here);
        let line = place.map(|span| sources.line_column(span).0);
        match expected.iter().position(|e| e.fits(line, diagnostic)) {
            Some(position) => drop(expected.remove(position)),
            None => surplus.push_str(&plain::render_one(diagnostic, &sources)),
        }
    }
    if !surplus.is_empty() || !expected.is_empty() {
        return Err(format!("not expected:\n{surplus}\nnot said: {expected:#?}").into());
    }
    let found = plain::render(&diagnostics, &sources);
    snapshot(&file.with_extension("snap"), &found).map_err(Failed::from)
}

fn every_code_has_a_file(files: &[PathBuf]) -> Result<(), Failed> {
    let mut covered: BTreeMap<String, BTreeSet<&Path>> = BTreeMap::new();
    for file in files {
        for expected in expectations(&fs::read_to_string(file)?)? {
            covered.entry(expected.code).or_default().insert(file);
        }
    }
    let known = |code: &str| TABLE.iter().any(|row| row.code.as_str() == code);
    let unknown: Vec<&String> = covered.keys().filter(|code| !known(code)).collect();
    assert!(unknown.is_empty(), "these codes do not exist: {unknown:?}");
    let missing: Vec<&str> = TABLE
        .iter()
        .map(|row| row.code.as_str())
        .filter(|code| !is_exempt(code))
        .filter(|code| {
            let wanted = match ONE_WAY.iter().any(|(one, _)| one == code) {
                true => 1,
                false => AT_LEAST,
            };
            covered.get(*code).map_or(0, BTreeSet::len) < wanted
        })
        .collect();
    assert!(
        missing.is_empty(),
        "fewer than {AT_LEAST} models in {CORPUS} bring about {missing:?}"
    );
    Ok(())
}

fn codes_are_unique() -> Result<(), Failed> {
    let numbers = TABLE.iter().map(|row| &row.code.as_str()[1..]);
    let unique: BTreeSet<&str> = numbers.collect();
    assert_eq!(unique.len(), TABLE.len(), "two codes share a number");
    for row in TABLE {
        let page = format!("src/diagnostic/pages/{}.md", row.code);
        assert!(Path::new(&page).exists(), "{page} does not exist");
    }
    let pages = entries(Path::new("src/diagnostic/pages"));
    assert_eq!(pages.len(), TABLE.len(), "a page without a row");
    Ok(())
}

fn is_exempt(code: &str) -> bool {
    NOT_BY_TEXT.iter().any(|(exempt, _)| *exempt == code)
}

/// The page of a code opens with its title, and has a wrong and a right program.
fn page(row: &Row) -> Result<(), Failed> {
    let title = format!("# {}: {}", row.code, row.title);
    if row.page.lines().next() != Some(title.as_str()) {
        return Err(format!("the page begins with another title than `{title}`").into());
    }
    if is_exempt(row.code.as_str()) {
        return Ok(());
    }
    let blocks = blocks(row.page);
    for heading in ["Wrong:", "Right:"] {
        if blocks
            .iter()
            .filter(|block| block.heading == heading)
            .count()
            != 1
        {
            return Err(format!("the page needs one ```snn block under `{heading}`").into());
        }
    }
    Ok(())
}
