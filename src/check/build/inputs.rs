//! Populations that spike by themselves: `poisson` and `spikes`.

use std::collections::BTreeMap;

use super::members::{Body, Line};
use crate::check::context::{Checker, Context, Role};
use crate::diagnostic::{Diagnostic, codes};
use crate::model::code::{Assignment, Selection, Value};
use crate::model::term::Type;
use crate::model::{GroupId, GroupKind, Owner, Variable, VariableKind};
use crate::source::Span;
use crate::syntax::ast::{self, Expr, ExprKind, MemberKind};
use crate::units::dimension::Dimension;
use crate::units::quantity::Quantity;

/// A spike of a list: time in seconds, element.
struct Spike {
    /// Seconds.
    time: f64,
    /// Element.
    index: u32,
    /// Where its time stands; the whole list where it has no place of its own.
    span: Span,
    /// Line of the file it was read from.
    line: Option<usize>,
}

impl<'a> Checker<'a> {
    /// `poisson P[1000] { rates: 15 Hz }`.
    pub fn poisson(&mut self, group: GroupId, population: &'a ast::Population, body: &Body<'a>) {
        let place = self.place(group);
        let mut found = false;
        for line in &body.lines {
            let at = |role| Context::at(line.file, place, role);
            match &line.member.kind {
                MemberKind::Field(field) if field.word.name == "rates" => {
                    found = true;
                    if self.is_array(&field.value) {
                        self.rate_list(
                            group,
                            &field.value,
                            &Context::new(line.file, Role::CONSTANT),
                        );
                        continue;
                    }
                    let role = Role {
                        name: "the rates",
                        ..Role::CONDITION
                    };
                    let typed = self.expr(&field.value, &at(role));
                    let hertz = Dimension::TIME.inverse();
                    if typed.is_poison()
                        || !self.is_number(&typed, "use as a rate")
                        || !self.expect(&typed, hertz, "`rates`")
                    {
                        continue;
                    }
                    if let Some(value) = self.evaluate(typed.term).filter(|value| *value < 0.0) {
                        let quantity = Quantity::new(value, hertz);
                        self.report(
                            Diagnostic::new(
                                codes::NUMBER,
                                typed.span,
                                "a rate must not be negative",
                            )
                            .label(format!("this is {quantity}")),
                        );
                    }
                    if let Some(rates) = self.fit_type(&typed, Type::Float, "rates", None) {
                        self.model.groups[group].kind = GroupKind::Poisson { rates };
                    }
                }
                MemberKind::Field(field) => {
                    self.input_word(group, field, &["rates", "dt"], &at(Role::CONSTANT))
                }
                kind => self.input_member(kind, line.member.span, "poisson"),
            }
        }
        if !found {
            let name = &population.name;
            self.report(
                Diagnostic::new(
                    codes::INPUT,
                    name.span,
                    format!("how often does `{}` spike?", name.name),
                )
                .label("`rates:` is missing")
                .note("as in `rates: 15 Hz`, or an expression of `t` and `i`"),
            );
        }
    }

    /// `rates: [5, 10, 0] Hz`: one rate per element, kept in a variable `rates`.
    fn rate_list(&mut self, group: GroupId, expr: &'a Expr, context: &Context) {
        let hertz = Dimension::TIME.inverse();
        let Some(list) = self.array(expr, context) else {
            return;
        };
        if !list.dim.fits(hertz) {
            self.wrong_list(expr.span, list.dim, hertz, "rates");
            return;
        }
        let size = self.model.groups[group].size;
        if self.unsized_groups.contains(&group) {
            return;
        }
        if list.values.len() != size || list.columns.is_some() {
            self.report(
                Diagnostic::new(
                    codes::LENGTH,
                    expr.span,
                    format!("{} rates for {size} elements", list.values.len()),
                )
                .label("one rate per element is expected"),
            );
            return;
        }
        let id = self.add_variable(Variable {
            name: "rates".to_string(),
            owner: Owner::Group(group),
            kind: VariableKind::Stored,
            ty: Type::Float,
            dimension: hertz,
            shared: false,
            constant: false,
            unless_refractory: false,
            range: None,
            default: 0.0,
            span: expr.span,
            doc: None,
        });
        self.used.insert(id);
        let rates = self.model.terms.variable(id, Type::Float);
        let owner = &mut self.model.groups[group];
        owner.kind = GroupKind::Poisson { rates };
        owner.initial.push(Assignment {
            variable: id,
            selection: Selection::All,
            value: Value::Array(list.values),
            as_code: false,
            span: expr.span,
        });
    }

    fn input_word(
        &mut self,
        group: GroupId,
        field: &'a ast::Field,
        words: &[&str],
        context: &Context,
    ) {
        if field.word.name == "dt" {
            let context = Context {
                place: None,
                ..context.clone()
            };
            let typed = self.expr(&field.value, &context);
            if let Some(dt) = self.positive_time(&typed, "the time step of the population") {
                self.model.groups[group].dt = Some(self.options.refined(dt));
            }
        } else {
            self.unknown_word(&field.word, words);
        }
    }

    /// Lines other than fields: parameters and subexpressions are fine, equations are not.
    fn input_member(&mut self, kind: &MemberKind, span: Span, what: &str) {
        match kind {
            MemberKind::Parameter(_)
            | MemberKind::Subexpression(_)
            | MemberKind::Initial(_)
            | MemberKind::Error => {}
            _ => self.report(
                Diagnostic::new(
                    codes::MEMBER,
                    span,
                    format!("this line belongs into `neurons`, not into `{what}`"),
                )
                .label("such elements only spike"),
            ),
        }
    }

    /// `spikes G[3] { at: {0: [10 ms, 20 ms], 2: [15 ms]} }`.
    pub fn spike_source(
        &mut self,
        group: GroupId,
        population: &'a ast::Population,
        body: &Body<'a>,
    ) {
        let size = self.model.groups[group].size;
        // A line that could not be read may be the missing one.
        let unread = |line: &Line| line.member.kind == MemberKind::Error;
        let unread = body.lines.iter().any(unread);
        let mut at = None;
        let mut indices = None;
        let mut times = None;
        let mut period = None;
        let mut faulty = false;
        for line in &body.lines {
            let context = Context::new(line.file, Role::CONSTANT);
            match &line.member.kind {
                MemberKind::Field(field) => match field.word.name.as_str() {
                    "at" => at = Some(&field.value),
                    "indices" => indices = Some(&field.value),
                    "times" => times = Some(&field.value),
                    "period" => {
                        let typed = self.expr(&field.value, &context);
                        let value = self.positive_time(&typed, "the period");
                        faulty |= value.is_none();
                        period = value.map(|value| (value, field.value.span));
                    }
                    _ => {
                        let words = &["at", "indices", "times", "period", "dt"];
                        self.input_word(group, field, words, &context);
                    }
                },
                kind => self.input_member(kind, line.member.span, "spikes"),
            }
        }
        let context = Context::new(0, Role::CONSTANT);
        let spikes = match (at, indices, times) {
            (Some(at), None, None) => self.spikes_at(at, size, &context),
            (None, Some(indices), Some(times)) => self.spike_lists(indices, times, size, &context),
            _ if unread => return,
            _ => {
                let name = &population.name;
                self.report(
                    Diagnostic::new(codes::INPUT, name.span, format!("when does `{}` spike?", name.name))
                        .label("its spikes are missing")
                        .note("as in `at: {0: [10 ms, 20 ms], 2: [15 ms]}`, or `indices:` and `times:` with a list each"),
                );
                None
            }
        };
        let Some(mut spikes) = spikes.filter(|_| !faulty) else {
            return;
        };
        spikes.sort_by(|a, b| a.time.total_cmp(&b.time).then(a.index.cmp(&b.index)));
        self.check_spikes(group, &spikes, period);
        self.model.groups[group].kind = GroupKind::Generator {
            times: spikes.iter().map(|spike| spike.time).collect(),
            indices: spikes.iter().map(|spike| spike.index).collect(),
            period: period.map(|(value, _)| value),
        };
    }

    fn spikes_at(&mut self, at: &'a Expr, size: usize, context: &Context) -> Option<Vec<Spike>> {
        let mut spikes = Vec::new();
        match &at.ungrouped().kind {
            ExprKind::Map(entries) => {
                let mut given: BTreeMap<u32, Span> = BTreeMap::new();
                for (key, value) in entries {
                    let typed = self.expr(key, context);
                    let index = self.whole(&typed, "an index")?;
                    let index = self.spike_index(index as f64, size, key.span)?;
                    if let Some(before) = given.insert(index, key.span) {
                        let message = format!("the times of element {index} are given twice");
                        self.report(
                            Diagnostic::new(codes::TWICE, key.span, message)
                                .label("given again here")
                                .also(before, "first given here")
                                .note("put all times of an element into one list"),
                        );
                        return None;
                    }
                    spikes.extend(self.spikes_at_times(value, |_| Some(index), context)?);
                }
            }
            _ if Self::is_load(at) => {
                for (number, (time, index)) in
                    self.loaded_spikes(at, context)?.into_iter().enumerate()
                {
                    if !(time >= 0.0 && time.is_finite()) {
                        let quantity = Quantity::new(time, Dimension::TIME);
                        self.report(
                            Diagnostic::new(codes::NUMBER, at.span, "times must not be negative")
                                .label(format!("contains {quantity}")),
                        );
                        return None;
                    }
                    spikes.push(Spike {
                        time,
                        index: self.spike_index(index, size, at.span)?,
                        span: at.span,
                        // After the line with the names of the columns.
                        line: Some(number + 2),
                    });
                }
            }
            _ if size == 1 && self.is_array(at) => {
                spikes.extend(self.spikes_at_times(at, |_| Some(0), context)?);
            }
            _ => {
                self.report(
                    Diagnostic::new(
                        codes::INPUT,
                        at.span,
                        "expected the spike times of each element",
                    )
                    .label("write `{0: [10 ms, 20 ms], 2: [15 ms]}`"),
                );
                return None;
            }
        }
        Some(spikes)
    }

    fn spike_lists(
        &mut self,
        indices: &'a Expr,
        times: &'a Expr,
        size: usize,
        context: &Context,
    ) -> Option<Vec<Spike>> {
        let list = self.array(indices, context)?;
        if !list.dim.fits(Dimension::NONE) {
            self.wrong_list(indices.span, list.dim, Dimension::NONE, "indices");
            return None;
        }
        let mut numbers = Vec::new();
        for value in &list.values {
            numbers.push(self.spike_index(*value, size, indices.span)?);
        }
        let at = self.times(times, context)?;
        if list.values.len() != at.len() {
            self.report(
                Diagnostic::new(
                    codes::LENGTH,
                    times.span,
                    format!(
                        "the numbers of times and indices differ: {} and {}",
                        at.len(),
                        list.values.len()
                    ),
                )
                .label("one time per index is expected")
                .also(indices.span, "the indices"),
            );
            return None;
        }
        self.spikes_at_times(times, |k| numbers.get(k).copied(), context)
    }

    /// The spikes at the times of a list; those of a list that is written out have their places.
    fn spikes_at_times(
        &mut self,
        times: &'a Expr,
        index: impl Fn(usize) -> Option<u32>,
        context: &Context,
    ) -> Option<Vec<Spike>> {
        let values = self.times(times, context)?;
        let items = written_out(times).filter(|items| items.len() == values.len());
        let place = |k: usize| items.and_then(|items| items.get(k));
        let spikes = values.into_iter().enumerate().filter_map(|(k, time)| {
            Some(Spike {
                time,
                index: index(k)?,
                span: place(k).map_or(times.span, |item| item.span),
                line: None,
            })
        });
        Some(spikes.collect())
    }

    fn spike_index(&mut self, value: f64, size: usize, span: Span) -> Option<u32> {
        if value >= 0.0 && value < size as f64 && value.fract() == 0.0 {
            return Some(value as u32);
        }
        self.report(
            Diagnostic::new(
                codes::INDEX,
                span,
                format!("there is no element {}", Quantity::number(value)),
            )
            .label(format!("indices run from 0 to {}", size.saturating_sub(1))),
        );
        None
    }

    /// One spike per element and step; a period longer than the last time and a multiple of the step.
    fn check_spikes(&mut self, group: GroupId, spikes: &[Spike], period: Option<(f64, Span)>) {
        let dt = self.model.groups[group].dt.unwrap_or(self.model.dt);
        let step = |time: f64| ((time + 1e-3 * dt) / dt).trunc();
        let mut seen: BTreeMap<(i64, u32), &Spike> = BTreeMap::new();
        for spike in spikes {
            let Spike {
                time, index, span, ..
            } = *spike;
            let Some(before) = seen.insert((step(time) as i64, index), spike) else {
                continue;
            };
            let quantity = Quantity::new(time, Dimension::TIME);
            let width = Quantity::new(dt, Dimension::TIME);
            let message = format!("element {index} spikes twice in one time step, at {quantity}");
            let mut diagnostic = Diagnostic::new(codes::INPUT, span, message)
                .label(format!("the time step is {width}"));
            if before.span != span {
                let at = Quantity::new(before.time, Dimension::TIME);
                diagnostic = diagnostic.also(before.span, format!("in the same step as {at}"));
            }
            if let (Some(first), Some(second)) = (before.line, spike.line) {
                diagnostic = diagnostic.note(format!("lines {first} and {second} of the file"));
            }
            diagnostic = match time == before.time {
                true => diagnostic.note("an element spikes once in a step: leave one out"),
                false => diagnostic.note("an element spikes once in a step: leave one out, or set a shorter step by `dt = …`"),
            };
            self.report(diagnostic);
            return;
        }
        let Some((period, place)) = period else {
            return;
        };
        let steps = (period / dt).round();
        if (steps * dt - period).abs() > 1e-4 * dt {
            let width = Quantity::new(dt, Dimension::TIME);
            self.report(
                Diagnostic::new(
                    codes::INPUT,
                    place,
                    "the period must be a multiple of the time step",
                )
                .label(format!("the time step is {width}")),
            );
        }
        if let Some(last) = spikes.last().map(|spike| spike.time)
            && step(last) >= steps
        {
            let quantity = Quantity::new(last, Dimension::TIME);
            self.report(
                Diagnostic::new(
                    codes::INPUT,
                    place,
                    "the period must be longer than the last time",
                )
                .label(format!("the last spike is at {quantity}")),
            );
        }
    }
}

/// The entries of `[…]` and `[…] ms`.
fn written_out(expr: &Expr) -> Option<&[Expr]> {
    match &expr.ungrouped().kind {
        ExprKind::Array(items) => Some(items),
        ExprKind::Quantity(quantity) => written_out(&quantity.value),
        _ => None,
    }
}
