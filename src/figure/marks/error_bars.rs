//! Points with intervals.

use super::{Body, Extent, Key};
use crate::figure::Values;
use crate::figure::axis::Range;
use crate::figure::shape::{Marker, Shape};

/// Points with a vertical interval around each.
#[derive(Clone, PartialEq, Debug)]
pub struct ErrorBars {
    /// Horizontal positions (SI).
    pub x: Values,
    /// Vertical positions (SI).
    pub y: Values,
    /// Lower ends (SI).
    pub low: Values,
    /// Upper ends (SI).
    pub high: Values,
}

impl Body for ErrorBars {
    fn extent(&self) -> Extent {
        let ends = self.low.iter().chain(self.high.iter());
        Extent {
            x: Range::of(self.x.iter().copied()).padded(),
            y: Range::of(self.y.iter().chain(ends).copied()).padded(),
        }
    }
    fn shapes(&self) -> Vec<Shape> {
        let ends = self.low.iter().zip(self.high.iter());
        let bars = self
            .x
            .iter()
            .zip(ends)
            .map(|(x, (low, high))| [*x, *low, *x, *high]);
        vec![
            Shape::Segments(bars.collect()),
            Shape::Dots {
                x: self.x.clone(),
                y: self.y.clone(),
                radius: 2.4,
                marker: Marker::Disc,
            },
        ]
    }
    fn count(&self) -> usize {
        self.x.len().min(self.y.len())
    }
    fn key(&self) -> Key {
        Key::Dot
    }
}
