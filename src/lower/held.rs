//! How precisely a program holds the numbers of a model. Arithmetic is in double precision always; what is held in single precision is widened
//! when it is read and rounded to nearest when it is written.
//!
//! Only what there are many of is worth it: variables with a value for each neuron or synapse. Times stay doubles: they grow while a simulation
//! runs, and single precision would soon tell them no finer than a step.

use crate::kir::layout::Elem;
use crate::model::term::Type;
use crate::model::{Model, VariableId};
use crate::units::dimension::Dimension;

use super::context::{elem, one_value};

/// How a number is held.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Precision {
    /// In 4 bytes.
    Single,
    /// In 8 bytes.
    #[default]
    Double,
}

/// Type of the column of a stored variable; `held` says how numbers are held of which there are many.
pub(super) fn column(model: &Model, id: VariableId, held: Precision) -> Elem {
    let variable = &model.variables[id];
    let many = !one_value(variable) && variable.dimension != Dimension::TIME;
    match (variable.ty, held) {
        (Type::Float, Precision::Single) if many => Elem::F32,
        (ty, _) => elem(ty),
    }
}
