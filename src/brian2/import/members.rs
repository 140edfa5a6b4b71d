//! Values that are given to variables of objects: `G.v = …`, `S.w[0, :] = …`, `S.pre.delay = …`, `defaultclock.dt = …`.

use super::super::python::Expr;
use super::value::{Known, Number, Object, Value, What};
use super::{Importer, Piece};

impl Importer {
    /// `target = value`, `target += value` where the target is no name.
    pub(super) fn set(
        &mut self,
        target: &Expr,
        operator: &str,
        value: Value,
    ) -> Result<(), String> {
        match target {
            Expr::Attribute(base, name) => {
                if let Some(path) = self.path(target) {
                    return self.set_path(&path, &value);
                }
                match self.value(base)? {
                    Value::Object(object) => self.set_member(&object, name, None, operator, value),
                    Value::Canvas(_) => Ok(()),
                    other => Err(format!("`{name}` of {}", other.kind())),
                }
            }
            Expr::Index(base, subscripts) => {
                if let Some(path) = self.path(base) {
                    return self.set_path(&path, &value);
                }
                if let Expr::Attribute(owner, name) = &**base
                    && let Value::Object(object) = self.value(owner)?
                {
                    let inside = self.subscripts(subscripts)?;
                    return self.set_member(&object, name, Some(inside), operator, value);
                }
                self.set_entry(base, subscripts, operator, value)
            }
            Expr::Tuple(_) | Expr::List(_) => Err("values that are not known beforehand".into()),
            _ => Err("this target".into()),
        }
    }

    fn set_path(&mut self, path: &str, value: &Value) -> Result<(), String> {
        match path {
            "defaultclock.dt" => {
                let text = value.number()?.text;
                match self.settings.get("dt") {
                    Some(before) if *before == text => return Ok(()),
                    Some(_) => return Err("the time step changes: a file has one".into()),
                    None => {}
                }
                self.settings.insert("dt".into(), text.clone());
                self.line(format!("dt = {text}"));
                Ok(())
            }
            path if path.starts_with("prefs") || path.starts_with("codegen") => {
                self.push(Piece::Note("models are compiled as they are".into()));
                Ok(())
            }
            path if path.starts_with("rcParams") || path.starts_with("rc") => Ok(()),
            path => Err(format!("`{path}`")),
        }
    }

    /// An entry of a list or a dictionary of the script.
    fn set_entry(
        &mut self,
        base: &Expr,
        subscripts: &[Expr],
        operator: &str,
        value: Value,
    ) -> Result<(), String> {
        let (Expr::Name(name), [key], "=") = (base, subscripts, operator) else {
            return Err("this target".into());
        };
        let key = self.value(key)?;
        let changed = match self.lookup(name).map(|bound| bound.value.clone()) {
            Some(Value::Dict(mut entries)) => {
                super::lists::set_entry(&mut entries, key, value);
                Value::Dict(entries)
            }
            Some(Value::List(mut items)) => {
                let at = key.number()?.known.whole();
                let at = at.and_then(|at| super::lists::place(at, items.len()));
                *at.and_then(|at| items.get_mut(at))
                    .ok_or("an element that is not known")? = value;
                Value::List(items)
            }
            Some(Value::Number(Number {
                known: Known::Many(mut values, whole, dimension),
                late: false,
                ..
            })) => {
                let at = key.number()?.known.whole();
                let at = at.and_then(|at| super::lists::place(at, values.len()));
                let value = value.number()?;
                if value.late {
                    return Err("an element of an array".into());
                }
                let value = value.known.one().ok_or("an element of an array")?;
                *at.and_then(|at| values.get_mut(at))
                    .ok_or("an element of an array")? = value;
                Value::Number(Number::of(Known::Many(values, whole, dimension)))
            }
            _ => return Err("an element of an array".into()),
        };
        self.bind(name, changed, false);
        Ok(())
    }

    /// The text of a value for a variable, and whether it is code of Brian2.
    pub(super) fn code_of(&mut self, value: &Value) -> Result<(String, bool), String> {
        if let Value::Text(text) = value {
            return Ok((super::texts::one_line(text), true));
        }
        let number = value.number()?;
        if let Some(draw) = number.random
            && !self.used_draws.insert(draw)
        {
            return Err("random numbers that are drawn once are used twice".into());
        }
        // One for each neuron, without their number.
        let text = match number.random {
            Some(_) => super::texts::draws(&number.text),
            None => number.text,
        };
        Ok((text, false))
    }

    fn set_member(
        &mut self,
        object: &Object,
        name: &str,
        inside: Option<String>,
        operator: &str,
        value: Value,
    ) -> Result<(), String> {
        if let (
            Value::Object(Object {
                what: What::Link(of),
                ..
            }),
            None,
        ) = (&value, &inside)
        {
            return self.link(object, name, of);
        }
        if name == "namespace" {
            return match value {
                Value::Dict(entries) => self.namespace(&entries, &mut []),
                other => Err(other.kind()),
            };
        }
        if name == "rates" {
            self.as_neurons(&object.base);
        }
        let array = matches!(&value, Value::List(_))
            || matches!(&value, Value::Number(n) if n.is_array() || n.late);
        let (text, code) = self.code_of(&value)?;
        let early =
            operator == "=" && inside.is_none() && !self.ran && self.loops == 0 && !self.assigned;
        match (&object.what, name) {
            (What::Pathway(pathway), "delay") if early => {
                let of = if pathway == "pre" {
                    String::new()
                } else {
                    format!(" {pathway}")
                };
                return self.add(&object.base, format!("delay{of}: {text}"));
            }
            (What::Pathway(pathway), "order") => {
                return self.add(&object.base, format!("order {pathway}: {text}"));
            }
            (What::Pathway(pathway), "delay") => {
                let inside = inside.map_or(String::new(), |inside| format!("[{inside}]"));
                let of = if pathway == "pre" {
                    "delay".into()
                } else {
                    format!("{pathway}.delay")
                };
                return self.assignment(
                    &format!("{}.{of}{inside}", object.base),
                    operator,
                    &text,
                    code,
                );
            }
            (What::Synapses, "delay") if early && object.text == object.base => {
                return self.add(&object.base, format!("delay: {text}"));
            }
            (What::Group | What::Synapses, _) => {}
            _ => return Err(format!("`{name}` of `{}`", object.text)),
        }
        let again = self
            .members(&object.base)
            .iter()
            .any(|m| m.text.starts_with(&format!("{name}(0)")));
        if early && !array && !again && object.text == object.base {
            return self.add(&object.base, format!("{name}(0) = {text}"));
        }
        // `G[0:10].v` is `G.v[0:10]`.
        let (owner, within) = match object.text.split_once('[') {
            Some((owner, within)) => (owner, Some(within.trim_end_matches(']').to_string())),
            None => (object.text.as_str(), None),
        };
        let place = match (within, inside) {
            (None, None) => String::new(),
            (Some(inside), None) | (None, Some(inside)) if inside == ":" => String::new(),
            (Some(inside), None) | (None, Some(inside)) => format!("[{inside}]"),
            _ => return Err("part of a part of a population".into()),
        };
        self.assignment(&format!("{owner}.{name}{place}"), operator, &text, code)
    }

    fn assignment(
        &mut self,
        place: &str,
        operator: &str,
        text: &str,
        code: bool,
    ) -> Result<(), String> {
        self.assigned = true;
        let quote = if code && !text.contains('\'') {
            "'"
        } else {
            ""
        };
        self.line(format!("{place} {operator} {quote}{text}{quote}"));
        Ok(())
    }

    /// `G.x = linked_var(H, 'y')`
    fn link(&mut self, object: &Object, name: &str, of: &str) -> Result<(), String> {
        for item in &mut self.items {
            let Piece::Block(_, members) = &mut item.piece else {
                continue;
            };
            if item.name != object.base {
                continue;
            }
            for member in members {
                let words = super::texts::names(&member.text);
                if words.first().is_some_and(|(_, word)| *word == name)
                    && member.text.contains("linked")
                {
                    member.text = format!("{} = {of}", member.text);
                    return Ok(());
                }
            }
        }
        Err(format!("no linked variable `{name}`"))
    }
}
