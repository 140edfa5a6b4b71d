//! `poisson_input`: in every step, the number of events of many independent Poisson sources, times a weight, is added to a variable.
//!
//! The number is binomial. Where it is large enough to be taken for normal (`N p > 5` and `N (1 - p) > 5`), a normal number with the same mean and
//! variance takes its place, which is not rounded and may be negative. Otherwise its distribution function is searched.

use super::context::Context;
use super::emit::Emit;
use super::schedule::{Item, Part, Task, position};
use super::summed::within;
use crate::kir::layout::{ColumnId, Elem};
use crate::kir::{At, BinaryOp, CompareOp, Distribution, Slot, Ty, Value};
use crate::model::projection::PoissonInput;
use crate::runtime::command::{Command, Target};

/// Means beyond which a normal number is drawn.
const NORMAL: f64 = 5.0;
/// Longest table of a distribution function: far more than a mean of [`NORMAL`] needs.
const TABLE: usize = 256;

/// All of them.
pub(super) fn items<'m>(context: &mut Context<'m>) -> Vec<Item<'m>> {
    let model = context.model;
    let mut items = Vec::new();
    for input in &model.poisson_inputs {
        let owner = input.target.owner;
        let dt = model.owner_dt(owner);
        let size = context.owner_size(owner);
        let count = Count::of(context, input, input.rate * dt);
        let part = Part::new(context, owner, &input.name, false, move |emit| {
            let mask = within(emit, &input.target, size);
            let events = count.draw(emit, input);
            let weight = emit.term_as(input.weight, Ty::F64);
            let added = emit.builder.binary(BinaryOp::Mul, weight, events);
            let before = emit.variable(input.variable);
            let sum = emit.builder.binary(BinaryOp::Add, before, added);
            let active = emit.write_mask(input.variable);
            let mask = match (mask, active) {
                (Some(a), Some(b)) => Some(emit.builder.binary(BinaryOp::And, a, b)),
                (a, b) => a.or(b),
            };
            emit.assign(input.variable, sum, mask);
        });
        let mut item = Item::of(
            context,
            owner,
            Slot::Synapses,
            &input.name,
            Task::Kernel(part),
        );
        item.position = position(input.span, false);
        items.push(item);
    }
    items
}

/// How the number of events is drawn.
enum Count {
    /// Always the same.
    Always(f64),
    /// Mean and standard deviation.
    Normal(f64, f64),
    /// The distribution function of the rarer outcome, up to the table's last row; `failures` where that is a source without an event.
    Table {
        column: ColumnId,
        sources: f64,
        failures: bool,
    },
}

impl Count {
    /// Of so many sources, each with an event in a step with probability `p`.
    fn of(context: &mut Context<'_>, input: &PoissonInput, p: f64) -> Count {
        let n = input.sources as f64;
        if n == 0.0 || p <= 0.0 {
            return Count::Always(0.0);
        }
        if p >= 1.0 {
            return Count::Always(n);
        }
        let q = 1.0 - p;
        if n * p > NORMAL && n * q > NORMAL {
            return Count::Normal(n * p, (n * p * q).sqrt());
        }
        let failures = p > 0.5;
        let values = cumulative(input.sources, if failures { q } else { p });
        let owner = context.model.owner_name(input.target.owner).to_string();
        let name = format!("{owner}.{}.cumulative", input.name);
        let column = context.column(name, Elem::F64, values.len(), "1", 0.0);
        context.fill.push(Command::Write {
            column,
            target: Target::From(0),
            values,
        });
        Count::Table {
            column,
            sources: n,
            failures,
        }
    }
    fn draw(&self, emit: &mut Emit<'_>, input: &PoissonInput) -> Value {
        let name = format!("events {}", input.stream);
        match *self {
            Count::Always(events) => emit.builder.f64(events),
            Count::Normal(mean, deviation) => {
                let draw = emit.draw(Distribution::Normal, &name, None);
                let b = &mut emit.builder;
                let (mean, deviation) = (b.f64(mean), b.f64(deviation));
                b.op(crate::kir::Op::Fma(draw, deviation, mean))
            }
            Count::Table {
                column,
                sources,
                failures,
            } => {
                let draw = emit.draw(Distribution::Uniform, &name, None);
                let rows = emit.context.layout.column(column).len as u32;
                let rare = search(emit, column, draw, rows);
                if !failures {
                    return rare;
                }
                let sources = emit.builder.f64(sources);
                emit.builder.binary(BinaryOp::Sub, sources, rare)
            }
        }
    }
}

/// The number of rows of an ascending column that do not exceed a value; the last row exceeds every value.
fn search(emit: &mut Emit<'_>, column: ColumnId, value: Value, rows: u32) -> Value {
    let b = &mut emit.builder;
    let init = [b.i64(0), b.f64(0.0)];
    let seen = b.begin_while(&init);
    let (row, count) = match seen.as_slice() {
        [row, count] => (*row, *count),
        _ => return b.f64(f64::NAN),
    };
    let limit = b.load(column, At::Index(row));
    let again = b.compare(CompareOp::Ge, value, limit);
    let (one, whole) = (b.i64(1), b.f64(1.0));
    let next = b.binary(BinaryOp::AddInt, row, one);
    let more = b.binary(BinaryOp::Add, count, whole);
    let count_next = b.select(again, more, count);
    b.end_while(&init, &seen, &[next, count_next], again, rows.max(1));
    count
}

/// The binomial distribution function of `n` trials, until it is 1 to within rounding.
fn cumulative(n: u64, p: f64) -> Vec<f64> {
    let odds = p / (1.0 - p);
    let mut chance = power(1.0 - p, n);
    let mut sum = chance;
    let mut rows = Vec::new();
    let mut k = 0u64;
    while k < n && rows.len() < TABLE && sum < 1.0 - f64::EPSILON / 2.0 {
        rows.push(sum);
        chance *= odds * ((n - k) as f64 / (k + 1) as f64);
        sum += chance;
        k += 1;
    }
    // Draws are below 1.
    rows.push(1.0);
    rows
}

/// A whole power, by squaring.
fn power(mut base: f64, mut n: u64) -> f64 {
    let mut result = 1.0;
    while n > 0 {
        if n & 1 == 1 {
            result *= base;
        }
        base *= base;
        n >>= 1;
    }
    result
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::cumulative;

    #[test]
    fn the_distribution_function_is_binomial() {
        let rows = cumulative(3, 0.25);
        let expected = [27.0 / 64.0, 54.0 / 64.0, 63.0 / 64.0, 1.0];
        assert_eq!(rows.len(), 4);
        for (row, expected) in rows.iter().zip(expected) {
            assert!((row - expected).abs() < 1e-15);
        }
        // 800 sources of 3 Hz in 0.1 ms: the mean is that of the table.
        let rows = cumulative(800, 3e-4);
        let mean: f64 = rows.iter().map(|row| 1.0 - row).sum();
        assert!((mean - 0.24).abs() < 1e-12, "{mean}");
        assert!(rows.len() < 20);
    }
}
