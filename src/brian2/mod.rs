//! The way out and the way in: Brian2 scripts from models, and models from Brian2 scripts.
//!
//! [`export()`] writes a script that gives the same spikes; it follows the text of the model, so that names and units stay. What Brian2
//! has no counterpart for becomes a comment that begins with `# not translated`. [`import()`] carries a script out with texts in place of
//! numbers; its equations are kept as they are, since the language takes them unchanged.

mod actions;
mod export;
mod expression;
mod group;
mod import;
mod protocol;
pub mod python;
mod synapses;
mod values;

pub use export::export;
pub use import::{Imported, import};
