//! Collects the names at top level, so that declarations may stand in any order.

use crate::check::context::{Checker, OwnerInfo};
use crate::check::dims::Dim;
use crate::check::globals::{ConstantEntry, Global, Progress};
use crate::diagnostic::{Diagnostic, codes};
use crate::model::protocol::Slice;
use crate::model::term::Type;
use crate::model::{Constant, Group, GroupId, GroupKind, ProjectionId, Signal};
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind, Ident, Item, ItemKind, PopulationKind};
use crate::units::dimension::Dimension;
use crate::units::quantity::Quantity;

/// Declarations of the root file that are read later, in file order.
#[derive(Default)]
pub struct Collected<'a> {
    /// `signal …`, with the file it stands in.
    pub signals: Vec<(usize, &'a ast::Signal, crate::model::SignalId)>,
    /// `neurons …`, `poisson …`, `spikes …`.
    pub populations: Vec<(GroupId, &'a ast::Population)>,
    /// `synapses …`.
    pub projections: Vec<(ProjectionId, &'a ast::Projection)>,
    /// `exc = cells[0:3200]`.
    pub subgroups: Vec<&'a ast::Constant>,
    /// `dt = …`, `seed = …`.
    pub settings: Vec<&'a ast::Constant>,
    /// `use NAME` of parameter sets.
    pub sets: Vec<&'a Ident>,
    /// Places of constants that are given another value between runs.
    pub changes: Vec<Span>,
}

/// Names of settings.
pub const SETTINGS: &[&str] = &["dt", "seed"];

impl<'a> Checker<'a> {
    /// Collects names of all files.
    pub fn collect(&mut self) -> Collected<'a> {
        let mut collected = Collected::default();
        for file in 0..self.units.len() {
            self.globals.push(Default::default());
            self.collect_file(file, &mut collected);
        }
        collected
    }

    fn collect_file(&mut self, file: usize, collected: &mut Collected<'a>) {
        let units = self.units;
        let Some(unit) = units.get(file) else { return };
        let root = file == 0;
        let populations: Vec<&str> = unit
            .file
            .items
            .iter()
            .filter_map(|item| match &item.kind {
                ItemKind::Population(population) => Some(population.name.name.as_str()),
                _ => None,
            })
            .collect();
        let mut has_run = false;
        let mut given = std::collections::BTreeSet::new();
        for item in &unit.file.items {
            match &item.kind {
                ItemKind::Constant(constant) => {
                    let name = constant.name.name.as_str();
                    if root && SETTINGS.contains(&name) {
                        collected.settings.push(constant);
                    } else if let Some(base) = subgroup_base(&constant.value)
                        .filter(|base| populations.contains(base) || self.is_subgroup(file, base))
                    {
                        let _ = base;
                        if root {
                            self.collect_subgroup(constant, collected);
                        }
                    } else if root
                        && (has_run && self.is_constant(file, name) || given.contains(name))
                    {
                        collected.changes.push(constant.name.span);
                    } else if !SETTINGS.contains(&name) {
                        self.collect_constant(file, constant, item);
                    }
                }
                ItemKind::Function(function) if self.fresh(file, &function.name) => {
                    self.declare(file, &function.name, Global::Function(function, file));
                }
                ItemKind::Signal(signal) => self.collect_signal(file, signal, collected),
                ItemKind::Definition(definition) => {
                    let names = &mut self.globals[file].definitions;
                    let name = definition.name.name.as_str();
                    if let Some(first) = names.insert(name, definition) {
                        names.insert(name, first);
                        let first = first.name.span;
                        self.twice(&definition.name, first, "model");
                    }
                }
                ItemKind::Parameters(set) => {
                    let names = &mut self.globals[file].parameter_sets;
                    let name = set.name.name.as_str();
                    if let Some(first) = names.insert(name, set) {
                        names.insert(name, first);
                        let first = first.name.span;
                        self.twice(&set.name, first, "parameter set");
                    }
                }
                ItemKind::Population(population) if root => {
                    self.collect_population(population, item, collected);
                }
                ItemKind::Projection(projection) if root => {
                    self.collect_projection(projection, item, &mut collected.projections);
                }
                ItemKind::PoissonInput(input) if root && self.fresh(file, &input.name) => {
                    self.declare(file, &input.name, Global::Faulty);
                }
                ItemKind::Use(used) if root => {
                    if let ast::UseTarget::Name(name) = &used.target
                        && self.parameter_set_exists(&name.name)
                    {
                        collected.sets.push(name);
                    }
                }
                ItemKind::Run(_) | ItemKind::For(_) | ItemKind::Repeat(_) | ItemKind::While(_) => {
                    has_run = true;
                }
                // A name that has a value of the protocol already is given another.
                ItemKind::Let(value) => {
                    given.insert(value.name.name.as_str());
                }
                _ => {}
            }
        }
    }

    fn parameter_set_exists(&self, name: &str) -> bool {
        self.units.iter().any(|unit| {
            unit.file.items.iter().any(
                |item| matches!(&item.kind, ItemKind::Parameters(set) if set.name.name == name),
            )
        })
    }

    fn is_constant(&self, file: usize, name: &str) -> bool {
        matches!(self.global(file, name), Some((Global::Constant(_), _)))
    }
    fn is_subgroup(&self, file: usize, name: &str) -> bool {
        matches!(self.global(file, name), Some((Global::Subgroup(_), _)))
    }

    /// Puts a name into the scope of a file.
    pub fn declare(&mut self, file: usize, name: &'a Ident, global: Global<'a>) {
        if let Some(names) = self.globals.get_mut(file) {
            names.values.insert(name.name.as_str(), (global, name.span));
        }
    }

    /// Reports a second declaration.
    pub fn twice(&mut self, name: &Ident, first: Span, what: &str) {
        self.report(
            Diagnostic::new(
                codes::TWICE,
                name.span,
                format!("the {what} `{}` is declared twice", name.name),
            )
            .label("declared again here")
            .also(first, "first declared here"),
        );
    }

    /// True where a name may be declared at top level; otherwise that is reported.
    pub fn fresh(&mut self, file: usize, name: &Ident) -> bool {
        if name.name.is_empty() {
            return false;
        }
        if name.name != "N"
            && let Some(what) = self.reserved(&name.name)
        {
            self.reserved_name(name, &what);
            // What refers to it is not reported as well.
            self.misses(None, &name.name);
            return false;
        }
        let first = self
            .globals
            .get(file)
            .and_then(|names| names.values.get(name.name.as_str()));
        if let Some((_, first)) = first {
            let first = *first;
            self.twice(name, first, "name");
            return false;
        }
        true
    }

    /// Reports a name that is taken by the language.
    pub fn reserved_name(&mut self, name: &Ident, what: &str) {
        let other = format!("{}_", name.name);
        self.report(
            Diagnostic::new(
                codes::RESERVED,
                name.span,
                format!("`{}` cannot be a new name: it is {what}", name.name),
            )
            .label(format!("means {what}"))
            .note("names of the language mean the same in every expression, so nothing else can be called so")
            .fix(format!("call it `{other}`"), name.span, other, false),
        );
    }

    fn collect_constant(&mut self, file: usize, constant: &'a ast::Constant, item: &'a Item) {
        let fresh = self.fresh(file, &constant.name);
        if !fresh {
            return;
        }
        let id = self.model.constants.push(Constant {
            name: constant.name.name.clone(),
            value: Quantity::number(0.0),
            ty: Type::Float,
            range: None,
            span: constant.name.span,
            doc: item.doc.as_ref().map(|doc| doc.text.clone()),
        });
        self.values.push(0.0);
        self.constants.push(ConstantEntry {
            item: constant,
            file,
            replaced: None,
            progress: Progress::Open,
            dim: Dim::Poison,
        });
        self.declare(file, &constant.name, Global::Constant(id));
    }

    fn collect_subgroup(&mut self, constant: &'a ast::Constant, collected: &mut Collected<'a>) {
        if self.fresh(0, &constant.name) {
            let unknown = Slice {
                group: GroupId(0),
                first: 0,
                last: 0,
            };
            self.declare(0, &constant.name, Global::Subgroup(unknown));
            collected.subgroups.push(constant);
        }
    }

    fn collect_signal(
        &mut self,
        file: usize,
        signal: &'a ast::Signal,
        collected: &mut Collected<'a>,
    ) {
        if self.fresh(file, &signal.name) {
            let id = self.model.signals.push(Signal {
                name: signal.name.name.clone(),
                values: vec![0.0],
                columns: 1,
                indexed: signal.parameters.len() > 1,
                dt: 1.0,
                dimension: Dimension::NONE,
                span: signal.name.span,
            });
            self.declare(file, &signal.name, Global::Signal(id));
            collected.signals.push((file, signal, id));
        }
    }

    fn collect_population(
        &mut self,
        population: &'a ast::Population,
        item: &'a Item,
        collected: &mut Collected<'a>,
    ) {
        if !self.fresh(0, &population.name) {
            return;
        }
        let kind = match population.kind {
            PopulationKind::Neurons => GroupKind::Neurons,
            PopulationKind::Poisson => GroupKind::Poisson {
                rates: self.model.terms.number(0.0),
            },
            PopulationKind::Spikes => GroupKind::Generator {
                times: Vec::new(),
                indices: Vec::new(),
                period: None,
            },
        };
        let id = self.model.groups.push(Group {
            doc: item.doc.as_ref().map(|doc| doc.text.clone()),
            ..Group::new(&population.name.name, 1, kind, population.name.span)
        });
        self.groups.push(OwnerInfo::default());
        self.declare(0, &population.name, Global::Population(id));
        collected.populations.push((id, population));
    }
}

/// `cells` of `cells[0:3200]`.
fn subgroup_base(value: &ast::Expr) -> Option<&str> {
    match &value.ungrouped().kind {
        ExprKind::Index { base, .. } => base.as_name(),
        _ => None,
    }
}
