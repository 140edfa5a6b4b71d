//! A shaded part of the panel: the time of a stimulus.

use super::{Body, Extent, Key};
use crate::figure::axis::Range;
use crate::figure::shape::Shape;

/// Everything between two values of one axis.
#[derive(Clone, PartialEq, Debug)]
pub struct Shade {
    /// One end (SI).
    pub from: f64,
    /// The other end (SI).
    pub to: f64,
    /// True for an upright strip, between two values of the horizontal axis.
    pub vertical: bool,
    /// A few words in it; may be empty.
    pub label: String,
}

impl Body for Shade {
    fn extent(&self) -> Extent {
        let here = Range::of([self.from, self.to]);
        match self.vertical {
            true => Extent {
                x: here,
                y: Range::EMPTY,
            },
            false => Extent {
                x: Range::EMPTY,
                y: here,
            },
        }
    }
    fn shapes(&self) -> Vec<Shape> {
        vec![Shape::Shade {
            from: self.from,
            to: self.to,
            vertical: self.vertical,
            label: self.label.clone(),
        }]
    }
    fn count(&self) -> usize {
        1
    }
    fn key(&self) -> Key {
        Key::Box
    }
    fn opacity(&self) -> f64 {
        0.15
    }
    fn note(&self) -> String {
        match self.label.is_empty() {
            true => String::new(),
            false => format!("\"{}\"", self.label),
        }
    }
}
