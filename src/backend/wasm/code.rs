//! Instructions for one element: what each entry of a tape becomes, with its value in a local variable.

use crate::backend::tape::{Binary, Unary};
use crate::kir::layout::Elem;
use crate::kir::{BinaryOp, CompareOp, Const, Ty, UnaryOp};
use wasm_encoder::{BlockType, Function, InstructionSink, MemArg, ValType};

/// A place in the image.
pub(super) fn memarg(offset: usize, align: u32) -> MemArg {
    MemArg {
        offset: offset as u64,
        align,
        target: wasm_encoder::MemArgTarget::Memory(0),
        ordering: None,
    }
}

/// The type of a local variable.
pub(super) fn val_type(ty: Ty) -> ValType {
    match ty {
        Ty::F64 => ValType::F64,
        Ty::I64 => ValType::I64,
        Ty::Bool => ValType::I32,
    }
}

/// Logarithm of the size of an element.
pub(super) fn log_size(elem: Elem) -> u32 {
    match elem {
        Elem::F64 | Elem::I64 => 3,
        Elem::F32 | Elem::U32 => 2,
        Elem::Bool => 0,
    }
}

/// `floor(a/b)` of integers, 0 for `b = 0`, as a function of its own.
pub(super) fn floored_division() -> Function {
    let mut function = Function::new([(1, ValType::I64)]);
    let (a, b, q) = (0, 1, 2);
    let mut sink = function.instructions();
    sink.local_get(b)
        .i64_eqz()
        .if_(BlockType::Result(ValType::I64));
    sink.i64_const(0).else_();
    // The quotient by -1 wraps around instead of trapping, and is exact.
    sink.local_get(b)
        .i64_const(-1)
        .i64_eq()
        .if_(BlockType::Result(ValType::I64));
    sink.i64_const(0).local_get(a).i64_sub().else_();
    sink.local_get(a).local_get(b).i64_div_s().local_tee(q);
    // Less 1 where it is not exact and the signs differ.
    sink.local_get(q)
        .local_get(b)
        .i64_mul()
        .local_get(a)
        .i64_ne();
    sink.local_get(a).i64_const(0).i64_lt_s();
    sink.local_get(b).i64_const(0).i64_lt_s().i32_ne().i32_and();
    sink.i64_extend_i32_u().i64_sub();
    sink.end().end().end();
    function
}

/// Pushes a constant.
pub(super) fn constant(sink: &mut InstructionSink<'_>, value: Const) {
    match value {
        Const::F64(value) => sink.f64_const(value.into()),
        Const::I64(value) => sink.i64_const(value),
        Const::Bool(value) => sink.i32_const(i32::from(value)),
    };
}

/// Replaces the operand on the stack, which is also in `local`.
pub(super) fn unary(sink: &mut InstructionSink<'_>, op: Unary, local: u32) {
    match op {
        Unary::Bits => sink.i64_reinterpret_f64(),
        Unary::Double => sink.f64_reinterpret_i64(),
        Unary::Left(by) => sink.i64_const(i64::from(by)).i64_shl(),
        Unary::Right(by) => sink.i64_const(i64::from(by)).i64_shr_u(),
        Unary::Kernel(op) => match op {
            UnaryOp::Neg => sink.f64_neg(),
            UnaryOp::Abs => sink.f64_abs(),
            UnaryOp::Sqrt => sink.f64_sqrt(),
            UnaryOp::Floor => sink.f64_floor(),
            UnaryOp::Ceil => sink.f64_ceil(),
            UnaryOp::Trunc => sink.f64_trunc(),
            UnaryOp::Nearest => sink.f64_nearest(),
            UnaryOp::Single => sink.f32_demote_f64().f64_promote_f32(),
            UnaryOp::NegInt => sink.i64_const(-1).i64_mul(),
            UnaryOp::AbsInt => {
                // (a ^ s) - s with s all signs.
                let signs = |sink: &mut InstructionSink<'_>| {
                    sink.local_get(local).i64_const(63).i64_shr_s();
                };
                signs(sink);
                sink.i64_xor();
                signs(sink);
                sink.i64_sub()
            }
            UnaryOp::Not => sink.i32_eqz(),
            UnaryOp::IntToFloat => sink.f64_convert_i64_s(),
            UnaryOp::FloatToInt => sink.i64_trunc_sat_f64_s(),
            UnaryOp::BoolToInt => sink.i64_extend_i32_u(),
        },
    };
}

/// Replaces both operands on the stack, which are also in the locals `a` and `b`; `division` is the function of [`floored_division`].
pub(super) fn binary(
    sink: &mut InstructionSink<'_>,
    op: Binary,
    (a, b): (u32, u32),
    division: u32,
) {
    match op {
        Binary::Copysign => sink.f64_copysign(),
        Binary::And => sink.i64_and(),
        Binary::Or => sink.i64_or(),
        Binary::Xor => sink.i64_xor(),
        Binary::Kernel(op) => match op {
            BinaryOp::Add => sink.f64_add(),
            BinaryOp::Sub => sink.f64_sub(),
            BinaryOp::Mul => sink.f64_mul(),
            BinaryOp::Div => sink.f64_div(),
            BinaryOp::Min => sink.local_get(a).local_get(b).f64_lt().select(),
            BinaryOp::Max => sink.local_get(a).local_get(b).f64_gt().select(),
            BinaryOp::AddInt => sink.i64_add(),
            BinaryOp::SubInt => sink.i64_sub(),
            BinaryOp::MulInt => sink.i64_mul(),
            BinaryOp::FloorDivInt => sink.call(division),
            BinaryOp::FloorModInt => {
                // (a - q b), or 0 for b = 0.
                sink.call(division).local_get(b).i64_mul();
                sink.local_get(a).i64_sub().i64_const(-1).i64_mul();
                sink.i64_const(0).local_get(b).i64_eqz().i32_eqz().select()
            }
            BinaryOp::MinInt => sink.local_get(a).local_get(b).i64_lt_s().select(),
            BinaryOp::MaxInt => sink.local_get(a).local_get(b).i64_gt_s().select(),
            BinaryOp::And => sink.i32_and(),
            BinaryOp::Or => sink.i32_or(),
            BinaryOp::Xor => sink.i32_xor(),
        },
    };
}

/// Compares both operands on the stack.
pub(super) fn compare(sink: &mut InstructionSink<'_>, op: CompareOp, ty: Ty) {
    let double = ty == Ty::F64;
    match op {
        CompareOp::Lt if double => sink.f64_lt(),
        CompareOp::Le if double => sink.f64_le(),
        CompareOp::Gt if double => sink.f64_gt(),
        CompareOp::Ge if double => sink.f64_ge(),
        CompareOp::Eq if double => sink.f64_eq(),
        CompareOp::Ne if double => sink.f64_ne(),
        CompareOp::Lt => sink.i64_lt_s(),
        CompareOp::Le => sink.i64_le_s(),
        CompareOp::Gt => sink.i64_gt_s(),
        CompareOp::Ge => sink.i64_ge_s(),
        CompareOp::Eq => sink.i64_eq(),
        CompareOp::Ne => sink.i64_ne(),
    };
}

/// Loads an element; its address without the column's offset is on the stack.
pub(super) fn load(sink: &mut InstructionSink<'_>, elem: Elem, offset: usize) {
    match elem {
        Elem::F64 => sink.f64_load(memarg(offset, 3)),
        Elem::F32 => sink.f32_load(memarg(offset, 2)).f64_promote_f32(),
        Elem::I64 => sink.i64_load(memarg(offset, 3)),
        Elem::U32 => sink.i64_load32_u(memarg(offset, 2)),
        Elem::Bool => sink.i32_load8_u(memarg(offset, 0)).i32_const(0).i32_ne(),
    };
}

/// Stores an element; its address without the column's offset and the value are on the stack.
pub(super) fn store(sink: &mut InstructionSink<'_>, elem: Elem, offset: usize) {
    match elem {
        Elem::F64 => sink.f64_store(memarg(offset, 3)),
        Elem::F32 => sink.f32_demote_f64().f32_store(memarg(offset, 2)),
        Elem::I64 => sink.i64_store(memarg(offset, 3)),
        Elem::U32 => sink.i64_store32(memarg(offset, 2)),
        Elem::Bool => sink.i32_store8(memarg(offset, 0)),
    };
}
