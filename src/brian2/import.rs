//! A Brian2 script as a model: groups, equations, synapses, monitors, constants, runs. What is left is a comment.

use std::collections::BTreeMap;

use super::convert::{code, one_line, plain};
use super::python::{Call, Line, Statement, Value, read};
use crate::library::Library;

/// What the translation of a script came to.
#[derive(Debug)]
pub struct Imported {
    /// The model.
    pub text: String,
    /// Statements that are left as comments.
    pub left: usize,
}

/// Calls that mean nothing for a model.
const SILENT: &[&str] = &[
    "start_scope",
    "show",
    "figure",
    "subplot",
    "plot",
    "plt.plot",
    "xlabel",
    "ylabel",
    "title",
    "legend",
    "tight_layout",
    "print",
    "plt.figure",
    "plt.show",
    "plt.subplot",
    "plt.xlabel",
    "plt.ylabel",
    "plt.title",
    "subplots",
    "device.reinit",
    "set_device",
    "xlim",
    "ylim",
    "plt.xlim",
    "plt.ylim",
    "plt.legend",
    "plt.tight_layout",
    "axhline",
    "axvline",
];

/// A declaration with a body.
#[derive(Default)]
struct Object {
    /// `neurons G[10]`
    head: String,
    lines: Vec<String>,
}

#[derive(Default)]
struct Importer {
    /// Texts such as equations, by name.
    texts: BTreeMap<String, String>,
    /// Constants, signals, subgroups.
    top: Vec<String>,
    objects: Vec<(String, Object)>,
    records: Vec<String>,
    protocol: Vec<String>,
    /// A `run` was met.
    ran: bool,
    left: usize,
}

/// Translates a script.
pub fn import(script: &str) -> Imported {
    let mut importer = Importer::default();
    for line in read(script) {
        importer.line(&line);
    }
    importer.finish()
}

impl Importer {
    fn line(&mut self, line: &Line) {
        let done = match &line.statement {
            Statement::Nothing => Some(()),
            Statement::Assign {
                target,
                operator,
                value,
            } => self.assign(target, operator, value),
            Statement::Call(call) => self.call(call),
            Statement::Other => None,
        };
        if done.is_none() {
            self.left += 1;
            for text in line.text.lines() {
                self.protocol.push(format!("# not translated: {text}"));
            }
        }
    }

    fn text_of(&self, value: &Value) -> Option<String> {
        match value {
            Value::Text(text) => Some(text.clone()),
            Value::Plain(name) => self.texts.get(name).cloned(),
            Value::Call(call) if call.function == "Equations" => self.text_of(call.get(0, "eqns")?),
            _ => None,
        }
    }

    fn object(&mut self, name: &str) -> Option<&mut Object> {
        let found = self.objects.iter_mut().find(|(known, _)| known == name);
        found.map(|(_, object)| object)
    }

    fn assign(&mut self, target: &str, operator: &str, value: &Value) -> Option<()> {
        if target == "defaultclock.dt" {
            self.top.push(format!("dt = {}", plain(value)?));
            return Some(());
        }
        if target.starts_with("prefs.") {
            return Some(());
        }
        if let Some((base, rest)) = target.split_once('.') {
            return self.member(base, rest, operator, value);
        }
        if let Some(text) = self.text_of(value) {
            match operator {
                "=" => drop(self.texts.insert(target.to_string(), text)),
                _ => self
                    .texts
                    .entry(target.to_string())
                    .or_default()
                    .push_str(&format!("\n{text}")),
            }
            return Some(());
        }
        if let Value::Call(call) = value
            && let Some(made) = self.made(target, call)
        {
            return made.then_some(());
        }
        if operator != "=" || !target.chars().all(|c| c.is_alphanumeric() || c == '_') {
            return None;
        }
        let value = plain(value)?;
        let line = format!("{target} = {value}");
        match self.ran {
            true => self.protocol.push(line),
            false => self.top.push(line),
        }
        Some(())
    }

    /// `G.v = …`, `S.delay = …`, `S.pre.delay = …`
    fn member(&mut self, base: &str, rest: &str, operator: &str, value: &Value) -> Option<()> {
        let text = match value {
            Value::Text(text) => one_line(text),
            value => plain(value)?,
        };
        self.object(base)?;
        let ran = self.ran;
        let simple = rest.chars().all(|c| c.is_alphanumeric() || c == '_');
        let line = match rest {
            "delay" | "pre.delay" => format!("delay: {text}"),
            other if other.ends_with(".delay") => {
                format!("delay {}: {text}", other.trim_end_matches(".delay"))
            }
            other if other.ends_with(".order") => {
                format!("order {}: {text}", other.trim_end_matches(".order"))
            }
            other if simple && operator == "=" && !ran && !text.starts_with('[') => {
                format!("{other}(0) = {text}")
            }
            other => {
                let place = other.replace("'", "");
                self.protocol
                    .push(format!("{base}.{place} {operator} {text}"));
                return Some(());
            }
        };
        self.object(base)?.lines.push(line);
        Some(())
    }

    /// An object that a name is given to; nothing where the call makes none, false where it could not be read.
    fn made(&mut self, name: &str, call: &Call) -> Option<bool> {
        let made = match call.function.as_str() {
            "NeuronGroup" => self.neurons(name, call),
            "PoissonGroup" => self.poisson(name, call),
            "SpikeGeneratorGroup" => self.generator(name, call),
            "Synapses" => self.synapses(name, call),
            "PoissonInput" => self.poisson_input(name, call),
            "TimedArray" => self.timed_array(name, call),
            "StateMonitor" | "SpikeMonitor" | "EventMonitor" | "PopulationRateMonitor" => {
                self.monitor(call)
            }
            "Network" | "MagicNetwork" | "collect" => Some(()),
            "Equations" => None,
            _ => return None,
        };
        Some(made.is_some())
    }

    fn equations(&self, object: &mut Object, value: Option<&Value>) -> Option<()> {
        let Some(value) = value else { return Some(()) };
        let text = self.text_of(value)?;
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        object.lines.extend(lines.map(str::to_string));
        Some(())
    }

    fn method(&self, object: &mut Object, call: &Call, position: usize) {
        let method = match call.get(position, "method") {
            Some(Value::Text(name)) => match name.as_str() {
                "linear" => "exact",
                name => name,
            }
            .to_string(),
            _ => return,
        };
        let known = Library::standard()
            .methods()
            .iter()
            .any(|m| m.name.name == method);
        object.lines.push(match known {
            true => format!("method: {method}"),
            false => format!("# not translated: method {method}"),
        });
    }

    fn neurons(&mut self, name: &str, call: &Call) -> Option<()> {
        let mut object = Object {
            head: format!("neurons {name}[{}]", plain(call.get(0, "N")?)?),
            lines: Vec::new(),
        };
        self.equations(&mut object, call.get(1, "model"))?;
        if let Some(Value::Dict(entries)) = call.get(usize::MAX, "namespace") {
            for (name, value) in entries {
                self.top.push(format!("{name} = {}", plain(value)?));
            }
        }
        if let Some(value) = call.get(3, "threshold") {
            object.lines.push(format!("threshold: {}", plain(value)?));
        }
        if let Some(value) = call.get(4, "reset") {
            object
                .lines
                .push(format!("reset: {}", code(&self.text_of(value)?)));
        }
        if let Some(value) = call.get(5, "refractory") {
            let text = plain(value)?;
            if text != "False" {
                object.lines.push(format!("refractory: {text}"));
            }
        }
        if let Some(Value::Dict(events)) = call.get(6, "events") {
            for (event, condition) in events {
                object
                    .lines
                    .push(format!("event {event}: {}", plain(condition)?));
            }
        }
        self.method(&mut object, call, 2);
        if let Some(dt) = call.get(usize::MAX, "dt") {
            object.lines.push(format!("dt: {}", plain(dt)?));
        }
        self.objects.push((name.to_string(), object));
        Some(())
    }

    fn poisson(&mut self, name: &str, call: &Call) -> Option<()> {
        let object = Object {
            head: format!("poisson {name}[{}]", plain(call.get(0, "N")?)?),
            lines: vec![format!("rates: {}", plain(call.get(1, "rates")?)?)],
        };
        self.objects.push((name.to_string(), object));
        Some(())
    }

    fn generator(&mut self, name: &str, call: &Call) -> Option<()> {
        let mut object = Object {
            head: format!("spikes {name}[{}]", plain(call.get(0, "N")?)?),
            lines: vec![
                format!("indices: {}", plain(call.get(1, "indices")?)?),
                format!("times: {}", plain(call.get(2, "times")?)?),
            ],
        };
        if let Some(period) = call.get(usize::MAX, "period") {
            object.lines.push(format!("period: {}", plain(period)?));
        }
        self.objects.push((name.to_string(), object));
        Some(())
    }

    fn synapses(&mut self, name: &str, call: &Call) -> Option<()> {
        let source = plain(call.get(0, "source")?)?;
        let target = match call.get(1, "target") {
            Some(value) => plain(value)?,
            None => source.clone(),
        };
        let mut object = Object {
            head: format!("synapses {name}: {source} -> {target}"),
            lines: Vec::new(),
        };
        self.equations(&mut object, call.get(2, "model"))?;
        for (position, key, old) in [(3, "on_pre", "pre"), (4, "on_post", "post")] {
            match call
                .get(position, key)
                .or_else(|| call.get(usize::MAX, old))
            {
                Some(Value::Dict(entries)) => {
                    for (pathway, value) in entries {
                        let name = if pathway == old {
                            String::new()
                        } else {
                            format!(" {pathway}")
                        };
                        let text = code(&self.text_of(value)?);
                        object.lines.push(format!("{key}{name}: {text}"));
                    }
                }
                Some(value) => {
                    let text = code(&self.text_of(value)?);
                    object.lines.push(format!("{key}: {text}"));
                }
                None => {}
            }
        }
        if let Some(delay) = call.get(usize::MAX, "delay") {
            match delay {
                Value::Dict(entries) => {
                    for (pathway, value) in entries {
                        let of = if pathway == "pre" {
                            String::new()
                        } else {
                            format!(" {pathway}")
                        };
                        object.lines.push(format!("delay{of}: {}", plain(value)?));
                    }
                }
                value => object.lines.push(format!("delay: {}", plain(value)?)),
            }
        }
        self.method(&mut object, call, usize::MAX);
        if let Some(dt) = call.get(usize::MAX, "dt") {
            object.lines.push(format!("dt: {}", plain(dt)?));
        }
        self.objects.push((name.to_string(), object));
        Some(())
    }

    fn poisson_input(&mut self, name: &str, call: &Call) -> Option<()> {
        let object = Object {
            head: format!("poisson_input {name}: {}", plain(call.get(0, "target")?)?),
            lines: vec![
                format!("target: {}", plain(call.get(1, "target_var")?)?),
                format!("n: {}", plain(call.get(2, "N")?)?),
                format!("rate: {}", plain(call.get(3, "rate")?)?),
                format!("weight: {}", plain(call.get(4, "weight")?)?),
            ],
        };
        self.objects.push((name.to_string(), object));
        Some(())
    }

    fn timed_array(&mut self, name: &str, call: &Call) -> Option<()> {
        let values = plain(call.get(0, "values")?)?;
        let dt = plain(call.get(1, "dt")?)?;
        self.top
            .push(format!("signal {name}(t) = {values} every {dt}"));
        Some(())
    }

    fn monitor(&mut self, call: &Call) -> Option<()> {
        let source = plain(call.get(0, "source")?)?;
        let line = match call.function.as_str() {
            "SpikeMonitor" => format!("record spikes of {source}"),
            "EventMonitor" => format!("record {} of {source}", plain(call.get(1, "event")?)?),
            "PopulationRateMonitor" => format!("record rate of {source}"),
            _ => {
                let variables = match call.get(1, "variables")? {
                    Value::List(names) => {
                        let names: Option<Vec<String>> = names.iter().map(plain).collect();
                        names?.join(", ")
                    }
                    value => plain(value)?,
                };
                let which = match call.get(2, "record") {
                    Some(Value::Plain(text)) if text == "True" => String::new(),
                    Some(Value::Plain(text)) => format!("[{text}]"),
                    Some(Value::List(_)) => {
                        let list = plain(call.get(2, "record")?)?;
                        let numbers: Result<Vec<usize>, _> = list
                            .trim_matches(['[', ']'])
                            .split(',')
                            .map(|n| n.trim().parse())
                            .collect();
                        let numbers = numbers.ok()?;
                        let first = *numbers.first()?;
                        let follow = numbers.iter().enumerate().all(|(k, n)| *n == first + k);
                        match follow {
                            true => format!("[{first}:{}]", first + numbers.len()),
                            false => format!("[{list}]"),
                        }
                    }
                    _ => return None,
                };
                let every = match call.get(usize::MAX, "dt") {
                    Some(dt) => format!(" every {}", plain(dt)?),
                    None => String::new(),
                };
                format!("record {variables} of {source}{which}{every}")
            }
        };
        self.records.push(line);
        Some(())
    }

    fn call(&mut self, call: &Call) -> Option<()> {
        if SILENT.contains(&call.function.as_str()) {
            return Some(());
        }
        match call.function.as_str() {
            "run" => return self.run(call),
            "seed" => {
                if let Some(number) = call.get(0, "seed").and_then(plain) {
                    self.top.push(format!("seed = {number}"));
                }
                return Some(());
            }
            "store" | "restore" => {
                let name = call
                    .get(0, "name")
                    .and_then(plain)
                    .unwrap_or_else(|| "state".into());
                let word = if call.function == "store" {
                    "save"
                } else {
                    "restore"
                };
                self.protocol.push(format!("{word} {name}"));
                return Some(());
            }
            _ => {}
        }
        let (base, method) = call.function.rsplit_once('.')?;
        match method {
            "run" => self.run(call),
            "connect" => self.connect(base, call),
            "run_regularly" => {
                let text = code(&self.text_of(call.get(0, "code")?)?);
                let dt = plain(call.get(1, "dt")?)?;
                self.object(base)?.lines.push(format!("every {dt}: {text}"));
                Some(())
            }
            "run_on_event" => {
                let event = plain(call.get(0, "event")?)?;
                let text = code(&self.text_of(call.get(1, "code")?)?);
                self.object(base)?.lines.push(format!("on {event}: {text}"));
                Some(())
            }
            "add" | "plot" => Some(()),
            _ => None,
        }
    }

    fn run(&mut self, call: &Call) -> Option<()> {
        let duration = plain(call.get(0, "duration")?)?;
        self.protocol.push(format!("run {duration}"));
        self.ran = true;
        Some(())
    }

    fn connect(&mut self, base: &str, call: &Call) -> Option<()> {
        let mut parts = Vec::new();
        match call.get(0, "condition") {
            Some(Value::Plain(text)) if text == "True" => {}
            Some(value) => parts.push(format!("if {}", plain(value)?)),
            None => {}
        }
        let list = |value: &Value| -> Option<String> {
            let text = plain(value)?;
            Some(match value {
                Value::Plain(_) if !text.starts_with('[') && text.parse::<i64>().is_ok() => {
                    format!("[{text}]")
                }
                _ => text,
            })
        };
        match (call.get(usize::MAX, "i"), call.get(usize::MAX, "j")) {
            (Some(i), Some(j)) => parts.push(format!("i = {}, j = {}", list(i)?, list(j)?)),
            (None, Some(j)) => parts.push(format!("j = {}", plain(j)?)),
            (Some(i), None) => parts.push(format!("i = {}", plain(i)?)),
            (None, None) => {}
        }
        for key in ["p", "n"] {
            if let Some(value) = call.get(usize::MAX, key) {
                parts.push(format!("{key} = {}", plain(value)?));
            }
        }
        if parts.is_empty() {
            parts.push("all".into());
        }
        let skip = match call.get(usize::MAX, "skip_if_invalid") {
            Some(Value::Plain(text)) if text == "True" => ", skip",
            _ => "",
        };
        let line = format!("connect: {}{skip}", parts.join(", "));
        self.object(base)?.lines.push(line);
        Some(())
    }

    fn finish(self) -> Imported {
        let mut text = String::new();
        let mut part = |lines: &[String]| {
            for line in lines {
                text.push_str(line);
                text.push('\n');
            }
            if !lines.is_empty() {
                text.push('\n');
            }
        };
        part(&self.top);
        for (_, object) in &self.objects {
            let mut lines = vec![format!("{} {{", object.head)];
            lines.extend(object.lines.iter().map(|line| format!("    {line}")));
            lines.push("}".into());
            part(&lines);
        }
        part(&self.records);
        part(&self.protocol);
        Imported {
            text: text.trim_end().to_string() + "\n",
            left: self.left,
        }
    }
}
