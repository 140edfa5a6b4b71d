//! Values of a model that the command line changes.

use super::Exit;
use super::args::{ModelArgs, PrecisionChoice};
use crate::check::options::CheckOptions;
use crate::diagnostic::{Diagnostic, Severity, codes};
use crate::lower::held::Precision;
use crate::pipeline::Keep;
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

/// How a model is kept in memory. What is chosen for weights alone counts only beside values that are held as doubles.
///
/// # Errors
/// A complaint about the call.
pub fn keep(
    precision: PrecisionChoice,
    weights: Option<PrecisionChoice>,
) -> Result<Keep, &'static str> {
    match (precision, weights) {
        (PrecisionChoice::F32, Some(PrecisionChoice::F64)) => Err(
            "--precision f32 holds weights in single precision, too: leave --weights f64 out, or hold everything in \
             double precision",
        ),
        (precision, weights) => Ok(Keep {
            single: weights == Some(PrecisionChoice::F32),
            held: match precision {
                PrecisionChoice::F32 => Precision::Single,
                PrecisionChoice::F64 => Precision::Double,
            },
            ..Keep::default()
        }),
    }
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
