//! Expressions and declared units as text, on one line or broken.

use super::{Printer, STEP, WIDTH};
use crate::syntax::ast::{
    Argument, Expr, ExprKind, Quantity, Range, Subscript, Text, UnitExpr, UnitKind,
};
use crate::syntax::operators::{BinaryOp, UnaryOp};

impl Printer<'_> {
    /// An expression on one line.
    pub(super) fn flat(&self, expr: &Expr) -> String {
        match &expr.kind {
            ExprKind::Number(number) => number.text.clone(),
            ExprKind::Quantity(quantity) => self.quantity(quantity),
            ExprKind::Text(text) => quoted(text),
            ExprKind::Name(name) => name.clone(),
            ExprKind::Member { base, name } => format!("{}.{}", self.flat(base), name.name),
            ExprKind::Index { base, subscripts } => {
                let subscripts: Vec<String> = subscripts
                    .iter()
                    .map(|subscript| self.subscript(subscript))
                    .collect();
                format!("{}[{}]", self.flat(base), subscripts.join(", "))
            }
            ExprKind::Call {
                function,
                arguments,
            } => format!("{}({})", self.flat(function), self.arguments(arguments)),
            ExprKind::Unary {
                operator, operand, ..
            } => format!("{}{}", prefix(*operator), self.flat(operand)),
            ExprKind::Binary {
                operator,
                left,
                right,
                ..
            } => {
                format!(
                    "{}{}{}",
                    self.flat(left),
                    self.infix(expr, *operator),
                    self.flat(right)
                )
            }
            ExprKind::Conditional {
                then,
                condition,
                otherwise,
            } => {
                format!(
                    "{} if {} else {}",
                    self.flat(then),
                    self.flat(condition),
                    self.flat(otherwise)
                )
            }
            ExprKind::Array(items) => format!("[{}]", self.flat_all(items)),
            ExprKind::Map(entries) => {
                let entries: Vec<String> = entries
                    .iter()
                    .map(|(key, value)| format!("{}: {}", self.flat(key), self.flat(value)))
                    .collect();
                format!("{{{}}}", entries.join(", "))
            }
            ExprKind::Range { start, stop } => {
                format!("{} .. {}", self.flat(start), self.flat(stop))
            }
            ExprKind::Group(inner) => format!("({})", self.flat(inner)),
            ExprKind::Error => self.between(expr.span.start, expr.span.end).to_string(),
        }
    }

    pub(super) fn flat_all(&self, items: &[Expr]) -> String {
        items
            .iter()
            .map(|item| self.flat(item))
            .collect::<Vec<_>>()
            .join(", ")
    }

    fn quantity(&self, quantity: &Quantity) -> String {
        let value = self.flat(&quantity.value);
        match &quantity.exponent {
            None => format!("{value} {}", quantity.unit.name),
            Some(exponent) => {
                let power = self.power(quantity.unit.span.end, exponent.span.start);
                format!(
                    "{value} {}{power}{}",
                    quantity.unit.name,
                    self.flat(exponent)
                )
            }
        }
    }

    /// The spelling of a power that stands between two positions.
    fn power(&self, start: u32, end: u32) -> &'static str {
        if self.between(start, end).contains('^') {
            "^"
        } else {
            "**"
        }
    }

    /// An operator with the blanks around it: kept for products, fixed for others.
    fn infix(&self, expr: &Expr, operator: BinaryOp) -> String {
        let ExprKind::Binary {
            operator_span,
            left,
            ..
        } = &expr.kind
        else {
            return String::new();
        };
        let written = self.between(operator_span.start, operator_span.end);
        let spelling = if operator.row().spellings.contains(&written) {
            written
        } else {
            operator.spelling()
        };
        let spaced = match operator {
            BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::Power => {
                let before = self.between(left.span.end, operator_span.start);
                before.contains(' ') && !before.contains('\n')
            }
            _ => true,
        };
        if spaced {
            format!(" {spelling} ")
        } else {
            spelling.to_string()
        }
    }

    fn subscript(&self, subscript: &Subscript) -> String {
        let part =
            |expr: &Option<Expr>| expr.as_ref().map_or(String::new(), |expr| self.flat(expr));
        match subscript {
            Subscript::Index(expr) => self.flat(expr),
            Subscript::Slice {
                start,
                stop,
                step: None,
                ..
            } => format!("{}:{}", part(start), part(stop)),
            Subscript::Slice {
                start, stop, step, ..
            } => format!("{}:{}:{}", part(start), part(stop), part(step)),
        }
    }

    /// Arguments of a call, or options of a statement.
    pub(super) fn arguments(&self, arguments: &[Argument]) -> String {
        arguments
            .iter()
            .map(|argument| self.argument(argument))
            .collect::<Vec<_>>()
            .join(", ")
    }

    pub(super) fn argument(&self, argument: &Argument) -> String {
        match &argument.name {
            None => self.flat(&argument.value),
            Some(name) => {
                let equals = self
                    .between(name.span.end, argument.value.span.start)
                    .contains('=');
                format!(
                    "{}{}{}",
                    name.name,
                    if equals { " = " } else { ": " },
                    self.flat(&argument.value)
                )
            }
        }
    }

    pub(super) fn range(&self, range: &Range) -> String {
        format!(
            "in {} .. {}",
            self.flat(&range.start),
            self.flat(&range.stop)
        )
    }

    /// A declared unit.
    pub(super) fn unit(&self, unit: &UnitExpr) -> String {
        match &unit.kind {
            UnitKind::One => "1".to_string(),
            UnitKind::Name(name) => name.clone(),
            UnitKind::Product(left, right) => format!("{}*{}", self.unit(left), self.unit(right)),
            UnitKind::Quotient(left, right) => format!("{}/{}", self.unit(left), self.unit(right)),
            UnitKind::Power { base, exponent } => {
                let power = self.power(base.span.end, exponent.span.start);
                format!("{}{power}{}", self.unit(base), self.flat(exponent))
            }
            UnitKind::Group(inner) => format!("({})", self.unit(inner)),
            UnitKind::Error => self.between(unit.span.start, unit.span.end).to_string(),
        }
    }

    /// An expression that begins at a column, broken if it and `reserve` columns behind it do not fit. Lines after the first
    /// are indented by `indent`.
    pub(super) fn wrapped(
        &self,
        expr: &Expr,
        column: usize,
        indent: usize,
        reserve: usize,
    ) -> String {
        let flat = self.flat(expr);
        if column + width(&flat) + reserve <= WIDTH {
            return flat;
        }
        match &expr.kind {
            ExprKind::Binary { operator, .. } => self
                .wrapped_chain(expr, *operator, column, indent, reserve)
                .unwrap_or(flat),
            ExprKind::Unary {
                operator, operand, ..
            } => {
                let sign = prefix(*operator);
                format!(
                    "{sign}{}",
                    self.wrapped(operand, column + width(sign), indent, reserve)
                )
            }
            ExprKind::Group(inner) => {
                format!("({})", self.wrapped(inner, column + 1, indent, reserve + 1))
            }
            ExprKind::Call {
                function,
                arguments,
            } => {
                let head = format!("{}(", self.flat(function));
                let parts: Vec<String> = arguments
                    .iter()
                    .map(|argument| self.argument(argument))
                    .collect();
                let column = column + width(&head);
                format!("{head}{})", fill(&parts, column, indent))
            }
            ExprKind::Array(items) => {
                let parts: Vec<String> = items.iter().map(|item| self.flat(item)).collect();
                format!("[{}]", fill(&parts, column + 1, indent))
            }
            ExprKind::Quantity(quantity) => {
                let unit = flat
                    .strip_prefix(&self.flat(&quantity.value))
                    .unwrap_or("")
                    .to_string();
                format!(
                    "{}{unit}",
                    self.wrapped(&quantity.value, column, indent, reserve + width(&unit))
                )
            }
            ExprKind::Conditional {
                then,
                condition,
                otherwise,
            } => {
                let head = format!("{} if {}", self.flat(then), self.flat(condition));
                let rest = self.wrapped(otherwise, indent + 5, indent + STEP, reserve);
                format!("{head}\n{}else {rest}", " ".repeat(indent))
            }
            _ => flat,
        }
    }

    /// A chain of operators of one precedence: sums and conditions are broken before each operator, products within
    /// their longest operand.
    fn wrapped_chain(
        &self,
        expr: &Expr,
        operator: BinaryOp,
        column: usize,
        indent: usize,
        reserve: usize,
    ) -> Option<String> {
        let precedence = operator.row().precedence;
        let mut operands: Vec<(String, &Expr)> = Vec::new();
        let mut rest = expr;
        while let ExprKind::Binary {
            operator,
            left,
            right,
            ..
        } = &rest.kind
            && operator.row().precedence == precedence
            && !operator.row().right_associative
        {
            operands.push((self.infix(rest, *operator), right));
            rest = left;
        }
        if operands.is_empty() {
            return None;
        }
        operands.push((String::new(), rest));
        operands.reverse();
        if precedence == BinaryOp::Multiply.row().precedence {
            let breakable = |expr: &Expr| {
                matches!(
                    expr.kind,
                    ExprKind::Group(_) | ExprKind::Call { .. } | ExprKind::Array(_)
                )
            };
            let longest = (0..operands.len())
                .filter(|&k| {
                    operands
                        .get(k)
                        .is_some_and(|(_, operand)| breakable(operand))
                })
                .max_by_key(|&k| {
                    operands
                        .get(k)
                        .map(|(_, operand)| width(&self.flat(operand)))
                })?;
            let (mut out, mut at) = (String::new(), column);
            for (k, (operator, operand)) in operands.iter().enumerate() {
                at += width(operator);
                let behind: usize = operands
                    .iter()
                    .skip(k + 1)
                    .map(|(operator, operand)| width(operator) + width(&self.flat(operand)))
                    .sum();
                let text = if k == longest {
                    self.wrapped(operand, at, indent, reserve + behind)
                } else {
                    self.flat(operand)
                };
                at = if text.contains('\n') {
                    last_width(&text)
                } else {
                    at + width(&text)
                };
                out.push_str(operator);
                out.push_str(&text);
            }
            return Some(out);
        }
        let mut out = String::new();
        for (k, (operator, operand)) in operands.iter().enumerate() {
            if k == 0 {
                out.push_str(&self.wrapped(operand, column, indent, 0));
                continue;
            }
            let operator = operator.trim();
            out.push_str(&format!("\n{}{operator} ", " ".repeat(indent)));
            let last = if k + 1 == operands.len() { reserve } else { 0 };
            out.push_str(&self.wrapped(operand, indent + width(operator) + 1, indent + STEP, last));
        }
        Some(out)
    }
}

/// Joins parts by commas, with a line end before a part that does not fit.
pub(super) fn fill(parts: &[String], column: usize, indent: usize) -> String {
    let mut out = String::new();
    let mut at = column;
    for (k, part) in parts.iter().enumerate() {
        if k > 0 {
            out.push(',');
            if at + 2 + width(part) > WIDTH {
                out.push_str(&format!("\n{}", " ".repeat(indent)));
                at = indent;
            } else {
                out.push(' ');
                at += 2;
            }
        }
        out.push_str(part);
        at += width(part);
    }
    out
}

fn prefix(operator: UnaryOp) -> &'static str {
    match operator {
        UnaryOp::Not => "not ",
        UnaryOp::Negate => "-",
        UnaryOp::Plus => "+",
    }
}

/// A text in double quotes.
pub(super) fn quoted(text: &Text) -> String {
    let mut out = String::from("\"");
    for c in text.value.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

pub(super) fn width(text: &str) -> usize {
    text.chars().count()
}

fn last_width(text: &str) -> usize {
    width(text.rsplit('\n').next().unwrap_or(""))
}
