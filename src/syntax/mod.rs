//! Text to syntax tree and back.
//!
//! [`ast`] holds the tree of the whole language: a value type with spans on every node and names as written.
//! The grammar stands in `grammar/snn.pest`; nothing here knows what a name means.
//! [`parse`](parse()) reads a file and always gives a tree; what could not be read is reported.

mod allow;
pub mod ast;
mod brackets;
mod layout;
pub mod operators;
mod parse;
mod print;

pub use parse::{NAMELESS, parse, parse_expression};
pub use print::format;
