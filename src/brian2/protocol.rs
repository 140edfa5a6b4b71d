//! Monitors, what is done to the model, and plots.

use super::export::{Script, number};
use super::expression::{Mode, renamed};
use crate::model::figure::Series;
use crate::model::protocol::{Record, Recorded, Slice, Which};
use crate::syntax::ast::{Expr, ExprKind, Item, ItemKind};
use crate::syntax::operators::AssignOp;

/// The name of a record's monitor.
fn monitor_name(position: usize) -> String {
    format!("monitor{position}")
}

/// One monitor for each record of the model.
pub(super) fn monitors(script: &mut Script) {
    let model = script.model;
    for (position, record) in model.records.iter().enumerate() {
        let line = format!("{} = {}", monitor_name(position), monitor(script, record));
        script.line(&line);
    }
}

fn slice(script: &Script, slice: Slice) -> String {
    let group = &script.model.groups[slice.group];
    let name = renamed(&group.name);
    match slice.first == 0 && slice.last == group.size {
        true => name,
        false => format!("{name}[{}:{}]", slice.first, slice.last),
    }
}

fn monitor(script: &Script, record: &Record) -> String {
    let model = script.model;
    let names = |variables: &[crate::model::VariableId]| {
        let names = variables
            .iter()
            .map(|id| format!("'{}'", model.variables[*id].name));
        format!("[{}]", names.collect::<Vec<_>>().join(", "))
    };
    let when = |slot: &str| match slot {
        "start" => String::new(),
        slot => format!(", when='{slot}'"),
    };
    let dt = |every: Option<f64>| {
        every.map_or_else(String::new, |every| {
            format!(", dt={}*second", number(every))
        })
    };
    match &record.what {
        Recorded::States {
            group,
            variables,
            elements,
            every,
            slot,
        } => {
            let group = &model.groups[*group];
            let whole = (0..group.size as u32).eq(elements.iter().copied());
            let which = if whole {
                "True".to_string()
            } else {
                format!("{elements:?}")
            };
            format!(
                "StateMonitor({}, {}, record={which}{}{})",
                renamed(&group.name),
                names(variables),
                dt(*every),
                when(slot)
            )
        }
        Recorded::Synapses {
            projection,
            variables,
            which,
            every,
            slot,
        } => {
            let name = renamed(&model.projections[*projection].name);
            let which = match which {
                Which::All => "True".to_string(),
                Which::Numbers(numbers) => format!("{numbers:?}"),
                Which::Between { pre, post } => {
                    let ends = [pre, post].map(|end| {
                        end.as_ref()
                            .map_or_else(|| ":".to_string(), |end| format!("{end:?}"))
                    });
                    format!("{name}[{}, {}]", ends[0], ends[1])
                }
            };
            format!(
                "StateMonitor({name}, {}, record={which}{}{})",
                names(variables),
                dt(*every),
                when(slot)
            )
        }
        Recorded::Spikes {
            slice: of,
            event,
            variables,
            ..
        } => {
            let with = match variables.is_empty() {
                true => String::new(),
                false => format!(", variables={}", names(variables)),
            };
            let source = slice(script, *of);
            let event = event.and_then(|event| model.groups[of.group].events.get(event));
            match event {
                Some(event) => format!("EventMonitor({source}, '{}'{with})", event.name),
                None => format!("SpikeMonitor({source}{with})"),
            }
        }
        Recorded::Rate { slice: of } => format!("PopulationRateMonitor({})", slice(script, *of)),
    }
}

/// A statement of the protocol.
pub(super) fn action(script: &mut Script, item: &Item) {
    let what = script.sources.text(item.span).to_string();
    if let ItemKind::Assignment(assignment) = &item.kind {
        within(script, &assignment.place);
    }
    let line: Result<String, String> = match &item.kind {
        ItemKind::Run(run) if run.until.is_some() => Err("a run that ends early".into()),
        ItemKind::Run(run) => script
            .printer
            .print(&run.duration, Mode::Script)
            .map(|duration| format!("run({duration})")),
        ItemKind::Save(name) => Ok(format!("store('{}')", name.name)),
        ItemKind::Restore(name) => Ok(format!("restore('{}')", name.name)),
        ItemKind::Assignment(assignment) => (|| {
            let place = script.printer.print(&assignment.place, Mode::Script)?;
            // Values of variables are texts for Brian2; arrays are Python.
            let value = match &assignment.value.ungrouped().kind {
                ExprKind::Array(_) => script.printer.print(&assignment.value, Mode::Script)?,
                ExprKind::Quantity(quantity)
                    if matches!(quantity.value.kind, ExprKind::Array(_)) =>
                {
                    script.printer.print(&assignment.value, Mode::Script)?
                }
                _ => {
                    let variable = member(&assignment.place).unwrap_or("");
                    format!("'{}'", script.printer.value(variable, &assignment.value)?)
                }
            };
            match assignment.operator {
                AssignOp::Set => Ok(format!("{place} = {value}")),
                operator => {
                    let value = script.printer.print(&assignment.value, Mode::Script)?;
                    Ok(format!("{place} {} {value}", operator.spelling()))
                }
            }
        })(),
        ItemKind::Constant(constant) => {
            let name = constant.name.name.as_str();
            let declared = script.model.constants.iter().find(|c| c.name == name);
            match declared.is_some_and(|c| c.span != constant.name.span) {
                true => script
                    .printer
                    .print(&constant.value, Mode::Script)
                    .map(|value| format!("{} = {value}", renamed(name))),
                false => return,
            }
        }
        ItemKind::Sweep(_)
        | ItemKind::For(_)
        | ItemKind::Repeat(_)
        | ItemKind::While(_)
        | ItemKind::If(_)
        | ItemKind::Every(_)
        | ItemKind::Let(_)
        | ItemKind::Collect(_)
        | ItemKind::Expect(_)
        | ItemKind::Expression(_)
        | ItemKind::Stop => Err("write it in Python".into()),
        _ => return,
    };
    script.try_line(&what, line);
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

/// Simple plots of what the figures of the model draw.
pub(super) fn plots(script: &mut Script) {
    let figures = &script.model.figures;
    if figures.is_empty() {
        return;
    }
    script.line("");
    for spec in figures {
        let rows = spec.panels.len().div_ceil(spec.columns.max(1));
        script.line("figure()");
        for (position, panel) in spec.panels.iter().enumerate() {
            script.line(&format!(
                "subplot({rows}, {}, {})",
                spec.columns.max(1),
                position + 1
            ));
            script.line(&format!("title({:?})", panel.title));
            for series in &panel.series {
                match series {
                    Series::Lines {
                        record, variable, ..
                    } => {
                        let name = monitor_name(*record);
                        let variable = &script.model.variables[*variable].name;
                        script.line(&format!("plt.plot({name}.t/ms, {name}.{variable}.T)"));
                    }
                    Series::Raster { record, .. } => {
                        let name = monitor_name(*record);
                        script.line(&format!("plt.plot({name}.t/ms, {name}.i, '.k')"));
                    }
                    Series::Rate { record, .. } => {
                        let name = monitor_name(*record);
                        script.line(&format!("plt.plot({name}.t/ms, {name}.rate/Hz)"));
                    }
                    #[allow(unreachable_patterns)] // Kinds of series that may come.
                    _ => {}
                }
            }
            script.line("xlabel('Time (ms)')");
        }
    }
    script.line("show()");
}
