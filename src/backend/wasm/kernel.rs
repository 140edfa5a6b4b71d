//! The function of a kernel: the loop over its elements, and the visit of one of them.

use super::{code, vector};
use crate::backend::tape::{Entry, Item, Place, Tape};
use crate::kir::layout::{ColumnId, Elem, Layout};
use crate::kir::{Domain, Kernel, Ty};
use wasm_encoder::{BlockType, Function, InstructionSink, ValType};

/// Parameters.
pub(super) const IMAGE: u32 = 0;
const LO: u32 = 1;
pub(super) const HI: u32 = 2;
const COUNTS: u32 = 3;
/// The element as `i32`, where its columns are long enough.
pub(super) const I: u32 = 4;
/// Addresses of the element in columns of 8, 4 and 1 bytes, less the columns' offsets.
pub(super) const A8: u32 = 5;
pub(super) const A4: u32 = 6;
pub(super) const A1: u32 = 7;
/// A position in the list, and its end.
const POSITION: u32 = 8;
const END: u32 = 9;
/// A position of a row, its end, and the element, `i64`.
const FROM: u32 = 10;
const TO: u32 = 11;
pub(super) const ELEMENT: u32 = 12;
/// Free for lanes.
pub(super) const LANES: [u32; 2] = [13, 14];
const FIRST_FREE: u32 = 15;

/// What the writers of instructions share.
pub(super) struct Writer<'a> {
    pub layout: &'a Layout,
    pub kernel: &'a Kernel,
    pub tape: &'a Tape,
    /// Number of the function of floored division.
    pub division: u32,
    /// Local of entry 0; the others follow.
    pub base: u32,
    /// Local of the count of list 0; the others follow.
    pub pushes: u32,
    /// True where the element lies in every column that is accessed at it.
    pub direct: bool,
}

/// The function of a kernel.
pub(super) fn function(
    layout: &Layout,
    kernel: &Kernel,
    tape: &Tape,
    division: u32,
    wide: bool,
) -> Function {
    let wide = wide && vector::suits(layout, kernel, tape);
    let count = kernel.pushes().len() as u32;
    let rounds = tape
        .items
        .iter()
        .filter(|item| matches!(item, Item::Begin(_)))
        .count() as u32;
    let mut locals = vec![(6, ValType::I32), (3, ValType::I64), (2, ValType::I64)];
    locals.push((count + rounds, ValType::I32));
    for ty in &tape.types {
        let ty = if wide {
            ValType::V128
        } else {
            code::val_type(*ty)
        };
        match locals.last_mut() {
            Some((n, last)) if *last == ty => *n += 1,
            _ => locals.push((1, ty)),
        }
    }
    let writer = Writer {
        layout,
        kernel,
        tape,
        division,
        base: FIRST_FREE + count + rounds,
        pushes: FIRST_FREE,
        direct: matches!(
            kernel.domain,
            Domain::Elements { .. } | Domain::Sequence { .. }
        ),
    };
    let mut function = Function::new(locals);
    let mut sink = function.instructions();
    if wide {
        vector::body(&writer, &mut sink);
    } else {
        writer.body(&mut sink);
    }
    for list in 0..count {
        sink.local_get(COUNTS).local_get(writer.pushes + list);
        sink.i64_extend_i32_u()
            .i64_store(code::memarg(8 * list as usize, 3));
    }
    sink.end();
    function
}

/// A loop while `I` is below the number on the stack, in steps of `step`.
pub(super) fn counted(
    sink: &mut InstructionSink<'_>,
    (counter, step): (u32, i32),
    end: impl Fn(&mut InstructionSink<'_>),
    mut body: impl FnMut(&mut InstructionSink<'_>),
) {
    sink.block(BlockType::Empty).loop_(BlockType::Empty);
    sink.local_get(counter);
    end(sink);
    sink.i32_ge_u().br_if(1);
    body(sink);
    sink.local_get(counter).i32_const(step).i32_add();
    sink.local_set(counter).br(0).end().end();
}

impl Writer<'_> {
    pub fn local(&self, entry: Entry) -> u32 {
        self.base + entry.0
    }
    /// Sets the addresses of the element from `I`.
    pub fn addresses(&self, sink: &mut InstructionSink<'_>) {
        for (local, shift) in [(A8, 3), (A4, 2), (A1, 0)] {
            sink.local_get(IMAGE).local_get(I);
            sink.i32_const(shift).i32_shl().i32_add().local_set(local);
        }
        sink.local_get(I).i64_extend_i32_u().local_set(ELEMENT);
    }
    /// Where in the items column pushed entries start.
    pub fn first(&self, sink: &mut InstructionSink<'_>) {
        match self.kernel.domain {
            Domain::Elements { .. } => sink.local_get(LO),
            _ => sink.i32_const(0),
        };
    }
    fn body(&self, sink: &mut InstructionSink<'_>) {
        self.items(sink, true);
        match &self.kernel.domain {
            Domain::Once => {
                sink.i64_const(0).local_set(ELEMENT);
                self.items(sink, false);
            }
            Domain::Elements { .. } => {
                sink.local_get(LO).local_set(I);
                let end = |sink: &mut InstructionSink<'_>| {
                    sink.local_get(HI);
                };
                counted(sink, (I, 1), end, |sink| {
                    self.addresses(sink);
                    self.items(sink, false);
                });
            }
            Domain::Sequence { len } => {
                sink.i32_const(0).local_set(I);
                let end = |sink: &mut InstructionSink<'_>| {
                    sink.i32_const(*len as i32);
                };
                counted(sink, (I, 1), end, |sink| {
                    self.addresses(sink);
                    self.items(sink, false);
                });
            }
            Domain::List(list) => {
                let items = self.layout.list(*list).items;
                self.entries(sink, *list, true, |sink| {
                    self.fetch(sink, items, POSITION);
                    sink.local_set(ELEMENT);
                    self.items(sink, false);
                });
            }
            Domain::Rows { list, start, order } => {
                let items = self.layout.list(*list).items;
                let rows = self.layout.column(*start).len.saturating_sub(1);
                self.entries(sink, *list, false, |sink| {
                    // The row, limited to the rows there are.
                    self.fetch(sink, items, POSITION);
                    sink.local_set(FROM);
                    limit(sink, FROM, rows);
                    sink.local_tee(FROM).i64_const(1).i64_add().local_set(TO);
                    self.at(sink, *start, TO);
                    sink.local_set(TO);
                    self.at(sink, *start, FROM);
                    sink.local_set(FROM);
                    sink.block(BlockType::Empty).loop_(BlockType::Empty);
                    sink.local_get(FROM).local_get(TO).i64_ge_s().br_if(1);
                    match order {
                        Some(order) => self.at(sink, *order, FROM),
                        None => {
                            sink.local_get(FROM);
                        }
                    }
                    sink.local_set(ELEMENT);
                    self.items(sink, false);
                    sink.local_get(FROM).i64_const(1).i64_add();
                    sink.local_set(FROM).br(0).end().end();
                });
            }
        }
    }
    /// A loop over the positions of a list: all there are or, in `part`, those of the range of the call, unless that is `0..0`.
    fn entries(
        &self,
        sink: &mut InstructionSink<'_>,
        list: crate::kir::layout::ListId,
        part: bool,
        body: impl FnMut(&mut InstructionSink<'_>),
    ) {
        let list = self.layout.list(list);
        let capacity = self.layout.column(list.items).len as i64;
        let count = self.layout.column(list.count).offset;
        // Between 0 and the capacity.
        sink.local_get(IMAGE)
            .i64_load(code::memarg(count, 3))
            .local_set(TO);
        if part {
            sink.local_get(HI).i64_extend_i32_u();
            sink.local_get(TO);
            sink.local_get(HI).select().local_set(TO);
        }
        sink.local_get(TO).i64_const(0);
        sink.local_get(TO).i64_const(0).i64_gt_s().select();
        sink.local_set(TO);
        sink.local_get(TO).i64_const(capacity);
        sink.local_get(TO).i64_const(capacity).i64_lt_s().select();
        sink.i32_wrap_i64().local_set(END);
        match part {
            true => sink.local_get(LO),
            false => sink.i32_const(0),
        };
        sink.local_set(POSITION);
        let end = |sink: &mut InstructionSink<'_>| {
            sink.local_get(END);
        };
        counted(sink, (POSITION, 1), end, body);
    }
    /// Pushes the entry of a column of integers at an `i32` position within it.
    fn fetch(&self, sink: &mut InstructionSink<'_>, column: ColumnId, position: u32) {
        let column = self.layout.column(column);
        let shift = code::log_size(column.elem) as i32;
        sink.local_get(IMAGE).local_get(position);
        sink.i32_const(shift).i32_shl().i32_add();
        code::load(sink, column.elem, column.offset);
    }
    /// Pushes the entry of a column of integers at the `i64` position in a local, limited to the column.
    fn at(&self, sink: &mut InstructionSink<'_>, column: ColumnId, position: u32) {
        self.address_of(sink, column, position);
        let column = self.layout.column(column);
        code::load(sink, column.elem, column.offset);
        if column.elem == Elem::Bool {
            sink.i64_extend_i32_u();
        }
    }
    /// Pushes the address, less the column's offset, of the element at an `i64` index in a local, limited to the column.
    pub fn address_of(&self, sink: &mut InstructionSink<'_>, column: ColumnId, index: u32) {
        let column = self.layout.column(column);
        limit(sink, index, column.len);
        sink.i32_wrap_i64();
        sink.i32_const(code::log_size(column.elem) as i32).i32_shl();
        sink.local_get(IMAGE).i32_add();
    }
    fn address(&self, sink: &mut InstructionSink<'_>, column: ColumnId, place: Place) {
        match place {
            Place::Uniform => {
                sink.local_get(IMAGE);
            }
            Place::Element if self.direct => {
                let local = match self.layout.column(column).elem {
                    Elem::F64 | Elem::I64 => A8,
                    Elem::F32 | Elem::U32 => A4,
                    Elem::Bool => A1,
                };
                sink.local_get(local);
            }
            Place::Element => self.address_of(sink, column, ELEMENT),
            Place::Index(index) => self.address_of(sink, column, self.local(index)),
        }
    }
    /// The items that are the same for all elements, or the others.
    fn items(&self, sink: &mut InstructionSink<'_>, invariant: bool) {
        let mut rounds = self.pushes + self.kernel.pushes().len() as u32;
        for (number, item) in (0..).zip(&self.tape.items) {
            let entry = Entry(number);
            if self.tape.is_invariant(entry) == invariant {
                self.item(sink, entry, item, &mut rounds);
            }
        }
    }
    fn item(&self, sink: &mut InstructionSink<'_>, entry: Entry, item: &Item, rounds: &mut u32) {
        let local = self.local(entry);
        let of = |entry: &Entry| self.local(*entry);
        match item {
            Item::Const(value) => code::constant(sink, *value),
            Item::Index => {
                sink.local_get(ELEMENT);
            }
            Item::Load(column, place) => {
                self.address(sink, *column, *place);
                let column = self.layout.column(*column);
                code::load(sink, column.elem, column.offset);
            }
            Item::Unary(op, a) => {
                sink.local_get(of(a));
                code::unary(sink, *op, of(a));
            }
            Item::Binary(op, a, b) => {
                sink.local_get(of(a)).local_get(of(b));
                code::binary(sink, *op, (of(a), of(b)), self.division);
            }
            Item::Fused(a, b, c) => {
                for operand in [a, b, c] {
                    sink.local_get(of(operand)).f64x2_splat();
                }
                sink.f64x2_relaxed_madd().f64x2_extract_lane(0);
            }
            Item::Compare(op, a, b) => {
                sink.local_get(of(a)).local_get(of(b));
                code::compare(sink, *op, self.tape.ty(*a));
            }
            Item::Select(condition, then, otherwise) => {
                sink.local_get(of(then)).local_get(of(otherwise));
                sink.local_get(of(condition)).select();
            }
            Item::Call(number, args) => {
                for arg in args {
                    sink.local_get(of(arg));
                }
                sink.call(*number as u32);
            }
            Item::Carried(init) => {
                sink.local_get(of(init));
            }
            Item::Store(column, place, value, mask) => {
                if let Some(mask) = mask {
                    sink.local_get(of(mask)).if_(BlockType::Empty);
                }
                self.address(sink, *column, *place);
                sink.local_get(of(value));
                let column = self.layout.column(*column);
                code::store(sink, column.elem, column.offset);
                if mask.is_some() {
                    sink.end();
                }
                return;
            }
            Item::Push(slot, mask) => {
                sink.local_get(of(mask)).if_(BlockType::Empty);
                self.push(sink, *slot, 0);
                sink.end();
                return;
            }
            Item::Begin(_) => {
                sink.i32_const(0).local_set(*rounds);
                *rounds += 1;
                sink.loop_(BlockType::Empty);
                return;
            }
            Item::End(pairs, again, limit) => {
                // Loops do not nest, or end in the order in which they began from the inside.
                let round = *rounds - 1;
                sink.local_get(of(again));
                for (_, next) in pairs {
                    sink.local_get(of(next));
                }
                for (value, _) in pairs.iter().rev() {
                    sink.local_set(of(value));
                }
                sink.local_get(round).i32_const(1).i32_add();
                sink.local_tee(round).i32_const(*limit as i32).i32_lt_u();
                sink.i32_and().br_if(0).end();
                return;
            }
        }
        sink.local_set(local);
    }
    /// Appends the element and `lane` to a list, if there is room, and counts it.
    pub fn push(&self, sink: &mut InstructionSink<'_>, slot: usize, lane: i64) {
        let Some(list) = self.kernel.pushes().get(slot).copied() else {
            return;
        };
        let items = self.layout.column(self.layout.list(list).items);
        let count = self.pushes + slot as u32;
        self.first(sink);
        sink.local_get(count).i32_add().i32_const(items.len as i32);
        sink.i32_lt_u().if_(BlockType::Empty);
        self.first(sink);
        sink.local_get(count).i32_add().i32_const(2).i32_shl();
        sink.local_get(IMAGE).i32_add();
        sink.local_get(ELEMENT).i64_const(lane).i64_add();
        code::store(sink, Elem::U32, items.offset);
        sink.end();
        sink.local_get(count)
            .i32_const(1)
            .i32_add()
            .local_set(count);
    }
    /// The type of an entry.
    pub fn ty(&self, entry: Entry) -> Ty {
        self.tape.ty(entry)
    }
}

/// Pushes the `i64` in a local, or `len - 1` if it is not below it, seen as unsigned.
fn limit(sink: &mut InstructionSink<'_>, local: u32, len: usize) {
    let last = len.saturating_sub(1) as i64;
    sink.local_get(local).i64_const(last);
    sink.local_get(local).i64_const(last).i64_lt_u().select();
}
