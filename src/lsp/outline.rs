//! The outline of a text: document symbols and folding ranges.

use lsp_types::{DocumentSymbol, FoldingRange, FoldingRangeKind, SymbolKind};

use super::analysis::Analysis;
use crate::names::{Kind, SymbolId};
use crate::source::Span;
use crate::syntax::ast::{Item, ItemKind};

/// What the text declares, members within their populations.
pub fn symbols(analysis: &Analysis) -> Vec<DocumentSymbol> {
    let names = &analysis.names;
    let here = names
        .symbols
        .iter_enumerated()
        .filter(|(_, symbol)| symbol.span.file == analysis.root && symbol.kind != Kind::Temporary);
    let (top, inner): (Vec<_>, Vec<_>) = here.partition(|(_, symbol)| symbol.within.is_none());
    top.into_iter()
        .map(|(id, _)| {
            let children = inner
                .iter()
                .filter(|(_, symbol)| symbol.within == Some(id))
                .filter_map(|(id, _)| one(analysis, *id, Vec::new()))
                .collect();
            one(analysis, id, children)
        })
        .chain(protocol(analysis))
        .flatten()
        .collect()
}

#[allow(deprecated)] // The protocol's struct has a field that is.
fn one(analysis: &Analysis, id: SymbolId, children: Vec<DocumentSymbol>) -> Option<DocumentSymbol> {
    let symbol = analysis.names.symbols.get(id)?;
    let detail = match analysis.fact(id) {
        Some(fact) => crate::units::display::si_unit(fact.dimension),
        None => symbol.kind.describe().to_string(),
    };
    Some(DocumentSymbol {
        name: symbol.name.clone(),
        detail: Some(detail),
        kind: kind(symbol.kind),
        tags: None,
        deprecated: None,
        range: analysis.range(symbol.whole.to(symbol.span)),
        selection_range: analysis.range(symbol.span),
        children: (!children.is_empty()).then_some(children),
    })
}

/// Runs and figures, which have no names.
#[allow(deprecated)] // As above.
fn protocol(analysis: &Analysis) -> impl Iterator<Item = Option<DocumentSymbol>> {
    analysis.tree.items.iter().map(|item| {
        let shown = matches!(
            item.kind,
            ItemKind::Run(_) | ItemKind::Plot(_) | ItemKind::Figure(_) | ItemKind::Record(_)
        );
        let written = analysis.sources.text(item.span);
        let line = written.split(['{', '\n']).next().unwrap_or("").trim();
        (shown && !line.is_empty()).then(|| DocumentSymbol {
            name: line.to_string(),
            detail: None,
            kind: SymbolKind::EVENT,
            tags: None,
            deprecated: None,
            range: analysis.range(item.span),
            selection_range: analysis.range(item.span),
            children: None,
        })
    })
}

fn kind(kind: Kind) -> SymbolKind {
    match kind {
        Kind::Constant | Kind::Setting | Kind::Saved => SymbolKind::CONSTANT,
        Kind::Function | Kind::Signal => SymbolKind::FUNCTION,
        Kind::NeuronModel | Kind::SynapseModel => SymbolKind::CLASS,
        Kind::Population | Kind::Subgroup | Kind::Synapses | Kind::Input => SymbolKind::OBJECT,
        Kind::ParameterSet => SymbolKind::STRUCT,
        Kind::State | Kind::Subexpression | Kind::Variable => SymbolKind::FIELD,
        Kind::Event | Kind::Pathway => SymbolKind::EVENT,
        Kind::Parameter | Kind::Temporary | Kind::Let | Kind::Loop | Kind::Collected => {
            SymbolKind::VARIABLE
        }
    }
}

/// Bodies and blocks of comments.
pub fn folds(analysis: &Analysis) -> Vec<FoldingRange> {
    let mut folds = Vec::new();
    bodies(analysis, &analysis.tree.items, &mut folds);
    let line = |span: Span| analysis.range(span).start.line;
    let mut first: Option<(u32, u32)> = None;
    for comment in &analysis.tree.comments {
        let here = line(comment.span);
        first = match first {
            Some((start, last)) if here == last + 1 => Some((start, here)),
            other => {
                folds.extend(other.and_then(comments));
                Some((here, here))
            }
        };
    }
    folds.extend(first.and_then(comments));
    folds.sort_by_key(|fold| fold.start_line);
    folds
}

fn bodies(analysis: &Analysis, items: &[Item], folds: &mut Vec<FoldingRange>) {
    for item in items {
        let range = analysis.range(item.span);
        if range.start.line < range.end.line {
            folds.push(FoldingRange {
                start_line: range.start.line,
                end_line: range.end.line,
                kind: Some(FoldingRangeKind::Region),
                ..FoldingRange::default()
            });
        }
        let body: &[Item] = match &item.kind {
            ItemKind::Figure(figure) => &figure.body,
            ItemKind::Sweep(sweep) => &sweep.body,
            ItemKind::For(looped) => &looped.body,
            ItemKind::Repeat(repeat) => &repeat.body,
            _ => &[],
        };
        bodies(analysis, body, folds);
    }
}

fn comments((start, last): (u32, u32)) -> Option<FoldingRange> {
    (start < last).then(|| FoldingRange {
        start_line: start,
        end_line: last,
        kind: Some(FoldingRangeKind::Comment),
        ..FoldingRange::default()
    })
}
