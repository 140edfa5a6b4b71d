//! Rules of the language, one a file: what is refused or warned about, and why.

pub mod delays;
pub mod divisor;
pub mod duration;
pub mod flags;
pub mod frozen;
pub mod missing_unit;
pub mod names;
pub mod nothing_runs;
pub mod potentials;
pub mod scale;
pub mod seed;
pub mod sides;
pub mod singular;
pub mod spikes;
pub mod staircase;
pub mod start;
pub mod synapses;
pub mod unit_trap;
pub mod unused;

use crate::check::context::Checker;

/// Rules that look at the whole model.
pub fn after(checker: &mut Checker) {
    if checker.sink.has_errors() {
        return;
    }
    scale::check(checker);
    start::check(checker);
    potentials::check(checker);
    synapses::check(checker);
    frozen::check(checker);
    unused::check(checker);
    duration::check(checker);
    staircase::check(checker);
    nothing_runs::check(checker);
    seed::check(checker);
}
