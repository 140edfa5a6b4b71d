//! Random draws for blocks of indices and for one index, for every instruction set.

#[cfg(target_arch = "x86_64")]
use super::avx2::F64x4;
#[cfg(target_arch = "x86_64")]
use super::avx512::F64x8;
use super::discrete;
use super::lanes::{Lanes, MAX_WIDTH};
use super::portable::{Scalar, Unfused, Word};
use super::random::{Draw, Source, normal_of, normal_pair, uniform_of, uniform_pair};
use super::table::{Address, Isa, detect};
use crate::kir::Distribution;

/// The uniform draw in [0, 1), a multiple of 2^-53.
pub fn uniform(draw: Draw, index: u64) -> f64 {
    // SAFETY (here and below): `generators` hands out only what the machine can run.
    unsafe { (generators(detect()).one.uniform)(draw, index) }
}

/// The standard normal draw.
pub fn normal(draw: Draw, index: u64) -> f64 {
    unsafe { (generators(detect()).one.normal)(draw, index) }
}

/// The Poisson draw, a whole number; 0 for a mean that is not positive, NaN for a mean that is not finite.
pub fn poisson(draw: Draw, index: u64, mean: f64) -> f64 {
    unsafe { (generators(detect()).one.poisson)(draw, index, mean) }
}

/// The binomial draw: successes in `n` trials of probability `p`, a whole number. `n` is rounded down, `p` limited to [0, 1]; NaN
/// for NaN.
pub fn binomial(draw: Draw, index: u64, n: f64, p: f64) -> f64 {
    unsafe { (generators(detect()).one.binomial)(draw, index, n, p) }
}

/// The draws where products and sums are rounded separately. Poisson draws are the same in either mode.
pub fn unfused(distribution: Distribution, draw: Draw, index: u64, mean: f64) -> f64 {
    let (seed, step) = (Word(draw.seed), Word(draw.step));
    let source = Source {
        seed,
        stream: draw.stream,
        step,
        index: Word(index),
    };
    match distribution {
        Distribution::Uniform => uniform_of::<Unfused>(source).0,
        Distribution::Normal => normal_of::<Unfused>(source).0,
        Distribution::Poisson => {
            super::called::poisson(draw.seed, draw.stream.into(), draw.step, index, mean)
        }
    }
}

/// Draws of one index, in plain code for the instruction set.
#[derive(Clone, Copy, Debug)]
struct One {
    uniform: unsafe fn(Draw, u64) -> f64,
    normal: unsafe fn(Draw, u64) -> f64,
    poisson: unsafe fn(Draw, u64, f64) -> f64,
    binomial: unsafe fn(Draw, u64, f64, f64) -> f64,
}

/// Block functions for generated code. All are C functions that end in
/// `(..., seed: u64, stream: u64, step: u64, first: u64, n: usize)` and write the draws of the indices `first .. first + n` to `out`,
/// with any `first` and `n` and any alignment.
#[derive(Clone, Copy, Debug)]
pub struct Generators {
    /// `fn(out: *mut f64, seed, stream, step, first, n)`.
    pub uniform: Address,
    /// `fn(out: *mut f64, seed, stream, step, first, n)`.
    pub normal: Address,
    /// `fn(out: *mut f64, mean: *const f64, seed, stream, step, first, n)`; `out` may be `mean`.
    pub poisson: Address,
    /// `fn(out: *mut f64, trials: *const f64, probability: *const f64, seed, stream, step, first, n)`; `out` may be either.
    pub binomial: Address,
    fill_uniform: Fill,
    fill_normal: Fill,
    one: One,
}

type Fill = unsafe extern "C" fn(*mut f64, u64, u64, u64, u64, usize);
type FillOne = unsafe extern "C" fn(*mut f64, *const f64, u64, u64, u64, u64, usize);
type FillTwo = unsafe extern "C" fn(*mut f64, *const f64, *const f64, u64, u64, u64, u64, usize);

impl Generators {
    /// Fills `out` with the uniform draws of `first`, `first + 1`, ...
    pub fn fill_uniform(&self, out: &mut [f64], draw: Draw, first: u64) {
        // SAFETY: `out` is writable; generators are handed out only for instruction sets of this machine.
        unsafe {
            (self.fill_uniform)(
                out.as_mut_ptr(),
                draw.seed,
                draw.stream.into(),
                draw.step,
                first,
                out.len(),
            )
        }
    }

    /// Fills `out` with the normal draws of `first`, `first + 1`, ...
    pub fn fill_normal(&self, out: &mut [f64], draw: Draw, first: u64) {
        // SAFETY: as above.
        unsafe {
            (self.fill_normal)(
                out.as_mut_ptr(),
                draw.seed,
                draw.stream.into(),
                draw.step,
                first,
                out.len(),
            )
        }
    }
}

/// The generators for `isa`; the portable ones if the machine lacks it.
pub fn generators(isa: Isa) -> &'static Generators {
    match isa {
        #[cfg(target_arch = "x86_64")]
        Isa::Avx512 if isa.available() => &avx512::GENERATORS,
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2 if isa.available() => &avx2::GENERATORS,
        _ => &portable::GENERATORS,
    }
}

/// Writes the draws of `first .. first + n`, where `pair` gives those of even and odd indices for `WIDTH` positions.
///
/// # Safety
/// `out` must be writable for `n` doubles.
#[inline(always)]
unsafe fn fill<L: Lanes>(out: *mut f64, first: u64, n: usize, pair: impl Fn(u64) -> (L, L)) {
    let both = 2 * L::WIDTH;
    let mut done = 0;
    while done < n {
        let index = first.wrapping_add(done as u64);
        let (low, high) = {
            let (even, odd) = pair(index / 2);
            even.interleave(odd)
        };
        let skip = (index % 2) as usize;
        if skip == 0 && n - done >= both {
            // SAFETY: both registers fit behind `done`.
            unsafe {
                low.store(out.add(done));
                high.store(out.add(done + L::WIDTH));
            }
            done += both;
        } else {
            let mut buffer = [0.0; 2 * MAX_WIDTH];
            let count = (both - skip).min(n - done);
            // SAFETY: the buffer holds both registers; `count` values fit behind `done`.
            unsafe {
                low.store(buffer.as_mut_ptr());
                high.store(buffer.as_mut_ptr().add(L::WIDTH));
                std::ptr::copy_nonoverlapping(buffer.as_ptr().add(skip), out.add(done), count);
            }
            done += count;
        }
    }
}

#[inline(always)]
fn draw_of(seed: u64, stream: u64, step: u64) -> Draw {
    Draw {
        seed,
        stream: stream as u32,
        step,
    }
}

macro_rules! stamp {
    ($module:ident, $lanes:ty, $attribute:meta) => {
        mod $module {
            use super::*;

            #[$attribute]
            unsafe extern "C" fn uniform(
                out: *mut f64,
                seed: u64,
                stream: u64,
                step: u64,
                first: u64,
                n: usize,
            ) {
                let draw = draw_of(seed, stream, step);
                // SAFETY: the caller promises `n` doubles at `out`.
                unsafe {
                    fill::<$lanes>(
                        out,
                        first,
                        n,
                        #[inline(always)]
                        |position| uniform_pair(draw, position, 0),
                    )
                }
            }

            #[$attribute]
            unsafe extern "C" fn normal(
                out: *mut f64,
                seed: u64,
                stream: u64,
                step: u64,
                first: u64,
                n: usize,
            ) {
                let draw = draw_of(seed, stream, step);
                // SAFETY: the caller promises `n` doubles at `out`.
                unsafe {
                    fill::<$lanes>(
                        out,
                        first,
                        n,
                        #[inline(always)]
                        |position| normal_pair(draw, position, 0),
                    )
                }
            }

            #[$attribute]
            unsafe extern "C" fn poisson(
                out: *mut f64,
                mean: *const f64,
                seed: u64,
                stream: u64,
                step: u64,
                first: u64,
                n: usize,
            ) {
                const WIDTH: usize = <$lanes as Lanes>::WIDTH;
                let draw = draw_of(seed, stream, step);
                let mut i = 0;
                while i < n {
                    let (index, count) = (first.wrapping_add(i as u64), WIDTH.min(n - i));
                    // SAFETY: the caller promises `n` doubles at both pointers.
                    unsafe {
                        let mean = <$lanes>::load_some(mean.add(i), count);
                        discrete::poisson(draw, index, mean).store_some(out.add(i), count);
                    }
                    i += WIDTH;
                }
            }

            #[$attribute]
            unsafe extern "C" fn binomial(
                out: *mut f64,
                trials: *const f64,
                probability: *const f64,
                seed: u64,
                stream: u64,
                step: u64,
                first: u64,
                n: usize,
            ) {
                const WIDTH: usize = <$lanes as Lanes>::WIDTH;
                let draw = draw_of(seed, stream, step);
                let mut i = 0;
                while i < n {
                    let (index, count) = (first.wrapping_add(i as u64), WIDTH.min(n - i));
                    // SAFETY: the caller promises `n` doubles at all pointers.
                    unsafe {
                        let trials = <$lanes>::load_some(trials.add(i), count);
                        let probability = <$lanes>::load_some(probability.add(i), count);
                        discrete::binomial(draw, index, trials, probability)
                            .store_some(out.add(i), count);
                    }
                    i += WIDTH;
                }
            }

            mod one {
                use super::*;

                #[$attribute]
                pub(super) unsafe fn uniform(draw: Draw, index: u64) -> f64 {
                    let (even, odd) = uniform_pair::<Scalar>(draw, index / 2, 0);
                    if index.is_multiple_of(2) {
                        even.0
                    } else {
                        odd.0
                    }
                }

                #[$attribute]
                pub(super) unsafe fn normal(draw: Draw, index: u64) -> f64 {
                    let (even, odd) = normal_pair::<Scalar>(draw, index / 2, 0);
                    if index.is_multiple_of(2) {
                        even.0
                    } else {
                        odd.0
                    }
                }

                #[$attribute]
                pub(super) unsafe fn poisson(draw: Draw, index: u64, mean: f64) -> f64 {
                    discrete::poisson(draw, index, Scalar(mean)).0
                }

                #[$attribute]
                pub(super) unsafe fn binomial(draw: Draw, index: u64, n: f64, p: f64) -> f64 {
                    discrete::binomial(draw, index, Scalar(n), Scalar(p)).0
                }
            }

            pub(super) static GENERATORS: Generators = Generators {
                uniform: Address::new(uniform as Fill as *const u8),
                normal: Address::new(normal as Fill as *const u8),
                poisson: Address::new(poisson as FillOne as *const u8),
                binomial: Address::new(binomial as FillTwo as *const u8),
                fill_uniform: uniform,
                fill_normal: normal,
                one: One {
                    uniform: one::uniform,
                    normal: one::normal,
                    poisson: one::poisson,
                    binomial: one::binomial,
                },
            };
        }
    };
}

stamp!(portable, Scalar, inline(never));
#[cfg(target_arch = "x86_64")]
stamp!(avx2, F64x4, target_feature(enable = "avx2,fma"));
#[cfg(target_arch = "x86_64")]
stamp!(
    avx512,
    F64x8,
    target_feature(enable = "avx512f,avx512dq,avx512vl,avx2,fma")
);
