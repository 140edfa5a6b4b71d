//! From a kernel to its tape.

use crate::backend::tape::{Binary, Entry, Item, Place, Tape, Unary};
use crate::backend::wide::called::{self, Called};
use crate::backend::wide::trace;
use crate::kir::layout::Layout;
use crate::kir::{At, Const, Distribution, Kernel, Op, Stmt, Ty, Value};

/// The operations of a kernel; functions that it calls are added to `called`.
pub(super) fn tape(
    layout: &Layout,
    kernel: &Kernel,
    called: &mut Vec<Called>,
    fused: bool,
) -> Result<Tape, String> {
    let mut recorder = Recorder {
        layout,
        kernel,
        called,
        tape: Tape::new(fused),
        entries: vec![Entry(0); kernel.types.len()],
        pushes: 0,
        stored: kernel.body.iter().filter_map(stored).collect(),
    };
    recorder.body(&kernel.body)?;
    Ok(recorder.tape)
}

fn stored(stmt: &Stmt) -> Option<crate::kir::layout::ColumnId> {
    match stmt {
        Stmt::Store { column, .. } => Some(*column),
        _ => None,
    }
}

struct Recorder<'a> {
    layout: &'a Layout,
    kernel: &'a Kernel,
    called: &'a mut Vec<Called>,
    tape: Tape,
    /// Entry of every value.
    entries: Vec<Entry>,
    pushes: usize,
    /// Columns that the kernel writes.
    stored: Vec<crate::kir::layout::ColumnId>,
}

impl Recorder<'_> {
    fn at(&self, value: Value) -> Entry {
        self.entries
            .get(value.0 as usize)
            .copied()
            .unwrap_or(Entry(0))
    }
    fn place(&self, at: At) -> Place {
        match at {
            At::Element => Place::Element,
            At::Uniform => Place::Uniform,
            At::Index(value) => Place::Index(self.at(value)),
        }
    }
    fn set(&mut self, value: Value, entry: Entry) {
        if let Some(slot) = self.entries.get_mut(value.0 as usize) {
            *slot = entry;
        }
    }
    fn body(&mut self, body: &[Stmt]) -> Result<(), String> {
        for stmt in body {
            match stmt {
                Stmt::Let(value, op) => {
                    let entry = self.op(*value, op)?;
                    self.set(*value, entry);
                }
                Stmt::Store {
                    column,
                    at,
                    value,
                    mask,
                } => {
                    let mask = mask.map(|mask| self.at(mask));
                    let item = Item::Store(*column, self.place(*at), self.at(*value), mask);
                    self.tape.push(item, Ty::Bool);
                }
                Stmt::Push { mask, .. } => {
                    let item = Item::Push(self.pushes, self.at(*mask));
                    self.tape.push(item, Ty::Bool);
                    self.pushes += 1;
                }
                Stmt::While {
                    carried,
                    body,
                    again,
                    limit,
                } => {
                    let mut begun = Vec::new();
                    for one in carried {
                        let init = self.at(one.init);
                        let ty = self.tape.ty(init);
                        let entry = self.tape.push(Item::Carried(init), ty);
                        self.set(one.value, entry);
                        begun.push(entry);
                    }
                    self.tape.forget();
                    self.tape.push(Item::Begin(begun), Ty::Bool);
                    self.body(body)?;
                    let pairs = carried
                        .iter()
                        .map(|one| (self.at(one.value), self.at(one.next)))
                        .collect();
                    let item = Item::End(pairs, self.at(*again), *limit);
                    self.tape.push(item, Ty::Bool);
                    self.tape.forget();
                }
            }
        }
        Ok(())
    }
    fn op(&mut self, value: Value, op: &Op) -> Result<Entry, String> {
        Ok(match op {
            Op::Const(constant) => self.tape.constant(*constant),
            Op::Index => self.tape.pure(Item::Index, Ty::I64, false),
            Op::Load { column, at } => {
                let place = self.place(*at);
                let ty = self.layout.column(*column).elem.ty();
                let fixed = match place {
                    Place::Uniform => !self.stored.contains(column),
                    _ => false,
                };
                let entry = self.tape.push(Item::Load(*column, place), ty);
                if fixed && let Some(flag) = self.tape.invariant.get_mut(entry.0 as usize) {
                    *flag = true;
                }
                entry
            }
            Op::Unary(op, a) => self.tape.unary(Unary::Kernel(*op), self.at(*a)),
            Op::Binary(op, a, b) => {
                let (a, b) = (self.at(*a), self.at(*b));
                self.tape.binary(Binary::Kernel(*op), a, b)
            }
            Op::Fma(a, b, c) => {
                let (a, b, c) = (self.at(*a), self.at(*b), self.at(*c));
                self.tape.fma(a, b, c)
            }
            Op::Compare(op, a, b) => {
                let (a, b) = (self.at(*a), self.at(*b));
                self.tape.compare(*op, a, b)
            }
            Op::Select {
                condition,
                then,
                otherwise,
            } => {
                let (c, a, b) = (self.at(*condition), self.at(*then), self.at(*otherwise));
                self.tape.select(c, a, b)
            }
            Op::Call { primitive, args } => {
                let args: Vec<Entry> = args.iter().map(|arg| self.at(*arg)).collect();
                match trace::primitive(&mut self.tape, primitive, &args) {
                    Ok(entry) => entry,
                    Err(Some(function)) => self.call(function, args),
                    Err(None) => return Err(format!("there is no primitive `{primitive}`")),
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
                let [seed, step, index] = [*seed, *step, *index].map(|value| self.at(value));
                match (distribution, argument) {
                    (Distribution::Poisson, mean) => {
                        let stream = Const::I64(i64::from(*stream));
                        let stream = self.tape.constant(stream);
                        let zero = self.tape.constant(Const::F64(0.0));
                        let mean = mean.map_or(zero, |mean| self.at(mean));
                        let args = vec![seed, stream, step, index, mean];
                        self.call(Called::Drawn(called::poisson), args)
                    }
                    (drawn, _) => {
                        let normal = *drawn == Distribution::Normal;
                        trace::draw(&mut self.tape, normal, *stream, [seed, step, index])
                    }
                }
            }
        })
        .inspect(|entry| {
            debug_assert_eq!(
                Some(&self.tape.ty(*entry)),
                self.kernel.types.get(value),
                "{op:?}"
            );
        })
    }
    fn call(&mut self, function: Called, args: Vec<Entry>) -> Entry {
        let same = |other: &Called| other.address() == function.address();
        let number = self.called.iter().position(same).unwrap_or_else(|| {
            self.called.push(function);
            self.called.len() - 1
        });
        let invariant = args.iter().all(|arg| self.tape.is_invariant(*arg));
        self.tape.pure(Item::Call(number, args), Ty::F64, invariant)
    }
}
