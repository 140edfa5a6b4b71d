//! Calls: of functions of the script, which are carried out, of Brian2, and of what Python has.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::super::python::{Argument, Expr, Function};
use super::value::{Object, Value, What};
use super::{Importer, Piece};

/// Calls within calls beyond this are not followed.
const DEEPEST: usize = 12;

/// The arguments of a call.
pub(super) struct Given {
    pub list: Vec<(Option<String>, Value)>,
}

impl Given {
    /// An argument by its name, or by its position; `None` counts as not given.
    pub fn get(&self, position: usize, name: &str) -> Option<&Value> {
        let named = self
            .list
            .iter()
            .find(|(known, _)| known.as_deref() == Some(name));
        let placed = || {
            let mut placed = self.list.iter().filter(|(known, _)| known.is_none());
            placed.nth(position)
        };
        let found = match position {
            usize::MAX => named,
            _ => named.or_else(placed),
        };
        found
            .map(|(_, value)| value)
            .filter(|value| !matches!(value, Value::Nothing))
    }

    pub fn need(&self, position: usize, name: &str) -> Result<&Value, String> {
        self.get(position, name)
            .ok_or_else(|| format!("no `{name}` is given"))
    }

    /// Names beside those that are understood.
    pub fn beside(&self, known: &[&str]) -> Option<&str> {
        let mut names = self.list.iter().filter_map(|(name, _)| name.as_deref());
        names.find(|name| !known.contains(name))
    }

    /// Values without names.
    pub fn placed(&self) -> Vec<&Value> {
        let placed = self.list.iter().filter(|(name, _)| name.is_none());
        placed.map(|(_, value)| value).collect()
    }
}

impl Importer {
    pub(super) fn call(
        &mut self,
        function: &Expr,
        arguments: &[Argument],
    ) -> Result<Value, String> {
        let hint = self.hint.take();
        if let Some(path) = self.path(function) {
            return self.named_call(&path, arguments, hint);
        }
        if let Expr::Attribute(base, method) = function {
            // `(a + b).mean()`
            let base = self.value(base)?;
            return self.method(base, method, arguments, hint);
        }
        match self.value(function)? {
            Value::Function(function) if Self::simulates(&function) && !self.ran => {
                self.inline(&function, arguments)
            }
            Value::Function(function) => self.inline_whole(&function, arguments),
            Value::Object(object) if object.what == What::Signal => {
                let given = self.arguments(arguments)?;
                let texts: Result<Vec<String>, String> =
                    given.iter().map(|(_, v)| Ok(v.number()?.text)).collect();
                Ok(Value::Number(super::value::Number::text(
                    format!("{}({})", object.text, texts?.join(", ")),
                    super::value::level::ATOM,
                )))
            }
            other => Err(format!("a call of {}", other.kind())),
        }
    }

    fn named_call(
        &mut self,
        path: &str,
        arguments: &[Argument],
        hint: Option<String>,
    ) -> Result<Value, String> {
        if super::plots::is_silent(path) {
            // What it says does not matter; a drawing has panels.
            self.new_panel(path);
            if matches!(path, "title" | "suptitle") {
                let given = self.arguments(arguments).unwrap_or_default();
                self.caption(given.first().map(|(_, value)| value));
            }
            return Ok(Value::Canvas(path.to_string()));
        }
        if super::plots::is_plot(path) {
            let given = self.arguments(arguments)?;
            self.plot(path, Given { list: given }, "")?;
            return Ok(Value::Canvas(path.to_string()));
        }
        if let Some(reason) = reason(path) {
            return Err(reason.to_string());
        }
        let given = Given {
            list: self.arguments(arguments)?,
        };
        if let Some(made) = self.made(path, &given, hint.as_deref()) {
            return made;
        }
        self.function(path, &given)
    }

    /// Carries out a function of the script.
    pub(super) fn inline(
        &mut self,
        function: &Rc<Function>,
        arguments: &[Argument],
    ) -> Result<Value, String> {
        let given = self.arguments(arguments)?;
        self.inline_with(function, given)
    }

    /// The same with values that are at hand.
    pub(super) fn inline_with(
        &mut self,
        function: &Rc<Function>,
        given: Vec<(Option<String>, Value)>,
    ) -> Result<Value, String> {
        if self.depth >= DEEPEST {
            return Err(format!("`{}` calls itself", function.name));
        }
        let mut scope = BTreeMap::new();
        let mut bind = |name: &str, value: Value| {
            scope.insert(
                name.to_string(),
                super::Bound {
                    value,
                    named: false,
                },
            );
        };
        let mut placed = given.iter().filter(|(name, _)| name.is_none());
        for (name, default) in &function.parameters {
            let named = given
                .iter()
                .find(|(known, _)| known.as_deref() == Some(name));
            let value = match (named.or_else(|| placed.next()), default) {
                (Some((_, value)), _) => value.clone(),
                (None, Some(default)) => self.value(default)?,
                (None, None) => return Err(format!("`{}` needs `{name}`", function.name)),
            };
            bind(name, value);
        }
        // A parameter with the name of a constant of the model has another value there.
        self.scopes.push(scope);
        self.depth += 1;
        if Self::simulates(function) {
            // Equations may name its parameters.
            for (name, _) in &function.parameters {
                let scalar = self.lookup(name).map(|bound| bound.value.clone());
                if let Some(Value::Number(number)) = scalar
                    && !number.late
                    && !number.is_array()
                    && number.random.is_none()
                    && number.text != *name
                {
                    self.give(name, Value::Number(number))?;
                }
            }
        }
        let returned = self.returned.take();
        for statement in &function.body {
            self.statement(statement);
            if self.returned.is_some() {
                break;
            }
        }
        self.used(&function.name);
        let result = self.returned.take().unwrap_or(Value::Nothing);
        self.returned = returned;
        self.depth -= 1;
        self.scopes.pop();
        Ok(result)
    }

    /// The same where it leaves nothing; otherwise nothing of it is kept.
    pub(super) fn inline_whole(
        &mut self,
        function: &Rc<Function>,
        arguments: &[Argument],
    ) -> Result<Value, String> {
        let before = self.clone();
        let result = self.inline(function, arguments);
        if self.failures == before.failures && result.is_ok() {
            return result;
        }
        let why = self.items.get(before.items.len()..).unwrap_or(&[]);
        let why = why.iter().find_map(|item| match &item.piece {
            Piece::Left(why) => Some(why.clone()),
            _ => None,
        });
        let why = result.err().or(why).unwrap_or_default();
        *self = before;
        Err(format!("in `{}`: {why}", function.name))
    }

    /// An object that a call makes.
    fn made(
        &mut self,
        path: &str,
        given: &Given,
        hint: Option<&str>,
    ) -> Option<Result<Value, String>> {
        let object = |what, text: String| {
            Value::Object(Object {
                what,
                base: text.clone(),
                text,
                size: None,
            })
        };
        let name = |importer: &Importer, default: &str| importer.free(hint.unwrap_or(default));
        let made = match path {
            "NeuronGroup" => self.neurons(&name(self, "G"), given),
            "PoissonGroup" => self.poisson(&name(self, "P"), given),
            "SpikeGeneratorGroup" => self.generator(&name(self, "input"), given),
            "Synapses" => self.synapses(&name(self, "S"), given),
            "PoissonInput" => self.poisson_input(&name(self, "background"), given),
            "TimedArray" => self.timed_array(&name(self, "signal"), given),
            "StateMonitor" | "SpikeMonitor" | "EventMonitor" | "PopulationRateMonitor" => {
                self.monitor(path, given)
            }
            "Network" | "MagicNetwork" => {
                self.networks += 1;
                Ok(object(What::Network, "net".into()))
            }
            "collect" | "magic_network" => Ok(object(What::Network, "net".into())),
            "Clock" => given
                .need(0, "dt")
                .and_then(|dt| Ok(object(What::Clock(dt.number()?.text), "clock".into()))),
            "linked_var" => self.linked(given),
            "Equations" => self.equations_of(given).map(Value::Text),
            _ => return None,
        };
        Some(made)
    }
}

/// What the language has no counterpart for, and why.
fn reason(path: &str) -> Option<&'static str> {
    const REASONS: &[(&str, &str)] = &[
        ("SpatialNeuron", "neurons in space have no counterpart"),
        ("Morphology", "neurons in space have no counterpart"),
        ("Soma", "neurons in space have no counterpart"),
        ("Cylinder", "neurons in space have no counterpart"),
        ("Section", "neurons in space have no counterpart"),
        ("Function", "a function that is written in another language"),
        (
            "NetworkOperation",
            "Python code between steps: write `every`",
        ),
        (
            "BinomialFunction",
            "binomial random numbers have no counterpart",
        ),
        ("loadtxt", "a file that is read: `load`"),
        ("open", "a file"),
    ];
    let last = path.rsplit('.').next().unwrap_or(path);
    REASONS
        .iter()
        .find(|(name, _)| *name == last)
        .map(|(_, why)| *why)
}
