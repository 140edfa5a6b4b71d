//! What reads as what, and what is said of lines that cannot be read.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use pest::Parser;

use super::grammar::{Grammar, Rule};
use super::{parse, parse_expression};
use crate::diagnostic::{Diagnostic, Sink};
use crate::source::FileId;
use crate::syntax::ast::{Expr, ExprKind, File, ItemKind, MemberKind};

const GRAMMAR: &str = include_str!("../../../grammar/snn.pest");

fn read(text: &str) -> (File, Vec<Diagnostic>) {
    let mut sink = Sink::new();
    let file = parse(FileId(0), text, &mut sink);
    (file, sink.finish())
}

fn clean(text: &str) -> File {
    let (file, diagnostics) = read(text);
    assert!(diagnostics.is_empty(), "{text}\n{diagnostics:#?}");
    file
}

/// Code, message and the text under the primary label of every diagnostic.
fn complaints(text: &str) -> Vec<(String, String, String)> {
    let said = |diagnostic: Diagnostic| {
        let span = diagnostic.span().unwrap();
        let place = text[span.start as usize..span.end as usize].to_string();
        (diagnostic.code.to_string(), diagnostic.message, place)
    };
    read(text).1.into_iter().map(said).collect()
}

/// Fully parenthesized text of an expression.
fn shape(expr: &Expr) -> String {
    let child = |expr: &Expr| shape(expr);
    match &expr.kind {
        ExprKind::Number(number) => number.text.clone(),
        ExprKind::Name(name) => name.clone(),
        ExprKind::Text(text) => format!("{:?}", text.value),
        ExprKind::Group(inner) => shape(inner),
        ExprKind::Quantity(quantity) => {
            let exponent = quantity
                .exponent
                .as_ref()
                .map_or(String::new(), |e| format!("^{}", shape(e)));
            format!(
                "<{} {}{exponent}>",
                shape(&quantity.value),
                quantity.unit.name
            )
        }
        ExprKind::Unary {
            operator, operand, ..
        } => format!("({} {})", operator.spelling(), child(operand)),
        ExprKind::Binary {
            operator,
            left,
            right,
            ..
        } => {
            format!("({} {} {})", child(left), operator.spelling(), child(right))
        }
        ExprKind::Conditional {
            then,
            condition,
            otherwise,
        } => {
            format!(
                "({} if {} else {})",
                child(then),
                child(condition),
                child(otherwise)
            )
        }
        ExprKind::Member { base, name } => format!("{}.{}", child(base), name.name),
        ExprKind::Range { start, stop } => format!("({} .. {})", child(start), child(stop)),
        other => format!(
            "{}{:?}",
            expr.children()
                .into_iter()
                .map(shape)
                .collect::<Vec<_>>()
                .join(" "),
            std::mem::discriminant(other)
        )
        .split("Discriminant")
        .next()
        .unwrap()
        .to_string(),
    }
}

/// Rule names with the examples in the comment above each.
fn examples() -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    let mut pending: Option<Vec<String>> = None;
    for line in GRAMMAR.lines() {
        if let Some(comment) = line.strip_prefix("/// ") {
            let quoted = comment
                .strip_prefix('`')
                .unwrap()
                .strip_suffix('`')
                .unwrap();
            pending = Some(quoted.split("`, `").map(str::to_string).collect());
        } else if let Some((name, _)) = line.split_once(" = ")
            && !line.starts_with([' ', '/'])
        {
            found.push((
                name.to_string(),
                pending
                    .take()
                    .unwrap_or_else(|| panic!("rule {name} has no example")),
            ));
        }
    }
    found
}

#[test]
fn every_rule_of_the_grammar_reads_its_examples() {
    let rules: Vec<(String, Rule)> = Rule::all_rules()
        .iter()
        .map(|rule| (format!("{rule:?}"), *rule))
        .collect();
    let mut count = 0;
    for (name, examples) in examples() {
        let Some((_, rule)) = rules.iter().find(|(known, _)| *known == name) else {
            continue;
        };
        for example in examples.iter().filter(|example| !example.is_empty()) {
            match Grammar::parse(*rule, example) {
                // Silent rules make no pairs to compare.
                Ok(pairs) if pairs.is_empty() => {}
                Ok(pairs) => assert_eq!(
                    pairs.as_str().trim(),
                    example.trim(),
                    "{name} reads only a part"
                ),
                Err(error) => panic!("{name} does not read its example `{example}`:\n{error}"),
            }
            count += 1;
        }
    }
    assert!(count > 150, "only {count} examples were read");
}

#[test]
fn operators_bind_as_in_python() {
    let rows = [
        ("a + b*c", "(a + (b * c))"),
        ("a - b - c", "((a - b) - c)"),
        ("-x**2", "(- (x ** 2))"),
        ("2**3**2", "(2 ** (3 ** 2))"),
        ("2^-1", "(2 ** (- 1))"),
        ("a**-b*c", "((a ** (- b)) * c)"),
        ("not a == b and c or d", "(((not (a == b)) and c) or d)"),
        ("a < b + 1", "(a < (b + 1))"),
        ("-a*b", "((- a) * b)"),
        ("a // b % c", "((a // b) % c)"),
        ("a if b else c if d else e", "(a if b else (c if d else e))"),
        ("a + b if c > 0 else d", "((a + b) if (c > 0) else d)"),
        ("5 mV/10 ms", "(<5 mV> / <10 ms>)"),
        ("120 mS/cm^2", "(<120 mS> / (cm ** 2))"),
        ("5 nS^2", "<5 nS^2>"),
        ("5*mV/10*ms", "(((5 * mV) / 10) * ms)"),
        ("-5 mV", "(- <5 mV>)"),
        ("1 second**-0.5 * x", "(<1 second^(- 0.5)> * x)"),
        ("(a + b) mV", "<(a + b) mV>"),
        ("10ms", "<10 ms>"),
        (".5 + 5. + 5.e-10 + 1e3", "(((.5 + 5.) + 5.e-10) + 1e3)"),
        ("lif.spikes.count > 50", "(lif.spikes.count > 50)"),
        ("1 if a else 0", "(1 if a else 0)"),
        ("τ_m + µ", "(τ_m + µ)"),
    ];
    for (text, expected) in rows {
        let mut sink = Sink::new();
        let expr = parse_expression(FileId(0), text, &mut sink);
        assert!(
            sink.diagnostics().is_empty(),
            "{text}: {:?}",
            sink.diagnostics()
        );
        assert_eq!(shape(&expr), expected, "{text}");
        assert_eq!(
            (expr.span.start, expr.span.end as usize),
            (0, text.len()),
            "{text}"
        );
    }
}

#[test]
fn ranges_lex_without_blanks() {
    let file = clean("tau = 10 ms in 2 ms .. 20 ms\nn = 3 in 0..40\nm = x in 0 mV..40 mV\n");
    for item in &file.items {
        let ItemKind::Constant(constant) = &item.kind else {
            panic!("{item:?}")
        };
        assert!(constant.range.is_some());
    }
}

fn members(body: &str) -> Vec<MemberKind> {
    let file = clean(&format!("neurons G[3] {{\n{body}\n}}\n"));
    let ItemKind::Population(population) = &file.items[0].kind else {
        panic!("{:?}", file.items[0])
    };
    population
        .members
        .iter()
        .map(|member| member.kind.clone())
        .collect()
}

#[test]
fn brian_equations_parse_unchanged() {
    let all = members(
        "dv / dt = (ge + gi     # synaptic
          -(v - El))           # leak
          /taum : volt (unless refractory)
        d v/dt=-v/tau:volt
        dge/dt = -ge / taue : volt
        x = .5 + 5. + 5.e-10 : 1 (constant over dt)

        sigma : volt/second**.5
        y:volt
        delay : second
        label : 1
        index : integer (constant, shared)
        rates : Hz
        mode : 1
        h : 1
        d : 1
        i0 : amp
        run : 1
        plot : 1
        method : 1
        every : 1
        event = 3 : 1
        threshold : volt (constant)
        at = 2*h
          : 1 (shared)",
    );
    assert_eq!(all.len(), 21);
    let MemberKind::Differential(first) = &all[0] else {
        panic!()
    };
    assert_eq!(
        (first.name.name.as_str(), shape(&first.rhs).as_str()),
        ("v", "(((ge + gi) - (v - El)) / taum)")
    );
    assert_eq!(first.flags[0].name, "unless refractory");
    assert!(
        all[4..]
            .iter()
            .filter(|kind| matches!(kind, MemberKind::Parameter(_)))
            .count()
            == 15
    );
}

#[test]
fn keywords_of_bodies_are_recognized_by_position() {
    let all = members(
        "threshold: 'v > -50*mV'
        reset: { v = El; w += b }
        reset: \"v = El; w += b\"
        refractory: 2 ms
        method: 'exact'
        v(0) = El
        event gspike: g > 1 and allow
        on gspike: allow = false
        every 60 ms: direction = rand()*2*pi",
    );
    let kinds: Vec<String> = all
        .iter()
        .map(|kind| format!("{kind:?}").split('(').next().unwrap().to_string())
        .collect();
    assert_eq!(
        kinds.join(" "),
        "Threshold Reset Reset Refractory Method Initial Event OnEvent Every"
    );
}

#[test]
fn spans_of_quoted_code_point_into_the_file() {
    let text = "neurons G[1] {\n    threshold: 'v > -50*mV'\n}\n";
    let file = clean(text);
    let ItemKind::Population(population) = &file.items[0].kind else {
        panic!()
    };
    let MemberKind::Threshold(expr) = &population.members[0].kind else {
        panic!()
    };
    assert_eq!(
        &text[expr.span.start as usize..expr.span.end as usize],
        "v > -50*mV"
    );
}

#[test]
fn documentation_and_comments_are_kept() {
    let file =
        clean("# first\n/// The membrane\n/// time constant.\ntau = 10 ms  # slow\n/// loose\n");
    assert_eq!(
        file.items[0].doc.as_ref().unwrap().text,
        "The membrane\ntime constant."
    );
    let comments: Vec<&str> = file
        .comments
        .iter()
        .map(|comment| comment.text.as_str())
        .collect();
    assert_eq!(comments, ["# first", "# slow", "/// loose"]);
}

#[test]
fn unreadable_lines_are_reported_where_they_go_wrong() {
    let rows: &[(&str, &str, &str, &str)] = &[
        (
            "tau = 10 ms +* 2\n",
            "E0101",
            "expected an expression, found `*`",
            "*",
        ),
        (
            "run\n",
            "E0101",
            "expected an expression, found the end of the line",
            "\n",
        ),
        (
            "x = (1 + 2\ny = 3\n",
            "E0102",
            "this `(` is never closed",
            "(",
        ),
        ("x = f(1]\n", "E0102", "`(` is closed by `]`", "]"),
        ("x = 1)\n", "E0102", "this `)` closes nothing", ")"),
        (
            "title \"abc\n",
            "E0102",
            "this `\"` has no partner on its line",
            "\"",
        ),
        (
            "nuerons lif[10] {\n v : 1\n}\n",
            "E0103",
            "`nuerons` begins nothing here",
            "nuerons",
        ),
        (
            "import numpy\n",
            "E0103",
            "`import` begins nothing here",
            "import",
        ),
        (
            "x = a < b < c\n",
            "E0104",
            "comparisons cannot be chained",
            "<",
        ),
        (
            "a = b && c\n",
            "E0106",
            "`&&` is not an operator here",
            "&&",
        ),
        (
            "a = b \u{2212} c\n",
            "E0106",
            "`\u{2212}` is not an operator here",
            "\u{2212}",
        ),
        (
            "a + 1\n",
            "E0109",
            "an expression alone does nothing",
            "a + 1",
        ),
        (
            "f(a b)\n",
            "E0101",
            "expected an operator or `,`, found `b`",
            "b",
        ),
        ("let x 3\n", "E0101", "expected `=`, found `3`", "3"),
    ];
    for (text, code, message, place) in rows {
        let found = complaints(text);
        let expected = vec![(code.to_string(), message.to_string(), place.to_string())];
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn unreadable_members_are_reported_where_they_go_wrong() {
    let rows: &[(&str, &str, &str, &str)] = &[
        (
            "dv/dt = -v/tau volt",
            "E0107",
            "`:` is missing before the unit `volt`",
            "volt",
        ),
        (
            "d(v)/dt = -v/tau : volt",
            "E0107",
            "a differential equation begins with `dv/dt`",
            "d(v)/dt",
        ),
        (
            "tau : 10*second",
            "E0108",
            "a declared unit contains the number `10`",
            "10",
        ),
        (
            "treshold: v > 3",
            "E0103",
            "`treshold` begins nothing here",
            "treshold",
        ),
        (
            "on_pre: v += 1",
            "E0103",
            "`on_pre` begins nothing here",
            "on_pre",
        ),
        (
            "reset: v **= 2",
            "E0106",
            "`**=` is not an operator here",
            "**=",
        ),
        (
            "reset: { if v > 3: v = 2 }",
            "E0103",
            "code of a neuron or synapse has no `if` statement",
            "if",
        ),
        (
            "v : ",
            "E0101",
            "expected a unit, found the end of the line",
            "\n",
        ),
        (
            "threshold: v > ",
            "E0101",
            "expected an expression, found the end of the line",
            "\n",
        ),
        (
            "dv/dt = -v/tau : volt (unless refractory",
            "E0102",
            "this `(` is never closed",
            "(",
        ),
    ];
    for (line, code, message, place) in rows {
        let text = format!("neurons G[1] {{\n    a : 1\n    {line}\n    b : 1\n}}\nrun 1 s\n");
        let found = complaints(&text);
        let expected = vec![(code.to_string(), message.to_string(), place.to_string())];
        assert_eq!(found, expected, "{line}");
        let (file, _) = read(&text);
        assert!(
            matches!(file.items[1].kind, ItemKind::Run(_)),
            "{line}: the lines after it are read"
        );
    }
}

#[test]
fn a_block_that_is_not_closed_ends_by_indentation() {
    let text = "neurons G[1] {\n    v : 1\n\nneurons H[1] {\n    w : 1\n}\nrun 1 s\n";
    let found = complaints(text);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(
        (found[0].0.as_str(), found[0].1.as_str()),
        ("E0102", "this `{` is never closed")
    );
    assert_eq!(read(text).0.items.len(), 3);
}

#[test]
fn several_errors_are_found_in_one_file() {
    let text = "tau = = 3\nneurons G[1] {\n    dv/dt = -v/ : volt\n    reset: v == 3\n}\nrn 100 ms\nplot lif.v\n";
    let found = complaints(text);
    assert_eq!(found.len(), 4, "{found:#?}");
}

#[test]
fn nesting_is_bounded_before_the_stack_is() {
    let deep = |n: usize| format!("x = {}1{}\n", "(".repeat(n), ")".repeat(n));
    clean(&deep(64));
    for text in [
        deep(65),
        deep(200_000),
        format!("x = {}1\n", "-".repeat(200_000)),
        format!("x = {}1\n", "not ".repeat(200_000)),
        format!("x = 1{}\n", "**2".repeat(200_000)),
        format!("x = 1{}\n", "+2".repeat(200_000)),
        format!("x = a{}\n", ".b".repeat(200_000)),
        format!("x = 1{}\n", " if 1 else 2".repeat(100_000)),
        "for i in x {".repeat(200_000),
        format!("neurons G[1] {{ threshold: '{}' }}", "(".repeat(10_000)),
    ] {
        let (_, diagnostics) = read(&text);
        assert!(
            diagnostics.iter().any(|d| d.code.as_str() == "E0105"),
            "{}",
            &text[..40]
        );
    }
}

#[test]
fn the_page_of_each_syntax_code_shows_it() {
    for row in crate::diagnostic::codes::TABLE
        .iter()
        .filter(|row| row.code.as_str().starts_with("E01"))
    {
        let blocks: Vec<&str> = row
            .page
            .split("```snn\n")
            .skip(1)
            .map(|rest| rest.split("```").next().unwrap())
            .collect();
        assert_eq!(blocks.len(), 2, "{}", row.code);
        let wrong: Vec<String> = complaints(blocks[0])
            .into_iter()
            .map(|found| found.0)
            .collect();
        assert_eq!(wrong, [row.code.as_str()], "{}", row.code);
        clean(blocks[1]);
    }
}

/// Text that makes a parser with second thoughts take twice as long for each level of nesting.
#[test]
fn nesting_costs_no_more_than_it_should() {
    let unclosed = [
        "for i in x { foo bar (",
        "reset: { every x: { ",
        "x = [1, f(2, {3: (",
        "if a { b ",
        "plot f(a, b: [",
        "(a if ",
    ];
    let closed = [
        ("f(a b, ", ")"),
        ("[a b, ", "]"),
        ("(a if ", ")"),
        ("{a: {", "}}"),
        ("for i in x { y z ", "}"),
        ("x[a:", " b]"),
    ];
    // Just below the bound on nesting.
    let levels = |part: &str| 60 / part.matches(['(', '[', '{']).count();
    for part in unclosed {
        let text = part.repeat(levels(part));
        read(&text);
        read(&format!("neurons G[1] {{\n{text}"));
        read(&format!("neurons G[1] {{\n threshold: {text}"));
    }
    for (open, close) in closed {
        let nested = format!(
            "{}{}",
            open.repeat(levels(open)),
            close.repeat(levels(open))
        );
        for text in [
            format!("x = {nested}"),
            nested.clone(),
            format!("neurons G[1] {{\n reset: {nested}\n}}"),
        ] {
            read(&text);
        }
    }
}
