//! Declarations: what a file declares at top level, and what each model and population declares.

use super::{Access, Kind, Members, Names, Symbol, SymbolId, Use};
use crate::source::Span;
use crate::syntax::ast::{Doc, Expr, ExprKind, File, Ident, Item, ItemKind, Member, MemberKind};

/// Settings of a file, which look like constants.
const SETTINGS: &[&str] = &["dt", "seed"];

/// Adds the declarations of a file.
pub(super) fn collect(names: &mut Names, file: &File) {
    let position = names.top.len();
    names.top.push(Default::default());
    names.models.push(Default::default());
    names.sets.push(Default::default());
    let mut collector = Collector { names, position };
    collector.items(&file.items);
    collector.ends(&file.items);
}

struct Collector<'n> {
    names: &'n mut Names,
    position: usize,
}

/// A declaration that is about to be added.
struct New<'a> {
    name: &'a Ident,
    kind: Kind,
    whole: Span,
    doc: Option<&'a Doc>,
}

impl Collector<'_> {
    fn add(&mut self, new: &New, within: Option<SymbolId>) -> SymbolId {
        let id = self.names.symbols.push(Symbol {
            name: new.name.name.clone(),
            kind: new.kind,
            span: new.name.span,
            whole: new.whole,
            within,
            doc: new.doc.map(|doc| doc.text.clone()),
        });
        self.names.uses.push(Use {
            span: new.name.span,
            symbol: id,
            access: Access::Declare,
            place: "its declaration".into(),
        });
        id
    }

    /// Adds a name at top level, unless there is one already.
    fn top(&mut self, new: &New) -> Option<SymbolId> {
        let known = &self.names.top[self.position];
        if new.name.name.is_empty() || known.contains_key(&new.name.name) {
            return None;
        }
        let id = self.add(new, None);
        self.names.top[self.position].insert(new.name.name.clone(), id);
        Some(id)
    }

    fn items(&mut self, items: &[Item]) {
        for item in items {
            self.item(item);
        }
    }

    fn item(&mut self, item: &Item) {
        let new = |name, kind| New {
            name,
            kind,
            whole: item.span,
            doc: item.doc.as_ref(),
        };
        match &item.kind {
            ItemKind::Constant(constant) => {
                let name = constant.name.name.as_str();
                let base = self.subgroup_base(&constant.value);
                let kind = match base {
                    Some(_) => Kind::Subgroup,
                    None if SETTINGS.contains(&name) => Kind::Setting,
                    None => Kind::Constant,
                };
                if let Some(id) = self.top(&new(&constant.name, kind))
                    && base.is_some()
                {
                    let members = Members {
                        base,
                        ..Members::default()
                    };
                    self.names.members.insert(id, members);
                }
            }
            ItemKind::Function(function) => {
                let Some(id) = self.top(&new(&function.name, Kind::Function)) else {
                    return;
                };
                let mut members = Members::default();
                for parameter in &function.parameters {
                    let new = New {
                        name: parameter,
                        kind: Kind::Parameter,
                        whole: parameter.span,
                        doc: None,
                    };
                    let symbol = self.add(&new, Some(id));
                    members.own.insert(parameter.name.clone(), symbol);
                }
                self.names.members.insert(id, members);
            }
            ItemKind::Signal(signal) => {
                self.top(&new(&signal.name, Kind::Signal));
            }
            ItemKind::Definition(definition) => {
                let kind = match definition.kind {
                    crate::syntax::ast::DefinitionKind::Neuron => Kind::NeuronModel,
                    crate::syntax::ast::DefinitionKind::Synapse => Kind::SynapseModel,
                };
                let id = self.add(&new(&definition.name, kind), None);
                let models = &mut self.names.models[self.position];
                models.entry(definition.name.name.clone()).or_insert(id);
                self.members(id, &definition.members);
            }
            ItemKind::Population(population) => {
                let Some(id) = self.top(&new(&population.name, Kind::Population)) else {
                    return;
                };
                self.members(id, &population.members);
            }
            ItemKind::Projection(projection) => {
                let Some(id) = self.top(&new(&projection.name, Kind::Synapses)) else {
                    return;
                };
                self.members(id, &projection.members);
            }
            ItemKind::PoissonInput(input) => {
                self.top(&new(&input.name, Kind::Input));
            }
            ItemKind::Parameters(set) => {
                let id = self.add(&new(&set.name, Kind::ParameterSet), None);
                let sets = &mut self.names.sets[self.position];
                sets.entry(set.name.name.clone()).or_insert(id);
            }
            ItemKind::Let(value) => {
                self.top(&new(&value.name, Kind::Let));
            }
            ItemKind::Collect(collect) => {
                self.top(&new(&collect.name, Kind::Collected));
            }
            ItemKind::Save(name) => {
                // A saved state has a name of its own kind, which nothing but `restore` sees.
                let restored = format!("save {}", name.name);
                let known = &self.names.top[self.position];
                if !known.contains_key(&restored) {
                    let id = self.add(&new(name, Kind::Saved), None);
                    self.names.top[self.position].insert(restored, id);
                }
            }
            ItemKind::Sweep(sweep) => {
                for (name, _) in &sweep.variables {
                    self.top(&new(name, Kind::Loop));
                }
                self.items(&sweep.body);
            }
            ItemKind::For(looped) => {
                self.top(&new(&looped.variable, Kind::Loop));
                self.items(&looped.body);
            }
            ItemKind::Repeat(repeat) => self.items(&repeat.body),
            ItemKind::While(looped) => self.items(&looped.body),
            ItemKind::Every(every) => self.items(&every.body),
            ItemKind::Figure(figure) => self.items(&figure.body),
            ItemKind::If(branching) => {
                for (_, body) in &branching.branches {
                    self.items(body);
                }
                if let Some(body) = &branching.otherwise {
                    self.items(body);
                }
            }
            _ => {}
        }
    }

    fn members(&mut self, of: SymbolId, members: &[Member]) {
        let mut own = Members::default();
        for member in members {
            let (name, kind) = match &member.kind {
                MemberKind::Differential(differential) => (&differential.name, Kind::State),
                MemberKind::Subexpression(value) if value.unit.is_some() => {
                    (&value.name, Kind::Subexpression)
                }
                MemberKind::Parameter(parameter) => (&parameter.name, Kind::Variable),
                MemberKind::Event(event) => (&event.name, Kind::Event),
                MemberKind::Pathway(pathway) => match &pathway.name {
                    Some(name) => (name, Kind::Pathway),
                    None => continue,
                },
                _ => continue,
            };
            let key = match kind {
                Kind::Event => format!("event {}", name.name),
                Kind::Pathway => format!("pathway {}", name.name),
                _ => name.name.clone(),
            };
            if name.name.is_empty() || own.own.contains_key(&key) {
                continue;
            }
            let new = New {
                name,
                kind,
                whole: member.span,
                doc: member.doc.as_ref(),
            };
            let id = self.add(&new, Some(of));
            own.own.insert(key, id);
        }
        self.names.members.insert(of, own);
    }

    /// The population of `cells[0:80]`, where it is one.
    fn subgroup_base(&self, value: &Expr) -> Option<SymbolId> {
        let ExprKind::Index { base, .. } = &value.ungrouped().kind else {
            return None;
        };
        let id = self.names.top[self.position].get(base.as_name()?)?;
        let kind = self.names.symbols.get(*id)?.kind;
        matches!(kind, Kind::Population | Kind::Subgroup).then_some(*id)
    }

    /// Sources and targets of synapses, which may be declared after them.
    fn ends(&mut self, items: &[Item]) {
        for item in items {
            match &item.kind {
                ItemKind::Projection(projection) => {
                    let ends = [&projection.source, &projection.target].map(|end| self.end(end));
                    let name = &projection.name.name;
                    if let Some(id) = self.names.top[self.position].get(name).copied() {
                        self.names.members.entry(id).or_default().ends = ends;
                    }
                }
                ItemKind::PoissonInput(input) => {
                    let target = self.end(&input.target);
                    let name = &input.name.name;
                    if let Some(id) = self.names.top[self.position].get(name).copied() {
                        self.names.members.entry(id).or_default().ends = [None, target];
                    }
                }
                _ => {}
            }
        }
    }

    fn end(&self, expr: &Expr) -> Option<SymbolId> {
        let expr = expr.ungrouped();
        let name = match &expr.kind {
            ExprKind::Index { base, .. } => base.as_name()?,
            _ => expr.as_name()?,
        };
        let id = self.names.top[self.position].get(name)?;
        Some(self.names.whole_population(*id))
    }
}

/// Definitions of used files are known only when all files were collected.
pub(super) fn link_models(names: &mut Names, position: usize, file: &File) {
    for item in &file.items {
        let (name, model) = match &item.kind {
            ItemKind::Population(population) => (&population.name, population.model.as_ref()),
            ItemKind::Projection(projection) => (&projection.name, projection.model.as_ref()),
            _ => continue,
        };
        let Some(model) = model else { continue };
        let found = names.lookup(&names.models, position, &model.name);
        if let Some(id) = names.top[position].get(&name.name).copied() {
            names.members.entry(id).or_default().model = found;
        }
    }
}
