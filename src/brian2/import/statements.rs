//! Statements of the script, carried out one after the other.

use std::rc::Rc;

use super::super::python::{Argument, Expr, Function, Kind, Statement};
use super::value::{Number, Object, Value, What, level};
use super::{Importer, MOST_STEPS, Piece};

/// Parts of modules that are modules themselves.
const MODULES: &[&str] = &["pyplot", "pylab", "random", "linalg", "units", "numpy_"];

/// Statements that say nothing about a model.
const IDLE: &[&str] = &["assert", "del", "global", "raise", "nonlocal"];

/// What a function of the script does to be carried out even where part of it stays a comment.
const SIMULATES: &[&str] = &["NeuronGroup", "Synapses", "run(", "PoissonGroup"];

impl Importer {
    pub(super) fn body(&mut self, statements: &[Statement]) {
        for statement in statements {
            self.statement(statement);
            if self.returned.is_some() {
                break;
            }
        }
    }

    pub(super) fn statement(&mut self, statement: &Statement) {
        self.steps += 1;
        let before = std::mem::replace(&mut self.origin, statement.text.clone());
        self.comments = statement.comments.clone();
        let done = match self.steps > MOST_STEPS {
            true => Err("too much to be written out".into()),
            false => self.carry_out(statement),
        };
        if let Err(why) = done {
            self.hint = None;
            self.unknown(&statement.kind);
            if self.steps <= MOST_STEPS + 1 {
                self.left(why);
            }
        }
        self.comments.clear();
        self.origin = before;
    }

    /// Names that a statement without counterpart would have given values to.
    fn unknown(&mut self, kind: &Kind) {
        match kind {
            Kind::Assign(targets, _) => {
                for target in targets {
                    self.unknown_target(target);
                }
            }
            Kind::Augment(target, ..) => self.unknown_target(target),
            Kind::For(target, _, body) => {
                self.unknown_target(target);
                body.iter()
                    .for_each(|statement| self.unknown(&statement.kind));
            }
            Kind::If(_, then, otherwise) => {
                then.iter()
                    .chain(otherwise)
                    .for_each(|statement| self.unknown(&statement.kind));
            }
            Kind::While(_, body) | Kind::With(body) => {
                body.iter()
                    .for_each(|statement| self.unknown(&statement.kind));
            }
            _ => {}
        }
    }

    fn unknown_target(&mut self, target: &Expr) {
        match target {
            Expr::Name(name) => {
                let why = format!("`{name}` is not translated");
                self.bind(name, Value::Unknown(why), false);
            }
            Expr::Tuple(items) | Expr::List(items) => {
                items.iter().for_each(|item| self.unknown_target(item));
            }
            _ => {}
        }
    }

    fn carry_out(&mut self, statement: &Statement) -> Result<(), String> {
        match &statement.kind {
            Kind::Nothing => Ok(()),
            Kind::Unread => {
                let word = statement.text.split_whitespace().next().unwrap_or("");
                match IDLE.contains(&word) {
                    true => self.push(Piece::Note("Python's own business".into())),
                    false => return Err("Python that is not read".into()),
                };
                Ok(())
            }
            Kind::Import(names) => {
                for (name, module) in names {
                    match module.rsplit_once('.') {
                        Some((_, last)) if !MODULES.contains(&last) => {
                            self.aliases.insert(name.clone(), last.to_string());
                        }
                        _ => drop(self.modules.insert(name.clone(), module.clone())),
                    }
                }
                Ok(())
            }
            Kind::Expression(value) => self.expression(value),
            Kind::Assign(targets, value) => {
                if let [Expr::Name(name)] = targets.as_slice() {
                    self.hint = Some(name.clone());
                }
                let value = self.value(value)?;
                self.hint = None;
                for target in targets {
                    self.assign(target, "=", value.clone())?;
                }
                Ok(())
            }
            Kind::Augment(target, operator, value) => {
                let value = self.value(value)?;
                match target {
                    Expr::Name(_) => {
                        let old = self.value(target)?;
                        let new = self.binary(operator, old, value)?;
                        self.assign(target, "=", new)
                    }
                    target => self.set(target, &format!("{operator}="), value),
                }
            }
            Kind::For(target, values, body) => self.for_loop(target, values, body),
            Kind::If(condition, then, otherwise) => self.condition(condition, then, otherwise),
            Kind::While(condition, body) => self.while_loop(condition, body),
            Kind::With(body) => {
                self.body(body);
                Ok(())
            }
            Kind::Define(function, decorators) => self.define(function, decorators),
            Kind::Return(value) => {
                let value = match value {
                    None => Ok(Value::Nothing),
                    Some(value) => self.value(value),
                };
                let value = value.unwrap_or_else(Value::Unknown);
                self.returned = Some(value);
                Ok(())
            }
        }
    }

    fn expression(&mut self, value: &Expr) -> Result<(), String> {
        let Expr::Call(function, arguments) = value else {
            return match value {
                Expr::Name(_) | Expr::Attribute(..) | Expr::Text(_) => Ok(()),
                _ => Err("a value alone".into()),
            };
        };
        if let Expr::Attribute(base, method) = &**function
            && let Expr::Name(name) = &**base
            && matches!(method.as_str(), "append" | "extend" | "update" | "pop")
            && let Some(bound) = self.lookup(name).cloned()
        {
            return self.change(name, bound.value, method, arguments);
        }
        if let Some(path) = self.path(function) {
            if let Some(why) = super::plots::is_apart(&path) {
                if path == "print" && self.printed(arguments).is_some() {
                    return Ok(());
                }
                self.push(Piece::Note(why.into()));
                return Ok(());
            }
            if path == "stop" && self.loops > 0 {
                self.line("stop");
                return Ok(());
            }
            if matches!(path.as_str(), "run" | "store" | "restore" | "device.run") {
                let given = super::call::Given {
                    list: self.arguments(arguments)?,
                };
                return self
                    .function_of_network(path.rsplit('.').next().unwrap_or(""), &given)
                    .map(drop);
            }
        }
        self.value(value).map(drop)
    }

    /// `print(…)` of values; nothing where it says something else.
    fn printed(&mut self, arguments: &[Argument]) -> Option<()> {
        let given = self.arguments(arguments).ok()?;
        let mut texts = Vec::new();
        for (_, value) in &given {
            match value {
                Value::Number(number) if number.late && number.curve.is_none() => {
                    texts.push(number.text.clone())
                }
                _ => return None,
            }
        }
        self.line(format!("print({})", texts.join(", ")));
        Some(())
    }

    /// `list.append(x)`, `dictionary.update(…)`
    fn change(
        &mut self,
        name: &str,
        old: Value,
        method: &str,
        arguments: &[Argument],
    ) -> Result<(), String> {
        let given = self.arguments(arguments)?;
        let first = given.first().map(|(_, value)| value.clone());
        let new = match (old, method, first) {
            (Value::List(items), "append", Some(Value::Number(number)))
                if self.loops + usize::from(self.sweeping) == 1
                    && self.unrolled == 0
                    && items.is_empty() =>
            {
                self.line(format!("collect {name} = {}", number.text));
                self.collected.push(name.to_string());
                return Ok(());
            }
            (Value::List(_), _, _) if self.loops > 0 || self.sweeping => {
                return Err("a list that a loop changes".into());
            }
            (Value::List(mut items), "append", Some(Value::Number(number))) if number.late => {
                // What it is now.
                let kept = self.free(&format!("{name}_{}", items.len() + 1));
                self.give(
                    &kept,
                    Value::Number(Number {
                        curve: None,
                        ..number
                    }),
                )?;
                items.push(Value::Number(Number::late(kept)));
                Value::List(items)
            }
            (Value::List(mut items), "append", Some(value)) => {
                items.push(value);
                Value::List(items)
            }
            (Value::List(mut items), "extend", Some(values)) => {
                items.extend(self.each(&values)?);
                Value::List(items)
            }
            (Value::Dict(mut entries), "update", first) => {
                if let Some(Value::Dict(more)) = first {
                    for (key, value) in more {
                        super::lists::set_entry(&mut entries, key, value);
                    }
                }
                for (key, value) in given
                    .into_iter()
                    .filter_map(|(key, value)| Some((key?, value)))
                {
                    super::lists::set_entry(&mut entries, Value::Text(key), value);
                }
                Value::Dict(entries)
            }
            (other, ..) => return Err(format!("`{method}` of {}", other.kind())),
        };
        self.bind(name, new, false);
        Ok(())
    }

    fn assign(&mut self, target: &Expr, operator: &str, value: Value) -> Result<(), String> {
        match target {
            Expr::Name(name) => self.give(name, value),
            Expr::Tuple(targets) | Expr::List(targets) => {
                if let Value::Canvas(_) = value {
                    for target in targets {
                        self.assign(target, operator, value.clone())?;
                    }
                    return Ok(());
                }
                let values = self.each(&value)?;
                if values.len() != targets.len() {
                    return Err("as many names as values".into());
                }
                for (target, value) in targets.iter().zip(values) {
                    self.assign(target, operator, value)?;
                }
                Ok(())
            }
            target => self.set(target, operator, value),
        }
    }

    /// A function of the script: carried out where it is called; one that is an expression may stand in equations.
    fn define(&mut self, function: &Function, decorators: &[Expr]) -> Result<(), String> {
        let shared = Rc::new(function.clone());
        for decorator in decorators {
            let (path, arguments) = match decorator {
                Expr::Call(function, arguments) => (self.path(function), arguments.as_slice()),
                other => (self.path(other), &[][..]),
            };
            if path.as_deref() == Some("network_operation") {
                return self.operation(&shared, arguments);
            }
        }
        self.bind(&function.name, Value::Function(shared.clone()), false);
        if Self::simulates(function) {
            self.simulations.push((shared.clone(), false));
        }
        // It stays a comment where nothing that is translated calls it.
        self.push_named(
            Piece::Left("nothing that is translated calls it".into()),
            format!("def {}", function.name),
        );
        if let Some(text) = self.as_expression(&shared) {
            let names: Vec<&str> = function
                .parameters
                .iter()
                .map(|(name, _)| name.as_str())
                .collect();
            let line = format!("{}({}) = {text}", function.name, names.join(", "));
            self.used(&function.name);
            let item = self.push_named(Piece::Line(line), function.name.clone());
            item.on_demand = true;
        }
        Ok(())
    }

    /// A function whose result is an expression of its parameters.
    fn as_expression(&mut self, function: &Rc<Function>) -> Option<String> {
        if function.parameters.is_empty()
            || SIMULATES
                .iter()
                .any(|word| function.body.iter().any(|s| s.text.contains(word)))
        {
            return None;
        }
        let before = self.clone();
        let given = function.parameters.iter().map(|(name, _)| {
            let value = Value::Number(Number::text(name.clone(), level::ATOM));
            (Some(name.clone()), value)
        });
        let result = self.inline_with(function, given.collect());
        let clean = self.failures == before.failures && self.items.len() == before.items.len();
        *self = before;
        match result {
            Ok(Value::Number(number)) if clean && !number.late && number.random.is_none() => {
                Some(number.text)
            }
            _ => None,
        }
    }

    /// Code between steps.
    fn operation(&mut self, function: &Rc<Function>, arguments: &[Argument]) -> Result<(), String> {
        let given = super::call::Given {
            list: self.arguments(arguments)?,
        };
        let every = match (given.get(0, "dt"), given.get(usize::MAX, "clock")) {
            (Some(dt), _) => dt.number()?.text,
            (
                None,
                Some(Value::Object(Object {
                    what: What::Clock(dt),
                    ..
                })),
            ) => dt.clone(),
            _ => "dt".into(),
        };
        let time = function
            .parameters
            .first()
            .map(|_| (None, Value::Number(Number::late("t"))));
        let items = self.symbolic(|importer| {
            if let Err(why) = importer.inline_with(function, time.into_iter().collect()) {
                importer.left(why);
            }
        });
        let items = items.map_err(|why| format!("Python code between steps: {why}"))?;
        self.push(Piece::Loop(format!("every {every}"), items));
        Ok(())
    }

    /// What a function simulates, it does even if part of it stays a comment.
    pub(super) fn simulates(function: &Function) -> bool {
        SIMULATES.iter().any(|word| {
            function
                .body
                .iter()
                .any(|statement| statement.text.contains(word))
        })
    }
}
