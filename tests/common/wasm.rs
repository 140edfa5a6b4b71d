//! Emitted WebAssembly as an executor: run by wasmi, with the image copied to its memory and back for every call.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    dead_code,
    unsafe_code
)]

use snnc::backend::image::Image;
use snnc::backend::wasm::{Emitted, emit};
use snnc::backend::wide::called::Called;
use snnc::backend::{Backend, Code, Scratch, Unsupported};
use snnc::kir::layout::Layout;
use snnc::kir::{KernelId, Program};
use std::sync::{Arc, Mutex};
use wasmi::{Config, Engine, Func, Instance, Linker, Memory, MemoryType, Module, Store, Val};

/// WebAssembly, one element at a time or two, with or without the fused multiply-add of relaxed SIMD.
#[derive(Default)]
pub struct Wasm {
    pub wide: bool,
    pub fused: bool,
}

impl Backend for Wasm {
    fn name(&self) -> &'static str {
        match (self.wide, self.fused) {
            (true, true) => "wasm, two lanes, fused",
            (false, true) => "wasm, fused",
            (true, false) => "wasm, two lanes",
            (false, false) => "wasm",
        }
    }
    fn compile(&self, program: &Program) -> Result<Arc<dyn Code>, Unsupported> {
        let Emitted { bytes, called } = emit(program, self.wide, self.fused)?;
        let mut config = Config::default();
        config.wasm_relaxed_simd(true);
        let engine = Engine::new(&config);
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
        let size = self.layout.size();
        let bytes = memory.data_mut(&mut *store);
        // SAFETY: an image has as many bytes as its layout says, and nothing else touches it during the call.
        unsafe {
            std::ptr::copy_nonoverlapping(image.as_ptr(), bytes[IMAGE..][..size].as_mut_ptr(), size)
        };
        let function = instance
            .get_func(&*store, &format!("k{}", kernel.0))
            .unwrap();
        let arguments = [IMAGE as i32, lo as i32, hi as i32, 0].map(Val::I32);
        function
            .call(&mut *store, &arguments, &mut [])
            .expect("the kernel does not trap");
        let bytes = memory.data(&*store);
        // SAFETY: as above.
        unsafe {
            std::ptr::copy_nonoverlapping(bytes[IMAGE..][..size].as_ptr(), image.as_ptr(), size)
        };
        let count = |k: usize| u64::from_le_bytes(bytes[8 * k..8 * k + 8].try_into().unwrap());
        let counts: Vec<u64> = (0..self.lists[kernel.0 as usize]).map(count).collect();
        scratch.count(&counts)
    }
}
