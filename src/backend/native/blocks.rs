//! Emission of a planned kernel: uniform values first, then blocks of elements, in each block one step after the other.

use super::glue;
use super::graph::{Graph, Kind, Node};
use super::loops::{self, Table};
use super::ops::{Emit, memory};
use super::plan::{Glue, Place, Plan, Step};
use super::symbols::Import;
use crate::backend::BLOCK;
use crate::kir::layout::{ColumnId, Elem, Layout, ListId, PAD};
use crate::kir::{Domain, Kernel, Ty};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::{F64X2, I64, I64X2};
use cranelift_codegen::ir::{BlockArg, InstBuilder, Value};
use cranelift_frontend::Variable;
use cranelift_module::{FuncId, Module};
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
    /// What assembled loops read.
    table: Table,
    /// For each step the loop assembled for it, if any.
    loops: Vec<Option<FuncId>>,
    /// Offset in scratch memory of the masks of pushes.
    masks: i32,
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
        table: Table::new(&used_uniforms(plan)),
        loops: Vec::new(),
        masks: 0,
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
    let size = block_size(emit.layout, plan);
    let builder = &mut emit.builder;
    let block = builder.ins().iconst(I64, size);
    shared.count = builder.ins().smin(rest, block);
    let loops = std::mem::take(&mut shared.loops);
    for (step, function) in plan.steps.iter().zip(&loops) {
        match step {
            Step::Glue(work) => match function {
                Some(function) => call_loop(emit, &shared, work, *function),
                None => glue::emit(emit, &shared, work),
            },
            Step::Call(node) => call(emit, &shared, *node),
        }
    }
    let next = emit.builder.ins().iadd_imm_s(shared.first, size);
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

/// Elements in a block: few enough that columns and slots stay in the nearest cache.
fn block_size(layout: &Layout, plan: &Plan) -> i64 {
    const CACHE: usize = 32 << 10;
    let graph = &plan.graph;
    let loaded = graph
        .nodes
        .iter()
        .zip(&graph.live)
        .filter_map(|(data, live)| match data.kind {
            Kind::Column(column) if *live => Some(column),
            _ => None,
        });
    let mut columns: Vec<ColumnId> = loaded
        .chain(graph.stores.iter().map(|store| store.0))
        .collect();
    columns.sort_unstable();
    columns.dedup();
    let columns = columns
        .iter()
        .map(|&column| layout.column(column).elem.size());
    let bytes = columns.sum::<usize>() + 8 * plan.slots;
    // A single loop needs no smaller blocks: nothing is read again.
    let mut size = BLOCK;
    while plan.steps.len() > 1 && size > 64 && size * bytes > CACHE {
        size /= 2;
    }
    size as i64
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
    let used = used_uniforms(shared.plan);
    assemble(emit, shared);
    let table = used.len() > REGISTERS || shared.loops.iter().any(Option::is_some);
    for &node in &used {
        let vector = splat(emit, graph.nodes[node].ty, shared.scalars[&node]);
        let place = if table {
            let offset = shared.table.offsets[&node];
            emit.builder
                .ins()
                .store(memory(), vector, shared.scratch, offset);
            Vector::Memory(offset)
        } else {
            Vector::Register(vector)
        };
        shared.vectors.insert(node, place);
    }
    if shared.loops.iter().any(Option::is_some) {
        constants(emit, shared);
    }
}

/// The uniform nodes that loops use, in order.
fn used_uniforms(plan: &Plan) -> Vec<Node> {
    let graph = &plan.graph;
    let mut used = Vec::new();
    for step in &plan.steps {
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
    used
}

/// Assembles the loops of the steps where that is possible, and lays out scratch memory: table, masks, slots.
fn assemble(emit: &mut Emit, shared: &mut Shared) {
    // Constants are found while loops are assembled; there is room for this many before the slots.
    const CONSTANTS: usize = 64;
    let plan = shared.plan;
    let table = shared.table.constants_at() as usize + CONSTANTS * loops::STRIDE as usize;
    let masks = table.next_multiple_of(64);
    shared.masks = masks as i32;
    shared.slots = (masks + plan.graph.pushes.len() * loops::MASK_BYTES).next_multiple_of(64);
    let slots = shared.slots;
    let slot = |slot: usize| (slots + slot * SLOT) as i32;
    for step in &plan.steps {
        let assembled = match step {
            Step::Glue(work) if emit.symbols.wide => {
                loops::compile(emit.layout, plan, work, &mut shared.table, &slot)
            }
            _ => None,
        };
        let fits = shared.table.constants.len() <= CONSTANTS;
        let function = assembled.filter(|_| fits);
        shared
            .loops
            .push(function.and_then(|assembler| emit.symbols.define_loop(assembler)));
    }
}

/// Fills in the part of the table that does not depend on the program's uniform values.
fn constants(emit: &mut Emit, shared: &Shared) {
    for lane in 0..8 {
        let value = emit.int(lane);
        let offset = loops::IOTA + 8 * lane as i32;
        emit.builder
            .ins()
            .store(memory(), value, shared.scratch, offset);
    }
    for (k, &bits) in (0..).zip(&shared.table.constants) {
        let value = emit.int(bits as i64);
        let offset = shared.table.constants_at() + loops::STRIDE * k;
        emit.builder
            .ins()
            .store(memory(), value, shared.scratch, offset);
    }
}

/// Calls an assembled loop, then appends the elements that it marked.
fn call_loop(emit: &mut Emit, shared: &Shared, work: &Glue, function: FuncId) {
    let end = emit.builder.ins().iadd(shared.first, shared.count);
    let back = emit.builder.ins().imul_imm_s(shared.first, -8);
    let slots = emit.builder.ins().iadd(shared.scratch, back);
    let masks = emit
        .builder
        .ins()
        .iadd_imm_s(shared.scratch, i64::from(shared.masks));
    let function = emit
        .symbols
        .module
        .declare_func_in_func(function, emit.builder.func);
    let args = [emit.image, slots, shared.scratch, shared.first, end, masks];
    emit.builder.ins().call(function, &args);
    for &(push, list, _) in &work.pushes {
        append(emit, shared, push, list);
    }
}

/// Appends the marked elements of the block to a list: for each word of 64 marks, from the lowest bit on.
fn append(emit: &mut Emit, shared: &Shared, push: usize, list: ListId) {
    let items = emit.layout.list(list).items;
    let masks = i64::from(shared.masks) + (push * loops::MASK_BYTES) as i64;
    let end = emit.builder.ins().iadd(shared.first, shared.count);
    let end = emit.builder.ins().smin(end, shared.hi);
    let [words, word, bits, bit, next, done] = [(); 6].map(|()| emit.builder.create_block());
    let base = emit.builder.append_block_param(words, I64);
    emit.builder
        .ins()
        .jump(words, &[BlockArg::from(shared.first)]);
    emit.builder.switch_to_block(words);
    let more = emit.builder.ins().icmp(IntCC::SignedLessThan, base, end);
    emit.builder.ins().brif(more, word, &[], done, &[]);

    emit.builder.switch_to_block(word);
    let ins = emit.builder.ins();
    let into = ins.isub(base, shared.first);
    let into = emit.builder.ins().ushr_imm_u(into, 3);
    let at = emit.builder.ins().iadd(shared.scratch, into);
    let at = emit.builder.ins().iadd_imm_s(at, masks);
    let marks = emit.builder.ins().load(I64, memory(), at, 0);
    // Marks of padding, and what an earlier block left behind the last one, do not count.
    let rest = emit.builder.ins().isub(end, base);
    let whole = emit
        .builder
        .ins()
        .icmp_imm_s(IntCC::SignedGreaterThanOrEqual, rest, 64);
    let one = emit.int(1);
    let limit = emit.builder.ins().ishl(one, rest);
    let limit = emit.builder.ins().iadd_imm_s(limit, -1);
    let all = emit.int(-1);
    let limit = emit.builder.ins().select(whole, all, limit);
    let marks = emit.builder.ins().band(marks, limit);
    let left = emit.builder.append_block_param(bits, I64);
    emit.builder.ins().jump(bits, &[BlockArg::from(marks)]);

    emit.builder.switch_to_block(bits);
    emit.builder.ins().brif(left, bit, &[], next, &[]);
    emit.builder.switch_to_block(bit);
    let lane = emit.builder.ins().ctz(left);
    let element = emit.builder.ins().iadd(base, lane);
    let count = emit.builder.use_var(shared.counts[push]);
    let place = emit.builder.ins().iadd(shared.lo, count);
    emit.store(items, place, element);
    let count = emit.builder.ins().iadd_imm_s(count, 1);
    emit.builder.def_var(shared.counts[push], count);
    let lower = emit.builder.ins().iadd_imm_s(left, -1);
    let left = emit.builder.ins().band(left, lower);
    emit.builder.ins().jump(bits, &[BlockArg::from(left)]);

    emit.builder.switch_to_block(next);
    let base = emit.builder.ins().iadd_imm_s(base, 64);
    emit.builder.ins().jump(words, &[BlockArg::from(base)]);
    emit.builder.switch_to_block(done);
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
        Kind::Random(distribution, stream, seed, step, index, mean) => {
            let base = shared.plan.graph.fixed_by_element(*index).flatten();
            let mut passed = vec![out];
            if let Some(mean) = mean {
                passed.push(block(emit, shared, *mean));
            }
            passed.push(shared.scalars[seed]);
            passed.push(emit.int(i64::from(*stream)));
            passed.push(shared.scalars[step]);
            passed.push(match base {
                None => shared.first,
                Some(base) => {
                    let base = shared.scalars[&base];
                    emit.builder.ins().iadd(base, shared.first)
                }
            });
            passed.push(shared.count);
            emit.call(Import::Draws(*distribution), &passed);
        }
        _ => {}
    }
}
