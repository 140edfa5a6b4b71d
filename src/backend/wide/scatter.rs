//! Adding weights to many elements of a column: what most synapses do when an event arrives.
//!
//! The places are known beforehand, so they are checked once, when [`Places`] is made, and rows to come are fetched ahead of time.

use crate::backend::image::Image;
use crate::kir::layout::{Column, Elem};

/// Elements of a column, checked to lie below a bound.
#[derive(Clone, PartialEq, Debug)]
pub struct Places {
    places: Vec<u32>,
    bound: usize,
}

impl Places {
    /// Takes places that all lie below `bound`; nothing if one does not.
    pub fn new(places: Vec<u32>, bound: usize) -> Option<Places> {
        let inside = places.iter().all(|place| (*place as usize) < bound);
        inside.then_some(Places { places, bound })
    }
    /// The places.
    pub fn as_slice(&self) -> &[u32] {
        &self.places
    }
}

/// What is added at each position of [`Places`].
#[derive(Clone, Copy, Debug)]
pub enum Weights<'a> {
    /// The same everywhere.
    One(f64),
    /// One per position.
    Each(&'a [f64]),
    /// One per position, in a column of the image.
    Column(&'a Column),
    /// The entry of a column whose number stands at the position.
    Through(&'a Column, &'a Places),
}

/// A column that is added to.
pub struct Scatter<'a> {
    values: *mut f64,
    active: Option<*const u8>,
    places: &'a Places,
    weights: Source<'a>,
}

enum Source<'a> {
    One(f64),
    Each(*const f64),
    Through(*const f64, &'a [u32]),
}

/// Positions ahead whose places are fetched while others are worked on, in bytes.
const LINES: usize = 4;

impl<'a> Scatter<'a> {
    /// Adds to `target`, where `active` is true if given. Nothing if the columns do not fit the places and weights.
    pub fn new(
        image: &'a Image,
        target: &Column,
        active: Option<&Column>,
        places: &'a Places,
        weights: Weights<'a>,
    ) -> Option<Self> {
        let count = places.places.len();
        let whole = |column: &Column, elem: Elem, len: usize| {
            let end = column.offset + len * elem.size();
            (column.elem == elem && len <= column.len && end <= image.size())
                .then(|| image.as_ptr().wrapping_add(column.offset))
        };
        let values = whole(target, Elem::F64, places.bound)?.cast();
        let active = match active {
            None => None,
            Some(column) => Some(whole(column, Elem::Bool, places.bound)?.cast_const()),
        };
        let weights = match weights {
            Weights::One(weight) => Source::One(weight),
            Weights::Each(weights) if weights.len() >= count => Source::Each(weights.as_ptr()),
            Weights::Each(_) => return None,
            Weights::Column(column) => {
                Source::Each(whole(column, Elem::F64, count)?.cast_const().cast())
            }
            Weights::Through(column, order) if order.places.len() >= count => {
                let base = whole(column, Elem::F64, order.bound)?;
                Source::Through(base.cast_const().cast(), &order.places)
            }
            Weights::Through(..) => return None,
        };
        Some(Scatter {
            values,
            active,
            places,
            weights,
        })
    }
    /// Asks for the beginning of a range of positions to be brought near.
    #[inline]
    pub fn fetch(&self, first: usize) {
        #[cfg(target_arch = "x86_64")]
        if first < self.places.places.len() {
            use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
            let places = self.places.places.as_ptr();
            for line in 0..LINES {
                // SAFETY: a prefetch of any address is harmless; `wrapping_add` makes no claim about it.
                unsafe {
                    _mm_prefetch::<_MM_HINT_T0>(places.wrapping_add(first + 16 * line).cast())
                };
            }
            if let Source::Each(weights) = self.weights {
                for line in 0..2 * LINES {
                    // SAFETY: as above.
                    unsafe {
                        _mm_prefetch::<_MM_HINT_T0>(weights.wrapping_add(first + 8 * line).cast());
                    }
                }
            }
        }
        #[cfg(not(target_arch = "x86_64"))]
        let _ = first;
    }
    /// Adds at the positions `first..last`, in order.
    #[inline]
    pub fn add(&self, first: usize, last: usize) {
        let last = last.min(self.places.places.len());
        if first >= last {
            return;
        }
        match (&self.weights, self.active) {
            (Source::One(weight), None) => self.each(first, last, |_| *weight),
            (Source::One(weight), Some(active)) => {
                self.where_active(first, last, active, |_| *weight)
            }
            // SAFETY: there is a weight for every position.
            (Source::Each(weights), None) => self.each(first, last, |k| unsafe { *weights.add(k) }),
            (Source::Each(weights), Some(active)) => {
                // SAFETY: as above.
                self.where_active(first, last, active, |k| unsafe { *weights.add(k) });
            }
            (Source::Through(column, order), None) => {
                // SAFETY: there is an entry for every position, and it lies within the column.
                self.each(first, last, |k| unsafe {
                    *column.add(*order.get_unchecked(k) as usize)
                });
            }
            (Source::Through(column, order), Some(active)) => {
                // SAFETY: as above.
                self.where_active(first, last, active, |k| unsafe {
                    *column.add(*order.get_unchecked(k) as usize)
                });
            }
        }
    }
    #[inline(always)]
    fn each(&self, first: usize, last: usize, weight: impl Fn(usize) -> f64) {
        for k in first..last {
            // SAFETY: `k` is a position, and places lie below the bound, which the column reaches.
            unsafe {
                let value = self
                    .values
                    .add(*self.places.places.get_unchecked(k) as usize);
                *value += weight(k);
            }
        }
    }
    #[inline(always)]
    fn where_active(
        &self,
        first: usize,
        last: usize,
        active: *const u8,
        weight: impl Fn(usize) -> f64,
    ) {
        for k in first..last {
            // SAFETY: as in `each`; the column of truth values reaches the bound, too.
            unsafe {
                let place = *self.places.places.get_unchecked(k) as usize;
                let value = self.values.add(place);
                if *active.add(place) != 0 {
                    *value += weight(k);
                }
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;
    use crate::kir::layout::Layout;

    #[test]
    fn weights_are_added_where_they_belong() {
        let mut layout = Layout::default();
        let x = layout.add_column("x", Elem::F64, 4, "1", 1.0);
        let on = layout.add_column("on", Elem::Bool, 4, "1", 1.0);
        let w = layout.add_column("w", Elem::F64, 3, "1", 0.0);
        let image = Image::new(&layout);
        let column = |id| layout.column(id);
        image.write(column(w), 0, &[10.0, 20.0, 30.0]);
        image.set(column(on), 3, 0.0);
        let places = Places::new(vec![2, 0, 3], 4).unwrap();
        let order = Places::new(vec![2, 0, 1], 3).unwrap();
        let rows = [
            (Weights::One(1.0), None, [2.0, 1.0, 2.0, 2.0]),
            (Weights::Each(&[1.0, 2.0, 4.0]), None, [3.0, 1.0, 2.0, 5.0]),
            (
                Weights::Column(column(w)),
                Some(column(on)),
                [21.0, 1.0, 11.0, 1.0],
            ),
            (
                Weights::Through(column(w), &order),
                None,
                [11.0, 1.0, 31.0, 21.0],
            ),
        ];
        for (weights, active, expected) in rows {
            image.write(column(x), 0, &[1.0; 4]);
            let scatter = Scatter::new(&image, column(x), active, &places, weights).unwrap();
            scatter.fetch(0);
            scatter.add(0, 3);
            let mut values = Vec::new();
            image.read(column(x), 0..4, &mut values);
            assert_eq!(values, expected);
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let mut layout = Layout::default();
        let x = layout.add_column("x", Elem::F64, 4, "1", 0.0);
        let image = Image::new(&layout);
        assert!(Places::new(vec![4], 4).is_none());
        let places = Places::new(vec![1, 2], 64).unwrap();
        let column = layout.column(x);
        assert!(Scatter::new(&image, column, None, &places, Weights::One(1.0)).is_none());
        let places = Places::new(vec![1, 2], 4).unwrap();
        assert!(Scatter::new(&image, column, None, &places, Weights::Each(&[1.0])).is_none());
        let far = Places::new(vec![0, 9], 10).unwrap();
        let far = Weights::Through(column, &far);
        assert!(Scatter::new(&image, column, None, &places, far).is_none());
    }
}
