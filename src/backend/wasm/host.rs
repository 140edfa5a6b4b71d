//! Emitted kernels as an executor, where this crate is itself WebAssembly: the host compiles the module with the memory of this one, and puts its
//! functions into the table of this one, so a kernel is called like any function.
#![allow(unsafe_code)]

use super::{Emitted, emit};
use crate::backend::image::Image;
use crate::backend::{Backend, Code, Scratch, Unsupported};
use crate::kir::{KernelId, Program};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

#[link(wasm_import_module = "env")]
unsafe extern "C" {
    /// Compiles a module that imports the functions of the table at `called`, and puts its `kernels` functions into the table. Returns
    /// the place of the first, or -1.
    fn snnc_load(
        bytes: *const u8,
        length: usize,
        called: *const u32,
        calls: usize,
        kernels: usize,
    ) -> i32;
    /// Frees places of the table.
    fn snnc_unload(first: u32, kernels: usize);
}

/// True where the host has found that relaxed SIMD has a fused multiply-add.
static FUSED: AtomicBool = AtomicBool::new(false);

/// Says whether relaxed SIMD has a fused multiply-add here.
pub fn use_fused(fused: bool) {
    FUSED.store(fused, Ordering::Relaxed);
}

/// WebAssembly kernels beside this module.
pub struct Host;

impl Backend for Host {
    fn name(&self) -> &'static str {
        "wasm"
    }
    fn compile(&self, program: &Program) -> Result<Arc<dyn Code>, Unsupported> {
        let Emitted { bytes, called } = emit(program, true, FUSED.load(Ordering::Relaxed))?;
        let called: Vec<u32> = called.iter().map(|f| f.address() as u32).collect();
        let kernels = program.kernels.len();
        // SAFETY: both ranges live during the call, and the host only reads them.
        let first = unsafe {
            snnc_load(
                bytes.as_ptr(),
                bytes.len(),
                called.as_ptr(),
                called.len(),
                kernels,
            )
        };
        let refused = || Unsupported {
            kernel: None,
            reason: "the browser refuses the module of the kernels".into(),
        };
        Ok(Arc::new(Loaded {
            first: u32::try_from(first).map_err(|_| refused())?,
            lists: program
                .kernels
                .iter()
                .map(|kernel| kernel.pushes().len())
                .collect(),
        }))
    }
}

struct Loaded {
    /// Place of the first kernel in the table.
    first: u32,
    /// Lists that each kernel pushes to.
    lists: Vec<usize>,
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
        type Function = extern "C" fn(u32, u32, u32, u32);
        let lists = self.lists.get(kernel.0 as usize).copied().unwrap_or(0);
        scratch.counts.clear();
        scratch.counts.resize(lists, 0);
        let place = (self.first + kernel.0) as usize;
        // SAFETY: the host put a function of this type there; it reaches the image, whose columns it was emitted for, and the counts.
        let function = unsafe { std::mem::transmute::<usize, Function>(place) };
        let counts = scratch.counts.as_mut_ptr();
        function(image.as_ptr() as u32, lo as u32, hi as u32, counts as u32);
        &scratch.counts
    }
}

impl Drop for Loaded {
    fn drop(&mut self) {
        // SAFETY: nothing calls these functions any more.
        unsafe { snnc_unload(self.first, self.lists.len()) }
    }
}
