//! Diagnostics for a person at a terminal, drawn by miette.

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents,
};
use miette::{SourceCode, SourceSpan, SpanContents};

use super::plain;
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{FileId, SourceMap, Span};

/// What the terminal can show.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Look {
    /// Colors.
    pub color: bool,
    /// Box-drawing characters; else ASCII.
    pub unicode: bool,
    /// Columns.
    pub width: usize,
}

/// All diagnostics, drawn, followed by a line that counts them; empty text for none.
pub fn render(diagnostics: &[Diagnostic], sources: &SourceMap, look: Look) -> String {
    let mut theme = match look.unicode {
        true => GraphicalTheme::unicode(),
        false => GraphicalTheme::ascii(),
    };
    if !look.color {
        theme.styles = GraphicalTheme::none().styles;
    }
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(look.width.max(40))
        .with_links(false)
        .with_urls(false)
        .tab_width(4)
        .with_context_lines(1);
    let files = Files::new(sources);
    let mut out = String::new();
    for diagnostic in diagnostics {
        let report = Report {
            diagnostic,
            files: &files,
            help: help(diagnostic),
        };
        let mut text = String::new();
        if handler.render_report(&mut text, &report).is_err() {
            text = plain::render_one(diagnostic, sources);
        }
        out.push_str(&text);
        out.push('\n');
    }
    let summary = plain::summary(diagnostics);
    if !summary.is_empty() {
        let first = diagnostics.first().map_or("CODE", |d| d.code.as_str());
        let one = diagnostics.iter().all(|d| d.code.as_str() == first);
        let code = if one { first } else { "CODE" };
        out.push_str(&format!("{summary}; `snnc explain {code}` says more\n"));
    }
    out
}

/// Notes and the mend, a line each.
fn help(diagnostic: &Diagnostic) -> Option<String> {
    let fix = diagnostic.fix.iter().map(|fix| fix.describe());
    let lines: Vec<String> = diagnostic.notes.iter().cloned().chain(fix).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// All files laid end to end, so that one report can point into several of them. A byte between two files keeps their
/// spans apart.
struct Files<'a> {
    sources: &'a SourceMap,
    starts: Vec<(FileId, usize)>,
}

impl<'a> Files<'a> {
    fn new(sources: &'a SourceMap) -> Self {
        let mut next = 0;
        let mut starts = Vec::new();
        for (id, file) in sources.iter() {
            starts.push((id, next));
            next += file.text.len() + 1;
        }
        Files { sources, starts }
    }
    fn offset(&self, span: Span) -> (usize, usize) {
        let start = self.starts.iter().find(|(id, _)| *id == span.file);
        let start = start.map_or(0, |(_, start)| *start);
        let length = span.end.saturating_sub(span.start) as usize;
        (start + span.start as usize, length)
    }
}

impl SourceCode for Files<'_> {
    fn read_span<'b>(
        &'b self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'b> + 'b>, MietteError> {
        let file = self
            .starts
            .iter()
            .rev()
            .find(|(_, start)| *start <= span.offset());
        let (id, start) = *file.ok_or(MietteError::OutOfBounds)?;
        let source = self.sources.file(id);
        // A span that runs over the end of its file has no one name: refused, so that its parts are shown apart.
        let local = SourceSpan::new((span.offset() - start).into(), span.len());
        let part = source.text.as_str().read_span(&local, before, after)?;
        let place = SourceSpan::new((part.span().offset() + start).into(), part.span().len());
        Ok(Box::new(MietteSpanContents::new_named(
            source.name.clone(),
            part.data(),
            place,
            part.line(),
            part.column(),
            part.line_count(),
        )))
    }
}

struct Report<'a> {
    diagnostic: &'a Diagnostic,
    files: &'a Files<'a>,
    help: Option<String>,
}

impl std::fmt::Debug for Report<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.diagnostic.fmt(f)
    }
}
impl std::fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.diagnostic.message)
    }
}
impl std::error::Error for Report<'_> {}

impl miette::Diagnostic for Report<'_> {
    fn code<'b>(&'b self) -> Option<Box<dyn std::fmt::Display + 'b>> {
        Some(Box::new(self.diagnostic.code))
    }
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.diagnostic.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Advice => miette::Severity::Advice,
        })
    }
    fn help<'b>(&'b self) -> Option<Box<dyn std::fmt::Display + 'b>> {
        let help = self.help.as_ref()?;
        Some(Box::new(help))
    }
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self.files)
    }
    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        if self.diagnostic.labels.is_empty() {
            return None;
        }
        let labels = self.diagnostic.labels.iter().enumerate();
        Some(Box::new(labels.map(|(position, label)| {
            let span: SourceSpan = self.files.offset(label.span).into();
            let text = (!label.text.is_empty()).then(|| label.text.clone());
            match position {
                0 => LabeledSpan::new_primary_with_span(text, span),
                _ => LabeledSpan::new_with_span(text, span),
            }
        })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::codes::SYNTAX;

    const LOOK: Look = Look {
        color: false,
        unicode: false,
        width: 80,
    };

    fn span(file: FileId, start: u32, end: u32) -> Span {
        Span { file, start, end }
    }

    #[test]
    fn one_report_points_into_two_files() {
        let mut sources = SourceMap::default();
        let a = sources.add("a.snn", "a = 1\n");
        let b = sources.add("b.snn", "b = 2\nc = 3\n");
        let diagnostic = Diagnostic::new(SYNTAX, span(b, 0, 1), "this is defined twice")
            .label("here")
            .also(span(a, 0, 1), "and here")
            .note("one of them must go");
        let text = render(&[diagnostic], &sources, LOOK);
        for part in [
            "E0101",
            "this is defined twice",
            "a.snn:1:1",
            "b.snn:1:1",
            "a = 1",
            "b = 2",
            "and here",
            "one of them must go",
            "1 error; `snnc explain E0101` says more\n",
        ] {
            assert!(text.contains(part), "{part} is missing:\n{text}");
        }
        assert!(text.is_ascii(), "{text}");
    }

    #[test]
    fn colors_and_boxes_are_on_request() {
        let mut sources = SourceMap::default();
        let a = sources.add("a.snn", "a = 1\n");
        let diagnostic = [Diagnostic::new(SYNTAX, span(a, 0, 1), "x").label("y")];
        let plain = render(&diagnostic, &sources, LOOK);
        assert!(!plain.contains('\u{1b}'), "{plain}");
        let colored = Look {
            color: true,
            unicode: true,
            width: 80,
        };
        let colored = render(&diagnostic, &sources, colored);
        assert!(
            colored.contains('\u{1b}') && colored.contains('╰'),
            "{colored}"
        );
    }

    #[test]
    fn places_at_the_end_of_a_file_can_be_shown() {
        let mut sources = SourceMap::default();
        let a = sources.add("a.snn", "a = 1");
        let b = sources.add("b.snn", "");
        for place in [span(a, 5, 5), span(b, 0, 0)] {
            let text = render(
                &[Diagnostic::new(SYNTAX, place, "end").label("here")],
                &sources,
                LOOK,
            );
            assert!(text.contains("snn:1:"), "{text}");
        }
    }
}
