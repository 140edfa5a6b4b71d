//! Logarithms.
//!
//! `x = 2^k m` with `sqrt(1/2) <= m < sqrt(2)`, `f = m - 1`, `s = f/(2 + f)`:
//! `log m = 2 atanh s = f - f^2/2 + s (f^2/2 + z p(z))`, `z = s^2`, `p` of degree 6 (fit error 2^-58.8 relative to `log m`).
//! The parts that are not exact are small against the leading term `k ln 2` or `f`.

use super::exp::{LN2_HIGH, LN2_LOW};
use super::lanes::{Bits, Lanes, polynomial};
use std::f64::consts::{LOG2_E, LOG10_E};

#[rustfmt::skip]
const P: [f64; 7] = [
    0.6666666666666735, 0.3999999999941311, 0.28571428742782123, 0.2222219852848681, 0.1818356684961667,
    0.1531398120733594, 0.14796688685535583,
];

/// Bits of sqrt(1/2).
const ROOT_HALF: u64 = 0x3fe6_a09e_667f_3bcd;
const ONE: u64 = 0x3ff0_0000_0000_0000;
const MANTISSA: u64 = 0x000f_ffff_ffff_ffff;

/// `(k, m)` with `x = 2^k m`, `m` in [sqrt(1/2), sqrt(2)), for normal positive `x`.
#[inline(always)]
pub(super) fn split<L: Lanes>(x: L) -> (L, L) {
    const TWO52: f64 = 4503599627370496.0;
    // Moving the bits up by 1 - sqrt(1/2) makes the exponent field count from sqrt(1/2) instead of from 1.
    let moved = x.to_bits() + L::Bits::splat(ONE - ROOT_HALF);
    let k = L::from_bits(moved.shr::<52>() | L::Bits::splat(TWO52.to_bits()))
        - L::splat(TWO52 + 1023.0);
    let m = L::from_bits((moved & L::Bits::splat(MANTISSA)) + L::Bits::splat(ROOT_HALF));
    (k, m)
}

/// What [`split`] cannot take: the lanes outside [2^-1022, inf).
#[inline(always)]
pub(super) fn is_normal<L: Lanes>(x: L) -> L::Mask {
    L::splat(f64::MIN_POSITIVE).le(x) & x.lt(L::splat(f64::INFINITY))
}

/// [`split`] for every `x`, and `finish` of the parts; zero, negative numbers, infinity and NaN get their logarithms.
#[inline(always)]
fn with_parts<L: Lanes>(x: L, finish: impl Fn(L, L) -> L) -> L {
    let normal = is_normal(x);
    if L::all(normal) {
        let (k, m) = split(x);
        return finish(k, m - L::splat(1.0));
    }
    let subnormal = x.lt(L::splat(f64::MIN_POSITIVE));
    let (k, m) = split(L::select(subnormal, x * L::splat(18014398509481984.0), x)); // 2^54
    let k = L::select(subnormal, k - L::splat(54.0), k);
    let result = finish(k, m - L::splat(1.0));
    special(x, result)
}

/// The logarithm of what has no finite one, else `result`.
#[inline(always)]
fn special<L: Lanes>(x: L, result: L) -> L {
    let zero = L::splat(0.0);
    let result = L::select(zero.lt(x) & x.lt(L::splat(f64::INFINITY)), result, x);
    let result = L::select(x.lt(zero), L::splat(f64::NAN), result);
    L::select(x.eq(zero), L::splat(f64::NEG_INFINITY), result)
}

/// `(f^2/2, s (f^2/2 + z p(z)))`.
#[inline(always)]
fn tail<L: Lanes>(f: L) -> (L, L) {
    let half_square = L::splat(0.5) * f * f;
    let s = f / (L::splat(2.0) + f);
    let z = s * s;
    (half_square, s * polynomial(z, &P).fma(z, half_square))
}

/// `k ln 2 + log(1 + f) + c` for a tiny correction `c`.
#[inline(always)]
fn assemble<L: Lanes>(k: L, f: L, c: L) -> L {
    let (half_square, t) = tail(f);
    let low = k.fma(L::splat(LN2_LOW), t + c);
    k.fma(L::splat(LN2_HIGH), f - (half_square - low))
}

/// log(1 + f) as a sum of two doubles, the second small.
#[inline(always)]
fn two_parts<L: Lanes>(f: L) -> (L, L) {
    let (half_square, t) = tail(f);
    let high = f - half_square;
    (high, ((f - high) - half_square) + t)
}

/// Natural logarithm of a normal positive number.
#[inline(always)]
pub(super) fn log_of_normal<L: Lanes>(x: L) -> L {
    let (k, m) = split(x);
    assemble(k, m - L::splat(1.0), L::splat(0.0))
}

/// Natural logarithm.
#[inline(always)]
pub(super) fn log<L: Lanes>(x: L) -> L {
    with_parts(
        x,
        #[inline(always)]
        |k, f| assemble(k, f, L::splat(0.0)),
    )
}

/// log(1 + x).
#[inline(always)]
pub(super) fn log1p<L: Lanes>(x: L) -> L {
    let one = L::splat(1.0);
    let u = one + x;
    let (k, m) = split(u);
    // What the sum lost, relative to u.
    let v = u - one;
    let c = ((one - (u - v)) + (x - v)) / u;
    let near = k.eq(L::splat(0.0));
    let f = L::select(near, x, m - one);
    let c = L::select(near, L::splat(0.0), c);
    let result = assemble(k, f, c);
    let result = L::select(x.eq(L::splat(0.0)), x, result);
    if L::all(is_normal(u)) {
        result
    } else {
        special(u, result)
    }
}

/// `base * (k ln 2 + log(1 + f))`, where `base` is a sum of two doubles and `k_high + k_low` is `base ln 2`, `k k_high` exact.
#[inline(always)]
fn other_base<L: Lanes>(k: L, f: L, base: (f64, f64), two: (f64, f64)) -> L {
    let (high, low) = two_parts(f);
    let scaled = high * L::splat(base.0);
    let lost = high.fma(L::splat(base.0), -scaled);
    let rest = high.fma(L::splat(base.1), low.fma(L::splat(base.0), lost));
    let leading = k * L::splat(two.0);
    let sum = leading + scaled;
    let lost = (leading - sum) + scaled;
    sum + (k.fma(L::splat(two.1), rest) + lost)
}

/// Decimal logarithm.
#[inline(always)]
pub(super) fn log10<L: Lanes>(x: L) -> L {
    with_parts(
        x,
        #[inline(always)]
        |k, f| {
            other_base(
                k,
                f,
                (LOG10_E, 1.098319650216765e-17),
                (0.301029995663157, 8.241712586023572e-13),
            )
        },
    )
}

/// Binary logarithm.
#[inline(always)]
pub(super) fn log2<L: Lanes>(x: L) -> L {
    with_parts(
        x,
        #[inline(always)]
        |k, f| other_base(k, f, (LOG2_E, 2.0355273740931033e-17), (1.0, 0.0)),
    )
}
