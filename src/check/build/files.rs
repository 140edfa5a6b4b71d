//! Files and `use`: reads what a file uses, from the standard models or through the [`World`].

use crate::check::globals::SourceUnit;
use crate::diagnostic::{Diagnostic, Sink, codes};
use crate::library::models::MODELS;
use crate::library::suggest::did_you_mean;
use crate::source::{FileId, SourceMap, Span, World};
use crate::syntax::ast::{self, ItemKind, UseTarget};
use crate::syntax::parse;

/// Files use each other at most this deep.
const MAX_DEPTH: usize = 32;

/// Reads files and what they use.
pub struct Loader<'w> {
    /// All texts.
    pub sources: &'w mut SourceMap,
    /// How files are found.
    pub world: &'w dyn World,
    /// Where diagnostics go.
    pub sink: &'w mut Sink,
    /// Files read so far, the root first.
    pub units: Vec<SourceUnit>,
    /// Files being read, outermost first.
    open: Vec<usize>,
}

impl<'w> Loader<'w> {
    /// A loader that knows nothing yet.
    pub fn new(sources: &'w mut SourceMap, world: &'w dyn World, sink: &'w mut Sink) -> Self {
        Loader {
            sources,
            world,
            sink,
            units: Vec::new(),
            open: Vec::new(),
        }
    }

    /// Adds a file that has been read, and reads what it uses.
    pub fn add(&mut self, id: FileId, file: ast::File) -> usize {
        let position = self.units.len();
        let targets: Vec<UseTarget> = file
            .items
            .iter()
            .filter_map(|item| match &item.kind {
                ItemKind::Use(used) => Some(used.target.clone()),
                _ => None,
            })
            .collect();
        let sets: Vec<String> = file
            .items
            .iter()
            .filter_map(|item| match &item.kind {
                ItemKind::Parameters(set) => Some(set.name.name.clone()),
                _ => None,
            })
            .collect();
        let name = self.sources.file(id).name.clone();
        self.units.push(SourceUnit {
            id,
            name,
            file,
            uses: Vec::new(),
        });
        self.open.push(position);
        let mut unknown = Vec::new();
        for target in targets {
            let used = match &target {
                UseTarget::Path(path) => self.path(position, &path.value, path.span),
                UseTarget::Name(name) if sets.contains(&name.name) => None,
                UseTarget::Name(name) => {
                    match MODELS.iter().find(|model| model.name == name.name) {
                        Some(model) => self.text(model.file_name(), model.text, name.span),
                        None => {
                            unknown.push(name.clone());
                            None
                        }
                    }
                }
            };
            if let (Some(used), Some(unit)) = (used, self.units.get_mut(position)) {
                unit.uses.push(used);
            }
        }
        self.open.pop();
        // A name may also be a parameter set of a file that is used.
        for name in unknown {
            let found = self.units.iter().any(|unit| {
                unit.file.items.iter().any(|item| {
                    matches!(&item.kind, ItemKind::Parameters(set) if set.name.name == name.name)
                })
            });
            if !found {
                self.unknown(&name, &sets);
            }
        }
        position
    }

    fn unknown(&mut self, name: &ast::Ident, sets: &[String]) {
        let candidates = sets
            .iter()
            .map(String::as_str)
            .chain(MODELS.iter().map(|model| model.name));
        let near = did_you_mean(&name.name, candidates).map(str::to_string);
        let message = format!(
            "there is no standard model or parameter set `{}`",
            name.name
        );
        let mut diagnostic = Diagnostic::new(codes::USE, name.span, message);
        diagnostic = match near {
            Some(near) => diagnostic
                .suggest(name.span, near),
            None => diagnostic
                .label("not known")
                .note("`snnc models` lists the standard models; a file is named in quotes, as in `use \"my_models.snn\"`"),
        };
        self.sink.report(diagnostic);
    }

    fn path(&mut self, from: usize, path: &str, span: Span) -> Option<usize> {
        let relative_to = self.units.get(from)?.name.clone();
        let name = join(&relative_to, path);
        if let Some(known) = self.known(&name, span) {
            return known;
        }
        let text = self.world.read(&relative_to, path).and_then(|bytes| {
            String::from_utf8(bytes).map_err(|_| format!("`{path}` is not text in UTF-8"))
        });
        match text {
            Ok(text) => self.text(name, &text, span),
            Err(reason) => {
                self.sink.report(
                    Diagnostic::new(codes::USE, span, format!("`{path}` cannot be used"))
                        .label(reason),
                );
                None
            }
        }
    }

    /// A file that was read already; nothing to use where it is still open, which is reported.
    fn known(&mut self, name: &str, span: Span) -> Option<Option<usize>> {
        let position = self.units.iter().position(|unit| unit.name == name)?;
        if self.open.contains(&position) {
            let chain: Vec<&str> = self
                .open
                .iter()
                .skip_while(|open| **open != position)
                .filter_map(|open| self.units.get(*open))
                .map(|unit| unit.name.as_str())
                .collect();
            let message = format!("`{name}` uses itself");
            let mut diagnostic =
                Diagnostic::new(codes::USE, span, message).label("goes around in a circle");
            if chain.len() > 1 {
                diagnostic = diagnostic.note(format!("by way of {}", chain.join(", then ")));
            }
            self.sink.report(diagnostic);
            return Some(None);
        }
        Some(Some(position))
    }

    fn text(&mut self, name: String, text: &str, span: Span) -> Option<usize> {
        if let Some(known) = self.known(&name, span) {
            return known;
        }
        if self.open.len() >= MAX_DEPTH {
            let message = format!("files use each other more than {MAX_DEPTH} deep");
            self.sink
                .report(Diagnostic::new(codes::USE, span, message).label("not read"));
            return None;
        }
        let id = self.sources.add(name, text);
        let file = parse(id, text, self.sink);
        Some(self.add(id, file))
    }
}

/// A path relative to the file that names it, with `.` and `..` resolved where possible.
fn join(relative_to: &str, path: &str) -> String {
    let folder = match relative_to.rfind('/') {
        Some(slash) if !path.starts_with('/') => relative_to.get(..=slash).unwrap_or(""),
        _ => "",
    };
    let whole = format!("{folder}{path}");
    let mut parts: Vec<&str> = Vec::new();
    for part in whole.split('/') {
        match part {
            "." => {}
            ".." if parts
                .last()
                .is_some_and(|last| *last != ".." && !last.is_empty()) =>
            {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::join;

    #[test]
    fn paths_are_relative_to_the_file_that_names_them() {
        assert_eq!(join("lif.snn", "a.snn"), "a.snn");
        assert_eq!(join("x/lif.snn", "../a/./b.snn"), "a/b.snn");
        assert_eq!(join("/x/lif.snn", "/y/b.snn"), "/y/b.snn");
        assert_eq!(join("x.snn", "../b.snn"), "../b.snn");
    }
}
