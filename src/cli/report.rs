//! The run report for people: a few lines.

use std::path::{Path, PathBuf};

use crate::pipeline::report::{Population, Projection, Report};
use crate::units::dimension::Dimension;
use crate::units::display::format_quantity;

/// The report as text.
pub fn text(report: &Report, written: &[PathBuf]) -> String {
    let mut out = String::new();
    let time = format_quantity(report.simulated_s, Dimension::TIME);
    let speed = match report.steps_per_second {
        speed if speed > 0.0 => format!(" at {} steps/s", short(speed)),
        _ => String::new(),
    };
    let precision = match report.precision {
        "f32" => ", single precision",
        _ => "",
    };
    let title = report.title.as_deref().unwrap_or("model");
    out.push_str(&format!(
        "{title}: {time} in {} steps{speed}, seed {}{precision}\n",
        report.steps, report.seed
    ));
    if report.sweep_points > 0 {
        let time = format_quantity(report.swept_s, Dimension::TIME);
        out.push_str(&format!(
            "  {} points of sweeps, {time} simulated\n",
            report.sweep_points
        ));
    }
    let labels = (report.populations.iter().map(label))
        .chain(report.projections.iter().map(sides))
        .map(|label| label.chars().count());
    let width = labels.max().unwrap_or(0);
    for population in &report.populations {
        out.push_str(&format!(
            "  {:width$}  {}\n",
            label(population),
            line(population)
        ));
        for reason in &population.silent_because {
            out.push_str(&format!("  {:width$}    {reason}\n", ""));
        }
        for (variable, from) in &population.sums {
            let from = from.join(" and ");
            out.push_str(&format!("  {:width$}    `{variable}` adds up {from}\n", ""));
        }
    }
    for projection in &report.projections {
        let (label, line) = (sides(projection), synapses(projection));
        out.push_str(&format!("  {label:width$}  {line}\n"));
    }
    let width = report.values.iter().map(|(name, _)| name.chars().count());
    let width = width.filter(|n| *n <= 32).max().unwrap_or(0);
    for (name, value) in &report.values {
        out.push_str(&format!("  {name:width$} = {value}\n"));
    }
    for expected in &report.expectations {
        let verdict = if expected.met { "met" } else { "NOT MET" };
        out.push_str(&format!("  expected {}: {verdict}", expected.text));
        if !expected.found.is_empty() {
            out.push_str(&format!(", found {}", expected.found));
        }
        out.push('\n');
    }
    if !written.is_empty() {
        out.push_str(&format!("  wrote {}\n", files(written)));
    }
    out
}

fn label(population: &Population) -> String {
    format!("{}[{}]", population.name, population.neurons)
}

fn line(population: &Population) -> String {
    let mut parts = Vec::new();
    match (population.spikes, population.rate_hz) {
        (Some(0), _) => parts.push("no spikes".to_string()),
        (Some(1), _) => parts.push("1 spike".to_string()),
        (Some(spikes), Some(rate)) => {
            let rate = format_quantity(rate, Dimension::TIME.inverse());
            parts.push(format!("{spikes} spikes, {rate} per neuron"));
        }
        _ => {}
    }
    if let Some(fraction) = population.silent_fraction.filter(|f| *f > 0.0 && *f < 1.0) {
        parts.push(format!("{} silent", percent(fraction)));
    }
    if let Some(method) = &population.method {
        let chosen = if population.method_automatic {
            " (chosen)"
        } else {
            ""
        };
        parts.push(format!("{method}{chosen}"));
    }
    parts.join(", ")
}

fn sides(projection: &Projection) -> String {
    let Projection {
        name,
        source,
        target,
        ..
    } = projection;
    format!("{name}: {source} -> {target}")
}

fn synapses(projection: &Projection) -> String {
    let mut line = match projection.synapses {
        0 => return "no synapses".to_string(),
        1 => "1 synapse".to_string(),
        n => format!("{n} synapses"),
    };
    if let Some(mean) = projection.per_target {
        line.push_str(&format!(", {} per target", significant(mean)));
    }
    if let Some(method) = &projection.method {
        line.push_str(&format!(", {method}"));
    }
    line
}

/// Three significant digits, whole numbers as they are.
fn significant(value: f64) -> String {
    match value {
        v if v == v.round() || v >= 100.0 => format!("{v:.0}"),
        v if v >= 10.0 => format!("{v:.1}"),
        v => format!("{v:.2}"),
    }
}

fn percent(fraction: f64) -> String {
    match 100.0 * fraction {
        p if p < 1.0 => format!("{p:.2} %"),
        p => format!("{p:.0} %"),
    }
}

fn short(value: f64) -> String {
    match value {
        v if v >= 1e6 => format!("{:.1} M", v / 1e6),
        v if v >= 1e3 => format!("{:.0} k", v / 1e3),
        v => format!("{v:.0}"),
    }
}

/// Files of one folder are named together: `out/a.svg, a.png, b.svg`.
fn files(written: &[PathBuf]) -> String {
    let folder = written
        .first()
        .and_then(|first| first.parent())
        .unwrap_or(Path::new(""));
    if written.iter().any(|path| path.parent() != Some(folder)) || written.len() == 1 {
        let names: Vec<String> = written
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        return names.join(", ");
    }
    let names = written.iter().filter_map(|path| path.file_name());
    let names: Vec<String> = names
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    format!("to {}: {}", folder.display(), names.join(", "))
}
