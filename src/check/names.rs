//! What a name in an expression means.

use super::context::{Checker, Context, Role, Typed};
use super::dims::Dim;
use super::globals::{Global, Names};
use crate::diagnostic::{Diagnostic, codes};
use crate::library::suggest::did_you_mean;
use crate::model::term::{NoiseId, Term};
use crate::model::{ConstantId, Owner};
use crate::source::Span;
use crate::syntax::ast;
use crate::units::dimension::{Dimension, Rational};

/// Names that every expression of a group knows, with what they are.
pub const BUILT_IN: &[(&str, &str)] = &[
    ("t", "the time"),
    ("dt", "the length of a time step"),
    ("t_in_timesteps", "the number of the time step"),
    ("i", "the index of the neuron"),
    ("N", "the number of neurons"),
];

/// Diagnostics after which nothing is proposed for unknown names.
const MOST_PROPOSALS: usize = 100;

/// Truth values.
const TRUTH: &[(&str, bool)] = &[
    ("True", true),
    ("true", true),
    ("False", false),
    ("false", false),
];

impl<'a> Checker<'a> {
    /// What a name means at top level of a file: its own names, then those of the files it uses.
    pub fn global(&self, file: usize, name: &str) -> Option<(Global<'a>, Span)> {
        self.search(file, &|names: &Names<'a>| names.values.get(name).copied())
    }
    /// A `neuron` or `synapse` definition, and the file it stands in.
    pub fn definition(&self, file: usize, name: &str) -> Option<(&'a ast::Definition, usize)> {
        let found = self.search(file, &|names: &Names<'a>| {
            names.definitions.get(name).copied()
        })?;
        Some((found, self.file_of(found.name.span)))
    }
    /// A parameter set.
    pub fn parameter_set(&self, file: usize, name: &str) -> Option<&'a ast::Parameters> {
        self.search(file, &|names: &Names<'a>| {
            names.parameter_sets.get(name).copied()
        })
    }
    /// Looks in a file and, depth first, in the files it uses.
    fn search<T>(&self, file: usize, find: &dyn Fn(&Names<'a>) -> Option<T>) -> Option<T> {
        let mut open = vec![file];
        let mut seen = Vec::new();
        while let Some(file) = open.pop() {
            if seen.contains(&file) {
                continue;
            }
            seen.push(file);
            if let Some(found) = self.globals.get(file).and_then(find) {
                return Some(found);
            }
            if let Some(unit) = self.units.get(file) {
                open.extend(unit.uses.iter().rev());
            }
        }
        None
    }
    /// All names of definitions, for suggestions.
    pub fn definition_names(&self, file: usize) -> Vec<&'a str> {
        self.all_names(file, &|names: &Names<'a>| {
            names.definitions.keys().copied().collect()
        })
    }
    /// All names of parameter sets, for suggestions.
    pub fn parameter_set_names(&self, file: usize) -> Vec<&'a str> {
        self.all_names(file, &|names: &Names<'a>| {
            names.parameter_sets.keys().copied().collect()
        })
    }
    /// All top-level names that satisfy a predicate, for suggestions.
    pub fn global_names(&self, file: usize, wanted: &dyn Fn(&Global) -> bool) -> Vec<&'a str> {
        self.all_names(file, &|names: &Names<'a>| {
            let all = names
                .values
                .iter()
                .filter(|(_, (global, _))| wanted(global));
            all.map(|(name, _)| *name).collect()
        })
    }
    fn all_names(&self, file: usize, list: &dyn Fn(&Names<'a>) -> Vec<&'a str>) -> Vec<&'a str> {
        let mut all: Vec<&str> = Vec::new();
        let mut open = vec![file];
        let mut seen = Vec::new();
        while let Some(file) = open.pop() {
            if !seen.contains(&file) {
                seen.push(file);
                all.extend(self.globals.get(file).map(list).unwrap_or_default());
                open.extend(
                    self.units
                        .get(file)
                        .into_iter()
                        .flat_map(|unit| unit.uses.iter().rev()),
                );
            }
        }
        all.sort_unstable();
        all
    }

    /// The value of a name in an expression.
    pub fn name(&mut self, name: &str, span: Span, context: &Context) -> Typed {
        if let Some((_, local)) = context.locals.iter().rev().find(|(local, _)| local == name) {
            let local = *local;
            if let Term::Variable(variable) = self.model.terms.get(local.term) {
                self.used.insert(*variable);
            }
            return Typed { span, ..local };
        }
        if !context.in_function
            && let Some(place) = context.place
            && let Some(variable) = self.resolve(place.owner, name)
        {
            if self.before_connection(variable, span, context) {
                return self.poison(span);
            }
            return self.variable(variable, span, context);
        }
        if let Some(typed) = self.side_size(name, span, context) {
            return typed;
        }
        if let Some(typed) = self.built_in(name, span, context) {
            return typed;
        }
        if let Some((_, value)) = TRUTH.iter().find(|(word, _)| *word == name) {
            let term = self.model.terms.add(Term::Boolean(*value));
            return self.typed(term, Dim::NONE, span);
        }
        if name == "xi" || name.starts_with("xi_") {
            return self.noise(name, span, context);
        }
        // Names of the library cannot be declared, so the order of these is free; most names are the file's.
        if let Some((global, declared)) = self.global(context.file, name) {
            if let Global::Constant(id) = global {
                self.constant_read(id, span, context.role);
            }
            return self.global_value(name, global, declared, span);
        }
        if let Some(constant) = self.library.constant(name) {
            let quantity = constant.value;
            let term = self.model.terms.number(quantity.value);
            return self.typed(term, Dim::Known(quantity.dimension), span);
        }
        if let Some(unit) = self.library.plain_unit(name) {
            let term = self.model.terms.number(unit.scale);
            return self.typed(term, Dim::Known(unit.dimension), span);
        }
        self.unknown(name, span, context)
    }

    /// A variable of the group whose code this is.
    fn variable(&mut self, id: crate::model::VariableId, span: Span, context: &Context) -> Typed {
        if self.noisy.contains(&id) {
            if !context.role.noise {
                let name = self.model.variables[id].name.clone();
                self.report(
                    Diagnostic::new(
                        codes::NOISE,
                        span,
                        format!(
                            "`{name}` contains white noise and cannot be used in {}",
                            context.role.name
                        ),
                    )
                    .label("read here")
                    .also(self.model.variables[id].span, "contains `xi`")
                    .note("white noise has a meaning only in differential equations"),
                );
                return self.poison(span);
            }
            if let Some(equation) = &mut self.equation {
                equation.met = true;
            }
        }
        self.read(id, span)
    }

    fn built_in(&mut self, name: &str, span: Span, context: &Context) -> Option<Typed> {
        if !BUILT_IN.iter().any(|(word, _)| *word == name) {
            return None;
        }
        if name == "dt" && context.place.is_none() && !context.in_function {
            let term = self.model.terms.number(self.model.dt);
            return Some(self.typed(term, Dim::Known(Dimension::TIME), span));
        }
        if context.in_function {
            let message = format!("a function cannot see `{name}`");
            self.report(
                Diagnostic::new(codes::UNKNOWN_NAME, span, message)
                    .label("not a parameter of the function")
                    .note(format!("make it a parameter: f({name}, …)")),
            );
            return Some(self.poison(span));
        }
        let role = context.role;
        let Some(place) = context.place else {
            if name == "N" {
                return None;
            }
            return Some(self.not_here(
                name,
                span,
                role.name,
                "it has a value only in equations and code",
            ));
        };
        let (term, dim) = match name {
            "t" if role.time => (Term::Time, Dim::Known(Dimension::TIME)),
            "t_in_timesteps" if role.time => (Term::StepNumber, Dim::NONE),
            "dt" => (Term::Dt, Dim::Known(Dimension::TIME)),
            "i" if role.element => (Term::Index, Dim::NONE),
            "N" => {
                self.shadowed_size(span, place.size, context);
                (Term::Integer(place.size as i64), Dim::NONE)
            }
            _ => {
                let why = "its value is needed before the run";
                return Some(self.not_here(name, span, role.name, why));
            }
        };
        let mut term = self.model.terms.add(term);
        if name == "i" && place.first > 0 {
            let first = self.model.terms.integer(place.first as i64);
            term = self.model.terms.minus(term, first);
        }
        Some(self.typed(term, dim, span))
    }

    /// Warns where `N` is the size of the group although the file has another constant of that name.
    fn shadowed_size(&mut self, span: Span, size: usize, context: &Context) {
        if let Some((Global::Constant(id), declared)) = self.global(context.file, "N")
            && self
                .values
                .get(id.0 as usize)
                .is_some_and(|value| *value != size as f64)
        {
            let group = context.place.map_or_else(String::new, |place| {
                self.model.owner_name(place.owner).to_string()
            });
            self.report(
                Diagnostic::new(
                    codes::SHADOWED,
                    span,
                    format!("`N` is the number of elements of `{group}` here, {size}, not the constant `N`"),
                )
                .label(format!("this is {size}"))
                .also(declared, "this constant is not used here"),
            );
        }
    }

    fn not_here(&mut self, name: &str, span: Span, place: &str, why: &str) -> Typed {
        let what = BUILT_IN
            .iter()
            .find(|(word, _)| *word == name)
            .map_or("", |row| row.1);
        self.report(
            Diagnostic::new(
                codes::NOT_HERE,
                span,
                format!("`{name}`, {what}, cannot be used in {place}"),
            )
            .label(why.to_string()),
        );
        self.poison(span)
    }

    /// White noise of an equation.
    fn noise(&mut self, name: &str, span: Span, context: &Context) -> Typed {
        let (Some(place), true, false) = (context.place, context.role.noise, context.in_function)
        else {
            let message = format!(
                "white noise `{name}` cannot be used in {}",
                context.role.name
            );
            self.report(
                Diagnostic::new(codes::NOISE, span, message)
                    .label("has a meaning only in differential equations")
                    .note("for a random number at an event or at the start write `randn()`"),
            );
            return self.poison(span);
        };
        let symbol = name
            .strip_prefix("xi")
            .unwrap_or(name)
            .trim_start_matches('_')
            .to_string();
        let noises = match place.owner {
            Owner::Group(group) => &mut self.model.groups[group].system.noises,
            Owner::Projection(projection) => &mut self.model.projections[projection].system.noises,
        };
        let known = noises.iter().position(|known| *known == symbol);
        let id = known
            .map(|k| NoiseId(k as u32))
            .unwrap_or_else(|| noises.push(symbol.clone()));
        if let Some(equation) = &mut self.equation {
            equation.met = true;
            let here = equation.span;
            if symbol.is_empty() {
                match self.info(place.owner).and_then(|info| info.plain_noise) {
                    None => {
                        if let Some(info) = self.info_mut(place.owner) {
                            info.plain_noise = Some((id, here));
                        }
                    }
                    Some((_, first)) if first != here => {
                        self.report(
                            Diagnostic::new(codes::NOISE, span, "`xi` stands in two equations")
                                .label("used again here")
                                .also(first, "used in this equation")
                                .note("give each equation noise of its own, `xi_1` and `xi_2`, or the same named noise in both, `xi_shared`"),
                        );
                        return self.poison(span);
                    }
                    Some(_) => {}
                }
            }
        }
        let half = Rational::new(-1, 2).and_then(|power| Dimension::TIME.pow(power));
        let term = self.model.terms.add(Term::Noise(id));
        self.typed(term, half.map_or(Dim::Poison, Dim::Known), span)
    }

    fn constant_read(&mut self, id: ConstantId, span: Span, role: Role) {
        let once = role.once && self.declaring;
        let reads = self.constant_reads.entry(id).or_default();
        if once {
            reads.before.get_or_insert(span);
        } else {
            reads.running = true;
        }
    }

    fn global_value(&mut self, name: &str, global: Global, declared: Span, span: Span) -> Typed {
        let what = match global {
            Global::Constant(id) => {
                self.used_constants.insert(id.0);
                let dim = self
                    .constants
                    .get(id.0 as usize)
                    .map_or(Dim::Poison, |entry| entry.dim);
                if dim == Dim::Poison {
                    return self.poison(span);
                }
                let ty = self.model.constants[id].ty;
                let term = self.model.terms.constant(id, ty);
                return Typed {
                    term,
                    dim,
                    ty,
                    span,
                };
            }
            Global::Faulty => return self.poison(span),
            Global::Function(function, _) => {
                let parameters: Vec<&str> = function
                    .parameters
                    .iter()
                    .map(|p| p.name.as_str())
                    .collect();
                format!("a function: write `{name}({})`", parameters.join(", "))
            }
            Global::Signal(id) => {
                let arguments = if self.model.signals[id].indexed {
                    "t, i"
                } else {
                    "t"
                };
                format!("a signal: write `{name}({arguments})`")
            }
            Global::Projection(_) => {
                format!("synapses: their values have names like `{name}.w`")
            }
            Global::Population(_) | Global::Subgroup(_) => {
                format!("a population: its values have names like `{name}.v`")
            }
        };
        self.report(
            Diagnostic::new(codes::KIND, span, format!("`{name}` is not a value"))
                .label(format!("this is {what}"))
                .also(declared, "declared here"),
        );
        self.poison(span)
    }

    /// Reports an unknown name with what is near.
    fn unknown(&mut self, name: &str, span: Span, context: &Context) -> Typed {
        let incomplete = context
            .place
            .is_some_and(|place| self.is_incomplete(place.owner));
        if self.is_broken(name) || incomplete {
            return self.poison(span);
        }
        if let Some(place) = context.place.filter(|_| !context.in_function)
            && self.unknown_of_side(place.owner, name, span)
        {
            return self.poison(span);
        }
        let near = self.near(name, context);
        let mut diagnostic = Diagnostic::new(
            codes::UNKNOWN_NAME,
            span,
            format!("there is no `{name}` here"),
        );
        if let Some(unit) = self.library.unit_after_value(name) {
            diagnostic = diagnostic
                .label(format!(
                    "a unit only directly behind a number, as in `1 {name}`"
                ))
                .note(format!(
                    "elsewhere write `{}{}`",
                    unit.prefix.text, unit.unit
                ));
        } else if self.library.function(name).is_some() {
            diagnostic = diagnostic.label(format!("a function: write `{name}(…)`"));
        } else if let Some(near) = near {
            diagnostic = diagnostic.suggest(span, near);
        } else if let (Some(place), false) = (context.place, context.in_function) {
            if !self.misses(Some(place.owner), name) {
                return self.poison(span);
            }
            let owners = self.seen_from(place.owner).join(", ");
            diagnostic = diagnostic.label(format!("neither a variable of {owners} nor a constant"));
        } else if let Some((function, _)) = context.inlining.last().filter(|_| context.in_function)
        {
            diagnostic = diagnostic.label(format!(
                "neither a parameter of `{function}` nor a constant"
            ));
        } else if self.misses(None, name) {
            diagnostic = diagnostic.label("not declared");
        } else {
            return self.poison(span);
        }
        // `dv = -v/tau : volt` defines `dv`: a left side that lost its `/dt`.
        if let Some(place) = context.place.filter(|_| !context.in_function)
            && let Some(id) = self.variable_of(place.owner, &format!("d{name}"))
        {
            let left = self.model.variables[id].span;
            diagnostic = diagnostic
                .also(
                    left,
                    format!("this defines a quantity of the name `d{name}`"),
                )
                .note(format!("a differential equation begins with `d{name}/dt`"));
        }
        self.report(diagnostic);
        self.poison(span)
    }

    /// The known name that was probably meant. A text of nothing but unknown names gets no more proposals after a while.
    fn near(&self, name: &str, context: &Context) -> Option<String> {
        if self.sink.diagnostics().len() >= MOST_PROPOSALS {
            return None;
        }
        let mut candidates: Vec<String> = context
            .locals
            .iter()
            .rev()
            .map(|(local, _)| local.clone())
            .collect();
        if let Some(place) = context.place.filter(|_| !context.in_function) {
            candidates.extend(self.candidates(place.owner));
        }
        let constants = |global: &Global| matches!(global, Global::Constant(_));
        candidates.extend(
            self.global_names(context.file, &constants)
                .iter()
                .map(|n| n.to_string()),
        );
        candidates.extend(self.library.constants().map(|c| c.name.clone()));
        let near = did_you_mean(name, candidates.iter().map(String::as_str));
        if near.is_some() {
            return near.map(str::to_string);
        }
        let units = self.library.units().plain_names();
        did_you_mean(name, units.iter().map(String::as_str)).map(str::to_string)
    }

    /// What a name is to the language, if it is taken: a message part such as "the unit millivolt".
    pub fn reserved(&self, name: &str) -> Option<String> {
        use crate::library::Reserved;
        if let Some((_, what)) = BUILT_IN.iter().find(|(word, _)| *word == name) {
            return Some((*what).to_string());
        }
        if TRUTH.iter().any(|(word, _)| *word == name) {
            return Some("a truth value".to_string());
        }
        if name == "xi" || name.starts_with("xi_") {
            return Some("white noise".to_string());
        }
        match self.library.reserved(name)? {
            Reserved::Unit(unit) => {
                let prefix = unit.prefix.name;
                let power = match unit.power {
                    2 => " squared",
                    3 => " cubed",
                    _ => "",
                };
                Some(format!("the unit {prefix}{}{power}", unit.unit))
            }
            Reserved::Constant(constant) => Some(format!("the constant {}", constant.name)),
            Reserved::Function(function) => Some(format!("the function {function}()")),
        }
    }
}
