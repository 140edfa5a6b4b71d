//! The module under construction and the functions of the outside that its code calls.

use super::evex::Assembler;
use crate::backend::random;
use crate::backend::wide::generators;
use crate::backend::wide::table::{self, Isa, Param};
use crate::kir::Distribution;
use crate::kir::typing::DISTRIBUTION;
use cranelift_codegen::ir::types::{F64, I64};
use cranelift_codegen::ir::{AbiParam, FuncRef, Function, Signature};
use cranelift_codegen::isa::{CallConv, OwnedTargetIsa};
use cranelift_jit::{JITBuilder, JITModule};
use cranelift_module::{FuncId, Linkage, Module};
use std::collections::HashMap;

/// A function that generated code calls.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Import {
    /// The block function of a primitive.
    Primitive(&'static str),
    /// One draw: stream, seed, step, index, and the mean of a Poisson draw.
    Draw(Distribution),
    /// Draws for a block: where to, means of Poisson draws, seed, stream, step, first index, number.
    Draws(Distribution),
    /// Asks for memory that is needed soon: address, number of bytes.
    Prefetch,
}

/// The module and what is declared in it.
pub struct Symbols {
    /// The module.
    pub module: JITModule,
    /// Whether loops may use eight lanes.
    pub wide: bool,
    /// Names and text of the loops assembled so far.
    pub loops: Vec<(String, String)>,
    declared: HashMap<Import, FuncId>,
}

impl Symbols {
    /// An empty module in which the primitives and the draws can be called.
    pub fn new(isa: OwnedTargetIsa, wide: bool) -> Self {
        let mut builder = JITBuilder::with_isa(isa, cranelift_module::default_libcall_names());
        for primitive in table::table(table::detect()) {
            builder.symbol(format!("wide.{}", primitive.name), primitive.block.get());
        }
        let generators = generators::generators(table::detect());
        for (distribution, name) in DISTRIBUTION {
            let address = match distribution {
                Distribution::Uniform => draw_uniform as *const u8,
                Distribution::Normal => draw_normal as *const u8,
                Distribution::Poisson => draw_poisson as *const u8,
            };
            builder.symbol(format!("draw.{name}"), address);
            let block = match distribution {
                Distribution::Uniform => generators.uniform,
                Distribution::Normal => generators.normal,
                Distribution::Poisson => generators.poisson,
            };
            builder.symbol(format!("draws.{name}"), block.get());
        }
        builder.symbol("prefetch", prefetch as *const u8);
        Symbols {
            module: JITModule::new(builder),
            // The loops are written for the calling convention of Unix.
            wide: wide && cfg!(all(target_arch = "x86_64", unix)) && table::detect() == Isa::Avx512,
            loops: Vec::new(),
            declared: HashMap::new(),
        }
    }
    /// A way to call an import from a function; none if it cannot be declared.
    pub fn reference(&mut self, import: Import, function: &mut Function) -> Option<FuncRef> {
        let id = match self.declared.get(&import) {
            Some(&id) => id,
            None => {
                let (name, signature) = self.describe(import)?;
                let declared = self
                    .module
                    .declare_function(&name, Linkage::Import, &signature);
                let id = declared.ok()?;
                self.declared.insert(import, id);
                id
            }
        };
        Some(self.module.declare_func_in_func(id, function))
    }
    /// Adds an assembled loop to the module; none if it cannot be added.
    pub fn define_loop(&mut self, assembler: Assembler) -> Option<FuncId> {
        let mut signature = Signature::new(CallConv::SystemV);
        signature.params = vec![AbiParam::new(I64); 6];
        let name = format!("loop.{}", self.loops.len());
        let id = self
            .module
            .declare_function(&name, Linkage::Local, &signature)
            .ok()?;
        self.module
            .define_function_bytes(id, 64, &assembler.code, &[])
            .ok()?;
        self.loops.push((name, assembler.text));
        Some(id)
    }
    fn describe(&self, import: Import) -> Option<(String, Signature)> {
        let mut signature = self.module.make_signature();
        let mut add = |ty| signature.params.push(AbiParam::new(ty));
        let name = match import {
            Import::Primitive(name) => {
                add(I64);
                for param in table::find(table::detect(), name)?.params {
                    match param {
                        Param::Array(_) => add(I64),
                        Param::Scalar(_) => add(F64),
                    }
                }
                add(I64);
                format!("wide.{name}")
            }
            Import::Prefetch => {
                (0..2).for_each(|_| add(I64));
                "prefetch".to_string()
            }
            Import::Draw(distribution) => {
                (0..4).for_each(|_| add(I64));
                if distribution == Distribution::Poisson {
                    add(F64);
                }
                signature.returns.push(AbiParam::new(F64));
                format!("draw.{}", distribution.name())
            }
            Import::Draws(distribution) => {
                let pointers = 1 + usize::from(distribution == Distribution::Poisson);
                (0..pointers + 5).for_each(|_| add(I64));
                format!("draws.{}", distribution.name())
            }
        };
        Some((name, signature))
    }
}

extern "C" fn draw_uniform(stream: i64, seed: i64, step: i64, index: i64) -> f64 {
    random(
        Distribution::Uniform,
        (seed, stream as u32, step, index),
        0.0,
        true,
    )
}

extern "C" fn draw_normal(stream: i64, seed: i64, step: i64, index: i64) -> f64 {
    random(
        Distribution::Normal,
        (seed, stream as u32, step, index),
        0.0,
        true,
    )
}

extern "C" fn draw_poisson(stream: i64, seed: i64, step: i64, index: i64, mean: f64) -> f64 {
    random(
        Distribution::Poisson,
        (seed, stream as u32, step, index),
        mean,
        true,
    )
}

/// The machine takes the address as a hint: any will do. Longer rows are left to its own prefetching.
extern "C" fn prefetch(address: i64, bytes: i64) {
    const LONGEST: i64 = 16 << 10;
    #[cfg(target_arch = "x86_64")]
    for offset in (0..bytes.clamp(0, LONGEST)).step_by(64) {
        use std::arch::x86_64::{_MM_HINT_T1, _mm_prefetch};
        // SAFETY: a prefetch never faults.
        unsafe { _mm_prefetch::<_MM_HINT_T1>((address + offset) as *const i8) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (address, bytes, LONGEST);
}
