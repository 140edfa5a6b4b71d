//! A checked model as text in the manner of `.snn`: names resolved, subexpressions and defaults in place, numbers within terms in SI
//! units.

use std::fmt::Write;

use super::noise_names;
use crate::algebra::show::{show, show_number, show_with_noise};
use crate::model::code::{Assignment, Code, Selection, Times, Value};
use crate::model::protocol::{Action, Record, Recorded, Slice};
use crate::model::term::Type;
use crate::model::{
    Group, GroupKind, Model, Owner, Refractory, System, Variable, VariableId, VariableKind,
};
use crate::units::dimension::Dimension;
use crate::units::display::{format_quantity, si_unit};

/// Longer lists are cut off.
const SHOWN: usize = 12;

/// The whole model.
pub fn text(model: &Model) -> String {
    let mut out = String::new();
    if let Some(title) = &model.title {
        let _ = writeln!(out, "title \"{title}\"");
    }
    let _ = writeln!(out, "dt = {}", seconds(model.dt));
    if let Some(seed) = model.seed {
        let _ = writeln!(out, "seed = {seed}");
    }
    for constant in model.constants.iter() {
        let value = format_quantity(constant.value.value, constant.value.dimension);
        let range = range(constant.range, constant.value.dimension);
        let _ = writeln!(out, "{} = {value}{range}", constant.name);
    }
    for signal in model.signals.iter() {
        let values: Vec<String> = signal.values.iter().map(|v| show_number(*v)).collect();
        let unit = unit(signal.dimension);
        let (arguments, columns) = match signal.indexed {
            true => ("t, i", format!(", {} in a row", signal.columns)),
            false => ("t", String::new()),
        };
        let _ = writeln!(
            out,
            "signal {}({arguments}) = [{}] {unit} every {}{columns}",
            signal.name,
            list(&values),
            seconds(signal.dt)
        );
    }
    for group in model.groups.iter() {
        out.push_str(&population(model, group));
    }
    for projection in model.projections.iter() {
        let side = |owner: Owner| model.owner_name(owner).to_string();
        let _ = writeln!(
            out,
            "\nsynapses {}: {} -> {} {{",
            projection.name,
            side(projection.source.owner),
            side(projection.target.owner)
        );
        members(
            model,
            &projection.variables,
            &projection.system,
            &projection.initial,
            &mut out,
        );
        out.push_str("}\n");
    }
    if !model.records.is_empty() || !model.protocol.is_empty() {
        out.push('\n');
    }
    for record in &model.records {
        out.push_str(&recorded(model, record));
    }
    for action in &model.protocol {
        let _ = writeln!(out, "{}", step(model, action));
    }
    out
}

fn seconds(value: f64) -> String {
    format_quantity(value, Dimension::TIME)
}

fn unit(dimension: Dimension) -> String {
    let unit = si_unit(dimension);
    if unit.is_empty() {
        "1".to_string()
    } else {
        unit
    }
}

fn range(range: Option<(f64, f64)>, dimension: Dimension) -> String {
    range.map_or_else(String::new, |(low, high)| {
        let of = |value| format_quantity(value, dimension);
        format!(" in {} .. {}", of(low), of(high))
    })
}

/// Items with commas between, the middle of long lists left out.
fn list(items: &[String]) -> String {
    match items.get(..SHOWN) {
        Some(first) if items.len() > SHOWN => {
            format!("{}, … {} values", first.join(", "), items.len())
        }
        _ => items.join(", "),
    }
}

fn population(model: &Model, group: &Group) -> String {
    let word = match group.kind {
        GroupKind::Neurons => "neurons",
        GroupKind::Poisson { .. } => "poisson",
        GroupKind::Generator { .. } => "spikes",
    };
    let mut out = format!("\n{word} {}[{}] {{\n", group.name, group.size);
    match &group.kind {
        GroupKind::Neurons => {}
        GroupKind::Poisson { rates } => {
            let _ = writeln!(out, "    rates: {}", show(model, *rates));
        }
        GroupKind::Generator {
            times,
            indices,
            period,
        } => {
            let pairs = times.iter().zip(indices);
            let pairs: Vec<String> = pairs
                .map(|(time, index)| format!("{index}: {}", seconds(*time)))
                .collect();
            let _ = writeln!(out, "    at: {{{}}}", list(&pairs));
            if let Some(period) = period {
                let _ = writeln!(out, "    period: {}", seconds(*period));
            }
        }
    }
    members(
        model,
        &group.variables,
        &group.system,
        &group.initial,
        &mut out,
    );
    if let Some(threshold) = &group.threshold {
        let _ = writeln!(out, "    threshold: {}", show(model, threshold.term));
    }
    if let Some(reset) = &group.reset {
        let _ = writeln!(out, "    reset: {}", code(model, reset));
    }
    if let Some(Refractory::Time(term) | Refractory::While(term)) = group.refractory {
        let _ = writeln!(out, "    refractory: {}", show(model, term));
    }
    for event in &group.events {
        let condition = show(model, event.condition.term);
        let _ = writeln!(out, "    event {}: {condition}", event.name);
        if let Some(handler) = &event.code {
            let _ = writeln!(out, "    on {}: {}", event.name, code(model, handler));
        }
    }
    for regular in &group.regular {
        let when = match &regular.times {
            Times::Every(interval) => format!("every {}", seconds(*interval)),
            Times::EachStep => "every dt".to_string(),
            Times::At(times) => {
                let times: Vec<String> = times.iter().map(|t| seconds(*t)).collect();
                format!("at [{}]", list(&times))
            }
        };
        let _ = writeln!(
            out,
            "    {when}: {}    # when: {}",
            code(model, &regular.code),
            regular.slot
        );
    }
    if let Some(method) = &group.method {
        let options: Vec<String> = method
            .options
            .iter()
            .map(|(name, value)| format!("{name}: {}", show_number(*value)))
            .collect();
        let options = match options.is_empty() {
            true => String::new(),
            false => format!("({})", options.join(", ")),
        };
        let _ = writeln!(out, "    method: {}{options}", method.name);
    }
    if let Some(dt) = group.dt {
        let _ = writeln!(out, "    dt: {}", seconds(dt));
    }
    out.push_str("}\n");
    out
}

/// Variables, equations and initial values.
fn members(
    model: &Model,
    variables: &[VariableId],
    system: &System,
    initial: &[Assignment],
    out: &mut String,
) {
    let noises = noise_names(system);
    for id in variables {
        let variable = &model.variables[*id];
        let equation = system.equations.iter().find(|e| e.variable == *id);
        let head = match (equation, &variable.kind) {
            (Some(equation), _) => {
                let rhs = show_with_noise(model, &noises, equation.rhs);
                format!("d{}/dt = {rhs}", variable.name)
            }
            (None, VariableKind::Subexpression { value, .. }) => {
                let value = show_with_noise(model, &noises, *value);
                format!("{} = {value}", variable.name)
            }
            (None, _) => variable.name.clone(),
        };
        let unit = match variable.ty {
            Type::Boolean => "boolean".to_string(),
            Type::Integer => "integer".to_string(),
            Type::Float => unit(variable.dimension),
        };
        let flags = flags(model, variable);
        let range = range(variable.range, variable.dimension);
        let _ = writeln!(out, "    {head} : {unit}{flags}{range}");
    }
    for assignment in initial {
        let (target, value) = assigned(model, assignment);
        let _ = writeln!(out, "    {target}(0) = {value}");
    }
}

fn flags(model: &Model, variable: &Variable) -> String {
    let mut words = Vec::new();
    if variable.unless_refractory {
        words.push("unless refractory".to_string());
    }
    if variable.constant {
        words.push("constant".to_string());
    }
    if variable.shared {
        words.push("shared".to_string());
    }
    match &variable.kind {
        VariableKind::Subexpression {
            constant_over_dt: true,
            ..
        } => words.push("constant over dt".to_string()),
        VariableKind::Linked { source, .. } => {
            let source = &model.variables[*source];
            let owner = model.owner_name(source.owner);
            words.push(format!("linked to {owner}.{}", source.name));
        }
        VariableKind::Remote { .. } => words.push("of a neuron".to_string()),
        VariableKind::Aggregate { .. } => words.push("of a population".to_string()),
        _ => {}
    }
    match words.is_empty() {
        true => String::new(),
        false => format!(" ({})", words.join(", ")),
    }
}

fn code(model: &Model, code: &Code) -> String {
    let statements: Vec<String> = code
        .statements
        .iter()
        .map(|statement| {
            let name = &model.variables[statement.target].name;
            format!("{name} = {}", show(model, statement.value))
        })
        .collect();
    match statements.as_slice() {
        [one] => one.clone(),
        many => format!("{{ {} }}", many.join("; ")),
    }
}

/// Left and right side of an assignment.
fn assigned(model: &Model, assignment: &Assignment) -> (String, String) {
    let variable = &model.variables[assignment.variable];
    let selection = match &assignment.selection {
        Selection::All => String::new(),
        Selection::Range { start, stop, step } if *step == 1 => format!("[{start}:{stop}]"),
        Selection::Range { start, stop, step } => format!("[{start}:{stop}:{step}]"),
        Selection::Indices(indices) => {
            let indices: Vec<String> = indices.iter().map(u32::to_string).collect();
            format!("[{}]", list(&indices))
        }
        Selection::Where(condition) => format!("[{}]", show(model, *condition)),
    };
    let value = match &assignment.value {
        Value::Term(term) => show(model, *term),
        Value::Matrix { values, columns } => {
            format!("{} x {columns} values", values.len() / (*columns).max(1))
        }
        Value::Array(values) => {
            let values: Vec<String> = values.iter().map(|v| show_number(*v)).collect();
            format!("[{}]", list(&values))
        }
    };
    (format!("{}{selection}", variable.name), value)
}

fn slice(model: &Model, slice: &Slice) -> String {
    let group = &model.groups[slice.group];
    match slice.size() == group.size {
        true => group.name.clone(),
        false => format!("{}[{}:{}]", group.name, slice.first, slice.last),
    }
}

fn recorded(model: &Model, record: &Record) -> String {
    let names = |ids: &[VariableId]| {
        let names: Vec<&str> = ids
            .iter()
            .map(|id| model.variables[*id].name.as_str())
            .collect();
        names.join(", ")
    };
    let every =
        |every: Option<f64>| every.map_or_else(String::new, |t| format!(" every {}", seconds(t)));
    let what = match &record.what {
        Recorded::States {
            group,
            variables,
            elements,
            every: interval,
            slot,
        } => {
            let group = &model.groups[*group];
            let elements = match elements.len() == group.size {
                true => String::new(),
                false => {
                    let elements: Vec<String> = elements.iter().map(u32::to_string).collect();
                    format!("[{}]", list(&elements))
                }
            };
            let names = names(variables);
            let every = every(*interval);
            format!("{names} of {}{elements}{every}, when: {slot}", group.name)
        }
        Recorded::Synapses {
            projection,
            variables,
            every: interval,
            slot,
            ..
        } => {
            let name = &model.projections[*projection].name;
            let every = every(*interval);
            format!("{} of {name}{every}, when: {slot}", names(variables))
        }
        Recorded::Spikes {
            slice: of,
            event,
            variables,
            slot,
        } => {
            let events = &model.groups[of.group].events;
            let event = event.and_then(|k| events.get(k));
            let event = event.map_or("spikes", |event| event.name.as_str());
            let with = match variables.is_empty() {
                true => String::new(),
                false => format!(", with: {}", names(variables)),
            };
            let when = slot
                .as_ref()
                .map_or_else(String::new, |s| format!(", when: {s}"));
            format!("{event} of {}{with}{when}", slice(model, of))
        }
        Recorded::Rate { slice: of } => format!("rate of {}", slice(model, of)),
    };
    let implied = if record.implied {
        "    # for a plot"
    } else {
        ""
    };
    format!("record {what}{implied}\n")
}

fn step(model: &Model, action: &Action) -> String {
    if let Action::Run { duration, .. } = action {
        return format!("run {}", seconds(*duration));
    }
    if let Action::Assign(assignment) = action {
        let owner = model.variables[assignment.variable].owner;
        let (target, value) = assigned(model, assignment);
        return format!("{}.{target} = {value}", model.owner_name(owner));
    }
    if let Action::SetConstant {
        constant, value, ..
    } = action
    {
        let constant = &model.constants[*constant];
        let value = format_quantity(*value, constant.value.dimension);
        return format!("{} = {value}", constant.name);
    }
    if let Action::Save(name) = action {
        return format!("save {name}");
    }
    if let Action::Restore(name, _) = action {
        return format!("restore {name}");
    }
    format!("{action:?}")
}
