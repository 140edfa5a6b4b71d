//! Where ticks stand and what they say.

use crate::units::display::format_number;

/// One tick of an axis.
#[derive(Clone, PartialEq, Debug)]
pub struct Tick {
    /// Position on the axis, in the axis' own numbers.
    pub value: f64,
    /// Label; empty for the small ticks of a logarithmic axis.
    pub label: String,
}

/// The step of 1, 2 or 5 times a power of ten that comes nearest to `target` intervals.
fn round_step(span: f64, target: usize) -> f64 {
    let rough = span / target.max(1) as f64;
    let power = 10f64.powi(rough.log10().floor() as i32);
    // How many times too large or too small a step is.
    let distance = |m: &f64| (m * power / rough).max(rough / (m * power));
    let nearest = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .min_by(|a, b| distance(a).total_cmp(&distance(b)));
    nearest.unwrap_or(1.0) * power
}

/// Ticks of a linear axis, about `target` of them; whole numbers only where `whole`.
pub fn linear(low: f64, high: f64, target: usize, whole: bool) -> Vec<Tick> {
    let span = high - low;
    if !(span > 0.0 && span.is_finite()) {
        return Vec::new();
    }
    let mut step = round_step(span, target);
    if whole {
        step = step.max(1.0);
    }
    let (first, last) = ((low / step - 1e-6).ceil(), (high / step + 1e-6).floor());
    // The count is bounded by construction; a span lost in the rounding of huge numbers is not.
    let count = (last - first).clamp(-1.0, 100.0) as i64 + 1;
    let values: Vec<f64> = (0..count).map(|k| (first + k as f64) * step).collect();
    let decimals = decimals_of(step);
    let largest = values.iter().fold(0.0f64, |m, v| m.max(v.abs()));
    let plain = decimals <= 6 && largest < 1e6;
    values
        .into_iter()
        .map(|value| Tick {
            value,
            label: minus(if plain {
                format!("{value:.decimals$}")
            } else {
                scientific(value)
            }),
        })
        .collect()
}

/// Decimals needed to write the multiples of a step.
fn decimals_of(step: f64) -> usize {
    (0..12)
        .find(|d| {
            (step * 10f64.powi(*d) - (step * 10f64.powi(*d)).round()).abs()
                < 1e-6 * step * 10f64.powi(*d)
        })
        .unwrap_or(12) as usize
}

/// Ticks of a logarithmic axis: decades with labels, thinned to about `target`, and small ones between while they are few.
pub fn log(low: f64, high: f64, target: usize) -> Vec<Tick> {
    if !(low > 0.0 && high > low && high.is_finite()) {
        return Vec::new();
    }
    let decades = (high / low).log10();
    if decades < 1.0 {
        // Less than a decade: the ticks of a linear axis, at their own places.
        return linear(low, high, target, false);
    }
    let stride = (decades / target.max(1) as f64).ceil().max(1.0) as i32;
    let (first, last) = (
        (low.log10() - 1e-9).floor() as i32,
        (high.log10() + 1e-9).floor() as i32,
    );
    let inside = |value: f64| value >= low * (1.0 - 1e-9) && value <= high * (1.0 + 1e-9);
    let named = |exponent: i32| exponent.rem_euclid(stride) == 0 && inside(10f64.powi(exponent));
    // One form for the whole axis: 0.1, 1, 10 or 10⁻¹, 10⁰, 10¹.
    let plain = (first..=last)
        .filter(|e| named(*e))
        .all(|e| (-3..5).contains(&e));
    let mut ticks = Vec::new();
    for exponent in first..=last {
        let decade = 10f64.powi(exponent);
        if named(exponent) {
            let label = if plain {
                format_number(decade)
            } else {
                scientific(decade)
            };
            ticks.push(Tick {
                value: decade,
                label: minus(label),
            });
        }
        if decades <= 6.0 {
            let small = (2..10)
                .map(|m| f64::from(m) * decade)
                .filter(|v| inside(*v));
            ticks.extend(small.map(|value| Tick {
                value,
                label: String::new(),
            }));
        }
    }
    ticks
}

/// A number as digits times a power of ten, typeset: `2.5×10⁻⁷`.
fn scientific(value: f64) -> String {
    let text = format!("{value:.5e}");
    let Some((digits, exponent)) = text.split_once('e') else {
        return text;
    };
    if value == 0.0 {
        return "0".to_string();
    }
    let digits = digits.trim_end_matches('0').trim_end_matches('.');
    let raised: String = exponent
        .chars()
        .filter_map(|c| match c {
            '-' => Some('⁻'),
            c => "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().nth(c.to_digit(10)? as usize),
        })
        .collect();
    match digits {
        "1" => format!("10{raised}"),
        "-1" => format!("-10{raised}"),
        digits => format!("{digits}×10{raised}"),
    }
}

/// A real minus sign; no minus before zero.
fn minus(text: String) -> String {
    let zero = text
        .strip_prefix('-')
        .is_some_and(|t| t.chars().all(|c| c == '0' || c == '.'));
    if zero {
        text.replacen('-', "", 1)
    } else {
        text.replacen('-', "−", 1)
    }
}

/// A round number within 2 % of the span from a value, or the value itself: 99.9 ms of samples make an axis to 100 ms.
pub fn near_round(value: f64, span: f64) -> f64 {
    let step = round_step(span, 10);
    let rounded = (value / step).round() * step;
    if (rounded - value).abs() <= 0.02 * span {
        rounded
    } else {
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(ticks: &[Tick]) -> Vec<&str> {
        ticks.iter().map(|t| t.label.as_str()).collect()
    }

    #[test]
    fn linear_ticks_are_round() {
        assert_eq!(
            labels(&linear(0.0, 100.0, 5, false)),
            ["0", "20", "40", "60", "80", "100"]
        );
        assert_eq!(
            labels(&linear(-65.75, -49.25, 4, false)),
            ["−65", "−60", "−55", "−50"]
        );
        assert_eq!(
            labels(&linear(0.0, 0.1, 2, false)),
            ["0.00", "0.05", "0.10"]
        );
        assert_eq!(labels(&linear(-0.5, 2.5, 8, true)), ["0", "1", "2"]);
        assert_eq!(
            labels(&linear(0.0, 2e-8, 2, false)),
            ["0", "10⁻⁸", "2×10⁻⁸"]
        );
        assert!(linear(1.0, 1.0, 5, false).is_empty());
    }

    #[test]
    fn log_ticks_are_decades() {
        let ticks = log(0.5, 200.0, 5);
        let named: Vec<&str> = labels(&ticks)
            .into_iter()
            .filter(|l| !l.is_empty())
            .collect();
        assert_eq!(named, ["1", "10", "100"]);
        assert!(ticks.len() > named.len());
        assert_eq!(
            labels(&log(1e-7, 1e-5, 5))
                .iter()
                .filter(|l| !l.is_empty())
                .count(),
            3
        );
    }

    #[test]
    fn log_labels_have_one_form() {
        let named = |low, high| -> Vec<String> {
            let ticks = log(low, high, 8).into_iter();
            ticks.map(|t| t.label).filter(|l| !l.is_empty()).collect()
        };
        assert_eq!(named(1e3, 1e6), ["10³", "10⁴", "10⁵", "10⁶"]);
        assert_eq!(named(1e-5, 1e-3), ["10⁻⁵", "10⁻⁴", "10⁻³"]);
        assert_eq!(
            named(0.01, 1e4),
            ["0.01", "0.1", "1", "10", "100", "1000", "10000"]
        );
        assert_eq!(named(1.0, 1e6).first().map(String::as_str), Some("10⁰"));
    }

    #[test]
    fn an_end_near_a_round_number_snaps() {
        assert!((near_round(0.0999, 0.0999) - 0.1).abs() < 1e-12);
        assert_eq!(near_round(0.093, 0.093), 0.093);
    }
}
