//! The kernels of one `connect:` line: what is the same along a row, which pairs of a row, and what is asked of candidates.

use super::sizes;
use crate::kir::layout::{ColumnId, Elem, ListId};
use crate::kir::{At, BinaryOp, ClockId, CompareOp, Distribution, Domain, KernelId, Ty};
use crate::lower::context::Context;
use crate::lower::emit::{Emit, HopIndex, Pair};
use crate::lower::schedule::Part;
use crate::model::projection::{Connect, Probability, Projection, Rule, Sequence, Side};
use crate::model::term::{Term, TermId};
use crate::model::{Model, ProjectionId, VariableId};

/// Candidates that a kernel looks at in one call.
pub(super) const CHUNK: usize = 4096;

/// A number for every row.
#[derive(Clone, Copy, Debug)]
pub(super) enum Row {
    /// The same for all.
    Same(f64),
    /// In a column, computed by the kernel of rows.
    Column(ColumnId),
}

/// What one row runs through.
#[derive(Clone, Copy, Debug)]
pub(super) enum Span {
    /// One candidate: 0.
    Once,
    /// All elements of the inner side.
    All,
    /// A range: start, stop, step.
    Range(Row, Row, Row),
}

/// Which candidates of a row are taken.
#[derive(Clone, Copy, Debug)]
pub(super) enum Take {
    /// All.
    All,
    /// Each with a probability; the number of the random stream.
    Chance(Row, u32),
    /// So many different ones.
    Size(Row, u32),
    /// Those that a kernel over the inner side puts into a list.
    Listed(KernelId, ListId),
}

/// A kernel that looks at candidates: the outer index and the value of the inner loop go in, the rest comes out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Judge {
    pub kernel: KernelId,
    pub outer: ColumnId,
    pub inner: ColumnId,
    /// Index of the inner side, where that is not the value of the loop.
    pub index: Option<ColumnId>,
    pub keep: Option<ColumnId>,
    pub copies: Option<ColumnId>,
}

/// One `connect:` line, made ready.
pub(super) struct Line<'m> {
    pub projection: ProjectionId,
    pub connect: &'m Connect,
    /// Side of the outer loop.
    pub outer: Side,
    /// Elements of the outer and of the inner side.
    pub sizes: (usize, usize),
    /// Computes the columns of rows.
    pub rows: Option<KernelId>,
    pub span: Span,
    pub take: Take,
    pub judge: Option<Judge>,
    /// The clock whose step number tells kernels the row, or the chunk.
    pub clock: ClockId,
    /// Leave out what leads to no element.
    pub skip: bool,
}

impl<'m> Line<'m> {
    /// Makes the kernels of a line.
    pub fn new(
        context: &mut Context<'m>,
        id: ProjectionId,
        projection: &'m Projection,
        number: usize,
    ) -> Option<Self> {
        let connect = projection.connect.get(number)?;
        let (pre, post) = sizes(context, projection)?;
        let outer = match &connect.rule {
            Rule::Generated { outer, .. } => *outer,
            _ => Side::Pre,
        };
        let sizes = match outer {
            Side::Pre => (pre, post),
            Side::Post => (post, pre),
        };
        let clock = match context.clocks.iter_enumerated().last() {
            Some((id, clock)) if clock.dt == ROWS => id,
            _ => context.add_clock(ROWS),
        };
        let mut maker = Kernels {
            context,
            id,
            projection,
            name: format!("connect{number}"),
            outer,
            sizes,
            clock,
            rows: Vec::new(),
        };
        let (span, take, judge, skip) = match &connect.rule {
            Rule::Pairs {
                condition,
                probability,
                copies,
            } => {
                let (take, condition) = maker.pairs(*condition, *probability);
                let judge = maker.judge(None, condition, *copies);
                (Span::All, take, judge, false)
            }
            Rule::Generated {
                variable,
                sequence,
                index,
                condition,
                copies,
                skip,
                ..
            } => {
                let (span, take) = maker.sequence(sequence);
                let judge = maker.judge(Some((*variable, *index)), *condition, *copies);
                (span, take, judge, *skip)
            }
            Rule::Listed { .. } => (Span::Once, Take::All, None, false),
        };
        let rows = maker.row_kernel();
        Some(Line {
            projection: id,
            connect,
            outer,
            sizes,
            rows,
            span,
            take,
            judge,
            clock,
            skip,
        })
    }
    /// True where something has to be computed.
    pub fn has_kernels(&self) -> bool {
        self.rows.is_some() || self.judge.is_some() || matches!(self.take, Take::Listed(..))
    }
}

/// Step length that marks the clock of rows; nothing runs on it.
const ROWS: f64 = 1.0;

struct Kernels<'c, 'm> {
    context: &'c mut Context<'m>,
    id: ProjectionId,
    projection: &'m Projection,
    name: String,
    outer: Side,
    sizes: (usize, usize),
    clock: ClockId,
    /// Terms that are computed for every row.
    rows: Vec<(TermId, ColumnId)>,
}

impl<'m> Kernels<'_, 'm> {
    fn stream(&self, what: &str, number: u32) -> u32 {
        let projection = &self.projection.name;
        let name = format!("{projection}/{}/{what} {number}", self.name);
        self.context.stream(&name)
    }
    fn column(&mut self, what: &str, elem: Elem, len: usize) -> ColumnId {
        let name = format!("{}.{}.{what}", self.projection.name, self.name);
        self.context.column(name, elem, len, "1", 0.0)
    }
    /// A number per row.
    fn row(&mut self, term: TermId) -> Row {
        if let Some(number) = number(self.context.model, term) {
            return Row::Same(number);
        }
        let known = self.rows.iter().find(|(other, _)| *other == term);
        if let Some((_, column)) = known {
            return Row::Column(*column);
        }
        let what = format!("row{}", self.rows.len());
        let column = self.column(&what, Elem::F64, self.sizes.0);
        self.rows.push((term, column));
        Row::Column(column)
    }
    fn sequence(&mut self, sequence: &Sequence) -> (Span, Take) {
        match sequence {
            Sequence::Once => (Span::Once, Take::All),
            Sequence::Range { start, stop, step } => (self.range(*start, *stop, *step), Take::All),
            Sequence::SampleProbability {
                start,
                stop,
                step,
                probability,
            } => {
                let chance = self.row(probability.term);
                let stream = self.stream("sample", probability.stream);
                (
                    self.range(*start, *stop, *step),
                    Take::Chance(chance, stream),
                )
            }
            Sequence::SampleSize {
                start,
                stop,
                step,
                size,
                stream,
            } => {
                let size = self.row(*size);
                let stream = self.stream("sample", *stream);
                (self.range(*start, *stop, *step), Take::Size(size, stream))
            }
        }
    }
    fn range(&mut self, start: TermId, stop: TermId, step: TermId) -> Span {
        Span::Range(self.row(start), self.row(stop), self.row(step))
    }
    /// How pairs are taken, and the condition that is left to ask.
    fn pairs(
        &mut self,
        condition: Option<TermId>,
        probability: Option<Probability>,
    ) -> (Take, Option<TermId>) {
        match probability {
            Some(probability) if probability.constant_per_row => {
                let chance = self.row(probability.term);
                let stream = self.stream("p", probability.stream);
                (Take::Chance(chance, stream), condition)
            }
            None if condition.is_none() => (Take::All, None),
            _ => (self.list(condition, probability), None),
        }
    }
    /// The kernel of rows.
    fn row_kernel(&mut self) -> Option<KernelId> {
        if self.rows.is_empty() {
            return None;
        }
        let (id, outer, rows) = (self.id, self.outer, std::mem::take(&mut self.rows));
        let name = format!("{} rows", self.name);
        let part = Part::new(self.context, id, &name, false, move |emit| {
            set(emit, id, outer, Some(HopIndex::Element), None);
            for (term, column) in &rows {
                let value = emit.term_as(*term, Ty::F64);
                emit.builder.store(*column, At::Element, value, None);
            }
        });
        let part = part.within(Domain::Elements { len: self.sizes.0 });
        let kernel = part.on(self.clock).kernel(self.context);
        self.context.keep(kernel)
    }
    /// A kernel that looks at all pairs of the row whose number is the step.
    fn list(&mut self, condition: Option<TermId>, probability: Option<Probability>) -> Take {
        let name = format!("{}.{}.row", self.projection.name, self.name);
        let list = self.context.layout.add_list(name, self.sizes.1);
        let (id, outer) = (self.id, self.outer);
        let name = format!("{} pairs", self.name);
        let part = Part::new(self.context, id, &name, false, move |emit| {
            let row = emit.step();
            set(
                emit,
                id,
                outer,
                Some(HopIndex::Value(row)),
                Some(HopIndex::Element),
            );
            let condition = condition.map(|condition| emit.term_as(condition, Ty::Bool));
            let chance = probability.map(|probability| {
                let p = emit.term_as(probability.term, Ty::F64);
                let name = format!("p {}", probability.stream);
                let draw = emit.draw(Distribution::Uniform, &name, None);
                emit.builder.compare(CompareOp::Lt, draw, p)
            });
            let mask = match (condition, chance) {
                (Some(a), Some(b)) => emit.builder.binary(BinaryOp::And, a, b),
                (Some(a), None) | (None, Some(a)) => a,
                (None, None) => emit.builder.bool(true),
            };
            emit.push(list, mask);
        });
        let part = part.within(Domain::Elements { len: self.sizes.1 });
        let kernel = part.on(self.clock).kernel(self.context);
        match self.context.keep(kernel) {
            Some(kernel) => Take::Listed(kernel, list),
            None => Take::All,
        }
    }
    /// A kernel that looks at candidates, if there is something to ask.
    fn judge(
        &mut self,
        generated: Option<(VariableId, TermId)>,
        condition: Option<TermId>,
        copies: Option<TermId>,
    ) -> Option<Judge> {
        // An index that is the loop variable itself needs no computing.
        let model = self.context.model;
        let plain = generated
            .is_none_or(|(variable, index)| *model.terms.get(index) == Term::Variable(variable));
        if plain && condition.is_none() && copies.is_none() {
            return None;
        }
        let outer = self.column("outer", Elem::U32, CHUNK);
        let inner = self.column("inner", Elem::I64, CHUNK);
        let index = (!plain).then(|| self.column("index", Elem::I64, CHUNK));
        let keep = condition.map(|_| self.column("keep", Elem::Bool, CHUNK));
        let times = copies.map(|_| self.column("copies", Elem::I64, CHUNK));
        let (id, side) = (self.id, self.outer);
        let name = format!("{} candidates", self.name);
        let part = Part::new(self.context, id, &name, false, move |emit| {
            let from = emit.builder.element(outer);
            let mut onto = emit.builder.element(inner);
            set(emit, id, side, Some(HopIndex::Value(from)), None);
            if let Some((variable, term)) = generated {
                emit.set_temporary(variable, onto);
                onto = emit.term_as(term, Ty::I64);
            }
            set(
                emit,
                id,
                side,
                Some(HopIndex::Value(from)),
                Some(HopIndex::Value(onto)),
            );
            if let Some(column) = index {
                emit.builder.store(column, At::Element, onto, None);
            }
            if let (Some(condition), Some(column)) = (condition, keep) {
                let value = emit.term_as(condition, Ty::Bool);
                emit.builder.store(column, At::Element, value, None);
            }
            if let (Some(copies), Some(column)) = (copies, times) {
                let value = emit.term_as(copies, Ty::I64);
                emit.builder.store(column, At::Element, value, None);
            }
        });
        let part = part.within(Domain::Elements { len: CHUNK });
        let kernel = part.on(self.clock).kernel(self.context);
        Some(Judge {
            kernel: self.context.keep(kernel)?,
            outer,
            inner,
            index,
            keep,
            copies: times,
        })
    }
}

/// Tells a kernel where the two sides of the pair are.
fn set(
    emit: &mut Emit<'_>,
    id: ProjectionId,
    outer: Side,
    from: Option<HopIndex>,
    onto: Option<HopIndex>,
) {
    let (pre, post) = match outer {
        Side::Pre => (from, onto),
        Side::Post => (onto, from),
    };
    let indices = &emit.context.model.projections[id].indices;
    let (i, j) = (indices.i, indices.j);
    for (variable, hop) in [(i, pre), (j, post)] {
        let value = match hop {
            None => continue,
            Some(HopIndex::Value(value)) => value,
            Some(_) => emit.builder.index(),
        };
        emit.set_temporary(variable, value);
    }
    emit.forget_terms();
    emit.pair = Some(Pair {
        projection: id,
        pre: pre.unwrap_or(HopIndex::Element),
        post: post.unwrap_or(HopIndex::Element),
    });
}

/// The value of a term that is a number or a constant.
fn number(model: &Model, term: TermId) -> Option<f64> {
    match model.terms.get(term) {
        Term::Number(value) => Some(value.0),
        Term::Integer(value) => Some(*value as f64),
        Term::Constant(id) => model
            .constants
            .get(*id)
            .map(|constant| constant.value.value),
        _ => None,
    }
}
