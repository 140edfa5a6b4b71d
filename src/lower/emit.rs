//! Writing the body of one kernel: values of variables as they change, stores put off to the end, random streams.
//!
//! A kernel holds one or more blocks (an update, a threshold, a reset); each is written in terms of the model and sees what
//! the blocks before it have written. In a kernel over elements every column is stored once, at the end.

use std::collections::{BTreeMap, HashMap};

use super::context::{Context, one_value};
use crate::kir::build::Builder;
use crate::kir::layout::{ColumnId, Elem, ListId};
use crate::kir::pathway::Near;
use crate::kir::{At, BinaryOp, ClockId, Distribution, Domain, Kernel, Op, Ty, UnaryOp, Value};
use crate::model::projection::Side;
use crate::model::term::{TermId, Type};
use crate::model::{Owner, ProjectionId, Variable, VariableId, VariableKind};

/// Where a value of a variable lies, seen from an element.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Place {
    /// The column.
    pub column: ColumnId,
    /// One value for all.
    pub uniform: bool,
    /// How the place is reached from the element, step by step.
    pub path: Vec<Hop>,
}

/// One step from an element to another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct Hop {
    /// Where the index of the other element comes from.
    pub index: HopIndex,
    /// What is added to it.
    pub offset: i64,
}

/// Where an index comes from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) enum HopIndex {
    /// An entry of a column of indices.
    Column(ColumnId),
    /// A value computed by the kernel.
    Value(Value),
    /// The element itself.
    Element,
}

impl Hop {
    /// By a column of indices.
    pub fn through(column: ColumnId) -> Hop {
        Hop {
            index: HopIndex::Column(column),
            offset: 0,
        }
    }
}

/// A pair that is being connected: the two sides of a synapse that does not exist yet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair {
    pub projection: ProjectionId,
    pub pre: HopIndex,
    pub post: HopIndex,
}

struct Pending {
    value: Value,
    mask: Option<Value>,
}

/// Whose code a block is, and the clock it runs on.
#[derive(Clone, Debug)]
pub(super) struct Block {
    /// The owner of the code.
    pub owner: Owner,
    /// Names its random streams: `lif/threshold`.
    pub name: String,
    /// The clock whose time and step the code sees.
    pub clock: ClockId,
    /// `dt` in the code: the step length of the owner's clock.
    pub dt: f64,
}

/// A kernel being written.
pub(super) struct Emit<'c> {
    pub context: &'c Context<'c>,
    pub builder: Builder<'c>,
    pub block: Block,
    /// Stores wait until the end.
    deferred: bool,
    /// Read states of other elements as they were before the step.
    pub before_step: bool,
    terms: HashMap<(Vec<Hop>, TermId), Value>,
    places: BTreeMap<Place, Value>,
    pending: BTreeMap<Place, Pending>,
    pub temporaries: BTreeMap<VariableId, Value>,
    draws: BTreeMap<String, Value>,
    /// Masks of the entries pushed by this kernel.
    pub pushed: BTreeMap<ListId, Value>,
    /// Writes happen only where this is true.
    pub mask: Option<Value>,
    /// How elements of the variables now read are reached, for a subexpression of another owner.
    path: Vec<Hop>,
    /// The pair that is being connected.
    pub pair: Option<Pair>,
    /// Column with the element that each element of the kernel stands for, where that is another.
    start: Option<ColumnId>,
    /// Indices of those elements, side by side.
    near: Vec<Near>,
}

/// What a loop must restore when it ends, because values made in its body are not seen behind it.
pub(super) struct Snapshot {
    terms: HashMap<(Vec<Hop>, TermId), Value>,
    places: BTreeMap<Place, Value>,
    temporaries: BTreeMap<VariableId, Value>,
}

impl<'c> Emit<'c> {
    /// Starts a kernel.
    pub fn new(context: &'c Context<'c>, name: &str, domain: Domain, block: Block) -> Self {
        let deferred = matches!(domain, Domain::Elements { .. });
        Emit {
            context,
            builder: Builder::new(&context.layout, name, domain),
            block,
            deferred,
            before_step: false,
            terms: HashMap::new(),
            places: BTreeMap::new(),
            pending: BTreeMap::new(),
            temporaries: BTreeMap::new(),
            draws: BTreeMap::new(),
            pushed: BTreeMap::new(),
            mask: None,
            path: Vec::new(),
            pair: None,
            start: None,
            near: Vec::new(),
        }
    }
    /// Lets each element of the kernel stand for the one whose number is in a column; some of its indices are at hand.
    pub fn start_at(&mut self, column: ColumnId, near: &[Near]) {
        self.start = Some(column);
        self.near = near.to_vec();
        self.path = vec![Hop::through(column)];
    }
    /// Leaves out the stores that wait.
    pub fn drop_stores(&mut self) {
        self.pending.clear();
    }
    /// Starts another block in the same kernel.
    pub fn begin(&mut self, block: Block) {
        self.block = block;
        self.temporaries.clear();
        self.draws.clear();
        self.terms.clear();
        self.mask = None;
        self.before_step = false;
    }
    /// The kernel, with the stores that waited.
    pub fn finish(mut self) -> Kernel {
        for (place, pending) in std::mem::take(&mut self.pending) {
            let at = self.at(&place);
            self.builder
                .store(place.column, at, pending.value, pending.mask);
        }
        self.builder.finish()
    }

    /// Where the values of a stored variable lie; nothing for subexpressions and temporaries.
    pub fn place(&self, id: VariableId) -> Option<Place> {
        self.place_via(id, self.path.clone())
    }
    fn place_via(&self, id: VariableId, mut path: Vec<Hop>) -> Option<Place> {
        let variable = self.context.model.variables.get(id)?;
        if let Some((hop, source)) = self.alias(id) {
            path.extend(hop);
            return self.place_via(source, path);
        }
        let column = (*self.context.bindings.variables.get(id)?)?;
        if let (Some(trace), Owner::Projection(_)) =
            (self.context.traces.of.get(&id), self.block.owner)
        {
            path.push(self.hop(variable.owner, trace.side)?);
        }
        let uniform = one_value(variable);
        if uniform {
            path.clear();
        }
        Some(Place {
            column,
            uniform,
            path,
        })
    }
    /// What a linked or remote variable stands for, and how its element is reached.
    fn alias(&self, id: VariableId) -> Option<(Option<Hop>, VariableId)> {
        match &self.context.model.variables.get(id)?.kind {
            VariableKind::Linked { source, .. } => {
                let index = self.context.indices.get(&id);
                Some((index.map(|column| Hop::through(*column)), *source))
            }
            VariableKind::Remote { side, source } => {
                let owner = self.context.model.variables.get(id)?.owner;
                Some((Some(self.hop(owner, *side)?), *source))
            }
            _ => None,
        }
    }
    /// From a synapse to one of its sides.
    pub fn hop(&self, owner: Owner, side: Side) -> Option<Hop> {
        let Owner::Projection(id) = owner else {
            return None;
        };
        let projection = self.context.model.projections.get(id)?;
        let endpoint = match side {
            Side::Pre => &projection.source,
            Side::Post => &projection.target,
        };
        let index = match (&self.pair, side) {
            (Some(pair), Side::Pre) if pair.projection == id => pair.pre,
            (Some(pair), Side::Post) if pair.projection == id => pair.post,
            (_, Side::Pre) => HopIndex::Column(self.context.bindings.projections[id].pre),
            (_, Side::Post) => HopIndex::Column(self.context.bindings.projections[id].post),
        };
        Some(Hop {
            index,
            offset: endpoint.first as i64,
        })
    }
    fn at(&mut self, place: &Place) -> At {
        if place.uniform {
            return At::Uniform;
        }
        self.follow(&place.path)
    }
    /// Where a path leads from the element.
    fn follow(&mut self, path: &[Hop]) -> At {
        let mut at = At::Element;
        for (k, hop) in path.iter().enumerate() {
            let at_hand = match (hop.index, path.get(k + 1)) {
                (HopIndex::Column(start), Some(next)) if Some(start) == self.start => {
                    self.near_of(*next).is_some()
                }
                _ => false,
            };
            if at_hand {
                continue;
            }
            let index = match hop.index {
                HopIndex::Column(column) => match self.near_of(*hop) {
                    Some(near) if k == 1 => self.builder.load(near, At::Element),
                    _ => self.builder.load(column, at),
                },
                HopIndex::Value(value) => value,
                HopIndex::Element if hop.offset == 0 => {
                    at = At::Element;
                    continue;
                }
                HopIndex::Element => self.builder.index(),
            };
            at = At::Index(match hop.offset {
                0 => index,
                offset => {
                    let offset = self.builder.i64(offset);
                    self.builder.binary(BinaryOp::AddInt, index, offset)
                }
            });
        }
        at
    }
    /// The column in which the index of a hop from the elements at hand is.
    fn near_of(&self, hop: Hop) -> Option<ColumnId> {
        let HopIndex::Column(index) = hop.index else {
            return None;
        };
        let near = self.near.iter().find(|near| near.index == index)?;
        Some(near.into)
    }
    /// The value at a place now.
    pub fn read(&mut self, place: &Place) -> Value {
        if let Some(value) = self.places.get(place) {
            return *value;
        }
        let at = self.at(place);
        let mut column = place.column;
        if self.before_step
            && at != At::Element
            && let Some(copy) = self.context.snapshots.get(&column)
        {
            column = *copy;
        }
        let value = self.builder.load(column, at);
        self.places.insert(place.clone(), value);
        value
    }
    /// Writes a value, of the column's type, where the mask of the block and `mask` hold.
    pub fn write(&mut self, place: &Place, value: Value, mask: Option<Value>) {
        // What is seen later in the same kernel is what a column of singles keeps.
        let value = match self.context.layout.column(place.column).elem {
            Elem::F32 => self.builder.unary(UnaryOp::Single, value),
            _ => value,
        };
        let mask = self.both(self.mask, mask);
        let now = match mask {
            None => value,
            Some(mask) => {
                let old = self.read(place);
                self.builder.select(mask, value, old)
            }
        };
        // Where nothing was stored before, only the changed elements are.
        let pending = match (mask, self.pending.get(place)) {
            (Some(mask), None) => Pending {
                value,
                mask: Some(mask),
            },
            (
                Some(mask),
                Some(Pending {
                    mask: Some(other), ..
                }),
            ) => {
                let other = *other;
                let either = self.builder.binary(BinaryOp::Or, mask, other);
                Pending {
                    value: now,
                    mask: Some(either),
                }
            }
            _ => Pending {
                value: now,
                mask: None,
            },
        };
        self.changed(place);
        self.places.insert(place.clone(), now);
        if self.deferred {
            self.pending.insert(place.clone(), pending);
        } else {
            let at = self.at(place);
            self.builder
                .store(place.column, at, pending.value, pending.mask);
        }
    }
    /// Forgets what depends on a place.
    fn changed(&mut self, place: &Place) {
        self.terms.clear();
        self.places
            .retain(|other, _| other.column != place.column || other == place);
    }
    fn both(&mut self, a: Option<Value>, b: Option<Value>) -> Option<Value> {
        match (a, b) {
            (Some(a), Some(b)) => Some(self.builder.binary(BinaryOp::And, a, b)),
            (a, b) => a.or(b),
        }
    }
    /// Appends the elements where the mask holds to a list.
    pub fn push(&mut self, list: ListId, mask: Value) {
        self.builder.push(list, mask);
        self.pushed.insert(list, mask);
    }

    /// The value of a variable now.
    pub fn variable(&mut self, id: VariableId) -> Value {
        if let Some(value) = self.temporaries.get(&id) {
            return *value;
        }
        if let Some(place) = self.place(id) {
            return self.read(&place);
        }
        let variable = &self.context.model.variables[id];
        match variable.kind {
            VariableKind::Subexpression { value, .. } => {
                let value = self.term(value);
                self.convert(value, ty(variable.ty))
            }
            // The end of the chain is a subexpression of another owner.
            VariableKind::Linked { .. } | VariableKind::Remote { .. } => {
                let Some((hop, source)) = self.alias(id) else {
                    return self.zero(variable);
                };
                self.path.extend(hop);
                let value = self.variable(source);
                if hop.is_some() {
                    self.path.pop();
                }
                value
            }
            // A temporary that is read before it is written.
            _ => self.zero(variable),
        }
    }
    fn zero(&mut self, variable: &Variable) -> Value {
        match variable.ty {
            Type::Float => self.builder.f64(0.0),
            Type::Integer => self.builder.i64(0),
            Type::Boolean => self.builder.bool(false),
        }
    }
    /// The element index as code of the present owner sees it.
    pub fn element_index(&mut self) -> Value {
        let path = self.path.clone();
        match self.follow(&path) {
            At::Index(value) => value,
            _ => self.own_index(),
        }
    }
    /// The number of the element among all of its owner.
    pub fn own_index(&mut self) -> Value {
        let index = self.builder.index();
        let base = match self.block.owner {
            Owner::Projection(id) if self.pair.is_none() => self.context.bases.get(&id).copied(),
            _ => None,
        };
        match base {
            None => index,
            Some(base) => {
                let base = self.clock_value(base);
                self.builder.binary(BinaryOp::AddInt, base, index)
            }
        }
    }
    /// Gives a temporary its value.
    pub fn set_temporary(&mut self, id: VariableId, value: Value) {
        let value = match self.mask {
            Some(mask) if self.temporaries.contains_key(&id) => {
                let old = self.variable(id);
                self.builder.select(mask, value, old)
            }
            _ => value,
        };
        if self.temporaries.insert(id, value).is_some() {
            self.terms.clear();
        }
    }
    /// Assigns to a variable of any kind; the type is converted.
    pub fn assign(&mut self, id: VariableId, value: Value, mask: Option<Value>) {
        let variable = &self.context.model.variables[id];
        let value = self.convert(value, ty(variable.ty));
        match self.place(id) {
            Some(place) => self.write(&place, value, mask),
            None => self.set_temporary(id, value),
        }
    }
    /// Where writes of ordinary code to a variable take effect: while the neuron is not refractory, if the variable is
    /// flagged so and its owner has refractoriness.
    pub fn write_mask(&mut self, id: VariableId) -> Option<Value> {
        let context = self.context;
        let variable = context.model.variables.get(context.root(id))?;
        if !variable.unless_refractory {
            return None;
        }
        let Owner::Group(owner) = variable.owner else {
            return None;
        };
        let state = context.model.groups.get(owner)?.refractory_state?;
        let mut flag = self.place(state.not_refractory)?;
        flag.path = self.place(id)?.path;
        Some(self.read(&flag))
    }

    /// A term as a value, of the type of the term.
    pub fn term(&mut self, id: TermId) -> Value {
        let key = (self.path.clone(), id);
        if let Some(value) = self.terms.get(&key) {
            return *value;
        }
        let value = self.expression(id);
        let value = self.convert(value, ty(self.context.model.terms.ty(id)));
        self.terms.insert(key, value);
        value
    }
    /// A term as a value of a given type.
    pub fn term_as(&mut self, id: TermId, wanted: Ty) -> Value {
        let value = self.term(id);
        self.convert(value, wanted)
    }
    /// Converts between the types of values as the language does.
    pub fn convert(&mut self, value: Value, wanted: Ty) -> Value {
        let b = &mut self.builder;
        match (b.ty(value), wanted) {
            (Ty::Bool, Ty::I64) => b.unary(UnaryOp::BoolToInt, value),
            (Ty::Bool, Ty::F64) => {
                let integer = b.unary(UnaryOp::BoolToInt, value);
                b.unary(UnaryOp::IntToFloat, integer)
            }
            (Ty::I64, Ty::F64) => b.unary(UnaryOp::IntToFloat, value),
            (Ty::F64, Ty::I64) => b.unary(UnaryOp::FloatToInt, value),
            (Ty::F64, Ty::Bool) => {
                let zero = b.f64(0.0);
                b.compare(crate::kir::CompareOp::Ne, value, zero)
            }
            (Ty::I64, Ty::Bool) => {
                let zero = b.i64(0);
                b.compare(crate::kir::CompareOp::Ne, value, zero)
            }
            _ => value,
        }
    }
    /// Time at the start of the step.
    pub fn time(&mut self) -> Value {
        let column = self.context.clocks[self.block.clock].t;
        self.clock_value(column)
    }
    /// Number of the step of the owner's clock: `t_in_timesteps`.
    pub fn owner_step(&mut self) -> Value {
        let clock = self.context.clock_of(self.block.owner);
        let column = self.context.clocks[clock].step;
        self.clock_value(column)
    }
    /// Number of the step of the clock that runs the code.
    pub fn step(&mut self) -> Value {
        let column = self.context.clocks[self.block.clock].step;
        self.clock_value(column)
    }
    fn clock_value(&mut self, column: ColumnId) -> Value {
        let place = Place {
            column,
            uniform: true,
            path: Vec::new(),
        };
        self.read(&place)
    }
    /// A random draw; the same name within a block is the same draw.
    pub fn draw(
        &mut self,
        distribution: Distribution,
        name: &str,
        argument: Option<Value>,
    ) -> Value {
        if let Some(value) = self.draws.get(name) {
            return *value;
        }
        let stream = self.context.stream(&format!("{}/{name}", self.block.name));
        let seed = self.clock_value(self.context.bindings.seed);
        let step = self.step();
        let index = match self.start {
            Some(column) => self.builder.element(column),
            None => self.own_index(),
        };
        let value = self.builder.op(Op::Random {
            distribution,
            stream,
            seed,
            step,
            index,
            argument,
        });
        self.draws.insert(name.to_string(), value);
        value
    }
    /// Remembers what is known before a loop.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            terms: self.terms.clone(),
            places: self.places.clone(),
            temporaries: self.temporaries.clone(),
        }
    }
    /// Forgets what was made in a loop.
    pub fn restore(&mut self, snapshot: Snapshot) {
        self.terms = snapshot.terms;
        self.places = snapshot.places;
        self.temporaries = snapshot.temporaries;
    }
    /// Forgets the values of terms, because a variable changed.
    pub fn forget_terms(&mut self) {
        self.terms.clear();
    }
}

/// Type of the value of a term.
pub(super) fn ty(of: Type) -> Ty {
    match of {
        Type::Float => Ty::F64,
        Type::Integer => Ty::I64,
        Type::Boolean => Ty::Bool,
    }
}
