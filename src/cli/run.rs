//! `snnc run`: check, build, simulate, report, draw.

use std::path::{Path, PathBuf};

use super::args::{BackendChoice, Format, RunArgs, ThemeChoice};
use super::files::{self, Disk, Input};
use super::progress::{Progress, interrupt_flag};
use super::{Exit, machine, report, values};
use crate::diagnostic::{Diagnostic, codes};
use crate::figure::Figure;
use crate::pipeline::experiment::{Ending, Experiment};
use crate::pipeline::profile;
use crate::pipeline::report::Report;
use crate::pipeline::{Compilation, Executor};
use crate::record::Recording;
use crate::record::files::{WriteError, save, writable, write_whole};
use crate::record::format;
use crate::render::draw::{self, Size, Theme};
use crate::runtime::simulation::Control;
use crate::source::World;

/// Runs a model.
pub fn run(args: &RunArgs) -> Exit {
    let (input, options) = match (files::read(&args.file), values::options(&args.model)) {
        (Ok(input), Ok(options)) => (input, options),
        (Err(complaint), _) | (_, Err(complaint)) => {
            super::complain(&complaint);
            return Exit::Usage;
        }
    };
    let keep = match values::keep(args.precision, args.weights) {
        Ok(keep) => keep,
        Err(complaint) => {
            super::complain(complaint);
            return Exit::Usage;
        }
    };
    let world = Disk::new();
    let mut compilation = Compilation::new(&world);
    compilation.keep = keep;
    compilation.procedural = args.procedural.clone();
    let checked = compilation.check(&input.name, &input.text, &options);
    let executor = match args.backend {
        BackendChoice::Native => Executor::Fastest,
        BackendChoice::Interpreter => Executor::Interpreter,
    };
    let available = machine::available_memory();
    let seed = checked.as_ref().and_then(|checked| checked.model.seed);
    let seed = seed.unwrap_or_else(machine::fresh_seed);
    let built = checked
        .as_ref()
        .and_then(|checked| compilation.build(checked, executor, available, seed));
    let (Some(checked), Some(built)) = (&checked, &built) else {
        let diagnostics = std::mem::take(&mut compilation.sink).finish();
        files::show(&compilation.sources, &diagnostics, args.json);
        return values::blame(&diagnostics, &compilation.sources);
    };
    // A long run should not find out at its end that it cannot be kept.
    let folder = args
        .out
        .clone()
        .or_else(|| (!checked.model.figures.is_empty()).then(|| default_folder(&input)));
    if let Some(Err(error)) = folder.map(|folder| writable(&folder)) {
        let diagnostic = Diagnostic::without_place(codes::FILE_NOT_WRITTEN, error.to_string());
        compilation
            .sink
            .report(diagnostic.note("nothing was simulated"));
        let diagnostics = std::mem::take(&mut compilation.sink).finish();
        files::show(&compilation.sources, &diagnostics, args.json);
        return Exit::Model;
    }
    let mut experiment = Experiment::new(checked, built, seed, args.threads);
    compilation.timings.mark("set up", world.seconds());
    let ending = simulate(&mut experiment, args.quiet || args.json, args.profile);
    compilation.timings.mark("simulate", world.seconds());
    let figures = experiment.figures();
    compilation.timings.mark("make figures", world.seconds());

    let mut run = Run {
        args,
        input: &input,
        written: Vec::new(),
    };
    let outcome = run.write(&figures, experiment.simulation.recording());
    let outcome = outcome.and_then(|()| run.write_exports(&experiment));
    compilation.timings.mark("write files", world.seconds());
    let report = crate::pipeline::report::report(&experiment, &compilation.timings);
    let outcome = outcome.and_then(|()| run.write_summary(&report, &experiment));

    let mut exit = Exit::Success;
    match ending {
        Ending::Complete => {}
        Ending::Interrupted(_) => exit = Exit::Interrupted,
        Ending::Failed(diagnostic) => {
            compilation.sink.report(*diagnostic);
            exit = Exit::Model;
        }
    }
    if let Err(error) = outcome {
        let message = error.to_string();
        compilation
            .sink
            .report(Diagnostic::without_place(codes::FILE_NOT_WRITTEN, message));
        exit = Exit::Model;
    }
    if exit == Exit::Success {
        let remarks = experiment.remarks(&figures);
        remarks
            .into_iter()
            .for_each(|remark| compilation.sink.report(remark));
    }
    for mut diagnostic in experiment.unmet() {
        diagnostic.severity = crate::diagnostic::Severity::Warning;
        compilation.sink.report(diagnostic);
    }
    let diagnostics = std::mem::take(&mut compilation.sink).finish();
    run.tell(&compilation, &diagnostics, &report, exit);
    if args.open {
        run.written
            .iter()
            .filter(|path| path.extension().is_some_and(|e| e == "png"))
            .for_each(|path| files::open(path));
    }
    exit
}

/// Runs an experiment under a progress bar; Ctrl-C ends it with what was computed. With `measure` every line of the schedule is timed.
pub fn simulate(experiment: &mut Experiment<'_>, quiet: bool, measure: bool) -> Ending {
    let interrupt = interrupt_flag();
    let mut bar = Progress::new(quiet);
    let mut progress = |state: crate::runtime::simulation::Progress| {
        bar.show(state.done / state.duration);
    };
    let started = std::time::Instant::now();
    let clock = || started.elapsed().as_secs_f64();
    let mut control = Control {
        interrupt: Some(&interrupt),
        progress: Some(&mut progress),
        clock: Some(&clock),
        measure,
    };
    let ending = experiment.run(&mut control);
    bar.finish();
    ending
}

/// Where figures go when nothing else is said.
fn default_folder(input: &Input) -> PathBuf {
    PathBuf::from(format!("{}-out", input.stem()))
}

/// What a run writes and says.
struct Run<'a> {
    args: &'a RunArgs,
    input: &'a Input,
    written: Vec<PathBuf>,
}

impl Run<'_> {
    fn folder(&self) -> PathBuf {
        match &self.args.out {
            Some(folder) => folder.clone(),
            None => default_folder(self.input),
        }
    }

    fn wants(&self, format: Format) -> bool {
        if self.args.format.is_empty() {
            let figure = matches!(format, Format::Svg | Format::Png | Format::Gif);
            return figure || self.args.out.is_some();
        }
        self.args.format.contains(&format)
    }

    fn write(&mut self, figures: &[Figure], recording: &Recording) -> Result<(), WriteError> {
        let folder = self.folder();
        let theme = match self.args.theme {
            ThemeChoice::Light => Theme::LIGHT,
            ThemeChoice::Dark => Theme::DARK,
        };
        let mut names = Vec::new();
        for figure in figures {
            let name = unique(file_name(figure), &mut names);
            let size = Size::of(figure);
            if self.wants(Format::Svg) {
                let text = draw::svg(figure, &theme, size);
                self.file(&folder.join(format!("{name}.svg")), text.as_bytes())?;
            }
            if self.wants(Format::Png) {
                let image = draw::png(figure, &theme, size, draw::PNG_SCALE);
                self.file(&folder.join(format!("{name}.png")), &image)?;
            }
            let film = self
                .wants(Format::Gif)
                .then(|| draw::gif(figure, &theme, size));
            if let Some(film) = film.flatten() {
                self.file(&folder.join(format!("{name}.gif")), &film)?;
            }
        }
        for (wanted, name) in [(Format::Csv, "csv"), (Format::Npz, "npz")] {
            if let Some(format) = format(name).filter(|_| self.wants(wanted)) {
                self.written.extend(save(recording, format, &folder)?);
            }
        }
        Ok(())
    }

    fn write_exports(&mut self, experiment: &Experiment<'_>) -> Result<(), WriteError> {
        for export in &experiment.notes.exports {
            self.file(&self.folder().join(&export.name), &export.bytes)?;
        }
        Ok(())
    }

    fn write_summary(
        &mut self,
        report: &Report,
        experiment: &Experiment<'_>,
    ) -> Result<(), WriteError> {
        if self.args.out.is_none() {
            return Ok(());
        }
        let recording = experiment.simulation.recording();
        let summary = serde_json::json!({
            "report": report,
            "recordings": crate::record::summary::summary(recording),
        });
        let text = serde_json::to_string_pretty(&summary).unwrap_or_default() + "\n";
        self.file(&self.folder().join("summary.json"), text.as_bytes())
    }

    fn file(&mut self, path: &Path, bytes: &[u8]) -> Result<(), WriteError> {
        write_whole(path, |out| out.write_all(bytes))?;
        self.written.push(path.to_path_buf());
        Ok(())
    }

    fn tell(
        &self,
        compilation: &Compilation<'_>,
        diagnostics: &[Diagnostic],
        report: &Report,
        exit: Exit,
    ) {
        if self.args.json {
            let diagnostics = crate::render::json::render(diagnostics, &compilation.sources);
            let parsed: serde_json::Value = serde_json::from_str(&diagnostics).unwrap_or_default();
            let all = serde_json::json!({ "report": report, "diagnostics": parsed, "files": self.written });
            super::print(&serde_json::to_string_pretty(&all).unwrap_or_default());
            return;
        }
        files::show(&compilation.sources, diagnostics, false);
        if self.args.quiet {
            return;
        }
        super::print(&report::text(report, &self.written));
        if exit == Exit::Interrupted {
            super::print("  interrupted: what was computed until then is kept");
        }
        if self.args.timings {
            super::print(&compilation.timings.table());
        }
        if self.args.profile {
            super::print(&profile::table(&report.profile));
        }
    }
}

/// A file name from the title of a figure: letters and digits of any script, the rest as single dashes.
fn file_name(figure: &Figure) -> String {
    let title = match &figure.title {
        title if title.is_empty() => figure
            .panels
            .first()
            .map_or("", |panel| panel.title.as_str()),
        title => title,
    };
    let words = title
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    let name = words.collect::<Vec<_>>().join("-").to_lowercase();
    if name.is_empty() {
        "figure".to_string()
    } else {
        name
    }
}

/// A name that is not among `names` yet, and now is.
fn unique(name: String, names: &mut Vec<String>) -> String {
    let candidates = std::iter::once(name.clone()).chain((2..).map(|k| format!("{name}-{k}")));
    let free = candidates
        .into_iter()
        .find(|candidate| !names.contains(candidate))
        .unwrap_or(name);
    names.push(free.clone());
    free
}
