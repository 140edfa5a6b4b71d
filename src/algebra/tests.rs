//! Tests of algebra on terms.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods
)]

use proptest::prelude::*;

use super::build::{difference, product, quotient, split_coefficient, sum};
use super::components::components;
use super::dense::Dense;
use super::differentiate::differentiate;
use super::equations::Equations;
use super::evaluate::evaluate;
use super::facts::{FACTS, find};
use super::linear::{collect, determinant, solve};
use super::own::{NotLinear, own_form};
use super::show::show;
use super::simplify::simplify;
use super::steady::Resting;
use super::testing::{Given, Point, given};
use super::zero::{SamplePoint, identically_zero};
use crate::library::Library;
use crate::model::VariableId;
use crate::model::term::{Comparison, Intrinsic, Term, TermId, Terms, Type};

fn symbols() -> Given {
    given("x : 1\ny : 1\na : 1\nb : 1\nv : 1\nconst tau = 0.01", None)
}

/// Simplified text.
fn simple(text: &str) -> String {
    let mut given = symbols();
    let term = given.term(text);
    let term = simplify(&mut given.model.terms, term);
    show(&given.model, term)
}

#[test]
fn simplification_table() {
    for (text, expected) in [
        ("x - x", "0"),
        ("x/x", "1"),
        ("0*x", "0"),
        ("0/x", "0"),
        ("x + 0", "x"),
        ("1*x", "x"),
        ("2*x + 3*x", "5*x"),
        ("x + y - x", "y"),
        ("-(x - y)", "-(x - y)"),
        ("x*x*x", "x**3"),
        ("x*y/x", "y"),
        ("a/(b*x)", "a/(b*x)"),
        ("a/b/x", "a/(b*x)"),
        ("(-(v - a) + b)/tau", "(b - (v - a))/tau"),
        ("v/(10*ms)", "100*v"),
        ("1/tau", "1/tau"),
        ("x**2/x**2", "1"),
        ("sqrt(4)*x", "2*x"),
        ("exp(0)*x", "x"),
        ("exp(1)", "exp(1)"),
        ("x if 1 < 2 else y", "x"),
        ("x if a < b else x", "x"),
        ("int(True)*x", "x"),
        ("-x**2", "-x**2"),
        ("(-x)**2", "x**2"),
        ("a - (b + x)", "a - (b + x)"),
        ("x % y", "x % y"),
        ("(x + y)*(x + y)", "(x + y)**2"),
        ("x**(a + 1)", "x**(a + 1)"),
        ("(x**2)**0.5", "(x**2)**0.5"),
        ("-0.05*x - 3", "-0.05*x - 3"),
        ("2e-12*x", "2e-12*x"),
    ] {
        assert_eq!(simple(text), expected, "{text}");
    }
}

#[test]
fn types_survive_simplification() {
    let mut given = symbols();
    for text in [
        "i*1.0",
        "i + 0.0",
        "i/1",
        "i - i + 0.0",
        "0.0*i",
        "i**1.0",
        "2.0*i",
    ] {
        let term = given.term(text);
        let simple = simplify(&mut given.model.terms, term);
        assert_eq!(
            given.model.terms.ty(term),
            given.model.terms.ty(simple),
            "{text}"
        );
    }
}

/// Expressions over a few leaves, with values away from poles at the points of [`SamplePoint`].
fn expressions() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("x".to_string()),
        Just("y".to_string()),
        Just("a".to_string()),
        Just("tau".to_string()),
        (-9..10i32).prop_map(|n| format!("({n})")),
        (1..40u32).prop_map(|n| format!("{}", f64::from(n) / 8.0)),
    ];
    leaf.prop_recursive(5, 40, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} + {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} - {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} * {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} / (1.5 + ({b})**2))")),
            (inner.clone(), -3..4i32).prop_map(|(a, n)| format!("(4 + ({a})**2)**({n})")),
            inner.clone().prop_map(|a| format!("tanh({a})")),
            inner.clone().prop_map(|a| format!("(-{a})")),
            (inner.clone(), inner.clone(), inner.clone())
                .prop_map(|(a, b, c)| format!("({a} if {b} < {c} else {b})")),
            (inner.clone(), inner).prop_map(|(a, b)| format!("max({a}, {b})")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..Default::default() })]

    #[test]
    fn simplification_keeps_the_value(text in expressions()) {
        let mut given = symbols();
        let term = given.term(&text);
        let simple = simplify(&mut given.model.terms, term);
        for number in 0..4 {
            let point = SamplePoint { number, octaves: 1 };
            let before = evaluate(&given.model.terms, term, &point).unwrap();
            let after = evaluate(&given.model.terms, simple, &point).unwrap();
            let scale = size(&given.model.terms, term, &point);
            prop_assert!((before - after).abs() <= 1e-12 * scale, "{} {} {}", text, before, after);
        }
    }

    #[test]
    fn shown_text_reads_back_with_the_same_value(text in expressions()) {
        let mut given = symbols();
        let term = given.term(&text);
        let simple = simplify(&mut given.model.terms, term);
        let shown = show(&given.model, simple);
        let again = given.term(&shown);
        let point = SamplePoint { number: 1, octaves: 1 };
        let before = evaluate(&given.model.terms, simple, &point).unwrap();
        let after = evaluate(&given.model.terms, again, &point).unwrap();
        let scale = size(&given.model.terms, simple, &point);
        prop_assert!((before - after).abs() <= 1e-12 * scale, "{} {}", text, shown);
    }

    #[test]
    fn derivatives_agree_with_differences(text in expressions()) {
        let mut given = symbols();
        let term = given.term(&text);
        check_derivative(&mut given, term, &text);
    }
}

/// An upper bound of the magnitudes that appear while computing a term: what rounding errors are measured against.
fn size(terms: &Terms, id: TermId, point: &SamplePoint) -> f64 {
    let inner = terms
        .children(id)
        .into_iter()
        .map(|child| size(terms, child, point));
    let largest = inner.fold(1.0, |a: f64, b| a * b.max(1.0));
    largest.max(evaluate(terms, id, point).unwrap().abs())
}

fn check_derivative(given: &mut Given, term: TermId, text: &str) {
    let x = given.term("x");
    let id = given.variable("x");
    let Some(slope) = differentiate(&mut given.model.terms, term, x, Library::standard()) else {
        panic!("{text} has no derivative");
    };
    for number in 0..3 {
        let point = SamplePoint { number, octaves: 1 };
        let at = evaluate(&given.model.terms, x, &point).unwrap();
        let value = |shift: f64| {
            let moved = |leaf: &Term| match leaf {
                Term::Variable(v) if *v == id => Some(at + shift),
                other => super::evaluate::Environment::leaf(&point, other),
            };
            evaluate(&given.model.terms, term, &moved).unwrap()
        };
        let found = evaluate(&given.model.terms, slope, &point).unwrap();
        let h = 1e-5 * at;
        let (wide, narrow) = (
            (value(h) - value(-h)) / (2.0 * h),
            (value(h / 2.0) - value(-h / 2.0)) / h,
        );
        // Two differences that disagree mark a corner between the points, where there is nothing to compare.
        let noise = 1e-9 * size(&given.model.terms, term, &point).max(found.abs());
        if (wide - narrow).abs() < noise.max(1e-6 * found.abs()) {
            let allowed = 2e-5 * found.abs() + 100.0 * noise;
            assert!(
                (found - narrow).abs() <= allowed,
                "{text}: {found} and {narrow}"
            );
        }
    }
}

#[test]
fn derivative_of_each_function() {
    for function in Intrinsic::ALL {
        let mut given = symbols();
        let (x, y) = (given.term("x/3"), given.term("y/3"));
        let arguments: Box<[TermId]> = if function.arity() == 1 {
            Box::new([x])
        } else {
            Box::new([x, y])
        };
        let term = given.model.terms.add(Term::Call(*function, arguments));
        check_derivative(&mut given, term, function.name());
    }
}

#[test]
fn linear_forms() {
    let mut given = symbols();
    let (x, y) = (given.term("x"), given.term("y"));
    for (text, expected) in [
        ("(a - x)/tau + 3*y", Some(["-1/tau", "3", "a/tau"])),
        ("a*(b - (x + y)*2)", Some(["-2*a", "-2*a", "a*b"])),
        (
            "x if a > 0 else y",
            Some(["1 if a > 0 else 0", "0 if a > 0 else 1", "0"]),
        ),
        ("x*y", None),
        ("exp(x)", None),
        ("x**2", None),
        ("abs(x)", None),
        ("a if x > 0 else b", None),
        ("x*y/x", Some(["0", "1", "0"])),
    ] {
        let term = given.term(text);
        let term = simplify(&mut given.model.terms, term);
        let form = collect(&mut given.model.terms, term, &[x, y]);
        let shown = form.map(|form| {
            [form.coefficients[0], form.coefficients[1], form.rest].map(|t| show(&given.model, t))
        });
        assert_eq!(shown, expected.map(|all| all.map(str::to_string)), "{text}");
    }
}

#[test]
fn parts_of_graphs() {
    let chain: Vec<Vec<usize>> = vec![
        vec![1],
        vec![2],
        vec![0, 3],
        vec![3],
        vec![0],
        vec![],
        vec![7],
        vec![6, 5],
    ];
    assert_eq!(
        components(&chain),
        [vec![3], vec![0, 1, 2], vec![4], vec![5], vec![6, 7]]
    );
    let many = 20_000;
    let long: Vec<Vec<usize>> = (0..many).map(|k| vec![(k + 1) % many]).collect();
    assert_eq!(components(&long).len(), 1);
    assert!(components(&[]).is_empty());
}

#[test]
fn long_sums_and_products_are_collected() {
    let mut given = symbols();
    let terms = &mut given.model.terms;
    let items: Vec<TermId> = (0..40_000)
        .map(|k| terms.variable(VariableId(1000 + k % 20_000), Type::Float))
        .collect();
    let total = sum(terms, &items);
    let Term::Sum(parts) = terms.get(total).clone() else {
        panic!("no sum")
    };
    assert_eq!(parts.len(), 20_000);
    assert_eq!(split_coefficient(terms, parts[0]), (2.0, Some(items[0])));
    let all = product(terms, &items);
    let Term::Product(parts) = terms.get(all).clone() else {
        panic!("no product")
    };
    assert_eq!(parts.len(), 20_000);
    let inverse = quotient(terms, items[0], all);
    let back = product(terms, &[all, inverse]);
    assert_eq!(back, items[0]);
}

#[test]
fn own_forms() {
    let mut given = symbols();
    let x = given.term("x");
    // The accepted ones are those that Brian2 2.11 separates for its exponential Euler method, with its A and B.
    for (text, expected) in [
        ("a*(1 - x) - b*x", Ok(["-a - b", "a"])),
        ("exp(-x) - x", Ok(["-1", "exp(-x)"])),
        ("x*exp(-x)", Ok(["exp(-x)", "0"])),
        ("exp(-x)*(1 - x)", Ok(["-exp(-x)", "exp(-x)"])),
        ("x/(1 + x)", Ok(["1/(1 + x)", "0"])),
        ("(1 - x)/(1 + x)", Ok(["-1/(1 + x)", "1/(1 + x)"])),
        ("sqrt(x) - x", Ok(["-1", "sqrt(x)"])),
        ("x*abs(x)", Ok(["abs(x)", "0"])),
        ("int(x > 0.5)*x", Ok(["int(x > 0.5)", "0"])),
        ("clip(x, 0, 1) - x", Ok(["-1", "min(max(x, 0), 1)"])),
        ("x/exprel(-x/2) + 1", Ok(["1/exprel(-0.5*x)", "1"])),
        ("sqrt(x*y) - x", Ok(["-1", "sqrt(x*y)"])),
        ("(x + 1)*(x - 1) - x**2 - x", Ok(["-1", "-1"])),
        ("(x + 1)*(x - 1) - x**2", Ok(["0", "-1"])),
        ("tanh(x)*(2 + x)", Ok(["tanh(x)", "2*tanh(x)"])),
        ("x*x**-1", Ok(["0", "1"])),
        ("y*a", Ok(["0", "y*a"])),
        (
            "x if a > 0 else 1 - x",
            Ok(["1 if a > 0 else -1", "0 if a > 0 else 1"]),
        ),
        ("exp(-x)", Err(NotLinear::Hidden)),
        ("1/(1 + x)", Err(NotLinear::Hidden)),
        ("x**2", Err(NotLinear::Power)),
        // Brian2 drops the square here without a word.
        ("x**2 - x", Err(NotLinear::Power)),
        ("x*(1 - x)", Err(NotLinear::Power)),
        ("(x + 1)*(x - 1)/(x + 2)", Err(NotLinear::Power)),
        ("(x + 1)*exp(x)*(x + 2)", Err(NotLinear::Power)),
        ("x**20 - x", Err(NotLinear::Power)),
    ] {
        let term = given.term(text);
        let term = simplify(&mut given.model.terms, term);
        let form = own_form(&mut given.model.terms, term, x);
        let shown = form.map(|(a, b)| [show(&given.model, a), show(&given.model, b)]);
        let expected = expected.map(|both| both.map(str::to_string));
        assert_eq!(shown, expected, "{text}");
    }
}

#[test]
fn zero_is_found_and_nothing_else() {
    let mut given = symbols();
    for (text, zero) in [
        ("(a + b)**2 - a**2 - 2*a*b - b**2", true),
        ("1/a - 1/b - (b - a)/(a*b)", true),
        ("a - b", false),
        ("1e-15*a", false),
        ("(a - b)**2", false),
        ("exp(a)*exp(b) - exp(a + b)", true),
        ("a/0.1 - 10*a", true),
    ] {
        let term = given.term(text);
        assert_eq!(identically_zero(&given.model.terms, term), zero, "{text}");
    }
}

#[test]
fn cramer_solves() {
    let mut given = symbols();
    let terms = &mut given.model.terms;
    let rows: Vec<Vec<TermId>> = [[2.0, 1.0, 0.0], [1.0, -3.0, 0.5], [0.0, 4.0, 1.0]]
        .iter()
        .map(|row| row.iter().map(|v| terms.number(*v)).collect())
        .collect();
    let right: Vec<TermId> = [1.0, 2.0, 3.0].iter().map(|v| terms.number(*v)).collect();
    let solution = solve(terms, &rows, &right);
    let whole = determinant(terms, &rows);
    let value = |id| evaluate(terms, id, &|_: &Term| None).unwrap();
    assert!((value(whole) + 11.0).abs() < 1e-12);
    for (row, expected) in [[2.0, 1.0, 0.0], [1.0, -3.0, 0.5], [0.0, 4.0, 1.0]]
        .iter()
        .zip([1.0, 2.0, 3.0])
    {
        let found: f64 = row.iter().zip(&solution).map(|(a, x)| a * value(*x)).sum();
        assert!((found - expected).abs() < 1e-12);
    }
}

#[test]
fn matrix_exponential() {
    // A rotation, a shear, a stiff triangle, and a nilpotent matrix with a large norm.
    let rotation = Dense::from_rows(&[vec![0.0, 1.0], vec![-1.0, 0.0]])
        .exponential()
        .unwrap();
    assert!(
        (rotation.at(0, 0) - 1f64.cos()).abs() < 1e-15
            && (rotation.at(0, 1) - 1f64.sin()).abs() < 1e-15
    );
    let stiff = Dense::from_rows(&[vec![-1000.0, 3.0], vec![0.0, -0.25]])
        .exponential()
        .unwrap();
    let expected = 3.0 * ((-0.25f64).exp() - (-1000f64).exp()) / (1000.0 - 0.25);
    assert!((stiff.at(0, 1) - expected).abs() < 1e-12 * expected);
    assert!((stiff.at(1, 1) - (-0.25f64).exp()).abs() < 1e-12);
    let shear = Dense::from_rows(&[vec![0.0, 1e6], vec![0.0, 0.0]])
        .exponential()
        .unwrap();
    assert!((shear.at(0, 1) - 1e6).abs() < 1e-4);
    assert_eq!(Dense::from_rows(&[vec![f64::NAN]]).exponential(), None);
}

#[test]
fn eigenvalues_of_small_matrices() {
    let companion = Dense::from_rows(&[
        vec![6.0, -11.0, 6.0],
        vec![1.0, 0.0, 0.0],
        vec![0.0, 1.0, 0.0],
    ]);
    let mut found: Vec<f64> = companion.eigenvalues().iter().map(|z| z.0).collect();
    found.sort_by(f64::total_cmp);
    for (found, expected) in found.iter().zip([1.0, 2.0, 3.0]) {
        assert!((found - expected).abs() < 1e-6, "{found}");
    }
    let turning = Dense::from_rows(&[vec![-1.0, 2.0], vec![-2.0, -1.0]]).eigenvalues();
    assert_eq!(turning, vec![(-1.0, 2.0), (-1.0, -2.0)]);
}

/// Which facts hold.
fn facts(text: &str) -> Vec<&'static str> {
    let mut given = given(text, None);
    let equations = Equations::of_group(&mut given.model, given.group).unwrap();
    let holds = |fact: &&super::facts::Fact| (fact.holds)(&mut given.model, &equations).is_ok();
    FACTS.iter().filter(holds).map(|fact| fact.name).collect()
}

#[test]
fn facts_of_equations() {
    let leaky = facts("dv/dt = (a - v)/ms : 1\na : 1");
    assert_eq!(leaky.len(), FACTS.len(), "{leaky:?}");
    let quadratic = facts("dv/dt = v**2/ms : 1");
    assert!(quadratic.contains(&"autonomous") && !quadratic.contains(&"conditionally_linear"));
    let gated = facts("du/dt = v*u/ms : 1\ndv/dt = (u - v)/ms : 1");
    assert!(gated.contains(&"conditionally_linear") && !gated.contains(&"linear"));
    let driven = facts("dv/dt = (sin(t/ms) - v)/ms : 1");
    assert!(driven.contains(&"linear") && !driven.contains(&"constant_coefficients"));
    let noisy = facts("dv/dt = -v/ms + v*xi*ms**-0.5 : 1");
    assert!(noisy.contains(&"diagonal_noise") && !noisy.contains(&"additive_noise"));
    let shared = facts("dv/dt = xi*ms**-0.5 : 1\ndw/dt = xi*ms**-0.5 : 1");
    assert!(shared.contains(&"additive_noise") && !shared.contains(&"diagonal_noise"));
}

#[test]
fn reasons_name_the_culprit() {
    let mut given = given("du/dt = v*u/ms : 1\ndv/dt = (u - v)/ms : 1", None);
    let equations = Equations::of_group(&mut given.model, given.group).unwrap();
    let reason = (find("linear").unwrap().holds)(&mut given.model, &equations).unwrap_err();
    assert_eq!(
        reason,
        "the equation of `u` is not linear in `u` and `v` together"
    );
}

#[test]
fn signals_are_constant_when_their_step_is_a_multiple() {
    for (dt, constant) in [
        ("1e-4", true),
        ("5e-5", false),
        ("2.5e-4", false),
        ("3e-4", false),
        ("2e-4", true),
    ] {
        let text = format!("signal s {dt}\ndv/dt = (s - v)/ms : 1");
        assert_eq!(
            facts(&text).contains(&"constant_coefficients"),
            constant,
            "{dt}"
        );
    }
}

#[test]
fn noise_must_be_linear() {
    let mut given = given("dv/dt = xi**2 : 1", None);
    let problem = Equations::of_group(&mut given.model, given.group).unwrap_err();
    assert_eq!(problem.name, "v");
}

#[test]
fn steady_states() {
    let mut given = given(
        "const E = -0.065\nconst tau = 0.01\ndv/dt = (-(v - E) + I - w)/tau : 1 (unless refractory)\ndw/dt = (0.5*(v - E) - w)/(100*ms) : 1\nI : 1",
        None,
    );
    let equations = Equations::of_group(&mut given.model, given.group).unwrap();
    let resting = Resting::of(&mut given.model, &equations).unwrap();
    let current = given.variable("I");
    let point = Point {
        model: Some(&given.model),
        values: [(current, 0.03)].into(),
        ..Point::default()
    };
    let state = resting.at(&given.model, &point).unwrap();
    assert!((state.values[0] - (-0.065 + 0.03 / 1.5)).abs() < 1e-15);
    assert!(state.stable);
    assert_eq!(resting.at(&given.model, &Point::default()), None);
    let mut drifting = super::testing::given("dv/dt = 1/ms : 1", None);
    let equations = Equations::of_group(&mut drifting.model, drifting.group).unwrap();
    assert_eq!(Resting::of(&mut drifting.model, &equations), None);
}

#[test]
fn literals_fold_to_the_nearest_double() {
    let mut terms = Terms::default();
    let (a, b) = (terms.number(1.0), terms.number(3.0));
    let third = quotient(&mut terms, a, b);
    assert_eq!(
        terms.get(third),
        &Term::Number(crate::model::term::Bits(1.0 / 3.0))
    );
    let none = difference(&mut terms, third, third);
    assert_eq!(evaluate(&terms, none, &|_: &Term| None), Some(0.0));
    let condition = super::build::compare(&mut terms, Comparison::Less, a, b);
    assert_eq!(terms.get(condition), &Term::Boolean(true));
    let nothing = product(&mut terms, &[]);
    assert_eq!(terms.get(nothing), &Term::Integer(1));
}

#[test]
fn singular_matrices_of_any_size() {
    // A ring of six states: regular with leaks, singular when each only passes on.
    for (leak, expected) in [("2", false), ("1", true)] {
        let mut text = String::new();
        for k in 0..6 {
            let next = (k + 1) % 6;
            text.push_str(&format!("dx{k}/dt = a*(x{next} - {leak}*x{k})*1e{k} : 1\n"));
        }
        text.push_str("a : 1");
        let mut given = given(&text, None);
        let equations = Equations::of_group(&mut given.model, given.group).unwrap();
        let fact = find("invertible").unwrap();
        assert_eq!(
            (fact.holds)(&mut given.model, &equations).is_err(),
            expected
        );
    }
}

#[test]
fn nested_and_wide_systems_take_no_time() {
    // Each subexpression uses the one before twice; every state acts on all later ones.
    let mut text = "s0 = x0 : 1\n".to_string();
    for k in 1..60 {
        text.push_str(&format!("s{k} = s{0}*a + sin(b)*s{0} : 1\n", k - 1));
    }
    for k in 0..40 {
        let earlier: Vec<String> = (0..k).map(|j| format!("a*x{j}")).collect();
        let inputs = if k == 0 {
            "s59".to_string()
        } else {
            earlier.join(" + ")
        };
        text.push_str(&format!("dx{k}/dt = {inputs} - b*x{k} : 1\n"));
    }
    text.push_str("a : 1\nb : 1");
    let mut given = given(&text, None);
    let equations = Equations::of_group(&mut given.model, given.group).unwrap();
    for fact in FACTS {
        assert_eq!(
            (fact.holds)(&mut given.model, &equations),
            Ok(()),
            "{}",
            fact.name
        );
    }
}

#[test]
fn the_manual_lists_every_fact() {
    let page = include_str!("../manual/methods.md");
    for fact in FACTS {
        let row = format!("| `{}` | {} |", fact.name, fact.meaning);
        assert!(page.contains(&row), "{row}");
    }
}
