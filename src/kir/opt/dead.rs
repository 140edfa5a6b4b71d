//! Removing operations whose result nobody uses.

use crate::kir::layout::Layout;
use crate::kir::{At, Kernel, Stmt, Value};

/// Removes unused definitions, and loops of which no value is used.
pub fn run(_: &Layout, kernel: &mut Kernel) {
    let mut used = vec![false; kernel.types.len()];
    sweep(&mut kernel.body, &mut used);
}

/// Walks backwards: a definition is kept when a later statement uses it.
fn sweep(body: &mut Vec<Stmt>, used: &mut [bool]) {
    let mut kept = Vec::new();
    for mut stmt in std::mem::take(body).into_iter().rev() {
        let mark = |value: Value, used: &mut [bool]| used[value.0 as usize] = true;
        let keep = match &mut stmt {
            Stmt::Let(value, op) => {
                let needed = used[value.0 as usize];
                if needed {
                    op.visit(&mut |value| used[value.0 as usize] = true);
                }
                needed
            }
            Stmt::Store {
                at, value, mask, ..
            } => {
                if let At::Index(index) = at {
                    mark(*index, used);
                }
                mark(*value, used);
                if let Some(mask) = mask {
                    mark(*mask, used);
                }
                true
            }
            Stmt::Push { mask, .. } => {
                mark(*mask, used);
                true
            }
            Stmt::While {
                carried,
                body,
                again,
                ..
            } => {
                // Whether a carried value matters is only known with the body: the loop is kept or removed as a whole.
                let needed = carried.iter().any(|one| used[one.value.0 as usize]);
                if needed {
                    mark(*again, used);
                    for one in carried.iter() {
                        mark(one.init, used);
                        mark(one.next, used);
                    }
                    sweep(body, used);
                }
                needed
            }
        };
        if keep {
            kept.push(stmt);
        }
    }
    kept.reverse();
    *body = kept;
}
