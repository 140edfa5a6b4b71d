//! No text stops the parser.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| snnc::fuzz::parse(text));
