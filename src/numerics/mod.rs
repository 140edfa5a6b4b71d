//! From differential equations to the assignments that advance them by one step.

pub mod scheme;
