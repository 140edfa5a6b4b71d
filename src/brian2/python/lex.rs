//! Python as words, with line ends and indentation.

/// A word.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Word {
    /// `tau`
    Name(String),
    /// `1.5e3`
    Number(String),
    /// A text; whether it is a formatted one.
    Text(String, bool),
    /// `**=`
    Mark(&'static str),
    /// The end of a statement's line.
    Line,
    /// A block begins.
    Indent,
    /// A block ends.
    Dedent,
    /// What is no Python.
    Bad,
}

/// A word and where it stands.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Token {
    pub word: Word,
    pub start: usize,
    pub end: usize,
}

/// Marks, longer ones first.
const MARKS: &[&str] = &[
    "**=", "//=", "<<=", ">>=", "...", "->", "**", "//", "<<", ">>", "<=", ">=", "==", "!=", "+=",
    "-=", "*=", "/=", "%=", "&=", "|=", "^=", "@=", ":=", "+", "-", "*", "/", "%", "@", "&", "|",
    "^", "~", "<", ">", "=", "(", ")", "[", "]", "{", "}", ",", ":", ".", ";", "!",
];

struct Lexer<'s> {
    text: &'s str,
    at: usize,
    depth: usize,
    indents: Vec<usize>,
    tokens: Vec<Token>,
    comments: Vec<(usize, String)>,
}

/// The words of a script, and the comments that stand on lines of their own.
pub(super) fn words(text: &str) -> (Vec<Token>, Vec<(usize, String)>) {
    let mut lexer = Lexer {
        text,
        at: 0,
        depth: 0,
        indents: vec![0],
        tokens: Vec::new(),
        comments: Vec::new(),
    };
    lexer.run();
    (lexer.tokens, lexer.comments)
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn push(&mut self, word: Word, start: usize) {
        let end = self.at;
        self.tokens.push(Token { word, start, end });
    }

    fn run(&mut self) {
        let mut fresh = true;
        while self.at < self.text.len() {
            if fresh && self.depth == 0 && !self.indentation() {
                continue;
            }
            fresh = self.word();
        }
        if !matches!(self.tokens.last().map(|t| &t.word), Some(Word::Line) | None) {
            self.push(Word::Line, self.at);
        }
        while self.indents.len() > 1 {
            self.indents.pop();
            self.push(Word::Dedent, self.at);
        }
    }

    /// Reads the start of a line; false if nothing stands on it.
    fn indentation(&mut self) -> bool {
        let start = self.at;
        let mut width = 0;
        while let Some(c) = self.rest().chars().next() {
            match c {
                ' ' => width += 1,
                '\t' => width += 8 - width % 8,
                _ => break,
            }
            self.at += 1;
        }
        let rest = self.rest();
        if rest.starts_with(['\n', '\r', '#']) || rest.is_empty() {
            let end = rest.find('\n').map_or(rest.len(), |end| end + 1);
            if rest.starts_with('#') {
                let comment = rest.get(..end).unwrap_or("").trim_end().to_string();
                self.comments.push((start, comment));
            }
            self.at += end;
            return false;
        }
        if width > self.indents.last().copied().unwrap_or(0) {
            self.indents.push(width);
            self.push(Word::Indent, self.at);
        }
        while width < self.indents.last().copied().unwrap_or(0) {
            self.indents.pop();
            self.push(Word::Dedent, start);
        }
        true
    }

    /// Reads a word; true behind the end of a line.
    fn word(&mut self) -> bool {
        let start = self.at;
        let Some(c) = self.rest().chars().next() else {
            return false;
        };
        match c {
            '\n' => {
                self.at += 1;
                if self.depth == 0 {
                    self.tokens.push(Token {
                        word: Word::Line,
                        start,
                        end: start,
                    });
                }
                return self.depth == 0;
            }
            ' ' | '\t' | '\r' | '\u{c}' => self.at += 1,
            '#' => self.at += self.rest().find('\n').unwrap_or(self.rest().len()),
            '\\' if self.rest().starts_with("\\\n") => self.at += 2,
            '\\' if self.rest().starts_with("\\\r\n") => self.at += 3,
            c if c.is_alphabetic() || c == '_' => self.name(start),
            c if c.is_ascii_digit() => self.number(start),
            '.' if self.rest()[1..].starts_with(|c: char| c.is_ascii_digit()) => {
                self.number(start);
            }
            '\'' | '"' => self.quoted(start, ""),
            _ => self.mark(start, c),
        }
        false
    }

    fn name(&mut self, start: usize) {
        let rest = self.rest();
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
        let name = rest
            .get(..end.unwrap_or(rest.len()))
            .unwrap_or("")
            .to_string();
        self.at += name.len();
        let prefix = name.to_lowercase();
        let is_prefix = ["r", "u", "f", "b", "rf", "fr", "br", "rb"].contains(&prefix.as_str());
        match is_prefix && self.rest().starts_with(['\'', '"']) {
            true => self.quoted(start, &prefix),
            false => self.push(Word::Name(name), start),
        }
    }

    fn number(&mut self, start: usize) {
        let mut last = ' ';
        let mut length = 0;
        for c in self.rest().chars() {
            let sign = (c == '+' || c == '-') && matches!(last, 'e' | 'E');
            if !(c.is_ascii_alphanumeric() || c == '.' || c == '_' || sign) {
                break;
            }
            last = c;
            length += 1;
        }
        let text = self.rest().get(..length).unwrap_or("").replace('_', "");
        self.at += length;
        let plain = text.parse::<f64>().is_ok() && !text.contains(['n', 'i']);
        let word = if plain { Word::Number(text) } else { Word::Bad };
        self.push(word, start);
    }

    fn mark(&mut self, start: usize, c: char) {
        let found = MARKS.iter().find(|mark| self.rest().starts_with(**mark));
        let Some(mark) = found else {
            self.at += c.len_utf8();
            return self.push(Word::Bad, start);
        };
        match *mark {
            "(" | "[" | "{" => self.depth += 1,
            ")" | "]" | "}" => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        self.at += mark.len();
        self.push(Word::Mark(mark), start);
    }

    /// Reads a text from its quotes on.
    fn quoted(&mut self, start: usize, prefix: &str) {
        let quote = ["'''", "\"\"\"", "'", "\""];
        let quote = quote.iter().find(|quote| self.rest().starts_with(**quote));
        let quote = quote.copied().unwrap_or("'");
        self.at += quote.len();
        let raw = prefix.contains('r');
        let mut content = String::new();
        loop {
            let rest = self.rest();
            let Some(c) = rest.chars().next() else {
                return self.push(Word::Bad, start);
            };
            if rest.starts_with(quote) {
                self.at += quote.len();
                break;
            }
            if c == '\n' && quote.len() == 1 {
                return self.push(Word::Bad, start);
            }
            self.at += c.len_utf8();
            if c != '\\' {
                content.push(c);
                continue;
            }
            let Some(next) = self.rest().chars().next() else {
                continue;
            };
            self.at += next.len_utf8();
            match next {
                _ if raw => content.extend(['\\', next]),
                'n' => content.push('\n'),
                't' => content.push('\t'),
                // A line that goes on.
                '\n' => {}
                '\\' | '\'' | '"' => content.push(next),
                _ => content.extend(['\\', next]),
            }
        }
        self.push(Word::Text(content, prefix.contains('f')), start);
    }
}
