//! The `snnc` program.

fn main() {}
