//! Carrying out `connect:` lines: candidates in order, through the kernels, into the list of pairs.

use std::sync::Arc;

use super::kernels::{CHUNK, Judge, Line, Row, Span, Take};
use super::values::{Filling, Values, WINDOW};
use super::{Making, ProblemKind};
use crate::backend::image::Image;
use crate::backend::wide::random::Draw;
use crate::backend::{Code, Scratch};
use crate::kir::Program;
use crate::kir::layout::{ColumnId, PAD};
use crate::lower::wiring::Wired;
use crate::model::ProjectionId;
use crate::model::projection::{Rule, Side};
use crate::runtime::candidates::{Dice, count};
use crate::runtime::procedural::{Choice, Numbers, Recipe};
use crate::runtime::simulation::Simulation;

/// Candidates in order.
#[derive(Default)]
struct Waiting {
    outer: Vec<u32>,
    inner: Vec<i64>,
}

/// Makes the synapses of one projection.
pub(super) struct Maker<'a> {
    program: &'a Program,
    image: &'a Image,
    code: &'a dyn Code,
    scratch: Scratch,
    seed: u64,
    limit: u64,
    dice: Dice,
    /// The pairs, or those that wait to be sorted in.
    pre: Vec<u32>,
    post: Vec<u32>,
    /// Where synapses go when there are enough of them.
    filling: Option<Filling<'a>>,
    /// Synapses of each source, where they are only counted.
    counts: Option<Vec<u32>>,
    counted: u64,
    tested: u64,
    /// Candidates that no kernel has seen yet: the outer index and the value of the inner loop.
    waiting: Waiting,
    /// Indices that the kernel found for them.
    found: Vec<i64>,
    /// Chunks that were looked at, of the present line.
    chunks: u64,
}

impl<'a> Maker<'a> {
    pub fn new(simulation: &'a Simulation, code: &'a dyn Code, making: &Making) -> Self {
        Maker {
            program: &simulation.setup().program,
            image: simulation.image(),
            code,
            scratch: Scratch::new(code),
            seed: making.seed,
            limit: making.limit.min(u64::from(u32::MAX)),
            dice: Dice::of_this_machine(),
            pre: Vec::new(),
            post: Vec::new(),
            filling: None,
            counts: None,
            counted: 0,
            tested: 0,
            waiting: Waiting::default(),
            found: Vec::new(),
            chunks: 0,
        }
    }
    /// Sorts synapses as they are made.
    pub fn sorting(mut self, values: &'a Values, counts: Option<&[u32]>) -> Self {
        self.filling = Some(Filling::new(values, counts));
        self
    }
    /// Only counts the synapses of each source.
    pub fn counting(mut self) -> Self {
        self.counts = Some(Vec::new());
        self
    }
    /// Synapses of each source; of those after the last, there are none.
    pub fn counts(self) -> Vec<u32> {
        self.counts.unwrap_or_default()
    }
    /// Synapses that were counted, and are computed anew for each event; how many pairs were considered.
    pub fn recomputed(
        mut self,
        values: &'a Values,
        lines: &[Line<'_>],
        projection: ProjectionId,
    ) -> (Wired, u64) {
        let line = lines.iter().find(|line| line.projection == projection);
        let recipe = line.map(|line| self.recipe(line));
        let counts = self.counts.take().unwrap_or_default();
        // All have the weight and the delay of any one.
        self.filling = Some(Filling::new(values, None));
        (self.pre, self.post) = (vec![0], vec![0]);
        let (wired, tested) = self.finish();
        let sorted = wired
            .sorted
            .zip(recipe)
            .map(|(one, recipe)| Arc::new(one.recomputed(recipe, values.shape(), &counts)));
        let wired = Wired {
            pre: Arc::default(),
            post: Arc::default(),
            sorted,
        };
        (wired, tested)
    }
    /// How the synapses of each source are found.
    fn recipe(&self, line: &Line<'_>) -> Recipe {
        let rows = line.sizes.0 as u32;
        let numbers = |row: Row| match row {
            Row::Same(value) => Numbers::Same(value),
            Row::Column(_) => Numbers::of((0..rows).map(|k| self.value(row, k)).collect()),
        };
        let (start, stop, step) = match line.span {
            Span::Once => [0.0, 1.0, 1.0].map(Numbers::Same).into(),
            Span::All => [0.0, line.sizes.1 as f64, 1.0].map(Numbers::Same).into(),
            Span::Range(start, stop, step) => (numbers(start), numbers(stop), numbers(step)),
        };
        Recipe {
            seed: self.seed,
            start,
            stop,
            step,
            choice: match line.take {
                Take::Chance(chance, stream) => Choice::Chance(numbers(chance), stream),
                Take::Size(size, stream) => Choice::Size(numbers(size), stream),
                Take::All | Take::Listed(..) => Choice::All,
            },
            apart: line.judge.is_some(),
            rows,
            size: line.sizes.1 as u32,
            first_row: 0,
            first_place: 0,
            bound: 0,
        }
    }
    /// The synapses, and how many pairs were considered.
    pub fn finish(mut self) -> (Wired, u64) {
        self.sort_in();
        let sorted = self.filling.map(|filling| Arc::new(filling.finish()));
        let wired = Wired {
            pre: self.pre.into(),
            post: self.post.into(),
            sorted,
        };
        (wired, self.tested)
    }
    /// Hands over the synapses that wait, if they are to be sorted.
    fn sort_in(&mut self) {
        let Some(filling) = &mut self.filling else {
            return;
        };
        let parts = self.pre.chunks(WINDOW).zip(self.post.chunks(WINDOW));
        for part in parts {
            let memory = (self.program, self.image);
            filling.take(part, memory, self.code, &mut self.scratch);
        }
        self.pre.clear();
        self.post.clear();
    }
    /// Carries out one line.
    pub fn line(&mut self, line: &Line<'_>) -> Result<(), ProblemKind> {
        if let Rule::Listed { i, j, copies } = &line.connect.rule {
            return self.listed(line, i, j, *copies);
        }
        self.chunks = 0;
        if let Some(kernel) = line.rows {
            let rows = line.sizes.0;
            self.code
                .call(kernel, self.image, 0, rows, &mut self.scratch);
        }
        for row in 0..line.sizes.0 as u32 {
            self.row(line, row)?;
        }
        self.look(line)
    }
    fn listed(
        &mut self,
        line: &Line<'_>,
        i: &[u32],
        j: &[u32],
        copies: u32,
    ) -> Result<(), ProblemKind> {
        let sizes = line.sizes;
        for (pre, post) in i.iter().zip(j) {
            self.tested += 1;
            let (pre, post) = (i64::from(*pre), i64::from(*post));
            for (side, index, other, size) in [
                (Side::Pre, pre, post, sizes.0),
                (Side::Post, post, pre, sizes.1),
            ] {
                if index >= size as i64 {
                    return Err(ProblemKind::Index {
                        side,
                        other,
                        index,
                        size,
                    });
                }
            }
            self.append(line, pre as u32, post, u64::from(copies))?;
        }
        Ok(())
    }
    fn value(&self, row: Row, number: u32) -> f64 {
        match row {
            Row::Same(value) => value,
            Row::Column(column) => {
                let column = self.program.layout.column(column);
                self.image.get(column, number as usize)
            }
        }
    }
    /// The candidates of one row.
    fn row(&mut self, line: &Line<'_>, row: u32) -> Result<(), ProblemKind> {
        let (start, step, len) = match line.span {
            Span::Once => (0, 1, 1),
            Span::All => (0, 1, line.sizes.1 as u64),
            Span::Range(start, stop, step) => {
                let [start, stop, step] =
                    [start, stop, step].map(|part| self.value(part, row) as i64);
                let Some(len) = count(start, stop, step) else {
                    let (side, other) = (line.outer, i64::from(row));
                    return Err(ProblemKind::Step { side, other });
                };
                (start, step, len)
            }
        };
        self.tested += len;
        let at = |k: u64| start.saturating_add(step.saturating_mul(k as i64));
        let draw = |stream: u32| Draw {
            seed: self.seed,
            stream,
            step: u64::from(row),
        };
        match line.take {
            Take::All => self.candidates(line, row, (0..len).map(at)),
            Take::Listed(kernel, list) => {
                let len = line.sizes.1;
                self.tell(line, u64::from(row));
                let counts = self
                    .code
                    .call(kernel, self.image, 0, len, &mut self.scratch);
                let count = counts.first().copied().unwrap_or(0) as usize;
                let items = self.program.layout.list(list).items;
                let items = self.program.layout.column(items);
                let image = self.image;
                let inner = (0..count.min(items.len)).map(|k| image.load(items, k) as i64);
                self.candidates(line, row, inner)
            }
            Take::Chance(chance, stream) => {
                let (p, draw) = (self.value(chance, row), draw(stream));
                self.dicing(|dice, maker| {
                    dice.chance(draw, p, len, &mut |hits: &[u64]| {
                        maker.candidates(line, row, hits.iter().map(|k| at(*k)))
                    })
                })
            }
            Take::Size(size, stream) => {
                let wanted = self.value(size, row) as i64;
                let draw = draw(stream);
                let size = wanted.max(0) as u64;
                if size > len && !line.skip {
                    return Err(ProblemKind::Sample {
                        side: line.outer,
                        other: i64::from(row),
                        size: wanted,
                        values: len,
                    });
                }
                self.dicing(|dice, maker| {
                    let hit = &mut |k| maker.candidates(line, row, std::iter::once(at(k)));
                    dice.sample(draw, size.min(len), len, hit)
                })
            }
        }
    }
    /// Lends the dice while candidates are handed on.
    fn dicing(
        &mut self,
        run: impl FnOnce(&mut Dice, &mut Self) -> Result<(), ProblemKind>,
    ) -> Result<(), ProblemKind> {
        let mut dice = std::mem::replace(&mut self.dice, Dice::of_this_machine());
        let result = run(&mut dice, self);
        self.dice = dice;
        result
    }
    /// Tells kernels the row or chunk.
    fn tell(&self, line: &Line<'_>, number: u64) {
        let step = self.program.clocks[line.clock].step;
        self.image
            .store(self.program.layout.column(step), 0, number);
    }
    /// Hands on candidates of a row.
    #[inline]
    fn candidates(
        &mut self,
        line: &Line<'_>,
        row: u32,
        mut inner: impl Iterator<Item = i64>,
    ) -> Result<(), ProblemKind> {
        loop {
            // What no kernel has to see is handed on at once.
            let room = CHUNK.saturating_sub(self.waiting.inner.len());
            self.waiting.inner.extend(inner.by_ref().take(room));
            let count = self.waiting.inner.len();
            self.waiting.outer.resize(count, row);
            if count < CHUNK {
                break;
            }
            self.look(line)?;
        }
        match line.judge {
            None => self.look(line),
            Some(_) => Ok(()),
        }
    }
    /// Makes synapses of the candidates that wait, after the kernel, if there is one, has looked at them.
    fn look(&mut self, line: &Line<'_>) -> Result<(), ProblemKind> {
        if self.waiting.inner.is_empty() {
            return Ok(());
        }
        let mut waiting = std::mem::take(&mut self.waiting);
        let mut found = std::mem::take(&mut self.found);
        let done = match line.judge {
            None => self.append_all(line, &waiting.outer, &waiting.inner),
            Some(judge) => self.judge(line, judge, &waiting, &mut found),
        };
        waiting.outer.clear();
        waiting.inner.clear();
        (self.waiting, self.found) = (waiting, found);
        done
    }
    /// Lets the kernel look at candidates.
    fn judge(
        &mut self,
        line: &Line<'_>,
        judge: Judge,
        waiting: &Waiting,
        found: &mut Vec<i64>,
    ) -> Result<(), ProblemKind> {
        let (program, image) = (self.program, self.image);
        let column = |id: ColumnId| program.layout.column(id);
        let count = waiting.inner.len();
        image.store_indices(column(judge.outer), 0, &waiting.outer);
        image.store_integers(column(judge.inner), &waiting.inner);
        self.tell(line, self.chunks);
        self.chunks += 1;
        let hi = count.next_multiple_of(PAD).min(CHUNK);
        self.code
            .call(judge.kernel, image, 0, hi, &mut self.scratch);
        found.clear();
        match judge.index {
            Some(index) => image.load_integers(column(index), count, found),
            None => found.extend(&waiting.inner),
        }
        if judge.keep.is_none() && judge.copies.is_none() {
            return self.append_all(line, &waiting.outer, found);
        }
        let load = |id: Option<ColumnId>, k: usize| match id {
            Some(id) => image.load(column(id), k) as i64,
            None => 1,
        };
        for (k, (row, index)) in waiting.outer.iter().zip(found.iter()).enumerate() {
            if load(judge.keep, k) != 0 {
                let copies = load(judge.copies, k).max(0) as u64;
                self.append(line, *row, *index, copies)?;
            }
        }
        Ok(())
    }
    /// Adds a synapse for each pair.
    fn append_all(
        &mut self,
        line: &Line<'_>,
        outer: &[u32],
        inner: &[i64],
    ) -> Result<(), ProblemKind> {
        let size = line.sizes.1 as i64;
        let inside = inner.iter().all(|inner| (0..size).contains(inner));
        let fits = self.made() + inner.len() as u64 <= self.limit;
        if !inside || !fits || self.counts.is_some() {
            let mut pairs = outer.iter().zip(inner);
            return pairs.try_for_each(|(outer, inner)| self.append(line, *outer, *inner, 1));
        }
        let narrow = inner.iter().map(|inner| *inner as u32);
        match line.outer {
            Side::Pre => {
                self.pre.extend_from_slice(outer);
                self.post.extend(narrow);
            }
            Side::Post => {
                self.pre.extend(narrow);
                self.post.extend_from_slice(outer);
            }
        }
        self.full();
        Ok(())
    }
    /// Synapses so far.
    fn made(&self) -> u64 {
        let sorted = self.filling.as_ref().map_or(0, Filling::made);
        sorted + self.counted + self.pre.len() as u64
    }
    /// Sorts synapses in when there are enough of them.
    fn full(&mut self) {
        if self.pre.len() >= WINDOW {
            self.sort_in();
        }
    }
    /// Adds synapses of one pair.
    #[inline]
    fn append(
        &mut self,
        line: &Line<'_>,
        outer: u32,
        inner: i64,
        copies: u64,
    ) -> Result<(), ProblemKind> {
        if inner < 0 || inner >= line.sizes.1 as i64 {
            if line.skip || copies == 0 {
                return Ok(());
            }
            return Err(ProblemKind::Index {
                side: match line.outer {
                    Side::Pre => Side::Post,
                    Side::Post => Side::Pre,
                },
                other: i64::from(outer),
                index: inner,
                size: line.sizes.1,
            });
        }
        if self.made() + copies > self.limit {
            return Err(ProblemKind::Many { limit: self.limit });
        }
        let (pre, post) = match line.outer {
            Side::Pre => (outer, inner as u32),
            Side::Post => (inner as u32, outer),
        };
        if let Some(counts) = &mut self.counts {
            if counts.len() <= pre as usize {
                counts.resize(pre as usize + 1, 0);
            }
            if let Some(count) = counts.get_mut(pre as usize) {
                *count += copies as u32;
            }
            self.counted += copies;
            return Ok(());
        }
        for _ in 0..copies {
            self.pre.push(pre);
            self.post.push(post);
        }
        self.full();
        Ok(())
    }
}
