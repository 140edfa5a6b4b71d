//! The instructions of one operation.

use super::{Registers, Spot, column_address};
use crate::backend::native::evex::{Address, Opcode, Operand, Rest, op};
use crate::backend::native::graph::{Kind, Node};
use crate::kir::layout::{ColumnId, Elem};
use crate::kir::{BinaryOp, CompareOp, Ty, UnaryOp};

impl Registers<'_> {
    pub(super) fn node(&mut self, node: Node) -> Option<()> {
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
                let (opcode, from) = match graph.nodes[*a].uniform {
                    true => (op::SPREAD, Operand::Memory(self.uniform(*a)?)),
                    false => (op::MOVE, Operand::Zmm(self.reg(*a)?)),
                };
                let register = self.result(node, &[*a])?;
                self.assembler.put(opcode, register, from, rest);
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
            UnaryOp::Single => {
                let source = self.rm(a)?;
                let register = self.result(node, &[a])?;
                self.assembler.put(op::NARROW_F32, register, source, rest);
                let narrow = Operand::Zmm(register);
                self.assembler.put(op::WIDEN_F32, register, narrow, rest);
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
            UnaryOp::FloatToInt => return self.truncate(node, a),
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
    fn truncate(&mut self, node: Node, a: Node) -> Option<()> {
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
            Elem::F32 => {
                let from = Operand::Gathered(at, clamped, 2);
                self.assembler.put(op::GATHER_F32, register, from, rest);
                let from = Operand::Zmm(register);
                self.assembler
                    .put(op::WIDEN_F32, register, from, Rest::default());
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
fn condition(op: CompareOp, ty: Ty) -> (Opcode, u8) {
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
