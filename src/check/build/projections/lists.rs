//! Pairs as listed: `i = […], j = […]`, and `from "edges.csv"`.

use crate::check::context::{Checker, Context, Role};
use crate::diagnostic::{Diagnostic, codes};
use crate::library::suggest::did_you_mean;
use crate::model::code::{Assignment, Selection, Value};
use crate::model::projection::{Rule, Side};
use crate::model::{ProjectionId, VariableKind};
use crate::source::Span;
use crate::syntax::ast::{self, Expr};
use crate::units::dimension::Dimension;
use crate::units::quantity::Quantity;

impl<'a> Checker<'a> {
    /// `i = […], j = […]`; a single number goes with every entry of the other list.
    pub(super) fn listed(
        &mut self,
        id: ProjectionId,
        i: &'a Expr,
        j: &'a Expr,
        file: usize,
    ) -> Option<(Vec<u32>, Vec<u32>)> {
        let from = self.index_list(id, Side::Pre, i, file);
        let onto = self.index_list(id, Side::Post, j, file);
        let (mut from, mut onto) = (from?, onto?);
        match (from.len(), onto.len()) {
            (a, b) if a == b => {}
            (1, n) => from = from.repeat(n),
            (n, 1) => onto = onto.repeat(n),
            (a, b) => {
                self.report(
                    Diagnostic::new(
                        codes::LENGTH,
                        j.span,
                        format!("{a} sources, but {b} targets"),
                    )
                    .label(format!("{b} entries"))
                    .also(i.span, format!("{a} entries"))
                    .note("synapse k connects entry k of `i` to entry k of `j`"),
                );
                return None;
            }
        }
        Some((from, onto))
    }

    fn index_list(
        &mut self,
        id: ProjectionId,
        side: Side,
        expr: &'a Expr,
        file: usize,
    ) -> Option<Vec<u32>> {
        let context = Context::new(file, Role::CONSTANT);
        let values = if self.is_array(expr) {
            let list = self.array(expr, &context)?;
            if !list.dim.fits(Dimension::NONE) {
                self.wrong_list(expr.span, list.dim, Dimension::NONE, "indices");
                return None;
            }
            list.values
        } else {
            let typed = self.expr(expr, &context);
            vec![self.whole(&typed, "an index")? as f64]
        };
        let mut indices = Vec::with_capacity(values.len());
        for value in values {
            indices.push(self.side_index(id, side, value, expr.span, None)?);
        }
        Some(indices)
    }

    /// An index of one side, within its bounds.
    pub fn side_index(
        &mut self,
        id: ProjectionId,
        side: Side,
        value: f64,
        span: Span,
        line: Option<usize>,
    ) -> Option<u32> {
        let size = self.endpoint_size(id, side);
        let owner = self.endpoint(id, side).owner;
        let known = size.filter(|_| !self.is_unsized(owner));
        let limit = known.unwrap_or(u32::MAX as usize);
        if value >= 0.0 && value < limit as f64 && value.fract() == 0.0 {
            return Some(value as u32);
        }
        let name = match side {
            Side::Pre => "i",
            Side::Post => "j",
        };
        let owner = self.model.owner_name(owner).to_string();
        let value = Quantity::number(value);
        let place = line.map_or(String::new(), |line| format!(", in line {line}"));
        let message = format!("`{owner}` has no element {value} to connect{place}");
        self.report(
            Diagnostic::new(codes::CONNECT_INDEX, span, message).label(format!(
                "`{name}` runs from 0 to {}",
                limit.saturating_sub(1)
            )),
        );
        None
    }

    /// `from "edges.csv"`.
    pub(super) fn edges(
        &mut self,
        id: ProjectionId,
        connect: &'a ast::Connect,
        path: &'a ast::Text,
        file: usize,
    ) -> Option<Rule> {
        let context = Context::new(file, Role::CONSTANT);
        self.no_probability(connect, "leave synapses out of the file instead");
        self.no_skip(connect);
        let copies = self.optional(connect.count.as_ref(), |c, n| c.fixed_copies(n, &context))?;
        let edges = self.loaded_edges(path, &context)?;
        let first = 1 + usize::from(edges.headed);
        let mut sides = [Vec::new(), Vec::new()];
        for (side, values, indices) in [
            (Side::Pre, &edges.sources, 0),
            (Side::Post, &edges.targets, 1),
        ] {
            for (k, value) in values.iter().enumerate() {
                let index = self.side_index(id, side, *value, path.span, Some(k + first))?;
                if let Some(list) = sides.get_mut(indices) {
                    list.push(index);
                }
            }
        }
        for (name, dimension, values) in edges.values {
            self.edge_values(id, path, (&name, dimension), values);
        }
        let [i, j] = sides;
        Some(Rule::Listed {
            i,
            j,
            copies: copies.unwrap_or(1),
        })
    }

    /// A column that gives nothing its values.
    fn idle_column(&mut self, id: ProjectionId, name: &str, why: &str, span: Span) {
        let projection = &self.model.projections[id];
        let kinds = projection.variables.iter();
        let kinds = kinds.map(|variable| &self.model.variables[*variable]);
        let mut names: Vec<String> = kinds
            .filter(|v| matches!(v.kind, VariableKind::Stored | VariableKind::State) && !v.shared)
            .map(|variable| variable.name.clone())
            .filter(|name| !["i", "j"].contains(&name.as_str()) && !name.contains("N_"))
            .collect();
        if !projection.pathways.is_empty() && !names.iter().any(|name| name == "delay") {
            names.push("delay".to_string());
        }
        let owner = projection.name.clone();
        let message = format!("the column `{name}` gives no value: {why}");
        let near = did_you_mean(name, names.iter().map(String::as_str));
        let mut diagnostic = Diagnostic::new(codes::UNUSED, span, message);
        diagnostic = match near {
            Some(near) => diagnostic.label(format!("is `{near}` meant?")),
            None => diagnostic.label("has this column"),
        };
        self.report(diagnostic.note(match names.is_empty() {
            true => format!("`{owner}` has nothing that a column could give values to"),
            false => format!(
                "a column is named as what it gives values to: {}; its unit may stand behind, as in `delay_ms`",
                names.join(", ")
            ),
        }));
    }

    /// A column of a list of synapses with values of a variable, or of the delay.
    fn edge_values(
        &mut self,
        id: ProjectionId,
        path: &ast::Text,
        (name, dimension): (&str, Dimension),
        values: Vec<f64>,
    ) {
        let variable = match self.variable_of(id, name) {
            Some(variable) => variable,
            None if name == "delay" && !self.model.projections[id].pathways.is_empty() => {
                match self.delay_of(id, "pre", path.span) {
                    Some(variable) => variable,
                    None => return,
                }
            }
            None => {
                let owner = &self.model.projections[id].name;
                let why = format!("`{owner}` has no `{name}`");
                self.idle_column(id, name, &why, path.span);
                return;
            }
        };
        let stored = self.model.variables[variable].clone();
        if !matches!(stored.kind, VariableKind::Stored | VariableKind::State)
            || stored.shared
            || self.is_index(variable)
        {
            let why = match (&stored.kind, stored.shared) {
                (VariableKind::Subexpression { .. }, _) => "an equation defines it",
                (_, true) => "it is shared by all synapses",
                (VariableKind::Remote { .. }, _) => "it belongs to neurons",
                _ => "it follows from which neurons are connected",
            };
            self.idle_column(id, name, why, path.span);
            return;
        }
        if stored.dimension != dimension {
            let is = crate::check::dims::is_a;
            self.report(
                Diagnostic::new(
                    codes::VALUE_UNIT,
                    path.span,
                    format!(
                        "`{name}` is {}, but its column is {}",
                        is(stored.dimension),
                        is(dimension)
                    ),
                )
                .label(format!("the column `{name}` of this file"))
                .also(stored.span, "declared here")
                .note("the unit stands behind the name of the column, as in `w_nS`"),
            );
            return;
        }
        if !self.model.projections[id].connect.is_empty() {
            self.report(
                Diagnostic::new(
                    codes::CONNECT,
                    path.span,
                    "a file with values must be the first `connect:` of its projection",
                )
                .label(format!("gives values of `{name}`")),
            );
            return;
        }
        self.model.projections[id].initial.push(Assignment {
            variable,
            selection: Selection::Range {
                start: 0,
                stop: values.len(),
                step: 1,
            },
            value: Value::Array(values),
            as_code: false,
            span: path.span,
        });
    }
}
