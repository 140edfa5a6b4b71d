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
use crate::kir::{BinaryOp, CompareOp, Ty, UnaryOp};
use std::collections::BTreeMap;

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
        Elem::U32 => 2,
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
            self.to_spot(data.ty, register)?
        } else {
            match (self.plan.places[node], &data.kind) {
                (Place::Slot(slot), _) => {
                    let register = self.alloc()?;
                    let from = Operand::Memory(self.slot_address(slot));
                    self.assembler.put(op::LOAD, register, from, rest);
                    self.to_spot(data.ty, register)?
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
    fn to_spot(&mut self, ty: Ty, register: u8) -> Option<Spot> {
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
    fn node(&mut self, node: Node) -> Option<()> {
        let graph = self.graph;
        let rest = Rest::default();
        match &graph.nodes[node].kind {
            Kind::Unary(op, a) => self.unary(node, *op, *a),
            Kind::Binary(op, a, b) => self.binary(node, *op, *a, *b),
            Kind::Fma(a, b, c) => self.fma(node, [*a, *b, *c]),
            Kind::Compare(op, ty, a, b) => {
                let (first, second) = (self.reg(*a)?, self.rm(*b)?);
                let mask = self.result_mask(node, &[*a, *b])?;
                let (opcode, immediate) = condition(*op, *ty);
                let rest = Rest {
                    source: first,
                    immediate: Some(immediate),
                    ..rest
                };
                self.assembler.put(opcode, mask, second, rest);
                Some(())
            }
            Kind::Select(condition, then, otherwise) => {
                if graph.nodes[node].ty == Ty::Bool {
                    return self.select_mask(node, *condition, *then, *otherwise);
                }
                let mask = self.mask(*condition)?;
                let (other, then_operand) = (self.reg(*otherwise)?, self.rm(*then)?);
                let register = self.result(node, &[*condition, *then, *otherwise])?;
                let rest = Rest {
                    source: other,
                    mask,
                    ..rest
                };
                self.assembler.put(op::BLEND, register, then_operand, rest);
                Some(())
            }
            Kind::Low32(a) => {
                let source = self.reg(*a)?;
                let low = self.constant(0xffff_ffff);
                let register = self.result(node, &[*a])?;
                let rest = Rest { source, ..rest };
                self.assembler.put(op::AND, register, low, rest);
                Some(())
            }
            Kind::Spread(a) => {
                let from = self.uniform(*a)?;
                let register = self.result(node, &[*a])?;
                self.assembler
                    .put(op::SPREAD, register, Operand::Memory(from), rest);
                Some(())
            }
            Kind::Gather(column, index) => self.gather(node, *column, *index),
            _ => None,
        }
    }
    fn unary(&mut self, node: Node, op: UnaryOp, a: Node) -> Option<()> {
        let rest = Rest::default();
        let round = |immediate: u8| Rest {
            immediate: Some(8 | immediate),
            ..Rest::default()
        };
        let simple = match op {
            UnaryOp::Sqrt => (op::SQRT, rest),
            UnaryOp::Nearest => (op::ROUND, round(0)),
            UnaryOp::Floor => (op::ROUND, round(1)),
            UnaryOp::Ceil => (op::ROUND, round(2)),
            UnaryOp::Trunc => (op::ROUND, round(3)),
            UnaryOp::IntToFloat => (op::FROM_INT, rest),
            UnaryOp::AbsInt => (op::ABS_INT, rest),
            UnaryOp::Neg | UnaryOp::Abs => {
                let source = self.reg(a)?;
                let (opcode, bits) = match op {
                    UnaryOp::Neg => (op::XOR, 1 << 63),
                    _ => (op::AND, !(1 << 63)),
                };
                let constant = self.constant(bits);
                let register = self.result(node, &[a])?;
                let rest = Rest { source, ..rest };
                self.assembler.put(opcode, register, constant, rest);
                return Some(());
            }
            UnaryOp::NegInt => {
                let source = self.rm(a)?;
                let register = self.alloc()?;
                self.zero(register, 0);
                self.done(a);
                self.spots.insert(node, Spot::Zmm(register));
                let rest = Rest {
                    source: register,
                    ..rest
                };
                self.assembler.put(op::SUB_INT, register, source, rest);
                return Some(());
            }
            UnaryOp::Not => {
                let mask = self.mask(a)?;
                let target = self.result_mask(node, &[a])?;
                self.assembler.mask_not(target, mask);
                return Some(());
            }
            UnaryOp::BoolToInt => {
                let mask = self.mask(a)?;
                let register = self.alloc()?;
                self.ones(register, mask);
                self.done(a);
                self.spots.insert(node, Spot::Zmm(register));
                return Some(());
            }
            UnaryOp::FloatToInt => return self.to_int(node, a),
        };
        let source = self.rm(a)?;
        let register = self.result(node, &[a])?;
        self.assembler.put(simple.0, register, source, simple.1);
        Some(())
    }
    fn zero(&mut self, register: u8, mask: u8) {
        let rest = Rest {
            source: register,
            mask,
            ..Rest::default()
        };
        self.assembler
            .put(op::XOR, register, Operand::Zmm(register), rest);
    }
    /// The machine's conversion gives the least integer for all that does not fit: right below, to be mended above and for NaN.
    fn to_int(&mut self, node: Node, a: Node) -> Option<()> {
        let source = self.reg(a)?;
        let register = self.alloc()?;
        let mask = self.alloc_mask()?;
        let bound = self.constant(9_223_372_036_854_775_808f64.to_bits());
        let largest = self.constant(i64::MAX as u64);
        self.assembler
            .put(op::TO_INT, register, Operand::Zmm(source), Rest::default());
        let compare = |immediate: u8| Rest {
            source,
            immediate: Some(immediate),
            ..Rest::default()
        };
        self.assembler.put(op::COMPARE, mask, bound, compare(0x1d));
        let rest = Rest {
            source: register,
            mask,
            ..Rest::default()
        };
        self.assembler.put(op::BLEND, register, largest, rest);
        self.assembler
            .put(op::COMPARE, mask, Operand::Zmm(source), compare(3));
        self.zero(register, mask);
        self.masks.push(mask);
        self.done(a);
        self.spots.insert(node, Spot::Zmm(register));
        Some(())
    }
    fn binary(&mut self, node: Node, op: BinaryOp, a: Node, b: Node) -> Option<()> {
        let (opcode, commutes) = match op {
            BinaryOp::Add => (op::ADD, true),
            BinaryOp::Sub => (op::SUB, false),
            BinaryOp::Mul => (op::MUL, true),
            BinaryOp::Div => (op::DIV, false),
            BinaryOp::Min => (op::MIN, false),
            BinaryOp::Max => (op::MAX, false),
            BinaryOp::AddInt => (op::ADD_INT, true),
            BinaryOp::SubInt => (op::SUB_INT, false),
            BinaryOp::MulInt => (op::MUL_INT, true),
            BinaryOp::MinInt => (op::MIN_INT, true),
            BinaryOp::MaxInt => (op::MAX_INT, true),
            BinaryOp::FloorDivInt | BinaryOp::FloorModInt => return None,
            BinaryOp::And | BinaryOp::Or | BinaryOp::Xor => {
                let (first, second) = (self.mask(a)?, self.mask(b)?);
                let target = self.result_mask(node, &[a, b])?;
                let opcode = match op {
                    BinaryOp::And => op::K_AND,
                    BinaryOp::Or => op::K_OR,
                    _ => op::K_XOR,
                };
                self.assembler.masks(opcode, target, first, second);
                return Some(());
            }
        };
        let uniform = |node: Node| self.graph.nodes[node].uniform;
        let (a, b) = if commutes && uniform(a) && !uniform(b) {
            (b, a)
        } else {
            (a, b)
        };
        let (source, second) = (self.reg(a)?, self.rm(b)?);
        let register = self.result(node, &[a, b])?;
        let rest = Rest {
            source,
            ..Rest::default()
        };
        self.assembler.put(opcode, register, second, rest);
        Some(())
    }
    fn select_mask(
        &mut self,
        node: Node,
        condition: Node,
        then: Node,
        otherwise: Node,
    ) -> Option<()> {
        let (c, t, o) = (
            self.mask(condition)?,
            self.mask(then)?,
            self.mask(otherwise)?,
        );
        let (yes, target) = (self.alloc_mask()?, self.alloc_mask()?);
        self.assembler.masks(op::K_AND, yes, c, t);
        self.assembler.masks(op::K_AND_NOT, target, c, o);
        self.assembler.masks(op::K_OR, target, target, yes);
        self.masks.push(yes);
        [condition, then, otherwise]
            .iter()
            .for_each(|&operand| self.done(operand));
        self.spots.insert(node, Spot::Mask(target));
        Some(())
    }
    fn gather(&mut self, node: Node, column: ColumnId, index: Node) -> Option<()> {
        let (at, elem) = column_address(self.layout, column)?;
        let at = Address { index: None, ..at };
        let last = self.layout.column(column).len.saturating_sub(1) as u64;
        let source = self.reg(index)?;
        let limit = self.constant(last);
        let (clamped, register, mask) = (self.alloc()?, self.alloc()?, self.alloc_mask()?);
        let rest = Rest {
            source,
            ..Rest::default()
        };
        self.assembler.put(op::MIN_UNSIGNED, clamped, limit, rest);
        self.assembler.masks(op::K_SAME, mask, mask, mask);
        let rest = Rest {
            mask,
            ..Rest::default()
        };
        match elem {
            Elem::F64 | Elem::I64 => {
                let from = Operand::Gathered(at, clamped, 3);
                self.assembler.put(op::GATHER, register, from, rest);
            }
            Elem::U32 => {
                let from = Operand::Gathered(at, clamped, 2);
                self.assembler.put(op::GATHER_U32, register, from, rest);
                let from = Operand::Zmm(register);
                self.assembler
                    .put(op::WIDEN_U32, register, from, Rest::default());
            }
            Elem::Bool => return None,
        }
        self.zmm.push(clamped);
        self.masks.push(mask);
        self.done(index);
        self.spots.insert(node, Spot::Zmm(register));
        Some(())
    }
    fn fma(&mut self, node: Node, operands: [Node; 3]) -> Option<()> {
        let [(mut a, minus_a), (mut b, minus_b), (c, minus_c)] =
            operands.map(|operand| self.signed(operand));
        let forms = &op::FMA[usize::from(minus_a != minus_b)][usize::from(minus_c)];
        let in_memory = |this: &Self, node: Node| {
            this.graph.nodes[node].uniform && !this.spots.contains_key(&node)
        };
        // A factor in memory stands last.
        if in_memory(self, a) && !in_memory(self, b) {
            (a, b) = (b, a);
        }
        let all = [a, b, c];
        let count = |node: Node| all.iter().filter(|&&operand| operand == node).count() as u32;
        let memory = match () {
            () if in_memory(self, b) => Some(b),
            () if in_memory(self, c) => Some(c),
            () => None,
        };
        for operand in all {
            if Some(operand) != memory {
                self.reg(operand)?;
            }
        }
        // The result takes the register of an operand that dies, or a copy.
        let free = |this: &Self, node: Node| Some(node) != memory && this.dies(node, count(node));
        let (form, target, second, third) = if memory != Some(c) && free(self, c) {
            (2, c, a, b)
        } else if free(self, a) && memory == Some(b) {
            (0, a, c, b)
        } else if free(self, a) {
            (1, a, b, c)
        } else if memory != Some(b) && free(self, b) {
            (1, b, a, c)
        } else if memory == Some(c) {
            (1, a, b, c)
        } else {
            (2, c, a, b)
        };
        let (source, last) = (self.reg(second)?, self.rm(third)?);
        let held = self.reg(target)?;
        let register = if free(self, target) {
            self.spots.remove(&target);
            held
        } else {
            let register = self.alloc()?;
            self.assembler
                .put(op::MOVE, register, Operand::Zmm(held), Rest::default());
            register
        };
        let rest = Rest {
            source,
            ..Rest::default()
        };
        self.assembler.put(forms[form], register, last, rest);
        all.iter().for_each(|&operand| self.done(operand));
        self.spots.insert(node, Spot::Zmm(register));
        Some(())
    }
}

/// Instruction and immediate of a comparison.
fn condition(op: CompareOp, ty: Ty) -> (super::evex::Opcode, u8) {
    let (float, int) = match op {
        CompareOp::Lt => (0x11, 1),
        CompareOp::Le => (0x12, 2),
        CompareOp::Gt => (0x1e, 6),
        CompareOp::Ge => (0x1d, 5),
        CompareOp::Eq => (0x00, 0),
        CompareOp::Ne => (0x04, 4),
    };
    match ty {
        Ty::F64 => (op::COMPARE, float),
        _ => (op::COMPARE_INT, int),
    }
}
