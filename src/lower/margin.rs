//! How near every neuron came to its threshold: kept on request, so that a silent population can be explained.

use super::context::Context;
use super::emit::{Emit, Place};
use crate::kir::layout::{ColumnId, Elem};
use crate::kir::{BinaryOp, Ty};
use crate::model::term::{Comparison, Term, TermId, Type};
use crate::model::{GroupId, Model};

/// The largest value of one side of a comparison in a threshold.
#[derive(Clone, PartialEq, Debug)]
pub struct Margin {
    /// Largest value so far, per element; minus infinity before the first step.
    pub column: ColumnId,
    /// The side that has to become large.
    pub left: TermId,
    /// The side it has to exceed.
    pub right: TermId,
    /// True when the column holds the largest `left`; false when it holds the largest `left - right`, because `right` changes.
    pub peak: bool,
}

/// The first comparison that has to hold for a threshold.
fn comparison(model: &Model, term: TermId) -> Option<(TermId, TermId)> {
    let (left, right) = match model.terms.get(term) {
        Term::Compare(Comparison::Greater | Comparison::GreaterEqual, a, b) => (*a, *b),
        Term::Compare(Comparison::Less | Comparison::LessEqual, a, b) => (*b, *a),
        Term::And(a, b) => return comparison(model, *a).or_else(|| comparison(model, *b)),
        _ => return None,
    };
    let float = |term| model.terms.ty(term) == Type::Float;
    (float(left) || float(right)).then_some((left, right))
}

/// The two sides of the first comparison that has to hold for the threshold of a group: what has to become large, and what it has to exceed.
pub fn sides(model: &Model, id: GroupId) -> Option<(TermId, TermId)> {
    comparison(model, model.groups[id].threshold.as_ref()?.term)
}

/// Adds the column of a group whose threshold is a comparison.
pub(super) fn add(context: &mut Context<'_>, id: GroupId) {
    let model = context.model;
    let group = &model.groups[id];
    let Some((left, right)) = sides(model, id) else {
        return;
    };
    let moves = &mut |term: &Term| {
        !matches!(
            term,
            Term::Number(_)
                | Term::Integer(_)
                | Term::Constant(_)
                | Term::Sum(_)
                | Term::Product(_)
                | Term::Power(..)
                | Term::Call(..)
        )
    };
    let peak = !model.terms.any(right, moves);
    let name = format!("{}.margin", group.name);
    let column = context.column(name, Elem::F64, group.size, "1", f64::NEG_INFINITY);
    context.bindings.groups[id].margin = Some(Margin {
        column,
        left,
        right,
        peak,
    });
}

/// Updates the column.
pub(super) fn keep(emit: &mut Emit<'_>, margin: &Margin) {
    let mut value = emit.term_as(margin.left, Ty::F64);
    if !margin.peak {
        let right = emit.term_as(margin.right, Ty::F64);
        value = emit.builder.binary(BinaryOp::Sub, value, right);
    }
    let place = Place {
        column: margin.column,
        uniform: false,
        path: Vec::new(),
    };
    let before = emit.read(&place);
    let largest = emit.builder.binary(BinaryOp::Max, value, before);
    emit.write(&place, largest, None);
}
