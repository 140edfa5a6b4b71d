//! Assignments of the protocol: values of populations, constants.

use super::elements::Picked;
use crate::check::context::{Checker, Context, Place, Role, Typed};
use crate::check::dims::Dim;
use crate::check::globals::Global;
use crate::diagnostic::{Diagnostic, codes};
use crate::model::code::{Assignment, Selection, Value};
use crate::model::protocol::Action;
use crate::model::term::{Comparison, Intrinsic, Term, TermId, Type};
use crate::model::{ConstantId, Variable, VariableId, VariableKind};
use crate::source::Span;
use crate::syntax::ast::{self, Expr, ExprKind, Subscript};
use crate::syntax::operators::AssignOp;

impl<'a> Checker<'a> {
    /// `tau = 5 ms` after a run, `tau += 1 ms` anywhere.
    pub fn change(
        &mut self,
        name: &ast::Ident,
        operator: AssignOp,
        operator_span: Option<Span>,
        value: &'a Expr,
        span: Span,
    ) {
        let Some((Global::Constant(id), declared)) = self.global(0, &name.name) else {
            return;
        };
        let computed = self.is_array_code(value, true)
            || operator.binary().is_some() && self.protocol.dynamic.contains(&id);
        if self.protocol.depth > 0 || computed {
            let at = operator_span.unwrap_or(name.span);
            self.change_computed(id, &name.name, operator, at, value);
            return;
        }
        self.protocol.dynamic.remove(&id);
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

    /// True where subscripts are those of the array language.
    fn picks_computed(&self, subscripts: &[Subscript]) -> bool {
        subscripts.iter().any(|subscript| match subscript {
            Subscript::Index(expr) => self.is_array_code(expr, true),
            Subscript::Slice {
                start, stop, step, ..
            } => [start, stop, step]
                .into_iter()
                .flatten()
                .any(|bound| self.is_array_code(bound, true)),
        })
    }

    /// An assignment of the protocol.
    pub fn outside(&mut self, assignment: &'a ast::Assignment, span: Span) {
        let place = assignment.place.ungrouped();
        let (target, subscripts): (&Expr, &[Subscript]) = match &place.kind {
            ExprKind::Index { base, subscripts } => (base.ungrouped(), subscripts),
            _ => (place, &[]),
        };
        if let Some(written) = self.synaptic(place) {
            let computed = self.is_array_code(&assignment.value, false);
            if computed || self.picks_computed(written.subscripts) {
                if let Some(id) = self.synaptic_variable(&written) {
                    let place = self.place(written.id);
                    self.put(assignment, written.subscripts, id, place, span);
                }
                return;
            }
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
                let value = &assignment.value;
                let list = self.is_array(value) && self.is_array_code(value, true);
                if self.is_array_code(value, false) || list || self.picks_computed(subscripts) {
                    let place = match within {
                        Picked::All => Some(elements),
                        Picked::Range {
                            start,
                            stop,
                            step: 1,
                        } => Some(Place {
                            first: elements.first + start,
                            size: stop - start,
                            ..elements
                        }),
                        _ => None,
                    };
                    match place {
                        Some(place) => self.put(assignment, subscripts, id, place, span),
                        None => self.report(
                            Diagnostic::new(
                                codes::INDEX,
                                base.span,
                                "elements are picked here one by one",
                            )
                            .label("put the brackets behind the variable, as in `lif.v[[0, 2]]`"),
                        ),
                    }
                    return;
                }
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
                let at = assignment.operator_span;
                let (operator, value) = (assignment.operator, &assignment.value);
                if self.assign_name(&ident, subscripts, operator, at, value) {
                    return;
                }
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
