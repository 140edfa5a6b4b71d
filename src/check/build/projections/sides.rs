//! The two sides of a projection: populations, slices of them, or other projections.

use crate::check::build::elements::Picked;
use crate::check::context::Checker;
use crate::check::globals::Global;
use crate::diagnostic::{Diagnostic, codes};
use crate::library::suggest::did_you_mean;
use crate::model::projection::Endpoint;
use crate::model::{Owner, ProjectionId};
use crate::source::Span;
use crate::syntax::ast::{self, Expr, ExprKind, Subscript};

impl<'a> Checker<'a> {
    /// Reads both sides. Where one is faulty, nothing is said about names that may be its.
    pub fn sides(&mut self, id: ProjectionId, written: &'a ast::Projection) {
        let source = self.side(id, &written.source);
        let target = self.side(id, &written.target);
        let faulty = source.is_none() || target.is_none();
        if let Some(info) = self.info_mut(id).filter(|_| faulty) {
            info.incomplete = true;
        }
        let projection = &mut self.model.projections[id];
        projection.source = source.unwrap_or(projection.source);
        projection.target = target.unwrap_or(projection.target);
    }

    fn side(&mut self, id: ProjectionId, expr: &'a Expr) -> Option<Endpoint> {
        if let ExprKind::Name(name) = &expr.ungrouped().kind {
            match self.global(0, name) {
                Some((Global::Projection(other), _)) if other < id => {
                    return Some(Endpoint {
                        owner: Owner::Projection(other),
                        first: 0,
                        last: usize::MAX,
                    });
                }
                Some((Global::Projection(_), declared)) => {
                    self.report(
                        Diagnostic::new(
                            codes::KIND,
                            expr.span,
                            format!("the synapses `{name}` do not exist yet"),
                        )
                        .label("synapses onto synapses are declared after those")
                        .also(declared, "declared here"),
                    );
                    return None;
                }
                Some(_) => {}
                None => {
                    self.unknown_side(name, expr);
                    return None;
                }
            }
        }
        if let ExprKind::Index { base, subscripts } = &expr.ungrouped().kind
            && let Some(name) = base.as_name()
            && let Some((Global::Projection(other), _)) = self.global(0, name)
            && other < id
        {
            return self.some_synapses(other, subscripts, expr.span);
        }
        let (slice, picked) = self.elements(expr)?;
        let (first, last) = match picked {
            Picked::All => (slice.first, slice.last),
            Picked::Range {
                start,
                stop,
                step: 1,
            } => (slice.first + start, slice.first + stop),
            _ => {
                self.no_neighbors(expr.span, "population", "neurons");
                return None;
            }
        };
        Some(Endpoint {
            owner: Owner::Group(slice.group),
            first,
            last,
        })
    }

    fn no_neighbors(&mut self, span: Span, whole: &str, single: &str) {
        self.report(
            Diagnostic::new(
                codes::INDEX,
                span,
                format!("synapses connect whole {whole}s, or slices of neighbors"),
            )
            .label(format!("write `{whole}[first:last]`"))
            .note(format!("single {single} are picked by `connect: if …`")),
        );
    }

    /// `S[0:10]` as a side: synapses by number. Whether there are so many is known when they are made.
    fn some_synapses(
        &mut self,
        other: ProjectionId,
        subscripts: &[Subscript],
        span: Span,
    ) -> Option<Endpoint> {
        let [one] = subscripts else {
            self.no_neighbors(span, "projection", "synapses");
            return None;
        };
        let (first, last) = match self.synapse_numbers(one, span)? {
            Picked::All => (0, usize::MAX),
            Picked::Range {
                start,
                stop,
                step: 1,
            } => (start, stop),
            _ => {
                self.no_neighbors(span, "projection", "synapses");
                return None;
            }
        };
        Some(Endpoint {
            owner: Owner::Projection(other),
            first,
            last,
        })
    }

    fn unknown_side(&mut self, name: &str, expr: &Expr) {
        if self.is_broken(name) {
            return;
        }
        if !self.misses(None, name) {
            return;
        }
        let sides = |global: &Global| {
            matches!(
                global,
                Global::Population(_) | Global::Subgroup(_) | Global::Projection(_)
            )
        };
        let names = self.global_names(0, &sides);
        let near = did_you_mean(name, names.iter().copied()).map(str::to_string);
        let mut diagnostic = Diagnostic::new(
            codes::UNKNOWN_NAME,
            expr.span,
            format!("there is no population `{name}` to connect"),
        );
        diagnostic = match near {
            Some(near) => diagnostic.suggest(expr.span, near),
            None if names.is_empty() => diagnostic.label("not declared"),
            None => diagnostic
                .label("not declared")
                .note(format!("populations: {}", names.join(", "))),
        };
        self.report(diagnostic);
    }
}
