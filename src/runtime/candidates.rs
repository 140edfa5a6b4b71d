//! Candidates of one row: ranges, and random choices from them.

use crate::backend::wide::generators::{Generators, generators};
use crate::backend::wide::random::Draw;
use crate::backend::wide::table::{self, Argument, Primitive, detect};
use std::collections::BTreeSet;

/// Draws made at a time.
const BATCH: usize = 64;

/// The number of values of `range(start, stop, step)`; nothing for a step of 0.
pub fn count(start: i64, stop: i64, step: i64) -> Option<u64> {
    let (distance, stride) = match step {
        0 => return None,
        1.. => (stop.saturating_sub(start), step),
        _ => (start.saturating_sub(stop), step.saturating_neg()),
    };
    let (distance, stride) = (distance.max(0) as u64, stride as u64);
    Some(distance.div_ceil(stride))
}

/// What draws need from the machine.
pub struct Dice {
    generators: &'static Generators,
    log1p: Option<&'static Primitive>,
    uniform: Vec<f64>,
    logs: Vec<f64>,
}

impl Dice {
    /// For this machine; the draws are the same on all.
    pub fn of_this_machine() -> Dice {
        let isa = detect();
        Dice {
            generators: generators(isa),
            log1p: table::find(isa, "log1p"),
            uniform: vec![0.0; BATCH],
            logs: vec![0.0; BATCH],
        }
    }
    /// `log(1 + x)`.
    fn log1p(&self, x: f64) -> f64 {
        self.log1p.map_or(f64::NAN, |log1p| log1p.scalar(&[x]))
    }
    /// Calls `hit` for each of `0..len` with probability `p`, ascending, several at a time; only for those that are hit is there any work. Stops at
    /// the first error.
    pub fn chance<E>(
        &mut self,
        draw: Draw,
        p: f64,
        len: u64,
        hit: &mut impl FnMut(&[u64]) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut hits = [0; BATCH];
        if p >= 1.0 {
            for first in (0..len).step_by(BATCH) {
                let mut count = 0;
                for (slot, k) in hits.iter_mut().zip(first..len) {
                    *slot = k;
                    count += 1;
                }
                hit(hits.get(..count).unwrap_or_default())?;
            }
            return Ok(());
        }
        // A probability that is not a number counts as 0.
        if p.is_nan() || p <= 0.0 {
            return Ok(());
        }
        let scale = self.log1p(-p);
        let (mut next, mut position) = (0u64, 0u64);
        loop {
            self.generators.fill_uniform(&mut self.uniform, draw, next);
            next += BATCH as u64;
            for value in &mut self.uniform {
                *value = -*value;
            }
            if let Some(log1p) = self.log1p {
                log1p.call(&mut self.logs, &[Argument::Array(&self.uniform)]);
            }
            let mut count = 0;
            for (log, slot) in self.logs.iter().zip(&mut hits) {
                // The number of misses before the next hit, which is not negative: the conversion rounds it down.
                position = position.saturating_add((log / scale) as u64);
                if position >= len {
                    break;
                }
                *slot = position;
                count += 1;
                position += 1;
            }
            hit(hits.get(..count).unwrap_or_default())?;
            if count < BATCH {
                return Ok(());
            }
        }
    }
    /// Calls `hit` for `size` different values of `0..len`, ascending; all sets are equally likely. R. W. Floyd's method.
    pub fn sample<E>(
        &mut self,
        draw: Draw,
        size: u64,
        len: u64,
        hit: &mut dyn FnMut(u64) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut chosen = Chosen::new(size, len);
        let mut done = 0;
        while done < size {
            self.generators.fill_uniform(&mut self.uniform, draw, done);
            for uniform in &self.uniform {
                if done == size {
                    break;
                }
                let last = len - size + done;
                let candidate = (uniform * (last + 1) as f64).floor() as u64;
                if !chosen.insert(candidate.min(last)) {
                    chosen.insert(last);
                }
                done += 1;
            }
        }
        chosen.each(hit)
    }
}

/// A set of numbers.
enum Chosen {
    /// A bit per number.
    Dense(Vec<u64>),
    /// Few of many.
    Sparse(BTreeSet<u64>),
}

impl Chosen {
    fn new(size: u64, len: u64) -> Chosen {
        let words = len.div_ceil(64);
        match words <= 16 * size + 64 {
            true => Chosen::Dense(vec![0; words as usize]),
            false => Chosen::Sparse(BTreeSet::new()),
        }
    }
    /// False if it was there already.
    fn insert(&mut self, value: u64) -> bool {
        match self {
            Chosen::Sparse(set) => set.insert(value),
            Chosen::Dense(words) => {
                let bit = 1 << (value % 64);
                match words.get_mut((value / 64) as usize) {
                    Some(word) => {
                        let new = *word & bit == 0;
                        *word |= bit;
                        new
                    }
                    None => false,
                }
            }
        }
    }
    fn each<E>(&self, hit: &mut dyn FnMut(u64) -> Result<(), E>) -> Result<(), E> {
        match self {
            Chosen::Sparse(set) => set.iter().try_for_each(|value| hit(*value)),
            Chosen::Dense(words) => {
                for (word, first) in words.iter().zip((0..).step_by(64)) {
                    let mut left = *word;
                    while left != 0 {
                        hit(first + u64::from(left.trailing_zeros()))?;
                        left &= left - 1;
                    }
                }
                Ok(())
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn draw(step: u64) -> Draw {
        Draw {
            seed: 5,
            stream: 3,
            step,
        }
    }
    fn hits(run: impl FnOnce(&mut Dice, &mut dyn FnMut(u64) -> Result<(), ()>)) -> Vec<u64> {
        let mut all = Vec::new();
        run(&mut Dice::of_this_machine(), &mut |hit| {
            all.push(hit);
            Ok(())
        });
        all
    }

    /// Takes several hits one by one.
    fn each(hit: &mut dyn FnMut(u64) -> Result<(), ()>) -> impl FnMut(&[u64]) -> Result<(), ()> {
        |hits: &[u64]| hits.iter().try_for_each(|one| hit(*one))
    }

    #[test]
    fn ranges_have_as_many_values_as_in_python() {
        let rows = [
            ((0, 4, 2), Some(2)),
            ((0, 5, 2), Some(3)),
            ((3, -1, -1), Some(4)),
            ((3, 3, 1), Some(0)),
            ((5, 3, 1), Some(0)),
            ((0, 3, 0), None),
        ];
        for ((start, stop, step), expected) in rows {
            assert_eq!(count(start, stop, step), expected);
        }
    }

    #[test]
    fn chances_are_met() {
        assert_eq!(
            hits(|d, hit| d.chance(draw(0), 1.0, 4, &mut each(hit)).unwrap()),
            [0, 1, 2, 3]
        );
        assert!(hits(|d, hit| d.chance(draw(0), 0.0, 4, &mut each(hit)).unwrap()).is_empty());
        let (n, rows) = (2000, 200);
        for p in [0.002, 0.1, 0.7] {
            let mut total = 0;
            let mut by_position = vec![0; n as usize];
            for row in 0..rows {
                let all = hits(|d, hit| d.chance(draw(row), p, n, &mut each(hit)).unwrap());
                assert!(all.is_sorted_by(|a, b| a < b));
                total += all.len() as u64;
                for hit in all {
                    *by_position.get_mut(hit as usize).unwrap() += 1;
                }
            }
            let mean = p * (n * rows) as f64;
            let deviation = (mean * (1.0 - p)).sqrt();
            assert!(
                (total as f64 - mean).abs() < 4.0 * deviation,
                "{total} of {mean}"
            );
            // The first and the last tenth alike.
            let part = |from: usize| by_position.iter().skip(from).take(200).sum::<u64>() as f64;
            let bound = 5.0 * (mean / 10.0 * (1.0 - p)).sqrt();
            assert!((part(0) - mean / 10.0).abs() < bound);
            assert!((part(1800) - mean / 10.0).abs() < bound);
        }
    }

    #[test]
    fn samples_are_different_ascending_and_even() {
        for (size, len) in [(3, 10), (10, 10), (0, 5), (2, 1_000_000), (500, 700)] {
            let all = hits(|d, hit| d.sample(draw(1), size, len, hit).unwrap());
            assert_eq!(all.len() as u64, size);
            assert!(all.is_sorted_by(|a, b| a < b));
            assert!(all.iter().all(|hit| *hit < len));
        }
        let mut counts = [0u64; 10];
        for row in 0..3000 {
            for hit in hits(|d, hit| d.sample(draw(row), 3, 10, hit).unwrap()) {
                *counts.get_mut(hit as usize).unwrap() += 1;
            }
        }
        // 900 expected with a standard deviation of 25.
        assert!(
            counts.iter().all(|count| count.abs_diff(900) < 110),
            "{counts:?}"
        );
    }
}
