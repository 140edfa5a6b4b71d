//! Expressions and declared units: flat lists of pairs to trees, by the table of operators.

use std::iter::Peekable;

use pest::iterators::{Pair, Pairs};

use super::Builder;
use super::grammar::Rule;
use crate::diagnostic::{Diagnostic, codes};
use crate::source::Span;
use crate::syntax::ast::{
    Argument, Expr, ExprKind, Number, Quantity, Range, Subscript, UnitExpr, UnitKind,
};
use crate::syntax::operators::{BinaryOp, UnaryOp};

/// At most this many operators may stand in an expression and in what surrounds it, so that trees stay shallow and
/// recursive stages need little stack.
const MAX_OPERATORS: usize = 600;

type Stream<'i> = Peekable<Pairs<'i, Rule>>;

/// What ends up above an operand in the tree.
fn deepens(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::prefix
            | Rule::infix
            | Rule::if_word
            | Rule::member
            | Rule::call
            | Rule::index
            | Rule::unit_suffix
    )
}

impl Builder<'_, '_> {
    fn error(&self, span: Span) -> Expr {
        Expr {
            kind: ExprKind::Error,
            span,
        }
    }

    /// The expression of an `expr` pair.
    pub(super) fn expr(&mut self, pair: Pair<Rule>) -> Expr {
        let span = self.span(&pair);
        let operators = 1 + pair
            .clone()
            .into_inner()
            .filter(|inner| deepens(inner.as_rule()))
            .count();
        if self.operators + operators > MAX_OPERATORS {
            self.sink.report(
                Diagnostic::new(
                    codes::NESTING,
                    span,
                    format!("this expression has more than {MAX_OPERATORS} operators"),
                )
                .label("too long to be read at once")
                .note("give parts of it names of their own"),
            );
            return self.error(span);
        }
        self.operators += operators;
        let expr = self.conditional(pair, span);
        self.operators -= operators;
        expr
    }

    /// The expression within a pair such as `code_expr` or `every_clause`.
    pub(super) fn expr_in(&mut self, pair: Pair<Rule>) -> Expr {
        let span = self.span(&pair);
        let inner = pair
            .into_inner()
            .find(|inner| matches!(inner.as_rule(), Rule::expr | Rule::code_expr | Rule::ranged));
        match inner {
            Some(inner) => self.value(inner),
            None => self.error(span),
        }
    }

    /// The expression of an `expr`, `code_expr` or `ranged` pair.
    pub(super) fn value(&mut self, pair: Pair<Rule>) -> Expr {
        match pair.as_rule() {
            Rule::expr => self.expr(pair),
            Rule::ranged => self.ranged(pair),
            _ => self.expr_in(pair),
        }
    }

    fn conditional(&mut self, pair: Pair<Rule>, span: Span) -> Expr {
        let mut stream = pair.into_inner().peekable();
        let mut parts = vec![self.operation(&mut stream, 0, span)];
        // What is left alternates: `if`, condition, `else`, value.
        while stream.next().is_some() {
            parts.push(self.operation(&mut stream, 0, span));
        }
        let mut result = parts.pop().unwrap_or(self.error(span));
        while let (Some(condition), Some(then)) = (parts.pop(), parts.pop()) {
            let span = then.span.to(result.span);
            let kind = ExprKind::Conditional {
                then: Box::new(then),
                condition: Box::new(condition),
                otherwise: Box::new(result),
            };
            result = Expr { kind, span };
        }
        result
    }

    /// Precedence climbing over the operators that bind at least as tightly as `tightness`.
    fn operation(&mut self, stream: &mut Stream, tightness: u8, whole: Span) -> Expr {
        let mut left = match stream.next_if(|pair| pair.as_rule() == Rule::prefix) {
            Some(prefix) => {
                let operator =
                    UnaryOp::from_spelling(prefix.as_str().trim()).unwrap_or(UnaryOp::Plus);
                let operator_span = self.span(&prefix);
                let operand = Box::new(self.operation(stream, operator.row().precedence, whole));
                let span = operator_span.to(operand.span);
                Expr {
                    kind: ExprKind::Unary {
                        operator,
                        operator_span,
                        operand,
                    },
                    span,
                }
            }
            None => self.operand(stream, whole),
        };
        let mut compared: Option<Expr> = None;
        while let Some(pair) = stream.peek()
            && pair.as_rule() == Rule::infix
            && let Some(operator) = BinaryOp::from_spelling(pair.as_str().trim())
            && operator.row().precedence >= tightness
        {
            let row = operator.row();
            let operator_span = self.span(pair);
            stream.next();
            let tighter = if row.right_associative {
                row.precedence
            } else {
                row.precedence + 1
            };
            let right = self.operation(stream, tighter, whole);
            if !operator.is_comparison() {
                left = binary(operator, operator_span, left, right);
                continue;
            }
            // `a < b < c` is reported, and read as `a < b and b < c`.
            left = match compared.replace(right.clone()) {
                None => binary(operator, operator_span, left, right),
                Some(middle) => {
                    self.report_chain(&middle, operator_span, left.span.to(right.span));
                    let second = binary(operator, operator_span, middle, right);
                    binary(BinaryOp::And, operator_span, left, second)
                }
            };
        }
        left
    }

    fn report_chain(&mut self, middle: &Expr, operator: Span, whole: Span) {
        let middle_text = self
            .source
            .get(middle.span.start as usize..middle.span.end as usize)
            .unwrap_or("");
        self.sink.report(
            Diagnostic::new(codes::CHAIN, operator, "comparisons cannot be chained")
                .label("compares the result of a comparison")
                .also(whole, "")
                .note("join two comparisons by `and`")
                .fix(
                    "join the comparisons by `and`",
                    middle.span.at_end(),
                    format!(" and {middle_text}"),
                    true,
                ),
        );
    }

    /// A number, name, bracket or text with what is attached to it.
    fn operand(&mut self, stream: &mut Stream, whole: Span) -> Expr {
        let Some(pair) = stream.next() else {
            return self.error(whole);
        };
        let mut expr = self.atom(pair);
        let attached = |rule| {
            matches!(
                rule,
                Rule::member | Rule::call | Rule::index | Rule::unit_suffix
            )
        };
        while let Some(pair) = stream.next_if(|pair| attached(pair.as_rule())) {
            expr = self.attach(expr, pair);
        }
        expr
    }

    /// Attaches `.name`, `(…)`, `[…]` or a unit.
    pub(super) fn attach(&mut self, base: Expr, pair: Pair<Rule>) -> Expr {
        let span = base.span.to(self.span(&pair));
        let base = Box::new(base);
        let rule = pair.as_rule();
        let mut inner = pair.into_inner();
        let kind = match rule {
            Rule::call => ExprKind::Call {
                function: base,
                arguments: inner.map(|argument| self.argument(argument)).collect(),
            },
            Rule::index => ExprKind::Index {
                base,
                subscripts: inner.map(|subscript| self.subscript(subscript)).collect(),
            },
            _ => match inner.next().map(|name| self.ident(&name)) {
                None => ExprKind::Error,
                Some(name) if rule == Rule::member => ExprKind::Member { base, name },
                Some(unit) => {
                    let exponent = inner.find(|pair| pair.as_rule() == Rule::unit_exponent);
                    let exponent = exponent.map(|pair| Box::new(self.unit_exponent(pair)));
                    ExprKind::Quantity(Quantity {
                        value: base,
                        unit,
                        exponent,
                    })
                }
            },
        };
        Expr { kind, span }
    }

    pub(super) fn atom(&mut self, pair: Pair<Rule>) -> Expr {
        let span = self.span(&pair);
        let kind = match pair.as_rule() {
            Rule::number => ExprKind::Number(number(pair.as_str().trim())),
            Rule::name => ExprKind::Name(pair.as_str().trim().to_string()),
            Rule::text => ExprKind::Text(self.text_of(&pair)),
            Rule::group => ExprKind::Group(Box::new(self.expr_in(pair))),
            Rule::array => {
                ExprKind::Array(pair.into_inner().map(|inner| self.value(inner)).collect())
            }
            Rule::map => ExprKind::Map(
                pair.into_inner()
                    .map(|entry| {
                        let span = self.span(&entry);
                        let mut inner = entry.into_inner();
                        let mut next = || inner.next();
                        let (key, value) = (next(), next());
                        let mut build = |pair: Option<Pair<Rule>>| match pair {
                            Some(pair) => self.expr(pair),
                            None => Expr {
                                kind: ExprKind::Error,
                                span,
                            },
                        };
                        (build(key), build(value))
                    })
                    .collect(),
            ),
            _ => ExprKind::Error,
        };
        Expr { kind, span }
    }

    /// `a` or `a .. b`.
    fn ranged(&mut self, pair: Pair<Rule>) -> Expr {
        let span = self.span(&pair);
        let mut inner = pair.into_inner();
        let start = inner
            .next()
            .map(|pair| self.expr(pair))
            .unwrap_or(self.error(span));
        match inner.next().map(|pair| self.expr(pair)) {
            None => start,
            Some(stop) => {
                let span = start.span.to(stop.span);
                Expr {
                    kind: ExprKind::Range {
                        start: Box::new(start),
                        stop: Box::new(stop),
                    },
                    span,
                }
            }
        }
    }

    /// `in a .. b`; the span covers the two ends.
    pub(super) fn range_clause(&mut self, pair: Pair<Rule>) -> Range {
        let span = self.span(&pair);
        let mut ends = pair
            .into_inner()
            .filter(|inner| inner.as_rule() == Rule::expr);
        let (start, stop) = (ends.next(), ends.next());
        let start = start
            .map(|pair| self.expr(pair))
            .unwrap_or(self.error(span));
        let stop = stop.map(|pair| self.expr(pair)).unwrap_or(self.error(span));
        let span = start.span.to(stop.span);
        Range { start, stop, span }
    }

    /// An `argument` or `option` pair.
    pub(super) fn argument(&mut self, pair: Pair<Rule>) -> Argument {
        let span = self.span(&pair);
        let (mut name, mut value) = (None, None);
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::name => name = Some(self.ident(&inner)),
                _ => value = Some(self.value(inner)),
            }
        }
        let value = value.unwrap_or(self.error(span));
        Argument { name, value, span }
    }

    fn subscript(&mut self, pair: Pair<Rule>) -> Subscript {
        let span = self.span(&pair);
        let mut parts: [Option<Expr>; 3] = [None, None, None];
        let mut colons = 0;
        for inner in pair.into_inner() {
            if inner.as_rule() == Rule::colon {
                colons += 1;
            } else if let Some(part) = parts.get_mut(colons) {
                *part = Some(self.value(inner));
            }
        }
        let [start, stop, step] = parts;
        match start {
            Some(index) if colons == 0 => Subscript::Index(index),
            start => Subscript::Slice {
                start,
                stop,
                step,
                span,
            },
        }
    }

    /// `2`, `-0.5`, `(1/2)`.
    fn unit_exponent(&mut self, pair: Pair<Rule>) -> Expr {
        let whole = self.span(&pair);
        let mut signs = Vec::new();
        let mut result = self.error(whole);
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::sign => signs.push((
                    UnaryOp::from_spelling(inner.as_str().trim()),
                    self.span(&inner),
                )),
                _ => result = self.atom(inner),
            }
        }
        // More signs than one make no sense, and no deep tree either.
        for (operator, operator_span) in signs.into_iter().rev().take(8) {
            let span = operator_span.to(result.span);
            let operator = operator.unwrap_or(UnaryOp::Plus);
            result = Expr {
                kind: ExprKind::Unary {
                    operator,
                    operator_span,
                    operand: Box::new(result),
                },
                span,
            };
        }
        result
    }

    /// A declared unit.
    pub(super) fn unit(&mut self, pair: Pair<Rule>) -> UnitExpr {
        let whole = self.span(&pair);
        let mut result: Option<UnitExpr> = None;
        let mut divide = false;
        let mut factors = 0;
        for inner in pair.into_inner() {
            if inner.as_rule() == Rule::unit_operator {
                divide = inner.as_str().trim() == "/";
                continue;
            }
            factors += 1;
            let factor = self.unit_factor(inner);
            result = Some(match result {
                None => factor,
                // A unit of so many factors is a slip; the tree stays shallow.
                Some(left) if factors > 64 => left,
                Some(left) => {
                    let span = left.span.to(factor.span);
                    let (left, right) = (Box::new(left), Box::new(factor));
                    let kind = if divide {
                        UnitKind::Quotient(left, right)
                    } else {
                        UnitKind::Product(left, right)
                    };
                    UnitExpr { kind, span }
                }
            });
        }
        result.unwrap_or(UnitExpr {
            kind: UnitKind::Error,
            span: whole,
        })
    }

    fn unit_factor(&mut self, pair: Pair<Rule>) -> UnitExpr {
        let span = self.span(&pair);
        let mut base = UnitExpr {
            kind: UnitKind::Error,
            span,
        };
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::unit_base => base = self.unit_base(inner),
                Rule::unit_exponent => {
                    let exponent = Box::new(self.unit_exponent(inner));
                    base = UnitExpr {
                        kind: UnitKind::Power {
                            base: Box::new(base),
                            exponent,
                        },
                        span,
                    };
                }
                _ => {}
            }
        }
        base
    }

    fn unit_base(&mut self, pair: Pair<Rule>) -> UnitExpr {
        let span = self.span(&pair);
        let kind = match pair.into_inner().next() {
            Some(inner) if inner.as_rule() == Rule::unit => {
                UnitKind::Group(Box::new(self.unit(inner)))
            }
            Some(inner) if inner.as_rule() == Rule::name => {
                UnitKind::Name(inner.as_str().trim().to_string())
            }
            Some(inner) if inner.as_str().trim() == "1" => UnitKind::One,
            Some(inner) => {
                let written = inner.as_str().trim();
                self.sink.report(
                    Diagnostic::new(codes::UNIT_NUMBER, span, format!("a declared unit contains the number `{written}`"))
                        .label("only `1` may stand here, for a pure number")
                        .note("a declaration names the dimension, `volt` or `second**-1`; its value follows after `=`"),
                );
                UnitKind::Error
            }
            None => UnitKind::Error,
        };
        UnitExpr { kind, span }
    }
}

fn number(text: &str) -> Number {
    let integer = text.bytes().all(|byte| byte.is_ascii_digit());
    Number {
        value: text.parse().unwrap_or(f64::NAN),
        text: text.to_string(),
        integer,
    }
}

fn binary(operator: BinaryOp, operator_span: Span, left: Expr, right: Expr) -> Expr {
    let span = left.span.to(right.span);
    let kind = ExprKind::Binary {
        operator,
        operator_span,
        left: Box::new(left),
        right: Box::new(right),
    };
    Expr { kind, span }
}
