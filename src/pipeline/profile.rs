//! Which line of the schedule the time of the steps went to: `snnc run --profile`.

use serde::Serialize;

use crate::runtime::simulation::Spent;

/// Characters of the longest bar.
const BAR: f64 = 24.0;

/// Time spent in one line of the schedule, such as the state update of a population or the delivery of a pathway.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Line {
    /// Object and phase: `cells.state`.
    pub name: String,
    /// Times it was executed.
    pub calls: u64,
    /// Seconds in total.
    pub seconds: f64,
    /// Its part of the time of all lines, 0 to 1.
    pub share: f64,
}

/// The lines with what they took, the longest first; those of equal time in the order of the schedule.
pub fn lines(spent: &[Spent]) -> Vec<Line> {
    let total: f64 = spent.iter().map(|line| line.seconds).sum();
    let share = |seconds: f64| if total > 0.0 { seconds / total } else { 0.0 };
    let line = |line: &Spent| Line {
        name: line.name.clone(),
        calls: line.calls,
        seconds: line.seconds,
        share: share(line.seconds),
    };
    let mut lines: Vec<Line> = spent.iter().map(line).collect();
    lines.sort_by(|a, b| b.seconds.total_cmp(&a.seconds));
    lines
}

/// A table for people, a bar for each line.
pub fn table(lines: &[Line]) -> String {
    if lines.is_empty() {
        return "  no step was measured: the points of sweeps are not\n".to_string();
    }
    let width = |text: &dyn Fn(&Line) -> usize| lines.iter().map(text).max().unwrap_or(0);
    let names = width(&|line| line.name.chars().count());
    let calls = width(&|line| line.calls.to_string().len());
    let most = lines.first().map_or(0.0, |line| line.share);
    let mut text = String::new();
    for line in lines {
        let length = if most > 0.0 { line.share / most } else { 0.0 };
        let bar = "▇".repeat((length * BAR).round() as usize);
        let each = line.seconds / line.calls.max(1) as f64;
        text += &format!(
            "  {:names$}  {:5.1} %  {:9.3} ms  {:calls$} times {:9.3} us  {bar}\n",
            line.name,
            line.share * 100.0,
            line.seconds * 1e3,
            line.calls,
            each * 1e6,
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spent(name: &str, calls: u64, seconds: f64) -> Spent {
        Spent {
            name: name.to_string(),
            calls,
            seconds,
        }
    }

    #[test]
    fn the_longest_line_comes_first_and_shares_add_up() {
        let lines = lines(&[
            spent("a.state", 10, 0.001),
            spent("S.pre", 10, 0.006),
            spent("a.reset", 2, 0.001),
        ]);
        let names: Vec<&str> = lines.iter().map(|line| line.name.as_str()).collect();
        assert_eq!(names, ["S.pre", "a.state", "a.reset"]);
        let total: f64 = lines.iter().map(|line| line.share).sum();
        assert!((total - 1.0).abs() < 1e-12);
        let table = table(&lines);
        assert!(
            table.contains("S.pre     75.0 %      6.000 ms  10 times   600.000 us"),
            "{table}"
        );
    }

    #[test]
    fn nothing_measured_is_said() {
        assert!(table(&lines(&[])).contains("no step was measured"));
    }
}
