//! Operators between two operands.

use super::context::{Checker, Context, Typed};
use super::dims::{Dim, a_value};
use super::evaluate::power;
use super::rules::{divisor, scale, singular, unit_trap};
use crate::diagnostic::{Diagnostic, codes};
use crate::model::term::{Comparison, Intrinsic, Term};
use crate::source::Span;
use crate::syntax::ast::{Expr, ExprKind};
use crate::syntax::operators::BinaryOp;
use crate::units::dimension::{Dimension, Rational};

impl Checker<'_> {
    pub fn binary(
        &mut self,
        whole: &Expr,
        operator: BinaryOp,
        operator_span: Span,
        left: &Expr,
        right: &Expr,
        context: &Context,
    ) -> Typed {
        let a = self.expr(left, context);
        let b = self.right_operand(operator, left, right, context);
        self.combine(operator, operator_span, whole, a, b)
    }

    /// The right operand; behind a value with a unit, symbols of units go on: `5 S/m^2`.
    fn right_operand(
        &mut self,
        operator: BinaryOp,
        left: &Expr,
        right: &Expr,
        context: &Context,
    ) -> Typed {
        match self.unit_continued(operator, left, right, context) {
            Some(unit) => unit,
            None => self.expr(right, context),
        }
    }

    /// A right operand that goes on with the unit of the left one.
    pub fn unit_continued(
        &mut self,
        operator: BinaryOp,
        left: &Expr,
        right: &Expr,
        context: &Context,
    ) -> Option<Typed> {
        if matches!(operator, BinaryOp::Multiply | BinaryOp::Divide) && begins_with_unit(left) {
            let (name, exponent) = match &right.kind {
                ExprKind::Name(name) => (Some(name), None),
                ExprKind::Binary {
                    operator: BinaryOp::Power,
                    left,
                    right,
                    ..
                } => match &left.kind {
                    ExprKind::Name(name) => (Some(name), Some(&**right)),
                    _ => (None, None),
                },
                _ => (None, None),
            };
            if let Some(name) = name
                && !self.is_known(name, context)
                && self.library.plain_unit(name).is_none()
                && let Some(unit) = self.library.unit_after_value(name)
            {
                let exponent = match exponent {
                    None => Some(Rational::ONE),
                    Some(exponent) => {
                        let typed = self.expr(exponent, context);
                        self.exponent(&typed, exponent.span)
                    }
                };
                let Some((power_of, dimension)) =
                    exponent.and_then(|e| Some((e, unit.dimension.pow(e)?)))
                else {
                    return Some(self.poison(right.span));
                };
                let term = self
                    .model
                    .terms
                    .number(power(unit.scale, power_of.to_f64()));
                return Some(self.typed(term, Dim::Known(dimension), right.span));
            }
        }
        None
    }

    /// Applies an operator to checked operands. `whole` is the expression as written, for patterns that deserve a warning.
    pub fn combine(
        &mut self,
        operator: BinaryOp,
        operator_span: Span,
        whole: &Expr,
        a: Typed,
        b: Typed,
    ) -> Typed {
        let span = whole.span;
        if a.is_poison() || b.is_poison() {
            return self.poison(span);
        }
        if operator.is_logical() {
            let of = format!("`{}`", operator.spelling());
            if !(self.is_condition(&a, &of) & self.is_condition(&b, &of)) {
                return self.poison(span);
            }
            let term = match operator {
                BinaryOp::And => Term::And(a.term, b.term),
                _ => Term::Or(a.term, b.term),
            };
            let term = self.model.terms.add(term);
            return self.typed(term, Dim::NONE, span);
        }
        if let Some(comparison) = comparison(operator) {
            return self.compare(comparison, a, b, span);
        }
        let doing = match operator {
            BinaryOp::Add => "add",
            BinaryOp::Subtract => "subtract",
            BinaryOp::Multiply => "multiply",
            _ => "calculate with",
        };
        if !(self.is_number(&a, doing) & self.is_number(&b, doing)) {
            return self.poison(span);
        }
        let (term, dim) = match operator {
            BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Modulo => {
                let Some(dim) = a.dim.join(b.dim) else {
                    self.operands(operator, &a, &b);
                    return self.poison(span);
                };
                let term = match operator {
                    BinaryOp::Add => self.model.terms.plus(a.term, b.term),
                    BinaryOp::Subtract => match *self.model.terms.get(b.term) {
                        // a - 3 is a + (-3): keeps literals literal.
                        Term::Integer(n) if n != 0 => {
                            let negative = self.model.terms.integer(-n);
                            self.model.terms.plus(a.term, negative)
                        }
                        _ => self.model.terms.minus(a.term, b.term),
                    },
                    _ => self
                        .model
                        .terms
                        .add(Term::Call(Intrinsic::Mod, [a.term, b.term].into())),
                };
                (term, Some(dim))
            }
            BinaryOp::Multiply => {
                unit_trap::check(self, whole);
                singular::check(self, operator, whole, &a, &b);
                (self.model.terms.times(a.term, b.term), a.dim.times(b.dim))
            }
            BinaryOp::Divide => {
                divisor::check(self, &a, &b);
                singular::check(self, operator, whole, &a, &b);
                (
                    self.model.terms.over(a.term, b.term),
                    a.dim.times(b.dim.inverse()),
                )
            }
            BinaryOp::FloorDivide => {
                for side in [&a, &b] {
                    if !side.dim.fits(Dimension::NONE) {
                        self.floor_division(side, operator_span);
                        return self.poison(span);
                    }
                }
                let call = Term::Call(Intrinsic::FloorDiv, [a.term, b.term].into());
                (self.model.terms.add(call), Some(Dim::NONE))
            }
            _ => return self.raise(a, b, span),
        };
        match dim {
            Some(dim) => self.typed(term, dim, span),
            None => {
                self.report(
                    Diagnostic::new(codes::EXPONENT, span, "the unit of this is out of range")
                        .label("the exponent of its unit grows too large"),
                );
                self.poison(span)
            }
        }
    }

    fn compare(&mut self, comparison: Comparison, a: Typed, b: Typed, span: Span) -> Typed {
        let equality = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
        let (mut left, mut right) = (a.term, b.term);
        if a.is_boolean() && b.is_boolean() && equality {
            left = self.model.terms.call(Intrinsic::Int, left);
            right = self.model.terms.call(Intrinsic::Int, right);
        } else if a.is_boolean() || b.is_boolean() {
            let (truth, other) = if a.is_boolean() { (a, b) } else { (b, a) };
            let text = self.sources.text(truth.span).trim();
            let chained = ["<", ">"].iter().any(|op| text.contains(op));
            let mut diagnostic = Diagnostic::new(
                codes::TRUTH,
                truth.span,
                "cannot compare a truth value with a number",
            )
            .label("is true or false")
            .also(other.span, "a number");
            if chained {
                diagnostic = diagnostic.note(
                    "comparisons do not chain: write `a < b and b < c` instead of `a < b < c`",
                );
            }
            self.report(diagnostic);
            return self.poison(span);
        } else if a.dim.join(b.dim).is_none() {
            let (x, y) = (said(&a), said(&b));
            self.mismatch(&format!("cannot compare {x} with {y}"), &a, &b);
            return self.poison(span);
        }
        let term = self.model.terms.add(Term::Compare(comparison, left, right));
        self.typed(term, Dim::NONE, span)
    }

    fn raise(&mut self, base: Typed, exponent: Typed, span: Span) -> Typed {
        if let Some(found) = exponent.dim.known().filter(|d| !d.is_none()) {
            self.report(
                Diagnostic::new(
                    codes::EXPONENT,
                    exponent.span,
                    "an exponent must be a pure number",
                )
                .label(format!("this is {}", super::dims::is_a(found))),
            );
            return self.poison(span);
        }
        let dimension = base.dim.settled().unwrap_or(Dimension::NONE);
        if dimension.is_none() {
            scale::note_power(self, &base, &exponent);
            let term = self.model.terms.add(Term::Power(base.term, exponent.term));
            return self.typed(term, Dim::NONE, span);
        }
        if self.evaluate(exponent.term).is_none() {
            let text = self.quote(base.span, "the base");
            self.report(
                Diagnostic::new(codes::EXPONENT, exponent.span, "the exponent of a value with a unit must be a fixed number")
                    .label("is known only during the run")
                    .also(base.span, format!("{text} is {}", super::dims::is_a(dimension)))
                    .note("otherwise the unit of the result would change while the model runs; divide by a unit first, as in `(v/mV)**x`"),
            );
            return self.poison(span);
        }
        let Some(power) = self.exponent(&exponent, exponent.span) else {
            return self.poison(span);
        };
        let Some(result) = dimension.pow(power) else {
            self.report(
                Diagnostic::new(
                    codes::EXPONENT,
                    exponent.span,
                    "the unit of this is out of range",
                )
                .label("too large"),
            );
            return self.poison(span);
        };
        let term = self.model.terms.add(Term::Power(base.term, exponent.term));
        self.typed(term, Dim::Known(result), span)
    }

    /// The value of an exponent as a fraction.
    pub fn exponent(&mut self, exponent: &Typed, span: Span) -> Option<Rational> {
        if exponent.is_poison() {
            return None;
        }
        let value = self.evaluate(exponent.term);
        let fraction = value.and_then(Rational::approximate);
        if fraction.is_none() {
            self.report(
                Diagnostic::new(
                    codes::EXPONENT,
                    span,
                    "the exponent of a value with a unit must be a fixed fraction",
                )
                .label("is not a number known before the run, or no fraction"),
            );
        }
        fraction
    }
}

/// "a voltage (volt)".
fn said(typed: &Typed) -> String {
    typed.dim.settled().map_or("a value".into(), a_value)
}

fn comparison(operator: BinaryOp) -> Option<Comparison> {
    Some(match operator {
        BinaryOp::Less => Comparison::Less,
        BinaryOp::LessEqual => Comparison::LessEqual,
        BinaryOp::Greater => Comparison::Greater,
        BinaryOp::GreaterEqual => Comparison::GreaterEqual,
        BinaryOp::Equal => Comparison::Equal,
        BinaryOp::NotEqual => Comparison::NotEqual,
        _ => return None,
    })
}

/// True for a product that begins with a value and its unit: `5 S`, `5 S/m^2`.
fn begins_with_unit(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Quantity(_) => true,
        ExprKind::Binary {
            operator: BinaryOp::Multiply | BinaryOp::Divide,
            left,
            ..
        } => begins_with_unit(left),
        _ => false,
    }
}
