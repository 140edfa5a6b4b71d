//! What is done to the model: runs, assignments, loops, sweeps, code between steps, saved states.
//!
//! Code between steps and conditions of runs are network operations. They are made with the other objects, since a network that ran
//! takes no new ones, and are switched on where the model has them.

use super::export::Script;
use super::expression::{Mode, renamed};
use super::values;
use crate::syntax::ast::{Assignment, Expr, ExprKind, Item, ItemKind, Range, Run, Sweep};
use crate::syntax::operators::AssignOp;

/// Network operations of the statements, in their order, however deep they stand. They begin switched off.
pub(super) fn operations(script: &mut Script, items: &[Item]) {
    for item in items {
        match &item.kind {
            ItemKind::Run(run) => {
                if let Some(until) = &run.until {
                    let name = script.operation();
                    let condition = script.printer.print(until, Mode::Values);
                    let what = script.sources.text(item.span).to_string();
                    match condition {
                        Ok(condition) => {
                            script.line("\n@network_operation(when='end', dt=defaultclock.dt)");
                            script.line(&format!(
                                "def {name}():\n    if {condition}:\n        stop()"
                            ));
                            script.line(&format!("{name}.active = False"));
                        }
                        Err(why) => script.left(&what, &why),
                    }
                }
            }
            ItemKind::Every(every) => {
                let name = script.operation();
                let what = script.sources.text(item.span).to_string();
                let interval = match script.printer.print(&every.interval, Mode::Script) {
                    Ok(interval) => interval,
                    Err(why) => {
                        script.left(&what, &why);
                        continue;
                    }
                };
                script.line(&format!(
                    "\n@network_operation(when='before_start', dt={interval})"
                ));
                script.line(&format!("def {name}():"));
                script.indent += 1;
                let mut names = Vec::new();
                assigned(&every.body, &mut names);
                if !names.is_empty() {
                    script.line(&format!("global {}", names.join(", ")));
                }
                let within = std::mem::replace(&mut script.between, true);
                body(script, &every.body);
                script.between = within;
                script.indent -= 1;
                script.line(&format!("{name}.active = False"));
            }
            _ => item
                .kind
                .bodies()
                .into_iter()
                .for_each(|body| operations(script, body)),
        }
    }
}

/// Names that statements give values to.
fn assigned(items: &[Item], names: &mut Vec<String>) {
    for item in items {
        let name = match &item.kind {
            ItemKind::Let(value) => Some(value.name.name.as_str()),
            ItemKind::Assignment(assignment) => base_name(&assignment.place),
            _ => None,
        };
        if let Some(name) = name.map(renamed)
            && !names.contains(&name)
        {
            names.push(name);
        }
        item.kind
            .bodies()
            .into_iter()
            .for_each(|body| assigned(body, names));
    }
}

/// `x` of `x` and `x[0]`; nothing for members of populations.
fn base_name(place: &Expr) -> Option<&str> {
    match &place.kind {
        ExprKind::Name(name) => Some(name),
        ExprKind::Index { base, .. } => base_name(base),
        _ => None,
    }
}

/// Statements of a body, one level deeper by the caller.
fn body(script: &mut Script, items: &[Item]) {
    let before = script.out.len();
    for item in items {
        action(script, item);
    }
    if script.out.len() == before {
        script.line("pass");
    }
}

fn indented(script: &mut Script, head: &str, items: &[Item]) {
    script.line(head);
    script.indent += 1;
    body(script, items);
    script.indent -= 1;
}

/// Names that a body collects.
fn collected(items: &[Item], names: &mut Vec<String>) {
    for item in items {
        match &item.kind {
            ItemKind::Collect(collect) => names.push(collect.name.name.clone()),
            // Of what inner loops collect, each round begins anew.
            ItemKind::If(_) => item
                .kind
                .bodies()
                .into_iter()
                .for_each(|body| collected(body, names)),
            _ => {}
        }
    }
}

/// A loop, with lists for what it collects.
fn gathering(script: &mut Script, head: &str, items: &[Item]) {
    let mut names = Vec::new();
    collected(items, &mut names);
    for name in &names {
        script.line(&format!("{} = []", renamed(name)));
        script.local(name);
    }
    indented(script, head, items);
    for name in &names {
        if !script.printer.lost.borrow().contains(name) {
            let name = renamed(name);
            script.line(&format!("{name} = Quantity({name})"));
        }
    }
}

/// A statement of the protocol.
pub(super) fn action(script: &mut Script, item: &Item) {
    let what = script.sources.text(item.span).to_string();
    let Err(why) = statement(script, item) else {
        return;
    };
    // What is computed from results changes nothing in the model; what is computed from that is left out as well.
    let computed = match &item.kind {
        ItemKind::Let(value) => Some(value.name.name.as_str()),
        ItemKind::Collect(collect) => Some(collect.name.name.as_str()),
        ItemKind::Assignment(assignment) => {
            base_name(&assignment.place).filter(|name| script.printer.local(name))
        }
        _ => None,
    };
    match computed {
        Some(name) => {
            script.printer.lost.borrow_mut().push(name.to_string());
            script.line(&format!("# left out: {}  ({why})", first_line(&what)));
        }
        None => script.left(&what, &why),
    }
}

fn statement(script: &mut Script, item: &Item) -> Result<(), String> {
    let values = |script: &Script, expr: &Expr| script.printer.print(expr, Mode::Values);
    match &item.kind {
        ItemKind::Run(run) => return self::run(script, run),
        ItemKind::Save(name) => {
            script.line(&format!("store('{}')", name.name));
            // Constants belong to the state here, and not to that of Brian2.
            for constant in script.changing.clone() {
                script.line(&format!("{}_{constant} = {constant}", name.name));
            }
        }
        ItemKind::Restore(name) => {
            script.line(&format!("restore('{}')", name.name));
            for constant in script.changing.clone() {
                script.line(&format!("{constant} = {}_{constant}", name.name));
            }
        }
        ItemKind::Assignment(assignment) => return assign(script, assignment),
        ItemKind::Constant(constant) => {
            let name = constant.name.name.as_str();
            let declared = script.model.constants.iter().find(|c| c.name == name);
            if declared.is_some_and(|c| c.span != constant.name.span) {
                swept(script, name)?;
                let value = values(script, &constant.value)?;
                script.line(&format!("{} = {value}", renamed(name)));
            }
        }
        ItemKind::Let(value) => {
            let text = values(script, &value.value)?;
            script.line(&format!("{} = {text}", renamed(&value.name.name)));
            script.local(&value.name.name);
        }
        ItemKind::For(each) => {
            let over = values(script, &each.values)?;
            script.local(&each.variable.name);
            gathering(
                script,
                &format!("for {} in {over}:", renamed(&each.variable.name)),
                &each.body,
            );
        }
        ItemKind::Repeat(repeat) => {
            let count = values(script, &repeat.count)?;
            gathering(
                script,
                &format!("for _ in range(int({count})):"),
                &repeat.body,
            );
        }
        ItemKind::While(repeat) => {
            let condition = values(script, &repeat.condition)?;
            gathering(script, &format!("while {condition}:"), &repeat.body);
        }
        ItemKind::If(choice) => {
            let conditions: Result<Vec<String>, String> = choice
                .branches
                .iter()
                .map(|(condition, _)| values(script, condition))
                .collect();
            let mut word = "if";
            for (condition, (_, items)) in conditions?.iter().zip(&choice.branches) {
                indented(script, &format!("{word} {condition}:"), items);
                word = "elif";
            }
            if let Some(otherwise) = &choice.otherwise {
                indented(script, "else:", otherwise);
            }
        }
        ItemKind::Sweep(sweep) => return self::sweep(script, sweep),
        ItemKind::Collect(collect) => {
            let value = values(script, &collect.value)?;
            script.line(&format!("{}.append({value})", renamed(&collect.name.name)));
        }
        ItemKind::Every(_) => {
            let name = script.next_operation();
            script.line(&format!("{name}.active = True"));
        }
        ItemKind::Stop if script.between => script.line("stop()"),
        ItemKind::Stop => script.line("raise SystemExit"),
        ItemKind::Expect(expect) => {
            let value = values(script, &expect.value);
            let text = value.and_then(|value| match &expect.range {
                None => Ok(format!("# assert {value}")),
                Some(Range {
                    start: low,
                    stop: high,
                    ..
                }) => {
                    let (low, high) = (values(script, low)?, values(script, high)?);
                    Ok(format!(
                        "# assert all({low} <= {value}) and all({value} <= {high})"
                    ))
                }
            });
            // What is expected changes nothing: a comment will do where Python has no words for it.
            let text = text
                .unwrap_or_else(|_| format!("# {}", first_line(script.sources.text(item.span))));
            script.line(&text);
        }
        ItemKind::Expression(expr) => {
            let text = match &expr.kind {
                ExprKind::Call {
                    function,
                    arguments,
                } if function.as_name() == Some("print") => {
                    let texts: Result<Vec<String>, String> = arguments
                        .iter()
                        .map(|argument| values(script, &argument.value))
                        .collect();
                    texts.map(|texts| format!("print({})", texts.join(", ")))
                }
                _ => Err(String::new()),
            };
            let text = text.unwrap_or_else(|_| {
                format!("# left out: {}", first_line(script.sources.text(item.span)))
            });
            script.line(&text);
        }
        _ => {}
    }
    Ok(())
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or("")
}

fn run(script: &mut Script, run: &Run) -> Result<(), String> {
    let operation = run.until.as_ref().map(|_| script.next_operation());
    let duration = script.printer.print(&run.duration, Mode::Values)?;
    if let Some(name) = &operation {
        script.line(&format!("{name}.active = True"));
    }
    script.line(&format!("run({duration})"));
    if let Some(name) = &operation {
        script.line(&format!("{name}.active = False"));
    }
    Ok(())
}

/// A sweep: each point from the state before it.
fn sweep(script: &mut Script, sweep: &Sweep) -> Result<(), String> {
    let state = format!("sweep{}", script.sweeps);
    script.sweeps += 1;
    let mut heads = Vec::new();
    let mut names = Vec::new();
    let mut constants = Vec::new();
    for (name, over) in &sweep.variables {
        let python = renamed(&name.name);
        if script.model.constants.iter().any(|c| c.name == name.name) {
            constants.push(python.clone());
        }
        let zipped = match &over.kind {
            ExprKind::Call {
                function,
                arguments,
            } if function.as_name() == Some("zip") => arguments.first(),
            _ => None,
        };
        let values = match (&over.kind, zipped) {
            (
                ExprKind::Range {
                    start, stop: end, ..
                },
                _,
            ) => {
                let (start, end) = (
                    script.printer.print(start, Mode::Values)?,
                    script.printer.print(end, Mode::Values)?,
                );
                format!("linspace({start}, {end}, 21)")
            }
            (_, Some(argument)) => script.printer.print(&argument.value, Mode::Values)?,
            _ => script.printer.print(over, Mode::Values)?,
        };
        let all = format!("{python}_values");
        script.line(&format!("{all} = {values}"));
        match (zipped.is_some(), heads.pop()) {
            (true, Some((before, over))) => {
                heads.push((format!("{before}, {python}"), format!("{over}, {all}")))
            }
            (_, last) => {
                heads.extend(last);
                heads.push((python.clone(), all.clone()));
            }
        }
        names.push((name.name.clone(), python, all));
    }
    for constant in &constants {
        script.line(&format!("{constant}_before = {constant}"));
    }
    let mut gathered = Vec::new();
    collected(&sweep.body, &mut gathered);
    for name in &gathered {
        script.line(&format!("{} = []", renamed(name)));
    }
    script.line(&format!("store('{state}')"));
    for (targets, over) in &heads {
        let over = if over.contains(", ") {
            format!("zip({over})")
        } else {
            over.clone()
        };
        script.line(&format!("for {targets} in {over}:"));
        script.indent += 1;
    }
    for (name, ..) in &names {
        script.local(name);
    }
    script.line(&format!("restore('{state}')"));
    body(script, &sweep.body);
    script.indent -= heads.len();
    script.line(&format!("restore('{state}')"));
    for name in &gathered {
        script.local(name);
        if script.printer.lost.borrow().contains(name) {
            continue;
        }
        let python = renamed(name);
        let shape: Vec<String> = heads
            .iter()
            .map(|(_, all)| format!("len({})", all.split(", ").next().unwrap_or("")))
            .collect();
        let grid = match heads.len() {
            1 => format!("Quantity({python})"),
            _ => format!("reshape(Quantity({python}), ({}))", shape.join(", ")),
        };
        script.line(&format!("{python} = {grid}"));
    }
    for (_, python, all) in &names {
        match constants.contains(python) {
            true => {
                script.line(&format!("{python} = {python}_before"));
                script.swept.push(python.clone());
            }
            false => script.line(&format!("{python} = {all}")),
        }
    }
    Ok(())
}

/// Behind a sweep over a constant its name is that of an array.
fn swept(script: &Script, name: &str) -> Result<(), String> {
    match script.swept.iter().any(|known| known == name) {
        true => Err(format!("`{name}` is the array of a sweep here")),
        false => Ok(()),
    }
}

/// Constants that statements give other values.
pub(super) fn changing(script: &mut Script, items: &[Item]) {
    let mut names = Vec::new();
    assigned(items, &mut names);
    for item in items {
        if let ItemKind::Constant(constant) = &item.kind {
            names.push(renamed(&constant.name.name));
        }
    }
    let constants = &script.model.constants;
    let top = |name: &String| {
        items.iter().filter(|item| matches!(&item.kind, ItemKind::Constant(c) if renamed(&c.name.name) == *name)).count()
    };
    let inner = |name: &String| {
        let mut inner = Vec::new();
        assigned(items, &mut inner);
        inner.contains(name)
    };
    names.retain(|name| {
        constants.iter().any(|c| renamed(&c.name) == *name) && (top(name) > 1 || inner(name))
    });
    names.sort();
    names.dedup();
    script.changing = names;
}

/// `lif.I[0:5] = 20 mV + i*1 mV`, `x[2] += 1`, `tau = 5 ms`
fn assign(script: &mut Script, assignment: &Assignment) -> Result<(), String> {
    let operator = assignment.operator.spelling();
    if let Some(name) = base_name(&assignment.place) {
        let name = name.to_string();
        let value = script.printer.print(&assignment.value, Mode::Values)?;
        let place = script.printer.print(&assignment.place, Mode::Values)?;
        swept(script, &name)?;
        script.line(&format!("{place} {operator} {value}"));
        return Ok(());
    }
    within(script, &assignment.place);
    let variables = script.printer.dimensions.clone();
    let place = script.printer.print(&assignment.place, Mode::Script)?;
    let constants = &script.model.constants;
    let is_variable = |name: &str| {
        variables.contains_key(name)
            && !constants.iter().any(|c| c.name == name)
            && !["t", "dt"].contains(&name)
    };
    let each = values::each(&assignment.value, &is_variable);
    let reads = values::reads(&script.printer, &assignment.value);
    if each && reads && !only_scalars(script, &assignment.value) {
        return Err("values of the protocol together with values for each neuron".into());
    }
    let variable = member(&assignment.place).unwrap_or("").to_string();
    let value = match (each, reads) {
        (false, true) => script.printer.print(&assignment.value, Mode::Values)?,
        // Values of variables are texts for Brian2.
        _ => format!("'{}'", script.printer.value(&variable, &assignment.value)?),
    };
    // An assignment of the protocol reaches refractory neurons, a text of Brian2 does as well.
    let line = match assignment.operator {
        AssignOp::Set => format!("{place} = {value}"),
        operator => format!("{place} {} {value}", operator.spelling()),
    };
    script.line(&line);
    script.within(None);
    Ok(())
}

/// Names of the protocol in it are single numbers: the variables of loops and sweeps.
fn only_scalars(script: &Script, expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Member { .. } | ExprKind::Array(_) | ExprKind::Index { .. } => false,
        ExprKind::Name(name) => !script.printer.local(name) || script.scalars.contains(name),
        _ => expr
            .children()
            .iter()
            .all(|child| only_scalars(script, child)),
    }
}

/// `I` of `lif.I[0:3]`.
fn member(place: &Expr) -> Option<&str> {
    match &place.kind {
        ExprKind::Member { name, .. } => Some(&name.name),
        ExprKind::Index { base, .. } => member(base),
        _ => None,
    }
}

/// Makes the variables of the population of a place known.
fn within(script: &mut Script, place: &Expr) {
    let mut base = place;
    while let ExprKind::Member { base: inner, .. } | ExprKind::Index { base: inner, .. } =
        &base.kind
    {
        base = inner;
    }
    let model = script.model;
    let name = base.as_name().unwrap_or("");
    let owner = model
        .owners()
        .into_iter()
        .find(|owner| model.owner_name(*owner) == name);
    script.within(owner);
}
