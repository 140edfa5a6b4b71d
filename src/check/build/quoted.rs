//! Expressions in quotes, as Brian2 writes them.

use crate::check::context::Checker;
use crate::syntax::ast::{Expr, Text};
use crate::syntax::parse_expression;

impl Checker<'_> {
    /// The expression within quotes; nothing where it cannot be read, which has been reported.
    ///
    /// The text is padded to its place in the file, so that spans fit the file.
    pub fn quoted_expr(&mut self, text: &Text) -> Option<Expr> {
        let span = text.span;
        let whole = self.sources.file(span.file).text.as_str();
        let start = span.start as usize + 1;
        let content = whole.get(start..(span.end as usize).saturating_sub(1))?;
        let padded = format!("{}{content}", " ".repeat(start));
        let expr = parse_expression(span.file, &padded, self.sink);
        (!expr.is_error()).then_some(expr)
    }
}
