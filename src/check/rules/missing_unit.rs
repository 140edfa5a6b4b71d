//! An equation without its unit: the right side tells which it is.

use crate::check::context::{Checker, Typed};
use crate::diagnostic::{Diagnostic, codes};
use crate::model::term::Type;
use crate::source::Span;
use crate::units::dimension::Dimension;
use crate::units::display::si_unit;

/// Reports the missing unit with the one that fits. `scale` is the dimension that the right side lacks: time for `dv/dt`.
pub fn report(checker: &mut Checker, name: &str, place: Span, value: &Typed, scale: Dimension) {
    let unit = match value.dim.settled() {
        None => None,
        Some(_) if value.ty == Type::Boolean => Some("boolean".to_string()),
        Some(dimension) => Some(si_unit(dimension * scale)),
    };
    let mut diagnostic = Diagnostic::new(
        codes::MISSING_UNIT,
        place,
        format!("the equation of `{name}` lacks its unit"),
    );
    diagnostic = match unit {
        Some(unit) => diagnostic
            .label(format!("the right side makes it `{unit}`"))
            .fix(
                format!("write `: {unit}`"),
                place.at_end(),
                format!(" : {unit}"),
                true,
            ),
        None => diagnostic.label("expected a unit, as in `: volt`"),
    };
    checker.report(diagnostic);
}
