//! One step of integration as straight-line assignments of terms: new states from old ones.

use crate::model::term::TermId;
use crate::model::{Owner, ProjectionId, VariableId};

/// How the states of one owner advance by one step of its clock.
///
/// Subexpressions are substituted, derivatives of `(unless refractory)` variables are multiplied by `int(not_refractory)`, and the only noise
/// left is [`crate::model::term::Term::Noise`], the standard normal draw of this element and step for one noise symbol.
#[derive(Clone, PartialEq, Debug)]
pub struct Step {
    /// The group or projection.
    pub owner: Owner,
    /// Name of the method in the table.
    pub method: String,
    /// True when no `method:` was given.
    pub automatic: bool,
    /// Methods that were tried before, and why each refused.
    pub refused: Vec<Refusal>,
    /// The assignments.
    pub body: Body,
}

/// A method that does not take the equations.
#[derive(Clone, PartialEq, Debug)]
pub struct Refusal {
    /// Its name.
    pub method: String,
    /// Why, as a clause: "the equation of `v` is not linear in `v`".
    pub reason: String,
}

/// Assignments of a step. `lets` are evaluated in order and see earlier ones; `updates` read old states and lets, and are
/// all assigned together at the end.
#[derive(Clone, PartialEq, Debug)]
pub enum Body {
    /// Executed once per step.
    Fixed {
        /// Temporaries, in order.
        lets: Vec<(VariableId, TermId)>,
        /// New value of each state.
        updates: Vec<(VariableId, TermId)>,
    },
    /// Executed repeatedly with a local time and an internal step until the end of the step is reached.
    ///
    /// Each round evaluates `lets`, `updates` and `error` with the current local states, `time` and `h`. Where `error` <= 1
    /// the round is accepted: states take `updates`, and the local time advances by `h`. In either case the internal step
    /// becomes `next_h`, cut so that the end of the step is hit exactly.
    Adaptive {
        /// Stands for the local time within the round, seconds.
        time: VariableId,
        /// Stands for the internal step, seconds.
        h: VariableId,
        /// Temporaries, in order.
        lets: Vec<(VariableId, TermId)>,
        /// New value of each state if the round is accepted.
        updates: Vec<(VariableId, TermId)>,
        /// Largest scaled error estimate; at most 1 to be accepted.
        error: TermId,
        /// Internal step for the next round.
        next_h: TermId,
        /// Internal step of the first round.
        first_h: TermId,
        /// Rounds after which the step is taken as it is.
        max_rounds: u32,
    },
}

/// How the event-driven states of a synapse advance when an event arrives: exactly, over the time since the last event.
#[derive(Clone, PartialEq, Debug)]
pub struct Catch {
    /// The projection.
    pub projection: ProjectionId,
    /// Stands for the time since the last event, seconds.
    pub elapsed: VariableId,
    /// Temporaries, in order.
    pub lets: Vec<(VariableId, TermId)>,
    /// New value of each state; all are assigned together.
    pub updates: Vec<(VariableId, TermId)>,
}
