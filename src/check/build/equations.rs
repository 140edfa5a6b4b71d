//! Right-hand sides: differential equations, subexpressions, linked variables, initial values.

use std::collections::BTreeSet;

use super::members::{Body, Line};
use crate::check::context::{Checker, Context, EquationNoise, Role, Typed};
use crate::check::dims::Dim;
use crate::check::rules::{missing_unit, sides};
use crate::diagnostic::{Diagnostic, codes};
use crate::model::code::{Assignment, Selection, Value};
use crate::model::term::{TermId, Type};
use crate::model::{Equation, Owner, VariableId, VariableKind};
use crate::source::Span;
use crate::syntax::ast::{self, Expr, ExprKind, MemberKind};
use crate::units::dimension::{Dimension, Rational};

impl<'a> Checker<'a> {
    /// Reads the right-hand sides of a group: subexpressions in the order of their dependencies, then the rest in file order.
    pub fn equations(&mut self, owner: Owner, body: &Body<'a>) {
        let lines: Vec<(VariableId, &Line<'a>, &'a ast::Subexpression)> = body
            .lines
            .iter()
            .filter_map(|line| match &line.member.kind {
                MemberKind::Subexpression(equation) => {
                    let id = self.variable_of(owner, &equation.name.name)?;
                    (self.model.variables[id].span == equation.name.span)
                        .then_some((id, line, equation))
                }
                _ => None,
            })
            .collect();
        for position in self.order(owner, &lines) {
            if let Some((id, line, equation)) = lines.get(position) {
                self.subexpression(owner, *id, line.file, equation);
            }
        }
        for line in &body.lines {
            match &line.member.kind {
                MemberKind::Differential(equation) => self.differential(owner, line, equation),
                MemberKind::Parameter(parameter) => {
                    self.parameter(owner, line, parameter);
                }
                MemberKind::Initial(initial) => self.initial(owner, line.file, initial),
                _ => {}
            }
        }
    }

    /// Positions of subexpressions, each after those it uses; members of a circle are reported and left out.
    fn order(
        &mut self,
        owner: Owner,
        lines: &[(VariableId, &Line<'a>, &'a ast::Subexpression)],
    ) -> Vec<usize> {
        let needs: Vec<Vec<usize>> = lines
            .iter()
            .map(|(_, _, equation)| {
                let mut found = Vec::new();
                let mut seen = BTreeSet::new();
                let mut open: Vec<&Expr> = vec![&equation.value];
                while let Some(expr) = open.pop() {
                    if let ExprKind::Name(name) = &expr.kind
                        && seen.insert(name.as_str())
                        && let Some(id) = self.variable_of(owner, name)
                        && let Some(k) = lines.iter().position(|(other, _, _)| *other == id)
                    {
                        found.push(k);
                    }
                    open.extend(expr.children());
                }
                found.sort_unstable();
                found
            })
            .collect();
        let mut done = vec![false; lines.len()];
        let mut order = Vec::new();
        for start in 0..lines.len() {
            let mut stack = vec![start];
            while let Some(&top) = stack.last() {
                if done.get(top).copied().unwrap_or(true) {
                    stack.pop();
                    continue;
                }
                let waiting = needs.get(top).and_then(|needs| {
                    needs
                        .iter()
                        .find(|need| !done.get(**need).copied().unwrap_or(true))
                });
                match waiting {
                    Some(need) if stack.contains(need) => {
                        let circle: Vec<usize> = stack
                            .iter()
                            .copied()
                            .skip_while(|member| member != need)
                            .collect();
                        self.subexpression_circle(&circle, lines);
                        for member in &stack {
                            if let Some(slot) = done.get_mut(*member) {
                                *slot = true;
                            }
                            if let Some((id, _, _)) = lines.get(*member) {
                                self.faulty.insert(*id);
                            }
                        }
                        stack.clear();
                    }
                    Some(need) => stack.push(*need),
                    None => {
                        if let Some(slot) = done.get_mut(top) {
                            *slot = true;
                        }
                        order.push(top);
                        stack.pop();
                    }
                }
            }
        }
        order
    }

    fn subexpression_circle(
        &mut self,
        circle: &[usize],
        lines: &[(VariableId, &Line<'a>, &'a ast::Subexpression)],
    ) {
        let members: Vec<&ast::Ident> = circle
            .iter()
            .filter_map(|k| lines.get(*k))
            .map(|(_, _, equation)| &equation.name)
            .collect();
        let Some(first) = members.first() else { return };
        let mut diagnostic = if members.len() == 1 {
            Diagnostic::new(
                codes::CYCLE,
                first.span,
                format!("`{}` stands in its own definition", first.name),
            )
            .label("defined by itself")
        } else {
            let names: Vec<String> = members
                .iter()
                .map(|name| format!("`{}`", name.name))
                .collect();
            let message = format!("{} are defined by each other in a circle", names.join(", "));
            Diagnostic::new(codes::CYCLE, first.span, message).label("needs the next")
        };
        for other in members.iter().skip(1) {
            diagnostic = diagnostic.also(other.span, "is part of the circle");
        }
        self.report(diagnostic.note(
            "a quantity that depends on its own past is written as a differential equation, `dx/dt = …`",
        ));
    }

    fn subexpression(
        &mut self,
        owner: Owner,
        id: VariableId,
        file: usize,
        equation: &'a ast::Subexpression,
    ) {
        let VariableKind::Subexpression {
            constant_over_dt, ..
        } = self.model.variables[id].kind
        else {
            return;
        };
        let role = if constant_over_dt {
            Role::HELD
        } else {
            Role::SUBEXPRESSION
        };
        let context = Context::at(file, self.place(owner), role);
        self.equation = Some(EquationNoise {
            span: equation.name.span,
            met: false,
        });
        let value = self.expr(&equation.value, &context);
        let noisy = self.equation.take().is_some_and(|equation| equation.met);
        if noisy {
            self.noisy.insert(id);
        }
        let name = &equation.name.name;
        let Some(unit) = &equation.unit else {
            let place = equation.name.span.to(equation.value.span);
            missing_unit::report(self, name, place, &value, Dimension::NONE);
            if !value.is_poison() {
                // Go on with the unit that fits.
                let variable = &mut self.model.variables[id];
                variable.ty = if value.ty == Type::Integer {
                    Type::Float
                } else {
                    value.ty
                };
                variable.dimension = value.dim.settled().unwrap_or(Dimension::NONE);
                self.faulty.remove(&id);
            }
            return;
        };
        if value.is_poison() {
            self.faulty.insert(id);
            return;
        }
        let (declared, ty, shared) = {
            let variable = &self.model.variables[id];
            (variable.dimension, variable.ty, variable.shared)
        };
        if self.faulty.contains(&id) {
            return;
        }
        let left = sides::Left {
            text: name,
            name,
            declared,
            differential: false,
            unit: unit.span,
        };
        if !sides::check(self, left, &value, &context) {
            return;
        }
        let Some(term) = self.fit_type(&value, ty, name, Some(unit.span)) else {
            return;
        };
        let each = self.element_word(owner);
        if shared && self.varies(term) {
            self.report(
                Diagnostic::new(
                    codes::SHARED,
                    value.span,
                    format!("`{name}` is shared, but this differs from {each} to {each}"),
                )
                .label(format!("depends on the {each}"))
                .also(equation.name.span, "one value for the whole population")
                .note("a shared subexpression may use constants, `t`, and other shared variables"),
            );
            return;
        }
        if let VariableKind::Subexpression { value, .. } = &mut self.model.variables[id].kind {
            *value = term;
        }
    }

    /// The value as a term of a variable's type. A mismatch is reported.
    pub fn fit_type(
        &mut self,
        value: &Typed,
        ty: Type,
        name: &str,
        declared: Option<Span>,
    ) -> Option<TermId> {
        if value.is_poison() {
            return None;
        }
        let mut diagnostic = match (ty, value.ty) {
            (Type::Boolean, Type::Boolean)
            | (Type::Integer, Type::Integer)
            | (Type::Float, Type::Float) => {
                return Some(value.term);
            }
            (Type::Float, Type::Integer) => {
                // A whole number is a number; literals become floats here, the rest where they are used.
                return Some(match self.model.terms.get(value.term) {
                    crate::model::term::Term::Integer(n) => {
                        let n = *n as f64;
                        self.model.terms.number(n)
                    }
                    _ => value.term,
                });
            }
            (Type::Boolean, _) => Diagnostic::new(
                codes::TRUTH,
                value.span,
                format!("`{name}` is a truth value, but this is a number"),
            )
            .label("expected a condition, `True` or `False`"),
            (_, Type::Boolean) => {
                let text = self.sources.text(value.span).to_string();
                Diagnostic::new(
                    codes::TRUTH,
                    value.span,
                    format!("`{name}` is a number, but this is a truth value"),
                )
                .label("is true or false")
                .fix(
                    "turn it into 1 or 0",
                    value.span,
                    format!("int({text})"),
                    false,
                )
            }
            (Type::Integer, Type::Float) => {
                let text = self.sources.text(value.span).to_string();
                Diagnostic::new(
                    codes::FRACTION,
                    value.span,
                    format!("`{name}` is a whole number, but this may have a fraction"),
                )
                .label("a number with a fraction")
                .fix(
                    "cut off the fraction",
                    value.span,
                    format!("int({text})"),
                    false,
                )
            }
        };
        if let Some(declared) = declared {
            diagnostic = diagnostic.also(declared, "declared here");
        }
        self.report(diagnostic);
        None
    }

    fn differential(&mut self, owner: Owner, line: &Line<'a>, equation: &'a ast::Differential) {
        let Some(id) = self.own(owner, &equation.name) else {
            return;
        };
        let span = line.member.span;
        let role = match owner {
            Owner::Projection(_) if is_event_driven(line) => Role::EVENT_DRIVEN,
            _ => Role::EQUATION,
        };
        let mut context = Context::at(line.file, self.place(owner), role);
        if equation.unit.is_none() {
            self.missing_state_unit(id, equation, &mut context, span);
            return;
        }
        self.equation = Some(EquationNoise { span, met: false });
        let value = self.expr(&equation.rhs, &context);
        self.equation = None;
        let name = &equation.name.name;
        if value.is_poison() {
            return;
        }
        if !self.is_number(&value, &format!("use as the derivative of `{name}`")) {
            return;
        }
        match &equation.unit {
            Some(unit) if !self.faulty.contains(&id) => {
                let declared = self.model.variables[id].dimension;
                let text = format!("d{name}/dt");
                let left = sides::Left {
                    text: &text,
                    name,
                    declared,
                    differential: true,
                    unit: unit.span,
                };
                if !sides::check(self, left, &value, &context) {
                    return;
                }
            }
            _ => return,
        }
        let rhs = self
            .fit_type(&value, Type::Float, name, None)
            .unwrap_or(value.term);
        self.used.insert(id);
        self.system_of(owner, line).equations.push(Equation {
            variable: id,
            rhs,
            span,
        });
    }

    /// `dv/dt = …` without a unit: the right side may tell which it is. In it the variable itself fits every dimension.
    fn missing_state_unit(
        &mut self,
        id: VariableId,
        equation: &'a ast::Differential,
        context: &mut Context,
        span: Span,
    ) {
        let name = &equation.name.name;
        let mut local = self.read(id, span);
        // A dimension that nothing else has: if the right side takes it on, any unit fits.
        let odd = Rational::new(1, 7).and_then(|power| Dimension::base(6).pow(power));
        local.dim = odd.map_or(Dim::Zero, Dim::Known);
        context.locals.push((name.clone(), local));
        let reported = std::mem::take(self.sink);
        let trial = self.expr(&equation.rhs, context);
        *self.sink = reported;
        context.locals.pop();
        if trial
            .dim
            .known()
            .is_some_and(|dim| Some(dim * Dimension::TIME) == odd)
        {
            let unknown = self.poison(span);
            missing_unit::report(self, name, span, &unknown, Dimension::TIME);
            return;
        }
        local.dim = Dim::Zero;
        context.locals.push((name.clone(), local));
        self.equation = Some(EquationNoise { span, met: false });
        let value = self.expr(&equation.rhs, context);
        self.equation = None;
        missing_unit::report(self, name, span, &value, Dimension::TIME);
    }

    /// The variable that a line declares; nothing where its name was refused.
    fn own(&self, owner: Owner, name: &ast::Ident) -> Option<VariableId> {
        let id = self.variable_of(owner, &name.name)?;
        (self.model.variables[id].span == name.span).then_some(id)
    }

    fn parameter(&mut self, owner: Owner, line: &Line<'a>, parameter: &'a ast::Parameter) {
        let Some(id) = self.own(owner, &parameter.name) else {
            return;
        };
        if parameter.flags.iter().any(|flag| flag.name == "linked") {
            self.link(owner, id, line, parameter);
            return;
        }
        let name = &parameter.name.name;
        let dimension = self.model.variables[id].dimension;
        let faulty = self.faulty.contains(&id);
        let range = line
            .value
            .and_then(|value| value.range.map(|range| (range, value.file)));
        let range = range.or(parameter.range.as_ref().map(|range| (range, line.file)));
        let known = (!faulty).then_some(dimension);
        let bounds = range.and_then(|(range, file)| {
            let bounds = self.range(range, &Context::new(file, Role::CONSTANT), known, name)?;
            Some((bounds, range.span))
        });
        self.model.variables[id].range = bounds.map(|(bounds, _)| bounds);
        let (value, file) = match (line.value, &parameter.default) {
            (Some(value), _) => (value.expr, value.file),
            (None, Some(default)) => (default, line.file),
            (None, None) => return,
        };
        let Some(term) = self.set(owner, id, value, file) else {
            return;
        };
        if let (Some((bounds, span)), Some(number)) = (bounds, self.evaluate(term)) {
            self.in_range(number, bounds, dimension, value.span, name, Some(span));
        }
    }

    /// An initial value: checks it, and adds the assignment to those of the group.
    fn set(&mut self, owner: Owner, id: VariableId, value: &Expr, file: usize) -> Option<TermId> {
        let place = self.place(owner);
        if self.is_array(value) && !self.model.variables[id].shared {
            let list = self.list_value(value, file, id, &Selection::All, place)?;
            self.initial_of(owner).push(Assignment {
                variable: id,
                selection: Selection::All,
                value: list,
                as_code: false,
                span: value.span,
            });
            return None;
        }
        let context = Context::at(file, place, Role::VALUE);
        let typed = self.expr(value, &context);
        if typed.is_poison() || self.faulty.contains(&id) {
            return None;
        }
        let variable = self.model.variables[id].clone();
        let what = format!("`{}`", variable.name);
        let truth = typed.is_boolean() != (variable.ty == Type::Boolean);
        if !truth && !self.expect(&typed, variable.dimension, &what) {
            return None;
        }
        let term = self.fit_type(&typed, variable.ty, &variable.name, Some(variable.span))?;
        if variable.shared && self.varies(term) {
            self.shared_value(&typed, &variable.name, variable.span);
            return None;
        }
        self.initial_of(owner).push(Assignment {
            variable: id,
            selection: Selection::All,
            value: Value::Term(term),
            as_code: false,
            span: value.span,
        });
        Some(term)
    }

    /// A value that differs between neurons, for a variable that does not.
    pub fn shared_value(&mut self, typed: &Typed, name: &str, declared: Span) {
        self.report(
            Diagnostic::new(
                codes::SHARED,
                typed.span,
                format!("`{name}` is shared, but this differs from element to element"),
            )
            .label("depends on the element")
            .also(declared, "one value for the whole population"),
        );
    }

    fn initial(&mut self, owner: Owner, file: usize, initial: &'a ast::Initial) {
        let name = &initial.name;
        let Some(id) = self.variable_of(owner, &name.name) else {
            self.unknown_variable(owner, name);
            return;
        };
        let variable = &self.model.variables[id];
        let declared = variable.span;
        if matches!(variable.kind, VariableKind::Subexpression { .. }) {
            self.report(
                Diagnostic::new(
                    codes::NOT_WRITABLE,
                    name.span,
                    format!("`{}` cannot be given an initial value", name.name),
                )
                .label("is defined by an equation at all times")
                .also(declared, "defined here"),
            );
            return;
        }
        self.set(owner, id, &initial.value, file);
    }

    /// Reports a name that is no variable of a group, with what is near.
    pub fn unknown_variable(&mut self, owner: impl Into<Owner>, name: &ast::Ident) {
        let owner = owner.into();
        let owner_name = self.model.owner_name(owner).to_string();
        if self.is_broken(&name.name)
            || self.is_incomplete(owner)
            || self.unknown_of_side(owner, &name.name, name.span)
        {
            return;
        }
        let names = self.names_of(owner);
        let known = self.candidates(owner);
        let near =
            crate::library::suggest::did_you_mean(&name.name, known.iter().map(String::as_str))
                .map(str::to_string);
        let mut diagnostic = Diagnostic::new(
            codes::UNKNOWN_NAME,
            name.span,
            format!("`{owner_name}` has no variable `{}`", name.name),
        );
        if near.is_none() && !self.misses(Some(owner), &name.name) {
            return;
        }
        diagnostic = match near {
            Some(near) => diagnostic.suggest(name.span, near),
            None if names.is_empty() => diagnostic.label("it has no variables"),
            None => diagnostic
                .label("not a variable")
                .note(format!("its variables are {}", names.join(", "))),
        };
        self.report(diagnostic);
    }

    /// The dimension of a variable, or poison where its declaration was faulty.
    pub fn variable_dim(&self, id: VariableId) -> Dim {
        if self.faulty.contains(&id) {
            Dim::Poison
        } else {
            Dim::Known(self.model.variables[id].dimension)
        }
    }
}

/// True for a differential equation that is advanced when events arrive.
pub fn is_event_driven(line: &Line) -> bool {
    match &line.member.kind {
        MemberKind::Differential(equation) => equation
            .flags
            .iter()
            .any(|flag| flag.name == "event-driven"),
        _ => false,
    }
}
