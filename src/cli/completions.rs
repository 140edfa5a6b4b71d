//! `snnc completions`: a completion script on standard output.

use clap::CommandFactory;

use super::Exit;
use super::args::{Cli, CompletionsArgs};

/// Prints the script.
pub fn completions(args: &CompletionsArgs) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "snnc", &mut script);
    super::print(&String::from_utf8_lossy(&script));
    Exit::Success
}
