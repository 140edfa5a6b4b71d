//! The whole script: constants, signals, groups, synapses, inputs, monitors, protocol, plots.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::expression::{Mode, Printer, Recorded, python_unit, renamed};
use crate::model::{Model, Owner, Signal};
use crate::pipeline::Checked;
use crate::source::SourceMap;
use crate::syntax::ast::{
    Constant, Definition, Expr, File, Item, ItemKind, Population, Projection,
};
use crate::units::dimension::Dimension;

/// The script under construction.
pub(super) struct Script<'m> {
    pub model: &'m Model,
    pub checked: &'m Checked,
    pub sources: &'m SourceMap,
    pub printer: Printer<'m>,
    pub definitions: BTreeMap<&'m str, &'m Definition>,
    pub out: String,
    /// Depth of bodies.
    pub indent: usize,
    /// The statements at work run between steps.
    pub between: bool,
    /// Sweeps so far.
    pub sweeps: usize,
    /// Network operations made, and those switched on.
    operations: (usize, usize),
    /// Names of the protocol that are single numbers.
    pub scalars: Vec<String>,
    /// Constants that the protocol gives other values.
    pub changing: Vec<String>,
    /// Constants that were swept over.
    pub swept: Vec<String>,
}

impl Script<'_> {
    /// Lines, each at the depth of the present body.
    pub fn line(&mut self, text: &str) {
        for line in text.split('\n') {
            if !line.is_empty() {
                self.out.push_str(&"    ".repeat(self.indent));
            }
            self.out.push_str(line);
            self.out.push('\n');
        }
    }
    /// A name for a network operation.
    pub fn operation(&mut self) -> String {
        self.operations.0 += 1;
        format!("between{}", self.operations.0)
    }
    /// The next network operation of the statements.
    pub fn next_operation(&mut self) -> String {
        self.operations.1 += 1;
        format!("between{}", self.operations.1)
    }
    /// A name that the protocol gives to a value.
    pub fn local(&mut self, name: &str) {
        self.printer.locals.borrow_mut().push(name.to_string());
    }
    /// Makes the names of a population or of synapses known; none for the protocol.
    pub fn within(&mut self, owner: Option<Owner>) {
        let constants = self.model.constants.iter();
        let mut known: BTreeMap<String, Dimension> = constants
            .map(|c| (c.name.clone(), c.value.dimension))
            .collect();
        for (name, _) in crate::names::BUILT_IN {
            let time = ["t", "dt", "lastspike", "delay"].contains(name);
            let dimension = Dimension::NONE;
            let time = time.then_some(Dimension::TIME);
            known.insert((*name).to_string(), time.unwrap_or(dimension));
        }
        for id in owner.map_or(&[][..], |owner| self.model.owner_variables(owner)) {
            let variable = &self.model.variables[*id];
            known.insert(variable.name.clone(), variable.dimension);
        }
        self.printer.dimensions = known;
    }
    /// A comment about what Brian2 has no counterpart for.
    pub fn left(&mut self, what: &str, why: &str) {
        let what = what.lines().next().unwrap_or("").trim();
        self.line(&format!("# not translated: {what}  ({why})"));
        // Without it the script would give something else.
        self.line(&format!("raise NotImplementedError({what:?})"));
    }
    /// A line, or a comment that it is left out.
    pub fn try_line(&mut self, what: &str, line: Result<String, String>) {
        match line {
            Ok(line) => self.line(&line),
            Err(why) => self.left(what, &why),
        }
    }
}

/// A Brian2 script that does what the model does. `trees` are the files of the model, the first that which uses the others.
pub fn export(checked: &Checked, trees: &[&File], sources: &SourceMap) -> String {
    let model = &checked.model;
    let items = || trees.iter().flat_map(|tree| &tree.items);
    let functions = items().filter_map(|item| match &item.kind {
        ItemKind::Function(function) => Some(function),
        _ => None,
    });
    let definitions = items().filter_map(|item| match &item.kind {
        ItemKind::Definition(definition) => Some((definition.name.name.as_str(), definition)),
        _ => None,
    });
    let mut script = Script {
        model,
        checked,
        sources,
        printer: Printer {
            functions: functions.collect(),
            signals: model.signals.iter().map(|s| s.name.as_str()).collect(),
            dimensions: BTreeMap::new(),
            recorded: Recorded {
                owners: owners(model, &root_items(trees)),
                ..Recorded::default()
            },
            locals: RefCell::default(),
            lost: RefCell::default(),
        },
        definitions: definitions.collect(),
        out: String::new(),
        indent: 0,
        between: false,
        sweeps: 0,
        operations: (0, 0),
        scalars: Vec::new(),
        changing: Vec::new(),
        swept: Vec::new(),
    };
    let title = model.title.as_deref().unwrap_or("A model");
    script.line(&format!(
        "\"\"\"{}, as a Brian2 script.\"\"\"",
        title.replace('"', "'")
    ));
    script.line("from brian2 import *\n");
    script.line(&format!("defaultclock.dt = {}*second", number(model.dt)));
    if let Some(seed) = model.seed {
        script.line(&format!(
            "seed({seed})  # random numbers are others than in snnc, with the same distributions"
        ));
    }
    script.within(None);
    constants(&mut script, &items().collect::<Vec<_>>());
    for signal in model.signals.iter() {
        let line = table(signal);
        script.line(&line);
    }
    let Some(root) = trees.first() else {
        return script.out;
    };
    for item in &root.items {
        declaration(&mut script, item);
    }
    script.within(None);
    script.line("");
    super::protocol::monitors(&mut script);
    script.line("");
    let mut loops = Vec::new();
    variables_of_loops(&root.items, &mut loops);
    script.scalars = loops;
    before(&mut script, &root.items);
    super::actions::changing(&mut script, &root.items);
    super::actions::operations(&mut script, &root.items);
    script.line("");
    for item in &root.items {
        super::actions::action(&mut script, item);
    }
    super::protocol::plots(&mut script);
    script.out
}

/// Items of the file itself.
fn root_items<'m>(trees: &[&'m File]) -> Vec<&'m Item> {
    trees
        .first()
        .map(|tree| tree.items.iter().collect())
        .unwrap_or_default()
}

/// Populations, projections and subgroups, with their text in Python.
fn owners(model: &Model, items: &[&Item]) -> BTreeMap<String, String> {
    let groups = model.groups.iter().map(|group| &group.name);
    let projections = model.projections.iter().map(|projection| &projection.name);
    let mut owners: BTreeMap<String, String> = groups
        .chain(projections)
        .map(|name| (name.clone(), renamed(name)))
        .collect();
    for item in items {
        if let ItemKind::Constant(constant) = &item.kind {
            let name = &constant.name.name;
            let known = model.constants.iter().any(|c| c.name == *name);
            if !known && !["dt", "seed"].contains(&name.as_str()) {
                owners.insert(name.clone(), renamed(name));
            }
        }
    }
    owners
}

/// Variables of loops and sweeps.
fn variables_of_loops(items: &[Item], names: &mut Vec<String>) {
    for item in items {
        match &item.kind {
            ItemKind::For(each) => names.push(each.variable.name.clone()),
            ItemKind::Sweep(sweep) => {
                names.extend(sweep.variables.iter().map(|(name, _)| name.name.clone()))
            }
            _ => {}
        }
        item.kind
            .bodies()
            .into_iter()
            .for_each(|body| variables_of_loops(body, names));
    }
}

/// Names of the protocol are known to the operations between steps before they have a value.
fn before(script: &mut Script, items: &[Item]) {
    for item in items {
        match &item.kind {
            ItemKind::Let(value) => script.local(&value.name.name),
            ItemKind::Collect(collect) => script.local(&collect.name.name),
            _ => {}
        }
        item.kind
            .bodies()
            .into_iter()
            .for_each(|body| before(script, body));
    }
}

/// Constants in an order in which Python can compute them.
fn constants(script: &mut Script, items: &[&Item]) {
    let of_model = |constant: &&Constant| {
        let declared = constant.name.span;
        script.model.constants.iter().any(|c| c.span == declared)
    };
    let mut open: Vec<&Constant> = items
        .iter()
        .filter_map(|item| match &item.kind {
            ItemKind::Constant(constant) => Some(constant),
            _ => None,
        })
        .filter(of_model)
        .collect();
    while !open.is_empty() {
        let names: Vec<&str> = open.iter().map(|c| c.name.name.as_str()).collect();
        let ready = |constant: &Constant| !names.iter().any(|name| mentions(&constant.value, name));
        let (now, later): (Vec<&Constant>, Vec<&Constant>) =
            open.iter().copied().partition(|constant| ready(constant));
        if now.is_empty() {
            break;
        }
        for constant in now {
            let value = script.printer.print(&constant.value, Mode::Script);
            let name = renamed(&constant.name.name);
            let line = value.map(|value| format!("{name} = {value}"));
            script.try_line(&constant.name.name, line);
        }
        open = later;
    }
}

fn mentions(expr: &Expr, name: &str) -> bool {
    expr.as_name() == Some(name) || expr.children().iter().any(|child| mentions(child, name))
}

/// A number that Python reads as the same double.
pub(super) fn number(value: f64) -> String {
    format!("{value:?}")
}

fn table(signal: &Signal) -> String {
    let numbers: Vec<String> = signal.values.iter().map(|v| number(*v)).collect();
    let values = match signal.columns {
        1 => format!("[{}]", numbers.join(", ")),
        columns => {
            let rows = numbers.chunks(columns.max(1));
            let rows: Vec<String> = rows.map(|row| format!("[{}]", row.join(", "))).collect();
            format!("[{}]", rows.join(", "))
        }
    };
    let unit = python_unit(signal.dimension);
    format!(
        "{} = TimedArray(array({values})*{unit}, dt={}*second)",
        renamed(&signal.name),
        number(signal.dt)
    )
}

fn declaration(script: &mut Script, item: &Item) {
    match &item.kind {
        ItemKind::Population(population) => population_of(script, population),
        ItemKind::Projection(projection) => projection_of(script, projection),
        ItemKind::PoissonInput(input) => super::synapses::poisson_input(script, input),
        ItemKind::Constant(constant) => {
            let name = constant.name.name.as_str();
            let known = script.model.constants.iter().any(|c| c.name == name);
            if !known && !["dt", "seed"].contains(&name) {
                // What is no constant is a subgroup.
                let value = script.printer.print(&constant.value, Mode::Script);
                let line = value.map(|value| format!("{} = {value}", renamed(name)));
                script.try_line(name, line);
            }
        }
        _ => {}
    }
}

fn population_of(script: &mut Script, population: &Population) {
    script.line("");
    let found = script.model.groups.iter_enumerated();
    let mut found = found.filter(|(_, group)| group.name == population.name.name);
    if let Some((id, group)) = found.next() {
        script.within(Some(Owner::Group(id)));
        super::group::population(script, population, id, group);
    }
}

fn projection_of(script: &mut Script, projection: &Projection) {
    script.line("");
    let found = script.model.projections.iter_enumerated();
    let mut found = found.filter(|(_, p)| p.name == projection.name.name);
    if let Some((id, made)) = found.next() {
        script.within(Some(Owner::Projection(id)));
        super::synapses::projection(script, projection, id, made);
    }
}
