//! A model as a document, in each of its forms.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::process::Command;

use common::{root, snapshot};

fn document(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_snnc"))
        .arg("report")
        .args(arguments)
        .args(["-o", "-"])
        .current_dir(root())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    String::from_utf8(output.stdout)
        .unwrap()
        .replace(env!("CARGO_PKG_VERSION"), "VERSION")
}

#[test]
fn each_form_is_as_before() {
    for (format, ending) in [("html", "html"), ("markdown", "md"), ("latex", "tex")] {
        let text = document(&["tests/documents/network.snn", "--format", format]);
        let path = root().join(format!("tests/documents/network.{ending}"));
        snapshot(&path, &text).unwrap_or_else(|difference| panic!("{difference}"));
    }
}

/// What opens must close, and nothing may come from elsewhere.
#[test]
fn pages_are_whole_and_need_no_network() {
    for example in [
        "lif",
        "stdp",
        "brunel_2000",
        "hodgkin_huxley",
        "custom_events",
        "protocol",
        "jeffress",
    ] {
        let text = document(&[&format!("examples/{example}.snn")]);
        for tag in [
            "math", "mrow", "mfrac", "msub", "msup", "table", "tr", "td", "ol", "li", "div",
            "span", "mi", "mo",
        ] {
            let opened = text.matches(&format!("<{tag}>")).count()
                + text.matches(&format!("<{tag} ")).count();
            let empty = text.matches(&format!("<{tag}/>")).count();
            assert_eq!(
                opened,
                text.matches(&format!("</{tag}>")).count() + empty,
                "{example}: {tag}"
            );
        }
        for outside in ["src=", "href=", "@import", "url("] {
            assert!(!text.contains(outside), "{example}: {outside}");
        }
    }
}

#[test]
fn latex_is_balanced_and_plain() {
    for example in [
        "lif",
        "stdp",
        "hodgkin_huxley",
        "jeffress",
        "wang_buzsaki_1996",
    ] {
        let text = document(&[&format!("examples/{example}.snn"), "--format", "latex"]);
        let count = |what: &str| text.matches(what).count();
        assert_eq!(
            count("{") - count("\\{"),
            count("}") - count("\\}"),
            "{example}"
        );
        assert_eq!(
            count("\\left"),
            count("\\right") + count("\\leftarrow"),
            "{example}"
        );
        assert_eq!(count("\\begin{"), count("\\end{"), "{example}");
        let strange: Vec<char> = text.chars().filter(|c| !c.is_ascii()).collect();
        assert!(
            strange.iter().all(|c| c.is_alphabetic() || *c == '°'),
            "{example}: {strange:?}"
        );
    }
}

#[test]
fn values_from_outside_are_shown() {
    let text = document(&[
        "examples/lif.snn",
        "--format",
        "markdown",
        "--set",
        "tau=20 ms",
    ]);
    assert!(text.contains(r"| $\tau$ | $20\, \mathrm{ms}$ |"), "{text}");
    assert!(
        text.contains(r"| $v_{\mathrm{rest}}$ | $-65\, \mathrm{mV}$ |"),
        "{text}"
    );
}
