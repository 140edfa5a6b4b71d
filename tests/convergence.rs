//! `snnc check --convergence`: what it says about steps that are known to be short enough, or too long.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::process::Command;

fn convergence(model: &str) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("model.snn"), model).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_snnc"))
        .args(["check", "--convergence", "model.snn"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    (output.status.code(), said)
}

const LIF: &str = "
dt = DT
neurons lif[3] {
    dv/dt = (20 mV + i*1 mV - v)/(10 ms) : volt
    threshold: v > 15 mV
    reset:     v = 0 mV
    method:    METHOD
}
run 100 ms
";

/// Exact integration puts each spike on the first step after its crossing, ln(4)*10 ms = 13.863 ms for neuron 0: every 13.9 ms with 0.1 ms,
/// every 13.9 ms with 0.05 ms too (13.863 rounded up); all that moves is the grid.
#[test]
fn an_exact_step_moves_by_the_grid_only() {
    let (code, said) = convergence(&LIF.replace("DT", "0.1 ms").replace("METHOD", "exact"));
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("dt = 100 us is fine"), "{said}");
}

/// Euler's steps of a millisecond err by far more than the grid: the first step already is 5 % too long.
#[test]
fn a_long_euler_step_is_found() {
    let stiff = "
dt = 1 ms
neurons eif[1] {
    dv/dt = (-(v + 65 mV) + 2 mV*exp((v + 50 mV)/(2 mV)) + 20 mV)/(10 ms) : volt
    v(0) = -65 mV
    threshold: v > 0 mV
    reset:     v = -65 mV
    method:    euler
}
run 200 ms
";
    let (code, said) = convergence(stiff);
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("differs") && said.contains("dt = 500 us"),
        "{said}"
    );
}

#[test]
fn what_noise_hides_is_said() {
    let noisy = "
neurons cells[200] {
    dv/dt = -v/(10 ms) + 10 mV*sqrt(2/(10 ms))*xi : volt
    threshold: v > 15 mV
    reset:     v = 0 mV
    method:    euler
}
run 300 ms
";
    let (code, said) = convergence(noisy);
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains("another seed") && said.contains("cannot tell whether spike times have"),
        "{said}"
    );
}

/// Random starting values are the same for both steps, so spikes can be compared one by one.
#[test]
fn random_starting_values_are_no_noise() {
    let text = LIF
        .replace("DT", "0.1 ms")
        .replace("METHOD", "exact")
        .replace("    threshold", "    v(0) = rand()*10 mV\n    threshold");
    let (code, said) = convergence(&text);
    assert_eq!(code, Some(0), "{said}");
    assert!(!said.contains("another seed"), "{said}");
}

/// x' = -x from 1: Euler ends at (1 - dt)^n, with 0.5 s and 0.25 s at 0.25 and 0.3164 after 1 s.
#[test]
fn without_spikes_the_last_states_count() {
    let (code, said) = convergence(
        "dt = 500 ms\nneurons g[1] {\n    dx/dt = -x/second : 1\n    x(0) = 1\n    method: euler\n}\nrun 1 s\n",
    );
    assert_eq!(code, Some(1), "{said}");
    // (0.3164 - 0.25)/0.25
    assert!(said.contains("g.x at the end: 26.56 % apart"), "{said}");
    let nothing = convergence("spikes g[1] { at: {0: [5 ms]} }\nrun 1 ms\n");
    assert!(nothing.1.contains("says nothing about dt"), "{}", nothing.1);
}
