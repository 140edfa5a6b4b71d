//! Kernels as a WebAssembly module.
//!
//! # Form
//! The module imports the memory in which the image lies (`env.memory`) and, where kernels need them, functions `env.f0`, `env.f1`, ... (the
//! [`Called`] primitives). It exports a function `k0`, `k1`, ... for every kernel: `(image, lo, hi, counts)`, all
//! `i32`, where `image` is the address of the image and `counts` that of the 64-bit numbers of entries pushed.
//!
//! # Bits
//! WebAssembly of every browser has no fused multiply-add, so products and sums are rounded separately: the bits are those of
//! [`super::interp::Unfused`]. With relaxed SIMD there is one, on machines that have the instruction; on request kernels use it, and the
//! bits are those of [`super::interp::Interpreter`] and of machine code. Kernels whose elements are independent work on two elements at a time.

mod code;
#[cfg(target_arch = "wasm32")]
pub mod host;
mod kernel;
mod record;
mod vector;

use super::Unsupported;
use super::wide::called::Called;
use crate::kir::Program;
use crate::kir::verify::verify;
use wasm_encoder::{
    CodeSection, EntityType, ExportKind, ExportSection, FunctionSection, ImportSection, MemoryType,
    Module, TypeSection, ValType,
};

/// A module, and the functions that it imports, in order.
#[derive(Clone, Debug)]
pub struct Emitted {
    /// The module.
    pub bytes: Vec<u8>,
    /// Functions imported as `env.f0`, `env.f1`, ...
    pub called: Vec<Called>,
}

/// Types of functions, by number.
const ONE: u32 = 0;
const TWO: u32 = 1;
const DRAWN: u32 = 2;
const KERNEL: u32 = 3;
const DIVISION: u32 = 4;

/// Compiles every kernel of a program. With `wide`, kernels over independent elements take two at a time; with `fused`, a product and a sum
/// become the `relaxed_madd` of relaxed SIMD.
///
/// # Errors
/// When the program does not verify, or its image does not fit the address space.
pub fn emit(program: &Program, wide: bool, fused: bool) -> Result<Emitted, Unsupported> {
    let refuse = |reason: String| Unsupported {
        kernel: None,
        reason,
    };
    if let Err(faults) = verify(program) {
        let first = faults.first().map(ToString::to_string);
        return Err(refuse(first.unwrap_or_default()));
    }
    if program.layout.size() > 1 << 31 {
        return Err(refuse("the image is larger than 2 GiB".into()));
    }
    let mut called: Vec<Called> = Vec::new();
    let mut tapes = Vec::new();
    for kernel in program.kernels.iter() {
        let tape = record::tape(&program.layout, kernel, &mut called, fused);
        tapes.push(tape.map_err(|reason| Unsupported {
            kernel: Some(kernel.name.clone()),
            reason,
        })?);
    }

    let mut types = TypeSection::new();
    let (f, i, l) = (ValType::F64, ValType::I32, ValType::I64);
    types.ty().function([f], [f]);
    types.ty().function([f, f], [f]);
    types.ty().function([l, l, l, l, f], [f]);
    types.ty().function([i, i, i, i], []);
    types.ty().function([l, l], [l]);
    let mut imports = ImportSection::new();
    let memory = MemoryType {
        minimum: 0,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: None,
    };
    imports.import("env", "memory", EntityType::Memory(memory));
    for (number, function) in called.iter().enumerate() {
        let ty = match function {
            Called::One(_) => ONE,
            Called::Two(_) => TWO,
            Called::Drawn(_) => DRAWN,
        };
        imports.import("env", &format!("f{number}"), EntityType::Function(ty));
    }
    let mut functions = FunctionSection::new();
    let mut exports = ExportSection::new();
    let mut codes = CodeSection::new();
    let division = called.len() as u32;
    functions.function(DIVISION);
    codes.function(&code::floored_division());
    for (number, (kernel, tape)) in (0..).zip(program.kernels.iter().zip(&tapes)) {
        functions.function(KERNEL);
        let name = format!("k{number}");
        exports.export(&name, ExportKind::Func, division + 1 + number);
        codes.function(&kernel::function(
            &program.layout,
            kernel,
            tape,
            division,
            wide,
        ));
    }
    let mut module = Module::new();
    module
        .section(&types)
        .section(&imports)
        .section(&functions)
        .section(&exports)
        .section(&codes);
    Ok(Emitted {
        bytes: module.finish(),
        called,
    })
}
