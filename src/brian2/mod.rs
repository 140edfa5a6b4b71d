//! The way out and the way in: Brian2 scripts from models, and models from Brian2 scripts.
//!
//! [`export()`] writes a script that gives the same spikes; it follows the text of the model, so that names and units stay. What Brian2
//! has no counterpart for becomes a comment that begins with `# not translated`.

mod export;
mod expression;
mod group;
mod protocol;
mod synapses;

pub use export::export;
