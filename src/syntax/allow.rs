//! Comments that allow a warning for a line: `# allow W0250, W0551: a reason`.

use super::ast::Comment;
use crate::diagnostic::Allowance;
use crate::source::Span;

/// What the comments of a text allow.
pub(super) fn allowances(comments: &[Comment], text: &str) -> Vec<Allowance> {
    let mut found = Vec::new();
    for comment in comments {
        let Some(rest) = comment.text.strip_prefix('#').map(str::trim_start) else {
            continue;
        };
        let Some(codes) = rest.strip_prefix("allow ") else {
            continue;
        };
        let codes = codes.split(':').next().unwrap_or(codes);
        let line = line_of(text, comment.span);
        let mut at = comment.text.len()
            - comment
                .text
                .find("allow ")
                .map_or("", |at| &comment.text[at + 6..])
                .len();
        for part in codes.split_inclusive([',', ' ']) {
            let code = part.trim_end_matches([',', ' ']);
            let start = comment.span.start + at as u32;
            at += part.len();
            if is_code(code) {
                found.push(Allowance {
                    code: code.to_string(),
                    span: Span {
                        start,
                        end: start + code.len() as u32,
                        ..comment.span
                    },
                    line,
                });
            }
        }
    }
    found
}

fn is_code(word: &str) -> bool {
    let digits = word.strip_prefix(['E', 'W', 'A']).unwrap_or("");
    digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit())
}

/// The line of a comment; of a comment alone on its line, the next line with something else.
fn line_of(text: &str, comment: Span) -> Span {
    let before = text.get(..comment.start as usize).unwrap_or("");
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let alone = text
        .get(start..comment.start as usize)
        .unwrap_or("")
        .trim()
        .is_empty();
    let mut start = start;
    let mut rest = text.get(start..).unwrap_or("").split_inclusive('\n');
    let mut line = rest.next().unwrap_or("");
    if alone {
        loop {
            start += line.len();
            let Some(next) = rest.next() else { break };
            line = next;
            let code = line.trim_start();
            if !code.trim_end().is_empty() && !code.starts_with('#') && !code.starts_with("///") {
                break;
            }
        }
    }
    Span {
        start: start as u32,
        end: (start + line.trim_end().len()) as u32,
        ..comment
    }
}
