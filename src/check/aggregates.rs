//! Values of whole populations in equations and code: `mean(exc.s)`, `sum(…)`, `min(…)`, `max(…)`, computed once per step.

use std::collections::BTreeSet;

use super::context::{Checker, Context, Role, Typed};
use super::dims::Dim;
use super::globals::Global;
use crate::diagnostic::{Diagnostic, codes};
use crate::model::term::{Term, Type};
use crate::model::{Owner, Reduction, Variable, VariableId, VariableKind};
use crate::source::Span;
use crate::syntax::ast::{Argument, ExprKind, Ident};

/// The functions, by name.
const REDUCTIONS: &[(&str, Reduction)] = &[
    ("mean", Reduction::Mean),
    ("sum", Reduction::Sum),
    ("min", Reduction::Min),
    ("max", Reduction::Max),
];

impl Checker<'_> {
    /// `mean(exc.s)`, where a call has this form; nothing for other calls.
    pub fn aggregate(
        &mut self,
        function: &str,
        arguments: &[Argument],
        span: Span,
        context: &Context,
    ) -> Option<Typed> {
        let (_, reduction) = REDUCTIONS.iter().find(|(name, _)| *name == function)?;
        let [argument] = arguments else { return None };
        if let Some(typed) = self.aggregate_without_population(function, argument, span, context) {
            return Some(typed);
        }
        let ExprKind::Member { base, name } = &argument.value.ungrouped().kind else {
            return None;
        };
        let population = base.as_name()?;
        let known = self.global(context.file, population).map(|found| found.0);
        let elements = match known? {
            Global::Population(_) | Global::Subgroup(_) => None,
            Global::Projection(id) => Some(id),
            _ => return None,
        };
        if !context.role.time || context.role.name == Role::VALUE.name {
            let message = format!(
                "the {function} of a population cannot be used in {}",
                context.role.name
            );
            self.report(
                Diagnostic::new(codes::NOT_HERE, span, message)
                    .label("is computed in every step, while the model runs"),
            );
            return Some(self.poison(span));
        }
        let elements = match elements {
            Some(id) => (Owner::Projection(id), 0, usize::MAX),
            None => match self.elements_named(base, context.file) {
                Some(slice) => (Owner::Group(slice.group), slice.first, slice.last),
                None => return Some(self.poison(span)),
            },
        };
        Some(self.aggregate_of(*reduction, elements, name, span))
    }

    /// `mean(s)` of the own variable: of which population?
    fn aggregate_without_population(
        &mut self,
        function: &str,
        argument: &Argument,
        span: Span,
        context: &Context,
    ) -> Option<Typed> {
        let value = argument.value.ungrouped();
        let name = value.as_name()?;
        let place = context.place.filter(|_| !context.in_function)?;
        let id = self.variable_of(place.owner, name)?;
        let owner = self.model.owner_name(place.owner).to_string();
        let text = format!("{owner}.{name}");
        self.used.insert(id);
        self.report(
            Diagnostic::new(
                codes::ARGUMENTS,
                value.span,
                format!("`{function}` of one value: the {function} of which population?"),
            )
            .label("is the value of one neuron")
            .fix(
                format!("write `{function}({text})`"),
                value.span,
                text,
                false,
            ),
        );
        Some(self.poison(span))
    }

    fn aggregate_of(
        &mut self,
        reduction: Reduction,
        (owner, first, last): (Owner, usize, usize),
        name: &Ident,
        span: Span,
    ) -> Typed {
        let Some(source) = self.resolve(owner, &name.name) else {
            self.unknown_variable(owner, name);
            return self.poison(span);
        };
        self.used.insert(source);
        if self.faulty.contains(&source) {
            return self.poison(span);
        }
        let kind = VariableKind::Aggregate {
            reduction,
            source,
            first,
            last,
        };
        let dimension = self.model.variables[source].dimension;
        let known = self.model.variables.iter_enumerated();
        let known = { known }.rfind(|(_, variable)| variable.kind == kind);
        let id = match known.map(|(id, _)| id) {
            Some(id) => id,
            None => self.model.variables.push(Variable {
                name: self.sources.text(span).to_string(),
                owner,
                kind,
                ty: Type::Float,
                dimension,
                shared: true,
                constant: false,
                unless_refractory: false,
                range: None,
                default: 0.0,
                span,
                doc: None,
            }),
        };
        let term = self.model.terms.variable(id, Type::Float);
        self.typed(term, Dim::Known(dimension), span)
    }

    /// After all equations are read: values of populations must not depend on themselves within a step, nor on white noise.
    pub fn check_aggregates(&mut self) {
        for id in self.model.variables.ids() {
            let variable = &self.model.variables[id];
            let VariableKind::Aggregate { source, .. } = variable.kind else {
                continue;
            };
            let (span, name) = (variable.span, variable.name.clone());
            let declared = self.model.variables[source].span;
            if self.noisy.contains(&source) {
                let message = format!("`{name}` contains white noise");
                self.report(
                    Diagnostic::new(codes::NOISE, span, message)
                        .label("has no value at a moment")
                        .also(declared, "contains `xi`"),
                );
            } else if self.needs(source, id) {
                let message = format!("`{name}` is needed to compute itself");
                self.report(
                    Diagnostic::new(codes::CYCLE, span, message)
                        .label("depends on what it is computed from")
                        .also(declared, "is computed from it, directly or by others")
                        .note("what is integrated may depend on it: it is computed before anything is integrated"),
                );
            }
        }
    }

    /// True where a variable is computed from another within the same moment.
    fn needs(&self, start: VariableId, wanted: VariableId) -> bool {
        let mut seen = BTreeSet::new();
        let mut open = vec![start];
        let mut terms = Vec::new();
        while let Some(id) = open.pop() {
            if id == wanted {
                return true;
            }
            if !seen.insert(id) {
                continue;
            }
            match &self.model.variables[id].kind {
                VariableKind::Subexpression { value, .. } => terms.push(*value),
                VariableKind::Aggregate { source, .. }
                | VariableKind::Linked { source, .. }
                | VariableKind::Remote { source, .. } => open.push(*source),
                _ => {}
            }
            while let Some(term) = terms.pop() {
                if let Term::Variable(id) = self.model.terms.get(term) {
                    open.push(*id);
                }
                terms.extend(self.model.terms.children(term));
            }
        }
        false
    }
}
