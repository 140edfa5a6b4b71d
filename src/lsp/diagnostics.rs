//! What is wrong, in the protocol's terms.

use lsp_types::{
    Diagnostic as Shown, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, Location,
    NumberOrString, Range,
};

use super::analysis::Analysis;
use super::text::{Lines, uri_of};
use crate::diagnostic::{Diagnostic, Severity, codes};
use crate::source::Span;
use crate::syntax::ast::ItemKind;

/// All diagnostics of a text.
pub fn diagnostics(analysis: &Analysis) -> Vec<Shown> {
    analysis
        .diagnostics
        .iter()
        .map(|diagnostic| one(analysis, diagnostic))
        .collect()
}

fn one(analysis: &Analysis, diagnostic: &Diagnostic) -> Shown {
    let mut message = diagnostic.message.clone();
    let primary = diagnostic.labels.first();
    if let Some(label) = primary.filter(|label| !label.text.is_empty()) {
        message.push('\n');
        message.push_str(&label.text);
    }
    for note in &diagnostic.notes {
        message.push_str("\nnote: ");
        message.push_str(note);
    }
    if let Some(fix) = &diagnostic.fix {
        message.push_str("\nhelp: ");
        message.push_str(&fix.describe());
    }
    let further = diagnostic.labels.iter().skip(1);
    let related: Vec<DiagnosticRelatedInformation> = further
        .filter_map(|label| {
            Some(DiagnosticRelatedInformation {
                location: location(analysis, label.span)?,
                message: label.text.clone(),
            })
        })
        .collect();
    let unused = [codes::UNUSED, codes::UNUSED_TEMPORARY].contains(&diagnostic.code);
    Shown {
        range: range(analysis, diagnostic),
        severity: Some(match diagnostic.severity {
            Severity::Error => DiagnosticSeverity::ERROR,
            Severity::Warning => DiagnosticSeverity::WARNING,
            Severity::Advice => DiagnosticSeverity::HINT,
        }),
        code: Some(NumberOrString::String(diagnostic.code.to_string())),
        source: Some("snnc".into()),
        message,
        related_information: (!related.is_empty()).then_some(related),
        tags: unused.then(|| vec![DiagnosticTag::UNNECESSARY]),
        ..Shown::default()
    }
}

/// Where a diagnostic is shown: its place; for one in a file that is used, the `use`.
pub fn range(analysis: &Analysis, diagnostic: &Diagnostic) -> Range {
    match diagnostic.span() {
        Some(span) if span.file == analysis.root => analysis.range(span),
        _ => {
            let mut items = analysis.tree.items.iter();
            let used = items.find(|item| matches!(item.kind, ItemKind::Use(_)));
            used.map_or_else(Range::default, |item| analysis.range(item.span))
        }
    }
}

/// The place of a span in any file; nothing for embedded texts.
pub fn location(analysis: &Analysis, span: Span) -> Option<Location> {
    let source = analysis.sources.file(span.file);
    let uri = uri_of(&source.name)?;
    let range = if span.file == analysis.root {
        analysis.range(span)
    } else {
        Lines::of(&source.text).range(&source.text, span.start, span.end)
    };
    Some(Location { uri, range })
}
