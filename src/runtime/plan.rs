//! What a step does, prepared: the schedule with every column looked up, and the operations due for each set of clocks.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::clock::Ticks;
use super::delivery::{
    ApartColumns, DelayColumns, Delivery, EffectColumns, Index, SideColumns, WeightColumn,
    WriteColumns,
};
use super::due::NearColumns;
use super::generator::Bins;
use super::reduce::Reduce;
use super::setup::Setup;
use crate::index::Id;
use crate::kir::apart::{Apart, apart};
use crate::kir::layout::{Column, ListId};
use crate::kir::pathway::{Delay, Effect, To, Weight};
use crate::kir::{Action, Domain, Kernel, KernelId, Op, Stmt};

/// A list, its columns at hand.
#[derive(Clone, Debug)]
pub(super) struct ListColumns {
    /// Its position in the layout.
    pub id: usize,
    pub items: Column,
    pub count: Column,
}

/// A kernel, ready to be called.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub kernel: KernelId,
    /// Number of elements of a kernel over elements, 0 for others.
    pub len: usize,
    /// Lists it pushes to.
    pub lists: Vec<ListColumns>,
    /// Estimated nanoseconds of a call, for choosing the number of threads.
    pub cost: f64,
}

/// What happens at one line of the schedule.
#[derive(Clone, Debug)]
pub(super) enum Operation {
    Call(Call),
    Sample {
        table: usize,
        columns: Vec<(Column, Vec<u32>)>,
    },
    Events {
        table: usize,
        list: ListColumns,
        first: u32,
        last: u32,
        columns: Vec<Column>,
    },
    Rate {
        table: usize,
        list: ListColumns,
        first: u32,
        last: u32,
    },
    Generate {
        list: ListColumns,
        entries: Vec<u32>,
        bins: Bins,
    },
    Deliver(Box<Delivery>),
    Reduce(Reduce),
}

/// One line of the schedule.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub name: String,
    pub clock: usize,
    pub operation: Operation,
}

/// A clock and its columns.
#[derive(Clone, Debug)]
pub(super) struct ClockColumns {
    pub t: Column,
    pub step: Column,
}

/// A prepared program.
#[derive(Debug)]
pub(super) struct Plan {
    pub setup: Setup,
    pub ticks: Vec<Ticks>,
    pub clocks: Vec<ClockColumns>,
    pub lines: Vec<Line>,
    pub lists: usize,
    /// Estimated nanoseconds of a step in which all clocks tick.
    pub cost: f64,
}

impl Plan {
    /// Looks everything up.
    pub fn new(setup: Setup) -> Self {
        let program = &setup.program;
        let layout = &program.layout;
        let ticks: Vec<Ticks> = program
            .clocks
            .iter_enumerated()
            .map(|(id, clock)| {
                let times = setup.irregular.iter().find(|(other, _)| *other == id);
                Ticks {
                    dt: clock.dt,
                    times: times.map(|(_, times)| times.clone()),
                }
            })
            .collect();
        let clocks = program.clocks.iter().map(|clock| ClockColumns {
            t: layout.column(clock.t).clone(),
            step: layout.column(clock.step).clone(),
        });
        let clocks = clocks.collect();
        let mut lines = Vec::new();
        let mut cost = 0.0;
        for entry in &program.schedule {
            let dt = ticks.get(entry.clock.as_usize()).map_or(1.0, |t| t.dt);
            if let Some(operation) = operation(&setup, &entry.action, dt) {
                cost += match &operation {
                    Operation::Call(call) => call.cost,
                    // As if a hundredth of the synapses had an event.
                    Operation::Deliver(delivery) => 50.0 + 0.03 * delivery.synapses as f64,
                    Operation::Reduce(reduce) => 0.5 * (reduce.last - reduce.first) as f64,
                    _ => 0.0,
                };
                lines.push(Line {
                    name: entry.name.clone(),
                    clock: entry.clock.as_usize(),
                    operation,
                });
            }
        }
        let lists = layout.lists().count();
        Plan {
            ticks,
            clocks,
            lines,
            lists,
            cost,
            setup,
        }
    }
    /// Lines that are due when these clocks tick.
    pub fn due(&self, clocks: &[usize]) -> Vec<usize> {
        let lines = self.lines.iter().enumerate();
        lines
            .filter(|(_, line)| clocks.contains(&line.clock))
            .map(|(k, _)| k)
            .collect()
    }
    /// True when some kernel is long enough for a second thread.
    pub fn parallel(&self) -> bool {
        let long = |line: &Line| match &line.operation {
            Operation::Call(call) => call.cost >= 2.0 * super::pool::WORTH,
            Operation::Deliver(delivery) => delivery.shares(),
            _ => false,
        };
        self.lines.iter().any(long)
    }
    /// The pathways.
    pub fn deliveries(&self) -> impl Iterator<Item = &Delivery> {
        self.lines.iter().filter_map(|line| match &line.operation {
            Operation::Deliver(delivery) => Some(delivery.as_ref()),
            _ => None,
        })
    }
    /// A kernel outside the schedule.
    pub fn call(&self, kernel: KernelId) -> Option<Call> {
        call(&self.setup, kernel)
    }
}

fn columns(setup: &Setup, list: ListId) -> ListColumns {
    let layout = &setup.program.layout;
    let columns = layout.list(list);
    ListColumns {
        id: list.as_usize(),
        items: layout.column(columns.items).clone(),
        count: layout.column(columns.count).clone(),
    }
}

fn call(setup: &Setup, kernel: KernelId) -> Option<Call> {
    let body = setup.program.kernels.get(kernel)?;
    let len = match body.domain {
        Domain::Elements { len } => len,
        _ => 0,
    };
    let lists = body.pushes().into_iter();
    Some(Call {
        kernel,
        len,
        lists: lists.map(|list| columns(setup, list)).collect(),
        cost: 50.0 + nanoseconds(body) * len as f64,
    })
}

/// A rough estimate per element, from measurements of compiled kernels.
fn nanoseconds(kernel: &Kernel) -> f64 {
    fn of(body: &[Stmt]) -> f64 {
        let one = |stmt: &Stmt| match stmt {
            Stmt::Let(_, Op::Call { .. }) => 1.5,
            Stmt::Let(_, Op::Random { .. }) => 2.0,
            Stmt::Let(_, Op::Const(_) | Op::Index) => 0.0,
            Stmt::Let(..) => 0.08,
            Stmt::Store { .. } => 0.15,
            Stmt::Push { .. } => 0.3,
            Stmt::While { body, .. } => 4.0 * of(body),
        };
        body.iter().map(one).sum()
    }
    of(&kernel.body)
}

fn operation(setup: &Setup, action: &Action, dt: f64) -> Option<Operation> {
    let program = &setup.program;
    let layout = &program.layout;
    Some(match action {
        Action::Call(kernel) => Operation::Call(call(setup, *kernel)?),
        Action::Sample(table) => {
            let sampler = program.samplers.get(*table)?;
            let columns = sampler.columns.iter().map(|sampled| {
                let column = layout.column(sampled.column).clone();
                let elements = if sampled.elements.is_empty() {
                    (0..column.len as u32).collect()
                } else {
                    sampled.elements.clone()
                };
                (column, elements)
            });
            Operation::Sample {
                table: *table,
                columns: columns.collect(),
            }
        }
        Action::RecordEvents(table) => {
            let recorder = program.events.get(*table)?;
            let extra = recorder.columns.iter();
            Operation::Events {
                table: *table,
                list: columns(setup, recorder.list),
                first: recorder.first,
                last: recorder.last,
                columns: extra.map(|c| layout.column(*c).clone()).collect(),
            }
        }
        Action::RecordRate(table) => {
            let recorder = program.rates.get(*table)?;
            Operation::Rate {
                table: *table,
                list: columns(setup, recorder.list),
                first: recorder.first,
                last: recorder.last,
            }
        }
        Action::Generate(generator) => {
            let generator = program.generators.get(*generator)?;
            Operation::Generate {
                list: columns(setup, generator.list),
                entries: generator.entries.clone(),
                bins: Bins::new(generator, dt),
            }
        }
        Action::Deliver(number) => Operation::Deliver(Box::new(delivery(setup, *number, dt)?)),
        Action::Reduce(number) => {
            let reducer = program.reducers.get(*number)?;
            Operation::Reduce(Reduce {
                reduction: reducer.reduction,
                source: layout.column(reducer.source).clone(),
                first: reducer.first,
                last: reducer.last,
                into: layout.column(reducer.into).clone(),
            })
        }
    })
}

fn delivery(setup: &Setup, number: usize, dt: f64) -> Option<Delivery> {
    let pathway = setup.program.pathways.get(number)?;
    let column = |id| setup.program.layout.column(id).clone();
    let rows = column(pathway.rows);
    let sorted = setup.sorted.get(&number);
    Some(Delivery {
        number,
        name: pathway.name.clone(),
        list: columns(setup, pathway.list),
        synapses: sorted.map_or(rows.len, |sorted| sorted.synapses),
        rows,
        first: pathway.first,
        delay: match pathway.delay {
            Delay::Common(seconds) => DelayColumns::Common(seconds),
            Delay::Shared(id) => DelayColumns::Shared(column(id)),
            Delay::Each(id) => DelayColumns::Each(column(id)),
        },
        changing: pathway.changing,
        dt,
        apart: match apart(&setup.program, pathway) {
            Apart::Never => ApartColumns::Never,
            Apart::Synapses => ApartColumns::Synapses,
            Apart::Rows => ApartColumns::Rows,
            Apart::Sides(side) => ApartColumns::Sides {
                index: column(side.index),
                first: side.first,
            },
        },
        effect: match &pathway.effect {
            Effect::Call {
                kernel,
                due,
                near,
                writes,
            } => EffectColumns::Call {
                kernel: *kernel,
                due: columns(setup, *due),
                near: near
                    .iter()
                    .map(|one| NearColumns {
                        index: column(one.index),
                        into: column(one.into),
                        row: one.index == pathway.rows,
                    })
                    .collect(),
                writes: writes
                    .iter()
                    .map(|one| WriteColumns {
                        column: column(one.column),
                        from: column(one.from),
                        side: match one.to {
                            To::Own => None,
                            To::Side {
                                index,
                                first,
                                add,
                                active,
                            } => Some(SideColumns {
                                index: match near.iter().find(|near| near.index == index) {
                                    Some(near) => Index::Near(column(near.into)),
                                    None => Index::OfSynapse(column(index)),
                                },
                                first,
                                add,
                                active: active.map(column),
                            }),
                        },
                    })
                    .collect(),
            },
            Effect::Add {
                target,
                index,
                first,
                weight,
                active,
            } => EffectColumns::Add {
                target: column(*target),
                index: column(*index),
                first: *first,
                weight: match *weight {
                    Weight::Shared(id) => WeightColumn::Shared(column(id)),
                    Weight::Each { column: id, fixed } if fixed => WeightColumn::Fixed(column(id)),
                    Weight::Each { column: id, .. } => WeightColumn::Each(column(id)),
                },
                active: active.map(column),
            },
        },
    })
}

/// Lines due for each set of clocks met so far.
#[derive(Default)]
pub(super) struct DueLines {
    known: BTreeMap<Vec<usize>, Arc<[usize]>>,
}

impl DueLines {
    /// The lines of a set of clocks.
    pub fn of(&mut self, plan: &Plan, clocks: &[usize]) -> Arc<[usize]> {
        if let Some(lines) = self.known.get(clocks) {
            return lines.clone();
        }
        let lines: Arc<[usize]> = plan.due(clocks).into();
        self.known.insert(clocks.to_vec(), lines.clone());
        lines
    }
}
