//! Equations and code of a script, which are texts: lines put together, names exchanged.

/// The names in a text of code, with their places.
pub(super) fn names(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut start = None;
    let ends = text.char_indices().chain([(text.len(), ' ')]);
    for (at, c) in ends {
        let part = c.is_alphanumeric() || c == '_';
        match (start, part) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                let word = text.get(from..at).unwrap_or("");
                if !word.starts_with(|c: char| c.is_ascii_digit()) {
                    found.push((from, word));
                }
                start = None;
            }
            _ => {}
        }
    }
    found
}

/// A text in which a name is another one, or an expression.
pub(super) fn exchange(text: &str, name: &str, with: &str) -> String {
    let mut result = String::new();
    let mut from = 0;
    for (at, word) in names(text) {
        if word == name {
            result.push_str(text.get(from..at).unwrap_or(""));
            result.push_str(with);
            from = at + word.len();
        }
    }
    result + text.get(from..).unwrap_or("")
}

/// A line and the comment behind it.
fn comment(line: &str) -> (&str, &str) {
    let at = line.find('#').unwrap_or(line.len());
    let (code, comment) = line.split_at(at);
    (code.trim(), comment.trim_end())
}

/// One equation a line: what goes on over several lines is put together.
pub(super) fn equations(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let (mut open, mut behind) = (String::new(), String::new());
    for line in text.lines() {
        let (code, comment) = comment(line);
        if code.is_empty() && open.is_empty() {
            if !comment.is_empty() {
                lines.push(comment.to_string());
            }
            continue;
        }
        // Flags may stand on a line of their own.
        if open.is_empty()
            && code.starts_with('(')
            && !code.contains(':')
            && lines.last().is_some_and(|line| line.contains(':'))
        {
            if let Some(last) = lines.last_mut() {
                let (code_before, comment_before) = self::comment(last);
                *last = format!("{code_before} {code} {comment_before}")
                    .trim_end()
                    .to_string();
            }
            continue;
        }
        if !open.is_empty() && !code.is_empty() {
            open.push(' ');
        }
        open.push_str(code);
        if behind.is_empty() {
            behind = comment.to_string();
        }
        let ended = match open.split_once(':') {
            Some((_, unit)) => {
                !unit.trim().is_empty() && unit.matches('(').count() <= unit.matches(')').count()
            }
            None => false,
        };
        if ended {
            let line = format!("{} {behind}", std::mem::take(&mut open));
            lines.push(line.trim_end().to_string());
            behind.clear();
        }
    }
    if !open.is_empty() {
        lines.push(open);
    }
    lines
}

/// A condition or value on one line.
pub(super) fn one_line(text: &str) -> String {
    let lines = text.lines().map(|line| comment(line).0);
    let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    lines.join(" ")
}

/// Statements of a text: one, or several in braces. Nothing where there is none.
pub(super) fn code(text: &str) -> Option<String> {
    let mut statements: Vec<String> = Vec::new();
    let lines = text.lines().map(|line| comment(line).0);
    for statement in lines.flat_map(|line| line.split(';')) {
        let statement = statement.trim();
        if statement.is_empty() {
            continue;
        }
        // A line without assignment goes on with the one before.
        match statements.last_mut() {
            Some(last) if open(last) => {
                last.push(' ');
                last.push_str(statement);
            }
            _ => statements.push(statement.to_string()),
        }
    }
    match statements.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        many => Some(format!("{{ {} }}", many.join("; "))),
    }
}

fn open(text: &str) -> bool {
    text.matches('(').count() > text.matches(')').count()
        || text.ends_with(['+', '-', '*', '/', ',', '='])
}

/// Draws of arrays as draws for each neuron: `rand(10)` as `rand()`.
pub(super) fn draws(text: &str) -> String {
    let mut result = String::new();
    let mut from = 0;
    for (at, word) in names(text) {
        let open = at + word.len();
        let inside = text.get(open..).filter(|rest| rest.starts_with('('));
        let (true, true, Some(inside)) = (word == "rand" || word == "randn", at >= from, inside)
        else {
            continue;
        };
        let mut depth = 0_usize;
        let end = inside.char_indices().find(|(_, c)| {
            depth = (depth + usize::from(*c == '(')).saturating_sub(usize::from(*c == ')'));
            depth == 0
        });
        if let Some((end, _)) = end {
            result.push_str(text.get(from..open).unwrap_or(""));
            result.push_str("()");
            from = open + end + 1;
        }
    }
    result + text.get(from..).unwrap_or("")
}
