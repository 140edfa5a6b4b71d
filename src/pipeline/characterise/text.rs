//! The character of a neuron as text.

use std::fmt::Write;

use super::Character;
use crate::units::dimension::Dimension;
use crate::units::display::format_quantity;

/// How many rows of a curve are printed.
const ROWS: usize = 11;

fn time(seconds: f64) -> String {
    quantity(seconds, Dimension::TIME)
}

/// Four digits say what there is to say.
fn quantity(value: f64, dimension: Dimension) -> String {
    let rounded: f64 = format!("{value:.3e}").parse().unwrap_or(value);
    format_quantity(rounded, dimension)
}

/// What was found, one thing a line.
pub fn text(character: &Character) -> String {
    let input = |value: f64| quantity(value, character.input_dimension);
    let name = &character.input;
    let mut out = format!("{} (input `{name}`)\n", character.name);
    let mut line = |what: &str, how: String| {
        let _ = writeln!(out, "  {what:<22}{how}");
    };
    let states: Vec<String> = character
        .rest
        .iter()
        .map(|state| {
            format!(
                "{} = {}",
                state.name,
                quantity(state.value, state.dimension)
            )
        })
        .collect();
    match character.stability {
        Some(stability) => {
            line(
                "resting state",
                format!("{} ({stability})", states.join(", ")),
            );
            let modes: Vec<String> = character
                .eigenvalues
                .iter()
                .filter(|(_, im)| *im >= 0.0)
                .map(mode)
                .collect();
            line("returns to it", modes.join(", "));
        }
        None => line(
            "resting state",
            format!("none near the start ({})", states.join(", ")),
        ),
    }
    if let Some(tau) = character.time_constant {
        line(
            "time constant",
            format!(
                "{} (of `{}`, everything else held)",
                time(tau),
                character.membrane.name
            ),
        );
    }
    if let Some(resistance) = character.resistance {
        let inverse = character.input_dimension.inverse();
        let dimension = character
            .membrane
            .dimension
            .checked_mul(inverse)
            .unwrap_or(Dimension::NONE);
        line(
            "input resistance",
            format!(
                "{} (change of the resting state per input)",
                quantity(resistance, dimension)
            ),
        );
    }
    if character.spontaneous {
        line("rheobase", "none: it spikes without input".into());
    } else {
        match (character.rheobase, character.lasting) {
            (Some(rheobase), lasting) => {
                line(
                    "rheobase",
                    format!(
                        "{} (first spike within {})",
                        input(rheobase),
                        time(character.watched)
                    ),
                );
                match lasting {
                    Some(lasting) if lasting > rheobase * 1.001 => {
                        line("lasting firing from", input(lasting))
                    }
                    Some(_) => line("lasting firing from", "the rheobase on".into()),
                    None => line("lasting firing", "at no input".into()),
                }
            }
            (None, _) if character.firing.is_empty() => {
                line("rheobase", "none: no input makes it spike".into())
            }
            (None, _) => line("rheobase", "none found".into()),
        }
    }
    if let Some(chronaxie) = character.chronaxie {
        line(
            "chronaxie",
            format!("{} (pulses of twice the rheobase)", time(chronaxie)),
        );
    }
    if !character.firing.is_empty() {
        let _ = writeln!(
            out,
            "\n  f-I curve             rate, lasting    rate of the first interval"
        );
        for k in rows(character.firing.len()) {
            if let Some(one) = character.firing.get(k) {
                let hertz = |rate: f64| quantity(rate, Dimension::TIME.inverse());
                let _ = writeln!(
                    out,
                    "  {:<22}{:<17}{}",
                    input(one.input),
                    hertz(one.lasting),
                    hertz(one.first)
                );
            }
        }
    }
    if !character.strength.is_empty() {
        let _ = writeln!(out, "\n  duration of a pulse   smallest input for a spike");
        for (duration, strength) in &character.strength {
            let _ = writeln!(out, "  {:<22}{}", time(*duration), input(*strength));
        }
    }
    if let Some(first) = character.answers.first() {
        let _ = writeln!(
            out,
            "\n  pulse of {:<13}spikes, first after   largest deviation of `{}`",
            time(first.duration),
            character.membrane.name
        );
        for answer in &character.answers {
            let within = |t: &&f64| **t >= 0.0 && **t <= answer.duration;
            let spikes: Vec<&f64> = answer.spikes.iter().filter(within).collect();
            let latency = spikes.first().map_or("-".to_string(), |t| time(**t));
            let rest = character.membrane.value;
            let farthest = answer.v.iter().fold(0.0f64, |m, v| {
                if (v - rest).abs() > m.abs() {
                    v - rest
                } else {
                    m
                }
            });
            let said = format!("{}, {latency}", spikes.len());
            let _ = writeln!(
                out,
                "  {:<22}{said:<22}{}",
                input(answer.input),
                quantity(farthest, character.membrane.dimension)
            );
        }
    }
    out
}

/// An eigenvalue as a reader sees it: how fast a disturbance vanishes, and how it swings.
fn mode((re, im): &(f64, f64)) -> String {
    let decay = time(-1.0 / re);
    match *im > 1e-9 * re.abs() {
        true => {
            let swings = quantity(im / std::f64::consts::TAU, Dimension::TIME.inverse());
            format!("within {decay}, swinging at {swings}")
        }
        false => format!("within {decay}"),
    }
}

/// Positions of some rows of many, the first and the last among them.
fn rows(count: usize) -> Vec<usize> {
    let last = count.saturating_sub(1);
    let mut rows: Vec<usize> = (0..ROWS).map(|k| k * last / (ROWS - 1)).collect();
    rows.dedup();
    rows
}
