//! The protocol: runs, assignments, changed constants, save and restore, in file order.

use super::elements::Picked;
use super::later;
use crate::check::context::{Checker, Context, Place, Role, Typed};
use crate::check::dims::Dim;
use crate::check::globals::Global;
use crate::diagnostic::{Diagnostic, codes};
use crate::library::suggest::did_you_mean;
use crate::model::code::{Assignment, Selection, Value};
use crate::model::protocol::Action;
use crate::model::term::{Comparison, Intrinsic, Term, TermId, Type};
use crate::model::{ConstantId, Variable, VariableId, VariableKind};
use crate::source::Span;
use crate::syntax::ast::{self, Expr, ExprKind, Item, ItemKind, Subscript};
use crate::syntax::operators::AssignOp;
use crate::units::dimension::Dimension;
use crate::units::quantity::Quantity;

impl<'a> Checker<'a> {
    /// Reads the protocol of the root file.
    pub fn protocol(&mut self, changes: &[Span]) {
        let units = self.units;
        let Some(root) = units.first() else { return };
        let mut saved: Vec<&str> = Vec::new();
        for item in &root.file.items {
            if let Some(what) = later::unavailable(&item.kind) {
                self.later(item.span, what);
                continue;
            }
            self.action(item, changes, &mut saved);
        }
    }

    fn action(&mut self, item: &'a Item, changes: &[Span], saved: &mut Vec<&'a str>) {
        match &item.kind {
            ItemKind::Title(text) => match &self.model.title {
                None => self.model.title = Some(text.value.clone()),
                Some(_) => self.report(
                    Diagnostic::new(codes::TWICE, text.span, "the title is given twice")
                        .label("given again here"),
                ),
            },
            ItemKind::Run(run) => self.run(run, item.span),
            ItemKind::Constant(constant) if changes.contains(&constant.name.span) => {
                if let Some(range) = &constant.range {
                    self.report(
                        Diagnostic::new(
                            codes::RANGE,
                            range.span,
                            "a range stands at the declaration of a constant",
                        )
                        .label("not where its value changes"),
                    );
                }
                self.change(
                    &constant.name,
                    AssignOp::Set,
                    None,
                    &constant.value,
                    item.span,
                );
            }
            ItemKind::Assignment(assignment) => self.outside(assignment, item.span),
            ItemKind::Save(name) => {
                saved.push(&name.name);
                self.model.protocol.push(Action::Save(name.name.clone()));
            }
            ItemKind::Restore(name) => {
                if saved.contains(&name.name.as_str()) {
                    self.model
                        .protocol
                        .push(Action::Restore(name.name.clone(), name.span));
                    return;
                }
                let near = did_you_mean(&name.name, saved.iter().copied()).map(str::to_string);
                let message = format!("nothing was saved under the name `{}`", name.name);
                let mut diagnostic = Diagnostic::new(codes::RESTORE, name.span, message);
                diagnostic = match near {
                    Some(near) => diagnostic.label(format!("did you mean `{near}`?")).fix(
                        format!("write `{near}`"),
                        name.span,
                        near,
                        false,
                    ),
                    None => diagnostic.label(format!("`save {}` must come before", name.name)),
                };
                self.report(diagnostic);
            }
            _ => {}
        }
    }

    fn run(&mut self, run: &'a ast::Run, span: Span) {
        let typed = self.expr(&run.duration, &Context::new(0, Role::CONSTANT));
        if let Some(until) = &run.until {
            self.later(until.span, "`until`");
        }
        for option in &run.options {
            let text = option.name.as_ref().map_or("", |name| name.name.as_str());
            self.report(
                Diagnostic::new(
                    codes::OPTION,
                    option.span,
                    format!("`run` has no option `{text}`"),
                )
                .label("not known"),
            );
        }
        if typed.is_poison() || !self.expect(&typed, Dimension::TIME, "the duration of a run") {
            return;
        }
        let Some(duration) = self.constant_value(&typed, "the duration of a run") else {
            return;
        };
        if duration >= 0.0 && duration.is_finite() {
            self.model.protocol.push(Action::Run { duration, span });
            return;
        }
        let quantity = Quantity::new(duration, Dimension::TIME);
        self.report(
            Diagnostic::new(
                codes::NUMBER,
                typed.span,
                "the duration of a run must not be negative or endless",
            )
            .label(format!("this is {quantity}")),
        );
    }

    /// `tau = 5 ms` after a run, `tau += 1 ms` anywhere.
    fn change(
        &mut self,
        name: &ast::Ident,
        operator: AssignOp,
        operator_span: Option<Span>,
        value: &Expr,
        span: Span,
    ) {
        let Some((Global::Constant(id), declared)) = self.global(0, &name.name) else {
            return;
        };
        let context = Context::new(0, Role::CONSTANT);
        let mut typed = self.expr(value, &context);
        if let Some(operator) = operator.binary() {
            let old = self.name(&name.name, name.span, &context);
            let whole = Expr {
                kind: ExprKind::Error,
                span: value.span,
            };
            typed = self.combine(
                operator,
                operator_span.unwrap_or(name.span),
                &whole,
                old,
                typed,
            );
        }
        let dim = self
            .constants
            .get(id.0 as usize)
            .map_or(Dim::Poison, |entry| entry.dim);
        if typed.is_poison() || dim == Dim::Poison {
            return;
        }
        if let Dim::Known(wanted) = dim
            && !self.expect(&typed, wanted, &format!("`{}`", name.name))
        {
            return;
        }
        let ty = self.model.constants[id].ty;
        if ty < typed.ty {
            let message = format!(
                "`{}` was declared as {}",
                name.name,
                crate::check::expr::type_name(ty)
            );
            self.report(
                Diagnostic::new(codes::FRACTION, value.span, message)
                    .label(crate::check::expr::type_name(typed.ty))
                    .also(declared, "declared here; write it with a point, as in `2.0`, for a number with a fraction"),
            );
            return;
        }
        let Some(number) = self.constant_value(&typed, &format!("the value of `{}`", name.name))
        else {
            return;
        };
        if let Some(range) = self.model.constants[id].range {
            let dimension = self.model.constants[id].value.dimension;
            self.in_range(
                number,
                range,
                dimension,
                value.span,
                &name.name,
                Some(declared),
            );
        }
        self.set_constant(id, number, span);
    }

    fn set_constant(&mut self, id: ConstantId, value: f64, span: Span) {
        if let Some(slot) = self.values.get_mut(id.0 as usize) {
            *slot = value;
        }
        self.model.protocol.push(Action::SetConstant {
            constant: id,
            value,
            span,
        });
    }

    /// An assignment of the protocol.
    fn outside(&mut self, assignment: &'a ast::Assignment, span: Span) {
        let place = assignment.place.ungrouped();
        let (target, subscripts): (&Expr, &[Subscript]) = match &place.kind {
            ExprKind::Index { base, subscripts } => (base.ungrouped(), subscripts),
            _ => (place, &[]),
        };
        if let Some(written) = self.synaptic(place) {
            self.assign_synaptic(&written, assignment, span);
            return;
        }
        match &target.kind {
            ExprKind::Member { base, name } => {
                let Some((elements, within)) = self.elements(base) else {
                    return;
                };
                let Some(id) = self.variable_of(elements.group, &name.name) else {
                    self.unknown_variable(elements.group, name);
                    return;
                };
                if !self.may_assign(id, name.span) {
                    return;
                }
                let elements = Place::from(elements);
                let selection = if subscripts.is_empty() {
                    Some(self.shifted(&elements, within))
                } else if within == Picked::All {
                    self.selection(&elements, subscripts, place.span)
                } else {
                    self.report(
                        Diagnostic::new(codes::INDEX, place.span, "elements are picked twice")
                            .label("one pair of brackets is enough"),
                    );
                    None
                };
                let Some(selection) = selection else { return };
                self.assign(assignment, id, elements, selection, span);
            }
            ExprKind::Name(name) => {
                let ident = ast::Ident {
                    name: name.clone(),
                    span: target.span,
                };
                if let (Some((Global::Constant(_), _)), true) =
                    (self.global(0, name), subscripts.is_empty())
                {
                    let operator = Some(assignment.operator_span);
                    self.change(
                        &ident,
                        assignment.operator,
                        operator,
                        &assignment.value,
                        span,
                    );
                    return;
                }
                self.unknown_target(name, target.span);
            }
            _ if target.is_error() => {}
            _ => self.report(
                Diagnostic::new(
                    codes::NOT_WRITABLE,
                    place.span,
                    "this cannot be assigned to",
                )
                .label("expected a constant, or `population.variable`"),
            ),
        }
    }

    fn unknown_target(&mut self, name: &str, span: Span) {
        if self.is_broken(name) {
            return;
        }
        let mut diagnostic = match self.global(0, name) {
            Some((_, declared)) => Diagnostic::new(
                codes::KIND,
                span,
                format!("`{name}` itself cannot be given a value"),
            )
            .label(format!(
                "to set a variable of a population, write `{name}.v = …`"
            ))
            .also(declared, "declared here"),
            None => Diagnostic::new(codes::UNKNOWN_NAME, span, format!("there is no `{name}`"))
                .label("neither a constant nor a population"),
        };
        let owners: Vec<String> = self
            .model
            .groups
            .iter()
            .zip(&self.groups)
            .filter(|(_, info)| info.names.contains_key(name))
            .map(|(group, _)| group.name.clone())
            .collect();
        if let (Some(owner), None) = (owners.first(), self.global(0, name)) {
            diagnostic = diagnostic.fix(
                format!("write `{owner}.{name}`"),
                span,
                format!("{owner}.{name}"),
                false,
            );
        }
        self.report(diagnostic);
    }

    /// Reports what equations define; true for the rest.
    pub fn may_assign(&mut self, id: VariableId, span: Span) -> bool {
        let variable = &self.model.variables[id];
        let (name, declared) = (variable.name.clone(), variable.span);
        if matches!(variable.kind, VariableKind::Subexpression { .. }) {
            self.report(
                Diagnostic::new(
                    codes::NOT_WRITABLE,
                    span,
                    format!("`{name}` cannot be assigned to"),
                )
                .label("is defined by an equation at all times")
                .also(declared, "defined here"),
            );
            return false;
        }
        true
    }

    fn selection(
        &mut self,
        place: &Place,
        subscripts: &'a [Subscript],
        span: Span,
    ) -> Option<Selection> {
        let boolean = match subscripts {
            [Subscript::Index(expr)] if self.is_boolean_variable(*place, expr) => {
                Some(std::borrow::Cow::Borrowed(expr))
            }
            _ => self.condition_subscript(subscripts),
        };
        if let Some(condition) = boolean {
            let context = Context::at(0, *place, Role::VALUE);
            let typed = self.expr(&condition, &context);
            if typed.is_poison() || !self.is_condition(&typed, "a selection") {
                return None;
            }
            return Some(Selection::Where(self.within(place, typed.term)));
        }
        if let [Subscript::Index(expr)] = subscripts
            && matches!(expr.ungrouped().kind, ExprKind::Text(_))
        {
            return None;
        }
        let picked = self.picked(subscripts, place.size, span)?;
        Some(self.shifted(place, picked))
    }

    /// A condition that holds only within a subgroup.
    fn within(&mut self, place: &Place, condition: TermId) -> TermId {
        let whole = self.place(place.owner).size;
        let terms = &mut self.model.terms;
        let index = terms.add(Term::Index);
        let mut result = condition;
        if place.first > 0 {
            let first = terms.integer(place.first as i64);
            let above = terms.add(Term::Compare(Comparison::GreaterEqual, index, first));
            result = terms.add(Term::And(above, result));
        }
        if place.first + place.size < whole {
            let last = terms.integer((place.first + place.size) as i64);
            let below = terms.add(Term::Compare(Comparison::Less, index, last));
            result = terms.add(Term::And(below, result));
        }
        result
    }

    /// An assignment to selected elements.
    pub fn assign(
        &mut self,
        assignment: &'a ast::Assignment,
        id: VariableId,
        place: Place,
        selection: Selection,
        span: Span,
    ) {
        let variable = self.model.variables[id].clone();
        if variable.shared && selection != Selection::All {
            self.report(
                Diagnostic::new(
                    codes::SHARED,
                    assignment.place.span,
                    format!("`{}` has one value for the whole population", variable.name),
                )
                .label("elements cannot be picked")
                .also(variable.span, "declared as shared here"),
            );
            return;
        }
        let value = if self.is_array(&assignment.value) {
            self.assigned_list(assignment, id, &selection, place)
        } else {
            self.assigned_term(assignment, id, &variable, place)
        };
        let Some(value) = value else { return };
        let as_code = self.is_quoted(assignment);
        self.model.protocol.push(Action::Assign(Assignment {
            variable: id,
            selection,
            value,
            as_code,
            span,
        }));
    }

    /// True for `lif.v = 'El + 5*mV*rand()'`.
    fn is_quoted(&self, assignment: &ast::Assignment) -> bool {
        let between = Span {
            start: assignment.operator_span.end,
            end: assignment.value.span.start,
            ..assignment.value.span
        };
        let quoted = self.sources.text(between).contains(['\'', '"']);
        quoted || assignment.value.as_text().is_some()
    }

    fn assigned_term(
        &mut self,
        assignment: &'a ast::Assignment,
        id: VariableId,
        variable: &Variable,
        place: Place,
    ) -> Option<Value> {
        let context = Context::at(0, place, Role::VALUE);
        let mut typed = self.expr(&assignment.value, &context);
        let name = &variable.name;
        if let Some(operator) = assignment.operator.binary() {
            let old = self.read(id, assignment.place.span);
            let whole = Expr {
                kind: ExprKind::Error,
                span: assignment.value.span,
            };
            typed = self.combine(operator, assignment.operator_span, &whole, old, typed);
        }
        if typed.is_poison() || self.faulty.contains(&id) {
            return None;
        }
        if !self.expect(&typed, variable.dimension, &format!("`{name}`")) {
            return None;
        }
        if variable.shared && self.varies(typed.term) {
            self.shared_value(&typed, name, variable.span);
            return None;
        }
        if let (Some(range), Some(number)) = (variable.range, self.evaluate(typed.term)) {
            self.in_range(
                number,
                range,
                variable.dimension,
                typed.span,
                name,
                Some(variable.span),
            );
        }
        Some(Value::Term(self.converted(&typed, variable)?))
    }

    /// From outside, numbers are converted: cut to whole numbers, or to "not zero".
    fn converted(&mut self, typed: &Typed, variable: &Variable) -> Option<TermId> {
        match (variable.ty, typed.ty) {
            (Type::Integer, Type::Float) => Some(self.model.terms.call(Intrinsic::Int, typed.term)),
            (Type::Boolean, Type::Integer | Type::Float) => {
                let zero = self.model.terms.integer(0);
                Some(
                    self.model
                        .terms
                        .add(Term::Compare(Comparison::NotEqual, typed.term, zero)),
                )
            }
            _ => self.fit_type(typed, variable.ty, &variable.name, Some(variable.span)),
        }
    }

    /// Elements of a place as elements of its group.
    fn shifted(&self, place: &Place, picked: Picked) -> Selection {
        let whole = self.place(place.owner).size;
        match picked {
            Picked::All if place.size == whole => Selection::All,
            Picked::All => Selection::Range {
                start: place.first,
                stop: place.first + place.size,
                step: 1,
            },
            Picked::Range { start, stop, step } => Selection::Range {
                start: place.first + start,
                stop: place.first + stop,
                step,
            },
            Picked::List(list) => {
                Selection::Indices(list.into_iter().map(|k| place.first as u32 + k).collect())
            }
        }
    }
}
