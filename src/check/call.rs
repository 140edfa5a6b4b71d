//! Calls: functions of the library, of the file, signals, random draws.

use super::context::{Checker, Context, Typed};
use super::dims::{Dim, a_value, is_a};
use super::globals::Global;
use super::rules::scale;
use crate::diagnostic::{Diagnostic, codes};
use crate::library::function::{Body, Function};
use crate::library::signature::Mismatch;
use crate::library::suggest::did_you_mean;
use crate::model::SignalId;
use crate::model::term::{Draw, Term, TermId, Type};
use crate::source::Span;
use crate::syntax::ast::{self, Argument, Expr};
use crate::units::dimension::Dimension;

/// Functions are inlined at most this deep within each other.
const MAX_DEPTH: usize = 60;
/// And at most so many times in a model.
const MAX_INLINED: u32 = 100_000;

impl Checker<'_> {
    /// A call.
    pub fn call(
        &mut self,
        function: &Expr,
        arguments: &[Argument],
        span: Span,
        context: &Context,
    ) -> Typed {
        let Some(name) = function.as_name() else {
            if !function.is_error() {
                self.report(
                    Diagnostic::new(
                        codes::UNKNOWN_FUNCTION,
                        function.span,
                        "this cannot be called",
                    )
                    .label("expected the name of a function"),
                );
            }
            return self.poison(span);
        };
        if let Some(named) = arguments.iter().find_map(|argument| argument.name.as_ref()) {
            self.report(
                Diagnostic::new(
                    codes::ARGUMENTS,
                    named.span,
                    format!("`{name}` takes no named arguments"),
                )
                .label("arguments are told apart by their order"),
            );
            return self.poison(span);
        }
        match self.global(context.file, name) {
            Some((Global::Function(function, file), _)) => {
                return self.inline(function, file, arguments, span, context);
            }
            Some((Global::Signal(signal), _)) => {
                return self.signal(signal, arguments, span, context);
            }
            Some((Global::Faulty, _)) => return self.poison(span),
            _ => {}
        }
        if let Some(value) = self.aggregate(name, arguments, span, context) {
            return value;
        }
        let values = self.arguments(arguments, context);
        match self.library.function(name) {
            Some(known) => self.library_call(known, function.span, &values, span, context),
            None => self.unknown_function(name, function.span, span, context),
        }
    }

    fn arguments(&mut self, arguments: &[Argument], context: &Context) -> Vec<Typed> {
        arguments
            .iter()
            .map(|argument| self.expr(&argument.value, context))
            .collect()
    }

    fn unknown_function(&mut self, name: &str, at: Span, span: Span, context: &Context) -> Typed {
        if self.is_broken(name) {
            return self.poison(span);
        }
        let functions =
            |global: &Global| matches!(global, Global::Function(..) | Global::Signal(_));
        let mut candidates: Vec<&str> = self.global_names(context.file, &functions);
        candidates.extend(self.library.functions().map(|f| f.name.as_str()));
        let near = did_you_mean(name, candidates).map(str::to_string);
        let mut diagnostic = Diagnostic::new(
            codes::UNKNOWN_FUNCTION,
            at,
            format!("there is no function `{name}`"),
        );
        diagnostic = match near {
            Some(near) => diagnostic.suggest(at, near),
            None if context.locals.iter().any(|(local, _)| local == name)
                || context
                    .place
                    .is_some_and(|p| self.variable_of(p.owner, name).is_some())
                || self.global(context.file, name).is_some() =>
            {
                diagnostic
                    .label("this is a value, not a function")
                    .note("a product is written with `*`")
            }
            None => diagnostic.label("not declared").note(format!(
                "a function is declared at top level, as in `{name}(x) = …`"
            )),
        };
        self.report(diagnostic);
        self.poison(span)
    }

    pub fn library_call(
        &mut self,
        function: &Function,
        at: Span,
        values: &[Typed],
        span: Span,
        context: &Context,
    ) -> Typed {
        let signature = &function.signature;
        if values.len() == signature.parameters.len() && values.iter().any(Typed::is_poison) {
            return self.poison(span);
        }
        let dims: Vec<Option<Dimension>> = values.iter().map(|value| value.dim.known()).collect();
        let dim = match signature.apply(&dims) {
            Ok(Some(dimension)) => Dim::Known(dimension),
            Ok(None) => Dim::Zero,
            Err(mismatch) => {
                self.mismatched_call(&function.name, &signature.text, mismatch, at, values);
                return self.poison(span);
            }
        };
        for (parameter, value) in signature.parameters.iter().zip(values) {
            if value.is_boolean() && parameter.ty != Type::Boolean && function.name != "int" {
                self.is_number(value, &format!("give `{}`", function.name));
                return self.poison(span);
            }
            if parameter.ty == Type::Boolean && !value.is_boolean() && function.name != "int" {
                self.is_condition(value, &format!("`{}`", function.name));
                return self.poison(span);
            }
            if parameter.ty == Type::Integer && value.ty == Type::Float {
                self.whole_needed(
                    value,
                    &format!("`{}` of `{}`", parameter.name, function.name),
                );
                return self.poison(span);
            }
        }
        if let Body::Random(draw) = &function.body {
            return self.random(&function.name, *draw, values, at, span, context);
        }
        if let Some(argument) = values.first() {
            scale::note(self, &function.name, argument);
        }
        let terms: Vec<TermId> = values.iter().map(|value| value.term).collect();
        match self.library.call(function, &terms, &mut self.model.terms) {
            Some(term) => self.typed(term, dim, span),
            None => self.poison(span),
        }
    }

    /// A fraction where a whole number is needed.
    pub fn whole_needed(&mut self, value: &Typed, what: &str) {
        let text = self.sources.text(value.span).to_string();
        self.report(
            Diagnostic::new(
                codes::FRACTION,
                value.span,
                format!("{what} must be a whole number"),
            )
            .label("may have a fraction")
            .fix(
                "cut off the fraction",
                value.span,
                format!("int({text})"),
                false,
            ),
        );
    }

    fn mismatched_call(
        &mut self,
        name: &str,
        signature: &str,
        mismatch: Mismatch,
        at: Span,
        values: &[Typed],
    ) {
        let diagnostic = match mismatch {
            Mismatch::Count { expected, found } => {
                let plural = if expected == 1 { "" } else { "s" };
                Diagnostic::new(
                    codes::ARGUMENTS,
                    at,
                    format!("`{name}` takes {expected} argument{plural}, but {found} are given"),
                )
                .label(format!("`{signature}`"))
            }
            Mismatch::Dimension {
                argument,
                expected,
                found,
                because_of,
            } => {
                let span = values.get(argument).map_or(at, |value| value.span);
                let text = self.quote(span, "this");
                let mut diagnostic = Diagnostic::new(
                    codes::ARGUMENT_UNIT,
                    span,
                    format!(
                        "`{name}` needs {} here, but {text} is {}",
                        a_value(expected),
                        is_a(found)
                    ),
                )
                .label(is_a(found));
                if let Some(first) = because_of.and_then(|position| values.get(position)) {
                    let text = self.quote(first.span, "this");
                    diagnostic =
                        diagnostic.also(first.span, format!("{text} is {}", is_a(expected)));
                } else if expected.is_none() {
                    let unit = crate::units::display::choose(found, 0.0).label;
                    if !unit.is_empty() {
                        diagnostic = diagnostic.note(format!(
                            "divide by a value of the same unit, for example by `(1 {unit})`"
                        ));
                    }
                }
                if found.is_none()
                    && let Some(value) = values.get(argument)
                {
                    diagnostic = self.missing_unit(diagnostic, value, expected);
                }
                diagnostic
            }
            Mismatch::Range => {
                Diagnostic::new(codes::EXPONENT, at, "the unit of this is out of range")
                    .label("the exponent of its unit grows too large")
            }
        };
        self.report(diagnostic);
    }

    fn random(
        &mut self,
        name: &str,
        draw: Draw,
        values: &[Typed],
        at: Span,
        span: Span,
        context: &Context,
    ) -> Typed {
        if !context.role.random {
            let mut diagnostic = Diagnostic::new(
                codes::RANDOM,
                at,
                format!("a random number cannot be drawn in {}", context.role.name),
            );
            diagnostic = if context.role.noise {
                diagnostic
                    .label("would be drawn anew at every use, several times within a step")
                    .note("declare a subexpression with one draw per step, as in `r = randn() : 1 (constant over dt)`; for white noise in a differential equation use `xi`")
            } else {
                diagnostic.label("its value must be the same at every use")
            };
            self.report(diagnostic);
            return self.poison(span);
        }
        let stream = self.stream();
        let argument = values.first().map(|value| value.term);
        let term = self.model.terms.add(Term::Random(draw, stream, argument));
        let _ = name;
        self.typed(term, Dim::NONE, span)
    }

    fn signal(
        &mut self,
        id: SignalId,
        arguments: &[Argument],
        span: Span,
        context: &Context,
    ) -> Typed {
        let values = self.arguments(arguments, context);
        let (name, indexed, dimension) = {
            let signal = &self.model.signals[id];
            (signal.name.clone(), signal.indexed, signal.dimension)
        };
        let expected = if indexed { 2 } else { 1 };
        if values.len() != expected {
            let form = if indexed {
                format!("{name}(t, i)")
            } else {
                format!("{name}(t)")
            };
            self.report(
                Diagnostic::new(
                    codes::ARGUMENTS,
                    span,
                    format!(
                        "`{name}` takes {expected} argument{}, but {} are given",
                        if indexed { "s" } else { "" },
                        values.len()
                    ),
                )
                .label(format!("write `{form}`")),
            );
            return self.poison(span);
        }
        if values.iter().any(Typed::is_poison) {
            return self.poison(span);
        }
        if let Some(time) = values.first()
            && !self.expect(
                time,
                Dimension::TIME,
                &format!("the first argument of `{name}`"),
            )
        {
            return self.poison(span);
        }
        if let Some(column) = values.get(1) {
            if !self.expect(
                column,
                Dimension::NONE,
                &format!("the second argument of `{name}`"),
            ) {
                return self.poison(span);
            }
            if column.ty == Type::Float {
                self.whole_needed(column, &format!("the second argument of `{name}`"));
                return self.poison(span);
            }
        }
        if !context.role.time {
            self.report(
                Diagnostic::new(
                    codes::NOT_HERE,
                    span,
                    format!(
                        "the signal `{name}` cannot be used in {}",
                        context.role.name
                    ),
                )
                .label("its value is needed before the run"),
            );
            return self.poison(span);
        }
        let terms: Box<[TermId]> = values.iter().map(|value| value.term).collect();
        let term = self.model.terms.add(Term::Signal(id, terms));
        self.typed(term, Dim::Known(dimension), span)
    }

    /// A function of a file, written out with its arguments.
    fn inline(
        &mut self,
        function: &ast::Function,
        file: usize,
        arguments: &[Argument],
        span: Span,
        context: &Context,
    ) -> Typed {
        let name = &function.name.name;
        if arguments.len() != function.parameters.len() {
            let parameters: Vec<&str> = function
                .parameters
                .iter()
                .map(|parameter| parameter.name.as_str())
                .collect();
            let expected = parameters.len();
            self.report(
                Diagnostic::new(
                    codes::ARGUMENTS,
                    span,
                    format!(
                        "`{name}` takes {expected} argument{}, but {} are given",
                        if expected == 1 { "" } else { "s" },
                        arguments.len()
                    ),
                )
                .label(format!("`{name}({})`", parameters.join(", ")))
                .also(function.name.span, "declared here"),
            );
            return self.poison(span);
        }
        self.called.insert(function.name.span);
        let values = self.arguments(arguments, context);
        if context.inlining.iter().any(|(open, _)| open == name) {
            self.report(
                Diagnostic::new(
                    codes::RECURSION,
                    function.name.span,
                    format!("the function `{name}` calls itself"),
                )
                .label("is part of its own value")
                .also(span, "called here"),
            );
            return self.poison(span);
        }
        if values.iter().any(Typed::is_poison) {
            return self.poison(span);
        }
        self.inlined += 1;
        if self.overgrown || context.inlining.len() >= MAX_DEPTH || self.inlined > MAX_INLINED {
            return self.too_large(span, false);
        }
        let mut inlining = context.inlining.clone();
        inlining.push((name.clone(), span));
        let inner = Context {
            file,
            locals: function
                .parameters
                .iter()
                .map(|parameter| parameter.name.clone())
                .zip(values)
                .collect(),
            inlining,
            in_function: true,
            place: context.place,
            role: context.role,
        };
        let before = self.sink.diagnostics().len();
        let result = self.expr(&function.body, &inner);
        if context.inlining.is_empty() {
            self.blame_call(before, name, span);
        }
        Typed { span, ..result }
    }

    /// Adds the place of the call to what was reported within a function.
    fn blame_call(&mut self, before: usize, name: &str, span: Span) {
        self.sink.amend(before, |diagnostic| {
            if diagnostic.span() != Some(span)
                && !diagnostic.labels.iter().any(|label| label.span == span)
            {
                diagnostic.labels.push(crate::diagnostic::Label {
                    span,
                    text: format!("in this use of `{name}`"),
                });
            }
        });
    }
}
