//! A forecast of the memory a model takes; models that do not fit are refused before anything is allocated.

use std::collections::BTreeSet;

use super::Keep;
use crate::diagnostic::{Diagnostic, Sink, codes};
use crate::lower::forecast::{Share, forecast};
use crate::lower::wiring::Wiring;
use crate::model::protocol::{Record, Recorded};
use crate::model::{Model, ProjectionId};
use crate::units::dimension::Dimension;
use crate::units::quantity::Quantity;

/// A recording of so many bytes is worth a word.
const LARGE_RECORDING: u64 = 1 << 30;

/// Reports what does not fit (nothing is returned then) and what is large. With `wiring`, the number of synapses is known; what is large was
/// reported before.
pub fn check(
    model: &Model,
    wiring: Option<&Wiring>,
    keep: Keep,
    free: &BTreeSet<ProjectionId>,
    available: Option<u64>,
    sink: &mut Sink,
) -> Option<()> {
    let shares = forecast(model, wiring, keep.sorted(), keep.held, free);
    let total = shares
        .iter()
        .fold(0u64, |sum, share| sum.saturating_add(share.bytes));
    if available.is_some_and(|limit| total > limit) {
        sink.report(refusal(model, &shares, total, available.unwrap_or(0)));
        return None;
    }
    if wiring.is_some() {
        return Some(());
    }
    for share in shares.iter().filter(|share| share.bytes > LARGE_RECORDING) {
        if let Some(record) = record_of(model, share) {
            let message = format!("the {} take {}", share.name, bytes(share.bytes));
            let diagnostic = Diagnostic::new(codes::LARGE_RECORDING, record.span, message);
            sink.report(smaller(model, diagnostic, record, share));
        }
    }
    Some(())
}

/// The recording that a share of memory belongs to.
fn record_of<'m>(model: &'m Model, share: &Share) -> Option<&'m Record> {
    let name = share.name.strip_prefix("samples of ")?;
    let of = |record: &&Record| {
        let samples = matches!(
            record.what,
            Recorded::States { .. } | Recorded::Synapses { .. }
        );
        samples && record.name == name
    };
    model.records.iter().find(of)
}

/// Says what a recording consists of, and what it would take if it were made smaller.
fn smaller(model: &Model, diagnostic: Diagnostic, record: &Record, share: &Share) -> Diagnostic {
    let (rows, name, every) = match &record.what {
        Recorded::States {
            variables,
            elements,
            every,
            group,
            ..
        } => {
            let names = variables
                .iter()
                .map(|id| model.variables[*id].name.as_str());
            let text = format!(
                "{} of {}",
                names.collect::<Vec<_>>().join(", "),
                model.groups[*group].name
            );
            (variables.len() * elements.len(), text, every)
        }
        _ => return diagnostic.note("record fewer synapses, or less often"),
    };
    let samples = share.bytes / (8 * rows as u64 + 8);
    let mut diagnostic = diagnostic.note(format!(
        "{rows} values at {samples} times, 8 bytes each; record less often or fewer neurons"
    ));
    if every.is_none() && samples >= 100 {
        let less = bytes(share.bytes / 10);
        let dt = Quantity::new(10.0 * model.dt, Dimension::TIME);
        diagnostic = diagnostic.note(format!("`record {name} every {dt}` takes {less}"));
    }
    if rows > 10 {
        let less = bytes(samples * 8 * 11);
        diagnostic = diagnostic.note(format!("`record {name}[0:10]` takes {less}"));
    }
    diagnostic
}

fn refusal(model: &Model, shares: &[Share], total: u64, limit: u64) -> Diagnostic {
    let largest = shares.iter().max_by_key(|share| share.bytes);
    if let Some(share) = largest
        && share.bytes > limit
        && let Some(record) = record_of(model, share)
    {
        let message = format!(
            "the recording needs {}, and {} are free",
            bytes(share.bytes),
            bytes(limit)
        );
        let diagnostic = Diagnostic::new(codes::RECORDING_SIZE, record.span, message);
        return smaller(model, diagnostic.label("would not fit"), record, share);
    }
    let message = format!(
        "the model needs {}, and {} are free",
        bytes(total),
        bytes(limit)
    );
    let name = largest.map_or("", |share| share.name.as_str());
    let group = model.groups.iter().find(|group| name == group.name);
    let record = model.records.iter().find(|r| name.ends_with(&r.name));
    let projection = model.projections.iter().find(|p| name == p.name);
    let span = group.map(|g| g.span).or(projection.map(|p| p.span));
    let span = span.or(record.map(|r| r.span));
    let mut diagnostic = match span {
        Some(span) => Diagnostic::new(codes::MEMORY, span, message).label("the largest part"),
        None => Diagnostic::without_place(codes::MEMORY, message),
    };
    let mut sorted: Vec<&Share> = shares.iter().collect();
    sorted.sort_by_key(|share| std::cmp::Reverse(share.bytes));
    for share in sorted.into_iter().take(4) {
        diagnostic = diagnostic.note(format!("{}: {}", share.name, bytes(share.bytes)));
    }
    diagnostic.note("make populations smaller, or record fewer neurons or less often")
}

/// A number of bytes for people.
pub fn bytes(count: u64) -> String {
    let units = [
        (1u64 << 40, "TiB"),
        (1 << 30, "GiB"),
        (1 << 20, "MiB"),
        (1 << 10, "KiB"),
    ];
    match units.iter().find(|(size, _)| count >= *size) {
        Some((size, unit)) => format!("{:.1} {unit}", count as f64 / *size as f64),
        None => format!("{count} bytes"),
    }
}
