//! Runs the text of a method on equations: every definition becomes terms, one per state.
//!
//! The words a method may use are the names matched in [`Run::word`] and [`Run::call`]; `src/std/methods.snn` explains them.

use std::collections::BTreeMap;

use super::adaptive;
use super::exact::propagator;
use super::scheme::Body;
use super::temporaries::Temporaries;
use super::value::Value;
use crate::algebra::build::{
    apply, call, difference, negate, power, product, quotient, select, sum,
};
use crate::algebra::equations::Equations;
use crate::algebra::own::own_form;
use crate::algebra::simplify::simplify;
use crate::algebra::substitute::Substitution;
use crate::library::Library;
use crate::library::expand::binary;
use crate::model::term::{Intrinsic, NoiseId, Term, TermId, Type};
use crate::model::{Model, Owner};
use crate::syntax::ast::{Argument, Expr, ExprKind, Method};
use crate::syntax::operators::{BinaryOp, UnaryOp};
use crate::units::dimension::Dimension;

/// The definition that gives the new states.
const NEW: &str = "x_new";
/// The definition that makes a method adaptive.
const ERROR: &str = "x_error";

/// True for a method whose internal steps adapt.
pub fn is_adaptive(method: &Method) -> bool {
    method
        .steps
        .iter()
        .any(|step| step.target.as_name() == Some(ERROR))
}

/// One step of a method for the equations of an owner.
///
/// # Errors
/// Why the method cannot be applied, as a clause. A method text that uses unknown words ends here too.
pub fn expand(
    model: &mut Model,
    owner: Owner,
    library: &Library,
    equations: &Equations,
    method: &Method,
    options: &adaptive::Options,
) -> Result<Body, String> {
    let mut temporaries = Temporaries::new(model, owner);
    let mut time = model.terms.add(Term::Time);
    let mut dt = model.terms.add(Term::Dt);
    let local = is_adaptive(method).then(|| {
        let t = temporaries.variable(model, "t_local", Dimension::TIME);
        let h = temporaries.variable(model, "h", Dimension::TIME);
        time = model.terms.variable(t, Type::Float);
        dt = model.terms.variable(h, Type::Float);
        (t, h)
    });
    let mut run = Run {
        model,
        library,
        equations,
        temporaries,
        time,
        dt,
        names: BTreeMap::new(),
    };
    for step in &method.steps {
        let Some(name) = step.target.as_name() else {
            return Err("its text defines something that is no name".to_string());
        };
        let value = run.definition(name, &step.value)?;
        run.names.insert(name.to_string(), value);
    }
    let states = equations.states.len();
    let mut result = |name: &str| {
        let value = run.names.get(name).cloned();
        value.map(|value| value.per_state(&mut run.model.terms, states))
    };
    let new = result(NEW).ok_or_else(|| format!("its text does not define {NEW}"))?;
    let error = result(ERROR);
    let mut temporaries = run.temporaries;
    let updates = equations
        .variables()
        .into_iter()
        .zip(new.iter().copied())
        .collect();
    Ok(match (local, error) {
        (Some((time, h)), Some(error)) => {
            let order = method.order.as_ref().and_then(number).unwrap_or(1.0);
            let symbols = equations.symbols();
            let error = adaptive::scaled_error(&mut model.terms, &symbols, &error, options);
            let error = temporaries.hold(model, "error", error);
            Body::Adaptive {
                time,
                h,
                lets: temporaries.lets,
                updates,
                error,
                next_h: adaptive::next_step(&mut model.terms, dt, error, order),
                first_h: model.terms.add(Term::Dt),
                max_rounds: options.max_steps,
            }
        }
        _ => Body::Fixed {
            lets: temporaries.lets,
            updates,
        },
    }
    .tidied(model, equations))
}

/// The value of a number.
fn number(expr: &Expr) -> Option<f64> {
    match &expr.ungrouped().kind {
        ExprKind::Number(number) => Some(number.value),
        _ => None,
    }
}

impl Body {
    /// Without lets that nothing uses, and without `not_refractory` where it is known to hold.
    fn tidied(mut self, model: &mut Model, equations: &Equations) -> Body {
        if let (Body::Fixed { lets, updates }, Some(switch)) = (&mut self, equations.not_refractory)
            && lets.is_empty()
        {
            // States with `(unless refractory)` are assigned only where `not_refractory` holds.
            let holds = model.terms.add(Term::Boolean(true));
            let mut known = Substitution::new();
            known.replace(switch, holds);
            for ((_, value), state) in updates.iter_mut().zip(&equations.states) {
                if state.unless_refractory {
                    *value = known.apply(&mut model.terms, *value);
                }
            }
        }
        let (lets, mut used) = match &mut self {
            Body::Fixed { lets, updates } => (
                lets,
                updates
                    .iter()
                    .map(|update| update.1)
                    .collect::<Vec<TermId>>(),
            ),
            Body::Adaptive {
                lets,
                updates,
                error,
                next_h,
                first_h,
                ..
            } => {
                let mut used: Vec<TermId> = updates.iter().map(|update| update.1).collect();
                used.extend([*error, *next_h, *first_h]);
                (lets, used)
            }
        };
        let mut kept = Vec::new();
        for (variable, value) in lets.drain(..).rev() {
            let mut wanted = used.iter();
            let needs =
                |id: &TermId| crate::algebra::substitute::mentions(&model.terms, *id, &[variable]);
            if wanted.any(needs) {
                used.push(value);
                kept.push((variable, value));
            }
        }
        kept.reverse();
        *lets = kept;
        self
    }
}

struct Run<'a> {
    model: &'a mut Model,
    library: &'a Library,
    equations: &'a Equations,
    temporaries: Temporaries,
    time: TermId,
    dt: TermId,
    names: BTreeMap<String, Value>,
}

impl Run<'_> {
    /// The value of a definition. Intermediate ones are held in temporaries; the results are sums over noise symbols.
    fn definition(&mut self, name: &str, expr: &Expr) -> Result<Value, String> {
        if name == NEW || name == ERROR {
            let mut parts = Vec::new();
            self.summands(expr, false, &mut parts)?;
            let states = self.equations.states.len();
            let rows: Vec<Vec<TermId>> = parts
                .iter()
                .map(|part| part.per_state(&mut self.model.terms, states))
                .collect();
            let total = (0..states)
                .map(|state| {
                    let items: Vec<TermId> = rows.iter().map(|row| row[state]).collect();
                    sum(&mut self.model.terms, &items)
                })
                .collect();
            return Ok(Value::States(total));
        }
        Ok(match self.value(expr)? {
            Value::Shared(term) => Value::Shared(self.temporaries.hold(self.model, name, term)),
            Value::States(terms) => {
                let mut held = Vec::new();
                for (term, state) in terms.iter().zip(&self.equations.states) {
                    let name = format!("{name}_{}", state.name);
                    held.push(self.temporaries.hold(self.model, &name, *term));
                }
                Value::States(held)
            }
            Value::Noises(rows) => {
                let mut all = Vec::new();
                for (terms, noise) in rows.iter().zip(&self.equations.noise_names) {
                    let mut held = Vec::new();
                    for (term, state) in terms.iter().zip(&self.equations.states) {
                        let name = format!("{name}_{}_{noise}", state.name);
                        held.push(self.temporaries.hold(self.model, &name, *term));
                    }
                    all.push(held);
                }
                Value::Noises(all)
            }
        })
    }
    /// The summands of an expression: each may have noise or not.
    fn summands(
        &mut self,
        expr: &Expr,
        negative: bool,
        out: &mut Vec<Value>,
    ) -> Result<(), String> {
        match &expr.ungrouped().kind {
            ExprKind::Binary {
                operator: BinaryOp::Add,
                left,
                right,
                ..
            } => {
                self.summands(left, negative, out)?;
                self.summands(right, negative, out)
            }
            ExprKind::Binary {
                operator: BinaryOp::Subtract,
                left,
                right,
                ..
            } => {
                self.summands(left, negative, out)?;
                self.summands(right, !negative, out)
            }
            ExprKind::Unary {
                operator: UnaryOp::Negate,
                operand,
                ..
            } => self.summands(operand, !negative, out),
            _ => {
                let value = self.value(expr)?;
                let terms = &mut self.model.terms;
                out.push(match negative {
                    true => value.map(&mut |term| negate(terms, term)),
                    false => value,
                });
                Ok(())
            }
        }
    }
    fn value(&mut self, expr: &Expr) -> Result<Value, String> {
        match &expr.kind {
            ExprKind::Group(inner) => self.value(inner),
            ExprKind::Number(number) => Ok(Value::Shared(match number.integer {
                true => self.model.terms.integer(number.value as i64),
                false => self.model.terms.number(number.value),
            })),
            ExprKind::Name(name) => self.word(name),
            ExprKind::Unary {
                operator: UnaryOp::Negate,
                operand,
                ..
            } => {
                let value = self.value(operand)?;
                Ok(value.map(&mut |term| negate(&mut self.model.terms, term)))
            }
            ExprKind::Binary {
                operator,
                left,
                right,
                ..
            } => {
                let values = [self.value(left)?, self.value(right)?];
                let terms = &mut self.model.terms;
                Ok(Value::zip(&values, &mut |items| match *items {
                    [a, b] => match operator {
                        BinaryOp::Add => sum(terms, &[a, b]),
                        BinaryOp::Subtract => difference(terms, a, b),
                        BinaryOp::Multiply => product(terms, &[a, b]),
                        BinaryOp::Divide => quotient(terms, a, b),
                        BinaryOp::Power => power(terms, a, b),
                        other => {
                            let term = binary(*other, a, b, terms);
                            simplify(terms, term)
                        }
                    },
                    _ => terms.integer(0),
                }))
            }
            ExprKind::Conditional {
                then,
                condition,
                otherwise,
            } => {
                let values = [
                    self.value(condition)?,
                    self.value(then)?,
                    self.value(otherwise)?,
                ];
                let terms = &mut self.model.terms;
                Ok(Value::zip(&values, &mut |items| match *items {
                    [condition, then, otherwise] => select(terms, condition, then, otherwise),
                    _ => terms.integer(0),
                }))
            }
            ExprKind::Call {
                function,
                arguments,
            } => match function.as_name() {
                Some(name) => self.call(name, arguments),
                None => Err("its text calls something that is no function".to_string()),
            },
            _ => Err("its text has a form that methods do not have".to_string()),
        }
    }
    /// A name: a word of methods, or an earlier definition.
    fn word(&mut self, name: &str) -> Result<Value, String> {
        if let Some(value) = self.names.get(name) {
            return Ok(value.clone());
        }
        match name {
            "x" => Ok(Value::States(self.equations.symbols())),
            "t" => Ok(Value::Shared(self.time)),
            "dt" => Ok(Value::Shared(self.dt)),
            "dW" => Ok(self.increments()),
            "a" => self.own_form().map(|form| Value::States(form.0)),
            "b" => self.own_form().map(|form| Value::States(form.1)),
            "propagator" => {
                propagator(self.model, self.equations, &mut self.temporaries).map(Value::States)
            }
            _ => Err(format!(
                "its text uses `{name}`, which is no word of methods"
            )),
        }
    }
    fn call(&mut self, name: &str, arguments: &[Argument]) -> Result<Value, String> {
        let mut values = Vec::new();
        for argument in arguments {
            values.push(self.value(&argument.value)?);
        }
        match (name, &values[..]) {
            ("f", [x, t]) => {
                let drift = Value::States(self.equations.drift.clone());
                Ok(self.shifted(&drift, x, t))
            }
            ("g", [x, t]) => {
                let noise = Value::Noises(self.equations.noise.clone());
                Ok(self.shifted(&noise, x, t))
            }
            _ => {
                let library = self.library;
                let Some(function) = library.function(name) else {
                    return Err(format!("its text calls `{name}`, which is no function"));
                };
                let terms = &mut self.model.terms;
                let mut fits = true;
                let result = Value::zip(&values, &mut |items| {
                    if let crate::library::function::Body::Intrinsic(intrinsic) = function.body {
                        return apply(terms, intrinsic, items);
                    }
                    let term = library.call(function, items, terms);
                    fits &= term.is_some();
                    let term = term.unwrap_or_else(|| terms.integer(0));
                    simplify(terms, term)
                });
                if fits {
                    Ok(result)
                } else {
                    Err(format!("its text calls `{name}` wrongly"))
                }
            }
        }
    }
    /// Right-hand sides at other states and another time.
    fn shifted(&mut self, what: &Value, x: &Value, t: &Value) -> Value {
        let states = self.equations.symbols();
        let time = self.model.terms.add(Term::Time);
        let terms = &mut self.model.terms;
        let mut at = |noise: usize, ids: &[TermId]| -> Vec<TermId> {
            let mut substitution = Substitution::new();
            for (state, symbol) in states.iter().enumerate() {
                if let Some(to) = x.term(noise, state).filter(|to| to != symbol) {
                    substitution.replace(*symbol, to);
                }
            }
            if let Some(to) = t.term(noise, 0).filter(|to| *to != time) {
                substitution.replace(time, to);
            }
            ids.iter()
                .map(|id| substitution.apply(terms, *id))
                .collect()
        };
        match (what, x) {
            (Value::Noises(rows), _) => {
                Value::Noises(rows.iter().enumerate().map(|(m, row)| at(m, row)).collect())
            }
            (Value::States(row), Value::Noises(points)) => {
                Value::Noises((0..points.len()).map(|m| at(m, row)).collect())
            }
            (Value::States(row), _) => Value::States(at(0, row)),
            (Value::Shared(_), _) => what.clone(),
        }
    }
    /// `dW` of each noise symbol.
    fn increments(&mut self) -> Value {
        let terms = &mut self.model.terms;
        let root = call(terms, Intrinsic::Sqrt, self.dt);
        let states = self.equations.states.len();
        let mut rows = Vec::new();
        for m in 0..self.equations.noise.len() {
            let draw = terms.add(Term::Noise(NoiseId(m as u32)));
            rows.push(vec![product(terms, &[root, draw]); states]);
        }
        Value::Noises(rows)
    }
    /// `a` and `b` of each equation.
    fn own_form(&mut self) -> Result<(Vec<TermId>, Vec<TermId>), String> {
        let mut result = (Vec::new(), Vec::new());
        for (state, drift) in self.equations.states.iter().zip(&self.equations.drift) {
            let (a, b) = own_form(&mut self.model.terms, *drift, state.term)
                .map_err(|problem| problem.clause(&state.name))?;
            result.0.push(a);
            result.1.push(b);
        }
        Ok(result)
    }
}
