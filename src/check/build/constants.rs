//! Settings and named constants: in any order, with ranges, overridden from outside or by parameter sets.

use std::collections::BTreeSet;

use crate::check::context::{Checker, Context, Role, Typed};
use crate::check::dims::{Dim, a_value, is_a};
use crate::check::globals::{Global, Progress};
use crate::diagnostic::{Diagnostic, codes};
use crate::library::suggest::did_you_mean;
use crate::model::ConstantId;
use crate::model::term::Type;
use crate::source::Span;
use crate::syntax::ast::{self, Expr, ExprKind};
use crate::units::dimension::Dimension;
use crate::units::quantity::Quantity;

/// A value for a parameter of a population, from outside or from a parameter set.
#[derive(Clone, Copy, Debug)]
pub struct Override<'a> {
    /// The population; every population that has the parameter where absent.
    pub population: Option<&'a str>,
    /// The parameter.
    pub parameter: &'a str,
    /// Its value.
    pub value: &'a Expr,
    /// The file whose names the value uses.
    pub file: usize,
    /// Where the parameter is named.
    pub span: Span,
}

/// A `--set`, read.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The name before `=`.
    pub name: String,
    /// The value.
    pub value: Expr,
}

impl<'a> Checker<'a> {
    /// Applies parameter sets and `--set` to the declarations; returns what concerns parameters of populations.
    pub fn overrides(
        &mut self,
        sets: &[&'a ast::Ident],
        settings: &'a [Setting],
        populations: &[&'a str],
    ) -> Vec<Override<'a>> {
        let mut overrides = Vec::new();
        for name in sets {
            if let Some(set) = self.parameter_set(0, &name.name) {
                self.apply_set(set, &mut overrides);
            }
        }
        if let Some(name) = self.options.parameters.clone() {
            match self.parameter_set(0, &name) {
                Some(set) => self.apply_set(set, &mut overrides),
                None => {
                    let known = self.parameter_set_names(0);
                    let mut diagnostic = Diagnostic::without_place(
                        codes::SET,
                        format!("--parameters: there is no parameter set `{name}`"),
                    );
                    if known.is_empty() {
                        diagnostic = diagnostic.note("the file declares none");
                    } else {
                        diagnostic = diagnostic.note(format!("known: {}", known.join(", ")));
                    }
                    self.report(diagnostic);
                }
            }
        }
        for setting in settings {
            self.apply_setting(setting, populations, &mut overrides);
        }
        overrides
    }

    fn apply_set(&mut self, set: &'a ast::Parameters, overrides: &mut Vec<Override<'a>>) {
        let file = self.file_of(set.name.span);
        for statement in &set.values {
            let span = statement.target.span;
            match &statement.target.kind {
                ExprKind::Name(name) => match self.global(0, name) {
                    Some((Global::Constant(id), _)) => self.replace(id, &statement.value, file),
                    _ => overrides.push(Override {
                        population: None,
                        parameter: name,
                        value: &statement.value,
                        file,
                        span,
                    }),
                },
                ExprKind::Member { base, name } => overrides.push(Override {
                    population: base.as_name(),
                    parameter: &name.name,
                    value: &statement.value,
                    file,
                    span,
                }),
                _ => self.report(
                    Diagnostic::new(
                        codes::PARAMETER_SET,
                        span,
                        "a parameter set gives values to names",
                    )
                    .label("expected a constant, a parameter, or `population.parameter`"),
                ),
            }
        }
    }

    fn replace(&mut self, id: ConstantId, value: &'a Expr, file: usize) {
        if let Some(entry) = self.constants.get_mut(id.0 as usize) {
            entry.replaced = Some((value, file));
        }
    }

    fn apply_setting(
        &mut self,
        setting: &'a Setting,
        populations: &[&'a str],
        overrides: &mut Vec<Override<'a>>,
    ) {
        let name = setting.name.as_str();
        let span = setting.value.span;
        if let Some((population, parameter)) = name.split_once('.') {
            if !populations.contains(&population) {
                self.unknown_setting(name, span, populations);
                return;
            }
            overrides.push(Override {
                population: Some(population),
                parameter,
                value: &setting.value,
                file: 0,
                span,
            });
            return;
        }
        if super::collect::SETTINGS.contains(&name) {
            return;
        }
        match self.global(0, name) {
            Some((Global::Constant(id), _)) => self.replace(id, &setting.value, 0),
            _ => self.unknown_setting(name, span, &[]),
        }
    }

    fn unknown_setting(&mut self, name: &str, span: Span, populations: &[&str]) {
        let constants = self.global_names(0, &|global| matches!(global, Global::Constant(_)));
        let near = did_you_mean(
            name,
            constants.iter().copied().chain(populations.iter().copied()),
        )
        .map(str::to_string);
        let mut diagnostic = Diagnostic::new(
            codes::SET,
            span,
            format!("--set: there is no constant `{name}`"),
        )
        .label("nothing to give this value to");
        diagnostic = match near {
            Some(near) => diagnostic.note(format!("did you mean `{near}`?")),
            None if constants.is_empty() => {
                diagnostic.note("a parameter of a population is named `population.parameter`")
            }
            None => diagnostic.note(format!(
                "constants: {}; a parameter of a population is named `population.parameter`",
                constants.join(", ")
            )),
        };
        self.report(diagnostic);
    }

    /// Reads `dt`, `seed` and their overrides.
    pub fn settings(&mut self, declared: &[&'a ast::Constant], settings: &'a [Setting]) {
        let context = Context::new(0, Role::CONSTANT);
        for name in super::collect::SETTINGS {
            let lines: Vec<_> = declared
                .iter()
                .filter(|line| line.name.name == *name)
                .collect();
            if let (Some(first), Some(second)) = (lines.first(), lines.get(1)) {
                let first = first.name.span;
                self.twice(&second.name, first, "setting");
            }
            let outside = settings.iter().rev().find(|setting| setting.name == *name);
            let Some(value) = outside
                .map(|s| &s.value)
                .or(lines.first().map(|line| &line.value))
            else {
                continue;
            };
            let typed = self.expr(value, &context);
            if typed.is_poison() {
                continue;
            }
            if *name == "dt" {
                if let Some(dt) = self.positive_time(&typed, "the time step `dt`") {
                    self.model.dt = dt;
                }
            } else if let Some(seed) = self.whole(&typed, "the seed") {
                match u64::try_from(seed) {
                    Ok(seed) => self.model.seed = Some(seed),
                    Err(_) => self.report(
                        Diagnostic::new(codes::NUMBER, value.span, "the seed must not be negative")
                            .label(format!("this is {seed}")),
                    ),
                }
            }
        }
        if let Some(seed) = self.options.seed {
            self.model.seed = Some(seed);
        }
        self.model.dt = self.options.refined(self.model.dt);
    }

    /// A duration above zero, in seconds; anything else is reported.
    pub fn positive_time(&mut self, typed: &Typed, what: &str) -> Option<f64> {
        if typed.is_poison() || !self.expect(typed, Dimension::TIME, what) {
            return None;
        }
        let value = self.constant_value(typed, what)?;
        if value > 0.0 && value.is_finite() {
            return Some(value);
        }
        let quantity = Quantity::new(value, Dimension::TIME);
        self.report(
            Diagnostic::new(
                codes::NUMBER,
                typed.span,
                format!("{what} must be longer than 0"),
            )
            .label(format!("this is {quantity}")),
        );
        None
    }

    /// The value of an expression that must be known before the run.
    pub fn constant_value(&mut self, typed: &Typed, what: &str) -> Option<f64> {
        let value = self.evaluate(typed.term);
        if value.is_none() && !typed.is_poison() {
            self.report(
                Diagnostic::new(
                    codes::NOT_HERE,
                    typed.span,
                    format!("{what} must be known before the run"),
                )
                .label("is known only while the model runs"),
            );
        }
        value
    }

    /// The value of an expression that must be a whole number known before the run.
    pub fn whole(&mut self, typed: &Typed, what: &str) -> Option<i64> {
        if typed.is_poison() || !self.expect(typed, Dimension::NONE, what) {
            return None;
        }
        if !self.is_number(typed, &format!("use as {what}")) {
            return None;
        }
        let value = self.constant_value(typed, what)?;
        if value.fract() == 0.0 && value.abs() < 9.0e15 {
            return Some(value as i64);
        }
        self.report(
            Diagnostic::new(
                codes::NUMBER,
                typed.span,
                format!("{what} must be a whole number"),
            )
            .label(format!("this is {}", Quantity::number(value))),
        );
        None
    }

    /// Finds the values of all constants, each after those it depends on.
    pub fn evaluate_constants(&mut self) {
        for position in 0..self.constants.len() {
            let mut stack = vec![position];
            while let Some(&top) = stack.last() {
                let Some(entry) = self.constants.get_mut(top) else {
                    break;
                };
                if entry.progress == Progress::Done {
                    stack.pop();
                    continue;
                }
                entry.progress = Progress::Started;
                let entry = *entry;
                let (value, file) = entry.replaced.unwrap_or((&entry.item.value, entry.file));
                let mut needed = Vec::new();
                let mut seen = BTreeSet::new();
                self.constants_in(value, file, &mut seen, &mut needed);
                if entry.replaced.is_some() {
                    self.constants_in(&entry.item.value, entry.file, &mut seen, &mut needed);
                }
                if let Some(range) = &entry.item.range {
                    self.constants_in(&range.start, entry.file, &mut seen, &mut needed);
                    self.constants_in(&range.stop, entry.file, &mut seen, &mut needed);
                }
                let waiting = needed.iter().copied().find(|need| {
                    self.constants
                        .get(*need)
                        .is_some_and(|entry| entry.progress != Progress::Done)
                });
                match waiting {
                    Some(need) if stack.contains(&need) => {
                        self.circle(&stack, need);
                        for member in &stack {
                            if let Some(entry) = self.constants.get_mut(*member) {
                                entry.progress = Progress::Done;
                            }
                        }
                        stack.clear();
                    }
                    Some(need) => stack.push(need),
                    None => {
                        self.evaluate_constant(top);
                        stack.pop();
                    }
                }
            }
        }
    }

    fn circle(&mut self, stack: &[usize], start: usize) {
        let members: Vec<(String, Span)> = stack
            .iter()
            .skip_while(|member| **member != start)
            .filter_map(|member| self.constants.get(*member))
            .map(|entry| (entry.item.name.name.clone(), entry.item.name.span))
            .collect();
        let Some((name, span)) = members.first().cloned() else {
            return;
        };
        let mut diagnostic = if members.len() == 1 {
            Diagnostic::new(
                codes::CONSTANT_CYCLE,
                span,
                format!("the constant `{name}` depends on itself"),
            )
            .label("stands in its own value")
        } else {
            Diagnostic::new(
                codes::CONSTANT_CYCLE,
                span,
                "these constants depend on each other in a circle",
            )
            .label("depends on the next")
        };
        for (other, span) in members.iter().skip(1) {
            diagnostic = diagnostic.also(*span, format!("so does `{other}`"));
        }
        self.report(diagnostic);
    }

    /// Constants that an expression names, directly or through functions.
    fn constants_in(
        &self,
        expr: &Expr,
        file: usize,
        seen: &mut BTreeSet<(usize, String)>,
        found: &mut Vec<usize>,
    ) {
        let mut open: Vec<(&Expr, usize)> = vec![(expr, file)];
        while let Some((expr, file)) = open.pop() {
            if let ExprKind::Name(name) = &expr.kind
                && seen.insert((file, name.clone()))
            {
                match self.global(file, name) {
                    Some((Global::Constant(id), _)) => found.push(id.0 as usize),
                    Some((Global::Function(function, file), _)) => {
                        open.push((&function.body, file));
                    }
                    _ => {}
                }
            }
            open.extend(expr.children().into_iter().map(|child| (child, file)));
        }
    }

    fn evaluate_constant(&mut self, position: usize) {
        let Some(entry) = self.constants.get(position).copied() else {
            return;
        };
        let id = ConstantId(position as u32);
        let own = Context::new(entry.file, Role::CONSTANT);
        let name = &entry.item.name.name;
        let mut typed = self.expr(&entry.item.value, &own);
        if let Some((value, file)) = entry.replaced {
            let declared = typed;
            typed = self.expr(value, &Context::new(file, Role::CONSTANT));
            if declared.is_poison() || typed.is_poison() {
                self.finish_constant(position, Dim::Poison);
                return;
            }
            if let (Dim::Known(wanted), Dim::Known(found)) = (declared.dim, typed.dim)
                && wanted != found
            {
                self.report(
                    Diagnostic::new(
                        codes::VALUE_UNIT,
                        typed.span,
                        format!(
                            "`{name}` is {}, but this value is {}",
                            a_value(wanted),
                            is_a(found)
                        ),
                    )
                    .label(is_a(found))
                    .also(declared.span, format!("declared as {}", a_value(wanted))),
                );
                self.finish_constant(position, Dim::Poison);
                return;
            }
            if typed.dim == Dim::Zero {
                typed.dim = declared.dim;
            }
        }
        if typed.is_poison() {
            self.finish_constant(position, Dim::Poison);
            return;
        }
        let Some(value) = self.constant_value(&typed, &format!("the constant `{name}`")) else {
            self.finish_constant(position, Dim::Poison);
            return;
        };
        if value.is_nan() {
            self.report(
                Diagnostic::new(
                    codes::NUMBER,
                    typed.span,
                    format!("the value of `{name}` is not a number"),
                )
                .label("a division 0/0, a root of a negative number, or the like"),
            );
        }
        let dimension = typed.dim.settled().unwrap_or(Dimension::NONE);
        let range = entry
            .item
            .range
            .as_ref()
            .and_then(|range| self.range(range, &own, typed.dim.known(), name));
        if let (Some(slot), Some(constant)) = (
            self.values.get_mut(position),
            self.model.constants.iter_mut().nth(position),
        ) {
            *slot = value;
            constant.value = Quantity::new(value, dimension);
            constant.ty = typed.ty;
            constant.range = range;
        }
        // A range in whole numbers does not make a float constant whole, nor the other way round.
        if self.model.constants[id].ty == Type::Boolean && range.is_some() {
            self.is_number(&typed, "give a range to");
        }
        if let Some((low, high)) = range {
            let place = entry.item.range.as_ref().map(|range| range.span);
            self.in_range(value, (low, high), dimension, typed.span, name, place);
        }
        self.finish_constant(position, typed.dim);
    }

    fn finish_constant(&mut self, position: usize, dim: Dim) {
        if let Some(entry) = self.constants.get_mut(position) {
            entry.progress = Progress::Done;
            entry.dim = dim;
        }
    }

    /// The values of `in a .. b`, checked against the dimension of what they bound.
    pub fn range(
        &mut self,
        range: &ast::Range,
        context: &Context,
        dimension: Option<Dimension>,
        name: &str,
    ) -> Option<(f64, f64)> {
        let mut ends = [0.0; 2];
        for (slot, end) in ends.iter_mut().zip([&range.start, &range.stop]) {
            let typed = self.expr(end, context);
            if typed.is_poison() {
                return None;
            }
            let what = format!("the range of `{name}`");
            if let Some(dimension) = dimension
                && !self.expect(&typed, dimension, &what)
            {
                return None;
            }
            *slot = self.constant_value(&typed, &what)?;
        }
        let [low, high] = ends;
        if low < high {
            return Some((low, high));
        }
        self.report(
            Diagnostic::new(
                codes::RANGE,
                range.span,
                format!("the range of `{name}` is empty"),
            )
            .label("the lower end must come first"),
        );
        None
    }

    /// Reports a value outside its range.
    pub fn in_range(
        &mut self,
        value: f64,
        (low, high): (f64, f64),
        dimension: Dimension,
        span: Span,
        name: &str,
        declared: Option<Span>,
    ) {
        let slack = 1e-12 * (high - low);
        if value >= low - slack && value <= high + slack {
            return;
        }
        let say = |value| Quantity::new(value, dimension).to_string();
        let mut diagnostic = Diagnostic::new(
            codes::RANGE,
            span,
            format!(
                "`{name}` = {} lies outside its range {} .. {}",
                say(value),
                say(low),
                say(high)
            ),
        )
        .label(if value < low {
            "too small"
        } else {
            "too large"
        });
        if let Some(declared) = declared {
            diagnostic = diagnostic.also(declared, "the range is declared here");
        }
        self.report(diagnostic);
    }
}
