//! Which of a synapse's equations are advanced when: in every step, or when an event arrives.

use std::collections::BTreeSet;

use crate::check::build::members::Body;
use crate::check::context::Checker;
use crate::check::rules::start::variables_in;
use crate::diagnostic::{Diagnostic, codes};
use crate::model::term::TermId;
use crate::model::{ProjectionId, VariableId, VariableKind};
use crate::syntax::ast::MemberKind;

impl<'a> Checker<'a> {
    /// Every equation says when it is advanced, and the two kinds do not read each other.
    pub fn kinds_of_equations(&mut self, id: ProjectionId, body: &Body<'a>) {
        for line in &body.lines {
            let MemberKind::Differential(equation) = &line.member.kind else {
                continue;
            };
            let said = |name: &str| equation.flags.iter().find(|flag| flag.name == name);
            match (said("event-driven"), said("clock-driven")) {
                (Some(_), Some(other)) => {
                    self.report(
                        Diagnostic::new(
                            codes::FLAG,
                            other.span,
                            "an equation is either event-driven or clock-driven",
                        )
                        .label("the other flag stands here as well"),
                    );
                }
                (None, None) if equation.unit.is_some() && equation.flags.is_empty() => {
                    let name = &equation.name.name;
                    let end = equation.unit.as_ref().map(|unit| unit.span.at_end());
                    let mut diagnostic = Diagnostic::new(
                        codes::CLOCK_DRIVEN,
                        equation.name.span,
                        format!("`{name}` is integrated for every synapse in every step"),
                    )
                    .label("neither `(event-driven)` nor `(clock-driven)`")
                    .note("`(event-driven)` computes it only when a spike arrives, which is much faster; `(clock-driven)` says that every step is meant");
                    if let Some(end) = end.filter(|_| line.file == 0) {
                        diagnostic = diagnostic.fix(
                            "say that only events need it",
                            end,
                            " (event-driven)",
                            false,
                        );
                    }
                    self.report(diagnostic);
                }
                _ => {}
            }
        }
        self.separate(id);
    }

    /// Event-driven equations do not know what clock-driven ones do between events, and their values are old in between.
    fn separate(&mut self, id: ProjectionId) {
        let projection = &self.model.projections[id];
        let event: Vec<_> = projection.event_driven.equations.clone();
        let clock: Vec<_> = projection.system.equations.clone();
        if event.is_empty() || clock.is_empty() {
            return;
        }
        let states = |equations: &[crate::model::Equation]| {
            equations
                .iter()
                .map(|e| e.variable)
                .collect::<BTreeSet<_>>()
        };
        let (of_events, of_clock) = (states(&event), states(&clock));
        for (equations, others, this, other) in [
            (&event, &of_clock, "event-driven", "clock-driven"),
            (&clock, &of_events, "clock-driven", "event-driven"),
        ] {
            for equation in equations {
                let read = self.states_read(equation.rhs);
                let Some(found) = read.intersection(others).next().copied() else {
                    continue;
                };
                let name = self.model.variables[found].name.clone();
                let own = self.model.variables[equation.variable].name.clone();
                let declared = self.model.variables[found].span;
                self.report(
                    Diagnostic::new(
                        codes::EVENT_DRIVEN,
                        equation.span,
                        format!("`{own}` is {this}, but reads `{name}`, which is {other}"),
                    )
                    .label(format!("reads `{name}`"))
                    .also(declared, format!("{other} here"))
                    .note("the value of an event-driven variable is computed only when an event arrives: make both clock-driven"),
                );
            }
        }
    }

    /// State variables that a term reads, through subexpressions.
    fn states_read(&self, term: TermId) -> BTreeSet<VariableId> {
        let mut found = variables_in(self, term);
        found.retain(|id| self.model.variables[*id].kind == VariableKind::State);
        found
    }
}
