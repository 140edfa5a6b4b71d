//! `snnc test`: runs models and reports what they expect. The exit status tells whether all of it is met.

use super::args::TestArgs;
use super::files::{self, Disk};
use super::{Exit, machine, run, values};
use crate::pipeline::experiment::{Ending, Experiment};
use crate::pipeline::{Compilation, Executor};

/// Tests every file; the exit status is that of the worst.
pub fn test(args: &TestArgs) -> Exit {
    let keep = match values::keep(args.precision, None) {
        Ok(keep) => keep,
        Err(complaint) => {
            super::complain(complaint);
            return Exit::Usage;
        }
    };
    let mut exit = Exit::Success;
    let (mut met, mut unmet) = (0, 0);
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
        compilation.keep = keep;
        compilation.procedural = args.procedural.clone();
        let checked = compilation.check(&input.name, &input.text, &options);
        // Without a seed in the model, tests use the same one every time.
        let seed = checked.as_ref().and_then(|checked| checked.model.seed);
        let seed = seed.unwrap_or(1);
        let available = machine::available_memory();
        let built = checked
            .as_ref()
            .and_then(|checked| compilation.build(checked, Executor::Fastest, available, seed));
        let (Some(checked), Some(built)) = (&checked, &built) else {
            let diagnostics = std::mem::take(&mut compilation.sink).finish();
            files::show(&compilation.sources, &diagnostics, false);
            exit = values::blame(&diagnostics, &compilation.sources);
            continue;
        };
        let mut experiment = Experiment::new(checked, built, seed, args.threads);
        match run::simulate(&mut experiment, args.quiet, false) {
            Ending::Complete => {}
            Ending::Interrupted(_) => return Exit::Interrupted,
            Ending::Failed(diagnostic) => {
                compilation.sink.report(*diagnostic);
                exit = Exit::Model;
            }
        }
        let problems = experiment.unmet();
        let here = experiment.notes.expectations.len();
        unmet += problems.len();
        met += here - problems.len();
        if !problems.is_empty() {
            exit = Exit::Model;
        }
        for problem in problems {
            compilation.sink.report(problem);
        }
        let diagnostics = std::mem::take(&mut compilation.sink).finish();
        files::show(&compilation.sources, &diagnostics, false);
        if !args.quiet {
            for expectation in &experiment.notes.expectations {
                let verdict = if expectation.met {
                    "met    "
                } else {
                    "NOT MET"
                };
                let found = match expectation.found.as_str() {
                    "" => String::new(),
                    found => format!(" (found {found})"),
                };
                super::print(&format!(
                    "{}: {verdict} {}{found}",
                    input.name, expectation.text
                ));
            }
            if here == 0 {
                super::print(&format!("{}: expects nothing", input.name));
            }
        }
    }
    if !args.quiet {
        super::print(&format!("{met} met, {unmet} not met"));
    }
    exit
}
