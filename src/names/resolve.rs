//! Occurrences: goes through a file and says what each name means.

use super::expressions::{Resolver, Scope};
use super::{Access, LibraryKind, Names, SymbolId};
use crate::library::Library;
use crate::library::models::MODELS;
use crate::syntax::ast::{Expr, File, Ident, Item, ItemKind, UseTarget};

/// Adds the occurrences in a file.
pub(super) fn resolve(names: &mut Names, position: usize, file: &File, library: &Library) {
    let mut resolver = Resolver {
        names,
        library,
        file: position,
        place: "the protocol".into(),
    };
    let scope = Scope::default();
    for item in &file.items {
        resolver.item(item, &scope);
    }
}

impl Resolver<'_> {
    fn item(&mut self, item: &Item, scope: &Scope) {
        self.place = item_place(&item.kind).into();
        match &item.kind {
            ItemKind::Constant(constant) => {
                self.place = format!("`{}`", constant.name.name).into();
                self.written_again(&constant.name);
                self.expr(&constant.value, scope);
                for end in constant.range.iter().flat_map(|r| [&r.start, &r.stop]) {
                    self.expr(end, scope);
                }
            }
            ItemKind::Function(function) => {
                self.place = format!("the function `{}`", function.name.name).into();
                let own = self.global(&function.name.name);
                self.expr(
                    &function.body,
                    &Scope {
                        own,
                        ..Scope::default()
                    },
                );
            }
            ItemKind::Signal(signal) => {
                self.place = format!("the signal `{}`", signal.name.name).into();
                self.expr(&signal.values, scope);
                self.all(signal.every.iter(), scope);
            }
            ItemKind::Use(used) => {
                if let UseTarget::Name(name) = &used.target {
                    let set = self.names.lookup(&self.names.sets, self.file, &name.name);
                    match set {
                        Some(set) => self.used(name.span, set, Access::Read),
                        None if MODELS.iter().any(|model| model.name == name.name) => {
                            self.of_library(name.span, &name.name, LibraryKind::Model);
                        }
                        None => {}
                    }
                }
            }
            ItemKind::Definition(definition) => {
                let models = &self.names.models;
                let own = self.names.lookup(models, self.file, &definition.name.name);
                let ends = own.map_or([None, None], |own| self.ends_of_model(own));
                self.members(&definition.members, &definition.name.name, own, ends);
            }
            ItemKind::Population(population) => {
                self.all(population.size.iter(), scope);
                self.model(population.model.as_ref());
                let own = self.global(&population.name.name);
                self.members(&population.members, &population.name.name, own, [None; 2]);
            }
            ItemKind::Projection(projection) => {
                self.expr(&projection.source, scope);
                self.expr(&projection.target, scope);
                self.model(projection.model.as_ref());
                let own = self.global(&projection.name.name);
                let ends = own.map_or([None; 2], |own| self.names.ends(own));
                self.members(&projection.members, &projection.name.name, own, ends);
            }
            ItemKind::PoissonInput(input) => {
                self.expr(&input.target, scope);
                let own = self.global(&input.name.name);
                let ends = own.map_or([None; 2], |own| self.names.ends(own));
                self.members(&input.members, &input.name.name, own, ends);
            }
            ItemKind::Parameters(set) => {
                self.place = format!("the parameter set `{}`", set.name.name).into();
                for statement in &set.values {
                    self.assigned(&statement.target, statement.operator, scope);
                    self.expr(&statement.value, scope);
                }
            }
            ItemKind::Record(record) => {
                let own = record.of.as_ref().and_then(|of| self.population(of));
                let inner = Scope {
                    own,
                    ..scope.clone()
                };
                self.all(record.of.iter(), scope);
                for what in &record.what {
                    match (what.as_name(), own) {
                        (Some(name), Some(own)) => self.recorded(name, what.span, own, &inner),
                        _ => self.expr(what, &inner),
                    }
                }
                for name in &record.with {
                    self.name(&name.name, name.span, Access::Read, &inner);
                }
                self.all(record.every.iter(), scope);
                self.arguments(&record.options, scope);
            }
            ItemKind::Plot(plot) => {
                let mut first = None;
                for series in &plot.series {
                    first = first.or_else(|| self.first_population(&series.value));
                    self.expr(&series.value, scope);
                    self.all(series.against.iter(), scope);
                }
                let own = scope.own.or(first);
                let inner = Scope {
                    own,
                    ..scope.clone()
                };
                self.arguments(&plot.options, &inner);
            }
            ItemKind::Figure(figure) => {
                self.arguments(&figure.options, scope);
                self.body(&figure.body, scope);
            }
            ItemKind::Mark(mark) => {
                self.expr(&mark.value, scope);
                self.arguments(&mark.options, scope);
            }
            ItemKind::Run(run) => {
                self.expr(&run.duration, scope);
                self.all(run.until.iter(), scope);
                self.arguments(&run.options, scope);
            }
            ItemKind::Assignment(assignment) => {
                self.assigned(&assignment.place, assignment.operator, scope);
                let own = self.population(&assignment.place);
                self.expr(
                    &assignment.value,
                    &Scope {
                        own: own.or(scope.own),
                        ..scope.clone()
                    },
                );
            }
            ItemKind::Let(value) => {
                self.place = format!("`{}`", value.name.name).into();
                self.written_again(&value.name);
                self.expr(&value.value, scope);
            }
            ItemKind::Sweep(sweep) => {
                for (name, values) in &sweep.variables {
                    self.written_again(name);
                    self.expr(values, scope);
                }
                self.body(&sweep.body, scope);
            }
            ItemKind::Collect(collect) => {
                self.place = format!("`{}`", collect.name.name).into();
                self.written_again(&collect.name);
                self.expr(&collect.value, scope);
            }
            ItemKind::For(looped) => {
                self.written_again(&looped.variable);
                self.expr(&looped.values, scope);
                self.body(&looped.body, scope);
            }
            ItemKind::Repeat(repeat) => {
                self.expr(&repeat.count, scope);
                self.body(&repeat.body, scope);
            }
            ItemKind::While(looped) => {
                self.expr(&looped.condition, scope);
                self.body(&looped.body, scope);
            }
            ItemKind::If(branching) => {
                for (condition, body) in &branching.branches {
                    self.expr(condition, scope);
                    self.body(body, scope);
                }
                self.body(branching.otherwise.as_deref().unwrap_or_default(), scope);
            }
            ItemKind::Save(name) | ItemKind::Restore(name) => {
                if let Some(saved) = self.global(&format!("save {}", name.name)) {
                    let declares = self
                        .names
                        .symbols
                        .get(saved)
                        .is_some_and(|symbol| symbol.span == name.span);
                    if !declares {
                        self.used(name.span, saved, Access::Read);
                    }
                }
            }
            ItemKind::Every(every) => {
                self.expr(&every.interval, scope);
                self.body(&every.body, scope);
            }
            ItemKind::Expect(expect) => {
                self.expr(&expect.value, scope);
                for end in expect.range.iter().flat_map(|r| [&r.start, &r.stop]) {
                    self.expr(end, scope);
                }
            }
            ItemKind::Expression(expr) => self.expr(expr, scope),
            _ => {}
        }
    }

    fn body(&mut self, items: &[Item], scope: &Scope) {
        let place = self.place.clone();
        for item in items {
            self.item(item, scope);
        }
        self.place = place;
    }

    pub(super) fn all<'a>(&mut self, exprs: impl Iterator<Item = &'a Expr>, scope: &Scope) {
        for expr in exprs {
            self.expr(expr, scope);
        }
    }

    /// A name at top level that was declared before: another value for it.
    fn written_again(&mut self, name: &Ident) {
        if let Some(id) = self.global(&name.name)
            && self
                .names
                .symbols
                .get(id)
                .is_some_and(|symbol| symbol.span != name.span)
        {
            self.used(name.span, id, Access::Write);
        }
    }

    fn model(&mut self, model: Option<&Ident>) {
        if let Some(model) = model
            && let Some(id) = self
                .names
                .lookup(&self.names.models, self.file, &model.name)
        {
            self.used(model.span, id, Access::Read);
        }
    }

    /// Source and target of the first synapses made of a model.
    fn ends_of_model(&self, model: SymbolId) -> [Option<SymbolId>; 2] {
        let made = |members: &&super::Members| {
            members.model == Some(model) && members.ends.iter().any(Option::is_some)
        };
        let found = self.names.members.values().find(made);
        found.map_or([None, None], |members| members.ends)
    }
}

fn item_place(kind: &ItemKind) -> &'static str {
    match kind {
        ItemKind::Record(_) => "a recording",
        ItemKind::Plot(_) | ItemKind::Mark(_) | ItemKind::Figure(_) => "a figure",
        ItemKind::Expect(_) => "an expectation",
        ItemKind::Sweep(_) => "a sweep",
        ItemKind::Population(_) => "the size of a population",
        ItemKind::Projection(_) | ItemKind::PoissonInput(_) => "the ends of synapses",
        _ => "the protocol",
    }
}
