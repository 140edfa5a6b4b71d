//! Expressions in Python's notation: as text that Brian2 compiles, or as Python that computes a value.

use std::collections::BTreeMap;

use crate::library::Library;
use crate::library::function::Body;
use crate::syntax::ast::{Code, Expr, ExprKind, Function, Quantity, Subscript, UnitExpr, UnitKind};
use crate::syntax::operators::{AssignOp, BinaryOp, UnaryOp};
use crate::units::dimension::{Dimension, Rational};
use crate::units::display::si_unit;

/// Units with a short name in Brian2.
const SHORT: &[&str] = &[
    "mV", "mA", "uA", "nA", "pA", "pF", "nF", "uF", "nS", "uS", "ms", "us", "Hz", "kHz", "MHz",
    "cm", "cm2", "cm3", "mm", "mm2", "mm3", "um", "um2", "um3", "mM", "uM", "nM",
];

/// Functions that Brian2 knows in its code.
const KNOWN: &[&str] = &[
    "abs", "arccos", "arcsin", "arctan", "ceil", "clip", "cos", "cosh", "exp", "expm1", "exprel",
    "floor", "int", "log", "log10", "log1p", "poisson", "rand", "randn", "sign", "sin", "sinh",
    "sqrt", "tan", "tanh", "timestep",
];

/// Inlining deeper than this goes around in a circle.
const MAX_DEPTH: usize = 64;

/// Where an expression stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// In a text that Brian2 compiles.
    Code,
    /// In the script.
    Script,
    /// In the script, as an array of what the model holds or recorded.
    Values,
}

/// Prints expressions of a model.
pub struct Printer<'m> {
    /// Functions of the files.
    pub functions: Vec<&'m Function>,
    /// Signals, which are called like functions.
    pub signals: Vec<&'m str>,
    /// Dimensions of the names that are visible.
    pub dimensions: BTreeMap<String, Dimension>,
    /// What is recorded, for [`Mode::Values`].
    pub recorded: Recorded,
    /// Names of the protocol: of `let`, of loops, of what is collected.
    pub locals: std::cell::RefCell<Vec<String>>,
    /// Names of the protocol whose values are left out.
    pub lost: std::cell::RefCell<Vec<String>>,
}

/// A monitor of a variable, with the neurons that it records; none for all.
type Traces = (String, Option<Vec<u32>>);

/// Monitors by what they record.
#[derive(Default)]
pub struct Recorded {
    /// Populations, projections and subgroups as written, with their text in Python.
    pub owners: BTreeMap<String, String>,
    /// Monitors of spikes by the text of their source in Python.
    pub spikes: BTreeMap<String, String>,
    /// Monitors of rates.
    pub rates: BTreeMap<String, String>,
    /// Monitors of variables by owner and name, with the neurons that they record; none for all.
    pub states: BTreeMap<(String, String), Traces>,
}

/// What binds how tightly in Python.
const CONDITIONAL: u8 = 0;
const NOT: u8 = 3;
const PRODUCT: u8 = 6;
const SIGN: u8 = 7;
const POWER: u8 = 8;
const ATOM: u8 = 10;

type Text = (String, u8);

impl Printer<'_> {
    /// An expression, or what of it has no counterpart.
    pub fn print(&self, expr: &Expr, mode: Mode) -> Result<String, String> {
        Ok(self.expr(expr, mode, &[], 0)?.0)
    }
    /// A name of the protocol.
    pub fn local(&self, name: &str) -> bool {
        self.locals.borrow().iter().any(|known| known == name)
    }
    /// The same, with parentheses around operators.
    pub fn factor(&self, expr: &Expr, mode: Mode) -> Result<String, String> {
        Ok(enclosed(self.expr(expr, mode, &[], 0)?, SIGN))
    }
    /// Statements, one a line.
    pub fn code(&self, code: &Code) -> Result<Vec<String>, String> {
        let statements = code.statements.iter().map(|statement| {
            let target = self.print(&statement.target, Mode::Code)?;
            let scaled = matches!(statement.operator, AssignOp::Multiply | AssignOp::Divide);
            let value = match statement.target.as_name() {
                Some(name) if !scaled => self.value(name, &statement.value)?,
                _ => self.print(&statement.value, Mode::Code)?,
            };
            Ok(format!(
                "{target} {} {value}",
                statement.operator.spelling()
            ))
        });
        statements.collect()
    }

    /// A value for a variable: a bare 0 gets the variable's unit, which Brian2 wants.
    pub fn value(&self, variable: &str, value: &Expr) -> Result<String, String> {
        let text = self.print(value, Mode::Code)?;
        match self.dimensions.get(variable) {
            Some(dimension) if is_zero(value) => Ok(zero(*dimension)),
            _ => Ok(text),
        }
    }

    /// A bare 0 beside another operand takes its unit.
    fn beside(&self, expr: &Expr, text: Text, other: &Expr, other_text: &Text) -> Text {
        if !is_zero(expr) || is_zero(other) {
            return text;
        }
        match self.dimension(other) {
            Some(dimension) => (zero(dimension), PRODUCT),
            None => (format!("0*{}", enclosed(other_text.clone(), SIGN)), PRODUCT),
        }
    }

    /// The dimension of an expression, where it is easily seen.
    fn dimension(&self, expr: &Expr) -> Option<Dimension> {
        let library = Library::standard();
        match &expr.ungrouped().kind {
            ExprKind::Number(_) => Some(Dimension::NONE),
            ExprKind::Name(name) => self
                .dimensions
                .get(name)
                .copied()
                .or_else(|| library.constant(name).map(|c| c.value.dimension))
                .or_else(|| library.plain_unit(name).map(|unit| unit.dimension)),
            ExprKind::Quantity(quantity) if quantity.exponent.is_none() => library
                .unit_after_value(&quantity.unit.name)
                .map(|unit| unit.dimension),
            ExprKind::Unary { operand, .. } => self.dimension(operand),
            ExprKind::Binary {
                operator,
                left,
                right,
                ..
            } => {
                let (left, right) = (self.dimension(left)?, self.dimension(right)?);
                match operator {
                    BinaryOp::Add | BinaryOp::Subtract => Some(left),
                    BinaryOp::Multiply => left.checked_mul(right),
                    BinaryOp::Divide => left.checked_mul(right.pow(Rational::new(-1, 1)?)?),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn expr(
        &self,
        expr: &Expr,
        mode: Mode,
        scope: &[(String, Text)],
        depth: usize,
    ) -> Result<Text, String> {
        if depth > MAX_DEPTH {
            return Err("functions call each other in a circle".into());
        }
        let inner = |expr: &Expr| self.expr(expr, mode, scope, depth);
        let atom = |text: String| Ok((text, ATOM));
        if mode == Mode::Values
            && let Some(value) = super::values::value(self, expr, &inner)
        {
            return value;
        }
        match &expr.kind {
            ExprKind::Number(number) => atom(number.text.clone()),
            ExprKind::Quantity(quantity) => self.quantity(quantity, mode, scope, depth),
            ExprKind::Name(name) => Ok(match scope.iter().rev().find(|(known, _)| known == name) {
                Some((_, text)) => text.clone(),
                None => (renamed(name), ATOM),
            }),
            ExprKind::Group(group) => atom(format!("({})", inner(group)?.0)),
            ExprKind::Unary {
                operator, operand, ..
            } => Ok(match operator {
                UnaryOp::Not => (format!("not {}", enclosed(inner(operand)?, NOT)), NOT),
                _ => {
                    // `-50*mV` is `(-50)*mV` and the same value.
                    let (text, level) = inner(operand)?;
                    let operand = enclosed((text, level), PRODUCT);
                    (
                        format!("{}{operand}", operator.spelling()),
                        level.clamp(PRODUCT, SIGN),
                    )
                }
            }),
            ExprKind::Binary {
                operator,
                left,
                right,
                ..
            } => {
                let row = operator.row();
                let level = match row.spellings.first() {
                    Some(&("**" | "^")) => POWER,
                    Some(&("*" | "/" | "//" | "%")) => PRODUCT,
                    Some(&("+" | "-")) => 5,
                    Some(&"and") => 2,
                    Some(&"or") => 1,
                    _ => 4,
                };
                let (looser, tighter) = match level {
                    POWER => (POWER + 1, SIGN),
                    4 => (5, 5),
                    level => (level, level + 1),
                };
                let (mut first, mut second) = (inner(left)?, inner(right)?);
                if matches!(level, 4 | 5) {
                    let plain = first.clone();
                    first = self.beside(left, first, right, &second);
                    second = self.beside(right, second, left, &plain);
                }
                let left = enclosed(first, looser);
                let right = enclosed(second, tighter);
                let spelling = match level {
                    POWER => "**",
                    _ => operator.spelling(),
                };
                Ok(match level {
                    POWER | PRODUCT => (format!("{left}{spelling}{right}"), level),
                    _ => (format!("{left} {spelling} {right}"), level),
                })
            }
            ExprKind::Conditional {
                then,
                condition,
                otherwise,
            } => {
                let (a, condition, b) = (inner(then)?, inner(condition)?, inner(otherwise)?);
                let first = self.beside(then, a.clone(), otherwise, &b);
                let second = self.beside(otherwise, b, then, &a);
                Ok(select(mode, condition, first, second))
            }
            ExprKind::Call {
                function,
                arguments,
            } => {
                let Some(name) = function.as_name() else {
                    return Err("a function of a population".into());
                };
                if mode == Mode::Script && name == "round" {
                    return atom(format!("round({})", inner(&arguments[0].value)?.0));
                }
                let values: Vec<&Expr> = arguments.iter().map(|a| &a.value).collect();
                let texts: Result<Vec<Text>, String> = values.iter().map(|v| inner(v)).collect();
                let mut texts = texts?;
                // `clip(x, 0, 1 mV)`, `max(x, 0)`: a bare 0 has the unit of the others.
                if ["clip", "min", "max"].contains(&name) {
                    let other = values.iter().position(|value| !is_zero(value));
                    if let Some(other) = other {
                        let plain = texts.clone();
                        for (k, text) in texts.iter_mut().enumerate() {
                            *text =
                                self.beside(values[k], text.clone(), values[other], &plain[other]);
                        }
                    }
                }
                self.call(name, texts, mode, depth)
            }
            ExprKind::Array(items) => {
                let items: Result<Vec<String>, String> =
                    items.iter().map(|item| Ok(inner(item)?.0)).collect();
                atom(format!("[{}]", items?.join(", ")))
            }
            ExprKind::Member { base, name } if mode != Mode::Code => {
                let base = enclosed(inner(base)?, ATOM);
                atom(format!("{base}.{}", name.name))
            }
            ExprKind::Index { base, subscripts } if mode != Mode::Code => {
                let base = enclosed(inner(base)?, ATOM);
                let parts: Result<Vec<String>, String> = subscripts
                    .iter()
                    .map(|subscript| match subscript {
                        // A condition is a text for Brian2.
                        Subscript::Index(index)
                            if mode == Mode::Script && super::values::reads(self, index) =>
                        {
                            let text = self.print(index, Mode::Values)?;
                            Ok(match super::values::is_condition(index) {
                                true => format!("nonzero({text})[0]"),
                                false => text,
                            })
                        }
                        Subscript::Index(index)
                            if mode == Mode::Script
                                && matches!(index.kind, ExprKind::Binary { .. }) =>
                        {
                            Ok(format!("'{}'", self.print(index, Mode::Code)?))
                        }
                        Subscript::Index(index) => Ok(inner(index)?.0),
                        Subscript::Slice {
                            start, stop, step, ..
                        } => {
                            let part = |part: &Option<Expr>| match part {
                                Some(expr) => Ok::<_, String>(inner(expr)?.0),
                                None => Ok(String::new()),
                            };
                            let mut text = format!("{}:{}", part(start)?, part(stop)?);
                            if step.is_some() {
                                text.push_str(&format!(":{}", part(step)?));
                            }
                            Ok(text)
                        }
                    })
                    .collect();
                atom(format!("{base}[{}]", parts?.join(", ")))
            }
            ExprKind::Member { .. } | ExprKind::Index { .. } => {
                Err("a value of another population".into())
            }
            ExprKind::Text(_) | ExprKind::Map(_) | ExprKind::Range { .. } | ExprKind::Error => {
                Err("this form of expression".into())
            }
        }
    }

    /// `10 ms` as `10*ms`.
    fn quantity(
        &self,
        quantity: &Quantity,
        mode: Mode,
        scope: &[(String, Text)],
        depth: usize,
    ) -> Result<Text, String> {
        let value = self.expr(&quantity.value, mode, scope, depth)?;
        let value = match &quantity.value.ungrouped().kind {
            ExprKind::Array(_) => format!("array({})", value.0),
            _ => enclosed(value, PRODUCT),
        };
        let mut unit = unit_name(&quantity.unit.name)
            .ok_or_else(|| format!("the unit `{}`", quantity.unit.name))?;
        if let Some(exponent) = &quantity.exponent {
            let exponent = self.expr(exponent, mode, scope, depth)?;
            unit = format!("{unit}**{}", enclosed(exponent, SIGN));
        }
        Ok((format!("{value}*{unit}"), PRODUCT))
    }

    fn call(
        &self,
        name: &str,
        arguments: Vec<Text>,
        mode: Mode,
        depth: usize,
    ) -> Result<Text, String> {
        let plain = |name: &str, arguments: &[Text]| {
            let texts: Vec<&str> = arguments.iter().map(|(text, _)| text.as_str()).collect();
            Ok((format!("{name}({})", texts.join(", ")), ATOM))
        };
        if let Some(function) = self.functions.iter().find(|f| f.name.name == name) {
            let names = function.parameters.iter().map(|p| p.name.clone());
            let scope: Vec<(String, Text)> = names.zip(arguments).collect();
            return self.expr(&function.body, mode, &scope, depth + 1);
        }
        if self.signals.contains(&name) {
            return plain(&renamed(name), &arguments);
        }
        if KNOWN.contains(&name) {
            return plain(name, &arguments);
        }
        match (name, arguments.as_slice()) {
            ("min" | "max", [a, b]) => {
                let less = if name == "min" { "<" } else { ">" };
                let condition = (
                    format!(
                        "{} {less} {}",
                        enclosed(a.clone(), 5),
                        enclosed(b.clone(), 5)
                    ),
                    4,
                );
                return Ok(select(mode, condition, a.clone(), b.clone()));
            }
            ("mod" | "floordiv", [a, b]) => {
                let operator = if name == "mod" { "%" } else { "//" };
                let (a, b) = (enclosed(a.clone(), PRODUCT), enclosed(b.clone(), SIGN));
                return Ok((format!("{a} {operator} {b}"), PRODUCT));
            }
            _ => {}
        }
        let function = Library::standard().function(name);
        match function.map(|function| (&function.signature.parameters, &function.body)) {
            Some((parameters, Body::Expression { steps, value })) => {
                let names = parameters.iter().map(|p| p.name.clone());
                let mut scope: Vec<(String, Text)> = names.zip(arguments).collect();
                for (name, step) in steps {
                    let step = self.expr(step, mode, &scope, depth + 1)?;
                    scope.push((name.clone(), step));
                }
                self.expr(value, mode, &scope, depth + 1)
            }
            _ => Err(format!("the function `{name}`")),
        }
    }
}

/// `a if c else b`, which Brian2's code has not.
fn select(mode: Mode, condition: Text, then: Text, otherwise: Text) -> Text {
    let condition = condition.0;
    match mode {
        Mode::Script | Mode::Values => {
            let (then, otherwise) = (enclosed(then, 1), enclosed(otherwise, CONDITIONAL));
            (
                format!("{then} if {condition} else {otherwise}"),
                CONDITIONAL,
            )
        }
        Mode::Code => {
            let (then, otherwise) = (enclosed(then, PRODUCT), enclosed(otherwise, PRODUCT));
            (
                format!("int({condition})*{then} + int(not ({condition}))*{otherwise}"),
                5,
            )
        }
    }
}

fn is_zero(expr: &Expr) -> bool {
    matches!(&expr.ungrouped().kind, ExprKind::Number(number) if number.value == 0.0)
}

/// 0 with a unit.
fn zero(dimension: Dimension) -> String {
    match dimension.is_none() {
        true => "0".into(),
        false => format!("0*{}", python_unit(dimension)),
    }
}

/// An SI unit in Python: `volt/second`.
pub fn python_unit(dimension: Dimension) -> String {
    si_unit(dimension)
        .replace('^', "**")
        .replace("ampere", "amp")
}

fn enclosed((text, level): Text, needed: u8) -> String {
    if level < needed {
        format!("({text})")
    } else {
        text
    }
}

/// A name as Brian2 and Python accept it.
pub fn renamed(name: &str) -> String {
    const TAKEN: &[&str] = &[
        "lambda", "class", "def", "del", "from", "global", "import", "is", "pass", "return", "try",
        "with", "yield", "run", "plot", "figure", "array", "show", "xi",
    ];
    match name {
        "true" => "True".into(),
        "false" => "False".into(),
        _ if TAKEN.contains(&name) && name != "xi" => format!("{name}_"),
        _ => match Library::standard().constant(name).is_none()
            && Library::standard().plain_unit(name).is_some()
        {
            true => unit_name(name).unwrap_or_else(|| name.to_string()),
            false => name.to_string(),
        },
    }
}

/// A unit by the name that Brian2 knows.
pub fn unit_name(name: &str) -> Option<String> {
    if SHORT.contains(&name) {
        return Some(name.to_string());
    }
    let unit = Library::standard().unit_after_value(name)?;
    let power = match unit.power {
        1 => String::new(),
        power => power.to_string(),
    };
    Some(format!("{}{}{power}", unit.prefix.text, unit.unit))
}

/// A declared unit.
pub fn declared_unit(unit: &UnitExpr) -> Result<String, String> {
    Ok(match &unit.kind {
        UnitKind::One => "1".into(),
        UnitKind::Name(name) => match name.as_str() {
            "boolean" | "integer" => name.clone(),
            name => unit_name(name).ok_or_else(|| format!("the unit `{name}`"))?,
        },
        UnitKind::Product(a, b) => format!("{}*{}", declared_unit(a)?, declared_unit(b)?),
        UnitKind::Quotient(a, b) => format!("{}/{}", declared_unit(a)?, declared_unit(b)?),
        UnitKind::Power { base, exponent } => {
            let printer = Printer {
                functions: Vec::new(),
                signals: Vec::new(),
                dimensions: BTreeMap::new(),
                recorded: Recorded::default(),
                locals: Default::default(),
                lost: Default::default(),
            };
            let exponent = printer.factor(exponent, Mode::Script)?;
            format!("{}**{exponent}", declared_unit(base)?)
        }
        UnitKind::Group(inner) => format!("({})", declared_unit(inner)?),
        UnitKind::Error => return Err("a unit".into()),
    })
}
