//! Everything that is shown to a user runs: README, manual, pages of codes, standard models, examples.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::path::Path;

use common::{Block, Options, blocks, files, relative, root, run, run_with, snapshot};
use libtest_mimic::{Arguments, Failed, Trial};
use snnc::manual::tour::{LESSONS, Lesson};
use snnc::pipeline::Executor;

/// Constants of large examples, made small, so that the interpreter can run them as well.
const REDUCED: &[(&str, &[(&str, &str)])] = &[
    (
        "brette_2004",
        &[("N", "40"), ("settle", "1 second"), ("count", "1 second")],
    ),
    ("astrocyte_ring", &[("duration", "60 second")]),
    ("bisection", &[("rounds", "2")]),
    ("brunel_2000", &[("N", "500"), ("duration", "50 ms")]),
    ("coba_hh", &[("N", "100"), ("duration", "30 ms")]),
    (
        "brette_guigon_2003",
        &[("N_cells", "100"), ("duration", "200 ms")],
    ),
    (
        "brunel_hakim_1999",
        &[("N", "500"), ("C", "100"), ("duration", "50 ms")],
    ),
    (
        "coupled_oscillators",
        &[("N_osc", "10"), ("duration", "1 second")],
    ),
    ("cuba", &[("N", "400"), ("duration", "100 ms")]),
    ("hindmarsh_rose_1984", &[("duration", "1500 ms")]),
    ("if_curve_hodgkin_huxley", &[("duration", "100 ms")]),
    (
        "jansen_rit_1995",
        &[("duration", "600 ms"), ("settle", "100 ms")],
    ),
    ("licklider", &[("detectors_N", "30"), ("duration", "60 ms")]),
    ("rossant_2011", &[("duration", "200 ms")]),
    (
        "touboul_brette_2008",
        &[("N", "20"), ("settle", "50 ms"), ("samples", "3")],
    ),
    ("homeostatic_plasticity", &[("duration", "0.5 second")]),
    (
        "izhikevich_2003",
        &[("N_e", "80"), ("N_i", "20"), ("duration", "100 ms")],
    ),
    ("jeffress", &[("duration", "100 ms")]),
    (
        "nmda_network",
        &[
            ("N_e", "80"),
            ("N_i", "20"),
            ("rest", "30 ms"),
            ("cue", "20 ms"),
            ("memory", "20 ms"),
        ],
    ),
    ("nonlinear_synapses", &[("duration", "200 ms")]),
    (
        "platkiewicz_brette_2011",
        &[("N_cells", "5"), ("duration", "300 ms")],
    ),
    (
        "potjans_diesmann_2014",
        &[("scale", "0.005"), ("duration", "10 ms")],
    ),
    ("spiral_wave", &[("n", "12"), ("duration", "30 ms")]),
    (
        "ring_attractor",
        &[
            ("N_e", "64"),
            ("N_i", "16"),
            ("rest", "30 ms"),
            ("cue", "20 ms"),
            ("memory", "20 ms"),
        ],
    ),
    (
        "spreizer_2019",
        &[("grid", "8"), ("kick", "10 ms"), ("duration", "20 ms")],
    ),
    (
        "stdp",
        &[("N", "200"), ("F", "75 Hz"), ("duration", "300 ms")],
    ),
    ("synfire_chain", &[("groups", "3"), ("duration", "80 ms")]),
    (
        "tsodyks_uziel_markram_2000",
        &[
            ("N_e", "80"),
            ("N_i", "20"),
            ("settle", "10 ms"),
            ("duration", "40 ms"),
        ],
    ),
    (
        "tutorial_simulations",
        &[("duration", "100 ms"), ("per_point", "20 ms")],
    ),
    (
        "tutorial_neurons",
        &[("crowd", "50"), ("duration", "120 ms")],
    ),
    (
        "vogels_2011",
        &[("N", "500"), ("before", "50 ms"), ("after", "50 ms")],
    ),
    (
        "wang_2002",
        &[
            ("N_e", "80"),
            ("N_i", "20"),
            ("rest", "20 ms"),
            ("choice", "60 ms"),
            ("after", "20 ms"),
        ],
    ),
    ("wang_buzsaki_1996", &[("N", "20"), ("duration", "60 ms")]),
];

fn main() {
    let mut trials = Vec::new();
    let mut pages = files(&root().join("src/manual"), "md");
    pages.retain(|page| !page.starts_with(root().join("src/manual/tour")));
    pages.push(root().join("README.md"));
    for (number, lesson) in (1..).zip(LESSONS) {
        let name = format!("lesson {number}: {}", lesson.title);
        trials.push(Trial::test(name, move || self::lesson(number, lesson)));
    }
    for page in pages {
        for block in blocks(&read(&page)) {
            let name = format!("{}:{}", relative(&page), block.line);
            trials.push(Trial::test(name, move || good(&block)));
        }
    }
    for page in files(&root().join("src/diagnostic/pages"), "md") {
        let name = relative(&page);
        trials.push(Trial::test(name, move || code_page(&page)));
    }
    for model in files(&root().join("models"), "snn") {
        let name = relative(&model);
        trials.push(Trial::test(name, move || standard_model(&model)));
    }
    trials.push(Trial::test("examples/README.md", gallery));
    for example in files(&root().join("examples"), "snn") {
        let name = relative(&example);
        let path = example.clone();
        trials.push(Trial::test(name.clone(), move || figures(&path)));
        trials.push(Trial::test(
            format!("{name} in the interpreter"),
            move || same_bits(&example),
        ));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

fn fail<T>(message: impl Into<String>) -> Result<T, Failed> {
    Err(Failed::from(message.into()))
}

/// A program that is shown as right: no errors, no warnings, and it runs to its end.
fn good(block: &Block) -> Result<(), Failed> {
    let result = run("example.snn", &block.text);
    if !result.codes().is_empty() {
        return fail(format!("{}\n{}", result.said, block.text));
    }
    result.complete();
    Ok(())
}

/// A lesson of the tour: a title, a model, a question and its answer; and what the comments say about the model holds:
/// `spikes NAME = 7`, `value NAME.v = -65 mV within 0.1 mV` (at the end, of the first neuron), `spread NAME.v = 3 mV within 0.4 mV`.
fn lesson(number: usize, lesson: &Lesson) -> Result<(), Failed> {
    let title = format!("# {number}. {}", lesson.title);
    if lesson.markdown.lines().next() != Some(title.as_str()) {
        return fail(format!("the lesson does not begin with `{title}`"));
    }
    for part in ["**Question.** ", "**Answer.** "] {
        if lesson.markdown.matches(part).count() != 1 {
            return fail(format!("the lesson needs one {part}"));
        }
    }
    let programs = blocks(lesson.markdown);
    let [block] = programs.as_slice() else {
        return fail("the lesson needs one model");
    };
    if block.text != lesson.model() {
        return fail("the model that is printed is another");
    }
    let result = run("lesson.snn", &block.text);
    if !result.codes().is_empty() {
        return fail(result.said);
    }
    let finished = result.complete();
    if finished.figures.is_empty() {
        return fail("the lesson draws nothing");
    }
    let comments = lesson.markdown.lines().filter_map(|line| {
        let line = line.strip_prefix("<!-- ")?;
        line.strip_suffix(" -->")
    });
    let mut checks = 0;
    for comment in comments {
        let (what, wanted) = comment.split_once(" = ").ok_or("write `what = value`")?;
        let (kind, name) = what.split_once(' ').ok_or("write what is checked")?;
        let (wanted, within) = wanted.split_once(" within ").unwrap_or((wanted, "1e-8"));
        let number = |text: &str| -> f64 {
            let (number, unit) = text.split_once(' ').unwrap_or((text, ""));
            let scale = if unit == "mV" { 1e-3 } else { 1.0 };
            number.parse::<f64>().unwrap() * scale
        };
        let found = match kind {
            "spikes" => {
                let populations = &finished.report.populations;
                let of = populations.iter().find(|p| p.name == name);
                of.and_then(|p| p.spikes).ok_or("no such spikes")? as f64
            }
            "value" => finished.value(name)[0],
            "spread" => {
                let values = finished.value(name);
                let count = values.len() as f64;
                let mean = values.iter().sum::<f64>() / count;
                (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / count).sqrt()
            }
            other => return fail(format!("`{other}` is not checked")),
        };
        if (found - number(wanted)).abs() > number(within) {
            return fail(format!("{comment}: found {found}"));
        }
        checks += 1;
    }
    if checks == 0 {
        return fail("nothing that the lesson says is checked");
    }
    Ok(())
}

/// A page of a code: its wrong program gives that code, its right program gives nothing.
fn code_page(page: &Path) -> Result<(), Failed> {
    let code = page.file_stem().unwrap().to_string_lossy().into_owned();
    let text = read(page);
    if !text.starts_with(&format!("# {code}: ")) {
        return fail("the page does not begin with its code and title");
    }
    let mut options = Options::default();
    options.check.pedantic = code.starts_with('A');
    for block in blocks(&text) {
        let result = run_with("page.snn", &block.text, &options);
        let codes = result.codes();
        match block.heading.trim_end_matches(':') {
            "Wrong" if codes.is_empty() || codes.iter().any(|c| *c != code) => {
                return fail(format!(
                    "the wrong program gives {codes:?}\n{}",
                    result.said
                ));
            }
            "Wrong" => {}
            "Right" => good(&block)?,
            other => return fail(format!("a program under `{other}`")),
        }
    }
    Ok(())
}

/// A standard model: has a header with a source, and runs for 100 ms in both executors with equal bits.
fn standard_model(path: &Path) -> Result<(), Failed> {
    let text = read(path);
    if !text.contains("doi:") || !text.contains("# Source: ") {
        return fail("the header names no source with a DOI");
    }
    let name = path.file_stem().unwrap().to_string_lossy();
    let model = snnc::library::models::find(&name).expect("listed in library/models.rs");
    let program = match model.example() {
        Some(example) => example,
        None if path.parent().unwrap().ends_with("synapses") => {
            return fail("the header shows no program");
        }
        None => format!(
            "use {name}\nneurons cells[3] of {} {{ }}\nrun 100 ms\n",
            model.definition()
        ),
    };
    let result = run("model.snn", &program);
    if !result.codes().is_empty() {
        return fail(result.said);
    }
    let native = result.complete();
    let options = Options {
        executor: Executor::Interpreter,
        ..Options::default()
    };
    let interpreted = run_with("model.snn", &program, &options).complete();
    equal_values(&native.values, &interpreted.values)
}

fn equal_values(a: &[(String, Vec<f64>)], b: &[(String, Vec<f64>)]) -> Result<(), Failed> {
    for ((name, x), (_, y)) in a.iter().zip(b) {
        let same = x
            .iter()
            .zip(y)
            .all(|(p, q)| p.to_bits() == q.to_bits() || (p.is_nan() && q.is_nan()));
        if !same || x.len() != y.len() {
            return fail(format!("{name} differs between the executors"));
        }
        if x.iter().any(|value| value.is_nan()) {
            return fail(format!("{name} is not a number"));
        }
    }
    Ok(())
}

/// The page of the examples shows each of them, with what it is about and a picture; `cargo run --release --example gallery` writes it.
fn gallery() -> Result<(), Failed> {
    let folder = root().join("examples");
    let page = read(&folder.join("README.md"));
    let mut bytes = 0;
    for example in files(&folder, "snn") {
        let stem = example.file_stem().unwrap().to_string_lossy().into_owned();
        let start =
            format!("| ![{stem}](pictures/{stem}.png) | **[`{stem}.snn`]({stem}.snn)**<br>");
        let Some(line) = page.lines().find(|line| line.starts_with(&start)) else {
            return fail(format!("{stem} has no entry"));
        };
        let said = line.trim_start_matches(&start).trim_end_matches(" |");
        let comment = read(&example);
        let comment = comment.lines().map_while(|line| line.strip_prefix('#'));
        let comment: Vec<&str> = comment.map(str::trim).collect();
        if said.len() < 20 || !comment.join(" ").starts_with(said) {
            return fail(format!("{stem}: `{said}` does not begin the file"));
        }
        let picture = folder.join(format!("pictures/{stem}.png"));
        bytes += std::fs::metadata(&picture)?.len();
    }
    // Some 50 kB each.
    if bytes > 50_000 * files(&folder, "snn").len() as u64 {
        return fail(format!("the pictures have {bytes} bytes"));
    }
    Ok(())
}

/// An example runs without a word, and its figures are as they were.
fn figures(path: &Path) -> Result<(), Failed> {
    let name = relative(path);
    let result = run_with(&name, &read(path), &reduced(path, Executor::Fastest));
    if !result.codes().is_empty() {
        return fail(result.said);
    }
    let finished = result.complete();
    if finished.figures.is_empty() {
        return fail("an example without a figure");
    }
    let text: String = finished
        .figures
        .iter()
        .map(|figure| figure.to_text() + "\n")
        .collect();
    let stem = path.file_stem().unwrap().to_string_lossy();
    let file = root().join(format!("tests/snapshots/examples/{stem}.txt"));
    snapshot(&file, &text).or_else(fail)
}

/// How an example runs in the tests.
fn reduced(path: &Path, executor: Executor) -> Options {
    let stem = path.file_stem().unwrap().to_string_lossy();
    let found = REDUCED.iter().find(|(name, _)| *name == stem);
    let mut options = Options {
        executor,
        ..Options::default()
    };
    for (name, value) in found.map_or(&[][..], |(_, set)| set) {
        let setting = (name.to_string(), value.to_string());
        options.check.set.push(setting);
    }
    options
}

fn same_bits(path: &Path) -> Result<(), Failed> {
    let name = relative(path);
    let text = read(path);
    let native = run_with(&name, &text, &reduced(path, Executor::Fastest)).complete();
    let options = reduced(path, Executor::Interpreter);
    let interpreted = run_with(&name, &text, &options).complete();
    equal_values(&native.values, &interpreted.values)?;
    if native.recording != interpreted.recording {
        return fail("recordings differ between the executors");
    }
    Ok(())
}
