//! Products are ordered so that what is the same for all elements is computed once.
//!
//! Sums are left as written: differences of times, for one, are compared with care for their rounding.

use super::rewrite::{Change, Rewriter, rewrite};
use crate::kir::layout::Layout;
use crate::kir::{BinaryOp, Kernel, Op, UnaryOp, Value};

/// Moves uniform factors together: `(x * u) * w` becomes `x * (u * w)`, `(x * u) * y` becomes `(x * y) * u`.
pub fn run(layout: &Layout, kernel: &mut Kernel) {
    rewrite(layout, kernel, &mut |rewriter, _, op| {
        let changed = match *op {
            Op::Binary(BinaryOp::Mul, a, b) => product(rewriter, a, b),
            Op::Unary(UnaryOp::Neg, a) => negation(rewriter, a),
            _ => None,
        };
        changed.map_or(Change::Keep, Change::Op)
    });
}

/// Operands ordered as (varying, uniform), if they are one of each.
fn split(rewriter: &Rewriter, a: Value, b: Value) -> Option<(Value, Value)> {
    match (rewriter.is_uniform(a), rewriter.is_uniform(b)) {
        (false, true) => Some((a, b)),
        (true, false) => Some((b, a)),
        _ => None,
    }
}

/// The factors of a product used only here, as (varying, uniform).
fn factors(rewriter: &Rewriter, value: Value) -> Option<(Value, Value)> {
    let (a, b) = rewriter.is_binary(BinaryOp::Mul, value)?;
    if !rewriter.used_once(value) {
        return None;
    }
    split(rewriter, a, b)
}

fn product(rewriter: &mut Rewriter, a: Value, b: Value) -> Option<Op> {
    if let Some((varying, uniform)) = split(rewriter, a, b) {
        let (x, u) = factors(rewriter, varying)?;
        let both = rewriter.binary(BinaryOp::Mul, u, uniform);
        return Some(Op::Binary(BinaryOp::Mul, x, both));
    }
    if rewriter.is_uniform(a) {
        return None;
    }
    // A uniform factor moves outward, where it may meet another one.
    for (inner, other) in [(a, b), (b, a)] {
        if let Some((x, u)) = factors(rewriter, inner) {
            let varying = rewriter.binary(BinaryOp::Mul, x, other);
            return Some(Op::Binary(BinaryOp::Mul, varying, u));
        }
    }
    None
}

/// `-(x * u)` becomes `x * (-u)`.
fn negation(rewriter: &mut Rewriter, a: Value) -> Option<Op> {
    let (x, u) = factors(rewriter, a)?;
    let minus = rewriter.unary(UnaryOp::Neg, u);
    Some(Op::Binary(BinaryOp::Mul, x, minus))
}
