//! Progress with the time left, on a terminal only; and Ctrl-C, which asks the run to stop after its step.

use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// Runs shorter than this show no bar: it would only flicker.
const PATIENCE: Duration = Duration::from_millis(400);
/// Positions of the bar.
const RESOLUTION: u64 = 10_000;

/// A bar that appears when a run takes longer than a moment.
pub struct Progress {
    bar: Option<ProgressBar>,
    wanted: bool,
    started: Instant,
}

impl Progress {
    /// Never shown in a pipe or when `quiet`.
    pub fn new(quiet: bool) -> Progress {
        let wanted = !quiet && std::io::stderr().is_terminal();
        Progress {
            bar: None,
            wanted,
            started: Instant::now(),
        }
    }
    /// Tells which part is done.
    pub fn show(&mut self, done: f64) {
        if !self.wanted || (self.bar.is_none() && self.started.elapsed() < PATIENCE) {
            return;
        }
        let bar = self.bar.get_or_insert_with(|| {
            let bar = ProgressBar::new(RESOLUTION);
            let template = "{wide_bar} {percent}%  {eta} left";
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style);
            }
            bar
        });
        bar.set_position((done * RESOLUTION as f64) as u64);
    }
    /// Takes the bar away.
    pub fn finish(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

/// A flag that Ctrl-C sets. A second Ctrl-C ends the program at once.
pub fn interrupt_flag() -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(false));
    let seen = flag.clone();
    let handler = move || {
        if seen.swap(true, Ordering::SeqCst) {
            std::process::exit(i32::from(super::Exit::Interrupted.status()));
        }
    };
    // Without a handler Ctrl-C ends the program as usual: nothing to report.
    let _ = ctrlc::set_handler(handler);
    flag
}
