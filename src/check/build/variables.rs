//! Declares the variables of a population: their units, types and flags. Right-hand sides are read later, so order is free.

use super::members::{Body, Line};
use crate::check::context::Checker;
use crate::check::rules::{flags, names};
use crate::diagnostic::{Diagnostic, codes};
use crate::library::declared::{Declared, UnitProblem};
use crate::library::suggest::did_you_mean;
use crate::library::units::Declarable;
use crate::model::term::Type;
use crate::model::{GroupId, Owner, RefractoryState, Variable, VariableId, VariableKind};
use crate::source::Span;
use crate::syntax::ast::{Flag, Ident, MemberKind, UnitExpr};
use crate::units::dimension::Dimension;

/// `lastspike` before the first spike, in seconds.
const NEVER: f64 = -1e4;

impl<'a> Checker<'a> {
    /// Declares all variables of a group.
    pub fn declare_variables(&mut self, group: GroupId, body: &Body<'a>) {
        let owner = Owner::Group(group);
        let refractory = body
            .lines
            .iter()
            .find(|line| matches!(line.member.kind, MemberKind::Refractory(_)));
        for line in &body.lines {
            self.declare_line(owner, line, refractory.is_some());
        }
        if let Some(line) = refractory {
            let span = line.member.span;
            let lastspike = self.hidden(
                owner,
                "lastspike",
                Type::Float,
                Dimension::TIME,
                NEVER,
                span,
            );
            let not_refractory = self.hidden(
                owner,
                "not_refractory",
                Type::Boolean,
                Dimension::NONE,
                1.0,
                span,
            );
            self.model.groups[group].refractory_state = Some(RefractoryState {
                lastspike,
                not_refractory,
            });
        }
    }

    /// A variable that exists without being declared.
    pub fn hidden(
        &mut self,
        owner: Owner,
        name: &str,
        ty: Type,
        dimension: Dimension,
        default: f64,
        span: Span,
    ) -> VariableId {
        let id = self.add_variable(Variable {
            name: name.to_string(),
            owner,
            kind: VariableKind::Stored,
            ty,
            dimension,
            shared: false,
            constant: false,
            unless_refractory: false,
            range: None,
            default,
            span,
            doc: None,
        });
        self.used.insert(id);
        id
    }

    /// Adds a variable to the model and to the names of its group.
    pub fn add_variable(&mut self, variable: Variable) -> VariableId {
        let (owner, name) = (variable.owner, variable.name.clone());
        let temporary = variable.kind == VariableKind::Temporary;
        let id = self.model.variables.push(variable);
        if !temporary {
            match owner {
                Owner::Group(group) => self.model.groups[group].variables.push(id),
                Owner::Projection(projection) => {
                    self.model.projections[projection].variables.push(id)
                }
            }
            if let Some(info) = self.info_mut(owner) {
                info.names.insert(name, id);
            }
        }
        id
    }

    pub fn declare_line(&mut self, owner: Owner, line: &Line<'a>, refractory: bool) {
        let placeholder = self.model.terms.number(0.0);
        let (name, unit, given, kind): (&Ident, Option<&UnitExpr>, &[Flag], VariableKind) =
            match &line.member.kind {
                MemberKind::Differential(equation) => (
                    &equation.name,
                    equation.unit.as_ref(),
                    &equation.flags,
                    VariableKind::State,
                ),
                MemberKind::Subexpression(equation) => {
                    let constant_over_dt = equation
                        .flags
                        .iter()
                        .any(|flag| flag.name == "constant over dt");
                    let kind = VariableKind::Subexpression {
                        value: placeholder,
                        constant_over_dt,
                    };
                    (
                        &equation.name,
                        equation.unit.as_ref(),
                        &equation.flags,
                        kind,
                    )
                }
                MemberKind::Parameter(parameter) => (
                    &parameter.name,
                    Some(&parameter.unit),
                    &parameter.flags,
                    VariableKind::Stored,
                ),
                _ => return,
            };
        if let (MemberKind::Parameter(_), Some(unit)) = (&line.member.kind, unit)
            && self.misspelled_word(name, unit)
        {
            return;
        }
        if name.name.is_empty() || flags::lacks_summed(self, owner, &line.member.kind, name, given)
        {
            return;
        }
        if !names::variable_may_be_called(self, owner, name, refractory) {
            return;
        }
        names::shadowing(self, owner, name, line);
        let accepted = flags::accept(self, owner, &line.member.kind, given);
        let declared = match unit {
            Some(unit) => self.declared(unit),
            None => Some(Declared {
                dimension: Dimension::NONE,
                ty: Type::Float,
            }),
        };
        let faulty = declared.is_none();
        let mut declared = declared.unwrap_or(Declared {
            dimension: Dimension::NONE,
            ty: Type::Float,
        });
        if kind == VariableKind::State && declared.ty != Type::Float {
            let place = unit.map_or(name.span, |unit| unit.span);
            self.report(
                Diagnostic::new(
                    codes::STATE_TYPE,
                    place,
                    format!(
                        "`{}` has a differential equation, so it cannot be {}",
                        name.name,
                        crate::check::expr::type_name(declared.ty)
                    ),
                )
                .label("a unit, or `1` for a pure number, is expected")
                .also(name.span, "changes continuously"),
            );
            declared.ty = Type::Float;
        }
        let id = self.add_variable(Variable {
            name: name.name.clone(),
            owner,
            kind,
            ty: declared.ty,
            dimension: declared.dimension,
            shared: accepted.shared,
            constant: accepted.constant,
            unless_refractory: accepted.unless_refractory,
            range: None,
            default: 0.0,
            span: name.span,
            doc: line.member.doc.as_ref().map(|doc| doc.text.clone()),
        });
        if faulty || unit.is_none() {
            self.faulty.insert(id);
        }
        if accepted.unless_refractory && !refractory && matches!(owner, Owner::Group(_)) {
            let flag = given.iter().find(|flag| flag.name == "unless refractory");
            let span = flag.map_or(name.span, |flag| flag.span);
            self.report(
                Diagnostic::new(codes::NEVER_REFRACTORY, span, "the neurons are never refractory")
                    .label("has no effect")
                    .note("give the time after a spike during which the equation rests: `refractory: 2 ms`"),
            );
        }
    }

    /// Reports `mehtod: euler`, which reads like a variable with an unknown unit; true where it was one.
    fn misspelled_word(&mut self, name: &Ident, unit: &UnitExpr) -> bool {
        const WORDS: &[&str] = &[
            "threshold",
            "reset",
            "refractory",
            "method",
            "event",
            "rates",
            "period",
            "connect",
            "delay",
            "on_pre",
            "on_post",
        ];
        let Some(near) = did_you_mean(&name.name, WORDS.iter().copied()) else {
            return false;
        };
        let unknown = matches!(
            self.library.declared_unit(unit),
            Err(UnitProblem::Name {
                what: Declarable::Unknown,
                ..
            })
        );
        if unknown {
            let message = format!("`{}:` means nothing here", name.name);
            self.report(
                Diagnostic::new(codes::MEMBER, name.span, message)
                    .label(format!("did you mean `{near}:`?"))
                    .fix(format!("write `{near}`"), name.span, near, false),
            );
        }
        unknown
    }

    /// The dimension and type after `:`; nothing where it is refused, which is reported.
    pub fn declared(&mut self, unit: &UnitExpr) -> Option<Declared> {
        let problem = match self.library.declared_unit(unit) {
            Ok(declared) => return Some(declared),
            Err(problem) => problem,
        };
        let error = |span, message: String| Diagnostic::new(codes::DECLARED_UNIT, span, message);
        let diagnostic = match problem {
            UnitProblem::Unread => return None,
            UnitProblem::TypeWord { span, write } => {
                let name = self.sources.text(span).to_string();
                error(span, format!("`{name}` is no unit"))
                    .label(format!("write `{write}`"))
                    .fix(format!("write `{write}`"), span, write, true)
            }
            UnitProblem::TypeInProduct { span } => {
                error(span, "a type is not part of a unit".into())
                    .label("stands alone, or not at all")
            }
            UnitProblem::One { span } => error(span, "a number is no unit".into())
                .label("`1` stands alone, for pure numbers, or above a slash, as in `1/second`"),
            UnitProblem::Exponent { span } => {
                error(span, "this exponent of a unit cannot be used".into())
                    .label("expected a number such as `2`, `-0.5`, `(1/2)`")
            }
            UnitProblem::Name { span, name, what } => {
                let message = |what: &str| format!("`{name}` {what}");
                match what {
                    Declarable::Scaled { write } => error(
                        span,
                        message("has a scale; a declaration names a plain unit"),
                    )
                    .label(format!("declare `{write}`; values may still be in {name}"))
                    .fix(format!("write `{write}`"), span, write, true),
                    Declarable::Suffix { write } | Declarable::Symbol { write } => {
                        error(span, message("cannot be declared as a unit"))
                            .label(format!("write `{write}`"))
                            .fix(format!("write `{write}`"), span, write, true)
                    }
                    Declarable::DimensionName { write } => {
                        error(span, message("is a dimension; a declaration names a unit"))
                            .label(format!("write `{write}`"))
                            .fix(format!("write `{write}`"), span, write, true)
                    }
                    Declarable::Yes(_) | Declarable::Unknown => {
                        let near = self.declarable_near(&name);
                        let diagnostic = error(span, format!("there is no unit `{name}`"));
                        match near {
                            Some(near) => diagnostic
                                .suggest(span, near),
                            None => diagnostic.label(
                                "expected a unit such as `volt`, `1` for a pure number, `integer` or `boolean`",
                            ),
                        }
                    }
                }
            }
        };
        self.report(diagnostic);
        None
    }

    /// The declarable unit that was probably meant.
    fn declarable_near(&self, name: &str) -> Option<String> {
        let near = self.library.suggest_unit(name)?;
        match self.library.declaration_unit(&near) {
            Declarable::Yes(_) => Some(near),
            Declarable::Scaled { write }
            | Declarable::Suffix { write }
            | Declarable::Symbol { write }
            | Declarable::DimensionName { write } => Some(write),
            Declarable::Unknown => None,
        }
    }
}
