//! `connect:` lines: which pairs of neurons synapses are made for.

use std::collections::BTreeSet;

use super::Ready;
use crate::check::build::members::Line;
use crate::check::context::{Checker, Context, Role, Typed};
use crate::check::dims::Dim;
use crate::diagnostic::{Diagnostic, codes};
use crate::model::projection::{Connect, Probability, Rule, Sequence, Side};
use crate::model::term::{Term, TermId, Type};
use crate::model::{Owner, ProjectionId, Variable, VariableId, VariableKind};
use crate::source::Span;
use crate::syntax::ast::{self, Argument, ConnectKind, Expr, ExprKind, Generator, MemberKind};
use crate::units::dimension::Dimension;
use crate::units::quantity::Quantity;

/// Copies of a synapse beyond this are a slip.
const MAX_COPIES: i64 = 1 << 30;

impl<'a> Checker<'a> {
    /// Reads all `connect:` lines. Own lines take the place of inherited ones.
    pub fn connections(&mut self, id: ProjectionId, ready: &Ready<'a>) {
        let lines = ready.body.lines.iter().filter_map(|line| {
            let MemberKind::Connect(connect) = &line.member.kind else {
                return None;
            };
            Some((line, connect))
        });
        let lines: Vec<_> = lines.collect();
        let own = lines.iter().any(|(line, _)| !line.inherited);
        for (line, connect) in &lines {
            if line.inherited && own {
                continue;
            }
            if let Some(rule) = self.connect(id, line, connect) {
                let span = line.member.span;
                self.model.projections[id]
                    .connect
                    .push(Connect { rule, span });
            }
        }
        let broken = ready.body.lines.iter();
        let mut broken = broken.filter(|line| line.member.kind == MemberKind::Error);
        if lines.is_empty() && broken.next().is_none() && !self.is_incomplete(id) {
            let name = &ready.written.name;
            self.report(
                Diagnostic::new(
                    codes::NOT_CONNECTED,
                    name.span,
                    format!("`{}` connects nothing: it says not which neurons", name.name),
                )
                .label("`connect:` is missing")
                .note("as in `connect: all`, `connect: p = 0.1` or `connect: j = i`; `snnc help synapses` lists all forms"),
            );
        }
    }

    fn connect(
        &mut self,
        id: ProjectionId,
        line: &Line<'a>,
        connect: &'a ast::Connect,
    ) -> Option<Rule> {
        let context = Context::at(line.file, self.place(id), Role::CONNECT);
        let with = |connect: &'a ast::Connect| connect.probability.as_ref();
        match &connect.kind {
            ConnectKind::All => {
                let probability =
                    self.optional(with(connect), |c, p| c.probability(id, p, &context))?;
                let copies = self.optional(connect.count.as_ref(), |c, n| c.copies(n, &context))?;
                self.no_skip(connect);
                Some(Rule::Pairs {
                    condition: None,
                    probability: probability.flatten(),
                    copies: copies.flatten(),
                })
            }
            ConnectKind::Condition(condition) => {
                let condition = self.condition(condition, &context, "`connect: if`");
                let probability =
                    self.optional(with(connect), |c, p| c.probability(id, p, &context))?;
                let copies = self.optional(connect.count.as_ref(), |c, n| c.copies(n, &context))?;
                self.no_skip(connect);
                Some(Rule::Pairs {
                    condition: Some(condition?.term),
                    probability: probability.flatten(),
                    copies: copies.flatten(),
                })
            }
            ConnectKind::Generated(generator) => {
                self.no_probability(connect, "write `sample(…, p = …)` behind `in`");
                let copies = self.optional(connect.count.as_ref(), |c, n| c.copies(n, &context))?;
                self.generated(
                    id,
                    generator,
                    connect.skip.is_some(),
                    copies.flatten(),
                    context,
                )
            }
            ConnectKind::Pairs { i, j } => {
                self.no_probability(connect, "leave pairs out of the lists instead");
                self.no_skip(connect);
                let copies =
                    self.optional(connect.count.as_ref(), |c, n| c.fixed_copies(n, &context))?;
                let (i, j) = self.listed(id, i, j, line.file)?;
                Some(Rule::Listed {
                    i,
                    j,
                    copies: copies.unwrap_or(1),
                })
            }
            ConnectKind::From(path) => self.edges(id, connect, path, line.file),
        }
    }

    /// Nothing outside where a part is faulty, nothing inside where it is not given.
    pub(super) fn optional<E, T>(
        &mut self,
        given: Option<E>,
        read: impl FnOnce(&mut Self, E) -> Option<T>,
    ) -> Option<Option<T>> {
        match given {
            None => Some(None),
            Some(given) => read(self, given).map(Some),
        }
    }

    pub(super) fn no_skip(&mut self, connect: &ast::Connect) {
        if let Some(span) = connect.skip {
            self.report(
                Diagnostic::new(
                    codes::CONNECT,
                    span,
                    "`skip` belongs to indices that are computed, as in `j = i + 1, skip`",
                )
                .label("nothing to leave out here"),
            );
        }
    }

    pub(super) fn no_probability(&mut self, connect: &ast::Connect, note: &str) {
        if let Some(probability) = &connect.probability {
            self.report(
                Diagnostic::new(
                    codes::CONNECT,
                    probability.span,
                    "a probability is for pairs, but here the targets are given",
                )
                .label("cannot be combined")
                .note(note),
            );
        }
    }

    /// A probability; nothing inside for one that is always 1.
    fn probability(
        &mut self,
        id: ProjectionId,
        expr: &Expr,
        context: &Context,
    ) -> Option<Option<Probability>> {
        let typed = self.expr(expr, context);
        if typed.is_poison()
            || !self.is_number(&typed, "use as a probability")
            || !self.expect(&typed, Dimension::NONE, "a probability")
        {
            return None;
        }
        let known = self.evaluate(typed.term);
        if let Some(value) = known.filter(|value| *value < 0.0 || value.is_nan()) {
            self.not_negative(&typed, "a probability", value);
            return None;
        }
        if let Some(value) = known.filter(|value| *value > 1.0) {
            let percent = Quantity::number(value / 100.0);
            self.report(
                Diagnostic::new(codes::NUMBER, typed.span, "a probability is at most 1")
                    .label(format!("this is {}", Quantity::number(value)))
                    .note(format!("for a percentage divide by 100: {percent}")),
            );
            return None;
        }
        if known == Some(1.0) {
            return Some(None);
        }
        let term = self.fit_type(&typed, Type::Float, "p", None)?;
        let j = self.model.projections[id].indices.j;
        let constant_per_row = !self.differs_along(term, Side::Post, j);
        Some(Some(Probability {
            term,
            stream: self.stream(),
            constant_per_row,
        }))
    }

    fn not_negative(&mut self, typed: &Typed, what: &str, value: f64) {
        let quantity = Quantity::number(value);
        self.report(
            Diagnostic::new(
                codes::NUMBER,
                typed.span,
                format!("{what} must not be negative"),
            )
            .label(format!("this is {quantity}")),
        );
    }

    /// `n = …`; nothing inside for 1.
    fn copies(&mut self, expr: &Expr, context: &Context) -> Option<Option<TermId>> {
        let term = self.whole_number(expr, context, "the number of synapses per pair")?;
        Some((self.evaluate(term) != Some(1.0)).then_some(term))
    }

    pub(super) fn fixed_copies(&mut self, expr: &Expr, context: &Context) -> Option<u32> {
        let constant = Context::new(context.file, Role::CONSTANT);
        let typed = self.expr(expr, &constant);
        let copies = self.whole(&typed, "the number of synapses per pair")?;
        if (0..=MAX_COPIES).contains(&copies) {
            return Some(copies as u32);
        }
        self.not_negative(&typed, "the number of synapses per pair", copies as f64);
        None
    }

    /// A whole number, computed for every pair or row.
    fn whole_number(&mut self, expr: &Expr, context: &Context, what: &str) -> Option<TermId> {
        let typed = self.expr(expr, context);
        if typed.is_poison()
            || !self.is_number(&typed, "use as a number")
            || !self.expect(&typed, Dimension::NONE, what)
        {
            return None;
        }
        if typed.ty == Type::Float {
            // A constant such as 1e3 or 2*10.0 is whole although it is not written so.
            if let Some(value) = self.evaluate(typed.term).filter(|v| v.fract() == 0.0) {
                return Some(self.model.terms.integer(value as i64));
            }
            self.whole_needed(&typed, what);
            return None;
        }
        Some(typed.term)
    }

    /// True where a term differs along a row: it reads the inner index, a variable of the inner side, or draws random numbers.
    fn differs_along(&self, term: TermId, inner: Side, index: VariableId) -> bool {
        self.inner_variable(term, inner, index).is_some()
            || self
                .model
                .terms
                .any(term, &mut |term| matches!(term, Term::Random(..)))
    }

    /// What a term reads of the inner side.
    fn inner_variable(&self, term: TermId, inner: Side, index: VariableId) -> Option<VariableId> {
        let mut seen = BTreeSet::new();
        let mut open = vec![term];
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            if let Term::Variable(variable) = self.model.terms.get(id) {
                let found = &self.model.variables[*variable];
                let of_inner =
                    matches!(found.kind, VariableKind::Remote { side, .. } if side == inner);
                if *variable == index || (of_inner && !found.shared) {
                    return Some(*variable);
                }
            }
            open.extend(self.model.terms.children(id));
        }
        None
    }

    /// `j = EXPR for k in RANGE if COND`.
    fn generated(
        &mut self,
        id: ProjectionId,
        generator: &'a Generator,
        skip: bool,
        copies: Option<TermId>,
        mut context: Context,
    ) -> Option<Rule> {
        let indices = self.model.projections[id].indices;
        let (outer, inner, index) = match generator.index.name.as_str() {
            "j" => (Side::Pre, Side::Post, indices.j),
            _ => (Side::Post, Side::Pre, indices.i),
        };
        let row = Row { inner, index };
        let variable = self.loop_variable(id, generator);
        let sequence = match &generator.values {
            None => Some(Sequence::Once),
            Some(values) => self.sequence(values, &row, &context),
        };
        if let Some(name) = &generator.variable {
            let term = self.model.terms.variable(variable, Type::Integer);
            let value = self.typed(term, Dim::NONE, name.span);
            context.locals.push((name.name.clone(), value));
        }
        let what = format!("`{}`", generator.index.name);
        let value = self.whole_number(&generator.value, &context, &what);
        if let Some(term) = value {
            self.outer_only(term, &row, generator.value.span)?;
        }
        let condition = self.optional(generator.condition.as_ref(), |c, condition| {
            c.condition(condition, &context, "the condition of a generator")
        })?;
        Some(Rule::Generated {
            outer,
            variable,
            sequence: sequence?,
            index: value?,
            condition: condition.map(|condition| condition.term),
            copies,
            skip,
        })
    }

    fn loop_variable(&mut self, id: ProjectionId, generator: &Generator) -> VariableId {
        let name = generator.variable.as_ref();
        let variable = self.add_variable(Variable {
            name: name.map_or_else(|| "_".to_string(), |name| name.name.clone()),
            owner: Owner::Projection(id),
            kind: VariableKind::Temporary,
            ty: Type::Integer,
            dimension: Dimension::NONE,
            shared: false,
            constant: false,
            unless_refractory: false,
            range: None,
            default: 0.0,
            span: name.map_or(generator.index.span, |name| name.span),
            doc: None,
        });
        self.used.insert(variable);
        variable
    }

    /// Reports what depends on the index that is only being computed.
    fn outer_only(&mut self, term: TermId, row: &Row, span: Span) -> Option<()> {
        let Some(found) = self.inner_variable(term, row.inner, row.index) else {
            return Some(());
        };
        let name = self.model.variables[found].name.clone();
        let (inner, outer) = match row.inner {
            Side::Post => ("j", "i"),
            Side::Pre => ("i", "j"),
        };
        self.report(
            Diagnostic::new(
                codes::CONNECT,
                span,
                format!("`{name}` is not known while `{inner}` is being computed"),
            )
            .label(format!("needs `{name}`"))
            .note(format!(
                "use `{outer}` and the loop variable; a condition on `{inner}` stands behind `if`"
            )),
        );
        None
    }

    /// `range(…)` or `sample(…)`.
    fn sequence(&mut self, expr: &'a Expr, row: &Row, context: &Context) -> Option<Sequence> {
        let ExprKind::Call {
            function,
            arguments,
        } = &expr.ungrouped().kind
        else {
            self.no_sequence(expr);
            return None;
        };
        let sampled = match function.as_name() {
            Some("range") => false,
            Some("sample") => true,
            _ => {
                self.no_sequence(expr);
                return None;
            }
        };
        let named = |argument: &&Argument| argument.name.is_some();
        let bounds: Vec<_> = arguments.iter().filter(|a| a.name.is_none()).collect();
        let mut numbers = Vec::new();
        for bound in &bounds {
            let term = self.whole_number(&bound.value, context, "the end of a range")?;
            self.outer_only(term, row, bound.value.span)?;
            numbers.push(term);
        }
        let (zero, one) = (self.model.terms.integer(0), self.model.terms.integer(1));
        let (start, stop, step) = match numbers.as_slice() {
            [stop] => (zero, *stop, one),
            [start, stop] => (*start, *stop, one),
            [start, stop, step] => (*start, *stop, *step),
            _ => {
                self.no_sequence(expr);
                return None;
            }
        };
        if self.evaluate(step) == Some(0.0) {
            let span = bounds.last().map_or(expr.span, |bound| bound.span);
            self.report(
                Diagnostic::new(codes::CONNECT, span, "a range needs a step")
                    .label("this is 0: the range would never end"),
            );
            return None;
        }
        let options: Vec<_> = arguments.iter().filter(named).collect();
        match (sampled, options.as_slice()) {
            (false, []) => Some(Sequence::Range { start, stop, step }),
            (true, [option]) => self.sampled(option, (start, stop, step), row, context),
            _ => {
                self.no_sequence(expr);
                None
            }
        }
    }

    fn sampled(
        &mut self,
        option: &'a Argument,
        (start, stop, step): (TermId, TermId, TermId),
        row: &Row,
        context: &Context,
    ) -> Option<Sequence> {
        let name = option.name.as_ref().map_or("", |name| name.name.as_str());
        let value = &option.value;
        if name == "size" {
            let size = self.whole_number(value, context, "the size of a sample")?;
            self.outer_only(size, row, value.span)?;
            if let Some(number) = self.evaluate(size).filter(|n| *n < 0.0) {
                let typed = self.typed(size, Dim::NONE, value.span);
                self.not_negative(&typed, "the size of a sample", number);
                return None;
            }
            return Some(Sequence::SampleSize {
                start,
                stop,
                step,
                size,
                stream: self.stream(),
            });
        }
        if name != "p" {
            self.no_sequence(value);
            return None;
        }
        let typed = self.expr(value, context);
        if typed.is_poison()
            || !self.is_number(&typed, "use as a probability")
            || !self.expect(&typed, Dimension::NONE, "a probability")
        {
            return None;
        }
        if let Some(number) = self.evaluate(typed.term).filter(|p| *p < 0.0 || p.is_nan()) {
            self.not_negative(&typed, "a probability", number);
            return None;
        }
        self.outer_only(typed.term, row, value.span)?;
        Some(Sequence::SampleProbability {
            start,
            stop,
            step,
            probability: Probability {
                term: self.fit_type(&typed, Type::Float, "p", None)?,
                stream: self.stream(),
                constant_per_row: true,
            },
        })
    }

    fn no_sequence(&mut self, expr: &Expr) {
        if expr.is_error() {
            return;
        }
        self.report(
            Diagnostic::new(codes::CONNECT, expr.span, "what does the loop run through?")
                .label("expected `range(stop)`, `range(start, stop, step)`, `sample(stop, p = …)` or `sample(stop, size = …)`"),
        );
    }
}

/// The side whose index is being computed.
struct Row {
    inner: Side,
    index: VariableId,
}
