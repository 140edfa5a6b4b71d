//! Statements of Python with their bodies.

use super::lex::{Word, words};
use super::parse::{Parser, Read, Unread};
use super::{Expr, Function, Kind, Statement};

/// Reads a script.
pub fn read(script: &str) -> Vec<Statement> {
    let (tokens, mut comments) = words(script);
    comments.reverse();
    let mut reader = Reader {
        parser: Parser::new(script, tokens),
        comments,
    };
    let mut statements = Vec::new();
    while reader.parser.word().is_some() {
        reader.statement(&mut statements);
    }
    statements
}

struct Reader<'s> {
    parser: Parser<'s>,
    /// Comments that stand further down, the next one last.
    comments: Vec<(usize, String)>,
}

impl Reader<'_> {
    /// One line of statements, or one with its body.
    fn statement(&mut self, statements: &mut Vec<Statement>) {
        let at = self.parser.at;
        let Some(token) = self.parser.tokens.get(at) else {
            return;
        };
        if matches!(token.word, Word::Line | Word::Indent | Word::Dedent) {
            self.parser.at += 1;
            return;
        }
        let start = token.start;
        let mut comments = Vec::new();
        while let Some((place, _)) = self.comments.last()
            && *place < start
        {
            comments.extend(self.comments.pop().map(|(_, text)| text));
        }
        let kind = self.kind().unwrap_or_else(|Unread| {
            self.parser.at = at;
            self.skip();
            Kind::Unread
        });
        if self.parser.at == at {
            self.parser.at += 1;
        }
        let last = self.parser.tokens.get(at..self.parser.at).unwrap_or(&[]);
        let last = last
            .iter()
            .rev()
            .find(|t| !matches!(t.word, Word::Line | Word::Indent | Word::Dedent));
        let end = last.map_or(start, |token| token.end);
        while let Some((place, _)) = self.comments.last()
            && *place < end
        {
            self.comments.pop();
        }
        let text = self.parser.text.get(start..end).unwrap_or("").to_string();
        let text = text.trim_end_matches([';', ' ']).to_string();
        statements.push(Statement {
            kind,
            text,
            comments,
        });
    }

    /// Goes behind a statement with its body.
    fn skip(&mut self) {
        let mut depth = 0_usize;
        while let Some(word) = self.parser.word() {
            let word = word.clone();
            self.parser.at += 1;
            match word {
                Word::Indent => depth += 1,
                Word::Dedent if depth <= 1 => break,
                Word::Dedent => depth -= 1,
                Word::Line if depth == 0 => match self.parser.word() {
                    Some(Word::Indent) => {}
                    _ => break,
                },
                _ => {}
            }
        }
        // `else`, `except` and `finally` belong to it.
        let goes_on = ["else", "elif", "except", "finally"];
        if goes_on.iter().any(|word| self.parser.next_is_name(word)) {
            self.skip();
        }
    }

    fn body(&mut self) -> Read<Vec<Statement>> {
        self.parser.need(":")?;
        let mut statements = Vec::new();
        if self.parser.word() != Some(&Word::Line) {
            // On the same line.
            while !matches!(self.parser.word(), Some(Word::Line) | None) {
                self.statement(&mut statements);
                if matches!(
                    self.parser
                        .tokens
                        .get(self.parser.at.saturating_sub(1))
                        .map(|t| &t.word),
                    Some(Word::Line)
                ) {
                    break;
                }
            }
            return Ok(statements);
        }
        self.parser.at += 1;
        if self.parser.word() != Some(&Word::Indent) {
            return Err(Unread);
        }
        self.parser.at += 1;
        loop {
            match self.parser.word() {
                None => break,
                Some(Word::Dedent) => {
                    self.parser.at += 1;
                    break;
                }
                _ => self.statement(&mut statements),
            }
        }
        Ok(statements)
    }

    fn kind(&mut self) -> Read<Kind> {
        let word = match self.parser.word() {
            Some(Word::Name(name)) => name.clone(),
            Some(Word::Mark("@")) => return self.decorated(),
            _ => return self.simple(),
        };
        let statement = match word.as_str() {
            "for" => {
                self.parser.at += 1;
                let target = self.parser.targets()?;
                if !self.parser.take_name("in") {
                    return Err(Unread);
                }
                let values = self.parser.values()?;
                let body = self.body()?;
                if self.parser.next_is_name("else") {
                    return Err(Unread);
                }
                Kind::For(target, values, body)
            }
            "while" => {
                self.parser.at += 1;
                let condition = self.parser.value()?;
                Kind::While(condition, self.body()?)
            }
            "if" | "elif" => {
                self.parser.at += 1;
                let condition = self.parser.value()?;
                let then = self.body()?;
                let otherwise = if self.parser.next_is_name("elif") {
                    let mut nested = Vec::new();
                    self.statement(&mut nested);
                    nested
                } else if self.parser.take_name("else") {
                    self.body()?
                } else {
                    Vec::new()
                };
                Kind::If(condition, then, otherwise)
            }
            "with" => {
                self.parser.at += 1;
                loop {
                    self.parser.value()?;
                    if self.parser.take_name("as") {
                        self.parser.targets()?;
                    }
                    if !self.parser.take(",") {
                        break;
                    }
                }
                Kind::With(self.body()?)
            }
            "try" => {
                self.parser.at += 1;
                let body = self.body()?;
                // What happens if it fails does not happen.
                let goes_on = ["else", "except", "finally"];
                if goes_on.iter().any(|word| self.parser.next_is_name(word)) {
                    self.skip();
                }
                Kind::With(body)
            }
            "def" => self.function(Vec::new())?,
            "class" | "async" => return Err(Unread),
            _ => return self.simple(),
        };
        Ok(statement)
    }

    fn decorated(&mut self) -> Read<Kind> {
        let mut decorators = Vec::new();
        while self.parser.take("@") {
            decorators.push(self.parser.value()?);
            if self.parser.word() != Some(&Word::Line) {
                return Err(Unread);
            }
            self.parser.at += 1;
        }
        self.function(decorators)
    }

    fn function(&mut self, decorators: Vec<Expr>) -> Read<Kind> {
        if !self.parser.take_name("def") {
            return Err(Unread);
        }
        let name = self.parser.name()?;
        self.parser.need("(")?;
        let parameters = self.parser.parameters(")")?;
        self.parser.need(")")?;
        if self.parser.take("->") {
            self.parser.value()?;
        }
        let body = self.body()?;
        let function = Function {
            name,
            parameters,
            body,
        };
        Ok(Kind::Define(function, decorators))
    }

    /// A statement on one line.
    fn simple(&mut self) -> Read<Kind> {
        let kind = self.line()?;
        match self.parser.word() {
            None => {}
            Some(Word::Line | Word::Mark(";")) => self.parser.at += 1,
            _ => return Err(Unread),
        }
        Ok(kind)
    }

    fn line(&mut self) -> Read<Kind> {
        let parser = &mut self.parser;
        if parser.take_name("pass") {
            return Ok(Kind::Nothing);
        }
        if parser.next_is_name("import") || parser.next_is_name("from") {
            return self.import();
        }
        if parser.take_name("return") {
            return Ok(Kind::Return(match parser.word() {
                Some(Word::Line) | None => None,
                _ => Some(parser.values()?),
            }));
        }
        let first = parser.values()?;
        if let Some(Word::Mark(mark)) = parser.word()
            && let Some(operator) = mark.strip_suffix('=')
            && !["", "=", "<", ">", "!", ":"].contains(&operator)
        {
            parser.at += 1;
            let value = parser.values()?;
            return Ok(Kind::Augment(first, operator.to_string(), value));
        }
        let mut targets = Vec::new();
        let mut value = first;
        while parser.take("=") {
            targets.push(value);
            value = parser.values()?;
        }
        Ok(match (targets.is_empty(), value) {
            (true, Expr::Text(_)) => Kind::Nothing,
            (true, value) => Kind::Expression(value),
            (false, value) => Kind::Assign(targets, value),
        })
    }

    fn import(&mut self) -> Read<Kind> {
        let parser = &mut self.parser;
        let mut names = Vec::new();
        let dotted = |parser: &mut Parser| {
            let mut path = String::new();
            while parser.take(".") {}
            path.push_str(&parser.name()?);
            while parser.take(".") {
                path = format!("{path}.{}", parser.name()?);
            }
            Ok::<_, Unread>(path)
        };
        if parser.take_name("from") {
            let module = dotted(parser)?;
            parser.take_name("import");
            if parser.take("*") {
                names.push(("*".to_string(), module));
                return Ok(Kind::Import(names));
            }
            let bracket = parser.take("(");
            loop {
                let name = parser.name()?;
                let local = match parser.take_name("as") {
                    true => parser.name()?,
                    false => name.clone(),
                };
                names.push((local, format!("{module}.{name}")));
                if !parser.take(",") || parser.next_is(")") {
                    break;
                }
            }
            if bracket {
                parser.need(")")?;
            }
            return Ok(Kind::Import(names));
        }
        parser.take_name("import");
        loop {
            let module = dotted(parser)?;
            let local = match parser.take_name("as") {
                true => parser.name()?,
                false => module.split('.').next().unwrap_or("").to_string(),
            };
            names.push((local, module));
            if !parser.take(",") {
                break;
            }
        }
        Ok(Kind::Import(names))
    }
}
