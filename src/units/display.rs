//! Readable units: `-0.05` volt is shown as `-50 mV`.
//!
//! [`TABLE`] lists, for each dimension that has a name in neuroscience, the units a reader expects, largest first. What is not
//! in the table is written as a product of two named units (`nA/ms`) and, failing that, of base units (`kg m^2 s^-3 A^-1`).
//! Labels are plain ASCII and can be pasted back into a model; [`DisplayUnit::pretty`] gives the typeset form for figures.

use super::dimension::{BASE_SYMBOLS, Dimension, Rational};

/// A unit chosen for showing values: `value in SI / scale` is the number to print before `label`.
#[derive(Clone, PartialEq, Debug)]
pub struct DisplayUnit {
    /// Unit as written in a model, `mV` or `uF/cm^2`; empty for pure numbers.
    pub label: String,
    /// SI value of one unit: 0.001 for mV.
    pub scale: f64,
}

impl DisplayUnit {
    /// The unit of pure numbers.
    pub fn none() -> DisplayUnit {
        DisplayUnit {
            label: String::new(),
            scale: 1.0,
        }
    }
    /// An SI value in this unit. 0.0137 s gives 13.7 ms: a decimal scale below 1 multiplies by its whole inverse.
    pub fn convert(&self, si: f64) -> f64 {
        let inverse = (1.0 / self.scale).round();
        if self.scale < 1.0 && (inverse * self.scale - 1.0).abs() < 1e-12 {
            si * inverse
        } else {
            si / self.scale
        }
    }
    /// Typeset label for figures: `µF/cm²`, `MΩ`.
    pub fn pretty(&self) -> String {
        pretty_unit(&self.label)
    }
    /// Label with letters, digits and `_` only, as part of a column name: `mS_per_cm2`.
    pub fn ascii(&self) -> String {
        let mut out = String::new();
        for c in self.label.chars() {
            match c {
                '/' => out.push_str("_per_"),
                ' ' | '*' => out.push('_'),
                '-' => out.push('m'),
                c if c.is_ascii_alphanumeric() || c == '_' => out.push(c),
                _ => {}
            }
        }
        out
    }
}

/// One unit of a ladder.
struct Step {
    label: &'static str,
    scale: f64,
    /// A column or an axis uses this unit when its largest value, in this unit, is at least this.
    axis_from: f64,
}

/// One named dimension.
struct Row {
    /// Name of the dimension.
    name: &'static str,
    /// SI unit, in full.
    unit: &'static str,
    dimension: Dimension,
    /// Units, largest first.
    ladder: &'static [Step],
    /// Position in the ladder of the unit for zero and for compounds.
    usual: usize,
    /// True when a compound such as `nA/ms` may be built from it.
    part: bool,
}

const fn dim(exponents: [i32; 7]) -> Dimension {
    let mut d = Dimension::NONE;
    let mut k = 0;
    while k < 7 {
        d.0[k] = Rational {
            num: exponents[k],
            den: 1,
        };
        k += 1;
    }
    d
}

const fn s(label: &'static str, scale: f64) -> Step {
    Step {
        label,
        scale,
        axis_from: 1.0,
    }
}
const fn late(label: &'static str, scale: f64, axis_from: f64) -> Step {
    Step {
        label,
        scale,
        axis_from,
    }
}
const fn part(
    name: &'static str,
    unit: &'static str,
    usual: usize,
    e: [i32; 7],
    ladder: &'static [Step],
) -> Row {
    Row {
        name,
        unit,
        dimension: dim(e),
        ladder,
        usual,
        part: true,
    }
}
const fn whole(
    name: &'static str,
    unit: &'static str,
    usual: usize,
    e: [i32; 7],
    ladder: &'static [Step],
) -> Row {
    Row {
        name,
        unit,
        dimension: dim(e),
        ladder,
        usual,
        part: false,
    }
}

/// Named dimensions. Exponents: length, mass, time, current, temperature, amount, luminosity.
#[rustfmt::skip]
const TABLE: &[Row] = &[
    part("voltage", "volt", 1, [2, 1, -3, -1, 0, 0, 0], &[s("V", 1.0), s("mV", 1e-3), s("uV", 1e-6), s("nV", 1e-9)]),
    part("current", "ampere", 3, [0, 0, 0, 1, 0, 0, 0], &[s("A", 1.0), s("mA", 1e-3), s("uA", 1e-6), s("nA", 1e-9), s("pA", 1e-12), s("fA", 1e-15)]),
    part("conductance", "siemens", 3, [-2, -1, 3, 2, 0, 0, 0], &[s("S", 1.0), s("mS", 1e-3), s("uS", 1e-6), s("nS", 1e-9), s("pS", 1e-12), s("fS", 1e-15)]),
    part("capacitance", "farad", 4, [-2, -1, 4, 2, 0, 0, 0], &[s("F", 1.0), s("mF", 1e-3), s("uF", 1e-6), s("nF", 1e-9), s("pF", 1e-12), s("fF", 1e-15)]),
    part("resistance", "ohm", 2, [2, 1, -3, -2, 0, 0, 0], &[s("Gohm", 1e9), s("Mohm", 1e6), s("kohm", 1e3), s("ohm", 1.0), s("mohm", 1e-3)]),
    part("time", "second", 1, [0, 0, 1, 0, 0, 0, 0], &[late("s", 1.0, 1.5), s("ms", 1e-3), s("us", 1e-6), s("ns", 1e-9)]),
    whole("frequency", "hertz", 2, [0, 0, -1, 0, 0, 0, 0], &[late("MHz", 1e6, 10.0), late("kHz", 1e3, 10.0), s("Hz", 1.0)]),
    part("length", "meter", 2, [1, 0, 0, 0, 0, 0, 0], &[s("m", 1.0), s("mm", 1e-3), s("um", 1e-6), s("nm", 1e-9)]),
    whole("area", "meter^2", 2, [2, 0, 0, 0, 0, 0, 0], &[s("m^2", 1.0), s("mm^2", 1e-6), s("um^2", 1e-12)]),
    whole("volume", "meter^3", 2, [3, 0, 0, 0, 0, 0, 0], &[s("m^3", 1.0), s("mm^3", 1e-9), s("um^3", 1e-18)]),
    part("concentration", "mole/meter^3", 1, [-3, 0, 0, 0, 0, 1, 0], &[s("M", 1e3), s("mM", 1.0), s("uM", 1e-3), s("nM", 1e-6)]),
    part("charge", "coulomb", 3, [0, 0, 1, 1, 0, 0, 0], &[s("C", 1.0), s("mC", 1e-3), s("uC", 1e-6), s("nC", 1e-9), s("pC", 1e-12), s("fC", 1e-15)]),
    part("amount of substance", "mole", 0, [0, 0, 0, 0, 0, 1, 0], &[s("mol", 1.0), s("mmol", 1e-3), s("umol", 1e-6), s("nmol", 1e-9), s("pmol", 1e-12), s("fmol", 1e-15)]),
    part("temperature", "kelvin", 0, [0, 0, 0, 0, 1, 0, 0], &[s("K", 1.0)]),
    part("mass", "kilogram", 1, [0, 1, 0, 0, 0, 0, 0], &[s("kg", 1.0), s("g", 1e-3), s("mg", 1e-6), s("ug", 1e-9), s("ng", 1e-12)]),
    part("energy", "joule", 0, [2, 1, -2, 0, 0, 0, 0], &[s("J", 1.0), s("mJ", 1e-3), s("uJ", 1e-6), s("nJ", 1e-9), s("pJ", 1e-12), s("fJ", 1e-15)]),
    whole("power", "watt", 0, [2, 1, -3, 0, 0, 0, 0], &[s("W", 1.0), s("mW", 1e-3), s("uW", 1e-6), s("nW", 1e-9), s("pW", 1e-12), s("fW", 1e-15)]),
    whole("force", "newton", 0, [1, 1, -2, 0, 0, 0, 0], &[s("N", 1.0), s("mN", 1e-3), s("uN", 1e-6), s("nN", 1e-9), s("pN", 1e-12)]),
    whole("pressure", "pascal", 0, [-1, 1, -2, 0, 0, 0, 0], &[s("MPa", 1e6), s("kPa", 1e3), s("Pa", 1.0), s("mPa", 1e-3)]),
    whole("luminous intensity", "candle", 0, [0, 0, 0, 0, 0, 0, 1], &[s("cd", 1.0)]),
    whole("speed", "meter/second", 0, [1, 0, -1, 0, 0, 0, 0], &[s("m/s", 1.0), s("mm/s", 1e-3), s("um/s", 1e-6)]),
    whole("capacitance per area", "farad/meter^2", 0, [-4, -1, 4, 2, 0, 0, 0], &[s("uF/cm^2", 1e-2)]),
    whole("conductance per area", "siemens/meter^2", 1, [-4, -1, 3, 2, 0, 0, 0], &[s("S/cm^2", 1e4), s("mS/cm^2", 1e1), s("uS/cm^2", 1e-2)]),
    whole("current per area", "ampere/meter^2", 2, [-2, 0, 0, 1, 0, 0, 0], &[s("A/cm^2", 1e4), late("mA/cm^2", 1e1, 10.0), s("uA/cm^2", 1e-2), s("nA/cm^2", 1e-5)]),
    whole("resistivity", "ohm*meter", 0, [3, 1, -3, -2, 0, 0, 0], &[s("ohm*cm", 1e-2)]),
    whole("resistance times area", "ohm*meter^2", 1, [4, 1, -3, -2, 0, 0, 0], &[late("kohm*cm^2", 1e-1, 1.0), s("ohm*cm^2", 1e-4)]),
    whole("electric field", "volt/meter", 0, [1, 1, -3, -1, 0, 0, 0], &[s("V/m", 1.0), s("mV/m", 1e-3)]),
];

/// Dimensions without a name of their own whose usual unit is not what the parts would suggest.
#[rustfmt::skip]
const COMPOUNDS: &[(Dimension, &str, f64)] = &[
    (dim([2, 1, -4, -1, 0, 0, 0]), "mV/ms", 1.0),
    (dim([-2, -1, 3, 1, 0, 0, 0]), "1/mV", 1e3),
    (dim([2, 0, -1, 0, 0, 0, 0]), "um^2/ms", 1e-9),
];

fn row(dimension: Dimension) -> Option<&'static Row> {
    TABLE.iter().find(|row| row.dimension == dimension)
}

/// The name of a dimension, `voltage`, where it has one.
pub fn dimension_name(dimension: Dimension) -> Option<&'static str> {
    row(dimension).map(|row| row.name)
}

/// The SI unit in words as a reader would write it: `volt`, `volt/second`, `volt/second^(1/2)`; `1` for pure numbers.
pub fn si_unit(dimension: Dimension) -> String {
    if dimension.is_none() {
        return "1".to_string();
    }
    if let Some(row) = row(dimension) {
        return row.unit.to_string();
    }
    match decompose(dimension) {
        Some(parts) => product(parts.iter().map(|(row, exponent)| (row.unit, *exponent))),
        None => base_product(dimension),
    }
}

/// A dimension for a reader: `voltage (volt)`, `volt/second`, `a pure number`.
pub fn describe_dimension(dimension: Dimension) -> String {
    if dimension.is_none() {
        return "a pure number".to_string();
    }
    match row(dimension) {
        Some(row) => format!("{} ({})", row.name, row.unit),
        None => si_unit(dimension),
    }
}

/// The unit for a whole axis or column whose largest absolute value is `max_abs` (SI); 0 or a non-finite value gives the usual unit.
pub fn choose(dimension: Dimension, max_abs: f64) -> DisplayUnit {
    pick(dimension, max_abs, true)
}

/// The unit for one value (SI).
pub fn choose_for_value(dimension: Dimension, value: f64) -> DisplayUnit {
    pick(dimension, value, false)
}

fn pick(dimension: Dimension, magnitude: f64, axis: bool) -> DisplayUnit {
    if dimension.is_none() {
        return DisplayUnit::none();
    }
    if let Some(row) = row(dimension) {
        let step = step_of(row, magnitude, axis);
        return step.map_or_else(DisplayUnit::none, |s| DisplayUnit {
            label: s.label.to_string(),
            scale: s.scale,
        });
    }
    if let Some((_, label, scale)) = COMPOUNDS.iter().find(|(d, _, _)| *d == dimension) {
        return DisplayUnit {
            label: (*label).to_string(),
            scale: *scale,
        };
    }
    if let Some(parts) = decompose(dimension) {
        // The last part keeps its usual unit, the first follows the magnitude where it stands unraised.
        let mut scale = 1.0;
        let mut labels = Vec::new();
        for (row, exponent) in parts.iter().rev() {
            let first = labels.len() + 1 == parts.len();
            let magnitude = if first && *exponent == Rational::ONE {
                magnitude / scale
            } else {
                0.0
            };
            let Some(step) = step_of(row, magnitude, axis) else {
                continue;
            };
            let (root, power) = if exponent.den == 2 {
                (step.scale.sqrt(), exponent.num)
            } else {
                (step.scale, exponent.num)
            };
            scale *= root.powi(power);
            labels.push((step.label, *exponent));
        }
        labels.reverse();
        // 1e-9/1e-3 is not quite 1e-6 in binary.
        let scale = format!("{scale:.12e}").parse().unwrap_or(scale);
        return DisplayUnit {
            label: product(labels.into_iter()),
            scale,
        };
    }
    DisplayUnit {
        label: base_product(dimension),
        scale: 1.0,
    }
}

fn step_of(row: &'static Row, magnitude: f64, axis: bool) -> Option<&'static Step> {
    let magnitude = magnitude.abs();
    if magnitude == 0.0 || !magnitude.is_finite() {
        return row.ladder.get(row.usual);
    }
    // A value that prints as 1000 mV after rounding to six digits is 1 V.
    let fits =
        |s: &&Step| magnitude >= s.scale * if axis { s.axis_from } else { 1.0 } * (1.0 - 5e-7);
    row.ladder.iter().find(fits).or(row.ladder.last())
}

const POWERS: [Rational; 9] = [
    Rational::ONE,
    Rational { num: -1, den: 1 },
    Rational { num: 2, den: 1 },
    Rational { num: -2, den: 1 },
    Rational { num: 1, den: 2 },
    Rational { num: -1, den: 2 },
    Rational { num: 3, den: 1 },
    Rational { num: -3, den: 1 },
    Rational { num: 3, den: 2 },
];

/// A power of one named unit, or a product of two such, that has the dimension.
fn decompose(dimension: Dimension) -> Option<Vec<(&'static Row, Rational)>> {
    let parts = || TABLE.iter().filter(|row| row.part);
    let as_power = |d: Dimension, row: &'static Row| {
        POWERS
            .into_iter()
            .find(|p| row.dimension.pow(*p) == Some(d))
    };
    if let Some(found) = parts().find_map(|row| as_power(dimension, row).map(|p| vec![(row, p)])) {
        return Some(found);
    }
    for power in POWERS {
        for first in parts() {
            let rest = first
                .dimension
                .pow(power)
                .and_then(|d| dimension.checked_mul(d.inverse()));
            let Some(rest) = rest else { continue };
            // Time and length make the most familiar second factors.
            let seconds = parts()
                .filter(|r| ["time", "length"].contains(&r.name))
                .chain(parts());
            for second in seconds.filter(|row| row.name != first.name) {
                if let Some(other) = as_power(rest, second) {
                    let swap = power.num < 0 && other.num > 0;
                    return Some(if swap {
                        vec![(second, other), (first, power)]
                    } else {
                        vec![(first, power), (second, other)]
                    });
                }
            }
        }
    }
    None
}

/// `a^p*b^q` with negative powers behind a slash.
fn product<'a>(factors: impl Iterator<Item = (&'a str, Rational)>) -> String {
    let (mut above, mut below) = (Vec::new(), Vec::new());
    for (label, exponent) in factors {
        let exponent_abs = Rational {
            num: exponent.num.saturating_abs(),
            den: exponent.den,
        };
        // A unit that is itself a quotient needs its parentheses when raised or divided by.
        let label = if label.contains(['/', '*']) && (exponent != Rational::ONE) {
            format!("({label})")
        } else {
            label.to_string()
        };
        let text = format!("{label}{}", power_text(exponent_abs));
        if exponent.num < 0 {
            below.push(text)
        } else {
            above.push(text)
        }
    }
    let top = if above.is_empty() {
        "1".to_string()
    } else {
        above.join("*")
    };
    match below.len() {
        0 => top,
        1 => format!("{top}/{}", below.join("")),
        _ => format!("{top}/({})", below.join("*")),
    }
}

fn power_text(exponent: Rational) -> String {
    match exponent {
        Rational::ONE => String::new(),
        Rational { num, den: 1 } => format!("^{num}"),
        Rational { num, den } => format!("^({num}/{den})"),
    }
}

/// Base units with their exponents, `kg m^2 s^-3 A^-1`: mass first, as the unit tables of physics do.
fn base_product(dimension: Dimension) -> String {
    let order = [1usize, 0, 2, 3, 4, 5, 6];
    let factors = order
        .into_iter()
        .filter_map(|k| Some((BASE_SYMBOLS.get(k)?, dimension.0.get(k)?)));
    let texts: Vec<String> = factors
        .filter(|(_, e)| **e != Rational::ZERO)
        .map(|(symbol, e)| format!("{symbol}{}", power_text(*e)))
        .collect();
    texts.join(" ")
}

/// The SI unit by its symbol, with scale 1: `V`, `s`, `V/s`; for data that must keep every bit.
pub fn si_symbol(dimension: Dimension) -> DisplayUnit {
    let one = |row: &'static Row| {
        row.ladder
            .iter()
            .find(|step| step.scale == 1.0)
            .map(|step| step.label)
    };
    let label = match (row(dimension).and_then(one), decompose(dimension)) {
        _ if dimension.is_none() => String::new(),
        (Some(label), _) => label.to_string(),
        (None, Some(parts)) => product(
            parts
                .into_iter()
                .map(|(row, exponent)| (one(row).unwrap_or(row.unit), exponent)),
        ),
        (None, None) => base_product(dimension),
    };
    DisplayUnit { label, scale: 1.0 }
}

/// A number with at most six significant digits, as short as possible: `-50`, `13.7`, `1e-12`.
pub fn format_number(value: f64) -> String {
    if value.is_nan() {
        return "nan".to_string();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf" } else { "-inf" }.to_string();
    }
    // Through a rounded decimal: what parses back prints shortest.
    let rounded: f64 = format!("{value:.5e}").parse().unwrap_or(value);
    if rounded == 0.0 {
        return "0".to_string();
    }
    if (1e-4..1e6).contains(&rounded.abs()) {
        format!("{rounded}")
    } else {
        format!("{rounded:e}")
    }
}

/// A value in SI with a readable unit: `-50 mV`, `13.7 ms`, `0 mV`, `0.3` for a pure number.
pub fn format_quantity(value: f64, dimension: Dimension) -> String {
    format_in(value, &choose_for_value(dimension, value))
}

/// A value in SI written in a given unit.
pub fn format_in(value: f64, unit: &DisplayUnit) -> String {
    let number = format_number(unit.convert(value));
    if unit.label.is_empty() {
        number
    } else {
        format!("{number} {}", unit.label)
    }
}

/// The name of a column of a result file: `v` in millivolt is `v_mV`.
pub fn column_name(name: &str, unit: &DisplayUnit) -> String {
    if unit.label.is_empty() {
        name.to_string()
    } else {
        format!("{name}_{}", unit.ascii())
    }
}

/// Typeset form of a unit label: `uF/cm^2` becomes `µF/cm²`, `Mohm` becomes `MΩ`.
fn pretty_unit(label: &str) -> String {
    const SUPERSCRIPT: &str = "⁰¹²³⁴⁵⁶⁷⁸⁹";
    let label = label.replace("ohm", "Ω");
    let chars: Vec<char> = label.chars().collect();
    let mut out = String::new();
    let mut raised = false;
    for (k, c) in chars.iter().enumerate() {
        let previous = k.checked_sub(1).and_then(|p| chars.get(p)).copied();
        let next = chars.get(k + 1).copied().unwrap_or(' ');
        match *c {
            '^' if next != '(' => raised = true,
            '-' if raised => out.push('⁻'),
            c if raised && c.is_ascii_digit() => out.extend(
                c.to_digit(10)
                    .and_then(|d| SUPERSCRIPT.chars().nth(d as usize)),
            ),
            'u' if !previous.is_some_and(char::is_alphabetic) && next.is_alphabetic() => {
                raised = false;
                out.push('µ');
            }
            '*' => {
                raised = false;
                out.push('·');
            }
            c => {
                raised = false;
                out.push(c);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests;
