//! Reads what a Brian2 script is made of: assignments and calls, line by logical line. Arithmetic is kept as text.
//!
//! The whole of Python is not read: blocks (`for`, `def`, `if`) are handed on as they are, for a comment.

/// A statement.
#[derive(Clone, PartialEq, Debug)]
pub enum Statement {
    /// `target = value`, `target += value`
    Assign {
        /// `tau`, `G.v`, `G.v[:10]`
        target: String,
        /// `=`, `+=`
        operator: String,
        /// The value.
        value: Value,
    },
    /// `run(100*ms)`
    Call(Call),
    /// Imports and texts alone.
    Nothing,
    /// Anything else, with the lines of its block.
    Other,
}

/// A value.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// `'v > 1'`, also over several lines, or several texts one after the other.
    Text(String),
    /// `NeuronGroup(…)`
    Call(Call),
    /// `['v', 'w']`
    List(Vec<Value>),
    /// `{'pre': …}`
    Dict(Vec<(String, Value)>),
    /// Anything else, as written.
    Plain(String),
}

/// A call.
#[derive(Clone, PartialEq, Debug)]
pub struct Call {
    /// `NeuronGroup`, `S.connect`
    pub function: String,
    /// Arguments with their names.
    pub arguments: Vec<(Option<String>, Value)>,
}

impl Call {
    /// An argument by its name, or by its position.
    pub fn get(&self, position: usize, name: &str) -> Option<&Value> {
        let named = self
            .arguments
            .iter()
            .find(|(known, _)| known.as_deref() == Some(name));
        let placed = || {
            self.arguments
                .get(position)
                .filter(|(known, _)| known.is_none())
        };
        named.or_else(placed).map(|(_, value)| value)
    }
}

/// A statement with its place and its text.
#[derive(Clone, PartialEq, Debug)]
pub struct Line {
    /// Its number, from 1.
    pub number: usize,
    /// As written, without comments behind it.
    pub text: String,
    /// What it is.
    pub statement: Statement,
}

/// Reads a script.
pub fn read(script: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut block: Option<Line> = None;
    for (number, text) in logical_lines(script) {
        let indented = text.starts_with([' ', '\t']);
        let opens = text.trim_end().ends_with(':') && is_block(text.trim_start());
        let continues = ["else:", "elif ", "except", "finally:"]
            .iter()
            .any(|word| text.starts_with(word));
        match &mut block {
            Some(open) if indented || continues => {
                open.text.push('\n');
                open.text.push_str(&text);
                continue;
            }
            _ => lines.extend(block.take()),
        }
        let statement = statement(text.trim());
        let line = Line {
            number,
            text,
            statement,
        };
        if opens || line.text.starts_with('@') {
            block = Some(Line {
                statement: Statement::Other,
                ..line
            });
        } else {
            lines.push(line);
        }
    }
    lines.extend(block);
    lines
}

fn is_block(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "for", "while", "if", "def", "class", "with", "try", "else", "elif", "async",
    ];
    let word = text
        .split(|c: char| !c.is_alphanumeric())
        .next()
        .unwrap_or("");
    WORDS.contains(&word)
}

/// A piece of text: in quotes with the length of its quotes, a comment, or one character.
enum Piece<'s> {
    Quoted(&'s str),
    Comment(&'s str),
    Other(char),
}

/// The first piece of a text.
fn piece(text: &str) -> Option<Piece<'_>> {
    let c = text.chars().next()?;
    if c == '#' {
        let end = text.find('\n').unwrap_or(text.len());
        return text.get(..end).map(Piece::Comment);
    }
    if c != '"' && c != '\'' {
        return Some(Piece::Other(c));
    }
    let quote = ["'''", "\"\"\"", "'", "\""]
        .into_iter()
        .find(|quote| text.starts_with(quote))?;
    let mut at = quote.len();
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if rest.starts_with(quote) {
            return text.get(..at + quote.len()).map(Piece::Quoted);
        }
        let mut characters = rest.chars();
        let first = characters.next().map_or(1, char::len_utf8);
        let escaped = rest.starts_with('\\');
        at += first
            + if escaped {
                characters.next().map_or(0, char::len_utf8)
            } else {
                0
            };
    }
    Some(Piece::Quoted(text))
}

/// Lines joined over brackets, long texts and backslashes; without comments and empty lines.
fn logical_lines(script: &str) -> Vec<(usize, String)> {
    let mut lines = Vec::new();
    let (mut current, mut depth, mut number, mut first) = (String::new(), 0_usize, 1, 1);
    let mut rest = script;
    while let Some(next) = piece(rest) {
        let length = match next {
            Piece::Quoted(text) => {
                number += text.matches('\n').count();
                current.push_str(text);
                text.len()
            }
            Piece::Comment(text) => text.len(),
            Piece::Other('\n') => {
                number += 1;
                if depth > 0 {
                    current.push(' ');
                } else {
                    lines.push((first, std::mem::take(&mut current)));
                    first = number;
                }
                1
            }
            Piece::Other('\\') if rest.starts_with("\\\n") => {
                number += 1;
                current.push(' ');
                2
            }
            Piece::Other(c) => {
                match c {
                    '(' | '[' | '{' => depth += 1,
                    ')' | ']' | '}' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                current.push(c);
                c.len_utf8()
            }
        };
        rest = rest.get(length..).unwrap_or("");
    }
    lines.push((first, current));
    lines.retain(|(_, line)| !line.trim().is_empty());
    lines
}

/// Splits at a separator outside of brackets and quotes.
fn split(text: &str, separator: char) -> Vec<&str> {
    let (mut parts, mut depth, mut start, mut at) = (Vec::new(), 0_usize, 0, 0);
    while let Some(next) = text.get(at..).and_then(piece) {
        at += match next {
            Piece::Quoted(quoted) => quoted.len(),
            Piece::Comment(_) => 1,
            Piece::Other(c) => {
                match c {
                    '(' | '[' | '{' => depth += 1,
                    ')' | ']' | '}' => depth = depth.saturating_sub(1),
                    c if c == separator && depth == 0 => {
                        parts.extend(text.get(start..at));
                        start = at + c.len_utf8();
                    }
                    _ => {}
                }
                c.len_utf8()
            }
        };
    }
    parts.extend(text.get(start..).filter(|part| !part.trim().is_empty()));
    parts
}

fn statement(text: &str) -> Statement {
    let word = text.split_whitespace().next().unwrap_or("");
    if ["import", "from", "pass"].contains(&word) {
        return Statement::Nothing;
    }
    if let Some((target, operator, value)) = assignment(text) {
        return Statement::Assign {
            target: target.trim().to_string(),
            operator,
            value: self::value(value),
        };
    }
    match value(text) {
        Value::Text(_) => Statement::Nothing,
        Value::Call(call) => Statement::Call(call),
        _ => Statement::Other,
    }
}

/// The parts of `a = b`, `a += b`.
fn assignment(text: &str) -> Option<(&str, String, &str)> {
    let parts = split(text, '=');
    let [target, value] = parts.as_slice() else {
        return None;
    };
    let last = target.chars().last()?;
    if matches!(last, '<' | '>' | '!') {
        return None;
    }
    let (target, operator) = match "+-*/%".contains(last) {
        true => (
            target.get(..target.len() - 1)?.trim_end_matches('*'),
            format!("{last}="),
        ),
        false => (*target, "=".to_string()),
    };
    Some((target, operator, value))
}

/// A value.
pub fn value(text: &str) -> Value {
    let text = text.trim();
    if let Some(found) = quoted(text) {
        return Value::Text(found);
    }
    let inner = |open: char, close: char| {
        let inside = text.strip_prefix(open)?.strip_suffix(close)?;
        // `[a] + [b]` is no list.
        balanced(inside).then_some(inside)
    };
    if let Some(inside) = inner('[', ']') {
        return Value::List(split(inside, ',').into_iter().map(value).collect());
    }
    if let Some(inside) = inner('{', '}') {
        let entries = split(inside, ',').into_iter().map(|entry| {
            let mut parts = split(entry, ':').into_iter();
            let key = quoted(parts.next().unwrap_or("").trim()).unwrap_or_default();
            let rest: Vec<&str> = parts.collect();
            (key, value(&rest.join(":")))
        });
        return Value::Dict(entries.collect());
    }
    match call(text) {
        Some(call) => Value::Call(call),
        None => Value::Plain(text.to_string()),
    }
}

fn balanced(text: &str) -> bool {
    let (mut depth, mut at) = (0_i32, 0);
    while let Some(next) = text.get(at..).and_then(piece) {
        at += match next {
            Piece::Quoted(quoted) => quoted.len(),
            Piece::Comment(_) => 1,
            Piece::Other(c) => {
                depth += i32::from("([{".contains(c)) - i32::from(")]}".contains(c));
                if depth < 0 {
                    return false;
                }
                c.len_utf8()
            }
        };
    }
    depth == 0
}

/// The content of one or more texts one after the other.
fn quoted(text: &str) -> Option<String> {
    let mut rest = text;
    let mut content = String::new();
    while !rest.is_empty() {
        let plain = rest
            .strip_prefix(['r', 'R', 'u'])
            .filter(|rest| rest.starts_with(['"', '\'']));
        let plain = plain.unwrap_or(rest);
        let Some(Piece::Quoted(found)) = piece(plain) else {
            return None;
        };
        let quotes = if found.starts_with("'''") || found.starts_with("\"\"\"") {
            3
        } else {
            1
        };
        content.push_str(found.get(quotes..found.len().saturating_sub(quotes))?);
        rest = plain.get(found.len()..)?.trim_start();
    }
    (!text.is_empty()).then(|| content.replace("\\n", "\n"))
}

fn call(text: &str) -> Option<Call> {
    let open = text.find('(')?;
    let (function, rest) = text.split_at_checked(open)?;
    let function = function.trim();
    let is_path = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    if function.is_empty()
        || !function.chars().all(is_path)
        || function.starts_with(|c: char| c.is_ascii_digit())
    {
        return None;
    }
    let inside = rest.strip_prefix('(')?.strip_suffix(')')?;
    if !balanced(inside) {
        return None;
    }
    let arguments = split(inside, ',').into_iter().map(|argument| {
        let parts = split(argument, '=');
        let is_name =
            |name: &str| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
        match parts.as_slice() {
            [name, rest] if is_name(name.trim()) => (Some(name.trim().to_string()), value(rest)),
            _ => (None, value(argument)),
        }
    });
    Some(Call {
        function: function.to_string(),
        arguments: arguments.collect(),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn statements_are_told_apart() {
        let lines = read(
            "from brian2 import *\n\"\"\"Doc\"\"\"\ntau = 10*ms  # slow\neqs = '''\ndv/dt = -v/tau : 1  # leak\n'''\n\
             G = NeuronGroup(10, eqs,\n    threshold='v>1', reset='v = 0')\nG.v[:3] += 2\nfor k in range(3):\n    x = k\n\n    y = k\nrun(1*ms)\n",
        );
        let kinds: Vec<String> = lines
            .iter()
            .map(|line| match &line.statement {
                Statement::Assign {
                    target, operator, ..
                } => format!("{target} {operator}"),
                Statement::Call(call) => call.function.clone(),
                Statement::Nothing => "-".into(),
                Statement::Other => format!("{} lines", line.text.lines().count()),
            })
            .collect();
        assert_eq!(
            kinds,
            [
                "-",
                "-",
                "tau =",
                "eqs =",
                "G =",
                "G.v[:3] +=",
                "3 lines",
                "run"
            ]
        );
        let Statement::Assign {
            value: Value::Call(call),
            ..
        } = &lines[4].statement
        else {
            panic!("{:?}", lines[4]);
        };
        assert_eq!(call.get(0, "N"), Some(&Value::Plain("10".into())));
        assert_eq!(call.get(9, "reset"), Some(&Value::Text("v = 0".into())));
    }

    #[test]
    fn values_keep_their_text() {
        assert_eq!(value("'a' \"b\""), Value::Text("ab".into()));
        assert_eq!(value("(a + b)*c(1)"), Value::Plain("(a + b)*c(1)".into()));
        assert_eq!(value("[1]*ms"), Value::Plain("[1]*ms".into()));
        assert_eq!(
            value("{'pre': 'x += 1', 'post': 'y'}"),
            Value::Dict(vec![
                ("pre".into(), Value::Text("x += 1".into())),
                ("post".into(), Value::Text("y".into()))
            ])
        );
        assert_eq!(value("f'v > {x}'"), Value::Plain("f'v > {x}'".into()));
    }
}
