//! A constant has the value that a kernel computes from the same numbers: the two are separate arithmetic.

use std::fmt::Write as _;

use crate::common::run;

/// Functions whose value both take from exact operations: equal to the bit.
const EXACT: &[&str] = &[
    "sqrt(abs(A))",
    "abs(A)",
    "sign(A)",
    "floor(A)",
    "ceil(A)",
    "round(A)",
    "min(A, B)",
    "max(A, B)",
    "A % B",
    "A // B",
    "A < B",
    "A <= B",
    "A > B",
    "A >= B",
    "A == B",
    "A != B",
    "clip(A, -1, B)",
    "A if A > B else B",
    "A + B",
    "A - B",
    "A*B",
    "A/B",
];
/// And those that are rounded on the way: equal to some units in the last place.
const ROUNDED: &[&str] = &[
    "exp(A)",
    "expm1(A)",
    "exprel(A)",
    "log(abs(A))",
    "log1p(abs(A))",
    "log10(abs(A))",
    "sin(A)",
    "cos(A)",
    "tan(A)",
    "sinh(A)",
    "cosh(A)",
    "tanh(A)",
    "arcsin(A/100)",
    "arccos(A/100)",
    "arctan(A)",
    "arctan2(A, B)",
    "abs(A)**B",
];
const A: &[&str] = &[
    "0.0", "-0.0", "1e-17", "-1e-17", "1e-300", "0.3", "-0.3", "1.0", "-1.0", "2.5", "-3.5", "7.0",
    "-7.5",
];
const B: &[&str] = &["0.1", "-0.1", "1.0", "-1.0", "3.0", "-2.5"];

#[test]
fn constants_and_kernels_agree() {
    let mut text = String::new();
    let mut members = String::new();
    let mut initial = String::new();
    let mut rows = Vec::new();
    let both = EXACT.iter().map(|f| (*f, true));
    for (function, exact) in both.chain(ROUNDED.iter().map(|f| (*f, false))) {
        for a in A {
            for b in B {
                if !function.contains('B') && *b != "0.1" {
                    continue;
                }
                let n = rows.len();
                let truth = ["<", ">=", "> ", "==", "!="]
                    .iter()
                    .any(|c| function.contains(c))
                    && !function.contains("if");
                let of = |a: &str, b: &str| {
                    let value = function
                        .replace('A', &format!("({a})"))
                        .replace('B', &format!("({b})"));
                    if truth {
                        format!("int({value})")
                    } else {
                        value
                    }
                };
                writeln!(text, "c{n} = {}", of(a, b)).unwrap();
                let ty = if truth { "integer" } else { "1" };
                writeln!(members, "    k{n} : {ty}\n    r{n} : {ty}").unwrap();
                writeln!(
                    initial,
                    "    k{n}(0) = c{n}\n    r{n}(0) = {}",
                    of(
                        &format!("a{}", position(A, a)),
                        &format!("b{}", position(B, b))
                    )
                )
                .unwrap();
                rows.push((format!("{} at {a}, {b}", function), exact));
            }
        }
    }
    for (name, values) in [("a", A), ("b", B)] {
        for (n, value) in values.iter().enumerate() {
            writeln!(members, "    {name}{n} : 1 = {value}").unwrap();
        }
    }
    let program = format!("{text}neurons G[1] {{\n{members}{initial}}}\nrun 0.1 ms\n");
    let result = run("constants.snn", &program).complete();
    for (n, (what, exact)) in rows.iter().enumerate() {
        let constant = result.value(&format!("G.k{n}"))[0];
        let computed = result.value(&format!("G.r{n}"))[0];
        let same =
            constant.to_bits() == computed.to_bits() || (constant.is_nan() && computed.is_nan());
        let near = (constant - computed).abs() <= 4.0 * f64::EPSILON * computed.abs();
        assert!(
            same || (!exact && near),
            "{what}: {constant:e} as a constant, {computed:e} in a kernel"
        );
    }
    assert!(rows.len() > 1000, "{}", rows.len());
}

fn position(list: &[&str], value: &str) -> usize {
    list.iter().position(|v| *v == value).unwrap()
}
