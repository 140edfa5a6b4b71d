//! Elements of populations by name and subscript: `lif`, `exc[0:10]`, `lif.v[[0, 3]]`.

use super::records::MAX_ELEMENTS;
use crate::check::context::{Checker, Context, Place, Role};
use crate::check::globals::Global;
use crate::diagnostic::{Diagnostic, codes};
use crate::library::suggest::did_you_mean;
use crate::model::GroupId;
use crate::model::protocol::Slice;
use crate::model::term::Type;
use crate::source::Span;
use crate::syntax::ast::{self, Expr, ExprKind, Subscript};

/// Elements picked by subscripts, as positions within what was subscripted.
#[derive(Clone, PartialEq, Debug)]
pub enum Picked {
    /// All.
    All,
    /// `start, start + step, …` below `stop`.
    Range {
        /// First.
        start: usize,
        /// One past the last.
        stop: usize,
        /// Distance.
        step: usize,
    },
    /// These.
    List(Vec<u32>),
}

impl Picked {
    /// The positions, in order.
    pub fn positions(&self, size: usize) -> Vec<u32> {
        match self {
            Picked::All => (0..size as u32).collect(),
            Picked::Range { start, stop, step } => {
                (*start..*stop).step_by(*step).map(|k| k as u32).collect()
            }
            Picked::List(list) => list.clone(),
        }
    }
}

impl<'a> Checker<'a> {
    /// The elements that a name stands for: a population, or a subgroup. Anything else is reported.
    pub fn elements_named(&mut self, expr: &Expr, file: usize) -> Option<Slice> {
        let expr = expr.ungrouped();
        let ExprKind::Name(name) = &expr.kind else {
            if !expr.is_error() {
                self.report(
                    Diagnostic::new(codes::KIND, expr.span, "expected the name of a population")
                        .label("not a name"),
                );
            }
            return None;
        };
        match self.global(file, name) {
            Some((Global::Population(group), _)) => Some(self.whole_group(group)),
            Some((Global::Subgroup(slice), _)) if slice.last > slice.first => Some(slice),
            Some((Global::Subgroup(_) | Global::Faulty, _)) => None,
            Some((_, declared)) => {
                self.report(
                    Diagnostic::new(
                        codes::KIND,
                        expr.span,
                        format!("`{name}` is not a population"),
                    )
                    .label("a population or subgroup is expected")
                    .also(declared, "declared here"),
                );
                None
            }
            None => {
                self.unknown_population(name, expr.span, file);
                None
            }
        }
    }

    /// All elements of a group.
    pub fn whole_group(&self, group: GroupId) -> Slice {
        Slice {
            group,
            first: 0,
            last: self.model.groups[group].size,
        }
    }

    /// Reports an unknown population.
    pub fn unknown_population(&mut self, name: &str, span: Span, file: usize) {
        if self.is_broken(name) || !self.misses(None, name) {
            return;
        }
        let populations =
            |global: &Global| matches!(global, Global::Population(_) | Global::Subgroup(_));
        let names = self.global_names(file, &populations);
        let near = did_you_mean(name, names.iter().copied()).map(str::to_string);
        let mut diagnostic = Diagnostic::new(
            codes::UNKNOWN_NAME,
            span,
            format!("there is no population `{name}`"),
        );
        diagnostic = match near {
            Some(near) => diagnostic.suggest(span, near),
            None if names.is_empty() => diagnostic.label("not declared"),
            None => diagnostic
                .label("not declared")
                .note(format!("populations: {}", names.join(", "))),
        };
        self.report(diagnostic);
    }

    /// The elements of `lif`, `lif[0:3]`, `exc[[0, 2]]`: where they are, and which of them.
    pub fn elements(&mut self, expr: &Expr) -> Option<(Slice, Picked)> {
        match &expr.ungrouped().kind {
            ExprKind::Index { base, subscripts } => {
                let place = self.elements_named(base, 0)?;
                let picked = self.picked(subscripts, place.size(), expr.span)?;
                Some((place, picked))
            }
            _ => Some((self.elements_named(expr, 0)?, Picked::All)),
        }
    }

    /// Reads subscripts. Negative numbers count from the end. Indices out of range are reported.
    pub fn picked(&mut self, subscripts: &[Subscript], size: usize, span: Span) -> Option<Picked> {
        if let [
            Subscript::Slice {
                start,
                stop,
                step,
                span,
            },
        ] = subscripts
        {
            return self.slice([start, stop, step].map(Option::as_ref), size, *span);
        }
        let context = Context::new(0, Role::CONSTANT);
        let mut list = Vec::new();
        for subscript in subscripts {
            match subscript {
                Subscript::Slice {
                    start,
                    stop,
                    step,
                    span,
                } => {
                    let parts = [start, stop, step].map(Option::as_ref);
                    let slice = self.slice(parts, size, *span)?;
                    self.few_enough(size, *span)?;
                    list.extend(slice.positions(size));
                }
                Subscript::Index(expr) => match &expr.ungrouped().kind {
                    ExprKind::Array(items) => {
                        for item in items {
                            list.push(self.position(item, size, &context)?);
                        }
                    }
                    ExprKind::Range { start, stop } => {
                        let first = self.position(start, size, &context)?;
                        let last = self.position(stop, size, &context)?;
                        self.few_enough(size, expr.span)?;
                        list.extend(first..=last);
                    }
                    _ => list.push(self.position(expr, size, &context)?),
                },
            }
        }
        if list.is_empty() {
            self.report(
                Diagnostic::new(codes::INDEX, span, "no element is picked").label("is empty"),
            );
            return None;
        }
        Some(Picked::List(list))
    }

    /// Lists of elements are kept one by one, so a population whose elements are listed has a limit.
    pub fn few_enough(&mut self, size: usize, span: Span) -> Option<()> {
        if size <= MAX_ELEMENTS {
            return Some(());
        }
        self.report(
            Diagnostic::new(
                codes::INDEX,
                span,
                "elements of so large a population cannot be listed",
            )
            .label(format!("it has {size}; write one slice, `first:last`")),
        );
        None
    }

    /// One index.
    fn position(&mut self, expr: &Expr, size: usize, context: &Context) -> Option<u32> {
        let typed = self.expr(expr, context);
        let index = self.whole(&typed, "an index")?;
        let from_start = if index < 0 {
            index + size as i64
        } else {
            index
        };
        if (0..size as i64).contains(&from_start) {
            return Some(from_start as u32);
        }
        self.report(
            Diagnostic::new(
                codes::INDEX,
                expr.span,
                format!("there is no element {index}"),
            )
            .label(format!("indices run from 0 to {}", size.saturating_sub(1))),
        );
        None
    }

    fn slice(&mut self, parts: [Option<&Expr>; 3], size: usize, span: Span) -> Option<Picked> {
        let context = Context::new(0, Role::CONSTANT);
        let mut numbers = [0, size as i64, 1];
        for (position, (slot, part)) in numbers.iter_mut().zip(parts).enumerate() {
            if let Some(part) = part {
                let typed = self.expr(part, &context);
                let value = self.whole(&typed, "a bound of a slice")?;
                *slot = if position < 2 && value < 0 {
                    value + size as i64
                } else {
                    value
                };
            }
        }
        let [start, stop, step] = numbers;
        let error = |message: String, label: String| {
            Diagnostic::new(codes::INDEX, span, message).label(label)
        };
        if step < 1 {
            self.report(error(
                "the step of a slice must be at least 1".into(),
                format!("this is {step}"),
            ));
        } else if start < 0 || stop > size as i64 {
            let label = format!("there are {size} elements, 0 to {}", size.saturating_sub(1));
            self.report(error(
                "the slice reaches beyond the population".into(),
                label,
            ));
        } else if start >= stop {
            self.report(error(
                "the slice is empty".into(),
                "the first index must be below the second".into(),
            ));
        } else {
            return Some(Picked::Range {
                start: start as usize,
                stop: stop as usize,
                step: step as usize,
            });
        }
        None
    }

    /// `exc = cells[0:3200]`.
    pub fn subgroup(&mut self, constant: &'a ast::Constant) {
        let slice = self.subgroup_slice(constant);
        if let (Some(slice), Some(names)) = (slice, self.globals.get_mut(0)) {
            names.values.insert(
                constant.name.name.as_str(),
                (Global::Subgroup(slice), constant.name.span),
            );
        }
    }

    fn subgroup_slice(&mut self, constant: &'a ast::Constant) -> Option<Slice> {
        let (place, picked) = self.elements(&constant.value)?;
        if let Some(range) = &constant.range {
            self.report(
                Diagnostic::new(codes::KIND, range.span, "a subgroup has no range")
                    .label("not a number"),
            );
        }
        match picked {
            Picked::All => Some(place),
            Picked::Range {
                start,
                stop,
                step: 1,
            } => Some(Slice {
                group: place.group,
                first: place.first + start,
                last: place.first + stop,
            }),
            _ => {
                self.report(
                    Diagnostic::new(
                        codes::INDEX,
                        constant.value.span,
                        "a subgroup is a slice of neighbors",
                    )
                    .label("write `population[first:last]`"),
                );
                None
            }
        }
    }

    /// The condition of `lif.v[v > 1 mV]` or `lif.v['v > 1*mV']`, where the subscript is one.
    pub fn condition_subscript<'e>(
        &mut self,
        subscripts: &'e [Subscript],
    ) -> Option<std::borrow::Cow<'e, Expr>> {
        let [Subscript::Index(expr)] = subscripts else {
            return None;
        };
        match &expr.ungrouped().kind {
            ExprKind::Text(text) => self.quoted_expr(text).map(std::borrow::Cow::Owned),
            ExprKind::Binary { operator, .. }
                if operator.is_comparison() || operator.is_logical() =>
            {
                Some(std::borrow::Cow::Borrowed(expr))
            }
            ExprKind::Unary {
                operator: crate::syntax::operators::UnaryOp::Not,
                ..
            } => Some(std::borrow::Cow::Borrowed(expr)),
            _ => None,
        }
    }

    /// The names that a subscript may be about: a boolean variable of the group.
    pub fn is_boolean_variable(&self, place: Place, expr: &Expr) -> bool {
        expr.as_name()
            .and_then(|name| self.variable_of(place.owner, name))
            .is_some_and(|id| self.model.variables[id].ty == Type::Boolean)
    }
}
