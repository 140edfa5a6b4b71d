//! Code actions: the mends of diagnostics, one by one and all certain ones together.

use std::collections::HashMap;

use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, Range, TextEdit, Uri, WorkspaceEdit,
};

use super::analysis::Analysis;
use super::diagnostics::{diagnostics, location, range};
use crate::diagnostic::mend;
use crate::source::Span;

/// What may be done about the diagnostics in a range.
pub fn actions(analysis: &Analysis, within: Range) -> Vec<CodeActionOrCommand> {
    let shown = diagnostics(analysis);
    let mut actions = Vec::new();
    for (diagnostic, shown) in analysis.diagnostics.iter().zip(shown) {
        let at = range(analysis, diagnostic);
        let touches = at.start <= within.end && within.start <= at.end;
        let Some(fix) = diagnostic.fix.as_ref().filter(|_| touches) else {
            continue;
        };
        actions.push(CodeActionOrCommand::CodeAction(CodeAction {
            title: fix.describe(),
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: Some(vec![shown]),
            edit: Some(edit(analysis, fix.edits.iter())),
            is_preferred: Some(fix.certain),
            ..CodeAction::default()
        }));
    }
    let certain = mend::certain(&analysis.diagnostics, analysis.root);
    if !certain.is_empty() {
        actions.push(CodeActionOrCommand::CodeAction(CodeAction {
            title: "apply all certain mends".into(),
            kind: Some(CodeActionKind::SOURCE_FIX_ALL),
            edit: Some(edit(analysis, certain.iter().flat_map(|fix| &fix.edits))),
            ..CodeAction::default()
        }));
    }
    actions
}

#[allow(clippy::mutable_key_type)] // The protocol's own type of edits has addresses as keys.
fn edit<'a>(analysis: &Analysis, edits: impl Iterator<Item = &'a (Span, String)>) -> WorkspaceEdit {
    let mut changes: HashMap<Uri, Vec<TextEdit>> = HashMap::new();
    for (span, text) in edits {
        if let Some(place) = location(analysis, *span) {
            changes.entry(place.uri).or_default().push(TextEdit {
                range: place.range,
                new_text: text.clone(),
            });
        }
    }
    WorkspaceEdit {
        changes: Some(changes),
        ..WorkspaceEdit::default()
    }
}
