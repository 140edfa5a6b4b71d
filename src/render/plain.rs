//! Diagnostics as plain text: no colors, nothing but ASCII of its own. For pipes, log files, snapshots and the page.
//!
//! ```text
//! error[E0301]: this adds a voltage and a current
//!  --> lif.snn:4:14
//!   |
//! 4 |     dv/dt = (v + I)/tau : volt
//!   |              - ^ - current (ampere)
//!   |              |
//!   |              voltage (volt)
//!   = note: ...
//!   = help: write `v + R*I`
//! ```

use std::fmt::Write;

use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::source::{FileId, SourceMap, Span};

/// Longest source line that is shown in full; of longer ones the part around the first label is.
const LINE_LIMIT: usize = 140;
const TAB: &str = "    ";

/// All diagnostics, separated by blank lines; empty text for none.
pub fn render(diagnostics: &[Diagnostic], sources: &SourceMap) -> String {
    let texts: Vec<String> = diagnostics
        .iter()
        .map(|diagnostic| render_one(diagnostic, sources))
        .collect();
    texts.join("\n")
}

/// How many errors and warnings there are: `2 errors, 1 warning`; empty text for neither. Advice is not counted.
pub fn summary(diagnostics: &[Diagnostic]) -> String {
    let count = |severity| {
        diagnostics
            .iter()
            .filter(|d| d.severity == severity)
            .count()
    };
    let words = [(Severity::Error, "error"), (Severity::Warning, "warning")];
    let parts: Vec<String> = words
        .into_iter()
        .filter_map(|(severity, word)| match count(severity) {
            0 => None,
            1 => Some(format!("1 {word}")),
            n => Some(format!("{n} {word}s")),
        })
        .collect();
    parts.join(", ")
}

/// The word for a severity.
pub fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Advice => "advice",
    }
}

/// One diagnostic, ending with a line end.
pub fn render_one(diagnostic: &Diagnostic, sources: &SourceMap) -> String {
    let mut out = format!(
        "{}[{}]: {}\n",
        severity_word(diagnostic.severity),
        diagnostic.code,
        diagnostic.message
    );
    let lines = marked_lines(diagnostic, sources);
    let last = lines.iter().map(|line| line.number).max().unwrap_or(0);
    let gutter = last.to_string().len();
    let blank = " ".repeat(gutter);
    let mut previous: Option<&MarkedLine> = None;
    for line in &lines {
        match previous {
            Some(before) if before.file == line.file => {
                if line.number == before.number + 2 {
                    // One line between two marked ones is shown rather than skipped.
                    let text = line_text(sources, line.file, line.number - 1);
                    let text = format!("{:>gutter$} | {}", line.number - 1, shorten(&text, 0).0);
                    let _ = writeln!(out, "{}", text.trim_end());
                } else if line.number > before.number + 2 {
                    let _ = writeln!(out, "{blank} ...");
                }
            }
            _ => {
                let arrow = if previous.is_none() { "-->" } else { ":::" };
                // The first label of the file is the one to go to.
                let first = diagnostic.labels.iter().find(|l| l.span.file == line.file);
                let place = first.map_or(String::new(), |label| place(label.span, sources));
                let _ = writeln!(out, "{blank}{arrow} {place}");
                let _ = writeln!(out, "{blank} |");
            }
        }
        line.write(&mut out, gutter);
        previous = Some(line);
    }
    let notes = diagnostic.notes.iter().map(|note| ("note", note.clone()));
    let fix = diagnostic.fix.iter().map(|fix| ("help", fix.describe()));
    for (word, text) in notes.chain(fix) {
        let mut text = text.lines();
        let _ = writeln!(out, "{blank} = {word}: {}", text.next().unwrap_or(""));
        for more in text {
            let _ = writeln!(out, "{blank}         {more}");
        }
    }
    out
}

/// A label's place on one line, in characters of the line as shown.
struct Mark {
    start: usize,
    width: usize,
    primary: bool,
    text: String,
}

struct MarkedLine {
    file: FileId,
    /// One-based.
    number: usize,
    shown: String,
    marks: Vec<Mark>,
}

/// The lines with labels: those of the primary label's file first, each file in order.
fn marked_lines(diagnostic: &Diagnostic, sources: &SourceMap) -> Vec<MarkedLine> {
    let mut places: Vec<(FileId, usize, bool, &Label)> = Vec::new();
    let mut files: Vec<FileId> = Vec::new();
    for (position, label) in diagnostic.labels.iter().enumerate() {
        let (line, _) = sources.line_column(label.span);
        places.push((label.span.file, line, position == 0, label));
        if !files.contains(&label.span.file) {
            files.push(label.span.file);
        }
    }
    let rank = |file: &FileId| files.iter().position(|f| f == file);
    places.sort_by_key(|(file, line, ..)| (rank(file), *line));
    let mut lines: Vec<MarkedLine> = Vec::new();
    let mut rest = places.as_slice();
    while let Some((file, number, ..)) = rest.first() {
        let same = |p: &&(FileId, usize, bool, &Label)| p.0 == *file && p.1 == *number;
        let count = rest.iter().take_while(same).count();
        let (here, after) = rest.split_at(count);
        rest = after;
        lines.push(marked_line(sources, *file, *number, here));
    }
    lines
}

fn marked_line(
    sources: &SourceMap,
    file: FileId,
    number: usize,
    labels: &[(FileId, usize, bool, &Label)],
) -> MarkedLine {
    let line = line_text(sources, file, number);
    let mut marks: Vec<Mark> = Vec::new();
    for (_, _, primary, label) in labels {
        let (_, column) = sources.line_column(label.span);
        let covered = sources.text(label.span);
        let several = covered.trim_end().contains('\n');
        let covered = covered.lines().next().unwrap_or("");
        let before: String = line.chars().take(column - 1).collect();
        let text = match (several, label.text.as_str()) {
            (false, text) => text.to_string(),
            (true, "") => "from here on".to_string(),
            (true, text) => format!("from here on: {text}"),
        };
        marks.push(Mark {
            start: expand_tabs(&before).chars().count(),
            width: expand_tabs(covered).chars().count().max(1),
            primary: *primary,
            text,
        });
    }
    let shown = expand_tabs(&line);
    let first = marks.iter().map(|mark| mark.start).min().unwrap_or(0);
    let (shown, cut) = shorten(&shown, first);
    let width = shown.chars().count();
    for mark in &mut marks {
        mark.start = mark.start.saturating_sub(cut).min(width);
        mark.width = mark.width.min(width.saturating_sub(mark.start)).max(1);
    }
    MarkedLine {
        file,
        number,
        shown,
        marks,
    }
}

impl MarkedLine {
    fn write(&self, out: &mut String, gutter: usize) {
        let source = format!("{:>gutter$} | {}", self.number, self.shown);
        let _ = writeln!(out, "{}", source.trim_end());
        let mut row = |text: &str| {
            let line = format!("{:>gutter$} | {text}", "");
            let _ = writeln!(out, "{}", line.trim_end());
        };
        // Carets: secondary ones first, so that the primary one stays visible where they overlap.
        let end = self.marks.iter().map(|m| m.start + m.width).max();
        let mut carets = vec![' '; end.unwrap_or(0)];
        for primary in [false, true] {
            for mark in self.marks.iter().filter(|m| m.primary == primary) {
                let sign = if primary { '^' } else { '-' };
                for cell in carets.iter_mut().skip(mark.start).take(mark.width) {
                    *cell = sign;
                }
            }
        }
        let mut labelled: Vec<&Mark> = self.marks.iter().filter(|m| !m.text.is_empty()).collect();
        labelled.sort_by_key(|mark| mark.start);
        let carets: String = carets.into_iter().collect();
        // The text of the last mark stands behind the carets, if nothing is marked beyond it.
        let beside = labelled
            .pop_if(|last| Some(last.start + last.width) == end)
            .map_or(String::new(), |last| format!(" {}", last.text));
        row(&format!("{carets}{beside}"));
        if !labelled.is_empty() {
            row(&bars(&labelled));
        }
        // The others hang below, from right to left.
        while let Some(last) = labelled.pop() {
            let bars = bars(&labelled);
            row(&format!("{bars:<width$}{}", last.text, width = last.start));
        }
    }
}

/// A `|` at the start of each mark.
fn bars(marks: &[&Mark]) -> String {
    let width = marks.iter().map(|m| m.start + 1).max().unwrap_or(0);
    let is_start = |column: usize| marks.iter().any(|m| m.start == column);
    (0..width)
        .map(|column| if is_start(column) { '|' } else { ' ' })
        .collect()
}

fn line_text(sources: &SourceMap, file: FileId, number: usize) -> String {
    sources.line(file, number).trim_end().to_string()
}

fn expand_tabs(text: &str) -> String {
    text.replace('\t', TAB)
}

/// A line of bearable length that shows the character at `place`, and how many characters the shown part is shifted by.
fn shorten(line: &str, place: usize) -> (String, usize) {
    let length = line.chars().count();
    if length <= LINE_LIMIT {
        return (line.to_string(), 0);
    }
    let from = place.saturating_sub(LINE_LIMIT / 3);
    let part: String = line.chars().skip(from).take(LINE_LIMIT).collect();
    let before = if from > 0 { "..." } else { "" };
    let after = if from + LINE_LIMIT < length {
        "..."
    } else {
        ""
    };
    (
        format!("{before}{part}{after}"),
        from.saturating_sub(before.len()),
    )
}

/// `file:line:column` of the primary place, as editors understand it.
pub fn place(span: Span, sources: &SourceMap) -> String {
    let (line, column) = sources.line_column(span);
    format!("{}:{line}:{column}", sources.file(span.file).name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::codes::SYNTAX;

    fn span(file: FileId, text: &str, part: &str) -> Span {
        let start = text.find(part).unwrap_or(0);
        Span {
            file,
            start: start as u32,
            end: (start + part.len()) as u32,
        }
    }

    #[test]
    fn labels_of_one_line_hang_below_it() {
        let mut sources = SourceMap::default();
        let text = "title \"x\"\nneurons a[1] {\n\tdv/dt = (v + current)/tau : volt\n}\n";
        let file = sources.add("a.snn", text);
        let diagnostic = Diagnostic::new(SYNTAX, span(file, text, "+"), "these two do not add")
            .also(
                span(file, text, "v + ")
                    .at_start()
                    .to(span(file, text, "(v")),
                "voltage",
            )
            .also(span(file, text, "current"), "current")
            .also(span(file, text, "title"), "")
            .note("first line\nsecond line")
            .fix(
                "write `R*current`",
                span(file, text, "current"),
                "R*current",
                false,
            );
        let expected = r#"error[E0101]: these two do not add
 --> a.snn:3:13
  |
1 | title "x"
  | -----
2 | neurons a[1] {
3 |     dv/dt = (v + current)/tau : volt
  |             -- ^ ------- current
  |             |
  |             voltage
  = note: first line
          second line
  = help: write `R*current`
"#;
        assert_eq!(render_one(&diagnostic, &sources), expected);
    }

    #[test]
    fn places_in_another_file_follow() {
        let mut sources = SourceMap::default();
        let (one, two) = ("a = 1\n", "# comment\nb = 2\n");
        let (a, b) = (sources.add("a.snn", one), sources.add("b.snn", two));
        let diagnostic = Diagnostic::new(SYNTAX, span(b, two, "b"), "twice")
            .label("here")
            .also(span(a, one, "a"), "and here");
        let expected = "error[E0101]: twice\n --> b.snn:2:1\n  |\n2 | b = 2\n  | ^ here\n ::: a.snn:1:1\n  |\n1 | a = 1\n  | - and here\n";
        assert_eq!(render_one(&diagnostic, &sources), expected);
    }

    #[test]
    fn long_lines_are_cut_around_the_place() {
        let mut sources = SourceMap::default();
        let text = format!("{}here{}", "x".repeat(1000), "y".repeat(1000));
        let file = sources.add("a.snn", text.as_str());
        let diagnostic = Diagnostic::new(SYNTAX, span(file, &text, "here"), "far").label("word");
        let shown = render_one(&diagnostic, &sources);
        assert!(
            shown.lines().all(|line| line.chars().count() < 160),
            "{shown}"
        );
        let lines: Vec<&str> = shown.lines().collect();
        let caret = lines.iter().find_map(|l| l.find('^'));
        assert_eq!(caret, lines.iter().find_map(|l| l.find("here")), "{shown}");
    }

    #[test]
    fn a_diagnostic_needs_no_place_and_no_text() {
        let mut sources = SourceMap::default();
        let plain = Diagnostic::without_place(SYNTAX, "no place").note("a reason");
        assert_eq!(
            render_one(&plain, &sources),
            "error[E0101]: no place\n  = note: a reason\n"
        );
        let empty = sources.add("empty.snn", "");
        let end = Span {
            file: empty,
            start: 0,
            end: 0,
        };
        let shown = render_one(&Diagnostic::new(SYNTAX, end, "nothing"), &sources);
        assert_eq!(
            shown,
            "error[E0101]: nothing\n --> empty.snn:1:1\n  |\n1 |\n  | ^\n"
        );
    }

    #[test]
    fn the_summary_counts() {
        let error = Diagnostic::without_place(SYNTAX, "a");
        let mut warning = error.clone();
        warning.severity = Severity::Warning;
        assert_eq!(summary(&[]), "");
        assert_eq!(
            summary(&[error.clone(), warning.clone(), error]),
            "2 errors, 1 warning"
        );
        assert_eq!(summary(&[warning]), "1 warning");
    }
}
