//! Kernels compiled one element at a time: those over lists and rows, those with loops, and single ones.

use super::ops::{Emit, machine_type};
use super::symbols::Import;
use crate::kir::layout::{ColumnId, ListId};
use crate::kir::{At, Domain, Kernel, Op, Stmt, Value as KirValue};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::I64;
use cranelift_codegen::ir::{Block, BlockArg, InstBuilder, Value};
use cranelift_frontend::Variable;
use std::collections::BTreeMap;

/// Emits a whole kernel: the loops over its domain and the body. `counts` is the address of the counts of pushes.
pub fn kernel(emit: &mut Emit, kernel: &Kernel, lo: Value, hi: Value, counts: Value) {
    let zero = emit.int(0);
    let first = match kernel.domain {
        Domain::Elements { .. } => lo,
        _ => zero,
    };
    let mut pushes = Vec::new();
    for list in kernel.pushes() {
        let count = emit.builder.declare_var(I64);
        emit.builder.def_var(count, zero);
        pushes.push((list, count));
    }
    let mut scalar = Scalar {
        emit,
        kernel,
        values: BTreeMap::new(),
        pushes,
        first,
        element: zero,
        clamped: BTreeMap::new(),
    };
    scalar.domain(lo, hi);
    for k in 0..scalar.pushes.len() {
        let count = scalar.pushes[k].1;
        let count = scalar.emit.builder.use_var(count);
        let ins = scalar.emit.builder.ins();
        ins.store(super::ops::memory(), count, counts, 8 * k as i32);
    }
    emit.builder.ins().return_(&[]);
}

struct Scalar<'e, 'a, 'f, 'k> {
    emit: &'e mut Emit<'a, 'f>,
    kernel: &'k Kernel,
    values: BTreeMap<KirValue, Value>,
    /// Lists pushed to, with the number of entries so far.
    pushes: Vec<(ListId, Variable)>,
    /// Where in the items column pushed entries start.
    first: Value,
    /// Element index.
    element: Value,
    /// Indices limited to columns of a length.
    clamped: BTreeMap<(Value, usize), Value>,
}

/// A counting loop under construction.
struct Loop {
    header: Block,
    exit: Block,
    counter: Value,
}

impl Scalar<'_, '_, '_, '_> {
    fn domain(&mut self, lo: Value, hi: Value) {
        match self.kernel.domain {
            Domain::Once => self.visit(self.first),
            Domain::Elements { .. } => {
                let each = self.begin(lo, hi);
                self.visit(each.counter);
                self.end(each);
            }
            Domain::Sequence { len } => {
                let (zero, len) = (self.emit.int(0), self.emit.int(len as i64));
                let each = self.begin(zero, len);
                self.visit(each.counter);
                self.end(each);
            }
            Domain::List(list) => {
                let each = self.entries(list, Some((lo, hi)));
                let entry = self.entry(list, each.counter);
                self.visit(entry);
                self.end(each);
            }
            Domain::Rows { list, start, order } => {
                let each = self.entries(list, None);
                let row = self.entry(list, each.counter);
                let (from, to) = self.row(start, row);
                self.prefetch(list, start, order, each.counter);
                let inner = self.begin(from, to);
                let element = match order {
                    Some(order) => {
                        let len = self.emit.layout.column(order).len;
                        let position = self.emit.clamp(inner.counter, len);
                        self.emit.load(order, position)
                    }
                    None => inner.counter,
                };
                self.visit(element);
                self.end(inner);
                self.end(each);
            }
        }
    }
    /// Where a row starts and ends.
    fn row(&mut self, start: ColumnId, row: Value) -> (Value, Value) {
        let rows = self.emit.layout.column(start).len;
        let row = self.emit.clamp(row, rows.saturating_sub(1));
        let from = self.emit.load(start, row);
        let next = self.emit.builder.ins().iadd_imm_s(row, 1);
        let next = self.emit.clamp(next, rows);
        (from, self.emit.load(start, next))
    }
    /// Asks for the memory of the row after this one: rows lie far apart, so the machine cannot foresee it.
    fn prefetch(
        &mut self,
        list: ListId,
        start: ColumnId,
        order: Option<ColumnId>,
        position: Value,
    ) {
        let items = self.emit.layout.list(list).items;
        let next = self.emit.builder.ins().iadd_imm_s(position, 1);
        let next = self.emit.clamp(next, self.emit.layout.column(items).len);
        let row = self.entry(list, next);
        let (from, to) = self.row(start, row);
        let count = self.emit.builder.ins().isub(to, from);
        let columns = match order {
            Some(order) => vec![order],
            None => visited(&self.kernel.body),
        };
        for column in columns {
            let (base, offset) = self.emit.address(column, from);
            let address = self.emit.builder.ins().iadd_imm_s(base, i64::from(offset));
            let size = self.emit.layout.column(column).elem.size() as i64;
            let bytes = self.emit.builder.ins().imul_imm_s(count, size);
            self.emit.call(Import::Prefetch, &[address, bytes]);
        }
    }
    /// A loop over the positions of a list: those of a range, unless it is `0..0`, or all there are.
    fn entries(&mut self, list: ListId, range: Option<(Value, Value)>) -> Loop {
        let list = self.emit.layout.list(list);
        let capacity = self.emit.layout.column(list.items).len as i64;
        let (zero, capacity) = (self.emit.int(0), self.emit.int(capacity));
        let count = self.emit.load(list.count, zero);
        let (first, last) = match range {
            None => (zero, count),
            Some((lo, hi)) => {
                let ins = self.emit.builder.ins();
                let whole = ins.icmp_imm_s(IntCC::Equal, hi, 0);
                (lo, self.emit.builder.ins().select(whole, count, hi))
            }
        };
        let last = self.emit.builder.ins().smin(last, capacity);
        self.begin(first, last)
    }
    fn entry(&mut self, list: ListId, position: Value) -> Value {
        let items = self.emit.layout.list(list).items;
        self.emit.load(items, position)
    }
    /// Opens a loop over `from..to`.
    fn begin(&mut self, from: Value, to: Value) -> Loop {
        let builder = &mut self.emit.builder;
        let (header, body, exit) = (
            builder.create_block(),
            builder.create_block(),
            builder.create_block(),
        );
        let counter = builder.append_block_param(header, I64);
        builder.ins().jump(header, &[BlockArg::from(from)]);
        builder.switch_to_block(header);
        let more = builder.ins().icmp(IntCC::SignedLessThan, counter, to);
        builder.ins().brif(more, body, &[], exit, &[]);
        builder.switch_to_block(body);
        Loop {
            header,
            exit,
            counter,
        }
    }
    fn end(&mut self, each: Loop) {
        let builder = &mut self.emit.builder;
        let next = builder.ins().iadd_imm_s(each.counter, 1);
        builder.ins().jump(each.header, &[BlockArg::from(next)]);
        builder.switch_to_block(each.exit);
    }
    fn visit(&mut self, element: Value) {
        self.element = element;
        self.clamped.clear();
        let kernel = self.kernel;
        self.body(&kernel.body);
    }
    fn get(&mut self, value: KirValue) -> Value {
        match self.values.get(&value) {
            Some(&value) => value,
            // Only a body that breaks the rules gets here.
            None => self.emit.constant(self.kernel.types[value], 0),
        }
    }
    fn body(&mut self, body: &[Stmt]) {
        for stmt in body {
            match stmt {
                Stmt::Let(value, op) => {
                    let made = self.op(op);
                    self.values.insert(*value, made);
                }
                Stmt::Store {
                    column,
                    at,
                    value,
                    mask,
                } => {
                    let value = self.get(*value);
                    let index = self.place(*column, *at);
                    match mask {
                        None => self.emit.store(*column, index, value),
                        Some(mask) => {
                            let mask = self.get(*mask);
                            let (then, after) = self.branch(mask);
                            self.emit.builder.switch_to_block(then);
                            self.emit.store(*column, index, value);
                            self.emit.builder.ins().jump(after, &[]);
                            self.emit.builder.switch_to_block(after);
                        }
                    }
                }
                Stmt::Push { list, mask } => self.push(*list, *mask),
                Stmt::While { .. } => self.repeat(stmt),
            }
        }
    }
    /// Branches on a truth value; returns the block for true and the block after.
    fn branch(&mut self, mask: Value) -> (Block, Block) {
        let builder = &mut self.emit.builder;
        let (then, after) = (builder.create_block(), builder.create_block());
        builder.ins().brif(mask, then, &[], after, &[]);
        (then, after)
    }
    fn push(&mut self, list: ListId, mask: KirValue) {
        let Some(&(_, count)) = self.pushes.iter().find(|push| push.0 == list) else {
            return;
        };
        let mask = self.get(mask);
        let (then, after) = self.branch(mask);
        self.emit.builder.switch_to_block(then);
        let items = self.emit.layout.list(list).items;
        let room = self.emit.layout.column(items).len as i64;
        let number = self.emit.builder.use_var(count);
        let place = self.emit.builder.ins().iadd(self.first, number);
        let next = self.emit.builder.ins().iadd_imm_s(number, 1);
        self.emit.builder.def_var(count, next);
        let builder = &mut self.emit.builder;
        let fits = builder.ins().icmp_imm_s(IntCC::SignedLessThan, place, room);
        let (write, done) = self.branch(fits);
        self.emit.builder.switch_to_block(write);
        self.emit.store(items, place, self.element);
        self.emit.builder.ins().jump(done, &[]);
        self.emit.builder.switch_to_block(done);
        self.emit.builder.ins().jump(after, &[]);
        self.emit.builder.switch_to_block(after);
    }
    fn repeat(&mut self, stmt: &Stmt) {
        let Stmt::While {
            carried,
            body,
            again,
            limit,
        } = stmt
        else {
            return;
        };
        let round = self.emit.int(1);
        let mut args = vec![BlockArg::from(round)];
        for one in carried {
            args.push(BlockArg::from(self.get(one.init)));
        }
        let builder = &mut self.emit.builder;
        let (header, exit) = (builder.create_block(), builder.create_block());
        let round = builder.append_block_param(header, I64);
        for one in carried {
            let ty = machine_type(self.kernel.types[one.value]);
            let seen = builder.append_block_param(header, ty);
            self.values.insert(one.value, seen);
        }
        builder.ins().jump(header, &args);
        builder.switch_to_block(header);
        self.body(body);
        let again = self.get(*again);
        let next: Vec<Value> = carried.iter().map(|one| self.get(one.next)).collect();
        let builder = &mut self.emit.builder;
        let limit = i64::from(*limit);
        let more = builder
            .ins()
            .icmp_imm_s(IntCC::SignedLessThan, round, limit);
        let more = builder.ins().band(again, more);
        let round = builder.ins().iadd_imm_s(round, 1);
        let mut args = vec![BlockArg::from(round)];
        args.extend(next.iter().map(|&next| BlockArg::from(next)));
        builder.ins().brif(more, header, &args, exit, &[]);
        builder.switch_to_block(exit);
        for (one, next) in carried.iter().zip(next) {
            self.values.insert(one.value, next);
        }
    }
    /// The index of a place, within its column.
    fn place(&mut self, column: ColumnId, at: At) -> Value {
        let len = self.emit.layout.column(column).len;
        match at {
            At::Uniform => self.emit.int(0),
            At::Index(index) => {
                let index = self.get(index);
                self.clamp(index, len)
            }
            At::Element => match self.kernel.domain {
                Domain::Once | Domain::Elements { .. } | Domain::Sequence { .. } => self.element,
                Domain::List(_) | Domain::Rows { .. } => self.clamp(self.element, len),
            },
        }
    }
    fn clamp(&mut self, index: Value, len: usize) -> Value {
        match self.clamped.get(&(index, len)) {
            Some(&clamped) => clamped,
            None => {
                let clamped = self.emit.clamp(index, len);
                self.clamped.insert((index, len), clamped);
                clamped
            }
        }
    }
    fn op(&mut self, op: &Op) -> Value {
        match op {
            Op::Const(constant) => self.emit.constant(constant.ty(), constant.bits()),
            Op::Index => self.element,
            Op::Load { column, at } => {
                let index = self.place(*column, *at);
                self.emit.load(*column, index)
            }
            Op::Unary(op, a) => {
                let a = self.get(*a);
                self.emit.unary(*op, a)
            }
            Op::Binary(op, a, b) => {
                let (a, b) = (self.get(*a), self.get(*b));
                self.emit.binary(*op, a, b)
            }
            Op::Fma(a, b, c) => {
                let (a, b, c) = (self.get(*a), self.get(*b), self.get(*c));
                self.emit.builder.ins().fma(a, b, c)
            }
            Op::Compare(op, a, b) => {
                let ty = self.kernel.types[*a];
                let (a, b) = (self.get(*a), self.get(*b));
                self.emit.compare(*op, ty, a, b)
            }
            Op::Select {
                condition,
                then,
                otherwise,
            } => {
                let condition = self.get(*condition);
                let (then, otherwise) = (self.get(*then), self.get(*otherwise));
                self.emit.builder.ins().select(condition, then, otherwise)
            }
            Op::Call { primitive, args } => {
                let args: Vec<Value> = args.iter().map(|&arg| self.get(arg)).collect();
                self.emit.primitive(primitive, &args)
            }
            Op::Random {
                distribution,
                stream,
                seed,
                step,
                index,
                argument,
            } => {
                let key = [*seed, *step, *index].map(|value| self.get(value));
                let mean = argument.map(|mean| self.get(mean));
                self.emit.random(*distribution, *stream, key, mean)
            }
        }
    }
}

/// Columns that a body accesses at the element, each once.
fn visited(body: &[Stmt]) -> Vec<ColumnId> {
    let mut columns = Vec::new();
    for stmt in body {
        match stmt {
            Stmt::Let(
                _,
                Op::Load {
                    column,
                    at: At::Element,
                },
            )
            | Stmt::Store {
                column,
                at: At::Element,
                ..
            } => columns.push(*column),
            Stmt::While { body, .. } => columns.extend(visited(body)),
            _ => {}
        }
    }
    columns.sort_unstable();
    columns.dedup();
    columns
}
