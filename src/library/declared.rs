//! Units in declarations: what may follow `:` in an equation.
//!
//! Only unscaled units, so that a declaration gives a dimension and never a factor: `volt`, `siemens/meter**2`, `second**-0.5`, `1`.

use super::Library;
use super::units::Declarable;
use crate::model::term::Type;
use crate::source::Span;
use crate::syntax::ast::{Expr, ExprKind, UnitExpr, UnitKind};
use crate::syntax::operators::{BinaryOp, UnaryOp};
use crate::units::dimension::{Dimension, Rational};
use crate::units::display::si_unit;

/// What a declared unit says.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Declared {
    /// The dimension.
    pub dimension: Dimension,
    /// `boolean`, `integer`, or float.
    pub ty: Type,
}

/// Why a declared unit is refused.
#[derive(Clone, PartialEq, Debug)]
pub enum UnitProblem {
    /// A name that may not stand there; never [`Declarable::Yes`].
    Name {
        /// Its place.
        span: Span,
        /// The name.
        name: String,
        /// What it is.
        what: Declarable,
    },
    /// `bool`, `int`, `float`: write `boolean`, `integer`, `1`.
    TypeWord {
        /// Its place.
        span: Span,
        /// What to write.
        write: &'static str,
    },
    /// `boolean` or `integer` within a product.
    TypeInProduct {
        /// Its place.
        span: Span,
    },
    /// A `1` that is neither the whole unit nor the numerator of a quotient: `1*volt`, `1/1`.
    One {
        /// Its place.
        span: Span,
    },
    /// An exponent that is not a number, or is out of range.
    Exponent {
        /// Its place.
        span: Span,
    },
    /// Text that could not be read; a diagnostic was reported.
    Unread,
}

/// See [`Library::declaration_unit`].
pub(super) fn declarable(library: &Library, name: &str) -> Declarable {
    if let Some(value) = library.units.plain(name) {
        if value.power != 1 {
            let stem = name.trim_end_matches(['2', '3']);
            let base = match declarable(library, stem) {
                Declarable::Yes(_) => stem.to_string(),
                _ => unscaled(library, &value.unit),
            };
            return Declarable::Suffix {
                write: format!("{base}^{}", value.power),
            };
        }
        if value.scale == 1.0 {
            return Declarable::Yes(value.dimension);
        }
        return Declarable::Scaled {
            write: unscaled(library, &value.unit),
        };
    }
    if let Some(value) = library.units.after_value(name) {
        let write = unscaled(library, &value.unit);
        return Declarable::Symbol { write };
    }
    match library.dimension(name) {
        Some(dimension) => Declarable::DimensionName {
            write: si_unit(dimension),
        },
        None => Declarable::Unknown,
    }
}

/// The spelling of a unit without scale: the unit itself, or the SI unit of its dimension.
fn unscaled(library: &Library, unit: &str) -> String {
    match library.units.row(unit) {
        Some(row) if row.mantissa == 1.0 && row.exponent == 0 => row.name.clone(),
        Some(row) => si_unit(row.dimension),
        None => unit.to_string(),
    }
}

/// See [`Library::declared_unit`].
pub(super) fn declared_unit(library: &Library, unit: &UnitExpr) -> Result<Declared, UnitProblem> {
    let float = |dimension| Declared {
        dimension,
        ty: Type::Float,
    };
    match &ungrouped(unit).kind {
        UnitKind::One => Ok(float(Dimension::NONE)),
        UnitKind::Name(name) if name == "boolean" || name == "integer" => Ok(Declared {
            dimension: Dimension::NONE,
            ty: if name == "boolean" {
                Type::Boolean
            } else {
                Type::Integer
            },
        }),
        _ => product(library, unit).map(float),
    }
}

fn ungrouped(unit: &UnitExpr) -> &UnitExpr {
    let mut unit = unit;
    while let UnitKind::Group(inner) = &unit.kind {
        unit = inner;
    }
    unit
}

fn product(library: &Library, unit: &UnitExpr) -> Result<Dimension, UnitProblem> {
    let span = unit.span;
    let range = UnitProblem::Exponent { span };
    match &unit.kind {
        UnitKind::One => Err(UnitProblem::One { span }),
        UnitKind::Error => Err(UnitProblem::Unread),
        UnitKind::Group(inner) => product(library, inner),
        UnitKind::Name(name) => named(library, name, span),
        UnitKind::Product(left, right) => product(library, left)?
            .checked_mul(product(library, right)?)
            .ok_or(range),
        UnitKind::Quotient(left, right) => {
            let above = match &ungrouped(left).kind {
                UnitKind::One => Dimension::NONE,
                _ => product(library, left)?,
            };
            let below = product(library, right)?;
            above.checked_mul(below.inverse()).ok_or(range)
        }
        UnitKind::Power { base, exponent } => {
            let base = product(library, base)?;
            let span = exponent.span;
            rational(exponent)
                .and_then(|power| base.pow(power))
                .ok_or(UnitProblem::Exponent { span })
        }
    }
}

fn named(library: &Library, name: &str, span: Span) -> Result<Dimension, UnitProblem> {
    const TYPE_WORDS: &[(&str, &str)] = &[
        ("bool", "boolean"),
        ("int", "integer"),
        ("float", "1"),
        ("real", "1"),
        ("number", "1"),
        ("dimensionless", "1"),
    ];
    if name == "boolean" || name == "integer" {
        return Err(UnitProblem::TypeInProduct { span });
    }
    if let Some((_, write)) = TYPE_WORDS.iter().find(|(word, _)| *word == name) {
        return Err(UnitProblem::TypeWord { span, write });
    }
    match declarable(library, name) {
        Declarable::Yes(dimension) => Ok(dimension),
        what => Err(UnitProblem::Name {
            span,
            name: name.to_string(),
            what,
        }),
    }
}

/// The value of an exponent: numbers with `+ - * /` and parentheses, exact as a fraction.
pub fn rational(expr: &Expr) -> Option<Rational> {
    match &expr.ungrouped().kind {
        ExprKind::Number(number) => Rational::approximate(number.value),
        ExprKind::Unary {
            operator, operand, ..
        } => {
            let value = rational(operand)?;
            match operator {
                UnaryOp::Negate => Rational::new(-i64::from(value.num), i64::from(value.den)),
                UnaryOp::Plus => Some(value),
                UnaryOp::Not => None,
            }
        }
        ExprKind::Binary {
            operator,
            left,
            right,
            ..
        } => {
            let (a, b) = (rational(left)?, rational(right)?);
            let negative = Rational::new(-i64::from(b.num), i64::from(b.den))?;
            match operator {
                BinaryOp::Add => a.checked_add(b),
                BinaryOp::Subtract => a.checked_add(negative),
                BinaryOp::Multiply => a.checked_mul(b),
                BinaryOp::Divide => {
                    a.checked_mul(Rational::new(i64::from(b.den), i64::from(b.num))?)
                }
                _ => None,
            }
        }
        _ => None,
    }
}
