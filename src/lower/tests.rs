//! Programs of models built by hand, run by the interpreter.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::{Lowered, Margins, Options, lower};
use crate::backend::Backend;
use crate::backend::interp::Interpreter;
use crate::kir::verify::verify;
use crate::model::code::{Assignment, Code, Condition, Selection, Statement, Value};
use crate::model::protocol::{Action, Record, Recorded, Slice};
use crate::model::term::{Comparison, Term, TermId, Terms, Type};
use crate::model::{
    Equation, Group, GroupId, GroupKind, Model, Owner, Refractory, RefractoryState, System,
    Variable, VariableId, VariableKind,
};
use crate::numerics::scheme::{Body, Step};
use crate::runtime::simulation::{Control, Outcome, Progress, Simulation};
use crate::source::{FileId, Span};
use crate::units::dimension::Dimension;
use std::sync::atomic::{AtomicBool, Ordering};

const NOWHERE: Span = Span {
    file: FileId(0),
    start: 0,
    end: 0,
};

fn variable(
    model: &mut Model,
    name: &str,
    kind: VariableKind,
    ty: Type,
    default: f64,
) -> VariableId {
    model.variables.push(Variable {
        name: name.into(),
        owner: Owner::Group(GroupId(0)),
        kind,
        ty,
        dimension: Dimension::NONE,
        shared: false,
        constant: false,
        unless_refractory: false,
        range: None,
        default,
        span: NOWHERE,
        doc: None,
    })
}

/// Neurons with dv/dt = (I - v)/tau, threshold v > 1, reset v = 0, refractory for a time.
struct Lif {
    model: Model,
    steps: Vec<Step>,
    v: VariableId,
}

fn lif(drive: &[f64], refractory: Option<f64>, flagged: bool) -> Lif {
    let mut model = Model {
        dt: 1e-4,
        ..Model::default()
    };
    let v = variable(&mut model, "v", VariableKind::State, Type::Float, 0.0);
    let i = variable(&mut model, "I", VariableKind::Stored, Type::Float, 0.0);
    let last = variable(
        &mut model,
        "lastspike",
        VariableKind::Stored,
        Type::Float,
        -1e4,
    );
    let active = variable(
        &mut model,
        "not_refractory",
        VariableKind::Stored,
        Type::Boolean,
        1.0,
    );
    model.variables[v].unless_refractory = flagged;
    let t = &mut model.terms;
    let (tv, ti) = (t.variable(v, Type::Float), t.variable(i, Type::Float));
    let tau = t.number(0.01);
    let difference = t.minus(ti, tv);
    let rhs = t.over(difference, tau);
    let one = t.number(1.0);
    let threshold = t.add(Term::Compare(Comparison::Greater, tv, one));
    let zero = t.number(0.0);
    let dt = t.add(Term::Dt);
    let change = t.times(dt, rhs);
    let new = t.plus(tv, change);
    let duration = refractory.map(|r| t.number(r));
    let state = RefractoryState {
        lastspike: last,
        not_refractory: active,
    };
    model.groups.push(Group {
        name: "lif".into(),
        size: drive.len(),
        kind: GroupKind::Neurons,
        variables: vec![v, i],
        system: System {
            equations: vec![Equation {
                variable: v,
                rhs,
                span: NOWHERE,
            }],
            ..System::default()
        },
        method: None,
        threshold: Some(Condition {
            term: threshold,
            span: NOWHERE,
        }),
        reset: Some(Code {
            statements: vec![Statement {
                target: v,
                value: zero,
                span: NOWHERE,
            }],
            span: NOWHERE,
        }),
        refractory: duration.map(Refractory::Time),
        refractory_state: duration.map(|_| state),
        events: Vec::new(),
        regular: Vec::new(),
        initial: vec![Assignment {
            variable: i,
            selection: Selection::All,
            value: Value::Array(drive.to_vec()),
            as_code: false,
            span: NOWHERE,
        }],
        dt: None,
        span: NOWHERE,
        doc: None,
    });
    model.records = vec![
        record(Recorded::States {
            group: GroupId(0),
            variables: vec![v],
            elements: (0..drive.len() as u32).collect(),
            every: None,
            slot: "start".into(),
        }),
        record(Recorded::Spikes {
            slice: Slice {
                group: GroupId(0),
                first: 0,
                last: drive.len(),
            },
            event: None,
            variables: vec![v],
            slot: None,
        }),
    ];
    let steps = vec![Step {
        owner: GroupId(0).into(),
        method: "euler".into(),
        automatic: false,
        refused: Vec::new(),
        body: Body::Fixed {
            lets: Vec::new(),
            updates: vec![(v, new)],
        },
    }];
    Lif { model, steps, v }
}

fn record(what: Recorded) -> Record {
    Record {
        name: "lif".into(),
        what,
        implied: false,
        span: NOWHERE,
    }
}

fn start(lowered: &Lowered) -> Simulation {
    assert_eq!(verify(&lowered.setup.program), Ok(()));
    let code = Interpreter.compile(&lowered.setup.program).unwrap();
    Simulation::new(lowered.setup.clone(), code, 1)
}

fn run(model: &Model, steps: &[Step], duration: f64, options: &Options) -> Simulation {
    let mut simulation = start(&lower(model, steps, options));
    assert_eq!(
        simulation.run(duration, &mut Control::default()),
        Outcome::Finished
    );
    simulation
}

/// Spikes as (step, neuron).
fn spikes(simulation: &Simulation) -> Vec<(u64, u32)> {
    let table = &simulation.recording().spikes[0];
    table
        .step
        .iter()
        .copied()
        .zip(table.i.iter().copied())
        .collect()
}

/// The same neuron, written as a loop.
fn by_hand(drive: f64, steps: u64, refractory: u64) -> (Vec<f64>, Vec<u64>) {
    let (mut v, mut trace, mut spikes) = (0.0, Vec::new(), Vec::new());
    for k in 0..steps {
        trace.push(v);
        let free = spikes.last().is_none_or(|last| k - last >= refractory);
        if free {
            v += 1e-4 * ((drive - v) / 0.01);
        }
        if v > 1.0 && free {
            spikes.push(k);
            v = 0.0;
        }
    }
    (trace, spikes)
}

#[test]
fn neurons_run_as_a_loop_does() {
    let drive = [0.9, 1.5, 2.3];
    let Lif { model, steps, .. } = lif(&drive, None, false);
    let simulation = run(&model, &steps, 0.03, &Options::default());
    let mut expected = Vec::new();
    for (k, drive) in drive.iter().enumerate() {
        let (trace, times) = by_hand(*drive, 300, 0);
        let column = &simulation.recording().states[0].columns[0];
        assert_eq!(column.values[k], trace);
        expected.extend(times.into_iter().map(|step| (step, k as u32)));
    }
    expected.sort_unstable();
    assert!(expected.len() > 4);
    assert_eq!(spikes(&simulation), expected);
    let table = &simulation.recording().spikes[0];
    assert_eq!(table.t[0], table.step[0] as f64 * 1e-4);
    // Recorded before the reset.
    assert!(table.extra[0].values.iter().all(|v| *v > 1.0));
}

#[test]
fn refractory_neurons_wait() {
    let Lif { model, steps, .. } = lif(&[2.3], Some(0.002), true);
    let simulation = run(&model, &steps, 0.05, &Options::default());
    let (trace, times) = by_hand(2.3, 500, 20);
    assert_eq!(simulation.recording().states[0].columns[0].values[0], trace);
    let steps: Vec<u64> = spikes(&simulation).iter().map(|s| s.0).collect();
    assert_eq!(steps, times);
}

#[test]
fn running_in_one_pass_changes_nothing() {
    let Lif {
        mut model,
        steps,
        v,
    } = lif(&[0.9, 1.5, 2.3, 4.0], Some(0.002), true);
    if let Recorded::Spikes { variables, .. } = &mut model.records[1].what {
        variables.clear();
    }
    let apart = Options {
        together: false,
        ..Options::default()
    };
    let together = lower(&model, &steps, &Options::default());
    let calls = |lowered: &Lowered| lowered.setup.program.kernels.len();
    assert_eq!(
        (calls(&together), calls(&lower(&model, &steps, &apart))),
        (1, 3)
    );
    let a = run(&model, &steps, 0.05, &Options::default());
    let b = run(&model, &steps, 0.05, &apart);
    assert_eq!(a.recording(), b.recording());
    let column = together.bindings.variables[v].unwrap();
    assert_eq!(a.values(column), b.values(column));
}

#[test]
fn a_reset_waits_for_who_records_the_value_before() {
    let Lif { model, steps, .. } = lif(&[1.5], None, false);
    let lowered = lower(&model, &steps, &Options::default());
    let names: Vec<&str> = lowered
        .setup
        .program
        .schedule
        .iter()
        .map(|e| e.name.as_str())
        .collect();
    assert_eq!(
        names,
        ["lif.sample", "lif.state", "lif.spikes", "lif.reset"]
    );
}

#[test]
fn margins_hold_the_largest_value() {
    let Lif { model, steps, v } = lif(&[0.9, 0.5], None, false);
    let options = Options {
        margins: Margins::All,
        ..Options::default()
    };
    let lowered = lower(&model, &steps, &options);
    let margin = lowered.bindings.groups[GroupId(0)].margin.clone().unwrap();
    assert!(margin.peak);
    let simulation = run(&model, &steps, 0.02, &options);
    // Both rise without end.
    let last = simulation.values(lowered.bindings.variables[v].unwrap());
    assert_eq!(simulation.values(margin.column), last);
}

#[test]
fn two_runs_are_one_and_a_saved_state_returns() {
    let Lif {
        mut model, steps, ..
    } = lif(&[0.9, 1.5, 2.3], Some(0.001), true);
    model.protocol = vec![
        Action::Run {
            duration: 0.013,
            span: NOWHERE,
        },
        Action::Save("here".into()),
        Action::Run {
            duration: 0.02,
            span: NOWHERE,
        },
        Action::Restore("here".into(), NOWHERE),
        Action::Run {
            duration: 0.017,
            span: NOWHERE,
        },
    ];
    let lowered = lower(&model, &steps, &Options::default());
    let mut simulation = start(&lowered);
    for command in lowered.protocol.iter().flatten() {
        assert_eq!(
            simulation.execute(command, &mut Control::default()),
            Outcome::Finished
        );
    }
    let once = run(&model, &steps, 0.03, &Options::default());
    assert_eq!(simulation.recording(), once.recording());
    assert_eq!(simulation.time(), 0.013 + 0.017);
    assert!(simulation.image() == once.image());
}

#[test]
fn a_value_that_grows_beyond_bounds_ends_the_run_at_its_step() {
    let Lif {
        mut model,
        mut steps,
        v,
    } = lif(&[1.0, 2.0], None, false);
    model.groups[GroupId(0)].threshold = None;
    model.groups[GroupId(0)].reset = None;
    model.records.pop();
    // v doubles in every step and reaches 2^167 > 1e50 in step 166 for a start of 1.
    let t: &mut Terms = &mut model.terms;
    let (tv, two) = (t.variable(v, Type::Float), t.number(2.0));
    let double: TermId = t.times(two, tv);
    steps[0].body = Body::Fixed {
        lets: Vec::new(),
        updates: vec![(v, double)],
    };
    model.groups[GroupId(0)].initial = vec![Assignment {
        variable: v,
        selection: Selection::Indices(vec![1]),
        value: Value::Array(vec![1.0]),
        as_code: false,
        span: NOWHERE,
    }];
    let mut simulation = start(&lower(&model, &steps, &Options::default()));
    let Outcome::Fault(fault) = simulation.run(0.1, &mut Control::default()) else {
        unreachable!("the run must not finish");
    };
    assert_eq!((fault.variable.as_str(), fault.element), ("v", 1));
    assert_eq!(
        (fault.value, fault.time, fault.after),
        (2f64.powi(167), 166.0 * 1e-4, None)
    );
    let recording = simulation.recording();
    assert_eq!(recording.states[0].t.len(), 167);
    assert_eq!(
        recording.states[0].columns[0].values[1][166],
        2f64.powi(166)
    );
}

#[test]
fn threads_change_nothing() {
    let drive: Vec<f64> = (0..20_000).map(|k| f64::from(k % 97)).collect();
    let Lif {
        mut model, steps, ..
    } = lif(&drive, Some(0.0005), true);
    model.records.remove(0);
    let lowered = lower(&model, &steps, &Options::default());
    let runs: Vec<Simulation> = [1, 2, 3, 5]
        .into_iter()
        .map(|threads| {
            let mut simulation = start(&lowered);
            simulation.set_threads(threads);
            assert_eq!(
                simulation.run(0.001, &mut Control::default()),
                Outcome::Finished
            );
            simulation
        })
        .collect();
    let (first, others) = runs.split_first().unwrap();
    let list = lowered.bindings.groups[GroupId(0)].spikes.unwrap();
    assert!(first.entries(list) > 3_000);
    assert!(others.iter().all(|other| other == first));
}

#[test]
fn an_interrupted_run_keeps_what_was_computed() {
    let drive = vec![1.5; 300];
    let Lif { model, steps, .. } = lif(&drive, None, false);
    let mut simulation = start(&lower(&model, &steps, &Options::default()));
    let flag = AtomicBool::new(false);
    let mut seen = 0.0;
    let mut progress = |state: Progress| {
        seen = state.done;
        flag.store(true, Ordering::Relaxed);
    };
    let mut control = Control {
        interrupt: Some(&flag),
        progress: Some(&mut progress),
        ..Control::default()
    };
    assert_eq!(simulation.run(10.0, &mut control), Outcome::Interrupted);
    let recorded = simulation.recording().states[0].t.len();
    assert!(seen > 0.0 && seen < 10.0);
    // It can go on where it stopped.
    let steps_done = simulation.steps();
    assert_eq!(recorded as u64, steps_done);
    assert!((simulation.time() - steps_done as f64 * 1e-4).abs() < 1e-12);
    simulation.run(0.001, &mut Control::default());
    assert_eq!(simulation.steps(), steps_done + 10);
}

#[test]
fn time_is_measured_on_request() {
    let Lif { model, steps, .. } = lif(&[1.5], None, false);
    let mut simulation = start(&lower(&model, &steps, &Options::default()));
    let ticks = std::cell::Cell::new(0.0);
    let clock = || {
        ticks.set(ticks.get() + 1.0);
        ticks.get()
    };
    let mut control = Control {
        clock: Some(&clock),
        measure: true,
        ..Control::default()
    };
    simulation.run(0.01, &mut control);
    let names: Vec<&str> = simulation.spent().iter().map(|s| s.name.as_str()).collect();
    assert_eq!(
        names,
        ["lif.sample", "lif.state", "lif.spikes", "lif.reset"]
    );
    assert!(
        simulation
            .spent()
            .iter()
            .all(|s| (s.calls, s.seconds) == (100, 100.0))
    );
}

#[test]
fn threads_that_do_not_help_are_left_alone_without_a_trace() {
    let drive: Vec<f64> = (0..20_000).map(|k| f64::from(k % 97)).collect();
    let Lif {
        mut model, steps, ..
    } = lif(&drive, Some(0.0005), true);
    model.records.clear();
    let lowered = lower(&model, &steps, &Options::default());
    let ticks = std::cell::Cell::new(0.0);
    let clock = || {
        ticks.set(ticks.get() + 1.0);
        // The second of two spans of equal steps is the shorter one.
        f64::sqrt(ticks.get())
    };
    let mut tried = start(&lowered);
    tried.set_threads(3);
    let mut control = Control {
        clock: Some(&clock),
        ..Control::default()
    };
    tried.run(0.004, &mut control);
    assert!(ticks.get() == 3.0);
    let mut plain = start(&lowered);
    plain.run(0.004, &mut Control::default());
    assert!(tried == plain);
}
