//! `snnc check`: the front half of the compiler, and what it has to say.

use super::args::{CheckArgs, ModelArgs};
use super::files::{self, Disk};
use super::{Exit, convergence, values};
use crate::check::options::CheckOptions;
use crate::diagnostic::Sink;
use crate::diagnostic::mend;
use crate::pipeline::Compilation;
use crate::record::files::write_whole;
use crate::source::SourceMap;
use crate::syntax::ast::File;
use crate::syntax::parse;

/// A mend may make room for another; after so many rounds there is no more to expect.
const ROUNDS: usize = 20;

/// Checks every file; the exit status is that of the worst.
pub fn check(args: &CheckArgs) -> Exit {
    let mut exit = Exit::Success;
    for path in &args.files {
        match one(args, path) {
            Exit::Success => {}
            Exit::Usage => return Exit::Usage,
            other => exit = other,
        }
    }
    exit
}

fn one(args: &CheckArgs, path: &std::path::Path) -> Exit {
    let (mut input, mut options) = match (files::read(path), values::options(&args.model)) {
        (Ok(input), Ok(options)) => (input, options),
        (Err(complaint), _) | (_, Err(complaint)) => {
            super::complain(&complaint);
            return Exit::Usage;
        }
    };
    options.pedantic = args.pedantic;
    if args.fix
        && let Err(complaint) = fix(&mut input, &options)
    {
        super::complain(&complaint);
        return Exit::Usage;
    }
    if args.convergence {
        return convergence::convergence(path, &options);
    }
    let world = Disk::new();
    let mut compilation = Compilation::new(&world);
    let checked = compilation.check(&input.name, &input.text, &options);
    if let Some(checked) = &checked {
        compilation.probe(checked);
    }
    let failed = checked.is_none() || compilation.sink.has_errors();
    let diagnostics = compilation.sink.finish();
    files::show(&compilation.sources, &diagnostics, args.json);
    if args.timings {
        eprint!("{}", compilation.timings.table());
    }
    if failed {
        return values::blame(&diagnostics, &compilation.sources);
    }
    let shown_elsewhere = args.json || (args.fix && input.path.is_none());
    if !shown_elsewhere && diagnostics.is_empty() {
        super::print(&format!("{}: no errors", input.name));
    }
    Exit::Success
}

/// Applies certain mends until none is left, and writes the text: to its file, or to standard output where it came from standard input.
fn fix(input: &mut files::Input, options: &CheckOptions) -> Result<(), String> {
    let mut count = 0;
    for _ in 0..ROUNDS {
        let world = Disk::new();
        let mut compilation = Compilation::new(&world);
        compilation.check(&input.name, &input.text, options);
        let Some((root, _)) = compilation.tree else {
            break;
        };
        let diagnostics = compilation.sink.finish();
        let fixes = mend::certain(&diagnostics, root);
        if fixes.is_empty() {
            break;
        }
        count += fixes.len();
        input.text = mend::apply(&input.text, &fixes);
    }
    match &input.path {
        None => super::print(&input.text),
        Some(path) if count > 0 => {
            write_whole(path, |out| out.write_all(input.text.as_bytes()))
                .map_err(|error| error.to_string())?;
            let places = if count == 1 { "place" } else { "places" };
            super::complain(&format!("mended {count} {places} in `{}`", input.name));
        }
        Some(_) => {}
    }
    Ok(())
}

/// The trees of all files that were read; their faults have been reported.
pub fn trees(sources: &SourceMap) -> Vec<File> {
    sources
        .iter()
        .map(|(id, source)| parse(id, &source.text, &mut Sink::new()))
        .collect()
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
