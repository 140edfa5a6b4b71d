//! Changes that come too late: of constants that only sizes, connections, delays and initial values have read, and of variables that
//! synapses were made from.

use std::collections::BTreeSet;

use super::start::variables_in;
use crate::check::context::Checker;
use crate::diagnostic::{Diagnostic, codes};
use crate::model::code::Value;
use crate::model::projection::{Rule, Sequence};
use crate::model::protocol::Action;
use crate::model::term::TermId;
use crate::model::{ConstantId, ProjectionId, VariableId};
use crate::source::Span;

/// Looks at everything that the protocol changes.
pub fn check(checker: &mut Checker) {
    constants(checker);
    let ids: Vec<ProjectionId> = checker.model.projections.ids().collect();
    for id in ids {
        variables(checker, id);
    }
}

/// A change of a constant that nothing reads any more.
fn constants(checker: &mut Checker) {
    let mut changed: Vec<(ConstantId, Span)> = Vec::new();
    for action in checker.model.actions() {
        let span = match action {
            Action::SetConstant { span, .. } => *span,
            Action::Change { value, .. } => value.span,
            Action::Sweep(sweep) => sweep.span,
            _ => continue,
        };
        changed.extend(action.changes().into_iter().map(|id| (id, span)));
    }
    let mut said = BTreeSet::new();
    for (id, span) in changed {
        let reads = checker.constant_reads.get(&id).copied();
        let Some(before) = reads.filter(|reads| !reads.running).and_then(|r| r.before) else {
            continue;
        };
        let name = checker.model.constants[id].name.clone();
        // A sweep gives its value to the statements of its body, too.
        if occurrences(checker.sources.text(span), &name) > 1 || !said.insert(id) {
            continue;
        }
        checker.report(
            Diagnostic::new(
                codes::FROZEN,
                span,
                format!("changing `{name}` has no effect here"),
            )
            .label("comes after its last use")
            .also(before, format!("`{name}` is read here, once, before the run"))
            .note("sizes, connections, delays, initial values and other constants are computed before the first run; `snnc run --set NAME=VALUE` changes a constant before that"),
        );
    }
}

fn occurrences(text: &str, name: &str) -> usize {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    text.split(|c| !word(c))
        .filter(|part| *part == name)
        .count()
}

/// A variable of neurons that decides which are connected, or how strongly, and is given its value only afterwards.
fn variables(checker: &mut Checker, id: ProjectionId) {
    let projection = &checker.model.projections[id];
    let mut reads: Vec<(VariableId, Span)> = Vec::new();
    for connect in &projection.connect {
        for term in terms(&connect.rule) {
            let found = variables_in(checker, term).into_iter();
            reads.extend(found.map(|variable| (checker.root(variable), connect.span)));
        }
    }
    for assignment in &projection.initial {
        if let Value::Term(term) = assignment.value {
            let found = variables_in(checker, term).into_iter();
            reads.extend(found.map(|variable| (checker.root(variable), assignment.span)));
        }
    }
    let own = crate::model::Owner::Projection(id);
    reads.retain(|(variable, _)| checker.model.variables[*variable].owner != own);
    let before = checker.model.protocol.iter();
    let before = before.take_while(|action| !action.runs());
    let mut found = Vec::new();
    for action in before {
        let (variable, span) = match action {
            Action::Assign(assignment) => (assignment.variable, assignment.span),
            Action::Put(put) => (put.variable, put.span),
            _ => continue,
        };
        let read = reads.iter().find(|(other, _)| *other == variable);
        if let Some((_, place)) = read {
            found.push((variable, span, *place));
        }
    }
    let mut said = BTreeSet::new();
    for (variable, span, place) in found {
        if !said.insert(variable) {
            continue;
        }
        let name = checker.model.variables[variable].name.clone();
        let owner = checker.model.variables[variable].owner;
        let owner = checker.model.owner_name(owner).to_string();
        let synapses = checker.model.projections[id].name.clone();
        checker.report(
            Diagnostic::new(
                codes::READ_BEFORE_SET,
                place,
                format!("the synapses `{synapses}` are made with `{name}` of `{owner}` before it is assigned"),
            )
            .label(format!("reads `{name}` before anything of the protocol happens"))
            .also(span, "assigned only here")
            .note(format!("give it its value in `{owner}`, as in `{name} : UNIT = …` or `{name}(0) = …`")),
        );
    }
}

/// The terms of a connection.
fn terms(rule: &Rule) -> Vec<TermId> {
    match rule {
        Rule::Pairs {
            condition,
            probability,
            copies,
        } => {
            let probability = probability.map(|probability| probability.term);
            [*condition, probability, *copies]
                .into_iter()
                .flatten()
                .collect()
        }
        Rule::Generated {
            sequence,
            index,
            condition,
            copies,
            ..
        } => {
            let mut terms = vec![*index];
            terms.extend(condition.iter().chain(copies));
            match sequence {
                Sequence::Once => {}
                Sequence::Range { start, stop, step } => terms.extend([*start, *stop, *step]),
                Sequence::SampleProbability {
                    start,
                    stop,
                    step,
                    probability,
                } => terms.extend([*start, *stop, *step, probability.term]),
                Sequence::SampleSize {
                    start,
                    stop,
                    step,
                    size,
                    ..
                } => terms.extend([*start, *stop, *step, *size]),
            }
            terms
        }
        Rule::Listed { .. } => Vec::new(),
    }
}
