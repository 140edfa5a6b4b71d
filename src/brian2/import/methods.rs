//! What is read of objects and asked of them: `G.N`, `M.v[0]`, `G.run_regularly(…)`, `net.run(…)`.

use super::super::python::{Argument, Expr};
use super::Importer;
use super::call::Given;
use super::lists::{entry, place, slice};
use super::value::{Curve, Known, Number, Object, Value, What, level};

impl Importer {
    pub(super) fn attribute(
        &mut self,
        whole: &Expr,
        base: &Expr,
        name: &str,
    ) -> Result<Value, String> {
        if let Some(path) = self.path(whole) {
            let last = path.rsplit('.').next().unwrap_or("");
            if path == "defaultclock.dt" {
                return Ok(Value::Number(Number::late("dt")));
            }
            return self
                .value(&Expr::Name(last.to_string()))
                .map_err(|_| format!("`{path}` is not known here"));
        }
        match self.value(base)? {
            Value::Object(object) if self.is_pathway(&object, name) => Ok(Value::Object(Object {
                what: What::Pathway(name.to_string()),
                ..object
            })),
            Value::Object(object) => of_object(&object, name),
            Value::Canvas(_) => Ok(Value::Canvas(String::new())),
            Value::Number(number) => match name {
                "T" => Ok(Value::Number(number)),
                "size" => self.function(
                    "len",
                    &Given {
                        list: vec![(None, Value::Number(number))],
                    },
                ),
                "shape" => {
                    let mut shape = Number::text(format!("shape({})", number.text), level::ATOM);
                    shape.late = number.late;
                    Ok(Value::Number(shape))
                }
                _ => Err(format!("`{name}` of a number")),
            },
            other => Err(format!("`{name}` of {}", other.kind())),
        }
    }

    /// `S.up`, where code of synapses has that name.
    fn is_pathway(&self, object: &Object, name: &str) -> bool {
        let named = |line: &str, word: &str| {
            let rest = line
                .strip_prefix(word)
                .and_then(|rest| rest.strip_prefix(' '));
            rest.and_then(|rest| rest.split([':', ' ']).next()) == Some(name)
        };
        object.what == What::Synapses
            && self
                .members(&object.base)
                .iter()
                .any(|member| named(&member.text, "on_pre") || named(&member.text, "on_post"))
    }

    /// Parts of brackets as text.
    pub(super) fn subscripts(&mut self, subscripts: &[Expr]) -> Result<String, String> {
        let mut texts = Vec::new();
        for subscript in subscripts {
            texts.push(match subscript {
                Expr::Slice(parts) => {
                    let mut text = [String::new(), String::new(), String::new()];
                    for (text, part) in text.iter_mut().zip(parts) {
                        if let Some(part) = part {
                            *text = self.value(part)?.number()?.text;
                        }
                    }
                    let [start, stop, step] = text;
                    match step.is_empty() {
                        true => format!("{start}:{stop}"),
                        false => format!("{start}:{stop}:{step}"),
                    }
                }
                other => match self.value(other)? {
                    Value::Text(code) => super::texts::one_line(&code),
                    Value::Truth(true) => ":".into(),
                    value => value.number()?.text,
                },
            });
        }
        Ok(texts.join(", "))
    }

    pub(super) fn index(&mut self, base: &Expr, subscripts: &[Expr]) -> Result<Value, String> {
        if self.path(base).as_deref() == Some("r_") {
            let parts: Result<Vec<Value>, String> =
                subscripts.iter().map(|part| self.value(part)).collect();
            return self.function(
                "r_",
                &Given {
                    list: vec![(None, Value::List(parts?))],
                },
            );
        }
        let value = self.value(base)?;
        match (&value, subscripts) {
            (Value::Canvas(_), _) => return Ok(Value::Canvas(String::new())),
            (Value::Dict(entries), [key]) => {
                let key = self.value(key)?;
                let found = entry(entries, &key).cloned();
                return found.ok_or_else(|| "a key that is not in the dictionary".into());
            }
            (Value::List(items), [subscript]) => {
                if let Some(places) = self.places(subscript, items.len())? {
                    let picked: Vec<Value> = places
                        .1
                        .iter()
                        .filter_map(|at| items.get(*at).cloned())
                        .collect();
                    return match places.0 {
                        true => picked
                            .into_iter()
                            .next()
                            .ok_or_else(|| "an element beyond the list".into()),
                        false => Ok(Value::List(picked)),
                    };
                }
            }
            (Value::Object(object), _) => return self.part(object, subscripts),
            (Value::Number(number), [subscript]) => {
                if let Known::Many(values, whole, dimension) = &number.known
                    && let Some((single, places)) = self.places(subscript, values.len())?
                {
                    let picked: Vec<f64> = places
                        .iter()
                        .filter_map(|at| values.get(*at).copied())
                        .collect();
                    return match (single, picked.first()) {
                        (true, Some(value)) => Ok(Value::Number(Number::of(Known::One(
                            *value, *whole, *dimension,
                        )))),
                        (true, None) => Err("an element beyond the array".into()),
                        _ => Ok(Value::Number(Number::of(Known::Many(
                            picked, *whole, *dimension,
                        )))),
                    };
                }
            }
            _ => {}
        }
        let number = value.number()?;
        let inside = self.subscripts(subscripts)?;
        let curve = match &number.curve {
            Some(Curve::Lines(of)) => element(of, &inside).map(Curve::Lines),
            _ => None,
        };
        let text = match &curve {
            Some(Curve::Lines(of)) => format!("trace({of})"),
            _ => format!("{}[{inside}]", number.within(level::ATOM)),
        };
        Ok(Value::Number(Number {
            text,
            level: level::ATOM,
            known: Known::No,
            late: true,
            random: number.random,
            curve,
        }))
    }

    /// The places that a subscript picks, and whether it is a single one; nothing where they are not known.
    fn places(
        &mut self,
        subscript: &Expr,
        length: usize,
    ) -> Result<Option<(bool, Vec<usize>)>, String> {
        if let Expr::Slice(parts) = subscript {
            let mut bounds = [None; 3];
            for (bound, part) in bounds.iter_mut().zip(parts) {
                if let Some(part) = part {
                    let Some(known) = self.value(part)?.number()?.known.whole() else {
                        return Ok(None);
                    };
                    *bound = Some(known);
                }
            }
            return Ok(Some((false, slice(bounds, length))));
        }
        let number = self.value(subscript)?.number()?;
        if number.late {
            return Ok(None);
        }
        let index = number.known.whole();
        Ok(index.map(|index| (true, place(index, length).into_iter().collect())))
    }

    /// `G[0:10]`, `S[0, :]`, `M[3]`
    fn part(&mut self, object: &Object, subscripts: &[Expr]) -> Result<Value, String> {
        let inside = self.subscripts(subscripts)?;
        let mut part = object.clone();
        match (&object.what, subscripts) {
            // A monitor is asked for a neuron by its number.
            (What::States(_), _) => part.what = What::States(inside),
            (What::Group, [subscript]) if object.text == object.base => {
                let places = match object.size {
                    Some(size) => self
                        .places(subscript, size)?
                        .map(|(_, places)| places.len()),
                    None => None,
                };
                part.size = places;
                let slice = match subscript {
                    Expr::Slice(_) => inside,
                    _ => match inside.parse::<usize>() {
                        Ok(first) => format!("{first}:{}", first + 1),
                        Err(_) => return Err(format!("the neurons `{inside}`")),
                    },
                };
                let (start, stop) = slice.split_once(':').unwrap_or(("", ""));
                let start = if start.is_empty() { "0" } else { start };
                part.text = format!("{}[{start}:{stop}]", object.text);
            }
            (What::Synapses, _) => part.text = format!("{}[{inside}]", object.text),
            _ => return Err(format!("a part of `{}`", object.text)),
        }
        Ok(Value::Object(part))
    }

    /// A call of a method.
    pub(super) fn method(
        &mut self,
        base: Value,
        method: &str,
        arguments: &[Argument],
        hint: Option<String>,
    ) -> Result<Value, String> {
        let object = match base {
            Value::Canvas(token) => {
                if super::plots::is_plot(method) {
                    let given = self.arguments(arguments)?;
                    self.plot(method, Given { list: given }, &token)?;
                } else if matches!(method, "set_title" | "suptitle") {
                    let given = self.arguments(arguments).unwrap_or_default();
                    self.caption(given.first().map(|(_, value)| value));
                }
                return Ok(Value::Canvas(token));
            }
            Value::Object(object) => object,
            other => {
                let given = self.arguments(arguments)?;
                let kind = other.kind();
                let result = self.plain_method(&other, method, &given);
                return result.unwrap_or_else(|| Err(format!("`{method}` of {kind}")));
            }
        };
        let given = Given {
            list: self.arguments(arguments)?,
        };
        match (&object.what, method) {
            (What::Network, "add" | "remove" | "set_states") if method == "add" => {
                Ok(Value::Nothing)
            }
            (_, "add_attribute") => Ok(Value::Nothing),
            (What::Network, "run" | "store" | "restore") => {
                self.function_of_network(method, &given)
            }
            (What::Group | What::Synapses, "run_regularly") => {
                let code = super::texts::code(given.need(0, "code")?.text()?)
                    .ok_or("code without statements")?;
                let every = match (given.get(1, "dt"), given.get(usize::MAX, "clock")) {
                    (Some(dt), _) => dt.number()?.text,
                    (
                        None,
                        Some(Value::Object(Object {
                            what: What::Clock(dt),
                            ..
                        })),
                    ) => dt.clone(),
                    _ => "dt".to_string(),
                };
                let when = match given.get(2, "when") {
                    Some(when) if when.text()? != "start" => format!(" when {}", when.text()?),
                    _ => String::new(),
                };
                self.as_neurons(&object.base);
                self.add(&object.base, format!("every {every}{when}: {code}"))?;
                Ok(Value::Nothing)
            }
            (What::Group, "run_on_event") => {
                let event = given.need(0, "event")?.text()?;
                let code = super::texts::code(given.need(1, "code")?.text()?)
                    .ok_or("code without statements")?;
                self.add(&object.base, format!("on {event}: {code}"))?;
                Ok(Value::Nothing)
            }
            (What::Synapses, "connect") => self.connect(&object, &given).map(|()| Value::Nothing),
            (What::Rates, "smooth_rate") => {
                let width = given
                    .need(1, "width")
                    .or_else(|_| given.need(0, "width"))?
                    .number()?
                    .text;
                let mut number = Number::late(format!("smooth({}.rate, {width})", object.text));
                number.curve = Some(Curve::Rate(format!(
                    "rate({}, smooth: {width})",
                    object.text
                )));
                Ok(Value::Number(number))
            }
            _ => {
                let _ = hint;
                Err(format!("`{method}` of `{}`", object.text))
            }
        }
    }
}

/// What is read of an object.
fn of_object(object: &Object, name: &str) -> Result<Value, String> {
    let text = &object.text;
    let late = |text: String| Ok(Value::Number(Number::late(text)));
    let curve = |text: String, curve: Curve| {
        let mut number = Number::late(text);
        number.curve = Some(curve);
        Ok(Value::Number(number))
    };
    match (&object.what, name) {
        // A whole slice of what follows is what follows.
        (What::Group, "N") => match object.size {
            Some(size) => Ok(Value::Number(Number::whole(size as i64))),
            None => Err(format!("the size of `{text}`")),
        },
        (What::Synapses, "N") => late(format!("size({text}.i)")),
        (What::Clock(dt), "dt") => late(dt.clone()),
        (What::Clock(_) | What::Network | What::Group, "t") => late("t".into()),
        (What::Group | What::Synapses, "dt") => late("dt".into()),
        (What::Group, "i") if object.size.is_some() => {
            late(format!("range({})", object.size.unwrap_or(0)))
        }
        (What::Synapses, "pre" | "post") => {
            let mut pathway = object.clone();
            pathway.what = What::Pathway(name.to_string());
            Ok(Value::Object(pathway))
        }
        (
            What::Group | What::Synapses,
            "name" | "namespace" | "equations" | "clock" | "variables",
        ) => Err(format!("`{name}` of `{text}`")),
        (What::Group | What::Synapses, name) => {
            late(format!("{text}.{}", name.trim_end_matches('_')))
        }
        (What::States(of), "t") => {
            let of = if of.is_empty() {
                String::new()
            } else {
                format!("[{of}]")
            };
            curve(format!("times({text}.{{}}{of})"), Curve::Times)
        }
        (What::States(of), name) => {
            let of = if of.is_empty() {
                String::new()
            } else {
                format!("[{of}]")
            };
            let lines = format!("{text}.{}{of}", name.trim_end_matches('_'));
            curve(format!("trace({lines})"), Curve::Lines(lines))
        }
        (What::Spikes, "t") => curve(format!("{}.t", object.base), Curve::Times),
        (What::Spikes, "i") => {
            let of = match object.base == format!("{text}.spikes") {
                true => text.clone(),
                false => object.base.clone(),
            };
            curve(format!("{}.i", object.base), Curve::Neurons(of))
        }
        (What::Spikes, "it") => Ok(Value::List(vec![
            of_object(object, "i")?,
            of_object(object, "t")?,
        ])),
        (What::Spikes, "count") => late(format!("{}.count", object.base)),
        (What::Spikes, "num_spikes" | "nspikes" | "num_events") => {
            late(format!("size({}.t)", object.base))
        }
        (What::Rates, "t") => curve(format!("{text}.rate.t"), Curve::Times),
        (What::Rates, "rate") => {
            curve(format!("{text}.rate"), Curve::Rate(format!("rate({text})")))
        }
        _ => Err(format!("`{name}` of `{text}`")),
    }
}

/// A curve of which a row is picked: `G.v` and `0` as `G.v[0]`.
fn element(of: &str, row: &str) -> Option<String> {
    let Some((variable, which)) = of.split_once('[') else {
        // All neurons.
        let row = match row.split_once(',') {
            Some((row, rest)) if rest.trim() == ":" => row.trim(),
            Some(_) => return None,
            None => row,
        };
        return Some(match row.parse::<i64>() {
            Ok(_) => format!("{of}[{row}]"),
            Err(_) if row == ":" => of.to_string(),
            Err(_) => format!("{of}[{row}]"),
        });
    };
    let which = which.trim_end_matches(']');
    let row: usize = row.parse().ok()?;
    let list = which.trim_start_matches('[');
    if which != list || which.contains(',') {
        let item = list.split(',').nth(row)?.trim();
        return Some(format!("{variable}[{item}]"));
    }
    if let Some((first, _)) = which.split_once(':') {
        let first: usize = if first.is_empty() {
            0
        } else {
            first.parse().ok()?
        };
        return Some(format!("{variable}[{}]", first + row));
    }
    (row == 0).then(|| of.to_string())
}
