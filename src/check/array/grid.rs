//! Equations of a population evaluated without a run, and numbers from files.

use std::sync::Arc;

use super::nodes::single;
use super::{Scope, Valued, common};
use crate::analysis::value::{Value, shaped, vector};
use crate::check::build::records::population_name;
use crate::check::context::{Checker, Context, Role};
use crate::check::dims::Dim;
use crate::diagnostic::{Diagnostic, codes};
use crate::model::VariableKind;
use crate::model::array::Kind;
use crate::model::protocol::Slice;
use crate::source::Span;
use crate::syntax::ast::{Argument, ExprKind, Ident};
use crate::units::dimension::Dimension;

impl Checker<'_> {
    /// `evaluate(hh.alpha, v: grid)`: a subexpression with variables replaced; `derivative(fhn.v, v: grid, w: 0)`: the right-hand side
    /// of its differential equation. Variables that are not given have their present values in the first element.
    pub fn on_grid(
        &mut self,
        name: &str,
        arguments: &[Argument],
        span: Span,
        scope: &Scope,
    ) -> Valued {
        let Some((first, rest)) = arguments.split_first() else {
            return self.wrong_grid(name, span);
        };
        let ExprKind::Member { base, name: what } = &first.value.ungrouped().kind else {
            return self.wrong_grid(name, first.span);
        };
        let Some((place, picked)) = self.elements(base) else {
            return self.no_array(span);
        };
        let Some(id) = self.variable_of(place.group, &what.name) else {
            self.unknown_variable(place.group, what);
            return self.no_array(span);
        };
        let element = place.first
            + picked
                .positions(place.size())
                .first()
                .map_or(0, |k| *k as usize);
        let slice = Slice {
            group: place.group,
            first: element,
            last: element + 1,
        };
        let mut given = Vec::new();
        let mut shape = single();
        for argument in rest {
            let Some(variable) = &argument.name else {
                return self.wrong_grid(name, argument.span);
            };
            let Some(other) = self.variable_of(place.group, &variable.name) else {
                self.unknown_variable(place.group, variable);
                return self.no_array(span);
            };
            let wanted = self.model.variables[other].dimension;
            let said = format!("`{}`", variable.name);
            let Some(value) = self.array_of(&argument.value, wanted, &said, scope) else {
                return self.no_array(span);
            };
            shape = common(&shape, &value.shape).unwrap_or(None);
            given.push((other, value.expr));
        }
        let variable = &self.model.variables[id];
        let (mut dimension, kind) = (variable.dimension, variable.kind.clone());
        let equation = self.model.groups[place.group]
            .system
            .equations
            .iter()
            .find(|equation| equation.variable == id)
            .map(|equation| equation.rhs);
        let term = match (name, kind) {
            ("derivative", _) => {
                dimension = dimension / Dimension::TIME;
                equation
            }
            (_, VariableKind::Subexpression { value, .. }) => Some(value),
            _ => None,
        };
        let Some(term) = term else {
            return self.no_equation(name, what, &population_name(base));
        };
        match self.map_of(term, Some(slice), &given, span) {
            Some(kind) => {
                // One element, unless arrays are given.
                let shape = if given.is_empty() {
                    Some(vec![Some(1)])
                } else {
                    shape
                };
                self.valued(kind, Dim::Known(dimension), shape, span)
            }
            None => self.no_array(span),
        }
    }

    fn wrong_grid(&mut self, name: &str, span: Span) -> Valued {
        self.report(
            Diagnostic::new(codes::ARGUMENTS, span, format!("`{name}` takes other arguments"))
                .label(format!(
                    "write `{name}(population.variable, v: values)`, the variables that are given by name"
                )),
        );
        self.no_array(span)
    }

    fn no_equation(&mut self, name: &str, what: &Ident, owner: &str) -> Valued {
        let message = match name {
            "derivative" => format!("`{}` of `{owner}` has no differential equation", what.name),
            _ => format!(
                "`{}` of `{owner}` is not defined by an expression",
                what.name
            ),
        };
        self.report(
            Diagnostic::new(codes::KIND, what.span, message).label(match name {
                "derivative" => "expected a variable `dv/dt = …`",
                _ => "expected a subexpression `x = … : unit`",
            }),
        );
        self.no_array(what.span)
    }

    /// `load("data.npy")`, `load("data.csv", "column")`: values with the unit that the file tells, or pure numbers.
    pub fn loaded_array(&mut self, arguments: &[Argument], span: Span) -> Valued {
        let context = Context::new(0, Role::CONSTANT);
        let Some(list) = self.loaded(arguments, span, &context) else {
            return self.no_array(span);
        };
        let shape = match list.columns {
            Some(columns) => vec![list.values.len() / columns.max(1), columns],
            None => vec![list.values.len()],
        };
        let known = Some(shape.iter().map(|n| Some(*n)).collect());
        let array = shaped(&shape, list.values).unwrap_or_else(|| vector(Vec::new()));
        let data = Arc::new(Value::Array(array));
        self.valued(Kind::Data(data), list.dim, known, span)
    }
}
