//! Loops and conditions: those of the language where it has them, sweeps over what a network is made of, or each round written out.

use super::super::python::{Expr, Statement};
use super::expression::truth;
use super::value::{Number, Value, level};
use super::{Importer, Item, Piece};

/// Rounds of a loop that are written out.
const MOST_ROUNDS: usize = 40;

impl Importer {
    /// What a body does as items of its own; nothing of it is kept where part of it stays a comment.
    pub(super) fn symbolic(&mut self, body: impl FnOnce(&mut Self)) -> Result<Vec<Item>, String> {
        let before = self.clone();
        self.items.clear();
        self.loops += 1;
        body(self);
        self.loops -= 1;
        let lines = self.items.iter().all(|item| {
            matches!(
                item.piece,
                Piece::Line(_) | Piece::Loop(..) | Piece::Note(_)
            ) && !item.on_demand
        });
        let record = |item: &Item| matches!(&item.piece, Piece::Line(line) if line.starts_with("record ") || line.starts_with("signal "));
        if self.failures == before.failures
            && lines
            && !self.items.iter().any(record)
            && self.returned.is_none()
        {
            return Ok(std::mem::replace(&mut self.items, before.items));
        }
        let why = self.items.iter().find_map(|item| match &item.piece {
            Piece::Left(why) => Some(why.clone()),
            _ => None,
        });
        *self = before;
        Err(why.unwrap_or_else(|| "objects or plots are made in it".into()))
    }

    /// A loop of the language.
    fn plain_for(
        &mut self,
        name: &str,
        over: &Number,
        values: &Value,
        body: &[Statement],
    ) -> Result<(), String> {
        let saved = self.clone();
        // A name that equations know is a constant, which gets its value in each round.
        let mentions = |item: &Item| match &item.piece {
            Piece::Block(_, members) => members.iter().any(|m| {
                super::texts::names(&m.text)
                    .iter()
                    .any(|(_, word)| *word == name)
            }),
            _ => false,
        };
        let first = self
            .each(values)
            .ok()
            .and_then(|values| values.first().and_then(|value| value.number().ok()));
        let constant = self.taken.contains_key(name) || self.items.iter().any(mentions);
        let variable = if constant {
            self.free(&format!("{name}_value"))
        } else {
            name.to_string()
        };
        if constant && !self.taken.contains_key(name) {
            match first {
                Some(first) if !self.ran => self.constant(name, &first.text),
                _ => return Err(format!("`{name}` has no value before the loop")),
            }
        }
        self.loosen(body);
        let collected = std::mem::take(&mut self.collected);
        let result = self.symbolic(|importer| {
            let value = match constant {
                true => {
                    importer.line(format!("{name} = {variable}"));
                    importer.changed.insert(name.to_string(), variable.clone());
                    Number::text(name, level::ATOM)
                }
                false => Number::late(name),
            };
            importer.bind(name, Value::Number(value), true);
            importer.body(body);
        });
        let gathered = std::mem::replace(&mut self.collected, collected);
        let items = match result {
            Ok(items) => items,
            Err(why) => {
                *self = saved;
                return Err(why);
            }
        };
        if items.is_empty() {
            return Ok(());
        }
        self.push(Piece::Loop(
            format!("for {variable} in {}", over.text),
            items,
        ));
        for name in gathered {
            self.taken.insert(name.clone(), String::new());
            self.bind(&name, Value::Number(Number::late(name.clone())), true);
        }
        Ok(())
    }

    pub(super) fn while_loop(
        &mut self,
        condition: &Expr,
        body: &[Statement],
    ) -> Result<(), String> {
        let saved = self.clone();
        self.loosen(body);
        let result = self
            .value(condition)
            .and_then(|value| value.number())
            .and_then(|condition| {
                let items = self.symbolic(|importer| importer.body(body))?;
                Ok((condition, items))
            });
        match result {
            Ok((condition, items)) => {
                self.push(Piece::Loop(format!("while {}", condition.text), items));
                Ok(())
            }
            Err(why) => {
                *self = saved;
                Err(why)
            }
        }
    }

    pub(super) fn for_loop(
        &mut self,
        target: &Expr,
        values: &Expr,
        body: &[Statement],
    ) -> Result<(), String> {
        let values = self.value(values)?;
        let mut why = String::new();
        if let (Expr::Name(name), Ok(over)) = (target, values.number()) {
            match self.plain_for(name, &over, &values, body) {
                Ok(()) => return Ok(()),
                Err(reason) => why = reason,
            }
        }
        if let (Expr::Name(name), Ok(over)) = (target, values.number())
            && let Ok(first) = self.each(&values)
            && let Some(Value::Number(first)) = first.first()
        {
            match self.sweep(name, &over, &first.text, body) {
                Ok(()) => return Ok(()),
                Err(reason) => why = reason.unwrap_or(why),
            }
        }
        let rounds = self
            .each(&values)
            .map_err(|reason| if why.is_empty() { reason } else { why.clone() })?;
        if rounds.len() > MOST_ROUNDS {
            return Err(if why.is_empty() {
                "too many rounds to be written out".into()
            } else {
                why
            });
        }
        let before = self.clone();
        self.unrolled += 1;
        for value in rounds {
            match target {
                // Equations may name it.
                Expr::Name(name) if self.taken.contains_key(name) => self.give(name, value)?,
                target => self.assign_plain(target, value)?,
            }
            self.body(body);
        }
        self.unrolled -= 1;
        let made = |item: &Item| matches!(item.piece, Piece::Block(..));
        let new = self.items.get(before.items.len()..).unwrap_or(&[]);
        if self.failures > before.failures && !new.iter().any(made) {
            let reason = new.iter().find_map(|item| match &item.piece {
                Piece::Left(why) => Some(why.clone()),
                _ => None,
            });
            *self = before;
            return Err(reason.unwrap_or(why));
        }
        Ok(())
    }

    pub(super) fn condition(
        &mut self,
        condition: &Expr,
        then: &[Statement],
        otherwise: &[Statement],
    ) -> Result<(), String> {
        let value = self.value(condition)?;
        if let Some(known) = truth(&value) {
            self.body(if known { then } else { otherwise });
            return Ok(());
        }
        let number = value.number()?;
        let before = self.clone();
        let items = self.symbolic(|importer| importer.body(then))?;
        self.push(Piece::Loop(format!("if {}", number.text), items));
        if !otherwise.is_empty() {
            match self.symbolic(|importer| importer.body(otherwise)) {
                Ok(items) => drop(self.push(Piece::Loop("else".into(), items))),
                Err(why) => {
                    *self = before;
                    return Err(why);
                }
            }
        }
        Ok(())
    }

    /// A loop that makes a network and runs it in each round: a sweep. Nothing of it is kept where it is none; a reason where it nearly is.
    fn sweep(
        &mut self,
        name: &str,
        over: &Number,
        first: &str,
        body: &[Statement],
    ) -> Result<(), Option<String>> {
        let block = |item: &Item| matches!(item.piece, Piece::Block(..));
        if self.ran
            || self.loops > 0
            || self.sweeping
            || self.taken.contains_key(name)
            || self.items.iter().any(block)
        {
            return Err(None);
        }
        let before = self.clone();
        let collected = std::mem::take(&mut self.collected);
        self.sweeping = true;
        self.constant(name, first);
        let start = self.items.len();
        self.bind(name, Value::Number(Number::text(name, level::ATOM)), true);
        self.body(body);
        let items = self.items.split_off(start.min(self.items.len()));
        match parts(items, name) {
            Ok((outer, inner)) if self.failures == before.failures => {
                self.items.extend(outer);
                self.push(Piece::Loop(format!("sweep {name} in {}", over.text), inner));
                self.sweeping = false;
                for name in std::mem::replace(&mut self.collected, collected) {
                    self.taken.insert(name.clone(), String::new());
                    self.bind(&name, Value::Number(Number::late(name.clone())), true);
                }
                self.bind(name, Value::Number(Number::late(name)), true);
                Ok(())
            }
            result => {
                *self = before;
                Err(result.err().flatten())
            }
        }
    }
}

/// What a round makes, which stands before the sweep, and what it does. Nothing where it makes nothing.
fn parts(items: Vec<Item>, name: &str) -> Result<(Vec<Item>, Vec<Item>), Option<String>> {
    let mentions = |text: &str| {
        super::texts::names(text)
            .iter()
            .any(|(_, word)| *word == name)
    };
    let (mut outer, mut inner, mut start) = (Vec::new(), Vec::new(), Vec::new());
    for mut item in items {
        match &mut item.piece {
            Piece::Block(head, members) => {
                if mentions(head) {
                    return Err(Some(format!(
                        "`{name}` is a size, which a sweep does not change"
                    )));
                }
                let (base, origin) = (item.name.clone(), item.origin.clone());
                let (given, kept): (Vec<_>, Vec<_>) = std::mem::take(members)
                    .into_iter()
                    .partition(|m| m.text.contains("(0) =") && mentions(&m.text));
                *members = kept;
                for member in given {
                    let line = format!("{base}.{}'", member.text.replacen("(0) = ", " = '", 1));
                    start.push(Item {
                        piece: Piece::Line(line),
                        name: String::new(),
                        origin: origin.clone(),
                        comments: Vec::new(),
                        on_demand: false,
                    });
                }
                if members
                    .iter()
                    .any(|m| m.text.starts_with("connect") && mentions(&m.text))
                {
                    return Err(Some(format!(
                        "`{name}` decides about connections, which a sweep does not change"
                    )));
                }
                outer.push(item);
            }
            Piece::Line(line) => {
                let word = line.split([' ', '(']).next().unwrap_or("").to_string();
                let constant = line.split_once(" = ").is_some_and(|(target, _)| {
                    target.chars().all(|c| c.is_alphanumeric() || c == '_')
                });
                let declares = item.on_demand
                    || constant
                    || matches!(word.as_str(), "record" | "signal" | "title" | "seed" | "dt");
                if declares && mentions(line) {
                    return Err(Some(format!(
                        "what depends on `{name}` is made anew in each round"
                    )));
                }
                if declares { &mut outer } else { &mut inner }.push(item);
            }
            Piece::Note(_) => outer.push(item),
            Piece::Loop(..) => inner.push(item),
            Piece::Plot(..) => return Err(Some("a plot in each round".into())),
            Piece::Left(why) => return Err(Some(why.clone())),
        }
    }
    let runs = inner
        .iter()
        .any(|item| matches!(&item.piece, Piece::Line(line) if line.starts_with("run ")));
    let makes = outer
        .iter()
        .any(|item| matches!(item.piece, Piece::Block(..)));
    start.extend(inner);
    match runs && makes {
        true => Ok((outer, start)),
        false => Err(None),
    }
}
