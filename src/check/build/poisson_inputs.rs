//! `poisson_input bg: exc { target: ge; n: 800; rate: 3 Hz; weight: 1 nS }`: many independent Poisson sources for each neuron.

use crate::check::context::{Checker, Context, Role, Typed};
use crate::diagnostic::{Diagnostic, codes};
use crate::model::projection::{Endpoint, PoissonInput};
use crate::model::protocol::Slice;
use crate::model::term::Type;
use crate::model::{Owner, VariableId, VariableKind};
use crate::source::Span;
use crate::syntax::ast::{self, Expr, ExprKind, ItemKind, MemberKind};
use crate::units::dimension::Dimension;
use crate::units::quantity::Quantity;

/// The words of the block, each of which must be given, with an example.
const WORDS: &[(&str, &str)] = &[
    ("target", "the variable that it adds to, as in `target: ge`"),
    ("n", "how many sources each neuron has, as in `n: 800`"),
    ("rate", "how often each source fires, as in `rate: 3 Hz`"),
    (
        "weight",
        "what one event adds to the variable, as in `weight: 1 nS`",
    ),
];

impl<'a> Checker<'a> {
    /// Reads all blocks of the root file.
    pub fn poisson_inputs(&mut self) {
        let units = self.units;
        let items = units.first().map_or(&[][..], |unit| &unit.file.items);
        for item in items {
            if let ItemKind::PoissonInput(input) = &item.kind
                && let Some(made) = self.poisson_input(input)
            {
                self.model.poisson_inputs.push(made);
            }
        }
    }

    fn poisson_input(&mut self, input: &'a ast::PoissonInput) -> Option<PoissonInput> {
        let given = self.input_words(input);
        let place = self.elements_named(&input.target, 0);
        let [target, n, rate, weight] = given;
        let constant = Context::new(0, Role::CONSTANT);
        let sources = n.and_then(|n| self.sources(n, &constant));
        let dt = place.map_or(self.model.dt, |place| {
            self.model.owner_dt(Owner::Group(place.group))
        });
        let rate = rate.and_then(|rate| self.source_rate(rate, dt, &constant));
        let place = place?;
        let variable = target.and_then(|target| self.input_variable(target, place));
        let role = Role {
            name: "the weight",
            ..Role::CODE
        };
        let weight = weight.and_then(|weight| {
            let typed = self.expr(weight, &Context::at(0, place.into(), role));
            self.input_weight(&typed, variable)
        });
        Some(PoissonInput {
            name: input.name.name.clone(),
            target: Endpoint {
                owner: Owner::Group(place.group),
                first: place.first,
                last: place.last,
            },
            variable: variable?,
            sources: sources?,
            rate: rate?,
            weight: weight?,
            stream: self.stream(),
            span: input.name.span,
        })
    }

    /// The values of the words, in the order of [`WORDS`].
    fn input_words(&mut self, input: &'a ast::PoissonInput) -> [Option<&'a Expr>; 4] {
        let mut given: [Option<&Expr>; 4] = [None; 4];
        let mut broken = false;
        for member in &input.members {
            let MemberKind::Field(field) = &member.kind else {
                broken |= matches!(member.kind, MemberKind::Error);
                if !matches!(member.kind, MemberKind::Error) {
                    self.report(
                        Diagnostic::new(
                            codes::MEMBER,
                            member.span,
                            "a `poisson_input` has no variables",
                        )
                        .label("expected `target:`, `n:`, `rate:` or `weight:`"),
                    );
                }
                continue;
            };
            let word = &field.word;
            let Some(k) = WORDS.iter().position(|(name, _)| *name == word.name) else {
                let words: Vec<&str> = WORDS.iter().map(|(name, _)| *name).collect();
                self.unknown_word(word, &words);
                continue;
            };
            if let Some(slot) = given.get_mut(k)
                && let Some(first) = slot.replace(&field.value)
            {
                let message = format!("`{}` is given twice", word.name);
                self.report(
                    Diagnostic::new(codes::TWICE, word.span, message)
                        .label("given again here")
                        .also(first.span, "first given here"),
                );
            }
        }
        let missing = WORDS
            .iter()
            .zip(&given)
            .filter(|(_, value)| value.is_none());
        let missing: Vec<_> = missing.map(|(word, _)| word).collect();
        if let Some((word, what)) = missing.first().filter(|_| !broken) {
            let name = &input.name;
            let message = format!("the Poisson input `{}` lacks its `{word}:`", name.name);
            let mut diagnostic = Diagnostic::new(codes::INPUT, name.span, message)
                .label(format!("`{word}:` is missing"))
                .note(format!("{word}: {what}"));
            for (word, what) in missing.iter().skip(1) {
                diagnostic = diagnostic.note(format!("{word}: {what}"));
            }
            self.report(diagnostic);
        }
        given
    }

    fn sources(&mut self, expr: &Expr, context: &Context) -> Option<u64> {
        let typed = self.expr(expr, context);
        let count = self.whole(&typed, "the number of sources")?;
        if count >= 0 {
            return Some(count as u64);
        }
        self.report(
            Diagnostic::new(
                codes::NUMBER,
                expr.span,
                "the number of sources must not be negative",
            )
            .label(format!("this is {count}")),
        );
        None
    }

    /// The rate of one source: it must not have more than one event in a step.
    fn source_rate(&mut self, expr: &Expr, dt: f64, context: &Context) -> Option<f64> {
        let hertz = Dimension::TIME.inverse();
        let typed = self.expr(expr, context);
        if typed.is_poison() || !self.expect(&typed, hertz, "`rate`") {
            return None;
        }
        let rate = self.constant_value(&typed, "the rate of a Poisson input")?;
        let quantity = Quantity::new(rate, hertz);
        if rate < 0.0 {
            self.report(
                Diagnostic::new(codes::NUMBER, expr.span, "a rate must not be negative")
                    .label(format!("this is {quantity}")),
            );
            return None;
        }
        // As in counts of spikes: a rate of 1/dt, rounded, is one event in every step.
        if rate * dt <= 1.0 + 1e-9 {
            return Some(rate);
        }
        let (step, most) = (
            Quantity::new(dt, Dimension::TIME),
            Quantity::new(1.0 / dt, hertz),
        );
        self.report(
            Diagnostic::new(
                codes::INPUT,
                expr.span,
                "each source would have more than one event in a time step",
            )
            .label(format!(
                "this is {quantity}: {} events in {step}",
                Quantity::number(rate * dt)
            ))
            .note(format!(
                "a source has one event in a step at most, so its rate is at most {most}"
            ))
            .note("more sources of a lower rate give the same mean: raise `n`, lower `rate`"),
        );
        None
    }

    /// The variable that is added to.
    fn input_variable(&mut self, expr: &'a Expr, place: Slice) -> Option<VariableId> {
        let quoted = match &expr.ungrouped().kind {
            ExprKind::Text(text) => self.quoted_expr(text),
            _ => None,
        };
        let expr = quoted.as_ref().unwrap_or(expr);
        let (name, span) = match &expr.ungrouped().kind {
            ExprKind::Name(name) => (name.clone(), expr.span),
            // `exc.ge` says which population, which stands above already.
            ExprKind::Member { name, .. } => (name.name.clone(), name.span),
            ExprKind::Error => return None,
            _ => {
                self.report(
                    Diagnostic::new(codes::KIND, expr.span, "expected the name of a variable")
                        .label("not a name"),
                );
                return None;
            }
        };
        let Some(id) = self.variable_of(place.group, &name) else {
            self.unknown_variable(place.group, &ast::Ident { name, span });
            return None;
        };
        self.used.insert(id);
        let variable = &self.model.variables[id];
        let declared = variable.span;
        let set_by_program = self.model.groups[place.group]
            .refractory_state
            .is_some_and(|state| state.lastspike == id || state.not_refractory == id);
        let (code, label) = match variable.kind {
            _ if set_by_program => (
                codes::NOT_WRITABLE,
                "is set by the program when a neuron spikes",
            ),
            VariableKind::Subexpression { .. } => (
                codes::NOT_WRITABLE,
                "is defined by an equation at all times",
            ),
            VariableKind::Linked { .. } => (codes::NOT_WRITABLE, "belongs to another population"),
            _ if variable.shared => (
                codes::SHARED,
                "one value for all neurons, but each has sources of its own",
            ),
            _ if variable.ty == Type::Boolean => (codes::TRUTH, "is a truth value"),
            _ if variable.ty == Type::Integer => (codes::FRACTION, "is a whole number"),
            _ => return Some(id),
        };
        let message = format!("a Poisson input cannot add to `{name}`");
        self.report(
            Diagnostic::new(code, span, message)
                .label(label)
                .also(declared, "declared here"),
        );
        None
    }

    fn input_weight(
        &mut self,
        typed: &Typed,
        variable: Option<VariableId>,
    ) -> Option<crate::model::term::TermId> {
        let variable = variable?;
        let (name, dimension, declared) = {
            let variable = &self.model.variables[variable];
            (variable.name.clone(), variable.dimension, variable.span)
        };
        if typed.is_poison() || self.faulty.contains(&variable) {
            return None;
        }
        if !typed.dim.fits(dimension) {
            self.weight_unit(typed, &name, dimension, declared);
            return None;
        }
        self.fit_type(typed, Type::Float, "weight", None)
    }

    fn weight_unit(&mut self, typed: &Typed, name: &str, wanted: Dimension, declared: Span) {
        let is = crate::check::dims::is_a;
        let found = typed.dim.settled().unwrap_or(Dimension::NONE);
        let message = format!(
            "`{name}` is {}, but the weight is {}",
            is(wanted),
            is(found)
        );
        let mut diagnostic = Diagnostic::new(codes::VALUE_UNIT, typed.span, message)
            .label(is(found))
            .also(declared, format!("`{name}` is declared here"));
        if found.is_none() {
            diagnostic = self.missing_unit(diagnostic, typed, wanted);
        }
        self.report(diagnostic);
    }
}
