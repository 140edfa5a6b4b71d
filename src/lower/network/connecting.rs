//! Which synapses are made, and in which order.

use super::super::connect::{Making, ProblemKind, connect};
use super::super::wiring::Wired;
use super::{Net, compare};
use crate::backend::all;
use crate::model::projection::{Endpoint, Probability, Rule, Sequence, Side};
use crate::model::term::{Comparison, Draw, Intrinsic, Term, TermId, Type};
use crate::model::{ProjectionId, VariableId, VariableKind};

/// Three sources, four targets with y = 0, 1, 2, 3, as in the table of creation.
fn table() -> (Net, ProjectionId, VariableId) {
    let mut net = Net::new();
    let source = net.source(3, &[]);
    let (target, y) = net.target(&[0.0, 1.0, 2.0, 3.0]);
    let p = net.project(source, target);
    (net, p, y)
}

fn pairs(condition: Option<TermId>, p: Option<Probability>, copies: Option<TermId>) -> Rule {
    Rule::Pairs {
        condition,
        probability: p,
        copies,
    }
}

fn loop_variable(net: &mut Net, p: ProjectionId) -> (VariableId, TermId) {
    let k = net.variable(p.into(), "k", VariableKind::Temporary);
    net.model.variables[k].ty = Type::Integer;
    (k, net.of(k))
}

fn integer(net: &mut Net, value: i64) -> TermId {
    net.model.terms.integer(value)
}

fn probability(net: &mut Net, p: f64) -> Probability {
    Probability {
        term: net.model.terms.number(p),
        stream: 3,
        constant_per_row: true,
    }
}

fn making(seed: u64, limit: u64) -> Making {
    Making {
        limit,
        ..Making::whole(seed)
    }
}

#[test]
fn pairs_come_in_order_of_sources_then_targets() {
    let (mut net, p, _) = table();
    net.connect(p, pairs(None, None, None));
    let all: Vec<_> = (0..3).flat_map(|i| (0..4).map(move |j| (i, j))).collect();
    assert_eq!(net.made(p), all);

    let (mut net, p, _) = table();
    let (i, j) = (net.i(p), net.j(p));
    let differ = compare(&mut net, Comparison::NotEqual, i, j);
    net.connect(p, pairs(Some(differ), None, None));
    let different: Vec<_> = all.iter().copied().filter(|(i, j)| i != j).collect();
    assert_eq!(net.made(p), different);

    // i == 0, n = j: copies are neighbors. A second line appends.
    let (mut net, p, y) = table();
    let zero = integer(&mut net, 0);
    let (i, j) = (net.i(p), net.j(p));
    let first = compare(&mut net, Comparison::Equal, i, zero);
    net.connect(p, pairs(Some(first), None, Some(j)));
    let y = net.remote(p, Side::Post, y);
    let (y, two) = (net.of(y), net.model.terms.number(2.0));
    let high = compare(&mut net, Comparison::Greater, y, two);
    net.connect(p, pairs(Some(high), None, None));
    let expected = [
        (0, 1),
        (0, 2),
        (0, 2),
        (0, 3),
        (0, 3),
        (0, 3),
        (0, 3),
        (1, 3),
        (2, 3),
    ];
    assert_eq!(net.made(p), expected);
    let wiring = net.wire().unwrap();
    let wired: &Wired = &wiring.projections[&p];
    assert_eq!(wired.copies(), [0, 0, 1, 0, 1, 2, 3, 0, 0]);
    assert_eq!(Wired::degrees(&wired.pre), [7, 7, 7, 7, 7, 7, 7, 1, 1]);
}

#[test]
fn generated_pairs_follow_the_loops() {
    let generated = |outer: Side, skip: bool| {
        let (mut net, p, y) = table();
        let (variable, k) = loop_variable(&mut net, p);
        move |make: &dyn Fn(
            &mut Net,
            ProjectionId,
            TermId,
            VariableId,
        ) -> (Sequence, TermId, Option<TermId>)| {
            let (sequence, index, condition) = make(&mut net, p, k, y);
            let rule = Rule::Generated {
                outer,
                variable,
                sequence,
                index,
                condition,
                copies: None,
                skip,
            };
            net.connect(p, rule);
            net.wire().map(|wiring| {
                let wired = &wiring.projections[&p];
                let pairs = wired.pre.iter().zip(wired.post.iter());
                pairs.map(|(i, j)| (*i, *j)).collect::<Vec<_>>()
            })
        }
    };
    let range = |net: &mut Net, start: i64, stop: TermId, step: i64| {
        let (start, step) = (integer(net, start), integer(net, step));
        Sequence::Range { start, stop, step }
    };
    // j = k for k in range(i + 1)
    let made = generated(Side::Pre, false)(&|net, p, k, _| {
        let (i, one) = (net.i(p), integer(net, 1));
        let stop = net.model.terms.plus(i, one);
        (range(net, 0, stop, 1), k, None)
    });
    assert_eq!(
        made.unwrap(),
        [(0, 0), (1, 0), (1, 1), (2, 0), (2, 1), (2, 2)]
    );
    // j = k for k in range(3, -1, -1)
    let made = generated(Side::Pre, false)(&|net, _, k, _| {
        let stop = integer(net, -1);
        (range(net, 3, stop, -1), k, None)
    });
    let down: Vec<_> = (0..3).flat_map(|i| [3, 2, 1, 0].map(|j| (i, j))).collect();
    assert_eq!(made.unwrap(), down);
    // i = k for k in range(2): the outer loop is over j.
    let made = generated(Side::Post, false)(&|net, _, k, _| {
        let stop = integer(net, 2);
        (range(net, 0, stop, 1), k, None)
    });
    let by_target: Vec<_> = (0..4).flat_map(|j| [0, 1].map(|i| (i, j))).collect();
    assert_eq!(made.unwrap(), by_target);
    // j = i + 2, without and with skip
    let ahead = |net: &mut Net, p: ProjectionId, _: TermId, _: VariableId| {
        let (i, two) = (net.i(p), integer(net, 2));
        (Sequence::Once, net.model.terms.plus(i, two), None)
    };
    let problem = generated(Side::Pre, false)(&ahead).unwrap_err();
    let expected = ProblemKind::Index {
        side: Side::Post,
        other: 2,
        index: 4,
        size: 4,
    };
    assert_eq!(problem.kind, expected);
    assert_eq!(
        generated(Side::Pre, true)(&ahead).unwrap(),
        [(0, 2), (1, 3)]
    );
    // j = i + (-1)**k for k in range(2) if i > 0: what the condition leaves out may be anywhere.
    let made = generated(Side::Pre, false)(&|net, p, k, _| {
        let (i, zero) = (net.i(p), integer(net, 0));
        let stop = integer(net, 2);
        let minus = integer(net, -1);
        let sign = net.model.terms.add(Term::Power(minus, k));
        let index = net.model.terms.plus(i, sign);
        let condition = compare(net, Comparison::Greater, i, zero);
        (range(net, 0, stop, 1), index, Some(condition))
    });
    assert_eq!(made.unwrap(), [(1, 2), (1, 0), (2, 3), (2, 1)]);
    // j = k for k in range(4) if y_post > 1
    let made = generated(Side::Pre, false)(&|net, p, k, y| {
        let y = net.remote(p, Side::Post, y);
        let (y, one) = (net.of(y), net.model.terms.number(1.0));
        let stop = integer(net, 4);
        let condition = compare(net, Comparison::Greater, y, one);
        (range(net, 0, stop, 1), k, Some(condition))
    });
    assert_eq!(
        made.unwrap(),
        [(0, 2), (0, 3), (1, 2), (1, 3), (2, 2), (2, 3)]
    );
    // sample(4, size = 4) and sample(4, size = 5)
    let sample = |size: i64| {
        move |net: &mut Net, _: ProjectionId, k: TermId, _: VariableId| {
            let (start, stop) = (integer(net, 0), integer(net, 4));
            let (step, size) = (integer(net, 1), integer(net, size));
            let sequence = Sequence::SampleSize {
                start,
                stop,
                step,
                size,
                stream: 1,
            };
            (sequence, k, None)
        }
    };
    let all: Vec<_> = (0..3).flat_map(|i| (0..4).map(move |j| (i, j))).collect();
    assert_eq!(generated(Side::Pre, false)(&sample(4)).unwrap(), all);
    assert_eq!(generated(Side::Pre, true)(&sample(5)).unwrap(), all);
    let problem = generated(Side::Pre, false)(&sample(5)).unwrap_err();
    assert!(matches!(
        problem.kind,
        ProblemKind::Sample {
            size: 5,
            values: 4,
            ..
        }
    ));
}

#[test]
fn slices_count_from_their_own_beginning() {
    let (mut net, p, y) = table();
    let slice = |owner, first, last| Endpoint { owner, first, last };
    let target = net.model.projections[p].target.owner;
    net.model.projections[p].target = slice(target, 2, 4);
    let y = net.remote(p, Side::Post, y);
    let (y, two) = (net.of(y), net.model.terms.number(2.0));
    let high = compare(&mut net, Comparison::Greater, y, two);
    net.connect(p, pairs(Some(high), None, None));
    assert_eq!(net.made(p), [(0, 1), (1, 1), (2, 1)]);
    net.pairs(p, &[(0, 2)]);
    let problem = net.wire().unwrap_err();
    assert!(matches!(
        problem.kind,
        ProblemKind::Index {
            index: 2,
            size: 2,
            ..
        }
    ));
}

/// 400 neurons onto themselves.
fn large(rule: impl Fn(&mut Net, ProjectionId) -> Rule) -> Vec<(u32, u32)> {
    let mut net = Net::new();
    let (group, _) = net.target(&[0.0; 400]);
    let p = net.project(group, group);
    let rule = rule(&mut net, p);
    net.connect(p, rule);
    let made: Vec<_> = all()
        .into_iter()
        .map(|backend| {
            let (wiring, empty) = connect(&net.model, backend, &making(7, 1 << 20)).unwrap();
            assert!(empty.is_empty());
            let wired = wiring.projections[&p].clone();
            let pairs = wired.pre.iter().zip(wired.post.iter());
            pairs.map(|(i, j)| (*i, *j)).collect::<Vec<_>>()
        })
        .collect();
    assert!(made.windows(2).all(|pair| pair[0] == pair[1]));
    assert!(made[0].is_sorted());
    made.into_iter().next().unwrap()
}

#[test]
fn probabilities_give_the_expected_number_of_synapses() {
    let close = |made: usize, p: f64, pairs: f64| {
        let (mean, deviation) = (p * pairs, (pairs * p * (1.0 - p)).sqrt());
        assert!(
            (made as f64 - mean).abs() < 4.5 * deviation,
            "{made} of {mean}"
        );
    };
    let all = 160_000.0;
    let sparse = large(|net, _| {
        let p = probability(net, 0.02);
        pairs(None, Some(p), None)
    });
    close(sparse.len(), 0.02, all);
    let without_self = large(|net, p| {
        let (i, j) = (net.i(p), net.j(p));
        let condition = compare(net, Comparison::NotEqual, i, j);
        let p = probability(net, 0.3);
        pairs(Some(condition), Some(p), None)
    });
    assert!(without_self.iter().all(|(i, j)| i != j));
    close(without_self.len(), 0.3, all - 400.0);
    // A probability of the pair: larger for neighbors.
    let local = large(|net, p| {
        let (i, j) = (net.i(p), net.j(p));
        let t = &mut net.model.terms;
        let distance = t.minus(i, j);
        let distance = t.add(Term::Call(Intrinsic::Abs, Box::new([distance])));
        let (five, near, far) = (t.integer(5), t.number(0.5), t.number(0.01));
        let close = t.add(Term::Compare(Comparison::Less, distance, five));
        let term = t.add(Term::Select(close, near, far));
        let p = Probability {
            term,
            stream: 1,
            constant_per_row: false,
        };
        pairs(None, Some(p), None)
    });
    let (near, far): (Vec<(u32, u32)>, Vec<_>) =
        local.iter().copied().partition(|(i, j)| i.abs_diff(*j) < 5);
    let near_pairs = 400.0 * 9.0 - 2.0 * (1.0 + 2.0 + 3.0 + 4.0);
    close(near.len(), 0.5, near_pairs);
    close(far.len(), 0.01, all - near_pairs);
    // Random numbers in a condition.
    let drawn = large(|net, _| {
        let t = &mut net.model.terms;
        let draw = t.add(Term::Random(Draw::Uniform, 1, None));
        let limit = t.number(0.1);
        let condition = t.add(Term::Compare(Comparison::Less, draw, limit));
        pairs(Some(condition), None, None)
    });
    close(drawn.len(), 0.1, all);
    // A fixed number of targets.
    let fixed = large(|net, p| {
        let (variable, index) = loop_variable(net, p);
        let [start, stop, step, size] = [0, 400, 1, 17].map(|n| integer(net, n));
        Rule::Generated {
            outer: Side::Pre,
            variable,
            sequence: Sequence::SampleSize {
                start,
                stop,
                step,
                size,
                stream: 1,
            },
            index,
            condition: None,
            copies: None,
            skip: false,
        }
    });
    assert_eq!(fixed.len(), 400 * 17);
    let mut unique = fixed.clone();
    unique.dedup();
    assert_eq!(unique.len(), fixed.len());
}

#[test]
fn too_many_synapses_and_none_are_noticed() {
    let (mut net, p, _) = table();
    net.connect(p, pairs(None, None, None));
    let refused = connect(&net.model, all()[0], &making(1, 11)).unwrap_err();
    assert_eq!(refused.kind, ProblemKind::Many { limit: 11 });
    let (mut net, p, _) = table();
    let (i, seven) = (net.i(p), integer(&mut net, 7));
    let never = compare(&mut net, Comparison::Greater, i, seven);
    net.connect(p, pairs(Some(never), None, None));
    let (_, empty) = connect(&net.model, all()[0], &making(1, 11)).unwrap();
    assert_eq!((empty.len(), empty[0].tested), (1, 12));
}
