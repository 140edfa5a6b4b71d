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
        let Some((file, given)) = arguments
            .split_last()
            .filter(|(_, given)| !given.is_empty())
        else {
            self.report(
                Diagnostic::new(
                    codes::ARGUMENTS,
                    span,
                    "`export` takes values and the name of a file",
                )
                .label("write `export(x, \"x.npy\")`, or `export(x, y, \"both.npz\")`"),
            );
            return;
        };
        let mut values = Vec::new();
        let mut complete = true;
        for argument in given {
            let value = self.array_value(&argument.value, &scope);
            if value.is_poison()
                || (value.kind != Wanted::Truth && !self.is_numeric(&value, "what is exported"))
            {
                complete = false;
                continue;
            }
            // In an archive, a value has the name it is given, or goes by what it is written as.
            let written = || self.sources.text(value.span()).trim().to_string();
            let name = argument.name.as_ref().map(|name| name.name.clone());
            values.push((name.unwrap_or_else(written), value.expr));
        }
        let name = self.array_value(&file.value, &scope);
        if !complete || name.is_poison() {
            return;
        }
        let Kind::Text(text) = &name.expr.kind else {
            self.report(
                Diagnostic::new(
                    codes::ARGUMENTS,
                    file.span,
                    "the last argument of `export` is the name of a file",
                )
                .label("expected a text between quotes"),
            );
            return;
        };
        let known = [".npy", ".csv", ".npz"]
            .iter()
            .any(|end| text.ends_with(end));
        if !known || text.contains(['/', '\\']) {
            self.report(
                Diagnostic::new(
                    codes::ARGUMENTS,
                    file.span,
                    format!("`{text}` is no name of a file of results"),
                )
                .label("a plain name that ends in .npy, .npz or .csv"),
            );
            return;
        }
        if values.len() > 1 && !text.ends_with(".npz") {
            self.report(
                Diagnostic::new(
                    codes::ARGUMENTS,
                    file.span,
                    format!("`{text}` holds one value, but there are {}", values.len()),
                )
                .label("a name that ends in .npz holds several"),
            );
            return;
        }
        self.model.protocol.push(Action::Export {
            values,
            file: name.expr,
        });
    }

    // ---- loops --------------------------------------------------------------------------------------------------
}
