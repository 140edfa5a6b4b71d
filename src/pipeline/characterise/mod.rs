//! What a neuron is like: its rest, how it answers a small input, how much it takes to make it spike, and how it spikes then.
//!
//! [`subject`] isolates one neuron of a file and finds its input. Rest, time constant and input resistance come from the equations
//! ([`super::field`]); rheobase, f-I curve, strength-duration curve and pulses from simulations of many copies with different inputs, made of the
//! same kernels as any run.

mod bench;
pub mod figures;
pub mod subject;
pub mod text;

use super::field::{Field, Knob};
use crate::units::dimension::Dimension;
use bench::Bench;
pub use subject::Subject;

/// One state at rest.
#[derive(Clone, PartialEq, Debug)]
pub struct RestingState {
    /// Its name.
    pub name: String,
    /// Its dimension.
    pub dimension: Dimension,
    /// Its value, SI.
    pub value: f64,
}

/// A point of the f-I curve.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Firing {
    /// The input, SI.
    pub input: f64,
    /// Rate from the first interval, hertz.
    pub first: f64,
    /// Rate in the second half of the run, hertz.
    pub lasting: f64,
}

/// An answer to a pulse of input.
#[derive(Clone, PartialEq, Debug)]
pub struct Answer {
    /// The input, SI.
    pub input: f64,
    /// How long it lasts, seconds.
    pub duration: f64,
    /// Times of spikes from its beginning, seconds.
    pub spikes: Vec<f64>,
    /// Times of samples from its beginning, seconds.
    pub t: Vec<f64>,
    /// The membrane potential then.
    pub v: Vec<f64>,
}

/// What a neuron is like. Values that do not exist, such as the rheobase of a neuron that fires by itself, are absent.
#[derive(Clone, PartialEq, Debug)]
pub struct Character {
    /// Population or model, as it is called.
    pub name: String,
    /// Name of the input.
    pub input: String,
    /// Its dimension.
    pub input_dimension: Dimension,
    /// The state whose threshold is watched: the membrane potential.
    pub membrane: RestingState,
    /// All states at rest, without input.
    pub rest: Vec<RestingState>,
    /// What kind of equilibrium that is; nothing where there is none near the start.
    pub stability: Option<&'static str>,
    /// Eigenvalues there, per second.
    pub eigenvalues: Vec<(f64, f64)>,
    /// Time constant of the membrane potential with everything else held, seconds.
    pub time_constant: Option<f64>,
    /// Change of the resting potential per input.
    pub resistance: Option<f64>,
    /// Smallest constant input that makes it spike from rest.
    pub rheobase: Option<f64>,
    /// Smallest constant input that makes it go on spiking.
    pub lasting: Option<f64>,
    /// The f-I curve.
    pub firing: Vec<Firing>,
    /// Durations of pulses, seconds, with the smallest input that makes a spike.
    pub strength: Vec<(f64, f64)>,
    /// Duration at which twice the rheobase is needed, seconds.
    pub chronaxie: Option<f64>,
    /// Answers to pulses.
    pub answers: Vec<Answer>,
    /// True where it spikes without input.
    pub spontaneous: bool,
    /// How long constant inputs were watched, seconds.
    pub watched: f64,
}

/// Watches a neuron.
///
/// # Errors
/// A sentence for the user.
pub fn characterise(subject: Subject) -> Result<Character, String> {
    let bench = Bench::new(subject)?;
    let field = &bench.field;
    let base = 0.0;
    let rest = bench.rest.as_ref();
    let position = bench.membrane;
    let named = field.named();
    let state = bench.state();
    let states: Vec<RestingState> = named
        .into_iter()
        .zip(&state)
        .map(|((name, dimension), value)| RestingState {
            name,
            dimension,
            value: *value,
        })
        .collect();
    let membrane = states
        .get(position)
        .cloned()
        .ok_or("the neuron has no states")?;
    let scale = bench.scale;
    let response = rest.and_then(|rest| field.response(rest, base, 1e-4 * scale));
    let resistance = response.and_then(|response| response.get(position).copied());
    let own = rest.map(|rest| rest.jacobian.at(position, position));
    let spontaneous = bench.fires_by_itself()?;
    let mut character = Character {
        name: bench.subject.name.clone(),
        input: bench.subject.input.clone(),
        input_dimension: bench.subject.input_dimension,
        membrane,
        rest: states,
        stability: rest.map(|rest| rest.stability.name()),
        eigenvalues: rest
            .map(|rest| rest.eigenvalues.clone())
            .unwrap_or_default(),
        time_constant: own.filter(|own| *own < 0.0).map(|own| -1.0 / own),
        resistance: resistance.filter(|value| value.is_finite()),
        rheobase: None,
        lasting: None,
        firing: Vec::new(),
        strength: Vec::new(),
        chronaxie: None,
        answers: Vec::new(),
        spontaneous,
        watched: bench.watched,
    };
    if !bench.spikes_at_all() {
        return Ok(character);
    }
    if !spontaneous {
        character.rheobase = bench.smallest(|train| !train.is_empty())?;
        let half = bench.watched / 2.0;
        character.lasting = bench.smallest(|train| train.iter().any(|t| *t > half))?;
    }
    let reference = character.lasting.or(character.rheobase).unwrap_or(scale);
    character.firing = bench.firing(3.0 * reference)?;
    if let Some(rheobase) = character.rheobase {
        character.strength = bench.strength(rheobase)?;
        character.chronaxie = chronaxie(&character.strength, rheobase);
    }
    character.answers = bench.answers(character.rheobase.unwrap_or(scale))?;
    Ok(character)
}

/// Where the strength-duration curve crosses twice the rheobase, between durations on a logarithmic scale.
#[allow(
    clippy::disallowed_methods,
    reason = "read off a curve; no result of a simulation passes here"
)]
fn chronaxie(strength: &[(f64, f64)], rheobase: f64) -> Option<f64> {
    let level = (2.0 * rheobase).ln();
    strength.windows(2).find_map(|pair| {
        let [(d0, s0), (d1, s1)] = pair else {
            return None;
        };
        let (a, b) = (s0.ln(), s1.ln());
        ((a - level) * (b - level) <= 0.0 && a != b).then(|| {
            let part = (level - a) / (b - a);
            (d0.ln() + part * (d1.ln() - d0.ln())).exp()
        })
    })
}

/// Names that inputs usually have, most telling first.
pub(super) const INPUTS: &[&str] = &[
    "I", "I_ext", "Iext", "I_app", "Iapp", "I_inj", "Iinj", "I_e", "Ie", "I_stim", "Istim", "I_in",
    "Iin", "I0", "I_0", "input", "drive", "stim", "mu", "u_ext", "J",
];

/// True for dimensions of currents.
pub(super) fn is_current(dimension: Dimension) -> bool {
    use crate::units::display::dimension_name;
    matches!(
        dimension_name(dimension),
        Some("current" | "current per area")
    )
}

/// The knob of a field, for those who look for an input.
pub(super) fn acts(field: &Field, position: usize, knob: Knob) -> bool {
    field.acts_on(position, knob)
}
