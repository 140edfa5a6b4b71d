//! Sweeps: points are independent of each other, so they are shared out among threads.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use super::{Halt, Machine, Notes, failed, mixed};
use crate::analysis::value::{Value, elements};
use crate::diagnostic::codes;
use crate::model::array::SlotId;
use crate::model::protocol::Sweep;
use crate::runtime::simulation::{Control, Progress};

/// What a point leaves behind.
struct Point {
    collected: BTreeMap<SlotId, Vec<Value>>,
    notes: Notes,
    end: Result<(), Halt>,
}

impl<'m> Machine<'m> {
    /// Carries out the body once per point, each time from the present state, to which everything returns.
    pub(super) fn sweep(&mut self, sweep: &Sweep, control: &mut Control<'_>) -> Result<(), Halt> {
        let mut axes: Vec<Vec<f64>> = Vec::new();
        for axis in &sweep.axes {
            let values = self.array(&axis.values)?;
            if values.is_empty() {
                let message = "there is nothing to sweep over";
                return Err(failed(codes::ANALYSIS, axis.values.span, message));
            }
            axes.push(elements(&values));
        }
        let lengths: Vec<usize> = axes.iter().map(Vec::len).collect();
        if sweep.zipped && lengths.windows(2).any(|pair| pair.first() != pair.last()) {
            let message = format!("axes that advance together have one length, not {lengths:?}");
            return Err(failed(codes::SHAPE, sweep.span, message));
        }
        let shape: Vec<usize> = if sweep.zipped {
            lengths.iter().copied().take(1).collect()
        } else {
            lengths.clone()
        };
        let count: usize = shape.iter().product();
        let points = self.points(sweep, &axes, count, control);
        let mut results: Vec<BTreeMap<SlotId, Vec<Value>>> = Vec::new();
        let mut halted = None;
        for point in points {
            let Some(point) = point else {
                results.push(BTreeMap::new());
                continue;
            };
            results.push(point.collected);
            self.notes.points += 1 + point.notes.points;
            self.notes.swept += point.notes.swept;
            self.notes.steps += point.notes.steps;
            self.notes.shown.extend(point.notes.shown);
            self.notes.expectations.extend(point.notes.expectations);
            for export in point.notes.exports {
                self.notes.exports.retain(|other| other.name != export.name);
                self.notes.exports.push(export);
            }
            match point.end {
                Ok(()) | Err(Halt::Stop) => {}
                Err(halt) => {
                    halted.get_or_insert(halt);
                }
            }
        }
        for (axis, values) in sweep.axes.iter().zip(&axes) {
            self.set_slot(axis.all, Value::vector(values.clone()));
        }
        for slot in &sweep.collected {
            // The last entry counts where a point collects several.
            let entries = results.iter_mut().map(|point| point.remove(slot)?.pop());
            let entries: Vec<Option<Value>> = entries.collect();
            let array = self.assembled(*slot, &shape, entries)?;
            self.set_slot(*slot, Value::Array(array));
        }
        match halted {
            Some(halt) => Err(halt),
            None => Ok(()),
        }
    }

    /// The points in order; nothing for those that were not begun.
    fn points(
        &mut self,
        sweep: &Sweep,
        axes: &[Vec<f64>],
        count: usize,
        control: &mut Control<'_>,
    ) -> Vec<Option<Point>> {
        let before = self.done;
        let each = self.expected(Some(sweep.body));
        let machine = &*self;
        let interrupt = control.interrupt;
        let next = AtomicUsize::new(0);
        let abort = std::sync::atomic::AtomicBool::new(false);
        let mut points: Vec<Option<Point>> = (0..count).map(|_| None).collect();
        let mut finished = 0;
        let mut keep = |number: usize, point: Point, control: &mut Control<'_>| {
            finished += 1;
            if let Some(progress) = &mut control.progress {
                progress(Progress {
                    done: before + each * finished as f64,
                    duration: machine.total.max(before + each * count as f64),
                });
            }
            if let Some(slot) = points.get_mut(number) {
                *slot = Some(point);
            }
        };
        let work = || {
            // Points are begun in order, so that the first one that fails is the same for any number of threads.
            if abort.load(Ordering::Relaxed) {
                return None;
            }
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count || interrupt.is_some_and(|flag| flag.load(Ordering::Relaxed)) {
                return None;
            }
            let point = machine.point(sweep, axes, number, interrupt);
            if matches!(point.end, Err(Halt::Failed(_) | Halt::Interrupted)) {
                abort.store(true, Ordering::Relaxed);
            }
            Some((number, point))
        };
        let threads = self.threads.min(count);
        if threads <= 1 {
            while let Some((number, point)) = work() {
                keep(number, point, control);
            }
        } else {
            std::thread::scope(|scope| {
                let (sender, receiver) = mpsc::channel();
                for _ in 0..threads {
                    let sender = sender.clone();
                    let work = &work;
                    scope.spawn(move || {
                        while let Some(done) = work() {
                            if sender.send(done).is_err() {
                                break;
                            }
                        }
                    });
                }
                drop(sender);
                for (number, point) in receiver {
                    keep(number, point, control);
                }
            });
        }
        self.done = before + each * count as f64;
        points
    }

    fn point(
        &self,
        sweep: &Sweep,
        axes: &[Vec<f64>],
        number: usize,
        interrupt: Option<&std::sync::atomic::AtomicBool>,
    ) -> Point {
        let mut machine = self.fork(mixed(self.seed, number as u64 + 1));
        let mut rest = number;
        let mut values = Vec::new();
        for axis in axes.iter().rev() {
            let position = if sweep.zipped {
                number
            } else {
                let position = rest % axis.len();
                rest /= axis.len();
                position
            };
            values.push(axis.get(position).copied().unwrap_or(f64::NAN));
        }
        values.reverse();
        for (axis, value) in sweep.axes.iter().zip(values) {
            machine.set_slot(axis.slot, Value::number(value));
            if let Some(constant) = axis.constant {
                machine.sweep_constant(constant, value);
            }
        }
        let (time, steps) = (self.simulation.time(), self.simulation.steps());
        let mut control = Control {
            interrupt,
            ..Control::default()
        };
        let end = machine.body(Some(sweep.body), &mut control);
        machine.notes.swept += machine.simulation.time() - time;
        machine.notes.steps += machine.simulation.steps().saturating_sub(steps);
        Point {
            collected: machine.collected,
            notes: machine.notes,
            end,
        }
    }
}
