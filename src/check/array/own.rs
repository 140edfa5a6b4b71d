//! Calls of what a file declares, signals and functions, and random numbers.

use super::nodes::single;
use super::{Named, Scope, Valued, common};
use crate::check::context::Checker;
use crate::check::dims::Dim;
use crate::diagnostic::{Diagnostic, codes};
use crate::model::SignalId;
use crate::model::array::{Expr, Kind};
use crate::model::term::{Draw, Term, TermId, Type};
use crate::source::Span;
use crate::syntax::ast::{self, Argument};
use crate::units::dimension::Dimension;

impl Checker<'_> {
    pub fn signal_array(
        &mut self,
        id: SignalId,
        arguments: &[Argument],
        span: Span,
        scope: &Scope,
    ) -> Valued {
        let (name, indexed, dimension) = {
            let signal = &self.model.signals[id];
            (signal.name.clone(), signal.indexed, signal.dimension)
        };
        let expected = if indexed { 2 } else { 1 };
        if arguments.len() != expected {
            let form = if indexed { "(t, i)" } else { "(t)" };
            self.report(
                Diagnostic::new(
                    codes::ARGUMENTS,
                    span,
                    format!("`{name}` takes {expected} argument(s)"),
                )
                .label(format!("write `{name}{form}`")),
            );
            return self.no_array(span);
        }
        let mut values = Vec::new();
        for (argument, wanted) in arguments.iter().zip([Dimension::TIME, Dimension::NONE]) {
            let what = format!("an argument of `{name}`");
            match self.array_of(&argument.value, wanted, &what, scope) {
                Some(value) => values.push(value),
                None => return self.no_array(span),
            }
        }
        let mut shape = single();
        for value in &values {
            shape = common(&shape, &value.shape).unwrap_or(None);
        }
        let terms: Box<[TermId]> = (0..values.len() as u32)
            .map(|k| self.model.terms.add(Term::Argument(k, Type::Float)))
            .collect();
        let kind = Kind::Map {
            term: self.model.terms.add(Term::Signal(id, terms)),
            arguments: values.into_iter().map(|value| value.expr).collect(),
            variables: Vec::new(),
            elements: None,
        };
        self.valued(kind, Dim::Known(dimension), shape, span)
    }

    /// A function of a file, written out; its arguments are values of their own.
    pub fn inline_array(
        &mut self,
        function: &ast::Function,
        file: usize,
        arguments: &[Argument],
        span: Span,
        scope: &Scope,
    ) -> Valued {
        let name = &function.name.name;
        self.called.insert(function.name.span);
        let parameters: Vec<&str> = function
            .parameters
            .iter()
            .map(|p| p.name.as_str())
            .collect();
        if arguments.len() != parameters.len() || arguments.iter().any(|a| a.name.is_some()) {
            self.report(
                Diagnostic::new(
                    codes::ARGUMENTS,
                    span,
                    format!(
                        "`{name}` takes {} argument{}, but {} are given",
                        parameters.len(),
                        if parameters.len() == 1 { "" } else { "s" },
                        arguments.len()
                    ),
                )
                .label(format!("`{name}({})`", parameters.join(", ")))
                .also(function.name.span, "declared here"),
            );
            return self.no_array(span);
        }
        if scope.inlining.contains(name) {
            self.report(
                Diagnostic::new(
                    codes::RECURSION,
                    function.name.span,
                    format!("the function `{name}` calls itself"),
                )
                .label("is part of its own value")
                .also(span, "called here"),
            );
            return self.no_array(span);
        }
        let mut bound = Vec::new();
        let mut locals = Vec::new();
        for (parameter, argument) in function.parameters.iter().zip(arguments) {
            let value = self.array_value(&argument.value, scope);
            if value.is_poison() {
                return self.no_array(span);
            }
            let slot = self.new_slot("", &value, Vec::new(), parameter.span);
            locals.push(Named {
                name: parameter.name.clone(),
                slot,
                dim: value.dim,
                kind: value.kind,
                shape: value.shape.clone(),
            });
            bound.push((slot, value.expr));
        }
        let mut inlining = scope.inlining.clone();
        inlining.push(name.clone());
        let inner = Scope {
            file,
            place: None,
            locals,
            inlining,
        };
        let before = self.sink.diagnostics().len();
        let body = self.array_value(&function.body, &inner);
        self.sink.amend(before, |diagnostic| {
            if !diagnostic.labels.iter().any(|label| label.span == span) {
                diagnostic.labels.push(crate::diagnostic::Label {
                    span,
                    text: format!("in this use of `{name}`"),
                });
            }
        });
        let expr = Expr {
            kind: Kind::With(bound, Box::new(body.expr.clone())),
            span,
            ..body.expr
        };
        Valued { expr, ..body }
    }

    /// `rand()`, `randn(100)`, `rand(3, 4)`, `poisson(2, 100)`: a number, or an array of a shape.
    pub fn random_array(
        &mut self,
        draw: Draw,
        arguments: &[Argument],
        span: Span,
        scope: &Scope,
    ) -> Valued {
        let mut rest = arguments.iter();
        let mut mean = None;
        if draw == Draw::Poisson {
            let value = rest.next().and_then(|argument| {
                let what = "the mean of a Poisson distribution";
                self.array_of(&argument.value, Dimension::NONE, what, scope)
            });
            match value {
                Some(value) => mean = Some(Box::new(value.expr)),
                None => return self.no_array(span),
            }
        }
        let mut lengths = Vec::new();
        let mut shape = Vec::new();
        for argument in rest {
            let what = "the number of random numbers";
            let Some(value) = self.single_of(&argument.value, Dimension::NONE, what, scope) else {
                return self.no_array(span);
            };
            shape.push(match value.expr.kind {
                Kind::Number(n) if n >= 0.0 => Some(n as usize),
                _ => None,
            });
            lengths.push(value.expr);
        }
        if let (true, Some(place)) = (lengths.is_empty(), scope.place) {
            lengths.push(Expr::number(place.size as f64, Dimension::NONE, span));
            shape.push(Some(place.size));
        }
        let stream = self.stream();
        let kind = Kind::Random {
            draw,
            stream,
            shape: lengths,
            mean,
        };
        self.valued(kind, Dim::NONE, Some(shape), span)
    }
}
