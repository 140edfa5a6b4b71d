//! The tree-sitter grammar stays in step with the compiler's: its rules, read as `editors/tree-sitter-snn/grammar.js` writes them, give the trees of
//! its corpus; its corpus is read by the compiler without complaint; and every model of the repository has the same lines and derivatives in both.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{files, root};
use snnc::diagnostic::Sink;
use snnc::names::keywords::{FLAGS, KEYWORDS, Place};
use snnc::source::SourceMap;
use snnc::syntax::ast::{File, ItemKind, Member, MemberKind};
use snnc::syntax::parse;

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join("editors/tree-sitter-snn").join(path)).unwrap()
}

/// The texts in quotes of a list of the grammar, from its name to the bracket that closes it.
fn listed(text: &str, name: &str) -> Vec<String> {
    let start = text.find(name).unwrap_or_else(|| panic!("no {name}"));
    let list = &text[start..start + text[start..].find(']').unwrap()];
    list.split('"')
        .skip(1)
        .step_by(2)
        .map(str::to_string)
        .collect()
}

/// A reader of lines, blocks, brackets and words by the rules of the grammar.
struct Reader<'t> {
    rest: &'t str,
    top: Vec<String>,
    members: Vec<String>,
    within: Vec<String>,
    operators: Vec<String>,
    derivatives: usize,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str) -> Reader<'t> {
        let words = read("words.js");
        let mut operators = listed(&read("grammar.js"), "OPERATORS = [");
        operators.sort_by_key(|operator| std::cmp::Reverse(operator.len()));
        Reader {
            rest: text,
            top: listed(&words, "top: ["),
            members: listed(&words, "members: ["),
            within: listed(&words, "within: ["),
            operators,
            derivatives: 0,
        }
    }

    fn word(text: &str) -> &str {
        let letter = |c: char| c.is_alphabetic() || c == '_';
        let end = text
            .find(|c: char| !(letter(c) || c.is_numeric()))
            .unwrap_or(text.len());
        if text.starts_with(letter) {
            &text[..end]
        } else {
            ""
        }
    }

    /// Skips spaces and continued lines; comments are nodes of their own.
    fn extras(&mut self, out: &mut String) {
        loop {
            let before = self.rest.len();
            self.rest = self
                .rest
                .trim_start_matches([' ', '\t', '\r', '\u{c}', '\u{a0}', '\u{feff}']);
            self.rest = self.rest.strip_prefix("\\\n").unwrap_or(self.rest);
            for (mark, node) in [("///", " (documentation)"), ("#", " (comment)")] {
                if self.rest.starts_with(mark) {
                    self.rest = &self.rest[self.rest.find('\n').unwrap_or(self.rest.len())..];
                    out.push_str(node);
                }
            }
            if self.rest.len() == before {
                return;
            }
        }
    }

    /// `dv/dt`
    fn derivative(&self) -> Option<usize> {
        let name = Self::word(self.rest);
        let after = self.rest[name.len()..].trim_start_matches([' ', '\t']);
        let after = after.strip_prefix('/')?.trim_start_matches([' ', '\t']);
        let after = after.strip_prefix("dt")?;
        (name.len() > 1 && name.starts_with('d')).then(|| self.rest.len() - after.len())
    }

    fn number(&self) -> usize {
        let digits =
            |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let text = self.rest;
        let mut length = digits(text);
        if text[length..].starts_with('.') && !text[length..].starts_with("..") {
            let more = digits(&text[length + 1..]);
            length = if length + more > 0 {
                length + 1 + more
            } else {
                0
            };
        }
        if length > 0 && text[length..].starts_with(['e', 'E']) {
            let sign = usize::from(text[length + 1..].starts_with(['+', '-']));
            let more = digits(&text[length + 1 + sign..]);
            length += if more > 0 { 1 + sign + more } else { 0 };
        }
        length
    }

    fn lines(&mut self, closing: Option<char>) -> (String, usize) {
        let (mut out, mut count) = (String::new(), 0);
        loop {
            self.extras(&mut out);
            match self.rest.chars().next() {
                None => return (out, count),
                Some('\n' | ';') => self.rest = &self.rest[1..],
                Some(c) if Some(c) == closing => return (out, count),
                Some(_) => {
                    out.push_str(&self.line());
                    count += 1;
                }
            }
        }
    }

    fn line(&mut self) -> String {
        let mut inner = String::new();
        let word = Self::word(self.rest).to_string();
        let known = [(&self.top, " (keyword)"), (&self.members, " (label)")];
        let node = known
            .iter()
            .find(|(words, _)| words.contains(&word))
            .map(|(_, node)| *node);
        if let Some(node) = node.filter(|_| self.derivative().is_none()) {
            inner.push_str(node);
            self.rest = &self.rest[word.len()..];
        }
        loop {
            self.extras(&mut inner);
            if self.rest.is_empty() || self.rest.starts_with(['\n', ';', '}']) {
                return format!(" (line{inner})");
            }
            let part = self.part();
            inner.push_str(&part);
        }
    }

    fn bracket(&mut self, node: &str, closing: char) -> String {
        let mut inner = String::new();
        self.rest = &self.rest[1..];
        loop {
            self.extras(&mut inner);
            match self.rest.chars().next() {
                Some(c) if c == closing => {
                    self.rest = &self.rest[1..];
                    return format!(" ({node}{inner})");
                }
                Some('\n' | ';') => self.rest = &self.rest[1..],
                Some(_) => inner.push_str(&self.part()),
                None => panic!("a bracket stays open"),
            }
        }
    }

    fn part(&mut self) -> String {
        if let Some(length) = self.derivative() {
            self.rest = &self.rest[length..];
            self.derivatives += 1;
            return " (derivative)".to_string();
        }
        let number = self.number();
        if number > 0 {
            self.rest = &self.rest[number..];
            let behind = self.rest.trim_start_matches([' ', '\t']);
            let unit = Self::word(behind);
            if unit.is_empty() || self.within.iter().any(|word| word == unit) {
                return " (quantity (number))".to_string();
            }
            self.rest = &behind[unit.len()..];
            return " (quantity (number) (unit))".to_string();
        }
        let name = Self::word(self.rest);
        if !name.is_empty() {
            self.rest = &self.rest[name.len()..];
            if self.within.iter().any(|word| word == name) {
                return " (word_operator)".to_string();
            }
            if self.rest.starts_with('(') {
                let group = self.bracket("group", ')');
                return format!(" (call function: (name){group})");
            }
            return " (name)".to_string();
        }
        match self.rest.chars().next().unwrap() {
            '(' => self.bracket("group", ')'),
            '[' => self.bracket("list", ']'),
            '{' => {
                self.rest = &self.rest[1..];
                let (inner, _) = self.lines(Some('}'));
                self.rest = self.rest.strip_prefix('}').expect("a block stays open");
                format!(" (block{inner})")
            }
            quote @ ('"' | '\'') => {
                let end = self.rest[1..].find(quote).expect("a text stays open");
                self.rest = &self.rest[end + 2..];
                " (text)".to_string()
            }
            _ => {
                let operator = self
                    .operators
                    .iter()
                    .find(|one| self.rest.starts_with(one.as_str()));
                let operator = operator.unwrap_or_else(|| {
                    panic!("no rule for {:?}", &self.rest[..self.rest.len().min(20)])
                });
                self.rest = &self.rest[operator.len()..];
                " (operator)".to_string()
            }
        }
    }
}

/// Source and tree of each entry of the corpus.
fn corpus() -> Vec<(String, String)> {
    let text = read("test/corpus/models.txt");
    let rule = "==================\n";
    let parts: Vec<&str> = text.split(rule).collect();
    let bodies = parts.iter().skip(2).step_by(2);
    bodies
        .map(|body| {
            let (source, tree) = body.split_once("---\n").unwrap();
            (source.to_string(), tree.to_string())
        })
        .collect()
}

fn squeezed(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").replace("( ", "(").replace(" )", ")")
}

#[test]
fn the_corpus_has_the_trees_of_the_grammar() {
    let corpus = corpus();
    assert!(corpus.len() >= 2);
    for (source, tree) in corpus {
        let (lines, _) = Reader::new(&source).lines(None);
        assert_eq!(
            squeezed(&format!("(file{lines})")),
            squeezed(&tree),
            "{source}"
        );
    }
}

fn compiled(text: &str) -> (File, usize) {
    let mut sources = SourceMap::default();
    let id = sources.add("model.snn", text);
    let mut sink = Sink::new();
    let file = parse(id, text, &mut sink);
    let errors = sink.has_errors();
    (file, usize::from(errors))
}

/// Equations with a derivative on their left side.
fn derivatives(members: &[Member]) -> usize {
    let of = |member: &&Member| matches!(member.kind, MemberKind::Differential(_));
    members.iter().filter(of).count()
}

#[test]
fn models_have_the_same_lines_and_derivatives_in_both_grammars() {
    let mut texts: Vec<(String, String)> = Vec::new();
    for folder in ["examples", "models/neurons", "models/synapses"] {
        for path in files(&root().join(folder), "snn") {
            let text = std::fs::read_to_string(&path).unwrap();
            texts.push((path.display().to_string(), text));
        }
    }
    assert!(texts.len() > 60);
    for (name, text) in texts {
        let (file, errors) = compiled(&text);
        assert_eq!(errors, 0, "{name}");
        let mut reader = Reader::new(&text);
        let (_, lines) = reader.lines(None);
        let equations: usize = file
            .items
            .iter()
            .map(|item| match &item.kind {
                ItemKind::Population(population) => derivatives(&population.members),
                ItemKind::Definition(definition) => derivatives(&definition.members),
                ItemKind::Projection(projection) => derivatives(&projection.members),
                _ => 0,
            })
            .sum();
        assert_eq!(reader.derivatives, equations, "{name}");
        // A statement of the compiler may take several lines of the editor's grammar where an operator continues it, never the other way round.
        assert!(
            lines >= file.items.len(),
            "{name}: {lines} lines, {} statements",
            file.items.len()
        );
    }
}

#[test]
fn every_word_of_the_compiler_is_a_word_of_the_grammar() {
    let reader = Reader::new("");
    for keyword in KEYWORDS
        .iter()
        .filter(|keyword| keyword.place != Place::Library)
    {
        let word = keyword.word.to_string();
        let known = [&reader.top, &reader.members, &reader.within];
        assert!(known.iter().any(|words| words.contains(&word)), "{word}");
        // What a line with it looks like is read, and begins with it where it begins lines.
        let form = keyword.form.replace('…', "x");
        let mut reader = Reader::new(&form);
        let (tree, _) = Reader::lines(&mut reader, None);
        let begins = keyword.form.starts_with(keyword.word);
        assert!(
            !begins
                || tree.contains("(keyword)")
                || tree.contains("(label)")
                || tree.contains("(word_operator)"),
            "{word}: {tree}"
        );
    }
    for (flag, _) in FLAGS {
        let text = format!("dv/dt = -v/tau : 1 ({flag})");
        let (tree, _) = Reader::new(&text).lines(None);
        assert!(tree.starts_with(" (line (derivative)"), "{flag}: {tree}");
    }
}
