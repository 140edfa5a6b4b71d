//! Loops of plain arithmetic in AVX-512, eight elements at a time: the same steps as [`super::glue`], with registers assigned here.
//!
//! A loop is a function of its own, `fn(image, slots, table, first, end, bits)`: the address of the image, of the scratch slots less
//! `8 * first`, of the table of uniform values, the range of elements, and where masks of pushes go, one byte for eight
//! elements. It uses no stack and no register that a callee must keep. A step that does not fit (too many live
//! values, an operation without an instruction) is left to the two-lane form.

use super::evex::{Address, Assembler, Operand, Rest, op};
use super::graph::{Graph, Kind, Node};
use super::plan::{Glue, Place, Plan};
use crate::backend::BLOCK;
use crate::kir::layout::{ColumnId, Elem, Layout};
use crate::kir::{Ty, UnaryOp};
use std::collections::BTreeMap;

mod ops;

/// General registers: image, slots, table, element, bits.
const IMAGE: u8 = 7;
const SLOTS: u8 = 6;
const TABLE: u8 = 2;
const ELEMENT: u8 = 1;
const BITS: u8 = 9;

/// Bytes of masks for each push: a bit for each element of a block.
pub const MASK_BYTES: usize = BLOCK / 8;
/// Offset of the vector 0, 1, ..., 7 in the table; uniform values follow it.
pub const IOTA: i32 = 0;
/// Offset of the first uniform value in the table.
pub const FIRST: i32 = 64;
/// Bytes between values of the table.
pub const STRIDE: i32 = 16;

/// What loops need from the table: the offset of each uniform node, and constants of their own behind these.
pub struct Table {
    /// Offsets of uniform nodes.
    pub offsets: BTreeMap<Node, i32>,
    /// Constants, as bits, from the offset after the nodes on.
    pub constants: Vec<u64>,
}

impl Table {
    /// Places uniform nodes in the given order.
    pub fn new(nodes: &[Node]) -> Self {
        let offsets = nodes
            .iter()
            .zip(0..)
            .map(|(&node, k)| (node, FIRST + STRIDE * k));
        Table {
            offsets: offsets.collect(),
            constants: Vec::new(),
        }
    }
    /// Offset of the first constant.
    pub fn constants_at(&self) -> i32 {
        FIRST + STRIDE * self.offsets.len() as i32
    }
    fn constant(&mut self, bits: u64) -> i32 {
        let known = self.constants.iter().position(|&constant| constant == bits);
        let k = known.unwrap_or_else(|| {
            self.constants.push(bits);
            self.constants.len() - 1
        });
        self.constants_at() + STRIDE * k as i32
    }
}

/// Compiles the loop of a step; none if it does not fit.
pub fn compile(
    layout: &Layout,
    plan: &Plan,
    work: &Glue,
    table: &mut Table,
    slot: &dyn Fn(usize) -> i32,
) -> Option<Assembler> {
    // With fewer registers for uniform values there are more for the others.
    for pinned in [14, 8, 4, 0] {
        let mut registers = Registers::new(layout, plan, work, table, slot);
        if registers.run(pinned).is_some() {
            return Some(registers.assembler);
        }
    }
    None
}

/// Where a value is.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Spot {
    Zmm(u8),
    Mask(u8),
}

/// An operand of a fused multiply-add with its sign taken off.
type Signed = (Node, bool);

struct Registers<'a> {
    layout: &'a Layout,
    graph: &'a Graph,
    plan: &'a Plan,
    work: &'a Glue,
    table: &'a mut Table,
    slot: &'a dyn Fn(usize) -> i32,
    assembler: Assembler,
    spots: BTreeMap<Node, Spot>,
    /// Uses that are still to come in this step.
    uses: BTreeMap<Node, u32>,
    /// Uniform nodes that stay in their register for the whole loop.
    pinned: Vec<Node>,
    zmm: Vec<u8>,
    masks: Vec<u8>,
    /// Operands of the operation at hand, which must stay in registers.
    current: Vec<Node>,
}

fn column_address(layout: &Layout, column: ColumnId) -> Option<(Address, Elem)> {
    let column = layout.column(column);
    let scale = match column.elem {
        Elem::F64 | Elem::I64 => 3,
        Elem::F32 | Elem::U32 => 2,
        Elem::Bool => 0,
    };
    let address = Address {
        base: IMAGE,
        index: Some((ELEMENT, scale)),
        offset: i32::try_from(column.offset).ok()?,
    };
    Some((address, column.elem))
}

impl<'a> Registers<'a> {
    fn new(
        layout: &'a Layout,
        plan: &'a Plan,
        work: &'a Glue,
        table: &'a mut Table,
        slot: &'a dyn Fn(usize) -> i32,
    ) -> Self {
        Registers {
            layout,
            graph: &plan.graph,
            plan,
            work,
            table,
            slot,
            assembler: Assembler::default(),
            spots: BTreeMap::new(),
            uses: BTreeMap::new(),
            pinned: Vec::new(),
            zmm: (0..32).rev().collect(),
            masks: (1..8).rev().collect(),
            current: Vec::new(),
        }
    }
    /// Operands of a node, negations folded into fused multiply-adds.
    fn operands(&self, node: Node) -> Vec<Node> {
        match self.graph.nodes[node].kind {
            Kind::Fma(a, b, c) => [a, b, c].map(|operand| self.signed(operand).0).to_vec(),
            ref kind => kind.operands(),
        }
    }
    fn signed(&self, node: Node) -> Signed {
        let data = &self.graph.nodes[node];
        match data.kind {
            Kind::Unary(UnaryOp::Neg, inner) if !data.uniform && self.is_here(node) => {
                (inner, true)
            }
            _ => (node, false),
        }
    }
    /// True for nodes that this step computes.
    fn is_here(&self, node: Node) -> bool {
        self.work.nodes.contains(&node)
    }
    fn run(&mut self, pinned: usize) -> Option<()> {
        self.count();
        // The uniform values used most stay in registers.
        let mut uniform: Vec<(u32, Node)> = Vec::new();
        for (&node, &count) in &self.uses {
            if self.graph.nodes[node].uniform && self.graph.nodes[node].ty != Ty::Bool {
                uniform.push((count, node));
            }
        }
        uniform.sort_by_key(|&(count, node)| (std::cmp::Reverse(count), node));
        for &(_, node) in uniform.iter().take(pinned) {
            let register = self.zmm.pop()?;
            let from = self.uniform(node)?;
            self.assembler
                .put(op::SPREAD, register, Operand::Memory(from), Rest::default());
            self.spots.insert(node, Spot::Zmm(register));
            self.pinned.push(node);
        }
        self.assembler.align(32);
        let top = self.assembler.code.len();
        self.assembler.line("loop:");
        for &node in &self.work.nodes {
            if self.uses.get(&node).copied().unwrap_or(0) > 0 {
                self.current = self.operands(node);
                self.node(node)?;
            }
        }
        // What is loaded now stays, since columns are overwritten.
        let stored = self.work.stores.iter().map(|store| store.1);
        self.current = stored
            .chain(self.work.pushes.iter().map(|push| push.2))
            .collect();
        self.results()?;
        self.assembler.raw(&[0x48, 0x83, 0xc1, 0x08], "add rcx, 8");
        self.assembler.raw(&[0x49, 0xff, 0xc1], "inc r9");
        self.assembler.raw(&[0x4c, 0x39, 0xc1], "cmp rcx, r8");
        let back = top as i64 - (self.assembler.code.len() as i64 + 6);
        let mut jump = vec![0x0f, 0x8c];
        jump.extend(i32::try_from(back).ok()?.to_le_bytes());
        self.assembler.raw(&jump, "jl loop");
        self.assembler.raw(&[0xc5, 0xf8, 0x77], "vzeroupper");
        self.assembler.raw(&[0xc3], "ret");
        Some(())
    }
    /// Counts uses, from the results backwards, so that folded negations do not count.
    fn count(&mut self) {
        let mut uses: BTreeMap<Node, u32> = BTreeMap::new();
        let mut add = |node: Node| *uses.entry(node).or_insert(0) += 1;
        self.work.stores.iter().for_each(|store| add(store.1));
        self.work.pushes.iter().for_each(|push| add(push.2));
        for &node in &self.work.nodes {
            if let Place::Slot(_) = self.plan.places[node] {
                add(node);
            }
        }
        for &node in self.work.nodes.iter().rev() {
            if uses.contains_key(&node) {
                for operand in self.operands(node) {
                    *uses.entry(operand).or_insert(0) += 1;
                }
            }
        }
        self.uses = uses;
    }
    /// Everything is in registers; now nothing is loaded any more, and slots and columns are written.
    fn results(&mut self) -> Option<()> {
        let mut stores: Vec<(ColumnId, Node)> = self.work.stores.clone();
        stores.sort_by_key(|&(_, node)| self.graph.is_leaf(node));
        // Old values of other columns are loaded first, since a store may overwrite them.
        for &(_, node) in &stores {
            if !self.graph.nodes[node].uniform {
                self.fetch(node)?;
            }
        }
        for &(_, _, mask) in &self.work.pushes {
            self.mask(mask)?;
        }
        for &node in &self.work.nodes {
            if let Place::Slot(slot) = self.plan.places[node] {
                let at = self.slot_address(slot);
                let register = match self.fetch(node)? {
                    Spot::Zmm(register) => register,
                    Spot::Mask(mask) => {
                        let register = self.alloc()?;
                        let rest = Rest::default();
                        self.assembler
                            .put(op::FROM_MASK, register, Operand::Mask(mask), rest);
                        self.zmm.push(register);
                        register
                    }
                };
                self.assembler
                    .put(op::STORE, register, Operand::Memory(at), Rest::default());
                self.done(node);
            }
        }
        for &(column, node) in &stores {
            self.store(column, node)?;
            self.done(node);
        }
        for &(push, _, node) in &self.work.pushes {
            let mask = self.mask(node)?;
            let at = Address {
                base: BITS,
                index: None,
                offset: (push * MASK_BYTES) as i32,
            };
            self.assembler.mask_store(at, mask);
            self.done(node);
        }
        Some(())
    }
    fn store(&mut self, column: ColumnId, node: Node) -> Option<()> {
        let (at, elem) = column_address(self.layout, column)?;
        let rest = Rest::default();
        match elem {
            Elem::F64 | Elem::I64 => {
                let register = self.reg(node)?;
                self.assembler
                    .put(op::STORE, register, Operand::Memory(at), rest);
            }
            Elem::F32 => {
                let wide = Operand::Zmm(self.reg(node)?);
                let register = self.alloc()?;
                self.assembler.put(op::NARROW_F32, register, wide, rest);
                let rest = Rest { half: true, ..rest };
                self.assembler
                    .put(op::STORE_HALF, register, Operand::Memory(at), rest);
                self.zmm.push(register);
            }
            Elem::U32 => {
                let register = self.reg(node)?;
                self.assembler
                    .put(op::NARROW_U32, register, Operand::Memory(at), rest);
            }
            Elem::Bool => {
                let mask = self.mask(node)?;
                let register = self.alloc()?;
                self.ones(register, mask);
                self.assembler
                    .put(op::NARROW_U8, register, Operand::Memory(at), rest);
                self.zmm.push(register);
            }
        }
        Some(())
    }
    /// The integer 1 where the mask holds, else 0.
    fn ones(&mut self, register: u8, mask: u8) {
        let one = Operand::Memory(Address {
            base: TABLE,
            index: None,
            offset: self.table.constant(1),
        });
        let rest = Rest {
            mask,
            zero: true,
            ..Rest::default()
        };
        self.assembler.put(op::SPREAD, register, one, rest);
    }
    fn constant(&mut self, bits: u64) -> Operand {
        Operand::Broadcast(Address {
            base: TABLE,
            index: None,
            offset: self.table.constant(bits),
        })
    }
    fn uniform(&self, node: Node) -> Option<Address> {
        Some(Address {
            base: TABLE,
            index: None,
            offset: *self.table.offsets.get(&node)?,
        })
    }
    fn slot_address(&self, slot: usize) -> Address {
        Address {
            base: SLOTS,
            index: Some((ELEMENT, 3)),
            offset: (self.slot)(slot),
        }
    }
    fn alloc(&mut self) -> Option<u8> {
        if self.zmm.is_empty() {
            self.evict(&|spot| matches!(spot, Spot::Zmm(_)));
        }
        self.zmm.pop()
    }
    fn alloc_mask(&mut self) -> Option<u8> {
        if self.masks.is_empty() {
            self.evict(&|spot| matches!(spot, Spot::Mask(_)));
        }
        self.masks.pop()
    }
    /// Frees the register of a value that can be loaded again.
    fn evict(&mut self, fits: &dyn Fn(Spot) -> bool) {
        let spare = |node: Node| {
            !self.is_here(node) && !self.pinned.contains(&node) && !self.current.contains(&node)
        };
        let mut held = self.spots.iter();
        let found = held.find(|&(&node, &spot)| spare(node) && fits(spot));
        if let Some((&node, &spot)) = found {
            self.spots.remove(&node);
            match spot {
                Spot::Zmm(register) => self.zmm.push(register),
                Spot::Mask(mask) => self.masks.push(mask),
            }
        }
    }
    /// Notes one use; frees the register after the last one.
    fn done(&mut self, node: Node) {
        let Some(uses) = self.uses.get_mut(&node) else {
            return;
        };
        *uses = uses.saturating_sub(1);
        if *uses == 0 && !self.pinned.contains(&node) {
            match self.spots.remove(&node) {
                Some(Spot::Zmm(register)) => self.zmm.push(register),
                Some(Spot::Mask(mask)) => self.masks.push(mask),
                None => {}
            }
        } else if self.graph.nodes[node].uniform && !self.pinned.contains(&node) {
            // A uniform value loaded for one operation is loaded again for the next.
            match self.spots.remove(&node) {
                Some(Spot::Zmm(register)) => self.zmm.push(register),
                Some(Spot::Mask(mask)) => self.masks.push(mask),
                None => {}
            }
        }
    }
    /// True if the coming use of the node in one operation, `count` times, is the last, so that its register may take the result.
    fn dies(&self, node: Node, count: u32) -> bool {
        !self.pinned.contains(&node)
            && (self.graph.nodes[node].uniform
                || self.uses.get(&node).is_some_and(|&uses| uses == count))
    }
    /// Brings a value into a register.
    fn fetch(&mut self, node: Node) -> Option<Spot> {
        if let Some(&spot) = self.spots.get(&node) {
            return Some(spot);
        }
        let data = &self.graph.nodes[node];
        let rest = Rest::default();
        let spot = if data.uniform {
            let from = self.uniform(node)?;
            let register = self.alloc()?;
            self.assembler
                .put(op::SPREAD, register, Operand::Memory(from), rest);
            self.spot_of(data.ty, register)?
        } else {
            match (self.plan.places[node], &data.kind) {
                (Place::Slot(slot), _) => {
                    let register = self.alloc()?;
                    let from = Operand::Memory(self.slot_address(slot));
                    self.assembler.put(op::LOAD, register, from, rest);
                    self.spot_of(data.ty, register)?
                }
                (Place::Column(column), _) => self.load(column)?,
                (Place::None, Kind::Column(column)) => self.load(*column)?,
                (Place::None, Kind::Index) => {
                    let register = self.alloc()?;
                    self.assembler
                        .put(op::SPREAD_INT, register, Operand::General(ELEMENT), rest);
                    let iota = Operand::Memory(Address {
                        base: TABLE,
                        index: None,
                        offset: IOTA,
                    });
                    let rest = Rest {
                        source: register,
                        ..rest
                    };
                    self.assembler.put(op::ADD_INT, register, iota, rest);
                    Spot::Zmm(register)
                }
                _ => return None,
            }
        };
        self.spots.insert(node, spot);
        Some(spot)
    }
    /// A register of masks as 64-bit lanes becomes a mask register.
    fn spot_of(&mut self, ty: Ty, register: u8) -> Option<Spot> {
        if ty != Ty::Bool {
            return Some(Spot::Zmm(register));
        }
        let mask = self.alloc_mask()?;
        self.assembler
            .put(op::TO_MASK, mask, Operand::Zmm(register), Rest::default());
        self.zmm.push(register);
        Some(Spot::Mask(mask))
    }
    fn load(&mut self, column: ColumnId) -> Option<Spot> {
        let (at, elem) = column_address(self.layout, column)?;
        let register = self.alloc()?;
        let (opcode, from) = match elem {
            Elem::F64 | Elem::I64 => (op::LOAD, Operand::Memory(at)),
            Elem::F32 => (op::WIDEN_F32, Operand::Memory(at)),
            Elem::U32 => (op::WIDEN_U32, Operand::Memory(at)),
            Elem::Bool => (op::WIDEN_U8, Operand::Memory(at)),
        };
        self.assembler.put(opcode, register, from, Rest::default());
        if elem != Elem::Bool {
            return Some(Spot::Zmm(register));
        }
        let mask = self.alloc_mask()?;
        let rest = Rest {
            source: register,
            ..Rest::default()
        };
        self.assembler
            .put(op::TEST, mask, Operand::Zmm(register), rest);
        self.zmm.push(register);
        Some(Spot::Mask(mask))
    }
    fn reg(&mut self, node: Node) -> Option<u8> {
        match self.fetch(node)? {
            Spot::Zmm(register) => Some(register),
            Spot::Mask(_) => None,
        }
    }
    fn mask(&mut self, node: Node) -> Option<u8> {
        match self.fetch(node)? {
            Spot::Mask(mask) => Some(mask),
            Spot::Zmm(_) => None,
        }
    }
    /// The operand that may be in memory: uniform values are read from the table.
    fn rm(&mut self, node: Node) -> Option<Operand> {
        if self.graph.nodes[node].uniform && !self.spots.contains_key(&node) {
            return Some(Operand::Broadcast(self.uniform(node)?));
        }
        Some(Operand::Zmm(self.reg(node)?))
    }
    /// Marks the operands of an operation as used, then gives a register for its result.
    fn result(&mut self, node: Node, operands: &[Node]) -> Option<u8> {
        operands.iter().for_each(|&operand| self.done(operand));
        let register = self.alloc()?;
        self.spots.insert(node, Spot::Zmm(register));
        Some(register)
    }
    fn result_mask(&mut self, node: Node, operands: &[Node]) -> Option<u8> {
        operands.iter().for_each(|&operand| self.done(operand));
        let mask = self.alloc_mask()?;
        self.spots.insert(node, Spot::Mask(mask));
        Some(mask)
    }
}
