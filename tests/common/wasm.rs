//! Emitted WebAssembly as an executor: run by wasmi, with the image copied to its memory and back for every call.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, dead_code)]

use snnc::backend::image::Image;
use snnc::backend::wasm::{Emitted, emit};
use snnc::backend::wide::called::Called;
use snnc::backend::{Backend, Code, Scratch, Unsupported, padded};
use snnc::kir::layout::{ColumnId, Elem, Layout};
use snnc::kir::{KernelId, Program};
use std::sync::{Arc, Mutex};
use wasmi::{Engine, Func, Instance, Linker, Memory, MemoryType, Module, Store, Val};

/// WebAssembly, one element at a time or two.
pub struct Wasm {
    pub wide: bool,
}

impl Backend for Wasm {
    fn name(&self) -> &'static str {
        match self.wide {
            true => "wasm, two lanes",
            false => "wasm",
        }
    }
    fn compile(&self, program: &Program) -> Result<Arc<dyn Code>, Unsupported> {
        let Emitted { bytes, called } = emit(program, self.wide)?;
        let engine = Engine::default();
        let module = Module::new(&engine, &bytes[..]).expect("the module is valid");
        let mut store = Store::new(&engine, ());
        let pages = (IMAGE + program.layout.size()).div_ceil(1 << 16) as u32;
        let memory = Memory::new(&mut store, MemoryType::new(pages, None)).unwrap();
        let mut linker = Linker::new(&engine);
        linker.define("env", "memory", memory).unwrap();
        for (number, function) in called.into_iter().enumerate() {
            let function = match function {
                Called::One(f) => Func::wrap(&mut store, move |x: f64| f(x)),
                Called::Two(f) => Func::wrap(&mut store, move |x: f64, y: f64| f(x, y)),
                Called::Drawn(f) => {
                    Func::wrap(&mut store, move |a: u64, b: u64, c: u64, d: u64, m: f64| {
                        f(a, b, c, d, m)
                    })
                }
            };
            linker
                .define("env", &format!("f{number}"), function)
                .unwrap();
        }
        let instance = linker.instantiate_and_start(&mut store, &module).unwrap();
        let lists = program.kernels.iter().map(|kernel| kernel.pushes().len());
        Ok(Arc::new(Loaded {
            layout: program.layout.clone(),
            lists: lists.collect(),
            machine: Mutex::new(Machine {
                store,
                memory,
                instance,
            }),
        }))
    }
}

/// Where the image begins; before it, the counts.
const IMAGE: usize = 1024;

struct Machine {
    store: Store<()>,
    memory: Memory,
    instance: Instance,
}

struct Loaded {
    layout: Layout,
    lists: Vec<usize>,
    machine: Mutex<Machine>,
}

impl Loaded {
    fn each(&self, mut f: impl FnMut(ColumnId, usize, usize)) {
        for (id, column) in self.layout.columns() {
            for index in 0..padded(&self.layout, id) {
                f(
                    id,
                    index,
                    IMAGE + column.offset + index * column.elem.size(),
                );
            }
        }
    }
}

impl Code for Loaded {
    fn scratch_bytes(&self) -> usize {
        0
    }
    fn call<'s>(
        &self,
        kernel: KernelId,
        image: &Image,
        lo: usize,
        hi: usize,
        scratch: &'s mut Scratch,
    ) -> &'s [u64] {
        let mut machine = self.machine.lock().unwrap();
        let Machine {
            store,
            memory,
            instance,
        } = &mut *machine;
        let bytes = memory.data_mut(&mut *store);
        self.each(|id, index, at| {
            let column = self.layout.column(id);
            let size = column.elem.size();
            let bits = kept(column.elem, image.load(column, index)).to_le_bytes();
            bytes[at..at + size].copy_from_slice(&bits[..size]);
        });
        let function = instance
            .get_func(&*store, &format!("k{}", kernel.0))
            .unwrap();
        let arguments = [IMAGE as i32, lo as i32, hi as i32, 0].map(Val::I32);
        function
            .call(&mut *store, &arguments, &mut [])
            .expect("the kernel does not trap");
        let bytes = memory.data(&*store);
        self.each(|id, index, at| {
            let column = self.layout.column(id);
            let size = column.elem.size();
            let mut bits = [0; 8];
            bits[..size].copy_from_slice(&bytes[at..at + size]);
            let bits = widened(column.elem, u64::from_le_bytes(bits));
            image.store(column, index, bits);
        });
        let count = |k: usize| u64::from_le_bytes(bytes[8 * k..8 * k + 8].try_into().unwrap());
        let counts: Vec<u64> = (0..self.lists[kernel.0 as usize]).map(count).collect();
        scratch.count(&counts)
    }
}

/// Bits as memory keeps them.
fn kept(elem: Elem, bits: u64) -> u64 {
    match elem {
        Elem::F32 => u64::from((f64::from_bits(bits) as f32).to_bits()),
        _ => bits,
    }
}

/// Bits of memory as the image tells them.
fn widened(elem: Elem, bits: u64) -> u64 {
    match elem {
        Elem::F32 => f64::from(f32::from_bits(bits as u32)).to_bits(),
        _ => bits,
    }
}
