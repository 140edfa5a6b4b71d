//! Reading of JSON values.

use serde_json::Value;

/// A list; empty where absent.
pub fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value
        .get(key)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// Entries of an object; none where absent.
pub fn pairs<'v>(value: &'v Value, key: &str) -> Vec<(&'v String, &'v Value)> {
    value
        .get(key)
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .collect()
}

/// A text under a key.
pub fn text(value: &Value, key: &str) -> String {
    text_of(&value[key])
}

/// A value that is a text.
pub fn text_of(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value}"))
        .to_string()
}
