//! The forecast of memory against what a run takes: the largest resident size of this process, as Linux counts it.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::process::Command;

use snnc::lower::forecast::forecast;
use snnc::lower::held::Precision;
use snnc::pipeline::experiment::{Ending, Experiment};
use snnc::pipeline::{Compilation, Executor, Keep};
use snnc::runtime::simulation::Control;

struct NoFiles;

impl snnc::source::World for NoFiles {
    fn read(&self, _: &str, path: &str) -> Result<Vec<u8>, String> {
        Err(format!("no file {path}"))
    }
}

/// A line of the status of this process, in bytes.
fn status(name: &str) -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = text.lines().find(|line| line.starts_with(name)).unwrap();
    let number = line.split_whitespace().nth(1).unwrap();
    number.parse::<u64>().unwrap() * 1024
}

fn run(text: &str, keep: Keep) {
    let mut compilation = Compilation::new(&NoFiles);
    compilation.keep = keep;
    let checked = compilation.check("model.snn", text, &Default::default());
    let checked = checked.unwrap();
    let built = compilation.build(&checked, Executor::Fastest, None, 1);
    let built = built.unwrap();
    let mut experiment = Experiment::new(&checked, &built, 1, Some(1));
    assert_eq!(experiment.run(&mut Control::default()), Ending::Complete);
}

/// Bytes that a run takes beyond those of a small one.
fn taken(text: &str, keep: Keep) -> u64 {
    run(&text.replace("k = 300", "k = 1"), keep);
    let before = status("VmRSS");
    // Forgets the largest size so far.
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    run(text, keep);
    status("VmHWM") - before
}

fn expected(text: &str, sorted: Option<Precision>, held: Precision) -> u64 {
    let mut compilation = Compilation::new(&NoFiles);
    let checked = compilation.check("model.snn", text, &Default::default());
    let shares = forecast(
        &checked.unwrap().model,
        None,
        sorted,
        held,
        &Default::default(),
    );
    shares.iter().map(|share| share.bytes).sum()
}

const GROUP: &str = "seed = 1
k = 300
neurons P[10000] { dv/dt = -v/(10 ms) : 1
 threshold: v > 1
 reset: v = 0
 v(0) = 1.01*rand() }
";

const LINE: &str = "connect: j = int(rand()*N_post) for _ in range(k)";
const PLASTIC: &str = "w : 1 = 0.001*rand()
 dApre/dt = -Apre/(20 ms) : 1 (event-driven)
 dApost/dt = -Apost/(20 ms) : 1 (event-driven)
 on_pre: { v += w; Apre += 0.01; w += Apost }
 on_post: { Apost += 0.01; w += Apre }";
/// Members of synapses, and how fixed weights and all values are held.
const CASES: [(&str, Precision, Precision); 5] = [
    (
        "on_pre: v += 0.001\n delay: 1 ms",
        Precision::Double,
        Precision::Double,
    ),
    (
        "w : 1 = 0.001*rand()\n on_pre: v += w\n delay: 1 ms",
        Precision::Double,
        Precision::Double,
    ),
    (
        "w : 1 = 0.001*rand()\n on_pre: v += w\n delay: 1 ms*rand()",
        Precision::Single,
        Precision::Double,
    ),
    (PLASTIC, Precision::Double, Precision::Double),
    (PLASTIC, Precision::Single, Precision::Single),
];

/// Each case in a process of its own: what one gives back, another would use again.
#[test]
fn the_forecast_is_true_within_a_fifth() {
    for case in 0..CASES.len() {
        let done = Command::new(std::env::current_exe().unwrap())
            .args(["one_case", "--exact", "--ignored"])
            .env("CASE", case.to_string())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&done.stdout);
        assert!(done.status.success() && said.contains("1 passed"), "{said}");
    }
}

#[test]
#[ignore = "run by the other test"]
fn one_case() {
    let case = std::env::var("CASE").map_or(0, |case| case.parse().unwrap());
    let (body, weights, held) = *CASES.get(case).unwrap();
    let keep = Keep {
        single: weights == Precision::Single,
        held,
        ..Keep::default()
    };
    let text = format!("{GROUP}synapses S: P -> P {{\n {body}\n {LINE}\n}}\nrun 1 ms\n");
    let expected = expected(&text, Some(weights), held) as f64;
    let taken = taken(&text, keep) as f64;
    assert!(
        (expected / taken - 1.0).abs() < 0.2,
        "{expected} bytes expected, {taken} taken: {body}"
    );
}
