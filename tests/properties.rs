//! Properties that hold for all inputs, tried on generated ones.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

#[path = "properties/compile.rs"]
mod compile;
#[path = "properties/constants.rs"]
mod constants;
#[path = "properties/expressions.rs"]
mod expressions;
#[path = "properties/growth.rs"]
mod growth;
#[path = "properties/programs.rs"]
mod programs;
#[path = "properties/syntax.rs"]
mod syntax;
