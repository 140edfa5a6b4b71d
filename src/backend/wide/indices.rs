//! Columns of indices, copied piece by piece: what most events at synapses ask for first.

use crate::backend::image::Image;
use crate::kir::layout::{Column, Elem};

/// The address of so many entries of a column of indices; nothing where it does not have them.
fn entries(image: &Image, column: &Column, first: usize, count: usize) -> Option<*mut u32> {
    let end = first.checked_add(count)?;
    let inside = column.elem == Elem::U32
        && end <= column.len
        && column.offset + 4 * column.len <= image.size();
    let start = image.as_ptr().wrapping_add(column.offset).cast::<u32>();
    inside.then(|| start.wrapping_add(first))
}

/// Copies consecutive entries from one column to another. Nothing happens where one of them does not have so many.
pub fn copy(
    image: &Image,
    (from, first): (&Column, usize),
    (into, place): (&Column, usize),
    count: usize,
) {
    let source = entries(image, from, first, count);
    if let (Some(source), Some(into)) = (source, entries(image, into, place, count)) {
        // SAFETY: both lie within their columns, which lie within the image; `copy` allows them to be the same.
        unsafe { std::ptr::copy(source, into, count) };
    }
}

/// Copies the entries of some elements. An element that the column does not have leaves its place as it is.
pub fn gather(image: &Image, from: &Column, elements: &[u32], (into, place): (&Column, usize)) {
    let source = entries(image, from, 0, from.len);
    let into = entries(image, into, place, elements.len());
    let (Some(source), Some(into)) = (source, into) else {
        return;
    };
    for (k, element) in elements.iter().enumerate() {
        if (*element as usize) < from.len {
            // SAFETY: the element lies within its column, the place within the other.
            unsafe { *into.add(k) = *source.add(*element as usize) };
        }
    }
}

/// Writes values, each less a number.
pub fn put(image: &Image, values: &[u32], less: u32, (into, place): (&Column, usize)) {
    let Some(into) = entries(image, into, place, values.len()) else {
        return;
    };
    for (k, value) in values.iter().enumerate() {
        // SAFETY: the place lies within the column.
        unsafe { *into.add(k) = value.wrapping_sub(less) };
    }
}

/// Writes one value to consecutive entries.
pub fn fill(image: &Image, value: u32, (into, place): (&Column, usize), count: usize) {
    let Some(into) = entries(image, into, place, count) else {
        return;
    };
    for k in 0..count {
        // SAFETY: the place lies within the column.
        unsafe { *into.add(k) = value };
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::kir::layout::Layout;

    #[test]
    fn indices_go_where_they_belong_and_nowhere_else() {
        let mut layout = Layout::default();
        let from = layout.add_column("from", Elem::U32, 40, "1", 0.0);
        let into = layout.add_column("into", Elem::U32, 20, "1", 9.0);
        let other = layout.add_column("other", Elem::F64, 20, "1", 9.0);
        let image = Image::new(&layout);
        let column = |id| layout.column(id);
        let all: Vec<u32> = (100..140).collect();
        image.store_indices(column(from), 0, &all);
        let got = || -> Vec<f64> {
            let mut values = Vec::new();
            image.read(column(into), 0..20, &mut values);
            values
        };
        copy(&image, (column(from), 7), (column(into), 3), 4);
        assert_eq!(got()[2..8], [9.0, 107.0, 108.0, 109.0, 110.0, 9.0]);
        gather(&image, column(from), &[39, 0, 40, 2], (column(into), 0));
        assert_eq!(got()[..5], [139.0, 100.0, 9.0, 102.0, 108.0]);
        put(&image, &[50, 60], 10, (column(into), 18));
        fill(&image, 5, (column(into), 16), 2);
        assert_eq!(got()[15..], [9.0, 5.0, 5.0, 40.0, 50.0]);
        // What does not fit changes nothing.
        let before = got();
        copy(&image, (column(from), 38), (column(into), 0), 3);
        copy(&image, (column(from), 0), (column(into), 18), 3);
        copy(&image, (column(other), 0), (column(into), 0), 3);
        put(&image, &[1, 2, 3], 0, (column(into), 18));
        fill(&image, 1, (column(into), usize::MAX), 2);
        gather(&image, column(other), &[1], (column(into), 0));
        assert_eq!(got(), before);
    }
}
