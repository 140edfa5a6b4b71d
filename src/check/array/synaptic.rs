//! Values of synapses in the array language: their courses over time, and those between some neurons.

use super::{Scope, Valued};
use crate::analysis::operate::Operator;
use crate::check::build::projections::values::Written;
use crate::check::context::Checker;
use crate::check::dims::Dim;
use crate::diagnostic::{Diagnostic, codes};
use crate::model::array::{Expr, Kind, Subscript};
use crate::model::figure::Series;
use crate::model::term::Type;
use crate::model::{ProjectionId, VariableId};
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind};
use crate::units::dimension::Dimension;

impl Checker<'_> {
    /// `trace(S.w[3])`, `trace(S.w[2, :])`: recorded values of synapses over time, or their times. Recording them is implied.
    pub(super) fn recorded_synaptic(
        &mut self,
        written: &Written<'_>,
        expr: &ast::Expr,
        times: bool,
        span: Span,
    ) -> Valued {
        let Some((series, dim, _)) = self.synaptic_lines_over_time(written, expr.span) else {
            return self.no_array(span);
        };
        let Series::Lines {
            record,
            variable,
            elements,
        } = series
        else {
            return self.no_array(span);
        };
        if times {
            let kind = Kind::SampleTimes(record);
            return self.valued(kind, Dim::Known(Dimension::TIME), Some(vec![None]), span);
        }
        let position = matches!(
            written.subscripts,
            [ast::Subscript::Index(expr)]
                if !matches!(expr.ungrouped().kind, ExprKind::Array(_) | ExprKind::Range { .. })
        );
        let single = position && elements.len() == 1;
        let shape = match (single, elements.len()) {
            (true, _) => vec![None],
            // How many there are is known when the synapses are made.
            (false, 0) => vec![None, None],
            (false, count) => vec![Some(count), None],
        };
        let truth = self.model.variables[variable].ty == Type::Boolean;
        let kind = Kind::Samples {
            record,
            variable,
            elements,
            single,
        };
        if truth {
            self.truth(kind, Some(shape), span)
        } else {
            self.valued(kind, dim, Some(shape), span)
        }
    }

    /// `S.w[2, :]`: values of the synapses from some sources onto some targets, in the order of the synapses. Nothing where the
    /// expression is something else.
    pub(super) fn synapses_between(
        &mut self,
        base: &ast::Expr,
        subscripts: &[ast::Subscript],
        span: Span,
        scope: &Scope,
    ) -> Option<Valued> {
        let [pre, post] = subscripts else {
            return None;
        };
        let ExprKind::Member { base: owner, name } = &base.ungrouped().kind else {
            return None;
        };
        let (id, own) = self.synapses_named(owner)?;
        if !own.is_empty() {
            return None;
        }
        let Some(variable) = self.variable_of(id, &name.name) else {
            self.unknown_variable(id, name);
            return Some(self.no_array(span));
        };
        let values = self.present_values(variable, None, span);
        if values.is_poison() {
            return Some(values);
        }
        let mask = self.ends(id, [pre, post], span, scope);
        let Some(mask) = mask else {
            return Some(self.no_array(span));
        };
        let Some(mask) = mask else {
            return Some(values);
        };
        let truth = values.expr.truth;
        let kind = Kind::Index(Box::new(values.expr), vec![Subscript::At(mask)]);
        let shape = Some(vec![None]);
        Some(if truth {
            self.truth(kind, shape, span)
        } else {
            self.valued(kind, values.dim, shape, span)
        })
    }

    /// Which synapses have the ends that two subscripts name; all of them without a mask.
    #[allow(clippy::option_option)]
    fn ends(
        &mut self,
        id: ProjectionId,
        subscripts: [&ast::Subscript; 2],
        span: Span,
        scope: &Scope,
    ) -> Option<Option<Expr>> {
        let indices = self.model.projections[id].indices;
        let mut mask: Option<Expr> = None;
        for (subscript, end) in subscripts.into_iter().zip([indices.i, indices.j]) {
            let mut tests = Vec::new();
            match subscript {
                ast::Subscript::Index(expr) => tests.push((Operator::Equal, expr)),
                ast::Subscript::Slice {
                    start, stop, step, ..
                } => {
                    if let Some(step) = step {
                        self.report(
                            Diagnostic::new(
                                codes::ARRAY_INDEX,
                                step.span,
                                "ends of synapses are named one by one or from … to …",
                            )
                            .label("a step cannot stand here"),
                        );
                        return None;
                    }
                    tests.extend(start.iter().map(|start| (Operator::GreaterEqual, start)));
                    tests.extend(stop.iter().map(|stop| (Operator::Less, stop)));
                }
            }
            for (operator, expr) in tests {
                let number = self.array_value(expr, scope);
                let plain =
                    !number.is_poison() && self.is_numeric(&number, "the number of a neuron");
                if !plain || !self.is_single(&number, "the number of a neuron") {
                    return None;
                }
                let kind = Kind::Binary(
                    operator,
                    Box::new(self.index_of(end, span)),
                    Box::new(number.expr),
                );
                let test = truth(kind, span);
                mask = Some(match mask {
                    None => test,
                    Some(before) => truth(
                        Kind::Binary(Operator::And, Box::new(before), Box::new(test)),
                        span,
                    ),
                });
            }
        }
        Some(mask)
    }

    fn index_of(&mut self, variable: VariableId, span: Span) -> Expr {
        self.used.insert(variable);
        Expr {
            kind: Kind::Values {
                variable,
                elements: None,
            },
            ..Expr::number(0.0, Dimension::NONE, span)
        }
    }
}

fn truth(kind: Kind, span: Span) -> Expr {
    Expr {
        kind,
        truth: true,
        ..Expr::number(0.0, Dimension::NONE, span)
    }
}
