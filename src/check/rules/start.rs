//! What happens at the very start: values read before they are set, spikes of all neurons at once, membrane potentials at 0 mV.

use std::collections::{BTreeMap, BTreeSet};

use crate::check::context::Checker;
use crate::check::evaluate::{Known, evaluate};
use crate::diagnostic::{Diagnostic, codes};
use crate::model::code::{Assignment, Selection, Value};
use crate::model::protocol::Action;
use crate::model::term::{Term, TermId};
use crate::model::{GroupId, Owner, Refractory, VariableId, VariableKind};
use crate::units::quantity::Quantity;

/// Looks at every population.
pub fn check(checker: &mut Checker) {
    let ids: Vec<GroupId> = checker.model.groups.ids().collect();
    for group in ids {
        check_group(checker, group);
    }
    for projection in checker.model.projections.ids().collect::<Vec<_>>() {
        read_before_set(checker, Owner::Projection(projection));
    }
}

/// Looks at one population.
pub fn check_group(checker: &mut Checker, group: GroupId) {
    read_before_set(checker, Owner::Group(group));
    let values = values(checker, group);
    if !spikes_at_once(checker, group, &values) {
        starts_at_zero(checker, group);
    }
}

/// An initial value that reads a variable which is given its value only later.
fn read_before_set(checker: &mut Checker, owner: Owner) {
    let initial = checker.initial_of(owner).clone();
    for (position, assignment) in initial.iter().enumerate() {
        let Value::Term(term) = assignment.value else {
            continue;
        };
        let reads = variables_in(checker, term);
        let done = |id: &VariableId| {
            initial
                .iter()
                .take(position)
                .any(|other| other.variable == *id)
        };
        let later = initial.iter().skip(position + 1).find(|other| {
            reads.contains(&other.variable)
                && !done(&other.variable)
                && other.variable != assignment.variable
        });
        let Some(later) = later else { continue };
        let name = checker.model.variables[later.variable].name.clone();
        let target = checker.model.variables[assignment.variable].name.clone();
        checker.report(
            Diagnostic::new(
                codes::READ_BEFORE_SET,
                assignment.span,
                format!("`{target}` is set from `{name}`, which is still 0 at that moment"),
            )
            .label(format!("reads `{name}`"))
            .also(later.span, format!("`{name}` gets its value only here"))
            .note("initial values are evaluated in the order of the file"),
        );
    }
}

/// Variables that a term reads, through subexpressions.
pub fn variables_in(checker: &Checker, term: TermId) -> BTreeSet<VariableId> {
    let mut found = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut open = vec![term];
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        if let Term::Variable(variable) = checker.model.terms.get(id)
            && found.insert(*variable)
            && let VariableKind::Subexpression { value, .. } =
                checker.model.variables[*variable].kind
        {
            open.push(value);
        }
        open.extend(checker.model.terms.children(id));
    }
    found
}

/// Assignments that run before the first step: of the group, then of the protocol.
fn assignments<'c>(checker: &'c Checker, group: GroupId) -> Vec<&'c Assignment> {
    let own = checker.model.groups[group].initial.iter();
    let before = checker
        .model
        .protocol
        .iter()
        .take_while(|action| !action.runs());
    own.chain(before.filter_map(|action| match action {
        Action::Assign(assignment)
            if checker.model.variables[assignment.variable].owner == Owner::Group(group) =>
        {
            Some(assignment)
        }
        _ => None,
    }))
    .collect()
}

/// Values of the first neuron when the simulation starts, where they are known; nothing for what depends on chance.
fn values(checker: &Checker, group: GroupId) -> BTreeMap<VariableId, Option<f64>> {
    let mut values: BTreeMap<VariableId, Option<f64>> = BTreeMap::new();
    for id in &checker.model.groups[group].variables {
        let variable = &checker.model.variables[*id];
        let known = matches!(variable.kind, VariableKind::State | VariableKind::Stored);
        values.insert(*id, known.then_some(variable.default));
    }
    for assignment in assignments(checker, group) {
        let value = match (&assignment.value, &assignment.selection) {
            (Value::Term(term), Selection::All) if !checker.varies_by_element(*term) => {
                value_of(checker, *term, &values)
            }
            _ => None,
        };
        values.insert(assignment.variable, value);
    }
    values
}

fn value_of(
    checker: &Checker,
    term: TermId,
    values: &BTreeMap<VariableId, Option<f64>>,
) -> Option<f64> {
    let variable = |id: VariableId| match &checker.model.variables[id].kind {
        VariableKind::Subexpression {
            value,
            constant_over_dt: false,
        } => value_of(checker, *value, values),
        _ => values.get(&id).copied().flatten(),
    };
    let known = Known {
        constants: &checker.values,
        index: None,
        variables: Some(&variable),
        time: Some(0.0),
    };
    evaluate(&checker.model.terms, term, known)
}

/// Warns where the threshold holds before anything has happened.
fn spikes_at_once(
    checker: &mut Checker,
    group: GroupId,
    values: &BTreeMap<VariableId, Option<f64>>,
) -> bool {
    let owner = &checker.model.groups[group];
    let Some(condition) = owner.threshold.clone() else {
        return false;
    };
    let reads = variables_in(checker, condition.term);
    let state = reads
        .iter()
        .find(|id| checker.model.variables[**id].kind == VariableKind::State)
        .copied();
    let Some(state) = state else { return false };
    // A neuron that is to fire throughout, as in tests of schedules, is not meant: there the reset does not matter.
    if value_of(checker, condition.term, values) != Some(1.0) {
        return false;
    }
    let variable = &checker.model.variables[state];
    let (name, dimension) = (variable.name.clone(), variable.dimension);
    let value = values.get(&state).copied().flatten().unwrap_or(0.0);
    let group_name = checker.model.groups[group].name.clone();
    let quantity = Quantity::new(value, dimension);
    let given = assignments(checker, group)
        .iter()
        .rev()
        .find(|assignment| assignment.variable == state)
        .map(|assignment| assignment.span);
    let declared = variable.span;
    let message = format!("all neurons of `{group_name}` spike in the first step");
    let diagnostic = match given {
        Some(given) => Diagnostic::new(codes::SPIKES_AT_START, condition.span, message)
            .label(format!(
                "holds from the start, where `{name}` is {quantity}"
            ))
            .also(given, "set here")
            .note(format!(
                "give an initial value below the threshold, as in `{name}(0) = …`"
            )),
        None => {
            let message = format!("`{name}` starts at {quantity}, where {message}");
            let rest = reset_value(checker, group, state);
            let example = rest.map_or("…".to_string(), |rest| rest.to_string());
            Diagnostic::new(codes::STARTS_AT_ZERO, declared, message)
                .label("has no initial value")
                .also(condition.span, "holds from the start")
                .note(format!(
                    "give an initial value below the threshold, as in `{name}(0) = {example}`"
                ))
        }
    };
    checker.report(diagnostic);
    true
}

/// What a reset sets a variable to, where that is known.
fn reset_value(checker: &Checker, group: GroupId, variable: VariableId) -> Option<Quantity> {
    let reset = checker.model.groups[group].reset.as_ref()?;
    let mut statements = reset.statements.iter();
    let statement = statements.find(|statement| statement.target == variable)?;
    let value = checker.evaluate(statement.value)?;
    Some(Quantity::new(
        value,
        checker.model.variables[variable].dimension,
    ))
}

/// Warns where a membrane potential that is reset to another value was given none at the start.
fn starts_at_zero(checker: &mut Checker, group: GroupId) {
    let Some(reset) = checker.model.groups[group].reset.clone() else {
        return;
    };
    let set: BTreeSet<VariableId> = assignments(checker, group)
        .iter()
        .map(|assignment| assignment.variable)
        .collect();
    if matches!(
        checker.model.groups[group].refractory,
        Some(Refractory::While(_))
    ) {
        return;
    }
    for statement in &reset.statements {
        let variable = &checker.model.variables[statement.target];
        if variable.kind != VariableKind::State
            || variable.dimension.is_none()
            || set.contains(&statement.target)
        {
            continue;
        }
        let Some(value) = checker
            .evaluate(statement.value)
            .filter(|value| *value != 0.0)
        else {
            continue;
        };
        let name = variable.name.clone();
        let (start, rest) = (
            Quantity::new(0.0, variable.dimension),
            Quantity::new(value, variable.dimension),
        );
        let span = variable.span;
        checker.report(
            Diagnostic::new(
                codes::STARTS_AT_ZERO,
                span,
                format!("`{name}` starts at {start}, although it is reset to {rest}"),
            )
            .label("has no initial value")
            .also(statement.span, format!("reset to {rest}"))
            .note(format!("give an initial value, as in `{name}(0) = {rest}`")),
        );
    }
}
