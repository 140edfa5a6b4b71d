//! Lists of values known before the run: `[1, 2] mV`, `linspace(0 mV, 5 mV, 6)`, `range(10)`.

use crate::check::context::{Checker, Context};
use crate::check::dims::Dim;
use crate::diagnostic::{Diagnostic, codes};
use crate::source::Span;
use crate::syntax::ast::{Argument, Expr, ExprKind};
use crate::syntax::operators::{BinaryOp, UnaryOp};
use crate::units::dimension::Dimension;

/// Lists longer than this are refused.
const MAX_LENGTH: f64 = 2.0e7;

/// A list of values in SI units; nested lists are rows.
#[derive(Clone, PartialEq, Debug)]
pub struct List {
    /// The values, row by row.
    pub values: Vec<f64>,
    /// Values per row; absent for a plain list.
    pub columns: Option<usize>,
    /// Their dimension.
    pub dim: Dim,
    /// True when all are whole numbers written as such.
    pub whole: bool,
}

/// Functions that make lists, with their arguments.
const MAKERS: &[(&str, &str)] = &[
    ("linspace", "linspace(first, last, count)"),
    ("arange", "arange(first, last, step)"),
    ("range", "range(first, last, step)"),
    ("load", "load(\"values.csv\")"),
];

impl Checker<'_> {
    /// True for expressions that stand for lists.
    pub fn is_array(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Array(_) => true,
            ExprKind::Quantity(quantity) => self.is_array(&quantity.value),
            ExprKind::Group(inner) => self.is_array(inner),
            ExprKind::Unary { operand, .. } => self.is_array(operand),
            ExprKind::Binary { left, right, .. } => self.is_array(left) || self.is_array(right),
            ExprKind::Call { function, .. } => function
                .as_name()
                .is_some_and(|name| MAKERS.iter().any(|(maker, _)| *maker == name)),
            _ => false,
        }
    }

    /// The values of a list. What is no list is reported.
    pub fn array(&mut self, expr: &Expr, context: &Context) -> Option<List> {
        match &expr.kind {
            ExprKind::Group(inner) => self.array(inner, context),
            ExprKind::Array(items) => self.items(items, expr.span, context),
            ExprKind::Quantity(quantity) => {
                let unit = self.unit_of(quantity, context)?;
                let mut list = self.array(&quantity.value, context)?;
                if let Some(found) = list.dim.known().filter(|d| !d.is_none()) {
                    let label = crate::check::dims::is_a(found);
                    self.report(
                        Diagnostic::new(
                            codes::OPERANDS,
                            quantity.value.span,
                            "a unit stands behind values that have one already",
                        )
                        .label(label),
                    );
                    return None;
                }
                for value in &mut list.values {
                    *value *= unit.value;
                }
                Some(List {
                    dim: Dim::Known(unit.dimension),
                    whole: false,
                    ..list
                })
            }
            ExprKind::Unary {
                operator: UnaryOp::Negate,
                operand,
                ..
            } => {
                let mut list = self.array(operand, context)?;
                list.values.iter_mut().for_each(|value| *value = -*value);
                Some(list)
            }
            ExprKind::Binary {
                operator,
                left,
                right,
                ..
            } => self.elementwise(expr, *operator, left, right, context),
            ExprKind::Call {
                function,
                arguments,
            } => {
                let name = function.as_name().unwrap_or("");
                if name == "load" {
                    return self.loaded(arguments, expr.span, context);
                }
                match MAKERS.iter().find(|(maker, _)| *maker == name) {
                    Some((maker, form)) => self.made(maker, form, arguments, expr.span, context),
                    None => self.no_list(expr),
                }
            }
            _ => self.no_list(expr),
        }
    }

    fn no_list(&mut self, expr: &Expr) -> Option<List> {
        if !expr.is_error() {
            self.report(
                Diagnostic::new(codes::KIND, expr.span, "a list of values is expected")
                    .label("write `[a, b, c]`, or `linspace(first, last, count)`"),
            );
        }
        None
    }

    fn items(&mut self, items: &[Expr], span: Span, context: &Context) -> Option<List> {
        let mut list = List {
            values: Vec::new(),
            columns: None,
            dim: Dim::Zero,
            whole: true,
        };
        let nested = items.iter().any(|item| self.is_array(item));
        for item in items {
            let (values, dim, whole) = if nested {
                let row = self.array(item, context)?;
                if row.columns.is_some() {
                    self.report(
                        Diagnostic::new(codes::KIND, item.span, "lists are nested too deep")
                            .label("a row of numbers is expected"),
                    );
                    return None;
                }
                if *list.columns.get_or_insert(row.values.len()) != row.values.len() {
                    let message = format!(
                        "rows have different lengths, {} and {}",
                        list.columns.unwrap_or(0),
                        row.values.len()
                    );
                    self.report(
                        Diagnostic::new(codes::LENGTH, item.span, message)
                            .label("this row differs from the first"),
                    );
                    return None;
                }
                (row.values, row.dim, row.whole)
            } else {
                let typed = self.expr(item, context);
                if typed.is_poison() {
                    return None;
                }
                let value = self.constant_value(&typed, "a value of a list")?;
                (
                    vec![value],
                    typed.dim,
                    typed.ty < crate::model::term::Type::Float,
                )
            };
            let Some(joined) = list.dim.join(dim) else {
                let say = |dim: Dim| {
                    dim.settled()
                        .map_or(String::new(), crate::check::dims::is_a)
                };
                self.report(
                    Diagnostic::new(
                        codes::OPERANDS,
                        item.span,
                        "the values of a list differ in dimension",
                    )
                    .label(format!("this is {}", say(dim)))
                    .also(span, format!("the values before are {}", say(list.dim))),
                );
                return None;
            };
            list.dim = joined;
            list.whole &= whole;
            list.values.extend(values);
        }
        Some(list)
    }

    fn elementwise(
        &mut self,
        expr: &Expr,
        operator: BinaryOp,
        left: &Expr,
        right: &Expr,
        context: &Context,
    ) -> Option<List> {
        let side = |this: &mut Self, side: &Expr| -> Option<List> {
            if this.is_array(side) {
                return this.array(side, context);
            }
            let typed = this.expr(side, context);
            if typed.is_poison() {
                return None;
            }
            let value = this.constant_value(&typed, "a value of a list")?;
            let whole = typed.ty < crate::model::term::Type::Float;
            Some(List {
                values: vec![value],
                columns: None,
                dim: typed.dim,
                whole,
            })
        };
        let (a, b) = (side(self, left)?, side(self, right)?);
        let length = a.values.len().max(b.values.len());
        let fits = |list: &List| list.values.len() == length || list.values.len() == 1;
        if !fits(&a) || !fits(&b) {
            let message = format!(
                "lists of different length, {} and {}",
                a.values.len(),
                b.values.len()
            );
            self.report(
                Diagnostic::new(codes::LENGTH, expr.span, message).label("cannot be combined"),
            );
            return None;
        }
        let dim = match operator {
            BinaryOp::Add | BinaryOp::Subtract => a.dim.join(b.dim),
            BinaryOp::Multiply => a.dim.times(b.dim),
            BinaryOp::Divide => a.dim.times(b.dim.inverse()),
            _ => return self.no_list(expr),
        };
        let Some(dim) = dim else {
            let say = |dim: Dim| {
                dim.settled()
                    .map_or(String::new(), crate::check::dims::is_a)
            };
            self.report(
                Diagnostic::new(codes::OPERANDS, left.span, "these differ in dimension")
                    .label(format!("this is {}", say(a.dim)))
                    .also(right.span, format!("this is {}", say(b.dim))),
            );
            return None;
        };
        let at = |list: &List, k: usize| {
            list.values
                .get(if list.values.len() == 1 { 0 } else { k })
                .copied()
                .unwrap_or(0.0)
        };
        let values = (0..length)
            .map(|k| {
                let (x, y) = (at(&a, k), at(&b, k));
                match operator {
                    BinaryOp::Add => x + y,
                    BinaryOp::Subtract => x - y,
                    BinaryOp::Multiply => x * y,
                    _ => x / y,
                }
            })
            .collect();
        let whole = a.whole && b.whole && operator != BinaryOp::Divide;
        Some(List {
            values,
            columns: a.columns.or(b.columns),
            dim,
            whole,
        })
    }

    fn made(
        &mut self,
        maker: &str,
        form: &str,
        arguments: &[Argument],
        span: Span,
        context: &Context,
    ) -> Option<List> {
        let fewest = if maker == "linspace" { 3 } else { 1 };
        if arguments.len() < fewest || arguments.len() > 3 {
            self.report(
                Diagnostic::new(
                    codes::ARGUMENTS,
                    span,
                    format!("`{maker}` is called with {} arguments", arguments.len()),
                )
                .label(format!("write `{form}`")),
            );
            return None;
        }
        let mut numbers = Vec::new();
        let mut dim = Dim::Zero;
        let mut whole = true;
        for (position, argument) in arguments.iter().enumerate() {
            let typed = self.expr(&argument.value, context);
            if typed.is_poison() {
                return None;
            }
            if maker == "linspace" && position == 2 {
                numbers.push(self.whole(&typed, "the number of values")? as f64);
                continue;
            }
            let Some(joined) = dim.join(typed.dim) else {
                let wanted = dim.settled().unwrap_or(Dimension::NONE);
                self.expect(&typed, wanted, &format!("this argument of `{maker}`"));
                return None;
            };
            dim = joined;
            whole &= typed.ty < crate::model::term::Type::Float;
            numbers.push(self.constant_value(&typed, "an argument")?);
        }
        let values = match (maker, numbers.as_slice()) {
            ("linspace", [first, last, count]) => {
                whole = false;
                self.length(*count, span)?;
                let gaps = (*count - 1.0).max(1.0);
                (0..*count as usize)
                    .map(|k| first + (last - first) * (k as f64 / gaps))
                    .collect()
            }
            (_, numbers) => {
                let (first, last, step) = match numbers {
                    [last] => (0.0, *last, 1.0),
                    [first, last] => (*first, *last, 1.0),
                    [first, last, step] => (*first, *last, *step),
                    _ => return None,
                };
                if numbers.len() < 3 && dim.known().is_some_and(|d| !d.is_none()) {
                    self.report(
                        Diagnostic::new(
                            codes::ARGUMENTS,
                            span,
                            format!("`{maker}` of values with a unit needs a step"),
                        )
                        .label(format!("write `{form}`")),
                    );
                    return None;
                }
                let count = ((last - first) / step - 1e-9).ceil();
                self.length(count, span)?;
                (0..count.max(0.0) as usize)
                    .map(|k| first + step * k as f64)
                    .collect()
            }
        };
        Some(List {
            values,
            columns: None,
            dim,
            whole,
        })
    }

    fn length(&mut self, count: f64, span: Span) -> Option<()> {
        if count.is_finite() && count <= MAX_LENGTH {
            return Some(());
        }
        self.report(
            Diagnostic::new(codes::NUMBER, span, "this list is endless or too long")
                .label(format!("at most {MAX_LENGTH} values")),
        );
        None
    }

    /// Reports a list of the wrong dimension.
    pub fn wrong_list(&mut self, span: Span, dim: Dim, wanted: Dimension, what: &str) {
        let Dim::Known(found) = dim else { return };
        let message = format!(
            "{what} must be {}, but these are {}",
            crate::check::dims::a_value(wanted),
            crate::check::dims::is_a(found)
        );
        self.report(
            Diagnostic::new(codes::VALUE_UNIT, span, message)
                .label(crate::check::dims::is_a(found)),
        );
    }
}
