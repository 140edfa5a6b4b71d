//! Library text as terms: calls are written out, down to the irreducible functions.
//!
//! Parameters are bound to terms, not to text, so no name of the caller can be captured.

use super::Library;
use super::function::{Body, Function};
use super::infer::unit_of;
use crate::model::term::{Comparison, Intrinsic, Term, TermId, Terms};
use crate::syntax::ast::{Expr, ExprKind};
use crate::syntax::operators::{BinaryOp, UnaryOp};

/// Names bound to terms.
pub type Bindings = Vec<(String, TermId)>;

/// See [`Library::call`].
pub(super) fn call(
    library: &Library,
    function: &Function,
    arguments: &[TermId],
    terms: &mut Terms,
) -> Option<TermId> {
    if arguments.len() != function.signature.parameters.len() {
        return None;
    }
    match &function.body {
        Body::Intrinsic(intrinsic) => Some(terms.add(Term::Call(*intrinsic, arguments.into()))),
        Body::Random(_) => None,
        Body::Expression { steps, value } => {
            let mut bound = bind(function, arguments);
            for (name, step) in steps {
                let term = expression(library, step, &bound, terms)?;
                bound.push((name.clone(), term));
            }
            expression(library, value, &bound, terms)
        }
    }
}

/// See [`Library::derivative`].
pub(super) fn derivative(
    library: &Library,
    of: Intrinsic,
    by: usize,
    arguments: &[TermId],
    terms: &mut Terms,
) -> Option<TermId> {
    let function = library
        .functions()
        .find(|f| f.body == Body::Intrinsic(of))?;
    let text = function.derivatives.get(by)?;
    expression(library, text, &bind(function, arguments), terms)
}

fn bind(function: &Function, arguments: &[TermId]) -> Bindings {
    let names = function.signature.parameters.iter().map(|p| p.name.clone());
    names.zip(arguments.iter().copied()).collect()
}

/// An expression in the names of `bound`, units, constants and functions of the library, as a term. Dimensions are not looked at.
/// Nothing where it has a form or a name that the library does not know.
pub fn expression(
    library: &Library,
    expr: &Expr,
    bound: &Bindings,
    terms: &mut Terms,
) -> Option<TermId> {
    match &expr.kind {
        ExprKind::Number(number) if number.integer && number.value.abs() < 9e15 => {
            Some(terms.integer(number.value as i64))
        }
        ExprKind::Number(number) => Some(terms.number(number.value)),
        ExprKind::Group(inner) => expression(library, inner, bound, terms),
        ExprKind::Quantity(literal) => {
            let unit = unit_of(library, literal)?;
            if let ExprKind::Number(number) = &literal.value.ungrouped().kind {
                return Some(terms.number(number.value * unit.value));
            }
            let value = expression(library, &literal.value, bound, terms)?;
            let scale = terms.number(unit.value);
            Some(terms.times(value, scale))
        }
        ExprKind::Name(name) => {
            if let Some((_, term)) = bound.iter().rev().find(|(n, _)| n == name) {
                return Some(*term);
            }
            match name.as_str() {
                "True" | "true" => Some(terms.add(Term::Boolean(true))),
                "False" | "false" => Some(terms.add(Term::Boolean(false))),
                _ => {
                    let constant = library.constant(name).map(|c| c.value.value);
                    let value = constant.or_else(|| library.plain_unit(name).map(|u| u.scale))?;
                    Some(terms.number(value))
                }
            }
        }
        ExprKind::Unary {
            operator, operand, ..
        } => {
            let inner = expression(library, operand, bound, terms)?;
            Some(match operator {
                UnaryOp::Negate => terms.negate(inner),
                UnaryOp::Plus => inner,
                UnaryOp::Not => terms.add(Term::Not(inner)),
            })
        }
        ExprKind::Binary {
            operator,
            left,
            right,
            ..
        } => {
            let a = expression(library, left, bound, terms)?;
            let b = expression(library, right, bound, terms)?;
            Some(binary(*operator, a, b, terms))
        }
        ExprKind::Conditional {
            then,
            condition,
            otherwise,
        } => {
            let condition = expression(library, condition, bound, terms)?;
            let then = expression(library, then, bound, terms)?;
            let otherwise = expression(library, otherwise, bound, terms)?;
            Some(terms.add(Term::Select(condition, then, otherwise)))
        }
        ExprKind::Call {
            function,
            arguments,
        } => {
            let function = library.function(function.as_name()?)?;
            let mut values = Vec::new();
            for argument in arguments {
                values.push(expression(library, &argument.value, bound, terms)?);
            }
            call(library, function, &values, terms)
        }
        _ => None,
    }
}

/// The term of an operator between two terms.
pub fn binary(operator: BinaryOp, a: TermId, b: TermId, terms: &mut Terms) -> TermId {
    let compare = |comparison| Term::Compare(comparison, a, b);
    let term = match operator {
        BinaryOp::Or => Term::Or(a, b),
        BinaryOp::And => Term::And(a, b),
        BinaryOp::Less => compare(Comparison::Less),
        BinaryOp::LessEqual => compare(Comparison::LessEqual),
        BinaryOp::Greater => compare(Comparison::Greater),
        BinaryOp::GreaterEqual => compare(Comparison::GreaterEqual),
        BinaryOp::Equal => compare(Comparison::Equal),
        BinaryOp::NotEqual => compare(Comparison::NotEqual),
        BinaryOp::Add => return terms.plus(a, b),
        BinaryOp::Subtract => return terms.minus(a, b),
        BinaryOp::Multiply => return terms.times(a, b),
        BinaryOp::Divide => return terms.over(a, b),
        BinaryOp::FloorDivide => Term::Call(Intrinsic::FloorDiv, Box::new([a, b])),
        BinaryOp::Modulo => Term::Call(Intrinsic::Mod, Box::new([a, b])),
        BinaryOp::Power => Term::Power(a, b),
    };
    terms.add(term)
}
