//! Which events of a pathway do not touch each other, so that they may take effect at the same time.
//!
//! Events of one step take effect in order. Two of them may change places, or run on two threads, when nothing that one writes is
//! read or written by the other: when they are of different synapses, and what they write at the sides of their synapses are
//! different elements.

use std::collections::{BTreeMap, BTreeSet};

use super::layout::{ColumnId, Layout};
use super::pathway::{Effect, Pathway, To};
use super::{At, BinaryOp, Const, Kernel, Op, Program, Stmt, Value};

/// Events that do not touch each other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Apart {
    /// None: they take effect one after the other.
    Never,
    /// Those of different synapses.
    Synapses,
    /// Those of different rows.
    Rows,
    /// Those of synapses that differ in an entry of a column plus a number: in the element of one side.
    Sides(Side),
}

/// The element of one side of a synapse: the synapse's entry in a column, plus a number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Side {
    /// A column of indices.
    pub index: ColumnId,
    /// Added to its entries.
    pub first: u32,
}

/// Which events of a pathway do not touch each other.
pub fn apart(program: &Program, pathway: &Pathway) -> Apart {
    let touched = match &pathway.effect {
        Effect::Add { index, first, .. } => Some(BTreeSet::from([Side {
            index: *index,
            first: *first,
        }])),
        Effect::Call { kernel, writes, .. } if writes.is_empty() => {
            let kernel = program.kernels.get(*kernel);
            kernel.and_then(|kernel| Touched::of(kernel, &program.layout))
        }
        Effect::Call { writes, .. } => {
            let side = |to: To| match to {
                To::Own => None,
                To::Side { index, first, .. } => Some(Side { index, first }),
            };
            let mut written = writes.iter().map(|one| one.column);
            written
                .all(|column| program.layout.column(column).elem.size() >= 4)
                .then(|| writes.iter().filter_map(|one| side(one.to)).collect())
        }
    };
    let row = Side {
        index: pathway.rows,
        first: pathway.first,
    };
    let Some(sides) = touched else {
        return Apart::Never;
    };
    let mut sides = sides.into_iter();
    match (sides.next(), sides.next()) {
        (None, _) => Apart::Synapses,
        (Some(side), None) if side == row => Apart::Rows,
        (Some(side), None) => Apart::Sides(side),
        _ => Apart::Never,
    }
}

/// True for a column whose neighboring elements kernels may write at the same time: each fills a word of its own. What the runtime writes
/// back needs half a word.
fn whole(layout: &Layout, column: ColumnId) -> bool {
    layout.column(column).elem.size() == 8
}

/// How a kernel that runs for one synapse after the other reaches the columns that it writes.
struct Touched<'k> {
    layout: &'k Layout,
    ops: BTreeMap<Value, &'k Op>,
    /// How each column is reached: nothing for the synapse's own element.
    reached: BTreeMap<ColumnId, BTreeSet<Option<Side>>>,
    written: BTreeSet<ColumnId>,
    /// Something was reached in a way that is not one of these.
    lost: BTreeSet<ColumnId>,
}

impl<'k> Touched<'k> {
    /// The sides whose elements a kernel writes; nothing where what it does for one synapse may depend on what it did for others.
    fn of(kernel: &'k Kernel, layout: &'k Layout) -> Option<BTreeSet<Side>> {
        let mut touched = Touched {
            layout,
            ops: BTreeMap::new(),
            reached: BTreeMap::new(),
            written: BTreeSet::new(),
            lost: BTreeSet::new(),
        };
        if !kernel.pushes().is_empty() {
            return None;
        }
        touched.body(&kernel.body);
        let mut sides = BTreeSet::new();
        for column in &touched.written {
            let ways = touched.reached.get(column)?;
            if touched.lost.contains(column) || ways.len() != 1 || !whole(layout, *column) {
                return None;
            }
            sides.extend(ways.first()?);
        }
        Some(sides)
    }
    fn body(&mut self, body: &'k [Stmt]) {
        for stmt in body {
            match stmt {
                Stmt::Let(value, op) => {
                    self.ops.insert(*value, op);
                    if let Op::Load { column, at } = op {
                        self.reach(*column, *at);
                    }
                }
                Stmt::Store { column, at, .. } => {
                    self.written.insert(*column);
                    self.reach(*column, *at);
                }
                Stmt::Push { .. } => {}
                Stmt::While { body, .. } => self.body(body),
            }
        }
    }
    fn reach(&mut self, column: ColumnId, at: At) {
        let way = match at {
            At::Element => Some(None),
            At::Uniform => None,
            At::Index(value) => self.side(value).map(Some),
        };
        match way {
            Some(way) => {
                self.reached.entry(column).or_default().insert(way);
            }
            None => {
                self.lost.insert(column);
            }
        }
    }
    /// The side whose element an index is.
    fn side(&self, value: Value) -> Option<Side> {
        match *self.ops.get(&value)? {
            Op::Load {
                column,
                at: At::Element,
            } if self.layout.column(*column).elem == super::layout::Elem::U32 => Some(Side {
                index: *column,
                first: 0,
            }),
            Op::Binary(BinaryOp::AddInt, a, b) => {
                let (index, offset) = match self.ops.get(b) {
                    Some(Op::Const(Const::I64(offset))) => (*a, *offset),
                    _ => match self.ops.get(a) {
                        Some(Op::Const(Const::I64(offset))) => (*b, *offset),
                        _ => return None,
                    },
                };
                let side = self.side(index)?;
                let first = u32::try_from(offset).ok()?.checked_add(side.first)?;
                Some(Side { first, ..side })
            }
            _ => None,
        }
    }
}
