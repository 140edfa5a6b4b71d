//! What stands before the grammar: lines, comments, brackets.
//!
//! The grammar reads text in which every line end ends a statement and every bracket has its partner. This module makes
//! such a text of the same length, byte for byte, so that spans need no translation: comments and the line ends of
//! continued statements become blanks, and brackets without a partner are reported, then mended. It also bounds the
//! nesting of brackets, so that no text can exhaust the stack of the recursive parser.

use std::collections::BTreeMap;

use super::ast::{Comment, Doc};
use super::brackets::{self, Bracket, BracketKind};
use crate::diagnostic::{Diagnostic, Sink, codes};
use crate::source::{FileId, Span};

/// Brackets may stand this deep within each other.
pub const MAX_NESTING: usize = 64;
/// At most this many faults of one sort are reported in a file; a reader mends a few at a time.
pub const MAX_REPORTS: usize = 100;

/// The text as the grammar reads it, and what was taken out of it.
pub struct Layout {
    /// As long as the source.
    pub text: String,
    /// `#` comments.
    pub comments: Vec<Comment>,
    /// `///` documentation by the position of what it documents.
    pub docs: BTreeMap<u32, Doc>,
    /// Places already reported, in order; further complaints about their lines would only repeat them.
    pub faults: Vec<Span>,
}

/// Lays out a text. Nothing is returned where brackets are nested too deeply to go on.
pub fn lay_out(file: FileId, source: &str, sink: &mut Sink) -> Option<Layout> {
    let mut scan = Scan {
        file,
        source,
        bytes: source.as_bytes().to_vec(),
        ..Scan::new(file, source)
    };
    scan.run(sink);
    if let Some(bracket) = scan.too_deep {
        let span = scan.span(bracket, bracket + 1);
        sink.report(
            Diagnostic::new(
                codes::NESTING,
                span,
                format!("brackets are nested more than {MAX_NESTING} deep"),
            )
            .label("this is one too many")
            .note("give parts of the expression names of their own"),
        );
        return None;
    }
    let matched = brackets::match_brackets(&scan.bytes, &scan.brackets);
    scan.faults.extend(matched.report(file, source, sink));
    for &(position, byte) in &matched.repairs {
        if let Some(place) = scan.bytes.get_mut(position) {
            *place = byte;
        }
    }
    join_lines(&mut scan.bytes, &matched.inside, &scan.comment_lines);
    scan.faults.sort_by_key(|fault| fault.start);
    let docs = scan.documentation();
    // Only whole characters were replaced, each by blanks, so this never falls back.
    let text = String::from_utf8(scan.bytes).unwrap_or_else(|_| " ".repeat(source.len()));
    Some(Layout {
        text,
        comments: scan.comments,
        docs,
        faults: scan.faults,
    })
}

struct Scan<'s> {
    file: FileId,
    source: &'s str,
    bytes: Vec<u8>,
    brackets: Vec<Bracket>,
    comments: Vec<Comment>,
    /// Start and end of each `///` line, from the slashes on.
    doc_lines: Vec<(usize, usize)>,
    /// Starts of lines that hold a comment; unlike blank lines they do not end a continued statement.
    comment_lines: Vec<usize>,
    faults: Vec<Span>,
    too_deep: Option<usize>,
    depth: usize,
}

impl<'s> Scan<'s> {
    fn new(file: FileId, source: &'s str) -> Self {
        Scan {
            file,
            source,
            bytes: Vec::new(),
            brackets: Vec::new(),
            comments: Vec::new(),
            doc_lines: Vec::new(),
            comment_lines: Vec::new(),
            faults: Vec::new(),
            too_deep: None,
            depth: 0,
        }
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span {
            file: self.file,
            start: start as u32,
            end: end as u32,
        }
    }

    fn blank(&mut self, start: usize, end: usize) {
        if let Some(range) = self.bytes.get_mut(start..end) {
            range.fill(b' ');
        }
    }

    fn line_end(&self, from: usize) -> usize {
        let rest = self.source.as_bytes().get(from..).unwrap_or_default();
        rest.iter()
            .position(|&byte| byte == b'\n')
            .map_or(self.source.len(), |k| from + k)
    }

    fn run(&mut self, sink: &mut Sink) {
        let source = self.source.as_bytes();
        let mut at = 0;
        let mut line_start = 0;
        let mut blank_so_far = true;
        while let Some(&byte) = source.get(at) {
            let mut next = at + 1;
            match byte {
                b'\n' => {
                    line_start = next;
                    blank_so_far = true;
                    at = next;
                    continue;
                }
                b'#' => {
                    next = self.line_end(at);
                    let text = self.source.get(at..next).unwrap_or("").trim_end();
                    self.comments.push(Comment {
                        text: text.to_string(),
                        span: self.span(at, at + text.len()),
                    });
                    self.comment_lines.push(line_start);
                    self.blank(at, next);
                }
                b'/' if blank_so_far && source.get(at..at + 3) == Some(b"///") => {
                    next = self.line_end(at);
                    self.doc_lines.push((at, next));
                    self.blank(at, next);
                }
                b'\'' | b'"' => next = self.quote(at, byte, sink),
                b'(' | b'[' | b'{' | b')' | b']' | b'}' => self.bracket(at, byte),
                b'\\'
                    if self
                        .source
                        .get(next..self.line_end(next))
                        .is_some_and(|rest| rest.trim().is_empty()) =>
                {
                    next = (self.line_end(next) + 1).min(source.len());
                    self.blank(at, next);
                }
                b'\r' if source.get(next) != Some(&b'\n') => self.bytes[at] = b'\n',
                b' ' => {}
                b'\t' | b'\r' | 0x0b | 0x0c => self.blank(at, next),
                _ if byte >= 0x80 => {
                    let character = self
                        .source
                        .get(at..)
                        .and_then(|rest| rest.chars().next())
                        .unwrap_or(' ');
                    next = at + character.len_utf8();
                    if character.is_whitespace() || character == '\u{feff}' {
                        self.blank(at, next);
                    }
                }
                _ => {}
            }
            blank_so_far &= self.bytes.get(at) == Some(&b' ');
            at = next;
        }
    }

    fn bracket(&mut self, at: usize, byte: u8) {
        let kind = BracketKind::of(byte);
        if matches!(byte, b'(' | b'[' | b'{') {
            self.depth += 1;
            if self.depth > MAX_NESTING {
                self.too_deep.get_or_insert(at);
            }
        } else {
            self.depth = self.depth.saturating_sub(1);
        }
        if let Some(kind) = kind {
            self.brackets.push(Bracket {
                position: at,
                kind,
                byte,
            });
        }
    }

    /// Reads from a quote on. Three quotes in a row surround code of several lines, which is laid out like any other;
    /// a single quote reaches to its partner on the same line.
    fn quote(&mut self, at: usize, quote: u8, sink: &mut Sink) -> usize {
        let source = self.source.as_bytes();
        if source.get(at..at + 3) == Some(&[quote; 3]) {
            self.brackets.push(Bracket {
                position: at,
                kind: BracketKind::Triple(quote),
                byte: quote,
            });
            return at + 3;
        }
        let end = self.line_end(at);
        let mut k = at + 1;
        let mut depth = self.depth;
        while k < end {
            match source[k] {
                b'\\' => k += 1,
                byte if byte == quote => return k + 1,
                b'(' | b'[' | b'{' => {
                    depth += 1;
                    if depth > MAX_NESTING {
                        self.too_deep.get_or_insert(k);
                    }
                }
                b')' | b']' | b'}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            k += 1;
        }
        let span = self.span(at, at + 1);
        let before = self
            .source
            .get(..at)
            .and_then(|text| text.chars().next_back());
        let mut diagnostic = Diagnostic::new(
            codes::BRACKETS,
            span,
            format!("this `{}` has no partner on its line", quote as char),
        )
        .label("begins a text that does not end");
        if quote == b'\'' && before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            diagnostic = diagnostic.note("a derivative is written `dv/dt = …`");
        }
        if self.faults.len() < MAX_REPORTS {
            sink.report(diagnostic);
        }
        self.faults.push(span);
        self.blank(at, at + 1);
        at + 1
    }

    /// Groups `///` lines that follow each other, and finds what they stand before.
    fn documentation(&self) -> BTreeMap<u32, Doc> {
        let mut docs = BTreeMap::new();
        let mut lines = self.doc_lines.iter().peekable();
        while let Some(&(start, mut end)) = lines.next() {
            let mut text = vec![self.doc_text(start, end)];
            while let Some(&&(next_start, next_end)) = lines.peek() {
                let between = self.source.get(end..next_start).unwrap_or("x");
                if between.trim().is_empty() && between.matches('\n').count() == 1 {
                    text.push(self.doc_text(next_start, next_end));
                    end = next_end;
                    lines.next();
                } else {
                    break;
                }
            }
            let rest = self.bytes.get(end..).unwrap_or_default();
            let target = end
                + rest
                    .iter()
                    .position(|byte| !byte.is_ascii_whitespace() && *byte != b';')
                    .unwrap_or(rest.len());
            let written = self.source.get(start..end).unwrap_or("").trim_end().len();
            docs.insert(
                target as u32,
                Doc {
                    text: text.join("\n"),
                    span: self.span(start, start + written),
                },
            );
        }
        docs
    }

    fn doc_text(&self, start: usize, end: usize) -> String {
        let line = self.source.get(start + 3..end).unwrap_or("").trim_end();
        line.strip_prefix(' ').unwrap_or(line).to_string()
    }
}

/// Turns the line ends that do not end a statement into blanks. `inside` tells whether a position lies in `(…)` or `[…]`.
fn join_lines(bytes: &mut [u8], inside: &[(usize, usize)], comment_lines: &[usize]) {
    for &(open, close) in inside {
        if let Some(range) = bytes.get_mut(open..close) {
            for byte in range.iter_mut().filter(|byte| **byte == b'\n') {
                *byte = b' ';
            }
        }
    }
    // The line ends since the last line with text, and where that line began.
    let mut pending: Vec<usize> = Vec::new();
    let mut previous: Option<(usize, usize)> = None;
    let mut joins = Vec::new();
    let mut start = 0;
    while start <= bytes.len() {
        let end = bytes
            .get(start..)
            .and_then(|rest| rest.iter().position(|&byte| byte == b'\n'))
            .map_or(bytes.len(), |k| start + k);
        let line = bytes.get(start..end).unwrap_or_default().trim_ascii();
        if line.is_empty() {
            if comment_lines.binary_search(&start).is_err() {
                previous = None;
            }
        } else {
            if let Some((a, b)) = previous
                && continues(bytes.get(a..b).unwrap_or_default().trim_ascii(), line)
            {
                joins.append(&mut pending);
            }
            previous = Some((start, end));
            pending.clear();
        }
        pending.push(end);
        start = end + 1;
    }
    for position in joins {
        if let Some(byte) = bytes.get_mut(position) {
            *byte = b' ';
        }
    }
}

/// True when the second line belongs to the statement of the first.
fn continues(first: &[u8], second: &[u8]) -> bool {
    let word_at_end = |word: &str| {
        first.ends_with(word.as_bytes())
            && !first
                .len()
                .checked_sub(word.len() + 1)
                .is_some_and(|k| is_word(first[k]))
    };
    let word_at_start = |word: &str| {
        second.starts_with(word.as_bytes())
            && !second.get(word.len()).is_some_and(|&byte| is_word(byte))
            && !begins_statement(second)
    };
    match second.first() {
        None | Some(b'}') => return false,
        Some(
            b'+' | b'-' | b'*' | b'/' | b'%' | b'^' | b'<' | b'>' | b'=' | b',' | b':' | b'{'
            | b'(',
        ) => return true,
        Some(b'!') if second.starts_with(b"!=") => return true,
        Some(b'.') if second.starts_with(b"..") => return true,
        _ if ["and", "or", "else"].iter().any(|word| word_at_start(word)) => return true,
        _ => {}
    }
    match first.last() {
        Some(b',') => true,
        // `reset:` and its code on the next line, but not `v :` and the next parameter.
        Some(b':') => !begins_statement(second) || assigns(second),
        Some(b'+' | b'-' | b'*' | b'/' | b'%' | b'^' | b'<' | b'>' | b'=') => {
            !begins_statement(second)
        }
        Some(b'.') if first.ends_with(b"..") => !begins_statement(second),
        _ => {
            ["and", "or", "not", "if", "else", "in"]
                .iter()
                .any(|word| word_at_end(word))
                && !begins_statement(second)
        }
    }
}

/// `NAME =` or `NAME :` or `dNAME/dt`: a new statement although the line before looks unfinished.
fn begins_statement(line: &[u8]) -> bool {
    let word = line.iter().take_while(|&&byte| is_word(byte)).count();
    let rest = line.get(word..).unwrap_or_default().trim_ascii_start();
    word > 0
        && match rest.first() {
            Some(b'=') => rest.get(1) != Some(&b'='),
            Some(b':') => true,
            Some(b'/') => {
                line.first() == Some(&b'd')
                    && rest
                        .get(1..)
                        .unwrap_or_default()
                        .trim_ascii_start()
                        .starts_with(b"dt")
            }
            _ => false,
        }
}

/// `NAME =`.
fn assigns(line: &[u8]) -> bool {
    let rest = line
        .iter()
        .skip_while(|&&byte| is_word(byte) || byte == b' ');
    rest.copied().next() == Some(b'=')
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}
