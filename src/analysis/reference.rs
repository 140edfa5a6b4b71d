//! The table of functions as Markdown: part of the manual, made from the rows so that it cannot go stale.

use std::fmt::Write;

use super::ALL;

/// All functions by section: signature, meaning, an example.
pub fn functions() -> String {
    let mut out = String::from(
        "A capital letter such as `D` in a signature stands for any dimension; parameters with `?` may be left out, or given by name.\n",
    );
    for section in ALL {
        let _ = write!(
            out,
            "\n### {}\n\n| function | | example |\n|---|---|---|\n",
            section.title
        );
        for function in section.functions {
            let _ = writeln!(
                out,
                "| `{}{}` | {} | `{}` |",
                function.name, function.signature, function.doc, function.example
            );
        }
    }
    out
}
