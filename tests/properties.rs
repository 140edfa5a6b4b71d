//! Properties that hold for all inputs, tried on generated ones.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "properties/compile.rs"]
mod compile;
#[path = "properties/expressions.rs"]
mod expressions;
#[path = "properties/programs.rs"]
mod programs;
#[path = "properties/syntax.rs"]
mod syntax;
