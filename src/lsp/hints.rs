//! Inlay hints: what the text does not say but the compiler found out.

use lsp_types::{InlayHint, InlayHintKind, InlayHintLabel, InlayHintTooltip, Range};

use super::analysis::Analysis;
use crate::names::Kind;
use crate::syntax::ast::{ExprKind, Item, ItemKind};
use crate::units::display::{describe_dimension, format_quantity, si_unit};

/// Values of computed constants, units of temporaries and signals, chosen methods.
pub fn hints(analysis: &Analysis, within: Range) -> Vec<InlayHint> {
    let mut hints = Vec::new();
    for item in &analysis.tree.items {
        hints.extend(of_item(analysis, item));
    }
    for (id, symbol) in analysis.names.symbols.iter_enumerated() {
        if symbol.kind == Kind::Temporary
            && symbol.span.file == analysis.root
            && let Some(fact) = analysis.fact(id)
        {
            let label = format!(": {}", si_unit(fact.dimension));
            let tooltip = describe_dimension(fact.dimension);
            hints.push(hint(analysis, symbol.span.end, label, tooltip));
        }
    }
    hints.retain(|hint| within.start <= hint.position && hint.position <= within.end);
    hints.sort_by_key(|hint| hint.position);
    hints
}

fn of_item(analysis: &Analysis, item: &Item) -> Option<InlayHint> {
    match &item.kind {
        ItemKind::Constant(constant) => {
            let plain = match &constant.value.ungrouped().kind {
                ExprKind::Number(_) | ExprKind::Quantity(_) | ExprKind::Text(_) => true,
                ExprKind::Unary { operand, .. } => {
                    matches!(operand.kind, ExprKind::Number(_) | ExprKind::Quantity(_))
                }
                _ => false,
            };
            let fact = analysis.facts.values.get(&constant.name.name)?;
            let value = fact.value.filter(|_| !plain)?;
            let label = format!(" = {}", format_quantity(value, fact.dimension));
            let tooltip = describe_dimension(fact.dimension);
            Some(hint(analysis, constant.value.span.end, label, tooltip))
        }
        ItemKind::Signal(signal) => {
            let fact = analysis.facts.values.get(&signal.name.name)?;
            let label = format!(": {}", si_unit(fact.dimension));
            let tooltip = describe_dimension(fact.dimension);
            Some(hint(analysis, signal.name.span.end, label, tooltip))
        }
        ItemKind::Population(population) => {
            let group = analysis.facts.groups.get(&population.name.name)?;
            let (method, chosen) = group.method.as_ref()?;
            if !chosen {
                return None;
            }
            let written = analysis.sources.text(item.span);
            let header = written.find('{').map_or(written.len(), |at| at + 1);
            let label = format!(" method: {method}");
            let tooltip = "chosen by snnc; `snnc explain method` says why".to_string();
            Some(hint(
                analysis,
                item.span.start + header as u32,
                label,
                tooltip,
            ))
        }
        _ => None,
    }
}

fn hint(analysis: &Analysis, at: u32, label: String, tooltip: String) -> InlayHint {
    InlayHint {
        position: analysis.lines.position(analysis.text(), at),
        label: InlayHintLabel::String(label),
        kind: Some(InlayHintKind::TYPE),
        text_edits: None,
        tooltip: Some(InlayHintTooltip::String(tooltip)),
        padding_left: None,
        padding_right: Some(true),
        data: None,
    }
}
