//! Figures as asked for: which recordings become which marks.

use super::VariableId;
use super::plots::Named;
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
    /// Which axes have the same limits in all panels: horizontal, vertical.
    pub shared: (bool, bool),
    /// How it moves, where it does.
    pub film: Option<FilmSpec>,
    /// Where it is written.
    pub span: Span,
}

/// How a figure moves.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct FilmSpec {
    /// Time of the simulation between frames, in seconds.
    pub interval: f64,
    /// How long all frames are shown, in seconds; by their number where absent.
    pub length: Option<f64>,
    /// Where it is asked for.
    pub span: Span,
}

/// One panel.
#[derive(Clone, PartialEq, Debug)]
pub struct PanelSpec {
    /// Title.
    pub title: String,
    /// What is drawn.
    pub series: Vec<Series>,
    /// How each of them looks.
    pub looks: Vec<Look>,
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
        /// True where it is known to be a single value, which has been told of.
        lone: bool,
    },
    /// Population rate over time.
    Rate {
        /// Position in the model's records.
        record: usize,
        /// Width of the smoothing window in seconds.
        smooth: Option<f64>,
    },
    /// Two values for each position: a middle with its error, or the lower and upper end of an area.
    Pair {
        /// True for an area.
        filled: bool,
        /// The middle, or the lower end.
        first: Plotted,
        /// The error, or the upper end.
        second: Plotted,
        /// Positions to the right; the index where absent.
        x: Option<Plotted>,
    },
    /// How often values lie between edges.
    Histogram {
        /// The values.
        values: Plotted,
        /// Number of bins.
        bins: Option<usize>,
        /// The edges.
        edges: Option<Plotted>,
        /// True where the area is 1.
        density: bool,
    },
    /// Values in rows and columns as colors.
    Image {
        /// The values: rows upward, columns to the right.
        values: Plotted,
        /// Middles of the columns; the index where absent.
        x: Option<Plotted>,
        /// Middles of the rows; the index where absent.
        y: Option<Plotted>,
        /// True where columns go upward and rows to the right, as for the first and second axis of a sweep.
        turned: bool,
        /// What the indices are, where there are no middles: to the right, upward.
        indices: (&'static str, &'static str),
    },
    /// Values of synapses between neurons as colors.
    Weights {
        /// One value per synapse.
        values: Plotted,
        /// Source of each, which stands to the right.
        pre: Plotted,
        /// Target of each, upward.
        post: Plotted,
        /// Number of sources and of targets.
        sizes: (usize, usize),
    },
    /// A phase plane.
    Phase {
        /// The variables to the right and upward: names and dimensions.
        axes: [(String, Dimension); 2],
        /// Position among the model's planes.
        plane: usize,
        /// Its limits among the plotted expressions.
        window: usize,
        /// Recorded values of both.
        trajectories: Option<[usize; 2]>,
        /// Where each does not change.
        nullclines: Option<[usize; 2]>,
        /// Directions.
        vectors: Option<usize>,
        /// Equilibria with their eigenvalues.
        fixed_points: Option<usize>,
    },
}

/// Values that are drawn.
#[derive(Clone, PartialEq, Debug)]
pub struct Plotted {
    /// Position in the model's plotted expressions.
    pub at: usize,
    /// Its name, as it is written.
    pub name: String,
    /// Its dimension.
    pub dimension: Dimension,
}

/// What stands for the values of a curve.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Form {
    /// A line.
    #[default]
    Line,
    /// Dots.
    Points,
    /// A staircase.
    Step,
    /// Bars.
    Bars,
}

/// The pattern of a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Pattern {
    /// Unbroken.
    Solid,
    /// Dashes.
    Dashed,
    /// Dots.
    Dotted,
}

impl Pattern {
    /// Patterns by their words.
    pub const WORDS: [(&'static str, Pattern); 3] = [
        ("solid", Pattern::Solid),
        ("dashed", Pattern::Dashed),
        ("dotted", Pattern::Dotted),
    ];
}

/// A series of colors.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Colors {
    /// Dark to bright.
    Sequential,
    /// Two hues around 0.
    Diverging,
    /// The last is the first.
    Cyclic,
}

impl Colors {
    /// Series by their words.
    pub const WORDS: [(&'static str, Colors); 3] = [
        ("sequential", Colors::Sequential),
        ("diverging", Colors::Diverging),
        ("cyclic", Colors::Cyclic),
    ];
}

/// A color.
#[derive(Clone, PartialEq, Debug)]
pub enum Ink {
    /// One that the theme decides.
    Named(Named),
    /// Red, green, blue.
    Rgb(u8, u8, u8),
    /// By values.
    By(Plotted),
}

/// How a series looks; the usual look where nothing is said.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Look {
    /// What stands for its values.
    pub form: Form,
    /// Name in the legend.
    pub label: Option<String>,
    /// Color.
    pub color: Option<Ink>,
    /// Pattern of lines.
    pub pattern: Option<Pattern>,
    /// Width of lines in points.
    pub width: Option<f64>,
    /// Radius of dots in points.
    pub size: Option<f64>,
    /// Opacity, 0 to 1.
    pub opacity: Option<f64>,
    /// Colors of values.
    pub colors: Option<Colors>,
    /// Values of the first and last color.
    pub clim: Option<(Quantity, Quantity)>,
    /// True where it follows the vertical axis to the right.
    pub right: Option<bool>,
    /// True where equal steps of color stand for equal ratios.
    pub clog: Option<bool>,
    /// Caption of the color bar.
    pub clabel: Option<String>,
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

/// A line across a panel, a shaded part of it, or a word at a place.
#[derive(Clone, PartialEq, Debug)]
pub struct MarkSpec {
    /// Horizontal (`y = …`) or vertical (`x = …`).
    pub horizontal: bool,
    /// True where the axis is the vertical one to the right.
    pub right: bool,
    /// Where on the axis.
    pub value: Quantity,
    /// The other end of a shaded part.
    pub to: Option<Quantity>,
    /// Where on the other axis, for a word at a place.
    pub across: Option<Quantity>,
    /// Text beside it.
    pub label: Option<String>,
    /// Pattern of its line.
    pub pattern: Pattern,
    /// Its color.
    pub color: Option<Ink>,
}
