//! Small powers: multiplications and roots instead of `pow`.

use super::rewrite::{Change, Rewriter, rewrite};
use crate::kir::layout::Layout;
use crate::kir::{BinaryOp, Const, Kernel, Op, UnaryOp, Value};

/// The largest whole exponent that is multiplied out.
const LARGEST: f64 = 16.0;

/// Replaces `pow(x, c)` for whole and half exponents.
pub fn run(layout: &Layout, kernel: &mut Kernel) {
    rewrite(layout, kernel, &mut |rewriter, _, op| match op {
        Op::Call {
            primitive: "pow",
            args,
        } => match rewriter.is_f64(args[1]) {
            Some(exponent) => power(rewriter, args[0], exponent),
            None => Change::Keep,
        },
        _ => Change::Keep,
    });
}

fn power(rewriter: &mut Rewriter, x: Value, exponent: f64) -> Change {
    if (-LARGEST..0.0).contains(&exponent) {
        let change = power(rewriter, x, -exponent);
        let positive = match change {
            Change::Keep => return Change::Keep,
            Change::Op(op) => rewriter.emit(op),
            Change::Same(value) => value,
        };
        let one = rewriter.f64(1.0);
        return Change::Op(Op::Binary(BinaryOp::Div, one, positive));
    }
    if exponent == 0.5 {
        return Change::Op(Op::Unary(UnaryOp::Sqrt, x));
    }
    if exponent == 1.5 {
        let root = rewriter.unary(UnaryOp::Sqrt, x);
        return Change::Op(Op::Binary(BinaryOp::Mul, x, root));
    }
    if exponent.fract() != 0.0 || !(0.0..=LARGEST).contains(&exponent) {
        return Change::Keep;
    }
    let mut left = exponent as u32;
    if left == 0 {
        return Change::Op(Op::Const(Const::F64(1.0)));
    }
    // Squares are shared between the binary digits of the exponent.
    let mut square = x;
    let mut product = None;
    loop {
        if left % 2 == 1 {
            product = Some(match product {
                None => square,
                Some(product) => rewriter.binary(BinaryOp::Mul, product, square),
            });
        }
        left /= 2;
        if left == 0 {
            return product.map_or(Change::Keep, Change::Same);
        }
        square = rewriter.binary(BinaryOp::Mul, square, square);
    }
}
