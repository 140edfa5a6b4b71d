//! The text form of programs. [`super::parse`] reads it back to an equal program.

use super::layout::{ColumnId, Elem, Layout, ListId};
use super::pathway::{Delay, Effect, Pathway, Reduction, To, Weight};
use super::{Action, At, Const, Domain, Kernel, Op, Program, Slot, Stmt, Value};
use std::fmt::{self, Display, Formatter};

impl Elem {
    /// Name in the text form.
    pub fn name(self) -> &'static str {
        match self {
            Elem::F64 => "f64",
            Elem::F32 => "f32",
            Elem::I64 => "i64",
            Elem::U32 => "u32",
            Elem::Bool => "bool",
        }
    }
}

/// Slots with their names in the text form, in order.
pub const SLOTS: &[(Slot, &str)] = &[
    (Slot::BeforeStart, "before_start"),
    (Slot::Start, "start"),
    (Slot::AfterStart, "after_start"),
    (Slot::BeforeGroups, "before_groups"),
    (Slot::Groups, "groups"),
    (Slot::AfterGroups, "after_groups"),
    (Slot::BeforeThresholds, "before_thresholds"),
    (Slot::Thresholds, "thresholds"),
    (Slot::AfterThresholds, "after_thresholds"),
    (Slot::BeforeSynapses, "before_synapses"),
    (Slot::Synapses, "synapses"),
    (Slot::AfterSynapses, "after_synapses"),
    (Slot::BeforeResets, "before_resets"),
    (Slot::Resets, "resets"),
    (Slot::AfterResets, "after_resets"),
    (Slot::BeforeEnd, "before_end"),
    (Slot::End, "end"),
    (Slot::AfterEnd, "after_end"),
];

/// A name as it is written: plain, or in quotes with `\` before quotes and backslashes.
pub(super) struct Name<'a>(pub(super) &'a str);

impl Display for Name<'_> {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
        let start = self.0.chars().next();
        if start.is_some_and(|c| c.is_ascii_alphabetic() || c == '_') && self.0.chars().all(plain) {
            return f.write_str(self.0);
        }
        f.write_str("\"")?;
        for c in self.0.chars() {
            match c {
                '"' | '\\' => write!(f, "\\{c}")?,
                '\n' => f.write_str("\\n")?,
                c => write!(f, "{c}")?,
            }
        }
        f.write_str("\"")
    }
}

/// A double as it is written: the shortest decimal that reads back equal, or its name, or a NaN's bits.
pub(super) struct Float(pub(super) f64);

impl Display for Float {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        if self.0.is_nan() {
            write!(f, "0x{:016x}", self.0.to_bits())
        } else {
            write!(f, "{:?}", self.0)
        }
    }
}

impl Display for Const {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        match self {
            Const::F64(value) => write!(f, "f64 {}", Float(*value)),
            Const::I64(value) => write!(f, "i64 {value}"),
            Const::Bool(value) => write!(f, "bool {value}"),
        }
    }
}

impl Display for Value {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        write!(f, "v{}", self.0)
    }
}

/// Something with the layout that names its columns.
pub(super) struct In<'a, T>(pub &'a Layout, pub T);

impl Display for In<'_, (ColumnId, At)> {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        let In(layout, (column, at)) = self;
        write!(f, "{}", In(layout, *column))?;
        match at {
            At::Element => f.write_str("[i]"),
            At::Uniform => f.write_str("[0]"),
            At::Index(value) => write!(f, "[{value}]"),
        }
    }
}

impl Display for In<'_, ColumnId> {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        Name(&self.0.column(self.1).name).fmt(f)
    }
}

impl Display for In<'_, ListId> {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        Name(&self.0.list(self.1).name).fmt(f)
    }
}

impl Display for In<'_, &Op> {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        let layout = self.0;
        match self.1 {
            Op::Const(constant) => constant.fmt(f),
            Op::Index => f.write_str("index"),
            Op::Load { column, at } => write!(f, "load {}", In(layout, (*column, *at))),
            Op::Unary(op, a) => write!(f, "{} {a}", op.row().0),
            Op::Binary(op, a, b) => write!(f, "{} {a}, {b}", op.row().0),
            Op::Fma(a, b, c) => write!(f, "fma {a}, {b}, {c}"),
            Op::Compare(op, a, b) => write!(f, "{} {a}, {b}", op.name()),
            Op::Select {
                condition,
                then,
                otherwise,
            } => write!(f, "select {condition}, {then}, {otherwise}"),
            Op::Call { primitive, args } => {
                write!(f, "call {}(", Name(primitive))?;
                for (k, arg) in args.iter().enumerate() {
                    let comma = if k == 0 { "" } else { ", " };
                    write!(f, "{comma}{arg}")?;
                }
                f.write_str(")")
            }
            Op::Random {
                distribution,
                stream,
                seed,
                step,
                index,
                argument,
            } => {
                let name = distribution.name();
                write!(
                    f,
                    "random {name} stream {stream} seed {seed} step {step} index {index}"
                )?;
                match argument {
                    Some(mean) => write!(f, " mean {mean}"),
                    None => Ok(()),
                }
            }
        }
    }
}

fn body(f: &mut Formatter, layout: &Layout, stmts: &[Stmt], depth: usize) -> fmt::Result {
    let indent = "    ".repeat(depth);
    for stmt in stmts {
        f.write_str(&indent)?;
        match stmt {
            Stmt::Let(value, op) => writeln!(f, "{value} = {}", In(layout, op))?,
            Stmt::Store {
                column,
                at,
                value,
                mask,
            } => {
                write!(f, "store {} = {value}", In(layout, (*column, *at)))?;
                if let Some(mask) = mask {
                    write!(f, " if {mask}")?;
                }
                writeln!(f)?;
            }
            Stmt::Push { list, mask } => writeln!(f, "push {} if {mask}", In(layout, *list))?,
            Stmt::While {
                carried,
                body: inner,
                again,
                limit,
            } => {
                write!(f, "while limit {limit} (")?;
                for (k, one) in carried.iter().enumerate() {
                    let comma = if k == 0 { "" } else { ", " };
                    write!(f, "{comma}{} = {} then {}", one.value, one.init, one.next)?;
                }
                writeln!(f, ") again {again} {{")?;
                body(f, layout, inner, depth + 1)?;
                writeln!(f, "{indent}}}")?;
            }
        }
    }
    Ok(())
}

/// A kernel with the layout that names its columns; prints as text.
pub struct KernelText<'a> {
    /// Layout of the program.
    pub layout: &'a Layout,
    /// The kernel.
    pub kernel: &'a Kernel,
}

impl Display for KernelText<'_> {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        let KernelText { layout, kernel } = *self;
        write!(f, "kernel {} ", Name(&kernel.name))?;
        match &kernel.domain {
            Domain::Once => f.write_str("once")?,
            Domain::Elements { len } => write!(f, "elements {len}")?,
            Domain::Sequence { len } => write!(f, "sequence {len}")?,
            Domain::List(list) => write!(f, "list {}", In(layout, *list))?,
            Domain::Rows { list, start, order } => {
                write!(f, "rows {} start {}", In(layout, *list), In(layout, *start))?;
                if let Some(order) = order {
                    write!(f, " order {}", In(layout, *order))?;
                }
            }
        }
        writeln!(f, " {{")?;
        body(f, layout, &kernel.body, 1)?;
        writeln!(f, "}}")
    }
}

fn columns(f: &mut Formatter, layout: &Layout) -> fmt::Result {
    for (id, column) in layout.columns() {
        // The columns of a list stand for themselves: its items print the list, its count prints nothing.
        if let Some((_, list)) = layout.lists().find(|(_, list)| list.items == id) {
            writeln!(f, "list {} {}", Name(&list.name), column.len)?;
        } else if !layout.lists().any(|(_, list)| list.count == id) {
            let (name, elem, len) = (Name(&column.name), column.elem.name(), column.len);
            write!(f, "column {name} {elem} {len}")?;
            if column.unit != "1" {
                write!(f, " unit {}", Name(&column.unit))?;
            }
            if column.default.to_bits() != 0 {
                write!(f, " default {}", Float(column.default))?;
            }
            writeln!(f)?;
        }
    }
    Ok(())
}

fn plan(f: &mut Formatter, program: &Program) -> fmt::Result {
    let layout = &program.layout;
    for clock in program.clocks.iter() {
        let (t, dt) = (In(layout, clock.t), In(layout, clock.dt_column));
        let step = In(layout, clock.step);
        writeln!(f, "clock {} t {t} dt {dt} step {step}", Float(clock.dt))?;
    }
    for entry in &program.schedule {
        let slot = SLOTS.iter().find(|row| row.0 == entry.slot);
        let slot = slot.map_or("?", |row| row.1);
        let (order, clock, name) = (entry.order, entry.clock.0, Name(&entry.name));
        write!(f, "schedule {slot} {order} clock {clock} {name} ")?;
        match &entry.action {
            Action::Call(kernel) => match program.kernels.get(*kernel) {
                Some(kernel) => writeln!(f, "call {}", Name(&kernel.name))?,
                None => writeln!(f, "call ?")?,
            },
            Action::Sample(k) => writeln!(f, "sample {k}")?,
            Action::RecordEvents(k) => writeln!(f, "events {k}")?,
            Action::RecordRate(k) => writeln!(f, "rate {k}")?,
            Action::Generate(k) => writeln!(f, "generate {k}")?,
            Action::Deliver(k) => writeln!(f, "deliver {k}")?,
            Action::Reduce(k) => writeln!(f, "reduce {k}")?,
        }
    }
    for sampler in &program.samplers {
        writeln!(
            f,
            "sampler {} clock {} {{",
            Name(&sampler.name),
            sampler.clock.0
        )?;
        for sampled in &sampler.columns {
            write!(f, "    {}", In(layout, sampled.column))?;
            for element in &sampled.elements {
                write!(f, " {element}")?;
            }
            writeln!(f)?;
        }
        writeln!(f, "}}")?;
    }
    for events in &program.events {
        let (name, list) = (Name(&events.name), In(layout, events.list));
        write!(
            f,
            "events {name} list {list} {} {} {{",
            events.first, events.last
        )?;
        for column in &events.columns {
            write!(f, " {}", In(layout, *column))?;
        }
        writeln!(f, " }}")?;
    }
    for rate in &program.rates {
        let (name, list) = (Name(&rate.name), In(layout, rate.list));
        writeln!(f, "rate {name} list {list} {} {}", rate.first, rate.last)?;
    }
    for generator in &program.generators {
        write!(f, "generator {}", In(layout, generator.list))?;
        if let Some(period) = generator.period {
            write!(f, " period {}", Float(period))?;
        }
        writeln!(f, " {{")?;
        for (time, entry) in generator.times.iter().zip(&generator.entries) {
            writeln!(f, "    {} {entry}", Float(*time))?;
        }
        writeln!(f, "}}")?;
    }
    for one in &program.pathways {
        pathway(f, program, one)?;
    }
    for one in &program.reducers {
        let kind = Reduction::ALL.iter().find(|row| row.0 == one.reduction);
        let (name, kind) = (Name(&one.name), kind.map_or("?", |row| row.1));
        let (source, into) = (In(layout, one.source), In(layout, one.into));
        writeln!(
            f,
            "reducer {name} {kind} {source} {} {} into {into}",
            one.first, one.last
        )?;
    }
    Ok(())
}

fn pathway(f: &mut Formatter, program: &Program, one: &Pathway) -> fmt::Result {
    let layout = &program.layout;
    let (name, list, rows) = (Name(&one.name), In(layout, one.list), In(layout, one.rows));
    write!(f, "pathway {name} {list} rows {rows} {} delay ", one.first)?;
    match one.delay {
        Delay::Common(seconds) => write!(f, "common {}", Float(seconds))?,
        Delay::Shared(column) => write!(f, "shared {}", In(layout, column))?,
        Delay::Each(column) => write!(f, "each {}", In(layout, column))?,
    }
    if one.changing {
        f.write_str(" changing")?;
    }
    match &one.effect {
        Effect::Call {
            kernel,
            due,
            near,
            writes,
        } => {
            let kernel = program.kernels.get(*kernel);
            let kernel = kernel.map_or("?", |kernel| kernel.name.as_str());
            write!(f, " call {} {}", Name(kernel), In(layout, *due))?;
            for one in near {
                let (index, into) = (In(layout, one.index), In(layout, one.into));
                write!(f, " near {index} in {into}")?;
            }
            for one in writes {
                let (column, from) = (In(layout, one.column), In(layout, one.from));
                write!(f, " write {column} from {from}")?;
                if let To::Side {
                    index,
                    first,
                    add,
                    active,
                } = one.to
                {
                    let how = if add { "add" } else { "set" };
                    write!(f, " {how} at {} {first}", In(layout, index))?;
                    if let Some(active) = active {
                        write!(f, " where {}", In(layout, active))?;
                    }
                }
            }
            writeln!(f)
        }
        Effect::Add {
            target,
            index,
            first,
            weight,
            active,
        } => {
            let (target, index) = (In(layout, *target), In(layout, *index));
            write!(f, " add {target} at {index} {first} weight ")?;
            match weight {
                Weight::Shared(column) => write!(f, "shared {}", In(layout, *column))?,
                Weight::Each { column, fixed } => {
                    let fixed = if *fixed { "fixed" } else { "each" };
                    write!(f, "{fixed} {}", In(layout, *column))?;
                }
            }
            if let Some(active) = active {
                write!(f, " where {}", In(layout, *active))?;
            }
            writeln!(f)
        }
    }
}

impl Display for Program {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        columns(f, &self.layout)?;
        for kernel in self.kernels.iter() {
            writeln!(f)?;
            let layout = &self.layout;
            KernelText { layout, kernel }.fmt(f)?;
        }
        if !self.clocks.is_empty() || !self.schedule.is_empty() {
            writeln!(f)?;
        }
        plan(f, self)
    }
}
