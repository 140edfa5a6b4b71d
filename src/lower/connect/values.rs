//! Initial values of synapses that are sorted while they are made: their kernels look at a part of the synapses at a time.

use std::collections::BTreeSet;

use crate::backend::image::Image;
use crate::backend::{Code, Scratch};
use crate::kir::layout::{Column, ColumnId, PAD};
use crate::kir::{KernelId, Program};
use crate::lower::context::Context;
use crate::lower::init;
use crate::lower::sorted::{Weighed, delayed, weighed};
use crate::model::code::{Selection, Value};
use crate::model::projection::{Delay, Projection};
use crate::model::term::Term;
use crate::model::{Owner, ProjectionId, VariableId, VariableKind};
use crate::runtime::command::Command;
use crate::runtime::sorted::{Batch, Shape, Sorter};

/// Synapses that are looked at together.
pub(super) const WINDOW: usize = 1 << 14;

/// How synapses of a projection are sorted, and where their values are computed.
pub(super) struct Values {
    shape: Shape,
    /// In the order of the assignments.
    kernels: Vec<KernelId>,
    pre: ColumnId,
    post: ColumnId,
    /// The number of the first synapse that is looked at.
    base: Option<ColumnId>,
    weight: Option<ColumnId>,
    delay: At,
    /// What has to have its default before the kernels run.
    reset: Vec<ColumnId>,
}

#[derive(Clone, Copy)]
enum At {
    Same(f64),
    Shared(ColumnId),
    Each(ColumnId),
}

impl Values {
    /// For a projection with one plain pathway. Its kernels are added to the context.
    pub fn new(
        context: &mut Context<'_>,
        id: ProjectionId,
        projection: &Projection,
        written: &BTreeSet<VariableId>,
        single: bool,
    ) -> Option<Values> {
        let model = context.model;
        let pathway = projection.pathways.first()?;
        let (weight, target) = weighed(model, id, pathway, written)?;
        let (Owner::Group(source), Owner::Group(onto)) =
            (projection.source.owner, model.variables[target].owner)
        else {
            return None;
        };
        let weight = match weight {
            Weighed::Alike => None,
            Weighed::Own(variable) => Some(context.bindings.variables[variable]?),
        };
        let delay = match (&pathway.delay, delayed(pathway)) {
            (_, Some(variable)) => {
                let column = context.bindings.variables[variable]?;
                match model.variables[variable].shared {
                    true => At::Shared(column),
                    false => At::Each(column),
                }
            }
            (Delay::Common(seconds), _) => At::Same(*seconds),
            _ => return None,
        };
        let mut values = Values {
            shape: Shape {
                pathway: format!("{}.{}", projection.name, pathway.name),
                rows: model.groups[source].size,
                first_row: projection.source.first as u32,
                bound: model.groups[onto].size,
                first_place: projection.target.first as u32,
                dt: context.clocks[context.bindings.groups[source].clock].dt,
                single,
            },
            kernels: Vec::new(),
            pre: context.bindings.projections[id].pre,
            post: context.bindings.projections[id].post,
            base: context.bases.get(&id).copied(),
            weight,
            delay,
            reset: Vec::new(),
        };
        if weight.is_none() && matches!(delay, At::Same(_)) {
            return Some(values);
        }
        let mut again = false;
        for (k, assignment) in projection.initial.iter().enumerate() {
            let commands = init::assignment(context, &format!("initial{k}"), assignment);
            values.kernels.extend(commands.iter().filter_map(kernel));
            again |= assignment.selection != Selection::All;
            if let Value::Term(term) = assignment.value {
                again |= model.terms.any(term, &mut |term| match term {
                    Term::Variable(variable) => kept(context, id, *variable).is_some(),
                    _ => false,
                });
            }
        }
        if again {
            let ids = model.variables.ids();
            values.reset = ids.filter_map(|v| kept(context, id, v)).collect();
        }
        Some(values)
    }
    /// What the synapses are like.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }
    /// True where something has to be computed.
    pub fn has_kernels(&self) -> bool {
        !self.kernels.is_empty()
    }
    /// Sorts synapses that are made source by source, or of which each source has so many.
    pub fn sorter(&self, counts: Option<&[u32]>) -> Sorter {
        match counts {
            None => Sorter::ascending(self.shape.clone()),
            Some(counts) => Sorter::counted(self.shape.clone(), counts),
        }
    }
}

/// The column of a variable of the synapses themselves that is not an index.
fn kept(context: &Context<'_>, id: ProjectionId, variable: VariableId) -> Option<ColumnId> {
    let model = context.model;
    let given = &model.variables[variable];
    let indices = &model.projections[id].indices;
    let own = given.owner == Owner::Projection(id)
        && given.kind == VariableKind::Stored
        && ![indices.i, indices.j].contains(&variable)
        && indices.count != Some(variable);
    context.bindings.variables[variable].filter(|_| own)
}

fn kernel(command: &Command) -> Option<KernelId> {
    match command {
        Command::Call(kernel) => Some(*kernel),
        _ => None,
    }
}

/// Values of the synapses being made.
pub(super) struct Filling<'a> {
    values: &'a Values,
    sorter: Sorter,
    /// Synapses that were looked at.
    made: u64,
    weights: Vec<f64>,
    delays: Vec<f64>,
}

impl<'a> Filling<'a> {
    pub fn new(values: &'a Values, counts: Option<&[u32]>) -> Self {
        Filling {
            values,
            sorter: values.sorter(counts),
            made: 0,
            weights: Vec::new(),
            delays: Vec::new(),
        }
    }
    /// Computes the values of the next synapses, at most [`WINDOW`], and sorts them in.
    pub fn take(
        &mut self,
        (pre, post): (&[u32], &[u32]),
        (program, image): (&Program, &Image),
        code: &dyn Code,
        scratch: &mut Scratch,
    ) {
        let values = self.values;
        let column = |id: ColumnId| program.layout.column(id);
        let n = pre.len();
        if values.has_kernels() {
            image.store_indices(column(values.pre), 0, pre);
            image.store_indices(column(values.post), 0, post);
            if let Some(base) = values.base {
                image.store(column(base), 0, self.made);
            }
            for id in &values.reset {
                let column = column(*id);
                for k in 0..n.min(column.len) {
                    image.set(column, k, column.default);
                }
            }
            let last = n.next_multiple_of(PAD).min(WINDOW);
            for kernel in &values.kernels {
                code.call(*kernel, image, 0, last, scratch);
            }
        }
        let read = |column: &Column, out: &mut Vec<f64>| {
            out.clear();
            image.read(column, 0..n.min(column.len), out);
        };
        let weights = values.weight.map(|id| {
            read(column(id), &mut self.weights);
            self.weights.as_slice()
        });
        match values.delay {
            At::Same(seconds) => {
                self.delays.clear();
                self.delays.push(seconds);
            }
            At::Shared(id) | At::Each(id) => read(column(id), &mut self.delays),
        }
        let batch = Batch {
            rows: pre,
            places: post,
            weights,
            delays: &self.delays,
        };
        self.sorter.push(&batch);
        self.made += n as u64;
    }
    /// Synapses so far.
    pub fn made(&self) -> u64 {
        self.made
    }
    /// All of them, sorted.
    pub fn finish(self) -> crate::runtime::sorted::Sorted {
        self.sorter.finish()
    }
}
