//! Values from files: signals, spikes, rates, initial values; and what is said about files that do not fit.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use common::run;

/// Runs a program that stands beside the files of `tests/tables`.
fn finished(text: &str) -> common::Finished {
    run("tests/tables/model.snn", text).complete()
}

fn said(text: &str) -> String {
    let run = run("tests/tables/model.snn", text);
    assert!(run.result.is_none(), "runs");
    run.said
}

#[test]
fn signals_come_from_columns_and_from_matrices() {
    let text = r#"
signal stim(t) = load("stimulus.csv", "I") every 1 ms
signal rows(t, i) = load("matrix.txt") mV every 2 ms
signal one(t) = load("column.npy") every 1 ms
signal single(t, i) = load("column.npy") every 1 ms
signal turned(t, i) = load("fortran.npy") every 1 ms
neurons cell[3] {
    stimulus : amp
    row : volt
    o : 1
    s : 1
    f : 1
    every dt: { stimulus = stim(t); row = rows(t, i); o = one(t); s = single(t, 0); f = turned(t, i) }
}
run 1.1 ms
run 2 ms
"#;
    let done = finished(&text.replace("run 2 ms", ""));
    assert_eq!(done.value("cell.stimulus"), [1e-9; 3]);
    assert_eq!(done.value("cell.row"), [0.0, 1e-3, 2e-3]);
    assert_eq!(done.value("cell.o"), [2.0; 3]);
    assert_eq!(done.value("cell.s"), [2.0; 3]);
    assert_eq!(done.value("cell.f"), [3.0, 4.0, 5.0]);
    let done = finished(text);
    assert_eq!(done.value("cell.stimulus"), [0.5e-9; 3]);
    assert_eq!(done.value("cell.row"), [10e-3, 11e-3, 12e-3]);
}

#[test]
fn spikes_come_from_what_was_recorded() {
    let text = r#"
spikes again[4] { at: load("lif_spikes.csv") }
spikes period[4] { at: load("lif_spikes.csv"); period: 6 ms }
spikes lists[3] { indices: load("neurons.npy"); times: load("times.npy") ms }
run 13 ms
record spikes of again
record spikes of period
record spikes of lists
"#;
    let done = finished(text);
    let spikes = |name: &str| {
        let tables = &done.recording.spikes;
        let table = tables
            .iter()
            .find(|table| table.population == name)
            .unwrap();
        let steps = table.t.iter().map(|t| (t * 1e4).round() as u32);
        steps.zip(table.i.iter().copied()).collect::<Vec<_>>()
    };
    assert_eq!(spikes("again"), [(12, 3), (13, 0), (50, 3)]);
    assert_eq!(
        spikes("period"),
        [(12, 3), (13, 0), (50, 3), (72, 3), (73, 0), (110, 3)]
    );
    assert_eq!(spikes("lists"), [(10, 0), (20, 1), (30, 2)]);
}

#[test]
fn rates_and_values_come_from_arrays() {
    let text = r#"
poisson P[3] { rates: load("rates.npy") Hz }
neurons cell[3] {
    w : volt
}
cell.w = load("matrix.txt", "1") mV
"#;
    let message = said(text);
    assert!(message.contains("does not name columns"), "{message}");
    let text = text.replace("load(\"matrix.txt\", \"1\") mV", "2*load(\"times.npy\") mV");
    let done = finished(&(text + "run 1 ms\n"));
    assert_eq!(done.value("P.rates"), [5.0, 0.0, 10_000.0]);
    assert_eq!(done.value("cell.w"), [6e-3, 2e-3, 4e-3]);
}

#[test]
fn synapses_and_their_values_come_from_tables() {
    let text = r#"
spikes A[3] { at: {0: [0 ms], 1: [0 ms], 2: [0 ms]} }
neurons B[3] { x : volt; y : 1 }
synapses S: A -> B {
    w : volt
    on_pre: x += w
    connect: from "edges.csv"
}
synapses Bare: A -> B {
    on_pre: y += i + 1
    connect: from "bare_edges.txt"
    connect: from "bare_edges.txt", n = 2
}
synapses Matrix: A -> B {
    w : volt = load("square.txt") mV
    delay: [[1, 2, 3], [1, 2, 3], [1, 2, 3]] ms
    on_pre: y += 0
    connect: if i != j
}
"#;
    let early = finished(&(text.to_string() + "run 1.05 ms\n"));
    assert_eq!(early.value("B.x"), [0.0, 0.5e-3, 2.5e-3]);
    let done = finished(&(text.to_string() + "run 2.1 ms\n"));
    assert_eq!(done.value("B.x"), [1.5e-3, 0.5e-3, 2.5e-3]);
    assert_eq!(done.value("B.y"), [0.0, 6.0, 3.0]);
    assert_eq!(done.value("S.w"), [0.5e-3, 1.5e-3, 2.5e-3]);
    let weights = done.value("Matrix.w");
    let expected = [2.0, 3.0, 4.0, 6.0, 7.0, 8.0];
    assert_eq!(weights, expected.map(|mv| mv * 1e-3));
    assert_eq!(
        done.value("Matrix.delay"),
        [2e-3, 3e-3, 1e-3, 3e-3, 1e-3, 2e-3]
    );
    let beyond = text.replace("from \"edges.csv\"", "from \"edges_beyond.csv\"");
    let message = said(&beyond);
    assert!(
        message.contains("`B` has no element 3 to connect, in line 3"),
        "{message}"
    );
    let message = said(&text.replace("from \"edges.csv\"", "from \"rates.npy\""));
    assert!(message.contains("is no list of synapses"), "{message}");
    let message = said(&text.replace("w : volt\n", "w : 1\n"));
    assert!(message.contains("its column is a voltage"), "{message}");
    let message = said(&text.replace(
        "-> B {\n    w : volt = load",
        "-> B[0:2] {\n    w : volt = load",
    ));
    assert!(message.contains("3 sources and 2 targets"), "{message}");
}

#[test]
fn what_does_not_fit_is_said() {
    let rows = [
        (
            "signal s(t) = load(\"word.csv\") every 1 ms",
            "line 3: `x` is not a number",
        ),
        (
            "signal s(t) = load(\"stimulus.csv\") every 1 ms",
            "have different units",
        ),
        (
            "signal s(t) = load(\"stimulus.csv\", \"U\") every 1 ms",
            "has no column `U`",
        ),
        (
            "signal s(t) = load(\"stimulus.csv\", \"I\") mV every 1 ms",
            "have one already",
        ),
        (
            "signal s(t) = load(\"matrix.txt\") every 1 ms",
            "does not fit its parameters",
        ),
        (
            "signal s(t) = load(\"rates.npz\") every 1 ms",
            "No such file",
        ),
        (
            "spikes g[4] { at: load(\"bare_spikes.csv\") }",
            "is no list of spikes",
        ),
        (
            "spikes g[4] { at: load(\"stimulus.csv\") }",
            "it has the columns t_ms, I_nA",
        ),
        (
            "spikes g[4] { at: load(\"negative_spikes.csv\") }",
            "times must not be negative",
        ),
        (
            "spikes g[3] { at: load(\"lif_spikes.csv\") }",
            "there is no element 3",
        ),
        (
            "spikes g[4] { at: load(\"lif_spikes.csv\"); period: 5 ms }",
            "longer than the last time",
        ),
    ];
    for (line, expected) in rows {
        let text = format!("{line}\nneurons cell[1] {{ v : 1 }}\nrun 1 ms\n");
        let message = said(&text);
        assert!(message.contains(expected), "{line}\n{message}");
    }
}
