//! Random numbers as a pure function of (seed, stream, step, index): Philox4x32-10 and the draws made from it.
//!
//! # Layout
//! The key is the seed (low word, high word). The counter is four 32-bit words:
//!
//! | word | contents |
//! | --- | --- |
//! | 0 | position, low 32 bits |
//! | 1 | position, bits 32..48, in the low half; attempt in the high half |
//! | 2 | step, low 32 bits |
//! | 3 | stream in the low 24 bits; step, bits 32..40, in the high 8 |
//!
//! Uniform and normal draws take the attempt 0 and the position `index / 2`: a block of four words `x0..x3` gives the 53-bit
//! integers `a = (x1:x0) >> 11` and `b = (x3:x2) >> 11`. The uniform draw of an even index is `a 2^-53`, of an odd index
//! `b 2^-53`. Normal draws are those of Box and Muller: `sqrt(-2 log((a + 1) 2^-53))` times the cosine (even index) or
//! the sine (odd index) of `2 pi b 2^-53`. Draws that may reject take the position `index` and count attempts. So a value depends
//! on its own index alone, whatever range, width or thread it is computed in.
//!
//! Method: J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3" (2011).

use super::lanes::{Bits, Lanes, SHIFT};
use super::log::log_of_normal;
use super::trig::kernels;
use std::f64::consts::FRAC_PI_2;

/// Which family of draws: everything but the index.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Draw {
    /// The seed, all 64 bits.
    pub seed: u64,
    /// The stream, 24 bits (the rest is ignored): one for each textual draw of a program.
    pub stream: u32,
    /// The step, 40 bits (the rest is ignored).
    pub step: u64,
}

impl Draw {
    /// Words 2 and 3 of the counter.
    #[inline(always)]
    fn high_words(self) -> (u64, u64) {
        let stream = u64::from(self.stream) & 0xff_ffff;
        (
            self.step & 0xffff_ffff,
            stream | (self.step >> 32 & 0xff) << 24,
        )
    }
}

const MULTIPLIERS: (u64, u64) = (0xd251_1f53, 0xcd9e_8d57);
const WEYL: (u32, u32) = (0x9e37_79b9, 0xbb67_ae85);

/// The key of a round, from the seed: the low 32 bits count.
trait Key<B> {
    fn of_round(&self, number: u32) -> (B, B);
}

impl<B: Bits> Key<B> for u64 {
    #[inline(always)]
    fn of_round(&self, number: u32) -> (B, B) {
        let k0 = (*self as u32).wrapping_add(WEYL.0.wrapping_mul(number));
        let k1 = ((*self >> 32) as u32).wrapping_add(WEYL.1.wrapping_mul(number));
        (B::splat(u64::from(k0)), B::splat(u64::from(k1)))
    }
}

/// A seed that is known when the draw is made only.
struct Lane<B>(B);

impl<B: Bits> Key<B> for Lane<B> {
    #[inline(always)]
    fn of_round(&self, number: u32) -> (B, B) {
        let step = |weyl: u32| B::splat(u64::from(weyl.wrapping_mul(number)));
        (self.0 + step(WEYL.0), self.0.shr::<32>() + step(WEYL.1))
    }
}

/// Ten rounds of Philox. Only the low 32 bits of each lane are meaningful, in counter, key and result.
#[inline(always)]
fn philox<B: Bits>(counter: [B; 4], key: &impl Key<B>) -> [B; 4] {
    // Written out, since a loop of ten is not unrolled by itself.
    five(five(counter, key, 0), key, 5)
}

/// Five rounds.
#[inline(always)]
fn five<B: Bits>(c: [B; 4], key: &impl Key<B>, first: u32) -> [B; 4] {
    let c = round(round(c, key, first), key, first + 1);
    let c = round(round(c, key, first + 2), key, first + 3);
    round(c, key, first + 4)
}

/// The round of number `number`.
#[inline(always)]
fn round<B: Bits>([c0, c1, c2, c3]: [B; 4], key: &impl Key<B>, number: u32) -> [B; 4] {
    let (k0, k1) = key.of_round(number);
    let p0 = c0.mul_low(B::splat(MULTIPLIERS.0));
    let p1 = c2.mul_low(B::splat(MULTIPLIERS.1));
    // The high halves of c1 and c3 bring rubbish along, which the next multiplication ignores.
    [
        p1.shr::<32>() ^ (c1 ^ k0),
        p1,
        p0.shr::<32>() ^ (c3 ^ k1),
        p0,
    ]
}

/// Two 53-bit integers for each position `first + lane`.
#[inline(always)]
fn integers<B: Bits>(draw: Draw, first: u64, attempt: u32) -> (B, B) {
    let position = B::count_from(first);
    let (word2, word3) = draw.high_words();
    let upper = position.shr::<32>() & B::splat(0xffff);
    let counter = [
        position,
        upper | B::splat(u64::from(attempt & 0xffff) << 16),
        B::splat(word2),
        B::splat(word3),
    ];
    let [x0, x1, x2, x3] = philox(counter, &draw.seed);
    (join(x0, x1), join(x2, x3))
}

/// The high 53 bits of a 64-bit integer, from its two words.
#[inline(always)]
fn join<B: Bits>(low: B, high: B) -> B {
    ((low & B::splat(0xffff_ffff)) | high.shl::<32>()).shr::<11>()
}

const UNIT: f64 = 1.0 / 9007199254740992.0; // 2^-53

/// Two uniform numbers in [0, 1) for each position.
#[inline(always)]
pub(super) fn uniform_pair<L: Lanes>(draw: Draw, first: u64, attempt: u32) -> (L, L) {
    let (a, b) = integers::<L::Bits>(draw, first, attempt);
    (
        L::from_u53(a) * L::splat(UNIT),
        L::from_u53(b) * L::splat(UNIT),
    )
}

/// What a draw of one index is made of, where all of it is known only when the draw is made.
#[derive(Clone, Copy)]
pub(super) struct Source<B> {
    pub seed: B,
    pub stream: u32,
    pub step: B,
    pub index: B,
}

/// The two 53-bit integers of the index of every lane.
#[inline(always)]
fn integers_of<B: Bits>(source: Source<B>) -> (B, B) {
    let position = source.index.shr::<1>();
    let stream = B::splat(u64::from(source.stream) & 0xff_ffff);
    let high = (source.step.shr::<32>() & B::splat(0xff)).shl::<24>();
    let counter = [
        position,
        position.shr::<32>() & B::splat(0xffff),
        source.step & B::splat(0xffff_ffff),
        stream | high,
    ];
    let [x0, x1, x2, x3] = philox(counter, &Lane(source.seed));
    (join(x0, x1), join(x2, x3))
}

/// The uniform number of the index of every lane.
#[inline(always)]
pub(super) fn uniform_of<L: Lanes>(source: Source<L::Bits>) -> L {
    let (a, b) = integers_of(source);
    let odd = L::test(source.index, 1);
    let drawn = L::select(odd, L::from_bits(b), L::from_bits(a));
    L::from_u53(drawn.to_bits()) * L::splat(UNIT)
}

/// The standard normal number of the index of every lane.
#[inline(always)]
pub(super) fn normal_of<L: Lanes>(source: Source<L::Bits>) -> L {
    let (a, b) = integers_of(source);
    let (even, odd) = normals(a, b);
    L::select(L::test(source.index, 1), odd, even)
}

/// Two standard normal numbers for each position.
#[inline(always)]
pub(super) fn normal_pair<L: Lanes>(draw: Draw, first: u64, attempt: u32) -> (L, L) {
    let (a, b) = integers::<L::Bits>(draw, first, attempt);
    normals(a, b)
}

/// Two standard normal numbers from two 53-bit integers.
#[inline(always)]
fn normals<L: Lanes>(a: L::Bits, b: L::Bits) -> (L, L) {
    let u = (L::from_u53(a) + L::splat(1.0)) * L::splat(UNIT);
    let radius = (L::splat(-2.0) * log_of_normal(u)).sqrt();
    // The angle in quarter turns: the nearest whole number is the quadrant.
    let quarters = L::from_u53(b) * L::splat(4.0 * UNIT);
    let shifted = quarters + L::splat(SHIFT);
    let rest = (quarters - (shifted - L::splat(SHIFT))) * L::splat(FRAC_PI_2);
    let (sin, cos) = kernels(rest, L::splat(0.0));
    let quadrant = shifted.to_bits();
    let odd = L::test(quadrant, 1);
    let cos_part = turn(L::select(odd, sin, cos), quadrant + L::Bits::splat(1));
    let sin_part = turn(L::select(odd, cos, sin), quadrant);
    (radius * cos_part, radius * sin_part)
}

/// `value`, negated where the second lowest bit of `quadrant` is set.
#[inline(always)]
fn turn<L: Lanes>(value: L, quadrant: L::Bits) -> L {
    let sign = quadrant.shl::<62>() & L::Bits::splat(1 << 63);
    L::from_bits(value.to_bits() ^ sign)
}

#[cfg(test)]
mod tests {
    use super::super::portable::Word;
    use super::*;

    /// Known answers published with the Random123 library.
    #[test]
    fn philox_gives_the_published_answers() {
        let rows: [([u64; 4], u64, [u64; 4]); 3] = [
            ([0; 4], 0, [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]),
            (
                [0xffff_ffff; 4],
                u64::MAX,
                [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
            ),
            (
                [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
                0x299f31d0_a4093822,
                [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
            ),
        ];
        for (counter, seed, answer) in rows {
            let words = philox(counter.map(Word), &seed).map(|word| word.0 & 0xffff_ffff);
            assert_eq!(words, answer);
        }
    }
}
