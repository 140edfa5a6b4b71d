//! Primitives that code without a fused multiply-add calls instead of containing: those whose accuracy rests on it, and those that draw
//! until they accept. They are exact in either mode; on a machine without the instruction it is computed in software.

use super::portable::Scalar;
use super::random::Draw;
use super::{discrete, log, pow, trig};

/// A function of one double.
pub type One = extern "C" fn(f64) -> f64;
/// A function of two doubles.
pub type Two = extern "C" fn(f64, f64) -> f64;
/// A Poisson draw: seed, stream, step, index, mean.
pub type Drawn = extern "C" fn(u64, u64, u64, u64, f64) -> f64;

/// A function that generated code calls.
#[derive(Clone, Copy, Debug)]
pub enum Called {
    /// Of one double.
    One(One),
    /// Of two doubles.
    Two(Two),
    /// A Poisson draw.
    Drawn(Drawn),
}

impl Called {
    /// The address of the function; in WebAssembly its place in the table of functions.
    pub fn address(self) -> usize {
        match self {
            Called::One(f) => f as usize,
            Called::Two(f) => f as usize,
            Called::Drawn(f) => f as usize,
        }
    }
    /// The value for doubles; NaN where they are too few.
    pub fn call(self, arguments: &[f64]) -> f64 {
        match (self, arguments) {
            (Called::One(f), [x]) => f(*x),
            (Called::Two(f), [x, y]) => f(*x, *y),
            _ => f64::NAN,
        }
    }
}

macro_rules! one {
    ($($name:ident = $body:path;)*) => {
        $(extern "C" fn $name(x: f64) -> f64 { $body(Scalar(x)).0 })*
    };
}
macro_rules! two {
    ($($name:ident = $body:path;)*) => {
        $(extern "C" fn $name(x: f64, y: f64) -> f64 { $body(Scalar(x), Scalar(y)).0 })*
    };
}
one! { sin = trig::sin; cos = trig::cos; tan = trig::tan; log10 = log::log10; log2 = log::log2; }
two! { power = pow::pow; floor_mod = pow::floor_mod; floor_div = pow::floor_div; }

/// A Poisson draw.
pub extern "C" fn poisson(seed: u64, stream: u64, step: u64, index: u64, mean: f64) -> f64 {
    let stream = stream as u32;
    discrete::poisson(Draw { seed, stream, step }, index, Scalar(mean)).0
}

/// The function of a name, where it is one that is called.
pub fn called(name: &str) -> Option<Called> {
    Some(match name {
        "sin" => Called::One(sin),
        "cos" => Called::One(cos),
        "tan" => Called::One(tan),
        "log10" => Called::One(log10),
        "log2" => Called::One(log2),
        "pow" => Called::Two(power),
        "floor_mod" => Called::Two(floor_mod),
        "floor_div" => Called::Two(floor_div),
        _ => return None,
    })
}
