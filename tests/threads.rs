//! Networks run on one and on several threads: every bit is the same.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use common::{Finished, Options, run_with};

fn finished(text: &str, threads: usize) -> Finished {
    let options = Options {
        threads: Some(threads),
        ..Options::default()
    };
    run_with("model.snn", text, &options).complete()
}

/// Everything that a run leaves behind, as bits.
fn bits(done: &Finished) -> Vec<(String, Vec<u64>)> {
    let mut all = Vec::new();
    for (name, values) in &done.values {
        all.push((name.clone(), values.iter().map(|v| v.to_bits()).collect()));
    }
    for table in &done.recording.spikes {
        let times = table.t.iter().map(|t| t.to_bits());
        all.push((format!("{} times", table.population), times.collect()));
        let neurons = table.i.iter().map(|i| u64::from(*i)).collect();
        all.push((format!("{} neurons", table.population), neurons));
    }
    all
}

fn alike(text: &str, fewest_spikes: usize) {
    let one = finished(text, 1);
    let spikes: usize = one.recording.spikes.iter().map(|table| table.t.len()).sum();
    assert!(spikes >= fewest_spikes, "{spikes} spikes");
    let expected = bits(&one);
    for threads in [2, 3, 8] {
        for (a, b) in expected.iter().zip(&bits(&finished(text, threads))) {
            assert_eq!(a.0, b.0);
            let first = a.1.iter().zip(&b.1).position(|(x, y)| x != y);
            assert_eq!(first, None, "{} with {threads} threads", a.0);
            assert_eq!(a.1.len(), b.1.len(), "{} with {threads} threads", a.0);
        }
    }
}

#[test]
fn weights_are_added_by_the_owners_of_the_targets() {
    // 50 spikes per step with 500 synapses each, twice: enough for several threads.
    alike(
        "seed = 4
poisson input[1000] { rates: 500 Hz }
neurons cell[1003] {
    dv/dt = (ge - v)/(10 ms) : 1 (unless refractory)
    dge/dt = -ge/(5 ms) : 1
    gi : 1
    v(0) = rand()
    threshold: v > 1 + gi
    reset: { v = 0; gi = 0 }
    refractory: 1 ms
}
part = cell[100:1003]
synapses direct: input -> part {
    w : 1 = 0.02*rand()
    on_pre: ge += w
    connect: p = 0.5
}
synapses late: input -> cell {
    on_pre: gi += 0.0001
    connect: p = 0.5
    delay: 3 ms*rand()
}
synapses refused: input -> cell {
    w : 1 = 0.0002*randn()
    on_pre: v += w
    connect: p = 0.4
    delay: 1 ms
}
run 8 ms
record spikes of cell
",
        300,
    );
}

#[test]
fn plasticity_sums_and_chance_do_not_depend_on_threads() {
    alike(
        "seed = 5
neurons many[30000] {
    dx/dt = -x/(5 ms) + 0.5*xi/(5 ms)**0.5 : 1
    threshold: x > 1
    reset: x = 0
}
neurons cell[300] {
    dv/dt = (2 + drive + 0.1*mean(cell.v) + mean(many.x) - v)/(10 ms) : 1 (unless refractory)
    drive : 1
    v(0) = rand()
    threshold: v > 1
    reset: v = 0
    refractory: 1 ms
}
synapses plastic: cell -> cell {
    w : 1 = 0.002*rand()
    dApre/dt = -Apre/(20 ms) : 1 (event-driven)
    dApost/dt = -Apost/(20 ms) : 1 (event-driven)
    on_pre: { v += w*(rand() < 0.5 ? 1 : 0); Apre += 0.01; w = clip(w - Apost, 0, 0.01) }
    on_post: { Apost += 0.01; w = clip(w + Apre, 0, 0.01) }
    connect: if i != j, p = 0.3
    delay: 2 ms*rand()
}
synapses gap: cell -> cell {
    drive_post = 0.001*(v_pre - v_post) : 1 (summed)
    connect: p = 0.05
}
synapses ordered: cell -> cell {
    on_pre: v = v*0.99 + 0.01
    connect: p = 0.01
}
poisson_input noise: cell { target: v; n: 100; rate: 50 Hz; weight: 0.01 }
run 8 ms
record spikes of cell
record spikes of many
"
        .replace("(rand() < 0.5 ? 1 : 0)", "int(rand() < 0.5)")
        .as_str(),
        300,
    );
}
