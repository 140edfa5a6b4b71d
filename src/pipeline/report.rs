//! What a run amounts to, in numbers: the report that follows every run, and `summary.json`.

use serde::Serialize;

use super::experiment::Experiment;
use super::profile;
use super::silent;
use super::timings::Timings;
use crate::kir::layout::Elem;
use crate::model::projection as model;
use crate::model::{Group, GroupId, Owner, ProjectionId};
use crate::numerics::scheme::Step;

/// The report of a run.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Report {
    /// Version of snnc.
    pub version: &'static str,
    /// Title of the model.
    pub title: Option<String>,
    /// Seed of the random numbers.
    pub seed: u64,
    /// `f32` where values of neurons and synapses are held in single precision, else `f64`.
    pub precision: &'static str,
    /// Simulated time in seconds.
    pub simulated_s: f64,
    /// Steps executed.
    pub steps: u64,
    /// Steps per second of wall time; 0 where there is no clock.
    pub steps_per_second: f64,
    /// Threads used at most.
    pub threads: usize,
    /// One entry per population.
    pub populations: Vec<Population>,
    /// One entry per projection.
    pub projections: Vec<Projection>,
    /// Values that the protocol shows: name and text.
    pub values: Vec<(String, String)>,
    /// What was expected.
    pub expectations: Vec<Expected>,
    /// Points of sweeps; none without a sweep.
    pub sweep_points: u64,
    /// Seconds simulated in points of sweeps.
    pub swept_s: f64,
    /// Wall time in seconds per phase.
    pub timings_s: Vec<(String, f64)>,
    /// Wall time of each line of the schedule, the longest first; empty unless it was measured.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub profile: Vec<profile::Line>,
}

/// What became of an expectation.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Expected {
    /// As it is written.
    pub text: String,
    /// True where it is met.
    pub met: bool,
    /// What was found.
    pub found: String,
}

/// What became of one population.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Population {
    /// Name.
    pub name: String,
    /// Number of neurons.
    pub neurons: usize,
    /// Integration method, where there are equations.
    pub method: Option<String>,
    /// True when snnc chose the method.
    pub method_automatic: bool,
    /// Methods that were tried before, with the reason why each refused.
    pub method_refused: Vec<(String, String)>,
    /// Spikes; nothing for a population that cannot spike.
    pub spikes: Option<u64>,
    /// Mean rate in hertz.
    pub rate_hz: Option<f64>,
    /// Fraction of neurons without a spike, where spikes per neuron are known.
    pub silent_fraction: Option<f64>,
    /// Why nothing happened, sentence by sentence.
    pub silent_because: Vec<String>,
    /// Variables that several projections sum into, each with these projections.
    pub sums: Vec<(String, Vec<String>)>,
}

/// What was made of one projection.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Projection {
    /// Name.
    pub name: String,
    /// Population, or projection, on the presynaptic side.
    pub source: String,
    /// The same of the postsynaptic side.
    pub target: String,
    /// Number of synapses.
    pub synapses: usize,
    /// Mean number of synapses onto a postsynaptic element; nothing where there is none.
    pub per_target: Option<f64>,
    /// Integration method of its clock-driven equations, where there are any.
    pub method: Option<String>,
}

fn precision(experiment: &Experiment<'_>) -> &'static str {
    let mut columns = experiment.built.lowered.setup.program.layout.columns();
    match columns.any(|(_, column)| column.elem == Elem::F32) {
        true => "f32",
        false => "f64",
    }
}

/// Makes the report of an experiment at the time it has reached.
pub fn report(experiment: &Experiment<'_>, timings: &Timings) -> Report {
    let model = &experiment.checked.model;
    let steps = experiment.simulation.steps() + experiment.notes.steps;
    let wall = timings.of("simulate");
    let groups = model.groups.iter_enumerated();
    Report {
        version: env!("CARGO_PKG_VERSION"),
        title: model.title.clone(),
        seed: experiment.seed,
        precision: precision(experiment),
        simulated_s: experiment.simulation.time(),
        steps,
        steps_per_second: if wall > 0.0 { steps as f64 / wall } else { 0.0 },
        threads: experiment.simulation.threads(),
        populations: groups
            .map(|(id, group)| population(experiment, id, group))
            .collect(),
        projections: (model.projections.iter_enumerated())
            .map(|(id, projection)| connected(experiment, id, projection))
            .collect(),
        values: experiment
            .notes
            .shown
            .iter()
            .map(|(_, shown)| (shown.name.clone(), shown.text.clone()))
            .collect(),
        expectations: experiment
            .notes
            .expectations
            .iter()
            .map(|expectation| Expected {
                text: expectation.text.clone(),
                met: expectation.met,
                found: expectation.found.clone(),
            })
            .collect(),
        sweep_points: experiment.notes.points,
        swept_s: experiment.notes.swept,
        timings_s: timings
            .phases()
            .iter()
            .map(|(name, s)| (name.to_string(), *s))
            .collect(),
        profile: profile::lines(experiment.simulation.spent()),
    }
}

fn population(experiment: &Experiment<'_>, id: GroupId, group: &Group) -> Population {
    let step = experiment
        .checked
        .steps
        .iter()
        .find(|step| step.owner == id.into());
    let refused = |step: &Step| {
        let pairs = step
            .refused
            .iter()
            .map(|r| (r.method.clone(), r.reason.clone()));
        pairs.collect()
    };
    let list = experiment.built.lowered.bindings.groups[id].spikes;
    let time = experiment.simulation.time();
    // Where all was done in the points of a sweep, nothing is known of the state before it.
    let only_swept = time == 0.0 && experiment.notes.points > 0;
    let list = list.filter(|_| !only_swept);
    let spikes = list.map(|list| experiment.simulation.entries(list));
    let size = group.size as f64;
    let rate = |spikes: u64| {
        if time > 0.0 {
            spikes as f64 / size / time
        } else {
            0.0
        }
    };
    let explain = spikes == Some(0) && time > 0.0;
    Population {
        name: group.name.clone(),
        neurons: group.size,
        method: step.map(|step| step.method.clone()),
        method_automatic: step.is_some_and(|step| step.automatic),
        method_refused: step.map(refused).unwrap_or_default(),
        spikes,
        rate_hz: spikes.map(rate),
        silent_fraction: silent_fraction(experiment, id, group, spikes),
        silent_because: if explain {
            silent::reasons(experiment, id)
        } else {
            Vec::new()
        },
        sums: sums(experiment, id),
    }
}

/// Variables of a population that are the sum over the synapses of more than one projection.
fn sums(experiment: &Experiment<'_>, id: GroupId) -> Vec<(String, Vec<String>)> {
    let model = &experiment.checked.model;
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    for projection in model.projections.iter() {
        for summed in &projection.summed {
            let variable = &model.variables[summed.variable];
            if variable.owner != Owner::Group(id) {
                continue;
            }
            match found.iter_mut().find(|(name, _)| *name == variable.name) {
                Some((_, from)) => from.push(projection.name.clone()),
                None => found.push((variable.name.clone(), vec![projection.name.clone()])),
            }
        }
    }
    found.retain(|(_, from)| from.len() > 1);
    found
}

fn connected(
    experiment: &Experiment<'_>,
    id: ProjectionId,
    projection: &model::Projection,
) -> Projection {
    let model = &experiment.checked.model;
    let bindings = &experiment.built.lowered.bindings;
    let synapses = bindings.projections[id].size;
    let all = match projection.target.owner {
        Owner::Group(group) => model.groups[group].size,
        Owner::Projection(other) => bindings.projections[other].size,
    };
    let targets = (projection.target.last.min(all)).saturating_sub(projection.target.first);
    let mut steps = experiment.checked.steps.iter();
    let method = steps.find(|step| step.owner == id.into());
    Projection {
        name: projection.name.clone(),
        source: model.owner_name(projection.source.owner).to_string(),
        target: model.owner_name(projection.target.owner).to_string(),
        synapses,
        per_target: (targets > 0).then(|| synapses as f64 / targets as f64),
        method: method.map(|step| step.method.clone()),
    }
}

/// The fraction of neurons that never spiked: known without a recording only for all or for a single neuron.
fn silent_fraction(
    experiment: &Experiment<'_>,
    id: GroupId,
    group: &Group,
    spikes: Option<u64>,
) -> Option<f64> {
    match spikes? {
        0 => Some(1.0),
        _ if group.size == 1 => Some(0.0),
        _ => {
            let counts = experiment.spike_counts(id)?;
            let silent = counts.iter().filter(|count| **count == 0).count();
            Some(silent as f64 / group.size as f64)
        }
    }
}
