//! `snnc explain units`: the dimension of every name, and why.

use super::{one_line, table};
use crate::model::term::Type;
use crate::model::{Model, Owner, Variable, VariableKind};
use crate::pipeline::Checked;
use crate::source::{SourceMap, Span};
use crate::syntax::ast::{ExprKind, File, ItemKind};
use crate::units::dimension::Dimension;
use crate::units::display::{dimension_name, format_quantity, si_unit};

/// The dimension of every constant, signal and variable.
pub fn units(checked: &Checked, tree: &File, sources: &SourceMap) -> String {
    let model = &checked.model;
    let mut out = String::new();
    let mut rows = Vec::new();
    for constant in model.constants.iter() {
        let dimension = constant.value.dimension;
        let value = format_quantity(constant.value.value, dimension);
        let why = match written(tree, constant.span) {
            Some((text, true)) => format!("the unit of its value, {}", sources.text(text)),
            Some((text, false)) => format!("{value}, from {}", one_line(sources.text(text))),
            None => format!("its value, {value}"),
        };
        rows.push(row(&constant.name, dimension, why));
    }
    for signal in model.signals.iter() {
        rows.push(row(
            &signal.name,
            signal.dimension,
            "the unit of its values".into(),
        ));
    }
    if !rows.is_empty() {
        out.push_str("constants and signals\n");
        out.push_str(&table(&rows));
    }
    for owner in model.owners() {
        let variables = model.owner_variables(owner).iter();
        let rows: Vec<Vec<String>> = variables
            .map(|id| &model.variables[*id])
            .map(|variable| {
                let why = reason(model, variable, owner, sources);
                let mut row = row(&variable.name, variable.dimension, why);
                if variable.ty != Type::Float
                    && let Some(unit) = row.get_mut(1)
                {
                    *unit = match variable.ty {
                        Type::Boolean => "boolean".into(),
                        _ => "integer".into(),
                    };
                }
                row
            })
            .collect();
        if !rows.is_empty() {
            out.push_str(&format!("\n{}\n", model.owner_name(owner)));
            out.push_str(&table(&rows));
        }
        for equation in &model.owner_system(owner).equations {
            let variable = &model.variables[equation.variable];
            let rate = variable.dimension.checked_mul(Dimension::TIME.inverse());
            if let Some(rate) = rate {
                out.push_str(&format!(
                    "  d{0}/dt must be {1}, the unit of `{0}` per second\n",
                    variable.name,
                    si_unit(rate)
                ));
            }
        }
    }
    out.trim_start().to_string()
}

fn row(name: &str, dimension: Dimension, why: String) -> Vec<String> {
    let kind = dimension_name(dimension).unwrap_or(match dimension.is_none() {
        true => "a pure number",
        false => "",
    });
    vec![name.to_string(), si_unit(dimension), kind.to_string(), why]
}

/// The value of a constant, and whether it is a number with a unit.
fn written(tree: &File, declared: Span) -> Option<(Span, bool)> {
    tree.items.iter().find_map(|item| match &item.kind {
        ItemKind::Constant(constant) if constant.name.span == declared => {
            let value = match &constant.value.kind {
                ExprKind::Unary { operand, .. } => operand,
                _ => &constant.value,
            };
            let plain = matches!(value.kind, ExprKind::Number(_) | ExprKind::Quantity(_));
            Some((constant.value.span, plain))
        }
        _ => None,
    })
}

fn reason(model: &Model, variable: &Variable, owner: Owner, sources: &SourceMap) -> String {
    let line = |span: Span| {
        let (line, _) = sources.line_column(span);
        let file = &sources.file(span.file).name;
        format!("{file}:{line}")
    };
    match &variable.kind {
        VariableKind::Linked { source, .. } | VariableKind::Remote { source, .. } => {
            let source = &model.variables[*source];
            let of = model.owner_name(source.owner);
            format!("that of `{}` of `{of}`", source.name)
        }
        VariableKind::Aggregate { source, .. } => {
            format!("that of `{}`", model.variables[*source].name)
        }
        VariableKind::Temporary => {
            format!("that of the value it is given at {}", line(variable.span))
        }
        _ if sources.text(variable.span).is_empty() || variable.span == model.owner_span(owner) => {
            "part of every such population".to_string()
        }
        _ => format!("declared at {}", line(variable.span)),
    }
}
