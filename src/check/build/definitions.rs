//! Definitions and functions that nothing uses are checked as well: each definition as a population of one neuron that is then
//! forgotten, each function with arguments that fit everything.

use super::members::Body;
use crate::check::context::{Checker, Context, OwnerInfo, Role};
use crate::check::globals::Global;
use crate::model::{Group, GroupId, GroupKind};
use crate::syntax::ast::{Definition, DefinitionKind, ItemKind};

impl<'a> Checker<'a> {
    /// Checks what the root file defines and does not use. The model stays as it is.
    pub fn unused_definitions(&mut self) {
        let units = self.units;
        let Some(root) = units.first() else { return };
        let unused: Vec<_> = root
            .file
            .items
            .iter()
            .filter_map(|item| match &item.kind {
                ItemKind::Definition(definition) => Some(definition),
                _ => None,
            })
            .filter(|definition| !self.instantiated.contains(&definition.name.span.start))
            .collect();
        if !unused.is_empty() {
            let model = self.model.clone();
            let (groups, projections) = (self.groups.len(), self.projections.len());
            let exponents = std::mem::take(&mut self.exponents);
            for definition in unused {
                if definition.kind == DefinitionKind::Synapse {
                    self.unused_synapse(definition);
                    continue;
                }
                let group = self.stand_in(&definition.name);
                let mut body = Body::default();
                self.add_lines(&mut body, &definition.members, 0, false);
                self.declare_variables(group, &body);
                self.equations(group.into(), &body);
                self.neurons(group, &body);
                if !self.sink.has_errors() {
                    crate::check::rules::start::check_group(self, group);
                    crate::check::rules::potentials::check_group(self, group);
                }
            }
            if !self.sink.has_errors() {
                crate::check::rules::scale::check(self);
            }
            self.exponents = exponents;
            self.groups.truncate(groups);
            self.projections.truncate(projections);
            self.model = model;
        }
        self.uncalled_functions();
    }

    /// Without its two sides a name may be a variable of theirs, so nothing is said about names.
    fn unused_synapse(&mut self, definition: &'a Definition) {
        let id = self.add_projection(&definition.name, None);
        if let Some(info) = self.info_mut(id) {
            info.incomplete = true;
        }
        let mut body = Body::default();
        self.add_lines(&mut body, &definition.members, 0, false);
        self.declare_projection(id, &body);
        self.synaptic_lines(id, &body);
    }

    fn stand_in(&mut self, name: &crate::syntax::ast::Ident) -> GroupId {
        self.groups.push(OwnerInfo::default());
        self.model
            .groups
            .push(Group::new(&name.name, 1, GroupKind::Neurons, name.span))
    }

    fn uncalled_functions(&mut self) {
        let units = self.units;
        let Some(root) = units.first() else { return };
        for item in &root.file.items {
            let ItemKind::Function(function) = &item.kind else {
                continue;
            };
            let name = &function.name;
            let own = matches!(self.global(0, &name.name), Some((Global::Function(..), span)) if span == name.span);
            if !own || self.called.contains(&name.span) || self.is_broken(&name.name) {
                continue;
            }
            let mut context = Context::new(0, Role::CODE);
            context.in_function = true;
            context.inlining.push((name.name.clone(), name.span));
            for parameter in &function.parameters {
                let value = self.poison(parameter.span);
                context.locals.push((parameter.name.clone(), value));
            }
            let _ = self.expr(&function.body, &context);
        }
    }
}
