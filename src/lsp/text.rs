//! Texts as editors see them: lines and UTF-16 columns, edits, and file names as addresses.

use std::str::FromStr;

use lsp_types::{Position, Range, TextDocumentContentChangeEvent, Uri};

/// The starts of the lines of a text.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    starts: Vec<u32>,
}

impl Lines {
    /// The lines of a text.
    pub fn of(text: &str) -> Lines {
        let after_ends = text.match_indices('\n').map(|(at, _)| at as u32 + 1);
        Lines {
            starts: std::iter::once(0).chain(after_ends).collect(),
        }
    }
    /// Line and column, in UTF-16 units, of a byte.
    pub fn position(&self, text: &str, offset: u32) -> Position {
        let line = self.starts.partition_point(|start| *start <= offset).max(1) - 1;
        let start = self.starts.get(line).copied().unwrap_or(0) as usize;
        let before = text.get(start..offset as usize).unwrap_or("");
        Position {
            line: line as u32,
            character: before.encode_utf16().count() as u32,
        }
    }
    /// The byte at a line and a column in UTF-16 units; the end of the line, or of the text, where they lie beyond.
    pub fn offset(&self, text: &str, position: Position) -> u32 {
        let Some(start) = self.starts.get(position.line as usize) else {
            return text.len() as u32;
        };
        let rest = text.get(*start as usize..).unwrap_or("");
        let mut units = 0;
        for (at, c) in rest.char_indices() {
            if units >= position.character || c == '\n' {
                return start + at as u32;
            }
            units += c.len_utf16() as u32;
        }
        text.len() as u32
    }
    /// The places of a range of bytes.
    pub fn range(&self, text: &str, start: u32, end: u32) -> Range {
        Range {
            start: self.position(text, start),
            end: self.position(text, end),
        }
    }
    /// Number of lines.
    pub fn count(&self) -> usize {
        self.starts.len()
    }
}

/// A text after a change by the editor.
pub fn changed(text: &mut String, change: &TextDocumentContentChangeEvent) {
    let Some(range) = change.range else {
        text.clone_from(&change.text);
        return;
    };
    let lines = Lines::of(text);
    let start = lines.offset(text, range.start) as usize;
    let end = lines.offset(text, range.end) as usize;
    if start <= end {
        text.replace_range(start..end, &change.text);
    }
}

/// The path of a file's address; of other addresses (an unsaved text) the address itself.
pub fn path_of(uri: &Uri) -> String {
    let text = uri.as_str();
    let Some(path) = text.strip_prefix("file://") else {
        return text.to_string();
    };
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digits = [rest.next(), rest.next()].map(|digit| digit.unwrap_or(b'0'));
        let digits = digits.map(|digit| (digit as char).to_digit(16).unwrap_or(0) as u8);
        bytes.push(digits[0] * 16 + digits[1]);
    }
    let path = String::from_utf8_lossy(&bytes).into_owned();
    // `/C:/models/lif.snn`
    match path.as_bytes() {
        [b'/', drive, b':', ..] if drive.is_ascii_alphabetic() => path[1..].to_string(),
        _ => path,
    }
}

/// The address of a path; nothing for texts that are no files.
pub fn uri_of(path: &str) -> Option<Uri> {
    if path.starts_with('<') {
        return None;
    }
    if path.contains("://") || path.starts_with("untitled:") {
        return Uri::from_str(path).ok();
    }
    let mut out = String::from("file://");
    let path = path.replace('\\', "/");
    if !path.starts_with('/') {
        out.push('/');
    }
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~:".contains(&byte) {
            out.push(byte as char);
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    Uri::from_str(&out).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn columns_count_utf16_units() {
        let text = "a = 1\nτ𝜏 = 2 ms\n";
        let lines = Lines::of(text);
        let at = text.find("= 2").unwrap() as u32;
        let position = lines.position(text, at);
        assert_eq!((position.line, position.character), (1, 4));
        assert_eq!(lines.offset(text, position), at);
        let beyond = Position {
            line: 1,
            character: 99,
        };
        assert_eq!(lines.offset(text, beyond), text.len() as u32 - 1);
        let last = Position {
            line: 9,
            character: 0,
        };
        assert_eq!(lines.offset(text, last), text.len() as u32);
    }

    #[test]
    fn changes_replace_ranges() {
        let mut text = String::from("τ = 1\nb = 2\n");
        let range = Range {
            start: Position::new(0, 0),
            end: Position::new(1, 1),
        };
        let change = TextDocumentContentChangeEvent {
            range: Some(range),
            range_length: None,
            text: "x = 3; c".into(),
        };
        changed(&mut text, &change);
        assert_eq!(text, "x = 3; c = 2\n");
    }

    #[test]
    fn addresses_and_paths_agree() {
        for path in ["/home/a b/τ.snn", "C:/models/lif.snn", "/tmp/x.snn"] {
            assert_eq!(path_of(&uri_of(path).unwrap()), path);
        }
        assert_eq!(uri_of("<models/lif.snn>"), None);
    }
}
