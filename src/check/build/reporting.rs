//! Statements of the protocol that report: values, expectations, files.

use crate::analysis::signature::Kind as Wanted;
use crate::check::array::Scope;
use crate::check::context::Checker;
use crate::diagnostic::{Diagnostic, codes};
use crate::model::array::Kind;
use crate::model::protocol::Action;
use crate::source::Span;
use crate::syntax::ast::{self, Expr, ExprKind};
use crate::units::dimension::Dimension;

impl<'a> Checker<'a> {
    pub fn expect_item(&mut self, expect: &'a ast::Expect, span: Span) {
        let scope = Scope::root();
        let text = self.sources.text(span).trim();
        let text = text
            .strip_prefix("expect")
            .unwrap_or(text)
            .trim()
            .to_string();
        let Some(range) = &expect.range else {
            if let Some(condition) = self.array_condition(&expect.value, "`expect`", &scope) {
                self.model.protocol.push(Action::Expect {
                    value: condition.expr,
                    range: None,
                    text,
                    span,
                });
            }
            return;
        };
        let value = self.array_value(&expect.value, &scope);
        if value.is_poison()
            || !self.is_numeric(&value, "what is expected")
            || !self.is_single(&value, "what is expected")
        {
            return;
        }
        let wanted = value.dim.settled().unwrap_or(Dimension::NONE);
        let low = self.single_of(&range.start, wanted, "a bound", &scope);
        let high = self.single_of(&range.stop, wanted, "a bound", &scope);
        if let (Some(low), Some(high)) = (low, high) {
            self.model.protocol.push(Action::Expect {
                value: value.expr,
                range: Some((low.expr, high.expr)),
                text,
                span,
            });
        }
    }

    pub fn expression_item(&mut self, expr: &'a Expr) {
        let scope = Scope::root();
        if let ExprKind::Call {
            function,
            arguments,
        } = &expr.ungrouped().kind
        {
            match function.as_name() {
                Some("print") => {
                    for argument in arguments {
                        let value = self.array_value(&argument.value, &scope);
                        if !value.is_poison() {
                            let text = self.sources.text(value.span()).trim().to_string();
                            self.model.protocol.push(Action::Show {
                                value: value.expr,
                                text,
                            });
                        }
                    }
                    return;
                }
                Some("export") => return self.export_item(arguments, expr.span),
                _ => {}
            }
        }
        let value = self.array_value(expr, &scope);
        if !value.is_poison() {
            let text = self.sources.text(value.span()).trim().to_string();
            self.model.protocol.push(Action::Show {
                value: value.expr,
                text,
            });
        }
    }

    fn export_item(&mut self, arguments: &'a [ast::Argument], span: Span) {
        let scope = Scope::root();
        let [value, file] = arguments else {
            self.report(
                Diagnostic::new(
                    codes::ARGUMENTS,
                    span,
                    "`export` takes a value and the name of a file",
                )
                .label("write `export(x, \"x.npy\")`"),
            );
            return;
        };
        let value = self.array_value(&value.value, &scope);
        let name = self.array_value(&file.value, &scope);
        if value.is_poison() || name.is_poison() {
            return;
        }
        let Kind::Text(text) = &name.expr.kind else {
            self.report(
                Diagnostic::new(
                    codes::ARGUMENTS,
                    file.span,
                    "the second argument of `export` is the name of a file",
                )
                .label("expected a text between quotes"),
            );
            return;
        };
        if !(text.ends_with(".npy") || text.ends_with(".csv")) || text.contains(['/', '\\']) {
            self.report(
                Diagnostic::new(
                    codes::ARGUMENTS,
                    file.span,
                    format!("`{text}` is no name of a file of results"),
                )
                .label("a plain name that ends in .npy or .csv"),
            );
            return;
        }
        if value.kind != Wanted::Truth && !self.is_numeric(&value, "what is exported") {
            return;
        }
        self.model.protocol.push(Action::Export {
            value: value.expr,
            file: name.expr,
        });
    }

    // ---- loops --------------------------------------------------------------------------------------------------
}
