//! Text with one row per line: numbers between commas, semicolons, tabs or blanks; `#` begins a comment; the first line may name the columns.

use super::Table;

/// Reads rows of numbers.
pub(super) fn read(text: &str) -> Result<Table, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = (1..).zip(text.lines());
    let lines = lines.map(|(number, line)| (number, line.split('#').next().unwrap_or("").trim()));
    let mut lines = lines.filter(|(_, line)| !line.is_empty()).peekable();
    let separator = lines.peek().and_then(|(_, line)| separator(line));
    let mut table = Table {
        whole: true,
        ..Table::default()
    };
    if let Some((_, line)) = lines.peek()
        && cells(line, separator).any(|cell| cell.parse::<f64>().is_err())
    {
        table.header = Some(cells(line, separator).map(str::to_string).collect());
        lines.next();
    }
    let mut width = table.header.as_ref().map(Vec::len);
    let mut rows = 0;
    for (number, line) in lines {
        let before = table.values.len();
        for (cell, position) in cells(line, separator).zip(1..) {
            let value = cell.parse::<f64>().map_err(|_| match cell {
                "" => format!("line {number}: value {position} is missing"),
                _ => format!("line {number}: `{cell}` is not a number"),
            })?;
            table.whole &= cell.parse::<i64>().is_ok();
            table.values.push(value);
        }
        let found = table.values.len() - before;
        let expected = *width.get_or_insert(found);
        if found != expected {
            let values = if found == 1 { "value" } else { "values" };
            return Err(format!(
                "line {number} has {found} {values}, the lines before have {expected}"
            ));
        }
        rows += 1;
    }
    if rows == 0 {
        return Err("it has no numbers".to_string());
    }
    table.shape = match width {
        Some(1) | None => vec![rows],
        Some(width) => vec![rows, width],
    };
    Ok(table)
}

/// What separates the values of a line: the first of these that it has, or blanks.
fn separator(line: &str) -> Option<char> {
    [',', ';', '\t'].into_iter().find(|c| line.contains(*c))
}

fn cells(line: &str, separator: Option<char>) -> Box<dyn Iterator<Item = &str> + '_> {
    match separator {
        Some(separator) => Box::new(
            line.split(separator)
                .map(|cell| cell.trim().trim_matches('"').trim()),
        ),
        None => Box::new(line.split_whitespace().map(|cell| cell.trim_matches('"'))),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::read;

    #[test]
    fn rows_and_lists_are_read() {
        let table = read("t_ms,neuron\n13.7,3 # late\n\n20,0\n").unwrap();
        assert_eq!(table.shape, [2, 2]);
        assert_eq!(table.values, [13.7, 3.0, 20.0, 0.0]);
        assert_eq!(table.header.unwrap(), ["t_ms", "neuron"]);
        assert!(!table.whole);
        let list = read("\u{feff}1\n2\n-3e2\n").unwrap();
        assert_eq!(list.shape, [3]);
        assert_eq!((list.values, list.header), (vec![1.0, 2.0, -300.0], None));
        for text in ["1 2\n3 4", "1;2\n3;4\n", "\"1\"\t\"2\"\r\n3\t4\r\n"] {
            let table = read(text).unwrap();
            assert_eq!(table.shape, [2, 2]);
            assert!(table.whole);
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let rows = [
            ("a,b\n1,x\n", "line 2: `x` is not a number"),
            ("1,2\n3,\n", "line 2: value 2 is missing"),
            ("1,2\n3\n", "line 2 has 1 value, the lines before have 2"),
            ("# nothing\n", "it has no numbers"),
            ("a,b\n", "it has no numbers"),
        ];
        for (text, message) in rows {
            assert_eq!(read(text).unwrap_err(), message);
        }
    }
}
