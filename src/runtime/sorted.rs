//! Synapses that exist in order of delivery only: sorted while they are made, row by row, so that nothing is held twice.
//!
//! Where nothing but the delivery of events reads a synapse, its row follows from where it stands, and of itself there remain the element it
//! adds to and its weight: 12 bytes, 8 in single precision, 4 where all weights are equal. Delays are kept once for all synapses of a row
//! that have the same.

use std::sync::Arc;

use super::delivery::{Refusal, steps};
use super::kept::{keep, keep_all};
use super::radix::Scratch;
use super::rows::{Kept, Rows, Steps, Table};
use crate::backend::wide::scatter::Places;

/// Synapses of a pathway, in order of delivery.
#[derive(Clone, PartialEq, Debug)]
pub struct Sorted {
    /// How many there are.
    pub synapses: usize,
    /// The synapses, or why they cannot be delivered.
    pub(super) rows: Result<Arc<Rows>, Refusal>,
}

impl Sorted {
    /// The largest absolute value of what a synapse adds; nothing where that is not known.
    pub fn largest_weight(&self) -> Option<f64> {
        let largest = |a: f64, b: f64| a.max(b.abs());
        match self.rows.as_ref().ok()?.weights.as_ref()? {
            Kept::Same(weight) => Some(weight.abs()),
            Kept::Double(weights) => Some(weights.iter().copied().fold(0.0, largest)),
            Kept::Single(weights) => {
                Some(weights.iter().copied().map(f64::from).fold(0.0, largest))
            }
        }
    }
    /// Bytes held.
    pub fn bytes(&self) -> usize {
        let Ok(rows) = &self.rows else { return 0 };
        let weights = match &rows.weights {
            None | Some(Kept::Same(_)) => 0,
            Some(Kept::Double(weights)) => 8 * weights.len(),
            Some(Kept::Single(weights)) => 4 * weights.len(),
        };
        let delays = match &rows.delays {
            Steps::Common(_) => 0,
            Steps::Each(delays) => 4 * delays.len(),
            Steps::Short(delays) => 2 * delays.len(),
        };
        let places = rows.places.as_ref().map_or(0, |p| p.as_slice().len());
        let recipe = rows.recipe.as_ref().map_or(0, |recipe| recipe.bytes());
        4 * (places + rows.units.len() + rows.starts.len()) + weights + delays + recipe
    }
}

/// What is known before the first synapse is made.
#[derive(Clone, Debug)]
pub struct Shape {
    /// Name of the pathway, for people.
    pub pathway: String,
    /// Number of rows.
    pub rows: usize,
    /// Added to the row of every synapse.
    pub first_row: u32,
    /// Number of elements that may be added to.
    pub bound: usize,
    /// Added to the element of every synapse.
    pub first_place: u32,
    /// Step length in seconds.
    pub dt: f64,
    /// Keep weights in single precision.
    pub single: bool,
}

/// Synapses in order of their numbers.
#[derive(Clone, Copy, Debug)]
pub struct Batch<'a> {
    /// Row of each.
    pub rows: &'a [u32],
    /// Element each adds to.
    pub places: &'a [u32],
    /// Weight of each; nothing where that is kept elsewhere.
    pub weights: Option<&'a [f64]>,
    /// Delays in seconds: one for all, or one for each.
    pub delays: &'a [f64],
}

/// Sorts synapses.
#[derive(Debug)]
pub struct Sorter {
    shape: Shape,
    /// Where each row begins: all of them if synapses were counted, those begun so far otherwise.
    starts: Vec<u32>,
    /// The next position of each row, where synapses were counted.
    next: Option<Vec<u32>>,
    places: Vec<u32>,
    weights: Option<Kept>,
    /// Delays in steps from a position on; of a single one for all if there is no other.
    delays: Vec<u32>,
    delays_from: usize,
    same: Option<u32>,
    varied: bool,
    units: Vec<u32>,
    unit_delays: Vec<u32>,
    unit_starts: Vec<u32>,
    /// Synapses so far.
    count: usize,
    refusal: Option<Refusal>,
    outside: bool,
    scratch: Scratch,
    /// Steps of the delays of a batch.
    late: Vec<u32>,
}

impl Sorter {
    /// For synapses whose rows ascend.
    pub fn ascending(shape: Shape) -> Sorter {
        Sorter::new(shape, vec![0], None)
    }
    /// For synapses in any order, of which each row has so many. Rows are counted without [`Shape::first_row`].
    pub fn counted(shape: Shape, counts: &[u32]) -> Sorter {
        let starts = starts(&shape, counts);
        let next = starts.clone();
        let sum = starts.last().copied().unwrap_or(0);
        let mut sorter = Sorter::new(shape, starts, Some(next));
        sorter.places = vec![0; sum as usize];
        sorter
    }
    fn new(shape: Shape, starts: Vec<u32>, next: Option<Vec<u32>>) -> Sorter {
        Sorter {
            shape,
            starts,
            next,
            places: Vec::new(),
            weights: None,
            delays: Vec::new(),
            delays_from: 0,
            same: None,
            varied: false,
            units: Vec::new(),
            unit_delays: Vec::new(),
            unit_starts: Vec::new(),
            count: 0,
            refusal: None,
            outside: false,
            scratch: Scratch::default(),
            late: Vec::new(),
        }
    }
    /// Takes more synapses.
    pub fn push(&mut self, batch: &Batch<'_>) {
        match self.next.is_none() && self.fits(batch) {
            true => self.push_rows(batch),
            false => self.push_each(batch),
        }
    }
    /// True where nothing can be wrong with any synapse of a batch; the steps of its delays are in `late` then.
    fn fits(&mut self, batch: &Batch<'_>) -> bool {
        let shape = &self.shape;
        let largest = |indices: &[u32], first: u32| {
            indices.iter().copied().max().unwrap_or(0) as usize + first as usize
        };
        let dt = shape.dt;
        let delays = batch.delays.iter();
        self.late.clear();
        self.late
            .extend(delays.map(|delay| steps(*delay, dt).unwrap_or(u32::MAX)));
        let n = batch.rows.len();
        let whole = |len: usize| len == 1 || len == n;
        batch.places.len() == n
            && batch.weights.is_none_or(|weights| weights.len() == n)
            && whole(self.late.len())
            && batch.rows.is_sorted()
            && largest(batch.rows, shape.first_row) < shape.rows
            && largest(batch.places, shape.first_place) < shape.bound
            && self.late.iter().all(|late| *late != u32::MAX)
    }
    /// Takes synapses that fit, row by row.
    fn push_rows(&mut self, batch: &Batch<'_>) {
        let late = std::mem::take(&mut self.late);
        let (mut places, mut weights) = (batch.places, batch.weights.unwrap_or_default());
        let mut delays: &[u32] = &late;
        for rows in batch.rows.chunk_by(|a, b| a == b) {
            let row = rows.first().map_or(0, |row| row + self.shape.first_row) as usize;
            let n = rows.len();
            while self.starts.len() <= row {
                self.finish_row(self.starts.len() - 1);
                self.starts.push(self.places.len() as u32);
            }
            if self.starts.len() > row + 1 {
                self.outside = true;
                break;
            }
            let first = self.places.len();
            let ours = split(&mut places, n);
            let shift = self.shape.first_place;
            self.places.extend(ours.iter().map(|place| place + shift));
            match delays {
                [same] => self.keep_delays(first, std::iter::repeat_n(*same, n)),
                _ => self.keep_delays(first, split(&mut delays, n).iter().copied()),
            }
            if batch.weights.is_some() {
                keep_all(
                    &mut self.weights,
                    first,
                    split(&mut weights, n),
                    self.shape.single,
                );
            }
            self.count += n;
        }
        self.late = late;
    }
    /// Keeps the delays of the synapses from a position on, the last ones so far.
    fn keep_delays(&mut self, first: usize, delays: impl Iterator<Item = u32> + Clone) {
        let Some(least) = delays.clone().next() else {
            return;
        };
        let same = *self.same.get_or_insert(least);
        if !self.varied && delays.clone().all(|delay| delay == same) {
            return;
        }
        if !self.varied {
            self.varied = true;
            // Of rows that are over nothing more is needed.
            self.delays_from = self.starts.last().map_or(0, |start| *start as usize);
            self.delays = vec![same; first - self.delays_from];
        }
        self.delays.extend(delays);
    }
    /// Takes synapses one by one, up to the first with which something is wrong.
    fn push_each(&mut self, batch: &Batch<'_>) {
        let each = batch.rows.iter().zip(batch.places).enumerate();
        for (k, (row, place)) in each {
            let row = row.saturating_add(self.shape.first_row);
            let place = place.saturating_add(self.shape.first_place);
            if row as usize >= self.shape.rows || place as usize >= self.shape.bound {
                self.outside = true;
                return;
            }
            let delay = match batch.delays {
                [delay] => *delay,
                delays => delays.get(k).copied().unwrap_or(0.0),
            };
            let Some(delay) = steps(delay, self.shape.dt) else {
                let shape = &self.shape;
                let refusal = Refusal::of(&shape.pathway, shape.dt, self.count, delay);
                self.refusal.get_or_insert(refusal);
                return;
            };
            let Some(position) = self.position(row, place) else {
                self.outside = true;
                return;
            };
            self.keep_delay(position, delay);
            if let Some(weight) = batch.weights.and_then(|weights| weights.get(k)) {
                let all = self.places.len();
                keep(&mut self.weights, position, all, *weight, self.shape.single);
            }
            self.count += 1;
        }
    }
    /// Where a synapse goes; nothing if its row is over, or was counted too small.
    #[inline]
    fn position(&mut self, row: u32, place: u32) -> Option<usize> {
        match &mut self.next {
            None => {
                while self.starts.len() <= row as usize {
                    self.finish_row(self.starts.len() - 1);
                    self.starts.push(self.places.len() as u32);
                }
                if self.starts.len() > row as usize + 1 {
                    return None;
                }
                self.places.push(place);
                Some(self.places.len() - 1)
            }
            Some(next) => {
                let slot = next.get_mut(row as usize)?;
                let position = *slot as usize;
                if position >= *self.starts.get(row as usize + 1)? as usize {
                    return None;
                }
                *slot += 1;
                *self.places.get_mut(position)? = place;
                Some(position)
            }
        }
    }
    #[inline]
    fn keep_delay(&mut self, position: usize, delay: u32) {
        let same = *self.same.get_or_insert(delay);
        if !self.varied {
            if delay == same {
                return;
            }
            self.varied = true;
            // What came before has the same delay; of rows that are over nothing more is needed.
            let from = match self.next {
                None => self.starts.last().map_or(0, |start| *start as usize),
                Some(_) => 0,
            };
            self.delays_from = from;
            self.delays = vec![same; self.places.len() - from];
        }
        let k = position - self.delays_from;
        match self.delays.get_mut(k) {
            Some(slot) => *slot = delay,
            None => self.delays.push(delay),
        }
    }
    /// Puts the synapses of a row, the last one begun if they ascend, in order.
    fn finish_row(&mut self, row: usize) {
        let first = self.starts.get(row).map_or(0, |start| *start as usize);
        let last = match &self.next {
            None => self.places.len(),
            Some(_) => self.starts.get(row + 1).map_or(first, |s| *s as usize),
        };
        if self.varied && self.units.is_empty() {
            self.rows_before(row);
        }
        let ours = first.saturating_sub(self.delays_from)..last.saturating_sub(self.delays_from);
        let delays: &mut [u32] = match self.varied {
            true => self.delays.get_mut(ours).unwrap_or_default(),
            false => &mut [],
        };
        let places = self.places.get_mut(first..last).unwrap_or_default();
        self.scratch
            .sort(delays, places, self.weights.as_mut(), first..last);
        if !self.varied {
            return;
        }
        self.units.push(self.unit_delays.len() as u32);
        let mut before = None;
        for (delay, position) in delays.iter().zip(first..) {
            if before != Some(*delay) {
                self.unit_delays.push(*delay);
                self.unit_starts.push(position as u32);
                before = Some(*delay);
            }
        }
        if self.next.is_none() {
            self.delays.clear();
            self.delays_from = last;
        }
    }
    /// The units of the rows before the first one with another delay.
    fn rows_before(&mut self, row: usize) {
        let same = self.same.unwrap_or(0);
        let rows = self.starts.iter().zip(self.starts.iter().skip(1)).take(row);
        for (first, last) in rows {
            self.units.push(self.unit_delays.len() as u32);
            if first < last {
                self.unit_delays.push(same);
                self.unit_starts.push(*first);
            }
        }
    }
    /// The synapses in order.
    pub fn finish(mut self) -> Sorted {
        let synapses = self.count;
        let refused = |refusal| Sorted {
            synapses,
            rows: Err(refusal),
        };
        if let Some(refusal) = self.refusal {
            return refused(refusal);
        }
        let rows = self.shape.rows;
        match self.next {
            None => {
                while self.starts.len() <= rows {
                    self.finish_row(self.starts.len() - 1);
                    self.starts.push(self.places.len() as u32);
                }
            }
            Some(_) => (0..rows).for_each(|row| self.finish_row(row)),
        }
        self.places.shrink_to_fit();
        match &mut self.weights {
            Some(Kept::Double(weights)) => weights.shrink_to_fit(),
            Some(Kept::Single(weights)) => weights.shrink_to_fit(),
            _ => {}
        }
        let n = self.places.len() as u32;
        let places = Places::new(self.places, self.shape.bound);
        let table = match (places, self.outside) {
            (Some(places), false) => {
                let (units, delays, starts) = if self.varied {
                    drop(self.delays);
                    self.units.push(self.unit_delays.len() as u32);
                    self.unit_starts.push(n);
                    self.unit_starts.shrink_to_fit();
                    let delays = Steps::of_units(self.unit_delays);
                    (self.units, delays, self.unit_starts)
                } else {
                    let delay = Steps::Common(self.same.unwrap_or(0));
                    (Vec::new(), delay, self.starts)
                };
                let longest = delays.longest();
                Table {
                    units,
                    delays,
                    starts,
                    order: None,
                    places: Some(places),
                    weights: self.weights,
                    recipe: None,
                    rows,
                    longest,
                }
            }
            // Indices were checked when the synapses were made.
            _ => Table::none(rows),
        };
        Sorted {
            synapses,
            rows: Ok(Arc::new(Rows::of(Arc::new(table)))),
        }
    }
}

/// Where each row begins, of rows with so many synapses.
pub(super) fn starts(shape: &Shape, counts: &[u32]) -> Vec<u32> {
    let first = shape.first_row as usize;
    let mut starts = vec![0u32; shape.rows + 1];
    let mut sum = 0u32;
    for (row, start) in starts.iter_mut().enumerate() {
        *start = sum;
        let count = row.checked_sub(first).and_then(|row| counts.get(row));
        sum = sum.saturating_add(count.copied().unwrap_or(0));
    }
    starts
}

/// The first values of a slice, which loses them.
fn split<'a, T>(values: &mut &'a [T], n: usize) -> &'a [T] {
    let (ours, rest) = values.split_at_checked(n).unwrap_or((values, &[]));
    *values = rest;
    ours
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;
    use crate::runtime::rows::Synapses;

    /// Numbers that look random.
    fn numbers(seed: u64, count: usize, below: u64) -> Vec<u32> {
        let mut state = seed;
        let next = || {
            state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
            ((state >> 33) % below) as u32
        };
        std::iter::repeat_with(next).take(count).collect()
    }
    fn shape(single: bool) -> Shape {
        Shape {
            pathway: "S.pre".into(),
            rows: 12,
            first_row: 1,
            bound: 50,
            first_place: 2,
            dt: 1e-3,
            single,
        }
    }

    #[test]
    fn synapses_stand_where_sorting_all_of_them_puts_them() {
        for (distances, weights) in [(1, 1), (1, 9), (4, 1), (4, 9), (300, 900)] {
            for ascending in [true, false] {
                let n = 500;
                let mut rows = numbers(1, n, 10);
                if ascending {
                    rows.sort_unstable();
                }
                let places = numbers(2, n, 40);
                let delays = numbers(3, n, distances);
                let values: Vec<f64> = numbers(4, n, weights).into_iter().map(f64::from).collect();
                let mut counts = vec![0; 10];
                rows.iter().for_each(|row| counts[*row as usize] += 1);
                let mut sorter = match ascending {
                    true => Sorter::ascending(shape(false)),
                    false => Sorter::counted(shape(false), &counts),
                };
                let seconds: Vec<f64> = delays.iter().map(|d| f64::from(*d) * 1e-3).collect();
                for first in (0..n).step_by(64) {
                    let part = first..(first + 64).min(n);
                    sorter.push(&Batch {
                        rows: &rows[part.clone()],
                        places: &places[part.clone()],
                        weights: Some(&values[part.clone()]),
                        delays: &seconds[part],
                    });
                }
                let sorted = sorter.finish();
                assert_eq!(sorted.synapses, n);
                let found = sorted.rows.unwrap();
                let moved = |values: &[u32], by: u32| -> Vec<u32> {
                    values.iter().map(|value| value + by).collect()
                };
                let steps = match distances {
                    1 => Steps::Common(0),
                    _ => Steps::Each(delays),
                };
                let expected = Table::new(Synapses {
                    rows: moved(&rows, 1),
                    count: 12,
                    delays: steps,
                    single: false,
                    places: Some((moved(&places, 2), 50)),
                })
                .unwrap();
                let order = expected.order.as_ref().unwrap().as_slice();
                let kept: Vec<f64> = order.iter().map(|k| values[*k as usize]).collect();
                match found.weights.as_ref().unwrap() {
                    Kept::Same(weight) => assert!(kept.iter().all(|w| w == weight)),
                    Kept::Double(weights) => assert_eq!(*weights, kept),
                    Kept::Single(_) => unreachable!(),
                }
                assert_eq!(
                    matches!(found.weights, Some(Kept::Same(_))),
                    weights == 1,
                    "one weight is not kept many times"
                );
                let like = Table {
                    weights: None,
                    order: None,
                    ..(**found).clone()
                };
                let expected = Table {
                    order: None,
                    ..expected
                };
                assert_eq!(like, expected);
            }
        }
    }

    #[test]
    fn single_precision_halves_the_weights() {
        let sorted = |single: bool| {
            let mut sorter = Sorter::ascending(shape(single));
            sorter.push(&Batch {
                rows: &[0, 0, 3],
                places: &[5, 4, 5],
                weights: Some(&[0.1, 0.2, 0.3]),
                delays: &[1e-3],
            });
            sorter.finish()
        };
        let (double, single) = (sorted(false), sorted(true));
        assert_eq!(double.bytes() - single.bytes(), 12);
        let rows = single.rows.unwrap();
        assert_eq!(rows.weights, Some(Kept::Single(vec![0.2, 0.1, 0.3])));
        assert_eq!(rows.positions(1), 0..2);
        assert_eq!(rows.positions(4), 2..3);
    }

    #[test]
    fn delays_that_are_none_and_synapses_without_a_row_are_refused() {
        let mut sorter = Sorter::ascending(shape(false));
        let batch = Batch {
            rows: &[0, 1, 2],
            places: &[0, 0, 0],
            weights: None,
            delays: &[0.0, 1e-3, -1e-3],
        };
        sorter.push(&batch);
        let refusal = sorter.finish().rows.unwrap_err();
        assert_eq!((refusal.synapse, refusal.delay), (2, -1e-3));
        let mut sorter = Sorter::ascending(shape(false));
        sorter.push(&Batch {
            rows: &[11],
            delays: &[0.0],
            ..batch
        });
        let rows = sorter.finish().rows.unwrap();
        assert!((0..12).all(|row| rows.positions(row).is_empty()));
    }
}
