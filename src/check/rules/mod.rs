//! Rules of the language, one a file: what is refused or warned about, and why.

pub mod flags;
pub mod missing_unit;
pub mod names;
pub mod sides;
pub mod spikes;
pub mod unit_trap;

use crate::check::context::Checker;

/// Rules that look at the whole model.
pub fn after(checker: &mut Checker) {
    let _ = checker;
}
