//! A kernel as a list of elementary operations on one element: what code for WebAssembly is written from.
//!
//! It is lower than the kernel language: a call of a primitive, or a random draw, has become the operations that it consists of. Every
//! entry has a number and a type; operations on equal operands are entered once.

use crate::kir::layout::ColumnId;
use crate::kir::{BinaryOp, CompareOp, Const, Ty, UnaryOp};
use std::collections::BTreeMap;

crate::id! {
    /// An entry of a [`Tape`].
    Entry
}

/// One-operand operations.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Unary {
    /// One of the kernel language.
    Kernel(UnaryOp),
    /// The bits of a double.
    Bits,
    /// The double with these bits.
    Double,
    /// Logical shift to the left.
    Left(u32),
    /// Logical shift to the right.
    Right(u32),
}

/// Two-operand operations.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Binary {
    /// One of the kernel language.
    Kernel(BinaryOp),
    /// Magnitude of the first, sign of the second.
    Copysign,
    /// Bits of integers.
    And,
    /// Bits of integers.
    Or,
    /// Bits of integers.
    Xor,
}

/// Where in a column.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Place {
    /// At the element.
    Element,
    /// At entry 0.
    Uniform,
    /// At an index.
    Index(Entry),
}

/// What an entry does.
#[derive(Clone, PartialEq, Debug)]
pub enum Item {
    /// A constant.
    Const(Const),
    /// The element index.
    Index,
    /// A load.
    Load(ColumnId, Place),
    /// One operand.
    Unary(Unary, Entry),
    /// Two operands.
    Binary(Binary, Entry, Entry),
    /// A product and a sum, rounded once.
    Fused(Entry, Entry, Entry),
    /// A comparison of doubles or integers.
    Compare(CompareOp, Entry, Entry),
    /// Condition, value where true, value where false.
    Select(Entry, Entry, Entry),
    /// A call of a function, by its number among those of the module.
    Call(usize, Vec<Entry>),
    /// A value carried around a loop.
    Carried(Entry),
    /// A store, where the mask is absent or true.
    Store(ColumnId, Place, Entry, Option<Entry>),
    /// An append of the element to the kernel's list of this number, where true.
    Push(usize, Entry),
    /// Begins a loop: carried values.
    Begin(Vec<Entry>),
    /// Ends a loop: carried values with their next ones, whether to go on, and the most rounds.
    End(Vec<(Entry, Entry)>, Entry, u32),
}

/// The operations of one element, in order.
#[derive(Default, Debug)]
pub struct Tape {
    /// What is done.
    pub items: Vec<Item>,
    /// Type of each entry; statements have any.
    pub types: Vec<Ty>,
    /// True where the value is the same for all elements.
    pub invariant: Vec<bool>,
    known: BTreeMap<Key, Entry>,
    fused: bool,
}

/// What makes two operations equal, as numbers.
type Key = (u8, u64, u64, u64, u64);

impl Tape {
    /// An empty tape. With `fused`, a product and a sum are rounded once.
    pub fn new(fused: bool) -> Tape {
        Tape {
            fused,
            ..Tape::default()
        }
    }
    /// The type of an entry.
    pub fn ty(&self, entry: Entry) -> Ty {
        self.types.get(entry.0 as usize).copied().unwrap_or(Ty::F64)
    }
    /// True if the entry is the same for all elements.
    pub fn is_invariant(&self, entry: Entry) -> bool {
        self.invariant
            .get(entry.0 as usize)
            .copied()
            .unwrap_or(false)
    }
    fn add(&mut self, item: Item, ty: Ty, invariant: bool) -> Entry {
        let entry = Entry(self.items.len() as u32);
        self.items.push(item);
        self.types.push(ty);
        self.invariant.push(invariant);
        entry
    }
    /// Enters a statement or a value that is never shared.
    pub fn push(&mut self, item: Item, ty: Ty) -> Entry {
        self.add(item, ty, false)
    }
    /// Enters an operation, or finds the equal one.
    pub fn pure(&mut self, item: Item, ty: Ty, invariant: bool) -> Entry {
        let Some(key) = key(&item) else {
            return self.add(item, ty, invariant);
        };
        if let Some(entry) = self.known.get(&key) {
            return *entry;
        }
        let entry = self.add(item, ty, invariant);
        self.known.insert(key, entry);
        entry
    }
    /// Forgets what was entered, as far as finding equal operations goes: a loop begins or ends here.
    pub fn forget(&mut self) {
        self.known.clear();
    }
    /// A constant.
    pub fn constant(&mut self, value: Const) -> Entry {
        let ty = match value {
            Const::F64(_) => Ty::F64,
            Const::I64(_) => Ty::I64,
            Const::Bool(_) => Ty::Bool,
        };
        self.pure(Item::Const(value), ty, true)
    }
    /// One operand.
    pub fn unary(&mut self, op: Unary, a: Entry) -> Entry {
        let ty = match op {
            Unary::Kernel(UnaryOp::NegInt | UnaryOp::AbsInt) => Ty::I64,
            Unary::Kernel(UnaryOp::FloatToInt | UnaryOp::BoolToInt) => Ty::I64,
            Unary::Kernel(UnaryOp::Not) => Ty::Bool,
            Unary::Bits | Unary::Left(_) | Unary::Right(_) => Ty::I64,
            Unary::Kernel(_) | Unary::Double => Ty::F64,
        };
        let invariant = self.is_invariant(a);
        self.pure(Item::Unary(op, a), ty, invariant)
    }
    /// Two operands.
    pub fn binary(&mut self, op: Binary, a: Entry, b: Entry) -> Entry {
        let ty = match op {
            Binary::Copysign => Ty::F64,
            Binary::And | Binary::Or | Binary::Xor => Ty::I64,
            Binary::Kernel(_) => self.ty(a),
        };
        let invariant = self.is_invariant(a) && self.is_invariant(b);
        self.pure(Item::Binary(op, a, b), ty, invariant)
    }
    /// A product and a sum: rounded once, or each for itself.
    pub fn fma(&mut self, a: Entry, b: Entry, c: Entry) -> Entry {
        if !self.fused {
            let product = self.binary(Binary::Kernel(BinaryOp::Mul), a, b);
            return self.binary(Binary::Kernel(BinaryOp::Add), product, c);
        }
        let invariant = [a, b, c].iter().all(|entry| self.is_invariant(*entry));
        self.pure(Item::Fused(a, b, c), Ty::F64, invariant)
    }
    /// A comparison.
    pub fn compare(&mut self, op: CompareOp, a: Entry, b: Entry) -> Entry {
        let invariant = self.is_invariant(a) && self.is_invariant(b);
        self.pure(Item::Compare(op, a, b), Ty::Bool, invariant)
    }
    /// A choice.
    pub fn select(&mut self, condition: Entry, then: Entry, otherwise: Entry) -> Entry {
        let ty = self.ty(then);
        let invariant = [condition, then, otherwise]
            .iter()
            .all(|entry| self.is_invariant(*entry));
        self.pure(Item::Select(condition, then, otherwise), ty, invariant)
    }
}

fn key(item: &Item) -> Option<Key> {
    let of = |entry: &Entry| u64::from(entry.0);
    Some(match item {
        Item::Const(Const::F64(value)) => (0, value.to_bits(), 0, 0, 0),
        Item::Const(Const::I64(value)) => (1, *value as u64, 0, 0, 0),
        Item::Const(Const::Bool(value)) => (2, u64::from(*value), 0, 0, 0),
        Item::Index => (3, 0, 0, 0, 0),
        Item::Unary(Unary::Kernel(op), a) => (4, *op as u64, of(a), 0, 0),
        Item::Unary(Unary::Bits, a) => (5, of(a), 0, 0, 0),
        Item::Unary(Unary::Double, a) => (6, of(a), 0, 0, 0),
        Item::Unary(Unary::Left(by), a) => (7, u64::from(*by), of(a), 0, 0),
        Item::Unary(Unary::Right(by), a) => (8, u64::from(*by), of(a), 0, 0),
        Item::Binary(Binary::Kernel(op), a, b) => (9, *op as u64, of(a), of(b), 0),
        Item::Binary(Binary::Copysign, a, b) => (10, of(a), of(b), 0, 0),
        Item::Binary(Binary::And, a, b) => (11, of(a), of(b), 0, 0),
        Item::Binary(Binary::Or, a, b) => (12, of(a), of(b), 0, 0),
        Item::Binary(Binary::Xor, a, b) => (13, of(a), of(b), 0, 0),
        Item::Compare(op, a, b) => (14, *op as u64, of(a), of(b), 0),
        Item::Select(c, a, b) => (15, of(c), of(a), of(b), 0),
        Item::Fused(a, b, c) => (16, of(a), of(b), of(c), 0),
        _ => return None,
    })
}
