//! Exact steps against exponentials computed with twice the digits.

use super::double_double::exponential;
use super::{advance, planned};
use crate::algebra::testing::{Given, Point, given};

/// How a system is laid out: states, and entries `(row, column, parameter)` of the matrix; column = number of states is the input.
struct Layout {
    name: &'static str,
    states: usize,
    entries: &'static [(usize, usize)],
    /// Allowed error, relative to the entry itself where there are only single states, to the largest entry otherwise.
    bound: f64,
    entrywise: bool,
}

const LAYOUTS: &[Layout] = &[
    Layout {
        name: "one",
        states: 1,
        entries: &[(0, 0), (0, 1)],
        bound: 1e-15,
        entrywise: true,
    },
    Layout {
        name: "integral",
        states: 1,
        entries: &[(0, 1)],
        bound: 1e-15,
        entrywise: true,
    },
    Layout {
        name: "current into membrane",
        states: 2,
        entries: &[(0, 0), (0, 1), (1, 1), (0, 2), (1, 2)],
        bound: 4e-15,
        entrywise: true,
    },
    Layout {
        name: "alpha current into membrane",
        states: 3,
        entries: &[(0, 0), (0, 1), (1, 1), (1, 2), (2, 2), (2, 3), (0, 3)],
        bound: 3e-14,
        entrywise: true,
    },
    Layout {
        name: "diamond",
        states: 4,
        entries: &[
            (0, 0),
            (0, 1),
            (0, 2),
            (1, 1),
            (2, 2),
            (1, 3),
            (2, 3),
            (3, 3),
            (0, 4),
        ],
        bound: 2e-14,
        entrywise: false,
    },
    Layout {
        name: "pair",
        states: 2,
        entries: &[(0, 0), (0, 1), (1, 0), (1, 1), (0, 2), (1, 2)],
        bound: 1e-13,
        entrywise: false,
    },
    Layout {
        name: "current into pair into filter",
        states: 4,
        entries: &[
            (0, 0),
            (0, 1),
            (1, 0),
            (1, 1),
            (0, 2),
            (2, 2),
            (3, 0),
            (3, 3),
        ],
        bound: 3e-13,
        entrywise: false,
    },
    Layout {
        name: "driven current into pair",
        states: 3,
        entries: &[
            (0, 0),
            (0, 1),
            (1, 0),
            (1, 1),
            (0, 2),
            (2, 2),
            (2, 3),
            (1, 3),
        ],
        bound: 3e-13,
        entrywise: false,
    },
];

fn system(layout: &Layout) -> Given {
    let name = |k: usize| format!("x{k}");
    let mut text = String::new();
    for row in 0..layout.states {
        let mut parts = vec!["0".to_string()];
        for (_, column) in layout.entries.iter().filter(|e| e.0 == row) {
            let state = if *column == layout.states {
                String::new()
            } else {
                format!("*{}", name(*column))
            };
            parts.push(format!("m{row}{column}{state}"));
        }
        text.push_str(&format!("d{}/dt = {} : 1\n", name(row), parts.join(" + ")));
    }
    for (row, column) in layout.entries {
        text.push_str(&format!("m{row}{column} : 1\n"));
    }
    given(&text, Some("exact"))
}

/// Values that are large, small, zero, equal and close to each other, of both signs.
struct Picker(u64);

impl Picker {
    fn next(&mut self) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }
    fn rate(&mut self) -> f64 {
        const BASE: [f64; 9] = [0.0, -100.0, -100.0, -101.0, -1e3, -1e4, -7.0, 50.0, -2e5];
        const NUDGE: [f64; 8] = [
            1.0,
            1.0,
            1.0,
            1.0 + 1e-15,
            1.0 + 1e-9,
            1.0 - 1e-5,
            1.01,
            0.7,
        ];
        BASE[self.next() as usize % BASE.len()] * NUDGE[self.next() as usize % NUDGE.len()]
    }
    fn coupling(&mut self) -> f64 {
        const BASE: [f64; 7] = [0.0, 1.0, -3.0, 150.0, -150.0, 2e3, -1e4];
        BASE[self.next() as usize % BASE.len()]
    }
}

#[test]
fn steps_have_no_error() {
    let dt = 1e-3;
    for layout in LAYOUTS {
        let mut given = system(layout);
        let step = planned(&mut given);
        let n = layout.states;
        let mut picker = Picker(1);
        for _ in 0..120 {
            let mut matrix = vec![vec![0.0; n + 1]; n + 1];
            let mut point = Point {
                dt,
                ..Point::default()
            };
            for (row, column) in layout.entries {
                let value = if row == column {
                    picker.rate()
                } else {
                    picker.coupling()
                };
                matrix[*row][*column] = value;
                point
                    .values
                    .insert(given.variable(&format!("m{row}{column}")), value);
            }
            let exact = exponential(&matrix, dt);
            let largest = exact[..n]
                .iter()
                .flatten()
                .fold(1.0f64, |a, b| a.max(b.abs()));
            // Column by column: unit states, then the input alone.
            for column in 0..=n {
                let mut start = point.clone();
                for k in 0..n {
                    let value = f64::from(u8::from(k == column));
                    start.values.insert(given.variable(&format!("x{k}")), value);
                }
                if column < n {
                    for (row, c) in layout.entries.iter().filter(|e| e.1 == n) {
                        start
                            .values
                            .insert(given.variable(&format!("m{row}{c}")), 0.0);
                    }
                }
                advance(&given, &step, &mut start);
                for row in 0..n {
                    let found = start.values[&given.variable(&format!("x{row}"))];
                    let expected = exact[row][column];
                    let scale = if layout.entrywise {
                        expected.abs()
                    } else {
                        largest
                    };
                    // Below the reach of the reference, and where paths cancel, only the absolute size counts.
                    let allowed = layout.bound * scale + 1e-26 * largest;
                    assert!(
                        (found - expected).abs() <= allowed,
                        "{}: {found:e} for {expected:e} at {row}, {column} of {matrix:?}",
                        layout.name
                    );
                }
            }
        }
    }
}

#[test]
fn chains_of_several_states() {
    // Five states in a row, all rates equal, then all different.
    let chain = "dx0/dt = -a0*x0 + x1 : 1\ndx1/dt = -a1*x1 + x2 : 1\ndx2/dt = -a2*x2 + x3 : 1\ndx3/dt = -a3*x3 + x4 : 1\ndx4/dt = -a4*x4 : 1\na0:1\na1:1\na2:1\na3:1\na4:1";
    let mut given = given(chain, Some("exact"));
    let step = planned(&mut given);
    for rates in [
        [2.0; 5],
        [1.0, 2.0, 3.0, 4.0, 5.0],
        [0.0, 0.0, 1e-9, 1.0, 1.0 + 1e-12],
        [3.0, 3.0, 0.1, 0.1, 40.0],
    ] {
        let mut matrix = vec![vec![0.0; 5]; 5];
        let mut point = Point {
            dt: 0.5,
            ..Point::default()
        };
        for k in 0..5 {
            matrix[k][k] = -rates[k];
            if k < 4 {
                matrix[k][k + 1] = 1.0;
            }
            point
                .values
                .insert(given.variable(&format!("a{k}")), rates[k]);
            point.values.insert(
                given.variable(&format!("x{k}")),
                f64::from(u8::from(k == 4)),
            );
        }
        let exact = exponential(&matrix, 0.5);
        advance(&given, &step, &mut point);
        for row in 0..5 {
            let found = point.values[&given.variable(&format!("x{row}"))];
            let expected = exact[row][4];
            assert!(
                (found - expected).abs() < 1e-11 * expected,
                "{rates:?} {row}: {found:e} {expected:e}"
            );
        }
    }
}

#[test]
fn larger_systems_of_numbers() {
    let text = "const c = 3\ndx/dt = -x + c*y - 0.5*z : 1\ndy/dt = 2*x - 4*y + z + I : 1\ndz/dt = -3*y - 0.1*z + x : 1\nI : 1";
    let mut given = given(text, Some("exact"));
    given.model.dt = 0.25;
    let step = planned(&mut given);
    let matrix = vec![
        vec![-1.0, 3.0, -0.5, 0.0],
        vec![2.0, -4.0, 1.0, 0.7],
        vec![1.0, -3.0, -0.1, 0.0],
        vec![0.0; 4],
    ];
    let exact = exponential(&matrix, 0.25);
    let start = [0.3, -1.0, 0.8, 1.0];
    let mut point = Point {
        dt: 0.25,
        ..Point::default()
    };
    for (name, value) in ["x", "y", "z"].iter().zip(start) {
        point.values.insert(given.variable(name), value);
    }
    point.values.insert(given.variable("I"), 0.7);
    advance(&given, &step, &mut point);
    for (row, name) in ["x", "y", "z"].iter().enumerate() {
        let expected: f64 = exact[row].iter().zip(start).map(|(a, x)| a * x).sum();
        assert!((point.values[&given.variable(name)] - expected).abs() < 1e-14);
    }
}

/// Limits where the usual formulas give 0/0: values recorded as such from Brian2, with the limit.
#[test]
fn limits_instead_of_nan() {
    for (text, start, expected) in [
        (
            "dv/dt = (g - v)/tau : 1\ndg/dt = -g/taug : 1\ntau : 1\ntaug : 1",
            vec![("v", 0.0), ("g", 1.0), ("tau", 0.01), ("taug", 0.01)],
            0.009900498337491681,
        ),
        (
            "dx/dt = (-a*x + b)/ms : 1\na : 1\nb : 1",
            vec![("x", 0.0), ("a", 0.0), ("b", 2.0)],
            0.2,
        ),
        (
            "du/dt = (v - u)/ms : 1\ndv/dt = (1 - v)/ms : 1 (unless refractory)",
            vec![("u", 0.0), ("v", 0.0), ("not_refractory", 1.0)],
            1.0 - 1.1 * (-0.1f64).exp(),
        ),
        (
            "dv/dt = (-v - w)/tau : 1\ndw/dt = (a*v - w)/tauw : 1\na : 1\ntau : 1\ntauw : 1",
            vec![
                ("v", 1.0),
                ("w", 0.0),
                ("a", 2.0),
                ("tau", 0.01),
                ("tauw", 0.02),
            ],
            exponential(&[vec![-100.0, -100.0], vec![100.0, -50.0]], 1e-4)[0][0],
        ),
    ] {
        let mut given = given(text, Some("exact"));
        let step = planned(&mut given);
        let found = super::simulate(&given, &step, &start, 1e-4, 1)[0];
        assert!(
            (found - expected).abs() < 1e-15,
            "{text}: {found} {expected}"
        );
    }
}

/// While a neuron is refractory its flagged states are inputs to the others.
#[test]
fn refractory_states_drive_others_as_constants() {
    let text = "dv/dt = (g - v)/(10*ms) : 1 (unless refractory)\ndw/dt = (v - w)/(20*ms) : 1\ndg/dt = -g/(5*ms) : 1";
    let mut given = given(text, Some("exact"));
    let step = planned(&mut given);
    let start = [("w", 0.2), ("v", 0.7), ("g", 0.4)];
    let with = |flag: f64| {
        let all = [&start[..], &[("not_refractory", flag)]].concat();
        super::simulate(&given, &step, &all, 1e-4, 1)
    };
    let resting = with(0.0);
    assert!((resting[0] - (0.7 + (0.2 - 0.7) * (-0.005f64).exp())).abs() < 1e-15);
    let running = with(1.0);
    let matrix = vec![
        vec![-50.0, 50.0, 0.0],
        vec![0.0, -100.0, 100.0],
        vec![0.0, 0.0, -200.0],
    ];
    let exact = exponential(&matrix, 1e-4);
    for row in 0..3 {
        let expected: f64 = exact[row].iter().zip(start).map(|(a, x)| a * x.1).sum();
        assert!((running[row] - expected).abs() < 1e-15);
    }
}
