//! Algebra on terms: what can be known and done about equations without running them.
//!
//! Everything here is a function from terms to terms or facts. Terms are built through [`build`], which keeps them in a
//! simple form, so that equal expressions usually get equal ids.

pub mod build;
pub mod components;
pub mod contours;
pub mod dense;
pub mod differentiate;
pub mod equations;
pub mod equilibria;
pub mod evaluate;
pub mod facts;
pub mod linear;
pub mod own;
pub mod show;
pub mod simplify;
pub mod steady;
pub mod substitute;
pub mod zero;

#[cfg(test)]
pub mod testing;
#[cfg(test)]
mod tests;
