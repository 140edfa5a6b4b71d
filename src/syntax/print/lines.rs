//! Lines of output, and the columns that neighboring lines of one kind share.

/// Lines of one kind that follow each other share columns.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Blank,
    /// Comments and documentation; lines around them still share columns.
    Comment,
    Constant,
    Differential,
    Subexpression,
    Parameter,
    /// `word: value`
    Keyword,
    /// Shares no columns.
    Other,
}

/// One line of output; a cell of a statement that was broken contains line ends.
pub(super) struct Line {
    pub indent: usize,
    pub kind: Kind,
    pub cells: Vec<String>,
    pub comment: Option<String>,
}

/// Cells wider than this do not push the cells behind them to the right.
const WIDEST_CELL: usize = 56;
/// Comments stand below each other unless that moves them beyond this column.
const COMMENT_COLUMN: usize = 60;

impl Line {
    pub fn new(indent: usize, kind: Kind, cells: Vec<String>) -> Line {
        Line {
            indent,
            kind,
            cells,
            comment: None,
        }
    }
    pub fn blank() -> Line {
        Line::new(0, Kind::Blank, Vec::new())
    }
}

/// The text of all lines.
pub(super) fn render(lines: &[Line]) -> String {
    let mut texts: Vec<String> = lines.iter().map(|line| line.cells.join(" ")).collect();
    for run in runs(
        lines,
        |a, b| a.kind == b.kind && a.indent == b.indent,
        |line| line.kind == Kind::Comment,
    ) {
        align(lines, &run, &mut texts);
    }
    let mut full: Vec<String> = Vec::with_capacity(lines.len());
    for (line, text) in lines.iter().zip(texts) {
        full.push(if line.kind == Kind::Blank {
            String::new()
        } else {
            format!("{}{text}", " ".repeat(line.indent))
        });
    }
    let commented = |line: &Line| line.comment.is_some();
    for run in runs(lines, |a, b| commented(a) && commented(b), |_| false) {
        let widths = run
            .iter()
            .filter_map(|&k| full.get(k))
            .map(|text| last_line_width(text));
        let column = widths
            .filter(|&width| width <= COMMENT_COLUMN)
            .max()
            .unwrap_or(0);
        for &k in &run {
            if let (Some(text), Some(comment)) = (
                full.get_mut(k),
                lines.get(k).and_then(|line| line.comment.as_ref()),
            ) {
                let width = last_line_width(text);
                text.push_str(&" ".repeat(column.saturating_sub(width) + 2));
                text.push_str(comment);
            }
        }
    }
    let mut out = String::new();
    for text in full {
        out.push_str(text.trim_end());
        out.push('\n');
    }
    let trimmed = out.trim_end().len();
    out.truncate(trimmed);
    let start = out.len() - out.trim_start_matches('\n').len();
    out.drain(..start);
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

/// Positions of lines that follow each other and belong together; lines that `skip` accepts may stand between them.
fn runs(
    lines: &[Line],
    together: impl Fn(&Line, &Line) -> bool,
    skip: impl Fn(&Line) -> bool,
) -> Vec<Vec<usize>> {
    let mut runs: Vec<Vec<usize>> = Vec::new();
    let mut current: Vec<usize> = Vec::new();
    for (k, line) in lines.iter().enumerate() {
        if skip(line) {
            continue;
        }
        let joins = current
            .last()
            .and_then(|&last| lines.get(last))
            .is_some_and(|last| together(last, line));
        if !joins && !current.is_empty() {
            runs.push(std::mem::take(&mut current));
        }
        current.push(k);
    }
    runs.push(current);
    runs
}

fn align(lines: &[Line], run: &[usize], texts: &mut [String]) {
    let rows: Vec<&Line> = run.iter().filter_map(|&k| lines.get(k)).collect();
    if rows
        .first()
        .is_none_or(|row| matches!(row.kind, Kind::Other | Kind::Blank | Kind::Comment))
    {
        return;
    }
    let broken = |row: &Line| row.cells.iter().any(|cell| cell.contains('\n'));
    let columns = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    // A cell counts for the width of its column where a cell follows it in its row.
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            let cells = rows.iter().filter(|row| {
                !broken(row)
                    && row
                        .cells
                        .iter()
                        .skip(column + 1)
                        .any(|cell| !cell.is_empty())
            });
            let widths = cells
                .filter_map(|row| row.cells.get(column))
                .map(|cell| width(cell));
            widths
                .filter(|&width| width <= WIDEST_CELL)
                .max()
                .unwrap_or(0)
        })
        .collect();
    for &k in run {
        let (Some(row), Some(text)) = (lines.get(k), texts.get_mut(k)) else {
            continue;
        };
        let last = row
            .cells
            .iter()
            .rposition(|cell| !cell.is_empty())
            .unwrap_or(0);
        text.clear();
        for (column, cell) in row.cells.iter().enumerate().take(last + 1) {
            let column_width = widths.get(column).copied().unwrap_or(0);
            if column_width == 0 && cell.is_empty() {
                continue;
            }
            text.push_str(cell);
            if column < last {
                // A broken statement keeps the first column only.
                let pad = if broken(row) && column > 0 {
                    0
                } else {
                    column_width.saturating_sub(width(cell))
                };
                text.push_str(&" ".repeat(pad + 1));
            }
        }
    }
}

fn width(text: &str) -> usize {
    text.chars().count()
}

fn last_line_width(text: &str) -> usize {
    width(text.rsplit('\n').next().unwrap_or(""))
}
