//! How much memory a model will take, before anything is allocated.

use std::collections::BTreeSet;

use super::held::{Precision, column};
use super::pathway::written_by;
use super::sorted::{Weighed, delayed, projections, weighed};
use super::traces::Traces;
use super::wiring::Wiring;
use crate::index::Id;
use crate::model::projection::{Endpoint, Projection, Rule, Sequence, Side};
use crate::model::protocol::{Action, Recorded, Which};
use crate::model::term::{Comparison, Intrinsic, Term, TermId};
use crate::model::{GroupKind, Model, Owner, ProjectionId, VariableKind};

/// Memory of one thing.
#[derive(Clone, PartialEq, Debug)]
pub struct Share {
    /// What: `lif`, or `samples of lif`.
    pub name: String,
    /// Bytes.
    pub bytes: u64,
}

/// Bytes per group, projection, signal and recording of states, in model order. Recorded spikes cannot be known and are left out, and so are
/// synapses whose number is not known before they are made; `wiring` tells it afterwards.
/// Synapses that nothing looks at are sorted if `sorted` says how their weights are kept; `held` says how other values are; synapses of `free` projections take no room.
pub fn forecast(
    model: &Model,
    wiring: Option<&Wiring>,
    sorted: Option<Precision>,
    held: Precision,
    free: &BTreeSet<ProjectionId>,
) -> Vec<Share> {
    let each = per_synapse(model, sorted, held, free);
    let mut shares = Vec::new();
    for (id, group) in model.groups.iter_enumerated() {
        let mut each = 0u64;
        let mut once = 0u64;
        for (number, variable) in model.variables.iter_enumerated() {
            let Owner::Group(owner) = variable.owner else {
                continue;
            };
            let stored = match &variable.kind {
                VariableKind::State | VariableKind::Stored => true,
                VariableKind::Subexpression {
                    constant_over_dt, ..
                } => *constant_over_dt,
                VariableKind::Linked { index, .. } => index.is_some(),
                VariableKind::Temporary
                | VariableKind::Remote { .. }
                | VariableKind::Aggregate { .. } => false,
            };
            if owner == id && stored {
                let bytes = column(model, number, held).size() as u64;
                if variable.shared {
                    once += bytes;
                } else {
                    each += bytes;
                }
            }
        }
        let lists = u64::from(super::spikes(group)) + group.events.len() as u64;
        let given = match &group.kind {
            GroupKind::Generator { times, .. } => 12 * times.len() as u64,
            _ => 0,
        };
        let size = group.size as u64;
        shares.push(Share {
            name: group.name.clone(),
            bytes: size.saturating_mul(each + 4 * lists) + once + given,
        });
    }
    for (id, projection) in model.projections.iter_enumerated() {
        let made = match wiring {
            Some(wiring) => wiring.size(id).unwrap_or(0) as u64,
            None => expected(model, projection),
        };
        shares.push(Share {
            name: projection.name.clone(),
            bytes: match wiring.and_then(|wiring| wiring.projections.get(&id)?.sorted.clone()) {
                Some(sorted) => sorted.bytes() as u64,
                None => made.saturating_mul(each.get(id.as_usize()).copied().unwrap_or(0)),
            },
        });
    }
    for signal in model.signals.iter() {
        shares.push(Share {
            name: signal.name.clone(),
            bytes: 8 * signal.values.len() as u64,
        });
    }
    let duration: f64 = model
        .protocol
        .iter()
        .map(|action| match action {
            Action::Run { duration, .. } => *duration,
            _ => 0.0,
        })
        .sum();
    for record in &model.records {
        let (owner, rows, interval) = match &record.what {
            Recorded::States {
                group,
                variables,
                elements,
                every,
                ..
            } => (
                Owner::Group(*group),
                variables.len() as u64 * elements.len() as u64,
                *every,
            ),
            Recorded::Synapses {
                projection,
                variables,
                which,
                every,
                ..
            } => {
                let count = match (which, wiring) {
                    (Which::Numbers(numbers), _) => numbers.len(),
                    (Which::All, Some(wiring)) => wiring.size(*projection).unwrap_or(0),
                    _ => 0,
                };
                let rows = variables.len() as u64 * count as u64;
                (Owner::Projection(*projection), rows, *every)
            }
            Recorded::Rate { slice } => (Owner::Group(slice.group), 1, None),
            Recorded::Spikes { .. } => continue,
        };
        let interval = interval.unwrap_or(model.owner_dt(owner));
        let samples = (duration / interval).ceil().max(0.0) as u64;
        shares.push(Share {
            name: format!("samples of {}", record.name),
            bytes: samples.saturating_mul(8 * rows + 8),
        });
    }
    shares
}

/// Bytes of one synapse of each projection; none for those that are `free` because their synapses are computed anew for each event.
///
/// Of a sorted one, these are the element that it adds to, its weight if it has one of its own, and its part of the delays. Of another: its
/// variables, the pair, twice, and its place in the lists of the pathways.
pub fn per_synapse(
    model: &Model,
    sorted: Option<Precision>,
    held: Precision,
    free: &BTreeSet<ProjectionId>,
) -> Vec<u64> {
    const PLACE: u64 = 4;
    // About as much as where ten synapses of a source have the same delay.
    const DELAY: u64 = 1;
    const PAIRS: u64 = 16;
    // A number in the order of delivery, and both sides while they are sorted.
    const ORDER: u64 = 4;
    const SORTING: u64 = 8;
    // Bytes of an integer variable, which `i` and `j` are.
    const INDEX: u64 = 8;
    let plain = match sorted {
        Some(_) => projections(model),
        None => BTreeSet::new(),
    };
    // Where synapses are kept whole, so are their states.
    let traces = match sorted {
        Some(_) => {
            let size = |id| expected(model, &model.projections[id]);
            Traces::find(model, None, size, &BTreeSet::new())
        }
        None => Traces::default(),
    };
    let written = written_by(model);
    let one = |(id, projection): (ProjectionId, &Projection)| {
        if free.contains(&id) {
            return 0;
        }
        if let (true, Some(precision), [pathway]) =
            (plain.contains(&id), sorted, projection.pathways.as_slice())
        {
            let own = weighed(model, id, pathway, &written);
            let weight = match (own, precision) {
                (Some((Weighed::Own(_), _)), Precision::Single) => 4,
                (Some((Weighed::Own(_), _)), Precision::Double) => 8,
                _ => 0,
            };
            let delay = delayed(pathway).filter(|v| !model.variables[*v].shared);
            return PLACE + weight + delay.map_or(0, |_| DELAY);
        }
        let own = model
            .variables
            .iter_enumerated()
            .filter(|(number, variable)| {
                let stored = matches!(
                    variable.kind,
                    VariableKind::State
                        | VariableKind::Stored
                        | VariableKind::Subexpression {
                            constant_over_dt: true,
                            ..
                        }
                );
                let kept = traces.of.contains_key(number) || traces.needless(model, *number);
                stored && !kept && !variable.shared && variable.owner == Owner::Projection(id)
            });
        let own = own.map(|(number, _)| column(model, number, held).size() as u64);
        // The indices are counted with the pairs.
        let own = own.sum::<u64>().saturating_sub(2 * INDEX);
        let lists = projection.pathways.iter().map(|pathway| {
            ORDER
                + match weighed(model, id, pathway, &written) {
                    Some((Weighed::Own(weight), _)) => {
                        PLACE + column(model, weight, held).size() as u64
                    }
                    Some((Weighed::Alike, _)) => PLACE,
                    // The other side of the synapse.
                    None => PLACE,
                }
        });
        PAIRS + SORTING + own + lists.sum::<u64>()
    };
    model.projections.iter_enumerated().map(one).collect()
}

/// The number of synapses that can be expected beforehand. What a condition leaves out, or an expression that differs between pairs, is not
/// known: such lines count nothing here, and the number is checked while synapses are made.
fn expected(model: &Model, projection: &Projection) -> u64 {
    let side = |endpoint: &Endpoint| match endpoint.owner {
        Owner::Group(group) => {
            let size = model.groups.get(group).map_or(0, |group| group.size);
            endpoint.last.min(size).saturating_sub(endpoint.first) as f64
        }
        Owner::Projection(_) => 0.0,
    };
    let (pre, post) = (side(&projection.source), side(&projection.target));
    let number = |term: TermId| number(model, term);
    let or_one = |term: Option<TermId>| term.map_or(Some(1.0), number);
    let range = |start: TermId, stop: TermId, step: TermId| {
        let length = (number(stop)? - number(start)?) / number(step)?;
        Some(length.ceil().max(0.0))
    };
    let line = |rule: &Rule| match rule {
        Rule::Pairs {
            condition,
            probability,
            copies,
        } => {
            let pairs = match condition {
                None => pre * post,
                Some(condition) if differ(model, projection, *condition) => {
                    pre * post - pre.min(post)
                }
                Some(_) => 0.0,
            };
            let p = or_one(probability.map(|p| p.term))?;
            Some(pairs * p.clamp(0.0, 1.0) * or_one(*copies)?.max(0.0))
        }
        Rule::Generated {
            outer,
            sequence,
            condition: None,
            copies,
            ..
        } => {
            let rows = match outer {
                Side::Pre => pre,
                Side::Post => post,
            };
            let each = match sequence {
                Sequence::Once => 1.0,
                Sequence::Range { start, stop, step } => range(*start, *stop, *step)?,
                Sequence::SampleProbability {
                    start,
                    stop,
                    step,
                    probability,
                } => range(*start, *stop, *step)? * number(probability.term)?.clamp(0.0, 1.0),
                Sequence::SampleSize { size, .. } => number(*size)?.max(0.0),
            };
            Some(rows * each * or_one(*copies)?.max(0.0))
        }
        Rule::Listed { i, copies, .. } => Some(i.len() as f64 * f64::from(*copies)),
        Rule::Generated { .. } => None,
    };
    let lines = projection.connect.iter();
    lines
        .map(|connect| line(&connect.rule).unwrap_or(0.0))
        .sum::<f64>() as u64
}

/// True for the condition `i != j`.
pub(super) fn differ(model: &Model, projection: &Projection, condition: TermId) -> bool {
    let indices = [projection.indices.i, projection.indices.j].map(Term::Variable);
    let Term::Compare(Comparison::NotEqual, a, b) = model.terms.get(condition) else {
        return false;
    };
    let found = [a, b].map(|side| model.terms.get(*side));
    found.iter().all(|side| indices.contains(side)) && found.first() != found.last()
}

/// The value of a term made of numbers and constants.
fn number(model: &Model, term: TermId) -> Option<f64> {
    let all = |items: &[TermId]| -> Option<Vec<f64>> {
        items.iter().map(|item| number(model, *item)).collect()
    };
    Some(match model.terms.get(term) {
        Term::Number(value) => value.0,
        Term::Integer(value) => *value as f64,
        Term::Constant(id) => model.constants.get(*id)?.value.value,
        Term::Sum(items) => all(items)?.iter().sum(),
        Term::Product(items) => all(items)?.iter().product(),
        Term::Power(base, exponent) if *model.terms.get(*exponent) == Term::Integer(-1) => {
            1.0 / number(model, *base)?
        }
        Term::Call(Intrinsic::Min, items) => all(items)?.into_iter().fold(f64::MAX, f64::min),
        Term::Call(Intrinsic::Max, items) => all(items)?.into_iter().fold(f64::MIN, f64::max),
        _ => return None,
    })
}
