//! Constants, parameters, functions and definitions that nothing uses.

use std::collections::HashMap;

use crate::check::context::Checker;
use crate::diagnostic::{Diagnostic, codes};
use crate::model::{GroupKind, Owner, VariableKind};
use crate::syntax::ast::{DefinitionKind, ItemKind};

/// Warns about constants, parameters, functions and definitions of the root file whose name stands nowhere else in it.
///
/// The text decides, not the model: what a function or a definition uses that is itself not used counts as well.
pub fn check(checker: &mut Checker) {
    // A file that declares and does not simulate is for others to use.
    if checker.model.groups.ids().next().is_none() {
        return;
    }
    let Some(root) = checker.units.first().map(|unit| unit.id) else {
        return;
    };
    let sources = checker.sources;
    let counts = words(&sources.file(root).text);
    let once = |name: &str| counts.get(name).copied().unwrap_or(0) <= 1;
    let mut found = Vec::new();
    let mut noted = Vec::new();
    for (position, constant) in checker.model.constants.iter().enumerate() {
        let used = checker.used_constants.contains(&(position as u32));
        if constant.span.file == root && !used && once(&constant.name) {
            found.push((
                constant.span,
                format!("the constant `{}` is not used", constant.name),
            ));
        }
    }
    for (id, variable) in checker.model.variables.iter_enumerated() {
        let parameter = matches!(
            variable.kind,
            VariableKind::Stored | VariableKind::Linked { .. }
        );
        if parameter
            && variable.span.file == root
            && !checker.used.contains(&id)
            && once(&variable.name)
        {
            let owner = checker.model.owner_name(variable.owner);
            let message = format!("nothing in `{owner}` uses `{}`", variable.name);
            let synaptic = matches!(variable.owner, Owner::Projection(_));
            if synaptic && variable.name == "order" {
                let note = "this declares a parameter; the order of a pathway carries its name, as in `order pre: 1`";
                let diagnostic = Diagnostic::new(codes::UNUSED, variable.span, message);
                noted.push(diagnostic.label("has no effect").note(note));
                continue;
            }
            found.push((variable.span, message));
        }
    }
    // Where other populations are looked at, one whose name never comes up again was forgotten.
    let looked_at = !checker.model.figures.is_empty() || !checker.model.records.is_empty();
    for group in checker.model.groups.iter() {
        if looked_at && group.span.file == root && group.threshold.is_none() && once(&group.name) {
            let equations = matches!(group.kind, GroupKind::Neurons);
            found.push((
                group.span,
                match equations {
                    true => format!("nothing records, plots or reads `{}`", group.name),
                    false => format!("`{}` leads nowhere", group.name),
                },
            ));
        }
    }
    for item in checker
        .units
        .first()
        .into_iter()
        .flat_map(|unit| &unit.file.items)
    {
        match &item.kind {
            ItemKind::Function(function) if !checker.called.contains(&function.name.span) => {
                let name = &function.name;
                if once(&name.name) {
                    found.push((
                        name.span,
                        format!("the function `{}` is not called", name.name),
                    ));
                }
            }
            ItemKind::Definition(definition)
                if definition.kind == DefinitionKind::Neuron
                    && !checker.instantiated.contains(&definition.name.span.start) =>
            {
                let name = &definition.name;
                if once(&name.name) {
                    found.push((
                        name.span,
                        format!("there are no neurons of `{}`", name.name),
                    ));
                }
            }
            _ => {}
        }
    }
    for diagnostic in noted {
        checker.report(diagnostic);
    }
    for (span, message) in found {
        checker.report(Diagnostic::new(codes::UNUSED, span, message).label("has no effect"));
    }
}

/// How often each word stands in a text, comments apart.
fn words(text: &str) -> HashMap<&str, usize> {
    let mut counts = HashMap::new();
    for line in text.lines() {
        let line = line.split('#').next().unwrap_or("");
        for word in line.split(|c: char| !(c.is_alphanumeric() || c == '_')) {
            *counts.entry(word).or_insert(0) += 1;
            // `dv/dt` is about `v`.
            if let Some(rest) = word.strip_prefix('d') {
                *counts.entry(rest).or_insert(0) += 1;
            }
        }
    }
    counts
}
