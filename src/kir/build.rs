//! Building kernels in code: operations in, values out, types filled in.

use super::layout::{ColumnId, Layout, ListId};
use super::{
    At, BinaryOp, Carried, CompareOp, Const, Domain, Kernel, Op, Stmt, Ty, UnaryOp, Value,
};

/// Builds one kernel. A type error is not reported here but by the verifier.
pub struct Builder<'a> {
    layout: &'a Layout,
    kernel: Kernel,
    /// Bodies under construction: the kernel's, then those of open loops.
    bodies: Vec<Vec<Stmt>>,
}

impl<'a> Builder<'a> {
    /// Starts a kernel.
    pub fn new(layout: &'a Layout, name: impl Into<String>, domain: Domain) -> Self {
        Builder {
            layout,
            kernel: Kernel::new(name, domain),
            bodies: vec![Vec::new()],
        }
    }
    fn stmt(&mut self, stmt: Stmt) {
        if let Some(body) = self.bodies.last_mut() {
            body.push(stmt);
        }
    }
    /// The type of a value made so far.
    pub fn ty(&self, value: Value) -> Ty {
        self.kernel.types.get(value).copied().unwrap_or(Ty::F64)
    }
    /// Appends an operation.
    pub fn op(&mut self, op: Op) -> Value {
        let types = |value| self.ty(value);
        let ty = op.result(&types, self.layout).unwrap_or(Ty::F64);
        let value = self.kernel.types.push(ty);
        self.stmt(Stmt::Let(value, op));
        value
    }
    /// A double.
    pub fn f64(&mut self, value: f64) -> Value {
        self.op(Op::Const(Const::F64(value)))
    }
    /// An integer.
    pub fn i64(&mut self, value: i64) -> Value {
        self.op(Op::Const(Const::I64(value)))
    }
    /// A truth value.
    pub fn bool(&mut self, value: bool) -> Value {
        self.op(Op::Const(Const::Bool(value)))
    }
    /// The element index.
    pub fn index(&mut self) -> Value {
        self.op(Op::Index)
    }
    /// A load.
    pub fn load(&mut self, column: ColumnId, at: At) -> Value {
        self.op(Op::Load { column, at })
    }
    /// A load at the element.
    pub fn element(&mut self, column: ColumnId) -> Value {
        self.load(column, At::Element)
    }
    /// A load of the one value for all elements.
    pub fn uniform(&mut self, column: ColumnId) -> Value {
        self.load(column, At::Uniform)
    }
    /// One operand.
    pub fn unary(&mut self, op: UnaryOp, a: Value) -> Value {
        self.op(Op::Unary(op, a))
    }
    /// Two operands.
    pub fn binary(&mut self, op: BinaryOp, a: Value, b: Value) -> Value {
        self.op(Op::Binary(op, a, b))
    }
    /// A comparison.
    pub fn compare(&mut self, op: CompareOp, a: Value, b: Value) -> Value {
        self.op(Op::Compare(op, a, b))
    }
    /// `condition ? then : otherwise`.
    pub fn select(&mut self, condition: Value, then: Value, otherwise: Value) -> Value {
        self.op(Op::Select {
            condition,
            then,
            otherwise,
        })
    }
    /// A call of a primitive.
    pub fn call(&mut self, primitive: &'static str, args: &[Value]) -> Value {
        self.op(Op::Call {
            primitive,
            args: args.to_vec(),
        })
    }
    /// A store.
    pub fn store(&mut self, column: ColumnId, at: At, value: Value, mask: Option<Value>) {
        self.stmt(Stmt::Store {
            column,
            at,
            value,
            mask,
        });
    }
    /// A push.
    pub fn push(&mut self, list: ListId, mask: Value) {
        self.stmt(Stmt::Push { list, mask });
    }
    /// Opens a loop; returns the values seen in its body, one for each initial value.
    pub fn begin_while(&mut self, inits: &[Value]) -> Vec<Value> {
        self.bodies.push(Vec::new());
        let values = inits.iter().map(|&init| {
            let ty = self.kernel.types.get(init).copied().unwrap_or(Ty::F64);
            self.kernel.types.push(ty)
        });
        values.collect()
    }
    /// Closes the loop opened last: what `begin_while` was given and returned, the values of the next round in the same order, whether to run another
    /// round, and how many rounds at most.
    pub fn end_while(
        &mut self,
        inits: &[Value],
        values: &[Value],
        next: &[Value],
        again: Value,
        limit: u32,
    ) {
        let body = self.bodies.pop().unwrap_or_default();
        let carried = inits.iter().zip(values).zip(next);
        let carried = carried.map(|((&init, &value), &next)| Carried { value, init, next });
        let carried = carried.collect();
        self.stmt(Stmt::While {
            carried,
            body,
            again,
            limit,
        });
    }
    /// The finished kernel.
    pub fn finish(mut self) -> Kernel {
        self.kernel.body = self.bodies.pop().unwrap_or_default();
        self.kernel
    }
}
