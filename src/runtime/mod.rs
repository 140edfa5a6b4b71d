//! Running programs: clocks, the loop over steps, recording, checkpoints, faults. It knows no neurons, only columns and kernels.
//!
//! A [`simulation::Simulation`] is a value: its clone is a checkpoint, and equal simulations have equal futures. What it
//! computes depends on the program and the seed alone, not on the number of threads.

mod advance;
pub mod candidates;
pub mod clock;
pub mod command;
mod delivery;
mod due;
mod generator;
mod kept;
mod plan;
mod pool;
pub mod procedural;
mod radix;
mod recorder;
mod reduce;
mod rows;
pub mod setup;
pub mod simulation;
pub mod sorted;
pub mod watch;
