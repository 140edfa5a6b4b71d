//! A value in SI base units together with its dimension.

use super::dimension::Dimension;
use super::display::format_quantity;

/// A number in SI base units with its dimension. Prints with a readable unit: `-50 mV`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Quantity {
    /// Value in SI base units.
    pub value: f64,
    /// Dimension of the value.
    pub dimension: Dimension,
}

impl Quantity {
    /// A value in SI base units.
    pub const fn new(value: f64, dimension: Dimension) -> Quantity {
        Quantity { value, dimension }
    }
    /// A pure number.
    pub const fn number(value: f64) -> Quantity {
        Quantity::new(value, Dimension::NONE)
    }
}

impl std::fmt::Display for Quantity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&format_quantity(self.value, self.dimension))
    }
}
