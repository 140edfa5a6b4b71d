//! When events arrive, in which order, and what they do.

use super::{NOWHERE, Net};
use crate::model::code::{Assignment, Selection, Value};
use crate::model::projection::{Delay, Endpoint, Probability, Rule, Side};
use crate::model::protocol::Action;
use crate::model::term::{Comparison, Draw, Term, Type};
use crate::model::{Owner, ProjectionId, Refractory, RefractoryState, VariableId, VariableKind};

/// Sources 0, 1, 2 with weights 1, 2, 3 onto one neuron, `v = 10 v + w`, connected in a given order.
fn digits(order: &[u32], spikes: &[(u32, u32)], delays: Option<&[f64]>, steps: u32) -> f64 {
    let mut net = Net::new();
    let source = net.source(3, spikes);
    let (target, v) = net.target(&[1.0]);
    let p = net.project(source, target);
    let pairs: Vec<_> = order.iter().map(|i| (*i, 0)).collect();
    net.pairs(p, &pairs);
    let w = net.variable(p.into(), "w", VariableKind::Stored);
    let (i, one) = (net.i(p), net.model.terms.number(1.0));
    let weight = net.model.terms.plus(i, one);
    net.compute(w, weight);
    let delay = delays.map(|delays| {
        let delay = net.variable(p.into(), "delay", VariableKind::Stored);
        net.give(delay, delays);
        Delay::PerSynapse(delay)
    });
    let v_post = net.remote(p, Side::Post, v);
    let weight = net.of(w);
    let value = net.affine(10.0, v_post, weight);
    let delay = delay.unwrap_or(Delay::Common(0.0));
    net.on(p, Side::Pre, &[(v_post, value)], delay);
    let ran = net.run(steps);
    assert_eq!(ran.direct(), [false]);
    ran.values(v)[0]
}

#[test]
fn events_take_effect_in_the_order_in_which_they_were_sent() {
    // All at once: in the order of the spike list, whatever the order of the synapses.
    let together = [(1, 0), (1, 1), (1, 2)];
    assert_eq!(digits(&[2, 1, 0], &together, None, 3), 1123.0);
    assert_eq!(
        digits(&[2, 1, 0], &[(1, 2), (1, 0), (1, 1)], None, 3),
        1312.0
    );
    // Arriving together, sent one after the other.
    let apart = [(1, 2), (2, 1), (3, 0)];
    let delays = [1e-4, 2e-4, 3e-4];
    assert_eq!(digits(&[0, 1, 2], &apart, Some(&delays), 6), 1321.0);
    // Several synapses of one pair, in order of their numbers.
    let twice = digits(&[0, 1, 0], &[(1, 0), (1, 1)], None, 3);
    assert_eq!(twice, 1112.0);
}

#[test]
fn delays_are_rounded_to_steps() {
    let rows = [
        (0.04e-3, 0),
        (0.05e-3, 1),
        (0.15e-3, 1),
        (0.25e-3, 3),
        (0.35e-3, 4),
        (0.45e-3, 5),
        (1e-3, 10),
    ];
    for (delay, expected) in rows {
        // The value is the step in which the event arrives.
        for each in [false, true] {
            let mut net = Net::new();
            let source = net.source(1, &[(2, 0)]);
            let (target, v) = net.target(&[-1.0]);
            let p = net.project(source, target);
            net.pairs(p, &[(0, 0)]);
            let v_post = net.remote(p, Side::Post, v);
            let t = &mut net.model.terms;
            let step = t.add(Term::StepNumber);
            let one = t.number(1.0);
            let step = t.times(one, step);
            let given = match each {
                false => Delay::Common(delay),
                true => {
                    let variable = net.variable(p.into(), "delay", VariableKind::Stored);
                    net.give(variable, &[delay]);
                    Delay::PerSynapse(variable)
                }
            };
            net.on(p, Side::Pre, &[(v_post, step)], given);
            assert_eq!(net.run(15).values(v), [f64::from(2 + expected)]);
        }
    }
}

/// A random network onto neurons with a stored `v`; `x` is what an event does, given `w`, `v_post`.
struct Random {
    net: Net,
    p: ProjectionId,
    v: VariableId,
    v_post: VariableId,
    w: VariableId,
}

fn random(sliced: bool) -> Random {
    let mut net = Net::new();
    let spikes: Vec<_> = (0..120u32)
        .flat_map(|step| (0..20).map(move |n| (step, n)))
        .filter(|(step, n)| (step * 7 + n * 13) % 11 < 3)
        .collect();
    let source = net.source(20, &spikes);
    let (target, v) = net.target(&[0.0; 15]);
    let p = net.project(source, target);
    if sliced {
        let side = |owner, first, last| Endpoint { owner, first, last };
        net.model.projections[p].source = side(source.into(), 3, 18);
        net.model.projections[p].target = side(target.into(), 2, 12);
    }
    for stream in [1, 2] {
        let chance = Probability {
            term: net.model.terms.number(0.4),
            stream,
            constant_per_row: true,
        };
        net.connect(
            p,
            Rule::Pairs {
                condition: None,
                probability: Some(chance),
                copies: None,
            },
        );
    }
    let w = net.variable(p.into(), "w", VariableKind::Stored);
    let draw = net.model.terms.add(Term::Random(Draw::Normal, 1, None));
    net.compute(w, draw);
    let v_post = net.remote(p, Side::Post, v);
    Random {
        net,
        p,
        v,
        v_post,
        w,
    }
}

/// Runs the same additions directly and by a kernel.
fn both_ways(sliced: bool, delayed: bool, shared: bool, flagged: bool) {
    let values: Vec<Vec<f64>> = [true, false]
        .into_iter()
        .map(|direct| {
            let Random {
                mut net,
                p,
                v,
                v_post,
                w,
            } = random(sliced);
            if flagged {
                // Every third neuron is refractory all the time.
                let Owner::Group(target) = net.model.projections[p].target.owner else {
                    unreachable!()
                };
                let flag = net.variable(target.into(), "nr", VariableKind::Stored);
                let last = net.variable(target.into(), "last", VariableKind::Stored);
                net.model.variables[flag].ty = Type::Boolean;
                let active: Vec<f64> = (0..15).map(|k| f64::from(u8::from(k % 3 > 0))).collect();
                net.give(flag, &active);
                let always = net.model.terms.add(Term::Boolean(true));
                let group = &mut net.model.groups[target];
                group.refractory_state = Some(RefractoryState {
                    lastspike: last,
                    not_refractory: flag,
                });
                group.refractory = Some(Refractory::While(always));
                net.model.variables[v].unless_refractory = true;
                net.model.variables[v_post].unless_refractory = true;
            }
            let delay = match delayed {
                false => Delay::Common(0.4e-3),
                true => {
                    let delay = net.variable(p.into(), "delay", VariableKind::Stored);
                    let t = &mut net.model.terms;
                    let draw = t.add(Term::Random(Draw::Uniform, 5, None));
                    let longest = t.number(2e-3);
                    let drawn = t.times(longest, draw);
                    net.compute(delay, drawn);
                    Delay::PerSynapse(delay)
                }
            };
            let weight = match shared {
                true => net.model.terms.number(0.3),
                false => net.of(w),
            };
            let before = net.of(v_post);
            let value = net.model.terms.plus(before, weight);
            let mut code = vec![(v_post, value)];
            if !direct {
                // A second statement without effect.
                let other = net.variable(p.into(), "other", VariableKind::Stored);
                code.push((other, weight));
            }
            net.on(p, Side::Pre, &code, delay);
            let ran = net.run(120);
            assert_eq!(ran.direct(), [direct]);
            ran.values(v)
        })
        .collect();
    assert!(values[0].iter().filter(|v| **v != 0.0).count() >= 5);
    assert_eq!(values[0], values[1]);
}

#[test]
fn weights_are_added_directly_as_a_kernel_would() {
    for bits in 0..16 {
        let bit = |k: u32| bits >> k & 1 == 1;
        both_ways(bit(0), bit(1), bit(2), bit(3));
    }
}

#[test]
fn targets_that_spike_reach_their_sources() {
    // on_post: w = w*2 + 1 for synapses onto the spiking neuron, in order; on_pre: w = w + 100.
    let mut net = Net::new();
    let source = net.source(2, &[(1, 0)]);
    let target = net.source(2, &[(1, 1), (3, 0)]);
    let p = net.project(source, target);
    net.pairs(p, &[(1, 1), (0, 1), (0, 0)]);
    let w = net.variable(p.into(), "w", VariableKind::Stored);
    let (weight, one) = (net.of(w), net.model.terms.number(1.0));
    let hundred = net.model.terms.number(100.0);
    let more = net.model.terms.plus(weight, hundred);
    let double = net.affine(2.0, w, one);
    // Written in the other order: pathways from targets come later all the same.
    net.on(p, Side::Post, &[(w, double)], Delay::Common(0.0));
    net.on(p, Side::Pre, &[(w, more)], Delay::Common(0.0));
    let ran = net.run(5);
    assert_eq!(ran.values(w), [1.0, 201.0, 201.0]);
}

#[test]
fn events_under_way_keep_their_time_when_delays_change() {
    for direct in [true, false] {
        let mut net = Net::new();
        let source = net.source(2, &[(2, 0), (5, 0), (5, 1)]);
        let (target, v) = net.target(&[0.0]);
        let p = net.project(source, target);
        net.pairs(p, &[(0, 0), (1, 0)]);
        let delay = net.variable(p.into(), "delay", VariableKind::Stored);
        net.give(delay, &[0.5e-3, 0.5e-3]);
        let v_post = net.remote(p, Side::Post, v);
        let one = net.model.terms.number(1.0);
        let before = net.of(v_post);
        let value = net.model.terms.plus(before, one);
        let mut code = vec![(v_post, value)];
        if !direct {
            let other = net.variable(p.into(), "other", VariableKind::Stored);
            code.push((other, one));
        }
        net.on(p, Side::Pre, &code, Delay::PerSynapse(delay));
        let run = |steps: u32| Action::Run {
            duration: f64::from(steps) * 1e-4,
            span: NOWHERE,
        };
        let shorter = Action::Assign(Assignment {
            variable: delay,
            selection: Selection::All,
            value: Value::Array(vec![0.1e-3, 0.2e-3]),
            as_code: false,
            span: NOWHERE,
        });
        // Sent at 2, due at 7; sent at 5, due at 6 and 7.
        let expected = [0.0, 1.0, 3.0];
        for (steps, expected) in [2, 3, 4].into_iter().zip(expected) {
            net.model.protocol = vec![run(4), shorter.clone(), run(steps)];
            let ran = net.run(0);
            assert_eq!(ran.direct(), [direct]);
            assert_eq!(ran.values(v), [expected], "{steps}");
        }
        // Going back in time brings back what was under way.
        net.model.protocol = vec![
            run(4),
            Action::Save("here".into()),
            run(6),
            Action::Restore("here".into(), NOWHERE),
            run(5),
        ];
        assert_eq!(net.run(0).values(v), [1.0]);
    }
}

#[test]
fn event_driven_variables_catch_up_exactly() {
    // x' = -x/ms, x = 5 at the start, first event at 0.2 ms, x += 1.
    let mut net = Net::new();
    let source = net.source(1, &[(2, 0), (6, 0)]);
    let (target, v) = net.target(&[3.0]);
    let p = net.project(source, target);
    net.pairs(p, &[(0, 0)]);
    let x = net.variable(p.into(), "x", VariableKind::Stored);
    let y = net.variable(p.into(), "y", VariableKind::Stored);
    net.give(x, &[5.0]);
    let v_post = net.remote(p, Side::Post, v);
    let t = &mut net.model.terms;
    let tau = t.number(1e-3);
    let one = t.number(1.0);
    let (tx, tv) = (net.of(x), net.of(v_post));
    let decay = net.model.terms.negate(tx);
    let decay = net.model.terms.over(decay, tau);
    net.event_driven(p, x, decay);
    // y' = (v_post - y)/ms, with v_post as it is when the event arrives.
    let ty = net.of(y);
    let difference = net.model.terms.minus(tv, ty);
    let follow = net.model.terms.over(difference, tau);
    net.event_driven(p, y, follow);
    let value = net.model.terms.plus(tx, one);
    let seven = net.model.terms.number(7.0);
    net.on(
        p,
        Side::Pre,
        &[(x, value), (v_post, seven)],
        Delay::Common(0.0),
    );
    let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-12 * b.abs(), "{a} {b}");
    let ran = net.run(3);
    close(ran.values(x)[0], 5.0 * 0.818_730_753_077_981_8 + 1.0);
    let first = 3.0 * (1.0 - 0.818_730_753_077_981_8);
    close(ran.values(y)[0], first);
    assert_eq!(ran.values(v), [7.0]);
    net.model.protocol.clear();
    let ran = net.run(7);
    let later = 0.670_320_046_035_639_3;
    close(ran.values(y)[0], 7.0 + (first - 7.0) * later);
}

#[test]
fn a_negative_delay_is_refused() {
    use crate::backend::Backend;
    use crate::backend::interp::Interpreter;
    use crate::runtime::simulation::{Control, Outcome, Simulation};
    let Random {
        mut net, p, v_post, ..
    } = random(false);
    let delay = net.variable(p.into(), "delay", VariableKind::Stored);
    let (i, scale, shift) = (
        net.i(p),
        net.model.terms.number(-1e-3),
        net.model.terms.number(5e-3),
    );
    let t = &mut net.model.terms;
    let value = t.times(scale, i);
    let value = t.plus(value, shift);
    net.compute(delay, value);
    let one = net.model.terms.number(1.0);
    net.on(p, Side::Pre, &[(v_post, one)], Delay::PerSynapse(delay));
    let lowered = net.lower();
    let code = Interpreter.compile(&lowered.setup.program).unwrap();
    let mut simulation = Simulation::new(lowered.setup, code, 1);
    let Outcome::Refused(refusal) = simulation.run(1e-3, &mut Control::default()) else {
        unreachable!("the delay must be refused");
    };
    assert_eq!(refusal.delay, -1e-3);
    assert_eq!(refusal.pathway, "S.path0");
}

#[test]
fn networks_give_the_same_bits_on_any_number_of_threads() {
    use crate::backend::all;
    use crate::runtime::simulation::{Control, Outcome, Simulation};
    let Random {
        mut net,
        p,
        v,
        v_post,
        w,
    } = random(false);
    let draw = net.model.terms.add(Term::Random(Draw::Uniform, 9, None));
    let (weight, before) = (net.of(w), net.of(v_post));
    let t = &mut net.model.terms;
    let half = t.number(0.5);
    let released = t.add(Term::Compare(Comparison::Less, draw, half));
    let zero = t.number(0.0);
    let added = t.add(Term::Select(released, weight, zero));
    let value = t.plus(before, added);
    net.on(p, Side::Pre, &[(v_post, value)], Delay::Common(0.1e-3));
    let lowered = net.lower();
    let mut all_values: Vec<Vec<f64>> = Vec::new();
    for backend in all() {
        let code = backend.compile(&lowered.setup.program).unwrap();
        for threads in [1, 2, 3] {
            let mut simulation = Simulation::new(lowered.setup.clone(), code.clone(), 1);
            simulation.set_threads(threads);
            let outcome = simulation.run(12e-3, &mut Control::default());
            assert_eq!(outcome, Outcome::Finished);
            all_values.push(simulation.values(lowered.bindings.variables[v].unwrap()));
        }
    }
    assert!(all_values.windows(2).all(|pair| pair[0] == pair[1]));
    assert!(all_values[0].iter().any(|value| *value != 0.0));
}
