//! Eight lanes on AVX-512F and DQ.

use super::lanes::{Bits, Lanes};
use std::arch::x86_64::*;

/// Eight doubles.
#[derive(Clone, Copy)]
pub(super) struct F64x8(__m512d);

/// Eight 64-bit integers.
#[derive(Clone, Copy)]
pub(super) struct U64x8(__m512i);

// SAFETY (this whole file): values of these types are made and used only inside the block functions of `table.rs` that are
// compiled with `avx512f,avx512dq` and chosen only on a machine that has them; every method here is inlined into those.

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
operators!(F64x8: Add add _mm512_add_pd, Sub sub _mm512_sub_pd, Mul mul _mm512_mul_pd, Div div _mm512_div_pd);
operators!(U64x8: Add add _mm512_add_epi64, Sub sub _mm512_sub_epi64, BitAnd bitand _mm512_and_si512,
    BitOr bitor _mm512_or_si512, BitXor bitxor _mm512_xor_si512);

impl std::ops::Neg for F64x8 {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        Self::from_bits(self.to_bits() ^ U64x8::splat(1 << 63))
    }
}

impl Lanes for F64x8 {
    const WIDTH: usize = 8;
    type Mask = __mmask8;
    type Bits = U64x8;

    #[inline(always)]
    unsafe fn load(from: *const f64) -> Self {
        // SAFETY: the caller promises eight readable doubles.
        F64x8(unsafe { _mm512_loadu_pd(from) })
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f64) {
        // SAFETY: the caller promises eight writable doubles.
        unsafe { _mm512_storeu_pd(to, self.0) }
    }
    #[inline(always)]
    fn splat(value: f64) -> Self {
        // SAFETY: see the note at the top of the file (here and below).
        F64x8(unsafe { _mm512_set1_pd(value) })
    }
    #[inline(always)]
    fn fma(self, b: Self, c: Self) -> Self {
        F64x8(unsafe { _mm512_fmadd_pd(self.0, b.0, c.0) })
    }
    #[inline(always)]
    fn negated_fma(self, b: Self, c: Self) -> Self {
        F64x8(unsafe { _mm512_fnmadd_pd(self.0, b.0, c.0) })
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        F64x8(unsafe { _mm512_sqrt_pd(self.0) })
    }
    #[inline(always)]
    fn floor(self) -> Self {
        F64x8(unsafe {
            _mm512_roundscale_pd::<{ _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC }>(self.0)
        })
    }
    #[inline(always)]
    fn abs(self) -> Self {
        F64x8(unsafe { _mm512_abs_pd(self.0) })
    }
    #[inline(always)]
    fn copysign(self, sign: Self) -> Self {
        let top = U64x8::splat(1 << 63);
        // One ternary-logic instruction: bits of `sign` where `top` is set, of `self` elsewhere.
        let mixed =
            unsafe { _mm512_ternarylogic_epi64::<0xca>(top.0, sign.to_bits().0, self.to_bits().0) };
        Self::from_bits(U64x8(mixed))
    }
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        F64x8(unsafe { _mm512_min_pd(self.0, other.0) })
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        F64x8(unsafe { _mm512_max_pd(self.0, other.0) })
    }
    #[inline(always)]
    fn limit(self, bound: f64) -> Self {
        // The smaller magnitude with the sign of the first operand.
        F64x8(unsafe { _mm512_range_pd::<0b0010>(self.0, Self::splat(bound).0) })
    }
    #[inline(always)]
    fn lt(self, other: Self) -> __mmask8 {
        unsafe { _mm512_cmp_pd_mask::<_CMP_LT_OQ>(self.0, other.0) }
    }
    #[inline(always)]
    fn le(self, other: Self) -> __mmask8 {
        unsafe { _mm512_cmp_pd_mask::<_CMP_LE_OQ>(self.0, other.0) }
    }
    #[inline(always)]
    fn eq(self, other: Self) -> __mmask8 {
        unsafe { _mm512_cmp_pd_mask::<_CMP_EQ_OQ>(self.0, other.0) }
    }
    #[inline(always)]
    fn select(mask: __mmask8, yes: Self, no: Self) -> Self {
        F64x8(unsafe { _mm512_mask_blend_pd(mask, no.0, yes.0) })
    }
    #[inline(always)]
    fn mask_bits(mask: __mmask8) -> u32 {
        u32::from(mask)
    }
    #[inline(always)]
    fn to_bits(self) -> U64x8 {
        U64x8(unsafe { _mm512_castpd_si512(self.0) })
    }
    #[inline(always)]
    fn from_bits(bits: U64x8) -> Self {
        F64x8(unsafe { _mm512_castsi512_pd(bits.0) })
    }
    #[inline(always)]
    fn test(bits: U64x8, pattern: u64) -> __mmask8 {
        unsafe { _mm512_test_epi64_mask(bits.0, U64x8::splat(pattern).0) }
    }
    #[inline(always)]
    fn interleave(self, other: Self) -> (Self, Self) {
        unsafe {
            let low = _mm512_setr_epi64(0, 8, 1, 9, 2, 10, 3, 11);
            let high = _mm512_setr_epi64(4, 12, 5, 13, 6, 14, 7, 15);
            (
                F64x8(_mm512_permutex2var_pd(self.0, low, other.0)),
                F64x8(_mm512_permutex2var_pd(self.0, high, other.0)),
            )
        }
    }
    #[inline(always)]
    fn scale(self, shifted: Self) -> Self {
        let n = shifted - Self::splat(super::lanes::SHIFT);
        F64x8(unsafe { _mm512_scalef_pd(self.0, n.0) })
    }
    #[inline(always)]
    fn from_u53(bits: U64x8) -> Self {
        F64x8(unsafe { _mm512_cvtepu64_pd(bits.0) })
    }
}

impl Bits for U64x8 {
    #[inline(always)]
    fn splat(value: u64) -> Self {
        U64x8(unsafe { _mm512_set1_epi64(value as i64) })
    }
    #[inline(always)]
    fn count_from(first: u64) -> Self {
        Self::splat(first) + U64x8(unsafe { _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7) })
    }
    #[inline(always)]
    fn shl<const N: u32>(self) -> Self {
        U64x8(unsafe { _mm512_slli_epi64::<N>(self.0) })
    }
    #[inline(always)]
    fn shr<const N: u32>(self) -> Self {
        U64x8(unsafe { _mm512_srli_epi64::<N>(self.0) })
    }
    #[inline(always)]
    fn mul_low(self, other: Self) -> Self {
        U64x8(unsafe { _mm512_mul_epu32(self.0, other.0) })
    }
}
