//! A simulation: its state, and the loop that advances it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::advance::{Advance, Checkpoint, Span};
use super::clock;
use super::command::{Command, Target};
use super::delivery::Queue;
use super::plan::{Call, Plan};
use super::pool::Pool;
use super::recorder;
use super::rows::Rows;
use super::setup::Setup;
use super::watch::{self, Fault};
use crate::backend::image::Image;
use crate::backend::{Code, Scratch};
use crate::index::Id;
use crate::kir::Stmt;
use crate::kir::layout::{ColumnId, Layout, ListId};
use crate::record::Recording;

pub use super::delivery::Refusal;

/// What a run is told and tells while it runs.
#[derive(Default)]
pub struct Control<'a> {
    /// Ends the run after the present step once it is true.
    pub interrupt: Option<&'a AtomicBool>,
    /// Called every few milliseconds.
    pub progress: Option<&'a mut dyn FnMut(Progress)>,
    /// Seconds since any moment. Where it is given, several threads are used only while they are faster than one.
    pub clock: Option<&'a dyn Fn() -> f64>,
    /// Add up the time of every line of the schedule.
    pub measure: bool,
}

/// Time spent in one line of the schedule.
#[derive(Clone, PartialEq, Debug)]
pub struct Spent {
    /// The line: `lif.state`.
    pub name: String,
    /// Times it was executed.
    pub calls: u64,
    /// Seconds in total.
    pub seconds: f64,
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
    /// A synapse has a delay that is no delay.
    Refused(Refusal),
}

/// Everything that changes.
pub(super) struct State {
    pub image: Arc<Image>,
    /// Step of every clock.
    pub steps: Vec<i64>,
    /// The network's time: the exact sum of the durations.
    pub time: f64,
    pub recording: Recording,
    /// Entries that were put into each list, in total.
    pub entries: Vec<u64>,
    /// Events under way, per pathway.
    pub queues: Vec<Queue>,
    /// Sorted synapses per pathway; made when a run begins, where something has changed them.
    pub rows: Vec<Option<Arc<Rows>>>,
    /// Steps executed, each set of clocks that tick together counting once.
    pub executed: u64,
}

impl Clone for State {
    fn clone(&self) -> Self {
        State {
            image: Arc::new(self.image.as_ref().clone()),
            steps: self.steps.clone(),
            time: self.time,
            recording: self.recording.clone(),
            entries: self.entries.clone(),
            queues: self.queues.clone(),
            rows: self.rows.clone(),
            executed: self.executed,
        }
    }
}

/// A program, its code and its state.
#[derive(Clone)]
pub struct Simulation {
    plan: Arc<Plan>,
    code: Arc<dyn Code>,
    state: State,
    saved: BTreeMap<String, State>,
    threads: usize,
    spent: Vec<Spent>,
}

impl State {
    /// Equal but for what nothing can see: padding, and list entries beyond the count.
    fn same(&self, other: &State, layout: &Layout) -> bool {
        let lists: BTreeMap<ColumnId, ColumnId> = layout
            .lists()
            .map(|(_, list)| (list.items, list.count))
            .collect();
        let images = layout.columns().all(|(id, column)| {
            let len = match lists.get(&id) {
                Some(count) => {
                    let count = self.image.load(layout.column(*count), 0);
                    (count as usize).min(column.len)
                }
                None => column.len,
            };
            (0..len).all(|k| self.image.load(column, k) == other.image.load(column, k))
        });
        images
            && self.steps == other.steps
            && self.time == other.time
            && self.recording == other.recording
            && self.entries == other.entries
            && self.queues == other.queues
            && self.executed == other.executed
    }
}

impl PartialEq for Simulation {
    /// Equal states of the same program: everything that follows is equal, too.
    fn eq(&self, other: &Self) -> bool {
        let layout = &self.plan.setup.program.layout;
        let saved = self.saved.iter().zip(&other.saved);
        *layout == other.plan.setup.program.layout
            && self.state.same(&other.state, layout)
            && self.saved.len() == other.saved.len()
            && saved
                .into_iter()
                .all(|((a, x), (b, y))| a == b && x.same(y, layout))
    }
}

impl Simulation {
    /// A simulation at time 0, with its initial values. `code` is the setup's program, compiled.
    pub fn new(setup: Setup, code: Arc<dyn Code>, seed: u64) -> Self {
        let image = Arc::new(Image::new(&setup.program.layout));
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
            queues: vec![Queue::default(); plan.setup.program.pathways.len()],
            rows: (0..plan.setup.program.pathways.len())
                .map(|number| plan.setup.sorted.get(&number)?.rows.clone().ok())
                .collect(),
            executed: 0,
        };
        let plan = Arc::new(plan);
        let mut simulation = Simulation {
            plan: plan.clone(),
            code,
            state,
            saved: BTreeMap::new(),
            threads: 1,
            spent: Vec::new(),
        };
        simulation.publish_all();
        for command in &plan.setup.initial {
            simulation.execute(command, &mut Control::default());
        }
        simulation
    }
    /// The simulation; what is left behind is without memory, for someone who puts one in its place.
    pub fn take(&mut self) -> Simulation {
        let nothing = State {
            image: Arc::new(Image::new(&Layout::default())),
            steps: Vec::new(),
            time: self.state.time,
            recording: Recording::default(),
            entries: Vec::new(),
            queues: Vec::new(),
            rows: Vec::new(),
            executed: 0,
        };
        Simulation {
            plan: self.plan.clone(),
            code: self.code.clone(),
            state: std::mem::replace(&mut self.state, nothing),
            saved: std::mem::take(&mut self.saved),
            threads: self.threads,
            spent: std::mem::take(&mut self.spent),
        }
    }
    /// Uses up to so many threads where a step is long enough. Results do not depend on it.
    pub fn set_threads(&mut self, threads: usize) {
        self.threads = threads.max(1);
    }
    /// The number of threads that may be used.
    pub fn threads(&self) -> usize {
        self.threads
    }
    /// Does one thing.
    pub fn execute(&mut self, command: &Command, control: &mut Control<'_>) -> Outcome {
        match command {
            Command::Run { duration } => return self.run(*duration, control),
            Command::Call(kernel) => {
                if let Some(call) = self.plan.call(*kernel) {
                    let mut scratch = Scratch::new(self.code.as_ref());
                    self.call(&call, &mut scratch);
                    let plan = self.plan.clone();
                    let stored = plan.setup.program.kernels.get(*kernel);
                    for stmt in stored.map_or(&[][..], |kernel| &kernel.body) {
                        if let Stmt::Store { column, .. } = stmt {
                            self.changed(*column);
                        }
                    }
                }
            }
            Command::Fill { column, values } => {
                self.changed(*column);
                let column = self.plan.setup.program.layout.column(*column);
                self.state.image.store_indices(column, 0, values);
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
        self.changed(column);
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
    /// Time spent per line of the schedule, in order, in runs that were measured.
    pub fn spent(&self) -> &[Spent] {
        &self.spent
    }
    fn add_spent(&mut self, lines: &[(u64, f64)]) {
        if self.spent.is_empty() && !lines.is_empty() {
            let names = self.plan.lines.iter().map(|line| Spent {
                name: line.name.clone(),
                calls: 0,
                seconds: 0.0,
            });
            self.spent = names.collect();
        }
        for (total, (calls, seconds)) in self.spent.iter_mut().zip(lines) {
            total.calls += calls;
            total.seconds += seconds;
        }
    }
    /// What was recorded so far.
    pub fn recording(&self) -> &Recording {
        &self.state.recording
    }
    /// Continues where another simulation is: its time, and its recordings if their tables are alike. Columns stay as they are.
    pub fn resume(&mut self, other: &Simulation) {
        self.state.time = other.state.time;
        if self.state.recording.is_like(&other.state.recording) {
            self.state.recording = other.state.recording.clone();
        }
        self.publish_all();
    }
    /// Drops what was recorded before a time in seconds.
    pub fn forget(&mut self, before: f64) {
        self.state.recording.forget(before);
    }
    /// Hands over what was recorded.
    pub fn into_recording(self) -> Recording {
        self.state.recording
    }
    /// Draws other random numbers from here on.
    pub fn set_seed(&mut self, seed: u64) {
        if let Some(column) = self.plan.setup.seed {
            let column = self.plan.setup.program.layout.column(column);
            self.state.image.store(column, 0, seed);
        }
    }
    /// Length of the shortest regular step, in seconds.
    pub fn shortest_step(&self) -> Option<f64> {
        let regular = self.plan.ticks.iter().filter(|ticks| ticks.times.is_none());
        regular.map(|ticks| ticks.dt).reduce(f64::min)
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
        self.run_to(self.state.time + duration, duration, control)
    }
    /// Simulates up to a time; `duration` is how far away it is, for the progress that is told.
    pub fn run_to(&mut self, end: f64, duration: f64, control: &mut Control<'_>) -> Outcome {
        let plan = self.plan.clone();
        let code = self.code.clone();
        for delivery in plan.deliveries() {
            if let Some(sorted) = plan.setup.sorted.get(&delivery.number)
                && let Err(refusal) = &sorted.rows
            {
                return Outcome::Refused(refusal.clone());
            }
            if let Some(rows @ None) = self.state.rows.get_mut(delivery.number) {
                match delivery.prepare(&self.state.image, delivery.list.items.len, self.threads) {
                    Ok(made) => *rows = Some(Arc::new(made)),
                    Err(refusal) => return Outcome::Refused(refusal),
                }
            }
        }
        let start = self.state.time;
        self.state.steps = plan.ticks.iter().map(|c| c.step_at(start)).collect();
        let span = Span {
            start,
            duration,
            last: plan.ticks.iter().map(|c| c.step_at(end)).collect(),
        };
        let mut advance = Advance::new(&plan, code.as_ref());
        let steps = span.last.iter().zip(&self.state.steps);
        let short = steps.map(|(last, step)| last - step).max().unwrap_or(0) <= 2;
        let mut clean = Checkpoint::of(&self.state, !short);
        let threads = if plan.parallel() { self.threads } else { 1 };
        if threads > 1 {
            self.share_rows(&plan, threads);
        }
        let mut end_of_loop = if threads > 1 {
            let image = self.state.image.clone();
            std::thread::scope(|scope| {
                advance.runner.pool =
                    Some(Pool::start(scope, threads, code.as_ref(), &image, &plan));
                let end = advance.until(&mut self.state, &span, &mut clean, control);
                advance.runner.pool = None;
                end
            })
        } else {
            advance.until(&mut self.state, &span, &mut clean, control)
        };
        if let Outcome::Fault(fault) = end_of_loop {
            end_of_loop = Outcome::Fault(self.trace(fault, clean, &mut advance, &span.last));
        }
        advance.runner.gathered.finish(&mut self.state.recording);
        self.add_spent(&advance.spent);
        self.state.time = match &end_of_loop {
            Outcome::Finished => end,
            Outcome::Fault(fault) => {
                recorder::cut(&mut self.state.recording, fault.time);
                clock::earliest(&plan.ticks, &self.state.steps)
            }
            _ => clock::earliest(&plan.ticks, &self.state.steps),
        };
        self.publish_all();
        end_of_loop
    }
    /// Lets each thread own a part of the synapses of each pathway.
    fn share_rows(&mut self, plan: &Plan, threads: usize) {
        for delivery in plan.deliveries().filter(|delivery| delivery.shares()) {
            if let Some(Some(rows)) = self.state.rows.get_mut(delivery.number) {
                delivery.split(rows, threads);
            }
        }
    }
    /// Finds the step that produced a fault by running again from the last look.
    fn trace(
        &mut self,
        fault: Fault,
        clean: Checkpoint,
        advance: &mut Advance<'_>,
        last: &[i64],
    ) -> Fault {
        advance.runner.gathered.finish(&mut self.state.recording);
        let noticed = advance.time;
        let Some(image) = clean.image else {
            let first = clock::earliest(&self.plan.ticks, &clean.steps);
            return Fault {
                time: noticed,
                after: Some(first),
                ..fault
            };
        };
        self.state.image = Arc::new(image);
        self.state.steps = clean.steps;
        self.state.entries = clean.entries;
        self.state.queues = clean.queues;
        self.state.executed = clean.executed;
        while advance.next(&self.state, last) {
            advance.step(&mut self.state, false);
            if let Some(found) = watch::scan(&self.plan.setup, &self.state.image) {
                return Fault {
                    time: advance.time,
                    ..found
                };
            }
            if advance.time >= noticed {
                break;
            }
        }
        Fault {
            time: noticed,
            ..fault
        }
    }
    fn call(&mut self, call: &Call, scratch: &mut Scratch) {
        let image = &self.state.image;
        let counts = self.code.call(call.kernel, image, 0, call.len, scratch);
        for (list, count) in call.lists.iter().zip(counts) {
            image.store(&list.count, 0, *count);
        }
    }
    /// Forgets the sorted synapses that depend on a column.
    fn changed(&mut self, column: ColumnId) {
        let pathways = self.plan.setup.program.pathways.iter();
        for (pathway, rows) in pathways.zip(&mut self.state.rows) {
            if pathway.depends_on(column) {
                *rows = None;
            }
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
