//! Adding weights to many elements of a column: what most synapses do when an event arrives.
//!
//! The places are known beforehand, so they are checked once, when [`Places`] is made, and rows to come are fetched ahead of time.

use crate::backend::image::Image;
use crate::kir::layout::{Column, Elem};
use std::ops::Range;

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
    /// All places lie below this.
    pub fn bound(&self) -> usize {
        self.bound
    }
    /// The places, to be filled with others.
    pub fn into_vec(self) -> Vec<u32> {
        self.places
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
    /// One per position, of single precision.
    Single(&'a [f32]),
    /// One per position, in a column of the image.
    Column(&'a Column),
    /// The entry of a column whose number stands at the position.
    Through(&'a Column, &'a Places),
}

/// A column that is added to.
pub struct Scatter<'a> {
    values: Values,
    active: Option<*const u8>,
    places: &'a Places,
    weights: Source<'a>,
}

/// Where the values are that are added to.
#[derive(Clone, Copy)]
enum Values {
    Double(*mut f64),
    Single(*mut f32),
}

enum Source<'a> {
    One(f64),
    Each(*const f64),
    Single(*const f32),
    Through(*const f64, &'a [u32]),
    SingleThrough(*const f32, &'a [u32]),
}

/// A number in memory that is added to in double precision.
trait Held: Copy {
    /// The sum, rounded to what is held.
    fn plus(self, weight: f64) -> Self;
}

impl Held for f64 {
    #[inline(always)]
    fn plus(self, weight: f64) -> f64 {
        self + weight
    }
}

impl Held for f32 {
    #[inline(always)]
    fn plus(self, weight: f64) -> f32 {
        (f64::from(self) + weight) as f32
    }
}

/// Positions ahead whose places are fetched while others are worked on, in bytes.
#[cfg(target_arch = "x86_64")]
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
        let values = match target.elem {
            Elem::F32 => Values::Single(whole(target, Elem::F32, places.bound)?.cast()),
            _ => Values::Double(whole(target, Elem::F64, places.bound)?.cast()),
        };
        let active = match active {
            None => None,
            Some(column) => Some(whole(column, Elem::Bool, places.bound)?.cast_const()),
        };
        let weights = match weights {
            Weights::One(weight) => Source::One(weight),
            Weights::Each(weights) if weights.len() >= count => Source::Each(weights.as_ptr()),
            Weights::Single(weights) if weights.len() >= count => Source::Single(weights.as_ptr()),
            Weights::Each(_) | Weights::Single(_) => return None,
            Weights::Column(column) => {
                let base = whole(column, column.elem, count)?.cast_const();
                match column.elem {
                    Elem::F64 => Source::Each(base.cast()),
                    Elem::F32 => Source::Single(base.cast()),
                    _ => return None,
                }
            }
            Weights::Through(column, order) if order.places.len() >= count => {
                let base = whole(column, column.elem, order.bound)?.cast_const();
                match column.elem {
                    Elem::F64 => Source::Through(base.cast(), &order.places),
                    Elem::F32 => Source::SingleThrough(base.cast(), &order.places),
                    _ => return None,
                }
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
            let (weights, lines): (*const u8, usize) = match self.weights {
                Source::Each(weights) => (weights.wrapping_add(first).cast(), 2 * LINES),
                Source::Single(weights) => (weights.wrapping_add(first).cast(), LINES),
                _ => return,
            };
            for line in 0..lines {
                // SAFETY: as above.
                unsafe { _mm_prefetch::<_MM_HINT_T0>(weights.wrapping_add(64 * line).cast()) };
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
        match self.values {
            Values::Double(values) => self.add_to(values, first, last),
            Values::Single(values) => self.add_to(values, first, last),
        }
    }
    /// Adds to values that lie where `values` points.
    #[inline(always)]
    fn add_to<H: Held>(&self, values: *mut H, first: usize, last: usize) {
        match &self.weights {
            Source::One(weight) => self.each(values, first, last, |_| *weight),
            // SAFETY: there is a weight for every position.
            Source::Each(weights) => self.each(values, first, last, |k| unsafe { *weights.add(k) }),
            Source::Single(weights) => {
                // SAFETY: as above.
                self.each(values, first, last, |k| unsafe {
                    f64::from(*weights.add(k))
                });
            }
            Source::Through(column, order) => {
                // SAFETY: there is an entry for every position, and it lies within the column.
                self.each(values, first, last, |k| unsafe {
                    *column.add(*order.get_unchecked(k) as usize)
                });
            }
            Source::SingleThrough(column, order) => {
                // SAFETY: as above.
                self.each(values, first, last, |k| unsafe {
                    f64::from(*column.add(*order.get_unchecked(k) as usize))
                });
            }
        }
    }
    #[inline(always)]
    fn each<H: Held>(
        &self,
        values: *mut H,
        first: usize,
        last: usize,
        weight: impl Fn(usize) -> f64,
    ) {
        let places = self.places.places.as_slice();
        match self.active {
            None => {
                for k in first..last {
                    // SAFETY: `k` is a position, and places lie below the bound, which the column reaches.
                    unsafe {
                        let value = values.add(*places.get_unchecked(k) as usize);
                        *value = (*value).plus(weight(k));
                    }
                }
            }
            Some(active) => {
                for k in first..last {
                    // SAFETY: as above; the column of truth values reaches the bound, too.
                    unsafe {
                        let place = *places.get_unchecked(k) as usize;
                        let value = values.add(place);
                        if *active.add(place) != 0 {
                            *value = (*value).plus(weight(k));
                        }
                    }
                }
            }
        }
    }
}

/// The element of a side of a synapse, in [`write_back`].
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// Element of each synapse, less `first`.
    pub index: &'a Column,
    /// The entries of `index` are those of the synapses in the list, place by place.
    pub near: bool,
    /// Added to the entries of `index`.
    pub first: u32,
    /// Add (to doubles or singles) instead of replacing.
    pub add: bool,
    /// Nothing is written where this is false.
    pub active: Option<&'a Column>,
}

/// Takes the values of a column at some positions to the elements of the synapses that `items` has there, one after the other. What lies
/// outside its column, or has another type, is left out.
pub fn write_back(
    image: &Image,
    items: &Column,
    range: Range<usize>,
    (column, from): (&Column, &Column),
    side: Option<Side<'_>>,
) {
    let whole = |column: &Column| {
        let end = column.offset + column.len * column.elem.size();
        (end <= image.size()).then(|| image.as_ptr().wrapping_add(column.offset))
    };
    let range = range.start..range.end.min(items.len).min(from.len);
    let (Some(items_at), Some(to), Some(values)) = (whole(items), whole(column), whole(from))
    else {
        return;
    };
    let adds = side.is_some_and(|side| side.add);
    let wanted = if adds { Elem::F64 } else { column.elem };
    if items.elem != Elem::U32 || from.elem != wanted {
        return;
    }
    let items_at = items_at.cast::<u32>().cast_const();
    // SAFETY: `k` is below the length of the column of items.
    let item = |k: usize| unsafe { *items_at.add(k) } as usize;
    let Some(side) = side else {
        let len = column.len;
        match column.elem {
            Elem::F64 | Elem::I64 => {
                let (to, values) = (to.cast::<u64>(), values.cast::<u64>());
                for k in range {
                    let element = item(k);
                    if element < len {
                        // SAFETY: both lie within their columns.
                        unsafe { *to.add(element) = *values.add(k) };
                    }
                }
            }
            Elem::F32 | Elem::U32 => {
                let (to, values) = (to.cast::<u32>(), values.cast::<u32>());
                for k in range {
                    let element = item(k);
                    if element < len {
                        // SAFETY: both lie within their columns.
                        unsafe { *to.add(element) = *values.add(k) };
                    }
                }
            }
            Elem::Bool => {
                for k in range.filter(|k| item(*k) < len) {
                    image.store(column, item(k), image.load(from, k));
                }
            }
        }
        return;
    };
    let active = match side.active {
        None => None,
        Some(active) if active.elem == Elem::Bool => Some(active),
        Some(_) => return,
    };
    let (Some(index), Elem::U32) = (whole(side.index), side.index.elem) else {
        return;
    };
    let index = index.cast::<u32>().cast_const();
    let target = |k: usize| {
        let synapse = if side.near { k } else { item(k) };
        if synapse >= side.index.len {
            return None;
        }
        // SAFETY: the synapse lies within the column.
        let element = unsafe { *index.add(synapse) } as usize + side.first as usize;
        let on = element < column.len
            && active.is_none_or(|active| element < active.len && image.load(active, element) != 0);
        on.then_some(element)
    };
    let values = values.cast::<f64>();
    if side.add && column.elem == Elem::F64 {
        let to = to.cast::<f64>();
        for k in range {
            if let Some(element) = target(k) {
                // SAFETY: both lie within their columns.
                unsafe { *to.add(element) += *values.add(k) };
            }
        }
    } else if side.add && column.elem == Elem::F32 {
        let to = to.cast::<f32>();
        for k in range {
            if let Some(element) = target(k) {
                // SAFETY: both lie within their columns.
                unsafe { *to.add(element) = (*to.add(element)).plus(*values.add(k)) };
            }
        }
    } else if !side.add {
        for k in range {
            if let Some(element) = target(k) {
                image.store(column, element, image.load(from, k));
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
                Weights::Single(&[1.0, 2.0, 4.0]),
                None,
                [3.0, 1.0, 2.0, 5.0],
            ),
            (
                Weights::Single(&[1.0, 2.0, 4.0]),
                Some(column(on)),
                [3.0, 1.0, 2.0, 1.0],
            ),
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

    #[test]
    fn results_go_where_they_belong() {
        let mut layout = Layout::default();
        let x = layout.add_column("x", Elem::F64, 3, "1", 1.0);
        let on = layout.add_column("on", Elem::Bool, 3, "1", 1.0);
        let w = layout.add_column("w", Elem::F64, 4, "1", 0.0);
        let b = layout.add_column("b", Elem::Bool, 4, "1", 0.0);
        let post = layout.add_column("post", Elem::U32, 4, "1", 0.0);
        let items = layout.add_column("items", Elem::U32, 16, "1", 0.0);
        let from = layout.add_column("from", Elem::F64, 16, "1", 0.0);
        let truth = layout.add_column("truth", Elem::Bool, 16, "1", 0.0);
        let image = Image::new(&layout);
        let column = |id| layout.column(id);
        image.write(column(from), 0, &[10.0, 20.0, 30.0, 40.0]);
        image.write(column(truth), 0, &[1.0, 0.0, 1.0, 1.0]);
        image.store_indices(column(post), 0, &[0, 1, 0, 9]);
        image.store_indices(column(items), 0, &[2, 0, 3, 1]);
        let values = |id, len: usize| {
            let mut values = Vec::new();
            image.read(column(id), 0..len, &mut values);
            values
        };
        write_back(&image, column(items), 0..3, (column(w), column(from)), None);
        assert_eq!(values(w, 4), [20.0, 0.0, 10.0, 30.0]);
        write_back(
            &image,
            column(items),
            0..4,
            (column(b), column(truth)),
            None,
        );
        assert_eq!(values(b, 4), [0.0, 1.0, 1.0, 1.0]);
        let side = |add, first, active| {
            let index = column(post);
            Some(Side {
                index,
                near: false,
                first,
                add,
                active,
            })
        };
        write_back(
            &image,
            column(items),
            0..4,
            (column(x), column(from)),
            side(true, 0, None),
        );
        assert_eq!(values(x, 3), [31.0, 41.0, 1.0]);
        image.set(column(on), 2, 0.0);
        let active = Some(column(on));
        write_back(
            &image,
            column(items),
            0..4,
            (column(x), column(from)),
            side(false, 1, active),
        );
        assert_eq!(values(x, 3), [31.0, 20.0, 1.0]);
    }

    #[test]
    fn indices_are_stored_in_pairs() {
        let mut layout = Layout::default();
        layout.add_column("before", Elem::U32, 3, "1", 7.0);
        let x = layout.add_column("x", Elem::U32, 40, "1", 9.0);
        let all: Vec<u32> = (100..140).collect();
        for (first, len) in [(0, 40), (1, 7), (2, 2), (15, 18), (39, 1), (37, 9), (3, 0)] {
            let image = Image::new(&layout);
            image.store_indices(layout.column(x), first, &all[..len]);
            for k in 0..40 {
                let inside = k >= first && k < first + len;
                let expected = if inside { 100 + (k - first) as u64 } else { 9 };
                assert_eq!(
                    image.load(layout.column(x), k),
                    expected,
                    "{first} {len} {k}"
                );
            }
        }
    }
}
