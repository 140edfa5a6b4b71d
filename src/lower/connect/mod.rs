//! Making synapses: from `connect:` lines to the pairs they connect, before the program is made, since their number sizes its image.
//!
//! Conditions, probabilities and indices are kernels of a small program that holds the populations with their initial values. Where a probability
//! is the same along a row, the gaps between its synapses are drawn, so that the work grows with the synapses made. All draws are functions of the
//! seed and of the pair's place in the loops, so the same file and seed give the same synapses on every executor.

mod kernels;
mod make;
pub mod procedural;
mod values;

use std::collections::{BTreeMap, BTreeSet};

use super::context::Context;
use super::held::Precision;
use super::initial;
use super::pathway::written_by;
use super::sorted::{by_source, projections};
use super::traces::Traces;
use super::wiring::{Wired, Wiring};
use crate::backend::{Backend, Unsupported};
use crate::kir::{Program, opt};
use crate::model::projection::{Connect, Projection, Side};
use crate::model::{Model, ProjectionId};
use crate::runtime::setup::Setup;
use crate::runtime::simulation::Simulation;
use crate::source::Span;
use kernels::Line;
use make::Maker;
use procedural::Procedural;
use values::{Values, WINDOW};

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
    /// Synapses that should be computed anew for each event have to be stored: why.
    Stored(&'static str),
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

/// How synapses are made.
#[derive(Clone, PartialEq, Debug)]
pub struct Making {
    /// Seed of the random numbers.
    pub seed: u64,
    /// At most so many synapses of each projection.
    pub limit: u64,
    /// Of synapses that nothing looks at, keep only what the delivery of events needs. The network does the same.
    pub sorted: bool,
    /// Keep the weights of these in single precision.
    pub single: bool,
    /// How the values of neurons and synapses are held by the network.
    pub held: Precision,
    /// Whose synapses are computed anew for each event.
    pub procedural: Procedural,
}

impl Making {
    /// All values of any number of synapses.
    pub fn whole(seed: u64) -> Making {
        Making {
            seed,
            limit: u64::MAX,
            sorted: false,
            single: false,
            held: Precision::Double,
            procedural: Procedural::None,
        }
    }
}

/// Makes the synapses of all projections.
///
/// # Errors
/// At the first line that cannot be carried out.
pub fn connect(
    model: &Model,
    backend: &dyn Backend,
    making: &Making,
) -> Result<(Wiring, Vec<Empty>), Box<Problem>> {
    let sorted = match making.sorted {
        true => projections(model),
        false => BTreeSet::new(),
    };
    let recomputed = making.procedural.projections(model, &sorted)?;
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
        let windows = ready.iter().filter(|id| sorted.contains(id));
        let windows = windows.map(|id| (*id, WINDOW)).collect();
        let made = round(
            model,
            backend,
            making,
            &wiring,
            &ready,
            (&windows, &recomputed),
        )?;
        for (projection, wired, tested) in made {
            if wired.is_empty() {
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
    let windows = BTreeMap::new();
    let making = Making::whole(seed);
    let stored = (&windows, &BTreeSet::new());
    let made = round(&model, backend, &making, wiring, &[projection], stored);
    made.ok()?.first().map(|(_, wired, _)| wired.len())
}

/// Makes the synapses of projections between things whose size is known; those with a window are sorted at once, or only counted where they are
/// computed anew for each event.
fn round(
    model: &Model,
    backend: &dyn Backend,
    making: &Making,
    wiring: &Wiring,
    ready: &[ProjectionId],
    (windows, recomputed): (&BTreeMap<ProjectionId, usize>, &BTreeSet<ProjectionId>),
) -> Result<Vec<(ProjectionId, Wired, u64)>, Box<Problem>> {
    let (live, traces) = (BTreeSet::new(), Traces::default());
    let mut context = Context::in_parts(model, wiring, &live, windows, making.held, traces);
    let written = written_by(model);
    let mut values = BTreeMap::new();
    for id in windows.keys() {
        let projection = &model.projections[*id];
        let found = Values::new(&mut context, *id, projection, &written, making.single);
        values.extend(found.map(|found| (*id, found)));
    }
    let mut lines = Vec::new();
    for id in ready {
        let projection = &model.projections[*id];
        for number in 0..projection.connect.len() {
            lines.extend(Line::new(&mut context, *id, projection, number));
        }
    }
    let mut first = Vec::new();
    if lines.iter().any(Line::has_kernels) || values.values().any(Values::has_kernels) {
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
    let simulation = Simulation::new(setup, code.clone(), making.seed);
    let mut made = Vec::new();
    for id in ready {
        let new = || Maker::new(&simulation, code.as_ref(), making);
        let (wired, tested) = match values.get(id) {
            None => all(new(), *id, &lines)?.finish(),
            Some(values) if recomputed.contains(id) => {
                all(new().counting(), *id, &lines)?.recomputed(values, &lines, *id)
            }
            Some(values) if by_source(&model.projections[*id].connect) => {
                all(new().sorting(values, None), *id, &lines)?.finish()
            }
            Some(values) => {
                let counts = all(new().counting(), *id, &lines)?.counts();
                all(new().sorting(values, Some(&counts)), *id, &lines)?.finish()
            }
        };
        made.push((*id, wired, tested));
    }
    Ok(made)
}

/// Carries out all lines of a projection.
fn all<'a>(
    mut maker: Maker<'a>,
    projection: ProjectionId,
    lines: &[Line<'_>],
) -> Result<Maker<'a>, Box<Problem>> {
    for line in lines.iter().filter(|line| line.projection == projection) {
        maker.line(line).map_err(|kind| {
            Box::new(Problem {
                projection,
                span: line.connect.span,
                kind,
            })
        })?;
    }
    Ok(maker)
}

/// Number of elements of both sides, as given to the projection.
fn sizes(context: &Context<'_>, projection: &Projection) -> Option<(usize, usize)> {
    let side = |endpoint| context.wiring.side(context.model, endpoint);
    Some((side(&projection.source)?, side(&projection.target)?))
}
