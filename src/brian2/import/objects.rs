//! Groups of neurons, with their equations.

use super::call::Given;
use super::texts::{self, exchange};
use super::value::{Object, Value, What};
use super::{Importer, Member, Piece};
use crate::library::Library;

/// Arguments that mean nothing for the model.
const IDLE: &[&str] = &["name", "order", "dtype", "codeobj_class", "method_options"];

impl Importer {
    /// Constants of a namespace; names that the model has for something else are exchanged in the texts.
    pub(super) fn namespace(
        &mut self,
        entries: &[(Value, Value)],
        lines: &mut [String],
    ) -> Result<(), String> {
        for (name, value) in entries {
            let name = name.text()?.to_string();
            let text = match value {
                Value::Object(object) if object.text == name => continue,
                Value::Object(object) => {
                    for line in lines.iter_mut() {
                        *line = exchange(line, &name, &object.text);
                    }
                    continue;
                }
                Value::Function(_) | Value::Text(_) | Value::Unknown(_) => continue,
                value => match value.number() {
                    Ok(number) if !number.is_array() => number.text,
                    _ => continue,
                },
            };
            if text == name || self.taken.get(&name) == Some(&text) {
                continue;
            }
            let free = self.free(&name);
            for line in lines.iter_mut().filter(|_| free != name) {
                *line = exchange(line, &name, &free);
            }
            self.constant(&free, &text);
        }
        Ok(())
    }

    /// Lines of equations: a text, several texts, or nothing.
    pub(super) fn equation_lines(&mut self, value: Option<&Value>) -> Result<Vec<String>, String> {
        match value {
            None => Ok(Vec::new()),
            Some(value) => Ok(texts::equations(value.text()?)),
        }
    }

    /// A line for the method of integration, where one is asked for.
    pub(super) fn method_line(
        &mut self,
        given: &Given,
        position: usize,
    ) -> Result<Option<String>, String> {
        let Some(value) = given.get(position, "method") else {
            return Ok(None);
        };
        let name = match value {
            Value::List(items) => match items.first() {
                Some(first) => first.text()?.to_string(),
                None => return Ok(None),
            },
            value => value.text()?.to_string(),
        };
        let name = match name.as_str() {
            "linear" | "independent" => "exact",
            "gsl" | "gsl_rkf45" => "rkf45",
            name => name,
        };
        let known = Library::standard()
            .methods()
            .iter()
            .any(|m| m.name.name == name);
        if !known {
            self.failures += 1;
            return Ok(Some(format!(
                "# not translated: method {name}  (there is no such method)"
            )));
        }
        Ok(Some(format!("method: {name}")))
    }

    pub(super) fn step_line(&self, given: &Given) -> Result<Option<String>, String> {
        if let Some(dt) = given.get(usize::MAX, "dt") {
            return Ok(Some(format!("dt: {}", dt.number()?.text)));
        }
        match given.get(usize::MAX, "clock") {
            Some(Value::Object(Object {
                what: What::Clock(dt),
                ..
            })) if dt != "dt" => Ok(Some(format!("dt: {dt}"))),
            Some(Value::Object(_)) | None => Ok(None),
            Some(other) => Err(other.kind()),
        }
    }

    pub(super) fn neurons(&mut self, name: &str, given: &Given) -> Result<Value, String> {
        let known = [
            "N",
            "model",
            "method",
            "threshold",
            "reset",
            "refractory",
            "events",
            "namespace",
            "dt",
            "clock",
        ];
        if let Some(other) = given.beside(&[&known[..], IDLE].concat()) {
            return Err(format!("the argument `{other}`"));
        }
        let count = given.need(0, "N")?.number()?;
        let mut lines = self.equation_lines(given.get(1, "model"))?;
        if let Some(value) = given.get(3, "threshold") {
            lines.push(format!("threshold: {}", texts::one_line(value.text()?)));
        }
        if let Some(value) = given.get(4, "reset")
            && let Some(code) = texts::code(value.text()?)
        {
            lines.push(format!("reset: {code}"));
        }
        match given.get(5, "refractory") {
            None | Some(Value::Truth(false)) => {}
            Some(Value::Text(text)) => lines.push(format!("refractory: {}", texts::one_line(text))),
            Some(value) => lines.push(format!("refractory: {}", value.number()?.text)),
        }
        match given.get(6, "events") {
            Some(Value::Dict(events)) => {
                for (event, condition) in events {
                    lines.push(format!(
                        "event {}: {}",
                        event.text()?,
                        texts::one_line(condition.text()?)
                    ));
                }
            }
            Some(other) => return Err(other.kind()),
            None => {}
        }
        lines.extend(self.method_line(given, 2)?);
        lines.extend(self.step_line(given)?);
        if let Some(Value::Dict(entries)) = given.get(usize::MAX, "namespace") {
            self.namespace(&entries.clone(), &mut lines)?;
        }
        self.declare("neurons", name, &format!("[{}]", count.text), lines)?;
        Ok(group(name, count.known.whole()))
    }

    pub(super) fn poisson(&mut self, name: &str, given: &Given) -> Result<Value, String> {
        let count = given.need(0, "N")?.number()?;
        let rates = match given.need(1, "rates")? {
            Value::Text(code) => texts::one_line(code),
            value => match value.number()? {
                number if number.is_array() => number.listed(),
                number => self.code_of(&Value::Number(number))?.0,
            },
        };
        let mut lines = vec![format!("rates: {rates}")];
        lines.extend(self.step_line(given)?);
        if let Some(Value::Dict(entries)) = given.get(usize::MAX, "namespace") {
            self.namespace(&entries.clone(), &mut lines)?;
        }
        self.declare("poisson", name, &format!("[{}]", count.text), lines)?;
        Ok(group(name, count.known.whole()))
    }

    /// Poisson neurons whose rates change: neurons with a threshold that is passed with that probability, as Brian2 makes them.
    pub(super) fn as_neurons(&mut self, name: &str) {
        for item in &mut self.items {
            if let Piece::Block(head, members) = &mut item.piece
                && item.name == name
                && let Some(rest) = head.strip_prefix("poisson ")
            {
                *head = format!("neurons {rest}");
                for member in members.iter_mut() {
                    if let Some(rates) = member.text.strip_prefix("rates: ") {
                        member.text = format!("rates : Hz = {rates}");
                    }
                }
                members.push(Member {
                    text: "threshold: rand() < rates*dt".into(),
                    failed: None,
                });
            }
        }
    }

    pub(super) fn generator(&mut self, name: &str, given: &Given) -> Result<Value, String> {
        let count = given.need(0, "N")?.number()?;
        let (indices, times) = (
            given.need(1, "indices")?.number()?,
            given.need(2, "times")?.number()?,
        );
        if indices.random.is_some() || times.random.is_some() {
            return Err("spikes at random times of Python".into());
        }
        if indices.late || times.late {
            return Err("spikes that are computed from a simulation".into());
        }
        let mut lines = vec![
            format!("indices: {}", indices.listed()),
            format!("times: {}", times.listed()),
        ];
        if let Some(period) = given.get(usize::MAX, "period") {
            lines.push(format!("period: {}", period.number()?.text));
        }
        lines.extend(self.step_line(given)?);
        self.declare("spikes", name, &format!("[{}]", count.text), lines)?;
        Ok(group(name, count.known.whole()))
    }
}

fn group(name: &str, size: Option<i64>) -> Value {
    Value::Object(Object {
        what: What::Group,
        text: name.into(),
        base: name.into(),
        size: size.and_then(|size| usize::try_from(size).ok()),
    })
}
