//! The protocol in words: one step per statement, bodies of loops indented.

use super::gather::Gathered;
use super::{Cell, Inline, math, words};
use crate::syntax::ast::{Expr, Item, ItemKind};
use crate::syntax::operators::AssignOp;
use crate::typeset::{Math, symbol};

/// What is done, in order, each step with its depth.
pub fn steps(gathered: &Gathered<'_>) -> Vec<(usize, Cell)> {
    let mut out = Vec::new();
    if let Some(root) = gathered.trees.first() {
        body(gathered, &root.items, 0, &mut out);
    }
    out
}

fn then(first: &str, math: Math) -> Cell {
    let mut cell = words(first);
    cell.push(Inline::Text(" ".into()));
    cell.push(Inline::Math(math));
    cell
}

fn body(gathered: &Gathered<'_>, items: &[Item], depth: usize, out: &mut Vec<(usize, Cell)>) {
    for item in items {
        statement(gathered, item, depth, out);
    }
}

fn statement(gathered: &Gathered<'_>, item: &Item, depth: usize, out: &mut Vec<(usize, Cell)>) {
    let source = |expr: &Expr| gathered.source(expr.span);
    let code = |expr: &Expr| format!("`{}`", source(expr));
    let of = |expr: &Expr| gathered.math(expr);
    let mut say = |cell: Cell| out.push((depth, cell));
    match &item.kind {
        ItemKind::Run(run) => {
            let mut cell = then("Simulate for", of(&run.duration));
            if let Some(until) = &run.until {
                cell.extend(words(&format!(" or until {}", code(until))));
            }
            say(cell);
        }
        ItemKind::Assignment(assignment) => {
            let verb = match assignment.operator {
                AssignOp::Set => "Set",
                _ => "Change",
            };
            let mut cell = words(&format!("{verb} {} ", code(&assignment.place)));
            let sign = match assignment.operator {
                AssignOp::Set => "to",
                AssignOp::Add => "by adding",
                AssignOp::Subtract => "by subtracting",
                AssignOp::Multiply => "by multiplying with",
                AssignOp::Divide => "by dividing by",
                AssignOp::Modulo => "by the remainder of division by",
            };
            cell.extend(then(sign, of(&assignment.value)));
            say(cell);
        }
        ItemKind::Let(named) => {
            let left = symbol(&named.name.name);
            say(then("Let", Math::equals(left, of(&named.value))));
        }
        ItemKind::Collect(collect) => {
            let left = symbol(&collect.name.name);
            say(then("Collect", Math::equals(left, of(&collect.value))));
        }
        ItemKind::Save(name) => say(words(&format!("Save the state as `{}`", name.name))),
        ItemKind::Restore(name) => say(words(&format!("Return to the state `{}`", name.name))),
        ItemKind::Stop => say(words("Stop")),
        ItemKind::Expect(expect) => {
            let mut cell = then("Expect", of(&expect.value));
            if let Some(range) = &expect.range {
                let between = Math::Row(vec![of(&range.start), Math::Sign("…"), of(&range.stop)]);
                cell.extend(then(" within", between));
            }
            say(cell);
        }
        ItemKind::Expression(expr) => say(words(&format!("Do `{}`", source(expr)))),
        ItemKind::Sweep(sweep) => {
            let mut cell = words("For each point, each time from the present state: ");
            for (k, (name, values)) in sweep.variables.iter().enumerate() {
                if k > 0 {
                    cell.push(Inline::Text(", ".into()));
                }
                let row = vec![symbol(&name.name), Math::Sign("∈"), of(values)];
                cell.extend(math(Math::Row(row)));
            }
            say(cell);
            body(gathered, &sweep.body, depth + 1, out);
        }
        ItemKind::For(each) => {
            let row = vec![
                symbol(&each.variable.name),
                Math::Sign("∈"),
                of(&each.values),
            ];
            say(then("For each", Math::Row(row)));
            body(gathered, &each.body, depth + 1, out);
        }
        ItemKind::Repeat(repeat) => {
            let mut cell = then("Repeat", of(&repeat.count));
            cell.extend(words(" times"));
            say(cell);
            body(gathered, &repeat.body, depth + 1, out);
        }
        ItemKind::While(repeat) => {
            say(then("While", of(&repeat.condition)));
            body(gathered, &repeat.body, depth + 1, out);
        }
        ItemKind::If(choice) => {
            for (k, (condition, branch)) in choice.branches.iter().enumerate() {
                let word = if k == 0 { "If" } else { "Otherwise, if" };
                out.push((depth, then(word, of(condition))));
                body(gathered, branch, depth + 1, out);
            }
            if let Some(branch) = &choice.otherwise {
                out.push((depth, words("Otherwise")));
                body(gathered, branch, depth + 1, out);
            }
        }
        ItemKind::Every(every) => {
            let mut cell = then("From here on, every", of(&every.interval));
            cell.extend(words(" of simulated time:"));
            say(cell);
            body(gathered, &every.body, depth + 1, out);
        }
        _ => {}
    }
}
