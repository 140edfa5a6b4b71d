//! From the syntax tree to the model: names, dimensions, types, and everything else that can be wrong with a model before it runs.
//!
//! [`check`] reads the files that a file uses, collects all names (declarations may stand in any order), then reads declarations in
//! the order of their dependencies: settings, constants, signals, variables of all populations, their equations and code, the
//! protocol, recordings, figures. Each expression is turned into a term by [`expr`], which gives its dimension and type as well.
//! Where something is wrong it is reported once and poison takes its place, which fits everywhere: so a run gives all independent
//! errors, and none that only follow from others.

mod aggregates;
mod build;
mod call;
mod context;
mod dims;
mod evaluate;
mod expr;
mod globals;
mod names;
mod operators;
pub mod options;
mod rules;
#[cfg(test)]
mod tests;
mod unit_errors;

use std::collections::{BTreeSet, HashSet};

use crate::diagnostic::Sink;
use crate::library::Library;
use crate::model::Model;
use crate::source::{FileId, SourceMap, Span, World};
use crate::syntax::ast;
use crate::syntax::parse_expression;
use build::constants::Setting;
use build::files::Loader;
use context::Checker;
use options::CheckOptions;

/// Default step length, in seconds.
const DEFAULT_DT: f64 = 1e-4;

/// Makes the model of a file.
///
/// `sources` gets the texts of files that are used and of `--set` values, so that spans can be shown. Nothing is returned where an
/// error was reported, by this stage or before it.
pub fn check(
    root: FileId,
    file: &ast::File,
    sources: &mut SourceMap,
    library: &Library,
    world: &dyn World,
    options: &CheckOptions,
    sink: &mut Sink,
) -> Option<Model> {
    let mut loader = Loader::new(sources, world, sink);
    loader.add(root, file.clone());
    let units = loader.units;
    let settings = read_settings(options, sources, sink);
    let mut checker = Checker {
        library,
        sources,
        units: &units,
        options,
        sink,
        model: Model {
            dt: DEFAULT_DT,
            ..Model::default()
        },
        globals: Vec::new(),
        constants: Vec::new(),
        values: Vec::new(),
        groups: Vec::new(),
        projections: Vec::new(),
        noisy: BTreeSet::new(),
        faulty: BTreeSet::new(),
        broken: broken(&units),
        used: BTreeSet::new(),
        used_constants: BTreeSet::new(),
        unsized_groups: BTreeSet::new(),
        instantiated: BTreeSet::new(),
        called: HashSet::new(),
        streams: 0,
        extents: Vec::new(),
        overgrown: false,
        depth: 0,
        inlined: 0,
        equation: None,
    };
    let collected = checker.collect();
    let populations: Vec<&str> = collected
        .populations
        .iter()
        .map(|(_, population)| population.name.name.as_str())
        .collect();
    let overrides = checker.overrides(&collected.sets, &settings, &populations);
    checker.settings(&collected.settings, &settings);
    checker.evaluate_constants();
    checker.signals(&collected);
    checker.populations(&collected, &overrides);
    checker.poisson_inputs();
    checker.check_aggregates();
    let at_start = checker.values.clone();
    checker.protocol(&collected.changes);
    checker.values = at_start;
    checker.records();
    checker.figures();
    rules::after(&mut checker);
    checker.unused_definitions();
    let model = checker.model;
    (!sink.has_errors()).then_some(model)
}

/// Places of text that could not be read.
fn broken(units: &[globals::SourceUnit]) -> Vec<Span> {
    let mut found = Vec::new();
    for item in units.iter().flat_map(|unit| &unit.file.items) {
        let members: &[ast::Member] = match &item.kind {
            ast::ItemKind::Error => {
                found.push(item.span);
                &[]
            }
            ast::ItemKind::Definition(definition) => &definition.members,
            ast::ItemKind::Population(population) => &population.members,
            _ => &[],
        };
        let errors = members
            .iter()
            .filter(|member| matches!(member.kind, ast::MemberKind::Error));
        found.extend(errors.map(|member| member.span));
    }
    found
}

/// Reads the values of `--set`.
fn read_settings(options: &CheckOptions, sources: &mut SourceMap, sink: &mut Sink) -> Vec<Setting> {
    let mut settings = Vec::new();
    for (name, text) in &options.set {
        let id = sources.add(format!("--set {name}={text}"), text.clone());
        let value = parse_expression(id, text, sink);
        settings.push(Setting {
            name: name.clone(),
            value,
        });
    }
    settings
}
