//! No text stops the front half, and kernels survive their text form and their optimization.

use std::path::PathBuf;

use proptest::prelude::*;

fn files(folder: &str, ending: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    collect(
        &PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(folder),
        ending,
        &mut found,
    );
    found.sort();
    found
}

fn collect(folder: &std::path::Path, ending: &str, found: &mut Vec<(PathBuf, String)>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, ending, found);
        } else if path.extension().is_some_and(|e| e == ending) {
            found.push((
                path.clone(),
                std::fs::read_to_string(&path).unwrap_or_default(),
            ));
        }
    }
}

#[test]
fn inputs_found_by_fuzzing_stay_harmless() {
    for (_, text) in files("tests/fuzz/corpus", "snn") {
        snnc::fuzz::parse(&text);
        snnc::fuzz::compile(&text);
    }
}

#[test]
fn kernels_print_read_back_and_optimize() {
    for (_, text) in files("tests/kernels", "kir") {
        snnc::fuzz::kernel(&text);
    }
}

/// A file with one piece replaced by a piece of another file.
fn grafted() -> impl Strategy<Value = String> {
    let all: Vec<String> = ["examples", "models", "tests/diagnostics"]
        .iter()
        .flat_map(|folder| files(folder, "snn"))
        .map(|(_, text)| text)
        .collect();
    let count = all.len();
    (
        0..count,
        0..count,
        0.0..1.0f64,
        0.0..1.0f64,
        0.0..1.0f64,
        0usize..60,
    )
        .prop_map(move |(a, b, cut, skip, from, length)| {
            let (text, other): (Vec<char>, Vec<char>) =
                (all[a].chars().collect(), all[b].chars().collect());
            let at = (cut * text.len() as f64) as usize;
            let resume = at + (skip * 40.0) as usize;
            let start = (from * other.len() as f64) as usize;
            let piece = other.iter().skip(start).take(length);
            text.iter()
                .take(at)
                .chain(piece)
                .chain(text.iter().skip(resume))
                .collect()
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn no_graft_stops_the_front_half(text in grafted()) {
        snnc::fuzz::compile(&text);
    }
}
