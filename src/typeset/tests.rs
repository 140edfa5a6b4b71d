//! Expressions and what they look like.
#![allow(clippy::unwrap_used)]

use super::{Setter, symbol, to_latex, to_mathml};
use crate::diagnostic::Sink;
use crate::source::SourceMap;
use crate::syntax::parse_expression;

fn latex(text: &str) -> String {
    let mut sources = SourceMap::default();
    let file = sources.add("test", text);
    let expr = parse_expression(file, text, &mut Sink::new());
    assert!(!expr.is_error(), "{text}");
    let setter = Setter {
        is_unit: &|name| ["ms", "mV", "cm"].contains(&name),
        text: &|expr| sources.text(expr.span).to_string(),
    };
    to_latex(&setter.math(&expr))
}

#[test]
fn expressions_as_latex() {
    for (text, wanted) in [
        ("-(v - E)/tau", r"-\frac{v - E}{\tau }"),
        ("a/b/c", r"\frac{a}{b\, c}"),
        ("1/x/ms", r"\frac{1}{x}\, \mathrm{ms^{-1}}"),
        ("i*1 mV/cm^2", r"i \cdot 1\, \mathrm{mV/cm^{2}}"),
        (
            "(-(v - v_rest) + drive)/tau",
            r"\frac{-\left(v - v_{\mathrm{rest}}\right) + \mathrm{drive}}{\tau }",
        ),
        ("gNa*m**3*h", r"g_{\mathrm{Na}}\, m^{3}\, h"),
        ("10 mV*x", r"10\, \mathrm{mV} \cdot x"),
        ("120 mS/cm^2", r"120\, \mathrm{mS/cm^{2}}"),
        (
            "4*exp(-x/(18 mV))/ms",
            r"4\, \mathrm{exp}\left(-\frac{x}{18\, \mathrm{mV}}\right)\, \mathrm{ms^{-1}}",
        ),
        ("exp(-x)", r"\mathrm{e}^{-x}"),
        (
            "a if v > 0 else b",
            r"\begin{cases} a & \text{if } v > 0 \\ b & \text{otherwise} \end{cases}",
        ),
        ("sqrt(2/tau)*xi", r"\sqrt{\frac{2}{\tau }}\, \xi"),
        ("1.5e-05*x2", r"1.5 \times 10^{-5}\, x_{2}"),
        (
            "abs(a) >= 2 and not b",
            r"\left|a\right| \ge 2\ \text{and}\ \lnot b",
        ),
    ] {
        // Blanks of LaTeX mean nothing: what is compared is what stands between.
        let squeeze = |text: &str| text.replace(' ', "");
        assert_eq!(squeeze(&latex(text)), squeeze(wanted), "{text}");
    }
}

#[test]
fn names_as_symbols() {
    for (name, wanted) in [
        ("v", "v"),
        ("tau_m", r"\tau _{m}"),
        ("taupre", r"\tau _{\mathrm{pre}}"),
        ("theta", r"\theta"),
        ("eta", r"\eta"),
        ("gNa", r"g_{\mathrm{Na}}"),
        ("gain", r"\mathrm{gain}"),
        ("vth", r"v_{\mathrm{th}}"),
        ("x_in_2", r"x_{\mathrm{in}, 2}"),
        ("I0", "I_{0}"),
        ("drive", r"\mathrm{drive}"),
        ("_", r"\mathrm{\_}"),
    ] {
        assert_eq!(to_latex(&symbol(name)), wanted, "{name}");
    }
}

#[test]
fn mathml_escapes_and_nests() {
    let mut sources = SourceMap::default();
    let file = sources.add("test", "a/(b + 1) < c");
    let expr = parse_expression(file, "a/(b + 1) < c", &mut Sink::new());
    let setter = Setter {
        is_unit: &|_| false,
        text: &|_| String::new(),
    };
    assert_eq!(
        to_mathml(&setter.math(&expr), false),
        "<math><mrow><mfrac><mi>a</mi><mrow><mi>b</mi><mo>+</mo><mn>1</mn></mrow></mfrac><mo>&lt;</mo><mi>c</mi></mrow></math>"
    );
}
