//! A line across the whole panel: a threshold, an onset.

use super::{Body, Extent, Key};
use crate::figure::axis::Range;
use crate::figure::shape::Shape;

/// A horizontal or vertical line at one value, with a few words at its end.
#[derive(Clone, PartialEq, Debug)]
pub struct Rule {
    /// Value on its axis (SI).
    pub at: f64,
    /// True for a vertical line.
    pub vertical: bool,
    /// Words at its end; may be empty.
    pub label: String,
}

impl Rule {
    /// `mark y = …`
    pub fn horizontal(at: f64) -> Rule {
        Rule {
            at,
            vertical: false,
            label: String::new(),
        }
    }
    /// `mark x = …`
    pub fn vertical(at: f64) -> Rule {
        Rule {
            at,
            vertical: true,
            label: String::new(),
        }
    }
    /// Words at its end.
    pub fn saying(mut self, label: impl Into<String>) -> Rule {
        self.label = label.into();
        self
    }
}

impl Body for Rule {
    fn extent(&self) -> Extent {
        let here = Range::of([self.at]).padded();
        match self.vertical {
            true => Extent {
                x: Range::of([self.at]),
                y: Range::EMPTY,
            },
            false => Extent {
                x: Range::EMPTY,
                y: here,
            },
        }
    }
    fn shapes(&self) -> Vec<Shape> {
        vec![Shape::Rule {
            at: self.at,
            vertical: self.vertical,
            label: self.label.clone(),
        }]
    }
    fn count(&self) -> usize {
        1
    }
    fn key(&self) -> Key {
        Key::Line
    }
    fn width(&self) -> f64 {
        1.0
    }
}
