//! The idioms around the exponential become fused primitives: affine exponents, rates, `t/(e^t - 1)`, `1/(1 + e^t)`.

use super::affine::{Affine, affine, ratio, split, step};
use super::rewrite::{Change, Rewriter, rewrite};
use crate::kir::layout::Layout;
use crate::kir::{BinaryOp, Kernel, Op, UnaryOp, Value};

/// Replaces the idioms. What a fused primitive contains is used nowhere else.
pub fn run(layout: &Layout, kernel: &mut Kernel) {
    // Quotients first: they compare their exponent with their numerator as it is written.
    rewrite(layout, kernel, &mut |rewriter, _, op| match *op {
        Op::Binary(BinaryOp::Div, a, b) => {
            quotient(rewriter, a, b).map_or(Change::Keep, Change::Op)
        }
        _ => Change::Keep,
    });
    rewrite(layout, kernel, &mut |rewriter, _, op| {
        let changed = match op {
            Op::Call {
                primitive: "exp",
                args,
            } => step(rewriter, args[0])
                .map(|found| call("exp_affine", &[found.x, found.k, found.c])),
            Op::Binary(BinaryOp::Mul, a, b) => scaled(rewriter, *a, *b),
            Op::Unary(UnaryOp::Neg, a) => {
                let minus = rewriter.f64(-1.0);
                absorb(rewriter, *a, minus)
            }
            _ => None,
        };
        changed.map_or(Change::Keep, Change::Op)
    });
}

fn call(primitive: &'static str, args: &[Value]) -> Op {
    Op::Call {
        primitive,
        args: args.to_vec(),
    }
}

/// The exponent of an exponential used only here.
fn exponent(rewriter: &Rewriter, value: Value) -> Option<Value> {
    if !rewriter.used_once(value) || rewriter.is_uniform(value) {
        return None;
    }
    let args = rewriter.is_call("exp", value)?;
    args.first().copied()
}

/// A product with a uniform factor.
fn scaled(rewriter: &mut Rewriter, a: Value, b: Value) -> Option<Op> {
    let (varying, uniform) = split(rewriter, a, b)?;
    if !rewriter.used_once(varying) {
        return None;
    }
    if let Some(args) = rewriter.is_call("exp_affine", varying) {
        return Some(call("exp_rate", &[args[0], uniform, args[1], args[2]]));
    }
    absorb(rewriter, varying, uniform)
}

/// A primitive with a scale, times a uniform factor.
fn absorb(rewriter: &mut Rewriter, varying: Value, uniform: Value) -> Option<Op> {
    if !rewriter.used_once(varying) {
        return None;
    }
    for name in ["exp_rate", "logistic", "linoid"] {
        if let Some(args) = rewriter.is_call(name, varying) {
            let scale = rewriter.binary(BinaryOp::Mul, args[1], uniform);
            return Some(call(name, &[args[0], scale, args[2], args[3]]));
        }
    }
    None
}

/// `numerator / denominator`, where the denominator is made of an exponential.
fn quotient(rewriter: &mut Rewriter, numerator: Value, denominator: Value) -> Option<Op> {
    if !rewriter.used_once(denominator) || rewriter.is_uniform(denominator) {
        return None;
    }
    if let Some(exponent) = exponent(rewriter, denominator) {
        let Affine { x, k, c } = affine(rewriter, exponent);
        let (k, c) = (
            rewriter.unary(UnaryOp::Neg, k),
            rewriter.unary(UnaryOp::Neg, c),
        );
        return Some(scale(rewriter, "exp_rate", numerator, Affine { x, k, c }));
    }
    if let Some(args) = rewriter.is_call("exprel", denominator) {
        let found = affine(rewriter, args[0]);
        return Some(scale(rewriter, "linoid", numerator, found));
    }
    let is = |value: Value, wanted: f64| rewriter.is_f64(value) == Some(wanted);
    let plus = match rewriter.is_binary(BinaryOp::Add, denominator) {
        Some((one, exponential)) if is(one, 1.0) => Some(exponential),
        Some((exponential, one)) if is(one, 1.0) => Some(exponential),
        _ => None,
    };
    if let Some(plus) = plus {
        let exponent = exponent(rewriter, plus)?;
        let found = affine(rewriter, exponent);
        return Some(scale(rewriter, "logistic", numerator, found));
    }
    let (exponent, sign) = less_one(rewriter, denominator)?;
    // numerator = r * t, so that r * t / (e^t - 1) = linoid with scale r.
    let mut r = ratio(rewriter, numerator, exponent)?;
    if sign < 0.0 {
        r = rewriter.unary(UnaryOp::Neg, r);
    }
    let found = affine(rewriter, exponent);
    Some(call("linoid", &[found.x, r, found.k, found.c]))
}

/// `scale * primitive(x; 1, k, c)`: a uniform scale goes into the primitive.
fn scale(rewriter: &mut Rewriter, name: &'static str, scale: Value, inner: Affine) -> Op {
    let Affine { x, k, c } = inner;
    if rewriter.is_uniform(scale) {
        return call(name, &[x, scale, k, c]);
    }
    let one = rewriter.f64(1.0);
    let unscaled = rewriter.emit(call(name, &[x, one, k, c]));
    Op::Binary(BinaryOp::Mul, scale, unscaled)
}

/// For `e^t - 1` the exponent and 1, for `1 - e^t` the exponent and -1.
fn less_one(rewriter: &mut Rewriter, value: Value) -> Option<(Value, f64)> {
    if let Some(args) = rewriter.is_call("expm1", value) {
        return Some((args[0], 1.0));
    }
    let is = |value: Value, wanted: f64| rewriter.is_f64(value) == Some(wanted);
    let (inner, sign) = match rewriter.is_binary(BinaryOp::Sub, value) {
        Some((exponential, one)) if is(one, 1.0) => (exponential, 1.0),
        Some((one, exponential)) if is(one, 1.0) => (exponential, -1.0),
        Some(_) => return None,
        None => match rewriter.is_binary(BinaryOp::Add, value)? {
            (exponential, minus) if is(minus, -1.0) => (exponential, 1.0),
            (minus, exponential) if is(minus, -1.0) => (exponential, 1.0),
            _ => return None,
        },
    };
    Some((exponent(rewriter, inner)?, sign))
}
