//! `snnc characterise`: against closed forms for integrate-and-fire neurons, and against what is known of Hodgkin and Huxley's axon.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

use std::process::Command;

use snnc::pipeline::characterise::subject::{Wanted, isolate, of_standard, standard};
use snnc::pipeline::characterise::{Character, Firing, characterise};
use snnc::source::NoFiles;

fn standard_model(name: &str, dt: &str) -> Character {
    let text = of_standard(standard(name).unwrap()).replace("dt = 0.05 ms", &format!("dt = {dt}"));
    of_text(&text, None).unwrap()
}

fn of_text(text: &str, input: Option<&str>) -> Result<Character, String> {
    let wanted = Wanted {
        file: "model.snn".into(),
        text: text.into(),
        input: input.map(str::to_string),
        ..Wanted::default()
    };
    isolate(&NoFiles, &wanted, &Default::default()).and_then(characterise)
}

fn near(value: f64, wanted: f64, part: f64) {
    assert!(
        (value - wanted).abs() <= part * wanted.abs(),
        "{value} instead of {wanted}"
    );
}

/// tau v' = El - v + R I: tau, R, rheobase (Vt - El)/R, interval tref + tau ln(RI/(RI - 15 mV)), strength I0/(1 - exp(-d/tau)), chronaxie tau ln 2.
#[test]
fn a_leaky_neuron_is_what_its_formulas_say() {
    let lif = standard_model("lif", "0.02 ms");
    near(lif.membrane.value, -65e-3, 1e-9);
    near(lif.time_constant.unwrap(), 10e-3, 1e-6);
    near(lif.resistance.unwrap(), 10e6, 1e-6);
    near(lif.rheobase.unwrap(), 1.5e-9, 1e-4);
    near(lif.lasting.unwrap(), 1.5e-9, 1e-4);
    assert_eq!(lif.stability, Some("stable node"));
    let mut compared = 0;
    for point in lif.firing.iter().filter(|point| point.input > 1.55e-9) {
        let drive = 10e6 * point.input;
        let interval = 2e-3 + 10e-3 * (drive / (drive - 15e-3)).ln();
        // Each interval ends on the grid: at most one step late.
        near(1.0 / point.lasting, interval + 1e-5, 0.005);
        compared += 1;
    }
    assert!(compared > 50);
    for (duration, strength) in &lif.strength {
        near(*strength, 1.5e-9 / (1.0 - (-duration / 10e-3).exp()), 0.005);
    }
    near(lif.chronaxie.unwrap(), 10e-3 * 2f64.ln(), 0.02);
}

/// tau v' = (v - Vr)(v - Vt)/(Vt - Vr) + R I has no equilibrium above R I = (Vt - Vr)/4; near Vr it is a leaky neuron with the same tau and R.
#[test]
fn a_quadratic_neuron_loses_its_rest_in_a_fold() {
    let qif = standard_model("quadratic_if", "0.05 ms");
    // Just above it the neuron takes pi tau sqrt((Vt - Vr)/(R dI)) to pass: a second is watched.
    let slow = 15e-3 * (std::f64::consts::PI * 10e-3 / qif.watched).powi(2);
    near(qif.rheobase.unwrap(), (15e-3 / 4.0 + slow) / 10e6, 5e-4);
    near(qif.time_constant.unwrap(), 10e-3, 1e-6);
    near(qif.resistance.unwrap(), 10e6, 1e-6);
}

/// Rest at -65 mV with m, h, n = 0.0530, 0.5960, 0.3177; the conductances there give 1 uF/(0.677 mS) = 1.476 ms. One spike from 2.28 uA/cm^2 on,
/// lasting firing from 6.3 uA/cm^2 on, at once with more than 50 Hz. Brian2 2.11 with the same method and step: the first input of a grid of
/// 0.001 uA/cm^2 with a spike is 2.285, the first of a grid of 0.005 uA/cm^2 with lasting ones 6.295; rates at 7.433 and 18.88 uA/cm^2 are 58.85
/// and 82.57 Hz.
#[test]
fn the_squid_axon_is_as_it_was() {
    let hh = standard_model("hodgkin_huxley", "0.05 ms");
    near(hh.membrane.value, -65e-3, 1e-4);
    for (state, wanted) in hh.rest.iter().skip(1).zip([0.0530, 0.5960, 0.3177]) {
        near(state.value, wanted, 1e-3);
    }
    assert_eq!(hh.stability, Some("stable focus"));
    near(hh.time_constant.unwrap(), 1.476e-3, 2e-3);
    near(hh.rheobase.unwrap(), 2.2845e-2, 0.0005);
    near(hh.lasting.unwrap(), 6.2925e-2, 0.0005);
    for (input, rate) in [(7.433e-2, 58.85), (18.88e-2, 82.57)] {
        let distance = |point: &&Firing| (point.input - input).abs();
        let nearest = hh
            .firing
            .iter()
            .min_by(|a, b| distance(a).total_cmp(&distance(b)));
        near(nearest.unwrap().lasting, rate, 0.001);
    }
    let lowest = hh
        .firing
        .iter()
        .map(|point| point.lasting)
        .filter(|rate| *rate > 0.0)
        .fold(f64::INFINITY, f64::min);
    assert!(lowest > 50.0, "{lowest}");
}

#[test]
fn what_cannot_be_found_is_said() {
    let no_input = "neurons g[1] {\n    dv/dt = -(v - E)/(10 ms) : volt\n    E : volt = -65 mV\n    threshold: v > 0 mV\n    reset: v = E\n}\n";
    let why = of_text(no_input, None).unwrap_err();
    assert!(why.contains("--input NAME") && why.contains("`E`"), "{why}");
    assert!(
        of_text(no_input, Some("x"))
            .unwrap_err()
            .contains("there are: `E`")
    );
    // As the input, E moves the resting state one to one.
    near(
        of_text(no_input, Some("E")).unwrap().resistance.unwrap(),
        1.0,
        1e-6,
    );
    let two = no_input.replace("neurons g[1]", "neurons nerons_b[1]");
    let unknown = Wanted {
        name: Some("nerons_a".into()),
        text: two,
        ..Wanted::default()
    };
    assert!(
        isolate(&NoFiles, &unknown, &Default::default())
            .err()
            .unwrap()
            .contains("did you mean `nerons_b`")
    );
}

/// A constant is an input as well; a neuron above its threshold at rest has no rheobase; parameters differ between neurons.
#[test]
fn populations_of_a_file_are_taken_as_they_are() {
    let text = "drive = 5 mV\nneurons g[3] {\n    dv/dt = (drive + w - v)/tau : volt\n    tau : second = (i + 1)*10 ms\n    w : volt\n    threshold: v > 15 mV\n    reset: v = 0 mV\n}\nneurons other[2] { dx/dt = -x/second : 1 }\nsynapses S: g -> other { on_pre: x += 1; connect: all }\nrun 10 ms\n";
    let wanted = |element| Wanted {
        file: "model.snn".into(),
        text: text.into(),
        name: Some("g".into()),
        element,
        ..Wanted::default()
    };
    for element in [0, 2] {
        let found = isolate(&NoFiles, &wanted(element), &Default::default())
            .and_then(characterise)
            .unwrap();
        assert_eq!(found.input, "drive");
        near(
            found.time_constant.unwrap(),
            10e-3 * (element + 1) as f64,
            1e-6,
        );
        near(found.rheobase.unwrap(), 15e-3, 1e-3);
    }
    let firing = text.replace("w : volt", "w : volt = 20 mV");
    let found = of_text(&firing, None).unwrap();
    assert!(found.spontaneous && found.rheobase.is_none());
}

#[test]
fn figures_are_written() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_snnc"))
        .args(["characterise", "lif", "--out", "here"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success() && said.contains("rheobase              1.5 nA"),
        "{said}"
    );
    assert!(
        folder.path().join("here/lif-characterised.svg").exists(),
        "{said}"
    );
}
