//! Values of synapses from outside: `S.w = …`, `S.w[3]`, `S.w[i, :]`, `S.delay`, `record w of S`.
//!
//! How many synapses there are is known only when they are made, so numbers of synapses are checked then.

use crate::check::build::elements::Picked;
use crate::check::build::records::Sampling;
use crate::check::context::{Checker, Context, Role};
use crate::check::dims::Dim;
use crate::check::globals::Global;
use crate::diagnostic::{Diagnostic, codes};
use crate::library::suggest::did_you_mean;
use crate::model::code::{Assignment, Selection, Value};
use crate::model::figure::Series;
use crate::model::projection::{Delay, Side};
use crate::model::protocol::{Record, Recorded, Which};
use crate::model::term::{Comparison, Term, TermId, Type};
use crate::model::{ProjectionId, VariableId, VariableKind};
use crate::source::Span;
use crate::syntax::ast::{self, Expr, ExprKind, Ident, Subscript};

/// A variable of synapses as written: `S.w`, `S.slow.delay`, with subscripts on either end.
#[derive(Debug)]
pub struct Written<'e> {
    /// Whose.
    pub id: ProjectionId,
    /// `slow` of `S.slow.delay`.
    pub pathway: Option<&'e Ident>,
    /// The variable.
    name: &'e Ident,
    /// Subscripts.
    pub subscripts: &'e [Subscript],
}

impl<'a> Checker<'a> {
    /// A variable of synapses, where an expression is one: otherwise nothing, and nothing is said.
    pub fn synaptic<'e>(&self, expr: &'e Expr) -> Option<Written<'e>> {
        let (inner, subscripts) = match &expr.ungrouped().kind {
            ExprKind::Index { base, subscripts } => (base.ungrouped(), subscripts.as_slice()),
            _ => (expr.ungrouped(), &[][..]),
        };
        let ExprKind::Member { base, name } = &inner.kind else {
            return None;
        };
        let (base, pathway) = match &base.ungrouped().kind {
            ExprKind::Member { base, name } => (&**base, Some(name)),
            _ => (&**base, None),
        };
        let (id, own) = self.synapses_named(base)?;
        Some(Written {
            id,
            pathway,
            name,
            subscripts: if subscripts.is_empty() {
                own
            } else {
                subscripts
            },
        })
    }

    /// `S`, `S[0:10]`: which projection, and its subscripts.
    pub fn synapses_named<'e>(&self, expr: &'e Expr) -> Option<(ProjectionId, &'e [Subscript])> {
        let (base, subscripts) = match &expr.ungrouped().kind {
            ExprKind::Index { base, subscripts } => (base.ungrouped(), subscripts.as_slice()),
            _ => (expr.ungrouped(), &[][..]),
        };
        match self.global(0, base.as_name()?)? {
            (Global::Projection(id), _) => Some((id, subscripts)),
            _ => None,
        }
    }

    /// The stored variable, or delay, that is written.
    pub fn synaptic_variable(&mut self, written: &Written) -> Option<VariableId> {
        let (id, name) = (written.id, written.name);
        if let Some(pathway) = written.pathway {
            return match name.name.as_str() {
                "delay" => self.delay_of(id, &pathway.name, pathway.span),
                _ => {
                    self.report(
                        Diagnostic::new(
                            codes::UNKNOWN_NAME,
                            name.span,
                            format!("a pathway has no `{}`", name.name),
                        )
                        .label("only `delay`"),
                    );
                    None
                }
            };
        }
        let own = self.variable_of(id, &name.name);
        if let Some(own) = own {
            let variable = &self.model.variables[own];
            if !matches!(variable.kind, VariableKind::Remote { .. }) {
                return Some(own);
            }
        } else if name.name == "delay" {
            let all = &self.model.projections[id].pathways;
            let only = match all.as_slice() {
                [only] => only.name.clone(),
                _ => "pre".to_string(),
            };
            return self.delay_of(id, &only, name.span);
        }
        let own = self.names_of(id.into());
        if self.resolve(id.into(), &name.name).is_none() || self.is_incomplete(id) {
            self.unknown_variable(id, name);
            return None;
        }
        self.report(
            Diagnostic::new(
                codes::NOT_WRITABLE,
                name.span,
                format!("`{}` belongs to neurons, not to the synapses", name.name),
            )
            .label("assign to the variable of the population")
            .note(format!("variables of the synapses are {}", own.join(", "))),
        );
        None
    }

    /// The variable that holds the delays of a pathway; it takes the place of a common delay.
    pub fn delay_of(&mut self, id: ProjectionId, pathway: &str, span: Span) -> Option<VariableId> {
        let all = &self.model.projections[id].pathways;
        let position = all.iter().position(|p| p.name == pathway);
        let found = position.and_then(|k| all.get(k)).map(|p| p.delay.clone());
        let Some(found) = found else {
            let names: Vec<String> = all.iter().map(|p| p.name.clone()).collect();
            if self.is_incomplete(id) {
                return None;
            }
            let near = did_you_mean(pathway, names.iter().map(String::as_str));
            let mut diagnostic = Diagnostic::new(
                codes::DELAY,
                span,
                format!("there is no pathway `{pathway}` to delay"),
            );
            diagnostic = match near.map(str::to_string) {
                Some(near) => diagnostic.suggest(span, near),
                None if names.is_empty() => diagnostic.label("the synapses have no pathways"),
                None => diagnostic
                    .label("not declared")
                    .note(format!("pathways: {}", names.join(", "))),
            };
            self.report(diagnostic);
            return None;
        };
        let seconds = match found {
            Delay::PerSynapse(variable) => return Some(variable),
            Delay::Common(seconds) => seconds,
        };
        let variable = self.delay_variable(id, pathway, span);
        let value = self.model.terms.number(seconds);
        let projection = &mut self.model.projections[id];
        projection.initial.push(Assignment {
            variable,
            selection: Selection::All,
            value: Value::Term(value),
            as_code: false,
            span,
        });
        if let Some(pathway) = position.and_then(|k| projection.pathways.get_mut(k)) {
            pathway.delay = Delay::PerSynapse(variable);
        }
        Some(variable)
    }

    /// An assignment of the protocol.
    pub fn assign_synaptic(
        &mut self,
        written: &Written,
        assignment: &'a ast::Assignment,
        span: Span,
    ) {
        let Some(id) = self.synaptic_variable(written) else {
            return;
        };
        let name = written.name;
        if self.is_index(id) {
            self.report(
                Diagnostic::new(
                    codes::NOT_WRITABLE,
                    name.span,
                    format!("`{}` cannot be assigned to", name.name),
                )
                .label("follows from `connect:`"),
            );
            return;
        }
        if !self.may_assign(id, name.span) {
            return;
        }
        let place = assignment.place.span;
        let Some(selection) = self.synapses_selected(written.id, written.subscripts, place) else {
            return;
        };
        let place = self.place(written.id);
        self.assign(assignment, id, place, selection, span);
    }

    /// Which synapses an assignment touches.
    fn synapses_selected(
        &mut self,
        id: ProjectionId,
        subscripts: &[Subscript],
        span: Span,
    ) -> Option<Selection> {
        let one = match subscripts {
            [] => return Some(Selection::All),
            [one] => one,
            [pre, post] => {
                let condition = self.between(id, pre, post, span)?;
                return Some(condition.map_or(Selection::All, Selection::Where));
            }
            _ => {
                self.report(
                    Diagnostic::new(
                        codes::INDEX,
                        span,
                        "synapses are picked by one or two entries",
                    )
                    .label("write `S.w[number]` or `S.w[source, target]`"),
                );
                return None;
            }
        };
        if let Some(condition) = self.condition_subscript(subscripts) {
            let place = self.place(id);
            let typed = self.expr(&condition, &Context::at(0, place, Role::VALUE));
            if typed.is_poison() || !self.is_condition(&typed, "a selection") {
                return None;
            }
            return Some(Selection::Where(typed.term));
        }
        if let Subscript::Index(expr) = one
            && let ExprKind::Text(_) = expr.ungrouped().kind
        {
            return None;
        }
        Some(match self.synapse_numbers(one, span)? {
            Picked::All => Selection::All,
            Picked::Range { start, stop, step } => Selection::Range { start, stop, step },
            Picked::List(list) => Selection::Indices(list),
        })
    }

    /// Numbers of synapses. They count from the start, since the end is not known.
    pub(super) fn synapse_numbers(&mut self, subscript: &Subscript, span: Span) -> Option<Picked> {
        // Lists are checked against the largest number that fits; an open end reaches as far.
        let picked = self.picked(std::slice::from_ref(subscript), u32::MAX as usize, span)?;
        let negative = match &picked {
            Picked::List(list) => list.iter().any(|k| *k > u32::MAX / 2),
            Picked::Range { start, stop, .. } => {
                let half = u32::MAX as usize / 2;
                *start > half || (*stop > half && *stop != u32::MAX as usize)
            }
            Picked::All => false,
        };
        if negative {
            self.report(
                Diagnostic::new(codes::INDEX, span, "synapses are counted from the first")
                    .label("counts from the end, which is not known before they are made"),
            );
            return None;
        }
        Some(match picked {
            Picked::Range {
                start: 0,
                stop,
                step: 1,
            } if stop == u32::MAX as usize => Picked::All,
            Picked::Range { start, stop, step } if stop == u32::MAX as usize => Picked::Range {
                start,
                stop: usize::MAX,
                step,
            },
            other => other,
        })
    }

    /// Elements of one side; nothing inside for all.
    fn of_one_side(
        &mut self,
        id: ProjectionId,
        side: Side,
        subscript: &Subscript,
        span: Span,
    ) -> Option<Option<Picked>> {
        let size = self.endpoint_size(id, side).unwrap_or(u32::MAX as usize);
        if let Subscript::Slice {
            start: None,
            stop: None,
            step: None,
            ..
        } = subscript
        {
            return Some(None);
        }
        self.picked(std::slice::from_ref(subscript), size, span)
            .map(Some)
    }

    /// `S.w[3, :]` as a condition; nothing inside for all synapses.
    fn between(
        &mut self,
        id: ProjectionId,
        pre: &Subscript,
        post: &Subscript,
        span: Span,
    ) -> Option<Option<TermId>> {
        let indices = self.model.projections[id].indices;
        let mut conditions = Vec::new();
        for (subscript, side, index) in [(pre, Side::Pre, indices.i), (post, Side::Post, indices.j)]
        {
            if let Some(picked) = self.of_one_side(id, side, subscript, span)? {
                conditions.push(self.among(index, &picked));
            }
        }
        let terms = &mut self.model.terms;
        Some(
            conditions
                .into_iter()
                .reduce(|a, b| terms.add(Term::And(a, b))),
        )
    }

    /// True for the elements that are picked.
    fn among(&mut self, index: VariableId, picked: &Picked) -> TermId {
        let terms = &mut self.model.terms;
        let index = terms.variable(index, Type::Integer);
        let compare = |comparison, value: i64, terms: &mut crate::model::term::Terms| {
            let value = terms.integer(value);
            terms.add(Term::Compare(comparison, index, value))
        };
        match picked {
            Picked::All => terms.add(Term::Boolean(true)),
            Picked::List(list) => {
                let all: Vec<_> = list
                    .iter()
                    .map(|k| compare(Comparison::Equal, i64::from(*k), terms))
                    .collect();
                let any = all.into_iter().reduce(|a, b| terms.add(Term::Or(a, b)));
                any.unwrap_or_else(|| terms.add(Term::Boolean(false)))
            }
            Picked::Range { start, stop, step } => {
                let above = compare(Comparison::GreaterEqual, *start as i64, terms);
                let below = compare(Comparison::Less, *stop as i64, terms);
                let within = terms.add(Term::And(above, below));
                if *step == 1 {
                    return within;
                }
                let (first, step) = (terms.integer(*start as i64), terms.integer(*step as i64));
                let distance = terms.minus(index, first);
                let call = Term::Call(
                    crate::model::term::Intrinsic::Mod,
                    Box::new([distance, step]),
                );
                let (rest, zero) = (terms.add(call), terms.integer(0));
                let hit = terms.add(Term::Compare(Comparison::Equal, rest, zero));
                terms.add(Term::And(within, hit))
            }
        }
    }

    /// Which synapses are recorded.
    fn recorded_synapses(
        &mut self,
        id: ProjectionId,
        subscripts: &[Subscript],
        span: Span,
    ) -> Option<Which> {
        match subscripts {
            [] => Some(Which::All),
            [one] => match self.synapse_numbers(one, span)? {
                Picked::All => Some(Which::All),
                Picked::List(list) => Some(Which::Numbers(list)),
                Picked::Range { stop, .. } if stop == usize::MAX => {
                    self.report(
                        Diagnostic::new(codes::INDEX, span, "where does the slice end?")
                            .label("the number of synapses is not known before they are made"),
                    );
                    None
                }
                picked @ Picked::Range { start, stop, .. } => {
                    self.few_enough(stop - start, span)?;
                    Some(Which::Numbers(picked.positions(0)))
                }
            },
            [pre, post] => {
                let pre = self.of_one_side(id, Side::Pre, pre, span)?;
                let post = self.of_one_side(id, Side::Post, post, span)?;
                let mut list = |picked: Option<Picked>| match picked {
                    None | Some(Picked::All) => Some(None),
                    Some(picked) => {
                        if let Picked::Range { start, stop, .. } = picked {
                            self.few_enough(stop - start, span)?;
                        }
                        Some(Some(picked.positions(0)))
                    }
                };
                Some(Which::Between {
                    pre: list(pre)?,
                    post: list(post)?,
                })
            }
            _ => {
                self.report(
                    Diagnostic::new(
                        codes::INDEX,
                        span,
                        "synapses are picked by one or two entries",
                    )
                    .label("write `S[number]` or `S[source, target]`"),
                );
                None
            }
        }
    }

    /// `record w of S`.
    pub fn record_synapses(
        &mut self,
        record: &'a ast::Record,
        of: &'a Expr,
        (id, subscripts): (ProjectionId, &'a [Subscript]),
        sampling: Sampling,
        span: Span,
    ) {
        if let Some(with) = record.with.first() {
            self.report(
                Diagnostic::new(
                    codes::RECORD,
                    with.span,
                    "`with` belongs to events of neurons",
                )
                .label("values over time are listed before `of`"),
            );
        }
        let which = self.recorded_synapses(id, subscripts, of.span);
        let mut variables = Vec::new();
        for what in &record.what {
            let Some(name) = what.as_name() else {
                if !what.is_error() {
                    self.report(
                        Diagnostic::new(
                            codes::RECORD,
                            what.span,
                            "only variables of synapses are recorded",
                        )
                        .label("expected a name")
                        .note("declare a subexpression for a formula, and record that"),
                    );
                }
                continue;
            };
            let ident = Ident {
                name: name.to_string(),
                span: what.span,
            };
            if let Some(variable) = self.recordable(id, &ident)
                && !variables.contains(&variable)
            {
                variables.push(variable);
            }
        }
        let Some(which) = which.filter(|_| !variables.is_empty()) else {
            return;
        };
        let what = Recorded::Synapses {
            projection: id,
            variables,
            which,
            every: sampling.every,
            slot: sampling.slot.unwrap_or_else(|| "start".to_string()),
        };
        let name = self.model.projections[id].name.clone();
        self.push_record(&name, what, span);
    }

    /// Lines of synaptic values over time.
    pub fn synaptic_lines_over_time(
        &mut self,
        written: &Written,
        span: Span,
    ) -> Option<(Series, Dim, bool)> {
        let id = written.id;
        let variable = match written.pathway {
            Some(_) => self.synaptic_variable(written)?,
            None => self.recordable(id, written.name)?,
        };
        let which = self.recorded_synapses(id, written.subscripts, span)?;
        let elements = match &which {
            Which::Numbers(numbers) => numbers.clone(),
            _ => Vec::new(),
        };
        let record = self.record_of_synapses(id, variable, which, span);
        let series = Series::Lines {
            record,
            variable,
            elements,
        };
        Some((series, self.variable_dim(variable), false))
    }

    /// The record that holds a variable of some synapses: an explicit one, or one that is added for plots.
    fn record_of_synapses(
        &mut self,
        id: ProjectionId,
        variable: VariableId,
        which: Which,
        span: Span,
    ) -> usize {
        let among = |other: &Which| match (&which, other) {
            (Which::Numbers(wanted), Which::Numbers(given)) => {
                wanted.iter().all(|number| given.contains(number))
            }
            (Which::Numbers(_), Which::All) => true,
            _ => which == *other,
        };
        let of_these = |record: &Record| match &record.what {
            Recorded::Synapses {
                projection,
                which: other,
                ..
            } => *projection == id && among(other),
            _ => false,
        };
        let has = |record: &Record| match &record.what {
            Recorded::Synapses { variables, .. } => variables.contains(&variable),
            _ => false,
        };
        let records = &mut self.model.records;
        if let Some(known) = records.iter().position(|r| of_these(r) && has(r)) {
            return known;
        }
        let same = |record: &Record| matches!(&record.what, Recorded::Synapses { which: other, .. } if *other == which);
        let open = records
            .iter()
            .position(|r| r.implied && of_these(r) && same(r));
        if let Some(open) = open
            && let Some(Recorded::Synapses { variables, .. }) =
                records.get_mut(open).map(|record| &mut record.what)
        {
            variables.push(variable);
            return open;
        }
        let name = self.model.projections[id].name.clone();
        self.model.records.push(Record {
            name,
            what: Recorded::Synapses {
                projection: id,
                variables: vec![variable],
                which,
                every: None,
                slot: "start".to_string(),
            },
            implied: true,
            span,
        });
        self.model.records.len() - 1
    }
}
