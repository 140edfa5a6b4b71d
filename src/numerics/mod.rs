//! From differential equations to the assignments that advance them by one step.
//!
//! [`choose::plan`] is the door: it takes a group's equations, finds the method, and runs the method's text ([`expand`]) or its closed form ([`exact`]).
//! [`catch::plan`] does the same for event-driven equations of synapses.
//! Methods are text in `src/std/methods.snn`; what they may ask of equations is in `algebra::facts`.

pub mod adaptive;
pub mod catch;
pub mod choose;
pub mod divided;
pub mod exact;
pub mod expand;
pub mod scheme;
pub mod stiff;
pub mod temporaries;
pub mod value;

#[cfg(test)]
mod tests;
