//! Synapses that are computed anew for each event: of a row only the random stream is known from which its elements follow.
//!
//! Draws are functions of seed, stream and row, so a row has the same synapses each time, and they are those that would have been stored.

use std::sync::Arc;

use super::candidates::{Dice, count};
use super::delivery::Refusal;
use super::rows::{Rows, Table};
use super::sorted::{Shape, Sorted, starts};
use crate::backend::wide::random::Draw;

/// A number for each row.
#[derive(Clone, PartialEq, Debug)]
pub enum Numbers {
    /// The same for all.
    Same(f64),
    /// One for each.
    Each(Vec<f64>),
}

impl Numbers {
    /// Of a number for each row.
    pub fn of(numbers: Vec<f64>) -> Numbers {
        match numbers.split_first() {
            Some((first, rest)) if rest.iter().all(|other| other == first) => Numbers::Same(*first),
            _ => Numbers::Each(numbers),
        }
    }
    fn at(&self, row: u32) -> f64 {
        match self {
            Numbers::Same(number) => *number,
            Numbers::Each(numbers) => numbers.get(row as usize).copied().unwrap_or(0.0),
        }
    }
    fn bytes(&self) -> usize {
        match self {
            Numbers::Same(_) => 0,
            Numbers::Each(numbers) => 8 * numbers.len(),
        }
    }
}

/// Which values of its range a row takes.
#[derive(Clone, PartialEq, Debug)]
pub enum Choice {
    /// All.
    All,
    /// Each with a probability; the number of the random stream.
    Chance(Numbers, u32),
    /// So many different ones.
    Size(Numbers, u32),
}

/// How the synapses of each row are found.
#[derive(Clone, PartialEq, Debug)]
pub struct Recipe {
    /// Seed of the draws.
    pub seed: u64,
    /// The range whose values are chosen from, in elements of the target side.
    pub start: Numbers,
    /// Its end.
    pub stop: Numbers,
    /// Its step.
    pub step: Numbers,
    /// Which of them.
    pub choice: Choice,
    /// Leave out the element with the number of the row.
    pub apart: bool,
    /// Number of rows; of others there are no synapses.
    pub rows: u32,
    /// Number of elements of the target side; others are left out.
    pub size: u32,
    /// Added to the number of each row.
    pub first_row: u32,
    /// Added to the number of each element.
    pub first_place: u32,
    /// Number of elements that may be added to.
    pub bound: usize,
}

impl Recipe {
    /// Bytes held.
    pub fn bytes(&self) -> usize {
        let chosen = match &self.choice {
            Choice::All => 0,
            Choice::Chance(numbers, _) | Choice::Size(numbers, _) => numbers.bytes(),
        };
        self.start.bytes() + self.stop.bytes() + self.step.bytes() + chosen
    }
    /// The elements of a row, ascending, with `first_row` and `first_place` added.
    pub fn row(&self, row: u32, dice: &mut Dice, out: &mut Vec<u32>) {
        out.clear();
        let row = row.checked_sub(self.first_row);
        let Some(row) = row.filter(|row| *row < self.rows) else {
            return;
        };
        let [start, stop, step] =
            [&self.start, &self.stop, &self.step].map(|part| part.at(row) as i64);
        let len = count(start, stop, step).unwrap_or(0);
        let (size, own, shift) = (i64::from(self.size), i64::from(row), self.first_place);
        let mut take = |k: u64| {
            let element = start.saturating_add(step.saturating_mul(k as i64));
            if (0..size).contains(&element) && !(self.apart && element == own) {
                out.push(element as u32 + shift);
            }
        };
        let draw = |stream: u32| Draw {
            seed: self.seed,
            stream,
            step: u64::from(row),
        };
        // Nothing here fails.
        let _: Result<(), ()> = match &self.choice {
            Choice::All => {
                (0..len).for_each(take);
                Ok(())
            }
            Choice::Chance(chance, stream) => {
                dice.chance(draw(*stream), chance.at(row), len, &mut |hits: &[u64]| {
                    hits.iter().copied().for_each(&mut take);
                    Ok(())
                })
            }
            Choice::Size(wanted, stream) => {
                let wanted = wanted.at(row) as i64;
                let wanted = (wanted.max(0) as u64).min(len);
                dice.sample(draw(*stream), wanted, len, &mut |k| {
                    take(k);
                    Ok(())
                })
            }
        };
        if step < 0 {
            out.reverse();
        }
    }
}

impl Sorted {
    /// The elements that the synapses of a row add to, in order of delivery.
    pub fn elements(&self, row: u32) -> Vec<u32> {
        let mut found = Vec::new();
        let Ok(rows) = &self.rows else { return found };
        match (&rows.recipe, &rows.places) {
            (Some(recipe), _) => recipe.row(row, &mut Dice::of_this_machine(), &mut found),
            (None, Some(places)) => {
                for unit in rows.units(row) {
                    let unit = places.as_slice().get(rows.positions(unit));
                    found.extend_from_slice(unit.unwrap_or_default());
                }
            }
            (None, None) => {}
        }
        found
    }
    /// The same weight and delay for synapses that are computed anew for each event; how many each row has. Rows are counted without
    /// [`Shape::first_row`].
    pub fn recomputed(&self, recipe: Recipe, shape: &Shape, counts: &[u32]) -> Sorted {
        let rows = self.rows.as_ref().map_err(Refusal::clone).map(|one| {
            Arc::new(Rows::of(Arc::new(Table {
                starts: starts(shape, counts),
                places: None,
                recipe: Some(Arc::new(Recipe {
                    first_row: shape.first_row,
                    first_place: shape.first_place,
                    bound: shape.bound,
                    ..recipe
                })),
                ..one.table().clone()
            })))
        });
        Sorted {
            synapses: counts.iter().map(|count| *count as usize).sum(),
            rows,
        }
    }
}
