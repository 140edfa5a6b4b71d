//! Functions and constants of the library.

use super::signature::Signature;
use crate::model::term::{Draw, Intrinsic};
use crate::source::Span;
use crate::syntax::ast::Expr;
use crate::units::quantity::Quantity;

/// A named constant: `pi`.
#[derive(Clone, PartialEq, Debug)]
pub struct Constant {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: Quantity,
    /// Its documentation.
    pub doc: String,
}

/// What computes a function.
#[derive(Clone, PartialEq, Debug)]
pub enum Body {
    /// Text: steps in order, each seeing the parameters and earlier steps, then the value.
    Expression {
        /// Name and value of each step.
        steps: Vec<(String, Expr)>,
        /// The result.
        value: Expr,
    },
    /// An irreducible function of every back end.
    Intrinsic(Intrinsic),
    /// A random draw; its caller numbers the stream.
    Random(Draw),
}

/// A function.
#[derive(Clone, PartialEq, Debug)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// Parameters and result.
    pub signature: Signature,
    /// What computes it.
    pub body: Body,
    /// Derivative by each parameter, in the names of the parameters; empty where none is declared.
    pub derivatives: Vec<Expr>,
    /// Statements that hold: `exp(0) == 1`.
    pub examples: Vec<Expr>,
    /// Its documentation.
    pub doc: String,
    /// The heading it stands under in the reference.
    pub section: String,
    /// True when a model may use the name for a variable of its own. Brian2's functions are not given away.
    pub shadowable: bool,
    /// Where it is declared.
    pub span: Span,
}

impl Function {
    /// True when two evaluations may differ: a random draw.
    pub fn is_stateful(&self) -> bool {
        matches!(self.body, Body::Random(_))
    }
}
