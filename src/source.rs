//! Source files, byte spans in them, and the [`World`] through which the compiler finds text.
//!
//! The core reads nothing by itself: a [`World`] gives it the text of a file named by `use "…"` or `load("…")`,
//! so that the same code runs on a disk, in a test and in a browser page.

use crate::index::IndexVec;

crate::id! {
    /// A source file known to a [`SourceMap`].
    FileId
}

/// A range of bytes of one file. Lines and columns exist only in renderers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Span {
    /// The file the range lies in.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The smallest span of the same file that covers both.
    pub fn to(self, other: Span) -> Span {
        Span {
            file: self.file,
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }
    /// The empty span at the start of this one.
    pub fn at_start(self) -> Span {
        Span {
            end: self.start,
            ..self
        }
    }
    /// The empty span at the end of this one.
    pub fn at_end(self) -> Span {
        Span {
            start: self.end,
            ..self
        }
    }
}

/// One file: how it is called in messages, and its text.
#[derive(Clone, Debug)]
pub struct Source {
    /// Name shown in diagnostics: a path as the user wrote it, `<stdin>`, or `<models/lif.snn>` for embedded text.
    pub name: String,
    /// The whole text.
    pub text: String,
    /// First byte of each line.
    lines: Vec<usize>,
}

/// All files of one compilation.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    files: IndexVec<FileId, Source>,
}

impl SourceMap {
    /// Adds a file.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        let text = text.into();
        let breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        let lines = std::iter::once(0).chain(breaks).collect();
        self.files.push(Source {
            name: name.into(),
            text,
            lines,
        })
    }
    /// A file by id.
    pub fn file(&self, id: FileId) -> &Source {
        &self.files[id]
    }
    /// The text a span covers; empty where the span does not fit the file.
    pub fn text(&self, span: Span) -> &str {
        self.files
            .get(span.file)
            .and_then(|file| file.text.get(span.start as usize..span.end as usize))
            .unwrap_or("")
    }
    /// The text of a line, counted from 1, without its end; empty where the file has no such line.
    pub fn line(&self, file: FileId, number: usize) -> &str {
        let source = &self.files[file];
        let Some(start) = number.checked_sub(1).and_then(|k| source.lines.get(k)) else {
            return "";
        };
        let end = source.lines.get(number).copied();
        let whole = source.text.get(*start..end.unwrap_or(source.text.len()));
        whole.unwrap_or("").trim_end_matches(['\n', '\r'])
    }
    /// One-based line and column (in characters) of the start of a span.
    pub fn line_column(&self, span: Span) -> (usize, usize) {
        let file = &self.files[span.file];
        let at = (span.start as usize).min(file.text.len());
        let line = file.lines.partition_point(|start| *start <= at);
        let start = file.lines.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let before = file.text.get(start..at).unwrap_or("");
        (line, before.chars().count() + 1)
    }
    /// All files with their ids.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Source)> {
        self.files.iter_enumerated()
    }
}

/// How the compiler reaches text and data outside itself.
pub trait World {
    /// The bytes of a file named in a source, relative to the file that names it.
    ///
    /// # Errors
    /// A sentence for the user that says why the file could not be read.
    fn read(&self, relative_to: &str, path: &str) -> Result<Vec<u8>, String>;
    /// Seconds on a clock that only runs forward, for timings; 0 where there is no clock.
    fn seconds(&self) -> f64 {
        0.0
    }
}

/// A world without files: every read is refused.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoFiles;

impl World for NoFiles {
    fn read(&self, _relative_to: &str, path: &str) -> Result<Vec<u8>, String> {
        Err(format!(
            "`{path}` cannot be read: no file system is reachable from here"
        ))
    }
}
