//! Tests of the primitives: equal bits on every instruction set, error bounds, special values, random draws, event lists.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]
#![allow(clippy::disallowed_methods)] // compared with the standard library

mod accuracy;
mod draws;
mod lists;
mod reference;

use super::table::{Address, Argument, Isa, Param, Primitive, find, table};

/// The instruction sets of this machine.
fn sets() -> Vec<Isa> {
    Isa::ALL.into_iter().filter(|isa| isa.available()).collect()
}

/// A simple generator, so that the inputs owe nothing to the code under test.
struct Inputs(u64);

impl Inputs {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    /// Uniform in [low, high).
    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * ((self.next() >> 11) as f64 / 9007199254740992.0)
    }
}

/// Everything that is unusual.
const SPECIAL: [f64; 40] = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    -0.5,
    2.0,
    -2.0,
    3.0,
    -3.0,
    1e-8,
    -1e-8,
    5e-324,
    -5e-324,
    2e-310,
    -2e-310,
    f64::MIN_POSITIVE,
    -f64::MIN_POSITIVE,
    f64::MAX,
    -f64::MAX,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
    709.78,
    709.79,
    -745.13,
    -745.14,
    -708.4,
    716.3,
    1e300,
    -1e300,
    1e15,
    -1e15,
    1e10,
    -1e10,
    4503599627370497.5,
    0.4375,
    1073741823.9,
    1073741824.0,
    33.000_000_000_000_01,
];

/// Specials, bit patterns, and ordinary numbers.
fn mixture(inputs: &mut Inputs, n: usize) -> Vec<f64> {
    (0..n)
        .map(|_| match inputs.next() % 4 {
            0 => SPECIAL[inputs.next() as usize % SPECIAL.len()],
            1 => f64::from_bits(inputs.next()),
            2 => inputs.between(-2.0, 2.0),
            _ => inputs.between(-100.0, 100.0),
        })
        .collect()
}

fn arguments<'a>(row: &Primitive, columns: &'a [Vec<f64>], scalars: &[f64]) -> Vec<Argument<'a>> {
    let (mut columns, mut scalars) = (columns.iter(), scalars.iter());
    row.params
        .iter()
        .map(|param| match param {
            Param::Array(_) => Argument::Array(columns.next().unwrap()),
            Param::Scalar(_) => Argument::Scalar(*scalars.next().unwrap()),
        })
        .collect()
}

#[track_caller]
fn assert_same(a: f64, b: f64, what: impl Fn() -> String) {
    assert!(
        a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan()),
        "{}: {a:e} {b:e}",
        what()
    );
}

#[test]
fn every_instruction_set_gives_the_same_bits() {
    const N: usize = 20_000;
    let mut inputs = Inputs(1);
    for (k, row) in table(Isa::Portable).iter().enumerate() {
        let columns: Vec<Vec<f64>> = (0..row.arrays()).map(|_| mixture(&mut inputs, N)).collect();
        let scalars = mixture(&mut inputs, 8)
            .iter()
            .map(|x| if x.abs() < 1e9 { *x } else { 0.25 })
            .collect::<Vec<_>>();
        let mut expected = vec![0.0; N];
        assert!(row.call(&mut expected, &arguments(row, &columns, &scalars)));
        for isa in sets() {
            let row = &table(isa)[k];
            let mut out = vec![0.0; N];
            assert!(row.call(&mut out, &arguments(row, &columns, &scalars)));
            for i in 0..N {
                let mut point: Vec<f64> = columns.iter().map(|column| column[i]).collect();
                point.extend(&scalars[..row.params.len() - row.arrays()]);
                assert_same(expected[i], out[i], || {
                    format!("{} {isa:?} {point:?}", row.name)
                });
                assert_same(expected[i], row.scalar(&point), || {
                    format!("{} scalar {isa:?} {point:?}", row.name)
                });
            }
        }
    }
}

#[test]
fn any_length_and_alignment_will_do_and_nothing_else_is_written() {
    let values: Vec<f64> = (0..80).map(|i| f64::from(i) * 0.1).collect();
    for isa in sets() {
        let exp = find(isa, "exp").unwrap();
        for length in 0..40 {
            for start in 0..3 {
                let mut out = vec![-1.0; 80];
                assert!(exp.call(
                    &mut out[start..start + length],
                    &[Argument::Array(&values[5..])]
                ));
                for (i, &y) in out.iter().enumerate() {
                    let inside = (start..start + length).contains(&i);
                    assert_eq!(
                        y,
                        if inside {
                            exp.scalar(&[values[5 + i - start]])
                        } else {
                            -1.0
                        }
                    );
                }
            }
        }
    }
}

#[test]
fn the_output_may_be_an_input() {
    for isa in sets() {
        let gate = find(isa, "gate").unwrap();
        let (alpha, beta) = ([0.3; 37], [0.9; 37]);
        let before: Vec<f64> = (0..37).map(|i| f64::from(i) / 37.0).collect();
        let mut x = before.clone();
        let address: Address = gate.block;
        // SAFETY: the type is the one that `Address` documents for three arrays and one scalar.
        let block: unsafe extern "C" fn(*mut f64, *const f64, *const f64, *const f64, f64, usize) =
            unsafe { std::mem::transmute(address.get()) };
        // SAFETY: all arrays hold 37 doubles.
        unsafe {
            block(
                x.as_mut_ptr(),
                x.as_ptr(),
                alpha.as_ptr(),
                beta.as_ptr(),
                0.05,
                x.len(),
            )
        };
        for (new, old) in x.iter().zip(&before) {
            assert_eq!(*new, gate.scalar(&[*old, 0.3, 0.9, 0.05]));
        }
    }
}

#[test]
fn calls_that_do_not_fit_are_refused() {
    let exp = find(Isa::Portable, "exp").unwrap();
    let mut out = [7.0; 4];
    assert!(!exp.call(&mut out, &[]));
    assert!(!exp.call(&mut out, &[Argument::Scalar(1.0)]));
    assert!(!exp.call(&mut out, &[Argument::Array(&[1.0; 3])]));
    assert!(!exp.call(
        &mut out,
        &[Argument::Array(&[1.0; 4]), Argument::Array(&[1.0; 4])]
    ));
    assert_eq!(out, [7.0; 4]);
}

#[test]
fn names_are_unique_and_every_row_is_documented() {
    let mut names: Vec<_> = table(Isa::Portable).iter().map(|row| row.name).collect();
    assert!(
        table(Isa::Portable)
            .iter()
            .all(|row| row.doc.ends_with('.'))
    );
    names.sort_unstable();
    assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
}
