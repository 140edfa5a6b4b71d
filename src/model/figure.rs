//! Figures as asked for: which recordings become which marks.

use super::VariableId;
use super::protocol::Slice;
use crate::source::Span;
use crate::units::dimension::Dimension;
use crate::units::quantity::Quantity;

/// A figure: one file, one or more panels.
#[derive(Clone, PartialEq, Debug)]
pub struct FigureSpec {
    /// Title, also the name of the file.
    pub title: String,
    /// Panels per row.
    pub columns: usize,
    /// Panels in file order.
    pub panels: Vec<PanelSpec>,
    /// Where it is written.
    pub span: Span,
}

/// One panel.
#[derive(Clone, PartialEq, Debug)]
pub struct PanelSpec {
    /// Title.
    pub title: String,
    /// What is drawn.
    pub series: Vec<Series>,
    /// `key: value` options that the plot kind knows.
    pub options: Vec<PlotOption>,
    /// Lines across the panel.
    pub marks: Vec<MarkSpec>,
    /// Where it is written.
    pub span: Span,
}

/// One thing drawn in a panel.
#[derive(Clone, PartialEq, Debug)]
pub enum Series {
    /// Values over time, one line per element.
    Lines {
        /// Position in the model's records.
        record: usize,
        /// Which of its variables.
        variable: VariableId,
        /// Elements drawn; a subset of those recorded, all of them where empty.
        elements: Vec<u32>,
    },
    /// One tick per spike.
    Raster {
        /// Position in the model's records.
        record: usize,
        /// Elements on the axis.
        slice: Slice,
    },
    /// Computed values, over others.
    Curve {
        /// What is shown upward: position in the model's plotted expressions, and its name.
        y: (usize, String),
        /// What is shown to the right; the index where absent.
        x: Option<(usize, String)>,
        /// Dimension upward.
        y_dimension: Dimension,
        /// Dimension to the right.
        x_dimension: Dimension,
    },
    /// Population rate over time.
    Rate {
        /// Position in the model's records.
        record: usize,
        /// Width of the smoothing window in seconds.
        smooth: Option<f64>,
    },
}

/// An option of a plot.
#[derive(Clone, PartialEq, Debug)]
pub struct PlotOption {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: OptionValue,
    /// Where it is written.
    pub span: Span,
}

/// The value of an option.
#[derive(Clone, PartialEq, Debug)]
pub enum OptionValue {
    /// A text or a bare word.
    Text(String),
    /// A quantity.
    Quantity(Quantity),
    /// Two quantities, lowest and highest.
    Range(Quantity, Quantity),
    /// A truth value.
    Boolean(bool),
}

/// A line across a panel.
#[derive(Clone, PartialEq, Debug)]
pub struct MarkSpec {
    /// Horizontal (`y = …`) or vertical (`x = …`).
    pub horizontal: bool,
    /// Where on the axis.
    pub value: Quantity,
    /// Text beside it.
    pub label: Option<String>,
    /// Drawn dashed.
    pub dashed: bool,
}
