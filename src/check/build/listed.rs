//! Lists as values: `lif.I = [1, 2, 3] mV`, `S.w = load("weights.npy") nS`, and lists as the defaults of parameters.

use crate::check::context::{Checker, Context, Place, Role};
use crate::diagnostic::{Diagnostic, codes};
use crate::model::code::{Selection, Value};
use crate::model::projection::Side;
use crate::model::term::Type;
use crate::model::{Owner, ProjectionId, Variable, VariableId};
use crate::source::Span;
use crate::syntax::ast::{self, Expr};
use crate::syntax::operators::AssignOp;

use super::arrays::List;

impl<'a> Checker<'a> {
    /// A list that the protocol assigns.
    pub fn assigned_list(
        &mut self,
        assignment: &'a ast::Assignment,
        id: VariableId,
        selection: &Selection,
        place: Place,
    ) -> Option<Value> {
        if assignment.operator != AssignOp::Set {
            self.report(
                Diagnostic::new(
                    codes::LENGTH,
                    assignment.value.span,
                    "a list can only be assigned with `=`",
                )
                .label("cannot be combined with the old values"),
            );
            return None;
        }
        self.list_value(&assignment.value, 0, id, selection, place)
    }

    /// The values of a list for the selected elements of a variable: one each, or for synapses a matrix with a row per source and a column
    /// per target.
    pub fn list_value(
        &mut self,
        expr: &Expr,
        file: usize,
        id: VariableId,
        selection: &Selection,
        place: Place,
    ) -> Option<Value> {
        let span = expr.span;
        let list = self.array(expr, &Context::new(file, Role::CONSTANT))?;
        let count = match selection {
            Selection::All => place.size,
            Selection::Range { start, stop, step } => (stop - start).div_ceil(*step),
            Selection::Indices(indices) => indices.len(),
            Selection::Where(_) => {
                self.report(
                    Diagnostic::new(
                        codes::LENGTH,
                        span,
                        "a list cannot be assigned where a condition picks the elements",
                    )
                    .label("their number is known only during the run"),
                );
                return None;
            }
        };
        let variable = self.model.variables[id].clone();
        match (list.columns, place.owner) {
            (Some(columns), Owner::Projection(projection)) => {
                self.matrix_fits(projection, &list, columns, span)?;
            }
            (None, owner) if self.is_unsized(owner) || list.values.len() == count => {}
            _ => {
                let (given, name) = (list.values.len(), &variable.name);
                self.report(
                    Diagnostic::new(
                        codes::LENGTH,
                        span,
                        format!("{given} values for {count} elements of `{name}`"),
                    )
                    .label("one value per element is expected"),
                );
                return None;
            }
        }
        if !self.faulty.contains(&id) && !list.dim.fits(variable.dimension) {
            let what = format!("values of `{}`", variable.name);
            self.wrong_list(span, list.dim, variable.dimension, &what);
            return None;
        }
        let values = converted(list.values, &variable);
        Some(match list.columns {
            Some(columns) => Value::Matrix { values, columns },
            None => Value::Array(values),
        })
    }

    /// Reports a matrix that has not one row per source and one column per target.
    fn matrix_fits(
        &mut self,
        id: ProjectionId,
        list: &List,
        columns: usize,
        span: Span,
    ) -> Option<()> {
        let size = |side| self.endpoint_size(id, side);
        let (Some(sources), Some(targets)) = (size(Side::Pre), size(Side::Post)) else {
            self.report(
                Diagnostic::new(
                    codes::MATRIX,
                    span,
                    "a matrix belongs to synapses between neurons",
                )
                .label("one side of these synapses are synapses themselves"),
            );
            return None;
        };
        let known = |side| !self.is_unsized(self.endpoint(id, side).owner);
        let rows = list.values.len() / columns.max(1);
        if (rows, columns) == (sources, targets) || !known(Side::Pre) || !known(Side::Post) {
            return Some(());
        }
        let name = |side| self.model.owner_name(self.endpoint(id, side).owner);
        let (from, onto) = (name(Side::Pre), name(Side::Post));
        let mut diagnostic = Diagnostic::new(
            codes::MATRIX,
            span,
            format!("a matrix of {rows} rows and {columns} columns, but there are {sources} sources and {targets} targets"),
        )
        .label(format!("one row per neuron of `{from}` and one column per neuron of `{onto}` are expected"));
        if (columns, rows) == (sources, targets) {
            diagnostic =
                diagnostic.note("it fits when rows and columns are exchanged: is it transposed?");
        }
        self.report(diagnostic);
        None
    }
}

/// Values as a variable keeps them.
fn converted(values: Vec<f64>, variable: &Variable) -> Vec<f64> {
    let convert = |value: f64| match variable.ty {
        Type::Float => value,
        Type::Integer => value.trunc(),
        Type::Boolean => f64::from(u8::from(value != 0.0)),
    };
    values.into_iter().map(convert).collect()
}
