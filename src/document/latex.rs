//! A document as LaTeX: an article that compiles with nothing but amsmath, booktabs and tabularx.

use super::{Block, Cell, Document, Inline};
use crate::typeset::to_latex;

const PREAMBLE: &str = r"\documentclass[11pt]{article}
\usepackage[utf8]{inputenc}
\usepackage[T1]{fontenc}
\usepackage{textcomp}
\usepackage{amsmath}
\usepackage{booktabs}
\usepackage{tabularx}
\usepackage[margin=2.5cm]{geometry}
\setlength{\parindent}{0pt}
\setlength{\parskip}{6pt}
";

/// The document as LaTeX.
pub fn latex(document: &Document) -> String {
    let mut out = format!(
        "{PREAMBLE}\\title{{{}}}\n\\date{{}}\n\\begin{{document}}\n\\maketitle\n",
        text(&document.title)
    );
    for paragraph in &document.lead {
        out.push_str(&format!("\n{}\n", cell(paragraph)));
    }
    for section in &document.sections {
        let word = if section.level > 1 {
            "subsection"
        } else {
            "section"
        };
        out.push_str(&format!("\n\\{word}{{{}}}\n", text(&section.title)));
        for part in &section.blocks {
            out.push('\n');
            block(part, &mut out);
        }
    }
    out + "\n\\end{document}\n"
}

fn block(block: &Block, out: &mut String) {
    match block {
        Block::Paragraph(paragraph) => out.push_str(&format!("{}\n", cell(paragraph))),
        Block::Equations(equations) => {
            for (math, remark) in equations {
                out.push_str(&format!("\\[ {} \\]\n", to_latex(math)));
                if !remark.is_empty() {
                    out.push_str(&format!("{}\n", cell(remark)));
                }
            }
        }
        Block::Table { head, rows } => {
            // The last column takes the room that is left.
            let columns = "l".repeat(head.len().saturating_sub(1)) + "X";
            let heads: Vec<String> = head
                .iter()
                .map(|name| format!("\\textbf{{{}}}", text(name)))
                .collect();
            out.push_str(&format!(
                "\\begin{{tabularx}}{{\\linewidth}}{{{columns}}}\n\\toprule\n{} \\\\\n\\midrule\n",
                heads.join(" & ")
            ));
            for row in rows {
                let cells: Vec<String> = row.iter().map(cell).collect();
                out.push_str(&format!("{} \\\\\n", cells.join(" & ")));
            }
            out.push_str("\\bottomrule\n\\end{tabularx}\n");
        }
        Block::Steps(steps) => {
            let mut level = 0;
            for (depth, step) in steps {
                while level < depth + 1 {
                    out.push_str("\\begin{itemize}\n");
                    level += 1;
                }
                while level > depth + 1 {
                    out.push_str("\\end{itemize}\n");
                    level -= 1;
                }
                out.push_str(&format!("\\item {}\n", cell(step)));
            }
            out.push_str(&"\\end{itemize}\n".repeat(level));
        }
        Block::Listing(listing) => out.push_str(&format!(
            "{{\\footnotesize\\begin{{verbatim}}\n{}\n\\end{{verbatim}}}}\n",
            plain(listing.trim_end())
        )),
    }
}

/// Characters that verbatim text of a plain installation lacks.
fn plain(text: &str) -> String {
    text.replace('µ', "u")
        .replace('Ω', "ohm")
        .replace('−', "-")
        .replace('→', "->")
}

fn text(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => out.extend(['\\', c]),
            '\\' => out.push_str("\\textbackslash{}"),
            '~' => out.push_str("\\textasciitilde{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            '<' => out.push_str("\\textless{}"),
            '>' => out.push_str("\\textgreater{}"),
            'µ' => out.push_str("\\textmu{}"),
            'Ω' => out.push_str("\\textohm{}"),
            '°' => out.push_str("\\textdegree{}"),
            '–' => out.push_str("--"),
            '…' => out.push_str("\\ldots{}"),
            '−' => out.push_str("$-$"),
            '²' => out.push_str("$^2$"),
            '³' => out.push_str("$^3$"),
            c => out.push(c),
        }
    }
    out
}

fn cell(cell: &Cell) -> String {
    let parts = cell.iter().map(|part| match part {
        Inline::Text(words) => text(words),
        Inline::Code(code) => format!("\\texttt{{{}}}", text(code)),
        Inline::Math(math) => format!("${}$", to_latex(math)),
    });
    parts.collect()
}
