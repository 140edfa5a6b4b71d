//! What is said about a projection without synapses: how many pairs were tested, and which part of its line failed.

use crate::algebra::show::show;
use crate::backend::Backend;
use crate::diagnostic::{Diagnostic, codes};
use crate::lower::connect::{Empty, count};
use crate::lower::wiring::Wiring;
use crate::model::projection::{Connect, Rule, Sequence, Side};
use crate::model::term::{Term, TermId};
use crate::model::{Model, ProjectionId};

/// Parts of a line are tried one by one for so many pairs; of more, only their number is told.
const TRIED: u64 = 4_000_000;

/// Where parts of a line are tried.
struct Trial<'a> {
    model: Model,
    backend: &'a dyn Backend,
    seed: u64,
    wiring: &'a Wiring,
    projection: ProjectionId,
}

impl Trial<'_> {
    /// How many synapses a changed line would make.
    fn count(&self, line: &Connect, rule: Rule) -> Option<usize> {
        let line = Connect {
            rule,
            ..line.clone()
        };
        let (model, wiring) = (&self.model, self.wiring);
        count(
            model,
            self.backend,
            self.seed,
            wiring,
            self.projection,
            line,
        )
    }
    /// How many pairs fulfil a condition, be they drawn or not.
    fn holds(&self, line: &Connect, condition: TermId) -> Option<usize> {
        let rule = Rule::Pairs {
            condition: Some(condition),
            probability: None,
            copies: None,
        };
        self.count(line, rule)
    }
}

/// The parts of `a and b and c`.
fn parts(model: &Model, condition: TermId, found: &mut Vec<TermId>) {
    match model.terms.get(condition) {
        Term::And(a, b) => {
            parts(model, *a, found);
            parts(model, *b, found);
        }
        _ => found.push(condition),
    }
}

/// A warning.
pub(super) fn nothing(
    model: &Model,
    backend: &dyn Backend,
    seed: u64,
    wiring: &Wiring,
    empty: &Empty,
) -> Diagnostic {
    let projection = &model.projections[empty.projection];
    let message = format!("`{}` has no synapses", projection.name);
    let mut lines = projection.connect.iter();
    let first = lines.next();
    let span = first.map_or(projection.span, |connect| connect.span);
    let mut diagnostic = Diagnostic::new(codes::NO_SYNAPSES, span, message);
    let trial = Trial {
        model: model.clone(),
        backend,
        seed,
        wiring,
        projection: empty.projection,
    };
    diagnostic = match first {
        _ if empty.tested == 0 => diagnostic.label("there is nothing to connect"),
        Some(line) if projection.connect.len() == 1 && empty.tested <= TRIED => {
            let (label, notes) = trial.why(line, empty.tested);
            let noted = |diagnostic: Diagnostic, note| diagnostic.note(note);
            notes.into_iter().fold(diagnostic.label(label), noted)
        }
        Some(line) => diagnostic.label(plain(&line.rule, empty.tested)),
        None => diagnostic,
    };
    for line in lines {
        diagnostic = diagnostic.also(line.span, "nor does this line make any");
    }
    diagnostic
}

/// `6 pairs`.
fn some(number: u64, what: &str) -> String {
    match number {
        1 => format!("the one {what}"),
        _ => format!("{number} {what}s"),
    }
}

/// `none of 6 pairs satisfies the condition`.
fn none(number: u64, what: &str, does: &str) -> String {
    match number {
        1 => format!("of the one {what}, none {does}"),
        _ => format!("none of {number} {what}s {does}"),
    }
}

/// What is being tested.
fn kind(rule: &Rule) -> &'static str {
    match rule {
        Rule::Generated { .. } => "candidate",
        _ => "pair",
    }
}

/// What can be told without trying.
fn plain(rule: &Rule, tested: u64) -> String {
    format!("{} tested, none connected", some(tested, kind(rule)))
}

impl Trial<'_> {
    fn why(&self, line: &Connect, tested: u64) -> (String, Vec<String>) {
        let told = match &line.rule {
            Rule::Pairs {
                condition,
                probability,
                ..
            } => self.pairs(line, tested, *condition, probability.is_some()),
            Rule::Generated {
                condition,
                sequence,
                outer,
                ..
            } => {
                let drawn = matches!(
                    sequence,
                    Sequence::SampleProbability { .. } | Sequence::SampleSize { .. }
                );
                self.generated(line, tested, *condition, drawn, *outer)
            }
            Rule::Listed { .. } => None,
        };
        told.unwrap_or_else(|| (plain(&line.rule, tested), Vec::new()))
    }

    fn pairs(
        &self,
        line: &Connect,
        tested: u64,
        condition: Option<TermId>,
        drawn: bool,
    ) -> Option<(String, Vec<String>)> {
        let Some(condition) = condition else {
            return Some((
                match drawn {
                    true => none(tested, "pair", "was drawn"),
                    false => format!("`n` is 0 for {}", some(tested, "pair")),
                },
                Vec::new(),
            ));
        };
        let holding = self.holds(line, condition)? as u64;
        if holding > 0 {
            let label = match drawn {
                true => format!(
                    "{holding} of {} satisfy the condition, but none of them was drawn",
                    some(tested, "pair")
                ),
                false => format!(
                    "`n` is 0 for the {} that satisfy the condition",
                    some(holding, "pair")
                ),
            };
            return Some((label, Vec::new()));
        }
        let mut each = Vec::new();
        parts(&self.model, condition, &mut each);
        let mut notes = Vec::new();
        if each.len() > 1 {
            for part in each {
                let text = show(&self.model, part);
                let number = self.holds(line, part)?;
                notes.push(match number {
                    0 => format!("`{text}` alone holds for none"),
                    _ => format!("`{text}` alone holds for {number}"),
                });
            }
        }
        Some((none(tested, "pair", "satisfies the condition"), notes))
    }

    fn generated(
        &self,
        line: &Connect,
        tested: u64,
        condition: Option<TermId>,
        drawn: bool,
        outer: Side,
    ) -> Option<(String, Vec<String>)> {
        let Rule::Generated {
            variable, sequence, ..
        } = &line.rule
        else {
            return None;
        };
        let mut trial = Trial {
            model: self.model.clone(),
            ..*self
        };
        let zero = trial.model.terms.integer(0);
        let anywhere = |condition| Rule::Generated {
            outer,
            variable: *variable,
            sequence: sequence.clone(),
            index: zero,
            condition,
            copies: None,
            skip: true,
        };
        let taken = match drawn {
            true => trial.count(line, anywhere(None))? as u64,
            false => tested,
        };
        if taken == 0 {
            let label = none(tested, "candidate", "was drawn");
            return Some((label, Vec::new()));
        }
        let holding = match condition {
            Some(_) => trial.count(line, anywhere(condition))? as u64,
            None => taken,
        };
        let inner = match outer {
            Side::Pre => self.model.projections[self.projection].target,
            Side::Post => self.model.projections[self.projection].source,
        };
        let inner = self.model.owner_name(inner.owner);
        let label = match (holding, condition) {
            (0, _) => none(taken, "candidate", "satisfies the condition"),
            (_, None) => none(
                taken,
                "candidate",
                &format!("leads to an element of `{inner}`"),
            ),
            _ => format!(
                "{holding} of {} satisfy the condition, but lead to no element of `{inner}`",
                some(taken, "candidate")
            ),
        };
        Some((label, Vec::new()))
    }
}
