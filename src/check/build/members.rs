//! The body of a population: the lines of the definition it is made of, with its own lines put in their place.

use crate::check::build::constants::Override;
use crate::check::context::Checker;
use crate::diagnostic::{Diagnostic, codes};
use crate::library::models::MODELS;
use crate::library::suggest::did_you_mean;
use crate::model::{GroupId, Owner};
use crate::source::Span;
use crate::syntax::ast::{self, DefinitionKind, Expr, Ident, Member, MemberKind, PathwaySide};

/// A line of a population, and where its names are to be looked up.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// The line.
    pub member: &'a Member,
    /// Its file.
    pub file: usize,
    /// A value that replaces the default of a parameter.
    pub value: Option<Value<'a>>,
    /// True when it comes from the definition after `of`.
    pub inherited: bool,
}

/// A value from elsewhere.
#[derive(Clone, Copy, Debug)]
pub struct Value<'a> {
    /// The value.
    pub expr: &'a Expr,
    /// The file of its names.
    pub file: usize,
    /// The range that comes with it.
    pub range: Option<&'a ast::Range>,
}

/// The lines of a population in the order in which they count.
#[derive(Debug, Default)]
pub struct Body<'a> {
    /// The lines.
    pub lines: Vec<Line<'a>>,
}

/// What is written of a population or projection.
#[derive(Clone, Copy, Debug)]
pub struct Given<'a> {
    /// What the definition after `of` must be.
    pub kind: DefinitionKind,
    /// Its name.
    pub name: &'a Ident,
    /// The definition after `of`.
    pub model: Option<&'a Ident>,
    /// Its own lines.
    pub members: &'a [Member],
}

fn kind_word(kind: DefinitionKind) -> &'static str {
    match kind {
        DefinitionKind::Neuron => "neuron",
        DefinitionKind::Synapse => "synapse",
    }
}

/// What makes two lines the same thing, so that one may replace the other.
#[derive(PartialEq, Debug)]
enum Key<'m> {
    Variable(&'m str),
    Initial(&'m str),
    Event(&'m str),
    OnEvent(&'m str),
    Pathway(&'m str),
    Delay(&'m str),
    Order(&'m str),
    Word(&'m str),
}

fn key(member: &Member) -> Option<(Key<'_>, Span, &'static str)> {
    Some(match &member.kind {
        MemberKind::Differential(equation) => (
            Key::Variable(&equation.name.name),
            equation.name.span,
            "variable",
        ),
        MemberKind::Subexpression(equation) => (
            Key::Variable(&equation.name.name),
            equation.name.span,
            "variable",
        ),
        MemberKind::Parameter(parameter) => (
            Key::Variable(&parameter.name.name),
            parameter.name.span,
            "variable",
        ),
        MemberKind::Initial(initial) => (
            Key::Initial(&initial.name.name),
            initial.name.span,
            "initial value of",
        ),
        MemberKind::Event(event) => (Key::Event(&event.name.name), event.name.span, "event"),
        MemberKind::OnEvent(on) => (
            Key::OnEvent(&on.event.name),
            on.event.span,
            "code for the event",
        ),
        MemberKind::Threshold(_) => (Key::Word("threshold"), member.span, "line"),
        MemberKind::Reset(_) => (Key::Word("reset"), member.span, "line"),
        MemberKind::Refractory(_) => (Key::Word("refractory"), member.span, "line"),
        MemberKind::Method(_) => (Key::Word("method"), member.span, "line"),
        MemberKind::Field(field) => (Key::Word(&field.word.name), field.word.span, "line"),
        MemberKind::Pathway(pathway) => match (&pathway.name, pathway.side) {
            (Some(name), _) => (Key::Pathway(&name.name), name.span, "pathway"),
            (None, PathwaySide::Pre) => (Key::Word("on_pre"), member.span, "line"),
            (None, PathwaySide::Post) => (Key::Word("on_post"), member.span, "line"),
        },
        MemberKind::Delay(delay) => match &delay.pathway {
            Some(name) => (Key::Delay(&name.name), name.span, "delay of"),
            None => (Key::Word("delay"), member.span, "line"),
        },
        MemberKind::Order(order) => match &order.pathway {
            Some(name) => (Key::Order(&name.name), name.span, "order of"),
            None => (Key::Word("order"), member.span, "line"),
        },
        MemberKind::Every(_) | MemberKind::Connect(_) | MemberKind::Error => return None,
    })
}

impl<'a> Checker<'a> {
    /// The lines of a population, those of its definition first.
    pub fn body(
        &mut self,
        group: GroupId,
        population: &'a ast::Population,
        overrides: &[Override<'a>],
    ) -> Body<'a> {
        let name = &population.name;
        let given = Given {
            kind: DefinitionKind::Neuron,
            name,
            model: population.model.as_ref(),
            members: &population.members,
        };
        let body = self.body_of(group, &given, overrides);
        let has_threshold = body.lines.iter().any(|line| {
            matches!(
                line.member.kind,
                MemberKind::Threshold(_) | MemberKind::Error
            )
        });
        if let Some(info) = self.info_mut(group) {
            info.has_threshold = has_threshold;
        }
        body
    }

    /// The lines of a body, those of its definition first.
    pub fn body_of(
        &mut self,
        owner: impl Into<Owner>,
        given: &Given<'a>,
        overrides: &[Override<'a>],
    ) -> Body<'a> {
        let owner = owner.into();
        let mut body = Body::default();
        let what = kind_word(given.kind);
        if self.is_headless(given.name.span)
            && let Some(info) = self.info_mut(owner)
        {
            info.incomplete = true;
        }
        if let Some(model) = given.model {
            match self.definition(0, &model.name) {
                Some((definition, file)) if definition.kind == given.kind => {
                    if file == 0 {
                        self.instantiated.insert(definition.name.span.start);
                    }
                    self.add_lines(&mut body, &definition.members, file, true);
                }
                Some((definition, _)) => self.report(
                    Diagnostic::new(
                        codes::KIND,
                        model.span,
                        format!(
                            "`{}` is a {}, not a {what}",
                            model.name,
                            kind_word(definition.kind)
                        ),
                    )
                    .label(format!("a `{what}` definition is expected"))
                    .also(definition.name.span, "declared here"),
                ),
                None => {
                    self.unknown_model(model, given.kind);
                    if let Some(info) = self.info_mut(owner) {
                        info.incomplete = true;
                    }
                    let known = |member: &&Member| !matches!(&member.kind, MemberKind::Subexpression(line) if line.unit.is_none());
                    let lines = given.members.iter().filter(known);
                    body.lines.extend(lines.map(|member| Line {
                        member,
                        file: 0,
                        value: None,
                        inherited: false,
                    }));
                    return body;
                }
            }
        }
        self.add_lines(&mut body, given.members, 0, false);
        let name = given.name.name.as_str();
        for given in overrides {
            if given.population.is_none_or(|wanted| wanted == name) {
                self.override_parameter(&mut body, given, name);
            }
        }
        body
    }

    fn unknown_model(&mut self, model: &ast::Ident, kind: DefinitionKind) {
        if self.is_broken(&model.name) || !self.misses(None, &model.name) {
            return;
        }
        let what = kind_word(kind);
        let candidates = self.definition_names(0);
        let near = did_you_mean(&model.name, candidates.iter().copied()).map(str::to_string);
        let mut diagnostic = Diagnostic::new(
            codes::UNKNOWN_NAME,
            model.span,
            format!("there is no {what} `{}`", model.name),
        );
        let standard = MODELS
            .iter()
            .find(|standard| standard.definition() == model.name);
        let standard_near = did_you_mean(&model.name, MODELS.iter().map(|m| m.definition()))
            .and_then(|near| MODELS.iter().find(|standard| standard.definition() == near));
        diagnostic = match (near, standard, standard_near) {
            (Some(near), _, _) => diagnostic
                .suggest(model.span, near),
            (None, Some(standard), _) => diagnostic
                .label("is a standard model that the file does not use")
                .fix(
                    format!("write `use {}` at the top of the file", standard.name),
                    Span {
                        start: 0,
                        end: 0,
                        ..model.span
                    },
                    format!("use {}\n", standard.name),
                    false,
                ),
            (None, None, Some(standard)) => diagnostic
                .label(format!("did you mean `{}`?", standard.definition()))
                .note(format!("it needs `use {}` at the top of the file", standard.name)),
            _ => diagnostic.label("not defined").note(
                format!("define it by `{what} NAME {{ … }}`, or bring in a standard model by `use NAME`; `snnc models` lists them"),
            ),
        };
        self.report(diagnostic);
    }

    /// Adds the lines of a body; those that say the same again replace inherited ones, or are reported.
    pub fn add_lines(
        &mut self,
        body: &mut Body<'a>,
        members: &'a [Member],
        file: usize,
        inherited: bool,
    ) {
        for member in members {
            if let MemberKind::Subexpression(given) = &member.kind
                && given.unit.is_none()
                && given.flags.is_empty()
                && self.own_value(body, given, file)
            {
                continue;
            }
            if let Some((this, span, what)) = key(member) {
                let earlier = body
                    .lines
                    .iter()
                    .position(|line| key(line.member).is_some_and(|(other, _, _)| other == this));
                if let Some(line) = earlier.and_then(|k| body.lines.get_mut(k)) {
                    if line.inherited && !inherited {
                        *line = Line {
                            member,
                            file,
                            value: None,
                            inherited: false,
                        };
                    } else {
                        let first = key(line.member).map_or(line.member.span, |(_, span, _)| span);
                        let name = self.sources.text(span).to_string();
                        let message = match this {
                            Key::Word(word) => format!("`{word}` is given twice"),
                            _ => format!("the {what} `{name}` is given twice"),
                        };
                        self.report(
                            Diagnostic::new(codes::TWICE, span, message)
                                .label("given again here")
                                .also(first, "first given here"),
                        );
                    }
                    continue;
                }
            }
            body.lines.push(Line {
                member,
                file,
                value: None,
                inherited,
            });
        }
    }

    /// `gNa = 15 mS/cm^2`: the value of an inherited parameter. False where there is no such parameter to override, so that the
    /// line is an equation without its unit.
    fn own_value(
        &mut self,
        body: &mut Body<'a>,
        given: &'a ast::Subexpression,
        file: usize,
    ) -> bool {
        let name = given.name.name.as_str();
        let same = |line: &Line| {
            line.inherited && key(line.member).is_some_and(|(key, _, _)| key == Key::Variable(name))
        };
        let position = body.lines.iter().position(same);
        let any_inherited = body.lines.iter().any(|line| line.inherited);
        let Some(line) = position.and_then(|k| body.lines.get_mut(k)) else {
            if any_inherited {
                self.no_such_parameter(body, given);
            }
            return any_inherited;
        };
        match &line.member.kind {
            MemberKind::Parameter(_) => {
                let before = line.value.replace(Value {
                    expr: &given.value,
                    file,
                    range: given.range.as_ref(),
                });
                if let Some(before) = before {
                    self.report(
                        Diagnostic::new(
                            codes::TWICE,
                            given.name.span,
                            format!("`{name}` is given a value twice"),
                        )
                        .label("given again here")
                        .also(before.expr.span, "first given here"),
                    );
                }
            }
            kind => {
                let declared = line.member.span;
                let differential = matches!(kind, MemberKind::Differential(_));
                let mut diagnostic = Diagnostic::new(
                    codes::MEMBER,
                    given.name.span,
                    format!("`{name}` is no parameter: an equation defines it"),
                )
                .label("cannot be given a value")
                .also(declared, "defined here");
                diagnostic = if differential {
                    let edit = format!("{name}(0)");
                    diagnostic.fix(
                        "for its initial value, write `NAME(0) = …`".replace("NAME", name),
                        given.name.span,
                        edit,
                        false,
                    )
                } else {
                    diagnostic.note(format!(
                        "to replace the equation, give it with its unit: `{name} = … : UNIT`"
                    ))
                };
                self.report(diagnostic);
            }
        }
        true
    }

    fn no_such_parameter(&mut self, body: &Body<'a>, given: &'a ast::Subexpression) {
        let name = given.name.name.as_str();
        let parameters = parameters(body);
        let near = did_you_mean(name, parameters.iter().copied()).map(str::to_string);
        let mut diagnostic = Diagnostic::new(
            codes::UNKNOWN_NAME,
            given.name.span,
            format!("the model has no parameter `{name}`"),
        );
        diagnostic = match near {
            Some(near) => diagnostic.suggest(given.name.span, near),
            None => diagnostic
                .label("not a parameter")
                .note(format!("its parameters are {}", parameters.join(", ")))
                .note("a new equation needs its unit: `NAME = … : UNIT`"),
        };
        self.report(diagnostic);
    }

    /// Applies `--set group.parameter=…` or a line of a parameter set.
    fn override_parameter(&mut self, body: &mut Body<'a>, given: &Override<'a>, population: &str) {
        let found = body.lines.iter_mut().find(|line| {
            matches!(&line.member.kind, MemberKind::Parameter(p) if p.name.name == given.parameter)
        });
        if let Some(line) = found {
            let range = line.value.and_then(|value| value.range);
            line.value = Some(Value {
                expr: given.value,
                file: given.file,
                range,
            });
            return;
        }
        // A set without a population's name applies to the populations that have the parameter.
        if given.population.is_none() {
            return;
        }
        let parameters = parameters(body);
        let near = did_you_mean(given.parameter, parameters.iter().copied()).map(str::to_string);
        let mut diagnostic = Diagnostic::new(
            codes::SET,
            given.span,
            format!("`{population}` has no parameter `{}`", given.parameter),
        )
        .label("nothing to give this value to");
        diagnostic = match near {
            Some(near) => diagnostic.note(format!("did you mean `{near}`?")),
            None if parameters.is_empty() => diagnostic.note("it has no parameters"),
            None => diagnostic.note(format!("its parameters are {}", parameters.join(", "))),
        };
        self.report(diagnostic);
    }
}

/// Names of the parameters of a body.
pub fn parameters<'b>(body: &Body<'b>) -> Vec<&'b str> {
    body.lines
        .iter()
        .filter_map(|line| match &line.member.kind {
            MemberKind::Parameter(parameter) => Some(parameter.name.name.as_str()),
            _ => None,
        })
        .collect()
}
