//! Which method is chosen, and what is said when one refuses.

use super::{planned, refused};
use crate::algebra::testing::given;

#[test]
fn automatic_choice_agrees_with_brian2() {
    let table = [
        ("dv/dt=-v/ms:1", "exact"),
        ("dv/dt=1/ms:1", "euler"),
        ("dv/dt=0/ms:1", "euler"),
        ("dv/dt=-v**2/ms:1", "euler"),
        ("dv/dt=(sin(t/ms)-v)/ms:1", "euler"),
        ("dv/dt=-v/ms+xi*ms**-0.5:1", "euler"),
        ("dv/dt=-v/ms+v*xi*ms**-0.5:1", "heun"),
        ("dv/dt=-v/ms+sin(t/ms)*xi*ms**-0.5:1", "heun"),
        ("dx/dt=y*y/ms:1\ndy/dt=-y/ms:1", "euler"),
        ("dx/dt=-x/ms:1\ndy/dt=1/ms:1", "euler"),
        ("dv/dt=(g-v)/(10*ms):1\ndg/dt=-g/(5*ms):1", "exact"),
        ("dv/dt=(a-v)/ms:1\na=t/ms:1 (constant over dt)", "exact"),
        ("dv/dt=(a-v)/ms:1\na=t/ms:1", "euler"),
        ("dx/dt=-a*x/ms+b/ms:1\na:1\nb:1", "exact"),
        ("dx/dt=y/ms:1\ndy/dt=-x/ms-2*y/ms:1", "exact"),
        ("dx/dt=y/ms:1\ndy/dt=-x/ms:1", "euler"),
        ("dx/dt=-x/ms:1\ndy/dt=x/ms:1", "euler"),
        ("dv/dt=-v/tau:1\ndw/dt=0/second:1\ntau:second", "euler"),
        ("dv/dt=(-v-w)/(10*ms):1\ndw/dt=(2*v-w)/(20*ms):1", "euler"),
        (
            "dv/dt=(-v-w)/(10*ms):1\ndw/dt=(0.01*v-w)/(200*ms):1",
            "exact",
        ),
        (
            "dv/dt=(-v-w)/tau:1\ndw/dt=(a*v-w)/tauw:1\na:1\ntau:second\ntauw:second",
            "exact",
        ),
        ("dx/dt=(y-x)/tau:1\ndy/dt=-y/tau:1\ntau:second", "exact"),
        ("dx/dt=w*y:1\ndy/dt=-w*x:1\nw:Hz", "exact"),
        (
            "dx/dt=w*y-x/tau:1\ndy/dt=-w*x-y/tau:1\nw:Hz\ntau:second",
            "euler",
        ),
        ("dx/dt=y:1\ndy/dt=-k*x:Hz\nk:Hz**2", "euler"),
    ];
    for (text, expected) in table {
        let mut given = given(text, None);
        let step = planned(&mut given);
        assert_eq!(step.method, expected, "{text}: {:?}", step.refused);
        assert!(step.automatic);
        let before: &[&str] = match expected {
            "exact" => &[],
            "euler" => &["exact"],
            _ => &["exact", "euler"],
        };
        let tried: Vec<&str> = step.refused.iter().map(|r| r.method.as_str()).collect();
        assert_eq!(tried, before, "{text}");
    }
}

#[test]
fn constants_of_the_file_count_as_symbols() {
    // Written out, the same numbers oscillate and are left to euler.
    let text = "const a = 2\nconst tau = 0.01\nconst tauw = 0.02\ndv/dt=(-v-w)/tau:1\ndw/dt=(a*v-w)/tauw:1";
    assert_eq!(planned(&mut given(text, None)).method, "exact");
}

#[test]
fn explicit_exact_takes_singular_and_oscillating_systems() {
    for text in [
        "dv/dt=1/ms:1",
        "dx/dt=-x/ms:1\ndy/dt=x/ms:1",
        "dx/dt=y/ms:1\ndy/dt=-x/ms:1",
        "dx/dt=w*y-x/tau:1\ndy/dt=-w*x-y/tau:1\nw:Hz\ntau:second",
    ] {
        assert_eq!(
            planned(&mut given(text, Some("exact"))).method,
            "exact",
            "{text}"
        );
    }
}

#[test]
fn refusals_say_why_and_what_else() {
    for (text, method, reason, others) in [
        (
            "dv/dt=-v**2/ms:1",
            "exact",
            "the equation of `v` is not linear in `v`",
            "methods that can: `euler`, `rk2`, `rk4`, `heun`, `milstein`, `rkf45`",
        ),
        (
            "dv/dt=-v**2/ms:1",
            "exponential_euler",
            "the equation of `v` is not linear in `v`",
            "methods that can: `euler`, `rk2`, `rk4`, `heun`, `milstein`, `rkf45`",
        ),
        (
            "dv/dt=-v/ms+v*xi*ms**-0.5:1",
            "euler",
            "the factor of `xi` in the equation of `v` depends on `v`",
            "methods that can: `heun`, `milstein`",
        ),
        (
            "dv/dt=-v/ms+xi_a*ms**-0.5+xi_b*ms**-0.5:1",
            "milstein",
            "the equation of `v` has both `xi_a` and `xi_b`",
            "methods that can: `euler`, `heun`",
        ),
        (
            "dv/dt=(sin(t/ms)-v)/ms:1",
            "exact",
            "the equation of `v` contains the time `t`, which changes within a step",
            "methods that can: `euler`, `rk2`, `rk4`, `exponential_euler`, `heun`, `milstein`, `rkf45`",
        ),
        (
            "dx/dt=(y-x)/a:1\ndy/dt=(z-y)/ms:1\ndz/dt=(x-2*z)/ms:1\na:1",
            "exact",
            "more than two states depend on each other, and the coefficient of `x` in the equation of `x` is not one fixed number",
            "methods that can: `euler`, `rk2`, `rk4`, `exponential_euler`, `heun`, `milstein`, `rkf45`",
        ),
    ] {
        let diagnostic = refused(&mut given(text, Some(method)));
        assert_eq!(diagnostic.code.as_str(), "E0410");
        assert_eq!(diagnostic.labels[0].text, reason);
        assert_eq!(diagnostic.notes, [others], "{text} {method}");
    }
}

#[test]
fn unknown_methods_and_options() {
    let unknown = refused(&mut given("dv/dt=-v/ms:1", Some("linear")));
    assert_eq!(
        (unknown.code.as_str(), unknown.labels[0].text.as_str()),
        ("E0411", "`exact` is meant?")
    );
    for (method, option, value, message) in [
        ("rk4", "tolerance", 1e-3, "the method `rk4` has no options"),
        ("rkf45", "tolerance", 0.0, "`tolerance` must be above 0"),
        ("rkf45", "tolerence", 1e-3, "there is no option `tolerence`"),
        (
            "rkf45",
            "max_steps",
            0.5,
            "`max_steps` must be a whole number from 1 to 1000000",
        ),
    ] {
        let mut given = given("dv/dt=-v/ms:1", Some(method));
        let group = given.group;
        if let Some(choice) = &mut given.model.groups[group].method {
            choice.options.push((option.to_string(), value));
        }
        let diagnostic = refused(&mut given);
        assert_eq!(
            (diagnostic.code.as_str(), diagnostic.message.as_str()),
            ("E0412", message)
        );
    }
    let noise = refused(&mut given("dv/dt=exp(xi)/ms:1", None));
    assert_eq!(noise.code.as_str(), "E0414");
}

#[test]
fn a_group_without_equations_has_an_empty_step() {
    let step = planned(&mut given("rate : 1", None));
    assert_eq!(step.method, "none");
}

#[test]
fn systems_with_too_many_paths_are_left_to_other_methods() {
    let mut text = String::new();
    for k in 0..30 {
        let earlier: Vec<String> = (0..k).map(|j| format!("a*x{j}")).collect();
        text.push_str(&format!(
            "dx{k}/dt = {} - b*x{k} : 1\n",
            if k == 0 {
                "a".to_string()
            } else {
                earlier.join(" + ")
            }
        ));
    }
    text.push_str("a : 1\nb : 1");
    let step = planned(&mut given(&text, None));
    assert_eq!(step.method, "euler");
    assert!(
        step.refused[0]
            .reason
            .contains("the chain of states is long"),
        "{:?}",
        step.refused
    );
}
