//! A lane that computes nothing: it writes down what is done to it. A primitive applied to it leaves its operations on a [`Tape`], so the
//! one definition of a primitive also gives its code for WebAssembly.
//!
//! Where a primitive asks whether a condition holds in all lanes, the answer is no: the general way is recorded, which gives the same bits.

use std::cell::RefCell;
use std::ops::{Add, BitAnd, BitOr, BitXor, Div, Mul, Neg, Sub};

use super::called::Called;
use super::lanes::{Bits, Lanes};
use super::random::{Source, normal_of, uniform_of};
use super::table;
use crate::backend::tape::{Binary, Entry, Tape, Unary};
use crate::kir::{BinaryOp, CompareOp, Const, UnaryOp};

thread_local! {
    static TAPE: RefCell<Tape> = RefCell::new(Tape::default());
}

fn tape<T>(f: impl FnOnce(&mut Tape) -> T) -> T {
    TAPE.with(|tape| f(&mut tape.borrow_mut()))
}

/// Runs `f` while `into` is the tape that is written to.
fn recording<T>(into: &mut Tape, f: impl FnOnce() -> T) -> T {
    tape(|tape| std::mem::swap(tape, into));
    let result = f();
    tape(|tape| std::mem::swap(tape, into));
    result
}

/// Writes the operations of a primitive to a tape; or names the function to call.
///
/// # Errors
/// The function to call; nothing for an unknown name or too few arguments.
pub fn primitive(
    into: &mut Tape,
    name: &str,
    arguments: &[Entry],
) -> Result<Entry, Option<Called>> {
    let arguments: Vec<Traced> = arguments.iter().copied().map(Traced).collect();
    recording(into, || table::trace(name, &arguments)).map(|traced| traced.0)
}

/// Writes a uniform or normal draw to a tape.
pub fn draw(into: &mut Tape, normal: bool, stream: u32, [seed, step, index]: [Entry; 3]) -> Entry {
    let source = Source {
        seed: TracedBits(seed),
        stream,
        step: TracedBits(step),
        index: TracedBits(index),
    };
    let traced: Traced = recording(into, || {
        if normal {
            normal_of(source)
        } else {
            uniform_of(source)
        }
    });
    traced.0
}

/// A double on the tape.
#[derive(Clone, Copy)]
pub(super) struct Traced(Entry);
/// An integer on the tape.
#[derive(Clone, Copy)]
pub(super) struct TracedBits(Entry);
/// A truth value on the tape.
#[derive(Clone, Copy)]
pub(super) struct TracedMask(Entry);

fn unary(op: Unary, a: Entry) -> Entry {
    tape(|tape| tape.unary(op, a))
}
fn binary(op: Binary, a: Entry, b: Entry) -> Entry {
    tape(|tape| tape.binary(op, a, b))
}
fn compare(op: CompareOp, a: Traced, b: Traced) -> TracedMask {
    TracedMask(tape(|tape| tape.compare(op, a.0, b.0)))
}

macro_rules! operators {
    ($($type:ident $trait:ident $method:ident $op:expr;)*) => {
        $(impl $trait for $type {
            type Output = Self;
            fn $method(self, other: Self) -> Self {
                $type(binary($op, self.0, other.0))
            }
        })*
    };
}
operators! {
    Traced Add add Binary::Kernel(BinaryOp::Add);
    Traced Sub sub Binary::Kernel(BinaryOp::Sub);
    Traced Mul mul Binary::Kernel(BinaryOp::Mul);
    Traced Div div Binary::Kernel(BinaryOp::Div);
    TracedBits Add add Binary::Kernel(BinaryOp::AddInt);
    TracedBits Sub sub Binary::Kernel(BinaryOp::SubInt);
    TracedBits BitAnd bitand Binary::And;
    TracedBits BitOr bitor Binary::Or;
    TracedBits BitXor bitxor Binary::Xor;
    TracedMask BitAnd bitand Binary::Kernel(BinaryOp::And);
    TracedMask BitOr bitor Binary::Kernel(BinaryOp::Or);
}

impl Neg for Traced {
    type Output = Self;
    fn neg(self) -> Self {
        Traced(unary(Unary::Kernel(UnaryOp::Neg), self.0))
    }
}

impl Traced {
    fn kernel(self, op: UnaryOp) -> Self {
        Traced(unary(Unary::Kernel(op), self.0))
    }
}

impl Lanes for Traced {
    const WIDTH: usize = 1;
    type Mask = TracedMask;
    type Bits = TracedBits;

    /// Reads nothing: there is no value. Only primitives that are called, not recorded, read or write memory.
    unsafe fn load(_from: *const f64) -> Self {
        Self::splat(f64::NAN)
    }
    /// Writes nothing.
    unsafe fn store(self, _to: *mut f64) {}
    fn splat(value: f64) -> Self {
        Traced(tape(|tape| tape.constant(Const::F64(value))))
    }
    fn fma(self, b: Self, c: Self) -> Self {
        Traced(tape(|tape| tape.fma(self.0, b.0, c.0)))
    }
    fn negated_fma(self, b: Self, c: Self) -> Self {
        (-self).fma(b, c)
    }
    fn sqrt(self) -> Self {
        self.kernel(UnaryOp::Sqrt)
    }
    fn floor(self) -> Self {
        self.kernel(UnaryOp::Floor)
    }
    fn abs(self) -> Self {
        self.kernel(UnaryOp::Abs)
    }
    fn copysign(self, sign: Self) -> Self {
        Traced(binary(Binary::Copysign, self.0, sign.0))
    }
    fn min(self, other: Self) -> Self {
        Traced(binary(Binary::Kernel(BinaryOp::Min), self.0, other.0))
    }
    fn max(self, other: Self) -> Self {
        Traced(binary(Binary::Kernel(BinaryOp::Max), self.0, other.0))
    }
    fn lt(self, other: Self) -> TracedMask {
        compare(CompareOp::Lt, self, other)
    }
    fn le(self, other: Self) -> TracedMask {
        compare(CompareOp::Le, self, other)
    }
    fn eq(self, other: Self) -> TracedMask {
        compare(CompareOp::Eq, self, other)
    }
    fn select(mask: TracedMask, yes: Self, no: Self) -> Self {
        Traced(tape(|tape| tape.select(mask.0, yes.0, no.0)))
    }
    fn mask_bits(_mask: TracedMask) -> u32 {
        0
    }
    fn all(_mask: TracedMask) -> bool {
        false
    }
    fn to_bits(self) -> TracedBits {
        TracedBits(unary(Unary::Bits, self.0))
    }
    fn from_bits(bits: TracedBits) -> Self {
        Traced(unary(Unary::Double, bits.0))
    }
    fn test(bits: TracedBits, pattern: u64) -> TracedMask {
        let seen = bits & TracedBits::splat(pattern);
        let zero = TracedBits::splat(0);
        TracedMask(tape(|tape| tape.compare(CompareOp::Ne, seen.0, zero.0)))
    }
    fn interleave(self, other: Self) -> (Self, Self) {
        (self, other)
    }
    fn scale(self, shifted: Self) -> Self {
        // As `Scalar` does it: two factors, the first product exact. Of n, in the low bits of `shifted`, only the last twelve reach the
        // exponents, so what stands above them needs no masks.
        let bits = shifted.to_bits();
        let half = bits.shr::<1>();
        let rest = bits - half;
        let factor = |k: TracedBits| Traced::from_bits((k + TracedBits::splat(1023)).shl::<52>());
        self * factor(half) * factor(rest)
    }
}

impl Bits for TracedBits {
    fn splat(value: u64) -> Self {
        TracedBits(tape(|tape| tape.constant(Const::I64(value as i64))))
    }
    fn count_from(first: u64) -> Self {
        Self::splat(first)
    }
    fn shl<const N: u32>(self) -> Self {
        TracedBits(unary(Unary::Left(N), self.0))
    }
    fn shr<const N: u32>(self) -> Self {
        TracedBits(unary(Unary::Right(N), self.0))
    }
    fn mul_low(self, other: Self) -> Self {
        let low = TracedBits::splat(0xffff_ffff);
        let (a, b) = (self & low, other & low);
        TracedBits(binary(Binary::Kernel(BinaryOp::MulInt), a.0, b.0))
    }
}
