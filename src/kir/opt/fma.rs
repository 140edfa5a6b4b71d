//! Products that are added become fused multiply-adds, rounded once.

use super::rewrite::{Change, Rewriter, rewrite};
use crate::kir::layout::Layout;
use crate::kir::{BinaryOp, Kernel, Op, UnaryOp, Value};

/// Replaces sums and differences with a product that is used nowhere else.
pub fn run(layout: &Layout, kernel: &mut Kernel) {
    rewrite(layout, kernel, &mut |rewriter, _, op| {
        let fused = match *op {
            Op::Binary(BinaryOp::Add, a, b) => {
                let found = product(rewriter, a).map(|(x, y)| (x, y, b));
                let found = found.or_else(|| product(rewriter, b).map(|(x, y)| (x, y, a)));
                found.map(|(x, y, c)| Op::Fma(x, y, c))
            }
            Op::Binary(BinaryOp::Sub, a, b) => {
                if let Some((x, y)) = product(rewriter, b) {
                    let (x, y) = negate(rewriter, x, y);
                    Some(Op::Fma(x, y, a))
                } else if let Some((x, y)) = product(rewriter, a) {
                    let minus = rewriter.unary(UnaryOp::Neg, b);
                    Some(Op::Fma(x, y, minus))
                } else {
                    None
                }
            }
            _ => None,
        };
        match fused {
            // What is uniform costs nothing, and a constant expression should stay one.
            Some(op)
                if !op
                    .operands()
                    .iter()
                    .all(|&value| rewriter.is_uniform(value)) =>
            {
                Change::Op(op)
            }
            _ => Change::Keep,
        }
    });
}

/// Factors of a product that is used once.
fn product(rewriter: &Rewriter, value: Value) -> Option<(Value, Value)> {
    let factors = rewriter.is_binary(BinaryOp::Mul, value)?;
    rewriter.used_once(value).then_some(factors)
}

/// Factors of the negated product; a uniform factor takes the sign, since that costs nothing.
fn negate(rewriter: &mut Rewriter, x: Value, y: Value) -> (Value, Value) {
    if rewriter.is_uniform(y) {
        (x, rewriter.unary(UnaryOp::Neg, y))
    } else {
        (rewriter.unary(UnaryOp::Neg, x), y)
    }
}
