//! A few words beside a point of the panel.

use super::{Body, Extent, Key};
use crate::figure::axis::Range;
use crate::figure::shape::{Marker, Shape};

/// Words at a place, which a dot marks.
#[derive(Clone, PartialEq, Debug)]
pub struct Note {
    /// Horizontal position (SI).
    pub x: f64,
    /// Vertical position (SI).
    pub y: f64,
    /// The words; only the dot without any.
    pub text: String,
}

impl Body for Note {
    fn extent(&self) -> Extent {
        Extent {
            x: Range::of([self.x]),
            y: Range::of([self.y]).padded(),
        }
    }
    fn shapes(&self) -> Vec<Shape> {
        vec![
            Shape::Dots {
                x: vec![self.x].into(),
                y: vec![self.y].into(),
                radius: 2.4,
                marker: Marker::Disc,
            },
            Shape::Note {
                x: self.x,
                y: self.y,
                text: self.text.clone(),
            },
        ]
    }
    fn count(&self) -> usize {
        1
    }
    fn key(&self) -> Key {
        Key::Dot
    }
    fn note(&self) -> String {
        format!("\"{}\"", self.text)
    }
}
