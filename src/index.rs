//! Typed indices and the vectors they index, so that an index of one arena cannot be used with another.

use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

/// A type that wraps a position in an [`IndexVec`].
pub trait Id: Copy + Eq {
    /// Wraps a position.
    fn from_usize(position: usize) -> Self;
    /// The wrapped position.
    fn as_usize(self) -> usize;
}

/// Declares a 32-bit id type: `id!(/// doc GroupId)`.
#[macro_export]
macro_rules! id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name(pub u32);
        impl $crate::index::Id for $name {
            fn from_usize(position: usize) -> Self {
                $name(position as u32)
            }
            fn as_usize(self) -> usize {
                self.0 as usize
            }
        }
    };
}

/// A vector indexed by one id type only.
#[derive(Clone, Debug, PartialEq)]
pub struct IndexVec<I, T> {
    items: Vec<T>,
    marker: PhantomData<fn(I)>,
}

impl<I: Id, T> IndexVec<I, T> {
    /// An empty vector.
    pub fn new() -> Self {
        IndexVec {
            items: Vec::new(),
            marker: PhantomData,
        }
    }
    /// Appends an item and returns its id.
    pub fn push(&mut self, item: T) -> I {
        let id = I::from_usize(self.items.len());
        self.items.push(item);
        id
    }
    /// Number of items.
    pub fn len(&self) -> usize {
        self.items.len()
    }
    /// True when nothing was pushed yet.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
    /// The item at an id, if it is in range.
    pub fn get(&self, id: I) -> Option<&T> {
        self.items.get(id.as_usize())
    }
    /// Items in order.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.items.iter()
    }
    /// Items in order, mutable.
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, T> {
        self.items.iter_mut()
    }
    /// Ids in order.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = I> + use<I, T> {
        (0..self.items.len()).map(I::from_usize)
    }
    /// Ids and items in order.
    pub fn iter_enumerated(&self) -> impl DoubleEndedIterator<Item = (I, &T)> {
        self.items
            .iter()
            .enumerate()
            .map(|(k, item)| (I::from_usize(k), item))
    }
}

impl<I: Id, T> Default for IndexVec<I, T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<I: Id, T> Index<I> for IndexVec<I, T> {
    type Output = T;
    fn index(&self, id: I) -> &T {
        &self.items[id.as_usize()]
    }
}

impl<I: Id, T> IndexMut<I> for IndexVec<I, T> {
    fn index_mut(&mut self, id: I) -> &mut T {
        &mut self.items[id.as_usize()]
    }
}

impl<I: Id, T> FromIterator<T> for IndexVec<I, T> {
    fn from_iter<It: IntoIterator<Item = T>>(iter: It) -> Self {
        IndexVec {
            items: iter.into_iter().collect(),
            marker: PhantomData,
        }
    }
}
