//! What `snnc explain` says about a model: its step in order, its units, its integration, its names.

mod method;
mod name;
mod schedule;
mod units;

pub use method::method;
pub use name::name;
pub use schedule::schedule;
pub use units::units;

/// Rows of words as aligned columns; the last one is as wide as it is.
fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut widths = vec![0; columns];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut out = String::new();
    for row in rows {
        let cells = row.iter().zip(&widths);
        let line: Vec<String> = cells
            .map(|(cell, width)| format!("{cell:<width$}"))
            .collect();
        out.push_str("  ");
        out.push_str(line.join("  ").trim_end());
        out.push('\n');
    }
    out
}

/// Source text on one line.
fn one_line(text: &str) -> String {
    let lines = text
        .lines()
        .map(|line| line.split(" #").next().unwrap_or(line).trim());
    let joined = lines
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("; ");
    joined
        .replace("{;", "{")
        .replace("; }", " }")
        .trim_matches(['\'', '"'])
        .to_string()
}
