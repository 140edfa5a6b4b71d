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
        /// What stands at each point.
        marker: Marker,
    },
    /// Arrows of directions, centered at points; the faster, the longer.
    Arrows {
        /// Horizontal positions.
        x: Values,
        /// Vertical positions.
        y: Values,
        /// Change to the right.
        dx: Values,
        /// Change upward.
        dy: Values,
    },
    /// The whole panel between two values of one axis.
    Shade {
        /// One end.
        from: f64,
        /// The other.
        to: f64,
        /// True for an upright strip, between two values of the horizontal axis.
        vertical: bool,
        /// A few words in it; may be empty.
        label: String,
    },
    /// A few words beside a point.
    Note {
        /// Horizontal position.
        x: f64,
        /// Vertical position.
        y: f64,
        /// The words.
        text: String,
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
    /// A grid of cells, colored by the mark's color scale: row by row from the lower left.
    Cells {
        /// Edges of the columns, one more than columns, in rising or falling order.
        x: Values,
        /// Edges of the rows.
        y: Values,
    },
}

/// What stands at a point.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Marker {
    /// A filled circle.
    #[default]
    Disc,
    /// A circle.
    Ring,
    /// A filled square.
    Square,
    /// A square.
    Frame,
    /// A filled diamond.
    Diamond,
    /// An upright cross.
    Cross,
}

impl Marker {
    /// Its word in the text form of a figure.
    pub fn word(self) -> &'static str {
        match self {
            Marker::Disc => "discs",
            Marker::Ring => "rings",
            Marker::Square => "squares",
            Marker::Frame => "frames",
            Marker::Diamond => "diamonds",
            Marker::Cross => "crosses",
        }
    }
}
