//! What names of a script stand for while it is read: texts of the language, with their numbers where these are known.

use std::rc::Rc;

use crate::library::Library;
use crate::units::dimension::{Dimension, Rational};
use crate::units::display::{choose_for_value, si_unit};

use super::super::python;

/// What binds how tightly, from loosest to tightest.
pub(super) mod level {
    pub const CONDITIONAL: u8 = 0;
    pub const OR: u8 = 1;
    pub const AND: u8 = 2;
    pub const NOT: u8 = 3;
    pub const COMPARISON: u8 = 4;
    pub const SUM: u8 = 5;
    pub const PRODUCT: u8 = 6;
    pub const SIGN: u8 = 7;
    pub const POWER: u8 = 8;
    pub const ATOM: u8 = 10;
}

/// A value of the script.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// A number or an array, with or without unit.
    Number(Number),
    /// A text.
    Text(String),
    /// `True`
    Truth(bool),
    /// `None`
    Nothing,
    /// A list or a tuple.
    List(Vec<Value>),
    /// A dictionary.
    Dict(Vec<(Value, Value)>),
    /// A group, a monitor, …
    Object(Object),
    /// A function of the script.
    Function(Rc<python::Function>),
    /// What is drawn on.
    Canvas(String),
    /// Something that cannot be said in the language, and why.
    Unknown(String),
}

/// A number or an array.
#[derive(Clone, Debug)]
pub(super) struct Number {
    /// As text of the language.
    pub text: String,
    /// How tightly the text binds.
    pub level: u8,
    /// Its value.
    pub known: Known,
    /// It is known once the protocol is under way: read from the model, or the variable of a loop.
    pub late: bool,
    /// It is one random number per neuron: which draw.
    pub random: Option<u32>,
    /// A curve of a monitor, as a plot names it.
    pub curve: Option<Curve>,
}

/// What a plot can draw of a monitor.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Curve {
    /// The times of a monitor.
    Times,
    /// `G.v[0]`
    Lines(String),
    /// The neurons that spiked.
    Neurons(String),
    /// `rate(G, smooth: 5 ms)`
    Rate(String),
}

/// A value in SI units.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Known {
    /// Not known.
    No,
    /// One number; whether it is whole.
    One(f64, bool, Dimension),
    /// Several.
    Many(Vec<f64>, bool, Dimension),
}

/// What kind of object.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum What {
    Group,
    Synapses,
    /// Variables, and which neurons or synapses: nothing for all of them.
    States(String),
    Spikes,
    Rates,
    Signal,
    Network,
    Input,
    /// A pathway of synapses.
    Pathway(String),
    /// A clock, with its step.
    Clock(String),
    /// A variable to be linked: its name.
    Link(String),
}

/// An object of the script.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Object {
    pub what: What,
    /// What it is called, of monitors their source: `G`, `G[0:10]`.
    pub text: String,
    /// The name of the declaration behind it.
    pub base: String,
    /// The number of neurons, where it is known.
    pub size: Option<usize>,
}

impl Known {
    /// A single number.
    pub fn one(&self) -> Option<f64> {
        match self {
            Known::One(value, ..) => Some(*value),
            _ => None,
        }
    }

    pub fn whole(&self) -> Option<i64> {
        match self {
            Known::One(value, _, dimension) if dimension.is_none() && value.fract() == 0.0 => {
                Some(*value as i64)
            }
            _ => None,
        }
    }

    pub fn values(&self) -> &[f64] {
        match self {
            Known::No => &[],
            Known::One(value, ..) => std::slice::from_ref(value),
            Known::Many(values, ..) => values,
        }
    }

    pub fn dimension(&self) -> Option<Dimension> {
        match self {
            Known::No => None,
            Known::One(_, _, dimension) | Known::Many(_, _, dimension) => Some(*dimension),
        }
    }

    fn is_whole(&self) -> bool {
        matches!(self, Known::One(_, true, _) | Known::Many(_, true, _))
    }

    /// Element by element.
    pub fn map(&self, dimension: Dimension, whole: bool, f: impl Fn(f64) -> f64) -> Known {
        match self {
            Known::No => Known::No,
            Known::One(value, ..) => Known::One(f(*value), whole, dimension),
            Known::Many(values, ..) => {
                Known::Many(values.iter().map(|v| f(*v)).collect(), whole, dimension)
            }
        }
    }

    /// Two values element by element.
    pub fn combine(&self, other: &Known, operator: &str) -> Known {
        self.combined(other, operator).unwrap_or(Known::No)
    }

    fn combined(&self, other: &Known, operator: &str) -> Option<Known> {
        let (left, right) = (self.dimension()?, other.dimension()?);
        let whole = self.is_whole() && other.is_whole() && operator != "/";
        let dimension = match operator {
            "+" | "-" | "%" => (left == right).then_some(left)?,
            "*" => left.checked_mul(right)?,
            "/" => left.checked_mul(right.inverse())?,
            "//" => (left == right).then_some(Dimension::NONE)?,
            "**" => match left.is_none() {
                true => Dimension::NONE,
                false => left.pow(Rational::approximate(other.one()?)?)?,
            },
            _ => return None,
        };
        let f: fn(f64, f64) -> f64 = match operator {
            "+" => |a, b| a + b,
            "-" => |a, b| a - b,
            "*" => |a, b| a * b,
            "/" => |a, b| a / b,
            "//" => |a, b| (a / b).floor(),
            "%" => |a, b| a - b * (a / b).floor(),
            _ => crate::analysis::operate::power,
        };
        let (a, b) = (self.values(), other.values());
        let single = |known: &Known| matches!(known, Known::One(..));
        let values: Vec<f64> = match (single(self), single(other)) {
            (true, true) => {
                return Some(Known::One(f(self.one()?, other.one()?), whole, dimension));
            }
            (true, false) => b.iter().map(|b| f(self.values()[0], *b)).collect(),
            (false, true) => a.iter().map(|a| f(*a, other.values()[0])).collect(),
            _ if a.len() == b.len() => a.iter().zip(b).map(|(a, b)| f(*a, *b)).collect(),
            _ => return None,
        };
        Some(Known::Many(values, whole, dimension))
    }
}

/// A number that is read back as the same double.
pub(super) fn literal(value: f64, whole: bool) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 {
        return match whole {
            true => format!("{value:.0}"),
            false => format!("{value:?}").trim_end_matches(".0").to_string(),
        };
    }
    if value.is_nan() {
        return "(0/0)".into();
    }
    format!("{value:?}")
}

impl Number {
    /// A text whose value is not known.
    pub fn text(text: impl Into<String>, level: u8) -> Number {
        Number {
            text: text.into(),
            level,
            known: Known::No,
            late: false,
            random: None,
            curve: None,
        }
    }

    /// A text that is known once the protocol is under way.
    pub fn late(text: impl Into<String>) -> Number {
        Number {
            late: true,
            ..Number::text(text, level::ATOM)
        }
    }

    /// A whole number.
    pub fn whole(value: i64) -> Number {
        Number::of(Known::One(value as f64, true, Dimension::NONE))
    }

    /// A known value as text.
    pub fn of(known: Known) -> Number {
        let (text, level) = match &known {
            Known::No => (String::new(), level::ATOM),
            Known::One(value, whole, dimension) => {
                let (unit, scaled) = unit_for(&[*value], *dimension);
                let text = literal(scaled[0], *whole);
                with_unit(text, *value < 0.0, unit)
            }
            Known::Many(values, whole, dimension) => {
                let (unit, scaled) = unit_for(values, *dimension);
                let items: Vec<String> = scaled.iter().map(|v| literal(*v, *whole)).collect();
                with_unit(format!("[{}]", items.join(", ")), false, unit)
            }
        };
        Number {
            known,
            ..Number::text(text, level)
        }
    }

    /// In parentheses where it binds less tightly than needed.
    pub fn within(&self, level: u8) -> String {
        match self.level < level {
            true => format!("({})", self.text),
            false => self.text.clone(),
        }
    }

    /// As a list that is written out: declarations do not compute.
    pub fn listed(&self) -> String {
        match &self.known {
            Known::One(..) => match self.text.split_once(' ') {
                Some((number, unit)) if !unit.contains(' ') && number.parse::<f64>().is_ok() => {
                    format!("[{number}] {unit}")
                }
                _ => format!("[{}]", self.text),
            },
            Known::Many(..) if !self.text.starts_with('[') => Number::of(self.known.clone()).text,
            _ => self.text.clone(),
        }
    }

    /// It is an array, as far as known.
    pub fn is_array(&self) -> bool {
        matches!(self.known, Known::Many(..))
    }
}

fn with_unit(text: String, negative: bool, unit: Option<String>) -> (String, u8) {
    match unit {
        None if negative => (text, level::SIGN),
        None => (text, level::ATOM),
        Some(unit) if unit.contains(['*', '/']) => (format!("{text}*{unit}"), level::PRODUCT),
        Some(unit) if negative => (format!("{text} {unit}"), level::SIGN),
        Some(unit) => (format!("{text} {unit}"), level::POWER),
    }
}

/// A readable unit in which the values come back exactly, and the values in it.
fn unit_for(values: &[f64], dimension: Dimension) -> (Option<String>, Vec<f64>) {
    if dimension.is_none() {
        return (None, values.to_vec());
    }
    let largest = values.iter().fold(0.0, |a: f64, b| a.max(b.abs()));
    let readable = choose_for_value(dimension, largest).ascii();
    if let Some(unit) = Library::standard().unit_after_value(&readable) {
        let scaled: Vec<f64> = values
            .iter()
            .map(|v| {
                let plain = v / unit.scale;
                let short: f64 = format!("{plain:.9}").parse().unwrap_or(plain);
                if short * unit.scale == *v {
                    short
                } else {
                    plain
                }
            })
            .collect();
        let exact = scaled.iter().zip(values).all(|(s, v)| s * unit.scale == *v);
        if exact {
            return (Some(readable), scaled);
        }
    }
    (Some(si_unit(dimension)), values.to_vec())
}

impl Value {
    /// What it is, for a reason.
    pub fn kind(&self) -> String {
        match self {
            Value::Number(_) => "a number".into(),
            Value::Text(_) => "a text".into(),
            Value::Truth(_) => "a truth value".into(),
            Value::Nothing => "`None`".into(),
            Value::List(_) => "a list".into(),
            Value::Dict(_) => "a dictionary".into(),
            Value::Object(object) => format!("the object `{}`", object.text),
            Value::Function(function) => format!("the function `{}`", function.name),
            Value::Canvas(_) => "a drawing".into(),
            Value::Unknown(why) => why.clone(),
        }
    }

    /// A number, or an array of a list of numbers.
    pub fn number(&self) -> Result<Number, String> {
        match self {
            Value::Number(number) => Ok(number.clone()),
            Value::Truth(truth) => {
                let text = if *truth { "True" } else { "False" };
                let mut number = Number::text(text, level::ATOM);
                number.known = Known::One(f64::from(u8::from(*truth)), true, Dimension::NONE);
                Ok(number)
            }
            Value::List(items) => array(items),
            Value::Unknown(why) => Err(why.clone()),
            other => Err(format!("{} where a number is needed", other.kind())),
        }
    }

    pub fn text(&self) -> Result<&str, String> {
        match self {
            Value::Text(text) => Ok(text),
            Value::Unknown(why) => Err(why.clone()),
            other => Err(format!("{} where a text is needed", other.kind())),
        }
    }
}

/// Numbers as one array: with one unit behind it where all have the same.
fn array(items: &[Value]) -> Result<Number, String> {
    let numbers: Result<Vec<Number>, String> = items.iter().map(Value::number).collect();
    let numbers = numbers?;
    let dimension = numbers.first().and_then(|n| n.known.dimension());
    let singles: Option<Vec<f64>> = numbers
        .iter()
        .map(|n| n.known.one().filter(|_| n.known.dimension() == dimension))
        .collect();
    let late = numbers.iter().any(|n| n.late);
    let texts: Vec<&str> = numbers.iter().map(|n| n.text.as_str()).collect();
    let shared = texts.first().and_then(|text| text.split_once(' '));
    let unit = shared.map(|(_, unit)| unit).filter(|unit| {
        unit.chars().all(char::is_alphanumeric)
            && texts.iter().all(|text| {
                text.split_once(' ')
                    .is_some_and(|(n, other)| other == *unit && n.parse::<f64>().is_ok())
            })
    });
    let mut array = match unit {
        Some(unit) => {
            let plain: Vec<&str> = texts
                .iter()
                .filter_map(|text| text.split_once(' ').map(|(number, _)| number))
                .collect();
            Number::text(format!("[{}] {unit}", plain.join(", ")), level::POWER)
        }
        None => Number::text(format!("[{}]", texts.join(", ")), level::ATOM),
    };
    if let (Some(values), Some(dimension)) = (singles, dimension) {
        let whole = numbers
            .iter()
            .all(|n| matches!(n.known, Known::One(_, true, _)));
        array.known = Known::Many(values, whole, dimension);
    }
    array.late = late;
    Ok(array)
}
