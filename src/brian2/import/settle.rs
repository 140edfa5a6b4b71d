//! The model as text: what the checker finds wrong in it becomes a comment, until nothing is wrong.

use super::texts::names;
use super::{Imported, Item, Piece};
use crate::check::options::CheckOptions;
use crate::diagnostic::Severity;
use crate::pipeline::Compilation;
use crate::source::NoFiles;

/// Rounds of checking; each leaves at least one more comment.
const ROUNDS: usize = 60;

/// Which item, and which line of its body, a line of the text comes from.
type Origin = (Vec<usize>, Option<usize>);

struct Text {
    text: String,
    origins: Vec<Option<Origin>>,
    left: usize,
}

impl Text {
    fn line(&mut self, line: &str, origin: Option<Origin>) {
        for line in line.lines() {
            self.text.push_str(line);
            self.text.push('\n');
            self.origins.push(origin.clone());
        }
    }

    /// Takes the last line back.
    fn unline(&mut self) {
        self.origins.pop();
        let end = self.text.trim_end().rfind('\n').map_or(0, |end| end + 1);
        self.text.truncate(end);
    }

    fn left(&mut self, indent: &str, what: &str, why: &str) {
        self.left += 1;
        let why = why.replace('\n', " ");
        let mut lines = what
            .lines()
            .filter(|line| !line.trim().is_empty())
            .peekable();
        if lines.peek().is_none() {
            self.line(&format!("{indent}# not translated  ({why})"), None);
        }
        let mut first = true;
        while let Some(line) = lines.next() {
            let mark = if first {
                "# not translated: "
            } else {
                "#     "
            };
            let reason = match lines.peek() {
                None => format!("  ({why})"),
                Some(_) => String::new(),
            };
            self.line(&format!("{indent}{mark}{}{reason}", line.trim_end()), None);
            first = false;
        }
    }
}

/// Writes the items down, checks the text, and comments what is wrong in it.
pub(super) fn settle(items: Vec<Item>) -> Imported {
    let mut items = wanted(items);
    for _ in 0..ROUNDS {
        let text = render(&items);
        let problems = problems(&text);
        if problems.is_empty() {
            return Imported {
                text: text.text,
                left: text.left,
            };
        }
        let mut changed = false;
        for (origin, why) in &problems {
            changed |= match origin {
                Some((path, member)) => fail(&mut items, path, *member, why),
                None => false,
            };
        }
        if !changed {
            break;
        }
    }
    // Not to be mended line by line: nothing of it is a model.
    for item in &mut items {
        let origin = shown(item);
        item.origin = origin;
        if !matches!(item.piece, Piece::Note(_) | Piece::Left(_)) {
            item.piece =
                Piece::Left("the rest does not fit together without what is left out".into());
        }
    }
    let text = render(&items);
    Imported {
        text: text.text,
        left: text.left,
    }
}

/// Without what nothing mentions.
fn wanted(items: Vec<Item>) -> Vec<Item> {
    let mut kept: Vec<bool> = items.iter().map(|item| !item.on_demand).collect();
    loop {
        let mut found = false;
        let texts: Vec<String> = items
            .iter()
            .zip(&kept)
            .filter(|(_, kept)| **kept)
            .map(|(item, _)| content(item))
            .collect();
        for (item, kept) in items.iter().zip(&mut kept) {
            let mentioned = || {
                texts
                    .iter()
                    .any(|text| names(text).iter().any(|(_, name)| *name == item.name))
            };
            if !*kept && mentioned() {
                *kept = true;
                found = true;
            }
        }
        if !found {
            break;
        }
    }
    items
        .into_iter()
        .zip(kept)
        .filter(|(_, kept)| *kept)
        .map(|(item, _)| item)
        .collect()
}

fn content(item: &Item) -> String {
    match &item.piece {
        Piece::Line(line) => line.clone(),
        Piece::Block(head, members) => {
            let lines: Vec<&str> = members.iter().map(|member| member.text.as_str()).collect();
            format!("{head}\n{}", lines.join("\n"))
        }
        Piece::Loop(head, items) => {
            let lines: Vec<String> = items.iter().map(content).collect();
            format!("{head}\n{}", lines.join("\n"))
        }
        Piece::Plot(_, entries) => entries.join("\n"),
        Piece::Note(_) | Piece::Left(_) => String::new(),
    }
}

/// What stands for an item in a comment: the statement that it comes from.
fn shown(item: &Item) -> String {
    match item.origin.is_empty() {
        true => content(item),
        false => item.origin.clone(),
    }
}

fn render(items: &[Item]) -> Text {
    let mut text = Text {
        text: String::new(),
        origins: Vec::new(),
        left: 0,
    };
    let mut last = "";
    for (at, item) in items.iter().enumerate() {
        let kind = match &item.piece {
            Piece::Block(..) => "block",
            Piece::Loop(head, _) if head == "else" => last,
            Piece::Loop(..) => "loop",
            Piece::Line(line) if line.starts_with("record") => "record",
            Piece::Line(line) if line.contains('.') && !line.contains("= ") => "protocol",
            Piece::Plot(..) => "plot",
            _ => "line",
        };
        if at > 0
            && !matches!(&item.piece, Piece::Loop(head, _) if head == "else")
            && (kind != last || matches!(kind, "block" | "loop") || !item.comments.is_empty())
        {
            text.line(" ", None);
        }
        last = kind;
        write(&mut text, item, vec![at], "");
    }
    text.text = text
        .text
        .lines()
        .map(|line| format!("{}\n", line.trim_end()))
        .collect();
    text
}

fn write(text: &mut Text, item: &Item, path: Vec<usize>, indent: &str) {
    for comment in &item.comments {
        text.line(&format!("{indent}{comment}"), None);
    }
    let origin = |member| Some((path.clone(), member));
    match &item.piece {
        Piece::Line(line) => text.line(&format!("{indent}{line}"), origin(None)),
        Piece::Block(head, members) => {
            text.line(&format!("{head} {{"), origin(None));
            for (at, member) in members.iter().enumerate() {
                match &member.failed {
                    Some(why) => text.left("    ", &member.text, why),
                    None => {
                        text.left += usize::from(member.text.starts_with("# not translated"));
                        text.line(&format!("    {}", member.text), origin(Some(at)));
                    }
                }
            }
            text.line("}", origin(None));
        }
        Piece::Loop(head, items) => {
            let head = match head.as_str() {
                // It stands behind the bracket of its condition.
                "else" => {
                    text.unline();
                    "} else"
                }
                head => head,
            };
            text.line(&format!("{indent}{head} {{"), origin(None));
            for (at, inner) in items.iter().enumerate() {
                let mut path = path.clone();
                path.push(at);
                write(text, inner, path, &format!("{indent}    "));
            }
            text.line(&format!("{indent}}}"), origin(None));
        }
        Piece::Plot(caption, entries) => {
            let caption = caption
                .as_ref()
                .map_or(String::new(), |caption| format!(" \"{caption}\":"));
            text.line(
                &format!("{indent}plot{caption} {}", entries.join(", ")),
                origin(None),
            );
        }
        Piece::Note(why) => {
            let first = item.origin.lines().next().unwrap_or("");
            text.line(&format!("{indent}# left out: {first}  ({why})"), None);
        }
        Piece::Left(why) => text.left(indent, &item.origin, why),
    }
}

/// What is wrong in a text: the lines, and why.
fn problems(text: &Text) -> Vec<(Option<Origin>, String)> {
    let mut compilation = Compilation::new(&NoFiles);
    compilation.check("imported.snn", &text.text, &CheckOptions::default());
    let mut problems = Vec::new();
    for diagnostic in compilation.sink.diagnostics() {
        if diagnostic.severity != Severity::Error {
            continue;
        }
        let why = diagnostic.message.clone();
        let spans = diagnostic.labels.iter().map(|label| label.span);
        let places = spans.filter_map(|span| {
            let (line, _) = compilation.sources.line_column(span);
            text.origins.get(line.checked_sub(1)?).cloned().flatten()
        });
        problems.push((places.into_iter().next(), why));
    }
    problems
}

/// Makes an item, or a line of its body, a comment. False where it was one.
fn fail(items: &mut Vec<Item>, path: &[usize], member: Option<usize>, why: &str) -> bool {
    let Some((first, rest)) = path.split_first() else {
        return false;
    };
    let is_else = |item: Option<&Item>| matches!(item.map(|i| &i.piece), Some(Piece::Loop(head, _)) if head == "else");
    if is_else(items.get(*first)) && *first > 0 {
        items.remove(*first);
        return fail(items, &[*first - 1], None, why);
    }
    let Some(item) = items.get_mut(*first) else {
        return false;
    };
    if !rest.is_empty() {
        // A loop that does part of its work only would give wrong results.
        item.piece = Piece::Left(why.to_string());
        if is_else(items.get(*first + 1)) {
            items.remove(*first + 1);
        }
        return true;
    }
    if let (Piece::Block(_, members), Some(member)) = (&mut item.piece, member) {
        let Some(member) = members.get_mut(member) else {
            return false;
        };
        let changed = member.failed.is_none();
        member.failed = Some(why.to_string());
        return changed;
    }
    let changed = !matches!(item.piece, Piece::Left(_));
    item.origin = shown(item);
    item.piece = Piece::Left(why.to_string());
    // Both branches of a condition stand or fall together.
    if is_else(items.get(first + 1)) {
        items.remove(first + 1);
    }
    changed
}
