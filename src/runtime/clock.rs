//! Clocks: how many steps a duration has, and which clocks are due together.

/// Two times closer than this part of a step are the same.
const SAME: f64 = 1e-4;

/// The first step at or after a time, where times within a ten-thousandth of a step after a multiple count as the multiple.
pub fn steps(time: f64, dt: f64) -> i64 {
    let n = (time / dt).round_ties_even();
    if n * dt == time || (n * dt - time).abs() / dt <= SAME {
        n as i64
    } else {
        (time / dt).ceil() as i64
    }
}

/// A clock of a run.
#[derive(Clone, PartialEq, Debug)]
pub struct Ticks {
    /// Step length, seconds.
    pub dt: f64,
    /// The times of an irregular clock.
    pub times: Option<Vec<f64>>,
}

impl Ticks {
    /// Time of a step; infinite after the last one of an irregular clock.
    pub fn time(&self, step: i64) -> f64 {
        match &self.times {
            None => step as f64 * self.dt,
            Some(times) => {
                let time = usize::try_from(step).ok().and_then(|k| times.get(k));
                time.copied().unwrap_or(f64::INFINITY)
            }
        }
    }
    /// The first step at or after a time.
    pub fn step_at(&self, time: f64) -> i64 {
        match &self.times {
            None => steps(time, self.dt),
            Some(times) => times.partition_point(|t| *t < time - SAME * self.dt) as i64,
        }
    }
    /// True when a time of this clock counts as the time of another one.
    fn same(&self, time: f64, other: &Ticks, other_time: f64) -> bool {
        time == other_time || (time - other_time).abs() / self.dt.min(other.dt) < SAME
    }
}

/// The clock that is next and all that tick with it, by position; `now` receives them in order. Returns the next one.
pub fn due(clocks: &[Ticks], steps: &[i64], now: &mut Vec<usize>) -> usize {
    let time = |k: usize| match (clocks.get(k), steps.get(k)) {
        (Some(clock), Some(step)) => clock.time(*step),
        _ => f64::INFINITY,
    };
    let mut first = 0;
    for k in 1..clocks.len() {
        if time(k) < time(first) {
            first = k;
        }
    }
    now.clear();
    if let Some(next) = clocks.get(first) {
        let at = time(first);
        let together = clocks.iter().enumerate();
        now.extend(
            together
                .filter(|(k, clock)| clock.same(time(*k), next, at))
                .map(|(k, _)| k),
        );
    }
    first
}

/// The time of the clock that is next.
pub fn earliest(clocks: &[Ticks], steps: &[i64]) -> f64 {
    let times = clocks
        .iter()
        .zip(steps)
        .map(|(clock, step)| clock.time(*step));
    times.fold(f64::INFINITY, f64::min)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_become_steps() {
        let rows = [
            (1.05e-3, 1e-4, 11),
            (1.00001 * 1e-3, 1e-4, 11),
            (1.000009 * 1e-3, 1e-4, 10),
            (0.95e-3, 1e-4, 10),
            (0.04e-3, 1e-4, 1),
            (1e-3, 0.3e-3, 4),
            (0.0, 1e-4, 0),
            (2e-3, 0.3e-3, 7),
        ];
        for (time, dt, expected) in rows {
            assert_eq!(steps(time, dt), expected, "{time} at {dt}");
        }
        // Two runs of 1.05 ms are 11 steps and 10.
        assert_eq!(steps(1.05e-3 + 1.05e-3, 1e-4) - 11, 10);
        assert_eq!(steps(0.95e-3 + 0.95e-3, 1e-4) - 10, 9);
    }

    #[test]
    fn clocks_tick_together_where_their_times_agree() {
        let clock = |dt| Ticks { dt, times: None };
        let clocks = [clock(1e-4), clock(2.5e-4), clock(3e-4)];
        let mut steps = [0i64; 3];
        let mut now = Vec::new();
        let mut sequence = Vec::new();
        loop {
            let first = due(&clocks, &steps, &mut now);
            if clocks[first].time(steps[first]) > 0.99e-3 {
                break;
            }
            sequence.push(now.clone());
            for k in &now {
                steps[*k] += 1;
            }
        }
        assert_eq!(steps, [10, 4, 4]);
        let expected: Vec<Vec<usize>> = vec![
            vec![0, 1, 2],
            vec![0],
            vec![0],
            vec![1],
            vec![0, 2],
            vec![0],
            vec![0, 1],
            vec![0, 2],
            vec![0],
            vec![1],
            vec![0],
            vec![0, 2],
        ];
        assert_eq!(sequence, expected);
    }

    #[test]
    fn an_irregular_clock_ticks_at_its_times() {
        let clock = Ticks {
            dt: 1e-4,
            times: Some(vec![2e-4, 3.5e-4, 5e-4]),
        };
        assert_eq!(clock.time(1), 3.5e-4);
        assert_eq!(clock.time(3), f64::INFINITY);
        assert_eq!(clock.step_at(0.0), 0);
        assert_eq!(clock.step_at(3e-4), 1);
        assert_eq!(clock.step_at(5e-4), 2);
        assert_eq!(clock.step_at(1.0), 3);
    }
}
