//! What `snnc emit` prints: each stage's result as readable text.

mod model;

use std::fmt::Write;

use super::Checked;
use crate::algebra::equations::Equations;
use crate::algebra::facts::FACTS;
use crate::algebra::show::{show, show_with_noise};
use crate::kir::print::KernelText;
use crate::kir::{Kernel, Program};
use crate::lower::Lowered;
use crate::model::{GroupId, Model, System};
use crate::numerics::scheme::{Body, Step};

/// The checked model: every name resolved, every value in its unit.
pub fn model(checked: &Checked) -> String {
    model::text(&checked.model)
}

fn noise_names(system: &System) -> Vec<String> {
    let prefix = |name: &String| {
        if name.is_empty() {
            "xi".to_string()
        } else {
            format!("xi_{name}")
        }
    };
    system.noises.iter().map(prefix).collect()
}

/// The differential equations of every group, with subexpressions written out, and what is known about them.
pub fn equations(checked: &Checked) -> String {
    let mut model = checked.model.clone();
    let mut out = String::new();
    let ids: Vec<GroupId> = model.groups.ids().collect();
    for id in ids {
        if model.groups[id].system.equations.is_empty() {
            continue;
        }
        let _ = writeln!(out, "{}:", model.groups[id].name);
        let Ok(equations) = Equations::of_group(&mut model, id) else {
            continue;
        };
        for (k, state) in equations.states.iter().enumerate() {
            let mut rhs = show(&model, equations.drift[k]);
            for (noise, name) in equations.noise.iter().zip(&equations.noise_names) {
                let factor = show(&model, noise[k]);
                if factor != "0" {
                    let _ = write!(rhs, " + ({factor})*{name}");
                }
            }
            let _ = writeln!(out, "    d{}/dt = {rhs}", state.name);
        }
        for fact in FACTS {
            let mark = match (fact.holds)(&mut model, &equations) {
                Ok(()) => "yes".to_string(),
                Err(reason) => format!("no: {reason}"),
            };
            let _ = writeln!(out, "    {}: {mark}", fact.name);
        }
    }
    out
}

/// One step of integration of every group, written out.
pub fn scheme(checked: &Checked) -> String {
    let model = &checked.model;
    checked
        .steps
        .iter()
        .map(|step| one_scheme(model, step))
        .collect()
}

pub(super) fn one_scheme(model: &Model, step: &Step) -> String {
    let chosen = if step.automatic { " (chosen)" } else { "" };
    let owner = model.owner_name(step.owner);
    let mut out = format!("{owner}: {}{chosen}\n", step.method);
    for refusal in &step.refused {
        let _ = writeln!(out, "    # not {}: {}", refusal.method, refusal.reason);
    }
    let noises = noise_names(model.owner_system(step.owner));
    let name = |id| model.variables[id].name.clone();
    let (lets, updates) = match &step.body {
        Body::Fixed { lets, updates } => (lets, updates),
        Body::Adaptive { lets, updates, .. } => (lets, updates),
    };
    for (id, term) in lets {
        let _ = writeln!(
            out,
            "    {} = {}",
            name(*id),
            show_with_noise(model, &noises, *term)
        );
    }
    for (id, term) in updates {
        let _ = writeln!(
            out,
            "    {}_new = {}",
            name(*id),
            show_with_noise(model, &noises, *term)
        );
    }
    if let Body::Adaptive {
        error,
        next_h,
        max_rounds,
        ..
    } = &step.body
    {
        let _ = writeln!(out, "    accept if {} <= 1", show(model, *error));
        let _ = writeln!(
            out,
            "    h = {}, at most {max_rounds} rounds",
            show(model, *next_h)
        );
    }
    out
}

/// Kernels, columns and schedule; or one kernel.
///
/// # Errors
/// A complaint when there is no kernel of that name.
pub fn kernels(lowered: &Lowered, only: Option<&str>) -> Result<String, String> {
    let program = &lowered.setup.program;
    match only {
        None => Ok(program.to_string()),
        Some(_) => each(program, only, |kernel| {
            Ok(KernelText {
                layout: &program.layout,
                kernel,
            }
            .to_string())
        }),
    }
}

/// Cranelift's text of the kernels.
///
/// # Errors
/// A complaint when there is no such kernel or no native back end.
#[cfg(feature = "native")]
pub fn clif(lowered: &Lowered, only: Option<&str>) -> Result<String, String> {
    use crate::backend::native;
    let program = &lowered.setup.program;
    each(program, only, |kernel| {
        native::clif(&program.layout, kernel).map_err(|e| e.to_string())
    })
}

/// WebAssembly of the kernels as text.
///
/// # Errors
/// A sentence for the user.
#[cfg(feature = "cli")]
pub fn wat(lowered: &Lowered) -> Result<String, String> {
    let emitted = crate::backend::wasm::emit(&lowered.setup.program, true, false);
    let bytes = emitted.map_err(|problem| problem.to_string())?.bytes;
    wasmprinter::print_bytes(bytes).map_err(|problem| problem.to_string())
}

/// Machine code of the kernels.
///
/// # Errors
/// As [`clif`].
#[cfg(feature = "native")]
pub fn assembly(lowered: &Lowered, only: Option<&str>) -> Result<String, String> {
    use crate::backend::native;
    let program = &lowered.setup.program;
    each(program, only, |kernel| {
        native::assembly(&program.layout, kernel).map_err(|e| e.to_string())
    })
}

fn each(
    program: &Program,
    only: Option<&str>,
    print: impl Fn(&Kernel) -> Result<String, String>,
) -> Result<String, String> {
    let mut out = String::new();
    for kernel in program.kernels.iter() {
        if only.is_none_or(|name| name == kernel.name) {
            let _ = writeln!(out, "; {}\n{}", kernel.name, print(kernel)?);
        }
    }
    if let (Some(name), true) = (only, out.is_empty()) {
        let names: Vec<&str> = program
            .kernels
            .iter()
            .map(|kernel| kernel.name.as_str())
            .collect();
        return Err(format!(
            "there is no kernel `{name}`; there are: {}",
            names.join(", ")
        ));
    }
    Ok(out)
}
