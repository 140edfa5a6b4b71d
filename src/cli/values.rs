//! Values of a model that the command line changes.

use super::Exit;
use super::args::ModelArgs;
use crate::check::options::CheckOptions;
use crate::diagnostic::{Diagnostic, Severity, codes};
use crate::source::{SourceMap, Span};

/// Splits `--set name=value` and gathers the rest.
///
/// # Errors
/// A complaint about the call.
pub fn options(args: &ModelArgs) -> Result<CheckOptions, String> {
    let mut set = Vec::new();
    for text in &args.set {
        let Some((name, value)) = text.split_once('=') else {
            return Err(format!(
                "--set takes NAME=VALUE, such as --set 'tau=20 ms'; got `{text}`"
            ));
        };
        set.push((name.trim().to_string(), value.trim().to_string()));
    }
    Ok(CheckOptions {
        set,
        seed: args.seed,
        parameters: args.parameters.clone(),
        ..CheckOptions::default()
    })
}

/// Whose fault it is: the call's when every error is about a value of the command line, the model's otherwise.
pub fn blame(diagnostics: &[Diagnostic], sources: &SourceMap) -> Exit {
    let mut errors = diagnostics
        .iter()
        .filter(|d| d.severity == Severity::Error)
        .peekable();
    let from_call = |diagnostic: &Diagnostic| {
        let in_set = |span: Span| sources.file(span.file).name.starts_with("--set ");
        diagnostic.code == codes::SET || diagnostic.span().is_some_and(in_set)
    };
    if errors.peek().is_some() && errors.all(from_call) {
        Exit::Usage
    } else {
        Exit::Model
    }
}
