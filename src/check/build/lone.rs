//! Lines of a single point: the value at the end is asked for where what was recorded is meant.

use super::series::Made;
use crate::check::context::Checker;
use crate::check::globals::Global;
use crate::diagnostic::{Diagnostic, Fix, codes};
use crate::syntax::ast::{Expr, ExprKind};

impl<'a> Checker<'a> {
    /// A line needs two values: `P.w[0] vs P.v[0]` is one point, where the model stands at the end.
    pub(super) fn lone_point(&mut self, made: Option<&Made>, y: &'a Expr, x: Option<&'a Expr>) {
        if !made.is_some_and(|made| made.lone) {
            return;
        }
        let Some(x) = x else {
            let mut diagnostic =
                Diagnostic::new(codes::LONE_POINT, y.span, "this line has a single point")
                    .label("one value")
                    .note("`bars(x)` and `points(x)` draw one value; a value without a plot around it is shown in the report");
            if let ExprKind::Call { arguments, .. } = &y.ungrouped().kind
                && let [argument] = arguments.as_slice()
                && self.is_stored(&argument.value)
            {
                let name = self
                    .sources
                    .text(y.span)
                    .split('(')
                    .next()
                    .unwrap_or("")
                    .trim();
                let inner = self.sources.text(argument.value.span).trim();
                let text = format!("{name}(trace({inner}), axis: 0) vs times({inner})");
                diagnostic.fix = Some(Fix {
                    title: format!("write `{text}`, its course over time"),
                    edits: vec![(y.span, text)],
                    certain: false,
                });
            }
            self.report(diagnostic);
            return;
        };
        let mut diagnostic =
            Diagnostic::new(codes::LONE_POINT, y.span, "this line has a single point");
        if self.is_stored(y) && self.is_stored(x) {
            let edits = [y.span, x.span].map(|span| {
                let text = self.sources.text(span).trim();
                (span, format!("trace({text})"))
            });
            let [(_, upward), (_, right)] = &edits;
            diagnostic.fix = Some(Fix {
                title: format!("write `{upward} vs {right}`"),
                edits: edits.to_vec(),
                certain: false,
            });
            diagnostic = diagnostic
                .label("the value at the end")
                .also(x.span, "drawn over the value at the end")
                .note("`trace(P.v[0])` is what was recorded over time");
        } else {
            diagnostic = diagnostic
                .label("one value")
                .also(x.span, "drawn over one value")
                .note("`points(y) vs x` draws a dot");
        }
        self.report(diagnostic);
    }

    /// True for values of a population: `P.v`, `P.v[0]`.
    fn is_stored(&self, expr: &Expr) -> bool {
        let expr = match &expr.ungrouped().kind {
            ExprKind::Index { base, .. } => base.ungrouped(),
            _ => expr.ungrouped(),
        };
        matches!(&expr.kind, ExprKind::Member { base, .. }
            if base.as_name().is_some_and(|name| self.is_population(name)))
    }

    fn is_population(&self, name: &str) -> bool {
        matches!(
            self.global(0, name),
            Some((Global::Population(_) | Global::Subgroup(_), _))
        )
    }
}
