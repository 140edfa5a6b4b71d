//! Units by name: full names with prefixes, short names, and symbols behind a number.
//!
//! A unit is declared once; its prefixed forms are found by splitting the name when it is looked up, so loading the library does
//! not spell out its 1700 names. There are two places where a unit may stand, and they know different names:
//!
//! - **In an expression** (`5*mV`, `v/mV`) only the names that Brian2 predefines are units ([`Units::plain`]), so that `s`, `m`, `h`, `A`
//!   stay free for variables.
//! - **Directly behind a value** (`5 V`, `[1, 2] s`) SI symbols with SI prefixes are units too ([`Units::after_value`]).

use std::collections::BTreeMap;

use crate::units::dimension::{Dimension, Rational};
use crate::units::quantity::Quantity;

/// A prefix.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Prefix {
    /// As written before a unit's name or symbol.
    pub text: &'static str,
    /// In full: `milli`.
    pub name: &'static str,
    /// Power of ten.
    pub exponent: i32,
    /// Part of the set that `prefixes si` means.
    pub si: bool,
}

/// All prefixes, smallest first. The empty one is the unit itself.
pub const PREFIXES: &[Prefix] = &[
    prefix("y", "yocto", -24),
    prefix("z", "zepto", -21),
    prefix("a", "atto", -18),
    prefix("f", "femto", -15),
    prefix("p", "pico", -12),
    prefix("n", "nano", -9),
    prefix("u", "micro", -6),
    prefix("m", "milli", -3),
    further("c", "centi", -2),
    further("d", "deci", -1),
    prefix("", "", 0),
    further("da", "deca", 1),
    further("h", "hecto", 2),
    prefix("k", "kilo", 3),
    prefix("M", "mega", 6),
    prefix("G", "giga", 9),
    prefix("T", "tera", 12),
    prefix("P", "peta", 15),
    prefix("E", "exa", 18),
    prefix("Z", "zetta", 21),
    prefix("Y", "yotta", 24),
];

const fn prefix(text: &'static str, name: &'static str, exponent: i32) -> Prefix {
    Prefix {
        text,
        name,
        exponent,
        si: true,
    }
}
const fn further(text: &'static str, name: &'static str, exponent: i32) -> Prefix {
    Prefix {
        si: false,
        ..prefix(text, name, exponent)
    }
}

/// What a unit's name means.
#[derive(Clone, PartialEq, Debug)]
pub struct UnitValue {
    /// The declared unit behind it: `volt` for `mV`, `mvolt`, `mvolt2`.
    pub unit: String,
    /// Its prefix.
    pub prefix: Prefix,
    /// 2 for `um2`, else 1.
    pub power: u8,
    /// Value in SI base units: 0.001 for `mV`.
    pub scale: f64,
    /// Its dimension.
    pub dimension: Dimension,
    mantissa: f64,
    exponent: i32,
}

impl UnitValue {
    /// The value of the unit to a power, exact where that is a power of ten: `nS^2` is 1e-18. Nothing when out of range.
    pub fn power(&self, power: Rational) -> Option<Quantity> {
        let dimension = self.dimension.pow(power)?;
        let exponent = self.exponent.checked_mul(power.num)?;
        let scale = if exponent % power.den == 0 {
            raise(self.mantissa, power) * power_of_ten(exponent / power.den)
        } else {
            raise(self.scale, power)
        };
        Some(Quantity::new(scale, dimension))
    }
}

/// x to a rational power for positive x, by arithmetic that every machine does alike.
pub(super) fn raise(x: f64, power: Rational) -> f64 {
    let root = match power.den {
        1 => x,
        2 => x.sqrt(),
        den => {
            // Newton's iteration from above falls until rounding stops it.
            let mut root = if x > 1.0 { x } else { 1.0 };
            loop {
                let next = root - (root - x / integer_power(root, den - 1)) / f64::from(den);
                if next.partial_cmp(&root) != Some(std::cmp::Ordering::Less) {
                    break root;
                }
                root = next;
            }
        }
    };
    let raised = integer_power(root, power.num.saturating_abs());
    if power.num < 0 { 1.0 / raised } else { raised }
}

/// x to a natural power.
fn integer_power(x: f64, power: i32) -> f64 {
    let (mut base, mut rest, mut result) = (x, power, 1.0);
    while rest > 0 {
        if rest % 2 == 1 {
            result *= base;
        }
        base *= base;
        rest /= 2;
    }
    result
}

/// A declared unit.
#[derive(Clone, PartialEq, Debug)]
pub struct UnitRow {
    /// Its full name.
    pub name: String,
    /// Further full names: `meter` beside `metre`.
    pub also: Vec<String>,
    /// Symbols behind a value: `V`.
    pub symbols: Vec<String>,
    /// Short names known in every expression: `mV`, `cm2`.
    pub short: Vec<String>,
    /// Its dimension.
    pub dimension: Dimension,
    /// Value in SI is `mantissa * 10^exponent`.
    pub mantissa: f64,
    /// See `mantissa`.
    pub exponent: i32,
    /// The prefixes it takes, among them the empty one.
    pub prefixes: Vec<Prefix>,
    /// True when its names take the suffixes `2` and `3`: `metre2`.
    pub powers: bool,
    /// False when it is known only behind a value.
    pub in_expressions: bool,
    /// Its documentation.
    pub doc: String,
}

impl UnitRow {
    /// Value in SI base units.
    pub fn scale(&self) -> f64 {
        self.mantissa * power_of_ten(self.exponent)
    }
    /// The unit with a prefix, to a power.
    fn value(&self, prefix: Prefix, power: u8) -> Option<UnitValue> {
        let exponent = (self.exponent + prefix.exponent) * i32::from(power);
        let mantissa = integer_power(self.mantissa, i32::from(power));
        Some(UnitValue {
            unit: self.name.clone(),
            prefix,
            power,
            scale: mantissa * power_of_ten(exponent),
            mantissa,
            exponent,
            dimension: self
                .dimension
                .pow(Rational::new(i64::from(power), 1)?)
                .filter(|_| (1..=3).contains(&power))?,
        })
    }
}

/// 10^exponent, correctly rounded.
pub(super) fn power_of_ten(exponent: i32) -> f64 {
    format!("1e{exponent}").parse().unwrap_or(f64::NAN)
}

/// Whether a name may be used as a declared unit (after `:` in an equation).
#[derive(Clone, PartialEq, Debug)]
pub enum Declarable {
    /// An unscaled unit.
    Yes(Dimension),
    /// A scaled unit, `mV`, `liter`: `write` is what to declare instead.
    Scaled {
        /// `volt`, `meter^3`
        write: String,
    },
    /// A unit with a suffix, `meter2`.
    Suffix {
        /// `meter^2`
        write: String,
    },
    /// A symbol, which is a unit only behind a value: `V`.
    Symbol {
        /// `volt`
        write: String,
    },
    /// The name of a dimension: `Voltage`.
    DimensionName {
        /// `volt`
        write: String,
    },
    /// No unit.
    Unknown,
}

/// All declared units.
#[derive(Clone, Debug, Default)]
pub struct Units {
    rows: Vec<UnitRow>,
    /// Full names without prefix.
    names: BTreeMap<String, usize>,
    /// Symbols without prefix.
    symbols: BTreeMap<String, usize>,
    /// Short names, resolved.
    short: BTreeMap<String, UnitValue>,
}

impl Units {
    /// The declared units, in order.
    pub fn rows(&self) -> &[UnitRow] {
        &self.rows
    }
    /// A declared unit by full name or further name, without prefix.
    pub fn row(&self, name: &str) -> Option<&UnitRow> {
        self.names.get(name).and_then(|k| self.rows.get(*k))
    }
    /// Adds a unit.
    ///
    /// # Errors
    /// The name that is taken already, or the short name that is no prefixed symbol of the unit.
    pub fn add(&mut self, row: UnitRow) -> Result<(), String> {
        let position = self.rows.len();
        let names = || std::iter::once(&row.name).chain(&row.also);
        if let Some(taken) = names().find(|name| self.plain(name).is_some()) {
            return Err(taken.clone());
        }
        if let Some(taken) = row.symbols.iter().find(|s| self.symbols.contains_key(*s)) {
            return Err(taken.clone());
        }
        let mut short = Vec::new();
        for name in &row.short {
            match short_name(&row, name) {
                Some(value) if self.plain(name).is_none() => short.push((name.clone(), value)),
                _ => return Err(name.clone()),
            }
        }
        // Nothing is taken up before all of it fits.
        for name in names() {
            self.names.insert(name.clone(), position);
        }
        for symbol in &row.symbols {
            self.symbols.insert(symbol.clone(), position);
        }
        self.short.extend(short);
        self.rows.push(row);
        Ok(())
    }
    /// A unit by a name that is known in every expression: full names with prefixes and suffixes, and short names.
    pub fn plain(&self, name: &str) -> Option<UnitValue> {
        if let Some(value) = self.short.get(name) {
            return Some(value.clone());
        }
        self.full_name(name, |row| row.in_expressions)
    }
    /// A unit by a name that stands directly behind a value: what [`Units::plain`] knows, and symbols.
    ///
    /// Also meant for names that follow in the same product, as `m` in `5 S/m^2`, when nothing else has that name.
    pub fn after_value(&self, name: &str) -> Option<UnitValue> {
        if let Some(value) = self.plain(name).or_else(|| self.full_name(name, |_| true)) {
            return Some(value);
        }
        let name = ascii(name);
        let (prefix, position) = split(&name, &self.symbols, &self.rows)?;
        self.rows.get(position)?.value(prefix, 1)
    }
    /// Every name that is known in every expression, in order of declaration.
    pub fn plain_names(&self) -> Vec<String> {
        let mut all = Vec::new();
        for row in self.rows.iter().filter(|row| row.in_expressions) {
            let suffixes: &[&str] = if row.powers { &["", "2", "3"] } else { &[""] };
            for name in std::iter::once(&row.name).chain(&row.also) {
                for prefix in &row.prefixes {
                    for suffix in suffixes {
                        all.push(format!("{}{name}{suffix}", prefix.text));
                    }
                }
            }
            all.extend(row.short.iter().cloned());
        }
        all
    }
    /// Every symbol with every prefix, in order of declaration.
    pub fn symbol_names(&self) -> Vec<String> {
        let with_prefix = |row: &UnitRow, symbol: &str| {
            row.prefixes
                .iter()
                .map(|prefix| format!("{}{symbol}", prefix.text))
                .collect::<Vec<_>>()
        };
        self.rows
            .iter()
            .flat_map(|row| row.symbols.iter().flat_map(move |s| with_prefix(row, s)))
            .collect()
    }

    fn full_name(&self, name: &str, allowed: impl Fn(&UnitRow) -> bool) -> Option<UnitValue> {
        let resolve = |name: &str, power: u8| {
            let (prefix, position) = split(name, &self.names, &self.rows)?;
            let row = self.rows.get(position).filter(|row| allowed(row))?;
            (power == 1 || row.powers).then(|| row.value(prefix, power))?
        };
        let suffixed = |digit, power| name.strip_suffix(digit).and_then(|n| resolve(n, power));
        resolve(name, 1)
            .or_else(|| suffixed('2', 2))
            .or_else(|| suffixed('3', 3))
    }
}

/// Splits a name into a prefix that the unit takes and a key of the map; a name without prefix wins.
fn split(name: &str, map: &BTreeMap<String, usize>, rows: &[UnitRow]) -> Option<(Prefix, usize)> {
    let prefixes = || PREFIXES.iter();
    let bare = prefixes().filter(|p| p.text.is_empty());
    let others = prefixes().filter(|p| !p.text.is_empty());
    bare.chain(others).find_map(|prefix| {
        let position = *map.get(name.strip_prefix(prefix.text)?)?;
        let row = rows.get(position)?;
        row.prefixes.contains(prefix).then_some((*prefix, position))
    })
}

/// A short name of a unit: a symbol with any prefix and an optional suffix.
fn short_name(row: &UnitRow, name: &str) -> Option<UnitValue> {
    let digit = name.chars().next_back().filter(|c| "23".contains(*c));
    let power = digit.and_then(|c| c.to_digit(10)).unwrap_or(1) as u8;
    let stem = name.trim_end_matches(['2', '3']);
    PREFIXES.iter().find_map(|prefix| {
        let symbol = stem.strip_prefix(prefix.text)?;
        let known = row.symbols.iter().any(|s| s == symbol);
        known.then(|| row.value(*prefix, power))?
    })
}

/// Micro signs as `u`, ohm signs as `Ohm`.
fn ascii(name: &str) -> String {
    name.replace(['\u{b5}', '\u{3bc}'], "u")
        .replace(['\u{3a9}', '\u{2126}'], "Ohm")
}
