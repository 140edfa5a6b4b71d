//! Equations as mathematics: fractions as fractions, powers raised, Greek letters by name, units upright.
//!
//! [`expression`] turns an expression of the syntax tree into a [`Math`], which [`mathml`](to_mathml) and [`latex`](to_latex) write out. The
//! live page, the report of a model and everything else that shows an equation use this one way.

mod expression;
mod latex;
mod mathml;
mod symbols;
#[cfg(test)]
mod tests;

pub use expression::Setter;
pub use latex::to_latex;
pub use mathml::to_mathml;
pub use symbols::symbol;

/// A piece of mathematics.
#[derive(Clone, PartialEq, Debug)]
pub enum Math {
    /// A number as it is to be read.
    Number(String),
    /// A letter of a variable, slanted.
    Letter(String),
    /// A word: names of several letters, functions; upright.
    Word(String),
    /// A unit as written, `mS/cm^2`; upright.
    Unit(String),
    /// An operator or sign with the usual room around it.
    Sign(&'static str),
    /// A little room: between factors, before a unit.
    Thin,
    /// One after the other.
    Row(Vec<Math>),
    /// Above and below a line.
    Fraction(Box<Math>, Box<Math>),
    /// A base with something below right.
    Sub(Box<Math>, Box<Math>),
    /// A base with something above right.
    Power(Box<Math>, Box<Math>),
    /// A square root.
    Root(Box<Math>),
    /// Between brackets that grow with it.
    Fence(&'static str, Box<Math>, &'static str),
    /// Values with their conditions, then the value otherwise.
    Cases(Vec<(Math, Math)>, Box<Math>),
}

impl Math {
    /// `left = right`.
    pub fn equals(left: Math, right: Math) -> Math {
        Math::Row(vec![left, Math::Sign("="), right])
    }
    /// `dx/dt` of a variable.
    pub fn rate_of(name: &str) -> Math {
        let d = || Math::Word("d".into());
        let above = Math::Row(vec![d(), symbol(name)]);
        let below = Math::Row(vec![d(), Math::Letter("t".into())]);
        Math::Fraction(Box::new(above), Box::new(below))
    }
    /// A number, `1.5e-05` as a product with a power of ten.
    pub fn number(text: &str) -> Math {
        let Some((digits, exponent)) = text.split_once(['e', 'E']) else {
            return Math::Number(signed(text));
        };
        let exponent = exponent.trim_start_matches('+');
        let (sign, size) = match exponent.strip_prefix('-') {
            Some(size) => ("-", size),
            None => ("", exponent),
        };
        let size = size.trim_start_matches('0');
        let exponent = Math::Number(signed(&format!(
            "{sign}{}",
            if size.is_empty() { "0" } else { size }
        )));
        let power = Math::Power(Box::new(Math::Number("10".into())), Box::new(exponent));
        match digits {
            "1" | "1." | "1.0" => power,
            _ => Math::Row(vec![Math::Number(signed(digits)), Math::Sign("×"), power]),
        }
    }
    /// A value as text, `-65 mV`, with its unit upright.
    pub fn quantity(text: &str) -> Math {
        match text.split_once(' ') {
            Some((number, unit)) => Math::Row(vec![
                Math::number(number),
                Math::Thin,
                Math::Unit(unit.to_string()),
            ]),
            None => Math::number(text),
        }
    }
}

/// A number with a minus instead of a hyphen.
fn signed(text: &str) -> String {
    text.replace('-', "\u{2212}")
}
