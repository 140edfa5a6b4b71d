//! Expressions and statements of the syntax tree as mathematics.

use super::{Math, symbol};
use crate::syntax::ast::{Expr, ExprKind, Statement, Subscript};
use crate::syntax::operators::{AssignOp, BinaryOp, UnaryOp};

/// Turns expressions into mathematics.
pub struct Setter<'a> {
    /// Which names are units where no variable has the name.
    pub is_unit: &'a dyn Fn(&str) -> bool,
    /// The text of an expression that has no form of its own: lists, maps.
    pub text: &'a dyn Fn(&Expr) -> String,
}

impl Setter<'_> {
    /// An expression.
    pub fn math(&self, expr: &Expr) -> Math {
        match &expr.kind {
            ExprKind::Number(number) => Math::number(&number.text),
            ExprKind::Quantity(quantity) => {
                let mut unit = quantity.unit.name.clone();
                if let Some(exponent) = &quantity.exponent {
                    unit.push('^');
                    unit.push_str(&(self.text)(exponent));
                }
                Math::Row(vec![
                    self.math(&quantity.value),
                    Math::Thin,
                    Math::Unit(unit),
                ])
            }
            ExprKind::Text(text) => Math::Word(format!("“{}”", text.value)),
            ExprKind::Name(name) if (self.is_unit)(name) => Math::Unit(name.clone()),
            ExprKind::Name(name) => symbol(name),
            ExprKind::Member { base, name } => {
                Math::Row(vec![self.math(base), Math::Sign("."), symbol(&name.name)])
            }
            ExprKind::Index { base, subscripts } => {
                let mut row = Vec::new();
                for subscript in subscripts {
                    if !row.is_empty() {
                        row.push(Math::Sign(","));
                    }
                    row.push(self.subscript(subscript));
                }
                Math::Sub(Box::new(self.math(base)), Box::new(Math::Row(row)))
            }
            ExprKind::Call {
                function,
                arguments,
            } => {
                let arguments: Vec<&Expr> = arguments.iter().map(|a| &a.value).collect();
                self.call(function, &arguments)
            }
            ExprKind::Unary {
                operator, operand, ..
            } => match operator {
                UnaryOp::Negate => {
                    Math::Row(vec![Math::Number("\u{2212}".into()), self.math(operand)])
                }
                UnaryOp::Plus => self.math(operand),
                UnaryOp::Not => Math::Row(vec![Math::Sign("¬"), self.math(operand)]),
            },
            ExprKind::Binary {
                operator,
                left,
                right,
                ..
            } => self.binary(*operator, left, right),
            ExprKind::Conditional { .. } => self.cases(expr),
            ExprKind::Group(inner) => Math::Fence("(", Box::new(self.math(inner)), ")"),
            ExprKind::Range { start, stop } => {
                Math::Row(vec![self.math(start), Math::Sign("…"), self.math(stop)])
            }
            ExprKind::Array(items) if items.len() <= 12 => {
                Math::Fence("[", Box::new(self.list(items.iter())), "]")
            }
            ExprKind::Array(_) | ExprKind::Map(_) | ExprKind::Error => {
                Math::Word((self.text)(expr))
            }
        }
    }

    /// A statement: `v ← E`; what is combined with the present value is written out.
    pub fn statement(&self, statement: &Statement) -> Math {
        let target = self.math(&statement.target);
        let value = self.math(&statement.value);
        let combined =
            |sign: &'static str| Math::Row(vec![target.clone(), Math::Sign(sign), value.clone()]);
        let summed = matches!(
            statement.value.kind,
            ExprKind::Binary {
                operator: BinaryOp::Add | BinaryOp::Subtract,
                ..
            } | ExprKind::Conditional { .. }
        );
        let fenced = match summed {
            true => Math::Fence("(", Box::new(value.clone()), ")"),
            false => value.clone(),
        };
        let right = match statement.operator {
            AssignOp::Set => value.clone(),
            AssignOp::Add => combined("+"),
            AssignOp::Subtract => Math::Row(vec![target.clone(), Math::Sign("\u{2212}"), fenced]),
            AssignOp::Multiply => Math::Row(vec![target.clone(), Math::Sign("·"), fenced]),
            AssignOp::Divide => Math::Fraction(Box::new(target.clone()), Box::new(value.clone())),
            AssignOp::Modulo => combined("mod"),
        };
        Math::Row(vec![target, Math::Sign("←"), right])
    }

    fn list<'e>(&self, items: impl Iterator<Item = &'e Expr>) -> Math {
        let mut row = Vec::new();
        for item in items {
            if !row.is_empty() {
                row.push(Math::Sign(","));
            }
            row.push(self.math(item));
        }
        Math::Row(row)
    }

    fn subscript(&self, subscript: &Subscript) -> Math {
        match subscript {
            Subscript::Index(expr) => self.math(expr),
            Subscript::Slice {
                start, stop, step, ..
            } => {
                let mut row: Vec<Math> = start.iter().map(|e| self.math(e)).collect();
                row.push(Math::Word(":".into()));
                row.extend(stop.iter().map(|e| self.math(e)));
                if let Some(step) = step {
                    row.push(Math::Word(":".into()));
                    row.push(self.math(step));
                }
                Math::Row(row)
            }
        }
    }

    /// Without the parentheses around it, where a line or a raised position replaces them.
    fn bare(&self, expr: &Expr) -> Box<Math> {
        Box::new(self.math(expr.ungrouped()))
    }

    /// `cm^2` as text, where it is nothing but a unit.
    fn unit(&self, expr: &Expr) -> Option<String> {
        match &expr.ungrouped().kind {
            ExprKind::Name(name) if (self.is_unit)(name) => Some(name.clone()),
            ExprKind::Binary {
                operator: BinaryOp::Power,
                left,
                right,
                ..
            } => match (&right.kind, self.unit(left)) {
                (ExprKind::Number(exponent), Some(base)) => {
                    Some(format!("{base}^{}", exponent.text))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// A fraction; a unit below belongs to the value above it, or stands behind with a negative exponent.
    fn quotient(&self, above: &Expr, below: &Expr) -> Math {
        if let Some(unit) = self.unit(below) {
            if let Some(value) = self.per_unit(above, &unit) {
                return value;
            }
            let inverse = match unit.split_once('^') {
                Some((base, exponent)) => format!("{base}^-{exponent}"),
                None => format!("{unit}^-1"),
            };
            return Math::Row(vec![self.math(above), Math::Thin, Math::Unit(inverse)]);
        }
        match &above.kind {
            ExprKind::Unary {
                operator: UnaryOp::Negate,
                operand,
                ..
            } => Math::Row(vec![
                Math::Number("\u{2212}".into()),
                self.quotient(operand, below),
            ]),
            ExprKind::Binary {
                operator: BinaryOp::Divide,
                left,
                right,
                ..
            } if self.unit(right).is_none() => {
                let both = vec![self.math(right), Math::Thin, self.math(below)];
                Math::Fraction(self.bare(left), Box::new(Math::Row(both)))
            }
            _ => Math::Fraction(self.bare(above), self.bare(below)),
        }
    }

    /// `120 mS` over `cm^2` as 120 mS/cm^2, also behind factors.
    fn per_unit(&self, above: &Expr, below: &str) -> Option<Math> {
        match &above.kind {
            ExprKind::Quantity(quantity) if quantity.exponent.is_none() => {
                let unit = format!("{}/{below}", quantity.unit.name);
                let value = self.math(&quantity.value);
                Some(Math::Row(vec![value, Math::Thin, Math::Unit(unit)]))
            }
            ExprKind::Binary {
                operator: BinaryOp::Multiply,
                left,
                right,
                ..
            } => {
                let last = self.per_unit(right, below)?;
                Some(Math::Row(vec![self.math(left), Math::Sign("·"), last]))
            }
            ExprKind::Unary {
                operator: UnaryOp::Negate,
                operand,
                ..
            } => {
                let value = self.per_unit(operand, below)?;
                Some(Math::Row(vec![Math::Number("\u{2212}".into()), value]))
            }
            _ => None,
        }
    }

    fn binary(&self, operator: BinaryOp, left: &Expr, right: &Expr) -> Math {
        let sign = match operator {
            BinaryOp::Divide => return self.quotient(left, right),
            BinaryOp::Power => {
                return Math::Power(Box::new(self.math(left)), self.bare(right));
            }
            BinaryOp::FloorDivide => {
                let quotient = Math::Fraction(self.bare(left), self.bare(right));
                return Math::Fence("⌊", Box::new(quotient), "⌋");
            }
            BinaryOp::Multiply => {
                let between = if digit_first(right) || unit_last(left) {
                    Math::Sign("·")
                } else {
                    Math::Thin
                };
                return Math::Row(vec![self.math(left), between, self.math(right)]);
            }
            BinaryOp::Or => "or",
            BinaryOp::And => "and",
            BinaryOp::Less => "<",
            BinaryOp::LessEqual => "≤",
            BinaryOp::Greater => ">",
            BinaryOp::GreaterEqual => "≥",
            BinaryOp::Equal => "=",
            BinaryOp::NotEqual => "≠",
            BinaryOp::Add => "+",
            BinaryOp::Subtract => "\u{2212}",
            BinaryOp::Modulo => "mod",
        };
        Math::Row(vec![self.math(left), Math::Sign(sign), self.math(right)])
    }

    fn call(&self, function: &Expr, arguments: &[&Expr]) -> Math {
        let inside = || Box::new(self.list(arguments.iter().copied()));
        match (function.as_name(), arguments) {
            (Some("sqrt"), [one]) => return Math::Root(self.bare(one)),
            (Some("abs"), [_]) => return Math::Fence("|", inside(), "|"),
            (Some("floor"), [_]) => return Math::Fence("⌊", inside(), "⌋"),
            (Some("ceil"), [_]) => return Math::Fence("⌈", inside(), "⌉"),
            (Some("exp"), [one]) if !tall(one) => {
                let e = Math::Word("e".into());
                return Math::Power(Box::new(e), self.bare(one));
            }
            _ => {}
        }
        let name = match function.as_name() {
            Some(name @ ("log" | "log10" | "sin" | "cos" | "tan" | "exp" | "min" | "max")) => {
                Math::Word(if name == "log" {
                    "ln".into()
                } else {
                    name.into()
                })
            }
            Some(name) => match symbol(name) {
                // A function's name is read as a word.
                Math::Letter(letter) => Math::Letter(letter),
                other => other,
            },
            None => self.math(function),
        };
        Math::Row(vec![name, Math::Fence("(", inside(), ")")])
    }

    fn cases(&self, expr: &Expr) -> Math {
        let mut rows = Vec::new();
        let mut rest = expr;
        while let ExprKind::Conditional {
            then,
            condition,
            otherwise,
        } = &rest.ungrouped().kind
        {
            rows.push((*self.bare(then), *self.bare(condition)));
            rest = otherwise;
        }
        Math::Cases(rows, self.bare(rest))
    }
}

/// True where a fraction stands in it.
fn tall(expr: &Expr) -> bool {
    let divides = matches!(
        expr.kind,
        ExprKind::Binary {
            operator: BinaryOp::Divide,
            ..
        }
    );
    divides || expr.children().into_iter().any(tall)
}

/// True where the first character shown is a digit.
fn digit_first(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Number(_) => true,
        ExprKind::Quantity(quantity) => digit_first(&quantity.value),
        ExprKind::Binary { operator, left, .. } if *operator != BinaryOp::Divide => {
            digit_first(left)
        }
        _ => false,
    }
}

/// True where a unit is the last thing shown.
fn unit_last(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Quantity(_) => true,
        ExprKind::Binary {
            operator: BinaryOp::Multiply,
            right,
            ..
        } => unit_last(right),
        _ => false,
    }
}
