//! Figures as data: panels, axes with units, marks. No pixels, no colors of a theme, no files.
//!
//! All coordinates are SI values; an axis knows its dimension and chooses a readable unit only when it is shown. A renderer asks a
//! [`Panel`] for its [`View`] (limits and units) and each mark for its [`shape::Shape`]s, and needs to know nothing else:
//! a new kind of mark is a file in `marks/` and a row of the table there.

pub mod axis;
pub mod film;
pub mod marks;
pub mod shape;
pub mod style;
pub mod text;
pub mod ticks;

use std::sync::Arc;

use axis::{Axis, AxisView};
use film::{Film, Motion};
use marks::Mark;

/// A shared column of numbers: many lines can use one time base without copying it.
pub type Values = Arc<[f64]>;

/// A grid of panels.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Figure {
    /// Heading above all panels; may be empty.
    pub title: String,
    /// Panels in reading order.
    pub panels: Vec<Panel>,
    /// Panels side by side; 0 lets the renderer choose.
    pub columns: usize,
    /// Its frames, where it moves.
    pub film: Option<Film>,
}

impl Figure {
    /// A figure of one panel.
    pub fn of(panel: Panel) -> Figure {
        Figure {
            title: String::new(),
            panels: vec![panel],
            columns: 1,
            film: None,
        }
    }
    /// Panels side by side after defaults: one column up to three panels, then two.
    pub fn grid_columns(&self) -> usize {
        let count = self.panels.len().max(1);
        match self.columns {
            0 if count <= 3 => 1,
            0 => 2,
            n => n.min(count),
        }
    }
}

/// Where the names of the marks stand.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Legend {
    /// Inside, in the corner that hides least, when two or more marks have names; outside when no corner is free.
    #[default]
    Auto,
    /// To the right of the panel.
    Outside,
    /// Nowhere.
    Hidden,
}

/// Two axes and what is drawn between them.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Panel {
    /// Heading; may be empty.
    pub title: String,
    /// Horizontal axis.
    pub x: Axis,
    /// Vertical axis.
    pub y: Axis,
    /// A second vertical axis, to the right.
    pub right: Option<Axis>,
    /// Marks, from back to front.
    pub marks: Vec<Mark>,
    /// Where the names of the marks stand.
    pub legend: Legend,
    /// How it follows the frames of its figure.
    pub motion: Motion,
}

impl Panel {
    /// An empty panel with axes.
    pub fn new(title: impl Into<String>, x: Axis, y: Axis) -> Panel {
        Panel {
            title: title.into(),
            x,
            y,
            right: None,
            marks: Vec::new(),
            legend: Legend::Auto,
            motion: Motion::Still,
        }
    }
    /// Adds a mark in front of the others.
    pub fn with(mut self, mark: impl Into<Mark>) -> Panel {
        self.marks.push(mark.into());
        self
    }
    /// Limits and units of both axes for the marks the panel has, in all frames.
    pub fn view(&self) -> View {
        let mut x = axis::Range::EMPTY;
        let mut y = axis::Range::EMPTY;
        let mut right = axis::Range::EMPTY;
        let moving: &[Vec<Mark>] = match &self.motion {
            Motion::Changes(frames) => frames,
            _ => &[],
        };
        for mark in self.marks.iter().chain(moving.iter().flatten()) {
            let extent = mark.extent();
            x = x.union(extent.x);
            if mark.right {
                right = right.union(extent.y);
            } else {
                y = y.union(extent.y);
            }
        }
        View {
            x: self.x.view(x),
            y: self.y.view(y),
            right: self.right.as_ref().map(|axis| axis.view(right)),
        }
    }
}

/// What of the plane a panel shows.
#[derive(Clone, PartialEq, Debug)]
pub struct View {
    /// Horizontal axis.
    pub x: AxisView,
    /// Vertical axis.
    pub y: AxisView,
    /// The vertical axis to the right.
    pub right: Option<AxisView>,
}

impl View {
    /// What a mark that follows the right axis is drawn in: that axis upward.
    pub fn of_right(&self) -> View {
        View {
            x: self.x.clone(),
            y: self.right.clone().unwrap_or_else(|| self.y.clone()),
            right: None,
        }
    }
}
