//! What marks are drawn from: the few shapes that a renderer knows, in SI coordinates.

use super::Values;

/// A shape in the coordinates of the axes. Sizes on paper are in points of a figure at its normal size.
#[derive(Clone, PartialEq, Debug)]
pub enum Shape {
    /// A line through points; a value that is not finite breaks it.
    Path {
        /// Horizontal positions.
        x: Values,
        /// Vertical positions.
        y: Values,
    },
    /// The area between two lines over the same positions.
    Area {
        /// Horizontal positions.
        x: Values,
        /// Lower line.
        low: Values,
        /// Upper line.
        high: Values,
    },
    /// Separate straight lines, each from (0, 1) to (2, 3).
    Segments(Vec<[f64; 4]>),
    /// Upright ticks centered at points.
    Ticks {
        /// Horizontal positions.
        x: Values,
        /// Vertical positions.
        y: Values,
        /// Height along the vertical axis; a renderer makes it as tall as it takes to be seen.
        height: f64,
    },
    /// Filled circles.
    Dots {
        /// Horizontal positions.
        x: Values,
        /// Vertical positions.
        y: Values,
        /// Radius on paper.
        radius: f64,
    },
    /// Filled rectangles with corners (0, 1) and (2, 3).
    Boxes(Vec<[f64; 4]>),
    /// A line across the whole panel.
    Rule {
        /// Position on its axis.
        at: f64,
        /// True for a vertical line.
        vertical: bool,
        /// A few words at its end; may be empty.
        label: String,
    },
    /// A grid of equal cells, colored by the mark's color scale: row by row from the lower left.
    Cells {
        /// Left and right edge.
        x: (f64, f64),
        /// Lower and upper edge.
        y: (f64, f64),
        /// Cells in a row.
        columns: usize,
    },
}
