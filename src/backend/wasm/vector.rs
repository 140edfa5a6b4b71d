//! Instructions for two elements at a time: every entry of a tape is a register of two lanes; a truth value has all bits of its lane set or
//! none. What no instruction does for both lanes is done for one after the other.

use super::code;
use super::kernel::{A1, A4, A8, ELEMENT, HI, I, IMAGE, LANES, Writer, counted};
use crate::backend::tape::{Binary, Entry, Item, Place, Tape, Unary};
use crate::kir::layout::{Elem, Layout};
use crate::kir::{BinaryOp, CompareOp, Const, Domain, Kernel, Ty, UnaryOp};
use wasm_encoder::{BlockType, InstructionSink};

type Sink<'a> = InstructionSink<'a>;

/// True if the elements of a kernel can be taken two at a time: they are independent, there is no loop, and an element past the last
/// one is padding in every column that is written.
pub(super) fn suits(layout: &Layout, kernel: &Kernel, tape: &Tape) -> bool {
    let Domain::Elements { len } = kernel.domain else {
        return false;
    };
    tape.items.iter().all(|item| match item {
        Item::Begin(_) => false,
        Item::Store(column, ..) => len.is_multiple_of(2) || layout.column(*column).len <= len,
        _ => true,
    })
}

/// The whole body: what is the same for all elements, then the loop.
pub(super) fn body(writer: &Writer<'_>, sink: &mut Sink<'_>) {
    let vector = Vector { writer };
    vector.items(sink, true);
    writer.first(sink);
    sink.local_set(I);
    let end = |sink: &mut Sink<'_>| {
        sink.local_get(HI);
    };
    counted(sink, (I, 2), end, |sink| {
        writer.addresses(sink);
        vector.items(sink, false);
    });
}

struct Vector<'w, 'a> {
    writer: &'w Writer<'a>,
}

fn splat_bits(sink: &mut Sink<'_>, bits: u64) {
    let lane = u128::from(bits);
    sink.v128_const((lane << 64 | lane) as i128);
}

/// Takes a lane of the register on the stack as a scalar.
fn extract(sink: &mut Sink<'_>, ty: Ty, lane: u8) {
    match ty {
        Ty::F64 => sink.f64x2_extract_lane(lane),
        Ty::I64 => sink.i64x2_extract_lane(lane),
        Ty::Bool => sink
            .i64x2_extract_lane(lane)
            .i32_wrap_i64()
            .i32_const(1)
            .i32_and(),
    };
}

/// Puts the scalar on the stack into both lanes (lane 0), or into lane 1 of the register below it.
fn insert(sink: &mut Sink<'_>, ty: Ty, lane: u8) {
    if ty == Ty::Bool {
        sink.i64_extend_i32_u();
    }
    match (ty, lane) {
        (Ty::F64, 0) => sink.f64x2_splat(),
        (Ty::F64, _) => sink.f64x2_replace_lane(1),
        (_, 0) => sink.i64x2_splat(),
        (_, _) => sink.i64x2_replace_lane(1),
    };
}

/// Makes a register from one scalar per lane.
fn lanes(sink: &mut Sink<'_>, ty: Ty, mut scalar: impl FnMut(&mut Sink<'_>, u8)) {
    for lane in 0..2 {
        scalar(sink, lane);
        insert(sink, ty, lane);
    }
    if ty == Ty::Bool {
        sink.i64x2_neg();
    }
}

impl Vector<'_, '_> {
    fn local(&self, entry: &Entry) -> u32 {
        self.writer.local(*entry)
    }
    fn items(&self, sink: &mut Sink<'_>, invariant: bool) {
        for (number, item) in (0..).zip(&self.writer.tape.items) {
            let entry = Entry(number);
            if self.writer.tape.is_invariant(entry) == invariant {
                self.item(sink, entry, item);
            }
        }
    }
    fn item(&self, sink: &mut Sink<'_>, entry: Entry, item: &Item) {
        let ty = self.writer.ty(entry);
        match item {
            Item::Const(Const::F64(value)) => splat_bits(sink, value.to_bits()),
            Item::Const(Const::I64(value)) => splat_bits(sink, *value as u64),
            Item::Const(Const::Bool(value)) => splat_bits(sink, if *value { u64::MAX } else { 0 }),
            Item::Index => {
                sink.local_get(ELEMENT).i64x2_splat();
                sink.v128_const(1 << 64).i64x2_add();
            }
            Item::Load(column, place) => self.load(sink, *column, *place, ty),
            Item::Unary(op, a) => self.unary(sink, *op, a, ty),
            Item::Binary(op, a, b) => self.binary(sink, *op, a, b, ty),
            Item::Fused(a, b, c) => {
                for operand in [a, b, c] {
                    sink.local_get(self.local(operand));
                }
                sink.f64x2_relaxed_madd();
            }
            Item::Compare(op, a, b) => {
                sink.local_get(self.local(a)).local_get(self.local(b));
                compare(sink, *op, self.writer.ty(*a));
            }
            Item::Select(condition, then, otherwise) => {
                sink.local_get(self.local(then));
                sink.local_get(self.local(otherwise));
                sink.local_get(self.local(condition)).v128_bitselect();
            }
            Item::Call(number, args) => lanes(sink, ty, |sink, lane| {
                for arg in args {
                    sink.local_get(self.local(arg));
                    extract(sink, self.writer.ty(*arg), lane);
                }
                sink.call(*number as u32);
            }),
            Item::Store(column, _, value, mask) => {
                self.store(sink, *column, value, mask.as_ref());
                return;
            }
            Item::Push(slot, mask) => {
                sink.local_get(self.local(mask)).v128_any_true();
                sink.if_(BlockType::Empty);
                for lane in 0..2 {
                    sink.local_get(self.local(mask));
                    extract(sink, Ty::Bool, lane);
                    sink.local_get(I).i32_const(i32::from(lane)).i32_add();
                    sink.local_get(HI).i32_lt_u().i32_and();
                    sink.if_(BlockType::Empty);
                    self.writer.push(sink, *slot, i64::from(lane));
                    sink.end();
                }
                sink.end();
                return;
            }
            // Kernels with loops are written for one element at a time.
            Item::Carried(_) | Item::Begin(_) | Item::End(..) => return,
        }
        sink.local_set(self.local(&entry));
    }
    fn load(&self, sink: &mut Sink<'_>, id: crate::kir::layout::ColumnId, place: Place, ty: Ty) {
        let column = self.writer.layout.column(id);
        let offset = column.offset;
        match (place, column.elem) {
            (Place::Element, Elem::F64 | Elem::I64) => {
                sink.local_get(A8).v128_load(code::memarg(offset, 4));
            }
            (Place::Element, Elem::F32) => {
                let at = code::memarg(offset, 3);
                sink.local_get(A4).v128_load64_zero(at);
                sink.f64x2_promote_low_f32x4();
            }
            (Place::Element, Elem::U32) => {
                sink.local_get(A4).v128_load32x2_u(code::memarg(offset, 3));
            }
            (Place::Element, Elem::Bool) => lanes(sink, ty, |sink, lane| {
                sink.local_get(A1);
                code::load(sink, Elem::Bool, offset + usize::from(lane));
            }),
            (Place::Uniform, Elem::F64 | Elem::I64) => {
                sink.local_get(IMAGE)
                    .v128_load64_splat(code::memarg(offset, 3));
            }
            (Place::Uniform, elem) => lanes(sink, ty, |sink, _| {
                sink.local_get(IMAGE);
                code::load(sink, elem, offset);
            }),
            (Place::Index(index), elem) => lanes(sink, ty, |sink, lane| {
                sink.local_get(self.local(&index)).i64x2_extract_lane(lane);
                sink.local_set(LANES[0]);
                self.writer.address_of(sink, id, LANES[0]);
                code::load(sink, elem, offset);
            }),
        }
    }
    fn store(
        &self,
        sink: &mut Sink<'_>,
        id: crate::kir::layout::ColumnId,
        value: &Entry,
        mask: Option<&Entry>,
    ) {
        let column = self.writer.layout.column(id);
        let offset = column.offset;
        if matches!(column.elem, Elem::F64 | Elem::I64) {
            sink.local_get(A8).local_get(self.local(value));
            if let Some(mask) = mask {
                sink.local_get(A8).v128_load(code::memarg(offset, 4));
                sink.local_get(self.local(mask)).v128_bitselect();
            }
            sink.v128_store(code::memarg(offset, 4));
            return;
        }
        if column.elem == Elem::F32 {
            let at = || code::memarg(offset, 3);
            sink.local_get(A4).local_get(self.local(value));
            sink.f32x4_demote_f64x2_zero();
            if let Some(mask) = mask {
                // The masks of both lanes, side by side.
                sink.local_get(A4).v128_load64_zero(at());
                sink.local_get(self.local(mask)).local_get(self.local(mask));
                sink.i8x16_shuffle([0, 1, 2, 3, 8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11]);
                sink.v128_bitselect();
            }
            sink.v128_store64_lane(at(), 0);
            return;
        }
        let (address, ty) = match column.elem {
            Elem::U32 => (A4, Ty::I64),
            _ => (A1, Ty::Bool),
        };
        for lane in 0..2 {
            if let Some(mask) = mask {
                sink.local_get(self.local(mask));
                extract(sink, Ty::Bool, lane);
                sink.if_(BlockType::Empty);
            }
            sink.local_get(address).local_get(self.local(value));
            extract(sink, ty, lane);
            let offset = offset + usize::from(lane) * column.elem.size();
            code::store(sink, column.elem, offset);
            if mask.is_some() {
                sink.end();
            }
        }
    }
    fn unary(&self, sink: &mut Sink<'_>, op: Unary, a: &Entry, ty: Ty) {
        let a_local = self.local(a);
        if let Unary::Kernel(UnaryOp::IntToFloat | UnaryOp::FloatToInt) = op {
            return lanes(sink, ty, |sink, lane| {
                sink.local_get(a_local);
                extract(sink, self.writer.ty(*a), lane);
                code::unary(sink, op, LANES[0]);
            });
        }
        sink.local_get(a_local);
        match op {
            Unary::Bits | Unary::Double => {}
            Unary::Left(by) => {
                sink.i32_const(by as i32).i64x2_shl();
            }
            Unary::Right(by) => {
                sink.i32_const(by as i32).i64x2_shr_u();
            }
            Unary::Kernel(op) => {
                match op {
                    UnaryOp::Neg => sink.f64x2_neg(),
                    UnaryOp::Abs => sink.f64x2_abs(),
                    UnaryOp::Sqrt => sink.f64x2_sqrt(),
                    UnaryOp::Floor => sink.f64x2_floor(),
                    UnaryOp::Ceil => sink.f64x2_ceil(),
                    UnaryOp::Trunc => sink.f64x2_trunc(),
                    UnaryOp::Nearest => sink.f64x2_nearest(),
                    UnaryOp::Single => sink.f32x4_demote_f64x2_zero().f64x2_promote_low_f32x4(),
                    UnaryOp::NegInt | UnaryOp::BoolToInt => sink.i64x2_neg(),
                    UnaryOp::AbsInt => sink.i64x2_abs(),
                    UnaryOp::Not => sink.v128_not(),
                    // Done above.
                    UnaryOp::IntToFloat | UnaryOp::FloatToInt => sink.nop(),
                };
            }
        }
    }
    fn binary(&self, sink: &mut Sink<'_>, op: Binary, a: &Entry, b: &Entry, ty: Ty) {
        let (a, b) = (self.local(a), self.local(b));
        if let Binary::Kernel(BinaryOp::FloorDivInt | BinaryOp::FloorModInt) = op {
            return lanes(sink, ty, |sink, lane| {
                for (from, to) in [a, b].into_iter().zip(LANES) {
                    sink.local_get(from).i64x2_extract_lane(lane).local_set(to);
                }
                let [x, y] = LANES;
                sink.local_get(x).local_get(y);
                code::binary(sink, op, (x, y), self.writer.division);
            });
        }
        match op {
            Binary::Copysign => {
                sink.local_get(b).local_get(a);
                splat_bits(sink, 1 << 63);
                sink.v128_bitselect();
                return;
            }
            // `pmin(b, a)` is `a < b ? a : b`.
            Binary::Kernel(BinaryOp::Min) => {
                sink.local_get(b).local_get(a).f64x2_pmin();
                return;
            }
            Binary::Kernel(BinaryOp::Max) => {
                sink.local_get(b).local_get(a).f64x2_pmax();
                return;
            }
            _ => {}
        }
        sink.local_get(a).local_get(b);
        match op {
            Binary::And => sink.v128_and(),
            Binary::Or => sink.v128_or(),
            Binary::Xor => sink.v128_xor(),
            Binary::Kernel(op) => match op {
                BinaryOp::Add => sink.f64x2_add(),
                BinaryOp::Sub => sink.f64x2_sub(),
                BinaryOp::Mul => sink.f64x2_mul(),
                BinaryOp::Div => sink.f64x2_div(),
                BinaryOp::AddInt => sink.i64x2_add(),
                BinaryOp::SubInt => sink.i64x2_sub(),
                BinaryOp::MulInt => sink.i64x2_mul(),
                BinaryOp::And => sink.v128_and(),
                BinaryOp::Or => sink.v128_or(),
                BinaryOp::Xor => sink.v128_xor(),
                BinaryOp::MinInt => {
                    sink.local_get(a).local_get(b).i64x2_lt_s();
                    sink.v128_bitselect()
                }
                BinaryOp::MaxInt => {
                    sink.local_get(a).local_get(b).i64x2_gt_s();
                    sink.v128_bitselect()
                }
                // Done above.
                BinaryOp::Min | BinaryOp::Max | BinaryOp::FloorDivInt | BinaryOp::FloorModInt => {
                    sink.nop()
                }
            },
            Binary::Copysign => sink.nop(),
        };
    }
}

fn compare(sink: &mut Sink<'_>, op: CompareOp, ty: Ty) {
    let double = ty == Ty::F64;
    match op {
        CompareOp::Lt if double => sink.f64x2_lt(),
        CompareOp::Le if double => sink.f64x2_le(),
        CompareOp::Gt if double => sink.f64x2_gt(),
        CompareOp::Ge if double => sink.f64x2_ge(),
        CompareOp::Eq if double => sink.f64x2_eq(),
        CompareOp::Ne if double => sink.f64x2_ne(),
        CompareOp::Lt => sink.i64x2_lt_s(),
        CompareOp::Le => sink.i64x2_le_s(),
        CompareOp::Gt => sink.i64x2_gt_s(),
        CompareOp::Ge => sink.i64x2_ge_s(),
        CompareOp::Eq => sink.i64x2_eq(),
        CompareOp::Ne => sink.i64x2_ne(),
    };
}
