//! The formatter: a tree back to text.
//!
//! Written anew are blanks, line ends, quotes around code and braces around single statements. Kept are names, numbers,
//! parentheses, the spelling of powers, blanks around `*` and `/`, comments, and blank lines (one at most at a place).
//! Units and `=` of neighboring lines of one kind stand below each other. Formatting twice changes nothing more.

mod expr;
mod item;
mod lines;
mod member;

use super::ast::{Comment, Doc, File};
use crate::source::Span;
use lines::{Kind, Line};

/// Lines are broken where they would be longer than this, if they can be.
const WIDTH: usize = 100;
/// Columns per level of nesting.
const STEP: usize = 4;

/// The text of a tree. `text` is what the tree was read from: it gives spelling and blank lines, and may be empty for a
/// tree that was built otherwise.
pub fn format(text: &str, file: &File) -> String {
    let mut printer = Printer::new(text, &file.comments);
    for item in &file.items {
        printer.item(item);
    }
    printer.comments_before(u32::MAX);
    lines::render(&printer.lines)
}

struct Printer<'t> {
    text: &'t str,
    /// The text with comments blanked, to find words between nodes.
    plain: String,
    comments: &'t [Comment],
    lines: Vec<Line>,
    indent: usize,
    /// Where the thing printed last ends in the text; nothing right after a `{`.
    last_end: Option<u32>,
}

impl<'t> Printer<'t> {
    fn new(text: &'t str, comments: &'t [Comment]) -> Self {
        let mut plain = text.as_bytes().to_vec();
        for comment in comments {
            if let Some(range) =
                plain.get_mut(comment.span.start as usize..comment.span.end as usize)
            {
                range.fill(b' ');
            }
        }
        let plain = String::from_utf8(plain).unwrap_or_default();
        Printer {
            text,
            plain,
            comments,
            lines: Vec::new(),
            indent: 0,
            last_end: None,
        }
    }

    fn between(&self, start: u32, end: u32) -> &str {
        self.text.get(start as usize..end as usize).unwrap_or("")
    }

    /// A blank line, if the text has one before `start`.
    fn blank_before(&mut self, start: u32) {
        if let Some(end) = self.last_end
            && self.between(end, start).matches('\n').count() > 1
        {
            self.lines.push(Line::blank());
        }
    }

    /// Comments that begin before a position, on lines of their own.
    fn comments_before(&mut self, position: u32) {
        while let Some((first, rest)) = self.comments.split_first()
            && first.span.start < position
        {
            self.blank_before(first.span.start);
            self.lines.push(Line::new(
                self.indent,
                Kind::Comment,
                vec![first.text.clone()],
            ));
            self.last_end = Some(first.span.end);
            self.comments = rest;
        }
    }

    /// A comment behind what was just printed, on its line.
    fn comment_behind(&mut self, end: u32) {
        if let Some((first, rest)) = self.comments.split_first()
            && first.span.start >= end
            && !self.between(end, first.span.start).contains('\n')
            && self
                .between(end, first.span.start)
                .chars()
                .all(|c| matches!(c, ' ' | '\t' | ';' | '\r'))
            && let Some(line) = self.lines.last_mut()
        {
            line.comment = Some(first.text.clone());
            self.last_end = Some(first.span.end);
            self.comments = rest;
        }
    }

    /// What stands before a node: comments, a blank line, documentation. `until` is where comments stop being moved up.
    fn lead(&mut self, span: Span, doc: Option<&Doc>, until: u32) {
        let start = doc.map_or(span.start, |doc| doc.span.start);
        self.comments_before(start);
        self.blank_before(start);
        let moved = self
            .comments
            .iter()
            .take_while(|comment| comment.span.start < until)
            .count();
        let (inner, rest) = self.comments.split_at(moved);
        for comment in inner {
            self.lines.push(Line::new(
                self.indent,
                Kind::Comment,
                vec![comment.text.clone()],
            ));
        }
        self.comments = rest;
        for line in doc.iter().flat_map(|doc| doc.text.split('\n')) {
            let text = if line.is_empty() {
                "///".to_string()
            } else {
                format!("/// {line}")
            };
            self.lines
                .push(Line::new(self.indent, Kind::Comment, vec![text]));
        }
    }

    /// Prints a node of one statement: comments within it move before it.
    fn simple(&mut self, span: Span, doc: Option<&Doc>, kind: Kind, cells: Vec<String>) {
        self.lead(span, doc, span.end);
        self.lines.push(Line::new(self.indent, kind, cells));
        self.last_end = Some(span.end);
        self.comment_behind(span.end);
    }

    /// Opens a block; a comment on the line of its brace stays there.
    fn open(&mut self, head: String, span: Span, first_child: Option<u32>) {
        self.lines
            .push(Line::new(self.indent, Kind::Other, vec![head]));
        self.last_end = None;
        self.indent += STEP;
        let limit = first_child.unwrap_or(span.end).min(span.end);
        if let Some((first, rest)) = self.comments.split_first()
            && first.span.start < limit
            && !self.between(span.start, first.span.start).contains('\n')
            && let Some(line) = self.lines.last_mut()
        {
            line.comment = Some(first.text.clone());
            self.comments = rest;
        }
    }

    /// Closes a block that ends at `end`.
    fn close(&mut self, end: u32, text: &str) {
        self.comments_before(end);
        self.indent = self.indent.saturating_sub(STEP);
        self.lines
            .push(Line::new(self.indent, Kind::Other, vec![text.to_string()]));
        self.last_end = Some(end);
    }

    /// True where comments stand within a span.
    fn has_comments(&self, span: Span) -> bool {
        self.comments
            .iter()
            .any(|comment| span.start <= comment.span.start && comment.span.end <= span.end)
    }

    /// A block on one line, `head { a; b }`, if it stood on one line and fits there; the line is printed.
    fn one_line(&mut self, head: &str, span: Span, print: impl FnOnce(&mut Printer)) -> bool {
        let written = self.between(span.start, span.end);
        if written.is_empty() || written.contains('\n') || self.has_comments(span) {
            return false;
        }
        let mut inner = Printer {
            text: self.text,
            plain: String::new(),
            comments: &[],
            lines: Vec::new(),
            indent: 0,
            last_end: None,
        };
        print(&mut inner);
        let parts: Vec<String> = inner
            .lines
            .iter()
            .map(|line| line.cells.join(" "))
            .collect();
        let text = if parts.is_empty() {
            format!("{head} {{}}")
        } else {
            format!("{head} {{ {} }}", parts.join("; "))
        };
        let single = inner
            .lines
            .iter()
            .all(|line| line.indent == 0 && !matches!(line.kind, Kind::Blank | Kind::Comment));
        if !single || text.contains('\n') || self.indent + expr::width(&text) > WIDTH {
            return false;
        }
        self.lines
            .push(Line::new(self.indent, Kind::Other, vec![text]));
        self.last_end = Some(span.end);
        true
    }
}
