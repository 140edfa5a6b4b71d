//! The stages in order: what `check`, `run` and `emit` share. The only place that calls more than two stages.
//!
//! ```text
//! text --parse--> ast::File --check--> Model --plan--> Step per group --lower--> kir::Program
//!      --optimize, compile--> Code --run--> Recording --plot--> Figure
//! ```

pub mod characterise;
pub mod continuation;
pub mod convergence;
pub mod emit;
pub mod experiment;
pub mod explain;
pub mod field;
pub mod memory;
mod network;
mod probe;
pub mod profile;
pub mod protocol;
mod rates;
pub mod report;
mod silent;
pub mod timings;
mod unconnected;

use std::sync::Arc;

use crate::backend::{self, Backend, Code};
use crate::check::options::CheckOptions;
use crate::check::{Files, check_files};
use crate::diagnostic::{Diagnostic, Severity, Sink};
use crate::kir::opt;
use crate::library::Library;
use crate::lower::connect::procedural::Procedural;
use crate::lower::held::Precision;
use crate::lower::{self, Lowered};
use crate::model::Model;
use crate::numerics::catch;
use crate::numerics::choose::plan;
use crate::numerics::scheme::{Catch, Step};
use crate::numerics::stiff;
use crate::source::{FileId, SourceMap, World};
use crate::syntax::{ast, parse};
use timings::Timings;

/// How kernels are executed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Executor {
    /// The fastest of this build.
    #[default]
    Fastest,
    /// The interpreter: the same bits, slowly.
    Interpreter,
    /// The interpreter without a fused multiply-add: the bits of a live page.
    Unfused,
}

/// How a model is kept in memory while it runs. Results do not depend on `whole`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Keep {
    /// All their values, also of synapses that nothing looks at.
    pub whole: bool,
    /// Weights that do not change in single precision.
    pub single: bool,
    /// How the values of neurons and synapses are held.
    pub held: Precision,
}

impl Keep {
    /// Synapses that nothing looks at, for the forecast of memory: nothing where they are kept like others.
    fn sorted(self) -> Option<Precision> {
        match (self.whole, self.weights_single()) {
            (true, _) => None,
            (false, true) => Some(Precision::Single),
            (false, false) => Some(Precision::Double),
        }
    }
    /// Whether weights that do not change are kept in single precision.
    fn weights_single(self) -> bool {
        self.single || self.held == Precision::Single
    }
}

/// What is known after the front half: a closed model and one step of integration per group with equations.
pub struct Checked {
    /// The model.
    pub model: Model,
    /// Steps, in the order of the owners.
    pub steps: Vec<Step>,
    /// What event-driven equations do when an event arrives, in the order of the projections.
    pub catches: Vec<Catch>,
}

/// A program ready to run.
pub struct Built {
    /// Program and bindings.
    pub lowered: Lowered,
    /// Its kernels, compiled.
    pub code: Arc<dyn Code>,
}

/// One text on its way through the stages, with everything said about it.
pub struct Compilation<'w> {
    /// The outside.
    pub world: &'w dyn World,
    /// All files read.
    pub sources: SourceMap,
    /// What was said.
    pub sink: Sink,
    /// Where the time went.
    pub timings: Timings,
    /// How the model is kept in memory.
    pub keep: Keep,
    /// Projections whose synapses are computed anew for each event instead of stored, by name; `all` for those that can be.
    pub procedural: Vec<String>,
    /// The syntax tree of the text, once it was read; of what could not be read there are `Error` nodes.
    pub tree: Option<(FileId, ast::File)>,
}

impl<'w> Compilation<'w> {
    /// A compilation that has read nothing yet.
    pub fn new(world: &'w dyn World) -> Self {
        let timings = Timings::new(world.seconds());
        Compilation {
            world,
            sources: SourceMap::default(),
            sink: Sink::new(),
            timings,
            keep: Keep::default(),
            procedural: Vec::new(),
            tree: None,
        }
    }

    /// Text to model and schemes. Nothing when there are errors, which are in the sink.
    pub fn check(&mut self, name: &str, text: &str, options: &CheckOptions) -> Option<Checked> {
        let library = Library::standard();
        self.timings.mark("library", self.world.seconds());
        if options.pedantic {
            self.sink.pedantic();
        }
        let id = self.sources.add(name, text);
        let file = parse(id, text, &mut self.sink);
        self.timings.mark("parse", self.world.seconds());
        let files = Files::read(id, &file, &mut self.sources, self.world, &mut self.sink);
        let extended = files.library(library, &self.sources, &mut self.sink);
        let library = extended.as_ref().unwrap_or(library);
        let unread = unread_lines(self.sink.diagnostics(), &self.sources);
        let said = self.sink.diagnostics().len();
        let (sources, sink) = (&mut self.sources, &mut self.sink);
        let world = self.world;
        let model = check_files(&files, sources, library, world, options, sink);
        // What cannot be read is said once: anything else about the same line would only follow from it.
        let sources = &self.sources;
        self.sink.retain_after(said, |diagnostic| {
            let line = |span| (span, sources.line_column(span).0);
            diagnostic
                .span()
                .map(line)
                .is_none_or(|(span, line)| !unread.contains(&(span.file, line)))
        });
        self.timings.mark("check", self.world.seconds());
        self.tree = Some((id, file));
        let mut model = model?;
        if self.sink.has_errors() {
            return None;
        }
        let mut steps = Vec::new();
        for owner in model.owners() {
            if !model.owner_system(owner).equations.is_empty() {
                let step = plan(&mut model, owner, library, &mut self.sink);
                if let Some(step) = &step {
                    stiff::check(&mut model, step, library, &mut self.sink);
                }
                steps.extend(step);
            }
        }
        let mut catches = Vec::new();
        let projections: Vec<_> = model.projections.ids().collect();
        for projection in projections {
            catches.extend(catch::plan(&mut model, projection, library, &mut self.sink));
        }
        self.timings.mark("plan integration", self.world.seconds());
        (!self.sink.has_errors()).then_some(Checked {
            model,
            steps,
            catches,
        })
    }

    /// Model and schemes to compiled kernels. `available` is the memory that may be used, in bytes; synapses are drawn with `seed`, which is
    /// the seed of the simulation, too.
    pub fn build(
        &mut self,
        checked: &Checked,
        executor: Executor,
        available: Option<u64>,
        seed: u64,
    ) -> Option<Built> {
        let free = self.recomputed(&checked.model)?.free(&checked.model);
        let sink = &mut self.sink;
        memory::check(&checked.model, None, self.keep, &free, available, sink)?;
        let lowered = self.lower(checked, executor, available, seed)?;
        let backend = executor.backend();
        let compiled = backend.compile(&lowered.setup.program);
        self.timings.mark("compile kernels", self.world.seconds());
        match compiled {
            Ok(code) => Some(Built { lowered, code }),
            Err(problem) => {
                self.sink
                    .report(network::unsupported(backend.name(), &problem));
                None
            }
        }
    }

    /// Whose synapses are computed anew for each event. Nothing where a name is wrong, which is in the sink.
    fn recomputed(&mut self, model: &Model) -> Option<Procedural> {
        network::procedural(model, &self.procedural, &mut self.sink)
    }

    /// Model and schemes to an optimized program, with its synapses made. `available` and `seed` are those of [`Compilation::build`].
    pub fn lower(
        &mut self,
        checked: &Checked,
        executor: Executor,
        available: Option<u64>,
        seed: u64,
    ) -> Option<Lowered> {
        let model = &checked.model;
        let procedural = self.recomputed(model)?;
        let wiring = network::connect(
            model,
            executor.backend(),
            available,
            seed,
            self.keep,
            &procedural,
            &mut self.sink,
        )?;
        if !model.projections.is_empty() {
            self.timings.mark("make synapses", self.world.seconds());
            let (free, sink) = (procedural.free(model), &mut self.sink);
            memory::check(model, Some(&wiring), self.keep, &free, available, sink)?;
        }
        let given = lower::Given {
            steps: &checked.steps,
            catches: &checked.catches,
            wiring: &wiring,
        };
        let options = lower::Options {
            held: self.keep.held,
            traces: !self.keep.whole,
            ..lower::Options::default()
        };
        let mut lowered = lower::program(model, &given, &options);
        self.timings.mark("lower", self.world.seconds());
        opt::optimize(&mut lowered.setup.program);
        self.timings.mark("optimize", self.world.seconds());
        Some(lowered)
    }
}

/// Lines with errors.
fn unread_lines(diagnostics: &[Diagnostic], sources: &SourceMap) -> Vec<(FileId, usize)> {
    let errors = diagnostics.iter().filter(|d| d.severity == Severity::Error);
    errors
        .filter_map(Diagnostic::span)
        .map(|span| (span.file, sources.line_column(span).0))
        .collect()
}

impl Executor {
    fn backend(self) -> &'static dyn Backend {
        let all = backend::all();
        let chosen = match self {
            Executor::Fastest => all.last(),
            Executor::Interpreter => all.first(),
            Executor::Unfused => return &backend::interp::Unfused,
        };
        chosen.copied().unwrap_or(&backend::interp::Interpreter)
    }
}
