//! Signals: tabulated functions of time.

use super::collect::Collected;
use crate::check::context::{Checker, Context, Role};
use crate::diagnostic::{Diagnostic, codes};
use crate::model::SignalId;
use crate::syntax::ast::{self, Expr, ExprKind};
use crate::units::dimension::Dimension;

impl<'a> Checker<'a> {
    /// Reads all signals.
    pub fn signals(&mut self, collected: &Collected<'a>) {
        for (file, signal, id) in &collected.signals {
            if self.signal_table(*file, signal, *id).is_none()
                && let Some(names) = self.globals.get_mut(*file)
                && let Some(entry) = names.values.get_mut(signal.name.name.as_str())
            {
                entry.0 = crate::check::globals::Global::Faulty;
            }
        }
    }

    fn signal_table(&mut self, file: usize, signal: &'a ast::Signal, id: SignalId) -> Option<()> {
        let context = Context::new(file, Role::CONSTANT);
        let name = &signal.name.name;
        let expected = ["t", "i"];
        if signal.parameters.len() > 2
            || signal
                .parameters
                .iter()
                .zip(expected)
                .any(|(given, wanted)| given.name != wanted)
        {
            let span = signal
                .parameters
                .first()
                .map_or(signal.name.span, |first| first.span);
            self.report(
                Diagnostic::new(codes::SIGNAL, span, format!("`{name}` must be declared as `{name}(t)` or `{name}(t, i)`"))
                    .label("the parameters of a signal are the time and, for a table with columns, the index"),
            );
            return None;
        }
        for option in &signal.options {
            let at = option.name.as_ref().map_or(option.span, |name| name.span);
            let text = self.sources.text(at).to_string();
            self.report(
                Diagnostic::new(
                    codes::SIGNAL,
                    at,
                    format!("a signal has no option `{text}`"),
                )
                .label("not known"),
            );
        }
        if !self.is_array(&signal.values) {
            self.report(
                Diagnostic::new(codes::SIGNAL, signal.values.span, format!("the values of `{name}` must be a list"))
                    .label("write `[a, b, c] UNIT every INTERVAL`")
                    .note("for a formula of time, declare a function, as in `stim(t) = 2 nA*sin(2*pi*t*5 Hz)`"),
            );
            return None;
        }
        let mut list = self.array(&signal.values, &context)?;
        if signal.parameters.len() == 2 && Self::is_load(plain(&signal.values)) {
            // One column of a file is a table with one column.
            list.columns.get_or_insert(1);
        }
        let Some(every) = &signal.every else {
            self.report(
                Diagnostic::new(
                    codes::SIGNAL,
                    signal.values.span,
                    format!("how far apart are the values of `{name}`?"),
                )
                .label("the interval is missing")
                .fix(
                    "write ` every 1 ms`",
                    signal.values.span.at_end(),
                    " every 1 ms",
                    false,
                ),
            );
            return None;
        };
        let interval = self.expr(every, &context);
        let dt = self.positive_time(&interval, "the interval of a signal")?;
        let indexed = signal.parameters.len() == 2;
        if list.values.is_empty() {
            self.report(
                Diagnostic::new(
                    codes::SIGNAL,
                    signal.values.span,
                    format!("`{name}` has no values"),
                )
                .label("is empty"),
            );
            return None;
        }
        if indexed != list.columns.is_some() {
            let (label, note) = if indexed {
                (
                    "a single column",
                    format!(
                        "write a list of rows, one per interval, `[[1, 2], [3, 4]]`; or declare `{name}(t)`"
                    ),
                )
            } else {
                (
                    "rows with several values",
                    format!("declare `{name}(t, i)` to choose a column by `i`"),
                )
            };
            self.report(
                Diagnostic::new(
                    codes::SIGNAL,
                    signal.values.span,
                    format!("the table of `{name}` does not fit its parameters"),
                )
                .label(label)
                .note(note),
            );
            return None;
        }
        let target = &mut self.model.signals[id];
        target.columns = list.columns.unwrap_or(1);
        target.values = list.values;
        target.dimension = list.dim.settled().unwrap_or(Dimension::NONE);
        target.dt = dt;
        Some(())
    }
}

/// Values without the unit behind them.
fn plain(expr: &Expr) -> &Expr {
    match &expr.ungrouped().kind {
        ExprKind::Quantity(quantity) => plain(&quantity.value),
        _ => expr,
    }
}
