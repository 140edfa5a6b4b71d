//! exp and its relatives.
//!
//! `x = n*ln 2 + r` with `|r| <= ln 2 / 2`; `e^r - 1 = r + r^2 q(r)` with `q` of degree 9 (relative fit error 2^-55.4, measured
//! against 240-bit arithmetic). The first part of `ln 2` has 41 bits, so `x - n*LN2_HIGH` is exact; `2^n` is applied so that
//! results in the subnormal range, overflow, infinities and NaN come out right with no branch.

use super::lanes::{Lanes, SHIFT, polynomial, power_of_two};

const LOG2_E: f64 = std::f64::consts::LOG2_E;
/// The first 41 bits of ln 2.
pub(super) const LN2_HIGH: f64 = 0.693147180559663;
/// ln 2 - `LN2_HIGH`.
pub(super) const LN2_LOW: f64 = 2.8235290563031577e-13;

#[rustfmt::skip]
const Q: [f64; 10] = [
    0.5000000000000006, 0.16666666666666685, 0.04166666666657417, 0.00833333333331466, 0.001388888893224255,
    0.00019841269902891578, 2.4801504580421064e-05, 2.7557228069670085e-06, 2.7626280731386634e-07, 2.5114438707569713e-08,
];

/// Below this magnitude `e^x - 1` rounds to `x`, and `(e^x - 1)/x` to 1.
const TINY: f64 = 5.551115123125783e-17; // 2^-54

/// `(shifted, p)` with `e^x = 2^n (1 + p)`, where `shifted = SHIFT + n`. `x` must be within +-1100 (or NaN).
#[inline(always)]
fn reduce<L: Lanes>(x: L) -> (L, L) {
    let shifted = x.fma(L::splat(LOG2_E), L::splat(SHIFT));
    let n = shifted - L::splat(SHIFT);
    let r = n.negated_fma(L::splat(LN2_HIGH), x);
    let r = n.negated_fma(L::splat(LN2_LOW), r);
    let p = polynomial(r, &Q).fma(r * r, r);
    (shifted, p)
}

/// `x` moved into `[low, high]`; NaN stays NaN.
#[inline(always)]
fn clamp<L: Lanes>(x: L, low: f64, high: f64) -> L {
    L::splat(low).max(L::splat(high).min(x))
}

/// e^x.
#[inline(always)]
pub(super) fn exp<L: Lanes>(x: L) -> L {
    let (shifted, p) = reduce(clamp(x, -746.0, 710.0));
    (p + L::splat(1.0)).scale(shifted)
}

/// e^x - 1.
#[inline(always)]
pub(super) fn expm1<L: Lanes>(x: L) -> L {
    let (scaled, _) = scaled_expm1(clamp(x, -60.0, 717.0));
    let result = scaled * L::splat(65536.0);
    L::select(x.abs().lt(L::splat(TINY)), x, result)
}

/// `(2^-16 (e^x - 1), 2^-16 e^x)`; the factor keeps both finite a little beyond the overflow of e^x. `x` within [-60, 717].
#[inline(always)]
pub(super) fn scaled_expm1<L: Lanes>(x: L) -> (L, L) {
    let (shifted, p) = reduce(x);
    let s = power_of_two(shifted - L::splat(16.0));
    (s.fma(p, s - L::splat(1.0 / 65536.0)), s.fma(p, s))
}

/// (e^x - 1)/x, and 1 at 0.
#[inline(always)]
pub(super) fn exprel<L: Lanes>(x: L) -> L {
    // The divisor is limited from above only, so that exprel(-inf) = 0 and exprel(inf) = inf.
    let bounded = L::splat(717.0).min(x);
    let (numerator, _) = scaled_expm1(L::splat(-60.0).max(bounded));
    let result = numerator / bounded * L::splat(65536.0);
    L::select(x.abs().lt(L::splat(TINY)), L::splat(1.0), result)
}
