//! What loops collect, and how long they take.

use super::{Halt, Machine, failed};
use crate::analysis::value::{Array, Value, shaped, vector};
use crate::diagnostic::codes;
use crate::model::array::SlotId;
use crate::model::protocol::{Action, BodyId};

impl Machine<'_> {
    pub(super) fn begin(&mut self, collected: &[SlotId]) {
        for slot in collected {
            self.collected.insert(*slot, Vec::new());
        }
    }

    pub(super) fn finish(&mut self, collected: &[SlotId]) -> Result<(), Halt> {
        for slot in collected {
            let values = self.collected.remove(slot).unwrap_or_default();
            let count = values.len();
            let values = values.into_iter().map(Some).collect();
            let array = self.assembled(*slot, &[count], values)?;
            self.set_slot(*slot, Value::Array(array));
        }
        Ok(())
    }

    /// An array from its entries; missing ones are not a number.
    pub(super) fn assembled(
        &self,
        slot: SlotId,
        axes: &[usize],
        values: Vec<Option<Value>>,
    ) -> Result<Array, Halt> {
        let arrays: Vec<Option<Array>> = values
            .into_iter()
            .map(|value| value.map(Value::into_array))
            .collect();
        let inner = arrays.iter().flatten().next();
        let inner: Vec<usize> = inner.map_or(Vec::new(), |array| array.shape().to_vec());
        let odd = arrays.iter().flatten().find(|array| array.shape() != inner);
        if let Some(odd) = odd {
            let message = format!(
                "`{}` collects {} here and {} there",
                self.model.slots[slot].name,
                crate::analysis::value::describe_shape(&inner),
                crate::analysis::value::describe_shape(odd.shape())
            );
            return Err(failed(codes::SHAPE, self.span_of(slot), message));
        }
        let each: usize = inner.iter().product();
        let mut all = Vec::with_capacity(arrays.len() * each);
        for array in &arrays {
            match array {
                Some(array) => all.extend(array.iter().copied()),
                None => all.extend(std::iter::repeat_n(f64::NAN, each)),
            }
        }
        let mut shape = axes.to_vec();
        shape.extend(inner);
        Ok(shaped(&shape, all).unwrap_or_else(|| vector(Vec::new())))
    }

    /// Seconds that actions simulate, as far as they can be told before.
    pub(super) fn expected(&mut self, body: Option<BodyId>) -> f64 {
        let mut sum = 0.0;
        for action in self.actions(body) {
            sum += match action {
                Action::Run { duration, .. } => *duration,
                Action::RunUntil { duration, .. } => self.number(duration).unwrap_or(0.0),
                Action::Repeat { count, body, .. } => {
                    self.count(count).unwrap_or(0) as f64 * self.expected(Some(*body))
                }
                Action::For { values, body, .. } => {
                    let count = self
                        .array(values)
                        .map_or(0, |v| v.shape().first().copied().unwrap_or(0));
                    count as f64 * self.expected(Some(*body))
                }
                Action::Sweep(sweep) => {
                    let mut points = 1;
                    for axis in &sweep.axes {
                        let count = self.array(&axis.values).map_or(0, |v| v.len());
                        points = if sweep.zipped { count } else { points * count };
                    }
                    points as f64 * self.expected(Some(sweep.body))
                }
                _ => 0.0,
            };
        }
        sum
    }
}
