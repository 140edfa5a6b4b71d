//! The table of functions. One file per section; a function is a row, and all else follows from it.

mod linear;
mod make;
mod order;
mod reduce;
mod spectra;
mod spikes;
mod statistics;
mod times;

use std::sync::{Arc, OnceLock};

use super::signature::{Signature, read};
use super::value::{Array, Spikes, Value};

/// How the shape of a result follows from the arguments, as far as it is known before the run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// A single number.
    Single,
    /// The shape of an argument.
    Like(usize),
    /// The shape of the first argument less the axis given, or a single number without one.
    Reduce,
    /// A vector of as many elements as an argument says.
    Count(usize),
    /// A vector.
    Vector,
    /// Known only during the run.
    Unknown,
}

/// A function of the analysis.
#[derive(Debug)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// Parameters and result: `(x: D, bins?: integer) -> integer`.
    pub signature: &'static str,
    /// Shape of the result.
    pub shape: Shape,
    /// What it does.
    pub doc: &'static str,
    /// A condition that holds.
    pub example: &'static str,
    /// Its evaluator.
    pub evaluate: fn(&Call<'_>) -> Result<Value, String>,
}

impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.signature == other.signature
    }
}

/// The arguments of a call, in the order of the parameters; nothing for those that were left out.
pub struct Call<'a> {
    /// The values.
    pub arguments: &'a [Option<Value>],
}

impl Call<'_> {
    fn value(&self, k: usize) -> Option<&Value> {
        self.arguments.get(k).and_then(Option::as_ref)
    }
    /// An array.
    fn array(&self, k: usize) -> Result<&Array, String> {
        match self.value(k) {
            Some(Value::Array(array)) => Ok(array),
            _ => Err("an array is missing".to_string()),
        }
    }
    /// The elements of an array.
    fn list(&self, k: usize) -> Result<Vec<f64>, String> {
        self.array(k).map(super::value::elements)
    }
    /// A single number.
    fn number(&self, k: usize) -> Result<f64, String> {
        let value = self.value(k).and_then(Value::single);
        value.ok_or_else(|| "a single number is needed, not an array".to_string())
    }
    /// A single number, where it is given.
    fn optional(&self, k: usize) -> Result<Option<f64>, String> {
        match self.value(k) {
            Some(_) => self.number(k).map(Some),
            None => Ok(None),
        }
    }
    /// A whole number, at least 0.
    fn count(&self, k: usize) -> Result<usize, String> {
        let value = self.number(k)?;
        if value.fract() != 0.0 || !(0.0..1e9).contains(&value) {
            return Err(format!("{value} is no number of elements"));
        }
        Ok(value as usize)
    }
    /// An axis, negative ones counted from the last; nothing where it is left out.
    fn axis(&self, k: usize, rank: usize) -> Result<Option<usize>, String> {
        let Some(value) = self.optional(k)? else {
            return Ok(None);
        };
        super::index::position(value, rank)
            .map(Some)
            .map_err(|_| format!("there is no axis {value}: the array has {rank}"))
    }
    /// Spike trains; times in an array are one train.
    fn spikes(&self, k: usize) -> Result<Arc<Spikes>, String> {
        match self.value(k) {
            Some(Value::Spikes(spikes)) => Ok(spikes.clone()),
            Some(Value::Array(times)) => {
                let mut train = super::value::elements(times);
                train.sort_by(f64::total_cmp);
                let end = train.last().copied().unwrap_or(0.0);
                Ok(Arc::new(Spikes {
                    trains: vec![train],
                    end,
                }))
            }
            _ => Err("spikes are missing".to_string()),
        }
    }
}

/// A section of the table.
pub struct Section {
    /// Its heading.
    pub title: &'static str,
    /// Its functions.
    pub functions: &'static [Function],
}

/// All functions.
pub const ALL: &[Section] = &[
    make::SECTION,
    order::SECTION,
    reduce::SECTION,
    linear::SECTION,
    statistics::SECTION,
    spectra::SECTION,
    spikes::SECTION,
    times::SECTION,
];

/// Declares the functions of a section.
macro_rules! functions {
    ($title:literal; $($name:literal $signature:literal $shape:expr, $doc:literal, $example:literal, $evaluate:expr;)*) => {
        /// The rows of this section.
        pub const SECTION: super::Section = super::Section {
            title: $title,
            functions: &[$(super::Function {
                name: $name,
                signature: $signature,
                shape: $shape,
                doc: $doc,
                example: $example,
                evaluate: $evaluate,
            },)*],
        };
    };
}
use functions;

/// All functions in order.
pub fn all() -> impl Iterator<Item = &'static Function> {
    ALL.iter().flat_map(|section| section.functions)
}

/// The functions of a name: one, or several that differ in their parameters.
pub fn named(name: &str) -> impl Iterator<Item = &'static Function> {
    all().filter(move |function| function.name == name)
}

impl Function {
    /// The signature, read once.
    pub fn read(&'static self) -> &'static Signature {
        static READ: OnceLock<Vec<(&'static str, &'static str, Signature)>> = OnceLock::new();
        let table = READ.get_or_init(|| {
            all()
                .map(|f| (f.name, f.signature, read(f.signature)))
                .collect()
        });
        let row = table
            .iter()
            .find(|(name, text, _)| *name == self.name && *text == self.signature);
        static EMPTY: OnceLock<Signature> = OnceLock::new();
        row.map_or_else(|| EMPTY.get_or_init(|| read("() -> 1")), |row| &row.2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_is_documented_and_named_once_per_signature() {
        let mut seen = std::collections::BTreeSet::new();
        for function in all() {
            assert!(
                seen.insert((function.name, function.signature)),
                "{}",
                function.name
            );
            assert!(function.doc.ends_with('.'), "{}", function.name);
            assert!(
                function.example.contains(function.name),
                "{}",
                function.name
            );
            let signature = function.read();
            let texts = function.signature.matches(':').count();
            assert_eq!(signature.parameters.len(), texts, "{}", function.name);
        }
    }
}
