//! What reached a silent population through its synapses: nothing from a silent source, nothing by weights of 0, little by small ones.

use crate::algebra::evaluate::{evaluate, known_constants};
use crate::algebra::show::show;
use crate::model::projection::{Pathway, Projection, Side};
use crate::model::term::{Term, TermId};
use crate::model::{GroupId, Owner, ProjectionId, VariableId, VariableKind};
use crate::pipeline::experiment::Experiment;
use crate::units::display::format_quantity;

/// One sentence for each projection of which something can be told.
pub(super) fn reasons(experiment: &Experiment<'_>, id: GroupId) -> Vec<String> {
    let model = &experiment.checked.model;
    let mut sentences = Vec::new();
    for (projection, declared) in model.projections.iter_enumerated() {
        if declared.target.owner == Owner::Group(id) {
            sentences.extend(through(experiment, projection, declared, id));
        }
    }
    for input in &model.poisson_inputs {
        if input.target.owner != Owner::Group(id) {
            continue;
        }
        let name = &input.name;
        let leaf = known_constants(model, model.dt);
        if input.rate == 0.0 || input.sources == 0 {
            sentences.push(format!("`{name}` brings nothing: its rate is 0"));
        } else if evaluate(&model.terms, input.weight, &leaf) == Some(0.0) {
            sentences.push(format!("`{name}` brings nothing: its weight is 0"));
        }
    }
    sentences
}

fn through(
    experiment: &Experiment<'_>,
    id: ProjectionId,
    projection: &Projection,
    group: GroupId,
) -> Option<String> {
    let model = &experiment.checked.model;
    let bindings = &experiment.built.lowered.bindings;
    let name = &projection.name;
    let nothing = |why: String| Some(format!("`{name}` brings nothing: {why}"));
    if projection.pathways.is_empty() {
        return None;
    }
    if bindings.projections[id].size == 0 {
        return nothing("it has no synapses".to_string());
    }
    let changes = |pathway: &&Pathway| !effects(experiment, pathway, group).is_empty();
    let mut arriving = projection.pathways.iter().filter(changes).peekable();
    arriving.peek()?;
    let from_source = |pathway: &Pathway| pathway.side == Side::Pre;
    let Some(pathway) = arriving.clone().find(|pathway| from_source(pathway)) else {
        let own = &model.groups[group].name;
        return nothing(format!(
            "it acts when `{own}` itself spikes (`on_post`), not when its source does"
        ));
    };
    if let Owner::Group(source) = projection.source.owner
        && source != group
    {
        let lists = &bindings.groups[source];
        let list = match pathway.event {
            None => lists.spikes,
            Some(event) => lists.events.get(event).copied(),
        };
        if list.is_some_and(|list| experiment.simulation.entries(list) == 0) {
            let source = &model.groups[source].name;
            return nothing(format!("`{source}` never spikes"));
        }
    }
    let mut largest: Option<(VariableId, TermId, (f64, f64))> = None;
    let size = |(low, high): (f64, f64)| low.abs().max(high.abs());
    for (target, amount) in effects(experiment, pathway, group) {
        let range = Reach { experiment, id }.of(amount)?;
        if largest.is_none_or(|(_, _, known)| size(range) > size(known)) {
            largest = Some((target, amount, range));
        }
    }
    let (target, amount, range) = largest?;
    let variable = &model.variables[root(experiment, target)];
    let text = show(model, amount);
    let to = &variable.name;
    if size(range) == 0.0 {
        return nothing(match model.terms.get(amount) {
            Term::Variable(_) => {
                format!("every `{text}` is 0, and it is what a spike adds to `{to}`")
            }
            _ => format!("a spike adds `{text}` to `{to}`, which is 0"),
        });
    }
    let does = match range {
        (low, _) if low >= 0.0 => "raises",
        (_, high) if high <= 0.0 => "lowers",
        _ => "changes",
    };
    let most = if range.0 == range.1 { "" } else { " at most" };
    let size = format_quantity(size(range), variable.dimension);
    Some(format!(
        "a spike through `{name}` {does} `{to}` by {size}{most}"
    ))
}

fn root(experiment: &Experiment<'_>, mut id: VariableId) -> VariableId {
    let variables = &experiment.checked.model.variables;
    while let VariableKind::Remote { source, .. } = variables[id].kind {
        id = source;
    }
    id
}

/// What a pathway adds to the variables of a group: each with the amount. Nothing where it does something else.
fn effects(
    experiment: &Experiment<'_>,
    pathway: &Pathway,
    group: GroupId,
) -> Vec<(VariableId, TermId)> {
    let model = &experiment.checked.model;
    let mut found = Vec::new();
    for statement in &pathway.code.statements {
        let root = root(experiment, statement.target);
        if model.variables[root].owner != Owner::Group(group) {
            continue;
        }
        if let Term::Sum(items) = model.terms.get(statement.value)
            && let [first, amount] = **items
            && *model.terms.get(first) == Term::Variable(statement.target)
        {
            found.push((statement.target, amount));
        }
    }
    found
}

/// Between which values an amount lies.
struct Reach<'a, 'm> {
    experiment: &'a Experiment<'m>,
    id: ProjectionId,
}

impl Reach<'_, '_> {
    /// The smallest and the largest value over all synapses, for a product of stored values and constants.
    fn of(&self, amount: TermId) -> Option<(f64, f64)> {
        let model = &self.experiment.checked.model;
        match model.terms.get(amount) {
            Term::Product(factors) => factors.iter().try_fold((1.0, 1.0), |(a, b), factor| {
                let (c, d) = self.of(*factor)?;
                let all = [a * c, a * d, b * c, b * d];
                let low = all.iter().copied().fold(f64::INFINITY, f64::min);
                let high = all.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                Some((low, high))
            }),
            Term::Variable(id) => self.variable(*id),
            _ => {
                let leaf = known_constants(model, model.dt);
                evaluate(&model.terms, amount, &leaf).map(|value| (value, value))
            }
        }
    }

    fn variable(&self, id: VariableId) -> Option<(f64, f64)> {
        let experiment = self.experiment;
        let model = &experiment.checked.model;
        let variable = &model.variables[id];
        let own = variable.owner == Owner::Projection(self.id);
        if !own || variable.kind != VariableKind::Stored {
            return None;
        }
        let column = experiment.built.lowered.bindings.variables[id];
        let values = column.map(|column| experiment.simulation.values(column));
        if let Some(values) = values.filter(|values| !values.is_empty()) {
            let low = values.iter().copied().fold(f64::INFINITY, f64::min);
            let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            return Some((low, high));
        }
        // Weights that nothing looks at are kept in order of delivery, with the sign with which they are added.
        let setup = &experiment.built.lowered.setup;
        let rows = experiment.built.lowered.bindings.projections[self.id].pre;
        let mut pathways = setup.program.pathways.iter();
        let number = pathways.position(|pathway| pathway.rows == rows)?;
        let largest = setup.sorted.get(&number)?.largest_weight()?;
        Some(if largest == 0.0 {
            (0.0, 0.0)
        } else {
            (-largest, largest)
        })
    }
}
