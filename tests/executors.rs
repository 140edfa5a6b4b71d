//! Random kernels give the same bits on every executor, whole and in ranges, and keep their meaning under every exact pass.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "common/wasm.rs"]
mod wasm;

use proptest::prelude::*;
use snnc::backend::image::Image;
use snnc::backend::interp::{Interpreter, Unfused};
use snnc::backend::wide::table::{detect, find};
use snnc::backend::{self, BLOCK, Backend, Code, Scratch};
use snnc::kir::build::Builder;
use snnc::kir::layout::{Column, ColumnId, Elem, Layout, ListId};
use snnc::kir::parse::parse;
use snnc::kir::primitive::{PRIMITIVES, Primitive};
use snnc::kir::typing::{BINARY, COMPARE, DISTRIBUTION, UNARY};
use snnc::kir::verify::verify;
use snnc::kir::{
    At, BinaryOp, Distribution, Domain, Kernel, KernelId, Op, Program, Ty, Value, opt,
};

/// Sizes of the domain: below, at and above vectors, padding and blocks.
const SIZES: &[usize] = &[1, 5, 16, 255, 256, 257, 1000];

/// A small generator of choices.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }
    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
    fn float(&mut self) -> f64 {
        match self.below(12) {
            0 => 0.0,
            1 => -0.0,
            2 => f64::INFINITY,
            3 => f64::NAN,
            4 => 5e-310,
            5 => f64::from_bits(self.next()),
            6 => self.below(7) as f64 - 3.0,
            _ => (self.next() >> 11) as f64 / (1u64 << 50) as f64 - 4.0,
        }
    }
    fn int(&mut self) -> i64 {
        match self.below(6) {
            0 => self.next() as i64,
            1 => i64::MIN,
            2 => self.below(2000) as i64,
            _ => self.below(11) as i64 - 5,
        }
    }
}

/// What kernels are made of.
struct World {
    layout: Layout,
    len: usize,
    /// Columns as long as the domain.
    element: Vec<ColumnId>,
    /// Columns of other lengths, never stored to by kernels over elements.
    other: Vec<ColumnId>,
    lists: Vec<ListId>,
    /// The list that a domain visits, and rows.
    visited: ListId,
    start: ColumnId,
    order: ColumnId,
}

impl World {
    fn new(len: usize) -> World {
        let mut layout = Layout::default();
        let all = [Elem::F64, Elem::F32, Elem::I64, Elem::U32, Elem::Bool];
        let mut element = Vec::new();
        let mut other = Vec::new();
        for (k, &elem) in all.iter().chain(&all).enumerate() {
            element.push(layout.add_column(format!("e{k}"), elem, len, "1", 0.0));
        }
        for (k, &elem) in all.iter().enumerate() {
            other.push(layout.add_column(format!("o{k}"), elem, 1 + 7 * k, "1", 0.0));
        }
        let lists = vec![layout.add_list("a", len), layout.add_list("b", len + 3)];
        let visited = layout.add_list("visited", 40);
        let start = layout.add_column("start", Elem::I64, 31, "1", 0.0);
        let order = layout.add_column("order", Elem::U32, 90, "1", 0.0);
        World {
            layout,
            len,
            element,
            other,
            lists,
            visited,
            start,
            order,
        }
    }
    fn fill(&self, dice: &mut Dice) -> Image {
        let image = Image::new(&self.layout);
        for (_, column) in self.layout.columns() {
            for index in 0..column.len {
                let bits = match column.elem {
                    Elem::F64 | Elem::F32 => dice.float().to_bits(),
                    Elem::Bool => dice.next() & 1,
                    _ => dice.int() as u64,
                };
                image.store(column, index, bits);
            }
        }
        // Lists and rows mostly as a network has them, sometimes out of range.
        let items = self.layout.column(self.layout.list(self.visited).items);
        for index in 0..items.len {
            image.store(items, index, dice.below(self.len + 2) as u64);
        }
        let count = self.layout.column(self.layout.list(self.visited).count);
        image.store(count, 0, dice.below(50) as u64);
        let start = self.layout.column(self.start);
        let mut position = 0;
        for index in 0..start.len {
            image.store(start, index, position);
            position += dice.below(7) as u64;
        }
        image
    }
}

/// A kernel under construction, with the values at hand by type.
struct Maker<'a> {
    world: &'a World,
    builder: Builder<'a>,
    values: Vec<(Ty, Value)>,
    /// Columns that the kernel may load away from the element.
    remote: Vec<ColumnId>,
    elements: bool,
    /// All elements in order: other columns are too short.
    sequence: bool,
    primitives: bool,
}

impl Maker<'_> {
    fn value(&mut self, dice: &mut Dice, ty: Ty) -> Value {
        let fitting: Vec<Value> = self
            .values
            .iter()
            .filter(|v| v.0 == ty)
            .map(|v| v.1)
            .collect();
        if fitting.is_empty() || dice.chance(8) {
            return match ty {
                Ty::F64 => self.builder.f64(dice.float()),
                Ty::I64 => self.builder.i64(dice.int()),
                Ty::Bool => self.builder.bool(dice.chance(50)),
            };
        }
        // Recent values are likelier, which makes deep graphs.
        let last = fitting.len() - 1;
        fitting[last - dice.below(fitting.len()).min(dice.below(fitting.len()))]
    }
    fn op(&mut self, dice: &mut Dice) {
        let op = match dice.below(20) {
            0 => Op::Index,
            1..=3 => Op::Load {
                column: dice.pick(&self.world.element),
                at: At::Element,
            },
            4 => Op::Load {
                column: dice.pick(&self.remote),
                at: At::Uniform,
            },
            5 => Op::Load {
                column: dice.pick(&self.remote),
                at: At::Index(self.value(dice, Ty::I64)),
            },
            6..=7 => {
                let row = dice.pick(UNARY);
                Op::Unary(row.0, self.value(dice, row.2))
            }
            8..=12 => {
                let row = dice.pick(BINARY);
                Op::Binary(row.0, self.value(dice, row.2), self.value(dice, row.2))
            }
            13 => {
                let [a, b, c] = [(); 3].map(|()| self.value(dice, Ty::F64));
                Op::Fma(a, b, c)
            }
            14..=15 => {
                let ty = dice.pick(&[Ty::F64, Ty::I64]);
                let (a, b) = (self.value(dice, ty), self.value(dice, ty));
                Op::Compare(dice.pick(COMPARE).0, a, b)
            }
            16 => {
                let ty = dice.pick(&[Ty::F64, Ty::I64, Ty::Bool]);
                Op::Select {
                    condition: self.value(dice, Ty::Bool),
                    then: self.value(dice, ty),
                    otherwise: self.value(dice, ty),
                }
            }
            17..=18 if self.primitives => {
                let coded = |row: &&Primitive| find(detect(), row.name).is_some();
                let rows: Vec<&Primitive> = PRIMITIVES.iter().filter(coded).collect();
                let row = dice.pick(&rows);
                Op::Call {
                    primitive: row.name,
                    args: (0..row.arity())
                        .map(|_| self.value(dice, Ty::F64))
                        .collect(),
                }
            }
            19 => {
                let distribution = dice.pick(DISTRIBUTION).0;
                let index = self.builder.index();
                let uniform = dice.pick(&self.remote[2..3]);
                let seed = self.builder.uniform(uniform);
                Op::Random {
                    distribution,
                    stream: dice.below(5) as u32,
                    seed,
                    step: self.builder.i64(dice.below(100) as i64),
                    index: if dice.chance(70) {
                        index
                    } else {
                        self.value(dice, Ty::I64)
                    },
                    argument: match distribution {
                        Distribution::Poisson => {
                            Some(self.builder.f64(dice.below(30) as f64 / 4.0))
                        }
                        _ => None,
                    },
                }
            }
            _ => Op::Binary(
                BinaryOp::Add,
                self.value(dice, Ty::F64),
                self.value(dice, Ty::F64),
            ),
        };
        let value = self.builder.op(op);
        self.values.push((self.builder.ty(value), value));
    }
    fn store(&mut self, dice: &mut Dice) {
        let all = [&self.world.element[..], &self.world.other[..]].concat();
        let mut column = match self.elements {
            true => dice.pick(&self.world.element),
            false => dice.pick(&all),
        };
        let at = match dice.below(3) {
            _ if self.elements => At::Element,
            0 => At::Uniform,
            1 => At::Index(self.value(dice, Ty::I64)),
            _ => At::Element,
        };
        if at == At::Element && self.sequence {
            column = dice.pick(&self.world.element);
        }
        let value = self.value(dice, self.world.layout.column(column).elem.ty());
        let mask = dice.chance(50).then(|| self.value(dice, Ty::Bool));
        self.builder.store(column, at, value, mask);
    }
    fn repeat(&mut self, dice: &mut Dice) {
        let inits: Vec<Value> = (0..1 + dice.below(3))
            .map(|_| {
                let ty = dice.pick(&[Ty::F64, Ty::I64, Ty::Bool]);
                self.value(dice, ty)
            })
            .collect();
        let outer = self.values.len();
        let seen = self.builder.begin_while(&inits);
        self.values
            .extend(seen.iter().map(|&value| (self.builder.ty(value), value)));
        for _ in 0..1 + dice.below(8) {
            self.op(dice);
        }
        let next: Vec<Value> = seen
            .iter()
            .map(|&value| self.value(dice, self.builder.ty(value)))
            .collect();
        let again = self.value(dice, Ty::Bool);
        self.builder
            .end_while(&inits, &seen, &next, again, 1 + dice.below(5) as u32);
        self.values.truncate(outer);
        self.values
            .extend(seen.iter().map(|&value| (self.builder.ty(value), value)));
    }
}

fn make(dice: &mut Dice, world: &World, size: usize) -> Kernel {
    let domain = match dice.below(9) {
        4 => Domain::Sequence { len: world.len },
        0 => Domain::Once,
        1 => Domain::List(world.visited),
        2 => Domain::Rows {
            list: world.visited,
            start: world.start,
            order: None,
        },
        3 => Domain::Rows {
            list: world.visited,
            start: world.start,
            order: Some(world.order),
        },
        _ => Domain::Elements { len: world.len },
    };
    let elements = matches!(domain, Domain::Elements { .. });
    let sequence = matches!(domain, Domain::Sequence { .. });
    let mut maker = Maker {
        world,
        builder: Builder::new(&world.layout, "k", domain),
        values: Vec::new(),
        remote: world.other.clone(),
        elements,
        sequence,
        primitives: dice.chance(70),
    };
    let loops = dice.chance(15);
    let mut lists = world.lists.clone();
    for _ in 0..size {
        maker.op(dice);
        if dice.chance(15) {
            maker.store(dice);
        }
        if loops && dice.chance(10) {
            maker.repeat(dice);
        }
        if dice.chance(4)
            && let Some(list) = lists.pop()
        {
            let mask = maker.value(dice, Ty::Bool);
            maker.builder.push(list, mask);
        }
    }
    maker.store(dice);
    maker.builder.finish()
}

fn program(dice: &mut Dice, world: &World, size: usize) -> Program {
    let mut program = Program {
        layout: world.layout.clone(),
        ..Program::default()
    };
    let kernel = make(dice, world, size);
    program.kernels.push(kernel);
    if let Err(faults) = verify(&program) {
        panic!("{program}\n{faults:?}");
    }
    program
}

/// Bits of an element, all NaNs alike.
fn bits(image: &Image, column: &Column, index: usize) -> u64 {
    let bits = image.load(column, index);
    match column.elem {
        Elem::F64 | Elem::F32 if f64::from_bits(bits).is_nan() => f64::NAN.to_bits(),
        _ => bits,
    }
}

/// The first difference between two images; of lists what is counted, of no column the padding.
fn difference(layout: &Layout, a: &Image, b: &Image) -> Option<String> {
    for (id, column) in layout.columns() {
        let list = layout.lists().find(|(_, list)| list.items == id);
        let len = match list {
            Some((_, list)) => {
                let count = a.load(layout.column(list.count), 0) as i64;
                (count.max(0) as usize).min(column.len)
            }
            None => column.len,
        };
        for index in 0..len {
            let (x, y) = (bits(a, column, index), bits(b, column, index));
            if x != y {
                return Some(format!(
                    "{}[{index}]: {x:#x} ({}) and {y:#x} ({})",
                    column.name,
                    f64::from_bits(x),
                    f64::from_bits(y)
                ));
            }
        }
    }
    None
}

/// All executors, and the native one as it is without the widest vectors.
fn executors() -> Vec<&'static dyn Backend> {
    let mut all = backend::all();
    #[cfg(feature = "native")]
    all.push(&backend::native::Narrow);
    all
}

/// Runs the kernel in two ranges and joins what they push.
fn run_split(code: &dyn Code, program: &Program, image: &Image, at: usize, len: usize) {
    let mut scratch = Scratch::new(code);
    let body = &program.kernels[KernelId(0)];
    let layout = &program.layout;
    let first = code.call(KernelId(0), image, 0, at, &mut scratch).to_vec();
    let second = code
        .call(KernelId(0), image, at, len, &mut scratch)
        .to_vec();
    for (k, list) in body.pushes().into_iter().enumerate() {
        let list = layout.list(list);
        let items = layout.column(list.items);
        for j in 0..second[k] as usize {
            let entry = image.load(items, at + j);
            image.store(items, first[k] as usize + j, entry);
        }
        image.store(layout.column(list.count), 0, first[k] + second[k]);
    }
}

fn check(seed: u64, size: usize) {
    let mut dice = Dice(seed);
    let len = dice.pick(SIZES);
    let world = World::new(len);
    let program = program(&mut dice, &world, size);
    let text = program.to_string();
    let again = parse(&text).unwrap().program;
    assert_eq!(again.to_string(), text, "printed and read back");
    let before = world.fill(&mut dice);
    let run = |backend: &dyn Backend, program: &Program| {
        let code = backend
            .compile(program)
            .unwrap_or_else(|error| panic!("{text}\n{error}"));
        let image = before.clone();
        let mut scratch = Scratch::new(&*code);
        // Twice, since the second run sees what the first one stored.
        for _ in 0..2 {
            backend::run(&*code, program, KernelId(0), &image, &mut scratch);
        }
        image
    };
    let wanted = run(&Interpreter, &program);
    for backend in executors() {
        let found = run(backend, &program);
        if let Some(difference) = difference(&world.layout, &wanted, &found) {
            panic!("{text}\n{} differs: {difference}", backend.name());
        }
        if len > BLOCK && matches!(program.kernels[KernelId(0)].domain, Domain::Elements { .. }) {
            let code = backend.compile(&program).unwrap();
            let image = before.clone();
            let at = BLOCK * (1 + dice.below(len / BLOCK));
            for _ in 0..2 {
                run_split(&*code, &program, &image, at, len);
            }
            if let Some(difference) = difference(&world.layout, &wanted, &image) {
                panic!("{text}\n{} in ranges at {at}: {difference}", backend.name());
            }
        }
    }
    // WebAssembly rounds products and sums separately, as the interpreter can, too.
    let unfused = run(&Unfused, &program);
    for wide in [false, true] {
        let backend = wasm::Wasm { wide, fused: false };
        let found = run(&backend, &program);
        if let Some(difference) = difference(&world.layout, &unfused, &found) {
            panic!("{text}\n{} differs: {difference}", backend.name());
        }
        if len > BLOCK && matches!(program.kernels[KernelId(0)].domain, Domain::Elements { .. }) {
            let code = backend.compile(&program).unwrap();
            let image = before.clone();
            for _ in 0..2 {
                run_split(&*code, &program, &image, BLOCK, len);
            }
            if let Some(difference) = difference(&world.layout, &unfused, &image) {
                panic!("{text}\n{} in ranges: {difference}", backend.name());
            }
        }
    }
    for pass in opt::PASSES.iter().filter(|pass| pass.exact) {
        let mut changed = program.clone();
        opt::apply(pass, &mut changed);
        verify(&changed).unwrap_or_else(|faults| panic!("{text}\n{changed}\n{faults:?}"));
        let found = run(&Interpreter, &changed);
        if let Some(difference) = difference(&world.layout, &wanted, &found) {
            panic!("{text}\nafter {}:\n{changed}\n{difference}", pass.name);
        }
    }
    let mut optimized = program.clone();
    opt::optimize(&mut optimized);
    let wanted = run(&Interpreter, &optimized);
    for backend in executors() {
        let found = run(backend, &optimized);
        if let Some(difference) = difference(&world.layout, &wanted, &found) {
            panic!("{optimized}\n{} differs: {difference}", backend.name());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn executors_agree_on_random_kernels(seed: u64, size in 1usize..60) {
        check(seed, size);
    }
}

#[test]
fn long_kernels_agree() {
    for seed in 0..6 {
        check(seed, 400);
    }
}
