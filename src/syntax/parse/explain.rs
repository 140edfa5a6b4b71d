//! Says what is wrong with a line that fits no rule.
//!
//! Known slips are recognized first. Otherwise the line is read once more by the rule of its context alone, and the
//! place where that gives up, with what could have stood there, makes the message.

use std::collections::BTreeSet;

use pest::Parser;
use pest::error::{Error, ErrorVariant, InputLocation};

use super::Builder;
use super::grammar::{Grammar, Rule};
use super::words::{
    EXPECTED, EXPRESSION, FOREIGN, FUNCTION_WORDS, INPUT_WORDS, ITEM_WORDS, NEURON_WORDS,
    PYTHON_WORDS, RESERVED_WORDS, SYNAPSE_WORDS,
};
use crate::diagnostic::{Diagnostic, codes};
use crate::source::Span;
use crate::syntax::ast::{Expr, ExprKind};
use crate::syntax::layout::MAX_REPORTS;

/// Where an unreadable line stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Context {
    /// In the file, or in the body of a loop, sweep, figure.
    Item,
    /// In the body of a neuron.
    Neuron,
    /// In the body of a synapse.
    Synapse,
    /// In the body of an input.
    Input,
    /// In code.
    Statement,
    /// In the body of a library function.
    FunctionLine,
}

impl Context {
    fn rule(self) -> Rule {
        match self {
            Context::Item => Rule::only_item,
            Context::Neuron => Rule::only_neuron_member,
            Context::Input => Rule::only_input_member,
            Context::Synapse => Rule::only_synapse_member,
            Context::Statement => Rule::only_statement,
            Context::FunctionLine => Rule::only_function_line,
        }
    }
    fn words(self) -> &'static [&'static str] {
        match self {
            Context::Item => ITEM_WORDS,
            Context::Neuron => NEURON_WORDS,
            Context::Synapse => SYNAPSE_WORDS,
            Context::Input => INPUT_WORDS,
            Context::Statement => &[],
            Context::FunctionLine => FUNCTION_WORDS,
        }
    }
}

impl Builder<'_, '_> {
    /// Reports an unreadable line.
    pub(super) fn explain(&mut self, span: Span, context: Context) {
        let next = self.faults.partition_point(|fault| fault.end <= span.start);
        if self
            .faults
            .get(next)
            .is_some_and(|fault| fault.start < span.end)
        {
            return;
        }
        self.explained += 1;
        if self.explained > MAX_REPORTS {
            if self.explained == MAX_REPORTS + 1 {
                self.sink.report(
                    Diagnostic::new(
                        codes::SYNTAX,
                        span,
                        format!("more than {MAX_REPORTS} lines cannot be read"),
                    )
                    .label("from here on they are not reported"),
                );
            }
            return;
        }
        let whole = self.text;
        let text = whole
            .get(span.start as usize..span.end as usize)
            .unwrap_or("");
        let line = Line {
            text,
            span,
            context,
        };
        let known = punctuation(&line)
            .or_else(|| headless(&line))
            .or_else(|| nothing_recorded(&line))
            .or_else(|| foreign(&line))
            .or_else(|| derivative(&line))
            .or_else(|| reserved(&line))
            .or_else(|| first_word(&line))
            .or_else(|| idle(&line));
        match known {
            Some(diagnostic) => self.sink.report(diagnostic),
            None => match Grammar::parse(context.rule(), text) {
                Err(error) => self.report_failure(&error, span.start),
                Ok(_) => self.sink.report(
                    Diagnostic::new(codes::SYNTAX, span, "this cannot stand here")
                        .label("not a part of this block"),
                ),
            },
        }
    }

    /// Reports where the grammar gave up on the text that begins at `offset`.
    pub(super) fn report_failure(&mut self, error: &Error<Rule>, offset: u32) {
        let at = offset as usize
            + match error.location {
                InputLocation::Pos(at) => at,
                InputLocation::Span((start, _)) => start,
            };
        let rest = self.text.get(at..).unwrap_or("");
        let at = at + (rest.len() - rest.trim_start_matches(' ').len());
        let found = token(self.text, at);
        let span = Span {
            file: self.file,
            start: at as u32,
            end: (at + found.len()) as u32,
        };
        let mut expected = Vec::new();
        if let ErrorVariant::ParsingError { positives, .. } = &error.variant {
            let positives: BTreeSet<Rule> = positives.iter().copied().collect();
            for &(rule, words) in EXPECTED {
                if positives.contains(&rule) && !expected.contains(&words) {
                    expected.push(words);
                }
            }
        }
        if expected.contains(&EXPRESSION) {
            expected.retain(|words| !matches!(*words, "a name" | "a text in quotes"));
        }
        // Behind a keyword, `=` is only expected because the keyword could be a name.
        let line = self.text.get(offset as usize..at).unwrap_or("");
        if expected.len() > 1 && ITEM_WORDS.contains(&line.trim()) {
            expected.retain(|words| *words != "`=`");
        }
        // Within a list a comma would do as well as an operator.
        let open =
            found != "," && line.matches(['(', '[']).count() > line.matches([')', ']']).count();
        if let Some(position) = expected.iter().position(|words| *words == "an operator")
            && open
        {
            expected.insert(position + 1, "`,`");
        }
        let expects_assignment = expected.contains(&"`=`");
        let found_words = match found {
            "" | "\n" | ";" | "}" => "the end of the line".to_string(),
            found => format!("`{found}`"),
        };
        let mut diagnostic = if expected.is_empty() {
            let message = format!("{found_words} cannot stand here");
            Diagnostic::new(codes::SYNTAX, span, message).label("not a part of this line")
        } else {
            let expected = list(&expected);
            let message = format!("expected {expected}, found {found_words}");
            Diagnostic::new(codes::SYNTAX, span, message).label(format!("expected {expected}"))
        };
        let before = line.trim_end();
        if is_unit_name(found)
            && before
                .chars()
                .next_back()
                .is_some_and(|c| c.is_alphanumeric() || c == ')' || c == '_')
            && before.contains('=')
        {
            diagnostic = missing_colon(span, found);
        }
        if found == "=" && expects_assignment {
            let both = Span {
                end: span.end + 1,
                ..span
            };
            if self.text.get(at..at + 2) == Some("==") {
                diagnostic = Diagnostic::new(
                    codes::SYNTAX,
                    both,
                    "`==` compares two values; `=` gives one",
                )
                .label("nothing is set here")
                .fix("write `=`", both, "=", false);
            }
        }
        self.sink.report(diagnostic);
    }
}

impl Builder<'_, '_> {
    /// `dv/dt = -v/(10 ms) volt` reads as a quantity; the `:` was forgotten.
    pub(super) fn check_colon(&mut self, rhs: &Expr) {
        let mut last = rhs;
        while let ExprKind::Binary { right: next, .. }
        | ExprKind::Unary { operand: next, .. }
        | ExprKind::Conditional {
            otherwise: next, ..
        } = &last.kind
        {
            last = next;
        }
        let ExprKind::Quantity(quantity) = &last.kind else {
            return;
        };
        if !matches!(quantity.value.kind, ExprKind::Number(_)) && is_unit_name(&quantity.unit.name)
        {
            self.sink
                .report(missing_colon(quantity.unit.span, &quantity.unit.name));
        }
    }
}

fn missing_colon(unit: Span, name: &str) -> Diagnostic {
    Diagnostic::new(
        codes::EQUATION,
        unit,
        format!("`:` is missing before the unit `{name}`"),
    )
    .label("the unit of the equation")
    .fix("write `:`", unit.at_start(), ": ", true)
}

/// What is said of a population without a name; what its name might have been is not known then.
pub const NAMELESS: &str = "the population has no name";

struct Line<'t> {
    text: &'t str,
    span: Span,
    context: Context,
}

impl Line<'_> {
    fn at(&self, start: usize, length: usize) -> Span {
        let start = self.span.start + start as u32;
        Span {
            start,
            end: start + length as u32,
            ..self.span
        }
    }
    fn first_word(&self) -> &str {
        let end = self
            .text
            .find(|c: char| !(c.is_alphanumeric() || c == '_'))
            .unwrap_or(self.text.len());
        self.text.get(..end).unwrap_or("")
    }
}

/// Operators and characters of other languages. Lines with blocks are left alone beyond their first line.
fn foreign(line: &Line) -> Option<Diagnostic> {
    for quotes in ["\'\'\'", "\"\"\""] {
        if let Some(at) = line
            .text
            .lines()
            .next()
            .and_then(|first| first.find(quotes))
        {
            return Some(
                Diagnostic::new(codes::SYNTAX, line.at(at, 3), "this is a text of Python")
                    .label("texts of several lines have no place here")
                    .note("equations stand by themselves in `neurons NAME[10] { … }`; see `snnc help brian2`"),
            );
        }
    }
    if let Some(size) = sized_definition(line) {
        return Some(size);
    }
    let head = line.text.split(['\n', '{']).next().unwrap_or("");
    let mut quoted = None;
    for (at, c) in head.char_indices() {
        match quoted {
            Some(quote) if c == quote => quoted = None,
            None if matches!(c, '"' | '\'') && line.context == Context::Item => quoted = Some(c),
            _ => {}
        }
        if quoted.is_some() {
            continue;
        }
        let rest = head.get(at..).unwrap_or("");
        let Some((spelling, instead, note)) = FOREIGN.iter().find(|row| rest.starts_with(row.0))
        else {
            continue;
        };
        let span = line.at(at, spelling.len());
        let mut diagnostic = Diagnostic::new(
            codes::OPERATOR,
            span,
            format!("`{spelling}` is not an operator here"),
        )
        .label(*note);
        if let Some(instead) = instead {
            diagnostic = diagnostic.fix(format!("write `{instead}`"), span, *instead, false);
        }
        return Some(diagnostic);
    }
    let bang = head
        .char_indices()
        .find(|&(at, c)| c == '!' && !head.get(at + 1..).is_some_and(|rest| rest.starts_with('=')))?
        .0;
    let span = line.at(bang, 1);
    Some(
        Diagnostic::new(codes::OPERATOR, span, "`!` is not an operator here")
            .label("negation is `not`")
            .fix("write `not`", span, "not ", false),
    )
}

/// A line that begins in the middle of something.
fn punctuation(line: &Line) -> Option<Diagnostic> {
    let first = line.text.chars().next()?;
    ":=,.*/)]+<>|&%".contains(first).then(|| {
        let span = line.at(0, first.len_utf8());
        Diagnostic::new(
            codes::SYNTAX,
            span,
            format!("a line cannot begin with `{first}`"),
        )
        .label("something is missing before it")
    })
}

/// `record of cells`: nothing to record.
fn nothing_recorded(line: &Line) -> Option<Diagnostic> {
    let rest = line.text.strip_prefix("record")?.trim_start();
    (line.context == Context::Item && rest.starts_with("of ")).then(|| {
        let span = line.at(0, "record".len());
        Diagnostic::new(
            codes::SYNTAX,
            span,
            "nothing is named that could be recorded",
        )
        .label("as in `record v of …`, `record spikes of …` or `record rate of …`")
    })
}

/// `lif[10] {`, `neurons [10] {`: a population without its word, or without its name.
fn headless(line: &Line) -> Option<Diagnostic> {
    let word = line.first_word();
    let rest = line.text.get(word.len()..)?;
    let (size, behind) = rest.trim_start().strip_prefix('[')?.split_once(']')?;
    let block = behind.trim_start();
    if line.context != Context::Item
        || size.contains('\n')
        || !(block.starts_with('{') || block.starts_with("of "))
    {
        return None;
    }
    let span = line.at(0, word.len());
    if ["neurons", "poisson", "spikes"].contains(&word) {
        let place = Span {
            start: span.end,
            ..span
        };
        return Some(
            Diagnostic::new(codes::SYNTAX, place, NAMELESS)
                .label(format!("a name belongs here, as in `{word} cells[{size}]`")),
        );
    }
    (!word.is_empty() && !ITEM_WORDS.contains(&word)).then(|| {
        Diagnostic::new(codes::WORD, span, format!("`{word}` begins nothing here"))
            .label("a population begins with a word such as `neurons`")
            .fix(
                "write `neurons` before it",
                span.at_start(),
                "neurons ",
                false,
            )
    })
}

/// `neuron lif[10] {`: a definition with the size of a population.
fn sized_definition(line: &Line) -> Option<Diagnostic> {
    let rest = line.text.strip_prefix("neuron ")?.trim_start();
    let name = rest.find(|c: char| !(c.is_alphanumeric() || c == '_'))?;
    let word = line.at(0, "neuron".len());
    (line.context == Context::Item && rest.get(name..)?.trim_start().starts_with('[')).then(|| {
        Diagnostic::new(codes::SYNTAX, word, "a definition has no size")
            .label("defines a kind of neuron and creates none")
            .fix(
                "write `neurons` to create a population",
                word,
                "neurons",
                false,
            )
    })
}

/// `d(v)/dt`, `dv/dT`, `dv/d t`: a left side that is meant as a derivative.
fn derivative(line: &Line) -> Option<Diagnostic> {
    if !matches!(line.context, Context::Neuron | Context::Synapse) {
        return None;
    }
    let (left, _) = line.text.split_once('=')?;
    let (above, below) = left.split_once('/')?;
    let below = below.trim();
    let name = above
        .trim()
        .strip_prefix('d')?
        .trim()
        .trim_matches(['(', ')', '{', '}'])
        .trim();
    let letters = name.chars().all(|c| c.is_alphanumeric() || c == '_')
        && name.chars().next().is_some_and(|c| !c.is_ascii_digit());
    let rightly = below
        .strip_prefix("dt")
        .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'));
    if !letters
        || rightly && !above.contains('(')
        || !below.starts_with(['d', 'D'])
        || below == "dt" && above.trim().chars().all(|c| c != '(')
    {
        return None;
    }
    let span = line.at(0, left.trim_end().len());
    Some(
        Diagnostic::new(
            codes::EQUATION,
            span,
            format!("a differential equation begins with `d{name}/dt`"),
        )
        .label("not the derivative of a variable by `t`")
        .fix(
            format!("write `d{name}/dt`"),
            span,
            format!("d{name}/dt"),
            true,
        ),
    )
}

/// `if : 1`, `in = 3 mV`: a word of expressions as a name.
fn reserved(line: &Line) -> Option<Diagnostic> {
    let word = line.first_word();
    let rest = line.text.get(word.len()..)?.trim_start();
    let declares = match line.context {
        Context::Neuron | Context::Synapse => rest.starts_with([':', '=']),
        Context::Item => rest.starts_with('='),
        _ => false,
    };
    if !declares || rest.starts_with("==") || !RESERVED_WORDS.contains(&word) {
        return None;
    }
    let span = line.at(0, word.len());
    let message = format!("`{word}` cannot be a name: it is a word of the language");
    let other = format!("{word}_");
    Some(
        Diagnostic::new(codes::RESERVED, span, message)
            .label("needs another name")
            .fix(format!("call it `{other}`"), span, other, false),
    )
}

/// A word at the start of the line that begins nothing here.
fn first_word(line: &Line) -> Option<Diagnostic> {
    let word = line.first_word();
    let rest = line.text.get(word.len()..).unwrap_or("").trim_start();
    if word.is_empty() || line.context.words().contains(&word) {
        return None;
    }
    let span = line.at(0, word.len());
    if let Some((_, note)) = PYTHON_WORDS.iter().find(|row| row.0 == word)
        && line.context != Context::FunctionLine
        && !rest.starts_with(['=', ':'])
    {
        return Some(
            Diagnostic::new(codes::WORD, span, format!("`{word}` begins nothing here"))
                .label(*note),
        );
    }
    if line.context == Context::Statement {
        return (matches!(word, "if" | "for" | "while")).then(|| {
            Diagnostic::new(
                codes::WORD,
                span,
                format!("code of a neuron or synapse has no `{word}` statement"),
            )
            .label("only assignments may stand here")
            .note("a value that depends on a condition is written `x = a if condition else b`")
        });
    }
    let home = [
        (Context::Neuron, "the body of a neuron"),
        (Context::Synapse, "the body of a synapse"),
        (Context::Input, "the body of an input"),
        (Context::Item, "the file, outside every body"),
    ]
    .into_iter()
    .find(|(context, _)| {
        *context != line.context && context.words().contains(&word) && word.len() > 2
    });
    let colon = rest.starts_with(':');
    let begins = rest.is_empty()
        || rest.starts_with(|c: char| {
            c.is_alphanumeric() || matches!(c, '_' | '"' | '\'' | '{' | '-')
        });
    let near = line
        .context
        .words()
        .iter()
        .map(|known| (strsim::damerau_levenshtein(known, word), *known))
        .min();
    let near = near
        .filter(|(distance, known)| *distance <= 1 + known.len() / 5 && *distance < known.len())
        .map(|(_, known)| known);
    if !(begins || colon && (near.is_some() || home.is_some())) {
        return None;
    }
    let mut diagnostic =
        Diagnostic::new(codes::WORD, span, format!("`{word}` begins nothing here"));
    match (near, home) {
        (Some(near), _) => {
            diagnostic = diagnostic.suggest(span, near);
        }
        (None, Some((_, place))) => {
            diagnostic = diagnostic.label(format!("this belongs into {place}"))
        }
        (None, None) if rest.is_empty() => {
            diagnostic = diagnostic.label("a name alone does nothing")
        }
        (None, None) => {
            diagnostic = diagnostic.label("not a word that begins a line").note(match line.context {
                Context::Item => "a line begins with a word such as `neurons`, `run`, `plot`, or with `NAME =`",
                _ => "a line is an equation `dv/dt = … : unit`, a parameter `NAME : unit`, or begins with a word and `:`",
            });
        }
    }
    Some(diagnostic)
}

/// An expression that stands alone.
fn idle(line: &Line) -> Option<Diagnostic> {
    let begins = line.context.words().contains(&line.first_word());
    (line.context != Context::FunctionLine
        && !begins
        && Grammar::parse(Rule::only_expression, line.text).is_ok())
    .then(|| {
        Diagnostic::new(codes::IDLE, line.span, "an expression alone does nothing")
            .label("its value is not used")
            .note("give it a name with `=`, or show it with `plot`")
    })
}

fn is_unit_name(word: &str) -> bool {
    !word.is_empty() && word != "1" && Grammar::parse(Rule::only_unit_name, word).is_ok()
}

/// What stands at a place: a word, a number, or one character.
fn token(text: &str, at: usize) -> &str {
    let rest = text.get(at..).unwrap_or("");
    let exponent = |at: usize| {
        let before = rest.get(..at).unwrap_or("");
        rest.starts_with(|c: char| c.is_ascii_digit()) && before.ends_with(['e', 'E'])
    };
    let inside = |(at, c): (usize, char)| {
        c.is_alphanumeric() || c == '_' || (matches!(c, '-' | '+') && exponent(at))
    };
    let word = rest.char_indices().find(|found| !inside(*found));
    let word = word.map_or(rest.len(), |(at, _)| at);
    let length = if word > 0 {
        word
    } else {
        rest.chars().next().map_or(0, char::len_utf8)
    };
    rest.get(..length).unwrap_or("")
}

/// `a`, `a or b`, `a, b or c`.
fn list(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_string(),
        [before @ .., last] => format!("{} or {last}", before.join(", ")),
    }
}
