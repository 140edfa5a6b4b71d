//! Lists of synapses that are due, and their indices beside them.

use std::ops::Range;

use super::rows::Rows;
use crate::backend::image::Image;
use crate::backend::wide::indices;
use crate::kir::layout::Column;

/// Indices that are brought to the synapses in the list.
#[derive(Clone, Debug)]
pub(super) struct NearColumns {
    pub index: Column,
    pub into: Column,
    /// The index is the same for all synapses of a row.
    pub row: bool,
}

/// The part of a list that one thread fills.
pub(super) struct Into<'a> {
    pub items: &'a Column,
    pub near: &'a [NearColumns],
    /// What was added to the places of rows.
    pub less: u32,
    /// Its first place.
    pub first: usize,
    /// Its number of places.
    pub room: usize,
}

impl Into<'_> {
    /// Puts the synapses at some positions into it, as many as it has room for, and calls for each filling.
    pub fn fill(
        &self,
        rows: &Rows,
        due: impl Iterator<Item = Range<usize>>,
        image: &Image,
        mut full: impl FnMut(usize),
    ) {
        if self.room == 0 {
            return;
        }
        let mut filled = 0;
        let mut numbers = Vec::new();
        for mut positions in due {
            while !positions.is_empty() {
                if filled == self.room {
                    full(filled);
                    filled = 0;
                }
                let last = positions.end.min(positions.start + self.room - filled);
                let now = positions.start..last;
                positions.start = last;
                let synapses = match &rows.order {
                    Some(order) => order.as_slice().get(now.clone()).unwrap_or_default(),
                    None => {
                        numbers.clear();
                        numbers.extend(now.start as u32..now.end as u32);
                        &numbers
                    }
                };
                let place = self.first + filled;
                image.store_indices(self.items, place, synapses);
                for near in self.near {
                    self.bring(rows, image, near, &now, synapses, place);
                }
                filled += now.len();
            }
        }
        if filled > 0 {
            full(filled);
        }
    }
    /// Brings the indices of synapses to their places. They are of one row.
    fn bring(
        &self,
        rows: &Rows,
        image: &Image,
        near: &NearColumns,
        now: &Range<usize>,
        synapses: &[u32],
        place: usize,
    ) {
        let into = (&near.into, place);
        if near.row {
            if let Some(synapse) = synapses.first() {
                let row = image.load(&near.index, *synapse as usize) as u32;
                indices::fill(image, row, into, now.len());
            }
        } else if let Some(places) = &rows.places {
            let places = places.as_slice().get(now.clone()).unwrap_or_default();
            indices::put(image, places, self.less, into);
        } else if rows.order.is_none() {
            indices::copy(image, (&near.index, now.start), into, now.len());
        } else {
            indices::gather(image, &near.index, synapses, into);
        }
    }
}
