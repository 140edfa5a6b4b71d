//! Synapses and Poisson inputs.

use super::export::{Script, number};
use super::expression::{Mode, renamed};
use super::group::{clock, equations, merged, method, quoted};
use crate::model::projection::Projection as Made;
use crate::model::{Owner, ProjectionId};
use crate::syntax::ast::{
    Connect, ConnectKind, Member, MemberKind, PathwaySide, PoissonInput, Projection,
};

/// Synapses with their pathways, connections, delays and initial values.
pub(super) fn projection(script: &mut Script, written: &Projection, id: ProjectionId, made: &Made) {
    let name = renamed(&made.name);
    let definition = written.model.as_ref();
    let definition = definition.and_then(|model| script.definitions.get(model.name.as_str()));
    let members = merged(definition.map(|d| d.members.as_slice()), &written.members);
    let owner = Owner::Projection(id);
    let equations = equations(script, &members, owner);
    let (mut pre, mut post, mut on_event) = (Vec::new(), Vec::new(), Vec::new());
    let (mut delays, mut orders) = (Vec::new(), Vec::new());
    for member in &members {
        let what = script.sources.text(member.span).to_string();
        let outcome: Result<(), String> = (|| {
            match &member.kind {
                MemberKind::Pathway(pathway) => {
                    let code = quoted(&script.printer.code(&pathway.code)?);
                    let (list, usual) = match pathway.side {
                        PathwaySide::Pre => (&mut pre, "pre"),
                        PathwaySide::Post => (&mut post, "post"),
                    };
                    let key = pathway.name.as_ref().map_or(usual, |name| &name.name);
                    list.push(format!("'{key}': {code}"));
                    if let Some(event) = &pathway.event {
                        on_event.push(format!("'{key}': '{}'", event.name));
                    }
                }
                MemberKind::Delay(delay) => {
                    let of = delay.pathway.as_ref().map(|pathway| pathway.name.clone());
                    let value = script.printer.print(&delay.value, Mode::Code)?;
                    delays.push((of, value));
                }
                MemberKind::Order(order) => {
                    let value = script.printer.print(&order.value, Mode::Script)?;
                    let of = order.pathway.as_ref().map(|of| of.name.clone());
                    orders.push((of.unwrap_or_default(), value));
                }
                _ => {}
            }
            Ok(())
        })();
        if let Err(why) = outcome {
            script.left(&what, &why);
        }
    }
    let source = script.printer.print(&written.source, Mode::Script);
    let target = script.printer.print(&written.target, Mode::Script);
    let (Ok(source), Ok(target)) = (source, target) else {
        script.left(&made.name, "its ends");
        return;
    };
    let mut text = format!("{name} = Synapses({source}, {target}");
    if !equations.lines.is_empty() {
        text.push_str(&format!(", {}", quoted(&equations.lines)));
    }
    for (key, list) in [
        ("on_pre", &pre),
        ("on_post", &post),
        ("on_event", &on_event),
    ] {
        if !list.is_empty() {
            text.push_str(&format!(",\n    {key}={{{}}}", list.join(", ")));
        }
    }
    if let Some(method) = method(script, owner) {
        text.push_str(&format!(",\n    method={method}"));
    }
    text.push_str(&format!("{})", clock(made.dt)));
    script.line(&text);
    for member in &members {
        if let MemberKind::Connect(connect) = &member.kind {
            let what = script.sources.text(member.span).to_string();
            let line = connected(script, &name, connect);
            script.try_line(&what, line);
        }
    }
    for (of, value) in delays {
        let of = of.map_or_else(String::new, |of| format!(".{of}"));
        script.line(&format!("{name}{of}.delay = '{value}'"));
    }
    for (of, value) in orders {
        script.line(&format!("{name}.{of}.order = {value}"));
    }
    for (variable, value) in &equations.initial {
        script.line(&format!("{name}.{variable} = '{value}'"));
    }
    for member in members {
        regular(script, member, &name);
    }
}

fn regular(script: &mut Script, member: &Member, name: &str) {
    if let MemberKind::Every(every) = &member.kind {
        let what = script.sources.text(member.span).to_string();
        let line = script.printer.code(&every.code).and_then(|code| {
            let interval = script.printer.print(&every.interval, Mode::Script)?;
            Ok(format!(
                "{name}.run_regularly({}, dt={interval})",
                quoted(&code)
            ))
        });
        script.try_line(&what, line);
    }
}

fn connected(script: &Script, name: &str, connect: &Connect) -> Result<String, String> {
    let code = |expr| script.printer.print(expr, Mode::Code);
    let mut arguments = Vec::new();
    match &connect.kind {
        ConnectKind::All => {}
        ConnectKind::Condition(condition) => arguments.push(format!("'{}'", code(condition)?)),
        ConnectKind::Pairs { i, j } => {
            let list = |expr| script.printer.print(expr, Mode::Script);
            arguments.push(format!("i={}, j={}", list(i)?, list(j)?));
        }
        ConnectKind::Generated(generator) => {
            let mut text = code(&generator.value)?;
            if let (Some(variable), Some(values)) = (&generator.variable, &generator.values) {
                let values = values_of(script, values)?;
                text.push_str(&format!(" for {} in {values}", variable.name));
            }
            if let Some(condition) = &generator.condition {
                text.push_str(&format!(" if {}", code(condition)?));
            }
            arguments.push(format!("{}='{text}'", generator.index.name));
        }
        ConnectKind::From(_) => return Err("pairs from a file".into()),
    }
    if let Some(probability) = &connect.probability {
        arguments.push(format!("p='{}'", code(probability)?));
    }
    if let Some(count) = &connect.count {
        arguments.push(format!("n='{}'", code(count)?));
    }
    if connect.skip.is_some() {
        arguments.push("skip_if_invalid=True".into());
    }
    Ok(format!("{name}.connect({})", arguments.join(", ")))
}

/// `range(a, b)` and `sample(a, b, p = 0.1)`.
fn values_of(script: &Script, values: &crate::syntax::ast::Expr) -> Result<String, String> {
    let crate::syntax::ast::ExprKind::Call {
        function,
        arguments,
    } = &values.kind
    else {
        return Err("these values".into());
    };
    let name = function.as_name().unwrap_or("range");
    let arguments: Result<Vec<String>, String> = arguments
        .iter()
        .map(|argument| {
            let value = script.printer.print(&argument.value, Mode::Code)?;
            Ok(match &argument.name {
                Some(name) => format!("{}={value}", name.name),
                None => value,
            })
        })
        .collect();
    Ok(format!("{name}({})", arguments?.join(", ")))
}

/// A PoissonInput.
pub(super) fn poisson_input(script: &mut Script, written: &PoissonInput) {
    let Some(made) = script
        .model
        .poisson_inputs
        .iter()
        .find(|input| input.name == written.name.name)
    else {
        return;
    };
    let field = |word: &str| {
        written
            .members
            .iter()
            .find_map(|member| match &member.kind {
                MemberKind::Field(field) if field.word.name == word => Some(&field.value),
                _ => None,
            })
    };
    let line = (|| {
        let target = script.printer.print(&written.target, Mode::Script)?;
        let variable = &script.model.variables[made.variable].name;
        let weight = field("weight").ok_or("no weight")?;
        let weight = script.printer.print(weight, Mode::Script)?;
        Ok(format!(
            "{} = PoissonInput({target}, '{variable}', {}, {}*Hz, {weight})",
            renamed(&made.name),
            made.sources,
            number(made.rate)
        ))
    })();
    script.try_line(&written.name.name, line);
}
