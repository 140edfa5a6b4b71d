//! A model as a document: its equations, parameters, populations and connections in the tables that Nordlie, Gewaltig and Plesser (2009,
//! PLoS Comput Biol 5:e1000456) propose, its integration, its protocol.
//!
//! [`describe`] makes a [`Document`], which knows sections, tables and equations but no format; `html`, `markdown` and `latex` write it out.
//! Expressions are shown as they are written in the file; values are those of the checked model.

mod cells;
mod gather;
mod html;
mod latex;
mod markdown;
mod network;
mod protocol;
mod values;

use crate::pipeline::Checked;
use crate::pipeline::explain;
use crate::source::SourceMap;
use crate::syntax::ast;
use crate::typeset::Math;
use gather::Gathered;

pub use html::html;
pub use latex::latex;
pub use markdown::markdown;

/// A piece of running text.
#[derive(Clone, PartialEq, Debug)]
pub enum Inline {
    /// Words.
    Text(String),
    /// Something as it is written in a model or a shell.
    Code(String),
    /// Mathematics.
    Math(Math),
}

/// Running text.
pub type Cell = Vec<Inline>;

/// Words as running text; what stands between backquotes is code.
pub fn words(text: &str) -> Cell {
    let pieces = text.split('`').enumerate();
    pieces
        .filter(|(_, piece)| !piece.is_empty())
        .map(|(k, piece)| match k % 2 {
            0 => Inline::Text(piece.to_string()),
            _ => Inline::Code(piece.to_string()),
        })
        .collect()
}

/// Mathematics as running text.
pub fn math(math: Math) -> Cell {
    vec![Inline::Math(math)]
}

/// A part of a section.
#[derive(Clone, PartialEq, Debug)]
pub enum Block {
    /// Running text.
    Paragraph(Cell),
    /// Equations, one a line, with what is to be said about each.
    Equations(Vec<(Math, Cell)>),
    /// Rows under a heading.
    Table {
        /// Names of the columns.
        head: Vec<&'static str>,
        /// Rows of as many cells.
        rows: Vec<Vec<Cell>>,
    },
    /// Steps, each with how deep it stands within others.
    Steps(Vec<(usize, Cell)>),
    /// Text with its line ends and blanks.
    Listing(String),
}

/// A section.
#[derive(Clone, PartialEq, Debug)]
pub struct Section {
    /// Its heading.
    pub title: String,
    /// 1 for a section, 2 for one within it.
    pub level: usize,
    /// What it contains.
    pub blocks: Vec<Block>,
}

/// A model as a document.
#[derive(Clone, PartialEq, Debug)]
pub struct Document {
    /// Its title.
    pub title: String,
    /// What stands before the first section.
    pub lead: Vec<Cell>,
    /// Sections in order.
    pub sections: Vec<Section>,
}

impl Document {
    fn section(&mut self, title: impl Into<String>, level: usize, blocks: Vec<Block>) {
        if level > 1 && blocks.is_empty() {
            return;
        }
        self.sections.push(Section {
            title: title.into(),
            level,
            blocks,
        });
    }
}

/// Describes a checked model. `trees` are the files it is made of, the root first; `name` is that of its file.
pub fn describe(
    checked: &Checked,
    trees: &[&ast::File],
    sources: &SourceMap,
    name: &str,
) -> Document {
    let gathered = Gathered::new(checked, trees, sources);
    let model = &checked.model;
    let title = model.title.clone().unwrap_or_else(|| name.to_string());
    let mut document = Document {
        title,
        lead: gathered.lead(),
        sections: Vec::new(),
    };
    document.section("Model summary", 1, network::summary(&gathered));
    document.section("Populations", 1, network::populations(&gathered));
    if !model.projections.is_empty() {
        document.section("Connectivity", 1, network::connectivity(&gathered));
    }
    let neurons = cells::neurons(&gathered);
    let synapses = cells::synapses(&gathered);
    let heading = match synapses.is_empty() {
        true => "Neuron model",
        false => "Neuron and synapse models",
    };
    document.section(heading, 1, Vec::new());
    for (title, blocks) in neurons.into_iter().chain(synapses) {
        document.section(title, 2, blocks);
    }
    let functions = cells::functions(&gathered);
    if !functions.is_empty() {
        document.section("Functions", 1, functions);
    }
    let inputs = network::inputs(&gathered);
    if !inputs.is_empty() {
        document.section("Input", 1, inputs);
    }
    let measured = network::measurements(&gathered);
    if !measured.is_empty() {
        document.section("Measurements", 1, measured);
    }
    let constants = values::constants(&gathered);
    if !constants.is_empty() {
        document.section("Parameters", 1, constants);
    }
    document.section("Integration", 1, network::integration(&gathered));
    let schedule = explain::schedule(checked, sources);
    document.section("Schedule of a step", 1, vec![Block::Listing(schedule)]);
    let steps = protocol::steps(&gathered);
    if !steps.is_empty() {
        document.section("Protocol", 1, vec![Block::Steps(steps)]);
    }
    document.section("Reproduction", 1, reproduction(checked, name));
    document
}

fn reproduction(checked: &Checked, name: &str) -> Vec<Block> {
    let seed = match checked.model.seed {
        Some(seed) => format!("The seed of the random numbers is {seed}."),
        None => {
            "No seed is fixed: each run draws one and reports it; `--seed` repeats it.".to_string()
        }
    };
    let dt = values::time(checked.model.dt);
    let text = format!(
        "Simulated with snnc {}, `snnc run {name}`, in steps of {dt}. {seed}",
        env!("CARGO_PKG_VERSION")
    );
    vec![Block::Paragraph(words(&text))]
}
