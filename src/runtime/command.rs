//! What can be done to a simulation from outside.

use std::sync::Arc;

use crate::kir::KernelId;
use crate::kir::layout::ColumnId;

/// One thing to do.
#[derive(Clone, PartialEq, Debug)]
pub enum Command {
    /// Simulate for so many seconds, at least 0.
    Run {
        /// Seconds.
        duration: f64,
    },
    /// Run a kernel once.
    Call(KernelId),
    /// Write values, SI; integers are truncated, truth values are whether a value differs from 0.
    Write {
        /// The column.
        column: ColumnId,
        /// Where in it.
        target: Target,
        /// The values.
        values: Vec<f64>,
    },
    /// Fill a column of indices from its beginning.
    Fill {
        /// The column, `u32`.
        column: ColumnId,
        /// The values.
        values: Arc<[u32]>,
    },
    /// Remember the whole state under a name.
    Save(String),
    /// Return to a remembered state.
    Restore(String),
}

/// Elements that are written.
#[derive(Clone, PartialEq, Debug)]
pub enum Target {
    /// Consecutive ones from here on.
    From(usize),
    /// These, one per value.
    At(Vec<u32>),
}
