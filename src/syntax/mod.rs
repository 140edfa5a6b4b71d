//! Text to syntax tree and back.
//!
//! [`ast`] holds the tree of the whole language: a value type with spans on every node and names as written.
//! The grammar stands in `grammar/snn.pest`; nothing here knows what a name means.

pub mod ast;
pub mod operators;
