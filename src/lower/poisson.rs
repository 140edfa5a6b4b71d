//! `poisson_input`: in every step, the number of events of many independent Poisson sources, times a weight, is added to a variable.
//!
//! The number is binomial. Where it is large enough to be taken for normal (`N p > 5` and `N (1 - p) > 5`), a normal number with the same mean and
//! variance takes its place, which is not rounded and may be negative. Otherwise it is picked from a table.

use super::context::Context;
use super::emit::Emit;
use super::schedule::{Item, Part, Task, position};
use super::summed::within;
use crate::kir::layout::{ColumnId, Elem};
use crate::kir::{At, BinaryOp, CompareOp, Distribution, Slot, Ty, UnaryOp, Value};
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
    /// A number of the rarer outcome from a table of a power of two of rows; `failures` where that is a source without an event.
    Table {
        stay: ColumnId,
        other: ColumnId,
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
        let table = Aliases::new(&cumulative(input.sources, if failures { q } else { p }));
        let owner = context.model.owner_name(input.target.owner).to_string();
        let mut column = |name: &str, values: Vec<f64>| {
            let name = format!("{owner}.{}.{name}", input.name);
            let column = context.column(name, Elem::F64, values.len(), "1", 0.0);
            context.fill.push(Command::Write {
                column,
                target: Target::From(0),
                values,
            });
            column
        };
        Count::Table {
            stay: column("stay", table.stay),
            other: column("other", table.other),
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
                stay,
                other,
                sources,
                failures,
            } => {
                let draw = emit.draw(Distribution::Uniform, &name, None);
                let rows = emit.context.layout.column(stay).len as f64;
                let b = &mut emit.builder;
                // The rows are a power of two, so that nothing is rounded: the whole part picks a row, the rest decides in it.
                let rows = b.f64(rows);
                let place = b.binary(BinaryOp::Mul, draw, rows);
                let row = b.unary(UnaryOp::Floor, place);
                let rest = b.binary(BinaryOp::Sub, place, row);
                let index = b.unary(UnaryOp::FloatToInt, row);
                let stay = b.load(stay, At::Index(index));
                let other = b.load(other, At::Index(index));
                let stays = b.compare(CompareOp::Lt, rest, stay);
                let rare = b.select(stays, row, other);
                if !failures {
                    return rare;
                }
                let sources = b.f64(sources);
                b.binary(BinaryOp::Sub, sources, rare)
            }
        }
    }
}

/// A distribution over whole numbers as rows of equal chance, each of which holds its own number with the probability `stay`, else the
/// number `other` (Walker's aliases): one draw needs no search.
struct Aliases {
    stay: Vec<f64>,
    other: Vec<f64>,
}

impl Aliases {
    /// From a distribution function.
    fn new(cumulative: &[f64]) -> Self {
        let rows = cumulative.len().next_power_of_two();
        let mut chance: Vec<f64> = Vec::with_capacity(rows);
        let mut before = 0.0;
        for sum in cumulative {
            chance.push((sum - before) * rows as f64);
            before = *sum;
        }
        chance.resize(rows, 0.0);
        let mut stay = vec![1.0; rows];
        let mut other: Vec<f64> = (0..rows).map(|row| row as f64).collect();
        let (mut small, mut large): (Vec<usize>, Vec<usize>) =
            (0..rows).partition(|row| chance.get(*row).is_some_and(|chance| *chance < 1.0));
        // Rows that have too little are filled up by rows that have too much.
        while let (Some(poor), Some(rich)) = (small.pop(), large.last().copied()) {
            let has = chance.get(poor).copied().unwrap_or(1.0);
            if let (Some(stay), Some(other)) = (stay.get_mut(poor), other.get_mut(poor)) {
                *stay = has;
                *other = rich as f64;
            }
            if let Some(left) = chance.get_mut(rich) {
                *left -= 1.0 - has;
                if *left < 1.0 {
                    large.pop();
                    small.push(rich);
                }
            }
        }
        Aliases { stay, other }
    }
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
    use super::{Aliases, cumulative};

    #[test]
    fn aliases_keep_the_distribution() {
        for (n, p) in [(3, 0.25), (800, 3e-4), (1000, 2e-3), (1, 0.4)] {
            let rows = cumulative(n, p);
            let table = Aliases::new(&rows);
            let count = table.stay.len();
            assert!(count.is_power_of_two());
            let mut chance = vec![0.0; count];
            for (row, (stay, other)) in table.stay.iter().zip(&table.other).enumerate() {
                chance[row] += stay / count as f64;
                chance[*other as usize] += (1.0 - stay) / count as f64;
            }
            let mut sum = 0.0;
            for (chance, expected) in chance.iter().zip(&rows) {
                sum += chance;
                assert!((sum - expected).abs() < 1e-15, "{sum} {expected}");
            }
        }
    }

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
