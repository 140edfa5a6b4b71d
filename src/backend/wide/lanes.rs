//! The lane abstraction: what a register of doubles can do on every instruction set.
//!
//! A primitive is written once, as a generic function over [`Lanes`]. Each method stands for one IEEE operation (or one exact
//! operation on bits), so a primitive performs the same operations in the same order at every width, and the same input gives
//! the same bits (up to the payload and sign of a NaN). Nothing here may round twice, reassociate, or estimate.

use std::ops::{Add, BitAnd, BitOr, BitXor, Div, Mul, Neg, Sub};

/// A register of doubles.
///
/// Arithmetic operators are lane-wise and IEEE. Values of the vector implementations exist only inside functions compiled for
/// their instruction set; every method is inlined into such a function.
pub(super) trait Lanes:
    Copy
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
{
    /// Number of doubles in the register.
    const WIDTH: usize;
    /// One truth value per lane.
    type Mask: Copy + BitAnd<Output = Self::Mask> + BitOr<Output = Self::Mask>;
    /// The same register seen as unsigned 64-bit integers.
    type Bits: Bits;

    /// Reads `WIDTH` doubles.
    ///
    /// # Safety
    /// `from` must be readable for `WIDTH` doubles (any alignment).
    unsafe fn load(from: *const f64) -> Self;
    /// Writes `WIDTH` doubles.
    ///
    /// # Safety
    /// `to` must be writable for `WIDTH` doubles (any alignment).
    unsafe fn store(self, to: *mut f64);
    /// The same value in every lane.
    fn splat(value: f64) -> Self;

    /// `self * b + c`, rounded once.
    fn fma(self, b: Self, c: Self) -> Self;
    /// `c - self * b`, rounded once.
    fn negated_fma(self, b: Self, c: Self) -> Self;
    /// Square root, correctly rounded.
    fn sqrt(self) -> Self;
    /// Rounding toward minus infinity.
    fn floor(self) -> Self;
    /// Absolute value.
    fn abs(self) -> Self;
    /// The magnitude of `self` with the sign of `sign`.
    fn copysign(self, sign: Self) -> Self;
    /// `self < other ? self : other`: the second operand wins when either is NaN.
    fn min(self, other: Self) -> Self;
    /// `self > other ? self : other`: the second operand wins when either is NaN.
    fn max(self, other: Self) -> Self;

    /// `self` moved into `[-bound, bound]`; any value for NaN.
    #[inline(always)]
    fn limit(self, bound: f64) -> Self {
        Self::splat(-bound).max(Self::splat(bound).min(self))
    }

    /// `self < other`, false when either is NaN.
    fn lt(self, other: Self) -> Self::Mask;
    /// `self <= other`, false when either is NaN.
    fn le(self, other: Self) -> Self::Mask;
    /// `self == other`, false when either is NaN.
    fn eq(self, other: Self) -> Self::Mask;
    /// Lane-wise choice.
    fn select(mask: Self::Mask, yes: Self, no: Self) -> Self;
    /// One bit per lane, lane 0 lowest.
    fn mask_bits(mask: Self::Mask) -> u32;

    /// The bits of each double.
    fn to_bits(self) -> Self::Bits;
    /// The doubles with these bits.
    fn from_bits(bits: Self::Bits) -> Self;
    /// True in the lanes where `bits & pattern` is not zero.
    fn test(bits: Self::Bits, pattern: u64) -> Self::Mask;
    /// The lanes of `self` and `other` in turn: first half, second half.
    fn interleave(self, other: Self) -> (Self, Self);
    /// `self * 2^n` rounded once, where `shifted = SHIFT + n` (see [`SHIFT`]), |n| <= 1100, and `self` is NaN or has a magnitude
    /// from 1/4 to 4.
    fn scale(self, shifted: Self) -> Self;

    /// Reads the first `count` lanes; the others are 0.
    ///
    /// # Safety
    /// `from` must be readable for `count <= WIDTH` doubles.
    #[inline(always)]
    unsafe fn load_some(from: *const f64, count: usize) -> Self {
        if count == Self::WIDTH {
            // SAFETY: the caller promises them all.
            return unsafe { Self::load(from) };
        }
        let mut values = [0.0; MAX_WIDTH];
        // SAFETY: the array holds MAX_WIDTH >= WIDTH doubles, `from` the ones copied.
        unsafe {
            std::ptr::copy_nonoverlapping(from, values.as_mut_ptr(), count);
            Self::load(values.as_ptr())
        }
    }
    /// Writes the first `count` lanes.
    ///
    /// # Safety
    /// `to` must be writable for `count <= WIDTH` doubles.
    #[inline(always)]
    unsafe fn store_some(self, to: *mut f64, count: usize) {
        if count == Self::WIDTH {
            // SAFETY: the caller promises them all.
            return unsafe { self.store(to) };
        }
        let mut values = [0.0; MAX_WIDTH];
        // SAFETY: the array holds MAX_WIDTH >= WIDTH doubles, `to` the ones copied.
        unsafe {
            self.store(values.as_mut_ptr());
            std::ptr::copy_nonoverlapping(values.as_ptr(), to, count);
        }
    }
    /// True if `mask` holds in every lane.
    #[inline(always)]
    fn all(mask: Self::Mask) -> bool {
        Self::mask_bits(mask) == (1 << Self::WIDTH) - 1
    }

    /// Integers below 2^53 to doubles, exactly.
    ///
    /// The two halves are placed in the mantissas of 2^52 and 2^84; the offsets are then removed by one exact subtraction and one
    /// exact sum.
    #[inline(always)]
    fn from_u53(bits: Self::Bits) -> Self {
        const LOW: f64 = 4503599627370496.0; // 2^52
        const HIGH: f64 = 19342813113834066795298816.0; // 2^84
        let low = Self::from_bits(
            (bits & Self::Bits::splat(0xffff_ffff)) | Self::Bits::splat(LOW.to_bits()),
        );
        let high = Self::from_bits(bits.shr::<32>() | Self::Bits::splat(HIGH.to_bits()));
        (high - Self::splat(HIGH + LOW)) + low
    }
}

/// A register of unsigned 64-bit integers. Addition and subtraction wrap.
pub(super) trait Bits:
    Copy
    + Add<Output = Self>
    + Sub<Output = Self>
    + BitAnd<Output = Self>
    + BitOr<Output = Self>
    + BitXor<Output = Self>
{
    /// The same value in every lane.
    fn splat(value: u64) -> Self;
    /// The value `first + lane`, wrapping.
    fn count_from(first: u64) -> Self;
    /// Logical shift to the left.
    fn shl<const N: u32>(self) -> Self;
    /// Logical shift to the right.
    fn shr<const N: u32>(self) -> Self;
    /// The 64-bit product of the low 32 bits of each lane.
    fn mul_low(self, other: Self) -> Self;
}

/// 1.5 * 2^52. Adding it to a double of magnitude below 2^51 rounds to the nearest integer (ties to even), which then stands
/// in the low bits of the sum; subtracting it again gives the integer as a double.
pub(super) const SHIFT: f64 = 6755399441055744.0;

/// `2^n` from `shifted = SHIFT + n`, for -1022 <= n <= 1023.
#[inline(always)]
pub(super) fn power_of_two<L: Lanes>(shifted: L) -> L {
    L::from_bits(shifted.to_bits().shl::<52>() + L::Bits::splat(1f64.to_bits()))
}

/// The polynomial `c[0] + c[1]*x + c[2]*x^2 + ...` by Horner's rule with fused multiply-adds.
#[inline(always)]
pub(super) fn polynomial<L: Lanes, const N: usize>(x: L, c: &[f64; N]) -> L {
    let mut sum = L::splat(c[N - 1]);
    let mut k = N - 1;
    while k > 0 {
        k -= 1;
        sum = sum.fma(x, L::splat(c[k]));
    }
    sum
}

/// The polynomial `c[0] + c[1]*x + c[2]*x^2 + ...` as even part plus x times odd part, given `square = x*x`: half the latency of
/// [`polynomial`].
#[inline(always)]
pub(super) fn split_polynomial<L: Lanes, const N: usize>(x: L, square: L, c: &[f64; N]) -> L {
    let (mut last, mut other) = (L::splat(c[N - 1]), L::splat(c[N - 2]));
    let mut k = N - 2;
    while k > 1 {
        last = last.fma(square, L::splat(c[k - 1]));
        other = other.fma(square, L::splat(c[k - 2]));
        k -= 2;
    }
    if N.is_multiple_of(2) {
        last.fma(x, other)
    } else {
        // An odd number of coefficients: one is left over.
        other.fma(x, last.fma(square, L::splat(c[0])))
    }
}

/// Replaces the lanes of `result` named by the bits of `lanes` by `f` of the same lanes of `x` and `y`: the way out to plain code for rare,
/// long computations.
#[inline(always)]
pub(super) fn patch<L: Lanes>(result: L, lanes: u32, x: L, y: L, f: fn(f64, f64) -> f64) -> L {
    let (mut r, mut a, mut b) = ([0.0; MAX_WIDTH], [0.0; MAX_WIDTH], [0.0; MAX_WIDTH]);
    // SAFETY: the arrays hold MAX_WIDTH >= WIDTH doubles.
    unsafe {
        result.store(r.as_mut_ptr());
        x.store(a.as_mut_ptr());
        y.store(b.as_mut_ptr());
    }
    for (i, ((r, &a), &b)) in r.iter_mut().zip(&a).zip(&b).enumerate() {
        if lanes >> i & 1 == 1 {
            *r = f(a, b);
        }
    }
    // SAFETY: as above.
    unsafe { L::load(r.as_ptr()) }
}

/// The widest register.
pub(super) const MAX_WIDTH: usize = 8;
