//! The memory image: the columns of a [`Layout`] in one 64-byte aligned allocation.
//!
//! It is made of atomic words, read and written without ordering. On the machines we compile for such an access is an ordinary load or
//! store, and it makes sharing an image between threads safe: a race gives a wrong number at worst.

use crate::kir::layout::{Column, Elem, Layout, PAD};
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Eight words on one cache line.
#[derive(Default)]
#[repr(C, align(64))]
pub struct Line([AtomicU64; 8]);

/// The values of all columns. Its clone is a checkpoint; equality compares bits, padding included.
pub struct Image {
    lines: Vec<Line>,
}

impl Image {
    /// An image in which every element of every column, padding included, has the default of its column.
    pub fn new(layout: &Layout) -> Self {
        let count = layout.size().div_ceil(size_of::<Line>());
        let lines = std::iter::repeat_with(Line::default).take(count).collect();
        let image = Image { lines };
        for (_, column) in layout.columns() {
            let bits = encode(column, column.default);
            if bits != 0 {
                for index in 0..column.len.max(1).next_multiple_of(PAD) {
                    image.store(column, index, bits);
                }
            }
        }
        image
    }
    /// Bytes of the image.
    pub fn size(&self) -> usize {
        self.lines.len() * size_of::<Line>()
    }
    /// Address of the first byte. Memory behind it may be read and written as long as the image lives.
    pub fn as_ptr(&self) -> *mut u8 {
        self.lines.as_ptr().cast_mut().cast()
    }
    #[inline]
    fn word(&self, byte: usize) -> &AtomicU64 {
        &self.lines[byte / 64].0[byte / 8 % 8]
    }
    /// An element as bits: of a double, of an integer (narrow ones widened), or 0 or 1. The padding can be read, too.
    #[inline]
    pub fn load(&self, column: &Column, index: usize) -> u64 {
        let byte = column.offset + index * column.elem.size();
        let word = self.word(byte).load(Relaxed) >> (byte % 8 * 8);
        match column.elem {
            Elem::F64 | Elem::I64 => word,
            Elem::F32 => f64::from(f32::from_bits(word as u32)).to_bits(),
            Elem::U32 => word & 0xffff_ffff,
            Elem::Bool => u64::from(word & 0xff != 0),
        }
    }
    /// Writes an element given as bits; a narrow one keeps the low bits.
    #[inline]
    pub fn store(&self, column: &Column, index: usize, bits: u64) {
        let byte = column.offset + index * column.elem.size();
        let word = self.word(byte);
        let (mask, bits) = match column.elem {
            Elem::F64 | Elem::I64 => return word.store(bits, Relaxed),
            Elem::F32 => (
                0xffff_ffff,
                u64::from((f64::from_bits(bits) as f32).to_bits()),
            ),
            Elem::U32 => (0xffff_ffff, bits & 0xffff_ffff),
            Elem::Bool => (0xff, u64::from(bits != 0)),
        };
        let shift = byte % 8 * 8;
        // Nobody else writes into the same word at the same time: threads work on ranges of whole lines.
        let others = word.load(Relaxed) & !(mask << shift);
        word.store(others | bits << shift, Relaxed);
    }
    /// Writes consecutive indices from an element on; what goes beyond the column is left out.
    pub fn store_indices(&self, column: &Column, first: usize, values: &[u32]) {
        if column.elem != Elem::U32 {
            return;
        }
        let room = column.len.saturating_sub(first);
        let values = values.get(..room).unwrap_or(values);
        let (mut place, mut values) = (first, values);
        if let (1, Some((odd, rest))) = (place % 2, values.split_first()) {
            self.store(column, place, u64::from(*odd));
            (place, values) = (place + 1, rest);
        }
        let pairs = values.chunks_exact(2);
        let last = pairs.remainder();
        let byte = column.offset + 4 * place;
        let lines = self.lines.get(byte / 64..).unwrap_or_default();
        let words = lines.iter().flat_map(|line| &line.0).skip(byte / 8 % 8);
        for (word, pair) in words.zip(pairs) {
            if let [low, high] = *pair {
                word.store(u64::from(low) | u64::from(high) << 32, Relaxed);
            }
        }
        if let [odd] = *last {
            let place = place + values.len() - 1;
            self.store(column, place, u64::from(odd));
        }
    }
    /// The words of a column of 8-byte elements from an element on.
    fn words(&self, column: &Column, first: usize) -> impl Iterator<Item = &AtomicU64> {
        let byte = column.offset + 8 * first;
        let lines = self.lines.get(byte / 64..).unwrap_or_default();
        let room = column.len.saturating_sub(first);
        let words = lines.iter().flat_map(|line| &line.0);
        words.skip(byte / 8 % 8).take(room)
    }
    /// Writes consecutive integers into a column of these from its first element on; what goes beyond it is left out.
    pub fn store_integers(&self, column: &Column, values: &[i64]) {
        if column.elem == Elem::I64 {
            for (word, value) in self.words(column, 0).zip(values) {
                word.store(*value as u64, Relaxed);
            }
        }
    }
    /// Appends the first elements of a column as integers.
    pub fn load_integers(&self, column: &Column, count: usize, out: &mut Vec<i64>) {
        let count = count.min(column.len);
        match column.elem {
            Elem::I64 => out.extend(
                self.words(column, 0)
                    .take(count)
                    .map(|word| word.load(Relaxed) as i64),
            ),
            _ => out.extend((0..count).map(|k| self.load(column, k) as i64)),
        }
    }
    /// An element as a number; a truth value is 0 or 1.
    pub fn get(&self, column: &Column, index: usize) -> f64 {
        decode(column, self.load(column, index))
    }
    /// Writes an element as a number: integers are truncated, a truth value is whether the number differs from 0.
    pub fn set(&self, column: &Column, index: usize, value: f64) {
        self.store(column, index, encode(column, value));
    }
    /// Appends elements as numbers to `out`.
    pub fn read(&self, column: &Column, range: Range<usize>, out: &mut Vec<f64>) {
        match column.elem {
            Elem::F64 => out.extend(
                self.words(column, range.start)
                    .take(range.len())
                    .map(|word| f64::from_bits(word.load(Relaxed))),
            ),
            _ => out.extend(range.map(|index| self.get(column, index))),
        }
    }
    /// Writes consecutive elements from `first` on.
    pub fn write(&self, column: &Column, first: usize, values: &[f64]) {
        for (k, &value) in values.iter().enumerate() {
            self.set(column, first + k, value);
        }
    }
}

fn encode(column: &Column, value: f64) -> u64 {
    match column.elem {
        Elem::F64 | Elem::F32 => value.to_bits(),
        Elem::I64 => value as i64 as u64,
        Elem::U32 => u64::from(value as u32),
        Elem::Bool => u64::from(value != 0.0),
    }
}

fn decode(column: &Column, bits: u64) -> f64 {
    match column.elem {
        Elem::F64 | Elem::F32 => f64::from_bits(bits),
        Elem::I64 => bits as i64 as f64,
        Elem::U32 | Elem::Bool => bits as f64,
    }
}

impl Clone for Image {
    fn clone(&self) -> Self {
        let copy = |line: &Line| Line(std::array::from_fn(|k| line.0[k].load(Relaxed).into()));
        Image {
            lines: self.lines.iter().map(copy).collect(),
        }
    }
}

impl PartialEq for Image {
    fn eq(&self, other: &Self) -> bool {
        let words = |image: &Image| -> Vec<u64> {
            let lines = image.lines.iter();
            lines
                .flat_map(|line| line.0.iter().map(|word| word.load(Relaxed)))
                .collect()
        };
        words(self) == words(other)
    }
}
