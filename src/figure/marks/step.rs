//! A line that keeps each value until the next position.

use super::{Body, Extent, Key};
use crate::figure::Values;
use crate::figure::axis::Range;
use crate::figure::shape::Shape;

/// A staircase: `y[k]` from `x[k]` to `x[k + 1]`; a value without a next position lasts as long as the one before.
#[derive(Clone, PartialEq, Debug)]
pub struct Step {
    /// Positions where the value changes (SI), in rising order.
    pub x: Values,
    /// Values (SI): as many as positions, or one fewer when the last position is an end.
    pub y: Values,
}

impl Step {
    /// Where the last value ends.
    fn end(&self) -> Option<f64> {
        let mut from_last = self.x.iter().rev().copied();
        let last = from_last.next()?;
        let before = from_last.next().unwrap_or(last);
        Some(if self.y.len() < self.x.len() {
            last
        } else {
            last + (last - before)
        })
    }
}

impl Body for Step {
    fn extent(&self) -> Extent {
        Extent {
            x: Range::of(self.x.iter().copied().chain(self.end())),
            y: Range::of(self.y.iter().copied()).padded(),
        }
    }
    fn shapes(&self) -> Vec<Shape> {
        let mut x = Vec::with_capacity(2 * self.y.len());
        let mut y = Vec::with_capacity(2 * self.y.len());
        let ends = self.x.iter().skip(1).copied().chain(self.end());
        for ((from, value), to) in self.x.iter().zip(self.y.iter()).zip(ends) {
            x.extend([*from, to]);
            y.extend([*value, *value]);
        }
        vec![Shape::Path {
            x: x.into(),
            y: y.into(),
        }]
    }
    fn count(&self) -> usize {
        self.x.len().min(self.y.len())
    }
    fn key(&self) -> Key {
        Key::Line
    }
}
