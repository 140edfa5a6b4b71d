//! Values of array expressions.

use std::sync::Arc;

use super::{Halt, Machine, failed};
use crate::analysis::functions::Call;
use crate::analysis::index::{self, Pick};
use crate::analysis::operate::{stretch, zip};
use crate::analysis::value::{Array, Spikes, Value, elements, shaped, vector};
use crate::backend::wide::generators;
use crate::backend::wide::random;
use crate::diagnostic::codes;
use crate::index::Id;
use crate::lower::Place;
use crate::model::array::{Expr, Kind, SpikePart, Subscript};
use crate::model::protocol::{Recorded, Slice};
use crate::model::term::Draw;
use crate::model::{Owner, VariableId, VariableKind};
use crate::record::{RateTable, SpikeTable, StateTable};
use crate::source::Span;

/// Arrays larger than this are refused: a slip would take all memory.
const LARGEST: usize = 200_000_000;

impl Machine<'_> {
    /// The value of an expression.
    pub(super) fn value(&mut self, expr: &Expr) -> Result<Value, Halt> {
        let span = expr.span;
        Ok(match &expr.kind {
            Kind::Number(value) => Value::number(*value),
            Kind::Text(text) => Value::Text(text.clone()),
            Kind::Data(value) => value.as_ref().clone(),
            Kind::Slot(slot) => match self.slots.get(slot.as_usize()).cloned().flatten() {
                Some(value) => value,
                None => {
                    let name = self.model.slots.get(*slot).map_or("", |s| s.name.as_str());
                    let message = format!("`{name}` has no value yet");
                    return Err(failed(codes::UNKNOWN_NAME, span, message));
                }
            },
            Kind::Constant(id) => {
                let value = self.constants.get(id.as_usize()).copied();
                Value::number(value.unwrap_or(f64::NAN))
            }
            Kind::Time => Value::number(self.simulation.time()),
            Kind::Values { variable, elements } => {
                let values = self.variable(*variable, *elements);
                if self.model.variables[*variable].shared {
                    Value::number(values.first().copied().unwrap_or(f64::NAN))
                } else {
                    Value::vector(values)
                }
            }
            Kind::Map {
                term,
                arguments,
                variables,
                elements,
            } => {
                let mut given = Vec::new();
                for argument in arguments {
                    given.push(self.array(argument)?);
                }
                let mut read = Vec::new();
                for (id, value) in variables {
                    read.push((*id, self.array(value)?));
                }
                Value::Array(self.mapped(*term, &given, &read, *elements, span)?)
            }
            Kind::Samples {
                record,
                variable,
                elements,
                single,
            } => self.samples(*record, *variable, elements, *single),
            Kind::SampleTimes(record) => {
                let table = self.states(*record);
                Value::vector(table.map(|table| table.t.clone()).unwrap_or_default())
            }
            Kind::RateTimes(record) => {
                let table = self.rates(*record);
                Value::vector(table.map(|table| table.t.clone()).unwrap_or_default())
            }
            Kind::Rate(record) => {
                let table = self.rates(*record);
                Value::vector(table.map(|table| table.rate.clone()).unwrap_or_default())
            }
            Kind::Spikes {
                record,
                slice,
                part,
            } => self.spikes(*record, *slice, *part),
            Kind::Negate(inner) => Value::Array(self.array(inner)?.mapv(|v| -v)),
            Kind::Not(inner) => {
                let inner = self.array(inner)?;
                Value::Array(inner.mapv(|v| f64::from(u8::from(v == 0.0))))
            }
            Kind::Binary(operator, a, b) => {
                let (a, b) = (self.array(a)?, self.array(b)?);
                let result = zip(&a, &b, |x, y| operator.apply(x, y));
                Value::Array(result.map_err(|problem| failed(codes::SHAPE, span, problem))?)
            }
            Kind::Select(condition, then, otherwise) => {
                let all = [
                    self.array(condition)?,
                    self.array(then)?,
                    self.array(otherwise)?,
                ];
                let stretched = stretch(&all);
                let (_, all) = stretched.map_err(|problem| failed(codes::SHAPE, span, problem))?;
                let [test, then, otherwise] = all.as_slice() else {
                    return Err(failed(codes::SHAPE, span, "three values are needed"));
                };
                Value::Array(
                    ndarray::Zip::from(test)
                        .and(then)
                        .and(otherwise)
                        .map_collect(|c, a, b| if *c != 0.0 { *a } else { *b }),
                )
            }
            Kind::Call(function, arguments) => {
                let mut values = Vec::new();
                for argument in arguments {
                    values.push(match argument {
                        Some(argument) => Some(self.value(argument)?),
                        None => None,
                    });
                }
                let call = Call { arguments: &values };
                (function.evaluate)(&call).map_err(|problem| {
                    let message = format!("`{}`: {problem}", function.name);
                    failed(codes::ANALYSIS, span, message)
                })?
            }
            Kind::Random {
                draw,
                stream,
                shape,
                mean,
            } => {
                let mut lengths = Vec::new();
                for length in shape {
                    lengths.push(self.count(length)?);
                }
                let mean = match mean {
                    Some(mean) => Some(self.number(mean)?),
                    None => None,
                };
                Value::Array(self.random(*draw, *stream, &lengths, mean, span)?)
            }
            Kind::Index(base, subscripts) => {
                let base = self.array(base)?;
                let picks = self.picks(subscripts)?;
                let picked = index::pick(&base, &picks);
                Value::Array(picked.map_err(|problem| failed(codes::ARRAY_INDEX, span, problem))?)
            }
            Kind::Array(items) => {
                let mut values = Vec::new();
                for item in items {
                    values.push(self.array(item)?);
                }
                let stretched = stretch(&values);
                let (shape, values) =
                    stretched.map_err(|problem| failed(codes::SHAPE, span, problem))?;
                let mut whole = vec![values.len()];
                whole.extend(if values.is_empty() { Vec::new() } else { shape });
                let all = values.iter().flat_map(elements).collect();
                Value::Array(shaped(&whole, all).unwrap_or_else(|| vector(Vec::new())))
            }
            Kind::Plane(plane, part) => Value::Array(self.plane(*plane, *part, span)?),
            Kind::With(bound, body) => {
                for (slot, value) in bound {
                    let value = self.value(value)?;
                    self.set_slot(*slot, value);
                }
                self.value(body)?
            }
        })
    }

    /// The value as an array.
    pub(super) fn array(&mut self, expr: &Expr) -> Result<Array, Halt> {
        Ok(self.value(expr)?.into_array())
    }

    /// A value that must be a single number.
    pub(super) fn number(&mut self, expr: &Expr) -> Result<f64, Halt> {
        let value = self.value(expr)?;
        value.single().ok_or_else(|| {
            let shape = match &value {
                Value::Array(array) => crate::analysis::value::describe_shape(array.shape()),
                _ => "something else".to_string(),
            };
            let message = format!("a single value is needed here, but this has {shape}");
            failed(codes::SHAPE, expr.span, message)
        })
    }

    /// A value that must be a number of something.
    pub(super) fn count(&mut self, expr: &Expr) -> Result<usize, Halt> {
        let value = self.number(expr)?;
        if value.fract() == 0.0 && (0.0..1e15).contains(&value) {
            return Ok(value as usize);
        }
        let message = format!("a number of things is a whole number from 0 on, not {value}");
        Err(failed(codes::ANALYSIS, expr.span, message))
    }

    /// True where a condition holds.
    pub(super) fn holds(&mut self, expr: &Expr) -> Result<bool, Halt> {
        self.number(expr).map(|value| value != 0.0)
    }

    /// Subscripts with their values.
    pub(super) fn picks(&mut self, subscripts: &[Subscript]) -> Result<Vec<Pick>, Halt> {
        let mut picks = Vec::new();
        for subscript in subscripts {
            picks.push(match subscript {
                Subscript::Slice(start, stop, step) => {
                    let mut bounds = [None, None, None];
                    for (slot, bound) in bounds.iter_mut().zip([start, stop, step]) {
                        if let Some(bound) = bound {
                            *slot = Some(self.number(bound)?);
                        }
                    }
                    let [start, stop, step] = bounds;
                    Pick::Slice(start, stop, step)
                }
                Subscript::At(expr) => {
                    let value = self.array(expr)?;
                    if expr.truth {
                        Pick::Mask(value)
                    } else if let (0, Some(at)) = (value.ndim(), value.first()) {
                        Pick::At(*at)
                    } else {
                        Pick::List(elements(&value))
                    }
                }
            });
        }
        Ok(picks)
    }

    // ---- state and recordings -----------------------------------------------------------------------------------

    /// Present values of a variable.
    fn variable(&self, id: VariableId, slice: Option<Slice>) -> Vec<f64> {
        let variable = &self.model.variables[id];
        let all = match (self.lowered.bindings.variables[id], &variable.kind) {
            (Some(column), _) => self.simulation.values(column),
            (None, VariableKind::Linked { source, index }) => {
                let values = self.variable(*source, None);
                let at = |k: usize| values.get(k).copied().unwrap_or(f64::NAN);
                match index {
                    Some(index) => index.iter().map(|k| at(*k as usize)).collect(),
                    None if values.len() == 1 => {
                        let size = match variable.owner {
                            Owner::Group(group) => self.model.groups[group].size,
                            Owner::Projection(_) => 1,
                        };
                        vec![at(0); size]
                    }
                    None => values,
                }
            }
            _ => Vec::new(),
        };
        match slice {
            Some(slice) if all.len() > 1 || slice.last > 1 => {
                let range = slice.first.min(all.len())..slice.last.min(all.len());
                all.get(range).unwrap_or_default().to_vec()
            }
            _ => all,
        }
    }

    fn place(&self, record: usize) -> Option<Place> {
        self.lowered.records.get(record).copied().flatten()
    }
    fn states(&self, record: usize) -> Option<&StateTable> {
        match self.place(record)? {
            Place::States(k) => self.simulation.recording().states.get(k),
            _ => None,
        }
    }
    fn rates(&self, record: usize) -> Option<&RateTable> {
        match self.place(record)? {
            Place::Rates(k) => self.simulation.recording().rates.get(k),
            _ => None,
        }
    }
    fn spike_table(&self, record: usize) -> Option<&SpikeTable> {
        match self.place(record)? {
            Place::Spikes(k) => self.simulation.recording().spikes.get(k),
            _ => None,
        }
    }

    fn samples(&self, record: usize, variable: VariableId, wanted: &[u32], single: bool) -> Value {
        let name = &self.model.variables[variable].name;
        let table = self.states(record);
        let column = table.and_then(|table| table.column(name));
        let length = table.map_or(0, |table| table.t.len());
        let row = |element: &u32| -> Vec<f64> {
            let values = column.and_then(|column| column.of(*element));
            let mut row: Vec<f64> = values.unwrap_or_default().to_vec();
            row.resize(length, f64::NAN);
            row
        };
        // Synapses without numbers are all that were recorded.
        let all = column.map_or(&[][..], |column| column.elements.as_slice());
        let wanted = if wanted.is_empty() { all } else { wanted };
        let values: Vec<f64> = wanted.iter().flat_map(row).collect();
        if single {
            return Value::vector(values);
        }
        let array = shaped(&[wanted.len(), length], values);
        Value::Array(array.unwrap_or_else(|| vector(Vec::new())))
    }

    /// Spikes per neuron of a slice of a record, counted on from where they were counted last.
    fn counts(&mut self, record: usize, offset: usize, size: usize) -> Vec<f64> {
        let (mut seen, mut counts) = self.counted.remove(&record).unwrap_or_default();
        if let Some(table) = self.spike_table(record) {
            if table.i.len() < seen {
                (seen, counts) = (0, Vec::new());
            }
            counts.resize(table.size as usize, 0.0);
            for i in table.i.get(seen..).unwrap_or_default() {
                if let Some(count) = counts.get_mut(*i as usize) {
                    *count += 1.0;
                }
            }
            seen = table.i.len();
        }
        let mut wanted: Vec<f64> = counts.iter().skip(offset).take(size).copied().collect();
        wanted.resize(size, 0.0);
        self.counted.insert(record, (seen, counts));
        wanted
    }

    fn spikes(&mut self, record: usize, slice: Slice, part: SpikePart) -> Value {
        let first = match self.model.records.get(record).map(|record| &record.what) {
            Some(Recorded::Spikes { slice, .. }) => slice.first,
            _ => 0,
        };
        let size = slice.last - slice.first;
        let offset = (slice.first - first.min(slice.first)) as u32;
        if part == SpikePart::Counts {
            return Value::vector(self.counts(record, offset as usize, size));
        }
        let table = self.spike_table(record);
        let (times, indices): (&[f64], &[u32]) =
            table.map_or((&[], &[]), |table| (&table.t, &table.i));
        let within = times.iter().zip(indices).filter_map(|(t, i)| {
            let k = i.checked_sub(offset)?;
            ((k as usize) < size).then_some((*t, k))
        });
        match part {
            SpikePart::Times => Value::vector(within.map(|(t, _)| t).collect()),
            SpikePart::Indices => Value::vector(within.map(|(_, k)| f64::from(k)).collect()),
            SpikePart::Counts => Value::vector(Vec::new()),
            SpikePart::Trains => {
                let mut trains = vec![Vec::new(); size];
                for (t, k) in within {
                    if let Some(train) = trains.get_mut(k as usize) {
                        train.push(t);
                    }
                }
                Value::Spikes(Arc::new(Spikes {
                    trains,
                    end: self.simulation.time(),
                }))
            }
        }
    }

    /// New random numbers: a function of the seed, the draw in the text, and how many were drawn before.
    fn random(
        &mut self,
        draw: Draw,
        stream: u32,
        shape: &[usize],
        mean: Option<f64>,
        span: Span,
    ) -> Result<Array, Halt> {
        let count: usize = shape.iter().product();
        if count > LARGEST {
            let message = format!("{count} random numbers do not fit into memory");
            return Err(failed(codes::ANALYSIS, span, message));
        }
        self.draws += 1;
        let key = random::Draw {
            // Streams of the protocol are apart from those of the model.
            seed: self.seed ^ 0x7072_6f74_6f63_6f6c,
            stream,
            step: self.draws,
        };
        let one = |k: u64| match draw {
            Draw::Uniform => generators::uniform(key, k),
            Draw::Normal => generators::normal(key, k),
            Draw::Poisson => generators::poisson(key, k, mean.unwrap_or(0.0)),
        };
        let values = (0..count as u64).map(one).collect();
        Ok(shaped(shape, values).unwrap_or_else(|| vector(Vec::new())))
    }
}
