//! Finds the partner of every bracket, and a mend for those that have none.
//!
//! Where braces do not balance, indentation decides which of them is at fault: a block that was never closed ends before
//! the first line that is indented no deeper than the line that opened it.

use super::layout::MAX_REPORTS;
use crate::diagnostic::{Diagnostic, Sink, codes};
use crate::source::{FileId, Span};

/// What a bracket pairs with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BracketKind {
    /// `( )`
    Round,
    /// `[ ]`
    Square,
    /// `{ }`
    Curly,
    /// Three quotes around code.
    Triple(u8),
}

impl BracketKind {
    /// The kind of a bracket character.
    pub fn of(byte: u8) -> Option<BracketKind> {
        match byte {
            b'(' | b')' => Some(BracketKind::Round),
            b'[' | b']' => Some(BracketKind::Square),
            b'{' | b'}' => Some(BracketKind::Curly),
            _ => None,
        }
    }
    fn closing(self) -> u8 {
        match self {
            BracketKind::Round => b')',
            BracketKind::Square => b']',
            BracketKind::Curly => b'}',
            BracketKind::Triple(quote) => quote,
        }
    }
}

/// One bracket character (or the first of three quotes).
#[derive(Clone, Copy, Debug)]
pub struct Bracket {
    /// Its byte.
    pub position: usize,
    /// What it pairs with.
    pub kind: BracketKind,
    /// The character.
    pub byte: u8,
}

enum Fault {
    /// Never closed.
    Open {
        bracket: Bracket,
        noticed: Option<usize>,
    },
    /// Closed by the wrong character.
    Crossed { open: Bracket, close: Bracket },
    /// Closes nothing.
    Stray(Bracket),
    /// Closes a block that was never opened, and where it should have been.
    Unopened { close: Bracket, at: usize },
}

/// The result of [`match_brackets`].
#[derive(Default)]
pub struct Matched {
    /// Ranges of `( )` and `[ ]`.
    pub inside: Vec<(usize, usize)>,
    /// Bytes to write so that everything balances.
    pub repairs: Vec<(usize, u8)>,
    faults: Vec<Fault>,
}

/// Pairs brackets. `bytes` is the text without comments.
pub fn match_brackets(bytes: &[u8], brackets: &[Bracket]) -> Matched {
    let matched = pair(bytes, brackets, false);
    let braces = matched.faults.iter().any(
        |fault| matches!(fault, Fault::Open { bracket, .. } if bracket.kind == BracketKind::Curly),
    );
    if braces {
        pair(bytes, brackets, true)
    } else {
        matched
    }
}

struct Line {
    start: usize,
    indent: usize,
    first: u8,
}

fn lines(bytes: &[u8]) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut start = 0;
    for line in bytes.split(|&byte| byte == b'\n') {
        let indent = line.iter().take_while(|&&byte| byte == b' ').count();
        if let Some(&first) = line.get(indent) {
            lines.push(Line {
                start,
                indent,
                first,
            });
        }
        start += line.len() + 1;
    }
    lines
}

struct Open {
    bracket: Bracket,
    /// Position of its line among the lines with text.
    line: usize,
}

fn pair(bytes: &[u8], brackets: &[Bracket], by_indent: bool) -> Matched {
    let lines = lines(bytes);
    let line_of = |position: usize| {
        lines
            .partition_point(|line| line.start <= position)
            .saturating_sub(1)
    };
    let mut result = Matched::default();
    let mut stack: Vec<Open> = Vec::new();
    let mut next_line = 0;
    for &bracket in brackets {
        let line = line_of(bracket.position);
        if by_indent {
            next_line = dedent(&lines, next_line, line, &mut stack, &mut result);
        }
        let opens = match bracket.kind {
            BracketKind::Triple(_) => !stack.iter().any(|open| open.bracket.kind == bracket.kind),
            _ => matches!(bracket.byte, b'(' | b'[' | b'{'),
        };
        if opens {
            stack.push(Open { bracket, line });
            continue;
        }
        // A bracket of a line does not reach through an open block.
        let floor = match bracket.kind {
            BracketKind::Round | BracketKind::Square => stack
                .iter()
                .rposition(|open| open.bracket.kind == BracketKind::Curly && open.line != line)
                .map_or(0, |k| k + 1),
            _ => 0,
        };
        let mut partner = stack
            .iter()
            .rposition(|open| open.bracket.kind == bracket.kind)
            .filter(|&k| k >= floor);
        if by_indent
            && bracket.kind == BracketKind::Curly
            && lines.get(line).is_some_and(|l| l.first == b'}')
        {
            let indent = lines.get(line).map_or(0, |l| l.indent);
            let same = |open: &Open| {
                open.bracket.kind == BracketKind::Curly
                    && lines.get(open.line).is_some_and(|l| l.indent == indent)
            };
            partner = stack.iter().rposition(same).or(partner);
        }
        match partner {
            Some(k) => {
                for open in stack.drain(k + 1..).rev() {
                    unclosed(open.bracket, Some(bracket.position), &mut result);
                }
                if let Some(open) = stack.pop()
                    && matches!(bracket.kind, BracketKind::Round | BracketKind::Square)
                {
                    result
                        .inside
                        .push((open.bracket.position, bracket.position));
                }
            }
            None => match stack.pop_if(|open| {
                open.line == line
                    && matches!(open.bracket.kind, BracketKind::Round | BracketKind::Square)
            }) {
                Some(open) => {
                    result
                        .repairs
                        .push((bracket.position, open.bracket.kind.closing()));
                    result
                        .inside
                        .push((open.bracket.position, bracket.position));
                    result.faults.push(Fault::Crossed {
                        open: open.bracket,
                        close: bracket,
                    });
                }
                None => match header_of(bytes, &lines, line, bracket, &mut result.faults) {
                    Some(at) => {
                        result.repairs.retain(|&(position, _)| position != at);
                        result.repairs.push((at, b'{'));
                        result.faults.push(Fault::Unopened { close: bracket, at });
                    }
                    None => {
                        result.repairs.push((bracket.position, b' '));
                        result.faults.push(Fault::Stray(bracket));
                    }
                },
            },
        }
    }
    if by_indent {
        dedent(&lines, next_line, lines.len(), &mut stack, &mut result);
    }
    for open in stack.into_iter().rev() {
        unclosed(open.bracket, None, &mut result);
    }
    result
}

/// For a `}` that begins a line and closes nothing: where the line before its block lacks a `{`. That line is indented as the `}` is, and
/// those between are indented deeper.
fn header_of(
    bytes: &[u8],
    lines: &[Line],
    close: usize,
    bracket: Bracket,
    faults: &mut Vec<Fault>,
) -> Option<usize> {
    let last = lines.get(close)?;
    if bracket.kind != BracketKind::Curly || last.first != b'}' {
        return None;
    }
    let deeper = |line: &&Line| line.indent > last.indent;
    let inside = lines.get(..close)?.iter().rev().take_while(deeper).count();
    let first = close.checked_sub(inside + 1)?;
    let header = lines.get(first)?;
    let text = bytes
        .get(header.start..)?
        .split(|&byte| byte == b'\n')
        .next()?
        .trim_ascii_end();
    let opens = header.first.is_ascii_alphabetic() && header.indent == last.indent;
    let braces = text.iter().any(|byte| matches!(byte, b'{' | b'}'));
    if inside == 0 || !opens || braces {
        return None;
    }
    // A bracket at the end of the line that closes nothing stands in its place.
    let at = header.start + text.len();
    let stray =
        |fault: &Fault| matches!(fault, Fault::Stray(bracket) if bracket.position + 1 == at);
    match faults.iter().position(stray) {
        Some(fault) => {
            faults.remove(fault);
            Some(at - 1)
        }
        None => Some(at),
    }
}

/// Closes blocks that end by indentation before the lines from `from` to `to`; returns where to go on.
fn dedent(
    lines: &[Line],
    from: usize,
    to: usize,
    stack: &mut Vec<Open>,
    result: &mut Matched,
) -> usize {
    for k in from..=to.min(lines.len().saturating_sub(1)) {
        let Some(line) = lines.get(k) else { break };
        if line.first == b'}' || line.first == b'{' {
            continue;
        }
        while let Some(open) = stack.last()
            && open.bracket.kind == BracketKind::Curly
            && open.line + 1 < k
            && lines
                .get(open.line)
                .is_some_and(|l| l.indent >= line.indent)
            && lines
                .get(open.line + 1)
                .is_some_and(|l| l.indent > line.indent)
            && !result
                .repairs
                .iter()
                .any(|&(position, _)| position + 1 == line.start)
        {
            result.repairs.push((line.start - 1, b'}'));
            result.faults.push(Fault::Open {
                bracket: open.bracket,
                noticed: Some(line.start + line.indent),
            });
            stack.pop();
        }
    }
    (to + 1).max(from)
}

fn unclosed(bracket: Bracket, noticed: Option<usize>, result: &mut Matched) {
    match bracket.kind {
        BracketKind::Triple(_) => result
            .repairs
            .extend((0..3).map(|k| (bracket.position + k, b' '))),
        // The end of the text closes blocks; the grammar says so.
        BracketKind::Curly if noticed.is_none() => {}
        _ => result.repairs.push((bracket.position, b' ')),
    }
    result.faults.push(Fault::Open { bracket, noticed });
}

impl Matched {
    /// Reports every bracket without a partner; returns their places.
    pub fn report(&self, file: FileId, source: &str, sink: &mut Sink) -> Vec<Span> {
        let mut places = Vec::new();
        for fault in &self.faults {
            let (bracket, diagnostic) = match fault {
                Fault::Open { bracket, noticed } => {
                    let span = span(file, bracket);
                    let what = source
                        .get(span.start as usize..span.end as usize)
                        .unwrap_or("");
                    let mut diagnostic = Diagnostic::new(
                        codes::BRACKETS,
                        span,
                        format!("this `{what}` is never closed"),
                    )
                    .label("opened here");
                    if let Some(at) = noticed {
                        let end = at
                            + source
                                .get(*at..)
                                .and_then(|rest| rest.chars().next())
                                .map_or(0, char::len_utf8);
                        let place = Span {
                            file,
                            start: *at as u32,
                            end: end as u32,
                        };
                        diagnostic = diagnostic.also(
                            place,
                            format!(
                                "`{}` was expected before this",
                                bracket.kind.closing() as char
                            ),
                        );
                    }
                    (bracket, diagnostic)
                }
                Fault::Crossed { open, close } => {
                    let (opened, wrong) = (open.byte as char, close.byte as char);
                    let right = (open.kind.closing() as char).to_string();
                    let diagnostic = Diagnostic::new(
                        codes::BRACKETS,
                        span(file, close),
                        format!("`{opened}` is closed by `{wrong}`"),
                    )
                    .label(format!("`{right}` was expected here"))
                    .also(span(file, open), "opened here")
                    .fix(
                        format!("write `{right}`"),
                        span(file, close),
                        right.clone(),
                        false,
                    );
                    (close, diagnostic)
                }
                Fault::Unopened { close, at } => {
                    let start = *at as u32;
                    let instead = matches!(source.as_bytes().get(*at), Some(b']' | b')'));
                    let end = start + u32::from(instead);
                    let place = Span { file, start, end };
                    let brace = if instead { "{" } else { " {" };
                    let diagnostic =
                        Diagnostic::new(codes::BRACKETS, place, "this block has no `{`")
                            .label("`{` was expected here")
                            .also(span(file, close), "closes the block")
                            .fix("write `{`", place, brace, false);
                    (close, diagnostic)
                }
                Fault::Stray(bracket) => {
                    let what = bracket.byte as char;
                    let diagnostic = Diagnostic::new(
                        codes::BRACKETS,
                        span(file, bracket),
                        format!("this `{what}` closes nothing"),
                    )
                    .label("no bracket is open here");
                    (bracket, diagnostic)
                }
            };
            places.push(span(file, bracket));
            if places.len() <= MAX_REPORTS {
                sink.report(diagnostic);
            }
        }
        places
    }
}

fn span(file: FileId, bracket: &Bracket) -> Span {
    let width = if matches!(bracket.kind, BracketKind::Triple(_)) {
        3
    } else {
        1
    };
    Span {
        file,
        start: bracket.position as u32,
        end: (bracket.position + width) as u32,
    }
}
