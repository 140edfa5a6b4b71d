//! The reference interpreter: one element at a time, one statement after the other, nothing clever. What it computes is what a program
//! means.

use super::image::Image;
use super::wide::table::{self, Isa, Primitive};
use super::{Backend, Code, Scratch, Unsupported, clamp, random};
use crate::index::IndexVec;
use crate::kir::eval::{binary, compare, unary};
use crate::kir::layout::{ColumnId, Layout, ListId};
use crate::kir::{At, Domain, Kernel, KernelId, Op, Program, Stmt, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The interpreter as a back end.
pub struct Interpreter;

/// The interpreter for machines without a fused multiply-add, such as WebAssembly: [`Op::Fma`] and the multiply-adds in primitives are a
/// product, rounded, and a sum, rounded.
pub struct Unfused;

impl Backend for Interpreter {
    fn name(&self) -> &'static str {
        "interpreter"
    }
    fn compile(&self, program: &Program) -> Result<Arc<dyn Code>, Unsupported> {
        Ok(Arc::new(Interpreted::new(program, true)))
    }
}

impl Backend for Unfused {
    fn name(&self) -> &'static str {
        "interpreter without fused multiply-add"
    }
    fn compile(&self, program: &Program) -> Result<Arc<dyn Code>, Unsupported> {
        Ok(Arc::new(Interpreted::new(program, false)))
    }
}

impl Interpreted {
    fn new(program: &Program, fused: bool) -> Self {
        Interpreted {
            layout: program.layout.clone(),
            kernels: program.kernels.clone(),
            primitives: table::table(Isa::Portable)
                .iter()
                .map(|row| (row.name, row))
                .collect(),
            fused,
        }
    }
}

struct Interpreted {
    layout: Layout,
    kernels: IndexVec<KernelId, Kernel>,
    primitives: Primitives,
    fused: bool,
}

type Primitives = BTreeMap<&'static str, &'static Primitive>;

impl Code for Interpreted {
    fn scratch_bytes(&self) -> usize {
        0
    }
    fn call<'s>(
        &self,
        kernel: KernelId,
        image: &Image,
        lo: usize,
        hi: usize,
        scratch: &'s mut Scratch,
    ) -> &'s [u64] {
        let kernel = &self.kernels[kernel];
        let pushes = kernel.pushes();
        scratch.counts.clear();
        scratch.counts.resize(pushes.len(), 0);
        let mut machine = Machine {
            layout: &self.layout,
            primitives: &self.primitives,
            fused: self.fused,
            image,
            values: vec![0; kernel.types.len()],
            kernel,
            pushes,
            counts: &mut scratch.counts,
            first: lo,
            element: 0,
        };
        machine.domain(hi);
        &scratch.counts
    }
}

/// A kernel being executed.
struct Machine<'a> {
    layout: &'a Layout,
    primitives: &'a Primitives,
    fused: bool,
    image: &'a Image,
    kernel: &'a Kernel,
    /// Bits of every value of the current element.
    values: Vec<u64>,
    pushes: Vec<ListId>,
    counts: &'a mut [u64],
    /// Where in the items column pushed entries start.
    first: usize,
    /// Element index.
    element: i64,
}

impl Machine<'_> {
    fn domain(&mut self, hi: usize) {
        match &self.kernel.domain {
            Domain::Once => {
                self.first = 0;
                self.visit(0);
            }
            Domain::Elements { .. } => {
                (self.first..hi).for_each(|element| self.visit(element as i64))
            }
            Domain::Sequence { len } => {
                self.first = 0;
                (0..*len).for_each(|element| self.visit(element as i64));
            }
            Domain::List(list) => {
                let range = (hi > 0).then_some((std::mem::take(&mut self.first), hi));
                for entry in self.entries(*list, range) {
                    self.visit(entry);
                }
            }
            Domain::Rows { list, start, order } => {
                self.first = 0;
                for row in self.entries(*list, None) {
                    let rows = self.layout.column(*start).len.saturating_sub(1);
                    let row = clamp(row, rows) as i64;
                    let from = self.column(*start, row) as i64;
                    let to = self.column(*start, row + 1) as i64;
                    for position in from..to {
                        let element = match order {
                            Some(order) => self.column(*order, position) as i64,
                            None => position,
                        };
                        self.visit(element);
                    }
                }
            }
        }
    }
    /// The entries of a list: those at a range of positions, or all there are.
    fn entries(&self, list: ListId, range: Option<(usize, usize)>) -> Vec<i64> {
        let list = self.layout.list(list);
        let capacity = self.layout.column(list.items).len as i64;
        let (first, last) = match range {
            Some((first, last)) => (first as i64, last as i64),
            None => (0, self.column(list.count, 0) as i64),
        };
        let entries = first..last.clamp(0, capacity);
        let entries = entries.map(|k| self.column(list.items, k) as i64);
        entries.collect()
    }
    fn column(&self, column: ColumnId, index: i64) -> u64 {
        let column = self.layout.column(column);
        self.image.load(column, clamp(index, column.len))
    }
    fn visit(&mut self, element: i64) {
        self.element = element;
        let kernel = self.kernel;
        self.body(&kernel.body);
    }
    fn body(&mut self, body: &[Stmt]) {
        for stmt in body {
            match stmt {
                Stmt::Let(value, op) => self.values[value.0 as usize] = self.op(op),
                Stmt::Store {
                    column,
                    at,
                    value,
                    mask,
                } => {
                    if mask.is_none_or(|mask| self.truth(mask)) {
                        let index = self.place(*at);
                        let column = self.layout.column(*column);
                        let index = clamp(index, column.len);
                        self.image.store(column, index, self.bits(*value));
                    }
                }
                Stmt::Push { list, mask } => {
                    if self.truth(*mask) {
                        self.push(*list);
                    }
                }
                Stmt::While {
                    carried,
                    body,
                    again,
                    limit,
                } => {
                    for one in carried {
                        self.values[one.value.0 as usize] = self.bits(one.init);
                    }
                    let mut round = 0;
                    loop {
                        self.body(body);
                        round += 1;
                        let again = self.truth(*again);
                        let next: Vec<u64> =
                            carried.iter().map(|one| self.bits(one.next)).collect();
                        for (one, next) in carried.iter().zip(next) {
                            self.values[one.value.0 as usize] = next;
                        }
                        if !again || round >= *limit {
                            break;
                        }
                    }
                }
            }
        }
    }
    fn push(&mut self, list: ListId) {
        let Some(slot) = self.pushes.iter().position(|&pushed| pushed == list) else {
            return;
        };
        let items = self.layout.column(self.layout.list(list).items);
        let place = self.first + self.counts[slot] as usize;
        // A full list keeps counting, so that the caller sees the overflow.
        if place < items.len {
            self.image.store(items, place, self.element as u64);
        }
        self.counts[slot] += 1;
    }
    fn bits(&self, value: Value) -> u64 {
        self.values[value.0 as usize]
    }
    fn float(&self, value: Value) -> f64 {
        f64::from_bits(self.bits(value))
    }
    fn int(&self, value: Value) -> i64 {
        self.bits(value) as i64
    }
    fn truth(&self, value: Value) -> bool {
        self.bits(value) != 0
    }
    fn place(&self, at: At) -> i64 {
        match at {
            At::Element => self.element,
            At::Uniform => 0,
            At::Index(value) => self.int(value),
        }
    }
    fn op(&self, op: &Op) -> u64 {
        match op {
            Op::Const(constant) => constant.bits(),
            Op::Index => self.element as u64,
            Op::Load { column, at } => self.column(*column, self.place(*at)),
            Op::Unary(op, a) => unary(*op, self.bits(*a)),
            Op::Binary(op, a, b) => binary(*op, self.bits(*a), self.bits(*b)),
            Op::Fma(a, b, c) => {
                let (a, b, c) = (self.float(*a), self.float(*b), self.float(*c));
                let sum = if self.fused {
                    a.mul_add(b, c)
                } else {
                    a * b + c
                };
                sum.to_bits()
            }
            Op::Compare(op, a, b) => {
                compare(*op, self.kernel.types[*a], self.bits(*a), self.bits(*b))
            }
            Op::Select {
                condition,
                then,
                otherwise,
            } => self.bits(if self.truth(*condition) {
                *then
            } else {
                *otherwise
            }),
            Op::Call { primitive, args } => {
                let args: Vec<f64> = args.iter().map(|&arg| self.float(arg)).collect();
                if !self.fused {
                    table::unfused(primitive, &args).to_bits()
                } else {
                    // The verifier refuses names that are not in the table.
                    let found = self.primitives.get(primitive);
                    found
                        .map_or(f64::NAN, |found| found.scalar(&args))
                        .to_bits()
                }
            }
            Op::Random {
                distribution,
                stream,
                seed,
                step,
                index,
                argument,
            } => {
                let key = (self.int(*seed), *stream, self.int(*step), self.int(*index));
                let mean = argument.map_or(0.0, |mean| self.float(mean));
                random(*distribution, key, mean, self.fused).to_bits()
            }
        }
    }
}
