//! Bars between edges.

use super::{Body, Extent, Key};
use crate::figure::Values;
use crate::figure::axis::Range;
use crate::figure::shape::Shape;

/// Bars from 0 to each height, between neighboring edges.
#[derive(Clone, PartialEq, Debug)]
pub struct Bars {
    /// Edges (SI), one more than heights, in rising order.
    pub edges: Values,
    /// Heights (SI).
    pub heights: Values,
    /// Part of each interval that is filled: 1 for histograms.
    pub fill: f64,
}

impl Bars {
    /// A histogram: bars touch.
    pub fn histogram(edges: Values, heights: Values) -> Bars {
        Bars {
            edges,
            heights,
            fill: 1.0,
        }
    }
}

impl Body for Bars {
    fn extent(&self) -> Extent {
        let mut y = Range::of(self.heights.iter().copied().chain([0.0]));
        // Bars stand on their axis: no margin at 0.
        (y.pad_low, y.pad_high) = (y.low < 0.0, y.high > 0.0);
        Extent {
            x: Range::of(self.edges.iter().copied()).padded(),
            y,
        }
    }
    fn shapes(&self) -> Vec<Shape> {
        let pairs = self.edges.iter().zip(self.edges.iter().skip(1));
        let boxes = pairs
            .zip(self.heights.iter())
            .map(|((left, right), height)| {
                let gap = (right - left) * (1.0 - self.fill) / 2.0;
                [left + gap, 0.0, right - gap, *height]
            });
        vec![Shape::Boxes(boxes.collect())]
    }
    fn count(&self) -> usize {
        self.heights.len()
    }
    fn key(&self) -> Key {
        Key::Box
    }
    fn opacity(&self) -> f64 {
        0.85
    }
}
