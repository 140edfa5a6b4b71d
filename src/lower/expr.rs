//! From terms to operations: arithmetic with the types of the language, comparisons, choices.

use super::emit::{Emit, ty};
use crate::kir::{BinaryOp, CompareOp, Distribution, Ty, UnaryOp, Value};
use crate::model::term::{Comparison, Draw, Intrinsic, Term, TermId};

/// Largest whole exponent that is written out as multiplications.
const WRITTEN_OUT: i64 = 64;

impl Emit<'_> {
    /// The operations of one term.
    pub(super) fn expression(&mut self, id: TermId) -> Value {
        let terms = &self.context.model.terms;
        match terms.get(id) {
            Term::Number(value) => self.builder.f64(value.0),
            Term::Integer(value) => self.builder.i64(*value),
            Term::Boolean(value) => self.builder.bool(*value),
            Term::Constant(constant) => self.constant(*constant),
            Term::Variable(variable) => self.variable(*variable),
            // Stands in functions of arrays only, which no kernel contains.
            Term::Argument(..) => self.builder.f64(f64::NAN),
            Term::Index => self.element_index(),
            Term::Time => self.time(),
            Term::Dt => self.builder.f64(self.block.dt),
            Term::StepNumber => self.owner_step(),
            Term::Noise(noise) => {
                let system = self.context.model.owner_system(self.block.owner);
                let name = system.noises.get(*noise);
                let name = format!("noise {}", name.map_or("", String::as_str));
                self.draw(Distribution::Normal, &name, None)
            }
            Term::Sum(items) => self.sum(id, items),
            Term::Product(items) => self.product(id, items),
            Term::Power(base, exponent) => self.power(id, *base, *exponent),
            Term::Call(function, arguments) => self.function(id, *function, arguments),
            Term::Signal(signal, arguments) => self.signal(*signal, arguments),
            Term::Compare(op, a, b) => self.comparison(*op, *a, *b),
            Term::And(a, b) => self.logic(BinaryOp::And, *a, *b),
            Term::Or(a, b) => self.logic(BinaryOp::Or, *a, *b),
            Term::Not(a) => {
                let a = self.term_as(*a, Ty::Bool);
                self.builder.unary(UnaryOp::Not, a)
            }
            Term::Select(condition, then, otherwise) => {
                let wanted = ty(terms.ty(id));
                let condition = self.term_as(*condition, Ty::Bool);
                let then = self.term_as(*then, wanted);
                let otherwise = self.term_as(*otherwise, wanted);
                self.builder.select(condition, then, otherwise)
            }
            Term::Random(draw, stream, argument) => {
                let argument = argument.map(|mean| self.term_as(mean, Ty::F64));
                let (distribution, name) = match draw {
                    Draw::Uniform => (Distribution::Uniform, "rand"),
                    Draw::Normal => (Distribution::Normal, "randn"),
                    Draw::Poisson => (Distribution::Poisson, "poisson"),
                };
                self.draw(distribution, &format!("{name} {stream}"), argument)
            }
        }
    }
    fn constant(&mut self, id: crate::model::ConstantId) -> Value {
        if let Some(column) = self.context.bindings.constants.get(&id) {
            return self.builder.uniform(*column);
        }
        let Some(constant) = self.context.model.constants.get(id) else {
            return self.builder.f64(f64::NAN);
        };
        let value = constant.value.value;
        match ty(constant.ty) {
            Ty::F64 => self.builder.f64(value),
            Ty::I64 => self.builder.i64(value as i64),
            Ty::Bool => self.builder.bool(value != 0.0),
        }
    }
    /// The factors of a term without its sign, and whether the sign is negative.
    fn signed(&self, id: TermId) -> (bool, Vec<TermId>) {
        let terms = &self.context.model.terms;
        let Term::Product(items) = terms.get(id) else {
            return (false, vec![id]);
        };
        let minus_one = |item: &TermId| match terms.get(*item) {
            Term::Integer(n) => *n == -1,
            Term::Number(x) => x.0 == -1.0,
            _ => false,
        };
        match items.split_first() {
            Some((first, rest)) if minus_one(first) && !rest.is_empty() => (true, rest.to_vec()),
            _ => (false, items.to_vec()),
        }
    }
    fn sum(&mut self, id: TermId, items: &[TermId]) -> Value {
        let wanted = ty(self.context.model.terms.ty(id));
        let (add, subtract) = match wanted {
            Ty::F64 => (BinaryOp::Add, BinaryOp::Sub),
            _ => (BinaryOp::AddInt, BinaryOp::SubInt),
        };
        let mut total = None;
        for item in items {
            let (negative, factors) = self.signed(*item);
            total = Some(match total {
                None => self.term_as(*item, wanted),
                Some(before) if negative => {
                    let value = self.factors(&factors, wanted);
                    self.builder.binary(subtract, before, value)
                }
                Some(before) => {
                    let value = self.term_as(*item, wanted);
                    self.builder.binary(add, before, value)
                }
            });
        }
        total.unwrap_or_else(|| self.builder.i64(0))
    }
    fn product(&mut self, id: TermId, items: &[TermId]) -> Value {
        let wanted = ty(self.context.model.terms.ty(id));
        let (negative, factors) = self.signed(id);
        if !negative {
            return self.factors(items, wanted);
        }
        let value = self.factors(&factors, wanted);
        let op = match wanted {
            Ty::F64 => UnaryOp::Neg,
            _ => UnaryOp::NegInt,
        };
        self.builder.unary(op, value)
    }
    /// A product from left to right; factors with negative exponents divide.
    fn factors(&mut self, items: &[TermId], wanted: Ty) -> Value {
        let mut total = None;
        for item in items {
            let inverse = match (wanted, self.context.model.terms.get(*item)) {
                (Ty::F64, Term::Power(base, exponent)) => match self.whole(*exponent) {
                    Some(n) if (-WRITTEN_OUT..0).contains(&n) => Some((*base, -n)),
                    _ => None,
                },
                _ => None,
            };
            total = Some(match (total, inverse) {
                (Some(before), Some((base, n))) => {
                    let divisor = self.whole_power(base, n);
                    self.builder.binary(BinaryOp::Div, before, divisor)
                }
                (None, _) => self.term_as(*item, wanted),
                (Some(before), None) => {
                    let value = self.term_as(*item, wanted);
                    let op = match wanted {
                        Ty::F64 => BinaryOp::Mul,
                        _ => BinaryOp::MulInt,
                    };
                    self.builder.binary(op, before, value)
                }
            });
        }
        match total {
            Some(total) => self.convert(total, wanted),
            None => self.builder.i64(1),
        }
    }
    fn whole(&self, exponent: TermId) -> Option<i64> {
        match self.context.model.terms.get(exponent) {
            Term::Integer(n) => Some(*n),
            Term::Number(x) if x.0.fract() == 0.0 && x.0.abs() <= WRITTEN_OUT as f64 => {
                Some(x.0 as i64)
            }
            _ => None,
        }
    }
    /// A float to a positive whole power, by repeated squaring.
    fn whole_power(&mut self, base: TermId, n: i64) -> Value {
        let base = self.term_as(base, Ty::F64);
        self.squarings(base, n, BinaryOp::Mul)
    }
    fn squarings(&mut self, base: Value, mut n: i64, multiply: BinaryOp) -> Value {
        let mut square = base;
        let mut total = None;
        while n > 0 {
            if n & 1 == 1 {
                total = Some(match total {
                    None => square,
                    Some(before) => self.builder.binary(multiply, before, square),
                });
            }
            n >>= 1;
            if n > 0 {
                square = self.builder.binary(multiply, square, square);
            }
        }
        total.unwrap_or(base)
    }
    fn power(&mut self, id: TermId, base: TermId, exponent: TermId) -> Value {
        let terms = &self.context.model.terms;
        let whole = self.whole(exponent);
        if ty(terms.ty(id)) != Ty::F64 {
            let base = self.term_as(base, Ty::I64);
            return match whole {
                Some(0) => self.builder.i64(1),
                Some(n) if (1..=WRITTEN_OUT).contains(&n) => {
                    self.squarings(base, n, BinaryOp::MulInt)
                }
                _ => {
                    let exponent = self.term_as(exponent, Ty::I64);
                    let base = self.convert(base, Ty::F64);
                    let exponent = self.convert(exponent, Ty::F64);
                    let float = self.builder.call("pow", &[base, exponent]);
                    self.convert(float, Ty::I64)
                }
            };
        }
        match whole {
            Some(0) => self.builder.f64(1.0),
            Some(n) if (1..=WRITTEN_OUT).contains(&n) => self.whole_power(base, n),
            Some(n) if (-WRITTEN_OUT..0).contains(&n) => {
                let divisor = self.whole_power(base, -n);
                let one = self.builder.f64(1.0);
                self.builder.binary(BinaryOp::Div, one, divisor)
            }
            _ => {
                let base = self.term_as(base, Ty::F64);
                if matches!(terms.get(exponent), Term::Number(x) if x.0 == 0.5) {
                    return self.builder.unary(UnaryOp::Sqrt, base);
                }
                let exponent = self.term_as(exponent, Ty::F64);
                self.builder.call("pow", &[base, exponent])
            }
        }
    }
    fn comparison(&mut self, op: Comparison, a: TermId, b: TermId) -> Value {
        let terms = &self.context.model.terms;
        let wanted = match ty(terms.ty(a).max(terms.ty(b))) {
            Ty::F64 => Ty::F64,
            _ => Ty::I64,
        };
        let a = self.term_as(a, wanted);
        let b = self.term_as(b, wanted);
        let op = match op {
            Comparison::Less => CompareOp::Lt,
            Comparison::LessEqual => CompareOp::Le,
            Comparison::Greater => CompareOp::Gt,
            Comparison::GreaterEqual => CompareOp::Ge,
            Comparison::Equal => CompareOp::Eq,
            Comparison::NotEqual => CompareOp::Ne,
        };
        self.builder.compare(op, a, b)
    }
    fn logic(&mut self, op: BinaryOp, a: TermId, b: TermId) -> Value {
        let a = self.term_as(a, Ty::Bool);
        let b = self.term_as(b, Ty::Bool);
        self.builder.binary(op, a, b)
    }
    fn function(&mut self, id: TermId, function: Intrinsic, arguments: &[TermId]) -> Value {
        let wanted = ty(self.context.model.terms.ty(id));
        let values: Vec<Value> = arguments.iter().map(|a| self.term(*a)).collect();
        self.intrinsic(function, &values, wanted)
    }
}
