//! Inverse trigonometric functions.
//!
//! atan: `|x|` beyond about tan(pi/8) is turned to `(x - 1)/(x + 1)` or `-1/x`, so the polynomial (degree 10 in t^2, fit error
//! 2^-56.7) sees `|t| <= 0.4375`. asin: beyond 1/2, `asin x = pi/2 - 2 asin sqrt((1 - x)/2)`; polynomial of degree 12, fit error 2^-59.

use super::lanes::{Lanes, polynomial};
use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, PI};

#[rustfmt::skip]
const ATAN: [f64; 11] = [
    -0.3333333333333294, 0.19999999999878088, -0.1428571427262288, 0.11111110410057008, -0.09090887237847567,
    0.07691877700321433, -0.06661087011453612, 0.05833653418444149, -0.04977190220847895, 0.03653821852855609,
    -0.016291952290010448,
];
#[rustfmt::skip]
const ASIN: [f64; 13] = [
    0.1666666666666676, 0.0749999999997078, 0.04464285717471604, 0.03038194270027365, 0.022372215245961793,
    0.017351606795701014, 0.013980887997889066, 0.011398331500491314, 0.010783625307102303, 0.0036933455066433304,
    0.021739805974111612, -0.021045441392164847, 0.0326578859973939,
];

/// pi/4 - `FRAC_PI_4`.
const PI_4_LOW: f64 = 3.061616997868383e-17;
/// Where the first octant is split: tan(pi/8), moved up as far as the polynomial allows.
const TAN_PI_8: f64 = 0.4375;
const TAN_3PI_8: f64 = 2.414213562373095;

/// `j pi/4 + atan t` for `|t| <= 0.4375` and a small integer `j` (0 or such that `j pi/4 > |t|`).
#[inline(always)]
fn turned<L: Lanes>(j: L, t: L) -> L {
    let z = t * t;
    let base = j * L::splat(FRAC_PI_4);
    let base_low = j.fma(L::splat(PI_4_LOW), j.fma(L::splat(FRAC_PI_4), -base));
    let sum = base + t;
    let lost = (base - sum) + t;
    sum + (lost + (z * t).fma(polynomial(z, &ATAN), base_low))
}

/// Arc tangent.
#[inline(always)]
pub(super) fn atan<L: Lanes>(x: L) -> L {
    let one = L::splat(1.0);
    let a = x.abs();
    let small = a.lt(L::splat(TAN_PI_8));
    let large = L::splat(TAN_3PI_8).lt(a);
    let numerator = L::select(small, a, L::select(large, -one, a - one));
    let denominator = L::select(small, one, L::select(large, a, a + one));
    let j = L::select(small, L::splat(0.0), L::select(large, L::splat(2.0), one));
    turned(j, numerator / denominator).copysign(x)
}

/// 1 for infinity, else 0.
#[inline(always)]
fn flat<L: Lanes>(length: L) -> L {
    let infinite = length.eq(L::splat(f64::INFINITY));
    L::select(infinite, L::splat(1.0), L::splat(0.0))
}

/// The angle of the point (x, y), in [-pi, pi].
#[inline(always)]
pub(super) fn atan2<L: Lanes>(y: L, x: L) -> L {
    let (mut ax, mut ay) = (x.abs(), y.abs());
    let longest = ax.max(ay);
    let ordinary = L::splat(2f64.powi(-900)).lt(longest) & longest.lt(L::splat(2f64.powi(900)));
    if !L::all(ordinary) {
        // Bring infinities to equal finite lengths, and very long or short vectors to where sums and quotients stay finite.
        let big = L::splat(f64::INFINITY);
        let up = L::select(
            longest.lt(L::splat(1.0)),
            L::splat(2f64.powi(200)),
            L::splat(2f64.powi(-200)),
        );
        let factor = L::select(ordinary, L::splat(1.0), up);
        let infinite = longest.eq(big);
        (ax, ay) = (
            L::select(infinite, flat(ax), ax * factor),
            L::select(infinite, flat(ay), ay * factor),
        );
    }
    let (zero, one) = (L::splat(0.0), L::splat(1.0));
    let steep = ax.lt(ay);
    let short = L::select(steep, ax, ay);
    let long = L::select(steep, ay, ax);
    // In the first octant the angle is atan(short/long) = j pi/4 + atan t.
    let near = short.lt(long * L::splat(TAN_PI_8)) | short.eq(zero);
    let numerator = L::select(near, short, short - long);
    let denominator = L::select(near, L::select(long.eq(zero), one, long), short + long);
    let t = numerator / denominator;
    let j = L::select(near, zero, one);
    // Mirrored at the diagonal, then at the vertical.
    let (j, t) = (
        L::select(steep, L::splat(2.0) - j, j),
        L::select(steep, -t, t),
    );
    let left = L::test(x.to_bits(), 1 << 63);
    let (j, t) = (
        L::select(left, L::splat(4.0) - j, j),
        L::select(left, -t, t),
    );
    let result = turned(j, t).copysign(y);
    // NaN in either argument (a comparison with itself fails).
    L::select(x.eq(x) & y.eq(y), result, x + y)
}

/// `(s, e)` such that asin of a small argument is `s + e`, with `s = |x|`, or `s = sqrt((1 - |x|)/2)` where `|x| > 1/2`.
#[inline(always)]
fn folded<L: Lanes>(x: L) -> (L::Mask, L, L) {
    let a = x.abs();
    let far = L::splat(0.5).lt(a);
    let z = L::select(far, a.negated_fma(L::splat(0.5), L::splat(0.5)), a * a);
    let s = L::select(far, z.sqrt(), a);
    (far, s, s * z * polynomial(z, &ASIN))
}

/// Arc sine; NaN outside [-1, 1].
#[inline(always)]
pub(super) fn asin<L: Lanes>(x: L) -> L {
    let (far, s, e) = folded(x);
    let two = L::splat(2.0);
    let from_top = L::splat(FRAC_PI_2) - two * s;
    let lost = (L::splat(FRAC_PI_2) - from_top) - two * s;
    let beyond = from_top + (lost + (L::splat(2.0 * PI_4_LOW) - two * e));
    L::select(far, beyond, s + e).copysign(x)
}

/// Arc cosine; NaN outside [-1, 1].
#[inline(always)]
pub(super) fn acos<L: Lanes>(x: L) -> L {
    let (far, s, e) = folded(x);
    let negative = L::test(x.to_bits(), 1 << 63);
    // Near 1: 2(s + e). Near -1: pi - 2(s + e). Between: pi/2 -+ (s + e).
    let zero = L::splat(0.0);
    let base = L::select(
        far,
        L::select(negative, L::splat(PI), zero),
        L::splat(FRAC_PI_2),
    );
    let base_low = L::select(
        far,
        L::select(negative, L::splat(4.0 * PI_4_LOW), zero),
        L::splat(2.0 * PI_4_LOW),
    );
    let size = L::select(far, L::splat(2.0), L::splat(1.0));
    // Subtracted except near 1 and between on the negative side.
    let minus = L::select(
        far,
        L::select(negative, -size, size),
        L::select(negative, size, -size),
    );
    let step = minus * s;
    let sum = base + step;
    let lost = (base - sum) + step;
    sum + (minus.fma(e, base_low) + lost)
}
