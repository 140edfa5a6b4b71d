//! Inputs, monitors, links between groups, and what a network is told to do.

use super::Importer;
use super::call::Given;
use super::texts;
use super::value::{Object, Value, What};

impl Importer {
    pub(super) fn poisson_input(&mut self, name: &str, given: &Given) -> Result<Value, String> {
        let Value::Object(target) = given.need(0, "target")?.clone() else {
            return Err("an input of no group".into());
        };
        let mut target = target;
        if target.text.contains('[') {
            let part = self.free(&format!("{name}_target"));
            self.taken.insert(part.clone(), target.text.clone());
            self.line(format!("{part} = {}", target.text));
            target.text = part;
        }
        let mut lines = vec![format!("target: {}", given.need(1, "target_var")?.text()?)];
        for (position, key, word) in [(2, "N", "n"), (3, "rate", "rate"), (4, "weight", "weight")] {
            let value = given.need(position, key)?.clone();
            let (text, _) = self.code_of(&value)?;
            lines.push(format!("{word}: {text}"));
        }
        self.declare("poisson_input", name, &format!(": {}", target.text), lines)?;
        Ok(object(What::Input, name))
    }

    pub(super) fn timed_array(&mut self, name: &str, given: &Given) -> Result<Value, String> {
        let values = given.need(0, "values")?.number()?;
        let dt = given.need(1, "dt")?.number()?;
        if values.random.is_some() {
            return Err("a table of random numbers".into());
        }
        if values.late {
            return Err("a table that is computed from a simulation".into());
        }
        let parameters = match given.get(0, "values") {
            Some(Value::List(rows))
                if rows.iter().all(|row| {
                    matches!(row, Value::List(_)) || matches!(row, Value::Number(n) if n.is_array())
                }) =>
            {
                "t, i"
            }
            _ if values.text.starts_with("[[") => "t, i",
            _ => "t",
        };
        // A table is written as one, whatever it was computed from.
        let text = match values.is_array() && !values.text.starts_with('[') {
            true => super::value::Number::of(values.known.clone()).text,
            false => values.text.clone(),
        };
        self.taken.insert(name.to_string(), text.clone());
        self.line(format!(
            "signal {name}({parameters}) = {text} every {}",
            dt.text
        ));
        Ok(object(What::Signal, name))
    }

    pub(super) fn monitor(&mut self, kind: &str, given: &Given) -> Result<Value, String> {
        let Value::Object(source) = given.need(0, "source")?.clone() else {
            return Err("a monitor of no group".into());
        };
        if self.ran {
            return Err("a monitor made after a run: here recordings begin with the simulation; leave out what is before it by its time".into());
        }
        let of = source.text.clone();
        let made = |what: What, base: String| {
            Value::Object(Object {
                what,
                text: of.clone(),
                base,
                size: None,
            })
        };
        let with = |given: &Given, position: usize| match given.get(position, "variables") {
            None => Ok::<_, String>(String::new()),
            Some(value) => Ok(format!(" with {}", names(value)?.join(", "))),
        };
        match kind {
            "SpikeMonitor" => {
                let with = with(given, 1)?;
                self.line(format!("record spikes of {of}{with}"));
                Ok(made(What::Spikes, format!("{of}.spikes")))
            }
            "EventMonitor" => {
                let event = given.need(1, "event")?.text()?.to_string();
                let with = with(given, 2)?;
                self.line(format!("record {event} of {of}{with}"));
                Ok(made(What::Spikes, format!("{of}.{event}")))
            }
            "PopulationRateMonitor" => {
                self.line(format!("record rate of {of}"));
                Ok(made(What::Rates, format!("{of}.rate")))
            }
            _ => {
                let variables = names(given.need(1, "variables")?)?.join(", ");
                if variables == "rates" {
                    self.as_neurons(&source.base);
                }
                let which = match given.get(2, "record") {
                    Some(Value::Truth(true)) => String::new(),
                    Some(Value::Truth(false)) | None => {
                        return Err("a monitor that records no values".into());
                    }
                    Some(Value::Object(part)) => {
                        let inside = part.text.split_once('[').map(|(_, inside)| inside);
                        inside.unwrap_or("").trim_end_matches(']').to_string()
                    }
                    Some(Value::Text(condition)) => texts::one_line(condition),
                    Some(value) => {
                        let number = value.number()?;
                        follows(number.known.values())
                            .filter(|_| number.is_array())
                            .unwrap_or(number.text)
                    }
                };
                let every = match self.step_line(given)? {
                    Some(line) => format!(" every {}", line.trim_start_matches("dt: ")),
                    None => String::new(),
                };
                let when = match given.get(usize::MAX, "when") {
                    Some(when) if when.text()? != "start" => format!(" when {}", when.text()?),
                    _ => String::new(),
                };
                let place = if which.is_empty() {
                    String::new()
                } else {
                    format!("[{which}]")
                };
                self.line(format!("record {variables} of {of}{place}{every}{when}"));
                Ok(made(What::States(which), of.clone()))
            }
        }
    }

    /// `linked_var(G, 'x')`
    pub(super) fn linked(&mut self, given: &Given) -> Result<Value, String> {
        if given.get(2, "index").is_some() {
            return Err("a link with indices".into());
        }
        let Value::Object(source) = given.need(0, "group_or_variable")? else {
            return Err("a link to no group".into());
        };
        let name = given.need(1, "name")?.text()?;
        Ok(object(
            What::Link(format!("{}.{name}", source.text)),
            "link",
        ))
    }

    /// `Equations('…', tau=10*ms, x='v')`: the text, with names exchanged.
    pub(super) fn equations_of(&mut self, given: &Given) -> Result<String, String> {
        let mut text = given.need(0, "eqns")?.text()?.to_string();
        for (name, value) in &given.list {
            let Some(name) = name.as_deref().filter(|name| *name != "eqns") else {
                continue;
            };
            let with = match value {
                Value::Text(other) => other.clone(),
                value => value.number()?.within(super::value::level::ATOM),
            };
            text = texts::exchange(&text, name, &with);
            // `dx/dt` holds a name, too.
            text = texts::exchange(&text, &format!("d{name}"), &format!("d{with}"));
        }
        // What is added to it begins on a line of its own.
        Ok(text + "\n")
    }

    /// `run(…)`, `store(…)`, `restore(…)`
    pub(super) fn function_of_network(
        &mut self,
        function: &str,
        given: &Given,
    ) -> Result<Value, String> {
        if self.closed {
            return Err("it runs another network".into());
        }
        if self.networks > 1 {
            return Err("one of several networks".into());
        }
        if function == "run" {
            let duration = given.need(0, "duration")?.number()?.text;
            if let Some(Value::Dict(entries)) = given.get(usize::MAX, "namespace") {
                self.namespace(&entries.clone(), &mut [])?;
            }
            self.ran = true;
            self.line(format!("run {duration}"));
            return Ok(Value::Nothing);
        }
        let name = match given.get(0, "name") {
            Some(name) => name.text()?.replace(|c: char| !c.is_alphanumeric(), "_"),
            None => "stored".into(),
        };
        if given.get(1, "filename").is_some() {
            return Err("a state in a file".into());
        }
        let word = if function == "store" {
            "save"
        } else {
            "restore"
        };
        self.ran = true;
        self.line(format!("{word} {name}"));
        if function == "restore" {
            for (name, text) in self.changed.clone() {
                self.line(format!("{name} = {text}"));
            }
        }
        Ok(Value::Nothing)
    }
}

fn object(what: What, name: &str) -> Value {
    Value::Object(Object {
        what,
        text: name.into(),
        base: name.into(),
        size: None,
    })
}

/// Names of variables: one, or several.
fn names(value: &Value) -> Result<Vec<String>, String> {
    match value {
        Value::List(items) => items
            .iter()
            .map(|item| Ok(item.text()?.to_string()))
            .collect(),
        Value::Truth(_) => Err("all variables of a group: name them".into()),
        value => Ok(vec![value.text()?.to_string()]),
    }
}

/// Numbers that follow each other as `first:last`.
fn follows(values: &[f64]) -> Option<String> {
    let first = *values.first()?;
    let follow = values
        .iter()
        .enumerate()
        .all(|(k, value)| *value == first + k as f64);
    follow.then(|| format!("{first}:{}", first + values.len() as f64))
}
