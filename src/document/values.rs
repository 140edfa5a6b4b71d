//! Values: constants of the file, and what parameters and states start with.

use super::gather::Gathered;
use super::{Block, Cell, Inline, math, words};
use crate::algebra::evaluate::{evaluate, known_constants};
use crate::algebra::show::show;
use crate::library::Library;
use crate::model::code::{Assignment, Selection, Value};
use crate::model::term::Type;
use crate::model::{Owner, VariableId, VariableKind};
use crate::syntax::ast::{Expr, ExprKind, ItemKind};
use crate::syntax::operators::UnaryOp;
use crate::typeset::{Math, symbol};
use crate::units::dimension::Dimension;
use crate::units::display::{choose, choose_for_value, format_number};

/// A value with its unit, as mathematics.
pub fn quantity(value: f64, dimension: Dimension) -> Math {
    let unit = choose_for_value(dimension, value);
    let number = Math::number(&format_number(unit.convert(value)));
    match unit.label.is_empty() {
        true => number,
        false => Math::Row(vec![number, Math::Thin, Math::Unit(unit.label)]),
    }
}

/// A time in words.
pub fn time(seconds: f64) -> String {
    let unit = choose_for_value(Dimension::TIME, seconds);
    format!("{} {}", format_number(unit.convert(seconds)), unit.pretty())
}

/// `low … high`.
fn range(range: Option<(f64, f64)>, dimension: Dimension) -> Cell {
    match range {
        None => Vec::new(),
        Some((low, high)) => {
            let between = Math::Sign("…");
            math(Math::Row(vec![
                quantity(low, dimension),
                between,
                quantity(high, dimension),
            ]))
        }
    }
}

/// True for a number, with or without a unit, that says nothing more than its value does.
fn literal(expr: &Expr) -> bool {
    match &expr.ungrouped().kind {
        ExprKind::Number(_) => true,
        ExprKind::Quantity(quantity) => literal(&quantity.value),
        ExprKind::Unary { operand, .. } => literal(operand),
        ExprKind::Binary { left, right, .. } => literal(left) && (literal(right) || unit(right)),
        ExprKind::Name(name) => matches!(name.as_str(), "true" | "false" | "True" | "False"),
        _ => false,
    }
}

/// True for a unit, such as the `cm^2` of `1 uF/cm^2`.
fn unit(expr: &Expr) -> bool {
    match &expr.ungrouped().kind {
        ExprKind::Name(name) => Library::standard().plain_unit(name).is_some(),
        ExprKind::Binary { left, right, .. } => unit(left) && (unit(right) || literal(right)),
        _ => false,
    }
}

/// The SI value of a number with or without a unit.
fn worth(expr: &Expr) -> Option<f64> {
    match &expr.ungrouped().kind {
        ExprKind::Number(number) => Some(number.value),
        ExprKind::Quantity(quantity) if quantity.exponent.is_none() => {
            let unit = Library::standard().unit_after_value(&quantity.unit.name)?;
            Some(worth(&quantity.value)? * unit.scale)
        }
        ExprKind::Unary {
            operator: UnaryOp::Negate,
            operand,
            ..
        } => Some(-worth(operand)?),
        _ => None,
    }
}

fn same(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-12 * a.abs().max(b.abs())
}

/// The constants of the file.
pub fn constants(gathered: &Gathered<'_>) -> Vec<Block> {
    let model = gathered.model();
    let written = |name: &str| {
        let items = gathered.trees.iter().flat_map(|tree| &tree.items);
        items
            .filter_map(|item| match &item.kind {
                ItemKind::Constant(constant) if constant.name.name == name => Some(&constant.value),
                _ => None,
            })
            .next()
    };
    let mut rows = Vec::new();
    for constant in model.constants.iter() {
        let dimension = constant.value.dimension;
        let mut value = quantity(constant.value.value, dimension);
        if constant.ty == Type::Boolean {
            value = Math::Word((constant.value.value != 0.0).to_string());
        }
        match written(&constant.name) {
            Some(expr) if !literal(expr) => {
                value = Math::Row(vec![gathered.math(expr), Math::Sign("="), value]);
            }
            // As it is written, unless another value was given from outside.
            Some(expr) if worth(expr).is_some_and(|si| same(si, constant.value.value)) => {
                value = gathered.math(expr);
            }
            _ => {}
        }
        rows.push(vec![
            math(symbol(&constant.name)),
            math(value),
            range(constant.range, dimension),
            words(&match &constant.doc {
                Some(doc) => doc.replace('\n', " "),
                None => gathered.remark(constant.span),
            }),
        ]);
    }
    table(vec!["Parameter", "Value", "Range", "Meaning"], rows)
}

/// A table without the columns that are empty in every row; nothing without rows.
pub fn table(mut head: Vec<&'static str>, mut rows: Vec<Vec<Cell>>) -> Vec<Block> {
    if rows.is_empty() {
        return Vec::new();
    }
    for column in (1..head.len()).rev() {
        let empty = |row: &Vec<Cell>| row.get(column).is_none_or(Vec::is_empty);
        if rows.iter().all(empty) {
            head.remove(column);
            for row in &mut rows {
                row.remove(column);
            }
        }
    }
    vec![Block::Table { head, rows }]
}

/// States and parameters of an owner that are written in the text: symbol, what it starts with, unit, range, meaning.
pub fn variables(gathered: &Gathered<'_>, owner: Owner) -> Vec<Block> {
    let model = gathered.model();
    let initial: &[Assignment] = match owner {
        Owner::Group(id) => &model.groups[id].initial,
        Owner::Projection(id) => &model.projections[id].initial,
    };
    let mut rows = Vec::new();
    for id in model.owner_variables(owner) {
        let variable = &model.variables[*id];
        let kind = match variable.kind {
            VariableKind::State => "state",
            VariableKind::Stored if variable.shared => "shared",
            VariableKind::Stored if variable.constant => "constant",
            VariableKind::Stored => "parameter",
            VariableKind::Linked { .. } => "linked",
            _ => continue,
        };
        let hidden = [
            "lastspike",
            "not_refractory",
            "lastupdate",
            "i",
            "j",
            "N",
            "delay",
        ];
        let own = hidden.contains(&variable.name.as_str()) || variable.name.starts_with("N_");
        if own && variable.doc.is_none() {
            continue;
        }
        let unit = match variable.ty {
            Type::Boolean => words("truth value"),
            Type::Integer => words("integer"),
            Type::Float => match choose(variable.dimension, 0.0).label {
                label if label.is_empty() => words("1"),
                label => math(Math::Unit(label)),
            },
        };
        rows.push(vec![
            math(symbol(&variable.name)),
            words(kind),
            start(gathered, *id, initial, owner),
            unit,
            range(variable.range, variable.dimension),
            words(&match &variable.doc {
                Some(doc) => doc.replace('\n', " "),
                None => gathered.remark(variable.span),
            }),
        ]);
    }
    let head = vec![
        "Variable",
        "Kind",
        "Initial value",
        "Unit",
        "Range",
        "Meaning",
    ];
    table(head, rows)
}

/// What a variable starts with.
fn start(gathered: &Gathered<'_>, id: VariableId, initial: &[Assignment], owner: Owner) -> Cell {
    let model = gathered.model();
    let variable = &model.variables[id];
    if let VariableKind::Linked { source, .. } = &variable.kind {
        let source = &model.variables[*source];
        let name = format!("`{}.{}`", model.owner_name(source.owner), source.name);
        return words(&name);
    }
    let of = |value: f64| match variable.ty {
        Type::Boolean => Math::Word((value != 0.0).to_string()),
        _ => quantity(value, variable.dimension),
    };
    let Some(assignment) = initial.iter().rev().find(|one| one.variable == id) else {
        return math(of(variable.default));
    };
    let whole = assignment.selection == Selection::All;
    let known = known_constants(model, model.owner_dt(owner));
    let value = match &assignment.value {
        Value::Term(term) => {
            let value = evaluate(&model.terms, *term, &known);
            let written = gathered.value_at(assignment.span);
            match (written, value) {
                (Some(expr), Some(value)) if !literal(expr) => math(Math::Row(vec![
                    gathered.math(expr),
                    Math::Sign("="),
                    of(value),
                ])),
                (Some(expr), _) if variable.ty == Type::Float => math(gathered.math(expr)),
                (_, Some(value)) => math(of(value)),
                (Some(expr), None) => math(gathered.math(expr)),
                (None, None) => vec![Inline::Code(show(model, *term))],
            }
        }
        Value::Array(values) => words(&format!("{} given values", values.len())),
        Value::Matrix { values, .. } => words(&format!("{} given values", values.len())),
    };
    match whole {
        true => value,
        false => {
            let mut cell = value;
            cell.push(Inline::Text(" for some".into()));
            cell
        }
    }
}
