//! One neuron of a file on its own: the text without everything else, and its input.

use super::{INPUTS, acts, is_current};
use crate::check::options::CheckOptions;
use crate::library::models::{MODELS, StandardModel};
use crate::library::suggest::did_you_mean;
use crate::model::term::{Term, Type};
use crate::model::{GroupId, GroupKind, Model, VariableKind};
use crate::pipeline::field::{Field, Knob};
use crate::pipeline::{Built, Checked, Compilation, Executor};
use crate::runtime::simulation::Simulation;
use crate::source::{SourceMap, World};
use crate::syntax::ast::{
    DefinitionKind, ExprKind, File, Item, ItemKind, Member, MemberKind, PopulationKind,
};
use crate::syntax::parse;
use crate::units::dimension::Dimension;
use crate::units::display::si_unit;

/// What is to be looked at.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Name of the file for messages.
    pub file: String,
    /// Its text.
    pub text: String,
    /// A population or a definition of it; the first population where absent, or the first definition.
    pub name: Option<String>,
    /// Name of the input, where given.
    pub input: Option<String>,
    /// Which neuron of the population.
    pub element: usize,
}

/// A neuron on its own.
pub struct Subject {
    /// What it is called.
    pub name: String,
    /// Name of its input.
    pub input: String,
    /// Dimension of the input.
    pub input_dimension: Dimension,
    pub(super) checked: Checked,
    pub(super) group: GroupId,
    pub(super) knob: crate::model::VariableId,
    /// Values of all stored variables by name.
    pub(super) values: Vec<(String, f64)>,
}

/// The text of a file that uses a standard model.
pub fn of_standard(model: &StandardModel) -> String {
    format!(
        "use {}\ndt = 0.05 ms\nneurons {}[1] of {}\n",
        model.name,
        model.name,
        model.definition()
    )
}

/// The equations of one neuron of a file on its own, with the named parameter or constant as the value to be chosen.
///
/// # Errors
/// As [`isolate`].
pub fn equations(
    world: &dyn World,
    wanted: &Wanted,
    options: &CheckOptions,
) -> Result<Alone, String> {
    let mut sources = SourceMap::default();
    let id = sources.add(&wanted.file, &wanted.text);
    let tree = parse(id, &wanted.text, &mut crate::diagnostic::Sink::new());
    let found = target(&tree, wanted)?;
    let first = text(&tree, &wanted.text, &found, None);
    let (checked, built) = compile(world, &wanted.file, &first, options)?;
    let group = group_named(&checked.model, &found.name)?;
    let model = &checked.model;
    let name = wanted.input.clone().unwrap_or_default();
    let mut variables = model.groups[group].variables.iter();
    let parameter = variables.find(|id| {
        let variable = &model.variables[**id];
        variable.name == name && variable.kind == VariableKind::Stored
    });
    let constant = model
        .constants
        .iter_enumerated()
        .find(|(_, constant)| constant.name == name);
    let (knob, dimension, range) = match (parameter, constant) {
        (Some(id), _) => {
            let variable = &model.variables[*id];
            (Knob::Parameter(*id), variable.dimension, variable.range)
        }
        (None, Some((id, constant))) => {
            (Knob::Constant(id), constant.value.dimension, constant.range)
        }
        (None, None) => {
            let parameters = model.groups[group]
                .variables
                .iter()
                .map(|id| &model.variables[*id]);
            let parameters =
                parameters.filter(|v| v.kind == VariableKind::Stored && v.ty == Type::Float);
            let parameters = parameters.map(|v| v.name.clone());
            let constants = model.constants.iter().map(|constant| constant.name.clone());
            let hidden = ["lastspike", "N"];
            let names: Vec<String> = parameters
                .chain(constants)
                .filter(|name| !hidden.contains(&name.as_str()))
                .collect();
            let near = did_you_mean(&name, names.iter().map(String::as_str));
            let hint = near.map_or_else(
                || format!("; there are: {}", names.join(", ")),
                |near| format!("; did you mean `{near}`?"),
            );
            return Err(format!(
                "`{}` has no parameter or constant `{name}`{hint}",
                shown(&found)
            ));
        }
    };
    let simulation = Simulation::new(built.lowered.setup.clone(), built.code.clone(), 1);
    let field = Field::new(
        &checked,
        &built,
        &simulation,
        group,
        wanted.element,
        Some(knob),
    );
    let field = field.ok_or_else(|| {
        format!(
            "`{}` has no differential equations that can be followed",
            shown(&found)
        )
    })?;
    if !(0..field.states().len()).any(|position| field.acts_on(position, knob)) {
        return Err(format!(
            "`{name}` stands in none of the differential equations of `{}`",
            shown(&found)
        ));
    }
    Ok(Alone {
        name: shown(&found),
        membrane: membrane(model, group, &field),
        field,
        knob: name,
        dimension,
        range,
    })
}

/// One neuron's equations.
#[derive(Debug)]
pub struct Alone {
    /// What the neuron is called.
    pub name: String,
    /// Its equations.
    pub field: Field,
    /// Position of the membrane potential among the states.
    pub membrane: usize,
    /// Name of the value that is chosen.
    pub knob: String,
    /// Its dimension.
    pub dimension: Dimension,
    /// Its range in the file.
    pub range: Option<(f64, f64)>,
}

/// How a neuron is called in answers.
fn shown(target: &Target<'_>) -> String {
    match target.item {
        Some(_) => target.name.clone(),
        None => target.definition.unwrap_or(&target.name).to_string(),
    }
}

/// The value of a quantity as text, `10 uA/cm^2`, in SI, of a dimension.
///
/// # Errors
/// What is wrong with it.
pub fn quantity(text: &str, dimension: Dimension) -> Result<f64, String> {
    let mut compilation = Compilation::new(&crate::source::NoFiles);
    let checked = compilation.check(
        "value",
        &format!("the_value = {text}\n"),
        &CheckOptions::default(),
    );
    let value = checked.and_then(|checked| {
        checked
            .model
            .constants
            .iter()
            .next()
            .map(|constant| constant.value)
    });
    match value {
        Some(value) if value.dimension == dimension || value.value == 0.0 => Ok(value.value),
        Some(_) => Err(format!("`{text}` should be in {}", si_unit(dimension))),
        None => Err(format!("`{text}` is no value with a unit, such as 0.5 nA")),
    }
}

/// Isolates a neuron.
///
/// # Errors
/// What is wrong, for the user: diagnostics as text, or a sentence.
pub fn isolate(
    world: &dyn World,
    wanted: &Wanted,
    options: &CheckOptions,
) -> Result<Subject, String> {
    let mut sources = SourceMap::default();
    let id = sources.add(&wanted.file, &wanted.text);
    let tree = parse(id, &wanted.text, &mut crate::diagnostic::Sink::new());
    let found = target(&tree, wanted)?;
    let (name, called) = (found.name.clone(), shown(&found));
    let first = text(&tree, &wanted.text, &found, None);
    let (checked, built) = compile(world, &wanted.file, &first, options)?;
    let group = group_named(&checked.model, &name)?;
    if checked.model.groups[group].system.equations.is_empty() {
        return Err(format!("`{name}` has no differential equations"));
    }
    let element = wanted.element;
    if element >= checked.model.groups[group].size {
        return Err(format!(
            "`{name}` has {} neurons, no neuron {element}",
            checked.model.groups[group].size
        ));
    }
    let simulation = Simulation::new(built.lowered.setup.clone(), built.code.clone(), 1);
    let values = stored(&checked.model, &built, &simulation, group, element);
    let (input, dimension, knob) = input(&checked, &built, &simulation, group, wanted)?;
    let Knob::Constant(_) = knob else {
        let Knob::Parameter(knob) = knob else {
            return Err("the input is neither a parameter nor a constant".into());
        };
        return Ok(Subject {
            name: called,
            input,
            input_dimension: dimension,
            checked,
            group,
            knob,
            values,
        });
    };
    // A constant is the same for all neurons: as a parameter of the same name it can differ.
    let second = text(
        &tree,
        &wanted.text,
        &found,
        Some((&input, &si_unit(dimension))),
    );
    let (checked, _) = compile(world, &wanted.file, &second, options)
        .map_err(|why| format!("`{input}` is a constant that cannot be made a parameter of `{name}`; declare it as one there, or give `--input`\n{why}"))?;
    let group = group_named(&checked.model, &name)?;
    let variables = checked.model.groups[group].variables.iter().copied();
    let knob = variables
        .into_iter()
        .find(|id| checked.model.variables[*id].name == input);
    let knob = knob.ok_or_else(|| format!("`{name}` has no input `{input}`"))?;
    Ok(Subject {
        name: called,
        input,
        input_dimension: dimension,
        checked,
        group,
        knob,
        values,
    })
}

fn compile(
    world: &dyn World,
    file: &str,
    text: &str,
    options: &CheckOptions,
) -> Result<(Checked, Built), String> {
    let mut compilation = Compilation::new(world);
    let checked = compilation.check(file, text, options);
    let built = checked
        .as_ref()
        .and_then(|checked| compilation.build(checked, Executor::Fastest, None, 1));
    match (checked, built) {
        (Some(checked), Some(built)) => Ok((checked, built)),
        _ => {
            let diagnostics = std::mem::take(&mut compilation.sink).finish();
            let errors: Vec<_> = diagnostics
                .into_iter()
                .filter(|one| one.severity == crate::diagnostic::Severity::Error)
                .collect();
            let lines = errors
                .iter()
                .map(|one| format!("{}: {}", one.code.as_str(), one.message));
            Err(format!(
                "the neuron does not stand on its own:\n{}",
                lines
                    .map(|line| format!("  {line}\n"))
                    .collect::<String>()
                    .trim_end()
            ))
        }
    }
}

fn group_named(model: &Model, name: &str) -> Result<GroupId, String> {
    let mut groups = model.groups.iter_enumerated();
    let found = groups.find(|(_, group)| group.name == name && group.kind == GroupKind::Neurons);
    found
        .map(|(id, _)| id)
        .ok_or_else(|| format!("there is no population `{name}`"))
}

/// What is looked at: a population, or a definition.
struct Target<'a> {
    name: String,
    definition: Option<&'a str>,
    own: &'a [Member],
    item: Option<&'a Item>,
}

fn target<'a>(tree: &'a File, wanted: &Wanted) -> Result<Target<'a>, String> {
    let populations = tree.items.iter().filter_map(|item| match &item.kind {
        ItemKind::Population(population) if population.kind == PopulationKind::Neurons => {
            Some((item, population))
        }
        _ => None,
    });
    let populations: Vec<_> = populations.collect();
    let definitions = tree.items.iter().filter_map(|item| match &item.kind {
        ItemKind::Definition(definition) if definition.kind == DefinitionKind::Neuron => {
            Some(definition)
        }
        _ => None,
    });
    let definitions: Vec<_> = definitions.collect();
    let population = match &wanted.name {
        Some(name) => populations
            .iter()
            .find(|(_, population)| population.name.name == *name),
        None => populations.first(),
    };
    if let Some((item, population)) = population {
        return Ok(Target {
            name: population.name.name.clone(),
            definition: population.model.as_ref().map(|model| model.name.as_str()),
            own: &population.members,
            item: Some(item),
        });
    }
    let definition = match &wanted.name {
        Some(name) => definitions
            .iter()
            .find(|definition| definition.name.name == *name),
        None => definitions.first(),
    };
    if let Some(definition) = definition {
        return Ok(Target {
            name: "neuron_on_its_own".into(),
            definition: Some(&definition.name.name),
            own: &[],
            item: None,
        });
    }
    let names: Vec<&str> = populations
        .iter()
        .map(|(_, population)| population.name.name.as_str())
        .chain(
            definitions
                .iter()
                .map(|definition| definition.name.name.as_str()),
        )
        .collect();
    match &wanted.name {
        Some(name) => {
            let near = did_you_mean(name, names.iter().copied());
            let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            Err(format!(
                "there is no population or neuron definition `{name}`{hint}"
            ))
        }
        None => Err("the file has no population of neurons and no neuron definition".into()),
    }
}

/// The file without other populations, synapses, protocol and figures. With `input`, a constant becomes a parameter with that unit.
fn text(tree: &File, source: &str, target: &Target<'_>, input: Option<(&str, &str)>) -> String {
    let slice = |span: crate::source::Span| {
        source
            .get(span.start as usize..span.end as usize)
            .unwrap_or("")
    };
    let mut out = String::new();
    let mut definition = None;
    for item in &tree.items {
        let kept = match &item.kind {
            ItemKind::Constant(constant) => {
                let subgroup = matches!(constant.value.kind, ExprKind::Index { .. });
                !subgroup && input.is_none_or(|(name, _)| name != constant.name.name)
            }
            ItemKind::Definition(one) => {
                if Some(one.name.name.as_str()) == target.definition {
                    definition = Some(one);
                }
                one.kind == DefinitionKind::Neuron
            }
            ItemKind::Function(_)
            | ItemKind::Signal(_)
            | ItemKind::Use(_)
            | ItemKind::Dimension(_)
            | ItemKind::Unit(_)
            | ItemKind::LibraryConstant(_)
            | ItemKind::FunctionDeclaration(_)
            | ItemKind::Method(_)
            | ItemKind::Parameters(_) => true,
            _ => false,
        };
        if kept && (input.is_none() || !matches!(item.kind, ItemKind::Parameters(_))) {
            out.push_str(slice(item.span));
            out.push('\n');
        }
    }
    let Some((name, unit)) = input else {
        match target.item {
            Some(item) => out.push_str(slice(item.span)),
            None => out.push_str(&format!(
                "neurons {}[1] of {}",
                target.name,
                target.definition.unwrap_or_default()
            )),
        }
        out.push('\n');
        return out;
    };
    // Written out, so that the parameter is in scope of all equations. Values come from the file as it is.
    out.push_str(&format!(
        "neurons {}[1] {{\n    {name} : {unit}\n",
        target.name
    ));
    for member in definition
        .iter()
        .flat_map(|one| &one.members)
        .chain(target.own)
    {
        let valued = match &member.kind {
            MemberKind::Initial(_) => true,
            MemberKind::Subexpression(part) => part.unit.is_none(),
            _ => false,
        };
        if !valued {
            out.push_str(&format!("    {}\n", slice(member.span)));
        }
    }
    out.push_str("}\n");
    out
}

/// The values of an element's stored variables.
fn stored(
    model: &Model,
    built: &Built,
    simulation: &Simulation,
    group: GroupId,
    element: usize,
) -> Vec<(String, f64)> {
    let mut values = Vec::new();
    for id in &model.groups[group].variables {
        let variable = &model.variables[*id];
        if let Some(column) = built.lowered.bindings.variables[*id] {
            let all = simulation.values(column);
            let place = if variable.shared { 0 } else { element };
            values.extend(all.get(place).map(|value| (variable.name.clone(), *value)));
        }
    }
    values
}

/// The input: the one that is named, or the one that looks like one.
fn input(
    checked: &Checked,
    built: &Built,
    simulation: &Simulation,
    group: GroupId,
    wanted: &Wanted,
) -> Result<(String, Dimension, Knob), String> {
    let model = &checked.model;
    let field = Field::new(checked, built, simulation, group, wanted.element, None);
    let field = field.ok_or("the equations are not linear in their noise")?;
    let position = membrane(model, group, &field);
    let mut candidates: Vec<(String, Dimension, Knob, bool)> = Vec::new();
    for id in &model.groups[group].variables {
        let variable = &model.variables[*id];
        let free =
            variable.kind == VariableKind::Stored && variable.ty == Type::Float && !variable.shared;
        if free {
            let knob = Knob::Parameter(*id);
            candidates.push((
                variable.name.clone(),
                variable.dimension,
                knob,
                variable.range.is_some(),
            ));
        }
    }
    for (id, constant) in model.constants.iter_enumerated() {
        let knob = Knob::Constant(id);
        candidates.push((
            constant.name.clone(),
            constant.value.dimension,
            knob,
            constant.range.is_some(),
        ));
    }
    candidates.retain(|(.., knob, _)| acts(&field, position, *knob));
    let listed = |nothing: &str| {
        let names: Vec<String> = candidates
            .iter()
            .map(|(name, ..)| format!("`{name}`"))
            .collect();
        match names.is_empty() {
            true => nothing.to_string(),
            false => names.join(", "),
        }
    };
    if let Some(name) = &wanted.input {
        let found = candidates.iter().find(|(candidate, ..)| candidate == name);
        return match found {
            Some((name, dimension, knob, _)) => Ok((name.clone(), *dimension, *knob)),
            None => {
                let list = listed("none");
                Err(format!(
                    "`{name}` is no parameter or constant in the equation of the membrane potential; there are: {list}"
                ))
            }
        };
    }
    let usual = |name: &str| {
        INPUTS
            .iter()
            .position(|input| input.eq_ignore_ascii_case(name))
    };
    let rank = |(name, dimension, _, ranged): &(String, Dimension, Knob, bool)| {
        let current = is_current(*dimension);
        match (usual(name), current) {
            (Some(k), true) => Some((0, k)),
            (Some(k), false) => Some((1, k)),
            (None, true) if *ranged => Some((2, 0)),
            (None, true) => Some((3, 0)),
            (None, false) => None,
        }
    };
    let best = candidates.iter().filter_map(|one| Some((rank(one)?, one)));
    match best.min_by_key(|(rank, _)| *rank) {
        Some((_, (name, dimension, knob, _))) => Ok((name.clone(), *dimension, *knob)),
        None => {
            let list = listed("nothing");
            Err(format!(
                "no input was found: say which parameter or constant of the membrane equation it is with `--input NAME` (there are: {list})"
            ))
        }
    }
}

/// Position of the membrane potential among the states: the state that the threshold looks at, or the first in volts, or the first.
pub(super) fn membrane(model: &Model, group: GroupId, field: &Field) -> usize {
    let states = field.states();
    let watched = model.groups[group]
        .threshold
        .as_ref()
        .and_then(|threshold| {
            states.iter().position(|state| {
                model
                    .terms
                    .any(threshold.term, &mut |term| *term == Term::Variable(*state))
            })
        });
    let volts = || {
        field.named().iter().position(|(_, dimension)| {
            crate::units::display::dimension_name(*dimension) == Some("voltage")
        })
    };
    watched.or_else(volts).unwrap_or(0)
}

/// A standard model by its name or that of its definition.
pub fn standard(name: &str) -> Option<&'static StandardModel> {
    MODELS
        .iter()
        .find(|model| model.name == name || model.definition() == name)
        .filter(|model| model.text.contains("\nneuron "))
}
