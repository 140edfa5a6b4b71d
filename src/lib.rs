//! snnc: a compiler for declarative models of spiking neural networks.

pub mod algebra;
pub mod backend;
pub mod check;
#[cfg(feature = "cli")]
pub mod cli;
pub mod diagnostic;
pub mod figure;
pub mod fuzz;
pub mod index;
pub mod kir;
pub mod library;
pub mod lower;
pub mod manual;
pub mod model;
pub mod numerics;
pub mod pipeline;
pub mod plot;
pub mod record;
pub mod render;
pub mod runtime;
pub mod source;
pub mod syntax;
pub mod table;
pub mod units;
