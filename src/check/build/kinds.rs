//! Kinds of plots with several arguments: theory curves, error bars, areas, histograms, images.

use std::sync::Arc;

use super::figures::Across;
use super::series::{KindCall, Made};
use crate::analysis::functions;
use crate::analysis::signature::Kind as Wanted;
use crate::analysis::value::Value;
use crate::check::array::{Named, Scope, describe};
use crate::check::context::{Checker, Context, Role};
use crate::check::dims::Dim;
use crate::diagnostic::{Diagnostic, codes};
use crate::model::array::{Expr as Computed, Kind};
use crate::model::figure::{Plotted, Series};
use crate::model::{Owner, VariableId};
use crate::source::Span;
use crate::syntax::ast::{Expr, ExprKind};
use crate::units::dimension::Dimension;

/// Places at which a theory curve is evaluated unless `samples` says otherwise.
const SAMPLES: f64 = 400.0;

impl<'a> Checker<'a> {
    /// `curve(x^2, x: 0 .. 3)`: an expression over a variable of its own.
    pub(super) fn theory(&mut self, call: &KindCall<'a>, value: &'a Expr) -> Option<Made> {
        let variable = match call.other.as_slice() {
            [one] => one.name.as_ref().map(|name| (name, &one.value)),
            _ => None,
        };
        let range = variable.and_then(|(name, value)| match &value.ungrouped().kind {
            ExprKind::Range { start, stop } => Some((name, &**start, &**stop)),
            _ => None,
        });
        let (Some((name, start, stop)), None) = (range, call.against) else {
            self.report(
                Diagnostic::new(
                    codes::ARGUMENTS,
                    call.span,
                    "`curve` needs one variable and the values it runs through",
                )
                .label("write `curve(x^2, x: 0 .. 3)`"),
            );
            return None;
        };
        let root = Scope::root();
        let low = self.array_value(start, &root);
        if low.is_poison() || !self.is_numeric(&low, "where the variable begins") {
            return None;
        }
        let high = self.array_value(stop, &root);
        if high.is_poison() || !self.is_numeric(&high, "where the variable ends") {
            return None;
        }
        let Some(dim) = low.dim.join(high.dim) else {
            let (a, b) = (low.dim.settled(), high.dim.settled());
            self.mixed(start.span, a, stop.span, b);
            return None;
        };
        if !self.is_single(&low, "where the variable begins")
            || !self.is_single(&high, "where the variable ends")
        {
            return None;
        }
        let samples = match call.named("samples") {
            None => SAMPLES,
            Some(count) => {
                let typed = self.expr(count, &Context::new(0, Role::CONSTANT));
                let count = self.whole(&typed, "the number of samples")?;
                count.clamp(2, 100_000) as f64
            }
        };
        let dimension = dim.settled().unwrap_or(Dimension::NONE);
        let linspace = functions::named("linspace").next()?;
        let here = name.span;
        let spread = Computed {
            kind: Kind::Call(
                linspace,
                vec![
                    Some(Computed {
                        dimension,
                        ..low.expr
                    }),
                    Some(Computed {
                        dimension,
                        ..high.expr
                    }),
                    Some(Computed::number(samples, Dimension::NONE, here)),
                ],
            ),
            ..Computed::number(0.0, dimension, here)
        };
        let shape = Some(vec![Some(samples as usize)]);
        let x = self.valued(
            spread.kind.clone(),
            Dim::Known(dimension),
            shape.clone(),
            here,
        );
        let slot = self.new_slot("", &x, Vec::new(), here);
        let scope = Scope {
            locals: vec![Named {
                name: name.name.clone(),
                slot,
                dim: Dim::Known(dimension),
                kind: Wanted::Number,
                shape,
            }],
            ..Scope::root()
        };
        let y = self.drawable(value, &scope)?;
        let vertical = y.dim;
        let whole = Computed {
            kind: Kind::With(vec![(slot, spread)], Box::new(y.expr.clone())),
            ..y.expr
        };
        let series = Series::Curve {
            y_dimension: whole.dimension,
            y: (self.plotted(whole), self.curve_name(value)),
            x: Some((self.plotted(x.expr), name.name.clone())),
            x_dimension: dimension,
            lone: false,
        };
        Some(Made::new(series, vertical, Across::Values(dimension)))
    }

    /// `errorbars(mean, error) vs x`, `fill(low, high) vs x`.
    pub(super) fn pair(&mut self, call: &KindCall<'a>, filled: bool) -> Option<Made> {
        let [first, second] = call.plain.as_slice() else {
            return None;
        };
        let scope = Scope::root();
        let a = self.drawable(first, &scope)?;
        let b = self.drawable(second, &scope)?;
        let Some(vertical) = a.dim.join(b.dim) else {
            self.mixed(first.span, a.dim.settled(), second.span, b.dim.settled());
            return None;
        };
        if !b.may_be_single() && !self.same_length(&a, &b) {
            return None;
        }
        let x = match call.against {
            Some(against) => {
                let x = self.drawable(against, &scope)?;
                if !self.same_length(&a, &x) {
                    return None;
                }
                Some(self.named_plotted(x, against))
            }
            None => self.own_axis(&a, first.span),
        };
        let across = x
            .as_ref()
            .map_or(Across::Index, |x| Across::Values(x.dimension));
        let dimension = vertical.settled().unwrap_or(Dimension::NONE);
        let first = Plotted {
            dimension,
            ..self.named_plotted(a, first)
        };
        let series = Series::Pair {
            filled,
            first,
            second: self.named_plotted(b, second),
            x,
        };
        Some(Made::new(series, vertical, across))
    }

    /// `histogram(isi(lif), bins: 50)`
    pub(super) fn histogram(&mut self, call: &KindCall<'a>, value: &'a Expr) -> Option<Made> {
        if let Some(against) = call.against {
            self.report(
                Diagnostic::new(
                    codes::ARGUMENTS,
                    against.span,
                    "a histogram is drawn over its values",
                )
                .label("nothing else can stand here"),
            );
            return None;
        }
        let values = self.drawable(value, &Scope::root())?;
        let across = values.dim;
        let bins = match call.plain.get(1).copied().or(call.named("bins")) {
            None => None,
            Some(bins) => {
                let typed = self.expr(bins, &Context::new(0, Role::CONSTANT));
                let count = self.whole(&typed, "the number of bins")?;
                if !(1..=100_000).contains(&count) {
                    self.report(
                        Diagnostic::new(
                            codes::NUMBER,
                            bins.span,
                            "a histogram has at least one bin",
                        )
                        .label(format!("this is {count}")),
                    );
                    return None;
                }
                Some(count as usize)
            }
        };
        let edges = match call.named("edges") {
            None => None,
            Some(edges) => {
                let wanted = across.settled()?;
                let valued = self.array_of(edges, wanted, "`edges`", &Scope::root())?;
                Some(self.named_plotted(valued, edges))
            }
        };
        let density = match call.named("density") {
            None => false,
            Some(expr) => self.truth_word(expr, "density")?,
        };
        let values = self.named_plotted(values, value);
        let vertical = match (density, across.settled()) {
            (true, Some(dimension)) => Dim::Known(dimension.inverse()),
            _ => Dim::NONE,
        };
        let dimension = values.dimension;
        let series = Series::Histogram {
            values,
            bins,
            edges,
            density,
        };
        Some(Made::new(series, vertical, Across::Values(dimension)))
    }

    /// `image(z)`
    pub(super) fn image(&mut self, call: &KindCall<'a>, value: &'a Expr) -> Option<Made> {
        if let Some(against) = call.against {
            self.report(
                Diagnostic::new(codes::ARGUMENTS, against.span, "an image has two axes")
                    .label("write `x: …` and `y: …` for the middles of columns and rows"),
            );
            return None;
        }
        if let Some(made) = self.weights(value) {
            return made;
        }
        let direct = match &value.ungrouped().kind {
            ExprKind::Member { base, name } => Some((base, name)),
            ExprKind::Index { base, .. } => match &base.ungrouped().kind {
                ExprKind::Member { base, name } => Some((base, name)),
                _ => None,
            },
            _ => None,
        };
        let of_population = direct.is_some_and(|(base, name)| {
            base.as_name().is_none_or(|base| self.named(base).is_none())
                && !["spikes", "count", "t", "i"].contains(&name.name.as_str())
        });
        let z = if of_population {
            self.recorded(value, false, value.span)
        } else {
            self.array_value(value, &Scope::root())
        };
        if z.is_poison() || z.kind != Wanted::Truth && !self.is_numeric(&z, "an image") {
            return None;
        }
        if z.shape.as_ref().is_some_and(|shape| shape.len() != 2) {
            self.report(
                Diagnostic::new(codes::SHAPE, value.span, "an image has rows and columns")
                    .label(format!("this has {}", describe(&z.shape)))
                    .note("several neurons, as in `image(lif.v)`, a value collected by a sweep over two axes, or a matrix"),
            );
            return None;
        }
        let (mut x, mut y, mut turned, mut rows) = (None, None, false, false);
        let mut indices = ("column", "row");
        match &z.expr.kind {
            Kind::Samples { elements, .. } => {
                let numbers = elements.iter().map(|k| f64::from(*k)).collect();
                let numbers = Computed {
                    kind: Kind::Data(Arc::new(Value::vector(numbers))),
                    ..Computed::number(0.0, Dimension::NONE, value.span)
                };
                y = Some(Plotted {
                    at: self.plotted(numbers),
                    name: "neuron".to_string(),
                    dimension: Dimension::NONE,
                });
                x = self.own_axis(&z, value.span);
                rows = true;
            }
            Kind::Slot(slot) => {
                if let [first, second] = *self.model.slots[*slot].axes.as_slice() {
                    let mut axis = |slot| {
                        let (name, dimension) = {
                            let slot = &self.model.slots[slot];
                            (slot.name.clone(), slot.dimension)
                        };
                        let expr = Computed {
                            kind: Kind::Slot(slot),
                            ..Computed::number(0.0, dimension, value.span)
                        };
                        Some(Plotted {
                            at: self.plotted(expr),
                            name,
                            dimension,
                        })
                    };
                    (x, y, turned) = (axis(first), axis(second), true);
                }
            }
            _ => {}
        }
        let lengths = z.shape.clone().unwrap_or_default();
        for (name, slot, length) in [
            ("x", &mut x, lengths.get(usize::from(!turned))),
            ("y", &mut y, lengths.get(usize::from(turned))),
        ] {
            let Some(expr) = call.named(name) else {
                continue;
            };
            let values = self.drawable(expr, &Scope::root())?;
            let own = values
                .shape
                .as_ref()
                .and_then(|s| s.last().copied().flatten());
            if let (Some(own), Some(Some(length))) = (own, length)
                && own != *length
            {
                let (parts, at) = match name {
                    "x" => ("columns", "columns go to the right"),
                    _ => ("rows", "rows go upward"),
                };
                let at = match (turned, name) {
                    (true, "x") => "the first axis of the sweep goes to the right",
                    (true, _) => "the second axis of the sweep goes upward",
                    (false, _) => at,
                };
                self.report(
                    Diagnostic::new(
                        codes::SHAPE,
                        expr.span,
                        format!("`{name}` names the middles of {length} {parts}"),
                    )
                    .label(format!("this has {}", describe(&values.shape)))
                    .note(at),
                );
                return None;
            }
            *slot = Some(self.named_plotted(values, expr));
            rows &= name != "y";
        }
        if turned {
            indices = ("first", "second");
        }
        let colors = z.dim;
        let across = x
            .as_ref()
            .map_or(Across::Index, |x| Across::Values(x.dimension));
        let vertical = y.as_ref().map_or(Dim::NONE, |y| Dim::Known(y.dimension));
        let series = Series::Image {
            values: self.named_plotted(z, value),
            x,
            y,
            turned,
            indices,
        };
        Some(Made {
            rows,
            colors: Some(colors),
            ..Made::new(series, vertical, across)
        })
    }

    /// `image(S.w)`: values of all synapses, by source and target; nothing where the expression is something else.
    fn weights(&mut self, value: &'a Expr) -> Option<Option<Made>> {
        let ExprKind::Member { base, name } = &value.ungrouped().kind else {
            return None;
        };
        let (id, picked) = self.synapses_named(base)?;
        if !picked.is_empty() {
            return None;
        }
        let Some(variable) = self.variable_of(id, &name.name) else {
            self.unknown_variable(id, name);
            return Some(None);
        };
        let projection = &self.model.projections[id];
        let (indices, ends) = (projection.indices, [projection.source, projection.target]);
        if ends
            .iter()
            .any(|end| matches!(end.owner, Owner::Projection(_)))
        {
            self.report(
                Diagnostic::new(codes::PLOT, value.span, "these synapses have no matrix")
                    .label("one of their sides is synapses, not neurons"),
            );
            return Some(None);
        }
        let [rows, columns] = ends.map(|end| end.last.saturating_sub(end.first));
        Some(self.weight_matrix(variable, [indices.i, indices.j], (rows, columns), value))
    }

    fn weight_matrix(
        &mut self,
        variable: VariableId,
        [pre, post]: [VariableId; 2],
        sizes: (usize, usize),
        value: &'a Expr,
    ) -> Option<Made> {
        if sizes.0.saturating_mul(sizes.1) > 100_000_000 {
            self.report(
                Diagnostic::new(
                    codes::PLOT,
                    value.span,
                    "this matrix is too large to be drawn",
                )
                .label(format!("{} × {} values", sizes.0, sizes.1)),
            );
            return None;
        }
        let weights = self.present_values(variable, None, value.span);
        if weights.is_poison() {
            return None;
        }
        let colors = weights.dim;
        let index = |checker: &mut Self, id| Plotted {
            at: checker.plotted(values_of(id, value.span)),
            name: String::new(),
            dimension: Dimension::NONE,
        };
        let series = Series::Weights {
            values: self.named_plotted(weights, value),
            pre: index(self, pre),
            post: index(self, post),
            sizes,
        };
        let mut made = Made::new(series, Dim::NONE, Across::Index);
        made.rows = true;
        made.colors = Some(colors);
        Some(made)
    }

    /// `true` or `false`.
    pub(super) fn truth_word(&mut self, expr: &Expr, name: &str) -> Option<bool> {
        match expr.as_name() {
            Some("true" | "True" | "yes" | "on") => Some(true),
            Some("false" | "False" | "no" | "off" | "none") => Some(false),
            _ => {
                self.report(
                    Diagnostic::new(
                        codes::OPTION,
                        expr.span,
                        format!("`{name}` takes `true` or `false`"),
                    )
                    .label("something else"),
                );
                None
            }
        }
    }
}

/// Present values of a variable of synapses.
fn values_of(variable: VariableId, span: Span) -> Computed {
    Computed {
        kind: Kind::Values {
            variable,
            elements: None,
        },
        ..Computed::number(0.0, Dimension::NONE, span)
    }
}
