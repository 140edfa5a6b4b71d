//! Events on their way: who sent them, when they arrive, what they do then.

use std::ops::Range;
use std::sync::Arc;

use super::candidates::Dice;
use super::due::{Into, NearColumns};
use super::plan::ListColumns;
use super::pool::WORTH;
use super::procedural::Recipe;
use super::rows::{Kept, LONGEST, Rows, Steps, Synapses, Table};
use crate::backend::image::Image;
use crate::backend::wide::scatter::{Places, Scatter, Side, Weights, write_back};
use crate::backend::{Code, Scratch};
use crate::kir::KernelId;
use crate::kir::layout::{Column, PAD};
use crate::kir::pathway::SHARE;

/// Units fetched ahead of the one that is delivered.
const AHEAD: usize = 2;
/// Synapses from which on several threads may help to deliver events.
const MANY: usize = 100_000;
/// Estimated nanoseconds of adding one weight.
const ADDED: f64 = 2.0;
/// Estimated nanoseconds of running code for one synapse.
const CALLED: f64 = 12.0;

/// A pathway, its columns at hand.
#[derive(Clone, Debug)]
pub(super) struct Delivery {
    /// Its number in the program.
    pub number: usize,
    pub name: String,
    pub list: ListColumns,
    pub rows: Column,
    /// Number of synapses.
    pub synapses: usize,
    pub first: u32,
    pub delay: DelayColumns,
    pub changing: bool,
    /// Step length of its clock.
    pub dt: f64,
    pub effect: EffectColumns,
    /// How threads may share the synapses.
    pub apart: ApartColumns,
}

/// Synapses whose events do not touch each other: see [`crate::kir::apart`].
#[derive(Clone, Debug)]
pub(super) enum ApartColumns {
    Never,
    Synapses,
    Rows,
    Sides { index: Column, first: u32 },
}

#[derive(Clone, Debug)]
pub(super) enum DelayColumns {
    Common(f64),
    Shared(Column),
    Each(Column),
}

#[derive(Clone, Debug)]
pub(super) enum EffectColumns {
    Call {
        kernel: KernelId,
        due: ListColumns,
        near: Vec<NearColumns>,
        writes: Vec<WriteColumns>,
    },
    Add {
        target: Column,
        index: Column,
        first: u32,
        weight: WeightColumn,
        active: Option<Column>,
    },
}

/// Where results of a kernel go.
#[derive(Clone, Debug)]
pub(super) struct WriteColumns {
    pub column: Column,
    pub from: Column,
    /// Nothing for the synapse's own element.
    pub side: Option<SideColumns>,
}

/// Where the elements of a side are told.
#[derive(Clone, Debug)]
pub(super) enum Index {
    OfSynapse(Column),
    /// At the places of the list.
    Near(Column),
}

#[derive(Clone, Debug)]
pub(super) struct SideColumns {
    pub index: Index,
    pub first: u32,
    pub add: bool,
    pub active: Option<Column>,
}

#[derive(Clone, Debug)]
pub(super) enum WeightColumn {
    Shared(Column),
    Each(Column),
    Fixed(Column),
}

/// What a delivery works with.
pub(super) struct Hands<'a> {
    pub code: &'a dyn Code,
    pub scratch: &'a mut Scratch,
    /// Lets all threads take the events of the units that are due to their synapses, and gives the list back.
    pub share: &'a mut Together<'a>,
}

/// Lets all threads work on units of rows; what comes back is the list of units.
pub(super) type Together<'a> = dyn FnMut(Arc<Rows>, Vec<u32>, &mut Scratch) -> Vec<u32> + 'a;

/// Why a pathway cannot run.
#[derive(Clone, PartialEq, Debug)]
pub struct Refusal {
    /// The pathway: `Ce.pre`.
    pub pathway: String,
    /// Number of the synapse.
    pub synapse: usize,
    /// Its delay in seconds.
    pub delay: f64,
    /// The longest possible delay in seconds.
    pub longest: f64,
}

impl Refusal {
    /// For a delay of a synapse in a pathway with a step length.
    pub(super) fn of(pathway: &str, dt: f64, synapse: usize, delay: f64) -> Refusal {
        Refusal {
            pathway: pathway.to_string(),
            synapse,
            delay,
            longest: f64::from(LONGEST) * dt,
        }
    }
}

/// Whole steps in a delay; nothing where it is negative, not a number, or too long.
pub(super) fn steps(delay: f64, dt: f64) -> Option<u32> {
    let steps = (delay / dt + 0.5).trunc();
    (delay >= 0.0 && steps <= f64::from(LONGEST)).then_some(steps as u32)
}

/// Events under way: for each step to come, the units that become due in it, in the order in which they were sent.
#[derive(Clone, Default, Debug)]
pub(super) struct Queue {
    /// A ring: the units of step `k` are at `k` modulo its length, a power of two.
    ring: Vec<Vec<u32>>,
    /// The step that is delivered next.
    now: i64,
}

impl PartialEq for Queue {
    fn eq(&self, other: &Self) -> bool {
        let ahead = self.ring.len().max(other.ring.len()) as i64;
        (self.now == other.now || (self.is_empty() && other.is_empty()))
            && (0..ahead).all(|later| self.at(later) == other.at(later))
    }
}

impl Queue {
    fn slot(&self, step: i64) -> usize {
        step as usize & self.ring.len().wrapping_sub(1)
    }
    /// Units due so many steps from now.
    fn at(&self, later: i64) -> &[u32] {
        if later >= self.ring.len() as i64 {
            return &[];
        }
        let slot = self.ring.get(self.slot(self.now + later));
        slot.map_or(&[], Vec::as_slice)
    }
    fn is_empty(&self) -> bool {
        self.ring.iter().all(Vec::is_empty)
    }
    /// Makes room for a delay of so many steps.
    fn reach(&mut self, longest: u32) {
        let wanted = (longest as usize + 1).next_power_of_two();
        if self.ring.len() >= wanted {
            return;
        }
        let mut ring = vec![Vec::new(); wanted];
        for later in 0..self.ring.len() as i64 {
            let step = self.now + later;
            let old = self.slot(step);
            let slot = step as usize & (wanted - 1);
            if let (Some(old), Some(new)) = (self.ring.get_mut(old), ring.get_mut(slot)) {
                std::mem::swap(old, new);
            }
        }
        self.ring = ring;
    }
    fn send(&mut self, unit: u32, delay: u32) {
        let slot = self.slot(self.now + i64::from(delay));
        if let Some(due) = self.ring.get_mut(slot) {
            due.push(unit);
        }
    }
}

impl Delivery {
    /// True where several threads may share the work, and there is much of it.
    pub fn shares(&self) -> bool {
        !matches!(self.apart, ApartColumns::Never)
            && self.synapses >= MANY
            && self.most_threads() > 1
    }
    /// So many threads find room.
    fn most_threads(&self) -> usize {
        match &self.effect {
            EffectColumns::Add { .. } => usize::MAX,
            EffectColumns::Call { due, .. } => (due.items.len / SHARE).max(1),
        }
    }
    /// Gives each of up to so many threads its part of the synapses.
    pub fn split(&self, rows: &mut Arc<Rows>, threads: usize) {
        let parts = threads.min(self.most_threads());
        if rows.parts() == parts {
            return;
        }
        let rows = Arc::make_mut(rows);
        match self.apart {
            ApartColumns::Never => {}
            ApartColumns::Synapses => rows.split_synapses(parts),
            ApartColumns::Rows => rows.split_rows(parts),
            ApartColumns::Sides { .. } => rows.split_places(parts),
        }
    }
    /// Sorts the synapses of the pathway, for so many threads.
    ///
    /// # Errors
    /// At the first synapse whose delay is negative, not a number, or too long.
    pub fn prepare(
        &self,
        image: &Image,
        program_rows: usize,
        threads: usize,
    ) -> Result<Rows, Refusal> {
        let share = threads > 1 && self.shares();
        let n = self.rows.len;
        let shifted = |column: &Column, first: u32| -> Vec<u32> {
            (0..n)
                .map(|k| (image.load(column, k) as u32).saturating_add(first))
                .collect()
        };
        let rows = shifted(&self.rows, self.first);
        let delays = match &self.delay {
            DelayColumns::Common(seconds) => Steps::Common(self.steps(*seconds, 0)?),
            DelayColumns::Shared(column) => Steps::Common(self.steps(image.get(column, 0), 0)?),
            DelayColumns::Each(column) => {
                let each = (0..n).map(|k| self.steps(image.get(column, k), k));
                let each: Vec<u32> = each.collect::<Result<_, _>>()?;
                match each.first() {
                    Some(first) if !self.changing && each.iter().all(|d| d == first) => {
                        Steps::Common(*first)
                    }
                    _ => Steps::Each(each),
                }
            }
        };
        let targets = match (&self.effect, &self.apart) {
            (
                EffectColumns::Add {
                    target,
                    index,
                    first,
                    ..
                },
                _,
            ) => Some((shifted(index, *first), target.len)),
            (EffectColumns::Call { near, .. }, apart) => {
                let asked = near.iter().find(|one| !one.row).map(|one| (&one.index, 0));
                let sided = match apart {
                    ApartColumns::Sides { index, first } => Some((index, *first)),
                    _ => None,
                };
                // Where synapses are numbered by rows, their other side is at hand.
                let wanted = match rows.is_sorted() && !share {
                    true => None,
                    false => sided.or(asked),
                };
                wanted.map(|(index, first)| {
                    let places = shifted(index, first);
                    let bound = places.iter().max().map_or(0, |most| *most as usize + 1);
                    (places, bound)
                })
            }
        };
        let synapses = Synapses {
            rows,
            count: program_rows,
            delays,
            single: self.changing,
            places: targets,
        };
        // Indices were checked when the synapses were made.
        let mut sorted = Table::new(synapses).unwrap_or_else(|| Table::none(program_rows));
        if let EffectColumns::Add {
            weight: WeightColumn::Fixed(column),
            ..
        } = &self.effect
        {
            sorted.keep_weights(image, column);
        }
        Ok(Rows::of(Arc::new(sorted)))
    }
    fn steps(&self, delay: f64, synapse: usize) -> Result<u32, Refusal> {
        steps(delay, self.dt).ok_or_else(|| Refusal::of(&self.name, self.dt, synapse, delay))
    }
    /// True where it is worth while to let several threads work.
    fn worth(&self, rows: &Rows, due: &[u32]) -> bool {
        let each = match &self.effect {
            EffectColumns::Add { .. } => ADDED,
            EffectColumns::Call { .. } => CALLED,
        };
        let mut events = 0;
        due.iter().any(|unit| {
            events += rows.positions(*unit).len();
            events as f64 * each >= 2.0 * WORTH
        })
    }
    /// Sends the events of this step and lets those that arrive take effect. Where several threads are at hand, `share` lets all of them
    /// call [`Delivery::deliver`].
    pub fn run(
        &self,
        step: i64,
        rows: &Arc<Rows>,
        queue: &mut Queue,
        image: &Image,
        hands: Hands<'_>,
    ) {
        let Hands {
            code,
            scratch,
            share,
        } = hands;
        let count = image.load(&self.list.count, 0) as usize;
        let count = count.min(self.list.items.len);
        let sent = (0..count).map(|k| image.load(&self.list.items, k) as u32);
        queue.reach(rows.longest);
        queue.now = step;
        let slot = queue.slot(step);
        match &rows.delays {
            Steps::Common(delay) => {
                let slot = queue.slot(step + i64::from(*delay));
                if let Some(bucket) = queue.ring.get_mut(slot) {
                    bucket.extend(sent);
                }
            }
            delays => {
                for row in sent {
                    for unit in rows.units(row) {
                        queue.send(unit, delays.of(unit));
                    }
                }
            }
        }
        let Some(due) = queue.ring.get_mut(slot) else {
            return;
        };
        if !due.is_empty() {
            if rows.parts() > 1 && self.worth(rows, due) {
                let units = std::mem::take(due);
                *due = share(rows.clone(), units, scratch);
            } else {
                self.deliver(rows, due, image, (code, scratch), None);
            }
            due.clear();
        }
        queue.now = step + 1;
    }
    /// Takes the events of the units that are due to their synapses: to all, or to those of one thread.
    pub fn deliver(
        &self,
        rows: &Rows,
        due: &[u32],
        image: &Image,
        (code, scratch): (&dyn Code, &mut Scratch),
        part: Option<usize>,
    ) {
        let EffectColumns::Call {
            kernel,
            due: list,
            near,
            writes,
        } = &self.effect
        else {
            self.add(rows, due, image, part);
            return;
        };
        let first = part.unwrap_or(0) * SHARE;
        let room = list.items.len.saturating_sub(first).min(SHARE);
        let positions = due.iter().map(|unit| match part {
            None => rows.positions(*unit),
            Some(part) => rows.positions_of(*unit, part),
        });
        let less = match &self.apart {
            ApartColumns::Sides { first, .. } => *first,
            _ => 0,
        };
        let into = Into {
            items: &list.items,
            near,
            less,
            first,
            room,
        };
        into.fill(rows, positions, image, |count| {
            let last = match writes.is_empty() {
                true => first + count,
                false => (first + count.next_multiple_of(PAD)).min(list.items.len),
            };
            code.call(*kernel, image, first, last, scratch);
            for one in writes {
                one.run(image, &list.items, first..first + count);
            }
        });
    }
    /// Adds for the units that are due: to all elements, or to those of one thread.
    fn add(&self, rows: &Rows, due: &[u32], image: &Image, part: Option<usize>) {
        let EffectColumns::Add {
            target,
            weight,
            active,
            ..
        } = &self.effect
        else {
            return;
        };
        let weights = match (weight, &rows.order, &rows.weights) {
            (WeightColumn::Shared(column), ..) => Weights::One(image.get(column, 0)),
            (WeightColumn::Fixed(_), _, Some(Kept::Same(weight))) => Weights::One(*weight),
            (WeightColumn::Fixed(_), _, Some(Kept::Double(weights))) => Weights::Each(weights),
            (WeightColumn::Fixed(_), _, Some(Kept::Single(weights))) => Weights::Single(weights),
            (WeightColumn::Each(column) | WeightColumn::Fixed(column), Some(order), _) => {
                Weights::Through(column, order)
            }
            (WeightColumn::Each(column) | WeightColumn::Fixed(column), None, _) => {
                Weights::Column(column)
            }
        };
        if let (Some(recipe), Weights::One(weight)) = (&rows.recipe, weights) {
            return recompute(recipe, due, image, (target, active.as_ref()), weight);
        }
        let scatter = rows
            .places
            .as_ref()
            .and_then(|places| Scatter::new(image, target, active.as_ref(), places, weights));
        let Some(scatter) = scatter else {
            return;
        };
        let positions = |unit: u32| match part {
            None => rows.positions(unit),
            Some(part) => rows.positions_of(unit, part),
        };
        for unit in due.iter().take(AHEAD) {
            scatter.fetch(positions(*unit).start);
        }
        for (k, unit) in due.iter().enumerate() {
            if let Some(coming) = due.get(k + AHEAD) {
                scatter.fetch(positions(*coming).start);
            }
            let positions = positions(*unit);
            scatter.add(positions.start, positions.end);
        }
    }
}

/// Adds a weight for each synapse of rows, found anew.
fn recompute(
    recipe: &Recipe,
    due: &[u32],
    image: &Image,
    (target, active): (&Column, Option<&Column>),
    weight: f64,
) {
    let (mut dice, mut found) = (Dice::of_this_machine(), Vec::new());
    for row in due {
        recipe.row(*row, &mut dice, &mut found);
        let Some(places) = Places::new(std::mem::take(&mut found), recipe.bound) else {
            return;
        };
        if let Some(scatter) = Scatter::new(image, target, active, &places, Weights::One(weight)) {
            scatter.add(0, places.as_slice().len());
        }
        found = places.into_vec();
    }
}

impl WriteColumns {
    fn run(&self, image: &Image, items: &Column, range: Range<usize>) {
        let side = self.side.as_ref().map(|side| Side {
            index: match &side.index {
                Index::OfSynapse(index) | Index::Near(index) => index,
            },
            near: matches!(side.index, Index::Near(_)),
            first: side.first,
            add: side.add,
            active: side.active.as_ref(),
        });
        write_back(image, items, range, (&self.column, &self.from), side);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_arrive_when_they_should_and_in_the_order_sent() {
        let mut queue = Queue::default();
        queue.reach(3);
        queue.now = 7;
        queue.send(10, 3);
        queue.now = 8;
        queue.send(11, 2);
        queue.send(12, 0);
        assert_eq!(queue.at(0), [12]);
        assert_eq!(queue.at(2), [10, 11]);
        let before = queue.clone();
        queue.reach(100);
        assert_eq!(queue, before);
        assert_eq!(queue.at(2), [10, 11]);
        queue.send(13, 90);
        assert_eq!(queue.at(90), [13]);
        assert_ne!(queue, before);
    }
}
