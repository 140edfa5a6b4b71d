//! Numbering the values of a kernel anew, in the order of their definition.

use crate::index::IndexVec;
use crate::kir::{Kernel, Stmt, Value};

/// Renumbers all values; those that are not defined lose their place.
pub fn run(kernel: &mut Kernel) {
    let mut names = vec![None; kernel.types.len()];
    let mut order = Vec::new();
    number(&kernel.body, &mut names, &mut order);
    kernel.types = order
        .iter()
        .map(|&old| kernel.types[old])
        .collect::<IndexVec<_, _>>();
    let mut replace = |value: Value| names[value.0 as usize].unwrap_or(value);
    rename(&mut kernel.body, &mut replace);
}

fn number(body: &[Stmt], names: &mut [Option<Value>], order: &mut Vec<Value>) {
    for stmt in body {
        let defined: Vec<Value> = match stmt {
            Stmt::Let(value, _) => vec![*value],
            Stmt::While { carried, .. } => carried.iter().map(|one| one.value).collect(),
            Stmt::Store { .. } | Stmt::Push { .. } => Vec::new(),
        };
        for value in defined {
            names[value.0 as usize] = Some(Value(order.len() as u32));
            order.push(value);
        }
        if let Stmt::While { body, .. } = stmt {
            number(body, names, order);
        }
    }
}

/// Replaces every value in statements, definitions and uses alike.
pub fn rename(body: &mut [Stmt], replace: &mut dyn FnMut(Value) -> Value) {
    for stmt in body {
        match stmt {
            Stmt::Let(value, op) => {
                *value = replace(*value);
                *op = op.clone().map(replace);
            }
            Stmt::Store {
                at, value, mask, ..
            } => {
                if let crate::kir::At::Index(index) = at {
                    *index = replace(*index);
                }
                *value = replace(*value);
                if let Some(mask) = mask {
                    *mask = replace(*mask);
                }
            }
            Stmt::Push { mask, .. } => *mask = replace(*mask),
            Stmt::While {
                carried,
                body,
                again,
                ..
            } => {
                for one in carried {
                    one.value = replace(one.value);
                    one.init = replace(one.init);
                    one.next = replace(one.next);
                }
                rename(body, replace);
                *again = replace(*again);
            }
        }
    }
}
