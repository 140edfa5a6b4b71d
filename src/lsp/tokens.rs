//! Semantic highlighting: what each word is.

use lsp_types::{SemanticToken, SemanticTokenModifier, SemanticTokenType, SemanticTokensLegend};

use super::analysis::Analysis;
use crate::names::{Access, Kind, LibraryKind, keywords};
use crate::source::Span;

/// Types of tokens, in the order of their numbers.
const TYPES: &[SemanticTokenType] = &[
    SemanticTokenType::KEYWORD,
    SemanticTokenType::NUMBER,
    SemanticTokenType::STRING,
    SemanticTokenType::COMMENT,
    SemanticTokenType::VARIABLE,
    SemanticTokenType::PROPERTY,
    SemanticTokenType::PARAMETER,
    SemanticTokenType::FUNCTION,
    SemanticTokenType::CLASS,
    SemanticTokenType::NAMESPACE,
    SemanticTokenType::EVENT,
    SemanticTokenType::TYPE,
    SemanticTokenType::MACRO,
];
const KEYWORD: u32 = 0;
const NUMBER: u32 = 1;
const STRING: u32 = 2;
const COMMENT: u32 = 3;
const VARIABLE: u32 = 4;
const PROPERTY: u32 = 5;
const PARAMETER: u32 = 6;
const FUNCTION: u32 = 7;
const CLASS: u32 = 8;
const NAMESPACE: u32 = 9;
const EVENT: u32 = 10;
const TYPE: u32 = 11;
const MACRO: u32 = 12;

const DECLARATION: u32 = 1;
const READONLY: u32 = 2;
const MODIFICATION: u32 = 4;
const LIBRARY: u32 = 8;

/// What the numbers of types and modifiers mean.
pub fn legend() -> SemanticTokensLegend {
    SemanticTokensLegend {
        token_types: TYPES.to_vec(),
        token_modifiers: vec![
            SemanticTokenModifier::DECLARATION,
            SemanticTokenModifier::READONLY,
            SemanticTokenModifier::MODIFICATION,
            SemanticTokenModifier::DEFAULT_LIBRARY,
        ],
    }
}

struct Token {
    start: u32,
    end: u32,
    kind: u32,
    modifiers: u32,
}

/// All tokens, by place, each relative to the one before.
pub fn tokens(analysis: &Analysis) -> Vec<SemanticToken> {
    let mut found = Vec::new();
    for used in &analysis.names.uses {
        let Some(symbol) = analysis.names.symbols.get(used.symbol) else {
            continue;
        };
        let (kind, modifiers) = of_kind(symbol.kind);
        let access = match used.access {
            Access::Declare => DECLARATION,
            Access::Read => 0,
            Access::Write | Access::Update => MODIFICATION,
        };
        found.push(token(used.span, analysis, kind, modifiers | access));
    }
    for used in &analysis.names.library {
        let kind = match used.kind {
            LibraryKind::Unit => TYPE,
            LibraryKind::Constant | LibraryKind::BuiltIn => VARIABLE,
            LibraryKind::Function => FUNCTION,
            LibraryKind::Method => MACRO,
            LibraryKind::Model => NAMESPACE,
        };
        found.push(token(used.span, analysis, kind, LIBRARY | READONLY));
    }
    found.extend(lexical(analysis.text()).into_iter().map(Some));
    let mut found: Vec<Token> = found.into_iter().flatten().collect();
    // Stable: where a word is a name as well as a keyword by its spelling, the name comes first.
    found.sort_by_key(|token| token.start);
    encode(analysis, &found)
}

fn token(span: Span, analysis: &Analysis, kind: u32, modifiers: u32) -> Option<Token> {
    (span.file == analysis.root && span.start < span.end).then_some(Token {
        start: span.start,
        end: span.end,
        kind,
        modifiers,
    })
}

fn of_kind(kind: Kind) -> (u32, u32) {
    match kind {
        Kind::Constant | Kind::Setting | Kind::Saved => (VARIABLE, READONLY),
        Kind::Function | Kind::Signal => (FUNCTION, 0),
        Kind::Parameter => (PARAMETER, 0),
        Kind::NeuronModel | Kind::SynapseModel | Kind::ParameterSet => (CLASS, 0),
        Kind::Population | Kind::Subgroup | Kind::Synapses | Kind::Input => (NAMESPACE, 0),
        Kind::State | Kind::Subexpression | Kind::Variable => (PROPERTY, 0),
        Kind::Event | Kind::Pathway => (EVENT, 0),
        Kind::Temporary | Kind::Let | Kind::Loop | Kind::Collected => (VARIABLE, 0),
    }
}

/// Comments, texts, numbers, and words that are keywords where they stand.
fn lexical(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        of_line(line, start, &mut tokens);
        start += line.len() as u32;
    }
    tokens
}

fn of_line(line: &str, offset: u32, tokens: &mut Vec<Token>) {
    let mut add = |start: usize, end: usize, kind: u32| {
        tokens.push(Token {
            start: offset + start as u32,
            end: offset + end as u32,
            kind,
            modifiers: 0,
        });
    };
    let mut first_word = true;
    let mut at = 0;
    while let Some(rest) = line.get(at..).filter(|rest| !rest.is_empty()) {
        let c = rest.chars().next().unwrap_or(' ');
        let length = if c == '#' || rest.starts_with("///") {
            let length = rest.trim_end().len();
            add(at, at + length, COMMENT);
            rest.len()
        } else if c == '"' || c == '\'' {
            let inner = rest.get(1..).unwrap_or("");
            match inner.find([c, '\n']) {
                // Code in quotes is read like code.
                Some(close) if inner.as_bytes().get(close) == Some(&(c as u8)) && c == '"' => {
                    add(at, at + close + 2, STRING);
                    close + 2
                }
                _ => 1,
            }
        } else if c.is_ascii_digit() {
            let is_part = |c: char| c.is_ascii_alphanumeric() || c == '.';
            let run = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
            let number = rest.get(..run).unwrap_or("");
            let number = number.split("..").next().unwrap_or(number);
            add(at, at + number.len(), NUMBER);
            number.len().max(1)
        } else if c.is_alphabetic() || c == '_' {
            let length = rest
                .find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(rest.len());
            let word = rest.get(..length).unwrap_or("");
            let opens = first_word && keywords::find(word).is_some();
            if opens || keywords::is_infix(word) || ["of", "vs", "until"].contains(&word) {
                add(at, at + length, KEYWORD);
            }
            first_word = false;
            length
        } else {
            first_word |= matches!(c, '{' | ';');
            c.len_utf8()
        };
        at += length;
    }
}

fn encode(analysis: &Analysis, tokens: &[Token]) -> Vec<SemanticToken> {
    let text = analysis.text();
    let mut encoded = Vec::new();
    let (mut line, mut column, mut done) = (0, 0, 0);
    for token in tokens {
        if token.start < done {
            continue;
        }
        done = token.end;
        let at = analysis.lines.position(text, token.start);
        let written = text
            .get(token.start as usize..token.end as usize)
            .unwrap_or("");
        let delta_line = at.line - line;
        let delta_start = if delta_line == 0 {
            at.character - column
        } else {
            at.character
        };
        (line, column) = (at.line, at.character);
        encoded.push(SemanticToken {
            delta_line,
            delta_start,
            length: written.encode_utf16().count() as u32,
            token_type: token.kind,
            token_modifiers_bitset: token.modifiers,
        });
    }
    encoded
}
