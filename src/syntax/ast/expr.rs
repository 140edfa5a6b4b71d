//! Expressions and declared units.

use super::{Ident, Text};
use crate::source::Span;
use crate::syntax::operators::{BinaryOp, UnaryOp};

/// An expression with its place.
#[derive(Clone, PartialEq, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
}

/// The forms of an expression. `True`, `False`, `true`, `false`, `pi`, `inf` are names.
#[derive(Clone, PartialEq, Debug)]
pub enum ExprKind {
    /// `12`, `.5`, `5.e-10`
    Number(Number),
    /// A value directly before a unit: `10 ms`, `5 nS^2`, `[0, 1, 0.5] nA`
    Quantity(Quantity),
    /// `"spikes.csv"`
    Text(Text),
    /// `tau`
    Name(String),
    /// `base.name`: `lif.v`
    Member {
        /// What stands before the dot.
        base: Box<Expr>,
        /// The name after the dot.
        name: Ident,
    },
    /// `base[…]`: `lif.v[0:3]`, `S.w[i, :]`
    Index {
        /// What stands before the bracket.
        base: Box<Expr>,
        /// One or more subscripts.
        subscripts: Vec<Subscript>,
    },
    /// `function(…)`: `exp(x)`, `rate(lif, smooth: 5 ms)`
    Call {
        /// What is called: a name, or a member.
        function: Box<Expr>,
        /// Arguments in order.
        arguments: Vec<Argument>,
    },
    /// `-a`, `+a`, `not a`
    Unary {
        /// The operator.
        operator: UnaryOp,
        /// Its place.
        operator_span: Span,
        /// What it applies to.
        operand: Box<Expr>,
    },
    /// `a + b`
    Binary {
        /// The operator.
        operator: BinaryOp,
        /// Its place.
        operator_span: Span,
        /// Left operand.
        left: Box<Expr>,
        /// Right operand.
        right: Box<Expr>,
    },
    /// `then if condition else otherwise`
    Conditional {
        /// Value where the condition holds.
        then: Box<Expr>,
        /// The condition.
        condition: Box<Expr>,
        /// Value where it does not.
        otherwise: Box<Expr>,
    },
    /// `[a, b, c]`
    Array(Vec<Expr>),
    /// `{0: [10 ms], 2: [15 ms]}`
    Map(Vec<(Expr, Expr)>),
    /// `a .. b` as an argument, a subscript or the values of a loop
    Range {
        /// Lower end.
        start: Box<Expr>,
        /// Upper end.
        stop: Box<Expr>,
    },
    /// `(a)`
    Group(Box<Expr>),
    /// Text that could not be read; a diagnostic was reported.
    Error,
}

/// A number literal.
#[derive(Clone, PartialEq, Debug)]
pub struct Number {
    /// The value.
    pub value: f64,
    /// As written.
    pub text: String,
    /// True when written without point and exponent.
    pub integer: bool,
}

/// A value with a unit directly behind it. Binds tighter than every operator but the exponent of the unit:
/// `120 mS/cm^2` is `(120 mS)/(cm^2)`, and `5 nS^2` is five square nanosiemens.
#[derive(Clone, PartialEq, Debug)]
pub struct Quantity {
    /// A number, or something that ends with `)` or `]`.
    pub value: Box<Expr>,
    /// The unit's name.
    pub unit: Ident,
    /// The exponent after `^` or `**`.
    pub exponent: Option<Box<Expr>>,
}

/// One argument of a call, or an option `key: value` of a statement.
#[derive(Clone, PartialEq, Debug)]
pub struct Argument {
    /// The name before `:` or `=`.
    pub name: Option<Ident>,
    /// The value.
    pub value: Expr,
    /// Both.
    pub span: Span,
}

/// One entry between subscript brackets.
#[derive(Clone, PartialEq, Debug)]
pub enum Subscript {
    /// `[3]`, `[i]`, `[v > 0 mV]`
    Index(Expr),
    /// `[start:stop:step]`, each part optional
    Slice {
        /// First index.
        start: Option<Expr>,
        /// One past the last index.
        stop: Option<Expr>,
        /// Step.
        step: Option<Expr>,
        /// The whole slice.
        span: Span,
    },
}

impl Subscript {
    /// Where it stands.
    pub fn span(&self) -> Span {
        match self {
            Subscript::Index(expr) => expr.span,
            Subscript::Slice { span, .. } => *span,
        }
    }
}

impl Expr {
    /// An expression without parentheses around it.
    pub fn ungrouped(&self) -> &Expr {
        let mut expr = self;
        while let ExprKind::Group(inner) = &expr.kind {
            expr = inner;
        }
        expr
    }
    /// The name, if it is one.
    pub fn as_name(&self) -> Option<&str> {
        match &self.ungrouped().kind {
            ExprKind::Name(name) => Some(name),
            _ => None,
        }
    }
    /// The text, if it is a quoted text.
    pub fn as_text(&self) -> Option<&str> {
        match &self.ungrouped().kind {
            ExprKind::Text(text) => Some(&text.value),
            _ => None,
        }
    }
    /// True where the text could not be read, here or within.
    pub fn is_error(&self) -> bool {
        matches!(self.kind, ExprKind::Error) || self.children().iter().any(|child| child.is_error())
    }
    /// The expressions directly below this one, in the order of the text.
    pub fn children(&self) -> Vec<&Expr> {
        match &self.kind {
            ExprKind::Number(_) | ExprKind::Text(_) | ExprKind::Name(_) | ExprKind::Error => {
                Vec::new()
            }
            ExprKind::Quantity(quantity) => std::iter::once(&*quantity.value)
                .chain(quantity.exponent.as_deref())
                .collect(),
            ExprKind::Member { base, .. } => vec![base],
            ExprKind::Index { base, subscripts } => {
                let mut all: Vec<&Expr> = vec![base];
                for subscript in subscripts {
                    match subscript {
                        Subscript::Index(expr) => all.push(expr),
                        Subscript::Slice {
                            start, stop, step, ..
                        } => all.extend([start, stop, step].into_iter().flatten()),
                    }
                }
                all
            }
            ExprKind::Call {
                function,
                arguments,
            } => std::iter::once(&**function)
                .chain(arguments.iter().map(|argument| &argument.value))
                .collect(),
            ExprKind::Unary { operand, .. } => vec![operand],
            ExprKind::Binary { left, right, .. } => vec![left, right],
            ExprKind::Conditional {
                then,
                condition,
                otherwise,
            } => vec![then, condition, otherwise],
            ExprKind::Array(items) => items.iter().collect(),
            ExprKind::Map(entries) => entries
                .iter()
                .flat_map(|(key, value)| [key, value])
                .collect(),
            ExprKind::Range { start, stop } => vec![start, stop],
            ExprKind::Group(inner) => vec![inner],
        }
    }
}

/// A declared unit (after `:` in an equation), or a dimension in the library.
#[derive(Clone, PartialEq, Debug)]
pub struct UnitExpr {
    /// What it is.
    pub kind: UnitKind,
    /// Where it stands.
    pub span: Span,
}

/// The forms of a declared unit.
#[derive(Clone, PartialEq, Debug)]
pub enum UnitKind {
    /// `1`
    One,
    /// `volt`, `boolean`, `integer`, `Voltage`
    Name(String),
    /// `amp * second`
    Product(Box<UnitExpr>, Box<UnitExpr>),
    /// `volt / second`
    Quotient(Box<UnitExpr>, Box<UnitExpr>),
    /// `second**-0.5`, `metre^2`, `second^(1/2)`
    Power {
        /// What is raised.
        base: Box<UnitExpr>,
        /// The exponent: built from numbers by `+ - * /` and parentheses.
        exponent: Box<Expr>,
    },
    /// `(meter**2)`
    Group(Box<UnitExpr>),
    /// Text that could not be read; a diagnostic was reported.
    Error,
}
