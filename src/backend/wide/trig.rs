//! Sine, cosine and tangent.
//!
//! `|x| = n pi/2 + r`, `|r| <= pi/4`, with pi/2 as a sum of three doubles up to `|x| = 2^30`; `r` is kept as a sum of two
//! doubles, so it is good to full precision even next to a multiple of pi/2. Larger arguments are reduced by exact integer
//! arithmetic with 1280 bits of 2/pi, in plain code. Polynomial fit errors: sine 2^-57.3, cosine 2^-60.5.

use super::lanes::{Bits, Lanes, MAX_WIDTH, SHIFT, polynomial};
use std::f64::consts::{FRAC_2_PI, FRAC_PI_2};

#[rustfmt::skip]
const SIN: [f64; 6] = [
    -0.16666666666666632, 0.008333333333322554, -0.00019841269829899125, 2.7557313718921456e-06,
    -2.5050761828070325e-08, 1.5896988595660685e-10,
];
#[rustfmt::skip]
const COS: [f64; 6] = [
    0.0416666666666666, -0.0013888888888874246, 2.4801587289549615e-05, -2.7557314369918604e-07,
    2.0875725462584744e-09, -1.1359752766825774e-11,
];

/// pi/2 is `FRAC_PI_2 + MIDDLE + LOW` to 160 bits.
const MIDDLE: f64 = 6.123233995736766e-17;
const LOW: f64 = -1.4973849048591698e-33;
/// Up to here the reduction with three doubles is exact enough.
const LARGE: f64 = 1073741824.0;
const SIGN: u64 = 1 << 63;

/// sin and cos of `r + low`, |r| <= pi/4 and a little more.
#[inline(always)]
pub(super) fn kernels<L: Lanes>(r: L, low: L) -> (L, L) {
    let z = r * r;
    let half = L::splat(0.5) * z;
    let slope = half.negated_fma(low, low);
    let sin = r + (z * r).fma(polynomial(z, &SIN), slope);
    let one = L::splat(1.0);
    let leading = one - half;
    let rest = (z * z).fma(
        polynomial(z, &COS),
        r.negated_fma(low, (one - leading) - half),
    );
    (sin, leading + rest)
}

/// `(r, low, SHIFT + n)` for `x = n pi/2 + r + low`, `0 <= x < LARGE`.
#[inline(always)]
fn reduce<L: Lanes>(x: L) -> (L, L, L) {
    let shifted = x.fma(L::splat(FRAC_2_PI), L::splat(SHIFT));
    let n = shifted - L::splat(SHIFT);
    let first = n.negated_fma(L::splat(FRAC_PI_2), x);
    let r = n.negated_fma(L::splat(MIDDLE), first);
    let lost = n.negated_fma(L::splat(MIDDLE), first - r);
    (r, n.negated_fma(L::splat(LOW), lost), shifted)
}

/// `finish(sin r, cos r, quadrant)` for `|x|`; the quadrant stands in the two lowest bits. The path for large lanes is separate to
/// its end, so that the common one keeps its registers.
#[inline(always)]
fn by_quadrant<L: Lanes>(x: L, finish: impl Fn(L, L, L::Bits) -> L) -> L {
    let x = x.abs();
    let moderate = x.lt(L::splat(LARGE));
    if L::all(moderate) {
        let (r, low, shifted) = reduce(x);
        let (sin, cos) = kernels(r, low);
        return finish(sin, cos, shifted.to_bits());
    }
    let (mut r, mut low, mut shifted) = reduce(x);
    reduce_some(x, !L::mask_bits(moderate), &mut r, &mut low, &mut shifted);
    let (sin, cos) = kernels(r, low);
    finish(sin, cos, shifted.to_bits())
}

/// Replaces the reduction in the lanes of `which`.
#[inline(always)]
fn reduce_some<L: Lanes>(x: L, which: u32, r: &mut L, low: &mut L, shifted: &mut L) {
    let mut columns = [[0.0; MAX_WIDTH]; 4];
    // SAFETY: each column holds MAX_WIDTH >= WIDTH doubles.
    unsafe {
        for (value, column) in [x, *r, *low, *shifted].into_iter().zip(&mut columns) {
            value.store(column.as_mut_ptr());
        }
    }
    let [xs, rs, lows, shifts] = &mut columns;
    for (i, (((x, r), low), shifted)) in xs
        .iter()
        .zip(rs)
        .zip(lows)
        .zip(shifts)
        .enumerate()
        .take(L::WIDTH)
    {
        if which >> i & 1 == 1 {
            (*r, *low, *shifted) = reduce_large(*x);
        }
    }
    let [_, rs, lows, shifts] = &columns;
    // SAFETY: as above.
    unsafe {
        *r = L::load(rs.as_ptr());
        *low = L::load(lows.as_ptr());
        *shifted = L::load(shifts.as_ptr());
    }
}

/// Sine.
#[inline(always)]
pub(super) fn sin<L: Lanes>(x: L) -> L {
    by_quadrant(
        x,
        #[inline(always)]
        |sin, cos, q| {
            let value = L::select(L::test(q, 1), cos, sin);
            let sign = (q.shl::<62>() ^ x.to_bits()) & L::Bits::splat(SIGN);
            L::from_bits(value.to_bits() ^ sign)
        },
    )
}

/// Cosine.
#[inline(always)]
pub(super) fn cos<L: Lanes>(x: L) -> L {
    by_quadrant(
        x,
        #[inline(always)]
        |sin, cos, q| {
            let value = L::select(L::test(q, 1), sin, cos);
            let sign = (q + L::Bits::splat(1)).shl::<62>() & L::Bits::splat(SIGN);
            L::from_bits(value.to_bits() ^ sign)
        },
    )
}

/// Tangent.
#[inline(always)]
pub(super) fn tan<L: Lanes>(x: L) -> L {
    by_quadrant(
        x,
        #[inline(always)]
        |sin, cos, q| {
            let odd = L::test(q, 1);
            let value = L::select(odd, cos, sin) / L::select(odd, sin, cos);
            let sign = (q.shl::<63>() ^ x.to_bits()) & L::Bits::splat(SIGN);
            L::from_bits(value.to_bits() ^ sign)
        },
    )
}

/// 2/pi in binary, after one word of zeros (the digits before the point).
#[rustfmt::skip]
const TWO_OVER_PI: [u64; 21] = [
    0,
    0xa2f9836e4e441529, 0xfc2757d1f534ddc0, 0xdb6295993c439041, 0xfe5163abdebbc561, 0xb7246e3a424dd2e0,
    0x06492eea09d1921c, 0xfe1deb1cb129a73e, 0xe88235f52ebb4484, 0xe99c7026b45f7e41, 0x3991d639835339f4,
    0x9c845f8bbdf9283b, 0x1ff897ffde05980f, 0xef2f118b5a0a6d1f, 0x6d367ecf27cb09b7, 0x4f463f669e5fea2d,
    0x7527bac7ebe5f17b, 0x3d0739f78a5292ea, 0x6bfb5fb11f8d5d08, 0x56033046fc7b6bab, 0xf0cfbc209af4361d,
];

/// The reduction of a large `x`: the remainder as a sum of two doubles, and `SHIFT + quadrant`.
///
/// `x = m 2^e` with an integer `m`. Digits of 2/pi that would add multiples of 4 to `x 2/pi` are left out; the product of the
/// next 192 with `m`, modulo 2^192, is the fraction of `x 2/pi / 4`.
#[cold]
fn reduce_large(x: f64) -> (f64, f64, f64) {
    if !x.is_finite() {
        return (f64::NAN, f64::NAN, SHIFT);
    }
    let bits = x.to_bits();
    let m = (bits & 0x000f_ffff_ffff_ffff) | 0x0010_0000_0000_0000;
    let e = (bits >> 52) as usize & 0x7ff; // the exponent of m, plus 1075
    let start = e + 64 - 1075 - 2;
    let digits = |word: usize| {
        let at = |i: usize| TWO_OVER_PI.get(i).copied().unwrap_or(0);
        let (i, shift) = (start / 64 + word, start % 64);
        if shift == 0 {
            at(i)
        } else {
            at(i) << shift | at(i + 1) >> (64 - shift)
        }
    };
    // The product, lowest word last.
    let low = u128::from(m) * u128::from(digits(2));
    let middle = u128::from(m) * u128::from(digits(1)) + (low >> 64);
    let high = m
        .wrapping_mul(digits(0))
        .wrapping_add((middle >> 64) as u64);
    let mut fraction = [
        high << 2 | (middle as u64) >> 62,
        (middle as u64) << 2 | (low as u64) >> 62,
        (low as u64) << 2,
    ];
    let mut quadrant = high >> 62;
    let negative = fraction[0] >> 63 == 1;
    if negative {
        // Nearer to the next multiple: the fraction becomes its distance from it.
        quadrant += 1;
        fraction = fraction.map(|word| !word);
    }
    let zeros = match fraction {
        [0, 0, _] => 128,
        [0, word, _] => 64 + word.leading_zeros(),
        [word, _, _] => word.leading_zeros(),
    };
    let (skip, shift) = ((zeros / 64) as usize, zeros % 64);
    let word = |i: usize| {
        let at = |i: usize| fraction.get(i).copied().unwrap_or(0);
        if shift == 0 {
            at(i + skip)
        } else {
            at(i + skip) << shift | at(i + skip + 1) >> (64 - shift)
        }
    };
    let leading = u128::from(word(0)) << 64 | u128::from(word(1));
    let unit = f64::from_bits(u64::from(1023 - zeros) << 52);
    let first = (leading >> 75) as f64 * unit * 2f64.powi(-53);
    let second = (leading >> 22 & 0x001f_ffff_ffff_ffff) as f64 * unit * 2f64.powi(-106);
    let r = first * FRAC_PI_2;
    let low = first.mul_add(FRAC_PI_2, -r) + first.mul_add(MIDDLE, second * FRAC_PI_2);
    let sign = if negative { -1.0 } else { 1.0 };
    (sign * r, sign * low, SHIFT + quadrant as f64)
}
