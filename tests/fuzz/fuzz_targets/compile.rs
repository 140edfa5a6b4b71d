//! No text stops the front half: it becomes a model, or at least one error is reported.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| snnc::fuzz::compile(text));
