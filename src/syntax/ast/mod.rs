//! The syntax tree of the whole language.
//!
//! # Conventions
//! - Every node carries the span of the text it was read from. Spans count in equality.
//! - Names are kept as written; nothing is resolved here.
//! - Parentheses are kept ([`ExprKind::Group`]) so that the formatter gives back what was written;
//!   [`Expr::ungrouped`] looks through them.
//! - Where the text could not be read there is an `Error` node, and a diagnostic has been reported. Later stages
//!   pass over `Error` nodes in silence.

mod expr;
mod item;
mod library;
mod member;

pub use expr::{Argument, Expr, ExprKind, Number, Quantity, Subscript, UnitExpr, UnitKind};
pub use item::{
    Assignment, Collect, Constant, Definition, DefinitionKind, Every, Expect, Figure, For,
    Function, If, Item, ItemKind, Let, Mark, Parameters, Plot, PoissonInput, Population,
    PopulationKind, Projection, Record, Repeat, Run, Series, Signal, Sweep, Use, UseTarget, While,
};
pub use library::{
    Automatic, Dimension, FunctionDeclaration, LibraryConstant, Method, Property, TypedParameter,
    Unit,
};
pub use member::{
    Code, Connect, ConnectKind, Delay, Differential, Event, Field, Flag, Generator, Initial,
    Member, MemberKind, MethodChoice, OnEvent, Order, Parameter, Pathway, PathwaySide, Regular,
    Statement, Subexpression,
};

use crate::source::Span;

/// One source file.
#[derive(Clone, PartialEq, Debug)]
pub struct File {
    /// Declarations and protocol statements in file order.
    pub items: Vec<Item>,
    /// All `#` comments in file order; the formatter puts them back by their spans.
    pub comments: Vec<Comment>,
}

/// A `#` comment.
#[derive(Clone, PartialEq, Debug)]
pub struct Comment {
    /// Text from the `#` on, without trailing blanks.
    pub text: String,
    /// From the `#` to the end of the line.
    pub span: Span,
}

/// Documentation: the `///` lines before a declaration.
#[derive(Clone, PartialEq, Debug)]
pub struct Doc {
    /// The lines without `///` and one following blank, joined by line ends.
    pub text: String,
    /// From the first `///` to the end of the last line.
    pub span: Span,
}

/// A name as written, with its place.
#[derive(Clone, PartialEq, Debug)]
pub struct Ident {
    /// The name.
    pub name: String,
    /// Its place.
    pub span: Span,
}

/// A quoted text that is not code: a title, a path.
#[derive(Clone, PartialEq, Debug)]
pub struct Text {
    /// The text without quotes, escapes resolved.
    pub value: String,
    /// With its quotes.
    pub span: Span,
}

/// `a .. b`, both ends included.
#[derive(Clone, PartialEq, Debug)]
pub struct Range {
    /// Lower end.
    pub start: Expr,
    /// Upper end.
    pub stop: Expr,
    /// Both and what stands between.
    pub span: Span,
}
