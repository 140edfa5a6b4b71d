//! Synapses that are computed anew for each event: the same ones as those that are stored, and the same bits.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use std::sync::Arc;

use common::{Files, Finished, Options, Run, run_with};
use snnc::lower::held::Precision;
use snnc::pipeline::{Compilation, Executor, Keep};
use snnc::runtime::sorted::Sorted;

fn with(text: &str, procedural: &[&str], threads: usize, held: Precision) -> Run {
    let options = Options {
        threads: Some(threads),
        keep: Keep {
            held,
            ..Keep::default()
        },
        procedural: procedural.iter().map(ToString::to_string).collect(),
        ..Options::default()
    };
    run_with("model.snn", text, &options)
}

/// Every way to connect that allows it, between slices, with weights of all kinds, and two that have to be stored.
const NETWORK: &str = "seed = 6
J = 0.02
poisson input[400] { rates: 300 Hz }
neurons cell[203] {
    dv/dt = (ge - v)/(10 ms) : 1 (unless refractory)
    dge/dt = -ge/(5 ms) : 1
    gi : 1
    threshold: v > 1 + gi
    reset: { v = 0; gi = 0 }
    refractory: 1 ms
}
part = cell[20:203]
late = input[100:400]
synapses chance: input -> cell { on_pre: ge += J; connect: p = 0.2; delay: 1.5 ms }
synapses apart: cell -> cell { on_pre: ge -= 0.1*J; connect: if i != j, p = 0.3 }
synapses graded: late -> part { on_pre: v += 0.2*J; connect: p = 0.5*i/N_pre; delay: 1 ms }
synapses weighted: late -> part { w : 1 = 0.3*J; on_pre: v += w; connect: p = 0.1 }
synapses sampled: input -> part { on_pre: ge += 0.5*J; connect: j = k for k in sample(N_post, size = 20 + i % 3); delay: 0.7 ms }
synapses every: cell -> part { on_pre: gi += 0.0001; connect: all }
synapses back: late -> cell { on_pre: gi += 0.0001; connect: j = k for k in range(N_post - 1, 5, -7) }
synapses drawn: input -> cell { w : 1 = 0.1*J*rand(); on_pre: ge += w; connect: p = 0.1 }
synapses lines: input -> cell { on_pre: ge += 0.1*J; connect: if i % 7 == j % 7 }
run 30 ms
record spikes of cell
record v of cell[0:20]
";

const FREE: [&str; 7] = [
    "chance", "apart", "graded", "weighted", "sampled", "every", "back",
];

fn synapses(done: &Finished) -> Vec<usize> {
    done.report.projections.iter().map(|p| p.synapses).collect()
}

#[test]
fn every_bit_is_that_of_stored_synapses() {
    for held in [Precision::Double, Precision::Single] {
        let stored = with(NETWORK, &[], 1, held).complete();
        let spikes: usize = stored.recording.spikes.iter().map(|t| t.t.len()).sum();
        assert!(spikes > 1000, "{spikes} spikes");
        for threads in [1, 2, 3] {
            let names: &[&str] = if threads == 1 { &FREE } else { &["all"] };
            let free = with(NETWORK, names, threads, held).complete();
            assert_eq!(free.recording, stored.recording, "{threads} threads");
            assert_eq!(synapses(&free), synapses(&stored));
            for name in ["cell.v", "cell.ge", "cell.gi"] {
                assert_eq!(free.value(name), stored.value(name), "{name}");
            }
        }
    }
}

/// The synapses of each pathway that nothing looks at, once they are made.
fn made(procedural: &[&str]) -> Vec<(String, Arc<Sorted>)> {
    let world = Files(Default::default());
    let mut compilation = Compilation::new(&world);
    compilation.procedural = procedural.iter().map(ToString::to_string).collect();
    let checked = compilation.check("model.snn", NETWORK, &Default::default());
    let lowered = compilation.lower(&checked.unwrap(), Executor::Fastest, None, 1);
    let setup = lowered.unwrap().setup;
    let name = |number: &usize| setup.program.pathways[*number].name.clone();
    let sorted = setup.sorted.iter();
    sorted
        .map(|(n, sorted)| (name(n), sorted.clone()))
        .collect()
}

#[test]
fn the_same_synapses_take_no_room() {
    let (stored, free) = (made(&[]), made(&["all"]));
    assert_eq!(stored.len(), 9);
    for ((name, stored), (other, free)) in stored.iter().zip(&free) {
        assert_eq!(name, other);
        let mut listed = 0;
        for row in 0..400 {
            let elements = stored.elements(row);
            assert_eq!(free.elements(row), elements, "{name}, source {row}");
            listed += elements.len();
        }
        assert_eq!((listed, listed), (stored.synapses, free.synapses), "{name}");
        let (stored, free) = (stored.bytes(), free.bytes());
        match FREE.contains(&name.split('.').next().unwrap()) {
            // The number of synapses of each source, and perhaps a probability.
            true => assert!(
                free <= 12 * 401 && free < stored,
                "{name}: {free} of {stored}"
            ),
            false => assert_eq!(free, stored, "{name}"),
        }
    }
}

fn refused(members: &str, more: &str, reason: &str) {
    let text = format!(
        "seed = 1
neurons cell[50] {{ dv/dt = -v/(10 ms) : 1
 threshold: v > 1
 reset: v = 0 }}
synapses S: cell -> cell {{ {members} }}
run 1 ms
{more}
"
    );
    assert!(
        with(&text, &[], 1, Precision::Double).result.is_some(),
        "{text}"
    );
    let run = with(&text, &["S"], 1, Precision::Double);
    assert!(run.result.is_none());
    assert!(run.codes().contains(&"E0608"), "{}", run.said);
    assert!(run.said.contains(reason), "{}", run.said);
    with(&text, &["all"], 1, Precision::Double).complete();
}

#[test]
fn what_needs_storage_is_refused_with_the_reason() {
    let plain = "on_pre: v += 0.1";
    let connect = "connect: p = 0.2";
    let rows = [
        (
            format!("w : 1 = rand()\n on_pre: v += w\n {connect}"),
            "weights differ",
        ),
        (
            format!("w : 1 = 0.1*i\n on_pre: v += w\n {connect}"),
            "weights differ",
        ),
        (
            format!("w : 1\n on_pre: {{ v += w; w += 0.1 }}\n {connect}"),
            "events do more",
        ),
        (
            format!("{plain}\n delay: 1 ms*rand()\n {connect}"),
            "delays are drawn",
        ),
        (
            format!("{plain}\n on_post: v_pre += 0.1\n {connect}"),
            "several pathways",
        ),
        (
            format!("{plain}\n connect: if i < j"),
            "asked of every pair",
        ),
        (
            format!("{plain}\n connect: p = 0.01*j"),
            "differs between pairs",
        ),
        (
            format!("{plain}\n connect: p = 0.1, n = 2"),
            "several synapses",
        ),
        (
            format!("{plain}\n connect: i = k for k in sample(N_pre, size = 3)"),
            "target by target",
        ),
        (
            format!("{plain}\n {connect}\n connect: p = 0.1"),
            "several `connect:` lines",
        ),
        (format!("{plain}\n connect: i = j"), ""),
    ];
    for (members, reason) in rows {
        refused(&members, "", reason);
    }
    let weight = format!("w : 1 = 0.1\n on_pre: v += w\n {connect}");
    refused(&weight, "record w of S every 1 ms", "looks at its synapses");
}

#[test]
fn a_name_of_no_projection_is_pointed_out() {
    let run = with(NETWORK, &["chanse"], 1, Precision::Double);
    assert!(run.result.is_none());
    assert!(run.codes().contains(&"E0213"), "{}", run.said);
    assert!(run.said.contains("did you mean `chance`?"), "{}", run.said);
}
