//! A line through points.

use super::{Body, Extent, Key};
use crate::figure::Values;
use crate::figure::axis::Range;
use crate::figure::shape::Shape;

/// A line through points in order; a value that is not finite breaks it.
#[derive(Clone, PartialEq, Debug)]
pub struct Line {
    /// Horizontal positions (SI).
    pub x: Values,
    /// Vertical positions (SI), as many.
    pub y: Values,
}

impl Body for Line {
    fn extent(&self) -> Extent {
        Extent {
            x: Range::of(self.x.iter().copied()),
            y: Range::of(self.y.iter().copied()).padded(),
        }
    }
    fn shapes(&self) -> Vec<Shape> {
        vec![Shape::Path {
            x: self.x.clone(),
            y: self.y.clone(),
        }]
    }
    fn count(&self) -> usize {
        self.x.len().min(self.y.len())
    }
    fn key(&self) -> Key {
        Key::Line
    }
}
