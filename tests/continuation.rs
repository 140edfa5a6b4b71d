//! `snnc continue`: folds and Hopf points against their formulas.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::process::Command;

use snnc::pipeline::characterise::subject::{Wanted, equations, of_standard, quantity, standard};
use snnc::pipeline::continuation::{Branch, Happening, follow, pieces};
use snnc::source::NoFiles;

fn branches(text: &str, over: &str, low: f64, high: f64) -> Vec<Branch> {
    let wanted = Wanted {
        file: "model.snn".into(),
        text: text.into(),
        input: Some(over.into()),
        ..Wanted::default()
    };
    let alone = equations(&NoFiles, &wanted, &Default::default()).unwrap();
    follow(&alone.field, low, high)
}

fn specials(branches: &[Branch], what: Happening) -> Vec<(f64, Vec<f64>, Option<f64>)> {
    let all = branches
        .iter()
        .flat_map(|branch| &branch.special)
        .filter(|special| special.what == what);
    let mut found: Vec<_> = all
        .map(|special| {
            (
                special.point.value,
                special.point.at.state.clone(),
                special.frequency(),
            )
        })
        .collect();
    found.sort_by(|a, b| a.0.total_cmp(&b.0));
    found
}

fn near(value: f64, wanted: f64, within: f64) {
    assert!(
        (value - wanted).abs() <= within,
        "{value} instead of {wanted}"
    );
}

/// v' = v - v^3/3 - w + I, w' = eps (v + a - b w), in milliseconds: the trace 1 - v^2 - eps b of the Jacobian vanishes at v = -+sqrt(1 - eps b),
/// where I = (v + a)/b - v + v^3/3 and the angular frequency is the root of the determinant, eps (1 - b (1 - v^2)).
#[test]
fn fitzhugh_nagumo_has_the_hopf_points_of_its_formula() {
    let found = branches(
        &of_standard(standard("fitzhugh_nagumo").unwrap()),
        "I",
        0.0,
        2.0,
    );
    assert_eq!(found.len(), 1);
    let hopf = specials(&found, Happening::Hopf);
    assert_eq!(hopf.len(), 2);
    let (a, b, eps) = (0.7, 0.8, 0.08f64);
    for ((input, state, frequency), sign) in hopf.iter().zip([-1.0, 1.0]) {
        let v = sign * (1.0 - eps * b).sqrt();
        near(*input, (v + a) / b - v + v.powi(3) / 3.0, 1e-7);
        near(state[0], v, 1e-7);
        let omega = (eps * (1.0 - b * (1.0 - v * v))).sqrt() * 1e3;
        near(frequency.unwrap(), omega / std::f64::consts::TAU, 1e-3);
    }
    assert!(specials(&found, Happening::Fold).is_empty());
    let unstable: Vec<usize> = pieces(&found[0]).iter().map(|piece| piece.2).collect();
    assert_eq!(unstable, [0, 2, 0]);
}

/// The variant of the EPFL course: u' = u (1 - u^2) - w + I, w' = eps (u - w/2 + 1): Hopf points at u = -+sqrt((1 - eps/2)/3), I = u + u^3 + 2.
#[test]
fn the_variant_of_a_course_as_well() {
    let text = "
I = 0 in 0 .. 4
eps = 0.1
neurons fhn[1] {
    du/dt = (u*(1 - u**2) - w + I)/ms : 1
    dw/dt = eps*(u - 0.5*w + 1)/ms : 1
    threshold: u > 1
}
run 1 ms
";
    let hopf = specials(&branches(text, "I", 0.0, 4.0), Happening::Hopf);
    assert_eq!(hopf.len(), 2);
    for ((input, state, _), sign) in hopf.iter().zip([-1.0, 1.0]) {
        let u = sign * ((1.0 - 0.1 / 2.0) / 3.0f64).sqrt();
        near(*input, u + u.powi(3) + 2.0, 1e-7);
        near(state[0], u, 1e-7);
    }
    near(hopf[0].0, 1.2591, 1e-4);
    near(hopf[1].0, 2.7409, 1e-4);
}

/// x' = p + x - x^3 turns back at x = -+1/sqrt(3), p = +-2/(3 sqrt 3): one curve with three pieces, the middle one unstable.
#[test]
fn a_bistable_switch_folds_twice() {
    let text = "p = 0 in -1 .. 1\nneurons g[1] {\n    dx/dt = (p + x - x**3)/second : 1\n    x(0) = -1\n}\nrun 1 ms\n";
    let found = branches(text, "p", -1.0, 1.0);
    assert_eq!(found.len(), 1, "all equilibria are on one curve");
    let folds = specials(&found, Happening::Fold);
    let limit = 2.0 / (3.0 * 3f64.sqrt());
    assert_eq!(folds.len(), 2);
    near(folds[0].0, -limit, 1e-8);
    near(folds[1].0, limit, 1e-8);
    near(folds[0].1[0], 1.0 / 3f64.sqrt(), 1e-4);
    let unstable: Vec<usize> = pieces(&found[0]).iter().map(|piece| piece.2).collect();
    assert_eq!(unstable, [0, 1, 0]);
}

/// The pitchfork x' = p x - x^3: three branches meet at 0.
#[test]
fn branches_that_cross_are_all_found() {
    let text = "neurons g[1] {\n    dx/dt = (p*x - x**3)/second : 1\n    p : 1 = 0.5\n    x(0) = 0.1\n}\nrun 1 ms\n";
    let found = branches(text, "p", -1.0, 1.0);
    let highest = found
        .iter()
        .flat_map(|branch| &branch.points)
        .filter(|point| point.value > 0.99);
    let mut x: Vec<i32> = highest
        .map(|point| point.at.state[0].round() as i32)
        .collect();
    x.sort_unstable();
    x.dedup();
    assert_eq!(x, [-1, 0, 1]);
}

/// Textbook values: Rinzel and Ermentrout's Morris-Lecar neuron at 93.86 and 212.0 uA/cm^2; Hodgkin and Huxley's axon at 9.78 and 154.5 uA/cm^2;
/// the quadratic neuron's fold at (Vt - Vr)/(4 R).
#[test]
fn standard_models_are_as_in_textbooks() {
    for (model, wanted) in [
        ("morris_lecar", [0.9386, 2.1202]),
        ("hodgkin_huxley", [0.0978, 1.545]),
    ] {
        let high = wanted[1] * 1.3;
        let hopf = specials(
            &branches(&of_standard(standard(model).unwrap()), "I", 0.0, high),
            Happening::Hopf,
        );
        assert_eq!(hopf.len(), 2, "{model}");
        for ((input, ..), wanted) in hopf.iter().zip(wanted) {
            near(*input, wanted, 2e-3 * wanted);
        }
    }
    let fold = specials(
        &branches(
            &of_standard(standard("quadratic_if").unwrap()),
            "I",
            0.0,
            2e-9,
        ),
        Happening::Fold,
    );
    assert_eq!(fold.len(), 1);
    near(fold[0].0, 0.375e-9, 1e-15);
    near(fold[0].1[0], -57.5e-3, 1e-6);
}

#[test]
fn the_command_prints_and_draws() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_snnc"))
            .arg("continue")
            .args(arguments)
            .current_dir(folder.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned()
            + &String::from_utf8_lossy(&output.stderr);
        (output.status.code(), said)
    };
    let (code, said) = run(&[
        "fitzhugh_nagumo",
        "I",
        "--from",
        "0",
        "--to",
        "1",
        "--out",
        "here",
    ]);
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains("0 to 0.331281  stable") && said.contains("Hopf"),
        "{said}"
    );
    assert!(
        folder
            .path()
            .join("here/equilibria-of-fitzhugh-nagumo-over-i.png")
            .exists(),
        "{said}"
    );
    assert!(
        run(&["lif", "Vt"])
            .1
            .contains("stands in none of the differential equations")
    );
    assert!(run(&["lif", "taum"]).1.contains("did you mean `tau`"));
    assert!(
        run(&["lif", "I", "--from", "1 mV"])
            .1
            .contains("should be in ampere")
    );
    assert!(quantity("10 uA/cm^2", snnc::units::dimension::Dimension::NONE).is_err());
}
