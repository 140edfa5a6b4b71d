//! The character of a neuron as figures: f-I curve, strength-duration curve, answers to pulses.

use super::Character;
use crate::figure::axis::Axis;
use crate::figure::marks::line::Line;
use crate::figure::marks::points::Points;
use crate::figure::marks::rule::Rule;
use crate::figure::marks::{Kind, Mark};
use crate::figure::style::{Color, Dash};
use crate::figure::{Figure, Panel};
use crate::units::dimension::Dimension;
use crate::units::display::{choose, format_number};

/// One figure with a panel for each curve that exists.
pub fn figure(character: &Character) -> Figure {
    let mut panels = Vec::new();
    let input = || Axis::new(character.input.clone(), character.input_dimension);
    let rate = || Axis::new("rate", Dimension::TIME.inverse());
    if !character.firing.is_empty() {
        let x: Vec<f64> = character.firing.iter().map(|one| one.input).collect();
        let first: Vec<f64> = character.firing.iter().map(|one| one.first).collect();
        let lasting: Vec<f64> = character.firing.iter().map(|one| one.lasting).collect();
        let line = |y: Vec<f64>| {
            Mark::new(Kind::Line(Line {
                x: x.clone().into(),
                y: y.into(),
            }))
        };
        let panel = Panel::new("f-I curve", input(), rate())
            .with(line(first).named("first interval").colored(Color::Muted))
            .with(line(lasting).named("lasting").colored(Color::Palette(0)));
        panels.push(panel);
    }
    if !character.strength.is_empty() {
        let x: Vec<f64> = character.strength.iter().map(|one| one.0).collect();
        let y: Vec<f64> = character.strength.iter().map(|one| one.1).collect();
        let line = Kind::Line(Line {
            x: x.clone().into(),
            y: y.clone().into(),
        });
        let mut panel = Panel::new(
            "Strength and duration",
            Axis::new("duration of the pulse", Dimension::TIME).log(),
            input(),
        )
        .with(Mark::new(line).colored(Color::Palette(0)))
        .with(Mark::new(Kind::Points(Points::new(x.into(), y.into()))).colored(Color::Palette(0)));
        if let Some(rheobase) = character.rheobase {
            panel = panel.with(
                Mark::new(Kind::Rule(Rule::horizontal(rheobase)))
                    .named("rheobase")
                    .colored(Color::Muted)
                    .dashed(Dash::Dashed),
            );
        }
        panels.push(panel);
    }
    if !character.answers.is_empty() {
        let v = Axis::new(
            character.membrane.name.clone(),
            character.membrane.dimension,
        );
        let mut panel = Panel::new("Answers to pulses", Axis::time(), v);
        let largest = character
            .answers
            .iter()
            .map(|one| one.input.abs())
            .fold(0.0, f64::max);
        let unit = choose(character.input_dimension, largest);
        for answer in &character.answers {
            let value: f64 = format!("{:.2e}", unit.convert(answer.input))
                .parse()
                .unwrap_or(0.0);
            let name = format!("{} {}", format_number(value), unit.pretty());
            let line = Kind::Line(Line {
                x: answer.t.clone().into(),
                y: answer.v.clone().into(),
            });
            panel = panel.with(Mark::new(line).named(name.trim()));
        }
        panels.push(panel);
    }
    Figure {
        title: format!("{} characterised", character.name),
        panels,
        columns: 2,
        film: None,
    }
}
