//! Poisson and binomial draws, exact in distribution.
//!
//! Small means: the distribution function is inverted by a search from 0. From a mean of 10 on: W. Hoermann's transformed rejection
//! (PTRS for Poisson, "The transformed rejection method for generating Poisson random variables", 1993; BTRS for the binomial,
//! "The generation of binomial random variates", 1993), which draws until it accepts.

use super::exp::exp;
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

/// A Poisson draw; 0 for a mean that is not positive, NaN for NaN or infinity.
#[inline(always)]
pub(super) fn poisson(draw: Draw, index: u64, mean: f64) -> f64 {
    if mean <= 0.0 {
        return 0.0;
    }
    if !mean.is_finite() {
        return f64::NAN;
    }
    if mean < LARGE {
        let (u, _) = uniforms(draw, index, 0);
        let mut k = 0.0;
        let mut weight = exp(Scalar(-mean)).0;
        let mut sum = weight;
        // The bound ends the search where rounding leaves the sum below a u next to 1.
        while u >= sum && k < 200.0 {
            k += 1.0;
            weight *= mean / k;
            sum += weight;
        }
        return k;
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

/// A binomial draw: successes in `n` trials of probability `p`. `n` is rounded down; a `p` outside [0, 1] counts as the nearer
/// end; 0 for `n < 1`, NaN for NaN.
#[inline(always)]
pub(super) fn binomial(draw: Draw, index: u64, n: f64, p: f64) -> f64 {
    if n.is_nan() || p.is_nan() {
        return f64::NAN;
    }
    let n = n.floor();
    if n < 1.0 || p <= 0.0 {
        return 0.0;
    }
    if p >= 1.0 {
        return n;
    }
    if p > 0.5 {
        n - binomial_half(draw, index, n, 1.0 - p)
    } else {
        binomial_half(draw, index, n, p)
    }
}

/// [`binomial`] for `n >= 1`, `0 < p <= 1/2`.
#[inline(always)]
fn binomial_half(draw: Draw, index: u64, n: f64, p: f64) -> f64 {
    let q = 1.0 - p;
    let mean = n * p;
    let odds = p / q;
    if mean < LARGE {
        let (u, _) = uniforms(draw, index, 0);
        let mut k = 0.0;
        let mut weight = exp(Scalar(n * log1p(Scalar(-p)).0)).0;
        let mut sum = weight;
        while u >= sum && k < n && k < 300.0 {
            weight *= odds * ((n - k) / (k + 1.0));
            k += 1.0;
            sum += weight;
        }
        return k;
    }
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
