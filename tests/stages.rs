//! What each stage makes of small files: `tests/stages/*.snn`, with the stages in the first line: `#! emit scheme kernel`.
//!
//! - What `snnc emit` prints stands beside the file, as `NAME.STAGE`; `SNNC_BLESS=1` rewrites it.
//! - What has a reader is read back: the formatted text gives an equal tree (and formats to itself), kernels give an equal program
//!   (which prints as the same text).
//! - Every file under tests/stages belongs to one of these.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use common::{Files, snapshot};
use libtest_mimic::{Arguments, Failed, Trial};
use snnc::check::options::CheckOptions;
use snnc::diagnostic::Sink;
use snnc::kir::parse as kernels;
use snnc::pipeline::{Checked, Compilation, Executor, emit};
use snnc::render::plain;
use snnc::source::FileId;
use snnc::syntax::ast::File;
use snnc::syntax::{format, parse};

const CORPUS: &str = "tests/stages";

/// The stages that print the same text on every machine.
const STAGES: &[&str] = &["ast", "model", "equations", "scheme", "kernel"];

fn main() {
    let mut trials = Vec::new();
    let mut seen = BTreeSet::new();
    let files = files();
    for path in &files {
        let text = fs::read_to_string(path).unwrap();
        let name = path.file_stem().unwrap().to_string_lossy().to_string();
        let stages: Vec<String> = text
            .lines()
            .next()
            .and_then(|line| line.strip_prefix("#! emit "))
            .unwrap_or_default()
            .split_whitespace()
            .map(str::to_string)
            .collect();
        seen.extend(stages.iter().cloned());
        let path = path.clone();
        trials.push(Trial::test(name, move || stage_file(&path, &text, &stages)));
    }
    trials.push(Trial::test("every stage has files", move || {
        assert_eq!(seen, STAGES.iter().map(|s| s.to_string()).collect());
        Ok(())
    }));
    trials.push(Trial::test("nothing is left behind", move || {
        left_behind(&files)
    }));
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn files() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(CORPUS)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "snn"))
        .collect();
    files.sort();
    files
}

fn stage_file(path: &Path, text: &str, stages: &[String]) -> Result<(), Failed> {
    if stages.is_empty() {
        return Err("the first line has the form `#! emit STAGE…`".into());
    }
    let world = Files(PathBuf::new());
    let name = path.display().to_string();
    let mut compilation = Compilation::new(&world);
    let checked = compilation.check(&name, text, &CheckOptions::default());
    let said = plain::render(compilation.sink.diagnostics(), &compilation.sources);
    let checked = checked.ok_or(said)?;
    for stage in stages {
        let found = match stage.as_str() {
            "ast" => tree(text)?,
            "model" => emit::model(&checked),
            "equations" => emit::equations(&checked),
            "scheme" => emit::scheme(&checked),
            "kernel" => program(&mut compilation, &checked)?,
            other => return Err(format!("there is no stage `{other}`").into()),
        };
        snapshot(&path.with_extension(stage), &found)?;
    }
    Ok(())
}

fn read(text: &str) -> File {
    parse(FileId(0), text, &mut Sink::new())
}

/// A tree without places, for comparison.
fn bare(file: &File) -> String {
    let text = format!("{:?}", file.items);
    let mut out = String::new();
    for (k, part) in text.split("Span { file: FileId(").enumerate() {
        match part.split_once('}') {
            Some((_, rest)) if k > 0 => out.push_str(rest),
            _ => out.push_str(part),
        }
    }
    out
}

/// The formatted text, which gives an equal tree.
fn tree(text: &str) -> Result<String, Failed> {
    let file = read(text);
    let formatted = format(text, &file);
    let again = read(&formatted);
    if bare(&file) != bare(&again) {
        return Err(format!("the formatted text reads differently:\n{formatted}").into());
    }
    if format(&formatted, &again) != formatted {
        return Err(format!("formatting again changes the text:\n{formatted}").into());
    }
    Ok(formatted)
}

/// The program of kernels as text, which gives an equal program.
fn program(compilation: &mut Compilation<'_>, checked: &Checked) -> Result<String, Failed> {
    let lowered = compilation.lower(checked, Executor::Interpreter, None, 1);
    let lowered = lowered.ok_or("cannot be lowered")?;
    let printed = emit::kernels(&lowered, None)?;
    let again = kernels::parse(&printed).map_err(|error| format!("{error:?}\n{printed}"))?;
    if again.program != lowered.setup.program || again.program.to_string() != printed {
        return Err(format!("the printed kernels read differently:\n{printed}").into());
    }
    Ok(printed)
}

/// Every snapshot belongs to a file and one of its stages.
fn left_behind(files: &[PathBuf]) -> Result<(), Failed> {
    for entry in fs::read_dir(CORPUS)? {
        let path = entry?.path();
        if path.is_dir() || files.contains(&path) {
            continue;
        }
        let stage = path
            .extension()
            .unwrap_or_default()
            .to_string_lossy()
            .to_string();
        let model = path.with_extension("snn");
        let asked = fs::read_to_string(&model).unwrap_or_default();
        let head = asked.lines().next().unwrap_or_default().to_string();
        if !head.split_whitespace().any(|word| word == stage) {
            return Err(format!("{} belongs to no file", path.display()).into());
        }
    }
    Ok(())
}
