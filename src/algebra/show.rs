//! Terms as readable `.snn` text.

use crate::model::Model;
use crate::model::term::{Bits, Comparison, Draw, Intrinsic, NoiseId, Term, TermId};

/// The text of a term: names as in the model, division and subtraction restored, as few parentheses as possible.
pub fn show(model: &Model, id: TermId) -> String {
    Printer { model, noises: &[] }.text(id)
}

/// The same with names for noise symbols, as in [`super::equations::Equations::noise_names`].
pub fn show_with_noise(model: &Model, noises: &[String], id: TermId) -> String {
    Printer { model, noises }.text(id)
}

/// How a number is written: at most 15 digits, exponents outside 1e-4 … 1e9.
pub fn show_number(value: f64) -> String {
    if !value.is_finite() {
        let name = if value.is_nan() { "nan" } else { "inf" };
        return if value < 0.0 {
            format!("-{name}")
        } else {
            name.to_string()
        };
    }
    let rounded: f64 = format!("{value:.14e}").parse().unwrap_or(value);
    let size = rounded.abs();
    if rounded != 0.0 && !(1e-4..1e9).contains(&size) {
        format!("{rounded:e}")
    } else {
        format!("{rounded}")
    }
}

/// Binding strength, loosest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Conditional,
    Or,
    And,
    Not,
    Comparison,
    Sum,
    Product,
    Sign,
    Power,
    Atom,
}

/// Functions whose name in the language is not that of the intrinsic.
const NAMES: &[(Intrinsic, &str)] = &[
    (Intrinsic::Asin, "arcsin"),
    (Intrinsic::Acos, "arccos"),
    (Intrinsic::Atan, "arctan"),
    (Intrinsic::Atan2, "arctan2"),
];

struct Printer<'a> {
    model: &'a Model,
    noises: &'a [String],
}

impl Printer<'_> {
    fn text(&self, id: TermId) -> String {
        self.print(id).0
    }
    /// The text, in parentheses where it binds looser than needed.
    fn at(&self, id: TermId, needed: Level) -> String {
        enclosed(self.print(id), needed)
    }
    fn print(&self, id: TermId) -> (String, Level) {
        let atom = |text: String| (text, Level::Atom);
        match self.model.terms.get(id) {
            Term::Number(Bits(value)) => signed(show_number(*value)),
            Term::Integer(value) => signed(value.to_string()),
            Term::Boolean(value) => atom(value.to_string()),
            Term::Constant(id) => atom(
                self.model
                    .constants
                    .get(*id)
                    .map_or("?".into(), |c| c.name.clone()),
            ),
            Term::Variable(id) => atom(
                self.model
                    .variables
                    .get(*id)
                    .map_or("?".into(), |v| v.name.clone()),
            ),
            Term::Argument(number, _) => atom(format!("argument {number}")),
            Term::Index => atom("i".into()),
            Term::Time => atom("t".into()),
            Term::Dt => atom("dt".into()),
            Term::StepNumber => atom("t_in_timesteps".into()),
            Term::Noise(id) => atom(self.noise(*id)),
            Term::Sum(items) => (self.sum(items), Level::Sum),
            Term::Product(items) => self.product(items),
            Term::Power(base, exponent) => match self.model.terms.get(*exponent) {
                Term::Integer(-1) => (format!("1/{}", self.at(*base, Level::Sign)), Level::Product),
                _ => {
                    let base = self.at(*base, Level::Atom);
                    (
                        format!("{base}**{}", self.at(*exponent, Level::Sign)),
                        Level::Power,
                    )
                }
            },
            Term::Call(function @ (Intrinsic::Mod | Intrinsic::FloorDiv), arguments) => {
                let operator = if *function == Intrinsic::Mod {
                    "%"
                } else {
                    "//"
                };
                match arguments.as_ref() {
                    [a, b] => {
                        let (a, b) = (self.at(*a, Level::Product), self.at(*b, Level::Sign));
                        (format!("{a} {operator} {b}"), Level::Product)
                    }
                    _ => atom("?".into()),
                }
            }
            Term::Call(function, arguments) => {
                let other = NAMES.iter().find(|row| row.0 == *function);
                let name = other.map_or(function.name(), |row| row.1);
                atom(self.called(name, arguments))
            }
            Term::Signal(signal, arguments) => {
                let name = self
                    .model
                    .signals
                    .get(*signal)
                    .map_or("?", |s| s.name.as_str());
                atom(self.called(name, arguments))
            }
            Term::Compare(operator, a, b) => {
                let operator = match operator {
                    Comparison::Less => "<",
                    Comparison::LessEqual => "<=",
                    Comparison::Greater => ">",
                    Comparison::GreaterEqual => ">=",
                    Comparison::Equal => "==",
                    Comparison::NotEqual => "!=",
                };
                let (a, b) = (self.at(*a, Level::Sum), self.at(*b, Level::Sum));
                (format!("{a} {operator} {b}"), Level::Comparison)
            }
            Term::And(a, b) => (
                format!(
                    "{} and {}",
                    self.at(*a, Level::And),
                    self.at(*b, Level::Not)
                ),
                Level::And,
            ),
            Term::Or(a, b) => (
                format!("{} or {}", self.at(*a, Level::Or), self.at(*b, Level::And)),
                Level::Or,
            ),
            Term::Not(a) => (format!("not {}", self.at(*a, Level::Not)), Level::Not),
            Term::Select(condition, then, otherwise) => {
                let (then, condition) = (self.at(*then, Level::Or), self.at(*condition, Level::Or));
                let otherwise = self.at(*otherwise, Level::Conditional);
                (
                    format!("{then} if {condition} else {otherwise}"),
                    Level::Conditional,
                )
            }
            Term::Random(draw, _, argument) => {
                let name = match draw {
                    Draw::Uniform => "rand",
                    Draw::Normal => "randn",
                    Draw::Poisson => "poisson",
                };
                let argument: Vec<TermId> = argument.iter().copied().collect();
                atom(self.called(name, &argument))
            }
        }
    }
    fn noise(&self, id: NoiseId) -> String {
        match self.noises.get(id.0 as usize) {
            Some(name) => name.clone(),
            None if id.0 == 0 => "xi".to_string(),
            None => format!("xi_{}", id.0),
        }
    }
    fn called(&self, name: &str, arguments: &[TermId]) -> String {
        let arguments: Vec<String> = arguments.iter().map(|a| self.text(*a)).collect();
        format!("{name}({})", arguments.join(", "))
    }
    fn sum(&self, items: &[TermId]) -> String {
        // A positive summand in front reads better than a sign.
        let mut parts: Vec<(String, Level)> = items.iter().map(|item| self.print(*item)).collect();
        if parts.first().is_some_and(|part| part.0.starts_with('-'))
            && let Some(k) = parts.iter().position(|part| !part.0.starts_with('-'))
        {
            let part = parts.remove(k);
            parts.insert(0, part);
        }
        let mut out = String::new();
        for part in parts {
            let text = enclosed(part, Level::Product);
            match text.strip_prefix('-') {
                _ if out.is_empty() => out.push_str(&text),
                Some(positive) => out.push_str(&format!(" - {positive}")),
                None => out.push_str(&format!(" + {text}")),
            }
        }
        out
    }
    fn product(&self, items: &[TermId]) -> (String, Level) {
        let terms = &self.model.terms;
        let (mut above, mut below, mut negative) = (Vec::new(), Vec::new(), false);
        for item in items {
            match terms.get(*item) {
                Term::Integer(-1) => negative = !negative,
                Term::Number(Bits(value)) if *value == -1.0 => negative = !negative,
                Term::Number(Bits(value)) if *value < 0.0 && above.is_empty() => {
                    negative = !negative;
                    above.push(show_number(-value));
                }
                Term::Integer(value) if *value < -1 && above.is_empty() => {
                    negative = !negative;
                    above.push(value.unsigned_abs().to_string());
                }
                Term::Power(base, exponent)
                    if matches!(terms.get(*exponent), Term::Integer(-1)) =>
                {
                    match terms.get(*base) {
                        Term::Product(inner) => {
                            below.extend(inner.iter().map(|i| self.at(*i, Level::Sign)));
                        }
                        _ => below.push(self.at(*base, Level::Sign)),
                    }
                }
                _ => above.push(self.at(*item, Level::Product)),
            }
        }
        let mut text = if above.is_empty() {
            "1".to_string()
        } else {
            above.join("*")
        };
        match below.as_slice() {
            [] => {}
            [one] => text.push_str(&format!("/{one}")),
            many => text.push_str(&format!("/({})", many.join("*"))),
        }
        if negative {
            (format!("-{text}"), Level::Product)
        } else {
            (text, Level::Product)
        }
    }
}

fn signed(text: String) -> (String, Level) {
    let level = if text.starts_with('-') {
        Level::Sign
    } else {
        Level::Atom
    };
    (text, level)
}

fn enclosed((text, level): (String, Level), needed: Level) -> String {
    if level < needed {
        format!("({text})")
    } else {
        text
    }
}
