//! Texts, lists and dictionaries of Python.

use super::Importer;
use super::value::{Known, Number, Value};
use crate::units::dimension::Dimension;

/// A value within a text.
pub(super) fn shown(value: &Value, format: &str) -> Result<String, String> {
    match value {
        Value::Text(text) => Ok(text.clone()),
        Value::Truth(truth) => Ok(if *truth { "True" } else { "False" }.to_string()),
        Value::Nothing => Ok("None".into()),
        Value::Number(number) => {
            let plain = number.known.dimension().is_none_or(|d| d.is_none());
            match number.known.one() {
                Some(value) if !number.late && plain => Ok(formatted(value, number, format)),
                Some(_) if !number.late => Ok(format!("({})", number.text)),
                _ => Err(format!(
                    "the value of `{}` is not known beforehand",
                    number.text
                )),
            }
        }
        other => Err(format!("{} within a text", other.kind())),
    }
}

fn formatted(value: f64, number: &Number, format: &str) -> String {
    let digits = format
        .split_once('.')
        .map(|(_, digits)| digits.trim_end_matches(['f', 'g', 'e']));
    let digits: Option<usize> = digits.and_then(|digits| digits.parse().ok());
    let whole = matches!(number.known, Known::One(_, true, _));
    match (format.chars().last(), digits) {
        (Some('f'), digits) => format!("{value:.*}", digits.unwrap_or(6)),
        (Some('d'), _) => format!("{value:.0}"),
        _ => super::value::literal(value, whole),
    }
}

/// `'%s mV' % x`
pub(super) fn percent(template: &str, values: &Value) -> Result<String, String> {
    let list = match values {
        Value::List(items) => items.clone(),
        other => vec![other.clone()],
    };
    let mut list = list.into_iter();
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('%') {
        text.push_str(before);
        if let Some(after) = after.strip_prefix('%') {
            text.push('%');
            rest = after;
            continue;
        }
        let (key, after) = match after
            .strip_prefix('(')
            .and_then(|after| after.split_once(')'))
        {
            Some((key, after)) => (Some(key), after),
            None => (None, after),
        };
        let end = after
            .find(|c: char| c.is_alphabetic())
            .ok_or("this format")?;
        let format = after.get(..=end).unwrap_or("");
        let value = match (key, values) {
            (Some(key), Value::Dict(entries)) => entry(entries, &Value::Text(key.into())).cloned(),
            (None, _) => list.next(),
            _ => None,
        };
        text.push_str(&shown(&value.ok_or("this format")?, format)?);
        rest = after.get(end + 1..).unwrap_or("");
    }
    text.push_str(rest);
    Ok(text)
}

/// `'{} {x}'.format(…)`
pub(super) fn braces(template: &str, given: &[(Option<String>, Value)]) -> Result<String, String> {
    let mut placed = given
        .iter()
        .filter(|(name, _)| name.is_none())
        .map(|(_, value)| value);
    let all: Vec<&Value> = placed.clone().collect();
    let mut text = String::new();
    let mut rest = template;
    while let Some(at) = rest.find(['{', '}']) {
        text.push_str(rest.get(..at).unwrap_or(""));
        let found = rest.get(at..).unwrap_or("");
        if found.starts_with("{{") || found.starts_with("}}") {
            text.push_str(found.get(..1).unwrap_or(""));
            rest = found.get(2..).unwrap_or("");
            continue;
        }
        let (inside, after) = found
            .get(1..)
            .unwrap_or("")
            .split_once('}')
            .ok_or("this format")?;
        let (name, format) = inside.split_once(':').unwrap_or((inside, ""));
        let value = match name.parse::<usize>() {
            Ok(number) => all.get(number).copied(),
            Err(_) if name.is_empty() => placed.next(),
            Err(_) => given
                .iter()
                .find(|(known, _)| known.as_deref() == Some(name))
                .map(|(_, value)| value),
        };
        text.push_str(&shown(value.ok_or("this format")?, format)?);
        rest = after;
    }
    text.push_str(rest);
    Ok(text)
}

/// Two keys of dictionaries are the same.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Text(a), Value::Text(b)) => a == b,
        (Value::Truth(a), Value::Truth(b)) => a == b,
        (Value::Number(a), Value::Number(b)) => {
            a.known != Known::No && a.known.one() == b.known.one()
        }
        (Value::List(a), Value::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        _ => false,
    }
}

/// The value of a key.
pub(super) fn entry<'v>(entries: &'v [(Value, Value)], key: &Value) -> Option<&'v Value> {
    let found = entries.iter().rev().find(|(known, _)| same(known, key));
    found.map(|(_, value)| value)
}

/// Gives a key a value.
pub(super) fn set_entry(entries: &mut Vec<(Value, Value)>, key: Value, value: Value) {
    match entries.iter_mut().find(|(known, _)| same(known, &key)) {
        Some((_, old)) => *old = value,
        None => entries.push((key, value)),
    }
}

/// The place of a number that counts from the end where it is negative.
pub(super) fn place(index: i64, length: usize) -> Option<usize> {
    let at = if index < 0 {
        index + length as i64
    } else {
        index
    };
    usize::try_from(at).ok().filter(|at| *at < length)
}

/// The places of a slice.
pub(super) fn slice(parts: [Option<i64>; 3], length: usize) -> Vec<usize> {
    let n = length as i64;
    let step = parts[2].unwrap_or(1);
    let bound = |value: Option<i64>, default: i64| match value {
        None => default,
        Some(value) if value < 0 => (value + n).max(if step < 0 { -1 } else { 0 }),
        Some(value) => value.min(if step < 0 { n - 1 } else { n }),
    };
    let mut places = Vec::new();
    let (mut at, end) = match step {
        0 => return places,
        step if step < 0 => (bound(parts[0], n - 1), bound(parts[1], -1)),
        _ => (bound(parts[0], 0), bound(parts[1], n)),
    };
    while (step > 0 && at < end) || (step < 0 && at > end) {
        places.extend(usize::try_from(at).ok());
        at += step;
    }
    places
}

impl Importer {
    /// Methods of texts, lists and dictionaries; nothing for other values.
    pub(super) fn plain_method(
        &mut self,
        base: &Value,
        method: &str,
        given: &[(Option<String>, Value)],
    ) -> Option<Result<Value, String>> {
        let first = given.first().map(|(_, value)| value.clone());
        let text = |position: usize| given.get(position).and_then(|(_, value)| value.text().ok());
        let result = match (base, method) {
            (Value::Text(template), "format") => braces(template, given).map(Value::Text),
            (Value::Text(content), "replace") => match (text(0), text(1)) {
                (Some(old), Some(new)) => Ok(Value::Text(content.replace(old, new))),
                _ => Err("this replacement".into()),
            },
            (Value::Text(content), "strip") => Ok(Value::Text(content.trim().into())),
            (Value::Text(content), "lower") => Ok(Value::Text(content.to_lowercase())),
            (Value::Text(content), "upper") => Ok(Value::Text(content.to_uppercase())),
            (Value::Text(content), "startswith") => Ok(Value::Truth(
                text(0).is_some_and(|t| content.starts_with(t)),
            )),
            (Value::Text(content), "split") => {
                let parts: Vec<Value> = match text(0) {
                    Some(separator) => content
                        .split(separator)
                        .map(|t| Value::Text(t.into()))
                        .collect(),
                    None => content
                        .split_whitespace()
                        .map(|t| Value::Text(t.into()))
                        .collect(),
                };
                Ok(Value::List(parts))
            }
            (Value::Text(between), "join") => {
                let items = first.as_ref().and_then(|value| self.each(value).ok())?;
                let texts: Result<Vec<&str>, String> = items.iter().map(Value::text).collect();
                texts.map(|texts| Value::Text(texts.join(between)))
            }
            (Value::Dict(entries), "items") => {
                let pair =
                    |(key, value): &(Value, Value)| Value::List(vec![key.clone(), value.clone()]);
                Ok(Value::List(entries.iter().map(pair).collect()))
            }
            (Value::Dict(entries), "keys") => Ok(Value::List(
                entries.iter().map(|(key, _)| key.clone()).collect(),
            )),
            (Value::Dict(entries), "values") => Ok(Value::List(
                entries.iter().map(|(_, value)| value.clone()).collect(),
            )),
            (Value::Dict(_) | Value::List(_), "copy") => Ok(base.clone()),
            (Value::Dict(entries), "get") => {
                let found = first.as_ref().and_then(|key| entry(entries, key)).cloned();
                Ok(found
                    .or_else(|| given.get(1).map(|(_, v)| v.clone()))
                    .unwrap_or(Value::Nothing))
            }
            (Value::List(items), "index") => {
                let at = items
                    .iter()
                    .position(|item| first.as_ref().is_some_and(|first| same(item, first)));
                at.map(|at| Value::Number(Number::whole(at as i64)))
                    .ok_or_else(|| "what is not in the list".into())
            }
            (Value::Number(number), "item" | "flatten" | "copy" | "squeeze" | "ravel") => {
                Ok(Value::Number(number.clone()))
            }
            (Value::Number(number), "astype") => Ok(Value::Number(number.clone())),
            (Value::Number(number), "tolist") => {
                self.each(&Value::Number(number.clone())).map(Value::List)
            }
            (Value::List(_), "sum" | "mean" | "max" | "min" | "std") | (Value::Number(_), _) => {
                let mut list = vec![(None, base.clone())];
                list.extend(given.iter().cloned());
                self.function(method, &super::call::Given { list })
            }
            _ => return None,
        };
        Some(result)
    }
}

/// A whole number without unit as a value.
pub(super) fn range(parts: &[i64]) -> Option<Number> {
    let (first, last, step) = match parts {
        [last] => (0, *last, 1),
        [first, last] => (*first, *last, 1),
        [first, last, step] if *step != 0 => (*first, *last, *step),
        _ => return None,
    };
    let count = ((last - first) as f64 / step as f64).ceil().max(0.0);
    if count > 1e6 {
        return None;
    }
    let values: Vec<f64> = (0..count as i64)
        .map(|k| (first + k * step) as f64)
        .collect();
    let texts: Vec<String> = parts.iter().map(i64::to_string).collect();
    let mut number = Number::text(
        format!("range({})", texts.join(", ")),
        super::value::level::ATOM,
    );
    number.known = Known::Many(values, true, Dimension::NONE);
    Some(number)
}
