//! Axes: label, dimension, unit, scale and limits; and how limits follow from the data.
#![allow(
    clippy::disallowed_methods,
    reason = "places on paper may differ in the last bit; no result of a simulation passes here"
)]

use crate::units::dimension::Dimension;
use crate::units::display::{DisplayUnit, choose};

use super::ticks;

/// How values are spread over an axis.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Scale {
    /// Equal distances for equal differences.
    #[default]
    Linear,
    /// Equal distances for equal ratios; values up to 0 are not shown.
    Log,
}

/// One axis of a panel.
#[derive(Clone, PartialEq, Debug)]
pub struct Axis {
    /// What the axis shows, without the unit: `time`.
    pub label: String,
    /// Dimension of the values.
    pub dimension: Dimension,
    /// Unit to show; chosen from the data when absent.
    pub unit: Option<DisplayUnit>,
    /// Linear or logarithmic.
    pub scale: Scale,
    /// Lowest value shown (SI); from the data when absent.
    pub low: Option<f64>,
    /// Highest value shown (SI); from the data when absent.
    pub high: Option<f64>,
    /// True when only whole numbers make sense, as for neuron indices.
    pub whole: bool,
}

impl Default for Axis {
    fn default() -> Axis {
        Axis::new("", Dimension::NONE)
    }
}

impl Axis {
    /// A linear axis with limits from the data.
    pub fn new(label: impl Into<String>, dimension: Dimension) -> Axis {
        Axis {
            label: label.into(),
            dimension,
            unit: None,
            scale: Scale::Linear,
            low: None,
            high: None,
            whole: false,
        }
    }
    /// The time axis.
    pub fn time() -> Axis {
        Axis::new("time", Dimension::TIME)
    }
    /// An axis of indices.
    pub fn index(label: impl Into<String>) -> Axis {
        Axis {
            whole: true,
            ..Axis::new(label, Dimension::NONE)
        }
    }
    /// Fixes both limits (SI).
    pub fn between(mut self, low: f64, high: f64) -> Axis {
        (self.low, self.high) = (Some(low), Some(high));
        self
    }
    /// Makes the axis logarithmic.
    pub fn log(mut self) -> Axis {
        self.scale = Scale::Log;
        self
    }
    /// Limits and unit for data of a given range.
    pub fn view(&self, data: Range) -> AxisView {
        let (low, high) = match self.scale {
            Scale::Linear => self.linear_limits(data),
            Scale::Log => self.log_limits(data),
        };
        let largest = low.abs().max(high.abs());
        let unit = self
            .unit
            .clone()
            .unwrap_or_else(|| choose(self.dimension, largest));
        AxisView {
            label: self.label.clone(),
            unit,
            scale: self.scale,
            low,
            high,
            whole: self.whole,
        }
    }

    fn linear_limits(&self, data: Range) -> (f64, f64) {
        let (mut low, mut high) = if data.is_empty() {
            (0.0, 0.0)
        } else {
            (data.low, data.high)
        };
        if high - low <= 1e-9 * low.abs().max(high.abs()) {
            // One value only: show a neighborhood of it, in the order of its own size.
            let margin = if low == 0.0 {
                choose(self.dimension, 0.0).scale
            } else {
                low.abs() * 0.1
            };
            (low, high) = (low - margin, high + margin);
        } else {
            let span = high - low;
            let near = |value: f64| {
                if self.whole {
                    value
                } else {
                    ticks::near_round(value, span)
                }
            };
            low = if data.pad_low {
                low - 0.05 * span
            } else {
                near(low).min(low)
            };
            high = if data.pad_high {
                high + 0.05 * span
            } else {
                near(high).max(high)
            };
        }
        self.chosen(low, high, |anchor, side| {
            anchor + side * choose(self.dimension, 0.0).scale
        })
    }

    fn log_limits(&self, data: Range) -> (f64, f64) {
        let none = !(data.positive.is_finite() && data.high > 0.0);
        let (low, high) = if none {
            (0.1, 10.0)
        } else {
            (data.positive, data.high)
        };
        // A margin of a twentieth of the height, as a factor.
        let margin = if high > low {
            (high / low).powf(0.05)
        } else {
            2.0
        };
        let (low, high) = self.chosen(low / margin, high * margin, |anchor, side| {
            anchor * 10f64.powf(side)
        });
        if low > 0.0 {
            (low, high)
        } else {
            (high.abs().max(1e-300) * 1e-3, high.abs().max(1e-300))
        }
    }

    /// Limits set by hand replace those of the data; a limit on the wrong side of the data's other end keeps an axis of some width.
    fn chosen(&self, low: f64, high: f64, step: impl Fn(f64, f64) -> f64) -> (f64, f64) {
        let finite = |limit: Option<f64>| limit.filter(|v| v.is_finite());
        match (finite(self.low), finite(self.high)) {
            (Some(a), Some(b)) if a != b => (a.min(b), a.max(b)),
            (Some(a), None) if a >= high => (a, step(a, 1.0)),
            (None, Some(b)) if b <= low => (step(b, -1.0), b),
            (Some(a), None) => (a, high),
            (None, Some(b)) => (low, b),
            _ => (low, high),
        }
    }
}

/// The range of some values along one axis.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Range {
    /// Smallest finite value.
    pub low: f64,
    /// Largest finite value.
    pub high: f64,
    /// Smallest value above 0, for logarithmic axes.
    pub positive: f64,
    /// True when the axis should leave a margin below.
    pub pad_low: bool,
    /// True when the axis should leave a margin above.
    pub pad_high: bool,
}

impl Range {
    /// No value at all.
    pub const EMPTY: Range = Range {
        low: f64::INFINITY,
        high: f64::NEG_INFINITY,
        positive: f64::INFINITY,
        pad_low: false,
        pad_high: false,
    };
    /// The range of the finite ones among some values, without margins.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Range {
        let mut range = Range::EMPTY;
        for value in values.into_iter().filter(|v| v.is_finite()) {
            range.low = range.low.min(value);
            range.high = range.high.max(value);
            if value > 0.0 {
                range.positive = range.positive.min(value);
            }
        }
        range
    }
    /// The same range with margins.
    pub fn padded(mut self) -> Range {
        (self.pad_low, self.pad_high) = (true, true);
        self
    }
    /// True when there is no finite value.
    pub fn is_empty(&self) -> bool {
        self.low > self.high
    }
    /// The range of both; a margin is kept at an end if the range that reaches it wants one.
    pub fn union(self, other: Range) -> Range {
        let pad = |mine: f64, pad_mine: bool, yours: f64, pad_yours: bool| {
            if mine == yours {
                pad_mine || pad_yours
            } else if mine < yours {
                pad_mine
            } else {
                pad_yours
            }
        };
        Range {
            low: self.low.min(other.low),
            high: self.high.max(other.high),
            positive: self.positive.min(other.positive),
            pad_low: pad(self.low, self.pad_low, other.low, other.pad_low),
            pad_high: pad(-self.high, self.pad_high, -other.high, other.pad_high),
        }
    }
}

/// An axis as shown: limits are known and the unit is chosen.
#[derive(Clone, PartialEq, Debug)]
pub struct AxisView {
    /// What the axis shows.
    pub label: String,
    /// Unit of the tick labels.
    pub unit: DisplayUnit,
    /// Linear or logarithmic.
    pub scale: Scale,
    /// Left or lower end (SI).
    pub low: f64,
    /// Right or upper end (SI), above `low`.
    pub high: f64,
    /// True when only whole numbers make sense.
    pub whole: bool,
}

impl AxisView {
    /// Label with unit: `time (ms)`.
    pub fn caption(&self) -> String {
        let unit = self.unit.pretty();
        match (self.label.is_empty(), unit.is_empty()) {
            (_, true) => self.label.clone(),
            (true, false) => unit,
            (false, false) => format!("{} ({unit})", self.label),
        }
    }
    /// Position of an SI value: 0 at the low end, 1 at the high end, NaN where the axis cannot show it.
    pub fn position(&self, value: f64) -> f64 {
        match self.scale {
            Scale::Linear => (value - self.low) / (self.high - self.low),
            Scale::Log if value > 0.0 => (value / self.low).ln() / (self.high / self.low).ln(),
            Scale::Log => f64::NAN,
        }
    }
    /// The value at a position; the inverse of [`AxisView::position`].
    pub fn value(&self, position: f64) -> f64 {
        match self.scale {
            Scale::Linear => self.low + position * (self.high - self.low),
            Scale::Log => self.low * (self.high / self.low).powf(position),
        }
    }
    /// Ticks with labels, about `target` of them.
    pub fn ticks(&self, target: usize) -> Vec<ticks::Tick> {
        let (low, high) = (self.low / self.unit.scale, self.high / self.unit.scale);
        let mut found = match self.scale {
            Scale::Linear => ticks::linear(low, high, target, self.whole),
            // Labels of decades are short: more of them fit.
            Scale::Log => ticks::log(low, high, target * 2),
        };
        for tick in &mut found {
            tick.value *= self.unit.scale;
        }
        found
    }
}
