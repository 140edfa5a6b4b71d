//! Models written as a few lines of equations, for tests of this layer and the next.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::collections::BTreeMap;

use crate::algebra::evaluate::{Environment, signal_value};
use crate::diagnostic::Sink;
use crate::library::Library;
use crate::library::expand::expression;
use crate::model::term::{NoiseId, Term, TermId, Type};
use crate::model::{
    Constant, Equation, Group, GroupId, GroupKind, MethodChoice, Model, Owner, RefractoryState,
    Signal, System, Variable, VariableId, VariableKind,
};
use crate::source::{FileId, Span};
use crate::syntax::parse_expression;
use crate::units::dimension::Dimension;
use crate::units::quantity::Quantity;

pub const NOWHERE: Span = Span {
    file: FileId(0),
    start: 0,
    end: 0,
};

/// A model of one group. Lines: `dX/dt = E : U (flags)`, `X = E : U (flags)`, `X : U`, `const X = E`, `signal X DT`.
pub struct Given {
    pub model: Model,
    pub group: GroupId,
    /// What names stand for.
    pub names: Vec<(String, TermId)>,
}

fn variable(name: &str, kind: VariableKind, flags: &str) -> Variable {
    Variable {
        name: name.to_string(),
        owner: Owner::Group(GroupId(0)),
        kind,
        ty: Type::Float,
        dimension: Dimension::NONE,
        shared: flags.contains("shared"),
        constant: false,
        unless_refractory: flags.contains("unless refractory"),
        range: None,
        default: 0.0,
        span: NOWHERE,
        doc: None,
    }
}

/// Reads the lines; `method` as in `method: NAME`.
pub fn given(text: &str, method: Option<&str>) -> Given {
    let library = Library::standard();
    let mut model = Model {
        dt: 1e-4,
        ..Model::default()
    };
    let mut names: Vec<(String, TermId)> = Vec::new();
    for (name, term) in [("t", Term::Time), ("dt", Term::Dt), ("i", Term::Index)] {
        names.push((name.to_string(), model.terms.add(term)));
    }
    let mut system = System::default();
    let mut own = Vec::new();
    let mut later: Vec<(VariableId, String, bool)> = Vec::new();
    let mut refractory = None;
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some((name, value)) = line.strip_prefix("const ").and_then(|l| l.split_once('=')) {
            let value: f64 = value.trim().parse().unwrap();
            let id = model.constants.push(Constant {
                name: name.trim().to_string(),
                value: Quantity::number(value),
                ty: Type::Float,
                range: None,
                span: NOWHERE,
                doc: None,
            });
            names.push((
                name.trim().to_string(),
                model.terms.constant(id, Type::Float),
            ));
            continue;
        }
        if let Some((name, dt)) = line.strip_prefix("signal ").and_then(|l| l.split_once(' ')) {
            let id = model.signals.push(Signal {
                name: name.to_string(),
                values: (0..100).map(f64::from).collect(),
                columns: 1,
                indexed: false,
                dt: dt.trim().parse().unwrap(),
                dimension: Dimension::NONE,
                span: NOWHERE,
            });
            let time = model.terms.add(Term::Time);
            let term = model.terms.add(Term::Signal(id, Box::new([time])));
            names.push((name.to_string(), term));
            continue;
        }
        let (head, unit) = line.rsplit_once(':').unwrap();
        let flags = unit.split_once('(').map_or("", |(_, flags)| flags);
        let (left, right) = match head.split_once('=') {
            Some((left, right)) => (left.trim(), Some(right.trim().to_string())),
            None => (head.trim(), None),
        };
        let state = left.strip_suffix("/dt").and_then(|l| l.strip_prefix('d'));
        let name = state.unwrap_or(left).trim();
        let placeholder = model.terms.integer(0);
        let kind = match (&right, state) {
            (Some(_), Some(_)) => VariableKind::State,
            (Some(_), None) => VariableKind::Subexpression {
                value: placeholder,
                constant_over_dt: flags.contains("constant over dt"),
            },
            (None, _) => VariableKind::Stored,
        };
        let id = model.variables.push(variable(name, kind, flags));
        own.push(id);
        names.push((name.to_string(), model.terms.variable(id, Type::Float)));
        if flags.contains("unless refractory") && refractory.is_none() {
            let lastspike = model
                .variables
                .push(variable("lastspike", VariableKind::Stored, ""));
            let mut flag = variable("not_refractory", VariableKind::Stored, "");
            flag.ty = Type::Boolean;
            let not_refractory = model.variables.push(flag);
            own.extend([lastspike, not_refractory]);
            refractory = Some(RefractoryState {
                lastspike,
                not_refractory,
            });
            let term = model.terms.variable(not_refractory, Type::Boolean);
            names.push(("not_refractory".to_string(), term));
        }
        if let Some(right) = right {
            for word in right.split(|c: char| !c.is_alphanumeric() && c != '_') {
                let is_noise = word == "xi" || word.starts_with("xi_");
                if is_noise && !names.iter().any(|(name, _)| name == word) {
                    let suffix = word.trim_start_matches("xi").trim_start_matches('_');
                    let id = system.noises.push(suffix.to_string());
                    names.push((word.to_string(), model.terms.add(Term::Noise(id))));
                }
            }
            later.push((id, right, state.is_some()));
        }
    }
    for (id, text, is_state) in later {
        let mut sink = Sink::new();
        let parsed = parse_expression(FileId(0), &text, &mut sink);
        assert!(!sink.has_errors(), "{text}: {:?}", sink.diagnostics());
        let term = expression(library, &parsed, &names, &mut model.terms)
            .unwrap_or_else(|| panic!("cannot read {text}"));
        if is_state {
            system.equations.push(Equation {
                variable: id,
                rhs: term,
                span: NOWHERE,
            });
        } else if let VariableKind::Subexpression { value, .. } = &mut model.variables[id].kind {
            *value = term;
        }
    }
    let group = model.groups.push(Group {
        name: "cells".to_string(),
        size: 1,
        kind: GroupKind::Neurons,
        variables: own,
        system,
        method: method.map(|name| MethodChoice {
            name: name.to_string(),
            options: Vec::new(),
            span: NOWHERE,
        }),
        threshold: None,
        reset: None,
        refractory: None,
        refractory_state: refractory,
        events: Vec::new(),
        regular: Vec::new(),
        initial: Vec::new(),
        dt: None,
        span: NOWHERE,
        doc: None,
    });
    Given {
        model,
        group,
        names,
    }
}

impl Given {
    /// The term of an expression in the model's names.
    pub fn term(&mut self, text: &str) -> TermId {
        let mut sink = Sink::new();
        let parsed = parse_expression(FileId(0), text, &mut sink);
        assert!(!sink.has_errors(), "{text}: {:?}", sink.diagnostics());
        expression(
            Library::standard(),
            &parsed,
            &self.names,
            &mut self.model.terms,
        )
        .unwrap()
    }
    /// A variable by name.
    pub fn variable(&self, name: &str) -> VariableId {
        let found = self
            .model
            .variables
            .iter_enumerated()
            .find(|(_, v)| v.name == name);
        found.unwrap_or_else(|| panic!("no variable {name}")).0
    }
}

/// Values for the leaves of a model.
#[derive(Clone, Default)]
pub struct Point<'a> {
    pub model: Option<&'a Model>,
    pub values: BTreeMap<VariableId, f64>,
    pub t: f64,
    pub dt: f64,
    pub noise: Vec<f64>,
}

impl Environment for Point<'_> {
    fn leaf(&self, term: &Term) -> Option<f64> {
        match term {
            Term::Variable(id) => self.values.get(id).copied(),
            Term::Constant(id) => Some(self.model?.constants[*id].value.value),
            Term::Time => Some(self.t),
            Term::Dt => Some(self.dt),
            Term::Noise(NoiseId(id)) => self.noise.get(*id as usize).copied(),
            Term::Index => Some(0.0),
            _ => None,
        }
    }
    fn other(&self, term: &Term, arguments: &[f64]) -> Option<f64> {
        match term {
            Term::Signal(id, _) => signal_value(&self.model?.signals[*id], arguments[0], 0),
            _ => None,
        }
    }
}
