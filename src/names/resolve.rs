//! Occurrences: goes through a file and says what each name means.

use std::sync::Arc;

use super::{Access, Kind, LibraryKind, LibraryUse, Names, Symbol, SymbolId, Use};
use crate::library::Library;
use crate::library::models::MODELS;
use crate::source::Span;
use crate::syntax::ast::{
    Argument, Code, Connect, ConnectKind, Expr, ExprKind, File, Ident, Item, ItemKind, Member,
    MemberKind, Statement, Subscript, UnitExpr, UnitKind, UseTarget,
};
use crate::syntax::operators::AssignOp;

/// Names that equations and code know without a declaration, with what they are.
pub const BUILT_IN: &[(&str, &str)] = &[
    ("t", "the time at the start of the step"),
    ("dt", "the length of a time step"),
    ("t_in_timesteps", "the number of the time step"),
    (
        "i",
        "the index of the neuron; in synapses that of the source",
    ),
    ("j", "in synapses, the index of the target"),
    ("N", "the number of neurons or synapses"),
    ("N_pre", "in synapses, the number of neurons of the source"),
    ("N_post", "in synapses, the number of neurons of the target"),
    (
        "N_incoming",
        "the number of synapses that end at this target",
    ),
    (
        "N_outgoing",
        "the number of synapses that start at this source",
    ),
    ("lastspike", "the time of the neuron's last spike"),
    ("not_refractory", "false while the neuron is refractory"),
    ("delay", "in synapses, the delay of the default pathway"),
    ("xi", "white noise, with unit second^(-1/2)"),
    ("spikes", "the spikes of a population"),
    ("rate", "the rate of a population"),
    ("count", "how many there are, per neuron"),
    ("True", "the truth value"),
    ("False", "the truth value"),
    ("true", "the truth value"),
    ("false", "the truth value"),
];

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

/// Where an expression stands.
#[derive(Clone, Default)]
struct Scope {
    /// The population, model or function whose names are visible.
    own: Option<SymbolId>,
    /// Source and target of synapses.
    ends: [Option<SymbolId>; 2],
    /// Temporaries, innermost last.
    locals: Vec<(String, SymbolId)>,
}

struct Resolver<'n> {
    names: &'n mut Names,
    library: &'n Library,
    file: usize,
    /// What is being read, in words.
    place: Arc<str>,
}

impl Resolver<'_> {
    fn used(&mut self, span: Span, symbol: SymbolId, access: Access) {
        let place = self.place.clone();
        self.names.uses.push(Use {
            span,
            symbol,
            access,
            place,
        });
    }
    fn of_library(&mut self, span: Span, name: &str, kind: LibraryKind) {
        let name = name.to_string();
        self.names.library.push(LibraryUse { span, name, kind });
    }
    fn global(&self, name: &str) -> Option<SymbolId> {
        self.names.lookup(&self.names.top, self.file, name)
    }

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

    fn all<'a>(&mut self, exprs: impl Iterator<Item = &'a Expr>, scope: &Scope) {
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

    fn members(
        &mut self,
        members: &[Member],
        owner: &str,
        own: Option<SymbolId>,
        ends: [Option<SymbolId>; 2],
    ) {
        let scope = Scope {
            own,
            ends,
            locals: Vec::new(),
        };
        for member in members {
            self.place = member_place(&member.kind, owner).into();
            self.member(member, &scope);
        }
    }

    fn member(&mut self, member: &Member, scope: &Scope) {
        match &member.kind {
            MemberKind::Differential(differential) => {
                self.expr(&differential.rhs, scope);
                self.unit(differential.unit.as_ref());
            }
            MemberKind::Subexpression(value) => {
                if value.unit.is_none() {
                    self.name(&value.name.name, value.name.span, Access::Write, scope);
                }
                self.expr(&value.value, scope);
                self.unit(value.unit.as_ref());
                for end in value.range.iter().flat_map(|r| [&r.start, &r.stop]) {
                    self.expr(end, scope);
                }
            }
            MemberKind::Parameter(parameter) => {
                self.unit(Some(&parameter.unit));
                self.all(parameter.default.iter(), scope);
                for end in parameter.range.iter().flat_map(|r| [&r.start, &r.stop]) {
                    self.expr(end, scope);
                }
            }
            MemberKind::Initial(initial) => {
                self.name(&initial.name.name, initial.name.span, Access::Write, scope);
                self.expr(&initial.value, scope);
            }
            MemberKind::Threshold(expr) | MemberKind::Refractory(expr) => self.expr(expr, scope),
            MemberKind::Reset(code) => self.code(code, scope),
            MemberKind::Method(choice) => {
                self.of_library(choice.name.span, &choice.name.name, LibraryKind::Method);
                self.arguments(&choice.arguments, scope);
            }
            MemberKind::Event(event) => self.expr(&event.condition, scope),
            MemberKind::OnEvent(on) => {
                self.event(&on.event, scope.own);
                self.code(&on.code, scope);
            }
            MemberKind::Every(regular) => {
                self.expr(&regular.interval, scope);
                self.code(&regular.code, scope);
            }
            MemberKind::Pathway(pathway) => {
                if let Some(event) = &pathway.event {
                    let side = usize::from(pathway.side == crate::syntax::ast::PathwaySide::Post);
                    self.event(event, scope.ends.get(side).copied().flatten());
                }
                self.code(&pathway.code, scope);
            }
            MemberKind::Connect(connect) => self.connect(connect, scope),
            MemberKind::Delay(delay) => {
                if let Some(pathway) = &delay.pathway
                    && let Some(own) = scope.own
                    && let Some(id) = self.names.member(own, &format!("pathway {}", pathway.name))
                {
                    self.used(pathway.span, id, Access::Read);
                }
                self.expr(&delay.value, scope);
            }
            MemberKind::Field(field) => {
                let inner = match field.word.name.as_str() {
                    // The variable that a Poisson input adds to.
                    "target" => {
                        if let Some(name) = field.value.as_name()
                            && let Some(target) = scope.ends.get(1).copied().flatten()
                            && let Some(id) = self.names.member(target, name)
                        {
                            self.used(field.value.span, id, Access::Update);
                        }
                        return;
                    }
                    _ => scope,
                };
                self.expr(&field.value, inner);
            }
            MemberKind::Error => {}
        }
    }

    fn event(&mut self, event: &Ident, of: Option<SymbolId>) {
        if let Some(id) = of.and_then(|of| self.names.member(of, &format!("event {}", event.name)))
        {
            self.used(event.span, id, Access::Read);
        } else if event.name == "spike" {
            self.of_library(event.span, &event.name, LibraryKind::BuiltIn);
        }
    }

    fn connect(&mut self, connect: &Connect, scope: &Scope) {
        match &connect.kind {
            ConnectKind::All | ConnectKind::From(_) => {}
            ConnectKind::Condition(expr) => self.expr(expr, scope),
            ConnectKind::Generated(generator) => {
                let mut inner = scope.clone();
                if let Some(variable) = &generator.variable {
                    let id = self.local(variable, scope);
                    inner.locals.push((variable.name.clone(), id));
                }
                self.all(generator.values.iter(), scope);
                self.expr(&generator.value, &inner);
                self.all(generator.condition.iter(), &inner);
            }
            ConnectKind::Pairs { i, j } => {
                self.expr(i, scope);
                self.expr(j, scope);
            }
        }
        self.all(connect.probability.iter(), scope);
        self.all(connect.count.iter(), scope);
    }

    fn local(&mut self, name: &Ident, scope: &Scope) -> SymbolId {
        let id = self.names.symbols.push(Symbol {
            name: name.name.clone(),
            kind: Kind::Temporary,
            span: name.span,
            whole: name.span,
            within: scope.own,
            doc: None,
        });
        self.used(name.span, id, Access::Declare);
        id
    }

    fn code(&mut self, code: &Code, scope: &Scope) {
        let mut scope = scope.clone();
        for statement in &code.statements {
            self.statement(statement, &mut scope);
        }
    }

    fn statement(&mut self, statement: &Statement, scope: &mut Scope) {
        self.expr(&statement.value, scope);
        let access = access(statement.operator);
        match &statement.target.kind {
            ExprKind::Name(name) => {
                let span = statement.target.span;
                if !self.name(name, span, access, scope) && !name.is_empty() {
                    let ident = Ident {
                        name: name.clone(),
                        span,
                    };
                    let id = self.local(&ident, scope);
                    scope.locals.push((name.clone(), id));
                }
            }
            _ => self.assigned(&statement.target, statement.operator, scope),
        }
    }

    /// The place of an assignment: `lif.I[0:3]`.
    fn assigned(&mut self, place: &Expr, operator: AssignOp, scope: &Scope) {
        match &place.kind {
            ExprKind::Name(name) => {
                self.name(name, place.span, access(operator), scope);
            }
            ExprKind::Index { base, subscripts } => {
                self.assigned(base, operator, scope);
                let own = self.population(base);
                let inner = Scope {
                    own: own.or(scope.own),
                    ..scope.clone()
                };
                self.subscripts(subscripts, &inner);
            }
            ExprKind::Member { base, name } => {
                self.expr(base, scope);
                self.member_name(base, name, access(operator));
            }
            _ => self.expr(place, scope),
        }
    }

    fn subscripts(&mut self, subscripts: &[Subscript], scope: &Scope) {
        for subscript in subscripts {
            match subscript {
                Subscript::Index(expr) => self.expr(expr, scope),
                Subscript::Slice {
                    start, stop, step, ..
                } => self.all([start, stop, step].into_iter().flatten(), scope),
            }
        }
    }

    fn arguments(&mut self, arguments: &[Argument], scope: &Scope) {
        self.all(arguments.iter().map(|argument| &argument.value), scope);
    }

    fn member_name(&mut self, base: &Expr, name: &Ident, access: Access) {
        let member = self
            .population(base)
            .and_then(|of| self.names.member(of, &name.name));
        match member {
            Some(member) => self.used(name.span, member, access),
            None => self.of_library(name.span, &name.name, LibraryKind::BuiltIn),
        }
    }

    /// The population, subgroup or set of synapses that an expression names, directly or as what a member is taken of.
    fn population(&self, expr: &Expr) -> Option<SymbolId> {
        match &expr.ungrouped().kind {
            ExprKind::Name(name) => {
                let id = self.global(name)?;
                let kind = self.names.symbols.get(id)?.kind;
                matches!(
                    kind,
                    Kind::Population | Kind::Subgroup | Kind::Synapses | Kind::Input
                )
                .then_some(id)
            }
            ExprKind::Index { base, .. } | ExprKind::Member { base, .. } => self.population(base),
            _ => None,
        }
    }

    /// The population that a plot draws first: `raster(lif)`, `lif.v`.
    fn first_population(&self, expr: &Expr) -> Option<SymbolId> {
        self.population(expr).or_else(|| match &expr.kind {
            ExprKind::Call { arguments, .. } => arguments
                .iter()
                .find_map(|argument| self.first_population(&argument.value)),
            _ => None,
        })
    }

    fn expr(&mut self, expr: &Expr, scope: &Scope) {
        match &expr.kind {
            ExprKind::Name(name) => {
                self.name(name, expr.span, Access::Read, scope);
            }
            ExprKind::Quantity(quantity) => {
                self.expr(&quantity.value, scope);
                self.of_library(quantity.unit.span, &quantity.unit.name, LibraryKind::Unit);
                self.all(quantity.exponent.as_deref().into_iter(), scope);
            }
            ExprKind::Member { base, name } => {
                self.expr(base, scope);
                self.member_name(base, name, Access::Read);
            }
            ExprKind::Index { base, subscripts } => {
                self.expr(base, scope);
                let own = self.population(base);
                let inner = Scope {
                    own: own.or(scope.own),
                    ..scope.clone()
                };
                self.subscripts(subscripts, &inner);
            }
            ExprKind::Call {
                function,
                arguments,
            } => {
                match &function.kind {
                    ExprKind::Name(name) => self.called(name, function.span),
                    _ => self.expr(function, scope),
                }
                // `phase(fhn, v, w)`: further arguments are variables of the first one.
                let own = arguments
                    .first()
                    .and_then(|argument| self.population(&argument.value));
                match own {
                    Some(_) if scope.own.is_none() => {
                        let inner = Scope {
                            own,
                            ..scope.clone()
                        };
                        self.arguments(arguments, &inner);
                    }
                    _ => self.arguments(arguments, scope),
                }
            }
            _ => {
                for child in expr.children() {
                    self.expr(child, scope);
                }
            }
        }
    }

    fn called(&mut self, name: &str, span: Span) {
        if let Some(id) = self.global(name) {
            self.used(span, id, Access::Read);
        } else {
            // Functions of figures and of the protocol are not in the library's table.
            self.of_library(span, name, LibraryKind::Function);
        }
    }

    fn recorded(&mut self, name: &str, span: Span, of: SymbolId, scope: &Scope) {
        match self.names.member(of, &format!("event {name}")) {
            Some(event) => self.used(span, event, Access::Read),
            None => {
                self.name(name, span, Access::Read, scope);
            }
        }
    }

    /// Adds the occurrence of a name; false where nothing is known of it.
    fn name(&mut self, name: &str, span: Span, access: Access, scope: &Scope) -> bool {
        if let Some((_, local)) = scope.locals.iter().rev().find(|(local, _)| local == name) {
            self.used(span, *local, access);
            return true;
        }
        if let Some(id) = scope.own.and_then(|own| self.names.member(own, name)) {
            self.used(span, id, access);
            return true;
        }
        for (end, suffix) in scope.ends.iter().zip(["_pre", "_post"]) {
            let base = name.strip_suffix(suffix);
            if let (Some(base), Some(end)) = (base, end)
                && let Some(id) = self.names.member(*end, base)
            {
                let end = span.end - suffix.len() as u32;
                self.used(Span { end, ..span }, id, access);
                return true;
            }
        }
        if let Some(id) = scope.ends[1].and_then(|target| self.names.member(target, name)) {
            self.used(span, id, access);
            return true;
        }
        let built_in = BUILT_IN.iter().any(|(word, _)| *word == name);
        let noise = name.starts_with("xi_");
        if (built_in && scope.own.is_some()) || noise {
            self.of_library(span, name, LibraryKind::BuiltIn);
            return true;
        }
        if let Some(id) = self.global(name) {
            self.used(span, id, access);
            return true;
        }
        if access != Access::Read {
            return false;
        }
        let kind = if self.library.constant(name).is_some() {
            LibraryKind::Constant
        } else if self.library.plain_unit(name).is_some() {
            LibraryKind::Unit
        } else if built_in {
            LibraryKind::BuiltIn
        } else {
            return false;
        };
        self.of_library(span, name, kind);
        true
    }

    fn unit(&mut self, unit: Option<&UnitExpr>) {
        let Some(unit) = unit else { return };
        match &unit.kind {
            UnitKind::Name(name) => self.of_library(unit.span, name, LibraryKind::Unit),
            UnitKind::Product(a, b) | UnitKind::Quotient(a, b) => {
                self.unit(Some(a));
                self.unit(Some(b));
            }
            UnitKind::Power { base, .. } => self.unit(Some(base)),
            UnitKind::Group(inner) => self.unit(Some(inner)),
            UnitKind::One | UnitKind::Error => {}
        }
    }
}

fn access(operator: AssignOp) -> Access {
    if operator == AssignOp::Set {
        Access::Write
    } else {
        Access::Update
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

fn member_place(kind: &MemberKind, owner: &str) -> String {
    let what = match kind {
        MemberKind::Differential(differential) => {
            return format!("the equation of `{}` in `{owner}`", differential.name.name);
        }
        MemberKind::Subexpression(value) => {
            return format!("`{}` of `{owner}`", value.name.name);
        }
        MemberKind::Parameter(parameter) => {
            return format!("the default of `{}` in `{owner}`", parameter.name.name);
        }
        MemberKind::Initial(initial) => {
            return format!("the start of `{}` in `{owner}`", initial.name.name);
        }
        MemberKind::Event(event) => {
            return format!("the event `{}` of `{owner}`", event.name.name);
        }
        MemberKind::OnEvent(on) => {
            return format!("the code of the event `{}` of `{owner}`", on.event.name);
        }
        MemberKind::Field(field) => {
            return format!("`{}` of `{owner}`", field.word.name);
        }
        MemberKind::Threshold(_) => "threshold",
        MemberKind::Reset(_) => "reset",
        MemberKind::Refractory(_) => "refractoriness",
        MemberKind::Method(_) => "method",
        MemberKind::Every(_) => "regular code",
        MemberKind::Pathway(pathway) => match pathway.side {
            crate::syntax::ast::PathwaySide::Pre => "on_pre",
            crate::syntax::ast::PathwaySide::Post => "on_post",
        },
        MemberKind::Connect(_) => "connections",
        MemberKind::Delay(_) => "delay",
        MemberKind::Error => "text",
    };
    format!("the {what} of `{owner}`")
}
