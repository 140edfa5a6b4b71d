//! Summed variables, values of populations, inputs from many sources.

use super::{NOWHERE, Net};
use crate::model::projection::{Endpoint, PoissonInput, Rule, Side};
use crate::model::{Reduction, VariableKind};

const ALL: Rule = Rule::Pairs {
    condition: None,
    probability: None,
    copies: None,
};

#[test]
fn several_projections_add_to_one_variable() {
    let mut net = Net::new();
    let (source, x) = net.target(&[1.0, 2.0, 4.0]);
    let (target, s) = net.target(&[100.0, 100.0, 100.0]);
    for first in [0, 1] {
        let p = net.project(source, target);
        net.connect(p, ALL);
        net.model.projections[p].target = Endpoint {
            owner: target.into(),
            first,
            last: 3,
        };
        let x_pre = net.remote(p, Side::Pre, x);
        let value = net.of(x_pre);
        net.sum(p, Side::Post, s, value);
    }
    // The second slice is set to zero before anything is added, too.
    let ran = net.run(2);
    assert_eq!(ran.values(s), [7.0, 14.0, 14.0]);
    assert_eq!(ran.values(x), [1.0, 2.0, 4.0]);
}

#[test]
fn an_unconnected_projection_sums_to_zero_in_its_slice() {
    let mut net = Net::new();
    let (source, x) = net.target(&[1.0, 2.0]);
    let (target, s) = net.target(&[5.0, 6.0, 7.0]);
    let p = net.project(source, target);
    net.model.projections[p].target.first = 1;
    let x_pre = net.remote(p, Side::Pre, x);
    let value = net.of(x_pre);
    net.sum(p, Side::Post, s, value);
    assert_eq!(net.run(1).values(s), [5.0, 0.0, 0.0]);
}

#[test]
fn sums_go_to_sources_as_well_and_onto_synapses() {
    let mut net = Net::new();
    let (source, s) = net.target(&[0.0, 0.0]);
    let (target, y) = net.target(&[1.0, 10.0]);
    let p = net.project(source, target);
    net.pairs(p, &[(0, 0), (1, 0), (1, 1)]);
    let y_post = net.remote(p, Side::Post, y);
    let value = net.of(y_post);
    net.sum(p, Side::Pre, s, value);
    let w = net.variable(p.into(), "w", VariableKind::Stored);
    // Synapses onto these synapses: w[synapse] = sum of 2 y over neurons of the target.
    let onto = net.project(target, target);
    net.model.projections[onto].target = Endpoint {
        owner: p.into(),
        first: 0,
        last: usize::MAX,
    };
    net.pairs(onto, &[(0, 2), (1, 2), (1, 0)]);
    let y_pre = net.remote(onto, Side::Pre, y);
    let zero = net.model.terms.number(0.0);
    let twice = net.affine(2.0, y_pre, zero);
    net.sum(onto, Side::Post, w, twice);
    let ran = net.run(1);
    assert_eq!(ran.values(s), [1.0, 11.0]);
    assert_eq!(ran.values(w), [20.0, 0.0, 22.0]);
}

#[test]
fn values_of_populations_are_taken_once_per_step() {
    let mut net = Net::new();
    let (group, v) = net.target(&[3.0, 1.0, 2.0, 8.0]);
    let tv = net.of(v);
    let one = net.model.terms.number(1.0);
    let plus = net.model.terms.plus(tv, one);
    let shifted = VariableKind::Subexpression {
        value: plus,
        constant_over_dt: false,
    };
    let shifted = net.variable(group.into(), "shifted", shifted);
    let rows = [
        (Reduction::Mean, v, 0, 4, 3.5),
        (Reduction::Sum, v, 1, 3, 3.0),
        (Reduction::Max, v, 0, 3, 3.0),
        (Reduction::Min, shifted, 0, 4, 2.0),
    ];
    let made: Vec<_> = rows
        .iter()
        .map(|(reduction, source, first, last, _)| {
            let kind = VariableKind::Aggregate {
                reduction: *reduction,
                source: *source,
                first: *first,
                last: *last,
            };
            let id = net.variable(group.into(), "aggregate", kind);
            net.model.variables[id].shared = true;
            id
        })
        .collect();
    let ran = net.run(1);
    for (id, row) in made.iter().zip(rows) {
        assert_eq!(ran.values(*id), [row.4]);
    }
}

#[test]
fn inputs_of_many_sources_have_their_mean_and_variance() {
    // (sources, rate): rare events, a normal number, nearly always, never, always.
    let rows = [(800, 3.0), (10_000, 10.0), (8, 9500.0), (5, 0.0), (5, 2e4)];
    for (sources, rate) in rows {
        let mut net = Net::new();
        let neurons = 500;
        let (group, v) = net.target(&vec![0.0; neurons]);
        let weight = net.model.terms.number(2.0);
        let input = PoissonInput {
            name: "input".into(),
            target: Endpoint {
                owner: group.into(),
                first: 100,
                last: neurons,
            },
            variable: v,
            sources,
            rate,
            weight,
            stream: 0,
            span: NOWHERE,
        };
        net.model.poisson_inputs.push(input);
        let steps = 40;
        let ran = net.run(steps);
        let values = ran.values(v);
        assert!(values.iter().take(100).all(|v| *v == 0.0));
        let (n, p) = (sources as f64, (rate * 1e-4_f64).min(1.0));
        let mean = 2.0 * n * p * f64::from(steps);
        let variance = 4.0 * n * p * (1.0 - p) * f64::from(steps);
        let kept = &values[100..];
        let count = kept.len() as f64;
        let found = kept.iter().sum::<f64>() / count;
        let spread = kept.iter().map(|v| (v - found).powi(2)).sum::<f64>() / count;
        assert!(
            (found - mean).abs() <= 4.0 * (variance / count).sqrt(),
            "{found} {mean}"
        );
        // The variance of a sample of 400 is known to 7 percent.
        assert!(
            (spread - variance).abs() <= 0.3 * variance,
            "{spread} {variance}"
        );
    }
}
