//! Tables of the network: summary, populations, connectivity, input, measurements, integration.

use std::collections::BTreeSet;

use super::gather::Gathered;
use super::values::{quantity, table, time};
use super::{Block, Cell, Inline, math, words};
use crate::model::projection::{Delay, Endpoint};
use crate::model::protocol::{Record, Recorded, Which};
use crate::model::{GroupKind, Owner, VariableId, VariableKind};
use crate::syntax::ast::{ConnectKind, ExprKind, ItemKind, Member, MemberKind};
use crate::typeset::{Math, symbol};
use crate::units::dimension::Dimension;

fn counted(count: usize, one: &str, many: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        n => format!("{n} {many}"),
    }
}

fn joined(names: impl Iterator<Item = String>) -> String {
    let unique: Vec<String> = names.fold(Vec::new(), |mut all, name| {
        if !all.contains(&name) {
            all.push(name);
        }
        all
    });
    unique.join(", ")
}

/// The first table: each aspect in a few words.
pub fn summary(gathered: &Gathered<'_>) -> Vec<Block> {
    let model = gathered.model();
    let mut rows = Vec::new();
    let mut row = |name: &str, text: String| {
        if !text.is_empty() {
            rows.push(vec![words(name), words(&text)]);
        }
    };
    let size: usize = model.groups.iter().map(|group| group.size).sum();
    let populations = counted(model.groups.len(), "population", "populations");
    row(
        "Populations",
        format!(
            "{populations}, {} in all",
            counted(size, "element", "elements")
        ),
    );
    let kinds = model.projections.iter().flat_map(|projection| {
        let members = gathered.projection(&projection.name);
        members.into_iter().flat_map(|(_, described)| {
            described
                .members()
                .filter_map(connection)
                .collect::<Vec<_>>()
        })
    });
    let kinds = joined(kinds.map(|kind| kind.0.to_string()));
    let projections = counted(model.projections.len(), "projection", "projections");
    match model.projections.is_empty() {
        true => row("Connectivity", "none".into()),
        false => row("Connectivity", format!("{projections}: {kinds}")),
    }
    let neurons = model.groups.iter().filter(|g| g.kind == GroupKind::Neurons);
    let neurons = neurons.map(|group| {
        let described = gathered.population(&group.name);
        let named = described.and_then(|described| described.definition);
        let states = group.system.equations.len();
        let equations = counted(states, "differential equation", "differential equations");
        let noise = if group.system.noises.is_empty() {
            ""
        } else {
            " with noise"
        };
        let spikes = if group.threshold.is_some() {
            ", threshold"
        } else {
            ""
        };
        match named {
            Some(name) => format!("{name}: {equations}{noise}{spikes}"),
            None => format!("{equations}{noise}{spikes}"),
        }
    });
    row("Neuron model", joined(neurons));
    let synapses = model.projections.iter().map(|projection| {
        let own = projection.system.equations.len() + projection.event_driven.equations.len();
        let named = gathered
            .projection(&projection.name)
            .and_then(|(_, d)| d.definition);
        match (named, own, projection.summed.is_empty()) {
            (Some(name), ..) => name.to_string(),
            (None, 0, true) => "effect of each spike at once".to_string(),
            (None, 0, false) => "summed, in every step".to_string(),
            (None, n, _) => counted(n, "differential equation", "differential equations"),
        }
    });
    row("Synapse model", joined(synapses));
    let plastic = model.projections.iter().filter(|projection| {
        projection.pathways.iter().any(|pathway| {
            let targets = pathway.code.statements.iter().map(|s| s.target);
            targets.into_iter().any(|id| {
                let variable = &model.variables[id];
                matches!(variable.owner, Owner::Projection(_))
                    && variable.kind == VariableKind::Stored
            })
        })
    });
    row(
        "Plasticity",
        joined(plastic.map(|projection| projection.name.clone())),
    );
    let mut input = Vec::new();
    for group in model.groups.iter() {
        match group.kind {
            GroupKind::Poisson { .. } => input.push("Poisson spike trains".to_string()),
            GroupKind::Generator { .. } => input.push("given spikes".to_string()),
            GroupKind::Neurons => {}
        }
    }
    if !model.poisson_inputs.is_empty() {
        input.push("summed Poisson spike trains".into());
    }
    if !model.signals.is_empty() {
        input.push("functions of time".into());
    }
    row("Input", joined(input.into_iter()));
    let measured = model.records.iter().map(|record| match &record.what {
        Recorded::Spikes { event: None, .. } => "spikes".to_string(),
        Recorded::Spikes { .. } => "events".to_string(),
        Recorded::Rate { .. } => "population rates".to_string(),
        Recorded::States { variables, .. } | Recorded::Synapses { variables, .. } => {
            names(gathered, variables)
        }
    });
    row("Measurements", joined(measured));
    vec![Block::Table {
        head: vec!["Aspect", "Here"],
        rows,
    }]
}

fn names(gathered: &Gathered<'_>, ids: &[VariableId]) -> String {
    let model = gathered.model();
    let names: Vec<&str> = ids
        .iter()
        .map(|id| model.variables[*id].name.as_str())
        .collect();
    names.join(", ")
}

/// Populations, and their parts that have names.
pub fn populations(gathered: &Gathered<'_>) -> Vec<Block> {
    let model = gathered.model();
    let mut rows = Vec::new();
    for group in model.groups.iter() {
        let described = gathered.population(&group.name);
        let definition = described
            .as_ref()
            .and_then(|described| described.definition);
        let elements = match (&group.kind, definition) {
            (GroupKind::Poisson { .. }, _) => "Poisson processes".to_string(),
            (GroupKind::Generator { .. }, _) => "given spikes".to_string(),
            (GroupKind::Neurons, Some(name)) => name.to_string(),
            (GroupKind::Neurons, None) => "neurons".to_string(),
        };
        let doc = described.as_ref().and_then(|described| described.doc);
        rows.push(vec![
            words(&format!("`{}`", group.name)),
            words(&elements),
            math(Math::Number(group.size.to_string())),
            words(&doc.unwrap_or("").replace('\n', " ")),
        ]);
    }
    for item in gathered.trees.iter().flat_map(|tree| &tree.items) {
        if let ItemKind::Constant(constant) = &item.kind
            && let ExprKind::Index { base, .. } = &constant.value.kind
            && let Some(whole) = base.as_name()
            && model.groups.iter().any(|group| group.name == whole)
        {
            let doc = item.doc.as_ref().map_or("", |doc| doc.text.as_str());
            rows.push(vec![
                words(&format!("`{}`", constant.name.name)),
                words(&format!(
                    "part of `{whole}`: `{}`",
                    gathered.source(constant.value.span)
                )),
                Vec::new(),
                words(&doc.replace('\n', " ")),
            ]);
        }
    }
    table(vec!["Name", "Elements", "Size", "Meaning"], rows)
}

/// A kind of connection in a word, and its line.
fn connection(member: &Member) -> Option<(&'static str, &crate::syntax::ast::Connect)> {
    let MemberKind::Connect(connect) = &member.kind else {
        return None;
    };
    let word = match (&connect.kind, &connect.probability) {
        (ConnectKind::All, None) => "all to all",
        (ConnectKind::All, Some(_)) => "random",
        (ConnectKind::Condition(_), None) => "by a rule",
        (ConnectKind::Condition(_), Some(_)) => "random, by a rule",
        (ConnectKind::Generated(_), _) => "by a formula",
        (ConnectKind::Pairs { .. } | ConnectKind::From(_), _) => "listed",
    };
    Some((word, connect))
}

fn endpoint(gathered: &Gathered<'_>, end: &Endpoint, written: &crate::syntax::ast::Expr) -> Cell {
    let name = gathered.source(written.span);
    let model = gathered.model();
    match end.owner {
        Owner::Group(id) if model.groups[id].name != name && !name.contains('[') => {
            words(&format!("`{name}` (of `{}`)", model.groups[id].name))
        }
        _ => words(&format!("`{name}`")),
    }
}

/// One row per projection.
pub fn connectivity(gathered: &Gathered<'_>) -> Vec<Block> {
    let model = gathered.model();
    let mut rows = Vec::new();
    for projection in model.projections.iter() {
        let Some((written, described)) = gathered.projection(&projection.name) else {
            continue;
        };
        let mut pattern = Vec::new();
        let mut delays = Vec::new();
        for member in described.members() {
            if let Some((word, connect)) = connection(member) {
                if !pattern.is_empty() {
                    pattern.push(Inline::Text("; also ".into()));
                }
                pattern.extend(connected(gathered, word, connect));
            }
            if let MemberKind::Delay(delay) = &member.kind {
                if !delays.is_empty() {
                    delays.push(Inline::Text("; ".into()));
                }
                if let Some(pathway) = &delay.pathway {
                    delays.push(Inline::Text(format!("{}: ", pathway.name)));
                }
                delays.push(Inline::Math(gathered.math(&delay.value)));
            }
        }
        if delays.is_empty() {
            let common = projection
                .pathways
                .iter()
                .find_map(|pathway| match pathway.delay {
                    Delay::Common(seconds) if seconds > 0.0 => Some(seconds),
                    _ => None,
                });
            delays = match common {
                Some(seconds) => math(quantity(seconds, Dimension::TIME)),
                None => words("none"),
            };
        }
        rows.push(vec![
            words(&format!("`{}`", projection.name)),
            endpoint(gathered, &projection.source, &written.source),
            endpoint(gathered, &projection.target, &written.target),
            pattern,
            delays,
        ]);
    }
    table(vec!["Name", "Source", "Target", "Pattern", "Delay"], rows)
}

/// A connection in words.
fn connected(gathered: &Gathered<'_>, word: &str, connect: &crate::syntax::ast::Connect) -> Cell {
    let mut cell = match &connect.kind {
        ConnectKind::All if connect.probability.is_none() => words("all to all"),
        ConnectKind::All => words("each pair"),
        ConnectKind::Condition(condition) => {
            let mut cell = words("pairs with ");
            cell.push(Inline::Math(gathered.math(condition)));
            cell
        }
        ConnectKind::Generated(generator) => {
            let mut cell = words("targets ");
            let left = symbol(&generator.index.name);
            cell.push(Inline::Math(Math::equals(
                left,
                gathered.math(&generator.value),
            )));
            if let (Some(variable), Some(values)) = (&generator.variable, &generator.values) {
                cell.push(Inline::Text(" for ".into()));
                let row = vec![
                    symbol(&variable.name),
                    Math::Sign("∈"),
                    gathered.math(values),
                ];
                cell.push(Inline::Math(Math::Row(row)));
            }
            if let Some(condition) = &generator.condition {
                cell.push(Inline::Text(" where ".into()));
                cell.push(Inline::Math(gathered.math(condition)));
            }
            cell
        }
        ConnectKind::Pairs { .. } => words("listed pairs"),
        ConnectKind::From(path) => words(&format!("pairs of the file `{}`", path.value)),
    };
    let _ = word;
    if let Some(probability) = &connect.probability {
        cell.push(Inline::Text(" with probability ".into()));
        cell.push(Inline::Math(gathered.math(probability)));
    }
    if let Some(count) = &connect.count {
        cell.push(Inline::Text(", ".into()));
        cell.push(Inline::Math(gathered.math(count)));
        cell.push(Inline::Text(" synapses each".into()));
    }
    if connect.skip.is_some() {
        cell.push(Inline::Text(", those outside left out".into()));
    }
    cell
}

/// What drives the network from outside.
pub fn inputs(gathered: &Gathered<'_>) -> Vec<Block> {
    let model = gathered.model();
    let mut rows = Vec::new();
    for group in model.groups.iter() {
        let field = |name: &str| {
            let described = gathered.population(&group.name)?;
            described.members().find_map(|member| match &member.kind {
                MemberKind::Field(field) if field.word.name == name => Some(&field.value),
                _ => None,
            })
        };
        let how = match &group.kind {
            GroupKind::Poisson { .. } => {
                let mut cell = words("independent Poisson spike trains of rate ");
                match field("rates") {
                    Some(rates) => cell.push(Inline::Math(gathered.math(rates))),
                    None => continue,
                }
                cell
            }
            GroupKind::Generator { times, period, .. } => {
                let mut text =
                    format!("{} at given times", counted(times.len(), "spike", "spikes"));
                if let Some(period) = period {
                    text += &format!(", every {} again", time(*period));
                }
                words(&text)
            }
            GroupKind::Neurons => continue,
        };
        rows.push(vec![words(&format!("`{}`", group.name)), how]);
    }
    for item in gathered.trees.iter().flat_map(|tree| &tree.items) {
        if let ItemKind::PoissonInput(input) = &item.kind {
            let field = |name: &str| {
                input.members.iter().find_map(|member| match &member.kind {
                    MemberKind::Field(field) if field.word.name == name => {
                        Some(gathered.math(&field.value))
                    }
                    _ => None,
                })
            };
            let target = gathered.source(input.target.span);
            let mut cell = words(&format!("for each element of `{target}`, "));
            for (before, name) in [
                ("", "n"),
                (" Poisson spike trains of rate ", "rate"),
                (", each spike adds ", "weight"),
                (" to ", "target"),
            ] {
                cell.push(Inline::Text(before.into()));
                if let Some(value) = field(name) {
                    cell.push(Inline::Math(value));
                }
            }
            rows.push(vec![words(&format!("`{}`", input.name.name)), cell]);
        }
    }
    for signal in model.signals.iter() {
        let number = signal.values.len() / signal.columns.max(1);
        let step = time(signal.dt);
        let arguments = if signal.indexed { "t, i" } else { "t" };
        let text = format!(
            "a table of {} every {step}",
            counted(number, "value", "values")
        );
        rows.push(vec![
            words(&format!("`{}({arguments})`", signal.name)),
            words(&text),
        ]);
    }
    table(vec!["Name", "Description"], rows)
}

/// What is recorded.
pub fn measurements(gathered: &Gathered<'_>) -> Vec<Block> {
    let rows = gathered.model().records.iter().map(|record| {
        let (what, how) = measured(gathered, record);
        vec![
            words(&what),
            words(&format!("`{}`", record.name)),
            words(&how),
        ]
    });
    let rows: Vec<Vec<Cell>> = rows.collect();
    let mut seen = BTreeSet::new();
    let rows = rows
        .into_iter()
        .filter(|row| seen.insert(format!("{row:?}")));
    table(vec!["What", "Of", "How"], rows.collect())
}

fn measured(gathered: &Gathered<'_>, record: &Record) -> (String, String) {
    let model = gathered.model();
    let every = |every: &Option<f64>| match every {
        Some(seconds) => format!("every {}", time(*seconds)),
        None => "in every step".to_string(),
    };
    match &record.what {
        Recorded::States {
            group,
            variables,
            elements,
            every: interval,
            ..
        } => {
            let size = model.groups[*group].size;
            let some = match elements.len() == size {
                true => String::new(),
                false => format!(", {} of {size}", elements.len()),
            };
            (
                format!("`{}`", names(gathered, variables)),
                every(interval) + &some,
            )
        }
        Recorded::Synapses {
            variables,
            which,
            every: interval,
            ..
        } => {
            let some = match which {
                Which::All => "",
                _ => ", some synapses",
            };
            (
                format!("`{}`", names(gathered, variables)),
                every(interval) + some,
            )
        }
        Recorded::Spikes {
            slice,
            event,
            variables,
            ..
        } => {
            let events = &model.groups[slice.group].events;
            let name = event
                .and_then(|k| events.get(k))
                .map_or("spikes".to_string(), |e| format!("event `{}`", e.name));
            let with = match variables.is_empty() {
                true => "times and indices".to_string(),
                false => format!("times, indices, `{}`", names(gathered, variables)),
            };
            (name, with)
        }
        Recorded::Rate { .. } => ("population rate".into(), "in every step".into()),
    }
}

/// Methods and steps.
pub fn integration(gathered: &Gathered<'_>) -> Vec<Block> {
    let model = gathered.model();
    let mut rows = Vec::new();
    for step in &gathered.checked.steps {
        let name = model.owner_name(step.owner);
        let reasons: Vec<String> = step
            .refused
            .iter()
            .map(|refused| format!("not {}: {}", refused.method, refused.reason))
            .collect();
        let how = match (step.automatic, reasons.is_empty()) {
            (false, _) => "as given in the file".to_string(),
            (true, true) => "chosen automatically".to_string(),
            (true, false) => format!("chosen automatically ({})", reasons.join("; ")),
        };
        rows.push(vec![
            words(&format!("`{name}`")),
            words(&format!("`{}`", step.method)),
            math(quantity(model.owner_dt(step.owner), Dimension::TIME)),
            words(&how),
        ]);
    }
    if rows.is_empty() {
        let dt = time(model.dt);
        return vec![Block::Paragraph(words(&format!(
            "No differential equation is integrated; a step is {dt}."
        )))];
    }
    table(vec!["Equations of", "Method", "Step", "Why"], rows)
}
