//! A value in SI base units together with its dimension.

use super::dimension::Dimension;

/// A number in SI base units with its dimension.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Quantity {
    /// Value in SI base units.
    pub value: f64,
    /// Dimension of the value.
    pub dimension: Dimension,
}
