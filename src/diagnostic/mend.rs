//! Applying the mends that diagnostics bring.

use super::{Diagnostic, Fix};
use crate::source::{FileId, Span};

/// The certain mends of a file, in order of place; of those that touch each other only the first.
pub fn certain(diagnostics: &[Diagnostic], file: FileId) -> Vec<&Fix> {
    let mut taken: Vec<Span> = Vec::new();
    let mut chosen = Vec::new();
    let fixes = diagnostics.iter().filter_map(|d| d.fix.as_ref());
    for fix in fixes.filter(|fix| fix.certain && !fix.edits.is_empty()) {
        let free = |(span, _): &(Span, String)| {
            span.file == file
                && taken
                    .iter()
                    .all(|other| span.end < other.start || other.end < span.start)
        };
        if fix.edits.iter().all(free) {
            taken.extend(fix.edits.iter().map(|(span, _)| *span));
            chosen.push(fix);
        }
    }
    chosen
}

/// A text with mends applied, which do not touch each other.
pub fn apply(text: &str, fixes: &[&Fix]) -> String {
    let mut edits: Vec<&(Span, String)> = fixes.iter().flat_map(|fix| &fix.edits).collect();
    edits.sort_by_key(|(span, _)| span.start);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (span, new) in edits {
        out.push_str(text.get(at..span.start as usize).unwrap_or(""));
        out.push_str(new);
        at = span.end as usize;
    }
    out.push_str(text.get(at..).unwrap_or(""));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::codes;

    #[test]
    fn mends_that_touch_wait_for_the_next_time() {
        let span = |start, end| Span {
            file: FileId(0),
            start,
            end,
        };
        let mend = |start, end, text: &str, certain| {
            Diagnostic::new(codes::SYNTAX, span(start, end), "x").fix(
                "x",
                span(start, end),
                text,
                certain,
            )
        };
        let diagnostics = [
            mend(0, 1, "AA", true),
            mend(1, 2, "no", true),
            mend(3, 4, "", true),
            mend(5, 6, "no", false),
        ];
        let chosen = certain(&diagnostics, FileId(0));
        assert_eq!(apply("abcdef", &chosen), "AAbcef");
    }
}
