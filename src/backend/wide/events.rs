//! Lists of the elements where a condition holds: threshold crossings and masks to ascending indices.
//!
//! Crossings are rare, so a register without one costs a comparison and a branch; the indices of the others are written one by
//! one, which is faster than the compressing stores of many machines and the same on all.

#[cfg(target_arch = "x86_64")]
use super::avx2::F64x4;
#[cfg(target_arch = "x86_64")]
use super::avx512::F64x8;
use super::lanes::{Lanes, MAX_WIDTH};
use super::portable::Scalar;
use super::table::{Address, Isa};

/// Functions that write ascending indices to a list and return how many.
#[derive(Clone, Copy, Debug)]
pub struct Events {
    /// `fn(list: *mut u32, first: u32, values: *const f64, threshold: f64, n: usize) -> usize`: `first + i` where
    /// `values[i] > threshold`.
    pub above: Address,
    /// `fn(list: *mut u32, first: u32, values: *const f64, threshold: f64, active: *const f64, n: usize) -> usize`: `first + i`
    /// where `values[i] > threshold` and `active[i]` has any bit set.
    pub above_where: Address,
    /// `fn(list: *mut u32, first: u32, mask: *const f64, n: usize) -> usize`: `first + i` where `mask[i]` has any bit set.
    pub marked: Address,
    /// `fn(list: *mut u32, first: u32, mask: *const u8, n: usize) -> usize`: `first + i` where `mask[i]` is not 0.
    pub marked_bytes: Address,
    functions: Functions,
}

#[derive(Clone, Copy, Debug)]
struct Functions {
    above: unsafe extern "C" fn(*mut u32, u32, *const f64, f64, usize) -> usize,
    above_where: unsafe extern "C" fn(*mut u32, u32, *const f64, f64, *const f64, usize) -> usize,
    marked: unsafe extern "C" fn(*mut u32, u32, *const f64, usize) -> usize,
    marked_bytes: unsafe extern "C" fn(*mut u32, u32, *const u8, usize) -> usize,
}

impl Events {
    /// Writes `first + i` where `values[i] > threshold` and, if given, `active[i]` has any bit set; returns how many. Looks at as many
    /// elements as all slices have.
    pub fn above(
        &self,
        list: &mut [u32],
        first: u32,
        values: &[f64],
        threshold: f64,
        active: Option<&[f64]>,
    ) -> usize {
        let n = values
            .len()
            .min(list.len())
            .min(active.map_or(usize::MAX, <[f64]>::len));
        // SAFETY: `n` elements are readable and writable; events are handed out only for instruction sets of this machine.
        unsafe {
            match active {
                None => {
                    (self.functions.above)(list.as_mut_ptr(), first, values.as_ptr(), threshold, n)
                }
                Some(active) => (self.functions.above_where)(
                    list.as_mut_ptr(),
                    first,
                    values.as_ptr(),
                    threshold,
                    active.as_ptr(),
                    n,
                ),
            }
        }
    }

    /// Writes `first + i` where `mask[i]` has any bit set; returns how many.
    pub fn marked(&self, list: &mut [u32], first: u32, mask: &[f64]) -> usize {
        let n = mask.len().min(list.len());
        // SAFETY: as above.
        unsafe { (self.functions.marked)(list.as_mut_ptr(), first, mask.as_ptr(), n) }
    }

    /// Writes `first + i` where `mask[i]` is not 0; returns how many.
    pub fn marked_bytes(&self, list: &mut [u32], first: u32, mask: &[u8]) -> usize {
        let n = mask.len().min(list.len());
        // SAFETY: as above.
        unsafe { (self.functions.marked_bytes)(list.as_mut_ptr(), first, mask.as_ptr(), n) }
    }
}

/// The functions for `isa`; the portable ones if the machine lacks it.
pub fn events(isa: Isa) -> &'static Events {
    match isa {
        #[cfg(target_arch = "x86_64")]
        Isa::Avx512 if isa.available() => &avx512::EVENTS,
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2 if isa.available() => &avx2::EVENTS,
        _ => &portable::EVENTS,
    }
}

/// Appends `first + i` for `i` below `n` where `hit(i)` (a bit per lane from element `i` on) says so; returns how many.
///
/// # Safety
/// `list` must be writable for `n` values; `hit` is called for whole registers below `n`, `tail` for the single elements after.
#[inline(always)]
unsafe fn collect<L: Lanes>(
    list: *mut u32,
    first: u32,
    n: usize,
    hit: impl Fn(usize) -> u32,
    tail: impl Fn(usize) -> u32,
) -> usize {
    let whole = n / L::WIDTH * L::WIDTH;
    let (mut count, mut i) = (0, 0);
    while i < n {
        let (mut lanes, width) = if i < whole {
            (hit(i), L::WIDTH)
        } else {
            (tail(i), 1)
        };
        while lanes != 0 {
            // SAFETY: at most one entry per element.
            unsafe {
                list.add(count)
                    .write(first.wrapping_add(i as u32 + lanes.trailing_zeros()))
            };
            count += 1;
            lanes &= lanes - 1;
        }
        i += width;
    }
    count
}

/// The lanes where the value is above the threshold.
///
/// # Safety
/// `values` must be readable for a register from element `i` on.
#[inline(always)]
unsafe fn above<L: Lanes>(values: *const f64, threshold: f64, i: usize) -> u32 {
    // SAFETY: see above.
    L::mask_bits(L::splat(threshold).lt(unsafe { L::load(values.add(i)) }))
}

/// The lanes with any bit set.
///
/// # Safety
/// `mask` must be readable for a register from element `i` on.
#[inline(always)]
unsafe fn marked<L: Lanes>(mask: *const f64, i: usize) -> u32 {
    // SAFETY: see above.
    L::mask_bits(L::test(unsafe { L::load(mask.add(i)) }.to_bits(), u64::MAX))
}

/// Eight bytes at a time.
///
/// # Safety
/// As for [`collect`], with `mask` readable for `n` bytes.
#[inline(always)]
unsafe fn collect_bytes(list: *mut u32, first: u32, mask: *const u8, n: usize) -> usize {
    let (mut count, mut i) = (0, 0);
    while i < n {
        let width = (n - i).min(MAX_WIDTH);
        let mut bytes = [0u8; MAX_WIDTH];
        // SAFETY: `width` bytes are left; at most one entry per element is written.
        unsafe {
            std::ptr::copy_nonoverlapping(mask.add(i), bytes.as_mut_ptr(), width);
            if u64::from_le_bytes(bytes) != 0 {
                for (lane, _) in bytes.iter().enumerate().filter(|(_, byte)| **byte != 0) {
                    list.add(count).write(first.wrapping_add((i + lane) as u32));
                    count += 1;
                }
            }
        }
        i += width;
    }
    count
}

macro_rules! stamp {
    ($module:ident, $lanes:ty, $attribute:meta) => {
        mod $module {
            // SAFETY (all calls below): the caller promises `n` elements behind every pointer.
            use super::*;

            #[$attribute]
            unsafe extern "C" fn above(
                list: *mut u32,
                first: u32,
                values: *const f64,
                threshold: f64,
                n: usize,
            ) -> usize {
                unsafe {
                    collect::<$lanes>(
                        list,
                        first,
                        n,
                        #[inline(always)]
                        |i| super::above::<$lanes>(values, threshold, i),
                        #[inline(always)]
                        |i| super::above::<Scalar>(values, threshold, i),
                    )
                }
            }

            #[$attribute]
            unsafe extern "C" fn above_where(
                list: *mut u32,
                first: u32,
                values: *const f64,
                threshold: f64,
                active: *const f64,
                n: usize,
            ) -> usize {
                unsafe {
                    collect::<$lanes>(
                        list,
                        first,
                        n,
                        #[inline(always)]
                        |i| {
                            super::above::<$lanes>(values, threshold, i)
                                & super::marked::<$lanes>(active, i)
                        },
                        #[inline(always)]
                        |i| {
                            super::above::<Scalar>(values, threshold, i)
                                & super::marked::<Scalar>(active, i)
                        },
                    )
                }
            }

            #[$attribute]
            unsafe extern "C" fn marked(
                list: *mut u32,
                first: u32,
                mask: *const f64,
                n: usize,
            ) -> usize {
                unsafe {
                    collect::<$lanes>(
                        list,
                        first,
                        n,
                        #[inline(always)]
                        |i| super::marked::<$lanes>(mask, i),
                        #[inline(always)]
                        |i| super::marked::<Scalar>(mask, i),
                    )
                }
            }

            #[$attribute]
            unsafe extern "C" fn marked_bytes(
                list: *mut u32,
                first: u32,
                mask: *const u8,
                n: usize,
            ) -> usize {
                unsafe { collect_bytes(list, first, mask, n) }
            }

            const FUNCTIONS: Functions = Functions {
                above,
                above_where,
                marked,
                marked_bytes,
            };

            pub(super) static EVENTS: Events = Events {
                above: Address::new(FUNCTIONS.above as *const u8),
                above_where: Address::new(FUNCTIONS.above_where as *const u8),
                marked: Address::new(FUNCTIONS.marked as *const u8),
                marked_bytes: Address::new(FUNCTIONS.marked_bytes as *const u8),
                functions: FUNCTIONS,
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
