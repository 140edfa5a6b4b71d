//! Rewriting a kernel operation by operation: what all local passes share.

use super::compact::rename;
use crate::index::IndexVec;
use crate::kir::layout::{ColumnId, Layout};
use crate::kir::{At, BinaryOp, Const, Kernel, Op, Stmt, Ty, UnaryOp, Value};
use std::collections::BTreeMap;

/// What becomes of an operation.
pub enum Change {
    /// It stays.
    Keep,
    /// Another operation makes the value.
    Op(Op),
    /// The value is an earlier one.
    Same(Value),
}

/// A kernel being rewritten, as a rule sees it.
pub struct Rewriter<'a> {
    /// Columns of the program.
    pub layout: &'a Layout,
    types: IndexVec<Value, Ty>,
    /// The operation of each value so far; none for values carried around a loop.
    ops: Vec<Option<Op>>,
    uniform: Vec<bool>,
    uses: Vec<u32>,
    /// For each value of the kernel as it was, the value that stands for it now.
    now: Vec<Value>,
    out: Vec<Stmt>,
    /// The loops around this place, from outside, by number.
    loops: Vec<u32>,
    loop_count: u32,
    /// How often each column has been stored to so far.
    versions: BTreeMap<ColumnId, u32>,
}

/// Applies a rule to each operation, in order, with operands already rewritten. The rule may emit operations before it.
pub fn rewrite(
    layout: &Layout,
    kernel: &mut Kernel,
    rule: &mut dyn FnMut(&mut Rewriter, Value, &Op) -> Change,
) {
    let count = kernel.types.len();
    let mut uses = vec![0; count];
    count_uses(&kernel.body, &mut uses);
    let mut rewriter = Rewriter {
        layout,
        types: std::mem::take(&mut kernel.types),
        ops: vec![None; count],
        uniform: vec![false; count],
        uses,
        now: (0..count as u32).map(Value).collect(),
        out: Vec::new(),
        loops: Vec::new(),
        loop_count: 0,
        versions: BTreeMap::new(),
    };
    let body = std::mem::take(&mut kernel.body);
    kernel.body = rewriter.body(body, rule);
    kernel.types = rewriter.types;
}

fn count_uses(body: &[Stmt], uses: &mut [u32]) {
    for stmt in body {
        let mut head = stmt.clone();
        match (&mut head, stmt) {
            (Stmt::Let(_, op), _) => {
                op.visit(&mut |value| uses[value.0 as usize] += 1);
                continue;
            }
            (Stmt::While { body: inside, .. }, Stmt::While { body, .. }) => {
                inside.clear();
                count_uses(body, uses);
            }
            _ => {}
        }
        // In the head of a loop this counts definitions, too, which only makes values look used more often.
        rename(std::slice::from_mut(&mut head), &mut |value| {
            uses[value.0 as usize] += 1;
            value
        });
    }
}

impl Rewriter<'_> {
    fn body(
        &mut self,
        body: Vec<Stmt>,
        rule: &mut dyn FnMut(&mut Rewriter, Value, &Op) -> Change,
    ) -> Vec<Stmt> {
        let outer = std::mem::take(&mut self.out);
        for mut stmt in body {
            match stmt {
                Stmt::Let(value, op) => {
                    let op = op.map(&mut |value| self.now[value.0 as usize]);
                    match rule(self, value, &op) {
                        Change::Keep => self.define(value, op),
                        Change::Op(op) => self.define(value, op),
                        Change::Same(other) => {
                            self.now[value.0 as usize] = other;
                            let uses = self.uses[value.0 as usize];
                            self.uses[other.0 as usize] += uses;
                        }
                    }
                }
                Stmt::While {
                    mut carried,
                    body,
                    again,
                    limit,
                } => {
                    for one in &mut carried {
                        one.init = self.now[one.init.0 as usize];
                    }
                    self.loops.push(self.loop_count);
                    self.loop_count += 1;
                    let body = self.body(body, rule);
                    self.loops.pop();
                    for one in &mut carried {
                        one.next = self.now[one.next.0 as usize];
                    }
                    let again = self.now[again.0 as usize];
                    self.out.push(Stmt::While {
                        carried,
                        body,
                        again,
                        limit,
                    });
                }
                _ => {
                    if let Stmt::Store { column, .. } = &stmt {
                        *self.versions.entry(*column).or_insert(0) += 1;
                    }
                    let now = &self.now;
                    rename(std::slice::from_mut(&mut stmt), &mut |value| {
                        now[value.0 as usize]
                    });
                    self.out.push(stmt);
                }
            }
        }
        std::mem::replace(&mut self.out, outer)
    }
    fn define(&mut self, value: Value, op: Op) {
        let here = match &op {
            Op::Index => false,
            Op::Load { at, .. } => *at != At::Element,
            _ => true,
        };
        let mut uniform = here;
        op.visit(&mut |operand| uniform &= self.uniform[operand.0 as usize]);
        self.uniform[value.0 as usize] = uniform;
        self.ops[value.0 as usize] = Some(op.clone());
        self.out.push(Stmt::Let(value, op));
    }
    /// Emits an operation before the current one.
    pub fn emit(&mut self, op: Op) -> Value {
        let types = &self.types;
        let ty = op.result(&|value| types[value], self.layout);
        let value = self.types.push(ty.unwrap_or(Ty::F64));
        self.ops.push(None);
        self.uniform.push(false);
        self.uses.push(0);
        self.now.push(value);
        op.visit(&mut |operand| self.uses[operand.0 as usize] += 1);
        self.define(value, op);
        value
    }
    /// Emits a double.
    pub fn f64(&mut self, value: f64) -> Value {
        self.emit(Op::Const(Const::F64(value)))
    }
    /// Emits a two-operand operation.
    pub fn binary(&mut self, op: BinaryOp, a: Value, b: Value) -> Value {
        self.emit(Op::Binary(op, a, b))
    }
    /// Emits a one-operand operation.
    pub fn unary(&mut self, op: UnaryOp, a: Value) -> Value {
        self.emit(Op::Unary(op, a))
    }
    /// The operation that makes a value.
    pub fn op(&self, value: Value) -> Option<&Op> {
        self.ops[value.0 as usize].as_ref()
    }
    /// The operands of a two-operand operation, if it makes the value.
    pub fn is_binary(&self, op: BinaryOp, value: Value) -> Option<(Value, Value)> {
        match self.op(value) {
            Some(Op::Binary(found, a, b)) if *found == op => Some((*a, *b)),
            _ => None,
        }
    }
    /// The operand of a negation, if one makes the value.
    pub fn is_neg(&self, value: Value) -> Option<Value> {
        match self.op(value) {
            Some(Op::Unary(UnaryOp::Neg, a)) => Some(*a),
            _ => None,
        }
    }
    /// The arguments of a primitive, if it makes the value.
    pub fn is_call(&self, name: &str, value: Value) -> Option<Vec<Value>> {
        match self.op(value) {
            Some(Op::Call { primitive, args }) if *primitive == name => Some(args.clone()),
            _ => None,
        }
    }
    /// The double, if the value is a constant one.
    pub fn is_f64(&self, value: Value) -> Option<f64> {
        match self.op(value) {
            Some(Op::Const(Const::F64(value))) => Some(*value),
            _ => None,
        }
    }
    /// The constant, if the value is one.
    pub fn is_const(&self, value: Value) -> Option<Const> {
        match self.op(value) {
            Some(Op::Const(constant)) => Some(*constant),
            _ => None,
        }
    }
    /// True if the value is the same for all elements.
    pub fn is_uniform(&self, value: Value) -> bool {
        self.uniform[value.0 as usize]
    }
    /// True if the value has one use at most.
    pub fn used_once(&self, value: Value) -> bool {
        self.uses[value.0 as usize] <= 1
    }
    /// The loops around this place, from outside.
    pub fn loops(&self) -> &[u32] {
        &self.loops
    }
    /// How often a column has been stored to before this place.
    pub fn version(&self, column: ColumnId) -> u32 {
        self.versions.get(&column).copied().unwrap_or(0)
    }
    /// The type of a value.
    pub fn ty(&self, value: Value) -> Ty {
        self.types[value]
    }
}
