//! Synapses sorted for delivery: by row, then by delay, in units that become due together.

use std::ops::Deref;
use std::sync::Arc;

use super::procedural::Recipe;
use crate::backend::image::Image;
use crate::backend::wide::scatter::Places;
use crate::kir::layout::{Column, Elem};

/// Elements at which the ranges of threads begin are multiples of this: whole cache lines.
const LINE: usize = 16;
/// Delays beyond so many steps are refused: each step under way has a list of its own.
pub const LONGEST: u32 = 1 << 24;

/// How late events arrive, in steps.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Steps {
    /// All the same.
    Common(u32),
    /// One per synapse, or per unit.
    Each(Vec<u32>),
    /// The same, none of them long.
    Short(Vec<u16>),
}

impl Steps {
    /// Delays of units, in as little room as they need.
    pub fn of_units(delays: Vec<u32>) -> Steps {
        match delays.iter().all(|delay| u16::try_from(*delay).is_ok()) {
            true => Steps::Short(delays.into_iter().map(|delay| delay as u16).collect()),
            false => Steps::Each(delays),
        }
    }
    /// The delay of a unit.
    #[inline]
    pub fn of(&self, unit: u32) -> u32 {
        match self {
            Steps::Common(delay) => *delay,
            Steps::Each(delays) => delays.get(unit as usize).copied().unwrap_or(0),
            Steps::Short(delays) => delays.get(unit as usize).map_or(0, |delay| *delay as u32),
        }
    }
    pub fn longest(&self) -> u32 {
        match self {
            Steps::Common(delay) => *delay,
            Steps::Each(delays) => delays.iter().copied().max().unwrap_or(0),
            Steps::Short(delays) => delays.iter().copied().max().map_or(0, u32::from),
        }
    }
}

/// Weights by position.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Kept {
    /// The same everywhere.
    Same(f64),
    Double(Vec<f64>),
    Single(Vec<f32>),
}

/// The synapses of a pathway in order of delivery. A unit is a run of positions that become due together.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Table {
    /// Units of each row: `units[row]..units[row + 1]`. Where the delay is common, a row is a unit, and this is empty.
    pub units: Vec<u32>,
    /// Delay of each unit in steps, or of all.
    pub delays: Steps,
    /// Positions of each unit: `starts[unit]..starts[unit + 1]`.
    pub starts: Vec<u32>,
    /// The synapse at each position; the position itself where absent.
    pub order: Option<Places>,
    /// The element that the synapse at each position adds to.
    pub places: Option<Places>,
    /// Weights by position, where they are fixed and not in that order already.
    pub weights: Option<Kept>,
    /// How the synapses of each unit, which is a row, are found, where they are not stored; there are no places then.
    pub recipe: Option<Arc<Recipe>>,
    /// Number of rows.
    pub rows: usize,
    /// Longest delay.
    pub longest: u32,
}

/// A table, which many simulations may share, and how threads share its synapses.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Rows {
    table: Arc<Table>,
    /// What each of several threads owns.
    owned: Owned,
    /// The number of threads.
    parts: usize,
}

/// What threads own.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Owned {
    /// One thread has everything.
    All,
    /// Synapses: an equal part of each unit.
    Synapses,
    /// Rows: the unit with which the rows of each thread begin, but the first.
    Rows(Vec<u32>),
    /// Ranges of the elements that synapses add to: the position at which the synapses of each unit pass from one range to the next, unit by
    /// unit.
    Places(Vec<u32>),
}

impl Deref for Rows {
    type Target = Table;
    fn deref(&self) -> &Table {
        &self.table
    }
}

/// What is sorted into rows.
pub(super) struct Synapses {
    /// Row of each synapse.
    pub rows: Vec<u32>,
    /// Number of rows.
    pub count: usize,
    pub delays: Steps,
    /// Whether every synapse is a unit of its own, so that units stay as they are when delays change.
    pub single: bool,
    /// Element each synapse adds to, and how many elements there are.
    pub places: Option<(Vec<u32>, usize)>,
}

impl Table {
    /// Sorts synapses; nothing if a row or place does not exist.
    pub fn new(mut synapses: Synapses) -> Option<Table> {
        let n = synapses.rows.len();
        if synapses
            .rows
            .iter()
            .any(|row| *row as usize >= synapses.count)
        {
            return None;
        }
        let mut starts = vec![0u32; synapses.count + 1];
        for row in &synapses.rows {
            if let Some(count) = starts.get_mut(*row as usize + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        if let Steps::Common(delay) = synapses.delays
            && in_order(&synapses, &starts)
        {
            // Most synapses are made in the order in which events reach them: nothing is copied then.
            let places = match synapses.places {
                None => None,
                Some((places, bound)) => Some(Places::new(places, bound)?),
            };
            return Some(Table {
                units: Vec::new(),
                delays: Steps::Common(delay),
                starts,
                order: None,
                places,
                weights: None,
                recipe: None,
                rows: synapses.count,
                longest: delay,
            });
        }
        let mut order: Vec<u32>;
        if synapses.rows.is_sorted() {
            order = (0..n as u32).collect();
        } else {
            let mut next = starts.clone();
            order = vec![0; n];
            for (synapse, row) in synapses.rows.iter().enumerate() {
                let slot = next.get_mut(*row as usize);
                if let Some(slot) = slot {
                    if let Some(place) = order.get_mut(*slot as usize) {
                        *place = synapse as u32;
                    }
                    *slot += 1;
                }
            }
        }
        // Room for what follows.
        drop(std::mem::take(&mut synapses.rows));
        let (units, delays, starts) = match (&synapses.delays, synapses.single) {
            (Steps::Common(steps), _) => (Vec::new(), Steps::Common(*steps), starts),
            (steps, true) => {
                let delays = order.iter().map(|synapse| steps.of(*synapse)).collect();
                (starts, Steps::Each(delays), (0..=n as u32).collect())
            }
            (steps, false) => group(&mut order, &starts, steps),
        };
        if let Some((places, _)) = &synapses.places {
            by_place(&mut order, &starts, places);
        }
        let longest = delays.longest();
        let places = match synapses.places {
            None => None,
            Some((places, bound)) => {
                let at = |synapse: &u32| places.get(*synapse as usize).copied();
                let sorted: Option<Vec<u32>> = order.iter().map(at).collect();
                Some(Places::new(sorted?, bound)?)
            }
        };
        let plain = order
            .iter()
            .zip(0..)
            .all(|(synapse, position)| *synapse == position);
        let order = match plain {
            true => None,
            false => Some(Places::new(order, n)?),
        };
        Some(Table {
            units,
            delays,
            starts,
            order,
            places,
            weights: None,
            recipe: None,
            rows: synapses.count,
            longest,
        })
    }
    /// Rows without synapses.
    pub fn none(count: usize) -> Table {
        Table {
            units: Vec::new(),
            delays: Steps::Common(0),
            starts: vec![0; count + 1],
            order: None,
            places: None,
            weights: None,
            recipe: None,
            rows: count,
            longest: 0,
        }
    }
    /// Keeps the entries of a column in order of the positions.
    pub fn keep_weights(&mut self, image: &Image, column: &Column) {
        self.weights = self.order.as_ref().map(|order| {
            let order = order.as_slice().iter();
            let weights = order.map(|synapse| image.get(column, *synapse as usize));
            match column.elem {
                Elem::F32 => Kept::Single(weights.map(|weight| weight as f32).collect()),
                _ => Kept::Double(weights.collect()),
            }
        });
    }
    /// The units of a row; none for a row that does not exist.
    #[inline]
    pub fn units(&self, row: u32) -> std::ops::Range<u32> {
        let row = row as usize;
        if matches!(self.delays, Steps::Common(_)) {
            let exists = u32::from(row < self.rows);
            return row as u32..row as u32 + exists;
        }
        match (self.units.get(row), self.units.get(row + 1)) {
            (Some(first), Some(last)) => *first..*last,
            _ => 0..0,
        }
    }
    /// The positions of a unit.
    #[inline]
    pub fn positions(&self, unit: u32) -> std::ops::Range<usize> {
        match (
            self.starts.get(unit as usize),
            self.starts.get(unit as usize + 1),
        ) {
            (Some(first), Some(last)) => *first as usize..*last as usize,
            _ => 0..0,
        }
    }
    /// The synapse at a position.
    #[cfg(test)]
    fn synapse(&self, position: usize) -> u32 {
        match &self.order {
            None => position as u32,
            Some(order) => order.as_slice().get(position).copied().unwrap_or(0),
        }
    }
}

impl Rows {
    /// For one thread.
    pub fn of(table: Arc<Table>) -> Rows {
        Rows {
            table,
            owned: Owned::All,
            parts: 1,
        }
    }
    /// What the rows are made of.
    pub fn table(&self) -> &Table {
        &self.table
    }
    /// Gives each of so many threads an equal part of the synapses of each unit.
    pub fn split_synapses(&mut self, parts: usize) {
        self.parts = parts.max(1);
        self.owned = Owned::Synapses;
    }
    /// Shares the rows among so many threads.
    pub fn split_rows(&mut self, parts: usize) {
        self.parts = parts.max(1);
        let size = self.rows.div_ceil(self.parts).next_multiple_of(LINE);
        let bounds = (1..self.parts).map(|part| {
            let row = (part * size).min(self.rows);
            match self.delays {
                Steps::Common(_) => row as u32,
                _ => self.units.get(row).copied().unwrap_or(u32::MAX),
            }
        });
        self.owned = Owned::Rows(bounds.collect());
    }
    /// Shares the elements that synapses add to among so many threads, where synapses add to elements.
    pub fn split_places(&mut self, parts: usize) {
        let table = self.table.clone();
        let Some(places) = &table.places else { return };
        let (bound, places) = (places.bound(), places.as_slice());
        self.parts = parts.max(1);
        let mut splits = Vec::with_capacity(table.starts.len() * (self.parts - 1));
        let size = bound.div_ceil(self.parts).next_multiple_of(LINE);
        for (first, last) in table.starts.iter().zip(table.starts.iter().skip(1)) {
            let unit = places.get(*first as usize..*last as usize);
            for part in 1..self.parts {
                let below = |place: &u32| (*place as usize) < part * size;
                let split = unit.map_or(0, |unit| unit.partition_point(below));
                splits.push(first + split as u32);
            }
        }
        self.owned = Owned::Places(splits);
    }
    /// The number of threads that the elements are shared among.
    pub fn parts(&self) -> usize {
        self.parts
    }
    /// The positions of a unit that belong to one thread.
    #[inline]
    pub fn positions_of(&self, unit: u32, part: usize) -> std::ops::Range<usize> {
        let all = self.positions(unit);
        // Where the share of a thread other than the first begins.
        let start = |part: usize| match &self.owned {
            Owned::All => all.end,
            Owned::Synapses => {
                let start = all.start + all.len() * part / self.parts;
                start.next_multiple_of(LINE).min(all.end)
            }
            Owned::Rows(bounds) => match bounds.get(part - 1) {
                Some(bound) if unit >= *bound => all.start,
                _ => all.end,
            },
            Owned::Places(splits) => {
                let k = unit as usize * (self.parts - 1) + part - 1;
                splits.get(k).map_or(all.end, |split| *split as usize)
            }
        };
        let first = match part {
            0 => all.start,
            part => start(part),
        };
        let last = match part + 1 < self.parts {
            true => start(part + 1),
            false => all.end,
        };
        first..last
    }
}

/// True where synapses are numbered row by row, and within a row by the elements that they add to.
fn in_order(synapses: &Synapses, starts: &[u32]) -> bool {
    let sorted = |places: &[u32]| {
        let mut rows = starts.iter().zip(starts.iter().skip(1));
        rows.all(|(first, last)| {
            let row = places.get(*first as usize..*last as usize);
            row.is_some_and(<[u32]>::is_sorted)
        })
    };
    let places = synapses.places.as_ref();
    synapses.rows.is_sorted() && places.is_none_or(|(places, _)| sorted(places))
}

/// Sorts each unit by the elements its synapses add to, keeping the order of synapses that add to the same.
fn by_place(order: &mut [u32], starts: &[u32], places: &[u32]) {
    let place = |synapse: &u32| places.get(*synapse as usize).copied().unwrap_or(0);
    for (first, last) in starts.iter().zip(starts.iter().skip(1)) {
        if let Some(unit) = order.get_mut(*first as usize..*last as usize)
            && !unit.is_sorted_by_key(place)
        {
            unit.sort_by_key(place);
        }
    }
}

/// Sorts each row by delay, keeping the order of synapses with equal delays, and makes units of equal delays.
fn group(order: &mut [u32], rows: &[u32], steps: &Steps) -> (Vec<u32>, Steps, Vec<u32>) {
    let of = |synapse: u32| steps.of(synapse);
    let mut units = Vec::with_capacity(rows.len());
    let (mut delays, mut starts) = (Vec::new(), Vec::new());
    for (first, last) in rows.iter().zip(rows.iter().skip(1)) {
        units.push(delays.len() as u32);
        let Some(row) = order.get_mut(*first as usize..*last as usize) else {
            continue;
        };
        row.sort_by_key(|synapse| of(*synapse));
        let mut before = None;
        for (synapse, position) in row.iter().zip(*first..) {
            let delay = of(*synapse);
            if before != Some(delay) {
                delays.push(delay);
                starts.push(position);
                before = Some(delay);
            }
        }
    }
    units.push(delays.len() as u32);
    starts.push(order.len() as u32);
    (units, Steps::of_units(delays), starts)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    fn rows(rows: &[u32], delays: Steps, single: bool) -> Rows {
        let synapses = Synapses {
            rows: rows.to_vec(),
            count: 3,
            delays,
            single,
            places: None,
        };
        Rows::of(Arc::new(Table::new(synapses).unwrap()))
    }
    /// The synapses of each unit of a row, with their delay.
    fn row(rows: &Rows, row: u32) -> Vec<(u32, Vec<u32>)> {
        rows.units(row)
            .map(|unit| {
                (
                    rows.delays.of(unit),
                    rows.positions(unit).map(|p| rows.synapse(p)).collect(),
                )
            })
            .collect()
    }

    #[test]
    fn rows_keep_the_order_of_synapses() {
        let sorted = rows(&[0, 0, 2], Steps::Common(4), false);
        assert!(sorted.order.is_none());
        assert_eq!(row(&sorted, 0), vec![(4, vec![0, 1])]);
        assert_eq!(row(&sorted, 1), vec![(4, vec![])]);
        assert_eq!(row(&sorted, 2), vec![(4, vec![2])]);
        assert_eq!(row(&sorted, 3), vec![]);
        let mixed = rows(&[2, 0, 2, 0], Steps::Common(0), false);
        assert_eq!(row(&mixed, 0), vec![(0, vec![1, 3])]);
        assert_eq!(row(&mixed, 2), vec![(0, vec![0, 2])]);
    }

    #[test]
    fn threads_share_the_elements() {
        let places = [90, 3, 40, 41, 7, 90, 16, 5];
        let synapses = Synapses {
            rows: vec![0, 0, 0, 0, 0, 0, 1, 1],
            count: 3,
            delays: Steps::Common(0),
            single: false,
            places: Some((places.to_vec(), 100)),
        };
        let mut rows = Rows::of(Arc::new(Table::new(synapses).unwrap()));
        let order: Vec<u32> = rows.positions(0).map(|p| rows.synapse(p)).collect();
        assert_eq!(order, [1, 4, 2, 3, 0, 5]);
        for parts in [1, 2, 3, 8, 40] {
            rows.split_places(parts);
            for unit in 0..3 {
                let mut next = rows.positions(unit).start;
                for part in 0..parts {
                    let own = rows.positions_of(unit, part);
                    assert_eq!(own.start, next);
                    next = own.end;
                    let size = 100usize.div_ceil(parts).next_multiple_of(LINE);
                    for position in own {
                        let place = places[rows.synapse(position) as usize] as usize;
                        assert_eq!(place / size, part);
                    }
                }
                assert_eq!(next, rows.positions(unit).end);
            }
        }
    }

    #[test]
    fn units_have_one_delay() {
        let delays = || Steps::Each(vec![5, 1, 5, 1, 0]);
        let grouped = rows(&[0, 0, 0, 0, 1], delays(), false);
        assert_eq!(row(&grouped, 0), vec![(1, vec![1, 3]), (5, vec![0, 2])]);
        assert_eq!(row(&grouped, 1), vec![(0, vec![4])]);
        assert_eq!(grouped.longest, 5);
        let single = rows(&[0, 0, 0, 0, 1], delays(), true);
        let each: Vec<_> = [(5, 0), (1, 1), (5, 2), (1, 3)]
            .map(|(d, s)| (d, vec![s]))
            .into();
        assert_eq!(row(&single, 0), each);
        assert!(
            Table::new(Synapses {
                rows: vec![3],
                count: 3,
                delays: Steps::Common(0),
                single: false,
                places: None
            })
            .is_none()
        );
    }
}
