//! Kernels as machine code, made in the process with Cranelift.
//!
//! # How a kernel is compiled
//! A kernel over elements becomes a pure [`graph`], which [`plan`] cuts into steps: loops of plain arithmetic and calls of the
//! block functions of `backend::wide`. [`blocks`] emits the walk over blocks of elements and the calls. The loops are made by [`loops`], eight lanes at a
//! time, where the machine has AVX-512, else by [`glue`], two lanes at a time. Every other kernel is compiled one element at a time by [`scalar`].
//!
//! # Unsafe code
//! Generated code reads and writes the image behind a raw pointer. It stays within it because columns are where the layout says, ranges are checked
//! here against the domain, and every computed index is limited to its column by the code itself.
#![allow(unsafe_code)]

mod blocks;
mod evex;
mod glue;
mod graph;
mod loops;
mod ops;
mod plan;
mod scalar;
mod symbols;

use super::image::Image;
use super::{Backend, Code, Scratch, Unsupported};
use crate::index::IndexVec;
use crate::kir::layout::{Layout, PAD};
use crate::kir::verify::verify;
use crate::kir::{Domain, Kernel, KernelId, Program};
use cranelift_codegen::Context;
use cranelift_codegen::ir::types::I64;
use cranelift_codegen::ir::{AbiParam, UserFuncName};
use cranelift_codegen::isa::OwnedTargetIsa;
use cranelift_codegen::settings::{self, Configurable};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use cranelift_jit::JITModule;
use cranelift_module::{FuncId, Linkage, Module};
use std::sync::{Arc, Mutex};
use symbols::Symbols;

/// The native back end, with the widest vectors of this machine.
pub struct Native;

/// The native back end with two-lane loops, as on machines without AVX-512.
pub struct Narrow;

/// A kernel in machine code: image, lo, hi, scratch, counts.
type Entry = unsafe extern "C" fn(*mut u8, usize, usize, *mut u8, *mut u64);

impl Backend for Native {
    fn name(&self) -> &'static str {
        "native"
    }
    fn compile(&self, program: &Program) -> Result<Arc<dyn Code>, Unsupported> {
        compile(program, true)
    }
}

impl Backend for Narrow {
    fn name(&self) -> &'static str {
        "native, two lanes"
    }
    fn compile(&self, program: &Program) -> Result<Arc<dyn Code>, Unsupported> {
        compile(program, false)
    }
}

fn compile(program: &Program, wide: bool) -> Result<Arc<dyn Code>, Unsupported> {
    if let Err(faults) = verify(program) {
        let reason = faults.first().map(ToString::to_string).unwrap_or_default();
        return Err(whole(reason));
    }
    let mut compiler = Compiler::new(wide)?;
    let mut functions = Vec::new();
    for kernel in program.kernels.iter() {
        functions.push(compiler.kernel(&program.layout, kernel)?);
    }
    let module = &mut compiler.symbols.module;
    module
        .finalize_definitions()
        .map_err(|error| whole(error.to_string()))?;
    let entries = functions
        .iter()
        .zip(program.kernels.iter())
        .map(|(made, kernel)| {
            let address = module.get_finalized_function(made.id);
            Compiled {
                // SAFETY: the function was compiled with the signature of `Entry`.
                entry: unsafe { std::mem::transmute::<*const u8, Entry>(address) },
                domain: kernel.domain.clone(),
                pushes: kernel.pushes().len(),
            }
        });
    Ok(Arc::new(NativeCode {
        entries: entries.collect(),
        scratch: functions.iter().map(|made| made.scratch).max().unwrap_or(0),
        size: program.layout.size(),
        _module: Mutex::new(Some(compiler.symbols.module)),
    }))
}

fn whole(reason: String) -> Unsupported {
    Unsupported {
        kernel: None,
        reason,
    }
}

struct Compiled {
    entry: Entry,
    domain: Domain,
    pushes: usize,
}

struct NativeCode {
    entries: IndexVec<KernelId, Compiled>,
    scratch: usize,
    size: usize,
    /// Owns the machine code; kept out of reach, since a module is not `Sync`.
    _module: Mutex<Option<JITModule>>,
}

impl Drop for NativeCode {
    fn drop(&mut self) {
        let module = self._module.get_mut().ok().and_then(Option::take);
        if let Some(module) = module {
            // SAFETY: entries are called through `self` only, so no function is running or called later.
            unsafe { module.free_memory() };
        }
    }
}

impl Code for NativeCode {
    fn scratch_bytes(&self) -> usize {
        self.scratch
    }
    fn call<'s>(
        &self,
        kernel: KernelId,
        image: &Image,
        lo: usize,
        hi: usize,
        scratch: &'s mut Scratch,
    ) -> &'s [u64] {
        let compiled = &self.entries[kernel];
        scratch.counts.clear();
        scratch.counts.resize(compiled.pushes, 0);
        let enough = size_of_val(&scratch.lines[..]) >= self.scratch && image.size() >= self.size;
        let within = match compiled.domain {
            Domain::Elements { len } => {
                hi <= len && lo.is_multiple_of(PAD) && (hi.is_multiple_of(PAD) || hi == len)
            }
            _ => true,
        };
        debug_assert!(enough && within, "range {lo}..{hi} of kernel {}", kernel.0);
        if enough && within {
            let lines = scratch.lines.as_mut_ptr().cast();
            let counts = scratch.counts.as_mut_ptr();
            // SAFETY: the image is as large as the layout for which the code was made, the range lies in the domain, scratch is large
            // enough, and there is a count for each push.
            unsafe { (compiled.entry)(image.as_ptr(), lo, hi, lines, counts) };
        }
        &scratch.counts
    }
}

/// A compiled function of the module.
struct Made {
    id: FuncId,
    /// Bytes of scratch it needs.
    scratch: usize,
}

struct Compiler {
    symbols: Symbols,
    context: Context,
    builder: FunctionBuilderContext,
    count: usize,
}

fn isa() -> Result<OwnedTargetIsa, Unsupported> {
    let mut flags = settings::builder();
    // The passes of `kir::opt` have run; the order of operations that the emitters choose is to be kept.
    let set = [
        ("opt_level", "none"),
        ("is_pic", "false"),
        ("use_colocated_libcalls", "false"),
        (
            "enable_verifier",
            if cfg!(debug_assertions) {
                "true"
            } else {
                "false"
            },
        ),
    ];
    for (name, value) in set {
        flags
            .set(name, value)
            .map_err(|error| whole(error.to_string()))?;
    }
    let builder = cranelift_native::builder().map_err(|error| whole(error.into()))?;
    let isa = builder.finish(settings::Flags::new(flags));
    isa.map_err(|error| whole(error.to_string()))
}

impl Compiler {
    fn new(wide: bool) -> Result<Self, Unsupported> {
        let symbols = Symbols::new(isa()?, wide);
        Ok(Compiler {
            context: symbols.module.make_context(),
            symbols,
            builder: FunctionBuilderContext::new(),
            count: 0,
        })
    }
    /// Builds the function of a kernel into `self.context`; returns the bytes of scratch it needs.
    fn build(&mut self, layout: &Layout, kernel: &Kernel) -> usize {
        self.symbols.module.clear_context(&mut self.context);
        let function = &mut self.context.func;
        let pointer = AbiParam::new(I64);
        function.signature.params = vec![pointer; 5];
        function.signature.call_conv = self.symbols.module.isa().default_call_conv();
        function.name = UserFuncName::user(0, self.count as u32);
        let config = self.symbols.module.target_config();
        let mut builder = FunctionBuilder::new(function, &mut self.builder);
        let entry = builder.create_block();
        builder.append_block_params_for_function_params(entry);
        builder.switch_to_block(entry);
        let &[image, lo, hi, scratch, counts] = builder.block_params(entry) else {
            return 0;
        };
        let mut emit = ops::Emit::new(builder, layout, &mut self.symbols, image);
        let used = match blocks::plan(layout, kernel) {
            Some(plan) => blocks::kernel(&mut emit, kernel, &plan, [lo, hi, scratch, counts]),
            None => {
                scalar::kernel(&mut emit, kernel, lo, hi, counts);
                0
            }
        };
        let mut builder = emit.builder;
        builder.seal_all_blocks();
        builder.finalize(config);
        used
    }
    fn kernel(&mut self, layout: &Layout, kernel: &Kernel) -> Result<Made, Unsupported> {
        let scratch = self.build(layout, kernel);
        let fail = |reason: String| Unsupported {
            kernel: Some(kernel.name.clone()),
            reason,
        };
        let module = &mut self.symbols.module;
        let name = format!("kernel.{}", self.count);
        self.count += 1;
        let signature = &self.context.func.signature;
        let declared = module.declare_function(&name, Linkage::Local, signature);
        let id = declared.map_err(|error| fail(error.to_string()))?;
        let defined = module.define_function(id, &mut self.context);
        defined.map_err(|error| fail(format!("{error:?}")))?;
        Ok(Made { id, scratch })
    }
}

/// The kernel in Cranelift's intermediate form.
///
/// # Errors
/// When this machine has no native back end.
pub fn clif(layout: &Layout, kernel: &Kernel) -> Result<String, Unsupported> {
    let mut compiler = Compiler::new(true)?;
    compiler.build(layout, kernel);
    Ok(compiler.context.func.display().to_string())
}

/// The machine code of a kernel as assembly text.
///
/// # Errors
/// When the kernel cannot be compiled on this machine.
pub fn assembly(layout: &Layout, kernel: &Kernel) -> Result<String, Unsupported> {
    let mut compiler = Compiler::new(true)?;
    compiler.build(layout, kernel);
    compiler.context.set_disasm(true);
    let isa = isa()?;
    let mut control = cranelift_codegen::control::ControlPlane::default();
    let code = compiler.context.compile(&*isa, &mut control);
    let code = code.map_err(|error| whole(format!("{:?}", error.inner)))?;
    let mut text = code.vcode.clone().unwrap_or_default();
    for (name, part) in &compiler.symbols.loops {
        text += &format!("\n{name}:\n{part}");
    }
    Ok(text)
}
