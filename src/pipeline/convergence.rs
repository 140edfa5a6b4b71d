//! Whether the step is short enough: the same experiment with steps of dt and of dt/2, compared spike by spike.
//!
//! Spikes fall on the grid of steps, so a shift of up to one step says nothing against the integration; more does. Where random numbers are
//! drawn in every step, the two runs see different noise: then spike times cannot be compared, and rates only against the spread that another
//! seed makes.

use std::fmt::Write;

use super::experiment::Experiment;
use crate::analysis::value::{Array, vector};
use crate::model::protocol::{Record, Recorded, Slice};
use crate::model::term::{Term, TermId};
use crate::model::{GroupId, GroupKind, Model, Owner, Refractory, VariableKind};
use crate::units::dimension::Dimension;
use crate::units::display::{format_number, format_quantity};

/// A drift of spikes that changes a rate by less than this part counts as small.
const SMALL: f64 = 0.005;
/// Values that differ by less than this part count as alike.
const ALIKE: f64 = 0.05;

/// What became of one population.
#[derive(Clone, PartialEq, Debug)]
pub struct Shift {
    /// Its name.
    pub name: String,
    /// Number of neurons.
    pub size: usize,
    /// Spikes with dt.
    pub coarse: u64,
    /// Spikes with dt/2.
    pub fine: u64,
    /// Neurons with another number of spikes.
    pub changed: usize,
    /// Median shift of a neuron's k-th spike, seconds.
    pub median: f64,
    /// Largest shift, seconds.
    pub largest: f64,
    /// Largest shift of a first spike, seconds.
    pub first: f64,
    /// Largest change of an interval between two spikes, or of the time to the first, seconds.
    pub interval: f64,
    /// Largest shift as a part of the time that it took to come about.
    pub drift: f64,
    /// Step length, seconds.
    pub dt: f64,
    /// Spikes with dt and another seed, where random numbers are drawn in every step.
    pub other: Option<u64>,
}

/// How far apart the values of a plotted expression or a state are.
#[derive(Clone, PartialEq, Debug)]
pub struct Apart {
    /// What it is.
    pub name: String,
    /// Largest difference as a part of the largest value.
    pub part: f64,
    /// The same between two seeds, where random numbers are drawn in every step.
    pub seeds: Option<f64>,
}

impl Apart {
    /// True where the difference is small, or no more than twice that between two seeds.
    fn holds(&self) -> bool {
        self.part < ALIKE || self.seeds.is_some_and(|seeds| self.part <= 2.0 * seeds)
    }
}

/// The comparison.
#[derive(Clone, PartialEq, Debug)]
pub struct Convergence {
    /// Step length of the coarse run, seconds.
    pub dt: f64,
    /// Why random numbers are drawn in every step, where they are.
    pub stochastic: Option<String>,
    /// Populations that spiked, or may.
    pub shifts: Vec<Shift>,
    /// States at the end, of populations that cannot spike, and values of figures.
    pub apart: Vec<Apart>,
}

/// Has all spikes recorded.
pub fn record_spikes(model: &mut Model) {
    let groups: Vec<(GroupId, String, usize, crate::source::Span)> = model
        .groups
        .iter_enumerated()
        .filter(|(_, group)| group.threshold.is_some() || group.kind != GroupKind::Neurons)
        .map(|(id, group)| (id, group.name.clone(), group.size, group.span))
        .collect();
    for (group, name, size, span) in groups {
        let whole = |record: &Record| match &record.what {
            Recorded::Spikes {
                slice, event: None, ..
            } => slice.group == group && slice.first == 0 && slice.last == size,
            _ => false,
        };
        if model.records.iter().any(whole) {
            continue;
        }
        model.records.push(Record {
            name,
            what: Recorded::Spikes {
                slice: Slice {
                    group,
                    first: 0,
                    last: size,
                },
                event: None,
                variables: Vec::new(),
                slot: None,
            },
            implied: true,
            span,
        });
    }
}

/// Where random numbers are drawn while a model runs, in words; draws of initial values and connections are the same for every dt.
pub fn stochastic(model: &Model) -> Option<String> {
    if !model.poisson_inputs.is_empty() {
        return Some("Poisson input".into());
    }
    let random = |term: TermId| {
        let drawn = |term: &Term| matches!(term, Term::Random(..) | Term::Noise(_));
        model.terms.any(term, &mut |term| drawn(term))
    };
    for (id, group) in model.groups.iter_enumerated() {
        if let GroupKind::Poisson { .. } = group.kind {
            return Some(format!("Poisson spikes of `{}`", group.name));
        }
        let mut terms: Vec<TermId> = group.system.equations.iter().map(|e| e.rhs).collect();
        terms.extend(group.threshold.iter().map(|condition| condition.term));
        terms.extend(group.events.iter().map(|event| event.condition.term));
        match group.refractory {
            Some(Refractory::Time(term) | Refractory::While(term)) => terms.push(term),
            None => {}
        }
        let codes = group
            .reset
            .iter()
            .chain(group.regular.iter().map(|r| &r.code));
        let codes = codes.chain(group.events.iter().filter_map(|event| event.code.as_ref()));
        terms.extend(codes.flat_map(|code| &code.statements).map(|s| s.value));
        terms.extend(parts(model, Owner::Group(id)));
        if terms.into_iter().any(random) {
            return Some(format!("random numbers in `{}`", group.name));
        }
    }
    for (id, projection) in model.projections.iter_enumerated() {
        let mut terms: Vec<TermId> = projection.system.equations.iter().map(|e| e.rhs).collect();
        let codes = projection.pathways.iter().map(|pathway| &pathway.code);
        let codes = codes.chain(projection.regular.iter().map(|regular| &regular.code));
        terms.extend(codes.flat_map(|code| &code.statements).map(|s| s.value));
        terms.extend(projection.summed.iter().map(|summed| summed.value));
        terms.extend(parts(model, Owner::Projection(id)));
        if terms.into_iter().any(random) {
            return Some(format!("random numbers in `{}`", projection.name));
        }
    }
    None
}

/// Right-hand sides of an owner's subexpressions.
fn parts(model: &Model, owner: Owner) -> Vec<TermId> {
    let variables = model.owner_variables(owner).iter();
    variables
        .filter_map(|id| match model.variables[*id].kind {
            VariableKind::Subexpression { value, .. } => Some(value),
            _ => None,
        })
        .collect()
}

/// Compares the experiment with dt with that with dt/2, and, for stochastic models, with another one with dt.
pub fn compare(
    coarse: &Experiment<'_>,
    fine: &Experiment<'_>,
    other: Option<&Experiment<'_>>,
) -> Convergence {
    let model = &coarse.checked.model;
    let mut shifts = Vec::new();
    let mut apart = Vec::new();
    for (id, group) in model.groups.iter_enumerated() {
        let (Some(a), Some(b)) = (trains(coarse, id), trains(fine, id)) else {
            apart.extend(ends(coarse, fine, other, id));
            continue;
        };
        let other = other.and_then(|other| trains(other, id));
        let total = |trains: &[Vec<f64>]| trains.iter().map(|train| train.len() as u64).sum();
        let mut moved: Vec<f64> = Vec::new();
        let (mut first, mut interval, mut drift) = (0.0f64, 0.0f64, 0.0f64);
        for (a, b) in a.iter().zip(&b) {
            let mut before = 0.0;
            for (a, b) in a.iter().zip(b) {
                let shift = b - a;
                interval = interval.max((shift - before).abs());
                before = shift;
                drift = drift.max(if *a > 0.0 { (shift / a).abs() } else { 0.0 });
            }
            moved.extend(a.iter().zip(b).map(|(a, b)| (a - b).abs()));
            if let (Some(a), Some(b)) = (a.first(), b.first()) {
                first = first.max((a - b).abs());
            }
        }
        moved.sort_by(f64::total_cmp);
        shifts.push(Shift {
            name: group.name.clone(),
            size: group.size,
            coarse: total(&a),
            fine: total(&b),
            changed: a.iter().zip(&b).filter(|(a, b)| a.len() != b.len()).count(),
            median: moved.get(moved.len() / 2).copied().unwrap_or(0.0),
            largest: moved.last().copied().unwrap_or(0.0),
            first,
            interval,
            drift,
            dt: model.owner_dt(id.into()),
            other: other.map(|trains| total(&trains)),
        });
    }
    for (k, (a, b)) in coarse.values.iter().zip(&fine.values).enumerate() {
        if let (Some(a), Some(b)) = (a, b)
            && let Some(part) = difference(a, b)
        {
            let seeds = other.and_then(|other| difference(a, other.values.get(k)?.as_ref()?));
            apart.push(Apart {
                name: format!("plotted value {}", k + 1),
                part,
                seeds,
            });
        }
    }
    Convergence {
        dt: model.dt,
        stochastic: stochastic(model),
        shifts,
        apart,
    }
}

/// Spike times per neuron.
fn trains(experiment: &Experiment<'_>, group: GroupId) -> Option<Vec<Vec<f64>>> {
    let group = &experiment.checked.model.groups[group];
    let tables = &experiment.simulation.recording().spikes;
    let table = tables.iter().find(|table| {
        table.population == group.name
            && table.event == "spike"
            && table.size as usize == group.size
    })?;
    let mut trains = vec![Vec::new(); group.size];
    for (i, t) in table.i.iter().zip(&table.t) {
        trains.get_mut(*i as usize)?.push(*t);
    }
    Some(trains)
}

/// States at the end.
fn ends(
    coarse: &Experiment<'_>,
    fine: &Experiment<'_>,
    other: Option<&Experiment<'_>>,
    group: GroupId,
) -> Vec<Apart> {
    let model = &coarse.checked.model;
    let values = |experiment: &Experiment<'_>, id| {
        let column = experiment
            .built
            .lowered
            .bindings
            .variables
            .get(id)
            .copied()
            .flatten()?;
        Some(vector(experiment.simulation.values(column)))
    };
    let equations = model.groups[group].system.equations.iter();
    equations
        .filter_map(|equation| {
            let id = equation.variable;
            let (a, b) = (values(coarse, id)?, values(fine, id)?);
            let seeds = other.and_then(|other| difference(&a, &values(other, id)?));
            let name = &model.variables[equation.variable].name;
            Some(Apart {
                name: format!("{}.{name} at the end", model.groups[group].name),
                part: difference(&a, &b)?,
                seeds,
            })
        })
        .collect()
}

/// Largest difference as a part of the largest magnitude.
fn difference(a: &Array, b: &Array) -> Option<f64> {
    if a.shape() != b.shape() || a.is_empty() {
        return None;
    }
    let largest = a.iter().fold(0.0, |m: f64, v| m.max(v.abs()));
    let apart = a.iter().zip(b).fold(0.0, |m: f64, (a, b)| {
        let d = (a - b).abs();
        if d.is_nan() { m } else { m.max(d) }
    });
    Some(if largest > 0.0 {
        apart / largest
    } else {
        apart
    })
}

impl Convergence {
    /// True where nothing speaks against the step.
    pub fn is_fine(&self) -> bool {
        self.shifts.iter().all(|shift| self.holds(shift)) && self.apart.iter().all(Apart::holds)
    }

    fn holds(&self, shift: &Shift) -> bool {
        match (&self.stochastic, shift.other) {
            (Some(_), Some(other)) => {
                let (a, b) = (shift.coarse as f64, shift.fine as f64);
                // Twice the spread that a seed makes, and never less than counting noise.
                let spread = (a - other as f64).abs().max(a.max(1.0).sqrt());
                (a - b).abs() <= 2.0 * spread
            }
            (Some(_), None) => true,
            // Detection on the grid alone moves an interval by up to a step; refractory periods and delays count whole steps.
            (None, _) => {
                let same = shift.changed == 0 || shift.drift <= SMALL;
                same && shift.interval <= 1.5 * shift.dt
            }
        }
    }

    /// The comparison for a reader.
    pub fn text(&self) -> String {
        let time = |seconds: f64| format_quantity(seconds, Dimension::TIME);
        let mut out = format!("dt = {} against {}\n", time(self.dt), time(self.dt / 2.0));
        let width = self.shifts.iter().map(|s| s.name.len()).max().unwrap_or(0);
        for shift in &self.shifts {
            let _ = write!(
                out,
                "  {:width$}  {} spikes, then {}",
                shift.name, shift.coarse, shift.fine
            );
            match (&self.stochastic, shift.other) {
                (Some(_), Some(other)) => {
                    let _ = write!(out, " (another seed: {other})");
                }
                (Some(_), None) => {}
                (None, _) if shift.coarse + shift.fine > 0 => {
                    let _ = write!(
                        out,
                        "; shift of a spike: median {}, at most {}; of an interval: at most {}",
                        time(shift.median),
                        time(shift.largest),
                        time(shift.interval)
                    );
                    if shift.changed > 0 {
                        let _ = write!(
                            out,
                            "; {} of {} neurons with another number of spikes",
                            shift.changed, shift.size
                        );
                    }
                }
                (None, _) => {}
            }
            out.push_str(if self.holds(shift) {
                "\n"
            } else {
                "  <-- differs\n"
            });
        }
        for apart in &self.apart {
            let percent = |part: f64| format_number((part * 1e4).round() / 100.0);
            let seeds = apart
                .seeds
                .map(|seeds| format!(" (another seed: {} %)", percent(seeds)));
            let seeds = seeds.unwrap_or_default();
            let percent = percent(apart.part);
            let mark = if apart.holds() { "" } else { "  <-- differs" };
            let _ = writeln!(out, "  {}: {percent} % apart{seeds}{mark}", apart.name);
        }
        out.push_str(&self.verdict());
        out
    }

    fn verdict(&self) -> String {
        let dt = format_quantity(self.dt, Dimension::TIME);
        let half = format_quantity(self.dt / 2.0, Dimension::TIME);
        let spiked = self
            .shifts
            .iter()
            .any(|shift| shift.coarse + shift.fine > 0);
        if !spiked && self.apart.is_empty() {
            return "There are no spikes to compare, and nothing else: this says nothing about dt.\n".into();
        }
        match (&self.stochastic, self.is_fine()) {
            (Some(why), fine) => {
                let verdict = if fine {
                    format!(
                        "Nothing speaks against dt = {dt}: what came out differs no more than between two seeds."
                    )
                } else {
                    format!(
                        "dt = {dt} seems too long: what came out differs more than between two seeds. Try `dt = {half}`."
                    )
                };
                format!(
                    "{verdict}\nThere are {why}, which differ between the two runs whatever dt is. So this cannot tell whether spike times have \
                     converged, nor see a change of rate below the spread of a seed: longer runs, or more neurons, see more.\n"
                )
            }
            (None, true) => {
                let largest = self
                    .shifts
                    .iter()
                    .map(|shift| shift.largest / shift.dt)
                    .fold(0.0, f64::max);
                let drift = self
                    .shifts
                    .iter()
                    .map(|shift| shift.drift)
                    .fold(0.0, f64::max);
                if largest <= 1.5 {
                    return format!(
                        "dt = {dt} is fine: spikes move by no more than the grid of steps moves them.\n"
                    );
                }
                let percent = format_number((drift * 1e4).round() / 100.0);
                format!(
                    "dt = {dt} is fine for rates: each interval moves by no more than the grid of steps moves it. These shifts add up over a run, to \
                     {percent} % of the time: a shorter dt makes single spikes of long runs more exact.\n"
                )
            }
            (None, false) => {
                let early = self
                    .shifts
                    .iter()
                    .all(|shift| shift.first <= 1.5 * shift.dt);
                let connected =
                    self.shifts.len() > 1 || self.shifts.iter().any(|shift| shift.size > 20);
                let chaotic = if early && spiked && connected {
                    " First spikes agree, so differences grow with time: in a network that amplifies them, compare rates rather than spike times."
                } else {
                    ""
                };
                format!(
                    "dt = {dt} is too long for spike times: they change with `dt = {half}`.{chaotic} Try again with that.\n"
                )
            }
        }
    }
}
