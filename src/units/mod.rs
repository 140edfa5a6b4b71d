//! Physical dimensions and quantities. The table of unit names is text: `src/std/units.snn`.

pub mod dimension;
pub mod display;
pub mod quantity;
