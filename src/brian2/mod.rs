//! The way out and the way in: Brian2 scripts from models, and models from Brian2 scripts.
//!
//! [`export()`] writes a script that gives the same spikes; it follows the text of the model, so that names and units stay. What Brian2
//! has no counterpart for becomes a comment that begins with `# not translated`. [`import()`] reads the declarative part of a script; its
//! equations and expressions are kept as they are, since the language takes them unchanged.

mod convert;
mod export;
mod expression;
mod group;
mod import;
mod protocol;
mod python;
mod synapses;

pub use export::export;
pub use import::{Imported, import};
