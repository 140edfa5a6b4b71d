//! The area between two lines.

use super::{Body, Extent, Key};
use crate::figure::Values;
use crate::figure::axis::Range;
use crate::figure::shape::Shape;

/// The area between two lines over the same positions, as for mean plus and minus standard deviation.
#[derive(Clone, PartialEq, Debug)]
pub struct Band {
    /// Horizontal positions (SI).
    pub x: Values,
    /// Lower line (SI).
    pub low: Values,
    /// Upper line (SI).
    pub high: Values,
}

impl Body for Band {
    fn extent(&self) -> Extent {
        Extent {
            x: Range::of(self.x.iter().copied()),
            y: Range::of(self.low.iter().chain(self.high.iter()).copied()).padded(),
        }
    }
    fn shapes(&self) -> Vec<Shape> {
        vec![Shape::Area {
            x: self.x.clone(),
            low: self.low.clone(),
            high: self.high.clone(),
        }]
    }
    fn count(&self) -> usize {
        self.x.len().min(self.low.len()).min(self.high.len())
    }
    fn key(&self) -> Key {
        Key::Box
    }
    fn opacity(&self) -> f64 {
        0.25
    }
}
