//! Models that are accepted, and what they become. Mistakes have their own corpus in `tests/diagnostics/check`.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use super::check;
use super::options::CheckOptions;
use crate::diagnostic::{Diagnostic, Sink};
use crate::library::Library;
use crate::model::Model;
use crate::source::{NoFiles, SourceMap};
use crate::syntax::parse;

pub(super) fn checked(
    text: &str,
    options: &CheckOptions,
) -> (Option<Model>, Vec<Diagnostic>, SourceMap) {
    let mut sources = SourceMap::default();
    let mut sink = Sink::new();
    let id = sources.add("test.snn", text);
    let file = parse(id, text, &mut sink);
    let model = check(
        id,
        &file,
        &mut sources,
        Library::standard(),
        &NoFiles,
        options,
        &mut sink,
    );
    (model, sink.finish(), sources)
}

fn show(diagnostics: &[Diagnostic], sources: &SourceMap) -> String {
    let mut out = String::new();
    for d in diagnostics {
        out.push_str(&format!("{} {}\n", d.code, d.message));
        for label in &d.labels {
            let (line, column) = sources.line_column(label.span);
            out.push_str(&format!(
                "    {line}:{column} `{}` {}\n",
                sources.text(label.span),
                label.text
            ));
        }
        for note in &d.notes {
            out.push_str(&format!("    note: {note}\n"));
        }
        if let Some(fix) = &d.fix {
            out.push_str(&format!(
                "    fix: {} {:?}\n",
                fix.title,
                fix.edits.iter().map(|e| &e.1).collect::<Vec<_>>()
            ));
        }
    }
    out
}

/// For looking at things: SNN=file cargo test check::tests::look -- --nocapture
#[test]
fn look() {
    let Ok(path) = std::env::var("SNN") else {
        return;
    };
    let text = std::fs::read_to_string(path).unwrap();
    for part in text.split("\n====\n") {
        let (model, diagnostics, sources) = checked(part, &CheckOptions::default());
        println!("---- {}\n{}", part.trim(), show(&diagnostics, &sources));
        if std::env::var("MODEL").is_ok() {
            println!("{:#?}", model);
        } else {
            println!("model: {}", model.is_some());
        }
    }
}

fn model(text: &str) -> Model {
    let (model, diagnostics, sources) = checked(text, &CheckOptions::default());
    assert!(model.is_some(), "{}", show(&diagnostics, &sources));
    model.unwrap()
}

fn codes_of(text: &str, options: &CheckOptions) -> Vec<String> {
    let (_, diagnostics, _) = checked(text, options);
    let errors = diagnostics
        .iter()
        .filter(|d| d.severity == crate::diagnostic::Severity::Error);
    errors.map(|d| d.code.to_string()).collect()
}

fn constant(model: &Model, name: &str) -> f64 {
    model
        .constants
        .iter()
        .find(|c| c.name == name)
        .unwrap()
        .value
        .value
}

fn set(pairs: &[(&str, &str)]) -> CheckOptions {
    let set = pairs
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_string()));
    CheckOptions {
        set: set.collect(),
        ..CheckOptions::default()
    }
}

const DEMO: &str = "tau = 10 ms in 2 ms .. 20 ms
El = -65 mV
neurons lif[10] {
    dv/dt = (I - v + El)/tau : volt (unless refractory)
    I : volt = 15 mV in 0 mV .. 40 mV
    v(0) = El
    threshold: v > -50 mV
    reset: v = El
    refractory: 2 ms
}
run 100 ms
plot \"V\": lif.v[0:3]
mark y = -50 mV
plot \"Spikes\": raster(lif)
";

#[test]
fn the_demo_becomes_a_closed_model() {
    let model = model(DEMO);
    assert_eq!(model.dt, 1e-4);
    let group = model.groups.iter().next().unwrap();
    assert_eq!((group.size, group.initial.len()), (10, 2));
    assert_eq!(group.system.equations.len(), 1);
    assert!(group.threshold.is_some() && group.refractory_state.is_some());
    assert_eq!(model.records.len(), 2);
    assert!(model.records.iter().all(|record| record.implied));
    assert_eq!(model.figures[0].panels[0].marks[0].value.value, -0.05);
    assert!(matches!(
        model.protocol[..],
        [crate::model::protocol::Action::Run { duration: 0.1, .. }]
    ));
}

#[test]
fn constants_stand_in_any_order() {
    let model = model(
        "a = b/2\nb = f(c)\nf(x) = x + c\nc = 3 ms\nneurons n[k] { v : second = a }\nk = 2 + 1\n",
    );
    assert_eq!(constant(&model, "b"), 0.006);
    assert_eq!(constant(&model, "a"), 0.003);
    assert_eq!(model.groups.iter().next().unwrap().size, 3);
}

#[test]
fn values_from_outside_replace_declared_ones() {
    let options = set(&[("tau", "5 ms"), ("lif.I", "20 mV")]);
    let (model, diagnostics, _) = checked(DEMO, &options);
    assert!(diagnostics.is_empty());
    let model = model.unwrap();
    assert_eq!(constant(&model, "tau"), 0.005);
    let group = model.groups.iter().next().unwrap();
    let crate::model::code::Value::Term(term) = group.initial[0].value else {
        panic!()
    };
    assert_eq!(
        *model.terms.get(term),
        crate::model::term::Term::Number(crate::model::term::Bits(0.02))
    );
}

#[test]
fn values_from_outside_are_checked() {
    for (name, value, code) in [
        ("tau", "5 mV", "E0307"),
        ("tau", "1 s", "E0308"),
        ("lif.I", "50 mV", "E0308"),
        ("lif.J", "50 mV", "E0213"),
        ("lof.I", "50 mV", "E0213"),
        ("taw", "5 ms", "E0213"),
    ] {
        assert_eq!(
            codes_of(DEMO, &set(&[(name, value)])),
            [code],
            "{name}={value}"
        );
    }
}

#[test]
fn every_draw_has_a_stream_of_its_own() {
    let text = "neurons n[2] { v : 1 = rand() + rand()\nu : 1 = rand()\nthreshold: v > rand()\nreset: v = f(1) + f(2) }\nf(x) = x*randn()\n";
    let model = model(text);
    let mut streams = std::collections::BTreeSet::new();
    let group = model.groups.iter().next().unwrap();
    let mut roots: Vec<_> = group
        .reset
        .as_ref()
        .unwrap()
        .statements
        .iter()
        .map(|s| s.value)
        .collect();
    roots.push(group.threshold.as_ref().unwrap().term);
    for assignment in &group.initial {
        if let crate::model::code::Value::Term(term) = assignment.value {
            roots.push(term);
        }
    }
    while let Some(term) = roots.pop() {
        if let crate::model::term::Term::Random(_, stream, _) = model.terms.get(term) {
            streams.insert(*stream);
        }
        roots.extend(model.terms.children(term));
    }
    assert_eq!(streams.len(), 6);
}

#[test]
fn a_definition_keeps_the_constants_of_its_file() {
    let text = "use lif\nneurons a[3] of LIF\nneurons b[2] of LIF { I = 1 nA*i/N }\nrun 1 ms\n";
    let (model, diagnostics, sources) = checked(text, &CheckOptions::default());
    assert!(model.is_some(), "{}", show(&diagnostics, &sources));
}

#[test]
fn plots_share_records_with_each_other_and_with_record_lines() {
    let text = "neurons n[10] { v : 1\nw : 1\nthreshold: v > 1\nreset: v = 0 }
record v of n[0:5] every 1 ms
plot \"a\": n.v[1], n.v[2:4]
plot \"b\": n.w[0], n.w[3]
plot \"c\": n.v[7]
plot \"d\": raster(n[2:4]), raster(n)
run 1 ms
";
    let model = model(text);
    let elements: Vec<Vec<u32>> = model
        .records
        .iter()
        .filter_map(|record| match &record.what {
            crate::model::protocol::Recorded::States { elements, .. } => Some(elements.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(elements, [vec![0, 1, 2, 3, 4], vec![0, 3], vec![7]]);
}

#[test]
fn protocol_actions_keep_their_order() {
    let text = "tau = 5 ms\nneurons n[4] { dv/dt = -v/tau : volt }\nlast = n[2:4]
n.v = [1, 2, 3, 4] mV\nrun 1 ms\ntau = 2*tau\nlast.v = i*1 mV\nn.v[v > 1 mV] = 0\nlast.v[v > 1 mV] += 1 mV\nsave a\nrestore a\nrun tau\n";
    let model = model(text);
    use crate::model::protocol::Action;
    let kinds: Vec<&str> = model
        .protocol
        .iter()
        .map(|action| match action {
            Action::Run { .. } => "run",
            Action::Assign(_) => "assign",
            Action::SetConstant { .. } => "constant",
            Action::Save(_) => "save",
            Action::Restore(..) => "restore",
            #[allow(unreachable_patterns)]
            _ => "other",
        })
        .collect();
    let expected = [
        "assign", "run", "constant", "assign", "assign", "assign", "save", "restore", "run",
    ];
    assert_eq!(kinds, expected);
    let Some(Action::Run { duration, .. }) = model.protocol.last() else {
        panic!()
    };
    assert_eq!(*duration, 0.01);
}

/// A text in which words and lines are exchanged, repeated and left out is either a model or has at least one error; never both,
/// never neither, and it never stops the program.
#[test]
fn damaged_models_are_diagnosed() {
    let texts: Vec<String> = [
        "examples",
        "models/neurons",
        "tests/analytic",
        "tests/diagnostics/synapses",
    ]
    .iter()
    .flat_map(|folder| std::fs::read_dir(folder).unwrap())
    .map(|entry| entry.unwrap().path())
    .filter(|path| path.extension().is_some_and(|e| e == "snn"))
    .map(|path| std::fs::read_to_string(path).unwrap())
    .chain([DEMO.to_string()])
    .collect();
    let words: Vec<&str> = texts
        .iter()
        .flat_map(|text| text.split_whitespace())
        .collect();
    let mut state = 7u64;
    let mut next = |below: usize| {
        state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (state >> 33) as usize % below.max(1)
    };
    for round in 0..400 {
        let mut lines: Vec<String> = texts[round % texts.len()]
            .lines()
            .map(str::to_string)
            .collect();
        for _ in 0..1 + next(3) {
            let at = next(lines.len());
            match next(4) {
                0 => drop(lines.remove(at)),
                1 => lines.insert(at, lines[next(lines.len())].clone()),
                _ => {
                    let mut parts: Vec<&str> = lines[at].split(' ').collect();
                    let k = next(parts.len());
                    parts[k] = words[next(words.len())];
                    lines[at] = parts.join(" ");
                }
            }
        }
        let text = lines.join("\n");
        let (model, diagnostics, _) = checked(&text, &CheckOptions::default());
        let errors = diagnostics
            .iter()
            .any(|d| d.severity == crate::diagnostic::Severity::Error);
        assert_ne!(model.is_some(), errors, "{text}");
    }
}

#[test]
fn functions_that_call_each_other_do_not_grow_without_bound() {
    let doubling: String = (1..30)
        .map(|k| format!("f{k}(x) = f{0}(x) + f{0}(x + 1)\n", k - 1))
        .collect();
    let text = format!("f0(x) = x*x\n{doubling}neurons n[1] {{ v = f29(1) : 1 }}\n");
    assert_eq!(codes_of(&text, &CheckOptions::default()), ["E0211"]);
    let long = " + 1".repeat(500);
    let chain: String = (1..40)
        .map(|k| format!("f{k}(x) = f{}(x){long}\n", k - 1))
        .collect();
    let text = format!("f0(x) = x*x\n{chain}neurons n[1] {{ v = f39(1) : 1 }}\n");
    assert_eq!(codes_of(&text, &CheckOptions::default()), ["E0211"]);
    let nested = format!("{}x{}", "sq(".repeat(50), ")".repeat(50));
    let text = format!("sq(x) = x*x\nneurons n[1] {{ x : 1\nv = {nested} : 1 }}\n");
    assert_eq!(codes_of(&text, &CheckOptions::default()), ["E0211"]);
}

#[test]
#[ignore = "prints how long checking takes"]
fn time() {
    let mut sources = SourceMap::default();
    let mut sink = Sink::new();
    let id = sources.add("test.snn", DEMO);
    let file = parse(id, DEMO, &mut sink);
    let library = Library::standard();
    let start = std::time::Instant::now();
    for _ in 0..1000 {
        let mut sources = sources.clone();
        let mut sink = Sink::new();
        check(
            id,
            &file,
            &mut sources,
            library,
            &NoFiles,
            &CheckOptions::default(),
            &mut sink,
        );
    }
    println!("{:?} per check", start.elapsed() / 1000);
}
