//! What a live page asks of the compiler: one model at a time, as JSON in and out. It knows no browser, so it runs and is tested natively, too.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::frames::{self, Pool};
use crate::analysis::value::Array;
use crate::check::options::CheckOptions;
use crate::diagnostic::{Diagnostic, Severity, Sink};
use crate::figure::Figure;
use crate::kir::layout::ColumnId;
use crate::library::Library;
use crate::model::protocol::Action;
use crate::model::{Model, Owner, VariableKind};
use crate::pipeline::experiment::{Ending, Experiment};
use crate::pipeline::protocol::Notes;
use crate::pipeline::report::report;
use crate::pipeline::timings::Timings;
use crate::pipeline::{Built, Checked, Compilation, Executor};
use crate::record::csv::texts;
use crate::render::plain;
use crate::runtime::command::{Command, Target};
use crate::runtime::simulation::{Control, Simulation};
use crate::source::{FileId, SourceMap, Span, World};
use crate::syntax::ast::{File, ItemKind, Member, MemberKind};
use crate::syntax::parse;
use crate::typeset::{Math, Setter, to_mathml};
use crate::units::dimension::Dimension;
use crate::units::display::{DisplayUnit, choose};

/// Memory that a model may take, in bytes.
const MEMORY: u64 = 512 << 20;

/// A model to load.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Request {
    /// Name of its file.
    name: String,
    /// Its text.
    text: String,
    /// Text added at the end, which the reader does not see: plots of single neurons.
    append: String,
    /// Names and texts of values from sliders.
    set: Vec<(String, String)>,
    /// A parameter set to apply.
    parameters: Option<String>,
    /// Seed where the text gives none.
    seed: u64,
    /// Other files that the text may name.
    files: BTreeMap<String, String>,
    /// Continue where the model before was: time, states and recordings.
    keep: bool,
}

/// Files that came with the page.
struct Files(BTreeMap<String, String>);

impl World for Files {
    fn read(&self, _relative_to: &str, path: &str) -> Result<Vec<u8>, String> {
        let text = self.0.get(path).map(|text| text.clone().into_bytes());
        text.ok_or_else(|| format!("`{path}` is not among the files of this page"))
    }
}

/// A loaded model.
struct Current {
    checked: Checked,
    built: Built,
    sources: SourceMap,
    file: Option<FileId>,
    simulation: Simulation,
    seed: u64,
    commands: Vec<Command>,
    /// Commands done.
    done: usize,
    /// Where the run in progress ends.
    until: Option<f64>,
    /// False where the protocol computes, loops or sweeps: then it is carried out as a whole.
    sliced: bool,
    /// What the protocol left behind, where it was carried out as a whole.
    notes: Notes,
    /// Values of plotted expressions.
    values: Vec<Option<Array>>,
}

/// A page's compiler and simulation.
#[derive(Default)]
pub struct Session {
    executor: Executor,
    current: Option<Current>,
}

impl Session {
    /// A session that executes kernels in a given way.
    pub fn new(executor: Executor) -> Self {
        Session {
            executor,
            current: None,
        }
    }

    /// Compiles a model. The answer tells what is to be said about it and, if it has no errors, what it offers.
    pub fn load(&mut self, request: &str) -> String {
        let request: Request = serde_json::from_str(request).unwrap_or_default();
        let text = format!("{}{}", request.text, request.append);
        let world = Files(request.files);
        let mut compilation = Compilation::new(&world);
        let options = CheckOptions {
            set: request.set,
            parameters: request.parameters,
            ..CheckOptions::default()
        };
        let mut checked = compilation.check(&request.name, &text, &options);
        if let Some(checked) = &mut checked {
            let spikes = frames::spikes_of_traces(&checked.model);
            checked.model.records.extend(spikes);
        }
        let mut seed = request.seed;
        let built = checked.as_ref().and_then(|checked| {
            seed = checked.model.seed.unwrap_or(seed);
            compilation.build(checked, self.executor, Some(MEMORY), seed)
        });
        let file = compilation.tree.as_ref().map(|(file, _)| *file);
        let sources = std::mem::take(&mut compilation.sources);
        let diagnostics = std::mem::take(&mut compilation.sink).finish();
        let said: Vec<Value> = diagnostics
            .iter()
            .map(|diagnostic| say(diagnostic, &sources, file))
            .collect();
        let (Some(checked), Some(built)) = (checked, built) else {
            return json!({ "ok": false, "diagnostics": said }).to_string();
        };
        let setup = built.lowered.setup.clone();
        let sliced = checked.model.plotted.is_empty()
            && checked.model.protocol.iter().all(|action| {
                matches!(
                    action,
                    Action::Run { .. }
                        | Action::Assign(_)
                        | Action::SetConstant { .. }
                        | Action::Save(_)
                )
            });
        let mut current = Current {
            simulation: Simulation::new(setup, built.code.clone(), seed),
            commands: built.lowered.protocol.iter().flatten().cloned().collect(),
            checked,
            built,
            sources,
            file,
            seed,
            done: 0,
            until: None,
            sliced,
            notes: Notes::default(),
            values: Vec::new(),
        };
        if request.keep
            && let Some(before) = &self.current
        {
            current.take_over(before);
        }
        let answer = current.offer(said);
        self.current = Some(current);
        answer
    }

    /// Simulates for so many seconds of the model, as the protocol says; `beyond` goes on after its end.
    pub fn advance(&mut self, seconds: f64, beyond: bool) -> String {
        let Some(mut current) = self.current.take() else {
            return json!({ "state": "empty" }).to_string();
        };
        let answer = if current.sliced {
            current.advance(seconds, beyond)
        } else {
            let answer;
            (current, answer) = current.whole();
            answer
        };
        self.current = Some(current);
        answer.to_string()
    }

    /// The figures: a description, whose numbers stand in `pool`; lines longer than twice `points` are shortened to their extremes.
    pub fn figures(&mut self, points: usize, pool: &mut Vec<f64>) -> String {
        pool.clear();
        let Some(current) = self.current.take() else {
            return "[]".into();
        };
        let (current, figures) = current.experiment(|experiment| experiment.figures());
        let recording = current.simulation.recording();
        let mut pool = Pool::new(pool, points);
        let described = frames::describe(&current.checked.model, recording, &figures, &mut pool);
        self.current = Some(current);
        described.to_string()
    }

    /// The report of the run.
    pub fn report(&mut self) -> String {
        let Some(current) = self.current.take() else {
            return "{}".into();
        };
        let (current, report) =
            current.experiment(|experiment| report(experiment, &Timings::new(0.0)));
        self.current = Some(current);
        serde_json::to_string(&report).unwrap_or_default()
    }

    /// Everything recorded, as files: pairs of name and text.
    pub fn csv(&self) -> String {
        let Some(current) = &self.current else {
            return "[]".into();
        };
        json!(texts(current.simulation.recording())).to_string()
    }

    /// Drops what was recorded before a time in seconds.
    pub fn forget(&mut self, before: f64) {
        if let Some(current) = &mut self.current {
            current.simulation.forget(before);
        }
    }

    /// Figures as they are, for tests.
    pub fn drawn(&mut self) -> Vec<Figure> {
        let Some(current) = self.current.take() else {
            return Vec::new();
        };
        let (current, figures) = current.experiment(|experiment| experiment.figures());
        self.current = Some(current);
        figures
    }
}

impl Current {
    /// Runs `f` on the simulation as an experiment.
    fn experiment<T>(self, f: impl FnOnce(&mut Experiment<'_>) -> T) -> (Self, T) {
        let mut experiment =
            Experiment::around(&self.checked, &self.built, self.simulation, self.seed);
        experiment.values = self.values;
        experiment.notes = self.notes;
        let result = f(&mut experiment);
        let Experiment {
            simulation,
            values,
            notes,
            ..
        } = experiment;
        let current = Current {
            simulation,
            values,
            notes,
            ..self
        };
        (current, result)
    }

    /// Carries out a protocol that is more than runs and assignments.
    fn whole(self) -> (Self, Value) {
        let (mut current, ending) = self.experiment(|experiment| {
            let ending = experiment.run(&mut Control::default());
            match (ending, experiment.unmet().into_iter().next()) {
                (Ending::Complete, Some(unmet)) => Ending::Failed(Box::new(unmet)),
                (ending, _) => ending,
            }
        });
        current.done = current.commands.len();
        current.sliced = true;
        let time = current.simulation.time();
        let answer = match ending {
            Ending::Failed(diagnostic) => {
                let said = say(&diagnostic, &current.sources, current.file);
                json!({ "state": "failed", "time": time, "diagnostic": said })
            }
            _ => json!({ "state": "complete", "time": time, "steps": current.simulation.steps() }),
        };
        (current, answer)
    }

    fn advance(&mut self, seconds: f64, beyond: bool) -> Value {
        let mut left = seconds;
        let mut control = Control::default();
        while left > 0.0 {
            let now = self.simulation.time();
            let command = match (self.until, self.commands.get(self.done)) {
                (Some(end), _) => {
                    let rest = end - now;
                    let whole = rest <= left * (1.0 + 1e-9);
                    let duration = if whole { rest } else { left };
                    if whole {
                        self.until = None;
                    }
                    left -= duration;
                    Command::Run { duration }
                }
                (None, Some(Command::Run { duration })) => {
                    self.until = Some(now + duration);
                    self.done += 1;
                    continue;
                }
                (None, Some(command)) => {
                    self.done += 1;
                    command.clone()
                }
                (None, None) if beyond => {
                    let duration = left;
                    left = 0.0;
                    Command::Run { duration }
                }
                (None, None) => break,
            };
            let outcome = self.simulation.execute(&command, &mut control);
            if let Some(Ending::Failed(diagnostic)) =
                Ending::of(outcome, &self.checked.model, self.simulation.time())
            {
                self.commands.clear();
                self.until = None;
                let said = say(&diagnostic, &self.sources, self.file);
                return json!({ "state": "failed", "time": self.simulation.time(), "diagnostic": said });
            }
        }
        let complete = self.until.is_none() && self.done >= self.commands.len();
        let state = if complete { "complete" } else { "running" };
        json!({ "state": state, "time": self.simulation.time(), "steps": self.simulation.steps() })
    }

    /// Continues where another model was.
    fn take_over(&mut self, before: &Current) {
        let (new, old) = (&self.checked.model, &before.checked.model);
        let mut copies: Vec<(ColumnId, Vec<f64>)> = Vec::new();
        for (id, variable) in new.variables.iter_enumerated() {
            let carried = match variable.kind {
                VariableKind::State => true,
                _ => matches!(variable.name.as_str(), "lastspike" | "not_refractory"),
            };
            let name = new.owner_name(variable.owner);
            let same = old.variables.iter_enumerated().find(|(_, other)| {
                other.name == variable.name && old.owner_name(other.owner) == name
            });
            let (Some(to), Some((other, _)), true) =
                (self.built.lowered.bindings.variables[id], same, carried)
            else {
                continue;
            };
            if let Some(from) = before.built.lowered.bindings.variables[other] {
                let values = before.simulation.values(from);
                if values.len() == self.simulation.values(to).len() {
                    copies.push((to, values));
                }
            }
        }
        for (column, values) in copies {
            self.simulation.write(column, &Target::From(0), &values);
        }
        self.simulation.resume(&before.simulation);
        let end = self.planned();
        self.done = self.commands.len();
        let now = self.simulation.time();
        self.until = (now < end).then_some(end);
    }

    /// Model time that the commands run for, in seconds.
    fn planned(&self) -> f64 {
        let runs = self.commands.iter().map(|command| match command {
            Command::Run { duration } => *duration,
            _ => 0.0,
        });
        runs.sum()
    }

    /// What the page needs to know of a model.
    fn offer(&self, diagnostics: Vec<Value>) -> String {
        let model = &self.checked.model;
        let duration = self.planned();
        let groups: Vec<Value> = model
            .groups
            .iter_enumerated()
            .map(|(id, group)| {
                let first = group.variables.iter().find(|variable| {
                    matches!(model.variables[**variable].kind, VariableKind::State)
                        && model.variables[**variable].owner == Owner::Group(id)
                });
                json!({
                    "name": group.name,
                    "size": group.size,
                    "state": first.map(|variable| model.variables[*variable].name.clone()),
                })
            })
            .collect();
        json!({
            "ok": true,
            "diagnostics": diagnostics,
            "title": model.title,
            "knobs": self.knobs(model),
            "groups": groups,
            "duration": duration,
            "dt": model.dt,
            "seed": self.seed,
            "time": self.simulation.time(),
            "equations": equations(&self.sources, self.file),
        })
        .to_string()
    }

    fn knobs(&self, model: &Model) -> Vec<Value> {
        let mut knobs = Vec::new();
        for constant in model.constants.iter() {
            if let Some(range) = constant.range {
                let value = constant.value.value;
                let dimension = constant.value.dimension;
                let doc = constant.doc.as_deref();
                knobs.push(knob(constant.name.clone(), value, range, dimension, doc));
            }
        }
        for (id, variable) in model.variables.iter_enumerated() {
            let Some(range) = variable.range else {
                continue;
            };
            let column = self.built.lowered.bindings.variables[id];
            let stored = matches!(variable.kind, VariableKind::Stored);
            if let (Owner::Group(_), true, Some(column)) = (variable.owner, stored, column) {
                let value = self.simulation.values(column).first().copied();
                let name = format!("{}.{}", model.owner_name(variable.owner), variable.name);
                let value = value.unwrap_or(variable.default);
                let doc = variable.doc.as_deref();
                knobs.push(knob(name, value, range, variable.dimension, doc));
            }
        }
        knobs
    }
}

/// The differential equations that the file's populations and projections have, typeset, each once.
fn equations(sources: &SourceMap, root: Option<FileId>) -> Vec<String> {
    let trees: Vec<(FileId, File)> = sources
        .iter()
        .map(|(id, source)| (id, parse(id, &source.text, &mut Sink::new())))
        .collect();
    let items = |wanted: fn(&ItemKind) -> bool| {
        let items = trees
            .iter()
            .flat_map(|(id, tree)| tree.items.iter().map(move |item| (*id, item)));
        items.filter(move |(_, item)| wanted(&item.kind))
    };
    let mut used = Vec::new();
    let mut members: Vec<&Member> = Vec::new();
    for (id, item) in
        items(|kind| matches!(kind, ItemKind::Population(_) | ItemKind::Projection(_)))
    {
        let (model, own) = match &item.kind {
            ItemKind::Population(population) => (&population.model, &population.members),
            ItemKind::Projection(projection) => (&projection.model, &projection.members),
            _ => continue,
        };
        if Some(id) == root {
            used.extend(model.iter().map(|name| name.name.as_str()));
            members.extend(own);
        }
    }
    for (_, item) in items(|kind| matches!(kind, ItemKind::Definition(_))) {
        if let ItemKind::Definition(definition) = &item.kind
            && used.contains(&definition.name.name.as_str())
        {
            members.extend(&definition.members);
        }
    }
    let library = Library::standard();
    let setter = Setter {
        is_unit: &|name| library.plain_unit(name).is_some(),
        text: &|expr| sources.text(expr.span).to_string(),
    };
    members.sort_by_key(|member| {
        (
            Some(member.span.file) != root,
            member.span.file,
            member.span.start,
        )
    });
    let rows = members.into_iter().filter_map(|member| match &member.kind {
        MemberKind::Differential(equation) => {
            let right = setter.math(equation.rhs.ungrouped());
            Some(to_mathml(
                &Math::equals(Math::rate_of(&equation.name.name), right),
                true,
            ))
        }
        _ => None,
    });
    rows.collect()
}

fn knob(
    name: String,
    value: f64,
    (low, high): (f64, f64),
    dimension: Dimension,
    doc: Option<&str>,
) -> Value {
    let DisplayUnit { label, scale } = choose(dimension, low.abs().max(high.abs()));
    json!({ "name": name, "value": value, "low": low, "high": high, "unit": label, "scale": scale, "doc": doc })
}

/// A diagnostic with places in UTF-16 units, as editors in browsers count.
fn say(diagnostic: &Diagnostic, sources: &SourceMap, file: Option<FileId>) -> Value {
    let place = |span: Span| {
        if Some(span.file) != file {
            return None;
        }
        let text = &sources.file(span.file).text;
        let units = |end: u32| {
            let before = text.get(..end as usize).unwrap_or(text);
            before.encode_utf16().count()
        };
        Some([units(span.start), units(span.end)])
    };
    let labels: Vec<Value> = diagnostic
        .labels
        .iter()
        .map(|label| json!({ "place": place(label.span), "text": label.text }))
        .collect();
    let fix = diagnostic.fix.as_ref().map(|fix| {
        let edits = fix.edits.iter();
        let edits: Vec<Value> = edits
            .map(|(span, text)| json!({ "place": place(*span), "text": text }))
            .collect();
        json!({ "title": fix.describe(), "edits": edits })
    });
    let severity = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Advice => "info",
    };
    json!({
        "code": diagnostic.code.as_str(),
        "severity": severity,
        "message": diagnostic.message,
        "labels": labels,
        "notes": diagnostic.notes,
        "fix": fix,
        "text": plain::render_one(diagnostic, sources),
    })
}
