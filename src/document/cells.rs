//! Neuron and synapse models: equations, events, variables. What several populations have in common is described once.

use super::gather::{Described, Gathered};
use super::values::variables;
use super::{Block, Cell, Inline, math, words};
use crate::model::{GroupKind, Owner, Refractory};
use crate::syntax::ast::{Code, ItemKind, Member, MemberKind, PathwaySide};
use crate::typeset::{Math, symbol};

type Titled = (String, Vec<Block>);

/// One entry per population with equations or a threshold.
pub fn neurons(gathered: &Gathered<'_>) -> Vec<Titled> {
    let model = gathered.model();
    let mut out: Vec<(Option<&str>, Titled)> = Vec::new();
    for (id, group) in model.groups.iter_enumerated() {
        if group.kind != GroupKind::Neurons {
            continue;
        }
        let Some(described) = gathered.population(&group.name) else {
            continue;
        };
        push(
            gathered,
            &mut out,
            &group.name,
            &described,
            Owner::Group(id),
        );
    }
    out.into_iter().map(|(_, titled)| titled).collect()
}

/// One entry per projection.
pub fn synapses(gathered: &Gathered<'_>) -> Vec<Titled> {
    let model = gathered.model();
    let mut out: Vec<(Option<&str>, Titled)> = Vec::new();
    for (id, projection) in model.projections.iter_enumerated() {
        let Some((_, described)) = gathered.projection(&projection.name) else {
            continue;
        };
        push(
            gathered,
            &mut out,
            &projection.name,
            &described,
            Owner::Projection(id),
        );
    }
    out.into_iter().map(|(_, titled)| titled).collect()
}

fn push<'a>(
    gathered: &Gathered<'a>,
    out: &mut Vec<(Option<&'a str>, Titled)>,
    name: &str,
    described: &Described<'a>,
    owner: Owner,
) {
    let again = out
        .iter()
        .any(|(known, _)| known.is_some() && *known == described.definition);
    let title = match described.definition {
        Some(definition) => format!("{name} ({definition})"),
        None => name.to_string(),
    };
    let conditional = match owner {
        Owner::Group(id) => {
            let refractory = &gathered.model().groups[id].refractory;
            matches!(refractory, Some(Refractory::While(_)))
        }
        Owner::Projection(_) => false,
    };
    let mut blocks = Vec::new();
    if again {
        let same = described.definition.unwrap_or_default();
        blocks.push(Block::Paragraph(words(&format!(
            "Equations of {same}, as above."
        ))));
        blocks.extend(equations(gathered, described.own.iter()));
        blocks.extend(events(gathered, described.own.iter(), conditional));
    } else {
        if let Some(doc) = described.doc {
            blocks.push(Block::Paragraph(words(&doc.replace('\n', " "))));
        }
        blocks.extend(equations(gathered, described.members()));
        blocks.extend(events(gathered, described.members(), conditional));
    }
    blocks.extend(variables(gathered, owner));
    out.push((described.definition, (title, blocks)));
}

/// Differential equations, then what stands in them.
fn equations<'a>(gathered: &Gathered<'_>, members: impl Iterator<Item = &'a Member>) -> Vec<Block> {
    let (mut rates, mut parts) = (Vec::new(), Vec::new());
    for member in members {
        let doc = member.doc.as_ref().map_or("", |doc| doc.text.as_str());
        match &member.kind {
            MemberKind::Differential(equation) => {
                let left = Math::rate_of(&equation.name.name);
                let right = gathered.math(&equation.rhs);
                let flags = equation.flags.iter().map(|flag| flag.name.as_str());
                rates.push((Math::equals(left, right), remark(doc, flags)));
            }
            MemberKind::Subexpression(part) if part.unit.is_some() => {
                let right = gathered.math(&part.value);
                let flags = part.flags.iter().map(|flag| flag.name.as_str());
                let left = symbol(&part.name.name);
                let summed = part.flags.iter().any(|flag| flag.name == "summed");
                let right = match summed {
                    true => Math::Row(vec![Math::Sign("∑"), right]),
                    false => right,
                };
                parts.push((Math::equals(left, right), remark(doc, flags)));
            }
            _ => {}
        }
    }
    rates.extend(parts);
    match rates.is_empty() {
        true => Vec::new(),
        false => vec![Block::Equations(rates)],
    }
}

/// Documentation and flags.
fn remark<'a>(doc: &str, flags: impl Iterator<Item = &'a str>) -> Cell {
    let flags: Vec<&str> = flags.collect();
    let doc = doc.replace('\n', " ");
    match (doc.is_empty(), flags.is_empty()) {
        (_, true) => words(&doc),
        (true, false) => words(&format!("({})", flags.join(", "))),
        (false, false) => words(&format!("{doc} ({})", flags.join(", "))),
    }
}

/// Statements with commas between.
fn code(gathered: &Gathered<'_>, code: &Code) -> Cell {
    let mut row = Vec::new();
    for statement in &code.statements {
        if !row.is_empty() {
            row.push(Inline::Text(", then ".into()));
        }
        row.push(Inline::Math(gathered.statement(statement)));
    }
    row
}

fn sentence(first: &str, then: Cell) -> Cell {
    let mut cell = words(first);
    cell.push(Inline::Text(" ".into()));
    cell.extend(then);
    cell
}

/// Thresholds, resets, what spikes do.
fn events<'a>(
    gathered: &Gathered<'_>,
    members: impl Iterator<Item = &'a Member>,
    conditional: bool,
) -> Vec<Block> {
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    let mut row = |what: &str, how: Cell| rows.push(vec![words(what), how]);
    for member in members {
        match &member.kind {
            MemberKind::Threshold(condition) => {
                row("Spike", sentence("when", math(gathered.math(condition))))
            }
            MemberKind::Reset(reset) => row("Reset", code(gathered, reset)),
            MemberKind::Refractory(value) => {
                let word = if conditional { "while" } else { "for" };
                row("Refractory", sentence(word, math(gathered.math(value))));
            }
            MemberKind::Event(event) => {
                let name = format!("Event `{}`", event.name.name);
                row(
                    &name,
                    sentence("when", math(gathered.math(&event.condition))),
                );
            }
            MemberKind::OnEvent(on) => {
                let name = format!("On `{}`", on.event.name);
                row(&name, code(gathered, &on.code));
            }
            MemberKind::Every(regular) => {
                let mut cell = sentence("every", math(gathered.math(&regular.interval)));
                cell.push(Inline::Text(": ".into()));
                cell.extend(code(gathered, &regular.code));
                row("Regularly", cell);
            }
            MemberKind::Pathway(pathway) => {
                let side = match pathway.side {
                    PathwaySide::Pre => "presynaptic",
                    PathwaySide::Post => "postsynaptic",
                };
                let event = pathway.event.as_ref();
                let event = event.map_or("spike".to_string(), |event| format!("`{}`", event.name));
                let name = pathway.name.as_ref();
                let name = name.map_or(String::new(), |name| format!(" ({})", name.name));
                row(
                    &format!("On {side} {event}{name}"),
                    code(gathered, &pathway.code),
                );
            }
            _ => {}
        }
    }
    match rows.is_empty() {
        true => Vec::new(),
        false => vec![Block::Table {
            head: vec!["Event", "What happens"],
            rows,
        }],
    }
}

/// Functions that the file defines.
pub fn functions(gathered: &Gathered<'_>) -> Vec<Block> {
    let mut rows = Vec::new();
    for item in gathered.trees.iter().flat_map(|tree| &tree.items) {
        let ItemKind::Function(function) = &item.kind else {
            continue;
        };
        let mut arguments = Vec::new();
        for parameter in &function.parameters {
            if !arguments.is_empty() {
                arguments.push(Math::Sign(","));
            }
            arguments.push(symbol(&parameter.name));
        }
        let inside = Box::new(Math::Row(arguments));
        let left = Math::Row(vec![
            symbol(&function.name.name),
            Math::Fence("(", inside, ")"),
        ]);
        let doc = item.doc.as_ref().map_or("", |doc| doc.text.as_str());
        rows.push((
            Math::equals(left, gathered.math(&function.body)),
            words(doc),
        ));
    }
    match rows.is_empty() {
        true => Vec::new(),
        false => vec![Block::Equations(rows)],
    }
}
