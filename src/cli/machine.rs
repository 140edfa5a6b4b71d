//! What the command line asks the machine: free memory, and a seed nobody chose.

use std::hash::{BuildHasher, Hasher, RandomState};

/// Memory that may be used, in bytes, where the system tells: nine tenths of what is available.
pub fn available_memory() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text
        .lines()
        .find(|line| line.starts_with("MemAvailable:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024 / 10 * 9)
}

/// A new seed for each process, short enough to type.
pub fn fresh_seed() -> u64 {
    RandomState::new().build_hasher().finish() % 1_000_000_000
}
