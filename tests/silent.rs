//! Models in which nothing happens, or far too much, for many reasons: `tests/silent/REASON_IN_WORDS.snn`. What a run says of each stands beside it
//! as `.snap`; `SNNC_BLESS=1` rewrites it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{Options, root, run_with, snapshot};

#[test]
fn a_run_says_why_nothing_happened() {
    let mut files: Vec<_> = std::fs::read_dir(root().join("tests/silent"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "snn"))
        .collect();
    files.sort();
    assert!(files.len() >= 15);
    let mut problems = String::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let said = run_with(&name, &text, &Options::default());
        let mut found = said.said.clone();
        let finished = said.complete();
        for population in &finished.report.populations {
            let spikes = population
                .spikes
                .map_or("no threshold".to_string(), |n| n.to_string());
            found.push_str(&format!("{}: {spikes}\n", population.name));
            for sentence in &population.silent_because {
                found.push_str(&format!("    {sentence}\n"));
            }
            let silent = population.spikes == Some(0);
            assert!(
                !silent || !population.silent_because.is_empty(),
                "{name}: {}",
                population.name
            );
        }
        if let Err(problem) = snapshot(&file.with_extension("snap"), &found) {
            problems.push_str(&problem);
        }
    }
    assert!(problems.is_empty(), "{problems}");
}

/// The input beyond which a neuron does not rest, as a run tells it, against numbers that are known of these models.
#[test]
fn rests_end_where_they_are_known_to_end() {
    let told = |name: &str| {
        let path = root().join(format!("tests/silent/{name}.snn"));
        let text = std::fs::read_to_string(path).unwrap();
        let report = run_with(name, &text, &Options::default()).complete().report;
        let sentences = report.populations[0].silent_because.join("\n");
        let number = sentences.split("beyond `I` = ").nth(1).unwrap();
        number.split(' ').next().unwrap().parse::<f64>().unwrap()
    };
    // Hopf bifurcations: Hodgkin and Huxley at 9.78 uA/cm^2, Morris and Lecar (Rinzel and Ermentrout) at 93.86 uA/cm^2.
    assert!((told("hodgkin_huxley_with_a_small_current") - 9.78).abs() < 0.01);
    assert!((told("morris_lecar_below_its_bifurcation") - 93.86).abs() < 0.05);
    // The quadratic of Izhikevich: 0.04 v^2 + 5 v + 140 - 0.2 v + I has its fold at I = 4, and a Hopf bifurcation before it, where
    // 0.08 v + 5 = a.
    let v: f64 = (0.02 - 5.0) / 0.08;
    let hopf = -(0.04 * v * v + 4.8 * v + 140.0);
    assert!(
        (told("izhikevich_with_a_small_input") - hopf).abs() < 0.01,
        "{hopf}"
    );
}
