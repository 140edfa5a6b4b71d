//! `X_post = EXPR : unit (summed)`: in every step, a parameter of one side becomes the sum over its synapses.

use crate::check::build::members::Line;
use crate::check::context::{Checker, Context, Role};
use crate::check::remote::of_side;
use crate::check::rules::{flags, sides};
use crate::diagnostic::{Diagnostic, codes};
use crate::model::projection::Summed;
use crate::model::{Owner, ProjectionId, VariableId, VariableKind};
use crate::syntax::ast::{self, MemberKind};

/// True for a summed line.
pub fn is_summed(line: &Line) -> bool {
    match &line.member.kind {
        MemberKind::Subexpression(equation) => {
            equation.flags.iter().any(|flag| flag.name == "summed")
        }
        _ => false,
    }
}

impl<'a> Checker<'a> {
    /// Reads a summed line.
    pub fn summed(&mut self, id: ProjectionId, line: &Line<'a>, equation: &'a ast::Subexpression) {
        let owner = Owner::Projection(id);
        flags::accept(self, owner, &line.member.kind, &equation.flags);
        if let Some(flag) = equation.flags.iter().find(|flag| flag.name != "summed") {
            self.report(
                Diagnostic::new(codes::FLAG, flag.span, "`summed` stands alone")
                    .label("says nothing about a sum"),
            );
        }
        let role = Role {
            name: "a sum over synapses",
            noise: false,
            ..Role::SUBEXPRESSION
        };
        let context = Context::at(line.file, self.place(owner), role);
        let value = self.expr(&equation.value, &context);
        let name = &equation.name.name;
        let target = self.summed_variable(id, &equation.name);
        let declared = match &equation.unit {
            Some(unit) => self.declared(unit).map(|declared| (declared, unit.span)),
            None => None,
        };
        let Some((variable, side)) = target else {
            return;
        };
        self.used.insert(variable);
        let stored = self.model.variables[variable].clone();
        if value.is_poison() || self.faulty.contains(&variable) {
            return;
        }
        if let Some((declared, span)) = declared
            && declared.dimension != stored.dimension
        {
            let is = crate::check::dims::is_a;
            self.report(
                Diagnostic::new(
                    codes::SUMMED,
                    span,
                    format!("`{name}` is declared with another unit here"),
                )
                .label(format!("is {} here", is(declared.dimension)))
                .also(
                    stored.span,
                    format!("is {} in its population", is(stored.dimension)),
                ),
            );
            return;
        }
        let left = sides::Left {
            text: name,
            name,
            declared: stored.dimension,
            differential: false,
            unit: equation.unit.as_ref().map_or(stored.span, |unit| unit.span),
        };
        if !sides::check(self, left, &value, &context) {
            return;
        }
        let Some(value) = self.fit_type(&value, stored.ty, name, Some(stored.span)) else {
            return;
        };
        self.model.projections[id].summed.push(Summed {
            variable,
            side,
            value,
            span: equation.name.span,
        });
    }

    /// The variable of a side that receives a sum: a parameter.
    fn summed_variable(
        &mut self,
        id: ProjectionId,
        name: &ast::Ident,
    ) -> Option<(VariableId, crate::model::projection::Side)> {
        let text = name.name.as_str();
        let Some((base, side)) = of_side(text) else {
            let target = self
                .endpoint(id, crate::model::projection::Side::Post)
                .owner;
            let mut diagnostic = Diagnostic::new(
                codes::SUMMED,
                name.span,
                format!("a sum is given to a variable of the neurons, but `{text}` would be the synapse's own"),
            )
            .label("which side?");
            if self.variable_of(target, text).is_some() {
                let edit = format!("{text}_post");
                diagnostic = diagnostic.fix(format!("write `{edit}`"), name.span, edit, false);
            } else {
                diagnostic = diagnostic.note(format!("write `{text}_post` or `{text}_pre`"));
            }
            self.report(diagnostic);
            return None;
        };
        let owner = self.endpoint(id, side).owner;
        let Some(variable) = self.variable_of(owner, base) else {
            if !self.is_incomplete(id) {
                let ident = ast::Ident {
                    name: base.to_string(),
                    span: name.span,
                };
                self.unknown_variable(owner, &ident);
            }
            return None;
        };
        let found = &self.model.variables[variable];
        let label = match found.kind {
            VariableKind::Stored if found.shared => "has one value for the whole population",
            VariableKind::Stored if found.ty == crate::model::term::Type::Boolean => {
                "is a truth value"
            }
            VariableKind::Stored => return Some((variable, side)),
            VariableKind::State => "changes by a differential equation",
            VariableKind::Linked { .. } => "belongs to another population",
            _ => "is defined by an equation",
        };
        let declared = found.span;
        self.report(
            Diagnostic::new(
                codes::SUMMED,
                name.span,
                format!("`{base}` cannot receive a sum over synapses"),
            )
            .label("a parameter of the neurons is expected")
            .also(declared, label)
            .note(format!("declare a parameter for the sum, as in `{base}_total : UNIT`, and use it in the equations")),
        );
        None
    }
}
