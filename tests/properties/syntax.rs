//! Reading and formatting.

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use snnc::diagnostic::{Diagnostic, Sink};
use snnc::source::FileId;
use snnc::syntax::ast::File;
use snnc::syntax::{format, parse, parse_expression};

use crate::{expressions, programs};

fn read(text: &str) -> (File, Vec<Diagnostic>) {
    let mut sink = Sink::new();
    let file = parse(FileId(0), text, &mut sink);
    (file, sink.finish())
}

/// A tree as text without places, for comparison.
fn bare(file: &File) -> String {
    let text = format!("{:?}", file.items);
    let mut out = String::with_capacity(text.len());
    for (k, part) in text.split("Span { file: FileId(").enumerate() {
        out.push_str(if k == 0 {
            part
        } else {
            part.split_once('}').unwrap().1
        });
    }
    out
}

/// All .snn files of the package.
fn corpus() -> Vec<(PathBuf, String)> {
    fn collect(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
        let Ok(entries) = fs::read_dir(folder) else {
            return;
        };
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        for path in paths {
            if path.is_dir() {
                collect(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "snn") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    let mut found = Vec::new();
    for folder in ["src/std", "models", "examples", "tests/syntax"] {
        collect(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join(folder),
            &mut found,
        );
    }
    found
}

#[test]
fn every_file_reads_without_complaint_and_formats_to_the_same_tree() {
    let files = corpus();
    assert!(files.len() > 12, "found only {} files", files.len());
    for (path, text) in files {
        let (file, diagnostics) = read(&text);
        assert!(
            diagnostics.is_empty(),
            "{}: {diagnostics:#?}",
            path.display()
        );
        let formatted = format(&text, &file);
        let (again, diagnostics) = read(&formatted);
        assert!(
            diagnostics.is_empty(),
            "{}: {diagnostics:#?}\n{formatted}",
            path.display()
        );
        assert_eq!(bare(&again), bare(&file), "{}", path.display());
        assert_eq!(
            format(&formatted, &again),
            formatted,
            "{}: formatting twice",
            path.display()
        );
        let comments = |file: &File| {
            let mut texts: Vec<String> = file
                .comments
                .iter()
                .map(|comment| comment.text.clone())
                .collect();
            texts.sort();
            texts
        };
        assert_eq!(
            comments(&again),
            comments(&file),
            "{}: comments",
            path.display()
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_printed_tree_reads_back_equal(file in programs::file()) {
        let text = format("", &file);
        let (again, diagnostics) = read(&text);
        prop_assert!(diagnostics.is_empty(), "{diagnostics:#?}\n{text}");
        prop_assert_eq!(bare(&again), bare(&file), "{}", text);
        prop_assert_eq!(format(&text, &again), text);
    }

    /// Comments put anywhere into a file, at ends of lines and on lines of their own, and blank lines: none is lost, the program stays the
    /// same, and formatting twice is formatting once.
    #[test]
    fn comments_anywhere_survive_formatting(
        pick in any::<prop::sample::Index>(),
        places in prop::collection::vec((any::<prop::sample::Index>(), 0u8..3), 1..8),
    ) {
        let files = corpus();
        let original = &pick.get(&files).1;
        let mut lines: Vec<String> = original.lines().map(str::to_string).collect();
        let mut added = 0;
        for (k, (place, kind)) in places.into_iter().enumerate() {
            let at = place.index(lines.len());
            match kind {
                0 if !lines[at].trim_start().starts_with("///") => {
                    lines[at].push_str(&format!("   # added {k}"));
                    added += 1;
                }
                1 => {
                    lines.insert(at, format!("  # added {k}"));
                    added += 1;
                }
                _ => lines.insert(at, String::new()),
            }
        }
        let text = lines.join("\n");
        let (file, diagnostics) = read(&text);
        // A blank line ends a statement that continues, so some of these files are other programs, or none.
        prop_assume!(diagnostics.is_empty());
        let formatted = format(&text, &file);
        let (again, diagnostics) = read(&formatted);
        prop_assert!(diagnostics.is_empty(), "{diagnostics:#?}\n{formatted}");
        prop_assert_eq!(bare(&again), bare(&file), "{}", formatted);
        let kept: usize = again.comments.iter().map(|comment| comment.text.matches("added ").count()).sum();
        prop_assert_eq!(kept, added, "{}\n----\n{}", text, formatted);
        prop_assert_eq!(format(&formatted, &again), formatted);
    }

    #[test]
    fn no_text_stops_the_parser(text in "\\PC{0,80}") {
        check_total(&text);
    }

    #[test]
    fn no_sequence_of_words_stops_the_parser(words in prop::collection::vec(expressions::word(), 0..60)) {
        check_total(&words.concat());
    }

    #[test]
    fn no_damage_to_a_file_stops_the_parser(
        pick in any::<prop::sample::Index>(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), 0usize..12, expressions::word()), 1..6),
    ) {
        let files = corpus();
        let mut text = pick.get(&files).1.clone();
        for (place, length, word) in damage {
            let start = floor(&text, place.index(text.len() + 1));
            let end = floor(&text, (start + length).min(text.len()));
            text.replace_range(start..end.max(start), &word);
        }
        check_total(&text);
    }
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Reading gives a tree whose places lie within the text; formatting it never fails either.
fn check_total(text: &str) {
    let (file, diagnostics) = read(text);
    for item in &file.items {
        assert!(
            text.get(item.span.start as usize..item.span.end as usize)
                .is_some(),
            "{item:?}"
        );
    }
    for diagnostic in &diagnostics {
        for label in &diagnostic.labels {
            assert!(
                text.get(label.span.start as usize..label.span.end as usize)
                    .is_some(),
                "{diagnostic:?}"
            );
        }
    }
    // The formatter is for files without errors, but must not fail on others.
    let _ = format(text, &file);
    let mut sink = Sink::new();
    parse_expression(FileId(0), text, &mut sink);
    if diagnostics.is_empty() {
        let formatted = format(text, &file);
        let (again, complaints) = read(&formatted);
        assert!(
            complaints.is_empty(),
            "{complaints:#?}\n--- from\n{text}\n--- to\n{formatted}"
        );
        assert_eq!(
            bare(&again),
            bare(&file),
            "--- from\n{text}\n--- to\n{formatted}"
        );
        assert_eq!(format(&formatted, &again), formatted, "--- from\n{text}");
    }
}

/// An equation as a student might space it: the left side, the right side, the unit, its flags, and the spaces between them.
fn spaced_equation() -> impl Strategy<Value = (String, String, String)> {
    let name = prop::sample::select(vec!["v", "w", "ge", "gating", "u_rest", "Apre"]);
    let right = prop::sample::select(vec![
        "-x/tau",
        "(E_L-x+R*I)/tau_m",
        "alpha*(1-x) - beta*x",
        "0*mV",
        "x",
        "1/(1+exp(-x))",
    ]);
    let unit = prop::sample::select(vec!["volt", "1", "siemens", "amp/meter**2"]);
    let flag = prop::sample::select(vec!["", "(unless refractory)", "(constant)"]);
    let spaces = || prop::collection::vec(0usize..5, 6);
    (name, right, unit, flag, any::<bool>(), spaces()).prop_map(
        |(name, right, unit, flag, differential, spaces)| {
            let gap = |k: usize| " ".repeat(spaces[k]);
            let left = match differential {
                true => format!("d{name}/dt"),
                false => name.to_string(),
            };
            let flag = if flag == "(constant)" { "" } else { flag };
            let flag = if differential { flag } else { "" };
            let text = format!(
                "{}{left}{}={}{right}{}:{}{unit} {}{flag}",
                gap(0),
                gap(1),
                gap(2),
                gap(3),
                gap(4),
                gap(5)
            );
            (text, left, unit.to_string())
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the spaces before: units of neighboring equations of one kind stand below each other, and a second formatting changes nothing.
    #[test]
    fn units_of_an_equation_block_are_aligned(
        equations in prop::collection::vec(spaced_equation(), 1..8),
        comment in any::<prop::sample::Index>(),
    ) {
        let mut text = String::from("neurons   cells[ 10 ]{\n");
        let commented = comment.index(equations.len());
        for (k, (line, ..)) in equations.iter().enumerate() {
            text.push_str(line);
            text.push_str(if k == commented { "  #kept\n" } else { "\n" });
        }
        text.push_str("}\n");
        let (file, diagnostics) = read(&text);
        prop_assert!(diagnostics.is_empty(), "{diagnostics:#?}\n{text}");
        let formatted = format(&text, &file);
        let (again, _) = read(&formatted);
        prop_assert_eq!(format(&formatted, &again), formatted.clone());
        prop_assert_eq!(bare(&again), bare(&file));
        let lines: Vec<&str> = formatted.lines().skip(1).take(equations.len()).collect();
        let column = |line: &str| line.find(" : ").map(|at| line[..at].chars().count());
        for (line, (_, left, unit)) in lines.iter().zip(&equations) {
            prop_assert!(line.starts_with(&format!("    {left} ")), "{}", &formatted);
            let behind = line.split(" : ").nth(1).unwrap();
            prop_assert!(behind.starts_with(unit.replace("**", "^").as_str()) || behind.starts_with(unit.as_str()), "{}", &formatted);
        }
        for pair in lines.windows(2) {
            let differential = |line: &str| line.contains("/dt =") || line.contains("/dt  ");
            if differential(pair[0]) == differential(pair[1]) {
                prop_assert!(column(pair[0]).is_some(), "{}", &formatted);
                prop_assert_eq!(column(pair[0]), column(pair[1]), "{}", &formatted);
                prop_assert_eq!(pair[0].find('='), pair[1].find('='), "{}", &formatted);
            }
        }
        prop_assert_eq!(formatted.matches("kept").count(), 1);
    }
}
