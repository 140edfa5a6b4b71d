//! Names that a script gives to values, as constants of the model.

use super::super::python::{Expr, Kind, Statement};
use super::value::{Known, Number, Value, What};
use super::{Importer, Piece};
use crate::library::Library;

/// Lines of bodies whose values Brian2 computes where they stand in the script.
const AT_ONCE: &[&str] = &[
    "delay", "connect", "rates", "n", "rate", "weight", "indices", "times", "period", "dt",
];

/// Names that mean something else in the language.
const SPECIAL: &[&str] = &[
    "dt",
    "seed",
    "t",
    "i",
    "j",
    "e",
    "pi",
    "inf",
    "xi",
    "not_refractory",
    "lastspike",
];

impl Importer {
    /// Gives a name to a value: constants and computed values have it in the model, too.
    pub(super) fn give(&mut self, name: &str, value: Value) -> Result<(), String> {
        let mut value = value;
        match &mut value {
            Value::Unknown(why) if why == super::functions::CLOCK => {
                self.push(Piece::Note(super::functions::CLOCK.into()));
            }
            Value::Unknown(why) => return Err(why.clone()),
            Value::Object(object) if object.what == What::Group && object.text.contains('[') => {
                let free = self.free(name);
                self.taken.insert(free.clone(), object.text.clone());
                let line = format!("{free} = {}", object.text);
                self.line(line);
                object.text = free;
            }
            Value::Canvas(token) => *token = name.to_string(),
            Value::Number(number)
                if (number.late || number.random.is_some()) && number.curve.is_none() =>
            {
                if SPECIAL.contains(&name) {
                    self.bind(name, value, false);
                    return Ok(());
                }
                if number.text == name {
                    return Ok(());
                }
                let again = self.taken.contains_key(name);
                let word = if again { "" } else { "let " };
                if number.text.contains("{}") {
                    self.bind(name, value, false);
                    return Ok(());
                }
                let line = format!("{word}{name} = {}", number.text);
                self.taken.insert(name.to_string(), String::new());
                self.line(line);
                let named = Value::Number(Number::late(name));
                self.bind(name, named, true);
                return Ok(());
            }
            Value::Number(number)
                if number.curve.is_none() && number.random.is_none() && is_scalar(number) =>
            {
                return self.give_constant(name, number.clone());
            }
            _ => {}
        }
        self.bind(name, value, false);
        Ok(())
    }

    fn give_constant(&mut self, name: &str, number: Number) -> Result<(), String> {
        let library = Library::standard();
        let same = number.text == name;
        if same || SPECIAL.contains(&name) || library.plain_unit(name).is_some() {
            self.bind(name, Value::Number(number), same);
            return Ok(());
        }
        // A value that is made from an older one of the same name.
        let itself = super::texts::names(&number.text)
            .iter()
            .any(|(_, word)| *word == name);
        let text = match itself && number.known != Known::No {
            true => Number::of(number.known.clone()).text,
            false => number.text.clone(),
        };
        self.constant(name, &text);
        self.bind(name, Value::Number(number), true);
        Ok(())
    }

    /// A constant of the model; another value where it has one.
    pub(super) fn constant(&mut self, name: &str, text: &str) {
        let known = self.taken.insert(name.to_string(), text.to_string());
        if known.as_deref() == Some(text) && self.loops == 0 {
            return;
        }
        if known.is_some() && self.loops == 0 && !self.ran {
            self.redefine(name);
        } else if known.is_some() {
            self.widen(name);
        }
        let fresh = known.is_none();
        if !fresh && (self.ran || self.loops > 0) {
            self.changed.insert(name.to_string(), text.to_string());
        }
        let word = if fresh && (self.loops > 0 || self.ran) {
            "let "
        } else {
            ""
        };
        let on_demand = fresh && self.depth > 0 && self.loops == 0 && !self.ran;
        let piece = Piece::Line(format!("{word}{name} = {text}"));
        let item = self.push_named(
            piece,
            if on_demand {
                name.to_string()
            } else {
                String::new()
            },
        );
        item.on_demand = on_demand;
    }

    /// A constant gets another value before anything ran: what was made with the old one keeps it as a number.
    fn redefine(&mut self, name: &str) {
        let start = format!("{name} = ");
        let old = self
            .items
            .iter()
            .rposition(|item| matches!(&item.piece, Piece::Line(line) if line.starts_with(&start)));
        let Some(old) = old else {
            return;
        };
        let known = match self.lookup(name).map(|bound| &bound.value) {
            Some(Value::Number(number)) => number.known.clone(),
            _ => Known::No,
        };
        let literal = match (&known, self.items.get(old).map(|item| &item.piece)) {
            (Known::No, Some(Piece::Line(line))) => {
                format!("({})", line.get(start.len()..).unwrap_or(""))
            }
            (known, _) => {
                let number = Number::of(known.clone());
                match number.text.parse::<f64>().is_ok_and(|value| value >= 0.0) {
                    true => number.text,
                    false => format!("({})", number.text),
                }
            }
        };
        let exchange = |text: &str| super::texts::exchange(text, name, &literal);
        self.items.remove(old);
        for item in &mut self.items {
            match &mut item.piece {
                Piece::Line(line) => {
                    let (target, value) = line.split_once('=').unwrap_or(("", line));
                    *line = if target.is_empty() {
                        exchange(value)
                    } else {
                        format!("{target}={}", exchange(value))
                    };
                }
                Piece::Block(head, members) => {
                    *head = exchange(head);
                    for member in members {
                        let at_once =
                            |word: &&str| member.text.split([':', ' ', '(']).next() == Some(*word);
                        if member.text.contains("(0) =") || AT_ONCE.iter().any(at_once) {
                            member.text = exchange(&member.text);
                        }
                    }
                }
                _ => {}
            }
        }
        for scope in &mut self.scopes {
            for bound in scope.values_mut() {
                if let Value::Number(number) = &mut bound.value {
                    number.text = exchange(&number.text);
                }
            }
        }
    }

    /// A whole number that becomes a fraction later is declared as a number of any kind.
    fn widen(&mut self, name: &str) {
        let start = format!("{name} = ");
        for item in &mut self.items {
            if let Piece::Line(line) = &mut item.piece
                && let Some(value) = line.strip_prefix(&start)
                && value.chars().all(|c| c.is_ascii_digit())
            {
                line.push_str(".0");
            }
        }
    }

    /// A number that a loop changes is one of the protocol.
    pub(super) fn loosen(&mut self, body: &[Statement]) {
        for statement in body {
            let Kind::Augment(Expr::Name(name), ..) = &statement.kind else {
                continue;
            };
            let known = match self.lookup(name).map(|bound| &bound.value) {
                Some(Value::Number(number)) => !number.late && !number.is_array(),
                _ => false,
            };
            let start = format!("{name} = ");
            for item in self.items.iter_mut().filter(|_| known) {
                if let Piece::Line(line) = &mut item.piece
                    && line.trim_start_matches("let ").starts_with(&start)
                {
                    if !line.starts_with("let ") {
                        line.insert_str(0, "let ");
                    }
                    let late = Value::Number(Number::late(name.clone()));
                    if let Some(scope) = self.scopes.last_mut() {
                        scope.insert(
                            name.clone(),
                            super::Bound {
                                value: late,
                                named: true,
                            },
                        );
                    }
                }
            }
        }
    }

    /// A function of the script was carried out.
    pub(super) fn used(&mut self, name: &str) {
        let mark = format!("def {name}");
        self.items.retain(|item| item.name != mark);
        for (function, called) in &mut self.simulations {
            *called |= function.name == name;
        }
    }

    /// Functions that simulate are carried out where nothing else is a model: something else may call them.
    pub(super) fn uncalled(&mut self) {
        let blocks = |importer: &Self| {
            importer
                .items
                .iter()
                .any(|item| matches!(item.piece, Piece::Block(..)))
        };
        if blocks(self) {
            return;
        }
        for (function, called) in self.simulations.clone() {
            if called || blocks(self) {
                continue;
            }
            let given = function
                .parameters
                .iter()
                .filter(|(_, default)| default.is_none())
                .map(|(name, _)| {
                    let why = format!("`{name}` is given from outside");
                    (Some(name.clone()), Value::Unknown(why))
                });
            if self.inline_with(&function, given.collect()).is_ok() {
                self.used(&function.name);
            }
        }
    }
}

/// A single number, as far as the text tells.
fn is_scalar(number: &Number) -> bool {
    let arrays = [
        "linspace", "arange", "range", "logspace", "zeros", "ones", "sort", "cumsum", "diff",
        "dot", "outer", "reshape", "where", "identity",
    ];
    match &number.known {
        Known::One(..) => true,
        Known::Many(..) => false,
        Known::No => {
            !number.text.contains('[')
                && !super::texts::names(&number.text)
                    .iter()
                    .any(|(_, name)| arrays.contains(name))
        }
    }
}
