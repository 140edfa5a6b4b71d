//! Pathways: `on_pre: …`, `on_post slow: …`, `on_pre path of gspike: …`, and their delays.

use std::collections::BTreeSet;

use crate::check::build::code::Rights;
use crate::check::build::members::{Body, Line};
use crate::check::context::{Checker, Context, Role};
use crate::check::rules::delays;
use crate::check::rules::start::variables_in;
use crate::diagnostic::{Diagnostic, codes};
use crate::library::suggest::did_you_mean;
use crate::model::code::{Assignment, Selection, Value};
use crate::model::projection::{Delay, Pathway, Side};
use crate::model::term::Type;
use crate::model::{Owner, ProjectionId, VariableId};
use crate::source::Span;
use crate::syntax::ast::{self, Expr, MemberKind, PathwaySide};
use crate::units::dimension::Dimension;
use crate::units::quantity::Quantity;

/// Delays of more steps than this are refused: an event under way waits in the list of its step.
const LONGEST: f64 = 16_777_216.0;

/// Name and order of the pathways of a side, within the slot `synapses`.
fn row(side: PathwaySide) -> (&'static str, Side, i32) {
    match side {
        PathwaySide::Pre => ("pre", Side::Pre, -1),
        PathwaySide::Post => ("post", Side::Post, 1),
    }
}

/// The name of a pathway.
fn name(pathway: &ast::Pathway) -> &str {
    match &pathway.name {
        Some(name) => &name.name,
        None => row(pathway.side).0,
    }
}

/// Names of the pathways of a body, with their places, in order.
fn pathways<'b>(body: &Body<'b>) -> Vec<&'b ast::Pathway> {
    let lines = body.lines.iter();
    lines
        .filter_map(|line| match &line.member.kind {
            MemberKind::Pathway(pathway) => Some(pathway),
            _ => None,
        })
        .collect()
}

/// The pathway that a `delay:` without a name belongs to: `on_pre`, or the only one.
fn default_pathway<'b>(body: &Body<'b>) -> Option<&'b ast::Pathway> {
    let all = pathways(body);
    let pre = all.iter().find(|p| name(p) == "pre").copied();
    match all.as_slice() {
        [only] => Some(only),
        _ => pre,
    }
}

impl<'a> Checker<'a> {
    /// Reads one pathway.
    pub fn pathway(
        &mut self,
        id: ProjectionId,
        line: &Line<'a>,
        written: &'a ast::Pathway,
        body: &Body<'a>,
    ) {
        let owner = Owner::Projection(id);
        let (_, side, _) = row(written.side);
        let event = self.pathway_event(id, side, written, line.member.span);
        let rights = Rights {
            shared: false,
            what: "the code of synapses",
        };
        let place = self.place(owner);
        let context = Context::at(line.file, place, Role::CODE);
        let name = name(written).to_string();
        self.delays.pathway = Some(name.clone());
        let code = self.code(&written.code, place, &context, rights);
        self.delays.pathway = None;
        self.delays.hidden = true;
        let delay = self.pathway_delay(id, written, &name, body);
        self.delays.hidden = false;
        let delay = self.delay_asked(id, &name, delay);
        let order = self.pathway_order(written, body);
        let Some(event) = event else { return };
        self.model.projections[id].pathways.push(Pathway {
            name,
            side,
            event,
            code,
            delay,
            order,
            span: line.member.span,
        });
    }

    /// The custom event that a pathway listens to, nothing within for spikes; nothing at all where it is unknown, which is reported.
    fn pathway_event(
        &mut self,
        id: ProjectionId,
        side: Side,
        written: &ast::Pathway,
        span: Span,
    ) -> Option<Option<usize>> {
        let word = match side {
            Side::Pre => "source",
            Side::Post => "target",
        };
        let Some(group) = self.side_group(id, side) else {
            if !self.is_incomplete(id) {
                let owner = self.endpoint(id, side).owner;
                let other = self.model.owner_name(owner).to_string();
                self.report(
                    Diagnostic::new(
                        codes::NO_SPIKES,
                        self.pathway_head(written, span),
                        format!("the {word} `{other}` never spikes: it consists of synapses"),
                    )
                    .label("needs spikes"),
                );
            }
            return None;
        };
        let wanted = written.event.as_ref().filter(|event| event.name != "spike");
        let Some(wanted) = wanted else {
            let here = self.pathway_head(written, span);
            return self.spikes_possible(group, here).then_some(None);
        };
        let events: Vec<String> = self.model.groups[group]
            .events
            .iter()
            .map(|event| event.name.clone())
            .collect();
        if let Some(position) = events.iter().position(|event| *event == wanted.name) {
            return Some(Some(position));
        }
        if self.is_incomplete(group) || self.is_broken(&wanted.name) {
            return None;
        }
        let owner = self.model.groups[group].name.clone();
        let near = did_you_mean(&wanted.name, events.iter().map(String::as_str));
        let mut diagnostic = Diagnostic::new(
            codes::EVENT,
            wanted.span,
            format!("`{owner}` has no event `{}`", wanted.name),
        );
        diagnostic = match near.map(str::to_string) {
            Some(near) => diagnostic.suggest(wanted.span, near),
            None => diagnostic.label("not declared").note(format!(
                "declare it in `{owner}` by its condition: `event {}: CONDITION`",
                wanted.name
            )),
        };
        self.report(diagnostic);
        None
    }

    /// `on_pre slow` of a pathway.
    fn pathway_head(&self, written: &ast::Pathway, span: Span) -> Span {
        let end = match (&written.event, &written.name) {
            (Some(event), _) => event.span.end,
            (None, Some(name)) => name.span.end,
            (None, None) => span.start + row(written.side).0.len() as u32 + 3,
        };
        Span { end, ..span }
    }

    /// The delay of a pathway: a common one where its value is known, otherwise a variable of the synapses.
    fn pathway_delay(
        &mut self,
        id: ProjectionId,
        pathway: &ast::Pathway,
        name: &str,
        body: &Body<'a>,
    ) -> Delay {
        let own = default_pathway(body).is_some_and(|default| default.code == pathway.code);
        let line = body.lines.iter().find_map(|line| match &line.member.kind {
            MemberKind::Delay(delay) => {
                let fits = match &delay.pathway {
                    Some(given) => given.name == name,
                    None => own,
                };
                fits.then_some((line, &delay.value))
            }
            _ => None,
        });
        let none = Delay::Common(0.0);
        let Some((line, value)) = line else {
            return none;
        };
        let place = self.place(id);
        if self.is_array(value) {
            let variable = self.delay_variable(id, name, value.span);
            let list = self.list_value(value, line.file, variable, &Selection::All, place);
            let Some(list) = list else { return none };
            self.set_delay(id, variable, list, value.span);
            return Delay::PerSynapse(variable);
        }
        let role = Role {
            name: "a delay",
            ..Role::VALUE
        };
        let typed = self.expr(value, &Context::at(line.file, place, role));
        if typed.is_poison()
            || !self.is_number(&typed, "use as a delay")
            || !self.expect(&typed, Dimension::TIME, "the delay")
        {
            return none;
        }
        if let Some(seconds) = self.evaluate(typed.term) {
            self.delay_fits(id, pathway.side, seconds, value);
            return Delay::Common(seconds);
        }
        let Some(term) = self.fit_type(&typed, Type::Float, "delay", None) else {
            return none;
        };
        let variable = self.delay_variable(id, name, value.span);
        self.set_delay(id, variable, Value::Term(term), value.span);
        Delay::PerSynapse(variable)
    }

    /// Gives a delay its initial value: where others read it, before them, unless it needs them.
    fn set_delay(&mut self, id: ProjectionId, variable: VariableId, value: Value, span: Span) {
        let needs = match &value {
            Value::Term(term) => variables_in(self, *term),
            _ => BTreeSet::new(),
        };
        let read = self.delays.read.contains(&variable);
        let initial = &mut self.model.projections[id].initial;
        let first = read && !initial.iter().any(|other| needs.contains(&other.variable));
        let assignment = Assignment {
            variable,
            selection: Selection::All,
            value,
            as_code: false,
            span,
        };
        match first {
            true => initial.insert(0, assignment),
            false => initial.push(assignment),
        }
    }

    /// Where code reads a common delay, it is kept for every synapse, and set before all other values.
    fn delay_asked(&mut self, id: ProjectionId, pathway: &str, delay: Delay) -> Delay {
        let asked = self.delays.asked.remove(&(id, pathway.to_string()));
        let (Some(variable), Delay::Common(seconds)) = (asked, &delay) else {
            return delay;
        };
        let value = self.model.terms.number(*seconds);
        let span = self.model.variables[variable].span;
        self.set_delay(id, variable, Value::Term(value), span);
        Delay::PerSynapse(variable)
    }

    /// The pathway that a plain `delay` is about, while the lines of a body are read.
    pub fn usual_delay(&mut self, id: ProjectionId, body: &Body<'a>) {
        let usual = default_pathway(body).map(|pathway| name(pathway).to_string());
        self.delays.usual.extend(usual.map(|usual| (id, usual)));
    }

    /// `order slow: 2`; what is usual for its side where it is not given.
    fn pathway_order(&mut self, pathway: &ast::Pathway, body: &Body<'a>) -> i32 {
        let (.., usual) = row(pathway.side);
        let given = body.lines.iter().find_map(|line| match &line.member.kind {
            MemberKind::Order(order) => {
                let of = order.pathway.as_ref().map(|of| of.name.as_str());
                (of == Some(name(pathway))).then_some((line.file, &order.value))
            }
            _ => None,
        });
        let Some((file, value)) = given else {
            return usual;
        };
        let typed = self.expr(value, &Context::new(file, Role::CONSTANT));
        let Some(order) = self.whole(&typed, "the order of a pathway") else {
            return usual;
        };
        i32::try_from(order).unwrap_or_else(|_| {
            let message = "the order of a pathway is a small number";
            self.report(
                Diagnostic::new(codes::NUMBER, value.span, message)
                    .label(format!("at most {} either way", i32::MAX)),
            );
            usual
        })
    }

    fn order_without_pathway(&mut self, span: Span, names: &[&str]) {
        let word = Span {
            end: span.start + "order".len() as u32,
            ..span
        };
        let mut diagnostic = Diagnostic::new(codes::DELAY, word, "the order of which pathway?");
        diagnostic = match names {
            [] => diagnostic.label("no `on_pre:` or `on_post:` is written"),
            [only] => diagnostic.label("needs its name").fix(
                format!("write `order {only}: …`"),
                word,
                format!("order {only}"),
                true,
            ),
            _ => diagnostic
                .label("write the name of the pathway, as in `order slow: 2`")
                .note(format!("pathways: {}", names.join(", "))),
        };
        self.report(diagnostic);
    }

    /// The variable that holds the delays of a pathway.
    pub fn delay_variable(&mut self, id: ProjectionId, pathway: &str, span: Span) -> VariableId {
        let asked = self.delays.asked.get(&(id, pathway.to_string()));
        if let Some(known) = asked {
            return *known;
        }
        let name = match pathway {
            "pre" if self.variable_of(id, "delay").is_none() => "delay".to_string(),
            _ => format!("{pathway}.delay"),
        };
        let owner = Owner::Projection(id);
        let made = self.hidden(owner, &name, Type::Float, Dimension::TIME, 0.0, span);
        self.delays.made.insert(made);
        made
    }

    /// A delay that is known before the run.
    fn delay_fits(&mut self, id: ProjectionId, side: PathwaySide, seconds: f64, value: &Expr) {
        let quantity = Quantity::new(seconds, Dimension::TIME);
        let dt = match self.side_group(id, row(side).1) {
            Some(group) => self.model.owner_dt(Owner::Group(group)),
            None => self.model.dt,
        };
        let diagnostic = if seconds < 0.0 {
            Diagnostic::new(
                codes::DELAY,
                value.span,
                "an event cannot arrive before it is sent",
            )
            .label(format!("this is {quantity}"))
        } else if seconds / dt > LONGEST || !seconds.is_finite() {
            let longest = Quantity::new(LONGEST * dt, Dimension::TIME);
            Diagnostic::new(codes::DELAY, value.span, "this delay is too long")
                .label(format!("at most {longest} with this time step"))
        } else {
            delays::whole_steps(self, seconds, dt, value.span);
            return;
        };
        self.report(diagnostic);
    }

    /// Reports delays and orders of pathways that do not exist.
    pub fn delays_without_pathway(&mut self, _id: ProjectionId, body: &Body<'a>) {
        let names: Vec<&str> = pathways(body).into_iter().map(name).collect();
        let unread = body
            .lines
            .iter()
            .any(|line| line.member.kind == MemberKind::Error);
        for line in body.lines.iter().filter(|_| !unread) {
            let (pathway, what) = match &line.member.kind {
                MemberKind::Delay(delay) => (delay.pathway.as_ref(), "delay"),
                MemberKind::Order(order) if order.pathway.is_none() => {
                    self.order_without_pathway(line.member.span, &names);
                    continue;
                }
                MemberKind::Order(order) => (order.pathway.as_ref(), "put in order"),
                _ => continue,
            };
            let span = line.member.span;
            match pathway {
                None if default_pathway(body).is_some() => {}
                None if names.is_empty() => self.report(
                    Diagnostic::new(codes::DELAY, span, "there is nothing to delay")
                        .label("no `on_pre:` or `on_post:` is written"),
                ),
                None => self.report(
                    Diagnostic::new(codes::DELAY, span, "which pathway is delayed?")
                        .label("write the name of the pathway, as in `delay slow: 10 ms`")
                        .note(format!("pathways: {}", names.join(", "))),
                ),
                Some(given) if names.contains(&given.name.as_str()) => {}
                Some(given) => {
                    let near = did_you_mean(&given.name, names.iter().copied());
                    let mut diagnostic = Diagnostic::new(
                        codes::DELAY,
                        given.span,
                        format!("there is no pathway `{}` to {what}", given.name),
                    );
                    diagnostic = match near.map(str::to_string) {
                        Some(near) => diagnostic.suggest(given.span, near),
                        None if names.is_empty() => {
                            diagnostic.label("no `on_pre:` or `on_post:` is written")
                        }
                        None => diagnostic
                            .label("not declared")
                            .note(format!("pathways: {}", names.join(", "))),
                    };
                    self.report(diagnostic);
                }
            }
        }
    }
}
