//! Combining a part of a column into one value.

use crate::backend::image::Image;
use crate::kir::layout::Column;
use crate::kir::pathway::Reduction;

/// Parts in which a sum is taken.
const PARTS: usize = 8;

/// A reducer, its columns at hand.
#[derive(Clone, Debug)]
pub(super) struct Reduce {
    pub reduction: Reduction,
    pub source: Column,
    pub first: usize,
    pub last: usize,
    pub into: Column,
}

impl Reduce {
    /// Computes the value and stores it.
    pub fn run(&self, image: &Image) {
        let count = self.last.saturating_sub(self.first);
        let values = (self.first..self.last).map(|k| image.get(&self.source, k));
        let value = match self.reduction {
            Reduction::Sum => sum(values),
            Reduction::Mean => sum(values) / count as f64,
            Reduction::Min => pick(values, |a, b| a < b),
            Reduction::Max => pick(values, |a, b| a > b),
        };
        image.set(&self.into, 0, value);
    }
}

/// The sum in interleaved parts, so that additions need not wait for each other.
fn sum(values: impl Iterator<Item = f64>) -> f64 {
    let mut parts = [0.0; PARTS];
    for (k, value) in values.enumerate() {
        if let Some(part) = parts.get_mut(k % PARTS) {
            *part += value;
        }
    }
    let [a, b, c, d, e, f, g, h] = parts;
    ((a + b) + (c + d)) + ((e + f) + (g + h))
}

/// The value that is before all others; a value that is not a number wins.
fn pick(values: impl Iterator<Item = f64>, before: impl Fn(f64, f64) -> bool) -> f64 {
    let best = values.reduce(|best, value| {
        if before(value, best) || value.is_nan() {
            value
        } else {
            best
        }
    });
    best.unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::{pick, sum};

    #[test]
    fn values_are_combined() {
        let values = || (1..=20).map(f64::from);
        assert_eq!(sum(values()), 210.0);
        assert_eq!(sum(std::iter::empty()), 0.0);
        assert_eq!(pick(values(), |a, b| a < b), 1.0);
        assert_eq!(pick(values(), |a, b| a > b), 20.0);
        assert!(pick([1.0, f64::NAN, 0.5].into_iter(), |a, b| a < b).is_nan());
        assert!(pick(std::iter::empty(), |a, b| a < b).is_nan());
    }
}
