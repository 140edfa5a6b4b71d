//! Nodes of array expressions: numbers, names, operators, lists.

use super::{Scope, Shape, Valued, common, describe};
use crate::analysis::operate::Operator;
use crate::analysis::signature::Kind as Wanted;
use crate::check::context::{Checker, Context, MAX_NESTING, Place, Role};
use crate::check::dims::{Dim, is_a};
use crate::check::globals::Global;
use crate::diagnostic::{Diagnostic, codes};
use crate::library::suggest::did_you_mean;
use crate::model::Owner;
use crate::model::array::{Expr, Kind, SpikePart};
use crate::model::protocol::Slice;
use crate::model::term::Term;
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind};
use crate::syntax::operators::{BinaryOp, UnaryOp};
use crate::units::dimension::Dimension;

impl Checker<'_> {
    /// Checks an expression of the array language.
    pub fn array_value(&mut self, expr: &ast::Expr, scope: &Scope) -> Valued {
        if self.depth >= MAX_NESTING {
            self.too_large(expr.span, true);
            return self.no_array(expr.span);
        }
        self.depth += 1;
        let valued = self.array_node(expr, scope);
        self.depth -= 1;
        valued
    }

    fn array_node(&mut self, expr: &ast::Expr, scope: &Scope) -> Valued {
        let span = expr.span;
        match &expr.kind {
            ExprKind::Number(number) => {
                let dim = if number.value == 0.0 {
                    Dim::Zero
                } else {
                    Dim::NONE
                };
                self.valued(Kind::Number(number.value), dim, single(), span)
            }
            ExprKind::Quantity(quantity) => self.array_quantity(quantity, span, scope),
            ExprKind::Text(text) => {
                let mut valued =
                    self.valued(Kind::Text(text.value.clone()), Dim::NONE, single(), span);
                valued.kind = Wanted::Text;
                valued
            }
            ExprKind::Name(name) => self.array_name(name, span, scope),
            ExprKind::Group(inner) => {
                let mut valued = self.array_value(inner, scope);
                valued.expr.span = span;
                valued
            }
            ExprKind::Member { base, name } => self.array_member(base, name, span, scope),
            ExprKind::Index { base, subscripts } => self.array_index(base, subscripts, span, scope),
            ExprKind::Call {
                function,
                arguments,
            } => self.array_call(function, arguments, span, scope),
            ExprKind::Unary {
                operator, operand, ..
            } => self.array_unary(*operator, operand, span, scope),
            ExprKind::Binary {
                operator,
                operator_span,
                left,
                right,
            } => {
                let a = self.array_value(left, scope);
                let context = Context::new(scope.file, Role::CONSTANT);
                let b = match self.unit_continued(*operator, left, right, &context) {
                    Some(unit) => self.of_typed(unit),
                    None => self.array_value(right, scope),
                };
                self.array_binary(*operator, *operator_span, a, b, span)
            }
            ExprKind::Conditional {
                then,
                condition,
                otherwise,
            } => self.array_select(then, condition, otherwise, span, scope),
            ExprKind::Array(items) => self.array_list(items, span, scope),
            ExprKind::Map(_) | ExprKind::Range { .. } => {
                self.report(
                    Diagnostic::new(codes::KIND, span, "this is no value")
                        .label("expected a number or an array"),
                );
                self.no_array(span)
            }
            ExprKind::Error => self.no_array(span),
        }
    }

    /// A value of the other language, which reads constants only.
    pub fn of_typed(&mut self, typed: crate::check::context::Typed) -> Valued {
        let span = typed.span;
        if typed.is_poison() {
            return self.no_array(span);
        }
        let kind = match self.model.terms.get(typed.term) {
            Term::Number(bits) => Kind::Number(bits.0),
            Term::Integer(n) => Kind::Number(*n as f64),
            Term::Boolean(b) => Kind::Number(f64::from(u8::from(*b))),
            Term::Constant(id) => Kind::Constant(*id),
            _ => Kind::Map {
                term: typed.term,
                arguments: Vec::new(),
                variables: Vec::new(),
                elements: None,
            },
        };
        if typed.is_boolean() {
            self.truth(kind, single(), span)
        } else {
            self.valued(kind, typed.dim, single(), span)
        }
    }

    fn array_quantity(&mut self, quantity: &ast::Quantity, span: Span, scope: &Scope) -> Valued {
        let unit = self.unit_of(quantity, &Context::new(scope.file, Role::CONSTANT));
        let value = self.array_value(&quantity.value, scope);
        let Some(unit) = unit.filter(|_| !value.is_poison()) else {
            return self.no_array(span);
        };
        if let Some(found) = value.dim.known().filter(|d| !d.is_none()) {
            let text = self.quote(quantity.value.span, "this");
            self.report(
                Diagnostic::new(
                    codes::OPERANDS,
                    span,
                    "a unit stands behind a value that has one already",
                )
                .label(format!("{text} is {}", is_a(found)))
                .note("to multiply, write `*` between them"),
            );
            return self.no_array(span);
        }
        if !self.is_numeric(&value, "what has a unit") {
            return self.no_array(span);
        }
        let dim = Dim::Known(unit.dimension);
        if let Kind::Number(number) = value.expr.kind {
            return self.valued(Kind::Number(number * unit.value), dim, single(), span);
        }
        let scale = Expr::number(unit.value, unit.dimension, quantity.unit.span);
        let kind = Kind::Binary(Operator::Multiply, Box::new(value.expr), Box::new(scale));
        self.valued(kind, dim, value.shape, span)
    }

    fn array_name(&mut self, name: &str, span: Span, scope: &Scope) -> Valued {
        let local = scope.locals.iter().rev().find(|local| local.name == name);
        if let Some(local) = local.cloned() {
            return self.read_named(&local, span);
        }
        let inside = !scope.inlining.is_empty();
        // What the protocol names itself comes before variables of the population that is assigned to.
        if !inside && let Some(named) = self.named(name).cloned() {
            return self.read_named(&named, span);
        }
        if let Some(place) = scope.place.filter(|_| !inside) {
            if let Some(id) = self.variable_of(place.owner, name) {
                return self.present_values(id, slice_of(place), span);
            }
            if name == "i" {
                let count = Expr::number(place.size as f64, Dimension::NONE, span);
                let range = crate::analysis::functions::named("range").next();
                if let Some(range) = range {
                    let kind = Kind::Call(range, vec![Some(count)]);
                    return self.valued(kind, Dim::NONE, vector(place.size), span);
                }
            }
            if name == "N" {
                return self.valued(Kind::Number(place.size as f64), Dim::NONE, single(), span);
            }
        }
        if name == "t" && !inside {
            return self.valued(Kind::Time, Dim::Known(Dimension::TIME), single(), span);
        }
        match self.global(scope.file, name) {
            Some((Global::Population(_) | Global::Subgroup(_), _)) => {
                let base = ast::Expr {
                    kind: ExprKind::Name(name.to_string()),
                    span,
                };
                return self.spikes_value(&base, SpikePart::Trains, span);
            }
            Some(_) => {}
            None if inside || self.is_known_word(name) => {}
            None => {
                if let Some(valued) = self.unknown_value(name, span) {
                    return valued;
                }
            }
        }
        let typed = self.name(name, span, &Context::new(scope.file, Role::CONSTANT));
        self.of_typed(typed)
    }

    fn is_known_word(&self, name: &str) -> bool {
        self.library.constant(name).is_some()
            || self.library.plain_unit(name).is_some()
            || self.reserved(name).is_some()
    }

    /// What is said about a name that is near one of the protocol, or named only later; nothing for others.
    fn unknown_value(&mut self, name: &str, span: Span) -> Option<Valued> {
        if self.protocol.failed.contains(name) {
            return Some(self.no_array(span));
        }
        if self.protocol.declared.contains(name) {
            self.report(
                Diagnostic::new(
                    codes::UNKNOWN_NAME,
                    span,
                    format!("`{name}` has no value yet"),
                )
                .label("is given a value only further down, or in a body that has ended"),
            );
            return Some(self.no_array(span));
        }
        let names: Vec<String> = self.protocol.declared.iter().cloned().collect();
        let near = did_you_mean(name, names.iter().map(String::as_str))?.to_string();
        self.report(
            Diagnostic::new(
                codes::UNKNOWN_NAME,
                span,
                format!("there is no `{name}` here"),
            )
            .suggest(span, near),
        );
        Some(self.no_array(span))
    }

    fn read_named(&mut self, named: &super::Named, span: Span) -> Valued {
        if named.dim == Dim::Poison {
            return self.no_array(span);
        }
        let mut valued = self.valued(Kind::Slot(named.slot), named.dim, named.shape.clone(), span);
        valued.kind = named.kind;
        valued.expr.truth = named.kind == Wanted::Truth;
        valued
    }

    fn array_unary(
        &mut self,
        operator: UnaryOp,
        operand: &ast::Expr,
        span: Span,
        scope: &Scope,
    ) -> Valued {
        let value = self.array_value(operand, scope);
        if value.is_poison() {
            return value;
        }
        match operator {
            UnaryOp::Not => {
                if !self.is_mask(&value, "`not`") {
                    return self.no_array(span);
                }
                let shape = value.shape.clone();
                self.truth(Kind::Not(Box::new(value.expr)), shape, span)
            }
            UnaryOp::Plus | UnaryOp::Negate => {
                if !self.is_numeric(&value, "the operand of `-`") {
                    return self.no_array(span);
                }
                let kind = match (operator, value.expr.kind.clone()) {
                    (UnaryOp::Plus, kind) => kind,
                    (_, Kind::Number(number)) => Kind::Number(-number),
                    _ => Kind::Negate(Box::new(value.expr)),
                };
                self.valued(kind, value.dim, value.shape, span)
            }
        }
    }

    /// True for truth values; otherwise that is reported.
    pub fn is_mask(&mut self, value: &Valued, of: &str) -> bool {
        if value.kind == Wanted::Truth {
            return true;
        }
        let typed = self.as_typed(value);
        self.is_condition(&typed, of)
    }

    /// Applies an operator to checked operands.
    pub fn array_binary(
        &mut self,
        operator: BinaryOp,
        operator_span: Span,
        a: Valued,
        b: Valued,
        span: Span,
    ) -> Valued {
        if a.is_poison() || b.is_poison() {
            return self.no_array(span);
        }
        let Some(shape) = common(&a.shape, &b.shape) else {
            self.shapes(&a, &b);
            return self.no_array(span);
        };
        if operator.is_logical() {
            let of = format!("`{}`", operator.spelling());
            if !(self.is_mask(&a, &of) & self.is_mask(&b, &of)) {
                return self.no_array(span);
            }
            let operation = match operator {
                BinaryOp::And => Operator::And,
                _ => Operator::Or,
            };
            let kind = Kind::Binary(operation, Box::new(a.expr), Box::new(b.expr));
            return self.truth(kind, shape, span);
        }
        if let Some(comparison) = comparison(operator) {
            let truths = a.kind == Wanted::Truth && b.kind == Wanted::Truth;
            if !truths {
                let doing = "what is compared";
                if !(self.is_numeric(&a, doing) && self.is_numeric(&b, doing)) {
                    return self.no_array(span);
                }
                if a.dim.join(b.dim).is_none() {
                    let (x, y) = (self.as_typed(&a), self.as_typed(&b));
                    let say = |dim: Dim| {
                        dim.settled()
                            .map_or("a value".into(), crate::check::dims::a_value)
                    };
                    let message = format!("cannot compare {} with {}", say(a.dim), say(b.dim));
                    self.mismatch(&message, &x, &y);
                    return self.no_array(span);
                }
            }
            let kind = match (&a.expr.kind, &b.expr.kind) {
                (Kind::Number(x), Kind::Number(y)) => Kind::Number(comparison.apply(*x, *y)),
                _ => Kind::Binary(comparison, Box::new(a.expr), Box::new(b.expr)),
            };
            return self.truth(kind, shape, span);
        }
        let doing = format!("an operand of `{}`", operator.spelling());
        if !(self.is_numeric(&a, &doing) && self.is_numeric(&b, &doing)) {
            return self.no_array(span);
        }
        let (operation, dim) = match operator {
            BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Modulo => {
                let Some(dim) = a.dim.join(b.dim) else {
                    let (x, y) = (self.as_typed(&a), self.as_typed(&b));
                    self.operands(operator, &x, &y);
                    return self.no_array(span);
                };
                let operation = match operator {
                    BinaryOp::Add => Operator::Add,
                    BinaryOp::Subtract => Operator::Subtract,
                    _ => Operator::Modulo,
                };
                (operation, Some(dim))
            }
            BinaryOp::Multiply => (Operator::Multiply, a.dim.times(b.dim)),
            BinaryOp::Divide => (Operator::Divide, a.dim.times(b.dim.inverse())),
            BinaryOp::FloorDivide => {
                for side in [&a, &b] {
                    if !side.dim.fits(Dimension::NONE) {
                        let typed = self.as_typed(side);
                        self.floor_division(&typed, operator_span);
                        return self.no_array(span);
                    }
                }
                (Operator::FloorDivide, Some(Dim::NONE))
            }
            _ => {
                let Some(dim) = self.array_power(&a, &b) else {
                    return self.no_array(span);
                };
                (Operator::Power, Some(dim))
            }
        };
        let Some(dim) = dim else {
            self.report(
                Diagnostic::new(codes::EXPONENT, span, "the unit of this is out of range")
                    .label("the exponent of its unit grows too large"),
            );
            return self.no_array(span);
        };
        let kind = match (&a.expr.kind, &b.expr.kind) {
            (Kind::Number(x), Kind::Number(y)) => Kind::Number(operation.apply(*x, *y)),
            _ => Kind::Binary(operation, Box::new(a.expr), Box::new(b.expr)),
        };
        self.valued(kind, dim, shape, span)
    }

    /// The dimension of a power.
    fn array_power(&mut self, base: &Valued, exponent: &Valued) -> Option<Dim> {
        let typed = self.as_typed(exponent);
        if let Some(found) = exponent.dim.known().filter(|d| !d.is_none()) {
            self.report(
                Diagnostic::new(
                    codes::EXPONENT,
                    exponent.span(),
                    "an exponent must be a pure number",
                )
                .label(format!("this is {}", is_a(found))),
            );
            return None;
        }
        let dimension = base.dim.settled().unwrap_or(Dimension::NONE);
        if dimension.is_none() {
            return Some(Dim::NONE);
        }
        let power = self.exponent(&typed, exponent.span())?;
        dimension.pow(power).map(Dim::Known)
    }

    /// Reports two arrays that cannot be stretched to each other.
    pub fn shapes(&mut self, a: &Valued, b: &Valued) {
        let (x, y) = (self.quote(a.span(), "this"), self.quote(b.span(), "this"));
        self.report(
            Diagnostic::new(
                codes::SHAPE,
                a.span(),
                format!(
                    "{} and {} cannot be combined element by element",
                    describe(&a.shape),
                    describe(&b.shape)
                ),
            )
            .label(format!("{x} has {}", describe(&a.shape)))
            .also(b.span(), format!("{y} has {}", describe(&b.shape)))
            .note("lengths of axes must agree, from the last axis on, or be 1; `column(x)` makes a vector a column"),
        );
    }

    fn array_select(
        &mut self,
        then: &ast::Expr,
        condition: &ast::Expr,
        otherwise: &ast::Expr,
        span: Span,
        scope: &Scope,
    ) -> Valued {
        let a = self.array_value(then, scope);
        let test = self.array_value(condition, scope);
        let b = self.array_value(otherwise, scope);
        if a.is_poison() || b.is_poison() || test.is_poison() || !self.is_mask(&test, "`if`") {
            return self.no_array(span);
        }
        let truth = a.kind == Wanted::Truth && b.kind == Wanted::Truth;
        let numeric = |this: &mut Self, value: &Valued| {
            this.is_numeric(value, "a value of a conditional expression")
        };
        if !(truth || numeric(self, &a) && numeric(self, &b)) {
            return self.no_array(span);
        }
        let Some(dim) = a.dim.join(b.dim) else {
            let (x, y) = (self.as_typed(&a), self.as_typed(&b));
            self.mismatch("the two values differ in dimension", &x, &y);
            return self.no_array(span);
        };
        let Some(shape) = common(&a.shape, &b.shape) else {
            self.shapes(&a, &b);
            return self.no_array(span);
        };
        let Some(shape) = common(&shape, &test.shape) else {
            self.shapes(&a, &test);
            return self.no_array(span);
        };
        let kind = Kind::Select(Box::new(test.expr), Box::new(a.expr), Box::new(b.expr));
        if truth {
            self.truth(kind, shape, span)
        } else {
            self.valued(kind, dim, shape, span)
        }
    }

    fn array_list(&mut self, items: &[ast::Expr], span: Span, scope: &Scope) -> Valued {
        let mut values: Vec<Valued> = Vec::new();
        for item in items {
            let value = self.array_value(item, scope);
            if value.is_poison() {
                return self.no_array(span);
            }
            if let Some(first) = values.first().cloned() {
                let Some(dim) = first.dim.join(value.dim) else {
                    let (x, y) = (self.as_typed(&first), self.as_typed(&value));
                    self.mismatch("values of one list differ in dimension", &x, &y);
                    return self.no_array(span);
                };
                if first.kind != value.kind
                    && !(self.is_numeric(&first, "an entry of this list")
                        && self.is_numeric(&value, "an entry of this list"))
                {
                    return self.no_array(span);
                }
                if common(&first.shape, &value.shape).is_none() {
                    self.shapes(&first, &value);
                    return self.no_array(span);
                }
                if let Some(first) = values.first_mut() {
                    first.dim = dim;
                }
            }
            values.push(value);
        }
        let Some(first) = values.first().cloned() else {
            return self.valued(Kind::Array(Vec::new()), Dim::Zero, vector(0), span);
        };
        if matches!(first.kind, Wanted::Text | Wanted::Spikes) {
            self.is_numeric(&first, "an entry of a list");
            return self.no_array(span);
        }
        let shape = first.shape.clone().map(|inner| {
            let mut shape = vec![Some(values.len())];
            shape.extend(inner);
            shape
        });
        let kind = Kind::Array(values.into_iter().map(|value| value.expr).collect());
        if first.kind == Wanted::Truth {
            self.truth(kind, shape, span)
        } else {
            self.valued(kind, first.dim, shape, span)
        }
    }
}

/// The elements of a place in a group; nothing for synapses, all of which are meant.
pub fn slice_of(place: Place) -> Option<Slice> {
    match place.owner {
        Owner::Group(group) => Some(Slice {
            group,
            first: place.first,
            last: place.first + place.size,
        }),
        Owner::Projection(_) => None,
    }
}

/// The shape of a single value.
pub fn single() -> Shape {
    Some(Vec::new())
}

/// The shape of a vector.
pub fn vector(length: usize) -> Shape {
    Some(vec![Some(length)])
}

fn comparison(operator: BinaryOp) -> Option<Operator> {
    Some(match operator {
        BinaryOp::Less => Operator::Less,
        BinaryOp::LessEqual => Operator::LessEqual,
        BinaryOp::Greater => Operator::Greater,
        BinaryOp::GreaterEqual => Operator::GreaterEqual,
        BinaryOp::Equal => Operator::Equal,
        BinaryOp::NotEqual => Operator::NotEqual,
        _ => return None,
    })
}
