//! Values as affine functions, with uniform coefficients, of another value.

use super::rewrite::Rewriter;
use crate::kir::{BinaryOp, UnaryOp, Value};

/// `k*x + c` with uniform `k` and `c`.
#[derive(Clone, Copy, Debug)]
pub struct Affine {
    /// The varying value.
    pub x: Value,
    /// Its factor.
    pub k: Value,
    /// The rest.
    pub c: Value,
}

/// Operands ordered as (varying, uniform), if they are one of each.
pub fn split(rewriter: &Rewriter, a: Value, b: Value) -> Option<(Value, Value)> {
    match (rewriter.is_uniform(a), rewriter.is_uniform(b)) {
        (false, true) => Some((a, b)),
        (true, false) => Some((b, a)),
        _ => None,
    }
}

/// Takes apart sums, differences, products and quotients with uniform values. A value that is nothing of the kind comes back as
/// 1 times itself.
pub fn affine(rewriter: &mut Rewriter, value: Value) -> Affine {
    match step(rewriter, value) {
        Some(found) => found,
        None => Affine {
            x: value,
            k: rewriter.f64(1.0),
            c: rewriter.f64(-0.0),
        },
    }
}

/// As [`affine`], or none for a value that is nothing of the kind.
pub fn step(rewriter: &mut Rewriter, value: Value) -> Option<Affine> {
    use BinaryOp::{Add, Div, Mul, Sub};
    if rewriter.is_uniform(value) {
        return None;
    }
    if let Some(inner) = rewriter.is_neg(value) {
        let Affine { x, k, c } = affine(rewriter, inner);
        let (k, c) = (
            rewriter.unary(UnaryOp::Neg, k),
            rewriter.unary(UnaryOp::Neg, c),
        );
        return Some(Affine { x, k, c });
    }
    for op in [Add, Sub, Mul, Div] {
        let Some((a, b)) = rewriter.is_binary(op, value) else {
            continue;
        };
        let (varying, u) = split(rewriter, a, b)?;
        if op == Div && varying == b {
            return None;
        }
        let Affine { x, k, c } = affine(rewriter, varying);
        let (k, c) = match op {
            Mul | Div => (rewriter.binary(op, k, u), rewriter.binary(op, c, u)),
            Sub if varying == b => {
                let minus = rewriter.unary(UnaryOp::Neg, k);
                (minus, rewriter.binary(Sub, u, c))
            }
            op => (k, rewriter.binary(op, c, u)),
        };
        return Some(Affine { x, k, c });
    }
    None
}

/// The factor `r` with `a = r * b`, where both are affine functions of the same value, if they are seen to be multiples of each other.
pub fn ratio(rewriter: &mut Rewriter, a: Value, b: Value) -> Option<Value> {
    let (base_a, factor_a) = scaling(rewriter, a);
    let (base_b, factor_b) = scaling(rewriter, b);
    if base_a == base_b {
        return Some(rewriter.binary(BinaryOp::Div, factor_a, factor_b));
    }
    let (left, right) = (difference(rewriter, base_a), difference(rewriter, base_b));
    if let (Some((x, y)), Some((z, w))) = (left, right)
        && x == w
        && y == z
    {
        let factor = rewriter.binary(BinaryOp::Div, factor_a, factor_b);
        return Some(rewriter.unary(UnaryOp::Neg, factor));
    }
    // Known coefficients may show it, up to the rounding of their own computation.
    let (a, b) = (affine(rewriter, a), affine(rewriter, b));
    let number = |value: Value| constant(rewriter, value, 0);
    let (ka, ca, kb, cb) = (number(a.k)?, number(a.c)?, number(b.k)?, number(b.c)?);
    let (left, right) = (ka * cb, kb * ca);
    let same = (left - right).abs() <= 1e-14 * (left.abs() + right.abs());
    if a.x == b.x && same && kb != 0.0 {
        return Some(rewriter.f64(ka / kb));
    }
    None
}

fn difference(rewriter: &Rewriter, value: Value) -> Option<(Value, Value)> {
    rewriter.is_binary(BinaryOp::Sub, value)
}

/// The value without its uniform factors, and their product.
fn scaling(rewriter: &mut Rewriter, value: Value) -> (Value, Value) {
    if let Some(inner) = rewriter.is_neg(value) {
        let (base, factor) = scaling(rewriter, inner);
        return (base, rewriter.unary(UnaryOp::Neg, factor));
    }
    for op in [BinaryOp::Mul, BinaryOp::Div] {
        if let Some((a, b)) = rewriter.is_binary(op, value)
            && let Some((varying, u)) = split(rewriter, a, b)
            && (op == BinaryOp::Mul || varying == a)
        {
            let (base, factor) = scaling(rewriter, varying);
            return (base, rewriter.binary(op, factor, u));
        }
    }
    (value, rewriter.f64(1.0))
}

/// The number that a value is, looking through arithmetic on constants.
fn constant(rewriter: &Rewriter, value: Value, depth: u32) -> Option<f64> {
    use crate::kir::Op;
    if depth > 32 {
        return None;
    }
    if let Some(number) = rewriter.is_f64(value) {
        return Some(number);
    }
    let get = |value: Value| constant(rewriter, value, depth + 1);
    match rewriter.op(value)? {
        Op::Unary(UnaryOp::Neg, a) => Some(-get(*a)?),
        Op::Binary(BinaryOp::Add, a, b) => Some(get(*a)? + get(*b)?),
        Op::Binary(BinaryOp::Sub, a, b) => Some(get(*a)? - get(*b)?),
        Op::Binary(BinaryOp::Mul, a, b) => Some(get(*a)? * get(*b)?),
        Op::Binary(BinaryOp::Div, a, b) => Some(get(*a)? / get(*b)?),
        _ => None,
    }
}
