//! Runs of the protocol: from pause to pause, where `every` acts and frames of figures are taken.

use super::{Halt, Machine};
use crate::model::array::Expr;
use crate::runtime::command::Command;
use crate::runtime::simulation::{Control, Progress};

/// Two times closer than this part of a step are the same.
pub(super) const SAME: f64 = 1e-4;

impl Machine<'_> {
    /// Simulates for so many seconds, or until something holds, pausing for `every` and for frames of figures that move.
    pub(super) fn run(
        &mut self,
        duration: f64,
        until: Option<&Expr>,
        control: &mut Control<'_>,
    ) -> Result<(), Halt> {
        let start = self.simulation.time();
        let end = start + duration;
        if self.every.is_empty() && self.notes.films.is_empty() && until.is_none() {
            return self.stretch_to(end, duration, control);
        }
        let dt = self.simulation.shortest_step().unwrap_or(self.model.dt);
        let near = SAME * dt;
        let mut now = start;
        while now < end - near {
            for regular in self.every.clone() {
                let nearest = (now / regular.interval).round() * regular.interval;
                if (nearest - now).abs() <= near {
                    match self.body(Some(regular.body), control) {
                        Err(Halt::Stop) => return Ok(()),
                        other => other?,
                    }
                }
            }
            self.take_frames(now, near)?;
            let after = |interval: f64| {
                let mut k = (now / interval).floor() + 1.0;
                if k * interval - now <= near {
                    k += 1.0;
                }
                k * interval
            };
            let mut next = end;
            for regular in &self.every {
                next = next.min(after(regular.interval));
            }
            for shots in &self.notes.films {
                next = next.min(after(shots.interval));
            }
            if until.is_some() {
                next = next.min(after(dt));
            }
            if end - next <= near {
                next = end;
            }
            self.stretch_to(next, next - now, control)?;
            now = next;
            if let Some(until) = until
                && self.holds(until)?
            {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Simulates up to a time, telling the progress of the whole protocol.
    fn stretch_to(
        &mut self,
        end: f64,
        duration: f64,
        control: &mut Control<'_>,
    ) -> Result<(), Halt> {
        let (done, total) = (self.done, self.total);
        let mut progress = control.progress.take();
        let outcome = {
            let mut tell = |state: Progress| {
                if let Some(progress) = &mut progress {
                    progress(Progress {
                        done: done + state.done,
                        duration: total.max(done + state.duration),
                    });
                }
            };
            let mut inner = Control {
                interrupt: control.interrupt,
                progress: Some(&mut tell),
                clock: control.clock,
                measure: control.measure,
            };
            self.simulation.run_to(end, duration, &mut inner)
        };
        control.progress = progress;
        self.done += duration;
        self.ended(outcome, &Command::Run { duration })
    }
}
