//! Named intermediate values of a step.

use crate::algebra::build::is_one;
use crate::model::term::{TermId, Terms, Type};
use crate::model::{Model, Owner, Variable, VariableId, VariableKind};
use crate::source::Span;
use crate::units::dimension::Dimension;

/// Collects the `lets` of a step and makes their variables.
#[derive(Clone, Debug)]
pub struct Temporaries {
    owner: Owner,
    span: Span,
    /// What was collected, in order.
    pub lets: Vec<(VariableId, TermId)>,
}

impl Temporaries {
    /// None yet.
    pub fn new(model: &Model, owner: Owner) -> Temporaries {
        Temporaries {
            owner,
            span: model.owner_span(owner),
            lets: Vec::new(),
        }
    }
    /// A variable that stands for a value from here on; leaves and numbers stand for themselves, and equal values share one.
    pub fn hold(&mut self, model: &mut Model, name: &str, value: TermId) -> TermId {
        if is_plain(&model.terms, value) {
            return value;
        }
        if let Some((variable, _)) = self.lets.iter().find(|held| held.1 == value) {
            return model.terms.variable(*variable, Type::Float);
        }
        let variable = self.variable(model, name, Dimension::NONE);
        self.lets.push((variable, value));
        model.terms.variable(variable, Type::Float)
    }
    /// A temporary that is not computed by a let.
    pub fn variable(&mut self, model: &mut Model, name: &str, dimension: Dimension) -> VariableId {
        let mut name = name.to_string();
        // Printed schemes stay unambiguous.
        while self.is_taken(model, &name) {
            name.push('_');
        }
        model.variables.push(Variable {
            name,
            owner: self.owner,
            kind: VariableKind::Temporary,
            ty: Type::Float,
            dimension,
            shared: false,
            constant: false,
            unless_refractory: false,
            range: None,
            default: 0.0,
            span: self.span,
            doc: None,
        })
    }
    fn is_taken(&self, model: &Model, name: &str) -> bool {
        let own = model.owner_variables(self.owner).iter();
        let held = self.lets.iter().map(|(variable, _)| variable);
        own.chain(held).any(|v| model.variables[*v].name == name)
            || model.constants.iter().any(|constant| constant.name == name)
    }
}

/// True for a coefficient that needs no name.
fn is_plain(terms: &Terms, id: TermId) -> bool {
    is_one(terms, id) || terms.children(id).is_empty()
}
