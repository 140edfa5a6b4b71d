//! Divisions by what is the same for all elements become multiplications.

use super::rewrite::{Change, rewrite};
use crate::kir::layout::Layout;
use crate::kir::{BinaryOp, Kernel, Op};

/// Replaces `x / u` by `x * (1 / u)` for uniform `u`, where `x` is not uniform itself.
pub fn run(layout: &Layout, kernel: &mut Kernel) {
    rewrite(layout, kernel, &mut |rewriter, _, op| {
        let Op::Binary(BinaryOp::Div, x, u) = *op else {
            return Change::Keep;
        };
        if rewriter.is_uniform(x) || !rewriter.is_uniform(u) {
            return Change::Keep;
        }
        let inverse = match rewriter.is_f64(u) {
            // The inverse of a subnormal number would be infinite.
            Some(u) if (1.0 / u).is_finite() => rewriter.f64(1.0 / u),
            Some(_) => return Change::Keep,
            None => {
                let one = rewriter.f64(1.0);
                rewriter.binary(BinaryOp::Div, one, u)
            }
        };
        Change::Op(Op::Binary(BinaryOp::Mul, x, inverse))
    });
}
