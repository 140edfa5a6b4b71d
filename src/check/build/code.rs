//! Blocks of code: resets, event code, regular code.

use crate::check::context::{Checker, Context, Place, Typed};
use crate::check::dims::Dim;
use crate::check::names::BUILT_IN;
use crate::diagnostic::{Diagnostic, codes};
use crate::library::suggest::did_you_mean;
use crate::model::code::{Code, Statement};
use crate::model::term::Type;
use crate::model::{Variable, VariableId, VariableKind};
use crate::source::Span;
use crate::syntax::ast::{self, Expr, ExprKind};
use crate::syntax::operators::AssignOp;
use crate::units::dimension::Dimension;

/// What a block of code may do.
#[derive(Clone, Copy, Debug)]
pub struct Rights {
    /// Shared variables may be written: only regular code may.
    pub shared: bool,
    /// The block in words: "a reset".
    pub what: &'static str,
}

/// A temporary of a block.
struct Temporary {
    name: String,
    id: VariableId,
    span: Span,
}

impl Checker<'_> {
    /// Checks a block.
    pub fn code(
        &mut self,
        code: &ast::Code,
        place: Place,
        context: &Context,
        rights: Rights,
    ) -> Code {
        let mut context = context.clone();
        let mut statements = Vec::new();
        let mut temporaries: Vec<Temporary> = Vec::new();
        let mut wrote_element: Option<Span> = None;
        for statement in &code.statements {
            let checked = self.statement(
                statement,
                place,
                &mut context,
                rights,
                &mut temporaries,
                &mut wrote_element,
            );
            statements.extend(checked);
        }
        for temporary in &temporaries {
            self.unused_temporary(temporary, place);
        }
        Code {
            statements,
            span: code.span,
        }
    }

    fn statement(
        &mut self,
        statement: &ast::Statement,
        place: Place,
        context: &mut Context,
        rights: Rights,
        temporaries: &mut Vec<Temporary>,
        wrote_element: &mut Option<Span>,
    ) -> Option<Statement> {
        let target = &statement.target;
        let each = self.element_word(place.owner);
        let ExprKind::Name(name) = &target.kind else {
            let _ = self.expr(&statement.value, context);
            if !target.is_error() {
                self.report(
                    Diagnostic::new(
                        codes::NOT_WRITABLE,
                        target.span,
                        format!("code writes variables of its own {each}"),
                    )
                    .label("expected the name of a variable"),
                );
            }
            return None;
        };
        let known = temporaries.iter().find(|t| t.name == *name).map(|t| t.id);
        let known = known.or_else(|| self.resolve(place.owner, name));
        let Some(id) = known else {
            return self.new_temporary(statement, name, place, context, temporaries);
        };
        let operand = self.expr(&statement.value, context);
        if !self.may_write(id, target.span, rights) {
            return None;
        }
        let value = self.combined(statement, id, operand)?;
        let variable = self.model.variables[id].clone();
        let truth = value.is_boolean() != (variable.ty == Type::Boolean);
        if variable.kind != VariableKind::Temporary && !self.faulty.contains(&id) && !truth {
            let what = format!("`{name}`");
            if !self.expect_assigned(&value, &variable, &what) {
                return None;
            }
        }
        if variable.ty == Type::Integer
            && value.ty == Type::Float
            && statement.operator != AssignOp::Set
        {
            self.fraction_of(statement, name, variable.span);
            return None;
        }
        let term = self.fit_type(&value, variable.ty, name, Some(variable.span))?;
        if variable.shared {
            if self.varies(term) {
                self.shared_value(&value, name, variable.span);
                return None;
            }
            if let Some(first) = *wrote_element {
                self.report(
                    Diagnostic::new(
                        codes::SHARED,
                        target.span,
                        format!("`{name}` is shared and must be written first"),
                    )
                    .label(format!("would be written once per {each}"))
                    .also(
                        first,
                        format!("a variable of each {each} is written before"),
                    ),
                );
                return None;
            }
        } else if variable.kind != VariableKind::Temporary {
            wrote_element.get_or_insert(target.span);
        }
        Some(Statement {
            target: id,
            value: term,
            span: statement.span,
        })
    }

    /// `k /= 2` for a whole number.
    fn fraction_of(&mut self, statement: &ast::Statement, name: &str, declared: Span) {
        let operator = statement
            .operator
            .binary()
            .map_or("", |operator| operator.spelling());
        let operand = self.sources.text(statement.value.span);
        let operand = match &statement.value.kind {
            ExprKind::Binary { .. } | ExprKind::Conditional { .. } => format!("({operand})"),
            _ => operand.to_string(),
        };
        let text = format!("{name} = int({name} {operator} {operand})");
        self.report(
            Diagnostic::new(
                codes::FRACTION,
                statement.value.span,
                format!("`{name}` is a whole number, but the result may have a fraction"),
            )
            .label(format!(
                "`{name}` {operator} this is a number with a fraction"
            ))
            .also(declared, "declared here")
            .fix("cut off the fraction", statement.span, text, false),
        );
    }

    /// The value of `x op= e`, which is that of `x op e`.
    fn combined(
        &mut self,
        statement: &ast::Statement,
        id: VariableId,
        operand: Typed,
    ) -> Option<Typed> {
        let value = match statement.operator.binary() {
            None => operand,
            Some(operator) => {
                let was_used = self.used.contains(&id);
                let old = self.read(id, statement.target.span);
                if !was_used {
                    self.used.remove(&id);
                }
                let whole = Expr {
                    kind: ExprKind::Error,
                    span: statement.value.span,
                };
                let combined =
                    self.combine(operator, statement.operator_span, &whole, old, operand);
                Typed {
                    span: statement.value.span,
                    ..combined
                }
            }
        };
        (!value.is_poison()).then_some(value)
    }

    /// A value for a variable must have its dimension.
    fn expect_assigned(&mut self, value: &Typed, variable: &Variable, what: &str) -> bool {
        if value.dim.fits(variable.dimension) {
            return true;
        }
        let Dim::Known(found) = value.dim else {
            return true;
        };
        let is = crate::check::dims::is_a;
        let message = format!(
            "{what} is {}, but this is {}",
            is(variable.dimension),
            is(found)
        );
        let mut diagnostic = Diagnostic::new(codes::VALUE_UNIT, value.span, message)
            .label(is(found))
            .also(variable.span, format!("{what} is declared here"));
        if found.is_none() {
            diagnostic = self.missing_unit(diagnostic, value, variable.dimension);
        }
        self.report(diagnostic);
        false
    }

    fn may_write(&mut self, id: VariableId, span: Span, rights: Rights) -> bool {
        let variable = self.model.variables[id].clone();
        let name = &variable.name;
        if self.is_index(id) {
            self.report(
                Diagnostic::new(
                    codes::NOT_WRITABLE,
                    span,
                    format!("`{name}` cannot be written"),
                )
                .label("says which neurons a synapse connects"),
            );
            return false;
        }
        let kind = &self.model.variables[self.root(id)].kind;
        if matches!(kind, VariableKind::Subexpression { .. }) {
            self.report(
                Diagnostic::new(
                    codes::NOT_WRITABLE,
                    span,
                    format!("`{name}` cannot be written"),
                )
                .label("is defined by an equation at all times")
                .also(variable.span, "defined here"),
            );
            return false;
        }
        if let Some(state) = self.refractory_state_of(id) {
            let root = self.root(id);
            if state.lastspike == root || state.not_refractory == root {
                self.report(
                    Diagnostic::new(
                        codes::NOT_WRITABLE,
                        span,
                        format!("`{name}` cannot be written"),
                    )
                    .label("is set by the program when a neuron spikes"),
                );
                return false;
            }
        }
        if variable.shared && !rights.shared && variable.kind != VariableKind::Temporary {
            self.report(
                Diagnostic::new(
                    codes::SHARED,
                    span,
                    format!("{} cannot write the shared variable `{name}`", rights.what),
                )
                .label("one value for all, but only some run this code")
                .also(variable.span, "declared as shared here")
                .note("shared variables may be written by `every T: …` and by the protocol"),
            );
            return false;
        }
        true
    }

    fn new_temporary(
        &mut self,
        statement: &ast::Statement,
        name: &str,
        place: Place,
        context: &mut Context,
        temporaries: &mut Vec<Temporary>,
    ) -> Option<Statement> {
        let span = statement.target.span;
        let value = self.expr(&statement.value, context);
        if name.is_empty() {
            return None;
        }
        if BUILT_IN.iter().any(|(word, _)| *word == name) || self.reserved(name).is_some() {
            let what = self.reserved(name).unwrap_or_default();
            self.report(
                Diagnostic::new(
                    codes::NOT_WRITABLE,
                    span,
                    format!("`{name}` cannot be written"),
                )
                .label(format!("is {what}")),
            );
            return None;
        }
        let constant = matches!(
            self.global(context.file, name),
            Some((crate::check::globals::Global::Constant(_), _))
        );
        if statement.operator != AssignOp::Set || constant {
            if constant {
                self.report(
                    Diagnostic::new(codes::NOT_WRITABLE, span, format!("`{name}` cannot be written"))
                        .label("is a constant of the file")
                        .note(format!("declare a variable in the population for a value that changes: `{name} : UNIT`")),
                );
            } else {
                let ident = ast::Ident {
                    name: name.to_string(),
                    span,
                };
                self.unknown_variable(place.owner, &ident);
            }
            return None;
        }
        let dim = if value.dim == Dim::Zero {
            Dim::NONE
        } else {
            value.dim
        };
        let id = self.add_variable(Variable {
            name: name.to_string(),
            owner: place.owner,
            kind: VariableKind::Temporary,
            ty: value.ty,
            dimension: dim.settled().unwrap_or(Dimension::NONE),
            shared: !value.is_poison() && !self.varies(value.term),
            constant: false,
            unless_refractory: false,
            range: None,
            default: 0.0,
            span,
            doc: None,
        });
        if value.is_poison() {
            self.faulty.insert(id);
            self.used.insert(id);
        }
        let term = self.model.terms.variable(id, value.ty);
        let local = Typed {
            term,
            dim,
            ty: value.ty,
            span,
        };
        context.locals.push((name.to_string(), local));
        temporaries.push(Temporary {
            name: name.to_string(),
            id,
            span,
        });
        (!value.is_poison()).then_some(Statement {
            target: id,
            value: value.term,
            span: statement.span,
        })
    }

    /// A temporary that nothing reads is a misspelled variable, or superfluous.
    fn unused_temporary(&mut self, temporary: &Temporary, place: Place) {
        if self.used.contains(&temporary.id) {
            return;
        }
        let names = self.candidates(place.owner);
        let name = &temporary.name;
        let near = did_you_mean(name, names.iter().map(String::as_str)).map(str::to_string);
        let mut diagnostic = Diagnostic::new(
            codes::UNUSED_TEMPORARY,
            temporary.span,
            format!("`{name}` is set, but nothing reads it"),
        );
        diagnostic = match near {
            Some(near) => diagnostic
                .label(format!(
                    "not a variable of the {}; did you mean `{near}`?",
                    self.element_word(place.owner)
                ))
                .fix(format!("write `{near}`"), temporary.span, near, false),
            None => diagnostic.label("a name of this block only").note(format!(
                "to keep the value, declare it in the population: `{name} : UNIT`"
            )),
        };
        self.report(diagnostic);
    }
}
