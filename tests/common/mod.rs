//! What the test harnesses share: one place that calls the stages, snapshots, and programs in Markdown.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::{Path, PathBuf};

use snnc::check::options::CheckOptions;
use snnc::diagnostic::Diagnostic;
use snnc::figure::Figure;
use snnc::pipeline::experiment::{Ending, Experiment};
use snnc::pipeline::report::{Report, report};
use snnc::pipeline::{Compilation, Executor, Keep};
use snnc::record::Recording;
use snnc::render::plain;
use snnc::runtime::simulation::Control;
use snnc::source::{SourceMap, World};

/// Files relative to the one that names them, all within a folder.
pub struct Files(pub PathBuf);

impl World for Files {
    fn read(&self, relative_to: &str, path: &str) -> Result<Vec<u8>, String> {
        let folder = Path::new(relative_to).parent().unwrap_or(Path::new(""));
        std::fs::read(self.0.join(folder).join(path)).map_err(|error| error.to_string())
    }
}

/// Root of the repository.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Everything that comes of a program.
pub struct Run {
    /// What was said.
    pub diagnostics: Vec<Diagnostic>,
    /// The same as text.
    pub said: String,
    /// The files that were read.
    pub sources: SourceMap,
    /// What came of running it; nothing where it has errors.
    pub result: Option<Finished>,
}

/// What came of running a program.
pub struct Finished {
    /// How it ended.
    pub ending: Ending,
    /// Recordings.
    pub recording: Recording,
    /// Figures.
    pub figures: Vec<Figure>,
    /// Report.
    pub report: Report,
    /// Files that the protocol exports.
    pub exports: Vec<snnc::pipeline::protocol::Export>,
    /// Final value of every stored variable, `group.name`.
    pub values: Vec<(String, Vec<f64>)>,
}

impl Finished {
    /// Final values of a variable.
    pub fn value(&self, name: &str) -> &[f64] {
        let found = self.values.iter().find(|(n, _)| n == name);
        &found.unwrap_or_else(|| panic!("no variable {name}")).1
    }
}

impl Run {
    /// Codes of errors and warnings, and of advice where that is asked for.
    pub fn codes(&self) -> Vec<&'static str> {
        self.diagnostics.iter().map(|d| d.code.as_str()).collect()
    }
    /// The result of a program that has to run to its end.
    pub fn complete(self) -> Finished {
        let said = self.said;
        let result = self
            .result
            .unwrap_or_else(|| panic!("does not run:\n{said}"));
        assert_eq!(result.ending, Ending::Complete, "{said}");
        result
    }
}

/// Options of [`run_with`].
pub struct Options {
    /// Executor of kernels.
    pub executor: Executor,
    /// Threads.
    pub threads: Option<usize>,
    /// What the command line would set.
    pub check: CheckOptions,
    /// The folder that names of files are relative to.
    pub folder: PathBuf,
    /// What is kept of synapses; all, so that their values can be looked at, unless something else is wanted.
    pub keep: Keep,
    /// Projections whose synapses are not stored.
    pub procedural: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        let check = CheckOptions::default();
        Options {
            executor: Executor::Fastest,
            threads: Some(1),
            check,
            folder: PathBuf::new(),
            keep: Keep {
                whole: true,
                ..Keep::default()
            },
            procedural: Vec::new(),
        }
    }
}

/// Checks and runs a program.
pub fn run(name: &str, text: &str) -> Run {
    run_with(name, text, &Options::default())
}

/// Checks and runs a program. Without a seed in the text or the options, the seed is 1.
pub fn run_with(name: &str, text: &str, options: &Options) -> Run {
    let world = Files(options.folder.clone());
    let mut compilation = Compilation::new(&world);
    compilation.keep = options.keep;
    compilation.procedural = options.procedural.clone();
    let checked = compilation.check(name, text, &options.check);
    let built = checked.as_ref().and_then(|checked| {
        let seed = checked.model.seed.unwrap_or(1);
        compilation.build(checked, options.executor, Some(1 << 32), seed)
    });
    let mut unmet = Vec::new();
    let result = checked
        .as_ref()
        .zip(built.as_ref())
        .map(|(checked, built)| {
            let seed = checked.model.seed.unwrap_or(1);
            let mut experiment = Experiment::new(checked, built, seed, options.threads);
            let ending = experiment.run(&mut Control::default());
            let figures = experiment.figures();
            if ending == Ending::Complete {
                unmet = experiment.remarks(&figures);
            }
            unmet.extend(experiment.unmet());
            let model = &checked.model;
            let values = model
                .variables
                .iter_enumerated()
                .filter_map(|(id, variable)| {
                    let column = built.lowered.bindings.variables[id]?;
                    let owner = match variable.owner {
                        snnc::model::Owner::Group(group) => &model.groups[group].name,
                        snnc::model::Owner::Projection(id) => &model.projections[id].name,
                    };
                    let name = format!("{owner}.{}", variable.name);
                    Some((name, experiment.simulation.values(column)))
                });
            Finished {
                ending,
                values: values.collect(),
                figures,
                exports: experiment.notes.exports.clone(),
                report: report(&experiment, &compilation.timings),
                recording: experiment.simulation.recording().clone(),
            }
        });
    let mut diagnostics = std::mem::take(&mut compilation.sink).finish();
    if let Some(Finished {
        ending: Ending::Failed(diagnostic),
        ..
    }) = &result
    {
        diagnostics.push((**diagnostic).clone());
    }
    diagnostics.extend(unmet);
    let said = plain::render(&diagnostics, &compilation.sources);
    Run {
        diagnostics,
        said,
        result,
        sources: compilation.sources,
    }
}

/// Compares a text with a file; `SNNC_BLESS=1` writes the file instead.
pub fn snapshot(path: &Path, text: &str) -> Result<(), String> {
    if std::env::var_os("SNNC_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        return Ok(());
    }
    let expected = std::fs::read_to_string(path)
        .unwrap_or_default()
        .replace("\r\n", "\n");
    if expected == text {
        return Ok(());
    }
    let difference = expected.lines().zip(text.lines()).find(|(a, b)| a != b);
    Err(format!(
        "{} differs (SNNC_BLESS=1 accepts)\nfirst difference: {difference:?}\nexpected:\n{expected}\ngot:\n{text}",
        path.display()
    ))
}

/// A program in a Markdown text: its line, the word before it (`Wrong`, `Right`), and the text.
pub struct Block {
    /// Line of the fence.
    pub line: usize,
    /// Last non-empty line before the fence.
    pub heading: String,
    /// The program.
    pub text: String,
}

/// All blocks fenced with ```` ```snn ````.
pub fn blocks(markdown: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut heading = String::new();
    let mut current: Option<Block> = None;
    for (number, line) in markdown.lines().enumerate() {
        match &mut current {
            Some(block) if line.trim_end() == "```" => {
                let _ = block;
                found.extend(current.take());
            }
            Some(block) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            None if line.trim_end() == "```snn" => {
                current = Some(Block {
                    line: number + 1,
                    heading: heading.clone(),
                    text: String::new(),
                });
            }
            None if !line.trim().is_empty() => heading = line.trim().to_string(),
            None => {}
        }
    }
    found
}

/// Files below a folder with an ending, sorted.
pub fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = std::fs::read_dir(folder) else {
        return found;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.extension().is_some_and(|e| e == ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Name of a path relative to the repository.
pub fn relative(path: &Path) -> String {
    path.strip_prefix(root())
        .unwrap_or(path)
        .to_string_lossy()
        .replace('\\', "/")
}
