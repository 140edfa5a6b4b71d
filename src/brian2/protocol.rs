//! Monitors and plots.

use super::export::{Script, number};
use super::expression::renamed;
use crate::model::figure::Series;
use crate::model::protocol::{Record, Recorded, Slice, Which};

/// The name of a record's monitor.
fn monitor_name(position: usize) -> String {
    format!("monitor{position}")
}

/// One monitor for each record of the model.
pub(super) fn monitors(script: &mut Script) {
    let model = script.model;
    for (position, record) in model.records.iter().enumerate() {
        let name = monitor_name(position);
        let line = format!("{name} = {}", monitor(script, record));
        script.line(&line);
        match &record.what {
            Recorded::Spikes {
                slice: of,
                event: None,
                ..
            } => {
                let source = slice(script, *of);
                script.printer.recorded.spikes.insert(source, name);
            }
            Recorded::States {
                group,
                variables,
                elements,
                every: None,
                ..
            } => {
                let group = &model.groups[*group];
                let whole = (0..group.size as u32).eq(elements.iter().copied());
                for id in variables {
                    let key = (renamed(&group.name), model.variables[*id].name.clone());
                    let which = (!whole).then(|| elements.to_vec());
                    script
                        .printer
                        .recorded
                        .states
                        .insert(key, (name.clone(), which));
                }
            }
            Recorded::Rate { slice: of } => {
                let source = slice(script, *of);
                script.printer.recorded.rates.insert(source, name);
            }
            _ => {}
        }
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
