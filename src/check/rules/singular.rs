//! `(v + 40 mV)/(1 - exp(-(v + 40 mV)/(10 mV)))`: 0/0 at one voltage, where the quotient has a limit that floating point misses.

use crate::check::context::{Checker, Typed};
use crate::check::dims::Dim;
use crate::check::evaluate::{Known, evaluate};
use crate::diagnostic::{Diagnostic, codes};
use crate::model::VariableId;
use crate::model::term::{Intrinsic, Term, TermId};
use crate::syntax::ast::{Argument, Expr, ExprKind};
use crate::syntax::operators::BinaryOp;
use crate::units::dimension::Dimension;
use crate::units::quantity::Quantity;

/// What is smaller than this, beside its value a little further on, counts as 0.
const ZERO: f64 = 1e-9;
/// Zeros of dividend and divisor that lie this many scales apart are said to be meant as one.
const NEAR: f64 = 20.0;

/// Looks at a product or quotient that is just being put together from `a` and `b`.
pub fn check(checker: &mut Checker, operator: BinaryOp, whole: &Expr, a: &Typed, b: &Typed) {
    if a.is_poison() || b.is_poison() {
        return;
    }
    // Where the divisor stands, and what is to vanish with it.
    let pairs = match operator {
        BinaryOp::Divide => vec![(b.term, a.term)],
        _ => [(a.term, b.term), (b.term, a.term)]
            .into_iter()
            .flat_map(|(quotient, factor)| {
                let below = divisors(checker, quotient);
                below.into_iter().map(move |divisor| (divisor, factor))
            })
            .collect(),
    };
    for (divisor, dividend) in pairs {
        if let Some(case) = Case::of(checker, divisor) {
            case.say(
                checker,
                operator,
                whole,
                dividend,
                a.dim.times(b.dim.inverse()).and_then(Dim::known),
            );
        }
    }
}

/// Divisors of a product that depend on an exponential.
fn divisors(checker: &Checker, id: TermId) -> Vec<TermId> {
    let terms = &checker.model.terms;
    match terms.get(id) {
        Term::Product(items) => items
            .iter()
            .flat_map(|item| divisors(checker, *item))
            .collect(),
        Term::Power(base, exponent) if *terms.get(*exponent) == Term::Integer(-1) => vec![*base],
        _ => Vec::new(),
    }
}

/// A divisor `c*(exp(u) - 1)` whose `u` goes through 0 at one value of one variable.
struct Case {
    variable: VariableId,
    /// The value where it is 0.
    zero: f64,
    /// A value that counts as small: 1 mV, or 1.
    scale: f64,
    /// `u`.
    argument: TermId,
    /// `c`, where the divisor has that form.
    factor: Option<f64>,
}

impl Case {
    fn of(checker: &Checker, divisor: TermId) -> Option<Case> {
        let terms = &checker.model.terms;
        let (mut arguments, mut variables) = (Vec::new(), Vec::new());
        let mut open = vec![divisor];
        while let Some(id) = open.pop() {
            match terms.get(id) {
                Term::Call(Intrinsic::Exp | Intrinsic::Expm1, inner) => {
                    arguments.extend(inner.first().copied());
                }
                Term::Call(..) | Term::Select(..) => return None,
                Term::Variable(id) => variables.push(*id),
                _ => {}
            }
            open.extend(terms.children(id));
        }
        let (&variable, &argument) = (variables.first()?, arguments.first()?);
        let one = variables.iter().all(|other| *other == variable)
            && arguments.iter().all(|other| *other == argument);
        if !one {
            return None;
        }
        let voltage = checker.model.variables[variable].dimension != Dimension::NONE;
        let scale = if voltage { 1e-3 } else { 1.0 };
        let mut case = Case {
            variable,
            zero: 0.0,
            scale,
            argument,
            factor: None,
        };
        case.zero = case.root(checker, argument)?;
        let at = |steps: f64| case.at(checker, divisor, case.zero + steps * scale);
        let (here, beside) = (at(0.0)?, at(1.0)?);
        if here.abs() > ZERO * beside.abs() {
            return None;
        }
        // The last bits of the quotient, in which machines differ, do not count here.
        #[allow(clippy::disallowed_methods)]
        let per = |steps: f64| {
            let u = case.at(checker, argument, case.zero + steps * scale)?;
            Some(at(steps)? / u.exp_m1())
        };
        let (one, two) = (per(1.0)?, per(2.0)?);
        case.factor = ((one - two).abs() <= 1e-9 * one.abs()).then_some(one);
        Some(case)
    }

    /// The value of a term where the variable has a value.
    fn at(&self, checker: &Checker, term: TermId, value: f64) -> Option<f64> {
        let variable = |id: VariableId| (id == self.variable).then_some(value);
        let known = Known {
            constants: &checker.values,
            variables: Some(&variable),
            ..Known::default()
        };
        evaluate(&checker.model.terms, term, known)
    }

    /// Where a term that is a straight line is 0.
    fn root(&self, checker: &Checker, term: TermId) -> Option<f64> {
        let at = |steps: f64| self.at(checker, term, steps * self.scale);
        let (zero, one, hundred) = (at(0.0)?, at(1.0)?, at(100.0)?);
        let slope = one - zero;
        let straight = (hundred - zero - 100.0 * slope).abs() <= 1e-9 * (hundred - zero).abs();
        (straight && slope != 0.0 && slope.is_finite()).then(|| -zero / slope * self.scale)
    }

    fn quantity(&self, checker: &Checker, value: f64) -> Quantity {
        let rounded = (value / self.scale * 1e6).round() / 1e6 * self.scale;
        Quantity::new(rounded, checker.model.variables[self.variable].dimension)
    }

    fn say(
        &self,
        checker: &mut Checker,
        operator: BinaryOp,
        whole: &Expr,
        dividend: TermId,
        dimension: Option<Dimension>,
    ) {
        let name = checker.model.variables[self.variable].name.clone();
        let place = self.quantity(checker, self.zero);
        let beside = |steps: f64| self.at(checker, dividend, self.zero + steps * self.scale);
        let (Some(here), Some(one), Some(two)) = (beside(0.0), beside(1.0), beside(2.0)) else {
            return;
        };
        if here.abs() > ZERO * one.abs().max(two.abs()) {
            let near = self.root(checker, dividend).filter(|zero| {
                operator == BinaryOp::Divide && (zero - self.zero).abs() <= NEAR * self.scale
            });
            if let Some(other) = near {
                let other = self.quantity(checker, other);
                checker.report(
                    Diagnostic::new(
                        codes::SINGULAR,
                        whole.span,
                        format!("this is infinite where `{name}` is {place}"),
                    )
                    .label(format!(
                        "the divisor is 0 at {place}, the dividend at {other}"
                    ))
                    .note("in a rate function both are 0 at the same value, and the quotient has a limit there"),
                );
            }
            return;
        }
        if one == 0.0 {
            return;
        }
        let mut diagnostic = Diagnostic::new(
            codes::SINGULAR,
            whole.span,
            format!("this is 0/0 where `{name}` is {place}"),
        )
        .label(format!("not a number for a neuron at {place}"))
        .note("`exprel(x)` is (exp(x) - 1)/x, and 1 at x = 0");
        let ratio = |steps: f64, value: f64| {
            let u = self.at(checker, self.argument, self.zero + steps * self.scale)?;
            Some(value / u / self.factor?)
        };
        if let (BinaryOp::Divide, Some(k), Some(k2), Some(dimension)) =
            (operator, ratio(1.0, one), ratio(2.0, two), dimension)
            && (k - k2).abs() <= 1e-9 * k.abs()
            && let Some(text) = argument(whole).map(|span| checker.sources.text(span).trim())
            && let Some(factor) = written(k, dimension)
        {
            let text = format!("{factor}/exprel({text})");
            diagnostic = diagnostic.fix(format!("write `{text}`"), whole.span, text, true);
        }
        checker.report(diagnostic);
    }
}

/// A value as the language reads it back; nothing where that takes many digits.
fn written(value: f64, dimension: Dimension) -> Option<String> {
    let short: f64 = format!("{value:.5e}").parse().ok()?;
    ((short - value).abs() <= 1e-12 * value.abs())
        .then(|| Quantity::new(short, dimension).to_string())
}

/// What stands in the brackets of the only `exp(…)` or `expm1(…)` of the divisor.
fn argument(whole: &Expr) -> Option<crate::source::Span> {
    let ExprKind::Binary { right, .. } = &whole.kind else {
        return None;
    };
    let mut open: Vec<&Expr> = vec![right];
    let mut found = Vec::new();
    while let Some(expr) = open.pop() {
        match &expr.kind {
            ExprKind::Call {
                function,
                arguments,
            } => match (function.as_name(), arguments.as_slice()) {
                (Some("exp" | "expm1"), [Argument { value, .. }]) => found.push(value.span),
                _ => return None,
            },
            ExprKind::Binary { left, right, .. } => open.extend([&**left, &**right]),
            ExprKind::Unary { operand, .. } => open.push(operand),
            ExprKind::Group(inner) => open.push(inner),
            _ => {}
        }
    }
    match found.as_slice() {
        [one] => Some(*one),
        _ => None,
    }
}
