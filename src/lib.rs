//! snnc: a compiler for declarative models of spiking neural networks.

pub mod diagnostic;
pub mod index;
pub mod source;
pub mod units;
