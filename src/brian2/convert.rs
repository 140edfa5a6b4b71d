//! Python expressions and texts of code, in the notation of the language.

use super::python::Value;
use crate::library::Library;

/// An expression of the model's language as written in Python, where it is one.
pub(super) fn plain(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(one_line(text)),
        Value::Plain(text) => arithmetic(text),
        Value::List(items) => {
            let items: Option<Vec<String>> = items.iter().map(plain).collect();
            Some(format!("[{}]", items?.join(", ")))
        }
        Value::Call(call) => {
            let name = call
                .function
                .trim_start_matches("np.")
                .trim_start_matches("numpy.");
            let arguments: Option<Vec<String>> = call
                .arguments
                .iter()
                .map(|(_, value)| plain(value))
                .collect();
            let arguments = arguments?.join(", ");
            match name {
                "array" | "asarray" => Some(arguments),
                name if Library::standard().function(name).is_some() || name == "linspace" => {
                    Some(format!("{name}({arguments})"))
                }
                _ => None,
            }
        }
        Value::Dict(_) => None,
    }
}

/// Arithmetic of names, numbers and known functions.
fn arithmetic(text: &str) -> Option<String> {
    let text = text.replace("np.", "").replace("numpy.", "");
    let allowed = |c: char| c.is_alphanumeric() || " _.+-*/%()<>=![],:".contains(c);
    if text.is_empty() || !text.chars().all(allowed) || text.contains("lambda") {
        return None;
    }
    let bytes: Vec<char> = text.chars().collect();
    for (at, c) in bytes.iter().enumerate() {
        let letter_before = at > 0
            && bytes
                .get(at - 1)
                .is_some_and(|c| c.is_alphabetic() || *c == '_');
        let letter_after = bytes.get(at + 1).is_some_and(|c| c.is_alphabetic());
        // An attribute, or a call of something that is not known.
        if *c == '.' && letter_before && letter_after {
            return None;
        }
        if *c == '(' && letter_before {
            let head: String = bytes.iter().take(at).collect();
            let name = head
                .rsplit(|c: char| !c.is_alphanumeric() && c != '_')
                .next()
                .unwrap_or("");
            Library::standard().function(name)?;
        }
    }
    Some(text.trim().to_string())
}

pub(super) fn one_line(text: &str) -> String {
    let lines = text
        .lines()
        .map(|line| line.split('#').next().unwrap_or("").trim());
    lines
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Statements of a text: one, or several in braces.
pub(super) fn code(text: &str) -> String {
    let statements: Vec<&str> = text
        .lines()
        .map(|line| line.split('#').next().unwrap_or(""))
        .flat_map(|line| line.split(';'))
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    match statements.as_slice() {
        [one] => (*one).to_string(),
        many => format!("{{ {} }}", many.join("; ")),
    }
}
