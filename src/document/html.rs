//! A document as one HTML file that asks nothing of a network: its own style, mathematics as MathML.

use super::{Block, Cell, Document, Inline};
use crate::typeset::to_mathml;

/// The document as HTML.
pub fn html(document: &Document) -> String {
    let mut body = format!("<h1>{}</h1>\n", text(&document.title));
    for paragraph in &document.lead {
        body.push_str(&format!("<p class=\"lead\">{}</p>\n", cell(paragraph)));
    }
    for section in &document.sections {
        let level = section.level + 1;
        body.push_str(&format!("<h{level}>{}</h{level}>\n", text(&section.title)));
        for part in &section.blocks {
            block(part, &mut body);
        }
    }
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{}</title>\n<style>\n{}</style>\n</head>\n<body>\n<main>\n{body}</main>\n</body>\n</html>\n",
        text(&document.title),
        include_str!("style.css")
    )
}

fn block(block: &Block, out: &mut String) {
    match block {
        Block::Paragraph(paragraph) => out.push_str(&format!("<p>{}</p>\n", cell(paragraph))),
        Block::Equations(equations) => {
            out.push_str("<div class=\"equations\">\n");
            for (math, remark) in equations {
                out.push_str(&format!(
                    "<div class=\"equation\">{}<span>{}</span></div>\n",
                    to_mathml(math, true),
                    cell(remark)
                ));
            }
            out.push_str("</div>\n");
        }
        Block::Table { head, rows } => {
            let heads: String = head
                .iter()
                .map(|name| format!("<th scope=\"col\">{name}</th>"))
                .collect();
            out.push_str(&format!(
                "<div class=\"wide\"><table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n"
            ));
            for row in rows {
                let cells: String = row
                    .iter()
                    .map(|one| format!("<td>{}</td>", cell(one)))
                    .collect();
                out.push_str(&format!("<tr>{cells}</tr>\n"));
            }
            out.push_str("</tbody>\n</table></div>\n");
        }
        Block::Steps(steps) => {
            let mut level = 0;
            for (depth, step) in steps {
                while level < depth + 1 {
                    out.push_str("<ol>\n");
                    level += 1;
                }
                while level > depth + 1 {
                    out.push_str("</ol>\n");
                    level -= 1;
                }
                out.push_str(&format!("<li>{}</li>\n", cell(step)));
            }
            out.push_str(&"</ol>\n".repeat(level));
        }
        Block::Listing(listing) => {
            out.push_str(&format!("<pre>{}</pre>\n", text(listing.trim_end())))
        }
    }
}

fn text(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

fn cell(cell: &Cell) -> String {
    let parts = cell.iter().map(|part| match part {
        Inline::Text(words) => text(words),
        Inline::Code(code) => format!("<code>{}</code>", text(code)),
        Inline::Math(math) => to_mathml(math, false),
    });
    parts.collect()
}
