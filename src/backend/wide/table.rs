//! The table of primitives: one row each, stamped out for every instruction set.

#[cfg(target_arch = "x86_64")]
use super::avx2::F64x4;
#[cfg(target_arch = "x86_64")]
use super::avx512::F64x8;
use super::called::{Called, called};
use super::exp;
use super::lanes::Lanes;
use super::portable::{Scalar, Unfused};
use super::trace::Traced;
use super::{fused, hyperbolic, inverse, log, pow, trig};

/// One parameter of a primitive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Param {
    /// One value per element; passed to the block function as `*const f64`.
    Array(&'static str),
    /// One value for the whole block; passed as `f64`.
    Scalar(&'static str),
}

/// An argument of [`Primitive::call`], in the order of [`Primitive::params`].
#[derive(Clone, Copy, Debug)]
pub enum Argument<'a> {
    /// For a [`Param::Array`]: at least as long as the output.
    Array(&'a [f64]),
    /// For a [`Param::Scalar`].
    Scalar(f64),
}

/// The address of a block function.
///
/// It is a C function `fn(out: *mut f64, arrays: *const f64 ..., scalars: f64 ..., n: usize)` with arrays and scalars in the order
/// of the parameters (arrays always come first). It reads `n` values from each array and writes `n` to `out`, for any `n` (a
/// multiple of 8 is fastest) and any alignment of the doubles (64 bytes is fastest). `out` may be the same pointer as one of
/// the arrays, but must not overlap one in part.
#[derive(Clone, Copy, Debug)]
pub struct Address(*const u8);

impl Address {
    /// The address of a function.
    pub(super) const fn new(function: *const u8) -> Self {
        Address(function)
    }

    /// The address, to bind as a symbol of generated code.
    pub fn get(self) -> *const u8 {
        self.0
    }
}

// SAFETY: the address of code that lives as long as the program and has no state.
unsafe impl Send for Address {}
// SAFETY: as above.
unsafe impl Sync for Address {}

/// A numerical function on blocks of doubles.
#[derive(Clone, Copy, Debug)]
pub struct Primitive {
    /// The name, also the symbol in generated code.
    pub name: &'static str,
    /// The parameters, arrays first.
    pub params: &'static [Param],
    /// The meaning, its limits and its measured error.
    pub doc: &'static str,
    /// The block function for generated code.
    pub block: Address,
    scalar: unsafe fn(&[f64]) -> f64,
    call: unsafe fn(*mut f64, &[Argument<'_>], usize),
}

impl Primitive {
    /// The value for one element, the same bits as the block function gives. Missing arguments count as NaN.
    pub fn scalar(&self, arguments: &[f64]) -> f64 {
        // SAFETY: rows for an instruction set are handed out by `table` only where the machine has it.
        unsafe { (self.scalar)(arguments) }
    }

    /// The number of array parameters.
    pub fn arrays(&self) -> usize {
        self.params
            .iter()
            .filter(|p| matches!(p, Param::Array(_)))
            .count()
    }

    /// Runs the block function on slices. Returns false, and writes nothing, when the arguments do not match the parameters in
    /// number, kind or length.
    pub fn call(&self, out: &mut [f64], arguments: &[Argument<'_>]) -> bool {
        let fits = |(param, argument): (&Param, &Argument<'_>)| match (param, argument) {
            (Param::Array(_), Argument::Array(values)) => values.len() >= out.len(),
            (Param::Scalar(_), Argument::Scalar(_)) => true,
            _ => false,
        };
        let matches =
            self.params.len() == arguments.len() && self.params.iter().zip(arguments).all(fits);
        if matches {
            // SAFETY: kinds and lengths were checked above; the machine has the instruction set (see `scalar`).
            unsafe { (self.call)(out.as_mut_ptr(), arguments, out.len()) }
        }
        matches
    }
}

/// An instruction set for which the primitives exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Isa {
    /// Plain Rust; fused multiply-add as the target offers it.
    Portable,
    /// Four lanes: AVX2 and FMA.
    Avx2,
    /// Eight lanes: AVX-512 F, DQ and VL, with AVX2 and FMA.
    Avx512,
}

impl Isa {
    /// All instruction sets, narrowest first.
    pub const ALL: [Isa; 3] = [Isa::Portable, Isa::Avx2, Isa::Avx512];

    /// True if this machine has it.
    pub fn available(self) -> bool {
        match self {
            Isa::Portable => true,
            #[cfg(target_arch = "x86_64")]
            Isa::Avx2 => is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"),
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512 => {
                Isa::Avx2.available()
                    && is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512vl")
            }
            #[cfg(not(target_arch = "x86_64"))]
            _ => false,
        }
    }
}

/// The widest instruction set of this machine.
pub fn detect() -> Isa {
    Isa::ALL
        .into_iter()
        .rev()
        .find(|isa| isa.available())
        .unwrap_or(Isa::Portable)
}

/// The primitives for `isa`, in the same order for every instruction set; the portable ones if the machine lacks it.
pub fn table(isa: Isa) -> &'static [Primitive] {
    match isa {
        #[cfg(target_arch = "x86_64")]
        Isa::Avx512 if isa.available() => avx512::TABLE,
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2 if isa.available() => avx2::TABLE,
        _ => portable::TABLE,
    }
}

/// The row called `name`.
pub fn find(isa: Isa, name: &str) -> Option<&'static Primitive> {
    table(isa).iter().find(|row| row.name == name)
}

/// `*const f64` for every array parameter.
macro_rules! pointer {
    ($name:ident) => { *const f64 };
}

/// `f64` for every scalar parameter.
macro_rules! double {
    ($name:ident) => {
        f64
    };
}

/// One module with all rows compiled for one instruction set.
macro_rules! stamp {
    ($module:ident, $lanes:ty, $attribute:meta,
     $( $(#[doc = $doc:literal])+ $name:ident ( $($array:ident),+ $(; $($scalar:ident),+)? ) = $body:path; )+) => {
        mod $module {
            use super::*;

            /// Block functions.
            mod block {
                use super::*;
                $(
                    #[$attribute]
                    pub(super) unsafe extern "C" fn $name(out: *mut f64, $($array: *const f64,)+ $($($scalar: f64,)+)? n: usize) {
                        const WIDTH: usize = <$lanes as Lanes>::WIDTH;
                        let whole = n / WIDTH * WIDTH;
                        {
                            $($(let $scalar = <$lanes>::splat($scalar);)+)?
                            let mut i = 0;
                            while i < whole {
                                // SAFETY: i + WIDTH <= n, and the caller promises n elements behind every pointer.
                                unsafe {
                                    $(let $array = <$lanes>::load($array.add(i));)+
                                    $body($($array,)+ $($($scalar,)+)?).store(out.add(i));
                                }
                                i += WIDTH;
                            }
                        }
                        if whole < n {
                            // The tail runs through the same code on copies of full width.
                            let mut result = [0.0; WIDTH];
                            // SAFETY: n - whole < WIDTH elements are copied from within and to within the caller's arrays.
                            unsafe {
                                $(
                                    let from = $array.add(whole);
                                    let mut $array = [0.0; WIDTH];
                                    std::ptr::copy_nonoverlapping(from, $array.as_mut_ptr(), n - whole);
                                )+
                                $name(result.as_mut_ptr(), $($array.as_ptr(),)+ $($($scalar,)+)? WIDTH);
                                std::ptr::copy_nonoverlapping(result.as_ptr(), out.add(whole), n - whole);
                            }
                        }
                    }
                )+
            }

            /// One element, with the machine's fused multiply-add.
            mod scalar {
                use super::*;
                $(
                    #[$attribute]
                    pub(super) unsafe fn $name(arguments: &[f64]) -> f64 {
                        let mut values = arguments.iter().copied();
                        let mut next = || Scalar(values.next().unwrap_or(f64::NAN));
                        $(let $array = next();)+
                        $($(let $scalar = next();)+)?
                        $body($($array,)+ $($($scalar,)+)?).0
                    }
                )+
            }

            /// Block functions called with checked slices.
            mod call {
                use super::*;
                $(
                    pub(super) unsafe fn $name(out: *mut f64, arguments: &[Argument<'_>], n: usize) {
                        let mut rest = arguments.iter();
                        $(let Some(Argument::Array($array)) = rest.next() else { return };)+
                        $($(let Some(Argument::Scalar($scalar)) = rest.next() else { return };)+)?
                        // SAFETY: the caller checked the lengths and that the machine has the instruction set.
                        unsafe { block::$name(out, $($array.as_ptr(),)+ $($(*$scalar,)+)? n) }
                    }
                )+
            }

            /// All rows.
            pub(super) static TABLE: &[Primitive] = &[$(
                Primitive {
                    name: stringify!($name),
                    params: &[$(Param::Array(stringify!($array)),)+ $($(Param::Scalar(stringify!($scalar)),)+)?],
                    doc: concat!($($doc),+),
                    block: Address(
                        block::$name as unsafe extern "C" fn(*mut f64, $(pointer!($array),)+ $($(double!($scalar),)+)? usize)
                            as *const u8,
                    ),
                    scalar: scalar::$name,
                    call: call::$name,
                },
            )+];
        }
    };
}

/// The rows without a fused multiply-add: for one element, and as a recording of their operations.
macro_rules! unfused {
    ($( $(#[doc = $doc:literal])+ $name:ident ( $($array:ident),+ $(; $($scalar:ident),+)? ) = $body:path; )+) => {
        /// The value for one element where products and sums are rounded separately. Missing arguments count as NaN.
        pub fn unfused(name: &str, arguments: &[f64]) -> f64 {
            if let Some(called) = called(name) {
                return called.call(arguments);
            }
            let mut values = arguments.iter().copied();
            let mut next = || Unfused(values.next().unwrap_or(f64::NAN));
            match name {
                $(stringify!($name) => {
                    $(let $array = next();)+
                    $($(let $scalar = next();)+)?
                    $body($($array,)+ $($($scalar,)+)?).0
                })+
                _ => f64::NAN,
            }
        }

        /// Writes the operations of a primitive to the tape that is being recorded, or names the function to call.
        pub(super) fn trace(name: &str, arguments: &[Traced]) -> Result<Traced, Option<Called>> {
            if let Some(called) = called(name) {
                return Err(Some(called));
            }
            let mut values = arguments.iter().copied();
            let mut next = || values.next().ok_or(None);
            match name {
                $(stringify!($name) => {
                    $(let $array = next()?;)+
                    $($(let $scalar = next()?;)+)?
                    Ok($body($($array,)+ $($($scalar,)+)?))
                })+
                _ => Err(None),
            }
        }
    };
}

/// The rows, for all instruction sets.
macro_rules! primitives {
    ($($rows:tt)+) => {
        stamp!(portable, Scalar, inline(never), $($rows)+);
        #[cfg(target_arch = "x86_64")]
        stamp!(avx2, F64x4, target_feature(enable = "avx2,fma"), $($rows)+);
        #[cfg(target_arch = "x86_64")]
        stamp!(avx512, F64x8, target_feature(enable = "avx512f,avx512dq,avx512vl,avx2,fma"), $($rows)+);
        unfused!($($rows)+);
    };
}

primitives! {
    /// e^x.
    exp(x) = exp::exp;
    /// e^x - 1, accurate near 0.
    expm1(x) = exp::expm1;
    /// (e^x - 1)/x, and 1 at 0.
    exprel(x) = exp::exprel;
    /// Natural logarithm: -inf at 0, NaN below.
    log(x) = log::log;
    /// log(1 + x), accurate near 0.
    log1p(x) = log::log1p;
    /// Decimal logarithm.
    log10(x) = log::log10;
    /// Binary logarithm.
    log2(x) = log::log2;
    /// Sine.
    sin(x) = trig::sin;
    /// Cosine.
    cos(x) = trig::cos;
    /// Tangent.
    tan(x) = trig::tan;
    /// Hyperbolic sine.
    sinh(x) = hyperbolic::sinh;
    /// Hyperbolic cosine.
    cosh(x) = hyperbolic::cosh;
    /// Hyperbolic tangent.
    tanh(x) = hyperbolic::tanh;
    /// Arc sine.
    asin(x) = inverse::asin;
    /// Arc cosine.
    acos(x) = inverse::acos;
    /// Arc tangent.
    atan(x) = inverse::atan;
    /// The angle of the point (x, y).
    atan2(y, x) = inverse::atan2;
    /// x^y.
    pow(x, y) = pow::pow;
    /// x % y with the sign of the divisor, as in Python.
    floor_mod(x, y) = pow::floor_mod;
    /// Floor of the exact quotient x / y, as `//` in Python.
    floor_div(x, y) = pow::floor_div;
    /// e^(k x + c).
    exp_affine(x; k, c) = fused::exp_affine;
    /// s e^(k x + c).
    exp_rate(x; s, k, c) = fused::exp_rate;
    /// s / (1 + e^(k x + c)).
    logistic(x; s, k, c) = fused::logistic;
    /// s t / (e^t - 1) with t = k x + c, and s at t = 0.
    linoid(x; s, k, c) = fused::linoid;
    /// The exponential Euler step of x' = a x + b: x e^(a dt) + b dt exprel(a dt).
    expeuler(x, a, b; dt) = fused::expeuler;
    /// The exponential Euler step of x' = alpha (1 - x) - beta x.
    gate(x, alpha, beta; dt) = fused::gate;
    /// The exponential Euler step of x' = (target - x) rate.
    relax(x, target, rate; dt) = fused::relax;
    /// The exponential Euler step of x' = (target - x) / tau.
    relax_tau(x, target, tau; dt) = fused::relax_tau;
    /// a x + c.
    linear1(x; a, c) = fused::linear1;
    /// a x + b y + c.
    linear2(x, y; a, b, c) = fused::linear2;
    /// a0 x + a1 y + a2 z + c.
    linear3(x, y, z; a0, a1, a2, c) = fused::linear3;
    /// a0 x + a1 y + a2 z + a3 w + c.
    linear4(x, y, z, w; a0, a1, a2, a3, c) = fused::linear4;
    /// a x + c where active has any bit set, else x.
    linear1_where(x, active; a, c) = fused::linear1_where;
    /// a x + b y + c where active has any bit set, else x.
    linear2_where(x, y, active; a, b, c) = fused::linear2_where;
    /// a0 x + a1 y + a2 z + c where active has any bit set, else x.
    linear3_where(x, y, z, active; a0, a1, a2, c) = fused::linear3_where;
}
