//! `snnc emit`: what a stage makes of a model, as text.

use super::Exit;
use super::args::{EmitArgs, Stage};
use super::check::checked;
use super::files;
use crate::diagnostic::Sink;
use crate::lower::Lowered;
use crate::pipeline::{Checked, Compilation, Executor, emit};
use crate::source::SourceMap;
use crate::syntax::{format, parse};

/// Prints the stage.
pub fn emit(args: &EmitArgs) -> Exit {
    if args.stage == Stage::Ast {
        return ast(args);
    }
    let only = args.kernel.as_deref();
    let text = checked(&args.file, &args.model, |compilation, checked| {
        match args.stage {
            Stage::Ast | Stage::Model => Ok(emit::model(&checked)),
            Stage::Equations => Ok(emit::equations(&checked)),
            Stage::Scheme => Ok(emit::scheme(&checked)),
            Stage::Kernel => emit::kernels(&lowered(compilation, &checked)?, only),
            Stage::Clif => emit::clif(&lowered(compilation, &checked)?, only),
            Stage::Wat => emit::wat(&lowered(compilation, &checked)?),
            Stage::Asm => emit::assembly(&lowered(compilation, &checked)?, only),
        }
    });
    match text {
        Ok(Ok(text)) => {
            super::print(&text);
            Exit::Success
        }
        Ok(Err(complaint)) => {
            super::complain(&complaint);
            Exit::Usage
        }
        Err(exit) => exit,
    }
}

/// The program of a model. Without a seed in the text, its synapses are those of seed 1.
fn lowered(compilation: &mut Compilation<'_>, checked: &Checked) -> Result<Lowered, String> {
    let seed = checked.model.seed.unwrap_or(1);
    let lowered = compilation.lower(checked, Executor::default(), None, seed);
    lowered.ok_or_else(|| {
        let diagnostics = std::mem::take(&mut compilation.sink).finish();
        files::show(&compilation.sources, &diagnostics, false);
        "the synapses of the model cannot be made".to_string()
    })
}

/// The syntax tree needs no checked model: also files with errors of meaning have one.
fn ast(args: &EmitArgs) -> Exit {
    let input = match files::read(&args.file) {
        Ok(input) => input,
        Err(complaint) => {
            super::complain(&complaint);
            return Exit::Usage;
        }
    };
    let mut sources = SourceMap::default();
    let id = sources.add(input.name.clone(), input.text.clone());
    let mut sink = Sink::new();
    let file = parse(id, &input.text, &mut sink);
    let failed = sink.has_errors();
    files::show(&sources, &sink.finish(), false);
    super::print(&format(&input.text, &file));
    if failed { Exit::Model } else { Exit::Success }
}
