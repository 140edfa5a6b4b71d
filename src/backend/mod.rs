//! Executors of kernels: what they share, and the list of them.
//!
//! # Calls
//! A [`Backend`] turns a [`Program`] into a [`Code`], once; a [`Code`] runs one kernel over one range of an [`Image`]
//! per call. Code holds no address of any image, so many images can run the same code.
//!
//! # Threads
//! [`Code`] and [`Image`] are `Sync`. A kernel over [`Domain::Elements`] may be called for disjoint ranges of the same
//! image at the same time, each thread with its own [`Scratch`]; ranges start at multiples of [`BLOCK`] (at least of
//! `layout::PAD`) and end at one or at the length of the domain. A kernel over a [`Domain::List`] runs for the entries at the positions of the
//! range or, for `0..0`, for as many as the list has; several threads may call it for disjoint ranges where what it does for one
//! entry does not touch what it does for another. Kernels over other domains are called by one thread at a
//! time, with the range `0..0`, which they ignore. Two kernels may run at the same time when neither stores what the other loads or
//! stores. Breaking these rules gives wrong numbers, never undefined behavior.
//!
//! # Pushes
//! A call writes the entries of each list it pushes to from position `lo` of the items column on and returns how many there are; the
//! caller moves the segments of several calls together and sets the count column ([`run`] does so for one thread).
//!
//! # Indices
//! An index outside its column is taken as the last element, by every executor, so no program reaches beyond its image.

pub mod image;
pub mod interp;
#[cfg(feature = "native")]
pub mod native;
pub mod tape;
pub mod wasm;
pub mod wide;

use crate::kir::layout::{ColumnId, Layout, PAD};
use crate::kir::{Distribution, Domain, KernelId, Program};
use image::{Image, Line};
use std::fmt;
use std::sync::Arc;
use wide::generators;

/// Elements that compiled code handles at a time. Ranges given to threads are multiples of it.
pub const BLOCK: usize = 256;

/// A way to execute programs.
pub trait Backend: Sync {
    /// Name for people and for tests.
    fn name(&self) -> &'static str;
    /// Prepares a verified program for execution.
    ///
    /// # Errors
    /// When the program does not verify or this executor cannot run it on this machine.
    fn compile(&self, program: &Program) -> Result<Arc<dyn Code>, Unsupported>;
}

/// Kernels ready to run.
pub trait Code: Send + Sync {
    /// Bytes of scratch that one thread needs.
    fn scratch_bytes(&self) -> usize;
    /// Runs a kernel for the elements `lo..hi` of its domain (see the module documentation) and returns the number of
    /// entries pushed to each list, in the order of [`crate::kir::Kernel::pushes`].
    fn call<'s>(
        &self,
        kernel: KernelId,
        image: &Image,
        lo: usize,
        hi: usize,
        scratch: &'s mut Scratch,
    ) -> &'s [u64];
}

/// Working memory of one thread.
pub struct Scratch {
    /// 64-byte lines for intermediate values.
    #[allow(dead_code)]
    pub(in crate::backend) lines: Vec<Line>,
    /// Entries pushed by the last call, per list.
    pub(in crate::backend) counts: Vec<u64>,
}

impl Scratch {
    /// Scratch for one thread running the kernels of `code`.
    pub fn new(code: &dyn Code) -> Self {
        let lines = code.scratch_bytes().div_ceil(size_of::<Line>());
        Scratch {
            lines: std::iter::repeat_with(Line::default).take(lines).collect(),
            counts: Vec::new(),
        }
    }
    /// Keeps the numbers of entries that a call pushed: what [`Code::call`] returns.
    pub fn count(&mut self, counts: &[u64]) -> &[u64] {
        self.counts.clear();
        self.counts.extend_from_slice(counts);
        &self.counts
    }
}

/// Why a program cannot be executed.
#[derive(Clone, PartialEq, Debug)]
pub struct Unsupported {
    /// The kernel at fault, if it is one.
    pub kernel: Option<String>,
    /// What is wrong.
    pub reason: String,
}

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kernel {
            Some(kernel) => write!(f, "kernel `{kernel}`: {}", self.reason),
            None => write!(f, "{}", self.reason),
        }
    }
}

impl std::error::Error for Unsupported {}

/// The executors of this build, fastest last.
pub fn all() -> Vec<&'static dyn Backend> {
    vec![
        &interp::Interpreter,
        #[cfg(feature = "native")]
        &native::Native,
        #[cfg(target_arch = "wasm32")]
        &wasm::host::Host,
    ]
}

/// Runs a kernel over its whole domain on the calling thread, then sets the counts of the lists it pushes to.
pub fn run(
    code: &dyn Code,
    program: &Program,
    kernel: KernelId,
    image: &Image,
    scratch: &mut Scratch,
) {
    let body = &program.kernels[kernel];
    let len = match body.domain {
        Domain::Elements { len } => len,
        _ => 0,
    };
    let counts = code.call(kernel, image, 0, len, scratch);
    for (list, &count) in body.pushes().iter().zip(counts) {
        let list = program.layout.list(*list);
        image.store(program.layout.column(list.count), 0, count);
    }
}

/// The element that an index means in a column of `len` elements.
#[inline]
pub fn clamp(index: i64, len: usize) -> usize {
    (index as u64).min(len.saturating_sub(1) as u64) as usize
}

/// The length of a column rounded up to whole padding units: elements that may be computed.
pub fn padded(layout: &Layout, column: ColumnId) -> usize {
    layout.column(column).len.max(1).next_multiple_of(PAD)
}

/// One draw; `key` is seed, stream, step and index.
fn random(distribution: Distribution, key: (i64, u32, i64, i64), mean: f64, fused: bool) -> f64 {
    let (seed, stream, step, index) = key;
    let (seed, step, index) = (seed as u64, step as u64, index as u64);
    let draw = wide::random::Draw { seed, stream, step };
    if !fused {
        return generators::unfused(distribution, draw, index, mean);
    }
    match distribution {
        Distribution::Uniform => generators::uniform(draw, index),
        Distribution::Normal => generators::normal(draw, index),
        Distribution::Poisson => generators::poisson(draw, index, mean),
    }
}

#[cfg(test)]
mod tests {
    use super::wide::table::{Isa, Param, table};
    use crate::kir::primitive::PRIMITIVES;

    #[test]
    fn the_table_of_signatures_and_the_table_of_code_agree() {
        let signatures: Vec<_> = PRIMITIVES
            .iter()
            .map(|row| (row.name, row.arrays.to_vec(), row.scalars.to_vec()))
            .collect();
        let code: Vec<_> = table(Isa::Portable)
            .iter()
            .map(|row| {
                let arrays = row.params.iter().filter_map(|param| match param {
                    Param::Array(name) => Some(*name),
                    Param::Scalar(_) => None,
                });
                let scalars = row.params.iter().filter_map(|param| match param {
                    Param::Array(_) => None,
                    Param::Scalar(name) => Some(*name),
                });
                (row.name, arrays.collect(), scalars.collect())
            })
            .collect();
        assert_eq!(signatures, code);
    }
}
