//! The command line: what can be asked, in clap's terms.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

const EXAMPLES: &str = "\
Examples:
  snnc new first.snn              write a first model
  snnc run first.snn --open       run it and show the plots
  snnc run first.snn --set 'tau=20 ms' --out results
  snnc explain E0301              what an error means, with a wrong and a right program
  snnc help units                 a page of the manual";

/// A compiler for spiking neural network models: equations in, spikes and plots out.
#[derive(Parser, Debug)]
#[command(name = "snnc", version, about, after_help = EXAMPLES, disable_help_subcommand = true, arg_required_else_help = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands; each has a file of its own in `cli`.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Run a model: simulate, report, draw its figures
    Run(RunArgs),
    /// Run models and report whether what they `expect` is met
    Test(TestArgs),
    /// Check models without running them
    Check(CheckArgs),
    /// Format models in the one standard style
    Fmt(FmtArgs),
    /// Print what a stage of the compiler makes of a model
    Emit(EmitArgs),
    /// Write a model for another simulator
    Export(ExportArgs),
    /// Translate a script of another simulator into a model
    Import(ImportArgs),
    /// Write a model as a document: equations, parameters, populations, connections, method, protocol
    Report(ReportArgs),
    /// Characterise a neuron: rest, time constant, input resistance, rheobase, f-I curve, strength and duration, pulses
    #[command(alias = "characterize")]
    Characterise(CharacteriseArgs),
    /// Follow the equilibria of a neuron over a parameter: stability, folds, Hopf points
    Continue(ContinueArgs),
    /// Write a live page: the model, its sliders and plots, and the compiler, in one HTML file that works offline
    Page(PageArgs),
    /// Show a model as a live page that follows each save of its file
    Watch(WatchArgs),
    /// Show the models of a folder as a live playground
    Serve(ServeArgs),
    /// Explain a diagnostic code, or the schedule, units, methods or a name of a model
    Explain(ExplainArgs),
    /// Serve an editor (the Language Server Protocol over standard input and output)
    #[cfg(feature = "lsp")]
    Lsp,
    /// List the standard models, or show one
    Models(ModelsArgs),
    /// Write a first model to start from
    New(NewArgs),
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
    /// Show a lesson of the guided tour, or list the lessons
    Tour(TourArgs),
    /// Show a page of the manual, or list its topics
    Help(HelpArgs),
}

/// What decides the values of a model from outside.
#[derive(Args, Debug, Clone, Default)]
pub struct ModelArgs {
    /// Give a constant another value, with its unit: --set 'tau=20 ms' (may be repeated)
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub set: Vec<String>,
    /// Apply a parameter set of the file
    #[arg(long, value_name = "NAME")]
    pub parameters: Option<String>,
    /// Seed of the random numbers; the report names the seed of every run
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
}

/// `snnc run`.
#[derive(Args, Debug)]
pub struct RunArgs {
    /// The model; `-` reads standard input
    pub file: PathBuf,
    /// Values from outside.
    #[command(flatten)]
    pub model: ModelArgs,
    /// Write everything here: figures, recordings, summary.json [default: figures only, to FILE-out/]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// What to write, comma separated [default: svg,png, and with --out also csv,npz]
    #[arg(long, value_name = "FORMATS", value_delimiter = ',', value_enum)]
    pub format: Vec<Format>,
    /// Threads to use; results are the same for any number [default: as many as help]
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
    /// How kernels are executed
    #[arg(long, value_enum, default_value_t = BackendChoice::Native)]
    pub backend: BackendChoice,
    /// How weights that do not change are kept (see `snnc help synapses`)
    #[arg(long, value_enum, value_name = "PRECISION")]
    pub weights: Option<PrecisionChoice>,
    /// Compute the synapses of this projection anew for each event instead of storing them, or those of `all` that can be (may be repeated;
    /// see `snnc help synapses`)
    #[arg(long, value_name = "NAME")]
    pub procedural: Vec<String>,
    /// How the values of neurons and synapses are held (see `snnc help precision`)
    #[arg(long, value_enum, default_value_t = PrecisionChoice::F64)]
    pub precision: PrecisionChoice,
    /// Colors of the figures
    #[arg(long, value_enum, default_value_t = ThemeChoice::Light)]
    pub theme: ThemeChoice,
    /// Open the figures when done
    #[arg(long)]
    pub open: bool,
    /// Say nothing but errors
    #[arg(long, short)]
    pub quiet: bool,
    /// Print diagnostics and the report as JSON
    #[arg(long)]
    pub json: bool,
    /// Print where the time went
    #[arg(long)]
    pub timings: bool,
    /// Measure every line of the schedule and print where the time of the steps went
    #[arg(long)]
    pub profile: bool,
}

/// `snnc test`.
#[derive(Args, Debug)]
pub struct TestArgs {
    /// The models; `-` reads standard input
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Values from outside.
    #[command(flatten)]
    pub model: ModelArgs,
    /// Threads to use; results are the same for any number [default: as many as help]
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
    /// Compute the synapses of this projection anew for each event instead of storing them, or those of `all` that can be (may be repeated;
    /// see `snnc help synapses`)
    #[arg(long, value_name = "NAME")]
    pub procedural: Vec<String>,
    /// How the values of neurons and synapses are held (see `snnc help precision`)
    #[arg(long, value_enum, default_value_t = PrecisionChoice::F64)]
    pub precision: PrecisionChoice,
    /// Say nothing but what is not met
    #[arg(long, short)]
    pub quiet: bool,
}

/// `snnc page`.
#[derive(Args, Debug)]
pub struct PageArgs {
    /// The model; without one, a playground with the examples
    pub file: Option<PathBuf>,
    /// File to write [default: FILE.html, or playground.html]
    #[arg(long, short, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Open it when done
    #[arg(long)]
    pub open: bool,
}

/// `snnc watch`.
#[derive(Args, Debug)]
pub struct WatchArgs {
    /// The model
    pub file: PathBuf,
    /// Port on this machine; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    pub port: u16,
    /// Open the page
    #[arg(long)]
    pub open: bool,
}

/// `snnc serve`.
#[derive(Args, Debug)]
pub struct ServeArgs {
    /// The folder
    #[arg(default_value = ".")]
    pub folder: PathBuf,
    /// Port on this machine; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    pub port: u16,
    /// Open the page
    #[arg(long)]
    pub open: bool,
}

/// `snnc check`.
#[derive(Args, Debug)]
pub struct CheckArgs {
    /// The models; `-` reads standard input
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Values from outside.
    #[command(flatten)]
    pub model: ModelArgs,
    /// Apply the mends that are certain, and write the files
    #[arg(long)]
    pub fix: bool,
    /// Run with dt and with dt/2, and say how far spikes move
    #[arg(long, conflicts_with_all = ["fix", "json"])]
    pub convergence: bool,
    /// Give advice as well as warnings
    #[arg(long)]
    pub pedantic: bool,
    /// Print diagnostics as JSON
    #[arg(long)]
    pub json: bool,
    /// Print where the time went
    #[arg(long)]
    pub timings: bool,
}

/// `snnc fmt`.
#[derive(Args, Debug)]
pub struct FmtArgs {
    /// The files; `-` reads standard input and prints the result
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Change nothing; exit with 1 when a file is not formatted
    #[arg(long)]
    pub check: bool,
}

/// `snnc emit`.
#[derive(Args, Debug)]
pub struct EmitArgs {
    /// The stage
    #[arg(value_enum)]
    pub stage: Stage,
    /// The model; `-` reads standard input
    pub file: PathBuf,
    /// Values from outside.
    #[command(flatten)]
    pub model: ModelArgs,
    /// Only this kernel (kernel, clif, asm)
    #[arg(long, value_name = "NAME")]
    pub kernel: Option<String>,
}

/// `snnc export`.
#[derive(Args, Debug)]
pub struct ExportArgs {
    /// The simulator
    #[arg(value_enum)]
    pub to: Simulator,
    /// The model; `-` reads standard input
    pub file: PathBuf,
    /// The script to write [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Values from outside.
    #[command(flatten)]
    pub model: ModelArgs,
}

/// `snnc import`.
#[derive(Args, Debug)]
pub struct ImportArgs {
    /// The simulator
    #[arg(value_enum)]
    pub from: Simulator,
    /// The script; `-` reads standard input
    pub file: PathBuf,
    /// The model to write [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// `snnc report`.
#[derive(Args, Debug)]
pub struct ReportArgs {
    /// The model; `-` reads standard input
    pub file: PathBuf,
    /// The form of the document
    #[arg(long, value_enum, default_value_t = DocumentFormat::Html)]
    pub format: DocumentFormat,
    /// File to write; `-` is standard output [default: FILE-report.html, .md or .tex]
    #[arg(long, short, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Values from outside.
    #[command(flatten)]
    pub model: ModelArgs,
    /// Open it when done
    #[arg(long)]
    pub open: bool,
}

/// Forms of a document.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum DocumentFormat {
    /// One page that needs nothing else
    Html,
    /// Markdown with mathematics between dollars
    Markdown,
    /// A LaTeX article
    Latex,
}

/// `snnc characterise`.
#[derive(Args, Debug)]
pub struct CharacteriseArgs {
    /// A model file, or the name of a standard model; `-` reads standard input
    pub model: PathBuf,
    /// A population or neuron definition of the file [default: the first]
    pub name: Option<String>,
    /// The parameter or constant that is the input [default: the one that looks like it]
    #[arg(long, value_name = "NAME")]
    pub input: Option<String>,
    /// Which neuron of the population
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub neuron: usize,
    /// Write the figure here, as SVG and PNG
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Values from outside.
    #[command(flatten)]
    pub values: ModelArgs,
}

/// `snnc continue`.
#[derive(Args, Debug)]
pub struct ContinueArgs {
    /// A model file, or the name of a standard model; `-` reads standard input
    pub model: PathBuf,
    /// The parameter or constant that is varied
    pub over: String,
    /// Where it begins, with its unit [default: the lower end of its range in the file]
    #[arg(long, value_name = "VALUE", allow_hyphen_values = true)]
    pub from: Option<String>,
    /// Where it ends [default: the upper end]
    #[arg(long, value_name = "VALUE", allow_hyphen_values = true)]
    pub to: Option<String>,
    /// A population or neuron definition of the file [default: the first]
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Which neuron of the population
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub neuron: usize,
    /// Write the figure here, as SVG and PNG
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Values from outside.
    #[command(flatten)]
    pub values: ModelArgs,
}

/// Other simulators.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Simulator {
    /// Brian2 (Python)
    Brian2,
}

/// `snnc explain`.
#[derive(Args, Debug)]
pub struct ExplainArgs {
    /// A code such as E0301; with a model `schedule`, `units`, `method`, or a name such as v or lif.v
    pub what: Option<String>,
    /// The model; `-` reads standard input
    pub file: Option<PathBuf>,
    /// Values from outside.
    #[command(flatten)]
    pub model: ModelArgs,
}

/// `snnc models`.
#[derive(Args, Debug)]
pub struct ModelsArgs {
    /// Print this model
    pub name: Option<String>,
}

/// `snnc new`.
#[derive(Args, Debug)]
pub struct NewArgs {
    /// The file to write
    pub file: PathBuf,
    /// Start from a standard model (see `snnc models`)
    #[arg(long, value_name = "NAME")]
    pub model: Option<String>,
}

/// `snnc completions`.
#[derive(Args, Debug)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

/// `snnc tour`.
#[derive(Args, Debug)]
pub struct TourArgs {
    /// The number of a lesson
    pub lesson: Option<usize>,
    /// Print only its model
    #[arg(long)]
    pub model: bool,
}

/// `snnc help`.
#[derive(Args, Debug)]
pub struct HelpArgs {
    /// A topic of the manual, or a subcommand
    pub topic: Option<String>,
}

/// File formats of results.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum Format {
    Svg,
    Png,
    /// Figures that move
    Gif,
    Csv,
    Npz,
}

/// Executors of kernels.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum BackendChoice {
    /// Machine code made by Cranelift
    Native,
    /// The reference interpreter: the same bits, slowly
    Interpreter,
}

/// How a number is kept in memory.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum PrecisionChoice {
    /// In 8 bytes
    F64,
    /// In 4 bytes, rounded whenever it is written
    F32,
}

/// Colors of figures.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum ThemeChoice {
    Light,
    Dark,
}

/// Stages that `emit` prints.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// The syntax tree, printed back as formatted source
    Ast,
    /// The checked model: constants, groups, variables, records, protocol
    Model,
    /// The differential equations of each group and what is known about them
    Equations,
    /// One step of integration, written out
    Scheme,
    /// The kernels and the schedule
    Kernel,
    /// Cranelift's intermediate form of the kernels
    Clif,
    /// WebAssembly, as live pages run it
    Wat,
    /// Machine code of the kernels
    Asm,
}
