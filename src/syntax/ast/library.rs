//! Declarations of the standard library: dimensions, units, constants, functions, integration methods.

use super::{Expr, Ident, Statement, UnitExpr};
use crate::source::Span;

/// `WORD value, value`: `symbol V`, `prefixes si`
#[derive(Clone, PartialEq, Debug)]
pub struct Property {
    /// The word.
    pub word: Ident,
    /// Names, numbers or texts.
    pub values: Vec<Expr>,
    /// All of it.
    pub span: Span,
}

/// `dimension NAME = EXPR = EXPR`
#[derive(Clone, PartialEq, Debug)]
pub struct Dimension {
    /// The name.
    pub name: Ident,
    /// Equal expressions of other dimensions; none for a base dimension.
    pub definitions: Vec<UnitExpr>,
}

/// `unit NAME : DIMENSION = VALUE symbol V prefixes si`
#[derive(Clone, PartialEq, Debug)]
pub struct Unit {
    /// The name.
    pub name: Ident,
    /// Its dimension.
    pub dimension: UnitExpr,
    /// Its value in other units; none for a base unit.
    pub value: Option<Expr>,
    /// `symbol`, `prefixes`, `also`, …
    pub properties: Vec<Property>,
}

/// `constant NAME : unit = VALUE`
#[derive(Clone, PartialEq, Debug)]
pub struct LibraryConstant {
    /// The name.
    pub name: Ident,
    /// Its unit, when stated.
    pub unit: Option<UnitExpr>,
    /// Its value.
    pub value: Expr,
}

/// `x: DIMENSION`
#[derive(Clone, PartialEq, Debug)]
pub struct TypedParameter {
    /// The name.
    pub name: Ident,
    /// Its dimension; a name that is no dimension (`D`) stands for any.
    pub dimension: UnitExpr,
}

/// `function NAME(x: D, …) -> D = VALUE { derivative …; example …; intrinsic … }`
#[derive(Clone, PartialEq, Debug)]
pub struct FunctionDeclaration {
    /// The name.
    pub name: Ident,
    /// Parameters with their dimensions.
    pub parameters: Vec<TypedParameter>,
    /// Dimension of the result.
    pub result: UnitExpr,
    /// `= expr`, or the expression after `return` in the block.
    pub value: Option<Expr>,
    /// `name = expr` lines of the block, in order, before `return`.
    pub steps: Vec<Statement>,
    /// `derivative a, b`: by each parameter in order.
    pub derivatives: Vec<Expr>,
    /// `example expr == expr` lines.
    pub examples: Vec<Expr>,
    /// `intrinsic NAME`: the machine operation or library routine that computes it.
    pub intrinsic: Option<Ident>,
    /// Further `word value` lines.
    pub properties: Vec<Property>,
}

/// `method NAME order 1 strong requires WORD WORD { … }`
#[derive(Clone, PartialEq, Debug)]
pub struct Method {
    /// The name.
    pub name: Ident,
    /// `order 4`: the declared order of convergence.
    pub order: Option<Expr>,
    /// `strong`: the order is the strong order for equations with noise.
    pub strong: bool,
    /// `requires linear constant_coefficients`: facts the equations must have.
    pub requires: Vec<Ident>,
    /// `k1 = dt*f(x, t)` … `x_new = …`
    pub steps: Vec<Statement>,
}

/// `automatic exact, euler, heun`
#[derive(Clone, PartialEq, Debug)]
pub struct Automatic {
    /// Methods tried in turn.
    pub methods: Vec<Ident>,
}
