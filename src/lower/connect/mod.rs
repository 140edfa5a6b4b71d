//! Making synapses: from `connect:` lines to the pairs they connect, before the program is made, since their number sizes its image.
//!
//! Conditions, probabilities and indices are kernels of a small program that holds the populations with their initial values. Where a probability
//! is the same along a row, the gaps between its synapses are drawn, so that the work grows with the synapses made. All draws are functions of the
//! seed and of the pair's place in the loops, so the same file and seed give the same synapses on every executor.

mod candidates;
mod kernels;
mod make;

use std::collections::BTreeSet;

use super::context::Context;
use super::initial;
use super::wiring::{Wired, Wiring};
use crate::backend::{Backend, Unsupported};
use crate::kir::{Program, opt};
use crate::model::projection::{Connect, Projection, Side};
use crate::model::{Model, ProjectionId};
use crate::runtime::setup::Setup;
use crate::runtime::simulation::Simulation;
use crate::source::Span;
use kernels::Line;

/// Why synapses cannot be made.
#[derive(Clone, PartialEq, Debug)]
pub struct Problem {
    /// Whose.
    pub projection: ProjectionId,
    /// The `connect:` line.
    pub span: Span,
    /// What is wrong.
    pub kind: ProblemKind,
}

/// What is wrong with a `connect:` line.
#[derive(Clone, PartialEq, Debug)]
pub enum ProblemKind {
    /// An index that leads to no element.
    Index {
        /// The side whose index it is.
        side: Side,
        /// Index of the other side.
        other: i64,
        /// The index.
        index: i64,
        /// Number of elements.
        size: usize,
    },
    /// A sample larger than what it is taken from.
    Sample {
        /// The side of the outer loop.
        side: Side,
        /// Its index.
        other: i64,
        /// Size wanted.
        size: i64,
        /// Number of values to choose from.
        values: u64,
    },
    /// A range whose distance is 0.
    Step {
        /// The side of the outer loop.
        side: Side,
        /// Its index.
        other: i64,
    },
    /// More synapses than allowed.
    Many {
        /// How many are allowed.
        limit: u64,
    },
    /// The kernels cannot run here.
    Backend(Unsupported),
}

/// A projection without synapses.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Empty {
    /// Which.
    pub projection: ProjectionId,
    /// Pairs that were considered.
    pub tested: u64,
}

/// Makes the synapses of all projections, at most `limit` of each.
///
/// # Errors
/// At the first line that cannot be carried out.
pub fn connect(
    model: &Model,
    backend: &dyn Backend,
    seed: u64,
    limit: u64,
) -> Result<(Wiring, Vec<Empty>), Box<Problem>> {
    let mut wiring = Wiring::default();
    let mut empty = Vec::new();
    loop {
        // Synapses onto synapses have to wait for those.
        let ready: Vec<ProjectionId> = model
            .projections
            .iter_enumerated()
            .filter(|(id, projection)| {
                let sides = [&projection.source, &projection.target];
                let known = |side| wiring.side(model, side).is_some();
                !wiring.projections.contains_key(id) && sides.into_iter().all(known)
            })
            .map(|(id, _)| id)
            .collect();
        if ready.is_empty() {
            return Ok((wiring, empty));
        }
        let made = round(model, backend, seed, limit, &wiring, &ready)?;
        for (projection, wired, tested) in made {
            if wired.pre.is_empty() {
                empty.push(Empty { projection, tested });
            }
            wiring.projections.insert(projection, wired);
        }
    }
}

/// How many synapses a projection would have by one line alone: to find out which part of a line makes none. Nothing where that fails.
pub fn count(
    model: &Model,
    backend: &dyn Backend,
    seed: u64,
    wiring: &Wiring,
    projection: ProjectionId,
    line: Connect,
) -> Option<usize> {
    let mut model = model.clone();
    model.projections[projection].connect = vec![line];
    let made = round(
        &model,
        backend,
        seed,
        u64::from(u32::MAX),
        wiring,
        &[projection],
    );
    let made = made.ok()?;
    made.first().map(|(_, wired, _)| wired.pre.len())
}

/// Makes the synapses of projections between things whose size is known.
fn round(
    model: &Model,
    backend: &dyn Backend,
    seed: u64,
    limit: u64,
    wiring: &Wiring,
    ready: &[ProjectionId],
) -> Result<Vec<(ProjectionId, Wired, u64)>, Box<Problem>> {
    let mut context = Context::new(model, wiring, &BTreeSet::new());
    let mut lines = Vec::new();
    for id in ready {
        let projection = &model.projections[*id];
        for number in 0..projection.connect.len() {
            lines.extend(Line::new(&mut context, *id, projection, number));
        }
    }
    let mut first = Vec::new();
    if lines.iter().any(Line::has_kernels) {
        let mut initial = initial(&mut context);
        first = std::mem::take(&mut context.fill);
        first.append(&mut initial);
    } else {
        context.kernels = Default::default();
    }
    let mut program = Program {
        layout: std::mem::take(&mut context.layout),
        kernels: std::mem::take(&mut context.kernels),
        clocks: context.clocks.clone(),
        ..Program::default()
    };
    opt::optimize(&mut program);
    let code = backend.compile(&program).map_err(|unsupported| {
        let projection = ready.first().copied().unwrap_or(ProjectionId(0));
        Box::new(Problem {
            projection,
            span: model.projections[projection].span,
            kind: ProblemKind::Backend(unsupported),
        })
    })?;
    let setup = Setup {
        program,
        seed: Some(context.bindings.seed),
        initial: first,
        ..Setup::default()
    };
    let simulation = Simulation::new(setup, code.clone(), seed);
    let mut made = Vec::new();
    for id in ready {
        let mut maker = make::Maker::new(&simulation, code.as_ref(), seed, limit);
        for line in lines.iter().filter(|line| line.projection == *id) {
            maker.line(line).map_err(|kind| {
                Box::new(Problem {
                    projection: *id,
                    span: line.connect.span,
                    kind,
                })
            })?;
        }
        let (wired, tested) = maker.finish();
        made.push((*id, wired, tested));
    }
    Ok(made)
}

/// Number of elements of both sides, as given to the projection.
fn sizes(context: &Context<'_>, projection: &Projection) -> Option<(usize, usize)> {
    let side = |endpoint| context.wiring.side(context.model, endpoint);
    Some((side(&projection.source)?, side(&projection.target)?))
}
