//! Types of operations: one table used by the builder, the text form and the verifier.

use super::layout::Layout;
use super::{At, BinaryOp, CompareOp, Const, Distribution, Op, Ty, UnaryOp, Value, primitive};

impl Ty {
    /// Name in the text form.
    pub fn name(self) -> &'static str {
        match self {
            Ty::F64 => "f64",
            Ty::I64 => "i64",
            Ty::Bool => "bool",
        }
    }
}

impl Const {
    /// Type of the constant.
    pub fn ty(self) -> Ty {
        match self {
            Const::F64(_) => Ty::F64,
            Const::I64(_) => Ty::I64,
            Const::Bool(_) => Ty::Bool,
        }
    }
    /// The constant as the bits that executors keep: of the double, of the integer, or 0 or 1.
    pub fn bits(self) -> u64 {
        match self {
            Const::F64(value) => value.to_bits(),
            Const::I64(value) => value as u64,
            Const::Bool(value) => u64::from(value),
        }
    }
    /// The constant of a type with given bits.
    pub fn from_bits(ty: Ty, bits: u64) -> Const {
        match ty {
            Ty::F64 => Const::F64(f64::from_bits(bits)),
            Ty::I64 => Const::I64(bits as i64),
            Ty::Bool => Const::Bool(bits != 0),
        }
    }
}

/// One-operand operations: operation, name in the text form, operand type, result type.
pub const UNARY: &[(UnaryOp, &str, Ty, Ty)] = &[
    (UnaryOp::Neg, "neg", Ty::F64, Ty::F64),
    (UnaryOp::Abs, "abs", Ty::F64, Ty::F64),
    (UnaryOp::Sqrt, "sqrt", Ty::F64, Ty::F64),
    (UnaryOp::Floor, "floor", Ty::F64, Ty::F64),
    (UnaryOp::Ceil, "ceil", Ty::F64, Ty::F64),
    (UnaryOp::Trunc, "trunc", Ty::F64, Ty::F64),
    (UnaryOp::Nearest, "nearest", Ty::F64, Ty::F64),
    (UnaryOp::Single, "single", Ty::F64, Ty::F64),
    (UnaryOp::NegInt, "ineg", Ty::I64, Ty::I64),
    (UnaryOp::AbsInt, "iabs", Ty::I64, Ty::I64),
    (UnaryOp::Not, "not", Ty::Bool, Ty::Bool),
    (UnaryOp::IntToFloat, "float", Ty::I64, Ty::F64),
    (UnaryOp::FloatToInt, "int", Ty::F64, Ty::I64),
    (UnaryOp::BoolToInt, "bint", Ty::Bool, Ty::I64),
];

/// Two-operand operations: operation, name in the text form, type of operands and result.
pub const BINARY: &[(BinaryOp, &str, Ty)] = &[
    (BinaryOp::Add, "add", Ty::F64),
    (BinaryOp::Sub, "sub", Ty::F64),
    (BinaryOp::Mul, "mul", Ty::F64),
    (BinaryOp::Div, "div", Ty::F64),
    (BinaryOp::Min, "min", Ty::F64),
    (BinaryOp::Max, "max", Ty::F64),
    (BinaryOp::AddInt, "iadd", Ty::I64),
    (BinaryOp::SubInt, "isub", Ty::I64),
    (BinaryOp::MulInt, "imul", Ty::I64),
    (BinaryOp::FloorDivInt, "idiv", Ty::I64),
    (BinaryOp::FloorModInt, "imod", Ty::I64),
    (BinaryOp::MinInt, "imin", Ty::I64),
    (BinaryOp::MaxInt, "imax", Ty::I64),
    (BinaryOp::And, "and", Ty::Bool),
    (BinaryOp::Or, "or", Ty::Bool),
    (BinaryOp::Xor, "xor", Ty::Bool),
];

/// Comparisons: operation, name in the text form.
pub const COMPARE: &[(CompareOp, &str)] = &[
    (CompareOp::Lt, "lt"),
    (CompareOp::Le, "le"),
    (CompareOp::Gt, "gt"),
    (CompareOp::Ge, "ge"),
    (CompareOp::Eq, "eq"),
    (CompareOp::Ne, "ne"),
];

/// Distributions: distribution, name in the text form.
pub const DISTRIBUTION: &[(Distribution, &str)] = &[
    (Distribution::Uniform, "uniform"),
    (Distribution::Normal, "normal"),
    (Distribution::Poisson, "poisson"),
];

impl UnaryOp {
    /// Name, operand type and result type.
    pub fn row(self) -> (&'static str, Ty, Ty) {
        let found = UNARY.iter().find(|row| row.0 == self);
        found.map_or(("?", Ty::F64, Ty::F64), |row| (row.1, row.2, row.3))
    }
}

impl BinaryOp {
    /// Name and type.
    pub fn row(self) -> (&'static str, Ty) {
        let found = BINARY.iter().find(|row| row.0 == self);
        found.map_or(("?", Ty::F64), |row| (row.1, row.2))
    }
}

impl CompareOp {
    /// Name in the text form.
    pub fn name(self) -> &'static str {
        let found = COMPARE.iter().find(|row| row.0 == self);
        found.map_or("?", |row| row.1)
    }
}

impl Distribution {
    /// Name in the text form.
    pub fn name(self) -> &'static str {
        let found = DISTRIBUTION.iter().find(|row| row.0 == self);
        found.map_or("?", |row| row.1)
    }
}

impl Op {
    /// Calls `visit` for each operand, in order.
    pub fn visit(&self, visit: &mut dyn FnMut(Value)) {
        self.clone().map(&mut |value| {
            visit(value);
            value
        });
    }
    /// The operation with each operand replaced.
    pub fn map(mut self, replace: &mut dyn FnMut(Value) -> Value) -> Op {
        match &mut self {
            Op::Const(_) | Op::Index => {}
            Op::Load { at, .. } => {
                if let At::Index(value) = at {
                    *value = replace(*value);
                }
            }
            Op::Unary(_, a) => *a = replace(*a),
            Op::Binary(_, a, b) | Op::Compare(_, a, b) => {
                *a = replace(*a);
                *b = replace(*b);
            }
            Op::Fma(a, b, c) => {
                *a = replace(*a);
                *b = replace(*b);
                *c = replace(*c);
            }
            Op::Select {
                condition,
                then,
                otherwise,
            } => {
                *condition = replace(*condition);
                *then = replace(*then);
                *otherwise = replace(*otherwise);
            }
            Op::Call { args, .. } => args.iter_mut().for_each(|arg| *arg = replace(*arg)),
            Op::Random {
                seed,
                step,
                index,
                argument,
                ..
            } => {
                *seed = replace(*seed);
                *step = replace(*step);
                *index = replace(*index);
                if let Some(argument) = argument {
                    *argument = replace(*argument);
                }
            }
        }
        self
    }
    /// The operands, in order.
    pub fn operands(&self) -> Vec<Value> {
        let mut all = Vec::new();
        self.visit(&mut |value| all.push(value));
        all
    }
    /// Type of the result, given the types of the operands.
    ///
    /// # Errors
    /// A sentence about the operand or the operation that does not fit.
    pub fn result(&self, types: &dyn Fn(Value) -> Ty, layout: &Layout) -> Result<Ty, String> {
        let want = |value: Value, ty: Ty| {
            let found = types(value);
            if found == ty {
                Ok(())
            } else {
                let (wanted, found) = (ty.name(), found.name());
                Err(format!("v{} is {found}, {wanted} is needed", value.0))
            }
        };
        match self {
            Op::Const(constant) => Ok(constant.ty()),
            Op::Index => Ok(Ty::I64),
            Op::Load { column, at } => {
                if let At::Index(index) = at {
                    want(*index, Ty::I64)?;
                }
                Ok(layout.column(*column).elem.ty())
            }
            Op::Unary(op, a) => {
                let (_, operand, result) = op.row();
                want(*a, operand)?;
                Ok(result)
            }
            Op::Binary(op, a, b) => {
                let (_, ty) = op.row();
                want(*a, ty)?;
                want(*b, ty)?;
                Ok(ty)
            }
            Op::Fma(a, b, c) => {
                for value in [a, b, c] {
                    want(*value, Ty::F64)?;
                }
                Ok(Ty::F64)
            }
            Op::Compare(_, a, b) => {
                let ty = types(*a);
                if ty == Ty::Bool {
                    return Err(format!("v{} is bool, a number is needed", a.0));
                }
                want(*b, ty)?;
                Ok(Ty::Bool)
            }
            Op::Select {
                condition,
                then,
                otherwise,
            } => {
                want(*condition, Ty::Bool)?;
                let ty = types(*then);
                want(*otherwise, ty)?;
                Ok(ty)
            }
            Op::Call {
                primitive: name,
                args,
            } => {
                let Some(primitive) = primitive::find(name) else {
                    return Err(format!("there is no primitive `{name}`"));
                };
                if args.len() != primitive.arity() {
                    let (wanted, found) = (primitive.arity(), args.len());
                    return Err(format!("`{name}` takes {wanted} arguments, not {found}"));
                }
                for arg in args {
                    want(*arg, Ty::F64)?;
                }
                Ok(Ty::F64)
            }
            Op::Random {
                distribution,
                seed,
                step,
                index,
                argument,
                ..
            } => {
                for value in [seed, step, index] {
                    want(*value, Ty::I64)?;
                }
                if argument.is_some() != (*distribution == Distribution::Poisson) {
                    return Err("a mean belongs to poisson, and only to it".into());
                }
                if let Some(argument) = argument {
                    want(*argument, Ty::F64)?;
                }
                Ok(Ty::F64)
            }
        }
    }
}
