//! Wide numerical primitives: elementary functions, fused neuron updates and random numbers on blocks of doubles.
//!
//! Each is written once, as a generic function over a register of doubles ([`lanes`]), and compiled for plain Rust, AVX2 and
//! AVX-512. All variants do the same IEEE operations in the same order, so they give the same bits; the choice of instruction set
//! is a matter of speed alone. No result depends on the C library, except that on a machine without a fused multiply-add the
//! portable variant uses the library's (correctly rounded) one.
//!
//! To add a primitive: a generic function, and a row in [`table`].
#![allow(unsafe_code)]

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod discrete;
pub mod events;
mod exp;
mod fused;
pub mod generators;
mod hyperbolic;
mod inverse;
mod lanes;
mod log;
mod portable;
mod pow;
pub mod random;
pub mod table;
mod trig;

#[cfg(test)]
mod tests;
