//! Optimizations: each takes a kernel to a kernel that does the same work in fewer or faster operations.
//!
//! A pass that is `exact` keeps every bit. An algebraic one may change the rounding of results; it runs before any executor sees the
//! program, so executors still agree.

mod compact;
mod dead;

use super::layout::Layout;
use super::{Kernel, Program};

/// An optimization of one kernel.
pub struct Pass {
    /// Name in the text form of tests.
    pub name: &'static str,
    /// What it does, in a line.
    pub purpose: &'static str,
    /// True if it keeps every bit.
    pub exact: bool,
    run: fn(&Layout, &mut Kernel),
}

/// The passes, in the order in which [`optimize`] applies them.
pub const PASSES: &[Pass] = &[Pass {
    name: "dead",
    purpose: "removes operations whose result nobody uses",
    exact: true,
    run: dead::run,
}];

/// Applies one pass to every kernel and numbers the values anew, in the order of their definition.
pub fn apply(pass: &Pass, program: &mut Program) {
    for kernel in program.kernels.iter_mut() {
        (pass.run)(&program.layout, kernel);
        compact::run(kernel);
        debug_assert_eq!(super::verify::verify_kernel(&program.layout, kernel), []);
    }
}

/// Applies all passes.
pub fn optimize(program: &mut Program) {
    for pass in PASSES {
        apply(pass, program);
    }
}
