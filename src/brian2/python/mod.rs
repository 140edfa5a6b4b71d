//! Reads Python: what a script says, statement by statement, with the text of each.
//!
//! A statement that cannot be read does not hide those after it: it is handed on as [`Kind::Unread`], with its text. Everything that
//! Brian2 scripts are written in is read; what is left out (matching, annotations of types, `async`) ends up there.

mod lex;
mod parse;
mod statements;
#[cfg(test)]
mod tests;

pub use statements::read;

/// A statement with its place and its text.
#[derive(Clone, PartialEq, Debug)]
pub struct Statement {
    /// What it is.
    pub kind: Kind,
    /// As written, with its body.
    pub text: String,
    /// Comments on lines of their own above it, with their marks.
    pub comments: Vec<String>,
}

/// What a statement is.
#[derive(Clone, PartialEq, Debug)]
pub enum Kind {
    /// `f(x)`
    Expression(Expr),
    /// `a = b = value`
    Assign(Vec<Expr>, Expr),
    /// `a += value`, with the operator without its `=`.
    Augment(Expr, String, Expr),
    /// `for target in values: body`
    For(Expr, Expr, Vec<Statement>),
    /// `if condition: body else: otherwise`
    If(Expr, Vec<Statement>, Vec<Statement>),
    /// `while condition: body`
    While(Expr, Vec<Statement>),
    /// `with value as name: body`
    With(Vec<Statement>),
    /// `def name(parameters): body`, with its decorators.
    Define(Function, Vec<Expr>),
    /// `return value`
    Return(Option<Expr>),
    /// `import numpy as np`: local names and what they stand for; `*` for everything.
    Import(Vec<(String, String)>),
    /// `pass`, and texts alone.
    Nothing,
    /// Anything else.
    Unread,
}

/// A function.
#[derive(Clone, PartialEq, Debug)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// Its parameters with their defaults.
    pub parameters: Vec<(String, Option<Expr>)>,
    /// What it does.
    pub body: Vec<Statement>,
}

/// An expression.
#[derive(Clone, PartialEq, Debug)]
pub enum Expr {
    /// `1.5e3`
    Number(String),
    /// `'v > 1'`, also several one behind the other.
    Text(String),
    /// `f'{x} mV'`
    Format(Vec<Part>),
    /// `tau`, `True`, `None`
    Name(String),
    /// `G.v`
    Attribute(Box<Expr>, String),
    /// `f(x, n=3)`
    Call(Box<Expr>, Vec<Argument>),
    /// `x[0, 1:3]`
    Index(Box<Expr>, Vec<Expr>),
    /// `1:3` within brackets.
    Slice([Option<Box<Expr>>; 3]),
    /// `-x`, `not x`
    Unary(String, Box<Expr>),
    /// `a + b`, `a and b`
    Binary(String, Box<Expr>, Box<Expr>),
    /// `a < b <= c`
    Compare(Box<Expr>, Vec<(String, Expr)>),
    /// `a if c else b`: a, c, b.
    Conditional(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `lambda x: x`
    Lambda(Vec<(String, Option<Expr>)>, Box<Expr>),
    /// `[a, b]`
    List(Vec<Expr>),
    /// `(a, b)`
    Tuple(Vec<Expr>),
    /// `{'a': b}`
    Dict(Vec<(Expr, Expr)>),
    /// `[x for y in z if c]`: what is made (key and value in a dictionary), and the clauses.
    Comprehension(Vec<Expr>, Vec<Clause>),
}

/// `for target in values if condition`
#[derive(Clone, PartialEq, Debug)]
pub struct Clause {
    /// What the values are called.
    pub target: Expr,
    /// The values.
    pub values: Expr,
    /// Which of them.
    pub conditions: Vec<Expr>,
}

/// An argument of a call.
#[derive(Clone, PartialEq, Debug)]
pub struct Argument {
    /// Its name; `*` or `**` for what is spread.
    pub name: Option<String>,
    /// Its value.
    pub value: Expr,
}

/// A part of a formatted text.
#[derive(Clone, PartialEq, Debug)]
pub enum Part {
    /// As it is.
    Text(String),
    /// A value, with its format.
    Value(Expr, String),
}
