//! The array language and the protocol: every function's example, loops, sweeps, and what they leave behind.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{Finished, Options, run, run_with};
use snnc::analysis::functions;

/// Runs a program that has to be without fault, its expectations met.
fn good(text: &str) -> Finished {
    let result = run("protocol.snn", text);
    assert!(result.codes().is_empty(), "{}", result.said);
    result.complete()
}

fn shown<'f>(finished: &'f Finished, name: &str) -> &'f str {
    let values = &finished.report.values;
    let found = values.iter().find(|(n, _)| n == name);
    &found.unwrap_or_else(|| panic!("{name} is not shown")).1
}

#[test]
fn every_function_does_what_its_example_says() {
    let examples: Vec<String> = functions::all()
        .map(|function| format!("expect {}\n", function.example))
        .collect();
    let finished = good(&examples.concat());
    assert_eq!(finished.report.expectations.len(), examples.len());
}

const NOISY: &str = "
neurons cell[20] {
    dv/dt = (I - v)/(10 ms) + 2 mV*sqrt(2/(10 ms))*xi : volt
    I : volt = 9 mV
    threshold: v > 10 mV
    reset:     v = 0
}
run 20 ms
";

#[test]
fn a_sweep_gives_the_same_bits_on_any_number_of_threads() {
    let text = format!(
        "{NOISY}
sweep I0 in linspace(8 mV, 14 mV, 7), w in [1, 2, 3] {{
    cell.I = I0*w
    cell.v = rand()*1 mV
    run 30 ms
    collect counts = cell.spikes.count
    collect final = mean(cell.v)
}}
print(shape(counts), shape(final))
export(counts, \"counts.npy\")
export(final, \"final.npy\")
"
    );
    let runs = [1, 2, 5].map(|threads| {
        let options = Options {
            threads: Some(threads),
            ..Options::default()
        };
        run_with("sweep.snn", &text, &options).complete()
    });
    assert_eq!(shown(&runs[0], "shape(counts)"), "[7, 3, 20]");
    assert_eq!(shown(&runs[0], "shape(final)"), "[7, 3]");
    let exports = runs.each_ref().map(|finished| finished.exports.clone());
    assert_eq!(exports[0].len(), 2);
    assert_eq!(exports[0], exports[1]);
    assert_eq!(exports[0], exports[2]);
    assert_eq!(runs[0].report.sweep_points, 21);
    // The state after a sweep is that before it.
    assert_eq!(runs[0].report.simulated_s, 0.02);
}

#[test]
fn points_of_a_sweep_draw_different_random_numbers() {
    let text = format!(
        "{NOISY}
sweep trial in range(4) {{
    run 20 ms
    collect final = mean(cell.v)
}}
expect size(unique(final)) == 4
save before
let first = 0 mV
let then = 0 mV
run 10 ms
first = mean(cell.v)
restore before
run 10 ms
then = mean(cell.v)
expect first != then
"
    );
    good(&text);
}

#[test]
fn loops_and_conditions_follow_the_text() {
    good(
        "
let total = 0
for k in range(5) {
    if k == 1 { total += 10 } else if k == 3 { total += 100 } else { total += 1 }
}
expect total == 113
let n = 0
while n < 7 { n += 2; collect steps = n }
expect n == 8
expect all(steps == [2, 4, 6, 8])
repeat 3 { n -= 1; collect seen = n }
expect all(seen == [7, 6, 5])
let x = zeros(4)*mV
x[1:3] = [5, 6] mV
x[-1] += 2 mV
x[x > 4 mV] *= 2
expect all(x == [0, 10, 12, 2] mV)
let m = reshape(range(6), 2, 3)
m[:, 1] = -1
expect sum(m) == 0 + 2 + 3 + 5 - 2
for row in m { collect sums = sum(row) }
expect all(sums == [1, 7])
stop
expect false
",
    );
}

#[test]
fn values_of_populations_are_read_and_written() {
    good(
        "
neurons a[4] {
    v : volt
    twice = 2*v : volt
    n : integer
    on : boolean
    total : volt (shared)
}
let w = [1, 2, 3, 4] mV
a.v = w
expect all(a.v == w) and all(a.twice == 2*w)
a[1:3].v += 10 mV
expect all(a.v == [1, 12, 13, 4] mV)
a.v[v > 5 mV] = w[0]
expect all(a.v == [1, 1, 1, 4] mV)
a.v[[0, 3]] = w[2:]
expect all(a.v == [3, 1, 1, 4] mV)
a.v = w[0]*i + a.v[0]
expect all(a.v == [3, 4, 5, 6] mV)
a.n = a.v/(2 mV)
expect all(a.n == [1, 2, 2, 3])
a.on = a.v > 4 mV
expect count(a.on) == 2
a.total = sum(a.v)
expect a.total == 18 mV
expect all(evaluate(a.twice, v: [1, 5] mV) == [2, 10] mV)
",
    );
}

#[test]
fn a_matrix_gives_each_synapse_its_entry() {
    good(
        "
neurons a[2] { x : 1; threshold: x > 1; reset: x = 0 }
neurons b[3] { y : volt; threshold: y > 1 mV; reset: y = 0 }
synapses S: a -> b {
    w : volt
    on_pre: y += w
    connect: if not (i == 1 and j == 0)
}
let table = reshape(range(6), 2, 3)*mV
S.w = table
expect all(S.w == [0, 1, 2, 4, 5] mV)
",
    );
}

#[test]
fn values_are_exported_alone_or_together() {
    let finished = good(
        "
let x = [1, 2, 3] mV
let y = [4, 5]
export(x, \"x.npy\")
export(x, y, twice: 2*x, \"all.npz\")
",
    );
    let exports = &finished.exports;
    let names: Vec<&str> = exports.iter().map(|export| export.name.as_str()).collect();
    assert_eq!(names, ["x.npy", "all.npz"]);
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(&exports[1].bytes)).unwrap();
    let entries: Vec<String> = (0..archive.len())
        .map(|k| archive.by_index(k).unwrap().name().unwrap().into_owned())
        .collect();
    assert_eq!(entries, ["x.npy", "y.npy", "twice.npy"]);
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut archive.by_name("twice.npy").unwrap(), &mut bytes).unwrap();
    let values: Vec<f64> = npyz::NpyFile::new(&bytes[..]).unwrap().into_vec().unwrap();
    assert_eq!(values, [0.002, 0.004, 0.006]);
}

#[test]
fn a_run_ends_when_its_condition_holds() {
    let finished = good(
        "
neurons a[1] {
    dv/dt = 1 volt/second : volt
    threshold: v > 10.05 mV
    reset:     v = 0
}
run 100 ms, until a.v[0] > 4.55 mV
expect abs(t - 4.6 ms) < 1 us
run 100 ms, until a.spikes.count[0] >= 3
expect a.spikes.count[0] == 3
expect a[0:1].spikes.count[0] == 3 and sum(a.spikes.count) == 3
save here
run 100 ms, until a.spikes.count[0] >= 5
expect a.spikes.count[0] == 5
restore here
expect a.spikes.count[0] == 3
let when = t
expect abs(when - max(a.spikes.t)) < 0.2 ms
",
    );
    assert!(finished.report.simulated_s < 0.04);
}

#[test]
fn code_between_steps_runs_at_multiples_of_its_interval() {
    good(
        "
neurons a[2] {
    dv/dt = drive : volt
    drive : volt/second
}
let calls = 0
let times = zeros(11)*ms
every 1 ms {
    times[calls] = t
    calls += 1
    a.drive = calls*[1, 2] mV/ms
}
run 10 ms
expect calls == 10
expect max(abs(times[:10] - linspace(0 ms, 9 ms, 10))) < 1 us
# The sum of 1 to 10, a millisecond each.
expect abs(a.v[0] - 55 mV) < 1 nV
expect abs(a.v[1] - 110 mV) < 1 nV
",
    );
}

#[test]
fn constants_change_in_loops_and_sweeps() {
    good(
        "
tau = 10 ms
neurons a[1] { dx/dt = 1/tau : 1 }
sweep tau in [5, 10, 20] ms {
    run 10 ms
    collect x = a.x[0]
}
expect max(abs(x - [2, 1, 0.5])) < 1e-9
expect all(tau == [5, 10, 20] ms)
",
    );
    good(
        "
tau = 10 ms
neurons a[1] { dx/dt = 1/tau : 1 }
for k in [1, 2] {
    tau = k*10 ms
    run tau
}
expect abs(a.x[0] - 2) < 1e-9
expect tau == 20 ms
",
    );
}

#[test]
fn spike_trains_are_measured() {
    good(
        "
spikes g[3] { at: {0: [1 ms, 2 ms, 4 ms], 2: [5 ms]} }
run 10 ms
expect all(g.spikes.count == [3, 0, 1])
expect abs(isi(g)[1] - 2 ms) < 1 ns
expect abs(first_spike(g)[2] - 5 ms) < 1 ns and not is_finite(first_spike(g)[1])
expect abs(rate(g)[0] - 300 Hz) < 1e-6 Hz
expect size(train(g[2:3], 0)) == 1
expect abs(cv(g)[0] - 1/3) < 1e-9
expect size(g.spikes.t) == 4 and sum(g.spikes.i) == 2
expect abs(mean(g.rate) - 4/3/(10 ms)) < 1e-6 Hz
expect size(trace(g.rate)) == 100
",
    );
}

#[test]
fn names_of_the_protocol_come_before_variables() {
    good(
        "
neurons a[3] { x : 1 }
let x = 5
a.x = x
expect all(a.x == 5)
sweep y in [1, 2] { a.x = y; collect seen = a.x[0] }
expect all(seen == [1, 2])
for k in range(2) { a.x += k + i }
expect all(a.x == [6, 8, 10])
",
    );
}
