//! From expressions as written to terms, with their dimensions and types.
//!
//! Every function here returns a value even where something is wrong: then an error has been reported and the value is poison, which
//! fits everywhere, so that one mistake gives one message.

use super::context::{Checker, Context, MAX_DEPTH, MAX_NESTING, MAX_PARTS, Typed};
use super::dims::{Dim, a_value};
use super::evaluate::power;
use crate::diagnostic::{Diagnostic, codes};
use crate::model::term::{Term, Type};
use crate::source::Span;
use crate::syntax::ast::{Expr, ExprKind, Number, Quantity};
use crate::syntax::operators::UnaryOp;
use crate::units::quantity;

impl Checker<'_> {
    /// Checks an expression.
    pub fn expr(&mut self, expr: &Expr, context: &Context) -> Typed {
        if self.depth >= MAX_NESTING {
            return self.too_large(expr.span, true);
        }
        self.depth += 1;
        let typed = self.node(expr, context);
        self.depth -= 1;
        if typed.is_poison() {
            return typed;
        }
        let extent = self.extent(typed.term);
        if extent.parts > MAX_PARTS || extent.depth > MAX_DEPTH {
            return self.too_large(expr.span, extent.depth > MAX_DEPTH);
        }
        typed
    }

    /// Gives up on an expression that grows too large, or too deep.
    pub fn too_large(&mut self, span: Span, deep: bool) -> Typed {
        if std::mem::replace(&mut self.overgrown, true) {
            return self.poison(span);
        }
        self.report(
            Diagnostic::new(codes::TOO_LARGE, span, "this expression is too large")
                .label(if deep {
                    format!("operations stand more than {MAX_DEPTH} deep within each other")
                } else {
                    format!("stands for more than {MAX_PARTS} operations")
                })
                .note("functions and subexpressions are written out where they are used; make an intermediate result `(constant over dt)`"),
        );
        self.poison(span)
    }

    fn node(&mut self, expr: &Expr, context: &Context) -> Typed {
        let span = expr.span;
        match &expr.kind {
            ExprKind::Number(number) => self.number(number, span),
            ExprKind::Quantity(quantity) => self.quantity_expr(quantity, span, context),
            ExprKind::Name(name) => self.name(name, span, context),
            ExprKind::Group(inner) => Typed {
                span,
                ..self.expr(inner, context)
            },
            ExprKind::Call {
                function,
                arguments,
            } => self.call(function, arguments, span, context),
            ExprKind::Unary {
                operator, operand, ..
            } => self.unary(*operator, operand, span, context),
            ExprKind::Binary {
                operator,
                operator_span,
                left,
                right,
            } => self.binary(expr, *operator, *operator_span, left, right, context),
            ExprKind::Conditional {
                then,
                condition,
                otherwise,
            } => self.conditional(then, condition, otherwise, span, context),
            ExprKind::Text(text) => match self.quoted_expr(text) {
                Some(inner) => self.expr(&inner, context),
                None => self.poison(span),
            },
            ExprKind::Error => self.poison(span),
            ExprKind::Member { base, name } => self.member(base, name, span, context),
            ExprKind::Index { base, subscripts } => {
                let _ = (base, subscripts);
                self.no_value(
                    span,
                    "elements cannot be picked out here",
                    "an element of a list",
                )
            }
            ExprKind::Array(_) => self.no_value(span, "a list has no place here", "a list"),
            ExprKind::Map(_) => self.no_value(span, "a table has no place here", "a table"),
            ExprKind::Range { .. } => {
                self.no_value(span, "a range has no place here", "a range, `a .. b`")
            }
        }
    }

    /// An expression that is no single value.
    fn no_value(&mut self, span: Span, message: &str, label: &str) -> Typed {
        self.report(
            Diagnostic::new(codes::KIND, span, message.to_string())
                .label(format!("{label}; expected a single value")),
        );
        self.poison(span)
    }

    fn member(
        &mut self,
        base: &Expr,
        name: &crate::syntax::ast::Ident,
        span: Span,
        context: &Context,
    ) -> Typed {
        let own = context
            .place
            .is_some_and(|place| base.as_name() == Some(self.model.owner_name(place.owner)));
        let mut diagnostic = Diagnostic::new(
            codes::KIND,
            span,
            "values of a population cannot be read with a dot here",
        );
        diagnostic = if own {
            diagnostic.label("a variable of this same population").fix(
                format!("write `{}`", name.name),
                span,
                name.name.clone(),
                true,
            )
        } else {
            diagnostic.label("a variable of another population").note(format!(
                "declare a linked variable in this population, for example `{0}_in : 1 (linked) = {1}.{0}`",
                name.name,
                base.as_name().unwrap_or("other")
            ))
        };
        self.report(diagnostic);
        self.poison(span)
    }

    pub fn number(&mut self, number: &Number, span: Span) -> Typed {
        let dim = if number.value == 0.0 {
            Dim::Zero
        } else {
            Dim::NONE
        };
        let exact = number.integer && number.value.abs() < 9.0e15;
        let term = if exact {
            self.model.terms.integer(number.value as i64)
        } else {
            self.model.terms.number(number.value)
        };
        self.typed(term, dim, span)
    }

    /// Value and dimension of a unit written directly behind a value, with its exponent.
    pub fn unit_of(
        &mut self,
        quantity: &Quantity,
        context: &Context,
    ) -> Option<quantity::Quantity> {
        let unit = &quantity.unit;
        let Some(value) = self.library.unit_after_value(&unit.name) else {
            let near = self.library.suggest_unit(&unit.name);
            let mut diagnostic = Diagnostic::new(
                codes::UNKNOWN_UNIT,
                unit.span,
                format!("there is no unit `{}`", unit.name),
            );
            diagnostic = match near {
                Some(near) => diagnostic.suggest(unit.span, near),
                None => diagnostic.label("a unit is expected directly behind a value"),
            };
            self.report(diagnostic);
            return None;
        };
        let base = quantity::Quantity::new(value.scale, value.dimension);
        let Some(exponent) = &quantity.exponent else {
            return Some(base);
        };
        let typed = self.expr(
            exponent,
            &Context {
                place: None,
                ..context.clone()
            },
        );
        let span = exponent.span;
        let power_of = self.exponent(&typed, span)?;
        let dimension = base.dimension.pow(power_of)?;
        Some(quantity::Quantity::new(
            power(base.value, power_of.to_f64()),
            dimension,
        ))
    }

    fn quantity_expr(&mut self, quantity: &Quantity, span: Span, context: &Context) -> Typed {
        let unit = self.unit_of(quantity, context);
        let value = self.expr(&quantity.value, context);
        let Some(unit) = unit.filter(|_| !value.is_poison()) else {
            return self.poison(span);
        };
        if let Some(found) = value.dim.known().filter(|d| !d.is_none()) {
            let text = self.quote(quantity.value.span, "this");
            self.report(
                Diagnostic::new(
                    codes::OPERANDS,
                    span,
                    "a unit stands behind a value that has one already",
                )
                .label(format!("{text} is {}", super::dims::is_a(found)))
                .note("to multiply, write `*` between them"),
            );
            return self.poison(span);
        }
        if !self.is_number(&value, "give a unit to") {
            return self.poison(span);
        }
        let term = match self.evaluate_literal(&quantity.value) {
            Some(literal) => self.model.terms.number(literal * unit.value),
            None => {
                let scale = self.model.terms.number(unit.value);
                self.model.terms.times(value.term, scale)
            }
        };
        self.typed(term, Dim::Known(unit.dimension), span)
    }

    fn evaluate_literal(&self, expr: &Expr) -> Option<f64> {
        match &expr.ungrouped().kind {
            ExprKind::Number(number) => Some(number.value),
            ExprKind::Unary {
                operator: UnaryOp::Negate,
                operand,
                ..
            } => self.evaluate_literal(operand).map(|value| -value),
            _ => None,
        }
    }

    /// Reports a truth value where a number is needed; `doing` completes "cannot … a truth value".
    pub fn is_number(&mut self, typed: &Typed, doing: &str) -> bool {
        if !typed.is_boolean() {
            return true;
        }
        let text = self.sources.text(typed.span).to_string();
        self.report(
            Diagnostic::new(
                codes::TRUTH,
                typed.span,
                format!("cannot {doing} a truth value"),
            )
            .label("is true or false")
            .fix(
                "turn it into 1 or 0",
                typed.span,
                // An operand that is a comparison stands in parentheses already.
                if text.starts_with('(') {
                    format!("int{text}")
                } else {
                    format!("int({text})")
                },
                true,
            ),
        );
        false
    }

    fn unary(&mut self, operator: UnaryOp, operand: &Expr, span: Span, context: &Context) -> Typed {
        let value = self.expr(operand, context);
        if value.is_poison() {
            return Typed { span, ..value };
        }
        match operator {
            UnaryOp::Not => {
                if !self.is_condition(&value, "`not`") {
                    return self.poison(span);
                }
                let term = self.model.terms.add(Term::Not(value.term));
                self.typed(term, Dim::NONE, span)
            }
            UnaryOp::Negate | UnaryOp::Plus => {
                if !self.is_number(&value, "take the negative of") {
                    return self.poison(span);
                }
                if operator == UnaryOp::Plus {
                    return Typed { span, ..value };
                }
                let term = match self.model.terms.get(value.term).clone() {
                    Term::Integer(n) => self.model.terms.integer(-n),
                    Term::Number(bits) => self.model.terms.number(-bits.0),
                    _ => self.model.terms.negate(value.term),
                };
                self.typed(term, value.dim, span)
            }
        }
    }

    /// Reports a number where a truth value is needed.
    pub fn is_condition(&mut self, value: &Typed, of: &str) -> bool {
        if value.is_poison() || value.is_boolean() {
            return true;
        }
        let what = value.dim.settled().map_or("a number".into(), a_value);
        self.report(
            Diagnostic::new(codes::CONDITION, value.span, format!("{of} needs a condition, but this is {what}"))
                .label("a comparison such as `v > -50 mV` is expected")
                .note("conditions are comparisons, their combinations by `and`, `or`, `not`, and variables declared `: boolean`"),
        );
        false
    }

    fn conditional(
        &mut self,
        then: &Expr,
        condition: &Expr,
        otherwise: &Expr,
        span: Span,
        context: &Context,
    ) -> Typed {
        let then = self.expr(then, context);
        let test = self.expr(condition, context);
        let otherwise = self.expr(otherwise, context);
        let fine = self.is_condition(&test, "`if`");
        if !fine || then.is_poison() || test.is_poison() || otherwise.is_poison() {
            return self.poison(span);
        }
        if then.is_boolean() != otherwise.is_boolean() {
            let (truth, number) = if then.is_boolean() {
                (then, otherwise)
            } else {
                (otherwise, then)
            };
            self.report(
                Diagnostic::new(
                    codes::TRUTH,
                    truth.span,
                    "one value is a truth value, the other a number",
                )
                .label("is true or false")
                .also(number.span, "a number"),
            );
            return self.poison(span);
        }
        let Some(dim) = then.dim.join(otherwise.dim) else {
            self.mismatch("the two values differ in dimension", &then, &otherwise);
            return self.poison(span);
        };
        let term = self
            .model
            .terms
            .add(Term::Select(test.term, then.term, otherwise.term));
        self.typed(term, dim, span)
    }

    /// True for names that the model itself declares.
    pub fn is_known(&self, name: &str, context: &Context) -> bool {
        context.locals.iter().any(|(local, _)| local == name)
            || (!context.in_function
                && context
                    .place
                    .is_some_and(|place| self.variable_of(place.owner, name).is_some()))
            || self.global(context.file, name).is_some()
            || super::names::BUILT_IN.iter().any(|(word, _)| *word == name)
    }
}

/// Types that a value may have where one type is wanted.
pub fn type_name(ty: Type) -> &'static str {
    match ty {
        Type::Boolean => "a truth value",
        Type::Integer => "a whole number",
        Type::Float => "a number",
    }
}
