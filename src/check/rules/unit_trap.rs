//! `5*mV/10*ms`: read from left to right this multiplies by `ms`, and rarely is that meant.

use crate::check::context::Checker;
use crate::diagnostic::{Diagnostic, codes};
use crate::syntax::ast::{Expr, ExprKind};
use crate::syntax::operators::BinaryOp;

/// Warns about `x / number * unit`.
pub fn check(checker: &mut Checker, product: &Expr) {
    let ExprKind::Binary {
        operator: BinaryOp::Multiply,
        left,
        right,
        ..
    } = &product.kind
    else {
        return;
    };
    let ExprKind::Name(unit) = &right.kind else {
        return;
    };
    if checker.library.plain_unit(unit).is_none() {
        return;
    }
    let ExprKind::Binary {
        operator: BinaryOp::Divide,
        left: above,
        right: below,
        ..
    } = &left.kind
    else {
        return;
    };
    let ExprKind::Number(number) = &below.kind else {
        return;
    };
    let above = checker.sources.text(above.span).trim().to_string();
    let number = &number.text;
    let span = below.span.to(right.span);
    checker.report(
        Diagnostic::new(
            codes::UNIT_TRAP,
            span,
            format!("`{unit}` multiplies the whole quotient here"),
        )
        .label(format!("means ({above}/{number})*{unit}"))
        .note(format!(
            "to divide by {number} {unit}, write `{number} {unit}` without the `*`, or parentheses"
        ))
        .fix(
            format!("write `{number} {unit}`"),
            span,
            format!("{number} {unit}"),
            false,
        ),
    );
}
