//! Errors against multi-precision references and the standard library; special values; limits.

use super::super::table::{Isa, find};
use super::reference::REFERENCES;
use super::{Inputs, SPECIAL, assert_same};
use std::f64::consts::PI;

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

fn ulp(x: f64) -> f64 {
    let x = x.abs();
    f64::from_bits(x.to_bits() + 1) - x
}

#[track_caller]
fn call(name: &str, arguments: &[f64]) -> f64 {
    find(Isa::Portable, name).unwrap().scalar(arguments)
}

#[test]
fn errors_stay_within_the_stated_bounds() {
    for (name, bound, rows) in REFERENCES {
        assert!(rows.len() >= 4);
        for (arguments, value) in *rows {
            let got = call(name, arguments);
            // The reference itself was rounded once.
            assert!(
                (got - value).abs() <= (bound + 0.5) * ulp(*value),
                "{name}{arguments:?} = {got:e}, not {value:e}"
            );
        }
    }
}

/// Function of one argument, the same in the standard library, range of arguments, bound in ulp (both sides' errors together).
type Row = (&'static str, fn(f64) -> f64, (f64, f64), f64);

const STANDARD: &[Row] = &[
    ("exp", f64::exp, (-745.0, 709.7), 2.0),
    ("exp", f64::exp, (-1.0, 1.0), 2.0),
    ("expm1", f64::exp_m1, (-2.0, 2.0), 3.0),
    ("expm1", f64::exp_m1, (-45.0, 709.7), 3.0),
    ("log", f64::ln, (0.0, 3.0), 2.0),
    ("log", f64::ln, (0.0, 1e300), 2.0),
    ("log1p", f64::ln_1p, (-1.0, 1.0), 2.0),
    ("log1p", f64::ln_1p, (0.0, 1e20), 2.0),
    ("log10", f64::log10, (0.0, 1000.0), 3.0),
    ("log2", f64::log2, (0.0, 1000.0), 3.0),
    ("sin", f64::sin, (-7.0, 7.0), 2.0),
    ("sin", f64::sin, (-1e6, 1e6), 2.0),
    ("sin", f64::sin, (-1e18, 1e18), 2.0),
    ("cos", f64::cos, (-7.0, 7.0), 2.0),
    ("cos", f64::cos, (-1e300, 1e300), 2.0),
    ("tan", f64::tan, (-7.0, 7.0), 3.0),
    ("tan", f64::tan, (-1e12, 1e12), 3.0),
    ("sinh", f64::sinh, (-3.0, 3.0), 4.0),
    ("sinh", f64::sinh, (-710.0, 710.0), 4.0),
    ("cosh", f64::cosh, (-5.0, 5.0), 3.0),
    ("cosh", f64::cosh, (-710.0, 710.0), 3.0),
    ("tanh", f64::tanh, (-3.0, 3.0), 4.0),
    ("tanh", f64::tanh, (-30.0, 30.0), 4.0),
    ("asin", f64::asin, (-1.0, 1.0), 3.0),
    ("acos", f64::acos, (-1.0, 1.0), 3.0),
    ("atan", f64::atan, (-3.0, 3.0), 3.0),
    ("atan", f64::atan, (-1e6, 1e6), 3.0),
];

#[test]
fn agrees_with_the_standard_library() {
    let mut inputs = Inputs(7);
    for (name, standard, (low, high), bound) in STANDARD {
        for _ in 0..20_000 {
            let x = inputs.between(*low, *high);
            let (got, expected) = (call(name, &[x]), standard(x));
            assert!(
                (got - expected).abs() <= bound * ulp(expected),
                "{name}({x:e}) = {got:e}, not {expected:e}"
            );
        }
    }
}

#[test]
fn powers_agree_with_the_standard_library() {
    let mut inputs = Inputs(8);
    for _ in 0..100_000 {
        let x = inputs.between(0.0, 4.0);
        let y = inputs.between(-600.0, 500.0);
        let (got, expected) = (call("pow", &[x, y]), x.powf(y));
        if expected.is_finite() {
            assert!(
                (got - expected).abs() <= 2.0 * ulp(expected),
                "{x}^{y}: {got:e} {expected:e}"
            );
        }
    }
    for n in -40..40 {
        for x in [-3.0, -2.5, -0.1, 0.3, 7.0] {
            let (got, expected) = (call("pow", &[x, f64::from(n)]), x.powf(f64::from(n)));
            assert!(
                (got - expected).abs() <= 2.0 * ulp(expected),
                "{x}^{n}: {got:e} {expected:e}"
            );
        }
    }
    // Whole powers of whole numbers are exact.
    assert_eq!(call("pow", &[3.0, 4.0]), 81.0);
    assert_eq!(call("pow", &[10.0, 22.0]), 1e22);
    assert_eq!(call("pow", &[-2.0, 63.0]), -(2f64.powi(63)));
}

#[test]
fn special_values_are_those_of_ieee_754() {
    let rows: &[(&str, &[f64], f64)] = &[
        ("exp", &[INF], INF),
        ("exp", &[-INF], 0.0),
        ("exp", &[709.79], INF),
        ("exp", &[-745.14], 0.0),
        ("exp", &[-745.13], 5e-324),
        ("exp", &[0.0], 1.0),
        ("expm1", &[INF], INF),
        ("expm1", &[-INF], -1.0),
        ("expm1", &[-0.0], -0.0),
        ("expm1", &[5e-324], 5e-324),
        ("exprel", &[0.0], 1.0),
        ("exprel", &[INF], INF),
        ("exprel", &[-INF], 0.0),
        ("exprel", &[5e-324], 1.0),
        ("log", &[0.0], -INF),
        ("log", &[-0.0], -INF),
        ("log", &[-1.0], NAN),
        ("log", &[INF], INF),
        ("log", &[1.0], 0.0),
        ("log", &[5e-324], -744.4400719213812),
        ("log1p", &[-1.0], -INF),
        ("log1p", &[-1.5], NAN),
        ("log1p", &[INF], INF),
        ("log1p", &[-0.0], -0.0),
        ("log1p", &[1e-300], 1e-300),
        ("log10", &[1000.0], 3.0),
        ("log10", &[1e-5], -5.0),
        ("log2", &[f64::from_bits(1 << 24)], -1050.0), // 2^-1050
        ("sin", &[-0.0], -0.0),
        ("sin", &[INF], NAN),
        ("cos", &[-INF], NAN),
        ("cos", &[0.0], 1.0),
        ("tan", &[-0.0], -0.0),
        ("sinh", &[-INF], -INF),
        ("sinh", &[-0.0], -0.0),
        ("sinh", &[1e-310], 1e-310),
        ("cosh", &[-INF], INF),
        ("cosh", &[0.0], 1.0),
        ("tanh", &[INF], 1.0),
        ("tanh", &[-INF], -1.0),
        ("tanh", &[-0.0], -0.0),
        ("asin", &[1.0], PI / 2.0),
        ("asin", &[1.0000001], NAN),
        ("acos", &[1.0], 0.0),
        ("acos", &[-1.0], PI),
        ("acos", &[-2.0], NAN),
        ("atan", &[INF], PI / 2.0),
        ("atan", &[-INF], -PI / 2.0),
        ("atan", &[-0.0], -0.0),
        ("atan2", &[0.0, -0.0], PI),
        ("atan2", &[-0.0, 0.0], -0.0),
        ("atan2", &[1.0, 0.0], PI / 2.0),
        ("atan2", &[-INF, INF], -PI / 4.0),
        ("atan2", &[INF, -INF], 3.0 * PI / 4.0),
        ("atan2", &[1.0, -INF], PI),
        ("atan2", &[1e308, 1e308], PI / 4.0),
        ("atan2", &[0.0, NAN], NAN),
        ("pow", &[NAN, 0.0], 1.0),
        ("pow", &[1.0, NAN], 1.0),
        ("pow", &[0.0, 0.0], 1.0),
        ("pow", &[0.0, -1.0], INF),
        ("pow", &[-0.0, -3.0], -INF),
        ("pow", &[-0.0, 3.0], -0.0),
        ("pow", &[-0.0, 2.0], 0.0),
        ("pow", &[-8.0, 1.0 / 3.0], NAN),
        ("pow", &[-2.0, 3.0], -8.0),
        ("pow", &[-INF, 3.0], -INF),
        ("pow", &[-INF, -3.0], -0.0),
        ("pow", &[-INF, 0.5], INF),
        ("pow", &[2.0, INF], INF),
        ("pow", &[0.5, INF], 0.0),
        ("pow", &[0.5, -INF], INF),
        ("pow", &[-1.0, INF], 1.0),
        ("pow", &[2.0, -1074.0], 5e-324),
        ("pow", &[5e-324, 1.0], 5e-324),
        ("pow", &[2.0, 1e300], INF),
        ("pow", &[2.0, -1e300], 0.0),
        ("floor_mod", &[5.0, -3.0], -1.0),
        ("floor_mod", &[-7.5, 2.0], 0.5),
        ("floor_mod", &[-5.0, -3.0], -2.0),
        ("floor_mod", &[6.0, 3.0], 0.0),
        ("floor_mod", &[-6.0, 3.0], 0.0),
        ("floor_mod", &[1.0, 0.0], NAN),
        ("floor_mod", &[1e300, 7.0], 1.0),
        ("floor_mod", &[1.0, INF], 1.0),
        ("floor_div", &[-5.0, 2.0], -3.0),
        ("floor_div", &[7.0, 0.5], 14.0),
        ("floor_div", &[1.0, 0.0], INF),
        ("floor_div", &[1.0, 0.1], 9.0),
    ];
    for (name, arguments, value) in rows {
        assert_same(call(name, arguments), *value, || {
            format!("{name}{arguments:?}")
        });
    }
}

#[test]
fn nan_in_is_nan_out() {
    for row in super::table(Isa::Portable) {
        if row.arrays() == 1 {
            let mut arguments = vec![1.0; row.params.len()];
            arguments[0] = NAN;
            assert!(row.scalar(&arguments).is_nan(), "{}", row.name);
        }
    }
}

#[test]
fn remainders_are_those_of_long_division() {
    let mut inputs = Inputs(3);
    for i in 0..200_000 {
        let pick = |inputs: &mut Inputs| match i % 3 {
            0 => inputs.between(-10.0, 10.0),
            1 => (inputs.between(-1e6, 1e6)).round() * 0.1,
            _ => SPECIAL[inputs.next() as usize % SPECIAL.len()],
        };
        let (x, y) = (pick(&mut inputs), pick(&mut inputs));
        let r = x % y;
        let expected = if r == 0.0 {
            0f64.copysign(y)
        } else if (r < 0.0) != (y < 0.0) {
            r + y
        } else {
            r
        };
        assert_same(call("floor_mod", &[x, y]), expected, || {
            format!("{x} % {y}")
        });
        let q = call("floor_div", &[x, y]);
        if q.abs() < 1e15 && y.is_finite() {
            assert!(
                (q.mul_add(y, expected) - x).abs() <= 4.0 * ulp(x.abs().max(y.abs())),
                "{x} // {y} = {q}"
            );
        }
    }
}

#[test]
fn fused_primitives_have_their_limits() {
    // t = 0 in t/(e^t - 1), and next to it.
    assert_eq!(call("linoid", &[-40.0, 3.0, 0.125, 5.0]), 3.0);
    assert!((call("linoid", &[1e-12, 1.0, 1.0, 0.0]) - (1.0 - 5e-13)).abs() < 3e-16);
    // Saturation.
    assert!(call("logistic", &[1e6, 1.0, 1.0, 0.0]) < 1e-300);
    assert_eq!(call("logistic", &[-1e6, 2.0, 1.0, 0.0]), 2.0);
    // Rates of zero are plain Euler; rates beyond all bounds reach the target.
    assert_eq!(call("expeuler", &[1.0, 0.0, 2.0, 0.25]), 1.5);
    assert_eq!(call("expeuler", &[1.0, -1e9, 2e9, 1.0]), 2.0);
    assert_eq!(call("gate", &[0.25, 0.0, 0.0, 0.1]), 0.25);
    assert_eq!(call("gate", &[0.25, 1e9, 0.0, 0.1]), 1.0);
    assert_eq!(call("relax", &[0.25, 0.75, 0.0, 0.1]), 0.25);
    assert_eq!(call("relax", &[0.25, 0.75, 1e9, 0.1]), 0.75);
    assert_eq!(call("relax_tau", &[0.25, 0.75, INF, 0.1]), 0.25);
    // A gate never leaves [0, 1].
    let mut inputs = Inputs(4);
    for _ in 0..50_000 {
        let point = [
            inputs.between(0.0, 1.0),
            inputs.between(0.0, 50.0),
            inputs.between(0.0, 50.0),
            inputs.between(0.0, 0.5),
        ];
        let x = call("gate", &point);
        assert!(
            (0.0..=1.0 + 4.0 * f64::EPSILON).contains(&x),
            "{point:?} {x}"
        );
    }
    // Held elements keep their bits.
    assert_eq!(
        call("linear2_where", &[-0.0, 1.0, 0.0, 2.0, 3.0, 4.0]).to_bits(),
        (-0.0f64).to_bits()
    );
    assert_eq!(
        call(
            "linear2_where",
            &[1.0, 1.0, f64::from_bits(u64::MAX), 2.0, 3.0, 4.0]
        ),
        9.0
    );
}
