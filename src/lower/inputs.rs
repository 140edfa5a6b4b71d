//! Inputs: tabulated functions of time, Poisson groups, given spikes.

use super::context::Context;
use super::emit::Emit;
use super::schedule::{Item, Part, Task};
use crate::kir::{self, At, BinaryOp, CompareOp, Distribution, Slot, Ty, UnaryOp, Value};
use crate::model::term::TermId;
use crate::model::{Group, GroupId, GroupKind, SignalId};

/// How many lookup cells there are per row, and how long a cell is: rows change at multiples of the signal's step, moved
/// earlier by half a cell, where a cell is at most an eighth of the step `h` of the reader.
fn cells(signal_dt: f64, h: f64) -> (f64, f64) {
    let wanted = 8.0 * signal_dt / h;
    let mut cells = 1.0;
    while cells < wanted && cells < 1e300 {
        cells *= 2.0;
    }
    (cells, signal_dt / cells)
}

impl Emit<'_> {
    /// The value of a signal at a time, and in a column for indexed ones (NaN for a column that does not exist).
    pub(super) fn signal(&mut self, id: SignalId, arguments: &[TermId]) -> Value {
        let context = self.context;
        let Some(signal) = context.model.signals.get(id) else {
            return self.builder.f64(f64::NAN);
        };
        let column = context.bindings.signals[id];
        let columns = signal.columns.max(1);
        let rows = (signal.values.len() / columns).max(1);
        let (cells, cell) = cells(signal.dt, self.block.dt);
        let time = match arguments.first() {
            Some(time) => self.term_as(*time, Ty::F64),
            None => self.time(),
        };
        let which = arguments.get(1).map(|which| self.term_as(*which, Ty::I64));
        let b = &mut self.builder;
        let cell = b.f64(cell);
        let cells = b.f64(cells);
        let position = b.binary(BinaryOp::Div, time, cell);
        let position = b.unary(UnaryOp::Nearest, position);
        let row = b.binary(BinaryOp::Div, position, cells);
        let row = b.unary(UnaryOp::Trunc, row);
        // A NaN ends up in the last row here, and in the state through the time itself.
        let last = b.f64((rows - 1) as f64);
        let row = b.binary(BinaryOp::Min, row, last);
        let zero = b.f64(0.0);
        let row = b.binary(BinaryOp::Max, row, zero);
        let row = b.unary(UnaryOp::FloatToInt, row);
        let Some(which) = which else {
            return b.load(column, At::Index(row));
        };
        let width = b.i64(columns as i64);
        let zero = b.i64(0);
        let start = b.binary(BinaryOp::MulInt, row, width);
        let place = b.binary(BinaryOp::AddInt, start, which);
        let value = b.load(column, At::Index(place));
        let below = b.compare(CompareOp::Lt, which, width);
        let above = b.compare(CompareOp::Ge, which, zero);
        let inside = b.binary(BinaryOp::And, below, above);
        let nan = b.f64(f64::NAN);
        b.select(inside, value, nan)
    }
}

/// What makes a group without equations spike.
pub(super) fn items<'m>(context: &mut Context<'m>, id: GroupId, group: &'m Group) -> Vec<Item<'m>> {
    let Some(list) = context.bindings.groups[id].spikes else {
        return Vec::new();
    };
    match &group.kind {
        GroupKind::Neurons => Vec::new(),
        GroupKind::Poisson { rates } => {
            let rates = *rates;
            let part = Part::new(context, id, "threshold", false, move |emit| {
                let rate = emit.term_as(rates, Ty::F64);
                let dt = emit.builder.f64(emit.block.dt);
                let chance = emit.builder.binary(BinaryOp::Mul, rate, dt);
                let draw = emit.draw(Distribution::Uniform, "spikes", None);
                let spike = emit.builder.compare(CompareOp::Lt, draw, chance);
                emit.push(list, spike);
            });
            vec![Item::of(
                context,
                id,
                Slot::Thresholds,
                "threshold",
                Task::Kernel(part),
            )]
        }
        GroupKind::Generator {
            times,
            indices,
            period,
        } => {
            let generator = kir::Generator {
                list,
                times: times.clone(),
                entries: indices.clone(),
                period: *period,
            };
            let task = Task::Generate(generator);
            vec![Item::of(context, id, Slot::Thresholds, "generate", task)]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::cells;

    #[test]
    fn a_cell_is_at_most_an_eighth_of_the_step() {
        assert_eq!(cells(1e-4, 1e-4), (8.0, 1e-4 / 8.0));
        assert_eq!(cells(2.5e-4, 1e-4), (32.0, 2.5e-4 / 32.0));
        assert_eq!(cells(1e-6, 1e-4), (1.0, 1e-6));
    }
}
