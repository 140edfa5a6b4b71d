//! Values of the analysis language.

use std::sync::Arc;

use ndarray::{ArrayD, IxDyn};

/// An array of any rank; rank 0 is a single number.
pub type Array = ArrayD<f64>;

/// A value.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// Numbers in SI units, or a mask of 0 and 1.
    Array(Array),
    /// A text: a file name.
    Text(String),
    /// Spike trains of a population.
    Spikes(Arc<Spikes>),
}

/// Spike trains.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Spikes {
    /// Times in seconds, per neuron, ascending.
    pub trains: Vec<Vec<f64>>,
    /// Time up to which spikes were recorded, seconds.
    pub end: f64,
}

impl Value {
    /// A single number.
    pub fn number(value: f64) -> Value {
        Value::Array(Array::from_elem(IxDyn(&[]), value))
    }
    /// A vector.
    pub fn vector(values: Vec<f64>) -> Value {
        Value::Array(vector(values))
    }
    /// The array; an empty one for anything else.
    pub fn into_array(self) -> Array {
        match self {
            Value::Array(array) => array,
            _ => vector(Vec::new()),
        }
    }
    /// The only number of an array with one element.
    pub fn single(&self) -> Option<f64> {
        match self {
            Value::Array(array) if array.len() == 1 => array.iter().next().copied(),
            _ => None,
        }
    }
}

/// A vector.
pub fn vector(values: Vec<f64>) -> Array {
    ndarray::Array1::from_vec(values).into_dyn()
}

/// An array from its elements in row-major order; nothing where their number does not fit.
pub fn shaped(shape: &[usize], values: Vec<f64>) -> Option<Array> {
    Array::from_shape_vec(IxDyn(shape), values).ok()
}

/// The elements in row-major order.
pub fn elements(array: &Array) -> Vec<f64> {
    array.iter().copied().collect()
}

/// A shape for people: `3`, `3 × 4`, `a single number`.
pub fn describe_shape(shape: &[usize]) -> String {
    match shape {
        [] => "a single number".to_string(),
        [n] => format!("{n} value{}", if *n == 1 { "" } else { "s" }),
        more => {
            let parts: Vec<String> = more.iter().map(usize::to_string).collect();
            format!("{} values", parts.join(" × "))
        }
    }
}
