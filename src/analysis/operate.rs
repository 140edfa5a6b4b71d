//! Operators, element by element, with broadcasting as in NumPy.
#![allow(clippy::disallowed_methods)] // analysis is done by the host

use ndarray::{IxDyn, Zip};

use super::value::{Array, describe_shape};

/// Operators between two arrays.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    FloorDivide,
    Modulo,
    Power,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Equal,
    NotEqual,
    And,
    Or,
}

impl Operator {
    /// Its value for two numbers; truth values are 0 and 1.
    pub fn apply(self, a: f64, b: f64) -> f64 {
        let truth = |b: bool| f64::from(u8::from(b));
        match self {
            Operator::Add => a + b,
            Operator::Subtract => a - b,
            Operator::Multiply => a * b,
            Operator::Divide => a / b,
            Operator::FloorDivide => (a / b).floor(),
            Operator::Modulo => {
                let rest = a % b;
                if rest != 0.0 && (rest < 0.0) != (b < 0.0) {
                    rest + b
                } else {
                    rest
                }
            }
            Operator::Power => power(a, b),
            Operator::Less => truth(a < b),
            Operator::LessEqual => truth(a <= b),
            Operator::Greater => truth(a > b),
            Operator::GreaterEqual => truth(a >= b),
            Operator::Equal => truth(a == b),
            Operator::NotEqual => truth(a != b),
            Operator::And => truth(a != 0.0 && b != 0.0),
            Operator::Or => truth(a != 0.0 || b != 0.0),
        }
    }
}

/// `base ** exponent`; small whole exponents multiply out.
pub fn power(base: f64, exponent: f64) -> f64 {
    match exponent {
        1.0 => base,
        2.0 => base * base,
        3.0 => base * base * base,
        -1.0 => 1.0 / base,
        0.5 => base.sqrt(),
        _ => base.powf(exponent),
    }
}

/// The shape that two shapes are stretched to: sizes agree from the last axis on, or are 1.
pub fn common_shape(a: &[usize], b: &[usize]) -> Option<Vec<usize>> {
    let rank = a.len().max(b.len());
    let at = |shape: &[usize], k: usize| {
        let missing = rank - shape.len();
        k.checked_sub(missing)
            .and_then(|k| shape.get(k))
            .copied()
            .unwrap_or(1)
    };
    (0..rank)
        .map(|k| match (at(a, k), at(b, k)) {
            (x, y) if x == y => Some(x),
            (1, y) => Some(y),
            (x, 1) => Some(x),
            _ => None,
        })
        .collect()
}

/// Applies a function to pairs of elements.
///
/// # Errors
/// A sentence, where the shapes do not fit.
pub fn zip(a: &Array, b: &Array, f: impl Fn(f64, f64) -> f64) -> Result<Array, String> {
    if a.shape() == b.shape() {
        return Ok(Zip::from(a).and(b).map_collect(|x, y| f(*x, *y)));
    }
    if let (0, Some(x)) = (a.ndim(), a.first()) {
        return Ok(b.mapv(|y| f(*x, y)));
    }
    if let (0, Some(y)) = (b.ndim(), b.first()) {
        return Ok(a.mapv(|x| f(x, *y)));
    }
    let shape = common_shape(a.shape(), b.shape()).ok_or_else(|| {
        format!(
            "{} and {} cannot be combined element by element",
            describe_shape(a.shape()),
            describe_shape(b.shape())
        )
    })?;
    let stretched = |array: &Array| array.broadcast(IxDyn(&shape)).map(|view| view.to_owned());
    match (stretched(a), stretched(b)) {
        (Some(a), Some(b)) => Ok(Zip::from(&a).and(&b).map_collect(|x, y| f(*x, *y))),
        _ => Err("the shapes do not fit".to_string()),
    }
}

/// Stretches several arrays to one shape.
///
/// # Errors
/// A sentence, where the shapes do not fit.
pub fn stretch(arrays: &[Array]) -> Result<(Vec<usize>, Vec<Array>), String> {
    let mut shape: Vec<usize> = Vec::new();
    for array in arrays {
        shape = common_shape(&shape, array.shape()).ok_or_else(|| {
            format!(
                "{} and {} cannot be combined element by element",
                describe_shape(&shape),
                describe_shape(array.shape())
            )
        })?;
    }
    let all: Option<Vec<Array>> = arrays
        .iter()
        .map(|array| array.broadcast(IxDyn(&shape)).map(|view| view.to_owned()))
        .collect();
    Ok((shape, all.ok_or("the shapes do not fit")?))
}
