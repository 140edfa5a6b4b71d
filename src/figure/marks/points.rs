//! Separate points.

use super::{Body, Extent, Key};
use crate::figure::Values;
use crate::figure::axis::Range;
use crate::figure::shape::{Marker, Shape};

/// Dots at points.
#[derive(Clone, PartialEq, Debug)]
pub struct Points {
    /// Horizontal positions (SI).
    pub x: Values,
    /// Vertical positions (SI), as many.
    pub y: Values,
    /// Radius on paper.
    pub radius: f64,
    /// What stands at each point.
    pub marker: Marker,
}

impl Points {
    /// Points of the usual size.
    pub fn new(x: Values, y: Values) -> Points {
        Points {
            x,
            y,
            radius: 2.0,
            marker: Marker::Disc,
        }
    }
}

impl Body for Points {
    fn extent(&self) -> Extent {
        Extent {
            x: Range::of(self.x.iter().copied()).padded(),
            y: Range::of(self.y.iter().copied()).padded(),
        }
    }
    fn shapes(&self) -> Vec<Shape> {
        vec![Shape::Dots {
            x: self.x.clone(),
            y: self.y.clone(),
            radius: self.radius,
            marker: self.marker,
        }]
    }
    fn count(&self) -> usize {
        self.x.len().min(self.y.len())
    }
    fn key(&self) -> Key {
        Key::Dot
    }
    fn note(&self) -> String {
        match self.marker {
            Marker::Disc => String::new(),
            marker => marker.word().to_string(),
        }
    }
}
