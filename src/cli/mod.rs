//! The command line: one file per subcommand. `main` calls [`run()`] and exits with what it returns.

pub mod args;
mod characterise;
mod check;
mod completions;
mod continuation;
mod convergence;
mod document;
mod emit;
mod explain;
mod export;
mod files;
mod fmt;
mod help;
mod import;
#[cfg(feature = "lsp")]
mod lsp;
mod machine;
mod models;
mod new;
mod page;
mod progress;
mod report;
mod run;
mod serve;
mod test;
mod tour;
mod values;

use std::io::Write;

use args::{Cli, Command};
use clap::Parser;

/// How a command ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Exit {
    /// It did what was asked.
    Success,
    /// The model is at fault, or the run failed.
    Model,
    /// The call is at fault.
    Usage,
    /// It was interrupted; what was computed until then is kept.
    Interrupted,
}

impl Exit {
    /// Exit status of the process.
    pub fn status(self) -> u8 {
        match self {
            Exit::Success => 0,
            Exit::Model => 1,
            Exit::Usage => 2,
            Exit::Interrupted => 130,
        }
    }
}

/// Parses the process's arguments and does what they ask.
pub fn run() -> Exit {
    match Cli::parse().command {
        Command::Run(args) => run::run(&args),
        Command::Test(args) => test::test(&args),
        Command::Check(args) => check::check(&args),
        Command::Fmt(args) => fmt::fmt(&args),
        Command::Emit(args) => emit::emit(&args),
        Command::Export(args) => export::export(&args),
        Command::Import(args) => import::import(&args),
        Command::Characterise(args) => characterise::characterise(&args),
        Command::Continue(args) => continuation::continuation(&args),
        Command::Report(args) => document::document(&args),
        Command::Page(args) => page::page(&args),
        Command::Watch(args) => serve::watch(&args),
        Command::Serve(args) => serve::serve(&args),
        Command::Explain(args) => explain::explain(&args),
        #[cfg(feature = "lsp")]
        Command::Lsp => lsp::lsp(),
        Command::Models(args) => models::models(&args),
        Command::New(args) => new::new(&args),
        Command::Completions(args) => completions::completions(&args),
        Command::Tour(args) => tour::tour(&args),
        Command::Help(args) => help::help(&args),
    }
}

/// Writes to standard output. A closed pipe (`snnc models | head`) ends the output, not the program with an error.
fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes());
    if !text.ends_with('\n') {
        let _ = out.write_all(b"\n");
    }
    let _ = out.flush();
}

/// Writes a complaint about the call to standard error.
fn complain(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "snnc: {text}");
}
