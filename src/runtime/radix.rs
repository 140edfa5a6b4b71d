//! Sorting the synapses of one row: by delay, then by the element they add to.

use super::rows::Kept;

/// Rows so short are compared rather than counted.
const SHORT: usize = 64;
/// At most so many bits are looked at in one pass: their counts stay in the nearest cache.
const DIGIT: u32 = 11;

/// What sorting one row needs, kept for the next.
#[derive(Default, Debug)]
pub(super) struct Scratch {
    packed: Vec<u64>,
    spare: Vec<u64>,
    counts: Vec<u32>,
    wide: Vec<(u64, u32)>,
    order: Vec<u32>,
    words: Vec<u32>,
    doubles: Vec<f64>,
    singles: Vec<f32>,
}

impl Scratch {
    /// Sorts by delay, then by place, keeping the order of synapses that are alike in both. `delays` is empty where they do not matter.
    pub fn sort(
        &mut self,
        delays: &mut [u32],
        places: &mut [u32],
        weights: Option<&mut Kept>,
        range: std::ops::Range<usize>,
    ) {
        let n = places.len();
        if sorted(delays, places) {
            return;
        }
        let bits = |largest: u32| u32::BITS - largest.leading_zeros();
        let least = delays.iter().copied().min().unwrap_or(0);
        let delay_bits = bits(delays.iter().copied().max().unwrap_or(0) - least);
        let place_bits = bits(places.iter().copied().max().unwrap_or(0));
        let index_bits = bits(n as u32);
        self.order.clear();
        if delay_bits + place_bits + index_bits <= u64::BITS {
            let above = place_bits + index_bits;
            self.packed.clear();
            let placed = places.iter().zip(0u64..);
            let placed = placed.map(|(place, k)| u64::from(*place) << index_bits | k);
            match delays.is_empty() {
                true => self.packed.extend(placed),
                false => {
                    let late = delays.iter().map(|delay| u64::from(delay - least));
                    let all = placed.zip(late);
                    self.packed
                        .extend(all.map(|(low, late)| late << above | low));
                }
            }
            self.sort_packed(index_bits, delay_bits + place_bits);
            let index = (1u64 << index_bits) - 1;
            let place = (1u64 << place_bits) - 1;
            self.order
                .extend(self.packed.iter().map(|key| (key & index) as u32));
            for (to, key) in places.iter_mut().zip(&self.packed) {
                *to = (key >> index_bits & place) as u32;
            }
            for (to, key) in delays.iter_mut().zip(&self.packed) {
                *to = key.checked_shr(above).unwrap_or(0) as u32 + least;
            }
        } else {
            let delay = |k: usize| u64::from(delays.get(k).copied().unwrap_or(0));
            let keys = places.iter().zip(0u32..);
            let keys = keys.map(|(place, k)| (delay(k as usize) << 32 | u64::from(*place), k));
            self.wide.clear();
            self.wide.extend(keys);
            self.wide.sort_unstable();
            self.order.extend(self.wide.iter().map(|key| key.1));
            permute(places, &self.order, &mut self.words);
            permute(delays, &self.order, &mut self.words);
        }
        match weights {
            Some(Kept::Double(weights)) => {
                let weights = weights.get_mut(range).unwrap_or_default();
                permute(weights, &self.order, &mut self.doubles);
            }
            Some(Kept::Single(weights)) => {
                let weights = weights.get_mut(range).unwrap_or_default();
                permute(weights, &self.order, &mut self.singles);
            }
            _ => {}
        }
    }
    /// Sorts the packed keys, whose lowest bits ascend already, by so many bits above these.
    fn sort_packed(&mut self, low: u32, bits: u32) {
        let n = self.packed.len();
        if n < SHORT {
            return self.packed.sort_unstable();
        }
        let digit = n.ilog2().min(DIGIT);
        let passes = bits.div_ceil(digit);
        let digit = bits.div_ceil(passes.max(1));
        let mask = (1usize << digit) - 1;
        for pass in 0..passes {
            let shift = low + pass * digit;
            let at = |key: u64| (key >> shift) as usize & mask;
            self.counts.clear();
            self.counts.resize(mask + 1, 0);
            for key in &self.packed {
                if let Some(count) = self.counts.get_mut(at(*key)) {
                    *count += 1;
                }
            }
            let mut sum = 0;
            for count in &mut self.counts {
                sum += std::mem::replace(count, sum);
            }
            self.spare.resize(n, 0);
            for key in &self.packed {
                if let Some(next) = self.counts.get_mut(at(*key)) {
                    if let Some(slot) = self.spare.get_mut(*next as usize) {
                        *slot = *key;
                    }
                    *next += 1;
                }
            }
            std::mem::swap(&mut self.packed, &mut self.spare);
        }
    }
}

/// True where synapses stand in order already.
fn sorted(delays: &[u32], places: &[u32]) -> bool {
    match delays.is_empty() {
        true => places.is_sorted(),
        false => delays.iter().zip(places).is_sorted(),
    }
}

/// Puts `values[order[k]]` at each `k`; leaves an empty slice alone.
fn permute<T: Copy>(values: &mut [T], order: &[u32], scratch: &mut Vec<T>) {
    scratch.clear();
    scratch.extend_from_slice(values);
    for (value, from) in values.iter_mut().zip(order) {
        if let Some(old) = scratch.get(*from as usize) {
            *value = *old;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_any_length_are_sorted_and_equals_keep_their_order() {
        let mut state = 7u64;
        let mut next = |below: u64| {
            state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
            ((state >> 33) % below) as u32
        };
        let mut scratch = Scratch::default();
        let rows = [(3, 5, 4), (63, 9, 3), (64, 9, 3), (2200, 1 << 15, 60)];
        let wide = [(2200, 1 << 31, 1 << 31), (5000, 1, 1 << 20), (300, 7, 1)];
        for (n, bound, latest) in rows.into_iter().chain(wide) {
            let mut places: Vec<u32> = (0..n).map(|_| next(bound)).collect();
            let mut delays: Vec<u32> = (0..n).map(|_| 3 + next(latest)).collect();
            let numbers = (0..n).map(f64::from).collect();
            let mut weights = Kept::Double(numbers);
            let each = delays.iter().zip(&places).zip((0..n).map(f64::from));
            let mut expected: Vec<((u32, u32), f64)> =
                each.map(|((d, p), k)| ((*d, *p), k)).collect();
            expected.sort_by_key(|one| one.0);
            scratch.sort(&mut delays, &mut places, Some(&mut weights), 0..n as usize);
            let Kept::Double(weights) = weights else {
                unreachable!()
            };
            let found = delays.into_iter().zip(places).zip(weights);
            assert!(found.eq(expected), "{n} of {bound} and {latest}");
        }
    }
}
