//! Poisson and binomial draws, exact in distribution.
//!
//! Small means: the distribution function is inverted by a search from 0. From a mean of 10 on: W. Hoermann's transformed rejection
//! (PTRS for Poisson, "The transformed rejection method for generating Poisson random variables", 1993; BTRS for the binomial,
//! "The generation of binomial random variates", 1993), which draws until it accepts.

use super::exp::exp;
use super::lanes::{Lanes, MAX_WIDTH};
use super::log::{log, log1p};
use super::portable::Scalar;
use super::random::{Draw, uniform_pair};

/// Means from here on are drawn by rejection.
const LARGE: f64 = 10.0;
/// Attempts that a rejection makes at most; one in three fails at worst.
const ATTEMPTS: u32 = 1000;

#[inline(always)]
fn uniforms(draw: Draw, index: u64, attempt: u32) -> (f64, f64) {
    let (u, v) = uniform_pair::<Scalar>(draw, index, attempt);
    (u.0, v.0)
}

#[inline(always)]
fn ln(x: f64) -> f64 {
    log(Scalar(x)).0
}

/// `log(k!) - ((k + 1/2) log(k + 1) - (k + 1) + log(2 pi)/2)`: what Stirling's formula leaves.
#[inline(always)]
fn stirling_rest(k: f64) -> f64 {
    #[rustfmt::skip]
    const FIRST: [f64; 10] = [
        0.08106146679532726, 0.0413406959554093, 0.02767792568499834, 0.020790672103765093, 0.016644691189821193,
        0.013876128823070748, 0.01189670994589177, 0.010411265261972096, 0.009255462182712733, 0.00833056343336287,
    ];
    if let Some(&rest) = FIRST.get(k as usize) {
        return rest;
    }
    let square = (k + 1.0) * (k + 1.0);
    (1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1260.0 - 1.0 / 1680.0 / square) / square) / square)
        / (k + 1.0)
}

/// log(k!).
#[inline(always)]
fn log_factorial(k: f64) -> f64 {
    const HALF_LOG_2_PI: f64 = 0.9189385332046728;
    ((k + 0.5) * ln(k + 1.0) - (k + 1.0)) + (HALF_LOG_2_PI + stirling_rest(k))
}

/// The lanes of a register as an array.
#[inline(always)]
fn lanes_of<L: Lanes>(x: L) -> [f64; MAX_WIDTH] {
    let mut values = [0.0; MAX_WIDTH];
    // SAFETY: the array holds MAX_WIDTH >= WIDTH doubles.
    unsafe { x.store(values.as_mut_ptr()) }
    values
}

/// Poisson draws of the `WIDTH` indices from `first` on; 0 for a mean that is not positive, NaN for one that is not finite.
#[inline(always)]
pub(super) fn poisson<L: Lanes>(draw: Draw, first: u64, mean: L) -> L {
    let (u, _) = uniform_pair::<L>(draw, first, 0);
    // The chance of 0.
    let (weights, us, means) = (lanes_of(exp(-mean)), lanes_of(u), lanes_of(mean));
    let mut out = [0.0; MAX_WIDTH];
    for lane in 0..L::WIDTH {
        let mean = means[lane];
        out[lane] = if mean <= 0.0 {
            0.0
        } else if mean < LARGE {
            search(us[lane], weights[lane], 200.0, |k| mean / k)
        } else {
            poisson_by_rejection(draw, first.wrapping_add(lane as u64), mean)
        };
    }
    // SAFETY: the array holds MAX_WIDTH >= WIDTH doubles.
    unsafe { L::load(out.as_ptr()) }
}

/// The smallest k whose distribution function exceeds `u`, where `weight` is the chance of 0 and `ratio(k)` that of k by that of
/// k - 1. At most `last`, since rounding may leave the sum below a `u` next to 1.
#[inline(always)]
fn search(u: f64, mut weight: f64, last: f64, ratio: impl Fn(f64) -> f64) -> f64 {
    let mut k = 0.0;
    let mut sum = weight;
    while u >= sum && k < last {
        k += 1.0;
        weight *= ratio(k);
        sum += weight;
    }
    k
}

/// A Poisson draw for a mean of at least `LARGE`; NaN for NaN and infinity.
#[inline(always)]
fn poisson_by_rejection(draw: Draw, index: u64, mean: f64) -> f64 {
    if !mean.is_finite() {
        return f64::NAN;
    }
    let root = mean.sqrt();
    let log_mean = ln(mean);
    let b = 0.931 + 2.53 * root;
    let a = -0.059 + 0.02483 * b;
    let log_inverse_alpha = ln(1.1239 + 1.1328 / (b - 3.4));
    let inside = 0.9277 - 3.6224 / (b - 2.0);
    for attempt in 0..ATTEMPTS {
        let (u, v) = uniforms(draw, index, attempt);
        let u = u - 0.5;
        let edge = 0.5 - u.abs();
        let k = ((2.0 * a / edge + b) * u + mean + 0.43).floor();
        if edge >= 0.07 && v <= inside {
            return k;
        }
        if k < 0.0 || (edge < 0.013 && v > edge) {
            continue;
        }
        let left = ln(v) + log_inverse_alpha - ln(a / (edge * edge) + b);
        if left <= k * log_mean - mean - log_factorial(k) {
            return k;
        }
    }
    mean.floor()
}

/// Binomial draws of the `WIDTH` indices from `first` on: successes in `n` trials of probability `p`. `n` is rounded down; a `p`
/// outside [0, 1] counts as the nearer end; 0 for `n < 1`, NaN for NaN.
#[inline(always)]
pub(super) fn binomial<L: Lanes>(draw: Draw, first: u64, n: L, p: L) -> L {
    let (u, _) = uniform_pair::<L>(draw, first, 0);
    let n = n.floor();
    // Failures are drawn where they are rarer.
    let (half, one) = (L::splat(0.5), L::splat(1.0));
    let rare = L::select(half.lt(p), one - p, p);
    let weights = lanes_of(exp(n * log1p(-rare)));
    let (us, ns, ps, rares) = (lanes_of(u), lanes_of(n), lanes_of(p), lanes_of(rare));
    let mut out = [0.0; MAX_WIDTH];
    for lane in 0..L::WIDTH {
        let (n, p, rare) = (ns[lane], ps[lane], rares[lane]);
        out[lane] = if n.is_nan() || p.is_nan() {
            f64::NAN
        } else if n < 1.0 || p <= 0.0 {
            0.0
        } else if p >= 1.0 {
            n
        } else {
            let count = if n * rare < LARGE {
                let odds = rare / (1.0 - rare);
                search(us[lane], weights[lane], n.min(300.0), |k| {
                    odds * ((n - k + 1.0) / k)
                })
            } else {
                binomial_by_rejection(draw, first.wrapping_add(lane as u64), n, rare)
            };
            if p > 0.5 { n - count } else { count }
        };
    }
    // SAFETY: the array holds MAX_WIDTH >= WIDTH doubles.
    unsafe { L::load(out.as_ptr()) }
}

/// A binomial draw for `n p >= LARGE`, `p <= 1/2`.
#[inline(always)]
fn binomial_by_rejection(draw: Draw, index: u64, n: f64, p: f64) -> f64 {
    let q = 1.0 - p;
    let mean = n * p;
    let odds = p / q;
    let root = (mean * q).sqrt();
    let b = 1.15 + 2.53 * root;
    let a = -0.0873 + 0.0248 * b + 0.01 * p;
    let center = mean + 0.5;
    let inside = 0.92 - 4.2 / b;
    let alpha = (2.83 + 5.1 / b) * root;
    let mode = ((n + 1.0) * p).floor();
    let log_odds = ln(odds);
    let top = log_factorial(mode) + log_factorial(n - mode);
    for attempt in 0..ATTEMPTS {
        let (u, v) = uniforms(draw, index, attempt);
        let u = u - 0.5;
        let edge = 0.5 - u.abs();
        let k = ((2.0 * a / edge + b) * u + center).floor();
        if edge >= 0.07 && v <= inside {
            return k;
        }
        if k < 0.0 || k > n {
            continue;
        }
        let left = ln(v * alpha / (a / (edge * edge) + b));
        if left <= (k - mode) * log_odds + (top - log_factorial(k) - log_factorial(n - k)) {
            return k;
        }
    }
    mean.floor()
}
