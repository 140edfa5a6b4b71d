//! Signatures of the functions of the analysis: `histogram(x: D, bins?: integer) -> integer`.
//!
//! A parameter is `D` and other capital letters (any dimension, the same at all its uses), `1`, `Time`, products, quotients and powers of
//! these, `integer`, `boolean`, `text` or `spikes`. A parameter with `?` may be left out.

use crate::units::dimension::{Dimension, Rational};

/// What a parameter takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Numbers.
    Number,
    /// Whole numbers.
    Integer,
    /// Truth values.
    Truth,
    /// A text.
    Text,
    /// Spike trains: a population, or times.
    Spikes,
}

/// Dimension with variables: a fixed part times powers of variables.
#[derive(Clone, PartialEq, Debug)]
pub struct Pattern {
    /// The part without variables.
    pub fixed: Dimension,
    /// Variables with exponents.
    pub variables: Vec<(char, i64)>,
}

/// One parameter.
#[derive(Clone, PartialEq, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// Its dimension.
    pub pattern: Pattern,
    /// True when it may be left out.
    pub optional: bool,
}

/// A signature that was read.
#[derive(Clone, PartialEq, Debug)]
pub struct Signature {
    /// Parameters in order.
    pub parameters: Vec<Parameter>,
    /// What the result is.
    pub kind: Kind,
    /// Dimension of the result.
    pub result: Pattern,
}

/// Values of the dimension variables during one call.
pub type Variables = Vec<(char, Dimension)>;

impl Pattern {
    /// The dimension with variables replaced; nothing while one is unknown or an exponent grows out of range.
    pub fn with(&self, variables: &Variables) -> Option<Dimension> {
        let mut result = self.fixed;
        for (name, exponent) in &self.variables {
            let (_, value) = variables.iter().find(|(other, _)| other == name)?;
            result = result.checked_mul(value.pow(Rational::new(*exponent, 1)?)?)?;
        }
        Some(result)
    }
    /// Gives the one open variable the value that makes the pattern equal to what was found. False where no variable is open.
    pub fn solve(&self, found: Dimension, variables: &mut Variables) -> bool {
        let is_open = |(name, _): &&(char, i64)| !variables.iter().any(|(other, _)| other == name);
        let Some((name, exponent)) = self.variables.iter().find(is_open).copied() else {
            return false;
        };
        let rest = Pattern {
            fixed: self.fixed,
            variables: self
                .variables
                .iter()
                .filter(|(other, _)| *other != name)
                .copied()
                .collect(),
        };
        let solved = rest
            .with(variables)
            .and_then(|rest| found.checked_mul(rest.inverse()))
            .and_then(|own| own.pow(Rational::new(1, exponent)?));
        variables.push((name, solved.unwrap_or(Dimension::NONE)));
        true
    }
}

/// Reads a signature of the table.
pub fn read(text: &'static str) -> Signature {
    let (head, result) = text.split_once("->").unwrap_or((text, "1"));
    let inside = head
        .split_once('(')
        .and_then(|(_, rest)| rest.rsplit_once(')'))
        .map_or("", |(inside, _)| inside);
    let parameters = inside.split(',').filter_map(|part| {
        let (name, pattern) = part.split_once(':')?;
        let (kind, pattern) = read_pattern(pattern);
        Some(Parameter {
            optional: name.trim().ends_with('?'),
            name: name.trim().trim_end_matches('?'),
            kind,
            pattern,
        })
    });
    let (kind, result) = read_pattern(result);
    Signature {
        parameters: parameters.collect(),
        kind,
        result,
    }
}

fn read_pattern(text: &str) -> (Kind, Pattern) {
    let mut pattern = Pattern {
        fixed: Dimension::NONE,
        variables: Vec::new(),
    };
    let kind = match text.trim() {
        "integer" => Kind::Integer,
        "boolean" => Kind::Truth,
        "text" => Kind::Text,
        "spikes" => Kind::Spikes,
        _ => Kind::Number,
    };
    if kind != Kind::Number {
        return (kind, pattern);
    }
    let mut sign = 1;
    for word in text.trim().split_inclusive(['*', '/']) {
        let factor = word.trim_end_matches(['*', '/']).trim();
        let (base, exponent) = factor.split_once('^').unwrap_or((factor, "1"));
        let exponent = sign * exponent.parse::<i64>().unwrap_or(1);
        match base {
            "1" => {}
            "Time" => {
                let power = Rational::new(exponent, 1).and_then(|e| Dimension::TIME.pow(e));
                pattern.fixed = pattern.fixed * power.unwrap_or(Dimension::NONE);
            }
            name => pattern
                .variables
                .extend(name.chars().next().map(|name| (name, exponent))),
        }
        sign = if word.ends_with('/') { -1 } else { 1 };
    }
    (Kind::Number, pattern)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dimensions_of_a_call_follow_from_its_arguments() {
        let signature = read("psd(x: D, dt: Time, bins?: integer) -> D^2*Time");
        let length = Dimension::base(0);
        let mut variables = Variables::new();
        assert!(
            signature
                .parameters
                .iter()
                .map(|p| p.optional)
                .eq([false, false, true])
        );
        assert!(
            signature
                .parameters
                .first()
                .is_some_and(|p| p.pattern.solve(length, &mut variables))
        );
        assert_eq!(
            signature.result.with(&variables),
            Some(length * length * Dimension::TIME)
        );
        let inverse = read("f(x: D, y: E) -> E/D");
        assert_eq!(inverse.result.variables, [('E', 1), ('D', -1)]);
    }
}
