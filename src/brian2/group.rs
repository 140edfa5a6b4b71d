//! Populations.

use super::export::{Script, number};
use super::expression::{Mode, declared_unit, python_unit, renamed};
use crate::model::code::Times;
use crate::model::{Group, GroupId, GroupKind, Owner, Refractory, VariableKind};
use crate::syntax::ast::{Flag, Member, MemberKind, Population};

/// A population as a NeuronGroup, PoissonGroup or SpikeGeneratorGroup.
pub(super) fn population(script: &mut Script, written: &Population, id: GroupId, group: &Group) {
    let name = renamed(&group.name);
    match &group.kind {
        GroupKind::Neurons => neurons(script, written, id, group),
        GroupKind::Poisson { .. } => {
            let rates = written
                .members
                .iter()
                .find_map(|member| match &member.kind {
                    MemberKind::Field(field) if field.word.name == "rates" => Some(&field.value),
                    _ => None,
                });
            let rates = rates.ok_or_else(|| "no rates".to_string());
            let rates = rates.and_then(|rates| script.printer.print(rates, Mode::Code));
            let dt = clock(group.dt);
            let line = rates
                .map(|rates| format!("{name} = PoissonGroup({}, rates='{rates}'{dt})", group.size));
            script.try_line(&group.name, line);
        }
        GroupKind::Generator {
            times,
            indices,
            period,
        } => {
            let times: Vec<String> = times.iter().map(|t| number(*t)).collect();
            let period = period.map_or_else(String::new, |period| {
                format!(", period={}*second", number(period))
            });
            let line = format!(
                "{name} = SpikeGeneratorGroup({}, {indices:?}, array([{}])*second{period}{})",
                group.size,
                times.join(", "),
                clock(group.dt)
            );
            script.line(&line);
        }
    }
}

/// `, dt=…` of an object with a step of its own.
pub(super) fn clock(dt: Option<f64>) -> String {
    dt.map_or_else(String::new, |dt| format!(", dt={}*second", number(dt)))
}

/// Members of a model, then those of what is made of it; overridden subexpressions once.
pub(super) fn merged<'m>(model: Option<&'m [Member]>, own: &'m [Member]) -> Vec<&'m Member> {
    let replaced = |name: &str| {
        own.iter().any(|member| {
            matches!(&member.kind, MemberKind::Subexpression(value) if value.name.name == name)
        })
    };
    let kept = |member: &&Member| match &member.kind {
        MemberKind::Subexpression(value) => !replaced(&value.name.name),
        _ => true,
    };
    let model = model.unwrap_or_default().iter().filter(kept);
    model.chain(own).collect()
}

/// `(unless refractory)`.
pub(super) fn flags(flags: &[Flag]) -> String {
    let names: Vec<&str> = flags.iter().map(|flag| flag.name.as_str()).collect();
    match names.as_slice() {
        [] => String::new(),
        names => format!(" ({})", names.join(", ")),
    }
}

/// The equations of members, line by line; then initial values as assignments.
pub(super) struct Equations {
    pub lines: Vec<String>,
    /// Variable and the text of its value: parameters first, each once, then initial conditions.
    pub initial: Vec<(String, String)>,
    /// How many of them are values of parameters.
    parameters: usize,
}

impl Equations {
    /// The value of a parameter, which replaces an earlier one.
    fn parameter(&mut self, name: &str, value: String) {
        let known = self.initial.iter_mut().take(self.parameters);
        match known.into_iter().find(|(known, _)| known == name) {
            Some((_, old)) => *old = value,
            None => {
                self.initial
                    .insert(self.parameters, (name.to_string(), value));
                self.parameters += 1;
            }
        }
    }
}

/// Reads equations, parameters and initial values.
pub(super) fn equations(script: &mut Script, members: &[&Member], owner: Owner) -> Equations {
    let mut found = Equations {
        lines: Vec::new(),
        initial: Vec::new(),
        parameters: 0,
    };
    for member in members {
        let what = script.sources.text(member.span).to_string();
        let outcome = equation(script, member, owner, &mut found);
        if let Err(why) = outcome {
            script.left(&what, &why);
        }
    }
    found
}

fn equation(
    script: &Script,
    member: &Member,
    owner: Owner,
    found: &mut Equations,
) -> Result<(), String> {
    let print = |expr| script.printer.print(expr, Mode::Code);
    let kind_of = |name: &str| {
        let variables = script.model.owner_variables(owner).iter();
        let mut variables = variables.map(|id| &script.model.variables[*id]);
        variables.find(|v| v.name == name).map(|v| v.kind.clone())
    };
    match &member.kind {
        MemberKind::Differential(differential) => {
            let name = &differential.name.name;
            let unit = differential.unit.as_ref().ok_or("no unit")?;
            found.lines.push(format!(
                "d{name}/dt = {} : {}{}",
                print(&differential.rhs)?,
                declared_unit(unit)?,
                flags(&differential.flags)
            ));
        }
        MemberKind::Subexpression(value) => {
            let name = &value.name.name;
            let text = print(&value.value)?;
            match (&value.unit, kind_of(name)) {
                (Some(unit), _) => found.lines.push(format!(
                    "{name} = {text} : {}{}",
                    declared_unit(unit)?,
                    flags(&value.flags)
                )),
                (None, Some(VariableKind::Subexpression { .. })) => {
                    let dimension = script
                        .model
                        .owner_variables(owner)
                        .iter()
                        .map(|id| &script.model.variables[*id])
                        .find(|v| v.name == *name)
                        .map(|v| python_unit(v.dimension));
                    let unit = dimension.unwrap_or_else(|| "1".into());
                    found.lines.push(format!("{name} = {text} : {unit}"));
                }
                (None, _) => {
                    let value = script.printer.value(name, &value.value)?;
                    found.parameter(name, value);
                }
            }
        }
        MemberKind::Parameter(parameter) => {
            let name = &parameter.name.name;
            let unit = declared_unit(&parameter.unit)?;
            found
                .lines
                .push(format!("{name} : {unit}{}", flags(&parameter.flags)));
            if let Some(default) = &parameter.default
                && !parameter.flags.iter().any(|flag| flag.name == "linked")
            {
                let value = script.printer.value(name, default)?;
                found.parameter(name, value);
            }
        }
        MemberKind::Initial(initial) => {
            let name = &initial.name.name;
            let value = script.printer.value(name, &initial.value)?;
            found.initial.push((name.clone(), value));
        }
        _ => {}
    }
    Ok(())
}

/// A text over several lines in Python's triple quotes; a single line in simple ones.
pub(super) fn quoted(lines: &[String]) -> String {
    match lines {
        [] => "''".into(),
        [line] => format!("'{line}'"),
        lines => format!("'''\n    {}\n    '''", lines.join("\n    ")),
    }
}

fn neurons(script: &mut Script, written: &Population, id: GroupId, group: &Group) {
    let name = renamed(&group.name);
    let definition = written.model.as_ref();
    let definition = definition.and_then(|model| script.definitions.get(model.name.as_str()));
    let members = merged(definition.map(|d| d.members.as_slice()), &written.members);
    let owner = Owner::Group(id);
    let equations = equations(script, &members, owner);
    let mut arguments = Vec::new();
    let mut after = Vec::new();
    let mut events = Vec::new();
    for member in &members {
        let what = script.sources.text(member.span).to_string();
        let print = |expr| script.printer.print(expr, Mode::Code);
        let added: Result<(), String> = (|| {
            match &member.kind {
                MemberKind::Threshold(condition) => {
                    set(
                        &mut arguments,
                        "threshold",
                        format!("'{}'", print(condition)?),
                    );
                }
                MemberKind::Reset(code) => {
                    let code = script.printer.code(code)?;
                    set(&mut arguments, "reset", quoted(&code));
                }
                MemberKind::Refractory(value) => {
                    let text = match group.refractory {
                        Some(Refractory::Time(_)) if !is_simple(value) => {
                            format!("'{}'", print(value)?)
                        }
                        Some(Refractory::Time(_)) => script.printer.print(value, Mode::Script)?,
                        _ => format!("'{}'", print(value)?),
                    };
                    set(&mut arguments, "refractory", text);
                }
                MemberKind::Event(event) => {
                    events.push(format!(
                        "'{}': '{}'",
                        event.name.name,
                        print(&event.condition)?
                    ));
                }
                MemberKind::OnEvent(on) => {
                    let code = quoted(&script.printer.code(&on.code)?);
                    after.push(format!("{name}.run_on_event('{}', {code})", on.event.name));
                }
                MemberKind::Every(_) => {}
                _ => {}
            }
            Ok(())
        })();
        if let Err(why) = added {
            script.left(&what, &why);
        }
    }
    if !events.is_empty() {
        arguments.push(("events", format!("{{{}}}", events.join(", "))));
    }
    if let Some(method) = method(script, owner) {
        arguments.push(("method", method));
    }
    let mut text = format!(
        "{name} = NeuronGroup({}, {}",
        group.size,
        quoted(&equations.lines)
    );
    for (key, value) in &arguments {
        text.push_str(&format!(",\n    {key}={value}"));
    }
    // Brian2 goes by names where the order within a step matters: for values of other populations that are read.
    let linked =
        |variable: &crate::model::Variable| matches!(variable.kind, VariableKind::Linked { .. });
    if script.model.variables.iter().any(linked) {
        text.push_str(&format!(",\n    order={}", id.0));
    }
    text.push_str(&format!("{})", clock(group.dt)));
    script.line(&text);
    for line in after {
        script.line(&line);
    }
    links(script, group, &name);
    for (variable, value) in &equations.initial {
        script.line(&format!("{name}.{variable} = '{value}'"));
    }
    regular(script, &members, group, &name);
}

fn set(arguments: &mut Vec<(&'static str, String)>, key: &'static str, value: String) {
    arguments.retain(|(known, _)| *known != key);
    arguments.push((key, value));
}

/// A duration that Python can compute: a number with a unit.
fn is_simple(expr: &crate::syntax::ast::Expr) -> bool {
    matches!(
        expr.ungrouped().kind,
        crate::syntax::ast::ExprKind::Quantity(_)
    )
}

/// The method that snnc uses, by Brian2's name.
pub(super) fn method(script: &Script, owner: Owner) -> Option<String> {
    const SAME: &[&str] = &[
        "exact",
        "exponential_euler",
        "euler",
        "rk2",
        "rk4",
        "heun",
        "milstein",
    ];
    let step = script
        .checked
        .steps
        .iter()
        .find(|step| step.owner == owner)?;
    let name = match SAME.contains(&step.method.as_str()) {
        true => step.method.as_str(),
        false => "rk4",
    };
    Some(format!("'{name}'"))
}

fn links(script: &mut Script, group: &Group, name: &str) {
    let model = script.model;
    for id in &group.variables {
        let variable = &model.variables[*id];
        if let VariableKind::Linked { source, index } = &variable.kind {
            let of = &model.variables[*source];
            let owner = renamed(model.owner_name(of.owner));
            let index = index
                .as_ref()
                .map_or_else(String::new, |index| format!(", index={index:?}"));
            script.line(&format!(
                "{name}.{} = linked_var({owner}, '{}'{index})",
                variable.name, of.name
            ));
        }
    }
}

fn regular(script: &mut Script, members: &[&Member], group: &Group, name: &str) {
    let written = members.iter().filter_map(|member| match &member.kind {
        MemberKind::Every(regular) => Some((member, regular)),
        _ => None,
    });
    let pairs: Vec<_> = written.zip(&group.regular).collect();
    for ((member, every), regular) in pairs {
        let what = script.sources.text(member.span).to_string();
        let when = match regular.slot.as_str() {
            "start" => String::new(),
            slot => format!(", when='{slot}'"),
        };
        let clock = match &regular.times {
            Times::Every(interval) => Ok(format!(", dt={}*second", number(*interval))),
            Times::EachStep => Ok(String::new()),
            Times::At(_) => Err("a list of times".to_string()),
        };
        let line = clock.and_then(|clock| {
            let code = quoted(&script.printer.code(&every.code)?);
            Ok(format!("{name}.run_regularly({code}{clock}{when})"))
        });
        script.try_line(&what, line);
    }
}
