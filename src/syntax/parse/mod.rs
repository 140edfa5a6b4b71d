//! Text to tree: runs the grammar over the laid-out text and turns its pairs into nodes.
//!
//! Reading never fails: a line that fits no rule becomes an `Error` node, [`explain`] says what was expected there, and
//! the lines after it are read as usual.

mod explain;
mod expr;
mod item;
mod library;
mod member;
mod words;

use std::collections::BTreeMap;

use pest::Parser;
use pest::iterators::Pair;

use super::allow;
use super::ast::{Comment, Doc, Expr, ExprKind, File, Ident, Text};
use super::layout::{self, Layout};
use crate::diagnostic::{Diagnostic, Sink, codes};
use crate::source::{FileId, Span};

mod grammar {
    //! The parser that pest makes of the grammar.
    #![allow(missing_docs)]

    #[derive(pest_derive::Parser)]
    #[grammar = "../grammar/snn.pest"]
    pub struct Grammar;
}

pub use explain::NAMELESS;
use grammar::{Grammar, Rule};

/// Reads a file. What could not be read is reported and stands in the tree as `Error`.
pub fn parse(source: FileId, text: &str, sink: &mut Sink) -> File {
    let empty = File {
        items: Vec::new(),
        comments: Vec::new(),
    };
    if u32::try_from(text.len()).is_err() {
        sink.report(Diagnostic::without_place(
            codes::SYNTAX,
            "the text is longer than 4 GiB",
        ));
        return empty;
    }
    let before = sink.diagnostics().len();
    let Some(layout) = layout::lay_out(source, text, sink) else {
        return empty;
    };
    let Layout {
        text: laid_out,
        comments,
        docs,
        faults,
    } = layout;
    let mut builder = Builder {
        file: source,
        source: text,
        text: &laid_out,
        docs,
        faults,
        sink,
        in_body: 0,
        operators: 0,
        explained: 0,
    };
    let items = match Grammar::parse(Rule::file, &laid_out) {
        Ok(pairs) => pairs
            .flat_map(Pair::into_inner)
            .filter_map(|pair| builder.item(pair))
            .collect(),
        Err(error) => {
            builder.report_failure(&error, 0);
            Vec::new()
        }
    };
    let comments = with_loose_docs(comments, builder.docs, text);
    one_fault_a_line(sink, before, text);
    for allowance in allow::allowances(&comments, text) {
        sink.allow(allowance);
    }
    File { items, comments }
}

/// Where a bracket has no partner, nothing else is said of its line: it would only follow from that.
fn one_fault_a_line(sink: &mut Sink, before: usize, text: &str) {
    let line = |diagnostic: &Diagnostic| {
        let start = diagnostic.span()?.start as usize;
        Some(text.get(..start)?.matches('\n').count())
    };
    let new = sink.diagnostics().get(before..).unwrap_or(&[]);
    let brackets = new.iter().filter(|d| d.code == codes::BRACKETS);
    let lines: Vec<usize> = brackets.filter_map(line).collect();
    if !lines.is_empty() {
        sink.retain_after(before, |diagnostic| {
            diagnostic.code != codes::SYNTAX
                || line(diagnostic).is_none_or(|line| !lines.contains(&line))
        });
    }
}

/// Reads one expression, such as the value of `--set name=value`.
pub fn parse_expression(source: FileId, text: &str, sink: &mut Sink) -> Expr {
    let whole = Span {
        file: source,
        start: 0,
        end: text.len() as u32,
    };
    let error = Expr {
        kind: ExprKind::Error,
        span: whole,
    };
    let Some(Layout {
        text: laid_out,
        docs,
        faults,
        ..
    }) = layout::lay_out(source, text, sink)
    else {
        return error;
    };
    let mut builder = Builder {
        file: source,
        source: text,
        text: &laid_out,
        docs,
        faults,
        sink,
        in_body: 0,
        operators: 0,
        explained: 0,
    };
    match Grammar::parse(Rule::only_expression, &laid_out) {
        Ok(pairs) => match pairs
            .flat_map(Pair::into_inner)
            .find(|pair| pair.as_rule() == Rule::expr)
        {
            Some(pair) => builder.expr(pair),
            None => error,
        },
        Err(failure) => {
            builder.report_failure(&failure, 0);
            error
        }
    }
}

/// Documentation that stands before nothing is kept as comments.
fn with_loose_docs(
    mut comments: Vec<Comment>,
    docs: BTreeMap<u32, Doc>,
    text: &str,
) -> Vec<Comment> {
    if docs.is_empty() {
        return comments;
    }
    for doc in docs.into_values() {
        let mut start = doc.span.start;
        for line in text
            .get(doc.span.start as usize..doc.span.end as usize)
            .unwrap_or("")
            .split('\n')
        {
            let blanks = (line.len() - line.trim_start().len()) as u32;
            let written = line.trim();
            let span = Span {
                start: start + blanks,
                end: start + blanks + written.len() as u32,
                ..doc.span
            };
            comments.push(Comment {
                text: written.to_string(),
                span,
            });
            start += line.len() as u32 + 1;
        }
    }
    comments.sort_by_key(|comment| comment.span.start);
    comments
}

/// Turns pairs into nodes and reports what is wrong with them.
struct Builder<'s, 'k> {
    file: FileId,
    /// The text as written.
    source: &'s str,
    /// The text as the grammar reads it.
    text: &'s str,
    docs: BTreeMap<u32, Doc>,
    faults: Vec<Span>,
    sink: &'k mut Sink,
    /// How many bodies of loops, sweeps, conditions surround the item being built.
    in_body: usize,
    /// Operators of the expressions around the one being built.
    operators: usize,
    /// Lines explained so far.
    explained: usize,
}

impl Builder<'_, '_> {
    /// The span of a pair without the blanks that the grammar reads after it.
    fn span(&self, pair: &Pair<Rule>) -> Span {
        let span = pair.as_span();
        let written = self
            .text
            .get(span.start()..span.end())
            .unwrap_or("")
            .trim_end();
        Span {
            file: self.file,
            start: span.start() as u32,
            end: (span.start() + written.len()) as u32,
        }
    }

    fn ident(&self, pair: &Pair<Rule>) -> Ident {
        Ident {
            name: pair.as_str().trim().to_string(),
            span: self.span(pair),
        }
    }

    /// A quoted text. Content is taken from the source, where nothing was blanked.
    fn text_of(&self, pair: &Pair<Rule>) -> Text {
        let span = self.span(pair);
        let written = self
            .source
            .get(span.start as usize + 1..(span.end as usize).saturating_sub(1))
            .unwrap_or("");
        let mut value = String::with_capacity(written.len());
        let mut characters = written.chars();
        while let Some(c) = characters.next() {
            match c {
                '\\' => match characters.next() {
                    Some('n') => value.push('\n'),
                    Some('t') => value.push('\t'),
                    Some(other) => value.push(other),
                    None => {}
                },
                c => value.push(c),
            }
        }
        Text { value, span }
    }

    fn doc(&mut self, start: u32) -> Option<Doc> {
        self.docs.remove(&start)
    }
}

#[cfg(test)]
mod tests;
