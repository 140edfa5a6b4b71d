//! What groups and projections have in common, for stages that treat both alike.

use super::{GroupId, MethodChoice, Model, Owner, ProjectionId, System, VariableId};
use crate::source::Span;

impl From<GroupId> for Owner {
    fn from(group: GroupId) -> Owner {
        Owner::Group(group)
    }
}

impl From<ProjectionId> for Owner {
    fn from(projection: ProjectionId) -> Owner {
        Owner::Projection(projection)
    }
}

impl Model {
    /// Groups, then projections, each in file order.
    pub fn owners(&self) -> Vec<Owner> {
        let groups = self.groups.ids().map(Owner::Group);
        groups
            .chain(self.projections.ids().map(Owner::Projection))
            .collect()
    }
    /// Name as written.
    pub fn owner_name(&self, owner: Owner) -> &str {
        match owner {
            Owner::Group(id) => self.groups.get(id).map_or("", |group| &group.name),
            Owner::Projection(id) => self.projections.get(id).map_or("", |p| &p.name),
        }
    }
    /// Where it is declared.
    pub fn owner_span(&self, owner: Owner) -> Span {
        match owner {
            Owner::Group(id) => self.groups[id].span,
            Owner::Projection(id) => self.projections[id].span,
        }
    }
    /// Step length of its clock, seconds.
    pub fn owner_dt(&self, owner: Owner) -> f64 {
        let own = match owner {
            Owner::Group(id) => self.groups.get(id).and_then(|group| group.dt),
            Owner::Projection(id) => self.projections.get(id).and_then(|p| p.dt),
        };
        own.unwrap_or(self.dt)
    }
    /// Its variables in order of declaration.
    pub fn owner_variables(&self, owner: Owner) -> &[VariableId] {
        match owner {
            Owner::Group(id) => &self.groups[id].variables,
            Owner::Projection(id) => &self.projections[id].variables,
        }
    }
    /// The equations that are integrated in every step.
    pub fn owner_system(&self, owner: Owner) -> &System {
        match owner {
            Owner::Group(id) => &self.groups[id].system,
            Owner::Projection(id) => &self.projections[id].system,
        }
    }
    /// `method:`, where given.
    pub fn owner_method(&self, owner: Owner) -> Option<&MethodChoice> {
        match owner {
            Owner::Group(id) => self.groups[id].method.as_ref(),
            Owner::Projection(id) => self.projections[id].method.as_ref(),
        }
    }
}
