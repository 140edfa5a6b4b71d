//! Expressions of the protocol and of figures: the array language.
//!
//! [`Checker::array_value`] turns an expression as written into a [`model::array::Expr`](crate::model::array::Expr) and finds its dimension,
//! whether it is a mask, and its shape as far as that is known. As everywhere in the checker, what is wrong is reported once and poison
//! goes on. Names are those of the protocol (`let`, loop variables), then those of the file; members read populations.

mod calls;
mod grid;
mod members;
mod nodes;
mod own;
mod subscripts;
mod synaptic;

pub use calls::is_special_or_known;
pub use nodes::slice_of;

use std::collections::BTreeSet;

use super::context::{Checker, Place, Typed};
use super::dims::Dim;
use crate::analysis::signature::Kind as Wanted;
use crate::diagnostic::{Diagnostic, codes};
use crate::model::ConstantId;
use crate::model::array::{Expr, Kind, Slot, SlotId};
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind};
use crate::units::dimension::Dimension;

/// Lengths of axes, as far as they are known; nothing where not even their number is.
pub type Shape = Option<Vec<Option<usize>>>;

/// A checked expression.
#[derive(Clone, Debug)]
pub struct Valued {
    /// The expression.
    pub expr: Expr,
    /// Its dimension.
    pub dim: Dim,
    /// Numbers, truth values, text, or spikes.
    pub kind: Wanted,
    /// Its shape.
    pub shape: Shape,
}

impl Valued {
    /// True where an error has been reported below.
    pub fn is_poison(&self) -> bool {
        self.dim == Dim::Poison
    }
    /// Where it is written.
    pub fn span(&self) -> Span {
        self.expr.span
    }
    /// True unless it is known to be an array.
    pub fn may_be_single(&self) -> bool {
        match &self.shape {
            None => true,
            Some(shape) => shape.iter().all(|n| n.is_none_or(|n| n == 1)),
        }
    }
}

/// A named value in scope.
#[derive(Clone, Debug)]
pub struct Named {
    /// Its name.
    pub name: String,
    /// Its slot.
    pub slot: SlotId,
    /// Its dimension.
    pub dim: Dim,
    /// Numbers, truth values, spikes.
    pub kind: Wanted,
    /// Its shape.
    pub shape: Shape,
}

/// What the protocol has named so far.
#[derive(Clone, Debug, Default)]
pub struct Protocol {
    /// Values in scope, the latest last.
    pub names: Vec<Named>,
    /// All names that the protocol gives anywhere.
    pub declared: BTreeSet<String>,
    /// Names that got no value because of a fault that has been reported.
    pub failed: BTreeSet<String>,
    /// Constants whose present value is known only during the run.
    pub dynamic: BTreeSet<ConstantId>,
    /// How deep in bodies the statement being read stands.
    pub depth: usize,
    /// True within `every`.
    pub between_steps: bool,
    /// What the loops around the statement being read collect, innermost last.
    pub collecting: Vec<Vec<Named>>,
    /// Names under which the state was saved.
    pub saved: Vec<String>,
}

/// Where an array expression stands.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// The file whose constants and functions are visible.
    pub file: usize,
    /// The elements that are assigned to, whose variables and `i` can be read.
    pub place: Option<Place>,
    /// Arguments of functions, innermost last.
    pub locals: Vec<Named>,
    /// Functions being written out.
    pub inlining: Vec<String>,
}

impl Scope {
    /// The protocol itself.
    pub fn root() -> Scope {
        Scope::default()
    }
    /// An assignment to elements of a group.
    pub fn at(place: Place) -> Scope {
        Scope {
            place: Some(place),
            ..Scope::default()
        }
    }
}

impl Checker<'_> {
    /// The value of an expression that could not be checked.
    pub fn no_array(&mut self, span: Span) -> Valued {
        Valued {
            expr: Expr::number(0.0, Dimension::NONE, span),
            dim: Dim::Poison,
            kind: Wanted::Number,
            shape: None,
        }
    }
    /// A checked expression from its parts.
    pub fn valued(&self, kind: Kind, dim: Dim, shape: Shape, span: Span) -> Valued {
        let dimension = dim.settled().unwrap_or(Dimension::NONE);
        Valued {
            expr: Expr {
                kind,
                dimension,
                truth: false,
                span,
            },
            dim,
            kind: Wanted::Number,
            shape,
        }
    }
    /// The same for truth values.
    pub fn truth(&self, kind: Kind, shape: Shape, span: Span) -> Valued {
        let mut valued = self.valued(kind, Dim::NONE, shape, span);
        valued.expr.truth = true;
        valued.kind = Wanted::Truth;
        valued
    }
    /// As a value of the other language, for messages about dimensions.
    pub fn as_typed(&mut self, valued: &Valued) -> Typed {
        let term = match &valued.expr.kind {
            Kind::Number(value) => self.model.terms.number(*value),
            _ => self.model.terms.number(f64::NAN),
        };
        Typed {
            span: valued.span(),
            ..self.typed(term, valued.dim, valued.span())
        }
    }
    /// A new named value.
    pub fn new_slot(
        &mut self,
        name: &str,
        valued: &Valued,
        axes: Vec<SlotId>,
        span: Span,
    ) -> SlotId {
        self.model.slots.push(Slot {
            name: name.to_string(),
            dimension: valued.expr.dimension,
            truth: valued.expr.truth,
            axes,
            span,
        })
    }
    /// The named value of the protocol in scope.
    pub fn named(&self, name: &str) -> Option<&Named> {
        self.protocol.names.iter().rev().find(|n| n.name == name)
    }
    /// True for expressions whose value is known only by following the protocol, or that are arrays: those of the array language. With
    /// `dynamic`, also for those that read a constant whose value is known only then.
    pub fn is_array_code(&self, expr: &ast::Expr, dynamic: bool) -> bool {
        let here = match &expr.kind {
            ExprKind::Name(name) => {
                self.protocol.declared.contains(name.as_str())
                    || dynamic
                        && matches!(
                            self.global(0, name),
                            Some((super::globals::Global::Constant(id), _))
                                if self.protocol.dynamic.contains(&id)
                        )
            }
            ExprKind::Member { .. } | ExprKind::Index { .. } => true,
            ExprKind::Call {
                function,
                arguments,
            } => function.as_name().is_some_and(|name| {
                // Random numbers in an array: `rand(10)`.
                let given = if name == "poisson" { 2 } else { 1 };
                if ["rand", "randn", "poisson"].contains(&name) && arguments.len() >= given {
                    return true;
                }
                self.library.function(name).is_none()
                    && self.global(0, name).is_none()
                    && calls::is_special_or_known(name)
            }),
            _ => false,
        };
        here || expr
            .children()
            .iter()
            .any(|child| self.is_array_code(child, dynamic))
    }
    /// Checks an expression that must have a dimension; nothing where it is wrong.
    pub fn array_of(
        &mut self,
        expr: &ast::Expr,
        wanted: Dimension,
        what: &str,
        scope: &Scope,
    ) -> Option<Valued> {
        let valued = self.array_value(expr, scope);
        if valued.is_poison() || !self.is_numeric(&valued, what) {
            return None;
        }
        let typed = self.as_typed(&valued);
        self.expect(&typed, wanted, what).then_some(valued)
    }
    /// Checks an expression that must be a single number of a dimension; nothing where it is wrong.
    pub fn single_of(
        &mut self,
        expr: &ast::Expr,
        wanted: Dimension,
        what: &str,
        scope: &Scope,
    ) -> Option<Valued> {
        let valued = self.array_of(expr, wanted, what, scope)?;
        self.is_single(&valued, what).then_some(valued)
    }
    /// Checks a condition: a single truth value; nothing where it is wrong.
    pub fn array_condition(
        &mut self,
        expr: &ast::Expr,
        what: &str,
        scope: &Scope,
    ) -> Option<Valued> {
        let valued = self.array_value(expr, scope);
        if valued.is_poison() {
            return None;
        }
        if valued.kind != Wanted::Truth {
            let typed = self.as_typed(&valued);
            self.is_condition(&typed, what);
            return None;
        }
        if !valued.may_be_single() {
            let text = self.quote(valued.span(), "this");
            self.report(
                Diagnostic::new(
                    codes::SHAPE,
                    valued.span(),
                    format!("{what} needs one truth value, but {text} has several"),
                )
                .label("one truth value per element")
                .note("write `any(…)` where one is enough, `all(…)` where all must hold"),
            );
            return None;
        }
        Some(valued)
    }
    /// True for a value that may be a single number; otherwise that is reported.
    pub fn is_single(&mut self, valued: &Valued, what: &str) -> bool {
        if valued.may_be_single() {
            return true;
        }
        self.report(
            Diagnostic::new(
                codes::SHAPE,
                valued.span(),
                format!("{what} is a single value, but this is an array"),
            )
            .label(describe(&valued.shape)),
        );
        false
    }
    /// True for numbers; otherwise that is reported.
    pub fn is_numeric(&mut self, valued: &Valued, what: &str) -> bool {
        let found = match valued.kind {
            Wanted::Number | Wanted::Integer => return true,
            Wanted::Truth => "a truth value",
            Wanted::Text => "a text",
            Wanted::Spikes => "spikes of a population",
        };
        let mut diagnostic = Diagnostic::new(
            codes::KIND,
            valued.span(),
            format!("{what} must be a number, but this is {found}"),
        )
        .label(found);
        if valued.kind == Wanted::Spikes {
            diagnostic = diagnostic.note(
                "its values have names like `lif.v`, its spikes `lif.spikes.t`, `lif.spikes.count`",
            );
        }
        self.report(diagnostic);
        false
    }
}

/// A shape for people.
pub fn describe(shape: &Shape) -> String {
    match shape {
        None => "an array".to_string(),
        Some(shape) if shape.is_empty() => "a single value".to_string(),
        Some(shape) => {
            let parts: Vec<String> = shape
                .iter()
                .map(|n| n.map_or("?".to_string(), |n| n.to_string()))
                .collect();
            match parts.as_slice() {
                [one] if one == "?" => "a vector".to_string(),
                [one] => format!("{one} values"),
                _ => format!("{} values", parts.join(" × ")),
            }
        }
    }
}

/// The shape of two shapes stretched to each other, or nothing where they cannot be.
pub fn common(a: &Shape, b: &Shape) -> Option<Shape> {
    let (Some(a), Some(b)) = (a, b) else {
        return Some(None);
    };
    let rank = a.len().max(b.len());
    let at = |shape: &[Option<usize>], k: usize| {
        k.checked_sub(rank - shape.len())
            .and_then(|k| shape.get(k).copied())
            .unwrap_or(Some(1))
    };
    let axes = (0..rank).map(|k| match (at(a, k), at(b, k)) {
        (Some(x), Some(y)) if x == y => Some(Some(x)),
        (Some(1), y) => Some(y),
        (x, Some(1)) => Some(x),
        (Some(_), Some(_)) => None,
        (Some(x), None) | (None, Some(x)) => Some(Some(x)),
        (None, None) => Some(None),
    });
    axes.collect::<Option<Vec<_>>>().map(Some)
}
