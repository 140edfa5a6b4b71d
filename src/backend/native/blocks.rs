//! Emission of a planned kernel: uniform values first, then blocks of elements, in each block one step after the other.

use super::glue;
use super::graph::{Graph, Kind, Node};
use super::ops::{Emit, memory};
use super::plan::{Place, Plan, Step};
use super::symbols::Import;
use crate::backend::BLOCK;
use crate::kir::layout::{ColumnId, Elem, Layout, PAD};
use crate::kir::{Domain, Kernel, Ty};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::{F64X2, I64, I64X2};
use cranelift_codegen::ir::{BlockArg, InstBuilder, Value};
use cranelift_frontend::Variable;
use std::collections::BTreeMap;

/// Bytes between slots: a block, and a line so that equal elements of two slots differ in their low address bits.
const SLOT: usize = BLOCK * 8 + 64;
/// So many uniform vectors stay in registers; more are kept in a table in scratch memory, from where operations read them.
const REGISTERS: usize = 10;

/// The plan of a kernel that can be compiled in blocks.
pub fn plan(layout: &Layout, kernel: &Kernel) -> Option<Plan> {
    let Domain::Elements { len } = kernel.domain else {
        return None;
    };
    if !has_fma() {
        return None;
    }
    let graph = Graph::new(layout, kernel)?;
    // Padding is computed and stored, so it must be padding in each column stored to.
    let exact = |&(column, _): &(ColumnId, Node)| layout.column(column).len == len;
    if !graph.stores.iter().all(exact) {
        return None;
    }
    Some(Plan::new(layout, graph))
}

fn has_fma() -> bool {
    #[cfg(target_arch = "x86_64")]
    return is_x86_feature_detected!("fma");
    #[cfg(not(target_arch = "x86_64"))]
    return true;
}

/// What the steps of a kernel share while it is emitted.
pub struct Shared<'p> {
    /// The plan.
    pub plan: &'p Plan,
    /// Uniform nodes as scalars, computed before the first block.
    pub scalars: BTreeMap<Node, Value>,
    /// Uniform nodes as vectors: in a register, or at an offset in scratch.
    pub vectors: BTreeMap<Node, Vector>,
    /// One past the last element.
    pub hi: Value,
    /// Where pushed entries start.
    pub lo: Value,
    /// Number of entries pushed so far, per push.
    pub counts: Vec<Variable>,
    /// Address of scratch memory.
    pub scratch: Value,
    /// Offset of the first slot in scratch memory.
    pub slots: usize,
    /// First element of the block.
    pub first: Value,
    /// Elements of the block, a multiple of the padding unit.
    pub count: Value,
}

/// Where a uniform vector is.
#[derive(Clone, Copy)]
pub enum Vector {
    /// In a register.
    Register(Value),
    /// At an offset in scratch memory.
    Memory(i32),
}

impl Shared<'_> {
    /// Offset of a slot in scratch memory.
    pub fn slot(&self, slot: usize) -> i32 {
        (self.slots + slot * SLOT) as i32
    }
}

/// Emits the kernel; returns the bytes of scratch it needs. `args` are lo, hi, scratch and counts.
pub fn kernel(emit: &mut Emit, kernel: &Kernel, plan: &Plan, args: [Value; 4]) -> usize {
    let [lo, hi, scratch, counts] = args;
    let zero = emit.int(0);
    let mut shared = Shared {
        plan,
        scalars: BTreeMap::new(),
        vectors: BTreeMap::new(),
        hi,
        lo,
        counts: Vec::new(),
        scratch,
        slots: 0,
        first: zero,
        count: zero,
    };
    for _ in kernel.pushes() {
        let count = emit.builder.declare_var(I64);
        emit.builder.def_var(count, zero);
        shared.counts.push(count);
    }
    uniforms(emit, &mut shared);
    let padding = emit.builder.ins().iadd_imm_s(hi, PAD as i64 - 1);
    let end = emit.builder.ins().band_imm_s(padding, -(PAD as i64));

    let builder = &mut emit.builder;
    let (header, body, exit) = (
        builder.create_block(),
        builder.create_block(),
        builder.create_block(),
    );
    shared.first = builder.append_block_param(header, I64);
    builder.ins().jump(header, &[BlockArg::from(lo)]);
    builder.switch_to_block(header);
    let more = builder.ins().icmp(IntCC::SignedLessThan, shared.first, end);
    builder.ins().brif(more, body, &[], exit, &[]);
    builder.switch_to_block(body);
    let rest = builder.ins().isub(end, shared.first);
    let block = builder.ins().iconst(I64, BLOCK as i64);
    shared.count = builder.ins().smin(rest, block);
    for step in &plan.steps {
        match step {
            Step::Glue(work) => glue::emit(emit, &shared, work),
            Step::Call(node) => call(emit, &shared, *node),
        }
    }
    let next = emit.builder.ins().iadd_imm_s(shared.first, BLOCK as i64);
    emit.builder.ins().jump(header, &[BlockArg::from(next)]);
    emit.builder.switch_to_block(exit);
    for (k, &count) in shared.counts.iter().enumerate() {
        let count = emit.builder.use_var(count);
        emit.builder
            .ins()
            .store(memory(), count, counts, 8 * k as i32);
    }
    emit.builder.ins().return_(&[]);
    shared.slots + plan.slots * SLOT
}

/// Computes uniform nodes as scalars, and as vectors those that loops use.
fn uniforms(emit: &mut Emit, shared: &mut Shared) {
    let graph = &shared.plan.graph;
    for (node, data) in graph.nodes.iter().enumerate() {
        if data.uniform && graph.live[node] {
            let value = scalar(emit, graph, &shared.scalars, node);
            shared.scalars.insert(node, value);
        }
    }
    let mut used = Vec::new();
    for step in &shared.plan.steps {
        if let Step::Glue(work) = step {
            let operands = work
                .nodes
                .iter()
                .flat_map(|&node| graph.nodes[node].kind.operands());
            let stored = work.stores.iter().map(|store| store.1);
            let pushed = work.pushes.iter().map(|push| push.2);
            used.extend(operands.chain(stored).chain(pushed));
        }
    }
    used.retain(|&node| graph.nodes[node].uniform);
    used.sort_unstable();
    used.dedup();
    let table = used.len() > REGISTERS;
    for (k, &node) in used.iter().enumerate() {
        let value = shared.scalars[&node];
        let vector = splat(emit, graph.nodes[node].ty, value);
        let place = if table {
            let offset = 16 * k as i32;
            emit.builder
                .ins()
                .store(memory(), vector, shared.scratch, offset);
            Vector::Memory(offset)
        } else {
            Vector::Register(vector)
        };
        shared.vectors.insert(node, place);
    }
    if table {
        shared.slots = (used.len() * 16).next_multiple_of(64);
    }
}

/// A vector of equal lanes; a truth value becomes a mask of all ones or zeros.
fn splat(emit: &mut Emit, ty: Ty, value: Value) -> Value {
    match ty {
        Ty::F64 => emit.builder.ins().splat(F64X2, value),
        Ty::I64 => emit.builder.ins().splat(I64X2, value),
        Ty::Bool => {
            let wide = emit.builder.ins().uextend(I64, value);
            let mask = emit.builder.ins().ineg(wide);
            emit.builder.ins().splat(I64X2, mask)
        }
    }
}

/// Emits a node on scalars whose operands are known.
pub fn scalar(emit: &mut Emit, graph: &Graph, known: &BTreeMap<Node, Value>, node: Node) -> Value {
    let get = |node: &Node| known[node];
    match &graph.nodes[node].kind {
        Kind::Const(ty, bits) => emit.constant(*ty, *bits),
        Kind::Index | Kind::Column(_) => emit.int(0),
        Kind::Uniform(column) => {
            let zero = emit.int(0);
            emit.load(*column, zero)
        }
        Kind::Gather(column, index) => {
            let index = emit.clamp(get(index), emit.layout.column(*column).len);
            emit.load(*column, index)
        }
        Kind::Unary(op, a) => emit.unary(*op, get(a)),
        Kind::Binary(op, a, b) => emit.binary(*op, get(a), get(b)),
        Kind::Fma(a, b, c) => emit.builder.ins().fma(get(a), get(b), get(c)),
        Kind::Compare(op, ty, a, b) => emit.compare(*op, *ty, get(a), get(b)),
        Kind::Select(condition, then, otherwise) => {
            let ins = emit.builder.ins();
            ins.select(get(condition), get(then), get(otherwise))
        }
        Kind::Low32(a) => emit.builder.ins().band_imm_u(get(a), 0xffff_ffff),
        Kind::Spread(a) => get(a),
        Kind::Call(name, args) => {
            let args: Vec<Value> = args.iter().map(get).collect();
            emit.primitive(name, &args)
        }
        Kind::Random(distribution, stream, seed, step, index, mean) => {
            let key = [get(seed), get(step), get(index)];
            emit.random(*distribution, *stream, key, mean.as_ref().map(get))
        }
    }
}

/// Address of the first element of the block in a column of 8-byte elements.
fn column(emit: &mut Emit, shared: &Shared, column: ColumnId) -> Value {
    let (base, offset) = emit.address(column, shared.first);
    emit.builder.ins().iadd_imm_s(base, i64::from(offset))
}

/// Address where the block of a node's values is.
fn block(emit: &mut Emit, shared: &Shared, node: Node) -> Value {
    let id = match (
        shared.plan.places[node],
        &shared.plan.graph.nodes[node].kind,
    ) {
        (Place::Column(id), _) => Some(id),
        (_, Kind::Column(id)) => Some(*id),
        _ => None,
    };
    if let Some(id) = id {
        debug_assert_eq!(emit.layout.column(id).elem, Elem::F64);
        return column(emit, shared, id);
    }
    match shared.plan.places[node] {
        Place::Slot(slot) => {
            let offset = i64::from(shared.slot(slot));
            emit.builder.ins().iadd_imm_s(shared.scratch, offset)
        }
        _ => shared.scratch,
    }
}

/// Calls the block function of a node.
fn call(emit: &mut Emit, shared: &Shared, node: Node) {
    let out = block(emit, shared, node);
    match &shared.plan.graph.nodes[node].kind {
        Kind::Call(name, args) => {
            let mut passed = vec![out];
            for &arg in args {
                passed.push(match shared.scalars.get(&arg) {
                    Some(&scalar) => scalar,
                    None => block(emit, shared, arg),
                });
            }
            passed.push(shared.count);
            emit.call(Import::Primitive(name), &passed);
        }
        Kind::Random(distribution, stream, seed, step, _, mean) => {
            let mut passed = vec![out];
            if let Some(mean) = mean {
                passed.push(block(emit, shared, *mean));
            }
            passed.push(shared.scalars[seed]);
            passed.push(emit.int(i64::from(*stream)));
            passed.push(shared.scalars[step]);
            passed.push(shared.first);
            passed.push(shared.count);
            emit.call(Import::Draws(*distribution), &passed);
        }
        _ => {}
    }
}
