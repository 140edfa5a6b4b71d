//! Draws figures with every kind of mark, in both themes: `cargo run --release --example figures -- FOLDER`.
//!
//! It shows how to build a figure from Rust, and prints how long drawing takes.
#![allow(clippy::disallowed_methods, reason = "made-up data for a picture")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use snnc::figure::axis::Axis;
use snnc::figure::marks::Mark;
use snnc::figure::marks::band::Band;
use snnc::figure::marks::bars::Bars;
use snnc::figure::marks::error_bars::ErrorBars;
use snnc::figure::marks::image::Image;
use snnc::figure::marks::line::Line;
use snnc::figure::marks::points::Points;
use snnc::figure::marks::raster::Raster;
use snnc::figure::marks::rule::Rule;
use snnc::figure::marks::step::Step;
use snnc::figure::style::{Color, ColorMap, ColorScale, Dash};
use snnc::figure::{Figure, Panel, Values};
use snnc::render::draw::{PNG_SCALE, Size, Theme, png, svg};
use snnc::units::dimension::{Dimension, Rational};

fn dimension(exponents: [i32; 7]) -> Dimension {
    Dimension(exponents.map(|num| Rational { num, den: 1 }))
}
fn volt() -> Dimension {
    dimension([2, 1, -3, -1, 0, 0, 0])
}
fn hertz() -> Dimension {
    Dimension::TIME.inverse()
}

/// Numbers that look random, the same in every run.
struct Dice(u64);
impl Dice {
    fn roll(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }
    fn bell(&mut self) -> f64 {
        (0..12).map(|_| self.roll()).sum::<f64>() - 6.0
    }
}

/// Leaky integrate-and-fire neurons: traces and spikes.
fn neurons(count: usize, steps: usize) -> (Values, Vec<Values>, Raster) {
    let t: Values = (0..steps).map(|k| k as f64 * 1e-4).collect();
    let (mut times, mut ids) = (Vec::new(), Vec::new());
    let mut traces = Vec::new();
    for i in 0..count {
        let (mut v, drive) = (-0.065, 0.016 + 0.0008 * i as f64);
        let mut trace = Vec::with_capacity(steps);
        for time in t.iter() {
            trace.push(v);
            v += 1e-4 * (-0.065 - v + drive) / 0.01;
            if v > -0.05 {
                v = -0.065;
                times.push(*time);
                ids.push(i as f64);
            }
        }
        traces.push(trace.into());
    }
    let raster = Raster {
        t: times.into(),
        i: ids.into(),
        rows: count,
    };
    (t, traces, raster)
}

fn line(x: &Values, y: &Values) -> Mark {
    Mark::from(Line {
        x: x.clone(),
        y: y.clone(),
    })
}

fn demo() -> [Figure; 2] {
    let (t, traces, raster) = neurons(10, 1000);
    let mut panel = Panel::new(
        "Membrane potential",
        Axis::time().between(0.0, 0.1),
        Axis::new("v", volt()),
    );
    for (i, v) in traces.iter().enumerate().step_by(3).take(3) {
        panel = panel.with(line(&t, v).named(format!("neuron {i}")));
    }
    panel =
        panel.with(Mark::from(Rule::horizontal(-0.05).saying("threshold")).dashed(Dash::Dashed));
    let spikes = Panel::new(
        "Spikes",
        Axis::time().between(0.0, 0.1),
        Axis::index("neuron"),
    )
    .with(raster);
    [Figure::of(panel), Figure::of(spikes)]
}

fn single() -> Figure {
    let (t, traces, _) = neurons(1, 1000);
    let mut panel = Panel::new("One neuron", Axis::time(), Axis::new("v", volt()));
    for v in &traces {
        panel = panel.with(line(&t, v));
    }
    Figure::of(
        panel.with(Mark::from(Rule::horizontal(-0.05).saying("threshold")).dashed(Dash::Dashed)),
    )
}

fn stacked() -> Figure {
    let (t, traces, raster) = neurons(40, 3000);
    let mut dice = Dice(7);
    let rate: Values = t
        .iter()
        .map(|t| 40.0 + 25.0 * (t * 30.0).sin() + 3.0 * dice.bell())
        .collect();
    let mut voltage = Panel::new("All forty neurons", Axis::time(), Axis::new("v", volt()));
    for v in traces.iter().step_by(4) {
        voltage = voltage.with(line(&t, v));
    }
    let by = ColorScale::new(
        "I",
        volt(),
        raster.i.iter().map(|i| 0.016 + 0.0008 * i).collect(),
    );
    let raster = Mark::from(raster).colored(Color::By(by));
    let low: Values = rate.iter().map(|r| r - 8.0).collect();
    let high: Values = rate.iter().map(|r| r + 8.0).collect();
    let rates = Panel::new("Population rate", Axis::time(), Axis::new("rate", hertz()))
        .with(
            Mark::from(Band {
                x: t.clone(),
                low,
                high,
            })
            .colored(Color::Palette(2)),
        )
        .with(line(&t, &rate).colored(Color::Palette(2)).named("mean"))
        .with(Mark::from(Rule::vertical(0.15).saying("stimulus on")).dashed(Dash::Dotted));
    Figure {
        title: "A population with a spread of inputs".into(),
        panels: vec![
            voltage,
            Panel::new("Raster", Axis::time(), Axis::index("neuron")).with(raster),
            rates,
        ],
        columns: 1,
        film: None,
    }
}

fn kinds() -> Figure {
    let mut dice = Dice(1);
    let x: Values = (0..81).map(|k| f64::from(k) * 0.5e-9).collect();
    let theory: Values = x
        .iter()
        .map(|i| (i * 1e9 - 8.0).max(0.0).sqrt() * 20.0)
        .collect();
    let some: Values = x.iter().step_by(8).copied().collect();
    let measured: Values = theory
        .iter()
        .step_by(8)
        .map(|r| (r + 4.0 * dice.bell()).max(0.0))
        .collect();
    let errors = ErrorBars {
        x: some.clone(),
        y: measured.clone(),
        low: measured.iter().map(|r| r - 6.0).collect(),
        high: measured.iter().map(|r| r + 6.0).collect(),
    };
    let fi = Panel::new(
        "f–I curve",
        Axis::new("I", dimension([0, 0, 0, 1, 0, 0, 0])),
        Axis::new("rate", hertz()),
    )
    .with(line(&x, &theory).named("theory"))
    .with(Mark::from(errors).named("simulation"));
    let edges: Values = (0..=30).map(|k| f64::from(k) * 2e-3).collect();
    let heights: Values = edges
        .iter()
        .take(30)
        .map(|e| (200.0 * (-(e - 0.02).powi(2) / 2e-4).exp() + 8.0 * dice.roll()).round())
        .collect();
    let isi = Panel::new(
        "Interspike intervals",
        Axis::new("ISI", Dimension::TIME),
        Axis::new("count", Dimension::NONE),
    )
    .with(Bars::histogram(edges, heights));
    let weights: Values = (0..60 * 60)
        .map(|k| {
            1e-9 * (-(f64::from(k % 60 - k / 60).powi(2)) / 60.0).exp() * (0.6 + 0.4 * dice.roll())
        })
        .collect();
    let siemens = dimension([-2, -1, 3, 2, 0, 0, 0]);
    let scale = ColorScale::new("w", siemens, weights);
    let image = Image::even((-0.5, 59.5), (-0.5, 59.5), 60, scale);
    let matrix = Panel::new("Weights", Axis::index("pre"), Axis::index("post")).with(image);
    let frequency: Values = (1..2000).map(f64::from).collect();
    let power: Values = frequency
        .iter()
        .map(|f| 1e-6 / (1.0 + (f / 40.0).powi(2)) * (0.6 + 0.8 * dice.roll()))
        .collect();
    let spectrum = Panel::new(
        "Spectrum",
        Axis::new("frequency", hertz()).log(),
        Axis::new("power", Dimension::NONE).log(),
    )
    .with(line(&frequency, &power));
    let cloud = |n: usize, dice: &mut Dice| -> Values { (0..n).map(|_| dice.bell()).collect() };
    let (a, b) = (cloud(400, &mut dice), cloud(400, &mut dice));
    let angle = ColorScale {
        map: ColorMap::Cyclic,
        ..ColorScale::new(
            "phase",
            Dimension::NONE,
            a.iter().zip(b.iter()).map(|(a, b)| b.atan2(*a)).collect(),
        )
    };
    let points = Panel::new(
        "Points by value",
        Axis::new("a", Dimension::NONE),
        Axis::new("b", Dimension::NONE),
    )
    .with(Mark::from(Points::new(a, b)).colored(Color::By(angle)));
    let steps: Values = (0..20).map(|k| f64::from(k) * 5e-3).collect();
    let current: Values = (0..20).map(|k| f64::from((k * 7) % 5) * 0.2e-9).collect();
    let silent = Raster {
        t: Arc::from([]),
        i: Arc::from([]),
        rows: 10,
    };
    let stimulus = Panel::new(
        "Stimulus",
        Axis::time(),
        Axis::new("I", dimension([0, 0, 0, 1, 0, 0, 0])),
    )
    .with(Step {
        x: steps,
        y: current,
    });
    let empty = Panel::new(
        "A silent population",
        Axis::time().between(0.0, 0.1),
        Axis::index("neuron"),
    )
    .with(silent);
    Figure {
        title: "Kinds of marks".into(),
        panels: vec![fi, isi, matrix, spectrum, points, stimulus, empty],
        columns: 3,
        film: None,
    }
}

fn dense() -> Figure {
    let mut dice = Dice(3);
    let (t, i): (Vec<f64>, Vec<f64>) = (0..200_000)
        .map(|_| (dice.roll(), (dice.roll() * 4000.0).floor()))
        .unzip();
    let raster = Raster {
        t: t.into(),
        i: i.into(),
        rows: 4000,
    };
    let x: Values = (0..200_000).map(|k| f64::from(k) * 5e-6).collect();
    let mut v = -0.06;
    let noise: Values = x
        .iter()
        .map(|_| {
            v += 0.002 * (-0.06 - v) + 2e-4 * dice.bell();
            v
        })
        .collect();
    let panels = vec![
        Panel::new("200 000 spikes", Axis::time(), Axis::index("neuron")).with(raster),
        Panel::new("200 000 samples", Axis::time(), Axis::new("v", volt())).with(line(&x, &noise)),
    ];
    Figure {
        title: String::new(),
        panels,
        columns: 1,
        film: None,
    }
}

/// The shortest of some runs, and what they gave.
fn fastest<T>(run: impl Fn() -> T) -> (Duration, T) {
    let time = || {
        let start = Instant::now();
        let result = run();
        (start.elapsed(), result)
    };
    let first = time();
    (0..9).map(|_| time()).fold(
        first,
        |best, next| if next.0 < best.0 { next } else { best },
    )
}

fn main() -> std::io::Result<()> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "out".into());
    std::fs::create_dir_all(&folder)?;
    let [traces, raster] = demo();
    let figures = [
        ("traces", traces),
        ("single", single()),
        ("raster", raster),
        ("stacked", stacked()),
        ("kinds", kinds()),
        ("dense", dense()),
    ];
    for theme in Theme::ALL {
        for (name, figure) in &figures {
            let size = Size::of(figure);
            let (a, vector) = fastest(|| svg(figure, &theme, size));
            let (b, pixels) = fastest(|| png(figure, &theme, size, PNG_SCALE));
            println!(
                "{name} {}: svg {a:.1?} {} kB, png {b:.1?} {} kB",
                theme.name,
                vector.len() / 1000,
                pixels.len() / 1000
            );
            std::fs::write(format!("{folder}/{name}_{}.svg", theme.name), vector)?;
            std::fs::write(format!("{folder}/{name}_{}.png", theme.name), pixels)?;
        }
    }
    Ok(())
}
