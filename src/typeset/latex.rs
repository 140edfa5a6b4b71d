//! Mathematics as LaTeX, within `$…$` or a display.

use super::Math;
use super::symbols::GREEK;

/// The text between the dollars.
pub fn to_latex(math: &Math) -> String {
    let mut out = String::new();
    write(math, &mut out);
    out.split(' ')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Letters that are no LaTeX by themselves.
fn letter(text: &str) -> String {
    match GREEK.iter().find(|row| row.1 == text) {
        Some((name, _)) => format!(
            "\\{} ",
            if *name == "epsilon" {
                "varepsilon"
            } else {
                name
            }
        ),
        None => escaped(text),
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '_' | '%' | '&' | '#' | '$' | '{' | '}' => out.extend(['\\', c]),
            '\u{2212}' => out.push('-'),
            '“' => out.push_str("``"),
            '”' => out.push_str("''"),
            '…' => out.push_str("\\ldots "),
            '∞' => out.push_str("\\infty "),
            c => match GREEK.iter().find(|row| row.1.starts_with(c)) {
                Some((name, _)) => out.push_str(&format!("\\{name} ")),
                None => out.push(c),
            },
        }
    }
    out
}

/// `uF/cm^2` as upright letters with raised exponents.
fn unit(label: &str) -> String {
    let mut out = String::from("\\mathrm{");
    let mut rest = label;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or("");
        if let Some(tail) = rest.strip_prefix("ohm") {
            out.push_str("\\Omega ");
            rest = tail;
            continue;
        }
        match c {
            '^' => {
                let after = after.trim_start_matches('(');
                let end = after
                    .find(|c: char| !(c.is_ascii_digit() || "-/.".contains(c)))
                    .unwrap_or(after.len());
                let (exponent, tail) = after.split_at(end);
                out.push_str(&format!("^{{{exponent}}}"));
                rest = tail.trim_start_matches(')');
                continue;
            }
            'u' if !out.ends_with(char::is_alphabetic)
                && after.starts_with(char::is_alphabetic) =>
            {
                out.push_str("\\mu ")
            }
            ' ' | '*' => out.push_str("\\,"),
            c => out.push(c),
        }
        rest = after;
    }
    out + "}"
}

fn sign(text: &str) -> &str {
    match text {
        "\u{2212}" => " - ",
        "+" => " + ",
        "=" => " = ",
        "<" => " < ",
        ">" => " > ",
        "≤" => " \\le ",
        "≥" => " \\ge ",
        "≠" => " \\ne ",
        "·" => " \\cdot ",
        "×" => " \\times ",
        "←" => " \\leftarrow ",
        "¬" => "\\lnot ",
        "…" => " \\ldots ",
        "∈" => " \\in ",
        "∑" => "\\sum ",
        "and" => "\\ \\text{and}\\ ",
        "or" => "\\ \\text{or}\\ ",
        "mod" => " \\bmod ",
        "," => ", ",
        other => other,
    }
}

fn write(math: &Math, out: &mut String) {
    let group = |name: &str, inner: &Math, out: &mut String| {
        out.push_str(name);
        out.push('{');
        write(inner, out);
        out.push('}');
    };
    match math {
        Math::Number(text) => out.push_str(&escaped(text)),
        Math::Letter(text) => out.push_str(&letter(text)),
        Math::Word(text) => out.push_str(&format!("\\mathrm{{{}}}", escaped(text))),
        Math::Unit(label) => out.push_str(&unit(label)),
        Math::Sign(text) => out.push_str(sign(text)),
        Math::Thin => out.push_str("\\, "),
        Math::Row(items) => items.iter().for_each(|item| write(item, out)),
        Math::Fraction(above, below) => {
            group("\\frac", above, out);
            group("", below, out);
        }
        Math::Sub(base, index) => {
            write(base, out);
            group("_", index, out);
        }
        Math::Power(base, exponent) => {
            match &**base {
                Math::Letter(_)
                | Math::Number(_)
                | Math::Word(_)
                | Math::Sub(..)
                | Math::Fence(..) => write(base, out),
                _ => group("", base, out),
            }
            group("^", exponent, out);
        }
        Math::Root(inner) => group("\\sqrt", inner, out),
        Math::Fence(open, inner, close) => {
            let fence = |text: &str| match text {
                "⌊" => "\\lfloor ".to_string(),
                "⌋" => "\\rfloor ".to_string(),
                "⌈" => "\\lceil ".to_string(),
                "⌉" => "\\rceil ".to_string(),
                other => other.to_string(),
            };
            out.push_str(&format!("\\left{}", fence(open)));
            write(inner, out);
            out.push_str(&format!("\\right{}", fence(close)));
        }
        Math::Cases(rows, otherwise) => {
            out.push_str("\\begin{cases} ");
            for (value, condition) in rows {
                write(value, out);
                out.push_str(" & \\text{if } ");
                write(condition, out);
                out.push_str(" \\\\ ");
            }
            write(otherwise, out);
            out.push_str(" & \\text{otherwise} \\end{cases}");
        }
    }
}
