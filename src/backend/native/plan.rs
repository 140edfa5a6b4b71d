//! The schedule of a kernel over elements: loops of plain arithmetic ("glue") and calls of block functions, step after step, and where each
//! value lives between them.
//!
//! Block functions cut the graph into stages. The glue of a stage is one loop over the block; then its calls run. A value that a
//! later step needs lives in a scratch slot, or in the column it is stored to anyway. A column may be written as soon as nobody
//! needs its old value any more.

use super::graph::{Graph, Kind, Node};
use crate::kir::layout::{ColumnId, Elem, Layout, ListId};
use std::collections::BTreeMap;

/// Where the value of a node is found by later steps.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Place {
    /// Nowhere: it is a leaf, or used within its step only.
    None,
    /// In a scratch slot.
    Slot(usize),
    /// In a column of 8-byte elements that holds its new value already.
    Column(ColumnId),
}

/// One step of the work on a block.
#[derive(Debug)]
pub enum Step {
    /// A loop.
    Glue(Glue),
    /// A call of a block function for a node.
    Call(Node),
}

/// A loop over the elements of a block.
#[derive(Debug, Default)]
pub struct Glue {
    /// Nodes computed, operands first.
    pub nodes: Vec<Node>,
    /// Columns written, at the end of a round.
    pub stores: Vec<(ColumnId, Node)>,
    /// Lists pushed to: number of the push, mask.
    pub pushes: Vec<(usize, ListId, Node)>,
}

/// The plan of a kernel.
#[derive(Debug)]
pub struct Plan {
    /// What is computed.
    pub graph: Graph,
    /// Steps in order.
    pub steps: Vec<Step>,
    /// For each node, where later steps find it.
    pub places: Vec<Place>,
    /// Number of scratch slots.
    pub slots: usize,
}

impl Plan {
    /// Schedules a graph.
    pub fn new(layout: &Layout, graph: Graph) -> Plan {
        let levels = levels(&graph);
        let mut planner = Planner {
            layout,
            graph: &graph,
            order: Vec::new(),
            step_of: vec![None; graph.nodes.len()],
        };
        planner.order(&levels);
        let (steps, places, slots) = planner.place();
        Plan {
            graph,
            steps,
            places,
            slots,
        }
    }
}

/// The stage in which each node is computed: the glue of a stage comes before its calls.
fn levels(graph: &Graph) -> Vec<usize> {
    let count = graph.nodes.len();
    let mut levels = vec![0; count];
    let available = |levels: &[usize], node: Node| match graph.is_leaf(node) {
        true => 0,
        false => levels[node] + usize::from(graph.is_block_call(node)),
    };
    for node in 0..count {
        let operands = graph.nodes[node].kind.operands();
        let operands = operands.iter().map(|&operand| available(&levels, operand));
        levels[node] = operands.max().unwrap_or(0);
    }
    // What is made of leaves alone moves to the stage that wants it first, which saves it a slot.
    let mut users: Vec<Vec<Node>> = vec![Vec::new(); count];
    for node in (0..count).filter(|&node| graph.live[node]) {
        for operand in graph.nodes[node].kind.operands() {
            users[operand].push(node);
        }
    }
    let mut kept = vec![false; count];
    for &(_, node) in &graph.stores {
        kept[node] = true;
    }
    for &(_, node) in &graph.pushes {
        kept[node] = true;
    }
    let mut movable = vec![false; count];
    for node in 0..count {
        let operands = graph.nodes[node].kind.operands();
        let free = |operand: &Node| {
            graph.is_leaf(*operand) || movable[*operand] && users[*operand].len() == 1
        };
        movable[node] = !graph.is_block_call(node) && !kept[node] && operands.iter().all(free);
    }
    for node in (0..count).rev() {
        if movable[node]
            && let Some(first) = users[node].iter().map(|&user| levels[user]).min()
        {
            levels[node] = first;
        }
    }
    levels
}

struct Planner<'a> {
    layout: &'a Layout,
    graph: &'a Graph,
    /// Steps with their nodes, before stores and pushes are added.
    order: Vec<Step>,
    /// The step that computes a node.
    step_of: Vec<Option<usize>>,
}

impl Planner<'_> {
    fn order(&mut self, levels: &[usize]) {
        let graph = self.graph;
        let last = levels.iter().copied().max().unwrap_or(0);
        let stored = |node: Node| graph.stores.iter().any(|&(_, value)| value == node);
        // One stage more, for stores that must wait for the last calls.
        for level in 0..=last + 1 {
            let mut glue = Glue::default();
            let mut calls = Vec::new();
            for (node, &at) in levels.iter().enumerate() {
                if !graph.live[node] || graph.is_leaf(node) || at != level {
                    continue;
                }
                if graph.is_block_call(node) {
                    calls.push(node);
                } else {
                    glue.nodes.push(node);
                }
            }
            for &node in &glue.nodes {
                self.step_of[node] = Some(self.order.len());
            }
            self.order.push(Step::Glue(glue));
            // Calls whose result overwrites a column come last, when the others have read it.
            calls.sort_by_key(|&node| stored(node));
            for node in calls {
                self.step_of[node] = Some(self.order.len());
                self.order.push(Step::Call(node));
            }
        }
    }
    /// Chooses when columns are written and where values live; returns the finished steps.
    fn place(mut self) -> (Vec<Step>, Vec<Place>, usize) {
        let graph = self.graph;
        let mut last_read: BTreeMap<ColumnId, usize> = BTreeMap::new();
        let mut last_use: Vec<usize> = vec![0; graph.nodes.len()];
        let mut read = |node: Node, step: usize, last_read: &mut BTreeMap<ColumnId, usize>| {
            last_use[node] = last_use[node].max(step);
            if let Kind::Column(column) = graph.nodes[node].kind {
                let last = last_read.entry(column).or_insert(step);
                *last = step.max(*last);
            }
        };
        for node in 0..graph.nodes.len() {
            if let Some(step) = self.step_of[node] {
                for operand in graph.nodes[node].kind.operands() {
                    read(operand, step, &mut last_read);
                }
            }
        }
        let mut pushes = Vec::new();
        for &(_, mask) in &graph.pushes {
            let step = self.glue_from(self.step_of[mask].unwrap_or(0));
            read(mask, step, &mut last_read);
            pushes.push(step);
        }
        // A store waits for its value and for the last reader of the old value; storing another column's old value reads that.
        let mut when = vec![0; graph.stores.len()];
        loop {
            let mut moved = false;
            for (k, &(column, node)) in graph.stores.iter().enumerate() {
                let ready = self.step_of[node].unwrap_or(0);
                let free = last_read.get(&column).copied().unwrap_or(0);
                let direct = matches!(self.order[ready], Step::Call(call) if call == node)
                    && free <= ready
                    && self.layout.column(column).elem == Elem::F64
                    && graph
                        .stores
                        .iter()
                        .all(|&(other, value)| value != node || other >= column);
                let step = if direct {
                    ready
                } else {
                    self.glue_from(ready.max(free))
                };
                if step != when[k] {
                    when[k] = step;
                    moved = true;
                }
                read(node, step, &mut last_read);
            }
            if !moved {
                break;
            }
        }
        let mut places = vec![Place::None; graph.nodes.len()];
        for (k, &(column, node)) in graph.stores.iter().enumerate() {
            let wide = matches!(self.layout.column(column).elem, Elem::F64 | Elem::I64);
            if wide && self.step_of[node] == Some(when[k]) && places[node] == Place::None {
                places[node] = Place::Column(column);
            }
        }
        let slots = self.slots(&mut places, &last_use);
        for (k, &(column, node)) in graph.stores.iter().enumerate() {
            if let Step::Glue(glue) = &mut self.order[when[k]] {
                glue.stores.push((column, node));
            }
        }
        for (k, &(list, mask)) in graph.pushes.iter().enumerate() {
            if let Step::Glue(glue) = &mut self.order[pushes[k]] {
                glue.pushes.push((k, list, mask));
            }
        }
        let busy = |step: &Step| match step {
            Step::Glue(glue) => {
                !(glue.nodes.is_empty() && glue.stores.is_empty() && glue.pushes.is_empty())
            }
            Step::Call(_) => true,
        };
        let steps = self.order.into_iter().filter(busy).collect();
        (steps, places, slots)
    }
    /// The first loop at or after a step.
    fn glue_from(&self, step: usize) -> usize {
        let later = self.order.iter().enumerate().skip(step);
        let mut glue = later.filter(|(_, step)| matches!(step, Step::Glue(_)));
        glue.next().map_or(step, |(k, _)| k)
    }
    /// Gives slots to values that outlive their step; returns their number.
    fn slots(&self, places: &mut [Place], last_use: &[usize]) -> usize {
        // For each slot the first step at which it may be written again.
        let mut free_at: Vec<usize> = Vec::new();
        for (step, work) in self.order.iter().enumerate() {
            let (nodes, call) = match work {
                Step::Glue(glue) => (glue.nodes.clone(), false),
                Step::Call(node) => (vec![*node], true),
            };
            for node in nodes {
                let needed = call || last_use[node] > step;
                if !needed || places[node] != Place::None {
                    continue;
                }
                // A block function may write over its argument. A loop may not write a slot that it still reads.
                let free = |at: &usize| if call { *at <= step } else { *at < step };
                let slot = match free_at.iter().position(free) {
                    Some(slot) => slot,
                    None => {
                        free_at.push(0);
                        free_at.len() - 1
                    }
                };
                free_at[slot] = last_use[node].max(step);
                places[node] = Place::Slot(slot);
            }
        }
        free_at.len()
    }
}
