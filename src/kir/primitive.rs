//! Signatures of the primitives that [`super::Op::Call`] names. Their code is in `backend::wide`; a test compares both tables.

/// Signature of a primitive: doubles in, one double out.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Primitive {
    /// Name in the text form and in the table of code.
    pub name: &'static str,
    /// Names of the parameters that may differ from element to element.
    pub arrays: &'static [&'static str],
    /// Names of the parameters after them, which are fast only when they are the same for all elements.
    pub scalars: &'static [&'static str],
}

impl Primitive {
    /// Number of arguments.
    pub fn arity(&self) -> usize {
        self.arrays.len() + self.scalars.len()
    }
}

const fn row(
    name: &'static str,
    arrays: &'static [&'static str],
    scalars: &'static [&'static str],
) -> Primitive {
    Primitive {
        name,
        arrays,
        scalars,
    }
}

/// All primitives.
pub const PRIMITIVES: &[Primitive] = &[
    row("exp", &["x"], &[]),
    row("expm1", &["x"], &[]),
    row("exprel", &["x"], &[]),
    row("log", &["x"], &[]),
    row("log1p", &["x"], &[]),
    row("log10", &["x"], &[]),
    row("log2", &["x"], &[]),
    row("sin", &["x"], &[]),
    row("cos", &["x"], &[]),
    row("tan", &["x"], &[]),
    row("sinh", &["x"], &[]),
    row("cosh", &["x"], &[]),
    row("tanh", &["x"], &[]),
    row("asin", &["x"], &[]),
    row("acos", &["x"], &[]),
    row("atan", &["x"], &[]),
    row("atan2", &["y", "x"], &[]),
    row("pow", &["x", "y"], &[]),
    row("floor_mod", &["x", "y"], &[]),
    row("floor_div", &["x", "y"], &[]),
    row("exp_affine", &["x"], &["k", "c"]),
    row("exp_rate", &["x"], &["s", "k", "c"]),
    row("logistic", &["x"], &["s", "k", "c"]),
    row("linoid", &["x"], &["s", "k", "c"]),
    row("expeuler", &["x", "a", "b"], &["dt"]),
    row("gate", &["x", "alpha", "beta"], &["dt"]),
    row("relax", &["x", "target", "rate"], &["dt"]),
    row("relax_tau", &["x", "target", "tau"], &["dt"]),
    row("linear1", &["x"], &["a", "c"]),
    row("linear2", &["x", "y"], &["a", "b", "c"]),
    row("linear3", &["x", "y", "z"], &["a0", "a1", "a2", "c"]),
    row(
        "linear4",
        &["x", "y", "z", "w"],
        &["a0", "a1", "a2", "a3", "c"],
    ),
    row("linear1_where", &["x", "active"], &["a", "c"]),
    row("linear2_where", &["x", "y", "active"], &["a", "b", "c"]),
    row(
        "linear3_where",
        &["x", "y", "z", "active"],
        &["a0", "a1", "a2", "c"],
    ),
];

/// The primitive of a name.
pub fn find(name: &str) -> Option<&'static Primitive> {
    PRIMITIVES.iter().find(|primitive| primitive.name == name)
}
