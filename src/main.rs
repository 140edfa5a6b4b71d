//! The `snnc` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(snnc::cli::run().status())
}
