//! A simulation: its state, and the loop that advances it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::clock;
use super::command::{Command, Target};
use super::plan::{Call, DueLines, Operation, Plan};
use super::recorder::{self, Gathered};
use super::setup::Setup;
use super::watch::{self, Fault};
use crate::backend::image::Image;
use crate::backend::{Code, Scratch};
use crate::index::Id;
use crate::kir::layout::{ColumnId, ListId};
use crate::record::Recording;

/// Steps between two looks at the watched columns.
const WATCH_EVERY: u64 = 256;
/// Images up to this size are copied at every look, so that a fault can be traced to its step.
const COPY_UP_TO: usize = 64 << 20;
/// Estimated nanoseconds of simulation between two looks at the interrupt flag and calls of the progress function.
const LOOK_EVERY: f64 = 2e6;

/// What a run is told and tells while it runs.
#[derive(Default)]
pub struct Control<'a> {
    /// Ends the run after the present step once it is true.
    pub interrupt: Option<&'a AtomicBool>,
    /// Called every few milliseconds.
    pub progress: Option<&'a mut dyn FnMut(Progress)>,
}

/// How far a run is.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Progress {
    /// Seconds simulated of this run.
    pub done: f64,
    /// Seconds of this run.
    pub duration: f64,
}

/// How a run ended.
#[derive(Clone, PartialEq, Debug)]
pub enum Outcome {
    /// As planned.
    Finished,
    /// The interrupt flag was set; what was computed is kept.
    Interrupted,
    /// A watched value is not finite or too large; what was computed before is kept.
    Fault(Fault),
    /// The name of the state to return to is unknown.
    Unknown(String),
}

/// Everything that changes.
#[derive(Clone, PartialEq)]
struct State {
    image: Image,
    /// Step of every clock.
    steps: Vec<i64>,
    /// The network's time: the exact sum of the durations.
    time: f64,
    recording: Recording,
    /// Entries that were put into each list, in total.
    entries: Vec<u64>,
    /// Steps executed, each set of clocks that tick together counting once.
    executed: u64,
}

/// A program, its code and its state.
#[derive(Clone)]
pub struct Simulation {
    plan: Arc<Plan>,
    code: Arc<dyn Code>,
    state: State,
    saved: BTreeMap<String, State>,
}

impl PartialEq for Simulation {
    /// Equal states: everything that follows is equal, too, if the programs are.
    fn eq(&self, other: &Self) -> bool {
        self.state == other.state && self.saved == other.saved
    }
}

impl Simulation {
    /// A simulation at time 0, with its initial values. `code` is the setup's program, compiled.
    pub fn new(setup: Setup, code: Arc<dyn Code>, seed: u64) -> Self {
        let image = Image::new(&setup.program.layout);
        if let Some(column) = setup.seed {
            image.store(setup.program.layout.column(column), 0, seed);
        }
        let plan = Plan::new(setup);
        let state = State {
            image,
            steps: vec![0; plan.ticks.len()],
            time: 0.0,
            recording: plan.setup.recording.clone(),
            entries: vec![0; plan.lists],
            executed: 0,
        };
        let plan = Arc::new(plan);
        let mut simulation = Simulation {
            plan: plan.clone(),
            code,
            state,
            saved: BTreeMap::new(),
        };
        simulation.publish_all();
        for command in &plan.setup.initial {
            simulation.execute(command, &mut Control::default());
        }
        simulation
    }
    /// Does one thing.
    pub fn execute(&mut self, command: &Command, control: &mut Control<'_>) -> Outcome {
        match command {
            Command::Run { duration } => return self.run(*duration, control),
            Command::Call(kernel) => {
                if let Some(call) = self.plan.call(*kernel) {
                    let mut scratch = Scratch::new(self.code.as_ref());
                    self.call(&call, &mut scratch);
                }
            }
            Command::Write {
                column,
                target,
                values,
            } => self.write(*column, target, values),
            Command::Save(name) => {
                self.saved.insert(name.clone(), self.state.clone());
            }
            Command::Restore(name) => match self.saved.get(name) {
                Some(state) => self.state = state.clone(),
                None => return Outcome::Unknown(name.clone()),
            },
        }
        Outcome::Finished
    }
    /// Values of a column.
    pub fn values(&self, column: ColumnId) -> Vec<f64> {
        let column = self.plan.setup.program.layout.column(column);
        let mut values = Vec::with_capacity(column.len);
        self.state.image.read(column, 0..column.len, &mut values);
        values
    }
    /// Writes values into a column.
    pub fn write(&mut self, column: ColumnId, target: &Target, values: &[f64]) {
        let column = self.plan.setup.program.layout.column(column);
        let image = &self.state.image;
        match target {
            Target::From(first) => {
                let room = column.len.saturating_sub(*first).min(values.len());
                image.write(column, *first, values.get(..room).unwrap_or_default());
            }
            Target::At(places) => {
                for (place, value) in places.iter().zip(values) {
                    if (*place as usize) < column.len {
                        image.set(column, *place as usize, *value);
                    }
                }
            }
        }
    }
    /// The network's time in seconds: the sum of all durations.
    pub fn time(&self) -> f64 {
        self.state.time
    }
    /// Steps executed so far; clocks that tick together count once.
    pub fn steps(&self) -> u64 {
        self.state.executed
    }
    /// Entries put into a list so far: the number of spikes of a group.
    pub fn entries(&self, list: ListId) -> u64 {
        let entries = self.state.entries.get(list.as_usize());
        entries.copied().unwrap_or(0)
    }
    /// What was recorded so far.
    pub fn recording(&self) -> &Recording {
        &self.state.recording
    }
    /// Hands over what was recorded.
    pub fn into_recording(self) -> Recording {
        self.state.recording
    }
    /// What the simulation was made of.
    pub fn setup(&self) -> &Setup {
        &self.plan.setup
    }
    /// The memory image.
    pub fn image(&self) -> &Image {
        &self.state.image
    }

    /// Simulates for so many seconds.
    pub fn run(&mut self, duration: f64, control: &mut Control<'_>) -> Outcome {
        let plan = self.plan.clone();
        let start = self.state.time;
        let end = start + duration;
        let first: Vec<i64> = plan.ticks.iter().map(|c| c.step_at(start)).collect();
        let last: Vec<i64> = plan.ticks.iter().map(|c| c.step_at(end)).collect();
        self.state.steps = first;
        let code = self.code.clone();
        let mut advance = Advance::new(&plan, code.as_ref());
        let look = (LOOK_EVERY / plan.cost.max(100.0)).clamp(1.0, 4096.0) as u64;
        let mut clean = self.checkpoint();
        let mut outcome = Outcome::Finished;
        let mut round = 0u64;
        let mut found = None;
        while advance.next(&self.state, &last) {
            advance.step(&mut self.state, true);
            round += 1;
            if round.is_multiple_of(WATCH_EVERY) {
                found = watch::scan(&plan.setup, &self.state.image);
                if found.is_some() {
                    break;
                }
                clean = self.checkpoint();
            }
            if round.is_multiple_of(look) {
                if control.interrupt.is_some_and(|f| f.load(Ordering::Relaxed)) {
                    outcome = Outcome::Interrupted;
                    break;
                }
                if let Some(progress) = &mut control.progress {
                    progress(Progress {
                        done: advance.time - start,
                        duration,
                    });
                }
            }
        }
        if let Some(fault) = found.or_else(|| watch::scan(&plan.setup, &self.state.image)) {
            outcome = self.trace(fault, clean, &mut advance, &last);
        }
        advance.gathered.finish(&mut self.state.recording);
        self.state.time = match &outcome {
            Outcome::Finished => end,
            Outcome::Fault(fault) => {
                recorder::cut(&mut self.state.recording, fault.time);
                advance.upcoming(&self.state)
            }
            _ => advance.upcoming(&self.state),
        };
        self.publish_all();
        outcome
    }
    fn checkpoint(&self) -> Checkpoint {
        let state = &self.state;
        Checkpoint {
            image: (state.image.size() <= COPY_UP_TO).then(|| state.image.clone()),
            steps: state.steps.clone(),
            entries: state.entries.clone(),
            executed: state.executed,
        }
    }
    /// Finds the step that produced a fault by running again from the last look.
    fn trace(
        &mut self,
        fault: Fault,
        clean: Checkpoint,
        advance: &mut Advance<'_>,
        last: &[i64],
    ) -> Outcome {
        advance.gathered.finish(&mut self.state.recording);
        let noticed = advance.time;
        let Some(image) = clean.image else {
            let first = clock::earliest(&self.plan.ticks, &clean.steps);
            return Outcome::Fault(Fault {
                time: noticed,
                after: Some(first),
                ..fault
            });
        };
        self.state.image = image;
        self.state.steps = clean.steps;
        self.state.entries = clean.entries;
        self.state.executed = clean.executed;
        while advance.next(&self.state, last) {
            advance.step(&mut self.state, false);
            if let Some(found) = watch::scan(&self.plan.setup, &self.state.image) {
                return Outcome::Fault(Fault {
                    time: advance.time,
                    ..found
                });
            }
            if advance.time >= noticed {
                break;
            }
        }
        Outcome::Fault(Fault {
            time: noticed,
            ..fault
        })
    }
    fn call(&mut self, call: &Call, scratch: &mut Scratch) {
        let image = &self.state.image;
        let counts = self.code.call(call.kernel, image, 0, call.len, scratch);
        for (list, count) in call.lists.iter().zip(counts) {
            image.store(&list.count, 0, *count);
        }
    }
    /// Shows the coming step of every clock to code between runs.
    fn publish_all(&mut self) {
        for (k, columns) in self.plan.clocks.iter().enumerate() {
            let step = self
                .plan
                .ticks
                .get(k)
                .map_or(0, |t| t.step_at(self.state.time));
            if let Some(slot) = self.state.steps.get_mut(k) {
                *slot = step;
            }
            let time = self.plan.ticks.get(k).map_or(0.0, |ticks| ticks.time(step));
            let time = if time.is_finite() {
                time
            } else {
                self.state.time
            };
            self.state.image.store(&columns.t, 0, time.to_bits());
            self.state.image.store(&columns.step, 0, step as u64);
        }
    }
}

/// What a look at the watched columns keeps.
struct Checkpoint {
    image: Option<Image>,
    steps: Vec<i64>,
    entries: Vec<u64>,
    executed: u64,
}

/// The loop's own working memory.
struct Advance<'a> {
    plan: &'a Plan,
    code: &'a dyn Code,
    scratch: Scratch,
    lines: DueLines,
    /// Lines of the clocks in `now`.
    due: Arc<[usize]>,
    due_for: Vec<usize>,
    now: Vec<usize>,
    gathered: Gathered,
    /// Time of the step in progress.
    time: f64,
}

impl<'a> Advance<'a> {
    fn new(plan: &'a Plan, code: &'a dyn Code) -> Self {
        Advance {
            plan,
            code,
            scratch: Scratch::new(code),
            lines: DueLines::default(),
            due: Arc::new([]),
            due_for: Vec::new(),
            now: Vec::new(),
            gathered: Gathered::default(),
            time: 0.0,
        }
    }
    /// Finds the clocks that tick next; false when the next one is at its end.
    fn next(&mut self, state: &State, last: &[i64]) -> bool {
        let next = match state.steps.len() {
            0 => return false,
            1 => {
                self.now.clear();
                self.now.push(0);
                0
            }
            _ => clock::due(&self.plan.ticks, &state.steps, &mut self.now),
        };
        let (Some(step), Some(last)) = (state.steps.get(next), last.get(next)) else {
            return false;
        };
        if step >= last {
            return false;
        }
        self.time = self
            .plan
            .ticks
            .get(next)
            .map_or(0.0, |ticks| ticks.time(*step));
        if self.due_for != self.now {
            self.due_for.clone_from(&self.now);
            self.due = self.lines.of(self.plan, &self.now);
        }
        true
    }
    /// Time of the clock that would tick next.
    fn upcoming(&self, state: &State) -> f64 {
        clock::earliest(&self.plan.ticks, &state.steps)
    }
    /// Executes one step of the clocks found by [`Advance::next`].
    fn step(&mut self, state: &mut State, record: bool) {
        for k in &self.now {
            let (Some(columns), Some(ticks), Some(step)) = (
                self.plan.clocks.get(*k),
                self.plan.ticks.get(*k),
                state.steps.get(*k),
            ) else {
                continue;
            };
            state
                .image
                .store(&columns.t, 0, ticks.time(*step).to_bits());
            state.image.store(&columns.step, 0, *step as u64);
        }
        for line in self.due.iter() {
            if let Some(line) = self.plan.lines.get(*line) {
                let (Some(ticks), Some(step)) =
                    (self.plan.ticks.get(line.clock), state.steps.get(line.clock))
                else {
                    continue;
                };
                let (time, step, dt) = (ticks.time(*step), *step, ticks.dt);
                match &line.operation {
                    Operation::Call(call) => {
                        let image = &state.image;
                        let counts =
                            self.code
                                .call(call.kernel, image, 0, call.len, &mut self.scratch);
                        for (list, count) in call.lists.iter().zip(counts) {
                            image.store(&list.count, 0, *count);
                            if let Some(total) = state.entries.get_mut(list.id) {
                                *total += count;
                            }
                        }
                    }
                    Operation::Sample { table, columns } if record => self.gathered.sample(
                        &mut state.recording,
                        *table,
                        columns,
                        &state.image,
                        time,
                    ),
                    Operation::Events {
                        table,
                        list,
                        first,
                        last,
                        columns,
                    } if record => recorder::events(
                        &mut state.recording,
                        *table,
                        &state.image,
                        list,
                        *first..*last,
                        columns,
                        time,
                        step,
                    ),
                    Operation::Rate {
                        table,
                        list,
                        first,
                        last,
                    } if record => recorder::rate(
                        &mut state.recording,
                        *table,
                        &state.image,
                        list,
                        *first..*last,
                        time,
                        dt,
                    ),
                    Operation::Generate {
                        list,
                        entries,
                        bins,
                    } => {
                        let due = entries.get(bins.due(step)).unwrap_or_default();
                        for (k, entry) in due.iter().take(list.items.len).enumerate() {
                            state.image.store(&list.items, k, u64::from(*entry));
                        }
                        let count = due.len().min(list.items.len) as u64;
                        state.image.store(&list.count, 0, count);
                        if let Some(total) = state.entries.get_mut(list.id) {
                            *total += count;
                        }
                    }
                    _ => {}
                }
            }
        }
        for k in &self.now {
            if let Some(step) = state.steps.get_mut(*k) {
                *step += 1;
            }
        }
        state.executed += 1;
    }
}
