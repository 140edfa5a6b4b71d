//! Powers, and Python's floored division and remainder.
//!
//! `x^y = e^(y log x)` with the logarithm as a sum of two doubles (relative error about 2^-64), so that the error stays below an ulp
//! up to the largest exponents.

use super::exp::{LN2_HIGH, LN2_LOW, exp_of_sum};
use super::lanes::{Lanes, patch, polynomial};
use super::log::{is_normal, split};

/// `(log((1+s)/(1-s))/s - 2)/z - 2/3` over `z = s^2`; fit error 2^-66 relative to the logarithm.
#[rustfmt::skip]
const P: [f64; 7] = [
    0.40000000000002184, 0.2857142857012869, 0.22222222515419626, 0.18181784715107877, 0.1538674298468194,
    0.13257119709635173, 0.1319377617087881,
];
const TWO_THIRDS: (f64, f64) = (0.6666666666666666, 3.700743415417188e-17);

/// `log(2^k m)` as a sum of two doubles.
#[inline(always)]
fn long_log<L: Lanes>(k: L, m: L) -> (L, L) {
    let one = L::splat(1.0);
    let f = m - one;
    let d = m + one;
    let d_low = m - (d - one);
    let reciprocal = one / d;
    let s = f * reciprocal;
    let s_low = s.negated_fma(d_low, s.negated_fma(d, f)) * reciprocal;
    let z = s * s;
    let z_low = (s + s).fma(s_low, s.fma(s, -z));
    // u = 2/3 z + z^2 p(z), and log m = s (2 + u).
    let a = z * L::splat(TWO_THIRDS.0);
    let a_low = z.fma(L::splat(TWO_THIRDS.0), -a)
        + z_low.fma(L::splat(TWO_THIRDS.0), z * L::splat(TWO_THIRDS.1));
    let b = z * z * polynomial(z, &P);
    let u = a + b;
    let u_low = ((a - u) + b) + a_low;
    let v = s * u;
    let v_low = s.fma(u_low, s_low.fma(u, s.fma(u, -v)));
    let twice = s + s;
    let high = twice + v;
    let low = ((twice - high) + v) + (s_low + s_low + v_low);
    let leading = k * L::splat(LN2_HIGH);
    let sum = leading + high;
    (
        sum,
        ((leading - sum) + high) + k.fma(L::splat(LN2_LOW), low),
    )
}

/// `e^(y * (high + low))`.
#[inline(always)]
fn raise<L: Lanes>(y: L, high: L, low: L) -> L {
    let product = y * high;
    let rest = y.fma(low, y.fma(high, -product));
    // Beyond the range of exp the rest does not matter, and may be NaN.
    let inside = product.abs().lt(L::splat(1000.0));
    exp_of_sum(product, L::select(inside, rest, L::splat(0.0)))
}

/// x^y with the special cases of IEEE 754: NaN for a negative x and a y that is no integer.
#[inline(always)]
pub(super) fn pow<L: Lanes>(x: L, y: L) -> L {
    let infinity = L::splat(f64::INFINITY);
    if L::all(is_normal(x) & y.abs().lt(infinity)) {
        let (k, m) = split(x);
        let (high, low) = long_log(k, m);
        return raise(y, high, low);
    }
    let (zero, one) = (L::splat(0.0), L::splat(1.0));
    let a = x.abs();
    let subnormal = a.lt(L::splat(f64::MIN_POSITIVE));
    let (k, m) = split(L::select(subnormal, a * L::splat(18014398509481984.0), a)); // 2^54
    let (high, low) = long_log(L::select(subnormal, k - L::splat(54.0), k), m);
    let result = raise(y, high, low);
    // 0 and infinity as base; infinity as exponent.
    let falls = L::select(y.lt(zero), infinity, zero);
    let rises = L::select(y.lt(zero), zero, infinity);
    let result = L::select(a.eq(zero), falls, L::select(a.eq(infinity), rises, result));
    let at_infinity = L::select(a.lt(one), falls, L::select(one.lt(a), rises, one));
    let result = L::select(y.abs().eq(infinity), at_infinity, result);
    // Negative base: sign of odd powers; no value in between. -0 and -inf count as limits.
    let half = L::splat(0.5) * y;
    let whole = y.floor().eq(y);
    let even = half.floor().eq(half);
    let signed = L::select(even, result, L::select(whole, result.copysign(x), result));
    let finite = x.lt(zero) & a.lt(infinity);
    let signed = L::select(finite, L::select(whole, signed, L::splat(f64::NAN)), signed);
    let result = L::select(x.eq(x) & y.eq(y), signed, x + y);
    L::select(y.eq(zero) | x.eq(one), one, result)
}

/// Quotients below this have an exact floor.
const EXACT: f64 = 4503599627370496.0; // 2^52

/// `(q, r)`: the floored quotient and the remainder with the sign of `y`, where the quotient is small.
#[inline(always)]
fn floored<L: Lanes>(x: L, y: L) -> (L, L) {
    let (zero, one) = (L::splat(0.0), L::splat(1.0));
    let q = (x / y).floor();
    let r = q.negated_fma(y, x);
    // The quotient may have been rounded up to an integer: then the remainder is off by y on the wrong side.
    let over = (r * y.copysign(one).copysign(y)).lt(zero) & r.eq(r);
    let (q, r) = (L::select(over, q - one, q), L::select(over, r + y, r));
    // A remainder of zero has the sign of the divisor.
    (q, L::select(r.eq(zero), zero.copysign(y), r))
}

/// True where [`floored`] is right.
#[inline(always)]
fn is_moderate<L: Lanes>(x: L, y: L) -> L::Mask {
    (x / y).abs().lt(L::splat(EXACT)) & y.abs().lt(L::splat(f64::INFINITY))
}

/// x % y with the sign of the divisor.
#[inline(always)]
pub(super) fn floor_mod<L: Lanes>(x: L, y: L) -> L {
    let (_, r) = floored(x, y);
    let moderate = is_moderate(x, y);
    if L::all(moderate) {
        r
    } else {
        patch_unless(r, moderate, x, y, plain_mod)
    }
}

/// floor(x / y) of the exact quotient.
#[inline(always)]
pub(super) fn floor_div<L: Lanes>(x: L, y: L) -> L {
    let (q, _) = floored(x, y);
    let moderate = is_moderate(x, y);
    if L::all(moderate) {
        q
    } else {
        patch_unless(q, moderate, x, y, plain_div)
    }
}

/// [`patch`] where `mask` does not hold.
#[inline(always)]
fn patch_unless<L: Lanes>(result: L, mask: L::Mask, x: L, y: L, f: fn(f64, f64) -> f64) -> L {
    patch(result, !L::mask_bits(mask), x, y, f)
}

/// The remainder by exact long division.
#[cold]
fn plain_mod(x: f64, y: f64) -> f64 {
    let r = x % y;
    if r == 0.0 {
        0f64.copysign(y)
    } else if (r < 0.0) != (y < 0.0) {
        r + y
    } else {
        r
    }
}

/// The quotient that belongs to [`plain_mod`], as Python has it.
#[cold]
fn plain_div(x: f64, y: f64) -> f64 {
    if y == 0.0 {
        return x / y;
    }
    let r = x % y;
    let mut q = (x - r) / y;
    if r != 0.0 && (r < 0.0) != (y < 0.0) {
        q -= 1.0;
    }
    let whole = q.floor();
    if q - whole > 0.5 { whole + 1.0 } else { whole }
}
