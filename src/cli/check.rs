//! `snnc check`: the front half of the compiler, and what it has to say.

use super::args::{CheckArgs, ModelArgs};
use super::files::{self, Disk};
use super::{Exit, values};
use crate::pipeline::Compilation;

/// Checks every file; the exit status is that of the worst.
pub fn check(args: &CheckArgs) -> Exit {
    let mut exit = Exit::Success;
    for path in &args.files {
        let (input, options) = match (files::read(path), values::options(&args.model)) {
            (Ok(input), Ok(options)) => (input, options),
            (Err(complaint), _) | (_, Err(complaint)) => {
                super::complain(&complaint);
                return Exit::Usage;
            }
        };
        let world = Disk::new();
        let mut compilation = Compilation::new(&world);
        let checked = compilation.check(&input.name, &input.text, &options);
        let diagnostics = compilation.sink.finish();
        files::show(&compilation.sources, &diagnostics, args.json);
        if args.timings {
            eprint!("{}", compilation.timings.table());
        }
        if checked.is_none() {
            exit = values::blame(&diagnostics, &compilation.sources);
        } else if !args.json && diagnostics.is_empty() {
            super::print(&format!("{}: no errors", input.name));
        }
    }
    exit
}

/// For commands that only need a checked model: reads, checks, shows, and hands over on success.
pub fn checked<T>(
    path: &std::path::Path,
    model: &ModelArgs,
    then: impl FnOnce(&mut Compilation<'_>, crate::pipeline::Checked) -> T,
) -> Result<T, Exit> {
    let (input, options) = match (files::read(path), values::options(model)) {
        (Ok(input), Ok(options)) => (input, options),
        (Err(complaint), _) | (_, Err(complaint)) => {
            super::complain(&complaint);
            return Err(Exit::Usage);
        }
    };
    let world = Disk::new();
    let mut compilation = Compilation::new(&world);
    match compilation.check(&input.name, &input.text, &options) {
        Some(checked) => Ok(then(&mut compilation, checked)),
        None => {
            let diagnostics = std::mem::take(&mut compilation.sink).finish();
            files::show(&compilation.sources, &diagnostics, false);
            Err(values::blame(&diagnostics, &compilation.sources))
        }
    }
}
