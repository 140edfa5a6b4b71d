//! A Brian2 script as a model: the script is carried out, with texts of the language in place of numbers.
//!
//! Groups, synapses, monitors, constants, runs, loops and plots are written down in the order of the script. Functions of the script
//! are carried out where they are called, loops over what the language has no loop for are written out. A statement that has no
//! counterpart becomes a comment with its text and a reason; what depends on it follows. At last the text is checked like any model,
//! and what is wrong in it becomes a comment as well ([`settle`]), so that the rest can be worked with.

mod call;
mod constants;
mod expression;
mod functions;
mod inputs;
mod lists;
mod loops;
mod members;
mod methods;
mod objects;
mod plots;
mod settle;
mod statements;
mod synapses;
#[cfg(test)]
mod tests;
mod texts;
mod value;

use std::collections::{BTreeMap, BTreeSet};

use super::python::{Statement, read};
use value::Value;

/// What the translation of a script came to.
#[derive(Debug)]
pub struct Imported {
    /// The model.
    pub text: String,
    /// Statements that are left as comments.
    pub left: usize,
}

/// What a name of the script stands for.
#[derive(Clone, Debug)]
struct Bound {
    value: Value,
    /// The model has this name for it.
    named: bool,
}

/// A line of a declaration's body.
#[derive(Clone, Debug)]
struct Member {
    text: String,
    /// Why it is a comment.
    failed: Option<String>,
}

/// What a piece of the model is.
#[derive(Clone, Debug)]
enum Piece {
    /// A line.
    Line(String),
    /// `neurons G[10]`, with its body.
    Block(String, Vec<Member>),
    /// `for k in range(3)`, with what it does.
    Loop(String, Vec<Item>),
    /// A plot: its caption, and what it draws.
    Plot(Option<String>, Vec<String>),
    /// A comment about what is left out and changes nothing.
    Note(String),
    /// What stays as a comment, and why.
    Left(String),
}

/// A piece with the statement that it comes from.
#[derive(Clone, Debug)]
struct Item {
    piece: Piece,
    /// Of blocks, the name.
    name: String,
    origin: String,
    comments: Vec<String>,
    /// It is written only if the model mentions its name.
    on_demand: bool,
}

/// The model in the making.
#[derive(Clone, Default)]
struct Importer {
    scopes: Vec<BTreeMap<String, Bound>>,
    /// Local names of modules.
    modules: BTreeMap<String, String>,
    /// Local names of what is imported from modules.
    aliases: BTreeMap<String, String>,
    /// Functions of the script that simulate, and whether they were called.
    simulations: Vec<(std::rc::Rc<super::python::Function>, bool)>,
    /// The body of a loop becomes that of a sweep.
    sweeping: bool,
    items: Vec<Item>,
    /// Names that the model has, with the text of constants.
    taken: BTreeMap<String, String>,
    /// The statement at work, and the comments above it.
    origin: String,
    comments: Vec<String>,
    /// The name that the value at work is given.
    hint: Option<String>,
    /// Another network has begun, whose runs are none of this one.
    closed: bool,
    /// A run was met.
    ran: bool,
    /// The protocol has given a variable a value.
    assigned: bool,
    /// Calls of functions of the script that are under way.
    depth: usize,
    /// Bodies of loops that are under way.
    loops: usize,
    /// Constants that the protocol gives other values, with the last: `restore` brings the old ones back, Brian2 does not.
    changed: BTreeMap<String, String>,
    /// Loops under way of which each round is written out.
    unrolled: usize,
    /// Statements left.
    failures: usize,
    /// Statements carried out, which ends what would go on forever.
    steps: usize,
    draws: u32,
    used_draws: BTreeSet<u32>,
    networks: usize,
    /// The time step and the seed, where the script sets them.
    settings: BTreeMap<String, String>,
    /// What synapses call the number of earlier ones of the same pair.
    numbered: BTreeMap<String, String>,
    /// What is drawn on now; another number after each new panel.
    panel: usize,
    drawn: Option<(usize, String)>,
    /// A caption that comes before its plot.
    next_caption: Option<String>,
    /// Lists that a loop gathers values in.
    collected: Vec<String>,
    /// What `return` gave.
    returned: Option<Value>,
}

/// Statements that a script may carry out, with all rounds of its loops.
const MOST_STEPS: usize = 20_000;

/// Translates a script.
pub fn import(script: &str) -> Imported {
    let statements = read(script);
    let mut importer = Importer {
        scopes: vec![BTreeMap::new()],
        ..Importer::default()
    };
    importer.title(&statements, script);
    importer.body(&statements);
    importer.origin.clear();
    importer.uncalled();
    settle::settle(importer.items)
}

impl Importer {
    /// The first line of the text at the top is the title.
    fn title(&mut self, statements: &[Statement], script: &str) {
        let Some(first) = statements.first() else {
            return;
        };
        let text = first.text.trim_start_matches(['r', 'u']);
        if !text.starts_with(['"', '\'']) || !script.contains(&first.text) {
            return;
        }
        let text = text.trim_matches(['"', '\'']);
        let line = text.lines().map(str::trim).find(|line| !line.is_empty());
        let wanted = |line: &&str| line.len() < 100 && !line.contains(['"', '\\']);
        if let Some(line) = line.filter(wanted) {
            self.push(Piece::Line(format!(
                "title \"{}\"",
                line.trim_end_matches('.')
            )));
        }
    }

    fn push(&mut self, piece: Piece) -> &mut Item {
        self.push_named(piece, String::new())
    }

    fn push_named(&mut self, piece: Piece, name: String) -> &mut Item {
        let item = Item {
            piece,
            name,
            origin: self.origin.clone(),
            comments: std::mem::take(&mut self.comments),
            on_demand: false,
        };
        self.items.push(item);
        let last = self.items.len() - 1;
        &mut self.items[last]
    }

    fn line(&mut self, text: impl Into<String>) {
        self.push(Piece::Line(text.into()));
    }

    /// The present statement stays a comment.
    fn left(&mut self, why: String) {
        self.failures += 1;
        self.push(Piece::Left(why));
    }

    fn lookup(&self, name: &str) -> Option<&Bound> {
        let local = self.scopes.last().and_then(|scope| scope.get(name));
        local.or_else(|| self.scopes.first().and_then(|scope| scope.get(name)))
    }

    fn bind(&mut self, name: &str, value: Value, named: bool) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.insert(name.to_string(), Bound { value, named });
        }
    }

    /// A name for an object that no other has.
    fn free(&self, name: &str) -> String {
        let library = crate::library::Library::standard();
        let taken = |name: &str| {
            self.taken.contains_key(name)
                || library.plain_unit(name).is_some()
                || library.constant(name).is_some()
        };
        match taken(name) {
            false => name.to_string(),
            true => (2..)
                .map(|k| format!("{name}_{k}"))
                .find(|name| !taken(name))
                .unwrap_or_default(),
        }
    }

    /// A declaration with its body, as something that a name of the script stands for.
    fn declare(
        &mut self,
        kind: &str,
        name: &str,
        rest: &str,
        lines: Vec<String>,
    ) -> Result<(), String> {
        if self.ran {
            self.closed = true;
            return Err("another network begins here: it belongs into a file of its own".into());
        }
        let members = lines.into_iter().map(|text| Member { text, failed: None });
        let piece = Piece::Block(format!("{kind} {name}{rest}"), members.collect());
        self.taken.insert(name.to_string(), String::new());
        self.push_named(piece, name.to_string());
        Ok(())
    }

    /// Adds a line to the body of a declaration.
    fn add(&mut self, name: &str, line: String) -> Result<(), String> {
        for item in self.items.iter_mut().rev() {
            if let Piece::Block(_, members) = &mut item.piece
                && item.name == name
            {
                members.push(Member {
                    text: line,
                    failed: None,
                });
                return Ok(());
            }
        }
        Err(format!("`{name}` is made outside of this loop"))
    }

    /// The lines of a declaration's body.
    fn members(&self, name: &str) -> &[Member] {
        let found = self.items.iter().rev().find_map(|item| match &item.piece {
            Piece::Block(_, members) if item.name == name => Some(members.as_slice()),
            _ => None,
        });
        found.unwrap_or(&[])
    }
}
