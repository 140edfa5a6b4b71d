//! Every script is read to its end, and its statements keep their texts.
#![allow(clippy::unwrap_used, clippy::panic)]

use super::{Expr, Kind, read};

#[test]
fn statements_are_told_apart() {
    let statements = read(
        "from brian2 import *\n\"\"\"Doc\"\"\"\n# slow\ntau = 10*ms  # here\neqs = '''\ndv/dt = -v/tau : 1  # leak\n'''\n\
         G = NeuronGroup(10, eqs,\n    threshold='v>1', reset='v = 0')\nG.v[:3] += 2\nfor k in range(3):\n    x = k\n\n    y = k\nif a: b = 1\nelif c:\n    d = 2\n\
         else:\n    e()\nclass A:\n    def f(self): pass\n    x = 3\n@network_operation\ndef g(t): pass\nrun(1*ms); stop()\n",
    );
    let kinds: Vec<String> = statements
        .iter()
        .map(|statement| match &statement.kind {
            Kind::Assign(targets, _) => format!("= {targets:?}").chars().take(12).collect(),
            Kind::Augment(_, operator, _) => format!("{operator}="),
            Kind::For(_, _, body) => format!("for {}", body.len()),
            Kind::If(_, then, otherwise) => format!("if {} {}", then.len(), otherwise.len()),
            Kind::Define(function, decorators) => format!("{} {}", function.name, decorators.len()),
            Kind::Expression(_) => "call".into(),
            Kind::Import(_) | Kind::Nothing => "-".into(),
            other => format!("{other:?}"),
        })
        .collect();
    let assigned = "= [Name(\"tau";
    assert_eq!(
        kinds.get(2).map(String::as_str),
        Some(assigned),
        "{kinds:?}"
    );
    assert_eq!(
        kinds.get(5..).unwrap(),
        ["+=", "for 2", "if 1 1", "Unread", "g 1", "call", "call"]
    );
    assert_eq!(statements[2].comments, ["# slow"]);
    assert_eq!(statements[2].text, "tau = 10*ms");
    assert_eq!(
        statements[6].text,
        "for k in range(3):\n    x = k\n\n    y = k"
    );
}

#[test]
fn expressions_have_their_structure() {
    let value = |text: &str| match read(text).remove(0).kind {
        Kind::Expression(value) => value,
        other => panic!("{other:?}"),
    };
    let name = |name: &str| Box::new(Expr::Name(name.into()));
    assert_eq!(
        value("-a**2*b"),
        Expr::Binary(
            "*".into(),
            Box::new(Expr::Unary(
                "-".into(),
                Box::new(Expr::Binary(
                    "**".into(),
                    name("a"),
                    Box::new(Expr::Number("2".into()))
                ))
            )),
            name("b")
        )
    );
    assert_eq!(
        value("['a' \"b\", r'\\c']"),
        Expr::List(vec![Expr::Text("ab".into()), Expr::Text("\\c".into())])
    );
    assert!(matches!(value("f'v > {x:.2f}*mV {{}}'"), Expr::Format(parts) if parts.len() == 3));
    assert!(
        matches!(value("{k: v for k, v in d.items() if k}"), Expr::Comprehension(made, clauses) if made.len() == 2 && clauses.len() == 1)
    );
    assert!(matches!(value("x[1:, ::2, None]"), Expr::Index(_, parts) if parts.len() == 3));
    assert!(
        matches!(value("f(a, *b, c=1, **d)"), Expr::Call(_, arguments) if arguments.len() == 4)
    );
    assert!(matches!(
        value("lambda x, y=2: x if y else not x"),
        Expr::Lambda(..)
    ));
}

#[test]
fn nothing_is_lost_where_it_cannot_be_read() {
    let text = "a = 1\nb = = 2\nc = (1,\nd = 'x\ne = 3\n";
    let statements = read(text);
    assert_eq!(statements[1].kind, Kind::Unread);
    assert_eq!(statements[1].text, "b = = 2");
    for cut in 0..text.len() {
        read(&text[..cut]);
        read(&text[cut..]);
    }
}
