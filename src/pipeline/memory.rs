//! A forecast of the memory a model takes; models that do not fit are refused before anything is allocated.

use super::Keep;
use crate::diagnostic::{Diagnostic, Sink, codes};
use crate::lower::forecast::{Share, forecast};
use crate::lower::wiring::Wiring;
use crate::model::Model;

/// A recording of so many bytes is worth a word.
const LARGE_RECORDING: u64 = 1 << 30;

/// Reports what does not fit (nothing is returned then) and what is large. With `wiring`, the number of synapses is known; what is large was
/// reported before.
pub fn check(
    model: &Model,
    wiring: Option<&Wiring>,
    keep: Keep,
    available: Option<u64>,
    sink: &mut Sink,
) -> Option<()> {
    let shares = forecast(model, wiring, keep.sorted());
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
    let recordings = shares
        .iter()
        .filter(|share| share.name.starts_with("samples of "));
    for share in recordings.filter(|share| share.bytes > LARGE_RECORDING) {
        let message = format!("the {} take {}", share.name, bytes(share.bytes));
        let diagnostic = Diagnostic::without_place(codes::LARGE_RECORDING, message);
        sink.report(
            diagnostic
                .note("record fewer neurons, or less often: `record v of P[0:10] every 1 ms`"),
        );
    }
    Some(())
}

fn refusal(model: &Model, shares: &[Share], total: u64, limit: u64) -> Diagnostic {
    let message = format!(
        "the model needs {}, and {} are free",
        bytes(total),
        bytes(limit)
    );
    let largest = shares.iter().max_by_key(|share| share.bytes);
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
