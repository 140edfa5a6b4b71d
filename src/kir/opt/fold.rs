//! Constant folding, and operations that do nothing.

use super::rewrite::{Change, Rewriter, rewrite};
use crate::kir::layout::Layout;
use crate::kir::{BinaryOp, Const, Kernel, Op, Ty, UnaryOp, Value, eval};

/// Folds operations on constants and drops those that return an operand. Primitives and draws are left alone.
pub fn run(layout: &Layout, kernel: &mut Kernel) {
    rewrite(layout, kernel, &mut |rewriter, _, op| {
        constant(rewriter, op).map_or_else(
            || neutral(rewriter, op).map_or(Change::Keep, Change::Same),
            |constant| Change::Op(Op::Const(constant)),
        )
    });
}

fn constant(rewriter: &Rewriter, op: &Op) -> Option<Const> {
    let bits = |value: &Value| rewriter.is_const(*value).map(Const::bits);
    match op {
        Op::Unary(op, a) => {
            let result = eval::unary(*op, bits(a)?);
            Some(Const::from_bits(op.row().2, result))
        }
        Op::Binary(op, a, b) => {
            let result = eval::binary(*op, bits(a)?, bits(b)?);
            Some(Const::from_bits(op.row().1, result))
        }
        Op::Fma(a, b, c) => {
            let [a, b, c] = [a, b, c].map(|value| rewriter.is_f64(*value));
            Some(Const::F64(a?.mul_add(b?, c?)))
        }
        Op::Compare(op, a, b) => {
            let result = eval::compare(*op, rewriter.ty(*a), bits(a)?, bits(b)?);
            Some(Const::from_bits(Ty::Bool, result))
        }
        _ => None,
    }
}

/// The operand that the operation returns unchanged, with every bit.
fn neutral(rewriter: &Rewriter, op: &Op) -> Option<Value> {
    let is = |value: &Value, wanted: Const| rewriter.is_const(*value) == Some(wanted);
    let one_of = |a: &Value, b: &Value, wanted: Const| match () {
        () if is(b, wanted) => Some(*a),
        () if is(a, wanted) => Some(*b),
        () => None,
    };
    match op {
        Op::Binary(op, a, b) => match op {
            // Adding +0 would change -0; adding -0 changes nothing.
            BinaryOp::Add => one_of(a, b, Const::F64(-0.0)),
            BinaryOp::Sub if is(b, Const::F64(0.0)) => Some(*a),
            BinaryOp::Mul => one_of(a, b, Const::F64(1.0)),
            BinaryOp::Div if is(b, Const::F64(1.0)) => Some(*a),
            BinaryOp::AddInt => one_of(a, b, Const::I64(0)),
            BinaryOp::SubInt if is(b, Const::I64(0)) => Some(*a),
            BinaryOp::MulInt => one_of(a, b, Const::I64(1)),
            BinaryOp::FloorDivInt if is(b, Const::I64(1)) => Some(*a),
            BinaryOp::And if a == b => Some(*a),
            BinaryOp::Or if a == b => Some(*a),
            BinaryOp::And => one_of(a, b, Const::Bool(true)),
            BinaryOp::Or | BinaryOp::Xor => one_of(a, b, Const::Bool(false)),
            _ => None,
        },
        Op::Unary(UnaryOp::Neg, a) => rewriter.is_neg(*a),
        Op::Unary(UnaryOp::Not, a) => match rewriter.op(*a) {
            Some(Op::Unary(UnaryOp::Not, a)) => Some(*a),
            _ => None,
        },
        Op::Select {
            condition,
            then,
            otherwise,
        } => match rewriter.is_const(*condition) {
            Some(Const::Bool(true)) => Some(*then),
            Some(_) => Some(*otherwise),
            None if then == otherwise => Some(*then),
            None => None,
        },
        _ => None,
    }
}
