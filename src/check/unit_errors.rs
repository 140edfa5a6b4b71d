//! What is said about values whose dimensions do not fit, in the reader's terms.

use super::context::{Checker, Typed};
use super::dims::{Dim, a_value, is_a};
use crate::diagnostic::{Diagnostic, codes};
use crate::model::term::Term;
use crate::source::Span;
use crate::syntax::operators::BinaryOp;
use crate::units::dimension::{Dimension, Rational};
use crate::units::display::{choose, si_unit};

impl Checker<'_> {
    /// Two operands whose dimensions must agree do not.
    pub fn operands(&mut self, operator: BinaryOp, a: &Typed, b: &Typed) {
        let say = |typed: &Typed| typed.dim.settled().map_or("a value".into(), a_value);
        let message = match operator {
            BinaryOp::Add => format!("cannot add {} to {}", say(b), say(a)),
            BinaryOp::Subtract => format!("cannot subtract {} from {}", say(b), say(a)),
            _ => format!("cannot take the remainder of {} by {}", say(a), say(b)),
        };
        self.mismatch(&message, a, b);
    }

    /// Shows two values with their dimensions.
    pub fn mismatch(&mut self, message: &str, a: &Typed, b: &Typed) {
        let label = |this: &Self, typed: &Typed| {
            let text = this.quote(typed.span, "this");
            match typed.dim {
                Dim::Known(dimension) => format!("{text} is {}", is_a(dimension)),
                Dim::Zero | Dim::Poison => text,
            }
        };
        let (first, second) = (label(self, a), label(self, b));
        let mut diagnostic = Diagnostic::new(codes::OPERANDS, a.span, message.to_string())
            .label(first)
            .also(b.span, second);
        if let (Dim::Known(x), Dim::Known(y)) = (a.dim, b.dim) {
            if self.is_noise_scale(x, y, a, b) {
                diagnostic = diagnostic.note(
                    "white noise `xi` has the unit second^(-1/2): scale it by `sqrt(2/tau)` or divide by `sqrt(tau)`",
                );
            } else if x.is_none() || y.is_none() {
                let (bare, other) = if x.is_none() { (a, y) } else { (b, x) };
                diagnostic = self.missing_unit(diagnostic, bare, other);
            }
        }
        self.report(diagnostic);
    }

    /// A pure number beside a value with a unit: if it is a literal, the unit was forgotten.
    pub fn missing_unit(
        &self,
        diagnostic: Diagnostic,
        bare: &Typed,
        wanted: Dimension,
    ) -> Diagnostic {
        let literal = matches!(
            self.model.terms.get(bare.term),
            Term::Number(_) | Term::Integer(_)
        );
        let text = self.sources.text(bare.span).trim();
        let simple = text
            .chars()
            .all(|c| c.is_ascii_digit() || "+-.eE".contains(c));
        if !literal || !simple || text.is_empty() {
            return diagnostic;
        }
        let unit = choose(wanted, 0.0).label;
        let written = if unit.contains(['/', '*', '^']) || unit.starts_with('1') {
            return diagnostic.note(format!(
                "if a unit was forgotten, it is {}",
                si_unit(wanted)
            ));
        } else {
            format!("{text} {unit}")
        };
        diagnostic.fix(
            format!("give it a unit, for example `{written}`"),
            bare.span,
            written,
            false,
        )
    }

    /// True where dimensions differ by the square root of a time and one side has noise: the scale of `xi` was forgotten.
    fn is_noise_scale(&self, x: Dimension, y: Dimension, a: &Typed, b: &Typed) -> bool {
        let Some(half) = Rational::new(1, 2).and_then(|h| Dimension::TIME.pow(h)) else {
            return false;
        };
        let ratio = x / y;
        (ratio == half || ratio == half.inverse())
            && [a, b].iter().any(|typed| {
                self.model
                    .terms
                    .any(typed.term, &mut |term| matches!(term, Term::Noise(_)))
            })
    }

    /// `//` of values with a unit.
    pub fn floor_division(&mut self, side: &Typed, operator: Span) {
        let found = side.dim.settled().map_or(String::new(), is_a);
        self.report(
            Diagnostic::new(codes::OPERANDS, side.span, "`//` needs pure numbers")
                .label(format!("this is {found}"))
                .also(operator, "rounds to a whole number")
                .note("divide by a unit first, or write `floor(a/b)`"),
        );
    }

    /// Reports a value that does not have the dimension wanted. `what` is its role: "the duration of a run".
    ///
    /// Returns true where it fits.
    pub fn expect(&mut self, value: &Typed, wanted: Dimension, what: &str) -> bool {
        if value.dim.fits(wanted) {
            return true;
        }
        let Dim::Known(found) = value.dim else {
            return true;
        };
        let message = format!(
            "{what} must be {}, but this is {}",
            a_value(wanted),
            is_a(found)
        );
        let mut diagnostic =
            Diagnostic::new(codes::VALUE_UNIT, value.span, message).label(is_a(found));
        if found.is_none() {
            diagnostic = self.missing_unit(diagnostic, value, wanted);
        }
        self.report(diagnostic);
        false
    }
}
