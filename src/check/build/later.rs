//! What the language describes and this program does not do yet: one place, which shrinks.

use crate::check::context::Checker;
use crate::diagnostic::{Diagnostic, codes};
use crate::source::Span;
use crate::syntax::ast::ItemKind;

impl Checker<'_> {
    /// Reports a form that is read but not carried out.
    pub fn later(&mut self, span: Span, what: &str) {
        self.report(
            Diagnostic::new(
                codes::UNAVAILABLE,
                span,
                format!("{what} cannot be simulated by this program"),
            )
            .label("is read, but not carried out"),
        );
    }
}

/// The words for a statement that is not carried out; nothing for those that are.
pub fn unavailable(kind: &ItemKind) -> Option<&'static str> {
    Some(match kind {
        ItemKind::Let(_) => "`let`",
        ItemKind::Sweep(_) => "`sweep`",
        ItemKind::Collect(_) => "`collect`",
        ItemKind::For(_) => "`for`",
        ItemKind::Repeat(_) => "`repeat`",
        ItemKind::While(_) => "`while`",
        ItemKind::If(_) => "`if`",
        ItemKind::Stop => "`stop`",
        ItemKind::Every(_) => "`every` at top level",
        ItemKind::Expect(_) => "`expect`",
        ItemKind::Expression(_) => "this call",
        _ => return None,
    })
}
