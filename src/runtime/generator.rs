//! Given spikes: which entries are due in a step.

use std::ops::Range;

use crate::kir::Generator;

/// Entries by step.
#[derive(Clone, PartialEq, Debug)]
pub struct Bins {
    /// Step of each entry, ascending.
    steps: Vec<i64>,
    /// Steps after which they repeat.
    period: Option<i64>,
}

impl Bins {
    /// Steps of a generator's times. A time up to a thousandth of a step before a step belongs to it.
    pub fn new(generator: &Generator, dt: f64) -> Self {
        let step = |time: &f64| ((time + 1e-3 * dt) / dt).trunc() as i64;
        let period = generator.period.map(|period| (period / dt).round() as i64);
        Bins {
            steps: generator.times.iter().map(step).collect(),
            period: period.filter(|period| *period > 0),
        }
    }
    /// Positions of the entries due in a step.
    pub fn due(&self, step: i64) -> Range<usize> {
        let step = match self.period {
            Some(period) => step.rem_euclid(period),
            None => step,
        };
        let first = self.steps.partition_point(|s| *s < step);
        let later = self.steps.get(first..).unwrap_or_default();
        first..first + later.partition_point(|s| *s == step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kir::layout::ListId;

    fn bins(times: &[f64], period: Option<f64>) -> Bins {
        let generator = Generator {
            list: ListId(0),
            times: times.to_vec(),
            entries: vec![0; times.len()],
            period,
        };
        Bins::new(&generator, 1e-4)
    }

    #[test]
    fn times_just_before_a_step_belong_to_it() {
        let bins = bins(&[0.29989e-3, 0.29991e-3], None);
        assert_eq!(bins.due(2), 0..1);
        assert_eq!(bins.due(3), 1..2);
        assert!(bins.due(4).is_empty());
    }

    #[test]
    fn entries_of_one_step_keep_their_order_and_repeat() {
        let bins = bins(&[0.12e-3, 0.15e-3, 0.18e-3], Some(0.5e-3));
        assert_eq!(bins.due(1), 0..3);
        assert_eq!(bins.due(6), 0..3);
        assert!(bins.due(5).is_empty());
    }
}
