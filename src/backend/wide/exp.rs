//! exp and its relatives.
//!
//! `x = n*ln 2 + r` with `|r| <= ln 2 / 2`; `e^r - 1 = r + r^2 q(r)` with `q` of degree 9 (relative fit error 2^-55.4, measured
//! against 240-bit arithmetic). The first part of `ln 2` has 41 bits, so `x - n*LN2_HIGH` is exact; `2^n` is applied so that
//! results in the subnormal range, overflow, infinities and NaN come out right with no branch.

use super::lanes::{Lanes, SHIFT, power_of_two, split_polynomial};

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

/// `(SHIFT + n, r)` with `x + low = n ln 2 + r`. `x` must be within +-1100, or NaN, and `low` small against 1.
#[inline(always)]
fn reduce<L: Lanes>(x: L, low: Option<L>) -> (L, L) {
    let shifted = x.fma(L::splat(LOG2_E), L::splat(SHIFT));
    let n = shifted - L::splat(SHIFT);
    let r = n.negated_fma(L::splat(LN2_HIGH), x);
    let r = match low {
        Some(low) => r + n.negated_fma(L::splat(LN2_LOW), low),
        None => n.negated_fma(L::splat(LN2_LOW), r),
    };
    (shifted, r)
}

/// e^r - 1.
#[inline(always)]
fn core<L: Lanes>(r: L) -> L {
    let square = r * r;
    split_polynomial(r, square, &Q).fma(square, r)
}

/// `x` moved into `[low, high]`; NaN stays NaN.
#[inline(always)]
pub(super) fn clamp<L: Lanes>(x: L, low: f64, high: f64) -> L {
    L::splat(low).max(L::splat(high).min(x))
}

/// e^r, from 1 + r and its rounding error (the additions cost little beside the multiplications).
#[inline(always)]
fn whole_core<L: Lanes>(r: L) -> L {
    let one = L::splat(1.0);
    let square = r * r;
    let sum = one + r;
    let lost = (one - sum) + r;
    sum + split_polynomial(r, square, &Q).fma(square, lost)
}

/// e^x.
#[inline(always)]
pub(super) fn exp<L: Lanes>(x: L) -> L {
    let (shifted, r) = reduce(clamp(x, -746.0, 710.0), None);
    whole_core(r).scale(shifted)
}

/// e^(x + low) for a `low` that is small against 1.
#[inline(always)]
pub(super) fn exp_of_sum<L: Lanes>(x: L, low: L) -> L {
    let (shifted, r) = reduce(clamp(x, -746.0, 710.0), Some(low));
    whole_core(r).scale(shifted)
}

/// e^x for `x` within [-700, 709], with a simpler scaling.
#[inline(always)]
pub(super) fn exp_inside<L: Lanes>(x: L) -> L {
    let (shifted, r) = reduce(x, None);
    let s = power_of_two(shifted);
    s.fma(core(r), s)
}

/// `((e^x - 1)/2^down, e^x/2^down)` for `e^x = 2^n (1 + p)`.
#[inline(always)]
fn parts_of<L: Lanes>(shifted: L, p: L, down: u32) -> (L, L) {
    let s = power_of_two(shifted - L::splat(f64::from(down)));
    let one = L::splat(1.0 / f64::from(1 << down));
    (s.fma(p, s - one), s.fma(p, s))
}

/// e^x - 1 to about 2 ulp, for `x` within [-690, 709].
#[inline(always)]
pub(super) fn expm1_inside<L: Lanes>(x: L) -> L {
    let (shifted, r) = reduce(x, None);
    let s = power_of_two(shifted);
    s.fma(core(r), s - L::splat(1.0))
}

/// `(e^x - 1, e^x)` from the remainder with its rounding error, and divided by 2^down; a `down` of 16 keeps both
/// finite up to `x = 717`.
#[inline(always)]
pub(super) fn careful_expm1_parts<L: Lanes>(x: L, down: u32) -> (L, L) {
    let shifted = x.fma(L::splat(LOG2_E), L::splat(SHIFT));
    let n = shifted - L::splat(SHIFT);
    let first = n.negated_fma(L::splat(LN2_HIGH), x);
    let r = n.negated_fma(L::splat(LN2_LOW), first);
    let lost = n.negated_fma(L::splat(LN2_LOW), first - r);
    let square = r * r;
    let p = r + split_polynomial(r, square, &Q).fma(square, lost);
    parts_of(shifted, p, down)
}

/// e^x - 1.
#[inline(always)]
pub(super) fn expm1<L: Lanes>(x: L) -> L {
    let (scaled, _) = careful_expm1_parts(clamp(x, -60.0, 717.0), 16);
    let result = scaled * L::splat(65536.0);
    L::select(x.abs().lt(L::splat(TINY)), x, result)
}

/// (e^x - 1)/x, and 1 at 0.
#[inline(always)]
pub(super) fn exprel<L: Lanes>(x: L) -> L {
    // The divisor is limited from above only, so that exprel(-inf) = 0 and exprel(inf) = inf.
    let bounded = L::splat(717.0).min(x);
    let (numerator, _) = careful_expm1_parts(L::splat(-60.0).max(bounded), 16);
    let result = numerator / bounded * L::splat(65536.0);
    L::select(x.abs().lt(L::splat(TINY)), L::splat(1.0), result)
}
