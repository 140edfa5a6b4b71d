//! Mathematics as MathML Core, which browsers show without help.

use super::Math;
use crate::units::display::DisplayUnit;

/// A `<math>` element; `block` gives it a line of its own.
pub fn to_mathml(math: &Math, block: bool) -> String {
    let display = if block { " display=\"block\"" } else { "" };
    format!("<math{display}>{}</math>", element(math))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn tag(name: &str, inner: &str) -> String {
    format!("<{name}>{inner}</{name}>")
}

fn upright(text: &str) -> String {
    format!("<mi mathvariant=\"normal\">{}</mi>", escaped(text))
}

/// What may stand where one element is expected.
fn one(math: &Math) -> String {
    match math {
        Math::Row(_) => element(math),
        Math::Thin => tag("mrow", &element(math)),
        _ => element(math),
    }
}

fn element(math: &Math) -> String {
    match math {
        Math::Number(text) if text == "\u{2212}" => "<mo form=\"prefix\">\u{2212}</mo>".to_string(),
        Math::Number(text) => tag("mn", &escaped(text)),
        Math::Letter(text) => tag("mi", &escaped(text)),
        Math::Word(text) => upright(text),
        Math::Unit(label) => {
            let unit = DisplayUnit {
                label: label.clone(),
                scale: 1.0,
            };
            upright(&unit.pretty())
        }
        Math::Sign(word @ ("and" | "or" | "mod")) => {
            format!("<mspace width=\"0.35em\"/><mtext>{word}</mtext><mspace width=\"0.35em\"/>")
        }
        Math::Sign("¬") => "<mo form=\"prefix\">¬</mo>".to_string(),
        Math::Sign(".") => "<mo lspace=\"0\" rspace=\"0\">.</mo>".to_string(),
        Math::Sign(",") => "<mo separator=\"true\">,</mo>".to_string(),
        Math::Sign(sign) => tag("mo", &escaped(sign)),
        Math::Thin => "<mspace width=\"0.17em\"/>".to_string(),
        Math::Row(items) => tag("mrow", &items.iter().map(element).collect::<String>()),
        Math::Fraction(above, below) => tag("mfrac", &(one(above) + &one(below))),
        Math::Sub(base, index) => tag("msub", &(one(base) + &one(index))),
        Math::Power(base, exponent) => match &**base {
            // `x_1` squared keeps both in one column.
            Math::Sub(base, index) => tag("msubsup", &(one(base) + &one(index) + &one(exponent))),
            _ => tag("msup", &(one(base) + &one(exponent))),
        },
        Math::Root(inner) => tag("msqrt", &element(inner)),
        Math::Fence(open, inner, close) => {
            let fence = |sign: &str, form: &str| {
                format!("<mo stretchy=\"true\" form=\"{form}\">{sign}</mo>")
            };
            let whole = fence(open, "prefix") + &element(inner) + &fence(close, "postfix");
            tag("mrow", &whole)
        }
        Math::Cases(rows, otherwise) => {
            let cell = |inner: &str| format!("<mtd style=\"text-align:left\">{inner}</mtd>");
            let mut table = String::new();
            for (value, condition) in rows {
                let condition = format!("<mtext>if </mtext>{}", element(condition));
                table.push_str(&tag("mtr", &(cell(&element(value)) + &cell(&condition))));
            }
            let last = cell(&element(otherwise)) + &cell("<mtext>otherwise</mtext>");
            table.push_str(&tag("mtr", &last));
            tag(
                "mrow",
                &format!(
                    "<mo stretchy=\"true\" form=\"prefix\">{{</mo>{}",
                    tag("mtable", &table)
                ),
            )
        }
    }
}
