//! Kernels as text: what verifies prints, reads back, and is optimized without losing its validity.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| snnc::fuzz::kernel(text));
