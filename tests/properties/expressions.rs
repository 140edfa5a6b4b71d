//! Generated expressions, with parentheses where the operators need them.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use snnc::source::{FileId, Span};
use snnc::syntax::ast::*;
use snnc::syntax::operators::{BINARY, BinaryOp, COMPARISON, POSTFIX, UNARY, UnaryOp};

/// The place of generated nodes.
pub const NOWHERE: Span = Span {
    file: FileId(0),
    start: 0,
    end: 0,
};

/// Words and fragments that texts are damaged with.
pub fn word() -> impl Strategy<Value = String> {
    let words = "neurons synapses neuron synapse plot run figure if else for in every record use dv/dt v(0) on_pre on_post connect \
        delay threshold reset refractory method event on : ; , .. . -> = == != += ** ^ * / // % + - < > ( ) [ ] { } {} ' \" ''' \\ # \
        /// 10 .5 5.e-10 1e3 ms mV volt second x y τ and or not as until of with vs skip all from p n i j unit dimension function \
        order requires return example derivative intrinsic automatic title signal poisson poisson_input spikes parameters";
    let mut all: Vec<String> = words.split_whitespace().map(str::to_string).collect();
    all.extend(["\n", " ", "\n\n", "\t", "\r\n", "…", "−", "é", "\u{a0}"].map(str::to_string));
    (select(all), any::<bool>())
        .prop_map(|(word, blank)| if blank { format!("{word} ") } else { word })
}

pub fn name() -> impl Strategy<Value = Ident> {
    const NAMES: &[&str] = &[
        "v", "w", "tau_m", "x1", "τ", "delay", "rates", "mode", "h", "d", "label", "index", "lif",
        "ge",
    ];
    select(NAMES).prop_map(|name| Ident {
        name: name.to_string(),
        span: NOWHERE,
    })
}

pub fn text() -> impl Strategy<Value = Text> {
    "[a-z #{}()'\"\\\\;:µ]{0,8}".prop_map(|value| Text {
        value,
        span: NOWHERE,
    })
}

pub fn at(kind: ExprKind) -> Expr {
    Expr {
        kind,
        span: NOWHERE,
    }
}

pub fn number() -> impl Strategy<Value = Expr> {
    select(&["0", "1", "2.5", ".5", "5.", "1e3", "5.e-10", "12", "1E+2"][..]).prop_map(|text| {
        let integer = text.bytes().all(|byte| byte.is_ascii_digit());
        at(ExprKind::Number(Number {
            value: text.parse().unwrap(),
            text: text.to_string(),
            integer,
        }))
    })
}

pub fn group(expr: Expr) -> Expr {
    at(ExprKind::Group(Box::new(expr)))
}

/// How tightly the outermost operator binds.
fn tightness(expr: &Expr) -> u8 {
    match &expr.kind {
        ExprKind::Binary { operator, .. } => operator.row().precedence,
        ExprKind::Unary { operator, .. } => operator.row().precedence,
        ExprKind::Conditional { .. } => 0,
        _ => POSTFIX,
    }
}

fn at_least(expr: Expr, least: u8) -> Expr {
    if tightness(&expr) < least {
        group(expr)
    } else {
        expr
    }
}

pub fn binary(operator: BinaryOp, left: Expr, right: Expr) -> Expr {
    let precedence = operator.row().precedence;
    let left = match operator {
        // The exponent of a unit would take the power.
        BinaryOp::Power if matches!(left.kind, ExprKind::Quantity(_)) => group(left),
        BinaryOp::Power => at_least(left, POSTFIX),
        _ if precedence == COMPARISON => at_least(left, precedence + 1),
        _ => at_least(left, precedence),
    };
    let right = at_least(
        right,
        if operator == BinaryOp::Power {
            precedence
        } else {
            precedence + 1
        },
    );
    at(ExprKind::Binary {
        operator,
        operator_span: NOWHERE,
        left: Box::new(left),
        right: Box::new(right),
    })
}

pub fn exponent() -> impl Strategy<Value = Expr> {
    (number(), any::<bool>()).prop_map(|(number, negative)| {
        if negative {
            at(ExprKind::Unary {
                operator: UnaryOp::Negate,
                operator_span: NOWHERE,
                operand: Box::new(number),
            })
        } else {
            number
        }
    })
}

fn measured(value: Expr, unit: &str, exponent: Option<Expr>) -> Expr {
    let unit = Ident {
        name: unit.to_string(),
        span: NOWHERE,
    };
    at(ExprKind::Quantity(Quantity {
        value: Box::new(value),
        unit,
        exponent: exponent.map(Box::new),
    }))
}

pub fn argument(expr: impl Strategy<Value = Expr>) -> impl Strategy<Value = Argument> {
    (option::of(name()), expr).prop_map(|(name, value)| Argument {
        name,
        value,
        span: NOWHERE,
    })
}

pub fn ranged(expr: BoxedStrategy<Expr>) -> impl Strategy<Value = Expr> {
    (expr.clone(), option::of(expr)).prop_map(|(start, stop)| match stop {
        None => start,
        Some(stop) => at(ExprKind::Range {
            start: Box::new(start),
            stop: Box::new(stop),
        }),
    })
}

/// Expressions of every form.
pub fn expr() -> BoxedStrategy<Expr> {
    let leaf = prop_oneof![
        4 => name().prop_map(|name| at(ExprKind::Name(name.name))),
        3 => number(),
        2 => (number(), select(&["mV", "ms", "nS"][..]), option::of(exponent())).prop_map(|(n, u, e)| measured(n, u, e)),
        1 => text().prop_map(|text| at(ExprKind::Text(text))),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let inner = inner.boxed();
        let operators: Vec<BinaryOp> = BINARY.iter().map(|row| row.operator).collect();
        let prefixes: Vec<UnaryOp> = UNARY.iter().map(|row| row.operator).collect();
        let base = prop_oneof![name().prop_map(|name| at(ExprKind::Name(name.name))), inner.clone().prop_map(group)];
        let slice = (option::of(inner.clone()), option::of(inner.clone()), option::of(inner.clone()))
            .prop_map(|(start, stop, step)| Subscript::Slice { start, stop, step, span: NOWHERE });
        let subscript = prop_oneof![ranged(inner.clone()).prop_map(Subscript::Index), slice];
        prop_oneof![
            6 => (select(operators), inner.clone(), inner.clone()).prop_map(|(operator, left, right)| binary(operator, left, right)),
            2 => (select(prefixes), inner.clone()).prop_map(|(operator, operand)| {
                let operand = Box::new(at_least(operand, operator.row().precedence));
                at(ExprKind::Unary { operator, operator_span: NOWHERE, operand })
            }),
            1 => (inner.clone(), inner.clone(), inner.clone()).prop_map(|(then, condition, otherwise)| {
                at(ExprKind::Conditional {
                    then: Box::new(at_least(then, 1)),
                    condition: Box::new(at_least(condition, 1)),
                    otherwise: Box::new(otherwise),
                })
            }),
            1 => inner.clone().prop_map(group),
            1 => inner.clone().prop_map(|expr| measured(group(expr), "mV", None)),
            1 => vec(ranged(inner.clone()), 0..3).prop_map(|items| at(ExprKind::Array(items))),
            1 => vec((inner.clone(), inner.clone()), 0..3).prop_map(|entries| at(ExprKind::Map(entries))),
            2 => (base.clone(), vec(argument(ranged(inner.clone())), 0..3)).prop_map(|(function, arguments)| {
                at(ExprKind::Call { function: Box::new(function), arguments })
            }),
            1 => (base.clone(), vec(subscript, 1..3)).prop_map(|(base, subscripts)| {
                at(ExprKind::Index { base: Box::new(base), subscripts })
            }),
            1 => (base, name()).prop_map(|(base, name)| at(ExprKind::Member { base: Box::new(base), name })),
        ]
    })
    .boxed()
}

/// An expression where a text in quotes would be read as code.
pub fn code_expr() -> impl Strategy<Value = Expr> {
    expr().prop_map(|expr| {
        if starts_with_text(&expr) {
            group(expr)
        } else {
            expr
        }
    })
}

/// The value of a keyword. One without names, such as `delay: 1`, would be read as a unit: it declares a variable `delay`.
pub fn keyword_value() -> impl Strategy<Value = Expr> {
    fn has_name(expr: &Expr) -> bool {
        matches!(expr.kind, ExprKind::Name(_)) || expr.children().into_iter().any(has_name)
    }
    code_expr().prop_map(|expr| {
        if has_name(&expr) {
            expr
        } else {
            binary(
                BinaryOp::Add,
                at(ExprKind::Name("v".to_string())),
                group(expr),
            )
        }
    })
}

fn starts_with_text(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Text(_) => true,
        ExprKind::Binary { left, .. } => starts_with_text(left),
        ExprKind::Conditional { then, .. } => starts_with_text(then),
        _ => false,
    }
}

/// Declared units.
pub fn unit() -> impl Strategy<Value = UnitExpr> {
    let unit = |kind| UnitExpr {
        kind,
        span: NOWHERE,
    };
    let leaf = prop_oneof![
        select(&["volt", "second", "amp", "boolean"][..])
            .prop_map(move |name| unit(UnitKind::Name(name.to_string()))),
        Just(unit(UnitKind::One)),
    ];
    let power =
        (leaf.clone(), option::of(exponent())).prop_map(move |(base, exponent)| match exponent {
            Some(exponent) => unit(UnitKind::Power {
                base: Box::new(base),
                exponent: Box::new(exponent),
            }),
            None => base,
        });
    let power = power.boxed();
    (power.clone(), option::of((any::<bool>(), power))).prop_map(move |(left, rest)| match rest {
        None => left,
        Some((true, right)) => unit(UnitKind::Product(Box::new(left), Box::new(right))),
        Some((false, right)) => {
            let right = unit(UnitKind::Group(Box::new(right)));
            unit(UnitKind::Quotient(Box::new(left), Box::new(right)))
        }
    })
}
