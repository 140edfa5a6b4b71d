//! Operations on one element: the scalar code of kernels, of uniform values, and of lanes that have no vector form.
//!
//! A double is an `f64`, an integer an `i64`, a truth value an `i8` of 0 or 1.

use super::symbols::{Import, Symbols};
use crate::kir::layout::{ColumnId, Elem, Layout};
use crate::kir::{BinaryOp, CompareOp, Distribution, Ty, UnaryOp};
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::types::{F32, F64, I8, I64};
use cranelift_codegen::ir::{
    InstBuilder, MemFlagsData, StackSlot, StackSlotData, StackSlotKind, Type, Value,
};
use cranelift_frontend::FunctionBuilder;

/// A function under construction.
pub struct Emit<'a, 'f> {
    /// Where instructions go.
    pub builder: FunctionBuilder<'f>,
    /// Columns.
    pub layout: &'a Layout,
    /// Functions of the outside that generated code calls.
    pub symbols: &'a mut Symbols,
    /// Address of the image.
    pub image: Value,
    /// Stack memory for arguments and results of block functions called for one element.
    room: Vec<StackSlot>,
}

/// The machine type of a value.
pub fn machine_type(ty: Ty) -> Type {
    match ty {
        Ty::F64 => F64,
        Ty::I64 => I64,
        Ty::Bool => I8,
    }
}

/// Condition codes of a comparison, for doubles and integers.
pub fn conditions(op: CompareOp) -> (FloatCC, IntCC) {
    match op {
        CompareOp::Lt => (FloatCC::LessThan, IntCC::SignedLessThan),
        CompareOp::Le => (FloatCC::LessThanOrEqual, IntCC::SignedLessThanOrEqual),
        CompareOp::Gt => (FloatCC::GreaterThan, IntCC::SignedGreaterThan),
        CompareOp::Ge => (FloatCC::GreaterThanOrEqual, IntCC::SignedGreaterThanOrEqual),
        CompareOp::Eq => (FloatCC::Equal, IntCC::Equal),
        CompareOp::Ne => (FloatCC::NotEqual, IntCC::NotEqual),
    }
}

/// Memory of the image: never traps; not known to be aligned.
pub fn memory() -> MemFlagsData {
    MemFlagsData::new().with_notrap()
}

impl<'a, 'f> Emit<'a, 'f> {
    /// Starts with the address of the image.
    pub fn new(
        builder: FunctionBuilder<'f>,
        layout: &'a Layout,
        symbols: &'a mut Symbols,
        image: Value,
    ) -> Self {
        Emit {
            builder,
            layout,
            symbols,
            image,
            room: Vec::new(),
        }
    }
    /// An integer constant.
    pub fn int(&mut self, value: i64) -> Value {
        self.builder.ins().iconst(I64, value)
    }
    /// A constant as bits of a type.
    pub fn constant(&mut self, ty: Ty, bits: u64) -> Value {
        match ty {
            Ty::F64 => self.builder.ins().f64const(f64::from_bits(bits)),
            Ty::I64 => self.int(bits as i64),
            Ty::Bool => self.builder.ins().iconst(I8, bits as i64),
        }
    }
    /// The index limited to a column of `len` elements.
    pub fn clamp(&mut self, index: Value, len: usize) -> Value {
        let last = self.int(len.saturating_sub(1) as i64);
        self.builder.ins().umin(index, last)
    }
    /// Address of an element, less the offset of the column, and that offset.
    pub fn address(&mut self, column: ColumnId, index: Value) -> (Value, i32) {
        let column = self.layout.column(column);
        let size = column.elem.size() as i64;
        // A shift by up to 3 becomes part of the address of an instruction.
        let bytes = match size {
            1 => index,
            size => {
                let shift = i64::from(size.trailing_zeros());
                self.builder.ins().ishl_imm_u(index, shift)
            }
        };
        let base = self.builder.ins().iadd(self.image, bytes);
        match i32::try_from(column.offset) {
            Ok(offset) => (base, offset),
            Err(_) => {
                let offset = self.int(column.offset as i64);
                (self.builder.ins().iadd(base, offset), 0)
            }
        }
    }
    /// Loads an element.
    pub fn load(&mut self, column: ColumnId, index: Value) -> Value {
        let (base, offset) = self.address(column, index);
        match self.layout.column(column).elem {
            Elem::F64 => self.builder.ins().load(F64, memory(), base, offset),
            Elem::F32 => {
                let single = self.builder.ins().load(F32, memory(), base, offset);
                self.builder.ins().fpromote(F64, single)
            }
            Elem::I64 => self.builder.ins().load(I64, memory(), base, offset),
            Elem::U32 => self.builder.ins().uload32(memory(), base, offset),
            Elem::Bool => {
                let byte = self.builder.ins().load(I8, memory(), base, offset);
                self.builder.ins().icmp_imm_u(IntCC::NotEqual, byte, 0)
            }
        }
    }
    /// Stores an element.
    pub fn store(&mut self, column: ColumnId, index: Value, value: Value) {
        let (base, offset) = self.address(column, index);
        match self.layout.column(column).elem {
            Elem::U32 => {
                self.builder.ins().istore32(memory(), value, base, offset);
            }
            Elem::F32 => {
                let single = self.builder.ins().fdemote(F32, value);
                self.builder.ins().store(memory(), single, base, offset);
            }
            Elem::F64 | Elem::I64 | Elem::Bool => {
                self.builder.ins().store(memory(), value, base, offset);
            }
        }
    }
    /// A one-operand operation.
    pub fn unary(&mut self, op: UnaryOp, a: Value) -> Value {
        let ins = self.builder.ins();
        match op {
            UnaryOp::Neg => ins.fneg(a),
            UnaryOp::Abs => ins.fabs(a),
            UnaryOp::Sqrt => ins.sqrt(a),
            UnaryOp::Floor => ins.floor(a),
            UnaryOp::Ceil => ins.ceil(a),
            UnaryOp::Trunc => ins.trunc(a),
            UnaryOp::Nearest => ins.nearest(a),
            UnaryOp::Single => {
                let single = ins.fdemote(F32, a);
                self.builder.ins().fpromote(F64, single)
            }
            UnaryOp::NegInt => ins.ineg(a),
            UnaryOp::AbsInt => ins.iabs(a),
            UnaryOp::Not => ins.bxor_imm_u(a, 1),
            UnaryOp::IntToFloat => ins.fcvt_from_sint(F64, a),
            UnaryOp::FloatToInt => ins.fcvt_to_sint_sat(I64, a),
            UnaryOp::BoolToInt => ins.uextend(I64, a),
        }
    }
    /// A two-operand operation.
    pub fn binary(&mut self, op: BinaryOp, a: Value, b: Value) -> Value {
        let ins = self.builder.ins();
        match op {
            BinaryOp::Add => ins.fadd(a, b),
            BinaryOp::Sub => ins.fsub(a, b),
            BinaryOp::Mul => ins.fmul(a, b),
            BinaryOp::Div => ins.fdiv(a, b),
            BinaryOp::Min => {
                let less = ins.fcmp(FloatCC::LessThan, a, b);
                self.builder.ins().select(less, a, b)
            }
            BinaryOp::Max => {
                let more = ins.fcmp(FloatCC::GreaterThan, a, b);
                self.builder.ins().select(more, a, b)
            }
            BinaryOp::AddInt => ins.iadd(a, b),
            BinaryOp::SubInt => ins.isub(a, b),
            BinaryOp::MulInt => ins.imul(a, b),
            BinaryOp::FloorDivInt => self.floor_division(a, b).0,
            BinaryOp::FloorModInt => self.floor_division(a, b).1,
            BinaryOp::MinInt => ins.smin(a, b),
            BinaryOp::MaxInt => ins.smax(a, b),
            BinaryOp::And => ins.band(a, b),
            BinaryOp::Or => ins.bor(a, b),
            BinaryOp::Xor => ins.bxor(a, b),
        }
    }
    /// Quotient and remainder, rounded down; both 0 for a zero divisor.
    fn floor_division(&mut self, a: Value, b: Value) -> (Value, Value) {
        // The divisors 0 and -1, for which the machine division can fault, are replaced by 1.
        let zero = self.builder.ins().icmp_imm_s(IntCC::Equal, b, 0);
        let minus = self.builder.ins().icmp_imm_s(IntCC::Equal, b, -1);
        let unsafe_ = self.builder.ins().bor(zero, minus);
        let one = self.int(1);
        let divisor = self.builder.ins().select(unsafe_, one, b);
        let quotient = self.builder.ins().sdiv(a, divisor);
        let product = self.builder.ins().imul(quotient, divisor);
        let rest = self.builder.ins().isub(a, product);
        let inexact = self.builder.ins().icmp_imm_s(IntCC::NotEqual, rest, 0);
        let signs = self.builder.ins().bxor(rest, divisor);
        let differ = self
            .builder
            .ins()
            .icmp_imm_s(IntCC::SignedLessThan, signs, 0);
        let down = self.builder.ins().band(inexact, differ);
        let step = self.builder.ins().uextend(I64, down);
        let quotient = self.builder.ins().isub(quotient, step);
        let raised = self.builder.ins().iadd(rest, divisor);
        let rest = self.builder.ins().select(down, raised, rest);
        let negated = self.builder.ins().ineg(a);
        let quotient = self.builder.ins().select(minus, negated, quotient);
        let nothing = self.int(0);
        let quotient = self.builder.ins().select(zero, nothing, quotient);
        (quotient, rest)
    }
    /// A comparison of numbers of a type.
    pub fn compare(&mut self, op: CompareOp, ty: Ty, a: Value, b: Value) -> Value {
        let (float, int) = conditions(op);
        match ty {
            Ty::F64 => self.builder.ins().fcmp(float, a, b),
            _ => self.builder.ins().icmp(int, a, b),
        }
    }
    /// Address of 64 bytes of stack, one piece for each number.
    fn room(&mut self, number: usize) -> Value {
        while self.room.len() <= number {
            let data = StackSlotData::new(StackSlotKind::ExplicitSlot, 64, 6);
            self.room.push(self.builder.create_sized_stack_slot(data));
        }
        let slot = self.room[number];
        self.builder.ins().stack_addr(I64, slot, 0)
    }
    /// Calls an imported function.
    pub fn call(&mut self, import: Import, args: &[Value]) -> Option<Value> {
        let function = self.symbols.reference(import, self.builder.func)?;
        let call = self.builder.ins().call(function, args);
        self.builder.inst_results(call).first().copied()
    }
    /// A primitive for one element: its block function on a block of one.
    pub fn primitive(&mut self, name: &'static str, args: &[Value]) -> Value {
        let arrays = crate::kir::primitive::find(name).map_or(0, |row| row.arrays.len());
        let out = self.room(0);
        let mut passed = vec![out];
        for (k, &arg) in args.iter().enumerate() {
            if k < arrays {
                let place = self.room(k + 1);
                self.builder.ins().store(memory(), arg, place, 0);
                passed.push(place);
            } else {
                passed.push(arg);
            }
        }
        passed.push(self.int(1));
        self.call(Import::Primitive(name), &passed);
        let out = self.room(0);
        self.builder.ins().load(F64, memory(), out, 0)
    }
    /// A draw for one element: seed, step and index are integers.
    pub fn random(
        &mut self,
        distribution: Distribution,
        stream: u32,
        key: [Value; 3],
        mean: Option<Value>,
    ) -> Value {
        let stream = self.int(i64::from(stream));
        let mut args = vec![stream];
        args.extend(key);
        args.extend(mean);
        let drawn = self.call(Import::Draw(distribution), &args);
        drawn.unwrap_or_else(|| self.constant(Ty::F64, 0))
    }
}
