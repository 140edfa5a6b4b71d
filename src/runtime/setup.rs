//! Everything that makes a simulation, before its first step.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::command::Command;
use super::sorted::Sorted;
use crate::kir::layout::ColumnId;
use crate::kir::{ClockId, Program};
use crate::record::Recording;
use crate::units::dimension::Dimension;

/// A program with what belongs to it at run time.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// Kernels, image and schedule.
    pub program: Program,
    /// Column of the seed: an integer of length 1.
    pub seed: Option<ColumnId>,
    /// Clocks that tick at given times (seconds, ascending) instead of regularly.
    pub irregular: Vec<(ClockId, Vec<f64>)>,
    /// Columns in which a value that is not finite, or beyond 1e50, ends the run.
    pub watch: Vec<Watch>,
    /// Empty tables, in the order of the program's samplers, event recorders and rate recorders.
    pub recording: Recording,
    /// What is done before anything else: tables are filled, initial values set.
    pub initial: Vec<Command>,
    /// Synapses of pathways, by number, that exist in order of delivery only. The columns of such a pathway are empty.
    pub sorted: BTreeMap<usize, Arc<Sorted>>,
}

/// A watched column, and how its faults are called.
#[derive(Clone, PartialEq, Debug)]
pub struct Watch {
    /// The column.
    pub column: ColumnId,
    /// Name of the variable.
    pub variable: String,
    /// Name of its owner.
    pub owner: String,
    /// Dimension of the values.
    pub dimension: Dimension,
}
