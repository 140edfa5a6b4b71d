//! The loop over steps: which clocks tick, what is due, what is recorded.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::clock;
use super::delivery::{Hands, Queue};
use super::plan::{Call, DueLines, ListColumns, Operation, Plan};
use super::pool::Pool;
use super::recorder::{self, Gathered};
use super::rows::Rows;
use super::simulation::{Control, Outcome, Progress, State};
use super::watch;
use crate::backend::image::Image;
use crate::backend::{Code, Scratch};

/// Steps between two looks at the watched columns.
const WATCH_EVERY: u64 = 256;
/// Images up to this size are copied now and then, so that a fault can be traced to its step.
const COPY_UP_TO: usize = 64 << 20;
/// Bytes that may be copied per look on average.
const COPY_EACH: u64 = 1 << 20;
/// Estimated nanoseconds of simulation between two looks at the interrupt flag and calls of the progress function.
const LOOK_EVERY: f64 = 2e6;

/// A run.
pub(super) struct Span {
    /// Time at its start.
    pub start: f64,
    /// Its length.
    pub duration: f64,
    /// The step of each clock at which it ends.
    pub last: Vec<i64>,
}

/// What a look at the watched columns keeps.
pub(super) struct Checkpoint {
    pub image: Option<Image>,
    pub steps: Vec<i64>,
    pub entries: Vec<u64>,
    pub queues: Vec<Queue>,
    pub executed: u64,
}

impl Checkpoint {
    /// A copy of what a step changes, if it is wanted and not too large.
    pub fn of(state: &State, wanted: bool) -> Self {
        Checkpoint {
            image: (wanted && state.image.size() <= COPY_UP_TO)
                .then(|| state.image.as_ref().clone()),
            steps: state.steps.clone(),
            entries: state.entries.clone(),
            queues: state.queues.clone(),
            executed: state.executed,
        }
    }
}

/// The loop's own working memory.
pub(super) struct Advance<'a> {
    plan: &'a Plan,
    lines: DueLines,
    /// Lines of the clocks in `now`.
    due: Arc<[usize]>,
    due_for: Vec<usize>,
    now: Vec<usize>,
    /// What executes lines.
    pub runner: Runner<'a>,
    /// Calls and seconds per line, where they are measured.
    pub spent: Vec<(u64, f64)>,
    /// Time of the step in progress.
    pub time: f64,
}

impl<'a> Advance<'a> {
    /// Nothing has run yet.
    pub fn new(plan: &'a Plan, code: &'a dyn Code) -> Self {
        Advance {
            plan,
            lines: DueLines::default(),
            due: Arc::new([]),
            due_for: Vec::new(),
            now: Vec::new(),
            runner: Runner {
                code,
                scratch: Scratch::new(code),
                gathered: Gathered::default(),
                pool: None,
                counts: Vec::new(),
                alone: false,
            },
            spent: Vec::new(),
            time: 0.0,
        }
    }
    /// Finds the clocks that tick next; false when the next one is at its end.
    pub fn next(&mut self, state: &State, last: &[i64]) -> bool {
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
    /// Steps until the span is over, something asks for an end, or a value goes out of bounds.
    pub fn until(
        &mut self,
        state: &mut State,
        span: &Span,
        clean: &mut Checkpoint,
        control: &mut Control<'_>,
    ) -> Outcome {
        let look = (LOOK_EVERY / self.plan.cost.max(100.0)).clamp(1.0, 4096.0) as u64;
        let copy = WATCH_EVERY * (1 + state.image.size() as u64 / COPY_EACH);
        let mut round = 0u64;
        let measure = control.clock.filter(|_| control.measure);
        if measure.is_some() {
            self.spent = vec![(0, 0.0); self.plan.lines.len()];
        }
        let mut trial = control.clock.map(Trial::new);
        while self.next(state, &span.last) {
            match measure {
                None => self.step(state, true),
                Some(seconds) => self.measured(state, seconds),
            }
            round += 1;
            if let (Some(trial), Some(_)) = (&mut trial, &self.runner.pool) {
                trial.after(round, &mut self.runner.alone);
            }
            if round.is_multiple_of(WATCH_EVERY) {
                if let Some(fault) = watch::scan(&self.plan.setup, &state.image) {
                    return Outcome::Fault(fault);
                }
                if round.is_multiple_of(copy) {
                    *clean = Checkpoint::of(state, true);
                }
            }
            if round.is_multiple_of(look) {
                if control.interrupt.is_some_and(|f| f.load(Ordering::Relaxed)) {
                    return Outcome::Interrupted;
                }
                if let Some(progress) = &mut control.progress {
                    progress(Progress {
                        done: self.time - span.start,
                        duration: span.duration,
                    });
                }
            }
        }
        match watch::scan(&self.plan.setup, &state.image) {
            Some(fault) => Outcome::Fault(fault),
            None => Outcome::Finished,
        }
    }
    /// Executes one step of the clocks found by [`Advance::next`].
    pub fn step(&mut self, state: &mut State, record: bool) {
        self.tick(state);
        for line in self.due.iter() {
            self.runner.line(*line, self.plan, state, record);
        }
        self.tock(state);
    }
    /// The same, measuring every line.
    fn measured(&mut self, state: &mut State, seconds: &dyn Fn() -> f64) {
        self.tick(state);
        let mut before = seconds();
        for k in self.due.iter() {
            if let Some(spent) = self.spent.get_mut(*k) {
                self.runner.line(*k, self.plan, state, true);
                let now = seconds();
                spent.0 += 1;
                spent.1 += now - before;
                before = now;
            }
        }
        self.tock(state);
    }
    /// Shows the clocks to the kernels.
    fn tick(&self, state: &State) {
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
    }
    /// Moves the clocks on.
    fn tock(&self, state: &mut State) {
        for k in &self.now {
            if let Some(step) = state.steps.get_mut(*k) {
                *step += 1;
            }
        }
        state.executed += 1;
    }
}

/// Executes lines of the schedule.
pub(super) struct Runner<'a> {
    code: &'a dyn Code,
    scratch: Scratch,
    /// Samples that were not filed yet.
    pub gathered: Gathered,
    /// Other threads, while there are some.
    pub pool: Option<Pool>,
    counts: Vec<u64>,
    /// Leave the other threads alone.
    alone: bool,
}

impl Runner<'_> {
    fn line(&mut self, number: usize, plan: &Plan, state: &mut State, record: bool) {
        let Some(line) = plan.lines.get(number) else {
            return;
        };
        let (Some(ticks), Some(step)) = (plan.ticks.get(line.clock), state.steps.get(line.clock))
        else {
            return;
        };
        let (time, step, dt) = (ticks.time(*step), *step, ticks.dt);
        match &line.operation {
            Operation::Call(call) => self.call(call, state),
            Operation::Sample { table, columns } if record => {
                let recording = &mut state.recording;
                self.gathered
                    .sample(recording, *table, columns, &state.image, time);
            }
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
                (time, step),
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
                (time, dt),
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
                fill(state, list, due.len().min(list.items.len) as u64);
            }
            Operation::Deliver(delivery) => {
                let rows = state.rows.get(delivery.number).and_then(Option::as_ref);
                let queue = state.queues.get_mut(delivery.number);
                if let (Some(rows), Some(queue)) = (rows, queue) {
                    let (scratch, code, image) = (&mut self.scratch, self.code, &state.image);
                    let pool = self.pool.as_ref().filter(|_| !self.alone);
                    let share = &mut |rows: Arc<Rows>, due: Vec<u32>, scratch: &mut Scratch| {
                        let own = (code, scratch);
                        match pool {
                            Some(pool) => pool.deliver((number, delivery), rows, due, image, own),
                            None => {
                                delivery.deliver(&rows, &due, image, own, None);
                                due
                            }
                        }
                    };
                    let hands = Hands {
                        code,
                        scratch,
                        share,
                    };
                    delivery.run(step, rows, queue, image, hands);
                }
            }
            Operation::Reduce(reduce) => reduce.run(&state.image),
            _ => {}
        }
    }
    fn call(&mut self, call: &Call, state: &mut State) {
        let image = &state.image;
        let counts: &[u64] = match &self.pool {
            Some(pool)
                if !self.alone
                    && pool.call(call, self.code, image, &mut self.scratch, &mut self.counts) =>
            {
                &self.counts
            }
            _ => self
                .code
                .call(call.kernel, image, 0, call.len, &mut self.scratch),
        };
        for (list, count) in call.lists.iter().zip(counts) {
            image.store(&list.count, 0, *count);
            if let Some(total) = state.entries.get_mut(list.id) {
                *total += count;
            }
        }
    }
}

/// Finds out, again and again, whether other threads help: on a busy machine, waiting for them can take longer than doing their work.
struct Trial<'a> {
    seconds: &'a dyn Fn() -> f64,
    start: f64,
    together: f64,
}

impl<'a> Trial<'a> {
    /// Steps in a row of one kind.
    const STEPS: u64 = 16;
    /// Steps after which it is tried anew.
    const AGAIN: u64 = 2048;

    fn new(seconds: &'a dyn Fn() -> f64) -> Self {
        Trial {
            seconds,
            start: seconds(),
            together: 0.0,
        }
    }
    /// Decides what the coming step does.
    fn after(&mut self, round: u64, alone: &mut bool) {
        match round % Self::AGAIN {
            0 => {
                *alone = false;
                self.start = (self.seconds)();
            }
            Self::STEPS => {
                *alone = true;
                let now = (self.seconds)();
                self.together = now - self.start;
                self.start = now;
            }
            n if n == 2 * Self::STEPS => *alone = (self.seconds)() - self.start < self.together,
            _ => {}
        }
    }
}

/// Says how many entries a list has.
fn fill(state: &mut State, list: &ListColumns, count: u64) {
    state.image.store(&list.count, 0, count);
    if let Some(total) = state.entries.get_mut(list.id) {
        *total += count;
    }
}
