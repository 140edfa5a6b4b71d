//! Directions on a grid: the vector field of a phase plane.

use super::{Body, Extent, Key};
use crate::figure::Values;
use crate::figure::axis::Range;
use crate::figure::shape::Shape;

/// Arrows that show how both coordinates change at points.
#[derive(Clone, PartialEq, Debug)]
pub struct Field {
    /// Horizontal positions (SI).
    pub x: Values,
    /// Vertical positions (SI), as many.
    pub y: Values,
    /// Change of the horizontal coordinate (SI, per second).
    pub dx: Values,
    /// Change of the vertical coordinate.
    pub dy: Values,
}

impl Body for Field {
    fn extent(&self) -> Extent {
        Extent {
            x: Range::of(self.x.iter().copied()),
            y: Range::of(self.y.iter().copied()),
        }
    }
    fn shapes(&self) -> Vec<Shape> {
        vec![Shape::Arrows {
            x: self.x.clone(),
            y: self.y.clone(),
            dx: self.dx.clone(),
            dy: self.dy.clone(),
        }]
    }
    fn count(&self) -> usize {
        self.x.len().min(self.y.len())
    }
    fn key(&self) -> Key {
        Key::Line
    }
    fn width(&self) -> f64 {
        0.9
    }
    fn opacity(&self) -> f64 {
        0.55
    }
}
