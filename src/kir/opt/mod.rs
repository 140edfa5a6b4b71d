//! Optimizations: each takes a kernel to a kernel that does the same work in fewer or faster operations.
//!
//! A pass that is `exact` keeps every bit. An algebraic one may change the rounding of results; it runs before any executor sees the
//! program, so executors still agree.

mod affine;
mod compact;
mod cse;
mod dead;
mod euler;
mod exponential;
mod fma;
mod fold;
mod power;
mod reciprocal;
mod rewrite;
mod uniform;

use super::layout::Layout;
use super::{Kernel, Program};

/// An optimization of one kernel.
pub struct Pass {
    /// Name in the text form of tests.
    pub name: &'static str,
    /// What it does, in a line.
    pub purpose: &'static str,
    /// True if it keeps every bit (NaN payloads apart).
    pub exact: bool,
    run: fn(&Layout, &mut Kernel),
}

const fn pass(
    name: &'static str,
    purpose: &'static str,
    exact: bool,
    run: fn(&Layout, &mut Kernel),
) -> Pass {
    Pass {
        name,
        purpose,
        exact,
        run,
    }
}

/// All passes.
pub const PASSES: &[Pass] = &[
    pass("fold", "computes what is constant", true, fold::run),
    pass("cse", "does equal operations once", true, cse::run),
    pass(
        "dead",
        "removes operations whose result nobody uses",
        true,
        dead::run,
    ),
    pass("power", "multiplies small powers out", false, power::run),
    pass(
        "reciprocal",
        "multiplies by the inverse of uniform or repeated divisors",
        false,
        reciprocal::run,
    ),
    pass(
        "uniform",
        "moves uniform factors together",
        false,
        uniform::run,
    ),
    pass("euler", "fuses exponential Euler steps", false, euler::run),
    pass(
        "exponential",
        "fuses idioms around the exponential",
        false,
        exponential::run,
    ),
    pass("fma", "fuses products with sums", false, fma::run),
];

/// The order in which [`optimize`] applies them.
const ORDER: &[&str] = &[
    "fold",
    "cse",
    "power",
    "reciprocal",
    "cse",
    "uniform",
    "fold",
    "cse",
    "euler",
    "exponential",
    "fold",
    "cse",
    "fma",
    "fold",
    "cse",
];

/// Applies one pass to every kernel, drops what nobody uses any more, and numbers the values anew, in the order of their definition.
pub fn apply(pass: &Pass, program: &mut Program) {
    for kernel in program.kernels.iter_mut() {
        (pass.run)(&program.layout, kernel);
        dead::run(&program.layout, kernel);
        compact::run(kernel);
        debug_assert_eq!(super::verify::verify_kernel(&program.layout, kernel), []);
    }
}

/// Applies the passes, some of them several times.
pub fn optimize(program: &mut Program) {
    for name in ORDER {
        for pass in PASSES.iter().filter(|pass| pass.name == *name) {
            apply(pass, program);
        }
    }
}
