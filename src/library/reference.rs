//! Tables of the language reference, made from the library so that they cannot go stale. Markdown.

use std::fmt::Write;

use super::Library;
use super::units::{PREFIXES, UnitRow};
use crate::units::display::{format_number, si_unit};

/// The units with their symbols, short names and prefixes.
pub fn units() -> String {
    let library = Library::standard();
    let prefixes: Vec<&str> = PREFIXES.iter().filter(|p| p.si).map(|p| p.text).collect();
    let prefixes = prefixes.join(" ");
    let mut out = format!(
        "## All units\n\nPrefixes: {}. They stand before names (`mvolt`) and symbols (`mV`). Where a suffix is allowed, `umetre2` is \
         `umetre^2`. Symbols are units directly behind a value (`5 V`); short names everywhere (`v/mV`).\n\n\
         | unit | dimension | symbol | short names | prefixes | suffix | value |\n|---|---|---|---|---|---|---|\n",
        prefixes.split_whitespace().collect::<Vec<_>>().join(" "),
    );
    for row in library.units().rows() {
        let named = library.dimensions().find(|d| d.1 == row.dimension);
        let dimension = named.map_or("a pure number", |d| d.0);
        let name: Vec<String> = std::iter::once(&row.name)
            .chain(&row.also)
            .map(|name| format!("`{name}`"))
            .collect();
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {} |",
            name.join(" "),
            if row.dimension.is_none() {
                "a pure number"
            } else {
                dimension
            },
            code(&row.symbols),
            code(&row.short),
            prefix_words(row),
            if row.powers { "2 3" } else { "" },
            value(row),
        );
    }
    out.push_str("\n## All dimensions\n\n| dimension | SI unit |\n|---|---|\n");
    for (name, dimension, _) in library.dimensions() {
        let _ = writeln!(out, "| {name} | `{}` |", si_unit(dimension));
    }
    out.push_str("\n## Constants\n\n| constant | value | |\n|---|---|---|\n");
    for constant in library.constants() {
        let _ = writeln!(
            out,
            "| `{}` | {} | {} |",
            constant.name, constant.value, constant.doc
        );
    }
    out
}

fn code(words: &[String]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    words.join(" ")
}

fn prefix_words(row: &UnitRow) -> String {
    let further = row.prefixes.iter().filter(|p| !p.si && !p.text.is_empty());
    let further: Vec<&str> = further.map(|p| p.text).collect();
    match (row.prefixes.len() > 1, further.is_empty()) {
        (false, _) => String::new(),
        (true, true) => "yes".to_string(),
        (true, false) => format!("yes, and {}", further.join(" ")),
    }
}

fn value(row: &UnitRow) -> String {
    if row.dimension.is_none() {
        return format_number(row.scale());
    }
    format!("{} {}", format_number(row.scale()), si_unit(row.dimension))
}

/// The functions by section: signature, meaning, an example.
pub fn functions() -> String {
    let mut out = String::from("Names such as `D` in a signature stand for any dimension.\n");
    let mut section = "";
    for function in Library::standard().functions() {
        if function.section != section {
            section = &function.section;
            let _ = write!(
                out,
                "\n### {section}\n\n| function | | example |\n|---|---|---|\n"
            );
        }
        let sources = Library::standard().sources();
        let example = function.examples.first();
        let example = example.map_or(String::new(), |e| format!("`{}`", sources.text(e.span)));
        let doc = function.doc.replace('\n', " ");
        let _ = writeln!(out, "| `{}` | {doc} | {example} |", function.signature.text);
    }
    out
}

/// The integration methods: name, order, what they require, meaning.
pub fn methods() -> String {
    let library = Library::standard();
    let mut out = String::from("| method | order | requires | |\n|---|---|---|---|\n");
    for (method, doc) in library.methods().iter().zip(&library.method_docs) {
        let sources = library.sources();
        let order = method.order.as_ref().map_or("", |e| sources.text(e.span));
        let requires: Vec<&str> = method
            .requires
            .iter()
            .map(|word| word.name.as_str())
            .collect();
        let requires = requires.join(", ").replace('_', " ");
        let doc = doc.replace('\n', " ");
        let _ = writeln!(
            out,
            "| `{}` | {order} | {requires} | {doc} |",
            method.name.name
        );
    }
    let automatic: Vec<String> = library
        .automatic()
        .iter()
        .map(|m| format!("`{m}`"))
        .collect();
    let _ = writeln!(
        out,
        "\nTried in turn when none is given: {}.",
        automatic.join(", ")
    );
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_have_a_row_for_everything_and_even_columns() {
        let library = Library::standard();
        for (table, names) in [
            (
                units(),
                library
                    .units()
                    .rows()
                    .iter()
                    .map(|r| r.name.clone())
                    .collect::<Vec<_>>(),
            ),
            (
                functions(),
                library
                    .functions()
                    .map(|f| f.signature.text.clone())
                    .collect(),
            ),
            (
                methods(),
                library
                    .methods()
                    .iter()
                    .map(|m| m.name.name.clone())
                    .collect(),
            ),
        ] {
            for name in names {
                let row = table
                    .lines()
                    .find(|line| line.starts_with(&format!("| `{name}`")));
                assert!(row.is_some(), "{name} has no row in\n{table}");
            }
            let mut columns = 0;
            for line in table.lines() {
                let bars = line.matches('|').count();
                assert!(
                    bars == columns || columns == 0 || bars == 0,
                    "uneven row: {line}"
                );
                columns = bars;
            }
        }
    }
}
