//! `snnc explain schedule`: what happens in one step of this model, in order.

use super::{one_line, table};
use crate::kir::print::SLOTS;
use crate::model::code::{Regular, Times};
use crate::model::projection::{Delay, Side};
use crate::model::protocol::{Record, Recorded};
use crate::model::{Group, GroupKind, Model, Owner, Refractory, VariableKind};
use crate::numerics::scheme::Step;
use crate::pipeline::Checked;
use crate::source::{SourceMap, Span};
use crate::units::dimension::Dimension;
use crate::units::display::format_quantity;

/// One thing that happens in a step.
struct Row {
    /// Name of the slot.
    slot: String,
    order: i32,
    /// Position in the text.
    at: u32,
    /// Step length of its clock; the model's where absent.
    every: Option<f64>,
    who: String,
    what: String,
}

/// The step of a model, one line for each thing that happens.
pub fn schedule(checked: &Checked, sources: &SourceMap) -> String {
    let mut teller = Teller {
        model: &checked.model,
        steps: &checked.steps,
        sources,
        rows: Vec::new(),
    };
    teller.all();
    let Teller {
        mut rows, model, ..
    } = teller;
    let position = |row: &Row| SLOTS.iter().position(|(_, name)| *name == row.slot);
    rows.sort_by_key(|row| (position(row), row.order, row.at));
    let time = |seconds| format_quantity(seconds, Dimension::TIME);
    let mut out = format!(
        "One step takes the model from t to t + dt, with dt = {}. In order:\n\n",
        time(model.dt)
    );
    let mut last = String::new();
    let mut lines = Vec::new();
    for row in &rows {
        let slot = if row.slot == last { "" } else { &row.slot };
        last.clone_from(&row.slot);
        let what = match row.every {
            Some(every) if every != model.dt => format!("{} (every {})", row.what, time(every)),
            _ => row.what.clone(),
        };
        lines.push(vec![slot.to_string(), row.who.clone(), what]);
    }
    out.push_str(&table(&lines));
    if rows.iter().any(|row| row.slot == "resets") {
        out.push_str(
            "\nThresholds look at the states at t + dt; resets act before the step ends, so what is recorded at t + dt is the value after \
             the reset.\n",
        );
    }
    if model.projections.iter().any(|p| !p.pathways.is_empty()) {
        out.push_str("A spike without delay acts in the step in which it was found.\n");
    }
    out
}

struct Teller<'m> {
    model: &'m Model,
    steps: &'m [Step],
    sources: &'m SourceMap,
    rows: Vec<Row>,
}

impl Teller<'_> {
    fn text(&self, span: Span) -> String {
        one_line(self.sources.text(span))
    }

    fn row(&mut self, slot: &str, order: i32, span: Span, who: &str, what: String) {
        self.rows.push(Row {
            slot: slot.to_string(),
            order,
            at: span.start,
            every: None,
            who: who.to_string(),
            what,
        });
    }

    fn all(&mut self) {
        let model = self.model;
        for (id, group) in model.groups.iter_enumerated() {
            let first = self.rows.len();
            self.held(Owner::Group(id));
            self.group(id.into(), group);
            self.own_clock(first, group.dt);
            self.regular(&group.regular, &group.name, group.span);
        }
        for (id, projection) in model.projections.iter_enumerated() {
            let first = self.rows.len();
            self.held(Owner::Projection(id));
            self.integration(Owner::Projection(id), &projection.name, projection.span);
            self.own_clock(first, projection.dt);
            for summed in &projection.summed {
                let target = &model.variables[summed.variable];
                let what = format!(
                    "`{}` of `{}` becomes the sum over its synapses",
                    target.name,
                    model.owner_name(target.owner)
                );
                let at = self.rows.len();
                self.row("groups", -1, projection.span, &projection.name, what);
                self.own_clock(at, Some(model.owner_dt(target.owner)));
            }
            for pathway in &projection.pathways {
                let (end, of) = match pathway.side {
                    Side::Pre => (projection.source, "source"),
                    Side::Post => (projection.target, "target"),
                };
                let event = match (pathway.event, end.owner) {
                    (Some(event), Owner::Group(group)) => {
                        let events = &model.groups[group].events;
                        events.get(event).map_or("event", |event| &event.name)
                    }
                    _ => "spike",
                };
                let late = match pathway.delay {
                    Delay::Common(0.0) => String::new(),
                    Delay::Common(delay) => {
                        format!(", {} later", format_quantity(delay, Dimension::TIME))
                    }
                    Delay::PerSynapse(_) => ", after its own delay".into(),
                };
                let code = self.text(pathway.code.span);
                let who = format!("{}.{}", projection.name, pathway.name);
                let what = format!("for each {event} of the {of}{late}: {code}");
                let at = self.rows.len();
                self.row("synapses", pathway.order, projection.span, &who, what);
                self.own_clock(at, Some(model.owner_dt(end.owner)));
            }
            self.regular(&projection.regular, &projection.name, projection.span);
        }
        for input in &model.poisson_inputs {
            let variable = &model.variables[input.variable];
            let what = format!(
                "adds its weight to `{}` for each of its spikes, {} sources at {}",
                variable.name,
                input.sources,
                format_quantity(input.rate, Dimension::TIME.inverse())
            );
            self.row("synapses", 0, input.span, &input.name, what);
        }
        for record in &model.records {
            self.record(record);
        }
    }

    fn own_clock(&mut self, first: usize, dt: Option<f64>) {
        for row in self.rows.iter_mut().skip(first) {
            row.every = dt;
        }
    }

    /// Subexpressions that are constant over the step, and values of whole populations.
    fn held(&mut self, owner: Owner) {
        let model = self.model;
        let own = model
            .variables
            .iter()
            .filter(|variable| variable.owner == owner);
        for variable in own {
            let what = match variable.kind {
                VariableKind::Subexpression {
                    constant_over_dt: true,
                    ..
                } => format!("`{}` is computed and held", variable.name),
                VariableKind::Aggregate { .. } => {
                    format!("`{}` is computed from the population", variable.name)
                }
                _ => continue,
            };
            let who = model.owner_name(owner);
            self.row("before_start", 0, variable.span, who, what);
        }
    }

    fn group(&mut self, owner: Owner, group: &Group) {
        let name = &group.name;
        match group.refractory {
            Some(Refractory::Time(_)) => {
                let what = "neurons whose refractory time is over become active".into();
                self.row("groups", 0, group.span, name, what);
            }
            Some(Refractory::While(_)) => {
                let what = "neurons whose refractory condition no longer holds become active";
                self.row("groups", 0, group.span, name, what.into());
            }
            None => {}
        }
        self.integration(owner, name, group.span);
        match &group.kind {
            GroupKind::Poisson { .. } => {
                let what = "spikes with probability rates*dt".into();
                self.row("thresholds", 0, group.span, name, what);
            }
            GroupKind::Generator { .. } => {
                let what = "spikes at the given times".into();
                self.row("thresholds", 0, group.span, name, what);
            }
            GroupKind::Neurons => {}
        }
        if let Some(threshold) = &group.threshold {
            let active = match group.refractory {
                Some(_) => " and the neuron is not refractory",
                None => "",
            };
            let what = format!("spikes where {}{active}", self.text(threshold.span));
            self.row("thresholds", 0, group.span, name, what);
        }
        for event in &group.events {
            let condition = self.text(event.condition.span);
            let what = format!("event `{}` where {condition}", event.name);
            self.row("after_thresholds", 0, group.span, name, what);
            if let Some(code) = &event.code {
                let what = format!("at each `{}`: {}", event.name, self.text(code.span));
                self.row("after_resets", 0, group.span, name, what);
            }
        }
        if let Some(reset) = &group.reset {
            let what = format!("where it spiked: {}", self.text(reset.span));
            self.row("resets", 0, group.span, name, what);
        }
    }

    fn integration(&mut self, owner: Owner, name: &str, span: Span) {
        let Some(step) = self.steps.iter().find(|step| step.owner == owner) else {
            return;
        };
        let model = self.model;
        let equations = &model.owner_system(owner).equations;
        let (mut free, mut held) = (Vec::new(), Vec::new());
        for equation in equations {
            let variable = &model.variables[equation.variable];
            let list = if variable.unless_refractory {
                &mut held
            } else {
                &mut free
            };
            list.push(format!("`{}`", variable.name));
        }
        let mut parts = Vec::new();
        if !free.is_empty() {
            parts.push(free.join(", "));
        }
        if !held.is_empty() {
            parts.push(format!("{} (unless refractory)", held.join(", ")));
        }
        let what = format!(
            "{} advance to t + dt with `{}`",
            parts.join(", "),
            step.method
        );
        self.row("groups", 0, span, name, what);
    }

    fn regular(&mut self, all: &[Regular], name: &str, span: Span) {
        for regular in all {
            let when = match &regular.times {
                Times::Every(interval) => {
                    format!("every {}", format_quantity(*interval, Dimension::TIME))
                }
                Times::EachStep => "in each step".into(),
                Times::At(_) => "at the given times".into(),
            };
            let what = format!("{when}: {}", self.text(regular.code.span));
            self.row(&regular.slot, 0, span, name, what);
        }
    }

    fn record(&mut self, record: &Record) {
        let model = self.model;
        let names = |variables: &[crate::model::VariableId]| {
            let names = variables.iter().map(|id| model.variables[*id].name.clone());
            names.collect::<Vec<_>>().join(", ")
        };
        let (slot, order, what, every) = match &record.what {
            Recorded::States {
                variables,
                every,
                slot,
                ..
            }
            | Recorded::Synapses {
                variables,
                every,
                slot,
                ..
            } => (slot.as_str(), 0, names(variables), *every),
            Recorded::Spikes { event, slot, .. } => {
                let usual = if event.is_some() {
                    "after_thresholds"
                } else {
                    "thresholds"
                };
                let what = if event.is_some() { "events" } else { "spikes" };
                (slot.as_deref().unwrap_or(usual), 1, what.to_string(), None)
            }
            Recorded::Rate { .. } => ("end", 0, "the rate".to_string(), None),
        };
        let implied = if record.implied { ", for a plot" } else { "" };
        self.row(
            slot,
            order,
            record.span,
            &record.name,
            format!("{what} recorded{implied}"),
        );
        if let Some(row) = self.rows.last_mut() {
            row.every = every;
        }
    }
}
