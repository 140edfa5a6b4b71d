//! The steps as text, and their values against formulas written out by hand.

use std::fmt::Write;

use super::{advance, planned, simulate};
use crate::algebra::show::show;
use crate::algebra::testing::{Given, Point, given};
use crate::numerics::scheme::{Body, Step};

fn written(given: &Given, step: &Step) -> String {
    let Body::Fixed { lets, updates } = &step.body else {
        panic!("an adaptive step");
    };
    let mut out = String::new();
    for (variable, term) in lets {
        writeln!(
            out,
            "{} = {}",
            given.model.variables[*variable].name,
            show(&given.model, *term)
        )
        .unwrap();
    }
    for (variable, term) in updates {
        writeln!(
            out,
            "{}' = {}",
            given.model.variables[*variable].name,
            show(&given.model, *term)
        )
        .unwrap();
    }
    out
}

#[track_caller]
fn expect(text: &str, method: Option<&str>, expected: &str) {
    let mut given = given(text, method);
    let step = planned(&mut given);
    let lines: Vec<String> = expected
        .lines()
        .map(|l| l.trim().to_string())
        .filter(|l| !l.is_empty())
        .collect();
    assert_eq!(written(&given, &step).trim(), lines.join("\n"));
}

#[test]
fn synaptic_currents_into_a_membrane_are_a_few_products() {
    expect(
        "const taum = 0.02
         const taue = 0.005
         const taui = 0.01
         const El = -0.049
         dv/dt = (ge + gi - (v - El))/taum : volt (unless refractory)
         dge/dt = -ge/taue : volt
         dgi/dt = -gi/taui : volt",
        None,
        "v_from_v = exp(-dt/taum)
         v_from_ge = dt*exp(max(-dt/taue, -dt/taum))*exprel(min(-dt/taue, -dt/taum) - max(-dt/taue, -dt/taum))/taum
         v_from_gi = dt*exp(max(-dt/taum, -dt/taui))*exprel(min(-dt/taum, -dt/taui) - max(-dt/taum, -dt/taui))/taum
         v_from_input = dt*exprel(-dt/taum)*El/taum
         ge_from_ge = exp(-dt/taue)
         gi_from_gi = exp(-dt/taui)
         v' = v_from_v*v + v_from_ge*ge + v_from_gi*gi + v_from_input
         ge' = ge_from_ge*ge
         gi' = gi_from_gi*gi",
    );
}

#[test]
fn inputs_that_differ_between_neurons_keep_a_common_factor() {
    expect(
        "const tau = 0.01
         dv/dt = (I - v)/tau : 1
         I : 1",
        None,
        "v_from_v = exp(-dt/tau)
         v_from_input = dt*exprel(-dt/tau)
         v' = v_from_v*v + v_from_input*I/tau",
    );
}

#[test]
fn runge_kutta_reads_like_its_definition() {
    expect(
        "dv/dt = (sin(t) - v)*u : 1
         u : 1",
        Some("rk2"),
        "k_v = dt*(sin(t) - v)*u
         v' = v + dt*(sin(t + 0.5*dt) - (v + 0.5*k_v))*u",
    );
}

#[test]
fn exponential_euler_solves_each_equation() {
    expect(
        "dm/dt = alpha*(1 - m) - beta*m : 1
         alpha = exp(v) : 1
         beta : 1
         dv/dt = -m*v + 2 : 1",
        Some("exponential_euler"),
        "m' = m*exp((-exp(v) - beta)*dt) + exp(v)*dt*exprel((-exp(v) - beta)*dt)
         v' = v*exp(-m*dt) + 2*dt*exprel(-m*dt)",
    );
}

#[test]
fn refractory_states_need_no_switch_of_their_own() {
    expect(
        "dv/dt = -v**2 : 1 (unless refractory)
         dw/dt = v - w : 1",
        Some("euler"),
        "v' = v - dt*v**2
         w' = w + dt*(v - w)",
    );
    // Others see the state held while the neuron is refractory.
    expect(
        "dv/dt = -v : 1 (unless refractory)
         dw/dt = v : 1",
        Some("exact"),
        "v_from_v = exp(-dt)
         w_from_v = dt*exprel(-dt)
         v' = v_from_v*v
         w' = w_from_v*v + w if not_refractory else dt*v + w",
    );
}

#[test]
fn noise_is_scaled_by_the_root_of_the_step() {
    expect(
        "dv/dt = -v + sigma*xi : 1
         sigma : 1",
        None,
        "v' = v - dt*v + sigma*sqrt(dt)*xi",
    );
}

/// Noise of two symbols, two states, and both stochastic methods against the formulas, number by number.
#[test]
fn support_points_displace_all_states_by_one_noise() {
    let text = "dv/dt = -v*w + v*w*xi_a + t*w*xi_b : 1\ndw/dt = v - w + v*xi_b : 1";
    let mut heun = given(text, Some("heun"));
    let step = planned(&mut heun);
    let (v, w, t, dt, na, nb) = (0.7, -0.4, 0.3, 0.01, 1.3, -0.6);
    let mut point = Point {
        dt,
        t,
        noise: vec![na, nb],
        ..Point::default()
    };
    point.values = [(heun.variable("v"), v), (heun.variable("w"), w)].into();
    advance(&heun, &step, &mut point);
    let (wa, wb): (f64, f64) = (dt.sqrt() * na, dt.sqrt() * nb);
    let (va, wa_point) = (v + v * w * wa, w);
    let (vb, wb_point) = (v + t * w * wb, w + v * wb);
    let v_new = v - dt * v * w
        + 0.5 * wa * (v * w + va * wa_point)
        + 0.5 * wb * (t * w + (t + dt) * wb_point);
    let w_new = w + dt * (v - w) + 0.5 * wb * (v + vb);
    assert!((point.values[&heun.variable("v")] - v_new).abs() < 1e-15);
    assert!((point.values[&heun.variable("w")] - w_new).abs() < 1e-15);

    let mut milstein = given(
        "dv/dt = -v*w + v*w*xi_a : 1\ndw/dt = v - w + v*w*xi_b : 1",
        Some("milstein"),
    );
    let step = planned(&mut milstein);
    let mut point = Point {
        dt,
        t,
        noise: vec![na, nb],
        ..Point::default()
    };
    point.values = [(milstein.variable("v"), v), (milstein.variable("w"), w)].into();
    advance(&milstein, &step, &mut point);
    let (fv, fw) = (-v * w, v - w);
    let root = dt.sqrt();
    // The support point of each noise moves only the state that has it, and both by their drift.
    let (va, w_a) = (v + dt * fv + root * v * w, w + dt * fw);
    let (v_b, wb_point) = (v + dt * fv, w + dt * fw + root * v * w);
    let v_new = v + dt * fv + v * w * wa + (va * w_a - v * w) * wa * wa / (2.0 * root);
    let w_new = w + dt * fw + v * w * wb + (v_b * wb_point - v * w) * wb * wb / (2.0 * root);
    assert!((point.values[&milstein.variable("v")] - v_new).abs() < 1e-15);
    assert!((point.values[&milstein.variable("w")] - w_new).abs() < 1e-15);
}

/// Values recorded from Brian2 2.11 for an equation that depends on time.
#[test]
fn time_dependent_values_recorded_from_brian2() {
    for (method, expected) in [
        ("euler", -0.3404588208516751),
        ("heun", -0.3404588208516751),
        ("milstein", -0.3404588208516751),
        ("rk2", -0.4211055504500954),
        ("rk4", -0.37878888157512075),
    ] {
        let mut given = given("dv/dt = (sin(2*pi*300*Hz*t) - v**2)/ms : 1", Some(method));
        let step = planned(&mut given);
        let found = simulate(&given, &step, &[("v", 0.0)], 1e-4, 49)[0];
        assert!((found - expected).abs() < 1e-12, "{method}: {found}");
    }
}

#[test]
fn signals_are_read_at_the_time_of_the_stage() {
    for (method, expected) in [
        ("rk4", 1.0833333333333333),
        ("euler", 1.0),
        ("rk2", 1.0),
        ("exponential_euler", 1.0),
    ] {
        let mut given = given("signal s 1e-4\ndv/dt = s/ms : 1", Some(method));
        let step = planned(&mut given);
        let found = simulate(&given, &step, &[("v", 0.0)], 1e-4, 5)[0];
        assert!((found - expected).abs() < 1e-12, "{method}: {found}");
    }
}

#[test]
fn constant_over_dt_is_held_during_the_stages() {
    let text = "dv/dt = a/ms : 1\na = 10*t/ms : 1 (constant over dt)";
    let mut held = given(text, Some("rk4"));
    let step = planned(&mut held);
    assert!(!written(&held, &step).contains('t') || written(&held, &step).contains('a'));
    let found = simulate(&held, &step, &[("v", 0.0), ("a", 3.0)], 1e-4, 1)[0];
    assert!((found - 0.3).abs() < 1e-15);
}

#[test]
fn exponential_euler_has_the_limit_at_rate_zero() {
    let mut given = given(
        "dx/dt = (-a*x + b)/ms : 1\na : 1\nb : 1",
        Some("exponential_euler"),
    );
    let step = planned(&mut given);
    let found = simulate(
        &given,
        &step,
        &[("x", 0.25), ("a", 0.0), ("b", 2.0)],
        1e-4,
        1,
    )[0];
    assert!((found - 0.45).abs() < 1e-15);
}

#[test]
fn a_stiff_equation_meets_its_tolerance() {
    let text = "dv/dt = -2000*Hz*(v - cos(t*Hz)) : 1";
    let exact = |t: f64| {
        // v' = -k (v - cos t): the particular solution and a decaying part.
        let k = 2000.0;
        let slow = |t: f64| (k * k * f64::cos(t) + k * f64::sin(t)) / (k * k + 1.0);
        slow(t) - slow(0.0) * (-k * t).exp()
    };
    for tolerance in [1e-4, 1e-7, 1e-10] {
        let mut given = given(text, Some("rkf45"));
        let group = given.group;
        if let Some(choice) = &mut given.model.groups[group].method {
            choice.options.push(("tolerance".to_string(), tolerance));
            choice.options.push(("max_steps".to_string(), 1e5));
        }
        let step = planned(&mut given);
        let found = simulate(&given, &step, &[("v", 0.0)], 0.02, 2)[0];
        assert!(
            (found - exact(0.04)).abs() < 2.0 * tolerance,
            "{tolerance}: {}",
            found - exact(0.04)
        );
    }
}
