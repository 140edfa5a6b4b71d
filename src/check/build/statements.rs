//! Statements of the protocol that compute, and those with bodies.

use std::collections::BTreeSet;

use crate::analysis::operate::Operator;
use crate::analysis::signature::Kind as Wanted;
use crate::check::array::slice_of;
use crate::check::array::{Named, Scope, Shape, Valued, common, describe};
use crate::check::context::{Checker, Place};
use crate::check::dims::Dim;
use crate::check::globals::Global;
use crate::diagnostic::{Diagnostic, codes};
use crate::model::array::{Kind, SlotId};
use crate::model::protocol::{Action, BodyId, Put};
use crate::model::{ConstantId, VariableId};
use crate::source::Span;
use crate::syntax::ast::{self, Expr, ExprKind, Ident, Item, ItemKind};
use crate::syntax::operators::{AssignOp, BinaryOp};
use crate::units::dimension::Dimension;

impl<'a> Checker<'a> {
    /// Finds the names that the protocol gives, wherever it does.
    pub fn names_of_protocol(&mut self, items: &'a [Item]) {
        let mut declared = BTreeSet::new();
        names_given(items, &mut declared);
        self.protocol.declared = declared;
    }

    /// Reads one statement; false for those that are no business of the protocol.
    pub fn computed(&mut self, item: &'a Item) -> bool {
        let scope = Scope::root();
        match &item.kind {
            ItemKind::Let(given) => self.let_item(given, item.span),
            ItemKind::Collect(collect) => self.collect_item(collect, item.span),
            ItemKind::Expect(expect) => self.expect_item(expect, item.span),
            ItemKind::Expression(expr) => self.expression_item(expr),
            ItemKind::Stop => self.model.protocol.push(Action::Stop),
            ItemKind::Repeat(repeat) => {
                let what = "the number of repetitions";
                let count = self.single_of(&repeat.count, Dimension::NONE, what, &scope);
                let (body, collected) = self.loop_body(&repeat.body, item.span);
                let collected = self.finish_collected(collected, &[], Some(None));
                if let Some(count) = count {
                    self.model.protocol.push(Action::Repeat {
                        count: count.expr,
                        body,
                        collected,
                    });
                }
            }
            ItemKind::For(each) => self.for_item(each, item.span),
            ItemKind::While(repeat) => {
                self.assigned_in(&repeat.body);
                let condition = self.array_condition(&repeat.condition, "`while`", &scope);
                let (body, collected) = self.loop_body(&repeat.body, item.span);
                let collected = self.finish_collected(collected, &[], Some(None));
                if let Some(condition) = condition {
                    self.may_end(&condition, body, item.span);
                    self.model.protocol.push(Action::While {
                        condition: condition.expr,
                        body,
                        collected,
                    });
                }
            }
            ItemKind::If(choice) => {
                let mut branches = Vec::new();
                for (condition, _) in &choice.branches {
                    branches.push(self.array_condition(condition, "`if`", &scope));
                }
                let bodies: Vec<BodyId> = choice
                    .branches
                    .iter()
                    .map(|(_, items)| {
                        self.assigned_in(items);
                        self.actions_of(items)
                    })
                    .collect();
                let otherwise = choice.otherwise.as_ref().map(|items| {
                    self.assigned_in(items);
                    self.actions_of(items)
                });
                let conditions: Option<Vec<_>> = branches.into_iter().collect();
                if let Some(conditions) = conditions {
                    let conditions = conditions.into_iter().map(|c| c.expr);
                    self.model.protocol.push(Action::If {
                        branches: conditions.zip(bodies).collect(),
                        otherwise,
                    });
                }
            }
            ItemKind::Every(every) => self.every_item(every, item.span),
            ItemKind::Sweep(sweep) => self.sweep_item(sweep, item.span),
            _ => return false,
        }
        true
    }

    // ---- bodies -------------------------------------------------------------------------------------------------

    /// Reads the statements of a body.
    pub fn actions_of(&mut self, items: &'a [Item]) -> BodyId {
        let mark = self.model.protocol.len();
        self.protocol.depth += 1;
        for item in items {
            self.protocol_item(item, &[]);
        }
        self.protocol.depth -= 1;
        let actions = self.model.protocol.split_off(mark);
        self.model.bodies.push(actions)
    }

    pub fn loop_body(&mut self, items: &'a [Item], _span: Span) -> (BodyId, Vec<Named>) {
        self.assigned_in(items);
        self.protocol.collecting.push(Vec::new());
        let body = self.actions_of(items);
        let collected = self.protocol.collecting.pop().unwrap_or_default();
        (body, collected)
    }

    /// Constants that a body assigns have a value that is known only during the run, from the beginning of the body on.
    pub fn assigned_in(&mut self, items: &'a [Item]) {
        let mut names = BTreeSet::new();
        assigned_names(items, &mut names);
        for name in names {
            if let Some((Global::Constant(id), _)) = self.global(0, &name) {
                self.protocol.dynamic.insert(id);
            }
        }
    }

    // ---- names --------------------------------------------------------------------------------------------------

    /// True where a name may be given to a value; otherwise that is reported.
    pub fn may_name(&mut self, name: &Ident) -> bool {
        if name.name.is_empty() {
            return false;
        }
        if let Some(what) = self.reserved(&name.name) {
            self.reserved_name(name, &what);
            return false;
        }
        if let Some((_, first)) = self.global(0, &name.name) {
            self.twice(name, first, "name");
            return false;
        }
        true
    }

    /// Gives a name a value: the same slot again where it had one of that dimension.
    fn give(&mut self, name: &Ident, value: &Valued) -> SlotId {
        let known = self.protocol.names.iter_mut().rev();
        let known = known
            .filter(|named| named.name == name.name)
            .find(|named| named.kind == value.kind && named.dim.join(value.dim).is_some());
        if let Some(named) = known {
            if named.dim == Dim::Zero {
                named.dim = value.dim;
            }
            if named.shape != value.shape {
                named.shape = None;
            }
            let slot = named.slot;
            let dimension = named.dim.settled().unwrap_or(Dimension::NONE);
            {
                let slot = &mut self.model.slots[slot];
                slot.dimension = dimension;
            }
            return slot;
        }
        let slot = self.new_slot(&name.name, value, Vec::new(), name.span);
        self.protocol.names.push(Named {
            name: name.name.clone(),
            slot,
            dim: value.dim,
            kind: value.kind,
            shape: value.shape.clone(),
        });
        slot
    }

    fn let_item(&mut self, given: &'a ast::Let, span: Span) {
        let value = self.array_value(&given.value, &Scope::root());
        if !self.may_name(&given.name) {
            return;
        }
        if value.kind == Wanted::Text {
            self.is_numeric(&value, "the value of a name");
            return;
        }
        let slot = self.give(&given.name, &value);
        let _ = span;
        self.model.protocol.push(Action::Let {
            slot,
            subscripts: Vec::new(),
            operator: None,
            value: value.expr,
            shown: self.protocol.depth == 0 && value.kind != Wanted::Spikes,
        });
    }

    /// `x = …`, `x += …`, `x[0] = …` for a name of the protocol; false where there is no such name.
    pub fn assign_name(
        &mut self,
        target: &Ident,
        subscripts: &'a [ast::Subscript],
        operator: AssignOp,
        operator_span: Span,
        value: &'a Expr,
    ) -> bool {
        if self.named(&target.name).is_none() && !self.protocol.declared.contains(&target.name) {
            return false;
        }
        let scope = Scope::root();
        let name = Expr {
            kind: ExprKind::Name(target.name.clone()),
            span: target.span,
        };
        let old = self.array_value(&name, &scope);
        let new = self.array_value(value, &scope);
        let picked = self.subscripts(subscripts, &old, target.span, &scope);
        let (Some((subscripts, shape)), false, false) = (picked, old.is_poison(), new.is_poison())
        else {
            return true;
        };
        let Kind::Slot(slot) = old.expr.kind else {
            self.report(
                Diagnostic::new(
                    codes::NOT_WRITABLE,
                    target.span,
                    format!("`{}` cannot be assigned to", target.name),
                )
                .label("not a value of the protocol"),
            );
            return true;
        };
        let target_shape = if subscripts.is_empty() {
            old.shape.clone()
        } else {
            shape
        };
        let Some(result) = self.combined_value(
            operator,
            operator_span,
            &old,
            &target_shape,
            &new,
            &target.name,
        ) else {
            return true;
        };
        if subscripts.is_empty() {
            if let Some(named) = self
                .protocol
                .names
                .iter_mut()
                .rev()
                .find(|n| n.slot == slot)
            {
                if named.shape != result.shape {
                    named.shape = None;
                }
                if named.dim == Dim::Zero {
                    named.dim = result.dim;
                }
            }
            let slot = &mut self.model.slots[slot];
            if slot.dimension.is_none() {
                slot.dimension = result.expr.dimension;
            }
        }
        self.model.protocol.push(Action::Let {
            slot,
            subscripts,
            operator: operator.binary().and_then(operation),
            value: new.expr,
            shown: false,
        });
        true
    }

    /// Checks that a value, combined with the present one, has its dimension and shape; gives the result.
    fn combined_value(
        &mut self,
        operator: AssignOp,
        operator_span: Span,
        old: &Valued,
        shape: &Shape,
        new: &Valued,
        name: &str,
    ) -> Option<Valued> {
        let present = Valued {
            shape: shape.clone(),
            ..old.clone()
        };
        let result = match operator.binary() {
            Some(binary) => {
                let span = new.span();
                let result =
                    self.array_binary(binary, operator_span, present.clone(), new.clone(), span);
                if result.is_poison() {
                    return None;
                }
                result
            }
            None => new.clone(),
        };
        let whole = format!("`{name}`");
        if old.kind == Wanted::Truth {
            if !self.is_mask(&result, &whole) {
                return None;
            }
        } else if result.kind != Wanted::Truth && !self.is_numeric(&result, &whole) {
            return None;
        }
        if let Some(wanted) = old.dim.known() {
            let typed = self.as_typed(&result);
            if !self.expect(&typed, wanted, &whole) {
                return None;
            }
        }
        Some(result)
    }

    // ---- values of populations, constants ----------------------------------------------------------------------

    /// `lif.I[picked] = value` with values that are computed by following the protocol.
    pub fn put(
        &mut self,
        assignment: &'a ast::Assignment,
        subscripts: &'a [ast::Subscript],
        id: VariableId,
        place: Place,
        span: Span,
    ) {
        let slice = slice_of(place);
        let scope = Scope::at(place);
        let new = self.array_value(&assignment.value, &scope);
        let old = self.present_values(id, slice, assignment.place.span);
        if new.is_poison() || old.is_poison() {
            return;
        }
        let picked = self.subscripts(subscripts, &old, assignment.place.span, &scope);
        let Some((subscripts, shape)) = picked else {
            return;
        };
        let reads_place = self.reads_place(&assignment.value, place);
        let each = reads_place && !subscripts.is_empty() && !new_is_single(&new);
        let wanted = if each { &old.shape } else { &shape };
        let name = self.model.variables[id].name.clone();
        let operator = assignment.operator;
        let operator_span = assignment.operator_span;
        let Some(result) = self.combined_value(operator, operator_span, &old, wanted, &new, &name)
        else {
            return;
        };
        let fits = common(wanted, &result.shape);
        if fits.is_none()
            || fits.as_ref().is_some_and(|f| {
                f.is_some() && wanted.is_some() && f != wanted && longer(f, wanted)
            })
        {
            self.report(
                Diagnostic::new(
                    codes::LENGTH,
                    assignment.value.span,
                    format!(
                        "{} for {} of `{name}`",
                        describe(&result.shape),
                        describe(wanted)
                    ),
                )
                .label("one value per element, or one for all, is expected"),
            );
            return;
        }
        if let (Some((low, high)), Kind::Number(value)) =
            (self.model.variables[id].range, &new.expr.kind)
            && operator == AssignOp::Set
        {
            let variable = self.model.variables[id].clone();
            let (value, dimension) = (*value, variable.dimension);
            self.in_range(
                value,
                (low, high),
                dimension,
                new.span(),
                &name,
                Some(variable.span),
            );
        }
        self.model.protocol.push(Action::Put(Put {
            variable: id,
            elements: slice,
            subscripts,
            operator: operator.binary().and_then(operation),
            value: new.expr,
            each,
            span,
        }));
    }

    /// True for an expression that reads values of the elements that are assigned to.
    fn reads_place(&self, expr: &Expr, place: Place) -> bool {
        let here = match &expr.kind {
            ExprKind::Name(name) => {
                let variable = name == "i" || self.variable_of(place.owner, name).is_some();
                variable && self.named(name).is_none()
            }
            ExprKind::Member { .. } => return false,
            _ => false,
        };
        here || expr
            .children()
            .iter()
            .any(|child| self.reads_place(child, place))
    }

    /// A constant that gets a value known only during the run.
    pub fn change_computed(
        &mut self,
        id: ConstantId,
        name: &str,
        operator: AssignOp,
        operator_span: Span,
        value: &'a Expr,
    ) {
        let scope = Scope::root();
        let written = Expr {
            kind: ExprKind::Name(name.to_string()),
            span: value.span,
        };
        let old = self.array_value(&written, &scope);
        let new = self.array_value(value, &scope);
        if old.is_poison() || new.is_poison() {
            return;
        }
        let what = format!("`{name}`");
        if !self.is_single(&new, &what) {
            return;
        }
        let shape = Some(Vec::new());
        let Some(result) = self.combined_value(operator, operator_span, &old, &shape, &new, name)
        else {
            return;
        };
        self.protocol.dynamic.insert(id);
        let range = self.model.constants[id].range;
        self.model.protocol.push(Action::Change {
            constant: id,
            value: result.expr,
            range,
        });
    }

    // ---- report -------------------------------------------------------------------------------------------------
}

fn new_is_single(new: &Valued) -> bool {
    new.shape.as_ref().is_some_and(Vec::is_empty)
}

/// True where one shape has more axes than another, or longer ones.
fn longer(shape: &Shape, wanted: &Shape) -> bool {
    let (Some(shape), Some(wanted)) = (shape, wanted) else {
        return false;
    };
    shape.len() > wanted.len()
        || shape
            .iter()
            .zip(wanted)
            .any(|(a, b)| matches!((a, b), (Some(a), Some(b)) if a > b))
}

/// The array operator of an assignment such as `+=`.
fn operation(operator: BinaryOp) -> Option<Operator> {
    Some(match operator {
        BinaryOp::Add => Operator::Add,
        BinaryOp::Subtract => Operator::Subtract,
        BinaryOp::Multiply => Operator::Multiply,
        BinaryOp::Divide => Operator::Divide,
        BinaryOp::Modulo => Operator::Modulo,
        _ => return None,
    })
}

/// Names that statements give a value, those of the bodies in them included.
pub fn names_given(items: &[Item], names: &mut BTreeSet<String>) {
    for item in items {
        match &item.kind {
            ItemKind::Let(given) => {
                names.insert(given.name.name.clone());
            }
            ItemKind::Collect(collect) => {
                names.insert(collect.name.name.clone());
            }
            ItemKind::For(each) => {
                names.insert(each.variable.name.clone());
            }
            ItemKind::Sweep(sweep) => {
                names.extend(sweep.variables.iter().map(|(name, _)| name.name.clone()));
            }
            _ => {}
        }
        for body in item.kind.bodies() {
            names_given(body, names);
        }
    }
}

fn assigned_names(items: &[Item], names: &mut BTreeSet<String>) {
    for item in items {
        match &item.kind {
            ItemKind::Assignment(assignment) => {
                names.extend(assignment.place.as_name().map(str::to_string));
            }
            ItemKind::Constant(constant) => {
                names.insert(constant.name.name.clone());
            }
            _ => {}
        }
        for body in item.kind.bodies() {
            assigned_names(body, names);
        }
    }
}
