//! Operations of the irreducible functions.

use super::emit::Emit;
use crate::kir::{BinaryOp, CompareOp, Ty, UnaryOp, Value, primitive};
use crate::model::term::Intrinsic;

impl Emit<'_> {
    /// A function of values; `wanted` is the type of the result.
    pub(super) fn intrinsic(
        &mut self,
        function: Intrinsic,
        arguments: &[Value],
        wanted: Ty,
    ) -> Value {
        let float = |emit: &mut Self, k: usize| {
            let value = arguments.get(k).copied();
            match value {
                Some(value) => emit.convert(value, Ty::F64),
                None => emit.builder.f64(f64::NAN),
            }
        };
        let operand = if wanted == Ty::F64 { Ty::F64 } else { Ty::I64 };
        let number = |emit: &mut Self, k: usize| match arguments.get(k).copied() {
            Some(value) => emit.convert(value, operand),
            None => emit.builder.i64(0),
        };
        use Intrinsic as F;
        match function {
            F::Sqrt => self.float_unary(UnaryOp::Sqrt, float),
            F::Floor => self.float_unary(UnaryOp::Floor, float),
            F::Ceil => self.float_unary(UnaryOp::Ceil, float),
            F::Round => self.float_unary(UnaryOp::Nearest, float),
            F::Int => match arguments.first().copied() {
                Some(value) => self.convert(value, Ty::I64),
                None => self.builder.i64(0),
            },
            F::Abs => {
                let x = number(self, 0);
                let op = if operand == Ty::F64 {
                    UnaryOp::Abs
                } else {
                    UnaryOp::AbsInt
                };
                self.builder.unary(op, x)
            }
            F::Sign => {
                let x = number(self, 0);
                self.sign(x, operand)
            }
            F::Min | F::Max => {
                let a = number(self, 0);
                let b = number(self, 1);
                let op = match (function, operand) {
                    (F::Min, Ty::F64) => BinaryOp::Min,
                    (F::Min, _) => BinaryOp::MinInt,
                    (_, Ty::F64) => BinaryOp::Max,
                    _ => BinaryOp::MaxInt,
                };
                self.builder.binary(op, a, b)
            }
            F::Mod | F::FloorDiv => {
                let a = number(self, 0);
                let b = number(self, 1);
                if operand == Ty::F64 {
                    let (quotient, remainder) = self.floored(a, b);
                    return if function == F::Mod {
                        remainder
                    } else {
                        quotient
                    };
                }
                let op = match function {
                    F::Mod => BinaryOp::FloorModInt,
                    _ => BinaryOp::FloorDivInt,
                };
                self.builder.binary(op, a, b)
            }
            _ => {
                let values: Vec<Value> = (0..function.arity()).map(|k| float(self, k)).collect();
                self.elementary(function, &values)
            }
        }
    }
    fn float_unary(&mut self, op: UnaryOp, float: impl Fn(&mut Self, usize) -> Value) -> Value {
        let x = float(self, 0);
        self.builder.unary(op, x)
    }
    fn sign(&mut self, x: Value, ty: Ty) -> Value {
        let b = &mut self.builder;
        let (one, minus_one, zero) = match ty {
            Ty::F64 => (b.f64(1.0), b.f64(-1.0), b.f64(0.0)),
            _ => (b.i64(1), b.i64(-1), b.i64(0)),
        };
        let above = b.compare(CompareOp::Gt, x, zero);
        let below = b.compare(CompareOp::Lt, x, zero);
        // Zero and NaN are their own signs.
        let rest = b.select(below, minus_one, x);
        b.select(above, one, rest)
    }
    /// Floored quotient and the remainder with the sign of the divisor. The remainder is rounded once, so that a quotient
    /// that was rounded up to a whole number is noticed.
    fn floored(&mut self, a: Value, b: Value) -> (Value, Value) {
        let e = &mut self.builder;
        let zero = e.f64(0.0);
        let one = e.f64(1.0);
        let ratio = e.binary(BinaryOp::Div, a, b);
        let quotient = e.unary(UnaryOp::Floor, ratio);
        let negative = e.unary(UnaryOp::Neg, quotient);
        let remainder = e.op(crate::kir::Op::Fma(negative, b, a));
        let remainder_negative = e.compare(CompareOp::Lt, remainder, zero);
        let divisor_negative = e.compare(CompareOp::Lt, b, zero);
        let differ = e.binary(BinaryOp::Xor, remainder_negative, divisor_negative);
        let nonzero = e.compare(CompareOp::Ne, remainder, zero);
        let wrong = e.binary(BinaryOp::And, differ, nonzero);
        let less = e.binary(BinaryOp::Sub, quotient, one);
        let quotient = e.select(wrong, less, quotient);
        let shifted = e.binary(BinaryOp::Add, remainder, b);
        let remainder = e.select(wrong, shifted, remainder);
        (quotient, remainder)
    }
    /// A function that is a primitive, or is made of primitives.
    fn elementary(&mut self, function: Intrinsic, x: &[Value]) -> Value {
        match (primitive::find(function.name()), x) {
            (Some(primitive), _) if primitive.arity() == x.len() => {
                self.builder.call(primitive.name, x)
            }
            (None, [y, x]) if function == Intrinsic::Atan2 => self.angle(*y, *x),
            _ => self.builder.f64(f64::NAN),
        }
    }
    /// Angle of the point (x, y).
    fn angle(&mut self, y: Value, x: Value) -> Value {
        use std::f64::consts::{FRAC_PI_2, PI};
        let b = &mut self.builder;
        let zero = b.f64(0.0);
        let ratio = b.binary(BinaryOp::Div, y, x);
        let angle = b.call("atan", &[ratio]);
        let (pi, minus_pi) = (b.f64(PI), b.f64(-PI));
        let below = b.compare(CompareOp::Lt, y, zero);
        let above = b.compare(CompareOp::Gt, y, zero);
        let turn = b.select(below, minus_pi, pi);
        let turned = b.binary(BinaryOp::Add, angle, turn);
        let left = b.compare(CompareOp::Lt, x, zero);
        let angle = b.select(left, turned, angle);
        let (up, down) = (b.f64(FRAC_PI_2), b.f64(-FRAC_PI_2));
        let vertical = b.select(below, down, zero);
        let vertical = b.select(above, up, vertical);
        let on_axis = b.compare(CompareOp::Eq, x, zero);
        b.select(on_axis, vertical, angle)
    }
}
