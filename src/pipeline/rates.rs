//! Rates that no neuron has: what is said about a population that fires at more than a thousand spikes per second.

use super::experiment::Experiment;
use super::silent::leads_to;
use crate::diagnostic::{Diagnostic, codes};
use crate::model::{Group, GroupId, GroupKind};
use crate::units::dimension::Dimension;
use crate::units::display::{dimension_name, format_quantity};

/// No neuron fires faster for long, in hertz.
const FASTEST: f64 = 1000.0;
/// Runs shorter than this, in seconds, tell nothing of a rate.
const SHORTEST: f64 = 0.02;
/// A neuron that spikes in so many of its time steps spikes in all of them.
const ALL_STEPS: f64 = 0.9;

/// A warning for each population of neurons that fires faster than neurons can.
pub(super) fn implausible(experiment: &Experiment<'_>) -> Vec<Diagnostic> {
    let groups = experiment.checked.model.groups.iter_enumerated();
    groups
        .filter_map(|(id, group)| one(experiment, id, group))
        .collect()
}

/// True for a population with a membrane potential: others, oscillators and counters, may be as fast as they like.
fn has_potential(experiment: &Experiment<'_>, group: &Group) -> bool {
    let model = &experiment.checked.model;
    let equations = group.system.equations.iter();
    let mut states = equations.map(|equation| model.variables[equation.variable].dimension);
    states.any(|dimension| dimension_name(dimension) == Some("voltage"))
}

fn one(experiment: &Experiment<'_>, id: GroupId, group: &Group) -> Option<Diagnostic> {
    let model = &experiment.checked.model;
    let threshold = group.threshold.as_ref()?;
    // That nothing ends a spike was said before.
    group.reset.as_ref()?;
    let duration = experiment.simulation.time();
    let spikes = experiment.built.lowered.bindings.groups[id].spikes?;
    let spikes = experiment.simulation.entries(spikes) as f64 / group.size as f64;
    let rate = spikes / duration;
    let fast = duration >= SHORTEST && rate > FASTEST;
    if !fast || group.kind != GroupKind::Neurons || !has_potential(experiment, group) {
        return None;
    }
    let name = &group.name;
    let hertz = format_quantity(rate, Dimension::TIME.inverse());
    let dt = group.dt.unwrap_or(model.dt);
    let message = format!("`{name}` fires at {hertz}, faster than any neuron");
    let mut diagnostic = Diagnostic::new(codes::FAST, threshold.span, message).label(format!(
        "{spikes:.0} spikes per neuron in {}",
        format_quantity(duration, Dimension::TIME)
    ));
    if rate * dt > ALL_STEPS {
        diagnostic = diagnostic.note(
            "it spikes in every time step: after the reset the threshold is crossed again at once",
        );
    }
    if let Some(value) = leads_to(experiment, id) {
        diagnostic = diagnostic.note(format!(
            "without a threshold the membrane potential would go to {value}: is an input, a weight or a conductance in the wrong unit?"
        ));
    } else {
        diagnostic = diagnostic
            .note("is an input, a weight, a time constant or the threshold in the wrong unit?");
    }
    if group.refractory.is_none() {
        diagnostic = diagnostic.note("`refractory: 2 ms` limits the rate");
    }
    Some(diagnostic)
}
