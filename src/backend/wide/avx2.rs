//! Four lanes on AVX2 and FMA.

use super::lanes::{Bits, Lanes};
use std::arch::x86_64::*;

/// Four doubles.
#[derive(Clone, Copy)]
pub(super) struct F64x4(__m256d);

/// Four truth values, all bits of a lane set or clear.
#[derive(Clone, Copy)]
pub(super) struct Mask4(__m256d);

/// Four 64-bit integers.
#[derive(Clone, Copy)]
pub(super) struct U64x4(__m256i);

// SAFETY (this whole file): values of these types are made and used only inside the block functions of `table.rs` that are
// compiled with `avx2,fma` and chosen only on a machine that has them; every method here is inlined into those.

macro_rules! operators {
    ($type:ident: $($trait:ident $method:ident $intrinsic:ident),+) => {$(
        impl std::ops::$trait for $type {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                // SAFETY: see the note at the top of the file.
                $type(unsafe { $intrinsic(self.0, other.0) })
            }
        }
    )+};
}
operators!(F64x4: Add add _mm256_add_pd, Sub sub _mm256_sub_pd, Mul mul _mm256_mul_pd, Div div _mm256_div_pd);
operators!(Mask4: BitAnd bitand _mm256_and_pd, BitOr bitor _mm256_or_pd);
operators!(U64x4: Add add _mm256_add_epi64, Sub sub _mm256_sub_epi64, BitAnd bitand _mm256_and_si256,
    BitOr bitor _mm256_or_si256, BitXor bitxor _mm256_xor_si256);

impl std::ops::Neg for F64x4 {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        F64x4(unsafe { _mm256_xor_pd(self.0, _mm256_set1_pd(-0.0)) })
    }
}

impl Lanes for F64x4 {
    const WIDTH: usize = 4;
    type Mask = Mask4;
    type Bits = U64x4;

    #[inline(always)]
    unsafe fn load(from: *const f64) -> Self {
        // SAFETY: the caller promises four readable doubles.
        F64x4(unsafe { _mm256_loadu_pd(from) })
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f64) {
        // SAFETY: the caller promises four writable doubles.
        unsafe { _mm256_storeu_pd(to, self.0) }
    }
    #[inline(always)]
    fn splat(value: f64) -> Self {
        // SAFETY: see the note at the top of the file (here and below).
        F64x4(unsafe { _mm256_set1_pd(value) })
    }
    #[inline(always)]
    fn fma(self, b: Self, c: Self) -> Self {
        F64x4(unsafe { _mm256_fmadd_pd(self.0, b.0, c.0) })
    }
    #[inline(always)]
    fn negated_fma(self, b: Self, c: Self) -> Self {
        F64x4(unsafe { _mm256_fnmadd_pd(self.0, b.0, c.0) })
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        F64x4(unsafe { _mm256_sqrt_pd(self.0) })
    }
    #[inline(always)]
    fn floor(self) -> Self {
        F64x4(unsafe { _mm256_floor_pd(self.0) })
    }
    #[inline(always)]
    fn abs(self) -> Self {
        F64x4(unsafe { _mm256_andnot_pd(_mm256_set1_pd(-0.0), self.0) })
    }
    #[inline(always)]
    fn copysign(self, sign: Self) -> Self {
        F64x4(unsafe { _mm256_or_pd(self.abs().0, _mm256_and_pd(_mm256_set1_pd(-0.0), sign.0)) })
    }
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        F64x4(unsafe { _mm256_min_pd(self.0, other.0) })
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        F64x4(unsafe { _mm256_max_pd(self.0, other.0) })
    }
    #[inline(always)]
    fn lt(self, other: Self) -> Mask4 {
        Mask4(unsafe { _mm256_cmp_pd::<_CMP_LT_OQ>(self.0, other.0) })
    }
    #[inline(always)]
    fn le(self, other: Self) -> Mask4 {
        Mask4(unsafe { _mm256_cmp_pd::<_CMP_LE_OQ>(self.0, other.0) })
    }
    #[inline(always)]
    fn eq(self, other: Self) -> Mask4 {
        Mask4(unsafe { _mm256_cmp_pd::<_CMP_EQ_OQ>(self.0, other.0) })
    }
    #[inline(always)]
    fn select(mask: Mask4, yes: Self, no: Self) -> Self {
        F64x4(unsafe { _mm256_blendv_pd(no.0, yes.0, mask.0) })
    }
    #[inline(always)]
    fn mask_bits(mask: Mask4) -> u32 {
        (unsafe { _mm256_movemask_pd(mask.0) }) as u32
    }
    #[inline(always)]
    fn to_bits(self) -> U64x4 {
        U64x4(unsafe { _mm256_castpd_si256(self.0) })
    }
    #[inline(always)]
    fn from_bits(bits: U64x4) -> Self {
        F64x4(unsafe { _mm256_castsi256_pd(bits.0) })
    }
    #[inline(always)]
    fn test(bits: U64x4, pattern: u64) -> Mask4 {
        unsafe {
            let hit = _mm256_and_si256(bits.0, U64x4::splat(pattern).0);
            let zero = _mm256_cmpeq_epi64(hit, _mm256_setzero_si256());
            Mask4(_mm256_castsi256_pd(_mm256_xor_si256(
                zero,
                _mm256_set1_epi64x(-1),
            )))
        }
    }
    #[inline(always)]
    fn interleave(self, other: Self) -> (Self, Self) {
        unsafe {
            let (even, odd) = (
                _mm256_unpacklo_pd(self.0, other.0),
                _mm256_unpackhi_pd(self.0, other.0),
            );
            let low = _mm256_permute2f128_pd::<0x20>(even, odd);
            let high = _mm256_permute2f128_pd::<0x31>(even, odd);
            (F64x4(low), F64x4(high))
        }
    }
    #[inline(always)]
    fn scale(self, shifted: Self) -> Self {
        // Two factors, since 2^n itself may not be a normal number; the first product is exact. The low 32 bits of each lane hold
        // n as a signed integer, so 32-bit shifts and subtractions do; what they leave in the high half is shifted out.
        unsafe {
            let n = shifted.to_bits().0;
            let half = _mm256_srai_epi32::<1>(n);
            let rest = _mm256_sub_epi32(n, half);
            let one = _mm256_set1_epi64x(1f64.to_bits() as i64);
            let first = _mm256_add_epi64(_mm256_slli_epi64::<52>(half), one);
            let second = _mm256_add_epi64(_mm256_slli_epi64::<52>(rest), one);
            let product = _mm256_mul_pd(self.0, _mm256_castsi256_pd(first));
            F64x4(_mm256_mul_pd(product, _mm256_castsi256_pd(second)))
        }
    }
}

impl Bits for U64x4 {
    #[inline(always)]
    fn splat(value: u64) -> Self {
        U64x4(unsafe { _mm256_set1_epi64x(value as i64) })
    }
    #[inline(always)]
    fn count_from(first: u64) -> Self {
        Self::splat(first) + U64x4(unsafe { _mm256_setr_epi64x(0, 1, 2, 3) })
    }
    #[inline(always)]
    fn shl<const N: u32>(self) -> Self {
        // A shift by a variable count takes the same time, and the immediate form wants an `i32`.
        U64x4(unsafe { _mm256_sll_epi64(self.0, _mm_cvtsi32_si128(N as i32)) })
    }
    #[inline(always)]
    fn shr<const N: u32>(self) -> Self {
        U64x4(unsafe { _mm256_srl_epi64(self.0, _mm_cvtsi32_si128(N as i32)) })
    }
    #[inline(always)]
    fn mul_low(self, other: Self) -> Self {
        U64x4(unsafe { _mm256_mul_epu32(self.0, other.0) })
    }
}
