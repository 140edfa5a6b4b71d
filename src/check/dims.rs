//! Dimensions of expressions, and how they are said to a reader.

use crate::units::dimension::Dimension;
use crate::units::display::{describe_dimension, dimension_name};

/// The dimension of an expression as far as it is known.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Dim {
    /// This dimension.
    Known(Dimension),
    /// A bare 0, which fits every dimension.
    Zero,
    /// Something was wrong below and has been reported; everything fits.
    Poison,
}

impl Dim {
    /// The dimension of pure numbers.
    pub const NONE: Dim = Dim::Known(Dimension::NONE);

    /// The dimension, where it is known.
    pub fn known(self) -> Option<Dimension> {
        match self {
            Dim::Known(dimension) => Some(dimension),
            Dim::Zero | Dim::Poison => None,
        }
    }
    /// The dimension, a bare 0 being a pure number; nothing for poison.
    pub fn settled(self) -> Option<Dimension> {
        match self {
            Dim::Known(dimension) => Some(dimension),
            Dim::Zero => Some(Dimension::NONE),
            Dim::Poison => None,
        }
    }
    /// True unless both dimensions are known and differ.
    pub fn fits(self, other: Dimension) -> bool {
        self.known().is_none_or(|own| own == other)
    }
    /// The dimension that two operands share, or nothing where they differ.
    pub fn join(self, other: Dim) -> Option<Dim> {
        match (self, other) {
            (Dim::Poison, _) | (_, Dim::Poison) => Some(Dim::Poison),
            (Dim::Zero, other) => Some(other),
            (own, Dim::Zero) => Some(own),
            (Dim::Known(a), Dim::Known(b)) => (a == b).then_some(self),
        }
    }
    /// Dimension of a product; nothing where an exponent grows out of range.
    pub fn times(self, other: Dim) -> Option<Dim> {
        Some(match (self, other) {
            (Dim::Poison, _) | (_, Dim::Poison) => Dim::Poison,
            (Dim::Zero, Dim::Zero) => Dim::Zero,
            (a, b) => {
                let (a, b) = (a.settled()?, b.settled()?);
                Dim::Known(a.checked_mul(b)?)
            }
        })
    }
    /// Dimension of a reciprocal.
    pub fn inverse(self) -> Dim {
        match self {
            Dim::Known(dimension) => Dim::Known(dimension.inverse()),
            other => other,
        }
    }
}

/// `a voltage (volt)`, `in volt/second`, `a pure number`: what follows "`x` is".
pub fn is_a(dimension: Dimension) -> String {
    let text = describe_dimension(dimension);
    if dimension.is_none() {
        return text;
    }
    match dimension_name(dimension) {
        Some(name) if name.starts_with(['a', 'e', 'i', 'o', 'u']) => format!("an {text}"),
        Some(_) => format!("a {text}"),
        None => format!("in {text}"),
    }
}

/// `a voltage (volt)`, `a value in volt/second`, `a pure number`: what follows "expected".
pub fn a_value(dimension: Dimension) -> String {
    let text = is_a(dimension);
    if text.starts_with("in ") {
        format!("a value {text}")
    } else {
        text
    }
}
