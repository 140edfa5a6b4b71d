//! The memory image: one buffer of named columns, each with its type, length, place and unit.

use super::Ty;
use crate::index::IndexVec;

crate::id! {
    /// A column of the image.
    ColumnId
}
crate::id! {
    /// A list: a `u32` column of entries and an `i64` column of length 1 with their number.
    ListId
}

/// Columns are padded to a multiple of this many elements, and kernels may compute (never publish) the padding.
pub const PAD: usize = 16;
/// Columns start at multiples of this many bytes.
pub const ALIGN: usize = 64;

/// Element type of a column in memory.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Elem {
    /// 8-byte double.
    F64,
    /// 4-byte single, widened to a double when loaded; a double is rounded to nearest when stored.
    F32,
    /// 8-byte integer.
    I64,
    /// 4-byte unsigned index, widened to i64.
    U32,
    /// One byte, 0 or 1.
    Bool,
}

impl Elem {
    /// Bytes per element.
    pub fn size(self) -> usize {
        match self {
            Elem::F64 | Elem::I64 => 8,
            Elem::F32 | Elem::U32 => 4,
            Elem::Bool => 1,
        }
    }
    /// Type of a loaded value.
    pub fn ty(self) -> Ty {
        match self {
            Elem::F64 | Elem::F32 => Ty::F64,
            Elem::I64 | Elem::U32 => Ty::I64,
            Elem::Bool => Ty::Bool,
        }
    }
}

/// One column.
#[derive(Clone, PartialEq, Debug)]
pub struct Column {
    /// `lif.v`.
    pub name: String,
    /// Element type.
    pub elem: Elem,
    /// Number of elements, without padding.
    pub len: usize,
    /// Byte offset in the image.
    pub offset: usize,
    /// Unit of the values as text, SI.
    pub unit: String,
    /// Value every element starts with (integers and truth values as numbers).
    pub default: f64,
}

/// One list.
#[derive(Clone, PartialEq, Debug)]
pub struct List {
    /// `lif.spikes`.
    pub name: String,
    /// Entries, `u32`.
    pub items: ColumnId,
    /// Number of entries, `i64`, length 1.
    pub count: ColumnId,
}

/// All columns and lists of an image.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Layout {
    columns: IndexVec<ColumnId, Column>,
    lists: IndexVec<ListId, List>,
    size: usize,
}

impl Layout {
    /// Adds a column at the end of the image.
    pub fn add_column(
        &mut self,
        name: impl Into<String>,
        elem: Elem,
        len: usize,
        unit: impl Into<String>,
        default: f64,
    ) -> ColumnId {
        let offset = self.size.next_multiple_of(ALIGN);
        self.size = offset + len.max(1).next_multiple_of(PAD) * elem.size();
        self.columns.push(Column {
            name: name.into(),
            elem,
            len,
            offset,
            unit: unit.into(),
            default,
        })
    }
    /// Adds a list of up to `capacity` entries.
    pub fn add_list(&mut self, name: impl Into<String>, capacity: usize) -> ListId {
        let name = name.into();
        let items = self.add_column(format!("{name}.items"), Elem::U32, capacity, "1", 0.0);
        let count = self.add_column(format!("{name}.count"), Elem::I64, 1, "1", 0.0);
        self.lists.push(List { name, items, count })
    }
    /// Bytes of the whole image.
    pub fn size(&self) -> usize {
        self.size.next_multiple_of(ALIGN)
    }
    /// A column.
    pub fn column(&self, id: ColumnId) -> &Column {
        &self.columns[id]
    }
    /// A list.
    pub fn list(&self, id: ListId) -> &List {
        &self.lists[id]
    }
    /// All columns.
    pub fn columns(&self) -> impl Iterator<Item = (ColumnId, &Column)> {
        self.columns.iter_enumerated()
    }
    /// All lists.
    pub fn lists(&self) -> impl Iterator<Item = (ListId, &List)> {
        self.lists.iter_enumerated()
    }
    /// A column by name.
    pub fn find(&self, name: &str) -> Option<ColumnId> {
        self.columns
            .iter_enumerated()
            .find(|(_, column)| column.name == name)
            .map(|(id, _)| id)
    }
}
