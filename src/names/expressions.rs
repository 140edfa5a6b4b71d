//! What names in expressions mean, and where assignments go.

use std::sync::Arc;

use super::{Access, Kind, LibraryKind, LibraryUse, Names, SymbolId, Use};
use crate::library::Library;
use crate::source::Span;
use crate::syntax::ast::{Argument, Expr, ExprKind, Ident, Subscript, UnitExpr, UnitKind};
use crate::syntax::operators::AssignOp;

/// Names that equations and code know without a declaration, with what they are.
pub const BUILT_IN: &[(&str, &str)] = &[
    ("t", "the time at the start of the step"),
    ("dt", "the length of a time step"),
    ("t_in_timesteps", "the number of the time step"),
    (
        "i",
        "the index of the neuron; in synapses that of the source",
    ),
    ("j", "in synapses, the index of the target"),
    ("N", "the number of neurons or synapses"),
    ("N_pre", "in synapses, the number of neurons of the source"),
    ("N_post", "in synapses, the number of neurons of the target"),
    (
        "N_incoming",
        "the number of synapses that end at this target",
    ),
    (
        "N_outgoing",
        "the number of synapses that start at this source",
    ),
    ("lastspike", "the time of the neuron's last spike"),
    ("not_refractory", "false while the neuron is refractory"),
    ("delay", "in synapses, the delay of the default pathway"),
    ("xi", "white noise, with unit second^(-1/2)"),
    ("spikes", "the spikes of a population"),
    ("rate", "the rate of a population"),
    ("count", "how many there are, per neuron"),
    ("True", "the truth value"),
    ("False", "the truth value"),
    ("true", "the truth value"),
    ("false", "the truth value"),
];

/// Where an expression stands.
#[derive(Clone, Default)]
pub(super) struct Scope {
    /// The population, model or function whose names are visible.
    pub(super) own: Option<SymbolId>,
    /// Source and target of synapses.
    pub(super) ends: [Option<SymbolId>; 2],
    /// Temporaries, innermost last.
    pub(super) locals: Vec<(String, SymbolId)>,
}

pub(super) struct Resolver<'n> {
    pub(super) names: &'n mut Names,
    pub(super) library: &'n Library,
    pub(super) file: usize,
    /// What is being read, in words.
    pub(super) place: Arc<str>,
}

impl Resolver<'_> {
    pub(super) fn used(&mut self, span: Span, symbol: SymbolId, access: Access) {
        let place = self.place.clone();
        self.names.uses.push(Use {
            span,
            symbol,
            access,
            place,
        });
    }
    pub(super) fn of_library(&mut self, span: Span, name: &str, kind: LibraryKind) {
        let name = name.to_string();
        self.names.library.push(LibraryUse { span, name, kind });
    }
    pub(super) fn global(&self, name: &str) -> Option<SymbolId> {
        self.names.lookup(&self.names.top, self.file, name)
    }

    /// The place of an assignment: `lif.I[0:3]`.
    pub(super) fn assigned(&mut self, place: &Expr, operator: AssignOp, scope: &Scope) {
        match &place.kind {
            ExprKind::Name(name) => {
                self.name(name, place.span, access(operator), scope);
            }
            ExprKind::Index { base, subscripts } => {
                self.assigned(base, operator, scope);
                let own = self.population(base);
                let inner = Scope {
                    own: own.or(scope.own),
                    ..scope.clone()
                };
                self.subscripts(subscripts, &inner);
            }
            ExprKind::Member { base, name } => {
                self.expr(base, scope);
                self.member_name(base, name, access(operator));
            }
            _ => self.expr(place, scope),
        }
    }

    pub(super) fn subscripts(&mut self, subscripts: &[Subscript], scope: &Scope) {
        for subscript in subscripts {
            match subscript {
                Subscript::Index(expr) => self.expr(expr, scope),
                Subscript::Slice {
                    start, stop, step, ..
                } => self.all([start, stop, step].into_iter().flatten(), scope),
            }
        }
    }

    pub(super) fn arguments(&mut self, arguments: &[Argument], scope: &Scope) {
        self.all(arguments.iter().map(|argument| &argument.value), scope);
    }

    pub(super) fn member_name(&mut self, base: &Expr, name: &Ident, access: Access) {
        let member = self
            .population(base)
            .and_then(|of| self.names.member(of, &name.name));
        match member {
            Some(member) => self.used(name.span, member, access),
            None => self.of_library(name.span, &name.name, LibraryKind::BuiltIn),
        }
    }

    /// The population, subgroup or set of synapses that an expression names, directly or as what a member is taken of.
    pub(super) fn population(&self, expr: &Expr) -> Option<SymbolId> {
        match &expr.ungrouped().kind {
            ExprKind::Name(name) => {
                let id = self.global(name)?;
                let kind = self.names.symbols.get(id)?.kind;
                matches!(
                    kind,
                    Kind::Population | Kind::Subgroup | Kind::Synapses | Kind::Input
                )
                .then_some(id)
            }
            ExprKind::Index { base, .. } | ExprKind::Member { base, .. } => self.population(base),
            _ => None,
        }
    }

    /// The population that a plot draws first: `raster(lif)`, `lif.v`.
    pub(super) fn first_population(&self, expr: &Expr) -> Option<SymbolId> {
        self.population(expr).or_else(|| match &expr.kind {
            ExprKind::Call { arguments, .. } => arguments
                .iter()
                .find_map(|argument| self.first_population(&argument.value)),
            _ => None,
        })
    }

    pub(super) fn expr(&mut self, expr: &Expr, scope: &Scope) {
        match &expr.kind {
            ExprKind::Name(name) => {
                self.name(name, expr.span, Access::Read, scope);
            }
            ExprKind::Quantity(quantity) => {
                self.expr(&quantity.value, scope);
                self.of_library(quantity.unit.span, &quantity.unit.name, LibraryKind::Unit);
                self.all(quantity.exponent.as_deref().into_iter(), scope);
            }
            ExprKind::Member { base, name } => {
                self.expr(base, scope);
                self.member_name(base, name, Access::Read);
            }
            ExprKind::Index { base, subscripts } => {
                self.expr(base, scope);
                let own = self.population(base);
                let inner = Scope {
                    own: own.or(scope.own),
                    ..scope.clone()
                };
                self.subscripts(subscripts, &inner);
            }
            ExprKind::Call {
                function,
                arguments,
            } => {
                match &function.kind {
                    ExprKind::Name(name) => self.called(name, function.span),
                    _ => self.expr(function, scope),
                }
                // `phase(fhn, v, w)`: further arguments are variables of the first one.
                let own = arguments
                    .first()
                    .and_then(|argument| self.population(&argument.value));
                match own {
                    Some(_) if scope.own.is_none() => {
                        let inner = Scope {
                            own,
                            ..scope.clone()
                        };
                        self.arguments(arguments, &inner);
                    }
                    _ => self.arguments(arguments, scope),
                }
            }
            _ => {
                for child in expr.children() {
                    self.expr(child, scope);
                }
            }
        }
    }

    pub(super) fn called(&mut self, name: &str, span: Span) {
        if let Some(id) = self.global(name) {
            self.used(span, id, Access::Read);
        } else {
            // Functions of figures and of the protocol are not in the library's table.
            self.of_library(span, name, LibraryKind::Function);
        }
    }

    pub(super) fn recorded(&mut self, name: &str, span: Span, of: SymbolId, scope: &Scope) {
        match self.names.member(of, &format!("event {name}")) {
            Some(event) => self.used(span, event, Access::Read),
            None => {
                self.name(name, span, Access::Read, scope);
            }
        }
    }

    /// Adds the occurrence of a name; false where nothing is known of it.
    pub(super) fn name(&mut self, name: &str, span: Span, access: Access, scope: &Scope) -> bool {
        if let Some((_, local)) = scope.locals.iter().rev().find(|(local, _)| local == name) {
            self.used(span, *local, access);
            return true;
        }
        if let Some(id) = scope.own.and_then(|own| self.names.member(own, name)) {
            self.used(span, id, access);
            return true;
        }
        for (end, suffix) in scope.ends.iter().zip(["_pre", "_post"]) {
            let base = name.strip_suffix(suffix);
            if let (Some(base), Some(end)) = (base, end)
                && let Some(id) = self.names.member(*end, base)
            {
                let end = span.end - suffix.len() as u32;
                self.used(Span { end, ..span }, id, access);
                return true;
            }
        }
        if let Some(id) = scope.ends[1].and_then(|target| self.names.member(target, name)) {
            self.used(span, id, access);
            return true;
        }
        let built_in = BUILT_IN.iter().any(|(word, _)| *word == name);
        let noise = name.starts_with("xi_");
        if (built_in && scope.own.is_some()) || noise {
            self.of_library(span, name, LibraryKind::BuiltIn);
            return true;
        }
        if let Some(id) = self.global(name) {
            self.used(span, id, access);
            return true;
        }
        if access != Access::Read {
            return false;
        }
        let kind = if self.library.constant(name).is_some() {
            LibraryKind::Constant
        } else if self.library.plain_unit(name).is_some() {
            LibraryKind::Unit
        } else if built_in {
            LibraryKind::BuiltIn
        } else {
            return false;
        };
        self.of_library(span, name, kind);
        true
    }

    pub(super) fn unit(&mut self, unit: Option<&UnitExpr>) {
        let Some(unit) = unit else { return };
        match &unit.kind {
            UnitKind::Name(name) => self.of_library(unit.span, name, LibraryKind::Unit),
            UnitKind::Product(a, b) | UnitKind::Quotient(a, b) => {
                self.unit(Some(a));
                self.unit(Some(b));
            }
            UnitKind::Power { base, .. } => self.unit(Some(base)),
            UnitKind::Group(inner) => self.unit(Some(inner)),
            UnitKind::One | UnitKind::Error => {}
        }
    }
}

pub(super) fn access(operator: AssignOp) -> Access {
    if operator == AssignOp::Set {
        Access::Write
    } else {
        Access::Update
    }
}
