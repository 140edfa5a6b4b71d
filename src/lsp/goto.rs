//! Definition, references, highlights, rename.

use std::collections::HashMap;

use lsp_types::{
    DocumentHighlight, DocumentHighlightKind, Location, Position, Range, TextEdit, Uri,
    WorkspaceEdit,
};

use super::analysis::Analysis;
use super::diagnostics::location;
use crate::names::{Access, SymbolId, Use, keywords};
use crate::syntax::parse_expression;

fn symbol(analysis: &Analysis, position: Position) -> Option<&Use> {
    let offset = analysis.offset(position);
    analysis.names.symbol_at(analysis.root, offset)
}

/// Where the name at a position is declared.
pub fn definition(analysis: &Analysis, position: Position) -> Option<Location> {
    let used = symbol(analysis, position)?;
    location(analysis, analysis.names.symbols.get(used.symbol)?.span)
}

/// Everywhere the name at a position stands.
pub fn references(analysis: &Analysis, position: Position, declaration: bool) -> Vec<Location> {
    let Some(used) = symbol(analysis, position) else {
        return Vec::new();
    };
    let all = analysis.names.uses_of(used.symbol);
    all.filter(|used| declaration || used.access != Access::Declare)
        .filter_map(|used| location(analysis, used.span))
        .collect()
}

/// The same within the text, with reading and writing told apart.
pub fn highlights(analysis: &Analysis, position: Position) -> Vec<DocumentHighlight> {
    let Some(used) = symbol(analysis, position) else {
        return Vec::new();
    };
    let all = analysis.names.uses_of(used.symbol);
    all.filter(|used| used.span.file == analysis.root)
        .map(|used| DocumentHighlight {
            range: analysis.range(used.span),
            kind: Some(match used.access {
                Access::Read => DocumentHighlightKind::READ,
                _ => DocumentHighlightKind::WRITE,
            }),
        })
        .collect()
}

/// The range of the name that would be renamed.
pub fn renamable(analysis: &Analysis, position: Position) -> Option<Range> {
    let used = symbol(analysis, position)?;
    can_rename(analysis, used.symbol).ok()?;
    Some(analysis.range(used.span))
}

fn can_rename(analysis: &Analysis, id: SymbolId) -> Result<(), String> {
    let embedded = |used: &Use| location(analysis, used.span).is_none();
    if analysis.names.uses_of(id).any(embedded) {
        return Err("this name belongs to a standard model".into());
    }
    if analysis
        .names
        .symbols
        .get(id)
        .is_some_and(|symbol| symbol.kind == crate::names::Kind::Setting)
    {
        return Err("this name is a setting of the language".into());
    }
    Ok(())
}

/// The edits that give the name at a position another name.
///
/// # Errors
/// Why that name cannot be had.
#[allow(clippy::mutable_key_type)] // The protocol's own type of edits has addresses as keys.
pub fn rename(
    analysis: &Analysis,
    position: Position,
    name: &str,
) -> Result<Option<WorkspaceEdit>, String> {
    let Some(used) = symbol(analysis, position) else {
        return Ok(None);
    };
    can_rename(analysis, used.symbol)?;
    let mut sink = crate::diagnostic::Sink::new();
    let parsed = parse_expression(analysis.root, name, &mut sink);
    let name = name.trim();
    if parsed.as_name() != Some(name) || sink.has_errors() || keywords::is_infix(name) {
        return Err(format!("`{name}` is not a name"));
    }
    let library = crate::library::Library::standard();
    if library.reserved(name).is_some() {
        return Err(format!("`{name}` has a meaning in the language"));
    }
    let names = &analysis.names;
    let taken = match names.symbols.get(used.symbol).and_then(|s| s.within) {
        Some(owner) => names.member(owner, name),
        None => names.global(analysis.root, name),
    };
    if taken.is_some_and(|taken| taken != used.symbol) {
        return Err(format!("`{name}` is declared already"));
    }
    let mut changes: HashMap<Uri, Vec<TextEdit>> = HashMap::new();
    for used in names.uses_of(used.symbol) {
        if let Some(Location { uri, range }) = location(analysis, used.span) {
            let new_text = name.to_string();
            changes
                .entry(uri)
                .or_default()
                .push(TextEdit { range, new_text });
        }
    }
    Ok(Some(WorkspaceEdit {
        changes: Some(changes),
        ..WorkspaceEdit::default()
    }))
}
