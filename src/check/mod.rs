//! From the syntax tree to the model: names, dimensions, types, and everything else that can be wrong with a model before it runs.
//!
//! [`check`] reads the files that a file uses, collects all names (declarations may stand in any order), then reads declarations in
//! the order of their dependencies: settings, constants, signals, variables of all populations, their equations and code, the
//! protocol, recordings, figures. Each expression is turned into a term by [`expr`], which gives its dimension and type as well.
//! Where something is wrong it is reported once and poison takes its place, which fits everywhere: so a run gives all independent
//! errors, and none that only follow from others.

mod aggregates;
mod array;
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
mod owners;
mod remote;
mod rules;
#[cfg(test)]
mod tests;
mod unit_errors;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::diagnostic::Sink;
use crate::library::{Library, is_declaration};
use crate::model::Model;
use crate::source::{FileId, SourceMap, Span, World};
use crate::syntax::ast;
use crate::syntax::parse_expression;
use build::constants::Setting;
use build::files::Loader;
use context::{Checker, Delays};
use options::CheckOptions;

/// Default step length, in seconds.
const DEFAULT_DT: f64 = 1e-4;

/// A file and those that it uses, directly or not.
#[derive(Debug)]
pub struct Files {
    /// The root first.
    units: Vec<globals::SourceUnit>,
}

impl Files {
    /// Reads what a file uses; `sources` gets the texts, so that spans can be shown.
    pub fn read(
        root: FileId,
        file: &ast::File,
        sources: &mut SourceMap,
        world: &dyn World,
        sink: &mut Sink,
    ) -> Files {
        let mut loader = Loader::new(sources, world, sink);
        loader.add(root, file.clone());
        Files {
            units: loader.units,
        }
    }
    /// The library with the dimensions, units, constants, functions and methods that the files declare, those that are used first;
    /// nothing where they declare none. Declarations hold in all files: a dimension means the same everywhere.
    pub fn library(
        &self,
        library: &Library,
        sources: &SourceMap,
        sink: &mut Sink,
    ) -> Option<Library> {
        let declaring = |unit: &globals::SourceUnit| unit.file.items.iter().any(is_declaration);
        if !self.units.iter().any(declaring) {
            return None;
        }
        let mut own = library.clone();
        let mut seen = vec![false; self.units.len()];
        self.declare(0, &mut seen, &mut |unit| {
            let text = &sources.file(unit.id).text;
            own.extend(&unit.file, text, sink);
        });
        Some(own)
    }
    /// Goes through the files, each after those that it uses.
    fn declare(
        &self,
        position: usize,
        seen: &mut [bool],
        each: &mut dyn FnMut(&globals::SourceUnit),
    ) {
        let Some(unit) = self.units.get(position) else {
            return;
        };
        match seen.get_mut(position) {
            Some(seen) if !*seen => *seen = true,
            _ => return,
        }
        for used in &unit.uses {
            self.declare(*used, seen, each);
        }
        each(unit);
    }
}

/// Makes the model of a file with [`check_files`], after reading what it uses.
pub fn check(
    root: FileId,
    file: &ast::File,
    sources: &mut SourceMap,
    library: &Library,
    world: &dyn World,
    options: &CheckOptions,
    sink: &mut Sink,
) -> Option<Model> {
    let files = Files::read(root, file, sources, world, sink);
    let extended = files.library(library, sources, sink);
    let library = extended.as_ref().unwrap_or(library);
    check_files(&files, sources, library, world, options, sink)
}

/// Makes the model of files; the library has their declarations.
///
/// `sources` gets the texts of `--set` values, so that spans can be shown. Nothing is returned where an error was reported, by this
/// stage or before it.
pub fn check_files(
    files: &Files,
    sources: &mut SourceMap,
    library: &Library,
    world: &dyn World,
    options: &CheckOptions,
    sink: &mut Sink,
) -> Option<Model> {
    let units = &files.units;
    let settings = read_settings(options, sources, sink);
    let mut checker = Checker {
        library,
        sources,
        units,
        world,
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
        broken: broken(units),
        used: BTreeSet::new(),
        used_constants: BTreeSet::new(),
        constant_reads: BTreeMap::new(),
        declaring: true,
        missed: BTreeSet::new(),
        unsized_groups: BTreeSet::new(),
        instantiated: BTreeSet::new(),
        called: HashSet::new(),
        exponents: Vec::new(),
        streams: 0,
        extents: Vec::new(),
        overgrown: false,
        depth: 0,
        inlined: 0,
        equation: None,
        protocol: array::Protocol::default(),
        delays: Delays::default(),
    };
    let collected = checker.collect();
    let populations = collected
        .populations
        .iter()
        .map(|(_, population)| population.name.name.as_str());
    let synapses = collected.projections.iter();
    let synapses = synapses.map(|(_, written)| written.name.name.as_str());
    let populations: Vec<&str> = populations.chain(synapses).collect();
    let overrides = checker.overrides(&collected.sets, &settings, &populations);
    checker.settings(&collected.settings, &settings);
    checker.evaluate_constants();
    checker.signals(&collected);
    checker.populations(&collected, &overrides);
    checker.poisson_inputs();
    checker.check_aggregates();
    checker.records();
    let at_start = checker.values.clone();
    checker.declaring = false;
    checker.protocol(&collected.changes);
    checker.values = at_start;
    checker.figures();
    checker.film_lengths();
    checker.unused_definitions();
    rules::after(&mut checker);
    let model = checker.model;
    (!sink.has_errors()).then_some(model)
}

/// Places of text that could not be read.
fn broken(units: &[globals::SourceUnit]) -> Vec<Span> {
    let mut found = Vec::new();
    let mut open: Vec<&ast::Item> = units.iter().flat_map(|unit| &unit.file.items).collect();
    while let Some(item) = open.pop() {
        open.extend(item.kind.bodies().into_iter().flatten());
        let members: &[ast::Member] = match &item.kind {
            ast::ItemKind::Error => {
                found.push(item.span);
                &[]
            }
            ast::ItemKind::Definition(definition) => &definition.members,
            ast::ItemKind::Population(population) => &population.members,
            ast::ItemKind::Projection(projection) => &projection.members,
            ast::ItemKind::PoissonInput(input) => &input.members,
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
