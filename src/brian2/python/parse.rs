//! Expressions of Python, by precedence.

use super::lex::{Token, Word, words};
use super::{Argument, Clause, Expr, Part};

/// Brackets within brackets beyond this are not read.
const DEEPEST: usize = 100;

/// Operators from loosest to tightest, above comparisons.
const LEVELS: &[&[&str]] = &[
    &["|"],
    &["^"],
    &["&"],
    &["<<", ">>"],
    &["+", "-"],
    &["*", "/", "//", "%", "@"],
];

/// What stands at a place where it cannot be read.
#[derive(Debug)]
pub(super) struct Unread;

pub(super) type Read<T> = Result<T, Unread>;

/// Words and the place in them.
pub(super) struct Parser<'s> {
    pub text: &'s str,
    pub tokens: Vec<Token>,
    pub at: usize,
    depth: usize,
}

impl<'s> Parser<'s> {
    pub fn new(text: &'s str, tokens: Vec<Token>) -> Self {
        Parser {
            text,
            tokens,
            at: 0,
            depth: 0,
        }
    }

    pub fn word(&self) -> Option<&Word> {
        self.tokens.get(self.at).map(|token| &token.word)
    }

    pub fn next_is(&self, mark: &str) -> bool {
        matches!(self.word(), Some(Word::Mark(found)) if *found == mark)
    }

    pub fn next_is_name(&self, name: &str) -> bool {
        matches!(self.word(), Some(Word::Name(found)) if found == name)
    }

    pub fn take(&mut self, mark: &str) -> bool {
        let found = self.next_is(mark);
        self.at += usize::from(found);
        found
    }

    pub fn take_name(&mut self, name: &str) -> bool {
        let found = self.next_is_name(name);
        self.at += usize::from(found);
        found
    }

    pub fn need(&mut self, mark: &str) -> Read<()> {
        self.take(mark).then_some(()).ok_or(Unread)
    }

    pub fn name(&mut self) -> Read<String> {
        match self.word() {
            Some(Word::Name(name)) => {
                let name = name.clone();
                self.at += 1;
                Ok(name)
            }
            _ => Err(Unread),
        }
    }

    /// `a, b` without brackets is a tuple.
    pub fn values(&mut self) -> Read<Expr> {
        let first = self.value()?;
        if !self.next_is(",") {
            return Ok(first);
        }
        let mut items = vec![first];
        while self.take(",") {
            if self.ends() {
                break;
            }
            items.push(self.value()?);
        }
        Ok(Expr::Tuple(items))
    }

    fn ends(&self) -> bool {
        match self.word() {
            None | Some(Word::Line) => true,
            Some(Word::Mark(mark)) => [")", "]", "}", "=", ":", ";"].contains(mark),
            _ => false,
        }
    }

    /// An expression.
    pub fn value(&mut self) -> Read<Expr> {
        self.depth += 1;
        let value = match self.depth > DEEPEST {
            true => Err(Unread),
            false => self.conditional(),
        };
        self.depth -= 1;
        value
    }

    fn conditional(&mut self) -> Read<Expr> {
        if self.take_name("lambda") {
            let parameters = self.parameters(":")?;
            self.need(":")?;
            return Ok(Expr::Lambda(parameters, Box::new(self.value()?)));
        }
        let then = self.either("or")?;
        if !self.take_name("if") {
            return Ok(then);
        }
        let condition = self.either("or")?;
        if !self.take_name("else") {
            return Err(Unread);
        }
        let otherwise = self.value()?;
        Ok(Expr::Conditional(
            Box::new(then),
            Box::new(condition),
            Box::new(otherwise),
        ))
    }

    fn either(&mut self, word: &str) -> Read<Expr> {
        let part = |parser: &mut Self| match word {
            "or" => parser.either("and"),
            _ => parser.negation(),
        };
        let mut left = part(self)?;
        while self.take_name(word) {
            let right = part(self)?;
            left = Expr::Binary(word.into(), Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    fn negation(&mut self) -> Read<Expr> {
        if self.take_name("not") {
            return Ok(Expr::Unary("not".into(), Box::new(self.negation()?)));
        }
        let first = self.level(0)?;
        let mut rest = Vec::new();
        loop {
            let operator = match self.word() {
                Some(Word::Mark(mark)) if ["<", ">", "<=", ">=", "==", "!="].contains(mark) => {
                    (*mark).to_string()
                }
                Some(Word::Name(name)) if name == "in" || name == "is" => name.clone(),
                Some(Word::Name(name)) if name == "not" => "not in".to_string(),
                _ => break,
            };
            self.at += 1;
            let mut operator = operator;
            if operator == "not in" && !self.take_name("in") {
                return Err(Unread);
            }
            if operator == "is" && self.take_name("not") {
                operator = "is not".into();
            }
            rest.push((operator, self.level(0)?));
        }
        Ok(match rest.is_empty() {
            true => first,
            false => Expr::Compare(Box::new(first), rest),
        })
    }

    fn level(&mut self, level: usize) -> Read<Expr> {
        let Some(operators) = LEVELS.get(level) else {
            return self.signed();
        };
        let mut left = self.level(level + 1)?;
        while let Some(Word::Mark(mark)) = self.word()
            && operators.contains(mark)
        {
            let operator = (*mark).to_string();
            self.at += 1;
            let right = self.level(level + 1)?;
            left = Expr::Binary(operator, Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    fn signed(&mut self) -> Read<Expr> {
        for mark in ["-", "+", "~"] {
            if self.take(mark) {
                self.depth += 1;
                let operand = match self.depth > DEEPEST {
                    true => Err(Unread),
                    false => self.signed(),
                };
                self.depth -= 1;
                return Ok(Expr::Unary(mark.into(), Box::new(operand?)));
            }
        }
        let base = self.primary()?;
        if !self.take("**") {
            return Ok(base);
        }
        let exponent = self.signed()?;
        Ok(Expr::Binary(
            "**".into(),
            Box::new(base),
            Box::new(exponent),
        ))
    }

    fn primary(&mut self) -> Read<Expr> {
        let mut value = self.atom()?;
        loop {
            if self.take(".") {
                value = Expr::Attribute(Box::new(value), self.name()?);
            } else if self.take("(") {
                value = Expr::Call(Box::new(value), self.arguments()?);
            } else if self.take("[") {
                let mut subscripts = vec![self.subscript()?];
                while self.take(",") {
                    if self.next_is("]") {
                        break;
                    }
                    subscripts.push(self.subscript()?);
                }
                self.need("]")?;
                value = Expr::Index(Box::new(value), subscripts);
            } else {
                return Ok(value);
            }
        }
    }

    fn subscript(&mut self) -> Read<Expr> {
        let mut parts: [Option<Box<Expr>>; 3] = [None, None, None];
        let mut colons = 0;
        loop {
            if self.take(":") {
                colons += 1;
            } else if self.next_is(",") || self.next_is("]") {
                break;
            } else {
                let value = Box::new(self.value()?);
                *parts.get_mut(colons).ok_or(Unread)? = Some(value);
            }
        }
        match (colons, parts) {
            (0, [Some(index), ..]) => Ok(*index),
            (0, _) => Err(Unread),
            (_, parts) => Ok(Expr::Slice(parts)),
        }
    }

    fn arguments(&mut self) -> Read<Vec<Argument>> {
        let mut arguments = Vec::new();
        while !self.take(")") {
            let spread = ["**", "*"].into_iter().find(|mark| self.take(mark));
            let named = match self.tokens.get(self.at + 1).map(|t| &t.word) {
                Some(Word::Mark("=")) if spread.is_none() => {
                    let name = self.name()?;
                    self.at += 1;
                    Some(name)
                }
                _ => spread.map(str::to_string),
            };
            let value = self.value()?;
            let value = match self.next_is_name("for") {
                true => Expr::Comprehension(vec![value], self.clauses()?),
                false => value,
            };
            arguments.push(Argument { name: named, value });
            if !self.take(",") && !self.next_is(")") {
                return Err(Unread);
            }
        }
        Ok(arguments)
    }

    /// `a, b=3` up to a mark, which is left.
    pub fn parameters(&mut self, end: &str) -> Read<Vec<(String, Option<Expr>)>> {
        let mut parameters = Vec::new();
        while !self.next_is(end) {
            let name = self.name()?;
            if end == ")" && self.take(":") {
                self.value()?;
            }
            let default = match self.take("=") {
                true => Some(self.value()?),
                false => None,
            };
            parameters.push((name, default));
            if !self.take(",") && !self.next_is(end) {
                return Err(Unread);
            }
        }
        Ok(parameters)
    }

    fn clauses(&mut self) -> Read<Vec<Clause>> {
        let mut clauses = Vec::new();
        while self.take_name("for") {
            let target = self.targets()?;
            if !self.take_name("in") {
                return Err(Unread);
            }
            let values = self.either("or")?;
            let mut conditions = Vec::new();
            while self.take_name("if") {
                conditions.push(self.either("or")?);
            }
            clauses.push(Clause {
                target,
                values,
                conditions,
            });
        }
        Ok(clauses)
    }

    /// `i`, `i, j`, `(i, j)` before `in`.
    pub fn targets(&mut self) -> Read<Expr> {
        let first = self.primary()?;
        if !self.next_is(",") {
            return Ok(first);
        }
        let mut items = vec![first];
        while self.take(",") {
            if self.next_is_name("in") {
                break;
            }
            items.push(self.primary()?);
        }
        Ok(Expr::Tuple(items))
    }

    fn atom(&mut self) -> Read<Expr> {
        let word = self.word().cloned().ok_or(Unread)?;
        self.at += 1;
        match word {
            Word::Name(name) if !KEYWORDS.contains(&name.as_str()) => Ok(Expr::Name(name)),
            Word::Number(number) => Ok(Expr::Number(number)),
            Word::Text(text, formatted) => self.texts(text, formatted),
            Word::Mark("(") => self.grouped(),
            Word::Mark("[") => {
                if self.take("]") {
                    return Ok(Expr::List(Vec::new()));
                }
                let first = self.value()?;
                if self.next_is_name("for") {
                    let clauses = self.clauses()?;
                    self.need("]")?;
                    return Ok(Expr::Comprehension(vec![first], clauses));
                }
                Ok(Expr::List(self.items(first, "]")?))
            }
            Word::Mark("{") => self.braces(),
            _ => Err(Unread),
        }
    }

    fn items(&mut self, first: Expr, end: &str) -> Read<Vec<Expr>> {
        let mut items = vec![first];
        while self.take(",") {
            if self.next_is(end) {
                break;
            }
            items.push(self.value()?);
        }
        self.need(end)?;
        Ok(items)
    }

    fn grouped(&mut self) -> Read<Expr> {
        if self.take(")") {
            return Ok(Expr::Tuple(Vec::new()));
        }
        let first = self.value()?;
        if self.next_is_name("for") {
            let clauses = self.clauses()?;
            self.need(")")?;
            return Ok(Expr::Comprehension(vec![first], clauses));
        }
        if self.take(")") {
            return Ok(first);
        }
        Ok(Expr::Tuple(self.items(first, ")")?))
    }

    fn braces(&mut self) -> Read<Expr> {
        let mut entries = Vec::new();
        while !self.take("}") {
            let key = self.value()?;
            self.need(":")?;
            let value = self.value()?;
            if self.next_is_name("for") {
                let clauses = self.clauses()?;
                self.need("}")?;
                return Ok(Expr::Comprehension(vec![key, value], clauses));
            }
            entries.push((key, value));
            if !self.take(",") && !self.next_is("}") {
                return Err(Unread);
            }
        }
        Ok(Expr::Dict(entries))
    }

    /// Texts one behind the other are one.
    fn texts(&mut self, text: String, formatted: bool) -> Read<Expr> {
        let mut parts = Vec::new();
        let mut next = Some((text, formatted));
        while let Some((text, formatted)) = next {
            match formatted {
                true => parts.extend(formats(&text)?),
                false => parts.push(Part::Text(text)),
            }
            next = match self.word() {
                Some(Word::Text(text, formatted)) => Some((text.clone(), *formatted)),
                _ => None,
            };
            self.at += usize::from(next.is_some());
        }
        let mut whole = String::new();
        for part in &parts {
            match part {
                Part::Text(text) => whole.push_str(text),
                Part::Value(..) => return Ok(Expr::Format(parts)),
            }
        }
        Ok(Expr::Text(whole))
    }
}

/// Words that begin no expression.
const KEYWORDS: &[&str] = &[
    "if", "else", "for", "in", "and", "or", "def", "class", "return", "while", "with", "import",
    "from", "as", "del", "raise", "try", "except", "finally", "global", "assert", "yield", "await",
    "async", "break", "continue", "pass",
];

/// An expression that is a text of its own.
fn alone(text: &str) -> Read<Expr> {
    let (tokens, _) = words(&format!("({text})"));
    let mut parser = Parser::new("", tokens);
    let value = parser.values()?;
    match parser.word() {
        Some(Word::Line) | None => Ok(value),
        _ => Err(Unread),
    }
}

/// The parts of the content of a formatted text.
fn formats(text: &str) -> Read<Vec<Part>> {
    let mut parts = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let double = ["{{", "}}"].iter().any(|double| rest.starts_with(double));
        if double || c != '{' {
            plain.push(c);
            rest = rest.get(c.len_utf8() + usize::from(double)..).unwrap_or("");
            continue;
        }
        let mut depth = 0_usize;
        let end = rest.char_indices().find(|(_, c)| {
            depth = depth + usize::from("{[(".contains(*c))
                - usize::from("}])".contains(*c) && depth > 0);
            depth == 0
        });
        let (end, _) = end.ok_or(Unread)?;
        let inside = rest.get(1..end).ok_or(Unread)?;
        let mut depth = 0_i32;
        let colon = inside.char_indices().find(|(_, c)| {
            depth += i32::from("{[(".contains(*c)) - i32::from("}])".contains(*c));
            *c == ':' && depth == 0
        });
        let (value, format) = match colon {
            Some((at, _)) => (inside.get(..at), inside.get(at + 1..).unwrap_or("")),
            None => (Some(inside), ""),
        };
        let value = value
            .ok_or(Unread)?
            .trim_end_matches("!r")
            .trim_end_matches("!s");
        parts.push(Part::Text(std::mem::take(&mut plain)));
        parts.push(Part::Value(alone(value)?, format.to_string()));
        rest = rest.get(end + 1..).unwrap_or("");
    }
    parts.push(Part::Text(plain));
    Ok(parts)
}
