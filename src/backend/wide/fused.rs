//! Fused primitives: the idioms of neuron equations, with their affine arguments, in one pass.
//!
//! Fusing pays twice: intermediates stay in registers, and the divisions run beside the polynomial of the exponential. All are
//! well-defined in their limits (a rate of zero, the removable singularity of `t/(e^t - 1)`).

use super::exp::{clamp, exp, exp_inside, expm1_inside};
use super::lanes::Lanes;

/// Exponents are limited to this range where only sums with or quotients by e^t matter.
const LOWEST: f64 = -690.0;
const HIGHEST: f64 = 709.0;
/// The same where NaN has another way into the result.
const BOUND: f64 = 690.0;
/// 2^-900, added to a divisor z that may be 0: it changes no z above 2^-847, and (e^z - 1)/z comes out as 1 with no branch.
const NUDGE: f64 = f64::from_bits((1023 - 900) << 52);

/// e^(k x + c).
#[inline(always)]
pub(super) fn exp_affine<L: Lanes>(x: L, k: L, c: L) -> L {
    exp(x.fma(k, c))
}

/// s e^(k x + c).
#[inline(always)]
pub(super) fn exp_rate<L: Lanes>(x: L, s: L, k: L, c: L) -> L {
    s * exp(x.fma(k, c))
}

/// s / (1 + e^(k x + c)).
#[inline(always)]
pub(super) fn logistic<L: Lanes>(x: L, s: L, k: L, c: L) -> L {
    s / (L::splat(1.0) + exp_inside(clamp(x.fma(k, c), LOWEST, HIGHEST)))
}

/// s t / (e^t - 1) with t = k x + c, and s at t = 0.
#[inline(always)]
pub(super) fn linoid<L: Lanes>(x: L, s: L, k: L, c: L) -> L {
    let t = x.fma(k, c) + L::splat(NUDGE);
    s * t / expm1_inside(t.limit(BOUND))
}

/// x e^z + b dt (e^z - 1)/z: the exponential Euler step of x' = a x + b with z = a dt, which must not be 0. Only e^z - 1 is
/// needed: the step is x + (e^z - 1)(x + b dt/z).
#[inline(always)]
fn step<L: Lanes>(x: L, z: L, b: L, dt: L) -> L {
    expm1_inside(z.limit(BOUND)).fma(x + b * dt / z, x)
}

/// The exponential Euler step of x' = a x + b.
#[inline(always)]
pub(super) fn expeuler<L: Lanes>(x: L, a: L, b: L, dt: L) -> L {
    step(x, a.fma(dt, L::splat(NUDGE)), b, dt)
}

/// The exponential Euler step of x' = alpha (1 - x) - beta x.
#[inline(always)]
pub(super) fn gate<L: Lanes>(x: L, alpha: L, beta: L, dt: L) -> L {
    let z = (alpha + beta).negated_fma(dt, L::splat(NUDGE));
    step(x, z, alpha, dt)
}

/// The exponential Euler step of x' = (target - x) rate.
#[inline(always)]
pub(super) fn relax<L: Lanes>(x: L, target: L, rate: L, dt: L) -> L {
    toward(x, target, rate * -dt)
}

/// The exponential Euler step of x' = (target - x)/tau.
#[inline(always)]
pub(super) fn relax_tau<L: Lanes>(x: L, target: L, tau: L, dt: L) -> L {
    toward(x, target, -dt / tau)
}

/// x e^z + target (1 - e^z), as x + (e^z - 1)(x - target).
#[inline(always)]
fn toward<L: Lanes>(x: L, target: L, z: L) -> L {
    expm1_inside(clamp(z, LOWEST, HIGHEST)).fma(x - target, x)
}

/// a x + c.
#[inline(always)]
pub(super) fn linear1<L: Lanes>(x: L, a: L, c: L) -> L {
    x.fma(a, c)
}

/// a x + b y + c.
#[inline(always)]
pub(super) fn linear2<L: Lanes>(x: L, y: L, a: L, b: L, c: L) -> L {
    x.fma(a, y.fma(b, c))
}

/// a0 x + a1 y + a2 z + c.
#[inline(always)]
pub(super) fn linear3<L: Lanes>(x: L, y: L, z: L, a0: L, a1: L, a2: L, c: L) -> L {
    x.fma(a0, y.fma(a1, z.fma(a2, c)))
}

/// a0 x + a1 y + a2 z + a3 w + c.
#[inline(always)]
#[allow(clippy::too_many_arguments)] // four terms and a constant
pub(super) fn linear4<L: Lanes>(x: L, y: L, z: L, w: L, a0: L, a1: L, a2: L, a3: L, c: L) -> L {
    x.fma(a0, y.fma(a1, z.fma(a2, w.fma(a3, c))))
}

/// `new` where `active` has any bit set, else `x`.
#[inline(always)]
fn hold<L: Lanes>(x: L, new: L, active: L) -> L {
    L::select(L::test(active.to_bits(), u64::MAX), new, x)
}

/// [`linear1`] where active, else x.
#[inline(always)]
pub(super) fn linear1_where<L: Lanes>(x: L, active: L, a: L, c: L) -> L {
    hold(x, linear1(x, a, c), active)
}

/// [`linear2`] where active, else x.
#[inline(always)]
pub(super) fn linear2_where<L: Lanes>(x: L, y: L, active: L, a: L, b: L, c: L) -> L {
    hold(x, linear2(x, y, a, b, c), active)
}

/// [`linear3`] where active, else x.
#[inline(always)]
#[allow(clippy::too_many_arguments)] // three terms, a constant and a mask
pub(super) fn linear3_where<L: Lanes>(x: L, y: L, z: L, active: L, a0: L, a1: L, a2: L, c: L) -> L {
    hold(x, linear3(x, y, z, a0, a1, a2, c), active)
}
