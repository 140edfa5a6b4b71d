//! What a step does besides kernels where populations are connected: taking events to synapses, and reducing a column to one value.

use super::KernelId;
use super::layout::{ColumnId, ListId};

/// Places of a list of due synapses that one thread uses: what is computed for them stays near the processor. A list with room for
/// several such parts lets as many threads work on it.
pub const SHARE: usize = 1024;

/// Takes the entries of a list to the synapses of their rows, after a delay.
///
/// In each step of the clock of its schedule entry: every entry of the list, in order, sends an event to every synapse of its row, in order of
/// the synapses' numbers. An event arrives so many steps later as the synapse's delay says at the time it is sent:
/// `trunc(delay/dt + 1/2)`. The events that arrive in this step then take effect one after the other, those sent first before
/// others, and in the order in which they were sent.
#[derive(Clone, PartialEq, Debug)]
pub struct Pathway {
    /// Name for people: `Ce.pre`.
    pub name: String,
    /// Who sends events.
    pub list: ListId,
    /// Row of each synapse, less `first`; one entry per synapse, `u32`.
    pub rows: ColumnId,
    /// Added to the entries of `rows`.
    pub first: u32,
    /// How late events arrive.
    pub delay: Delay,
    /// True where delays may change while events are under way.
    pub changing: bool,
    /// What an event does.
    pub effect: Effect,
}

impl Pathway {
    /// True for a column whose change makes it necessary to sort the synapses anew. The order of the events is kept in what is sorted.
    pub fn depends_on(&self, column: ColumnId) -> bool {
        let delay = match self.delay {
            Delay::Common(_) => false,
            Delay::Shared(delay) | Delay::Each(delay) => delay == column,
        };
        let effect = match &self.effect {
            Effect::Call { .. } => false,
            Effect::Add { index, weight, .. } => {
                let fixed = Weight::Each {
                    column,
                    fixed: true,
                };
                *index == column || *weight == fixed
            }
        };
        delay || effect || self.rows == column
    }
}

/// Delays of a pathway, in seconds.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Delay {
    /// The same for all synapses, known beforehand.
    Common(f64),
    /// The only entry of a column.
    Shared(ColumnId),
    /// One entry per synapse.
    Each(ColumnId),
}

/// What an event does to its synapse.
#[derive(Clone, PartialEq, Debug)]
pub enum Effect {
    /// Runs a kernel over a list into which the runtime puts the numbers of the synapses, up to [`SHARE`] at a time.
    ///
    /// Without `writes` the kernel is over the list: it runs for one synapse after the other and sees what those before did. With
    /// them it is over elements, one for each place of the list, may run for all at once, and leaves what it computes in
    /// columns as long as the list; each write then goes through the synapses in order.
    Call {
        /// A kernel over `due`, or over as many elements as `due` has places.
        kernel: KernelId,
        /// The list.
        due: ListId,
        /// Indices that are brought to the synapses in it.
        near: Vec<Near>,
        /// What becomes of the results.
        writes: Vec<Write>,
    },
    /// Adds the synapse's weight to an element of a column.
    Add {
        /// Column of doubles or singles that is added to.
        target: ColumnId,
        /// Element of each synapse, less `first`; `u32`.
        index: ColumnId,
        /// Added to the entries of `index`.
        first: u32,
        /// What is added.
        weight: Weight,
        /// Column of truth values, as long as `target`: nothing is added where it is false.
        active: Option<ColumnId>,
    },
}

/// Indices of the synapses that are due, side by side: for each synapse put into the list its entry of a column is put at the same place of
/// another.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Near {
    /// One entry per synapse, `u32`.
    pub index: ColumnId,
    /// One for each place of the list, `u32`.
    pub into: ColumnId,
}

/// Where a result goes, synapse after synapse.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Write {
    /// Written.
    pub column: ColumnId,
    /// One entry for each place of the list; of the same type, or doubles where they are added.
    pub from: ColumnId,
    /// Which element of `column`.
    pub to: To,
}

/// An element that a synapse writes.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum To {
    /// Its own.
    Own,
    /// That of one of its sides.
    Side {
        /// Element of each synapse, less `first`; `u32`.
        index: ColumnId,
        /// Added to the entries of `index`.
        first: u32,
        /// The result is added (to doubles or singles) instead of replacing the old value.
        add: bool,
        /// Column of truth values: nothing is written where it is false.
        active: Option<ColumnId>,
    },
}

/// What is added for an event.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Weight {
    /// The only entry of a column of doubles.
    Shared(ColumnId),
    /// One entry per synapse; `fixed` where nothing in the schedule writes it.
    Each {
        /// Column of doubles or singles.
        column: ColumnId,
        /// Never written while the simulation runs.
        fixed: bool,
    },
}

/// Combines a part of a column into one value. Sums are taken in eight interleaved parts, which are then added pairwise.
#[derive(Clone, PartialEq, Debug)]
pub struct Reducer {
    /// Name for people.
    pub name: String,
    /// How values are combined.
    pub reduction: Reduction,
    /// Column that is read.
    pub source: ColumnId,
    /// First element.
    pub first: usize,
    /// One past the last element; not beyond the column.
    pub last: usize,
    /// Column of doubles whose first entry receives the value.
    pub into: ColumnId,
}

/// How the values of a column become one. A minimum or maximum of no values is NaN, a sum 0, a mean NaN.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reduction {
    /// Their sum.
    Sum,
    /// Their mean.
    Mean,
    /// The smallest.
    Min,
    /// The largest.
    Max,
}

impl Reduction {
    /// All, with their names in the text form.
    pub const ALL: &[(Reduction, &str)] = &[
        (Reduction::Sum, "sum"),
        (Reduction::Mean, "mean"),
        (Reduction::Min, "min"),
        (Reduction::Max, "max"),
    ];
}
