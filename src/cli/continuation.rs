//! `snnc continue`: equilibria over a parameter, with their stability, folds and Hopf points.

use std::fmt::Write;

use super::args::ContinueArgs;
use super::characterise::{text_of, write};
use super::files::Disk;
use super::{Exit, values};
use crate::figure::axis::Axis;
use crate::figure::marks::line::Line;
use crate::figure::marks::points::Points;
use crate::figure::marks::{Kind, Mark};
use crate::figure::style::{Color, Dash};
use crate::figure::{Figure, Panel};
use crate::pipeline::characterise::subject::{Alone, Wanted, equations, quantity};
use crate::pipeline::continuation::{Branch, Happening, Special, follow, pieces};
use crate::units::dimension::Dimension;
use crate::units::display::format_quantity;

/// Follows the equilibria, prints what happens to them, draws them.
pub fn continuation(args: &ContinueArgs) -> Exit {
    let (wanted, options) = match (text_of(&args.model), values::options(&args.values)) {
        (Ok((file, text)), Ok(options)) => (
            Wanted {
                file,
                text,
                name: args.name.clone(),
                input: Some(args.over.clone()),
                element: args.neuron,
            },
            options,
        ),
        (Err(complaint), _) | (_, Err(complaint)) => {
            super::complain(&complaint);
            return Exit::Usage;
        }
    };
    let world = Disk::new();
    let alone = match equations(&world, &wanted, &options) {
        Ok(alone) => alone,
        Err(why) => {
            super::complain(&why);
            return Exit::Model;
        }
    };
    let end = |given: &Option<String>, default: Option<f64>, option: &str| match (given, default) {
        (Some(text), _) => quantity(text, alone.dimension),
        (None, Some(value)) => Ok(value),
        (None, None) => Err(format!(
            "`{}` has no range in the file: give `{option} VALUE`",
            args.over
        )),
    };
    let low = end(&args.from, alone.range.map(|range| range.0), "--from");
    let high = end(&args.to, alone.range.map(|range| range.1), "--to");
    let (low, high) = match (low, high) {
        (Ok(low), Ok(high)) if low < high => (low, high),
        (Ok(_), Ok(_)) => {
            super::complain("--from must be less than --to");
            return Exit::Usage;
        }
        (Err(complaint), _) | (_, Err(complaint)) => {
            super::complain(&complaint);
            return Exit::Usage;
        }
    };
    let branches = follow(&alone.field, low, high);
    super::print(&text(&alone, &branches, low, high));
    match &args.out {
        Some(folder) => write(&[figure(&alone, &branches)], folder),
        None => Exit::Success,
    }
}

/// Six digits.
fn shown(value: f64, dimension: Dimension) -> String {
    let rounded: f64 = format!("{value:.5e}").parse().unwrap_or(value);
    // What is a millionth of nothing is nothing.
    let rounded = if rounded.abs() < 1e-14 { 0.0 } else { rounded };
    format_quantity(rounded, dimension)
}

fn text(alone: &Alone, branches: &[Branch], low: f64, high: f64) -> String {
    let value = |value: f64| shown(value, alone.dimension);
    let mut out = format!(
        "{}: equilibria for `{}` from {} to {}\n",
        alone.name,
        alone.knob,
        value(low),
        value(high)
    );
    if branches.is_empty() {
        out.push_str("  none found near the starting values\n");
    }
    let named = alone.field.named();
    let states = |state: &[f64]| {
        let pairs = named.iter().zip(state);
        let texts =
            pairs.map(|((name, dimension), x)| format!("{name} = {}", shown(*x, *dimension)));
        texts.collect::<Vec<_>>().join(", ")
    };
    for (number, branch) in branches.iter().enumerate() {
        if branches.len() > 1 {
            let _ = writeln!(out, "\nbranch {}", number + 1);
        } else {
            out.push('\n');
        }
        let pieces = pieces(branch);
        // Between two pieces something happens, and that is where one ends.
        let exact = pieces.len() == branch.special.len() + 1;
        let mut rows = Vec::new();
        for (k, (first, last, unstable)) in pieces.into_iter().enumerate() {
            let (Some(a), Some(b)) = (branch.points.get(first), branch.points.get(last)) else {
                continue;
            };
            let at = |k: Option<usize>| {
                let special = k.and_then(|k| branch.special.get(k)).filter(|_| exact);
                special.map(|special| special.point.value)
            };
            let from = at(k.checked_sub(1)).unwrap_or(a.value);
            let to = at(Some(k)).unwrap_or(b.value);
            let all = a.at.state.len();
            let how = match unstable {
                0 => "stable".to_string(),
                n if n == all => "unstable".to_string(),
                n => format!("unstable in {n} of {all} directions"),
            };
            rows.push((format!("{} to {}", value(from), value(to)), how));
        }
        let width = rows
            .iter()
            .map(|row| row.0.chars().count())
            .max()
            .unwrap_or(0);
        for (range, how) in rows {
            let _ = writeln!(out, "  {range:width$}  {how}");
        }
        for special in &branch.special {
            let beyond = match special.frequency() {
                Some(frequency) => format!(
                    ", oscillation begins at {}",
                    shown(frequency, Dimension::TIME.inverse())
                ),
                None => String::new(),
            };
            let _ = writeln!(
                out,
                "  {:<13}{:<17} {}{beyond}",
                special.what.name(),
                value(special.point.value),
                states(&special.point.at.state)
            );
        }
    }
    out
}

fn figure(alone: &Alone, branches: &[Branch]) -> Figure {
    let k = alone.membrane;
    let (name, dimension) = alone
        .field
        .named()
        .into_iter()
        .nth(k)
        .unwrap_or((String::new(), Dimension::NONE));
    let mut panel = Panel::new(
        String::new(),
        Axis::new(alone.knob.clone(), alone.dimension),
        Axis::new(name, dimension),
    );
    let of = |state: &[f64]| state.get(k).copied().unwrap_or(f64::NAN);
    let mut named = [false; 2];
    for branch in branches {
        for (first, last, unstable) in pieces(branch) {
            // One point further, so that pieces join.
            let points = branch
                .points
                .get(first..(last + 2).min(branch.points.len()))
                .unwrap_or_default();
            let line = Kind::Line(Line {
                x: points.iter().map(|point| point.value).collect(),
                y: points.iter().map(|point| of(&point.at.state)).collect(),
            });
            let stable = unstable == 0;
            let mut mark = Mark::new(line).colored(if stable {
                Color::Palette(0)
            } else {
                Color::Palette(1)
            });
            if !stable {
                mark = mark.dashed(Dash::Dashed);
            }
            if let Some(known) = named.get_mut(usize::from(stable))
                && !*known
            {
                *known = true;
                mark = mark.named(if stable { "stable" } else { "unstable" });
            }
            panel = panel.with(mark);
        }
    }
    let kinds = [Happening::Fold, Happening::Hopf, Happening::Branch];
    for (color, what) in (2..).zip(kinds) {
        let here: Vec<&Special> = branches
            .iter()
            .flat_map(|branch| &branch.special)
            .filter(|special| special.what == what)
            .collect();
        if !here.is_empty() {
            let x: Vec<f64> = here.iter().map(|special| special.point.value).collect();
            let y: Vec<f64> = here
                .iter()
                .map(|special| of(&special.point.at.state))
                .collect();
            let mut points = Points::new(x.into(), y.into());
            points.radius = 4.0;
            panel = panel.with(
                Mark::new(Kind::Points(points))
                    .named(what.name())
                    .colored(Color::Palette(color)),
            );
        }
    }
    Figure {
        title: format!("Equilibria of {} over {}", alone.name, alone.knob),
        panels: vec![panel],
        columns: 1,
        film: None,
    }
}
