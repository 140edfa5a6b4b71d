//! Is a term zero whatever its symbols stand for? Decided by its values at some points.

use std::collections::HashMap;

use super::evaluate::{Environment, Evaluator};
use crate::model::term::{Term, TermId, Terms};

/// How many points are tried.
pub const POINTS: u64 = 8;

/// Values for all symbols: positive, irregular, the same in every call. Booleans alternate from point to point.
#[derive(Clone, Copy, Debug)]
pub struct SamplePoint {
    /// Number of the point.
    pub number: u64,
    /// Values lie between 2 to the power of minus this and 2 to the power of this, roughly evenly in the logarithm.
    pub octaves: i32,
}

impl SamplePoint {
    fn draw(self, kind: u64, id: u64) -> f64 {
        // SplitMix64 of what the value is for.
        let mut z = (kind << 40) ^ (id << 8) ^ self.number;
        z = z
            .wrapping_mul(0x9E37_79B9_7F4A_7C15)
            .wrapping_add(0x9E37_79B9_7F4A_7C15);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^= z >> 31;
        let unit = (z >> 11) as f64 / (1u64 << 53) as f64;
        // Exact operations only, so that every machine tries the same points.
        let exponent = f64::from(self.octaves) * (2.0 * unit - 1.0);
        2.0f64.powi(exponent.floor() as i32) * (1.0 + exponent - exponent.floor())
    }
}

impl Environment for SamplePoint {
    fn leaf(&self, term: &Term) -> Option<f64> {
        Some(match term {
            Term::Constant(id) => self.draw(1, u64::from(id.0)),
            Term::Variable(id) => self.draw(2, u64::from(id.0)),
            Term::Noise(id) => self.draw(3, u64::from(id.0)),
            Term::Index => self.draw(4, 0),
            Term::Time => self.draw(5, 0),
            Term::Dt => self.draw(6, 0),
            Term::StepNumber => self.draw(7, 0),
            _ => return None,
        })
    }
    fn other(&self, term: &Term, arguments: &[f64]) -> Option<f64> {
        let (kind, id) = match term {
            Term::Signal(id, _) => (8, u64::from(id.0)),
            Term::Random(_, stream, _) => (9, u64::from(*stream)),
            _ => return None,
        };
        let mixed = arguments
            .iter()
            .fold(id, |mix, a| mix.rotate_left(7) ^ a.to_bits());
        Some(self.draw(kind, mixed))
    }
}

/// True when a term is zero at every point tried, up to rounding. A term that has no finite value at any of them is not.
pub fn identically_zero(terms: &Terms, id: TermId) -> bool {
    let mut finite = false;
    for number in 0..POINTS {
        let point = SamplePoint { number, octaves: 1 };
        let mut sizes = HashMap::new();
        let evaluator = Evaluator::new(terms, &point);
        match value_and_size(terms, id, &evaluator, &mut sizes) {
            Some((value, size)) if value.is_finite() && size.is_finite() => {
                if value.abs() > 1e-10 * size {
                    return false;
                }
                finite = true;
            }
            _ => {}
        }
    }
    finite
}

/// The value, and how large it would be if nothing canceled.
fn value_and_size(
    terms: &Terms,
    id: TermId,
    evaluator: &Evaluator<'_>,
    known: &mut HashMap<TermId, Option<(f64, f64)>>,
) -> Option<(f64, f64)> {
    if let Some(known) = known.get(&id) {
        return *known;
    }
    let mut of = |id: TermId| value_and_size(terms, id, evaluator, known);
    let result = match terms.get(id) {
        Term::Sum(items) => items.iter().try_fold((0.0, 0.0), |(value, size), item| {
            let (v, s) = of(*item)?;
            Some((value + v, size + s))
        }),
        Term::Product(items) => items.iter().try_fold((1.0, 1.0), |(value, size), item| {
            let (v, s) = of(*item)?;
            Some((value * v, size * s))
        }),
        _ => evaluator.value(id).map(|value| (value, value.abs())),
    };
    known.insert(id, result);
    result
}
