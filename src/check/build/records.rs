//! What is recorded: `record` lines, and what plots imply.

use super::elements::Picked;
use crate::check::context::{Checker, Context, Role};
use crate::diagnostic::{Diagnostic, codes};
use crate::library::suggest::did_you_mean;
use crate::model::protocol::{Record, Recorded, Slice};
use crate::model::{GroupId, GroupKind, Owner, VariableId};
use crate::source::Span;
use crate::syntax::ast::{self, Expr, ExprKind, Ident, ItemKind};

/// Slots of a step, in order; each has a `before_` and an `after_`.
const SLOTS: &[&str] = &["start", "groups", "thresholds", "synapses", "resets", "end"];

/// Elements whose values one record may hold.
pub const MAX_ELEMENTS: usize = 20_000_000;

/// How values over time are sampled.
#[derive(Clone, PartialEq, Debug)]
pub struct Sampling {
    /// Interval in seconds.
    pub every: Option<f64>,
    /// Slot of the step.
    pub slot: Option<String>,
}

impl<'a> Checker<'a> {
    /// Reads all `record` lines.
    pub fn records(&mut self) {
        let units = self.units;
        let Some(root) = units.first() else { return };
        for item in &root.file.items {
            if let ItemKind::Record(record) = &item.kind {
                self.record(record, item.span);
            }
        }
    }

    fn record(&mut self, record: &'a ast::Record, span: Span) {
        let Some(of) = &record.of else {
            let mut diagnostic = Diagnostic::new(codes::RECORD, span, "of which population?")
                .label("the population is missing");
            let mut groups = self.model.groups.iter();
            if let (Some(only), None) = (groups.next(), groups.next()) {
                let text = format!(" of {}", only.name);
                diagnostic = diagnostic.fix(
                    format!("write `of {}`", only.name),
                    span.at_end(),
                    text,
                    false,
                );
            }
            self.report(diagnostic);
            return;
        };
        if let Some(synapses) = self.synapses_named(of) {
            if let Some(sampling) = self.sampling(record) {
                self.record_synapses(record, of, synapses, sampling, span);
            }
            return;
        }
        let Some((place, picked)) = self.elements(of) else {
            return;
        };
        let name = population_name(of);
        let Some(sampling) = self.sampling(record) else {
            return;
        };
        let with: Vec<VariableId> = record
            .with
            .iter()
            .filter_map(|name| self.recordable(place.group, name))
            .collect();
        let mut states = Vec::new();
        let mut events = 0;
        for what in &record.what {
            let Some(ident) = as_ident(what) else {
                if !what.is_error() {
                    self.report(
                        Diagnostic::new(
                            codes::RECORD,
                            what.span,
                            "only variables, `spikes`, `rate` and events are recorded",
                        )
                        .label("expected a name")
                        .note("declare a subexpression for a formula, and record that"),
                    );
                }
                continue;
            };
            let is_variable = self.variable_of(place.group, &ident.name).is_some();
            let event = self.model.groups[place.group]
                .events
                .iter()
                .position(|e| e.name == ident.name);
            if is_variable {
                states.extend(
                    self.recordable(place.group, &ident)
                        .filter(|id| !states.contains(id)),
                );
            } else if ident.name == "spikes" || event.is_some() {
                events += 1;
                if event.is_none() && !self.spikes_possible(place.group, what.span) {
                    continue;
                }
                let Some(slice) = self.contiguous(place, &picked, of.span) else {
                    continue;
                };
                self.no_interval(record, &ident.name);
                let recorded = Recorded::Spikes {
                    slice,
                    event,
                    variables: with.clone(),
                    slot: sampling.slot.clone(),
                };
                self.push_record(&name, recorded, span);
            } else if ident.name == "rate" {
                if !self.spikes_possible(place.group, what.span) {
                    continue;
                }
                let Some(slice) = self.contiguous(place, &picked, of.span) else {
                    continue;
                };
                self.no_interval(record, "rate");
                self.push_record(&name, Recorded::Rate { slice }, span);
            } else {
                self.nothing_to_record(place.group, &ident);
            }
        }
        if let (Some(first), 0) = (record.with.first(), events) {
            self.report(
                Diagnostic::new(
                    codes::RECORD,
                    first.span,
                    "`with` belongs to events, as in `record spikes of lif with v`",
                )
                .label("values over time are listed before `of`"),
            );
        }
        if !states.is_empty() {
            let Some(elements) = self.absolute(place, &picked, of.span) else {
                return;
            };
            let slot = sampling.slot.unwrap_or_else(|| "start".to_string());
            let recorded = Recorded::States {
                group: place.group,
                variables: states,
                elements,
                every: sampling.every,
                slot,
            };
            self.push_record(&name, recorded, span);
        }
    }

    /// Adds a record that is asked for.
    pub fn push_record(&mut self, name: &str, what: Recorded, span: Span) {
        self.model.records.push(Record {
            name: name.to_string(),
            what,
            implied: false,
            span,
        });
    }

    fn sampling(&mut self, record: &'a ast::Record) -> Option<Sampling> {
        let mut sampling = Sampling {
            every: None,
            slot: None,
        };
        if let Some(every) = &record.every {
            let typed = self.expr(every, &Context::new(0, Role::CONSTANT));
            sampling.every = Some(self.positive_time(&typed, "the sampling interval")?);
        }
        for option in &record.options {
            let name = option.name.as_ref().map_or("", |name| name.name.as_str());
            if name != "when" {
                self.report(
                    Diagnostic::new(
                        codes::OPTION,
                        option.span,
                        format!("`record` has no option `{name}`"),
                    )
                    .label("known: `when: SLOT`"),
                );
                continue;
            }
            let word = option
                .value
                .as_name()
                .or(option.value.as_text())
                .unwrap_or("");
            sampling.slot = Some(self.slot(word, option.value.span)?);
        }
        Some(sampling)
    }

    /// A slot by name; an unknown one is reported.
    pub fn slot(&mut self, word: &str, span: Span) -> Option<String> {
        let plain = word
            .strip_prefix("before_")
            .or(word.strip_prefix("after_"))
            .unwrap_or(word);
        if SLOTS.contains(&plain) {
            return Some(word.to_string());
        }
        let all: Vec<String> = SLOTS
            .iter()
            .flat_map(|slot| {
                [
                    format!("before_{slot}"),
                    slot.to_string(),
                    format!("after_{slot}"),
                ]
            })
            .collect();
        let near = did_you_mean(word, all.iter().map(String::as_str)).map(str::to_string);
        let mut diagnostic = Diagnostic::new(
            codes::SLOT,
            span,
            format!("a time step has no slot `{word}`"),
        );
        diagnostic = match near {
            Some(near) => diagnostic.suggest(span, near),
            None => diagnostic.label(format!(
                "slots: {}; each also with before_ and after_",
                SLOTS.join(", ")
            )),
        };
        self.report(diagnostic);
        None
    }

    fn no_interval(&mut self, record: &'a ast::Record, what: &str) {
        if let Some(every) = &record.every {
            self.report(
                Diagnostic::new(
                    codes::RECORD,
                    every.span,
                    format!("`{what}` is recorded whenever it happens"),
                )
                .label("an interval is for values over time"),
            );
        }
    }

    /// A variable that can be recorded.
    pub fn recordable(&mut self, owner: impl Into<Owner>, name: &Ident) -> Option<VariableId> {
        let owner = owner.into();
        let Some(id) = self.resolve(owner, &name.name) else {
            self.unknown_variable(owner, name);
            return None;
        };
        if self.noisy.contains(&id) {
            self.report(
                Diagnostic::new(
                    codes::NOISE,
                    name.span,
                    format!("`{}` contains white noise, which has no value", name.name),
                )
                .label("cannot be recorded"),
            );
            return None;
        }
        self.used.insert(id);
        (!self.faulty.contains(&id)).then_some(id)
    }

    fn nothing_to_record(&mut self, group: GroupId, name: &Ident) {
        let missed = self
            .missed
            .contains(&(Some(group.into()), name.name.clone()));
        if missed || self.is_broken(&name.name) || self.is_incomplete(group) {
            return;
        }
        let owner = &self.model.groups[group];
        let mut names: Vec<String> = owner
            .variables
            .iter()
            .map(|id| self.model.variables[*id].name.clone())
            .collect();
        names.extend(owner.events.iter().map(|event| event.name.clone()));
        names.extend(["spikes".to_string(), "rate".to_string()]);
        let near = did_you_mean(&name.name, names.iter().map(String::as_str)).map(str::to_string);
        let message = format!("`{}` has no variable or event `{}`", owner.name, name.name);
        let mut diagnostic = Diagnostic::new(codes::UNKNOWN_NAME, name.span, message);
        diagnostic = match near {
            Some(near) => diagnostic.suggest(name.span, near),
            None => diagnostic.label(format!("known: {}", names.join(", "))),
        };
        self.report(diagnostic);
    }

    /// True where a group can spike; otherwise that is reported.
    pub fn spikes_possible(&mut self, group: GroupId, span: Span) -> bool {
        let owner = &self.model.groups[group];
        if !matches!(owner.kind, GroupKind::Neurons) || owner.threshold.is_some() {
            return true;
        }
        // A faulty threshold has been reported.
        if self
            .groups
            .get(group.0 as usize)
            .is_some_and(|info| info.has_threshold || info.incomplete)
        {
            return false;
        }
        let (name, declared) = (owner.name.clone(), owner.span);
        self.report(
            Diagnostic::new(
                codes::NO_SPIKES,
                span,
                format!("`{name}` never spikes: it has no threshold"),
            )
            .label("needs spikes")
            .also(declared, "this population has no threshold")
            .note("say when a neuron spikes, as in `threshold: v > -50 mV`"),
        );
        false
    }

    /// Elements that must be neighbors.
    pub fn contiguous(&mut self, place: Slice, picked: &Picked, span: Span) -> Option<Slice> {
        let (start, stop) = match picked {
            Picked::All => (0, place.size()),
            Picked::Range {
                start,
                stop,
                step: 1,
            } => (*start, *stop),
            Picked::List(list)
                if list
                    .windows(2)
                    .all(|w| w.first().map(|k| k + 1) == w.last().copied()) =>
            {
                let first = list.first().copied().unwrap_or(0) as usize;
                (first, first + list.len())
            }
            _ => {
                self.report(
                    Diagnostic::new(
                        codes::INDEX,
                        span,
                        "spikes are recorded of neighboring elements",
                    )
                    .label("write `population[first:last]`"),
                );
                return None;
            }
        };
        Some(Slice {
            group: place.group,
            first: place.first + start,
            last: place.first + stop,
        })
    }

    /// Picked elements as elements of the group. More than anyone can look at are refused.
    pub fn absolute(&mut self, place: Slice, picked: &Picked, span: Span) -> Option<Vec<u32>> {
        let count = match picked {
            Picked::All => place.size(),
            Picked::Range { start, stop, step } => (stop - start).div_ceil(*step),
            Picked::List(list) => list.len(),
        };
        if count > MAX_ELEMENTS {
            self.report(
                Diagnostic::new(
                    codes::RECORD,
                    span,
                    format!("values of {count} elements cannot be recorded"),
                )
                .label(format!(
                    "at most {MAX_ELEMENTS}; pick some, as in `population[0:100]`"
                )),
            );
            return None;
        }
        let positions = picked.positions(place.size()).into_iter();
        Some(positions.map(|k| k + place.first as u32).collect())
    }

    /// The record that holds a variable of some elements: an explicit one, or one that is added for plots.
    pub fn record_of(
        &mut self,
        name: &str,
        group: GroupId,
        id: VariableId,
        wanted: &[u32],
        span: Span,
    ) -> usize {
        let covers = |record: &Record| match &record.what {
            Recorded::States {
                group: other,
                variables,
                elements,
                ..
            } => *other == group && variables.contains(&id) && includes(elements, wanted),
            _ => false,
        };
        if let Some(position) = self.model.records.iter().position(covers) {
            return position;
        }
        for (position, record) in self.model.records.iter_mut().enumerate() {
            if !record.implied {
                continue;
            }
            let Recorded::States {
                group: other,
                variables,
                elements,
                ..
            } = &mut record.what
            else {
                continue;
            };
            if *other != group {
                continue;
            }
            if elements == wanted {
                variables.push(id);
                return position;
            }
            if *variables == [id] {
                elements.extend_from_slice(wanted);
                elements.sort_unstable();
                elements.dedup();
                return position;
            }
        }
        let mut elements = wanted.to_vec();
        elements.sort_unstable();
        elements.dedup();
        let what = Recorded::States {
            group,
            variables: vec![id],
            elements,
            every: None,
            slot: "start".to_string(),
        };
        self.model.records.push(Record {
            name: name.to_string(),
            what,
            implied: true,
            span,
        });
        self.model.records.len() - 1
    }

    /// The record of spikes of a slice.
    pub fn spikes_of(&mut self, name: &str, slice: Slice, span: Span) -> usize {
        let covers = |record: &Record| match &record.what {
            Recorded::Spikes {
                slice: other,
                event: None,
                ..
            } => {
                other.group == slice.group && other.first <= slice.first && other.last >= slice.last
            }
            _ => false,
        };
        if let Some(position) = self.model.records.iter().position(covers) {
            return position;
        }
        // One table per population: a record that nobody asked for grows instead of having a second one beside it.
        let growing = |record: &mut Record| match &mut record.what {
            Recorded::Spikes {
                slice: other,
                event: None,
                ..
            } if record.implied && other.group == slice.group => {
                other.first = other.first.min(slice.first);
                other.last = other.last.max(slice.last);
                true
            }
            _ => false,
        };
        if let Some(position) = self.model.records.iter_mut().position(growing) {
            return position;
        }
        let what = Recorded::Spikes {
            slice,
            event: None,
            variables: Vec::new(),
            slot: None,
        };
        self.model.records.push(Record {
            name: name.to_string(),
            what,
            implied: true,
            span,
        });
        self.model.records.len() - 1
    }

    /// The record of the rate of a slice.
    pub fn rate_of(&mut self, name: &str, slice: Slice, span: Span) -> usize {
        let what = Recorded::Rate { slice };
        if let Some(position) = self
            .model
            .records
            .iter()
            .position(|record| record.what == what)
        {
            return position;
        }
        self.model.records.push(Record {
            name: name.to_string(),
            what,
            implied: true,
            span,
        });
        self.model.records.len() - 1
    }
}

/// `lif` of `lif[0:3]`.
pub fn population_name(expr: &Expr) -> String {
    match &expr.ungrouped().kind {
        ExprKind::Index { base, .. } | ExprKind::Member { base, .. } => population_name(base),
        ExprKind::Name(name) => name.clone(),
        _ => String::new(),
    }
}

fn as_ident(expr: &Expr) -> Option<Ident> {
    expr.as_name().map(|name| Ident {
        name: name.to_string(),
        span: expr.span,
    })
}

/// True where every wanted element is among the given ones.
fn includes(elements: &[u32], wanted: &[u32]) -> bool {
    if elements == wanted {
        return true;
    }
    let neighbors = elements
        .windows(2)
        .all(|pair| pair.first().map(|k| k + 1) == pair.last().copied());
    if let (true, Some(first), Some(last)) = (neighbors, elements.first(), elements.last()) {
        return wanted.iter().all(|k| (first..=last).contains(&k));
    }
    let known: std::collections::HashSet<u32> = elements.iter().copied().collect();
    wanted.iter().all(|k| known.contains(k))
}
