//! How a mark looks, apart from a theme: colors by role, strokes, values shown as colors.

#![allow(
    clippy::disallowed_methods,
    reason = "colors on paper may differ in the last bit; no result of a simulation passes here"
)]

use crate::units::dimension::Dimension;

use super::Values;
use super::axis::{Range, Scale};

/// A color by its role; the theme decides what it is.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum Color {
    /// The next color of the palette that no other mark of the panel has.
    #[default]
    Next,
    /// A color of the palette by number.
    Palette(usize),
    /// The color of text and axes.
    Ink,
    /// A quiet gray.
    Muted,
    /// Red, green, blue.
    Rgb(u8, u8, u8),
    /// Each item of the mark by a value of its own.
    By(ColorScale),
}

/// Values shown as colors, with a color bar.
#[derive(Clone, PartialEq, Debug)]
pub struct ColorScale {
    /// One value per item (SI).
    pub values: Values,
    /// What the values are, without unit.
    pub label: String,
    /// Dimension of the values.
    pub dimension: Dimension,
    /// The series of colors.
    pub map: ColorMap,
    /// How values are spread over the colors; on a logarithmic scale values up to 0 have none.
    pub scale: Scale,
    /// Value of the first color; from the data when absent.
    pub low: Option<f64>,
    /// Value of the last color; from the data when absent.
    pub high: Option<f64>,
}

impl ColorScale {
    /// A scale over the range of the values.
    pub fn new(label: impl Into<String>, dimension: Dimension, values: Values) -> ColorScale {
        ColorScale {
            values,
            label: label.into(),
            dimension,
            map: ColorMap::Sequential,
            scale: Scale::Linear,
            low: None,
            high: None,
        }
    }
    /// Values of the first and the last color; symmetric around 0 for diverging colors.
    pub fn limits(&self) -> (f64, f64) {
        let data = Range::of(self.values.iter().copied());
        let (mut low, mut high) = if data.is_empty() {
            (0.0, 1.0)
        } else {
            (data.low, data.high)
        };
        if self.scale == Scale::Log {
            (low, high) = if data.positive.is_finite() && data.high > 0.0 {
                (data.positive, data.high)
            } else {
                (0.1, 10.0)
            };
        } else if self.map == ColorMap::Diverging {
            let reach = low.abs().max(high.abs());
            (low, high) = (-reach, reach);
        }
        let (low, high) = (self.low.unwrap_or(low), self.high.unwrap_or(high));
        if low < high {
            (low, high)
        } else if self.scale == Scale::Log {
            (low / 2.0, low * 2.0)
        } else {
            (low, low + low.abs().max(f64::MIN_POSITIVE))
        }
    }
    /// Where a value stands in the series of colors, 0 to 1; nothing for NaN, nor on a logarithmic scale for what is not above 0.
    pub fn position(&self, (low, high): (f64, f64), value: f64) -> Option<f64> {
        let position = match self.scale {
            Scale::Linear => (value - low) / (high - low),
            Scale::Log if value > 0.0 => (value / low).ln() / (high / low).ln(),
            Scale::Log => return None,
        };
        (!value.is_nan()).then(|| position.clamp(0.0, 1.0))
    }
}

/// A series of colors.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ColorMap {
    /// Dark to bright, evenly in lightness.
    #[default]
    Sequential,
    /// Two hues around a neutral middle at 0.
    Diverging,
    /// Returns to its first color, for phases and directions.
    Cyclic,
}

/// The pattern of a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Dash {
    /// Unbroken.
    #[default]
    Solid,
    /// Dashes.
    Dashed,
    /// Dots.
    Dotted,
}

impl Dash {
    /// Patterns by the word used in a model.
    pub const NAMES: [(&str, Dash); 3] = [
        ("solid", Dash::Solid),
        ("dashed", Dash::Dashed),
        ("dotted", Dash::Dotted),
    ];
    /// The pattern of a name.
    pub fn named(name: &str) -> Option<Dash> {
        Dash::NAMES
            .iter()
            .find(|(n, _)| *n == name)
            .map(|(_, dash)| *dash)
    }
    /// The word used in a model.
    pub fn name(self) -> &'static str {
        Dash::NAMES
            .iter()
            .find(|(_, dash)| *dash == self)
            .map_or("", |(n, _)| n)
    }
}
