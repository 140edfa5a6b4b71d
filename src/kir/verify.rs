//! The rules a program keeps. Executors assume them; builders, passes and the text form are checked against them.

use super::layout::{ColumnId, Elem, Layout, ListId};
use super::pathway::{Delay, Effect, Pathway, To, Weight};
use super::{Action, At, Domain, Kernel, KernelId, Op, Program, Stmt, Ty, Value};
use std::collections::BTreeSet;
use std::fmt;

/// A broken rule.
#[derive(Clone, PartialEq, Debug)]
pub struct Fault {
    /// The kernel, or none for the plan.
    pub kernel: Option<KernelId>,
    /// 0 for the kernel as a whole, else the number of the statement from 1 on, outer before inner.
    pub statement: usize,
    /// Which rule.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self.kernel {
            Some(kernel) => write!(
                f,
                "kernel {} statement {}: {}",
                kernel.0, self.statement, self.message
            ),
            None => write!(f, "plan: {}", self.message),
        }
    }
}

/// Checks a whole program.
///
/// # Errors
/// All broken rules, in the order of the program.
pub fn verify(program: &Program) -> Result<(), Vec<Fault>> {
    let mut faults = Vec::new();
    for (id, kernel) in program.kernels.iter_enumerated() {
        for mut fault in verify_kernel(&program.layout, kernel) {
            fault.kernel = Some(id);
            faults.push(fault);
        }
    }
    plan(program, &mut |message| {
        faults.push(Fault {
            kernel: None,
            statement: 0,
            message,
        });
    });
    if faults.is_empty() {
        Ok(())
    } else {
        Err(faults)
    }
}

/// Checks one kernel; its faults carry no kernel id.
pub fn verify_kernel(layout: &Layout, kernel: &Kernel) -> Vec<Fault> {
    let mut check = Check {
        layout,
        kernel,
        defined: vec![false; kernel.types.len()],
        ever: vec![false; kernel.types.len()],
        stored: BTreeSet::new(),
        elsewhere: BTreeSet::new(),
        lists: BTreeSet::new(),
        statement: 0,
        faults: Vec::new(),
    };
    check.accesses(&kernel.body);
    check.domain();
    check.body(&kernel.body, false);
    check.faults
}

struct Check<'a> {
    layout: &'a Layout,
    kernel: &'a Kernel,
    /// Values that may be used here.
    defined: Vec<bool>,
    /// Values defined anywhere so far.
    ever: Vec<bool>,
    /// Columns that the kernel stores to.
    stored: BTreeSet<ColumnId>,
    /// Columns that it loads at another place than the element.
    elsewhere: BTreeSet<ColumnId>,
    /// Lists pushed to so far.
    lists: BTreeSet<ListId>,
    statement: usize,
    faults: Vec<Fault>,
}

impl Check<'_> {
    fn fault(&mut self, message: impl Into<String>) {
        self.faults.push(Fault {
            kernel: None,
            statement: self.statement,
            message: message.into(),
        });
    }
    fn accesses(&mut self, body: &[Stmt]) {
        for stmt in body {
            match stmt {
                Stmt::Let(_, Op::Load { column, at }) if *at != At::Element => {
                    self.elsewhere.insert(*column);
                }
                Stmt::Store { column, .. } => {
                    self.stored.insert(*column);
                }
                Stmt::While { body, .. } => self.accesses(body),
                _ => {}
            }
        }
    }
    fn column_exists(&self, column: ColumnId) -> bool {
        (column.0 as usize) < self.layout.columns().count()
    }
    fn list_exists(&self, list: ListId) -> bool {
        (list.0 as usize) < self.layout.lists().count()
    }
    fn domain(&mut self) {
        let (list, start, order) = match self.kernel.domain {
            Domain::Once | Domain::Elements { .. } | Domain::Sequence { .. } => return,
            Domain::List(list) => (list, None, None),
            Domain::Rows { list, start, order } => (list, Some(start), order),
        };
        if !self.list_exists(list) {
            return self.fault("the list of the domain does not exist");
        }
        let mut visited = vec![self.layout.list(list).items, self.layout.list(list).count];
        for column in start.into_iter().chain(order) {
            if !self.column_exists(column) {
                self.fault("a column of the domain does not exist");
                continue;
            }
            visited.push(column);
            let column = self.layout.column(column);
            if column.elem.ty() != Ty::I64 {
                self.fault(format!("`{}` is not of whole numbers", column.name));
            }
        }
        for column in visited {
            if self.stored.contains(&column) {
                let name = &self.layout.column(column).name;
                self.fault(format!("`{name}` drives the domain and is stored to"));
            }
        }
    }
    fn usable(&mut self, value: Value) -> bool {
        let known = self.defined.get(value.0 as usize).copied().unwrap_or(false);
        if !known {
            self.fault(format!("{value} is not defined here"));
        }
        known
    }
    fn typed(&mut self, value: Value, ty: Ty) {
        if self.usable(value) && self.kernel.types[value] != ty {
            let (found, wanted) = (self.kernel.types[value].name(), ty.name());
            self.fault(format!("{value} is {found}, {wanted} is needed"));
        }
    }
    fn define(&mut self, value: Value) {
        match self.ever.get(value.0 as usize) {
            None => self.fault(format!("{value} has no type")),
            Some(true) => self.fault(format!("{value} is defined twice")),
            Some(false) => {
                self.ever[value.0 as usize] = true;
                self.defined[value.0 as usize] = true;
            }
        }
    }
    /// A place in a column that must exist and be long enough.
    fn place(&mut self, column: ColumnId, at: At) -> bool {
        if !self.column_exists(column) {
            self.fault("the column does not exist");
            return false;
        }
        let column = self.layout.column(column);
        let needed = match (at, &self.kernel.domain) {
            (At::Element, Domain::Elements { len } | Domain::Sequence { len }) => *len,
            _ => 1,
        };
        if column.len < needed {
            let (name, len) = (&column.name, column.len);
            self.fault(format!("`{name}` has {len} elements, {needed} are needed"));
        }
        true
    }
    fn body(&mut self, body: &[Stmt], in_loop: bool) {
        for stmt in body {
            self.statement += 1;
            match stmt {
                Stmt::Let(value, op) => self.op(*value, op),
                Stmt::Store {
                    column,
                    at,
                    value,
                    mask,
                } => {
                    if in_loop {
                        self.fault("a store stands in a loop");
                    }
                    self.store(*column, *at, *value, *mask);
                }
                Stmt::Push { list, mask } => {
                    if in_loop {
                        self.fault("a push stands in a loop");
                    }
                    self.push(*list, *mask);
                }
                Stmt::While { .. } => self.repeat(stmt),
            }
        }
    }
    fn op(&mut self, value: Value, op: &Op) {
        let mut operands = true;
        for operand in op.operands() {
            operands &= self.usable(operand);
        }
        if let Op::Load { column, at } = op
            && !self.place(*column, *at)
        {
            operands = false;
        }
        if operands {
            let types = |value: Value| self.kernel.types[value];
            match op.result(&types, self.layout) {
                Err(message) => self.fault(message),
                Ok(ty) => {
                    if self
                        .kernel
                        .types
                        .get(value)
                        .is_some_and(|&found| found != ty)
                    {
                        self.fault(format!("{value} is not of type {}", ty.name()));
                    }
                }
            }
        }
        self.define(value);
    }
    fn store(&mut self, column: ColumnId, at: At, value: Value, mask: Option<Value>) {
        if let At::Index(index) = at {
            self.typed(index, Ty::I64);
        }
        if self.place(column, at) {
            self.typed(value, self.layout.column(column).elem.ty());
            let name = &self.layout.column(column).name;
            if matches!(self.kernel.domain, Domain::Elements { .. }) {
                if at != At::Element {
                    self.fault(format!("`{name}` is stored elsewhere than at the element"));
                } else if self.elsewhere.contains(&column) {
                    self.fault(format!(
                        "`{name}` is stored at the element but loaded elsewhere"
                    ));
                }
            }
        }
        if let Some(mask) = mask {
            self.typed(mask, Ty::Bool);
        }
    }
    fn push(&mut self, list: ListId, mask: Value) {
        self.typed(mask, Ty::Bool);
        if !self.list_exists(list) {
            return self.fault("the list does not exist");
        }
        if !self.lists.insert(list) {
            self.fault("the list is pushed to twice");
        }
        let listed = self.layout.list(list);
        let items = self.layout.column(listed.items);
        match &self.kernel.domain {
            Domain::Elements { len } if items.len < *len => {
                let (name, room) = (&listed.name, items.len);
                self.fault(format!("`{name}` has room for {room} entries of {len}"));
            }
            Domain::List(visited) | Domain::Rows { list: visited, .. } if *visited == list => {
                self.fault("the list drives the domain and is pushed to");
            }
            _ => {}
        }
        for column in [listed.items, listed.count] {
            if self.stored.contains(&column) || self.elsewhere.contains(&column) {
                self.fault(format!("`{}` is pushed to and accessed", listed.name));
            }
        }
    }
    fn repeat(&mut self, stmt: &Stmt) {
        let Stmt::While {
            carried,
            body,
            again,
            limit,
        } = stmt
        else {
            return;
        };
        let (head, outer) = (self.statement, self.defined.clone());
        if *limit == 0 {
            self.fault("a loop runs at least one round");
        }
        for one in carried {
            if self.usable(one.init) {
                let ty = self.kernel.types[one.init];
                if self.kernel.types.get(one.value) != Some(&ty) {
                    self.fault(format!("{} differs in type from {}", one.value, one.init));
                }
            }
        }
        for one in carried {
            self.define(one.value);
        }
        self.body(body, true);
        let last = std::mem::replace(&mut self.statement, head);
        self.typed(*again, Ty::Bool);
        for one in carried {
            if let Some(&ty) = self.kernel.types.get(one.value) {
                self.typed(one.next, ty);
            }
        }
        // What the body defines ends with it; carried values stay.
        self.defined = outer;
        for one in carried {
            if let Some(slot) = self.defined.get_mut(one.value.0 as usize) {
                *slot = true;
            }
        }
        self.statement = last;
    }
}

fn plan(program: &Program, fault: &mut dyn FnMut(String)) {
    let layout = &program.layout;
    let columns = layout.columns().count();
    let lists = layout.lists().count();
    for clock in program.clocks.iter() {
        let wanted = [
            (clock.t, Elem::F64),
            (clock.dt_column, Elem::F64),
            (clock.step, Elem::I64),
        ];
        for (column, elem) in wanted {
            if column.0 as usize >= columns
                || layout.column(column).elem != elem
                || layout.column(column).len != 1
            {
                fault(format!("a clock needs a column of one {}", elem.name()));
            }
        }
    }
    for entry in &program.schedule {
        let (kind, number, count) = match entry.action {
            Action::Call(kernel) => ("kernel", kernel.0 as usize, program.kernels.len()),
            Action::Sample(k) => ("sampler", k, program.samplers.len()),
            Action::RecordEvents(k) => ("event recorder", k, program.events.len()),
            Action::RecordRate(k) => ("rate recorder", k, program.rates.len()),
            Action::Generate(k) => ("generator", k, program.generators.len()),
            Action::Deliver(k) => ("pathway", k, program.pathways.len()),
            Action::Reduce(k) => ("reducer", k, program.reducers.len()),
        };
        if number >= count {
            fault(format!("`{}`: there is no {kind} {number}", entry.name));
        }
        if entry.clock.0 as usize >= program.clocks.len() {
            fault(format!("`{}`: there is no such clock", entry.name));
        }
    }
    let order = |entry: &super::Entry| (entry.slot, entry.order);
    if !program.schedule.is_sorted_by_key(order) {
        fault("the schedule is not sorted by slot and order".into());
    }
    for sampler in &program.samplers {
        for sampled in &sampler.columns {
            let len = match sampled.column.0 as usize {
                column if column < columns => layout.column(sampled.column).len,
                _ => 0,
            };
            if sampled
                .elements
                .iter()
                .any(|&element| element as usize >= len)
            {
                fault(format!("`{}` samples outside its column", sampler.name));
            }
        }
    }
    let events = program
        .events
        .iter()
        .map(|events| (&events.name, events.list));
    let rates = program.rates.iter().map(|rate| (&rate.name, rate.list));
    for (name, list) in events.chain(rates) {
        if list.0 as usize >= lists {
            fault(format!("`{name}` records a list that does not exist"));
        }
    }
    for pathway in &program.pathways {
        for message in delivery(program, pathway) {
            fault(format!("pathway `{}`: {message}", pathway.name));
        }
    }
    for reducer in &program.reducers {
        let exist = [reducer.source, reducer.into].map(|column| (column.0 as usize) < columns);
        let name = &reducer.name;
        if exist != [true, true] {
            fault(format!("reducer `{name}`: a column does not exist"));
        } else if reducer.first > reducer.last || reducer.last > layout.column(reducer.source).len {
            fault(format!("reducer `{name}` reads outside its column"));
        } else if layout.column(reducer.into).elem != Elem::F64 {
            fault(format!("reducer `{name}` writes a double"));
        }
    }
    for generator in &program.generators {
        if generator.list.0 as usize >= lists {
            fault("a generator fills a list that does not exist".into());
        } else if generator.times.len() != generator.entries.len() {
            fault("a generator has as many times as entries".into());
        } else {
            let items = layout.list(generator.list).items;
            let room = layout.column(items).len;
            if generator
                .entries
                .iter()
                .any(|&entry| entry as usize >= room)
            {
                fault("a generator fills in an entry that the list has no room for".into());
            }
        }
    }
}

fn delivery(program: &Program, pathway: &Pathway) -> Vec<String> {
    let layout = &program.layout;
    let mut wanted = vec![(pathway.rows, Elem::U32)];
    // Columns of doubles or singles.
    let mut floats = Vec::new();
    let mut lists = vec![pathway.list];
    let mut faults = Vec::new();
    let elem_of = |column: ColumnId| {
        let known = layout.columns().find(|(id, _)| *id == column);
        known.map_or(Elem::F64, |(_, column)| column.elem)
    };
    match pathway.delay {
        Delay::Common(seconds) if seconds >= 0.0 && seconds.is_finite() => {}
        Delay::Common(_) => faults.push("the delay is not a time".to_string()),
        Delay::Shared(column) | Delay::Each(column) => wanted.push((column, Elem::F64)),
    }
    match &pathway.effect {
        Effect::Call {
            kernel,
            due,
            near,
            writes,
        } => {
            for one in near {
                wanted.extend([(one.index, Elem::U32), (one.into, Elem::U32)]);
            }
            lists.push(*due);
            let over = program.kernels.get(*kernel).map(|kernel| &kernel.domain);
            let places = layout.lists().find(|(id, _)| id == due);
            let places = places.map_or(0, |(_, list)| layout.column(list.items).len);
            let expected = match writes.is_empty() {
                true => Domain::List(*due),
                false => Domain::Elements { len: places },
            };
            if over != Some(&expected) {
                faults.push("its kernel runs over the list of due synapses".to_string());
            }
            for one in writes {
                let mut elem = elem_of(one.column);
                if let To::Side {
                    index, add, active, ..
                } = one.to
                {
                    wanted.push((index, Elem::U32));
                    wanted.extend(active.map(|column| (column, Elem::Bool)));
                    if add {
                        floats.push(one.column);
                        elem = Elem::F64;
                    }
                }
                wanted.push((one.from, elem));
            }
        }
        Effect::Add {
            target,
            index,
            weight,
            active,
            ..
        } => {
            wanted.push((*index, Elem::U32));
            wanted.extend(active.map(|column| (column, Elem::Bool)));
            let (Weight::Shared(column) | Weight::Each { column, .. }) = weight;
            floats.extend([*target, *column]);
        }
    }
    wanted.extend(floats.iter().map(|column| match elem_of(*column) {
        Elem::F32 => (*column, Elem::F32),
        _ => (*column, Elem::F64),
    }));
    let (columns, known) = (layout.columns().count(), layout.lists().count());
    if lists.iter().any(|list| list.0 as usize >= known) {
        faults.push("a list does not exist".to_string());
    }
    for (column, elem) in wanted {
        if column.0 as usize >= columns {
            faults.push("a column does not exist".to_string());
        } else if layout.column(column).elem != elem {
            let name = &layout.column(column).name;
            faults.push(format!("`{name}` is not of type {}", elem.name()));
        }
    }
    faults
}
