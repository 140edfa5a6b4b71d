//! Signatures of the primitives that [`super::Op::Call`] names. Their code is in `backend::wide`; a test compares both tables.

/// Signature of a primitive: doubles in, one double out.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Primitive {
    /// Name in the text form and in the table of code.
    pub name: &'static str,
    /// Names of the parameters.
    pub params: &'static [&'static str],
    /// Meaning, as a formula.
    pub meaning: &'static str,
}

const fn row(
    name: &'static str,
    params: &'static [&'static str],
    meaning: &'static str,
) -> Primitive {
    Primitive {
        name,
        params,
        meaning,
    }
}

/// All primitives, by name.
pub const PRIMITIVES: &[Primitive] = &[
    row("exp", &["x"], "e^x"),
    row("expm1", &["x"], "e^x - 1"),
    row("log", &["x"], "natural logarithm"),
    row("log1p", &["x"], "log(1 + x)"),
    row("pow", &["x", "y"], "x^y"),
    row("sin", &["x"], "sine"),
    row("cos", &["x"], "cosine"),
    row("tan", &["x"], "tangent"),
    row("tanh", &["x"], "hyperbolic tangent"),
];

/// The primitive of a name.
pub fn find(name: &str) -> Option<&'static Primitive> {
    PRIMITIVES.iter().find(|primitive| primitive.name == name)
}
