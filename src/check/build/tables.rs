//! `load("values.csv")`: tables of numbers from files, and spikes from files.
//!
//! A column of a text file whose name ends in a unit, as in `v_mV` or `t_ms`, has that unit: so what snnc has recorded can be read back.

use super::arrays::List;
use crate::check::context::{Checker, Context};
use crate::check::dims::Dim;
use crate::diagnostic::{Diagnostic, codes};
use crate::library::suggest::did_you_mean;
use crate::source::Span;
use crate::syntax::ast::{Argument, Expr, ExprKind, Text};
use crate::table::{self, Table};
use crate::units::dimension::Dimension;
use crate::units::quantity::Quantity;

/// Names of a column with the index of a neuron.
const INDEX: &[&str] = &["neuron", "i", "index", "id"];
/// Names of a column with times.
const TIME: &[&str] = &["t", "time", "times", "spike_time"];

/// Names of a column with sources of synapses.
const SOURCE: &[&str] = &["i", "source", "pre", "from"];
/// Names of a column with targets of synapses.
const TARGET: &[&str] = &["j", "target", "post", "to"];

/// Synapses as listed in a file.
#[derive(Clone, PartialEq, Debug)]
pub struct Edges {
    /// Indices of sources, still to be checked.
    pub sources: Vec<f64>,
    /// Indices of targets.
    pub targets: Vec<f64>,
    /// Other columns: name, dimension, values in SI units.
    pub values: Vec<(String, Dimension, Vec<f64>)>,
    /// True where the first line names the columns.
    pub headed: bool,
}

/// The head of a column, taken apart.
#[derive(Clone, PartialEq, Debug)]
struct Head<'h> {
    /// The whole head.
    text: &'h str,
    /// Without unit and element: `v` of `v_mV[3]`.
    name: &'h str,
    /// The unit behind the name.
    unit: Option<Quantity>,
}

impl Checker<'_> {
    /// True for `load(…)`.
    pub fn is_load(expr: &Expr) -> bool {
        match &expr.ungrouped().kind {
            ExprKind::Call { function, .. } => function.as_name() == Some("load"),
            _ => false,
        }
    }

    /// The values of `load("file")` or `load("file", "column")`.
    pub fn loaded(
        &mut self,
        arguments: &[Argument],
        span: Span,
        context: &Context,
    ) -> Option<List> {
        let (path, column) = self.load_arguments(arguments, span)?;
        let table = self.load(path, context)?;
        let header = table.header.clone().unwrap_or_default();
        let heads = self.heads(&header);
        let chosen: Vec<usize> = match column {
            Some(column) => self.columns_named(&heads, column, path)?,
            None => (0..table.columns()).collect(),
        };
        let units = chosen
            .iter()
            .map(|k| heads.get(*k).and_then(|head| head.unit));
        let mut units: Vec<Option<Quantity>> = units.collect();
        units.dedup();
        let unit = match units.as_slice() {
            [unit] => *unit,
            _ => {
                let names: Vec<&str> = heads.iter().map(|head| head.text).collect();
                self.report(
                    Diagnostic::new(
                        codes::FILE_NOT_READ,
                        span,
                        format!("the columns of `{}` have different units", path.value),
                    )
                    .label("which column is meant?")
                    .note(format!("its columns are {}", names.join(", ")))
                    .note(format!(
                        "name one: `load(\"{}\", \"{}\")`",
                        path.value,
                        names.last().unwrap_or(&"")
                    )),
                );
                return None;
            }
        };
        let mut values = match table.shape.len() {
            2 => table.select(&chosen),
            _ => table.values,
        };
        if let Some(unit) = unit {
            values.iter_mut().for_each(|value| *value *= unit.value);
        }
        let one = chosen.len() == 1;
        Some(List {
            values,
            columns: (!one).then_some(chosen.len()),
            dim: unit.map_or(Dim::NONE, |unit| Dim::Known(unit.dimension)),
            whole: table.whole && unit.is_none(),
        })
    }

    /// Spikes of a file, as (time in seconds, neuron), where the neuron is still to be checked.
    pub fn loaded_spikes(&mut self, expr: &Expr, context: &Context) -> Option<Vec<(f64, f64)>> {
        let ExprKind::Call { arguments, .. } = &expr.ungrouped().kind else {
            return None;
        };
        let (path, column) = self.load_arguments(arguments, expr.span)?;
        let table = self.load(path, context)?;
        let header = table.header.clone().unwrap_or_default();
        let heads = self.heads(&header);
        let find = |names: &[&str]| heads.iter().position(|head| names.contains(&head.name));
        let time = find(TIME);
        let unit = time.and_then(|k| heads.get(k)).and_then(|head| head.unit);
        let (Some(index), Some(time), Some(unit), None) = (find(INDEX), time, unit, column) else {
            let found = if heads.is_empty() {
                "no line with names of columns".to_string()
            } else {
                format!("the columns {}", header.join(", "))
            };
            self.report(
                Diagnostic::new(
                    codes::FILE_NOT_READ,
                    expr.span,
                    format!("`{}` is no list of spikes", path.value),
                )
                .label(format!("it has {found}"))
                .note("a list of spikes is text with a column `neuron` and a column `t_ms` (or `t_s`), one spike per line")
                .note("for two lists in files of their own write `indices: load(\"i.npy\")` and `times: load(\"t.npy\") ms`"),
            );
            return None;
        };
        if unit.dimension != Dimension::TIME {
            let head = heads.get(time).map_or("", |head| head.text);
            self.report(
                Diagnostic::new(
                    codes::FILE_NOT_READ,
                    expr.span,
                    format!("the column `{head}` of `{}` is not a time", path.value),
                )
                .label(crate::check::dims::is_a(unit.dimension)),
            );
            return None;
        }
        let pairs = table.select(&[time, index]);
        let pairs = pairs.chunks_exact(2).filter_map(|pair| match pair {
            [time, index] => Some((time * unit.value, *index)),
            _ => None,
        });
        Some(pairs.collect())
    }

    /// The edges of a file: columns with the indices of both sides, and all other columns that have a name.
    pub fn loaded_edges(&mut self, path: &Text, context: &Context) -> Option<Edges> {
        let table = self.load(path, context)?;
        let header = table.header.clone().unwrap_or_default();
        let heads = self.heads(&header);
        let find = |names: &[&str]| heads.iter().position(|head| names.contains(&head.name));
        let sides = match (find(SOURCE), find(TARGET)) {
            (Some(source), Some(target)) => Some((source, target)),
            _ if header.is_empty() && table.columns() == 2 => Some((0, 1)),
            _ => None,
        };
        let Some((source, target)) = sides.filter(|_| table.shape.len() == 2) else {
            let found = match header.is_empty() {
                true => format!("{} columns without names", table.columns()),
                false => format!("the columns {}", header.join(", ")),
            };
            self.report(
                Diagnostic::new(
                    codes::FILE_NOT_READ,
                    path.span,
                    format!("`{}` is no list of synapses", path.value),
                )
                .label(format!("it has {found}"))
                .note("a list of synapses is a table with a column `i` for the sources and a column `j` for the targets, one synapse per line; further columns, such as `w_nS`, give values"),
            );
            return None;
        };
        let others = heads.iter().enumerate();
        let others = others.filter(|(k, _)| *k != source && *k != target);
        let values = others.map(|(k, head)| {
            let scale = head.unit.map_or(1.0, |unit| unit.value);
            let scaled = table.select(&[k]).into_iter().map(|value| value * scale);
            let dimension = head.unit.map_or(Dimension::NONE, |unit| unit.dimension);
            (head.name.to_string(), dimension, scaled.collect())
        });
        Some(Edges {
            values: values.collect(),
            sources: table.select(&[source]),
            targets: table.select(&[target]),
            headed: !header.is_empty(),
        })
    }

    fn load_arguments<'e>(
        &mut self,
        arguments: &'e [Argument],
        span: Span,
    ) -> Option<(&'e Text, Option<&'e Text>)> {
        let texts: Vec<Option<&Text>> = arguments
            .iter()
            .map(|argument| match &argument.value.ungrouped().kind {
                ExprKind::Text(text) if argument.name.is_none() => Some(text),
                _ => None,
            })
            .collect();
        match texts.as_slice() {
            [Some(path)] => Some((path, None)),
            [Some(path), Some(column)] => Some((path, Some(column))),
            _ => {
                self.report(
                    Diagnostic::new(codes::ARGUMENTS, span, "`load` needs the name of a file")
                        .label(
                            "write `load(\"values.csv\")`, or `load(\"values.csv\", \"column\")`",
                        ),
                );
                None
            }
        }
    }

    fn load(&mut self, path: &Text, context: &Context) -> Option<Table> {
        let from = self
            .units
            .get(context.file)
            .map_or("", |unit| unit.name.as_str());
        let table = self
            .world
            .read(from, &path.value)
            .and_then(|bytes| table::read(&path.value, &bytes));
        match table {
            Ok(table) => Some(table),
            Err(reason) => {
                self.report(
                    Diagnostic::new(
                        codes::FILE_NOT_READ,
                        path.span,
                        format!("`{}` cannot be read", path.value),
                    )
                    .label(reason),
                );
                None
            }
        }
    }

    fn heads<'h>(&self, header: &'h [String]) -> Vec<Head<'h>> {
        header.iter().map(|text| self.head(text)).collect()
    }

    fn head<'h>(&self, text: &'h str) -> Head<'h> {
        let plain = match text.split_once('[') {
            Some((plain, element)) if element.trim_end_matches(']').parse::<u64>().is_ok() => plain,
            _ => text,
        };
        let in_brackets = |open: char, close: char| {
            let (name, unit) = plain.split_once(open)?;
            Some((name.trim(), unit.strip_suffix(close)?.trim()))
        };
        let parts = in_brackets('(', ')')
            .or_else(|| in_brackets('[', ']'))
            .or_else(|| plain.rsplit_once('_'));
        let known = parts.and_then(|(name, unit)| {
            let unit = self.library.unit_after_value(unit)?;
            Some((name, Quantity::new(unit.scale, unit.dimension)))
        });
        match known {
            Some((name, unit)) => Head {
                text,
                name,
                unit: Some(unit),
            },
            None => Head {
                text,
                name: plain,
                unit: None,
            },
        }
    }

    /// The columns with a name: a whole head, or all with this name before their unit.
    fn columns_named(
        &mut self,
        heads: &[Head<'_>],
        wanted: &Text,
        path: &Text,
    ) -> Option<Vec<usize>> {
        let matching = |test: &dyn Fn(&Head) -> bool| -> Vec<usize> {
            (0..)
                .zip(heads)
                .filter(|(_, head)| test(head))
                .map(|(k, _)| k)
                .collect()
        };
        let whole = matching(&|head| head.text == wanted.value);
        let found = if whole.is_empty() {
            matching(&|head| head.name == wanted.value)
        } else {
            whole
        };
        if !found.is_empty() {
            return Some(found);
        }
        let names: Vec<&str> = heads.iter().map(|head| head.text).collect();
        let plain = heads.iter().map(|head| head.name);
        let near =
            did_you_mean(&wanted.value, names.iter().copied().chain(plain)).map(str::to_string);
        let mut diagnostic = Diagnostic::new(
            codes::FILE_NOT_READ,
            wanted.span,
            format!("`{}` has no column `{}`", path.value, wanted.value),
        );
        diagnostic = match near {
            Some(near) => diagnostic.label(format!("did you mean `{near}`?")),
            None if names.is_empty() => diagnostic.label("its first line does not name columns"),
            None => diagnostic
                .label("not there")
                .note(format!("its columns are {}", names.join(", "))),
        };
        self.report(diagnostic);
        None
    }
}
