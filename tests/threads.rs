//! Networks run on one and on several threads: every bit is the same.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use common::{Finished, Options, run_with};
use snnc::lower::held::Precision;
use snnc::pipeline::Keep;

fn finished(text: &str, threads: usize, held: Precision) -> Finished {
    let options = Options {
        threads: Some(threads),
        keep: Keep {
            whole: true,
            held,
            ..Keep::default()
        },
        ..Options::default()
    };
    run_with("model.snn", text, &options).complete()
}

/// The same with synapses that exist in order of delivery only, where nothing looks at them.
fn sorted(text: &str, threads: usize, single: bool) -> Finished {
    let options = Options {
        threads: Some(threads),
        keep: Keep {
            single,
            ..Keep::default()
        },
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
    for held in [Precision::Double, Precision::Single] {
        alike_held(text, fewest_spikes, held);
    }
}

fn alike_held(text: &str, fewest_spikes: usize, held: Precision) {
    let one = finished(text, 1, held);
    let spikes: usize = one.recording.spikes.iter().map(|table| table.t.len()).sum();
    assert!(spikes >= fewest_spikes, "{spikes} spikes");
    let expected = bits(&one);
    for threads in [2, 3, 8] {
        for (a, b) in expected.iter().zip(&bits(&finished(text, threads, held))) {
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

/// Ways to make synapses: by source, by target, in several lines, from lists; with values of all kinds.
const STATIC: &str = "seed = 6
J = 0.02
poisson input[400] { rates: 300 Hz }
neurons cell[203] {
    dv/dt = (ge - v)/(10 ms) : 1 (unless refractory)
    dge/dt = -ge/(5 ms) : 1
    gi : 1
    r : 1 = rand()
    threshold: v > 1 + gi
    reset: { v = 0; gi = 0 }
    refractory: 1 ms
}
part = cell[20:203]
late = input[100:400]
synapses one: input -> cell { on_pre: ge += J; connect: p = 0.2; delay: 1.5 ms }
synapses same: input -> cell { w : 1 = 0.01; on_pre: ge += w; connect: p = 0.2 }
synapses drawn: late -> part {
    w : 1
    w(0) = J*(1 + 0.1*randn())*(1 + r_post)
    on_pre: ge += w
    connect: j = int(rand()*N_post) for k in range(30 + int(9*rand()))
    delay: max(1.5 ms + 0.75 ms*randn(), dt)
}
synapses onto: input -> part {
    w : 1 = J*rand()
    on_pre: v += w
    connect: i = k for k in sample(N_pre, size = 40)
    delay: 3 ms*rand()
}
synapses lines: input -> cell {
    w : 1 = 0.5*J*int(i < 200) + J*rand()
    on_pre: ge += w
    connect: if i % 7 == j % 7
    connect: if i % 5 == j % 5, p = 0.5, n = 2
}
synapses minus: input -> cell {
    on_pre: gi -= 0.00001*i_scale
    i_scale : 1 (shared) = 2
    connect: i = j
}
synapses late_ones: late -> cell {
    w : 1 = 0.004
    on_pre: v += w
    connect: p = 0.1
    delay: 1 ms*int(i > 250)
}
run 20 ms
record spikes of cell
record v of cell[0:20]
";

#[test]
fn synapses_that_nothing_looks_at_need_only_their_order() {
    let whole = finished(STATIC, 1, Precision::Double);
    let spikes: usize = whole.recording.spikes.iter().map(|t| t.t.len()).sum();
    assert!(spikes > 1000, "{spikes} spikes");
    let synapses = |done: &Finished| -> Vec<usize> {
        done.report.projections.iter().map(|p| p.synapses).collect()
    };
    for threads in [1, 2, 3] {
        let few = sorted(STATIC, threads, false);
        assert_eq!(few.recording, whole.recording, "{threads} threads");
        assert_eq!(synapses(&few), synapses(&whole));
        for (name, values) in &few.values {
            if !values.is_empty() {
                assert_eq!(values, whole.value(name), "{name}");
            }
        }
        let left: Vec<&str> = few.values.iter().map(|(name, _)| name.as_str()).collect();
        assert!(few.value("drawn.w").is_empty(), "{left:?}");
    }
}

#[test]
fn weights_of_single_precision_change_little() {
    let (double, single) = (sorted(STATIC, 1, false), sorted(STATIC, 1, true));
    let of = |done: &Finished| done.recording.spikes[0].t.len() as f64;
    assert_ne!(double.value("cell.v"), single.value("cell.v"));
    assert!((of(&double) - of(&single)).abs() < 0.01 * of(&double));
    let twice = sorted(STATIC, 3, true);
    assert_eq!(twice.recording, single.recording);
}

/// More than 100 000 synapses, so that threads share the code of synapses: each kind of code, by whose elements it writes.
const SHARED: &str = "seed = 7
poisson input[500] { rates: 400 Hz }
neurons cell[701] {
    dv/dt = (ge - v)/(10 ms) : 1 (unless refractory)
    dge/dt = -ge/(5 ms) : 1
    heard : 1
    v(0) = rand()
    threshold: v > 1
    reset: v = 0
    refractory: 1 ms
}
neurons sender[500] {
    x : 1
    dv/dt = 1.5/(4 ms) + 0.2*xi/(4 ms)**0.5 : 1
    v(0) = rand()
    threshold: v > 1
    reset: v = 0
}
";

#[test]
fn summed_variables_are_shared_by_targets() {
    for (value, connect) in [
        ("g_post = 0.01*w*(v_pre - v_post)", "p = 0.5"),
        ("g_pre = 0.01*w*(v_post - v_pre)", "p = 0.5"),
        ("g_post = 0.01*w*v_pre", "i = k for k in range(j, 701)"),
    ] {
        let text = format!(
            "seed = 8
neurons cell[701] {{
    dv/dt = (1.5 + g - v)/(10 ms) : 1 (unless refractory)
    g : 1
    v(0) = rand()
    threshold: v > 1
    reset: v = 0
    refractory: 1 ms
}}
synapses S: cell -> cell {{
 w : 1 = rand()
 {value} : 1 (summed)
 connect: {connect}
}}
run 6 ms\nrecord spikes of cell\n"
        );
        alike(&text, 30);
    }
}

#[test]
fn code_of_synapses_is_shared_by_targets_by_rows_and_by_synapses() {
    for code in [
        // Own variables only.
        "on_pre: { w = clip(w + 0.1*rand(), 0, 1); n += 1 }",
        // Elements of the target, by adding, with a delay each, and by setting.
        "on_pre: { ge_post += 0.002*w; w = 0.99*w }\n delay: 2 ms*rand()",
        "on_pre: { heard_post = w; w = 0.99*w }",
        // Those of the source, of which each row has one.
        "on_pre: { x_pre += w; w = 0.99*w }",
        // Both sides: nothing is shared.
        "on_pre: { x_pre += w; ge_post += 0.002*w; w = 0.9*w }",
        // After spikes of the target: its own elements, those of the source.
        "on_pre: ge_post += 0.003*w\n on_post: { heard_post += w; w = 0.9*w }",
        "on_pre: ge_post += 0.003*w\n on_post: { x_pre += w; w = 0.9*w }",
        // What follows depends on what was written before.
        "on_pre: { v_post = 0.999*v_post + 0.001*w; heard_post = v_post*w }",
        "on_pre: { v_post += 0.001*(1 - v_post); w = 0.9*w }\n delay: 1 ms*rand()",
        "on_pre: { x_pre = 0.999*x_pre + w; w = 0.9*w + 0.1*x_pre }",
        "on_pre: { heard_post = heard_post*v_pre + w; w = 0.9*w }",
    ] {
        let text = format!(
            "{SHARED}synapses S: sender -> cell {{\n w : 1 = rand()\n n : 1\n {code}\n connect: p = 0.4\n}}
synapses drive: input -> cell {{\n on_pre: ge += 0.05\n connect: p = 0.05\n}}
run 6 ms\nrecord spikes of cell\nrecord spikes of sender\n"
        );
        alike(&text, 300);
    }
}

/// Synapses whose states may be kept with the neurons, in several forms of plasticity.
/// Whether the state of the source, and that of the target, are kept with the neurons, and the code.
const TRACES: [(bool, bool, &str); 5] = [
    // Song, Miller and Abbott: traces of both sides, changed before they are read by others.
    (true, true, "on_pre: { ge_post += 0.002*w; Apre += 0.01; w = clip(w + Apost, 0, 1) }
 on_post: { Apost -= 0.0105; w = clip(w + Apre, 0, 1) }
 delay: 1 ms"),
    // Changed after it is read.
    (true, true, "on_pre: { ge_post += 0.002*w; w = clip(w + Apost + 0.1*Apre, 0, 1); Apre = 0.9*Apre + 0.01 }
 on_post: { w = clip(w + Apre, 0, 1); Apost = -0.01 }"),
    // A delay for each synapse: the trace of the source is not the same at all of them.
    (false, true, "on_pre: { ge_post += 0.002*w; Apre += 0.01; w = clip(w + Apost, 0, 1) }
 on_post: { Apost -= 0.0105; w = clip(w + Apre, 0, 1) }
 delay: 1 ms*rand()"),
    // Something asks for the time of the last event.
    (true, true, "on_pre: { ge_post += 0.002*w*exp(-(t - lastupdate)/(50 ms)); Apre += 0.01; w = clip(w + Apost, 0, 1) }
 on_post: { Apost -= 0.0105; w = clip(w + Apre, 0, 1) }"),
    // What a spike does differs between synapses.
    (false, true, "on_pre: { ge_post += 0.002*w; Apre += 0.01*w; w = clip(w + Apost, 0, 1) }
 on_post: { Apost -= 0.0105; w = clip(w + Apre, 0, 1) }"),
];

#[test]
fn states_kept_with_the_neurons_are_those_of_the_synapses() {
    for (pre, post, code) in TRACES {
        let text = format!(
            "{SHARED}synapses S: sender -> cell {{
 w : 1 = rand()
 dApre/dt = -Apre/(20 ms) : 1 (event-driven)
 dApost/dt = -Apost/(15 ms) : 1 (event-driven)
 {code}
 connect: p = 0.4
}}
synapses drive: input -> cell {{\n on_pre: ge += 0.05\n connect: p = 0.05\n}}
run 30 ms\nrecord spikes of cell\nrecord spikes of sender\n"
        );
        let whole = finished(&text, 1, Precision::Double);
        let kept = sorted(&text, 1, false);
        let spikes = |done: &Finished| {
            let tables = done.recording.spikes.iter();
            tables.map(|table| table.t.clone()).collect::<Vec<_>>()
        };
        assert_eq!(spikes(&whole), spikes(&kept), "{code}");
        let values = |done: &Finished, name: &str| {
            let found = done.values.iter().find(|(other, _)| other == name);
            found.unwrap().1.clone()
        };
        let weights = |done: &Finished| values(done, "S.w");
        assert_eq!(values(&kept, "S.Apre").len() == 500, pre, "{code}");
        assert_eq!(values(&kept, "S.Apost").len() == 701, post, "{code}");
        let (a, b) = (weights(&whole), weights(&kept));
        assert_eq!(a.len(), b.len());
        let far = |(a, b): (&f64, &f64)| (a - b).abs();
        let most = a.iter().zip(&b).map(far).fold(0.0, f64::max);
        assert!(most < 1e-12, "{code}: {most}");
        let start = a.iter().filter(|w| **w > 0.0 && **w < 1.0).count();
        assert!(start > 1000, "{code}: {start}");
        for threads in [2, 3] {
            assert_eq!(weights(&sorted(&text, threads, false)), b, "{code}");
        }
    }
}
