//! Where the time went, phase by phase.

/// Seconds per phase, in order.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Timings {
    phases: Vec<(&'static str, f64)>,
    last: f64,
}

impl Timings {
    /// Starts now.
    pub fn new(now: f64) -> Self {
        Timings {
            phases: Vec::new(),
            last: now,
        }
    }
    /// Ends a phase now; the next begins. Phases of one name are added up.
    pub fn mark(&mut self, phase: &'static str, now: f64) {
        let seconds = (now - self.last).max(0.0);
        self.last = now;
        match self.phases.iter_mut().find(|(name, _)| *name == phase) {
            Some((_, total)) => *total += seconds,
            None => self.phases.push((phase, seconds)),
        }
    }
    /// All phases with their seconds.
    pub fn phases(&self) -> &[(&'static str, f64)] {
        &self.phases
    }
    /// Seconds of one phase.
    pub fn of(&self, phase: &str) -> f64 {
        self.phases
            .iter()
            .find(|(name, _)| *name == phase)
            .map_or(0.0, |(_, seconds)| *seconds)
    }
    /// A table for people.
    pub fn table(&self) -> String {
        let width = self
            .phases
            .iter()
            .map(|(name, _)| name.len())
            .max()
            .unwrap_or(0);
        let total: f64 = self.phases.iter().map(|(_, seconds)| seconds).sum();
        let rows = self.phases.iter().copied().chain([("total", total)]);
        rows.map(|(name, seconds)| format!("  {name:width$}  {:9.3} ms\n", seconds * 1e3))
            .collect()
    }
}
