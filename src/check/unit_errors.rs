//! What is said about values whose dimensions do not fit, in the reader's terms.

use super::context::{Checker, Typed};
use super::dims::{Dim, a_value, is_a};
use crate::diagnostic::{Diagnostic, codes};
use crate::index::Id;
use crate::model::ConstantId;
use crate::model::term::{Term, TermId};
use crate::source::Span;
use crate::syntax::operators::BinaryOp;
use crate::units::dimension::{Dimension, Rational};
use crate::units::display::{choose, si_unit};

/// Whether two dimensions differ by the square root of a time: true where `found` lacks a division by it, false where it lacks the factor.
pub fn root_of_time(found: Dimension, wanted: Dimension) -> Option<bool> {
    let half = Dimension::TIME.pow(Rational::new(1, 2)?)?;
    match found / wanted {
        ratio if ratio == half => Some(true),
        ratio if ratio == half.inverse() => Some(false),
        _ => None,
    }
}

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
        if let (Dim::Known(x), Dim::Known(y)) = (a.dim, b.dim) {
            if let Some((noisy, ratio)) = self.noise_scale(x, y, a, b) {
                let diagnostic = Diagnostic::new(codes::NOISE_SCALE, a.span, message.to_string())
                    .label(first)
                    .also(b.span, second);
                let diagnostic = self.scaled_noise(diagnostic, noisy, ratio);
                self.report(diagnostic);
                return;
            }
            let zero = self.bare_zero(a, y).or_else(|| self.bare_zero(b, x));
            if let Some(diagnostic) = zero {
                self.report(diagnostic);
                return;
            }
        }
        let mut diagnostic = Diagnostic::new(codes::OPERANDS, a.span, message.to_string())
            .label(first)
            .also(b.span, second);
        if let (Dim::Known(x), Dim::Known(y)) = (a.dim, b.dim)
            && (x.is_none() || y.is_none())
        {
            let (bare, other) = if x.is_none() { (a, y) } else { (b, x) };
            diagnostic = self.missing_unit(diagnostic, bare, other);
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

    /// Where dimensions differ by the square root of a time and one side has noise, the scale of `xi` was forgotten: the side with the noise, and
    /// true where it lacks a division by the root of a time, false where it lacks the factor.
    fn noise_scale<'t>(
        &self,
        x: Dimension,
        y: Dimension,
        a: &'t Typed,
        b: &'t Typed,
    ) -> Option<(&'t Typed, bool)> {
        let (noisy, found, wanted) = match (self.has_noise(a), self.has_noise(b)) {
            (true, false) => (a, x, y),
            (false, true) => (b, y, x),
            _ => return None,
        };
        Some((noisy, root_of_time(found, wanted)?))
    }

    /// True where white noise stands in an expression.
    pub fn has_noise(&self, typed: &Typed) -> bool {
        self.model
            .terms
            .any(typed.term, &mut |term| matches!(term, Term::Noise(_)))
    }

    /// Shows the factor that white noise lacks. `divided` as in [`root_of_time`].
    pub fn scaled_noise(&self, diagnostic: Diagnostic, noisy: &Typed, divided: bool) -> Diagnostic {
        let text = self.sources.text(noisy.span).trim();
        let factor = if divided {
            "sqrt(2/tau)"
        } else {
            "sqrt(2*tau)"
        };
        let diagnostic = diagnostic
            .note("white noise `xi` has the unit second^(-1/2), since its variance is per time");
        if text.is_empty() || text.chars().count() > 60 || text.contains(['\n', '+', '?']) {
            return diagnostic.note(format!(
                "multiply it by `{factor}`, with a time constant `tau`"
            ));
        }
        diagnostic.note(format!(
            "with a time constant `tau`, write `{text}*{factor}`: the standard deviation that follows is then what stands before `xi`"
        ))
    }

    /// A product that does not fit because a constant in it was given as a bare 0, which is a pure number there: what unit it needs.
    pub fn bare_zero(&self, product: &Typed, wanted: Dimension) -> Option<Diagnostic> {
        let Dim::Known(found) = product.dim else {
            return None;
        };
        let (id, inverse) = self.zero_factor(product.term)?;
        let needed = match inverse {
            true => found / wanted,
            false => wanted / found,
        };
        let entry = self.constants.get(id.as_usize())?;
        if entry.replaced.is_some() || needed.is_none() {
            return None;
        }
        let name = &self.model.constants[id].name;
        let unit = choose(needed, 0.0).label;
        let unit = if unit.contains(['/', '*', '^']) || unit.starts_with('1') {
            si_unit(needed)
        } else {
            unit
        };
        let written = format!("0 {unit}");
        let message = format!(
            "the bare 0 of `{name}` needs a unit: it is {} here",
            a_value(needed)
        );
        let quote = self.quote(product.span, "this");
        Some(
            Diagnostic::new(codes::BARE_ZERO, entry.item.value.span, message)
                .label(format!("write `{written}`"))
                .also(
                    product.span,
                    format!("{quote} must be {}, which it is with {}", a_value(wanted), a_value(needed)),
                )
                .note("a bare 0 can be added to anything and compared with anything; in a product it is a pure number")
                .fix(
                    format!("give it its unit: `{written}`"),
                    entry.item.value.span,
                    written,
                    true,
                ),
        )
    }

    /// The one constant of value 0 without a unit among the factors of a term; true where the product is divided by it.
    fn zero_factor(&self, term: TermId) -> Option<(ConstantId, bool)> {
        let mut found = None;
        let mut open = vec![(term, false)];
        while let Some((term, inverse)) = open.pop() {
            match self.model.terms.get(term) {
                Term::Constant(id) => {
                    let entry = self.constants.get(id.as_usize());
                    let zero = entry.is_some_and(|entry| entry.dim == Dim::Zero);
                    if zero && found.replace((*id, inverse)).is_some() {
                        return None;
                    }
                }
                Term::Product(items) => open.extend(items.iter().map(|item| (*item, inverse))),
                Term::Power(base, exponent)
                    if *self.model.terms.get(*exponent) == Term::Integer(-1) =>
                {
                    open.push((*base, !inverse));
                }
                _ => {}
            }
        }
        found
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
        if let Some(diagnostic) = self.bare_zero(value, wanted) {
            self.report(diagnostic);
            return false;
        }
        let mut diagnostic =
            Diagnostic::new(codes::VALUE_UNIT, value.span, message).label(is_a(found));
        if found.is_none() {
            diagnostic = self.missing_unit(diagnostic, value, wanted);
        }
        self.report(diagnostic);
        false
    }
}
