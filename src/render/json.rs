//! Diagnostics as JSON for editors and scripts: a stable form, one object per diagnostic.

use serde::Serialize;

use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{SourceMap, Span};

/// A place with byte range, and lines and columns counted from 1 in characters.
#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    start: u32,
    end: u32,
    line_start: usize,
    column_start: usize,
    line_end: usize,
    column_end: usize,
}

#[derive(Serialize)]
struct Label<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    primary: bool,
    text: &'a str,
}

#[derive(Serialize)]
struct Edit<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    replacement: &'a str,
}

#[derive(Serialize)]
struct Fix<'a> {
    title: &'a str,
    certain: bool,
    edits: Vec<Edit<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    code: &'a str,
    severity: Severity,
    message: &'a str,
    labels: Vec<Label<'a>>,
    notes: &'a [String],
    fix: Option<Fix<'a>>,
}

#[derive(Serialize)]
struct Report<'a> {
    diagnostics: Vec<Row<'a>>,
    errors: usize,
    warnings: usize,
}

fn place(span: Span, sources: &SourceMap) -> Place<'_> {
    let (line_start, column_start) = sources.line_column(span);
    let (line_end, column_end) = sources.line_column(span.at_end());
    Place {
        file: &sources.file(span.file).name,
        start: span.start,
        end: span.end,
        line_start,
        column_start,
        line_end,
        column_end,
    }
}

fn row<'a>(diagnostic: &'a Diagnostic, sources: &'a SourceMap) -> Row<'a> {
    let labels = diagnostic.labels.iter().enumerate();
    Row {
        code: diagnostic.code.as_str(),
        severity: diagnostic.severity,
        message: &diagnostic.message,
        labels: labels
            .map(|(position, label)| Label {
                place: place(label.span, sources),
                primary: position == 0,
                text: &label.text,
            })
            .collect(),
        notes: &diagnostic.notes,
        fix: diagnostic.fix.as_ref().map(|fix| Fix {
            title: &fix.title,
            certain: fix.certain,
            edits: fix
                .edits
                .iter()
                .map(|(span, text)| Edit {
                    place: place(*span, sources),
                    replacement: text,
                })
                .collect(),
        }),
    }
}

/// All diagnostics as one JSON object: `diagnostics`, `errors`, `warnings`; ends with a line end.
pub fn render(diagnostics: &[Diagnostic], sources: &SourceMap) -> String {
    let count = |severity| {
        diagnostics
            .iter()
            .filter(|d| d.severity == severity)
            .count()
    };
    let report = Report {
        diagnostics: diagnostics.iter().map(|d| row(d, sources)).collect(),
        errors: count(Severity::Error),
        warnings: count(Severity::Warning),
    };
    // These types hold nothing that could fail to serialize.
    let mut text = serde_json::to_string_pretty(&report).unwrap_or_default();
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::diagnostic::codes::SYNTAX;

    #[test]
    fn the_form_is_stable() {
        let mut sources = SourceMap::default();
        let file = sources.add("a.snn", "x = 1\ny = µ\n");
        let span = Span {
            file,
            start: 10,
            end: 12,
        };
        let diagnostic = Diagnostic::new(SYNTAX, span, "odd")
            .label("here")
            .note("why")
            .fix("write `u`", span, "u", true);
        let value: serde_json::Value =
            serde_json::from_str(&render(&[diagnostic], &sources)).unwrap();
        let expected = serde_json::json!({
            "diagnostics": [{
                "code": "E0101", "severity": "error", "message": "odd",
                "labels": [{"file": "a.snn", "start": 10, "end": 12, "line_start": 2, "column_start": 5,
                    "line_end": 2, "column_end": 6, "primary": true, "text": "here"}],
                "notes": ["why"],
                "fix": {"title": "write `u`", "certain": true, "edits": [
                    {"file": "a.snn", "start": 10, "end": 12, "line_start": 2, "column_start": 5,
                    "line_end": 2, "column_end": 6, "replacement": "u"}]},
            }],
            "errors": 1, "warnings": 0,
        });
        assert_eq!(value, expected);
    }
}
