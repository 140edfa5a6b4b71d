//! Divisions by what is the same for all elements, or by the same value several times, become multiplications.

use super::rewrite::{Change, rewrite};
use crate::kir::layout::Layout;
use crate::kir::{BinaryOp, Kernel, Op, Stmt, Value};

/// Replaces `x / u` by `x * (1 / u)` for uniform `u`, where `x` is not uniform itself, and for divisors that occur more than once. The
/// inverses are equal operations, of which one remains.
pub fn run(layout: &Layout, kernel: &mut Kernel) {
    let mut divisors = vec![0; kernel.types.len()];
    count(&kernel.body, &mut divisors);
    rewrite(layout, kernel, &mut |rewriter, _, op| {
        let Op::Binary(BinaryOp::Div, x, u) = *op else {
            return Change::Keep;
        };
        if rewriter.is_uniform(x) && rewriter.is_uniform(u) || rewriter.is_f64(x) == Some(1.0) {
            return Change::Keep;
        }
        let shared = divisors.get(u.0 as usize).is_some_and(|&count| count > 1);
        if !rewriter.is_uniform(u) && !shared {
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

/// Counts how often each value is a divisor.
fn count(body: &[Stmt], divisors: &mut [u32]) {
    for stmt in body {
        match stmt {
            Stmt::Let(_, Op::Binary(BinaryOp::Div, _, Value(divisor))) => {
                divisors[*divisor as usize] += 1;
            }
            Stmt::While { body, .. } => count(body, divisors),
            _ => {}
        }
    }
}
