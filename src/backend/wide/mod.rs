//! Wide numerical primitives: elementary functions, fused neuron updates and random numbers on blocks of doubles.
//!
//! Each is written once, as a generic function over a register of doubles (`lanes`), and compiled for plain Rust, AVX2 and
//! AVX-512. All variants do the same IEEE operations in the same order, so they give the same bits; the choice of instruction set
//! is a matter of speed alone. No result depends on the C library, except that on a machine without a fused multiply-add the
//! portable variant uses the library's (correctly rounded) one.
//!
//! # Error and speed
//! Largest error found, in units in the last place (30 million points for exp around 1, else 12 to 24 thousand per function
//! against 200-bit arithmetic, spread over the whole range and dense where it is worst), and the best time in ns per element on
//! one Zen 4 core for blocks of 1024, with glibc 2.36 called per element:
//!
//! | | ulp | AVX-512 | AVX2 | glibc |
//! | --- | --- | --- | --- | --- |
//! | exp | 0.86 | 0.55 | 1.0 | 4.9 |
//! | expm1, exprel | 1.6 | 0.7, 0.85 | 1.3, 1.5 | 6 |
//! | log, log1p, log10, log2 | 0.75 | 0.7 to 1.2 | 1.5 to 2.4 | 3.6 to 6 |
//! | sin, cos; tan | 0.73; 1.9 | 1.05; 1.2 | 1.5; 1.8 | 8; 9 |
//! | sinh, cosh, tanh | 1.9, 1.2, 2.1 | 0.8 to 1.05 | 1.3 to 2.0 | 7 to 10 |
//! | asin, acos, atan, atan2 | 1.1, atan2 1.5 | 0.9, atan2 1.4 | 1.6, atan2 2.7 | 5 to 8 |
//! | pow | 0.95 | 2.6 | 4.8 | |
//! | exp_affine, logistic, linoid | 0.9, 1.6, 2.2 | 0.6, 0.75, 0.8 | 1.2, 1.2, 1.3 | |
//! | gate, expeuler, relax | 2.5, 3.8, 1.6 | 0.95, 0.95, 0.75 | 1.5, 1.5, 1.0 | |
//! | uniform, normal draw | | 1.0, 2.3 | 1.8, 4.1 | |
//! | Poisson draw of mean 0.01, 1, 9, 50 | | 3.1, 3.9, 13, 37 | 5.5, 6.1, 15, 42 | |
//!
//! The errors of the fused rows are those after the affine argument, which is one fused multiply-add, has been rounded; for `expeuler`
//! relative to the larger of its two terms.
//!
//! To add a primitive: a generic function, a row in [`table`], and its signature in `kir::primitive`. Every closure and function that a
//! primitive calls must be `#[inline(always)]`, or it is compiled without the instruction set and becomes a hundred times slower.
#![allow(unsafe_code)]

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
pub mod called;
mod discrete;
pub mod events;
mod exp;
mod fused;
pub mod generators;
mod hyperbolic;
pub mod indices;
mod inverse;
mod lanes;
mod log;
mod portable;
mod pow;
pub mod random;
pub mod scatter;
pub mod table;
pub mod trace;
mod trig;

#[cfg(test)]
mod tests;
