//! A document as Markdown: tables with bars, mathematics between dollars.

use super::{Block, Cell, Document, Inline};
use crate::typeset::to_latex;

/// The document as Markdown.
pub fn markdown(document: &Document) -> String {
    let mut out = format!("# {}\n", text(&document.title));
    for paragraph in &document.lead {
        out.push_str(&format!("\n{}\n", cell(paragraph, false)));
    }
    for section in &document.sections {
        let marks = "#".repeat(section.level + 1);
        out.push_str(&format!("\n{marks} {}\n", text(&section.title)));
        for part in &section.blocks {
            out.push('\n');
            block(part, &mut out);
        }
    }
    out
}

fn block(block: &Block, out: &mut String) {
    match block {
        Block::Paragraph(paragraph) => out.push_str(&format!("{}\n", cell(paragraph, false))),
        Block::Equations(equations) => {
            for (k, (math, remark)) in equations.iter().enumerate() {
                if k > 0 {
                    out.push('\n');
                }
                out.push_str(&format!("$$ {} $$\n", to_latex(math)));
                if !remark.is_empty() {
                    out.push_str(&format!("\n{}\n", cell(remark, false)));
                }
            }
        }
        Block::Table { head, rows } => {
            out.push_str(&format!("| {} |\n", head.join(" | ")));
            out.push_str(&format!("|{}\n", "---|".repeat(head.len())));
            for row in rows {
                let cells: Vec<String> = row.iter().map(|one| cell(one, true)).collect();
                out.push_str(&format!("| {} |\n", cells.join(" | ")));
            }
        }
        Block::Steps(steps) => {
            for (depth, step) in steps {
                out.push_str(&format!(
                    "{}1. {}\n",
                    "   ".repeat(*depth),
                    cell(step, false)
                ));
            }
        }
        Block::Listing(listing) => out.push_str(&format!("```text\n{}\n```\n", listing.trim_end())),
    }
}

fn text(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if "\\*_[]<>|$`".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

fn cell(cell: &Cell, in_table: bool) -> String {
    let bars = |text: String| {
        if in_table {
            text.replace('|', "\\|")
        } else {
            text
        }
    };
    let parts = cell.iter().map(|part| match part {
        Inline::Text(words) => text(words),
        Inline::Code(code) => bars(format!("`{code}`")),
        // A bar within mathematics would end the cell of a table.
        Inline::Math(math) => {
            let math = to_latex(math);
            let math = if in_table {
                math.replace("\\left|", "\\left\\vert ")
                    .replace("\\right|", "\\right\\vert ")
            } else {
                math
            };
            format!("${math}$")
        }
    });
    parts.collect()
}
