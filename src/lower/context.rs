//! What all slots share while a program is made: the model, the image so far, and where each thing of the model lies in it.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::index::IndexVec;
use crate::kir::layout::{ColumnId, Elem, Layout, ListId};
use crate::kir::{Clock, ClockId, Domain, Kernel, KernelId};
use crate::model::term::Type;
use crate::model::{
    ConstantId, GroupId, Model, Owner, ProjectionId, SignalId, Variable, VariableId, VariableKind,
};
use crate::runtime::command::{Command, Target};

use super::held::Precision;
use super::traces::Traces;
use super::wiring::{Wired, Wiring};

/// Where the things of a group lie.
#[derive(Clone, PartialEq, Debug)]
pub struct GroupBinding {
    /// The clock of the group.
    pub clock: ClockId,
    /// Its spikes, if it can spike.
    pub spikes: Option<ListId>,
    /// Its custom events, in order.
    pub events: Vec<ListId>,
    /// How near each element came to its threshold, if that is kept.
    pub margin: Option<super::margin::Margin>,
}

/// Where the things of a projection lie.
#[derive(Clone, PartialEq, Debug)]
pub struct ProjectionBinding {
    /// The clock of its equations and regular code.
    pub clock: ClockId,
    /// Number of synapses.
    pub size: usize,
    /// Index of the source of each synapse.
    pub pre: ColumnId,
    /// Index of the target of each synapse.
    pub post: ColumnId,
}

/// Where the things of a model lie in the image.
#[derive(Clone, PartialEq, Debug)]
pub struct Bindings {
    /// The column of each stored variable. Plain subexpressions, linked variables and temporaries have none.
    pub variables: IndexVec<VariableId, Option<ColumnId>>,
    /// Columns of the constants that can change while the program runs.
    pub constants: BTreeMap<ConstantId, ColumnId>,
    /// Tables of the signals, row-major.
    pub signals: IndexVec<SignalId, ColumnId>,
    /// Groups.
    pub groups: IndexVec<GroupId, GroupBinding>,
    /// Projections.
    pub projections: IndexVec<ProjectionId, ProjectionBinding>,
    /// The seed: an integer of length 1.
    pub seed: ColumnId,
}

/// State of the lowering of one model.
pub(super) struct Context<'m> {
    pub model: &'m Model,
    pub layout: Layout,
    pub clocks: IndexVec<ClockId, Clock>,
    /// Times of the clocks that do not tick regularly.
    pub irregular: Vec<(ClockId, Vec<f64>)>,
    pub bindings: Bindings,
    /// Index columns of linked variables.
    pub indices: BTreeMap<VariableId, ColumnId>,
    /// Columns that are read across elements by the group that integrates them, and their copies from before the step.
    pub snapshots: BTreeMap<ColumnId, ColumnId>,
    /// Fillings of columns before anything else runs.
    pub fill: Vec<Command>,
    /// What is computed once after the initial values are set.
    pub late: Vec<Command>,
    pub kernels: IndexVec<KernelId, Kernel>,
    pub wiring: &'m Wiring,
    /// Projections of which a part is looked at, one after the other.
    pub windows: &'m BTreeMap<ProjectionId, usize>,
    /// For those: the number of the synapse at which the part begins, an integer of length 1.
    pub bases: BTreeMap<ProjectionId, ColumnId>,
    /// States of synapses that are kept with neurons.
    pub traces: Traces,
    streams: RefCell<Streams>,
}

/// Numbers of random streams, by name: adding a population or a monitor leaves the draws of the others as they are.
#[derive(Default)]
struct Streams {
    by_name: BTreeMap<String, u32>,
    taken: BTreeSet<u32>,
}

impl<'m> Context<'m> {
    /// Clocks, columns and lists of everything in the model.
    pub fn new(
        model: &'m Model,
        wiring: &'m Wiring,
        live: &BTreeSet<ConstantId>,
        held: Precision,
        traces: Traces,
    ) -> Self {
        Context::in_parts(
            model,
            wiring,
            live,
            const { &BTreeMap::new() },
            held,
            traces,
        )
    }
    /// The same; of some projections a part is looked at, of so many synapses.
    pub fn in_parts(
        model: &'m Model,
        wiring: &'m Wiring,
        live: &BTreeSet<ConstantId>,
        windows: &'m BTreeMap<ProjectionId, usize>,
        held: Precision,
        traces: Traces,
    ) -> Self {
        let mut layout = Layout::default();
        let seed = layout.add_column("seed", Elem::I64, 1, "1", 0.0);
        let mut context = Context {
            model,
            layout,
            clocks: IndexVec::new(),
            irregular: Vec::new(),
            bindings: Bindings {
                variables: IndexVec::new(),
                constants: BTreeMap::new(),
                signals: IndexVec::new(),
                groups: IndexVec::new(),
                projections: IndexVec::new(),
                seed,
            },
            indices: BTreeMap::new(),
            snapshots: BTreeMap::new(),
            fill: Vec::new(),
            late: Vec::new(),
            kernels: IndexVec::new(),
            wiring,
            windows,
            bases: BTreeMap::new(),
            traces,
            streams: RefCell::default(),
        };
        context.clock(model.dt);
        context.constants(live);
        context.signals();
        context.variables(held);
        context.groups();
        context.projections();
        context.snapshots();
        context
    }
    /// The regular clock with a step length; made on first use.
    pub fn clock(&mut self, dt: f64) -> ClockId {
        let irregular = |id| self.irregular.iter().any(|(other, _)| *other == id);
        let found = self
            .clocks
            .iter_enumerated()
            .find(|(id, clock)| clock.dt == dt && !irregular(*id));
        match found {
            Some((id, _)) => id,
            None => self.add_clock(dt),
        }
    }
    /// A clock that ticks at given times; `dt` says how close two times count as equal.
    pub fn irregular_clock(&mut self, dt: f64, times: &[f64]) -> ClockId {
        let found = self.irregular.iter().find(|(_, other)| other == times);
        if let Some((id, _)) = found {
            return *id;
        }
        let id = self.add_clock(dt);
        self.irregular.push((id, times.to_vec()));
        id
    }
    /// A clock of its own.
    pub fn add_clock(&mut self, dt: f64) -> ClockId {
        let name = match self.clocks.len() {
            0 => "clock".to_string(),
            n => format!("clock{n}"),
        };
        let t = self.column(format!("{name}.t"), Elem::F64, 1, "s", 0.0);
        let dt_column = self.column(format!("{name}.dt"), Elem::F64, 1, "s", dt);
        let step = self.column(format!("{name}.step"), Elem::I64, 1, "1", 0.0);
        self.clocks.push(Clock {
            dt,
            t,
            dt_column,
            step,
        })
    }
    /// Adds a column whose name is made unique.
    pub fn column(
        &mut self,
        name: impl Into<String>,
        elem: Elem,
        len: usize,
        unit: impl Into<String>,
        default: f64,
    ) -> ColumnId {
        let base = name.into();
        let mut name = base.clone();
        let mut n = 1;
        while self.layout.find(&name).is_some() {
            n += 1;
            name = format!("{base}~{n}");
        }
        self.layout.add_column(name, elem, len, unit, default)
    }
    /// Adds a column of indices with its contents.
    pub fn index_column(&mut self, name: String, values: &[u32]) -> ColumnId {
        let column = self.column(name, Elem::U32, values.len(), "1", 0.0);
        self.fill.push(Command::Write {
            column,
            target: Target::From(0),
            values: values.iter().map(|v| f64::from(*v)).collect(),
        });
        column
    }
    /// A list that always holds the given elements.
    pub fn constant_list(&mut self, name: &str, elements: &[u32]) -> ListId {
        let id = self.layout.add_list(name, elements.len());
        let list = self.layout.list(id).clone();
        self.fill.push(Command::Write {
            column: list.items,
            target: Target::From(0),
            values: elements.iter().map(|v| f64::from(*v)).collect(),
        });
        self.fill.push(Command::Write {
            column: list.count,
            target: Target::From(0),
            values: vec![elements.len() as f64],
        });
        id
    }
    /// The number of the random stream of a name.
    pub fn stream(&self, name: &str) -> u32 {
        let mut streams = self.streams.borrow_mut();
        if let Some(stream) = streams.by_name.get(name) {
            return *stream;
        }
        // FNV-1a.
        let mut stream = name.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
            (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
        });
        // Generators use 24 bits.
        stream &= 0xff_ffff;
        while !streams.taken.insert(stream) {
            stream = stream.wrapping_add(1) & 0xff_ffff;
        }
        streams.by_name.insert(name.to_string(), stream);
        stream
    }
    /// A kernel without its repetition; empty ones are not kept.
    pub fn keep(&mut self, kernel: Kernel) -> Option<KernelId> {
        (!kernel.body.is_empty()).then(|| self.kernels.push(kernel))
    }

    fn constants(&mut self, live: &BTreeSet<ConstantId>) {
        for id in live {
            if let Some(constant) = self.model.constants.get(*id) {
                let elem = elem(constant.ty);
                let unit = super::unit_text(constant.value.dimension);
                let column = self.column(&constant.name, elem, 1, unit, constant.value.value);
                self.bindings.constants.insert(*id, column);
            }
        }
    }
    fn signals(&mut self) {
        for signal in self.model.signals.iter() {
            let unit = super::unit_text(signal.dimension);
            let column = self.column(&signal.name, Elem::F64, signal.values.len(), unit, 0.0);
            self.fill.push(Command::Write {
                column,
                target: Target::From(0),
                values: signal.values.clone(),
            });
            self.bindings.signals.push(column);
        }
    }
    fn variables(&mut self, held: Precision) {
        let model = self.model;
        for (id, variable) in model.variables.iter_enumerated() {
            let (stored, default) = match variable.kind {
                VariableKind::State | VariableKind::Stored => (true, variable.default),
                VariableKind::Subexpression {
                    constant_over_dt, ..
                } => (constant_over_dt, 0.0),
                VariableKind::Aggregate { .. } => (true, 0.0),
                VariableKind::Linked { .. }
                | VariableKind::Temporary
                | VariableKind::Remote { .. } => (false, 0.0),
            };
            let stored = stored && !self.traces.needless(model, id);
            let column = stored.then(|| {
                let len = match self.traces.of.get(&id) {
                    _ if one_value(variable) => 1,
                    Some(trace) => model.groups[trace.group].size,
                    None => self.size(variable),
                };
                let unit = super::unit_text(variable.dimension);
                let elem = match self.is_index(id) {
                    true => Elem::U32,
                    false => super::held::column(model, id, held),
                };
                self.column(self.name(id), elem, len, unit, default)
            });
            self.bindings.variables.push(column);
            if let VariableKind::Linked {
                index: Some(index), ..
            } = &variable.kind
            {
                let column = self.index_column(format!("{}.index", self.name(id)), index);
                self.indices.insert(id, column);
            }
        }
    }
    fn groups(&mut self) {
        for group in self.model.groups.iter() {
            let clock = self.clock(group.dt.unwrap_or(self.model.dt));
            let spikes = super::spikes(group).then(|| {
                self.layout
                    .add_list(format!("{}.spikes", group.name), group.size)
            });
            let events = group.events.iter();
            let events = events
                .map(|event| {
                    let name = format!("{}.{}", group.name, event.name);
                    self.layout.add_list(name, group.size)
                })
                .collect();
            self.bindings.groups.push(GroupBinding {
                clock,
                spikes,
                events,
                margin: None,
            });
        }
    }
    /// True for the stored indices and counts of a projection's synapses.
    fn is_index(&self, id: VariableId) -> bool {
        let Owner::Projection(owner) = self.model.variables[id].owner else {
            return false;
        };
        let Some(projection) = self.model.projections.get(owner) else {
            return false;
        };
        let indices = &projection.indices;
        let given = [indices.incoming, indices.outgoing, indices.copy];
        id == indices.i || id == indices.j || given.contains(&Some(id))
    }
    fn projections(&mut self) {
        let model = self.model;
        let nothing = Wired::default();
        for (id, projection) in model.projections.iter_enumerated() {
            let clock = self.clock(projection.dt.unwrap_or(model.dt));
            let wired = self.wiring.projections.get(&id).unwrap_or(&nothing);
            let indices = &projection.indices;
            let pre = self.given(indices.i, &wired.pre);
            let post = self.given(indices.j, &wired.post);
            if self.windows.contains_key(&id) {
                let name = format!("{}.first", projection.name);
                let base = self.column(name, Elem::I64, 1, "1", 0.0);
                self.bases.insert(id, base);
            }
            if let Some(incoming) = indices.incoming {
                self.given(incoming, &Wired::degrees(&wired.post).into());
            }
            if let Some(outgoing) = indices.outgoing {
                self.given(outgoing, &Wired::degrees(&wired.pre).into());
            }
            if let Some(copy) = indices.copy {
                self.given(copy, &wired.copies().into());
            }
            if let Some(column) = indices
                .count
                .and_then(|count| self.bindings.variables[count])
            {
                self.fill.push(Command::Write {
                    column,
                    target: Target::From(0),
                    values: vec![wired.len() as f64],
                });
            }
            self.bindings.projections.push(ProjectionBinding {
                clock,
                size: wired.len(),
                pre,
                post,
            });
        }
    }
    /// Fills the column of an index variable.
    fn given(&mut self, id: VariableId, values: &Arc<[u32]>) -> ColumnId {
        let column = match self.bindings.variables[id] {
            Some(column) => column,
            None => self.column(self.name(id), Elem::U32, values.len(), "1", 0.0),
        };
        if values.is_empty() {
            return column;
        }
        self.fill.push(Command::Fill {
            column,
            values: values.clone(),
        });
        column
    }
    /// The clock of an owner.
    pub fn clock_of(&self, owner: Owner) -> ClockId {
        match owner {
            Owner::Group(group) => self.bindings.groups[group].clock,
            Owner::Projection(projection) => self.bindings.projections[projection].clock,
        }
    }
    fn snapshots(&mut self) {
        let model = self.model;
        let linked: Vec<VariableId> = model.variables.ids().collect();
        for id in linked {
            let variable = &model.variables[id];
            let VariableKind::Linked { source, .. } = variable.kind else {
                continue;
            };
            let original = &model.variables[self.root(source)];
            let own = original.owner == variable.owner && original.kind == VariableKind::State;
            let column = self.bindings.variables[self.root(source)];
            if let (true, Some(column)) = (own, column)
                && !self.snapshots.contains_key(&column)
            {
                let old = self.layout.column(column).clone();
                let name = format!("{}.before", old.name);
                let copy = self.column(name, old.elem, old.len, old.unit, old.default);
                self.snapshots.insert(column, copy);
            }
        }
    }
    /// What a chain of links and aliases ends at.
    pub fn root(&self, id: VariableId) -> VariableId {
        self.model.root(id)
    }
    /// Number of elements of a variable's owner.
    pub fn size(&self, variable: &Variable) -> usize {
        self.owner_size(variable.owner)
    }
    /// Number of elements of an owner.
    pub fn owner_size(&self, owner: Owner) -> usize {
        match owner {
            Owner::Group(group) => self.model.groups.get(group).map_or(1, |group| group.size),
            Owner::Projection(projection) => match self.windows.get(&projection) {
                Some(window) => *window,
                None => {
                    (self.wiring.projections.get(&projection)).map_or(0, |wired| wired.pre.len())
                }
            },
        }
    }
    /// True for a projection whose synapses exist in order of delivery only.
    pub fn is_sorted(&self, projection: ProjectionId) -> bool {
        let wired = self.wiring.projections.get(&projection);
        wired.is_some_and(|wired| wired.sorted.is_some())
    }
    /// `lif.v`.
    pub fn name(&self, id: VariableId) -> String {
        let variable = &self.model.variables[id];
        let owner = super::owner_name(self.model, id);
        format!("{owner}.{}", variable.name)
    }
    /// The elements of an owner, or the one of its shared variables.
    pub fn domain(&self, owner: Owner, shared: bool) -> Domain {
        if shared {
            Domain::Once
        } else {
            Domain::Elements {
                len: self.owner_size(owner),
            }
        }
    }
}

/// True for a variable with one value for all elements.
pub(super) fn one_value(variable: &Variable) -> bool {
    variable.shared || matches!(variable.kind, VariableKind::Aggregate { .. })
}

/// Type of the column of a variable.
pub(super) fn elem(ty: Type) -> Elem {
    match ty {
        Type::Float => Elem::F64,
        Type::Integer => Elem::I64,
        Type::Boolean => Elem::Bool,
    }
}
