//! What operations compute, on the bits that executors keep: of a double, of an integer, or 0 or 1.

use super::{BinaryOp, CompareOp, Ty, UnaryOp};

fn ordered<T: PartialOrd>(op: CompareOp, a: T, b: T) -> bool {
    match op {
        CompareOp::Lt => a < b,
        CompareOp::Le => a <= b,
        CompareOp::Gt => a > b,
        CompareOp::Ge => a >= b,
        CompareOp::Eq => a == b,
        CompareOp::Ne => a != b,
    }
}

/// Applies a comparison to bits of numbers of a type.
pub fn compare(op: CompareOp, ty: Ty, a: u64, b: u64) -> u64 {
    u64::from(match ty {
        Ty::F64 => ordered(op, f64::from_bits(a), f64::from_bits(b)),
        _ => ordered(op, a as i64, b as i64),
    })
}

/// Applies a one-operand operation to bits.
pub fn unary(op: UnaryOp, bits: u64) -> u64 {
    let (x, k) = (f64::from_bits(bits), bits as i64);
    match op {
        UnaryOp::Neg => bits ^ (1 << 63),
        UnaryOp::Abs => bits & !(1 << 63),
        UnaryOp::Sqrt => x.sqrt().to_bits(),
        UnaryOp::Floor => x.floor().to_bits(),
        UnaryOp::Ceil => x.ceil().to_bits(),
        UnaryOp::Trunc => x.trunc().to_bits(),
        UnaryOp::Nearest => x.round_ties_even().to_bits(),
        UnaryOp::Single => f64::from(x as f32).to_bits(),
        UnaryOp::NegInt => k.wrapping_neg() as u64,
        UnaryOp::AbsInt => k.wrapping_abs() as u64,
        UnaryOp::Not => u64::from(bits == 0),
        UnaryOp::IntToFloat => (k as f64).to_bits(),
        UnaryOp::FloatToInt => x as i64 as u64,
        UnaryOp::BoolToInt => bits,
    }
}

/// Applies a two-operand operation to bits.
pub fn binary(op: BinaryOp, a: u64, b: u64) -> u64 {
    let (x, y) = (f64::from_bits(a), f64::from_bits(b));
    let (j, k) = (a as i64, b as i64);
    match op {
        BinaryOp::Add => (x + y).to_bits(),
        BinaryOp::Sub => (x - y).to_bits(),
        BinaryOp::Mul => (x * y).to_bits(),
        BinaryOp::Div => (x / y).to_bits(),
        BinaryOp::Min => {
            if x < y {
                a
            } else {
                b
            }
        }
        BinaryOp::Max => {
            if x > y {
                a
            } else {
                b
            }
        }
        BinaryOp::AddInt => j.wrapping_add(k) as u64,
        BinaryOp::SubInt => j.wrapping_sub(k) as u64,
        BinaryOp::MulInt => j.wrapping_mul(k) as u64,
        BinaryOp::FloorDivInt => floor_div(j, k) as u64,
        BinaryOp::FloorModInt => {
            j.wrapping_sub(floor_div(j, k).wrapping_mul(k)) as u64 * u64::from(k != 0)
        }
        BinaryOp::MinInt => j.min(k) as u64,
        BinaryOp::MaxInt => j.max(k) as u64,
        BinaryOp::And => a & b,
        BinaryOp::Or => a | b,
        BinaryOp::Xor => a ^ b,
    }
}

fn floor_div(a: i64, b: i64) -> i64 {
    if b == 0 {
        return 0;
    }
    let quotient = a.wrapping_div(b);
    let exact = quotient.wrapping_mul(b) == a;
    quotient - i64::from(!exact && (a < 0) != (b < 0))
}
