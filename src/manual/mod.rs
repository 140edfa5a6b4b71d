//! The language reference: one Markdown page per topic, shown by `snnc help TOPIC`. Every example in it is run by the tests.

pub mod tour;

use crate::analysis;
use crate::library::reference;

/// A page of the manual.
#[derive(Debug)]
pub struct Page {
    /// Word after `snnc help`.
    pub name: &'static str,
    /// What it is about, in half a line.
    pub title: &'static str,
    /// Markdown.
    markdown: &'static str,
    /// A table made from the library, put at the end of the page.
    table: Option<fn() -> String>,
}

impl Page {
    /// The whole page as Markdown.
    pub fn text(&self) -> String {
        match self.table {
            Some(table) => format!("{}\n{}", self.markdown.trim_end(), table()),
            None => self.markdown.to_string(),
        }
    }
}

macro_rules! pages {
    ($($name:literal $title:literal $($table:path)?;)*) => {
        /// All pages in reading order.
        pub const PAGES: &[Page] = &[$(Page {
            name: $name,
            title: $title,
            markdown: include_str!(concat!($name, ".md")),
            table: pages!(@table $($table)?),
        },)*];
    };
    (@table $table:path) => { Some($table) };
    (@table) => { None };
}

pages! {
    "language" "a model file from top to bottom";
    "units" "quantities, dimensions, and how they are checked" reference::units;
    "expressions" "operators, functions, conditional values" reference::functions;
    "equations" "differential equations, subexpressions, parameters, flags";
    "methods" "integration methods and how one is chosen" reference::methods;
    "events" "threshold, reset, refractoriness, custom events, regular code";
    "inputs" "signals, Poisson and given spikes, standard stimuli";
    "synapses" "which neurons are connected, what a spike does, plasticity, delays";
    "random" "random numbers and seeds";
    "precision" "values held in single precision: what it saves and the error it brings";
    "protocol" "runs, loops, sweeps, assignments between runs, saved states";
    "analysis" "arrays with units: values, spikes, recordings, functions" analysis::reference::functions;
    "recording" "what is recorded, when, and into which files";
    "python" "reading results with NumPy, pandas and Elephant";
    "plots" "figures, panels, kinds of plots, marks, options" crate::model::plots::reference;
    "pages" "live pages: a model in one HTML file, edited and run offline";
    "documents" "a model as a document: equations typeset, tables, protocol";
    "characterise" "what a neuron is like: rest, input resistance, rheobase, f-I curve";
    "schedule" "what happens in one step, in which order";
    "models" "standard models, `use`, parameter sets";
    "brian2" "coming from Brian2: what is the same and what is not";
    "commands" "the command line, exit statuses, output files";
}

/// A page by name.
pub fn find(name: &str) -> Option<&'static Page> {
    PAGES.iter().find(|page| page.name == name)
}

/// The topics, one a line.
pub fn list() -> String {
    let width = PAGES.iter().map(|page| page.name.len()).max().unwrap_or(0);
    let lines = PAGES
        .iter()
        .map(|page| format!("  {:width$}  {}\n", page.name, page.title));
    format!("Topics (snnc help TOPIC):\n{}", lines.collect::<String>())
}
