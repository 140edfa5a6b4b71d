//! Populations of neurons: size, variables, equations, threshold, reset, refractoriness, events, regular code.

use super::code::Rights;
use super::collect::Collected;
use super::constants::Override;
use super::members::{Body, Line};
use crate::check::context::{Checker, Context, Place, Role};
use crate::diagnostic::{Diagnostic, codes};
use crate::library::suggest::did_you_mean;
use crate::model::code::{Condition, Regular, Times};
use crate::model::{Event, GroupId, GroupKind, MethodChoice, Refractory};
use crate::source::Span;
use crate::syntax::ast::{self, Expr, ExprKind, MemberKind};
use crate::units::dimension::Dimension;
use crate::units::quantity::Quantity;

/// More neurons than this do not fit an index.
const MAX_SIZE: i64 = 100_000_000;

impl<'a> Checker<'a> {
    /// Reads all populations.
    pub fn populations(&mut self, collected: &Collected<'a>, overrides: &[Override<'a>]) {
        let mut bodies = Vec::new();
        for (group, population) in &collected.populations {
            match self.size(population) {
                Some(size) => self.model.groups[*group].size = size,
                None => {
                    // As large as a list may be, so that indices elsewhere are not wrong because of this.
                    self.model.groups[*group].size = super::records::MAX_ELEMENTS;
                    self.unsized_groups.insert(*group);
                }
            }
            let body = self.body(*group, population, overrides);
            self.declare_variables(*group, &body);
            bodies.push((*group, *population, body));
        }
        for subgroup in &collected.subgroups {
            self.subgroup(subgroup);
        }
        let projections = self.declare_projections(&collected.projections, overrides);
        let of_groups = bodies
            .iter()
            .map(|(_, p, body)| (p.name.name.as_str(), body));
        let of_synapses = projections
            .iter()
            .map(|p| (p.written.name.name.as_str(), &p.body));
        let all: Vec<_> = of_groups.chain(of_synapses).collect();
        self.check_overrides(overrides, &all);
        for (group, population, body) in &bodies {
            self.equations((*group).into(), body);
            match population.kind {
                ast::PopulationKind::Neurons => self.neurons(*group, body),
                ast::PopulationKind::Poisson => self.poisson(*group, population, body),
                ast::PopulationKind::Spikes => self.spike_source(*group, population, body),
            }
        }
        for projection in &projections {
            self.projection(projection);
        }
    }

    fn check_overrides(&mut self, overrides: &[Override<'a>], bodies: &[(&str, &Body<'a>)]) {
        for given in overrides {
            let has = |body: &Body<'a>| super::members::parameters(body).contains(&given.parameter);
            let fits = match given.population {
                None => bodies.iter().any(|(_, body)| has(body)),
                Some(wanted) => bodies.iter().any(|(name, _)| *name == wanted),
            };
            if !fits {
                let what = given.population.unwrap_or(given.parameter);
                self.report(
                    Diagnostic::new(
                        codes::PARAMETER_SET,
                        given.span,
                        format!("there is no `{what}` to give a value to"),
                    )
                    .label("neither a constant nor a parameter of a population"),
                );
            }
        }
    }

    fn size(&mut self, population: &'a ast::Population) -> Option<usize> {
        let Some(size) = &population.size else {
            let name = &population.name;
            self.report(
                Diagnostic::new(
                    codes::SIZE,
                    name.span,
                    format!("how many elements has `{}`?", name.name),
                )
                .label("the size is missing")
                .fix(
                    format!("write `{}[1]`", name.name),
                    name.span.at_end(),
                    "[1]",
                    false,
                ),
            );
            return None;
        };
        let context = Context::new(0, Role::CONSTANT);
        let typed = self.expr(size, &context);
        let number = self.whole(&typed, "the size of a population")?;
        if (1..=MAX_SIZE).contains(&number) {
            return Some(number as usize);
        }
        let message = if number < 1 {
            "a population has at least one element".to_string()
        } else {
            format!("a population has at most {MAX_SIZE} elements")
        };
        let mut diagnostic =
            Diagnostic::new(codes::SIZE, size.span, message).label(format!("this is {number}"));
        if number > MAX_SIZE {
            let gigabytes = number as f64 * 8e-9;
            diagnostic = diagnostic.note(format!(
                "each variable of it alone would take {gigabytes:.1} GB of memory"
            ));
        }
        self.report(diagnostic);
        None
    }

    /// Threshold, reset, refractoriness, events, regular code.
    pub fn neurons(&mut self, group: GroupId, body: &Body<'a>) {
        let place = self.place(group);
        for line in &body.lines {
            let at = |role| Context::at(line.file, place, role);
            match &line.member.kind {
                MemberKind::Threshold(condition) => {
                    let condition =
                        self.condition(condition, &at(Role::CONDITION), "the threshold");
                    self.model.groups[group].threshold = condition;
                }
                MemberKind::Reset(code) => {
                    let rights = Rights {
                        shared: false,
                        what: "a reset",
                    };
                    let code = self.code(code, place, &at(Role::CODE), rights);
                    self.model.groups[group].reset = Some(code);
                }
                MemberKind::Refractory(value) => {
                    self.refractory(group, value, &at(Role::CONDITION))
                }
                MemberKind::Method(choice) => {
                    let method = self.method(choice, &at(Role::CONSTANT));
                    self.model.groups[group].method = method;
                }
                MemberKind::Event(event) => {
                    let role = Role {
                        name: "the condition of an event",
                        ..Role::CONDITION
                    };
                    if let Some(condition) = self.condition(&event.condition, &at(role), "an event")
                    {
                        let event = Event {
                            name: event.name.name.clone(),
                            condition,
                            code: None,
                        };
                        self.model.groups[group].events.push(event);
                    }
                    if event.name.name == "spike" {
                        self.event_spike(event.name.span, line);
                    }
                }
                MemberKind::Every(regular) => {
                    let regular = self.regular(place, regular, &at(Role::CODE));
                    self.model.groups[group].regular.extend(regular);
                }
                MemberKind::Field(field) => self.field(group, field, &at(Role::CONSTANT)),
                MemberKind::Pathway(_)
                | MemberKind::Connect(_)
                | MemberKind::Delay(_)
                | MemberKind::Order(_) => {
                    self.report(
                        Diagnostic::new(
                            codes::MEMBER,
                            line.member.span,
                            "this line belongs into `synapses`",
                        )
                        .label("neurons have no pathways"),
                    );
                }
                _ => {}
            }
        }
        // Codes of events come after all events are known.
        for line in &body.lines {
            if let MemberKind::OnEvent(on) = &line.member.kind {
                self.on_event(
                    group,
                    place,
                    on,
                    &Context::at(line.file, place, Role::CODE),
                    body,
                );
            }
        }
        crate::check::rules::spikes::reset_without_threshold(self, group, body);
    }

    fn event_spike(&mut self, span: Span, line: &Line) {
        let _ = line;
        self.report(
            Diagnostic::new(codes::EVENT, span, "the event `spike` is the threshold")
                .label("write `threshold:` and `reset:`"),
        );
    }

    /// A condition; anything else is reported.
    pub fn condition(&mut self, expr: &Expr, context: &Context, of: &str) -> Option<Condition> {
        let typed = self.expr(expr, context);
        if typed.is_poison() || !self.is_condition(&typed, of) {
            return None;
        }
        Some(Condition {
            term: typed.term,
            span: expr.span,
        })
    }

    fn refractory(&mut self, group: GroupId, value: &Expr, context: &Context) {
        let typed = self.expr(value, context);
        if typed.is_poison() {
            return;
        }
        if typed.is_boolean() {
            self.model.groups[group].refractory = Some(Refractory::While(typed.term));
            return;
        }
        if !typed.dim.fits(Dimension::TIME) {
            let found = typed
                .dim
                .settled()
                .map_or(String::new(), crate::check::dims::is_a);
            let mut diagnostic = Diagnostic::new(
                codes::VALUE_UNIT,
                value.span,
                format!("`refractory` is a time or a condition, but this is {found}"),
            )
            .label(found);
            diagnostic = if typed.dim.settled().is_some_and(|d| d.is_none()) {
                self.missing_unit(diagnostic, &typed, Dimension::TIME)
            } else {
                diagnostic.note("a time, as in `2 ms`: how long; a condition, as in `v > -40 mV`: as long as it holds")
            };
            self.report(diagnostic);
            return;
        }
        if let Some(value) = self.evaluate(typed.term)
            && value < 0.0
        {
            let quantity = Quantity::new(value, Dimension::TIME);
            self.report(
                Diagnostic::new(
                    codes::NUMBER,
                    typed.span,
                    "the refractory time must not be negative",
                )
                .label(format!("this is {quantity}")),
            );
        }
        crate::check::rules::spikes::refractory_steps(self, group, &typed);
        let term = self.fit_type(&typed, crate::model::term::Type::Float, "refractory", None);
        self.model.groups[group].refractory = term.map(Refractory::Time);
    }

    /// `method: NAME(option: value)`.
    pub fn method(
        &mut self,
        choice: &'a ast::MethodChoice,
        context: &Context,
    ) -> Option<MethodChoice> {
        let name = &choice.name.name;
        let known: Vec<&str> = self
            .library
            .methods()
            .iter()
            .map(|m| m.name.name.as_str())
            .collect();
        if !known.is_empty() && !known.contains(&name.as_str()) {
            let near = did_you_mean(name, known.iter().copied()).map(str::to_string);
            let mut diagnostic = Diagnostic::new(
                codes::UNKNOWN_METHOD,
                choice.name.span,
                format!("there is no method `{name}`"),
            );
            diagnostic = match near {
                Some(near) => diagnostic.suggest(choice.name.span, near),
                None => diagnostic
                    .label("not known")
                    .note(format!("methods: {}", known.join(", "))),
            };
            self.report(diagnostic);
            return None;
        }
        let mut options = Vec::new();
        let context = Context {
            place: None,
            ..context.clone()
        };
        for argument in &choice.arguments {
            let typed = self.expr(&argument.value, &context);
            let Some(option) = &argument.name else {
                self.report(
                    Diagnostic::new(
                        codes::METHOD_OPTION,
                        argument.span,
                        "options of a method are named",
                    )
                    .label("write `name: value`, as in `tolerance: 1e-6`"),
                );
                continue;
            };
            if typed.is_poison() {
                continue;
            }
            if let Some(value) = self.constant_value(&typed, "an option of a method") {
                options.push((option.name.clone(), value));
            }
        }
        Some(MethodChoice {
            name: name.clone(),
            options,
            span: choice.name.span,
        })
    }

    fn on_event(
        &mut self,
        group: GroupId,
        place: Place,
        on: &'a ast::OnEvent,
        context: &Context,
        body: &Body<'a>,
    ) {
        let rights = Rights {
            shared: false,
            what: "event code",
        };
        let code = self.code(&on.code, place, context, rights);
        let name = &on.event.name;
        if let Some(event) = self.model.groups[group]
            .events
            .iter_mut()
            .find(|event| event.name == *name)
        {
            event.code = Some(code);
            return;
        }
        let declared: Vec<&str> = body
            .lines
            .iter()
            .filter_map(|line| match &line.member.kind {
                MemberKind::Event(event) => Some(event.name.name.as_str()),
                _ => None,
            })
            .collect();
        if declared.contains(&name.as_str()) {
            return;
        }
        let mut diagnostic = Diagnostic::new(
            codes::EVENT,
            on.event.span,
            format!("there is no event `{name}`"),
        );
        diagnostic = if name == "spike" {
            diagnostic.label("what happens at a spike is the reset: write `reset:`")
        } else {
            match did_you_mean(name, declared.iter().copied()).map(str::to_string) {
                Some(near) => diagnostic.suggest(on.event.span, near),
                None => diagnostic.label("not declared").note(format!(
                    "declare it by its condition: `event {name}: CONDITION`"
                )),
            }
        };
        self.report(diagnostic);
    }

    /// `every T: code`.
    pub fn regular(
        &mut self,
        place: Place,
        regular: &'a ast::Regular,
        context: &Context,
    ) -> Option<Regular> {
        let outside = Context::new(context.file, Role::CONSTANT);
        let times = match &regular.interval.ungrouped().kind {
            ExprKind::Name(name) if name == "dt" => Some(Times::EachStep),
            ExprKind::Array(_) | ExprKind::Quantity(_) if is_list(&regular.interval) => {
                self.times(&regular.interval, &outside).map(|mut times| {
                    times.sort_by(f64::total_cmp);
                    Times::At(times)
                })
            }
            _ => {
                let typed = self.expr(&regular.interval, &outside);
                self.positive_time(&typed, "the interval").map(Times::Every)
            }
        };
        let rights = Rights {
            shared: true,
            what: "regular code",
        };
        let code = self.code(&regular.code, place, context, rights);
        let slot = match &regular.slot {
            Some(slot) => self.slot(&slot.name, slot.span),
            None => Some("start".to_string()),
        };
        Some(Regular {
            times: times?,
            code,
            slot: slot?,
        })
    }

    /// A list of times, not negative, in seconds.
    pub fn times(&mut self, expr: &Expr, context: &Context) -> Option<Vec<f64>> {
        let list = self.array(expr, context)?;
        if !list.dim.fits(Dimension::TIME) {
            self.wrong_list(expr.span, list.dim, Dimension::TIME, "times");
            return None;
        }
        if let Some(value) = list
            .values
            .iter()
            .find(|value| !(**value >= 0.0 && value.is_finite()))
        {
            let quantity = Quantity::new(*value, Dimension::TIME);
            self.report(
                Diagnostic::new(codes::NUMBER, expr.span, "times must not be negative")
                    .label(format!("contains {quantity}")),
            );
            return None;
        }
        Some(list.values)
    }

    fn field(&mut self, group: GroupId, field: &'a ast::Field, context: &Context) {
        let word = &field.word;
        if word.name == "dt" {
            let context = Context {
                place: None,
                ..context.clone()
            };
            let typed = self.expr(&field.value, &context);
            if let Some(dt) = self.positive_time(&typed, "the time step of the population") {
                self.model.groups[group].dt = Some(self.options.refined(dt));
            }
            return;
        }
        let words: &[&str] = match self.model.groups[group].kind {
            GroupKind::Neurons => &["threshold", "reset", "refractory", "method", "dt"],
            GroupKind::Poisson { .. } => &["rates", "dt"],
            GroupKind::Generator { .. } => &["at", "indices", "times", "period", "dt"],
        };
        if words.contains(&word.name.as_str()) {
            return;
        }
        self.unknown_word(word, words);
    }

    /// `word: value` that means nothing here.
    pub fn unknown_word(&mut self, word: &ast::Ident, words: &[&str]) {
        let near = did_you_mean(&word.name, words.iter().copied()).map(str::to_string);
        let mut diagnostic = Diagnostic::new(
            codes::MEMBER,
            word.span,
            format!("`{}:` means nothing here", word.name),
        );
        diagnostic = match near {
            Some(near) => diagnostic.suggest(word.span, near),
            None => diagnostic.label(format!("expected one of {}", words.join(", "))),
        };
        self.report(diagnostic);
    }
}

/// True for `[…]` and `[…] ms`.
pub fn is_list(expr: &Expr) -> bool {
    match &expr.ungrouped().kind {
        ExprKind::Array(_) => true,
        ExprKind::Quantity(quantity) => is_list(&quantity.value),
        _ => false,
    }
}
