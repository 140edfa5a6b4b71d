//! Steps of the exponential Euler method, `x*exp(z) + r*exprel(z)`, become fused primitives.

use super::rewrite::{Change, Rewriter, rewrite};
use crate::kir::layout::Layout;
use crate::kir::{BinaryOp, Kernel, Op, Value};

/// Replaces steps whose `z` varies from element to element; a uniform exponential is computed once anyway.
pub fn run(layout: &Layout, kernel: &mut Kernel) {
    rewrite(layout, kernel, &mut |rewriter, _, op| match *op {
        Op::Binary(BinaryOp::Add, a, b) => {
            let found = step(rewriter, a, b).or_else(|| step(rewriter, b, a));
            found.map_or(Change::Keep, Change::Op)
        }
        _ => Change::Keep,
    });
}

fn call(primitive: &'static str, args: &[Value]) -> Op {
    Op::Call {
        primitive,
        args: args.to_vec(),
    }
}

/// The step that is the sum of `decayed = x*exp(z)` and `gained = r*exprel(z)`.
fn step(rewriter: &mut Rewriter, decayed: Value, gained: Value) -> Option<Op> {
    let (decay, x) = factor(rewriter, decayed, "exp")?;
    let (gain, r) = factor(rewriter, gained, "exprel")?;
    if decay != gain || rewriter.is_uniform(decay) {
        return None;
    }
    let x = product(rewriter, &x);
    // z = a*dt and r = b*dt with a common uniform factor dt, or dt = 1.
    let (mut a, mut dt) = (decay, None);
    let mut rest = r.clone();
    if let Some((left, right)) = rewriter.is_binary(BinaryOp::Mul, decay) {
        for (one, other) in [(left, right), (right, left)] {
            if rewriter.is_uniform(one)
                && let Some(at) = r.iter().position(|factor| *factor == Factor::Times(one))
            {
                (a, dt) = (other, Some(one));
                rest.remove(at);
                break;
            }
        }
    }
    let dt = match dt {
        Some(dt) => dt,
        None => {
            rest = r;
            rewriter.f64(1.0)
        }
    };
    let b = product(rewriter, &rest);
    let gate = rates(rewriter, a).and_then(|(first, second)| match b {
        b if b == first => Some((first, second)),
        b if b == second => Some((second, first)),
        _ => None,
    });
    Some(match gate {
        Some((alpha, beta)) => call("gate", &[x, alpha, beta, dt]),
        None => call("expeuler", &[x, a, b, dt]),
    })
}

/// The two rates of `a = -(alpha + beta)`, also written `-alpha - beta`.
fn rates(rewriter: &Rewriter, a: Value) -> Option<(Value, Value)> {
    if let Some(sum) = rewriter.is_neg(a) {
        return rewriter.is_binary(BinaryOp::Add, sum);
    }
    let (minus, beta) = rewriter.is_binary(BinaryOp::Sub, a)?;
    Some((rewriter.is_neg(minus)?, beta))
}

/// A factor of a product.
#[derive(Clone, Copy, PartialEq)]
enum Factor {
    Times(Value),
    Over(Value),
}

/// Takes a product apart: the argument of its factor that calls a primitive, and the other factors.
fn factor(rewriter: &Rewriter, value: Value, name: &str) -> Option<(Value, Vec<Factor>)> {
    let mut factors = Vec::new();
    flatten(rewriter, value, &mut factors, 0);
    let called = |factor: &Factor| match factor {
        Factor::Times(value) => rewriter
            .is_call(name, *value)
            .filter(|_| rewriter.used_once(*value)),
        Factor::Over(_) => None,
    };
    let at = factors.iter().position(|factor| called(factor).is_some())?;
    let argument = called(&factors[at])?.first().copied()?;
    factors.remove(at);
    Some((argument, factors))
}

fn flatten(rewriter: &Rewriter, value: Value, factors: &mut Vec<Factor>, depth: u32) {
    let inner = depth < 8 && rewriter.used_once(value) && !rewriter.is_uniform(value);
    if let (true, Some((a, b))) = (inner, rewriter.is_binary(BinaryOp::Mul, value)) {
        flatten(rewriter, a, factors, depth + 1);
        flatten(rewriter, b, factors, depth + 1);
    } else if let (true, Some((a, b))) = (inner, rewriter.is_binary(BinaryOp::Div, value)) {
        flatten(rewriter, a, factors, depth + 1);
        factors.push(Factor::Over(b));
    } else {
        factors.push(Factor::Times(value));
    }
}

fn product(rewriter: &mut Rewriter, factors: &[Factor]) -> Value {
    let mut product = None;
    for factor in factors {
        if let Factor::Times(value) = *factor {
            product = Some(match product {
                None => value,
                Some(product) => rewriter.binary(BinaryOp::Mul, product, value),
            });
        }
    }
    let mut product = product.unwrap_or_else(|| rewriter.f64(1.0));
    for factor in factors {
        if let Factor::Over(value) = *factor {
            product = rewriter.binary(BinaryOp::Div, product, value);
        }
    }
    product
}
