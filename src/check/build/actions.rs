//! The protocol in file order: what may stand where, runs, saved states.

use crate::check::array::Scope;
use crate::check::context::{Checker, Context, Role};
use crate::diagnostic::{Diagnostic, codes};
use crate::library::suggest::did_you_mean;
use crate::model::protocol::Action;
use crate::source::Span;
use crate::syntax::ast::{self, Item, ItemKind};
use crate::syntax::operators::AssignOp;
use crate::units::dimension::Dimension;
use crate::units::quantity::Quantity;

impl<'a> Checker<'a> {
    /// Reads the protocol of the root file.
    pub fn protocol(&mut self, changes: &[Span]) {
        let units = self.units;
        let Some(root) = units.first() else { return };
        self.names_of_protocol(&root.file.items);
        for item in &root.file.items {
            self.protocol_item(item, changes);
        }
    }

    /// Reads a statement, at top level or in a body. `changes` are the places of constants that get another value.
    pub fn protocol_item(&mut self, item: &'a Item, changes: &[Span]) {
        if self.protocol.depth > 0 && !self.fits_body(item) {
            return;
        }
        if !self.computed(item) {
            self.action(item, changes);
        }
    }

    /// True for statements that may stand in a body; others are reported.
    fn fits_body(&mut self, item: &Item) -> bool {
        let problem = match &item.kind {
            ItemKind::Run(_) if self.protocol.between_steps => {
                "`run` cannot stand in `every`, which happens during runs"
            }
            ItemKind::Sweep(_) if self.protocol.between_steps => {
                "`sweep` cannot stand in `every`, which happens during runs"
            }
            ItemKind::Run(_)
            | ItemKind::Assignment(_)
            | ItemKind::Constant(_)
            | ItemKind::Let(_)
            | ItemKind::Sweep(_)
            | ItemKind::Collect(_)
            | ItemKind::For(_)
            | ItemKind::Repeat(_)
            | ItemKind::While(_)
            | ItemKind::If(_)
            | ItemKind::Save(_)
            | ItemKind::Restore(_)
            | ItemKind::Stop
            | ItemKind::Every(_)
            | ItemKind::Expect(_)
            | ItemKind::Expression(_)
            | ItemKind::Error => return true,
            ItemKind::Plot(_) | ItemKind::Figure(_) | ItemKind::Mark(_) => {
                "figures stand at top level; `collect` what they show"
            }
            _ => "declarations stand at top level",
        };
        self.report(
            Diagnostic::new(codes::BODY, item.span, "this cannot stand in a body").label(problem),
        );
        false
    }

    fn action(&mut self, item: &'a Item, changes: &[Span]) {
        match &item.kind {
            ItemKind::Title(text) => match &self.model.title {
                None => self.model.title = Some(text.value.clone()),
                Some(_) => self.report(
                    Diagnostic::new(codes::TWICE, text.span, "the title is given twice")
                        .label("given again here"),
                ),
            },
            ItemKind::Run(run) => self.run(run, item.span),
            ItemKind::Constant(constant) if changes.contains(&constant.name.span) => {
                if let Some(range) = &constant.range {
                    self.report(
                        Diagnostic::new(
                            codes::RANGE,
                            range.span,
                            "a range stands at the declaration of a constant",
                        )
                        .label("not where its value changes"),
                    );
                }
                let at = constant.name.span.at_end();
                let operator = AssignOp::Set;
                if self.assign_name(&constant.name, &[], operator, at, &constant.value) {
                    return;
                }
                self.change(&constant.name, operator, None, &constant.value, item.span);
            }
            ItemKind::Assignment(assignment) => self.outside(assignment, item.span),
            ItemKind::Save(name) => {
                self.protocol.saved.push(name.name.clone());
                self.model.protocol.push(Action::Save(name.name.clone()));
            }
            ItemKind::Restore(name) => {
                let saved = self.protocol.saved.clone();
                if saved.contains(&name.name) {
                    self.model
                        .protocol
                        .push(Action::Restore(name.name.clone(), name.span));
                    return;
                }
                let near =
                    did_you_mean(&name.name, saved.iter().map(String::as_str)).map(str::to_string);
                let message = format!("nothing was saved under the name `{}`", name.name);
                let mut diagnostic = Diagnostic::new(codes::RESTORE, name.span, message);
                diagnostic = match near {
                    Some(near) => diagnostic.suggest(name.span, near),
                    None => diagnostic.label(format!("`save {}` must come before", name.name)),
                };
                self.report(diagnostic);
            }
            _ => {}
        }
    }

    fn run(&mut self, run: &'a ast::Run, span: Span) {
        for option in &run.options {
            let text = option.name.as_ref().map_or("", |name| name.name.as_str());
            self.report(
                Diagnostic::new(
                    codes::OPTION,
                    option.span,
                    format!("`run` has no option `{text}`"),
                )
                .label("not known"),
            );
        }
        if run.until.is_some() || self.is_array_code(&run.duration, true) {
            let scope = Scope::root();
            let what = "the duration of a run";
            let duration = self.single_of(&run.duration, Dimension::TIME, what, &scope);
            let until = match &run.until {
                Some(until) => self.array_condition(until, "`until`", &scope).map(Some),
                None => Some(None),
            };
            if let (Some(duration), Some(until)) = (duration, until) {
                self.model.protocol.push(Action::RunUntil {
                    duration: duration.expr,
                    until: until.map(|until| until.expr),
                    span,
                });
            }
            return;
        }
        let typed = self.expr(&run.duration, &Context::new(0, Role::CONSTANT));
        if typed.is_poison() || !self.expect(&typed, Dimension::TIME, "the duration of a run") {
            return;
        }
        let Some(duration) = self.constant_value(&typed, "the duration of a run") else {
            return;
        };
        if duration >= 0.0 && duration.is_finite() {
            self.model.protocol.push(Action::Run { duration, span });
            return;
        }
        let quantity = Quantity::new(duration, Dimension::TIME);
        self.report(
            Diagnostic::new(
                codes::NUMBER,
                typed.span,
                "the duration of a run must not be negative or endless",
            )
            .label(format!("this is {quantity}")),
        );
    }
}
