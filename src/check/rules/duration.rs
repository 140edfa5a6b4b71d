//! A stimulus that goes on after the last run ends: part of it never happens.

use std::collections::{BTreeMap, HashSet};

use crate::check::context::Checker;
use crate::check::evaluate::{Known, evaluate};
use crate::diagnostic::{Diagnostic, codes};
use crate::model::code::Times;
use crate::model::projection::Delay;
use crate::model::protocol::Action;
use crate::model::term::{Term, TermId};
use crate::model::{GroupKind, SignalId, VariableKind};
use crate::source::Span;
use crate::units::dimension::Dimension;
use crate::units::quantity::Quantity;

/// A time this many times as long as the run stands for "forever".
const FOREVER: f64 = 100.0;

/// Compares the length of all runs with signals, given spikes, actions at given times, and times that `t` is compared with.
pub fn check(checker: &mut Checker) {
    let Some(end) = length(checker) else {
        return;
    };
    // Rounding of durations to steps is not meant.
    let late = end + 1e-9 * end;
    let mut found = Vec::new();
    let uses = Uses::of(checker, end);
    for (signal, at_time) in &uses.signals {
        let signal = &checker.model.signals[*signal];
        let rows = signal.values.len() / signal.columns.max(1);
        let last = rows.saturating_sub(1) as f64 * signal.dt;
        if *at_time && rows > 1 && last >= late {
            let read = (end / signal.dt).ceil().max(1.0) as usize;
            found.push((
                signal.span,
                format!("the signal `{}` goes on after the run", signal.name),
                format!("{} of {rows} values never read", rows - read.min(rows)),
                last,
            ));
        }
    }
    for group in checker.model.groups.iter() {
        if let GroupKind::Generator { times, .. } = &group.kind {
            let lost = times.iter().filter(|time| **time >= late).count();
            if let Some(last) = times.last().filter(|_| lost > 0) {
                found.push((
                    group.span,
                    format!("`{}` has spikes after the end of the run", group.name),
                    format!("{lost} of {} spikes never come", times.len()),
                    *last,
                ));
            }
        }
        for regular in &group.regular {
            if let Times::At(times) = &regular.times
                && let Some(last) = times.last().filter(|last| **last >= late)
            {
                found.push((
                    regular.code.span,
                    "this is to happen after the end of the run".to_string(),
                    "never happens".to_string(),
                    *last,
                ));
            }
        }
    }
    for projection in checker.model.projections.iter() {
        for pathway in &projection.pathways {
            if let Delay::Common(delay) = pathway.delay
                && delay >= late
            {
                found.push((
                    pathway.span,
                    format!("no spike arrives through `{}`", projection.name),
                    format!("arrives {} after its spike", seconds(delay)),
                    delay,
                ));
            }
        }
    }
    let mut missed: BTreeMap<(u32, u32, u32), (Span, Vec<f64>)> = BTreeMap::new();
    for (span, time) in uses.times {
        if time > late && time < end * FOREVER {
            let key = (span.file.0, span.start, span.end);
            missed.entry(key).or_insert((span, Vec::new())).1.push(time);
        }
    }
    for (span, mut times) in missed.into_values() {
        times.sort_by(f64::total_cmp);
        let list: Vec<String> = times
            .iter()
            .map(|time| seconds(*time).to_string())
            .collect();
        let last = times.last().copied().unwrap_or(end);
        found.push((
            span,
            format!("`t` never reaches {}", list.join(" or ")),
            "depends on it".to_string(),
            last,
        ));
    }
    for (span, message, label, until) in found {
        checker.report(
            Diagnostic::new(codes::RUN_TOO_SHORT, span, message)
                .label(label)
                .note(format!(
                    "all runs together last {}; this goes until {}",
                    seconds(end),
                    seconds(until)
                )),
        );
    }
}

fn seconds(value: f64) -> Quantity {
    Quantity::new(value, Dimension::TIME)
}

/// Length of all runs; nothing where there is none, or where more happens than runs and changes of values.
fn length(checker: &Checker) -> Option<f64> {
    let mut total = 0.0;
    for action in &checker.model.protocol {
        match action {
            Action::Run { duration, .. } => total += duration,
            Action::Assign(_) | Action::SetConstant { .. } | Action::Save(_) => {}
            _ => return None,
        }
    }
    (total > 0.0).then_some(total)
}

/// How equations and conditions use the time.
#[derive(Default)]
struct Uses {
    /// Signals, and whether all uses are at the present time.
    signals: BTreeMap<SignalId, bool>,
    /// Constants that `t` is compared with.
    times: Vec<(Span, f64)>,
}

impl Uses {
    fn of(checker: &Checker, end: f64) -> Uses {
        let model = &checker.model;
        let mut roots: Vec<(TermId, Span)> = Vec::new();
        for group in model.groups.iter() {
            let equations = group.system.equations.iter();
            roots.extend(equations.map(|equation| (equation.rhs, equation.span)));
            let threshold = group.threshold.iter();
            roots.extend(threshold.map(|condition| (condition.term, condition.span)));
            if let GroupKind::Poisson { rates } = group.kind {
                roots.push((rates, group.span));
            }
        }
        for variable in model.variables.iter() {
            if let VariableKind::Subexpression { value, .. } = variable.kind {
                roots.push((value, variable.span));
            }
        }
        let mut uses = Uses::default();
        for (root, span) in roots {
            let mut seen = HashSet::new();
            let mut open = vec![root];
            while let Some(id) = open.pop() {
                if seen.insert(id) {
                    uses.add(checker, id, span, end);
                    open.extend(model.terms.children(id));
                }
            }
        }
        uses
    }
    fn add(&mut self, checker: &Checker, id: TermId, span: Span, end: f64) {
        let terms = &checker.model.terms;
        match terms.get(id) {
            Term::Signal(signal, arguments) => {
                let first = arguments.first().map(|first| terms.get(*first));
                *self.signals.entry(*signal).or_insert(true) &= first == Some(&Term::Time);
            }
            Term::Compare(_, a, b) => {
                let other = match (is_time(checker, *a, end), is_time(checker, *b, end)) {
                    (true, false) => *b,
                    (false, true) => *a,
                    _ => return,
                };
                let time = checker.evaluate(other).filter(|time| time.is_finite());
                if let Some(time) = time
                    && !self.times.contains(&(span, time))
                {
                    self.times.push((span, time));
                }
            }
            _ => {}
        }
    }
}

/// True for the time, also with a little added against rounding.
fn is_time(checker: &Checker, id: TermId, end: f64) -> bool {
    let terms = &checker.model.terms;
    let at = |time: f64| {
        let known = Known {
            constants: &checker.values,
            time: Some(time),
            ..Known::default()
        };
        let value = evaluate(terms, id, known);
        value.is_some_and(|value| (value - time).abs() <= 1e-6 * end)
    };
    match terms.get(id) {
        Term::Time => true,
        Term::Sum(_) => checker.evaluate(id).is_none() && at(0.0) && at(end),
        _ => false,
    }
}
