//! One lane in plain Rust: correct on every machine, and the tail and scalar form of the wide variants. `Scalar` has the fused
//! multiply-add; `Unfused` rounds product and sum, as WebAssembly must, and is otherwise the same.

use super::lanes::{Bits, Lanes};
use std::ops::{Add, BitAnd, BitOr, BitXor, Div, Mul, Neg, Sub};

macro_rules! one_lane {
    ($(#[doc = $doc:literal])* $name:ident, $fma:expr) => {
$(#[doc = $doc])*
#[derive(Clone, Copy)]
pub(super) struct $name(pub(super) f64);

        impl Add for $name {
            type Output = Self;
            #[inline(always)]
            fn add(self, other: Self) -> Self {
                $name(Add::add(self.0, other.0))
            }
        }
        impl Sub for $name {
            type Output = Self;
            #[inline(always)]
            fn sub(self, other: Self) -> Self {
                $name(Sub::sub(self.0, other.0))
            }
        }
        impl Mul for $name {
            type Output = Self;
            #[inline(always)]
            fn mul(self, other: Self) -> Self {
                $name(Mul::mul(self.0, other.0))
            }
        }
        impl Div for $name {
            type Output = Self;
            #[inline(always)]
            fn div(self, other: Self) -> Self {
                $name(Div::div(self.0, other.0))
            }
        }
impl Neg for $name {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        $name(-self.0)
    }
}

impl Lanes for $name {
    const WIDTH: usize = 1;
    type Mask = bool;
    type Bits = Word;

    #[inline(always)]
    unsafe fn load(from: *const f64) -> Self {
        // SAFETY: the caller promises one readable double.
        $name(unsafe { from.read_unaligned() })
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f64) {
        // SAFETY: the caller promises one writable double.
        unsafe { to.write_unaligned(self.0) }
    }
    #[inline(always)]
    fn splat(value: f64) -> Self {
        $name(value)
    }
    #[inline(always)]
    fn fma(self, b: Self, c: Self) -> Self {
        $name($fma(self.0, b.0, c.0))
    }
    #[inline(always)]
    fn negated_fma(self, b: Self, c: Self) -> Self {
        $name($fma(-self.0, b.0, c.0))
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        $name(self.0.sqrt())
    }
    #[inline(always)]
    fn floor(self) -> Self {
        $name(self.0.floor())
    }
    #[inline(always)]
    fn abs(self) -> Self {
        $name(self.0.abs())
    }
    #[inline(always)]
    fn copysign(self, sign: Self) -> Self {
        $name(self.0.copysign(sign.0))
    }
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        if self.0 < other.0 { self } else { other }
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        if self.0 > other.0 { self } else { other }
    }
    #[inline(always)]
    fn lt(self, other: Self) -> bool {
        self.0 < other.0
    }
    #[inline(always)]
    fn le(self, other: Self) -> bool {
        self.0 <= other.0
    }
    #[inline(always)]
    fn eq(self, other: Self) -> bool {
        self.0 == other.0
    }
    #[inline(always)]
    fn select(mask: bool, yes: Self, no: Self) -> Self {
        if mask { yes } else { no }
    }
    #[inline(always)]
    fn mask_bits(mask: bool) -> u32 {
        u32::from(mask)
    }
    #[inline(always)]
    fn to_bits(self) -> Word {
        Word(self.0.to_bits())
    }
    #[inline(always)]
    fn from_bits(bits: Word) -> Self {
        $name(f64::from_bits(bits.0))
    }
    #[inline(always)]
    fn test(bits: Word, pattern: u64) -> bool {
        bits.0 & pattern != 0
    }
    #[inline(always)]
    fn interleave(self, other: Self) -> (Self, Self) {
        (self, other)
    }
    #[inline(always)]
    fn scale(self, shifted: Self) -> Self {
        // Two factors, since 2^n itself may not be a normal number; the first product is exact.
        let n = (shifted.0.to_bits() << 32) as i64 >> 32;
        let half = n >> 1;
        let factor = |k: i64| f64::from_bits(((k + 1023) as u64) << 52);
        $name(self.0 * factor(half) * factor(n - half))
    }
}

    };
}

one_lane! {
    /// One double.
    Scalar, f64::mul_add
}
one_lane! {
    /// One double; `fma` is a product, rounded, and a sum, rounded.
    Unfused, |a: f64, b: f64, c: f64| a * b + c
}

/// One 64-bit integer.
#[derive(Clone, Copy)]
pub(super) struct Word(pub(super) u64);

macro_rules! bit_operator {
    ($trait:ident $method:ident $function:ident) => {
        impl $trait for Word {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                Word(self.0.$function(other.0))
            }
        }
    };
}
bit_operator!(Add add wrapping_add);
bit_operator!(Sub sub wrapping_sub);
bit_operator!(BitAnd bitand bitand);
bit_operator!(BitOr bitor bitor);
bit_operator!(BitXor bitxor bitxor);

impl Bits for Word {
    #[inline(always)]
    fn splat(value: u64) -> Self {
        Word(value)
    }
    #[inline(always)]
    fn count_from(first: u64) -> Self {
        Word(first)
    }
    #[inline(always)]
    fn shl<const N: u32>(self) -> Self {
        Word(self.0 << N)
    }
    #[inline(always)]
    fn shr<const N: u32>(self) -> Self {
        Word(self.0 >> N)
    }
    #[inline(always)]
    fn mul_low(self, other: Self) -> Self {
        Word((self.0 & 0xffff_ffff) * (other.0 & 0xffff_ffff))
    }
}
