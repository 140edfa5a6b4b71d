//! Forms of the protocol as a user tries them: each program says itself what it expects.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::process::Command;

const BASE: &str = "
neurons g[3] {
    dv/dt = (I - v)/(10 ms) : volt
    I : volt = 12 mV
    threshold: v > 10 mV
    reset:     v = 0 mV
}
synapses S: g -> g { w : volt = 1 mV; on_pre: v += w; connect: if i != j; delay: 1 ms }
";

/// Runs a program; its report, and its folder.
fn run(program: &str) -> (String, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("model.snn"), format!("{BASE}{program}")).unwrap();
    let snnc = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_snnc"));
        command
            .args(arguments)
            .current_dir(folder.path())
            .output()
            .unwrap()
    };
    let tested = snnc(&["test", "model.snn"]);
    let said = String::from_utf8_lossy(&tested.stdout).into_owned()
        + &String::from_utf8_lossy(&tested.stderr);
    assert!(tested.status.success(), "{said}");
    let output = snnc(&["run", "model.snn", "--out", "here", "--seed", "1"]);
    (String::from_utf8_lossy(&output.stdout).into_owned(), folder)
}

#[test]
fn while_collects() {
    run(
        "let n = 0\nwhile n < 3 { run 10 ms; n += 1; collect c = n*n }\nexpect sum(c) == 14\nexpect size(c) == 3\n",
    );
}

#[test]
fn matrices_fit_onto_synapses() {
    run(
        "let W = zeros(3, 3)\nW[0, 1] = 2\nW[2] = [5, 6, 7]\nS.w = W*1 mV\nexpect all(S.w == [2, 0, 0, 0, 5, 6]*1 mV)\nrun 1 ms\n",
    );
}

/// Counts go on from the last look, and start again with an earlier state.
#[test]
fn counts_are_right_between_steps_and_after_restore() {
    run(
        "save s\nrun 1 s, until sum(g.spikes.count) >= 9\nlet seen = sum(g.spikes.count)\nexpect seen == size(g.spikes.t)\nrestore s\n\
         expect sum(g.spikes.count) == 0\nrun 1 s, until g.spikes.count[1] >= 2\nexpect sum(g.spikes.count) == size(g.spikes.t)\n\
         expect g.spikes.count[1] == 2\nexpect sum(g[1:3].spikes.count) == size(g[1:3].spikes.t)\n",
    );
}

/// An archive is read back by NumPy where there is one; its form is tested beside its writer.
#[test]
fn archives_hold_several_values() {
    let (_, folder) = run(
        "run 10 ms\nlet a = linspace(0, 1, 5)\nexport(a, twice: 2*a, g.I, \"all.npz\")\nexpect a[0] == 0\n",
    );
    let bytes = std::fs::read(folder.path().join("here/all.npz")).unwrap();
    for name in ["a.npy", "twice.npy", "g.I.npy"] {
        let times = bytes
            .windows(name.len())
            .filter(|window| *window == name.as_bytes())
            .count();
        assert_eq!(times, 2, "{name}");
    }
}

/// Values of synapses over time, and those between some neurons; numbers may be computed.
#[test]
fn synapses_are_named_by_their_ends_in_arrays() {
    run(
        "S.w = S.i*10 mV + S.j*1 mV\nrun 5 ms\nexpect all(S.w[2, :] == [20, 21]*1 mV)\nexpect all(S.w[:, 0] == [10, 20]*1 mV)\n\
         expect all(S.w[0:2, 1:3] == [1, 2, 12]*1 mV)\nexpect size(S.w[:, :]) == 6\nlet total = 0 mV\n\
         for k in range(3) { total += sum(S.w[k, :]) }\nexpect total == sum(S.w)\nexpect sum(S.j[1, :]) == 2\n\
         let course = trace(S.w[2])\nexpect size(course) == 50 and all(course == 10 mV)\nexpect shape(trace(S.w[1, :]))[0] == 2\n\
         expect size(trace(S.w)) == 300\nexpect abs(times(S.w[2])[10] - 1 ms) < 1 ns\n",
    );
}

/// Parts of a population that are no variables: numbers of neurons, counts, the rate.
#[test]
fn parts_of_populations_are_drawn() {
    let (_, folder) = run(
        "run 20 ms\nexpect sum(g.i) == 3\nexpect all(g[1:3].i == [0, 1])\nplot \"a\": bars(g.spikes.count) vs g.i\n\
         plot \"b\": g.rate\nplot \"c\": g.v vs g.i\n",
    );
    for name in ["a.png", "b.png", "c.png"] {
        assert!(folder.path().join("here").join(name).exists(), "{name}");
    }
}
