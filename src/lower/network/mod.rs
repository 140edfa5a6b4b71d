//! Networks built by hand, for tests.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::type_complexity)]

mod connecting;
mod delivering;
mod summing;

use super::connect::{Making, Problem, connect};
use super::held::Precision;
use super::wiring::Wiring;
use super::{Given, Lowered, Options, program};
use crate::backend::interp::Interpreter;
use crate::backend::{Backend, all};
use crate::diagnostic::Sink;
use crate::kir::opt::optimize;
use crate::kir::verify::verify;
use crate::library::Library;
use crate::model::code::{Assignment, Code, Selection, Statement, Value};
use crate::model::projection::{Connect, Delay, Endpoint, Pathway, Projection, Rule, Side, Summed};
use crate::model::protocol::Action;
use crate::model::term::{Term, TermId, Type};
use crate::model::{
    Equation, Group, GroupId, GroupKind, Model, Owner, ProjectionId, Variable, VariableId,
    VariableKind,
};
use crate::numerics::catch;
use crate::numerics::choose::plan;
use crate::runtime::simulation::{Control, Outcome, Simulation};
use crate::source::{FileId, Span};
use crate::units::dimension::Dimension;

const NOWHERE: Span = Span {
    file: FileId(0),
    start: 0,
    end: 0,
};

/// A model in the making; dt is 0.1 ms.
pub struct Net {
    pub model: Model,
}

impl Net {
    pub fn new() -> Net {
        let model = Model {
            dt: 1e-4,
            ..Model::default()
        };
        Net { model }
    }
    pub fn variable(&mut self, owner: Owner, name: &str, kind: VariableKind) -> VariableId {
        let id = self.model.variables.push(Variable {
            name: name.into(),
            owner,
            kind,
            ty: Type::Float,
            dimension: Dimension::NONE,
            shared: false,
            constant: false,
            unless_refractory: false,
            range: None,
            default: 0.0,
            span: NOWHERE,
            doc: None,
        });
        match owner {
            Owner::Group(group) => self.model.groups[group].variables.push(id),
            Owner::Projection(p) => self.model.projections[p].variables.push(id),
        }
        id
    }
    fn group(&mut self, name: &str, size: usize, kind: GroupKind) -> GroupId {
        self.model
            .groups
            .push(Group::new(name, size, kind, NOWHERE))
    }
    /// Given spikes as (step, neuron), in order.
    pub fn source(&mut self, size: usize, spikes: &[(u32, u32)]) -> GroupId {
        let kind = GroupKind::Generator {
            times: spikes.iter().map(|s| f64::from(s.0) * 1e-4).collect(),
            indices: spikes.iter().map(|s| s.1).collect(),
            period: None,
        };
        self.group("source", size, kind)
    }
    /// Neurons with one stored variable `v`, with its values.
    pub fn target(&mut self, v: &[f64]) -> (GroupId, VariableId) {
        let group = self.group("target", v.len(), GroupKind::Neurons);
        let id = self.variable(Owner::Group(group), "v", VariableKind::Stored);
        self.give(id, v);
        (group, id)
    }
    /// Initial values.
    pub fn give(&mut self, variable: VariableId, values: &[f64]) {
        let assignment = Assignment {
            variable,
            selection: Selection::All,
            value: Value::Array(values.to_vec()),
            as_code: false,
            span: NOWHERE,
        };
        match self.model.variables[variable].owner {
            Owner::Group(group) => self.model.groups[group].initial.push(assignment),
            Owner::Projection(p) => self.model.projections[p].initial.push(assignment),
        }
    }
    /// An initial value computed per element.
    pub fn compute(&mut self, variable: VariableId, term: TermId) {
        let assignment = Assignment {
            variable,
            selection: Selection::All,
            value: Value::Term(term),
            as_code: false,
            span: NOWHERE,
        };
        match self.model.variables[variable].owner {
            Owner::Group(group) => self.model.groups[group].initial.push(assignment),
            Owner::Projection(p) => self.model.projections[p].initial.push(assignment),
        }
    }
    /// A projection between whole groups.
    pub fn project(&mut self, source: GroupId, target: GroupId) -> ProjectionId {
        let whole = |owner: GroupId| Endpoint {
            owner: owner.into(),
            first: 0,
            last: self.model.groups[owner].size,
        };
        let (source, target) = (whole(source), whole(target));
        let id = self
            .model
            .projections
            .push(Projection::new("S", source, target, NOWHERE));
        let i = self.variable(id.into(), "i", VariableKind::Stored);
        let j = self.variable(id.into(), "j", VariableKind::Stored);
        for index in [i, j] {
            self.model.variables[index].ty = Type::Integer;
        }
        let indices = &mut self.model.projections[id].indices;
        (indices.i, indices.j) = (i, j);
        id
    }
    /// `v_post`, `v_pre`.
    pub fn remote(&mut self, p: ProjectionId, side: Side, source: VariableId) -> VariableId {
        let kind = VariableKind::Remote { side, source };
        let id = self.variable(p.into(), "remote", kind);
        self.model.variables[id].unless_refractory = self.model.variables[source].unless_refractory;
        id
    }
    pub fn of(&mut self, variable: VariableId) -> TermId {
        let ty = self.model.variables[variable].ty;
        self.model.terms.variable(variable, ty)
    }
    pub fn i(&mut self, p: ProjectionId) -> TermId {
        self.of(self.model.projections[p].indices.i)
    }
    pub fn j(&mut self, p: ProjectionId) -> TermId {
        self.of(self.model.projections[p].indices.j)
    }
    /// `factor*variable + rest`.
    pub fn affine(&mut self, factor: f64, variable: VariableId, rest: TermId) -> TermId {
        let value = self.of(variable);
        let t = &mut self.model.terms;
        let factor = t.number(factor);
        let scaled = t.times(factor, value);
        t.plus(scaled, rest)
    }
    pub fn connect(&mut self, p: ProjectionId, rule: Rule) {
        let span = NOWHERE;
        self.model.projections[p]
            .connect
            .push(Connect { rule, span });
    }
    /// Pairs (i, j).
    pub fn pairs(&mut self, p: ProjectionId, pairs: &[(u32, u32)]) {
        let rule = Rule::Listed {
            i: pairs.iter().map(|pair| pair.0).collect(),
            j: pairs.iter().map(|pair| pair.1).collect(),
            copies: 1,
        };
        self.connect(p, rule);
    }
    /// Code that runs when spikes of a side arrive: (target, value).
    pub fn on(&mut self, p: ProjectionId, side: Side, code: &[(VariableId, TermId)], delay: Delay) {
        let statements = code.iter().map(|(target, value)| Statement {
            target: *target,
            value: *value,
            span: NOWHERE,
        });
        let statements = statements.collect();
        let pathways = &mut self.model.projections[p].pathways;
        pathways.push(Pathway {
            name: format!("path{}", pathways.len()),
            side,
            event: None,
            code: Code {
                statements,
                span: NOWHERE,
            },
            delay,
            order: if side == Side::Pre { -1 } else { 1 },
            span: NOWHERE,
        });
    }
    pub fn sum(&mut self, p: ProjectionId, side: Side, variable: VariableId, value: TermId) {
        self.model.projections[p].summed.push(Summed {
            variable,
            side,
            value,
            span: NOWHERE,
        });
    }
    /// `dx/dt = rhs`, event-driven.
    pub fn event_driven(&mut self, p: ProjectionId, variable: VariableId, rhs: TermId) {
        self.model.variables[variable].kind = VariableKind::State;
        let equations = &mut self.model.projections[p].event_driven.equations;
        equations.push(Equation {
            variable,
            rhs,
            span: NOWHERE,
        });
        if self.model.projections[p].lastupdate.is_none() {
            let last = self.variable(p.into(), "lastupdate", VariableKind::Stored);
            self.model.projections[p].lastupdate = Some(last);
        }
    }
    pub fn wire(&self) -> Result<Wiring, Box<Problem>> {
        self.wire_with(false)
    }
    fn wire_with(&self, sorted: bool) -> Result<Wiring, Box<Problem>> {
        let making = Making {
            held: Precision::Double,
            procedural: Default::default(),
            seed: 1,
            limit: 1 << 20,
            sorted,
            single: false,
        };
        connect(&self.model, &Interpreter, &making).map(|made| made.0)
    }
    /// The pairs that are made.
    pub fn made(&self, p: ProjectionId) -> Vec<(u32, u32)> {
        let wiring = self.wire().unwrap();
        let wired = &wiring.projections[&p];
        let pairs = wired.pre.iter().zip(wired.post.iter());
        pairs.map(|(i, j)| (*i, *j)).collect()
    }
    pub fn lower(&mut self) -> Lowered {
        self.lower_both().0
    }
    /// With all values of synapses, and with synapses sorted where nothing else is needed of them.
    fn lower_both(&mut self) -> (Lowered, Lowered) {
        let mut sink = Sink::new();
        let library = Library::standard();
        let (mut steps, mut catches) = (Vec::new(), Vec::new());
        for owner in self.model.owners() {
            if !self.model.owner_system(owner).equations.is_empty() {
                steps.extend(plan(&mut self.model, owner, library, &mut sink));
            }
        }
        for p in self.model.projections.ids().collect::<Vec<_>>() {
            catches.extend(catch::plan(&mut self.model, p, library, &mut sink));
        }
        assert!(!sink.has_errors());
        let lowered = |sorted: bool| {
            let wiring = self.wire_with(sorted).unwrap();
            let given = Given {
                steps: &steps,
                catches: &catches,
                wiring: &wiring,
            };
            let mut lowered = program(&self.model, &given, &Options::default());
            assert_eq!(verify(&lowered.setup.program), Ok(()));
            optimize(&mut lowered.setup.program);
            assert_eq!(verify(&lowered.setup.program), Ok(()));
            lowered
        };
        (lowered(false), lowered(true))
    }
    /// Runs for so many steps, or the protocol if there is one, on all executors, which must agree.
    pub fn run(&mut self, steps: u32) -> Ran {
        if self.model.protocol.is_empty() {
            self.model.protocol.push(Action::Run {
                duration: f64::from(steps) * 1e-4,
                span: NOWHERE,
            });
        }
        let (lowered, sorted) = self.lower_both();
        let simulate = |lowered: &Lowered, backend: &dyn Backend| {
            let code = backend.compile(&lowered.setup.program).unwrap();
            let mut simulation = Simulation::new(lowered.setup.clone(), code, 1);
            for command in lowered.protocol.iter().flatten() {
                let outcome = simulation.execute(command, &mut Control::default());
                assert_eq!(outcome, Outcome::Finished);
            }
            simulation
        };
        let mut finished: Vec<Simulation> = Vec::new();
        for backend in all() {
            let whole = simulate(&lowered, backend);
            let other = simulate(&sorted, backend);
            for (id, variable) in self.model.variables.iter_enumerated() {
                let columns = [&lowered, &sorted].map(|l| l.bindings.variables[id]);
                if let (Owner::Group(_), [Some(a), Some(b)]) = (variable.owner, columns) {
                    assert_eq!(whole.values(a), other.values(b), "{}", variable.name);
                }
            }
            assert_eq!(whole.recording(), other.recording());
            finished.push(whole);
        }
        assert!(finished.windows(2).all(|pair| pair[0] == pair[1]));
        Ran {
            simulation: finished.remove(0),
            lowered,
        }
    }
}

/// A finished run.
pub struct Ran {
    pub simulation: Simulation,
    pub lowered: Lowered,
}

impl Ran {
    pub fn values(&self, variable: VariableId) -> Vec<f64> {
        let column = self.lowered.bindings.variables[variable].unwrap();
        self.simulation.values(column)
    }
    /// Whether pathways run without kernels.
    pub fn direct(&self) -> Vec<bool> {
        use crate::kir::pathway::Effect;
        let pathways = self.lowered.setup.program.pathways.iter();
        pathways
            .map(|pathway| matches!(pathway.effect, Effect::Add { .. }))
            .collect()
    }
}

/// `a op b`.
pub fn compare(net: &mut Net, op: crate::model::term::Comparison, a: TermId, b: TermId) -> TermId {
    net.model.terms.add(Term::Compare(op, a, b))
}
