//! Hyperbolic functions, from one exponential of |x| and one division each.

use super::exp::careful_expm1_parts;
use super::lanes::Lanes;

/// Below this magnitude sinh x and tanh x round to x.
const TINY: f64 = 3.725290298461914e-09; // 2^-28
/// `careful_expm1_parts` divides by this.
const SCALE: f64 = 65536.0;

/// Hyperbolic sine.
#[inline(always)]
pub(super) fn sinh<L: Lanes>(x: L) -> L {
    // (e^a - 1 + (e^a - 1)/e^a)/2; the common factor keeps it finite up to the true overflow.
    let a = L::splat(717.0).min(x.abs());
    let (less, full) = careful_expm1_parts(a, 16);
    let result = (less / full).fma(L::splat(1.0 / SCALE), less) * L::splat(0.5 * SCALE);
    L::select(a.lt(L::splat(TINY)), x, result.copysign(x))
}

/// Hyperbolic cosine.
#[inline(always)]
pub(super) fn cosh<L: Lanes>(x: L) -> L {
    let a = L::splat(717.0).min(x.abs());
    let (_, full) = careful_expm1_parts(a, 16);
    (L::splat(1.0 / (SCALE * SCALE)) / full + full) * L::splat(0.5 * SCALE)
}

/// Hyperbolic tangent.
#[inline(always)]
pub(super) fn tanh<L: Lanes>(x: L) -> L {
    // -t/(t + 2) with t = e^(-2a) - 1 loses nothing near 0; from there on 1 - 2 e^(-2a)/(t + 2) rounds less.
    let a = x.abs();
    let (t, e) = careful_expm1_parts(L::splat(-690.0).max(L::splat(-2.0) * a), 0);
    let far = L::splat(0.55).lt(a);
    let quotient = L::select(far, L::splat(-2.0) * e, -t) / (t + L::splat(2.0));
    let result = L::select(far, L::splat(1.0) + quotient, quotient);
    L::select(a.lt(L::splat(TINY)), x, result.copysign(x))
}
