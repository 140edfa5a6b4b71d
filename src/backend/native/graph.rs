//! The body of a kernel over elements as a pure graph: loads read the state before the call, each column is stored at most once.
//!
//! Statements disappear: a load after a store becomes the stored value, a masked store becomes a choice between the new and
//! the old value, equal operations become one node. What remains can be scheduled freely.

use crate::kir::layout::{ColumnId, Elem, Layout, ListId};
use crate::kir::{
    At, BinaryOp, CompareOp, Distribution, Kernel, Op, Stmt, Ty, UnaryOp, Value, primitive,
};
use std::collections::{BTreeMap, HashMap};

/// A node of the graph; operands have smaller numbers.
pub type Node = usize;

/// What a node computes.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Kind {
    /// A constant, as bits of a type.
    Const(Ty, u64),
    /// The element index.
    Index,
    /// The element of a column before the call.
    Column(ColumnId),
    /// Element 0 of a column.
    Uniform(ColumnId),
    /// An element of a column at a computed index.
    Gather(ColumnId, Node),
    /// One operand.
    Unary(UnaryOp, Node),
    /// Two operands.
    Binary(BinaryOp, Node, Node),
    /// `a*b + c`, rounded once.
    Fma(Node, Node, Node),
    /// A comparison of numbers of a type.
    Compare(CompareOp, Ty, Node, Node),
    /// `condition ? then : otherwise`.
    Select(Node, Node, Node),
    /// The low 32 bits of an integer, which is what a narrow column keeps.
    Low32(Node),
    /// A uniform value, or a column of singles, where an array of doubles is needed.
    Spread(Node),
    /// A primitive.
    Call(&'static str, Vec<Node>),
    /// A draw: distribution, stream, seed, step, index and mean.
    Random(Distribution, u32, Node, Node, Node, Option<Node>),
}

impl Kind {
    /// The operands, in order.
    pub fn operands(&self) -> Vec<Node> {
        match self {
            Kind::Const(..) | Kind::Index | Kind::Column(_) | Kind::Uniform(_) => Vec::new(),
            Kind::Gather(_, a) | Kind::Unary(_, a) | Kind::Low32(a) | Kind::Spread(a) => vec![*a],
            Kind::Binary(_, a, b) | Kind::Compare(_, _, a, b) => vec![*a, *b],
            Kind::Fma(a, b, c) | Kind::Select(a, b, c) => vec![*a, *b, *c],
            Kind::Call(_, args) => args.clone(),
            Kind::Random(_, _, seed, step, index, mean) => {
                let mut all = vec![*seed, *step, *index];
                all.extend(mean);
                all
            }
        }
    }
}

/// A node with what is known of it.
#[derive(Clone, Debug)]
pub struct Data {
    /// What it computes.
    pub kind: Kind,
    /// Type of its value.
    pub ty: Ty,
    /// True if it is the same for all elements.
    pub uniform: bool,
}

/// The graph of a kernel.
#[derive(Debug, Default)]
pub struct Graph {
    /// Nodes, operands first.
    pub nodes: Vec<Data>,
    /// Columns stored to, each once, with the value every element gets.
    pub stores: Vec<(ColumnId, Node)>,
    /// Lists pushed to, in the order of the statements, with the mask.
    pub pushes: Vec<(ListId, Node)>,
    /// Which nodes a store or push needs.
    pub live: Vec<bool>,
    known: HashMap<Kind, Node>,
}

impl Graph {
    /// The graph of a kernel over elements, or none if it has a loop.
    pub fn new(layout: &Layout, kernel: &Kernel) -> Option<Graph> {
        let mut graph = Graph::default();
        let mut values: HashMap<Value, Node> = HashMap::new();
        // What the element of a column holds at the current statement.
        let mut current: BTreeMap<ColumnId, Node> = BTreeMap::new();
        let mut stored: Vec<ColumnId> = Vec::new();
        for stmt in &kernel.body {
            match stmt {
                Stmt::While { .. } => return None,
                Stmt::Push { list, mask } => graph.pushes.push((*list, values[mask])),
                Stmt::Let(value, op) => {
                    let node = match op {
                        Op::Load {
                            column,
                            at: At::Element,
                        } => graph.element(layout, &mut current, *column),
                        op => {
                            let kind = kind(op, &values, kernel);
                            graph.add(layout, kind, kernel.types[*value])
                        }
                    };
                    values.insert(*value, node);
                }
                Stmt::Store {
                    column,
                    value,
                    mask,
                    ..
                } => {
                    let mut node = values[value];
                    match layout.column(*column).elem {
                        Elem::U32 => node = graph.add(layout, Kind::Low32(node), Ty::I64),
                        Elem::F32 => node = graph.single(layout, node),
                        Elem::F64 | Elem::I64 | Elem::Bool => {}
                    }
                    if let Some(mask) = mask {
                        let old = graph.element(layout, &mut current, *column);
                        let ty = layout.column(*column).elem.ty();
                        node = graph.add(layout, Kind::Select(values[mask], node, old), ty);
                    }
                    current.insert(*column, node);
                    if !stored.contains(column) {
                        stored.push(*column);
                    }
                }
            }
        }
        for column in stored {
            let node = current[&column];
            if graph.nodes[node].kind != Kind::Column(column) {
                graph.stores.push((column, node));
            }
        }
        graph.mark();
        Some(graph)
    }
    fn mark(&mut self) {
        self.live = vec![false; self.nodes.len()];
        let stores = self.stores.iter().map(|store| store.1);
        for node in stores.chain(self.pushes.iter().map(|push| push.1)) {
            self.live[node] = true;
        }
        for node in (0..self.nodes.len()).rev() {
            if self.live[node] {
                for operand in self.nodes[node].kind.operands() {
                    self.live[operand] = true;
                }
            }
        }
    }
    fn element(
        &mut self,
        layout: &Layout,
        current: &mut BTreeMap<ColumnId, Node>,
        column: ColumnId,
    ) -> Node {
        let ty = layout.column(column).elem.ty();
        *current
            .entry(column)
            .or_insert_with(|| self.add(layout, Kind::Column(column), ty))
    }
    /// A double as a column of singles keeps it.
    fn single(&mut self, layout: &Layout, node: Node) -> Node {
        match self.is_single(layout, node, 3) {
            true => node,
            false => self.add(layout, Kind::Unary(UnaryOp::Single, node), Ty::F64),
        }
    }
    /// True where single precision is known to hold the value of a node, at most so many choices deep.
    fn is_single(&self, layout: &Layout, node: Node, deep: u32) -> bool {
        match self.nodes[node].kind {
            Kind::Unary(UnaryOp::Single, _) => true,
            Kind::Column(column) => layout.column(column).elem == Elem::F32,
            Kind::Select(_, then, otherwise) if deep > 0 => {
                let known = |node| self.is_single(layout, node, deep - 1);
                known(then) && known(otherwise)
            }
            _ => false,
        }
    }
    /// Adds a node, or finds the equal one.
    fn add(&mut self, layout: &Layout, mut kind: Kind, ty: Ty) -> Node {
        if let Kind::Call(name, args) = &mut kind
            && args.iter().any(|&arg| !self.nodes[arg].uniform)
        {
            // A block function wants an address for each array.
            let arrays = primitive::find(name).map_or(0, |primitive| primitive.arrays.len());
            for arg in args.iter_mut().take(arrays) {
                *arg = self.array(layout, *arg);
            }
        }
        if let Kind::Random(_, _, _, _, index, Some(mean)) = &mut kind
            && !self.nodes[*index].uniform
        {
            *mean = self.array(layout, *mean);
        }
        if let Some(&node) = self.known.get(&kind) {
            return node;
        }
        let uniform = match kind {
            Kind::Index | Kind::Column(_) | Kind::Spread(_) => false,
            _ => kind.operands().iter().all(|&node| self.nodes[node].uniform),
        };
        self.nodes.push(Data {
            kind: kind.clone(),
            ty,
            uniform,
        });
        self.known.insert(kind, self.nodes.len() - 1);
        self.nodes.len() - 1
    }
    /// A node whose values stand as doubles in memory: uniform values are spread there, singles widened.
    fn array(&mut self, layout: &Layout, node: Node) -> Node {
        let narrow = match self.nodes[node].kind {
            Kind::Column(column) => layout.column(column).elem == Elem::F32,
            _ => false,
        };
        match self.nodes[node].uniform || narrow {
            true => self.add(layout, Kind::Spread(node), Ty::F64),
            false => node,
        }
    }
    /// True if the node is computed for a whole block by one call: a primitive with uniform scalars, or a draw at the element index or
    /// so many elements behind it.
    pub fn is_block_call(&self, node: Node) -> bool {
        let data = &self.nodes[node];
        match &data.kind {
            _ if data.uniform => false,
            Kind::Call(name, args) => {
                let arrays = primitive::find(name).map_or(0, |primitive| primitive.arrays.len());
                let mut scalars = args.iter().skip(arrays);
                scalars.all(|&arg| self.nodes[arg].uniform)
            }
            Kind::Random(_, _, seed, step, index, _) => {
                self.fixed_by_element(*index).is_some()
                    && self.nodes[*seed].uniform
                    && self.nodes[*step].uniform
            }
            _ => false,
        }
    }
    /// The uniform integer by which an index is larger than that of the element; nothing within where it is the same. Nothing for other
    /// indices.
    pub fn fixed_by_element(&self, index: Node) -> Option<Option<Node>> {
        match self.nodes[index].kind {
            Kind::Index => Some(None),
            Kind::Binary(BinaryOp::AddInt, base, element) => {
                let is = |node: Node| self.nodes[node].kind == Kind::Index;
                match (is(base), is(element)) {
                    (false, true) if self.nodes[base].uniform => Some(Some(base)),
                    (true, false) if self.nodes[element].uniform => Some(Some(element)),
                    _ => None,
                }
            }
            _ => None,
        }
    }
    /// True for values that are at hand at any time: the index, columns, and uniform values.
    pub fn is_leaf(&self, node: Node) -> bool {
        let data = &self.nodes[node];
        data.uniform || matches!(data.kind, Kind::Index | Kind::Column(_))
    }
}

fn kind(op: &Op, values: &HashMap<Value, Node>, kernel: &Kernel) -> Kind {
    match op {
        Op::Const(constant) => Kind::Const(constant.ty(), constant.bits()),
        Op::Index => Kind::Index,
        Op::Load { column, at } => match at {
            At::Index(index) => Kind::Gather(*column, values[index]),
            _ => Kind::Uniform(*column),
        },
        Op::Unary(op, a) => Kind::Unary(*op, values[a]),
        Op::Binary(op, a, b) => Kind::Binary(*op, values[a], values[b]),
        Op::Fma(a, b, c) => Kind::Fma(values[a], values[b], values[c]),
        Op::Compare(op, a, b) => Kind::Compare(*op, kernel.types[*a], values[a], values[b]),
        Op::Select {
            condition,
            then,
            otherwise,
        } => Kind::Select(values[condition], values[then], values[otherwise]),
        Op::Call { primitive, args } => {
            Kind::Call(primitive, args.iter().map(|arg| values[arg]).collect())
        }
        Op::Random {
            distribution,
            stream,
            seed,
            step,
            index,
            argument,
        } => Kind::Random(
            *distribution,
            *stream,
            values[seed],
            values[step],
            values[index],
            argument.map(|mean| values[&mean]),
        ),
    }
}
