//! Linked variables: `u : volt (linked) = other.v`, `= other.v[i/2]`, `= other.v[[0, 1, 1, 0]]`.

use super::members::Line;
use crate::check::context::{Checker, Context, Role};
use crate::diagnostic::{Diagnostic, codes};
use crate::model::protocol::Slice;
use crate::model::term::Type;
use crate::model::{Owner, VariableId, VariableKind};
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind};
use crate::units::dimension::Dimension;

impl<'a> Checker<'a> {
    /// A linked variable: `u : volt (linked) = other.v` or `= other.v[index]`.
    pub fn link(
        &mut self,
        owner: Owner,
        id: VariableId,
        line: &Line<'a>,
        parameter: &'a ast::Parameter,
    ) {
        let name = &parameter.name;
        let error = |span, message: String| Diagnostic::new(codes::LINK, span, message);
        let Some(target) = line
            .value
            .map(|value| value.expr)
            .or(parameter.default.as_ref())
        else {
            self.report(
                error(name.span, format!("`{}` is linked to nothing", name.name))
                    .label("say which variable it stands for")
                    .note(format!("as in `{} : UNIT (linked) = other.v`, or `other.v[i/2]` with an index per neuron", name.name)),
            );
            self.faulty.insert(id);
            return;
        };
        let (base, subscripts) = match &target.ungrouped().kind {
            ExprKind::Index { base, subscripts } => (&**base, Some(subscripts)),
            _ => (target.ungrouped(), None),
        };
        let ExprKind::Member {
            base: other,
            name: variable,
        } = &base.kind
        else {
            if !target.is_error() {
                self.report(
                    error(
                        target.span,
                        "expected a variable of another population".to_string(),
                    )
                    .label("write `population.variable`"),
                );
            }
            self.faulty.insert(id);
            return;
        };
        let Some(place) = self.elements_named(other, 0) else {
            self.faulty.insert(id);
            return;
        };
        let Some(source) = self.variable_of(place.group, &variable.name) else {
            self.unknown_variable(place.group, variable);
            self.faulty.insert(id);
            return;
        };
        let (dimension, ty, shared, source_span) = {
            let source = &self.model.variables[source];
            (source.dimension, source.ty, source.shared, source.span)
        };
        let own = self.model.variables[id].clone();
        if !self.faulty.contains(&source) && !self.faulty.contains(&id) {
            let text = self.quote(target.span, "the source");
            if dimension != own.dimension {
                let label = crate::check::dims::is_a(dimension);
                let wanted = crate::check::dims::is_a(own.dimension);
                self.report(
                    Diagnostic::new(
                        codes::VALUE_UNIT,
                        target.span,
                        format!("`{}` is {wanted}, but {text} is {label}", name.name),
                    )
                    .label(label)
                    .also(source_span, "declared here"),
                );
                return;
            }
            if ty != own.ty {
                self.report(
                    error(
                        target.span,
                        format!("`{}` and {text} are of different types", name.name),
                    )
                    .label(crate::check::expr::type_name(ty))
                    .also(name.span, crate::check::expr::type_name(own.ty)),
                );
                return;
            }
        }
        if matches!(owner, Owner::Projection(_)) {
            if !shared {
                self.report(
                    error(
                        target.span,
                        "synapses can be linked only to a value of a whole population".to_string(),
                    )
                    .label("differs from neuron to neuron")
                    .also(source_span, "declared here")
                    .note("variables of the two sides are read as `NAME_pre` and `NAME_post`"),
                );
                self.faulty.insert(id);
                return;
            }
            self.linked(id, source, None);
            return;
        }
        if self.is_unsized(owner) || self.unsized_groups.contains(&place.group) {
            return;
        }
        let size = self.place(owner).size;
        let index = match subscripts {
            Some(subscripts) => {
                let Some(index) =
                    self.link_index(owner, &place, subscripts, line.file, target.span)
                else {
                    return;
                };
                Some(index)
            }
            None if shared => None,
            None if place.size() == 1 && self.few_enough(size, target.span).is_none() => return,
            None if place.size() == 1 => Some(vec![place.first as u32; size]),
            None if place.size() == size && place.first == 0 => None,
            None if place.size() == size && self.few_enough(size, target.span).is_none() => return,
            None if place.size() == size => {
                Some((place.first as u32..(place.first + size) as u32).collect())
            }
            None => {
                let other = self.quote(other.span, "the other");
                self.report(
                    error(
                        target.span,
                        format!(
                            "{other} has {} neurons, but this population has {size}",
                            place.size()
                        ),
                    )
                    .label("which of them belongs to which?")
                    .note(
                        "give an index per neuron, as in `other.v[i/2]` or `other.v[[0, 1, 1, 0]]`",
                    ),
                );
                return;
            }
        };
        self.linked(id, source, index);
    }

    fn linked(&mut self, id: VariableId, source: VariableId, index: Option<Vec<u32>>) {
        let shared = self.model.variables[source].shared;
        let variable = &mut self.model.variables[id];
        variable.kind = VariableKind::Linked { source, index };
        variable.shared = shared;
        self.used.insert(source);
        self.used.insert(id);
    }

    /// The element of the source for each element of the group.
    fn link_index(
        &mut self,
        owner: Owner,
        place: &Slice,
        subscripts: &'a [ast::Subscript],
        file: usize,
        span: Span,
    ) -> Option<Vec<u32>> {
        let size = self.place(owner).size;
        self.few_enough(size, span)?;
        let [ast::Subscript::Index(expr)] = subscripts else {
            self.report(
                Diagnostic::new(codes::LINK, span, "one index per neuron is expected")
                    .label("an expression in `i`, or a list of whole numbers"),
            );
            return None;
        };
        let values: Vec<(f64, Span)> = if let ExprKind::Array(items) = &expr.ungrouped().kind {
            let context = Context::new(file, Role::CONSTANT);
            let mut values = Vec::new();
            for item in items {
                let typed = self.expr(item, &context);
                values.push((self.whole(&typed, "an index")? as f64, item.span));
            }
            if values.len() != size {
                self.report(
                    Diagnostic::new(
                        codes::LINK,
                        expr.span,
                        format!("{} indices are given for {size} neurons", values.len()),
                    )
                    .label("one index per neuron is expected"),
                );
                return None;
            }
            values
        } else {
            let context = Context::at(file, self.place(owner), Role::INDEX);
            let typed = self.expr(expr, &context);
            if typed.is_poison() || !self.expect(&typed, Dimension::NONE, "an index") {
                return None;
            }
            let term = if typed.ty == Type::Float {
                self.model
                    .terms
                    .call(crate::model::term::Intrinsic::Int, typed.term)
            } else {
                typed.term
            };
            let mut values = Vec::with_capacity(size);
            for k in 0..size {
                let Some(value) = self.evaluate_at(term, k as f64) else {
                    self.constant_value(&typed, "the index of a link");
                    return None;
                };
                values.push((value, expr.span));
            }
            values
        };
        let mut index = Vec::with_capacity(size);
        for (value, span) in values {
            if value < 0.0 || value >= place.size() as f64 {
                self.report(
                    Diagnostic::new(
                        codes::INDEX,
                        span,
                        format!("there is no neuron {value} to link to"),
                    )
                    .label(format!(
                        "indices run from 0 to {}",
                        place.size().saturating_sub(1)
                    )),
                );
                return None;
            }
            index.push(place.first as u32 + value as u32);
        }
        Some(index)
    }
}
