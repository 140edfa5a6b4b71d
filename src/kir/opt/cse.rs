//! Common subexpressions: an operation done before is not done again.

use super::rewrite::{Change, Rewriter, rewrite};
use crate::kir::layout::Layout;
use crate::kir::print::In;
use crate::kir::{Const, Kernel, Op, Value};
use std::collections::BTreeMap;

/// Replaces an operation by an equal one that came before and is visible, with no store to a loaded column in between.
pub fn run(layout: &Layout, kernel: &mut Kernel) {
    let mut known: BTreeMap<String, Vec<(Vec<u32>, Value)>> = BTreeMap::new();
    rewrite(layout, kernel, &mut |rewriter, value, op| {
        let loops = rewriter.loops();
        let made = known.entry(key(layout, rewriter, op)).or_default();
        let visible = made.iter().find(|(around, _)| loops.starts_with(around));
        if let Some((_, first)) = visible {
            return Change::Same(*first);
        }
        made.push((loops.to_vec(), value));
        Change::Keep
    });
}

/// A text that is equal for operations that give equal bits: that of a program, which can be read back.
fn key(layout: &Layout, rewriter: &Rewriter, op: &Op) -> String {
    match op {
        Op::Const(Const::F64(value)) => format!("f64 {:x}", value.to_bits()),
        Op::Load { column, .. } => format!("{} {}", In(layout, op), rewriter.version(*column)),
        op => In(layout, op).to_string(),
    }
}
