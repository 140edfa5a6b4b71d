//! Actions of the protocol.

use super::{Expectation, Export, Halt, Machine, Regular, failed, mixed};
use crate::analysis::export;
use crate::analysis::index::{Pick, pick, put};
use crate::analysis::operate::zip;
use crate::analysis::show::show;
use crate::analysis::value::{Array, Value, elements, vector};
use crate::diagnostic::{Diagnostic, codes};
use crate::index::Id;
use crate::model::array::{Expr, Kind, SlotId};
use crate::model::projection::Endpoint;
use crate::model::protocol::{Action, BodyId, Put};
use crate::model::term::Type;
use crate::model::{ConstantId, Owner, VariableKind};
use crate::runtime::command::{Command, Target};
use crate::runtime::simulation::{Control, Outcome};
use crate::source::Span;
use crate::units::dimension::Dimension;
use crate::units::display::format_quantity;
use std::sync::atomic::Ordering;

impl Machine<'_> {
    /// Carries out the whole protocol.
    pub(in crate::pipeline) fn follow(&mut self, control: &mut Control<'_>) -> Result<(), Halt> {
        self.total = self.expected(None);
        self.begin_films();
        let ended = match self.body(None, control) {
            Err(Halt::Stop) => Ok(()),
            other => other,
        };
        match self.end_films() {
            Ok(()) => ended,
            failed => ended.and(failed),
        }
    }

    /// Carries out the actions of a body, or of the whole protocol.
    pub(super) fn body(
        &mut self,
        body: Option<BodyId>,
        control: &mut Control<'_>,
    ) -> Result<(), Halt> {
        for (position, action) in self.actions(body).iter().enumerate() {
            self.act(action, body, position, control)?;
        }
        Ok(())
    }

    fn act(
        &mut self,
        action: &Action,
        body: Option<BodyId>,
        position: usize,
        control: &mut Control<'_>,
    ) -> Result<(), Halt> {
        match action {
            Action::Run { duration, .. } => self.run(*duration, None, control)?,
            Action::RunUntil {
                duration,
                until,
                span,
            } => {
                let seconds = self.number(duration)?;
                if seconds < 0.0 || !seconds.is_finite() {
                    let shown = format_quantity(seconds, Dimension::TIME);
                    let message = format!("a run cannot take {shown}");
                    return Err(failed(codes::NUMBER, *span, message));
                }
                self.run(seconds, until.as_ref(), control)?;
            }
            Action::Assign(_) => self.prepared(body, position, control)?,
            Action::SetConstant {
                constant, value, ..
            } => self.set_constant(*constant, *value),
            Action::Save(name) => {
                self.prepared(body, position, control)?;
                self.saved.insert(name.clone(), self.constants.clone());
            }
            Action::Restore(name, _) => {
                self.prepared(body, position, control)?;
                if let Some(constants) = self.saved.get(name) {
                    self.constants = constants.clone();
                }
                self.counted.clear();
                self.restores += 1;
                self.simulation.set_seed(mixed(self.seed, self.restores));
            }
            Action::Change {
                constant,
                value,
                range,
            } => {
                let number = self.number(value)?;
                if let Some((low, high)) = range
                    && !(*low..=*high).contains(&number)
                {
                    let quantity = |v: f64| format_quantity(v, value.dimension);
                    let name = &self.model.constants[*constant].name;
                    let message = format!(
                        "`{name}` lies between {} and {}, but this is {}",
                        quantity(*low),
                        quantity(*high),
                        quantity(number)
                    );
                    return Err(failed(codes::RANGE, value.span, message));
                }
                self.set_constant(*constant, number);
            }
            Action::Put(write) => self.put(write)?,
            Action::Let {
                slot,
                subscripts,
                operator,
                value,
                shown,
            } => {
                let mut new = self.value(value)?;
                if !subscripts.is_empty() || operator.is_some() {
                    let old = match self.slots.get(slot.as_usize()).cloned().flatten() {
                        Some(old) => old.into_array(),
                        None => {
                            let message = "it has no value yet that could be changed";
                            return Err(failed(codes::UNKNOWN_NAME, value.span, message));
                        }
                    };
                    let picks = self.picks(subscripts)?;
                    let new_array = new.into_array();
                    let result = changed(old, &picks, *operator, &new_array, None);
                    new = Value::Array(
                        result.map_err(|(code, problem)| failed(code, value.span, problem))?,
                    );
                }
                let noted = self
                    .notes
                    .shown
                    .iter()
                    .any(|(noted, _)| *noted == Some(*slot));
                if *shown || noted {
                    let name = self.model.slots[*slot].name.clone();
                    self.note(Some(*slot), name, &new, value);
                }
                self.set_slot(*slot, new);
            }
            Action::Show { value: expr, text } => {
                let value = self.value(expr)?;
                self.note(None, text.clone(), &value, expr);
            }
            Action::Export { values, file } => {
                let Kind::Text(name) = &file.kind else {
                    return Ok(());
                };
                let mut arrays = Vec::new();
                for (name, value) in values {
                    arrays.push((name.as_str(), self.array(value)?));
                }
                let bytes = export::write(name, &arrays)
                    .map_err(|problem| failed(codes::ANALYSIS, file.span, problem))?;
                self.notes.exports.retain(|export| export.name != *name);
                self.notes.exports.push(Export {
                    name: name.clone(),
                    bytes,
                });
            }
            Action::Expect {
                value,
                range,
                text,
                span,
            } => self.expect(value, range.as_ref(), (text, *span))?,
            Action::For {
                slot,
                values,
                body,
                collected,
            } => {
                let values = self.array(values)?;
                if values.ndim() == 0 {
                    let message = "a loop goes through the elements of an array";
                    return Err(failed(
                        codes::SHAPE,
                        Span {
                            ..self.span_of(*slot)
                        },
                        message,
                    ));
                }
                self.begin(collected);
                for row in values.outer_iter() {
                    self.look(control)?;
                    self.set_slot(*slot, Value::Array(row.to_owned()));
                    self.body(Some(*body), control)?;
                }
                self.finish(collected)?;
            }
            Action::Repeat {
                count,
                body,
                collected,
            } => {
                let count = self.count(count)?;
                self.begin(collected);
                for _ in 0..count {
                    self.look(control)?;
                    self.body(Some(*body), control)?;
                }
                self.finish(collected)?;
            }
            Action::While {
                condition,
                body,
                collected,
            } => {
                self.begin(collected);
                while self.holds(condition)? {
                    self.look(control)?;
                    self.body(Some(*body), control)?;
                }
                self.finish(collected)?;
            }
            Action::If {
                branches,
                otherwise,
            } => {
                for (condition, body) in branches {
                    if self.holds(condition)? {
                        return self.body(Some(*body), control);
                    }
                }
                if let Some(body) = otherwise {
                    self.body(Some(*body), control)?;
                }
            }
            Action::Collect { slot, value } => {
                let value = self.value(value)?;
                self.collected.entry(*slot).or_default().push(value);
            }
            Action::Stop => return Err(Halt::Stop),
            Action::Every { interval, body } => {
                let seconds = self.number(interval)?;
                if !(seconds > 0.0 && seconds.is_finite()) {
                    let message = "the interval is longer than 0";
                    return Err(failed(codes::NUMBER, interval.span, message));
                }
                self.every.push(Regular {
                    interval: seconds,
                    body: *body,
                });
            }
            Action::Sweep(sweep) => self.sweep(sweep, control)?,
        }
        Ok(())
    }

    pub(super) fn span_of(&self, slot: SlotId) -> Span {
        self.model.slots[slot].span
    }

    fn look(&self, control: &Control<'_>) -> Result<(), Halt> {
        match control.interrupt {
            Some(flag) if flag.load(Ordering::Relaxed) => Err(Halt::Interrupted),
            _ => Ok(()),
        }
    }

    fn prepared(
        &mut self,
        body: Option<BodyId>,
        position: usize,
        control: &mut Control<'_>,
    ) -> Result<(), Halt> {
        for command in self.commands(body, position) {
            let outcome = self.simulation.execute(command, control);
            self.ended(outcome, command)?;
        }
        Ok(())
    }

    pub(super) fn ended(&self, outcome: Outcome, command: &Command) -> Result<(), Halt> {
        match outcome {
            Outcome::Finished => Ok(()),
            Outcome::Interrupted => Err(Halt::Interrupted),
            Outcome::Fault(fault) => Err(Halt::Failed(Box::new(
                super::super::experiment::describe(&fault),
            ))),
            Outcome::Refused(refusal) => Err(Halt::Failed(Box::new(
                super::super::experiment::refused(self.model, &refusal),
            ))),
            Outcome::Unknown(name) => {
                let _ = command;
                let message = format!("no state was saved under the name `{name}`");
                let diagnostic = Diagnostic::without_place(codes::RESTORE, message);
                Err(Halt::Failed(Box::new(diagnostic)))
            }
        }
    }

    fn set_constant(&mut self, constant: ConstantId, value: f64) {
        if let Some(slot) = self.constants.get_mut(constant.as_usize()) {
            *slot = value;
        }
        if let Some(column) = self.lowered.bindings.constants.get(&constant) {
            self.simulation.write(*column, &Target::From(0), &[value]);
        }
    }

    /// Sets a constant for a point of a sweep.
    pub(super) fn sweep_constant(&mut self, constant: ConstantId, value: f64) {
        self.set_constant(constant, value);
    }

    // ---- values -------------------------------------------------------------------------------------------------

    /// Writes computed values into a variable.
    fn put(&mut self, write: &Put) -> Result<(), Halt> {
        let mut value = self.array(&write.value)?;
        if let Some(list) = self.of_pairs(write, &value) {
            value = list;
        }
        let picks = self.picks(&write.subscripts)?;
        let variable = &self.model.variables[write.variable];
        let (shared, ty) = (variable.shared, variable.ty);
        let size = match (shared, write.elements, variable.owner) {
            (true, _, _) => 1,
            (false, Some(slice), _) => slice.last - slice.first,
            (false, None, Owner::Group(group)) => self.model.groups[group].size,
            (false, None, Owner::Projection(_)) => {
                let own = self.lowered.bindings.variables[write.variable];
                own.map_or(0, |column| self.simulation.values(column).len())
            }
        };
        let first = write.elements.map_or(0, |slice| slice.first);
        // Positions are followed to the variable that holds the values.
        let mut places: Vec<u32> = if shared {
            vec![0]
        } else {
            (first..first + size).map(|k| k as u32).collect()
        };
        let mut id = write.variable;
        while let VariableKind::Linked { source, index } = &self.model.variables[id].kind {
            if let Some(index) = index {
                places = places
                    .iter()
                    .map(|place| index.get(*place as usize).copied().unwrap_or(0))
                    .collect();
            }
            id = *source;
        }
        let Some(column) = self.lowered.bindings.variables[id] else {
            return Ok(());
        };
        let all = self.simulation.values(column);
        let old = places
            .iter()
            .map(|place| all.get(*place as usize).copied().unwrap_or(f64::NAN));
        let old = vector(old.collect());
        let each = write.each.then_some(());
        let result = changed(old, &picks, write.operator, &value, each);
        let new = result.map_err(|(code, problem)| failed(code, write.value.span, problem))?;
        let convert = |value: f64| match ty {
            Type::Float => value,
            Type::Integer => value.trunc(),
            Type::Boolean => f64::from(u8::from(value != 0.0)),
        };
        let new: Vec<f64> = elements(&new).into_iter().map(convert).collect();
        self.simulation.write(column, &Target::At(places), &new);
        Ok(())
    }

    /// A matrix with a row per source and a column per target, as one value per synapse.
    fn of_pairs(&self, write: &Put, value: &Array) -> Option<Array> {
        let Owner::Projection(id) = self.model.variables[write.variable].owner else {
            return None;
        };
        let projection = &self.model.projections[id];
        if value.ndim() != 2 || !write.subscripts.is_empty() || write.each {
            return None;
        }
        let size = |end: &Endpoint| match end.owner {
            Owner::Group(group) => end.last.min(self.model.groups[group].size) - end.first,
            Owner::Projection(other) => self.lowered.bindings.projections[other].size,
        };
        if value.shape() != [size(&projection.source), size(&projection.target)] {
            return None;
        }
        let column = |id| self.lowered.bindings.variables[id];
        let i = self.simulation.values(column(projection.indices.i)?);
        let j = self.simulation.values(column(projection.indices.j)?);
        let pairs = i.iter().zip(&j);
        let values: Option<Vec<f64>> = pairs
            .map(|(i, j)| value.get([*i as usize, *j as usize]).copied())
            .collect();
        values.map(vector)
    }

    fn expect(
        &mut self,
        value: &Expr,
        range: Option<&(Expr, Expr)>,
        (text, span): (&str, Span),
    ) -> Result<(), Halt> {
        let number = self.number(value)?;
        let (met, found) = match range {
            Some((low, high)) => {
                let (low, high) = (self.number(low)?, self.number(high)?);
                let found = format_quantity(number, value.dimension);
                ((low..=high).contains(&number), found)
            }
            None => (number != 0.0, self.compared(value)?),
        };
        self.notes.expectations.push(Expectation {
            text: text.to_string(),
            span,
            met,
            found,
        });
        Ok(())
    }

    /// What a condition compares, for the report: `20.5 Hz > 30 Hz`.
    fn compared(&mut self, condition: &Expr) -> Result<String, Halt> {
        use crate::analysis::operate::Operator;
        let Kind::Binary(operator, a, b) = &condition.kind else {
            return Ok(String::new());
        };
        let sign = match operator {
            Operator::Less => "<",
            Operator::LessEqual => "<=",
            Operator::Greater => ">",
            Operator::GreaterEqual => ">=",
            Operator::Equal => "==",
            Operator::NotEqual => "!=",
            _ => return Ok(String::new()),
        };
        let dimension = if a.dimension.is_none() {
            b.dimension
        } else {
            a.dimension
        };
        let (x, y) = (self.value(a)?, self.value(b)?);
        let text = |value: &Value, truth: bool| show(value, dimension, truth);
        Ok(format!(
            "{} {sign} {}",
            text(&x, a.truth),
            text(&y, b.truth)
        ))
    }
}

/// An array with its picked part replaced by values, or combined with them. With `each`, there is a value per element of the whole
/// array, of which the same part is taken.
fn changed(
    mut old: Array,
    picks: &[Pick],
    operator: Option<crate::analysis::operate::Operator>,
    values: &Array,
    each: Option<()>,
) -> Result<Array, (crate::diagnostic::Code, String)> {
    let at = |problem: String| (codes::ARRAY_INDEX, problem);
    let all = [Pick::Slice(None, None, None)];
    let picks = match (picks, old.ndim()) {
        ([], 0) => &[],
        ([], _) => &all[..],
        (picks, _) => picks,
    };
    let mut new = match each {
        Some(()) if !values.is_empty() && values.ndim() > 0 => pick(values, picks).map_err(at)?,
        _ => values.clone(),
    };
    if let Some(operator) = operator {
        let present = pick(&old, picks).map_err(at)?;
        let combined = zip(&present, &new, |a, b| operator.apply(a, b));
        new = combined.map_err(|problem| (codes::SHAPE, problem))?;
        if picks.len() <= 1 && new.shape() != present.shape() && new.ndim() > 0 {
            // The name as a whole may take another shape.
            if matches!(picks, [Pick::Slice(None, None, None)] | []) {
                return Ok(new);
            }
        }
    }
    if old.ndim() == 0 {
        return Ok(new);
    }
    put(&mut old, picks, &new).map_err(|problem| (codes::LENGTH, problem))?;
    Ok(old)
}
