//! Dimensions within the library's own text: values of units and constants, and bodies, derivatives and examples of functions.
//!
//! Bodies are checked once, with the dimension variables left open, so that a function that loads is right for every call.

use super::Library;
use super::declared::rational;
use super::function::{Body, Function};
use super::read::{DECLARATION, Fallible, refuse};
use super::signature::{Misfit, Pattern};
use super::units::raise;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::{Expr, ExprKind, Quantity as Literal};
use crate::syntax::operators::{BinaryOp, UnaryOp};
use crate::units::dimension::{Dimension, Rational};
use crate::units::display::si_unit;
use crate::units::quantity::Quantity;

const MINUS_ONE: Rational = Rational { num: -1, den: 1 };

/// The value of numbers, units and constants combined with `+ - * /` and powers.
///
/// # Errors
/// The place of what is none of these, or does not fit.
pub(super) fn quantity(library: &Library, expr: &Expr) -> Result<Quantity, Span> {
    let span = expr.span;
    match &expr.kind {
        ExprKind::Number(number) => Ok(Quantity::number(number.value)),
        ExprKind::Group(inner) => quantity(library, inner),
        ExprKind::Quantity(literal) => {
            let value = quantity(library, &literal.value)?;
            let unit = unit_of(library, literal).ok_or(span)?;
            Ok(Quantity::new(
                value.value * unit.value,
                value.dimension.checked_mul(unit.dimension).ok_or(span)?,
            ))
        }
        ExprKind::Name(name) => match (library.plain_unit(name), library.constant(name)) {
            (Some(unit), _) => Ok(Quantity::new(unit.scale, unit.dimension)),
            (None, Some(constant)) => Ok(constant.value),
            // A unit that is known only behind values may define another.
            (None, None) => match library.units().row(name) {
                Some(row) => Ok(Quantity::new(row.scale(), row.dimension)),
                None => Err(span),
            },
        },
        ExprKind::Unary {
            operator, operand, ..
        } => {
            let inner = quantity(library, operand)?;
            match operator {
                UnaryOp::Negate => Ok(Quantity::new(-inner.value, inner.dimension)),
                UnaryOp::Plus => Ok(inner),
                UnaryOp::Not => Err(span),
            }
        }
        ExprKind::Binary {
            operator,
            left,
            right,
            ..
        } => {
            let (a, b) = (quantity(library, left)?, quantity(library, right)?);
            let same = |value: f64| match a.dimension == b.dimension {
                true => Ok(Quantity::new(value, a.dimension)),
                false => Err(span),
            };
            let product = |value: f64, other: Dimension| {
                let dimension = a.dimension.checked_mul(other).ok_or(span)?;
                Ok(Quantity::new(value, dimension))
            };
            match operator {
                BinaryOp::Add => same(a.value + b.value),
                BinaryOp::Subtract => same(a.value - b.value),
                BinaryOp::Multiply => product(a.value * b.value, b.dimension),
                BinaryOp::Divide => product(a.value / b.value, b.dimension.inverse()),
                BinaryOp::Power => {
                    let power = Rational::approximate(b.value).ok_or(span)?;
                    let dimension = a.dimension.pow(power).ok_or(span)?;
                    Ok(Quantity::new(raise(a.value, power), dimension))
                }
                _ => Err(span),
            }
        }
        _ => Err(span),
    }
}

/// One of the unit behind a value, with its exponent.
pub(super) fn unit_of(library: &Library, literal: &Literal) -> Option<Quantity> {
    let unit = library.unit_after_value(&literal.unit.name)?;
    match &literal.exponent {
        None => Some(Quantity::new(unit.scale, unit.dimension)),
        Some(exponent) => unit.power(rational(exponent)?),
    }
}

/// Names with their dimension; none fits any (a bare zero).
type Scope = Vec<(String, Option<Pattern>)>;

fn parameters(function: &Function) -> Scope {
    let parameters = function.signature.parameters.iter();
    parameters
        .map(|p| (p.name.clone(), Some(p.pattern.clone())))
        .collect()
}

/// Checks the dimensions of the body of a function that is not in the library yet.
pub(super) fn check_body(library: &Library, function: &Function) -> Fallible<()> {
    let Body::Expression { steps, value } = &function.body else {
        return Ok(());
    };
    let signature = &function.signature;
    let context = Context {
        library,
        variables: &signature.variables,
    };
    let mut scope = parameters(function);
    for (name, step) in steps {
        let pattern = context.pattern(&scope, step)?;
        scope.push((name.clone(), pattern));
    }
    let found = context.pattern(&scope, value)?;
    context.agree(value.span, found, Some(signature.result.clone()))
}

/// Checks the dimensions of derivatives and examples.
pub(super) fn check_remarks(library: &Library, function: &Function) -> Fallible<()> {
    let signature = &function.signature;
    let context = Context {
        library,
        variables: &signature.variables,
    };
    let scope = parameters(function);
    for (by, derivative) in signature.parameters.iter().zip(&function.derivatives) {
        let expected = by.pattern.clone().pow(MINUS_ONE);
        let expected = expected.and_then(|inverse| signature.result.clone().times(&inverse));
        let found = context.pattern(&scope, derivative)?;
        context.agree(derivative.span, found, expected)?;
    }
    for example in &function.examples {
        context.pattern(&Scope::new(), example)?;
    }
    Ok(())
}

/// `volt*D^2`
fn show(pattern: &Pattern, variables: &[String]) -> String {
    let mut parts = Vec::new();
    if !pattern.fixed.is_none() || pattern.variables.is_empty() {
        parts.push(si_unit(pattern.fixed));
    }
    for (variable, exponent) in &pattern.variables {
        let name = variables.get(*variable).map_or("?", String::as_str);
        parts.push(match exponent {
            Rational { num: 1, den: 1 } => name.to_string(),
            Rational { num, den: 1 } => format!("{name}^{num}"),
            Rational { num, den } => format!("{name}^({num}/{den})"),
        });
    }
    parts.join("*")
}

struct Context<'a> {
    library: &'a Library,
    /// Names of the dimension variables.
    variables: &'a [String],
}

impl Context<'_> {
    fn agree(&self, span: Span, found: Option<Pattern>, expected: Option<Pattern>) -> Fallible<()> {
        match (found, expected) {
            (None, Some(_)) => Ok(()),
            (Some(found), Some(expected)) if found.same(&expected) => Ok(()),
            (Some(found), Some(expected)) => {
                let message = "this does not have the dimension that the declaration gives";
                let (found, expected) = (
                    show(&found, self.variables),
                    show(&expected, self.variables),
                );
                let label = format!("{found}, but declared as {expected}");
                Err(Box::new(
                    Diagnostic::new(DECLARATION, span, message).label(label),
                ))
            }
            (_, None) => refuse(span, "this exponent is out of range"),
        }
    }
    /// The dimension of an expression.
    fn pattern(&self, scope: &Scope, expr: &Expr) -> Fallible<Option<Pattern>> {
        let span = expr.span;
        let number = || Ok(Some(Pattern::fixed(Dimension::NONE)));
        match &expr.kind {
            ExprKind::Number(literal) if literal.value == 0.0 => Ok(None),
            ExprKind::Number(_) => number(),
            ExprKind::Group(inner) => self.pattern(scope, inner),
            ExprKind::Quantity(literal) => match unit_of(self.library, literal) {
                Some(unit) => Ok(Some(Pattern::fixed(unit.dimension))),
                None => refuse(
                    literal.unit.span,
                    format!("there is no unit `{}`", literal.unit.name),
                ),
            },
            ExprKind::Name(name) => {
                if let Some((_, found)) = scope.iter().rev().find(|(n, _)| n == name) {
                    return Ok(found.clone());
                }
                match quantity(self.library, expr) {
                    Ok(value) => Ok(Some(Pattern::fixed(value.dimension))),
                    Err(_) if name == "True" || name == "False" => number(),
                    Err(_) => refuse(span, format!("there is no `{name}` here")),
                }
            }
            ExprKind::Unary { operand, .. } => self.pattern(scope, operand),
            ExprKind::Binary {
                operator,
                left,
                right,
                ..
            } => self.binary(scope, *operator, left, right, span),
            ExprKind::Conditional {
                then,
                condition,
                otherwise,
            } => {
                self.pattern(scope, condition)?;
                let (a, b) = (self.pattern(scope, then)?, self.pattern(scope, otherwise)?);
                self.same(a, b, span)
            }
            ExprKind::Call {
                function,
                arguments,
            } => {
                let name = function.as_name().unwrap_or("");
                let Some(called) = self.library.function(name) else {
                    return refuse(
                        function.span,
                        format!("there is no function `{name}` before this one"),
                    );
                };
                let mut patterns = Vec::new();
                for argument in arguments {
                    patterns.push(self.pattern(scope, &argument.value)?);
                }
                match called.signature.unify(&patterns) {
                    Ok(result) => Ok(result),
                    Err(Misfit::Count) => {
                        refuse(span, format!("`{name}` has another number of parameters"))
                    }
                    Err(Misfit::Range) => refuse(span, "this exponent is out of range"),
                    Err(Misfit::Pattern { argument, .. }) => {
                        let place = arguments.get(argument).map_or(span, |a| a.span);
                        refuse(
                            place,
                            format!(
                                "the dimension of this does not fit `{}`",
                                called.signature.text
                            ),
                        )
                    }
                }
            }
            _ => refuse(span, "this has no place in a function"),
        }
    }

    fn binary(
        &self,
        scope: &Scope,
        operator: BinaryOp,
        left: &Expr,
        right: &Expr,
        span: Span,
    ) -> Fallible<Option<Pattern>> {
        let (a, b) = (self.pattern(scope, left)?, self.pattern(scope, right)?);
        let range = || refuse(span, "this exponent is out of range");
        if operator.is_comparison() {
            self.same(a, b, span)?;
            return Ok(Some(Pattern::fixed(Dimension::NONE)));
        }
        match operator {
            BinaryOp::And | BinaryOp::Or => Ok(Some(Pattern::fixed(Dimension::NONE))),
            BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Modulo => self.same(a, b, span),
            BinaryOp::Power => {
                let Some(a) = a else { return Ok(None) };
                match rational(right) {
                    Some(power) => a.pow(power).map_or_else(range, |p| Ok(Some(p))),
                    None if a.same(&Pattern::fixed(Dimension::NONE)) => Ok(Some(a)),
                    None => refuse(
                        right.span,
                        "a quantity with a unit needs a number as exponent",
                    ),
                }
            }
            BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::FloorDivide => {
                let (Some(a), Some(b)) = (a, b) else {
                    return Ok(None);
                };
                let b = match operator {
                    BinaryOp::Multiply => Some(b),
                    _ => b.pow(MINUS_ONE),
                };
                b.and_then(|b| a.times(&b))
                    .map_or_else(range, |p| Ok(Some(p)))
            }
            _ => refuse(span, "this operator has no place in a function"),
        }
    }

    fn same(
        &self,
        a: Option<Pattern>,
        b: Option<Pattern>,
        span: Span,
    ) -> Fallible<Option<Pattern>> {
        match (a, b) {
            (None, other) | (other, None) => Ok(other),
            (Some(a), Some(b)) if a.same(&b) => Ok(Some(a)),
            (Some(a), Some(b)) => {
                let variables = self.variables;
                let message = "the two sides have different dimensions";
                let label = format!("{} and {}", show(&a, variables), show(&b, variables));
                Err(Box::new(
                    Diagnostic::new(DECLARATION, span, message).label(label),
                ))
            }
        }
    }
}
