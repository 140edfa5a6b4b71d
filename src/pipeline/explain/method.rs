//! `snnc explain method`: why this integrator, what was refused and why, and the update written out.

use std::fmt::Write;

use crate::algebra::equations::Equations;
use crate::algebra::facts::FACTS;
use crate::library::Library;
use crate::model::Owner;
use crate::numerics::scheme::Step;
use crate::pipeline::{Checked, emit};

/// The integration of every population and set of synapses with equations.
pub fn method(checked: &Checked) -> String {
    let mut out = String::new();
    for step in &checked.steps {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&one(checked, step));
    }
    if out.is_empty() {
        out.push_str("The model has no differential equations: nothing is integrated.\n");
    }
    out
}

fn one(checked: &Checked, step: &Step) -> String {
    let model = &checked.model;
    let library = Library::standard();
    let name = model.owner_name(step.owner);
    let mut out = String::new();
    let count = model.owner_system(step.owner).equations.len();
    let equations = if count == 1 { "equation" } else { "equations" };
    let _ = writeln!(
        out,
        "{name}: {count} {equations}, integrated with `{}`",
        step.method
    );
    if step.automatic {
        let tried: Vec<&str> = library.automatic().iter().map(String::as_str).collect();
        let _ = writeln!(
            out,
            "  No `method:` is given, so the first that accepts the equations is taken, of {}.",
            tried.join(", ")
        );
        for refusal in &step.refused {
            let _ = writeln!(
                out,
                "  `{}` was refused: {}.",
                refusal.method, refusal.reason
            );
        }
    } else {
        let _ = writeln!(out, "  `method: {}` asks for it.", step.method);
    }
    if let Some(doc) = library
        .method_doc(&step.method)
        .filter(|doc| !doc.is_empty())
    {
        let _ = writeln!(out, "  `{}`: {}", step.method, doc.replace('\n', " "));
    }
    if let Owner::Group(group) = step.owner {
        let mut model = model.clone();
        if let Ok(equations) = Equations::of_group(&mut model, group) {
            out.push_str("\n  What is known of the equations:\n");
            for fact in FACTS {
                let found = match (fact.holds)(&mut model, &equations) {
                    Ok(()) => "yes".to_string(),
                    Err(reason) => format!("no: {reason}"),
                };
                let _ = writeln!(out, "    {:<24} {found}", fact.name.replace('_', " "));
            }
        }
    }
    out.push_str("\n  One step:\n");
    let scheme = emit::one_scheme(model, step);
    for line in scheme
        .lines()
        .skip(1)
        .filter(|line| !line.contains("# not "))
    {
        let _ = writeln!(out, "{line}");
    }
    out
}
