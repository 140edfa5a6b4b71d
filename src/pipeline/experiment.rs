//! Runs the protocol of a built model, and keeps what came out of it whatever happens.

use super::protocol::{Halt, Machine, Notes};
use super::{Built, Checked};
use crate::analysis::value::Array;
use crate::diagnostic::{Diagnostic, codes};
use crate::figure::Figure;
use crate::lower::Place;
use crate::model::code::Selection;
use crate::model::projection::Delay;
use crate::model::protocol::{Action, Record, Recorded};
use crate::model::{GroupId, Model};
use crate::plot;
use crate::runtime::simulation::{Control, Outcome, Refusal, Simulation};
use crate::runtime::watch::Fault;
use crate::source::Span;
use crate::units::dimension::Dimension;
use crate::units::display::{format_number, format_quantity};

/// A model with its simulation.
pub struct Experiment<'m> {
    /// The model.
    pub checked: &'m Checked,
    /// The program.
    pub built: &'m Built,
    /// The simulation, at the time it has reached.
    pub simulation: Simulation,
    /// Seed of the random numbers.
    pub seed: u64,
    /// What the protocol left behind besides the state: values, expectations, files.
    pub notes: Notes,
    /// Values of the model's plotted expressions, where they are known.
    pub values: Vec<Option<Array>>,
    threads: usize,
}

/// How an experiment ended.
#[derive(Clone, PartialEq, Debug)]
pub enum Ending {
    /// All of it was done.
    Complete,
    /// It was interrupted at this time (seconds); what was computed is kept.
    Interrupted(f64),
    /// It failed; what was computed is kept.
    Failed(Box<Diagnostic>),
}

impl Ending {
    /// How an experiment ends with the outcome of a command at a time (seconds); nothing where it goes on.
    pub fn of(outcome: Outcome, model: &Model, time: f64) -> Option<Ending> {
        let diagnostic = match outcome {
            Outcome::Finished => return None,
            Outcome::Interrupted => return Some(Ending::Interrupted(time)),
            Outcome::Fault(fault) => describe(&fault),
            Outcome::Refused(refusal) => refused(model, &refusal),
            Outcome::Unknown(name) => {
                let message = format!("no state was saved under the name `{name}`");
                Diagnostic::without_place(codes::RESTORE, message)
            }
        };
        Some(Ending::Failed(Box::new(diagnostic)))
    }
}

impl<'m> Experiment<'m> {
    /// An experiment around a simulation that exists, on one thread.
    pub fn around(
        checked: &'m Checked,
        built: &'m Built,
        simulation: Simulation,
        seed: u64,
    ) -> Self {
        Experiment {
            checked,
            built,
            simulation,
            seed,
            notes: Notes::default(),
            values: Vec::new(),
            threads: 1,
        }
    }
    /// An experiment at time 0, with its initial values.
    pub fn new(checked: &'m Checked, built: &'m Built, seed: u64, threads: Option<usize>) -> Self {
        let mut simulation = Simulation::new(built.lowered.setup.clone(), built.code.clone(), seed);
        let threads = threads.unwrap_or_else(all_threads);
        simulation.set_threads(threads);
        Experiment {
            threads,
            ..Experiment::around(checked, built, simulation, seed)
        }
    }
    /// Does what the protocol says. The progress that is told is that of the whole protocol.
    pub fn run(&mut self, control: &mut Control<'_>) -> Ending {
        let (model, lowered) = (&self.checked.model, &self.built.lowered);
        let simulation = self.simulation.take();
        let mut machine = Machine::new(model, lowered, simulation, self.seed, self.threads);
        let mut ending = match machine.follow(control) {
            Ok(()) | Err(Halt::Stop) => Ending::Complete,
            Err(Halt::Interrupted) => Ending::Interrupted(machine.simulation.time()),
            Err(Halt::Failed(diagnostic)) => Ending::Failed(diagnostic),
        };
        for expr in &model.plotted {
            let value = machine.plotted(expr);
            self.values.push(match value {
                Ok(value) => value,
                Err(diagnostic) => {
                    if ending == Ending::Complete {
                        ending = Ending::Failed(diagnostic);
                    }
                    None
                }
            });
        }
        self.notes = std::mem::take(&mut machine.notes);
        self.simulation = machine.simulation;
        ending
    }
    /// What is said about figures that cannot show what they should, and about rates that no neuron has.
    pub fn remarks(&self, figures: &[Figure]) -> Vec<Diagnostic> {
        let model = &self.checked.model;
        let mut remarks = plot::remarks(model, figures);
        for shots in self.notes.films.iter().filter(|shots| shots.cut) {
            let film = model.figures.get(shots.figure).and_then(|spec| spec.film);
            let (Some(film), Some(last)) = (film, shots.times.last()) else {
                continue;
            };
            let time = format_quantity(*last, Dimension::TIME);
            remarks.push(
                Diagnostic::new(
                    codes::STANDS_STILL,
                    film.span,
                    format!("this figure stops moving at {time}"),
                )
                .label("its frames are too many or too large")
                .note("write a longer time between frames"),
            );
        }
        remarks.extend(super::rates::implausible(self));
        remarks
    }
    /// What is said about expectations that are not met.
    pub fn unmet(&self) -> Vec<Diagnostic> {
        let unmet = self.notes.expectations.iter().filter(|e| !e.met);
        unmet
            .map(|expectation| {
                let message = format!("expected {}", expectation.text);
                Diagnostic::new(codes::EXPECTATION, expectation.span, message).label(
                    match expectation.found.as_str() {
                        "" => "does not hold".to_string(),
                        found => format!("found {found}"),
                    },
                )
            })
            .collect()
    }
    /// Spikes per neuron, where all spikes of the group were recorded.
    pub fn spike_counts(&self, group: GroupId) -> Option<Vec<u64>> {
        let model = &self.checked.model;
        let size = model.groups[group].size;
        let whole = |record: &Record| match &record.what {
            Recorded::Spikes {
                slice, event: None, ..
            } => slice.group == group && slice.first == 0 && slice.last == size,
            _ => false,
        };
        let record = model.records.iter().position(whole)?;
        let table = position(self.built.lowered.records.get(record)?)?;
        Some(self.simulation.recording().spikes.get(table)?.counts())
    }
    /// The figures of the model, from what was recorded so far.
    pub fn figures(&self) -> Vec<Figure> {
        let tables: Vec<Option<usize>> = self.built.lowered.records.iter().map(position).collect();
        let recording = self.simulation.recording();
        plot::figures(
            &self.checked.model,
            &plot::Known {
                recording,
                tables: &tables,
                values: &self.values,
                end: self.simulation.time(),
                films: &self.films(),
            },
        )
    }
}

impl Experiment<'_> {
    /// The values that each figure is drawn from in each of its frames.
    fn films(&self) -> Vec<plot::Frames> {
        let shots = self.notes.films.iter();
        let films = shots.map(|shots| plot::Frames {
            figure: shots.figure,
            times: shots.times.clone(),
            values: shots.values.clone(),
        });
        films.collect()
    }
}

/// As many threads as the machine runs at once; small models use one whatever is allowed.
fn all_threads() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

fn position(place: &Option<Place>) -> Option<usize> {
    place.map(|place| match place {
        Place::States(k) | Place::Spikes(k) | Place::Rates(k) => k,
    })
}

pub(super) fn refused(model: &Model, refusal: &Refusal) -> Diagnostic {
    let Refusal {
        pathway,
        synapse,
        delay,
        longest,
    } = refusal;
    let time = |seconds: f64| format_quantity(seconds, Dimension::TIME);
    let message = if *delay < 0.0 {
        format!(
            "the delay of synapse {synapse} of {pathway} is negative: {}",
            time(*delay)
        )
    } else if delay.is_nan() {
        format!("the delay of synapse {synapse} of {pathway} is not a number (NaN)")
    } else {
        format!(
            "the delay of synapse {synapse} of {pathway} is {}; at most {} are possible at this `dt`",
            time(*delay),
            time(*longest)
        )
    };
    match delayed(model, pathway, *synapse) {
        Some(span) => Diagnostic::new(codes::DELAY, span, message).label("computed here"),
        None => Diagnostic::without_place(codes::DELAY, message),
    }
}

/// Where the delay of a synapse in a pathway, `S.pre`, is given: last by the protocol, or in the projection.
fn delayed(model: &Model, pathway: &str, synapse: usize) -> Option<Span> {
    let (owner, name) = pathway.rsplit_once('.')?;
    let projection = model.projections.iter().find(|p| p.name == owner)?;
    let pathway = projection.pathways.iter().find(|p| p.name == name)?;
    let Delay::PerSynapse(variable) = pathway.delay else {
        return Some(pathway.span);
    };
    let later = model.actions().filter_map(|action| match action {
        Action::Assign(assignment) => Some(assignment),
        _ => None,
    });
    let all = projection.initial.iter().chain(later);
    let of_delay = all.filter(|assignment| assignment.variable == variable);
    let of_delay = of_delay.filter(|assignment| match &assignment.selection {
        Selection::All | Selection::Where(_) => true,
        Selection::Range { start, stop, step } => {
            (*start..*stop).contains(&synapse) && (synapse - start).is_multiple_of(*step)
        }
        Selection::Indices(list) => list.iter().any(|k| *k as usize == synapse),
    });
    of_delay.last().map(|assignment| assignment.span)
}

pub(super) fn describe(fault: &Fault) -> Diagnostic {
    let Fault {
        owner,
        variable,
        element,
        value,
        dimension,
        ..
    } = fault;
    let time = format_quantity(fault.time, Dimension::TIME);
    let what = match value {
        v if v.is_nan() => "is not a number (NaN)".to_string(),
        v if v.is_infinite() => "is infinite".to_string(),
        v => format!("is {}", format_quantity(*v, *dimension)),
    };
    let when = match fault.after {
        Some(after) => {
            format!(
                "between {} and {time}",
                format_quantity(after, Dimension::TIME)
            )
        }
        None => format!("at {time}"),
    };
    let message = format!("`{variable}` of {owner}[{element}] {what} {when}");
    Diagnostic::without_place(codes::NOT_FINITE, message)
        .note("often the step is too long for the equations: try a smaller `dt`, or `method: exponential_euler` or `rk4`")
        .note(format!(
            "or a division by zero, the logarithm of a negative number, or an exponential that grows beyond {} in the equations of {owner}",
            format_number(1e50)
        ))
}
