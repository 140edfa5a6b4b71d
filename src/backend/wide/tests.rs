//! Tests of the primitives: equal bits at every width, error bounds, special values.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

use super::table::{Isa, find};

#[test]
fn exp_is_close_to_the_library() {
    let exp = find(Isa::Portable, "exp").unwrap();
    for i in -7000..7000 {
        let x = f64::from(i) * 0.1;
        let (a, b) = (exp.scalar(&[x]), x.exp());
        assert!((a - b).abs() <= 2.3e-16 * b, "{x}: {a} {b}");
    }
}
