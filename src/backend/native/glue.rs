//! Emission of a loop of plain arithmetic, two elements at a time.
//!
//! Doubles are `f64x2`, integers `i64x2`, truth values `i64x2` masks of all ones or zeros, also in scratch slots. An operation without a
//! vector form is done lane by lane.

use super::blocks::{self, Shared, Vector};
use super::graph::{Kind, Node};
use super::ops::{Emit, conditions, memory};
use super::plan::{Glue, Place};
use crate::kir::layout::{ColumnId, Elem, ListId};
use crate::kir::{BinaryOp, Ty, UnaryOp};
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::types::{F32X4, F64X2, I8, I32, I64, I64X2};
use cranelift_codegen::ir::{BlockArg, Endianness, InstBuilder, MemFlagsData, Type, Value};
use std::collections::BTreeMap;

/// Elements in a vector.
const LANES: i64 = 2;

/// Emits one loop over the elements of the block.
pub fn emit(emit: &mut Emit, shared: &Shared, work: &Glue) {
    let builder = &mut emit.builder;
    let end = builder.ins().iadd(shared.first, shared.count);
    // Slots are addressed by the element, too, so that one counter serves columns and slots.
    let back = builder.ins().imul_imm_s(shared.first, -8);
    let slots = builder.ins().iadd(shared.scratch, back);
    let (body, exit) = (builder.create_block(), builder.create_block());
    let element = builder.append_block_param(body, I64);
    builder.ins().jump(body, &[BlockArg::from(shared.first)]);
    builder.switch_to_block(body);
    let mut lanes = Lanes {
        emit,
        shared,
        element,
        slots,
        values: BTreeMap::new(),
    };
    for &node in &work.nodes {
        let value = lanes.node(node);
        lanes.values.insert(node, value);
    }
    // Everything is loaded before anything is stored.
    let stored: Vec<Value> = work.stores.iter().map(|store| lanes.get(store.1)).collect();
    let pushed: Vec<Value> = work.pushes.iter().map(|push| lanes.get(push.2)).collect();
    for &node in &work.nodes {
        if let Place::Slot(slot) = shared.plan.places[node] {
            let value = lanes.values[&node];
            lanes.store_slot(slot, value);
        }
    }
    for (&(column, _), value) in work.stores.iter().zip(stored) {
        lanes.store(column, value);
    }
    for (&(push, list, _), mask) in work.pushes.iter().zip(pushed) {
        lanes.push(push, list, mask);
    }
    let builder = &mut emit.builder;
    let next = builder.ins().iadd_imm_s(element, LANES);
    let more = builder.ins().icmp(IntCC::SignedLessThan, next, end);
    builder
        .ins()
        .brif(more, body, &[BlockArg::from(next)], exit, &[]);
    builder.switch_to_block(exit);
}

struct Lanes<'e, 'a, 'f, 's, 'p> {
    emit: &'e mut Emit<'a, 'f>,
    shared: &'s Shared<'p>,
    /// First element of the vector.
    element: Value,
    /// Address of scratch memory, less the bytes before the block.
    slots: Value,
    values: BTreeMap<Node, Value>,
}

fn vector_type(ty: Ty) -> Type {
    match ty {
        Ty::F64 => F64X2,
        Ty::I64 | Ty::Bool => I64X2,
    }
}

fn cast() -> MemFlagsData {
    MemFlagsData::new().with_endianness(Endianness::Little)
}

impl Lanes<'_, '_, '_, '_, '_> {
    /// The value of a node: computed in this round, uniform, or loaded.
    fn get(&mut self, node: Node) -> Value {
        if let Some(&value) = self.values.get(&node) {
            return value;
        }
        let graph = &self.shared.plan.graph;
        let ty = vector_type(graph.nodes[node].ty);
        let value = match (
            self.shared.vectors.get(&node),
            self.shared.plan.places[node],
        ) {
            (Some(Vector::Register(vector)), _) => return *vector,
            (Some(Vector::Memory(offset)), _) => {
                let ins = self.emit.builder.ins();
                ins.load(ty, memory(), self.shared.scratch, *offset)
            }
            (None, Place::Slot(slot)) => {
                let base = self.slot_address();
                let offset = self.shared.slot(slot);
                self.emit.builder.ins().load(ty, memory(), base, offset)
            }
            (None, Place::Column(column)) => self.load(column),
            (None, Place::None) => match graph.nodes[node].kind {
                Kind::Column(column) => self.load(column),
                _ => self.index(),
            },
        };
        self.values.insert(node, value);
        value
    }
    fn slot_address(&mut self) -> Value {
        let bytes = self.emit.builder.ins().ishl_imm_u(self.element, 3);
        self.emit.builder.ins().iadd(self.slots, bytes)
    }
    fn store_slot(&mut self, slot: usize, value: Value) {
        let base = self.slot_address();
        let offset = self.shared.slot(slot);
        self.emit.builder.ins().store(memory(), value, base, offset);
    }
    fn index(&mut self) -> Value {
        let next = self.emit.builder.ins().iadd_imm_s(self.element, 1);
        self.pair(I64X2, [self.element, next])
    }
    /// A vector of two lanes.
    fn pair(&mut self, ty: Type, lanes: [Value; 2]) -> Value {
        let first = self.emit.builder.ins().scalar_to_vector(ty, lanes[0]);
        self.emit.builder.ins().insertlane(first, lanes[1], 1u8)
    }
    fn load(&mut self, column: ColumnId) -> Value {
        let (base, offset) = self.emit.address(column, self.element);
        let ins = self.emit.builder.ins();
        match self.emit.layout.column(column).elem {
            Elem::F64 => ins.load(F64X2, memory(), base, offset),
            Elem::F32 => {
                let bits = ins.load(I64, memory(), base, offset);
                let pair = self.emit.builder.ins().scalar_to_vector(I64X2, bits);
                let singles = self.emit.builder.ins().bitcast(F32X4, cast(), pair);
                self.emit.builder.ins().fvpromote_low(singles)
            }
            Elem::I64 => ins.load(I64X2, memory(), base, offset),
            Elem::U32 => ins.uload32x2(memory(), base, offset),
            Elem::Bool => {
                let first = ins.uload8(I64, memory(), base, offset);
                let second = self
                    .emit
                    .builder
                    .ins()
                    .uload8(I64, memory(), base, offset + 1);
                let pair = self.pair(I64X2, [first, second]);
                let zero = self.int(0);
                self.emit.builder.ins().icmp(IntCC::NotEqual, pair, zero)
            }
        }
    }
    fn store(&mut self, column: ColumnId, value: Value) {
        let (base, offset) = self.emit.address(column, self.element);
        match self.emit.layout.column(column).elem {
            Elem::F64 | Elem::I64 => {
                self.emit.builder.ins().store(memory(), value, base, offset);
            }
            Elem::F32 => {
                let singles = self.emit.builder.ins().fvdemote(value);
                let pairs = self.emit.builder.ins().bitcast(I64X2, cast(), singles);
                let bits = self.emit.builder.ins().extractlane(pairs, 0u8);
                self.emit.builder.ins().store(memory(), bits, base, offset);
            }
            Elem::U32 => {
                for lane in 0..2u8 {
                    let ins = self.emit.builder.ins();
                    let one = ins.extractlane(value, lane);
                    let at = offset + 4 * i32::from(lane);
                    self.emit.builder.ins().istore32(memory(), one, base, at);
                }
            }
            Elem::Bool => {
                for lane in 0..2u8 {
                    let one = self.emit.builder.ins().extractlane(value, lane);
                    let bit = self.emit.builder.ins().band_imm_u(one, 1);
                    let at = offset + i32::from(lane);
                    self.emit.builder.ins().istore8(memory(), bit, base, at);
                }
            }
        }
    }
    /// Appends the elements of the vector for which the mask holds; a block apart, since that is rare.
    fn push(&mut self, push: usize, list: ListId, mask: Value) {
        let builder = &mut self.emit.builder;
        let bits = builder.ins().vhigh_bits(I32, mask);
        let (some, after) = (builder.create_block(), builder.create_block());
        builder.set_cold_block(some);
        builder.ins().brif(bits, some, &[], after, &[]);
        builder.switch_to_block(some);
        let bits = builder.ins().uextend(I64, bits);
        let items = self.emit.layout.list(list).items;
        for lane in 0..LANES {
            let builder = &mut self.emit.builder;
            let count = builder.use_var(self.shared.counts[push]);
            let place = builder.ins().iadd(self.shared.lo, count);
            let element = builder.ins().iadd_imm_s(self.element, lane);
            self.emit.store(items, place, element);
            let builder = &mut self.emit.builder;
            let hi = self.shared.hi;
            let real = builder.ins().icmp(IntCC::SignedLessThan, element, hi);
            let real = builder.ins().uextend(I64, real);
            let bit = builder.ins().ushr_imm_u(bits, lane);
            let bit = builder.ins().band(bit, real);
            let count = builder.ins().iadd(count, bit);
            builder.def_var(self.shared.counts[push], count);
        }
        self.emit.builder.ins().jump(after, &[]);
        self.emit.builder.switch_to_block(after);
    }
    /// An integer in all lanes.
    fn int(&mut self, value: i64) -> Value {
        let scalar = self.emit.int(value);
        self.emit.builder.ins().splat(I64X2, scalar)
    }
    /// `mask ? then : otherwise`, lane by lane.
    fn choose(&mut self, mask: Value, then: Value, otherwise: Value) -> Value {
        let builder = &mut self.emit.builder;
        let ty = builder.func.dfg.value_type(then);
        let mask = match ty {
            F64X2 => builder.ins().bitcast(F64X2, cast(), mask),
            _ => mask,
        };
        builder.ins().bitselect(mask, then, otherwise)
    }
    fn node(&mut self, node: Node) -> Value {
        let graph = &self.shared.plan.graph;
        match &graph.nodes[node].kind {
            Kind::Unary(op, a) => match op {
                UnaryOp::FloatToInt => self.lanes(node),
                op => {
                    let a = self.get(*a);
                    self.unary(*op, a)
                }
            },
            Kind::Binary(op, a, b) => match op {
                BinaryOp::FloorDivInt | BinaryOp::FloorModInt => self.lanes(node),
                op => {
                    let (a, b) = (self.get(*a), self.get(*b));
                    self.binary(*op, a, b)
                }
            },
            Kind::Fma(a, b, c) => {
                let (a, b, c) = (self.get(*a), self.get(*b), self.get(*c));
                self.emit.builder.ins().fma(a, b, c)
            }
            Kind::Compare(op, ty, a, b) => {
                let (a, b) = (self.get(*a), self.get(*b));
                let (float, int) = conditions(*op);
                match ty {
                    Ty::F64 => self.emit.builder.ins().fcmp(float, a, b),
                    _ => self.emit.builder.ins().icmp(int, a, b),
                }
            }
            Kind::Select(condition, then, otherwise) => {
                let condition = self.get(*condition);
                let (then, otherwise) = (self.get(*then), self.get(*otherwise));
                self.choose(condition, then, otherwise)
            }
            Kind::Low32(a) => {
                let (a, low) = (self.get(*a), self.int(0xffff_ffff));
                self.emit.builder.ins().band(a, low)
            }
            Kind::Spread(a) => self.get(*a),
            _ => self.lanes(node),
        }
    }
    fn unary(&mut self, op: UnaryOp, a: Value) -> Value {
        let ins = self.emit.builder.ins();
        match op {
            UnaryOp::Neg => ins.fneg(a),
            UnaryOp::Abs => ins.fabs(a),
            UnaryOp::Sqrt => ins.sqrt(a),
            UnaryOp::Floor => ins.floor(a),
            UnaryOp::Ceil => ins.ceil(a),
            UnaryOp::Trunc => ins.trunc(a),
            UnaryOp::Nearest => ins.nearest(a),
            UnaryOp::Single => {
                let singles = ins.fvdemote(a);
                self.emit.builder.ins().fvpromote_low(singles)
            }
            UnaryOp::NegInt | UnaryOp::BoolToInt => ins.ineg(a),
            UnaryOp::AbsInt => ins.iabs(a),
            UnaryOp::Not => ins.bnot(a),
            UnaryOp::IntToFloat => ins.fcvt_from_sint(F64X2, a),
            // Done lane by lane before it gets here.
            UnaryOp::FloatToInt => a,
        }
    }
    fn binary(&mut self, op: BinaryOp, a: Value, b: Value) -> Value {
        let ins = self.emit.builder.ins();
        match op {
            BinaryOp::Add => ins.fadd(a, b),
            BinaryOp::Sub => ins.fsub(a, b),
            BinaryOp::Mul => ins.fmul(a, b),
            BinaryOp::Div => ins.fdiv(a, b),
            BinaryOp::Min => {
                let less = ins.fcmp(FloatCC::LessThan, a, b);
                self.choose(less, a, b)
            }
            BinaryOp::Max => {
                let more = ins.fcmp(FloatCC::GreaterThan, a, b);
                self.choose(more, a, b)
            }
            BinaryOp::AddInt => ins.iadd(a, b),
            BinaryOp::SubInt => ins.isub(a, b),
            BinaryOp::MulInt => ins.imul(a, b),
            BinaryOp::MinInt => {
                let less = ins.icmp(IntCC::SignedLessThan, a, b);
                self.choose(less, a, b)
            }
            BinaryOp::MaxInt => {
                let more = ins.icmp(IntCC::SignedGreaterThan, a, b);
                self.choose(more, a, b)
            }
            BinaryOp::And => ins.band(a, b),
            BinaryOp::Or => ins.bor(a, b),
            BinaryOp::Xor => ins.bxor(a, b),
            // Done lane by lane before they get here.
            BinaryOp::FloorDivInt | BinaryOp::FloorModInt => a,
        }
    }
    /// A node done lane by lane with scalar code.
    fn lanes(&mut self, node: Node) -> Value {
        let graph = &self.shared.plan.graph;
        let operands = graph.nodes[node].kind.operands();
        let mut results = Vec::new();
        for lane in 0..2u8 {
            let mut known = BTreeMap::new();
            for &operand in &operands {
                let value = match self.shared.scalars.get(&operand) {
                    Some(&scalar) => scalar,
                    None => {
                        let vector = self.get(operand);
                        let value = self.emit.builder.ins().extractlane(vector, lane);
                        match graph.nodes[operand].ty {
                            Ty::Bool => {
                                let ins = self.emit.builder.ins();
                                ins.icmp_imm_u(IntCC::NotEqual, value, 0)
                            }
                            _ => value,
                        }
                    }
                };
                known.insert(operand, value);
            }
            let value = blocks::scalar(self.emit, graph, &known, node);
            results.push(match graph.nodes[node].ty {
                Ty::Bool => {
                    debug_assert_eq!(self.emit.builder.func.dfg.value_type(value), I8);
                    let wide = self.emit.builder.ins().uextend(I64, value);
                    self.emit.builder.ins().ineg(wide)
                }
                _ => value,
            });
        }
        let ty = vector_type(graph.nodes[node].ty);
        self.pair(ty, [results[0], results[1]])
    }
}
