//! Calls: functions of the analysis, of the library element by element, of the file; random numbers, recorded values, files.

use super::nodes::single;
use super::{Scope, Shape, Valued, common};
use crate::analysis::functions::{self, Function, Shape as ShapeRule};
use crate::analysis::signature::{Kind as Wanted, Parameter, Variables};
use crate::check::context::Checker;
use crate::check::dims::{Dim, a_value, is_a};
use crate::check::globals::Global;
use crate::diagnostic::{Diagnostic, codes};
use crate::library::function::{Body, Function as LibraryFunction};
use crate::library::suggest::did_you_mean;
use crate::model::array::Kind;
use crate::model::term::{Term, Type};
use crate::source::Span;
use crate::syntax::ast::{self, Argument};
use crate::units::dimension::Dimension;

/// Forms that look like calls, with what they read.
pub const SPECIAL: &[(&str, &str)] = &[
    ("trace", "trace(lif.v[0])"),
    ("times", "times(lif.v[0])"),
    ("load", "load(\"data.npy\")"),
    (
        "evaluate",
        "evaluate(hh.alpha, v: linspace(-100 mV, 50 mV, 151))",
    ),
    ("derivative", "derivative(fhn.v, v: 0.5, w: 0)"),
];

/// True for names of functions that only the array language has.
pub fn is_special_or_known(name: &str) -> bool {
    SPECIAL.iter().any(|(word, _)| *word == name) || functions::named(name).next().is_some()
}

impl Checker<'_> {
    /// A call in an array expression.
    pub fn array_call(
        &mut self,
        function: &ast::Expr,
        arguments: &[Argument],
        span: Span,
        scope: &Scope,
    ) -> Valued {
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
            return self.no_array(span);
        };
        match self.global(scope.file, name) {
            Some((Global::Function(known, file), _)) => {
                return self.inline_array(known, file, arguments, span, scope);
            }
            Some((Global::Signal(signal), _)) => {
                return self.signal_array(signal, arguments, span, scope);
            }
            Some((Global::Faulty, _)) => return self.no_array(span),
            _ => {}
        }
        match name {
            "trace" | "times" => match arguments {
                [argument] if argument.name.is_none() => {
                    return self.recorded(&argument.value, name == "times", span);
                }
                _ => return self.wrong_form(name, span),
            },
            "load" => return self.loaded_array(arguments, span),
            "evaluate" | "derivative" => {
                return self.on_grid(name, arguments, span, scope);
            }
            _ => {}
        }
        let plain = arguments.iter().all(|argument| argument.name.is_none());
        let library = self.library.function(name);
        if let Some(Body::Random(draw)) = library.map(|known| &known.body) {
            return self.random_array(*draw, arguments, span, scope);
        }
        let element = library.filter(|known| {
            plain && known.signature.parameters.len() == arguments.len()
                || functions::named(name).next().is_none()
        });
        if let Some(known) = element {
            return self.map_call(known, function.span, arguments, span, scope);
        }
        let overloads: Vec<&'static Function> = functions::named(name).collect();
        if overloads.is_empty() {
            self.unknown_array_function(name, function.span, scope);
            return self.no_array(span);
        }
        let fits = |f: &&&'static Function| {
            let parameters = &f.read().parameters;
            let needed = parameters.iter().filter(|p| !p.optional).count();
            let unnamed = arguments.iter().filter(|a| a.name.is_none()).count();
            arguments.len() >= needed && arguments.len() <= parameters.len() && unnamed > 0
                || parameters.is_empty()
        };
        let chosen = overloads.iter().find(fits).or(overloads.first());
        match chosen {
            Some(chosen) => self.analysis_call(chosen, function.span, arguments, span, scope),
            None => self.no_array(span),
        }
    }

    fn wrong_form(&mut self, name: &str, span: Span) -> Valued {
        let form = SPECIAL.iter().find(|(word, _)| *word == name);
        self.report(
            Diagnostic::new(
                codes::ARGUMENTS,
                span,
                format!("`{name}` takes other arguments"),
            )
            .label(format!("write `{}`", form.map_or("", |row| row.1))),
        );
        self.no_array(span)
    }

    fn unknown_array_function(&mut self, name: &str, at: Span, scope: &Scope) {
        let known = |global: &Global| matches!(global, Global::Function(..) | Global::Signal(_));
        let mut candidates: Vec<&str> = self.global_names(scope.file, &known);
        candidates.extend(self.library.functions().map(|f| f.name.as_str()));
        candidates.extend(functions::all().map(|f| f.name));
        candidates.extend(SPECIAL.iter().map(|(word, _)| *word));
        let near = did_you_mean(name, candidates).map(str::to_string);
        let mut diagnostic = Diagnostic::new(
            codes::UNKNOWN_FUNCTION,
            at,
            format!("there is no function `{name}`"),
        );
        diagnostic = match near {
            Some(near) => diagnostic.suggest(at, near),
            None if self.named(name).is_some() => diagnostic
                .label("this is a value, not a function")
                .note("elements are picked with brackets, a product is written with `*`"),
            None => diagnostic
                .label("not known")
                .note("`snnc help analysis` lists the functions for arrays"),
        };
        self.report(diagnostic);
    }

    fn analysis_call(
        &mut self,
        function: &'static Function,
        at: Span,
        arguments: &[Argument],
        span: Span,
        scope: &Scope,
    ) -> Valued {
        let signature = function.read();
        let form = format!("`{}{}`", function.name, function.signature);
        let mut values: Vec<Option<Valued>> = signature.parameters.iter().map(|_| None).collect();
        let mut next = 0;
        for argument in arguments {
            let position = match &argument.name {
                None => {
                    next += 1;
                    Some(next - 1)
                }
                Some(given) => signature
                    .parameters
                    .iter()
                    .position(|p| p.name == given.name),
            };
            let slot = position.and_then(|k| values.get_mut(k));
            let Some(slot) = slot.filter(|slot| slot.is_none()) else {
                let message = match &argument.name {
                    Some(given) => {
                        format!("`{}` has no argument `{}`", function.name, given.name)
                    }
                    None => format!("`{}` takes fewer arguments", function.name),
                };
                self.report(Diagnostic::new(codes::ARGUMENTS, argument.span, message).label(form));
                return self.no_array(span);
            };
            *slot = Some(self.array_value(&argument.value, scope));
        }
        let missing = signature
            .parameters
            .iter()
            .zip(&values)
            .find(|(p, value)| value.is_none() && !p.optional);
        if let Some((parameter, _)) = missing {
            self.report(
                Diagnostic::new(
                    codes::ARGUMENTS,
                    at,
                    format!("`{}` needs `{}`", function.name, parameter.name),
                )
                .label(form),
            );
            return self.no_array(span);
        }
        // The time between samples is the time step unless something else is said.
        for (parameter, value) in signature.parameters.iter().zip(&mut values) {
            if parameter.name == "dt" && value.is_none() {
                let dim = Dim::Known(Dimension::TIME);
                *value = Some(self.valued(Kind::Number(self.model.dt), dim, single(), at));
            }
        }
        if values.iter().flatten().any(Valued::is_poison) {
            return self.no_array(span);
        }
        let mut variables = Variables::new();
        let mut because: Vec<(char, Span)> = Vec::new();
        for (parameter, value) in signature.parameters.iter().zip(&values) {
            if let Some(value) = value
                && !self.argument_fits(function, parameter, value, &mut variables, &mut because)
            {
                return self.no_array(span);
            }
        }
        let dim = match signature.result.with(&variables) {
            Some(dimension) => Dim::Known(dimension),
            None => Dim::Zero,
        };
        let shape = result_shape(function.shape, &values);
        let expressions = values
            .into_iter()
            .map(|value| value.map(|value| value.expr))
            .collect();
        let kind = Kind::Call(function, expressions);
        if signature.kind == Wanted::Truth {
            self.truth(kind, shape, span)
        } else {
            self.valued(kind, dim, shape, span)
        }
    }

    fn argument_fits(
        &mut self,
        function: &Function,
        parameter: &Parameter,
        value: &Valued,
        variables: &mut Variables,
        because: &mut Vec<(char, Span)>,
    ) -> bool {
        let what = format!("`{}` of `{}`", parameter.name, function.name);
        match parameter.kind {
            Wanted::Truth => return self.is_mask(value, &format!("`{}`", function.name)),
            Wanted::Text if value.kind != Wanted::Text => {
                self.report(
                    Diagnostic::new(codes::KIND, value.span(), format!("{what} must be a text"))
                        .label("write it between quotes"),
                );
                return false;
            }
            Wanted::Text => return true,
            Wanted::Spikes => {
                let times = value.kind == Wanted::Number && value.dim.fits(Dimension::TIME);
                if value.kind != Wanted::Spikes && !times {
                    self.report(
                        Diagnostic::new(
                            codes::KIND,
                            value.span(),
                            format!("{what} must be spikes"),
                        )
                        .label("a population, as in `lif` or `lif[0:10]`, or times of spikes"),
                    );
                    return false;
                }
                return true;
            }
            Wanted::Number | Wanted::Integer => {}
        }
        if value.kind == Wanted::Truth && parameter.kind == Wanted::Number {
            let typed = self.as_typed(value);
            let typed = crate::check::context::Typed {
                ty: Type::Boolean,
                ..typed
            };
            self.is_number(&typed, &format!("give `{}`", function.name));
            return false;
        }
        if !self.is_numeric(value, &what) {
            return false;
        }
        if parameter.kind == Wanted::Integer {
            if !value.may_be_single() && parameter.optional {
                return self.is_single(value, &what);
            }
            let typed = self.as_typed(value);
            return self.expect(&typed, Dimension::NONE, &what);
        }
        let Some(found) = value.dim.known() else {
            return true;
        };
        let before = variables.len();
        if parameter.pattern.solve(found, variables) {
            if let Some((name, _)) = variables.get(before) {
                because.push((*name, value.span()));
            }
            return true;
        }
        let Some(expected) = parameter.pattern.with(variables) else {
            return true;
        };
        if expected == found {
            return true;
        }
        let text = self.quote(value.span(), "this");
        let mut diagnostic = Diagnostic::new(
            codes::ARGUMENT_UNIT,
            value.span(),
            format!(
                "`{}` needs {} here, but {text} is {}",
                function.name,
                a_value(expected),
                is_a(found)
            ),
        )
        .label(is_a(found));
        let first = parameter.pattern.variables.first();
        if let Some((_, other)) = first.and_then(|(v, _)| because.iter().find(|(o, _)| o == v)) {
            let text = self.quote(*other, "this");
            diagnostic = diagnostic.also(*other, format!("{text} is {}", is_a(expected)));
        }
        if found.is_none() {
            let typed = self.as_typed(value);
            diagnostic = self.missing_unit(diagnostic, &typed, expected);
        }
        self.report(diagnostic);
        false
    }

    /// A function of the library, for each element.
    fn map_call(
        &mut self,
        known: &LibraryFunction,
        at: Span,
        arguments: &[Argument],
        span: Span,
        scope: &Scope,
    ) -> Valued {
        let mut values: Vec<Valued> = Vec::new();
        for argument in arguments {
            if let Some(name) = &argument.name {
                self.report(
                    Diagnostic::new(
                        codes::ARGUMENTS,
                        name.span,
                        format!("`{}` takes no named arguments", known.name),
                    )
                    .label("arguments are told apart by their order"),
                );
                return self.no_array(span);
            }
            values.push(self.array_value(&argument.value, scope));
        }
        if values.iter().any(Valued::is_poison) {
            return self.no_array(span);
        }
        let mut typed = Vec::new();
        for (k, value) in values.iter().enumerate() {
            let ty = match value.kind {
                Wanted::Truth => Type::Boolean,
                Wanted::Number | Wanted::Integer => Type::Float,
                Wanted::Text | Wanted::Spikes => {
                    self.is_numeric(value, &format!("an argument of `{}`", known.name));
                    return self.no_array(span);
                }
            };
            let literal = match value.expr.kind {
                Kind::Number(number) => Some(self.model.terms.number(number)),
                _ => None,
            };
            let argument = Term::Argument(k as u32, ty);
            let term = literal.unwrap_or_else(|| self.model.terms.add(argument));
            let whole = known.signature.parameters.get(k).map(|p| p.ty);
            typed.push(crate::check::context::Typed {
                term,
                dim: value.dim,
                // Whether elements are whole numbers is known only during the run.
                ty: if whole == Some(Type::Integer) && ty == Type::Float {
                    Type::Integer
                } else {
                    ty
                },
                span: value.span(),
            });
        }
        let mut shape: Shape = single();
        for (k, value) in values.iter().enumerate() {
            match common(&shape, &value.shape) {
                Some(joined) => shape = joined,
                None => {
                    if let Some(first) = values.get(..k).and_then(<[Valued]>::first) {
                        let first = first.clone();
                        self.shapes(&first, value);
                    }
                    return self.no_array(span);
                }
            }
        }
        let context =
            crate::check::context::Context::new(scope.file, crate::check::context::Role::CONSTANT);
        let result = self.library_call(known, at, &typed, span, &context);
        if result.is_poison() {
            return self.no_array(span);
        }
        let kind = Kind::Map {
            term: result.term,
            arguments: values.into_iter().map(|value| value.expr).collect(),
            variables: Vec::new(),
            elements: None,
        };
        if result.is_boolean() {
            self.truth(kind, shape, span)
        } else {
            self.valued(kind, result.dim, shape, span)
        }
    }
}

/// The shape of a result, as far as it is known.
fn result_shape(rule: ShapeRule, values: &[Option<Valued>]) -> Shape {
    let of = |k: usize| values.get(k).and_then(Option::as_ref);
    match rule {
        ShapeRule::Single => single(),
        ShapeRule::Like(k) => of(k).and_then(|value| value.shape.clone()),
        ShapeRule::Vector => Some(vec![None]),
        ShapeRule::Unknown => None,
        ShapeRule::Count(k) => Some(vec![of(k).and_then(|value| match value.expr.kind {
            Kind::Number(n) if n >= 0.0 && n.fract() == 0.0 => Some(n as usize),
            _ => None,
        })]),
        ShapeRule::Reduce => {
            // The axis is the last parameter of every reduction.
            let Some(axis) = values.last().and_then(Option::as_ref) else {
                return single();
            };
            let (Kind::Number(axis), Some(mut shape)) =
                (&axis.expr.kind, of(0).and_then(|value| value.shape.clone()))
            else {
                return None;
            };
            let position = crate::analysis::index::position(*axis, shape.len()).ok()?;
            shape.remove(position);
            Some(shape)
        }
    }
}
