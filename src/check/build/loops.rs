//! Loops and sweeps of the protocol, and what they collect.

use super::statements::names_given;
use crate::analysis::signature::Kind as Wanted;
use crate::check::array::{Named, Scope, Valued};
use crate::check::context::Checker;
use crate::check::dims::Dim;
use crate::check::globals::Global;
use crate::diagnostic::{Diagnostic, codes};
use crate::model::array::{Kind, SlotId};
use crate::model::protocol::{Action, BodyId, Sweep, SweepAxis};
use crate::source::Span;
use crate::syntax::ast::{self, Expr, ExprKind};
use crate::units::dimension::Dimension;

/// Points of a sweep over `a .. b`.
const POINTS: f64 = 21.0;

impl<'a> Checker<'a> {
    pub fn collect_item(&mut self, collect: &'a ast::Collect, span: Span) {
        let value = self.array_value(&collect.value, &Scope::root());
        // Until the value is known to be one.
        self.protocol.failed.insert(collect.name.name.clone());
        if self.protocol.collecting.is_empty() {
            self.report(
                Diagnostic::new(codes::BODY, span, "there is no loop to collect from")
                    .label("`collect` belongs into the body of a `sweep`, a `for`, a `repeat` or a `while`")
                    .note("outside, `let` gives a value a name"),
            );
            return;
        }
        if !self.may_name(&collect.name) || value.is_poison() {
            return;
        }
        if value.kind != Wanted::Truth && !self.is_numeric(&value, "what is collected") {
            return;
        }
        let slot = self.new_slot(&collect.name.name, &value, Vec::new(), collect.name.span);
        let named = Named {
            name: collect.name.name.clone(),
            slot,
            dim: value.dim,
            kind: value.kind,
            shape: value.shape.clone(),
        };
        if let Some(list) = self.protocol.collecting.last_mut() {
            list.push(named);
        }
        self.protocol.failed.remove(&collect.name.name);
        self.model.protocol.push(Action::Collect {
            slot,
            value: value.expr,
        });
    }

    pub fn for_item(&mut self, each: &'a ast::For, span: Span) {
        let values = self.axis_values(&each.values);
        let Some(values) = values.filter(|_| self.may_name(&each.variable)) else {
            self.protocol.failed.insert(each.variable.name.clone());
            names_given(&each.body, &mut self.protocol.failed);
            return;
        };
        let length = values
            .shape
            .as_ref()
            .and_then(|s| s.first().copied().flatten());
        let one = Valued {
            shape: values
                .shape
                .clone()
                .map(|shape| shape.into_iter().skip(1).collect()),
            ..values.clone()
        };
        let slot = self.new_slot(&each.variable.name, &one, Vec::new(), each.variable.span);
        self.protocol.names.push(Named {
            name: each.variable.name.clone(),
            slot,
            dim: one.dim,
            kind: one.kind,
            shape: one.shape.clone(),
        });
        let (body, collected) = self.loop_body(&each.body, span);
        let collected = self.finish_collected(collected, &[], Some(length));
        self.model.protocol.push(Action::For {
            slot,
            values: values.expr,
            body,
            collected,
        });
    }

    /// Values of a loop or sweep: a vector, or a range.
    fn axis_values(&mut self, expr: &'a Expr) -> Option<Valued> {
        let scope = Scope::root();
        let value = if let ExprKind::Range { start, stop } = &expr.ungrouped().kind {
            let low = self.array_value(start, &scope);
            let wanted = low.dim.settled()?;
            let high = self.single_of(stop, wanted, "an end of the range", &scope)?;
            if low.is_poison() {
                return None;
            }
            let count = crate::model::array::Expr::number(POINTS, Dimension::NONE, expr.span);
            let function = crate::analysis::functions::named("linspace").next()?;
            let arguments = vec![Some(low.expr), Some(high.expr), Some(count)];
            let shape = Some(vec![Some(POINTS as usize)]);
            self.valued(
                Kind::Call(function, arguments),
                Dim::Known(wanted),
                shape,
                expr.span,
            )
        } else {
            self.array_value(expr, &scope)
        };
        if value.is_poison() || !self.is_numeric(&value, "what a loop goes through") {
            return None;
        }
        if value.shape.as_ref().is_some_and(Vec::is_empty) {
            self.report(
                Diagnostic::new(
                    codes::SHAPE,
                    value.span(),
                    "a loop goes through the elements of an array, but this is a single value",
                )
                .label("a single value")
                .note("`range(20)` counts from 0 to 19; `repeat 20 { … }` needs no name"),
            );
            return None;
        }
        Some(value)
    }

    pub fn every_item(&mut self, every: &'a ast::Every, span: Span) {
        let scope = Scope::root();
        let what = "the interval";
        let interval = self.single_of(&every.interval, Dimension::TIME, what, &scope);
        if self.protocol.depth > 0 {
            self.report(
                Diagnostic::new(codes::BODY, span, "`every` stands at top level")
                    .label("cannot stand in a body")
                    .note("what happens between steps is told once, before the runs"),
            );
        }
        self.assigned_in(&every.body);
        let outer = std::mem::replace(&mut self.protocol.between_steps, true);
        let collecting = std::mem::take(&mut self.protocol.collecting);
        let body = self.actions_of(&every.body);
        self.protocol.collecting = collecting;
        self.protocol.between_steps = outer;
        if let Some(interval) = interval {
            self.model.protocol.push(Action::Every {
                interval: interval.expr,
                body,
            });
        }
    }

    pub fn sweep_item(&mut self, sweep: &'a ast::Sweep, span: Span) {
        let mut axes = Vec::new();
        let mut names = Vec::new();
        let mut zipped = 0;
        for (name, values) in &sweep.variables {
            let written = match &values.ungrouped().kind {
                ExprKind::Call {
                    function,
                    arguments,
                } if function.as_name() == Some("zip") => {
                    zipped += 1;
                    arguments.first().map_or(values, |argument| &argument.value)
                }
                _ => values,
            };
            let Some(value) = self.axis_values(written) else {
                self.protocol.failed.insert(name.name.clone());
                continue;
            };
            let constant = match self.global(0, &name.name) {
                Some((Global::Constant(id), declared)) => {
                    let entry = self.constants.get(id.0 as usize);
                    if let Some(wanted) = entry.and_then(|entry| entry.dim.known()) {
                        let typed = self.as_typed(&value);
                        if !self.expect(&typed, wanted, &format!("`{}`", name.name)) {
                            continue;
                        }
                    }
                    let _ = declared;
                    self.used_constants.insert(id.0);
                    Some(id)
                }
                _ if self.may_name(name) => None,
                _ => continue,
            };
            let length = value
                .shape
                .as_ref()
                .and_then(|s| s.first().copied().flatten());
            let one = Valued {
                shape: Some(Vec::new()),
                ..value.clone()
            };
            let slot = self.new_slot(&name.name, &one, Vec::new(), name.span);
            let all = self.new_slot(&name.name, &value, Vec::new(), name.span);
            names.push((name, slot, all, length, value.dim));
            axes.push(SweepAxis {
                slot,
                all,
                constant,
                values: value.expr,
            });
        }
        let complete = axes.len() == sweep.variables.len();
        let mark = self.protocol.names.len();
        for (name, slot, _, _, dim) in &names {
            self.protocol.names.push(Named {
                name: name.name.clone(),
                slot: *slot,
                dim: *dim,
                kind: Wanted::Number,
                shape: Some(Vec::new()),
            });
        }
        let dynamic = self.protocol.dynamic.clone();
        self.protocol
            .dynamic
            .extend(axes.iter().filter_map(|axis| axis.constant));
        let (body, collected) = self.loop_body(&sweep.body, span);
        // Each point starts from the state before: nothing that a point names or changes is left.
        self.protocol.dynamic = dynamic;
        self.protocol.names.truncate(mark);
        let zipped = zipped > 0;
        let lengths: Vec<(SlotId, Option<usize>)> = names
            .iter()
            .take(if zipped { 1 } else { names.len() })
            .map(|(_, _, all, length, _)| (*all, *length))
            .collect();
        for (name, _, all, length, dim) in names {
            self.protocol.names.push(Named {
                name: name.name.clone(),
                slot: all,
                dim,
                kind: Wanted::Number,
                shape: Some(vec![length]),
            });
        }
        let collected = self.finish_collected(collected, &lengths, None);
        if complete {
            self.model.protocol.push(Action::Sweep(Sweep {
                axes,
                zipped,
                body,
                collected,
                span,
            }));
        }
    }

    /// Brings what a loop collected into scope. `axes` are the values along the axes, `length` that of a loop's own axis.
    pub fn finish_collected(
        &mut self,
        collected: Vec<Named>,
        axes: &[(SlotId, Option<usize>)],
        length: Option<Option<usize>>,
    ) -> Vec<SlotId> {
        let mut slots = Vec::new();
        for mut named in collected {
            {
                let slot = &mut self.model.slots[named.slot];
                slot.axes = axes.iter().map(|(slot, _)| *slot).collect();
            }
            named.shape = named.shape.map(|inner| {
                let mut shape: Vec<Option<usize>> = axes.iter().map(|(_, n)| *n).collect();
                shape.extend(length);
                shape.extend(inner);
                shape
            });
            slots.push(named.slot);
            self.protocol.names.push(named);
        }
        slots
    }

    pub fn may_end(&mut self, condition: &Valued, body: BodyId, span: Span) {
        let always = matches!(condition.expr.kind, Kind::Number(value) if value != 0.0);
        let ends = |action: &Action| matches!(action, Action::Stop | Action::If { .. });
        if always && !self.model.bodies[body].iter().any(ends) {
            self.report(
                Diagnostic::new(codes::ENDLESS, span, "this loop never ends")
                    .label("its condition is always true, and there is no `stop` within"),
            );
        }
    }
}
