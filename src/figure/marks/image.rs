//! A grid of values as colors.

use super::{Body, Extent, Key};
use crate::figure::axis::Range;
use crate::figure::shape::Shape;
use crate::figure::style::ColorScale;

/// Equal cells between edges, row by row from the lower left, with a color bar.
#[derive(Clone, PartialEq, Debug)]
pub struct Image {
    /// Left and right edge (SI).
    pub x: (f64, f64),
    /// Lower and upper edge (SI).
    pub y: (f64, f64),
    /// Cells in a row; the number of rows follows from the number of values.
    pub columns: usize,
    /// The values and how they become colors.
    pub scale: ColorScale,
}

impl Body for Image {
    fn extent(&self) -> Extent {
        Extent {
            x: Range::of([self.x.0, self.x.1]),
            y: Range::of([self.y.0, self.y.1]),
        }
    }
    fn shapes(&self) -> Vec<Shape> {
        vec![Shape::Cells {
            x: self.x,
            y: self.y,
            columns: self.columns,
        }]
    }
    fn count(&self) -> usize {
        self.scale.values.len()
    }
    fn key(&self) -> Key {
        Key::Box
    }
    fn scale(&self) -> Option<&ColorScale> {
        Some(&self.scale)
    }
    fn note(&self) -> String {
        format!("{} columns", self.columns)
    }
}
