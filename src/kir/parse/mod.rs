//! Reading the text form that [`super::print`] writes. `;` starts a comment; line breaks mean nothing.

use super::layout::{ColumnId, Elem, Layout, ListId};
use super::print::SLOTS;
use super::{
    Action, Clock, ClockId, Entry, EventRecorder, Generator, KernelId, Program, RateRecorder,
    SampledColumn, Sampler, Value,
};
use std::fmt;

mod kernel;
mod pathway;

/// What does not fit, and on which line (counted from 1).
#[derive(Clone, PartialEq, Debug)]
pub struct ParseError {
    /// Line.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for ParseError {}

/// A program with the lines it was read from.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The program.
    pub program: Program,
    /// For each kernel the line of its head, then of each statement, outer before inner, in order.
    pub lines: Vec<Vec<usize>>,
}

#[derive(Clone, PartialEq, Debug)]
enum Token {
    /// A name or number; quoted or not.
    Word(String),
    Mark(char),
    End,
}

/// Reads a program.
///
/// # Errors
/// At the first thing that does not fit. The result may still break rules that [`super::verify`] checks.
pub fn parse(text: &str) -> Result<Parsed, ParseError> {
    let mut parser = Parser {
        tokens: tokens(text)?,
        at: 0,
        program: Program::default(),
        lines: Vec::new(),
        calls: Vec::new(),
        delivered: Vec::new(),
    };
    parser.program()?;
    Ok(Parsed {
        program: parser.program,
        lines: parser.lines,
    })
}

fn tokens(text: &str) -> Result<Vec<(usize, Token)>, ParseError> {
    let mut tokens = Vec::new();
    let mut line = 1;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\n' => line += 1,
            c if c.is_whitespace() => {}
            ';' => while chars.next_if(|&c| c != '\n').is_some() {},
            '"' => {
                let mut word = String::new();
                loop {
                    match chars.next() {
                        Some('"') => break,
                        Some('\\') => match chars.next() {
                            Some('n') => word.push('\n'),
                            Some(c) => word.push(c),
                            None => {}
                        },
                        Some(c) => word.push(c),
                        None => {
                            let message = "the quote is not closed".into();
                            return Err(ParseError { line, message });
                        }
                    }
                }
                tokens.push((line, Token::Word(word)));
            }
            '{' | '}' | '(' | ')' | '[' | ']' | '=' | ',' => tokens.push((line, Token::Mark(c))),
            c => {
                let mut word = String::from(c);
                let part = |c: &char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '+');
                while let Some(c) = chars.next_if(part) {
                    word.push(c);
                }
                tokens.push((line, Token::Word(word)));
            }
        }
    }
    tokens.push((line, Token::End));
    Ok(tokens)
}

struct Parser {
    tokens: Vec<(usize, Token)>,
    at: usize,
    program: Program,
    lines: Vec<Vec<usize>>,
    /// Schedule entries and the kernels they call, by name, since kernels may follow.
    calls: Vec<(usize, usize, String)>,
    /// The same for pathways.
    delivered: Vec<(usize, usize, String)>,
}

type Result1<T> = Result<T, ParseError>;

impl Parser {
    fn peek(&self) -> &Token {
        self.tokens
            .get(self.at)
            .map_or(&Token::End, |token| &token.1)
    }
    fn line(&self) -> usize {
        let last = self.tokens.len().saturating_sub(1);
        self.tokens
            .get(self.at.min(last))
            .map_or(1, |token| token.0)
    }
    fn fail<T>(&self, message: impl Into<String>) -> Result1<T> {
        let (line, message) = (self.line(), message.into());
        Err(ParseError { line, message })
    }
    fn is(&self, word: &str) -> bool {
        matches!(self.peek(), Token::Word(found) if found == word)
    }
    fn eat(&mut self, word: &str) -> bool {
        let found = self.is(word);
        self.at += usize::from(found);
        found
    }
    fn keyword(&mut self, word: &str) -> Result1<()> {
        if self.eat(word) {
            return Ok(());
        }
        self.fail(format!("`{word}` is expected"))
    }
    fn eat_mark(&mut self, mark: char) -> bool {
        let found = *self.peek() == Token::Mark(mark);
        self.at += usize::from(found);
        found
    }
    fn mark(&mut self, mark: char) -> Result1<()> {
        if self.eat_mark(mark) {
            return Ok(());
        }
        self.fail(format!("`{mark}` is expected"))
    }
    fn word(&mut self, what: &str) -> Result1<String> {
        match self.peek().clone() {
            Token::Word(word) => {
                self.at += 1;
                Ok(word)
            }
            _ => self.fail(format!("{what} is expected")),
        }
    }
    fn number<T: std::str::FromStr>(&mut self, what: &str) -> Result1<T> {
        let word = self.word(what)?;
        match word.parse() {
            Ok(number) => Ok(number),
            Err(_) => {
                self.at -= 1;
                self.fail(format!("{what} is expected, not `{word}`"))
            }
        }
    }
    fn float(&mut self) -> Result1<f64> {
        if let Token::Word(word) = self.peek()
            && let Some(hex) = word.strip_prefix("0x")
            && let Ok(bits) = u64::from_str_radix(hex, 16)
        {
            self.at += 1;
            return Ok(f64::from_bits(bits));
        }
        self.number("a number")
    }
    fn column(&mut self) -> Result1<ColumnId> {
        let name = self.word("a column")?;
        match self.program.layout.find(&name) {
            Some(column) => Ok(column),
            None => {
                self.at -= 1;
                self.fail(format!("there is no column `{name}`"))
            }
        }
    }
    fn list(&mut self) -> Result1<ListId> {
        let name = self.word("a list")?;
        let found = find_list(&self.program.layout, &name);
        match found {
            Some(list) => Ok(list),
            None => {
                self.at -= 1;
                self.fail(format!("there is no list `{name}`"))
            }
        }
    }
    fn value(&mut self) -> Result1<Value> {
        let word = self.word("a value")?;
        let digits = word
            .strip_prefix('v')
            .and_then(|digits| digits.parse().ok());
        match digits {
            // The bound keeps a stray number from allocating a table of its size.
            Some(number) if number < 1 << 20 => Ok(Value(number)),
            _ => {
                self.at -= 1;
                self.fail(format!("a value such as v0 is expected, not `{word}`"))
            }
        }
    }
    fn clock(&mut self) -> Result1<ClockId> {
        self.keyword("clock")?;
        Ok(ClockId(self.number("the number of a clock")?))
    }

    fn program(&mut self) -> Result1<()> {
        while *self.peek() != Token::End {
            let line = self.line();
            match self
                .word("`column`, `list`, `kernel` or a line of the plan")?
                .as_str()
            {
                "column" => self.column_line()?,
                "list" => {
                    let name = self.word("a name")?;
                    let capacity = self.length()?;
                    self.program.layout.add_list(name, capacity);
                }
                "kernel" => self.kernel(line)?,
                "clock" => {
                    let dt = self.float()?;
                    self.keyword("t")?;
                    let t = self.column()?;
                    self.keyword("dt")?;
                    let dt_column = self.column()?;
                    self.keyword("step")?;
                    let step = self.column()?;
                    self.program.clocks.push(Clock {
                        dt,
                        t,
                        dt_column,
                        step,
                    });
                }
                "schedule" => self.entry(line)?,
                "sampler" => self.sampler()?,
                "events" => {
                    let (name, list, first, last) = self.recorder()?;
                    let mut columns = Vec::new();
                    self.mark('{')?;
                    while !self.eat_mark('}') {
                        columns.push(self.column()?);
                    }
                    self.program.events.push(EventRecorder {
                        name,
                        list,
                        first,
                        last,
                        columns,
                    });
                }
                "rate" => {
                    let (name, list, first, last) = self.recorder()?;
                    self.program.rates.push(RateRecorder {
                        name,
                        list,
                        first,
                        last,
                    });
                }
                "generator" => self.generator()?,
                "pathway" => self.pathway(line)?,
                "reducer" => self.reducer()?,
                word => {
                    self.at -= 1;
                    return self.fail(format!("`{word}` starts no line"));
                }
            }
        }
        for (entry, line, name) in std::mem::take(&mut self.calls) {
            let mut kernels = self.program.kernels.iter_enumerated();
            let Some((kernel, _)) = kernels.find(|(_, kernel)| kernel.name == name) else {
                let message = format!("there is no kernel `{name}`");
                return Err(ParseError { line, message });
            };
            self.program.schedule[entry].action = Action::Call(kernel);
        }
        self.pathway_kernels()?;
        Ok(())
    }
    fn length(&mut self) -> Result1<usize> {
        let length: u32 = self.number("a length")?;
        Ok(length as usize)
    }
    fn column_line(&mut self) -> Result1<()> {
        let name = self.word("a name")?;
        let elem = self.word("an element type")?;
        let all = [Elem::F64, Elem::F32, Elem::I64, Elem::U32, Elem::Bool];
        let Some(elem) = all.into_iter().find(|one| one.name() == elem) else {
            return self.fail(format!("`{elem}` is no element type"));
        };
        let len = self.length()?;
        let unit = if self.eat("unit") {
            self.word("a unit")?
        } else {
            "1".into()
        };
        let default = if self.eat("default") {
            self.float()?
        } else {
            0.0
        };
        self.program
            .layout
            .add_column(name, elem, len, unit, default);
        Ok(())
    }
    fn entry(&mut self, line: usize) -> Result1<()> {
        let slot = self.word("a slot")?;
        let Some(slot) = SLOTS.iter().find(|row| row.1 == slot) else {
            return self.fail(format!("`{slot}` is no slot"));
        };
        let order = self.number("the order")?;
        let clock = self.clock()?;
        let name = self.word("a name")?;
        let action = match self.word("an action")?.as_str() {
            "call" => {
                let kernel = self.word("a kernel")?;
                self.calls.push((self.program.schedule.len(), line, kernel));
                Action::Call(KernelId(0))
            }
            "sample" => Action::Sample(self.number("a number")?),
            "events" => Action::RecordEvents(self.number("a number")?),
            "rate" => Action::RecordRate(self.number("a number")?),
            "generate" => Action::Generate(self.number("a number")?),
            "deliver" => Action::Deliver(self.number("a number")?),
            "reduce" => Action::Reduce(self.number("a number")?),
            word => return self.fail(format!("`{word}` is no action")),
        };
        self.program.schedule.push(Entry {
            slot: slot.0,
            order,
            clock,
            name,
            action,
        });
        Ok(())
    }
    fn sampler(&mut self) -> Result1<()> {
        let name = self.word("a name")?;
        let clock = self.clock()?;
        let mut columns = Vec::new();
        self.mark('{')?;
        while !self.eat_mark('}') {
            let column = self.column()?;
            let mut elements = Vec::new();
            while matches!(self.peek(), Token::Word(word) if word.starts_with(|c: char| c.is_ascii_digit()))
            {
                elements.push(self.number("an element")?);
            }
            columns.push(SampledColumn { column, elements });
        }
        self.program.samplers.push(Sampler {
            name,
            columns,
            clock,
        });
        Ok(())
    }
    fn recorder(&mut self) -> Result1<(String, ListId, u32, u32)> {
        let name = self.word("a name")?;
        self.keyword("list")?;
        let list = self.list()?;
        let first = self.number("the first entry")?;
        let last = self.number("the end of the entries")?;
        Ok((name, list, first, last))
    }
    fn generator(&mut self) -> Result1<()> {
        let list = self.list()?;
        let period = if self.eat("period") {
            Some(self.float()?)
        } else {
            None
        };
        let (mut times, mut entries) = (Vec::new(), Vec::new());
        self.mark('{')?;
        while !self.eat_mark('}') {
            times.push(self.float()?);
            entries.push(self.number("an entry")?);
        }
        self.program.generators.push(Generator {
            list,
            times,
            entries,
            period,
        });
        Ok(())
    }
}

fn find_list(layout: &Layout, name: &str) -> Option<ListId> {
    let mut lists = layout.lists();
    lists.find(|(_, list)| list.name == name).map(|(id, _)| id)
}
