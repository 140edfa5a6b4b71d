//! From the syntax tree to the model, one kind of declaration a file.

pub mod arrays;
pub mod code;
pub mod collect;
pub mod constants;
pub mod definitions;
pub mod elements;
pub mod equations;
pub mod figures;
pub mod files;
pub mod groups;
pub mod inputs;
pub mod later;
pub mod links;
pub mod listed;
pub mod marks;
pub mod members;
pub mod poisson_inputs;
pub mod projections;
pub mod protocol;
pub mod quoted;
pub mod records;
pub mod signals;
pub mod tables;
pub mod variables;
