//! Subscripts of arrays.

use super::{Scope, Shape, Valued, describe};
use crate::analysis::index::{Pick, positions};
use crate::analysis::signature::Kind as Wanted;
use crate::check::context::Checker;
use crate::check::globals::Global;
use crate::diagnostic::{Diagnostic, codes};
use crate::model::array::{Expr, Kind, SpikePart, Subscript};
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind};
use crate::units::dimension::Dimension;

/// A checked subscript: itself, and what it does to its axis: the new length, or its end.
type Checked = (Subscript, Option<Option<usize>>);

impl Checker<'_> {
    /// `x[0]`, `lif.v[0:3]`, `x[x > 0]`, `m[:, 1]`.
    pub fn array_index(
        &mut self,
        base: &ast::Expr,
        subscripts: &[ast::Subscript],
        span: Span,
        scope: &Scope,
    ) -> Valued {
        if let Some(name) = base.as_name()
            && self.named(name).is_none()
            && !scope.locals.iter().any(|local| local.name == name)
            && let Some((Global::Population(_) | Global::Subgroup(_), _)) =
                self.global(scope.file, name)
        {
            let whole = ast::Expr {
                kind: ExprKind::Index {
                    base: Box::new(base.clone()),
                    subscripts: subscripts.to_vec(),
                },
                span,
            };
            return self.spikes_value(&whole, SpikePart::Trains, span);
        }
        if let Some(values) = self.synapses_between(base, subscripts, span, scope) {
            return values;
        }
        let array = self.array_value(base, scope);
        let Some((subscripts, shape)) = self.subscripts(subscripts, &array, span, scope) else {
            return self.no_array(span);
        };
        if array.is_poison()
            || !matches!(array.kind, Wanted::Number | Wanted::Truth | Wanted::Integer)
        {
            if !array.is_poison() {
                self.is_numeric(&array, "what has subscripts");
            }
            return self.no_array(span);
        }
        let truth = array.expr.truth;
        let kind = Kind::Index(Box::new(array.expr), subscripts);
        if truth {
            self.truth(kind, shape, span)
        } else {
            self.valued(kind, array.dim, shape, span)
        }
    }

    /// Checks subscripts for an array; gives them and the shape of what they pick.
    pub fn subscripts(
        &mut self,
        subscripts: &[ast::Subscript],
        array: &Valued,
        span: Span,
        scope: &Scope,
    ) -> Option<(Vec<Subscript>, Shape)> {
        if let Some(shape) = &array.shape
            && subscripts.len() > shape.len()
        {
            let message = format!(
                "{} subscript{} for {}",
                subscripts.len(),
                if subscripts.len() == 1 { "" } else { "s" },
                describe(&array.shape)
            );
            self.report(Diagnostic::new(codes::ARRAY_INDEX, span, message).label(
                match shape.len() {
                    0 => "a single value has no elements".to_string(),
                    n => format!("at most {n}"),
                },
            ));
            return None;
        }
        let mut checked = Vec::new();
        let mut shape = Some(Vec::new());
        for (k, subscript) in subscripts.iter().enumerate() {
            let length = array
                .shape
                .as_ref()
                .and_then(|shape| shape.get(k).copied().flatten());
            let (subscript, axis) = self.subscript(subscript, length, array, scope)?;
            if let (Some(length), Some(shape)) = (axis, &mut shape) {
                shape.push(length);
            }
            if let Subscript::At(expr) = &subscript
                && expr.truth
                && subscripts.len() == 1
                && array.shape.as_ref().is_none_or(|shape| shape.len() != 1)
            {
                // A mask of as many axes as the array picks single elements; one of fewer axes picks rows.
                shape = None;
            }
            checked.push(subscript);
        }
        let shape = match (&array.shape, shape) {
            (Some(whole), Some(mut picked)) => {
                picked.extend(whole.iter().skip(subscripts.len()));
                Some(picked)
            }
            _ => None,
        };
        Some((checked, shape))
    }

    fn subscript(
        &mut self,
        subscript: &ast::Subscript,
        length: Option<usize>,
        array: &Valued,
        scope: &Scope,
    ) -> Option<Checked> {
        match subscript {
            ast::Subscript::Slice {
                start, stop, step, ..
            } => {
                let mut bounds = [None, None, None];
                for (slot, part) in bounds.iter_mut().zip([start, stop, step]) {
                    if let Some(part) = part {
                        let what = "a bound of a slice";
                        let bound = self.single_of(part, Dimension::NONE, what, scope)?;
                        *slot = Some(bound.expr);
                    }
                }
                let known = bounds.each_ref().map(|bound| match bound {
                    None => Some(None),
                    Some(Expr {
                        kind: Kind::Number(value),
                        ..
                    }) => Some(Some(*value)),
                    Some(_) => None,
                });
                let picked = match (known, length) {
                    ([Some(a), Some(b), Some(c)], Some(length)) => {
                        match positions(&Pick::Slice(a, b, c), length) {
                            Ok(list) => Some(list.len()),
                            Err(problem) => {
                                self.bad_index(subscript.span(), problem);
                                return None;
                            }
                        }
                    }
                    _ => None,
                };
                let [start, stop, step] = bounds;
                Some((Subscript::Slice(start, stop, step), Some(picked)))
            }
            ast::Subscript::Index(expr) => {
                if let ExprKind::Range { start, stop } = &expr.ungrouped().kind {
                    let what = "an end of a range";
                    let first = self.single_of(start, Dimension::NONE, what, scope)?;
                    let last = self.single_of(stop, Dimension::NONE, what, scope)?;
                    let one = Expr::number(1.0, Dimension::NONE, last.span());
                    let beyond = Expr {
                        kind: Kind::Binary(
                            crate::analysis::operate::Operator::Add,
                            Box::new(last.expr),
                            Box::new(one.clone()),
                        ),
                        ..one
                    };
                    let slice = Subscript::Slice(Some(first.expr), Some(beyond), None);
                    return Some((slice, Some(None)));
                }
                let value = self.array_value(expr, scope);
                if value.is_poison() {
                    return None;
                }
                if value.kind == Wanted::Truth {
                    // A mask of one axis picks along its own axis.
                    if let (Some([Some(m)]), Some(n)) = (value.shape.as_deref(), length)
                        && *m != n
                    {
                        self.shapes(array, &value);
                        return None;
                    }
                    return Some((Subscript::At(value.expr), Some(None)));
                }
                if !self.is_numeric(&value, "an index") {
                    return None;
                }
                let typed = self.as_typed(&value);
                if !self.expect(&typed, Dimension::NONE, "an index") {
                    return None;
                }
                if let (Kind::Number(at), Some(length)) = (&value.expr.kind, length)
                    && let Err(problem) = positions(&Pick::At(*at), length)
                {
                    self.bad_index(value.span(), problem);
                    return None;
                }
                let axis = match value.shape.as_deref() {
                    Some([]) => None,
                    Some([n]) => Some(*n),
                    _ => Some(None),
                };
                Some((Subscript::At(value.expr), axis))
            }
        }
    }

    fn bad_index(&mut self, span: Span, problem: String) {
        self.report(Diagnostic::new(codes::ARRAY_INDEX, span, problem).label("outside"));
    }
}
