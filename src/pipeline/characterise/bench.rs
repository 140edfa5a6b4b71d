//! Many copies of one neuron, each with its own input.

use super::subject::{Subject, membrane};
use super::{Answer, Firing};
use crate::algebra::equilibria::Equilibrium;
use crate::model::VariableId;
use crate::model::protocol::{Record, Recorded};
use crate::model::term::{Term, TermId};
use crate::pipeline::convergence::record_spikes;
use crate::pipeline::field::{Field, Knob};
use crate::pipeline::{Built, Compilation, Executor};
use crate::runtime::command::Target;
use crate::runtime::simulation::{Control, Outcome, Simulation};
use crate::source::NoFiles;
use crate::units::display::choose;

/// Copies: few, since a search of many rounds with few copies takes less than one of few rounds with many.
const COPIES: usize = 32;
/// Points of the f-I curve: a whole number of copies.
const POINTS: usize = 128;
/// Copies whose membrane potential is recorded.
const RECORDED: usize = 6;
/// Rounds of narrowing; each divides the interval by the number of copies.
const ROUNDS: usize = 4;
/// Rounds of narrowing of each point of the strength-duration curve, which has a tenth of the copies.
const PULSE_ROUNDS: usize = 11;
/// Durations of the strength-duration curve.
const DURATIONS: usize = 10;
/// Inputs of pulses as parts of the rheobase.
const PULSES: [f64; RECORDED] = [-1.0, -0.5, 0.5, 0.95, 1.05, 2.0];

/// A neuron ready for measurements.
pub struct Bench {
    pub subject: Subject,
    pub field: Field,
    /// The equilibrium without input near the starting values.
    pub rest: Option<Equilibrium>,
    /// Position of the membrane potential among the states.
    pub membrane: usize,
    /// A typical input, SI.
    pub scale: f64,
    /// How long constant inputs are watched, seconds.
    pub watched: f64,
    start: Vec<f64>,
    built: Built,
}

impl Bench {
    pub fn new(mut subject: Subject) -> Result<Bench, String> {
        let group = subject.group;
        let model = &mut subject.checked.model;
        model.groups[group].size = COPIES;
        model.groups[group].initial.clear();
        model.records.clear();
        let knob = subject.knob;
        // Equations first: they need no copies, but the values that the neuron has.
        let mut compilation = Compilation::new(&NoFiles);
        record_spikes(&mut subject.checked.model);
        let states: Vec<VariableId> = subject.checked.model.groups[group]
            .system
            .equations
            .iter()
            .map(|e| e.variable)
            .collect();
        let span = subject.checked.model.groups[group].span;
        subject.checked.model.records.push(Record {
            name: subject.checked.model.groups[group].name.clone(),
            what: Recorded::States {
                group,
                variables: states,
                elements: (0..RECORDED as u32).collect(),
                every: None,
                slot: "start".into(),
            },
            implied: true,
            span,
        });
        let built = compilation
            .build(&subject.checked, Executor::Fastest, None, 1)
            .ok_or("the neuron cannot be built")?;
        let mut bench_simulation =
            Simulation::new(built.lowered.setup.clone(), built.code.clone(), 1);
        fill(&subject, &built, &mut bench_simulation);
        let field = Field::new(
            &subject.checked,
            &built,
            &bench_simulation,
            group,
            0,
            Some(Knob::Parameter(knob)),
        )
        .ok_or("the equations are not linear in their noise")?;
        let position = membrane(&subject.checked.model, group, &field);
        let start = field.start();
        let rest = field
            .rest(&start, 0.0)
            .filter(|rest| rest.stability.is_stable());
        let mut bench = Bench {
            scale: 0.0,
            watched: 1.0,
            start,
            membrane: position,
            subject,
            field,
            rest,
            built,
        };
        if bench.rest.is_none() {
            bench.settle()?;
        }
        bench.scale = bench.typical();
        let slowest = bench
            .rest
            .iter()
            .flat_map(|rest| &rest.eigenvalues)
            .map(|(re, _)| -1.0 / re);
        bench.watched = (20.0 * slowest.fold(0.0, f64::max)).clamp(1.0, 4.0);
        Ok(bench)
    }

    /// The state that measurements begin with: rest, or where the neuron starts.
    pub fn state(&self) -> Vec<f64> {
        self.rest
            .as_ref()
            .map_or_else(|| self.start.clone(), |rest| rest.state.clone())
    }

    /// Looks for rest where the equations lead in a second without input.
    fn settle(&mut self) -> Result<(), String> {
        let mut simulation = self.fresh(&[0.0; COPIES]);
        advance(&mut simulation, 1.0)?;
        let columns = self
            .field
            .states()
            .iter()
            .map(|id| self.built.lowered.bindings.variables[*id]);
        let state: Vec<f64> = columns
            .map(|column| {
                column
                    .and_then(|column| simulation.values(column).first().copied())
                    .unwrap_or(0.0)
            })
            .collect();
        let found = self.field.rest(&state, 0.0);
        self.rest = found.filter(|rest| rest.stability.is_stable());
        Ok(())
    }

    /// An input that moves the membrane potential to its threshold or, where that is not known, by 20 mV; or that is usual for its dimension.
    fn typical(&self) -> f64 {
        let dimension = self.subject.input_dimension;
        let usual = match dimension.is_none() {
            true => 1.0,
            false => choose(dimension, 0.0).scale * 10.0,
        };
        let Some(rest) = &self.rest else {
            return usual;
        };
        let width = 0.2
            * self
                .field
                .widths()
                .get(self.membrane)
                .copied()
                .unwrap_or(1.0);
        let here = rest.state.get(self.membrane).copied().unwrap_or(0.0);
        let distance = self.threshold().map_or(width, |level| (level - here).abs());
        let response = self.field.response(rest, 0.0, 1e-3 * usual);
        let response = response.and_then(|response| response.get(self.membrane).copied());
        match response {
            Some(response) if response != 0.0 && response.is_finite() && distance > 0.0 => {
                (distance / response).abs()
            }
            _ => usual,
        }
    }

    /// The level that the threshold compares the membrane potential with, at rest.
    fn threshold(&self) -> Option<f64> {
        let model = &self.subject.checked.model;
        let threshold = model.groups[self.subject.group].threshold.as_ref()?;
        let state = self.field.states().get(self.membrane)?;
        let Term::Compare(_, a, b) = model.terms.get(threshold.term) else {
            return None;
        };
        let level: TermId = match (model.terms.get(*a), model.terms.get(*b)) {
            (Term::Variable(id), _) if id == state => *b,
            (_, Term::Variable(id)) if id == state => *a,
            _ => return None,
        };
        self.field.value(level, &self.state(), 0.0)
    }

    pub fn spikes_at_all(&self) -> bool {
        self.subject.checked.model.groups[self.subject.group]
            .threshold
            .is_some()
    }

    /// Copies at rest, each with its input.
    fn fresh(&self, inputs: &[f64]) -> Simulation {
        let mut simulation =
            Simulation::new(self.built.lowered.setup.clone(), self.built.code.clone(), 1);
        simulation
            .set_threads(std::thread::available_parallelism().map_or(1, std::num::NonZero::get));
        fill(&self.subject, &self.built, &mut simulation);
        for (id, value) in self.field.states().iter().zip(self.state()) {
            if let Some(column) = self.built.lowered.bindings.variables[*id] {
                simulation.write(column, &Target::From(0), &[value; COPIES]);
            }
        }
        self.set(&mut simulation, inputs);
        simulation
    }

    fn set(&self, simulation: &mut Simulation, inputs: &[f64]) {
        if let Some(column) = self.built.lowered.bindings.variables[self.subject.knob] {
            simulation.write(column, &Target::From(0), inputs);
        }
    }

    /// Spike times per copy.
    fn trains(&self, simulation: &Simulation) -> Vec<Vec<f64>> {
        let mut trains = vec![Vec::new(); COPIES];
        if let Some(table) = simulation.recording().spikes.first() {
            for (i, t) in table.i.iter().zip(&table.t) {
                if let Some(train) = trains.get_mut(*i as usize) {
                    train.push(*t);
                }
            }
        }
        trains
    }

    fn constant(&self, inputs: &[f64]) -> Result<Vec<Vec<f64>>, String> {
        let mut simulation = self.fresh(inputs);
        advance(&mut simulation, self.watched)?;
        Ok(self.trains(&simulation))
    }

    /// True where it spikes without input, from rest or from where it starts.
    pub fn fires_by_itself(&self) -> Result<bool, String> {
        let trains = self.constant(&[0.0; COPIES])?;
        // A neuron that starts above its threshold may spike once.
        Ok(trains.first().is_some_and(|train| train.len() > 1))
    }

    /// The smallest constant input whose spike train satisfies `enough`.
    pub fn smallest(&self, enough: impl Fn(&[f64]) -> bool) -> Result<Option<f64>, String> {
        let (mut low, mut high) = (0.0, self.scale * 2.0);
        let mut widened = 0;
        let mut round = 0;
        while round < ROUNDS {
            let inputs: Vec<f64> = (1..=COPIES)
                .map(|k| low + (high - low) * k as f64 / COPIES as f64)
                .collect();
            let trains = self.constant(&inputs)?;
            match trains.iter().position(|train| enough(train)) {
                Some(first) => {
                    let step = (high - low) / COPIES as f64;
                    high = low + step * (first + 1) as f64;
                    low = high - step;
                    round += 1;
                }
                None if widened < 6 => {
                    widened += 1;
                    (low, high) = (high, 8.0 * high);
                }
                None => return Ok(None),
            }
        }
        Ok(Some(high))
    }

    /// The f-I curve up to an input.
    pub fn firing(&self, highest: f64) -> Result<Vec<Firing>, String> {
        let inputs: Vec<f64> = (0..POINTS)
            .map(|k| highest * k as f64 / (POINTS - 1) as f64)
            .collect();
        let mut trains = Vec::new();
        for some in inputs.chunks(COPIES) {
            trains.extend(self.constant(some)?);
        }
        let rates = inputs.iter().zip(&trains).map(|(input, train)| {
            let half = train.partition_point(|t| *t <= self.watched / 2.0);
            let late = train.get(half..).unwrap_or_default();
            let lasting = match late {
                [first, .., last] => (late.len() - 1) as f64 / (last - first),
                // One spike in half of the run: its rate is known to be low only.
                [_] if train.len() > 1 => 2.0 / self.watched,
                _ => 0.0,
            };
            let first = match train.as_slice() {
                [first, second, ..] => 1.0 / (second - first),
                _ => 0.0,
            };
            Firing {
                input: *input,
                first,
                lasting,
            }
        });
        Ok(rates.collect())
    }

    /// Smallest input per duration of a pulse.
    pub fn strength(&self, rheobase: f64) -> Result<Vec<(f64, f64)>, String> {
        let own = self
            .rest
            .as_ref()
            .map(|rest| rest.jacobian.at(self.membrane, self.membrane));
        let tau = own.filter(|own| *own < 0.0).map_or(10e-3, |own| -1.0 / own);
        let dt = self
            .subject
            .checked
            .model
            .owner_dt(self.subject.group.into());
        let (shortest, longest) = ((0.1 * tau).max(4.0 * dt), (10.0 * tau).max(40.0 * dt));
        let ratio = crate::algebra::evaluate::power(
            longest / shortest,
            1.0 / (DURATIONS - 1) as f64,
            false,
        );
        // Durations are whole steps, or the curve would show the grid.
        let mut durations = vec![shortest];
        while durations.len() < DURATIONS {
            let last = durations.last().copied().unwrap_or(shortest);
            durations.push(last * ratio);
        }
        let durations: Vec<f64> = durations
            .into_iter()
            .map(|d| (d / dt).round().max(1.0) * dt)
            .collect();
        let each = COPIES / DURATIONS;
        let mut bounds: Vec<(f64, f64)> = durations
            .iter()
            .map(|d| (0.0, rheobase * 1.5 * (1.0 + 4.0 * tau / d)))
            .collect();
        for _ in 0..PULSE_ROUNDS {
            let mut inputs = vec![0.0; COPIES];
            for (k, (low, high)) in bounds.iter().enumerate() {
                for n in 0..each {
                    if let Some(input) = inputs.get_mut(k * each + n) {
                        *input = low + (high - low) * (n + 1) as f64 / each as f64;
                    }
                }
            }
            let amplitudes = inputs.clone();
            let mut simulation = self.fresh(&inputs);
            let mut now = 0.0;
            for (k, duration) in durations.iter().enumerate() {
                advance(&mut simulation, duration - now)?;
                now = *duration;
                let ended = inputs.get_mut(k * each..(k + 1) * each);
                ended.into_iter().flatten().for_each(|input| *input = 0.0);
                self.set(&mut simulation, &inputs);
            }
            advance(&mut simulation, 10.0 * tau)?;
            let trains = self.trains(&simulation);
            for (k, bound) in bounds.iter_mut().enumerate() {
                let spiked = (0..each).find(|n| {
                    trains
                        .get(k * each + n)
                        .is_some_and(|train| !train.is_empty())
                });
                let step = (bound.1 - bound.0) / each as f64;
                *bound = match spiked.and_then(|n| amplitudes.get(k * each + n)) {
                    Some(first) => (first - step, *first),
                    None => (bound.1, bound.1 * 4.0),
                };
            }
        }
        Ok(durations
            .into_iter()
            .zip(bounds.into_iter().map(|(_, high)| high))
            .collect())
    }

    /// Answers to pulses of some parts of the rheobase.
    pub fn answers(&self, rheobase: f64) -> Result<Vec<Answer>, String> {
        let slowest = self
            .rest
            .iter()
            .flat_map(|rest| &rest.eigenvalues)
            .map(|(re, _)| -1.0 / re);
        let duration = (5.0 * slowest.fold(0.0, f64::max)).clamp(50e-3, 0.3);
        let before = 0.1 * duration;
        let mut inputs = [0.0; COPIES];
        let mut simulation = self.fresh(&inputs);
        advance(&mut simulation, before)?;
        for (input, part) in inputs.iter_mut().zip(PULSES) {
            *input = part * rheobase;
        }
        self.set(&mut simulation, &inputs);
        advance(&mut simulation, duration)?;
        self.set(&mut simulation, &[0.0; COPIES]);
        advance(&mut simulation, 0.4 * duration)?;
        let trains = self.trains(&simulation);
        let name = self
            .field
            .named()
            .get(self.membrane)
            .map(|(name, _)| name.clone())
            .unwrap_or_default();
        let table = simulation
            .recording()
            .states
            .first()
            .ok_or("nothing was recorded")?;
        let column = table
            .column(&name)
            .ok_or("the membrane potential was not recorded")?;
        let t: Vec<f64> = table.t.iter().map(|t| t - before).collect();
        let answers = PULSES.iter().enumerate().map(|(k, part)| Answer {
            input: part * rheobase,
            duration,
            spikes: trains
                .get(k)
                .into_iter()
                .flatten()
                .map(|t| t - before)
                .collect(),
            t: t.clone(),
            v: column.values.get(k).cloned().unwrap_or_default(),
        });
        Ok(answers.collect())
    }
}

/// Gives all copies the values that the neuron has.
fn fill(subject: &Subject, built: &Built, simulation: &mut Simulation) {
    let model = &subject.checked.model;
    for id in &model.groups[subject.group].variables {
        let variable = &model.variables[*id];
        if matches!(
            variable.name.as_str(),
            "lastspike" | "not_refractory" | "i" | "N"
        ) {
            continue;
        }
        let value = subject
            .values
            .iter()
            .find(|(name, _)| *name == variable.name);
        if let (Some((_, value)), Some(column)) = (value, built.lowered.bindings.variables[*id]) {
            simulation.write(column, &Target::From(0), &[*value; COPIES]);
        }
    }
}

fn advance(simulation: &mut Simulation, duration: f64) -> Result<(), String> {
    if duration <= 0.0 {
        return Ok(());
    }
    match simulation.run(duration, &mut Control::default()) {
        Outcome::Finished => Ok(()),
        Outcome::Fault(fault) => Err(format!(
            "`{}` of a copy is not finite at {} s: the step may be too long, try `--set 'dt=0.01 ms'`",
            fault.variable, fault.time
        )),
        _ => Err("the simulation was stopped".into()),
    }
}
