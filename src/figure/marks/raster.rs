//! Spike rasters.

use super::{Body, Extent, Key};
use crate::figure::Values;
use crate::figure::axis::Range;
use crate::figure::shape::Shape;

/// One tick per spike: time to the right, neuron upward.
#[derive(Clone, PartialEq, Debug)]
pub struct Raster {
    /// Spike times (SI).
    pub t: Values,
    /// Neuron of each spike.
    pub i: Values,
    /// Number of rows; silent neurons have a row too.
    pub rows: usize,
}

impl Body for Raster {
    fn extent(&self) -> Extent {
        let rows = self.rows.max(1) as f64;
        Extent {
            x: Range::of(self.t.iter().copied()),
            y: Range::of([-0.5, rows - 0.5]),
        }
    }
    fn shapes(&self) -> Vec<Shape> {
        vec![Shape::Ticks {
            x: self.t.clone(),
            y: self.i.clone(),
            height: 0.7,
        }]
    }
    fn count(&self) -> usize {
        self.t.len().min(self.i.len())
    }
    fn key(&self) -> Key {
        Key::Dot
    }
    fn width(&self) -> f64 {
        1.0
    }
    fn note(&self) -> String {
        format!("{} rows", self.rows)
    }
}
