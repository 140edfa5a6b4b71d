//! Synapses: their pathways, delays and connections.

use super::Importer;
use super::call::Given;
use super::texts;
use super::value::{Object, Value, What};

impl Importer {
    pub(super) fn synapses(&mut self, name: &str, given: &Given) -> Result<Value, String> {
        let known = [
            "source",
            "target",
            "model",
            "on_pre",
            "on_post",
            "pre",
            "post",
            "on_event",
            "delay",
            "method",
            "multisynaptic_index",
            "namespace",
            "dt",
            "clock",
            "connect",
            "name",
            "order",
            "dtype",
            "codeobj_class",
            "method_options",
        ];
        if let Some(other) = given.beside(&known) {
            return Err(format!("the argument `{other}`"));
        }
        let end = |value: &Value| match value {
            Value::Object(object) if matches!(object.what, What::Group | What::Synapses) => {
                Ok(object.text.clone())
            }
            Value::Unknown(why) => Err(why.clone()),
            other => Err(format!("synapses of {}", other.kind())),
        };
        let source = end(given.need(0, "source")?)?;
        let target = match given.get(1, "target") {
            Some(value) => end(value)?,
            None => source.clone(),
        };
        let mut lines = self.equation_lines(given.get(2, "model"))?;
        let event = |pathway: &str| match given.get(usize::MAX, "on_event") {
            Some(Value::Text(event)) => format!(" of {event}"),
            Some(Value::Dict(events)) => {
                match super::lists::entry(events, &Value::Text(pathway.into())) {
                    Some(Value::Text(event)) if event != "spike" => format!(" of {event}"),
                    _ => String::new(),
                }
            }
            _ => String::new(),
        };
        for (position, key, old) in [(3, "on_pre", "pre"), (4, "on_post", "post")] {
            let value = given
                .get(position, key)
                .or_else(|| given.get(usize::MAX, old));
            match value {
                Some(Value::Dict(entries)) => {
                    for (pathway, value) in entries {
                        let pathway = pathway.text()?;
                        let Some(code) = texts::code(value.text()?) else {
                            continue;
                        };
                        let of = event(pathway);
                        let named = if pathway == old {
                            String::new()
                        } else {
                            format!(" {pathway}")
                        };
                        lines.push(format!("{key}{named}{of}: {code}"));
                    }
                }
                Some(value) => {
                    if let Some(code) = texts::code(value.text()?) {
                        lines.push(format!("{key}{}: {code}", event(old)));
                    }
                }
                None => {}
            }
        }
        match given.get(usize::MAX, "delay") {
            Some(Value::Dict(entries)) => {
                for (pathway, value) in entries {
                    let pathway = pathway.text()?;
                    let of = if pathway == "pre" {
                        String::new()
                    } else {
                        format!(" {pathway}")
                    };
                    lines.push(format!("delay{of}: {}", value.number()?.text));
                }
            }
            Some(value) => lines.push(format!("delay: {}", value.number()?.text)),
            None => {}
        }
        lines.extend(self.method_line(given, usize::MAX)?);
        lines.extend(self.step_line(given)?);
        if let Some(index) = given.get(usize::MAX, "multisynaptic_index") {
            let index = index.text()?;
            for line in &mut lines {
                *line = texts::exchange(line, index, "synapse_number");
            }
            self.numbered.insert(name.to_string(), index.to_string());
        }
        if let Some(Value::Dict(entries)) = given.get(usize::MAX, "namespace") {
            self.namespace(&entries.clone(), &mut lines)?;
        }
        self.declare("synapses", name, &format!(": {source} -> {target}"), lines)?;
        let made = Object {
            what: What::Synapses,
            text: name.into(),
            base: name.into(),
            size: None,
        };
        if let Some(Value::Truth(true)) = given.get(usize::MAX, "connect") {
            self.add(name, "connect: all".into())?;
        }
        Ok(Value::Object(made))
    }

    /// `S.connect(…)`
    pub(super) fn connect(&mut self, object: &Object, given: &Given) -> Result<(), String> {
        let known = [
            "condition",
            "i",
            "j",
            "p",
            "n",
            "skip_if_invalid",
            "namespace",
            "level",
        ];
        if let Some(other) = given.beside(&known) {
            return Err(format!("the argument `{other}`"));
        }
        let mut parts = Vec::new();
        match given.get(0, "condition") {
            None | Some(Value::Truth(true)) => {}
            Some(Value::Truth(false)) => return Ok(()),
            Some(Value::Text(condition)) if condition.trim() == "True" => {}
            // An older form: source and target as positions.
            Some(Value::Text(condition)) => {
                parts.push(format!("if {}", texts::one_line(condition)))
            }
            Some(first) => {
                let (first, second) = (first.number()?, given.need(1, "j")?.number()?);
                parts.push(format!("i = {}", list(&first)));
                parts.push(format!("j = {}", list(&second)));
                return self.add(&object.base, format!("connect: {}", parts.join(", ")));
            }
        }
        for (position, end) in [(1, "i"), (2, "j")] {
            match given.get(position, end) {
                None => {}
                Some(Value::Text(code)) => parts.push(format!("{end} = {}", texts::one_line(code))),
                Some(value) => {
                    let number = value.number()?;
                    if number.random.is_some() {
                        return Err("random numbers of Python as indices".into());
                    }
                    parts.push(format!("{end} = {}", list(&number)));
                }
            }
        }
        for (position, what) in [(3, "p"), (4, "n")] {
            match given.get(position, what) {
                None => {}
                Some(Value::Text(code)) => {
                    parts.push(format!("{what} = {}", texts::one_line(code)))
                }
                Some(value) => {
                    let number = value.number()?;
                    if number.known.one() != Some(1.0) {
                        parts.push(format!("{what} = {}", number.text));
                    }
                }
            }
        }
        if parts.is_empty() {
            parts.push("all".into());
        }
        let skip = match given.get(5, "skip_if_invalid") {
            Some(Value::Truth(true)) => ", skip",
            _ => "",
        };
        let line = format!("connect: {}{skip}", parts.join(", "));
        self.add(&object.base, line)
    }
}

/// Indices as a list.
fn list(number: &super::value::Number) -> String {
    number.listed()
}
