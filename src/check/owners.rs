//! What groups and projections have in common for the checker: where their code and values go, and what aliases stand for.

use super::build::equations::is_event_driven;
use super::build::members::Line;
use super::context::Checker;
use crate::model::code::Assignment;
use crate::model::{Owner, RefractoryState, System, VariableId, VariableKind};

impl<'a> Checker<'a> {
    /// The initial values of an owner.
    pub fn initial_of(&mut self, owner: Owner) -> &mut Vec<Assignment> {
        match owner {
            Owner::Group(group) => &mut self.model.groups[group].initial,
            Owner::Projection(projection) => &mut self.model.projections[projection].initial,
        }
    }

    /// The equations that a line belongs to.
    pub fn system_of(&mut self, owner: Owner, line: &Line<'a>) -> &mut System {
        match owner {
            Owner::Group(group) => &mut self.model.groups[group].system,
            Owner::Projection(projection) => {
                let projection = &mut self.model.projections[projection];
                if is_event_driven(line) {
                    &mut projection.event_driven
                } else {
                    &mut projection.system
                }
            }
        }
    }

    /// Refractoriness of the group that a variable, or what it stands for, belongs to.
    pub fn refractory_state_of(&self, id: VariableId) -> Option<RefractoryState> {
        match self.model.variables[self.root(id)].owner {
            Owner::Group(group) => self.model.groups[group].refractory_state,
            Owner::Projection(_) => None,
        }
    }

    /// True for what tells which neurons a synapse connects.
    pub fn is_index(&self, id: VariableId) -> bool {
        let Owner::Projection(projection) = self.model.variables[id].owner else {
            return false;
        };
        let indices = &self.model.projections[projection].indices;
        let counts = [
            indices.incoming,
            indices.outgoing,
            indices.copy,
            indices.count,
        ];
        id == indices.i || id == indices.j || counts.contains(&Some(id))
    }

    /// What a chain of aliases of variables of sides ends at.
    pub fn root(&self, mut id: VariableId) -> VariableId {
        while let VariableKind::Remote { source, .. } = self.model.variables[id].kind {
            id = source;
        }
        id
    }
}
