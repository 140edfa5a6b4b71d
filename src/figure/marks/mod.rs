//! The marks of a panel. A kind of mark is a file here (its data, its extent, its shapes) and a row of the table below.

pub mod band;
pub mod bars;
pub mod error_bars;
pub mod field;
pub mod image;
pub mod line;
pub mod note;
pub mod points;
pub mod raster;
pub mod rule;
pub mod shade;
pub mod step;

use super::axis::Range;
use super::shape::Shape;
use super::style::{Color, ColorScale, Dash};

/// The space a mark takes.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Extent {
    /// Along the horizontal axis.
    pub x: Range,
    /// Along the vertical axis.
    pub y: Range,
}

/// What the legend shows beside a mark's name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Key {
    /// A piece of line.
    Line,
    /// A dot.
    Dot,
    /// A filled box.
    Box,
}

/// What every kind of mark can say about itself.
pub trait Body {
    /// Limits of the data and whether the axes should leave margins.
    fn extent(&self) -> Extent;
    /// What to draw.
    fn shapes(&self) -> Vec<Shape>;
    /// Number of data points.
    fn count(&self) -> usize;
    /// Sign in the legend.
    fn key(&self) -> Key;
    /// Width of its lines on paper unless the mark says otherwise.
    fn width(&self) -> f64 {
        1.2
    }
    /// Opacity unless the mark says otherwise.
    fn opacity(&self) -> f64 {
        1.0
    }
    /// Values shown as colors by the kind itself.
    fn scale(&self) -> Option<&ColorScale> {
        None
    }
    /// Further facts for the text form.
    fn note(&self) -> String {
        String::new()
    }
}

macro_rules! kinds {
    ($($module:ident :: $name:ident $word:literal $about:literal;)*) => {
        /// The data of a mark, by kind.
        #[derive(Clone, PartialEq, Debug)]
        pub enum Kind {
            $(#[doc = $about] $name($module::$name),)*
        }
        impl Kind {
            /// The kind's word in the text form of a figure.
            pub fn word(&self) -> &'static str {
                match self { $(Kind::$name(_) => $word,)* }
            }
            /// The kind's behavior.
            pub fn body(&self) -> &dyn Body {
                match self { $(Kind::$name(body) => body,)* }
            }
        }
        $(impl From<$module::$name> for Mark {
            fn from(body: $module::$name) -> Mark {
                Mark::new(Kind::$name(body))
            }
        })*
        /// Words of all kinds and what they show.
        pub const KINDS: &[(&str, &str)] = &[$(($word, $about)),*];
    };
}

kinds! {
    line::Line "line" "a line through points";
    step::Step "step" "a line that keeps each value until the next";
    points::Points "points" "separate points";
    raster::Raster "raster" "one tick per spike, one row per neuron";
    bars::Bars "bars" "bars between edges, as in a histogram";
    band::Band "band" "the area between two lines";
    error_bars::ErrorBars "error bars" "points with intervals";
    image::Image "image" "a grid of values as colors";
    field::Field "arrows" "directions at points";
    rule::Rule "rule" "a line across the panel";
    shade::Shade "shade" "a part of the panel between two values";
    note::Note "note" "words at a place";
}

impl Kind {
    /// True for marks that say something about the panel instead of showing data.
    pub fn is_annotation(&self) -> bool {
        matches!(self, Kind::Rule(_) | Kind::Shade(_) | Kind::Note(_))
    }
}

/// A mark: data of some kind, a name for the legend, and a look.
#[derive(Clone, PartialEq, Debug)]
pub struct Mark {
    /// Name in the legend; empty for none.
    pub name: String,
    /// Color by role, or by values.
    pub color: Color,
    /// Pattern of its lines.
    pub dash: Dash,
    /// Width of its lines on paper; the kind's own when absent.
    pub width: Option<f64>,
    /// Opacity, 0 to 1; the kind's own when absent.
    pub opacity: Option<f64>,
    /// True where it follows the vertical axis to the right.
    pub right: bool,
    /// The data.
    pub kind: Kind,
}

impl Mark {
    /// A mark without a name, in the next color.
    pub fn new(kind: Kind) -> Mark {
        let quiet = Kind::is_annotation(&kind) || matches!(kind, Kind::Field(_));
        let color = if quiet { Color::Muted } else { Color::Next };
        Mark {
            name: String::new(),
            color,
            dash: Dash::Solid,
            width: None,
            opacity: None,
            right: false,
            kind,
        }
    }
    /// Gives it a name for the legend.
    pub fn named(mut self, name: impl Into<String>) -> Mark {
        self.name = name.into();
        self
    }
    /// Gives it a color.
    pub fn colored(mut self, color: Color) -> Mark {
        self.color = color;
        self
    }
    /// Gives its lines a pattern.
    pub fn dashed(mut self, dash: Dash) -> Mark {
        self.dash = dash;
        self
    }
    /// Gives its lines a width on paper.
    pub fn wide(mut self, width: f64) -> Mark {
        self.width = Some(width);
        self
    }
    /// Limits of its data.
    pub fn extent(&self) -> Extent {
        self.kind.body().extent()
    }
    /// Values it shows as colors, if it does.
    pub fn scale(&self) -> Option<&ColorScale> {
        match &self.color {
            Color::By(scale) => Some(scale),
            _ => self.kind.body().scale(),
        }
    }
    /// Width of its lines on paper.
    pub fn line_width(&self) -> f64 {
        self.width.unwrap_or_else(|| self.kind.body().width())
    }
    /// Its opacity.
    pub fn alpha(&self) -> f64 {
        self.opacity.unwrap_or_else(|| self.kind.body().opacity())
    }
}
