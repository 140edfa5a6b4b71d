//! Arrays of numbers, and the functions of the analysis language: one table, which the checker, the evaluator, the manual and the
//! tests read.
//!
//! Values are SI numbers in arrays of any rank; a single number is an array of rank 0, a mask holds 0 and 1. Dimensions are no part of
//! a value: the checker knows the dimension of every expression before anything is evaluated. A function is a row of a table in
//! [`functions`]: its signature with dimension variables, what it does, an example that the tests run, and its evaluator.

pub mod export;
pub mod functions;
pub mod index;
pub mod operate;
pub mod reference;
pub mod show;
pub mod signature;
pub mod value;

pub use functions::{ALL, Function};
