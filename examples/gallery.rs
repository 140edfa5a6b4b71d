//! Draws a small picture of each example and writes the page that shows them: `cargo run --release --example gallery`, or
//! `… -- NAME` for some of them.
//!
//! What an example shows is the first sentence of its file; a test compares the page with the files.
#![allow(
    clippy::expect_used,
    reason = "a tool for the folder beside it: what fails there is to be seen"
)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use snnc::check::options::CheckOptions;
use snnc::figure::Figure;
use snnc::pipeline::experiment::Experiment;
use snnc::pipeline::{Compilation, Executor};
use snnc::render::draw::{Size, Theme, png};
use snnc::runtime::simulation::Control;
use snnc::source::World;

/// The page's sections, and the examples of each.
const SECTIONS: &[(&str, &[&str])] = &[
    (
        "First steps",
        &[
            "lif",
            "tutorial_neurons",
            "tutorial_synapses",
            "tutorial_simulations",
            "f_i_curve",
            "adaptive_threshold",
            "refractoriness",
            "custom_events",
            "phase_locking",
            "reliability",
            "non_reliability",
            "stop_at_spikes",
            "bisection",
        ],
    ),
    (
        "Neuron models",
        &[
            "hodgkin_huxley",
            "morris_lecar_1981",
            "brette_gerstner_2005",
            "adex",
            "firing_patterns",
            "excitability",
            "brette_2004",
            "brette_guigon_2003",
            "platkiewicz_brette_2011",
            "if_curve_hodgkin_huxley",
            "hh_approximated",
            "hindmarsh_rose_1984",
            "naud_2008",
            "touboul_brette_2008",
            "rothman_manis_2003",
            "rossant_2011",
        ],
    ),
    (
        "Synapses and plasticity",
        &[
            "synapses",
            "state_variables",
            "spatial_connections",
            "nonlinear_synapses",
            "continuous_interaction",
            "gap_junctions",
            "short_term_plasticity",
            "stdp",
            "homeostatic_plasticity",
            "vogels_2011",
            "synapses_onto_synapses",
            "clopath_2010",
            "izhikevich_2007",
            "subgroups",
        ],
    ),
    (
        "Networks",
        &[
            "cuba",
            "coba_hh",
            "izhikevich_2003",
            "wang_buzsaki_1996",
            "brunel_hakim_1999",
            "brunel_2000",
            "synfire_chain",
            "tsodyks_uziel_markram_2000",
            "jeffress",
            "nmda_network",
            "wang_2002",
            "ring_attractor",
            "spiral_wave",
            "spreizer_2019",
            "potjans_diesmann_2014",
            "force_learning",
            "coupled_oscillators",
            "sturzl_2000",
            "licklider",
            "jansen_rit_1995",
            "astrocyte_ring",
        ],
    ),
    (
        "Equations, inputs, experiments",
        &[
            "ornstein_uhlenbeck",
            "stochastic_odes",
            "methods",
            "exprel_function",
            "functions",
            "inputs",
            "recording",
            "protocol",
            "parameter_map",
        ],
    ),
];

/// Pixels per point: a picture is about 350 pixels wide.
const SCALE: f64 = 0.55;

/// Panels that a picture shows, unless it gets large.
const PANELS: usize = 2;

/// Bytes of a picture that is large.
const LARGE: usize = 80_000;

struct Folder(PathBuf);

impl World for Folder {
    fn read(&self, _: &str, path: &str) -> Result<Vec<u8>, String> {
        std::fs::read(self.0.join(path)).map_err(|error| error.to_string())
    }
}

/// The first sentence of a file, which is a comment.
fn sentence(text: &str) -> String {
    let comment = text.lines().map_while(|line| line.strip_prefix('#'));
    let paragraph: Vec<&str> = comment
        .map(str::trim)
        .take_while(|line| !line.is_empty())
        .collect();
    let paragraph = paragraph.join(" ");
    match paragraph.find(". ") {
        Some(end) => paragraph[..=end].to_string(),
        None => paragraph,
    }
}

/// The first figure of a model, after it has run; of several panels the first ones.
fn picture(folder: &Path, name: &str, text: &str) -> Option<Vec<u8>> {
    let world = Folder(folder.to_path_buf());
    let mut compilation = Compilation::new(&world);
    let checked = compilation.check(name, text, &CheckOptions::default())?;
    let seed = checked.model.seed.unwrap_or(1);
    let built = compilation.build(&checked, Executor::Fastest, None, seed)?;
    let mut experiment = Experiment::new(&checked, &built, seed, None);
    experiment.run(&mut Control::default());
    for diagnostic in experiment.unmet() {
        println!("{name}: {}", diagnostic.message);
    }
    let figure = experiment.figures().into_iter().next()?;
    let draw = |panels: usize| {
        let shown = Figure {
            title: String::new(),
            panels: figure.panels.iter().take(panels).cloned().collect(),
            columns: 1,
            film: None,
        };
        png(&shown, &Theme::LIGHT, Size::of(&shown), SCALE)
    };
    let first = draw(PANELS);
    Some(if first.len() > LARGE { draw(1) } else { first })
}

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let mut page = String::from(
        "# Examples\n\nEach file is a whole experiment: `snnc run examples/NAME.snn` runs it and draws its figures, `snnc page` makes a live page \
         of it,\n`snnc test` checks what it expects. Numbers that are compared with Brian2 are in `tests/brian2`. `cargo run --release --example \
         gallery` writes this page.\n",
    );
    let mut bytes = 0;
    for (title, names) in SECTIONS {
        let _ = write!(page, "\n## {title}\n\n| | |\n|---|---|\n");
        for name in *names {
            let text = std::fs::read_to_string(folder.join(format!("{name}.snn")));
            let text = text.expect("an example of this name");
            let file = folder.join(format!("pictures/{name}.png"));
            if wanted.is_empty() && !file.exists()
                || wanted.contains(&(*name).to_string())
                || wanted == ["all"]
            {
                let picture = picture(&folder, name, &text).expect("a model with a figure");
                std::fs::write(&file, picture).expect("a folder for pictures");
            }
            bytes += std::fs::metadata(&file).map_or(0, |file| file.len());
            let _ = writeln!(
                page,
                "| ![{name}](pictures/{name}.png) | **[`{name}.snn`]({name}.snn)**<br>{} |",
                sentence(&text)
            );
        }
    }
    std::fs::write(folder.join("README.md"), page).expect("a folder to write to");
    println!("pictures: {} kB", bytes / 1000);
}
