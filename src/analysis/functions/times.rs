//! Times in steps.

use super::{Shape, functions};
use crate::analysis::value::Value;

functions! {
    "Times";
    "steps" "(time: Time, dt?: Time) -> integer" Shape::Like(0),
        "The number of whole time steps in a time.",
        "steps(1 ms, dt: 0.1 ms) == 10", |call| {
            let dt = call.number(1)?;
            Ok(Value::Array(call.array(0)?.mapv(|t| (t/dt + 1e-4).floor())))
        };
}
