//! What must hold for any text at all. The fuzz targets and the property tests call these.

use crate::check::options::CheckOptions;
use crate::diagnostic::Sink;
use crate::kir::{opt, parse as kir_text, verify};
use crate::pipeline::Compilation;
use crate::source::{NoFiles, SourceMap};
use crate::syntax::{format, parse as parse_text};

/// Longest text tried: the time of a stage grows with it, and nothing new happens beyond.
const LONGEST: usize = 20_000;

/// Reading always gives a tree, and its formatted text can be read, too.
pub fn parse(text: &str) {
    if text.len() > LONGEST {
        return;
    }
    let mut sources = SourceMap::default();
    let id = sources.add("fuzz.snn", text);
    let mut sink = Sink::new();
    let file = parse_text(id, text, &mut sink);
    let formatted = format(text, &file);
    let again = sources.add("again.snn", formatted.clone());
    parse_text(again, &formatted, &mut Sink::new());
}

/// The front half ends with a model that can be lowered, or with at least one error.
///
/// # Panics
/// When it gives neither: that is a fault of the compiler.
pub fn compile(text: &str) {
    if text.len() > LONGEST {
        return;
    }
    let mut compilation = Compilation::new(&NoFiles);
    let checked = compilation.check("fuzz.snn", text, &CheckOptions::default());
    assert!(
        checked.is_some() || compilation.sink.has_errors(),
        "no model and no error"
    );
}

/// A program of kernels that verifies still does after every optimization, and prints as text that reads back equal.
///
/// # Panics
/// When it does not: that is a fault of the compiler.
pub fn kernel(text: &str) {
    if text.len() > LONGEST {
        return;
    }
    let Ok(kir_text::Parsed { mut program, .. }) = kir_text::parse(text) else {
        return;
    };
    if verify::verify(&program).is_err() {
        return;
    }
    let printed = program.to_string();
    let again = kir_text::parse(&printed);
    assert!(
        again.is_ok_and(|again| again.program == program),
        "printed text reads back differently:\n{printed}"
    );
    opt::optimize(&mut program);
    assert!(
        verify::verify(&program).is_ok(),
        "an optimization broke the program:\n{printed}"
    );
}
